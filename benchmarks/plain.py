"""ArCHer as one would plainly write it, after the code released with the paper; what `iteration.py` compares with.

What is kept of that code, since it is what costs:

- batches of 256 are 32 micro-batches of 8 transitions, drawn one by one with replacement;
- every micro-batch of the critic draws its own utterances with a `generate` call; so does every one of the actor;
- `generate` knows no end of an utterance but the limit of 32 tokens: all rows are decoded that far, then cut;
- nothing is kept between turns: each reads its whole history anew, 32 games side by side, until the last has ended;
- the critic encodes state and utterance apart, and is asked three times a micro-batch: six passes of the encoder, of
  which the utterance's in V's target serves nothing;
- the log-probability comes from a softmax over the whole vocabulary at all positions;
- anomaly detection of autograd is on; gradients of actor and critic are clipped together.

What is left out, in its favour: the pauses, the pickles, and tokenizing histories again and again. What was wrong in
it is right here (padding on the left with explicit masks), at no cost.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from archer_agent.agents.agent import Utterance, View
from archer_agent.episodes.replay import Episode
from archer_agent.networks.critic import polyak
from archer_agent.networks.policy import LanguagePolicy

MICRO_BATCH = 8
GAMMA = 0.95
TAU = 0.1


@dataclass(frozen=True, slots=True)
class Transition:
    """A turn as the plain replay buffer has it: whole texts before and after.

    Attributes:
        state: the history.
        ids: its tokens, as the policy reads them.
        action: the utterance.
        reward: of the turn.
        following: the history after it.
        done: the game ended with it.
    """

    state: str
    ids: list[int]
    action: str
    reward: float
    following: str
    done: bool


class PlainCritic(nn.Module):
    """One encoder under four heads; state and utterance are encoded apart.

    Args:
        backbone: an encoder of transformers.
        tokenizer: its tokenizer.
    """

    def __init__(self, backbone: Any, tokenizer: Any) -> None:
        super().__init__()
        self.backbone = backbone
        self.tokenizer = tokenizer
        width = backbone.config.hidden_size
        self.q_heads = nn.ModuleList(_head(2 * width, width) for _ in range(2))
        self.v_heads = nn.ModuleList(_head(width, width) for _ in range(2))

    def forward(self, states: list[str], actions: list[str]) -> tuple[Tensor, Tensor]:
        """Return Q and V of both heads, each (2, B)."""
        state, action = self._encode(states), self._encode(actions)
        both = torch.cat([state, action], 1)
        q = torch.stack([head(both)[:, 0] for head in self.q_heads])
        return q, torch.stack([head(state)[:, 0] for head in self.v_heads])

    def _encode(self, texts: list[str]) -> Tensor:
        inputs = self.tokenizer(
            # An empty text has no token to read.
            [text or " " for text in texts],
            padding=True,
            truncation=True,
            max_length=512,
            return_tensors="pt",
        ).to(self.backbone.device)
        features: Tensor = self.backbone(**inputs).last_hidden_state[:, 0]
        return features


def _head(features: int, width: int) -> nn.Module:
    return nn.Sequential(
        *(nn.Linear(features, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU()),
        nn.Linear(width, 1),
    )


class Plain:
    """The plain learner.

    Args:
        policy: trained in place, with transformers' own functions alone.
        backbone: encoder of the critic.
        batch: transitions per gradient step.
    """

    rollout_batch = 32

    def __init__(self, policy: LanguagePolicy, backbone: Any, batch: int) -> None:
        self.policy = policy
        policy.model.generation_config.eos_token_id = None
        self.critic = PlainCritic(backbone, policy.codec.tokenizer).to(policy.device)
        self.target = copy.deepcopy(self.critic).requires_grad_(False)
        self.actor_optimizer = torch.optim.Adam(policy.parameters(), lr=1e-6)
        self.critic_optimizer = torch.optim.Adam(self.critic.parameters(), lr=2e-5)
        self.buffer: list[Transition] = []
        self._micro_batches = batch // MICRO_BATCH
        self._rng = np.random.default_rng(0)

    def agent(self) -> PlainAgent:
        """Return the policy as an agent."""
        return PlainAgent(self)

    def remember(self, games: Sequence[Episode]) -> None:
        """Put games into the buffer, turn by turn."""
        codec = self.policy.codec
        for game in games:
            text, ids = game.observation, [codec.bos_id, *codec.encode(game.observation)]
            for number, turn in enumerate(game.turns, 1):
                following = text + turn.action + turn.reply
                done = number == len(game.turns) and game.terminated
                self.buffer.append(
                    Transition(text, list(ids), turn.action, turn.reward, following, done)
                )
                text = following
                ids += [*turn.token_ids, *codec.encode(turn.reply)]

    @torch.no_grad()
    def generate(self, histories: Sequence[Sequence[int]]) -> list[list[int]]:
        """Draw an utterance after each history: `generate` to the limit, then cut after the terminator."""
        policy = self.policy
        room = policy.window - policy.max_new_tokens
        kept = [history[-room:] for history in histories]
        ids, mask = self._pad_left(kept, [])
        output = policy.model.generate(
            input_ids=ids,
            attention_mask=mask,
            do_sample=True,
            max_new_tokens=policy.max_new_tokens,
            pad_token_id=policy.codec.eos_id,
        )
        drawn = []
        for row in output[:, ids.shape[1] :].tolist():
            end = next((n for n, token in enumerate(row, 1) if token in policy.codec.stop_ids), 0)
            drawn.append(row[:end] if end else row)
        return drawn

    def train_critic(self, steps: int) -> None:
        """Take the critic's steps of an iteration."""
        with torch.autograd.set_detect_anomaly(True):
            for _ in range(steps):
                self.critic_optimizer.zero_grad()
                for _ in range(self._micro_batches):
                    self.critic_loss(self._draw()).backward()
                self._clip()
                self.critic_optimizer.step()
                polyak(self.target, self.critic, TAU)

    def critic_loss(self, batch: Sequence[Transition]) -> Tensor:
        """Return the sum of both heads' squared errors of Q and V, each a mean over the micro-batch."""
        states, actions = [t.state for t in batch], [t.action for t in batch]
        q, v = self.critic(states, actions)
        with torch.no_grad():
            fresh = self._say([t.ids for t in batch])
            v_target, _ = self.target(states, fresh)
            _, following = self.target([t.following for t in batch], actions)
            reward = torch.tensor([t.reward for t in batch], device=self.policy.device)
            goes_on = torch.tensor([float(not t.done) for t in batch], device=self.policy.device)
            q_target = reward + GAMMA * goes_on * following
        return (q - q_target).square().mean(1).sum() + (v - v_target).square().mean(1).sum()

    def train_actor(self, steps: int) -> None:
        """Take the actor's steps of an iteration."""
        with torch.autograd.set_detect_anomaly(True):
            for _ in range(steps):
                self.actor_optimizer.zero_grad()
                for _ in range(self._micro_batches):
                    self.actor_loss(self._draw()).backward()
                self._clip()
                self.actor_optimizer.step()

    def actor_loss(self, batch: Sequence[Transition]) -> Tensor:
        """Return REINFORCE's loss on fresh utterances, weighed by their advantage."""
        histories = [t.ids for t in batch]
        drawn = self.generate(histories)
        with torch.no_grad():
            said = [self.policy.codec.decode_action(ids) for ids in drawn]
            q, v = self.critic([t.state for t in batch], said)
            advantage = q.amin(0) - v.amin(0)
        return -(advantage * self.log_probability(histories, drawn)).mean()

    def log_probability(
        self, histories: Sequence[Sequence[int]], drawn: Sequence[Sequence[int]]
    ) -> Tensor:
        """Return the log-probability of each utterance, (B,), from a softmax at every position."""
        ids, mask = self._pad_left(histories, drawn)
        positions = (mask.cumsum(1) - 1).clamp_min(0)
        logits = self.policy.model(
            input_ids=ids, attention_mask=mask, position_ids=positions
        ).logits
        probabilities = logits.softmax(-1)[:, :-1]
        of_tokens = probabilities.gather(2, ids[:, 1:, None])[..., 0]
        said = torch.zeros_like(of_tokens)
        for row, tokens in enumerate(drawn):
            said[row, -len(tokens) :] = 1
        # Elsewhere a probability may be 0.
        return (torch.where(said > 0, of_tokens, 1.0).log() * said).sum(1)

    def _pad_left(
        self, histories: Sequence[Sequence[int]], drawn: Sequence[Sequence[int]]
    ) -> tuple[Tensor, Tensor]:
        """Return ids and mask, (B, L), of histories (and what follows them), padded on the left."""
        rows = (
            [[*history, *more] for history, more in zip(histories, drawn, strict=True)]
            if drawn
            else histories
        )
        width = max(len(row) for row in rows)
        ids = torch.tensor([[0] * (width - len(row)) + [*row] for row in rows])
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows])
        return ids.to(self.policy.device), mask.to(self.policy.device)

    def _say(self, histories: Sequence[Sequence[int]]) -> list[str]:
        return [self.policy.codec.decode_action(ids) for ids in self.generate(histories)]

    def _draw(self) -> list[Transition]:
        return [self.buffer[i] for i in self._rng.integers(len(self.buffer), size=MICRO_BATCH)]

    def _clip(self) -> None:
        everything = [*self.policy.parameters(), *self.critic.parameters()]
        nn.utils.clip_grad_norm_(everything, 1.0)


class PlainAgent:
    """The policy as an agent that keeps nothing between turns, and goes on speaking in games that have ended.

    Args:
        plain: whose policy plays.
    """

    def __init__(self, plain: Plain) -> None:
        self._plain = plain

    def begin(self, games: int) -> None:
        """Start the histories."""
        self._histories = [[self._plain.policy.codec.bos_id] for _ in range(games)]

    def act(self, views: Sequence[View]) -> list[Utterance]:
        """Say something in every game, and return what was said in those that go on."""
        codec = self._plain.policy.codec
        for view in views:
            self._histories[view.game].extend(codec.encode(view.new))
        drawn = self._plain.generate(self._histories)
        for view in views:
            self._histories[view.game].extend(drawn[view.game])
        said = [drawn[view.game] for view in views]
        # Nobody looks at these log-probabilities.
        return [Utterance(codec.decode_action(ids), ids, [0.0] * len(ids)) for ids in said]
