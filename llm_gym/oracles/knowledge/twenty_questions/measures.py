"""Sizes, weights, prices and speeds of the objects and of several hundred everyday things."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from llm_gym.oracles.knowledge.twenty_questions.language import lemma, read_sections

_TO_CM = {"mm": 0.1, "cm": 1.0, "m": 100.0, "km": 1e5}
_TO_KG = {"mg": 1e-6, "g": 1e-3, "kg": 1.0, "t": 1e3}
_DIMENSIONS = re.compile(r"([\d.e]+)(?:x([\d.e]+))?(?:x([\d.e]+))?(mm|cm|km|m)$")
_WEIGHT = re.compile(r"([\d.e]+)(mg|kg|g|t)$")
_NUMBERED = re.compile(r"([a-z$]+)=?([\d.e]+)$")


@dataclass(frozen=True, slots=True)
class Measures:
    """How big, heavy, dear, fast, hard, loud and hot a typical specimen is.

    Attributes:
        length, width, height: centimetres in the normal position; the height is vertical.
        weight: kilograms.
        price: US dollars, about.
        speed: kilometres per hour at which it usually moves itself; 0 for what does not.
        hard: 1 (feather) ... 5 (wood) ... 9 (rock), 10 (diamond).
        loud: 0 (silent) ... 5 (voice) ... 10 (jet).
        hot: usual temperature in degrees Celsius.
        since: the year in which people first had it (negative before our era); None for nature.
    """

    length: float
    width: float
    height: float
    weight: float
    price: float = 0.0
    speed: float = 0.0
    hard: float = 5.0
    loud: float = 0.0
    hot: float = 20.0
    since: float = -3000.0

    @property
    def size(self) -> float:
        """One number for "big".

        The geometric mean of the longest edge and the cube root of volume.
        """
        volume = self.length * self.width * self.height
        return float((self.longest * volume ** (1 / 3)) ** 0.5)

    @property
    def longest(self) -> float:
        """The longest edge in centimetres."""
        return max(self.length, self.width, self.height)

    @property
    def edges(self) -> tuple[float, float, float]:
        """The edges in centimetres, shortest first."""
        first, second, third = sorted((self.length, self.width, self.height))
        return first, second, third

    def of(self, dimension: str) -> float:
        """Return one dimension by name (``"size"``, ``"weight"``.

        ``"thin"`` for the shortest edge, ...).
        """
        if dimension == "thick":
            return self.edges[0]
        if dimension == "length":
            return self.longest
        if dimension == "width":
            return self.edges[1]
        value: float = getattr(self, dimension)
        return value


def read_measures(text: str) -> Measures:
    """Read ``"30x20x10cm 1.2kg $40 speed=5 hard=8"``.

    Length x width x height, the weight, the price; the rest by name.
    One edge stands for a cube, two for a square section (length x width x width).
    """
    values: dict[str, float] = {}
    for word in text.split():
        if found := _DIMENSIONS.match(word):
            factor = _TO_CM[found[4]]
            first = float(found[1]) * factor
            second = float(found[2]) * factor if found[2] else first
            third = float(found[3]) * factor if found[3] else second
            values.update(length=first, width=second, height=third)
        elif found := _WEIGHT.match(word):
            values["weight"] = float(found[1]) * _TO_KG[found[2]]
        elif word.startswith("$"):
            values["price"] = float(word[1:])
        elif "=" in word:
            name, number = word.split("=")
            values[name] = float(number)
        else:
            raise ValueError(f"cannot read the measure {word!r} in {text!r}")
    return Measures(**values)


@cache
def everyday() -> dict[str, Measures]:
    """Return the reference things of ``data/measures.txt`` by lemmatised name.

    Synonyms included.
    """
    table: dict[str, Measures] = {}
    for line in read_sections("measures.txt")["things"]:
        names, text = line.split(":")
        measures = read_measures(text)
        for name in names.split(","):
            table[" ".join(lemma(word) for word in name.split())] = measures
    return table
