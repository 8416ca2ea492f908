"""Attention masks for what plain batches cannot express: ragged key-value caches, and trees.

A *tree* is a trunk (the tokens of a game so far) with branches (candidate utterances) that each continue one of
its prefixes. Laid out in one row, trunk first, every branch sees its own prefix of the trunk and itself, and
nothing else: one forward pass gives what a pass per candidate would, without repeating the prefix.

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
        branch_start: for each branch, the column of its first token; the others follow.
    """

    ids: Tensor
    positions: Tensor
    visible: Tensor
    branch_start: list[int]


def build_tree(
    trunks: Sequence[Sequence[int]], branches: Sequence[Branch], device: torch.device
) -> Tree:
    """Lay trunks and branches out in padded rows; with no branches this is an ordinary padded batch."""
    used = [len(trunk) for trunk in trunks]
    branch_start = []
    for branch in branches:
        branch_start.append(used[branch.row])
        used[branch.row] += len(branch.ids)
    rows, length = len(trunks), max(used)
    ids = np.zeros((rows, length), dtype=np.int64)
    positions = np.zeros((rows, length), dtype=np.int64)
    # A query sees the trunk's columns up to its limit, and the columns of its own branch before it.
    limit = np.full((rows, length), -1, dtype=np.int32)
    member = np.zeros((rows, length), dtype=np.int32)
    for row, trunk in enumerate(trunks):
        columns = np.arange(len(trunk))
        ids[row, : len(trunk)] = trunk
        positions[row, : len(trunk)] = columns
        limit[row, : len(trunk)] = columns
    for number, (branch, start) in enumerate(zip(branches, branch_start, strict=True), 1):
        here = slice(start, start + len(branch.ids))
        ids[branch.row, here] = branch.ids
        positions[branch.row, here] = branch.parent + 1 + np.arange(len(branch.ids))
        limit[branch.row, here] = branch.parent
        member[branch.row, here] = number
    key = torch.arange(length, device=device)
    limit_t = torch.from_numpy(limit).to(device)
    visible = key <= limit_t[:, :, None]
    if branches:
        member_t = torch.from_numpy(member).to(device)
        same = member_t[:, :, None] == member_t[:, None, :]
        visible |= same & (member_t > 0)[:, :, None] & (key <= key[:, None])
    visible |= torch.eye(length, dtype=torch.bool, device=device)
    return Tree(
        torch.from_numpy(ids).to(device),
        torch.from_numpy(positions).to(device),
        visible,
        branch_start,
    )


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
