"""What came out of one run, for comparisons: its curve, its end, and what it has used."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from archer_agent.episodes.replay import read_episodes
from archer_agent.reports.held_out import read_held_out
from archer_agent.runs.folder import check_links, write_text
from archer_agent.runs.journal import BEFORE
from archer_agent.runs.records import read_events, read_summary
from archer_agent.shapes import Optional, Shape, check_shape
from archer_agent.statistics import mean_interval

USES = ("games", "turns", "generated_tokens", "gradient_steps", "minutes")
"""What a method can be sparing with, or lavish: training games, utterances said in them, tokens drawn (candidates
included), steps of any network, wall clock with the warm start and the evaluations."""


@dataclass(frozen=True)
class Result:
    """One finished run.

    Attributes:
        env: id of its environment.
        method: its name in the comparison: of the method, or of a variant of one.
        seed: its seed.
        curve: for each evaluation from the warm start on: ``return``, and what had been used by then: `USES`.
        demonstrations: mean return of what was imitated; None where nothing was.
        final: mean return of the best policy on fresh games.
        interval: its 95 % interval over these games.
        success: share of these that were solved.
        best_iteration: after which that policy was kept; 0 for the warm start.
        totals: `USES` of the whole run.
        held_out: mean return of the best policy on other kinds of games, by their names.
    """

    env: str
    method: str
    seed: int
    curve: list[dict[str, float]]
    demonstrations: float | None
    final: float
    interval: tuple[float, float]
    success: float
    best_iteration: int
    totals: dict[str, float]
    held_out: dict[str, float] = field(default_factory=dict)

    def before_play(self) -> float:
        """Return the last evaluation before the first training game: of the warm start, or of recorded games' policy."""
        return [point["return"] for point in self.curve if point["games"] == 0][-1]

    def uses_to(self, threshold: float) -> dict[str, float]:
        """Return what had been used before the first evaluation that reached a return: `USES`; infinite if none did."""
        return next(
            (point for point in self.curve if point["return"] >= threshold),
            dict.fromkeys(USES, math.inf),
        )


def read_result(run: Path, method: str | None = None) -> Result:
    """Read the folder of a finished run.

    Args:
        run: the folder.
        method: its name in the comparison; that of its method if not given.

    Raises:
        ValueError: it is not finished, a file in it is damaged, or it has links.
    """
    check_links(run)
    summary = read_summary(run)
    if summary is None:
        raise ValueError(f"{run} is not finished: it has no summary.json")
    evaluations = [r for r in read_events(run / "metrics.jsonl") if r["phase"] == "evaluation"]
    curve = [
        {**_uses(record), "return": round(record["evaluation/return_mean"], 4)}
        for record in evaluations
        if record["evaluation/stage"] not in ("demonstrations", BEFORE, "final")
    ]
    if not curve or curve[0]["games"]:
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
        method or summary["algo"],
        summary["seed"],
        curve,
        means.get("demonstrations"),
        summary["final"]["return_mean"],
        (low, high),
        summary["final"]["success"],
        summary["best_iteration"],
        _uses(summary),
        read_held_out(run),
    )


def _uses(record: Mapping[str, Any]) -> dict[str, float]:
    return {**{key: record[key] for key in USES[:-1]}, "minutes": round(record["seconds"] / 60, 2)}


def write_results(results: Sequence[Result], path: Path) -> None:
    """Write results as JSON, a run in a line, small enough to be published: tables and plots can be made of it again."""
    lines = ",\n".join(json.dumps(asdict(result)) for result in results)
    write_text(path, f"[\n{lines}\n]\n")


_USED: dict[str, Shape] = {use: float for use in USES}
_RESULT: Shape = {
    **{"env": str, "method": str, "seed": int, "final": float, "success": float},
    **{"curve": [{"return": float, **_USED}], "totals": _USED, "interval": [float]},
    **{
        "demonstrations": Optional(float, null=True),
        "best_iteration": int,
        "held_out": Optional(dict),
    },
}


def read_results(path: Path) -> list[Result]:
    """Read what `write_results` has written.

    Raises:
        ValueError: it cannot be read, or is something else.
    """
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
        check_shape(records, [_RESULT], "the list")
        for each in records:
            check_shape([*each.get("held_out", {}).values()], [float], "held_out")
        results = [Result(**{**each, "interval": tuple(each["interval"])}) for each in records]
        if not all(each.curve and not each.curve[0]["games"] for each in results):
            raise ValueError("a curve does not begin before the first game")
        if not results or any(len(each.interval) != 2 for each in results):
            raise ValueError("there are none, or an interval has not two ends")
        return results
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"{path} holds no results of archer-bench: {error}") from error
