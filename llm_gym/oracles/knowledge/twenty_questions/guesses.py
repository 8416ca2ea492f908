"""The names of the objects as a guess would give them."""

from __future__ import annotations

from functools import cache

from llm_gym.oracles.knowledge.twenty_questions.language import lexicon
from llm_gym.subjects.objects import LARGE


@cache
def names_of_objects() -> dict[tuple[str, ...], frozenset[str]]:
    """Return the names of all objects as concepts: to which objects each belongs."""
    lex = lexicon()
    found: dict[tuple[str, ...], set[str]] = {}
    for item in LARGE:
        for variant in item.variants:
            words = lex.join_phrases(variant.split())
            if words[0] in ("pair", "piece"):
                words = words[2:]
            found.setdefault(tuple(lex.concept(w) for w in words), set()).add(item.name)
    return {key: frozenset(names) for key, names in found.items()}
