"""What came out of a comparison: curves of each method over its seeds, a table, a plot.

Means over seeds are interquartile means, their intervals the percentile bootstrap over seeds, as recommended by
Agarwal et al. 2021 (arXiv 2108.13264).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from archer_agent.episodes.replay import read_episodes
from archer_agent.runs.folder import check_links
from archer_agent.runs.journal import BEFORE
from archer_agent.runs.records import read_events, read_summary
from archer_agent.statistics import interquartile_interval, mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AXES = {"games": "trajectories", "generated_tokens": "generated tokens", "minutes": "minutes"}
"""What a return is drawn against, all of them: a method can be sparing with one and lavish with another."""


@dataclass(frozen=True)
class Result:
    """One finished run.

    Attributes:
        env: id of its environment.
        algo: its method.
        seed: its seed.
        curve: for each evaluation from the warm start on: ``games``, ``generated_tokens``, ``minutes``, ``return``.
        demonstrations: mean return of what was imitated; None where nothing was.
        final: mean return of the best policy on fresh games.
        interval: its 95 % interval over these games.
        success: share of these that were solved.
        best_iteration: after which that policy was kept; 0 for the warm start.
        totals: ``games``, ``generated_tokens``, ``gradient_steps``, ``minutes`` of the whole run.
    """

    env: str
    algo: str
    seed: int
    curve: list[dict[str, float]]
    demonstrations: float | None
    final: float
    interval: tuple[float, float]
    success: float
    best_iteration: int
    totals: dict[str, float]

    def games_to(self, threshold: float) -> float:
        """Return the trajectories before the first evaluation that reached a return; infinity if none did."""
        return min(
            (point["games"] for point in self.curve if point["return"] >= threshold),
            default=float("inf"),
        )


def read_result(run: Path) -> Result:
    """Read the folder of a finished run.

    Raises:
        ValueError: it is not finished, a file in it is damaged, or it has links.
    """
    check_links(run)
    summary = read_summary(run)
    if summary is None:
        raise ValueError(f"{run} is not finished: it has no summary.json")
    evaluations = [r for r in read_events(run / "metrics.jsonl") if r["phase"] == "evaluation"]
    curve = [
        {
            "games": record["games"],
            "generated_tokens": record["generated_tokens"],
            "minutes": record["seconds"] / 60,
            "return": record["evaluation/return_mean"],
        }
        for record in evaluations
        if record["evaluation/stage"] not in ("demonstrations", BEFORE, "final")
    ]
    if not curve:
        raise ValueError(f"{run / 'metrics.jsonl'} has lost the evaluations of the run")
    means = {r["evaluation/stage"]: r["evaluation/return_mean"] for r in evaluations}
    final = [
        episode.total_reward
        for record, episode in read_episodes(run / "evaluations.jsonl")
        if record.get("stage") == "final"
    ]
    if not final:
        raise ValueError(f"{run / 'evaluations.jsonl'} has lost the games of the run's end")
    _, low, high = mean_interval(final)
    return Result(
        summary["env"],
        summary["algo"],
        summary["seed"],
        curve,
        means.get("demonstrations"),
        summary["final"]["return_mean"],
        (low, high),
        summary["final"]["success"],
        summary["best_iteration"],
        {
            **{key: summary[key] for key in ("games", "generated_tokens", "gradient_steps")},
            "minutes": summary["seconds"] / 60,
        },
    )


def by_method(results: Sequence[Result]) -> dict[tuple[str, str], list[Result]]:
    """Group results by environment and method, in the order in which they come."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.env, result.algo), []).append(result)
    return groups


def table(results: Sequence[Result], thresholds: Sequence[float]) -> str:
    """Return the comparison as Markdown: for each environment a table of the methods, and one of their runs.

    Args:
        results: of all runs.
        thresholds: returns; the median over seeds of the trajectories to reach each is shown, seeds that never
            do counting as infinitely many.
    """
    groups = by_method(results)
    lines: list[str] = []
    for env in dict.fromkeys(env for env, _ in groups):
        head = ["method", "seeds", "final return", "95 % interval", "solved", "trajectories"]
        head += ["generated tokens", "gradient steps", "minutes"]
        head += [f"to {threshold:g}" for threshold in thresholds]
        lines += [f"## {env}", "", _row(head), _row(["---"] + ["---:"] * (len(head) - 1))]
        for (other, algo), runs in groups.items():
            if other == env:
                lines.append(_row(_cells(algo, runs, thresholds)))
        lines += ["", *_runs([result for result in results if result.env == env]), ""]
    lines += [
        "Final return: of each run's best policy on fresh games; interquartile mean over seeds, and its bootstrap",
        "interval over seeds. Trajectories, tokens, steps and minutes: means over seeds; minutes hold the warm start",
        'and the evaluations. "to R": median over seeds of the trajectories before the first evaluation of at least',
        "R, and how many seeds got there; calibration games of a critic count. In the table of the runs the interval is",
        "over the fresh games, and iteration 0 is the warm start.",
    ]
    return "\n".join(lines) + "\n"


