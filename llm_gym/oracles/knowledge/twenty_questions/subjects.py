"""Who or what a question speaks about: the object, a part of it, or somebody who deals with it."""

from __future__ import annotations

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    COLOURS,
    PROPERTIES,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    VERBS,
    lemma,
    lexicon,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    is_adverb,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    FUNCTION_WORDS,
    Bag,
    adjectives,
    part_nouns,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    ANYBODY,
    DETERMINERS,
    GENERIC_AGENTS,
    IT,
    OBJECT_NOUNS,
    PART_VERBS,
    PLURALS,
    PREPOSITIONS,
    VERB_STARTS,
    Words,
    any_of,
)


class Subject:
    """Who or what the predicate is about: the object, a part of it, or somebody who deals with it.

    Attributes:
        role: ``"it"``, ``"part"`` or ``"agent"``.
        bag: the concepts of the part or of the agent; empty for the object and for people in
            general.
    """

    def __init__(self, role: str, bag: Bag = frozenset()) -> None:
        self.role = role
        self.bag = bag


THE_OBJECT = Subject("it")


def read_subject(words: Words) -> tuple[Subject, Words]:
    """Return the subject that the words open with, and the words after it.

    Raises:
        NotAQuestion: they speak of something that is neither the object nor related to it.
    """
    first = words[0]
    if first in IT and not (
        first in ("this", "that", "these", "those") and len(words) > 1 and words[1] in OBJECT_NOUNS
    ):
        if len(words) > 1 and words[1] in ("game", "question", "sentence"):
            raise NotAQuestion
        return THE_OBJECT, words[1:]
    if first == "one" and len(words) > 3 and words[1] == "of" and words[2] in IT:
        return THE_OBJECT, words[3:]
    if first in DETERMINERS:
        i = 1
        while i < len(words) - 1 and words[i] in any_of("hidden secret mystery mysterious given"):
            i += 1
        if i < len(words) and lemma(words[i]) in OBJECT_NOUNS:
            end = i + 1
            if words[end : end + 3] in (["you", "are", "thinking"], ["i", "am", "guessing"]):
                end += 4
            elif words[end : end + 2] == ["in", "question"]:
                end += 2
            return THE_OBJECT, words[end:]
    if first in GENERIC_AGENTS and not (first == "one" and len(words) > 1 and words[1] == "person"):
        end = 1
        if first in ("most", "many") and len(words) > 1:
            return _noun_subject(words[1:])
        if first == "you" and len(words) > 1 and words[1] == "guys":
            raise NotAQuestion
        return Subject("agent"), words[end:]
    return _noun_subject(words)


def _verb_position(words: Words) -> int:
    """Guess where the verb stands after a singular subject: just before "it" or a preposition."""
    for i, word in enumerate(words):
        if i > 1 and (word in IT or word in PREPOSITIONS or word == "its"):
            return i - 1
        if i > 1 and word in VERBS and lemma(word) == word:
            return i
    return 2


def ends_with_it(words: Words) -> bool:
    """Whether the words are a participle, a preposition and "it": "made from it"."""
    return (
        len(words) == 3
        and words[2] in IT
        and words[1] in PREPOSITIONS
        and lemma(words[0]) in VERBS
        and lemma(words[0]) != words[0]
    )


def _continues_part(word: str, rest: Words) -> bool:
    """Whether the word after a part noun still names the part ("its steering wheel round")."""
    concept = lexicon().concept(word) if word else ""
    return (
        bool(rest)
        and rest[0] not in IT  # "the navy use it"
        and concept in part_nouns()
        and concept not in PROPERTIES
        and concept not in COLOURS
        and concept not in adjectives()
        and word not in PART_VERBS
    )


def _noun_subject(words: Words) -> tuple[Subject, Words]:
    """Read a subject noun phrase: a part of the object ("its leaves"), or an agent ("artists")."""
    lex = lexicon()
    own = words[0] in ("its", "their")
    definite = words[0] in ("the", "its", "their") and not (
        words[0] == "the" and len(words) > 2 and "person" in lex.closure(lex.concept(words[1]))
    )
    start = 1 if words[0] in DETERMINERS else 0
    end = start
    parts = part_nouns()
    while end < len(words) and end - start < 3:
        word = words[end]
        if end > start and (word in VERB_STARTS or word in PREPOSITIONS or word in DETERMINERS):
            break
        end += 1
        following = words[end] if end < len(words) else ""
        if definite:
            if not _continues_part(following, words[end + 1 :]):
                break
        elif start == 0 and (
            (following in VERBS and lemma(following) == following)
            or words[end + 1 : end + 2] in (["it"], ["them"], ["one"])
            or ends_with_it(words[end:])
        ):
            break
        elif (word in PLURALS or (word.endswith("s") and not word.endswith("ss"))) and not (
            # "Police officers" are one subject.
            following.endswith("s")
            and lemma(following) != following
            and lemma(following) not in VERBS
        ):
            break
        elif start == 1 and end >= _verb_position(words):
            break
    bag = frozenset(
        lex.concept(w) for w in words[start:end] if w not in FUNCTION_WORDS and not is_adverb(w)
    )
    rest = words[end:]
    if rest[:1] == ["of"] and len(rest) > 1 and rest[1] in (IT | {"the"}):
        own = True
        rest = rest[2:] if rest[1] in IT else rest[3:]
    if definite:
        if not own and not bag & parts:
            if IT.isdisjoint(rest):
                raise NotAQuestion
            return Subject("agent", bag), rest  # "the law", "the army"
        return Subject("part", bag), rest
    if words[start:end] and all(
        w in GENERIC_AGENTS or lemma(w) in ANYBODY for w in words[start:end]
    ):
        bag = frozenset()
    return Subject("agent", bag), rest


def names_object(words: Words) -> bool:
    """Whether a word for the hidden object ("item", "answer") is among the words."""
    return any(w in OBJECT_NOUNS for w in words)
