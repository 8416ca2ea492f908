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

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from archer_agent import losses
from archer_agent.attention import Branch, chunks
from archer_agent.config import ArcherConfig
from archer_agent.critic import Critic, polyak, target_copy
from archer_agent.policy import LanguagePolicy
from archer_agent.replay import Episode, ReplayBuffer
from archer_agent.tokens import Segment, Span, episode_stream


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


class Archer:
    """The learner: a policy, a critic with its target, and their optimizers.

    Args:
        policy: trained in place.
        critic: trained in place.
        config: settings.
        generator: draws candidates.
        rng: draws games.
        reference: the frozen policy of the KL term; needed if `config.kl` is positive.
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
        if config.kl > 0 and reference is None:
            raise ValueError("a KL coefficient needs a reference policy")
        if config.baseline == "candidates" and config.candidates < 2:
            raise ValueError(
                "the candidates baseline needs at least two candidates; or take baseline value"
            )
        self.policy = policy
        self.critic = critic
        self.target = target_copy(critic)
        self.reference = reference
        self.config = config
        self.actor_optimizer = torch.optim.Adam(policy.parameters(), lr=config.actor_lr)
        self.critic_optimizer = torch.optim.Adam(critic.parameters(), lr=config.critic_lr)
        self._generator = generator
        self._rng = rng

    # ---------------------------------------------------------------- candidates

    def prepare(self, episodes: Sequence[Episode], states: int) -> list[Prepared]:
        """Draw candidates at ``states`` states of each game, chosen at random, in large batches."""
        policy, count = self.policy, self.config.candidates
        streams = [
            [
                segment
                for segment in episode_stream(
                    episode,
                    policy.codec,
                    policy.window,
                    policy.max_new_tokens,
                    keep_last_reply=False,
                ).segments
                if segment.spans
            ]
            for episode in episodes
        ]
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
            self.config.token_budget,
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

    def _choose_spans(self, segment: Segment, states: int) -> list[Span]:
        """Draw the states of a segment that get candidates, in their order."""
        order = self._rng.permutation(len(segment.spans))[:states]
        return [segment.spans[i] for i in sorted(order)]

    # ---------------------------------------------------------------- one iteration

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
        distinct = {id(episode): episode for draw in [*draws, actor_games] for episode in draw}
        prepared = {
            id(game.episode): game
            for game in self.prepare(list(distinct.values()), config.states_per_game)
        }
        metrics = _mean_metrics(
            [self.critic_step([prepared[id(episode)] for episode in draw]) for draw in draws]
        )
        metrics["gradient_steps"] = float(config.critic_steps)
        if train_actor:
            metrics |= self.train_actor([prepared[id(episode)] for episode in actor_games])
            metrics["gradient_steps"] += metrics["actor/steps"]
        return metrics

    # ---------------------------------------------------------------- critic

    def critic_step(self, games: Sequence[Prepared]) -> dict[str, float]:
        """One TD step of the critic on whole games, then one Polyak step of its target."""
        config = self.config
        turns = sum(len(game.episode.turns) for game in games)
        states = sum(len(turn) > 0 for game in games for turn in game.candidates)
        self.critic_optimizer.zero_grad()
        parts: list[tuple[Tensor, ...]] = []
        total = 0.0
        for rows in chunks([_size(game) for game in games], config.token_budget):
            batch = [games[i] for i in rows]
            episodes = [game.episode for game in batch]
            with torch.no_grad():
                old = self.target(episodes, [game.texts for game in batch])
            new = self.critic(episodes)
            q_target = losses.td_target(new.reward, new.terminated, old.v_next, config.gamma)
            v = new.v_of_turns[:, old.candidate_turn]
            v_target = old.q_candidates.mean(-1)
            loss = (
                losses.head_loss(new.q, q_target).sum() / turns
                + losses.head_loss(v, v_target).sum() / states
            )
            loss.backward()
            total += loss.item()
            parts.append((new.q[0].detach(), v[0].detach(), q_target[0], v_target[0]))
        norm = torch.nn.utils.clip_grad_norm_(self.critic.parameters(), config.critic_grad_clip)
        self.critic_optimizer.step()
        polyak(self.target, self.critic, config.tau)
        q, v, q_target, v_target = (torch.cat(column) for column in zip(*parts, strict=True))
        return {
            "critic/loss": total,
            "critic/grad_norm": norm.item(),
            "critic/q_mean": q.mean().item(),
            "critic/v_mean": v.mean().item(),
            "critic/q_explained_variance": losses.explained_variance(q, q_target).item(),
            "critic/v_explained_variance": losses.explained_variance(v, v_target).item(),
        }

    def fit_returns(
        self,
        episodes: Sequence[Episode],
        steps: int,
        on_step: Callable[[int, int, float], None] | None = None,
    ) -> None:
        """Calibrate the critic on the Monte-Carlo returns of games, before any TD: Q and V both regress on them.

        An uncalibrated critic is what ruins a policy; on games of the warm-started policy itself the Monte-Carlo
        return is an unbiased target that needs no bootstrap.
        """
        config = self.config
        for step in range(1, steps + 1):
            chosen = self._rng.permutation(len(episodes))[: config.critic_batch]
            games = [episodes[i] for i in chosen]
            turns = sum(len(episode.turns) for episode in games)
            self.critic_optimizer.zero_grad()
            total = 0.0
            for rows in chunks([_text_size(episode) for episode in games], config.token_budget):
                batch = [games[i] for i in rows]
                values = self.critic(batch)
                returns = torch.tensor(
                    [
                        value
                        for episode in batch
                        for value in episode.discounted_returns(config.gamma)
                    ],
                    device=values.q.device,
                )
                loss = (
                    losses.head_loss(values.q, returns)
                    + losses.head_loss(values.v_of_turns, returns)
                ).sum() / turns
                loss.backward()
                total += loss.item()
            torch.nn.utils.clip_grad_norm_(self.critic.parameters(), config.critic_grad_clip)
            self.critic_optimizer.step()
            if on_step is not None:
                on_step(step, steps, total)
        self.target.load_state_dict(self.critic.state_dict())

    # ---------------------------------------------------------------- actor

    @torch.no_grad()
    def advantages(self, games: Sequence[Prepared]) -> list[Tensor]:
        """Return the advantage of every candidate: for each game a tensor (its states with candidates, K)."""
        result: list[Tensor] = [torch.empty(0)] * len(games)
        for rows in chunks([_size(game) for game in games], self.config.token_budget):
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
        history: list[dict[str, float]] = []
        for rows in self._minibatches(len(games)):
            step = self._actor_step([games[i] for i in rows], [advantages[i] for i in rows])
            history.append(step)
            if step["actor/kl_step"] > config.target_kl:
                break
        return {
            **_mean_metrics(history),
            "actor/steps": float(len(history)),
            "actor/advantage_spread": everything.std().item(),
            "actor/kl_step": history[-1]["actor/kl_step"],
        }

    def _minibatches(self, games: int) -> Iterator[NDArray[np.int64]]:
        """Yield the games of each actor step; a pass is shuffled when it begins."""
        for _ in range(self.config.actor_epochs):
            order = self._rng.permutation(games)
            for start in range(0, games, self.config.actor_batch):
                yield order[start : start + self.config.actor_batch]

    def _actor_step(
        self, games: Sequence[Prepared], advantages: Sequence[Tensor]
    ) -> dict[str, float]:
        config, policy = self.config, self.policy
        count = sum(part.numel() for part in advantages)
        sums = {"actor/loss": 0.0, "actor/kl_step": 0.0, "actor/entropy": 0.0}
        if self.reference is not None:
            sums["actor/kl_reference"] = 0.0
        tokens = 0
        self.actor_optimizer.zero_grad()
        for rows in chunks([_size(game) for game in games], config.token_budget):
            segments, branches, old = _branches([games[i] for i in rows])
            advantage = torch.cat([advantages[i].flatten() for i in rows]).to(policy.device)
            old_logprob = torch.tensor(old, device=policy.device)
            logits, targets, owner = policy.action_logits(segments, branches)
            logprob = _sum_by(
                logits.log_softmax(-1).gather(-1, targets[:, None])[:, 0], owner, len(branches)
            )
            share = len(branches) / count
            loss = losses.policy_loss(logprob, old_logprob, advantage, config.clip_ratio) * share
            sums["actor/loss"] += loss.item()
            entropy = losses.token_entropy(logits).sum() / count
            sums["actor/entropy"] += entropy.item()
            if config.entropy > 0:
                loss = loss - config.entropy * entropy
            if self.reference is not None:
                with torch.no_grad():
                    reference, _, _ = self.reference.action_logits(segments, branches)
                kl = losses.token_kl(logits, reference).sum() / count
                sums["actor/kl_reference"] += kl.item()
                loss = loss + config.kl * kl
            loss.backward()
            sums["actor/kl_step"] += (
                losses.approximate_kl(logprob.detach(), old_logprob).item() * share
            )
            tokens += len(targets)
        norm = torch.nn.utils.clip_grad_norm_(policy.parameters(), config.actor_grad_clip)
        self.actor_optimizer.step()
        return {**sums, "actor/grad_norm": norm.item(), "actor/utterance_tokens": tokens / count}


def _branches(games: Sequence[Prepared]) -> tuple[list[Segment], list[Branch], list[float]]:
    """Return trunks, the candidates as branches on them in order, and the log-probabilities they were drawn with."""
    segments: list[Segment] = []
    branches: list[Branch] = []
    old: list[float] = []
    for game in games:
        for segment in game.segments:
            row = len(segments)
            segments.append(Segment(segment.ids[: segment.spans[-1].start], segment.spans))
            for span in segment.spans:
                for candidate in game.candidates[span.turn]:
                    branches.append(Branch(row, span.start - 1, candidate.ids))
                    old.append(candidate.logprob)
    return segments, branches, old


def _sum_by(values: Tensor, owner: Tensor, count: int) -> Tensor:
    """Sum (A,) into (count,) by owner."""
    return torch.zeros(count, device=values.device).index_add(0, owner, values)


def _size(game: Prepared) -> int:
    """Tokens of the game and its candidates."""
    return sum(len(segment.ids) for segment in game.segments) + sum(
        len(candidate.ids) for turn in game.candidates for candidate in turn
    )


def _text_size(episode: Episode) -> int:
    """A stand-in for the number of tokens where only text is at hand: one in four characters."""
    return sum(len(text) for text, _ in episode.pieces()) // 4 + 1


def _mean_metrics(history: Sequence[dict[str, float]]) -> dict[str, float]:
    return {key: float(np.mean([step[key] for step in history])) for key in history[0]}
