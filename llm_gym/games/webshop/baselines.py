"""Yardsticks: players that the papers compare with, as functions from observation to action.

``rule`` is the original's rule-based baseline; ``literal`` clicks, besides, what the instruction
names word for word; ``shopper`` is the scripted shopper at full skill. Each can be named to any
tool that takes a function, for example
``archer-eval --agent llm_gym.games.webshop.baselines:rule --env llm_gym/WebShop-v0``.
"""

from __future__ import annotations

import re

from llm_gym.games.webshop.player import ShopPlayer, Sight, see

_BRACKETS = re.compile(r"[\[\]]")


class RulePlayer:
    """Searches for the whole instruction, opens the first product, and buys it.

    Source: the rule-based baseline of WebShop's paper, section 5 ("Rule").

    Args:
        literal: of every option, choose the longest value that stands in the instruction. What it
            has chosen it remembers by the instruction, since not every view shows it.
    """

    def __init__(self, *, literal: bool = False) -> None:
        self._literal = literal
        self._chosen: dict[str, set[str]] = {}

    def __call__(self, observation: str) -> str:
        """Return the action for an observation of any view but "url"."""
        sight = see(observation)
        if sight.page == "index":
            self._chosen[sight.instruction] = set()
            return f"search[{_BRACKETS.sub(' ', sight.instruction)}]"
        if sight.page == "results":
            return f"click[{sight.products[0][0] if sight.products else 'Back to Search'}]"
        if sight.page == "item":
            return f"click[{self._next_value(sight) or 'Buy Now'}]"
        return "click[< Prev]"

    def _next_value(self, sight: Sight) -> str:
        """Return what the next value to choose is called; empty when nothing is left to choose."""
        if not self._literal:
            return ""
        chosen = self._chosen.setdefault(sight.instruction, set())
        text = sight.instruction.lower()
        for name in dict.fromkeys(name for name, _ in sight.values):
            named = [value for each, value in sight.values if each == name and value in text]
            if named and name not in chosen:
                chosen.add(name)
                value = max(named, key=len)
                return sight.label_of.get(value, value)
        return ""


rule = RulePlayer()
literal = RulePlayer(literal=True)
shopper = ShopPlayer(seed=0)
