"""A causal language model as a policy: token in, token out.

What is sampled is what is trained: the ids that were drawn, terminator included, under the full softmax at the
sampling temperature, with explicit positions and masks, so that a log-probability recomputed at the same weights
equals the one recorded (tests/test_models.py).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad

from archer_agent.losses import token_logprob
from archer_agent.networks.attention import Branch, Tree, build_tree, chunks
from archer_agent.networks.backbone import Adapter, Network, window
from archer_agent.networks.cache import new_cache
from archer_agent.networks.grouped import attend_in_groups
from archer_agent.networks.sharding import whole
from archer_agent.networks.tokens import Codec, Segment

_BLOCK = 256
"""The words of a vocabulary that are drawn from together; about the root of how many there are."""


def predictors(
    tree: Tree, segments: Sequence[Segment], branches: Sequence[Branch]
) -> tuple[list[int], list[int], list[Sequence[int]]]:
    """Return the rows and columns of a tree after which each token of its actions is said, and each action's tokens.

    The actions are in the order of the trunks, of each first its spans, then its branches.

    Args:
        tree: of the segments and branches.
        segments: the trunks.
        branches: that hang on them.
    """
    hanging: list[list[tuple[Branch, list[int]]]] = [[] for _ in segments]
    for branch, places in zip(branches, tree.branch_columns, strict=True):
        hanging[branch.row].append((branch, places))
    rows: list[int] = []
    columns: list[int] = []
    actions: list[Sequence[int]] = []
    for row, segment in enumerate(segments):
        for span in segment.spans:
            columns += range(span.start - 1, span.end - 1)
            actions.append(segment.ids[span.start : span.end])
        for branch, places in hanging[row]:
            columns += [branch.parent, *places][:-1]
            actions.append(branch.ids)
        rows += [row] * (len(columns) - len(rows))
    return rows, columns, actions


class LanguagePolicy(Network):
    """A policy over utterances.

    Args:
        model: a Hugging Face causal language model with full attention (GPT-2-, Llama-, Qwen-like).
        codec: its tokenizer, and how a game is written in its tokens.
        max_new_tokens: the most tokens of an utterance, terminator included; a longer one is cut off.
        temperature: divides the logits, in sampling and in training alike.
        adapter: of the model, where it is shared.
        dtype: the number format of matrix products.

    Raises:
        ValueError: the temperature is not positive, or the model changes its logits after the last layer in a way
            that this class does not follow.
    """

    def __init__(
        self,
        model: Any,
        codec: Codec,
        max_new_tokens: int = 32,
        temperature: float = 1.0,
        adapter: Adapter | None = None,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__(adapter, dtype)
        if temperature <= 0:
            raise ValueError(
                f"temperature must be positive, not {temperature}; ask for greedy instead"
            )
        settings = model.config.to_dict()
        for name in ("final_logit_softcapping", "logit_scale", "logits_scaling"):
            if settings.get(name) not in (None, 1.0):
                raise ValueError(f"models with {name} in their configuration are not supported")
        self.model: Any
        attend_in_groups(model)
        self.hold("model", model)
        self.codec = codec
        self.max_new_tokens = max_new_tokens
        self.temperature = temperature
        self.window = window(model.config)

    def hidden(self, ids: Tensor, positions: Tensor, visible: Tensor, cache: Any = None) -> Tensor:
        """Return the last hidden states (B, L, width); with a cache its keys come before the new ones."""
        return self.read(self.model.base_model, ids, positions, visible, cache)

    def logits(self, hidden: Tensor) -> Tensor:
        """Return tempered next-token logits in float32: (..., width) -> (..., vocabulary)."""
        head = self.model.get_output_embeddings()
        with torch.autocast(self.device.type, enabled=False):
            logits: Tensor = head(hidden.to(head.weight.dtype)).float()
        # A vocabulary is wide: nothing is divided by one.
        return logits if self.temperature == 1 else logits / self.temperature

    def reference(self, to_be_filled: bool = False) -> LanguagePolicy:
        """Return a frozen policy that speaks as this one does now; with adapters it shares the model.

        Args:
            to_be_filled: other weights will be loaded into it.
        """
        memo: dict[int, Any] = {id(self.codec): self.codec}
        if self.adapter is not None:
            adapter = self.adapter.reference(to_be_filled)
            memo |= {id(self.adapter): adapter, id(self.model): self.model}
        return copy.deepcopy(self, memo).requires_grad_(False)

    def session(self, generator: torch.Generator | None = None) -> Session:
        """Begin to play: a batch of contexts that grow by what is observed and what is said."""
        return Session(self, generator)

    def action_logits(
        self, segments: Sequence[Segment], branches: Sequence[Branch] = ()
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the logits that predict every action token of a batch, in one differentiable pass.

        Returns:
            ``(logits, tokens, owner)``, the first (A, vocabulary), the others as those of `action_states`.
        """
        states, tokens, owner = self.action_states(segments, branches)
        return self.logits(states), tokens, owner

    def action_states(
        self, segments: Sequence[Segment], branches: Sequence[Branch] = ()
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the hidden states after which every action token of a batch is said.

        Args:
            segments: the trunks; their spans are actions.
            branches: more actions on those trunks.

        Returns:
            ``(states, tokens, owner)``: (A, width), (A,) and (A,), where ``owner`` is the number of the action that
            the token belongs to: in the order of the trunks, of each first its spans, then its branches.
        """
        tree = build_tree([segment.ids for segment in segments], branches, self.device)
        hidden = self.hidden(tree.ids, tree.positions, tree.visible)
        rows, columns, actions = predictors(tree, segments, branches)
        tokens = [token for ids in actions for token in ids]
        owner = [number for number, ids in enumerate(actions) for _ in ids]
        states = hidden[self._tensor(rows), self._tensor(columns)]
        return states, self._tensor(tokens), self._tensor(owner)

    def text_logits(self, segments: Sequence[Segment]) -> tuple[Tensor, Tensor, Tensor]:
        """Return the logits that predict every token of a batch but the first of each segment.

        Returns:
            ``(logits, tokens, is_action)``: (T, vocabulary), (T,) and (T,), True for the tokens of utterances.
        """
        tree = build_tree([segment.ids for segment in segments], (), self.device)
        hidden = self.hidden(tree.ids, tree.positions, tree.visible)
        rows: list[int] = []
        predictors: list[int] = []
        tokens: list[int] = []
        is_action: list[bool] = []
        for row, segment in enumerate(segments):
            length = len(segment.ids)
            rows += [row] * (length - 1)
            predictors += range(length - 1)
            tokens += segment.ids[1:]
            flags = [False] * length
            for span in segment.spans:
                flags[span.start : span.end] = [True] * (span.end - span.start)
            is_action += flags[1:]
        states = hidden[self._tensor(rows), self._tensor(predictors)]
        return self.logits(states), self._tensor(tokens), self._tensor(is_action)

    def _tensor(self, values: list[Any]) -> Tensor:
        return torch.tensor(values, device=self.device)

    @torch.no_grad()
    def sample_branches(
        self,
        contexts: Sequence[tuple[Sequence[int], Sequence[int]]],
        count: int,
        generator: torch.Generator | None = None,
        token_budget: int = 65536,
    ) -> list[list[list[tuple[list[int], float]]]]:
        """Draw ``count`` utterances at chosen states of many games, each game's tokens read once.

        All branches of a game decode side by side under a tree mask.

        Args:
            contexts: for each game its tokens, and the positions of the last token of the states to draw at.
            count: utterances per state.
            generator: the source of randomness.
            token_budget: the most padded trunk-and-branch tokens in one batch.

        Returns:
            For each game, for each state, ``count`` pairs of ids and their log-probability (the sum over tokens, nats).
        """
        result: list[list[list[tuple[list[int], float]]]] = [[] for _ in contexts]
        sizes = [len(ids) + len(parents) * count * self.max_new_tokens for ids, parents in contexts]
        with whole(self), self.in_format():
            for batch in chunks(sizes, token_budget):
                for game, drawn in zip(
                    batch,
                    self._sample_batch([contexts[i] for i in batch], count, generator),
                    strict=True,
                ):
                    result[game] = drawn
        return result

    def _sample_batch(
        self,
        contexts: Sequence[tuple[Sequence[int], Sequence[int]]],
        count: int,
        generator: torch.Generator | None,
    ) -> list[list[list[tuple[list[int], float]]]]:
        device = self.device
        rows = len(contexts)
        tree = build_tree([ids for ids, _ in contexts], (), device)
        cache = new_cache(self.dtype)
        hidden = self.hidden(tree.ids, tree.positions, tree.visible, cache)
        trunk_length = tree.ids.shape[1]
        width = max(len(parents) for _, parents in contexts) * count  # branches of a row, padded
        parent = torch.zeros(rows, width, dtype=torch.long, device=device)
        alive = torch.zeros(rows, width, dtype=torch.bool, device=device)
        for row, (_, parents) in enumerate(contexts):
            used = len(parents) * count
            parent[row, :used] = torch.tensor(parents, device=device).repeat_interleave(count)
            alive[row, :used] = True
        sees_trunk = torch.arange(trunk_length, device=device) <= parent[:, :, None]
        speaker = torch.zeros(rows, 0, dtype=torch.long, device=device)  # whose token each key is
        at = hidden.gather(1, parent[:, :, None].expand(-1, -1, hidden.shape[-1]))
        stop = torch.tensor(sorted(self.codec.stop_ids), device=device)
        tokens, kept = [], []
        total = torch.zeros(rows, width, device=device)
        for step in range(self.max_new_tokens):
            drawn, logprob = self.draw(self.logits(at), generator)
            tokens.append(drawn)
            kept.append(alive)
            total += torch.where(alive, logprob, 0.0)
            alive = alive & ~torch.isin(drawn, stop)
            going = int(alive.sum(1).max())
            if step + 1 == self.max_new_tokens or not going:
                break
            # What has ended is read no further, but to pad rows where less goes on; draws stay as many, and so the same.
            on = (~alive).int().argsort(dim=1, stable=True)[:, :going]
            speaker = torch.cat([speaker, on], 1)
            own = speaker[:, None] == on[:, :, None]
            trunk = sees_trunk.gather(1, on[:, :, None].expand(-1, -1, trunk_length))
            states = self.hidden(
                drawn.gather(1, on),
                parent.gather(1, on) + 1 + step,
                torch.cat([trunk, own], -1),
                cache,
            )
            at = at.scatter(1, on[:, :, None].expand_as(states), states)
        ids = torch.stack(tokens, -1).tolist()
        lengths = torch.stack(kept, -1).sum(-1).tolist()
        sums = total.tolist()
        return [
            [
                [
                    (ids[row][b][: lengths[row][b]], sums[row][b])
                    for b in range(state * count, (state + 1) * count)
                ]
                for state in range(len(parents))
            ]
            for row, (_, parents) in enumerate(contexts)
        ]

    def draw(
        self, logits: Tensor, generator: torch.Generator | None, greedy: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Draw a token from each distribution (or take the likeliest) with its log-probability.

        Args:
            logits: (..., vocabulary).
            generator: the source of randomness; unused when greedy.
            greedy: take the likeliest token.

        Returns:
            ``(tokens, logprobs)``, both (...).

        Raises:
            ValueError: a logit is NaN or infinite, or none of a row is finite.
        """
        logprobs = logits.log_softmax(-1)
        # One logit that is no number makes all of its row none; likeliest of those would be some token.
        if logprobs[..., 0].isnan().any():
            raise ValueError(
                "the policy's probabilities are no numbers: it has diverged; lower the learning rates"
            )
        tokens = logprobs.argmax(-1) if greedy else _draw(logprobs.exp(), generator)
        return tokens, token_logprob(logprobs, tokens)


def _draw(probabilities: Tensor, generator: torch.Generator | None) -> Tensor:
    """Draw one index from each distribution (..., vocabulary): (...).

    First a block of words, then a word of it: two random numbers a draw, and but one sum over the vocabulary.
    `torch.multinomial` takes a random number for every word, which is most of a step where there are many.
    """
    if spare := -probabilities.shape[-1] % _BLOCK:
        probabilities = pad(probabilities, (0, spare))
    blocks = probabilities.unflatten(-1, (-1, _BLOCK))
    block = _invert(blocks.sum(-1), generator)
    words = blocks.gather(-2, block[..., None, None].expand(*block.shape, 1, _BLOCK)).squeeze(-2)
    return block * _BLOCK + _invert(words, generator)


def _invert(weights: Tensor, generator: torch.Generator | None) -> Tensor:
    """Draw one index from each row of weights (..., N) by the inverse of its distribution function: (...).

    What weighs 0 is never drawn: the number is in (0, total], and what first reaches it has added something.
    """
    # A random number of float32 is a multiple of 2^-24: most of what is rarer would never be drawn, the rest too often.
    fine = torch.float32 if weights.device.type == "mps" else torch.float64
    reached = weights.cumsum(-1, dtype=fine)
    total = reached[..., -1:]
    chance = torch.rand(total.shape, generator=generator, dtype=fine, device=total.device)
    return torch.searchsorted(reached, (1.0 - chance) * total).squeeze(-1)


class Session:
    """A batch of growing contexts whose keys and values are kept across turns.

    Rows grow raggedly: a chunk is padded on the right, its padding is never seen by anyone, and positions count
    real tokens only.

    Args:
        policy: whose model reads and speaks.
        generator: the source of randomness.
    """

    def __init__(self, policy: LanguagePolicy, generator: torch.Generator | None) -> None:
        self._policy = policy
        self._generator = generator
        self._cache = new_cache(policy.dtype)
        device = policy.device
        self._real = torch.zeros(0, 0, dtype=torch.bool, device=device)  # (B, columns so far)
        self._length = torch.zeros(0, dtype=torch.long, device=device)  # (B,), real tokens
        self._last = torch.zeros(
            0, 0, device=device
        )  # (B, width), hidden state of the last real token
        # What was said last is read together with what comes next, which saves a pass per turn.
        self._unread = torch.zeros(0, 0, dtype=torch.long, device=device)  # (B, 0 or 1)
        self._unread_real = torch.zeros(0, 0, dtype=torch.bool, device=device)

    def append(self, pieces: Sequence[Sequence[int]]) -> None:
        """Let every row read its piece (possibly empty; the first piece of a row may not be)."""
        device = self._policy.device
        if self._real.shape[1] == 0:
            self._real = torch.zeros(len(pieces), 0, dtype=torch.bool, device=device)
            self._length = torch.zeros(len(pieces), dtype=torch.long, device=device)
            self._unread = torch.zeros(len(pieces), 0, dtype=torch.long, device=device)
            self._unread_real = torch.zeros(len(pieces), 0, dtype=torch.bool, device=device)
        width = max(len(piece) for piece in pieces)
        padded = torch.tensor(
            [[*piece, *[0] * (width - len(piece))] for piece in pieces],
            dtype=torch.long,
            device=device,
        )
        count = torch.tensor([len(piece) for piece in pieces], device=device)
        ids = torch.cat([self._unread, padded], 1)
        real = torch.cat(
            [self._unread_real, torch.arange(width, device=device) < count[:, None]], 1
        )
        self._unread, self._unread_real = ids[:, :0], real[:, :0]
        hidden = self._read(ids, real)
        # The column of each row's last real token; a row that read nothing keeps its last state.
        column = torch.arange(1, ids.shape[1] + 1, device=device)
        latest = (real * column).amax(1)
        last = hidden[torch.arange(len(pieces), device=device), (latest - 1).clamp_min(0)]
        self._last = (
            last if len(self._last) == 0 else torch.where((latest > 0)[:, None], last, self._last)
        )

    def _read(self, ids: Tensor, real: Tensor) -> Tensor:
        """Feed a padded chunk (B, n) of which ``real`` marks the tokens; return its hidden states."""
        columns, width = self._real.shape[1], ids.shape[1]
        step = real.long().cumsum(1)
        positions = (self._length[:, None] + step - 1).clamp_min(0)
        self._length = self._length + step[:, -1]
        self._real = torch.cat([self._real, real], 1)
        query = torch.arange(columns, columns + width, device=ids.device)
        key = torch.arange(columns + width, device=ids.device)
        causal = key <= query[:, None]
        # Padding sees itself, so that no row of the softmax is empty.
        visible = (self._real[:, None, :] & causal) | (key == query[:, None])
        return self._policy.hidden(ids, positions, visible, self._cache)

    @torch.no_grad()
    def speak(self, greedy: bool = False) -> tuple[list[list[int]], list[list[float]]]:
        """Draw an utterance for every row and read it into the contexts.

        Returns:
            ids (terminator included, unless cut off at the limit) and their log-probabilities, per row.
        """
        with self._policy.in_format():
            return self._speak(greedy)

    def _speak(self, greedy: bool) -> tuple[list[list[int]], list[list[float]]]:
        policy = self._policy
        device = policy.device
        stop = torch.tensor(sorted(policy.codec.stop_ids), device=device)
        alive = torch.ones(self._length.shape[0], dtype=torch.bool, device=device)
        tokens, logprobs, kept = [], [], []
        while True:
            drawn, logprob = policy.draw(policy.logits(self._last), self._generator, greedy)
            tokens.append(drawn)
            logprobs.append(logprob)
            kept.append(alive)
            self._unread, self._unread_real = drawn[:, None], alive[:, None]
            alive = alive & ~torch.isin(drawn, stop)
            if len(tokens) == policy.max_new_tokens or not alive.any():
                break
            hidden = self._read(self._unread, self._unread_real)
            self._last = torch.where(self._unread_real, hidden[:, 0], self._last)
        counts = torch.stack(kept, 1).sum(1).tolist()
        ids = torch.stack(tokens, 1).tolist()
        probabilities = torch.stack(logprobs, 1).tolist()
        return (
            [row[:count] for row, count in zip(ids, counts, strict=True)],
            [row[:count] for row, count in zip(probabilities, counts, strict=True)],
        )

    def keep(self, rows: Sequence[int]) -> None:
        """Keep these rows, in this order, and forget the others."""
        index = torch.tensor(rows, device=self._policy.device)
        self._cache.batch_select_indices(index)
        self._real = self._real[index]
        self._length = self._length[index]
        self._last = self._last[index]
        self._unread = self._unread[index]
        self._unread_real = self._unread_real[index]
