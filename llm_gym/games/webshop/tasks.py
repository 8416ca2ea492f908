"""The tasks of WebShop: its goals, in splits, drawn by their weights; what all games share."""

from __future__ import annotations

import functools
import hashlib
import json
import random
from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np

from llm_gym.core.tasks import Task, TaskSet
from llm_gym.games.webshop.catalog import Catalog
from llm_gym.games.webshop.goals import (
    Goal,
    GoalKind,
    draw_prices,
    human_goals,
    in_original_order,
    synthetic_goals,
)
from llm_gym.games.webshop.reward import Rules

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
    prices: Mapping[str, float]
    tasks: GoalSet


class GoalSet(TaskSet):
    """Goals in splits; ``draw`` follows their weights.

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


@functools.lru_cache(maxsize=8)
def open_world(
    items: str | None,
    attributes: str | None,
    human_instructions: str | None,
    goals: GoalKind | None,
    prices: str | None,
    rules: Rules,
) -> World:
    """Load a shop once for all games of the process; see ``WebShopEnv`` for the arguments.

    Raises:
        ValueError: unknown rules; items without attributes or the other way round; another kind of goals; a
            catalogue without goals of that kind; prices that leave a product out.
        FileNotFoundError: a file is not there.
    """
    if rules not in ("strict", "paper"):
        raise ValueError(f"rules must be one of 'strict', 'paper', not {rules!r}")
    if goals not in (None, "human", "synthetic"):
        raise ValueError(f"goals must be 'human' or 'synthetic', not {goals!r}")
    if (items is None) != (attributes is None):
        raise ValueError("items and attributes belong together: give both, or neither")
    if items is None or attributes is None:
        if human_instructions is not None:
            raise ValueError("human_instructions belong to items: give both, or neither")
        catalog = Catalog.synthetic()
        kind = goals or "human"
    else:
        catalog = Catalog.from_files(items, attributes, human_instructions)
        kind = goals or ("synthetic" if human_instructions is None else "human")
    if prices is None:
        listed, price_of = catalog.goals(kind=kind, seed=0, rules=rules)
    else:
        price_of = _read_prices(Path(prices), catalog)
        listed = _goals_at(catalog, kind, price_of)
    if not listed:
        needed = "human_instructions" if kind == "human" else "attributes"
        raise ValueError(f"the catalogue has no {kind} goals; give the file {needed} that has them")
    return World(catalog, price_of, make_tasks(listed, rules))


def _read_prices(path: Path, catalog: Catalog) -> dict[str, float]:
    try:
        prices = json.loads(path.read_text(encoding="utf-8"))
        read = {asin: float(price) for asin, price in prices.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(f"{path} must be a JSON object of asin -> dollars: {error}") from error
    missing = next((asin for asin in catalog.asins if asin not in read), None)
    if missing is not None:
        raise ValueError(f"{path} has no price of product {missing}")
    return read


def _goals_at(catalog: Catalog, kind: GoalKind, prices: Mapping[str, float]) -> list[Goal]:
    """Make the goals at given prices, with the bounds that the original draws after seed 0."""
    products = [catalog.product(asin) for asin in catalog.asins]
    rng = random.Random(0)
    draw_prices(((product.asin, product.pricing) for product in products), rng)
    make = human_goals if kind == "human" else synthetic_goals
    return in_original_order(make(products, prices, rng))


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
