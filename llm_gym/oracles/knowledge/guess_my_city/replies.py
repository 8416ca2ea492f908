"""Answering: a parsed question and a city's record become a sentence."""

from __future__ import annotations

import re
import zlib
from functools import cache

from llm_gym.oracles.knowledge.guess_my_city.almanac import (
    clock,
    clock_apart,
    hours_from_greenwich,
    month_of,
    unions,
    warmth,
)
from llm_gym.oracles.knowledge.guess_my_city.aspects import asked_for, beginnings
from llm_gym.oracles.knowledge.guess_my_city.claims import gives_way, verdict
from llm_gym.oracles.knowledge.guess_my_city.dossier import (
    entry,
    instead,
    lacks,
    of_the_country,
    says_what_is_asked,
)
from llm_gym.oracles.knowledge.guess_my_city.facts import City, atlas, place_key
from llm_gym.oracles.knowledge.guess_my_city.geography import (
    distance,
    lies_beyond,
    near_line,
    shares,
    world,
)
from llm_gym.oracles.knowledge.guess_my_city.kinds import DENIAL
from llm_gym.oracles.knowledge.guess_my_city.ledger import listed
from llm_gym.oracles.knowledge.guess_my_city.lexicon import Place, Topic, lexicon
from llm_gym.oracles.knowledge.guess_my_city.lore import FAIRLY, LIKELY, affirmed, found, heard_of
from llm_gym.oracles.knowledge.guess_my_city.pairs import both
from llm_gym.oracles.knowledge.guess_my_city.patterns import ORDINARY
from llm_gym.oracles.knowledge.guess_my_city.questions import (
    Kind,
    Located,
    Question,
    clauses,
    parse,
)
from llm_gym.oracles.knowledge.guess_my_city.telling import (
    far,
    flight,
    millions,
    part_of_country,
    position,
    recall,
    tell,
)
from llm_gym.oracles.knowledge.guess_my_city.text import key, stem
from llm_gym.oracles.knowledge.guess_my_city.wordings import SAID_PLAINLY

REFUSAL = "I can't tell you the name, but ask me anything else about my hometown."
"""The answer to a request for the name itself."""

UNKNOWN = "I don't know that."
"""The answer to what the records say nothing about."""

NO_QUESTION = "Please ask me a question about my hometown."
"""The answer to what is no question."""

_EVASIVE = (UNKNOWN, NO_QUESTION, REFUSAL)
_ABSENT = "not known for"
_NEAR_KM = 160.0
_FAR_KM, _FAR_FROM_MIDDLE_KM = 400.0, 1500.0
# Degrees from the middle of a part of the world that make one of its sides.
_MARGIN_NORTH, _MARGIN_EAST = 2.0, 8.0
_LIVING = frozenset("live living community immigrant".split())
_NAMING = frozenset(
    "is it the your city hometown you are from be could town home of called named".split()
)
_SPEAKING = frozenset("speak spoken speaking language tongue".split())
_MAINLY = frozenset(
    "most mostly main mainly official first primary primarily majority predominant native dominant".split()
)
_PARTS_OF_COUNTRY = frozenset("state province region county prefecture".split())
_WHEREABOUTS = frozenset({"location", "country", "province", "neighbours"})
_WATERY = re.compile(
    r"(?i)\b(?:sea|ocean|bay|gulf|river|valley|delta|strait|bosphorus|bosporus|lake|lagoon)"
)
_RULING = frozenset(
    "rule ruled colony colonial colonize colonized colonise colonised occupy occupied conquer "
    "conquered".split()
)
_FORMERLY = frozenset(
    "was were did ever once former formerly empire dynasty past history been".split()
)
# Of "Can one ski there? Where?" the second question says nothing by itself.
_LEANING = frozenset(
    "what where when who how why which is are was it like that this they there and one do you called".split()
)
_OPPOSITE = {"north": "south", "south": "north", "east": "west", "west": "east"}
_SEA = re.compile(r"\b(?:Sea|Ocean)$")
_TAKES_ARTICLE = re.compile(
    r"(?i)equator|tropic of|circle$|river|sea$|ocean$|mountains|states|kingdom|region|gulf|middle east|caribbean$|balkans"
    r"|philippines|andes$|netherlands|peninsula|hemisphere|delta"
)


def reply(question: Question, city: City) -> str:
    """Return the answer of somebody from ``city``, not yet checked for leaks.

    Of a text that asks several things the first that can be answered is, where the whole cannot; of one that asks two
    both are, where each says by itself what it wants.
    """
    told = _twofold(question, city) or _reply(question, city)
    if told == UNKNOWN and question.shortened is not None:
        told = _first_told(question.shortened, question, city) or UNKNOWN
    if told != UNKNOWN:
        return told
    asked = map(parse, clauses(question.text) or both(question.text) or ())
    parts = (_reply(each, city) for each in asked if not each.words <= _LEANING)
    return next((part for part in parts if part not in _EVASIVE), "") or UNKNOWN


# What is told where nothing says what is asked, or that something is not.
_VAGUE_ANSWER = re.compile(r"known for|^Famous places|^My hometown is in [A-Z]|" + DENIAL.pattern)


