"""A value function over tokens: what is expected before each token of an utterance is said."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from archer_agent.networks.attention import Branch, Tree, build_tree
from archer_agent.networks.backbone import Network
from archer_agent.networks.policy import LanguagePolicy, predictors
from archer_agent.networks.scale import Scale
from archer_agent.networks.tokens import Segment


class TokenCritic(Network):
    """A copy of the policy's backbone (or of its adapter) with one value head; it reads the policy's own tokens.

    The head starts at zero: an untrained value function sees no difference anywhere.

    Args:
        policy: copied, and left as it is.
    """

    begins_passes = ("of_branches",)

    def __init__(self, policy: LanguagePolicy) -> None:
        shared = policy.adapter is not None
        super().__init__(policy.adapter.twin() if policy.adapter else None, policy.dtype)
        model = policy.model.base_model
        self.backbone: Any
        self.hold("backbone", model if shared else copy.deepcopy(model))
        self.head = nn.Linear(model.config.hidden_size, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        self.scale = Scale()
        self.to(policy.device)

    def forward(self, games: Sequence[Sequence[Segment]]) -> tuple[Tensor, Tensor]:
        """Value some games.

        Args:
            games: the segments of each, the reply to the last utterance included where the game was cut off.

        Returns:
            ``(values, final)``: (A,), before each action token, in the order of
            `LanguagePolicy.action_logits`, and (len(games),), at each game's last token, which means
            something only where the game did not end there.
        """
        segments = [segment for game in games for segment in game]
        device = self.head.weight.device
        tree = build_tree([segment.ids for segment in segments], (), device)
        values = self._read(tree)
        final = torch.tensor([len(game) for game in games], device=device).cumsum(0) - 1
        ends = torch.tensor([len(game[-1].ids) - 1 for game in games], device=device)
        return self._before_actions(values, tree, segments, ()), values[final, ends]

    def of_branches(self, segments: Sequence[Segment], branches: Sequence[Branch]) -> Tensor:
        """Value the tokens of utterances that hang on trunks.

        Args:
            segments: the trunks, without spans.
            branches: the utterances, at least one; in the order of their trunks.

        Returns:
            (A,), before each token of the branches, in their order.
        """
        tree = build_tree([segment.ids for segment in segments], branches, self.head.weight.device)
        return self._before_actions(self._read(tree), tree, segments, branches)

    def _read(self, tree: Tree) -> Tensor:
        """Value the state after every token: (B, L)."""
        hidden = self.read(self.backbone, tree.ids, tree.positions, tree.visible)
        return self.scale.value(self.head(hidden.float())[..., 0])

    def _before_actions(
        self, values: Tensor, tree: Tree, segments: Sequence[Segment], branches: Sequence[Branch]
    ) -> Tensor:
        rows, columns, _ = predictors(tree, segments, branches)
        return values[
            torch.tensor(rows, device=values.device), torch.tensor(columns, device=values.device)
        ]
