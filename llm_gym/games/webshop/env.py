"""WebShop as single and as vector environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gymnasium.vector import AutoresetMode

from llm_gym.core.env import TextEnv
from llm_gym.core.game import at_least_one
from llm_gym.core.vector import TextVectorEnv
from llm_gym.games.webshop.catalog import Catalog, Embedded
from llm_gym.games.webshop.game import ProductLabels, View, WebShop
from llm_gym.games.webshop.goals import GoalKind, Rules
from llm_gym.games.webshop.player import ShopPlayer
from llm_gym.games.webshop.tasks import World, open_world


class WebShopEnv(TextEnv):
    """Find in a shop what an instruction asks for, choose its options, and buy it.

    ## Description
    A shop of thousands of products, and one sentence that says what to buy: the kind of product,
    what it must be, its options, the most it may cost. One searches, turns pages, opens products,
    reads about them, chooses options and buys once; the reward says how well the purchase fits. It
    is WebShop [1] without Java: pages, search and reward are the original's. The shop on install is
    the project's own; the original's files are loaded by path.

    ## Action Space
    `FreeText(2048)`:
    - `search[words]` on the search page;
    - `click[label]`: a button, a product's id, or a value of an option, in upper or lower case.

    Anything else changes nothing, costs a turn and is marked in `info`; under strict rules the
    observation begins with what was wrong, "Invalid action: ...".

    ## Observation Space
    `FreeText`: the page, as `view` says:
    - `"text"`: its texts, joined by " [SEP] ";
    - `"text_rich"`: one text a line, buttons as "[button] Buy Now [button_]";
    - `"menu"`: for small models and for people: what there is to read, then every action in a line
      of its own, products and values by number, `click[2] navy blue`;
    - `"html"`: the page as HTML;
    - `"url"`: its address;
    - `"archer"`: the variant of the ArCHer paper [2]: everything that was done and seen, then the
      instruction; three products a page and no further pages; labels as they are written;
      `think[...]` is answered "OK."; ten steps.

    Under strict rules `"text"` and `"text_rich"` end with what can be done, "Available actions:
    click[red], click[Buy Now], ...", and in `"text"` names of options end in a colon.

    ## Starting State
    The search page with the instruction. The goal is drawn from the split by its weight (under
    paper rules as the original does), or chosen by `reset(options={"split": ..., "index": ...})`.

    ## Rewards
    0 but for the purchase: the share of the wanted attributes, options and price bound that it
    meets, times how much it is the wanted kind of product; 1 at best. The whole
    formula: `docs/environments/WebShop-v0.md`.

    ## Episode End
    Termination: the purchase, or `turn_limit` steps. There is no truncation.

    ## Information
    `reset()` and `step()` return `success` (the reward is exactly 1), `invalid_action`, `turn`,
    `task_id`, `split`, `delta` (the page; in the view "archer" what the step added), and
    - `score`, `r_type`, `r_att`, `w_att`, `r_option`, `w_option`, `r_price`, `w_price`,
      `title_score`, `query_match`, `category_match`: the reward and its parts, at the purchase;
      zeros before;
    - `tagger`: who found the nouns of the titles;
    - `available_actions`: `{"has_search_bar": bool, "clickables": [...]}`.

    ## Arguments
    - `rules="strict"`: sound rules; `"paper"`: what the original does, step for step. The
      differences are listed in `docs/environments/WebShop-v0.md`.
    - `view="text"`: see above.
    - `items=None`, `attributes=None`: paths of the original's `items_shuffle*.json` and
      `items_ins_v2*.json`; without them the shop is the embedded one.
    - `human_instructions=None`: path of the original's `items_human_ins.json`.
    - `goals=None`: `"human"` (instructions that people wrote) or `"synthetic"` (templates);
      without it, human ones where there are any.
    - `prices=None`: path of a JSON object of asin -> dollars; without it, prices of products with a
      range are drawn with seed 0.
    - `tagger="auto"`: who finds nouns: spaCy where it is installed, else the embedded rule
      (`"closed-class"`); see `llm_gym.games.webshop.nouns.make_tagger`.
    - `product_labels="asin"`: what the products on a page of results are called; `"number"`: by
      their place, `click[1]`, for models too small to copy ten random letters (strict rules).
    - `suggestions=False`: the search page also offers up to three queries made of the instruction's
      words, by number, for models too small to copy words (view "menu", strict rules).
    - `turn_limit=None`: the number of steps, 100 if it is not said; the view "archer" has 10.
    - `num_products=None`: take only so many records from the start of `items`, as the original does.
    - `shop="plain"`: which embedded shop, where no items are given: `"plain"`, whose requests name
      options word for word (`llm_gym/WebShop-v0`), or `"natural"`, as hard as real listings
      (`llm_gym/WebShopNatural-v0`).
    - `split=None`: the split that goals are drawn from where `reset` names none. Wherever a split is
      named, `"dev"` is `"valid"`, `"2000-2099"` are the goals with these numbers, and `"@FILE"`
      those that a file lists by number or task id, one a line.

    ## References
    [1] S. Yao, H. Chen, J. Yang, K. Narasimhan, "WebShop: Towards Scalable Real-World Web
    Interaction with Grounded Language Agents", NeurIPS 2022, arXiv:2207.01206.

    [2] Y. Zhou, A. Zanette, J. Pan, S. Levine, A. Kumar, "ArCHer: Training Language Model Agents
    via Hierarchical Multi-Turn RL", ICML 2024, arXiv:2402.19446.

    ## Version History
    * v0: first version.
    """

    game: WebShop

    def __init__(
        self,
        rules: Rules = "strict",
        view: View = "text",
        items: str | None = None,
        attributes: str | None = None,
        human_instructions: str | None = None,
        goals: GoalKind | None = None,
        prices: str | None = None,
        tagger: str = "auto",
        product_labels: ProductLabels = "asin",
        suggestions: bool = False,
        turn_limit: int | None = None,
        num_products: int | None = None,
        shop: Embedded = "plain",
        split: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        files = items, attributes, human_instructions
        world = open_shop(*files, goals, prices, rules, num_products, shop)
        super().__init__(
            WebShop(world, rules, view, tagger, product_labels, suggestions, turn_limit),
            split=split,
            render_mode=render_mode,
        )

    @property
    def catalog(self) -> Catalog:
        """The products of the shop."""
        return self.game.world.catalog

    @property
    def session(self) -> dict[str, Any]:
        """The session's state: ``asin``, ``options``, ``page`` and ``keywords``.

        In the view "archer" ``keywords`` holds the query as one string.
        """
        return self.game.shop.session()

    @property
    def instruction_text(self) -> str:
        """What the shopper is asked; empty before the first ``reset``."""
        return "" if self.task is None else str(self.task.payload.goal.instruction_text)

    def get_available_actions(self) -> dict[str, Any]:
        """Return ``{"has_search_bar": bool, "clickables": [...]}``, as the original's method."""
        return self.game.available_actions()

    def scripted_player(
        self,
        seed: int,
        skill: float = 1.0,
        query_words: int | None = None,
        patience: int = 3,
    ) -> Callable[[str], str]:
        """Return a player that searches for the instruction's words; see ``ShopPlayer``.

        Args:
            seed: seed of the player's own choices.
            skill: from 0.0 (clicks about) to 1.0.
            query_words: the most words of a query; None for all that tell something.
            patience: how many products it turns down before it takes the best of what it saw.

        Raises:
            ValueError: ``skill`` is not between 0 and 1, a number is too small, or the view is
                "url", which does not show the instruction.
        """
        if self.game.view == "url":
            raise ValueError("the view 'url' does not show the instruction; nobody can play it")
        return ShopPlayer(seed, skill, query_words, patience)