_SENTENCES = re.compile(r"(?<=\.) ")


def _twofold(question: Question, city: City) -> str:
    """Return the answers to both things that an open question asks for, "" where it asks for one or one is not known."""
    asked = both(question.text) if question.kind is Kind.OPEN else None
    told: list[str] = []
    for each in map(parse, asked or ()):
        clear = each.entry or each.fields or each.topics or each.places
        answer = _reply(each, city) if each.kind is Kind.OPEN and clear else ""
        if answer in ("", *_EVASIVE) or _VAGUE_ANSWER.search(answer):
            return ""
        told.append(answer)
    # What two answers say alike is said once.
    sentences = dict.fromkeys(sentence for part in told for sentence in _SENTENCES.split(part))
    return " ".join(sentences) if len(set(told)) > 1 else ""


def _reply(question: Question, city: City) -> str:
    if question.kind is Kind.EMPTY:
        return NO_QUESTION
    if question.kind is Kind.NAME:
        return REFUSAL
    if question.claim is not None:
        truth, told = verdict(question, city)
        word = "" if truth is None else "Yes. " if truth != question.negated else "No. "
        if word or told or not gives_way(question, city):
            return f"{word}{told}" or UNKNOWN
    if question.kind is Kind.POLAR:
        answer = _polar(question, city)
        if _tells_less(question):
            return UNKNOWN
        if answer == UNKNOWN or _undecided(question, answer):
            return _affirmed(question, city) or _entered(question, city) or UNKNOWN
        plain = answer in _PLAIN_YES or _ABSENT in answer
        denied = any(lexicon().denies(topic, city) for topic in question.topics)
        told = "" if question.negated or denied or not plain else affirmed(question.line, city)
        return f"Yes. {told}" if told and not _QUALIFIED.search(told) else answer
    if question.kind is Kind.CHOICE:
        return position(city)
    reckoned = any(field.startswith(_RECKONED) for field in (question.fields or ())[:1])
    opened = (
        ("" if reckoned else found(question.line, city, question.fits))
        or _entry(question, city)
        or _fairly(question, city)
        or _open(question, city)
    )
    if opened == UNKNOWN and _PRICE.search(question.line) is None:
        said = (found(text, city, question.fits, LIKELY) for text in (question.line, question.text))
        opened = next(filter(None, said), UNKNOWN)
    if not question.tell or opened == UNKNOWN:
        return opened
    lacking = _ABSENT in opened or opened.startswith(("There is no ", "There are no "))
    return f"No, {opened[0].lower()}{opened[1:]}" if lacking else f"Yes. {opened}"


# Of a month or season figures are told, whatever a sentence has to say of it.
_RECKONED = ("weather:", "sun:", "daylight:")

# What a single thing costs no sentence tells that happens to name it.
_PRICE = re.compile(r"(?i)\bhow much (?:is|are|does|do|for)\b|\bcosts?\b|\bprice of\b")


def _entry(question: Question, city: City) -> str:
    """Return the entry of what a question asks for by name, "" where there is none or it names something else."""
    if question.entry is None:
        return ""
    # "Which creature, half lion and half fish, ...?" asks for one thing, which a sentence may say.
    single = found(question.line, city, question.fits, FAIRLY) if question.unread else ""
    if len((question.words - ORDINARY).intersection(key(single).split())) > 2:
        return single
    told = entry(city, question.entry)
    return told if says_what_is_asked(question.entry, told, question.line) else ""


def _entered(question: Question, city: City) -> str:
    """Return a yes or no with the entry of what a question asks whether it is there, "" where there is none."""
    told = "" if question.negated else _entry(question, city)
    if not told:
        return ""
    return f"{'No' if lacks(city, str(question.entry)) else 'Yes'}. {told}"


# What people do, other than having and making things, they may do though the city is not known for it.
_HABIT = re.compile(
    r"(?i)^(?:do|does) (?:people|they|locals|the locals|most people|many people|everyone|everybody) "
    r"(?:often |still |\w+ly )?(?!have|has|got|get|do|make|play|produce|there|in\b)\w+\b"
)


def _undecided(question: Question, answer: str) -> bool:
    """Whether a topic that the city is not known for may be there all the same."""
    if _ABSENT not in answer or question.famed:
        return False
    common = all(topic.common or topic.default for topic in question.topics)
    return common or _HABIT.search(question.line) is not None


def _tells_less(question: Question) -> bool:
    """Whether a yes would be read off topics of every large city, which tell only that something is there."""
    if question.famed or question.places or question.names:
        return False
    if "or" in question.words and not question.unread:
        return False
    if question.column is not None or question.capital is not None or question.direction:
        return False
    if question.more_than is not None or question.negated or not question.topics:
        return False
    return bool(question.more) and all(topic.default for topic in question.topics)


# Fields that say all there is of their kind, so that what they do not say is not so.
_WHOLE = frozenset(("flag", "script", "language_family"))
# Lists that are searched for what a question names.
_SEARCHED = (
    "animals",
    "trees",
    "resources",
    "crops",
    "products",
    "instrument",
    "dance",
    "sweets",
    "breakfast",
    "staple",
)


