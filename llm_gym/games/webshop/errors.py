"""What can go wrong with a catalogue."""

from __future__ import annotations


class CatalogError(ValueError):
    """A catalogue's files, or the store made of them, cannot be used; the message says why."""


class UnknownProductError(KeyError):
    """There is no product with this asin."""

    def __init__(self, asin: str):
        super().__init__(asin)
        self.asin = asin

    def __str__(self) -> str:
        return f"the catalogue has no product with the asin {self.asin!r}"
