"""What a purchase is worth: the original's formula, and its sound variant.

Source: ``web_agent_site/engine/goal.py`` and ``normalize.py`` of WebShop, as of its last commit.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llm_gym.games.webshop.goals import Goal, Rules
from llm_gym.games.webshop.nouns import make_tagger
from llm_gym.games.webshop.products import Product

_COLOURS = tuple(
    "alabaster apricot aqua ash asphalt azure banana beige black blue blush bordeaux bronze brown "
    "burgundy camel camo caramel champagne charcoal cheetah chestnut chocolate christmas coffee "
    "cognac copper coral cranberry cream crystal dark denim eggplant elephant espresso fuchsia "
    "gold granite grape graphite grass gray green grey heather indigo ivory ivy khaki lavender "
    "lemon leopard light lilac lime magenta maroon mauve merlot midnight mint mocha multicolor "
    "mushroom mustard natural navy nude olive orange peach pewter pink plum purple rainbow red "
    "rose royal rust sand sapphire seashell silver skull slate steel stone stonewash sunflower tan "
    "taupe teal tiger turquoise violet walnut wheat white wine yellow".split()
)
"""Words that stand for a whole option value; the first that is found counts."""

_MATCH = 85  # a similarity above this one, of 100, is a match


@dataclass(frozen=True, slots=True)
class Reward:
    """The worth of a purchase, and what it is made of.

    ``reward = r_type * (r_att * w_att + r_option * w_option + r_price * w_price)``.

    Attributes:
        reward: from 0 to 1.
        r_type: 1, 0.5, 0.1 or 0: how much the product is the kind of thing that is wanted.
        r_att: share of the wanted attributes that it has.
        w_att: weight of that share.
        query_match: product and goal were listed under the same query.
        category_match: they share two parts of their place in the shop's tree.
        title_score: share of the nouns of the wanted title that stand in the product's title.
        r_option: share of the wanted options that were chosen; None where none is wanted.
        w_option: weight of that share.
        r_price: the price is within the bound.
        w_price: weight of that.
        num_attr_matches: how many wanted attributes it has.
        num_option_matches: how many wanted options were chosen.
        tagger: which tagger found the nouns; ``"given"`` where they were passed in.
    """

    reward: float
    r_type: float
    r_att: float
    w_att: float
    query_match: bool
    category_match: bool
    title_score: float
    r_option: float | None
    w_option: float
    r_price: bool
    w_price: float
    num_attr_matches: int
    num_option_matches: int
    tagger: str

    @property
    def success(self) -> bool:
        """Whether the purchase is all that was wanted: a reward of exactly 1."""
        return self.reward == 1.0

    def verbose_info(self) -> dict[str, float | bool]:
        """The parts under the original's keys; no option keys where no option is wanted."""
        info: dict[str, float | bool] = {
            "r_type": self.r_type,
            "r_att": self.r_att,
            "w_att": self.w_att,
            "query_match": self.query_match,
            "category_match": self.category_match,
            "title_score": self.title_score,
        }
        if self.r_option is not None:
            info |= {"r_option": self.r_option, "w_option": self.w_option}
        return info | {"r_price": self.r_price, "w_price": self.w_price}


@dataclass(frozen=True, slots=True)
class _Purchase:
    """The fields of a product that the reward looks at."""

    name: str
    query: str
    product_category: str
    attributes: Sequence[str]
    text: tuple[str, str, str]
    options: Mapping[str, Sequence[str]]


def score_purchase(
    product: Product | Mapping[str, Any],
    goal: Goal | Mapping[str, Any],
    price: float,
    options: Mapping[str, str],
    nouns: Mapping[str, Sequence[str]] | None = None,
    *,
    rules: Rules = "paper",
    tagger: str = "auto",
) -> Reward:
    """Score the purchase of ``product`` with ``options`` for ``goal``.

    Args:
        product: what was bought: a :class:`Product`, or a mapping with the original's keys (``name,
            query, product_category, Title, Description, BulletPoints, Attributes``, and ``options``
            for the strict rules).
        goal: what was wanted: a :class:`Goal`, or a mapping with the original's keys.
        price: what the product costs in dollars.
        options: option name -> chosen value.
        nouns: ``{"purchased": [...], "goal": [...]}``: the nouns of the two titles, lower-cased, in
            place of a tagger's.
        rules: ``"paper"``: the original's formula to the last digit. ``"strict"``: the same, but
            every goal is within reach and a wrong option is wrong: nouns are counted once, and
            where the product offers the very value that is wanted, that value alone counts; where
            it does not, both sides are simplified to their colour before they are compared (the
            original simplifies one side of a goal that names its options).
        tagger: who finds the nouns, see :func:`~llm_gym.games.webshop.nouns.make_tagger`.

    Returns:
        The reward and its parts.

    Raises:
        TypeError: the goal's ``price_upper`` is not above 0.
        ZeroDivisionError: the goal wants no attribute.
        ValueError: unknown rules or tagger.
    """
    if rules not in ("strict", "paper"):
        raise ValueError(f"rules must be 'strict' or 'paper', not {rules!r}")
    bought = _read_product(product)
    wanted = goal if isinstance(goal, Goal) else _read_goal(goal)
    if wanted.price_upper <= 0:
        raise TypeError(f"the goal's price_upper must be above 0, not {wanted.price_upper}")
    if not wanted.attributes:
        raise ZeroDivisionError("the goal wants no attribute: there is nothing to score")
    if nouns is None:
        tagger_name, find_nouns = make_tagger(tagger)
        bought_nouns, wanted_nouns = find_nouns(bought.name), find_nouns(wanted.name)
    else:
        tagger_name = "given"
        bought_nouns, wanted_nouns = tuple(nouns["purchased"]), tuple(nouns["goal"])

    query_match = bought.query == wanted.query
    shared = _path(bought.product_category) & _path(wanted.product_category)
    category_match = len(shared) >= 2
    title_score = _title_score(bought_nouns, wanted_nouns, rules)
    r_type = _type_score(query_match or category_match, title_score)
    attributes = sum(_has_attribute(bought, attribute) for attribute in wanted.attributes)
    count_options = _options_matched if rules == "paper" else _options_matched_strictly
    chosen = count_options(bought, wanted.goal_options, options)
    in_bound = bool(price <= wanted.price_upper)

    n_attributes, n_options = len(wanted.attributes), len(wanted.goal_options)
    parts = n_attributes + n_options + 1
    return Reward(
        reward=(attributes + chosen + in_bound) / parts * r_type,
        r_type=r_type,
        r_att=attributes / n_attributes,
        w_att=n_attributes / parts,
        query_match=query_match,
        category_match=category_match,
        title_score=title_score,
        r_option=chosen / n_options if n_options else None,
        w_option=n_options / parts,
        r_price=in_bound,
        w_price=1 / parts,
        num_attr_matches=attributes,
        num_option_matches=chosen,
        tagger=tagger_name,
    )


