"""What a training run keeps: the records of `metrics.jsonl`.

A record of `metrics.jsonl` is one flat JSON object::

    {"iteration": 12, "phase": "update", "seconds": 301.2, "games": 1536, "turns": 20480,
     "tokens": 143360, "gradient_steps": 648, "critic/loss": 1.93, "actor/entropy": 2.1, ...}

`iteration` is 0 before reinforcement learning begins; `seconds` count from the start of the run,
and `games`, `turns`, `tokens` and `gradient_steps` add up over its reinforcement learning.
`docs/metrics.md` explains each metric.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class MetricsLog:
    """Appends records to a JSON-lines file, each line flushed as it is written.

    A last line without its newline, left by a process that was killed, is dropped on opening.

    Args:
        path: the file, made where there is none.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            _drop_torn_line(path)
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


def _drop_torn_line(path: Path) -> None:
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
            except ValueError as error:
                raise ValueError(f"{path}, line {number} cannot be read: {error}") from error
            records.append(record)
    return records


def truncate(path: Path, lines: int) -> None:
    """Keep the first lines of a file, as when a run is taken up again from a checkpoint.

    They are written beside and renamed, so that a kill leaves the old file or the new.

    Raises:
        ValueError: the file has fewer whole lines than are to be kept.
    """
    beside = path.with_name(path.name + ".tmp")
    kept = 0
    with path.open("rb") as source, beside.open("wb") as target:
        for line in source:
            if kept == lines or not line.endswith(b"\n"):
                break
            target.write(line)
            kept += 1
    if kept < lines:
        beside.unlink()
        raise ValueError(f"{path} has {kept} whole lines, fewer than the {lines} to be kept")
    beside.replace(path)


def is_finished(folder: Path) -> bool:
    """Tell whether a run went to its end, which one stopped by Ctrl-C did not."""
    summary = folder / "summary.json"
    return summary.exists() and not json.loads(summary.read_text(encoding="utf-8"))["interrupted"]
