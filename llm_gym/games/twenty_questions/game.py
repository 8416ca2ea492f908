"""The rules of Twenty Questions, strict and as in the original."""

from __future__ import annotations

import functools
import re
from typing import ClassVar, Literal, TypeAlias, get_args

from llm_gym.core.game import Game, Query, Turn
from llm_gym.core.tasks import Task, TaskSet, assign_splits
from llm_gym.core.text import single_line
from llm_gym.games.twenty_questions.guesses import Guess, name_key, read_guess
from llm_gym.games.twenty_questions.objects import CATEGORIES, OBJECTS, SUBSET, HiddenObject

Rules: TypeAlias = Literal["strict", "paper"]
Objects: TypeAlias = Literal["all", "subset"]

OPENING = "Questions:\n"
INVALID = "Invalid Question."


@functools.cache
def tasks_of(objects: Objects) -> TaskSet:
    """Return the tasks: one hidden object each, its name as the id.

    All 157: one object of every category is for validation, one for the test, the others for
    training. The ten: two for validation, two for the test. The hash of the name decides, see
    ``assign_splits``.
    """
    chosen = SUBSET if objects == "subset" else OBJECTS
    if objects == "subset":
        split_of = assign_splits([thing.name for thing in chosen], valid=2, test=2)
    else:
        split_of = {}
        for category in CATEGORIES:
            names = [thing.name for thing in chosen if thing.category == category]
            split_of |= assign_splits(names, valid=1, test=1)
    return TaskSet(
        {
            split: [
                Task(thing.name, split, thing) for thing in chosen if split_of[thing.name] == split
            ]
            for split in ("train", "valid", "test")
        }
    )


class TwentyQuestions(Game):
    """Twenty Questions for one player; see ``TwentyQuestionsEnv`` for the rules in words.

    Args:
        objects: ``"all"`` (157) or ``"subset"`` (the paper's ten).
        rules: ``"strict"`` or ``"paper"``.

    Raises:
        ValueError: another value for one of them.
    """

    name: ClassVar[str] = "twenty_questions"
    turn_limit = 20
    action_limit = 256
    observation_limit = len(OPENING) + turn_limit * (action_limit + len(f" {INVALID}\n"))

    def __init__(self, objects: Objects = "all", rules: Rules = "strict") -> None:
        for argument, value, choices in (
            ("objects", objects, get_args(Objects)),
            ("rules", rules, get_args(Rules)),
        ):
            if value not in choices:
                raise ValueError(f"{argument} must be one of {', '.join(choices)}, not {value!r}")
        self.tasks = tasks_of(objects)
        self.rules = rules
        self._transcript = ""
        self._question = ""
        self._guess: Guess | None = None
        self._turns = 0

    def begin(self, task: Task) -> Turn:
        """Hide the task's object."""
        self._hidden: HiddenObject = task.payload
        self._transcript = OPENING
        self._turns = 0
        return Turn(OPENING, OPENING)

    def ask(self, action: str) -> Query | None:
        """Clean the question; the oracle is asked about anything but an empty one.

        Under strict rules a guess that is not a question ("piano!") is put to the oracle as one.
        """
        self._question = question = single_line(action, self.action_limit)
        if self.rules == "strict":
            guess = read_guess(question)
            self._guess = guess if guess is not None and guess.key in known_keys() else None
            if self._guess is not None:
                question = self._guess.question
        return Query(self._hidden.name, question) if question else None

    def answer(self, reply: str | None) -> Turn:
        """Write question and answer into the transcript, and see whether the object was named."""
        read = read_strictly if self.rules == "strict" else read_as_the_paper
        answer = read(reply or "")
        success = answer == "Yes." and self._names_the_object()
        delta = f" {answer}\n"
        self._transcript += self._question + delta
        self._turns += 1
        return Turn(
            delta=delta,
            observation=self._transcript,
            reward=0.0 if success else -1.0,
            terminated=success or self._turns >= self.turn_limit,
            success=success,
            invalid_action=answer == INVALID,
        )

    def _names_the_object(self) -> bool:
        if self.rules == "paper":
            return last_word(self._question) in self._hidden.variants
        return self._guess is not None and self._guess.key in winning_keys(self._hidden)


@functools.cache
def winning_keys(thing: HiddenObject) -> frozenset[str]:
    """Return the keys of all that names ``thing``: its variants, each in singular and plural."""
    keys: set[str] = set()
    for variant in thing.variants:
        key = name_key(variant)
        keys |= {key, f"{key}s", f"{key}es", f"{key[:-1]}ies" if key.endswith("y") else key}
        keys |= {re.sub("fe?$", "ves", key), re.sub("(?<!s)s$", "", key)}
    return frozenset(keys)


@functools.cache
def known_keys() -> frozenset[str]:
    """Return the keys of all that names one of the 157 objects."""
    return frozenset[str]().union(*map(winning_keys, OBJECTS))


def read_strictly(reply: str) -> str:
    """Return "Yes." or "No.", whichever word comes first in the oracle's reply.

    A reply with neither is "Invalid Question."; nothing else an oracle says reaches the player.
    """
    found = re.search(r"\b(yes|no)\b", reply.lower())
    return INVALID if found is None else f"{found[1].capitalize()}."


def read_as_the_paper(reply: str) -> str:
    """Return the answer as the original reads it: "yes", else "no", also inside a word."""
    lower = reply.lower()
    return "Yes." if "yes" in lower else "No." if "no" in lower else INVALID


def last_word(question: str) -> str:
    """Return the last word as the original takes it: after the last space, to the last letter."""
    while question and not question[-1].isalpha():
        question = question[:-1]
    return question.split(" ")[-1].lower()
