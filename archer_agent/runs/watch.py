"""A word about what seems to hang: an environment that waits for something has nobody else to say so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS = 60.0
"""Without a sign of life, after which a word is said."""


@contextmanager
def watched(note: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """Say once that nothing happens, where nothing happens for a minute.

    Args:
        note: what says it, from a thread of its own.

    Yields:
        What is to be called at every sign of life.
    """
    alive, over = threading.Event(), threading.Event()

    def wait() -> None:
        while alive.wait(SECONDS):
            alive.clear()
            if over.is_set():
                return
        note(
            f"no turn has come to its end for {SECONDS:.0f} s: the environment or its oracle may hang. "
            "Ctrl-C twice stops at once; what was kept stays"
        )

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield alive.set
    finally:
        over.set()
        alive.set()
        thread.join()
