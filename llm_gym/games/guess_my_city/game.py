"""The rules of Guess My City, strict and as in the original."""

from __future__ import annotations

import functools
import re
from typing import ClassVar, Literal, TypeAlias, get_args

from llm_gym.core.game import Game, Query, Turn
from llm_gym.core.tasks import Task, TaskSet, assign_splits
from llm_gym.core.text import single_line
from llm_gym.games.guess_my_city.cities import CITIES
from llm_gym.oracles.knowledge.guess_my_city.facts import City, atlas
from llm_gym.oracles.knowledge.guess_my_city.questions import cities_named, parse

Rules: TypeAlias = Literal["strict", "paper"]

OPENING = "Questions:\n"
REFUSAL = "I can't answer that question."


@functools.cache
def city_tasks() -> TaskSet:
    """Return the tasks: one city each, ``"Lima, Peru"`` as the id; 71 train, 10 valid, 10 test.

    The hash of the id decides the split, see ``assign_splits``.
    """
    split_of = assign_splits(CITIES, valid=10, test=10)
    return TaskSet(
        {
            split: [Task(city, split, city) for city in CITIES if split_of[city] == split]
            for split in ("train", "valid", "test")
        }
    )


class GuessMyCity(Game):
    """Guess My City for one player; see ``GuessMyCityEnv`` for the rules in words.

    Args:
        rules: ``"strict"`` or ``"paper"``.

    Raises:
        ValueError: another value for ``rules``.
    """

    name: ClassVar[str] = "guess_my_city"
    turn_limit = 20
    action_limit = 512
    answer_limit = 512
    observation_limit = len(OPENING) + turn_limit * (action_limit + answer_limit + len(" \n"))

    def __init__(self, rules: Rules = "strict") -> None:
        if rules not in get_args(Rules):
            raise ValueError(f"rules must be one of {', '.join(get_args(Rules))}, not {rules!r}")
        self.tasks = city_tasks()
        self.rules = rules
        self._transcript = ""
        self._question = ""
        self._turns = 0

    def begin(self, task: Task) -> Turn:
        """Hide the task's city."""
        self._subject: str = task.payload
        self._transcript = OPENING
        self._turns = 0
        return Turn(OPENING, OPENING)

    def ask(self, action: str) -> Query | None:
        """Write the question in one line; the oracle is asked about anything but an empty one.

        Under strict rules a guess that is not a question ("Lima!") is put to the oracle as one.
        """
        joined = " ".join(action[: 16 * self.action_limit].split())
        self._question = question = single_line(joined, self.action_limit)
        guess = parse(question).guess if self.rules == "strict" else None
        if guess is not None and not question.endswith("?"):
            question = f"Is your hometown {guess.title()}?"
        return Query(self._subject, question) if question else None

    def answer(self, reply: str | None) -> Turn:
        """Write question and answer into the transcript, and see whether the city was named."""
        said = single_line(" ".join((reply or "").split()), self.answer_limit) or REFUSAL
        if self.rules == "paper":
            success = names_as_the_paper(self._subject, self._question)
            told = REFUSAL if published_name(self._subject) in said.lower() else said
        else:
            city = atlas().subject(self._subject)
            success = polarity(said) == "Yes" and guesses(city, self._question)
            told = discreet(city, said)
        delta = f" {told}\n"
        self._transcript += self._question + delta
        self._turns += 1
        return Turn(
            delta=delta,
            observation=self._transcript,
            reward=0.0 if success else -1.0,
            terminated=success or self._turns >= self.turn_limit,
            success=success,
            invalid_action=not self._question,
        )


def guesses(city: City, question: str) -> bool:
    """Return whether ``question`` guesses ``city`` and names no other city."""
    return parse(question).guess in city.name_keys and cities_named(question) <= city.name_keys


def polarity(answer: str) -> str | None:
    """Return "Yes" or "No" where the answer begins with it, else None."""
    match = re.match(r"\W*(yes|no)\b", answer, re.IGNORECASE)
    return match[1].capitalize() if match else None


def discreet(city: City, answer: str) -> str:
    """Return ``answer``, or what is left of it where it contains a name of the city."""
    if not city.secrecy.betrayed_by(answer):
        return answer
    word = polarity(answer)
    return f"{word}." if word else REFUSAL


def published_name(subject: str) -> str:
    """Return the city's name in lower case as the original compares it."""
    return subject.partition(",")[0].lower()


def names_as_the_paper(subject: str, question: str) -> bool:
    """Return whether the original takes ``question`` for a win: the name is anywhere in it.

    What follows the last letter does not count, so a question without a letter never wins.
    """
    letters = re.sub(r"[\W\d_]+$", "", question)
    return published_name(subject) in letters.lower()
