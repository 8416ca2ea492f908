"""The pages of the shop as lists of what is on them, and the ways to show them.

A page is built once from the state and shown as plain text, as text with marked buttons, or as
HTML; nothing is ever parsed back. What is on each page, in which order, follows the templates in
``web_agent_site/templates`` of WebShop.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import quote

from llm_gym.games.webshop.products import Product

BASE_URL = "http://127.0.0.1:3000"
"""Where the original serves its shop."""
SUB_PAGES = ("Description", "Features", "Reviews", "Attributes")
BACK, PREVIOUS, NEXT, BUY = "Back to Search", "< Prev", "Next >", "Buy Now"
ITEM_BUTTONS = (BACK, PREVIOUS, *SUB_PAGES, BUY)
"""Every button that an item page can have."""

PageName: TypeAlias = Literal["index", "search_results", "item_page", "item_sub_page", "done"]
IsChosen: TypeAlias = Callable[[str, str], bool]
"""Option name and value -> whether the page shows the value as chosen."""


class Node(NamedTuple):
    """One piece of visible text.

    Attributes:
        kind: plain text, the name of an option, a button, a value of an option, or the link to a
            product.
        text: what is shown.
        marked: a value that is chosen, a product that has been opened before.
        name: the option's name, of a value.
        value: the value itself, of a value: its text may name the option too; the asin, of a
            product: its text may be its number.
        place: of a value that is called by its place among the page's values, that place, from 1;
            else 0.
    """

    kind: Literal["text", "name", "button", "option", "product"]
    text: str
    marked: bool = False
    name: str = ""
    value: str = ""
    place: int = 0

    @property
    def clickable(self) -> bool:
        """Whether one can click it."""
        return self.kind not in ("text", "name")

    @property
    def label(self) -> str:
        """What clicking it is called: ``click[label]``."""
        return str(self.place) if self.place else self.text


@dataclass(frozen=True, slots=True)
class Page:
    """One page as the player sees it.

    Attributes:
        name: which page.
        address: the parts of its address below the shop's.
        nodes: what is on it, in order.
        quoted: whether the address is written as web addresses are; the original's is not.
    """

    name: PageName
    address: tuple[str, ...]
    nodes: tuple[Node, ...]
    quoted: bool = True

    @property
    def url(self) -> str:
        """Its address."""
        parts = self.address
        if self.quoted:
            parts = tuple(quote(part, safe="+", errors="replace") for part in parts)
        return "/".join((BASE_URL, *parts))

    @property
    def has_search_bar(self) -> bool:
        """Whether one can search from here."""
        return self.name == "index"

    @property
    def clickables(self) -> list[str]:
        """What can be clicked, lower-cased, each once: buttons, then products, then values."""
        nodes = self.nodes
        found = [node.text for kind in ("button", "product") for node in nodes if node.kind == kind]
        values = [node.label for node in nodes if node.kind == "option"]
        return list(dict.fromkeys([text.lower() for text in found] + values))

    @property
    def actions(self) -> list[str]:
        """What can be done, as it is written; buttons stand last, in the order of the page."""
        if self.has_search_bar:
            return ["search[words]"]
        found = [node for node in self.nodes if node.clickable]
        found.sort(key=lambda node: node.kind == "button")
        return list(dict.fromkeys(f"click[{node.label}]" for node in found))


# ---------------------------------------------------------------- what is on which page


def index_nodes(instruction: str, suggestions: Sequence[str] = ()) -> tuple[Node, ...]:
    """Return the search page.

    Args:
        instruction: what the shopper is asked.
        suggestions: queries that can be clicked, by their place.
    """
    return _visible(
        Node("text", "WebShop"),
        Node("text", "Instruction: "),
        Node("text", instruction),
        *(Node("option", query, place=place) for place, query in enumerate(suggestions, start=1)),
        Node("button", "Search"),
    )


def results_nodes(
    instruction: str,
    number: int,
    total: int,
    products: Sequence[Product],
    seen: Collection[str],
    has_next: bool = True,
    numbered: bool = False,
) -> tuple[Node, ...]:
    """Return a page of search results.

    Args:
        instruction: what the shopper is asked.
        number: the page's number, from 1.
        total: how many products were found.
        products: those on this page, at most ten.
        seen: asins that were opened before.
        has_next: whether there is a button to the next page.
        numbered: products are called by their place on the page, from 1, not by their asin.
    """
    nodes = [*_head(instruction), Node("text", f"Page {number} (Total results: {total})")]
    if number > 1:
        nodes.append(Node("button", PREVIOUS))
    if has_next:
        nodes.append(Node("button", NEXT))
    for place, product in enumerate(products, start=1):
        label = str(place) if numbered else product.asin
        nodes.append(Node("product", label, product.asin in seen, value=product.asin))
        nodes.append(Node("text", product.title))
        nodes.append(Node("text", product.price))
    return _visible(*nodes)


def item_nodes(
    instruction: str,
    product: Product,
    is_chosen: IsChosen,
    labels: Mapping[tuple[str, str], str] | None = None,
    numbered: bool = False,
) -> tuple[Node, ...]:
    """Return a product's page.

    Args:
        instruction: what the shopper is asked.
        product: the product.
        is_chosen: which values are shown as chosen.
        labels: (name, value) -> what a value is shown as, where that is not the value itself.
        numbered: values are called by their place on the page, from 1, not by their text.
    """
    labels = labels or {}
    nodes = [*_head(instruction), Node("button", PREVIOUS)]
    place = 0
    for name, values in product.options.items():
        nodes.append(Node("name", name))
        for value in values:
            text, place = labels.get((name, value), value), place + numbered
            nodes.append(Node("option", text, is_chosen(name, value), name, value, place))
    nodes += [Node("text", product.title), Node("text", f"Price: {product.price}")]
    nodes.append(Node("text", f"Rating: {product.rating}"))
    nodes += [Node("button", text) for text in (*SUB_PAGES[:3], BUY)]
    return _visible(*nodes)


def sub_page_nodes(instruction: str, product: Product, sub_page: str) -> tuple[Node, ...]:
    """Return a product's description, features, reviews (there are none) or attributes."""
    if sub_page == "Description":
        texts = [product.description]
    elif sub_page == "Features":
        texts = [f" {point}" for point in product.bullet_points]
    elif sub_page == "Attributes":
        texts = [f" {attribute}" for attribute in product.attributes]
        texts += [product.category, product.query, product.product_category]
    else:
        texts = []
    body = (Node("text", text) for text in texts)
    return _visible(*_head(instruction), Node("button", PREVIOUS), *body)


