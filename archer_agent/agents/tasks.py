"""Tasks of an environment by number: a panel that is played task by task, each once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from archer_agent.agents.environments import one_env, told_of


def read_panel(name: str) -> tuple[str, str | None]:
    """Return the environment and the split that a panel's name ``ENV@SPLIT`` says; no split for ``ENV@all``.

    Raises:
        ValueError: it is no such name.
    """
    env_id, at, split = name.rpartition("@")
    if not (env_id and at and split):
        raise ValueError(
            f"a panel is ENV@SPLIT, such as llm_gym/TwentyQuestions-v0@test, or ENV@all; not {name!r}"
        )
    return env_id, None if split == "all" else split


def panel_fingerprint(task_ids: Iterable[str]) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 of task ids in their order, a line break behind each.

    Two figures of tasks with the same fingerprint are of the same games.
    """
    digest = hashlib.sha256()
    for task_id in task_ids:
        digest.update(f"{task_id}\n".encode(errors="surrogatepass"))
    return digest.hexdigest()[:12]


_RANGE = re.compile(r"(\d+)-(\d+)")


def choose_tasks(panel: str, env_id: str, options: Mapping[str, Any]) -> list[int]:
    """Return the numbers of the tasks of a panel, each once.

    Args:
        panel: ``"all"``, a range such as ``"0-499"`` (both ends included), or a file with one number a line.
        env_id: the environment's id.
        options: its keyword arguments; where they choose a split, tasks are counted in that split.

    Raises:
        ValueError: the environment does not number its tasks (``unwrapped.task_count``, and ``reset``'s option
            ``index``), or has none of that number; the panel is none of the above.
    """
    count = _count_tasks(env_id, options)
    ends = _RANGE.fullmatch(panel)
    if panel == "all":
        tasks = list(range(count))
    elif ends is not None:
        tasks = list(range(int(ends[1]), min(int(ends[2]), count) + 1))
    elif Path(panel).is_file():
        tasks = _read_numbers(Path(panel))
    else:
        raise ValueError(
            f"--tasks must be all, a range such as 0-499, or a file with one number a line, not {panel!r}"
        )
    if not tasks:
        raise ValueError(f"--tasks {panel} names no task")
    if max(tasks) >= count:
        raise ValueError(f"--tasks {panel}: there are {count} tasks, the last is {count - 1}")
    return tasks


def _count_tasks(env_id: str, options: Mapping[str, Any]) -> int:
    with one_env(env_id, options) as env:
        if not env.has_wrapper_attr("task_count"):
            raise ValueError(
                f"{env_id} does not number its tasks: leave --tasks out, and --episodes are drawn"
            )
        with told_of("task_count"):
            return int(env.get_wrapper_attr("task_count"))


def _read_numbers(path: Path) -> list[int]:
    words = path.read_text(encoding="utf-8", errors="backslashreplace").split()
    for word in words:
        if not (word.isascii() and word.isdecimal()):
            raise ValueError(f"{path} must hold one task number a line, not {word!r}")
    return list(dict.fromkeys(map(int, words)))
