"""What an inhabitant can say of any city: a short entry for each of some hundred kinds of things.

``data/dossier.toml`` has the kinds, with the words of the questions for them; its head says what stands in one. The entries
are in ``data/dossiers``, a file per city, read when such a thing is asked of the city. ``data/dossier_countries.toml`` and
``data/dossiers_countries`` have the same for the countries, told of each of their cities.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from llm_gym.oracles.knowledge.guess_my_city.almanac import discreet
from llm_gym.oracles.knowledge.guess_my_city.aspects import written_out
from llm_gym.oracles.knowledge.guess_my_city.facts import City, load, table

_NOTHING = re.compile(r"none(?=[;,]|$)")
"""What an entry begins with where there is nothing of its kind; what may stand instead of it follows."""

_OTHERS = "others"
"""What stands for the kinds of the other tables."""

# What is asked of a thing that is none of its name: its size, age, builder, reason; and what is asked of the country.
_OF_IT = re.compile(
    r"\b(?:significance|importance|purpose|meaning|function|size|height|age|length|depth) of\b|\b1\d{3}s?\b|\b20\d\ds?\b|"
    r"\bhow (?:many|big|tall|high|long|wide|deep|large|old|far|often|ancient|small|did|was|were|much|come)\b|\bwhy\b|"
    r"\bwho (?:\w+ )?(?:built|designed|made|founded|owns|runs|wrote|painted|composed|created|established|invented|plays|"
    r"ordered|commissioned|led)\b|\bmade (?:of|from|out of)\b|\b(?:what|which) colou?rs?\b|"
    r"\bwhen (?:was|were|did|is|are|does|do)\b|"
    r"\b(?:what|which) (?:year|century|date|day(?! (?:trip|out|excursion))|month|time|percent\w*)\b"
)
_OF_THE_COUNTRY = re.compile(
    r"\b(?:your|the|of|which|what|my) (?!(?:nearest|closest|next|foreign|neighbou?ring) )(?:\w+ )?"
    r"(?:country|countries|nation|homeland)s?\b(?! capital| (?:is|lies) (?:the )?(?:nearest|closest|next))|"
    r"\bnational (?:animal|bird|flower|tree|dish|drink|dress|costume|sport|day|holiday|anthem|flag|fruit|symbol|emblem|hero)"
)
# Other places of the country are no question for the country.
_ELSEWHERE = re.compile(
    r"\b(?:rest|others?|other \w+|cities|elsewhere|anywhere) (?:\w+ )?(?:in|of|from) (?:the|your|its) country\b"
)
# "In the country" of a question for the city says with what the city is compared.
_OF_THE_CITY = re.compile(
    r"\b(?:your|the) (?:city|town|home ?town)\b(?! (?:is|belongs|lies) (?:in|to)\b)"
)
_IN_THE_COUNTRY = re.compile(
    r"\b(?:in|of|across|throughout|from|within|for) (?:the|its) (?:\w+ )?(?:country|nation)\b(?! your)"
)
_BEFORE_A_PART = re.compile(r"(?<=[,;]) ")
_NO_LETTERS = re.compile(r"\W+")
_WORD = re.compile(r"[a-z]+")
_BEGINNING = re.compile(r"[a-z]{1,3}")


class _Wording(NamedTuple):
    """A pattern of the questions for a kind, and whether it is a name of the thing."""

    kind: str
    pattern: str
    name: bool


def _beginnings(pattern: str) -> frozenset[str]:
    """Return the first letters, three where there are so many, of what a pattern matches."""
    if not pattern.startswith("(?:"):
        found = _BEGINNING.match(pattern)
        assert found is not None, f"a wording that begins with no letter: {pattern}"
        return frozenset((found[0],))
    depth, start = 0, 3
    parts: list[str] = []
    for at in range(3, len(pattern)):
        if depth == 0 and pattern[at] in "|)":
            parts.append(pattern[start:at])
            start = at + 1
            if pattern[at] == ")":
                break
        depth += {"(": 1, ")": -1}.get(pattern[at], 0)
    rest = pattern[start:]
    after = _beginnings(rest[1:]) if rest[:1] in ("?", "*") else frozenset[str]()
    return after.union(*map(_beginnings, parts))


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """Return the tables of all kinds, first those of the cities: of two wordings alike theirs is taken."""
    return {
        kind: entry
        for kind, entry in (*table("dossier").items(), *table("dossier_countries").items())
        if kind != _OTHERS
    }


@cache
def _wordings() -> dict[str, tuple[_Wording, ...]]:
    """Return by their first letters the wordings of all kinds."""
    led: dict[str, tuple[_Wording, ...]] = {}
    for kind, ways in ((_OTHERS, {"ask": table("dossier")[_OTHERS]}), *kinds().items()):
        for way in ("ask", "say"):
            for pattern in ways.get(way, ()):
                for letters in _beginnings(pattern):
                    led[letters] = (*led.get(letters, ()), _Wording(kind, pattern, way == "ask"))
    return led


@cache
def _led_by(letters: str) -> tuple[tuple[re.Pattern[str], _Wording], ...]:
    """Return the wordings with some first letters, compiled when a question has a word with them."""
    wordings = _wordings().get(letters, ())
    return tuple((re.compile(rf"(?:{each.pattern})\b"), each) for each in wordings)


def _national(kind: str) -> bool:
    """Return whether a kind is one of the countries'."""
    return kind in table("dossier_countries")


