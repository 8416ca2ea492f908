"""Behaviour cloning: the warm start of every method, and a baseline of its own (paper, section 5)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import torch

from archer_agent.algorithms.learner import Learner, OnStep, mean_metrics
from archer_agent.algorithms.policy_gradient import spoken_segments
from archer_agent.episodes.replay import Episode, ReplayBuffer
from archer_agent.networks.distributed import average
from archer_agent.networks.optimization import Muon, clipped_step
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import Segment, episode_stream
from archer_agent.settings import ImitationConfig

OnBegin = Callable[[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler], int]
"""Called once before the first gradient step; returns how many are done already."""


def clone(
    policy: LanguagePolicy,
    demonstrations: Sequence[Episode],
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    grad_clip: float,
    token_budget: int,
    rng: np.random.Generator,
    reply_weight: float = 0.0,
    optimizer_name: Literal["adam", "muon"] = "adam",
    on_step: OnStep | None = None,
    on_begin: OnBegin | None = None,
) -> None:
    """Raise the likelihood of the demonstrated utterances, terminators included.

    The loss of a batch is the mean over its action tokens, however it is split for memory. The learning rate falls
    to zero along a half cosine.

    With a ``reply_weight`` the model also learns to foresee what the environment says. It never says that itself, but
    a small model learns from it what the answers mean, which few utterances show.

    Args:
        policy: trained in place.
        demonstrations: games to imitate.
        epochs: passes over them.
        batch_size: games per gradient step.
        learning_rate: at the start.
        grad_clip: the largest gradient norm.
        token_budget: the most padded tokens in one forward pass.
        rng: orders the games.
        reply_weight: weight of the tokens that the environment said, next to 1 for the utterances.
        optimizer_name: "adam", or "muon" as in `Muon`.
        on_step: told of each gradient step, the loss in nats per token of utterances; True ends the cloning there.
        on_begin: given the optimizer and its schedule; it may bring them and the policy to where an earlier cloning
            of the same was stopped, and returns after how many steps that was.

    Raises:
        ValueError: an utterance is longer than the policy may speak.
    """
    # One that never came to its end needs no room for a terminator.
    encode = policy.codec.encode_action
    longest = max(
        len(encode(turn.said, sys.maxsize)) for game in demonstrations for turn in game.turns
    )
    if longest > policy.max_new_tokens:
        raise ValueError(
            f"the longest demonstrated utterance has {longest} tokens, but the policy may say only "
            f"{policy.max_new_tokens}: raise --model.max-new-tokens to at least {longest}"
        )
    segments = [
        segment
        for episode in demonstrations
        for segment in episode_stream(
            episode,
            policy.codec,
            policy.window,
            policy.max_new_tokens,
            keep_last_reply=reply_weight > 0,
        ).segments
        if segment.spans
    ]
    optimizer = (
        Muon(policy.model, learning_rate)
        if optimizer_name == "muon"
        else torch.optim.Adam(policy.parameters(), lr=learning_rate)
    )
    batches = max(1, len(segments) // batch_size)
    steps = epochs * batches
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    done = 0 if on_begin is None else on_begin(optimizer, schedule)
    step = 0
    for _ in range(epochs):
        order = np.array_split(rng.permutation(len(segments)), batches)
        for rows in order:
            if step < done:
                step += 1
                continue
            loss = clone_step(
                policy,
                [segments[i] for i in rows],
                optimizer,
                grad_clip,
                token_budget,
                reply_weight,
            )
            schedule.step()
            step += 1
            if on_step is not None and on_step(step, steps, loss):
                return


class Imitation(Learner):
    """A policy that clones games: what BC and Filtered BC share.

    Args:
        policy: trained in place.
        config: settings.
        rng: draws the games.
    """

    has_critic = False

    def __init__(
        self, policy: LanguagePolicy, config: ImitationConfig, rng: np.random.Generator
    ) -> None:
        self.policy = policy
        self.config = config
        self.optimizer = torch.optim.Adam(policy.parameters(), lr=config.lr)
        self.modules = {"policy": policy}
        self.optimizers = {"actor": self.optimizer}
        self._rng = rng

    def imitate(self, draw: Callable[[], Sequence[Episode]]) -> dict[str, float]:
        """Take an iteration's steps, each on games drawn anew; return the mean of their metrics."""
        config = self.config
        history = []
        for _ in range(config.steps):
            loss = clone_step(
                self.policy,
                [segment for game in draw() for segment in spoken_segments(self.policy, game)],
                self.optimizer,
                config.grad_clip,
                config.token_budget,
            )
            history.append({"imitation/loss": loss})
        return {**mean_metrics(history), "gradient_steps": float(len(history))}


class BC(Imitation):
    """As a method of its own: the warm-started policy clones the same demonstrations further."""

    collects = False

    def update(
        self, buffer: ReplayBuffer, fresh: Sequence[Episode], train_actor: bool
    ) -> dict[str, float]:
        """Clone demonstrations, which the buffer holds."""
        return self.imitate(lambda: buffer.sample(self.config.batch, self._rng))


def clone_step(
    policy: LanguagePolicy,
    batch: Sequence[Segment],
    optimizer: torch.optim.Optimizer,
    grad_clip: float,
    token_budget: int,
    reply_weight: float = 0.0,
) -> float:
    """Take one gradient step; return the mean loss (nats) per action token, of the utterances alone.

    Args:
        policy: trained in place.
        batch: parts of games, each with at least one utterance.
        optimizer: its own.
        grad_clip: the largest gradient norm.
        token_budget: the most padded tokens in one forward pass.
        reply_weight: weight of the tokens that the environment said.
    """
    tokens = average(sum(span.end - span.start for segment in batch for span in segment.spans))
    optimizer.zero_grad()
    total = 0.0
    for rows in policy.batches([len(segment.ids) for segment in batch], token_budget):
        part = [batch[i] for i in rows]
        if reply_weight > 0:
            logits, targets, is_action = policy.text_logits(part)
            losses = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
            cloned = losses[is_action].sum() / tokens
            loss = cloned + reply_weight * losses[~is_action].sum() / tokens
        else:
            logits, targets, _ = policy.action_logits(part)
            loss = cloned = (
                torch.nn.functional.cross_entropy(logits, targets, reduction="sum") / tokens
            )
        loss.backward()
        total += cloned.item()
    clipped_step(optimizer, grad_clip, lambda: [{"ids": segment.ids} for segment in batch])
    return total
