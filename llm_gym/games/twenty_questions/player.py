"""A scripted player of Twenty Questions, of tunable skill: for demonstrations and as a yardstick.

It knows which objects may be hidden, learns from the oracle what is true of each, and keeps those that agree with every
answer so far.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence

from llm_gym.games.questions import check_player_options, telling_apart
from llm_gym.games.twenty_questions.questions import GUESSES, PROPERTIES
from llm_gym.oracles import Oracle
from llm_gym.oracles.yes_no import ANSWERS, YES

_PLURAL = ("corn", "broccoli", "spinach", "celery", "paper", "toothpaste", "glue", "lego")
"""Names that take no article, besides those that end in a plural s."""


class TwentyQuestionsPlayer:
    """A function from the observation text to a question.

    It deduces without error at any skill; what skill changes is what it asks and when it dares to guess.

    Args:
        objects: the names of the objects that may be hidden.
        oracle: whom to ask what is true of them.
        seed: of its own random choices.
        skill: from 0 to 1. At 1 it has 40 properties in mind, asks about the one that splits the objects left most
            evenly, and guesses as soon as one is left, never before. At 0 it asks about any property, every other
            turn it guesses on impulse one of those left, and when it knows it does not dare to.
        variety: the most wordings that it uses of one question; None for all.
        repertoire: the most properties that it ever asks about, those first that together tell the most pairs of
            objects apart; None for all that tell any apart.

    Raises:
        ValueError: an argument is out of range.
    """

    def __init__(
        self,
        objects: Sequence[str],
        oracle: Oracle,
        seed: int,
        skill: float = 1.0,
        variety: int | None = 3,
        repertoire: int | None = None,
    ) -> None:
        if not 0.0 <= skill <= 1.0:
            raise ValueError(f"skill lies between 0 and 1, not {skill}")
        check_player_options(variety=variety, repertoire=repertoire)
        self._objects = tuple(objects)
        self._oracle = oracle
        self._random = random.Random(seed)
        self._variety = variety
        self._courage = skill**2
        self._impulse = 0.5 * (1.0 - skill)
        self._imagination = round(40**skill)
        self._answers = functools.lru_cache(maxsize=2048)(self._ask_about_all)
        self._properties = self._choose_properties(repertoire)

    def _ask_about_all(self, question: str) -> tuple[str, ...]:
        return tuple(self._oracle.answer(self._objects, [question] * len(self._objects)))

    def _choose_properties(self, count: int | None) -> list[tuple[str, ...]]:
        everything = range(len(self._objects))
        useful = [p for p in PROPERTIES if self._evenness(p[0], everything) > 0]
        if count is None:
            return useful
        self._random.shuffle(useful)
        return telling_apart(useful, lambda wordings: self._answers(wordings[0]), count)

    def __call__(self, observation: str) -> str:
        """Return the next question, given the transcript so far."""
        history = _read(observation)
        possible = [
            i
            for i in range(len(self._objects))
            if all(self._answers(question)[i] == answer for question, answer in history)
        ]
        # Nothing left: something was misheard, so start over from everything.
        possible = possible or list(range(len(self._objects)))
        dares = self._courage if len(possible) == 1 else self._impulse
        if self._random.random() >= dares:
            wordings = self._best_property(possible)
            if wordings is not None:
                return self._random.choice(wordings[: self._variety])
        return self._guess(self._random.choice(possible))

    def _best_property(self, possible: Sequence[int]) -> tuple[str, ...] | None:
        """Return the best of the properties in mind; None when several are left and none in mind splits them."""
        count = min(self._imagination, len(self._properties))
        in_mind = self._random.sample(self._properties, count)
        evenness = [self._evenness(wordings[0], possible) for wordings in in_mind]
        best = max(evenness, default=0)
        if not in_mind or (best == 0 and count > 1 and len(possible) > 1):
            return None
        return self._random.choice(
            [w for w, value in zip(in_mind, evenness, strict=True) if value == best]
        )

    def _evenness(self, question: str, possible: Sequence[int]) -> int:
        """How many of the objects the rarer answer leaves: the larger, the better the question splits."""
        answers = self._answers(question)
        yes = sum(answers[i] == YES for i in possible)
        return min(yes, len(possible) - yes)

    def _guess(self, index: int) -> str:
        wording = self._random.choice(GUESSES[: self._variety])
        return wording.format(with_article(self._objects[index]))


def _read(observation: str) -> list[tuple[str, str]]:
    """Read question and answer from the lines of a transcript."""
    turns = []
    for line in observation.splitlines()[1:]:
        for answer in ANSWERS:
            if line.endswith(f" {answer}"):
                turns.append((line[: -len(answer) - 1], answer))
    return turns


def with_article(name: str) -> str:
    """Return the name as one would guess it: "a dog", "an apple", "scissors"."""
    if name in _PLURAL or (name.endswith("s") and not name.endswith(("ss", "us"))):
        return name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
