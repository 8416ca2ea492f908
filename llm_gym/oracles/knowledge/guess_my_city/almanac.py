"""Sentences from the tables that are read only when somebody asks, and what is reckoned from a city's place.

``data/almanac.toml`` has single facts about cities, ``data/nations.toml`` about countries, and
``data/callings.toml`` says who was a writer and who a singer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable

from llm_gym.oracles.knowledge.guess_my_city.facts import City, atlas, place_key, table
from llm_gym.oracles.knowledge.guess_my_city.geography import distance, world
from llm_gym.oracles.knowledge.guess_my_city.lexicon import Place, lexicon
from llm_gym.oracles.knowledge.guess_my_city.text import MONTHS, key, listing, plain

_SEASONS = {"winter": 0, "spring": 3, "summer": 6, "autumn": 9, "fall": 9}
_ANCHORS = (0, 3, 6, 9)  # the months of data/almanac.toml's warmth
_ALIKE = 3  # degrees that no one would call a difference
_CALLED = {
    "painters": "artists",
    "actors": "people of film and stage",
    "scientists": "scientists and thinkers",
    "rulers": "rulers and politicians",
    "saints": "religious figures",
    "tycoons": "business people",
}


def beginning_with(words: str) -> re.Pattern[str]:
    """Return what finds one of some words at the beginning of a word: Montmartre is no art."""
    return re.compile(rf"\b(?:{words.replace(' ', '|')})")


def holding(words: str, items: Iterable[str]) -> list[str]:
    """Return the items in which a word begins as one of some words does."""
    found = beginning_with(words)
    return [item for item in items if found.search(plain(item).lower())]


def discreet(city: City, sentence: str) -> str:
    """Return a sentence, "" where it would betray the city."""
    return "" if city.secrecy.betrayed_by(sentence) else sentence


def _of(file: str, fact: str, whose: Callable[[City], str], sentence: str) -> Callable[[City], str]:
    """Return a teller of what a table of single facts says, "" where it says nothing."""

    def told(city: City) -> str:
        value = table(file)[fact].get(whose(city))
        return "" if value is None else discreet(city, sentence.format(value))

    return told


def of_country(file: str, fact: str, sentence: str) -> Callable[[City], str]:
    """Return a teller of what ``data/everyday.toml`` or ``data/nations.toml`` says of the country."""
    return _of(file, fact, lambda city: city.country.name, sentence)


def _of_nation(fact: str, sentence: str) -> Callable[[City], str]:
    return of_country("nations", fact, sentence)


def _of_city(fact: str, sentence: str) -> Callable[[City], str]:
    """Return a teller of what a table of ``data/almanac.toml`` says of the city."""
    return _of("almanac", fact, lambda city: city.id, sentence)


def holders(file: str, fact: str, city: City) -> list[str]:
    """Return the headings of a table of lists under which the country stands."""
    return [name for name, all_of in table(file)[fact].items() if city.country.name in all_of]


# --- the weather


def month_of(word: str, city: City) -> int:
    """Return the number, from 0, of a month or of the middle of a season where the city lies."""
    if word in _SEASONS:
        return (_SEASONS[word] + (0 if city.latitude > 0 else 6)) % 12
    return next(i for i, name in enumerate(MONTHS) if name.lower() == word)


def warmth(month: int, city: City) -> float:
    """Return the usual degrees of an afternoon: between the four known months a straight line."""
    known = table("almanac")["warmth"][city.id]
    since = month % 3
    return float(known[month // 3] + (known[(month // 3 + 1) % 4] - known[month // 3]) * since / 3)


def _weather(city: City, when: str) -> str:
    month = month_of(when, city)
    name = when.capitalize() if when not in _SEASONS else f"{when}, as in {MONTHS[month]},"
    degrees = f"about {warmth(month, city):.0f} degrees Celsius"
    return f"In {name} the afternoons have {degrees} here. The weather is {city.record['climate']}."


def _temperatures(city: City) -> str:
    degrees = [f"{warmth(month, city):.0f} in {MONTHS[month]}" for month in _ANCHORS]
    return f"Usual degrees Celsius of an afternoon: {listing(degrees, 4)}."


def _extreme(city: City, which: str) -> str:
    """Tell the month that is "hottest" or "coldest", or when it rains most."""
    if which in ("wettest", "rainiest"):
        return _rain(city)
    degrees = {month: warmth(month, city) for month in _ANCHORS}
    if max(degrees.values()) - min(degrees.values()) <= _ALIKE:
        return "The months hardly differ here: it is about as warm all year round."
    month = (max if which in ("hottest", "warmest") else min)(degrees, key=degrees.__getitem__)
    usual = f"with afternoons of about {degrees[month]:.0f} degrees Celsius"
    if MONTHS[month] == "July" and which in ("hottest", "warmest"):
        month += city.id in table("ledger")["august"]["all"]
    return f"By day the {which} part of the year is around {MONTHS[month]}, {usual}."


_WET = re.compile(r"\b(?:rain\w*|wet|dry|monsoon|desert|showers?|drizzl\w*)\b")


def _rain(city: City) -> str:
    said = "The time of the most rain: {}."
    most = _of_city("rain", said)(city) or _of_city("rainiest", said)(city)
    climate = str(city.record["climate"])
    return f"{most} The weather is {climate}.".strip() if most or _WET.search(climate) else ""


_SNOWY, _MILD = 6.0, 14.0


def _snow(city: City) -> str:
    coldest = min(warmth(month, city) for month in _ANCHORS)
    if lexicon().holds(lexicon().topics["snow"], city):
        return "It snows in winter." if coldest <= _SNOWY else "It snows now and then in winter."
    return "It hardly ever snows here." if coldest > _MILD else "Snow is rare here."


def _frost(city: City) -> str:
    coldest = min(warmth(month, city) for month in _ANCHORS)
    if coldest <= _SNOWY:
        return "In winter it freezes at times."
    return "It does not freeze here." if coldest > _MILD + 4 else ""


def _daylight(city: City, when: str) -> str:
    """Reckon the hours between sunrise and sunset in the middle of a month."""
    months = [month_of(when, city)] if when else [5, 11]
    hours = [f"{hours_of_sun(month, city):.0f} in {MONTHS[month]}" for month in months]
    return f"Hours of daylight: about {listing(hours)}."


def _sun(city: City, when: str) -> str:
    """Reckon when the sun rises and sets in the middle of a month, by the city's clocks out of summer time."""
    ahead = clock(city)
    if ahead is None:
        return ""
    noon = 12 + ahead - city.longitude / 15
    months = [month_of(when, city)] if when else [5, 11]
    times = []
    for month in months:
        half = hours_of_sun(month, city) / 2
        rises, sets = (_to_a_quarter(noon - half), _to_a_quarter(noon + half))
        times.append(f"in {MONTHS[month]} the sun rises at about {rises} and sets at about {sets}")
    told = listing(times)
    return f"{told[0].upper()}{told[1:]}, summer time aside."


