"""Keys and values of what was read so far, with room for what comes next."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from transformers.cache_utils import Cache, DynamicLayer

ROOM = 64
"""For how many more tokens there is room when the keys have to move."""


class GrowingLayer(DynamicLayer):
    """A layer whose new keys are written behind the old ones.

    transformers' own copies all of them for every token: a third of the time of play at 300 tokens and 64 games.
    """

    _room: tuple[Tensor, Tensor] | None = None

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

    @staticmethod
    def _moved(kept: Tensor | None, states: Tensor, length: int) -> Tensor:
        """Return what is kept, in a place with room."""
        batch, heads, new, channels = states.shape
        room = states.new_empty(batch, heads, length + new + ROOM, channels)
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


def new_cache() -> Cache:
    """Return an empty cache for a model with full attention in all layers."""
    return Cache(layer_class_to_replicate=GrowingLayer)
