"""``FreeText``: the space of any text up to a length, right in every kind of vector environment.

Gymnasium's own ``Text`` lists its characters. With every character of unicode it needs seconds and
tens of megabytes; with fewer it rejects real text; and in shared memory, the default of
``AsyncVectorEnv``, it is decoded once, at construction, so that every later observation is the
same constant. ``FreeText`` checks the length alone and registers its own three shared-memory
functions, which keep the text as UTF-8 and decode it when it is looked at. Importing this module
registers them, also in worker processes.
"""

from __future__ import annotations

import copy
import functools
import multiprocessing
import string
import sys
from collections.abc import Iterator, Sequence
from multiprocessing.sharedctypes import SynchronizedArray
from typing import Any, NoReturn

import numpy as np
from gymnasium.spaces import Box, Text, Tuple
from gymnasium.spaces.utils import (
    flatten,
    flatten_space,
    is_space_dtype_shape_equiv,
    unflatten,
)
from gymnasium.vector.utils import (
    batch_differing_spaces,
    create_shared_memory,
    read_from_shared_memory,
    write_to_shared_memory,
)
from numpy.typing import NDArray

# What `sample` draws from. Not the limit of what the space contains.
_SAMPLED = string.ascii_letters + string.digits + string.punctuation + " "


class FreeText(Text):
    """Any unicode text of ``min_length`` to ``max_length`` characters (code points).

    Membership is a length check, O(1). Samples are printable ASCII. Lone surrogates are members and
    survive shared memory, so that no text that Python can hold breaks an environment.

    Args:
        max_length: the longest text, in characters.
        min_length: the shortest text, in characters; empty text is a member by default.
        seed: seed of ``sample``.

    Raises:
        ValueError: ``min_length`` is not between 0 and ``max_length``.
    """

    def __init__(
        self, max_length: int, *, min_length: int = 0, seed: int | np.random.Generator | None = None
    ) -> None:
        if not 0 <= min_length <= max_length:
            raise ValueError(f"min_length {min_length} is not between 0 and {max_length}")
        super().__init__(max_length, min_length=min_length, charset=_SAMPLED, seed=seed)

    @property
    def characters(self) -> str:
        """Every printable character of unicode's first plane, line ends and tabs, and emoji.

        This is what a tool writes down that knows the stock ``Text`` alone (Minari): the space that
        it reads back then holds what people and models write. Not the limit of this space.
        """
        return _written_down()

    def contains(self, x: Any) -> bool:
        """Return whether ``x`` is a ``str`` of a permitted length."""
        return isinstance(x, str) and self.min_length <= len(x) <= self.max_length

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, FreeText)
            and self.min_length == other.min_length
            and self.max_length == other.max_length
        )

    def __repr__(self) -> str:
        shortest = f", min_length={self.min_length}" if self.min_length else ""
        return f"FreeText({self.max_length}{shortest})"


@functools.cache
def _written_down() -> str:
    planes = (*range(0x10000), *range(0x1F000, 0x1FB00))
    return "\t\n\r" + "".join(filter(str.isprintable, map(chr, planes)))


# Flattened, a text is its code points, as stock Text is its places in the character set; what
# follows the text is one more than the last code point.
_END = sys.maxunicode + 1


@flatten_space.register(FreeText)
def _flatten_space(space: FreeText) -> Box:
    return Box(low=0, high=_END, shape=(space.max_length,), dtype=np.int32)


@flatten.register(FreeText)
def _flatten(  # type: ignore[misc]
    space: FreeText, x: str
) -> NDArray[np.int32]:
    if len(x) > space.max_length:
        raise ValueError(f"a text of {len(x)} characters is not in {space}")
    points = np.full(space.max_length, _END, dtype=np.int32)
    encoded = x.encode("utf-32-le", "surrogatepass")
    points[: len(x)] = np.frombuffer(encoded, dtype="<u4")
    return points


@unflatten.register(FreeText)
def _unflatten(space: FreeText, x: NDArray[np.int32]) -> str:  # type: ignore[misc]
    data: bytes = x[x != _END].astype("<u4").tobytes()
    return data.decode("utf-32-le", "surrogatepass")


@is_space_dtype_shape_equiv.register(FreeText)
def _is_equivalent(space: FreeText, other: Any) -> bool:
    return isinstance(other, FreeText)


@batch_differing_spaces.register(FreeText)
def _batch_differing(  # type: ignore[misc]
    spaces: Sequence[FreeText],
) -> Tuple[Any]:
    return Tuple(
        [copy.deepcopy(space) for space in spaces], seed=copy.deepcopy(spaces[0].np_random)
    )


