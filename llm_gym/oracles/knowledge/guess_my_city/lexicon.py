"""The vocabulary of questions: which phrases name which places, peoples and topics."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from llm_gym.oracles.knowledge.guess_my_city.facts import (
    Atlas,
    City,
    Country,
    atlas,
    load,
    place_key,
)
from llm_gym.oracles.knowledge.guess_my_city.text import PhraseTable, key, tokenize

# What these fields name is particular to its place; what other fields and traits name is everyday.
_DISTINCTIVE = ("food", "drinks", "music", "festivals", "landmarks", "people", "universities")
_EVERYDAY = ("sports", "products", "industries", "crafts")
_MENTIONING = ("food", "drinks", "music", "festivals", "sports", "industries", "crafts")


@dataclass(frozen=True, eq=False)
class Topic:
    """Something that a question can be about; see the header of ``data/topics.toml``.

    A weak topic is an everyday word that only a record uses: its absence elsewhere says little. Of a common one there
    may be something in a city that is not known for it.
    """

    id: str
    default: bool
    fields: tuple[str, ...]
    say: str
    where: frozenset[str]
    weak: bool = False
    common: bool = False

    def holds(self, city: City) -> bool:
        """Whether the topic is true of ``city``, its own record's traits aside."""
        if self.default or city.id in self.where or city.country.name in self.where:
            return True
        if not self.where.isdisjoint(city.country.items("regions")):
            return True
        if any(flag[1:] in city.classes for flag in self.where if flag.startswith("@")):
            return True
        picks = [name.partition(":")[2].split() for name in self.fields if ":" in name]
        inside = (name for name in city.record["landmarks"] if "nearby" not in name)
        landmarks = key(" ".join(inside)).split()
        return any(words[0] in landmarks for words in picks if words)


@dataclass(frozen=True)
class Place:
    """A place on the map, compared by ``key``; ``people`` when only an adjective was said."""

    key: str
    name: str
    people: bool = False
    city: bool = False


Meaning = Topic | Place


