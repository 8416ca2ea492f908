"""Networks spread over processes: each keeps a part of every weight, of its gradient and of its optimizer's state.

torch's `fully_shard` (FSDP2; Zhao et al. 2023, arXiv 2304.11277) does it: the weights of a layer come together when a pass
reaches it and part again behind it; gradients are averaged where the parts are, and optimizers step on the parts.

Every pass is then one that all processes take together. Where they learn, each takes as many batches.
Where they play, each as long as its own games last, weights stay `whole` meanwhile.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, fully_shard, register_fsdp_forward_method
from torch.distributed.tensor import DTensor
from transformers.modeling_layers import GradientCheckpointingLayer

from archer_agent.networks.backbone import Network
from archer_agent.networks.distributed import world_size
from archer_agent.networks.parts import part_again, parts_of


def shard(
    networks: Iterable[Network],
    device: torch.device,
    optimizers: Iterable[torch.optim.Optimizer] = (),
) -> None:
    """Spread networks over the processes, in place; leave them as they are where there is but one.

    Args:
        networks: which all processes have alike; every layer of their transformers comes together by itself, and what
            is left as one.
        device: where they are.
        optimizers: of their weights, none of which has taken a step.
    """
    if world_size() == 1:
        return
    # Nothing changes in place what a pass returns, which torch warns of.
    warnings.filterwarnings("ignore", message="FSDP2-wrapped module .* returned a view")
    mesh = init_device_mesh(device.type, (world_size(),))
    parts: dict[Tensor, Tensor] = {}
    for network in networks:
        before = dict(network.named_parameters())
        for layer in _layers(network):
            fully_shard(layer, mesh=mesh)
        root = fully_shard(network, mesh=mesh)
        # What no row of a batch has used counts as zero, as it does where gradients are averaged.
        root.set_reduce_scatter_unused_params(True)
        for method in network.begins_passes:
            register_fsdp_forward_method(network, method)
        parts |= {before[name]: part for name, part in network.named_parameters()}
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["params"] = [parts[weight] for weight in group["params"]]


@contextmanager
def whole(*networks: nn.Module) -> Iterator[None]:
    """Keep networks whole in every process, to be passed as often as each likes; nothing may learn meanwhile.

    All processes begin it together. It does nothing for a network that is not sharded, or is whole already.
    """
    gathered = [each for each in networks if isinstance(each, FSDPModule) and not _is_whole(each)]
    for network in gathered:
        network.set_reshard_after_forward(False)
        for part in parts_of(network):
            part.unshard()
    try:
        yield
    finally:
        for network in gathered:
            part_again(network)
            for layer in _layers(network):
                assert isinstance(layer, FSDPModule)
                layer.set_reshard_after_forward(True)


@torch.no_grad()
def fill_whole(network: nn.Module, sharded: nn.Module) -> None:
    """Fill a network that is not sharded with the weights of one that is, in every process."""
    with whole(sharded):
        theirs = [*sharded.parameters(), *sharded.buffers()]
        for own, value in zip([*network.parameters(), *network.buffers()], theirs, strict=True):
            own.copy_(value)


def _layers(network: nn.Module) -> Sequence[nn.Module]:
    return [each for each in network.modules() if isinstance(each, GradientCheckpointingLayer)]


def _is_whole(network: nn.Module) -> bool:
    return not any(isinstance(weight, DTensor) for weight in network.parameters())
