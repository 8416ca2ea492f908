"""In what units a critic counts: from the mean of the returns it has seen, in steps of their spread."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from archer_agent.networks.distributed import total


class Scale(nn.Module):
    """What a head puts out, told in points of the game, and the other way round; at first they are the same.

    One learning rate then does for games of 1 and of 300 points (normalized value targets: van Hasselt et al. 2016,
    arXiv 1602.07714, here by the first games alone, so that nothing moves under the critic later).

    Attributes:
        zero: the return that an output of 0 stands for: a scalar.
        unit: by how much an output of 1 is more: a scalar, positive.
    """

    zero: Tensor
    unit: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("zero", torch.tensor(0.0))
        self.register_buffer("unit", torch.tensor(1.0))

    def value(self, out: Tensor) -> Tensor:
        """Tell outputs as returns."""
        return self.zero + self.unit * out

    def normal(self, value: Tensor) -> Tensor:
        """Tell returns as outputs."""
        return (value - self.zero) / self.unit

    def adopt(self, returns: Sequence[float]) -> None:
        """Count from the mean of returns, in units of their spread over all processes; in points where they do not differ.

        Args:
            returns: from each turn on, of all games.
        """
        # Games of one process may have more turns than those of another.
        count = total(len(returns))
        mean = total(math.fsum(returns)) / count
        square = total(math.fsum((value - mean) ** 2 for value in returns)) / count
        self.zero.fill_(mean)
        self.unit.fill_(math.sqrt(square) if square > 1e-12 * mean**2 else 1.0)
