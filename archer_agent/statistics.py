"""Means with their uncertainty, as used in reports of training runs. The resampling is SciPy's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Statistic = Callable[..., Any]
"""Of one sample, or of several of the same length, along their last axis: ``statistic(*samples, axis=-1)``."""


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
    return _interval([values], np.mean, level, resamples, seed)


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
    return float(_middle_half(np.asarray(values, dtype=np.float64)))


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
    return _interval([values], _middle_half, level, resamples, seed)


def ratio_interval(
    numerators: Sequence[float],
    denominators: Sequence[float],
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Return the ratio of two medians and its percentile bootstrap interval; pairs are drawn, such as those of one seed.

    Args:
        numerators: finite, one for each seed.
        denominators: finite and more than 0, of the same seeds.
        level: how often such intervals should hold the true ratio.
        resamples: how many samples of pairs are drawn with replacement.
        seed: of the draws.

    Returns:
        ``(ratio, low, high)``. A single pair is its own interval.

    Raises:
        ValueError: there are no pairs, or not as many of the one as of the other.
    """
    if len(numerators) != len(denominators):
        raise ValueError("each numerator needs its denominator")
    return _interval([numerators, denominators], _ratio_of_medians, level, resamples, seed)


def _middle_half(values: NDArray[np.float64], axis: int = -1) -> Any:
    return stats.trim_mean(values, 0.25, axis=axis)


def _ratio_of_medians(
    numerators: NDArray[np.float64], denominators: NDArray[np.float64], axis: int = -1
) -> Any:
    return np.median(numerators, axis=axis) / np.median(denominators, axis=axis)


def _interval(
    samples: Sequence[Sequence[float]],
    statistic: Statistic,
    level: float,
    resamples: int,
    seed: int,
) -> tuple[float, float, float]:
    data = [np.asarray(values, dtype=np.float64) for values in samples]
    if data[0].size == 0:
        raise ValueError("the mean of no values is undefined")
    middle = float(statistic(*data, axis=-1))
    if data[0].size == 1:
        return middle, middle, middle
    interval = stats.bootstrap(
        data,
        statistic,
        n_resamples=resamples,
        confidence_level=level,
        paired=len(data) > 1,
        method="percentile",
        vectorized=True,
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return middle, float(interval.low), float(interval.high)
