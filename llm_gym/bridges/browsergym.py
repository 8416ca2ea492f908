r"""BrowserGym: its tasks in a real browser as Gymnasium environments of text.

    playwright install chromium
    archer-train --env llm_gym.bridges.browsergym:llm_gym/BrowserGym-v0 \
        --env-options '{"game": "browsergym.miniwob:browsergym/miniwob.click-test", "max_episode_steps": 10}'

A module before the colon, here of the package browsergym-miniwob, registers the tasks.
"""

from __future__ import annotations

from typing import Any

import browsergym.core  # noqa: F401  (registers its open-ended task)
import gymnasium
from browsergym.core.action.highlevel import HighLevelActionSet
from browsergym.utils.obs import flatten_axtree_to_str

from llm_gym.core.spaces import FreeText

_LIMIT = 1 << 20  # characters
_ACTIONS = HighLevelActionSet()


class BrowserGym(gymnasium.Env[str, str]):
    """One of BrowserGym's tasks: the goal and the page's accessibility tree as text, calls as actions.

    The tasks have no limit of turns of their own: set ``max_episode_steps``.

    Args:
        game: BrowserGym's id.
        options: arguments of its environment, such as ``{"task_kwargs": {"start_url": "..."}}``.

    Attributes:
        instructions: what an action looks like.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012

    def __init__(
        self, game: str = "browsergym/openended", options: dict[str, Any] | None = None
    ) -> None:
        self.observation_space = FreeText(_LIMIT)
        self.action_space = FreeText(_LIMIT)
        self.instructions = _ACTIONS.describe(with_long_description=False)
        # Its checker finds fault with BrowserGym's own spaces.
        self._game = gymnasium.make(game, disable_env_checker=True, **(options or {}))
        self._clickable: list[str] = []

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Start a task, drawn by the seed, in a new browser."""
        super().reset(seed=seed)
        page, _ = self._game.reset(seed=int(self.np_random.integers(1 << 31)))
        return self._show(page, success=False, over=False)

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Call functions of BrowserGym's, such as ``click('4')``; its best reward is 1."""
        page, reward, terminated, truncated, _ = self._game.step(action)
        over = bool(terminated or truncated)
        text, info = self._show(page, success=bool(terminated) and float(reward) >= 1.0, over=over)
        return text, float(reward), bool(terminated), bool(truncated), info

    def candidates(self) -> list[str]:
        """Return the clicks that the page allows now."""
        return [f"click('{each}')" for each in self._clickable]

    def _show(self, page: Any, success: bool, over: bool) -> tuple[str, dict[str, Any]]:
        """Return a page as text, and what is known of it."""
        tree, known = page["axtree_object"], page["extra_element_properties"]
        shown = {str(node.get("browsergym_id")) for node in tree["nodes"]}
        self._clickable = [
            each for each, its in known.items() if its["clickable"] and each in shown and not over
        ]
        error = page["last_action_error"]
        text = f"Goal: {page['goal']}\n\nPage: {page['url']}\n{flatten_axtree_to_str(tree)}"
        text += f"\n\nThe last action failed: {error}" if error else ""
        info = {
            "success": success,
            "invalid_action": bool(error),
            "delta": text,
            "valid_actions": self.candidates(),
        }
        return text, info

    def close(self) -> None:
        """End the browser."""
        self._game.close()


if "llm_gym/BrowserGym-v0" not in gymnasium.registry:
    gymnasium.register("llm_gym/BrowserGym-v0", entry_point="llm_gym.bridges.browsergym:BrowserGym")