@cache
def _never(kind: str) -> re.Pattern[str] | None:
    """Return what finds the words of which a question for a kind has none."""
    words = None if kind == _OTHERS else kinds()[kind].get("not")
    return re.compile(rf"\b(?:{words})\b") if words else None


def _named_at(
    text: str, start: int, *, things: bool = True, national: bool = False
) -> tuple[int, str, bool]:
    """Return where the longest wording that begins at a word ends, its kind, and whether it is a name.

    Without ``things`` no name of a thing is a wording; where it is ``national``, nothing of the cities' kinds is one.
    """
    letters = _BEGINNING.match(text, start)
    best = (0, "", False)
    for pattern, (kind, _, name) in _led_by(letters[0]) if letters else ():
        if kind != _OTHERS and ((name and not things) or (national and not _national(kind))):
            continue
        match = pattern.match(text, start)
        if match is not None and match.end() > best[0]:
            never = _never(kind)
            if never is None or never.search(text) is None:
                best = (match.end(), kind, name)
    return best


def _read(line: str) -> str:
    """Return a question without what it compares the city with."""
    text = _ELSEWHERE.sub("elsewhere", written_out(line))
    text = _IN_THE_COUNTRY.sub("", text) if _OF_THE_CITY.search(text) else text
    return " ".join(text.split())


def of_the_country(line: str) -> bool:
    """Return whether a question asks for something of the country."""
    return _OF_THE_COUNTRY.search(_read(line)) is not None


def kind_asked(line: str) -> str | None:
    """Return of what kind the thing is that a question asks for, None where it is of none.

    It is what the question names first; of several names in a row the last: "film festival" asks for a festival.
    """
    text = _read(line)
    national = _OF_THE_COUNTRY.search(text) is not None
    things = _OF_IT.search(text) is None
    kind, end = "", 0
    for word in _WORD.finditer(text):
        if word.start() < end:
            continue
        if kind and word.start() > end + 1:
            break
        found = _named_at(text, word.start(), things=things, national=national)
        if kind and not found[2]:
            break
        if found[1]:
            end, kind, _ = found
    kind = _narrower(kind, text, things=things, national=national)
    return kind if kind not in ("", _OTHERS) else None


