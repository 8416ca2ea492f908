"""How many games an iteration plays."""

from __future__ import annotations

import math

from archer_agent.networks import distributed
from archer_agent.settings import LoopConfig, TrainConfig


def own_games(config: TrainConfig) -> int:
    """Return how many games of a full iteration each process plays.

    Raises:
        ValueError: the games of an iteration, its groups of one seed, or the calibration's games cannot be shared equally.
    """
    loop = config.loop
    distributed.share(config.warm_start.critic_games, "--warm-start.critic-games")
    if config.algo == "grpo":  # games of one seed are compared where they were played
        groups = loop.games_per_iteration // config.grpo.group
        distributed.share(groups, "--loop.games-per-iteration over --grpo.group")
    return distributed.share(loop.games_per_iteration, "--loop.games-per-iteration")


def games_to_play(loop: LoopConfig, played: int, multiple: int = 1) -> int:
    """Return the games of the next iteration, over all processes.

    Early on a policy is soon another, and many games of one that is about to change are lost; later its changes are so
    small that few games cannot tell better from worse. A batch that grows with what has been played is right for both
    (as batches do instead of learning rates that decay; Smith et al. 2018, arXiv 1711.00489).

    Args:
        loop: its settings.
        played: all games of its own so far, the critic's calibration included.
        multiple: of what number they must be one; `loop.games_per_iteration` is.
    """
    if not loop.growth:
        return loop.games_per_iteration
    wanted = max(loop.first_games, loop.growth * played)
    return min(loop.games_per_iteration, multiple * math.ceil(wanted / multiple))
