"""People's games on a file: each as the environment would have shown it, a JSON line when it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


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
