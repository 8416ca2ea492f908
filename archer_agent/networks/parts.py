"""What a process keeps of sharded networks (`archer_agent.networks.sharding`), and what all of them have to do alike."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.distributed.fsdp import FSDPModule
from torch.distributed.tensor import DTensor

from archer_agent.networks.distributed import least


def is_sharded(network: nn.Module) -> bool:
    """Tell whether `shard` has spread a network."""
    return isinstance(network, FSDPModule)


def parts_of(network: nn.Module) -> Sequence[FSDPModule]:
    """Return what comes together by itself of a sharded network: its layers, and the network for what is left."""
    return [each for each in network.modules() if isinstance(each, FSDPModule)]


def part_again(network: nn.Module) -> None:
    """Let go of what a pass without gradient has left whole, before weights are looked at or changed."""
    for part in parts_of(network):
        part.reshard()


def even(batches: list[list[int]]) -> list[list[int]]:
    """Split the rows of batches further, until every process has as many batches.

    A process with very few rows can have the others take larger ones.

    Raises:
        ValueError: some process has no rows, and others have.
    """
    batches = [list(batch) for batch in batches]
    most, rows = -least(-len(batches)), least(sum(map(len, batches)))
    if most and not rows:
        raise ValueError("a process has nothing to learn from; give each more games")
    count = min(most, rows)
    while len(batches) < count:
        batches.sort(key=len)
        largest = batches.pop()
        middle = len(largest) // 2
        batches += [largest[:middle], largest[middle:]]
    while len(batches) > count:
        batches[-2:] = [batches[-2] + batches[-1]]
    return batches


def own_part(tensor: Tensor) -> Tensor:
    """Return what this process keeps of a tensor, the memory itself: all of it where it is not sharded."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def as_part_of(weight: Tensor, part: Tensor) -> Tensor:
    """Return what was the `own_part` of a tensor, sharded as a weight is; as it is where that is not sharded."""
    if not isinstance(weight, DTensor):
        return part
    return DTensor.from_local(
        part,
        weight.device_mesh,
        weight.placements,
        run_check=False,
        shape=weight.shape,
        stride=weight.stride(),
    )
