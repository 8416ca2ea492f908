"""PPO over utterances: the step of the decision problem is a turn, not a token.

Turn-PPO (arXiv 2512.17008). One iteration, on the games just played: the utterance-level critic reads V of every
state; GAE runs over turns; the actor takes clipped steps whose ratio is that of whole utterances; V regresses on the
lambda-returns. It is what ArCHer would be on-policy and without Q.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    text_size,
)
from archer_agent.algorithms.policy_gradient import (
    PolicyGradient,
    Weighed,
    spoken_segments,
    whitened,
)
from archer_agent.algorithms.td import last_turns, regress
from archer_agent.episodes.replay import Episode, ReplayBuffer
from archer_agent.networks.critic import Critic
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.settings import TurnPPOConfig


class TurnPPO(Learner):
    """The learner: a policy, and the V of an utterance-level critic, whose Q stays unused.

    Args:
        policy: trained in place.
        critic: trained in place.
        config: settings.
        rng: orders the games.
        reference: the frozen policy of the KL term; needed if `config.kl` is positive.
    """

    learns_from_calibration = True

    def __init__(
        self,
        policy: LanguagePolicy,
        critic: Critic,
        config: TurnPPOConfig,
        rng: np.random.Generator,
        reference: LanguagePolicy | None = None,
    ) -> None:
        self.policy = policy
        self.critic = critic
        self.config = config
        self.actor = PolicyGradient(policy, config, "utterance", rng, reference)
        self.critic_optimizer = torch.optim.Adam(critic.parameters(), lr=config.critic_lr)
        self.modules = {"policy": policy, "critic": critic}
        self.optimizers = {"actor": self.actor.optimizer, "critic": self.critic_optimizer}
        self._rng = rng

    def update(
        self, buffer: ReplayBuffer, fresh: Sequence[Episode], train_actor: bool
    ) -> dict[str, float]:
        """Learn from the fresh games alone; the buffer is not looked at."""
        values, advantages = self.advantages(fresh)
        metrics = {"gradient_steps": 0.0}
        if train_actor:
            scaled, spread = whitened(advantages)
            metrics |= self.actor.train(
                [
                    weighed_utterances(self.policy, episode, advantage)
                    for episode, advantage in zip(fresh, scaled, strict=True)
                ]
            )
            metrics["actor/advantage_spread"] = spread
            metrics["gradient_steps"] += metrics["actor/steps"]
        targets = [a + v for a, v in zip(advantages, values, strict=True)]
        config = self.config
        history = [
            self._critic_step([fresh[i] for i in rows], [targets[i] for i in rows])
            for rows in shuffled_batches(
                self._rng, len(fresh), config.critic_batch, config.critic_epochs
            )
        ]
        metrics |= mean_metrics(history)
        metrics["gradient_steps"] += len(history)
        metrics["critic/v_mean"] = torch.cat(values).mean().item()
        metrics["critic/v_explained_variance"] = losses.explained_variance(
            torch.cat(values), torch.cat(targets)
        ).item()
        return metrics

    @torch.no_grad()
    def advantages(self, episodes: Sequence[Episode]) -> tuple[list[Tensor], list[Tensor]]:
        """Return V of the state of every turn, and the advantage of its utterance by GAE: (turns,) for each game."""
        value: list[Tensor] = [torch.empty(0)] * len(episodes)
        advantage: list[Tensor] = [torch.empty(0)] * len(episodes)
        for rows in self.critic.batches(
            [text_size(episode) for episode in episodes], self.config.token_budget
        ):
            read = self.critic([episodes[i] for i in rows])
            lengths = [len(episodes[i].turns) for i in rows]
            last = last_turns([episodes[i] for i in rows]).to(read.v.device)
            v = read.v_of_turns.mean(0)
            estimate = losses.gae(
                read.reward,
                v,
                torch.where(read.terminated > 0, 0.0, read.v_next.mean(0)),
                torch.full_like(v, self.config.gamma),
                self.config.gae_lambda,
                last,
            )
            for i, part, each in zip(rows, v.split(lengths), estimate.split(lengths), strict=True):
                value[i], advantage[i] = part, each
        return value, advantage

    def _critic_step(
        self, episodes: Sequence[Episode], targets: Sequence[Tensor]
    ) -> dict[str, float]:
        loss, norm = regress(
            self.critic,
            self.critic_optimizer,
            episodes,
            targets,
            # Both heads of V towards the same target.
            lambda values, target: self.critic.loss(values.v_out_of_turns, target),
            grad_clip=self.config.critic_grad_clip,
            token_budget=self.config.token_budget,
        )
        return {"critic/loss": loss, "critic/grad_norm": norm}

    def adopt_scale(self, episodes: Sequence[Episode]) -> None:
        """Let V count in units of the spread of returns."""
        self.critic.scale.adopt(all_returns(episodes, self.config.gamma))

    def fit_returns(
        self, episodes: Sequence[Episode], steps: int, on_step: OnStep | None = None
    ) -> None:
        """Let V regress on Monte-Carlo returns."""
        gamma = self.config.gamma

        def step(rows: Sequence[int]) -> float:
            batch = [episodes[i] for i in rows]
            returns = [torch.tensor(episode.discounted_returns(gamma)) for episode in batch]
            return self._critic_step(batch, returns)["critic/loss"]

        fit(step, self._rng, len(episodes), self.config.critic_batch, steps, on_step)


def weighed_utterances(policy: LanguagePolicy, episode: Episode, advantage: Tensor) -> Weighed:
    """Weigh the utterances of a game as they were said.

    Args:
        policy: which played it.
        episode: the game.
        advantage: (turns,).
    """
    old = torch.tensor([sum(turn.logprobs) for turn in episode.turns])
    return Weighed(spoken_segments(policy, episode), [], old, advantage)
