"""A scripted player of Twenty Questions, of tunable skill.

It knows which objects may be hidden, learns from the oracle what is true of them, and keeps those that agree with every
answer so far. A skilled player asks what splits them best; an unskilled one asks at random, and guesses too early.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from llm_gym.games.twenty_questions.questions import GUESSES, PROPERTIES


class _Oracle(Protocol):
    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]: ...


class TwentyQuestionsPlayer:
    """A function from the observation text to a question.

    Each turn it goes through the answers so far, remembering each with a probability, and keeps the objects that agree
    with what it remembers. When one is left, or on impulse, it guesses; else it asks, of the properties that come
    to its mind, the one that splits the remaining objects most evenly.

    Args:
        objects: the names of the objects that may be hidden.
        oracle: whom to ask what is true of them; never asked about the hidden object as such.
        seed: of its own random choices.
        skill: from 0 to 1. At 1 it remembers everything, has 40 properties in mind at a time and never guesses on
            impulse; at 0 it remembers nothing, asks about anything, and every other turn is a guess.
        variety: the most wordings that it uses of a question.
    """

    def __init__(
        self,
        objects: Sequence[str],
        oracle: _Oracle,
        seed: int,
        skill: float = 0.5,
        variety: int = 3,
    ) -> None:
        if not 0.0 <= skill <= 1.0:
            raise ValueError(f"skill lies between 0 and 1, not {skill}")
        if variety < 1:
            raise ValueError(f"variety is at least 1, not {variety}")
        self._objects = tuple(objects)
        self._oracle = oracle
        self._random = random.Random(seed)
        self._variety = variety
        self._memory = skill
        self._impulse = (1.0 - skill) / 2
        self._imagination = max(1, round(40 * skill**3))
        self._answers = lru_cache(maxsize=65536)(self._ask_about_all)
        self._everything = range(len(self._objects))
        self._repertoire = [w for w in PROPERTIES if self._balance(w[0], self._everything) > 0]

    def _ask_about_all(self, question: str) -> tuple[str, ...]:
        return tuple(self._oracle.answer(self._objects, [question] * len(self._objects)))

    def __call__(self, observation: str) -> str:
        """Return the next question, given the transcript so far."""
        remembered = [turn for turn in _parse(observation) if self._random.random() < self._memory]
        possible = [
            i
            for i in range(len(self._objects))
            if all(self._answers(question)[i] == answer for question, answer in remembered)
        ]
        # An oracle that contradicts itself leaves nothing: start over from everything.
        possible = possible or list(self._everything)
        if len(possible) > 1 and self._random.random() >= self._impulse:
            question = self._best_question(possible)
            if question is not None:
                return question
        return self._guess(self._random.choice(possible))

    def _best_question(self, possible: Sequence[int]) -> str | None:
        """Return the best of the properties in mind; None when it had all in mind and none splits."""
        in_mind = self._random.sample(
            self._repertoire, min(self._imagination, len(self._repertoire))
        )
        balance = [self._balance(wordings[0], possible) for wordings in in_mind]
        if max(balance) == 0 and self._imagination > 1:
            return None
        best = [w for w, value in zip(in_mind, balance, strict=True) if value == max(balance)]
        return self._random.choice(self._random.choice(best)[: self._variety])

    def _balance(self, question: str, possible: Sequence[int]) -> int:
        """How many of the possible objects the rarer answer leaves; larger splits better."""
        answers = self._answers(question)
        yes = sum(answers[i] == "Yes." for i in possible)
        return min(yes, len(possible) - yes)

    def _guess(self, index: int) -> str:
        return self._random.choice(GUESSES[: self._variety]).format(_with_article(self._objects[index]))


def _parse(observation: str) -> list[tuple[str, str]]:
    """Read question and answer from the lines of a transcript."""
    turns = []
    for line in observation.splitlines()[1:]:
        for answer in ("Yes.", "No.", "Invalid Question."):
            if line.endswith(" " + answer):
                turns.append((line[: -len(answer) - 1], answer))
    return turns


_NO_ARTICLE = ("pants", "scissors", "glasses", "headphones", "corn", "broccoli", "spinach", "celery", "paper")


def _with_article(name: str) -> str:
    """Return the name as one would guess it: "a dog", "an apple", "scissors"."""
    if name in _NO_ARTICLE or name.endswith("s") and not name.endswith(("ss", "us")):
        return name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
