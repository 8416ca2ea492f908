"""The utterance-level critic: two Q and two V, as functions of the text of a game.

Two layouts with one interface:

- `CausalCritic` reads a whole game in one pass of a causal model: V at the end of what the environment said, Q at the
  end of what the agent said; candidate utterances hang on as branches under a tree mask.
- `EncoderCritic` is the paper's: a bidirectional encoder reads a state, or a state and an utterance, each on its own.

Both read text, with a tokenizer of their own, so any critic goes with any policy. Where a game has a privileged text
(`Episode.privileged`), they read it beside the game.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from archer_agent import losses
from archer_agent.episodes.replay import Episode
from archer_agent.networks.attention import Branch, build_tree
from archer_agent.networks.backbone import Adapter, Network, window
from archer_agent.networks.chat import readable
from archer_agent.networks.grouped import attend_in_groups
from archer_agent.networks.parts import is_sharded, part_again
from archer_agent.networks.scale import Scale
from archer_agent.networks.tokens import Codec, episode_stream

Candidates = Sequence[Sequence[Sequence[str]]]
"""For each episode, for each turn, the candidate utterances of the state in which the turn began; a turn has K or none."""


@dataclass(slots=True)
class Values:
    """What a critic says of a batch of episodes; turns are numbered through in order.

    Attributes:
        q: (2, N), Q of the utterance that was said.
        v: (2, S), V of the states: each turn's, and after a game that was cut off its last state's.
        state: (N,), for each turn the number of its state.
        next_state: (N,), for each turn the number of the following state; 0 where the game terminated.
        q_out: (2, N, B), what the heads of Q put out: logits of B bins, or with B = 1 the value itself.
        v_out: (2, S, B), the same of V.
        q_candidates: (2, C, K), Q of the candidates of the C turns that have any.
        candidate_turn: (C,), the numbers of those turns.
        reward: (N,).
        terminated: (N,), 1 where the game ended by its rules with this turn.
    """

    q: Tensor
    v: Tensor
    state: Tensor
    next_state: Tensor
    q_out: Tensor
    v_out: Tensor
    q_candidates: Tensor
    candidate_turn: Tensor
    reward: Tensor
    terminated: Tensor

    @property
    def v_of_turns(self) -> Tensor:
        """V of the state of each turn: (2, N)."""
        return self.v[:, self.state]

    @property
    def v_out_of_turns(self) -> Tensor:
        """What the heads of V put out at the state of each turn: (2, N, B)."""
        return self.v_out[:, self.state]

    @property
    def v_next(self) -> Tensor:
        """V of the state after each turn: (2, N); meaningless where ``terminated`` is 1."""
        return self.v[:, self.next_state]


class Critic(Network, ABC):
    """What both layouts share: the heads, the target copy and the numbering of turns and states.

    Args:
        backbone: a Hugging Face model without a head.
        tokenizer: its tokenizer.
        features: the width of what the heads read.
        adapter: of the backbone, where it is shared.
        dtype: the number format of matrix products.
    """

    begins_passes = ()

    def __init__(
        self,
        backbone: Any,
        tokenizer: Any,
        features: int,
        adapter: Adapter | None,
        dtype: torch.dtype,
    ) -> None:
        super().__init__(adapter, dtype)
        self.backbone: Any
        self.hold("backbone", backbone)
        self.tokenizer = tokenizer
        self.q_heads = nn.ModuleList(_head(features) for _ in range(2))
        self.v_heads = nn.ModuleList(_head(features) for _ in range(2))
        self.bins: losses.Bins | None = None
        self.scale = Scale()

    def use_bins(self, bins: losses.Bins, seed: int = 0) -> None:
        """Make the heads classify: logits of bins instead of a value, whose mean is the value then.

        Their last layers are made anew, at random: from zero, logits take several times the steps to tell states apart.
        All values are near the middle of the range at first.

        Args:
            bins: of the returns.
            seed: of the weights; the global generator is left as it was.
        """
        self.bins = bins.to(self.device)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            for head in (*self.q_heads, *self.v_heads):
                last = nn.Linear(head[-1].in_features, len(bins.centres))
                head[-1] = last.to(head[-1].weight)

    def value(self, out: Tensor) -> Tensor:
        """Turn what heads put out into values: (..., B) -> (...)."""
        if self.bins is None:
            return self.scale.value(out[..., 0])
        return losses.bins_value(out, self.bins)

    def loss(self, out: Tensor, target: Tensor, expectile: float = 0.5) -> Tensor:
        """Return the loss of a pair of heads: squared errors, or cross-entropies where they classify.

        Args:
            out: (2, ..., B), from `Values.q_out` or `Values.v_out`.
            target: (2, ...), or without the heads for both.
            expectile: as in `losses.head_loss`.

        Returns:
            (...), squared errors in units of `scale`.
        """
        if self.bins is None:
            return losses.head_loss(out[..., 0], self.scale.normal(target), expectile)
        return losses.hl_gauss_loss(out, target, self.bins, expectile)

    def forward(self, episodes: Sequence[Episode], candidates: Candidates | None = None) -> Values:
        """Value every state and utterance of the episodes, and the candidates if given.

        Args:
            episodes: at least one, each with at least one turn.
            candidates: K utterances for each turn, or none for some.
        """
        q_features, v_features, candidate_features = self.features(episodes, candidates)
        state, next_state, reward, terminated = [], [], [], []
        states = 0
        for episode in episodes:
            last = len(episode.turns) - 1
            for number, turn in enumerate(episode.turns):
                ends = number == last and episode.terminated
                state.append(states)
                next_state.append(0 if ends else states + 1)
                reward.append(turn.reward)
                terminated.append(float(ends))
                states += 1
            states += not episode.terminated
        device = self.device
        counts = [] if candidates is None else [len(turn) for game in candidates for turn in game]
        chosen = [turn for turn, count in enumerate(counts) if count]
        q_out = torch.stack([head(q_features).float() for head in self.q_heads])
        v_out = torch.stack([head(v_features).float() for head in self.v_heads])
        q_candidates = self.value(
            torch.stack([head(candidate_features).float() for head in self.q_heads])
        )
        return Values(
            q=self.value(q_out),
            v=self.value(v_out),
            q_out=q_out,
            v_out=v_out,
            state=torch.tensor(state, device=device),
            next_state=torch.tensor(next_state, device=device),
            q_candidates=q_candidates.view(2, len(chosen), counts[chosen[0]] if chosen else 0),
            candidate_turn=torch.tensor(chosen, dtype=torch.long, device=device),
            reward=torch.tensor(reward, device=device),
            terminated=torch.tensor(terminated, device=device),
        )

    @abstractmethod
    def features(
        self, episodes: Sequence[Episode], candidates: Candidates | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return what the heads read: (N, F) of utterances, (S, F) of states, (C K, F) of candidates."""


