"""One page about a training run, made from its folder alone: `report.html`.

The page holds everything in one file, asks for nothing from outside and needs no script. What games
say is escaped, whatever it is.
"""

from __future__ import annotations

import json
import re
import shlex
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import numpy as np

from archer_agent.runs.display import duration
from archer_agent.runs.folder import changed_since_end, check_links
from archer_agent.runs.journal import BEFORE
from archer_agent.runs.records import read_events, read_metrics
from archer_agent.settings import (
    CONFIG_FILE,
    Algo,
    TrainConfig,
    configure,
    flag_of,
    preset_names,
    to_dict,
)
from archer_agent.shapes import Optional, Shape, check_shape
from archer_agent.statistics import interquartile_mean, mean_interval

Record = dict[str, Any]

_TRANSCRIPTS = 3
"""How many training games are shown where no sample with values was written."""


def write_report(run: Path, refresh: int | None = None) -> Path:
    """Write ``report.html`` into a run folder, beside and renamed; an older one is replaced.

    What the run has not come to yet is said on the page and left out.

    Args:
        run: a run folder: ``config.json``, and where they exist ``metrics.jsonl``,
            ``evaluations.jsonl``, ``episodes.jsonl``, ``samples.json`` and ``summary.json``.
        refresh: after so many seconds a browser looks at the page again; None for a page that stays.

    Returns:
        The path of the page.

    Raises:
        ValueError: the folder is no run, or a file in it is damaged; the message says which.
    """
    check_links(run)
    return write_page("report.html", {**_page(run), "refresh": refresh}, run / "report.html")