class WebShopVectorEnv(TextVectorEnv):
    """Many shoppers in one shop.

    Under paper rules a query that the original fails at ends its own game alone, with the exception
    as its last observation: the others go on.

    Args:
        num_envs: the number of games.
        rules: as in :class:`WebShopEnv`.
        view: as in :class:`WebShopEnv`.
        items: as in :class:`WebShopEnv`.
        attributes: as in :class:`WebShopEnv`.
        human_instructions: as in :class:`WebShopEnv`.
        goals: as in :class:`WebShopEnv`.
        prices: as in :class:`WebShopEnv`.
        tagger: as in :class:`WebShopEnv`.
        product_labels: as in :class:`WebShopEnv`.
        suggestions: as in :class:`WebShopEnv`.
        turn_limit: as in :class:`WebShopEnv`.
        num_products: as in :class:`WebShopEnv`.
        shop: as in :class:`WebShopEnv`.
        split: as in :class:`WebShopEnv`.
        autoreset_mode: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        max_episode_steps: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        render_mode: ``"ansi"``, ``"rgb_array"`` or None.
    """

    def __init__(
        self,
        num_envs: int = 1,
        rules: Rules = "strict",
        view: View = "text",
        items: str | None = None,
        attributes: str | None = None,
        human_instructions: str | None = None,
        goals: GoalKind | None = None,
        prices: str | None = None,
        tagger: str = "auto",
        product_labels: ProductLabels = "asin",
        suggestions: bool = False,
        turn_limit: int | None = None,
        num_products: int | None = None,
        shop: Embedded = "plain",
        split: str | None = None,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        files = items, attributes, human_instructions
        world = open_shop(*files, goals, prices, rules, num_products, shop)
        super().__init__(
            [
                WebShop(
                    world,
                    rules,
                    view,
                    tagger,
                    product_labels,
                    suggestions,
                    turn_limit,
                    alone=False,
                )
                for _ in range(at_least_one("number of games", num_envs))
            ],
            split=split,
            autoreset_mode=autoreset_mode,
            max_episode_steps=max_episode_steps,
            render_mode=render_mode,
        )


def open_shop(
    items: str | None,
    attributes: str | None,
    human_instructions: str | None,
    goals: GoalKind | None,
    prices: str | None,
    rules: Rules,
    num_products: int | None = None,
    shop: Embedded = "plain",
) -> World:
    """Open a shop by paths of any kind: the world is shared by all who name the same ones."""
    paths = (
        None if path is None else str(path)
        for path in (items, attributes, human_instructions, prices)
    )
    items, attributes, human_instructions, prices = paths
    files = items, attributes, human_instructions
    return open_world(*files, goals, prices, rules, num_products, shop)
