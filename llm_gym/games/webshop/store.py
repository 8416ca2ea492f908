"""A catalogue on disk: built once, shared read-only by every process that maps it.

A store is a folder named after the content that it was made of, so what is stale is never
found. It is written beside its place and moved there whole: nobody sees half a store, and a
failure leaves what was there as it was. A lock makes one of several processes build and the others
wait.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, overload

import filelock
import numpy as np
from numpy.typing import NDArray

from llm_gym.games.webshop.analysis import terms
from llm_gym.games.webshop.blocks import MANIFEST, CheckedArray, memory_map, write_sums
from llm_gym.games.webshop.errors import CatalogError
from llm_gym.games.webshop.index import LARGE, Index, IndexBuilder
from llm_gym.games.webshop.products import Product

FORMAT = 5
"""Raised when the layout of a store, or what is computed into it, changes."""

CHECKED_WHEN_READ = ("products.bin", *LARGE)
"""Files that are too large to be checked whole at opening."""

NOT_AS_WRITTEN = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What comes of reading a store whose manifest, or a file that it lists, was cut off, changed or deleted."""


class Asins(Sequence[str]):
    """Asins in the order of the catalogue, decoded one by one from the mapped file."""

    def __init__(self, encoded: NDArray[np.bytes_]):
        self._encoded = encoded

    def __len__(self) -> int:
        return len(self._encoded)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return self._decode(self._encoded[place])
        return bytes(self._encoded[place]).decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return iter(self._decode(self._encoded))

    def at(self, places: NDArray[Any]) -> list[str]:
        """The asins at many places."""
        return self._decode(self._encoded[places])

    @staticmethod
    def _decode(encoded: NDArray[np.bytes_]) -> list[str]:
        return [asin.decode("utf-8", "surrogatepass") for asin in encoded.tolist()]


class Store:
    """One built store, memory-mapped.

    Attributes:
        folder: Where it is.
        inode: Tells it from one that was built in its place later.
        index: The search index; documents of a kind have numbers that follow on one another.
        asins: In the catalogue's order.
        positions: (products,) from document number to place in the catalogue's order.
        pricing: (products, 2) listed prices in dollars; NaN where there is no second.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.inode = folder.stat().st_ino
        self.index = Index(folder)
        self.asins = Asins(memory_map(folder / "asins.npy"))
        self.positions = memory_map(folder / "positions.npy")
        self.pricing = memory_map(folder / "pricing.npy")
        self._sorted_asins = memory_map(folder / "sorted_asins.npy")
        self._sorted_positions = memory_map(folder / "sorted_positions.npy")
        self._products = CheckedArray(folder / "products.bin")
        self._product_ends = memory_map(folder / "product_ends.npy")

    def position(self, asin: str) -> int | None:
        """The place of an asin in the catalogue's order, None if it is not there."""
        wanted = asin.encode("utf-8", "surrogatepass")
        if len(wanted) > self._sorted_asins.dtype.itemsize or "\0" in asin:
            return None
        number = int(np.searchsorted(self._sorted_asins, np.bytes_(wanted)))
        if number == len(self._sorted_asins) or self._sorted_asins[number] != wanted:
            return None
        return int(self._sorted_positions[number])

    def product(self, position: int) -> Product:
        """The product at a place in the catalogue's order."""
        start, end = self._product_ends[position : position + 2].tolist()
        return Product.from_json(json.loads(zlib.decompress(self._products.slice(start, end).data)))

    def check(self) -> None:
        """Compare every file with the hash taken when it was written.

        Raises:
            CatalogError: if one differs.
        """
        path = self.folder / MANIFEST
        try:
            for name, written in read_manifest(self.folder)["files"].items():
                path = self.folder / name
                with path.open("rb") as file:
                    same = hashlib.file_digest(file, "sha256").hexdigest() == written["sha256"]
                if not same:
                    break
            else:
                return
        except NOT_AS_WRITTEN:
            pass  # this file is not there, or the manifest says no such thing of it
        raise CatalogError(
            f"{path} has changed since it was built; delete {self.folder} and it is built again"
        )


