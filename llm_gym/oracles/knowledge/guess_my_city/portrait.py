"""Sentences that put several facts together: what kind of city it is, and what people there complain about."""

from __future__ import annotations

from collections.abc import Callable

from llm_gym.oracles.knowledge.guess_my_city import ledger, matters
from llm_gym.oracles.knowledge.guess_my_city.almanac import discreet
from llm_gym.oracles.knowledge.guess_my_city.facts import CONTINENTS, City
from llm_gym.oracles.knowledge.guess_my_city.text import listing

# Inhabitants in millions, from which one calls a city so.
_SIZES = ((8.0, "huge, crowded"), (2.0, "large, busy"), (0.6, "mid-sized"), (0.0, "rather small"))


def _portrait(city: City) -> str:
    """Tell in a sentence or two what kind of city it is."""
    size = next(word for least, word in _SIZES if city.population >= least)
    role = "capital" if city.is_capital else "port" if "port" in city.record["traits"] else "city"
    fame = ledger.TELLERS["fame"](city)
    where = f"on {city.record['coast']}" if "coast" in city.record else "away from the sea"
    return discreet(city, f"It is a {size} {role} {where}. {fame}".strip())


_TROUBLES = (("jams", "traffic jams"), ("smog", "dirty air"), ("slums", "slums"))


_HAZARDS = "earthquakes floods hurricanes typhoons cyclones sandstorms drought wildfires".split()


def _environment(city: City) -> str:
    """Tell what is known to be bad about air, water and ground."""
    found = ["dirty air"] if ledger.listed("smog", city) else []
    found += [trait for trait in _HAZARDS if trait in city.record["traits"]]
    return f"Troubles of the environment: {listing(found, 4)}." if found else ""


def _problems(city: City) -> str:
    """Tell what is known to be bad in the city."""
    found = [told for fact, told in _TROUBLES if ledger.listed(fact, city)]
    found += ["crime"] if matters.verdict("safe_city", city)[0] is False else []
    found += ["high rents"] if matters.verdict("dear", city)[0] else []
    found += [trait for trait in _HAZARDS if trait in city.record["traits"]]
    return discreet(city, f"What people complain about: {listing(found, 4)}.") if found else ""


def _subregion(city: City) -> str:
    """Tell the part of its continent in which the country lies."""
    parts = [name for name in city.country.items("regions") if name not in CONTINENTS]
    if not parts:
        return ""
    article = "the " if parts[0] in ("Middle East", "Caucasus", "Caribbean", "Balkans") else ""
    return f"My hometown is in {article}{parts[0]}."


TELLERS: dict[str, Callable[[City], str]] = {
    "portrait": _portrait,
    "problems": _problems,
    "environment": _environment,
    "subregion": _subregion,
    "air": lambda city: ledger.VERDICTS["smog"](city)[1],
    "standard": lambda city: " ".join(
        filter(None, (matters.verdict("livable", city)[1], ledger.TELLERS["income"](city)))
    ),
}
"""What can be told without a further word."""
