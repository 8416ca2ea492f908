"""What each product costs: the listed price, or one drawn from the listed range.

Source: ``generate_product_prices`` in ``web_agent_site/engine/engine.py`` of WebShop.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from llm_gym.games.webshop.errors import UnknownProductError
from llm_gym.games.webshop.store import Store


def seeded(seed: int, name: str) -> random.Random:
    """A generator that depends on nothing but a seed and the name of what it is for."""
    return random.Random(f"{seed} {name}")


class StrictPrices(Mapping[str, float]):
    """Prices in dollars by asin, each drawn from (seed, asin) when it is asked for."""

    def __init__(self, store: Store, seed: int):
        self._store = store
        self._seed = seed

    def __getitem__(self, asin: str) -> float:
        position = self._store.position(asin)
        if position is None:
            raise UnknownProductError(asin)
        low, high = self._store.pricing[position].tolist()
        if high != high:  # NaN: no second price
            return float(low)
        # A listing may name the higher price first.
        return seeded(self._seed, f"price {asin}").uniform(low, high)

    def __iter__(self) -> Iterator[str]:
        return iter(self._store.asins)

    def __len__(self) -> int:
        return len(self._store.asins)


class PaperPrices(Mapping[str, float]):
    """Prices in dollars by asin, drawn in the order of the catalogue as the original does."""

    def __init__(self, store: Store, rng: random.Random):
        self._store = store
        drawn: NDArray[np.float64] = store.pricing[:, 0].copy()
        ranges = np.flatnonzero(~np.isnan(store.pricing[:, 1]))
        drawn[ranges] = [rng.uniform(low, high) for low, high in store.pricing[ranges].tolist()]
        self._drawn = drawn

    def __getitem__(self, asin: str) -> float:
        position = self._store.position(asin)
        if position is None:
            raise UnknownProductError(asin)
        return float(self._drawn[position])

    def __iter__(self) -> Iterator[str]:
        return iter(self._store.asins)

    def __len__(self) -> int:
        return len(self._store.asins)
