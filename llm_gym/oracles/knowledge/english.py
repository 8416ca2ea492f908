"""English words and what is written for them in haste, for all knowledge oracles."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

HASTE = {
    "u": "you", "ya": "you", "ur": "your", "r": "are", "wat": "what", "wich": "which", "ppl": "people",
    "alot": "a lot", "teh": "the", "hte": "the", "wether": "weather", "thier": "their", "theres": "there is",
    "capitol": "capital",
}  # fmt: skip
"""Short forms, and slips that the table of English words cannot tell from words."""


@cache
def english() -> dict[str, int]:
    """Return some 80,000 English words, British and American, and how often each stands in many books."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return {word: int(count) for word, count in map(str.split, text.splitlines())}
