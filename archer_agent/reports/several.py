"""One page about several training runs: their curves, what came out of each, and in which settings they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from archer_agent.reports import charts
from archer_agent.reports.comparison import band
from archer_agent.reports.report import flatten, read_settings, write_page
from archer_agent.reports.results import read_result

_NAMES_ALONE = ("run", "seed", "threads", "device", "checkpoint_every", "track")
"""Settings that make no other method of a run."""
_MOST_GROUPS = 10
_LONGEST = 24
"""So many characters of a value stand in the name of a curve; the table has all of them."""


def write_overview(runs: Sequence[Path], path: Path) -> Path:
    """Write a page about finished runs; those that differ in nothing but their seed share a curve with a band.

    Args:
        runs: their folders.
        path: of the page; an older one is replaced.

    Returns:
        The path.

    Raises:
        ValueError: a folder is no finished run, or a file in it is damaged; or there are too many kinds of runs.
    """
    results = [read_result(run) for run in runs]
    configs = [read_settings(run) for run in runs]
    table = _differing_among([dict(flatten(config)) for config in configs])
    groups: dict[tuple[str, ...], list[int]] = {}
    for i in range(len(runs)):
        groups.setdefault(tuple(row[i] for _, row in table), []).append(i)
    if len(groups) > _MOST_GROUPS:
        raise ValueError(
            f"these runs differ in {len(groups)} ways, more than the {_MOST_GROUPS} that a page can tell apart"
        )
    labels = _labels(groups, table)
    curves = []
    for label, members in zip(labels, groups.values(), strict=True):
        x, y = band([results[i] for i in members], "games")
        curves.append(charts.Band(label, x.tolist(), *np.transpose(y).tolist()))
    names = [_name(run) for run in runs]
    rows = [
        {
            "name": names[i],
            "label": label,
            "seed": results[i].seed,
            "result": results[i],
            "start": results[i].curve[0]["return"],
        }
        for label, members in zip(labels, groups.values(), strict=True)
        for i in members
    ]
    values: Mapping[str, Any] = {
        "envs": list(dict.fromkeys(result.env for result in results)),
        "curve": [charts.bands(curves, narrow) for narrow in (False, True)],
        "rows": rows,
        "names": names,
        "table": table,
    }
    return write_page("several.html", values, path)


def _name(run: Path) -> str:
    resolved = run.resolve()
    return f"{resolved.parent.name}/{resolved.name}"


def _differing_among(configs: Sequence[Mapping[str, str]]) -> list[tuple[str, list[str]]]:
    """Return the settings in which runs differ, each with its value in every run."""
    names = dict.fromkeys(name for config in configs for name in config)
    rows = [(name, [config.get(name, "") for config in configs]) for name in names]
    return [(name, row) for name, row in rows if len(set(row)) > 1 and name not in _NAMES_ALONE]


def _labels(
    groups: Mapping[tuple[str, ...], Sequence[int]], table: Sequence[tuple[str, list[str]]]
) -> list[str]:
    """Name each kind of run by the settings that tell it from the others, the first few of them."""
    labels = []
    for number, values in enumerate(groups, 1):
        said = [
            f"{name.rpartition('.')[2]} {value if len(value) <= _LONGEST else f'{value[:_LONGEST]}…'}"
            for (name, _), value in zip(table, values, strict=True)
        ]
        label = ", ".join(said[:3]) or "all alike"
        labels.append(label if label not in labels else f"{label} ({number})")
    return labels
