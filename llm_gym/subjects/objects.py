"""The 157 hidden objects of Twenty Questions, in 17 categories and in their published order.

Source of the list, its order and its variants: ``twenty_questions.py`` of ArCHer, which took it
from LMRL-Gym.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

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
    """

    name: str
    category: str
    variants: tuple[str, ...]


def _read_published() -> tuple[HiddenObject, ...]:
    objects = []
    for category, names in _PUBLISHED.items():
        for entry in names.split(", "):
            variants = tuple(entry.lower().split(";"))
            objects.append(HiddenObject(variants[0], category, variants))
    return tuple(objects)


OBJECTS: tuple[HiddenObject, ...] = _read_published()
"""All 157 objects in their published order."""

CATEGORIES: tuple[str, ...] = tuple(_PUBLISHED)
"""The 17 categories in their published order."""

SUBSET: tuple[HiddenObject, ...] = OBJECTS[1:92:10]
"""The ten objects of the paper's subset: indices 1, 11, ..., 91 of :data:`OBJECTS`."""


@cache
def _by_variant() -> dict[str, HiddenObject]:
    return {variant: item for item in OBJECTS for variant in item.variants}


def find_object(name: str) -> HiddenObject:
    """Return the object that ``name`` names, in any case and any of its variants.

    Raises:
        ValueError: no object has that name.
    """
    item = _by_variant().get(" ".join(name.lower().split()))
    if item is None:
        raise ValueError(f"unknown object {name!r}; llm_gym.subjects.objects.OBJECTS lists all 157")
    return item