def _affirmed(question: Question, city: City) -> str:
    """Return a yes with what the record tells where this says all that a question claims, "" where nothing does."""
    asked = asked_for(question.line)
    telling = frozenset(w for w in question.words - (ORDINARY - _COLOURS) if len(w) > 2)
    searched = () if question.judged or question.famed else _SEARCHED
    for fields, cues in (
        (asked.fields, asked.cues) if asked else ((), frozenset()),
        (searched, frozenset()),
    ):
        claimed = {word for word in telling if word[:3] not in cues}
        for field in fields if claimed else ():
            # They tell of a month how it is, and of a power that it came, not that it ruled.
            if field.startswith(("daylight", "weather", "extreme")) or question.words & _RULING:
                continue
            told = tell(field, city)
            said = key(told).split() + ["stripe"] * ("band" in told)
            if told and all(any(s.startswith(c[:_ROOT]) for s in said) for c in claimed):
                return f"Yes. {told}"
            if told and field in _WHOLE:
                return f"No. {told}"
    # "Is there a local spirit?" is a yes where the record names one.
    there = question.bare or (question.there and not question.more and not question.unread)
    told = _first_told(asked.fields, question, city) if asked and there else ""
    if told:
        return f"{'No' if DENIAL.search(told) else 'Yes'}. {told}"
    told = "" if question.negated or question.judged else affirmed(question.line, city)
    return told if _QUALIFIED.search(told) else f"Yes. {told}" if told else ""


# What says that something is not, or no longer, so is told without a yes.
_QUALIFIED = re.compile(r"(?i)\b(?:not|no|never|hardly|nearly|until|former|said)\b")
_COLOURS = frozenset("red blue green yellow white black orange cross".split())
_ROOT = 6  # letters that a word and what is derived of it have in common


# What is told of the country where no sentence about the city has it.
_NATIONAL = frozenset(
    "breakfast staple drinks alcohol sweets crops crafts products houses instrument dance hero".split()
)


def _fairly(question: Question, city: City) -> str:
    """Return what a sentence about the city says of a question that only topics or its country would answer."""
    if question.about_country:
        return ""
    if question.fields is None:
        return found(question.line, city, question.fits, FAIRLY)
    if question.fields and question.fields[0].partition(":")[0] in _NATIONAL:
        asked = asked_for(question.line)
        told = found(question.line, city, question.fits, LIKELY)
        said = beginnings(told.lower())
        return told if asked and not said.isdisjoint(asked.cues) else ""
    return ""


def confirms(question: Question, city: City) -> bool | None:
    """Return whether a yes/no question is true of ``city``; None where that is not known."""
    if question.guess is not None:
        return question.guess in city.name_keys and all(
            _may_lie(city, located.place) for located in question.places
        )
    if question.claim is not None:
        claimed, _ = verdict(question, city)
        if claimed is not None or not gives_way(question, city):
            return claimed if claimed is None else claimed != question.negated
    truth = _states(question, city)
    return truth if truth is None else truth != question.negated


def _may_lie(city: City, place: Place) -> bool:
    """Return whether a guess may say so of the city: Paris, Texas, is another one."""
    if place.key in city.within | city.country_keys:
        return True
    return place.key in city.close and atlas().country(place.name) is None


def _states(question: Question, city: City) -> bool | None:
    """Return whether what the question names is true of ``city``, a negation aside."""
    if question.column == "":
        return None
    if question.column is not None:
        stated = _claims(question, city)
        if stated is not None:
            return stated
    if question.capital is not None:
        return _is_capital(question.capital, city)
    if question.than is not None:
        return _compares(question, world().population(question.than), city)
    if question.more_than is not None:
        return _compares(question, question.more_than, city)
    if question.outdone is not None and not question.words & {"closer", "nearer"}:
        return _outdoes(question.outdone, question.places[0].place, city)
    speaking = question.words & _SPEAKING and any(p.place.people for p in question.places)
    if question.about_country and not speaking:
        return _country_has(question, city)
    if (
        "capital" in question.words
        and question.words & {"near", "close", "proximity"}
        and not question.places
    ):
        return _near_capital(city)
    if question.places and question.words & _RULING:
        if city.ruled_by:
            return any(_ruled(located.place, city) for located in question.places)
        vague = lexicon().holds(lexicon().topics["colony"], city) and not question.famed
        if vague or question.words & {"occupy", "occupied", "conquer", "conquered"}:
            return None
    if speaking:
        return _speaks(question, city)
    if {"same", "zone"} <= question.words and question.places:
        own, other = clock(city), hours_from_greenwich(question.places[0].place.key)
        return None if own is None or other is None else own == other
    if "same" in question.words and question.places:
        return shares(question.words, question.places[0].place.key, city)
    if question.words & {"closer", "nearer"}:
        return _closer(question, city)
    if "largest" in question.words and question.words & _PARTS_OF_COUNTRY and not question.places:
        return bool(city.record.get("largest")) or None
    where = _where(question, city)
    other = "or" in question.words and not any(located.place.people for located in question.places)
    if where is False and other and any(not t.default and _holds(t, city) for t in question.topics):
        return True  # "Is it high up, in the Himalayas or on a plateau?"
    if where is False:
        travels = question.words & _JOURNEY and question.words & {"from", "visa", "passport"}
        return None if travels else False
    what = _what(question, city)
    return what if where is None or what is not None else where


