"""GRPO: no critic; a game is as good as it did better than others that began alike.

Shao et al. 2024 (arXiv 2402.03300), with games for answers: a group of games has the same seed, hence the same task;
each game's return, less the group's mean and over its spread, is the advantage of everything said in it. Ratios are of
tokens, and the loss is the mean over all tokens of a batch, so that long games are not played down.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from archer_agent import losses
from archer_agent.algorithms.learner import Learner
from archer_agent.algorithms.policy_gradient import PolicyGradient, Weighed, spoken_segments
from archer_agent.episodes.replay import Episode, ReplayBuffer
from archer_agent.networks.distributed import from_all
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.settings import GRPOConfig


class GRPO(Learner):
    """The learner: a policy alone.

    Args:
        policy: trained in place.
        config: settings.
        rng: orders the games.
        reference: the frozen policy of the KL term; needed if `config.kl` is positive.
    """

    has_critic = False

    def __init__(
        self,
        policy: LanguagePolicy,
        config: GRPOConfig,
        rng: np.random.Generator,
        reference: LanguagePolicy | None = None,
    ) -> None:
        self.policy = policy
        self.group = config.group
        self.actor = PolicyGradient(policy, config, "token", rng, reference)
        self.modules = {"policy": policy}
        self.optimizers = {"actor": self.actor.optimizer}

    def update(
        self, buffer: ReplayBuffer, fresh: Sequence[Episode], train_actor: bool
    ) -> dict[str, float]:
        """Learn from the fresh games, of which each ``group`` in a row have one seed."""
        returns = torch.tensor([episode.total_reward for episode in fresh])
        advantage = losses.group_advantage(returns.view(-1, self.group)).flatten()
        games = []
        for episode, weight in zip(fresh, advantage, strict=True):
            old = torch.tensor([value for turn in episode.turns for value in turn.logprobs])
            segments = spoken_segments(self.policy, episode)
            games.append(Weighed(segments, [], old, weight.expand(len(old))))
        metrics = self.actor.train(games)
        return {
            **metrics,
            "actor/advantage_spread": from_all(advantage).std(correction=0).item(),
            "gradient_steps": metrics["actor/steps"],
        }
