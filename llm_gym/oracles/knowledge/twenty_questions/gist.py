"""What a long-winded question is about, where its sentences go beyond the forms that the parser reads.

"When it gets dark in the evening, is this something that you would switch on in order to be able to read a book?"
speaks of dark, evening, reading, a book: whoever knows a thing knows whether most of that belongs to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from llm_gym.oracles.knowledge.twenty_questions.claims import AllOf, Claim, IsA
from llm_gym.oracles.knowledge.twenty_questions.language import lemma, lexicon
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    FUNCTION_WORDS,
    Bag,
    Sheet,
    kind_nouns,
    rarity,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    AUXILIARIES,
    GENERIC_AGENTS,
    IT,
    OBJECT_NOUNS,
    Words,
)

LONG = 14
"""Words of a question that may be read by its gist."""

_TOLD = 3
"""Concepts from which on words belong together."""

_FRAME = frozenset(
    """likely able expect somebody else happen manage try probably certain again ago together still rather too
    whenever while when before after because until since once during who whom whose which what where how why whether
    know think say tell believe suppose guess wonder question answer famous renowned reason order part place person
    want need like love fond enjoy wish plan hope decide mean idea thank ok hmm um oh well yes probable possible
    would could should might go come become take bring make sure find see use put keep have give reach hold get start
    small big little long good new old few such another same other first last next one two half much far close
    day time away off out up down around over under here there her his hers him he she i me my we us our
    kind sort type piece device machine year do not lot rid stand live alive
    originally suddenly eventually badly really alright""".split()
)
"""Words of which long questions are built, whatever they ask."""

_OF_PEOPLE = re.compile(
    r"\b(?:who|people|you|i|we|they|someone|somebody|\w+[^s]s)(?: (?:can|could|do|does|did|will|would|is|are|has|have))? "
    r"not\b"
)
_NEGATED = re.compile(
    r"\b(?:not|no|never|nothing|nobody|none|neither|nor|without|unable|unless|hardly|rarely|than|instead|except|but|like "
    r"an?|so \w+ that)\b"
)
_OF_A_KIND = re.compile(
    r"^(?:is|was|are|would) (?:it|this|that|they|these)(?: be)? (?:(?:an?|the|some|kinds?|sorts?|types?|of) )+"
    r"(?:\w+ ){0,3}?(\w+) (?:that|which|who|whose|where|(?:in|on|from|of|with|at|by) which)\b"
)

_KNOWN, _IN_ONE_FACT, _RARE = 0.6, 1.2, 2.5


@dataclass(frozen=True, slots=True)
class Gist(Claim):
    """Most of the words belong to the object, and some of them to one fact."""

    bag: Bag

    def holds(self, sheet: Sheet) -> bool:
        """Weigh the words by their rarity: what is said of few things says more."""
        if any(untrue <= self.bag for untrue in sheet.untrue):
            return False
        rarities = rarity()
        weights = {word: min(_RARE, rarities.get(word, rarities[""])) for word in self.bag}
        total = sum(weights.values())
        known = self.bag & sheet.vocabulary
        if sum(weights[word] for word in known) < _KNOWN * total:
            return False
        return any(
            sum(weights[word] for word in known & fact.bag) >= _IN_ONE_FACT / len(self.bag) * total
            for facts in sheet.facts.values()
            for fact in facts
            if not known.isdisjoint(fact.bag)
        )


def read_gist(words: Words) -> Claim | None:
    """Return what a long question is about as a claim; None where it is short, denies or compares."""
    text = " ".join(words)
    if len(words) < LONG or _NEGATED.search(_OF_PEOPLE.sub("", text)):
        return None
    lex = lexicon()
    kind = found[1] if (found := _OF_A_KIND.match(text)) else ""
    asked_kind = lex.concept(kind) if kind and lemma(kind) not in OBJECT_NOUNS else ""
    told = (
        lex.concept(word)
        for word in lex.join_phrases([word for word in words if word[0].isalnum()])
        if word not in FUNCTION_WORDS | AUXILIARIES | GENERIC_AGENTS | IT | OBJECT_NOUNS
    )
    bag = frozenset(concept for concept in told if concept not in _FRAME)
    if asked_kind not in kind_nouns():
        return Gist(bag) if len(bag) >= _TOLD else None
    bag -= {asked_kind}
    return AllOf((IsA(asked_kind, frozenset()), Gist(bag))) if len(bag) >= _TOLD else None
