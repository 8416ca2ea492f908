"""The tasks of WebShop: its goals, in splits, drawn by their weights; what all games share."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import get_args

import numpy as np

from llm_gym.core.tasks import Task, TaskSet
from llm_gym.games.webshop.catalog import Catalog, Embedded
from llm_gym.games.webshop.goals import Goal, GoalKind, Prices, Rules

TEST, VALID = 500, 1000
"""Goals of the published test and development split of the full human set."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a task holds: a goal and its number in the original's order, the original's session."""

    number: int
    goal: Goal


@dataclass(frozen=True, slots=True)
class World:
    """What all games of one shop share.

    Attributes:
        catalog: the products.
        prices: asin -> dollars.
        tasks: the goals.
    """

    catalog: Catalog
    prices: Prices
    tasks: GoalSet

    def __deepcopy__(self, memo: dict[int, object]) -> World:
        """Return itself: it never changes, and copies of games share it as well."""
        return self


_RANGE = re.compile(r"(\d+)-(\d+)")
_SYNONYMS = {"dev": "valid"}


class GoalSet(TaskSet):
    """Goals in splits; ``draw`` follows their weights.

    Besides its own splits it knows, wherever a split is named,

    - ``"dev"``, the papers' word for ``"valid"``;
    - a range such as ``"2000-2099"``: the goals with these numbers, both ends included, in the
      original's order (the ArCHer paper trains and evaluates on these hundred);
    - ``"@FILE"``: the goals that a file lists by number or by task id, one a line.

    Args:
        splits: split name -> its tasks, whose payloads are sessions.
        rules: ``"strict"``: every draw follows the weights. ``"paper"``: from all goals as the
            original draws, where goal k has the weight of goal k - 1 (goal 0 is never drawn, the
            last goal has two weights); from one split uniformly, as the original's baselines do.
    """

    def __init__(self, splits: Mapping[str, Sequence[Task]], rules: Rules) -> None:
        super().__init__(splits)
        self._rules = rules
        self._bounds: dict[str | None, list[float]] = {}
        self._panels: dict[str, tuple[Task, ...]] = {}

    def __deepcopy__(self, memo: dict[int, object]) -> GoalSet:
        """Return itself: copies of games share it."""
        return self

    def select(self, split: str | None = None) -> tuple[Task, ...]:
        """Return the tasks of a split, of a range, or of a file; of all splits when None.

        Raises:
            ValueError: there is no such split, goal or file.
        """
        if isinstance(split, str):
            split = _SYNONYMS.get(split, split)
        if not isinstance(split, str) or split in self.names:
            return super().select(split)
        if split not in self._panels:
            self._panels[split] = self._select_panel(split)
        return self._panels[split]

    def _select_panel(self, name: str) -> tuple[Task, ...]:
        ends = _RANGE.fullmatch(name)
        if ends is not None:
            first, last = int(ends[1]), int(ends[2])
            wanted = [str(number) for number in range(first, min(last, len(self._all)) + 1)]
        elif name.startswith("@"):
            wanted = _read_lines(Path(name[1:]))
        else:
            raise ValueError(
                f"unknown split {name!r}; choose one of {', '.join(self.names)}, a range of goals "
                "such as '2000-2099', or '@FILE' of a file that lists goals"
            )
        known = {str(task.payload.number): task for task in self._all}
        known |= {task.id: task for task in self._all}
        for each in wanted:
            if each not in known:
                raise ValueError(
                    f"split {name!r}: there is no goal {each} among the {len(self._all)}"
                )
        if not wanted:
            raise ValueError(f"split {name!r} names no goal")
        return tuple(known[each] for each in wanted)

    def draw(
        self, rng: np.random.Generator, split: str | None = None, index: int | None = None
    ) -> Task:
        """Return task ``index`` of ``split`` (of all tasks when None), or a drawn one.

        Without an index exactly one number is drawn from ``rng``; with one, nothing.

        Raises:
            ValueError: there is no such split, or no such index in it.
        """
        tasks = self.select(split)
        if index is not None or (self._rules == "paper" and split is not None):
            return super().draw(rng, split, index)
        if split not in self._bounds:
            self._bounds[split] = list(accumulate(task.payload.goal.weight for task in tasks))
        bounds = self._bounds[split]
        shift = 1 if self._rules == "paper" else 0
        return tasks[min(bisect(bounds, rng.random() * bounds[-1]) + shift, len(tasks) - 1)]


def _read_lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"cannot read the list of goals {path}: {error}") from error
    return list(dict.fromkeys(filter(None, map(str.strip, lines))))


