"""Policy-gradient steps: what every method does that trains its policy by advantages.

Methods differ in what they weigh (whole utterances, or their tokens; what was said, or other candidates), in where
the advantages come from, and in the loss (clipped as in PPO, unless they say otherwise). The steps are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from archer_agent import losses
from archer_agent.algorithms.learner import mean_metrics, shuffled_batches
from archer_agent.episodes.replay import Episode
from archer_agent.networks.attention import Branch
from archer_agent.networks.distributed import average, from_all
from archer_agent.networks.optimization import clipped_step
from archer_agent.networks.parts import is_sharded, part_again
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import Segment, episode_stream
from archer_agent.settings import ActorConfig


@dataclass(slots=True)
class Weighed:
    """What the policy said in a game, or might have said, and how much likelier each of it should become.

    Its M units are utterances or single tokens, as `PolicyGradient.unit` says, in the order in which
    `LanguagePolicy.action_logits` returns them.

    Attributes:
        segments: the game's token stream; the spans are what was said, as far as it is weighed.
        branches: candidate utterances on it, ``row`` counting this game's segments.
        old_logprob: (M,), the log-probability of each unit when it was drawn; only the clipped loss looks at it.
        advantage: (M,).
        reference: (A, width), the reference's states before the action tokens, once they are known: it does not
            change while there are passes over the game.
    """

    segments: list[Segment]
    branches: list[Branch]
    old_logprob: Tensor
    advantage: Tensor
    reference: Tensor | None = None

    @property
    def size(self) -> int:
        """Tokens of the game and of its branches."""
        return sum(len(segment.ids) for segment in self.segments) + sum(
            len(branch.ids) for branch in self.branches
        )

    @property
    def spoken(self) -> int:
        """Tokens of what is weighed."""
        return sum(span.end - span.start for each in self.segments for span in each.spans) + sum(
            len(branch.ids) for branch in self.branches
        )

    def to_json(self) -> dict[str, Any]:
        """Return the game as JSON values."""
        return {
            "ids": [segment.ids for segment in self.segments],
            "branches": [list(branch.ids) for branch in self.branches],
            "old_logprob": self.old_logprob.tolist(),
            "advantage": self.advantage.tolist(),
        }


class PolicyGradient:
    """The actor's side of a method: a policy, its optimizer, and the reference it is held to.

    Args:
        policy: trained in place.
        config: settings.
        unit: of what ratios are taken: of whole utterances, or of each token.
        rng: orders the games.
        reference: the frozen policy of the KL term; needed if `config.kl` is positive.
        loss: from log-probabilities (M,) and advantages (M,) to losses (M,); None for PPO's clipped one, with
            `config.clip_ratio` and `config.target_kl`.
        per_utterance: average over utterances also where the units are tokens.

    Raises:
        ValueError: the reference is missing.
    """

    def __init__(
        self,
        policy: LanguagePolicy,
        config: ActorConfig,
        unit: Literal["utterance", "token"],
        rng: np.random.Generator,
        reference: LanguagePolicy | None = None,
        loss: Callable[[Tensor, Tensor], Tensor] | None = None,
        per_utterance: bool = False,
    ) -> None:
        if config.kl > 0 and reference is None:
            raise ValueError("a KL coefficient needs a reference policy")
        self.policy = policy
        self.reference = reference
        self.config = config
        self.unit = unit
        # With the optimizer, since what it holds is part of a checkpoint.
        group = {"params": list(policy.parameters()), "share": 1.0, "first_scale": 0.0}
        self.optimizer = torch.optim.Adam([group], lr=config.actor_lr)
        self._loss = loss
        self._per_utterance = per_utterance
        self._rng = rng

    def train(self, games: Sequence[Weighed], scale: float | None = None) -> dict[str, float]:
        """Take the steps of an iteration: passes over the games in small batches, as far as `target_kl`.

        Where a step finds that those before it went further, the policy is brought back on the straight line to
        where it began, by halves until it is near enough (as in TRPO, Schulman et al. 2015, arXiv 1502.05477,
        appendix C), and the iteration ends. The next one takes half the learning rate: games whose steps were not
        taken are lost. While all steps stay within half of `target_kl` it rises again, up to what is set.

        Args:
            games: with the advantages of what was said in them, or might have been.
            scale: what the advantages were divided by, where the KL coefficient is to follow them: it is then as set
                the first time, and after that divided by what the advantages shrink by.

        Returns:
            Metrics ``actor/...``, as `step_metrics` sums them up, ``actor/kept``, how much of the way was kept, and
            ``actor/lr``, the learning rate of these steps.
        """
        # Only what is held by a KL may have to go back.
        part_again(self.policy)
        trained = [each for each in self.policy.parameters() if each.requires_grad]
        trained = trained if self._loss is None else []
        began = [each.detach().clone() for each in trained]
        history: list[dict[str, float]] = []
        kept = 1.0
        (group,) = self.optimizer.param_groups
        group["lr"] = self.config.actor_lr * group["share"]
        kl = self.config.kl
        if scale is not None:
            group["first_scale"] = group["first_scale"] or scale
            kl *= group["first_scale"] / scale
        for rows in self.minibatches(len(games)):
            batch = [games[i] for i in rows]
            metrics = self.gradient(batch, kl)
            if history and average(metrics.get("actor/kl_step", 0.0)) > self.config.target_kl:
                kept = self._bring_back(trained, began, batch)
                break
            history.append({**metrics, "actor/grad_norm": self.take(batch)})
        metrics = step_metrics(history)
        if self._loss is not None:
            return metrics
        if kept < 1.0:
            group["share"] *= 0.5
        elif average(metrics["actor/kl_step"]) < 0.5 * self.config.target_kl:
            group["share"] = min(1.0, 1.2 * group["share"])
        return {**metrics, "actor/kept": kept, "actor/lr": group["lr"]}

    @torch.no_grad()
    def _bring_back(
        self, trained: Sequence[Tensor], began: Sequence[Tensor], games: Sequence[Weighed]
    ) -> float:
        """Halve the way from where the policy began until its KL over some games is small enough; return what is left."""
        kept = 1.0
        while kept > 1e-3:
            kept /= 2.0
            part_again(self.policy)
            for now, before in zip(trained, began, strict=True):
                now.lerp_(before, 0.5)
            if average(self._kl(games)) <= self.config.target_kl:
                break
        return kept

    def _kl(self, games: Sequence[Weighed]) -> float:
        """Return ``actor/kl_step`` as the policy is now."""
        total = 0.0
        for rows in self.policy.batches([game.size for game in games], self.config.token_budget):
            batch = [games[i] for i in rows]
            old_logprob = torch.cat([game.old_logprob for game in batch]).to(self.policy.device)
            _, _, logprob = self._read(*join(batch), len(old_logprob))
            total += losses.approximate_kl(logprob, old_logprob).item() * len(old_logprob)
        return total / average(sum(_utterances(game) for game in games))

    def _read(
        self, segments: Sequence[Segment], branches: Sequence[Branch], count: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the logarithm of the distribution of each action token, its id, and that of the `count` units."""
        logits, targets, owner = self.policy.action_logits(segments, branches)
        log_p = logits.log_softmax(-1)
        logprob = losses.token_logprob(log_p, targets)
        if self.unit == "utterance":
            logprob = losses.sum_by(logprob, owner, count)
        return log_p, targets, logprob

    def minibatches(self, games: int) -> Iterator[Sequence[int]]:
        """Return the games of each step."""
        return shuffled_batches(self._rng, games, self.config.actor_batch, self.config.actor_epochs)

    def step(self, games: Sequence[Weighed]) -> dict[str, float]:
        """Take one gradient step on the mean over all units of the games, however they are split for memory."""
        return {**self.gradient(games, self.config.kl), "actor/grad_norm": self.take(games)}

    def take(self, games: Sequence[Weighed]) -> float:
        """Take the step whose gradient is there; return the gradient's norm."""
        clip = self.config.actor_grad_clip
        return clipped_step(self.optimizer, clip, lambda: [game.to_json() for game in games])

    def gradient(self, games: Sequence[Weighed], kl_coefficient: float) -> dict[str, float]:
        """Leave the gradient with the weights; return metrics."""
        config, policy = self.config, self.policy
        utterances = average(sum(_utterances(game) for game in games))
        units = average(sum(len(game.advantage) for game in games))
        count = utterances if self._per_utterance else units
        sums = {"actor/loss": 0.0, "actor/entropy": 0.0}
        if self._loss is None:
            sums |= {"actor/kl_step": 0.0, "actor/clip_fraction": 0.0}
        if self.reference is not None:
            sums["actor/kl_reference"] = 0.0
        tokens = 0
        self.optimizer.zero_grad()
        for rows in policy.batches([game.size for game in games], config.token_budget):
            batch = [games[i] for i in rows]
            advantage = torch.cat([game.advantage for game in batch]).to(policy.device)
            log_p, targets, logprob = self._read(*join(batch), len(advantage))
            if self._loss is None:
                old_logprob = torch.cat([game.old_logprob for game in batch]).to(policy.device)
                loss = losses.policy_loss(logprob, old_logprob, advantage, config.clip_ratio)
                detached = logprob.detach()
                # Per utterance also where the units are tokens: their number times the mean of each.
                sums["actor/kl_step"] += (
                    losses.approximate_kl(detached, old_logprob).item()
                    * len(advantage)
                    / utterances
                )
                sums["actor/clip_fraction"] += (
                    losses.clip_fraction(detached, old_logprob, config.clip_ratio).item()
                    * len(advantage)
                    / units
                )
            else:
                loss = self._loss(logprob, advantage)
            loss = loss.sum() / count
            sums["actor/loss"] += loss.item()
            with torch.set_grad_enabled(config.entropy > 0):  # a vocabulary is wide
                entropy = losses.token_entropy(log_p).sum() / utterances
            sums["actor/entropy"] += entropy.item()
            if config.entropy > 0:
                loss = loss - config.entropy * entropy
            if self.reference is not None:
                reference = self._reference_logits(self.reference, batch).log_softmax(-1)
                kl = losses.token_kl(log_p, reference).sum() / utterances
                sums["actor/kl_reference"] += kl.item()
                loss = loss + kl_coefficient * kl
            loss.backward()
            tokens += len(targets)
        return {**sums, "actor/utterance_tokens": tokens / utterances}

    @torch.no_grad()
    def _reference_logits(self, reference: LanguagePolicy, games: Sequence[Weighed]) -> Tensor:
        """Return the reference's logits of all action tokens, its transformer passed once for each game.

        States are kept for the passes to come, since logits are as wide as the vocabulary.
        """
        known = [game.reference for game in games if game.reference is not None]
        if len(known) == len(games):
            return reference.logits(torch.cat(known))
        states, _, _ = reference.action_states(*join(games))
        # Of what is sharded the head comes together in a pass alone.
        if self.config.actor_epochs > 1 and not is_sharded(reference):
            parts = states.split([game.spoken for game in games])
            for game, part in zip(games, parts, strict=True):
                game.reference = part
        return reference.logits(states)


