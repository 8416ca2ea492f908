"""Token-level PPO: a game is one long episode whose steps are the tokens that the policy said.

Schulman et al. 2017 (arXiv 1707.06347), as LMRL-Gym (Abdulhai et al. 2023, arXiv 2311.18232) applies it to games of
many turns. One iteration, on the games just played:

1. a value function reads V before every action token; GAE runs over action tokens alone, each turn's reward at the
   turn's last token, so that nothing decays while the environment speaks;
2. the actor takes clipped steps, each token with its own ratio and its whitened advantage;
3. the value function regresses on the lambda-returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from archer_agent import losses
from archer_agent.algorithms.on_policy import OnPolicy
from archer_agent.algorithms.policy_gradient import Weighed
from archer_agent.episodes.replay import Episode
from archer_agent.networks.distributed import anywhere, average
from archer_agent.networks.optimization import clipped_step
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.token_critic import TokenCritic
from archer_agent.networks.tokens import Segment, Span, episode_stream
from archer_agent.settings import PPOConfig


@dataclass(slots=True)
class TokenSteps:
    """A game as steps of one token each.

    Attributes:
        segments: the game's token stream; the last reply is part of it where the game was cut off.
        read: the same as the value function reads it, with the privileged text at the beginning of every segment.
        logprob: (A,), of each action token when it was sampled.
        reward: (A,), a turn's reward at its last token.
        discount: (A,), gamma at the last token of a turn, else 1.
        terminated: the game ended by its own rules.
    """

    segments: list[Segment]
    read: list[Segment]
    logprob: Tensor
    reward: Tensor
    discount: Tensor
    terminated: bool

    @property
    def size(self) -> int:
        """Tokens of the game."""
        return sum(len(segment.ids) for segment in self.read)

    def returns(self, beyond: float) -> Tensor:
        """Return the Monte-Carlo return from each token on: (A,).

        Args:
            beyond: what the state is worth in which the game was cut off; 0 where it was not.
        """
        last = torch.zeros(len(self.reward), dtype=torch.bool)
        last[-1] = True
        nothing = torch.zeros_like(self.reward)
        following = torch.where(last, beyond, nothing)
        return losses.gae(self.reward, nothing, following, self.discount, 1.0, last)


def token_steps(policy: LanguagePolicy, episode: Episode, gamma: float) -> TokenSteps:
    """Lay a game out as tokens, exactly as they were sampled.

    Args:
        policy: which played it.
        episode: the game.
        gamma: discount per turn.
    """
    stream = episode_stream(
        episode,
        policy.codec,
        policy.window,
        policy.max_new_tokens,
        keep_last_reply=not episode.terminated,
    )
    logprob: list[float] = []
    reward: list[float] = []
    discount: list[float] = []
    for turn in episode.turns:
        inside = len(turn.token_ids) - 1
        logprob += turn.logprobs
        reward += [0.0] * inside + [turn.reward]
        discount += [1.0] * inside + [gamma]
    before = policy.codec.encode(f"{episode.privileged}\n") if episode.privileged else ()
    return TokenSteps(
        stream.segments,
        [_behind(before, segment, policy.window) for segment in stream.segments],
        torch.tensor(logprob),
        torch.tensor(reward),
        torch.tensor(discount),
        episode.terminated,
    )


def _behind(before: Sequence[int], segment: Segment, window: int) -> Segment:
    """Put tokens behind a segment's first one; not where it has no room for them."""
    count = len(before)
    if not count or count + len(segment.ids) > window:
        return segment
    spans = [Span(span.turn, span.start + count, span.end + count) for span in segment.spans]
    return Segment([segment.ids[0], *before, *segment.ids[1:]], spans)


class PPO(OnPolicy[TokenSteps]):
    """The learner: a policy, and a value function over its tokens.

    Args:
        policy: trained in place.
        config: settings.
        rng: orders the games.
        reference: the frozen policy of the KL term; needed if `config.kl` is positive.
    """

    critic: TokenCritic
    config: PPOConfig

    def __init__(
        self,
        policy: LanguagePolicy,
        config: PPOConfig,
        rng: np.random.Generator,
        reference: LanguagePolicy | None = None,
    ) -> None:
        super().__init__(policy, TokenCritic(policy), config, "token", rng, reference)

    def laid_out(self, episode: Episode) -> TokenSteps:
        """Lay a game out as tokens."""
        return token_steps(self.policy, episode, self.config.gamma)

    def weighed(self, game: TokenSteps, advantage: Tensor) -> Weighed:
        """Give each token its advantage: (A,)."""
        segments = [segment for segment in game.segments if segment.spans]
        return Weighed(segments, [], game.logprob, advantage)

    @torch.no_grad()
    def returns(self, games: Sequence[TokenSteps]) -> list[Tensor]:
        """Return the Monte-Carlo return from each token on: for each game (A,)."""
        beyond = [0.0] * len(games)
        # All processes read or none does, for the critic may be spread over them.
        if anywhere(not all(game.terminated for game in games)):
            for rows in self.critic.batches(
                [game.size for game in games], self.config.token_budget
            ):
                _, final = self.critic([games[i].read for i in rows])
                for i, value in zip(rows, final.tolist(), strict=True):
                    beyond[i] = 0.0 if games[i].terminated else value
        return [game.returns(value) for game, value in zip(games, beyond, strict=True)]

    @torch.no_grad()
    def advantages(self, games: Sequence[TokenSteps]) -> tuple[list[Tensor], list[Tensor]]:
        """Return V before every action token, and its advantage by GAE: for each game (A,) and (A,)."""
        values: list[Tensor] = [torch.empty(0)] * len(games)
        advantages: list[Tensor] = [torch.empty(0)] * len(games)
        for rows in self.critic.batches([game.size for game in games], self.config.token_budget):
            batch = [games[i] for i in rows]
            value, final = self.critic([game.read for game in batch])
            parts = value.cpu().split([len(game.reward) for game in batch])
            for i, game, v, end in zip(rows, batch, parts, final.cpu(), strict=True):
                bootstrap = torch.zeros(1) if game.terminated else end[None]
                last = torch.zeros(len(v), dtype=torch.bool)
                last[-1] = True
                values[i] = v
                advantages[i] = losses.gae(
                    game.reward,
                    v,
                    torch.cat([v[1:], bootstrap]),
                    game.discount,
                    self.config.gae_lambda,
                    last,
                )
        return values, advantages

    def critic_step(
        self, games: Sequence[TokenSteps], targets: Sequence[Tensor]
    ) -> dict[str, float]:
        """Let the value function regress on a target for each token: one step."""
        tokens = average(sum(len(target) for target in targets))
        self.critic_optimizer.zero_grad()
        total = 0.0
        for rows in self.critic.batches([game.size for game in games], self.config.token_budget):
            value, _ = self.critic([games[i].read for i in rows])
            target = torch.cat([targets[i] for i in rows]).to(value)
            normal = self.critic.scale.normal
            loss = losses.head_loss(normal(value)[None], normal(target)).sum() / tokens
            loss.backward()
            total += loss.item()
        norm = clipped_step(
            self.critic_optimizer,
            self.config.critic_grad_clip,
            lambda: [
                {"ids": [segment.ids for segment in game.segments], "targets": target.tolist()}
                for game, target in zip(games, targets, strict=True)
            ],
        )
        return {"critic/loss": total, "critic/grad_norm": norm}
