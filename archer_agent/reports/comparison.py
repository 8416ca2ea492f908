"""What came out of a comparison: curves of each method over its seeds, tables, a plot.

Means over seeds are interquartile means, their intervals the percentile bootstrap over seeds, as recommended by
Agarwal et al. 2021 (arXiv 2108.13264).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from archer_agent.reports.results import USES, Result, write_results
from archer_agent.statistics import interquartile_interval, ratio_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_USED = [{"games": "trajectories"}.get(use, use.replace("_", " ")) for use in USES]
AXES = {"games": "trajectories", "generated_tokens": "generated tokens", "minutes": "minutes"}
"""What a return is drawn against, all of them: a method can be sparing with one and lavish with another."""


def by_method(results: Sequence[Result]) -> dict[tuple[str, str], list[Result]]:
    """Group results by environment and method, in the order in which they come."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.env, result.method), []).append(result)
    return groups


def tables(
    results: Sequence[Result], thresholds: Sequence[float], against: str | None = None
) -> dict[str, str]:
    """Return the comparison as Markdown, all environments one below the other in each.

    Args:
        results: of all runs.
        thresholds: returns whose first reaching is counted.
        against: the method that the others' trajectories are compared with; None for no such table.

    Returns:
        ``methods``, final returns and what all of it took; ``thresholds``, what each return took (empty where there are no
        thresholds); ``ratios``, how many times fewer trajectories than `against` (likewise); ``held_out``, returns of
        other kinds of games (empty where none were played); ``runs``, one by one.
    """
    found: dict[str, list[str]] = {
        part: [] for part in ("methods", "thresholds", "ratios", "held_out", "runs")
    }
    groups = by_method(results)
    envs = list(dict.fromkeys(env for env, _ in groups))
    for env in envs:
        methods = {method: runs for (other, method), runs in groups.items() if other == env}
        parts = {
            "methods": _methods(methods),
            "thresholds": _thresholds(methods, thresholds) if thresholds else [],
            "ratios": _ratios(methods, thresholds, against) if thresholds and against else [],
            "held_out": _held_out(methods),
            "runs": _runs([run for runs in methods.values() for run in runs]),
        }
        for part, lines in parts.items():
            title = [f"**{env}**", ""] if lines and len(envs) > 1 else []
            found[part] += [*title, *lines, *([""] if lines else [])]
    return {part: "\n".join(lines).rstrip() for part, lines in found.items()}


def page(results: Sequence[Result], thresholds: Sequence[float], against: str | None = None) -> str:
    """Return all tables below each other, and how to read them; the arguments are those of `tables`."""
    found = tables(results, thresholds, against)
    notes = {
        "methods": [
            "Final return: of each run's best policy on fresh games; interquartile mean over seeds, and its bootstrap",
            "interval over seeds. Before play: likewise in validation, after the warm start and what recorded games alone",
            "have taught. What was used: means over seeds; minutes hold the warm start and the evaluations.",
        ],
        "thresholds": [
            "What had been used before the first evaluation of at least so much: medians over seeds, those that never",
            "came there counting as infinite, and how many came there. Calibration games of a critic count.",
        ],
        "ratios": [
            f"Trajectories of {against} to a return for one of the method's: ratio of the medians over the seeds that",
            "both have, and its bootstrap interval over these. With ≥ some seed never came there: all of its games count.",
        ],
        "held_out": [
            "Return of the best policies in games held out, sampled; interquartile mean over seeds, and its bootstrap",
            "interval over seeds.",
        ],
        "runs": ["The interval is over a run's fresh games; iteration 0 is the warm start."],
    }
    parts = [part for part in found if found[part]]
    return "\n\n".join("\n".join([found[part], "", *notes[part]]) for part in parts) + "\n"


def _methods(methods: Mapping[str, Sequence[Result]]) -> list[str]:
    head = ["method", "seeds", "before play", "final return", "95 % interval", "solved", *_USED]
    lines = [_row(head), _row(["---"] + ["---:"] * (len(head) - 1))]
    for method, runs in methods.items():
        mean, low, high = interquartile_interval([run.final for run in runs])
        before = interquartile_interval([run.before_play() for run in runs])[0]
        cells = [method, str(len(runs)), f"{before:.2f}", f"{mean:.2f}"]
        cells += [f"{low:.2f} to {high:.2f}" if len(runs) > 1 else "-"]
        cells += [f"{np.mean([run.success for run in runs]):.0%}"]
        cells += [_amount(use, float(np.mean([run.totals[use] for run in runs]))) for use in USES]
        lines.append(_row(cells))
    return lines


def _thresholds(methods: Mapping[str, Sequence[Result]], thresholds: Sequence[float]) -> list[str]:
    head = ["return", "method", "seeds", *_USED]
    lines = [_row(head), _row(["---:", "---"] + ["---:"] * (len(head) - 2))]
    for threshold in thresholds:
        for method, runs in methods.items():
            uses = [run.uses_to(threshold) for run in runs]
            reached = sum(np.isfinite(each["games"]) for each in uses)
            cells = [f"{threshold:g}", method, f"{reached}/{len(runs)}"]
            cells += [_amount(use, float(np.median([each[use] for each in uses]))) for use in USES]
            lines.append(_row(cells))
    return lines


def _ratios(
    methods: Mapping[str, Sequence[Result]], thresholds: Sequence[float], against: str
) -> list[str]:
    rivals = {run.seed: run for run in methods.get(against, ())}
    head = ["method", *(f"{threshold:g}" for threshold in thresholds)]
    lines = [_row(head), _row(["---"] + ["---:"] * len(thresholds))]
    for method, runs in methods.items():
        pairs = [(rivals[run.seed], run) for run in runs if run.seed in rivals]
        if method != against and pairs:
            lines.append(_row([method, *(_ratio(pairs, threshold) for threshold in thresholds)]))
    return lines if len(lines) > 2 else []


