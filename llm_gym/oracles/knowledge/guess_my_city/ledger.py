"""What is asked of any city, from tables across all of them, as a sentence and as a verdict on a yes/no question.

``data/ledger.toml`` has the tables. A narrower thing than a topic ("a railway hub", "a financial centre") is affirmed where
a table names the city, denied where it names it among those which are not so, and not known otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from llm_gym.oracles.knowledge.guess_my_city import almanac
from llm_gym.oracles.knowledge.guess_my_city.almanac import (
    ORDINALS,
    discreet,
    hours_of_sun,
    place_in_country,
    warmth,
)
from llm_gym.oracles.knowledge.guess_my_city.facts import City, atlas, table
from llm_gym.oracles.knowledge.guess_my_city.text import MONTHS, listing

Verdict = tuple[bool | None, str]
"""Whether a claim is true, None where that is open, and a sentence about it."""

_TROPIC = 23.44  # degrees of latitude


def _entry(fact: str, city: City) -> Any:
    """Return what a table says of the city, or of its country, None where it says nothing."""
    entries = table("ledger")[fact]
    return entries.get(city.id, entries.get(city.country.name))


def _heading(fact: str, city: City) -> str:
    """Return the heading under which a table of lists has the city or its country, "" where it has neither."""
    lists = table("ledger")[fact].items()
    return next((name for name, of in lists if city.id in of or city.country.name in of), "")


def listed(fact: str, city: City, otherwise: bool | None = None) -> bool | None:
    """Return whether a table has the city among those of which a fact is true.

    Args:
        fact: the name of the table.
        city: the city.
        otherwise: what is so of a city that is in no list of the table.
    """
    return {"true": True, "false": False, "doubtful": None}.get(_heading(fact, city), otherwise)


def _said(fact: str, sentence: str) -> Callable[[City], str]:
    """Return a teller of what a table says."""

    def told(city: City) -> str:
        value = _entry(fact, city)
        return "" if value is None else discreet(city, sentence.format(value))

    return told


def _under(fact: str, sentence: str) -> Callable[[City], str]:
    """Return a teller of the heading of a table of lists."""

    def told(city: City) -> str:
        heading = _heading(fact, city)
        return sentence.format(heading) if heading else ""

    return told


def _either(
    fact: str, yes: str, no: str, otherwise: bool | None = None
) -> Callable[[City], Verdict]:
    """Return what decides by a table, with a sentence for each answer."""

    def decide(city: City) -> Verdict:
        truth = listed(fact, city, otherwise)
        return truth, "" if truth is None else yes if truth else no

    return decide


def _area(city: City) -> str:
    figure = _entry("area", city)
    return "" if figure is None else f"My hometown covers about {figure:,} km² within its bounds."


def _sea(city: City) -> str:
    if "coast" in city.record:
        return f"None: my hometown lies on {city.record['coast']}."
    apart = _entry("sea", city)
    return "" if apart is None else f"It is about {apart:,} km from my hometown to the sea."


def _airports(city: City) -> str:
    count = _heading("airports", city)
    several = "" if count == "one" else "s"
    return f"My hometown is served by {count} airport{several} for passengers." if count else ""


def _summer_time(city: City) -> Verdict:
    truth = listed("summer_time", city, False)
    truth = listed("summer_time_of_cities", city, truth)
    told = f"Our clocks {'are' if truth else 'are not'} set to summer time."
    return truth, "" if truth is None else told


def _games(season: str) -> Callable[[City], Verdict]:
    def decide(city: City) -> Verdict:
        seasons = [season] if season else ["summer", "winter"]
        held = [(each, _entry(f"{each}_games", city)) for each in seasons]
        told = [f"the {each} Olympics of {years}" for each, years in held if years]
        if told:
            return True, f"My hometown held {' and '.join(told)}."
        return False, f"My hometown has not held the {f'{season} ' if season else ''}Olympics."

    return decide


def _cup(city: City) -> Verdict:
    years = _entry("world_cup", city)
    if years:
        return True, f"Games of the football World Cup were played here in {years}."
    return False, "No game of the men's football World Cup has been played here."


def _expo(city: City) -> Verdict:
    years = _entry("expo", city)
    if years:
        return True, f"My hometown held a world's fair in {years}."
    truth = listed("small_fairs", city, False)
    return truth, "" if truth is None else "My hometown has not held a world's fair."


def _tropics(city: City) -> Verdict:
    inside = abs(city.latitude) < _TROPIC
    where = "between the tropics" if inside else "outside the tropics"
    degrees = f"{abs(city.latitude):.0f}° {'north' if city.latitude > 0 else 'south'}"
    return inside, f"My hometown lies {where}, at about {degrees}."


def _damage(city: City) -> Verdict:
    heading = _heading("world_war", city)
    told = f"My hometown {heading} the Second World War." if heading else ""
    truth = {"was badly damaged in": True, "lay far from the fighting of": False}.get(heading)
    return truth, told


def _skyline(city: City) -> str:
    heading = _heading("skyline", city)
    return f"The skyline: {heading}." if heading else ""


def _skyscrapers(city: City) -> Verdict:
    heading = _heading("skyline", city)
    return (not heading.startswith("hardly") if heading else None), _skyline(city)


def _league(city: City) -> Verdict:
    """Decide whether there is a team of the leagues of North America."""
    if city.country.name not in ("United States", "Canada"):
        return False, "The leagues of North America have no team here."
    return None, _said("teams", "Teams: {}.")(city)


_LEAGUES = {
    "nba": "basketball",
    "nhl": "ice hockey",
    "nfl": " American football",
    "mlb": "baseball",
}


def _league_of(name: str) -> Callable[[City], Verdict]:
    def decide(city: City) -> Verdict:
        truth, told = _league(city)
        game = _LEAGUES[name]
        return (game in told.replace("women's basketball", "") if truth is None else truth), told

    return decide


def team(sport: str, city: City) -> str:
    """Name the teams of the city, where one of them is of a sport, "" where none is known."""
    told = _said("teams", "Teams of my hometown: {}.")(city)
    sport = {"hockey": "ice hockey", "american football": "American football"}.get(sport, sport)
    return told if sport in told else ""


def _age(city: City) -> str:
    """Tell whether the city is old or young, by the year in which it began."""
    told = str(table("almanac")["founded"].get(city.id, ""))
    if not told or city.secrecy.betrayed_by(told):
        return ""
    year = re.search(r"\b(1[0-9]{3})\b", told)
    young = year is not None and int(year[1]) >= 1800 and "antiquity" not in told
    high = _heading("skyline", city)
    return f"It is {'young' if young else 'old'}: it began {told}{f', and has {high}' if high else ''}."


def _december(city: City) -> str:
    """Tell what is kept in December."""
    when = _heading("christmas", city)
    if when:
        return f"Christmas is kept {when}, and New Year's Eve at the end of the month."
    return "Christmas is no great feast here; the year ends with New Year's Eve."


def _love(city: City) -> Verdict:
    if listed("love_forbidden", city):
        return False, "Love between men is a crime in my country."
    law = table("customs")["same_sex_marriage"]
    if city.country.name in law["true"]:
        return True, "Couples of the same sex can marry in my country."
    return None, "Couples of the same sex cannot marry in my country."


_SHORT_DAY, _MILD_DAY = 9.5, 10.2  # hours of daylight at midwinter


def _dark(city: City) -> Verdict:
    """Decide whether it gets dark early in winter."""
    midwinter = 11 if city.latitude > 0 else 5
    hours = hours_of_sun(midwinter, city)
    told = f"At midwinter there are about {hours:.0f} hours of daylight."
    return (True if hours < _SHORT_DAY else False if hours > _MILD_DAY else None), told


def _province(city: City) -> Verdict:
    """Decide whether a state or province is governed from here; that no record says so means nothing."""
    of = [name for name in city.record["capital_of"] if name != city.country.name]
    return (True, "My hometown is the capital of its province or state.") if of else (None, "")


def _college(city: City) -> Verdict:
    """Decide whether it is a centre of learning: yes where the record or its country names a university there."""
    known = city.record.get("universities", ())
    names = [name for name in known if not city.secrecy.betrayed_by(name)]
    told = (
        f"Universities here: {' and '.join(names[:2])}."
        if names
        else "It has a well-known university."
    )
    return (True, told) if known else (None, "")


def _pork(city: City) -> Verdict:
    faith = " ".join(city.items("religions")[:1])
    if "Islam" in faith:
        return False, "Most people here are Muslims, who eat no pork."
    if re.search(r"Christ|Cathol|Orthod|Protest|Luther|Angl|Buddh|Tao|Confuc", faith):
        return True, "Many people here eat pork."
    return None, ""


def _nobel(city: City) -> Verdict:
    told = _said("nobel", "Nobel laureates born in my hometown: {}.")(city)
    return (True if told else None), told


def _density(city: City) -> str:
    """Tell how many live on a square kilometre, where the area is known."""
    area = _entry("area", city)
    if area is None:
        return ""
    return (
        f"About {round(city.population * 1e6 / area, -2):,.0f} people live on a square kilometre."
    )


_NEW_WORLDS = ("North America", "South America", "Australia")


def _roman(city: City) -> Verdict:
    """Decide whether the Romans held the city: not one in parts of the world that they never saw."""
    away = city.continent in _NEW_WORLDS or city.longitude > 50 or city.latitude < 20
    truth = listed("roman", city, False if away else None)
    told = f"My hometown was {'' if truth else 'never '}part of the Roman Empire."
    return truth, "" if truth is None else told


def _zones(city: City) -> str:
    if listed("time_zones_doubtful", city, False) is None:
        return ""
    return f"My country has {_entry('time_zones', city) or 'one time zone'}."


_SURELY_NOT_AMONG_LARGEST = 4.0  # millions of inhabitants
_LARGEST = frozenset(
    (
        "tokyo",
        "delhi",
        "shanghai",
        "sao_paulo",
        "mexico_city",
        "cairo",
        "bombay",
        "beijing",
        "dhaka",
    )
)


def _world_rank(city: City) -> Verdict:
    """Decide whether it is one of the largest cities of the world."""
    small = city.population < _SURELY_NOT_AMONG_LARGEST
    truth = True if city.id in _LARGEST else False if small else None
    return truth, f"About {city.population:g} million people live in my hometown."


_FROST_FREE, _FROSTY = 13.0, 6.0  # degrees of a winter afternoon


def _coldest(city: City) -> float:
    """Return the usual degrees of an afternoon in the coldest month."""
    return min(warmth(month, city) for month in range(12))


def _palms(city: City) -> Verdict:
    """Decide whether palm trees grow: they stand no hard winters."""
    degrees = _coldest(city)
    truth = True if degrees >= _FROST_FREE else False if degrees < _FROSTY else None
    return truth, "Palm trees grow here." if truth else "It is too cold here for palm trees."


_AURORA_FROM, _NO_AURORA = 60.0, 50.0  # degrees of latitude


def _aurora(city: City) -> Verdict:
    """Decide whether the northern lights are seen: often far in the north, hardly ever far from it."""
    if city.latitude >= _AURORA_FROM:
        return True, "On clear nights of winter they are seen at times."
    far = city.latitude < _NO_AURORA
    return (False if far else None), "My hometown lies too far from the pole for them." * far


def _midnight_sun(city: City) -> Verdict:
    """Decide whether the sun stays up at midnight: in none of the cities, though the nights of some are light."""
    light = ", but the nights of June hardly get dark" if city.latitude >= _LIGHT_NIGHTS else ""
    return False, f"The sun sets every day of the year{light}."


def _white_nights(city: City) -> Verdict:
    """Decide whether the nights of summer stay light."""
    light = city.latitude >= _LIGHT_NIGHTS
    return light, f"The nights of June {'hardly get' if light else 'get'} dark here."


_LIGHT_NIGHTS = 58.0  # degrees of latitude


def _nearer_equator(city: City) -> Verdict:
    """Decide whether the equator is nearer than a pole."""
    near = abs(city.latitude) < 45
    return near, f"It lies about {abs(city.latitude):.0f} degrees from the equator."


def _share(city: City) -> Verdict:
    """Reckon how many of the country's people live here."""
    size = table("everyday")["size"].get(city.country.name)
    if size is None or city.country.name == city.name:
        return None, ""
    part = 100 * city.population / size[1]
    told = f"{part:.0f}" if part >= 2 else f"{part:.1f}"
    return None, f"About {told} per cent of my country's people live here."


