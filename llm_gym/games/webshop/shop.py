"""The shop's state machine: which page an action leads to, and what a purchase brings."""

from __future__ import annotations

import copy
import json
import random
import re
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from llm_gym.core.text import single_line
from llm_gym.games.webshop import pages
from llm_gym.games.webshop.catalog import Catalog
from llm_gym.games.webshop.goals import Goal, Prices, Rules
from llm_gym.games.webshop.instruction import queries
from llm_gym.games.webshop.pages import BACK, BUY, NEXT, PREVIOUS, Node, Page, PageName
from llm_gym.games.webshop.products import Product
from llm_gym.games.webshop.reward import Reward, score_purchase

T = TypeVar("T")

RESULTS = 50
"""How many products a search finds at most."""
PAGE_SIZE = 10
_ECHOED = 60  # characters of a label that are said back

_PAPER_ACTION = re.compile(r"(.+)\[(.+)\]")
_STRICT_ACTION = re.compile(r"\s*(search|click)\s*\[(.*)\]", re.DOTALL | re.IGNORECASE)
_SUB_PAGES = {name.lower(): name for name in pages.SUB_PAGES}
_URL_NAMES: tuple[PageName, ...] = ("search_results", "item_page", "item_sub_page", "done")


@dataclass(slots=True)
class State:
    """What a session remembers besides its goal and its page; the original's session fields.

    Attributes:
        keywords: the query's words; None on the search page.
        page: the number of the page of results, from 1; None on the search page.
        asin: the product that is open, or was last.
        options: option name, lower-cased -> chosen value.
        seen: asins that were opened since the search page.
    """

    keywords: list[str] | None
    page: int | None
    asin: str | None
    options: dict[str, str]
    seen: set[str]


