"""Questions about the name: its letters, syllables and words, what it rhymes with, where a dictionary has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from llm_gym.oracles.knowledge.twenty_questions.claims import Claim, Not
from llm_gym.oracles.knowledge.twenty_questions.sheets import Sheet
from llm_gym.oracles.knowledge.twenty_questions.words import SIZE_WORDS

_VOWELS = frozenset("aeiou")
_NUMBER = rf"(\d+|{'|'.join(sorted(SIZE_WORDS, key=len, reverse=True))}|eleven)"
_COUNTED = re.compile(
    rf"\b(?:(more than|over|longer than|fewer than|less than|shorter than|under|at least|at most|up to|exactly) )?"
    rf"{_NUMBER} (?:(or more|or fewer|or less) )?(?:different )?(letter|character|syllable|vowel|consonant|word)s?\b"
    r"(?! (?:on|printed))"
)
_ABOUT_NAME = re.compile(
    r"\b(?:name|word|spell\w*|spelt|rhymes?|letters?|syllables?|vowel|consonant|alphabet\w*|dictionary)\b|"
    r"\b(?:start|begin|end)s?(?:ing)? with [a-z]$"
)
_EDGE = re.compile(
    r"\b(start|begin|end|finish)(?:s|es|ing|ning)? (?:with|in|on) (?:the |an? )?(?:letters? )?"
    r"(vowel|consonant|[a-z])$|"
    r"\b(first|last|final|initial) letter(?: (?:in|of) (?:it|its name|the (?:word|name)))? (?:is )?(?:the |an? )?"
    r"(?:letter )?(vowel|consonant|[a-z])$"
)
_HALF = re.compile(
    r"\b(?:letter|starts?|begins?)\b.* (first|second|last|other) half of the alphabet"
)
_HAS = re.compile(
    r"\b(?:contain|have|has|got|include|there|with|use)s? (?:the letters?|an?|any|the) ([a-z])\b(?: in (?:it|its|the)\b.*)?$"
)
_DOUBLE = re.compile(
    r"\b(?:double|repeated|repeating|same) letters?\b|\bsame letter (?:twice|more than once)\b"
)
_RHYME = re.compile(r"\brhymes? with (?:the word )?(\w+)$")
_ORDER = re.compile(
    r"\b(before|after) (?:the word )?(\w+) (?:alphabetically|in (?:the|a) (?:dictionary|alphabet))$"
)


@dataclass(frozen=True, slots=True)
class Named(Claim):
    """The object's name is like this."""

    like: Callable[[str], bool]

    def holds(self, sheet: Sheet) -> bool:
        """Look at the name."""
        return self.like(sheet.name)


def read_letters(text: str) -> Claim | None:
    """Return what a question about the name claims, or None where it asks something else."""
    claim = _read(text) if _ABOUT_NAME.search(text) else None
    return Not(claim) if claim and re.search(r"\bnot\b", text) else claim


def _read(text: str) -> Claim | None:
    if found := _COUNTED.search(text):
        return Named(_bounded(found))
    if found := _EDGE.search(text):
        place, letter = found[1] or found[3], found[2] or found[4]
        at = 0 if place in ("start", "begin", "first", "initial") else -1
        return Named(lambda name: _is_letter(name[at], letter))
    if found := _HALF.search(text):
        early = found[1] == "first"
        return Named(lambda name: (name[0] < "n") == early)
    if _DOUBLE.search(text):
        return Named(lambda name: re.search(r"(\w)\1", name) is not None)
    if found := _RHYME.search(text):
        other = found[1]
        return Named(lambda name: name != other and _rhyme(name) == _rhyme(other))
    if found := _ORDER.search(text):
        sign, word = found[1], found[2]
        return Named(lambda name: name < word if sign == "before" else name > word)
    if found := _HAS.search(text):
        asked = found[1]
        return Named(lambda name: asked in name)
    if re.search(r"\b(?:long|longish) (?:word|name)\b|\b(?:word|name)(?: \w+)? long$", text):
        return Named(lambda name: _letters(name) > 7)
    if re.search(r"\bshort (?:word|name)\b|\b(?:word|name)(?: \w+)? short$", text):
        return Named(lambda name: _letters(name) < 5)
    if re.search(r"\b(?:compound (?:word|noun)|multiple words|several words)\b", text):
        return Named(lambda name: " " in name)
    if re.search(r"\bsingle word\b", text):
        return Named(lambda name: " " not in name)
    return None


def _letters(name: str) -> int:
    return sum(map(str.isalpha, name))


def _is_letter(own: str, asked: str) -> bool:
    if len(asked) == 1:
        return own == asked
    return (own in _VOWELS) == (asked == "vowel")


def _rhyme(word: str) -> str:
    """Return the last vowels of a word and what follows, a silent e with what it lengthens."""
    found = re.search(r"[aeiouy]+[^aeiouy]+e$|[aeiouy]+[^aeiouy]*$", word)
    return found[0] if found else word


def _syllables(name: str) -> int:
    """Count groups of vowels; an e at the end is silent unless an l and a consonant stand before it."""
    return sum(
        len(
            re.findall(
                r"[aeiouy]+",
                re.sub(r"(?<=[aeiouy][^aeiouy])e$|(?<=[^aeiouy]{2})(?<!l)e$", "", word),
            )
        )
        for word in re.split(r"[ -]", name)
    )


_MEASURE: dict[str, Callable[[str], int]] = {
    "letter": _letters,
    "character": _letters,
    "syllable": _syllables,
    "vowel": lambda name: sum(letter in _VOWELS for letter in name),
    "consonant": lambda name: _letters(name) - sum(letter in _VOWELS for letter in name),
    "word": lambda name: len(re.split(r"[ -]", name)),
}


def _bounded(found: re.Match[str]) -> Callable[[str], bool]:
    """Return the test of a number of letters and a bound on it."""
    number = SIZE_WORDS.get(found[2]) or (11 if found[2] == "eleven" else int(found[2]))
    measure = _MEASURE[found[4]]
    match found[3] or found[1]:
        case "more than" | "over" | "longer than":
            return lambda name: measure(name) > number
        case "fewer than" | "less than" | "shorter than" | "under":
            return lambda name: measure(name) < number
        case "at least" | "or more":
            return lambda name: measure(name) >= number
        case "at most" | "up to" | "or fewer" | "or less":
            return lambda name: measure(name) <= number
    return lambda name: measure(name) == number
