"""What a question claims about the object.

As small values that can be checked against its sheet.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

from llm_gym.oracles.knowledge.twenty_questions.measures import Measures
from llm_gym.oracles.knowledge.twenty_questions.sheets import Bag, Sheet, kind_nouns
from llm_gym.oracles.knowledge.twenty_questions.words import PREPOSITIONS

AROUND = ("at", "with", "by", "use", "done", "does", "part", "needs", "isa", "is")


# What says nothing beside other words: everything is found and used somewhere.
_EMPTY = frozenset("find use see keep locate".split())

# Slots of what happens with the object, in which what is rarely said may be said in other words.

# Concepts from which on a statement counts as detailed; shorter ones need an exact fact.
DETAILED = 3


class Claim(ABC):
    """A statement about an object that holds or does not."""

    @abstractmethod
    def holds(self, sheet: Sheet) -> bool:
        """Whether the claim is true of the object; what the sheet does not know is false."""


@dataclass(frozen=True, slots=True)
class Always(Claim):
    """Holds of everything ("is it a thing?")."""

    def holds(self, sheet: Sheet) -> bool:
        """Return True."""
        return True


@dataclass(frozen=True, slots=True)
class Not(Claim):
    """Holds where the inner claim does not."""

    claim: Claim

    def holds(self, sheet: Sheet) -> bool:
        """Negate the inner claim."""
        return not self.claim.holds(sheet)


@dataclass(frozen=True, slots=True)
class AllOf(Claim):
    """Holds where every inner claim does."""

    claims: tuple[Claim, ...]

    def holds(self, sheet: Sheet) -> bool:
        """Check all."""
        return all(claim.holds(sheet) for claim in self.claims)


@dataclass(frozen=True, slots=True)
class AnyOf(Claim):
    """Holds where at least one inner claim does."""

    claims: tuple[Claim, ...]

    def holds(self, sheet: Sheet) -> bool:
        """Check any."""
        return any(claim.holds(sheet) for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Fact(Claim):
    """A fact of the sheet says so.

    One fact must cover ``core`` and all ``around``; or one fact covers ``core``, and each phrase of
    ``around`` is covered by a fact in its own slots (the place, the people, other things).
    A detailed statement, whose words no fact foresees all together, also holds if the sheet
    mostly covers it. A ``direct`` one speaks of what people do to the object itself: to eat it, not to eat
    from it.
    """

    core: Bag
    slots: tuple[str, ...]
    around: tuple[tuple[Bag, tuple[str, ...]], ...] = ()
    direct: bool = False

    def holds(self, sheet: Sheet) -> bool:
        """Look for the covering facts."""
        lead = self.core if len(self.core) == 1 else frozenset()
        words = self.core.union(*(bag for bag, _ in self.around))
        if words in sheet.untrue and "needs" not in self.slots:
            return False
        if sheet.covers(words, self.slots, lead, self.direct):
            return True
        if (
            self.around
            and (not self.core or sheet.covers(self.core, self.slots, lead, self.direct))
            and all(_beside(sheet, bag, slots) for bag, slots in self.around)
        ):
            return True
        told = words - _EMPTY
        return len(told) >= DETAILED and sheet.mostly_covers(words)


def _beside(sheet: Sheet, bag: Bag, slots: tuple[str, ...]) -> bool:
    """Whether the sheet knows a circumstance: as one fact, or word by word ("desk of a secretary")."""
    if sheet.covers(bag, slots):
        return True
    words = [frozenset((word,)) for word in bag if word not in PREPOSITIONS]
    return (
        len(words) > 1
        and any(sheet.covers(word, slots) for word in words)
        and all(sheet.covers(word, (*slots, "by", "at", "with")) for word in words)
    )


def directly(claim: Claim) -> Claim:
    """Return ``claim`` about what people do to the object itself."""
    match claim:
        case Fact():
            return replace(claim, direct=True)
        case AllOf(claims):
            return AllOf(tuple(map(directly, claims)))
        case AnyOf(claims):
            return AnyOf(tuple(map(directly, claims)))
        case Not(inner):
            return Not(directly(inner))
    return claim


@dataclass(frozen=True, slots=True)
class Contains(Claim):
    """Some of the object is of this material: a car has rubber in its tyres, and is not made of it."""

    material: str

    def holds(self, sheet: Sheet) -> bool:
        """Look for the material among all that its sheet says of what it is made of, chiefly or not."""
        return any(self.material in fact.bag for fact in sheet.facts["made"])


@dataclass(frozen=True, slots=True)
class IsA(Claim):
    """The object is of a kind: a head noun with modifiers.

    Modifiers stand in the kind's own name, or describe the object elsewhere ("a plastic toy").
    """

    head: str
    modifiers: Bag

    def holds(self, sheet: Sheet) -> bool:
        """Look for the kind."""
        if self.modifiers | {self.head} in sheet.other_kinds:
            return False
        kinds = [kind.bag for kind in sheet.kinds if self.head in kind.heads]
        return bool(kinds) and all(
            any(word in bag for bag in kinds) or _describes(sheet, word) for word in self.modifiers
        )


def _describes(sheet: Sheet, word: str) -> bool:
    if word in PROPERTIES:
        return Property(word).holds(sheet)
    return word in sheet.describing


@dataclass(frozen=True, slots=True)
class Guess(Claim):
    """The object is one of the 157: this very one.

    Or one that its sheet counts as that too (a ship as a boat).
    """

    names: frozenset[str]

    def holds(self, sheet: Sheet) -> bool:
        """Compare names."""
        return sheet.name in self.names or not self.names.isdisjoint(sheet.also)


@dataclass(frozen=True, slots=True)
class Count(Claim):
    """The object has this many of a part; ``relation`` is one of ``= < > <= >=``."""

    part: str
    relation: str
    number: int

    def holds(self, sheet: Sheet) -> bool:
        """Compare the number of parts; of a part of unknown number there is one, or two where it is told in the plural."""
        count = sheet.counts.get(self.part)
        if count is None:
            if not sheet.covers(frozenset((self.part,)), ("part",)):
                return self.relation in ("<", "<=")
            several = self.part in sheet.several
            match self.relation:
                case "=" | "<=":
                    return self.number == 1 and not several
                case ">":
                    return self.number < (2 if several else 1)
                case ">=":
                    return self.number <= (2 if several else 1)
            return False
        return {
            "=": count == self.number,
            "<": count < self.number,
            ">": count > self.number,
            "<=": count <= self.number,
            ">=": count >= self.number,
        }[self.relation]


@dataclass(frozen=True, slots=True)
class Compare(Claim):
    """The object's ``dimension`` is above (``sign`` 1), below (-1) or like (0) the reference's."""

    dimension: str
    sign: int
    reference: Measures

    def holds(self, sheet: Sheet) -> bool:
        """Compare; a twentieth (of years: five) counts as equal, from whichever side one asks, half to double as alike."""
        own, other = sheet.measures.of(self.dimension), self.reference.of(self.dimension)
        if self.dimension == "price" and not (own and other):
            return False  # what nobody sells is neither dear nor cheap
        margin = 5.0 if self.dimension == "since" else 0.05 * max(abs(own), abs(other))
        if self.sign:
            return (own - other) * self.sign > margin
        return other * 0.55 <= own <= other * 1.8


@dataclass(frozen=True, slots=True)
class Fits(Claim):
    """The object goes into a container of the given size; soft things fold."""

    container: Measures

    def holds(self, sheet: Sheet) -> bool:
        """Compare edges, or volume where the object folds."""
        own = sheet.measures
        edges, room = own.edges, self.container.edges
        if sheet.covers(frozenset(("fold",)), ("is",)):
            volume = edges[0] * edges[1] * edges[2]
            return volume <= 0.8 * room[0] * room[1] * room[2]
        return all(edge <= limit * 1.05 for edge, limit in zip(edges, room, strict=True))


@dataclass(frozen=True, slots=True)
class Liftable(Claim):
    """A person can lift it (``hands`` 0: somehow; 1: with one hand; 2: with two hands)."""

    hands: int

    def holds(self, sheet: Sheet) -> bool:
        """Judge by weight and thickness."""
        own = sheet.measures
        if self.hands == 1:
            return (own.weight <= 4.5 and own.edges[0] <= 11 and own.longest <= 180) or (
                own.weight <= 1 and own.longest <= 30
            )
        return own.weight <= (20 if self.hands == 2 else 40)


def _computed(word: str, own: Measures) -> bool:
    match word:
        case "small":
            return own.size < 33
        case "tiny":
            return own.size < 5
        case "big":
            return own.size > 65
        case "huge":
            return own.size > 250
        case "medium":
            return 20 < own.size < 100
        case "heavy":
            return own.weight > 8
        case "light":
            return own.weight < 1.5
        case "tall":
            return own.height > 150
        case "long":
            return own.longest > 150
        case "short":
            return own.longest < 20
        case "thin":
            return own.edges[0] < 0.6
        case "thick":
            return own.edges[0] > 15
        case "wide":
            return own.edges[1] > 70
        case "expensive":
            return own.price > 150
        case "cheap":
            return 0 < own.price < 30
        case "fast":
            return own.speed > 30
        case "slow":
            return own.speed < 6
        case "hard":
            return own.hard >= 6
        case "soft":
            return own.hard <= 2.5
        case "loud":
            return own.loud >= 6
        case "quiet":
            return own.loud <= 2
        case "hot":
            return own.hot >= 45
        case "cold":
            return own.hot <= 10
        case _:
            raise ValueError(f"no rule for the property {word!r}")


# Property -> the properties that rule it out.
PROPERTIES: dict[str, frozenset[str]] = {
    word: frozenset(opposites.split())
    for word, opposites in {
        "small": "big huge",
        "tiny": "big huge",
        "big": "small tiny",
        "huge": "small tiny",
        "medium": "tiny huge",
        "heavy": "light",
        "light": "heavy",
        "tall": "short flat",
        "long": "short round",
        "short": "long tall",
        "thin": "thick fat",
        "thick": "thin",
        "wide": "narrow",
        "expensive": "cheap",
        "cheap": "expensive",
        "fast": "slow",
        "slow": "fast",
        "hard": "soft",
        "soft": "hard",
        "loud": "quiet",
        "quiet": "loud",
        "hot": "cold",
        "cold": "hot",
    }.items()
}

COLOURS = frozenset(
    """red blue green yellow orange brown black white gray pink purple gold silver tan beige cream
    transparent violet maroon turquoise navy colorful multicolored""".split()
)
MATERIALS = frozenset(
    """wood metal plastic fabric glass rubber stone leather paper ceramic steel iron brass copper
    gold
    silver cotton wool silk clay bone aluminum water""".split()
)
_NEARBY = {"indoors", "outdoors"}


@dataclass(frozen=True, slots=True)
class Property(Claim):
    """The object is like this: stated by its sheet, or computed from its measures."""

    word: str

    def holds(self, sheet: Sheet) -> bool:
        """Look the property up, then compute it if it can be computed."""
        word = self.word
        bag = frozenset((word,))
        if bag in sheet.other_kinds:
            return False
        if word in COLOURS:
            return (
                any(word in fact.lead and fact.lead <= COLOURS for fact in sheet.facts["colour"])
                or word in sheet.adjectives
                or (word in MATERIALS and sheet.covers(bag, ("made",), bag))
            )
        if word in MATERIALS:
            # Rich in iron is not of metal, nor is what is golden.
            hues = frozenset[str]() if word in COLOURS else COLOURS
            said = any(
                word in fact.lead and fact.lead <= MATERIALS - hues for fact in sheet.facts["is"]
            )
            return said or sheet.covers(bag, ("made",), bag)
        if word in _NEARBY:
            return sheet.covers(bag, ("at",), bag)
        opposites = PROPERTIES.get(word)
        if opposites is None or word not in _MEASURED:
            # "Striped coat" makes no clothing: a kind is said by one word or not at all.
            noun = word in kind_nouns() and word not in sheet.adjectives
            stated = not noun and sheet.covers(bag, ("is",), bag)
            if stated or opposites is None:
                return stated
            if any(
                sheet.covers(frozenset((other,)), ("is",), frozenset((other,)))
                for other in opposites
            ):
                return False
        return _computed(word, sheet.measures)


@dataclass(frozen=True, slots=True)
class Steady(Claim):
    """The object is always like this: a lake may be frozen in winter, and is not always frozen."""

    word: str

    def holds(self, sheet: Sheet) -> bool:
        """Look for a fact of this word alone, where it is no property, colour or material."""
        if self.word in PROPERTIES or self.word in COLOURS | MATERIALS:
            return Property(self.word).holds(sheet)
        return self.word in sheet.adjectives


# Properties that the measures decide alone.
_MEASURED = frozenset("small big huge heavy light tall".split())


@dataclass(frozen=True, slots=True)
class Somewhere(Claim):
    """The object belongs with these words: "does it have to do with music?"."""

    bag: Bag

    def holds(self, sheet: Sheet) -> bool:
        """Search the slots that say what belongs together."""
        return sheet.covers(self.bag, ("with", "isa", "at", "is", "by", "use"))
