"""What the object is used for, for whom and where."""

from __future__ import annotations

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AllOf,
    AnyOf,
    Claim,
    Fact,
    Not,
    Property,
)
from llm_gym.oracles.knowledge.twenty_questions.events import (
    read_event,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    content_bag,
    skip_adverbs,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.forward import (
    being,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.having import (
    read_having,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.nouns import (
    read_noun_phrases,
    read_qualities,
)
from llm_gym.oracles.knowledge.twenty_questions.properties import (
    read_adjectives,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    Words,
)


def read_used(words: Words) -> Claim:
    """Read what follows "used": to, for, in, by, as, with ..."""
    words = skip_adverbs(words)
    if not words:
        return Fact(content_bag(["use"]), ("use",))
    first, rest = words[0], words[1:]
    if first == "to" or (first == "in" and rest and rest[0] == "order"):
        return read_purpose(rest if first == "to" else rest[2:])
    if first in ("for", "when", "while", "during") and rest:
        return AnyOf((read_purpose(rest), read_event(rest, ("at", "by", "with"))))
    if first == "as" and rest:
        return AnyOf((read_noun_phrases(rest), Fact(content_bag(rest), ("use", "isa", "done"))))
    if first == "without":
        return Not(Fact(content_bag(rest), ("needs",)))
    if first == "in" and rest and rest[0].endswith("ing") and rest[0] not in ("evening", "morning"):
        return read_purpose(rest)
    return read_event(["use", *words], ("use", "at", "done", "by", "with", "isa"))


def read_purpose(words: Words) -> Claim:
    """Read a purpose: "cut paper", "cooking", "children"."""
    words = skip_adverbs(words)
    if not words:
        raise NotAQuestion
    if words[0] == "be":
        return being(words[1:])
    # What a living thing does, nobody does with it.
    by_itself = AllOf((Not(Property("alive")), read_event(words, ("does",))))
    return AnyOf((read_event(words, ("use",)), by_itself))


def read_for(words: Words) -> Claim:
    """Read what follows "for": an activity, a user or a place."""
    if not words:
        raise NotAQuestion
    if words[0].endswith("ing"):
        return read_purpose(words)
    return AnyOf(
        (read_event(words, ("use", "by", "at", "with", "isa", "does")), read_purpose(words))
    )


def read_place(words: Words) -> Claim:
    """Read a prepositional predicate: "in the kitchen", "from Asia", "for children".

    "like a ball".
    """
    first, rest = words[0], words[1:]
    if not rest:
        return read_qualities(words)
    if first == "for":
        return read_for(rest)
    if first == "like":
        return being(rest)
    if first == "with":
        return read_having(rest)
    if first == "from":
        # What people make is at sea and does not come from it.
        come = read_event(["come", *words], ("does", "done"))
        return AnyOf(
            (
                come,
                Fact(content_bag(rest), ("made",)),
                AllOf((Not(Property("manmade")), _there(words))),
            )
        )
    if first == "of":
        return read_adjectives(rest)
    if first in ("inside", "outside") and len(words) == 1:
        return Fact(content_bag(words), ("at",))
    return _there(words)


def _there(words: Words) -> Claim:
    return read_event(["find", *words], ("at", "done", "does", "use", "is"))
