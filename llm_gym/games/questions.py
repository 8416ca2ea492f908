"""What the games of questions and answers share: the transcript, the turns, the reward, the end."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias, TypeVar, get_args

from llm_gym.core.game import Game, Query, Turn
from llm_gym.core.tasks import Task, TaskSet
from llm_gym.core.text import single_line

Rules: TypeAlias = Literal["strict", "paper"]

OPENING = "Questions:"
"""The line that a transcript begins with, in the paper and where nothing else is asked for."""


_LAYOUT = str.maketrans("\n\t", "  ")

Question = TypeVar("Question")


def check_player_options(**counts: Any) -> None:
    """Look at the options of a scripted player that say how many of something it uses, by name.

    Raises:
        ValueError: one is neither None nor a whole number of at least 1.
    """
    for name, value in counts.items():
        if value is not None and (type(value) is not int or value < 1):
            raise ValueError(
                f"{' and '.join(counts)} are at least 1, and whole numbers: {name} is {value!r}"
            )


def telling_apart(
    questions: Sequence[Question], answers: Callable[[Question], Sequence[str]], count: int
) -> list[Question]:
    """Choose the questions that tell the most pairs of things apart, one after the other; the first of several as good.

    Pairs, and not how many kinds of thing are told from each other: questions about one thing each tell all apart in the
    end, and help little whoever asks them in turn.

    Args:
        questions: to choose from.
        answers: of every thing to a question, in one order.
        count: how many at most.
    """
    left = {question: answers(question) for question in questions}
    chosen: list[Question] = []
    signatures: list[tuple[str, ...]] = []  # what each thing answers to the chosen ones

    def alike(question: Question) -> int:
        """Count the pairs, in both orders, that a question leaves together."""
        return sum(n * n for n in Counter(zip(signatures, left[question], strict=True)).values())

    while left and len(chosen) < count:
        signatures = signatures or [()] * len(next(iter(left.values())))
        best = min(left, key=alike)
        signatures = [(*before, a) for before, a in zip(signatures, left[best], strict=True)]
        chosen.append(best)
        del left[best]
    return chosen


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

    The view is a transcript: an opening, then one line per turn, question and answer. It ends
    when a question wins or after ``turn_limit`` of them. A game says what is hidden, how a question
    is cleaned, how it is put to the oracle and what the reply is worth.

    Args:
        tasks: the hidden things.
        rules: ``"strict"`` (no known hole) or ``"paper"`` (the original's).
        opening: the text that the transcript begins with, on lines of its own.

    Raises:
        ValueError: another value for ``rules``, or an opening that is blank or holds control characters.
    """

    turn_limit = 20
    turn_cost = 1.0
    privileged_info = "task_id"
    answer_limit: ClassVar[int]

    def __init__(self, tasks: TaskSet, rules: Rules, opening: str = OPENING) -> None:
        if rules not in get_args(Rules):
            raise ValueError(f"rules must be one of {', '.join(get_args(Rules))}, not {rules!r}")
        if not isinstance(opening, str) or not opening.strip():
            raise ValueError(f"opening must be a text that is not blank, not {opening!r}")
        if not opening.translate(_LAYOUT).isprintable():
            raise ValueError(
                f"opening must hold characters that can be printed, line ends and tabs, unlike {opening[:40]!r}"
            )
        self.tasks = tasks
        self.rules = rules
        line_limit = self.action_limit + len(" ") + self.answer_limit + len("\n")
        self.opening = opening.rstrip() + "\n"
        self.observation_limit = len(self.opening) + self.turn_limit * line_limit
        self._transcript = ""
        self._question = ""
        self._asked: frozenset[str] = frozenset()
        self._turns = 0

    def begin(self, task: Task) -> Turn:
        """Hide what the task is about."""
        self._subject = self.hide(task)
        self._transcript = self.opening
        self._asked = frozenset()
        self._turns = 0
        return Turn(self.opening, self.opening)

    def ask(self, action: str) -> Query | None:
        """Clean the question; the oracle is asked about anything but an empty one."""
        self._question = self.clean(action)
        return Query(self._subject, self.put(self._question)) if self._question else None

    def answer(self, reply: str | None) -> Turn:
        """Write question and answer into the transcript, and see whether the question won."""
        told, success, invalid = self.judge(self._question, reply or "")
        delta = f" {told}\n"
        self._transcript += self._question + delta
        self._asked |= {self._question}
        self._turns += 1
        return Turn(
            delta=delta,
            observation=self._transcript,
            reward=0.0 if success else -1.0,
            terminated=success or self._turns >= self.turn_limit,
            success=success,
            invalid_action=invalid,
        )

    def candidates(self) -> list[str]:
        """Return the questions and guesses of :attr:`repertoire` that were not asked yet."""
        return [text for text in self.repertoire if text not in self._asked]

    @property
    @abstractmethod
    def repertoire(self) -> tuple[str, ...]:
        """Questions worth asking, then a guess of each thing that may be hidden."""

    def snapshot(self) -> dict[str, Any]:
        """Return the state of the episode: every attribute is a value, which nothing changes."""
        return dict(vars(self))

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go back to a state."""
        vars(self).update(snapshot)

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
