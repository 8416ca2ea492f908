"""Offline ArCHer: from recorded games alone, an IQL critic over utterances and advantage-weighted cloning.

Zhou et al. 2024 (arXiv 2402.19446), the offline part of section 5; IQL is Kostrikov et al. 2022 (arXiv 2110.06169), AWR is
Peng et al. 2019 (arXiv 1910.00177). One iteration:

1. critic steps: Q_i(s, a) towards r + gamma Vbar_i(s'), V_i(s) towards the upper expectile of Qbar_i(s, a) over the
   recorded utterances; after each, the target follows by tau;
2. actor steps: recorded utterances are cloned, each weighted by exp(beta A), A = min Q - min V, the weight clipped.
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
    mean_metrics,
    text_size,
)
from archer_agent.algorithms.policy_gradient import spoken_segments
from archer_agent.algorithms.td import critic_metrics, fit_critic
from archer_agent.episodes.replay import Episode, ReplayBuffer
from archer_agent.networks.critic import Critic, polyak, target_copy
from archer_agent.networks.distributed import average, from_all
from archer_agent.networks.optimization import clipped_step
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.settings import OfflineArcherConfig


class OfflineArcher(Learner):
    """The learner: a policy, a critic with its target, and their optimizers; it never plays to learn.

    Args:
        policy: trained in place.
        critic: trained in place.
        config: settings.
        rng: draws games.
        target: the critic's target copy, where the caller has one already.
    """

    collects = False

    def __init__(
        self,
        policy: LanguagePolicy,
        critic: Critic,
        config: OfflineArcherConfig,
        rng: np.random.Generator,
        target: Critic | None = None,
    ) -> None:
        self.policy = policy
        self.critic = critic
        self.target = target_copy(critic) if target is None else target
        self.config = config
        self.actor_optimizer = torch.optim.Adam(policy.parameters(), lr=config.actor_lr)
        self.critic_optimizer = torch.optim.Adam(critic.parameters(), lr=config.critic_lr)
        self.modules = {"policy": policy, "critic": critic, "target": self.target}
        self.optimizers = {"actor": self.actor_optimizer, "critic": self.critic_optimizer}
        self._rng = rng

    def update(
        self, buffer: ReplayBuffer, fresh: Sequence[Episode], train_actor: bool
    ) -> dict[str, float]:
        """Take the critic's steps and, once it has warmed up, the actor's, on recorded games."""
        config = self.config
        metrics = mean_metrics(
            [
                self.critic_step(buffer.sample(config.critic_batch, self._rng))
                for _ in range(config.critic_steps)
            ]
        )
        metrics["gradient_steps"] = float(config.critic_steps)
        if train_actor:
            metrics |= mean_metrics(
                [
                    self.actor_step(buffer.sample(config.actor_batch, self._rng))
                    for _ in range(config.actor_steps)
                ]
            )
            metrics["gradient_steps"] += config.actor_steps
        return metrics

    def critic_step(self, episodes: Sequence[Episode]) -> dict[str, float]:
        """One step of IQL on whole games, then one Polyak step of the target."""
        config = self.config
        turns = average(sum(len(episode.turns) for episode in episodes))
        self.critic_optimizer.zero_grad()
        total = 0.0
        parts: list[tuple[Tensor, ...]] = []
        for rows in self.critic.batches(
            [text_size(episode) for episode in episodes], config.token_budget
        ):
            batch = [episodes[i] for i in rows]
            with torch.no_grad():
                old = self.target(batch)
            new = self.critic(batch)
            q_target = losses.td_target(new.reward, new.terminated, old.v_next, config.gamma)
            v = new.v_of_turns
            loss = (
                self.critic.loss(new.q_out, q_target)
                + self.critic.loss(new.v_out_of_turns, old.q, config.expectile)
            ).sum() / turns
            loss.backward()
            total += loss.item()
            parts.append((new.q[0].detach(), v[0].detach(), q_target[0], old.q[0]))
        norm = clipped_step(
            self.critic_optimizer, config.critic_grad_clip, lambda: [e.to_json() for e in episodes]
        )
        polyak(self.target, self.critic, config.tau)
        return critic_metrics(self.critic, total, norm, parts)

    def actor_step(
        self, episodes: Sequence[Episode], critic: Critic | None = None
    ) -> dict[str, float]:
        """Clone the utterances of some games, weighted by how much better they were than usual.

        Args:
            episodes: whole games.
            critic: that says so; the one that learns here without it.
        """
        judge = self.critic if critic is None else critic
        config, policy = self.config, self.policy
        count = average(sum(len(episode.turns) for episode in episodes))
        self.actor_optimizer.zero_grad()
        total = 0.0
        advantages: list[Tensor] = []
        for rows in policy.batches(
            [text_size(episode) for episode in episodes], config.token_budget
        ):
            batch = [episodes[i] for i in rows]
            with torch.no_grad():
                values = judge(batch)
                advantage = values.q.amin(0) - values.v_of_turns.amin(0)
                relative = advantage / judge.scale.unit
            segments = [segment for game in batch for segment in spoken_segments(policy, game)]
            logits, tokens, owner = policy.action_logits(segments)
            spoken = losses.token_logprob(logits.log_softmax(-1), tokens)
            logprob = losses.sum_by(spoken, owner, len(advantage))
            loss = losses.awr_loss(logprob, relative, config.beta, config.weight_clip).sum() / count
            loss.backward()
            total += loss.item()
            advantages.append(advantage)
        norm = clipped_step(
            self.actor_optimizer, config.actor_grad_clip, lambda: [e.to_json() for e in episodes]
        )
        everything = torch.cat(advantages)
        relative = everything / judge.scale.unit
        return {
            "actor/loss": total,
            "actor/grad_norm": norm,
            "actor/advantage_spread": from_all(everything).std(correction=0).item(),
            "actor/weight_clipped": losses.weight_clipped(
                relative, config.beta, config.weight_clip
            ).item(),
        }

    def adopt_scale(self, episodes: Sequence[Episode]) -> None:
        """Let the critic count in units of the spread of returns."""
        self.critic.scale.adopt(all_returns(episodes, self.config.gamma))
        self.target.scale.load_state_dict(self.critic.scale.state_dict())

    def fit_returns(
        self, episodes: Sequence[Episode], steps: int, on_step: OnStep | None = None
    ) -> None:
        """Let Q and V regress on the recorded Monte-Carlo returns, before any bootstrap."""
        config = self.config
        fit_critic(
            self.critic,
            self.critic_optimizer,
            episodes,
            steps,
            self._rng,
            gamma=config.gamma,
            batch=config.critic_batch,
            grad_clip=config.critic_grad_clip,
            token_budget=config.token_budget,
            on_step=on_step,
        )
        self.target.load_state_dict(self.critic.state_dict())