def _meridian(city: City) -> Verdict:
    """Decide whether it lies east of Greenwich."""
    east = city.longitude > 0
    return east, f"My hometown lies {'east' if east else 'west'} of the prime meridian."


def _reversed(city: City) -> Verdict:
    """Decide whether it is summer here when it is winter in Europe."""
    south = city.latitude < 0
    if abs(city.latitude) < _EVEN:
        return None, "So near the equator the seasons of the year hardly differ in warmth."
    told = (
        "from December to February it is summer"
        if south
        else "from December to February it is winter"
    )
    return None, f"Here {told}."


_EVEN = 23.4  # degrees of latitude within which summer and winter are one
_PLEASANT = (17.0, 29.0)  # degrees of an afternoon


def _best_months(city: City) -> Verdict:
    """Name the months of pleasant afternoons outside the time of the most rain."""
    low, high = _PLEASANT
    dry = [m for m in range(12) if m not in _wet_months(city)]
    good = [m for m in dry if low <= warmth(m, city) <= high]
    good = good or (
        [m for m in dry if warmth(m, city) < low + 4]
        and sorted(dry, key=lambda m: -warmth(m, city))[:3]
    )
    if not good:
        coolest = min(dry or range(12), key=lambda m: warmth(m, city))
        good = [m for m in (dry or range(12)) if warmth(m, city) <= warmth(coolest, city) + 2]
    if len(good) > 10:
        return None, "One can come all year round; no month is bad."
    runs = _runs(sorted(good))
    return None, f"The best time to come: {listing(runs)}."


