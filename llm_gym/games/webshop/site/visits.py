"""Who is in the shop: sessions of the site, bounded in number, length and age."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from llm_gym.core.tasks import Task
from llm_gym.games.webshop.reward import Reward
from llm_gym.games.webshop.shop import Shop

PAGES = 64
"""How many pages of a session one can go back to."""

LONGEST = 100
"""How many actions of a shopper's way are remembered: as many as the environment has turns."""


class Visit:
    """One shopper's way through the shop: every page that was shown, to go back to.

    A page is reached only by an action on a page before it, so that there is no way around the
    rules: what stands in an address names a page that this shopper has seen.

    Args:
        shop: the session on its first page.
        task: what it is about, for who records it.

    Attributes:
        task: the same.
        newest: the number of the page that was reached last.
        receipt: the number of the page after the purchase; None before.
    """

    def __init__(self, shop: Shop, task: Task | None = None) -> None:
        self.task = task
        self._pages: OrderedDict[int, Shop] = OrderedDict({0: shop})
        self._ways: dict[int, tuple[str, ...] | None] = {0: ()}
        self.newest = 0
        self.receipt: int | None = None

    def page(self, number: int) -> Shop | None:
        """Return the session as it stood on page ``number``; None where that is not kept."""
        return self._pages.get(number)

    def way(self, number: int) -> tuple[str, ...] | None:
        """Return the actions that led to page ``number``; None where there were too many."""
        return self._ways[number]

    @property
    def purchase(self) -> Reward | None:
        """What the purchase brought; None before."""
        return None if self.receipt is None else self._pages[self.receipt].purchase

    def act(self, number: int, action: str, *, buying: bool = False) -> int | None:
        """Take an action on page ``number``; return the number of the page that it leads to.

        After the purchase every action leads to the receipt: nothing is bought twice.

        Args:
            number: a page that is kept.
            action: as in the environment, ``search[...]`` or ``click[...]``.
            buying: whether this action may and must be the purchase.

        Returns:
            None where the page does not allow the action.

        Raises:
            IndexError, TypeError, ValueError: under paper rules, see ``Shop.act``.
        """
        if self.receipt is not None:
            return self.receipt
        shop = self._pages[number].copy()
        if not shop.act(action) or (shop.purchase is not None) != buying:
            return None
        self.newest += 1
        self._pages[self.newest] = shop
        way = self._ways[number]
        self._ways[self.newest] = None if way is None or len(way) >= LONGEST else (*way, action)
        if buying:
            self.receipt = self.newest
        if len(self._pages) > PAGES:
            gone, _ = self._pages.popitem(last=False)
            del self._ways[gone]
        return self.newest


class Visits:
    """The sessions of a site: the longest unused go first, and all go after some time.

    Args:
        limit: how many sessions are kept.
        lifetime: seconds after its last page that a session is kept.
        clock: tells seconds.

    Attributes:
        lock: to be held while a visit is looked up and used; requests come in threads.
    """

    def __init__(
        self,
        limit: int = 1000,
        lifetime: float = 3600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._lifetime = lifetime
        self._clock = clock
        self._visits: OrderedDict[str, tuple[Visit, float]] = OrderedDict()
        self.lock = threading.RLock()

    def __len__(self) -> int:
        with self.lock:
            self._expire()
            return len(self._visits)

    def enter(self, shop: Shop, task: Task | None = None) -> str:
        """Begin a visit; return its key, which cannot be guessed."""
        key = secrets.token_urlsafe(12)
        with self.lock:
            self._expire()
            self._visits[key] = Visit(shop, task), self._clock()
            if len(self._visits) > self._limit:
                self._visits.popitem(last=False)
        return key

    def find(self, key: str) -> Visit | None:
        """Return a visit, which counts as its use; None where there is none (any more)."""
        with self.lock:
            self._expire()
            if key not in self._visits:
                return None
            visit, _ = self._visits.pop(key)
            self._visits[key] = visit, self._clock()
            return visit

    def newest(self) -> str:
        """Return the key of the visit that was used last.

        Raises:
            LookupError: there is none.
        """
        with self.lock:
            return next(reversed(self._visits))

    def leave(self, key: str) -> None:
        """End a visit; nothing happens where there is none."""
        with self.lock:
            self._visits.pop(key, None)

    def _expire(self) -> None:
        """Forget the visits that were not used for too long; the longest unused come first."""
        oldest = self._clock() - self._lifetime
        while self._visits and next(iter(self._visits.values()))[1] < oldest:
            self._visits.popitem(last=False)
