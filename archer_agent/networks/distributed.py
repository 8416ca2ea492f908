"""Several processes that train one agent: each plays and samples its own share, gradients meet in every step.

The convention: a process divides the sum of its losses by the *mean count per process* (of tokens, turns, ...), and
gradients and metrics are averaged over processes. The result is that of all rows in one process, however unevenly
they are spread. With one process none of this does anything.

Processes are started by torchrun, or anything else that sets RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, and talk
through gloo, tensors on the CPU.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import numpy as np
import torch
from torch import Tensor, distributed
from torch.distributed.rendezvous import rendezvous

MEETING = timedelta(minutes=5)
"""How long processes wait for each other when they start: one of them may have been killed by then."""


@contextmanager
def process_group() -> Iterator[None]:
    """Join the other processes, where the environment says that there are any.

    Raises:
        TimeoutError: not all of them have come.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    try:
        store, own, count = next(rendezvous("env://", timeout=MEETING))
        # Later others wait while the first one evaluates.
        a_day = timedelta(days=1)
        distributed.init_process_group(
            "gloo", store=store, rank=own, world_size=count, timeout=a_day
        )
    except distributed.DistError as error:
        raise TimeoutError(
            f"not all processes have come within {MEETING}; start all of them again"
        ) from error
    try:
        yield
    finally:
        distributed.destroy_process_group()


def rank() -> int:
    """Return the number of this process; 0 is the one whose records count."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def world_size() -> int:
    """Return the number of processes."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def share(count: int, what: str) -> int:
    """Return how many of some things each process has.

    Args:
        count: of all of them.
        what: names the count in an error.

    Raises:
        ValueError: they cannot be shared equally.
    """
    own, rest = divmod(count, world_size())
    if rest:
        raise ValueError(f"{what} is {count}, which {world_size()} processes cannot share equally")
    return own


def own_seed(seed: int) -> int:
    """Return a seed for what each process draws by itself; that of the first is the given one."""
    return int(np.random.SeedSequence([seed, rank()]).generate_state(1)[0]) if rank() else seed


def wait_for_all() -> None:
    """Return when every process has come here."""
    if world_size() > 1:
        distributed.barrier()


def total(value: float) -> float:
    """Return the sum of a number over all processes."""
    if world_size() == 1:
        return value
    summed = torch.tensor(value, dtype=torch.float64)
    distributed.all_reduce(summed)
    return summed.item()


def least(value: int) -> int:
    """Return the smallest of a number over all processes."""
    if world_size() == 1:
        return value
    smallest = torch.tensor(value)
    distributed.all_reduce(smallest, distributed.ReduceOp.MIN)
    return int(smallest)


def greatest_common(numbers: Iterable[int]) -> int | None:
    """Return the greatest of some natural numbers that every process has; None where there is none."""
    left = set(numbers)
    while (greatest := least(max(left, default=-1))) >= 0:
        if total(greatest in left) == world_size():
            return greatest
        left = {number for number in left if number < greatest}
    return None


def average(value: float) -> float:
    """Return the mean of a number over all processes."""
    return total(value) / world_size()


def average_metrics(metrics: Mapping[str, float]) -> dict[str, float]:
    """Average metrics over all processes, which must have the same names."""
    return (
        {name: average(metrics[name]) for name in sorted(metrics)}
        if world_size() > 1
        else dict(metrics)
    )


@torch.no_grad()
def average_gradients(parameters: Iterable[Tensor]) -> None:
    """Average gradients over all processes, in place and in one message; what has none counts as zero."""
    if world_size() == 1:
        return
    parameters = list(parameters)
    for parameter in parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    flat = torch.cat([gradient.flatten().cpu() for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= world_size()
    parts = flat.split([gradient.numel() for gradient in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))