# What a column is called says nothing about its value.
_HEADINGS = frozenset(
    map(
        stem,
        "national capital animal beast bird mammal anthem domain address internet volt voltage socket "
        "mountain peak highest tallest biggest largest sign symbol currency money head state emblem day "
        "holiday independence republic hill point summit life mount monarch ruler city song alphabet script letter "
        "writing written car vehicle "
        "character street sign staple majority population believer family branch related tongue mother language".split(),
    )
)
# Degrees of an afternoon, from and to, that one calls so.
_FEELS = {
    "hot": (27, 99),
    "heat": (27, 99),
    "warm": (18, 99),
    "mild": (10, 24),
    "cool": (5, 20),
    "cold": (-99, 9),
    "freezing": (-99, 1),
}
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")


def _claims(question: Question, city: City) -> bool | None:
    """Return whether a column says what a question claims, None where nothing is claimed or known."""
    column, _, month = str(question.column).partition(":")
    if column == "weather":
        felt = [bounds for word, bounds in _FEELS.items() if word in question.words]
        degrees = warmth(month_of(month, city), city)
        return any(low <= degrees <= high for low, high in felt) if felt else None
    if column in SAID_PLAINLY:
        said = tell(column, city)
        return _DENYING.search(said) is None if said else None
    told = frozenset(key(tell(column, city)).split()) | _implied(column, city)
    claimed = {_ORDINAL.sub(r"\1", word) for word in question.words - ORDINARY - _HEADINGS}
    claimed = {word for word in claimed if len(word) > 2 or word.isdigit()}
    if column == "prices":
        claimed = {*question.words}.intersection(frozenset().union(*_LEVELS.values()))
    if column in _NAMED:
        named = frozenset().union(*question.names, *(p.place.key.split() for p in question.places))
        claimed &= named
    if column == "capital_name" and any(claimed == set(n.split()) for n in city.name_keys):
        return city.is_capital
    if column == "unions":
        claimed = set().union(*(words for words in unions() if words <= question.words | claimed))
        claimed |= set().union(*(_SHORT_UNIONS.get(word, set()) for word in question.words))
    if column == "currency" and question.words & {"strong", "weak", "stable", "worth", "against"}:
        return None
    if column == "hot_drink":
        return True if claimed & {"coffee", "tea"} & told else None
    if "or" in question.words:
        return bool(claimed & told) if told else None
    return claimed <= told if claimed and told else None


_DENYING = re.compile(r"\b(?:not|no|[Nn]obody|had better|included)\b")

# Of these only a name is a claim.
_NAMED = frozenset({"capital_name", "peak", "airport"})
_SHORT_UNIONS = {"eu": {"european", "union"}, "un": {"united", "nation"}}
_CHRISTIAN = frozenset(
    "catholicism orthodoxy orthodox protestantism lutheranism anglicanism evangelical".split()
)


def _implied(column: str, city: City) -> frozenset[str]:
    """Return words that are as true of a column as what it tells: a Catholic is a Christian."""
    if column == "prices":
        told = tell(column, city)
        return frozenset().union(*(words for level, words in _LEVELS.items() if level in told))
    if column != "religions" or not city.items("religions"):
        return frozenset()
    first = set(key(city.items("religions")[0]).split())
    christian = {"christianity", "christian"} if first & _CHRISTIAN else set()
    return frozenset(christian).union(
        *(words for faith, words in _BELIEVERS.items() if faith in first)
    )


_LEVELS = {
    "expensive": frozenset({"expensive", "high", "pricey", "costly", "dear", "steep"}),
    "middling": frozenset({"middling", "moderate", "average", "reasonable"}),
    "cheap": frozenset({"cheap", "low", "affordable", "inexpensive"}),
}
"""What is told of prices -> the words that say as much."""
_BELIEVERS = {
    "catholicism": {"catholic"},
    "orthodoxy": {"orthodox"},
    "islam": {"muslim", "islamic"},
    "buddhism": {"buddhist"},
    "hinduism": {"hindu"},
    "judaism": {"jewish", "jew"},
    "protestantism": {"protestant"},
    "lutheranism": {"lutheran", "protestant"},
    "anglicanism": {"anglican", "protestant"},
}


def _compares(question: Question, bound: float | None, city: City) -> bool | None:
    """Return whether the city is larger than a bound in millions, or smaller as asked."""
    if bound is None:
        return None
    return (city.population < bound) == question.less


def _outdoes(by: str, place: Place, city: City) -> bool | None:
    """Return whether the city is warmer, higher or farther north than a place, None where that is not known."""
    if by in _OPPOSITE:
        return lies_beyond(frozenset({by}), place.key, city)
    other = atlas().by_name(place.key)
    if other is None or other is city or not by:
        return None
    if by in ("high", "low"):
        return (city.altitude > other.altitude) == (by == "high")
    own, others = (sum(warmth(month, each) for month in range(12)) for each in (city, other))
    return None if abs(own - others) < 12 else (own > others) == (by == "warm")


