"""Filtered BC: imitate the best of one's own games (Zhou et al. 2024, section 5 and page 33).

One iteration: rank the games of the replay buffer by return, keep the top fraction, clone it for a few steps. Of several
processes each has a buffer; their games are ranked together, and each clones the best of all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from archer_agent.algorithms.bc import Imitation
from archer_agent.episodes.replay import Episode, ReplayBuffer
from archer_agent.networks.distributed import rank, records_from_all
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.settings import FilteredBCConfig


def best_games(episodes: Sequence[Episode], fraction: float) -> list[Episode]:
    """Return the top ``fraction`` of all processes' games by return, at least one; the same in each process.

    Games are ranked and then cut, so that a tie never lets more of them through; of equal games the later are kept. Only
    what is among the best goes from process to process.

    Args:
        episodes: of this process, the oldest first.
        fraction: from 0 to 1.
    """
    returns = records_from_all([episode.total_reward for episode in reversed(episodes)])
    ranked = sorted(
        (-value, age, process)
        for process, values in enumerate(returns)
        for age, value in enumerate(values)
    )
    best = ranked[: max(1, math.floor(fraction * len(ranked)))]
    own = [episodes[-1 - age] for _, age, process in best if process == rank()]
    games = [
        iter(own if process == rank() else [Episode.from_json(record) for record in records])
        for process, records in enumerate(records_from_all([game.to_json() for game in own]))
    ]
    return [next(games[process]) for _, _, process in best]


class FilteredBC(Imitation):
    """The learner: a policy alone.

    Args:
        policy: trained in place.
        config: settings.
        rng: draws the games.
    """

    def __init__(
        self, policy: LanguagePolicy, config: FilteredBCConfig, rng: np.random.Generator
    ) -> None:
        super().__init__(policy, config, rng)
        self._fraction = config.fraction

    def update(
        self, buffer: ReplayBuffer, fresh: Sequence[Episode], train_actor: bool
    ) -> dict[str, float]:
        """Clone the best games of the buffer."""
        best = best_games(list(buffer), self._fraction)
        count = self.config.batch
        metrics = self.imitate(lambda: [best[i] for i in self._rng.permutation(len(best))[:count]])
        return {**metrics, "imitation/threshold": min(episode.total_reward for episode in best)}
