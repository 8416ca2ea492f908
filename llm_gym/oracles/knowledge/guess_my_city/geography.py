"""Comparisons of a city with the rest of the world: which side of it, how far, how large."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from llm_gym.oracles.knowledge.guess_my_city.facts import City, atlas, load, place_key
from llm_gym.oracles.knowledge.guess_my_city.text import key

_LINE_KM = 1100.0  # ten degrees: what is near the equator
_DEGREE_KM = 111.2
_ZONES = 65.0  # degrees east that no time zone spans, China's being the widest


@dataclass(frozen=True)
class World:
    """Where places are that are none of the cities with a record.

    Attributes:
        lines: parallels of latitude, in degrees north, by their keys.
        middles: countries and parts of the world, in degrees north and east, by their keys.
        cities: cities elsewhere, in degrees north and east and millions of inhabitants.
    """

    lines: dict[str, float]
    middles: dict[str, tuple[float, float]]
    cities: dict[str, tuple[float, float, float]]

    def position(self, place: str) -> tuple[float, float] | None:
        """Return degrees north and east of the place with this key, None where that is unknown."""
        city = atlas().by_name(place)
        if city is not None:
            return city.latitude, city.longitude
        if place in self.cities:
            return self.cities[place][:2]
        return self.middles.get(place)

    def population(self, city: str) -> float | None:
        """Return the inhabitants of the city of this name in millions, None where unknown."""
        own = atlas().by_name(city)
        if own is not None:
            return own.population
        return self.cities[key(city)][2] if key(city) in self.cities else None


@lru_cache(maxsize=1)
def world() -> World:
    """Return the positions, read at the first call."""
    tables = load("world")
    countries = atlas().countries.values()
    middles = {place_key(name): (north, east) for name, (north, east) in tables["middles"].items()}
    for country in countries:
        for name in country.names:
            middles.setdefault(place_key(name), middles[place_key(country.name)])
    return World(
        {key(name): degrees for name, degrees in tables["lines"].items()},
        middles,
        {key(name): tuple(figures) for name, figures in tables["cities"].items()},
    )


def lies_beyond(sides: frozenset[str], place: str, city: City) -> bool | None:
    """Return whether ``city`` lies outside a place on these sides of it ("east of India").

    East and west are those of a map with Greenwich in the middle. A city inside the place lies on
    no side of it.

    Args:
        sides: some of north, south, east, west.
        place: the place's key, or a line's.
        city: the city.
    """
    if place in world().lines:
        return sides <= {"north" if city.latitude > world().lines[place] else "south"}
    if place in city.within:
        return False
    there = world().position(place)
    if there is None:
        return None
    own = {"north" if city.latitude > there[0] else "south"}
    own |= {"east" if city.longitude > there[1] else "west"}
    return sides <= own


def distance(place: str, city: City) -> float | None:
    """Return the kilometres from ``city`` to a place's middle or a line, None where unknown."""
    if place in world().lines:
        return abs(city.latitude - world().lines[place]) * _DEGREE_KM
    there = world().position(place)
    if there is None:
        return None
    a, b, c, d = map(math.radians, (city.latitude, city.longitude, *there))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 12742 * math.asin(math.sqrt(half))


def near_line(line: str, city: City) -> bool:
    """Return whether ``city`` lies within ten degrees of a line."""
    return abs(city.latitude - world().lines[line]) * _DEGREE_KM < _LINE_KM


def shares(words: frozenset[str], place: str, city: City) -> bool | None:
    """Return whether ``city`` lies in the same country, continent or hemisphere as a place.

    Args:
        words: the words of the question, one of which says what is shared.
        place: the place's key.
        city: the city.
    """
    other = atlas().by_name(place)
    if "country" in words and other is not None:
        return other.country is city.country
    if "continent" in words and other is not None:
        return other.continent == city.continent
    if "continent" in words:
        country = atlas().country(place)
        regions = () if country is None else country.items("regions")
        return city.continent in regions if regions else None
    there = world().position(place)
    if "hemisphere" in words and there is not None:
        return (there[0] > 0) == (city.latitude > 0)
    if "zone" in words and there is not None and abs(there[1] - city.longitude) > _ZONES:
        return False
    return None
