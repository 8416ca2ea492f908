"""How many people a thing has room for: "Can more than ten people fit in it?"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from llm_gym.oracles.knowledge.twenty_questions.claims import Claim, Not
from llm_gym.oracles.knowledge.twenty_questions.language import read_sections
from llm_gym.oracles.knowledge.twenty_questions.sheets import Sheet
from llm_gym.oracles.knowledge.twenty_questions.words import SIZE_WORDS

_WORDS = {**SIZE_WORDS, "a hundred": 100, "a dozen": 12,
          "dozens of": 24, "hundreds of": 200, "thousands of": 2000}  # fmt: skip
_PEOPLE = r"(?:people|persons|passengers|adults|humans|men|kids|children|guests|travell?ers|riders)"
_MANY = rf"(\d+|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_BOUND = r"(?:(more than|over|at least|up to|less than|fewer than|only|about) )?"
_IN_IT = r"(?: (?:comfortably|easily|together|at (?:once|a time|the same time)|in|on|inside|into|onto|it|this|one))*$"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?:can|could|would|will|do|does|may|might|is it possible for) (?:it )?{_BOUND}{_MANY} {_PEOPLE} "
        r"(?:be able to |all )?"
        rf"(?:to )?(?:fit|sit|ride|travel|sleep|go|get|stand|lie|be|use|squeeze|live|board)\b(?! for){_IN_IT}",
        r"^(?:can|could|would|will|does|may|might) it (?:be able to )?(?:seat|hold|carry|fit|transport|take|accommodate|"
        rf"sleep|have (?:room|space|seats|place) for) {_BOUND}{_MANY} {_PEOPLE}{_IN_IT}",
        rf"^(?:is it (?:big|large) enough for|is it (?:made|built|meant) for|is there (?:room|space) (?:in it )?for) "
        rf"{_BOUND}{_MANY} {_PEOPLE}{_IN_IT}",
    )
)


@cache
def _room() -> dict[str, int]:
    """Return kind or object -> how many people it usually has room for."""
    lines = (line.split(":") for line in read_sections("measures.txt")["room"])
    return {name.strip(): int(number) for names, number in lines for name in names.split(",")}


@dataclass(frozen=True, slots=True)
class Room(Claim):
    """The object has room for at least so many people."""

    people: int

    def holds(self, sheet: Sheet) -> bool:
        """Look the object up, then its kinds, the nearest of which counts."""
        own = _room().get(sheet.name)
        if own is None:
            own = max((_room().get(kind, 0) for kind in sheet.lineage), default=0)
        return own >= self.people


def read_capacity(text: str) -> Claim | None:
    """Return what a question with a number of people claims about the room for them, or None."""
    found = next((match for form in _FORMS if (match := form.match(text))), None)
    if found is None:
        return None
    number = _WORDS[found[2]] if found[2] in _WORDS else int(found[2])
    match found[1]:
        case "more than" | "over":
            return Room(number + 1)
        case "less than" | "fewer than":
            return Not(Room(number))
        case "only":
            return Not(Room(number + 1))
    return Room(number)
