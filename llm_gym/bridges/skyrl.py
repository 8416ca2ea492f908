"""SkyRL: the suite's games as environments of its gym.

    skyrl_gym.register(id="twenty_questions", entry_point="llm_gym.bridges.skyrl:GameEnv")

The row's ``extras`` name the game: ``env_id``, ``split``, ``index``, and what else the environment
takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput

from llm_gym.bridges.dialogue import Dialogue

Chat = list[dict[str, str]]


class GameEnv(BaseTextEnv):  # type: ignore[misc]
    """One game, on the task of one row.

    Args:
        env_config: SkyRL's settings of the environment; its keys are arguments of the game.
        extras: the row's: ``env_id``, ``split``, ``index``, ``max_turns`` and arguments of the game.
    """

    def __init__(
        self, env_config: Mapping[str, Any] | None = None, extras: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__()
        game = {**(env_config or {}), **(extras or {})}
        self._task = game.pop("split", None), game.pop("index", None)
        self._dialogue = Dialogue(**game)
        self.max_turns = self._dialogue.env.game.turn_limit

    def init(self, prompt: Chat) -> tuple[Chat, dict[str, Any]]:
        """Start the game; return the row's chat, the instructions and the first text behind it."""
        first = self._dialogue.begin(*self._task)
        content = f"{self._dialogue.instructions}\n\n{first}"
        return [*prompt, {"role": "user", "content": content}], {}

    def step(self, action: str) -> BaseTextEnvStepOutput:
        """Take a turn by a reply; a game that is cut off pays for the turns it did not play."""
        self.turns += 1
        before = self._dialogue.so_far
        heard = self._dialogue.hear(action)
        over = self._dialogue.over
        return BaseTextEnvStepOutput(
            observations=[] if over else [{"role": "user", "content": heard}],
            reward=self._dialogue.so_far - before,
            done=over,
            metadata=self._dialogue.outcome.as_dict(),
            postprocessed_action=None,
        )

    def get_metrics(self) -> dict[str, Any]:
        """Return what the game came to."""
        return self._dialogue.outcome.as_dict()

    def close(self) -> None:
        """Free the game."""
        self._dialogue.close()