def done_nodes(reward: float) -> tuple[Node, ...]:
    """Return the page after the purchase: thanks and the score."""
    texts = "Thank you for shopping with us!", "Your score (min 0.0, max 1.0)", str(reward)
    return tuple(Node("text", text) for text in texts)


def original_done_nodes(reward: float, asin: str, options: Mapping[str, str]) -> tuple[Node, ...]:
    """Return the original's page after the purchase, with its hidden and mostly empty fields."""
    chosen = json.dumps(dict(options), sort_keys=True)
    for character in "<>&'":
        chosen = chosen.replace(character, f"\\u{ord(character):04x}")
    before = (
        "Thank you for shopping with us!\nYour code: \nNone\n (Paste it in your MTurk interface.)"
        f"\nPurchased\nasin\n{asin}\noptions\n{chosen}\nattrs\nNone\ncategory\nNone\nquery\nNone"
        "\nproduct category\nNone\nTarget\nasin\noptions\nattrs\nprice upper\ninstuction text"
        "\ncategory\nproduct category\nquery\nGoal \nNone\nReward\nYour score (min 0.0, max 1.0)"
    )
    texts = [*before.split("\n"), str(reward), "Reward Details ", "None"]
    return tuple(Node("text", text) for text in texts)


def _head(instruction: str) -> list[Node]:
    return [Node("text", "Instruction:"), Node("text", instruction), Node("button", BACK)]


_BLANK = " \t\n\f\r"


def _visible(*nodes: Node) -> tuple[Node, ...]:
    """Drop empty texts and blank ones with a line break; other blank texts become one space.

    That is how the original's HTML parser reads its pages.
    """
    kept = []
    for node in nodes:
        if not node.text.strip(_BLANK):
            if not node.text or "\n" in node.text:
                continue
            node = node._replace(text=" ")
        kept.append(node)
    return tuple(kept)


