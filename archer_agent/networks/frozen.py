"""The lowest layers of a decoder, which nothing trains: what they make of a text is computed once, and kept.

Actor, critic, target and reference read the same games again and again: in passes over a batch, in each other's turn, with
candidates hung on. Where adapters begin at some layer, the states that enter it depend on the tokens alone.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

CAPACITY = 1 << 17
"""The most tokens whose states are kept: 300 MB at a width of 576 in float32. When it is full all are forgotten."""


class FrozenLayers:
    """The layers of a decoder below the first that is trained, and the decoder above them.

    Args:
        model: a Hugging Face decoder without head, laid out as Llama is.
        count: how many layers nothing trains.
        capacity: the most tokens whose states are kept.

    Attributes:
        above: the layers above, with the last norm; takes states for embeddings.

    Raises:
        ValueError: the model is laid out in another way.
    """

    def __init__(self, model: Any, count: int, capacity: int = CAPACITY) -> None:
        if not all(hasattr(model, part) for part in ("embed_tokens", "layers", "norm")):
            raise ValueError(
                f"the layers of a {type(model).__name__} cannot be split; leave --model.lora-layers out"
            )
        self._below = _part(model, model.layers[:count], nn.Identity())
        self.above = _part(model, model.layers[count:], model.norm)
        self._capacity = capacity
        self._forget()

    def _forget(self) -> None:
        # A token is known by the one before it and its id: a prefix tree of all that was read.
        self._number: dict[tuple[int, int], int] = {}
        self._states = torch.empty(0, 0)

    @torch.no_grad()
    def states(
        self,
        ids: Tensor,
        positions: Tensor,
        visible: Tensor,
        mask: Tensor,
        run: Callable[..., Tensor],
    ) -> Tensor:
        """Return what enters the first layer that is trained: (B, L, width).

        Args:
            ids: (B, L).
            positions: (B, L), each token's place in its own text.
            visible: (B, L, L), True where a query may see a key: itself, and all of its text that comes before.
            mask: (B, 1, L, L), the same as attention layers take it.
            run: from a model and its inputs to its last hidden states.
        """
        if self._states.device != ids.device or len(self._number) + ids.numel() > self._capacity:
            self._forget()
        known = len(self._number)
        before = visible & (positions[:, None, :] == positions[:, :, None] - 1)
        previous = torch.where(before.any(-1), before.int().argmax(-1), -1)
        numbers = [self._numbers(*row) for row in zip(ids.tolist(), previous.tolist(), strict=True)]
        missing = [i for i, row in enumerate(numbers) if max(row) >= known]
        index = torch.tensor(numbers, device=ids.device)
        if missing:
            new = run(
                self._below,
                input_ids=ids[missing],
                position_ids=positions[missing],
                attention_mask=mask[missing],
            )
            self._grow(new)
            self._states[index[missing]] = new
        return self._states[index]

    def _numbers(self, ids: Sequence[int], previous: Sequence[int]) -> list[int]:
        """Number the tokens of a row, new ones from where the numbers end."""
        number = self._number
        row: list[int] = []
        for token, column in zip(ids, previous, strict=True):
            path = (row[column] if column >= 0 else -1, token)
            row.append(number.setdefault(path, len(number)))
        return row

    def _grow(self, new: Tensor) -> None:
        """Make room for the states of all tokens that have a number."""
        count = len(self._number)
        if count > len(self._states):
            # One batch may hold more than is kept.
            room = new.new_empty(max(count, min(2 * count, self._capacity)), new.shape[-1])
            if len(self._states):
                room[: len(self._states)] = self._states
            self._states = room


def _part(model: Any, layers: nn.ModuleList, norm: nn.Module) -> Any:
    """Return a decoder of some of a decoder's layers, its own in every other respect."""
    part = copy.copy(model)
    part._modules = {**model._modules, "layers": layers, "norm": norm}
    return part
