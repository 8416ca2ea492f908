"""What is said of a part of the object ("its leaves are green")."""

from __future__ import annotations

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    COLOURS,
    AllOf,
    AnyOf,
    Claim,
    Fact,
    Not,
    Property,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    lexicon,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    chunks_of,
    content_bag,
    either_of,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    FUNCTION_WORDS,
    Bag,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    SOFT,
    Words,
    any_of,
)


def read_described_part(words: Words) -> tuple[Claim, ...]:
    """Read a part whose colour is the whole object's ("a yellow peel" of a yellow fruit)."""
    lex = lexicon()
    concepts = [lex.concept(w) for w in chunks_of(words)[0] if w not in FUNCTION_WORDS]
    if len(concepts) < 2:
        return ()
    head, modifiers = concepts[-1], [c for c in concepts[:-1] if c not in SOFT]
    if modifiers and all(c in COLOURS for c in modifiers):
        return (_in_colours(frozenset((head,)), frozenset(modifiers)),)
    return ()


def _in_colours(part: Bag, colours: Bag) -> Claim:
    """Return that it has the part and is of the colours itself."""
    return AllOf((Fact(part, ("part",)), *(Fact(frozenset((c,)), ("colour",)) for c in colours)))


_OUTSIDE = any_of(
    "fur feather hair coat skin peel shell scale body outside surface rind cover exterior plumage"
)
"""Parts whose colour is that of the whole."""


_SURFACE = any_of("outdoor exterior surface")
"""What is all around, by whichever name its sheet calls it: "outside" is read as the first."""

_SKINS = any_of("skin peel shell rind crust fur feather husk")


def read_about_part(part: Bag, rest: Words) -> Claim:
    """Read a predicate about a part: "(its leaves) green", "(the outside) feel smooth"."""

    def read(words: Words) -> Claim:
        if words and words[0] in ("not", "never"):
            return Not(read(words[1:]))
        bag = content_bag(
            [
                w
                for w in words
                if w not in any_of("feel look taste have contain be made be smell used")
            ],
            soft=False,
        )
        if not bag:
            raise NotAQuestion
        if words[0] in ("used", "eaten", "drunk", "worn", "turned"):
            return AnyOf((Fact(bag | part, ("use", "done", "does")), Fact(bag, ("use", "done"))))
        aliases = part | (
            frozenset(("outside",)) if part & {"skin", "peel", "surface", "rind"} else frozenset()
        )
        whole: Claim = Fact(bag | part, ("part", "is", "does", "colour", "done", "use"))
        if part & _SURFACE:
            skins = (Fact(bag | {skin}, ("part", "is")) for skin in sorted(_SKINS))
            return AnyOf((whole, *skins, AllOf(tuple(map(Property, sorted(bag))))))
        if part & _OUTSIDE and bag <= COLOURS:
            return AnyOf((whole, _in_colours(part, bag)))
        if aliases - part and not bag <= aliases:
            return AnyOf((whole, Fact(bag | frozenset(("outside",)), ("part",))))
        return whole

    return either_of(rest, read)
