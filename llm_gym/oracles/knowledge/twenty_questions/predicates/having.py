"""What the object has, what it is made of, what it needs."""

from __future__ import annotations

import re

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AROUND,
    MATERIALS,
    PROPERTIES,
    AllOf,
    AnyOf,
    Claim,
    Contains,
    Count,
    Fact,
    Not,
    Property,
    Somewhere,
)
from llm_gym.oracles.knowledge.twenty_questions.events import (
    read_event,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    lemma,
    lexicon,
)
from llm_gym.oracles.knowledge.twenty_questions.parts import (
    read_described_part,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    chunks_of,
    content_bag,
    either_of,
    number_of,
    skip_adverbs,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import FUNCTION_WORDS, Bag
from llm_gym.oracles.knowledge.twenty_questions.words import (
    DETERMINERS,
    DUTIES,
    IT,
    PREPOSITIONS,
    Words,
    any_of,
)


def read_having(words: Words) -> Claim:
    """Read what the object has: "four legs", "a hard shell", "more than two wheels".

    "no wheels".
    """
    if words[:1] in (["no"], ["neither"]):
        return Not(read_having(words[1:]))
    return either_of(words, _plain_having)


_FASTENED = frozenset(
    "sticking coming hanging poking protruding attached growing dangling located".split()
)
"""Opens a phrase that says how a part is fastened, which no sheet says."""

_OF_SIZE = frozenset("long short big huge small tiny".split())


def _sizes(words: Words) -> Bag:
    """Return how big a part is said to be: "long ears" are not just ears."""
    found = frozenset(lexicon().concept(word) for word in words[:-1]) & _OF_SIZE
    return found if len(words) < 5 else frozenset()


_SIDES = frozenset(
    "front back side end top bottom middle center centre edge tip surface inside outside indoors outdoors "
    "face".split()
)
"""Where on the object a part is, which no sheet says."""

_TO_DO_WITH = re.compile(r"^(?:anything|something|a lot|much|nothing|to)? ?to do with ")


_PIECES = frozenset("part bit end section portion edge tip".split())


def _read_somewhere(words: Words) -> tuple[Claim, ...]:
    """Read "a spiral part": what is spiral itself has one."""
    if len(words) != 2 or words[1] not in _PIECES:
        return ()
    return (Property(lexicon().concept(words[0])),)


def _plain_having(words: Words) -> Claim:
    words = skip_adverbs(words)
    text = " ".join(words)
    if found := _TO_DO_WITH.match(text):
        claim: Claim = Somewhere(content_bag(text[found.end() :].split()))
        return Not(claim) if words[0] == "nothing" else claim
    if words and words[0] in ("no", "not", "zero", "neither"):
        return Not(_plain_having(words[1:]))
    relation = "="
    for lead, sign in (
        (["more", "than"], ">"),
        (["less", "than"], "<"),
        (["fewer", "than"], "<"),
        (["at", "least"], ">="),
        (["at", "most"], "<="),
        (["exactly"], "="),
        (["over"], ">"),
        (["only"], "="),
        (["up", "to"], "<="),
    ):
        if words[: len(lead)] == lead:
            relation = sign
            words = words[len(lead) :]
            break
    while words and words[0] in DETERMINERS - {"one"} | {
        "many",
        "several",
        "lots",
        "lot",
        "of",
        "multiple",
    }:
        words = words[1:]
    if not words:
        raise NotAQuestion
    number = number_of(words[0])
    if number is not None and len(words) > 1 and "and" not in words:
        part = lexicon().concept(
            [w for w in words[1:] if w not in PREPOSITIONS and w not in IT][
                0 if len(words) == 2 else -1
            ]
        )
        nouns = [lexicon().concept(w) for w in chunks_of(words[1:])[0]]
        part = nouns[-1]
        counted = Count(part, relation, number)
        if relation != "=" or number == 1:
            return counted
        return AnyOf((counted, Fact(content_bag(words, soft=False), ("part",))))
    if "but" in words[1:-1]:
        at = words.index("but")
        return AllOf((_plain_having(words[:at]), _plain_having(words[at + 1 :])))
    if "and" in words[1:-1]:
        at = words.index("and")
        return AnyOf(
            (
                Fact(content_bag(words), ("part",)),
                AllOf((_plain_having(words[:at]), _plain_having(words[at + 1 :]))),
            )
        )
    for i, word in enumerate(words):
        if i and word in _FASTENED:
            return _plain_having(words[:i])
        if i and word in ("that", "which", "to", "for", "when", "where", "you"):
            tail = content_bag(words[i:])
            head = content_bag(words[:i]) | _sizes(words[:i])
            return AnyOf(
                (
                    Fact(head | tail, ("part", "does", "use")),
                    Fact(head, ("part",), ((tail, AROUND),) if tail else ()),
                )
            )
    words = [w for w in words if w not in IT and w != "underground"]
    chunks = [
        content_bag(chunk) | _sizes(chunk)
        for number, chunk in enumerate(chunks_of(words))
        if not number or not {lexicon().concept(w) for w in chunk[1:]} - FUNCTION_WORDS <= _SIDES
    ]
    chunks = [chunk for chunk in chunks if chunk]
    if not chunks:
        raise NotAQuestion
    core, around = chunks[0], tuple((chunk, ("part", "at")) for chunk in chunks[1:])
    everything = frozenset().union(*chunks)
    whole = Fact(everything, ("part", "is", "does") if len(everything) > 1 else ("part",))
    described = read_described_part(words) + _read_somewhere(words)
    return AnyOf((whole, Fact(core, ("part",), around), *described))


def read_made(words: Words) -> Claim:
    """Read what follows "made": a material; after "made up of" a part as well."""
    slots = ("made", "part") if words[0] == "up" else ("made",)
    partly = not any_of("partly partially").isdisjoint(words)
    words = [
        w
        for w in words
        if w not in any_of("out up of from with using entirely partly completely mostly partially")
    ]

    def material(part: Words) -> Claim:
        bag = content_bag(part, soft=False)
        if not bag:
            raise NotAQuestion
        if "and" in part:
            at = part.index("and")
            return AllOf((material(part[:at]), material(part[at + 1 :])))
        # Hard plastic is plastic.
        plain = bag - PROPERTIES.keys() if not bag.isdisjoint(MATERIALS) else bag
        if not bag.isdisjoint(MATERIALS):
            if partly and len(plain) == 1:
                return Contains(*plain)
            return Fact(plain, ("made",))
        made = Fact(plain, slots)
        # "Made from cocoa beans" is also told among what is done to it.
        return AnyOf((made, Fact(plain | {"make"}, ("done",)))) if len(plain) > 1 else made

    return either_of(words, material)


_PLENTY = re.compile(
    r"(?:(?:a lot|lots|plenty|a great deal|tons|a ton|a large amount|large amounts) of|much|so much|a whole lot of) "
    r"(?=\w)"
)


def read_needing(verb: str, rest: Words) -> Claim:
    """Read what the object (or who uses it) needs, after a verb such as "need", "use" or "take"."""
    rest = skip_adverbs(rest)
    if rest and rest[0] in ("not", "no"):
        return Not(read_needing(verb, rest[1:]))
    if rest and rest[0] in ("on", "upon", "up"):
        rest = rest[1:]
    if rest[:2] == ["to", "be"]:
        # What has to be cooked is told so; what may be is cooked as well.
        due = lemma("".join(rest[2:3])) in DUTIES
        return read_event(rest[2:], ("needs",) if due else ("needs", "done"))
    if verb == "take" and not {
        "battery",
        "batteries",
        "skill",
        "practice",
        "patience",
        "electricity",
    } & set(rest):
        return read_event(["take", *rest], ("does", "done", "needs"))
    if rest and rest[0] == "to":
        rest = rest[1:]

    def need(part: Words) -> Claim:
        bag = content_bag(part)
        if not bag:
            raise NotAQuestion
        if found := _PLENTY.match(" ".join(part)):
            plain = part[len(found[0].split()) :]
            little = Fact(content_bag(plain) | {"small"}, ("needs", "does"))
            return AllOf((need(plain), Not(little)))
        if part[0] == "little" and len(part) > 1:
            return Fact(content_bag(part[1:]) | {"small"}, ("needs", "does"))
        chunks = [content_bag(chunk) for chunk in chunks_of(part)]
        if not chunks[0]:
            return Fact(bag, ("needs",))
        slots = ("needs", "does") if verb != "use" else ("needs", "does", "part")
        wide = ("at", "use", "does", "done")
        rest_of_it = tuple((c, wide) for c in chunks[1:] if c)
        whole: Claim = Fact(chunks[0], slots, rest_of_it)
        if verb == "use":  # a bat uses echolocation: what it does, it does with that
            whole = AnyOf((whole, Fact(chunks[0] | {"use"}, ("does",), rest_of_it)))
        if len(bag) < 2 or len(chunks) > 1:
            return whole
        return AnyOf((whole, AllOf(tuple(Fact(frozenset((c,)), ("needs",)) for c in sorted(bag)))))

    return either_of(rest, need)
