"""What a shopper is asked to buy, made from the products as the original makes it.

Source: ``web_agent_site/engine/goal.py`` (``get_human_goals``, ``get_synthetic_goals``) and
``generate_product_prices`` in ``engine.py`` of WebShop. There, prices and bounds come one after
the other from Python's global generator, so that they depend on everything drawn before;
`Catalog.goals` reproduces that from a seed under ``rules="paper"`` and draws each by its own name
under ``rules="strict"``.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from llm_gym.games.webshop.products import Product

GoalKind = Literal["human", "synthetic"]
Rules = Literal["paper", "strict"]

NO_BOUND = 1_000_000
"""`Goal.price_upper`, in dollars, of a goal that sets no bound on the price."""

_ORDER_SEED = 233


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing to buy, with the fields of the original.

    Attributes:
        asin: The product that the goal was made from.
        category: Its category.
        query: Its query, lower-cased.
        name: Its title.
        product_category: Its path in the shop's tree.
        instruction_text: What the shopper is told.
        attributes: What the purchase must be.
        price_upper: The most it may cost in dollars; `NO_BOUND` for no bound.
        goal_options: Option values to choose: a list of values (human goals) or name to value
            (synthetic goals). The reward treats the two forms differently.
        weight: How often the goal is drawn, relative to the others.
    """

    asin: str
    category: str
    query: str
    name: str
    product_category: str
    instruction_text: str
    attributes: list[str]
    price_upper: float
    goal_options: list[str] | dict[str, str]
    weight: float = 1

    def to_json(self) -> dict[str, Any]:
        """The goal as JSON values, with the original's keys."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Goal:
        """Build a goal from JSON values with the original's keys."""
        return cls(**fields)


Prices = Mapping[str, float]
"""What each product costs, in dollars, by asin."""

Draw = Callable[[str], random.Random]
"""Gives the generator that draws a bound, by the name of what it is for."""


def bound_price(price: float, rng: random.Random) -> tuple[float, str]:
    """Draw a bound above a price: the larger of two of the next four tens up to 990 dollars.

    Returns:
        The bound in dollars and the words that end the instruction with it.
    """
    lowest = 10 * (max(int(price // 10), 0) + 1)
    above = range(lowest, min(lowest + 40, 1000), 10)
    if len(above) < 2:
        return NO_BOUND, ""
    bound = float(max(rng.sample(above, 2)))
    return bound, f", and price lower than {bound:.2f} dollars"


def human_goals(products: Iterable[Product], prices: Prices, draw: Draw) -> list[Goal]:
    """One goal for every instruction that a person wrote and that names an attribute."""
    goals = []
    for product in products:
        for number, human in enumerate(product.human_instructions):
            if not human.instruction_attributes:
                continue
            bound, words = bound_price(prices[product.asin], draw(f"{product.asin} {number}"))
            goals.append(
                _goal(
                    product,
                    human.instruction.strip(".") + words,
                    human.instruction_attributes,
                    bound,
                    list(human.instruction_options),
                )
            )
    return goals


def synthetic_goals(products: Iterable[Product], prices: Prices, draw: Draw) -> list[Goal]:
    """One goal for every choice of options of every product that has a templated instruction.

    A goal weighs the mean over its attributes of 1 / (number of goals with that attribute).
    """
    drafts = []
    for product in products:
        if product.instruction_text is None or not product.instruction_attributes:
            continue
        asked = product.instruction_attributes
        bound, bound_words = bound_price(prices[product.asin], draw(product.asin))
        names = sorted(product.options)
        for values in itertools.product(*(product.options[name] for name in names)):
            chosen = dict(zip(names, values, strict=True))
            words = ", and ".join(f"{name}: {value}" for name, value in chosen.items())
            text = product.instruction_text + (f" with {words}" if words else "") + bound_words
            drafts.append((product, text, asked, bound, chosen))
    frequency = Counter(attribute for draft in drafts for attribute in draft[2])
    return [
        _goal(*draft, weight=sum(1.0 / frequency[a] for a in draft[2]) / len(draft[2]))
        for draft in drafts
    ]


def _goal(
    product: Product,
    text: str,
    attributes: Sequence[str],
    bound: float,
    options: list[str] | dict[str, str],
    weight: float = 1,
) -> Goal:
    return Goal(
        asin=product.asin,
        category=product.category,
        query=product.query,
        name=product.title,
        product_category=product.product_category,
        instruction_text=text,
        attributes=list(attributes),
        price_upper=bound,
        goal_options=options,
        weight=weight,
    )


def in_original_order(goals: Iterable[Goal]) -> list[Goal]:
    """Shuffle goals into the original's order: goal i is its session i, whatever the prices."""
    ordered = list(goals)
    random.Random(_ORDER_SEED).shuffle(ordered)
    return ordered


def make_goals(
    kind: GoalKind, products: Iterable[Product], prices: Prices, draw: Draw
) -> list[Goal]:
    """The goals of a kind in the original's order."""
    make = human_goals if kind == "human" else synthetic_goals
    return in_original_order(make(products, prices, draw))
