"""The second embedded catalogue: listings and requests as hard to match as real ones.

It has the kinds, options, attributes and prices of ``generate.py``, but is written as vendors and
shoppers write: titles are stuffed with words, values carry the vendor's own codes ("black1901") or
stand abbreviated, a shopper says the same value otherwise ("navy", "xl", "1.6 oz"), attributes are
implied on either side rather than named, a request asks for no to three options, and listings
praise products of other kinds. Each goal can still be reached by one who reads the product pages:
within an option no two values are said or written alike, and every attribute is told somewhere.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from llm_gym.games.webshop import generate
from llm_gym.games.webshop.products import HumanInstruction, Product, parse_pricing

NAMED_IN_TITLE = 0.25
"""How often a title names one attribute."""
NAMED_IN_LISTING = 0.55
"""How often a listing names an attribute in its text, else it implies it."""
NAMED_BY_SHOPPER = 0.5
"""How often a shopper names an attribute or asks for it as the first catalogue does."""
PRAISES_OTHERS = 0.5
"""How often a listing mentions products of another kind of its category."""
OPENS_WITH_SERVICE = 0.7
"""How often the first line of a listing, the only one that the search reads, tells of no attribute."""
GOES_WITH_ANOTHER = 0.25
"""How often a request mentions a thing of another kind that is owned already."""
PRICE_SKEW = 1.1
"""Power of a uniform draw that prices follow; above 1 cheap ones are commoner."""
OPTIONS_ASKED = (0.24, 0.4, 0.31, 0.05)
"""How often a request asks for none, one, two or three options, as far as the product has them."""
CODES = ("{0}", "{0}", "{0}", "{0}{1}", "{2}-{0}", "{3:02} {0}")
"""What listings make of a value: as it is, or with a code of the vendor's, "black1901", "x2-navy", "07 teal"."""
ATTRIBUTES_ASKED = (0.4, 0.4, 0.2)
"""How often it asks for one, two or three attributes."""

_NUMBERS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    # What a value of numbers looks like, how listings write it, how shoppers say it.
    (r"([\d.]+) ounce", ("{0} ounce (pack of 1)", "{0} oz", "{0}oz"), ("{0} oz", "{0} ounces")),
    (r"(\d+) pound", ("{0} pound (pack of 1)", "{0} lb", "{0}lb"), ("{0} lbs", "{0} pounds")),
    (r"pack of (\d+)", ("pack of {0}", "{0} count", "{0}pcs"), ("pack of {0}", "{0} pack")),
    (r"([\d.]+) ft", ("{0} ft", "{0} feet", "{0}ft"), ("{0} foot", "{0} feet")),
    (r"(\d+)gb", ("{0}gb", "{0} gb", "{0}g"), ("{0} gigs", "{0} gigabytes", "{0}gb")),
    (r"([\d.]+) inch", ("{0} inch", "{0}in", "{0}-inch"), ("{0} inches", "{0} inch")),
    (r"([\d.]+) inch phone", ("{0} inch", "{0}in phone"), ("for a {0} inch phone",)),
    (r"(\d+) ft x (\d+) ft", ("{0}x{1} ft", "{0}' x {1}'"), ("{0} by {1} feet", "{0} x {1} feet")),
    (r"(\d+) x (\d+) inch", ('{0}"x{1}"', "{0}x{1} in"), ("{0} by {1} inches", "{0} x {1} inch")),
    (r"(\d\d)", ("{0}w x 30l", "{0}"), ("{0}",)),
    (r"(\d|\d\.5|1[0-2])", ("{0}", "us {0}", "{0} wide"), ("{0}",)),
    (r"(\d+) mm", ("{0}mm", "{0} mm"), ("{0} millimeters", "{0}mm")),
    (r"(\d+)000mah", ("{0}000mah", "{0}k mah"), ("{0}000 mah", "{0}000mah")),
    (r"(\d+) liter", ("{0}l", "{0} liter"), ("{0} liters", "{0} liter")),
    (r"(\d+) piece", ("{0} piece", "{0} pcs", "set of {0}"), ("{0} pieces", "{0} piece")),
    (r"spf (\d+)", ("spf {0}", "spf{0}", "spf {0}+"), ("spf {0}",)),
    (r"(\d+) camera kit", ("{0} camera kit", "{0} cams"), ("{0} cameras", "{0} camera kit")),
    (r"(\d+) door", ("{0} door", "{0}-door"), ("{0} doors", "{0} door")),
    (r"(\d+) inch seat", ("{0} inch seat", "{0}in"), ("{0} inch seat height", "a {0} inch seat")),
)
_CODED = frozenset({"color", "style", "scent", "shade", "finish", "flavor name"})
"""Options to whose values vendors add codes of their own."""


