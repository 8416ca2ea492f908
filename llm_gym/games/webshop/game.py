"""WebShop as a game: one shopper, one goal, one view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, TypeAlias, get_args

from llm_gym.core.game import Game, Query, Tool, Turn, at_least_one, true_or_false
from llm_gym.core.tasks import Task
from llm_gym.games.webshop import archer, pages
from llm_gym.games.webshop.archer import ArcherShop
from llm_gym.games.webshop.errors import CatalogError
from llm_gym.games.webshop.goals import Rules
from llm_gym.games.webshop.instruction import queries
from llm_gym.games.webshop.nouns import make_tagger
from llm_gym.games.webshop.reward import Reward
from llm_gym.games.webshop.shop import Shop
from llm_gym.games.webshop.tasks import World

View: TypeAlias = Literal["text", "text_rich", "menu", "html", "url", "archer"]
ProductLabels: TypeAlias = Literal["asin", "number"]

TURN_LIMIT = 100
"""Steps after which an episode ends; the original's baselines stop there too."""

_MENU_INSTRUCTIONS = (
    "You shop in an online shop: find what the instruction asks for, and buy it. Every page ends "
    "with the actions that it takes, one a line: search[words] with words of yours, or click[...] "
    "as it stands there, the number alone where there is one. Choose every option that the "
    "instruction asks for before click[Buy Now], which ends the game. The points say how well the "
    "purchase fits."
)

_NO_PARTS: dict[str, float | bool] = {
    "score": 0.0,
    "r_type": 0.0,
    "r_att": 0.0,
    "w_att": 0.0,
    "r_option": 0.0,
    "w_option": 0.0,
    "r_price": False,
    "w_price": 0.0,
    "title_score": 0.0,
    "query_match": False,
    "category_match": False,
}


