"""Yes/no questions that figures and whole lists of the records decide.

What they are about is told by their wording (``wordings.CLAIMS``); here it is compared with what is on record. A claim that
the records leave open is neither yes nor no: where they tell something to the point it is told, without a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from llm_gym.oracles.knowledge.guess_my_city import ledger, matters
from llm_gym.oracles.knowledge.guess_my_city.almanac import (
    clock,
    hours_from_greenwich,
    month_of,
    warmth,
)
from llm_gym.oracles.knowledge.guess_my_city.facts import City, atlas, place_key, table
from llm_gym.oracles.knowledge.guess_my_city.geography import distance
from llm_gym.oracles.knowledge.guess_my_city.patterns import BOUND, WORD_NUMBER
from llm_gym.oracles.knowledge.guess_my_city.questions import Question
from llm_gym.oracles.knowledge.guess_my_city.telling import recall, tell
from llm_gym.oracles.knowledge.guess_my_city.text import MONTHS, key, stem

Verdict = tuple[bool | None, str]
"""Whether a claim is true, None where that is open, and a sentence about it."""

_THIS_YEAR = 2026
_CENTURY_SLACK = 60
"""Years by which "in the 5th century" may be off."""


def verdict(question: Question, city: City) -> Verdict:
    """Return whether the claim of a question is true of ``city``."""
    name, _, words = str(question.claim).partition(":")
    return _DECIDERS[name](words, question, city)


_LEFT_TO_TOPICS = frozenset(("ledger:quarter", "ledger:province"))


def gives_way(question: Question, city: City) -> bool:
    """Return whether the topics decide a claim that is left open here."""
    claim = str(question.claim)
    if claim.startswith("matter:"):
        name = claim.removeprefix("matter:")
        fame = matters.asks_for_fame(question.line)
        return matters.gives_way(name) or fame or _names_its_own(name, question, city)
    return claim in _LEFT_TO_TOPICS or claim.partition(":")[0] in (
        "safe",
        "wealth",
        "yields",
        "at_border",
        "touches",
    )


def _listed(fact: str, yes: str, no: str) -> Callable[[str, Question, City], Verdict]:
    """Return what decides by a list of ``data/customs.toml``: who is not on it is not so, the doubtful aside."""

    def decide(_: str, question: Question, city: City) -> Verdict:
        entry = table("customs")[fact]
        if city.country.name in entry["doubtful"]:
            return None, ""
        truth = city.country.name in entry["true"]
        return truth, yes if truth else no

    return decide


def _alcohol(words: str, question: Question, city: City) -> Verdict:
    """Decide whether alcohol is allowed, or forbidden where the question says so."""
    decide = _listed("alcohol_ban", "Alcohol is forbidden here.", "Alcohol is not forbidden here.")
    banned, told = decide(words, question, city)
    if not _DRY_STATES.isdisjoint(city.record["in"]):
        banned, told = True, "Alcohol is forbidden here."
    if banned is None:
        return None, ""
    return banned == (_FORBIDS.search(question.line) is not None), told


_DRY_STATES = frozenset(("Gujarat", "Bihar"))
_FORBIDS = re.compile(r"(?i)\b(?:ban|banned|forbidden|prohibited|illegal|outlawed|dry|against)\b")


def _clock(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the clocks are ahead of those of another place, or behind them."""
    side, place = words.split(":")
    greenwich = place in ("gmt", "utc", "greenwich")
    country = atlas().country(place)
    other = (
        0.0 if greenwich else hours_from_greenwich(place_key(country.name if country else place))
    )
    own = clock(city)
    if own is None or other is None:
        return None, ""
    return (own > other if side == "ahead" else own < other), tell("timezone", city)


def _number(text: str) -> float:
    digits = text.replace(",", "")
    return float(digits) if digits.isdigit() else 1000.0 if "thousand" in text else 100.0


