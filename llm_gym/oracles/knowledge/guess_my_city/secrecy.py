"""Keeping the secret: an answer never contains a name of the hidden city."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property

from llm_gym.oracles.knowledge.guess_my_city.text import plain

# Words that contain a city's name by chance, and what to say instead: not a leak, yet a game that
# looks for the bare substring (the rules of the original) would take them for one. Where another
# such word turns up ("California" in an answer about Cali), less is said.
_INNOCENT = (
    ("climate", "weather"), ("Climate", "Weather"), ("promenade", "waterfront walk"),
    ("locality", "place"), ("locali", "place"),
)  # fmt: skip

# What is written for a letter that it looks like.
_LOOKALIKES = {
    "a": "a4@", "b": "b8", "e": "e3", "g": "g9", "i": "i1!|l", "l": "l1|i", "o": "o0", "s": "s5$",
    "t": "t7", "z": "z2",
}  # fmt: skip
_LATIN = re.compile(r"(?:LATIN|REGIONAL INDICATOR).*(?:LETTER|CAPITAL) ([A-Z])(?: WITH .*)?$")

DISCREET = "I had better not say more about that."
"""The answer to an open question where every fact would give the city away."""


class Secrecy:
    """The names and derived words of one city that no answer may contain.

    Names count as whole words, whatever the case, the accents and the punctuation between their
    parts: "Lima" is not said by "climate", and "Xi'an", "Xian" and "XI AN" are the same word.

    Args:
        names: the names, the usual one first, their spellings and what is derived from them
            ("Parisian").
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._usual = plain(names[0]).lower()
        forms = {re.sub(r"[\W_]+", " ", plain(name)).strip() for name in names}
        parts = sorted((form for form in forms if form), key=len, reverse=True)
        patterns = [r"[\W_]*".join(map(re.escape, form.split())) for form in parts]
        # Initials such as "LA" are names in capitals only: "la" is also an article.
        capitals = [p for p, form in zip(patterns, parts, strict=True) if _initials(form)]
        words = [p for p, form in zip(patterns, parts, strict=True) if not _initials(form)]
        self._forms = [form for form in parts if not _initials(form)]
        self._words = re.compile(rf"(?<![^\W_])(?:{'|'.join(words)})(?:s|es)?(?![^\W_])", re.I)
        self._capitals = (
            re.compile(rf"(?<![^\W_])(?:{'|'.join(capitals)})(?![^\W_])") if capitals else None
        )

    def betrayed_by(self, text: str) -> bool:
        """Whether ``text`` contains one of the names."""
        bare = plain(text)
        if self._words.search(bare):
            return True
        return self._capitals is not None and self._capitals.search(bare) is not None

    def disguised_in(self, text: str) -> bool:
        """Whether ``text`` contains a name in disguise, or letters that may be one.

        A name counts that is spelt out ("L-i-m-a"), reversed, run together or written with digits
        and signs for letters. English needs no letters of another script, so such a letter counts
        as well, whether it looks like a Latin one or not.
        """
        bare, foreign = _latin(text)
        return foreign or self._disguises.search(bare) is not None

    @cached_property
    def _disguises(self) -> re.Pattern[str]:
        spelt = {"".join(re.findall(r"[a-z]", form.lower())) for form in self._forms}
        spelt |= {form[::-1] for form in spelt}
        patterns = (
            r"[\W_]*".join(f"[{re.escape(_LOOKALIKES.get(c, c))}]" for c in form)
            for form in sorted(spelt, key=len, reverse=True)
        )
        return re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})(?:s|es)?(?![^\W_])", re.I)

    def guard(self, answer: str) -> str:
        """Return ``answer``, or what remains to be said where it would betray the city."""
        for innocent, other in _INNOCENT:
            if innocent in answer:
                answer = answer.replace(innocent, other)
        if self._usual not in plain(answer).lower() and not self.betrayed_by(answer):
            return answer
        if answer.startswith("Yes"):
            return "Yes, that is right."
        return "No, that is not so." if answer.startswith("No") else DISCREET


def _initials(form: str) -> bool:
    return form.isupper() and len(form.replace(" ", "")) <= 4


def _latin(text: str) -> tuple[str, bool]:
    """Return ``text`` in plain letters, and whether it has a letter of another script.

    Small capitals, letters in circles and squares and flag letters are plain letters in disguise.
    """
    if text.isascii():
        return text, False
    letters, foreign = [], False
    for char in plain(text):
        if char.isascii():
            letters.append(char)
            continue
        name = unicodedata.name(char, "")
        latin = _LATIN.match(name)
        foreign |= char.isalpha() and not name.startswith(("LATIN", "MODIFIER"))
        letters.append(latin[1] if latin else char)
    return "".join(letters), foreign
