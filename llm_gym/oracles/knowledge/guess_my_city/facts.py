"""What is known: the records of the package data, with a city inheriting from its country."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any

from llm_gym.oracles.knowledge.guess_my_city.secrecy import Secrecy
from llm_gym.oracles.knowledge.guess_my_city.text import key

_CITY_FILES = (
    "cities_east_asia",
    "cities_south_asia",
    "cities_southeast_asia",
    "cities_middle_east_africa",
    "cities_europe",
    "cities_americas_oceania",
)
_LARGE_CITY_FILES = (
    "cities_large_europe",
    "cities_large_middle_east_africa",
    "cities_large_asia",
    "cities_large_north_america",
    "cities_large_south",
)
_WAY_OF_LIFE = (
    "food", "drinks", "music", "festivals", "products", "crafts", "religions", "languages",
)  # fmt: skip
CONTINENTS = ("Europe", "Asia", "Africa", "North America", "South America", "Australia")
_GENERIC_SUFFIXES = (
    "river sea ocean mountain range province state department region prefecture district desert "
    "peninsula regency county governorate oblast division area"
).split()
# Names that mean something else without their last word ("Yellow River", "Yellow Sea").
_NEEDS_SUFFIX = frozenset(
    "yellow black red white north south east west central han dead blue persian pearl green "
    "pacific atlantic new gold golden the capital northern southern eastern western federal "
    "metropolitan "
    "libyan indian arabian northeast northwest southeast southwest national arctic united gulf "
    "purple salt marble table plate cook stone love some swan cascade".split()
)


# "southeastern", not "South": the first is a side of a place, the second begins a name.
_SIDE = re.compile(r"(north|south)?(east|west)?(?:ern)|(central)")


@lru_cache(maxsize=8192)
def place_key(name: str) -> str:
    """Return the form under which places are compared: "Andes Mountains" and "the Andes" agree."""
    words = [word for word in key(name).split() if word != "the"]
    if len(words) > 1 and words[0] in {"river", "mount", "province", "lake"} and len(words) == 2:
        words = [*words[1:], words[0]] if words[0] == "river" else words
    while len(words) > 1 and words[-1] in _GENERIC_SUFFIXES and words[-2] not in _NEEDS_SUFFIX:
        words.pop()
    return " ".join(words)


def load(name: str) -> dict[str, Any]:
    """Read one table of the package data."""
    resource = files(__package__) / "data" / f"{name}.toml"
    return tomllib.loads(resource.read_text(encoding="utf-8"))


@cache
def table(name: str) -> dict[str, Any]:
    """Return a file of single facts, a table per fact, read at the first question that needs it."""
    return load(name)


@dataclass(frozen=True)
class Country:
    """A country's record; see the header of ``data/countries.toml``."""

    name: str
    record: dict[str, Any]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its names, the usual one first."""
        return (self.name, *self.record.get("names", ()))

    def items(self, name: str) -> list[str]:
        """Return a list field, empty where the record has none."""
        return list(self.record.get(name, ()))


@dataclass(frozen=True, eq=False)
class City:
    """A city's record joined with its country's.

    Attributes:
        id: the key of the record (``"st_petersburg"``).
        record: the fields as written in the package data.
        country: the country it inherits from.
        secrecy: the words that must never be said.
    """

    id: str
    record: dict[str, Any]
    country: Country
    secrecy: Secrecy = field(repr=False)

    @property
    def name(self) -> str:
        """The usual English name of today."""
        return str(self.record["name"])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name under which it may be guessed, old and foreign ones included."""
        return (self.name, *self.record["aliases"])

    @cached_property
    def name_keys(self) -> frozenset[str]:
        """The names as questions are compared with them."""
        return frozenset(key(name) for name in self.names)

    @cached_property
    def country_keys(self) -> frozenset[str]:
        """The names of the country, and of another state that claims the city."""
        return frozenset(key(name) for name in (*self.country.names, *self.record.get("also", ())))

    @cached_property
    def continent(self) -> str:
        """The continent of the country."""
        return next(name for name in CONTINENTS if name in self.country.items("regions"))

    @cached_property
    def within(self) -> frozenset[str]:
        """The places that contain it."""
        names = [*self.country.names, *self.country.items("regions"), *self.record["in"]]
        names += self.record.get("also", ())
        names += ["Northern Hemisphere" if self.latitude > 0 else "Southern Hemisphere"]
        east = -20 < self.longitude
        names += ["Eastern Hemisphere" if east else "Western Hemisphere"]
        return frozenset(map(place_key, names)) | self.name_keys

    @cached_property
    def sides_of(self) -> dict[str, frozenset[str]]:
        """Its part of provinces and islands, where the record says so ("western Java")."""
        named: dict[str, frozenset[str]] = {}
        for name in self.record["in"]:
            side, _, place = name.partition(" ")
            match = _SIDE.fullmatch(side)
            if match is not None:
                parts = (part for part in match.groups() if part)
                named[place_key(place)] = frozenset(parts)
        own = set(map(place_key, self.country.names))
        return {place: parts for place, parts in named.items() if place not in own}

    @cached_property
    def close(self) -> frozenset[str]:
        """The places it is close to: seas, rivers, mountains, neighbouring towns and countries."""
        water = " ".join(str(self.record.get(name, "")) for name in ("coast", "river", "lake"))
        named = re.findall(r"(?:[A-ZÀ-Ž][\w'-]+(?: of )?(?:the )? ?)+", water)
        return frozenset(map(place_key, [*self.record["near"], *named]))

    @property
    def latitude(self) -> float:
        """Degrees north."""
        return float(self.record["at"][0])

    @property
    def longitude(self) -> float:
        """Degrees east."""
        return float(self.record["at"][1])

    @property
    def population(self) -> float:
        """Inhabitants in millions."""
        return float(self.record["population"])

    @property
    def altitude(self) -> int:
        """Metres above the sea."""
        return int(self.record["altitude"])

    @property
    def currency(self) -> str:
        """The money that is used."""
        return str(self.record.get("currency", self.country.record["currency"]))

    @cached_property
    def side(self) -> frozenset[str]:
        """Its part of the country: some of north, south, east, west, central."""
        return frozenset(self.record["side"].split())

    @cached_property
    def capital_of(self) -> frozenset[str]:
        """The states and provinces whose capital it is."""
        return frozenset(map(place_key, self.record["capital_of"]))

    @property
    def is_capital(self) -> bool:
        """Whether it is the capital of its country."""
        return self.country.name in self.record["capital_of"]

    @cached_property
    def classes(self) -> frozenset[str]:
        """The @classes of ``topics.toml`` that it belongs to."""
        record, found = self.record, set(self.country.items("traits"))
        tropical = abs(self.latitude) < 23.44
        mean_warmth = 30 - abs(self.latitude) * 0.45 - self.altitude / 180
        if self.country.items("rulers") and self.continent not in ("Europe",):
            found |= {"colonial"} if self._had_european_ruler() else set()
        for name, holds in {
            "coastal": "coast" in record,
            "inland": "coast" not in record,
            "river": "river" in record and not record["river"].startswith("no "),
            "great river": "great river" in record["traits"],
            "lake": "lake" in record or "lakes" in record["traits"],
            "island": "island" in record["in"],
            "high": self.altitude >= 600,
            "capital": self.is_capital,
            "province": bool(record["capital_of"]),
            "largest": bool(record.get("largest")),
            "huge": self.population >= 9,
            "old": {"ancient", "ancient capital", "unesco", "ancient ruins"}
            & set(record["traits"]),
            "warm": mean_warmth > 17 or "hot" in record["traits"],
            "cold": not tropical and ("snow" in record["climate"] or "cold" in record["climate"]),
            "ski": {"ski", "winter sports"} & set(record["traits"]),
            "left": (
                left := not {self.name, self.country.name}.isdisjoint(
                    table("everyday")["left_driving"]
                )
            ),
            "right": not left,
            "border": not self.close.isdisjoint(map(place_key, self.country.items("neighbours"))),
            "equator": abs(self.latitude) < 10,
            "humid": {"humid", "tropical"} & set(re.findall(r"\w+", record["climate"])),
            "wet": re.search(r"desert|no rain|arid(?!.*monsoon)", record["climate"]) is None,
            "tropics": tropical,
            "small": self.population < 0.6,
            "typhoon": {"typhoons", "hurricanes", "cyclones"} & set(record["traits"]),
        }.items():
            if holds:
                found.add(name)
        return frozenset(found)

    def _had_european_ruler(self) -> bool:
        colonial = {"Spain", "Portugal", "Britain", "France", "Netherlands", "Belgium", "Italy"}
        colonial |= {"United States"}
        return bool(colonial & set(self.country.items("rulers")))

    def items(self, name: str) -> list[str]:
        """Return a list field, its own items before its country's, without the telltale ones."""
        if name not in self._lists:
            own, inherited = self.record.get(name, []), self.country.record.get(name, [])
            merged = list(own) if name == "languages" and own else [*own, *inherited]
            told = [item for item in merged if not self.secrecy.betrayed_by(item)]
            self._lists[name] = list(dict.fromkeys(told))
        return self._lists[name]

    @cached_property
    def _lists(self) -> dict[str, list[str]]:
        return {}

    @cached_property
    def ruled_by(self) -> frozenset[str]:
        """The empires and colonial powers that once ruled the city or its country."""
        own = self.record.get("rulers", ())
        return frozenset(map(place_key, (*own, *self.country.items("rulers"))))

    @cached_property
    def regions(self) -> frozenset[str]:
        """The parts of the world that its country belongs to."""
        return frozenset(map(place_key, self.country.items("regions")))

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The languages spoken, as compared."""
        return frozenset(map(key, self.items("languages")))

    @cached_property
    def evidence(self) -> frozenset[str]:
        """Every word of its record and of its country's way of life."""
        return frozenset().union(*self.things)

    @cached_property
    def things(self) -> tuple[frozenset[str], ...]:
        """The words of each thing that its record and its country's way of life mention."""
        own: list[str] = []
        for name, value in self.record.items():
            if name not in ("lacks", "at", "aliases", "hide"):
                own += value if isinstance(value, list) else [str(value)]
        for name in _WAY_OF_LIFE:
            own += self.country.items(name)
        own.append(self.country.record["dress"])
        return tuple(frozenset(key(item).split()) for item in own)


