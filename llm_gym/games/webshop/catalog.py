"""The catalogue: products by asin, and search."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path

from llm_gym.games.webshop.products import HumanInstruction, Product, is_listed, read_product

__all__ = ["Catalog", "HumanInstruction", "Product"]


class Catalog:
    """The products of a shop and the index to search them."""

    def __init__(self, products: list[Product]):
        self._products = {product.asin: product for product in products}
        self._words = {
            product.asin: Counter(re.findall(r"\w+", product.indexed_text)) for product in products
        }

    @classmethod
    def from_files(
        cls,
        items: str | Path,
        attributes: str | Path,
        human_instructions: str | Path | None = None,
    ) -> Catalog:
        """Load the original's files."""
        raw = json.loads(Path(items).read_text(encoding="utf-8"))
        records = json.loads(Path(attributes).read_text(encoding="utf-8"))
        human = (
            json.loads(Path(human_instructions).read_text(encoding="utf-8"))
            if human_instructions is not None
            else {}
        )
        products: dict[str, Product] = {}
        for entry in raw:
            asin = entry["asin"]
            if is_listed(asin) and asin not in products:
                products[asin] = read_product(entry, records.get(asin), human.get(asin))
        return cls(list(products.values()))

    def __len__(self) -> int:
        return len(self._products)

    @property
    def asins(self) -> list[str]:
        """All asins in the order of the files."""
        return list(self._products)

    def product(self, asin: str) -> Product:
        """The product with this asin.

        Raises:
            KeyError: if there is none.
        """
        return self._products[asin]

    def search(self, query: str, k: int = 50) -> list[tuple[str, float]]:
        """The best `k` (asin, score) for a query, best first."""
        words = re.findall(r"\w+", query.lower())
        frequency = {w: sum(w in doc for doc in self._words.values()) for w in set(words)}
        scores = {
            asin: sum(
                math.log(1 + (len(self) + 0.5) / (frequency[w] + 0.5)) for w in words if w in doc
            )
            for asin, doc in self._words.items()
        }
        ranked = sorted((-score, asin) for asin, score in scores.items() if score > 0)
        return [(asin, -score) for score, asin in ranked[:k]]

    def with_category(self, category: str) -> list[str]:
        """Asins of a category, in the order of the files."""
        return [p.asin for p in self._products.values() if p.category == category]

    def with_query(self, query: str) -> list[str]:
        """Asins listed under a query, in the order of the files."""
        return [p.asin for p in self._products.values() if p.query == query]

    def with_attribute(self, attribute: str) -> list[str]:
        """Asins that have an attribute, in the order of the files."""
        return [p.asin for p in self._products.values() if attribute in p.attributes]
