"""What the object is: noun phrases, and the adjectives and participles beside them."""

from __future__ import annotations

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    COLOURS,
    PROPERTIES,
    AllOf,
    Always,
    AnyOf,
    Claim,
    Count,
    Fact,
    Guess,
    IsA,
    Not,
    directly,
)
from llm_gym.oracles.knowledge.twenty_questions.events import (
    read_event,
)
from llm_gym.oracles.knowledge.twenty_questions.guesses import (
    names_of_objects,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    VERBS,
    lemma,
    lexicon,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    content_bag,
    either_of,
    is_adverb,
    number_of,
    skip_adverbs,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.forward import (
    being,
    modifier,
)
from llm_gym.oracles.knowledge.twenty_questions.properties import (
    read_adjectives,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    FUNCTION_WORDS,
    adjectives,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    ADVERBS,
    DETERMINERS,
    ENDS_NOUN_PHRASE,
    OBJECT_NOUNS,
    PARTITIVES,
    PREPOSITIONS,
    Words,
    any_of,
)


def read_noun_phrases(words: Words) -> Claim:
    """Read one noun phrase, or several joined by "or"; "without sand or heat" is one."""
    if "without" in words and "or" in words[words.index("without") :]:
        return _noun_phrase(words)
    return either_of(words, _noun_phrase)


def _noun_phrase(words: Words) -> Claim:
    """Read "a small kitchen tool used for cutting": head, modifiers and what follows."""
    flip = False
    words = [w for w in words if w != ","]
    start = 0
    while start < len(words) and (
        words[start] in DETERMINERS
        or words[start] in ADVERBS
        or words[start] in ("specific", "certain", "common", "popular", "major")
    ):
        start += 1
    if start + 1 < len(words) and lemma(words[start]) in PARTITIVES and words[start + 1] == "of":
        start += 2
        while start < len(words) and words[start] in DETERMINERS:
            start += 1
    elif (
        start + 2 < len(words)
        and lemma(words[start + 1]) in PARTITIVES
        and words[start + 2] == "of"
    ):
        words = words[: start + 1] + words[start + 3 :]
    if words[start + 1 : start + 2] == ["and"] and words[start + 3 : start + 4]:
        if _describes(words[start]) and _describes(words[start + 2]):
            words = [*words[: start + 1], *words[start + 2 :]]  # "a black and white bird"
    if words[start : start + 1] and words[start] in ("non", "not"):
        return Not(being(words[start + 1 :]))
    end = start
    while end < len(words) and not (
        end > start and (words[end] in ENDS_NOUN_PHRASE or _is_clause(words[end:]))
    ):
        end += 1
    phrase = words[start:end]
    rest = words[end:]
    named = names_of_objects().get(tuple(lexicon().concept(w) for w in phrase))
    if named and not rest:
        return Guess(named)
    if "of" in phrase:
        at = phrase.index("of")
        phrase = phrase[at + 1 :] + phrase[:at]
    if not phrase:
        raise NotAQuestion
    if phrase[-1] == "source":
        bag = content_bag(phrase[:-1])
        return AnyOf((Fact(bag, ("part", "does")), Fact(bag | {"source"}, ("isa",))))
    if rest and rest[0] == "and" and len(rest) > 1:
        return AllOf((_noun_phrase(phrase), being(rest[1:])))
    claims: list[Claim] = []
    lex = lexicon()
    if len(phrase) > 2 and number_of(phrase[0]) is not None and phrase[1].endswith("ed"):
        claims.append(Count(lex.concept(_unlegged(phrase[1])), "=", number_of(phrase[0]) or 0))
        phrase = phrase[2:]
    if lemma(phrase[-1]) in OBJECT_NOUNS | {"something"} and lemma(phrase[-1]) != "toy":
        phrase = phrase[:-1]
        if phrase:
            described = frozenset(lex.concept(w) for w in phrase if w not in FUNCTION_WORDS)
            plain = len(described) == 1 and (described <= COLOURS or described <= adjectives())
            items = (IsA(noun, described) for noun in ("item", "object", "thing") if described)
            claims.append(AnyOf((read_adjectives(phrase), *(() if plain else items))))
    else:
        concepts = [lex.concept(w) for w in phrase if w not in FUNCTION_WORDS] or [
            lex.concept(w) for w in phrase
        ]
        claims.append(IsA(concepts[-1], frozenset(concepts[:-1])))
    if rest and rest[0] == "other":
        return Not(being(rest[2:]))
    if rest and rest != [","]:
        claims.append(modifier(rest))
    if not claims:
        return Always()
    claim: Claim = claims[0] if len(claims) == 1 else AllOf(tuple(claims))
    return Not(claim) if flip else claim


def _describes(word: str) -> bool:
    concept = lexicon().concept(word)
    return concept in COLOURS or concept in PROPERTIES or concept in adjectives()


def _is_clause(words: Words) -> bool:
    """Whether a participle with a place follows a noun: "(an animal) walking on land"."""
    return (
        words[0].endswith("ing")
        and lemma(words[0]) in VERBS
        and not PREPOSITIONS.isdisjoint(words[1:2])
    )


def _unlegged(word: str) -> str:
    """Return the noun of a bahuvrihi: "legged" -> "leg"."""
    return lemma(word)


def read_generic_noun(words: Words) -> Claim:
    """Read "something (that) ...", "an object used for ...", "something other than ..."."""
    start = 1 if words[0] not in DETERMINERS or words[0] == "one" else 2
    rest = skip_adverbs(words[start:])
    if not rest:
        return Always()
    if rest[0] in ("other", "besides", "but", "except"):
        rest = rest[1:] if rest[0] != "other" else rest[2:]
        return Not(being(rest))
    return modifier(rest)


_WEATHER = any_of("rain dark snow sun cold heat wind wet fog water")
"""Circumstances in which a thing is what it always is: "dangerous in the rain"."""


def read_qualities(words: Words) -> Claim:
    """Read adjectives, participles or a bare noun after "is it"."""
    return either_of(words, _plain_qualities)


def _plain_qualities(words: Words) -> Claim:
    words = [w for w in words if not is_adverb(w)] or words
    if words[:1] == ["both"]:
        words = words[1:]
    if not words:
        raise NotAQuestion
    if words[0] in ("not", "never"):
        return Not(_plain_qualities(words[1:]))
    if words[0] in DETERMINERS:
        return _noun_phrase(words)
    first = words[0]
    if "and" in words[1:-1]:
        at = words.index("and")
        try:
            return AnyOf(
                (
                    AllOf((_plain_qualities(words[:at]), being(words[at + 1 :]))),
                    _participle(words),
                )
            )
        except NotAQuestion:
            return _participle(words)
    if len(words) > 1 and words[1] in any_of(
        "to for when in on with without by from around than at like over into "
        "through if while during under after inside"
    ):
        if lemma(first) == first and lexicon().concept(first) in PROPERTIES | dict.fromkeys(
            COLOURS
        ):
            return AnyOf(
                (
                    Fact(content_bag(words, soft=False), ("is", "does", "colour")),
                    read_adjectives([first])
                    if words[1] in ("when", "if", "in", "for", "at", "to")
                    else _participle(words),
                )
            )
        if words[1] == "without":
            return (
                Fact(content_bag(words[2:]), ("needs",))
                if first == "useless"
                else _participle(words)
            )
        if words[1:3] == ["in", "the"] and set(words[3:]) & _WEATHER:
            return AnyOf((_participle(words), read_adjectives([first])))
        return _participle(words)
    if all(lexicon().concept(w) in PROPERTIES or lexicon().concept(w) in COLOURS for w in words):
        return read_adjectives(words)
    if lemma(first) != first and not first.endswith("s") and len(words) > 1:
        return AnyOf((_participle(words), read_adjectives(words)))
    if len(words) == 1 and lemma(first) == first:
        return read_adjectives(words)
    return AnyOf((read_adjectives(words), _participle(words)))


_TAKEN_IN = frozenset(("eat", "drink"))
"""What is done to food itself, whatever else one eats with or from: "eaten for breakfast"."""


def _participle(words: Words) -> Claim:
    described = ("part",) if words[0].endswith("ed") else ()
    if (len(words) == 1 and lemma(words[0]) != words[0]) or lemma(words[0]) in _TAKEN_IN:
        return directly(read_event(words, ("done", "is", "at", *described)))
    return read_event(words, ("done", "is", "at", *described, "needs"))