def _to_a_quarter(hours: float) -> str:
    """Return a time of the day to a quarter of an hour: "5:45"."""
    quarters = round(hours * 4) % 96
    return f"{quarters // 4}:{quarters % 4 * 15:02d}"


def hours_of_sun(month: int, city: City) -> float:
    """Return the hours between sunrise and sunset in the middle of a month, counted from 0."""
    tilt = math.radians(-23.44 * math.cos(2 * math.pi * (month * 30.44 + 25) / 365))
    edge = -math.tan(math.radians(city.latitude)) * math.tan(tilt)
    return 24 / math.pi * math.acos(max(-1.0, min(1.0, edge)))


# --- where it lies


_SIDES = {"north": (1, 0), "south": (-1, 0), "east": (0, 1), "west": (0, -1)}


def _border(city: City, side: str) -> str:
    """Name the neighbours on one side of the country, by the middles of both."""
    if not city.country.items("neighbours"):
        return "My country has no land borders."
    here = world().middles[place_key(city.country.name)]
    found = []
    for name in city.country.items("neighbours"):
        there = world().middles.get(place_key(name))
        if there is None:
            continue
        north = there[0] - here[0]
        east = (there[1] - here[1]) * math.cos(math.radians(here[0]))
        along = north * _SIDES[side][0] + east * _SIDES[side][1]
        if along > 0.5 * math.hypot(north, east):
            found.append(name)
    if not found:
        return ""
    return discreet(city, f"To the {side} of my country: {listing(found, 8)}.")