# ---------------------------------------------------------------- how a page is shown


def as_text(page: Page, show_chosen: bool) -> str:
    """Return the texts of a page joined by ``" [SEP] "``.

    Args:
        page: the page.
        show_chosen: say at the beginning which values are chosen, and end the names of options in
            a colon, which tells them from their values; the original does neither.
    """
    texts = [node.text.strip() for node in page.nodes]
    if show_chosen:
        colons = (":" if node.kind == "name" else "" for node in page.nodes)
        texts = [text + colon for text, colon in zip(texts, colons, strict=True)]
        texts = [*_clicked(page), *texts]
    return " [SEP] ".join(texts)


def as_rich_text(page: Page) -> str:
    """Return a page one text a line, buttons marked as such, chosen values named at the top."""
    lines = _clicked(page)[::-1]
    for node in page.nodes:
        if not node.clickable:
            lines.append(node.text)
            continue
        button = "clicked button" if node.marked else "button"
        indent = {"button": "", "option": "  ", "product": "\n"}[node.kind]
        lines.append(f"{indent}[{button}] {node.text} [{button}_]")
    return "".join(f"{line}\n" for line in lines)


def _clicked(page: Page) -> list[str]:
    chosen = [node for node in page.nodes if node.kind == "option" and node.marked]
    return [f"You have clicked {node.text}." for node in chosen]


def as_menu(page: Page) -> str:
    """Return a page for small models and for people: what there is to read, then what can be done.

    Every action stands in a line of its own, as it is written: ``click[2] navy blue (chosen)``.
    """
    read: list[str] = []
    choices: list[str] = []
    buttons: list[str] = []
    for node in page.nodes:
        text = " ".join(node.text.split())
        if node.kind == "button":
            buttons.append("search[words]" if page.has_search_bar else f"click[{text}]")
        elif node.kind == "product":
            choices.append(f"click[{text}]{' (seen)' if node.marked else ''}")
        elif node.kind == "option":
            shown = f" {text}" if node.place else ""
            choices.append(f"  click[{node.label}]{shown}{' (chosen)' if node.marked else ''}")
        elif node.kind == "name":
            choices.append(f"{text}:")
        elif node.kind == "text" and page.name == "search_results" and choices:
            choices[-1] += f" {text}"  # a product's title, its price
        elif node.kind == "text":
            if read and read[-1] == "Instruction:":
                text = f"{read.pop()} {text}"
            read.append(text)
    return "".join(f"{line}\n" for line in (*read, *choices, *buttons))


def as_html(page: Page, alerts: Sequence[str] = ()) -> str:
    """Return a page as HTML whose visible text is that of the page, node by node, after alerts.

    Element names and ids that scrapers of the original look for are kept: ``#instruction-text``,
    ``#search_input``, ``.btn``, ``.product-link``, radio buttons for values, ``#reward pre``.
    """
    body = []
    for number, node in enumerate(page.nodes):
        text = escape(node.text)
        if node.kind == "button":
            body.append(f'<button class="btn" type="submit">{text}</button>')
        elif node.kind == "product":
            body.append(f'<a class="product-link" href="#{text}">{text}</a>')
        elif node.kind == "option":
            checked = " checked" if node.marked else ""
            body.append(
                f'<input type="radio" id="radio{number}" name="{escape(node.name)}" '
                f'value="{escape(node.value)}"{checked}><label for="radio{number}">{text}</label>'
            )
        elif page.name != "done" and page.nodes[number - 1].text.startswith("Instruction:"):
            body.append(f'<p id="instruction-text">{text}</p>')
        elif page.name == "done" and page.nodes[number - 1].text.startswith("Your score"):
            body.append(f'<div id="reward"><pre>{text}</pre></div>')
        else:
            body.append(f"<p>{text}</p>")
    if page.has_search_bar:
        body.insert(-1, '<input id="search_input" type="text" name="search_query">')
    body = [*(f'<p role="alert">{escape(alert)}</p>' for alert in alerts), *body]
    lines = "\n".join(body)
    return f"<!DOCTYPE html>\n<html>\n<body>\n{lines}\n</body>\n</html>\n"
