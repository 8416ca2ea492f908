"""Porter's stemmer with its author's two later rules, as Lucene's PorterStemFilter applies it.

Source: M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980; the later rules
(-bli to -ble and -logi to -log) are those of his own C version. The stemmers that are kept
as packages follow either the paper or Porter's second algorithm, which give other stems.
"""

from __future__ import annotations

import re

_C, _V = "[^aeiou]", "[aeiouy]"
# A word is [C](VC)^m[V]; y is a vowel after a consonant, and a consonant elsewhere. The word's
# first y and any y after a vowel are written Y while the rules run.
_CONSONANT_Y = re.compile("^y|(?<=[aeiou])y")
_MEASURE_OVER_0 = re.compile("^[^aeiouy]*[aeiouy]+[^aeiouy]")
_MEASURE_1 = re.compile("^[^aeiouy]*[aeiouy]+[^aeiouy]+[aeiouy]*$")
_MEASURE_OVER_1 = re.compile("^[^aeiouy]*[aeiouy]+[^aeiouy]+[aeiouy]+[^aeiouy]")
_HAS_VOWEL = re.compile(_V)
_DOUBLE_CONSONANT = re.compile(r"([^aeiouy])\1$")
_CONSONANT_VOWEL_CONSONANT = re.compile("[^aeiouy][aeiouy][^aeiouywxY]$")

_STEP_2 = {
    "ational": "ate",
    "tional": "tion",
    "enci": "ence",
    "anci": "ance",
    "izer": "ize",
    "bli": "ble",
    "alli": "al",
    "entli": "ent",
    "eli": "e",
    "ousli": "ous",
    "ization": "ize",
    "ation": "ate",
    "ator": "ate",
    "alism": "al",
    "iveness": "ive",
    "fulness": "ful",
    "ousness": "ous",
    "aliti": "al",
    "iviti": "ive",
    "biliti": "ble",
    "logi": "log",
}
_STEP_3 = {
    "icate": "ic",
    "ative": "",
    "alize": "al",
    "iciti": "ic",
    "ical": "ic",
    "ful": "",
    "ness": "",
}
_STEP_4 = ("al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize").split()


def _longest_first(suffixes: list[str]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(sorted(suffixes, key=len, reverse=True))})$")


_SUFFIX_2 = _longest_first(list(_STEP_2))
_SUFFIX_3 = _longest_first(list(_STEP_3))
_SUFFIX_4 = _longest_first(_STEP_4)


def stem(word: str) -> str:
    """The stem of a lower-cased word; words of one or two characters stay as they are."""
    if len(word) <= 2:
        return word
    word = _mark_consonant_y(word)
    word = _plurals_and_participles(word)
    if word.endswith("y") and _HAS_VOWEL.search(word[:-1]):
        word = word[:-1] + "i"
    elif word.endswith("Y") and _HAS_VOWEL.search(word[:-1]):
        word = word[:-1] + "i"
    word = _replace_suffix(word, _SUFFIX_2, _STEP_2)
    word = _replace_suffix(word, _SUFFIX_3, _STEP_3)
    word = _drop_suffix(word)
    return _tidy_end(word).lower()


def _mark_consonant_y(word: str) -> str:
    """Write each y that is a consonant as Y, from left to right."""
    if "y" not in word:
        return word
    marked = ""
    for letter in word:
        consonant_y = letter == "y" and (not marked or marked[-1] in "aeiouy")
        marked += "Y" if consonant_y else letter
    return marked


def _plurals_and_participles(word: str) -> str:
    """Steps 1a and 1b."""
    if word.endswith("s"):
        if word.endswith(("sses", "ies")):
            word = word[:-2]
        elif not word.endswith("ss"):
            word = word[:-1]
    if word.endswith("eed"):
        return word[:-1] if _MEASURE_OVER_0.match(word[:-3]) else word
    for suffix in ("ed", "ing"):
        if word.endswith(suffix) and _HAS_VOWEL.search(word[: -len(suffix)]):
            word = word[: -len(suffix)]
            if word.endswith(("at", "bl", "iz")):
                return word + "e"
            if _DOUBLE_CONSONANT.search(word):
                return word if word[-1] in "lsz" else word[:-1]
            if _MEASURE_1.match(word) and _CONSONANT_VOWEL_CONSONANT.search(word):
                return word + "e"
            return word
    return word


def _replace_suffix(word: str, pattern: re.Pattern[str], table: dict[str, str]) -> str:
    """Steps 2 and 3: change the longest suffix of the table if the rest has a measure over 0."""
    found = pattern.search(word)
    if found and _MEASURE_OVER_0.match(word[: found.start()]):
        return word[: found.start()] + table[found.group()]
    return word


def _drop_suffix(word: str) -> str:
    """Step 4: drop the longest suffix if the rest has a measure over 1."""
    found = _SUFFIX_4.search(word)
    if found is None:
        return word
    rest = word[: found.start()]
    if found.group() == "ion" and not rest.endswith(("s", "t")):
        return word
    return rest if _MEASURE_OVER_1.match(rest) else word


def _tidy_end(word: str) -> str:
    """Step 5: a final e, and one of two final l's."""
    if word.endswith("e"):
        rest = word[:-1]
        if _MEASURE_OVER_1.match(rest) or (
            _MEASURE_1.match(rest) and not _CONSONANT_VOWEL_CONSONANT.search(rest)
        ):
            word = rest
    if word.endswith("ll") and _MEASURE_OVER_1.match(word[:-1]):
        word = word[:-1]
    return word
