"""What the games of questions and answers share: the transcript, the turns, the reward, the end."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import ClassVar, Literal, NamedTuple, TypeAlias, get_args

from llm_gym.core.game import Game, Query, Turn
from llm_gym.core.tasks import Task, TaskSet
from llm_gym.core.text import single_line

Rules: TypeAlias = Literal["strict", "paper"]

OPENING = "Questions:\n"


_THOUGHTS = re.compile(
    r".*(?:</?(?:think|thinking|thought|reasoning|reflection)>|\[/?THINK\]|<\|channel\|>final(?:<\|message\|>)?)",
    re.DOTALL | re.IGNORECASE,
)


def final_words(reply: str) -> str:
    """Return a model's reply without the thoughts that it wrote down before it.

    Thoughts end at the last of the marks that models use; of thoughts that never end nothing is
    left to say.
    """
    found = _THOUGHTS.match(reply)
    if found is None:
        return reply
    rest = reply[found.end() :]
    unfinished = re.search(
        r"(?:<(?:think|thinking|thought|reasoning|reflection)>|\[THINK\])$", found[0], re.I
    )
    return "" if unfinished else rest.strip()


class Verdict(NamedTuple):
    """What a game makes of a question and its answer.

    Attributes:
        told: the answer as the player sees it, at most ``answer_limit`` characters, one line.
        success: the question won the game.
        invalid: the question was none.
    """

    told: str
    success: bool
    invalid: bool


class QuestionGame(Game):
    """Twenty questions about something hidden: -1 for each but the one that wins, which is worth 0.

    The view is a transcript: :data:`OPENING`, then one line per turn, question and answer. It ends
    when a question wins or after ``turn_limit`` of them. A game says what is hidden, how a question
    is cleaned, how it is put to the oracle and what the reply is worth.

    Args:
        tasks: the hidden things.
        rules: ``"strict"`` (no known hole) or ``"paper"`` (the original's).

    Raises:
        ValueError: another value for ``rules``.
    """

    turn_limit = 20
    answer_limit: ClassVar[int]

    def __init__(self, tasks: TaskSet, rules: Rules) -> None:
        if rules not in get_args(Rules):
            raise ValueError(f"rules must be one of {', '.join(get_args(Rules))}, not {rules!r}")
        self.tasks = tasks
        self.rules = rules
        line_limit = self.action_limit + len(" ") + self.answer_limit + len("\n")
        self.observation_limit = len(OPENING) + self.turn_limit * line_limit
        self._transcript = ""
        self._question = ""
        self._turns = 0

    def begin(self, task: Task) -> Turn:
        """Hide what the task is about."""
        self._subject = self.hide(task)
        self._transcript = OPENING
        self._turns = 0
        return Turn(OPENING, OPENING)

    def ask(self, action: str) -> Query | None:
        """Clean the question; the oracle is asked about anything but an empty one."""
        self._question = self.clean(action)
        return Query(self._subject, self.put(self._question)) if self._question else None

    def answer(self, reply: str | None) -> Turn:
        """Write question and answer into the transcript, and see whether the question won."""
        told, success, invalid = self.judge(self._question, reply or "")
        delta = f" {told}\n"
        self._transcript += self._question + delta
        self._turns += 1
        return Turn(
            delta=delta,
            observation=self._transcript,
            reward=0.0 if success else -1.0,
            terminated=success or self._turns >= self.turn_limit,
            success=success,
            invalid_action=invalid,
        )

    @abstractmethod
    def hide(self, task: Task) -> str:
        """Take the task's hidden thing; return the name by which the oracle knows it."""

    def clean(self, action: str) -> str:
        """Return the action as it enters the transcript, one line, empty if there is nothing."""
        return single_line(action, self.action_limit)

    @abstractmethod
    def put(self, question: str) -> str:
        """Return the cleaned, non-empty question as it is put to the oracle."""

    @abstractmethod
    def judge(self, question: str, reply: str) -> Verdict:
        """Return what the cleaned question (perhaps empty) and the oracle's reply come to."""
