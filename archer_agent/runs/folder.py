"""The folder of a run.

What is in it::

    config.json        every setting, resolved
    changes.jsonl      settings that were changed when the run was resumed, where there were some
    metrics.jsonl      one record per event (docs/metrics.md)
    metrics.csv        the same as a table
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
    trackers.json      under which names other trackers know the run, if they do
    .lock              held by the process that trains the run

Whatever a folder says is data, for it may be a stranger's: names in it are this module's own, and what is a link in it
is refused, since it may lead anywhere.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import shutil
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from archer_agent.networks import distributed
from archer_agent.runs.checkpoint import checkpoints_in
from archer_agent.runs.records import read_metrics, truncate
from archer_agent.runs.seal import sync
from archer_agent.settings import CONFIG_FILE, TrainConfig, with_run_folder

CONTINUED = ("metrics.jsonl", "episodes.jsonl", "evaluations.jsonl")
"""The files that grow with a run, and that a checkpoint counts the lines of."""
DEMONSTRATIONS = "demonstrations.jsonl"
"""Where a run keeps the recorded games that a method learns from beyond the warm start."""
STAGES = ("calibration", "cloning")
"""Phases of gradient steps before the loop, which have checkpoints of their own; the latest first."""
_LOCK = ".lock"
_FILES = {
    *(*CONTINUED, DEMONSTRATIONS, CONFIG_FILE, "changes.jsonl", "samples.json", "summary.json"),
    *("report.html", "diverged.json", "metrics.csv", "trackers.json"),
}
_FOLDERS = ("warm_start", "policy", "checkpoints", "tensorboard", "wandb")
_TIME = re.compile(rb'"seconds": [0-9.e+-]+, ')
"""In a record of metrics."""
_RANK = re.compile(r"rank-\d+")
_LEFTOVER = re.compile(r"\..+\.(new|old|tmp)")


def open_folder(config: TrainConfig, resume: Path | None) -> Path:
    """Return where this process keeps its records of a run, new or resumed; nothing is created.

    A new run may take the place of one that came to nothing: that was killed before there was anything to go on from.

    Raises:
        ValueError: the folder of a new run is in use; or a resumed one has lost what it could go on from, or has links.
    """
    if resume is not None:
        own = _own_folder(resume)
        check_links(resume)
        if not has_checkpoint(own) and not is_beginning(own):
            raise ValueError(f"{own} has no checkpoint to go on from; start a new run")
        return own
    resolved = with_run_folder(config).run
    assert resolved is not None  # that is what with_run_folder is for
    if not distributed.rank():
        _check_free(resolved)
    distributed.wait_for_all()  # the first process has seen that it is free; now others may write
    return _own_folder(resolved)


def _check_free(run: Path) -> None:
    if run.exists() and not (run.is_dir() and is_beginning(run)):
        raise ValueError(f"{run} is in use; name another folder, or continue it: --resume {run}")


def is_beginning(run: Path) -> bool:
    """Tell whether a folder is empty, or holds no more than a run that came to nothing."""
    if not run.is_dir():
        return True
    names = {path.name for path in run.iterdir()} - {_LOCK}
    known = {*_FILES, *_FOLDERS}
    if any(n not in known and not _RANK.fullmatch(n) and not _LEFTOVER.fullmatch(n) for n in names):
        return False
    if not names & known:
        return True
    if "summary.json" in names or has_checkpoint(run):
        return False
    if CONFIG_FILE not in names and not _RANK.fullmatch(run.name):
        return False
    records = read_metrics(run / CONTINUED[0]) if CONTINUED[0] in names else []
    return not records or records[-1].get("iteration") == 0


def has_checkpoint(own: Path) -> bool:
    """Tell whether there is anything to go on from, be it in the middle of the warm start."""
    folder = own / "checkpoints"
    return any(checkpoints_in(each) for each in (folder, *(folder / stage for stage in STAGES)))


def check_links(run: Path) -> None:
    """Refuse a folder with links in it: what is written there would land elsewhere.

    Raises:
        ValueError: there is one.
    """
    for folder, folders, files in os.walk(run):
        if "wandb" in folders:
            folders.remove("wandb")  # it makes links there for itself; nothing here writes into it
        for name in (*folders, *files):
            if Path(folder, name).is_symlink():
                raise ValueError(
                    f"{Path(folder, name)} is a symbolic link; such a folder must hold its own files"
                )


@contextmanager
def locked(own: Path) -> Iterator[None]:
    """Keep other processes from writing into a run's folder; a process that dies lets go of it.

    Raises:
        ValueError: another process trains the run.
    """
    own.mkdir(parents=True, exist_ok=True)
    lock = FileLock(own / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ValueError(
            f"{own} is being trained by another process; wait for it, or name another folder"
        ) from error
    try:
        yield
    finally:
        lock.release()


def wait_until_free(own: Path) -> None:
    """Return when no process writes into a run's folder any more."""
    if own.is_dir():
        FileLock(own / _LOCK).acquire().lock.release()