def _read_product(product: Product | Mapping[str, Any]) -> _Purchase:
    if isinstance(product, Product):
        title, name, bullets = product.title, product.title, product.bullet_points
        return _Purchase(
            name,
            product.query,
            product.product_category,
            product.attributes,
            (title.lower(), " ".join(bullets).lower(), product.description.lower()),
            product.options,
        )
    return _Purchase(
        product["name"],
        product["query"],
        product["product_category"],
        product["Attributes"],
        (
            product["Title"].lower(),
            " ".join(product["BulletPoints"]).lower(),
            product["Description"].lower(),
        ),
        product.get("options", {}),
    )


def _read_goal(goal: Mapping[str, Any]) -> Goal:
    """Read the goal's fields that count here; the others may be missing."""
    return Goal(
        asin=goal.get("asin", ""),
        category=goal.get("category", ""),
        query=goal["query"],
        name=goal["name"],
        product_category=goal["product_category"],
        instruction_text=goal.get("instruction_text", ""),
        attributes=goal["attributes"],
        price_upper=goal["price_upper"],
        goal_options=goal["goal_options"],
    )


def _path(product_category: str) -> set[str]:
    return {part.strip() for part in product_category.split("\u203a")}


def _title_score(bought: Sequence[str], wanted: Sequence[str], rules: Rules) -> float:
    if not wanted:
        return 0.2
    # The original counts a repeated noun twice below the line and once above it.
    total = len(wanted) if rules == "paper" else len(set(wanted))
    return len(set(bought) & set(wanted)) / total


def _type_score(listed_alike: bool, title_score: float) -> float:
    if title_score == 0.0:
        return 0.0
    if title_score < 0.1:
        return 0.1
    return 1.0 if listed_alike or title_score > 0.2 else 0.5


def _has_attribute(bought: _Purchase, attribute: str) -> bool:
    return any(_similar(own, attribute) for own in bought.attributes) or any(
        attribute in text for text in bought.text
    )


def _options_matched(
    bought: _Purchase,
    wanted: Sequence[str] | Mapping[str, str],
    options: Mapping[str, str],
) -> int:
    """Count as the original does: names and values together where the goal has both."""
    chosen = [_simplified(value) for value in options.values()]
    if isinstance(wanted, Mapping):
        # A pair is simplified only where its name or its value *is* a colour, and is then compared
        # as Python writes it: ('size', 'large').
        goals = [
            next((colour for colour in _COLOURS if colour in pair), str(pair))
            for pair in wanted.items()
        ]
    else:
        goals = [_simplified(value) for value in wanted]
    return sum(any(_similar(value, goal) for value in chosen) for goal in goals)


def _options_matched_strictly(
    bought: _Purchase,
    wanted: Sequence[str] | Mapping[str, str],
    options: Mapping[str, str],
) -> int:
    """Count a wanted value that is offered only where it is chosen; see ``score_purchase``."""
    named = wanted.items() if isinstance(wanted, Mapping) else ((None, value) for value in wanted)
    matched = 0
    for name, value in named:
        under = bought.options if name is None else {name: bought.options.get(name, ())}
        chosen = [options[option] for option in under if option in options]
        if any(value in offered for offered in under.values()):
            matched += value in chosen
        else:
            goal = _simplified(value)
            matched += any(_similar(_simplified(own), goal) for own in options.values())
    return matched


@functools.lru_cache(maxsize=1 << 14)
def _simplified(value: str) -> str:
    """Return the first colour that stands anywhere in ``value``, inside a word too, else itself."""
    return next((colour for colour in _COLOURS if colour in value), value)


# What the original's thefuzz (0.22) drops from a text before it compares: Latin-1's upper half.
_UPPER_LATIN_1 = dict.fromkeys(range(128, 256))


@functools.lru_cache(maxsize=1 << 16)
def _similar(one: str, other: str) -> bool:
    """Whether the words of one text are about the words of the other: thefuzz's token_set_ratio."""
    # Imported when something is bought: importing llm_gym stays light.
    from rapidfuzz import fuzz, utils

    cleaned = (utils.default_process(text.translate(_UPPER_LATIN_1)) for text in (one, other))
    return round(fuzz.token_set_ratio(*cleaned)) > _MATCH