class WebShop(Game):
    """WebShop for one player; see ``WebShopEnv`` for the rules in words.

    Args:
        world: the shop and its goals.
        rules: ``"strict"`` or ``"paper"``.
        view: what the player sees.
        tagger: who finds nouns for the reward.
        product_labels: what products are called: ``"asin"`` or ``"number"``.
        suggestions: whether the search page offers queries, by number.
        turn_limit: steps after which the game is over; None for the view's own number.
        alone: whether a query that the original fails at raises its exception, as in a game that
            is played by itself; else the exception's text ends the game.

    Raises:
        ValueError: unknown rules, view, tagger or labels; numbers under paper rules; suggestions in
            another view than the menu; a turn limit that is none, or for the view "archer".

    Attributes:
        shop: the session that is played.
    """

    name: ClassVar[str] = "webshop"
    instructions = (
        "You shop in an online shop: find what the instruction asks for, and buy it. An action is "
        "either search[words], where there is a search bar, or click[label], with the label of "
        "something on the page exactly as it is written there: a product, an option such as a colour "
        "or a size, or a button. Choose every option that the instruction asks for before "
        "click[Buy Now], which ends the game. The points say how well the purchase fits."
    )
    tools = (
        Tool(
            "search",
            "Search the shop, from a page that has a search bar.",
            "keywords",
            "The words to search for.",
            "search[{}]",
        ),
        Tool(
            "click",
            "Click something on the page: a product, a value of an option, a button.",
            "label",
            "Its label, exactly as it is written on the page, such as: Buy Now",
            "click[{}]",
        ),
    )
    action_limit = 2048

    def __init__(
        self,
        world: World,
        rules: Rules = "strict",
        view: View = "text",
        tagger: str = "auto",
        product_labels: ProductLabels = "asin",
        suggestions: bool = False,
        turn_limit: int | None = None,
        alone: bool = True,
    ) -> None:
        for what, value, known in (
            ("rules", rules, Rules),
            ("view", view, View),
            ("product_labels", product_labels, ProductLabels),
        ):
            if value not in get_args(known):
                choices = ", ".join(map(repr, get_args(known)))
                raise ValueError(f"{what} must be one of {choices}, not {value!r}")
        if product_labels == "number" and rules == "paper":
            raise ValueError(
                "the original knows no numbers: product_labels='number' needs rules='strict'"
            )
        if suggestions and (view != "menu" or rules == "paper"):
            raise ValueError(
                "suggestions are clicked by number: they need view='menu' and rules='strict'"
            )
        self.world = world
        self.tasks = world.tasks
        self.rules = rules
        self.view = view
        self._tagger = make_tagger(tagger)[0]
        self._alone = alone
        self._suggestions = true_or_false("suggestions", suggestions)
        shop = world.catalog, world.prices, rules, tagger
        by_place = product_labels == "number"
        if view == "menu" and rules == "strict":
            self.instructions = _MENU_INSTRUCTIONS
            by_place = True
        self.shop: Shop | ArcherShop = (
            ArcherShop(*shop, by_place)
            if view == "archer"
            else Shop(
                *shop, by_place, numbered_values=view == "menu" and by_place, suggests=suggestions
            )
        )
        if view == "archer":
            if turn_limit is not None:
                raise ValueError(
                    f"the view 'archer' has {archer.HORIZON} turns; leave turn_limit out"
                )
            self.turn_limit = archer.HORIZON + (rules == "paper")
            self.observation_limit = 1 << 18
        else:
            limit = TURN_LIMIT if turn_limit is None else turn_limit
            self.turn_limit = at_least_one("turn_limit", limit)
            self.observation_limit = 1 << 17
        self._action = ""
        self._turns = 0

    def begin(self, task: Task) -> Turn:
        """Open the search page with the task's instruction."""
        self._turns = 0
        self._instruction = task.payload.goal.instruction_text
        if isinstance(self.shop, ArcherShop):
            self.shop.open(task.payload.goal)
        else:
            self.shop.open(task.payload.goal, str(task.payload.number))
        return self._turn(self._show(""), valid=True, bought=None)

    def ask(self, action: str) -> Query | None:
        """Take the action; nobody need be asked."""
        self._action = action[: self.action_limit]
        return None

    def answer(self, reply: str | None) -> Turn:
        """Do what the action says, and show where it led.

        Raises:
            IndexError, TypeError, ValueError: under paper rules, at a query that the original
                fails at, in a game that is played alone.
        """
        if self.view == "archer" and self._turns >= archer.HORIZON:
            # The original's client answers the step after the last with the bare history.
            assert isinstance(self.shop, ArcherShop)
            self._turns += 1
            return Turn(
                "", self.shop.history, terminated=True, invalid_action=True, info=self._info(None)
            )
        before, had = self._history(), self.shop.purchase
        try:
            valid = self.shop.act(self._action)
        except (IndexError, TypeError, ValueError) as error:
            if self._alone or isinstance(error, CatalogError):
                raise
            return self._crash(error)
        self._turns += 1
        bought = None if self.shop.purchase is had else self.shop.purchase
        return self._turn(self._show(before), valid, bought)

    def _crash(self, error: Exception) -> Turn:
        """End the game as the original ends, with its exception on the screen."""
        self._turns += 1
        text = f"{type(error).__name__}: {error}"
        return Turn(text, text, terminated=True, invalid_action=True, info=self._info(None))

    def snapshot(self) -> tuple[int, Shop | ArcherShop]:
        """Return the state of the episode."""
        return self._turns, self.shop.copy()

    def restore(self, snapshot: tuple[int, Shop | ArcherShop]) -> None:
        """Go back to a state."""
        self._turns, shop = snapshot
        self.shop = shop.copy()

    def goes_on(self) -> bool:
        """Whether one may act after the end: the original's shop and client let one, mostly.

        After a purchase clicks do nothing but one can search and buy again; the paper's client
        repeats its last answer, but has none after a purchase.
        """
        return self.rules == "paper" and not (isinstance(self.shop, ArcherShop) and self.shop.over)

    def available_actions(self) -> dict[str, Any]:
        """Return ``{"has_search_bar": bool, "clickables": [...]}`` of the present page."""
        if isinstance(self.shop, ArcherShop):
            return self.shop.available_actions()
        page = self.shop.page
        return {"has_search_bar": page.has_search_bar, "clickables": page.clickables}

    def candidates(self) -> list[str]:
        """Return clicks on all that is on the page, and searches for the instruction's words where none is offered."""
        on_page = self.available_actions()
        writes = on_page["has_search_bar"] and not self._suggestions
        searches = queries(self._instruction) if writes else []
        clicks = [label for label in on_page["clickables"] if label != "search"]
        return [*(f"search[{each}]" for each in searches), *(f"click[{each}]" for each in clicks)]

    def _history(self) -> str:
        return self.shop.history if isinstance(self.shop, ArcherShop) else ""

    def _show(self, before: str) -> tuple[str, str]:
        """Return what is new since the history ``before``, and the observation."""
        shop = self.shop
        if isinstance(shop, ArcherShop):
            added = shop.history[len(before) :]
            action = f"\nAction:\n{self._action}"
            return added.removeprefix(action) if before else added, shop.history + shop.instruction
        text = self._page(shop)
        return text, text

    def _page(self, shop: Shop) -> str:
        """Return the page in this view.

        Under strict rules it begins with why nothing happened, where an action was no legal move,
        and ends with what can be done.
        """
        page, strict = shop.page, self.rules == "strict"
        before = [f"Invalid action: {shop.refusal}"] if strict and shop.refusal else []
        after = [f"Available actions: {', '.join(page.actions)}"] if strict and page.actions else []
        if self.view == "text":
            return " [SEP] ".join([*before, pages.as_text(page, show_chosen=strict), *after])
        if self.view == "text_rich":
            return _lines(before) + pages.as_rich_text(page) + _lines(after)
        if self.view == "menu":
            return _lines(before) + pages.as_menu(page)
        return pages.as_html(page, before) if self.view == "html" else page.url

    def _turn(self, shown: tuple[str, str], valid: bool, bought: Reward | None) -> Turn:
        over = self.shop.over if isinstance(self.shop, ArcherShop) else bought is not None
        delta, observation = (text[: self.observation_limit] for text in shown)
        return Turn(
            delta=delta,
            observation=observation,
            reward=0.0 if bought is None else bought.reward,
            terminated=over or self._turns >= self.turn_limit,
            success=bought is not None and bought.success,
            invalid_action=not valid,
            info=self._info(bought),
        )

    def _info(self, bought: Reward | None) -> dict[str, Any]:
        info: dict[str, Any] = dict(_NO_PARTS)
        if bought is not None:
            info |= bought.verbose_info()
            info["score"] = bought.reward
            if bought.r_option is None:
                info["r_option"] = 1.0  # nothing was wanted; its weight is 0
        info["tagger"] = self._tagger
        info["available_actions"] = self.available_actions()
        return info


def _lines(texts: Sequence[str]) -> str:
    return "".join(f"{text}\n" for text in texts)
