"""Small steps of reading shared by all forms: content words, alternatives, chunks, numbers."""

from __future__ import annotations

from collections.abc import (
    Callable,
)

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    MATERIALS,
    AnyOf,
    Claim,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    VERBS,
    lemma,
    lexicon,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    FUNCTION_WORDS,
    Bag,
    adjectives,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    ADVERBS,
    DETERMINERS,
    IT,
    LIGHT_VERBS,
    LY_ADJECTIVES,
    PREPOSITIONS,
    SIZE_WORDS,
    SOFT,
    Words,
)


class NotAQuestion(Exception):
    """The text asks nothing that yes or no could answer about the object."""


def is_adverb(word: str) -> bool:
    """Whether a word is an adverb that changes nothing in a yes/no question."""
    return word in ADVERBS or (len(word) > 4 and word.endswith("ly") and word not in LY_ADJECTIVES)


def skip_adverbs(words: Words) -> Words:
    """Return the words from the first that is neither an adverb nor a comma."""
    start = 0
    while start < len(words) and (is_adverb(words[start]) or words[start] == ","):
        start += 1
    return words[start:]


def content_bag(words: Words, soft: bool = True) -> Bag:
    """Return the content concepts of some words; soft words only where nothing else is left."""
    lex = lexicon()
    told = [w for w in words if w[0].isalnum() and w not in FUNCTION_WORDS and w not in IT]
    concepts = [lex.concept(w) for w in told]
    if soft:
        # "Clean the floor" is not about the floor alone.
        verb = concepts[:1] if told and told[0] == words[0] and concepts[0] in VERBS else []
        hard = verb + [c for c in concepts if c not in SOFT]
        concepts = hard or concepts
    return frozenset(concepts)


def _alternatives(words: Words) -> list[Words]:
    """Split at "or": each alternative with what the others share with it.

    "cut or slice food" gives "cut", "slice food", "cut food"; "eat food or drinks" also "eat
    drinks".
    """
    if "or" not in words:
        return [words]
    at = words.index("or")
    if "," in words[1:at]:
        # "Milk, wool or meat" is "milk or wool or meat".
        words = [
            "or" if word == "," and 0 < i < at - 1 else word
            for i, word in enumerate(words)
            if (word, i) != (",", at - 1)
        ]
        at = words.index("or")
    left, right = words[:at], words[at + 1 :]
    if not right or not left:
        return [left or right]
    found: list[Words] = []
    left = left[1:] if left[0] == "either" else left
    for rest in _alternatives(right):
        if len(left) < 2 or len(rest) > 1 or _stands_alone(rest[0]):
            found.append(rest)
        found.append(left[:-1] + rest)
        found.append(left + rest[1:])
        if len(left) > 1:
            found.append(left[:1] + rest)
    if not _shares_all(left, right):
        found.append(left)
    return [words for words in found if words]


def _stands_alone(word: str) -> bool:
    """Whether a word after "or" may be a predicate by itself: "or edible", "or fly"; "meat" goes with what stands before."""
    concept = lexicon().concept(word)
    return lemma(word) in VERBS or (concept in adjectives() and concept not in MATERIALS)


def _shares_all(left: Words, right: Words) -> bool:
    """Whether a single word before "or" means nothing alone: "hold" or contain liquids, "used" or worn to protect.

    So does the first of two adjectives: "strong" or distinctive smell.
    """
    article = left[0] in ("a", "an", "any", "some")
    left = left[1:] if article else left
    if (
        len(left) != 1
        or len(right) < 2
        or right[0] in DETERMINERS | PREPOSITIONS | {"something", "anything"}
    ):
        return False
    first, second = lemma(left[0]), lemma(right[0])
    if first in VERBS and second in VERBS and not article:
        return right[1] not in PREPOSITIONS or first in LIGHT_VERBS
    noun = article or lexicon().concept(right[-1]) not in adjectives() | SOFT
    described = len(right) > 2 or right[-1].endswith("ed")
    return lexicon().concept(left[0]) in adjectives() and noun and not described


def either_of(words: Words, read: Callable[[Words], Claim]) -> Claim:
    """Read each alternative of an "or" on its own; one that makes no sense counts as false."""
    claims: list[Claim] = []
    for alternative in _alternatives(words):
        try:
            claims.append(read(alternative))
        except NotAQuestion:
            continue
    if not claims:
        raise NotAQuestion
    return claims[0] if len(claims) == 1 else AnyOf(tuple(claims))


def chunks_of(words: Words) -> list[Words]:
    """Split a verb phrase before its prepositional phrases and subordinate clauses."""
    chunks: list[Words] = [[]]
    for i, word in enumerate(words):
        starts = word in PREPOSITIONS and word not in ("of", "as")
        if starts and i and chunks[-1]:
            chunks.append([])
        chunks[-1].append(word)
    return [chunk for chunk in chunks if chunk]


def number_of(word: str) -> int | None:
    """Return the number a word or numeral names; None for other words."""
    if word.isdigit():
        return int(word)
    return SIZE_WORDS.get(word)


def head_and_modifiers(words: Words) -> tuple[str, Bag]:
    """Return the last concept of a noun phrase and the concepts before it."""
    lex = lexicon()
    concepts = [lex.concept(w) for w in words if w not in FUNCTION_WORDS] or ["nothing"]
    return concepts[-1], frozenset(concepts[:-1])