def write_page(template: str, values: Mapping[str, Any], path: Path) -> Path:
    """Fill a template of this folder and write the page, beside and renamed."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("archer_agent.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": _number, "count": _count, "percent": _percent}
    page = environment.get_template(template).render(values)
    beside = path.with_name(f".{path.name}.tmp")
    # A game may say half a surrogate pair, which no file can hold.
    beside.write_bytes(page.encode("utf-8", "replace"))
    beside.replace(path)
    return path


def _page(run: Path) -> dict[str, Any]:
    """Gather what the template shows."""
    config = read_settings(run)
    records = read_events(run / "metrics.jsonl") if (run / "metrics.jsonl").exists() else []
    stages = _evaluations(records, _read_lines(run / "evaluations.jsonl"))
    demonstrations, warm = stages.get("demonstrations"), stages.get("warm start")
    trained = [each for name, each in stages.items() if name.startswith("iteration ")]
    summary = _read_json(run / "summary.json", _SUMMARY)
    best = _best_iteration(summary, warm, trained)
    final = stages.get("final")
    after = final or (trained[-1] if trained else None)
    before = warm
    if final is not None:
        # Of the warm start on the same games; where it is the best policy, these are its own.
        before = final if best == 0 else stages.get(BEFORE, warm)
    samples = _read_json(run / "samples.json", [_SAMPLE])
    valued = any(game["turns"] for game in samples or [])
    scale = _scale(samples) if valued else 1.0
    if valued:
        games = [_valued_game(game, scale) for game in samples]
    else:
        episodes = _read_lines(run / "episodes.jsonl", _EPISODE)[-_TRANSCRIPTS:]
        games = [_transcript(record) for record in episodes]
    changes = _read_lines(run / "changes.jsonl", {"iteration": int, "changed": dict})
    curve = [
        _learning_curve(records, demonstrations, warm, trained, each) for each in (False, True)
    ]
    return {
        "run": run.resolve().name,
        "config": config,
        "greedy": config.get("evaluation", {}).get("greedy", True),
        "settings": list(flatten(config)),
        "differing": differing(config),
        "changes": [_change(each) for each in changes],
        "summary": list(flatten(summary or {})),
        "finished": summary is not None,
        "stopped": summary is not None and summary.get("interrupted") is True,
        "written": _last_written(run / "metrics.jsonl"),
        "last": records[-1] if records else None,
        "wall_clock": duration(records[-1]["seconds"]) if records else None,
        "demonstrations": demonstrations,
        "before": before,
        "after": after,
        "best": best,
        "gain": _gain(before, after),
        "verdict": _verdict(before, after),
        "curve": curve,
        "histograms": [_histograms(before, after, each) for each in (False, True)],
        "health": _health(records),
        "games": games,
        "valued": valued,
        "scale": scale,
        "commands": _commands(config, changes, run),
        "changed": changed_since_end(run),
    }


# ---------------------------------------------------------------- files

_SETTINGS: Shape = {
    **{"env": str, "preset": Optional(str), "algo": Optional(str)},
    "evaluation": Optional({"greedy": Optional(bool)}),
}
_SUMMARY: Shape = {"best_iteration": Optional(int), "interrupted": Optional(bool)}
_SAID: Shape = {"text": str, "q": float, "advantage": float}
_SAMPLE: Shape = {
    "stage": str,
    "task_id": str,
    "success": bool,
    "return": float,
    "turns": [
        {
            **{"action": str, "reply": str, "reward": float, "q": float, "v": float},
            **{"advantage": float, "alternatives": [_SAID]},
        }
    ],
}
_EPISODE: Shape = {
    "iteration": int,
    "task_id": str,
    "success": bool,
    "return": float,
    "turns": [{"action": str, "reply": str, "reward": float}],
}


def read_settings(run: Path) -> Record:
    """Return the settings of a run's folder as they stand there.

    Raises:
        ValueError: it is no run, or they are damaged.
    """
    config: Record | None = _read_json(run / CONFIG_FILE, _SETTINGS)
    if config is None:
        raise ValueError(
            f"{run} is no run folder: it has no {CONFIG_FILE}. Give a folder that archer-train wrote."
        )
    return config


def _read_json(path: Path, shape: Shape) -> Any:
    """Return what a file holds, None where there is none."""
    if not path.exists():
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        check_shape(value, shape)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    return value


def _read_lines(path: Path, shape: Shape = dict) -> list[Record]:
    if not path.exists():
        return []
    records = read_metrics(path)
    for number, record in enumerate(records, 1):
        try:
            check_shape(record, shape)
        except ValueError as error:
            raise ValueError(f"{path}, line {number} is damaged: {error}") from error
    return records


def _last_written(path: Path) -> str | None:
    if not path.exists():
        return None
    return datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d %H:%M")


def flatten(values: Record, prefix: str = "") -> Iterable[tuple[str, str]]:
    """Yield ``(dotted name, value as JSON)`` of nested settings."""
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from flatten(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value if isinstance(value, str) else json.dumps(value)


# ---------------------------------------------------------------- settings


def differing(config: Record) -> list[tuple[str, str, str]]:
    """Return the settings of a run that are not its preset's, but for those that name it.

    Args:
        config: as a run's folder has them.

    Returns:
        The name of each, its value in the preset, and in the run.
    """
    usual = dict(flatten(_usual(config)))
    idle = _unheeded_tables(config)
    own = {key: value for key, value in flatten(config) if key.partition(".")[0] not in idle}
    named = ("env", "preset", "seed", "run")
    return [
        (name, usual[name], value)
        for name, value in own.items()
        if name in usual and usual[name] != value and name not in named
    ]


def _unheeded_tables(config: Record) -> set[str]:
    """Return the tables of methods that a run does not heed."""
    heeded = {str(config.get("algo", TrainConfig.algo))}
    archer = config.get("archer")
    if isinstance(archer, dict) and archer.get("offline_iterations"):
        heeded.add("offline_archer")
    return set(get_args(Algo)) - heeded


def _usual(config: Record) -> Record:
    """Return the settings of the preset that a run names, if it comes with the package; else of the default one."""
    return to_dict(configure("any", _known_preset(config)))


def _known_preset(config: Record) -> str:
    name = config.get("preset")
    return name if name in preset_names() else TrainConfig.preset


def _change(record: Record) -> str:
    """Say in a line what was changed when a run was resumed."""
    said = [
        f"{flag} from {pair[0]} to {pair[1]}"
        for flag, pair in record["changed"].items()
        if isinstance(pair, list) and len(pair) == 2
    ]
    return f"after iteration {record['iteration']}: {', '.join(said)}"


def _commands(config: Record, changes: Sequence[Record], run: Path) -> list[str]:
    """Return the commands that repeat a run, evaluate it, and make its page again."""
    names = ("env", "algo", "preset", "seed")
    values = {name: config[name] for name in names if name in config}
    if "preset" in values:
        values["preset"] = _known_preset(config)
    began = {f"--{name}": str(value) for name, value in values.items()}
    for name, _, value in differing(config):
        began[flag_of(name.split("."))] = value
    # It began with what was there before the first change.
    for record in reversed(changes):
        for flag, pair in record["changed"].items():
            if isinstance(pair, list) and len(pair) == 2:
                began[flag] = _as_text(pair[0])
    folder = shlex.quote(str(run))
    lines = [_command("archer-train", began)]
    for record in changes:
        flags = {
            flag: _as_text(pair[1])
            for flag, pair in record["changed"].items()
            if isinstance(pair, list) and len(pair) == 2
        }
        lines.append(f"# stopped after iteration {record['iteration']}, then:")
        lines.append(_command(f"archer-train --resume {folder}", flags))
    return [*lines, f"archer-eval {folder}", f"archer-report {folder}"]


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _command(begin: str, flags: Mapping[str, str]) -> str:
    words = []
    for flag, value in flags.items():
        if value in ("true", "false"):
            table, dot, name = flag.removeprefix("--").rpartition(".")
            words.append(f"--{table}{dot}{'' if value == 'true' else 'no-'}{name}")
        elif flag == "--track":
            words += [flag, *re.findall(r"\w+", value)]  # the one setting that is a list, of names
        else:
            words += [flag, "None" if value == "null" else value]
    return " ".join([begin, *map(shlex.quote, words)])  # it will be pasted into a shell


# ---------------------------------------------------------------- evaluations


@dataclass(frozen=True)
class Evaluation:
    """Games of one stage of a run.

    Attributes:
        stage: which: "demonstrations", "warm start", "iteration 10", "before", "final".
        played: training games before it.
        count: games evaluated.
        mean: of their returns.
        interval: 95 % bootstrap interval of the mean; None where not all games were kept.
        interquartile: mean of the middle half of the returns; None as above.
        success: the share of solved games.
        returns: of the games that were kept, by their seeds where these tell them apart.
        seeds: of these games, each another; empty where they are not.
    """

    stage: str
    played: int
    count: int
    mean: float
    interval: tuple[float, float] | None
    interquartile: float | None
    success: float | None
    returns: Sequence[float]
    seeds: Sequence[int] = ()


def _evaluations(records: Iterable[Record], games: Iterable[Record]) -> dict[str, Evaluation]:
    """Return the evaluations by stage, in their order; games of an unfinished one are left out."""
    kept: dict[str, list[tuple[float, Any]]] = defaultdict(list)
    for game in games:
        try:
            check_shape(game, {"stage": str, "return": float})
        except ValueError as error:
            raise ValueError(f"evaluations.jsonl is damaged: {error}") from error
        kept[game["stage"]].append((game["return"], game.get("seed")))
    evaluations = {}
    for record in records:
        if record["phase"] != "evaluation":
            continue
        stage = record["evaluation/stage"]
        values = [value for value, _ in kept[stage]]
        seeds = [seed for _, seed in kept[stage]]
        mean, count = record["evaluation/return_mean"], int(record["evaluation/games"])
        # Of demonstrations a sample is kept, which says nothing of the others.
        whole = len(values) == count and count > 0
        evaluations[stage] = Evaluation(
            stage=stage,
            played=record["games"],
            count=count,
            mean=mean,
            interval=mean_interval(values)[1:] if whole else None,
            interquartile=interquartile_mean(values) if whole else None,
            success=record.get("evaluation/success"),
            returns=values,
            seeds=seeds if len({*map(str, seeds)}) == len(seeds) else (),
        )
    return evaluations


def _best_iteration(
    summary: Record | None, warm: Evaluation | None, trained: Sequence[Evaluation]
) -> int | None:
    """Return the iteration whose policy is kept as the best one, 0 for the warm start; None where nobody knows."""
    if summary is not None:
        best = summary.get("best_iteration")
        return best if isinstance(best, int) else None
    if warm is None:
        return None
    best, score = 0, warm.mean
    for each in trained:
        number = each.stage.removeprefix("iteration ")
        if each.mean > score and number.isdecimal():
            best, score = int(number), each.mean
    return best


@dataclass(frozen=True)
class Gain:
    """How much better one evaluation is than another one.

    Attributes:
        mean: difference of the means.
        interval: its 95 % interval over games that both have played; None where they have not.
    """

    mean: float
    interval: tuple[float, float] | None


def _gain(before: Evaluation | None, after: Evaluation | None) -> Gain | None:
    if before is None or after is None:
        return None
    interval = None
    if before.seeds and list(before.seeds) == list(after.seeds):
        pairs = zip(after.returns, before.returns, strict=True)
        interval = mean_interval([new - old for new, old in pairs])[1:]
    return Gain(after.mean - before.mean, interval)


def _verdict(before: Evaluation | None, after: Evaluation | None) -> str | None:
    """Say in a sentence what the two evaluations allow to be said."""
    gain = _gain(before, after)
    if before is None or after is None or gain is None:
        return None
    if before is after:
        return (
            "Before and after are one policy, the warm start: nothing that was learned from play was "
            "better on validation, so there is no gain to speak of."
        )
    if gain.interval is not None:
        low, high = gain.interval
        span = f"{_number(low, signed=True)} to {_number(high, signed=True)}"
        if low > 0:
            return f"On the same games: the policy got better (difference {span}, 95 % interval)."
        if high < 0:
            return (
                f"On the same games: the policy got worse (difference {span}, 95 % interval). The "
                "health panel below may show why."
            )
        return (
            f"On the same games: the difference ({span}, 95 % interval) may be chance. More games "
            "would tell."
        )
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
    narrow: bool,
) -> str | None:
    training = [
        (record["games"], record["collect/return_mean"], record["collect/return_std"])
        for record in records
        if record["phase"] == "collect"
        and {"collect/return_mean", "collect/return_std"} <= record.keys()
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
        narrow,
    )


def _histograms(before: Evaluation | None, after: Evaluation | None, narrow: bool) -> str | None:
    pair = [before] if before is after else [before, after]
    groups = [(e.stage, e.returns) for e in pair if e is not None and e.returns]
    if not groups:
        return None
    from archer_agent.reports import charts

    return charts.histograms(groups, narrow)


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
