"""What people do with the object: "sit on it", "use it to cut"."""

from __future__ import annotations

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AllOf,
    AnyOf,
    Claim,
    Fact,
    IsA,
    Liftable,
    Not,
    Property,
    directly,
)
from llm_gym.oracles.knowledge.twenty_questions.events import (
    read_event,
)
from llm_gym.oracles.knowledge.twenty_questions.fitting import (
    judge_fit,
    judge_hold,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    VERBS,
    lemma,
    lexicon,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    content_bag,
    skip_adverbs,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.doing import (
    read_doing,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.forward import (
    being,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.having import (
    read_needing,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.uses import (
    read_used,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    FUNCTION_WORDS,
    Bag,
    part_nouns,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    DETERMINERS,
    DUTIES,
    IT,
    LIGHT_VERBS,
    OBJECT_NOUNS,
    PLACES,
    PREPOSITIONS,
    PUTS,
    SPEECH,
    Words,
    any_of,
)


def _with_a_part(verb: str, words: Words) -> Claim:
    """Read "eat the seeds": what people do with a part of the object.

    Raises:
        NotAQuestion: the words name no part.
    """
    at = next(
        (i for i, word in enumerate(words[1:3], 1) if word in ("the", "its", "a")), len(words)
    )
    part = content_bag(words[at + 1 :])
    if verb in SPEECH or not part & part_nouns():
        raise NotAQuestion
    return Fact(content_bag(words), ("done", "use"))


_NEEDED = any_of("to for when while during in if")
"""What leads to the purpose or the occasion: "(need it) in a blackout"."""

_PUTS_LOOSELY = any_of("throw toss stick pop stuff dump load shove chuck drop slide")
_INTO = any_of("in into inside on onto")
"""How one puts something somewhere."""


def read_acting(agent: Bag, words: Words) -> Claim:
    """Read what people do: "sit on it", "use it to cut", "find it in a kitchen".

    "need water to use it".
    """
    words = skip_adverbs(words)
    if not words:
        raise NotAQuestion
    if words[0] in ("not", "never"):
        return Not(read_acting(agent, words[1:]))
    verb = lemma(words[0])
    if words[1:2] == ["or"] and {verb, lemma("".join(words[2:3]))} <= VERBS and set(words[3:]) & IT:
        # "Eat or drink it": each of it.
        return AnyOf((read_acting(agent, [words[0], *words[3:]]), read_acting(agent, words[2:])))
    refers = [
        i
        for i, w in enumerate(words)
        if w in IT or w == "one" or w in ("its", "object", "item", "thing")
    ]
    if not refers:
        if verb in ("need", "have") and words[1:2] == ["to"] and set(words[2:3]) - SPEECH:
            # "(Do you) have to pedal".
            return read_event(words[2:], ("needs", "use", "done", "does"), agent)
        return _with_a_part(verb, words)
    if (
        verb in ("find", "see", "spot", "encounter")
        and len(words) > 3
        and refers == [len(words) - 1]
    ):
        within = words[1:-1]
        if within[-1] in ("in", "inside", "on") and within[0] not in IT and not agent:
            thing = content_bag(within[:-1])
            if thing:
                return AnyOf((Fact(thing, ("part", "with")), read_event(words, ("use", "done"))))
    if (
        verb in SPEECH
        and not agent
        and (
            {"me", "us", "my", "hint", "clue", "word", "answer"} & set(words)
            or verb
            in ("spell", "describe", "guess", "reveal", "repeat", "explain", "answer", "rephrase")
        )
    ):
        raise NotAQuestion
    if verb in ("like", "love", "hate", "want", "enjoy", "prefer") and not agent and len(words) < 3:
        raise NotAQuestion
    if (
        verb in ("need", "have", "must")
        and "to" in words[1:2]
        and lemma("".join(words[2:3])) in DUTIES
    ):
        return read_event([w for w in words[2:] if w not in IT], ("needs",), agent)
    while (
        verb in any_of("want like choose try enjoy have love able go learn be get start")
        and len(words) > 2
        and (words[1] == "to" or words[1].endswith("ing") or (verb == "be" and words[1] == "able"))
    ):
        words = words[3:] if words[1] == "able" else words[2:] if words[1] == "to" else words[1:]
        if not words:
            raise NotAQuestion
        verb = lemma(words[0])
    at = next(
        (i for i, w in enumerate(words) if w in IT or w in ("one", "its") or w in OBJECT_NOUNS),
        len(words),
    )
    direct = at == 1 or (at == 2 and (words[1] in DETERMINERS or words[1] in ("up", "out", "away")))
    rest = [
        w
        for i, w in enumerate(words)
        if not (w in IT or (w == "one" and i == at) or (i == at and w in OBJECT_NOUNS))
    ]
    tail = words[at + 1 :]
    if verb in ("use", "utilize") and direct:
        if not tail:
            if len(agent) > 1:  # "a maths student": students, and something of maths
                return Fact(frozenset(), ("by",), ((agent, ("by",)),))
            use = content_bag(["use"])
            # "Used by doctors for bleeding" is told among the uses.
            return (
                AnyOf((Fact(agent, ("by",)), Fact(agent | use, ("use",))))
                if agent
                else Fact(use, ("use",))
            )
        used = read_used(tail)
        return AllOf((used, Fact(agent, ("by", "use", "done")))) if agent else used
    if verb in ("need", "require") and direct and not agent and set(tail[:1]) & _NEEDED:
        return AnyOf((read_used(tail), read_event(rest, ("done", "use"))))
    if verb in ("need", "require") and direct and agent:
        user = Fact(agent, ("by", "use", "done", "with"))
        return AllOf((read_used(tail), user)) if tail else user
    if verb in ("take", "bring") and direct and (along := _along(tail)):
        return AnyOf((read_event(rest, ("done", "use"), agent), along))
    if verb in ("need", "require", "use") and not direct:
        if words[1:2] == ["to"]:
            return read_event(
                [w for w in words[2:] if w not in IT], ("needs", "done", "use"), agent
            )
        core = words[1:]
        for i, word in enumerate(core):
            if word in ("to", "for", "with", "in", "when"):
                core = core[:i]
                break
        # "(Need) a hammer to open it": one opens it with a hammer.
        purpose = content_bag([w for w in words[len(core) + 2 :] if w not in IT])
        purpose = frozenset[str]() if purpose <= {"use", "make", "work"} else purpose
        joint = content_bag(core) | purpose
        return AnyOf(
            (read_needing("need", core), Fact(frozenset(), (), ((joint, ("done", "use")),)))
        )
    if verb == "carry" and direct and tail and "child" in agent:
        return AllOf((read_event(rest, ("done", "use"), agent), Liftable(2)))
    if verb in ("hold", "pick", "lift", "carry", "grab", "grasp") and direct:
        held = judge_hold(verb, rest[1:])
        if held is not None:
            return held
    if verb in _PUTS_LOOSELY and not direct and words[-1] in IT and words[-2] in _INTO:
        put = Fact(content_bag(["put", *rest[1:]]), ("use", "done"))
        return AnyOf((read_event(rest, ("use", "done"), agent), put))
    if verb in PUTS and direct and tail:
        fitted = judge_fit(tail) if verb in ("fit",) else None
        if fitted is not None:
            return fitted
        if verb not in ("place", "store", "keep") and {
            *("pocket", "backpack", "purse", "mouth", "handbag", "bag", "suitcase", "wallet")
        } & set(tail):
            listed = read_event(rest, ("done", "use", "at"), agent)
            fits = judge_fit(["in", *tail])
            return (
                AnyOf((listed, fits)) if fits is not None and not {"mouth"} & set(tail) else listed
            )
    if (
        verb == "find"
        and direct
        and tail
        and lexicon().concept(tail[0]) not in FUNCTION_WORDS
        and tail[0] not in PREPOSITIONS | PLACES
    ):
        return being(tail)
    if verb in ("call", "consider", "describe", "classify") and direct and tail:
        return being(tail[1:] if tail[0] == "as" else tail)
    if verb == "see_through" or (verb == "see" and "through" in words):
        seen = content_bag(words[1 : words.index("through")]) if "through" in words else frozenset()
        looked = Fact(seen | {lexicon().concept("see")}, ("use", "does", "done"))
        return AnyOf((looked, Property("transparent"))) if seen else Property("transparent")
    if verb in ("see", "spot", "hear") and direct and tail and tail[0].endswith("ing"):
        return read_doing(tail)
    if verb == "come" and words[1:2] in (["from"], ["out"]) and agent:
        return Fact(agent, ("use", "done", "does", "with", "part", "needs"))
    if verb in ("make", "sell", "invent") and direct and agent and not tail:
        # A firm, a country or an inventor; what people and animals make is told as such.
        known = frozenset[str]().union(*map(lexicon().closure, agent)) & {"person", "animal"}
        event = read_event(rest, ("done",), agent)
        return event if known else AnyOf((event, Fact(agent, ("with", "by", "done"))))
    if verb in ("like", "love", "enjoy", "fear", "hate") and direct and agent and not tail:
        liked = Fact(agent, ("by", "done"))
        return AnyOf(
            (
                read_event(rest, ("done", "does"), agent),
                AllOf((Not(IsA("animal", frozenset())), liked)),
            )
        )
    if (
        verb in ("see", "hear", "smell", "touch", "feel")
        and direct
        and (not tail or tail[0] not in PREPOSITIONS)
    ):
        return AnyOf(
            (
                read_event(rest, ("done", "does")),
                *(() if verb not in ("see", "touch") else (Property("tangible"),)),
            )
        )
    if direct and not (tail and tail[-1] in PREPOSITIONS):
        slots: tuple[str, ...] = ("done", "at") if verb in LIGHT_VERBS else ("done",)
        if len(content_bag(rest)) > 1:
            slots = ("done", "at", "use") if verb in LIGHT_VERBS else ("done", "use")
        event = read_event(rest, slots, agent)
        return event if agent or verb in LIGHT_VERBS else directly(event)
    if verb in any_of("hurt cut injure kill harm burn"):
        return read_event(rest, ("does", "use", "done"), agent)
    return read_event(
        [w for w in rest if w != "its"],
        ("use", "done", "does") if agent else ("use", "done"),
        agent,
    )


def _along(tail: Words) -> Claim | None:
    """Read where it is taken: "(take it) along on vacation", "camping", "to the beach"."""
    where = [w for w in tail if w not in ("along", "with", "you", "me", "them", "us")]
    if not where or not (where[0].endswith("ing") or where[0] in ("on", "to", "when", "for")):
        return None
    bag = content_bag(where)
    return Fact(bag, ("use", "at", "with")) if bag else None


def insert_it(words: Words) -> Words:
    """Put "it" where a relative clause leaves its gap.

    "wear on your feet" -> "wear it on your feet".
    """
    if words[-1] in PREPOSITIONS and len(words) > 1:
        return [*words, "it"]
    if words[0] in ("use", "need") and "to" in words[2:-1]:
        return [*words, "it"]
    if words[0] == "go" and len(words) > 1 and words[1].endswith("ing"):
        return [*words[1:], "in", "it"]
    if words[0] in ("use", "need") and len(words) > 1 and words[1] in ("to", "for", "when", "in"):
        return [words[0], "it", *words[1:]]
    return [words[0], "it", *words[1:]]
