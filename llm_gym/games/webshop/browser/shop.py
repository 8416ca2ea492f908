"""A session of the shop that is played in a browser; what the player sees is what the page says."""

from __future__ import annotations

import math
from collections.abc import Callable

from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from llm_gym.games.webshop.browser.chromium import BrowserError, Chromium
from llm_gym.games.webshop.goals import Goal, Rules
from llm_gym.games.webshop.pages import Node, Page
from llm_gym.games.webshop.shop import Shop
from llm_gym.games.webshop.site.app import make_app
from llm_gym.games.webshop.site.server import SiteServer
from llm_gym.games.webshop.site.visits import Visits
from llm_gym.games.webshop.tasks import World

# The nodes of the page by their numbers; where they stand on the screen does not matter.
_READ = """
const nodes = [...document.querySelectorAll('[data-node]')];
nodes.sort((one, other) => one.dataset.node - other.dataset.node);
const read = ({dataset, textContent}) => [
    dataset.kind, textContent, 'marked' in dataset, dataset.name ?? '', dataset.value ?? ''];
return [document.body.dataset.page, nodes.map(read), document.querySelector('main').innerText];
"""


class BrowsedShop(Shop):
    """The shop as ``Shop`` has it, but every action is one in a browser on the shop's site.

    Site and browser are started by the first ``open`` and after a ``close``.

    Args:
        world: the shop and its goals.
        rules: ``"strict"`` or ``"paper"``, see ``WebShopEnv``.
        tagger: who finds nouns for the reward.
        size: width and height of the browser's window, in pixels.

    Attributes:
        browser: the browser; None before the first ``open`` and after ``close``.
    """

    def __init__(self, world: World, rules: Rules, tagger: str, size: tuple[int, int]) -> None:
        super().__init__(world.catalog, world.prices, rules, tagger)
        self._world = world
        self._size = size
        self._visits = Visits(limit=1, lifetime=math.inf)
        self._site: SiteServer | None = None
        self.browser: Chromium | None = None

    def open(self, goal: Goal, session: str) -> None:
        """Start a session: the search page, nothing chosen, nothing bought.

        Raises:
            BrowserError: the browser does not start or does not answer.
        """
        if self._site is None:
            app = make_app(self._world, self._rules, self._tagger, self._visits)
            self._site = SiteServer(app)
        if self.browser is None:
            self.browser = Chromium(self._size)
        shop = Shop(self._catalog, self._prices, self._rules, self._tagger)
        shop.open(goal, session)
        self.goal, self.refusal = goal, ""
        self._key = self._visits.enter(shop)
        url = f"{self._site.url}/shop/{self._key}"
        self._go(lambda driver: driver.get(url))

    def copy(self) -> Shop:
        """Refuse: a browser has no copy.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("a browser cannot be copied: no snapshots of this environment")

    def close(self) -> None:
        """Stop browser and site; closing again changes nothing."""
        if self.browser is not None:
            self.browser.close()
            self.browser = None
        if self._site is not None:
            self._site.close()
            self._site = None

    def _show_results(self, keywords: list[str], number: int) -> None:
        words = " ".join(keywords).encode(errors="replace").decode()  # no half characters
        if not self.page.has_search_bar:  # paper rules search from everywhere
            self._go(
                lambda driver: driver.execute_script(
                    "location.search = '?search=' + encodeURIComponent(arguments[0])", words
                )
            )
            return

        def search(driver: WebDriver) -> None:
            box = driver.find_element(By.ID, "search_input")
            # Typed key by key, it would take long and could not hold every character.
            driver.execute_script("arguments[0].value = arguments[1]", box, words)
            driver.find_element(By.CSS_SELECTOR, '[data-kind="button"]').click()

        self._go(search)

    def _click(self, argument: str) -> bool:
        node = self._find(argument)
        if node is None or argument == "search":
            return False
        selector = f'[data-node="{self.page.nodes.index(node)}"]'
        self._go(lambda driver: driver.find_element(By.CSS_SELECTOR, selector).click())
        return True

    def _go(self, act: Callable[[WebDriver], None]) -> None:
        """Do something in the browser, and take over what the page and the site then say.

        Raises:
            BrowserError: the browser does not answer, or the site has no answer.
        """
        assert self.browser is not None
        try:
            name, nodes, text = self.browser.go(act, _READ)
        except BrowserError:
            self.close()  # the next session gets another
            raise
        if name == "other":
            raise BrowserError(f"the site says: {' '.join(text.split())}")
        self.page = Page(name, (), tuple(Node(*node) for node in nodes))
        visit = self._visits.find(self._key)
        assert visit is not None
        shop = visit.page(visit.newest)
        assert shop is not None
        self.state, self.purchase = shop.state, shop.purchase
