"""What is asked of any city, where one table has both the facts and the words of the questions for them.

``data/matters.toml`` has a table per matter; its head says what stands in one. An open question is told what the table
has, a yes/no question decided by it; of a city that is in no list of a matter it is not known.
"""

from __future__ import annotations

import re
from typing import Any

from llm_gym.oracles.knowledge.guess_my_city import ledger
from llm_gym.oracles.knowledge.guess_my_city.almanac import discreet
from llm_gym.oracles.knowledge.guess_my_city.facts import City, table
from llm_gym.oracles.knowledge.guess_my_city.text import key

Verdict = tuple[bool | None, str]
"""Whether a claim is true, None where that is open, and a sentence about it."""

_POLAR = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|would|will|should|got|any|ever)\b"

# That something is there does not say that the city is known for it.
_FAME = r"known|renowned|noted|famous for"


def _pattern(asked: str, entry: dict[str, Any], *unless: str) -> str:
    """Return the pattern of the questions that say some words, and none of others."""
    words = [each for each in (entry.get("not", ""), *unless) if each]
    never = rf"(?!.*\b(?:{'|'.join(words)})\b)" if words else ""
    also = rf"(?=.*\b(?:{entry['with']})\b)" if "with" in entry else ""
    if asked.startswith("^"):
        return f"^{never}{also}{asked[1:]}"
    return rf"^{never}{also}.*\b(?:{asked})\b"


def wordings() -> tuple[tuple[str, str], ...]:
    """Return what open questions ask for: pattern and field, as in ``aspects``."""
    matters = table("matters").items()
    return tuple(
        (_pattern(asked, entry), "|".join((f"matter:{name}", *entry.get("then", ()))))
        for name, entry in matters
        if (asked := entry.get("open", entry.get("ask")))
    )


def claims() -> tuple[tuple[str, str], ...]:
    """Return what yes/no questions claim: pattern and claim, as in ``aspects``."""
    matters = table("matters").items()
    return tuple(
        (
            _pattern(
                asked,
                entry,
                "" if entry.get("famed") else _FAME,
                "" if entry.get("either") else "or",
            ),
            f"matter:{name}",
        )
        for name, entry in matters
        if (asked := entry.get("claim", entry.get("ask")))
    )


def _among(name: str, heading: str, city: City) -> bool:
    """Return whether a matter has the city, or its country, under a heading."""
    named = table("matters")[name].get(heading, ())
    return city.id in named or city.country.name in named


def named(name: str, city: City) -> str:
    """Return what of its kind a matter names in a city or in its country, "" where it names nothing."""
    told = table("matters")[name].get("told", {})
    return str(told.get(city.id, told.get(city.country.name, "")))


def unsaid(name: str, city: City, thing: frozenset[str]) -> bool:
    """Return whether neither the words that ask for a matter nor what it names in a city say a name's words."""
    entry = table("matters")[name]
    asked = " ".join(entry.get(way, "") for way in ("ask", "open", "claim"))
    known = key(named(name, city)).split()
    return not any(word in asked for word in thing) and not thing <= frozenset(known)


def verdict(name: str, city: City) -> Verdict:
    """Return whether a matter is so of a city, None where that is not known, and a sentence about it."""
    entry = table("matters")[name]
    if "reckoned" in entry:
        return ledger.VERDICTS[entry["reckoned"]](city)
    if "against" in entry:
        truth, told = verdict(entry["against"], city)
        return None if truth is None else not truth, told
    if value := named(name, city):
        return None if entry.get("means") == "open" else True, discreet(
            city, entry["said"].format(value)
        )
    lists = ("true", "false", "doubtful")
    heading = next((each for each in lists if _among(name, each, city)), entry.get("otherwise"))
    if heading not in ("true", "false"):
        return None, ""
    return heading == "true", entry.get("yes" if heading == "true" else "no", "")


def asks_for_fame(line: str) -> bool:
    """Return whether a question asks what the city is known for."""
    return re.search(rf"(?i)\b(?:{_FAME})\b", line) is not None


def gives_way(name: str) -> bool:
    """Return whether topics decide where a matter knows nothing of a city."""
    return bool(table("matters")[name].get("yields"))


def further(name: str) -> tuple[str, ...]:
    """Return the fields that are told where a matter knows nothing of a city."""
    return tuple(table("matters")[name].get("then", ()))


def told(city: City, name: str) -> str:
    """Return what a matter tells of a city to an open question, "" where that is nothing."""
    return verdict(name, city)[1]
