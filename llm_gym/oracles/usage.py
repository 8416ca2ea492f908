"""What answers cost: tokens, repeated requests, money."""

from __future__ import annotations

import threading
from collections.abc import Mapping


class OracleError(RuntimeError):
    """An oracle could not answer; the message says why in one sentence."""


class Meter:
    """Adds up what an oracle uses; from any thread.

    Args:
        prices: money per million tokens read (``"input"``) and written (``"output"``); None where
            answers cost nothing.
    """

    def __init__(self, prices: Mapping[str, float] | None = None) -> None:
        self._prices = prices or {"input": 0.0, "output": 0.0}
        self._lock = threading.Lock()
        self._read = self._written = self._retries = 0

    def add(self, prompt_tokens: int = 0, completion_tokens: int = 0, retries: int = 0) -> None:
        """Count tokens read, tokens written and requests that are sent again."""
        with self._lock:
            self._read += prompt_tokens
            self._written += completion_tokens
            self._retries += retries

    def totals(self) -> dict[str, float]:
        """Return ``prompt_tokens``, ``completion_tokens``, ``retries`` and ``cost`` so far."""
        with self._lock:
            cost = self._read * self._prices["input"] + self._written * self._prices["output"]
            return {
                "prompt_tokens": self._read,
                "completion_tokens": self._written,
                "retries": self._retries,
                "cost": cost / 1e6,
            }