def _wet_months(city: City) -> frozenset[int]:
    """Return the numbers of the months with the most rain, as far as they are told by name."""
    told = str(table("almanac")["rain"].get(city.id, ""))
    wet: set[int] = set()
    name = "|".join(MONTHS)
    for first, last in re.findall(rf"({name})(?: to ({name}))?", told):
        start, end = MONTHS.index(first), MONTHS.index(last or first)
        wet.update((start + i) % 12 for i in range((end - start) % 12 + 1))
    return frozenset(wet)


def _runs(months: list[int]) -> list[str]:
    """Return months in a row as one: "March to May"."""
    starts = [m for m in months if (m - 1) % 12 not in months]
    runs = []
    for start in starts:
        end = start
        while (end + 1) % 12 in months:
            end = (end + 1) % 12
        runs.append(MONTHS[start] if start == end else f"{MONTHS[start]} to {MONTHS[end]}")
    return runs


def _swim(city: City) -> Verdict:
    """Decide whether one can swim in the sea: not far from it."""
    if "coast" not in city.record:
        apart = _entry("sea", city)
        away = f"about {apart:,} km away" if apart else "far away"
        return (None if apart and apart < _AN_OUTING else False), f"The sea is {away}."
    coldest, hottest = _coldest(city), max(warmth(m, city) for m in range(12))
    if coldest >= _BALMY:
        return True, "The sea is warm enough all year round."
    return (True if hottest >= _WARM_SEA else None), (
        "The sea is warm enough in summer." if hottest >= _WARM_SEA else "The sea is rather cold."
    )


