"""Means with their uncertainty, as used in reports of training runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def mean_interval(
    values: Sequence[float], level: float = 0.95, resamples: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Return the mean and its percentile bootstrap interval (Efron 1979).

    Args:
        values: independent outcomes, for example the returns of evaluation games.
        level: how often such intervals should hold the true mean.
        resamples: how many samples are drawn with replacement; their means give the percentiles.
        seed: of the draws; the same values and seed give the same interval.

    Returns:
        ``(mean, low, high)``. A single value is its own interval.

    Raises:
        ValueError: there are no values.
    """
    sample = np.asarray(values, dtype=np.float64)
    if sample.size == 0:
        raise ValueError("the mean of no values is undefined")
    rng = np.random.default_rng(seed)
    means = [sample[rng.integers(sample.size, size=sample.size)].mean() for _ in range(resamples)]
    low, high = np.quantile(means, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(sample.mean()), float(low), float(high)


def interquartile_mean(values: Sequence[float]) -> float:
    """Return the mean of the middle half of the values.

    A quarter of them, rounded down, is left out at either end. It is less moved by a few outliers
    than the mean, and uses more of the data than the median (Agarwal et al. 2021, "Deep
    Reinforcement Learning at the Edge of the Statistical Precipice").

    Raises:
        ValueError: there are no values.
    """
    if len(values) == 0:
        raise ValueError("the mean of no values is undefined")
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    cut = len(ordered) // 4
    return float(ordered[cut : len(ordered) - cut].mean())


def interquartile_interval(
    values: Sequence[float], level: float = 0.95, resamples: int = 1000, seed: int = 0
) -> tuple[float, float, float]:
    """Return the interquartile mean and its percentile bootstrap interval.

    Args:
        values: independent outcomes, one for each seed.
        level: how often such intervals should hold the true value.
        resamples: how many samples are drawn with replacement.
        seed: of the draws.

    Returns:
        ``(mean, low, high)``. A single value is its own interval.

    Raises:
        ValueError: there are no values.
    """
    middle = interquartile_mean(values)
    sample = np.asarray(values, dtype=np.float64)
    drawn = np.random.default_rng(seed).choice(sample, size=(resamples, sample.size))
    cut = sample.size // 4
    means = np.sort(drawn, axis=1)[:, cut : sample.size - cut].mean(1)
    low, high = np.quantile(means, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return middle, float(low), float(high)
