"""One page about a training run, made from its folder alone: `report.html`.

The page holds everything in one file, asks for nothing from outside and needs no script. What games
say is escaped, whatever it is.
"""

from __future__ import annotations

import json
import shlex
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from archer_agent.runs.display import duration
from archer_agent.runs.records import read_metrics as read_records
from archer_agent.statistics import interquartile_mean, mean_interval

Record = dict[str, Any]

_TRANSCRIPTS = 3
"""How many training games are shown where no sample with values was written."""


def write_report(run: Path) -> Path:
    """Write ``report.html`` into a run folder, beside and renamed; an older one is replaced.

    What the run has not come to yet is said on the page and left out.

    Args:
        run: a run folder: ``config.json``, and where they exist ``metrics.jsonl``,
            ``evaluations.jsonl``, ``episodes.jsonl``, ``samples.json`` and ``summary.json``.

    Returns:
        The path of the page.

    Raises:
        ValueError: the folder is no run, or a file in it is damaged; the message says which.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("archer_agent.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": _number, "count": _count, "percent": _percent}
    page = environment.get_template("report.html").render(_page(run))
    path = run / "report.html"
    beside = run / "report.html.tmp"
    # A game may say half a surrogate pair, which no file can hold.
    beside.write_bytes(page.encode("utf-8", "replace"))
    beside.replace(path)
    return path


def _page(run: Path) -> dict[str, Any]:
    """Gather what the template shows."""
    config = _read_json(run / "config.json")
    if not isinstance(config, dict):
        raise ValueError(
            f"{run} is no run folder: it has no config.json. Give a folder that archer-train wrote."
        )
    records = _read_lines(run / "metrics.jsonl")
    stages = _evaluations(records, _read_lines(run / "evaluations.jsonl"))
    demonstrations, before = stages.get("demonstrations"), stages.get("warm start")
    trained = [e for name, e in stages.items() if name not in ("demonstrations", "warm start")]
    after = trained[-1] if trained else None
    summary = _read_json(run / "summary.json")
    samples = _read_json(run / "samples.json")
    valued = any(game["turns"] for game in samples or [])
    scale = _scale(samples) if valued else 1.0
    if valued:
        games = [_valued_game(game, scale) for game in samples]
    else:
        games = [
            _transcript(record) for record in _read_lines(run / "episodes.jsonl")[-_TRANSCRIPTS:]
        ]
    return {
        "run": run.resolve().name,
        "config": config,
        "settings": list(_flatten(config)),
        "summary": list(_flatten(summary or {})),
        "finished": summary is not None,
        "written": _last_written(run / "metrics.jsonl"),
        "last": records[-1] if records else None,
        "wall_clock": duration(records[-1]["seconds"]) if records else None,
        "demonstrations": demonstrations,
        "before": before,
        "after": after,
        "verdict": _verdict(before, after),
        "curve": _learning_curve(records, demonstrations, before, trained),
        "histograms": _histograms(before, after),
        "health": _health(records),
        "games": games,
        "valued": valued,
        "scale": scale,
        "commands": _commands(config, run),
    }


# ---------------------------------------------------------------- files


def _read_json(path: Path) -> Any:
    """Return what a file holds, None where there is none."""
    if not path.exists():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is damaged: {error}") from error


def _read_lines(path: Path) -> list[Record]:
    return read_records(path) if path.exists() else []


def _last_written(path: Path) -> str | None:
    if not path.exists():
        return None
    return datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d %H:%M")


def _flatten(values: Record, prefix: str = "") -> Iterable[tuple[str, str]]:
    """Yield ``(dotted name, value as JSON)`` of nested settings."""
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value if isinstance(value, str) else json.dumps(value)


def _commands(config: Record, run: Path) -> list[str]:
    flags = [
        (f"--{name}", config[name]) for name in ("env", "algo", "preset", "seed") if name in config
    ]
    train = " ".join(
        ["archer-train", *(f"{flag} {shlex.quote(str(value))}" for flag, value in flags)]
    )
    folder = shlex.quote(str(run))
    return [train, f"archer-eval {folder}", f"archer-report {folder}"]


# ---------------------------------------------------------------- evaluations


@dataclass(frozen=True)
class Evaluation:
    """Games of one stage of a run.

    Attributes:
        stage: which: "demonstrations", "warm start", "iteration 10", "final".
        played: training games before it.
        count: games evaluated.
        mean: of their returns.
        interval: 95 % bootstrap interval of the mean; None where the games were not kept.
        interquartile: mean of the middle half of the returns; None as above.
        success: the share of solved games.
        returns: of the games; empty as above.
    """

    stage: str
    played: int
    count: int
    mean: float
    interval: tuple[float, float] | None
    interquartile: float | None
    success: float | None
    returns: Sequence[float]


def _evaluations(records: Iterable[Record], games: Iterable[Record]) -> dict[str, Evaluation]:
    """Return the evaluations by stage, in their order; games of an unfinished one are left out."""
    returns: dict[str, list[float]] = defaultdict(list)
    for game in games:
        returns[game["stage"]].append(game["return"])
    evaluations = {}
    for record in records:
        if record["phase"] != "evaluation":
            continue
        stage = record["evaluation/stage"]
        values = returns[stage]
        mean, low, high = (
            mean_interval(values) if values else (record["evaluation/return_mean"], 0.0, 0.0)
        )
        evaluations[stage] = Evaluation(
            stage=stage,
            played=record["games"],
            count=record["evaluation/games"],
            mean=mean,
            interval=(low, high) if values else None,
            interquartile=interquartile_mean(values) if values else None,
            success=record.get("evaluation/success"),
            returns=values,
        )
    return evaluations


def _verdict(before: Evaluation | None, after: Evaluation | None) -> str | None:
    """Say in a sentence what the two evaluations allow to be said."""
    if before is None or after is None:
        return None
    if before.interval is None or after.interval is None:
        return (
            "The evaluation games were not kept, so there is no telling how much of this is chance."
        )
    if after.interval[0] > before.interval[1]:
        return "The intervals lie apart: the policy got better."
    if after.interval[1] < before.interval[0]:
        return "The intervals lie apart: the policy got worse. The health panel below may show why."
    return "The intervals overlap: the difference may be chance. More games would tell."


# ---------------------------------------------------------------- drawings


def _learning_curve(
    records: Iterable[Record],
    demonstrations: Evaluation | None,
    before: Evaluation | None,
    trained: Sequence[Evaluation],
) -> str | None:
    training = [
        (record["games"], record["collect/return_mean"], record["collect/return_std"])
        for record in records
        if record["phase"] == "collect"
    ]
    if not training and not trained:
        return None
    from archer_agent.reports import charts

    points = [e for e in (before, *trained) if e is not None]
    return charts.learning_curve(
        training,
        [charts.Point(e.played, e.mean, *(e.interval or (e.mean, e.mean))) for e in points],
        demonstrations.mean if demonstrations else None,
        before.mean if before else None,
    )


def _histograms(before: Evaluation | None, after: Evaluation | None) -> str | None:
    groups = [(e.stage, e.returns) for e in (before, after) if e is not None and e.returns]
    if not groups:
        return None
    from archer_agent.reports import charts

    return charts.histograms(groups)


@dataclass(frozen=True)
class Panel:
    """A small chart of the health panel: which metrics, and how to read them."""

    title: str
    caption: str
    metrics: tuple[tuple[str, str], ...]
    zero: bool = False


_PANELS = (
    Panel(
        "Explained variance",
        "How much of its targets the critic explains. 1 is all of it; at 0 it knows no more than a "
        "constant, and its advantages are noise.",
        (("critic/q_explained_variance", "Q"), ("critic/v_explained_variance", "V")),
        zero=True,
    ),
    Panel(
        "Advantage spread",
        "How much the critic tells utterances apart, in units of return. Near 0 there is nothing "
        "to learn from.",
        (("actor/advantage_spread", ""),),
        zero=True,
    ),
    Panel(
        "Entropy",
        "Nats per utterance: how much is left to chance. It falls with learning; a plunge is a "
        "collapse.",
        (("actor/entropy", ""),),
    ),
    Panel(
        "KL of one iteration",
        "Nats per utterance: how far an iteration moved the policy. It should stay small and even.",
        (("actor/kl_step", ""),),
    ),
    Panel(
        "KL to the warm start",
        "Nats per utterance: how far the policy has come from where it began.",
        (("actor/kl_reference", ""),),
    ),
    Panel(
        "Utterance length",
        "Tokens per utterance, terminator included. A steady drift may mean that the reward is "
        "being gamed.",
        (("actor/utterance_tokens", ""),),
    ),
    Panel(
        "Critic loss",
        "Squared error of both heads of Q and V. It may rise when returns spread out; it must not "
        "run away.",
        (("critic/loss", ""),),
    ),
    Panel(
        "Invalid utterances",
        "The share that the environment could make nothing of.",
        (("collect/invalid", ""),),
        zero=True,
    ),
)


def _health(records: Sequence[Record]) -> list[tuple[Panel, str]]:
    """Return the panels that have something to show, with their charts."""
    from archer_agent.reports import charts

    panels = []
    for panel in _PANELS:
        series = []
        for metric, label in panel.metrics:
            points = [
                (r["iteration"], r[metric]) for r in records if r["iteration"] > 0 and metric in r
            ]
            if points:
                series.append(charts.Series(label, *zip(*points, strict=True)))
        if series:
            panels.append((panel, charts.small_chart(series, panel.title, panel.zero)))
    return panels


# ---------------------------------------------------------------- games


def _transcript(record: Record) -> Record:
    """Return a game of `episodes.jsonl` in the form of a sample, without values."""
    return {**record, "stage": f"training, iteration {record['iteration']}"}


def _scale(samples: Sequence[Record]) -> float:
    """Return the advantage that fills a bar; a few are beyond it, lest outliers hide the rest."""
    advantages = [
        abs(item["advantage"])
        for game in samples
        for turn in game["turns"]
        for item in (turn, *turn["alternatives"])
    ]
    return float(np.quantile(advantages, 0.95)) or 1.0


def _valued_game(game: Record, scale: float) -> Record:
    """Return a sample game with what its drawing needs."""
    return {**game, "turns": [_valued_turn(turn, scale) for turn in game["turns"]]}


def _valued_turn(turn: Record, scale: float) -> Record:
    """Add ``share``, of a full bar, and ``considered``: each text once, best first."""
    said = {"text": turn["action"], "q": turn["q"], "advantage": turn["advantage"]}
    considered: dict[str, Record] = {}
    for option in (said, *turn["alternatives"]):
        first = {
            **option,
            "share": _share(option["advantage"], scale),
            "said": option is said,
            "drawn": 0,
        }
        considered.setdefault(option["text"], first)["drawn"] += option is not said
    return {
        **turn,
        "share": _share(turn["advantage"], scale),
        "considered": sorted(considered.values(), key=lambda option: -option["q"]),
    }


def _share(advantage: float, scale: float) -> float:
    return min(1.0, max(-1.0, advantage / scale))


# ---------------------------------------------------------------- numbers


def _number(value: float | None, digits: int = 2, signed: bool = False) -> str:
    """Write a number for people, with a true minus sign; a dash where there is none."""
    if value is None:
        return "\N{EN DASH}"
    return f"{value:{'+' if signed else ''}.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _count(value: int) -> str:
    return f"{value:,}"


def _percent(value: float | None) -> str:
    return "\N{EN DASH}" if value is None else f"{100 * value:.0f} %"