class CausalCritic(Critic):
    """Whole games in one pass of a causal language model.

    Args:
        backbone: a causal Hugging Face model without its language-model head.
        codec: its tokenizer, and how a game is written in its tokens.
        max_action_tokens: the most tokens of an utterance; a longer one is cut.
        adapter: of the backbone, where it is shared.
        dtype: the number format of matrix products.
    """

    def __init__(
        self,
        backbone: Any,
        codec: Codec,
        max_action_tokens: int = 64,
        adapter: Adapter | None = None,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        attend_in_groups(backbone)
        super().__init__(backbone, codec.tokenizer, backbone.config.hidden_size, adapter, dtype)
        self.codec = codec
        self.max_action_tokens = max_action_tokens
        self.window = window(backbone.config)

    def features(
        self, episodes: Sequence[Episode], candidates: Candidates | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Read the hidden states at the turn boundaries; a game longer than the window takes several rows."""
        trunks: list[list[int]] = []
        branches: list[Branch] = []
        q_at: list[tuple[int, int]] = []
        v_at: list[tuple[int, int]] = []
        limit = self.max_action_tokens
        for number, episode in enumerate(episodes):
            # At the beginning of every row, so that a game longer than the window does not lose it.
            before = self.codec.encode(f"{episode.privileged}\n") if episode.privileged else ()
            stream = episode_stream(
                episode,
                self.codec,
                self.window - len(before),
                limit,
                canonical=True,
                keep_last_reply=not episode.terminated,
            )
            for segment in stream.segments:
                row = len(trunks)
                trunks.append([segment.ids[0], *before, *segment.ids[1:]])
                for span in segment.spans:
                    state = len(before) + span.start - 1
                    v_at.append((row, state))
                    q_at.append((row, len(before) + span.end - 1))
                    if candidates is not None:
                        branches += [
                            Branch(row, state, self.codec.encode_action(text, limit))
                            for text in candidates[number][span.turn]
                        ]
            if not episode.terminated:
                v_at.append((len(trunks) - 1, len(trunks[-1]) - 1))
        tree = build_tree(trunks, branches, self.device)
        hidden = self.read(self.backbone, tree.ids, tree.positions, tree.visible)
        c_at = [
            (branch.row, columns[-1])
            for branch, columns in zip(branches, tree.branch_columns, strict=True)
        ]
        return _gather(hidden, q_at), _gather(hidden, v_at), _gather(hidden, c_at)


class EncoderCritic(Critic):
    """The paper's layout: an encoder reads [CLS] state (and utterance), the heads read the first token.

    A long state loses its beginning, never its end; so does an utterance, where it is the longer of the two.

    Args:
        backbone: a bidirectional Hugging Face encoder (RoBERTa-, BERT-like).
        tokenizer: its tokenizer.
        max_tokens: the most tokens of a state and an utterance together; None for the model's own limit.
        adapter: of the backbone, where it is shared.
        dtype: the number format of matrix products.
    """

    def __init__(
        self,
        backbone: Any,
        tokenizer: Any,
        max_tokens: int | None = None,
        adapter: Adapter | None = None,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__(backbone, tokenizer, backbone.config.hidden_size, adapter, dtype)
        # RoBERTa numbers positions from padding_idx + 1, so two fewer than its table are usable.
        usable = backbone.config.max_position_embeddings - 2
        self.max_tokens = usable if max_tokens is None else min(max_tokens, usable)
        self.tokenizer.truncation_side = "left"

    def features(
        self, episodes: Sequence[Episode], candidates: Candidates | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Encode each distinct state, and each state with each utterance, once."""
        states: list[tuple[str, str]] = []
        said: list[tuple[str, str]] = []
        proposed: list[tuple[str, str]] = []
        for number, episode in enumerate(episodes):
            history = episode.observation
            # Not before the history, which loses its beginning where it is long.
            before = f"{episode.privileged}\n" if episode.privileged else ""
            for index, turn in enumerate(episode.turns):
                states.append((history, before))
                said.append((history, before + turn.action))
                if candidates is not None:
                    proposed += [(history, before + text) for text in candidates[number][index]]
                history = history + turn.action + turn.reply
            if not episode.terminated:
                states.append((history, before))
        privileged = any(before for _, before in states)
        return (
            self._encode([s for s, _ in said], [a for _, a in said]),
            self._encode([s for s, _ in states], [p for _, p in states] if privileged else None),
            self._encode([s for s, _ in proposed], [a for _, a in proposed])
            if proposed or candidates is None or not is_sharded(self)
            # Processes pass equally often, also the one none of whose games has candidates here.
            else self._encode([""], [""])[:0],
        )

    def _encode(self, states: list[str], actions: list[str] | None) -> Tensor:
        if not states:
            return torch.zeros(0, self.backbone.config.hidden_size, device=self.device)
        inputs = self.tokenizer(
            [readable(state) for state in states],
            None if actions is None else [readable(action) for action in actions],
            truncation="longest_first",
            max_length=self.max_tokens,
            padding=True,
            split_special_tokens=True,  # what a text spells is text
            return_tensors="pt",
        ).to(self.device)
        return self.run(self.backbone, **inputs)[:, 0].float()


def _head(width: int) -> nn.Module:
    """A two-layer head. Its last layer starts at zero: an untrained critic sees no advantage anywhere."""
    last = nn.Linear(width, 1)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(nn.Linear(width, width), nn.ReLU(), last)


def _gather(hidden: Tensor, at: list[tuple[int, int]]) -> Tensor:
    """Pick (row, column) hidden states: (B, L, F) -> (len(at), F), in float32."""
    rows = torch.tensor([row for row, _ in at], dtype=torch.long, device=hidden.device)
    columns = torch.tensor([column for _, column in at], dtype=torch.long, device=hidden.device)
    return hidden[rows, columns].float()


def target_copy(critic: Critic) -> Critic:
    """Return a frozen copy that follows the critic by `polyak` only; with adapters it shares the backbone."""
    memo: dict[int, Any] = {}
    if critic.adapter is not None:
        memo = {id(critic.adapter): critic.adapter.twin(), id(critic.backbone): critic.backbone}
    target = copy.deepcopy(critic, memo)
    target.requires_grad_(False)
    return target


@torch.no_grad()
def polyak(target: nn.Module, online: nn.Module, tau: float) -> None:
    """Move the target's weights: ``thetabar <- (1 - tau) thetabar + tau theta`` (paper, section 3.2)."""
    part_again(target)
    part_again(online)
    for slow, fast in zip(target.parameters(), online.parameters(), strict=True):
        slow.lerp_(fast, tau)
    for slow_buffer, fast_buffer in zip(target.buffers(), online.buffers(), strict=True):
        slow_buffer.copy_(fast_buffer)
