"""WebShop in a real browser as environment."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, cast, get_args

import numpy as np
from numpy.typing import NDArray

from llm_gym.core.env import TextEnv
from llm_gym.extras import install_hint
from llm_gym.games.webshop.catalog import Embedded
from llm_gym.games.webshop.env import WebShopEnv, open_shop
from llm_gym.games.webshop.game import View, WebShop
from llm_gym.games.webshop.goals import GoalKind, Rules
from llm_gym.games.webshop.shop import Shop
from llm_gym.games.webshop.tasks import World

try:
    from PIL import Image
    from selenium.webdriver.remote.webdriver import WebDriver

    from llm_gym.games.webshop.browser.calls import describe_calls
    from llm_gym.games.webshop.browser.chromium import find_programs
    from llm_gym.games.webshop.browser.shop import BrowsedShop
except ImportError as error:
    raise ImportError(
        f"WebShop in a browser needs {error.name}: {install_hint('browser')}"
    ) from error

BrowserView: TypeAlias = Literal["text", "text_rich", "axtree", "html"]

_INSTRUCTIONS = (
    "You shop in an online shop, in a browser: find what the instruction asks for, and buy it. Every "
    "element of the page has an id, which stands in brackets before it in the accessibility tree. An "
    "action is a call, such as click('12') or fill('7', 'red shoes'), with the id of an element. Choose "
    "every option that the instruction asks for before you click Buy Now, which ends the game. The "
    f"points say how well the purchase fits. The calls are:\n{describe_calls()}"
)


class _BrowsedWebShop(WebShop):
    """WebShop whose session is played in a browser."""

    shop: BrowsedShop

    def __init__(
        self, world: World, rules: Rules, view: BrowserView, tagger: str, size: tuple[int, int]
    ) -> None:
        marked = view in ("axtree", "html")
        super().__init__(world, rules, "text" if marked else cast(View, view), tagger)
        self.shown = view
        self.shop = BrowsedShop(world, rules, tagger, size, marked)
        if marked:
            self.instructions = _INSTRUCTIONS

    def _page(self, shop: Shop) -> str:
        marked = self.shop.marked
        if marked is None:
            return super()._page(shop)
        error = f"Invalid action: {shop.refusal}\n" if shop.refusal else ""
        return error + (marked.tree if self.shown == "axtree" else marked.html)

    def close(self) -> None:
        """Stop the browser and the site."""
        self.shop.close()


class WebShopBrowserEnv(WebShopEnv):
    """Shop on a web site in a real browser: WebShop-v0, every action a click or a form in Chromium.

    ## Description
    The shop of `llm_gym/WebShop-v0` as the web site that `llm-gym serve webshop` serves, on a port
    of this machine, and a headless Chromium in front of it. The same actions on the same tasks
    give the same texts, rewards and `info`; what is seen is read from the page in the browser. The
    browser starts at the first `reset()` and ends with `close()`, or with the process.

    ## Action Space
    `FreeText(2048)`, the strings of `llm_gym/WebShop-v0`: `search[words]` fills in the search form
    and sends it, `click[label]` clicks. In the views with ids also calls as browser agents write
    them, one or several: `click('12')`, `fill('7', 'red shoes')`, `press('7', 'Enter')`, `clear`,
    `focus`, `hover`, `scroll(0, 300)`, `go_back()`, `go_forward()`, `noop()`.

    ## Observation Space
    `FreeText`: the page, as `view` says:
    - `"text"`, `"text_rich"`: as in `llm_gym/WebShop-v0`;
    - `"axtree"`: the accessibility tree, a node a line: `[12] button 'Search'`;
    - `"html"`: the document's body; ids are the attribute `bid`.

    The screen is `render()` in the mode `"rgb_array"`: uint8, of shape (height, width, 3); with
    Gymnasium's `AddRenderObservation` it is part of the observation. For observations of another
    kind `env.unwrapped.driver` is Selenium's driver. What is done in the page by hand, or by that
    driver, counts: the next step goes on from the page that is shown.

    ## Starting State
    The search page with the instruction, as in `llm_gym/WebShop-v0`.

    ## Rewards
    As in `llm_gym/WebShop-v0`.

    ## Episode End
    Termination: the purchase, or 100 steps. There is no truncation.

    ## Information
    As in `llm_gym/WebShop-v0`.

    ## Arguments
    - `rules`, `items`, `attributes`, `human_instructions`, `goals`, `prices`, `tagger`, `shop`,
      `split`: as in `llm_gym/WebShop-v0`. A query that the original fails at is a `BrowserError` of
      the page that says so.
    - `view="text"`: `"text"`, `"text_rich"`, `"axtree"` or `"html"`.
    - `size=(1280, 960)`: width and height of the window's inside, in pixels.
    - `render_mode=None`: `"rgb_array"`, `"ansi"` or `"human"` (printed as text).

    A browser takes about half a gigabyte. Several at once: `gymnasium.make_vec`, with
    `vectorization_mode="async"` side by side.

    ## References
    S. Yao, H. Chen, J. Yang, K. Narasimhan, "WebShop: Towards Scalable Real-World Web Interaction
    with Grounded Language Agents", NeurIPS 2022, arXiv:2207.01206.

    ## Version History
    * v0: first version.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012
        "render_modes": ["rgb_array", "ansi", "human"],
        "render_fps": 4,
    }
    game: _BrowsedWebShop

    def __init__(
        self,
        rules: Rules = "strict",
        view: BrowserView = "text",
        items: str | None = None,
        attributes: str | None = None,
        human_instructions: str | None = None,
        goals: GoalKind | None = None,
        prices: str | None = None,
        tagger: str = "auto",
        shop: Embedded = "plain",
        split: str | None = None,
        size: tuple[int, int] = (1280, 960),
        render_mode: str | None = None,
    ) -> None:
        if view not in get_args(BrowserView):
            choices = ", ".join(map(repr, get_args(BrowserView)))
            raise ValueError(f"view must be one of {choices}, not {view!r}")
        find_programs()  # said now, not at the first reset
        files = items, attributes, human_instructions
        world = open_shop(*files, goals, prices, rules, shop=shop)
        game = _BrowsedWebShop(world, rules, view, tagger, (int(size[0]), int(size[1])))
        TextEnv.__init__(self, game, split=split, render_mode=render_mode)

    def scripted_player(
        self,
        seed: int,
        skill: float = 1.0,
        query_words: int | None = None,
        patience: int = 3,
        verbatim: bool = False,
    ) -> Callable[[str], str]:
        """Return a player of the views that it can read; see :meth:`~llm_gym.games.webshop.env.WebShopEnv.scripted_player`.

        Raises:
            ValueError: as there, and in the views with ids.
        """
        if self.game.shown in ("axtree", "html"):
            raise ValueError("the scripted shopper reads the views 'text' and 'text_rich'")
        return super().scripted_player(seed, skill, query_words, patience, verbatim)

    @property
    def driver(self) -> WebDriver:
        """Selenium's driver of the browser, for observations of one's own.

        Raises:
            RuntimeError: there is no browser before the first ``reset`` and after ``close``.
        """
        if self.game.shop.browser is None:
            raise RuntimeError("the browser starts with reset(): call it first")
        return self.game.shop.browser.driver

    def render(self) -> str | NDArray[np.uint8] | None:
        """Return the screen in mode ``"rgb_array"``, the observation in mode ``"ansi"``, else None.

        Raises:
            RuntimeError: there is no screen before the first ``reset`` and after ``close``.
        """
        if self.render_mode != "rgb_array":
            return super().render()
        if self.game.shop.browser is None:
            raise RuntimeError("the browser starts with reset(): call it first")
        with Image.open(io.BytesIO(self.game.shop.browser.screenshot())) as picture:
            return np.asarray(picture.convert("RGB"), dtype=np.uint8)
