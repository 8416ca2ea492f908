"""Whether the object fits somewhere or can be held, judged by its measures."""

from __future__ import annotations

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AllOf,
    Claim,
    Fits,
    Liftable,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    lemma,
)
from llm_gym.oracles.knowledge.twenty_questions.measures import (
    everyday,
    read_measures,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    is_adverb,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    ADVERBS,
    DETERMINERS,
    IT,
    Words,
    any_of,
)

_CONTAINERS = {
    "pocket": "18x10x3.5cm",
    "hand": "26x16x8cm",
    "palm": "12x9x6cm",
    "backpack": "48x32x20cm",
    "bag": "48x35x25cm",
    "purse": "30x22x11cm",
    "handbag": "32x24x13cm",
    "suitcase": "72x48x28cm",
    "shoebox": "34x21x13cm",
    "box": "60x45x45cm",
    "breadbox": "40x25x20cm",
    "drawer": "55x42x15cm",
    "mouth": "6x5x4cm",
    "car": "170x120x90cm",
    "trunk": "110x95x50cm",
    "room": "400x400x230cm",
    "house": "900x800x240cm",
    "garage": "620x560x230cm",
    "door": "250x200x80cm",
    "doorway": "250x200x80cm",
    "elevator": "210x160x140cm",
    "bathtub": "150x65x45cm",
    "lunchbox": "25x18x10cm",
    "wallet": "11x9x1cm",
    "toolbox": "55x25x25cm",
    "glove_compartment": "38x26x14cm",
    "washing_machine": "50x45x35cm",
    "dishwasher": "52x50x45cm",
    "shelf": "90x30x30cm",
    "bookshelf": "90x30x30cm",
    "bookcase": "90x30x30cm",
    "stocking": "35x15x10cm",
    "mailbox": "45x25x12cm",
    "finger": "9x6x3cm",
    "cup": "9x8x8cm",
    "desk": "140x70x60cm",
    "table": "150x90x60cm",
    "envelope": "24x16x1cm",
    "fist": "9x8x7cm",
    "microwave": "33x33x20cm",
    "refrigerator": "80x60x60cm",
    "bed": "200x150x100cm",
    "matchbox": "5x3.5x1.5cm",
    "bottle": "20x7x2.5cm",
    "basket": "45x35x30cm",
    "truck": "600x240x240cm",
    "closet": "240x150x60cm",
    "oven": "50x40x35cm",
    "locker": "150x30x30cm",
    "bucket": "28x28x28cm",
    "case": "60x40x20cm",
    "van": "300x170x140cm",
    "cabinet": "80x60x40cm",
    "jar": "15x9x9cm",
    "bowl": "22x18x10cm",
    "building": "5000x3000x1000cm",
}


def judge_hold(verb: str, tail: Words) -> Claim | None:
    """Judge "hold it in one hand", "lift it", "carry it easily" by weight and size."""
    words = [
        w
        for w in tail
        if w not in ADVERBS
        and w
        not in any_of(
            "up around with by in your a the their my yourself alone easily person comfortably both"
        )
    ]
    if not words:
        return Liftable(2 if verb == "hold" else 0)
    if words in (
        ["hand"],
        ["one", "hand"],
        ["hands"],
        ["palm"],
        ["single", "hand"],
        ["two", "hands"],
        ["of", "hand"],
        ["palm", "of", "hand"],
    ):
        return Liftable(2 if words[0] in ("two", "hands") else 1)
    container = lemma(words[-1])
    if container in _CONTAINERS and container not in any_of("bag case basket table bed cup bowl"):
        return _container(container)
    return None


def _container(name: str) -> Claim | None:
    text = _CONTAINERS.get(name)
    if text is None:
        return None
    fits = Fits(read_measures(text + " 0kg"))
    return AllOf((fits, Liftable(0))) if name in ("backpack", "bag", "pocket", "purse") else fits


def judge_fit(words: Words) -> Claim | None:
    """Read "(fit) in a pocket", "(fit) through a door": judged by edges."""
    words = [w for w in words if not is_adverb(w)]
    for marker in ("in", "inside", "into", "on", "through", "within", "under"):
        if marker in words:
            noun = [
                lemma(w)
                for w in words[words.index(marker) + 1 :]
                if w not in DETERMINERS and w not in IT
            ]
            for word in ("palm" if "palm" in noun else "", *reversed(noun)):
                if word in _CONTAINERS:
                    return _container(word)
                known = everyday().get(word)
                if known is not None:
                    return Fits(known)
    return None
