"""WebShop as a task of BrowserGym, so that its agents shop here: their observations, their actions, in Playwright's browser.

    env = gymnasium.make("llm_gym.bridges.browsergym_webshop:browsergym/llm_gym.webshop", task_kwargs={"split": "test"})

Extras: ``webshop`` besides the package browsergym-core.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from browsergym.core.registration import register_task
from browsergym.core.task import AbstractBrowserTask

from llm_gym.games.webshop.catalog import Embedded
from llm_gym.games.webshop.env import open_shop
from llm_gym.games.webshop.goals import GoalKind, Rules
from llm_gym.games.webshop.shop import Shop
from llm_gym.games.webshop.site.app import make_app
from llm_gym.games.webshop.site.server import SiteServer
from llm_gym.games.webshop.site.visits import Visits


class WebShopTask(AbstractBrowserTask):  # type: ignore[misc]
    """Find in a shop what an instruction asks for, and buy it; the purchase ends the task and is its reward.

    Args:
        seed: draws the goal.
        split: the split that it is drawn from, as ``WebShopEnv`` understands it; None for all.
        index: the number of the goal in the split; None for a drawn one.
        rules: as in ``WebShopEnv``, and so all that follow.
        items: as there.
        attributes: as there.
        human_instructions: as there.
        goals: as there.
        prices: as there.
        tagger: as there.
        num_products: as there.
        shop: as there.
    """

    @classmethod
    def get_task_id(cls) -> str:
        """Return the task's id, below ``browsergym/``."""
        return "llm_gym.webshop"

    def __init__(
        self,
        seed: int,
        split: str | None = None,
        index: int | None = None,
        rules: Rules = "strict",
        items: str | None = None,
        attributes: str | None = None,
        human_instructions: str | None = None,
        goals: GoalKind | None = None,
        prices: str | None = None,
        tagger: str = "auto",
        num_products: int | None = None,
        shop: Embedded = "plain",
    ) -> None:
        super().__init__(seed)
        files = items, attributes, human_instructions
        world = open_shop(*files, goals, prices, rules, num_products, shop)
        self._task = world.tasks.draw(np.random.default_rng(seed), split, index)
        visitor = Shop(world.catalog, world.prices, rules, tagger)
        visitor.open(self._task.payload.goal, str(self._task.payload.number))
        self._visits = Visits(limit=1, lifetime=math.inf)
        self._key = self._visits.enter(visitor)
        self._app = make_app(world, rules, tagger, self._visits, alone=True)
        self._site: SiteServer | None = None

    def setup(self, page: Any) -> tuple[str, dict[str, Any]]:
        """Open the shop in the browser; return the instruction, and which goal it is."""
        self._site = SiteServer(self._app)
        page.goto(f"{self._site.url}/shop/{self._key}")
        told = {"task_id": self._task.id, "split": self._task.split}
        return str(self._task.payload.goal.instruction_text), told

    def teardown(self) -> None:
        """Close the shop."""
        if self._site is not None:
            self._site.close()

    def validate(
        self, page: Any, chat_messages: list[Any]
    ) -> tuple[float, bool, str, dict[str, Any]]:
        """Return the reward, whether something was bought, and the parts of the reward."""
        visit = self._visits.find(self._key)
        assert visit is not None
        bought = visit.purchase
        if bought is None:
            return 0.0, False, "", {}
        return bought.reward, True, "", {**bought.verbose_info(), "success": bought.success}


register_task(WebShopTask.get_task_id(), WebShopTask)
