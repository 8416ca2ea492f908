"""A text environment of one's own, and ArCHer on it: find a number from 1 to 8.

    cd examples
    archer-train --env own_environment:NumberHunt-v0 --warm-start.games 500 --warm-start.skill 0.5 --loop.iterations 20
    archer-eval --agent own_agent:halve --env own_environment:NumberHunt-v0

It needs nothing of this project: any `gymnasium.Env` whose observations and actions are text will
do. What is optional is made use of: `scripted_player` for a warm start, `instructions` for language
models that nobody trained, `info["success"]` for the share of games that were solved, and
`info["task_id"]`.
"""

import random
import string
from collections.abc import Callable
from typing import Any

import gymnasium
from gymnasium.spaces import Text

NUMBERS = range(1, 9)


class NumberHunt(gymnasium.Env[str, str]):
    """Each guess costs 1, but the right one; the reply says whether the number is higher or lower."""

    instructions = "Find the hidden number from 1 to 8. An action is a number and nothing else."

    def __init__(self) -> None:
        self.observation_space = Text(1000, min_length=0, charset=string.printable)
        self.action_space = Text(100, min_length=0, charset=string.printable)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Hide a number."""
        super().reset(seed=seed)
        self.number = int(self.np_random.choice(NUMBERS))
        self.turns = 0
        self.text = "Which number?\n"
        return self.text, self._info(False)

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Compare the guess with the number; the game ends when it is found, or after eight."""
        self.turns += 1
        guess = int(action) if action.isdecimal() and action.isascii() else None
        found = guess == self.number
        if guess is None:
            reply = "no number"
        else:
            reply = "found" if found else "higher" if self.number > guess else "lower"
        # The observation grows by the action and the reply, so that only what is new is read.
        self.text += f"{action} {reply}\n"
        return self.text, -float(not found), found or self.turns == 8, False, self._info(found)

    def scripted_player(self, seed: int, skill: float = 1.0) -> Callable[[str], str]:
        """Return a player that halves what is left with probability `skill`, else says anything."""
        rng = random.Random(seed)

        def player(observation: str) -> str:
            left = list(NUMBERS)
            for line in observation.splitlines()[1:]:
                guess, _, reply = line.partition(" ")
                left = [n for n in left if (n > int(guess)) == (reply == "higher")]
                left = [n for n in left if n != int(guess)]
            return str(left[len(left) // 2] if rng.random() < skill else rng.choice(NUMBERS))

        return player

    def _info(self, success: bool) -> dict[str, Any]:
        return {"success": success, "task_id": str(self.number)}


gymnasium.register("NumberHunt-v0", entry_point="own_environment:NumberHunt")