def _neighbours(city: City) -> str:
    names = city.country.items("neighbours")
    if not names:
        return "My country has no land borders."
    count = f"{len(names)} neighbours" if len(names) > 1 else "one neighbour"
    sea = ", counting those across narrow seas" if len(names) < 4 else ""
    return discreet(city, f"My country has {count}{sea}: {listing(names, 20)}.")


_CLOSE_KM = 350.0


def _near_cities(city: City) -> str:
    """Name a larger city nearby, of the record or of those whose place is known."""
    named = [lexicon().table.get(name) for name in city.record["near"]]
    near = [place.name for place in named if isinstance(place, Place) and place.city]
    if near:
        return discreet(city, f"Other cities near my hometown: {listing(dict.fromkeys(near))}.")
    others = {c.name: distance(c.name, city) or 0.0 for c in atlas().cities.values()}
    others |= {name.title(): distance(name, city) or 0.0 for name in world().cities}
    far = {name: apart for name, apart in others.items() if apart > 0}
    closest = min(far, key=far.__getitem__)
    apart = max(10, round(far[closest], -1))
    lead = "A large city not too far away is" if apart < _CLOSE_KM else "The nearest large city is"
    return discreet(city, f"{lead} {closest}, about {apart:,.0f} km from here.")


def place_in_country(city: City) -> int | None:
    """Return the rank of the city among those of its country by inhabitants, None where it is not known."""
    if city.record.get("largest"):
        return 1
    ranks = table("ledger")["rank"]
    return next((int(rank) for rank, cities in ranks.items() if city.id in cities), None)


ORDINALS = "first second third fourth fifth sixth seventh eighth ninth".split()


def _rank(city: City) -> str:
    place = place_in_country(city)
    if place is not None:
        ordinal = f"{ORDINALS[place - 1]} " if place > 1 else ""
        return f"My hometown is the {ordinal}largest city of its country."
    traits = city.record["traits"]
    for word in ("second", "third"):
        if f"{word} city" in traits:
            return f"My hometown counts as the {word} city of its country."
    own = [c for c in atlas().cities.values() if c.country is city.country]
    if city.population < max(c.population for c in own):
        people = f"about {city.population:g} million people live here"
        return f"My hometown is not the largest city of its country; {people}."
    return "My hometown is one of the largest cities of its country."


def _terrain(city: City) -> str:
    traits = {*city.record["traits"]} - set(city.record.get("lacks", ()))
    if traits & {"mountains", "hills", "volcano"}:
        shape = "There are mountains" if traits & {"mountains", "volcano"} else "There are hills"
        return f"{shape} in or around my hometown, which lies about {city.altitude} metres above the sea."
    if traits & {"mountains nearby", "valley", "highlands"}:
        return f"There are mountains not far away; my hometown lies about {city.altitude} metres above the sea."
    if city.altitude < 60:
        return f"It is rather flat, about {city.altitude} metres above the sea."
    return f"I know of no great hills; it lies about {city.altitude} metres above the sea."


def _flat(city: City) -> str:
    told = _terrain(city)
    if told.startswith("There are") and "not far away" not in told:
        return f"It is not flat: {told[0].lower()}{told[1:]}"
    return told if told.startswith("It is rather flat") else ""


def _equator_or_pole(city: City) -> str:
    nearer = "equator than to a pole" if abs(city.latitude) < 45 else "pole than to the equator"
    return f"My hometown is closer to {'the' if nearer[0] == 'e' else 'a'} {nearer}."


def clock(city: City) -> float | None:
    """Return the hours that a city's clocks are ahead of Greenwich, None where unknown."""
    known: dict[str, float] = table("everyday")["utc"]
    return known.get(city.name, known.get(city.country.name))


