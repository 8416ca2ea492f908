"""What turns cost that were never taken."""

from __future__ import annotations

from typing import Any

import gymnasium
from gymnasium.utils import RecordConstructorArgs


class TurnCost(gymnasium.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Charge a truncated episode for the turns that were left.

    Where every turn costs something, an episode that is cut off earns more than one played to the
    end: whoever stops early would be the best player. The turns from the cut to the game's own limit
    are charged in the reward of the last one. An episode that ends by its own rules is charged
    nothing.

    Args:
        env: an environment, the wrapper that cuts its episodes off (``TimeLimit``) below.
        cost: of one turn; None for the game's own, ``env.unwrapped.game.turn_cost``.
        turn_limit: after how many turns the game ends by its own rules; None for the game's own.

    Raises:
        TypeError: a value is missing, and the environment is none of this suite.
    """

    def __init__(
        self, env: gymnasium.Env[Any, Any], cost: float | None = None, turn_limit: int | None = None
    ) -> None:
        RecordConstructorArgs.__init__(self, cost=cost, turn_limit=turn_limit)
        gymnasium.Wrapper.__init__(self, env)
        if cost is None or turn_limit is None:
            if not env.has_wrapper_attr("game"):
                raise TypeError(f"{env} does not say what a turn costs: give cost and turn_limit")
            game = env.get_wrapper_attr("game")
            cost = game.turn_cost if cost is None else cost
            turn_limit = game.turn_limit if turn_limit is None else turn_limit
        self._cost = cost
        self._turn_limit = turn_limit
        self._turns = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode."""
        self._turns = 0
        return self.env.reset(seed=seed, options=options)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Take one turn; the last of a truncated episode pays for those that are left."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._turns += 1
        reward = float(reward)
        if truncated and not terminated:
            reward -= self._cost * max(0, self._turn_limit - self._turns)
        return observation, reward, terminated, truncated, info
