"""Verb phrases ("cut paper with it in the office") as facts with their circumstances."""

from __future__ import annotations

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AllOf,
    AnyOf,
    Claim,
    Fact,
    Not,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    lemma,
    lexicon,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    chunks_of,
    content_bag,
    either_of,
    is_adverb,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    Bag,
    kind_nouns,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    LIGHT_VERBS,
    Words,
    any_of,
)


def read_event(words: Words, slots: tuple[str, ...], agent: Bag = frozenset()) -> Claim:
    """Read a verb phrase as a fact about the object.

    Core (verb and its object) and circumstances.
    """
    return either_of(words, lambda part: _plain_event(part, slots, agent))


def _plain_event(words: Words, slots: tuple[str, ...], agent: Bag) -> Claim:
    words = [w for w in words if not is_adverb(w)]
    if "without" in words:
        at = words.index("without")
        missing = content_bag(words[at + 1 :])
        if at == 0 or words[0] in any_of("work function operate run used be use play"):
            return Not(Fact(missing, ("needs", "with")))
        done = _plain_event(words[:at], slots, agent)
        said = _chunked(words, slots, agent)
        return AnyOf((said, AllOf((done, Not(Fact(missing, ("needs", "part")))))))
    if words.count("and") and _verbal_and(words):
        at = words.index("and")
        both = AllOf(
            (_plain_event(words[:at], slots, agent), _plain_event(words[at + 1 :], slots, agent))
        )
        return AnyOf((both, _chunked(words, slots, agent)))
    return _chunked(words, slots, agent)


def _verbal_and(words: Words) -> bool:
    at = words.index("and")
    return 0 < at < len(words) - 1


_OF_THE_VERB = frozenset("under behind through above below between".split())
_PARTICLES = frozenset("up down out away off around".split())
_WITH_PARTICLE = any_of(
    "fold roll light heat warm pick clean wash cut chop lift hang dry fill open close climb tear slow heal eat "
    "drink spin turn roll swim fly jump move run burn melt pack start rinse wear carry grow shrink lie sit dry "
    "cool spread stretch crawl walk"
)
"""Verbs that "up", "out" and the like hardly change."""


def _chunked(words: Words, slots: tuple[str, ...], agent: Bag) -> Claim:
    chunks = chunks_of(words)
    # "Sleep under it": where the object itself is the place, the preposition belongs to the verb.
    verb = lemma(chunks[0][0]) if chunks else ""
    own = [chunk[0] for chunk in chunks[1:] if len(chunk) == 1 and chunk[0] in _OF_THE_VERB]
    if len(chunks) > 1 and verb in _WITH_PARTICLE and chunks[1][0] in _PARTICLES:
        # "Heat up food", "cut up paper".
        chunks = [chunks[0] + chunks[1][1:], *chunks[2:]]
    core = content_bag([*chunks[0], *own]) if chunks else frozenset()
    around = tuple(
        (bag, _circumstance(chunk, bag))
        for chunk in chunks[1:]
        if chunk not in ([own] if own else []) and (bag := content_bag(chunk))
    )
    wears = verb == "wear" or verb in LIGHT_VERBS
    if wears and (agent == _MEN or any(bag == _MEN for bag, _ in around)):
        # What people do, men do, where it is not women's alone.
        anybody = tuple((bag, where) for bag, where in around if bag != _MEN)
        done = _covered(verb, core, anybody, frozenset(), (), slots)
        return AllOf((done, AnyOf((Fact(_MEN, ("by",)), Not(Fact(_WOMEN, ("by",)))))))
    agents = ((agent, ("by",)),) if agent else ()
    gender = _excluded(agent.union(*(bag for bag, _ in around)))
    if gender:
        claim = _covered(verb, core, around, agent, agents, slots)
        return AllOf((claim, Not(Fact(gender, ("by",)))))
    return _covered(verb, core, around, agent, agents, slots)


_MEN, _WOMEN = frozenset(("man",)), frozenset(("woman",))


def _excluded(bag: Bag) -> Bag:
    """Return the users that a question about women rules out ("worn by women".

    Not by men as well).
    """
    woman, man = bool(bag & {"woman", "girl", "female"}), bool(bag & {"man", "boy", "male"})
    return frozenset(("man",)) if woman and not man else frozenset()


