"""WebShop: find and buy what an instruction asks for."""

from __future__ import annotations

from llm_gym.games.webshop.catalog import Catalog
from llm_gym.games.webshop.reward import Reward, score_purchase

__all__ = ["Catalog", "Reward", "score_purchase"]
