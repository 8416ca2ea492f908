"""Descriptions sentence by sentence: what they speak of."""

from __future__ import annotations

import functools
import re

_END = re.compile(r"(?<=[.!?])(?<!Mrs\.) ")
_WORD = re.compile(r"[a-z][a-z'-]*")
_SAYS_NOTHING = frozenset(
    "it them that one him her this you your they his its and but not are was were has have had been "
    "who which what where when how than then there here with from for the all any every some no".split()
)
"""Words of a sentence that name nothing."""


def stems(phrase: tuple[str, ...]) -> frozenset[str]:
    """Return the words of a phrase to look for in descriptions; none where it names nothing."""
    if not phrase or len(phrase[-1]) < 3 or not _SAYS_NOTHING.isdisjoint(phrase):
        return frozenset()
    of_itself = [word for word in phrase if not word.endswith("'s")]  # not whose it is
    return frozenset(map(_stem, of_itself or phrase))


@functools.lru_cache(maxsize=4096)
def sentences(text: str) -> list[tuple[str, frozenset[str]]]:
    """Return the sentences of a text, each with its words in the singular."""
    return [(each, frozenset(map(_stem, _WORD.findall(each.lower())))) for each in _END.split(text)]


def _stem(word: str) -> str:
    """Return a noun in the singular, nobody's."""
    word = word.removesuffix("'s")
    return word.removesuffix("s") if len(word) > 3 else word
