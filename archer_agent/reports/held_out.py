"""How the best policy of a run plays what it was not trained on, tasks or words: what transfers, what is memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archer_agent.agents.environments import one_env
from archer_agent.errors import EnvironmentFailure
from archer_agent.runs.folder import write_text

GAMES = 256
"""Sampled games of each kind, of tasks that are drawn; the same ones for all runs."""

_PROGRAM = "from archer_agent.cli import evaluate; raise SystemExit(evaluate())"


def file_of_held_out(run: Path) -> Path:
    """Return the file beside a run's folder that holds, of each kind of game, its options and the mean return."""
    return run.with_name(f"{run.name}.held_out.json")


def read_held_out(run: Path) -> dict[str, float]:
    """Return the mean return of each kind of game, as far as they have been played.

    Raises:
        ValueError: the file holds something else.
    """
    return {name: mean for name, (_, mean) in _played(run).items()}


def check_held_out(kind: str, env: str, options: Mapping[str, Any]) -> None:
    """Make an environment as a kind of game has it, and close it: what it refuses is told before hours of training.

    Args:
        kind: its name.
        env: the id of the environment.
        options: all that the environment gets.

    Raises:
        ValueError: it cannot be made with them.
    """
    try:
        with one_env(env, options):
            pass
    except (ValueError, EnvironmentFailure) as error:
        raise ValueError(f"held_out.{kind} cannot be played: {error}") from error


def has_played(run: Path, kinds: Mapping[str, Mapping[str, Any]]) -> bool:
    """Say whether the best policy of a run has played all of these kinds, with these options.

    Raises:
        ValueError: the file holds something else.
    """
    played = _played(run)
    return all(name in played and played[name][0] == options for name, options in kinds.items())


def _played(run: Path) -> dict[str, tuple[dict[str, Any], float]]:
    path = file_of_held_out(run)
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(name): (dict(kind["options"]), float(kind["return_mean"]))
            for name, kind in found.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} holds no returns of held-out games: delete it") from error


def play_held_out(
    run: Path, kinds: Mapping[str, Mapping[str, Any]], environment: Mapping[str, str]
) -> str | None:
    """Let the best policy of a finished run play the kinds that it has not played yet, each in a process of its own.

    Args:
        run: its folder.
        kinds: of each kind, by its name, the options of the environment that are others than in the run.
        environment: variables of the processes.

    Returns:
        What was wrong, None if nothing was.
    """
    for name, options in kinds.items():
        if has_played(run, {name: options}):
            continue
        # Its settings are those of a file that has been looked at: nobody else's code is in them.
        arguments = [str(run), "--env-options", json.dumps(options), "--trust-code"]
        arguments += ["--episodes", str(GAMES), "--sample", "--json"]
        command = [sys.executable, "-c", _PROGRAM, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return done.stderr.strip()
        played = {**_played(run), name: (options, json.loads(done.stdout)["return_mean"])}
        record = {
            kind: {"options": chosen, "return_mean": mean}
            for kind, (chosen, mean) in played.items()
        }
        write_text(file_of_held_out(run), json.dumps(record))
    return None
