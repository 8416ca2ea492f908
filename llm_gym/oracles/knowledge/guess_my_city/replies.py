"""Answering: a parsed question and a city's record become a sentence."""

from __future__ import annotations

import re
import zlib

from llm_gym.oracles.knowledge.guess_my_city.facts import City, atlas, place_key
from llm_gym.oracles.knowledge.guess_my_city.lexicon import Place, Topic, lexicon
from llm_gym.oracles.knowledge.guess_my_city.questions import Kind, Located, Question
from llm_gym.oracles.knowledge.guess_my_city.telling import (
    millions,
    part_of_country,
    position,
    tell,
)
from llm_gym.oracles.knowledge.guess_my_city.text import key

REFUSAL = "I can't tell you the name, but ask me anything else about my hometown."
"""The answer to a request for the name itself."""

NO_QUESTION = "Please ask me a question about my hometown."
"""The answer to what is no question."""

_UNKNOWN = "not known for"
_NEAR_KM = 160.0
# Degrees from the middle of a part of the world that make one of its sides.
_MARGIN_NORTH, _MARGIN_EAST = 2.0, 8.0
_NAMING = frozenset(
    "is it the your city hometown you are from be could town home of called named".split()
)
_WHEREABOUTS = frozenset({"location", "country", "province", "neighbours"})
_WATERY = re.compile(
    r"(?i)\b(?:sea|ocean|bay|gulf|river|valley|delta|strait|bosphorus|bosporus|lake|lagoon)"
)
_OPPOSITE = {"north": "south", "south": "north", "east": "west", "west": "east"}
_SEA = re.compile(r"\b(?:Sea|Ocean)$")
_WITH_ARTICLE = re.compile(
    r"(?i)river|sea$|ocean$|mountains|states|kingdom|region|gulf|middle east|caribbean$|balkans"
    r"|philippines|andes$|netherlands|peninsula|hemisphere|delta"
)


def reply(question: Question, city: City) -> str:
    """Return the answer of somebody from ``city``, not yet checked for leaks."""
    if question.kind is Kind.EMPTY:
        return NO_QUESTION
    if question.kind is Kind.NAME:
        return REFUSAL
    if question.kind is Kind.POLAR:
        return _polar(question, city)
    if question.kind is Kind.CHOICE:
        return position(city)
    opened = _open(question, city)
    if not question.tell:
        return opened
    return f"No, {opened[0].lower()}{opened[1:]}" if _UNKNOWN in opened else f"Yes. {opened}"


def confirms(question: Question, city: City) -> bool:
    """Return whether a yes/no question is true of ``city``."""
    if question.guess is not None:
        return question.guess in city.name_keys
    if question.capital is not None:
        return _is_capital(question.capital, city)
    other = atlas().by_name(question.than) if question.than is not None else None
    if other is not None:
        return (city.population < other.population) == question.less
    if question.more_than is not None:
        return (city.population < question.more_than) == question.less
    if question.about_country:
        return _country_has(question, city)
    if (
        "capital" in question.words
        and question.words & {"near", "close", "proximity"}
        and not question.places
    ):
        return _near_capital(city)
    return _where(question, city) and _what(question, city)


def _near_capital(city: City) -> bool:
    capitals = [c for c in atlas().cities.values() if c.country is city.country and c.is_capital]
    return any(c is not city and city.distance(c) < _NEAR_KM for c in capitals)


def _is_capital(of: str, city: City) -> bool:
    if of == "":
        return city.is_capital
    if of == "any":
        return bool(city.record["capital_of"])
    if of == "*":
        return any(name != city.country.name for name in city.record["capital_of"])
    if of in city.country_keys or (of in city.name_keys and city.is_capital):
        return city.is_capital
    if of in city.within and of not in map(place_key, city.record["in"]):
        return city.is_capital
    return of in city.capital_of


def _country_has(question: Question, city: City) -> bool:
    country = city.country
    known = {place_key(name) for name in (*country.items("has"), *country.items("neighbours"))}
    known |= city.within | city.close | city.ruled_by
    known |= {place_key(word) for word in country.items("languages")}
    truths = [located.place.key in known for located in question.places]
    if question.places:
        return all(truths) or (question.any_of and any(truths))
    political = [t for t in question.topics if not lexicon().national.isdisjoint(t.where)]
    return all(lexicon().holds(topic, city) for topic in political)