def ensure_store(
    cache: Path, source: dict[str, Any], products: Callable[[], Iterable[Product]]
) -> Store:
    """Open the store of a source, building it first where there is none that is whole.

    Args:
        cache: Folder of all stores.
        source: JSON values that identify the content, such as hashes of its files.
        products: Gives the products in the catalogue's order, asins unique.

    Raises:
        CatalogError: if the products cannot be read or the store cannot be written. What was in
            the folder before is untouched.
    """
    source = {**source, "format": FORMAT}
    key = hashlib.sha256(json.dumps(source, sort_keys=True).encode()).hexdigest()[:20]
    folder = cache / key
    if _is_whole(folder):
        # Another process that read a damaged place may build it anew between these two lines.
        with contextlib.suppress(FileNotFoundError):
            return Store(folder)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(cache / f"{key}.lock"):
            if not _is_whole(folder):  # it may have been built while this process waited
                _build(folder, source, products)
            return Store(folder)
    except OSError as error:
        raise CatalogError(
            f"cannot write the catalogue's store in {cache}: {error.strerror or error}. Make room"
            " there, or name another folder with cache= or LLM_GYM_CACHE"
        ) from error


def _build(folder: Path, source: dict[str, Any], products: Callable[[], Iterable[Product]]) -> None:
    beside = folder.with_name(f"{folder.name}.building")
    shutil.rmtree(beside, ignore_errors=True)  # left by a process that was killed
    beside.mkdir()
    try:
        count = _write(beside, products())
        files = {path.name: _describe(path) for path in sorted(beside.iterdir())}
        manifest = {"source": source, "products": count, "files": files}
        (beside / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        if folder.exists():  # a damaged store; those who mapped it keep what they have
            shutil.rmtree(folder)
        beside.replace(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(folder: Path, products: Iterable[Product]) -> int:
    """Write everything but the manifest; return the number of products."""
    builder = IndexBuilder()
    asins: list[bytes] = []
    pricing: list[tuple[float, float]] = []
    kinds: dict[tuple[str, str], int] = {}
    kind_of = array("I")
    ends = [0]
    with (folder / "products.bin").open("wb") as file:
        for product in products:
            asins.append(product.asin.encode("utf-8", "surrogatepass"))
            pricing.append((product.pricing[0], (*product.pricing, np.nan)[1]))
            kind = (product.product_category, product.query)
            kind_of.append(kinds.setdefault(kind, len(kinds)))
            builder.add(terms(product.indexed_text), product_tags(product))
            file.write(zlib.compress(json.dumps(product.to_json()).encode(), 1))
            ends.append(file.tell())
        _sync(file.fileno())
    if not asins:
        raise CatalogError("a catalogue needs at least one product, and its files list none")
    names = np.array(asins)
    by_asin = np.argsort(names)
    # Products of a kind share many terms, and those of kinds side by side in the shop's tree some.
    kind_ranks = np.argsort(sorted(range(len(kinds)), key=list(kinds).__getitem__))
    by_kind = np.argsort(kind_ranks[np.frombuffer(kind_of, np.uint32)], kind="stable")
    np.save(folder / "asins.npy", names)
    np.save(folder / "sorted_asins.npy", names[by_asin])
    np.save(folder / "sorted_positions.npy", by_asin.astype(np.int32))
    np.save(folder / "positions.npy", by_kind.astype(np.int32))
    np.save(folder / "pricing.npy", np.array(pricing))
    np.save(folder / "product_ends.npy", np.array(ends, np.int64))
    builder.write(folder, by_kind, np.argsort(by_asin))
    write_sums(folder / "products.bin")
    return len(asins)


def product_tags(product: Product) -> set[str]:
    """What a product is listed under besides its words."""
    tags = {f"category {product.category}", f"query {product.query}"}
    tags |= {f"attribute {attribute}" for attribute in product.attributes}
    if product.human_instructions:
        tags.add("goals human")
    if product.instruction_text is not None:
        tags.add("goals synthetic")
    return tags


def _sync(descriptor: int) -> None:
    """Have the disk take what was written, so that a full one says so now."""
    os.fsync(descriptor)


def _describe(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        _sync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    crc = None if path.name in CHECKED_WHEN_READ else zlib.crc32(path.read_bytes())
    return {"bytes": path.stat().st_size, "sha256": digest, "crc32": crc}


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a store was made of and what it holds.

    Raises:
        OSError: if there is none.
        ValueError: if it is not JSON.
    """
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def _is_whole(folder: Path) -> bool:
    """Whether a store is there as it was written, so far as can be told in a moment.

    Of the large files this looks at the length, the first and the last block alone: the others are
    checked when they are first read.
    """
    try:
        files = read_manifest(folder)["files"]
        for name, written in files.items():
            path = folder / name
            if path.stat().st_size != written["bytes"]:
                return False
            if name not in CHECKED_WHEN_READ and zlib.crc32(path.read_bytes()) != written["crc32"]:
                return False
        for name in CHECKED_WHEN_READ:
            CheckedArray(folder / name)
    except NOT_AS_WRITTEN:
        return False
    return True
