"""ArCHer: an off-policy TD critic over utterances, an on-policy policy gradient over tokens.

Zhou et al. 2024 (arXiv 2402.19446), section 3. One iteration, after its games have been collected:

1. draw the games of all critic steps from the replay buffer, and in one go, since the policy stays as it is, K
   candidate utterances a_1..a_K ~ pi(.|s) at each of their states;
2. critic steps: Q_i(s, a) towards r + gamma Vbar_i(s'), V_i(s) towards the mean of Qbar_i(s, a_k); after each, the
   target follows by tau;
3. actor steps: candidates at states of drawn games are made likelier by their advantage.

With K = 1, the value baseline, one step and no KL this is the published algorithm; what is added keeps small
runs stable, and each addition is an option with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from archer_agent import losses
from archer_agent.algorithms.policy_gradient import PolicyGradient, Weighed
from archer_agent.algorithms.td import Prepared, TDCritic, drawn_tokens
from archer_agent.attention import Branch, chunks
from archer_agent.config import ArcherConfig
from archer_agent.critic import Critic
from archer_agent.policy import LanguagePolicy
from archer_agent.replay import Episode, ReplayBuffer
from archer_agent.tokens import Segment


class Archer(TDCritic):
    """The learner: a policy, a critic with its target, and their optimizers.

    Args:
        policy: trained in place.
        critic: trained in place.
        config: settings.
        generator: draws candidates.
        rng: draws games.
        reference: the frozen policy of the KL term; needed if `config.kl` is positive.

    Raises:
        ValueError: the reference is missing, or the baseline needs more candidates.
    """

    def __init__(
        self,
        policy: LanguagePolicy,
        critic: Critic,
        config: ArcherConfig,
        generator: torch.Generator,
        rng: np.random.Generator,
        reference: LanguagePolicy | None = None,
    ) -> None:
        if config.baseline == "candidates" and config.candidates < 2:
            raise ValueError(
                "the candidates baseline needs at least two candidates; or take baseline value"
            )
        super().__init__(policy, critic, config, generator, rng)
        self.config = config
        self.actor = PolicyGradient(policy, config, "utterance", rng, reference)
        self.optimizers = {"actor": self.actor.optimizer, "critic": self.critic_optimizer}

    def update(
        self, buffer: ReplayBuffer, fresh: Sequence[Episode], train_actor: bool
    ) -> dict[str, float]:
        """Do one iteration's critic steps and, unless the critic is still warming up, its actor steps.

        Args:
            buffer: the replay buffer, the fresh games included.
            fresh: the games of this iteration.
            train_actor: False while the critic warms up.

        Returns:
            Metrics by name; `docs/metrics.md` explains each.
        """
        config = self.config
        draws = [buffer.sample(config.critic_batch, self._rng) for _ in range(config.critic_steps)]
        if config.actor_states == "fresh":
            actor_games = list(fresh[: config.actor_games])
        else:
            actor_games = buffer.sample(config.actor_games, self._rng)
        if not train_actor:
            actor_games = []
        prepared = self.prepare_all([*draws, actor_games], config.states_per_game)
        metrics = self.train_critic(prepared[:-1])
        if train_actor:
            metrics |= self.train_actor(prepared[-1])
            metrics["gradient_steps"] += metrics["actor/steps"]
        metrics["generated_tokens"] = drawn_tokens(prepared)
        return metrics

    # ---------------------------------------------------------------- actor

    @torch.no_grad()
    def advantages(self, games: Sequence[Prepared]) -> list[Tensor]:
        """Return the advantage of every candidate: for each game a tensor (its states with candidates, K)."""
        result: list[Tensor] = [torch.empty(0)] * len(games)
        for rows in chunks([game.size for game in games], self.config.token_budget):
            batch = [games[i] for i in rows]
            values = self.critic([game.episode for game in batch], [game.texts for game in batch])
            if self.config.baseline == "candidates":
                advantage = losses.advantage_over_candidates(values.q_candidates)
            else:
                advantage = losses.advantage_over_value(
                    values.q_candidates, values.v_of_turns[:, values.candidate_turn]
                )
            lengths = [sum(len(turn) > 0 for turn in game.candidates) for game in batch]
            for row, part in zip(rows, advantage.split(lengths), strict=True):
                result[row] = part
        return result

    def train_actor(self, games: Sequence[Prepared]) -> dict[str, float]:
        """Make candidates likelier by their advantage, in a few small steps."""
        config = self.config
        raw = self.advantages(games)
        everything = torch.cat(raw)
        scaled = (
            losses.scale_advantage(everything, config.advantage_floor, config.advantage_clip)
            if config.whiten
            else everything
        )
        advantages = scaled.split([len(part) for part in raw])
        return {
            **self.actor.train(
                [_weighed(game, part) for game, part in zip(games, advantages, strict=True)]
            ),
            "actor/advantage_spread": everything.std().item(),
        }


def _weighed(game: Prepared, advantage: Tensor) -> Weighed:
    """Hang a game's candidates as branches on its trunks, in order."""
    segments: list[Segment] = []
    branches: list[Branch] = []
    old: list[float] = []
    for row, segment in enumerate(game.segments):
        # What is said at the last state is no prefix of any candidate.
        segments.append(Segment(segment.ids[: segment.spans[-1].start], segment.spans))
        for span in segment.spans:
            for candidate in game.candidates[span.turn]:
                branches.append(Branch(row, span.start - 1, candidate.ids))
                old.append(candidate.logprob)
    return Weighed(segments, branches, torch.tensor(old), advantage.flatten())