class Shop:
    """One shopper's session after session.

    Args:
        catalog: the products.
        prices: asin -> dollars, what a purchase costs.
        rules: ``"strict"`` or ``"paper"``, see ``WebShopEnv``.
        tagger: who finds nouns for the reward.
        numbered: products are called by their place on the page, from 1, not by their asin.
        numbered_values: so are the values of options.
        suggests: the search page offers queries made of the instruction's words, by number.

    Attributes:
        goal: what is to be bought.
        page: the page that is shown.
        state: what the session remembers.
        purchase: what the last purchase brought; None before one.
        refusal: why the last action was no legal move; empty where it was one.
    """

    def __init__(
        self,
        catalog: Catalog,
        prices: Prices,
        rules: Rules,
        tagger: str = "auto",
        numbered: bool = False,
        numbered_values: bool = False,
        suggests: bool = False,
    ) -> None:
        self._catalog = catalog
        self._prices = prices
        self._strict = rules == "strict"
        self._rules = rules
        self._tagger = tagger
        self._numbered = numbered
        self._numbered_values = numbered_values
        self._suggests = suggests
        self._found: tuple[list[str], list[str]] = ([], [])

    def open(self, goal: Goal, session: str) -> None:
        """Start a session: the search page, nothing chosen, nothing bought."""
        self.goal = goal
        self._session = session
        self._random = random.Random(session)
        self._found = ([], [])
        self.purchase: Reward | None = None
        self.refusal = ""
        self._show_index()

    def act(self, action: str) -> bool:
        """Take an action; return whether it was a legal move. One that is not changes nothing.

        Raises:
            IndexError, TypeError, ValueError: under paper rules, a query that the original fails
                at: ``<c>`` without a category, ``<a>`` with anything, ``<r>`` in a shop of fewer
                than 50 products.
        """
        parsed = _parse_strictly(action) if self._strict else _parse_as_original(action)
        self.refusal = ""
        if parsed is None:
            self.refusal = "an action is search[words] or click[label]."
        elif parsed[0] == "click":
            if not self._click(parsed[1]):
                self.refusal = self._why_not(parsed[1])
        elif self._strict and not self.page.has_search_bar:
            self.refusal = f"there is no search bar here; click[{BACK}] leads to it."
        else:
            self._show_results(parsed[1].split(" "), 1)
        return not self.refusal

    def copy(self) -> Shop:
        """Return a session in the same state that goes its own way from here."""
        twin = copy.copy(self)
        twin.state = replace(
            self.state, options=dict(self.state.options), seen=set(self.state.seen)
        )
        if not self._strict:
            twin._random = copy.copy(self._random)
        return twin

    def session(self) -> dict[str, Any]:
        """Return the state as JSON values: ``asin``, ``options``, ``page``, ``keywords``."""
        state = self.state
        return {
            "asin": state.asin,
            "options": dict(state.options),
            "page": state.page,
            "keywords": state.keywords,
        }

    def _click(self, argument: str) -> bool:
        node = self._find(argument)
        if node is None or argument == "search":
            return False
        state, here = self.state, self._page_name()
        if argument == BUY.lower():
            self._buy()
        elif argument == BACK.lower():
            self._show_index()
        elif here == "index":
            self._show_results(node.text.split(" "), 1)
        elif argument == NEXT.lower() and here == "search_results":
            self._show_results(_known(state.keywords), _known(state.page) + 1)
        elif argument == PREVIOUS.lower() and here == "search_results":
            self._show_results(_known(state.keywords), _known(state.page) - 1)
        elif argument == PREVIOUS.lower() and here == "item_page":
            self._show_results(_known(state.keywords), _known(state.page))
        elif argument in _SUB_PAGES:
            self._show_sub_page(_SUB_PAGES[argument])
        else:
            if node.kind == "product":
                state.asin = node.value
                state.seen.add(node.value)
            elif node.kind == "option":
                state.options[node.name.lower()] = node.value
            self._show_item()
        return True

    def _why_not(self, argument: str) -> str:
        """Say why ``click[argument]`` clicks nothing on this page."""
        if argument == "search":
            return "to search, write the words: search[words]."
        names = [self._label(node.text) for node in self.page.nodes if node.kind == "name"]
        shown = single_line(argument, _ECHOED)
        if argument in names:
            return f'"{shown}" is the name of an option; click one of its values.'
        return f'there is no "{shown}" to click here.'

    def _find(self, argument: str) -> Node | None:
        """Return what ``click[argument]`` clicks: of several, the last value, else the last."""
        found = None
        for node in self.page.nodes:
            if (
                node.clickable
                and self._is_called(node, argument)
                and (node.kind == "option" or found is None or found.kind != "option")
            ):
                found = node
        return found

    def _is_called(self, node: Node, argument: str) -> bool:
        """Whether ``argument`` calls a node; a number is always the place of a numbered one."""
        by_place = node.place and argument.isdecimal()
        return self._label(node.label if by_place else node.text) == argument

    def _label(self, text: str) -> str:
        return " ".join(text.split()).lower() if self._strict else text.lower()

    def _page_name(self) -> str:
        """Return the page's name; under paper rules what the original takes the page for.

        The original looks for the names in the address, which holds the query's words.
        """
        if self._strict:
            return self.page.name
        return next((name for name in _URL_NAMES if name in self.page.url), "index")

    # -------------------------------------------------------- the pages

    def _show_index(self) -> None:
        self.state = State(None, None, None, {}, set())
        instruction = self.goal.instruction_text
        suggestions = queries(instruction) if self._suggests else ()
        self._show("index", pages.index_nodes(instruction, suggestions))

    def _show_results(self, keywords: list[str], number: int) -> None:
        state = self.state
        state.keywords, state.page, state.asin, state.options = keywords, number, None, {}
        asins = self._hits(keywords)
        first = (number - 1) * PAGE_SIZE
        shown = [self._catalog.product(asin) for asin in asins[first : first + PAGE_SIZE]]
        has_next = not self._strict or first + PAGE_SIZE < len(asins)
        nodes = pages.results_nodes(
            self.goal.instruction_text,
            number,
            len(asins),
            shown,
            state.seen,
            has_next,
            self._numbered,
        )
        self._show("search_results", nodes, self._query_in_url(), str(number))

    def _show_item(self) -> None:
        product, state = self._product(), self.state
        options = json.dumps(state.options)
        tail = (product.asin, self._query_in_url(), str(state.page), options)
        instruction = self.goal.instruction_text
        if self._strict:
            chosen = state.options
            nodes = pages.item_nodes(
                instruction,
                product,
                lambda name, value: chosen.get(name.lower()) == value,
                labels(product),
                self._numbered_values,
            )
        else:
            # The original finds the chosen values in the address, which writes some otherwise.
            url = "/".join(("item_page", self._session, *tail))
            nodes = pages.item_nodes(instruction, product, lambda _, value: f'"{value}"' in url)
        self._show("item_page", nodes, *tail)

    def _show_sub_page(self, sub_page: str) -> None:
        product, state = self._product(), self.state
        nodes = pages.sub_page_nodes(self.goal.instruction_text, product, sub_page)
        tail = (self._query_in_url(), str(state.page), sub_page, str(state.options))
        self._show("item_sub_page", nodes, product.asin, *tail)

    def _buy(self) -> None:
        product, options = self._product(), self.state.options
        self.purchase = score_purchase(
            product,
            self.goal,
            self._prices[product.asin],
            options,
            rules=self._rules,
            tagger=self._tagger,
        )
        reward = self.purchase.reward
        if self._strict:
            nodes = pages.done_nodes(reward)
        else:
            nodes = pages.original_done_nodes(reward, product.asin, options)
        self._show("done", nodes, product.asin, str(options))

    def _show(self, name: PageName, nodes: tuple[Node, ...], *tail: str) -> None:
        address = (self._session, *tail) if name == "index" else (name, self._session, *tail)
        self.page = Page(name, address, nodes, quoted=self._strict)

    def _query_in_url(self) -> str:
        words = _known(self.state.keywords)
        return "+".join(words)

    def _product(self) -> Product:
        return self._catalog.product(_known(self.state.asin))

    def _hits(self, keywords: list[str]) -> list[str]:
        if self._found[0] == keywords:
            return self._found[1]
        query = " ".join(keywords)
        if not self._strict and keywords[0] in _SPECIAL:
            return self._special_hits(keywords)
        asins = [asin for asin, _ in self._catalog.search(query, k=RESULTS)]
        self._found = (keywords, asins)
        return asins

    def _special_hits(self, keywords: list[str]) -> list[str]:
        """Answer a query that begins with a code of the original's, whatever it finds."""
        code, rest = keywords[0], " ".join(keywords[1:]).strip()
        if code == "<r>":
            return self._random.sample(list(self._catalog.asins), k=RESULTS)
        if code == "<c>":
            return list(self._catalog.with_category(keywords[1].strip()))
        if code == "<q>":
            return list(self._catalog.with_query(rest))
        raise TypeError("the original's text environment cannot search by attribute ('<a>')")


