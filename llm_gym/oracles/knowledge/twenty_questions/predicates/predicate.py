"""The whole predicate, after an auxiliary and a subject or as a clause after a noun."""

from __future__ import annotations

from collections.abc import (
    Callable,
)

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
from llm_gym.oracles.knowledge.twenty_questions.parts import (
    read_about_part,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    skip_adverbs,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates import forward
from llm_gym.oracles.knowledge.twenty_questions.predicates.acting import (
    insert_it,
    read_acting,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.being import (
    read_being,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.doing import (
    read_doing,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.having import (
    read_having,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.nouns import (
    read_qualities,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.possibility import (
    read_possibility,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.uses import (
    read_for,
    read_place,
    read_purpose,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    Bag,
)
from llm_gym.oracles.knowledge.twenty_questions.subjects import (
    THE_OBJECT,
    Subject,
    ends_with_it,
    read_subject,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    ADVERBS,
    AGENTS,
    AUXILIARIES,
    DETERMINERS,
    GENERIC_AGENTS,
    IT,
    PLURALS,
    PREPOSITIONS,
    Words,
    any_of,
)


def read_predicate(aux: str, subject: Subject, rest: Words) -> Claim:
    """Read the predicate after auxiliary and subject, with its negations."""
    rest = skip_adverbs(rest)
    flip = False
    while rest and rest[0] in ("not", "never", "hardly", "rarely", "seldom"):
        flip = not flip
        rest = skip_adverbs(rest[1:])
    if not rest:
        raise NotAQuestion
    for i, word in enumerate(rest[1:-1], start=1):
        if word in ("but", "and", "yet") and rest[i + 1] in AUXILIARIES | {"not"}:
            first = _affirmative(aux, subject, rest[:i])
            return AllOf((Not(first) if flip else first, _second(aux, subject, rest[i + 1 :])))
    claim = _affirmative(aux, subject, rest)
    return Not(claim) if flip else claim


def _second(aux: str, subject: Subject, words: Words) -> Claim:
    """Read what a "but" or "and" adds: "(does it fly but) is not alive"."""
    if words[0] in AUXILIARIES:
        aux, words = words[0], words[1:]
    while words and words[0] in IT:
        words = words[1:]
    return read_predicate(aux, subject, words)


def _affirmative(aux: str, subject: Subject, rest: Words) -> Claim:
    being = aux in ("is", "are", "was", "were", "am")
    if aux == "am":
        raise NotAQuestion
    if not being and rest[0] in ("be", "been"):
        being, rest = True, skip_adverbs(rest[1:])
        if rest and rest[0] in ("not", "never"):
            return Not(_affirmative("is", subject, rest[1:]))
    if aux in ("has", "have", "had") and not being:
        if rest[0] in ("got", "had"):
            rest = rest[1:]
        if subject.role == "it" and lemma(rest[0]) == rest[0]:
            return read_having(rest)
    if not rest:
        raise NotAQuestion
    if subject.role == "it":
        return read_being(rest) if being else read_doing(rest)
    if subject.role == "part":
        return read_about_part(subject.bag, rest)
    if being and not (set(rest) & IT):
        raise NotAQuestion
    if being and subject.bag and ends_with_it(rest):
        return _related_to_it(subject.bag, rest[0])
    return read_acting(subject.bag, rest)


def _related_to_it(thing: Bag, participle: str) -> Claim:
    """Read what is done to another thing: "(is ketchup) made of it", "(are sticks) used with it"."""
    verb = lexicon().concept(participle)
    doing = Fact(thing | {verb}, ("use", "done", "does"))
    return AnyOf((doing, Fact(thing, ("with", "part", "needs"))))


@forward.modifier.define
def _modifier(words: Words) -> Claim:
    """Read what follows a noun: a relative clause, a participle, "with ...", "for ...".

    "in ...".
    """
    first, rest = words[0], words[1:]
    if first in ("that", "which", "who", ","):
        return _relative(rest)
    if first in AUXILIARIES:
        return _relative(words)
    if first in ("used", "made", "worn", "found", "capable", "able", "suitable"):
        return read_being(words)
    if first == "belonging":
        return read_doing(["belong", *rest])
    if first in ("with", "having", "containing"):
        return read_having(rest)
    if first == "without":
        return Not(read_having(rest))
    if first == "too":
        return read_being(words)
    if first == "for":
        return read_for(rest)
    if first == "to":
        return AnyOf((read_purpose(rest), read_possibility(rest)))
    if first == "like":
        return read_being(rest)
    if first in PREPOSITIONS:
        return read_place(words)
    if (
        first in GENERIC_AGENTS | PLURALS
        or first in DETERMINERS
        or (len(words) > 1 and first.endswith("s") and lemma(first) != first)
        or (len(words) > 1 and words[1] in AUXILIARIES)
    ):
        return _relative(words)
    if first.endswith(("ed", "ing")) or lemma(first) != first:
        return read_being(words)
    return read_qualities(words)


def _relative(words: Words) -> Claim:
    """Read a relative clause: "flies", "is not alive", "you wear on your feet".

    "a pitcher would throw".
    """
    words = skip_adverbs(words)
    if not words:
        raise NotAQuestion
    for i, word in enumerate(words[1:-1], start=1):
        if word in ("but", "and", "yet", "or") and words[i + 1] in AUXILIARIES | {"not"}:
            both = (_relative(words[:i]), _relative(words[i + 1 :]))
            return AnyOf(both) if word == "or" else AllOf(both)
    first = words[0]
    if first == "not":
        return Not(_relative(words[1:]))
    if first in AUXILIARIES:
        if first in ("has", "have", "had"):
            rest = skip_adverbs(words[1:])
            return _not_aware(rest, read_having)
        rest = skip_adverbs(words[1:])
        if first in any_of("can could will would may might must should do does did"):
            return _not_aware(rest, lambda w: _affirmative(first, THE_OBJECT, w))
        return _not_aware(rest, read_being)
    if first in GENERIC_AGENTS | DETERMINERS | {"its"} or _is_plural_agent(words):
        subject, rest = read_subject(words)
        rest = skip_adverbs(rest)
        flip = False
        while rest and (rest[0] in AUXILIARIES - {"be", "have"} or rest[0] in ("not", "never")):
            flip ^= rest[0] in ("not", "never")
            rest = skip_adverbs(rest[1:])
        if not rest:
            raise NotAQuestion
        if subject.role == "part":
            claim: Claim = read_about_part(subject.bag, rest)
        else:
            claim = read_acting(subject.bag, rest if set(rest) & IT else insert_it(rest))
        return Not(claim) if flip else claim
    return read_doing(words)


def _is_plural_agent(words: Words) -> bool:
    if len(words) < 2:
        return False
    if words[0] not in PLURALS and (not words[0].endswith("s") or words[0].endswith("ss")):
        return False
    following = words[1]
    return following in AUXILIARIES | ADVERBS or (
        lexicon().concept(words[0]) in AGENTS and following not in PREPOSITIONS
    )


def _not_aware(words: Words, read: Callable[[Words], Claim]) -> Claim:
    if words and words[0] in ("not", "never", "no"):
        return Not(read(skip_adverbs(words[1:])))
    if not words:
        raise NotAQuestion
    return read(words)