_AN_OUTING = 60  # kilometres
_BALMY, _WARM_SEA = 24.0, 24.0  # degrees of an afternoon on shores with a sea to swim in


def _monarch(city: City) -> Verdict:
    """Decide whether a monarch is the head of state."""
    head = str(table("nations")["head_of_state"].get(city.country.name, "a president"))
    crowned = re.search(r"king|queen|emperor|sultan|emir|monarch", head) is not None
    return crowned, f"The head of state of my country: {head}."


def _several_official(city: City) -> Verdict:
    """Decide whether the country has several official languages."""
    told = table("nations")["official_languages"].get(city.country.name)
    if told:
        return not told.startswith("one "), f"My country has {told}."
    return False, f"The official language of my country is {city.country.items('languages')[0]}."


def _is_largest(city: City) -> Verdict:
    """Decide whether no city of the country is larger."""
    largest = bool(city.record.get("largest"))
    return largest, f"My hometown is {'' if largest else 'not '}the largest city of its country."


def _ranks(place: int, city: City) -> Verdict:
    """Decide whether the city is the second or third of its country; the record's word for it counts as well."""
    known = place_in_country(city)
    counted = f"{ORDINALS[place - 1]} city" in city.record["traits"]
    if counted or known is not None:
        return counted or known == place, almanac.TELLERS["rank"](city)
    larger = sum(c.population > city.population for c in _compatriots(city))
    return (False if larger >= place else None), ""


