"""A scripted player of any story: it explores."""

from __future__ import annotations

import random
from collections import Counter

from llm_gym.games.fiction import actions_shown


class Explorer:
    """Takes whatever can be taken, else does what it has done least often in such a place.

    A place is known by the first line of the observation and the actions offered. The counts go on
    from game to game: the player learns where it has not been yet, never what was worth it.

    Args:
        seed: seed of its own choices.
        skill: from 0.0 (any valid action, all equally likely) to 1.0 (always as described).

    Raises:
        ValueError: ``skill`` is not between 0 and 1.
    """

    def __init__(self, seed: int, skill: float = 1.0) -> None:
        if not 0.0 <= skill <= 1.0:
            raise ValueError(f"skill lies between 0 and 1, not {skill}")
        self._random = random.Random(seed)
        self._skill = skill
        self._tried: Counter[tuple[str, str]] = Counter()

    def __call__(self, observation: str) -> str:
        """Return one of the valid actions that the observation ends in."""
        actions = actions_shown(observation)
        if self._random.random() >= self._skill:
            return self._random.choice(actions)
        place = f"{observation.lstrip().partition(chr(10))[0]} {actions}"
        takes = [action for action in actions if action.startswith("take ")]
        least = min(self._tried[place, action] for action in takes or actions)
        fresh = [a for a in takes or actions if self._tried[place, a] == least]
        action = self._random.choice(fresh)
        self._tried[place, action] += 1
        return action
