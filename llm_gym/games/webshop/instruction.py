"""What an instruction says: its telling words, queries made of them, the bound of the price."""

from __future__ import annotations

import re

PRICE_CLAUSE = re.compile(r", and price lower than ([\d.]+) dollars")
"""How the original appends the bound of the price."""

_BOUND = re.compile(
    r"(?:lower|less|below|under|cheaper|more than|most|budget|max\w*|within|up to)\D{0,24}?"
    r"(\d+(?:\.\d+)?)"
)
_WORD = re.compile(r"[a-z0-9]+(?:[.'/-][a-z0-9]+)*")
_FILLER = frozenset(
    "i i'm i'd am a an the and or for of in on at to with without that which is are be it its my me "
    "please find looking look need want would like buy get some can you help should has have "
    "price lower less than dollars under below also this so also them they from by".split()
)


def telling_words(text: str) -> list[str]:
    """Return the telling words of an instruction or a title, in order, each once."""
    text = PRICE_CLAUSE.sub("", text).lower()
    found = (word for word in _WORD.findall(text) if word not in _FILLER)
    return list(dict.fromkeys(found))


def queries(instruction: str) -> list[str]:
    """Return what one may search for: the telling words, all or the first few."""
    words = telling_words(instruction)
    return list(dict.fromkeys(" ".join(words[:count]) for count in (len(words), 5, 3) if words))


def price_bound(instruction: str) -> float:
    """Return what a product may cost at most, in whatever words that is said; infinite where it is not."""
    found = _BOUND.findall(instruction.lower())
    return float(found[-1]) if found else float("inf")
