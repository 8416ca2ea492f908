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
from archer_agent.algorithms.learner import text_size
from archer_agent.algorithms.on_policy import OnPolicy
from archer_agent.algorithms.policy_gradient import Weighed, spoken_segments
from archer_agent.algorithms.td import last_turns, monte_carlo, regress
from archer_agent.episodes.replay import Episode
from archer_agent.networks.critic import Critic
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.settings import TurnPPOConfig


class TurnPPO(OnPolicy[Episode]):
    """The learner: a policy, and the V of an utterance-level critic, whose Q stays unused.

    Args:
        policy: trained in place.
        critic: trained in place.
        config: settings.
        rng: orders the games.
        reference: the frozen policy of the KL term; needed if `config.kl` is positive.
    """

    critic: Critic
    config: TurnPPOConfig

    def __init__(
        self,
        policy: LanguagePolicy,
        critic: Critic,
        config: TurnPPOConfig,
        rng: np.random.Generator,
        reference: LanguagePolicy | None = None,
    ) -> None:
        super().__init__(policy, critic, config, "utterance", rng, reference)

    def laid_out(self, episode: Episode) -> Episode:
        """Return the game itself."""
        return episode

    def weighed(self, game: Episode, advantage: Tensor) -> Weighed:
        """Give each utterance, as it was said, its advantage: (turns,)."""
        old = torch.tensor([sum(turn.logprobs) for turn in game.turns])
        return Weighed(spoken_segments(self.policy, game), [], old, advantage)

    def returns(self, games: Sequence[Episode]) -> list[Tensor]:
        """Return the Monte-Carlo return from each turn on: for each game (turns,)."""
        return monte_carlo(self.critic, games, self.config.gamma, self.config.token_budget)

    @torch.no_grad()
    def advantages(self, games: Sequence[Episode]) -> tuple[list[Tensor], list[Tensor]]:
        """Return V of the state of every turn, and the advantage of its utterance by GAE: (turns,) for each game."""
        value: list[Tensor] = [torch.empty(0)] * len(games)
        advantage: list[Tensor] = [torch.empty(0)] * len(games)
        for rows in self.critic.batches(
            [text_size(game) for game in games], self.config.token_budget
        ):
            read = self.critic([games[i] for i in rows])
            lengths = [len(games[i].turns) for i in rows]
            last = last_turns([games[i] for i in rows]).to(read.v.device)
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

    def critic_step(self, games: Sequence[Episode], targets: Sequence[Tensor]) -> dict[str, float]:
        """Let both heads of V regress on a target for each turn: one step."""
        loss, norm = regress(
            self.critic,
            self.critic_optimizer,
            games,
            targets,
            lambda values, target: self.critic.loss(values.v_out_of_turns, target),
            grad_clip=self.config.critic_grad_clip,
            token_budget=self.config.token_budget,
        )
        return {"critic/loss": loss, "critic/grad_norm": norm}
