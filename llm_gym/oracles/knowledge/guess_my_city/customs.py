"""Sentences about what stands where in a city and how its country lives.

``data/townscape.toml`` names the squares, markets, stadiums, companies, ... of the cities, ``data/sights.toml`` further
ones, ``data/customs.toml`` the trees, dances, newspapers, ... of the countries. They are read when somebody asks for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from llm_gym.oracles.knowledge.guess_my_city.almanac import (
    discreet,
    holders,
    holding,
    of_country,
)
from llm_gym.oracles.knowledge.guess_my_city.facts import City, place_key, table
from llm_gym.oracles.knowledge.guess_my_city.lore import of_kind
from llm_gym.oracles.knowledge.guess_my_city.text import listing, plain, well_known

_SIGHTS = {
    "museum": "Museums here: {}.",
    "square": "Squares here: {}.",
    "bridge": "Bridges here: {}.",
    "park": "Parks and gardens here: {}.",
    "worship": "Houses of worship here: {}.",
    "market": "Markets and places to shop: {}.",
    "stadium": "Stadiums here: {}.",
    "oldest": "Of the oldest that still stands here: {}.",
    "tallest": "The tallest here: {}.",
    "street": "Streets to stroll along: {}.",
    "evening": "In the evening people go to {}.",
    "companies": "Companies of my hometown: {}.",
    "films": "Linked with my hometown on the screen: {}.",
    "founder": "Who founded it: {}.",
    "rival": "The rival of my hometown: {}.",
    "trees": "Trees and plants that are typical here: {}.",
    "beach": "Beaches: {}.",
    "taxis": "The taxis here: {}.",
    "dance": "Typical dances here: {}.",
    "university": "Universities here: {}.",
    "station": "Railway stations: {}.",
    "theatre": "Theatres: {}.",
    "statue": "Statues and monuments: {}.",
    "palace": "Palaces: {}.",
    "lake": "Lakes: {}.",
    "hills": "Mountains and hills: {}.",
    "district": "Parts of my hometown: {}.",
    "ruins": "Of ancient sites here or not far away: {}.",
    "port": "The port: {}.",
    "book": "Books linked with my hometown: {}.",
}
# The words by which a city's landmarks are known to be of a kind, where the townscape is silent.
_KINDS = {
    "museum": "museum galler",
    "square": "square plaza piazza maidan platz",
    "bridge": "bridge pont ponte",
    "park": "park garden",
    "worship": "mosque temple church cathedral shrine pagoda basilica abbey monaster synagogue minster",
    "market": "market bazaar souk souq mercado mall",
    "stadium": "stadium arena coloss amphith",
    "street": "street avenue boulevard",
    "beach": "beach",
    "palace": "palace palais palazzo alcazar alhambra hofburg",
    "castle": "castle fort citadel alcazar kremlin",
}


# What says that there is nothing of a kind.
_LACKING = re.compile(r"no(?:ne)?\b")


def _sight(city: City, kind: str) -> str:
    """Name what the city has of a kind: its townscape first, else its landmarks of that name."""
    named = table("townscape").get(city.id, {}).get(kind)
    if named is None:
        named = table("sights").get(kind, {}).get(city.id)
    if named is not None:
        lacking = _LACKING.match(named) is not None
        return discreet(city, f"There are {named}." if lacking else _SIGHTS[kind].format(named))
    if kind not in _KINDS:
        return ""
    return well_known(holding(_KINDS[kind], city.items("landmarks")))


def _house(city: City, faith: str) -> str:
    """Name the city's churches, mosques, ...: those of its landmarks, else its houses of worship with one of them."""
    own = [item for item in city.items("landmarks") if faith in plain(item).lower()]
    told = _sight(city, "worship")
    return told if faith in told.lower() else well_known(own)


def _by_country(fact: str, sentence: str) -> Callable[[City], str]:
    """Return a teller of the heading of a table of lists under which the country stands."""

    def told(city: City) -> str:
        found = holders("customs", fact, city)
        return sentence.format(found[0]) if found else ""

    return told


def _trees(city: City) -> str:
    return _sight(city, "trees") or _nation("trees", "Trees and plants of my country: {}.")(city)


def _nation(fact: str, sentence: str) -> Callable[[City], str]:
    return of_country("customs", fact, sentence)


_GAMES = re.compile(
    r"^(?:football|cricket|baseball|basketball|ice hockey|rugby|badminton|volleyball|handball)\b"
)
_CARS = re.compile(
    r"\b(?:Volkswagen|BMW|Toyota|Honda|Fiat|Ferrari|Renault|Ford|Hyundai|Kia|Tata|Mahindra|Volvo|Škoda|Jaguar|Rolls-Royce"
    r"|SEAT|Lada|VinFast|Proton|Dacia|BYD|Iran Khodro|UzAuto Motors|Rimac|Nissan|Mazda|Mercedes|General Motors|Audi"
    r"|Changan|GAC|FAW|Geely|Dongfeng Motor|SAIC Motor|Jaguar Land Rover|Tofaş|Peugeot|Ashok Leyland|Korean GM)\b"
)


def _car_makers(city: City) -> str:
    """Name the makers of cars among the companies of the city and of its country."""
    told = (
        f"{_sight(city, 'companies')} {table('everyday')['companies'].get(city.country.name, '')}"
    )
    makers = list(dict.fromkeys(_CARS.findall(told)))
    return f"Cars of my country: {listing(makers, 5)}." if makers else ""


