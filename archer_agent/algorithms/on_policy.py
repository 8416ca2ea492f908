"""What methods have in common that learn from the games just played alone, and compare what came out with a V.

One iteration: V is read, and GAE runs over a game's units, tokens or utterances; the actor takes clipped steps, each
unit by its whitened advantage; V regresses on the lambda-returns.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Generic, Literal, TypeVar

import numpy as np
import torch
from torch import Tensor

from archer_agent import losses
from archer_agent.algorithms.learner import (
    Learner,
    OnStep,
    all_returns,
    fit,
    mean_metrics,
    shuffled_batches,
)
from archer_agent.algorithms.policy_gradient import PolicyGradient, Weighed, whitened
from archer_agent.episodes.replay import Episode, ReplayBuffer
from archer_agent.networks.critic import Critic
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.token_critic import TokenCritic
from archer_agent.settings import PPOConfig, TurnPPOConfig

Game = TypeVar("Game")
"""A game as the method reads it."""


class OnPolicy(Learner, Generic[Game]):
    """The learner: a policy and a V.

    Args:
        policy: trained in place.
        critic: whose V it is; trained in place.
        config: settings.
        unit: what has an advantage, and a ratio of its own.
        rng: orders the games.
        reference: the frozen policy of the KL term; needed if `config.kl` is positive.
    """

    learns_from_calibration = True
    critic: TokenCritic | Critic
    config: PPOConfig | TurnPPOConfig

    def __init__(
        self,
        policy: LanguagePolicy,
        critic: TokenCritic | Critic,
        config: PPOConfig | TurnPPOConfig,
        unit: Literal["utterance", "token"],
        rng: np.random.Generator,
        reference: LanguagePolicy | None,
    ) -> None:
        self.policy = policy
        self.critic = critic
        self.config = config
        self.actor = PolicyGradient(policy, config, unit, rng, reference)
        self.critic_optimizer = torch.optim.Adam(critic.parameters(), lr=config.critic_lr)
        self.modules = {"policy": policy, "critic": critic}
        self.optimizers = {"actor": self.actor.optimizer, "critic": self.critic_optimizer}
        self._rng = rng

    @abstractmethod
    def laid_out(self, episode: Episode) -> Game:
        """Return a game as the method reads it."""

    @abstractmethod
    def weighed(self, game: Game, advantage: Tensor) -> Weighed:
        """Give the units of a game their advantages: (units,)."""

    @abstractmethod
    def returns(self, games: Sequence[Game]) -> list[Tensor]:
        """Return the Monte-Carlo return from each unit on: for each game (units,).

        What would have followed in a game that was cut off is what V says there.
        """

    @abstractmethod
    def advantages(self, games: Sequence[Game]) -> tuple[list[Tensor], list[Tensor]]:
        """Return V of the state before every unit, and the unit's advantage by GAE: for each game (units,) and (units,)."""

    @abstractmethod
    def critic_step(self, games: Sequence[Game], targets: Sequence[Tensor]) -> dict[str, float]:
        """Let V regress on a target for each unit of some games: one step; return its metrics."""

    def update(
        self, buffer: ReplayBuffer, fresh: Sequence[Episode], train_actor: bool
    ) -> dict[str, float]:
        """Learn from the fresh games alone; the buffer is not looked at."""
        games = [self.laid_out(episode) for episode in fresh]
        values, advantages = self.advantages(games)
        metrics = {"gradient_steps": 0.0}
        if train_actor:
            scaled, spread = whitened(advantages)
            metrics |= self.actor.train(
                [self.weighed(game, part) for game, part in zip(games, scaled, strict=True)]
            )
            metrics["actor/advantage_spread"] = spread
            metrics["gradient_steps"] += metrics["actor/steps"]
        targets = [a + v for a, v in zip(advantages, values, strict=True)]
        config = self.config
        history = [
            self.critic_step([games[i] for i in rows], [targets[i] for i in rows])
            for rows in shuffled_batches(
                self._rng, len(games), config.critic_batch, config.critic_epochs
            )
        ]
        metrics |= mean_metrics(history)
        metrics["gradient_steps"] += len(history)
        metrics["critic/v_mean"] = torch.cat(values).mean().item()
        metrics["critic/v_explained_variance"] = losses.explained_variance(
            torch.cat(values), torch.cat(targets)
        ).item()
        return metrics

    def adopt_scale(self, episodes: Sequence[Episode]) -> None:
        """Let V count in units of the spread of returns."""
        self.critic.scale.adopt(all_returns(episodes, self.config.gamma))

    def fit_returns(
        self, episodes: Sequence[Episode], steps: int, on_step: OnStep | None = None
    ) -> None:
        """Let V regress on Monte-Carlo returns, those of cut-off games as V is before the first step."""
        games = [self.laid_out(episode) for episode in episodes]
        returns = self.returns(games)

        def step(rows: Sequence[int]) -> float:
            batch = [games[i] for i in rows]
            return self.critic_step(batch, [returns[i] for i in rows])["critic/loss"]

        fit(step, self._rng, len(games), self.config.critic_batch, steps, on_step)
