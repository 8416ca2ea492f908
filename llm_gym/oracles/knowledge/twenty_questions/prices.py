"""Questions about the price: bounds in money, and "does it cost a lot"."""

from __future__ import annotations

import re

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AllOf,
    AnyOf,
    Claim,
    Compare,
    Not,
    Property,
)
from llm_gym.oracles.knowledge.twenty_questions.measures import Measures

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "twentyfive": 25,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "couple": 2, "few": 3, "several": 5,
}  # fmt: skip
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "k": 1000,
    "grand": 1000,
    "million": 1e6,
    "billion": 1e9,
}
_NUMBER = rf"(?:\d+(?:\.\d+)?k?|{'|'.join(_NUMBERS)})"
_SCALE = "|".join(f"{name}s?" for name in _SCALES)
_MONEY = r"(?:dollars?|bucks?|usd|euros?|pounds|quid|cents?)"
_AMOUNT = re.compile(
    rf"\b((?:(?:a )?{_NUMBER} (?:of )?)?(?:(?:{_SCALE}) (?:of )?)*|{_NUMBER} (?:or|to) {_NUMBER} )({_MONEY})\b"
)
_OR_TWO = re.compile(r"\ba (?:dollar|buck|euro|pound) or (?:two|so)\b")
_GRAND = re.compile(rf"\b({_NUMBER}) grand\b(?! piano)")
_SUMS = re.compile(r"\b(?:costs?|worth) (?:you )?(million|thousand|hundred)s?(?: of dollars)?$")
_PLENTY = re.compile(
    r"(?<!of )(?<!\d )\b(hundred|thousand|million|billion)s (?:of )?(?:dollars|bucks|euros)"
)
_PRICED = re.compile(
    r"\b(?:set (?:me|you|one|us|them|someone|somebody|people) back|run (?:me|you|one)|"
    r"cost|price|priced|worth|buy|bought|sell|sold|pay|paid|spend|value|valued|afford|get|retail|go|pick|"
    r"cheaper|expensive|have it|purchase|purchased|obtain|is it|is that|is this|be)\b"
)
_MORE = re.compile(
    r"\b(?:more|over|above|exceed|exceeds|exceeding|greater|higher|at least|upwards|north)\b"
)
_LESS = re.compile(
    r"\b(?:less|under|below|cheaper|lower|fewer|at most|within|up to|no more|not more|south)\b"
)
_DEAR = re.compile(r"(?:can|could|might|may|do some|are some|is it possible)\b")
_CHEAPLY = re.compile(r"\b(?:afford|buy|get|purchase|have|obtain)\b.*\b(?:for|with|at)\b")


_WEIGHT = re.compile(r"\b(?:heavier|lighter|weighs?)\b")
"""Pounds of these are no money."""


def read_price(text: str) -> Claim | None:
    """Return what a question with a sum of money in it claims about the price, or None.

    "About $20" is half to double of it, and so is a sum without a comparison ("Does it cost $20?").
    """
    if _WEIGHT.search(text):
        return None
    text = _GRAND.sub(r"\1 thousand dollars", _OR_TWO.sub("2 dollars", text))
    text = _SUMS.sub(r"cost more than one \1 dollars", text)
    text = _PLENTY.sub(r"more than one \1 dollars", text)
    amounts = [_amount(found[1], found[2]) for found in _AMOUNT.finditer(text)]
    if not amounts or not _PRICED.search(text):
        return None
    claim: Claim
    if "between" in text and len(amounts) == 1:
        bounds = re.search(rf"between ({_NUMBER}) and", text)
        if bounds is None:
            return None
        low = _amount(bounds[1], "dollars")
        claim = AllOf((_price(1, low), _price(-1, amounts[0])))
    elif len(amounts) > 1:
        claim = AllOf((_price(1, min(amounts)), _price(-1, max(amounts))))
    else:
        more, less = _MORE.search(text), _LESS.search(text)
        if less is not None or (more is None and _CHEAPLY.search(text)):
            sign = -1
        else:
            sign = 1 if more is not None else 0
        # What can cost a sum is what does where it is dear: ten times the usual.
        dear = 10 if sign > 0 and _DEAR.match(text) else 1
        claim = _price(sign, amounts[0] / dear)
        if dear > 1:
            claim = AnyOf((claim, Property("collectible")))
    return Not(claim) if re.search(r"\bnot\b(?! more)|\bnever\b", text) else claim


def _price(sign: int, amount: float) -> Claim:
    return Compare("price", sign, Measures(1, 1, 1, 1, price=amount))


def _amount(number: str, unit: str) -> float:
    value = 0.0
    for word in number.split():
        if word in ("or", "to", "of"):
            continue
        scale = _SCALES.get(word.rstrip("s"), _SCALES.get(word))
        if scale is not None:
            value = (value or 1.0) * scale
        elif word in _NUMBERS:
            value = max(value, float(_NUMBERS[word]))
        else:
            thousands = word.endswith("k")
            value = float(word.rstrip("k")) * (1000 if thousands else 1)
    return (value or 1.0) / (100 if unit.startswith("cent") else 1)
