"""Words: folding of case and accents, light stemming, phrases found in one pass."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
ANY_MONTH = "|".join(MONTHS).lower()
"""The months as alternatives of a pattern, in small letters."""

# Typographic apostrophes, and the letters that decompose into no accent.
_LETTERS = str.maketrans("\u2019\u2018`\u0131\u00f8\u0142", "'''iol")
_WORD = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z]+)*")


def plain(text: str) -> str:
    """Return ``text`` without accents and typographic apostrophes, its case unchanged."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


_IN_IE = frozenset(("movies", "cookies", "selfies", "hippies", "pies", "ties"))


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Return the form under which a word is compared: lower case, singular, no possessive."""
    word = word.lower()
    if word.endswith("'s"):
        word = word[:-2]
    word = word.replace("'", "")
    if word == "st":
        return "saint"
    if len(word) > 3 and word.endswith("s"):
        if word.endswith("ies"):
            return word[:-1] if word in _IN_IE else word[:-3] + "y"
        if word.endswith(("ches", "shes", "sses", "xes", "noes", "goes", "toes", "roes")):
            return word[:-2]
        if not word.endswith(("ss", "us", "is")):
            return word[:-1]
    return word


class Token(NamedTuple):
    """A word of a question: as written (without accents) and as compared."""

    word: str
    stem: str

    @property
    def capital(self) -> bool:
        """Whether the word begins with a capital letter."""
        return self.word[0].isupper()


def tokenize(text: str) -> list[Token]:
    """Split ``text`` into its words."""
    words = _WORD.findall(plain(text))
    return list(map(Token, words, map(stem, words)))


@lru_cache(maxsize=16384)
def key(text: str) -> str:
    """Return the words of ``text`` as compared, joined by blanks."""
    return " ".join(token.stem for token in tokenize(text))


class Span(NamedTuple, Generic[T]):
    """Words ``start`` to ``end`` (exclusive) of a text form a known phrase."""

    start: int
    end: int
    value: T


class PhraseTable(Generic[T]):
    """Phrases and what they mean; the longest phrase at each word wins, phrases do not overlap.

    Names of up to four capital letters ("US", "UAE") are recognised in capitals only.
    """

    def __init__(self) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], T]] = {}
        self._longest: dict[str, int] = {}

    def add(self, phrase: str, value: T) -> None:
        """Let ``phrase`` mean ``value`` unless it already means something."""
        words = _WORD.findall(plain(phrase))
        if not words:
            return
        capitals = len(words) == 1 and words[0].isupper() and 2 <= len(words[0]) <= 4
        stems = (words[0],) if capitals else tuple(stem(word) for word in words)
        self._by_first.setdefault(stems[0], {}).setdefault(stems, value)
        self._longest[stems[0]] = max(self._longest.get(stems[0], 0), len(stems))

    def get(self, phrase: str) -> T | None:
        """Return what exactly ``phrase`` means, or None."""
        stems = tuple(token.stem for token in tokenize(phrase))
        return self._by_first.get(stems[0], {}).get(stems) if stems else None

    def knows(self, word: str) -> bool:
        """Whether a phrase begins with ``word``."""
        return stem(word) in self._by_first

    def find(self, tokens: list[Token]) -> list[Span[T]]:
        """Return the known phrases of a text in their order."""
        stems = [token.stem for token in tokens]
        spans: list[Span[T]] = []
        position = 0
        while position < len(stems):
            span = self._match(tokens, stems, position)
            if span is None:
                position += 1
            else:
                spans.append(span)
                position = span.end
        return spans

    def _match(self, tokens: list[Token], stems: list[str], start: int) -> Span[T] | None:
        first = stems[start]
        phrases = self._by_first.get(first)
        if phrases is not None:
            for end in range(min(start + self._longest[first], len(stems)), start, -1):
                candidate = tuple(stems[start:end])
                if candidate in phrases:
                    return Span(start, end, phrases[candidate])
        capitals = self._by_first.get(tokens[start].word) if tokens[start].word.isupper() else None
        if capitals is not None and (tokens[start].word,) in capitals:
            return Span(start, start + 1, capitals[(tokens[start].word,)])
        return None


def listing(items: Iterable[str], limit: int = 3) -> str:
    """Join the first ``limit`` items as English does: "a, b and c"."""
    chosen = list(items)[:limit]
    if len(chosen) < 2:
        return "".join(chosen)
    return f"{', '.join(chosen[:-1])} and {chosen[-1]}"


def well_known(items: Sequence[str]) -> str:
    """Return a sentence about well-known things, "" where there are none."""
    if len(items) > 1:
        return f"Well-known ones are {listing(items)}."
    return f"A well-known one is {items[0]}." if items else ""