def hours_from_greenwich(place: str) -> float | None:
    """Return the hours that the clocks of a city or country are ahead of Greenwich, None where unknown."""
    city = atlas().by_name(place)
    if city is not None:
        return clock(city)
    known = table("everyday")["utc"].items()
    return next((hours for name, hours in known if place_key(name) == place), None)


def clock_apart(place: str, name: str, noon: bool, city: City) -> str:
    """Tell how many hours the clocks differ from those of another place, "" where that is not known."""
    own, other = hours_from_greenwich(key(city.name)), hours_from_greenwich(place)
    if own is None or other is None:
        return ""
    apart = own - other
    if noon:
        hour = (12 + apart) % 24
        return f"At noon in {name} it is {int(hour):02d}:{round(hour % 1 * 60):02d} here, summer time aside."
    if not apart:
        return f"Our clocks show UTC{own:+g}, the same as in {name}, summer time aside."
    side = "ahead of" if apart > 0 else "behind"
    count = "1 hour" if abs(apart) == 1 else f"{abs(apart):g} hours"
    return f"Our clocks show UTC{own:+g}, {count} {side} {name}, summer time aside."


# --- the country


def _capital_name(city: City) -> str:
    if city.is_capital:
        return "My hometown is the capital of its country."
    name = table("nations")["capital"].get(city.country.name)
    return "" if name is None else discreet(city, f"The capital of my country is {name}.")


def _largest_city(city: City) -> str:
    own = (c for c in atlas().cities.values() if c.country is city.country)
    largest = next((c for c in own if c.record.get("largest")), None)
    if largest is None or largest is city:
        return "" if largest is None else _rank(city)
    return discreet(city, f"The largest city of my country is {largest.name}.")


def _speakers(city: City) -> str:
    """Name other countries of the same first language."""
    language = city.items("languages")[0]
    others = [
        c.name
        for c in atlas().countries.values()
        if c is not city.country and language in c.items("languages")[:1]
    ]
    return f"{language} is spoken in {listing(others, 6)} as well." if others else ""


def _nationality(city: City) -> str:
    name = city.country.items("adjectives")[0]
    return discreet(city, f"The word for what comes from my country is {name}.")


def _head_of_state(city: City) -> str:
    head = table("nations")["head_of_state"].get(city.country.name, "a president")
    return f"The head of state of my country: {head}."


def _money_sign(city: City) -> str:
    sign = table("nations")["money_sign"].get(city.currency)
    return "" if sign is None else f"The sign of our money is {sign}."


def _official_languages(city: City) -> str:
    told = table("nations")["official_languages"].get(city.country.name)
    first = city.country.items("languages")[0]
    return f"My country has {told}." if told else f"The official language of my country is {first}."


def _language_family(city: City) -> str:
    families = table("nations")["language_family"].items()
    for language in city.items("languages"):
        family = next((name for name, members in families if language in members), None)
        if family is not None:
            return f"{language} belongs to {family}."
    return ""


def _hot_drink(city: City) -> str:
    drinks = holders("nations", "hot_drink", city)
    return f"What is drunk more here is {drinks[0]}." if drinks else ""


_PRICES = {
    "high": "Life is expensive here by the standards of the world.",
    "middling": "Prices are middling here by the standards of the world.",
    "low": "Life is cheap here by the standards of the world.",
}


def _prices(city: City) -> str:
    if "expensive" in city.record["traits"]:
        return _PRICES["high"]
    level = holders("nations", "prices", city)
    return _PRICES[level[0]] if level else ""


def _unions(city: City) -> str:
    unions = holders("nations", "unions", city)
    return f"My country is a member of {listing(unions, 9)}." if unions else ""


def unions() -> list[frozenset[str]]:
    """Return the words of the name of each union of states, as compared."""
    return [frozenset(place_key(name).split()) for name in table("nations")["unions"]]


