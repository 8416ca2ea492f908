"""Large files that are checked block by block, each block when it is first read."""

from __future__ import annotations

import zlib
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from llm_gym.games.webshop.errors import CatalogError

BLOCK = 1 << 16
"""Bytes of a block."""

MANIFEST = "manifest.json"
"""The file of a store that says what is in it; a folder without it is no store."""


def memory_map(path: Path) -> NDArray[Any]:
    """A file of this package's stores as a read-only array that stays on disk.

    ``.npy`` files have their own type and shape; others are (bytes,) of uint8.

    Raises:
        CatalogError: it is not what was written.
    """
    if path.suffix == ".npy":
        mode: Literal["r"] | None = "r" if path.stat().st_size > 128 else None
        try:
            loaded: NDArray[Any] = np.load(path, mmap_mode=mode)
        except (ValueError, EOFError) as error:
            raise damaged(path) from error
    elif path.stat().st_size:
        loaded = np.memmap(path, np.uint8, "r")
    else:
        loaded = np.empty(0, np.uint8)  # nothing cannot be mapped
    return loaded.view(np.ndarray)  # indexing a memmap costs microseconds more each time


def sums_file(path: Path) -> Path:
    """Where the checksums of a file stand."""
    return path.with_name(f"{path.name}.crc")


def write_sums(path: Path) -> None:
    """Write the CRC-32 of each block of a file beside it, as little-endian uint32."""
    with path.open("rb") as file:
        sums = [zlib.crc32(block) for block in iter(partial(file.read, BLOCK), b"")]
    np.array(sums, "<u4").tofile(sums_file(path))


def damaged(path: Path) -> CatalogError:
    """The error of a file that is not what was written.

    The store's manifest goes with that: whoever opens the store next builds it again.
    """
    try:
        (path.parent / MANIFEST).unlink(missing_ok=True)
    except OSError:
        return CatalogError(
            f"{path} is damaged, and nothing can be written beside it: delete {path.parent}, or name"
            " another folder with cache= or LLM_GYM_CACHE"
        )
    return CatalogError(
        f"{path} is damaged: it is built again when it is opened next; if that happens often, its"
        " disk is failing"
    )


def _header(path: Path) -> tuple[int, np.dtype[Any]]:
    """Where the values of a file begin, and their type."""
    if path.suffix != ".npy":
        return 0, np.dtype(np.uint8)
    with path.open("rb") as file:
        np.lib.format.read_magic(file)
        _, _, kind = np.lib.format.read_array_header_1_0(file)
        return file.tell(), kind


class CheckedArray:
    """A memory-mapped (n,) array; a block of its file is checked when a slice first needs it.

    Two are checked at once: the first, which says what type the values have, and the last, which is
    another one where a little was cut off.

    Args:
        path: The file; its checksums stand beside it.

    Raises:
        CatalogError: the file is empty or has not the length that it had when it was written, or a
            slice is taken that is not what was written.
    """

    def __init__(self, path: Path):
        self._path = path
        self._sums = np.fromfile(sums_file(path), "<u4")
        size = path.stat().st_size
        if not size or -(-size // BLOCK) != len(self._sums):
            raise damaged(path)
        # One mapping for both: the pages of two would count twice as this process's memory.
        self._bytes = np.memmap(path, np.uint8, "r").view(np.ndarray)
        self._checked = bytearray(len(self._sums))
        self.check(0, 0)
        self.check(len(self._sums) - 1, len(self._sums) - 1)
        self._start, kind = _header(path)
        self._values = self._bytes[self._start :].view(kind)
        self._size = self._values.itemsize

    def __len__(self) -> int:
        return len(self._values)

    def slice(self, start: int, end: int) -> NDArray[Any]:
        """Return the values from ``start`` up to ``end``."""
        if start < end:
            first = (self._start + start * self._size) // BLOCK
            last = (self._start + end * self._size - 1) // BLOCK
            if self._checked.find(0, first, last + 1) >= 0:
                self.check(first, last)
        return self._values[start:end]

    def check(self, first: int, last: int) -> None:
        """Check the blocks from ``first`` to ``last``, both included, that are unchecked.

        Raises:
            CatalogError: one of them is damaged.
        """
        for block in range(first, last + 1):
            if not self._checked[block]:
                found = zlib.crc32(self._bytes[block * BLOCK : (block + 1) * BLOCK].data)
                if found != self._sums[block]:
                    raise damaged(self._path)
                self._checked[block] = 1
