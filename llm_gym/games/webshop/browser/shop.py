"""A session of the shop that is played in a browser; what the player sees is what the page says."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from llm_gym.games.webshop.browser.calls import CallError, make_call, read_calls
from llm_gym.games.webshop.browser.chromium import Answer, BrowserError, Chromium, command
from llm_gym.games.webshop.browser.marked import Marked, mark
from llm_gym.games.webshop.goals import Goal, Rules
from llm_gym.games.webshop.pages import Node, Page
from llm_gym.games.webshop.shop import Shop
from llm_gym.games.webshop.site.app import make_app
from llm_gym.games.webshop.site.server import SiteServer
from llm_gym.games.webshop.site.visits import Visits
from llm_gym.games.webshop.tasks import World

_FORGET = "Page.resetNavigationHistory"
# The nodes of the page by their numbers; where they stand on the screen does not matter.
_READ = """
const nodes = [...document.querySelectorAll('[data-node]')];
nodes.sort((one, other) => one.dataset.node - other.dataset.node);
const read = ({dataset, textContent}) => [
    dataset.kind, textContent, 'marked' in dataset, dataset.name ?? '', dataset.value ?? ''];
const text = document.querySelector('main')?.innerText ?? document.body.innerText;
return [document.body.dataset.page ?? 'other', nodes.map(read), text, location.href];
"""


class BrowsedShop(Shop):
    """The shop as ``Shop`` has it, but every action is one in a browser on the shop's site.

    Site and browser are started by the first ``open`` and after a ``close``.

    Args:
        world: the shop and its goals.
        rules: ``"strict"`` or ``"paper"``, see ``WebShopEnv``.
        tagger: who finds nouns for the reward.
        size: width and height of the browser's window, in pixels.

        marked: whether pages are to be seen as browser agents see them, with ids.

    Attributes:
        browser: the browser; None before the first ``open`` and after ``close``.
        marked: the page with ids; None unless asked for.
    """

    def __init__(
        self, world: World, rules: Rules, tagger: str, size: tuple[int, int], marked: bool = False
    ) -> None:
        super().__init__(world.catalog, world.prices, rules, tagger)
        self._world = world
        self._size = size
        self._marks = marked
        self.marked: Marked | None = None
        self._visits = Visits(limit=1, lifetime=math.inf)
        self._site: SiteServer | None = None
        self.browser: Chromium | None = None

    def open(self, goal: Goal, session: str) -> None:
        """Start a session: the search page, nothing chosen, nothing bought.

        Raises:
            BrowserError: the browser does not start or does not answer.
        """
        if self._site is None:
            app = make_app(self._world, self._rules, self._tagger, self._visits, alone=True)
            self._site = SiteServer(app)
        if self.browser is None:
            self.browser = Chromium(self._size)
        shop = Shop(self._catalog, self._prices, self._rules, self._tagger)
        shop.open(goal, session)
        self.goal, self.refusal = goal, ""
        self._key = self._visits.enter(shop)
        url = f"{self._site.url}/shop/{self._key}"
        self._go(lambda driver: driver.get(url))
        # Nothing of an earlier session, nor of the browser's own, is a page to go back to.
        self._asked(lambda browser: browser.ask(lambda driver: command(driver, _FORGET)))
        self._mark()

    def act(self, action: str) -> bool:
        """Take an action, also one by id, on the page that the browser shows now.

        Raises:
            BrowserError: the browser does not answer, or the site has no answer.
        """
        valid = self._act(action)
        self._mark()
        return valid

    def _act(self, action: str) -> bool:
        had = self.purchase
        self._take_over(lambda browser: browser.look(_READ))  # what was done by hand meanwhile
        if self.purchase is not had:
            self.refusal = "something has been bought."
            return False
        calls = read_calls(action)
        if calls is None:
            if self._is_astray:
                self._go(lambda driver: driver.get(self._place))
            return super().act(action)
        self.refusal = ""
        try:
            for call in calls:
                self._do(functools.partial(make_call, call=call))
        except CallError as error:
            self.refusal = str(error)
        return not self.refusal

    def _do(self, act: Callable[[WebDriver], None]) -> None:
        """Do something in the browser that may lead anywhere, and take over the page that it shows."""
        self._take_over(lambda browser: browser.do(act, _READ))

    def _mark(self) -> None:
        if self._marks and self.browser is not None:
            self.marked = self._asked(lambda browser: browser.ask(mark))

    def copy(self) -> Shop:
        """Refuse: a browser has no copy.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("a browser cannot be copied: no snapshots of this environment")

    def __getstate__(self) -> Any:
        raise TypeError("a browser can be neither copied nor pickled: make another environment")

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
        """Do something that leads to another page of the session, and take over what it says.

        Raises:
            BrowserError: the browser does not answer, or the site has no answer.
        """
        said = self._take_over(lambda browser: browser.go(act, _READ))
        if self._is_astray:
            raise BrowserError(f"the site says: {' '.join(said.split())}")

    def _take_over(self, do: Callable[[Chromium], Any]) -> str:
        """Do something, and take over the page that is then shown; return its text.

        Raises:
            BrowserError: the browser does not answer.
            CallError: from ``do``.
        """
        name, nodes, text, address = self._asked(do)
        visit = self._visits.find(self._key)
        assert visit is not None
        number = urlsplit(address).path.removeprefix(f"/shop/{self._key}/")
        shop = visit.page(int(number)) if number.isdecimal() else None
        self._is_astray = name == "other" or shop is None
        if shop is not None and not self._is_astray:
            self._place = address
            self.page = Page(name, (), tuple(Node(*node) for node in nodes))
            self.state, self.purchase = shop.state, shop.purchase
        return str(text)

    def _asked(self, ask: Callable[[Chromium], Answer]) -> Answer:
        assert self.browser is not None
        try:
            return ask(self.browser)
        except BrowserError:
            self.close()  # the next session gets another
            raise