def _compatriots(city: City) -> list[City]:
    return [c for c in atlas().cities.values() if c.country is city.country]


def _among_largest(city: City) -> Verdict:
    """Decide whether it is one of the largest cities of the country."""
    if place_in_country(city) is not None:
        return True, almanac.TELLERS["rank"](city)
    larger = sum(c.population > city.population for c in _compatriots(city))
    people = f"About {city.population:g} million people live in my hometown."
    return (False if larger >= _MANY_LARGER else None), people


_MANY_LARGER = 5


def _seat_of_state(city: City) -> Verdict:
    """Decide whether the state is governed from here: some countries share that out."""
    if city.country.name in table("customs")["split_seat"]["doubtful"]:
        return None, ""
    seat = "is" if city.is_capital else "is not"
    return city.is_capital, f"My hometown {seat} the seat of the national government."


def _felt(city: City) -> Verdict:
    """Tell how warm the afternoons of the coldest and the hottest month are."""
    degrees = [warmth(month, city) for month in range(12)]
    low, high = min(degrees), max(degrees)
    if high - low <= _STEADY:
        return None, f"All year round the afternoons have about {high:.0f} degrees Celsius."
    cold, hot = MONTHS[degrees.index(low)], MONTHS[degrees.index(high)]
    return (
        None,
        f"The afternoons have about {low:.0f} degrees Celsius in {cold} and {high:.0f} in {hot}.",
    )


_STEADY = 4.0  # degrees


_SPREAD = 12.0  # degrees between the warmest and the coldest month


def _four_seasons(city: City) -> Verdict:
    """Decide whether there are four seasons: where summer and winter differ much."""
    degrees = [warmth(month, city) for month in range(12)]
    spread = max(degrees) - min(degrees)
    if abs(city.latitude) < _TROPIC and spread < _SPREAD:
        return False, "So near the equator there are no four seasons."
    return (True, "There are four seasons.") if spread >= _SPREAD else (None, "")


def _by_the_sea(city: City) -> Verdict:
    """Decide whether the city lies by the sea."""
    if "coast" in city.record:
        return True, f"My hometown lies on {city.record['coast']}."
    apart = _entry("sea", city)
    return False, f"It is about {apart:,} km from here to the sea." if apart else ""


def _believers(sign: str) -> Callable[[City], Verdict]:
    """Return what decides whether most people are of a faith, by the first religion on record."""

    def decide(city: City) -> Verdict:
        faiths = city.items("religions")
        if not faiths:
            return None, ""
        told = f"The predominant religion in my hometown is {faiths[0]}."
        if re.search(sign, faiths[0]):
            return True, told
        several = re.search(sign, " ".join(faiths)) is not None
        return (None if several or city.continent == "Europe" else False), told

    return decide


def _arches(city: City) -> Verdict:
    """Decide whether there is a McDonald's: everywhere but in some countries."""
    truth = listed("golden_arches", city, True)
    return truth, "There is one." if truth else "There is none in my country."


def _medieval(city: City) -> Verdict:
    of = [
        told
        for fact, told in (
            ("hanse", "It belonged to the Hanse."),
            ("city_state", "It was a state of its own."),
        )
        if listed(fact, city)
    ]
    return (True, " ".join(of)) if of else (None, "")


def _quarter(city: City) -> Verdict:
    """Decide whether there is an old town: none where the city began in modern times."""
    told = str(table("almanac")["founded"].get(city.id, ""))
    year = re.fullmatch(r"(?:as [\w ]+ )?in (1[89]\d\d|20\d\d)", told)
    return (False, f"My hometown began only in {year[1]}.") if year else (None, "")


def rails(city: City) -> list[str]:
    """Return what runs on rails within the city, of what is known to."""
    return [fact for fact in ("metro", "trams") if listed(fact, city)]


