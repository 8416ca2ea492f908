"""TextArena's games for one player as Gymnasium environments, with what is new in ``info["delta"]``.

archer-train --env llm_gym.bridges.textarena:llm_gym/TextArena-v0 --env-options '{"game": "GuessTheNumber-v0"}' ...
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gymnasium
import textarena

from llm_gym.core.spaces import FreeText
from llm_gym.core.text import what_is_new

_LIMIT = 1 << 18  # characters


class TextArena(gymnasium.Env[str, str]):
    """One game of TextArena's.

    Its games draw from Python's global generator and keep something of the last episode: here each
    episode is a new game, with a generator of its own.

    Args:
        game: TextArena's id of a game for one player.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012

    def __init__(self, game: str = "GuessTheNumber-v0") -> None:
        self.observation_space = FreeText(_LIMIT)
        self.action_space = FreeText(_LIMIT)
        self._name = game
        self._random: Any = random.Random().getstate()

    @contextmanager
    def _own_random(self) -> Iterator[None]:
        """Let the game draw from this environment's generator, and nobody notice."""
        others = random.getstate()
        random.setstate(self._random)
        try:
            yield
        finally:
            self._random = random.getstate()
            random.setstate(others)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Start a new game, drawn by the seed."""
        super().reset(seed=seed)
        drawn = int(self.np_random.integers(1 << 31))
        self._random = random.Random(drawn).getstate()
        with self._own_random():
            self._game = textarena.make(self._name)
            self._game.reset(num_players=1, seed=drawn)
            self._seen = str(self._game.get_observation()[1])
        return self._seen, {"success": False, "delta": self._seen}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Take one turn; the game's reward comes with its last."""
        with self._own_random():
            done, _ = self._game.step(action)
            reward = 0.0
            if done:
                rewards, outcome = self._game.close()
                reward = float(rewards[0])
                after = f"{self._seen}\n{outcome[0].get('reason', '')}"
            else:
                after = str(self._game.get_observation()[1])
        info = {
            "success": bool(done) and reward >= 1.0,
            "delta": what_is_new(self._seen, action, after),
        }
        self._seen = after
        return after, reward, bool(done), False, info


if "llm_gym/TextArena-v0" not in gymnasium.registry:
    gymnasium.register("llm_gym/TextArena-v0", entry_point="llm_gym.bridges.textarena:TextArena")