_SPECIAL = ("<r>", "<a>", "<c>", "<q>")


def labels(product: Product) -> dict[tuple[str, str], str]:
    """Return what values are shown as that their own text does not tell apart: "name: value".

    Those are values that stand under several options of the product, that read like a button, or
    that are blank: in the original some of them cannot be chosen.
    """
    buttons = {button.lower() for button in pages.ITEM_BUTTONS}
    names: dict[str, set[str]] = {}
    for name, values in product.options.items():
        for value in values:
            names.setdefault(" ".join(value.split()), set()).add(name)
    return {
        (name, value): f"{name}: {value}"
        for name, values in product.options.items()
        for value in values
        if len(names[plain := " ".join(value.split())]) > 1 or plain in buttons or not plain
    }


def _parse_as_original(action: str) -> tuple[str, str] | None:
    match = _PAPER_ACTION.match(action)
    if match is None or match[1] not in ("search", "click"):
        return None
    return match[1], match[2].lower()


def _parse_strictly(action: str) -> tuple[str, str] | None:
    match = _STRICT_ACTION.match(action)
    argument = "" if match is None else " ".join(match[2].split()).lower()
    return (match[1].lower(), argument) if match is not None and argument else None


def _known(value: T | None) -> T:
    """Return ``value``, which only the search page leaves open."""
    assert value is not None
    return value