# The size of a slot, since a worker knows its own space alone and spaces may differ, then one slot
# per environment: the number of bytes, then the bytes. "surrogatepass" because a lone surrogate has
# no UTF-8 form of its own; no code point takes more than four bytes either way.
_LENGTH_BYTES = 4
_BYTES_PER_CHARACTER = 4


def _slot_size(space: FreeText) -> int:
    return _LENGTH_BYTES + _BYTES_PER_CHARACTER * space.max_length


class _SharedTexts(tuple[str, ...]):
    """The texts that lie in shared memory *now*, one per environment, as a tuple.

    Gymnasium reads shared memory once and then deep-copies the result at every step: a deep copy
    (or a pickle) of this object is a plain tuple of what the texts are at that moment. Every other
    look at it decodes anew.
    """

    _memory: NDArray[np.uint8]  # (environments, slot size)

    # The tuple itself only holds placeholders, so that its length is right for C code too.
    def __new__(cls, memory: NDArray[np.uint8]) -> _SharedTexts:
        self = super().__new__(cls, ("",) * len(memory))
        self._memory = memory
        return self

    def _decode(self, row: NDArray[np.uint8]) -> str:
        size = int.from_bytes(row[:_LENGTH_BYTES].tobytes(), "little")
        data = row[_LENGTH_BYTES : _LENGTH_BYTES + size].tobytes()
        return data.decode("utf-8", "surrogatepass")

    def _now(self) -> tuple[str, ...]:
        return tuple(self._decode(row) for row in self._memory)

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __getitem__(self, index: Any) -> Any:
        return self._now()[index]

    def __contains__(self, text: object) -> bool:
        return text in self._now()

    def __eq__(self, other: object) -> bool:
        return self._now() == (other._now() if isinstance(other, _SharedTexts) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._now())

    def __repr__(self) -> str:
        return repr(self._now())

    def __add__(self, other: Any) -> Any:
        return self._now() + tuple(other)

    def count(self, value: Any, /) -> int:
        return self._now().count(value)

    def index(self, value: Any, *bounds: Any) -> int:
        return self._now().index(value, *bounds)

    def __copy__(self) -> tuple[str, ...]:
        return self._now()

    def __deepcopy__(self, memo: dict[int, Any]) -> tuple[str, ...]:
        return self._now()

    def __reduce__(self) -> tuple[Any, ...]:
        return (tuple, (self._now(),))

    def _no_order(self, other: object) -> NoReturn:
        raise TypeError("texts in shared memory have no order; take a tuple of them first")

    __lt__ = __le__ = __gt__ = __ge__ = _no_order


@create_shared_memory.register(FreeText)
def _create(space: FreeText, n: int = 1, ctx: Any = multiprocessing) -> Any:
    array = ctx.Array("B", _LENGTH_BYTES + n * _slot_size(space))
    memory = memoryview(array.get_obj()).cast("B")
    memory[:_LENGTH_BYTES] = _slot_size(space).to_bytes(_LENGTH_BYTES, "little")
    return array


@write_to_shared_memory.register(FreeText)
def _write(space: FreeText, index: int, value: str, shared_memory: SynchronizedArray[int]) -> None:
    memory = memoryview(shared_memory.get_obj()).cast("B")
    slot = int.from_bytes(memory[:_LENGTH_BYTES], "little")
    room = (slot - _LENGTH_BYTES) // _BYTES_PER_CHARACTER
    if not space.contains(value) or len(value) > room:
        # Clipping in silence would make the process differ from the single environment.
        raise ValueError(
            f"an observation of {len(value)} characters is not in {space}: "
            "give the space a larger max_length, or bound what the environment returns"
            if room >= space.max_length
            else f"an observation of {len(value)} characters does not fit into the memory for the "
            f"first environment's {room}: let the one with the longest observations come first"
        )
    data = value.encode("utf-8", "surrogatepass")
    start = _LENGTH_BYTES + index * slot
    memory[start : start + _LENGTH_BYTES] = len(data).to_bytes(_LENGTH_BYTES, "little")
    memory[start + _LENGTH_BYTES : start + _LENGTH_BYTES + len(data)] = data


@read_from_shared_memory.register(FreeText)
def _read(space: FreeText, shared_memory: SynchronizedArray[int], n: int = 1) -> tuple[str, ...]:
    memory = np.frombuffer(shared_memory.get_obj(), dtype=np.uint8)  # type: ignore[call-overload]
    return _SharedTexts(memory[_LENGTH_BYTES:].reshape(n, _slot_size(space)))
