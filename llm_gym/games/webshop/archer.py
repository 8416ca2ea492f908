"""WebShop as the ArCHer paper plays it: the whole history as text, three products a page, ten steps.

The paper's client talks to the web application and keeps a state of its own, with rules of its own;
source: ``archer/environment/webshop.py`` of ArCHer. Its pages are the shop's.
"""

from __future__ import annotations

import ast
import copy
import random
import warnings
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from llm_gym.games.webshop import pages
from llm_gym.games.webshop.catalog import Catalog
from llm_gym.games.webshop.goals import Goal, Prices, Rules
from llm_gym.games.webshop.pages import BACK, BUY, NEXT, PREVIOUS, Node
from llm_gym.games.webshop.products import Product
from llm_gym.games.webshop.reward import Reward, score_purchase
from llm_gym.games.webshop.shop import PAGE_SIZE, RESULTS, labels

HORIZON = 10
"""Steps that count; under paper rules the one after them ends the episode."""
INVALID = "Invalid action!"
_SHOWN = 3  # products of a page of results that are described


@dataclass(slots=True)
class _State:
    """What the client remembers since the search page.

    Attributes:
        page: the page it believes to be on.
        query: the query as typed.
        hits: what the query found; None where the server fails at it.
        asin: the product that is open.
        sub_page: which of its pages.
        options: option name -> chosen value.
        asin_of: label -> asin of the products that can be opened: those of the last page that had
            any.
        option_of: value -> name, of the last product that had options.
    """

    page: str = "init"
    query: str = ""
    hits: list[str] | None = None
    asin: str = ""
    sub_page: str = ""
    options: dict[str, str] = field(default_factory=dict)
    asin_of: dict[str, str] = field(default_factory=dict)
    option_of: dict[str, Node] = field(default_factory=dict)


