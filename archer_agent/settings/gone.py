"""Settings that there are no more: those who left them alone lose nothing, and their files are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ALWAYS: Mapping[str, Any] = {
    **{f"{table}.min_target": False for table in ("archer", "chai")},
    **{f"{table}.huber": None for table in ("archer", "chai")},
    **{f"{table}.cache_candidates": False for table in ("archer", "chai")},
    "chai.q_temperature": 0.0,
    "loop.greedy_share": 0.0,
}
"""By table and name, the value at which a setting said what is always so now."""


def without_gone(settings: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return settings without those that there are no more.

    Args:
        settings: nested tables, from a file.
        where: they are from, for the message.

    Raises:
        ValueError: one of those says what this version cannot do.
    """
    left = dict(settings)
    for path, always in _ALWAYS.items():
        table, _, name = path.partition(".")
        values = left.get(table)
        if not isinstance(values, Mapping):
            continue
        # A file may write names as the command line does.
        for key in {name, name.replace("_", "-")} & values.keys():
            # As TOML and the command line have no word for None.
            if values[key] not in (always, str(always)):
                raise ValueError(
                    f"{where} sets {path} to {values[key]!r}, and there is no such setting any more: take it out, or "
                    "go back to the version that has it"
                )
            left[table] = {each: value for each, value in left[table].items() if each != key}
    return left
