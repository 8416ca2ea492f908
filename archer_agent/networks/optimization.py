"""Gradient steps: clipped, refused where the numbers have run away, and the optimizers that take them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.tensor import DTensor

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
        text = json.dumps(self.batch, ensure_ascii=False) + "\n"
        path.write_text(text, encoding="utf-8", errors="backslashreplace")


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
    # Sharded ones have been averaged in the backward pass.
    average_gradients(p for p in parameters if not isinstance(p, DTensor))
    whole_norm = torch.nn.utils.clip_grad_norm_(parameters, grad_clip)
    if isinstance(whole_norm, DTensor):
        whole_norm = whole_norm.full_tensor()
    norm = whole_norm.item()
    if not torch.tensor(norm).isfinite():
        raise NonFiniteGradient(batch())
    optimizer.step()
    return norm


_MOMENTUM = 0.95


class Muon(torch.optim.Adam):
    """Muon for a transformer's hidden matrices, Adam for the rest: embeddings, the output layer, vectors.

    The momentum of a matrix is replaced by the nearest matrix whose singular values are all alike, so that directions
    which gradients seldom show are learned as fast as those which they always show (Jordan et al. 2024,
    https://kellerjordan.github.io/posts/muon/). A step is as large as Adam's of the same learning rate (Liu et al. 2025,
    arXiv 2502.16982, section 2.2). From random weights, it needs less than half of Adam's steps.

    torch.optim.Muon takes 17 times as long for small networks on a processor: it treats each matrix by itself, in
    bfloat16; and it leaves the rest to a second optimizer.

    Args:
        model: a transformer with embeddings, as of transformers.
        lr: the learning rate of both.
    """

    def __init__(self, model: Any, lr: float) -> None:
        outer = {id(m.weight) for m in model.modules() if isinstance(m, nn.Embedding)}
        outer.add(id(model.get_output_embeddings().weight))
        parameters = [p for p in model.parameters() if p.requires_grad]
        self.hidden = [p for p in parameters if p.ndim == 2 and id(p) not in outer]
        super().__init__(parameters, lr=lr, betas=(0.9, 0.95))

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Take one step; the gradients of the hidden matrices are then gone."""
        alike: dict[tuple[int, ...], list[tuple[nn.Parameter, Tensor]]] = {}
        for matrix in self.hidden:
            if matrix.grad is None:
                continue
            state = self.state[matrix]
            if not state:
                # Adam looks for "step" in every state that it loads.
                state |= {"step": torch.zeros(()), "momentum": torch.zeros_like(matrix)}
            state["momentum"].lerp_(matrix.grad, 1 - _MOMENTUM)
            ahead = matrix.grad.lerp(state["momentum"], _MOMENTUM)  # Nesterov's
            tall = ahead.shape[0] > ahead.shape[1]
            wide = ahead.mT if tall else ahead
            alike.setdefault((*wide.shape, tall), []).append((matrix, wide))
            matrix.grad = None  # Adam passes over what has no gradient
        super().step()
        for (_, longer, tall), pairs in alike.items():
            size = self.param_groups[0]["lr"] * 0.2 * longer**0.5
            for (matrix, _), update in zip(
                pairs, orthogonalized(torch.stack([wide for _, wide in pairs])), strict=True
            ):
                matrix.sub_(update.mT if tall else update, alpha=size)


def orthogonalized(matrices: Tensor) -> Tensor:
    """Return U V' of each matrix U S V', roughly: all singular values between .7 and 1.2.

    Five steps of a Newton-Schulz iteration whose coefficients are chosen for speed, not for accuracy (Jordan et al.).

    Args:
        matrices: (N, A, B) with A <= B.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    x: Tensor = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return x
