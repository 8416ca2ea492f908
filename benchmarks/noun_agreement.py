"""How often two noun taggers give a purchase in WebShop the same worth.

    python benchmarks/noun_agreement.py --tagger spacy
    python benchmarks/noun_agreement.py --tagger spacy --items ITEMS --attributes ATTRIBUTES

For random goals and the ten products that a search for the whole instruction finds first, compares
``r_type`` under the embedded tagger with ``r_type`` under another one, and the nouns themselves.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter

from llm_gym.games.webshop import score_purchase
from llm_gym.games.webshop.nouns import closed_class_nouns, make_tagger
from llm_gym.games.webshop.tasks import open_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--tagger", default="spacy")
    parser.add_argument("--items")
    parser.add_argument("--attributes")
    parser.add_argument("--goals", type=int, default=220)
    arguments = parser.parse_args()
    name, tagger = make_tagger(arguments.tagger)
    world = open_world(arguments.items, arguments.attributes, None, None, None, "paper")
    tasks = random.Random(0).sample(world.tasks.select(), arguments.goals)
    pairs = [
        (world.catalog.product(asin), task.payload.goal)
        for task in tasks
        for asin, _ in world.catalog.search(task.payload.goal.instruction_text, k=10)
    ]
    scores = [
        [score_purchase(*pair, 1.0, {}, tagger=each).r_type for pair in pairs]
        for each in ("closed-class", arguments.tagger)
    ]
    for each, found in zip(("closed-class", name), scores, strict=True):
        print(f"{each:24} r_type", dict(sorted(Counter(found).items(), reverse=True)))
    same = sum(a == b for a, b in zip(*scores, strict=True)) / len(pairs)
    print(f"same r_type: {same:.1%} of {len(pairs)} pairs")
    both = own = other = 0
    for title in {product.title for product, _ in pairs}:
        ours, theirs = Counter(closed_class_nouns(title)), Counter(tagger(title))
        both, own, other = (
            both + (ours & theirs).total(),
            own + ours.total(),
            other + theirs.total(),
        )
    print(f"nouns: precision {both / own:.1%}, recall {both / other:.1%} against {name}")


if __name__ == "__main__":
    main()