class Lexicon:
    """All phrases, from the records, ``topics.toml`` and ``places.toml``."""

    def __init__(self, records: Atlas) -> None:
        self.table: PhraseTable[Meaning] = PhraseTable()
        self.topics: dict[str, Topic] = {}
        # The @classes that are a matter of the country, such as "@landlocked".
        self.national = frozenset(
            f"@{trait}" for rec in records.countries.values() for trait in rec.items("traits")
        )
        self.lines: set[str] = set()  # the keys of parallels: "equator"
        self.written: dict[str, str] = {}  # the key of a place -> its name as written
        self.combined: list[tuple[frozenset[str], Topic]] = []
        names = load("places")
        self._add_places(records, names)
        self._add_topics(records)
        for adjective, place in names["adjectives"].items():
            self.table.add(adjective, Place(place_key(place), adjective, people=True))
        self._add_records(records)
        self._traits = {city.id: self._resolve(city, "traits") for city in records.cities.values()}
        sources = [(city.id, city.record) for city in records.cities.values()]
        sources += [(country.name, country.record) for country in records.countries.values()]
        self._mentioned = {owner: self._mentions(record) for owner, record in sources}
        self._holds: dict[tuple[str, str], bool] = {}
        self._lacks = {city.id: self._resolve(city, "lacks") for city in records.cities.values()}

    def _resolve(self, city: City, name: str) -> frozenset[str]:
        meanings = [self.table.get(trait) for trait in city.record.get(name, ())]
        topics = [meaning.id for meaning in meanings if isinstance(meaning, Topic)]
        return frozenset([*topics, *city.record.get(name, ())])

    def _mentions(self, record: dict[str, Any]) -> frozenset[str]:
        """Return the topics that the distinctive things of a record mention."""
        found: set[str] = set()
        for name in _MENTIONING:
            for item in record.get(name, ()):
                found.update(topic.id for topic in self._topics_in(item))
        return frozenset(found)

    def denies(self, topic: Topic, city: City) -> bool:
        """Whether the record of ``city`` says that it lacks ``topic``."""
        return topic.id in self._lacks[city.id]

    def holds(self, topic: Topic, city: City) -> bool:
        """Whether ``topic`` is true of ``city``; its record's traits and lacks come first."""
        pair = (topic.id, city.id)
        if pair not in self._holds:
            mentioned = self._mentioned[city.id] | self._mentioned[city.country.name]
            own = topic.id in self._traits[city.id] | mentioned or topic.holds(city)
            self._holds[pair] = own and topic.id not in self._lacks[city.id]
        return self._holds[pair]

    def holds_nationally(self, topic: Topic, country: Country) -> bool:
        """Whether the record of ``country`` says ``topic`` of it."""
        own = {country.name, *country.items("regions"), *(f"@{t}" for t in country.items("traits"))}
        has = {found for thing in country.items("has") for found in self._topics_in(thing)}
        return not topic.where.isdisjoint(own) or (
            topic.id in self._mentioned[country.name] or topic in has
        )

    def _topics_in(self, text: str) -> list[Topic]:
        found = [span.value for span in self.table.find(tokenize(text))]
        return [meaning for meaning in found if isinstance(meaning, Topic)]

    def _add_places(self, records: Atlas, names: dict[str, list[str]]) -> None:
        for city in records.cities.values():
            for name in city.names:
                self.table.add(name, Place(key(name), name, city=True))
        for country in records.countries.values():
            for name in country.names:
                self._place(name)
            for adjective in country.items("adjectives"):
                self.table.add(adjective, Place(place_key(country.name), adjective, people=True))
            for name in (
                *country.items("regions"),
                *country.items("neighbours"),
                *country.items("rulers"),
            ):
                self._place(name)
            for name in country.items("has"):
                if name[0].isupper():
                    self._place(name)
        for name in names["places"]:
            self._place(name)
        elsewhere = load("world")
        for name in elsewhere["lines"]:
            self.lines.add(key(name))
            self.table.add(name, Place(key(name), f"the {name}"))
        for name in (*names["cities"], *elsewhere["cities"]):
            self.table.add(name, Place(key(name), name, city=True))
        for name in elsewhere["middles"]:
            self._place(name)
        for city in records.cities.values():
            for name in (*city.record["in"], *city.record["near"], *city.record["capital_of"]):
                if any(char.isupper() for char in name):
                    self._place(name)

    def _place(self, name: str) -> None:
        place = Place(place_key(name), name)
        self.written.setdefault(place.key, name)
        self.table.add(name, place)
        if len(place.key) > 3:
            self.table.add(place.key, place)
        if name.endswith(" River"):
            self.table.add("River " + name.removesuffix(" River"), place)

    def _add_topics(self, records: Atlas) -> None:
        ids = {key(city.name): city.id for city in records.cities.values()}
        ids |= {key(name): city.id for city in records.cities.values() for name in city.names}
        for topic_id, entry in load("topics").items():
            where = frozenset(ids.get(key(name), name) for name in entry.get("where", ()))
            topic = Topic(
                topic_id,
                entry["default"] == "yes",
                tuple(entry.get("field", ())),
                entry.get("say", entry["match"][0]),
                where,
                common=entry.get("common", False),
            )
            self.topics[topic_id] = topic
            for phrase in entry["match"]:
                if "+" in phrase:
                    stems = frozenset(key(phrase.replace("+", " ")).split())
                    self.combined.append((stems, topic))
                else:
                    self.table.add(phrase, topic)

    def _add_records(self, records: Atlas) -> None:
        owners: dict[str, set[str]] = {}
        weak: set[str] = set()
        for first in (True, False):
            # What only a record of the large list names says little of the other cities.
            found, everyday = self._phrases(records, first)
            new = (phrase for phrase in found if phrase not in owners and phrase.islower())
            weak |= everyday if first else set(new)
            for phrase, having in found.items():
                owners.setdefault(phrase, set()).update(having)
        known = {phrase for phrase in owners if self._is_known(phrase)}
        for phrase, having in owners.items():
            if phrase not in known:
                topic = Topic(phrase, False, (), phrase, frozenset(having), phrase in weak)
                self.table.add(phrase, topic)

    def _phrases(self, records: Atlas, first: bool) -> tuple[dict[str, set[str]], set[str]]:
        """Return what the first records, or the others, name: phrase -> who has it; the everyday ones."""
        owners: dict[str, set[str]] = {}
        everyday: set[str] = set()
        cities = [c for c in records.cities.values() if (c.id in records.first) is first]
        countries = [c for c in records.countries.values() if (c.name in records.first) is first]
        for city in cities:
            denied = city.record.get("lacks", ()) if first else ()
            for trait in (*city.record["traits"], *denied):
                everyday.add(trait)
                having = owners.setdefault(trait, set())
                if trait in city.record["traits"]:
                    having.add(city.id)
        sources = [(city.id, city.record) for city in cities]
        sources += [(country.name, country.record) for country in countries]
        for owner, record in sources:
            for name in (*_EVERYDAY, *_DISTINCTIVE):
                for item in record.get(name, ()):
                    phrase = item.split("(")[0].split(",")[0].removeprefix("the ").strip()
                    if len(tokenize(phrase)) <= 4:
                        owners.setdefault(phrase, set()).add(owner)
                        if name in _EVERYDAY:
                            everyday.add(phrase)
        return owners, everyday

    def _is_known(self, phrase: str) -> bool:
        """Whether the words of a phrase are all known already ("Spring Festival")."""
        tokens = tokenize(phrase)
        return sum(span.end - span.start for span in self.table.find(tokens)) == len(tokens)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the vocabulary, built at the first call."""
    return Lexicon(atlas())
