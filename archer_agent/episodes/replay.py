"""Episodes as text and rewards: what was said, what came back. In memory, and as lines of JSON on disk."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from archer_agent.shapes import Optional, Shape, check_shape


class CutOff(str):
    """An utterance that never came to its end: it was as long as one may be."""

    __slots__ = ()


@dataclass(slots=True)
class Candidate:
    """An utterance drawn at a state of a game, said or not.

    Attributes:
        ids: its tokens, terminator included.
        logprob: their summed log-probability (nats) when drawn.
        text: what it says.
        cut_off: it was as long as an utterance may be and has no terminator.
    """

    ids: list[int]
    logprob: float
    text: str
    cut_off: bool = False

    @property
    def said(self) -> str:
        """The text; a `CutOff` where it has no end."""
        return CutOff(self.text) if self.cut_off else self.text


@dataclass(slots=True)
class Turn:
    """One utterance and its reply.

    Attributes:
        action: the agent's utterance, without its terminator.
        reply: the text that the environment added in return.
        reward: the reward of this turn.
        token_ids: the sampled ids of the utterance, terminator included; empty for an agent without tokens.
        logprobs: the log-probability (nats) under which each id was sampled; as long as ``token_ids``, or empty
            where the utterance was chosen among several.
        invalid: the environment says that this was no legal move (``info["invalid_action"]``).
        observation: what the environment showed in return, where it was not the text before, the action and the
            reply; None where it was.
        cut_off: the utterance was as long as one may be and has no terminator.
    """

    action: str
    reply: str
    reward: float
    token_ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    invalid: bool = False
    observation: str | None = None
    cut_off: bool = False

    @property
    def said(self) -> str:
        """The action; a `CutOff` where it has no end."""
        return CutOff(self.action) if self.cut_off else self.action

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Turn:
        """Rebuild a turn from its JSON values."""
        return cls(**{name: record[name] for name in cls.__dataclass_fields__ if name in record})


GREATEST_REWARD = 3.4e38
"""What single precision holds, in which critics learn; returns of such rewards are finite."""


@dataclass(slots=True)
class Episode:
    """One game from reset to its end.

    Attributes:
        observation: the text at reset.
        turns: what followed.
        terminated: the game ended by its own rules; False means that a budget from outside cut it off.
        success: the environment's own word on whether the task was solved (``info["success"]``).
        task_id: which task it was (``info["task_id"]``), empty where the environment names none.
        seed: the seed the environment was reset with.
        privileged: text for a critic alone, such as the hidden word; the policy never reads it. Empty as a rule.
    """

    observation: str
    turns: list[Turn] = field(default_factory=list)
    terminated: bool = False
    success: bool = False
    task_id: str = ""
    seed: int = 0
    privileged: str = ""

    @property
    def total_reward(self) -> float:
        """The return: the undiscounted sum of rewards."""
        return sum(turn.reward for turn in self.turns)

    def observations(self) -> list[str]:
        """Return what the environment showed, at reset and after each turn."""
        shown = [self.observation]
        for turn in self.turns:
            grown = shown[-1] + turn.action + turn.reply
            shown.append(grown if turn.observation is None else turn.observation)
        return shown

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """Yield the text in order as ``(text, is_action)``: observation, action, reply, action, reply, ..."""
        yield self.observation, False
        for turn in self.turns:
            yield turn.action, True
            yield turn.reply, False

    def discounted_returns(self, gamma: float, beyond: float = 0.0) -> list[float]:
        """Return the discounted return from each turn on.

        Args:
            gamma: per turn.
            beyond: what the state is worth in which the game was cut off.
        """
        returns = []
        following = beyond
        for turn in reversed(self.turns):
            following = turn.reward + gamma * following
            returns.append(following)
        return returns[::-1]

    def to_json(self) -> dict[str, Any]:
        """Return the episode as JSON values, the return included for readers of the file."""
        return {**asdict(self), "return": self.total_reward}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Episode:
        """Rebuild an episode from what `to_json` wrote.

        Raises:
            ValueError: it is not that; the message says what is amiss.
        """
        check_shape(record, _EPISODE)
        for number, turn in enumerate(record["turns"]):
            if abs(turn["reward"]) > GREATEST_REWARD:
                raise ValueError(
                    f"turns[{number}].reward, {turn['reward']}, is past single precision"
                )
        known = (name for name in cls.__dataclass_fields__ if name != "turns" and name in record)
        values = {name: record[name] for name in known}
        return cls(turns=[Turn.from_json(turn) for turn in record["turns"]], **values)


_TURN: Shape = {
    "action": str,
    "reply": str,
    "reward": float,
    "token_ids": Optional([int]),
    "logprobs": Optional([float]),
    "invalid": Optional(bool),
    "observation": Optional(str, null=True),
    "cut_off": Optional(bool),
}
_EPISODE: Shape = {
    "observation": str,
    "turns": [_TURN],
    "terminated": Optional(bool),
    "success": Optional(bool),
    "task_id": Optional(str),
    "seed": Optional(int),
    "privileged": Optional(str),
}
"""What a line of a file of games must hold."""


class ReplayBuffer:
    """The most recent episodes, sampled uniformly.

    Args:
        capacity: how many episodes are kept; the oldest go first.
    """

    def __init__(self, capacity: int) -> None:
        self._episodes: deque[Episode] = deque(maxlen=capacity)

    def __len__(self) -> int:
        return len(self._episodes)

    def __iter__(self) -> Iterator[Episode]:
        """Yield the episodes, the oldest first."""
        return iter(self._episodes)

    def extend(self, episodes: Iterable[Episode]) -> None:
        """Add episodes; the oldest leave when the capacity is reached."""
        self._episodes.extend(episodes)

    def sample(self, count: int, rng: np.random.Generator) -> list[Episode]:
        """Draw ``count`` distinct episodes uniformly, all of them when there are fewer."""
        chosen = rng.permutation(len(self._episodes))[:count]
        return [self._episodes[i] for i in chosen]


def append_episodes(path: Path, episodes: Sequence[Episode], **extra: Any) -> None:
    """Append episodes to a JSON-lines file, one a line; ``extra`` keys are written into every line."""
    with path.open("a", encoding="utf-8") as file:
        for episode in episodes:
            record = {**extra, **episode.to_json()}
            file.write(json.dumps(record, allow_nan=False) + "\n")


def read_episodes(path: Path, lines: int | None = None) -> list[tuple[dict[str, Any], Episode]]:
    """Read what `append_episodes` wrote, as ``(whole record, episode)``.

    Args:
        path: the file.
        lines: the first so many of them; all without it.

    Raises:
        ValueError: a line is not an episode; the message names the line.
    """
    pairs = []
    with path.open("rb") as file:
        for number, line in enumerate(islice(file, lines), 1):
            try:
                record = json.loads(line)
                pairs.append((record, Episode.from_json(record)))
            except (ValueError, TypeError, RecursionError) as error:
                raise ValueError(f"{path}, line {number}: not an episode ({error})") from error
    return pairs


def what_is_new(before: str, action: str, after: str, delta: str | None) -> str:
    """Return what the environment added to an observation.

    Args:
        before: the observation that the action answered.
        action: what was said.
        after: the observation that followed.
        delta: the environment's own word for it, where it has one.

    Returns:
        That word, else what follows the old text (behind the action, unless the environment puts that into a frame of
        its own), else all of the new observation: also where it is the same again, as a page that is shown twice.
    """
    if delta is not None:
        return delta
    if after == before or not after.startswith(before):
        return after
    return after[len(before) :].removeprefix(action)
