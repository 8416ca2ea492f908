"""WebShop: find and buy what an instruction asks for."""

from __future__ import annotations

from llm_gym.games.webshop.catalog import Catalog

__all__ = ["Catalog"]