def open_world(
    items: str | None,
    attributes: str | None,
    human_instructions: str | None,
    goals: GoalKind | None,
    prices: str | None,
    rules: Rules,
    num_products: int | None = None,
    shop: Embedded = "plain",
) -> World:
    """Load a shop once for all games of the process; see ``WebShopEnv`` for the arguments.

    It is loaded again where a file has changed since.

    Raises:
        ValueError: unknown rules, shop or kind of goals; items without attributes or the other way
            round; a number of products that is no positive integer, or without items; prices that
            are no such object or leave a product out; from the catalogue: files that are missing
            or damaged, no goals of that kind.
        FileNotFoundError: the file of prices is not there.
    """
    if rules not in ("strict", "paper"):
        raise ValueError(f"rules must be one of 'strict', 'paper', not {rules!r}")
    if goals not in (None, "human", "synthetic"):
        raise ValueError(f"goals must be 'human' or 'synthetic', not {goals!r}")
    if (items is None) != (attributes is None):
        raise ValueError("items and attributes belong together: give both, or neither")
    if items is None and human_instructions is not None:
        raise ValueError("human_instructions belong to items: give both, or neither")
    if shop not in get_args(Embedded):
        raise ValueError(f"shop must be one of 'plain', 'natural', not {shop!r}")
    if num_products is not None:
        if items is None:
            raise ValueError("num_products counts the records of items: give both, or neither")
        if isinstance(num_products, bool) or not isinstance(num_products, int) or num_products < 1:
            raise ValueError(
                f"num_products must be a positive integer or None, not {num_products!r}"
            )
    paths = (items, attributes, human_instructions, prices)
    return _load_world(*paths, goals, rules, num_products, shop, tuple(map(_state, paths)))


def _state(path: str | None) -> tuple[int, ...]:
    """Return what changes with a file; nothing where there is none, which loading it tells."""
    try:
        found = None if path is None else os.stat(path)
    except OSError:
        found = None
    return () if found is None else (found.st_size, found.st_mtime_ns, found.st_ino)


@functools.lru_cache(maxsize=8)
def _load_world(
    items: str | None,
    attributes: str | None,
    human_instructions: str | None,
    prices: str | None,
    goals: GoalKind | None,
    rules: Rules,
    num_products: int | None,
    shop: Embedded,
    states: tuple[tuple[int, ...], ...],
) -> World:
    if items is None or attributes is None:
        catalog = Catalog.synthetic(shop=shop)
        kind = goals or "human"
    else:
        catalog = Catalog.from_files(
            items, attributes, human_instructions, num_products=num_products
        )
        kind = goals or ("synthetic" if human_instructions is None else "human")
    given = None if prices is None else _read_prices(Path(prices), catalog)
    listed, price_of = catalog.goals(kind=kind, seed=0, rules=rules, prices=given)
    return World(catalog, price_of, make_tasks(listed, rules))


def _read_prices(path: Path, catalog: Catalog) -> dict[str, float]:
    try:
        prices = json.loads(path.read_text(encoding="utf-8"))
        read = {asin: float(price) for asin, price in prices.items()}
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise ValueError(f"{path} must be a JSON object of asin -> dollars: {error}") from error
    missing = next((asin for asin in catalog.asins if asin not in read), None)
    if missing is not None:
        raise ValueError(f"{path} has no price of product {missing}")
    return read


def make_tasks(goals: Sequence[Goal], rules: Rules) -> GoalSet:
    """Return the goals as tasks in splits.

    Args:
        goals: in the original's order.
        rules: ``"paper"``: the published splits, by number: 0-499 test, 500-1499 valid, the others
            train, in this order, so that task k of all splits together is the original's session
            k. ``"strict"``: by the hash of the product, so that no product is in two splits: about
            a tenth for the test (at most about 500) and another tenth (about 1000) for validation.
    """
    ids = _goal_ids(goals)
    if rules == "paper":
        names = ["test"] * TEST + ["valid"] * VALID + ["train"] * len(goals)
        order: tuple[str, ...] = ("test", "valid", "train")
    else:
        split_of = _split_products([goal.asin for goal in goals])
        names = [split_of[goal.asin] for goal in goals]
        order = ("train", "valid", "test")
    splits: dict[str, list[Task]] = {name: [] for name in order}
    for number, (name, task_id, goal) in enumerate(zip(names, ids, goals, strict=False)):
        splits[name].append(Task(task_id, name, Session(number, goal)))
    return GoalSet({name: tasks for name, tasks in splits.items() if tasks}, rules)


def _split_products(asins: Sequence[str]) -> dict[str, str]:
    """Deal products into splits by their hash until a split has enough of the goals."""
    goals_of = Counter(asins)
    ranked = sorted(goals_of, key=lambda asin: hashlib.sha256(asin.encode()).digest())
    tenth = max(1, len(asins) // 10)
    split_of: dict[str, str] = {}
    for name, wanted in (("test", min(TEST, tenth)), ("valid", min(VALID, tenth))):
        filled = 0
        while filled < wanted and ranked:
            asin = ranked.pop(0)
            split_of[asin] = name
            filled += goals_of[asin]
    return split_of | dict.fromkeys(ranked, "train")


def _goal_ids(goals: Sequence[Goal]) -> list[str]:
    """Return ids that depend on what is wanted alone, not on its number or its price bound."""
    seen: Counter[str] = Counter()
    ids = []
    for goal in goals:
        wanted = [goal.attributes, goal.goal_options]
        words = goal.instruction_text.partition(", and price lower than")[0]
        digest = hashlib.sha256(json.dumps([words, *wanted]).encode()).hexdigest()[:8]
        name = f"{goal.asin}-{digest}"
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return ids
