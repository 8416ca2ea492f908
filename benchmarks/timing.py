"""What benchmarks measure with: seconds by phase, and the most memory that was held; also where a GPU does the work."""

from __future__ import annotations

import gc
import resource
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

import torch

T = TypeVar("T")


def clock() -> float:
    """Return the clock's seconds, when a GPU that is used has done all that it was asked for."""
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()
    return time.perf_counter()


def seconds(work: Callable[[], object]) -> float:
    """Return what some work takes: of the processor's time, which others disturb least, or on a GPU of the clock's."""
    now = clock if torch.cuda.is_initialized() else time.process_time
    before = now()
    work()
    return now() - before


def peak_gib() -> float:
    """Return the most memory that was held so far: the GPU's, by tensors, where one is used, else the process's."""
    if torch.cuda.is_initialized():
        return torch.cuda.max_memory_allocated() / 2**30
    return resident_peak_gib()


def forget_peak() -> None:
    """Give back what a GPU no longer needs, and begin to count its memory anew; a process's peak cannot be forgotten."""
    gc.collect()
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def resident_peak_gib() -> float:
    """Return the most memory that the process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


class Stopwatch:
    """Adds up the seconds of named phases; a phase within another one is not counted twice.

    Args:
        now: what tells the seconds.
    """

    def __init__(self, now: Callable[[], float] = clock) -> None:
        self._now = now
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._within = 0.0

    def time(self, phase: str, work: Callable[[], T]) -> T:
        """Do some work, and add what it took to its phase."""
        before, self._within = self._within, 0.0
        start = self._now()
        try:
            return work()
        finally:
            taken = self._now() - start
            self.seconds[phase] += taken - self._within
            self._within = before + taken
