"""Temporal differences over utterances, with candidates: what ArCHer and CHAI share.

Zhou et al. 2024 (arXiv 2402.19446), section 3.2. Q_i(s, a) learns towards r + gamma Vbar_i(s'), V_i(s) towards what
Qbar_i says of utterances a_1..a_K ~ pi(.|s) drawn at the state; after each step the target follows by tau.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from archer_agent import losses
from archer_agent.algorithms.learner import Learner, OnStep, mean_metrics, text_size
from archer_agent.algorithms.policy_gradient import spoken_segments
from archer_agent.attention import chunks
from archer_agent.config import TDConfig
from archer_agent.critic import Critic, Values, polyak, target_copy
from archer_agent.distributed import average
from archer_agent.optimization import clipped_step
from archer_agent.policy import LanguagePolicy
from archer_agent.replay import Episode
from archer_agent.tokens import Segment, Span


@dataclass(slots=True)
class Candidate:
    """An utterance drawn at a state of a game.

    Attributes:
        ids: its tokens, terminator included.
        logprob: their summed log-probability (nats) when drawn.
        text: what it says.
    """

    ids: list[int]
    logprob: float
    text: str


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
        return [[candidate.text for candidate in turn] for turn in self.candidates]

    @property
    def size(self) -> int:
        """Tokens of the game and of its candidates."""
        return sum(len(segment.ids) for segment in self.segments) + self.drawn_tokens

    @property
    def drawn_tokens(self) -> int:
        """Tokens of the candidates."""
        return sum(len(candidate.ids) for turn in self.candidates for candidate in turn)


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

    # ---------------------------------------------------------------- candidates

    def prepare(self, episodes: Sequence[Episode], states: int) -> list[Prepared]:
        """Draw candidates at ``states`` states of each game, chosen at random, in large batches."""
        policy, count = self.policy, self._td.candidates
        streams = [spoken_segments(policy, episode) for episode in episodes]
        segments = [segment for stream in streams for segment in stream]
        chosen = [self._choose_spans(segment, states) for segment in segments]
        drawn = policy.sample_branches(
            [
                # What is said at the last chosen state is no prefix of any state: leave it out.
                (segment.ids[: spans[-1].start], [span.start - 1 for span in spans])
                for segment, spans in zip(segments, chosen, strict=True)
            ],
            count,
            self._generator,
            self._td.token_budget,
        )
        decode = policy.codec.decode_action
        by_segment = iter(zip(chosen, drawn, strict=True))
        prepared = []
        for episode, stream in zip(episodes, streams, strict=True):
            candidates: list[list[Candidate]] = [[] for _ in episode.turns]
            for _ in stream:
                for span, state in zip(*next(by_segment), strict=True):
                    candidates[span.turn] = [
                        Candidate(ids, logprob, decode(ids)) for ids, logprob in state
                    ]
            prepared.append(Prepared(episode, stream, candidates))
        return prepared

    def prepare_all(self, draws: Sequence[Sequence[Episode]], states: int) -> list[list[Prepared]]:
        """Prepare several draws of games in one go, a game that occurs in many of them once."""
        distinct = {id(episode): episode for draw in draws for episode in draw}
        prepared = {
            id(game.episode): game for game in self.prepare(list(distinct.values()), states)
        }
        return [[prepared[id(episode)] for episode in draw] for draw in draws]

    def _choose_spans(self, segment: Segment, states: int) -> list[Span]:
        """Draw the states of a segment that get candidates, in their order."""
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
            last: (N,), True at the last turn of each game.
        """
        td = self._td
        v, v_next = old.v_of_turns, old.v_next
        if td.min_target:
            v, v_next = _lesser(v), _lesser(v_next)
        if td.td_lambda == 0:
            return losses.td_target(old.reward, old.terminated, v_next, td.gamma)
        return losses.lambda_target(
            old.reward, old.terminated, v, v_next, td.gamma, td.td_lambda, last
        )

    def train_critic(self, draws: Sequence[Sequence[Prepared]]) -> dict[str, float]:
        """Take a critic step on each draw of games; return the mean of their metrics."""
        metrics = mean_metrics([self.critic_step(games) for games in draws])
        return {**metrics, "gradient_steps": float(len(draws))}

    def critic_step(self, games: Sequence[Prepared]) -> dict[str, float]:
        """One TD step of the critic on whole games, then one Polyak step of its target."""
        config = self._td
        huber = math.inf if config.huber is None else config.huber
        turns = average(sum(len(game.episode.turns) for game in games))
        states = average(sum(len(turn) > 0 for game in games for turn in game.candidates))
        self.critic_optimizer.zero_grad()
        parts: list[tuple[Tensor, ...]] = []
        total = 0.0
        for rows in chunks([game.size for game in games], config.token_budget):
            batch = [games[i] for i in rows]
            episodes = [game.episode for game in batch]
            with torch.no_grad():
                old = self.target(episodes, [game.texts for game in batch])
            new = self.critic(episodes)
            q_target = self.q_target(old, last_turns(episodes).to(new.q.device))
            v = new.v_of_turns[:, old.candidate_turn]
            v_target = self.v_targets(
                _lesser(old.q_candidates) if config.min_target else old.q_candidates
            )
            v_loss = losses.head_loss(v[..., None], v_target, config.expectile, huber)
            loss = (
                losses.head_loss(new.q, q_target, huber=huber).sum() / turns
                + v_loss.mean(-1).sum() / states
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
        q, v, q_target, v_target = (torch.cat(column) for column in zip(*parts, strict=True))
        return {
            "critic/loss": total,
            "critic/grad_norm": norm,
            "critic/q_mean": q.mean().item(),
            "critic/v_mean": v.mean().item(),
            "critic/q_explained_variance": losses.explained_variance(q, q_target).item(),
            "critic/v_explained_variance": losses.explained_variance(v, v_target).item(),
        }

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


def last_turns(episodes: Sequence[Episode]) -> Tensor:
    """Mark the last turn of each game among the turns of all: (N,), bool."""
    ends = torch.tensor([len(episode.turns) for episode in episodes]).cumsum(0)
    last = torch.zeros(int(ends[-1]), dtype=torch.bool)
    last[ends - 1] = True
    return last


def _lesser(values: Tensor) -> Tensor:
    """Give every head the lesser value of all heads: (H, ...) -> (H, ...)."""
    return values.amin(0, keepdim=True).expand_as(values)


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
    """Let Q and V regress on the Monte-Carlo returns of games.

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
        on_step: told of each step.
    """

    def loss(values: Values, returns: Tensor) -> Tensor:
        return losses.head_loss(values.q, returns) + losses.head_loss(values.v_of_turns, returns)

    for step in range(1, steps + 1):
        chosen = rng.permutation(len(episodes))[:batch]
        total, _ = regress(
            critic,
            optimizer,
            [episodes[i] for i in chosen],
            [torch.tensor(episodes[i].discounted_returns(gamma)) for i in chosen],
            loss,
            grad_clip=grad_clip,
            token_budget=token_budget,
        )
        if on_step is not None:
            on_step(step, steps, total)


def drawn_tokens(draws: Sequence[Sequence[Prepared]]) -> float:
    """Return how many tokens the candidates of some games have, a game that occurs more than once counted once."""
    distinct = {id(game): game for draw in draws for game in draw}
    return float(sum(game.drawn_tokens for game in distinct.values()))


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
        targets: for each game (its turns,).
        loss: from the critic's values and the targets (N,) to the loss of each turn (N,).
        grad_clip: the largest gradient norm.
        token_budget: the most padded tokens in one forward pass.

    Returns:
        The mean loss of a turn, and the norm of the gradient.
    """
    turns = average(sum(len(target) for target in targets))
    optimizer.zero_grad()
    total = 0.0
    for rows in chunks([text_size(episode) for episode in episodes], token_budget):
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
