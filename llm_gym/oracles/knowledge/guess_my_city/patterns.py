"""The regular expressions by which questions are taken apart."""

from __future__ import annotations

import re

CONTROL = re.compile(
    r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ud800-\udfff\ufeff]"
)
"""Control and format characters and lone surrogates; the line break is none."""

_HOME = (
    r"(?:your|ur|the|this|that) "
    r"(?:home ?town|home city|native city|city|town|place|hometown city)"
)
HOME_FULL = (
    rf"{_HOME}(?: (?:that |where |which )?"
    r"(?:you(?:'re| are| come| r|r)|u r) ?(?:from|of|living in|in)?)?"
)
"""A way to speak of the hidden city: "your hometown", "the city you are from"."""

_AUXILIARY = (
    r"(?:is|are|was|were|does|do|did|has|have|had|can|could|would|will|isn't|doesn't|aren't|am)"
)
POLAR = re.compile(rf"^{_AUXILIARY}\b", re.I)
"""The beginning of a yes/no question."""

LABEL = re.compile(
    r"^(?:\W*(?:(?:my |the )?(?:next |final |first |last )?(?:question|guess)"
    r"(?: (?:\d+|will be|would be|is|now))*|\d{1,2}|q\d*)\s*[:.)\-]+\s*)+",
    re.I,
)
"""A label before a question: "Question 3:", "4.", "My next question is:"."""

PREFACE = re.compile(
    r"^.{0,200}?\b(?:ask|question|be|guess|following|information|answer|city|hometown)\b"
    r"[^?]{0,80}?(?:[:.]|,(?! (?:which|who|where|when|how)\b))[\s\"']+"
    r"(?=(?:what|which|who|where|when|how|why|are there|tell|describe|can you|could you|if you|"
    rf"{_AUXILIARY} (?:your|the|it|there|this|you|people))\b)",
    re.I | re.S,
)
"""What is said before a question: "Based on the information provided, I would like to ask: "."""

ASIDE = re.compile(
    r"(\b(?:located|situated)\b[^,?]{0,60}\b(?:in|near|on|of|to)\b[^,?]{0,40}[A-Z][\w-]+),? "
    r"(?:which (?:is|are|was)"
    r"|(?<=, )(?:the (?!\w+ (?:part|region|side)\b)|known for|famous for|home to))"
    r"\b[^?]*"
)
"""A remark on a place that was named: "near Surabaya, which is the second largest city"."""

COURTESY = re.compile(
    r"^(?:great|thank you|thanks|okay|ok|well|so|interesting|hmm|alright)\b[,!. ]+", re.I
)
"""A word or two of courtesy before a question."""

REPEATED = re.compile(rf"^is {HOME_FULL} (?=is (?:it|{_HOME})|you(?:'re| are) from )", re.I)
"""The beginning of a question that begins twice: "Is the city you are from Is the city Lima?"."""

TELL_IF = re.compile(
    r"^(?:can|could|would|will) you (?:please )?"
    r"(?:tell me|confirm|say|let me know) (?:if|whether|that) ",
    re.I,
)
"""A yes/no question put politely."""

TELL = re.compile(
    r"^(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:tell me|describe|share|explain|give me|mention|provide|name|elaborate|talk)\b",
    re.I,
)
"""An open question put as a request."""

OPEN = re.compile(
    r"^(?:so |and |in |at |on |for |from |to |if |with |by |of |during )?(?:\w+ ){0,2}?"
    r"(?:what|which|who|whom|whose|where|when|how|why|what's|whats|who's|where's)\b",
    re.I,
)
"""The beginning of an open question."""

NAME = re.compile(
    rf"\bname\b(?: of)? (?:of )?{_HOME}(?!'s|\s+(?:river|wall|cent))"
    rf"|\bwhat(?:'s| is) {HOME_FULL}(?: called| name)?\s*(?:\?|$|that is)"
    r"|\b(?:what|which) (?:city|town)\b.{0,30}\b(?:you|it|live|is)\b(?!.*\b(?:near|close|border))"
    r"|\b(?:starts?|begins?|ends?|starting|beginning) with\b"
    r".{0,20}\b(?:letter|[\"']?\w[\"']?\W*$)"
    r"|\b(?:letters?|spell|anagram|rhymes?|syllab|vowel|consonant|initials?|acronym)\b"
    r"|\bspelled|\bspelling|\bsyllables?|\bvowels|\bconsonants|\babbreviat|\btranslat"
    r"|\b(?:reveal|disclose|give up|secret|tell me the (?:answer|name|city))\b"
    r"|\bignore (?:all|your|previous)"
    r"|\bname (?:that |which )?(?:start|begin|contain|has|have)",
    re.I,
)
"""A request for the name itself or for its letters."""

_NAME_WORDS = frozenset(
    "name what which start begin end starting beginning letter spell spelled spelling anagram "
    "rhyme syllable vowel consonant initial acronym abbreviate abbreviation abbreviated translate "
    "translation reveal disclose give secret tell ignore".split()
)

NAME_PART = re.compile(r"\bname of (?:the|your|a|any|one)\b.{0,60}\b(?:in|at|near|through)\b", re.I)
"""A request for the name of something in the city."""

GUESS = re.compile(
    r"^(?:(?:so|then|ok|well)\b )*(?:"
    rf"(?:is|was|could|would|can|might)\b(?: (?:it|this|that)\b)?(?: be\b)?(?: {HOME_FULL}\b)?"
    r"(?: (?:called|named|be|the city of|the town of)\b)?\s*"
    r"|(?:are you (?:\w+ )?from|do you (?:live in|come from))\b\s*"
    r"|i (?:think|guess|believe|say)\b(?: (?:it is|it's|you are from|you're from|that|its)\b)?\s*"
    r"|my (?:final )?guess(?: is)?\b:?\s*|(?:it is|it's)\b\s*|final answer\b:?\s*)+",
    re.I,
)
"""What stands before the name in a guess."""

RELATED = re.compile(
    r"\b(?:locat|situat|known|near|close|capital|famous|border|popul|coast|part|region|home to|"
    r"bigger|larger|smaller|north|south|east|west|lie|belong|vicinity|along|like|similar|has|have|"
    r"speak|spoken|language|considered|recognized|renowned|large|major|member)",
    re.I,
)
"""Words that no guess contains."""

WORD_NUMBER = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "half": 0.5, "a": 1,
}  # fmt: skip

BOUND = re.compile(
    r"\b(more|over|greater|larger|above|exceed\w*|at least|less|fewer|under|below|smaller)\b"
    rf".{{0,12}}?(\d[\d,.]*|\b(?:{'|'.join(WORD_NUMBER)})\b)"
    r"[\s-]*(million|thousand|billion|m|k)?\b",
    re.I,
)
"""A bound on the number of inhabitants: "more than 5 million"."""


def asks_for_name(line: str, stems: frozenset[str]) -> bool:
    """Return whether ``line``, with the compared words ``stems``, asks for the city's name."""
    if _NAME_WORDS.isdisjoint(stems):
        return False
    return NAME.search(line) is not None and NAME_PART.search(line) is None
