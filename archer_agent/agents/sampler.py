"""What an agent says its tokens by: the policy's own networks, or an engine for inference that stands in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import torch
from torch import Tensor

from archer_agent import losses
from archer_agent.networks.attention import Branch
from archer_agent.networks.policy import LanguagePolicy, Session
from archer_agent.networks.tokens import Segment


class Sampler(Protocol):
    """Speaks in many games at once, ids in and ids out.

    Everything is of the distribution that learns: the whole vocabulary at the policy's temperature, no top-p, top-k or
    penalties.
    """

    def forget(self) -> None:
        """Forget all games: their numbers are given anew."""

    def generate(
        self, games: Sequence[int], contexts: Sequence[Sequence[int]], greedy: bool = False
    ) -> tuple[list[list[int]], list[list[float]]]:
        """Say something in each game.

        Args:
            games: the numbers of the games, by which what was read of them can be kept: a game's context is the one before,
                what was said, and more, but where a full window began anew.
            contexts: the ids of each.
            greedy: say what is likeliest.

        Returns:
            For each game the ids (terminator included, unless cut off at the policy's ``max_new_tokens``), and the
            log-probability (nats) of each.
        """

    def logprobs(
        self, contexts: Sequence[Sequence[int]], utterances: Sequence[Sequence[int]]
    ) -> list[list[float]]:
        """Return the log-probability (nats) of each id of an utterance behind its context."""

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Speak by these weights from now on: a state dict of the policy's `model`. Nothing that was read is kept."""


class PolicySampler:
    """The policy's own networks, a game's keys and values kept across its turns.

    Args:
        policy: who speaks.
        generator: the source of randomness; unused when greedy.
    """

    def __init__(self, policy: LanguagePolicy, generator: torch.Generator | None = None) -> None:
        self._policy = policy
        self._generator = generator
        self._session: Session | None = None
        self._rows: list[int] = []
        self._read: dict[int, list[int]] = {}

    def forget(self) -> None:
        """Forget all games."""
        self._session = None
        self._read = {}

    @torch.no_grad()
    def generate(
        self, games: Sequence[int], contexts: Sequence[Sequence[int]], greedy: bool = False
    ) -> tuple[list[list[int]], list[list[float]]]:
        """Read what is new in each game, and say something."""
        if not games:
            return [], []
        read = [self._read.get(game, []) for game in games]
        goes_on = [
            bool(before) and [*context[: len(before)]] == before
            for before, context in zip(read, contexts, strict=True)
        ]
        if self._session is None or not all(goes_on):
            # A full window starts over with a shorter context, which no kept key or value matches.
            self._session = self._policy.session(self._generator)
            pieces = [[*context] for context in contexts]
        else:
            if self._rows != [*games]:
                at = {game: row for row, game in enumerate(self._rows)}
                self._session.keep([at[game] for game in games])
            pieces = [
                [*context[len(before) :]] for before, context in zip(read, contexts, strict=True)
            ]
        self._rows = [*games]
        self._session.append(pieces)
        ids, logprobs = self._session.speak(greedy)
        self._read = {
            game: [*context, *said]
            for game, context, said in zip(games, contexts, ids, strict=True)
        }
        return ids, logprobs

    @torch.no_grad()
    def logprobs(
        self, contexts: Sequence[Sequence[int]], utterances: Sequence[Sequence[int]]
    ) -> list[list[float]]:
        """Read each context with its utterance, in one pass."""
        if not contexts:
            return []
        segments = [Segment([*context]) for context in contexts]
        branches = [
            Branch(row, len(context) - 1, [*said])
            for row, (context, said) in enumerate(zip(contexts, utterances, strict=True))
        ]
        logits, targets, _ = self._policy.action_logits(segments, branches)
        found = losses.token_logprob(logits.log_softmax(-1), targets)
        return [part.tolist() for part in found.cpu().split([len(said) for said in utterances])]

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Copy them into the policy."""
        self._policy.model.load_state_dict(weights)
        self.forget()
