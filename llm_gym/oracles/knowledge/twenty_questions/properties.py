"""Adjectives as claims ("round", "inedible", "red and shiny")."""

from __future__ import annotations

import re

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AllOf,
    AnyOf,
    Claim,
    Fact,
    IsA,
    Not,
    Property,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    lexicon,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    FUNCTION_WORDS,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    Words,
)


def read_adjectives(words: Words) -> Claim:
    """Each word is a property, or together they are a kind."""
    lex = lexicon()
    concepts = [lex.concept(w) for w in words if w[0].isalnum() and w not in FUNCTION_WORDS]
    if not concepts:
        concepts = [
            lex.concept(w) for w in words if w[0].isalnum() and w not in ("and", "or", "colored")
        ]
    if not concepts:
        raise NotAQuestion
    concepts = [
        c for c in concepts if c not in ("color", "colour", "shape", "size", "feel")
    ] or concepts
    each = AllOf(tuple(_property(c) for c in concepts))
    kind = IsA(concepts[-1], frozenset(concepts[:-1]))
    if len(concepts) == 1:
        return AnyOf((each, kind))
    return AnyOf((each, kind, Fact(frozenset(concepts), ("is", "colour"))))


_OPPOSITE_PREFIX = re.compile(r"^(?:un|non|in)(?=[a-z]{4})")


_KEPT_PREFIX = frozenset(
    "unique uniform inflatable insulated industrial indoor interesting international "
    "underwater underground understand inexpensive indoors invented".split()
)


def _property(concept: str) -> Claim:
    if concept in ("inanimate", "lifeless", "nonliving"):
        return Not(Property("alive"))
    if concept in ("inedible",):
        return Not(Property("edible"))
    if _OPPOSITE_PREFIX.match(concept) and concept not in _KEPT_PREFIX:
        bare = _OPPOSITE_PREFIX.sub("", concept)
        return AnyOf(
            (
                Property(concept),
                *(
                    (Not(Property(lexicon().concept(bare))),)
                    if bare in ("natural", "edible", "common", "safe")
                    else ()
                ),
            )
        )
    return Property(concept)
