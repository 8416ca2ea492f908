"""``info`` of constant shape, and without what is hidden."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import gymnasium
from gymnasium.utils import RecordConstructorArgs

HIDDEN = ("task_id", "oracle_raw")
"""What names the hidden thing: for logs, for no player and no learner."""


def plain(info: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``info`` without what is hidden; lists and mappings as JSON text."""
    return {key: as_plain(value) for key, value in info.items() if key not in HIDDEN}


def as_plain(value: Any) -> Any:
    """Return a list or mapping as JSON text, its numbers of whatever type; anything else as it is."""
    if not isinstance(value, list | tuple | Mapping):
        return value
    return json.dumps(value, default=lambda each: each.tolist())  # of numpy


class PlainInfo(gymnasium.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Make ``info`` hold nothing but numbers, truth values and texts under the same keys always.

    Lists that change their length (valid actions, what can be clicked) become JSON text: recorders
    and collectors that stack ``info`` over time need a constant shape. ``task_id`` and
    ``oracle_raw`` are left out, since they may name what is hidden. What a wrapper below adds at the
    end of an episode alone (``RecordEpisodeStatistics``) comes through: put such wrappers above.

    Args:
        env: an environment whose ``info`` holds JSON values.
        texts: keep texts; without them ``info`` holds numbers and truth values alone, for those who
            stack it into arrays.
    """

    def __init__(self, env: gymnasium.Env[Any, Any], texts: bool = True) -> None:
        RecordConstructorArgs.__init__(self, texts=texts)
        gymnasium.Wrapper.__init__(self, env)
        self._texts = texts

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode."""
        observation, info = self.env.reset(seed=seed, options=options)
        return observation, self._plain(info)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Take one turn."""
        *rest, info = self.env.step(action)
        return *rest, self._plain(info)

    def _plain(self, info: Mapping[str, Any]) -> dict[str, Any]:
        made = plain(info)
        if self._texts:
            return made
        return {key: value for key, value in made.items() if not isinstance(value, str)}
