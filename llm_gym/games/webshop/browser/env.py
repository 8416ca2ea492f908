"""WebShop in a real browser as environment."""

from __future__ import annotations

import io
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from llm_gym.core.env import TextEnv
from llm_gym.extras import install_hint
from llm_gym.games.webshop.catalog import Embedded
from llm_gym.games.webshop.env import WebShopEnv, open_shop
from llm_gym.games.webshop.game import WebShop
from llm_gym.games.webshop.goals import GoalKind, Rules
from llm_gym.games.webshop.tasks import World

try:
    from PIL import Image
    from selenium.webdriver.remote.webdriver import WebDriver

    from llm_gym.games.webshop.browser.chromium import find_programs
    from llm_gym.games.webshop.browser.shop import BrowsedShop
except ImportError as error:
    raise ImportError(
        f"WebShop in a browser needs {error.name}: {install_hint('browser')}"
    ) from error

BrowserView: TypeAlias = Literal["text", "text_rich"]


class _BrowsedWebShop(WebShop):
    """WebShop whose session is played in a browser."""

    shop: BrowsedShop

    def __init__(
        self, world: World, rules: Rules, view: BrowserView, tagger: str, size: tuple[int, int]
    ) -> None:
        super().__init__(world, rules, view, tagger)
        self.shop = BrowsedShop(world, rules, tagger, size)

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
    and sends it, `click[label]` clicks.

    ## Observation Space
    `FreeText`: the page in the view `"text"` or `"text_rich"` of `llm_gym/WebShop-v0`. The screen
    is `render()` in the mode `"rgb_array"`: uint8, of shape (height, width, 3). For observations of
    another kind (the document, the accessibility tree) `env.unwrapped.driver` is Selenium's driver.

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
    - `view="text"`: `"text"` or `"text_rich"`.
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
        if view not in ("text", "text_rich"):
            raise ValueError(f"view must be one of 'text', 'text_rich', not {view!r}")
        find_programs()  # said now, not at the first reset
        files = items, attributes, human_instructions
        world = open_shop(*files, goals, prices, rules, shop=shop)
        game = _BrowsedWebShop(world, rules, view, tagger, (int(size[0]), int(size[1])))
        TextEnv.__init__(self, game, split=split, render_mode=render_mode)

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
