"""Properties of the hidden objects in many wordings each, with what the sheets say of them.

A family of properties has wordings with a gap for the property's name. A wording that begins with "!" asks
for the opposite. ``typo`` spoils one letter of the longest word that may be spoilt.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    Claim,
    Compare,
    Fact,
    IsA,
    Property,
)
from llm_gym.oracles.knowledge.twenty_questions.language import lemma, lexicon, vocabulary
from llm_gym.oracles.knowledge.twenty_questions.measures import Measures, everyday
from llm_gym.oracles.knowledge.twenty_questions.sheets import object_names, sheet_of

FILLERS = (
    "um, {}", "so {}", "okay, like, {}", "hmm let me think. {}", "{} I wonder.", "well then, {}",
    "just to be sure, {}", "wait, {}",
)  # fmt: skip


class Asked(NamedTuple):
    """A property in its wordings: which claim about the sheet they state, or its opposite."""

    name: str
    claim: Claim
    wordings: tuple[str, ...]


KINDS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    # name -> singular with article, plural, head, modifiers
    "animal": ("an animal", "animals", "animal", ()),
    "mammal": ("a mammal", "mammals", "mammal", ()),
    "fruit": ("a fruit", "fruits", "fruit", ()),
    "vegetable": ("a vegetable", "vegetables", "vegetable", ()),
    "vehicle": ("a vehicle", "vehicles", "vehicle", ()),
    "instrument": ("a musical instrument", "musical instruments", "instrument", ("musical",)),
    "tool": ("a tool", "tools", "tool", ()),
    "toy": ("a toy", "toys", "toy", ()),
    "furniture": ("a piece of furniture", "pieces of furniture", "furniture", ()),
    "jewelry": ("a piece of jewelry", "pieces of jewelry", "jewelry", ()),
    "clothing": ("an article of clothing", "articles of clothing", "clothing", ()),
    "plant": ("a plant", "plants", "plant", ()),
    "food": ("a food", "foods", "food", ()),
    "device": ("an electronic device", "electronic devices", "device", ("electronic",)),
    "ball": ("a ball", "balls", "ball", ()),
    "pet": ("a pet", "pets", "pet", ()),
    "weapon": ("a weapon", "weapons", "weapon", ()),
    "container": ("a container", "containers", "container", ()),
}
OF_A_KIND = (
    "Is it {a}?", "Is the object {a}?", "Would you call it {a}?", "Would one consider it {a}?",
    "Is it something that is {a}?", "Could it be described as {a}?", "Is it classified as {a}?",
    "Is it considered {a}?", "Is it regarded as {a}?", "It's {a}, right?", "Would it be {a}?",
    "Are they {many}?", "Does it count as {a}?", "Is it the case that it is {a}?",
    "Would people say it is {a}?", "Can it be called {a}?", "!Is it not {a}?",
    "!Is it something other than {a}?", "!Is it anything but {a}?",
)  # fmt: skip

MATERIALS = ("metal", "wood", "plastic", "glass", "fabric", "paper", "rubber", "leather")
MADE_OF = (
    "Is it made of {}?", "Is it made from {}?", "Is it made out of {}?", "Is it built out of {}?",
    "Does it consist of {}?", "Is it something made of {}?", "Can it be made of {}?",
    "Do they make it out of {}?", "Would one make it from {}?", "Is {} used to make it?",
    "Is it constructed from {}?", "Is {} the material it is made of?", "Are they made of {}?",
    "Is it composed of {}?", "Is it manufactured from {}?", "!Is it not made of {}?",
)  # fmt: skip

PARTS = {
    "wheels": "wheel", "a handle": "handle", "a screen": "screen", "legs": "leg", "strings": "string",
    "a blade": "blade", "keys": "key", "seeds": "seed", "leaves": "leaf", "an engine": "engine",
    "a tail": "tail", "fur": "fur", "buttons": "button", "wings": "wing", "doors": "door",
    "sleeves": "sleeve", "pages": "page",
}  # fmt: skip
WITH_A_PART = (
    "Does it have {}?", "Has it got {}?", "Does it have {} on it?", "Is it something with {}?",
    "Is it something that has {}?", "Is it a thing that has {}?", "Would it have {}?",
    "Does it come with {}?", "Is it equipped with {}?", "Do they have {}?", "Does it possess {}?",
    "Are there {} on it?", "Does the thing have {}?", "Would you say it has {}?",
    "!Does it not have {}?", "!Does it lack {}?", "!Is it without {}?", "!Is it something without {}?",
)  # fmt: skip

PLACES = {
    "kitchen": "kitchen", "bedroom": "bedroom", "office": "office", "bathroom": "bathroom",
    "garage": "garage", "farm": "farm", "living room": "living_room", "forest": "forest",
    "classroom": "classroom", "garden": "garden",
}  # fmt: skip
FOUND_IN = (
    "Is it found in a {}?", "Is it found in the {}?", "Would I find it in a {}?",
    "Can it be found in a {}?", "Can you find it in a {}?", "Would one find it in a {}?",
    "Is it something you find in a {}?", "Is it something that one would find in the {}?",
    "Do people find it in the {}?", "Are they found in {}s?", "Is it something found in a {}?",
    "Is it to be found in the {}?", "Would it be found in a {}?", "Could someone find it in a {}?",
    "!Is it not found in a {}?", "!Is it something you would not find in a {}?",
)  # fmt: skip

DEEDS = {
    "eat": "eaten",
    "wear": "worn",
    "ride": "ridden",
    "throw": "thrown",
    "kick": "kicked",
    "read": "read",
    "peel": "peeled",
    "drive": "driven",
}  # fmt: skip
DONE = (
    "Can you {verb} it?", "Can one {verb} it?", "Do people {verb} it?", "Can it be {done}?",
    "Is it something you can {verb}?", "Is it something that people {verb}?", "Could you {verb} it?",
    "Is it something that can be {done}?", "Can someone {verb} it?", "Would you {verb} it?",
    "Is it possible to {verb} it?", "Is it {done} by people?", "Is it {done}?", "Is it usually {done}?",
    "Could it be {done}?", "Is it something to {verb}?", "Does one {verb} it?", "Are you able to {verb} it?",
    "Do you {verb} them?", "!Is it something you can't {verb}?", "!Is it impossible to {verb} it?",
)  # fmt: skip

USES = {
    "write": ("writing", ("write",)),
    "cut things": ("cutting things", ("cut",)),
    "cook": ("cooking", ("cook",)),
    "dig": ("digging", ("dig",)),
    "clean things": ("cleaning things", ("clean",)),
    "draw": ("drawing", ("draw",)),
    "tell the time": ("telling the time", ("tell", "time")),
}
USED_FOR = (
    "Is it used to {verb}?", "Is it used for {ing}?", "Can you use it to {verb}?", "Is it for {ing}?",
    "Do people use it to {verb}?", "Can it be used to {verb}?", "Would one use it to {verb}?",
    "Is it something used for {ing}?", "Is it something you use to {verb}?", "Do you use it for {ing}?",
    "Is it meant for {ing}?", "Is its purpose to {verb}?", "Does it help you {verb}?",
    "Could it be used for {ing}?", "Is it designed to {verb}?", "Do you {verb} with it?",
    "!Is it not used for {ing}?",
)  # fmt: skip

QUALITIES: dict[str, tuple[Claim, tuple[str, ...]]] = {
    "alive": (Property("alive"), (
        "Is it alive?", "Is it living?", "Is it a living thing?", "Is it something alive?",
        "Is it something that lives?", "Is the object alive?", "Would it be alive?", "Are they alive?",
        "Is it an organism?", "Is it a living being?", "!Is it inanimate?", "!Is it non-living?",
        "!Is it not alive?", "!Is it lifeless?", "!Is it an inanimate object?", "!Is it a nonliving thing?",
    )),
    "man-made": (Property("manmade"), (
        "Is it man-made?", "Is it manmade?", "Is it made by humans?", "Is it made by people?",
        "Was it made by man?", "Is it artificial?", "Is it manufactured?", "Is it a man-made object?",
        "Is it created by humans?", "Is it produced by people?", "Is it something people make?",
        "Do humans make it?", "Is it something that is made by people?", "Was it built by humans?",
        "Was it manufactured?", "!Is it not man-made?",
    )),
    "edible": (Fact(frozenset({"eat"}), ("done",), direct=True), (
        "Is it edible?", "Is it consumable?", "Is it something edible?", "Is it safe to eat?",
        "Is it something to eat?", "Could you call it edible?",
        "Can humans consume it?", "Do people consume it?", "Is it an edible thing?", "!Is it inedible?",
        "!Is it not edible?", "!Is it non-edible?",
    )),
    "electric": (Fact(frozenset({"electricity"}), ("needs",)), (
        "Does it need electricity?", "Does it use electricity?", "Does it require electricity?",
        "Does it run on electricity?", "Does it require electricity to function?",
        "Does it need electricity to work?", "Is it powered by electricity?", "Is electricity needed to use it?",
        "Is it something that needs electricity?", "Does it need power to work?", "Is it electrical?",
        "Do you need electricity to use it?", "Does it operate on electricity?", "Would it need electricity?",
        "!Does it work without electricity?", "!Does it not need electricity?",
    )),
    "heavy": (Property("heavy"), (
        "Is it heavy?", "Does it weigh a lot?", "Is the object heavy?", "Is it something heavy?",
        "Would it be heavy?", "Is it a heavy object?", "Would you say it is heavy?", "Is it weighty?",
        "Does it have a lot of weight?", "Are they heavy?", "!Is it not heavy?",
    )),
    "big": (Property("big"), (
        "Is it big?", "Is it large?", "Is it a big thing?", "Is it a large object?", "Is it large in size?",
        "Would you call it big?", "Would it be big?", "Is it something big?", "Are they big?", "!Is it not big?",
    )),
    "round": (Property("round"), (
        "Is it round?", "Is it round in shape?", "Is it a round thing?", "Does it have a round shape?",
        "Is its shape round?", "Is it something round?", "Is it a round object?", "Are they round?",
        "Would it be round?", "!Is it not round?",
    )),
    "sharp": (Property("sharp"), (
        "Is it sharp?", "Is it something sharp?", "Is it a sharp object?", "Would it be sharp?",
        "Are they sharp?", "Is the thing sharp?", "Would you say it's sharp?", "!Is it not sharp?",
    )),
    "soft": (Property("soft"), (
        "Is it soft?", "Is it something soft?", "Is it soft to the touch?", "Would it feel soft?",
        "Does it feel soft?", "Is it a soft object?", "Are they soft?", "!Is it not soft?",
    )),
    "yellow": (Property("yellow"), (
        "Is it yellow?", "Is its color yellow?", "Is it yellow in color?", "Is it colored yellow?",
        "Is the color of it yellow?", "Does it have a yellow color?", "Is it something yellow?",
        "Are they yellow?", "Would it be yellow?", "!Is it not yellow?",
    )),
    "expensive": (Property("expensive"), (
        "Is it expensive?", "Is it costly?", "Is it pricey?", "Does it cost a lot?", "Is it an expensive thing?",
        "Does it cost a lot of money?", "Is it something expensive?", "Would it be expensive?",
        "Is it high-priced?", "Is it expensive to buy?", "Is its price high?", "!Is it not expensive?",
    )),
    "cheap": (Property("cheap"), (
        "Is it cheap?", "Is it inexpensive?", "Is it low-priced?", "Is it a cheap item?", "Is it something cheap?",
        "Is it cheap to buy?", "Does it cost little?", "Would it be cheap?", "Is its price low?",
        "!Is it not cheap?",
    )),
}  # fmt: skip

THINGS = (
    "car", "person", "house", "cat", "shoebox", "basketball", "brick", "elephant", "microwave", "bicycle",
)  # fmt: skip
SIZES = {
    ("size", 1): ("bigger", "larger"),
    ("size", -1): ("smaller",),
    ("weight", 1): ("heavier",),
    ("weight", -1): ("lighter",),
}
THAN = (
    "Is it {more} than a {thing}?", "Would it be {more} than a {thing}?", "Is it something {more} than a {thing}?",
    "Is the object {more} than a {thing}?", "Is it usually {more} than a {thing}?", "Are they {more} than a {thing}?",
    "Would you say it is {more} than a {thing}?", "Is it {more} in general than a {thing}?",
    "Is it {more} than the average {thing}?", "So, is it {more} than a {thing}?",
)  # fmt: skip
MONEY = (5, 20, 100, 1000)
COSTS = {
    1: ("Does it cost more than ${}?", "Is it more than ${}?", "Is it over ${}?", "Is it more expensive than ${}?",
        "Is it worth more than {} dollars?", "Is the price above ${}?", "Is its price more than {} dollars?",
        "Would it cost over {} bucks?", "Does it sell for more than ${}?", "Would you pay more than ${} for it?"),
    -1: ("Does it cost less than ${}?", "Is it less than ${}?", "Is it under ${}?", "Is it cheaper than ${}?",
         "Can you buy it for less than {} dollars?", "Is the price below ${}?", "Is its price under {} dollars?",
         "Could you get it for under {} bucks?", "Does it sell for less than ${}?", "Can I buy it for under ${}?"),
}  # fmt: skip


def properties() -> Iterator[Asked]:
    """Yield every property with its wordings, a filler and a typo among them."""
    for name, (one, many, head, modifiers) in KINDS.items():
        forms = tuple(form.format(a=one, many=many) for form in OF_A_KIND)
        same = lexicon().concept
        yield _asked(name, IsA(same(head), frozenset(map(same, modifiers))), forms)
    for name in MATERIALS:
        forms = tuple(form.format(name) for form in MADE_OF)
        yield _asked(f"made of {name}", Fact(frozenset({name}), ("made",), ()), forms)
    for name, concept in PARTS.items():
        forms = tuple(form.format(name) for form in WITH_A_PART)
        yield _asked(name, Fact(frozenset({concept}), ("part",)), forms)
    for name, concept in PLACES.items():
        forms = tuple(form.format(name) for form in FOUND_IN)
        yield _asked(f"in the {name}", Fact(frozenset({concept}), ("at",)), forms)
    for verb, done in DEEDS.items():
        forms = tuple(form.format(verb=verb, done=done) for form in DONE)
        yield _asked(verb, Fact(frozenset({verb}), ("done",), direct=True), forms)
    for verb, (ing, concepts) in USES.items():
        forms = tuple(form.format(verb=verb, ing=ing) for form in USED_FOR)
        yield _asked(f"to {verb}", Fact(frozenset(concepts), ("use",)), forms)
    for name, (claim, forms) in QUALITIES.items():
        yield _asked(name, claim, forms)
    for (dimension, sign), words in SIZES.items():
        for thing in THINGS:
            forms = tuple(form.format(more=word, thing=thing) for word in words for form in THAN)
            yield _asked(
                f"{words[0]} than {thing}", Compare(dimension, sign, _measures(thing)), forms
            )
    for sign, costs in COSTS.items():
        for amount in MONEY:
            forms = tuple(form.format(amount) for form in costs)
            price = Measures(1, 1, 1, 1, price=amount)
            yield _asked(f"${amount} {sign}", Compare("price", sign, price), forms)


def _measures(thing: str) -> Measures:
    return sheet_of(thing).measures if thing in object_names() else everyday()[thing]


def _asked(name: str, claim: Claim, forms: tuple[str, ...]) -> Asked:
    choice = random.Random(name)
    plain = [form for form in forms if form[0] != "!"]
    spoilt = typo(plain[0], choice)
    filled = choice.choice(FILLERS).format(choice.choice(plain[:4]))
    return Asked(name, claim, (*forms, filled, *spoilt))


def typo(question: str, choice: random.Random) -> list[str]:
    """Return the question with two letters of a word changed about or one left out.

    Nothing where no word has five letters, or where the spoilt one is another word.
    """
    words = [word for word in question.rstrip("?").split() if word.isalpha() and len(word) > 4]
    if not words:
        return []
    word = choice.choice(words)
    at = choice.randrange(1, len(word) - 2)
    spoilt = [word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :]]
    found = choice.choice(spoilt)
    known = lemma(found) in vocabulary() or found == word or len(found) < 5
    return [] if known else [question.replace(word, found)]
