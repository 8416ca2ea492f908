"""Sentences about the single fields of a city's record."""

from __future__ import annotations

import re
from collections.abc import Callable

from llm_gym.oracles.knowledge.guess_my_city import almanac, customs, ledger, matters, portrait
from llm_gym.oracles.knowledge.guess_my_city.facts import (
    City,
    atlas,
    commonness,
    table,
)
from llm_gym.oracles.knowledge.guess_my_city.geography import distance
from llm_gym.oracles.knowledge.guess_my_city.kinds import Fitting
from llm_gym.oracles.knowledge.guess_my_city.lexicon import lexicon
from llm_gym.oracles.knowledge.guess_my_city.lore import of_kind
from llm_gym.oracles.knowledge.guess_my_city.text import key, listing, well_known

_LEADS = {
    "landmarks": "Famous places in my hometown are",
    "food": "Popular dishes in my hometown are",
    "drinks": "Popular drinks here are",
    "festivals": "We celebrate",
    "music": "We are fond of",
    "sports": "Popular here:",
    "universities": "Well-known universities are",
    "people": "Well-known people linked with my hometown are",
    "industries": "The main industries are",
    "crafts": "Typical crafts are",
    "products": "Typical products are",
}


def tell(field: str, city: City) -> str:
    """Return a sentence about one field of a city's record, "" where there is nothing to say.

    Args:
        field: a field's name, or "landmarks:bridge pont", the landmarks that contain such a word.
        city: the city that speaks.
    """
    name, _, picks = field.partition(":")
    if name in _ASKED:
        return _ASKED[name](city, picks)
    if name in _TELLERS:
        return _TELLERS[name](city)
    items = city.items(name)
    if name in ("sports", "people"):
        items = _distinct(items)
    if not picks:
        if name == "universities" and len(items) == 1:
            return f"There is {items[0]}."
        if name == "universities" and not items:
            return tell("sight:university", city)
        return f"{_LEADS[name]} {listing(items, 4)}." if items else ""
    return well_known(almanac.holding(picks, items))


# The fields that are searched for what a question names, and how a sentence tells one of their items.
_RECALLED = {
    "landmarks": "There is {}.",
    "festivals": "We celebrate {}.",
    "people": "Linked with my hometown is {}.",
    "food": "We eat {}.",
    "drinks": "We drink {}.",
    "industries": "One of the industries: {}.",
    "music": "We are fond of {}.",
    "sports": "Popular here: {}.",
}
# One word of a question that at most so many records have points to an item, and two that at most so many have.
_RARE_ALONE, _RARE_TOGETHER = 12, 60


def recall(
    words: frozenset[str], city: City, fits: Fitting | None = None, every: bool = False
) -> str:
    """Return a sentence about the item of the record that says most of some words, "" if none says a rare one.

    Args:
        words: the telling words of a question, as compared.
        city: the city that speaks.
        fits: what answers a question of its kind.
        every: whether all the words have to be there.
    """
    common = commonness()
    best, found = 0.0, ""
    told = [("", str(city.record["history"]))]
    told += [(name, item) for name in _RECALLED for item in city.items(name)]
    for name, item in told:
        shared = words.intersection(key(item).split())
        if not shared or (every and shared != words) or city.secrecy.betrayed_by(item):
            continue
        if min(common[word] for word in shared) > (
            _RARE_TOGETHER if len(shared) > 1 else _RARE_ALONE
        ):
            continue
        weight = sum(1 / (1 + common[word]) for word in shared)
        sentence = _RECALLED[name].format(item) if name else _history(city)
        if weight > best and (fits is None or fits.admits(name or "history", sentence)):
            best, found = weight, sentence
    return found


def millions(city: City) -> str:
    """Return the number of inhabitants in words."""
    return f"{city.population:g} million"