class ArcherShop:
    """One shopper's session after session, in the paper's client.

    Args:
        catalog: the products.
        prices: asin -> dollars, what a purchase costs.
        rules: ``"paper"``: the client's own quirks too. ``"strict"``: no query or option breaks a
            page, what is chosen is always shown as chosen, a product offers its own options only.
        tagger: who finds nouns for the reward.
        numbered: products are called by their place on the page, from 1, not by their asin.

    Attributes:
        purchase: what the purchase brought; None before one.
        over: something was bought, or the server failed at the purchase.
        history: observations and actions so far.
        nodes: what is on the present page.
        state: what the client remembers.
    """

    def __init__(
        self,
        catalog: Catalog,
        prices: Prices,
        rules: Rules,
        tagger: str = "auto",
        numbered: bool = False,
    ) -> None:
        self._catalog = catalog
        self._prices = prices
        self._strict = rules == "strict"
        self._rules = rules
        self._tagger = tagger
        self._numbered = numbered

    def open(self, goal: Goal) -> None:
        """Start a session on the search page."""
        self._goal = goal
        self._random = random.Random(goal.instruction_text)
        self.purchase: Reward | None = None
        self.over = False
        self.state = _State()
        self.history = f"\nObservation:\n{self._load()}"
        # The client cuts the instruction out of the page, with the space that follows it there.
        self.instruction = f"\nInstruction:\n{self._clean(goal.instruction_text)} "

    def act(self, action: str) -> bool:
        """Take an action, write it and its answer into the history; return whether it was legal."""
        action = action.removesuffix("\n")
        answer = self._obey(action)
        self.history += (
            f"\nAction:\n{action}\nObservation:\n{INVALID if answer is None else answer}"
        )
        return answer is not None

    def copy(self) -> ArcherShop:
        """Return a session in the same state that goes its own way from here."""
        twin = copy.copy(self)
        twin.state = replace(self.state, options=dict(self.state.options))
        if not self._strict:
            twin._random = copy.copy(self._random)
        return twin

    def available_actions(self) -> dict[str, Any]:
        """Return whether one can search, and what can be clicked, as it must be written."""
        page = self.state.page
        barred = {NEXT, PREVIOUS} if page == "search" else {NEXT}
        return {
            "has_search_bar": page == "init",
            "clickables": [
                node.text
                for node in self.nodes
                if node.clickable and node.text not in barred and page != "init"
            ],
        }

    def session(self) -> dict[str, Any]:
        """Return the state as JSON values; ``keywords`` holds the query as it was typed."""
        state = self.state
        searched = state.page != "init"
        return {
            "asin": state.asin or None,
            "options": dict(state.options),
            "page": 1 if searched else None,
            "keywords": [state.query] if searched else None,
        }

    def _obey(self, action: str) -> str | None:
        """Return what is answered to ``action``, or None where it is not legal."""
        state = self.state
        if action.startswith("think["):
            return "OK."
        if action.startswith("search["):
            if state.page != "init":
                return None
            query = action[7:-1]
            self.state = _State("search", query, self._hits(query))
        elif action.startswith("click["):
            return self._click(action[6:-1])
        else:
            return None
        return self._load()

    def _click(self, label: str) -> str | None:
        """Click; return what is answered, or None where it is not legal."""
        state = self.state
        if label == BUY:
            if state.page != "item":
                return None
            state.page = "end"
            self._buy()
        elif label == BACK:
            if state.page == "init":
                return None
            self.state = _State()
        elif label == NEXT or (label == PREVIOUS and state.page in ("init", "search")):
            return None
        elif label == PREVIOUS:
            if state.page == "item":
                state.options = {}
            state.page = "item" if state.page == "item_sub" else "search"
        elif label in pages.SUB_PAGES:
            if state.page != "item":
                return None
            state.page, state.sub_page = "item_sub", label
        elif state.page == "search":
            if label not in state.asin_of:
                return None
            state.page, state.asin = "item", state.asin_of[label]
            if self._strict:
                state.option_of = {}
        elif state.page == "item":
            node = state.option_of.get(label)
            if node is None:
                return None
            state.options[node.name] = node.value
            self._load()
            return f"You have clicked {label}."
        elif self._strict:
            return None
        return self._load()

    # -------------------------------------------------------- the server's side

    def _hits(self, query: str) -> list[str] | None:
        """Return what the web application finds for ``query``; None where it fails."""
        if self._strict:
            words = " ".join(query.split())
            return [asin for asin, _ in self._catalog.search(words, k=RESULTS)]
        if _breaks_url(query) or query in ("", ".", ".."):
            return None
        keywords = [unquote(query)]
        if keywords[0].startswith("["):
            try:
                keywords = ast.literal_eval(keywords[0])
                " ".join(keywords)  # as the application does with any list
            except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
                return None
        if not keywords:
            return None
        words = " ".join(keywords)
        if keywords[0] == "<r>":
            asins = list(self._catalog.asins)
            return self._random.sample(asins, k=RESULTS) if len(asins) >= RESULTS else None
        if keywords[0] in ("<q>", "<a>"):
            rest = " ".join(keywords[1:]).strip()
            listed = (
                self._catalog.with_query if keywords[0] == "<q>" else self._catalog.with_attribute
            )
            return list(listed(rest))
        if keywords[0] == "<c>":
            return list(self._catalog.with_category(keywords[1].strip())) if keywords[1:] else None
        return [asin for asin, _ in self._catalog.search(words, k=RESULTS)]

    def _options_reach_server(self) -> bool:
        return self._strict or not _breaks_url(str(self.state.options))

    def _product(self) -> Product:
        return self._catalog.product(self.state.asin)

    def _buy(self) -> None:
        self.over = True
        if self._options_reach_server():
            self.purchase = score_purchase(
                self._product(),
                self._goal,
                self._prices[self.state.asin],
                self.state.options,
                rules=self._rules,
                tagger=self._tagger,
            )

    def _load(self) -> str:
        """Fetch the present page; return its text, empty where the server fails."""
        state, instruction = self.state, self._goal.instruction_text
        self.nodes: tuple[Node, ...] = ()
        if state.page == "init":
            self.nodes = pages.index_nodes(instruction)
        elif state.page == "search":
            if state.hits is not None:
                shown = [self._catalog.product(asin) for asin in state.hits[:PAGE_SIZE]]
                self.nodes = pages.results_nodes(
                    instruction, 1, len(state.hits), shown, (), numbered=self._numbered
                )
        elif not self._options_reach_server():
            pass
        elif state.page == "item":
            self.nodes = self._item_nodes(instruction)
        elif state.page == "item_sub":
            self.nodes = pages.sub_page_nodes(instruction, self._product(), state.sub_page)
        elif self.purchase is not None:
            return f"Your score (min 0.0, max 1.0): {self.purchase.reward}"
        state.asin_of = {n.text: n.value for n in self.nodes if n.kind == "product"} or (
            state.asin_of
        )
        state.option_of = {n.text: n for n in self.nodes if n.kind == "option"} or state.option_of
        return self._clean(_page_text(self.nodes, state.page == "init"))

    def _item_nodes(self, instruction: str) -> tuple[Node, ...]:
        product, options = self._product(), self.state.options
        if self._strict:
            return pages.item_nodes(
                instruction,
                product,
                lambda name, value: options.get(name) == value,
                labels(product),
            )
        # The client finds the chosen values in the address, which holds the query too and writes
        # some values otherwise.
        url = f"{self.state.query}/1/{options}"
        return pages.item_nodes(instruction, product, lambda _, value: f"'{value}'" in url)

    def _clean(self, text: str) -> str:
        """Read backslash escapes in the page, as the client does where it can."""
        if self._strict or "\\" not in text:
            return text
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of unknown escapes
                return text.encode().decode("unicode-escape").encode("latin1").decode()
        except UnicodeError:
            return text


def _breaks_url(text: str) -> bool:
    """Whether ``text`` as part of an address leads elsewhere than to its page."""
    return "/" in unquote(text) or "?" in text or "#" in text


def _page_text(nodes: tuple[Node, ...], first_page: bool) -> str:
    """Return a page's text as the client shows it.

    Everywhere but on the search page the instruction, the first two plain texts, is left out; of
    the products the first three are shown.
    """
    shown = ""
    texts = products = since_product = 0
    for node in nodes:
        if not node.text.replace("\n", "").replace("\\n", "").replace(" ", ""):
            continue
        piece = ""
        if node.kind == "button":
            piece = f"\n[{node.text}] "
        elif node.kind == "option":
            piece = f"[[{node.text}]]" if node.marked else f"[{node.text}]"
        elif node.kind == "product":
            if products < _SHOWN:
                piece = f"\n[{node.text}] "
            products += 1
            since_product = 0
        else:
            hidden_product = products > _SHOWN and since_product <= 2
            if (first_page or texts >= 2) and not hidden_product:
                piece = f"\n{node.text} "
            texts += 1
        since_product += 1
        shown += piece
    return shown