def _cells(algo: str, runs: Sequence[Result], thresholds: Sequence[float]) -> list[str]:
    mean, low, high = interquartile_interval([run.final for run in runs])
    cells = [algo, str(len(runs)), f"{mean:.2f}"]
    cells += [f"{low:.2f} to {high:.2f}" if len(runs) > 1 else "-"]
    cells += [f"{np.mean([run.success for run in runs]):.0%}"]
    for key in ("games", "generated_tokens", "gradient_steps"):
        cells.append(f"{np.mean([run.totals[key] for run in runs]):,.0f}")
    cells.append(f"{np.mean([run.totals['minutes'] for run in runs]):.1f}")
    for threshold in thresholds:
        games = [run.games_to(threshold) for run in runs]
        reached = sum(np.isfinite(games))
        middle = float(np.sort(games)[(len(games) - 1) // 2 : len(games) // 2 + 1].mean())
        shown = f"{middle:,.0f}" if np.isfinite(middle) else "-"
        cells.append(f"{shown} ({reached}/{len(games)})")
    return cells


def _runs(results: Sequence[Result]) -> list[str]:
    """Return a table of single runs."""
    head = ["method", "seed", "demonstrations", "warm start", "final return", "95 % interval"]
    head += ["best iteration", "trajectories", "minutes"]
    lines = [_row(head), _row(["---"] + ["---:"] * (len(head) - 1))]
    for result in sorted(results, key=lambda result: (result.algo, result.seed)):
        low, high = result.interval
        shown = "-" if result.demonstrations is None else f"{result.demonstrations:.2f}"
        cells = [result.algo, str(result.seed), shown, f"{result.curve[0]['return']:.2f}"]
        cells += [f"{result.final:.2f}", f"{low:.2f} to {high:.2f}", str(result.best_iteration)]
        cells += [f"{result.totals['games']:,.0f}", f"{result.totals['minutes']:.1f}"]
        lines.append(_row(cells))
    return lines


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def band(
    runs: Sequence[Result], axis: str, points: int = 60
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a method's curve: interquartile mean over seeds with its interval.

    Between evaluations a run's curve is a straight line, and a run that has ended keeps its last value. The band
    begins where every run has been evaluated once. A seed counts once: runs of the same are its mean.

    Args:
        runs: of one method in one environment.
        axis: a key of `AXES`.
        points: how many values of x.

    Returns:
        ``(x, y)``: (points,) and (points, 3) of mean, low and high. A method that does not move along the axis has one
        point, its last evaluation.
    """
    begin = max(run.curve[0][axis] for run in runs)
    end = max(run.curve[-1][axis] for run in runs)
    if end <= begin:
        last = _by_seed(runs, [np.array([run.curve[-1]["return"]]) for run in runs])
        return np.array([begin]), np.array([interquartile_interval(last[:, 0].tolist())])
    x = np.linspace(begin, end, points)
    curves = [
        np.interp(x, [point[axis] for point in run.curve], [point["return"] for point in run.curve])
        for run in runs
    ]
    return x, np.array([interquartile_interval(each) for each in _by_seed(runs, curves).T.tolist()])


def _by_seed(runs: Sequence[Result], curves: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the mean curve of each seed: (seeds, points). Runs of one seed are no independent outcomes."""
    of_seed: dict[int, list[NDArray[np.float64]]] = {}
    for run, curve in zip(runs, curves, strict=True):
        of_seed.setdefault(run.seed, []).append(curve)
    return np.array([np.mean(each, axis=0) for each in of_seed.values()])


def plot(results: Sequence[Result], thresholds: Sequence[float], path: Path) -> None:
    """Draw return against trajectories, generated tokens and wall clock, a row for each environment.

    Args:
        results: of all runs.
        thresholds: drawn as lines.
        path: the picture, .png or .svg.
    """
    import matplotlib
    from matplotlib.figure import Figure

    groups = by_method(results)
    envs = list(dict.fromkeys(env for env, _ in groups))
    algos = list(dict.fromkeys(algo for _, algo in groups))
    colour = dict(zip(algos, matplotlib.color_sequences["tab10"], strict=False))
    figure = Figure(figsize=(12, 0.6 + 3.4 * len(envs)), layout="constrained")
    grid = figure.subplots(len(envs), len(AXES), squeeze=False, sharey="row")
    for row, env in zip(grid, envs, strict=True):
        for axes, (axis, label) in zip(row, AXES.items(), strict=True):
            for threshold in thresholds:
                axes.axhline(threshold, color="0.8", linewidth=0.8, zorder=0)
            for algo in algos:
                if (env, algo) in groups:
                    _draw(axes, groups[env, algo], axis, algo, colour[algo])
            axes.set_xlabel(label)
            axes.spines[["top", "right"]].set_visible(False)
            axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(5))
            if axis != "minutes":
                axes.xaxis.set_major_formatter(matplotlib.ticker.EngFormatter(sep=""))
        row[0].set_ylabel("return, interquartile mean of seeds")
        row[1].set_title(env, fontsize=11)
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    figure.savefig(path, dpi=120)


def _draw(axes: Axes, runs: Sequence[Result], axis: str, label: str, colour: Any) -> None:
    x, y = band(runs, axis)
    if len(x) == 1:
        # It plays no games of its own: a level to compare with.
        axes.axhline(y[0, 0], color=colour, linestyle="--", linewidth=1.6, label=label)
        return
    for run in runs:
        points = [(point[axis], point["return"]) for point in run.curve]
        axes.plot(*zip(*points, strict=True), color=colour, linewidth=0.6, alpha=0.35)
    axes.plot(x, y[:, 0], color=colour, linewidth=1.8, label=label)
    axes.fill_between(x, y[:, 1], y[:, 2], color=colour, alpha=0.15, linewidth=0)


def write_comparison(
    folders: Sequence[Path], thresholds: Sequence[float], out: Path
) -> Mapping[str, Path]:
    """Write table.md, curves.png and curves.svg.

    Args:
        folders: finished runs.
        thresholds: see `table`.
        out: where to.

    Returns:
        The files by kind.
    """
    results = [read_result(folder) for folder in folders]
    files = {kind: out / f"curves.{kind}" for kind in ("png", "svg")}
    for path in files.values():
        plot(results, thresholds, path)
    text = out / "table.md"
    text.write_text(table(results, thresholds), encoding="utf-8")
    return {**files, "table": text}
