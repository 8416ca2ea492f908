"""The embedded catalogue: made-up products and what made-up people ask for.

Everything is drawn from ``data/vocabulary.toml`` by generators with fixed seeds, so that each
machine makes the same shop. A goal asks for attributes and options that its product has, so it
can be reached; it asks for at least one option, which has to be chosen among several, so that
buying what a search shows first is never enough.
"""

from __future__ import annotations

import hashlib
import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from llm_gym.games.webshop.products import HumanInstruction, Product, parse_pricing

PRODUCTS_PER_KIND = 42
"""60 kinds make 2,520 products."""

TEMPLATED = 6
"""One product in so many also has a templated instruction, for synthetic goals."""

BRAND_STARTS = (
    "Bel Cor Dun Fen Hal Jor Kel Lum Mar Nor Oak Pel Quin Ros Sol Tam Ven Wil Yar Zel".split()
)
BRAND_ENDS = (
    "brook crest dale field haven iva lane mere nook ora ridge stead ton vale wick wood".split()
)
OPENINGS = (
    "i'm looking for {}",
    "i am looking for {}",
    "i need {}",
    "i want {}",
    "i want to buy {}",
    "i would like {}",
    "i'd like to get {}",
    "find me {}",
    "can you find {}",
    "can you help me find {}",
    "please find me {}",
    "please get me {}",
    "show me {}",
    "look for {}",
    "i need to buy {}",
    "i am interested in {}",
    "my sister asked me for {}",
    "we are out of luck at the mall, so get me {}",
    "i've been searching for {}",
    "i am shopping for {}",
)
INTRODUCTIONS = {
    "beauty": (
        "A {name} from {brand} for people who read the label.",
        "{brand} makes this {name} in small batches.",
        "This {name} has earned its place on the bathroom shelf.",
    ),
    "electronics": (
        "The {brand} {name} does one job and does it well.",
        "Built around what people asked for, this {name} works out of the box.",
        "{brand} tested this {name} on desks, in cars and on trails.",
    ),
    "fashion": (
        "{brand} cut this {name} for days that start early and end late.",
        "An honest {name} that goes with what you own.",
        "This {name} looks as good in the tenth year as on the first day.",
    ),
    "garden": (
        "{brand} designed this {name} for homes where people live.",
        "A {name} that makes a room feel finished.",
        "Made to be used: a {name} that forgives children, guests and pets.",
    ),
    "grocery": (
        "{brand} has made {name} by the same recipe for years.",
        "A pantry without {name} is hardly a pantry.",
        "These are the flavors people ask {brand} for, packed fresh.",
    ),
}


def source_hash() -> str:
    """A hash of all that decides the catalogue: this file, the vocabulary, how a product reads."""
    package = resources.files("llm_gym.games.webshop")
    parts = (package / "generate.py", package / "products.py", package / "data/vocabulary.toml")
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def generate_products(per_kind: int = PRODUCTS_PER_KIND) -> Iterator[Product]:
    """Yield the catalogue's products, kind after kind.

    Args:
        per_kind: Products of each kind; a larger number adds products after the same first ones.
    """
    seen: set[str] = set()
    for number in range(per_kind):
        for category, kinds in vocabulary()["kinds"].items():
            for kind in kinds:
                product = _make_product(category, kind, number)
                if product.asin in seen:
                    raise AssertionError(f"two products have the asin {product.asin}")
                seen.add(product.asin)
                yield product


@cache
def vocabulary() -> dict[str, Any]:
    """Return what ``data/vocabulary.toml`` holds."""
    file = resources.files("llm_gym.games.webshop") / "data/vocabulary.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _make_product(category: str, kind: dict[str, Any], number: int) -> Product:
    name_of_this = f"{kind['query']} {number}"
    rng = random.Random(name_of_this)
    attributes = draw_attributes(category, kind, rng)
    options = {name: draw_values(values, rng) for name, values in kind["options"].items()}
    brand = rng.choice(BRAND_STARTS) + rng.choice(BRAND_ENDS)
    name = rng.choice(kind["names"])
    told = vocabulary()["attributes"][category]
    sentences = [told[attribute][0] for attribute in attributes]
    introduction = rng.choice(INTRODUCTIONS[category]).format(name=name, brand=brand)
    bullets = [
        f"{attribute.upper()}: {sentence}"
        for attribute, sentence in zip(attributes, sentences, strict=True)
    ]
    rng.shuffle(bullets)
    described = rng.sample(sentences, k=min(3, len(sentences)))
    pricing, price = parse_pricing(draw_price(kind["price"], rng))
    asked = tuple(rng.sample(attributes, k=2)) if number % TEMPLATED == 0 else None
    return Product(
        asin=make_asin("S0", name_of_this),
        title=_title(brand, name, attributes, options, rng),
        description=" ".join([introduction, *described]),
        bullet_points=tuple(bullets),
        category=category,
        query=kind["query"],
        product_category=kind["path"],
        pricing=pricing,
        price=price,
        options=options,
        option_to_image={value: None for values in options.values() for value in values},
        attributes=tuple(attributes),
        main_image="",
        instruction_text=None if asked is None else f"Find me {', '.join(asked)} {kind['query']}",
        instruction_attributes=asked,
        human_instructions=_draw_instructions(category, name, attributes, options, number, rng),
    )