def source_hash() -> str:
    """A hash of all that decides the catalogue."""
    package = resources.files("llm_gym.games.webshop")
    own = (package / "natural.py", package / "data/natural.toml")
    parts = b"".join(part.read_bytes() for part in own) + generate.source_hash().encode()
    return hashlib.sha256(parts).hexdigest()


def generate_products(per_kind: int = generate.PRODUCTS_PER_KIND) -> Iterator[Product]:
    """Yield the catalogue's products, kind after kind.

    Args:
        per_kind: Products of each kind; a larger number adds products after the same first ones.
    """
    for number in range(per_kind):
        for category, kinds in generate.vocabulary()["kinds"].items():
            for kind in kinds:
                yield _make_product(category, kind, number)


@cache
def _data() -> dict[str, Any]:
    file = resources.files("llm_gym.games.webshop") / "data/natural.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def ways_to_write(value: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return how listings write a pool's value, before any code, and how shoppers say it."""
    if value in _data()["values"]:
        written, said = _data()["values"][value]
        return written, said
    for pattern, listed, spoken in _NUMBERS:
        match = re.fullmatch(pattern, value)
        if match is not None:
            ways = ([way.format(*match.groups()) for way in forms] for forms in (listed, spoken))
            written, said = ways
            return written, said
    return (value,), (value,)


def _make_product(category: str, kind: Mapping[str, Any], number: int) -> Product:
    own_name = f"natural {kind['query']} {number}"
    rng = random.Random(own_name)
    attributes = generate.draw_attributes(category, kind, rng)
    values = {name: generate.draw_values(values, rng) for name, values in kind["options"].items()}
    written = {name: _write_values(name, pool, rng) for name, pool in values.items()}
    options = {name: list(way.values()) for name, way in written.items()}
    brand = rng.choice(generate.BRAND_STARTS) + rng.choice(generate.BRAND_ENDS)
    name = rng.choice(kind["names"])
    pricing, price = parse_pricing(generate.draw_price(kind["price"], rng, skew=PRICE_SKEW))
    asked = tuple(rng.sample(attributes, k=2)) if number % generate.TEMPLATED == 0 else None
    return Product(
        asin=generate.make_asin("S1", own_name),
        title=_title(category, kind, brand, name, attributes, options, rng),
        description=_description(category, kind, brand, name, rng),
        bullet_points=_bullets(category, attributes, brand, rng),
        category=category,
        query=kind["query"],
        product_category=_path(kind),
        pricing=pricing,
        price=price,
        options=options,
        option_to_image={value: None for listed in options.values() for value in listed},
        attributes=tuple(attributes),
        main_image="",
        instruction_text=None if asked is None else f"Find me {', '.join(asked)} {kind['query']}",
        instruction_attributes=asked,
        human_instructions=_draw_requests(category, kind, name, attributes, written, number, rng),
    )


def _path(kind: Mapping[str, Any]) -> str:
    """Return the place in the shop's tree: a branch for each kind, so that two kinds are not listed alike."""
    root, *_, leaf = kind["path"].split(" › ")  # noqa: RUF001
    return f"{root} › {generate.capitals(kind['query'])} › {leaf}"  # noqa: RUF001


def _write_values(name: str, values: Sequence[str], rng: random.Random) -> dict[str, str]:
    """Return value -> how this listing writes it: all in one manner, no two alike."""
    way, letter, number = rng.randrange(6), rng.choice("abcdxz"), rng.randint(1, 40)
    coding = rng.choice(CODES) if name in _CODED and not any(map(_has_digit, values)) else "{0}"
    written: dict[str, str] = {}
    for place, value in enumerate(values):
        ways = ways_to_write(value)[0]
        text = ways[way % len(ways)]
        written[value] = coding.format(text, 1900 + number, f"{letter}{place + 1}", place + number)
    return written


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _title(
    category: str,
    kind: Mapping[str, Any],
    brand: str,
    name: str,
    attributes: Sequence[str],
    options: Mapping[str, Sequence[str]],
    rng: random.Random,
) -> str:
    """Some eighteen words, few of which say what sets the product apart."""
    words = rng.sample(_stuffing(category, kind["query"]), k=9)
    other = rng.choice([other for other in (*kind["names"], kind["query"]) if other != name])
    stuffing = [other, " ".join(words[3:5]), " ".join(words[5:7]), " ".join(words[7:9])]
    if rng.random() < NAMED_IN_TITLE:
        stuffing.append(rng.choice(list(attributes)))
    rng.shuffle(stuffing)
    parts = [f"{brand} {name} for {' '.join(words[:3])}", *stuffing]
    if rng.random() < 0.5:
        parts.append(f"({rng.choice(options[rng.choice(list(options))])})")
    return generate.capitals(rng.choice((", ", " - ", " | ")).join(parts))


