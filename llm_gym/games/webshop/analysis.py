"""From text to search terms, exactly as Lucene's English analysis does it.

Words are cut by Unicode's word-break rules (UAX #29, in the edition that Lucene's
StandardTokenizer implements, where emoji are words too), lose a possessive 's, are lower-cased,
and are stemmed unless they are stop words. This is what Anserini, the search engine of the
original shop, indexes with by default.
"""

from __future__ import annotations

import re
from functools import lru_cache

import regex

from llm_gym.games.webshop.porter import stem

STOP_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then"
    " there these they this to was will with".split()
)
"""Lucene's English stop words."""

_LONGEST_WORD = 255

# Pictographs of Unicode 11 (property Extended_Pictographic), which later editions narrowed.
_PICTOGRAPHS = (
    r"\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9-\u21aa\u231a-\u231b\u2328\u2388"
    r"\u23cf\u23e9-\u23f3\u23f8-\u23fa\u24c2\u25aa-\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2605"
    r"\u2607-\u2612\u2614-\u2685\u2690-\u2705\u2708-\u2712\u2714\u2716\u271d\u2721\u2728"
    r"\u2733-\u2734\u2744\u2747\u274c\u274e\u2753-\u2755\u2757\u2763-\u2767\u2795-\u2797\u27a1"
    r"\u27b0\u27bf\u2934-\u2935\u2b05-\u2b07\u2b1b-\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299"
    r"\U0001f000-\U0001f0ff\U0001f10d-\U0001f10f\U0001f12f\U0001f16c-\U0001f171"
    r"\U0001f17e-\U0001f17f\U0001f18e\U0001f191-\U0001f19a\U0001f1ad-\U0001f1e5"
    r"\U0001f201-\U0001f20f\U0001f21a\U0001f22f\U0001f232-\U0001f23a\U0001f23c-\U0001f23f"
    r"\U0001f249-\U0001f3fa\U0001f400-\U0001f53d\U0001f546-\U0001f64f\U0001f680-\U0001f6ff"
    r"\U0001f774-\U0001f77f\U0001f7d5-\U0001f7ff\U0001f80c-\U0001f80f\U0001f848-\U0001f84f"
    r"\U0001f85a-\U0001f85f\U0001f888-\U0001f88f\U0001f8ae-\U0001f8ff\U0001f90c-\U0001f93a"
    r"\U0001f93c-\U0001f945\U0001f947-\U0001fffd"
)


def _word_pattern() -> regex.Pattern[str]:
    """The words of UAX #29: letters, numbers, katakana, then what stands alone."""
    # WB4: marks and joiners belong to the character before them.
    marks = r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]*+"
    letter = rf"[\p{{WB=ALetter}}\p{{WB=Hebrew_Letter}}]{marks}"
    digit = rf"[\p{{WB=Numeric}}\uff10-\uff19]{marks}"
    katakana = rf"\p{{WB=Katakana}}{marks}"
    joiner = rf"(?:\p{{WB=ExtendNumLet}}{marks})"
    between_letters = rf"[\p{{WB=MidLetter}}\p{{WB=MidNumLet}}']{marks}"
    between_digits = rf"[\p{{WB=MidNum}}\p{{WB=MidNumLet}}']{marks}"
    hebrew = rf"\p{{WB=Hebrew_Letter}}{marks}"
    run = (
        rf"(?:{digit}(?:(?:{joiner}*|{between_digits}){digit})*"
        rf"|{letter}(?:(?:{joiner}*|{between_letters}){letter})*"
        rf"|{hebrew}(?:'{marks}|\"{marks}{hebrew}))+"
        rf"|{katakana}(?:{joiner}*{katakana})*"
    )
    word = rf"{joiner}*(?:{run})(?:{joiner}+(?:{run}))*{joiner}*"
    # \ufe0e and \ufe0f say how a pictograph is drawn; emoji join through \u200d.
    drawn = r"[[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]--[\ufe0e\ufe0f]]*"
    emoji = (
        rf"\u200d*(?:[{_PICTOGRAPHS}]{drawn}\ufe0f?(?:[\U0001f3fb-\U0001f3ff]{drawn})?"
        rf"|[\U0001f3fb-\U0001f3ff]{drawn})"
    )
    flag_letter = rf"\p{{WB=Regional_Indicator}}{marks}"
    # A joiner may already have been read as a mark of the emoji before it.
    joined = rf"{emoji}(?:(?:(?=\u200d)|(?<=\u200d)){emoji})*"
    emoji = rf"{joined}|[#*]\ufe0f?\u20e3{drawn}|{flag_letter}{flag_letter}"
    alone = rf"(?:\p{{LB=SA}}{marks})+|[\p{{Script=Han}}\p{{Script=Hiragana}}]{marks}"
    return regex.compile(rf"{word}|{emoji}|{alone}", regex.VERSION1)


_WORD = _word_pattern()

# The same rules where all is ASCII, four times as fast.
_ASCII_WORD = re.compile(
    r"_*[a-z0-9]\w*(?:(?:(?<=[a-z])[:.'](?=[a-z])|(?<=[0-9])[,;.'](?=[0-9]))\w+)*",
    re.ASCII | re.IGNORECASE,
)


def words(text: str) -> list[str]:
    """Cut text into words as they stand, nothing dropped but what lies between them."""
    found: list[str] = []
    # No word spans a space, so the slow pattern need only see the pieces that call for it.
    for piece in [text] if text.isascii() else text.split(" "):
        found += (_ASCII_WORD if piece.isascii() else _WORD).findall(piece)
    if any(len(word) > _LONGEST_WORD for word in found):
        return [
            word[start : start + _LONGEST_WORD]
            for word in found
            for start in range(0, len(word), _LONGEST_WORD)
        ]
    return found


@lru_cache(maxsize=1 << 18)
def _term(word: str) -> str | None:
    if word[-2:] in ("'s", "\u2019s", "\uff07s", "'S", "\u2019S", "\uff07S"):
        word = word[:-2]
    word = word.lower()
    return None if word in STOP_WORDS else stem(word)


def terms(text: str) -> list[str]:
    """The search terms of a text in order, repeats kept, stop words dropped."""
    return [term for word in words(text) if (term := _term(word)) is not None]