@lru_cache(maxsize=1)
def commonness() -> Counter[str]:
    """Return how many cities' records say each word."""
    return Counter(word for city in atlas().cities.values() for word in city.evidence)


class Atlas:
    """All records, with the ways to find one.

    Attributes:
        countries: their records by name.
        cities: their records by id, those of the published list and of the recorded dialogues first.
        first: the ids of these and the names of their countries, whose words make topics of their own.
    """

    def __init__(self) -> None:
        own = {name: Country(name, rec) for name, rec in load("countries").items()}
        large = {name: Country(name, rec) for name, rec in load("countries_large").items()}
        self.countries = countries = own | large
        self.regions = frozenset(
            place_key(name) for each in countries.values() for name in each.items("regions")
        )
        self.cities: dict[str, City] = {}
        self._by_name: dict[str, City] = {}
        first = set(own)
        for file in (*_CITY_FILES, *_LARGE_CITY_FILES):
            for city_id, record in load(file).items():
                if file in _CITY_FILES:
                    first.add(city_id)
                names = [record["name"], *record["aliases"], *record.get("hide", ())]
                city = City(city_id, record, countries[record["country"]], Secrecy(names))
                self.cities[city_id] = city
                for name in city.name_keys:
                    self._by_name.setdefault(name, city)
        self.first = frozenset(first)

    def by_name(self, name: str) -> City | None:
        """Return the city that is called ``name``, in any spelling that is known, or None."""
        return self._by_name.get(key(name))

    @cached_property
    def languages(self) -> frozenset[str]:
        """Every language that a record names, as compared, and the words of their names."""
        spoken = frozenset[str]().union(*(city.spoken for city in self.cities.values()))
        return spoken.union(*(name.split() for name in spoken))

    @cached_property
    def empires(self) -> frozenset[str]:
        """Who ruled one of the countries, as compared."""
        return frozenset().union(*(city.ruled_by for city in self.cities.values()))

    def country(self, name: str) -> Country | None:
        """Return the country that is called ``name``, or None."""
        called = (c for c in self.countries.values() if key(name) in map(key, c.names))
        return next(called, None)

    @lru_cache(maxsize=1024)  # noqa: B019 - there is one atlas
    def subject(self, subject: str) -> City:
        """Return the city of a subject such as "Lima, Peru".

        Raises:
            ValueError: the city is unknown, or it does not lie in the country named.
        """
        name, _, country = subject.partition(",")
        city = self.by_name(name)
        if city is None or (key(country) and key(country) not in city.country_keys):
            raise ValueError(
                f"the oracle knows no city {subject[:80]!r}; a subject is written 'City, Country' "
                f"and one of {len(self.cities)} cities, such as 'Lima, Peru'"
            )
        return city


@lru_cache(maxsize=1)
def atlas() -> Atlas:
    """Return the records, read at the first call."""
    return Atlas()
