"""The drawings of a report: inline SVG whose colours are the page's own, so that both schemes fit.

Matplotlib knows no CSS. So things are drawn in stand-in colours, which are then replaced by the
variables of the page's style sheet; text stays text, in the page's font.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK = "#000101"
_FAINT = "#000102"
_TRAINING = "#000103"
_EVALUATION = "#000104"
_DEMONSTRATIONS = "#000105"
_WARM_START = "#000106"
_VARIABLES = {
    _INK: "var(--ink)",
    _FAINT: "var(--line)",
    _TRAINING: "var(--blue)",
    _EVALUATION: "var(--orange)",
    _DEMONSTRATIONS: "var(--green)",
    _WARM_START: "var(--muted)",
}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "report",
    "font.size": 9.5,
    "text.color": _INK,
    "text.parse_math": False,  # labels are what settings say, dollar signs too
    "axes.edgecolor": _FAINT,
    "axes.labelcolor": _INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": _FAINT,
    "grid.linewidth": 0.6,
    "xtick.color": _FAINT,
    "ytick.color": _FAINT,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "axes.formatter.useoffset": False,
    "axes.unicode_minus": True,
}


@dataclass(frozen=True)
class Point:
    """A mean of evaluation games on the learning curve.

    Attributes:
        games: training games played before.
        mean: of the returns.
        low: lower end of the interval; the mean itself where there is none.
        high: upper end.
    """

    games: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Series:
    """One line of a small chart: a value for each x."""

    label: str
    x: Sequence[float]
    y: Sequence[float]


def learning_curve(
    training: Sequence[tuple[int, float, float]],
    evaluations: Sequence[Point],
    demonstrations: float | None,
    warm_start: float | None,
    narrow: bool = False,
) -> str:
    """Draw return against training games.

    Args:
        training: ``(games so far, mean, standard deviation)`` of the games of each iteration.
        evaluations: of the policy in training.
        demonstrations: their mean return.
        warm_start: the mean return of the policy before reinforcement learning.
        narrow: for the screen of a telephone.

    Returns:
        An ``svg`` element.
    """
    import matplotlib

    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure(4.4, 4.2) if narrow else _figure(10.6, 3.9)
        # The top margin holds the legend.
        if narrow:
            figure.subplots_adjust(left=0.14, right=0.975, bottom=0.12, top=0.73)
            axes.locator_params(axis="x", nbins=5)
        else:
            figure.subplots_adjust(left=0.068, right=0.985, bottom=0.13, top=0.88)
        for value, colour, label in (
            (demonstrations, _DEMONSTRATIONS, "demonstrations"),
            (warm_start, _WARM_START, "warm start"),
        ):
            if value is not None:
                axes.axhline(value, color=colour, linestyle=(0, (5, 3)), linewidth=1.4, label=label)
        if training:
            games, mean, std = (
                np.array(column, dtype=float) for column in zip(*training, strict=True)
            )
            axes.fill_between(
                games,
                mean - std,
                mean + std,
                color=_TRAINING,
                alpha=0.14,
                linewidth=0,
                label="± one standard deviation of games",
            )
            axes.plot(games, mean, color=_TRAINING, linewidth=1.8, label="training games, mean")
        if evaluations:
            mean = np.array([point.mean for point in evaluations])
            axes.errorbar(
                [point.games for point in evaluations],
                mean,
                yerr=[
                    mean - [point.low for point in evaluations],
                    [point.high for point in evaluations] - mean,
                ],
                color=_EVALUATION,
                fmt="o",
                markersize=5.5,
                capsize=3,
                linewidth=1.6,
                zorder=4,
                label="evaluation, 95 % interval",
            )
        axes.set_xlabel("training games")
        axes.set_ylabel("return")
        axes.margins(x=0.015)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.legend(
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            ncols=1 if narrow else 5,
            frameon=False,
            columnspacing=1.6,
            handlelength=1.8,
        )
        return _svg(figure, "Return against training games")


@dataclass(frozen=True)
class Band:
    """A curve with an interval around it."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def bands(curves: Sequence[Band], narrow: bool = False) -> str:
    """Draw curves of evaluations against training games, each with its band.

    Args:
        curves: at most ten; one of a single point is a level.
        narrow: for the screen of a telephone.

    Returns:
        An ``svg`` element.
    """
    import matplotlib

    with matplotlib.rc_context(_STYLE):
        rows = len(curves) if narrow else -(-len(curves) // 3)
        height = (3.0 if narrow else 3.4) + 0.24 * rows
        figure, axes = _figure(4.4 if narrow else 10.6, height)
        left, right = (0.14, 0.975) if narrow else (0.068, 0.985)
        top = 1.0 - (0.1 + 0.24 * rows) / height
        figure.subplots_adjust(left=left, right=right, bottom=0.5 / height, top=top)
        for curve, colour in zip(curves, matplotlib.color_sequences["tab10"], strict=False):
            if len(curve.x) == 1:
                axes.axhline(curve.y[0], color=colour, linestyle="--", label=curve.label)
                continue
            axes.plot(curve.x, curve.y, color=colour, linewidth=1.8, label=curve.label)
            axes.fill_between(curve.x, curve.low, curve.high, color=colour, alpha=0.16, linewidth=0)
        axes.set_xlabel("training games")
        axes.set_ylabel("return")
        axes.margins(x=0.015)
        axes.locator_params(axis="x", nbins=5 if narrow else 9)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=1 if narrow else 3,
            frameon=False,
            handlelength=1.8,
        )
        return _svg(figure, "Return against training games, of each kind of run")


