"""Methods that imitate games: Filtered BC and BC."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ImitationConfig:
    """Steps that raise the likelihood of what was said in some games."""

    steps: int = 3
    """Gradient steps per iteration (Filtered BC of ArCHer's paper: 3)."""
    batch: int = 32
    """Games per gradient step."""
    lr: float = 1e-5
    """Learning rate of Adam."""
    grad_clip: float = 1.0
    """Largest norm of the gradient."""
    token_budget: int = 16384
    """The most padded tokens in one forward pass; memory, not mathematics."""


@dataclass(frozen=True)
class FilteredBCConfig(ImitationConfig):
    """Settings of Filtered BC: imitate the best games of the replay buffer."""

    fraction: float = 0.1
    """Share of the buffer's games, by return, that are imitated (paper: 0.1)."""


@dataclass(frozen=True)
class BCConfig(ImitationConfig):
    """Settings of BC beyond the warm start: more steps on the same demonstrations."""