def part_of_country(city: City) -> str:
    """Return the city's part of the country: "northeastern", "central western"."""
    corner = "".join(side for side in ("north", "south", "east", "west") if side in city.side)
    words = (["central"] if "central" in city.side else []) + ([f"{corner}ern"] if corner else [])
    return " ".join(words)


def position(city: City) -> str:
    """Return where in its country the city lies, and whether by the sea."""
    coast = city.record.get("coast")
    where = f"on {coast}" if coast else "inland, away from the sea"
    island = " on an island" if "island" in city.classes else ""
    return f"My hometown is in the {part_of_country(city)} part of its country{island}, {where}."


def _transport(city: City) -> str:
    """Tell what is typical for getting around in this city, else what there is."""
    typical = of_kind(city, "rides")
    if typical:
        return typical
    traits = ("metro", "trams", "ferries", "cable car", "light rail")
    own = [name for name in traits if name in city.record["traits"]]
    means = listing(dict.fromkeys([*ledger.rails(city), *own, "buses", "taxis"]), 5)
    return f"People get around by {means}."


# Other names of a language that a record names before.
_SAME = frozenset(("Farsi", "Bangla", "Putonghua", "Chinese", "Bahasa Indonesia"))


def _tongues(city: City) -> tuple[str, list[str]]:
    """Return the first language and the others, each under one name."""
    first, *others = city.items("languages")
    own = set(key(first).split())
    others = [name for name in others if not set(key(name).split()) & own and name not in _SAME]
    return first, [name for name in others if not name.startswith("Bahasa")]


def _languages(city: City) -> str:
    first, distinct = _tongues(city)
    if distinct:
        return f"The main languages spoken in my hometown are {first} and {distinct[0]}."
    return f"The main language spoken in my hometown is {first}."


def _country(city: City) -> str:
    name = city.country.name
    if city.secrecy.betrayed_by(name):
        return "My hometown is a city and a state in one."
    article = "the " if name.startswith(("United", "Democratic")) or name.endswith("s") else ""
    return f"My hometown is in {article}{name}."


def _province(city: City) -> str:
    names = [name for name in city.record["in"] if name[0].isupper()]
    names = [name for name in names if not city.secrecy.betrayed_by(name)]
    return f"My hometown is in {names[0]}." if names else position(city)


def _history(city: City) -> str:
    text = str(city.record["history"])
    return "" if city.secrecy.betrayed_by(text) else f"Its history in short: {text}."


def _nickname(city: City) -> str:
    names = str(city.record["nickname"]).split(", ")
    names = [name for name in names if not city.secrecy.betrayed_by(name)]
    return f"My hometown is sometimes called {names[0]}." if names else ""


def _near(city: City) -> str:
    names = [name for name in city.record["near"] if not city.secrecy.betrayed_by(name)]
    return f"My hometown is near {listing(_distinct(names))}."


def _distinct(names: list[str]) -> list[str]:
    """Return the names without those that say another one again ("Yamuna" beside "Yamuna River")."""
    words = [set(key(name.replace("(soccer)", "")).split()) for name in names]
    return [
        name
        for i, name in enumerate(names)
        if not any(
            words[i] < other or (words[i] == other and j < i)
            for j, other in enumerate(words)
            if j != i
        )
    ]


_NATURAL = re.compile(
    r"(?i)\b(?:mount|mountains?|andes|lakes?|hills?|desert|sahara|cordillera|serra|sierra|alps"
    r"|alborz|volcano|falls|valley|highlands|ghats|tian shan|himalayas)\b"
)


_LOW = re.compile(r"(?i)\b(?:lakes?|desert|sahara|falls|valley)\b")


def _nearby(what: str, among: Callable[[str], object]) -> Callable[[City], str]:
    """Return a teller of what the record names nearby, of one kind."""

    def told(city: City) -> str:
        names = [name for name in city.record["near"] if among(name)]
        names = [name for name in names if not city.secrecy.betrayed_by(name)]
        return f"{what} nearby: {listing(_distinct(names))}." if names else ""

    return told