def clear(own: Path) -> None:
    """Remove what a run that came to nothing has left; the lock stays."""
    for path in own.iterdir():
        if path.name in _FOLDERS or (_LEFTOVER.fullmatch(path.name) and path.is_dir()):
            shutil.rmtree(path)
        elif path.name in _FILES or _LEFTOVER.fullmatch(path.name):
            path.unlink()


def give_up(own: Path) -> None:
    """Remove the folder of a run that has failed before there was anything in it to go on from."""
    if not own.is_dir() or has_checkpoint(own) or not is_beginning(own):
        return
    clear(own)
    (own / _LOCK).unlink(missing_ok=True)
    if not any(own.iterdir()):
        own.rmdir()


def remove_leftovers(own: Path) -> None:
    """Remove what was being written when a run was killed."""
    for path in own.iterdir():
        if _LEFTOVER.fullmatch(path.name):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _own_folder(run: Path) -> Path:
    """Return where this process keeps its records: the first one in the run's folder, others inside it."""
    rank = distributed.rank()
    return run / f"rank-{rank}" if rank else run


def first_folder(own: Path) -> Path:
    """Return where the first process keeps its records, which are the run's, from where this one does."""
    return own.parent if distributed.rank() else own


def count_lines(own: Path) -> dict[str, int]:
    """Return how long each of the growing files is, once that much is on disk."""
    lengths = {}
    for name in CONTINUED:
        sync(own / name)
        with (own / name).open("rb") as file:
            lengths[name] = sum(1 for _ in file)
    return lengths


def sums_of_lines(own: Path, lengths: Mapping[str, int]) -> dict[str, str]:
    """Return checksums of the first lines of the growing files, and of the recorded games where there are some.

    Times are left out: they alone are others where a run is done again.
    """
    sums = {name: _read_lines(own / name, lengths[name])[1] for name in CONTINUED}
    if (own / DEMONSTRATIONS).exists():
        sums[DEMONSTRATIONS] = _read_lines(own / DEMONSTRATIONS)[1]
    return sums


def check_lines(own: Path, lengths: Mapping[str, int], sums: Mapping[str, str]) -> None:
    """Look whether the growing files still begin with what `count_lines` and `sums_of_lines` found.

    Raises:
        ValueError: one of them is shorter, or something in it has changed.
    """
    for name in CONTINUED:
        whole, found = _read_lines(own / name, lengths[name])
        if whole < lengths[name]:
            raise ValueError(
                f"{own / name} has {whole} whole lines, fewer than the {lengths[name]} to be kept"
            )
        if found != sums.get(name, found):
            raise ValueError(f"{own / name} is damaged: its lines are not as they were written")


def check_recorded(own: Path, sums: Mapping[str, str]) -> None:
    """Look whether the recorded games are those that `sums_of_lines` found.

    Raises:
        ValueError: they are not.
    """
    path = own / DEMONSTRATIONS
    if DEMONSTRATIONS in sums and _read_lines(path)[1] != sums[DEMONSTRATIONS]:
        raise ValueError(f"{path} is damaged: its games are not as they were written")


def _read_lines(path: Path, count: int | None = None) -> tuple[int, str]:
    """Return how many of the first lines of a file are there, whole, and their checksum; all of them without a count."""
    whole = value = 0
    with path.open("rb") if path.exists() else io.BytesIO() as file:
        for line in itertools.islice(file, count):
            whole += line.endswith(b"\n")
            value = zlib.crc32(_TIME.sub(b"", line, count=1), value)
    return whole, f"{value:08x}"


def cut_to_lines(own: Path, lengths: Mapping[str, int]) -> None:
    """Bring the growing files back to what `count_lines` returned; later lines were not part of it.

    Raises:
        ValueError: one of them is shorter.
    """
    for name in CONTINUED:
        truncate(own / name, lengths[name])


def write_json(path: Path, value: Any) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sync(beside)
    os.replace(beside, path)