def _ruled(place: Place, city: City) -> bool:
    british = place.key in ("united kingdom", "uk", "england", "great britain")
    return place.key in city.ruled_by or (british and "britain" in city.ruled_by)


def _speaks(question: Question, city: City) -> bool | None:
    """Whether the languages asked about are spoken, or mostly spoken; None where that is not known."""
    asked = [key(located.place.name) for located in question.places if located.place.people]
    if not atlas().languages.issuperset(asked):
        return None
    first = key(city.items("languages")[0])
    spoken = {word for name in city.spoken for word in (name, *name.split())}
    if "official" in question.words:
        spoken = set(key(tell("official_languages", city)).split())
    elif question.words & _MAINLY:
        national = spoken.intersection(map(key, city.country.items("adjectives")))
        spoken = {first, *first.split(), *national}
    truths = [name in spoken for name in asked]
    found = any(truths) if "or" in question.words else all(truths)
    if found or (question.words & _MAINLY and "among" not in spoken):
        return found
    ruled = any(located.place.key in city.ruled_by for located in question.places)
    return None if ruled or not city.evidence.isdisjoint(asked) else False


def _speaks_named(names: tuple[frozenset[str], ...], city: City) -> bool | None:
    """Whether a language is spoken whose name is no people's, such as Mandarin; None for what is no language."""
    spoken = {word for name in city.spoken for word in name.split()}
    if any(name <= spoken for name in names):
        return True
    return False if all(name <= atlas().languages for name in names) else None


def _closer(question: Question, city: City) -> bool | None:
    """Whether the first of two places is closer to the city than the second."""
    apart = [distance(located.place.key, city) for located in question.places[:2]]
    if len(apart) < 2 or apart[0] is None or apart[1] is None:
        return None
    return apart[0] < apart[1]


def _near_capital(city: City) -> bool:
    capitals = [c for c in atlas().cities.values() if c.country is city.country and c.is_capital]
    return any(c is not city and (distance(c.name, city) or 0.0) < _NEAR_KM for c in capitals)


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


def _country_has(question: Question, city: City) -> bool | None:
    country = city.country
    known = {place_key(name) for name in (*country.items("has"), *country.items("neighbours"))}
    known |= city.within | city.close | city.ruled_by
    known |= {place_key(word) for word in country.items("languages")}
    truths = [located.place.key in known for located in question.places]
    if question.places:
        return all(truths) or (question.any_of and any(truths))
    political = [t for t in question.topics if not lexicon().national.isdisjoint(t.where)]
    others = [t for t in question.topics if t not in political and not t.default]
    riches = key(tell("resources", city)).split()
    if others and all(set(key(topic.id).split()) <= set(riches) for topic in others):
        return True
    if others and not political:
        told = (lexicon().holds_nationally(t, country) or lexicon().holds(t, city) for t in others)
        return True if any(told) else None
    return all(lexicon().holds(topic, city) for topic in political) if political else None


def _where(question: Question, city: City) -> bool | None:
    """Return whether the city lies as asked; None where the question names no place."""
    truths = [
        truth for located in question.places if (truth := _at(located, city, question)) is not None
    ]
    if question.direction and not question.direction <= city.side:
        return False
    if not truths:
        return True if question.direction else None
    either = "or" in question.words or (question.any_of and not question.location)
    return any(truths) if either else all(truths)


def _at(located: Located, city: City, question: Question) -> bool | None:
    """Return whether the city stands to a place as asked; None where that decides nothing."""
    place, location = located.place, question.location
    rest = question.words - _NAMING - set(key(place.name).split()) - set(place.key.split())
    bare = located.relation == "any" and not rest
    if place.people:
        # Where very many have come from abroad people of any country may live.
        open_yet = question.past or (question.words & _LIVING and listed("immigrants", city))
        return None if open_yet else _has_people(place, city)
    if located.relation == "beyond":
        return lies_beyond(located.direction, place.key, city)
    if place.key in lexicon().lines:
        return near_line(place.key, city)
    if located.relation == "far":
        return _far_from(place, city)
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
        if located.relation == "on" and _on_water(place, city):
            return True
        return place.key in city.capital_of or (place.key in city.close and _is_water(place))
    # "Is it in Spain?" asks where it lies, "Was it in the Mughal Empire?" who ruled it.
    if place.key in city.ruled_by and (located.relation != "in" or question.words & _FORMERLY):
        return True
    if located.relation == "in" and atlas().country(place.key) is not None:
        return False
    if bare:
        return False
    if place.key in city.close:
        return True
    apart = distance(place.key, city) if place.city else None
    if apart is not None and located.relation == "near":
        return apart < _NEAR_KM
    mentioned = any(set(place.key.split()) <= thing for thing in city.things)
    silent = located.relation == "any" and question.past and place.key not in atlas().empires
    return mentioned or (None if silent else False)


