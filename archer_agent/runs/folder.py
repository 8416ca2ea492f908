"""The folder of a run.

What is in it::

    config.json        every setting, resolved
    metrics.jsonl      one record per event (docs/metrics.md)
    episodes.jsonl     every training game, with the ids and log-probabilities it was sampled with
    evaluations.jsonl  the games of every evaluation
    demonstrations.jsonl  what was imitated, where a method goes on learning from it
    warm_start/        the policy after cloning, as transformers reads it
    checkpoints/       exact states, without pickle
    policy/            the best policy, as transformers reads it
    samples.json       games with Q, V and advantage of every utterance, from ArCHer and CHAI
    summary.json       the figures of the run
    report.html        all of it for people
    diverged.json      the batch whose gradient was not finite, where that ended the run
    rank-1/ ...        games and states of further processes, where there are some
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from archer_agent.networks import distributed
from archer_agent.runs.checkpoint import latest_checkpoint
from archer_agent.runs.records import truncate
from archer_agent.settings import TrainConfig, with_run_folder

CONTINUED = ("metrics.jsonl", "episodes.jsonl", "evaluations.jsonl")
"""The files that grow with a run, and that a checkpoint counts the lines of."""


def open_folder(config: TrainConfig, resume: Path | None) -> Path:
    """Return where this process keeps its records of a run, new or resumed; nothing is created.

    Raises:
        ValueError: the folder of a new run is in use, or a resumed one has no checkpoint.
    """
    if resume is not None:
        folder = _own_folder(resume)
        if latest_checkpoint(folder / "checkpoints") is None:
            raise ValueError(f"{folder} has no checkpoint to go on from; start a new run")
        return folder
    resolved = with_run_folder(config).run
    assert resolved is not None  # that is what with_run_folder is for
    distributed.wait_for_all()  # the first process has seen that the folder is empty; now others may write
    return _own_folder(resolved)


def _own_folder(run: Path) -> Path:
    """Return where this process keeps its records: the first one in the run's folder, others inside it."""
    rank = distributed.rank()
    return run / f"rank-{rank}" if rank else run


def first_folder(own: Path) -> Path:
    """Return where the first process keeps its records, which are the run's, from where this one does."""
    return own.parent if distributed.rank() else own


def count_lines(folder: Path) -> dict[str, int]:
    """Return how long each of the growing files is."""
    lengths = {}
    for name in CONTINUED:
        with (folder / name).open("rb") as file:
            lengths[name] = sum(1 for _ in file)
    return lengths


def cut_to_lines(folder: Path, lengths: dict[str, int]) -> None:
    """Bring the growing files back to what `count_lines` returned; later lines were not part of it.

    Raises:
        ValueError: one of them is shorter.
    """
    for name, lines in lengths.items():
        truncate(folder / name, lines)


def write_json(path: Path, value: Any) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(beside, path)
