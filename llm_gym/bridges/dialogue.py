"""One game as a dialogue with a language model: what every bridge needs, and no library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import gymnasium

import llm_gym  # noqa: F401  (registers the environments)
from llm_gym.core.env import TextEnv
from llm_gym.core.game import Tool
from llm_gym.core.text import what_is_new

Ending: TypeAlias = Literal["terminated", "truncated", "quit"]
"""How a game ended: by its own rules; cut off by whoever runs it, or where what it runs on has failed;
given up by the player, which includes a player who stopped answering, or never began."""

GAME_OVER = "The game is over."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a game came to.

    Attributes:
        total: the return: the sum of the rewards, less what the turns cost that were not played
            where the game did not end by its own rules.
        success: the task was solved.
        turns: how many turns were played.
        ending: how it ended.
        invalid_actions: how many of the turns were no legal move, unparsable replies included.
        unparsable: how many replies held no action that could be read.
    """

    total: float
    success: bool
    turns: int
    ending: Ending
    invalid_actions: int
    unparsable: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "return": self.total,
            "success": self.success,
            "turns": self.turns,
            "ending": self.ending,
            "invalid_actions": self.invalid_actions,
            "unparsable": self.unparsable,
        }


class Played(NamedTuple):
    """What a turn brought.

    Attributes:
        observation: the environment's observation.
        delta: what the environment has just written, as it says itself.
        news: what a player who has read everything so far has not read: what a transcript grew by,
            or a page that took the place of the last.
        reward: the turn's reward.
    """

    observation: str
    delta: str
    news: str
    reward: float


class Dialogue:
    """A game that is told and answered in text, over and over.

    What is hidden (the task's id, an oracle's words) is in nothing that it says.

    Args:
        env_id: the environment, for example ``llm_gym/TwentyQuestions-v0``.
        max_turns: cut a game off after so many turns; None for no limit but its own.
        kwargs: the environment's arguments.

    Raises:
        TypeError: the environment is none of this suite's kind.
        ValueError: ``max_turns`` is not positive.

    Attributes:
        env: the environment.
        instructions: what the game is and what an action looks like: the system's message.
        tools: the kinds of actions, as tools.
        over: no game is being played.
    """

    def __init__(self, env_id: str, *, max_turns: int | None = None, **kwargs: Any) -> None:
        env = gymnasium.make(env_id, **kwargs).unwrapped
        if not isinstance(env, TextEnv):
            raise TypeError(f"{env_id} is not an llm_gym text environment")
        if max_turns is not None and max_turns < 1:
            raise ValueError(f"max_turns is at least 1, not {max_turns}")
        self.env = env
        self.instructions = env.instructions
        self.tools: Mapping[str, Tool] = {tool.name: tool for tool in env.game.tools}
        self.over = True
        self._max_turns = max_turns
        self._reset()

    def _reset(self) -> None:
        self._total, self._success, self._turns = 0.0, False, 0
        self._invalid, self._unparsable = 0, 0
        self._ending: Ending = "quit"

    def begin(
        self, split: str | None = None, index: int | None = None, seed: int | None = None
    ) -> str:
        """Start a game; return its first text.

        Args:
            split: the split that the task is from; None, or "" as in :func:`task_rows`, for the
                environment's own.
            index: the task's number in it; None for a drawn one.
            seed: seeds the draw.

        Raises:
            ValueError: there is no such split or index.
        """
        options: dict[str, Any] = {"split": split} if split else {}
        observation, _ = self.env.reset(seed=seed, options=options | {"index": index})
        self._reset()
        self.over = False
        self._seen: str = observation
        return observation

    def take(self, action: str) -> Played:
        """Take a turn; return what it brought, for those who show the whole observation.

        Raises:
            ResetNeeded: no game is being played.
        """
        observation, reward, terminated, truncated, info = self.env.step(action)
        # A game whose view grows says itself what is new, also where it cleaned up the action.
        grown = observation.startswith(self._seen)
        news = info["delta"] if grown else what_is_new(self._seen, action, observation)
        self._seen = observation
        self._total += float(reward)
        self._turns += 1
        self._success = info["success"]
        self._invalid += info["invalid_action"]
        if terminated or truncated or self._turns == self._max_turns:
            self._ending = "terminated" if terminated else "truncated"
            self.over = True
        return Played(observation, info["delta"], news, float(reward))

    def say(self, action: str) -> str:
        """Take a turn; return what is new, which says so where the game is over."""
        if self.over:
            return GAME_OVER
        news = self.take(action).news.strip()
        return f"{news}\n{GAME_OVER}" if self.over else news

    def hear(self, reply: str) -> str:
        """Take a turn by a model's whole reply, see :func:`read_action`; return what it brought."""
        action = read_action(reply)
        if action is None:
            return self.misunderstand("There was no action in your reply.")
        return self.say(action)

    def call(self, name: str, arguments: Any) -> str:
        """Take a turn by a call of a tool; one that is none of ours counts as unparsable.

        Args:
            name: the tool's name.
            arguments: its arguments, ``{"question": "Is it alive?"}``.
        """
        tool = self.tools.get(name)
        if tool is None:
            return self.misunderstand(f"There is no tool {name!r}.")
        value = arguments.get(tool.argument) if isinstance(arguments, Mapping) else None
        if not isinstance(value, str) or len(arguments) != 1:
            return self.misunderstand(f"{name} takes one text, {tool.argument!r}.")
        return self.say(tool.action(value))

    def misunderstand(self, why: str) -> str:
        """Take note of a reply that held no action: it costs a turn, in which nothing was said.

        Args:
            why: what was wrong, one sentence for the player.
        """
        if self.over:
            return GAME_OVER
        self._unparsable += 1
        heard = self.say("")
        return f"{why} That cost a turn. {heard}"

    def cut_off(self) -> None:
        """End the game from outside, for example where no token is left: it counts as truncated."""
        if not self.over:
            self.over, self._ending = True, "truncated"

    @property
    def so_far(self) -> float:
        """The sum of the rewards; once the game is over, with what unplayed turns cost too.

        So the differences between turns are rewards that add up to the return, for those who take
        rewards turn by turn.
        """
        return self.outcome.total if self.over else self._total

    @property
    def outcome(self) -> Outcome:
        """What the game came to; as it would if the player quit now, where it is going on."""
        total = self._total
        if self._ending != "terminated":
            game = self.env.game
            total -= game.turn_cost * max(0, game.turn_limit - self._turns)
        return Outcome(
            total, self._success, self._turns, self._ending, self._invalid, self._unparsable
        )

    def close(self) -> None:
        """Free what the environment holds outside Python."""
        self.env.close()