def _leisure(city: City) -> str:
    """Tell where families go, and what is played."""
    town = table("townscape").get(city.id, {})
    places = [town[kind] for kind in ("park", "beach") if kind in town]
    games = [word for item in city.country.items("sports") for word in _GAMES.findall(item)][:1]
    told = f"Families like to go to {'; to '.join(places)}. " if places else ""
    told += f"Children play {games[0]}." if games else ""
    return discreet(city, told.strip())


def _nearest_sea(city: City) -> str:
    """Tell the sea that the city lies on, else the seas of its country."""
    if "coast" in city.record:
        return f"My hometown lies on {city.record['coast']}."
    seas = [
        name for name in city.country.items("has") if name.split()[-1] in ("Sea", "Ocean", "Gulf")
    ]
    seas += [name for name in city.country.items("has") if name.startswith("Gulf of")]
    if seas:
        return f"My hometown lies inland; the coasts of my country are on the {listing(seas, 4)}."
    landlocked = "landlocked" in city.country.items("traits")
    return "My hometown lies inland, in a country without a coast." if landlocked else ""


def _port(city: City) -> str:
    """Tell whether ships call, and what the country sends abroad."""
    if "port" in city.record["traits"] or {"harbour", "river port"} & set(city.record["traits"]):
        sent = f" What my country sends abroad: {listing(city.items('products'))}."
        return "There is a port here." + (sent if city.items("products") else "")
    return "There is no seaport here." if "coast" not in city.record else ""


def _port_name(city: City) -> str:
    """Tell what the port is called, where that is not as the city itself."""
    named = _sight(city, "port")
    called = " It bears no name but that of my hometown."
    plain_port = _port(city).partition(". ")[0].rstrip(".")
    return named or (f"{plain_port}.{called}" if "is a port" in plain_port else _port(city))


def _world_cup_host(city: City) -> str:
    hosted = _by_country("world_cup_host", "My country hosted the football World Cup {}.")(city)
    return hosted or "My country has not hosted the football World Cup of men."


def _world_cup(city: City) -> str:
    won = _by_country("world_cup", "My country won the football World Cup {}.")(city)
    return won or "My country's men had not won the football World Cup up to 2022."


def _at_border(city: City) -> str:
    """Name the neighbours of its country that the city lies near, else all of them."""
    near = [name for name in city.country.items("neighbours") if place_key(name) in city.close]
    if near:
        return f"Across the border nearby lies {listing(near)}."
    return f"My country borders {listing(city.country.items('neighbours'), 9)}."


TELLERS: dict[str, Callable[[City], str]] = {
    "at_border": _at_border,
    "country_once": _nation("country_once", "My country was called {} in the past."),
    "waterfall": _by_country("waterfall", "The great waterfall of my country: {}."),
    "reef": _by_country("reef", "The coral reef of my country: {}."),
    "trees": _trees,
    "leisure": _leisure,
    "nearest_sea": _nearest_sea,
    "port": _port,
    "port_name": _port_name,
    "handicrafts": _nation("handicrafts", "Handicrafts of my country: {}."),
    "world_cup": _world_cup,
    "world_cup_host": _world_cup_host,
    "safety": _by_country(
        "murders", "There are {} murders in my country by the standards of the world."
    ),
    "leader": _by_country("leader", "In my country {}."),
    "car_makers": _car_makers,
    "houses": _by_country("houses", "Most people of my country live {}."),
    "school": _by_country("school", "Children begin school at the age of {}."),
    "tips": _by_country("tips", "{}"),
    "tap_water": _by_country("tap_water", "{}"),
    "military": _by_country("military", "{}"),
    "elections": _by_country("elections", "{}"),
    "death_penalty": _by_country("death_penalty", "{}"),
    "party": _by_country("party", "{} rules my country."),
    "new_year": _by_country("new_year", "We celebrate the new year {}."),
    "greeting": _by_country("greeting", "People greet each other {}."),
    "weekend": _by_country("weekend", "The weekend is {}."),
    "emergency": _by_country("emergency", "The number for emergencies: {}."),
    "drinking_age": _by_country("drinking_age", "One may buy alcohol from the age of {}."),
    "world_war": _by_country("world_war", "As for my country in the Second World War, {}."),
    "papers": _nation("papers", "Newspapers of my country: {}."),
    "dance": _nation("dance", "Typical dances: {}."),
    "instrument": _nation("instrument", "Typical instruments: {}."),
    "hero": _nation("hero", "Heroes of my country: {}."),
    "inventions": _nation("inventions", "From my country come {}."),
    "arms": _nation("arms", "The coat of arms of my country shows {}."),
    "resources": _nation("resources", "Natural resources of my country: {}."),
    "longest_river": _nation("longest_river", "The longest river of my country: {}."),
    "largest_lake": _nation("largest_lake", "The largest lake of my country: {}."),
    "divisions": _nation("divisions", "My country is divided into {}."),
}
"""What can be told without a further word."""

ASKED: dict[str, Callable[[City, str], str]] = {"sight": _sight, "house": _house, "lore": of_kind}
"""What takes a word of the question: "sight:bridge"."""