def _coast(city: City) -> str:
    if "coast" in city.record:
        return f"My hometown lies on {city.record['coast']}."
    shore = lexicon().holds(lexicon().topics["coastal"], city)
    if shore and "lake" in city.record:
        return f"My hometown lies on {city.record['lake']}, not on the sea."
    if shore or lexicon().holds(lexicon().topics["near coast"], city):
        return "My hometown lies inland, but not far from the sea."
    return "My hometown lies inland, far from the sea."


def _river(city: City) -> str:
    river = city.record.get("river")
    if river is None:
        return ""
    if river.startswith("no "):
        return f"There is {river}."
    verb = "flow" if " and " in river or "rivers" in river else "flows"
    return f"Through my hometown or near it {verb} {river}."


def _waters(city: City) -> str:
    """Name the sea, else the lake, else the river that the city lies on."""
    lake = f"My hometown lies on {city.record['lake']}." if "lake" in city.record else ""
    return _coast(city) if "coast" in city.record else lake or _river(city) or _coast(city)


def _other_languages(city: City) -> str:
    first, others = _tongues(city)
    return f"Besides {first} people speak {listing(others)}." if others else ""


def _religions(city: City) -> str:
    religions = city.items("religions")
    if not religions:
        return "People of several faiths live in my hometown."
    return f"The predominant religion in my hometown is {religions[0]}."


def _government(city: City) -> str:
    if city.is_capital:
        return "My hometown is the seat of the national government."
    return "My hometown has a municipal government of its own."


def _capital(city: City) -> str:
    return f"My hometown is {'' if city.is_capital else 'not '}the capital of its country."


def _rulers(city: City) -> str:
    rulers = city.items("rulers")
    return f"It was once under the rule of {listing(rulers, 2)}." if rulers else ""


_ISLANDS = frozenset(
    "Java Sumatra Luzon Mindanao Honshu Kyushu Hokkaido Cuba Taiwan Hispaniola Singapore Borneo "
    "Sulawesi Bali Sicily Ireland Oahu Iceland Zealand Cebu Montreal Salsette Madagascar Malta Jamaica".split()
) | {"Great Britain", "Sri Lanka", "North Island", "South Island", "New Zealand", "Puerto Rico"}


def _island(city: City) -> str:
    names = [*city.record["in"], *city.country.names]
    name = next((name for name in names if name in _ISLANDS), None)
    if name is not None and not city.secrecy.betrayed_by(name):
        return f"My hometown is on the island of {name}."
    if "island" in city.classes or "island country" in city.country.items("traits"):
        return ""
    return "My hometown is not on an island."


def _borders(city: City) -> str:
    names = [n for n in city.country.items("neighbours") if not city.secrecy.betrayed_by(n)]
    return (
        f"My country borders {listing(names, 8)}." if names else "My country has no land borders."
    )


def _hemisphere(city: City) -> str:
    north, east = city.latitude > 0, city.longitude > -20
    halves = f"{'northern' if north else 'southern'} and the {'eastern' if east else 'western'}"
    return f"My hometown is in the {halves} hemisphere."


def far(name: str, kilometres: float) -> str:
    """Return a sentence about the distance to a place, rounded to what one would say."""
    step = 10 if kilometres < 200 else 100
    rounded = max(step, round(kilometres / step) * step)
    return f"My hometown is about {rounded:,} km from {name}."


_AIRLINER_KMH = 800.0


def flight(name: str, kilometres: float) -> str:
    """Return a sentence about the hours in the air from a place, take-off and landing included."""
    hours = max(1, round(kilometres / _AIRLINER_KMH + 0.5))
    return f"By plane it takes about {hours} hour{'s' if hours > 1 else ''} from {name}."


_SYSTEMS = ("constitutional monarchy", "republic", "monarchy", "kingdom", "democracy")


