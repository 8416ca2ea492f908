"""Embedded, deterministic oracles that answer from facts that come with the package."""

from __future__ import annotations

import importlib
from typing import cast

from llm_gym.oracles.protocol import Oracle

# Game -> "module:class", imported when first asked for.
_GAMES = {
    "twenty_questions": "llm_gym.oracles.knowledge.twenty_questions:TwentyQuestionsKnowledge",
    "guess_my_city": "llm_gym.oracles.knowledge.guess_my_city:GuessMyCityKnowledge",
}


def make(game: str) -> Oracle:
    """Return the knowledge oracle of ``game``.

    Raises:
        ValueError: nothing is known about that game.
    """
    if game not in _GAMES:
        raise ValueError(f"the knowledge oracle knows {', '.join(_GAMES)}, not {game!r}")
    module, _, name = _GAMES[game].partition(":")
    return cast("Oracle", getattr(importlib.import_module(module), name)())
