"""When a run ends: after so many iterations or minutes, or on Ctrl-C and other signals."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from archer_agent.runs.records import read_summary
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
    summary = read_summary(run)
    if summary is None or summary["interrupted"]:
        return None
    if loop.iterations is not None and summary["iterations"] >= loop.iterations:
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
    """Whether the run was asked to end: by Ctrl-C, or by a signal as schedulers and closing terminals send them."""

    happened: bool = False

    @contextmanager
    def awaited(self, note: Callable[[str], None]) -> Iterator[None]:
        """Let the first signal be noted alone, so that a run can end where it can go on from; the second interrupts.

        Outside the main thread, where Python takes no signals, nothing is awaited.

        Args:
            note: told what will come of the first one.
        """

        def on_signal(number: int, frame: FrameType | None) -> None:
            if self.happened:
                raise KeyboardInterrupt
            self.happened = True
            with suppress(RuntimeError):  # the signal came in the middle of another line
                note("stopping as soon as all is kept; press Ctrl-C again to stop at once")

        before = {}
        if threading.current_thread() is threading.main_thread():
            # Under nohup a hangup is nothing to a process, and shall be nothing here.
            awaited = [each for each in _SIGNALS if not _is_ignored_hangup(each)]
            before = {each: signal.signal(each, on_signal) for each in awaited}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


_SIGNALS = [signal.SIGINT, signal.SIGTERM]
if hasattr(signal, "SIGHUP"):  # which Windows does not have
    _SIGNALS.append(signal.SIGHUP)


def _is_ignored_hangup(number: signal.Signals) -> bool:
    return number.name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN
