"""Temporal differences over utterances, with candidates: what ArCHer and CHAI share.

Zhou et al. 2024 (arXiv 2402.19446), section 3.2. Q_i(s, a) learns towards r + gamma Vbar_i(s'), V_i(s) towards what
Qbar_i says of utterances a_1..a_K ~ pi(.|s) drawn at the state; after each step the target follows by tau.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
    text_size,
)
from archer_agent.algorithms.policy_gradient import spoken_segments
from archer_agent.episodes.replay import Candidate, CutOff, Episode
from archer_agent.networks.critic import Critic, Values, polyak, target_copy
from archer_agent.networks.distributed import anywhere, average
from archer_agent.networks.optimization import clipped_step
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import Segment, Span
from archer_agent.settings import TDConfig


@dataclass(slots=True)
class Prepared:
    """A game with candidates at each of its states.

    Attributes:
        episode: the game.
        segments: its token stream in the policy's vocabulary.
        candidates: for each turn, the utterances drawn at the state in which it began; none for turns left out.
    """

    episode: Episode
    segments: list[Segment]
    candidates: list[list[Candidate]]

    @property
    def texts(self) -> list[list[str]]:
        """The candidates' texts, as a critic reads them."""
        return [[candidate.said for candidate in turn] for turn in self.candidates]

    @property
    def size(self) -> int:
        """Tokens of the game and of its candidates."""
        return sum(len(segment.ids) for segment in self.segments) + sum(
            len(candidate.ids) for turn in self.candidates for candidate in turn
        )


class TDCritic(Learner):
    """A policy that proposes, and a critic with its target that judges.

    Args:
        policy: proposes candidates; left as it is.
        critic: trained in place.
        td: settings.
        generator: draws candidates.
        rng: draws games.
    """

    def __init__(
        self,
        policy: LanguagePolicy,
        critic: Critic,
        td: TDConfig,
        generator: torch.Generator,
        rng: np.random.Generator,
    ) -> None:
        self.policy = policy
        self.critic = critic
        self.target = target_copy(critic)
        self.critic_optimizer = torch.optim.Adam(critic.parameters(), lr=td.critic_lr)
        self.modules = {"policy": policy, "critic": critic, "target": self.target}
        self.optimizers = {"critic": self.critic_optimizer}
        self._td = td
        self._generator = generator
        self._rng = rng
        self._drawn = 0

    # ---------------------------------------------------------------- candidates

    def prepare(self, episodes: Sequence[Episode], states: int) -> list[Prepared]:
        """Draw candidates at states of games, in large batches.

        Args:
            episodes: the games.
            states: at how many states of each, chosen at random.
        """
        policy = self.policy
        streams = [spoken_segments(policy, episode) for episode in episodes]
        chosen = [self._choose_spans(segment, states) for stream in streams for segment in stream]
        segments = [segment for stream in streams for segment in stream]
        asked = [i for i, spans in enumerate(chosen) if spans]
        drawn = policy.sample_branches(
            [
                # What is said at the last chosen state is no prefix of any state: leave it out.
                (
                    segments[i].ids[: chosen[i][-1].start],
                    [span.start - 1 for span in chosen[i]],
                )
                for i in asked
            ],
            self._td.candidates,
            self._generator,
            self._td.token_budget,
        )
        by_segment = dict(zip(asked, drawn, strict=True))
        decode = policy.codec.decode_action
        prepared = []
        number = 0
        for episode, stream in zip(episodes, streams, strict=True):
            candidates: list[list[Candidate]] = [[] for _ in episode.turns]
            for _ in stream:
                for span, state in zip(chosen[number], by_segment.get(number, ()), strict=True):
                    candidates[span.turn] = [
                        _candidate(ids, logprob, decode(ids)) for ids, logprob in state
                    ]
                    self._drawn += sum(len(ids) for ids, _ in state)
                number += 1
            prepared.append(Prepared(episode, stream, candidates))
        return prepared

    def prepare_all(self, draws: Sequence[Sequence[Episode]], states: int) -> list[list[Prepared]]:
        """Prepare several draws of games in one go, a game that occurs in many of them once."""
        distinct = list({id(episode): episode for draw in draws for episode in draw}.values())
        prepared = {id(game.episode): game for game in self.prepare(distinct, states)}
        return [[prepared[id(episode)] for episode in draw] for draw in draws]

    def bare(self, episode: Episode) -> Prepared:
        """Return a game without candidates."""
        return Prepared(episode, spoken_segments(self.policy, episode), [[] for _ in episode.turns])

    def take_drawn(self) -> int:
        """Return how many tokens of utterances that nobody said were drawn since it was last asked."""
        count, self._drawn = self._drawn, 0
        return count

    def _choose_spans(self, segment: Segment, states: int) -> list[Span]:
        """Return the states of a segment that get candidates, in their order."""
        order = self._rng.permutation(len(segment.spans))[:states]
        return [segment.spans[i] for i in sorted(order)]

    # ---------------------------------------------------------------- the critic

    def v_targets(self, q: Tensor) -> Tensor:
        """Return what V regresses on, from the target critic's Q of the candidates: (H, C, K) -> (H, C, K or 1)."""
        return q

    def q_target(self, old: Values, last: Tensor) -> Tensor:
        """Return what Q regresses on, from what the target critic says of whole games: (H, N).

        Args:
            old: the target critic's values.
            last: (N,), True at the last turn of each game, as `last_turns` marks them.
        """
        td = self._td
        if td.td_lambda == 0:
            return losses.td_target(old.reward, old.terminated, old.v_next, td.gamma)
        return losses.lambda_target(
            old.reward, old.terminated, old.v_of_turns, old.v_next, td.gamma, td.td_lambda, last
        )

    def train_critic(self, draws: Sequence[Sequence[Prepared]]) -> dict[str, float]:
        """Take a critic step on each draw of games; return the mean of their metrics."""
        metrics = mean_metrics([self.critic_step(games) for games in draws])
        return {**metrics, "gradient_steps": float(len(draws))}

    def critic_step(self, games: Sequence[Prepared]) -> dict[str, float]:
        """One TD step of the critic on whole games, then one Polyak step of its target."""
        config = self._td
        turns = average(sum(len(game.episode.turns) for game in games))
        states = average(sum(len(turn) > 0 for game in games for turn in game.candidates))
        self.critic_optimizer.zero_grad()
        parts: list[tuple[Tensor, ...]] = []
        total = 0.0
        for rows in self.critic.batches([game.size for game in games], config.token_budget):
            batch = [games[i] for i in rows]
            episodes = [game.episode for game in batch]
            with torch.no_grad():
                old = self.target(episodes, [game.texts for game in batch])
            new = self.critic(episodes)
            q_target = self.q_target(old, last_turns(episodes).to(new.q.device))
            v = new.v_of_turns[:, old.candidate_turn]
            v_out = new.v_out_of_turns[:, old.candidate_turn, None]
            v_target = self.v_targets(old.q_candidates)
            v_loss = self.critic.loss(v_out, v_target, config.expectile)
            loss = (
                self.critic.loss(new.q_out, q_target).sum() / turns + v_loss.mean(-1).sum() / states
            )
            loss.backward()
            total += loss.item()
            parts.append((new.q[0].detach(), v[0].detach(), q_target[0], v_target[0].mean(-1)))
        norm = clipped_step(
            self.critic_optimizer,
            config.critic_grad_clip,
            lambda: [{**game.episode.to_json(), "candidates": game.texts} for game in games],
        )
        polyak(self.target, self.critic, config.tau)
        return critic_metrics(self.critic, total, norm, parts)

    def adopt_scale(self, episodes: Sequence[Episode]) -> None:
        """Let the critic count in units of the spread of returns."""
        self.critic.scale.adopt(all_returns(episodes, self._td.gamma))
        self.target.scale.load_state_dict(self.critic.scale.state_dict())

    def fit_returns(
        self, episodes: Sequence[Episode], steps: int, on_step: OnStep | None = None
    ) -> None:
        """Let Q and V regress on Monte-Carlo returns, before any temporal difference."""
        fit_critic(
            self.critic,
            self.critic_optimizer,
            episodes,
            steps,
            self._rng,
            gamma=self._td.gamma,
            batch=self._td.critic_batch,
            grad_clip=self._td.critic_grad_clip,
            token_budget=self._td.token_budget,
            on_step=on_step,
        )
        self.target.load_state_dict(self.critic.state_dict())


def _candidate(ids: list[int], logprob: float, text: str) -> Candidate:
    return Candidate(ids, logprob, str(text), cut_off=isinstance(text, CutOff))


def last_turns(episodes: Sequence[Episode]) -> Tensor:
    """Mark the last turn of each game among the turns of all: (N,), bool."""
    ends = torch.tensor([len(episode.turns) for episode in episodes]).cumsum(0)
    last = torch.zeros(int(ends[-1]), dtype=torch.bool)
    last[ends - 1] = True
    return last


def critic_metrics(
    critic: Critic, loss: float, norm: float, parts: Sequence[tuple[Tensor, ...]]
) -> dict[str, float]:
    """Return what is said of a critic's step.

    Args:
        critic: that took it.
        loss: of the step.
        norm: of its gradient.
        parts: of each forward pass the first head's Q and V, and what Q and V were to become.
    """
    q, v, q_target, v_target = (torch.cat(column) for column in zip(*parts, strict=True))
    metrics = {
        "critic/loss": loss,
        "critic/grad_norm": norm,
        "critic/q_mean": q.mean().item(),
        "critic/v_mean": v.mean().item(),
        "critic/q_explained_variance": losses.explained_variance(q, q_target).item(),
        "critic/v_explained_variance": losses.explained_variance(v, v_target).item(),
    }
    if critic.bins is not None:
        margin = 1e-3 * (critic.bins.high - critic.bins.low)
        outside = (q_target < critic.bins.low - margin) | (q_target > critic.bins.high + margin)
        metrics["critic/target_outside"] = outside.float().mean().item()
    return metrics


@torch.no_grad()
def monte_carlo(
    critic: Critic, episodes: Sequence[Episode], gamma: float, token_budget: int
) -> list[Tensor]:
    """Return the discounted return from each turn on: for each game (its turns,).

    What would have followed in a game that was cut off is what the critic expects there.

    Args:
        critic: asked of games that were cut off alone.
        episodes: the games.
        gamma: discount per turn.
        token_budget: the most padded tokens in one forward pass.
    """
    beyond = [0.0] * len(episodes)
    # All processes read or none does, for the critic may be spread over them.
    if anywhere(not all(episode.terminated for episode in episodes)):
        for rows in critic.batches([text_size(episode) for episode in episodes], token_budget):
            batch = [episodes[i] for i in rows]
            v = critic(batch).v_next.mean(0)[last_turns(batch).to(critic.device)]
            for i, episode, value in zip(rows, batch, v.tolist(), strict=True):
                beyond[i] = 0.0 if episode.terminated else value
    return [
        torch.tensor(episode.discounted_returns(gamma, value))
        for episode, value in zip(episodes, beyond, strict=True)
    ]


def fit_critic(
    critic: Critic,
    optimizer: torch.optim.Optimizer,
    episodes: Sequence[Episode],
    steps: int,
    rng: np.random.Generator,
    *,
    gamma: float,
    batch: int,
    grad_clip: float,
    token_budget: int,
    on_step: OnStep | None = None,
) -> None:
    """Let Q and V regress on the returns of games, by `monte_carlo` as the critic is before the first step.

    Asked anew at each step it would regress on itself: at gamma 1 nothing holds its values then.

    Args:
        critic: trained in place.
        optimizer: its own.
        episodes: the games.
        steps: gradient steps.
        rng: draws the games of a step.
        gamma: discount per turn.
        batch: games per step.
        grad_clip: the largest gradient norm.
        token_budget: the most padded tokens in one forward pass.
        on_step: told of each step; True ends it there.
    """

    def loss(values: Values, returns: Tensor) -> Tensor:
        return critic.loss(values.q_out, returns) + critic.loss(values.v_out_of_turns, returns)

    targets = monte_carlo(critic, episodes, gamma, token_budget)

    def step(rows: Sequence[int]) -> float:
        total, _ = regress(
            critic,
            optimizer,
            [episodes[i] for i in rows],
            [targets[i] for i in rows],
            loss,
            grad_clip=grad_clip,
            token_budget=token_budget,
        )
        return total

    fit(step, rng, len(episodes), batch, steps, on_step)


def regress(
    critic: Critic,
    optimizer: torch.optim.Optimizer,
    episodes: Sequence[Episode],
    targets: Sequence[Tensor],
    loss: Callable[[Values, Tensor], Tensor],
    *,
    grad_clip: float,
    token_budget: int,
) -> tuple[float, float]:
    """Take one gradient step of an utterance-level critic towards a target for each turn.

    Args:
        critic: trained in place.
        optimizer: its own.
        episodes: whole games.
        targets: for each game (its turns, ...).
        loss: from the critic's values and the targets (N, ...) to the loss of each turn (N,).
        grad_clip: the largest gradient norm.
        token_budget: the most padded tokens in one forward pass.

    Returns:
        The mean loss of a turn, and the norm of the gradient.
    """
    turns = average(sum(len(target) for target in targets))
    optimizer.zero_grad()
    total = 0.0
    for rows in critic.batches([text_size(episode) for episode in episodes], token_budget):
        values = critic([episodes[i] for i in rows])
        target = torch.cat([targets[i] for i in rows]).to(values.v)
        part = loss(values, target).sum() / turns
        part.backward()
        total += part.item()
    norm = clipped_step(
        optimizer,
        grad_clip,
        lambda: [
            {**episode.to_json(), "targets": target.tolist()}
            for episode, target in zip(episodes, targets, strict=True)
        ],
    )
    return total, norm
