"""Where the nodes of a page go: the groups that templates show together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from llm_gym.games.webshop.pages import Node, Page


class Placed(NamedTuple):
    """A node and its number on the page, by which a browser's view is put in order again."""

    number: int
    node: Node

    @property
    def text(self) -> str:
        """The node's text."""
        return self.node.text


@dataclass(slots=True)
class Card:
    """A product on a page of results.

    Attributes:
        product: the link.
        texts: title and price, as far as the product has them.
    """

    product: Placed
    texts: list[Placed] = field(default_factory=list)


@dataclass(slots=True)
class Choice:
    """An option of a product.

    Attributes:
        names: the option's name, as far as it has one.
        values: its values.
    """

    names: list[Placed]
    values: list[Placed] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """A page in groups; every node is in exactly one of them, in the page's order.

    Attributes:
        texts: what stands by itself.
        buttons: the buttons by their text.
        cards: the products of a page of results.
        choices: the options of a product.
    """

    texts: list[Placed] = field(default_factory=list)
    buttons: dict[str, Placed] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)


def lay_out(page: Page) -> Layout:
    """Return the groups of a page."""
    layout = Layout()
    texts = layout.texts
    last = None
    for placed in map(Placed, range(len(page.nodes)), page.nodes):
        kind = placed.node.kind
        if kind == "button":
            layout.buttons[placed.text] = placed
        elif kind == "product":
            layout.cards.append(Card(placed))
            texts = layout.cards[-1].texts  # what follows is about this product
        elif kind == "name":
            layout.choices.append(Choice([placed]))
        elif kind == "option":
            if last not in ("name", "option"):  # an option whose name is blank
                layout.choices.append(Choice([]))
            layout.choices[-1].values.append(placed)
        else:
            texts.append(placed)
        last = kind
    return layout
