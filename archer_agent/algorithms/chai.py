"""CHAI: the policy stays as it was cloned; a critic chooses among what it proposes.

Verma et al. 2022 (arXiv 2204.08426), as the online baseline of ArCHer's paper (section 5): K utterances are drawn, and
the one with the greatest min_i Qbar_i(s, a) is said. The critic learns by temporal differences from the replay
buffer, where V's target is Qbar of that same choice, so that V is the value of the policy that plays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from archer_agent import losses
from archer_agent.agents.agent import Agent, Utterance, View
from archer_agent.algorithms.learner import text_size
from archer_agent.algorithms.td import TDCritic
from archer_agent.episodes.replay import CutOff, Episode, ReplayBuffer, Turn
from archer_agent.networks import loading
from archer_agent.networks.attention import chunks
from archer_agent.networks.critic import Critic
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.storage import load_module, save_module
from archer_agent.networks.tokens import Stream
from archer_agent.settings import ChaiConfig

_CRITIC_FILE = "critic.safetensors"
_TOKEN_BUDGET = 65536
"""The most tokens, roughly, that the critic reads at once in play."""


class Chai(TDCritic):
    """The learner: a frozen policy, and a critic with its target.

    Args:
        policy: proposes, and stays as it is.
        critic: trained in place.
        config: settings.
        generator: draws candidates.
        rng: draws games.
    """

    speaks_by = ("policy", "target")

    def __init__(
        self,
        policy: LanguagePolicy,
        critic: Critic,
        config: ChaiConfig,
        generator: torch.Generator,
        rng: np.random.Generator,
    ) -> None:
        super().__init__(policy.requires_grad_(False), critic, config, generator, rng)
        self.config = config

    def agent(self, generator: torch.Generator, greedy: bool = False) -> Agent:
        """Play what the target critic likes best of utterances that are drawn, ``greedy`` or not."""

        def count(tokens: int) -> None:
            self._drawn += tokens

        return ChaiAgent(
            self.policy,
            self.target,
            self.config.candidates,
            generator,
            count,
        )

    def unsaid_tokens(self) -> int:
        """Return how many tokens were drawn in play, and not said."""
        return self.take_drawn()

    def save_agent(self, folder: Path) -> None:
        """Write the policy, and beside it the critic that chooses."""
        loading.save_policy(self.policy, folder)
        save_module(self.target, folder / _CRITIC_FILE)

    def load_agent(self, folder: Path) -> None:
        """Take over the critic that `save_agent` wrote."""
        load_module(self.target, folder / _CRITIC_FILE)

    def update(
        self, buffer: ReplayBuffer, fresh: Sequence[Episode], train_actor: bool
    ) -> dict[str, float]:
        """Do one iteration's critic steps; there is no actor to train."""
        config = self.config
        draws = [buffer.sample(config.critic_batch, self._rng) for _ in range(config.critic_steps)]
        prepared = self.prepare_all(draws, config.states_per_game)
        return {**self.train_critic(prepared), "generated_tokens": self.take_drawn()}

    def v_targets(self, q: Tensor) -> Tensor:
        """V is the value of the best candidate: (H, C, K) -> (H, C, 1)."""
        return losses.best_candidate(q)[..., None]


class ChaiAgent:
    """Plays a wave of games: K utterances for each in one batch, and of these what the critic likes.

    Args:
        policy: proposes.
        critic: chooses.
        candidates: K.
        generator: the source of randomness.
        on_unsaid: told how many tokens of each batch were proposed and not said.
    """

    def __init__(
        self,
        policy: LanguagePolicy,
        critic: Critic,
        candidates: int,
        generator: torch.Generator,
        on_unsaid: Callable[[int], None] | None = None,
    ) -> None:
        self._policy = policy
        self._critic = critic
        self._candidates = candidates
        self._generator = generator
        self._on_unsaid = on_unsaid
        self._streams: list[Stream] = []
        self._episodes: list[Episode] = []

    def begin(self, games: int) -> None:
        """Open a stream and a record for each game."""
        policy = self._policy
        self._streams = [
            Stream(policy.codec.bos_id, policy.window, policy.max_new_tokens) for _ in range(games)
        ]
        self._episodes = [Episode("", terminated=True) for _ in range(games)]

    @torch.no_grad()
    def act(self, views: Sequence[View]) -> Sequence[str]:
        """Propose, choose, and remember what was said; returns `Utterance` objects."""
        codec = self._policy.codec
        for view in views:
            stream = self._streams[view.game]
            stream.observe(codec.observation(view.new, not stream.begun))
            episode = self._episodes[view.game]
            if episode.turns:
                episode.turns[-1].reply = view.new
            else:
                episode.observation = view.observation
        contexts = [self._streams[view.game].context for view in views]
        drawn = self._policy.sample_branches(
            [(context, [len(context) - 1]) for context in contexts],
            self._candidates,
            self._generator,
        )
        proposed = [[ids for ids, _ in state] for (state,) in drawn]
        texts = [[codec.decode_action(ids) for ids in game] for game in proposed]
        said = []
        for view, ids, text, choice in zip(
            views, proposed, texts, self._choose(views, texts), strict=True
        ):
            self._streams[view.game].act(ids[choice])
            self._episodes[view.game].turns.append(_turn(text[choice]))
            said.append(Utterance(text[choice], ids[choice], []))
        if self._on_unsaid is not None:
            everything = sum(len(ids) for game in proposed for ids in game)
            self._on_unsaid(everything - sum(len(utterance.token_ids) for utterance in said))
        return said

    def _choose(self, views: Sequence[View], texts: Sequence[Sequence[str]]) -> list[int]:
        """Return the number of the utterance to say in each game."""
        choices = [0] * len(views)
        # As if the first had been said, for the critic values utterances at the turns of games.
        games = [
            Episode(past.observation, [*past.turns, _turn(text[0])], terminated=True)
            for past, text in zip((self._episodes[v.game] for v in views), texts, strict=True)
        ]
        sizes = [text_size(game) * self._candidates for game in games]
        for rows in chunks(sizes, _TOKEN_BUDGET):
            values = self._critic(
                [games[i] for i in rows],
                [[*[[]] * (len(games[i].turns) - 1), texts[i]] for i in rows],
            )
            chosen = values.q_candidates.amin(0).argmax(-1)
            for i, choice in zip(rows, chosen.tolist(), strict=True):
                choices[i] = choice
        return choices


def _turn(said: str) -> Turn:
    return Turn(str(said), "", 0.0, cut_off=isinstance(said, CutOff))
