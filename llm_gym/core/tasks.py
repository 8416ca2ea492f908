"""Tasks with stable ids, in named, disjoint splits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to solve: a hidden object, a city, a goal.

    Attributes:
        id: stable across versions, processes and machines (``"piano"``).
        split: the split the task belongs to: ``"train"``, ``"valid"`` or ``"test"``.
        payload: what the game needs to play it; never shown to the player.
    """

    id: str
    split: str
    payload: Any


class TaskSet:
    """All tasks of a game: disjoint named splits, and all of them together.

    Without a split, tasks are drawn from all splits together (the paper's protocol: training and
    evaluation on the same words); with one, from that split alone.

    Args:
        splits: split name -> its tasks, in their published order.

    Raises:
        ValueError: two tasks share an id, or a task stands in a split that is not its own.
    """

    def __init__(self, splits: Mapping[str, Sequence[Task]]) -> None:
        self._splits = {name: tuple(tasks) for name, tasks in splits.items()}
        self._all = tuple(task for tasks in self._splits.values() for task in tasks)
        if len({task.id for task in self._all}) != len(self._all):
            raise ValueError("every task needs an id of its own")
        for name, tasks in self._splits.items():
            if any(task.split != name for task in tasks):
                raise ValueError(f"a task of split {name!r} says it belongs to another split")

    def __deepcopy__(self, memo: dict[int, Any]) -> TaskSet:
        return self  # nothing in it ever changes, and a shop has thousands of tasks

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the splits."""
        return tuple(self._splits)

    def select(self, split: str | None = None) -> tuple[Task, ...]:
        """Return the tasks of ``split`` in their published order; of all splits when None.

        Raises:
            ValueError: there is no such split.
        """
        if split is None:
            return self._all
        if not isinstance(split, str) or split not in self._splits:
            raise ValueError(f"unknown split {split!r}; choose one of {', '.join(self._splits)}")
        return self._splits[split]

    def draw(
        self, rng: np.random.Generator, split: str | None = None, index: int | None = None
    ) -> Task:
        """Return task ``index`` of ``split`` (of all tasks when None), or a uniformly drawn one.

        Without an index exactly one integer is drawn from ``rng``; with one, or where there is one task
        alone, nothing.

        Raises:
            ValueError: there is no such split, or no such index in it.
        """
        tasks = self.check(split, index)
        if len(tasks) == 1:  # for which no number would be drawn
            return tasks[0]
        return tasks[int(rng.integers(len(tasks))) if index is None else index]

    def check(self, split: str | None, index: int | None) -> tuple[Task, ...]:
        """Return the tasks of ``split`` (all when None), once ``index`` is seen to name one or is None.

        Raises:
            ValueError: there is no such split, or no such index in it.
        """
        tasks = self.select(split)
        if index is None:
            return tasks
        if isinstance(index, bool) or not isinstance(index, int | np.integer):
            raise ValueError(f"the task index must be an integer, not {index!r}")
        if not 0 <= index < len(tasks):
            where = "all splits together" if split is None else f"split {split!r}"
            raise ValueError(f"index {index} is out of range: {where} holds {len(tasks)} tasks")
        return tasks

    def digest(self, split: str | None = None) -> str:
        """Return the sha256 of the split's task ids, one per line, to publish and compare."""
        text = "".join(f"{task.id}\n" for task in self.select(split))
        return hashlib.sha256(text.encode()).hexdigest()


def assign_splits(ids: Sequence[str], *, valid: int, test: int) -> dict[str, str]:
    """Deal ``ids`` into train, valid and test by the hash of each id.

    The split of an id depends on the ids alone, not on their order, a seed or a library's
    generator, and looks random: the ``test`` ids with the smallest sha256 are the test split, the
    next ``valid`` ones the validation split, the others are for training.

    Args:
        ids: distinct ids.
        valid: how many go to the validation split.
        test: how many go to the test split.

    Returns:
        id -> ``"train"``, ``"valid"`` or ``"test"``, in the order of ``ids``.
    """
    ranked = sorted(ids, key=lambda text: hashlib.sha256(text.encode()).digest())
    split_of = dict.fromkeys(ranked[:test], "test")
    split_of |= dict.fromkeys(ranked[test : test + valid], "valid")
    return {text: split_of.get(text, "train") for text in ids}