def _far_from(place: Place, city: City) -> bool | None:
    """Whether the city lies far from a place; None where it is not known where the place lies."""
    if place.key in city.within or place.key in city.close:
        return False
    apart = distance(place.key, city)
    return None if apart is None else apart > (_FAR_KM if place.city else _FAR_FROM_MIDDLE_KM)


def _on_bank(located: Located, city: City) -> bool:
    """Whether the city stands on the banks of a river, on the side asked about."""
    waters = str(city.record.get("river", "")) + " " + str(city.record.get("lake", ""))
    sides = set(re.findall(r"on its (\w+) bank", waters))
    named = set(place_key(located.place.name).split()) <= set(key(waters).split())
    return named and (not located.direction or not sides or sides <= located.direction)


def _is_water(place: Place) -> bool:
    return _WATERY.search(place.name) is not None


def _on_water(place: Place, city: City) -> bool:
    """Whether the record has the city on a water of this name ("the Nile", "the Pacific")."""
    waters = " ".join(str(city.record.get(name, "")) for name in ("coast", "river", "lake"))
    return set(place.key.split()) <= set(key(waters).split())


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
    middle = world().middles.get(region.key)
    if middle is None:
        return set()
    north, east = city.latitude - middle[0], city.longitude - middle[1]
    sides = {"north" if north > 0 else "south"} if abs(north) > _MARGIN_NORTH else set()
    return sides | ({"east" if east > 0 else "west"} if abs(east) > _MARGIN_EAST else set())


def _what(question: Question, city: City) -> bool | None:
    """Return whether the question's topics are true of the city; None where nothing tells."""
    if question.words & _SPEAKING:
        topics = (key(topic.id) for topic in question.topics)
        named = question.names + tuple(
            frozenset(name.split())
            for name in topics
            if name in atlas().languages and name != "language"
        )
        if named:
            return _speaks_named(named, city)
    if question.names:
        had = any(_has_name(name, city) for name in question.names)
        # The screen has more cities than the records tell, and so have journeys.
        silent = not question.famed or question.words & (_ON_SCREEN | _JOURNEY)
        return had or (None if silent else False)
    if any(
        p.relation == "any" and not p.place.people and p.place.key in city.close
        for p in question.places
    ):
        return True
    holds = _holds
    if any(topic.id == "largest" for topic in question.topics) and question.places:
        return _is_largest(question.places[0].place, city)
    weak = [t for t in question.topics if t.weak and not set(key(t.id).split()) <= ORDINARY]
    strong = [topic for topic in question.topics if not topic.weak]
    if any(lexicon().denies(topic, city) for topic in weak):
        return False
    known = any(holds(topic, city) for topic in weak)
    if known:
        strong = [topic for topic in strong if topic.default]
    if _on_lake_shore(question, city):
        strong = [topic for topic in strong if topic.id != "coastal"]
    specific = [holds(topic, city) for topic in strong if not topic.default]
    general = [holds(topic, city) for topic in strong if topic.default]
    happened = question.past or question.words & _HAPPENED
    if happened and general and not (specific or known):
        return None  # That every large city has a past does not say what happened.
    # That every large city has markets says nothing about its markets of what nobody has heard of.
    either = "or" in question.words and any(general) and not question.unread
    if not (specific or known or either) and (weak or question.unread or not general):
        return None if all(general) else False
    if "or" in question.words:
        return any(specific or general) if strong else True
    if specific:
        # That there is a river does not say that the city lies at its mouth.
        more = question.unread or question.words & _HAPPENED
        if all(specific) and more and not question.famed:
            return None
        return any(specific) if question.any_of else all(specific)
    return all(general)


def _holds(topic: Topic, city: City) -> bool:
    """Whether a topic is true of a city, or names what is eaten there every day."""
    eaten = not (topic.default or topic.fields) and set(key(topic.id).split()) <= _eaten(city)
    return eaten or lexicon().holds(topic, city)


@cache
def _eaten(city: City) -> frozenset[str]:
    return frozenset(
        key(" ".join(tell(field, city) for field in ("staple", "breakfast", "sweets"))).split()
    )


_HAPPENED = frozenset(
    "suffer destroyed damaged bombed burned burnt struck hit flooded besieged yet anymore finished "
    "completed".split()
)
_ON_SCREEN = frozenset("film movie filmed shot series novel book song".split())
_JOURNEY = frozenset("visa passport train bus plane ferry flight fly".split())


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
    own = own or (bool(name) and name <= set(key(tell("sight:films", city)).split()))
    return own or (bool(name) and any(name <= thing for thing in city.things))


