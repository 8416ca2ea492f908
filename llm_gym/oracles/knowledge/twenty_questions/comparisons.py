"""Comparisons with everyday things, other objects and amounts ("heavier than a brick")."""

from __future__ import annotations

import re
from functools import cache

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AnyOf,
    Claim,
    Compare,
    Not,
    Property,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    lemma,
    lexicon,
    vocabulary,
)
from llm_gym.oracles.knowledge.twenty_questions.measures import (
    Measures,
    everyday,
    read_measures,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    object_names,
    sheet_of,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    ADVERBS,
    DETERMINERS,
    IT,
    SIZE_WORDS,
    Words,
)

COMPARATIVES = {
    "bigger": ("size", 1),
    "larger": ("size", 1),
    "greater": ("size", 1),
    "smaller": ("size", -1),
    "tinier": ("size", -1),
    "littler": ("size", -1),
    "heavier": ("weight", 1),
    "lighter": ("weight", -1),
    "longer": ("length", 1),
    "shorter": ("length", -1),
    "taller": ("height", 1),
    "higher": ("height", 1),
    "lower": ("height", -1),
    "wider": ("width", 1),
    "broader": ("width", 1),
    "narrower": ("width", -1),
    "thicker": ("thick", 1),
    "thinner": ("thick", -1),
    "faster": ("speed", 1),
    "quicker": ("speed", 1),
    "slower": ("speed", -1),
    "cheaper": ("price", -1),
    "pricier": ("price", 1),
    "costlier": ("price", 1),
    "harder": ("hard", 1),
    "softer": ("hard", -1),
    "tougher": ("hard", 1),
    "louder": ("loud", 1),
    "quieter": ("loud", -1),
    "noisier": ("loud", 1),
    "hotter": ("hot", 1),
    "warmer": ("hot", 1),
    "colder": ("hot", -1),
    "cooler": ("hot", -1),
    "older": ("since", -1),
    "newer": ("since", 1),
    "younger": ("since", 1),
    "deeper": ("height", 1),
    "stronger": ("weight", 1),
    "weaker": ("weight", -1),
}


COMPARED_ADJECTIVES = {
    "big": "size",
    "large": "size",
    "small": "size",
    "heavy": "weight",
    "light": "weight",
    "long": "length",
    "tall": "height",
    "high": "height",
    "wide": "width",
    "thick": "thick",
    "fast": "speed",
    "expensive": "price",
    "costly": "price",
    "valuable": "price",
    "hard": "hard",
    "loud": "loud",
    "hot": "hot",
    "short": "length",
    "soft": "hard",
    "thin": "thick",
    "size": "size",
    "weight": "weight",
    "length": "length",
    "height": "height",
}


_UNIT_CM = {
    "inch": 2.54,
    "foot": 30.48,
    "yard": 91.44,
    "meter": 100.0,
    "metre": 100.0,
    "centimeter": 1.0,
    "cm": 1.0,
    "mile": 160934.0,
    "kilometer": 1e5,
    "m": 100.0,
    "millimeter": 0.1,
    "ft": 30.48,
    "km": 1e5,
    "mm": 0.1,
}


_UNIT_KG = {
    "pound": 0.4536,
    "lb": 0.4536,
    "kilogram": 1.0,
    "kg": 1.0,
    "kilo": 1.0,
    "gram": 0.001,
    "ounce": 0.02835,
    "oz": 0.02835,
    "ton": 1000.0,
    "tonne": 1000.0,
    "g": 0.001,
}


_UNIT_KMH = {"mph": 1.609, "kmh": 1.0}


_MONEY = frozenset("dollar buck usd cent euro".split())


def reference(words: Words) -> Measures | None:
    """Return the measures of an everyday thing or of one of the objects, named by a noun phrase."""
    nouns = [w for w in words if w not in DETERMINERS and w not in ADVERBS and w not in IT]
    for i, word in enumerate(nouns):
        if (
            i
            and nouns[i + 1 :]
            and word in ("in", "on", "is", "are", "when", "that", "or", "does", "can", "for")
        ):
            nouns = nouns[:i]
            break
    if len(nouns) > 2 and "of" in nouns[:2]:
        nouns = (
            nouns[nouns.index("of") + 1 :] + nouns[: nouns.index("of")]
            if nouns[0] != "size"
            else nouns[2:]
        )
    phrase = [lemma(part) for noun in nouns for part in noun.split("_")]
    for start in range(len(phrase)):
        for end in range(len(phrase), start, -1):
            name = " ".join(phrase[start:end])
            for known in (name, lexicon().concept(name.replace(" ", "_")).replace("_", " ")):
                if known in _objects():
                    return sheet_of(_objects()[known]).measures
                if known in everyday():
                    return everyday()[known]
    return None


@cache
def _objects() -> dict[str, str]:
    """Return each object by its name as a lemma; an object is as big when it is asked about as when it is compared with."""
    return {
        " ".join(map(lemma, name.replace("-", " ").split())): name
        for name in sorted(object_names())
    }


