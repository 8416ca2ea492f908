"""The catalogue: products by asin, search, and the goals made of them."""

from __future__ import annotations

import random
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress

from llm_gym.download import cache_folder
from llm_gym.games.webshop import generate, natural
from llm_gym.games.webshop.analysis import terms
from llm_gym.games.webshop.errors import CatalogError, UnknownProductError
from llm_gym.games.webshop.goals import Goal, GoalKind, Prices, Rules, make_goals
from llm_gym.games.webshop.prices import PaperPrices, StrictPrices, seeded
from llm_gym.games.webshop.products import HumanInstruction, Product
from llm_gym.games.webshop.sources import file_hash, read_products
from llm_gym.games.webshop.store import Store, ensure_store

__all__ = ["Catalog", "CatalogError", "HumanInstruction", "Product", "UnknownProductError"]

Embedded = Literal["plain", "natural"]

_PRODUCTS_KEPT = 4096
_SEARCHES_KEPT = 256

_opened: weakref.WeakValueDictionary[tuple[Path, int], Catalog] = weakref.WeakValueDictionary()
_opening = threading.Lock()


class Catalog:
    """The products of a shop and the index to search them.

    A catalogue is read-only and lies in a memory-mapped store on disk, so that all environments
    and processes of a machine share one copy. Open one with `from_files` or `synthetic`.
    """

    def __init__(self, store: Store):
        self._store = store
        self._products: dict[str, Product] = {}
        self._searches: dict[tuple[str, int], list[tuple[str, float]]] = {}

    @classmethod
    def from_files(
        cls,
        items: str | Path,
        attributes: str | Path,
        human_instructions: str | Path | None = None,
        *,
        num_products: int | None = None,
        cache: str | Path | None = None,
        progress: bool = True,
    ) -> Catalog:
        """Open the catalogue of the original's files, building its store on first use.

        The store is looked up by the files' content: a changed file means another store.

        Args:
            items: ``items_shuffle*.json``.
            attributes: ``items_ins_v2*.json``.
            human_instructions: ``items_human_ins.json``, for human goals.
            num_products: Take only so many records from the start of `items`; None for all.
            cache: Folder for stores; by default ``webshop`` in ``$LLM_GYM_CACHE`` or the user's
                cache folder.
            progress: Show a progress bar while building, if a person is looking.

        Raises:
            CatalogError: if a file is missing, cut off or malformed, or the store cannot be written.
        """
        folder = cache_folder() / "webshop" if cache is None else Path(cache)
        paths = {"items": Path(items), "attributes": Path(attributes)}
        if human_instructions is not None:
            paths["human_instructions"] = Path(human_instructions)
        memo = folder / "hashes.json"
        source = {
            "files": {name: file_hash(path, memo) for name, path in paths.items()},
            "num_products": num_products,
        }
        total = paths["items"].stat().st_size

        def products() -> Iterator[Product]:
            console = Console(stderr=True)
            with Progress(console=console, disable=not (progress and console.is_terminal)) as bar:
                task = bar.add_task("Indexing products", total=total)
                yield from read_products(
                    paths["items"],
                    paths["attributes"],
                    paths.get("human_instructions"),
                    num_products,
                    partial(bar.advance, task),
                )

        with _opening:
            return cls._shared(ensure_store(folder, source, products))

    @classmethod
    def from_products(
        cls, products: Iterable[Product], name: str, cache: str | Path | None = None
    ) -> Catalog:
        """Open a catalogue of given products, building its store on first use.

        Args:
            products: In the catalogue's order, asins unique; only read where there is no store yet.
            name: Identifies them: another content needs another name.
            cache: Folder for stores, as in `from_files`.

        Raises:
            CatalogError: if the store cannot be written.
        """
        folder = cache_folder() / "webshop" if cache is None else Path(cache)
        with _opening:
            return cls._shared(ensure_store(folder, {"name": name}, lambda: products))

    @classmethod
    def synthetic(cls, cache: str | Path | None = None, shop: Embedded = "plain") -> Catalog:
        """Open an embedded catalogue, made up and free to use; it is made on first use.

        Its goals are those of ``goals("human")``. One product in six also has a templated
        instruction for ``goals("synthetic")``.

        Args:
            cache: Folder for stores, as in `from_files`. Where nothing can be written there, the
                store is a temporary one of this process.
            shop: ``"plain"``: options stand literally in every request. ``"natural"``: as hard as
                real listings, see `llm_gym.games.webshop.natural`.

        Raises:
            CatalogError: if the store can be written neither there nor in the folder for temporary
                files.
        """
        maker = generate if shop == "plain" else natural
        name = f"embedded {maker.source_hash()}"
        try:
            return cls.from_products(maker.generate_products(), name, cache)
        except CatalogError:  # a cache that nobody may write to: this process makes its own
            place = tempfile.TemporaryDirectory(prefix="llm_gym_webshop_")
            catalog = cls.from_products(maker.generate_products(), name, place.name)
            weakref.finalize(catalog, place.cleanup)
            return catalog

    @classmethod
    def _shared(cls, store: Store) -> Catalog:
        """One object for each store of this process."""
        return _opened.setdefault((store.folder.resolve(), store.inode), cls(store))

    def __len__(self) -> int:
        return len(self._store.asins)

    def __deepcopy__(self, memo: dict[int, object]) -> Catalog:
        """Return itself: it never changes."""
        return self

    def __contains__(self, asin: str) -> bool:
        return self._store.position(asin) is not None

    @property
    def folder(self) -> Path:
        """The folder of its store, whose name identifies the content."""
        return self._store.folder

    @property
    def asins(self) -> Sequence[str]:
        """All asins in the order of the files; each is read when it is looked at."""
        return self._store.asins

    def product(self, asin: str) -> Product:
        """The product with this asin.

        Raises:
            UnknownProductError: if there is none. It is a KeyError.
        """
        product = self._products.get(asin)
        if product is None:
            position = self._store.position(asin)
            if position is None:
                raise UnknownProductError(asin)
            product = self._store.product(position)
            if len(self._products) >= _PRODUCTS_KEPT:
                self._products.clear()
            self._products[asin] = product
        return product

    def search(self, query: str, k: int = 50) -> list[tuple[str, float]]:
        """The best `k` products for a query: (asin, BM25 score), best first.

        The query is lower-cased, as the indexed text was. Equal scores stand in the order of the
        asins. A query without a word that is indexed finds nothing.
        """
        found = self._searches.get((query, k))
        if found is None:
            numbers, scores = self._store.index.search(terms(query.lower()), k)
            asins = self._store.asins.at(self._store.positions[numbers])
            found = list(zip(asins, scores.tolist(), strict=True))
            if len(self._searches) >= _SEARCHES_KEPT:
                self._searches.clear()
            self._searches[query, k] = found
        return list(found)

    def with_category(self, category: str) -> list[str]:
        """Asins of a category, in the order of the files."""
        return self._store.asins.at(self._tagged(f"category {category}"))

    def with_query(self, query: str) -> list[str]:
        """Asins listed under a lower-cased query, in the order of the files."""
        return self._store.asins.at(self._tagged(f"query {query}"))

    def with_attribute(self, attribute: str) -> list[str]:
        """Asins that have an attribute, in the order of the files."""
        return self._store.asins.at(self._tagged(f"attribute {attribute}"))

    def _tagged(self, tag: str) -> NDArray[np.int32]:
        """Places in the order of the files, ascending."""
        places: NDArray[np.int32] = np.sort(self._store.positions[self._store.index.tagged(tag)])
        return places

    def goals(
        self,
        kind: GoalKind,
        seed: int = 0,
        rules: Rules = "strict",
        prices: Prices | None = None,
    ) -> tuple[list[Goal], Prices]:
        """The goals that the original makes of these products, in its order, and the prices.

        Args:
            kind: ``"human"`` for the instructions that people wrote (the embedded catalogue's
                goals are of this kind too), ``"synthetic"`` for the templated ones.
            seed: Decides prices within listed ranges and the bounds that instructions set.
            rules: ``"paper"`` draws one after the other from one generator: what the original
                makes after ``random.seed(seed)``. ``"strict"`` draws each from the seed and its own
                name, so that a goal is the same in any catalogue that has its product.
            prices: Prices to use, in dollars by asin, in place of those drawn.

        Returns:
            The goals, and the price of each product in dollars by asin.

        Raises:
            CatalogError: if there are no goals of this kind.
            KeyError: if a product with a goal is not in `prices`.
        """
        if rules == "paper":
            rng = random.Random(seed)
            drawn: Prices = PaperPrices(self._store, rng)  # before the bounds

            def draw(name: str) -> random.Random:
                return rng

        else:
            drawn = StrictPrices(self._store, seed)

            def draw(name: str) -> random.Random:
                return seeded(seed, f"bound {name}")

        products = map(self._store.product, self._tagged(f"goals {kind}").tolist())
        goals = make_goals(kind, products, drawn if prices is None else prices, draw)
        if not goals:
            missing = {
                "human": "give the file of human instructions",
                "synthetic": "its attribute file holds no instructions",
            }
            raise CatalogError(f"this catalogue has no {kind} goals: {missing[kind]}")
        return goals, drawn if prices is None else prices

    def check(self) -> None:
        """Read the whole store and compare it with its hashes.

        Raises:
            CatalogError: if a file was changed or damaged after it was built.
        """
        self._store.check()