def _polar(question: Question, city: City) -> str:
    if (
        str(question.column).startswith(("weather", "hot_drink"))
        and _claims(question, city) is None
    ):
        return tell(str(question.column), city)
    truth = confirms(question, city)
    if truth is None:
        return UNKNOWN
    if question.guess is not None:
        return "Yes, that is my hometown." if truth else "No, that is not my hometown."
    if question.words & {"closer", "nearer"} and "or" in question.words:
        nearer = question.places[0 if truth else 1].place.name
        return f"My hometown is closer to {_with_article(nearer)}."
    word = "Yes" if truth else "No"
    if question.column is not None and _claims(question, city) is not None:
        return f"{word}. {tell(question.column, city)}"
    if question.words & _SPEAKING and any(p.place.people for p in question.places):
        column = "official_languages" if "official" in question.words else "languages"
        return f"{word}. {tell(column, city)}"
    stated = truth != question.negated
    rulers = any(located.place.key in city.ruled_by for located in question.places)
    if question.places and city.ruled_by and (question.words & _RULING or (stated and rulers)):
        return f"{word}. {tell('rulers', city)}"
    if question.capital is not None:
        return f"{word}, my hometown is {'' if stated else 'not '}{_capital_words(question)}."
    if question.more_than is not None or question.than is not None:
        return f"{word}, about {millions(city)} people live in my hometown."
    mapped = [p for p in question.places if not p.place.people]
    if "same" in question.words or question.outdone or question.words & {"closer", "nearer"}:
        return "Yes, that is right." if truth else "No, that is not so."
    named = None if stated and question.topics else next(iter(mapped), None)
    located = next((p for p in mapped if _at(p, city, question) is stated), named)
    if question.about_country:
        return f"{word}, that is {'' if stated else 'not '}true of my country."
    offered = "or" in question.words and len(mapped) > 1
    if offered and not stated:
        return f"{word}, neither of them."
    if located is not None and (offered or question.location or located.relation != "any"):
        return _located_words(word, stated, located, city)
    if question.direction and all(topic.id in _WHEREABOUTS for topic in question.topics):
        return f"{word}, my hometown is in the {part_of_country(city)} part of its country."
    foreign = any(p.place.people and _has_people(p.place, city) is False for p in question.places)
    if question.names or foreign or not question.topics:
        return _varied(question, truth, city)
    topic = _central(question, city, stated)
    if topic.id == "near coast":
        return f"{word}. {tell('coast', city)}"
    if topic.weak:
        return _varied(question, truth, city)
    detail = _detail(topic, city) if stated else ""
    if stated and detail and DENIAL.search(detail) is None:
        return f"{word}, my hometown is known for {topic.say}. {detail}"
    return f"{word}, my hometown is {'' if stated else 'not '}known for {topic.say}."


def _central(question: Question, city: City, truth: bool) -> Topic:
    ranked = sorted(question.topics, key=lambda t: (t.default, _VAGUE.get(t.id, 0)))
    return next((t for t in ranked if lexicon().holds(t, city) == truth), ranked[0])


_PLAIN_YES = ("Yes, that is right.", "Yes, that is true of my hometown.", "Yes, it does have that.")


def _varied(question: Question, truth: bool, city: City) -> str:
    pick = zlib.crc32(" ".join(sorted(question.words)).encode()) % 3
    if truth:
        return _PLAIN_YES[pick]
    return ("No, that is not so.", "No, that is not true of my hometown.", "No, not my hometown.")[
        pick
    ]


def _capital_words(question: Question) -> str:
    if question.capital == "":
        return "the capital of its country"
    if question.capital == "*":
        return "the capital of its province or state"
    if not question.places:
        return "a capital"
    place = question.places[0].place
    role = "a capital in" if place.key in atlas().regions else "the capital of"
    return f"{role} {_with_article(place.name)}"


def _located_words(word: str, truth: bool, located: Located, city: City) -> str:
    where = _with_article(located.place.name)
    if located.relation == "beyond":
        sides = "".join(d for d in ("north", "south", "east", "west") if d in located.direction)
        return f"{word}, my hometown is {'' if truth else 'not '}{sides} of {where}."
    if located.direction:
        order = ("north", "south", "central", "east", "west")
        where = f"the {' '.join(d for d in order if d in located.direction)} of {where}"
    how = {"near": "near", "on": "on", "far": "far from"}.get(located.relation, "in")
    if located.place.key in lexicon().lines:
        how = "near"
    return f"{word}, my hometown is {'' if truth else 'not '}{how} {where}."


def _with_article(place: str) -> str:
    """Return the place's name as a sentence has it: "the Andes"."""
    if _TAKES_ARTICLE.search(place) and not place.lower().startswith("the "):
        return f"the {place}"
    return place


