"""Keys and values of what was read so far, with room for what comes next."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import Cache, DynamicLayer

ROOM = 64
"""For how many more tokens there is room when the keys have to move."""


class GrowingLayer(DynamicLayer):
    """A layer whose new keys are written behind the old ones.

    transformers' own copies all of them for every token: a third of the time of play at 300 tokens and 64 games. They are
    kept in the format in which attention multiplies them, to which it would cast all of them for every token.

    Args:
        dtype: that format.
        options: of a layer of transformers.
    """

    def __init__(self, *, dtype: torch.dtype, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self._dtype = dtype
        self._room: tuple[Tensor, Tensor] | None = None

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Add the keys and values of new tokens, both (B, heads, new, channels); return all of them."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        old = self.get_seq_length()
        new = old + key_states.shape[-2]
        if self._room is None or self._room[0].shape[-2] < new:
            self._room = (
                self._moved(self.keys, key_states, old),
                self._moved(self.values, value_states, old),
            )
        for room, states in zip(self._room, (key_states, value_states), strict=True):
            room[:, :, old:new] = states
        self.keys, self.values = (room[:, :, :new] for room in self._room)
        return self.keys, self.values

    def _moved(self, kept: Tensor | None, states: Tensor, length: int) -> Tensor:
        """Return what is kept, in a place with room."""
        batch, heads, new, channels = states.shape
        size = (batch, heads, length + new + ROOM, channels)
        room = states.new_empty(size, dtype=self._dtype)
        if kept is not None and length:
            room[:, :, :length] = kept
        return room

    def batch_repeat_interleave(self, repeats: int) -> None:
        """Have each row several times, one copy behind the other."""
        super().batch_repeat_interleave(repeats)
        self._room = None

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep these rows, in this order."""
        super().batch_select_indices(indices)
        self._room = None


def new_cache(dtype: torch.dtype) -> Cache:
    """Return an empty cache for a model with full attention in all layers, which multiplies in a number format."""
    layer: Any = partial(GrowingLayer, dtype=dtype)
    return Cache(layer_class_to_replicate=layer)
