"""Fact sheets: what is known of every object, written in ``data/*.txt`` and compiled on first use.

A sheet is a header ``[name : kind, kind]`` and lines ``slot: fact; fact``. A fact is a short
phrase; it is
compiled to the set of its concepts and of everything broader than them. Objects inherit all facts
of
their kinds; a fact that starts with ``!`` takes an inherited fact with these words away.

Slots: ``isa`` (what it is: noun phrases), ``is`` (what it is like: adjectives), ``colour``,
``made`` (of what), ``part`` (what it has), ``at`` (where and when one finds it), ``use`` (what one
does with, in or on it), ``done`` (what is done to it), ``does`` (what it does itself), ``by`` (who
uses it), ``needs`` (what it takes), ``with`` (what else belongs to it), ``never`` (what is not true
of it though its other facts suggest it), ``isnt`` (what kind it is not, though its names suggest
it), ``size`` (see :mod:`measures`). What runs across the kinds ("floats",
"rusts", "is used every day") stands in ``data/across.txt`` by fact.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import log

from llm_gym.oracles.knowledge.twenty_questions.language import (
    VERBS,
    lemma,
    lexicon,
    read_sections,
    tokens,
)
from llm_gym.oracles.knowledge.twenty_questions.measures import Measures, read_measures
from llm_gym.subjects.objects import LARGE, OBJECTS, find_object

SLOTS = (
    "isa",
    "is",
    "colour",
    "made",
    "part",
    "at",
    "use",
    "done",
    "does",
    "by",
    "needs",
    "with",
)
NEVER = "never"
ISNT = "isnt"
KIND_FILES = ("kinds.txt", "large_kinds.txt")
OBJECT_FILES = (
    "sports.txt",
    "animals.txt",
    "fruits.txt",
    "vehicles.txt",
    "clothes.txt",
    "electronics.txt",
    "instruments.txt",
    "furniture.txt",
    "office.txt",
    "vegetables.txt",
    "art.txt",
    "kitchen.txt",
    "nature.txt",
    "toys.txt",
    "jewelry.txt",
    "garden.txt",
    "tools.txt",
    "large_animals.txt",
    "large_food.txt",
    "large_things.txt",
    "large_household.txt",
    "large_world.txt",
)

Bag = frozenset[str]

FUNCTION_WORDS = frozenset(
    """a an the of to in on at by for from with and or as into onto upon over per is are be it its
    that
    this they them their theirs your you my our we i one s which who whose whom these those he she
    his
    her him than then so such there here also just very really quite actually usually often
    typically
    normally commonly generally mostly mainly primarily sometimes ever frequently especially
    specifically particularly occasionally traditionally basically certain some any each every
    something anything thing things someone anyone somebody anybody item items object objects stuff
    kind kinds specific particular types sort sorts form forms bit order purpose able if when
    while because been being
    was were am has have had do does did will would can could should may might must shall both
    either
    more most much many several various different multiple lot lots number about own everyday
    generic
    common popular typical usual normal regular standard average ordinary several primary main
    purposes
    way up out off along via during within among between around near too still even always
    considered designed meant intended supposed considered called known considered etc other another
    themselves itself yourself myself ourselves oneself
    himself herself like get got make_sure usually well all whole entire in_order please
    me us become becoming becomes became
    setting settings context contexts
    help helps helping allow allows allowing let lets enable enables whether any only simply
    """.split()
) - {"like", "near", "around", "between", "over", "up"}


@cache
def concepts_of(text: str) -> tuple[str, ...]:
    """Return the content concepts of a fact's phrase in order."""
    lex = lexicon()
    words = [word for word in tokens(text) if word[0].isalnum()]
    return tuple(lex.concept(w) for w in lex.join_phrases(words) if w not in FUNCTION_WORDS)


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact.

    Attributes:
        bag: its concepts and everything broader.
        lead: what it is chiefly about: the verbs an event opens with, or the words before the first
            connecting word ("hot" in "hot when in use").
        direct: whether people do it to the object itself: not so where the object follows a
            preposition ("eat soup from"), where something else is meant ("wear a helmet while riding")
            or where animals do it ("eaten by wolves").
    """

    bag: Bag
    lead: Bag
    direct: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """A noun phrase that an object truly is: its head and all its words."""

    heads: Bag
    bag: Bag


_OPENS_MODIFIER = re.compile(r" (?:of|for|with|in|on|from|that|to|by|at|as|under|inside) ")


def _join(text: str) -> str:
    return " ".join(lexicon().join_phrases(text.split()))


_GENERIC = frozenset("item items object thing stuff".split())


@cache
def _kind(text: str) -> Kind:
    """Read a noun phrase of the ``isa`` slot.

    The head stands before "of", "for", "that" and the like, unless what stands there only counts:
    "piece of furniture" is furniture; "symbol of marriage" is a symbol.
    """
    front = _OPENS_MODIFIER.split(_join(text), maxsplit=1)[0]
    last = front.split()[-1]
    partitive = last in ("piece", "item", "type", "kind", "pair", "form", "member", "set")
    if last in _GENERIC and f"{last} of " not in text:
        # "Home item" is no home; what kind of item it is, its words say.
        return Kind(frozenset((last,)), _bag_of(text))
    head = concepts_of(text if partitive else front)
    return Kind(lexicon().closure(head[-1]) if head else frozenset(), _bag_of(text))


_CONNECTS = re.compile(
    r" (?:of|for|with|in|on|from|that|to|by|at|as|when|if|while|inside|over|under|around|after"
    r"|than) "
)
_OF_A_DEED = re.compile(
    r"(?:hard|soft|light|heavy|loud|quiet|fast|slow|hot|cold|cheap|expensive) to "
)
_USED_AS = re.compile(r"^used? as ")
EVENT_SLOTS = frozenset(("use", "done", "does"))


_INDIRECT = re.compile(
    r" (?:at|in|on|from|with|for|off|around|under|by|out of|into|inside|over|through)$"
    r"|^\w+ (?:an? |goggles|leather jacket|snowballs|dirt|soup|tea leaves|carols|salad|breakfast|dinner)"
    r"| (?:with a|off from|around by|out of with|from off|in with|on at)$|^(?:eat|drink|play).* with an? \w+$"
    r"|\bby (?:an? )?(?:animals|insects|wolves|camels|birds|deer|caterpillars|bugs|goats|giraffes|trees?"
    r"|owls|snakes|cats|dogs|seals|sharks|lions|predators|bears|pandas|anteaters|squirrels|pigs|cows|toddlers|whales"
    r"|rabbits|penguins|polar bears|foxes|storks|hawks|leopard seals|sperm whales|mice|bats|fish|turtles|ants|dinosaurs"
    r"|moles|flamingos|elephants|spiders|frogs|leopards|hedgehogs)\b"
)


@cache
def _statement(text: str, event: bool) -> Statement:
    front = _CONNECTS.split(_USED_AS.sub("", _join(text)), maxsplit=1)[0]
    if not event:
        # What is hard to wash out is not hard.
        return Statement(_bag_of(text), _bag_of("" if _OF_A_DEED.match(text) else front))
    lex = lexicon()
    lead: set[str] = set()
    for word in front.split():
        if word in FUNCTION_WORDS:
            continue
        concept = lex.concept(word)
        plural = word.endswith("s") and not word.endswith("ss")
        if lead and (plural or word.endswith("ing") or lemma(word) not in VERBS):
            break
        lead |= lex.closure(concept)
    return Statement(_bag_of(text), frozenset(lead), _INDIRECT.search(text) is None)


_YOU = re.compile(r"\byou\b")


@cache
def _bag_of(text: str) -> Bag:
    closure = lexicon().closure
    # What happens to you happens to people.
    people = ("person",) if _YOU.search(text) else ()
    return frozenset(people).union(*(closure(concept) for concept in concepts_of(text)))


def _tell(raw: dict[str, list[str]], slot: str, text: str) -> None:
    """Add a fact to the slot; with "!" take away those that have its words."""
    if text.startswith("!"):
        gone = set(concepts_of(text[1:]))
        raw[slot] = [old for old in raw[slot] if not gone <= set(concepts_of(old))]
    else:
        raw[slot].append(text)


# A purpose is looked for among places and people as well.
_ASKED_WITH = {"use": ("use", "at", "by", "with")}

# What is kept in a drawer is found in it: where a thing is, its place says.
_WHEREVER = frozenset("find see keep store locate put".split())

_COUNTED = re.compile(r"(\d+) (.+)")


def _told_in_plural(text: str) -> Bag:
    """Return the part that a fact tells in the plural only ("seats"); "door doors" leaves it open."""
    lex = lexicon()
    words = [word for word in tokens(text) if word.isalpha()]
    plural = {word for word in words if word.endswith("s") and lemma(word) != word}
    singular = {lex.concept(word) for word in words if word not in plural}
    return frozenset(lex.concept(word) for word in plural) - singular


class Sheet:
    """Everything known of one object, compiled for matching.

    Attributes:
        facts: slot -> its facts as concept sets.
        kinds: the noun phrases of the ``isa`` slot.
        counts: part -> how many of it there are, about, where that can be said.
        several: the parts that are told in the plural: it has more than one of them.
        name: the object's name.
        also: the other objects that it is as well.
        measures: size, weight and the like.
        words: slot -> the union of its concepts.
        settled: slot -> what is told wholly of other objects, which no fact of this one has by the way.
        denied: what the ``never`` slot says, as concept sets.
        untrue: the same in its own words alone.
        other_kinds: what the ``isnt`` slot says, in its own words alone.
        adjectives: what the ``is`` slot says in one word.
        vocabulary: the union of all slots' concepts.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        raw: dict[str, list[str]] = {slot: [] for slot in (*SLOTS, NEVER, ISNT)}
        self.lineage: set[str] = set()
        self.measures = Measures(10, 10, 10, 1)
        self._collect(name, raw)
        self.settled: dict[str, set[Bag]] = {}
        for fact in across():
            if fact.holds_of(name, self.lineage):
                _tell(raw, fact.slot, fact.text)
            elif fact.wholly:
                for slot in _ASKED_WITH.get(fact.slot, (fact.slot,)):
                    self.settled.setdefault(slot, set()).add(frozenset(concepts_of(fact.text)))
        self.counts: dict[str, int] = {}
        for text in raw["part"]:
            if found := _COUNTED.match(text):
                self.counts[concepts_of(found[2])[-1]] = int(found[1])
        self.several = frozenset().union(*map(_told_in_plural, raw["part"]))
        self.also = frozenset(
            text for text in raw["isa"] if text in object_names() and text != name
        )
        self.kinds = tuple(dict.fromkeys(map(_kind, raw["isa"])))
        self.facts: dict[str, tuple[Statement, ...]] = {}
        self.words: dict[str, Bag] = {}
        for slot in SLOTS:
            event = slot in EVENT_SLOTS
            statements = dict.fromkeys(_statement(text, event) for text in raw[slot])
            self.facts[slot] = tuple(statements)
            self.words[slot] = frozenset().union(*(one.bag for one in statements))
        self.denied = tuple(_bag_of(text) for text in raw[NEVER])
        self.untrue = frozenset(frozenset(concepts_of(text)) for text in raw[NEVER]) - {frozenset()}
        self.other_kinds = frozenset(frozenset(concepts_of(text)) for text in raw[ISNT])
        self.vocabulary: Bag = frozenset().union(*self.words.values())
        self.leads: dict[str, Bag] = {
            slot: frozenset().union(*(one.lead for one in facts))
            for slot, facts in self.facts.items()
        }
        described = map(concepts_of, raw["is"])
        self.adjectives: Bag = frozenset(words[0] for words in described if len(words) == 1)
        self.describing: Bag = frozenset().union(
            *(self.words[slot] for slot in ("is", "colour", "made", "isa", "at", "by")),
            self.leads["use"],
        )

    def _collect(self, name: str, raw: dict[str, list[str]]) -> None:
        """Add the facts of ``name`` after those of its kinds.

        A ``!`` fact takes away what came before.
        """
        if name in self.lineage:
            return
        self.lineage.add(name)
        entry = entries().get(name)
        if entry is None:
            raise ValueError(f"no fact sheet for the kind {name!r}")
        parents, lines = entry
        for parent in parents:
            self._collect(parent, raw)
        if name in object_names():
            raw["isa"] += (each for each in find_object(name).variants if each not in raw["isa"])
        for line in lines:
            slot, _, rest = line.partition(":")
            if slot == "size":
                self.measures = read_measures(rest)
                continue
            for text in filter(None, (part.strip() for part in rest.split(";"))):
                if text.startswith("not "):
                    continue
                if slot == "done" and text.startswith(("use ", "used ")):
                    raw["use"].append(text)
                elif slot == "does" and text.startswith(("have ", "contain ")):
                    raw["part"].append(text)
                    raw["does"].append(text)
                else:
                    _tell(raw, slot, text)

    def covers(
        self, bag: Bag, slots: Iterable[str], lead: Bag = frozenset(), direct: bool = False
    ) -> bool:
        """Whether one fact in ``slots`` has every concept of ``bag``.

        And ``lead`` where it leads; with ``direct`` one that people do to the object itself.
        """
        for slot in slots:
            if bag <= self.words[slot] and bag - _WHEREVER not in self.settled.get(slot, ()):
                for fact in self.facts[slot]:
                    if bag <= fact.bag and lead <= fact.lead and (fact.direct or not direct):
                        return True
        return False

    def mostly_covers(self, bag: Bag) -> bool:
        """Whether the sheet knows most of ``bag`` and one fact alone says about half of it.

        Concepts count by their :func:`rarity`: a rare word says more than a common one.
        """
        if any(bag <= denied for denied in self.denied):
            return False
        rarities = rarity()
        weights = {word: rarities.get(word, rarities[""]) for word in bag}
        total = sum(weights.values())
        if sum(weights[word] for word in bag & self.vocabulary) < MOSTLY_KNOWN * total:
            return False
        wanted = ABOUT_HALF * total
        return any(
            sum(weights[word] for word in bag & fact.bag) >= wanted
            for facts in self.facts.values()
            for fact in facts
            if not bag.isdisjoint(fact.bag)
        )