def _system(city: City) -> str:
    traits = city.country.items("traits")
    red = next((trait for trait in ("communist", "socialist") if trait in traits), "")
    noun = next((trait for trait in _SYSTEMS if trait in traits), "state" if red else "")
    return f"My country is a {red} {noun}.".replace("  ", " ") if noun else ""


_HAZARDS = frozenset(
    "earthquakes floods hurricanes typhoons cyclones tsunami sandstorms drought wildfires volcano".split()
)
_TROUBLES = frozenset(
    ("pollution", "air pollution", "smog", "crime", "poverty", "traffic jams", "slums")
)


def _suffering(words: frozenset[str]) -> Callable[[City], str]:
    """Return a teller of what the city suffers from among ``words``."""

    def told(city: City) -> str:
        found = [
            trait
            for trait in (*city.record["traits"], *city.country.items("traits"))
            if trait in words
        ]
        return f"We sometimes suffer from {listing(dict.fromkeys(found))}." if found else ""

    return told


def _currency(city: City) -> str:
    """Name the money, without its country where that would tell the city: "dinar"."""
    name = city.currency
    return f"We pay with the {name.split()[-1] if city.secrecy.betrayed_by(name) else name}."


def _bands(city: City) -> str:
    """Name the music of the city itself, not that of its country."""
    own = [item for item in city.items("music") if item in city.record.get("music", ())]
    return f"{_LEADS['music']} {listing(own, 4)}." if own else ""


def _script(city: City) -> str:
    language = city.items("languages")[0]
    script = table("everyday")["script"].get(language, "Latin letters")
    return f"{language} is written in {script}."


def _leftward(city: City) -> str:
    left = re.search(r"Arabic|Hebrew|Urdu", _script(city)) is not None
    return "We write from right to left." if left else "We do not write from right to left."


def _driving(city: City) -> str:
    return f"We drive on the {'left' if 'left' in city.classes else 'right'}."


def _timezone(city: City) -> str:
    """Tell the hours from Greenwich, out of summer time."""
    hours = almanac.clock(city)
    return "" if hours is None else f"Our clocks show UTC{hours:+g}, summer time aside."


def _seasons(city: City) -> str:
    """Tell when it is summer."""
    if abs(city.latitude) < 15:
        return "So near the equator it is warm all year round."
    months = "June to August" if city.latitude > 0 else "December to February"
    return f"Our summer is from {months}."


def _capital_distance(city: City) -> str:
    """Tell how far the capital is, without its name."""
    if city.is_capital:
        return _capital(city)
    capital = next(
        (c for c in atlas().cities.values() if c.country is city.country and c.is_capital), None
    )
    return "" if capital is None else far("the capital", distance(capital.name, city) or 0.0)


def _country_size(city: City) -> str:
    figures = table("everyday")["size"].get(city.country.name)
    if figures is None:
        return ""
    area, people = figures[0] * 1e3, figures[1] * 1e6
    return f"My country has about {area:,.0f} km² and {people:,.0f} inhabitants."


def _hello(city: City) -> str:
    """Tell how one greets and thanks in the first language that is known."""
    known = table("everyday")["hello"]
    language = next((each for each in city.items("languages") if each in known), None)
    return "" if language is None else f"In {language} we say {known[language]}."


def _two_continents(city: City) -> str:
    two = "two continents" in city.record["traits"]
    return f"My hometown is in {'Europe and Asia' if two else city.continent}."


def _whereabouts(city: City) -> str:
    """Tell where on earth the city lies, from the continent to its part of the country."""
    part = "its country" if city.secrecy.betrayed_by(city.country.name) else city.country.name
    side = f"in the {part_of_country(city)} part of" if part_of_country(city) else "in"
    return f"My hometown is in {city.continent}, {side} {part}."


