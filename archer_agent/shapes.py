"""Is a JSON value what a file should hold? Files come from disks and from strangers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

Shape: TypeAlias = "type | Optional | Mapping[str, Shape] | list[Shape]"
"""``str``, ``int``, ``bool``, ``float`` (any finite number), ``dict``, ``list``; an object with at least these keys; a
list of one shape."""


class Optional:
    """A key that may be absent.

    Args:
        shape: of its value where it is there.
        null: the value may be null.
    """

    def __init__(self, shape: Shape, null: bool = False) -> None:
        self.shape = shape
        self.null = null


def check_shape(value: Any, shape: Shape, name: str = "it") -> None:
    """Look whether a value has a shape.

    Args:
        value: from `json`.
        shape: what it must be.
        name: of the value, for the message.

    Raises:
        ValueError: it has not; the message names the part that differs.
    """
    if isinstance(shape, Optional):
        if value is not None or not shape.null:
            check_shape(value, shape.shape, name)
    elif isinstance(shape, Mapping):
        _check_type(value, dict, name)
        for key, part in shape.items():
            inner = key if name == "it" else f"{name}.{key}"
            if key in value:
                check_shape(value[key], part, inner)
            elif not isinstance(part, Optional):
                raise ValueError(f"{inner} is missing")
    elif isinstance(shape, list):
        _check_type(value, list, name)
        if shape[0] in (int, str) and all(type(each) is shape[0] for each in value):
            return  # long lists of tokens are most of what is read
        for number, each in enumerate(value):
            check_shape(each, shape[0], f"{name}[{number}]")
    else:
        _check_type(value, shape, name)


_NAMES = {str: "a text", int: "a whole number", bool: "a truth value", float: "a finite number"}
_NAMES |= {dict: "an object", list: "a list"}


def _check_type(value: Any, kind: type, name: str) -> None:
    if kind is float:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = isinstance(value, kind) and isinstance(value, bool) == (kind is bool)
    if fits and kind in (int, float):
        # JSON has whole numbers of any length, which nothing that is counted reaches.
        fits = abs(value) < 2**64 if isinstance(value, int) else math.isfinite(value)
    if not fits:
        shown = repr(value)
        shown = shown if len(shown) <= 60 else f"{shown[:60]}..."
        raise ValueError(f"{name} must be {_NAMES[kind]}, not {shown}")