def _independence(city: City) -> str:
    fact = table("everyday")["independence"].get(city.country.name)
    if fact is not None:
        return f"My country became independent {fact}."
    if city.country.name in table("nations")["old_states"]["all"]:
        return "My country is an old state that did not become independent of another."
    return ""


# --- who and what


def _calling(city: City, calling: str) -> str:
    """Name the people of the record with a calling, else such people of the country."""
    entry = table("callings")[calling]
    names = "|".join(re.escape(plain(name)) for name in entry["names"])
    known = re.compile(rf"\b(?:{names})(?![\w])|\b(?i:{'|'.join(entry['words'])})\b")
    own = [name for name in city.items("people") if known.search(plain(name))]
    called = _CALLED.get(calling, calling)
    if own:
        return f"Well-known {called} linked with my hometown: {listing(own, 4)}."
    others = entry.get("of", {}).get(city.country.name)
    return "" if others is None else discreet(city, f"Well-known {called} of my country: {others}.")


_ALCOHOL = re.compile(
    r"(?i)\b(?:\w*beers?|lagers?|ale|stout|\w*wines?|rum|vodka|whisk(?:e)?y|bourbon|gin|brandy|cognac|champagne|cider"
    r"|sake|soju|makgeolli|baijiu|maotai|moutai|kaoliang|rak\u0131|raki|arak|ouzo|pisco|cacha[çc]a|caipirinha|aguardiente"
    r"|tequila|mezcal|pulque|chicha|p[áa]linka|unicum|[țt]uic[ăa]|[šs]ljivovica|rakija|rakia|slivovitz|grappa|aperol"
    r"|spritz|campari|vermouth|sangria|sherry|cava|port|porto|ginjinha|absinthe|pastis|calvados|kir|pilsner|k[öo]lsch"
    r"|schnapps|korn|jenever|genever|akvavit|aquavit|mead|mojito|daiquiri|pi[ñn]a colada|pisco sour|fernet|malbec"
    r"|shochu|horilka|samogon|airag|tej|tella|cocktails?|toddy|feni|arrack|lambanog|mekhong|guinness|bock|altbier"
    r"|apfelwein|ebbelwoi|negroni|bellini|limoncello|spirits?|liqueur|becherovka|medovukha|punch|singapore sling)\b"
)


def _alcohol(city: City) -> str:
    drinks = [drink for drink in city.items("drinks") if _ALCOHOL.search(drink)]
    if drinks:
        return f"Of alcoholic drinks these are typical here: {listing(drinks)}."
    return "I know of no alcoholic drink that is typical here."


_NO_GIFT = re.compile(
    r"\b(?:uranium|shipping|finance|insurance|banking|pharmaceuticals|media|cars|vehicles|technology|films|aircraft|oil|gas|software|"
    r"machinery|machines|ore|coal|steel|ships"
    r"|soybeans|wheat|beef|cattle|metals?|chemicals|services|tourism|aluminium|copper|timber|grain|minerals|"
    r"petroleum|rubber|gold ore)\b"
)


def _souvenirs(city: City) -> str:
    things = city.items("crafts") or [p for p in city.items("products") if not _NO_GIFT.search(p)]
    things = [*things, *city.items("drinks")[:1]]
    return f"To take home: {listing(things, 4)}."


def _clubs(city: City, sport: str) -> str:
    """Name the teams of a sport, of all where ``sport`` is empty."""
    sport = "football" if sport == "soccer" else sport
    named = [item for item in city.record.get("sports", ()) if "(" in item or "club" in item]
    named = [item for item in named if "(soccer)" not in item and sport in item]
    named = [item for item in named if not item.startswith("the teams")]
    return discreet(city, f"The teams of my hometown: {listing(named, 4)}.") if named else ""


