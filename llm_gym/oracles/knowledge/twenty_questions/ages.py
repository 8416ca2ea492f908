"""Questions about the age of an invention: "around in 1950", "invented in the last century"."""

from __future__ import annotations

import re

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AllOf,
    AnyOf,
    Claim,
    Compare,
    Fact,
    Liftable,
    Not,
    Property,
)
from llm_gym.oracles.knowledge.twenty_questions.measures import Measures

TODAY = 2025

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "few": 3, "couple": 2,
    "several": 4, "many": 10,
}  # fmt: skip
_SPANS = {"year": 1, "decade": 10, "century": 100, "millennium": 1000}
_LONG = {"hundreds of years": 300, "thousands of years": 2500, "centuries": 300, "decades": 40}
_EXISTS = (
    r"(?:exist\w*|around|invented|known|used|had|have|available|made|created|built|seen|own|"
    r"alive|recent|modern|old|older|newer|younger|predates?|postdates?|owned|bought|introduced|discovered)"
)
_COUNT = rf"((?:(?:{'|'.join(_NUMBERS)}|\d+|hundred|thousand) )+)(?:of )?(years?|decades?|centur(?:y|ies))"
_YEAR = re.compile(
    r"\b(?:in|by|during|before|after|since|until) (?:the )?(?:year )?(1\d{3}|20\d{2}) ?(s)?\b"
)
_CENTURY = re.compile(r"\b(1[5-9]|20|21)(?:th|st) century\b")
_ORDINALS = {
    "fifteenth": "15th", "sixteenth": "16th", "seventeenth": "17th", "eighteenth": "18th", "nineteenth": "19th",
    "twentieth": "20th", "twenty first": "21st", "21th": "21st",
}  # fmt: skip
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})(?= centur(?:y|ies)\b)")
_SPAN = re.compile(rf"\b{_COUNT}\b")
_RECENT = re.compile(
    r"^is it (?:a |an )?(?:fairly |quite |relatively |pretty |very |rather )?(?:modern|recent|new|contemporary) "
    r"(?:invention|thing|object|technology|creation)$|\binvented recently\b|\brecently invented\b"
)
_ANCIENT = re.compile(
    r"\b(?:in|during|since|back in|from) (?:the )?(ancient times|ancient egypt|ancient rome|antiquity|middle ages|"
    r"medieval times|"
    r"stone age|prehistoric times|roman times|victorian (?:times|era))\b"
)
_LONGER_THAN_PEOPLE = re.compile(
    r"\b(?:longer than|older than|before) (?:there were (?:any )?|the )?"
    r"(?:humans?|people|humanity|mankind|man|human beings)\b"
)
_LONG_AGO = re.compile(r"\b(?:a (?:very )?long time|ages|long) ago\b")
_EVENTS = {
    "jesus|christ": 0, "columbus": 1492, "the industrial revolution": 1760, "the civil war": 1861,
    "(?:the )?(?:first world war|world war (?:one|1|i))": 1914,
    "(?:the )?(?:second world war|world war (?:two|2|ii))": 1939, "electricity": 1880, "cars|the car": 1890,
    "printing press": 1450, "(?:united states|us|usa|america|french revolution)": 1780, "(?:photography|cameras?)": 1840,
    "(?:telephones?|light bulbs?)": 1878, "(?:airplanes|planes)": 1903, "(?:television|tv)": 1930, "moon landing": 1969,
    "computers|the computer": 1950, "the internet": 1990, "my grandparents|my grandmother": 1950, "shakespeare": 1600,
}  # fmt: skip
_PAST_PEOPLE = {
    r"cave ?(?:man|men|woman|women|people|person)|neanderthals?|stone age \w+": -6000,
    r"pharaohs?|(?:ancient )?egyptians?|cleopatra|tutankhamun": -1000,
    r"(?:ancient |old )?(?:romans?|greeks?)|(?:julius )?caesar|gladiators?|aristotle|socrates|plato|jesus|buddha": 0,
    r"vikings?": 900, r"(?:medieval )?(?:knights?|kings?|peasants?|monks?)(?= (?:in|of|back)\b)|genghis khan": 1300,
    r"medieval \w+|people in (?:the )?(?:middle ages|medieval times)|robin hood": 1300,
    r"columbus|leonardo(?: da vinci)?|da vinci|michelangelo": 1490, "shakespeare|henry (?:the eighth|viii)": 1600,
    r"pilgrims?|isaac newton|newton": 1660, r"mozart|george washington|washington|napoleon": 1790,
    r"lincoln|abraham lincoln|queen victoria|(?:the )?victorians?|darwin": 1870,
    r"(?:my |your )?great (?:great )?(?:grandparents|grandmother|grandfather)|people (?:in the )?(?:1800s|19th "
    r"century)": 1890,
    r"(?:my|your|our|his|her) (?:grandparents?|grandmother|grandfather|grandma|grandpa|nana)(?=.*\b(?:had|(?:as|were) "
    r"(?:a )?"
    r"(?:kids?|child|children|young)|young(?:er)?|back then|growing up)\b)": 1955,
}  # fmt: skip
"""People of the past, and until when they lived."""
_PEOPLE_HAD = re.compile(
    rf"^(?:did|would|could|might|do|had|was it|were) (?:the |an? |any |used by |known to )*"
    rf"(?:{'|'.join(f'(?P<p{i}>{who})' for i, who in enumerate(_PAST_PEOPLE))})\b(?: (?:already|ever|also|back then))*"
    r"(?:$| (?:(?:have|be|been) )*(?:have|had|know|known|knew|use|used|own|owned|recogni[sz]ed?|see|seen|hear|heard|"
    r"familiar|understand|understood|got|encountered?|eat|eaten|drink|wear|worn)\b)"
)
_MADE = AnyOf((Property("manmade"), Property("processed")))
_FROM_AMERICA = Fact(frozenset(("come", "america", "originally")), ("does",))
_DEEDS: dict[str, Claim] = {
    "eat": Property("edible"), "eaten": Property("edible"), "drink": Property("drinkable"),
    "wear": Fact(frozenset(("wear",)), ("done",), direct=True), "worn": Fact(frozenset(("wear",)), ("done",), direct=True),
}  # fmt: skip
_ERAS = {
    "middle ages": 1400, "medieval times": 1400, "stone age": -4000, "prehistoric times": -4000, "victorian times": 1890,
    "victorian era": 1890, "roman times": 300, "ancient rome": 300,
}  # fmt: skip