def _open(question: Question, city: City) -> str:
    if question.words & (_DISTANCE | _BY_AIR) and "much" not in question.words:
        for located in question.places:
            apart = _apart(located.place.key, city)
            if apart is not None and located.place.key not in city.within:
                if question.words & _BY_AIR and not question.words & _DISTANCE:
                    return flight(_with_article(located.place.name), apart)
                return far(_with_article(located.place.name), apart)
    if question.fields == ("timezone",):
        noon = "noon" in question.words
        for located in question.places:
            told = clock_apart(located.place.key, located.place.name, noon, city)
            if told and located.place.key not in city.within:
                return told
    years = frozenset(word for word in question.words if word.isdigit() and len(word) == 4)
    if years and (happened := recall(years, city)):
        return happened
    if any(int(year) % 10 for year in years):
        return UNKNOWN
    telling = question.words - ORDINARY - _ASKING
    elsewhere = heard_of(question.unread) and not (question.tell or question.heads)
    if question.fields == ("landmarks",) and elsewhere:
        return UNKNOWN  # The landmarks say nothing about what is told of other cities only.
    if question.fields:
        told = _first_told(question.fields, question, city)
        of_head = question._replace(heads=frozenset())
        return told or _first_told(question.head_fields, of_head, city) or UNKNOWN
    if question.fields is not None:
        return recall(telling, city, question.fits, every=True) or UNKNOWN
    remembered = recall(question.unread, city, question.fits)
    if remembered:
        return remembered
    ranked = sorted(question.topics, key=lambda topic: _VAGUE.get(topic.id, 0))
    for topic in ranked:
        if _VAGUE.get(topic.id, 0) and topic is not ranked[0]:
            break
        # The landmarks say nothing about what no record has heard of.
        if topic.fields[:1] == ("landmarks",) and question.unread and not question.tell:
            return UNKNOWN
        detail = _first_told(topic.fields, question, city)
        if detail:
            return detail
        if not topic.default and not topic.weak:
            held = lexicon().holds(topic, city)
            if held and not question.tell and (question.fits or question.words & {"which", "what"}):
                return UNKNOWN  # That there is a delta does not say which.
            if not held and question.words & {"which", "what"} and "country" in question.words:
                return UNKNOWN  # What the city lacks, its country may have.
            if question.heads:
                return UNKNOWN
            known = "known for" if held else _ABSENT
            return f"My hometown is {known} {topic.say}."
    general = not question.topics and not question.unread and question.words & _GENERAL
    return (_first_told(("landmarks",), question, city) if general else "") or UNKNOWN


def _apart(place: str, city: City) -> float | None:
    """Return the kilometres to a place, to the nearest of its cities where it is a part of the world."""
    if place not in atlas().regions:
        return distance(place, city)
    inside = (
        distance(key(other.name), city)
        for other in atlas().cities.values()
        if place in other.within
    )
    return min((apart for apart in inside if apart is not None), default=None)


def _first_told(fields: tuple[str, ...], question: Question, city: City) -> str:
    """Return the sentence of the first field that tells something of the kind asked for."""
    national = of_the_country(question.line)
    for name in fields:
        sentence = ("" if national else instead(city, name)) or tell(name, city)
        if sentence and _to_the_point(sentence, name, question):
            return sentence
    return ""


# What the country has of these says nothing about one of its cities.
_OF_THE_COUNTRY = frozenset(("calling", "animals", "trees", "companies", "peoples", "bands"))
_OWN = re.compile(
    r"(?i)^(?!.*\b(?:country|nation|national)\b).*"
    r"(?:\b(?:your|the|this) (?:city|town|home ?town|place)\b|\bthere\b|\bhere\b)"
)
_OF_THE_PAST = re.compile(
    r"(?i)histor|\b(?:pasts?|ago|origins?|origin\w+|story|founded|founder|empires?|kingdoms?|rul\w+|coloni\w+|before|"
    r"begin\w*|beg[au]n|start\w*|formerly|used? to|once|earlier|event\w*|independen\w+)\b"
)
_COUNTED = frozenset(
    "population populous many big large size huge small number populated crowded".split()
)
_LISTS = frozenset(("landmarks", "sight", "universities", "house", "airport"))
_LARGE = frozenset(("largest", "biggest"))
_RANKED = frozenset(("sight:tallest", "sight:oldest", "sight:companies"))


def _to_the_point(sentence: str, field: str, question: Question) -> bool:
    """Whether what a field tells is of the kind asked for, and names what the question does."""
    if field.startswith("matter:"):
        return True  # Its own words have asked for it.
    # The history in short answers what asks for the past, or for something that it names.
    if field == "history" and _OF_THE_PAST.search(question.line) is None:
        telling = {word for word in question.words - ORDINARY - _ASKING if len(word) > 2}
        if telling.isdisjoint(key(sentence.partition(":")[2]).split()):
            return False
    national = field.partition(":")[0] in _OF_THE_COUNTRY and "of my country" in sentence
    if national and _OWN.search(question.line) is not None:
        return False
    # "How big are the flats?" is no question for the inhabitants.
    unsaid = question.unread or _COUNTED.isdisjoint(question.words)
    if field == "population" and question.fields is None and unsaid:
        return False
    if question.fits is not None and not question.fits.admits(field, sentence):
        return False
    if not question.heads and not question.superlatives:
        return True
    told = key(sentence).split()
    if question.heads and question.heads.isdisjoint(told):
        return False
    # A list names what is large of its kind; that one of several is the oldest or longest it does not say.
    if field.startswith(("sight:", "landmarks")) and question.superlatives <= _LARGE:
        return True
    # Of several things none is said to be so.
    several = " and " in sentence and field.partition(":")[0] in _LISTS and field not in _RANKED
    return not several or question.superlatives.issubset(told)


_BY_AIR = frozenset(("plane", "flight", "fly"))
_DISTANCE = frozenset("far distance close kilometre kilometer mile".split())
_ASKING = frozenset("what which who whom whose where when how why".split())
_GENERAL = frozenset("known famous special unique describe tell interesting like about".split())

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
