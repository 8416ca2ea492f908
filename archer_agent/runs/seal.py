"""Folders of weights that can be told from damaged ones, and that stand or fall whole.

A sealed folder holds ``checksums.json``: the CRC-32 of every other file in it. Weights of which a bit has flipped
still load, and play a little worse; so they are looked at before they are used.
"""

from __future__ import annotations

import json
import os
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

SEAL = "checksums.json"
_CHUNK = 1 << 22


def seal(folder: Path) -> None:
    """Write down the checksums of a folder's files, let the umask alone say who may read them, and bring all to disk."""
    path = folder / SEAL
    path.unlink(missing_ok=True)
    sums = {name: checksum(folder / name) for name in _names(folder)}
    path.write_text(json.dumps(sums, indent=1) + "\n", encoding="utf-8")
    # Libraries write weights for their owner alone; this file has the mode that any other would.
    mode = path.stat().st_mode
    for name in (SEAL, *sums):
        file = folder / name
        if file.stat().st_mode != mode:
            file.chmod(mode)
        sync(file)
    for each in {(folder / name).parent for name in (SEAL, *sums)}:
        sync(each)


def check_seal(folder: Path) -> None:
    """Look whether a folder holds what was written into it.

    Raises:
        ValueError: it does not, or it was never sealed; the message names a file.
    """
    sums = read_seal(folder)
    found = _names(folder)
    for name in sorted(sums.keys() - set(found)):
        raise ValueError(f"{folder} is damaged: {name} is missing")
    for name in found:
        if name not in sums:
            raise ValueError(f"{folder} is damaged: {name} was not written with it")
        if checksum(folder / name) != sums[name]:
            raise ValueError(f"{folder} is damaged: {name} is not as it was written")


def read_seal(folder: Path) -> dict[str, Any]:
    """Return the checksums that were written down for a folder's files.

    Raises:
        ValueError: there are none, or they are damaged.
    """
    path = folder / SEAL
    try:
        sums = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ValueError(f"{folder} is not whole: {SEAL} is missing") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged ({error})") from error
    if not isinstance(sums, dict):
        raise ValueError(f"{path} is damaged: it is no JSON object")
    return sums


def check_weights(folder: Path) -> None:
    """Look whether a folder of a model is as it was written; one that was never sealed may be anybody's.

    Raises:
        ValueError: a file is missing or damaged.
    """
    if not (folder / SEAL).exists():
        return
    try:
        check_seal(folder)
    except ValueError as error:
        raise ValueError(
            f"{error}; if you have changed it yourself, remove {folder / SEAL}"
        ) from error


def fingerprint(folder: Path) -> str:
    """Return a short name for what is in a folder; two with the same hold the same."""
    value = 0
    for name in _names(folder):
        value = zlib.crc32(f"{name} {checksum(folder / name)}".encode(), value)
    return f"{value:08x}"


def replace_folder(new: Path, place: Path) -> None:
    """Put a folder where another one may be; a reader finds the one or the other."""
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    new.rename(place)
    sync(place.parent)
    shutil.rmtree(old, ignore_errors=True)


def publish(place: Path, save: Callable[[Path], None]) -> None:
    """Put weights where a run has them, whole: sealed beside, and renamed.

    Args:
        place: of the folder; one that is there is replaced.
        save: writes the weights into the folder that it is given.
    """
    beside = place.with_name(f".{place.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    save(beside)
    seal(beside)
    replace_folder(beside, place)


def link_folder(source: Path, target: Path) -> None:
    """Make a folder of the same files: links where the file system has them, for no file is ever written in place."""
    target.mkdir()
    for name in (SEAL, *_names(source)):
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source / name, place)
        except OSError:
            shutil.copy2(source / name, place)


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _names(folder: Path) -> list[str]:
    """Return the files of a folder by their names in it, but for the seal."""
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in files if path != Path(SEAL))


def checksum(path: Path) -> str:
    """Return the CRC-32 of a file."""
    value = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            value = zlib.crc32(chunk, value)
    return f"{value:08x}"
