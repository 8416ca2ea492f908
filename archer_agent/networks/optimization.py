"""One gradient step, which every method takes: clipped, and refused where the numbers have run away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from archer_agent.networks.distributed import average_gradients


class NonFiniteGradient(ValueError):
    """A gradient is infinite or not a number; no step was taken.

    Args:
        batch: what it came from, as JSON values.
    """

    def __init__(self, batch: Any) -> None:
        super().__init__("a gradient is not finite: the run has diverged")
        self.batch = batch

    def save(self, path: Path) -> None:
        """Write the batch as JSON, in which Python also reads NaN and infinities."""
        path.write_text(json.dumps(self.batch, ensure_ascii=False) + "\n", encoding="utf-8")


def clipped_step(
    optimizer: torch.optim.Optimizer, grad_clip: float, batch: Callable[[], Any]
) -> float:
    """Average the gradient of an optimizer's own parameters over processes, clip it, and take a step.

    Args:
        optimizer: of one network, so that no other's gradient counts in the norm.
        grad_clip: the largest norm.
        batch: returns what the gradient came from, as JSON values; called only where it is not finite.

    Returns:
        The norm before it was clipped.

    Raises:
        NonFiniteGradient: the norm is not finite; the weights are as they were.
    """
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    average_gradients(parameters)
    norm = torch.nn.utils.clip_grad_norm_(parameters, grad_clip).item()
    if not torch.tensor(norm).isfinite():
        raise NonFiniteGradient(batch())
    optimizer.step()
    return norm
