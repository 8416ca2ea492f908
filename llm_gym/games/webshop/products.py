"""What one product is, and how a record of the original's files becomes one.

Source: ``load_products`` in ``web_agent_site/engine/engine.py`` of WebShop.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


class MalformedRecordError(ValueError):
    """A record of the original's files is not what it should be; the text says what is wrong.

    Attributes:
        part: "items", "attributes" or "human instructions": which file's record it is.
    """

    def __init__(self, part: str, problem: str):
        super().__init__(problem)
        self.part = part


@contextlib.contextmanager
def _reading(part: str) -> Iterator[None]:
    """Tell what is wrong with a record where reading it fails."""
    try:
        yield
    except KeyError as error:
        raise MalformedRecordError(part, f"lacks the field {error}") from error
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise MalformedRecordError(part, f"is malformed: {error}") from error


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    """Return values that must all be text.

    Raises:
        TypeError: one is not.
    """
    if isinstance(values, str):
        raise TypeError(f"expected a list of texts, found the text {values!r}")
    texts = tuple(values)
    for value in texts:
        if not isinstance(value, str):
            raise TypeError(f"expected text, found {value!r}")
    return texts


def read_asin(raw: Any) -> str:
    """Return the asin of a raw listing.

    Raises:
        MalformedRecordError: it has none, it is no text, or it has a NUL, with which texts in arrays end.
    """
    with _reading("items"):
        (asin,) = _texts([raw["asin"]])
        if "\0" in asin:
            raise ValueError(f"the asin {asin!r} has the character NUL")
    return asin


def read_product(
    raw: Mapping[str, Any],
    record: Mapping[str, Any] | None,
    human_records: Sequence[Mapping[str, Any]] | None = None,
) -> Product:
    """Normalise one raw listing.

    Args:
        raw: An entry of ``items_shuffle*.json``.
        record: Its entry of ``items_ins_v2*.json``, None where there is none.
        human_records: Its entries of ``items_human_ins.json``. Who wrote them is dropped.

    Raises:
        MalformedRecordError: a field is missing, or is not what it should be.
    """
    with _reading("items"):
        listing = _read_listing(raw)
    with _reading("attributes"):
        record = record if record is not None else {"attributes": NO_ATTRIBUTES}
        asked = record.get("instruction_attributes")
        instruction = record.get("instruction")
        listing |= {
            "attributes": _texts(record.get("attributes", NO_ATTRIBUTES)),
            "instruction_text": None if instruction is None else _texts([instruction])[0],
            "instruction_attributes": None if asked is None else _texts(asked),
        }
    with _reading("human instructions"):
        listing["human_instructions"] = tuple(
            HumanInstruction(
                _texts([human["instruction"]])[0],
                _texts(human["instruction_attributes"]),
                _texts(human["instruction_options"]),
            )
            for human in human_records or ()
        )
    return Product(**listing)


def _read_listing(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a product that its listing gives."""
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
    names = ("asin", "name", "full_description", "query")
    asin, title, description, query = _texts(raw[name] for name in names)
    # The original never looks at these on loading: a product may have no place in the shop.
    category, place = _texts(raw[name] or "" for name in ("category", "product_category"))
    bullets = raw["small_description"]
    return {
        "asin": asin,
        "title": title,
        "description": description,
        "bullet_points": _texts(bullets if isinstance(bullets, list) else [bullets]),
        "category": category,
        "query": query.lower().strip(),
        "product_category": place,
        "pricing": pricing,
        "price": price,
        "options": options,
        "option_to_image": option_to_image,
        "main_image": raw["images"][0],
    }
