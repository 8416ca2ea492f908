"""What a training run keeps: the records of `metrics.jsonl`.

A record of `metrics.jsonl` is one flat JSON object::

    {"iteration": 12, "phase": "update", "seconds": 301.2, "games": 1536, "turns": 20480,
     "tokens": 143360, "generated_tokens": 301056, "gradient_steps": 648, "critic/loss": 1.93, ...}

`iteration` is 0 before reinforcement learning begins; `seconds` count from the start of the run,
and `games`, `turns`, `tokens`, `generated_tokens` and `gradient_steps` add up over its reinforcement learning.
`docs/metrics.md` explains each metric.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archer_agent.runs.checkpoint import read_state
from archer_agent.shapes import Optional, Shape, check_shape

SUMMARY: Shape = {
    "env": str,
    "algo": str,
    "seed": int,
    "interrupted": bool,
    "iterations": int,
    "seconds": float,
    "best_iteration": int,
    "final": {"return_mean": float, "success": float},
    "games": int,
    "generated_tokens": int,
    "gradient_steps": int,
}
"""What is looked for in `summary.json`."""
RUN_STATE: Shape = {
    "iteration": int,
    "processes": int,
    "device": str,
    "number_format": Optional(str),
    "seconds": float,
    "counters": {
        "games": int,
        "turns": int,
        "tokens": int,
        "generated_tokens": int,
        "gradient_steps": int,
    },
    "best": [float],
    "lines": {"metrics.jsonl": int, "episodes.jsonl": int, "evaluations.jsonl": int},
    "recorded": Optional(int),
    "uncalibrated": Optional(bool),
    "sums": Optional(dict),
    "settings": Optional(dict),
    "step": Optional(int),
    "losses": Optional([float]),
    "schedule": Optional(dict),
}
"""What a checkpoint of a run says beside its tensors: the last three are there in the middle of a phase before the loop."""
_EVENT: Shape = {
    "iteration": int,
    "phase": str,
    "seconds": float,
    "games": int,
    "turns": int,
    "tokens": int,
    "generated_tokens": int,
    "gradient_steps": int,
}
"""What every record of a run has."""


class MetricsLog:
    """Appends records to a JSON-lines file, each line flushed as it is written.

    A last line without its newline, left by a process that was killed, is dropped on opening.

    Args:
        path: the file, made where there is none.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            drop_torn_line(path)
        self._file = path.open("a", encoding="utf-8")

    def write(self, record: Mapping[str, Any]) -> None:
        """Append one record.

        Raises:
            ValueError: a value is NaN or infinite; the message names its key. Nothing is written.
        """
        for key, value in record.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(
                    f"the metric {key!r} is {value}, not a finite number: the run has diverged"
                )
        self._file.write(json.dumps(dict(record), ensure_ascii=False, allow_nan=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> MetricsLog:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class MetricsTable:
    """The records of a run as a table for other programs, `metrics.csv`.

    Rows are added to it. It is written anew, beside and renamed, the first time, so that nothing is left of what a kill
    has cut off, and where a record brings a new column.

    Args:
        folder: of the run; the table is made of its `metrics.jsonl`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._columns: list[str] = []
        self._waiting: list[Mapping[str, Any]] = []

    def add(self, record: Mapping[str, Any]) -> None:
        """Take in a record that `metrics.jsonl` holds by now; `write` puts it into the table."""
        self._waiting.append(record)

    def write(self) -> None:
        """Bring the table to where the records are."""
        known = {*self._columns}
        if known and all(known.issuperset(record) for record in self._waiting):
            with (self._folder / "metrics.csv").open("a", encoding="utf-8", newline="") as file:
                csv.DictWriter(file, self._columns).writerows(self._waiting)
        else:
            self._write_anew()
        self._waiting.clear()

    def _write_anew(self) -> None:
        records = read_metrics(self._folder / "metrics.jsonl")
        columns = list(dict.fromkeys(key for record in records for key in record))
        beside = self._folder / ".metrics.csv.tmp"
        with beside.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(records)
        beside.replace(self._folder / "metrics.csv")
        self._columns = columns


def drop_torn_line(path: Path) -> None:
    """Drop what stands after the last line break of a file: a line that a kill has cut off."""
    with path.open("r+b") as file:
        content = file.read()
        file.truncate(content.rfind(b"\n") + 1)


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """Read a JSON-lines file of objects; a last line without its newline, torn, is left out.

    Raises:
        ValueError: another line is not a JSON object; the message names the line.
    """
    records = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                break
            try:
                record = json.loads(line)
                if not isinstance(record, dict):
                    raise ValueError("it is no JSON object")
            except (ValueError, RecursionError) as error:
                raise ValueError(f"{path}, line {number} cannot be read: {error}") from error
            records.append(record)
    return records


def read_events(path: Path, lines: int | None = None) -> list[dict[str, Any]]:
    """Read the records of a run.

    Args:
        path: its `metrics.jsonl`.
        lines: the first so many of them; all without it.

    Raises:
        ValueError: a line is not such a record; the message names the line.
    """
    records = read_metrics(path)[:lines]
    for number, record in enumerate(records, 1):
        try:
            check_shape(record, _EVENT)
            metrics = {key: value for key, value in record.items() if "/" in key}
            stage = metrics.pop("evaluation/stage", "")
            check_shape(
                {"stage": stage, **metrics}, {"stage": str, **dict.fromkeys(metrics, float)}
            )
            if record["phase"] == "evaluation":
                check_shape(record, {"evaluation/stage": str, "evaluation/return_mean": float})
        except ValueError as error:
            raise ValueError(f"{path}, line {number} is no record of a run: {error}") from error
    return records


def read_run_state(checkpoint: Path) -> dict[str, Any]:
    """Return what a checkpoint of a run says beside its tensors.

    Raises:
        ValueError: it is damaged, or of something else.
    """
    state = read_state(checkpoint)
    try:
        check_shape(state, RUN_STATE)
        if len(state["best"]) != 2:
            raise ValueError(f"best must be a score and an iteration, not {state['best']}")
    except ValueError as error:
        raise ValueError(f"{checkpoint} is no checkpoint of a run: {error}") from error
    return state


def truncate(path: Path, lines: int) -> None:
    """Keep the first lines of a file, as when a run is taken up again from a checkpoint.

    Raises:
        ValueError: the file has fewer whole lines than are to be kept; it is left as it is.
    """
    if not lines and not path.exists():
        path.touch()
    kept = length = 0
    with path.open("r+b") as file:
        for line in file:
            if kept == lines or not line.endswith(b"\n"):
                break
            kept += 1
            length += len(line)
        if kept < lines:
            raise ValueError(f"{path} has {kept} whole lines, fewer than the {lines} to be kept")
        file.truncate(length)


def is_finished(folder: Path) -> bool:
    """Tell whether a run went to its end, which one stopped by Ctrl-C did not.

    Raises:
        ValueError: its summary is damaged.
    """
    summary = read_summary(folder)
    return summary is not None and not summary["interrupted"]


def read_summary(folder: Path) -> dict[str, Any] | None:
    """Return the figures of a run; None while it goes on.

    Raises:
        ValueError: they are damaged.
    """
    path = folder / "summary.json"
    if not path.exists():
        return None
    try:
        summary: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        check_shape(summary, SUMMARY)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: {error}; remove it, and resume the run") from error
    return summary
