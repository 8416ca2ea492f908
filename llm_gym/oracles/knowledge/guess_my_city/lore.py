"""What single cities are known for that no other table has a column for: told by kind, or found by the words of a question.

``data/lore.toml`` has for each city sentences ("lore") and, by kind, what is made there, what befell it, ...; what the names
in them are, ``data/classes.toml`` says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from llm_gym.oracles.knowledge.guess_my_city.facts import City, atlas, table
from llm_gym.oracles.knowledge.guess_my_city.kinds import NAMED, Fitting
from llm_gym.oracles.knowledge.guess_my_city.patterns import ORDINARY
from llm_gym.oracles.knowledge.guess_my_city.text import key

_KINDS = {
    "made": "What is made here: {}.",
    "grown": "What is grown around here: {}.",
    "rides": "Typical for getting around here: {}.",
    "districts": "Parts of my hometown: {}.",
    "bodies": "International organizations with a seat here: {}.",
    "tongue": "What the locals speak: {}.",
    "folk": "Who lives here: {}.",
    "sound": "The music of my hometown: {}.",
    "ordeal": "What befell my hometown: {}.",
    "news": "Why it was in the news: {}.",
    "metro": "With its suburbs it has about {} million inhabitants.",
}

# Words of questions that say nothing of what is asked for.
_EMPTY = frozenset(
    """
    a an the of in on at to for from by with and or but not no as is are was were be been am do does did has have had can
    could would will should may might it its that this these those there here what which who whom whose where when how why
    i me my you your yours u we us our they them their he she him her one some any all so then than if city town hometown
    home place country people known famous called name thing things kind sort type mean tell say know think about like just
    really very much many most more also even still again actually ever there's much well main biggest special locals
    live come go get got see nickname nicknamed question guess yeah
    industry industries industrial economy economic activity population climate weather significance role associated
    hit struck happen happened suffer suffered feature located situated
    """.split()
)
# Words that stand for each other, each line under its first.
_SAME = {
    word: words.split()[0]
    for words in (
        "make made making produce produced producing production manufacture manufactured factory factories goods product",
        "build built builder building buildings constructed erected construct designed",
        "move moved relocated relocating relocate",
        "invent invented invention inventor originated originate",
        "prison jail prisoner prisoners jailed",
        "speech speeches said spoke",
        "throw thrown threw",
        "hold held",
        "write wrote written",
        "put puts pour sprinkle",
        "fight fought",
        "sell sold",
        "win won",
        "begin began begun started",
        "wear wore worn",
        "find found discovered dug",
        "tent tents ger gers yurt yurts",
        "bicycle bicycles bike bikes cycling cyclists",
        "film films movie movies",
        "plane planes aircraft aeroplane airplane",
        "rich wealth wealthy",
        "tourist tourists visitor visitors",
        "president leader dictator",
        "flee fled escaped",
        "fall fell fallen",
        "trousers pants",
        "jew jews jewish",
        "fire fires burn burned burnt",
        "capital capitals",
        "explosion exploded explode blast blew",
        "destroy destroyed destruction devastated flattened razed ruined",
        "disaster catastrophe tragedy tragic calamity",
        "massacre genocide atrocity atrocities slaughter",
        "colour color colours colors",
        "statue sculpture figure monument",
        "ship ships shipyard shipyards shipbuilding shipbuilders vessel vessels",
        "drink drinks beverage beer wine brewed brewery brew",
        "fruit fruits apples apple oranges mangoes grapes",
        "music sound song songs genre",
        "sink sinking sinks sank subside subsiding",
        "grow grew grown growing crops crop farm farms farmers",
        "war wars wartime",
        "born birthplace native",
        "die died death dies",
        "kill killed killing shot assassinated assassination murdered",
        "tomb tombs buried burial grave mausoleum",
        "king kings pharaoh pharaohs",
        "religion religious holy sacred",
        "pilgrim pilgrims pilgrimage",
        "old ancient antiquity",
        "football soccer footballer",
        "train trains railway rail railroad",
        "road route roads routes",
        "hill hills hilly hilltop",
        "british britain english england",
        "germans german germany",
        "french france",
        "portuguese portugal",
        "dutch netherlands holland",
        "russian russians russia",
        "tall taller tallest highest high",
        "cathedral church churches basilica",
        "picture painting paintings pictures painted painter",
        "author writer writers novelist novel",
        "boat boats ferry ferries",
        "dam dams dyke dykes",
        "chair seat seats",
    )
    for word in map(key, words.split())
}
_ENDING = re.compile(r"(?:ing|ed|ion|ers?|es?|al|s)$")
_ROOT = 6  # letters that a word and what is derived of it have in common


@lru_cache(maxsize=16384)
def _root(word: str) -> str:
    """Return what a word, as compared, has in common with those that stand for it."""
    bare = _ENDING.sub("", word)
    return _SAME.get(word) or (bare if len(bare) > 2 else word)[:_ROOT]


_DULL = frozenset(map(_root, ORDINARY)) - frozenset(_SAME.values())


def _roots(text: str) -> frozenset[str]:
    return frozenset(_root(word) for word in key(text).split() if word not in _EMPTY)


@cache
def _classes() -> dict[str, frozenset[str]]:
    """Return by names the roots of what they are: the Titanic is a ship."""
    of: dict[str, frozenset[str]] = {}
    for words, names in table("classes").items():
        for name in names:
            of[name] = of.get(name, frozenset()) | _roots(words)
    return of


@cache
def _name() -> re.Pattern[str]:
    """Return what finds a name of which it is known what it is; names are longer than others that begin like them."""
    names = sorted(_classes(), reverse=True)
    # Most words begin no name, and are passed over without a look at each of them.
    first = re.escape("".join(sorted({name[0] for name in names})))
    return re.compile(rf"\b(?=[{first}])(?:{'|'.join(map(re.escape, names))})\b")


def _meant(sentence: str) -> frozenset[str]:
    """Return the roots of what the names in a sentence are."""
    return frozenset[str]().union(*(_classes()[name] for name in _name().findall(sentence)))


class _Sentence(NamedTuple):
    """A sentence about a city: its kind, itself, the roots of its words, and those with what its names are."""

    kind: str
    text: str
    said: frozenset[str]
    roots: frozenset[str]


@cache
def _of(city_id: str) -> tuple[_Sentence, ...]:
    """Return the sentences about a city, those that would betray it aside."""
    entry = table("lore").get(city_id, {})
    city = atlas().cities[city_id]
    told = [(kind, form.format(entry[kind])) for kind, form in _KINDS.items() if kind in entry]
    told += [("lore", sentence) for sentence in entry.get("lore", ())]
    return tuple(
        _Sentence(kind, each, said := _roots(each), said | _meant(each))
        for kind, each in told
        if not city.secrecy.betrayed_by(each)
    )


@cache
def _commonness() -> Counter[str]:
    """Return in how many sentences each root stands, or is meant where none says it."""
    sentences = [each for city in atlas().cities for each in _of(city)]
    said = Counter(root for each in sentences for root in each.said)
    return Counter(root for each in sentences for root in each.roots if root not in said) + said


def of_kind(city: City, kind: str) -> str:
    """Return the sentence of a kind, "" where there is none."""
    return next((each.text for each in _of(city.id) if each.kind == kind), "")


SURELY, FAIRLY, LIKELY = 0.6, 0.35, 0.3
"""How much of what is asked a sentence has to say, by weight, to be told before anything else, before what all cities or
their countries have, and where nothing else is."""

# The same where none of its words is rare, which stands in no more sentences than so many.
_WHOLLY = 0.75
_RARE, _UNCOMMON = 24, 70
_PECULIAR = 4  # sentences that say a word which alone points to one
_UNHEARD = 0.3  # the weight of a word that no sentence says


@lru_cache(maxsize=8192)
def _weighed(text: str) -> dict[str, float]:
    """Return the roots of a question and what each weighs: what few sentences say most."""
    common = _commonness()
    weights = {
        root: 1 / (1 + common[root] / 20) if common[root] else _UNHEARD for root in _roots(text)
    }
    return {root: w / 3 if root in _DULL else w for root, w in weights.items()}


_SEARCHED = frozenset(("lore", "ordeal", "news"))
# Who holds an office now, and what is the most so, is not told by a word that a sentence happens to say.
_ONE_OF_ITS_KIND = re.compile(
    r"(?i)\bwho(?: is|'s|s) (?:your|the)\b|\b(?!west|east|forest|harvest|quest|guest)\w{3,}est\b"
)
_NAMING = re.compile(r"(?i)\b(?:the name|called|named)\b")


def found(text: str, city: City, fits: Fitting | None = None, least: float = SURELY) -> str:
    """Return the sentence about the city that says most of what a question names, "" if none says enough.

    Args:
        text: the question.
        city: the city that speaks.
        fits: what answers a question of its kind, of which the sentence has to be.
        least: how much of it the sentence has to say.
    """
    weights, common = _weighed(text), _commonness()
    whole = sum(weights.values())
    best, told = (0.0, 0.0, 0), ""
    naming = _NAMING.search(text) is not None
    rare = _RARE if least == SURELY or (fits and fits.said.pattern) else _UNCOMMON
    few = 2 if least > LIKELY or _ONE_OF_ITS_KIND.search(text) else 1
    alone = _PECULIAR if least == SURELY else 0
    for kind, sentence, spoken, roots in _of(city.id):
        shared = roots & weights.keys()
        if not shared or kind not in _SEARCHED:
            continue
        weight = sum(weights[root] for root in shared)
        rarity = min((common[root] for root in shared - _DULL), default=len(common))
        if len(shared) < few and rarity > alone:
            continue
        share = _WHOLLY if rarity > rare else least
        enough = weight >= whole * share and (rarity <= rare or len(shared) > 1)
        fitting = fits is None or fits.said.search(sentence)
        named = not naming or NAMED.search(sentence)
        # Of two that mean as much the one that says it, then the shorter one.
        rank = (weight, sum(weights[root] for root in shared & spoken), -len(sentence))
        if rank > best and enough and fitting and named:
            best, told = rank, sentence
    return told


def heard_of(words: Iterable[str]) -> bool:
    """Return whether a sentence about some city says one of some words, as compared."""
    return any(_commonness()[_root(word)] for word in words)


def affirmed(text: str, city: City) -> str:
    """Return the sentence about the city that says all that a yes/no question names, "" if none does."""
    needed = _weighed(text).keys() - _DULL
    single = len(needed) < 2 and any(_commonness()[root] > _SINGULAR for root in needed)
    if not needed or single or _MEASURED.search(text):
        return ""
    said = (each for each in _of(city.id) if needed <= each.roots)
    return min((each.text for each in said), key=len, default="")


_SINGULAR = 6  # sentences that say a word which alone is enough
# What is compared or counted is not said by the words alone.
_MEASURED = re.compile(
    r"(?i)\b(?:than|more|less|only|still|all|never|not|or|first|most|\w+est)\b|\d"
)