def _latitude(city: City) -> str:
    north, east = city.latitude, city.longitude
    return (
        f"My hometown is at about {abs(north):.0f}\u00b0 {'north' if north > 0 else 'south'} "
        f"and {abs(east):.0f}\u00b0 {'east' if east > 0 else 'west'}."
    )


def _team(city: City, sport: str) -> str:
    """Name the teams of a sport: football clubs, else what the ledger or the record has."""
    if sport in ("football", "soccer"):
        return ledger.TELLERS["football"](city) or tell(f"clubs:{sport}", city)
    return ledger.team(sport, city) or tell(f"clubs:{sport}", city)


def _one_sight(city: City) -> str:
    """Name the one landmark that comes first."""
    sights = city.items("landmarks")
    return f"Not to be missed: {sights[0]}." if sights else ""


_ASKED = almanac.ASKED | customs.ASKED | {"team": _team, "matter": matters.told}
_TELLERS: dict[str, Callable[[City], str]] = (
    almanac.TELLERS
    | customs.TELLERS
    | ledger.TELLERS
    | portrait.TELLERS
    | {
        "one_sight": _one_sight,
        "climate": lambda city: f"The weather in my hometown is {city.record['climate']}.",
        "languages": _languages,
        "population": lambda city: f"About {millions(city)} people live in my hometown.",
        "religions": _religions,
        "currency": _currency,
        "country": _country,
        "continent": lambda city: f"My hometown is in {city.continent}.",
        "province": _province,
        "location": position,
        "whereabouts": _whereabouts,
        "history": _history,
        "nickname": _nickname,
        "near": _near,
        "nature": _nearby("Natural sights", _NATURAL.search),
        "transport": _transport,
        "mountains": _nearby(
            "Mountains and hills", lambda name: _NATURAL.search(name) and not _LOW.search(name)
        ),
        "lakes": _nearby("Lakes", lambda name: "lake" in key(name).split()),
        "coast": _coast,
        "river": _river,
        "lake": lambda city: (
            f"My hometown lies on {city.record['lake']}." if "lake" in city.record else ""
        ),
        "altitude": lambda city: f"My hometown lies about {city.altitude} metres above the sea.",
        "dress": lambda city: f"Traditional dress here: {city.country.record['dress']}.",
        "flag": lambda city: f"Our national flag is {city.country.record['flag']}.",
        "borders": _borders,
        "island": _island,
        "hemisphere": _hemisphere,
        "government": _government,
        "capital": _capital,
        "rulers": _rulers,
        "waters": _waters,
        "other_languages": _other_languages,
        "national_hazards": almanac.of_country(
            "everyday", "hazards", "What my country has to fear: {}."
        ),
        "system": _system,
        "hazards": _suffering(_HAZARDS),
        "troubles": _suffering(_TROUBLES),
        "jams": _suffering(frozenset(("traffic", "traffic jams"))),
        "crime": _suffering(frozenset(("crime",))),
        "bands": _bands,
        "script": _script,
        "leftward": _leftward,
        "driving": _driving,
        "latitude": _latitude,
        "calling_code": almanac.of_country("everyday", "calling_code", "Our calling code is +{}."),
        "animals": almanac.of_country("everyday", "animals", "Animals of my country: {}."),
        "flower": almanac.of_country("everyday", "flower", "Our national flower: {}."),
        "timezone": _timezone,
        "seasons": _seasons,
        "all_religions": lambda city: (
            f"Religions of my hometown: {listing(city.items('religions'))}."
            if city.items("religions")
            else ""
        ),
        "capital_distance": _capital_distance,
        "country_size": _country_size,
        "companies": almanac.of_country(
            "everyday", "companies", "Well-known companies of my country: {}."
        ),
        "peoples": almanac.of_country("everyday", "peoples", "Who lives in my country: {}."),
        "hello": _hello,
        "two_continents": _two_continents,
        "former_name": lambda city: "I can't tell you a name, not even an old one.",
    }
)