def read_age(text: str) -> Claim | None:
    """Return what a question that names a year, a century or a number of years claims, or None.

    Natural things were always there and were never invented.
    """
    if found := _PEOPLE_HAD.match(text):
        return _had(found, text)
    if not re.search(rf"\b{_EXISTS}\b", text) or re.match(
        r"(?:would|can|does|will) it (?:live|last|keep)\b", text
    ):
        return None
    claim = _read(_ORDINAL.sub(lambda found: _ORDINALS[found[1]], text))
    if claim is None:
        return None
    if re.search(
        r"\b(?:first (?:made|built|produced|manufactured|sold)|invented|invention|created|built|introduced)\b",
        text,
    ):
        claim = AllOf((Property("manmade"), claim))
    return Not(claim) if re.search(r"\bnot\b|\bnever\b|\bdid not\b", text) else claim


def _had(found: re.Match[str], text: str) -> Claim:
    """Return what is claimed where people of the past knew, had, ate or wore it."""
    years = _PAST_PEOPLE.values()
    claim = _known_by(next(year for i, year in enumerate(years) if found[f"p{i}"]))
    if re.search(r"\b(?:have|had|own|owned|use|used)$", found[0]):
        claim = AllOf((claim, AnyOf((Liftable(0), Property("manmade")))))
    if deed := re.search(r"\b(?:eat|eaten|drink|wear|worn)\b", found[0]):
        claim = AllOf((claim, _DEEDS[deed[0]]))
    return Not(claim) if re.search(r"\bnot\b|\bnever\b", text) else claim


def _read(text: str) -> Claim | None:
    made = (
        re.search(
            r"\b(?:first (?:made|built|produced|manufactured|sold)|invented|invention|introduced|discovered|created)\b",
            text,
        )
        is not None
    )
    if found := _YEAR.search(text):
        year = int(found[1])
        if "before" in text:
            return _earlier(year)
        if "after" in text or ("since" in text and made):
            return _later(year)
        if made:
            span = 99 if found[2] and year % 100 == 0 else 9 if found[2] else 5
            return AllOf((_later(year - 6), _earlier(year + span + 6)))
        return _earlier(year + 6)
    if found := _CENTURY.search(text):
        first = (int(found[1]) - 1) * 100
        if "before" in text:
            return _earlier(first)
        return AllOf((_later(first - 6), _earlier(first + 106))) if made else _earlier(first + 106)
    for event, year in _EVENTS.items():
        if re.search(
            rf"\b(?:before|older than|predates?|prior to) (?:the )?(?:(?:invention|discovery|age|days|time) of "
            rf")?(?:the )?(?:{event})\b",
            text,
        ):
            return _earlier(year + 6)
        if re.search(
            rf"\b(?:after|since|newer than|younger than|postdates?) (?:the )?(?:{event})\b", text
        ):
            return _later(year - 6)
    if found := _ANCIENT.search(text):
        return _earlier(_ERAS.get(found[1], 400))
    if _RECENT.search(text):
        return AllOf((Property("manmade"), _later(1900)))
    if _LONGER_THAN_PEOPLE.search(text):
        return Not(Property("manmade"))
    if (found := _LONG_AGO.search(text)) and len(text) - len(found[0]) < 25:
        return _earlier(1800)
    for words, span in _LONG.items():
        if words in text:
            return (
                _later(TODAY - span)
                if re.search(r"\b(?:less|within|last|past)\b", text)
                else _earlier(TODAY - span)
            )
    if found := _SPAN.search(text):
        years = _years(found[1], found[2])
        recent = re.search(
            r"\b(?:less than|within|in|during|over|from|of) (?:the )?(?:last|past)\b|\bless than\b|\bunder\b",
            text,
        )
        return _later(TODAY - years) if recent else _earlier(TODAY - years + 6)
    if found := re.search(r"\b(?:in|within|during) the (?:last|past) (century|decade)\b", text):
        return _later(TODAY - (125 if found[1] == "century" else 20))
    return None


def _years(count: str, unit: str) -> float:
    value = 0.0
    for word in count.split():
        if word in ("hundred", "thousand"):
            value = (value or 1.0) * (100 if word == "hundred" else 1000)
        else:
            value = max(value, float(_NUMBERS[word] if word in _NUMBERS else word))
    return value * _SPANS[unit.replace("ies", "y").rstrip("s")]


def _earlier(year: float) -> Claim:
    """Known before that year; the measures of natural things tell no year."""
    before = Compare("since", -1, Measures(1, 1, 1, 1, since=year))
    return before if year > -3000 else AnyOf((Not(_MADE), before))


def _known_by(year: float) -> Claim:
    """Known to people of the Old World who lived until that year."""
    known = _earlier(year + 6)
    return AllOf((known, Not(_FROM_AMERICA))) if year < 1490 else known


def _later(year: float) -> Claim:
    return Compare("since", 1, Measures(1, 1, 1, 1, since=year))