# Chosen on cases; 0.65 to 0.85 and 0.45 to 0.55 do about as well. Lower values invent facts.
MOSTLY_KNOWN = 0.7
ABOUT_HALF = 0.5


@cache
def rarity() -> dict[str, float]:
    """Return concept -> inverse document frequency over the sheets of the 157 published objects.

    The entry ``""`` is the value of a concept that none of them has.
    """
    names = [item.name for item in OBJECTS]
    sheets_with = Counter(word for name in names for word in sheet_of(name).vocabulary)
    found = {word: log((len(names) + 1) / (n + 0.5)) for word, n in sheets_with.items()}
    return {**found, "": log(len(names) + 1)}


@cache
def entries() -> dict[str, tuple[tuple[str, ...], list[str]]]:
    """Return kind or object name -> its kinds and its raw lines, from all data files."""
    found: dict[str, tuple[tuple[str, ...], list[str]]] = {}
    for file in KIND_FILES + OBJECT_FILES:
        for header, lines in read_sections(file).items():
            name, _, parents = header.partition(":")
            key = name.strip()
            if key in found:
                raise ValueError(f"{file}: a second sheet for {key!r}")
            found[key] = (tuple(p.strip() for p in parents.split(",") if p.strip()), lines)
    return found


@dataclass(frozen=True, slots=True)
class Across:
    """A fact of many kinds and objects, from ``data/across.txt``; ``without`` are those it is not true of.

    What is told ``wholly`` is true of nothing else where it is asked by itself, whatever other facts have its
    words: a toothbrush is found in the dentist's office, and in no office.
    """

    slot: str
    text: str
    of: frozenset[str]
    without: frozenset[str]
    wholly: bool = False

    def holds_of(self, name: str, lineage: set[str]) -> bool:
        """Whether it is true of an object of these kinds; what is said of the object itself counts most."""
        if name in self.of | self.without:
            return name in self.of
        return not lineage.isdisjoint(self.of) and lineage.isdisjoint(self.without)


