"""Several processes that train one agent: each plays and samples its own share, gradients meet in every step.

The convention: a process divides the sum of its losses by the *mean count per process* (of tokens, turns, ...), and
gradients and metrics are averaged over processes. The result is that of all rows in one process, however unevenly
they are spread. With one process none of this does anything.

Statistics of which there is but one, such as the spread by which advantages are scaled, are taken `from_all`.

Processes are started by torchrun, or anything else that sets RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT. Numbers meet
on the CPU, through gloo; gradients where they are, on GPUs through NCCL.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import numpy as np
import torch
from torch import Tensor, distributed
from torch.distributed.rendezvous import rendezvous

MEETING = timedelta(minutes=5)
"""How long processes wait for each other when they start: one of them may have been killed by then."""
_BUCKET = 1 << 25
"""The most numbers of gradients in one message: 128 MiB of float32 beside the gradients themselves."""
_LOST = (
    "Timed out waiting",
    "caused pair closure",
    "closed by peer",
    "reset by peer",
    "Broken pipe",
)
"""What gloo says of a process that has not answered in time, or is no more; it has no exceptions of its own."""


@contextmanager
def process_group(device: str = "cpu", patience: timedelta = timedelta(days=1)) -> Iterator[None]:
    """Join the other processes, where the environment says that there are any.

    Args:
        device: where the networks are. Of several GPUs each process of a machine takes the one of its number there.
        patience: how long a process waits for the others.

    Raises:
        TimeoutError: not all of them have come, or one does not answer any more.
        ValueError: processes cannot exchange gradients on such a device.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    kind = device.partition(":")[0]
    if kind not in ("cpu", "cuda"):
        raise ValueError(f"several processes can have --device cpu or cuda, not {device}")
    if kind == "cuda" and device != kind and int(os.environ.get("LOCAL_WORLD_SIZE", "1")) > 1:
        raise ValueError(
            f"several processes of one machine cannot all have --device {device}: with --device cuda each takes one of "
            "the GPUs in CUDA_VISIBLE_DEVICES"
        )
    on_gpus = kind == "cuda" and torch.cuda.is_available()
    if on_gpus and device == "cuda":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    try:
        store, own, count = next(rendezvous("env://", timeout=MEETING))
        distributed.init_process_group(
            "cpu:gloo,cuda:nccl" if on_gpus else "gloo",
            store=store,
            rank=own,
            world_size=count,
            timeout=patience,
        )
    except distributed.DistError as error:
        raise TimeoutError(
            f"not all processes have come within {MEETING}; start all of them again"
        ) from error
    try:
        yield
    except RuntimeError as error:
        if any(sign in str(error) for sign in _LOST):
            raise TimeoutError(
                f"another process has ended, or has not answered for {patience} (--distributed.timeout-minutes); what "
                "was wrong there is for its own output to say; go on from the last checkpoint with --resume, all "
                "processes together"
            ) from error
        raise
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
    total(0.0)


def total(value: float) -> float:
    """Return the sum of a number over all processes."""
    if world_size() == 1:
        return value
    summed = torch.tensor(value, dtype=torch.float64)
    distributed.all_reduce(summed)
    return summed.item()


def anywhere(condition: bool) -> bool:
    """Tell whether something is so in any process."""
    return total(condition) > 0


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


def from_all(values: Tensor) -> Tensor:
    """Return the values (N,) of all processes, one after another: (sum of N,).

    Their numbers may differ; what is returned is on the same device, without gradient.
    """
    if world_size() == 1:
        return values
    return torch.cat(_gather(values.detach().cpu())).to(values.device)


def records_from_all(records: Sequence[Any]) -> list[list[Any]]:
    """Return the JSON values of each process, by its number."""
    if world_size() == 1:
        return [list(records)]
    text = np.frombuffer(json.dumps(records).encode(), dtype=np.uint8)
    gathered = _gather(torch.from_numpy(text.copy()))
    return [json.loads(part.numpy().tobytes()) for part in gathered]


def _gather(values: Tensor) -> list[Tensor]:
    """Return what each process has: (N,) on the CPU, each its own N."""
    lengths = [torch.zeros(1, dtype=torch.long) for _ in range(world_size())]
    distributed.all_gather(lengths, torch.tensor([len(values)]))
    longest = int(max(lengths))
    padded = values.new_zeros(longest)
    padded[: len(values)] = values
    parts = [torch.empty_like(padded) for _ in lengths]
    distributed.all_gather(parts, padded)
    return [part[: int(length)] for part, length in zip(parts, lengths, strict=True)]


@torch.no_grad()
def average_gradients(parameters: Iterable[Tensor]) -> None:
    """Average gradients over all processes, in place and where they are; what has none counts as zero."""
    if world_size() == 1:
        return
    gradients: list[Tensor] = []
    for parameter in parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
        gradients.append(parameter.grad)
    for bucket in _buckets(gradients):
        flat = torch.cat([gradient.flatten() for gradient in bucket])
        distributed.all_reduce(flat)
        flat /= world_size()
        parts = flat.split([gradient.numel() for gradient in bucket])
        for gradient, part in zip(bucket, parts, strict=True):
            gradient.copy_(part.view_as(gradient))


def _buckets(tensors: Sequence[Tensor]) -> Iterator[list[Tensor]]:
    """Part tensors, in their order, into messages of at most `_BUCKET` numbers; a larger one goes alone."""
    bucket: list[Tensor] = []
    size = 0
    for tensor in tensors:
        if bucket and size + tensor.numel() > _BUCKET:
            yield bucket
            bucket, size = [], 0
        bucket.append(tensor)
        size += tensor.numel()
    if bucket:
        yield bucket
