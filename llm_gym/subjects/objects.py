"""The hidden objects of Twenty Questions: the 157 published ones, and 645 in three tiers with them.

Source of the 157, their order and their variants: ``twenty_questions.py`` of ArCHer, which took it
from LMRL-Gym. The further ones are this project's own, in ``large_objects.txt``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# Category -> objects, separated by commas; the variants of one object are separated by semicolons.
_PUBLISHED: dict[str, str] = {
    "Sports": "Basketball, Football, Baseball, Soccer ball, Golf ball, Tennis ball, Volleyball, "
    "Tennis racket, Baseball bat, Helmet",
    "Animals": "Cat, Dog, Horse, Cow, Sheep, Rabbit, Lion, Tiger, Bear, Elephant",
    "Fruits": "Apple, Banana, Orange, Strawberry, Grape, Watermelon, Pineapple, Mango, Cantaloupe, "
    "Peach",
    "Vehicles": "Car, Truck, Motorcycle, Boat, Airplane;Plane, Train, Bus, Helicopter, Scooter, "
    "Ship",
    "Clothes": "Shirt, Pants;Pant;Pair of pants, Jacket, Dress, Skirt, Belt, "
    "Shoes;Shoe;Pair of shoes, Boots;Boot;Pair of boots, Socks;Sock;Pair of socks, Hat, Scarf",
    "Electronics": "Computer, Smartphone, Television;TV, "
    "Headphone;Headphones;Pair of headphones, Monitor;Computer monitor, Camera, "
    "Microwave;Microwave oven, Refrigerator, Blender, Computer keyboard;Keyboard",
    "Musical Instruments": "Piano, Guitar, Drum;Drums, Violin, Saxophone, Flute, Trumpet, "
    "Clarinet, Harp, Trombone",
    "Furniture": "Chair, Table, Bed, Desk, Couch, Dresser, Bookcase, Nightstand, Mattress, Pillow",
    "Office Supplies": "Pen, Paper;Piece of paper, Stapler, Printer, Calculator, "
    "Battery;Battery pack;Pack of batteries, Toothbrush, Toothpaste, Pencil, Sharpie, "
    "Scissors;Pair of scissors, Key, Diary, Calendar",
    "Vegetables": "Carrot, Potato, Broccoli, Tomato, Onion, Spinach, Corn, Peas;Pea, Celery, "
    "Cucumber",
    "Art": "Painting;Canvas painting;Oil painting;Watercolor painting, Paintbrush, "
    "Canvas;Painting canvas, Eraser;Pencil eraser, Marker, Glue;Glue stick;Bottle of glue, "
    "Sculpture",
    "Kitchen Tools": "Knife, Spoon, Fork, Plate, Bowl, Cooking pot;Pot, "
    "Pan;Saucepan;Frying pan, Cup, Chopstick;Chopsticks;Pair of chopsticks, Whisk",
    "Nature": "Rock, Tree, Bush, Mountain, Forest, Ocean, Sea, Lake, River, Meteorite, Cactus",
    "Toys": "Lego;Lego set, Doll;Toy doll;Plush doll, Kite, Puzzle;Jigsaw puzzle",
    "Jewelry": "Earring;Earrings;Pair of earrings, Necklace, Bracelet, Ring, Brooch, Hairclip, "
    "Pendant, Watch, Locket",
    "Garden Supplies": "Gloves;Glove;Pair of gloves, Shovel, Rake, Watering can, Lawn mower",
    "Tools": "Hammer, Screwdriver, Wrench, Saw, Pliers;Plier;Pair of pliers, Drill",
}


@dataclass(frozen=True, slots=True)
class HiddenObject:
    """One object to guess.

    Attributes:
        name: the lower-case name by which oracles know it (its first variant).
        category: the published category (``"Musical Instruments"``).
        variants: every lower-case name that counts as the object, ``name`` first.
        tier: ``"easy"`` (everyday things, all published ones among them), ``"medium"`` (known to
            everyone, met less often) or ``"hard"`` (special, or easily taken for another).
    """

    name: str
    category: str
    variants: tuple[str, ...]
    tier: str = "easy"


TIERS: tuple[str, ...] = ("easy", "medium", "hard")


def _read(category: str, names: str, tier: str) -> list[HiddenObject]:
    entries = (tuple(entry.lower().split(";")) for entry in names.split(", "))
    return [HiddenObject(variants[0], category, variants, tier) for variants in entries]


def _read_further() -> list[HiddenObject]:
    objects: list[HiddenObject] = []
    tier = ""
    text = files("llm_gym.subjects").joinpath("large_objects.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            tier = line.strip("[]")
        elif line and not line.startswith("#"):
            category, _, names = line.partition(": ")
            objects += _read(category, names, tier)
    return objects


OBJECTS: tuple[HiddenObject, ...] = tuple(
    item for category, names in _PUBLISHED.items() for item in _read(category, names, "easy")
)
"""All 157 objects in their published order."""

LARGE: tuple[HiddenObject, ...] = (*OBJECTS, *_read_further())
"""The 645 objects of the large list, the published ones first."""

CATEGORIES: tuple[str, ...] = tuple(_PUBLISHED)
"""The 17 categories in their published order."""

SUBSET: tuple[HiddenObject, ...] = OBJECTS[1:92:10]
"""The ten objects of the paper's subset: indices 1, 11, ..., 91 of :data:`OBJECTS`."""


@cache
def _by_variant() -> dict[str, HiddenObject]:
    return {variant: item for item in LARGE for variant in item.variants}


def find_object(name: str) -> HiddenObject:
    """Return the object that ``name`` names, in any case and any of its variants.

    Raises:
        ValueError: no object has that name.
    """
    item = _by_variant().get(" ".join(name.lower().split()))
    if item is None:
        raise ValueError(f"unknown object {name!r}; llm_gym.subjects.objects.LARGE lists all")
    return item