@torch.no_grad()
def token_logprobs(
    policy: LanguagePolicy, games: Sequence[Weighed], token_budget: int
) -> list[Tensor]:
    """Return the log-probability of each token of the games' branches, by the policy as it is."""
    result: list[Tensor] = [torch.empty(0)] * len(games)
    for rows in policy.batches([game.size for game in games], token_budget):
        batch = [games[i] for i in rows]
        logits, targets, _ = policy.action_logits(*join(batch))
        logprob = losses.token_logprob(logits.log_softmax(-1), targets)
        lengths = [sum(len(branch.ids) for branch in game.branches) for game in batch]
        for row, part in zip(rows, logprob.split(lengths), strict=True):
            result[row] = part
    return result


def whitened(advantages: Sequence[Tensor]) -> tuple[list[Tensor], float]:
    """Give the advantages of an iteration mean 0 and spread 1 over the games of all processes.

    Args:
        advantages: of each game's units.

    Returns:
        The same, whitened, and their spread before.
    """
    everything = torch.cat([*advantages])
    among = from_all(everything)
    parts = losses.whiten(everything, among).split([len(part) for part in advantages])
    return list(parts), among.std(correction=0).item()


def step_metrics(history: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Average the metrics of an iteration's steps; ``actor/kl_step`` is the last one's, ``actor/steps`` their number."""
    metrics = {**mean_metrics(history), "actor/steps": float(len(history))}
    if "actor/kl_step" in metrics:
        metrics["actor/kl_step"] = history[-1]["actor/kl_step"]
    return metrics


def spoken_segments(policy: LanguagePolicy, episode: Episode) -> list[Segment]:
    """Return the parts of a game's token stream in which something was said, exactly as it was sampled."""
    stream = episode_stream(
        episode, policy.codec, policy.window, policy.max_new_tokens, keep_last_reply=False
    )
    return [segment for segment in stream.segments if segment.spans]


def join(games: Sequence[Weighed]) -> tuple[list[Segment], list[Branch]]:
    """Put the segments and branches of some games in a row."""
    segments: list[Segment] = []
    branches: list[Branch] = []
    for game in games:
        branches += [
            Branch(len(segments) + branch.row, branch.parent, branch.ids)
            for branch in game.branches
        ]
        segments += game.segments
    return segments, branches


def _utterances(game: Weighed) -> int:
    return len(game.branches) + sum(len(segment.spans) for segment in game.segments)