@cache
def across() -> tuple[Across, ...]:
    """Return the facts of ``data/across.txt``."""
    found: list[Across] = []
    for header, lines in read_sections("across.txt").items():
        names = [name.strip() for line in lines for name in line.split(",") if name.strip()]
        for name in names:
            if name.removeprefix("!") not in entries():
                raise ValueError(f"across.txt: no kind or object {name!r} under [{header}]")
        of = frozenset(name for name in names if not name.startswith("!"))
        without = frozenset(name[1:] for name in names if name.startswith("!"))
        slot = ""
        for part in header.split(";"):
            before, colon, text = part.rpartition(":")
            slot = before.strip() if colon else slot
            plain = slot.removeprefix("only ")
            found.append(Across(plain, text.strip(), of, without, wholly=plain != slot))
    return tuple(found)


@cache
def sheet_of(name: str) -> Sheet:
    """Return the compiled sheet of an object by its lower-case name."""
    return Sheet(name)


@cache
def part_nouns() -> Bag:
    """Return every concept that is a part of some object.

    What "the <noun>" can mean in a question.
    """
    nouns: set[str] = set()
    for _, lines in entries().values():
        for line in lines:
            slot, _, rest = line.partition(":")
            if slot == "part":
                nouns.update(concept for text in rest.split(";") for concept in concepts_of(text))
    return frozenset(nouns)


@cache
def users() -> Bag:
    """Return every concept by whose work or play a fact that runs across the kinds says something is used."""
    return frozenset(
        concept for fact in across() if fact.slot == "by" for concept in concepts_of(fact.text)
    )


@cache
def kind_nouns() -> Bag:
    """Return every concept that is the head of a kind of some object, and of none an adjective."""
    sheets = map(sheet_of, object_names())
    heads = frozenset[str]().union(*(kind.heads for sheet in sheets for kind in sheet.kinds))
    return heads - adjectives()


@cache
def adjectives() -> Bag:
    """Return every concept that the ``is`` slot of some object says in one word."""
    return frozenset[str]().union(*(sheet_of(name).adjectives for name in object_names()))


@cache
def object_names() -> frozenset[str]:
    """Return the names of all objects that have a sheet of their own."""
    return frozenset(item.name for item in LARGE)


__all__ = [
    "Bag",
    "Sheet",
    "adjectives",
    "concepts_of",
    "kind_nouns",
    "lemma",
    "object_names",
    "part_nouns",
    "sheet_of",
    "users",
]
