"""Reading the original's files: checked, hashed, and one product at a time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from llm_gym.games.webshop.errors import CatalogError
from llm_gym.games.webshop.products import (
    MalformedRecordError,
    Product,
    is_listed,
    read_asin,
    read_product,
)

_CHUNK = 1 << 22
_LONGEST_RECORD = 1 << 26
_HASHED_EVERY_TIME = 1 << 25


def file_hash(path: Path, memo: Path) -> str:
    """SHA-256 of a file.

    Files over 32 MiB, where hashing takes noticeable time, are looked up first in `memo`, a JSON
    file that remembers the hash of each path with its size and time of change.

    Raises:
        CatalogError: if the file cannot be read.
    """
    try:
        state = path.stat()
        if state.st_size <= _HASHED_EVERY_TIME:
            return hashlib.sha256(path.read_bytes()).hexdigest()
        key = str(path.resolve())
        stamp = [state.st_size, state.st_mtime_ns, state.st_ino]
        known = _read_memo(memo)
        if key in known and known[key][0] == stamp:
            return str(known[key][1])
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CatalogError(f"cannot read {path}: {error.strerror}") from error
    known[key] = (stamp, digest)
    with contextlib.suppress(OSError):  # without it, the next time takes longer
        memo.parent.mkdir(parents=True, exist_ok=True)
        beside = memo.with_suffix(f".{os.getpid()}.tmp")
        beside.write_text(json.dumps(known), encoding="utf-8")
        beside.replace(memo)
    return digest


def _read_memo(memo: Path) -> dict[str, Any]:
    try:
        known = json.loads(memo.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}  # only a memory: what it lacks is worked out again
    return known if isinstance(known, dict) else {}


def read_json_object(path: Path) -> dict[str, Any]:
    """Read a file that holds one JSON object.

    Raises:
        CatalogError: if it cannot be read, is not JSON, or holds something else.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise CatalogError(f"{path} is cut off or is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise CatalogError(f"{path} must hold a JSON object of records by asin")
    return value


def read_json_array(path: Path, advance: Callable[[int], None] = lambda _: None) -> Iterator[Any]:
    """Yield the elements of a file that holds one JSON array, without holding them all.

    Args:
        path: The file.
        advance: Called with the number of characters read since the last call.

    Raises:
        CatalogError: if it cannot be read, is cut off, is not JSON, or holds no array.
    """
    decoder = json.JSONDecoder()
    try:
        with path.open(encoding="utf-8") as file:
            buffer = file.read(_CHUNK).lstrip()
            if not buffer.startswith("["):
                raise CatalogError(f"{path} must hold a JSON array of products")
            position, first, ended = 1, True, False
            while True:
                position = _skip_space(buffer, position)
                try:
                    if buffer[position : position + 1] == "]":
                        if buffer[position + 1 :].strip() or file.read(_CHUNK).strip():
                            raise CatalogError(f"{path} goes on after the end of its array")
                        return
                    start = position
                    if not first:
                        if buffer[start : start + 1] not in ("", ","):
                            raise CatalogError(
                                f"{path} is not JSON: a comma is missing after an element"
                            )
                        start = _skip_space(buffer, start + 1)
                    element, end = decoder.raw_decode(buffer, start)
                except RecursionError as error:
                    raise CatalogError(f"{path} is not JSON: {error}") from error
                except json.JSONDecodeError as error:
                    more = "" if ended else file.read(_CHUNK)
                    ended = not more
                    if ended or len(buffer) - position > _LONGEST_RECORD:
                        raise CatalogError(
                            f"{path} is cut off or is not JSON: {error.msg}"
                        ) from error
                    advance(position)
                    buffer, position = buffer[position:] + more, 0
                    continue
                yield element
                position, first = end, False
    except OSError as error:
        raise CatalogError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path} is not UTF-8 text: {error}") from error


def _skip_space(text: str, position: int) -> int:
    while text[position : position + 1] in (" ", "\n", "\r", "\t"):
        position += 1
    return position


def read_products(
    items: Path,
    attributes: Path,
    human_instructions: Path | None,
    num_products: int | None,
    advance: Callable[[int], None],
) -> Iterator[Product]:
    """Yield the products of the original's files in their order; the first of an asin counts.

    Args:
        items: ``items_shuffle*.json``.
        attributes: ``items_ins_v2*.json``.
        human_instructions: ``items_human_ins.json`` or None.
        num_products: Read only so many records; None for all.
        advance: Told of progress, as in `read_json_array`.

    Raises:
        CatalogError: if a file or a record in it cannot be used.
    """
    records = read_json_object(attributes)
    human = {} if human_instructions is None else read_json_object(human_instructions)
    seen: set[str] = set()
    for number, raw in enumerate(read_json_array(items, advance)):
        if number == num_products:
            return
        try:
            asin = read_asin(raw)
            if not is_listed(asin) or asin in seen:
                continue
            product = read_product(raw, records.get(asin), human.get(asin))
        except MalformedRecordError as error:
            where = {"attributes": attributes, "human instructions": human_instructions}
            file = where.get(error.part)
            place = f"record {number} of {items}" if file is None else f"{raw['asin']} in {file}"
            raise CatalogError(f"{place} {error}") from error
        seen.add(asin)
        yield product