def histograms(groups: Sequence[tuple[str, Sequence[float]]], narrow: bool = False) -> str:
    """Draw distributions of returns one above the other on one axis, each with its mean.

    Args:
        groups: ``(label, returns)``, before and after; at least one, none of them empty.
        narrow: for the screen of a telephone.

    Returns:
        An ``svg`` element.
    """
    import matplotlib

    everything = np.concatenate([np.asarray(returns, dtype=float) for _, returns in groups])
    low, high = everything.min(), everything.max()
    if np.all(everything == np.round(everything)) and high - low <= 60:
        edges = np.arange(low - 0.5, high + 1.0)
    else:
        edges = np.linspace(low, high if high > low else low + 1.0, 31)
    with matplotlib.rc_context(_STYLE):
        from matplotlib.figure import Figure

        height = 0.6 + 1.4 * len(groups)
        figure = Figure(figsize=(4.4 if narrow else 10.6, height))
        figure.subplots_adjust(
            left=0.14 if narrow else 0.06,
            right=0.985,
            bottom=0.5 / height,
            top=1.0 - 0.25 / height,
            hspace=0.32,
        )
        rows = figure.subplots(len(groups), sharex=True, sharey=True, squeeze=False)[:, 0]
        for axes, (label, returns), colour in zip(
            rows, groups, (_WARM_START, _EVALUATION), strict=False
        ):
            share = np.full(len(returns), 100.0 / len(returns))
            axes.hist(returns, bins=edges, weights=share, color=colour, rwidth=0.86, alpha=0.9)
            mean = float(np.mean(returns))
            axes.axvline(mean, color=_INK, linewidth=1.2, linestyle=(0, (2, 2)))
            heading = f"{label}: mean {mean:.2f} (dashed)".replace("-", "\N{MINUS SIGN}")
            axes.set_title(heading, loc="left", fontsize=9.5, fontweight="bold", pad=4)
            axes.yaxis.set_major_formatter("{x:.0f} %")
            axes.grid(axis="x", visible=False)
        rows[-1].locator_params(axis="x", nbins=11, integer=high - low >= 5)
        rows[-1].set_xlabel("return of a game")
        return _svg(figure, "Distribution of returns")


def small_chart(series: Sequence[Series], name: str, zero: bool = False) -> str:
    """Draw one or two metrics against iterations.

    Args:
        series: the lines, none of them empty.
        name: for those who hear the page.
        zero: show and mark zero.

    Returns:
        An ``svg`` element.
    """
    import matplotlib

    with matplotlib.rc_context({**_STYLE, "font.size": 8.5}):
        figure, axes = _figure(3.5, 1.75)
        figure.subplots_adjust(left=0.145, right=0.97, bottom=0.215, top=0.94)
        for line, colour in zip(series, (_TRAINING, _EVALUATION), strict=False):
            axes.plot(line.x, line.y, color=colour, linewidth=1.5, label=line.label)
            if len(line.x) == 1:
                axes.plot(line.x, line.y, color=colour, marker="o", markersize=4)
        if zero:
            axes.axhline(0.0, color=_WARM_START, linewidth=0.9, linestyle=(0, (3, 3)))
        if len(series) > 1:
            axes.legend(loc="best", frameon=False, ncols=len(series), handlelength=1.2)
        axes.set_xlim(left=0)
        axes.set_xlabel("iteration", labelpad=2)
        axes.locator_params(axis="y", nbins=4)
        axes.locator_params(axis="x", nbins=6, integer=True)
        return _svg(figure, name)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    return figure, figure.subplots()


def _svg(figure: Figure, name: str) -> str:
    """Return the figure as an element for a page: no ids of its own, no style but the page's."""
    stream = io.StringIO()
    figure.patch.set_visible(False)
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r'(<g) id="[^"]*"', r"\1", text)
    # One font for the page; only weight and size are the drawing's.
    text = re.sub(r"(font:[^;\"]*?[\d.]+px) [^;\"]*", r"\1 var(--font)", text)
    opening = re.search(r'viewBox="[^"]*"', text)
    assert opening is not None
    text = text[text.index(">") + 1 :]
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, variable)
    text = text.replace("xlink:href", "href")
    return f'<svg {opening.group()} role="img" aria-label="{name}">{text}'