def _amount(words: Words, dimension: str) -> tuple[str, Measures] | None:
    """Read a quantity: "100 pounds", "a foot", "6 feet tall", "20 dollars"."""
    number = 1.0
    for i, word in enumerate(words):
        try:
            number = float(word)
            continue
        except ValueError:
            pass
        if word in SIZE_WORDS and word != "one":
            number = SIZE_WORDS[word] * (number if word == "hundred" else 1)
            continue
        if word == "thousand":
            number *= 1000
            continue
        base = lemma(word)
        if base in _UNIT_CM and not (
            base == "foot"
            and number == 1.0
            and dimension not in ("length", "height", "size", "width")
        ):
            edge = number * _UNIT_CM[base]
            following = words[i + 1 : i + 2]
            if following in (["tall"], ["high"]):
                dimension = "height"
            elif dimension in ("size", "weight"):
                dimension = "length"
            return dimension, Measures(edge, edge, edge, 0.0)
        if base in _UNIT_KG:
            return "weight", Measures(1, 1, 1, number * _UNIT_KG[base])
        if base in _UNIT_KMH or base in ("mile",):
            return "speed", Measures(1, 1, 1, 1, speed=number * _UNIT_KMH.get(base, 1.6))
        if base in _MONEY:
            return "price", Measures(1, 1, 1, 1, price=number)
    return None


_THAN = (
    r"(?:\w+ )??(?:(?:a )?(?:lot|bit|little|much|far|way|even|any|slightly|considerably) )?"
    r"(\w+)(?: in (?:size|weight|length|height))? "
    r"(?:than|in comparison to|compared to|compared with) (.+)"
)


_AMOUNT = (
    r"(weigh|cost|worth|measure|stand|be)?s? ?"
    r"(more|less|over|under|at least|at most|up to|about) (?:than )?(.+)"
)


_ALIKE = (
    r"(?:weigh |cost )?(?:about |almost |roughly |just |approximately |around |nearly )?"
    r"(?:as|the same|similar in|the|close in|close to the) (\w+)(?: or \w+)? (?:as|to|of) (.+)"
)


_DEGREE = re.compile(r"(?:(more|less) (\w+)|(?:\w+ )?(\w+?)(i?)er) than (.+)")


def _by_degree(text: str) -> Claim | None:
    """Read a comparison that no measure decides by its adjective: "sweeter than a lemon"."""
    found = _DEGREE.match(text)
    if found is None:
        return None
    stem = f"{found[3]}{'y' if found[4] else ''}"
    forms = (stem, stem + "e", stem[:-1]) if found[3] else (found[2],)
    concepts = [lexicon().concept(form) for form in forms if form in vocabulary()]
    if not concepts:
        return None
    claim = Property(concepts[0])
    return Not(claim) if found[1] == "less" else claim


# What a thing without known measures is taken for: a box that one person carries.
UNHEARD = read_measures("40x30x20cm 3kg $30 speed=10 loud=3")


def read_comparison(words: Words) -> Claim | None:
    """Read a comparison, or None: "bigger than X", "as heavy as X", "weigh more than X".

    "the size of X".
    """
    text = " ".join(words)
    sign, dimension, tail = 0, "", ""
    if found := re.match(
        _THAN,
        text,
    ):
        word = found[1]
        if word in COMPARATIVES:
            dimension, sign = COMPARATIVES[word]
            tail = found[2]
    if not dimension and (found := re.match(r"(more|less) (\w+) than (.+)", text)):
        adjective = found[2]
        if adjective in COMPARED_ADJECTIVES:
            dimension = COMPARED_ADJECTIVES[adjective]
            sign = 1 if found[1] == "more" else -1
            tail = found[3]
    if not dimension and (
        found := re.match(
            _AMOUNT,
            text,
        )
    ):
        dimension = {"weigh": "weight", "cost": "price", "worth": "price"}.get(
            found[1] or "", "size"
        )
        sign = 1 if found[2] in ("more", "over", "at least") else 0 if found[2] == "about" else -1
        tail = found[3]
        amount = _amount(tail.split(), dimension)
        if amount is None and not found[1]:
            return None
    if not dimension and (
        found := re.match(
            _ALIKE,
            text,
        )
    ):
        if found[1] in COMPARED_ADJECTIVES:
            dimension = COMPARED_ADJECTIVES[found[1]]
            sign, tail = 0, found[2]
    if not dimension and (
        found := re.match(
            r"(\d+|one|two|three|four|five|six|ten) (\w+) (tall|long|high|wide|thick)", text
        )
    ):
        dimension, sign, tail = COMPARED_ADJECTIVES.get(found[3], "length"), 0, text
    if not dimension:
        return _by_degree(text)
    alternatives = [t.split() for t in re.split(r" or ", tail)]
    claims: list[Claim] = []
    for option in alternatives:
        amount = _amount(option, dimension)
        if amount is not None:
            claims.append(Compare(amount[0], sign, amount[1]))
            continue
        other = reference(option)
        if other is not None:
            claims.append(Compare(dimension, sign, other))
    if not claims:
        return Compare(dimension, sign, UNHEARD)
    return claims[0] if len(claims) == 1 else AnyOf(tuple(claims))