TELLERS: dict[str, Callable[[City], str]] = {
    "area": _area,
    "sea": _sea,
    "airports": _airports,
    "districts": _said("districts", "My hometown is divided into {}."),
    "football": _said("football", "Football clubs of my hometown: {}."),
    "teams": _said("teams", "Teams of my hometown: {}."),
    "dynasty": _said("dynasty", "Linked with my hometown are {}."),
    "fame": _said("fame", "The world knows my hometown for {}."),
    "nobel": lambda city: _nobel(city)[1],
    "born": _said("born", "Born in my hometown: {}."),
    "income": _under("income", "By the classes of the World Bank the income of my country is {}."),
    "skyline": _skyline,
    "age_class": _age,
    "december": _december,
    "density": _density,
    "zones": _zones,
    "metro": lambda city: VERDICTS["metro"](city)[1],
    "zoo": lambda city: VERDICTS["zoo"](city)[1],
    "summer_time": lambda city: _summer_time(city)[1],
    "games": lambda city: _games("")(city)[1],
    "cup_games": lambda city: _cup(city)[1],
    "expo": lambda city: _expo(city)[1],
    "damage": lambda city: _damage(city)[1],
    "fast_trains": lambda city: VERDICTS["fast_trains"](city)[1],
    "tropics": lambda city: _tropics(city)[1],
}
"""What can be told without a further word."""

VERDICTS: dict[str, Callable[[City], Verdict]] = {
    "zoo": _either("zoo", "There is a zoo here.", "There is no zoo within my hometown."),
    "fast_trains": _either(
        "fast_trains",
        "Fast trains stop here.",
        "There are no fast trains here, of 200 kilometres an hour or more.",
    ),
    "metro": _either("metro", "There is a metro here.", "There is no metro here.", False),
    "trams": _either("trams", "There are trams here.", "There are no trams here.", False),
    "hills": _either(
        "hills",
        "There are hills in or around my hometown.",
        "It is flat here.",
    ),
    "finance": _either("financial_centre", "It is one of the centres of money of the world.", ""),
    "railways": _either(
        "railway_hub",
        "Many railway lines meet here.",
        "Hardly any long-distance trains run here.",
    ),
    "continuous": _either(
        "continuous", "People have lived here without a break since antiquity.", ""
    ),
    "immigrants": _either("immigrants", "Very many have come here from abroad.", ""),
    "jams": _either("jams", "There are often jams on the streets.", ""),
    "smog": _either(
        "smog", "The air is often bad.", "The air is clean by the standards of large cities."
    ),
    "slums": _either("slums", "There are slums.", "There are no slums."),
    "once_capital": _either(
        "once_capital", "It was a capital in the past.", "It never was the capital of a country."
    ),
    "nobel": _nobel,
    "roman": _roman,
    "world_rank": _world_rank,
    "arches": _arches,
    "hemp": _either(
        "hemp", "Adults may smoke hemp here.", "Smoking hemp for pleasure is forbidden here.", False
    ),
    "medieval": _medieval,
    "summer_time": _summer_time,
    "games": _games(""),
    "summer_games": _games("summer"),
    "winter_games": _games("winter"),
    "cup": _cup,
    "expo": _expo,
    "tropics": _tropics,
    "damage": _damage,
    "skyscrapers": _skyscrapers,
    "love": _love,
    "dark": _dark,
    "province": _province,
    "college": _college,
    "christmas": lambda city: (_heading("christmas", city) != "", _december(city)),
    "pork": _pork,
    "quarter": _quarter,
    "seat_of_state": _seat_of_state,
    "felt": _felt,
    "four_seasons": _four_seasons,
    "by_the_sea": _by_the_sea,
    "palms": _palms,
    "aurora": _aurora,
    "midnight_sun": _midnight_sun,
    "white_nights": _white_nights,
    "second": lambda city: _ranks(2, city),
    "third": lambda city: _ranks(3, city),
    "nearer_equator": _nearer_equator,
    "share": _share,
    "meridian": _meridian,
    "reversed": _reversed,
    "best_months": _best_months,
    "swim": _swim,
    "monarch": _monarch,
    "several_official": _several_official,
    "largest": _is_largest,
    "among_largest": _among_largest,
    "muslims": _believers("Islam"),
    "christians": _believers("Christ|Cathol|Orthod|Protest|Luther|Angl"),
    **{name: _league_of(name) for name in _LEAGUES},
}
"""By what a yes/no question is decided: "ledger:zoo" among the claims."""
