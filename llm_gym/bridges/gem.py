"""GEM: the suite's games as its environments, and its environments as Gymnasium's.

env = GameEnv("llm_gym/TwentyQuestions-v0")          # for GEM's trainers
gymnasium.make("llm_gym.bridges.gem:llm_gym/Gem-v0", game="game:GuessTheNumber-v0-easy")
"""

from __future__ import annotations

from typing import Any

import gem
import gymnasium

from llm_gym.bridges.dialogue import Dialogue
from llm_gym.core.spaces import FreeText

_LIMIT = 1 << 18  # characters


class GameEnv(gem.Env):  # type: ignore[misc]
    """A game as GEM plays it: observations are what is new.

    Args:
        env_id: the environment.
        max_turns: cut a game off after so many turns; None for no limit but its own.
        kwargs: the environment's arguments.
    """

    def __init__(self, env_id: str, max_turns: int | None = None, **kwargs: Any) -> None:
        self._made_with = {"env_id": env_id, "max_turns": max_turns, **kwargs}
        self._dialogue = Dialogue(**self._made_with)

    def reset(
        self, seed: int | None = None, split: str | None = None, index: int | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Start a game; the first observation says what it is."""
        first = self._dialogue.begin(split, index, seed)
        return f"{self._dialogue.instructions}\n\n{first}", {}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Take a turn by a reply; a game that is cut off pays for the turns it did not play."""
        before = self._dialogue.so_far
        heard = self._dialogue.hear(action)
        outcome = self._dialogue.outcome
        reward = self._dialogue.so_far - before
        truncated = self._dialogue.over and outcome.ending == "truncated"
        terminated = self._dialogue.over and not truncated
        return heard, reward, terminated, truncated, outcome.as_dict()

    def sample_random_action(self) -> str:
        """Return one of the actions that make sense now; "" where there is none."""
        candidates = self._dialogue.env.candidates() or [""]
        return candidates[int(self._dialogue.env.np_random.integers(len(candidates)))]

    def spawn(self, same_state: bool = False, **kwargs: Any) -> GameEnv:
        """Return another environment of the same kind.

        Raises:
            NotImplementedError: in the same state.
        """
        if same_state:
            raise NotImplementedError("a game cannot be split in two")
        return GameEnv(**{**self._made_with, **kwargs})


class Gem(gymnasium.Env[str, str]):
    """One of GEM's environments.

    Args:
        game: GEM's id.
        options: arguments of its environment.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012

    def __init__(
        self, game: str = "game:GuessTheNumber-v0-easy", options: dict[str, Any] | None = None
    ) -> None:
        self.observation_space = FreeText(_LIMIT)
        self.action_space = FreeText(_LIMIT)
        self._game = gem.make(game, **(options or {}))

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Start a game, drawn by the seed."""
        super().reset(seed=seed)
        text, _ = self._game.reset(seed=int(self.np_random.integers(1 << 31)))
        return str(text), {"success": False, "delta": str(text)}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Take one turn; GEM's observations are new as a whole, and its best reward is 1."""
        text, reward, terminated, truncated, _ = self._game.step(action)
        # It says both at its limit of turns, which is a rule of the game.
        truncated = bool(truncated) and not terminated
        info = {"success": bool(terminated) and float(reward) >= 1.0, "delta": str(text)}
        return str(text), float(reward), bool(terminated), truncated, info


if "llm_gym/Gem-v0" not in gymnasium.registry:
    gymnasium.register("llm_gym/Gem-v0", entry_point="llm_gym.bridges.gem:Gem")