def _where(question: Question, city: City) -> bool:
    truths = [
        truth for located in question.places if (truth := _at(located, city, question)) is not None
    ]
    if question.direction and not question.direction <= city.side:
        return False
    if not truths:
        return True
    either = "or" in question.words or (question.any_of and not question.location)
    return any(truths) if either else all(truths)


def _at(located: Located, city: City, question: Question) -> bool | None:
    """Return whether the city stands to a place as asked; None where that decides nothing."""
    place, location = located.place, question.location
    rest = question.words - _NAMING - set(key(place.name).split()) - set(place.key.split())
    bare = located.relation == "any" and not rest
    if place.people:
        return _has_people(place, city)
    if "bank" in question.words and _WATERY.search(place.name):
        return _on_bank(located, city)
    inside = place.key in city.within
    if inside and located.direction and place.key in city.name_keys:
        return False
    if inside and location and _SEA.search(place.name) and "coast" not in city.record:
        return located.relation == "near" and place.key in city.close
    if inside:
        return not located.direction or _on_side(located, city, question)
    if location and located.relation in ("in", "on"):
        return place.key in city.capital_of or (place.key in city.close and _is_water(place, city))
    if place.key in city.ruled_by:
        return True
    if bare:
        return False
    if place.key in city.close:
        return True
    other = atlas().by_name(place.name) if place.city else None
    if other is not None and located.relation == "near":
        return city.distance(other) < _NEAR_KM
    return any(set(place.key.split()) <= thing for thing in city.things)


def _on_bank(located: Located, city: City) -> bool:
    """Whether the city stands on the banks of a river, on the side asked about."""
    waters = str(city.record.get("river", "")) + " " + str(city.record.get("lake", ""))
    sides = set(re.findall(r"on its (\w+) bank", waters))
    named = set(place_key(located.place.name).split()) <= set(key(waters).split())
    return named and (not located.direction or not sides or sides <= located.direction)


def _is_water(place: Place, city: City) -> bool:
    return _WATERY.search(place.name) is not None


def _has_people(place: Place, city: City) -> bool | None:
    adjective = key(place.name)
    if place.key in city.within or adjective in city.evidence:
        return None
    if place.key in city.ruled_by:
        return None
    return None if adjective in city.spoken else False


def _on_side(located: Located, city: City, question: Question) -> bool:
    place, asked = located.place.key, located.direction
    named = city.sides_of.get(place)
    if place in city.country_keys:
        return asked <= (city.side if named is None else named)
    if named is not None:
        return all(_OPPOSITE.get(side) not in named for side in asked)
    if place in city.regions and "coast" in question.words and "coast" not in city.record:
        return False
    if place in city.regions:
        return asked <= set(city.country.record["side"].split()) | _side_of(located.place, city)
    return True


def _side_of(region: Place, city: City) -> set[str]:
    """Return the directions in which the city lies from the middle of a part of the world."""
    middle = lexicon().middles.get(region.key)
    if middle is None:
        return set()
    north, east = city.latitude - middle[0], city.longitude - middle[1]
    sides = {"north" if north > 0 else "south"} if abs(north) > _MARGIN_NORTH else set()
    return sides | ({"east" if east > 0 else "west"} if abs(east) > _MARGIN_EAST else set())


def _what(question: Question, city: City) -> bool:
    if question.names:
        return any(_has_name(name, city) for name in question.names)
    if any(
        p.relation == "any" and not p.place.people and p.place.key in city.close
        for p in question.places
    ):
        return True
    holds = lexicon().holds
    if any(topic.id == "largest" for topic in question.topics) and question.places:
        return _is_largest(question.places[0].place, city)
    strong = [topic for topic in question.topics if not topic.weak]
    if any(lexicon().denies(topic, city) and topic.weak for topic in question.topics):
        return False
    if any(topic.weak and holds(topic, city) for topic in question.topics):
        strong = [topic for topic in strong if topic.default]
    if _on_lake_shore(question, city):
        strong = [topic for topic in strong if topic.id != "coastal"]
    specific = [holds(topic, city) for topic in strong if not topic.default]
    general = [holds(topic, city) for topic in strong if topic.default]
    if "or" in question.words:
        return any(specific or general) if strong else True
    if specific:
        return any(specific) if question.any_of else all(specific)
    return all(general)


def _on_lake_shore(question: Question, city: City) -> bool:
    """Whether the question names a lake that the city lies on."""
    lakes = [located.place for located in question.places if "lake" in key(located.place.name)]
    return "shore" in question.words and any(place.key in city.close for place in lakes)


