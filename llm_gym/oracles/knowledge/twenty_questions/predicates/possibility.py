"""What can be done with the object, and how easily: "light enough to lift", "hard to clean"."""

from __future__ import annotations

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AllOf,
    AnyOf,
    Claim,
    Fact,
    Not,
    Property,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    lemma,
    lexicon,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    content_bag,
    skip_adverbs,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.acting import (
    insert_it,
    read_acting,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.doing import (
    read_doing,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.forward import (
    being,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    DETERMINERS,
    GENERIC_AGENTS,
    IT,
    SOFT,
    Words,
    any_of,
)

_TAKEN_IN = any_of("eat drink swallow consume taste chew bite")
"""What makes food of a thing: dangerous to eat is what nobody eats."""


def read_possibility(words: Words) -> Claim:
    """Read an infinitive whose object is the hidden thing: "(too heavy for one person to) lift"."""
    words = skip_adverbs(words)
    if not words:
        raise NotAQuestion
    if lemma(words[0]) == "fit":
        return read_doing(words)
    if words[0] == "be":
        return being(words[1:])
    return read_acting(frozenset(), words if set(words) & IT else insert_it(words))


def _is_somebody(words: Words) -> bool:
    """Whether it is dangerous to somebody or something: "to small children", "to your health"."""
    at = 0
    while at < len(words) - 1 and words[at] in DETERMINERS | SOFT | {"other", "young"}:
        at += 1
    last = words[at]
    plural = last.endswith("s") and lemma(last) != last
    return at > 0 or last in GENERIC_AGENTS | {"us", "me", "them"} or plural or last == "children"


def read_ease(quality: str, words: Words) -> Claim:
    """Read "(easy) to clean", "(safe) to eat": how it is to do something with the object."""
    if quality in ("possible", "common", "okay", "ok", "normal", "easily", "legal"):
        return read_possibility(words)
    bag = content_bag(words) | {lexicon().concept(quality)}
    listed = Fact(bag, ("is", "does", "done", "use"))
    if quality in ("bad", "harmful", "unsafe", "dangerous") and _is_somebody(words):
        return AnyOf((listed, AllOf((Property("dangerous"), Not(Property("edible"))))))
    if quality in ("harmful", "unsafe", "risky", "dangerous") and lemma(words[0]) not in _TAKEN_IN:
        return AnyOf((listed, Property("dangerous")))
    if quality in ("bad", "wrong", "harmful", "unsafe", "risky", "dangerous"):
        return AnyOf((listed, Property("dangerous"), Not(read_possibility(words))))
    if quality in ("easy", "simple", "safe", "healthy", "comfortable", "nice", "fun"):
        try:
            return AnyOf(
                (listed, AllOf((Property(lexicon().concept(quality)), read_possibility(words))))
            )
        except NotAQuestion:
            return listed
    return listed
