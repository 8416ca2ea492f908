"""Seeds of games: every purpose has its own, so that no evaluation repeats a training game."""

from __future__ import annotations

import numpy as np

DEMONSTRATION_GAMES, TRAINING_GAMES, VALIDATION_GAMES, TEST_GAMES, EVALUATION_GAMES = range(5)
"""What a game is played for."""


def game_seeds(seed: int, purpose: int, count: int, iteration: int = 0) -> list[int]:
    """Return the environments' seeds for some games of a run.

    Args:
        seed: the run's.
        purpose: one of the constants of this module.
        count: how many games.
        iteration: of the run, where games are played anew in each.
    """
    sequence = np.random.SeedSequence([seed, purpose, iteration])
    return [int(value) for value in sequence.generate_state(count)]
