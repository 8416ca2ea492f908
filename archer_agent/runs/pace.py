"""How many games an iteration plays."""

from __future__ import annotations

import math

from archer_agent.settings import LoopConfig


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