def _begun(city: City) -> tuple[float, float] | None:
    """Return the year in which the city began and by how much it may be off, None where that is not told so."""
    text = str(table("almanac")["founded"].get(city.id, ""))
    if re.search(r"Middle Ages|antiquity|before|anew|since", text):
        return None
    if ago := re.search(r"([\d,]{3,}) years ago", text):
        return _THIS_YEAR - _number(ago[1]), 100.0
    if century := re.search(r"(\d+)(?:st|nd|rd|th) century( BC)?", text):
        middle = int(century[1]) * 100 - 50
        return (-middle if century[2] else middle), _CENTURY_SLACK
    if year := re.search(r"(?:AD )?\b(\d{2,4})\b( BC)?", text):
        return float(year[1]) * (-1 if year[2] else 1), 10.0 if "about" in text else 0.0
    return None


def _age(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the city is older, or younger, than so many years, or than a year."""
    side, figure, unit = words.split(":")
    bound = _number(figure) * {"centur": 100.0, "millen": 1000.0}.get(unit[:6], 1.0)
    year = bound if unit == "year" else _THIS_YEAR - bound
    begun = _begun(city)
    if begun is None or abs(begun[0] - year) <= begun[1]:
        return None, tell("founded", city)
    older = side in ("more", "over", "older", "least", "above", "before", "prior")
    return (begun[0] < year) == older, tell("founded", city)


def _height(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the city lies higher, or lower, than so many metres or feet."""
    side, figure, unit = words.split(":")
    bound = _number(figure) * {"f": 0.3048, "k": 1000.0}.get(unit[0], 1.0)
    higher = side in ("more", "over", "above", "least", "higher")
    return (city.altitude > bound) == higher, tell("altitude", city)


def _people(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the country has more, or fewer, inhabitants than so many."""
    figures = table("everyday")["size"].get(city.country.name)
    if figures is None or question.more_than is None:
        return None, tell("country_size", city)
    return (figures[1] < question.more_than) == question.less, tell("country_size", city)


_SALT = re.compile(r"\b(?:Sea|Ocean|Gulf|Bay)\b")
_ENCLOSED = {"Aral Sea", "Caspian Sea"}


def _shore(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the country has a coast, or none where the question says so."""
    country = city.country
    seas = {name for name in country.items("has") if _SALT.search(name)} - _ENCLOSED
    shore = bool(seas) and "landlocked" not in country.items("traits")
    told = "My country has a coast." if shore else "My country has no coast on an ocean."
    return shore != (words == "landlocked"), told


def _rainy(when: str, question: Question, city: City) -> Verdict:
    """Decide whether a month or season is among those with the most rain."""
    text = str(table("almanac")["rain"].get(city.id, ""))
    told = tell("rain", city) if text else ""
    if not text or "hardly" in text or "winter" in text:
        return None, told
    wet: set[int] = set()
    for first, last in re.findall(rf"({_MONTH})(?: to ({_MONTH}))?", text):
        start, end = (MONTHS.index(name) for name in (first, last or first))
        wet.update((start + i) % 12 for i in range((end - start) % 12 + 1))
    if month_of(when, city) in wet:
        return True, told
    return (None if "all year" in text or "much" in text else False), told


_MONTH = "|".join(MONTHS)


def _seat(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the national government sits in the city."""
    if city.country.name in table("customs")["split_seat"]["doubtful"]:
        return None, ""
    other = "My hometown is not the seat of the national government."
    return city.is_capital, tell("government", city) if city.is_capital else other


def _leader(words: str, question: Question, city: City) -> Verdict:
    """Decide whether it is somebody of this office who leads the government."""
    told = tell("leader", city)
    return (f"a {words} " in told and "at the side" not in told) if told else None, told


DENIED = "has not hosted"


def _told(field: str, denied: str) -> Callable[[str, Question, City], Verdict]:
    """Return what decides by whether a sentence that is told of every country is a denial."""

    def decide(_: str, question: Question, city: City) -> Verdict:
        told = tell(field, city)
        return denied not in told, told

    return decide


def _at_border(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the city lies at a border: no where its country has none."""
    if not city.country.items("neighbours"):
        return False, tell("borders", city)
    return (True, tell("borders", city)) if "border" in city.classes else (None, "")


_FEW = 4
"""Neighbours from which on they count as those by land: lists of fewer have some across narrow seas."""


def _neighbours(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the country has more, or fewer, neighbours than so many."""
    bound = BOUND.search(question.line)
    count, told = len(city.country.items("neighbours")), tell("neighbours", city)
    number = WORD_NUMBER.get(bound[2].lower(), bound[2]) if bound else ""
    if 0 < count < _FEW or not str(number).isdigit():
        return None, told
    fewer = str(bound[1]).lower() in ("less", "fewer", "under", "below") if bound else False
    least = bound is not None and bound[1].lower() == "at least"
    return (count < int(number) if fewer else count + least > int(number)), told


def _airports(words: str, question: Question, city: City) -> Verdict:
    """Decide whether there are several airports: yes where the record names them."""
    told = tell("airport", city)
    return (True if " and " in told else None), told


def _yields(thing: str, question: Question, city: City) -> Verdict:
    """Decide whether the country grows, mines or exports something: yes where a list of it says so."""
    for field in ("crops", "resources", "products"):
        told = tell(field, city)
        if thing in key(told).split() or stem(thing) in key(told).split():
            return True, told
    return None, ""


def _renamed(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the city once had another name, which is told in no case."""
    known = city.id in table("almanac")["renamed"]
    return (True, "My hometown had another name in the past.") if known else (None, "")


_OLD, _YOUNG = {"old": 1600, "ancient": 600}, {"old": 1850, "ancient": 1500}


def _aged(word: str, question: Question, city: City) -> Verdict:
    """Decide whether the city is old or ancient, by the year in which it began."""
    begun = _begun(city)
    if begun is None:
        return None, tell("founded", city)
    truth = True if begun[0] <= _OLD[word] else False if begun[0] >= _YOUNG[word] else None
    return truth, tell("founded", city)


def _colours(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the flag is a tricolour: three bands of three colours."""
    told = tell("flag", city)
    bands = re.search(r"(\w+), (?:\w+ )?(\w+) and (?:\w+ )?(\w+) bands", told)
    return bands is not None and len(set(bands.groups())) == 3, told


def _bigger_ones(words: str, question: Question, city: City) -> Verdict:
    """Decide whether there are larger cities in the country."""
    told = tell("rank", city)
    if city.record.get("largest"):
        return False, told
    return (True if re.search(r"\b(?:not|second|third)\b", told) else None), told


def _greenwich(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the clocks are no more than two hours from Greenwich."""
    hours = clock(city)
    return (None if hours is None else abs(hours) <= 2), tell("timezone", city)


def _safe(word: str, question: Question, city: City) -> Verdict:
    """Decide whether it is safe where there are few murders; that there are many is told as it is."""
    told = tell("safety", city) or tell("crime", city)
    return (word == "safe" if "few murders" in told else None), told


def _touches(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the country borders another one, by the list of its neighbours."""
    named = [located.place for located in question.places]
    if not named:
        return None, ""
    if any(place.key in city.country_keys for place in named):
        return None, tell("country", city)
    near = {place_key(name) for name in city.country.items("neighbours")}
    called = [atlas().country(place.name) for place in named]
    if any(
        country is None and not place.city for country, place in zip(called, named, strict=True)
    ):
        return None, ""  # "a border or a demilitarized zone"
    of = {place_key(c.name) if c else p.key for c, p in zip(called, named, strict=True)}
    return of <= near, tell("borders", city)


def _wealth(word: str, question: Question, city: City) -> Verdict:
    """Decide whether the country is rich or poor; what is in between is not decided."""
    traits = city.country.items("traits")
    rich = word not in ("poor", "developing")
    for trait, is_rich in (("developed", True), ("developing", False)):
        if trait in traits:
            return rich == is_rich, f"My country counts as a {trait} one."
    return None, ""


def _wartime(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the war did to the city what a question says, and tell else what is known of the country."""
    years = "1939 1940 1941 1942 1943 1944 1945 bomb wartime siege"
    ordeal = tell("lore:ordeal", city)
    told_of_city = [tell(f"chronicle:{years}", city), ordeal if _WAR_YEARS.search(ordeal) else ""]
    asked = {name for name, root in _WAR_DEEDS.items() if root.search(question.line.lower())}
    for told in filter(None, (*told_of_city, tell("world_war", city))):
        if asked and all(_WAR_DEEDS[name].search(told.lower()) for name in asked):
            return True, told
    of_city = next(filter(None, told_of_city), "")
    return None, of_city if "damaged" in asked else tell("world_war", city) or of_city


_WAR_YEARS = re.compile(r"19(?:39|4[0-5])|\bwar\b")
_WAR_DEEDS = {
    "damaged": re.compile(r"bomb|destr|damag|devast|burn|flatten|in ruins"),
    "occupied": re.compile(r"occup|took|ruled"),
    "besieged": re.compile(r"sieg"),
    "neutral": re.compile(r"neutr"),
    "invaded": re.compile(r"invad"),
}


def _old_capital(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the city was a capital: that no record says so means nothing."""
    if city.is_capital:
        return True, tell("capital", city)
    former = {"former capital", "ancient capital"} & set(city.record["traits"])
    truth, told = ledger.VERDICTS["once_capital"](city)
    return (True, "My hometown was a capital in the past.") if former else (truth, told)


def _calling(words: str, question: Question, city: City) -> Verdict:
    """Decide whether somebody of a calling is linked with the city; that nobody is on record says nothing."""
    told = tell(f"calling:{words}", city)
    return (True, told) if "my hometown" in told else (None, "")


_HIGH, _LOW = 600, 100
"""Metres from which on a city is called high, and up to which low; in between one may see it either way."""


def _money(word: str, question: Question, city: City) -> Verdict:
    """Decide whether one pays in a money, of one country where the question says so."""
    told = tell("currency", city)
    american = re.search(r"(?i)\b(?:US|american)\b", question.line) is not None
    return stem(word) in key(told).split() and (not american or "US " in told), told


def _elevated(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the city lies higher, so that it is cooler, than the land around."""
    truth = True if city.altitude >= _HIGH else False if city.altitude <= _LOW else None
    return truth, tell("altitude", city)


def _in_ledger(fact: str, question: Question, city: City) -> Verdict:
    """Decide by a table across all cities."""
    return ledger.VERDICTS[fact](city)


def _games(season: str, question: Question, city: City) -> Verdict:
    """Decide whether the Olympics were held in the city, those of one season where the question names it."""
    return ledger.VERDICTS[f"{season.strip()}_games" if season else "games"](city)


def _land_size(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the country is larger, or smaller, by area than another one."""
    how, name = words.split(":")
    sizes = table("everyday")["size"]
    other = atlas().country(name)
    own = sizes.get(city.country.name)
    if own is None or other is None or other.name not in sizes or other is city.country:
        return None, ""
    told = tell("country_size", city)
    return (own[0] > sizes[other.name][0]) == (how in ("bigger", "larger", "greater")), told


def _near_sea(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the sea is no farther than so many kilometres or miles."""
    figure, unit = words.split(":")
    apart = 0 if "coast" in city.record else table("ledger")["sea"].get(city.id)
    if apart is None:
        return None, tell("coast", city)
    return apart <= _number(figure) * (1.609 if unit.startswith("mi") else 1.0), tell("sea", city)


_FAITHS = {
    "catholic": "Catholicism",
    "islam": "Islam",
    "muslim": "Islam",
    "buddhis": "Buddhism",
    "hindu": "Hinduism",
    "orthodox": "Orthodox",
    "protestan": "Protestant|Luther|Anglican",
    "judaism": "Judaism",
    "jewish": "Judaism",
    "christian": "Christian|Catholic|Orthodox|Protestant|Luther|Anglican",
}


def _faith(word: str, question: Question, city: City) -> Verdict:
    """Decide whether the first religion of the city is the one that is named."""
    faiths = city.items("religions")[:1]
    if not faiths:
        return None, ""
    asked = next(sign for begun, sign in _FAITHS.items() if word.startswith(begun))
    named = re.search(asked, faiths[0]) is not None
    # "Christianity" leaves open of which kind.
    open_yet = faiths[0].startswith("Christianity") and not named
    kin = re.search("Cathol|Orthod|Protest", asked) is not None
    return (None if open_yet and kin else named), tell("religions", city)


_BEGAN = {"usa": 1776, "united states": 1776, "us": 1776, "america": 1776}


def _older_than(place: str, question: Question, city: City) -> Verdict:
    """Decide whether the city is older than another one, or than the United States."""
    name = place.removeprefix("the ").strip()
    other = atlas().by_name(name)
    bound = (float(_BEGAN[name]), 0.0) if name in _BEGAN else _begun(other) if other else None
    begun = _begun(city)
    if begun is None or bound is None or abs(begun[0] - bound[0]) <= begun[1] + bound[1] + 50:
        return None, ""
    return begun[0] < bound[0], tell("founded", city)


def _strife(words: str, question: Question, city: City) -> Verdict:
    """Decide whether war came to the city: yes where the record tells of it."""
    told = [tell(f"chronicle:{words}", city), tell("lore:ordeal", city)]
    signs = re.compile(words.replace(" ", "|"))
    said = next((each for each in told if each and signs.search(each)), "")
    damaged, of_war = ledger.VERDICTS["damage"](city)
    if not said and damaged and "bombed" in question.line:
        said = of_war
    return (True if said else None), said


def _screened(words: str, question: Question, city: City) -> Verdict:
    """Decide whether a film is set in the city: yes where one is known."""
    told = tell("sight:films", city)
    return (True if told else None), told


_TROUBLES = {
    "traffic": "jams",
    "congestion": "jams",
    "jams": "jams",
    "pollution": "smog",
    "polluted": "smog",
    "smog": "smog",
    "air": "smog",
    "slums": "slums",
}


def _trouble(words: str, question: Question, city: City) -> Verdict:
    """Decide whether something is a problem: by a table across the cities, else yes where the record has it."""
    truth, told = ledger.VERDICTS[_TROUBLES[words]](city) if words in _TROUBLES else (None, "")
    if truth is None:
        told = tell("troubles", city)
        truth = True if stem(words) in key(told) else None
    return truth, told if truth is not None else ""


def _institutions(words: str, question: Question, city: City) -> Verdict:
    """Decide whether international bodies sit in the city: yes where they are known."""
    told = tell("lore:bodies", city)
    return (True if told else None), told


def _team(sport: str, question: Question, city: City) -> Verdict:
    """Decide whether there is a team of a sport: yes where one is known."""
    told = tell(f"team:{sport}", city)
    return (True if told else None), told


def _parallel(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the city lies north or south of a circle of latitude."""
    side, degrees = words.split(":")
    bound = float(degrees) * (1 if city.latitude > 0 else -1)
    return (city.latitude > bound) == (side == "north"), tell("latitude", city)


_A_LONG_WAY, _A_SHORT_WAY = 400.0, 150.0  # kilometres


def _to_capital(how: str, question: Question, city: City) -> Verdict:
    """Decide whether the capital is far away or near; a distance in between is told."""
    told = tell("capital_distance", city)
    if city.is_capital or not told:
        return (False if city.is_capital and how == "far" else None), told
    capital = next(c for c in atlas().cities.values() if c.country is city.country and c.is_capital)
    apart = distance(capital.name, city) or 0.0
    away = True if apart > _A_LONG_WAY else False if apart < _A_SHORT_WAY else None
    return (None if away is None else away == (how == "far")), told


def _earns(words: str, question: Question, city: City) -> Verdict:
    """Decide whether incomes are high or low, by the class of the country."""
    told = tell("income", city)
    if not told or "middle" in told:
        return None, told
    return (" low." in told) == ("low" in question.words), told


_SKIES = {
    "sunny": (r"sunny|desert|Mediterranean|\barid|semi-arid", r"rainy|cloudy|oceanic|fog|drizzl"),
    "dry": (r"\bdry\b(?! winter)|desert|arid", r"rainy|humid|tropical|oceanic"),
    "rainy": (r"rainy|rainforest|monsoon", r"desert|arid|hardly any rain|\bdry\b"),
    "cloudy": (r"cloudy|grey|fog|mist", r"sunny|desert|arid"),
    "windy": (r"windy|\bwind", r"^$"),
}


def _skies(word: str, question: Question, city: City) -> Verdict:
    """Decide what the sky is like by the words for the climate; where they say neither, they are told."""
    yes, no = (re.search(sign, city.record["climate"]) is not None for sign in _SKIES[word])
    return (yes if yes != no else None), tell("climate", city)


_CLIMATES = ("tropical", "subtropical", "continental", "oceanic", "mediterranean", "desert")
_SAME_CLIMATE = {"equatorial": "tropical rainforest", "polar": "arctic"}


def _climate(kind: str, question: Question, city: City) -> Verdict:
    """Decide whether the climate is of a kind: not where the record names another one."""
    said = city.record["climate"].lower()
    named = re.search(rf"\b{_SAME_CLIMATE.get(kind, kind)}", said) is not None
    another = any(re.search(rf"\b{each}", said) for each in _CLIMATES)
    dry = kind == "arid" and "desert" in said
    return (True if named or dry else False if another else None), tell("climate", city)


_HARSH_WINTER, _MILD_WINTER = 5.0, 8.0  # degrees of an afternoon


def _mild_winter(words: str, question: Question, city: City) -> Verdict:
    """Decide whether winters are mild."""
    degrees = warmth(month_of("winter", city), city)
    truth = True if degrees >= _MILD_WINTER else False if degrees < _HARSH_WINTER else None
    return truth, tell("weather:winter", city)


_COOL, _MILD = 15.0, 21.0  # degrees of an afternoon


def _coat(when: str, question: Question, city: City) -> Verdict:
    """Decide whether one needs warm clothes in a month."""
    degrees = warmth(month_of(when, city), city)
    return (True if degrees <= _COOL else False if degrees >= _MILD else None), tell(
        f"weather:{when}", city
    )


def _island_country(words: str, question: Question, city: City) -> Verdict:
    """Decide whether the country is one of islands."""
    is_one = "island country" in city.country.items("traits")
    land = city.country.items("neighbours") and not is_one
    told = "My country lies on islands." if is_one else "My country lies on a mainland."
    return (True if is_one else False if land else None), told if is_one or land else ""


def _hosted(event: str, question: Question, city: City) -> Verdict:
    """Decide whether an event was held in the city: yes where the record names it."""
    told = recall(frozenset(map(stem, event.split())), city, every=True)
    return (True if told else None), told


_UNIONS = {
    "eu": "European Union",
    "un": "United Nations",
    "schengen": "Schengen area",
    "g20": "G20",
    "g7": "G7",
}


def _member(union: str, question: Question, city: City) -> Verdict:
    """Decide whether the country is a member of a union of states, by the list of its unions."""
    told = tell("unions", city)
    name = _UNIONS.get(union.replace(" ", ""), union).lower()
    return name in told.lower(), told or "My country is a member of no such union."


def _names_its_own(name: str, question: Question, city: City) -> bool:
    """Return whether a question names what of a matter it asks for, or the place where the city is to lie."""
    elsewhere = question.location and bool(question.places)
    return elsewhere or any(matters.unsaid(name, city, thing) for thing in question.names)


def _matter(name: str, question: Question, city: City) -> Verdict:
    """Decide by a matter; where it does not know the city, what else there is to say is told."""
    truth, told = matters.verdict(name, city)
    if _names_its_own(name, question, city):
        return None, ""  # What there is of the kind says nothing about one that is named.
    if truth is not True and matters.asks_for_fame(question.line):
        return None, ""  # What is not known to be there it may be known for.
    return truth, told or next(filter(None, (tell(f, city) for f in matters.further(name))), "")


_DECIDERS: dict[str, Callable[[str, Question, City], Verdict]] = {
    "matter": _matter,
    "member": _member,
    "ledger": _in_ledger,
    "games": _games,
    "land_size": _land_size,
    "near_sea": _near_sea,
    "faith": _faith,
    "older_than": _older_than,
    "strife": _strife,
    "screened": _screened,
    "trouble": _trouble,
    "institutions": _institutions,
    "team": _team,
    "unknown": lambda words, question, city: (None, ""),
    "climate": _climate,
    "mild_winter": _mild_winter,
    "parallel": _parallel,
    "to_capital": _to_capital,
    "earns": _earns,
    "skies": _skies,
    "coat": _coat,
    "island_country": _island_country,
    "grows": _yields,
    "hosted": _hosted,
    "clock": _clock,
    "age": _age,
    "height": _height,
    "people": _people,
    "shore": _shore,
    "rainy": _rainy,
    "seat": _seat,
    "leader": _leader,
    "unlatin": _told("script", "Latin"),
    "communist": _listed(
        "communist",
        "My country has or had a communist government.",
        "My country has had no communist government.",
    ),
    "at_war": _listed(
        "at_war",
        "There is a war in my country.",
        "There is no war in my country.",
    ),
    "elevated": _elevated,
    "money": _money,
    "old_university": lambda words, question, city: (
        tell("old_university", city) != "" or None,
        tell("old_university", city),
    ),
    "told": lambda field, question, city: (None, tell(field, city) if field else ""),
    "outsized": _bigger_ones,
    "greenwich": _greenwich,
    "rivals": lambda words, question, city: (
        tell("sight:rival", city) != "" or None,
        tell("sight:rival", city),
    ),
    "safe": _safe,
    "touches": _touches,
    "vast": _listed(
        "vast",
        "My country is one of the ten largest by area.",
        "My country is not one of the ten largest by area.",
    ),
    "volcanoes": _listed(
        "volcanoes",
        "There are active volcanoes in my country.",
        "There are no active volcanoes in my country.",
    ),
    "wealth": _wealth,
    "continents": lambda words, question, city: (
        "two continents" in city.record["traits"],
        tell("two_continents", city),
    ),
    "army": _told("military", "no army"),
    "tricolour": _colours,
    "wartime": _wartime,
    "old_capital": _old_capital,
    "at_border": _at_border,
    "neighbours": _neighbours,
    "airports": _airports,
    "yields": _yields,
    "renamed": _renamed,
    "aged": _aged,
    "calling": _calling,
    "cup_host": _told("world_cup_host", DENIED),
    "cup_won": _told("world_cup", "had not won"),
    "alcohol": _alcohol,
    "marriage": _listed(
        "same_sex_marriage",
        "Couples of the same sex can marry in my country.",
        "Couples of the same sex cannot marry in my country.",
    ),
    "nuclear": _listed(
        "nuclear_weapons",
        "My country has nuclear weapons.",
        "My country has no nuclear weapons.",
    ),
    "oil": _listed("oil", "My country produces oil.", "My country hardly produces any oil."),
}
