"""Learning from several seeds: one training run each, a Markdown table and the learning curves.

    python benchmarks/learning.py --env llm_gym/TwentyQuestionsSubset-v0 --seeds 0 1 2 3 4 \
        --out runs/subset [--threshold -6.0] [--picture curves.svg] [FLAGS OF archer-train]

Runs follow one another, seed N in OUT/seed-N. Called again it leaves complete runs alone, goes on
with one that was cut short from its latest checkpoint, with that run's own settings, and starts a
run anew that had no checkpoint yet. So a folder belongs to one choice of flags.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from archer_agent import cli
from archer_agent.checkpoint import latest_checkpoint
from archer_agent.config import CONFIG_FILE
from archer_agent.replay import read_episodes
from archer_agent.statistics import mean_interval
from archer_agent.tracking import read_metrics


@dataclass(frozen=True)
class Result:
    """What a complete run achieved; every return is undiscounted.

    Attributes:
        seed: of the run.
        demonstrations: mean return of the demonstrations; None where there were none.
        curve: (training games, mean greedy return) of the warm start and of every later evaluation.
        final: mean, low and high end of the 95 % interval of the best policy on fresh games.
        final_games: how many games that were.
        best_iteration: after which that policy was kept; 0 for the warm start.
        games: training games.
        minutes: of wall clock, warm start and evaluations included.
    """

    seed: int
    demonstrations: float | None
    curve: list[tuple[int, float]]
    final: tuple[float, float, float]
    final_games: int
    best_iteration: int
    games: int
    minutes: float


def is_complete(run: Path) -> bool:
    """Tell whether a run went to its end, which a run stopped by Ctrl-C did not."""
    summary = run / "summary.json"
    return summary.exists() and not json.loads(summary.read_text(encoding="utf-8"))["interrupted"]


def train(env: str, seed: int, run: Path, flags: Sequence[str]) -> None:
    """Bring the run of a seed to its end.

    Raises:
        SystemExit: the run failed or was stopped.
    """
    if latest_checkpoint(run / "checkpoints") is not None:
        argv = ["--resume", str(run)]
    else:
        if (run / CONFIG_FILE).exists():  # cut short before there was anything to go on from
            shutil.rmtree(run)
        argv = ["--env", env, "--seed", str(seed), "--run", str(run), *flags]
    status = cli.train(argv)
    if status:
        raise SystemExit(status)
    if not is_complete(run):
        raise SystemExit(f"learning.py: {run} was stopped; the same command goes on with it")


def read_result(run: Path) -> Result:
    """Read a complete run's folder."""
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    evaluations = [r for r in read_metrics(run / "metrics.jsonl") if r["phase"] == "evaluation"]
    means = {r["evaluation/stage"]: r["evaluation/return_mean"] for r in evaluations}
    returns = [
        episode.total_reward
        for record, episode in read_episodes(run / "evaluations.jsonl")
        if record["stage"] == "final"
    ]
    return Result(
        seed=summary["seed"],
        demonstrations=means.get("demonstrations"),
        curve=[
            (r["games"], r["evaluation/return_mean"])
            for r in evaluations
            if r["evaluation/stage"] not in ("demonstrations", "final")
        ],
        final=mean_interval(returns),
        final_games=len(returns),
        best_iteration=summary["best_iteration"],
        games=summary["games"],
        minutes=summary["seconds"] / 60,
    )


def table(results: Sequence[Result], threshold: float) -> str:
    """Return the results as Markdown: a row for each seed, the means, how many reached the threshold."""
    counts = sorted({result.final_games for result in results})
    played = " or ".join(str(count) for count in counts)
    lines = [
        f"| seed | demonstrations | warm start | final, {played} fresh games | 95 % interval "
        "| best iteration | training games | minutes |",
        "|---:|---:|---:|---:|:---:|---:|---:|---:|",
    ]
    for result in results:
        mean, low, high = result.final
        lines.append(
            f"| {result.seed} | {_figure(result.demonstrations)} | {result.curve[0][1]:.2f} "
            f"| {mean:.2f} | {low:.2f} to {high:.2f} | {result.best_iteration} "
            f"| {result.games:,} | {result.minutes:.1f} |"
        )
    shown = [result.demonstrations for result in results if result.demonstrations is not None]
    demonstrations = float(np.mean(shown)) if shown else None
    lines.append(
        f"| mean | {_figure(demonstrations)} | {np.mean([r.curve[0][1] for r in results]):.2f} "
        f"| {np.mean([r.final[0] for r in results]):.2f} | | "
        f"| {np.mean([r.games for r in results]):,.0f} "
        f"| {np.mean([r.minutes for r in results]):.1f} |"
    )
    reached = sum(result.final[0] >= threshold for result in results)
    lines += ["", f"{reached} of {len(results)} seeds reached a mean return of {threshold:g}."]
    return "\n".join(lines) + "\n"


def _figure(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"


def mean_curve(results: Sequence[Result]) -> list[tuple[int, float]]:
    """Return the mean over all seeds, where all of them were evaluated after as many games."""
    curves = [dict(result.curve) for result in results]
    common = sorted(set.intersection(*(set(curve) for curve in curves)))
    return [(games, float(np.mean([curve[games] for curve in curves]))) for games in common]


def draw(results: Sequence[Result], env: str, threshold: float, path: Path) -> None:
    """Draw every seed's greedy validation return over training games, and their mean."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "learning"}):
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.add_subplot()
        for number, result in enumerate(results):
            axes.plot(*zip(*result.curve, strict=True), color=f"C{number}", alpha=0.55, linewidth=1)
            axes.plot(*result.curve[-1], "o", color=f"C{number}", label=f"seed {result.seed}")
        axes.plot(
            *zip(*mean_curve(results), strict=True), color="black", linewidth=2.2, label="mean"
        )
        shown = [result.demonstrations for result in results if result.demonstrations is not None]
        if shown:
            level = float(np.mean(shown))
            axes.axhline(level, color="gray", linestyle=":", label="demonstrations")
        axes.axhline(threshold, color="gray", linestyle="--", label=f"threshold {threshold:g}")
        axes.set(title=env, xlabel="training games", ylabel="mean return, greedy")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize="small", ncols=2)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Without a date the same runs give the same SVG.
        figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Train with several seeds; further flags go to archer-train.",
        allow_abbrev=False,
    )
    parser.add_argument("--env", required=True, help="id of the environment")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--out", type=Path, required=True, help="folder of the runs and the table")
    parser.add_argument("--threshold", type=float, default=-6.0, help="mean return to reach")
    parser.add_argument("--picture", type=Path, help=".svg or .png; OUT/learning.svg without")
    options, flags = parser.parse_known_args()
    for seed in options.seeds:
        run = options.out / f"seed-{seed}"
        if is_complete(run):
            print(f"{run} is complete", file=sys.stderr)
        else:
            train(options.env, seed, run, flags)
    results = [read_result(options.out / f"seed-{seed}") for seed in options.seeds]
    text = table(results, options.threshold)
    (options.out / "learning.md").write_text(text, encoding="utf-8")
    draw(results, options.env, options.threshold, options.picture or options.out / "learning.svg")
    print(text, end="")


if __name__ == "__main__":
    main()
