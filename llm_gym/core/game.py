"""The two-phase game: the rules of an environment, without Gymnasium and without an oracle.

``ask(action)`` applies every rule that needs no oracle and says what the oracle must answer, or
None; ``answer(reply)`` finishes the turn. A single environment answers one query, a vector
environment answers all of its games' queries in one batched call, an adapter does as its framework
wants; the rules are written once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from llm_gym.core.tasks import Task, TaskSet


# Neither is frozen: to freeze one takes three times as long as to make one, at every turn.
@dataclass(slots=True)
class Query:
    """One question that an oracle must answer.

    Attributes:
        subject: what the question is about, hidden from the player (``"piano"``, ``"Lima, Peru"``).
        question: the player's question after the game's clean-up, put as a question if it was none.
    """

    subject: str
    question: str


@dataclass(slots=True)
class Turn:
    """What one exchange brought.

    Attributes:
        delta: the text that is new since the previous turn, as a reply to the action.
        observation: what the environment returns, the game's whole view for the player.
        reward: the reward of this turn; 0.0 at the beginning.
        terminated: the game ended by its own rules (solved, out of questions, ...).
        success: the task is solved.
        invalid_action: the action was not a legal move; it cost a turn all the same.
        info: the game's own constant keys, JSON values only, the same keys at every turn; None for
            a game that has none (an empty dict at every turn would cost an eighth of a trivial step).
        truncated: the game had to be broken off from outside its rules: what it runs on has failed.
    """

    delta: str
    observation: str
    reward: float = 0.0
    terminated: bool = False
    success: bool = False
    invalid_action: bool = False
    info: dict[str, Any] | None = None
    truncated: bool = False


def at_least_one(name: str, number: Any) -> int:
    """Return ``number``, a count that an argument called ``name`` gives, once it is seen to be one.

    Raises:
        ValueError: it is not a whole number, or less than 1.
    """
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
        words = name.replace("_", " ")
        raise ValueError(f"the {words} must be at least 1 and a whole number, not {number!r}")
    return int(number)


def true_or_false(name: str, value: Any) -> bool:
    """Return ``value``, which an argument called ``name`` gives, once it is seen to be one of these.

    Raises:
        ValueError: it is neither; "no" would be true.
    """
    if not isinstance(value, bool):
        raise ValueError(f"{name.replace('_', ' ')} must be true or false, not {value!r}")
    return value


@dataclass(frozen=True, slots=True)
class Tool:
    """One kind of action as a named tool with one text argument, for models that call tools.

    Attributes:
        name: what the tool is called (``"search"``).
        description: what it does, one sentence.
        argument: the name of its argument (``"keywords"``).
        meaning: what the argument is.
        form: the action that a call comes to, with ``{}`` for the argument (``"search[{}]"``).
    """

    name: str
    description: str
    argument: str
    meaning: str
    form: str = "{}"

    def action(self, value: str) -> str:
        """Return the action that a call with the argument ``value`` comes to."""
        return self.form.replace("{}", value)


ACT = Tool("act", "Take the next action in the game.", "action", "What you do or say.")
"""The tool of a game that names none of its own."""


class Game(ABC):
    """The rules of one environment for one player; reusable for any number of episodes.

    A game is deterministic: the task, the actions and the replies decide everything. A game whose
    view is a transcript keeps it append-only: where an action needed no clean-up, the previous
    observation + the action + the delta is the new observation. Learners train on exactly the text
    that was seen.

    Attributes:
        name: the name by which oracles know the game (``"twenty_questions"``).
        tasks: every task the game can be played on.
        turn_limit: the number of turns after which the game ends by its rules.
        action_limit: the longest action that is taken whole, in characters; longer ones are cut.
        observation_limit: no observation is longer than this, in characters.
        instructions: what the game is and what an action looks like, for a player who has never
            seen it, such as a language model that nobody trained; no part of any observation.
        tools: the kinds of actions there are, as tools.
        turn_cost: what a turn costs that brings nothing, 0.0 or more. Whoever ends a game before its
            time must be charged for the turns that are left, or not to play would be the best play.
        privileged_info: the key of ``info`` whose text says what is hidden from the player, for a
            critic that may know it while it learns; None where nothing is hidden. An environment
            tells it as ``metadata["privileged_info"]``.
    """

    name: ClassVar[str]
    instructions: str = ""
    tools: tuple[Tool, ...] = (ACT,)
    turn_cost: float = 0.0
    privileged_info: str | None = None
    tasks: TaskSet
    turn_limit: int
    action_limit: int
    observation_limit: int

    @abstractmethod
    def begin(self, task: Task) -> Turn:
        """Start an episode on ``task``, return the first view; nothing of the last one stays."""

    @abstractmethod
    def ask(self, action: str) -> Query | None:
        """Take the player's action; return what the oracle must answer, or None if nothing.

        Nothing happens in the game before ``answer``: where the oracle fails, ``ask`` is called
        again.
        """

    @abstractmethod
    def answer(self, reply: str | None) -> Turn:
        """Finish the turn with the oracle's reply (None when ``ask`` returned None)."""

    def candidates(self) -> list[str]:
        """Return actions that make sense now: distinct legal texts, the same list in the same state.

        They are chosen by what the player may know, never by what is hidden. Called while an episode
        is being played. Empty where the game can name none.
        """
        return []

    def goes_on(self) -> bool:
        """Whether one may act after the end, as in an original whose end stops nobody."""
        return False

    def snapshot(self) -> Any:
        """Return the state of the episode, for :meth:`restore`; what happens next does not change it.

        Raises:
            NotImplementedError: the game's state cannot be copied at once.
        """
        raise NotImplementedError(f"the state of {self.name} cannot be copied: no snapshots")

    def restore(self, snapshot: Any) -> None:
        """Go back to a state that :meth:`snapshot` returned, any number of times."""
        raise NotImplementedError(f"the state of {self.name} cannot be copied: no snapshots")

    def close(self) -> None:  # noqa: B027  most games hold nothing
        """Free what the game holds outside Python; ``begin`` acquires it again."""
