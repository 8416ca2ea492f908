"""What one product is, and how a record of the original's files becomes one.

Source: ``load_products`` in ``web_agent_site/engine/engine.py`` of WebShop.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

DEFAULT_PRICE = 100.0
"""Price in dollars of a product whose listing has none."""

NO_ATTRIBUTES = ("DUMMY_ATTR",)
"""Attributes of a product that the attribute file does not know."""

_MAX_ASIN = 10
_NOT_IN_A_PRICE = re.compile(r"[^\d.]")


@dataclass(frozen=True, slots=True)
class HumanInstruction:
    """One shopping instruction that a person wrote for a product.

    Attributes:
        instruction: The sentence as written.
        instruction_attributes: Attributes that it asks for; records without any make no goal.
        instruction_options: Option values that it asks for, without their option's name.
    """

    instruction: str
    instruction_attributes: tuple[str, ...]
    instruction_options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """One product, normalised as the original shop does.

    Attributes:
        asin: Its id, at most ten characters.
        title: The listing's name.
        description: Full description, may be empty.
        bullet_points: The listing's features.
        category: beauty, electronics, fashion, garden or grocery.
        query: The shopper's query it was listed under, lower-cased.
        product_category: Path in the shop's tree, parts joined by a chevron (U+203A).
        pricing: One price, or the two ends of a range (as listed: not sorted), in dollars.
        price: What a page shows: "$12.98" or "$19.99 to $27.99".
        options: Option name to its values, all lower-cased, in the order of the listing.
        option_to_image: Option value to its image address or None.
        attributes: What the product is said to be; what goals are checked against.
        main_image: Address of its picture, may be empty.
        instruction_text: Templated instruction of the synthetic goals, if it has one.
        instruction_attributes: Attributes which that instruction asks for.
        human_instructions: Instructions that people wrote for it.
        rating: Always "N.A.": the original never loads reviews.
    """

    asin: str
    title: str
    description: str
    bullet_points: tuple[str, ...]
    category: str
    query: str
    product_category: str
    pricing: tuple[float, ...]
    price: str
    options: dict[str, list[str]]
    option_to_image: dict[str, str | None]
    attributes: tuple[str, ...]
    main_image: str
    instruction_text: str | None = None
    instruction_attributes: tuple[str, ...] | None = None
    human_instructions: tuple[HumanInstruction, ...] = ()
    rating: str = "N.A."

    def to_json(self) -> dict[str, Any]:
        """The product as JSON values; `from_json` reads them back."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Product:
        """Build a product from what `to_json` returned (after a trip through JSON)."""
        values = dict(fields)
        for name in ("bullet_points", "pricing", "attributes"):
            values[name] = tuple(values[name])
        if values["instruction_attributes"] is not None:
            values["instruction_attributes"] = tuple(values["instruction_attributes"])
        values["human_instructions"] = tuple(
            HumanInstruction(
                record["instruction"],
                tuple(record["instruction_attributes"]),
                tuple(record["instruction_options"]),
            )
            for record in values["human_instructions"]
        )
        return cls(**values)

    @property
    def indexed_text(self) -> str:
        """The text that search sees: title, description, first feature and options."""
        options = ", and ".join(
            f"{name}: {', '.join(values)}" for name, values in self.options.items()
        )
        first = self.bullet_points[0] if self.bullet_points else ""
        return " ".join([self.title, self.description, first, options]).lower()


def is_listed(asin: str) -> bool:
    """Whether the original keeps a record with this asin."""
    return asin != "nan" and len(asin) <= _MAX_ASIN


def parse_pricing(listed: str | None) -> tuple[tuple[float, ...], str]:
    """Read a listing's price field.

    Args:
        listed: "", None, "$12.98", or several prices run together: "$19.99$27.99".

    Returns:
        The first one or two prices in dollars, and the text that a page shows for them.

    Raises:
        ValueError: if there is text but no number in it.
    """
    if not listed:
        return (DEFAULT_PRICE,), f"${DEFAULT_PRICE}"
    prices = tuple(float(_NOT_IN_A_PRICE.sub("", part)) for part in listed.split("$")[1:])
    if not prices:
        raise ValueError(f"the price {listed!r} has no dollar amount")
    if len(prices) == 1:
        return prices, f"${prices[0]}"
    return prices[:2], f"${prices[0]} to ${prices[1]}"


def read_product(
    raw: Mapping[str, Any],
    record: Mapping[str, Any] | None,
    human_records: list[Mapping[str, Any]] | None = None,
) -> Product:
    """Normalise one raw listing.

    Args:
        raw: An entry of ``items_shuffle*.json``.
        record: Its entry of ``items_ins_v2*.json``, None where there is none.
        human_records: Its entries of ``items_human_ins.json``. Who wrote them is dropped.

    Raises:
        KeyError: if a field is missing.
        ValueError: if the price cannot be read.
    """
    pricing, price = parse_pricing(raw.get("pricing"))
    options: dict[str, list[str]] = {}
    option_to_image: dict[str, str | None] = {}
    for name, contents in (raw["customization_options"] or {}).items():
        if contents is None:
            continue
        values = options[name.lower()] = []
        for content in contents:
            value = content["value"].strip().replace("/", " | ").lower()
            values.append(value)
            option_to_image[value] = content.get("image")
    bullets = raw["small_description"]
    record = record if record is not None else {"attributes": NO_ATTRIBUTES}
    asked = record.get("instruction_attributes")
    return Product(
        asin=raw["asin"],
        title=raw["name"],
        description=raw["full_description"],
        bullet_points=tuple(bullets) if isinstance(bullets, list) else (bullets,),
        category=raw["category"],
        query=raw["query"].lower().strip(),
        product_category=raw["product_category"],
        pricing=pricing,
        price=price,
        options=options,
        option_to_image=option_to_image,
        attributes=tuple(record.get("attributes", NO_ATTRIBUTES)),
        main_image=raw["images"][0],
        instruction_text=record.get("instruction"),
        instruction_attributes=None if asked is None else tuple(asked),
        human_instructions=tuple(
            HumanInstruction(
                human["instruction"],
                tuple(human["instruction_attributes"]),
                tuple(human["instruction_options"]),
            )
            for human in human_records or ()
        ),
    )
