"""The phases of gradient steps before the loop, which can take longer than one likes to lose: how far each has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from archer_agent.networks import distributed
from archer_agent.runs.budget import Interruption
from archer_agent.runs.checkpoint import prune_checkpoints, save_checkpoint

_SECONDS = 60.0
"""Between two checkpoints of a phase, at least."""
_SHARE = 20.0
"""A phase spends at most one part in so many of its time on checkpoints."""
_LOSSES = 50
"""How many of the last losses count for the one that is told at the end."""


class Stage:
    """A phase of gradient steps.

    It is kept once a minute, and when the run is asked to end. When that is has no bearing on what comes of it.

    Args:
        name: of the phase, and of the folder of its checkpoints.
        folder: of this process's checkpoints.
        interruption: whether the run was asked to end.
        state: returns what else must survive of the run.

    Attributes:
        step: how many steps are done.
        behind: how many of them the present callback does not count.
        losses: the last of them.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        interruption: Interruption,
        state: Callable[[], Mapping[str, Any]],
    ) -> None:
        self.name = name
        self.step = self.behind = 0
        self.losses: list[float] = []
        self._folder = folder / name
        self._interruption = interruption
        self._state = state
        self._parts: dict[str, Any] = {}
        self._own_state: Callable[[], Mapping[str, Any]] = dict
        self._kept_at = time.monotonic()
        self._pause = _SECONDS

    def holds(
        self,
        modules: Mapping[str, nn.Module],
        optimizers: Mapping[str, torch.optim.Optimizer],
        generators: Mapping[str, torch.Generator | np.random.Generator],
        folders: Mapping[str, Path] | None = None,
        state: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        """Say what must survive, as `archer_agent.runs.checkpoint.save_checkpoint` takes it."""
        self._parts = {"modules": modules, "optimizers": optimizers, "generators": generators}
        self._parts["folders"] = folders
        self._own_state = state

    def go_on(self, state: Mapping[str, Any]) -> None:
        """Go on from what `keep` has written."""
        self.step, self.losses = state["step"], list(state["losses"])

    @property
    def loss(self) -> float:
        """The mean of the last losses."""
        return float(np.mean(self.losses))

    def take(self, step: int, loss: float) -> None:
        """Note a gradient step; keep how far the phase has come where it is time to.

        Raises:
            KeyboardInterrupt: the run was asked to end, and all is kept.
        """
        self.step = step
        self.losses = [*self.losses, loss][-_LOSSES:]
        is_due = not distributed.rank() and time.monotonic() - self._kept_at > self._pause
        # Processes keep and stop at the same step.
        stops = distributed.total(self._interruption.happened) > 0
        if stops or distributed.total(is_due) > 0:
            self.keep()
        if stops:
            raise KeyboardInterrupt

    def keep(self) -> None:
        """Write a checkpoint, the only one of this phase from then on."""
        began = time.monotonic()
        place = self._folder / f"{self.step:06d}"
        if not place.exists():
            progress = {"step": self.step, "losses": self.losses, **self._own_state()}
            save_checkpoint(place, state={**self._state(), **progress}, **self._parts)
        prune_checkpoints(self._folder, keep=1)
        self._kept_at = time.monotonic()
        self._pause = max(_SECONDS, _SHARE * (self._kept_at - began))