def make_asin(start: str, name: str) -> str:
    """An id of ten characters, as a shop's are; made from a hash so that it says nothing."""
    letters = "0123456789BCDFGHJKLMNPQRSTVWXYZ"
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])
    code = ""
    for _ in range(8):
        number, digit = divmod(number, len(letters))
        code += letters[digit]
    return start + code


def draw_attributes(category: str, kind: Mapping[str, Any], rng: random.Random) -> list[str]:
    """Three to five attributes that go together."""
    never = kind.get("never", ())
    known = kind.get("only", [a for a in vocabulary()["attributes"][category] if a not in never])
    conflicts = [set(pair) for pair in vocabulary()["grammar"]["conflicts"]]
    drawn: list[str] = []
    for attribute in rng.sample(known, k=len(known)):
        if not any({attribute, other} in conflicts for other in drawn):
            drawn.append(attribute)
    return drawn[: rng.randint(3, 5)]


def draw_values(values: str | list[str], rng: random.Random) -> list[str]:
    """At least two values of an option, in their usual order."""
    pool = vocabulary()["pools"][values] if isinstance(values, str) else values
    count = rng.randint(min(3, len(pool)), min(7, len(pool)))
    drawn = set(rng.sample(pool, k=count))
    return [value for value in pool if value in drawn]


def draw_price(bounds: Sequence[float], rng: random.Random, skew: float = 2) -> str:
    """A listing's price: cheap ones are more common; one in eight is a range."""
    low, high = bounds
    dollars = int(low + (high - low) * rng.random() ** skew)
    price = f"${dollars}.{rng.choice(('99', '95', '49', '00'))}"
    if rng.random() < 0.125:
        price += f"${dollars + rng.randint(2, max(3, dollars // 3))}.99"
    return price


def _title(
    brand: str,
    name: str,
    attributes: Sequence[str],
    options: dict[str, list[str]],
    rng: random.Random,
) -> str:
    first, second = rng.sample(list(attributes), k=2)
    choice = rng.choice(list(options))
    style = rng.choice(
        (
            "{brand} {name}, {first}, {second}, {count} {choice} Choices",
            "{brand} {first} {name} - {second}",
            "{name} by {brand}, {first} and {second}",
            "{brand} {name} with Choice of {choice}, {first} / {second}",
        )
    )
    words = {"name": name, "first": first, "second": second, "choice": choice}
    titled = {key: capitals(value) for key, value in words.items()}
    return style.format(brand=brand, count=len(options[choice]), **titled)


def capitals(words: str) -> str:
    """Begin every word with a capital."""
    return " ".join(word[:1].upper() + word[1:] for word in words.split())


def _draw_instructions(
    category: str,
    name: str,
    attributes: Sequence[str],
    options: dict[str, list[str]],
    number: int,
    rng: random.Random,
) -> tuple[HumanInstruction, ...]:
    """Two or three instructions for a product that ask for different choices."""
    instructions: list[HumanInstruction] = []
    while len(instructions) < 2 + number % 2:
        made = _draw_instruction(category, name, attributes, options, rng)
        if made.instruction_options not in [m.instruction_options for m in instructions]:
            instructions.append(made)
    return tuple(instructions)


def _draw_instruction(
    category: str,
    name: str,
    attributes: Sequence[str],
    options: dict[str, list[str]],
    rng: random.Random,
) -> HumanInstruction:
    """What somebody might type who wants one thing of a product's: some words, one choice."""
    wanted = rng.sample(list(attributes), k=rng.choice((1, 2, 2, 3)))
    chosen = {name: rng.choice(values) for name, values in options.items() if rng.random() < 0.75}
    if not chosen:
        option = rng.choice(list(options))
        chosen = {option: rng.choice(options[option])}
    words = vocabulary()
    before, after = "", []
    for attribute in wanted:
        ask = words["attributes"][category][attribute][1]
        if not before and ask in (f"that is {attribute}", f"without {attribute[:-5]}"):
            before = f"{attribute} "  # "gluten free cookies"
        else:
            after.append(ask)
    asks = [rng.choice(words["asking"][option]).format(v) for option, v in chosen.items()]
    thing = with_article(before + name, name)
    tail = asks + after if rng.random() < 0.3 else after + asks
    text = " ".join([rng.choice(OPENINGS).format(thing), join(tail, rng)])
    return HumanInstruction(
        text + rng.choice((".", ".", "")), tuple(wanted), tuple(chosen.values())
    )


def with_article(phrase: str, name: str) -> str:
    """Put "a", "an" or nothing before a thing, "some" never being wrong but dull."""
    if is_plural(name) or _head(name) in vocabulary()["grammar"]["mass"]:
        return phrase
    return f"{'an' if phrase[0] in 'aeio' else 'a'} {phrase}"


def is_plural(name: str) -> bool:
    """Whether a thing's name is that of more than one."""
    return _head(name).endswith("s") and not _head(name).endswith("ss")


def _head(name: str) -> str:
    return name.split(" for ")[0].split(" with ")[0].split(" of ")[0].split()[-1]


def join(parts: list[str], rng: random.Random) -> str:
    """String requests together as people do: commas, "and", or just one after the other."""
    between = rng.choice((", ", " ", " and "))
    text = parts[0]
    for part in parts[1:]:
        starts_itself = part.startswith("and ")
        text += (" " if starts_itself or between == " " else between) + part
    return text