def _stuffing(category: str, query: str) -> list[str]:
    """Return the words that titles of a kind are stuffed with; any two kinds share one of them.

    So titles of two kinds never have enough in common to pass for the same kind of thing.
    """
    queries = [kind["query"] for kind in generate.vocabulary()["kinds"][category]]
    pairs = itertools.combinations(queries, 2)
    words = _data()["stuffing"][category]
    return [word for word, pair in zip(words, pairs, strict=True) if query in pair]


def _description(
    category: str, kind: Mapping[str, Any], brand: str, name: str, rng: random.Random
) -> str:
    introduction: str = rng.choice(_data()["introductions"][category]).format(
        name=name, brand=brand
    )
    if rng.random() >= PRAISES_OTHERS:
        return introduction
    praised = rng.sample(_other_kind(category, kind, rng)["names"], k=2)
    return f"{introduction} Goes well with our {praised[0]} and our {praised[1]}."


def _other_kind(category: str, kind: Mapping[str, Any], rng: random.Random) -> Mapping[str, Any]:
    kinds: Sequence[Mapping[str, Any]] = generate.vocabulary()["kinds"][category]
    return rng.choice([each for each in kinds if each["query"] != kind["query"]])


def _bullets(
    category: str, attributes: Sequence[str], brand: str, rng: random.Random
) -> tuple[str, ...]:
    """One line for each attribute, which names or implies it, and perhaps one before them."""
    named, implied = generate.vocabulary()["attributes"][category], _data()["implied"][category]
    bullets = []
    for attribute in attributes:
        if rng.random() < NAMED_IN_LISTING:
            bullets.append(f"{attribute.upper()}: {named[attribute][0]}")
        else:
            bullets.append(implied[attribute][0])
    rng.shuffle(bullets)
    if rng.random() < OPENS_WITH_SERVICE:
        bullets.insert(0, rng.choice(_data()["introductions"]["service"]).format(brand=brand))
    return tuple(bullets)


def _draw_requests(
    category: str,
    kind: Mapping[str, Any],
    name: str,
    attributes: Sequence[str],
    written: Mapping[str, Mapping[str, str]],
    number: int,
    rng: random.Random,
) -> tuple[HumanInstruction, ...]:
    """Two or three requests for a product that ask for different things."""
    requests: list[HumanInstruction] = []
    while len(requests) < 2 + number % 2:
        made = _draw_request(category, kind, name, attributes, written, rng)
        wanted = set(made.instruction_attributes), made.instruction_options
        if wanted not in [(set(r.instruction_attributes), r.instruction_options) for r in requests]:
            requests.append(made)
    return tuple(requests)


def _draw_request(
    category: str,
    kind: Mapping[str, Any],
    name: str,
    attributes: Sequence[str],
    written: Mapping[str, Mapping[str, str]],
    rng: random.Random,
) -> HumanInstruction:
    thing = name if rng.random() < 0.7 else rng.choice(kind["names"])
    count = rng.choices(range(1, 1 + len(ATTRIBUTES_ASKED)), ATTRIBUTES_ASKED)[0]
    wanted = rng.sample(list(attributes), k=min(count, len(attributes)))
    asks = [_ask_for_attribute(category, attribute, thing, rng) for attribute in wanted]
    count = rng.choices(range(len(OPTIONS_ASKED)), OPTIONS_ASKED)[0]
    chosen: dict[str, str] = {}
    for option in rng.sample(list(written), k=min(count, len(written))):
        value = rng.choice(list(written[option]))
        chosen[option] = written[option][value]
        said = rng.choice(ways_to_write(value)[1])
        asks.append(_agree(rng.choice(_ways_to_ask(option)).format(said), thing))
    rng.shuffle(asks)
    if rng.random() < GOES_WITH_ANOTHER:
        owned = rng.choice(_other_kind(category, kind, rng)["names"])
        asks.insert(0, f"to go with my {owned}")
    opening = rng.choice(generate.OPENINGS).format(generate.with_article(thing, thing))
    text = " ".join([opening, generate.join(asks, rng)])
    return HumanInstruction(text + rng.choice((".", "")), tuple(wanted), tuple(chosen.values()))


def _ways_to_ask(option: str) -> Sequence[str]:
    ways: Sequence[str] = generate.vocabulary()["asking"][option]
    return ways


def _ask_for_attribute(category: str, attribute: str, thing: str, rng: random.Random) -> str:
    if rng.random() < NAMED_BY_SHOPPER:
        ask = generate.vocabulary()["attributes"][category][attribute][1]
    else:
        ask = _data()["implied"][category][attribute][1]
    return _agree(ask, thing)


def _agree(ask: str, thing: str) -> str:
    """Put the verb after "that" into the plural where the thing is more than one."""
    if not generate.is_plural(thing):
        return ask
    plural = _data()["plural"]
    return re.sub(
        r"\bthat (\w+)\b", lambda match: f"that {plural.get(match[1], match[1])}", ask, count=1
    )
