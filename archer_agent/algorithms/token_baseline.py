"""The token-level baseline of ArCHer: what an utterance is going to be worth, given how it began.

Zhou et al. 2024 (arXiv 2402.19446), section 3.3 ("ArCHer with baseline"). A language model of its own reads the
state and the utterance so far; its value V_t(s, a^{<h}) regresses on the advantage A(s, a) of the whole utterance,
and the actor's token a^h is weighed by A - V_t. What was clear before a token was said is not that token's doing.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from archer_agent import losses
from archer_agent.algorithms.policy_gradient import Weighed, join
from archer_agent.networks.distributed import average
from archer_agent.networks.optimization import clipped_step
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.token_critic import TokenCritic


class TokenBaseline:
    """A value function over the tokens of utterances, and its optimizer.

    Args:
        policy: whose backbone is copied; left as it is.
        lr: learning rate of Adam.
        grad_clip: the largest gradient norm.
        token_budget: the most padded tokens in one forward pass.
    """

    def __init__(
        self, policy: LanguagePolicy, lr: float, grad_clip: float, token_budget: int
    ) -> None:
        self.critic = TokenCritic(policy)
        self.optimizer = torch.optim.Adam(self.critic.parameters(), lr=lr)
        self._grad_clip = grad_clip
        self._token_budget = token_budget
        self._steps = 0

    @torch.no_grad()
    def values(self, games: Sequence[Weighed]) -> list[Tensor]:
        """Return V_t before each token of the games' branches: for each game (its tokens,)."""
        result: list[Tensor] = [torch.empty(0)] * len(games)
        for rows in self.critic.batches([game.size for game in games], self._token_budget):
            batch = [games[i] for i in rows]
            values = self.critic.of_branches(*join(batch))
            lengths = [sum(len(branch.ids) for branch in game.branches) for game in batch]
            for row, part in zip(rows, values.split(lengths), strict=True):
                result[row] = part
        return result

    def take_steps(self) -> int:
        """Return how many gradient steps were taken since it was last asked."""
        count, self._steps = self._steps, 0
        return count

    def step(self, games: Sequence[Weighed], targets: Sequence[Tensor]) -> float:
        """Take one gradient step towards a target for each token; return the loss, the mean over tokens.

        Args:
            games: whose branches are the utterances.
            targets: for each game (its tokens,): the advantage of the utterance that the token belongs to.
        """
        tokens = average(sum(len(target) for target in targets))
        self.optimizer.zero_grad()
        total = 0.0
        for rows in self.critic.batches([game.size for game in games], self._token_budget):
            value = self.critic.of_branches(*join([games[i] for i in rows]))
            target = torch.cat([targets[i] for i in rows]).to(value)
            loss = losses.head_loss(value[None], target).sum() / tokens
            loss.backward()
            total += loss.item()
        clipped_step(self.optimizer, self._grad_clip, lambda: [game.to_json() for game in games])
        self._steps += 1
        return total


def per_token(games: Sequence[Weighed]) -> list[Tensor]:
    """Give each token of the games' branches the advantage of its utterance: for each game (its tokens,)."""
    return [
        game.advantage.repeat_interleave(
            torch.tensor(
                [len(branch.ids) for branch in game.branches], device=game.advantage.device
            )
        )
        for game in games
    ]
