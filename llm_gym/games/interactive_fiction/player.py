"""A scripted player of any story: it explores."""

from __future__ import annotations

import random
import re
from collections import Counter

from llm_gym.games.fiction import actions_shown

_DIRECTIONS = (
    "north northeast east southeast south southwest west northwest up down in out enter exit"
).split()


class Explorer:
    """Takes whatever can be taken and goes on to where it has been least often.

    Of the ways out it prefers those that the text speaks of. It does anything else only where
    there is no way out, and puts nothing down. A place is known by the first line of the
    observation and the actions offered; how often the player left it by which way it remembers from
    game to game. It learns where it has not been yet, never what was worth it.

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
        self._done: Counter[tuple[str, str]] = Counter()

    def __call__(self, observation: str) -> str:
        """Return one of the valid actions that the observation ends in."""
        actions = actions_shown(observation)
        if self._random.random() >= self._skill:
            return self._random.choice(actions)
        text, _, _ = observation.rpartition("\n")
        words = set(re.findall("[a-z]+", text.lower()))
        wanted = (
            [action for action in actions if action.startswith("take ")]
            or [action for action in actions if action in _DIRECTIONS and action in words]
            or [action for action in actions if action in _DIRECTIONS]
            or [action for action in actions if not action.startswith(("put ", "drop "))]
            or actions
        )
        place = f"{text.lstrip().partition(chr(10))[0]} {actions}"
        least = min(self._done[place, action] for action in wanted)
        action = self._random.choice([a for a in wanted if self._done[place, a] == least])
        self._done[place, action] += 1
        return action
