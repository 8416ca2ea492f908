"""Attention masks for what plain batches cannot express: ragged key-value caches, and trees.

A *tree* is a trunk (the tokens of a game so far) with branches (candidate utterances) that each continue one of
its prefixes. Laid out in one row, trunk first, every branch sees its own prefix of the trunk and itself, and
nothing else: one forward pass gives what a pass per candidate would, without repeating the prefix. As far as a branch
says what the trunk or another branch says there too, it is one with it: what is said alike is read once.

All masks are explicit and additive, (B, 1, queries, keys), and positions are always passed, so that a padded row
computes exactly what the row alone would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(slots=True)
class Branch:
    """A continuation of a trunk.

    Attributes:
        row: the trunk it belongs to.
        parent: the position of the trunk's token that the branch follows.
        ids: its tokens.
    """

    row: int
    parent: int
    ids: Sequence[int]


@dataclass(slots=True)
class Tree:
    """Padded tensors of trunks with their branches.

    Attributes:
        ids: (B, L).
        positions: (B, L), a branch counts on from its parent.
        visible: (B, L, L), True where a query may see a key; padding sees itself alone.
        branch_columns: for each branch, the column of each of its tokens.
    """

    ids: Tensor
    positions: Tensor
    visible: Tensor
    branch_columns: list[list[int]]


def build_tree(
    trunks: Sequence[Sequence[int]], branches: Sequence[Branch], device: torch.device
) -> Tree:
    """Lay trunks and branches out in padded rows; with no branches this is an ordinary padded batch."""
    used = [len(trunk) for trunk in trunks]
    # By the column before it and its id, the column of every token that is there already.
    known = [
        {(column - 1, token): column for column, token in enumerate(trunk)} if branches else {}
        for trunk in trunks
    ]
    branch_columns: list[list[int]] = []
    shared: list[int] = []  # how many tokens of each branch were there before it
    for branch in branches:
        there, before, first_new = known[branch.row], branch.parent, used[branch.row]
        columns: list[int] = []
        for token in branch.ids:
            before = there.setdefault((before, token), used[branch.row])
            used[branch.row] = max(used[branch.row], before + 1)
            columns.append(before)
        branch_columns.append(columns)
        shared.append(sum(column < first_new for column in columns))
    rows, length = len(trunks), max(used)
    ids = np.zeros((rows, length), dtype=np.int64)
    positions = np.zeros((rows, length), dtype=np.int64)
    visible = np.zeros((rows, length, length), dtype=np.bool_)
    visible[:, np.arange(length), np.arange(length)] = True
    causal = np.tri(length, dtype=np.bool_)
    for row, trunk in enumerate(trunks):
        here = slice(len(trunk))
        ids[row, here] = trunk
        positions[row, here] = np.arange(len(trunk))
        visible[row, here, here] = causal[here, here]
    for branch, columns, old in zip(branches, branch_columns, shared, strict=True):
        if new := len(columns) - old:
            here = slice(columns[old], columns[old] + new)
            ids[branch.row, here] = branch.ids[old:]
            positions[branch.row, here] = branch.parent + 1 + np.arange(old, len(columns))
            # What the token before it sees, and of itself what has been said.
            before = columns[old - 1] if old else branch.parent
            visible[branch.row, here] = visible[branch.row, before]
            visible[branch.row, here, here] = causal[:new, :new]
    ids_t, positions_t, visible_t = (
        torch.from_numpy(each).to(device) for each in (ids, positions, visible)
    )
    return Tree(ids_t, positions_t, visible_t, branch_columns)


def shared_opening(ids: Tensor, positions: Tensor, visible: Tensor) -> int:
    """Return how many columns all rows begin with alike, at most all but one: the same tokens that see the same.

    Args:
        ids: (B, L).
        positions: (B, L).
        visible: (B, L, L), True where a query may see a key.
    """
    alike = (ids == ids[:1]).all(0) & (positions == positions[:1]).all(0)
    count = min(_leading(alike), ids.shape[1] - 1)
    before = visible[:, :count, :count]
    return _leading((before == before[:1]).all(0).all(-1))


def _leading(flags: Tensor) -> int:
    """Return how many flags (N,) are True before the first that is not."""
    return int(flags.int().cumprod(0).sum())


def additive(visible: Tensor, dtype: torch.dtype) -> Tensor:
    """Turn (B, queries, keys) of bool into the additive (B, 1, queries, keys) that attention layers take."""
    mask = torch.zeros(visible.shape, dtype=dtype, device=visible.device)
    return mask.masked_fill_(~visible, torch.finfo(dtype).min)[:, None]


def chunks(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Split rows into batches of similar length whose padded size stays within ``budget`` tokens.

    Args:
        lengths: tokens of each row.
        budget: rows x longest row of a batch; a single longer row makes a batch of its own.

    Yields:
        Row numbers; every row exactly once.
    """
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
