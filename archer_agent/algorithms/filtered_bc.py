"""Filtered BC: imitate the best of one's own games (Zhou et al. 2024, section 5 and page 33).

One iteration: rank the games of the replay buffer by return, keep the top fraction, clone it for a few steps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch

from archer_agent.algorithms.bc import clone_step
from archer_agent.algorithms.learner import Learner, mean_metrics
from archer_agent.algorithms.policy_gradient import spoken_segments
from archer_agent.config import FilteredBCConfig
from archer_agent.policy import LanguagePolicy
from archer_agent.replay import Episode, ReplayBuffer


def best_games(episodes: Sequence[Episode], fraction: float) -> list[Episode]:
    """Return the top ``fraction`` of the games by return, at least one.

    Games are ranked and then cut, so that a tie never lets more of them through; of equal games the later are kept.

    Args:
        episodes: the oldest first.
        fraction: from 0 to 1.
    """
    count = max(1, math.floor(fraction * len(episodes)))
    return sorted(reversed(episodes), key=lambda episode: -episode.total_reward)[:count]


class FilteredBC(Learner):
    """The learner: a policy alone.

    Args:
        policy: trained in place.
        config: settings.
        rng: draws the games.
    """

    has_critic = False

    def __init__(
        self, policy: LanguagePolicy, config: FilteredBCConfig, rng: np.random.Generator
    ) -> None:
        self.policy = policy
        self.config = config
        self.optimizer = torch.optim.Adam(policy.parameters(), lr=config.lr)
        self.modules = {"policy": policy}
        self.optimizers = {"actor": self.optimizer}
        self._rng = rng

    def update(
        self, buffer: ReplayBuffer, fresh: Sequence[Episode], train_actor: bool
    ) -> dict[str, float]:
        """Clone the best games of the buffer."""
        config = self.config
        best = best_games(list(buffer), config.fraction)
        history = []
        for _ in range(config.steps):
            chosen = self._rng.permutation(len(best))[: config.batch]
            loss = clone_step(
                self.policy,
                [segment for i in chosen for segment in spoken_segments(self.policy, best[i])],
                self.optimizer,
                config.grad_clip,
                config.token_budget,
            )
            history.append({"imitation/loss": loss})
        return {
            **mean_metrics(history),
            "imitation/threshold": min(episode.total_reward for episode in best),
            "gradient_steps": float(len(history)),
        }