def _covered(
    verb: str,
    core: Bag,
    around: tuple[tuple[Bag, tuple[str, ...]], ...],
    agent: Bag,
    agents: tuple[tuple[Bag, tuple[str, ...]], ...],
    slots: tuple[str, ...],
) -> Claim:
    if verb in LIGHT_VERBS:
        rest = core - {lexicon().concept(verb)}
        wide = _light_slots(verb, slots)
        topics = rest.union(*(bag for bag, _ in around))
        if verb == "use" and topics and topics <= _ACTIVITIES:
            # To be at a football game is not to be used in sports.
            slots = wide = ("use", "is", "isa")
            around = tuple((bag, wide) for bag, _ in around)
        pieces = [
            *((rest,) if rest else ()),
            *(bag for bag, _ in around),
            *((agent,) if agent else ()),
        ]
        if not pieces:
            return Fact(core, slots)
        if not rest and not around:
            return Fact(agent, ("by", "use", "done", "at", "with"))
        whole = Fact(core, slots, (*around, *agents))
        if verb == "use" and rest:
            return AnyOf((whole, AllOf(tuple(Fact(bag, wide) for bag in pieces))))
        places: list[Claim] = [_place(bag, wide) for bag in pieces]
        joined = Fact(frozenset().union(*pieces), wide)
        return AnyOf((whole, joined, AllOf(tuple(places))))
    around = (*around, *agents)
    if not core and not around:
        raise NotAQuestion
    if not core:
        return AllOf(tuple(Fact(bag, (*slots, "at")) for bag, _ in around))
    return Fact(core, slots, around)


_SURFACES = frozenset("counter table shelf wall floor desk door cabinet drawer".split())


def _place(bag: Bag, slots: tuple[str, ...]) -> Claim:
    """Return that it is there: on a bathroom shelf is what is in bathrooms and on shelves."""
    whole = Fact(bag, slots)
    if len(bag) != 2 or bag.isdisjoint(_SURFACES):
        return whole
    return AnyOf((whole, AllOf(tuple(Fact(frozenset((word,)), slots) for word in sorted(bag)))))


_ACTIVITIES = frozenset(
    "sport music art war construction medicine education cooking gardening".split()
)

_PASTIMES = _ACTIVITIES | frozenset("game play race contest competition".split())
"""Where it happens is what it is for: "thrown in games"."""

_DAILY_WAYS = frozenset("school work".split())

_CIRCUMSTANCES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "in",
            "on",
            "at",
            "inside",
            "outside",
            "around",
            "under",
            "during",
            "next",
            "beside",
            "above",
            "below",
            "underneath",
            "behind",
            "indoors",
            "outdoors",
            "across",
            "down",
            "along",
            "through",
            "up",
            "over",
            "past",
            "from",
            "onto",
            "into",
            "between",
            "among",
        ),
        ("at",),
    ),
    **dict.fromkeys(("with", "using", "alongside"), ("with", "use", "part", "needs")),
    "near": ("at", "with"),
    "by": ("by", "needs"),
    "to": ("use", "does", "at"),
    "for": ("by", "use", "at"),
    **dict.fromkeys(
        ("when", "while", "if", "after", "before", "as"), ("at", "done", "use", "does", "is")
    ),
}


def _circumstance(chunk: Words, bag: Bag) -> tuple[str, ...]:
    """Return the slots that may say separately what a phrase opening with this word adds.

    None: must be joint.
    """
    if chunk[0] == "by" and len(chunk) > 1 and chunk[1].endswith("ing"):
        return ("done", "use", "does")
    if chunk[0] == "from" and bag & kind_nouns():
        # What is found with animals does not come from an animal.
        return ("made",)
    if chunk[0] == "to" and bag <= _DAILY_WAYS:
        return ()  # what is ridden is not ridden to school
    if bag <= _PASTIMES:
        return ("at", "use", "with")
    return _CIRCUMSTANCES.get(chunk[0], ())


def _light_slots(verb: str, slots: tuple[str, ...]) -> tuple[str, ...]:
    if verb == "serve":
        return ("use", "at", "by")
    if verb in ("use", "work"):
        return ("use", "at", "by", "with")
    if verb == "have":
        return ("at", "by", "part", "done", "with")
    return ("at",)
