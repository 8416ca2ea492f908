"""ArCHer: an off-policy TD critic over utterances, an on-policy policy gradient over tokens.

Zhou et al. 2024 (arXiv 2402.19446), section 3. One iteration, after its games have been collected:

1. draw the games of all critic steps from the replay buffer, and in one go, since the policy stays as it is, K
   candidate utterances a_1..a_K ~ pi(.|s) at each of their states;
2. critic steps: Q_i(s, a) towards r + gamma Vbar_i(s'), V_i(s) towards the mean of Qbar_i(s, a_k); after each, the
   target follows by tau;
3. actor steps: utterances at states of drawn games are made likelier by their advantage A(s, a).

The actor's loss is an option: REINFORCE on utterances drawn anew before each step, which with K = 1, the value
baseline and no whitening is the published algorithm; PPO's clip on utterances drawn once; AWR on what was said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from archer_agent import losses
from archer_agent.algorithms.policy_gradient import (
    PolicyGradient,
    Weighed,
    step_metrics,
    token_logprobs,
)
from archer_agent.algorithms.td import Prepared, TDCritic
from archer_agent.algorithms.token_baseline import TokenBaseline, per_token
from archer_agent.episodes.replay import Candidate, Episode, ReplayBuffer
from archer_agent.networks.attention import Branch
from archer_agent.networks.critic import Critic
from archer_agent.networks.distributed import from_all
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import Segment
from archer_agent.settings import ArcherConfig


@dataclass(slots=True)
class Proposal:
    """What the actor says or might say at states of a game, and what that is compared with.

    Attributes:
        game: the game; its candidates are the baseline's, none where it needs none.
        utterances: for each turn, what is weighed at its state; as many at each state that has any.
    """

    game: Prepared
    utterances: list[list[Candidate]]

    @property
    def texts(self) -> list[list[str]]:
        """What a critic reads at each state: the utterances, then the candidates of the baseline."""
        return [
            [each.said for each in said] + others
            for said, others in zip(self.utterances, self.game.texts, strict=True)
        ]

    @property
    def size(self) -> int:
        """Tokens of the game and of all that hangs on it."""
        return self.game.size + sum(len(each.ids) for turn in self.utterances for each in turn)

    def weighed(self, advantage: Tensor) -> Weighed:
        """Hang the utterances as branches on the game's trunks, in order; ``advantage`` is (states, U)."""
        segments: list[Segment] = []
        branches: list[Branch] = []
        old: list[float] = []
        for row, segment in enumerate(self.game.segments):
            # What is said at the last state is no prefix of any utterance.
            segments.append(Segment(segment.ids[: segment.spans[-1].start]))
            for span in segment.spans:
                for utterance in self.utterances[span.turn]:
                    branches.append(Branch(row, span.start - 1, utterance.ids))
                    old.append(utterance.logprob)
        return Weighed(segments, branches, torch.tensor(old), advantage.flatten())


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
        ValueError: the reference is missing.
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
        super().__init__(policy, critic, config, generator, rng)
        self.config = config
        self.actor = PolicyGradient(
            policy,
            config,
            "token" if config.token_baseline else "utterance",
            rng,
            reference,
            loss=_actor_loss(config),
            per_utterance=True,
        )
        self.optimizers["actor"] = self.actor.optimizer
        self.token_baseline: TokenBaseline | None = None
        if config.token_baseline:
            self.token_baseline = TokenBaseline(
                policy, config.token_baseline_lr, config.actor_grad_clip, config.token_budget
            )
            self.modules["token_baseline"] = self.token_baseline.critic
            self.optimizers["token_baseline"] = self.token_baseline.optimizer

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
        metrics = self.train_critic(self.prepare_all(draws, config.states_per_game))
        if train_actor:
            if config.actor_states == "fresh":
                games = list(fresh[: config.actor_games])
            else:
                games = buffer.sample(config.actor_games, self._rng)
            metrics |= self.train_actor(games)
            metrics["gradient_steps"] += metrics["actor/steps"]
            if self.token_baseline is not None:
                metrics["gradient_steps"] += self.token_baseline.take_steps()
        metrics["generated_tokens"] = self.take_drawn()
        return metrics

    # ---------------------------------------------------------------- actor

    def train_actor(self, episodes: Sequence[Episode]) -> dict[str, float]:
        """Make utterances at the games' states likelier by their advantage, in a few small steps."""
        if self.config.actor_loss == "reinforce":
            history = []
            for rows in self.actor.minibatches(len(episodes)):
                # What was drawn before the last step is no longer the policy's own.
                games, metrics = self.weigh(self.propose([episodes[i] for i in rows]))
                history.append({**self.actor.step(games), **metrics})
            return step_metrics(history)
        games, metrics = self.weigh(self.propose(episodes))
        return {**self.actor.train(games), **metrics}

    def propose(self, episodes: Sequence[Episode]) -> list[Proposal]:
        """Draw, or take from the games, what the actor weighs at their states.

        AWR weighs what was said, and compares it with the state's candidates. The others weigh K candidates and
        compare them with each other.
        """
        config = self.config
        states = config.states_per_game
        by_value = config.baseline == "value"
        if config.actor_loss == "awr":
            if by_value:  # nothing needs to be drawn
                return [_said(self.bare(episode), everywhere=True) for episode in episodes]
            return [_said(game) for game in self.prepare(episodes, states)]
        games = self.prepare(episodes, states)
        return [Proposal(self.bare(game.episode), game.candidates) for game in games]

    @torch.no_grad()
    def advantages(self, proposals: Sequence[Proposal]) -> list[Tensor]:
        """Return the advantage of what is weighed: for each game a tensor (its states with utterances, U)."""
        result: list[Tensor] = [torch.empty(0)] * len(proposals)
        for rows in self.critic.batches(
            [proposal.size for proposal in proposals], self.config.token_budget
        ):
            batch = [proposals[i] for i in rows]
            values = self.critic(
                [proposal.game.episode for proposal in batch],
                [proposal.texts for proposal in batch],
            )
            weighed = max(len(turn) for proposal in batch for turn in proposal.utterances)
            q, others = values.q_candidates[..., :weighed], values.q_candidates[..., weighed:]
            if self.config.baseline == "value":
                v = values.v_of_turns[:, values.candidate_turn]
                advantage = losses.advantage_over_value(q, v)
            elif others.shape[-1]:
                advantage = losses.advantage_over_others(q, others)
            else:
                advantage = losses.advantage_over_candidates(q)
            lengths = [sum(len(turn) > 0 for turn in each.utterances) for each in batch]
            for row, part in zip(rows, advantage.split(lengths), strict=True):
                result[row] = part
        return result

    def weigh(self, proposals: Sequence[Proposal]) -> tuple[list[Weighed], dict[str, float]]:
        """Return games as the actor's steps take them, and metrics of their advantages."""
        config = self.config
        games = [
            proposal.weighed(advantage)
            for proposal, advantage in zip(proposals, self.advantages(proposals), strict=True)
        ]
        everything = torch.cat([game.advantage for game in games])
        metrics = {"actor/advantage_spread": from_all(everything).std(correction=0).item()}
        if self.token_baseline is not None:
            metrics |= self._subtract_baseline(self.token_baseline, games)
            everything = torch.cat([game.advantage for game in games])
        everything = everything / self.critic.scale.unit.to(everything)
        if config.whiten:
            everything = losses.scale_advantage(
                everything,
                from_all(everything),
                config.advantage_floor,
                config.advantage_clip,
            )
        if config.actor_loss == "awr":
            clipped = losses.weight_clipped(everything, config.beta, config.weight_clip)
            metrics["actor/weight_clipped"] = clipped.item()
        lengths = [len(game.advantage) for game in games]
        for game, advantage in zip(games, everything.split(lengths), strict=True):
            game.advantage = advantage
        return games, metrics

    def _subtract_baseline(
        self, baseline: TokenBaseline, games: Sequence[Weighed]
    ) -> dict[str, float]:
        """Make tokens the units of the games, each less what was expected before it; then let the baseline learn."""
        targets, values = per_token(games), baseline.values(games)
        old = token_logprobs(self.policy, games, self.config.token_budget)
        batch = self.config.actor_batch
        for _ in range(self.config.token_baseline_epochs):
            for first in range(0, len(games), batch):
                rows = slice(first, first + batch)
                baseline.step(games[rows], targets[rows])
        explained = losses.explained_variance(torch.cat(values), torch.cat(targets))
        for game, target, value, logprob in zip(games, targets, values, old, strict=True):
            game.advantage, game.old_logprob = target - value, logprob
        return {"actor/baseline_explained_variance": explained.item()}


def _actor_loss(config: ArcherConfig) -> Callable[[Tensor, Tensor], Tensor] | None:
    """Return the loss that the settings name; None for the clipped one."""
    match config.actor_loss:
        case "reinforce":
            return losses.reinforce_loss
        case "awr":
            return lambda logprob, advantage: losses.awr_loss(
                logprob, advantage, config.beta, config.weight_clip
            )
        case "ppo":
            return None


def _said(game: Prepared, everywhere: bool = False) -> Proposal:
    """Propose what was said, at the states of a game that have candidates, or at all."""
    utterances: list[list[Candidate]] = [[] for _ in game.candidates]
    for segment in game.segments:
        for span in segment.spans:
            if everywhere or game.candidates[span.turn]:
                ids, turn = segment.ids[span.start : span.end], game.episode.turns[span.turn]
                # Nothing is compared with the probability that it was said with.
                utterances[span.turn] = [Candidate(ids, 0.0, turn.action, cut_off=turn.cut_off)]
    return Proposal(game, utterances)