_STYLES = {
    "colonial architecture": "colonial",
    "islamic architecture": "Islamic",
    "gothic": "Gothic",
    "baroque": "baroque",
    "art nouveau": "art nouveau",
    "art deco": "art deco",
    "moorish": "Moorish",
    "mughal": "Mughal",
    "ottoman": "Ottoman",
    "roman": "Roman",
    "medieval": "medieval",
    "traditional architecture": "traditional",
    "wooden houses": "wooden houses",
    "onion domes": "churches with onion domes",
    "pagodas": "pagodas",
    "hutongs": "alleys of courtyard houses",
    "colourful houses": "houses in bright colours",
    "colourful buildings": "buildings in bright colours",
    "communist architecture": "communist",
    "soviet influence": "Soviet",
    "modern architecture": "modern",
    "modern buildings": "modern",
    "skyscrapers": "skyscrapers",
    "temples": "temples",
}


def _architecture(city: City) -> str:
    """Tell what the houses are like: what is on record as a whole, else by the traits of the city."""
    style = table("sights")["style"].get(city.id)
    if style is not None:
        return discreet(city, f"What is built here: {style}.")
    lacks = city.record.get("lacks", ())
    styles = [s for t, s in _STYLES.items() if t in city.record["traits"] and t not in lacks]
    return f"What is built here: {listing(dict.fromkeys(styles), 5)}." if styles else ""


def _trait(trait: str, sentence: str) -> Callable[[City], str]:
    """Return a teller of one trait of the city."""
    return lambda city: sentence if trait in city.record["traits"] else ""


def _lacks(city: City, topic_id: str) -> str:
    """Tell that the city is not known for a topic, as it would say to a yes/no question."""
    topic = lexicon().topics[topic_id]
    return "" if lexicon().holds(topic, city) else f"My hometown is not known for {topic.say}."


def _chronicle(city: City, words: str) -> str:
    """Tell the history where one of its words begins as asked, "" elsewhere."""
    text = str(city.record["history"])
    said = beginning_with(words).search(text.lower()) and not city.secrecy.betrayed_by(text)
    return f"Its history in short: {text}." if said else ""


TELLERS: dict[str, Callable[[City], str]] = {
    "temperatures": _temperatures,
    "rain": _rain,
    "snow": _snow,
    "frost": _frost,
    "neighbours": _neighbours,
    "near_cities": _near_cities,
    "equator_or_pole": _equator_or_pole,
    "rank": _rank,
    "terrain": _terrain,
    "flat": _flat,
    "capital_name": _capital_name,
    "nationality": _nationality,
    "largest_city": _largest_city,
    "speakers": _speakers,
    "peak": _of_nation("peak", "The highest mountain of my country: {}."),
    "national_day": _of_nation("national_day", "Our national day: {}."),
    "domain": _of_nation("domain", "Our internet addresses end in .{}."),
    "money_sign": _money_sign,
    "national_animal": _of_nation("national_animal", "Our national animal: {}."),
    "anthem": _of_nation("anthem", "Our national anthem: {}."),
    "voltage": _of_nation("voltage", "Our sockets give about {} volts."),
    "head_of_state": _head_of_state,
    "staple": _of_nation("staple", "What people eat every day: {}."),
    "breakfast": _of_nation("breakfast", "For breakfast: {}."),
    "sweets": _of_nation("sweets", "Typical sweets: {}."),
    "crops": _of_nation("crops", "What our farms grow: {}."),
    "airline": _of_nation("airline", "Airlines of my country: {}."),
    "official_languages": _official_languages,
    "language_family": _language_family,
    "hot_drink": _hot_drink,
    "prices": _prices,
    "unions": _unions,
    "independence": _independence,
    "alcohol": _alcohol,
    "souvenirs": _souvenirs,
    "architecture": _architecture,
    "founded": _of_city("founded", "Its beginnings: {}."),
    "old_university": _of_city("old_university", "The university was founded in {}."),
    "airport": _of_city("airport", "Our airport: {}."),
    "nightlife": _trait("nightlife", "My hometown is known for its night life."),
}
"""What can be told without a further word."""

ASKED: dict[str, Callable[[City, str], str]] = {
    "weather": _weather,
    "extreme": _extreme,
    "daylight": _daylight,
    "sun": _sun,
    "border": _border,
    "calling": _calling,
    "clubs": _clubs,
    "lacks": _lacks,
    "chronicle": _chronicle,
}
"""What takes a word of the question: "weather:january"."""