@cache
def _before() -> dict[str, frozenset[str]]:
    """Return the kinds that yield, each with those to which it does."""
    wide = {wide for each in kinds().values() for wide in each.get("before", ())}
    return {
        kind: frozenset(k for k, each in kinds().items() if kind in each.get("before", ()))
        for kind in wide
    }


def _narrower(kind: str, text: str, *, things: bool, national: bool) -> str:
    """Return the kind to which another one yields where a question has its wording anywhere, else that one."""
    narrower = _before().get(kind, frozenset())
    for word in _WORD.finditer(text) if narrower else ():
        letters = _BEGINNING.match(text, word.start())
        for pattern, (other, _, name) in _led_by(letters[0]) if letters else ():
            if (
                other not in narrower
                or (name and not things)
                or (national and not _national(other))
            ):
                continue
            never = _never(other)
            if pattern.match(text, word.start()) and (never is None or never.search(text) is None):
                return other
    return kind


_WHETHER = re.compile(
    r"(?:(?:is|are|was|were) there|(?:do|does) (?:you|it|your \w+) have|has (?:it|your \w+) got) (?:a |an |any |some )?"
    r"(?:(?:famous|notable|well known|popular|known|local) )*"
)
_HERE = re.compile(
    r"(?: (?:nearby|there|here|around|(?:in|near|around|close to|at|by|of|from) "
    r"(?:your|the|it|this|there|you)(?: \w+)?))*\W*"
)


def kind_there(line: str) -> str | None:
    """Return the kind of thing of which a question asks whether there is one, and no more; else None."""
    text = written_out(line)
    begun = _WHETHER.match(text)
    end, kind, _ = _named_at(text, begun.end()) if begun else (0, "", False)
    return kind if kind not in ("", _OTHERS) and _HERE.fullmatch(text, end) else None


@cache
def _entries(file: str) -> dict[str, str]:
    try:
        return load(file)
    except FileNotFoundError:
        return {}


def country_file(city: City) -> str:
    """Return the name of the file of a city's country, without its ending."""
    return _NO_LETTERS.sub("_", city.country.name.lower())


def _value(city: City, kind: str) -> str:
    """Return the entry of a kind, "" where there is none.

    The country's may name the city among others: it is told without that part.
    """
    if _national(kind):
        told = _entries(f"dossiers_countries/{country_file(city)}").get(kind, "")
        parts = [each for each in _BEFORE_A_PART.split(told) if discreet(city, each)]
        return " ".join(parts).rstrip(",;")
    return _entries(f"dossiers/{city.id}").get(kind, "")


@cache
def entry(city: City, kind: str) -> str:
    """Return the sentence of a kind, of the one that stands in for it where it has none, "" where nothing is known."""
    value, form = _value(city, kind), kinds()[kind]
    if not value and "else" in form:
        return entry(city, form["else"])
    if _NOTHING.match(value):
        lacking = form["none"].removesuffix(".")
        return discreet(city, f"{_NOTHING.sub(lacking, value)}.")
    return discreet(city, form["said"].format(value)) if value else ""


def says_what_is_asked(kind: str, told: str, line: str) -> bool:
    """Return whether what is told of a kind names what a question does: teas are no answer to "Which beer ...?"."""
    text = written_out(line)
    groups = (re.compile(rf"\b(?:{each})\b") for each in kinds()[kind].get("names", ()))
    asked = [group for group in groups if group.search(text)]
    return not asked or any(group.search(told.lower()) for group in asked)


def lacks(city: City, kind: str) -> bool:
    """Return whether a city is known to have nothing of a kind."""
    return _NOTHING.match(_value(city, kind)) is not None


@cache
def _in_place_of() -> dict[str, str]:
    """Return the kinds by the fields of other tables in whose place their entries are told."""
    return {field: kind for kind, each in kinds().items() for field in each.get("over", ())}


def instead(city: City, field: str) -> str:
    """Return what is told of a city in the place of a field of another table, "" where that is nothing."""
    kind = _in_place_of().get(field)
    return entry(city, kind) if kind else ""
