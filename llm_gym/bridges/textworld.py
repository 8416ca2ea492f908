r"""TextWorld: its games as Gymnasium environments whose view grows, with what can be done now.

    tw-make custom --world-size 3 --quest-length 4 --seed 1 --output games/one.z8
    archer-train --env llm_gym.bridges.textworld:llm_gym/TextWorld-v0 \
        --env-options '{"games": ["games/one.z8"], "max_episode_steps": 50}'

Several games are a list of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium
import textworld

from llm_gym.core.spaces import FreeText
from llm_gym.core.text import single_line
from llm_gym.games.interactive_fiction.commands import LENGTH_LIMIT, Guard

_LIMIT = 1 << 20  # characters
_GUARD = Guard((), (), (), word_length=9)
_ASKED = textworld.EnvInfos(
    feedback=True, objective=True, description=True, admissible_commands=True, won=True
)


class TextWorld(gymnasium.Env[str, str]):
    """Games that TextWorld made, one per episode, drawn by the seed.

    A reward is what the score grew by. The games have no limit of turns of their own: set
    ``max_episode_steps``. Of what is no command of a game's world (files, "undo", several at once)
    the game is not told: it costs a turn.

    Args:
        games: the games' files, ``.z8`` or ``.ulx``.

    Raises:
        ValueError: there is no game.

    Attributes:
        instructions: what an action looks like.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012
    instructions = (
        "You play a text adventure: do what it asks of you at its start. "
        "An action is a short command, such as: open chest, go north, take key from table."
    )

    def __init__(self, games: Sequence[str]) -> None:
        if isinstance(games, str) or not games:
            raise ValueError(f"games is a list of at least one file, not {games!r}")
        self.observation_space = FreeText(_LIMIT)
        self.action_space = FreeText(_LIMIT)
        self._files = list(games)
        self._game: Any = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Start the game that the seed draws: what is to be done, and where one is."""
        super().reset(seed=seed)
        self.close()
        file = self._files[int(self.np_random.integers(len(self._files)))]
        self._game = textworld.start(file, request_infos=_ASKED)
        self._state = self._game.reset()
        self._text, self._score = "", 0.0
        opening = f"{self._state.objective or ''}\n\n{self._state.description or self._reply()}"
        return self._show(f"{opening.strip()}\n\n> ", done=False, refused=False)

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Give one command."""
        command = _GUARD.check(action)
        refusal = command.refusal or ("One command at a time." if command.moves > 1 else None)
        reward, done = 0.0, False
        if refusal is None:
            self._state, score, done = self._game.step(command.text)
            reward, self._score = score - self._score, float(score)
        self._text += single_line(action, LENGTH_LIMIT)
        delta = f"\n{refusal or self._reply()}\n\n> "
        text, info = self._show(delta, done=done, refused=refusal is not None)
        return text, float(reward), done, False, info

    def candidates(self) -> list[str]:
        """Return the commands that the game admits now."""
        return self._admitted

    def _reply(self) -> str:
        """Return what the game wrote, without its prompt and the line of its state behind it."""
        said = str(self._state.feedback)
        return (said.rpartition("\n>")[0] or said).strip()

    def _show(self, delta: str, *, done: bool, refused: bool) -> tuple[str, dict[str, Any]]:
        self._text += delta
        self._admitted = [] if done else list(self._state.admissible_commands or ())
        info = {
            "success": bool(self._state.won),
            "invalid_action": refused,
            "delta": delta,
            "valid_actions": self._admitted,
        }
        return self._text, info

    def close(self) -> None:
        """Free the interpreter."""
        if self._game is not None:
            self._game.close()
            self._game = None


if "llm_gym/TextWorld-v0" not in gymnasium.registry:
    gymnasium.register("llm_gym/TextWorld-v0", entry_point="llm_gym.bridges.textworld:TextWorld")