def _ratio(pairs: Sequence[tuple[Result, Result]], threshold: float) -> str:
    """Return how many times as many trajectories the first of the pairs need to a return as the second."""
    needed = [run.uses_to(threshold)["games"] for _, run in pairs]
    if not all(0 < games < np.inf for games in needed):
        return "-"
    rivals = [rival.uses_to(threshold)["games"] for rival, _ in pairs]
    cut = not all(np.isfinite(rivals))
    rivals = [
        games if np.isfinite(games) else rival.totals["games"]
        for games, (rival, _) in zip(rivals, pairs, strict=True)
    ]
    middle, low, high = ratio_interval(rivals, needed)
    interval = f" ({low:.1f} to {high:.1f})" if len(pairs) > 1 else ""
    return f"{'≥ ' * cut}{middle:.1f}{interval}"


def _held_out(methods: Mapping[str, Sequence[Result]]) -> list[str]:
    played = list(
        dict.fromkeys(kind for runs in methods.values() for run in runs for kind in run.held_out)
    )
    if not played:
        return []
    lines = [_row(["method", "seeds", *played]), _row(["---"] + ["---:"] * (len(played) + 1))]
    for method, runs in methods.items():
        cells = [method, str(len(runs))]
        for kind in played:
            found = [run.held_out[kind] for run in runs if kind in run.held_out]
            mean, low, high = interquartile_interval(found) if found else (np.nan,) * 3
            interval = f" ({low:.2f} to {high:.2f})" if len(found) > 1 else ""
            cells.append(f"{mean:.2f}{interval}" if found else "-")
        lines.append(_row(cells))
    return lines


def _amount(use: str, value: float) -> str:
    if not np.isfinite(value):
        return "-"
    return f"{value:.1f}" if use == "minutes" else f"{value:,.0f}"


def _runs(results: Sequence[Result]) -> list[str]:
    """Return a table of single runs."""
    head = ["method", "seed", "demonstrations", "warm start", "final return", "95 % interval"]
    head += ["best iteration", "trajectories", "minutes"]
    lines = [_row(head), _row(["---"] + ["---:"] * (len(head) - 1))]
    for result in sorted(results, key=lambda result: (result.method, result.seed)):
        low, high = result.interval
        shown = "-" if result.demonstrations is None else f"{result.demonstrations:.2f}"
        cells = [result.method, str(result.seed), shown, f"{result.curve[0]['return']:.2f}"]
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
        points: how many values of x; they are as dense as evaluations are.

    Returns:
        ``(x, y)``: (points,) and (points, 3) of mean, low and high. A method that does not move along the axis has one
        point, its last evaluation.
    """
    begin = max(run.curve[0][axis] for run in runs)
    end = max(run.curve[-1][axis] for run in runs)
    if end <= begin:
        last = _by_seed(runs, [np.array([run.curve[-1]["return"]]) for run in runs])
        return np.array([begin]), np.array([interquartile_interval(last[:, 0].tolist())])
    at = np.unique([point[axis] for run in runs for point in run.curve])
    x = np.quantile(at[at >= begin], np.linspace(0, 1, points))
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
    methods = list(dict.fromkeys(method for _, method in groups))
    few = matplotlib.color_sequences["tab10"]
    colours = few if len(methods) <= len(few) else matplotlib.color_sequences["tab20"]
    colour = dict(zip(methods, itertools.cycle(colours)))
    figure = Figure(figsize=(12, 0.6 + 3.4 * len(envs)), layout="constrained")
    grid = figure.subplots(len(envs), len(AXES), squeeze=False, sharey="row")
    for row, env in zip(grid, envs, strict=True):
        for axes, (axis, label) in zip(row, AXES.items(), strict=True):
            for threshold in thresholds:
                axes.axhline(threshold, color="0.8", linewidth=0.8, zorder=0)
            for method in methods:
                if (env, method) in groups:
                    _draw(axes, groups[env, method], axis, method, colour[method])
            axes.set_xlabel(label)
            axes.spines[["top", "right"]].set_visible(False)
            if axis == "minutes":
                axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(5))
                continue
            # What is asked of a method is how many times fewer it needs: equal factors are equally wide, but for the first.
            curves = (run.curve for runs in groups.values() for run in runs)
            moved = [point[axis] for curve in curves for point in curve if point[axis] > 0]
            if moved:
                axes.set_xscale("symlog", linthresh=min(moved), linscale=0.3)
                axes.set_xlim(left=0)
                axes.set_xticks([x for x in axes.get_xticks() if x == 0 or x > min(moved)])
            axes.xaxis.set_major_formatter(matplotlib.ticker.EngFormatter(sep=""))
        row[0].set_ylabel("return, interquartile mean of seeds")
        row[1].set_title(env, fontsize=11)
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=min(len(labels), 5), frameon=False
    )
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
    results: Sequence[Result], thresholds: Sequence[float], against: str | None, out: Path
) -> Mapping[str, Path]:
    """Write table.md, curves.png, curves.svg and results.json.

    Args:
        results: of the runs.
        thresholds: see `tables`.
        against: see `tables`.
        out: where to.

    Returns:
        The files by kind.
    """
    out.mkdir(parents=True, exist_ok=True)
    files = {kind: out / f"curves.{kind}" for kind in ("png", "svg")}
    for path in files.values():
        plot(results, thresholds, path)
    text, record = out / "table.md", out / "results.json"
    text.write_text(page(results, thresholds, against), encoding="utf-8")
    write_results(results, record)
    return {**files, "table": text, "results": record}
