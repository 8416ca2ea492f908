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
    checksums.json     of config.json, changes, records, games and figures, once it has ended
    report.html        all of it for people
    diverged.json      the batch whose gradient was not finite, where that ended the run
    rank-1/ ...        games and states of further processes, where there are some
    trackers.json      under which names other trackers know the run, if they do
    own.json           codes by which this user's machine knows models and trackers that the run was begun with
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
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from archer_agent.networks import distributed
from archer_agent.runs.checkpoint import checkpoints_in
from archer_agent.runs.records import read_metrics, truncate
from archer_agent.runs.seal import SEAL, checksum, read_seal, sync
from archer_agent.settings import CONFIG_FILE, TrainConfig, with_run_folder

CONTINUED = ("metrics.jsonl", "episodes.jsonl", "evaluations.jsonl")
"""The files that grow with a run, and that a checkpoint counts the lines of."""
DEMONSTRATIONS = "demonstrations.jsonl"
"""Where a run keeps the recorded games that a method learns from beyond the warm start."""
STAGES = ("calibration", "cloning")
"""Phases of gradient steps before the loop, which have checkpoints of their own; the latest first."""
OWN_FILE = "own.json"
"""Codes of the names that a run was begun with (`archer_agent.runs.own`)."""
_LOCK = ".lock"
_TOLD = (*CONTINUED, CONFIG_FILE, "changes.jsonl", "samples.json", "summary.json")
"""What a report tells from."""
_FILES = {
    *(*_TOLD, DEMONSTRATIONS, SEAL),
    *("report.html", "diverged.json", "metrics.csv", "trackers.json", OWN_FILE),
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
        ValueError: the folder of a new run is in use, or a resumed one has lost what it could go on from.
    """
    if resume is not None:
        own = _own_folder(resume)
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
    if run.exists() and not run.is_dir():
        raise ValueError(f"{run} is a file; name a folder that is new or empty with --run")
    if not is_beginning(run):
        raise ValueError(f"{run} is in use; name another folder, or continue it: --resume {run}")


def is_beginning(run: Path) -> bool:
    """Tell whether a folder is empty, or holds no more than a run that came to nothing."""
    if not run.is_dir():
        return True
    names = {path.name for path in run.iterdir()} - {_LOCK, OWN_FILE}
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
    """Refuse a folder with links in it: what is written there would land elsewhere; and with pipes, which nobody fills.

    Raises:
        ValueError: there is one.
    """
    for folder, folders, files in os.walk(run):
        for path in (Path(folder, name) for name in (*folders, *files)):
            if path.is_symlink():
                raise ValueError(
                    f"{path} is a symbolic link; such a folder must hold its own files"
                )
            if not path.is_dir() and not path.is_file():
                raise ValueError(f"{path} is no ordinary file; such a folder holds no others")
        if Path(folder) == run and "wandb" in folders:
            folders.remove("wandb")  # it makes links there for itself; nothing here writes into it


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
    """Remove what a run that came to nothing has left, its settings last, by which it is known as one; the lock stays."""
    for path in sorted(own.iterdir(), key=lambda path: path.name == CONFIG_FILE):
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


class Growth:
    """How long the growing files are, and their checksums; what was read once is not read again.

    Times are left out of the checksums: they alone are others where a run is done again.

    Args:
        own: the folder of this process's records. Nothing in it is cut off as long as this is asked.
    """

    def __init__(self, own: Path) -> None:
        self._own = own
        self._read = {name: _Stretch() for name in CONTINUED}

    def measure(self) -> tuple[dict[str, int], dict[str, str]]:
        """Return the lines of each file, once they are on disk, and their checksums."""
        for name, stretch in self._read.items():
            sync(self._own / name)
            with (self._own / name).open("rb") as file:
                file.seek(stretch.size)
                stretch.take(file)
        lengths = {name: stretch.lines for name, stretch in self._read.items()}
        return lengths, {name: stretch.checksum for name, stretch in self._read.items()}


@dataclass(slots=True)
class _Stretch:
    """The beginning of a file of lines.

    Attributes:
        lines: how many there are, but for a last one without its newline.
        size: of all of them, in bytes.
        value: the CRC-32 of all of them without their times.
    """

    lines: int = 0
    size: int = 0
    value: int = 0

    @property
    def checksum(self) -> str:
        return f"{self.value:08x}"

    def take(self, lines: Iterable[bytes]) -> None:
        """Add the lines that follow."""
        for line in lines:
            self.lines += line.endswith(b"\n")
            self.size += len(line)
            self.value = zlib.crc32(_TIME.sub(b"", line, count=1), self.value)


def check_lines(own: Path, lengths: Mapping[str, int], sums: Mapping[str, str]) -> None:
    """Look whether the growing files still begin with what `Growth` has measured.

    Raises:
        ValueError: one of them is shorter, or something in it has changed.
    """
    for name in CONTINUED:
        found = _beginning(own / name, lengths[name])
        if found.lines < lengths[name]:
            raise ValueError(
                f"{own / name} has {found.lines} whole lines, fewer than the {lengths[name]} to be kept"
            )
        if found.checksum != sums.get(name, found.checksum):
            raise ValueError(f"{own / name} is damaged: its lines are not as they were written")


def sum_of_recorded(own: Path) -> str:
    """Return the checksum of the recorded games that a run learns from."""
    return _beginning(own / DEMONSTRATIONS).checksum


def _beginning(path: Path, count: int | None = None) -> _Stretch:
    """Return the first lines of a file, or as many as there are; all of them without a count."""
    found = _Stretch()
    with path.open("rb") if path.exists() else io.BytesIO() as file:
        found.take(itertools.islice(file, count))
    return found


def cut_to_lines(own: Path, lengths: Mapping[str, int]) -> None:
    """Bring the growing files back to what `Growth` has measured; later lines were not part of it.

    Raises:
        ValueError: one of them is shorter.
    """
    for name in CONTINUED:
        truncate(own / name, lengths[name])


def seal_told(own: Path) -> None:
    """Write down the checksums of what a report of the run tells from, which is final until the run goes on."""
    sums = {name: checksum(own / name) for name in _TOLD if (own / name).exists()}
    write_json(own / SEAL, sums)


def changed_since_end(own: Path, *names: str) -> list[str]:
    """Return which of the files that a report tells from are others than the run has left; none while it goes on.

    Only those that are named are read, or all: games take hundreds of megabytes. They are text, and anybody may
    change them; but figures from them are then not the run's.
    """
    if not (own / SEAL).exists():
        return []
    try:
        sums = read_seal(own)
    except ValueError:
        return [] if names else [SEAL]
    asked = names or {*sums, *_TOLD}
    found = {
        name: checksum(own / name) for name in _TOLD if name in asked and (own / name).exists()
    }
    return sorted(name for name in asked if sums.get(name) != found.get(name))


def write_json(path: Path, value: Any) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write beside and rename, as `write_json` does."""
    beside = path.with_name(f".{path.name}.tmp")
    # Halves of surrogate pairs are written as JSON escapes them.
    beside.write_text(text, encoding="utf-8", errors="backslashreplace")
    sync(beside)
    os.replace(beside, path)
