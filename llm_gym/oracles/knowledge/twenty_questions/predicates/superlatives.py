"""The most of its kind: "the biggest land animal", "one of the smallest fruits", "heavier than most animals"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from llm_gym.oracles.knowledge.twenty_questions.claims import Claim, Fact
from llm_gym.oracles.knowledge.twenty_questions.comparisons import (
    COMPARATIVES,
    COMPARED_ADJECTIVES,
)
from llm_gym.oracles.knowledge.twenty_questions.language import lemma, lexicon
from llm_gym.oracles.knowledge.twenty_questions.phrases import NotAQuestion, content_bag
from llm_gym.oracles.knowledge.twenty_questions.predicates.nouns import read_noun_phrases
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    Bag,
    Sheet,
    adjectives,
    object_names,
    sheet_of,
)
from llm_gym.oracles.knowledge.twenty_questions.words import PARTITIVES, Words, any_of

_NO_MEASURE = any_of("greater older newer younger cooler warmer weaker tougher")
"""What no measure tells where everything is compared: the coolest toy is not the coldest."""

_SUPERLATIVES = {
    f"{word[:-1]}st": measure for word, measure in COMPARATIVES.items() if word not in _NO_MEASURE
}

_OPPOSITE = frozenset("small light thin short soft".split())
_EVERYWHERE = re.compile(
    r" (?:in (?:the )?(?:whole |entire )?(?:world|universe|existence|nature)|on (?:the )?(?:planet|earth|planet earth)|"
    r"there (?:is|are)|of (?:them )?all|ever|alive|known(?: to (?:man|us))?|you can (?:find|think of|imagine)|"
    r"that (?:exists?|people know))\b"
)
_MEANS_OF_TRAVEL = re.compile(
    r"\b(?:way|mean|mode|method|form)s? (?:to|of) (?:travel\w*|transport\w*|get(?:ting)? around|go(?:ing)? places|"
    r"get(?:ting)? (?:there|from .*))\b"
)
_ONE_OF = re.compile(r"^(?:one of|among|amongst|maybe|probably) (?=the\b)")
_THAN_OTHERS = re.compile(
    r"^(?:much |a lot |far )?(\w+|more \w+|less \w+) than (any|every|all|most|the|almost (?:any|every|all))"
    r"(?: of)?(?: the)? (?:other |others of )?(.+)$"
)

ONE_OF, MOST = 0.15, 0.4
"""The share of its kind that may go beyond one of the biggest, and beyond what is bigger than most."""


@dataclass(frozen=True, slots=True)
class Extreme(Claim):
    """The sheet says so in these words, or the object is of a kind of which at most this share goes beyond it."""

    words: Bag
    dimension: str
    sign: int
    kind: Claim
    share: float

    def holds(self, sheet: Sheet) -> bool:
        """Count those of the kind that go beyond it; a twentieth counts as equal."""
        if self.words in sheet.untrue:
            return False
        if sheet.covers(self.words, ("isa", "is", "does")):
            return True
        own = sheet.measures.of(self.dimension)
        if (self.dimension in ("price", "speed") and not own) or not self.kind.holds(sheet):
            return False
        others = (other.measures.of(self.dimension) for other in _members(self.kind))
        beyond = sum((other - own) * self.sign > 0.05 * abs(own) for other in others if other)
        return beyond <= self.share * len(_members(self.kind))


@lru_cache(maxsize=256)
def _members(kind: Claim) -> tuple[Sheet, ...]:
    return tuple(sheet for sheet in map(sheet_of, sorted(object_names())) if kind.holds(sheet))


def _measure(degree: str, word: str) -> tuple[str, int] | None:
    """Return the dimension and the direction of "biggest" or of "most expensive"."""
    if degree in ("most", "least", "more", "less") and word in COMPARED_ADJECTIVES:
        up = (degree in ("most", "more")) != (word in _OPPOSITE)
        return COMPARED_ADJECTIVES[word], 1 if up else -1
    return None


def _adjective_of(word: str) -> str | None:
    """Return the adjective of a superlative: "smelliest" -> "smelly"; None where the data have none such."""
    if not word.endswith("est"):
        return None
    stem = word[:-3]
    forms = (stem + "e", stem[:-1] + "y" if stem.endswith("i") else stem, stem[:-1])
    return next((form for form in forms if lexicon().concept(form) in adjectives()), None)


def read_superlative(words: Words) -> Claim | None:
    """Read what is the most of its kind; None where no measure decides or the kind is unknown."""
    if not any(
        word == "most" or word == "least" or word == "than" or word[-3:] == "est" for word in words
    ):
        return None
    text = _MEANS_OF_TRAVEL.sub("vehicles", _EVERYWHERE.sub("", " ".join(words)))
    share = 0.0
    if found := _THAN_OTHERS.match(text):
        degree, _, adjective = found[1].partition(" ")
        measure = _measure(degree, adjective) if adjective else COMPARATIVES.get(degree)
        share = MOST if found[2] == "most" else 0.0
        if found[2] == "the" or ("other" not in text.split() and found[2] != "most"):
            return None
        rest = found[3].split()
    else:
        if one_of := _ONE_OF.match(text):
            text, share = text[one_of.end() :], ONE_OF
        said = text.split()
        if said[:1] != ["the"] or len(said) < 3:
            return None
        measure, rest = _SUPERLATIVES.get(said[1]), said[2:]
        if measure is None and (adjective := _adjective_of(said[1])):
            # Where no measure tells the smelliest fruits, those that are smelly at all are.
            return read_noun_phrases(["a", adjective, *rest])
        if measure is None:
            measure, rest = _measure(said[1], said[2]), said[3:]
    if measure is None or not rest:
        return None
    if lemma(rest[0]) in PARTITIVES and rest[1:2] == ["of"]:
        rest = rest[1:]  # "pieces of jewelry"
    if rest[0] == "of" and len(rest) > 1:
        rest = rest[1:]
    try:
        kind = read_noun_phrases(["a", *(rest[1:] if rest[0] == "the" else rest)])
    except NotAQuestion:
        return None
    told = content_bag(text.split(), soft=False)
    if len(_members(kind)) < 3:
        return Fact(told, ("isa", "is", "does")) if "of" in words else None
    return Extreme(told, *measure, kind, share)