def read_action(reply: str) -> str | None:
    """Return the action that a model's reply holds; None where it holds none.

    What it thought (``<think>...</think>``) is dropped. Of a reply that says "Action:" the rest of
    the last such line counts, or the next line where nothing stands behind it, without what makes it
    bold or code; of any other reply all of it.
    """
    spoken = reply.rpartition("</think>")[2]
    if "<think>" in spoken:
        return None  # still thinking when its tokens ran out
    lines = [line for line in spoken.splitlines() if line.strip()]
    for number in reversed(range(len(lines))):
        named = _NAMED.match(lines[number])
        if named:
            behind = (named[1], *lines[number + 1 : number + 2])
            return next(filter(None, (text.strip(" \t*_`") for text in behind)), None)
    return spoken.strip() or None


# Matched line by line: what models write must not make an expression take quadratic time.
_NAMED = re.compile(r"(?i)[\W_]*action[\W_]*:(.*)")


def schema(tool: Tool) -> dict[str, Any]:
    """Return a tool as a function in the OpenAI API's JSON."""
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": {
                "type": "object",
                "properties": {tool.argument: {"type": "string", "description": tool.meaning}},
                "required": [tool.argument],
                "additionalProperties": False,
            },
        },
    }


def task_rows(
    env_id: str, split: str | None = None, limit: int | None = None, **kwargs: Any
) -> list[dict[str, Any]]:
    """Return the tasks of a split as rows of a data set: ``split`` and ``index``, and no secret.

    Where no split is named the rows' is "", since tables want one type.

    Args:
        env_id: the environment.
        split: the split; None for all tasks together.
        limit: at most so many, the first ones; None for all.
        kwargs: the environment's arguments.

    Raises:
        ValueError: there is no such split.
    """
    env = gymnasium.make(env_id, **kwargs).unwrapped
    assert isinstance(env, TextEnv)
    count = len(env.game.tasks.select(split))
    rows = range(count if limit is None else min(limit, count))
    return [{"split": split or "", "index": index} for index in rows]
