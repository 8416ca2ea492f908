"""When a run ends: after so many iterations or minutes, or on Ctrl-C."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from archer_agent.runs.records import is_finished
from archer_agent.settings import LoopConfig


@dataclass(frozen=True)
class Budget:
    """When the run ends: whichever comes first. None means no limit."""

    iterations: int | None = None
    """Iterations of reinforcement learning."""
    seconds: float | None = None
    """Wall-clock seconds from the start of the run."""

    @classmethod
    def of(cls, loop: LoopConfig) -> Budget:
        """Return the budget that the settings name."""
        return cls(loop.iterations, None if loop.minutes is None else 60 * loop.minutes)

    def is_spent(self, iterations: int, seconds: float) -> bool:
        """Tell whether nothing is left after so many iterations and seconds."""
        out_of_time = self.seconds is not None and seconds >= self.seconds
        return out_of_time or (self.iterations is not None and iterations >= self.iterations)


def spent_budget(loop: LoopConfig, run: Path) -> str | None:
    """Say of a run that came to its end what it has spent, and how to go on; None if there is more to spend now."""
    if not is_finished(run):
        return None
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    if summary["iterations"] >= loop.iterations:
        return (
            f"{summary['iterations']} iterations are done; "
            f"for more, --resume {run} --loop.iterations {2 * summary['iterations']}"
        )
    if loop.minutes is not None and summary["seconds"] >= 60 * loop.minutes:
        return (
            f"{summary['seconds'] / 60:.1f} minutes are spent; "
            f"for more, --resume {run} --loop.minutes {2 * loop.minutes:g}"
        )
    return None


@dataclass
class Interruption:
    """Whether Ctrl-C was pressed."""

    happened: bool = False

    @contextmanager
    def awaited(self, note: Callable[[str], None]) -> Iterator[None]:
        """Let the first Ctrl-C be noted alone, so that a loop can end after its iteration; the second one interrupts.

        Args:
            note: told what will come of the first one.
        """

        def on_signal(number: int, frame: FrameType | None) -> None:
            if self.happened:
                raise KeyboardInterrupt
            self.happened = True
            note("stopping after this iteration; press Ctrl-C again to stop at once")

        before = signal.signal(signal.SIGINT, on_signal)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
