"""Named panels: fixed lists of tasks, so that two figures under one name are of the same games.

The panel ``ENV@SPLIT`` is every task of a split of an environment, each once and in order, with the arguments that the
environment has by itself: ``llm_gym/TwentyQuestions-v0@test``; ``ENV@all`` is every task there is. Its fingerprint
changes when a task does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import gymnasium

from llm_gym.registration import ENVIRONMENTS


@dataclass(frozen=True, slots=True)
class Panel:
    """A list of tasks with a name.

    Attributes:
        name: ``ENV@SPLIT``.
        env: the environment's id.
        split: the split that the tasks are all of; None for those of all splits.
        tasks: how many there are.
        fingerprint: of their ids, see :func:`fingerprint`.
    """

    name: str
    env: str
    split: str | None
    tasks: int
    fingerprint: str


def fingerprint(task_ids: Iterable[str]) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 of task ids in their order, a line break behind each."""
    digest = hashlib.sha256()
    for task_id in task_ids:
        digest.update(f"{task_id}\n".encode())
    return digest.hexdigest()[:12]


def panels() -> list[Panel]:
    """Return the panels of every environment that can be made as it is."""
    found = []
    for environment in ENVIRONMENTS:
        if environment.needs:
            continue
        env = gymnasium.make(environment.id)
        tasks = env.get_wrapper_attr("game").tasks
        for split in (*environment.splits, None):
            ids = [task.id for task in tasks.select(split)]
            name = f"{environment.id}@{split or 'all'}"
            found.append(Panel(name, environment.id, split, len(ids), fingerprint(ids)))
        env.close()
    return found