def _is_largest(place: Place, city: City) -> bool:
    inside = [other for other in atlas().cities.values() if place.key in other.within]
    national = place.key in city.country_keys
    return city in inside and (
        bool(city.record.get("largest"))
        if national
        else city.population == max(c.population for c in inside)
    )


def _has_name(name: frozenset[str], city: City) -> bool:
    own = any(set(known.split()) <= name for known in city.name_keys)
    return own or (bool(name) and any(name <= thing for thing in city.things))


def _polar(question: Question, city: City) -> str:
    truth = confirms(question, city)
    word = "Yes" if truth else "No"
    if question.guess is not None:
        return "Yes, that is my hometown." if truth else "No, that is not my hometown."
    if question.capital is not None:
        return f"{word}, my hometown is {'' if truth else 'not '}{_capital_words(question)}."
    if question.more_than is not None or question.than is not None:
        return f"{word}, about {millions(city)} people live in my hometown."
    mapped = [p for p in question.places if not p.place.people]
    located = next((p for p in mapped if _at(p, city, question) is truth), next(iter(mapped), None))
    if question.about_country:
        return f"{word}, that is {'' if truth else 'not '}true of my country."
    if located is not None and (question.location or located.relation != "any"):
        return _located_words(word, truth, located, city)
    if question.direction and all(topic.id in _WHEREABOUTS for topic in question.topics):
        return f"{word}, my hometown is in the {part_of_country(city)} part of its country."
    foreign = any(p.place.people and _has_people(p.place, city) is False for p in question.places)
    if question.names or foreign or not question.topics:
        return _varied(question, truth, city)
    topic = _central(question, city, truth)
    if topic.weak:
        return _varied(question, truth, city)
    detail = _detail(topic, city) if truth else ""
    if truth and detail:
        return f"Yes, my hometown is known for {topic.say}. {detail}"
    if truth:
        return f"Yes, my hometown is known for {topic.say}."
    return f"No, my hometown is not known for {topic.say}."


def _central(question: Question, city: City, truth: bool) -> Topic:
    ranked = sorted(question.topics, key=lambda t: (t.default, _VAGUE.get(t.id, 0)))
    return next((t for t in ranked if lexicon().holds(t, city) == truth), ranked[0])


def _varied(question: Question, truth: bool, city: City) -> str:
    pick = zlib.crc32(" ".join(sorted(question.words)).encode()) % 3
    if truth:
        return (
            "Yes, that is right.",
            "Yes, that is true of my hometown.",
            "Yes, it does have that.",
        )[pick]
    return ("No, that is not so.", "No, that is not true of my hometown.", "No, not my hometown.")[
        pick
    ]


def _capital_words(question: Question) -> str:
    if question.capital == "":
        return "the capital of its country"
    if question.capital == "*":
        return "the capital of its province or state"
    return f"the capital of {question.places[0].place.name}" if question.places else "a capital"


def _located_words(word: str, truth: bool, located: Located, city: City) -> str:
    place = located.place.name
    article = _WITH_ARTICLE.search(place) and not place.lower().startswith("the ")
    where = f"the {place}" if article else place
    if located.direction:
        order = ("north", "south", "central", "east", "west")
        where = f"the {' '.join(d for d in order if d in located.direction)} of {where}"
    how = located.relation if located.relation in ("near", "on") else "in"
    return f"{word}, my hometown is {'' if truth else 'not '}{how} {where}."


def _open(question: Question, city: City) -> str:
    ranked = sorted(question.topics, key=lambda topic: _VAGUE.get(topic.id, 0))
    for topic in ranked:
        detail = _detail(topic, city)
        if detail:
            return detail
        if not topic.default and not topic.weak:
            known = "known for" if lexicon().holds(topic, city) else _UNKNOWN
            return f"My hometown is {known} {topic.say}."
    return tell("landmarks", city)


# Words that come along with what a question is really about, the vaguest last.
_VAGUE = dict.fromkeys(
    "avenue architecture historical art culture immigrants scenery shopping".split(), 1
) | dict.fromkeys("landmark tourism people population_large ancient".split(), 2) | dict.fromkeys(
    "location country nickname province neighbours continent border".split(), 3
)  # fmt: skip


def _detail(topic: Topic, city: City) -> str:
    for name in topic.fields:
        sentence = tell(name, city)
        if sentence:
            return sentence
    return ""
