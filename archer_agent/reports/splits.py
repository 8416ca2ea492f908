"""How the best policy of a run plays tasks of other splits than it was trained on: what transfers, and what is memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from archer_agent.runs.folder import write_text

GAMES = 256
"""Sampled games of each split, of tasks that are drawn; the same ones for all runs."""

_PROGRAM = "from archer_agent.cli import evaluate; raise SystemExit(evaluate())"


def file_of_splits(run: Path) -> Path:
    """Return the file beside a run's folder that holds the mean return by split."""
    return run.with_name(f"{run.name}.splits.json")


def read_splits(run: Path) -> dict[str, float]:
    """Return the mean return by split, as far as they have been played.

    Raises:
        ValueError: the file holds something else.
    """
    path = file_of_splits(run)
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(split): float(value) for split, value in found.items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} holds no returns by split: delete it") from error


def play_splits(run: Path, splits: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Let the best policy of a finished run play the splits that it has not played yet, each in a process of its own.

    Args:
        run: its folder.
        splits: values of the environment's option ``split``.
        environment: variables of the processes.

    Returns:
        What was wrong, None if nothing was.
    """
    found = read_splits(run)
    for split in splits:
        if split in found:
            continue
        # Its settings are those of a file that has been looked at: nobody else's code is in them.
        arguments = [str(run), "--env-options", json.dumps({"split": split}), "--trust-code"]
        arguments += ["--episodes", str(GAMES), "--sample", "--json"]
        command = [sys.executable, "-c", _PROGRAM, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return done.stderr.strip()
        found[split] = json.loads(done.stdout)["return_mean"]
        write_text(file_of_splits(run), json.dumps(found))
    return None
