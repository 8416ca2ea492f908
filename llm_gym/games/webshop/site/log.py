"""People's games on a file: each as the environment would have shown it, a JSON line when it ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llm_gym.core.tasks import Task
from llm_gym.games.webshop.game import WebShop
from llm_gym.games.webshop.goals import Rules
from llm_gym.games.webshop.tasks import World


def replay(
    world: World, task: Task, actions: Sequence[str], rules: Rules, tagger: str
) -> dict[str, Any]:
    """Play ``actions`` in the environment's game; return what happened as a recorded game.

    Returns:
        JSON values: ``observation`` at the start, ``turns`` with ``action``, ``reply``, ``reward``, ``invalid`` and
        ``observation`` each, ``terminated``, ``success``, ``task_id``, ``split``.
    """
    game = WebShop(world, rules, tagger=tagger)
    turn = game.begin(task)
    first = turn.observation
    turns = []
    for action in actions:
        game.ask(action)
        turn = game.answer(None)
        turns.append(
            {
                "action": action,
                "reply": turn.delta,
                "reward": turn.reward,
                "invalid": turn.invalid_action,
                "observation": turn.observation,
            }
        )
    return {
        "observation": first,
        "turns": turns,
        "terminated": turn.terminated,
        "success": turn.success,
        "task_id": task.id,
        "split": task.split,
    }


class GameLog:
    """A file to which games are appended.

    Args:
        path: the file; it is begun where it is missing.

    Raises:
        OSError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("a", encoding="utf-8"):
            pass

    def write(self, game: dict[str, Any]) -> None:
        """Append a game as one line, whole.

        Raises:
            OSError: the file cannot be written.
        """
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(game) + "\n")
