"""What the object does: what follows "does it" or "can it"."""

from __future__ import annotations

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AllOf,
    AnyOf,
    Claim,
    Fact,
    IsA,
    Not,
    Property,
    Somewhere,
)
from llm_gym.oracles.knowledge.twenty_questions.comparisons import (
    read_comparison,
)
from llm_gym.oracles.knowledge.twenty_questions.events import (
    read_event,
)
from llm_gym.oracles.knowledge.twenty_questions.fitting import (
    judge_fit,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    lemma,
    lexicon,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    content_bag,
    either_of,
    head_and_modifiers,
    skip_adverbs,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.forward import (
    being,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.having import (
    read_having,
    read_needing,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.nouns import (
    read_noun_phrases,
    read_qualities,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import adjectives, kind_nouns
from llm_gym.oracles.knowledge.twenty_questions.words import (
    ERGATIVE,
    PLACES,
    PREPOSITIONS,
    Words,
    any_of,
)

_GROUPS = frozenset("family group class section category order".split())
"""What things of a kind belong to: "the woodwind family"."""


_LIVING = AnyOf((IsA("animal", frozenset()), AllOf((Property("alive"), Not(Property("edible"))))))
"""What lives somewhere: an orange that grows there does not."""


def read_doing(words: Words) -> Claim:
    """Read what follows "does it" or "can it"."""
    words = skip_adverbs(words)
    if not words:
        raise NotAQuestion
    verb, rest = lemma(words[0]), words[1:]
    if words[0] in ("not", "never"):
        return Not(read_doing(rest))
    if verb == "be":
        return being(rest)
    compared = read_comparison(words)
    if compared is not None:
        return compared
    if verb == "burn" and not rest:
        return being(["flammable"])
    if verb in ("have", "contain", "include", "possess", "feature") and rest:
        return read_having(rest)
    if verb in ("need", "require", "use", "consume", "take", "rely", "depend", "involve") and rest:
        return read_needing(verb, rest)
    if verb == "run" and rest[:1] and rest[0] in ("on", "with", "off"):
        power = either_of(rest[1:], lambda w: Fact(content_bag(w), ("needs",)))
        return AnyOf((power, AllOf((Property("alive"), read_event(words, ("does",))))))
    if verb in ("rain", "snow", "hail") and set(rest) <= {
        "today",
        "tomorrow",
        "tonight",
        "now",
        "outside",
    }:
        raise NotAQuestion
    if verb in ("say", "go") and len(rest) == 1 and rest[0] not in PLACES:
        return read_event(rest, ("does",))
    if verb == "lack" and rest:
        return Not(read_having(rest))
    if verb == "fit" and rest:
        fitted = judge_fit(rest)
        if fitted is not None:
            return fitted
    if verb in ("look", "taste", "feel", "smell", "sound", "seem", "appear", "appeal") and rest:
        if verb == "taste" and rest[0] in ("good", "nice", "great", "bad", "delicious"):
            # What is good for something else does not taste good.
            eaten = AnyOf(
                (Fact(frozenset(("eat",)), ("done",)), Fact(frozenset(("drink",)), ("done",)))
            )
            return AllOf((eaten, _sensation(verb, rest)))
        if verb == "smell" and rest[0] in ("good", "nice", "great"):
            # What is good for something else, or smells well itself, does not smell good.
            pleasant = Fact(frozenset(("smell", "good")), ("is", "does", "done", "part"))
            return AllOf((pleasant, Not(Property(lexicon().concept("foul_smelling")))))
        if rest[0] == "like" or verb == "smell" or verb == "taste":
            return AnyOf((read_event(words, ("is", "does", "done", "isa")), _sensation(verb, rest)))
        return _sensation(verb, rest)
    if verb in ("get", "become", "stay", "remain") and rest:
        if lexicon().concept(rest[0]) in adjectives():
            return AnyOf((read_event(rest, ("does", "is", "done")), read_qualities(rest)))
    if verb in ("count", "qualify", "act", "function") and rest[:1] == ["as"]:
        return AnyOf((read_noun_phrases(rest[1:]), read_event(rest[1:], ("use", "isa"))))
    if verb == "belong" and rest[:1] == ["to"]:
        group = content_bag(rest[1:])
        kind = Fact(group - _GROUPS, ("isa",)) if group & _GROUPS and group - _GROUPS else None
        return AnyOf(
            (Somewhere(group), IsA(*head_and_modifiers(rest[1:])), *((kind,) if kind else ()))
        )
    if verb == "cost" or verb == "weigh":
        return read_event(words, ("does", "is"))
    if verb == "come" and rest[:1] == ["with"]:
        return read_having(rest[1:])
    if verb == "come" and rest[:1] == ["in"] and content_bag(rest):
        # In a cone, in pairs, in many colours.
        listed = Fact(content_bag(rest), ("at", "with", "part", "done", "is", "colour"))
        return AnyOf((read_event(words, ("does", "done")), listed))
    if verb == "relate":
        return Somewhere(content_bag(rest))
    slots: tuple[str, ...] = ("does", "use") if len(content_bag(words)) > 1 else ("does",)
    if verb in ERGATIVE:
        slots = ("does", "done", "is")
    if verb == "come" and rest[:1] == ["from"]:
        event: Claim = AnyOf(
            (read_event(words, ("does", "done")), Fact(content_bag(rest), ("made",)))
        )
        return event if content_bag(rest) & kind_nouns() else AnyOf((event, being(rest)))
    if verb in any_of("live grow sit stand hang belong go stay lie rest"):
        event = read_event(words, ("does", "done"))
        if verb == "grow" and rest and rest[0] in PREPOSITIONS:
            # What lives in trees and grows does not grow on trees.
            event = AllOf((Not(IsA("animal", frozenset())), event))
        place = content_bag(rest)
        if rest and rest[0] in PREPOSITIONS | PLACES and place:
            alive = {"live": "alive", "grow": "alive"}.get(verb)
            located: Claim = either_of(rest, lambda w: Fact(content_bag(w), ("at",)))
            if verb != "grow":
                storage = lexicon().concept("storage")
                kept = any(storage in lexicon().closure(concept) for concept in place)
                located = AllOf((_LIVING, located)) if alive and not kept else located
                return AnyOf((event, located))
        return event
    return read_event(words, slots)


def _sensation(verb: str, rest: Words) -> Claim:
    if rest[0] == "like":
        rest = rest[1:]
    rest = [w for w in rest if w not in ("to",) and lemma(w) not in ("touch",)]
    for i, word in enumerate(rest):
        if i and word in ("when", "if", "on", "in", "while", "between", "under", "against"):
            rest = rest[:i]
            break
    if not rest:
        raise NotAQuestion
    return read_qualities(rest)
