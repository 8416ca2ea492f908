"""From text to token streams and back: the tokenizer's duties, and the append-only stream of one game."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from archer_agent.episodes.replay import CutOff, Episode
from archer_agent.networks.chat import ChatTemplate, readable


class Codec:
    r"""A tokenizer together with the conventions of this package.

    An utterance ends with a terminator: the end-of-sequence token, or any token whose text holds a line break
    (computed once, so that a merged token such as ``"?\n"`` ends the utterance and keeps its probability).
    Every new piece of text is tokenized once; ids are concatenated and never decoded and encoded again.

    In a chat the pieces stand in the tokenizer's chat template, and an utterance ends with the template's end of a
    turn, or the end-of-sequence token; a line break is part of it.

    Args:
        tokenizer: a Hugging Face tokenizer with an end-of-sequence token.
        chat: use its chat template.
        instruction: text that is put before the first observation of a game.

    Attributes:
        eos_id: what ends an utterance that is given as text.
        bos_id: what every stream begins with.
        stop_ids: what ends an utterance that is sampled.

    Raises:
        ValueError: the tokenizer has no end-of-sequence token, or no chat template that can be used.
    """

    def __init__(self, tokenizer: Any, chat: bool = False, instruction: str = "") -> None:
        if tokenizer.eos_token_id is None:
            raise ValueError(
                "the tokenizer has no end-of-sequence token, which ends an utterance; set one in its folder"
            )
        self.tokenizer = tokenizer
        self.instruction = instruction
        self.template = ChatTemplate(tokenizer) if chat else None
        if self.template is not None:
            self.eos_id: int = self.template.terminator
            self.bos_id: int = self.template.opening("")[0]
            self.stop_ids = frozenset({self.eos_id, tokenizer.eos_token_id})
        else:
            eos: int = tokenizer.eos_token_id
            self.eos_id = eos
            self.bos_id = eos if tokenizer.bos_token_id is None else tokenizer.bos_token_id
            self.stop_ids = frozenset({eos, *_line_breaks(tokenizer)})
        self._numbers: dict[int, int] = {}
        self._known: OrderedDict[_Key, tuple[int, ...]] = OrderedDict()
        self._held = 0

    def __deepcopy__(self, memo: dict[int, Any]) -> Codec:
        """Return itself: a copy of a network reads as the network does, and what is known of texts serves both."""
        return self

    def encode(self, text: str) -> tuple[int, ...]:
        """Return the ids of a piece of text, without special tokens, also where it spells one."""
        return self._cached(
            (text, None),
            lambda: self.tokenizer.encode(
                readable(text), add_special_tokens=False, split_special_tokens=True
            ),
        )

    def observation(self, text: str, first: bool) -> tuple[int, ...]:
        """Return the ids of what the environment says, as it stands in a stream.

        Args:
            text: what is new.
            first: the game begins with it; ``bos_id`` stands before it already.
        """
        if first:
            text = self.instruction + text
        if (template := self.template) is None:
            return self.encode(text)
        return self._cached(
            (text, first), lambda: template.opening(text)[1:] if first else template.reply(text)
        )

    def _cached(self, key: _Key, make: Callable[[], Sequence[int]]) -> tuple[int, ...]:
        """Return ids, made once for texts that are asked for often; those that were not for longest go first."""
        known = self._known
        if key in known:
            known.move_to_end(key)
            return known[key]
        # A number that is one object everywhere takes eight bytes in each place, not forty.
        numbers = self._numbers
        ids = known[key] = tuple(numbers.setdefault(each, each) for each in make())
        self._held += _size(key, ids)
        while self._held > _CACHE:
            self._held -= _size(*known.popitem(last=False))
        return ids

    def encode_action(self, text: str, limit: int) -> tuple[int, ...]:
        """Return the ids of an utterance given as text, terminator included; a longer one is cut to ``limit``.

        A `CutOff` gets no terminator: nobody shall read an end that was not said.
        """
        if isinstance(text, CutOff):
            return self.encode(str(text))[:limit] or (self.eos_id,)
        return (*self.encode(text)[: limit - 1], self.eos_id)

    def decode_action(self, ids: Sequence[int]) -> str:
        """Return an utterance as the environment receives it: without special tokens and outer white space.

        It is a `CutOff` where the ids hold no terminator.
        """
        text: str = self.tokenizer.decode(list(ids), skip_special_tokens=True).strip()
        return text if ids and ids[-1] in self.stop_ids else CutOff(text)


_Key: TypeAlias = "tuple[str, bool | None]"
_CACHE = 32 * 2**20
"""Bytes of texts and their ids that are kept, about."""


def _size(key: _Key, ids: Sequence[int]) -> int:
    """Return about how many bytes an entry of the cache takes."""
    return 300 + len(key[0]) + 8 * len(ids)


def _line_breaks(tokenizer: Any) -> list[int]:
    """Return the tokens whose text holds a line break."""
    return [
        i for i in range(len(tokenizer)) if "\n" in tokenizer.decode([i], skip_special_tokens=False)
    ]


@dataclass(slots=True)
class Span:
    """Where one utterance stands in a stream: ids ``[start, end)`` of turn number ``turn``."""

    turn: int
    start: int
    end: int


@dataclass(slots=True)
class Segment:
    """A stretch of a game that fits into one context window: its ids, and the utterances in it.

    The state in which the utterance of a span is chosen is the prefix ``ids[:start]``; its last token, at
    ``start - 1``, is where a causal critic reads V, and ``end - 1`` is where it reads Q.
    """

    ids: list[int]
    spans: list[Span] = field(default_factory=list)


class Stream:
    """The append-only token stream of one game, cut into segments where a context window is full.

    Args:
        bos_id: the token that every segment begins with.
        window: the most tokens a segment may hold.
        reserve: room kept for the next utterance. When a reply leaves less, a new segment begins with the last
            ``window // 2`` tokens of the game so far.

    Attributes:
        begun: something has been observed.
        segments: so far.
    """

    def __init__(self, bos_id: int, window: int, reserve: int) -> None:
        if window < 2 * (reserve + 1):
            raise ValueError(
                f"a context of {window} tokens is too small for utterances of {reserve}; "
                "shorten the utterances or use a model with a longer context"
            )
        self._bos_id = bos_id
        self._window = window
        self._reserve = reserve
        self._turn = 0
        self.begun = False
        self.segments = [Segment([bos_id])]

    @property
    def context(self) -> list[int]:
        """The ids of the current segment: what the policy sees."""
        return self.segments[-1].ids

    def observe(self, ids: Sequence[int]) -> bool:
        """Append what the environment said; return True when that began a new segment."""
        self.begun = True
        history = [*self.context, *ids]
        if len(history) + self._reserve <= self._window:
            self.context.extend(ids)
            return False
        self.segments.append(Segment([self._bos_id, *history[-(self._window // 2) :]]))
        return True

    def act(self, ids: Sequence[int]) -> None:
        """Append an utterance, terminator included."""
        start = len(self.context)
        self.context.extend(ids)
        self.segments[-1].spans.append(Span(self._turn, start, start + len(ids)))
        self._turn += 1


def episode_stream(
    episode: Episode,
    codec: Codec,
    window: int,
    reserve: int,
    canonical: bool = False,
    keep_last_reply: bool = True,
) -> Stream:
    """Replay an episode into a stream.

    Args:
        episode: what was said.
        codec: how text becomes ids.
        window: the most tokens of a segment.
        reserve: the most tokens of an utterance.
        canonical: tokenize utterances anew even where the episode holds the sampled ids, for a reader with another
            tokenizer than the speaker's. Otherwise the sampled ids are used.
        keep_last_reply: append what followed the last utterance; nobody acts on it.
    """
    stream = Stream(codec.bos_id, window, reserve)
    stream.observe(codec.observation(episode.observation, True))
    for number, turn in enumerate(episode.turns):
        if canonical or not turn.token_ids:
            stream.act(codec.encode_action(turn.said, reserve))
        else:
            stream.act(turn.token_ids)
        if keep_last_reply or number + 1 < len(episode.turns):
            stream.observe(codec.observation(turn.reply, False))
    return stream


_LEARNED_OF_A_TEXT = 4_000
_LEARNED_OF_ALL = 16_000_000
"""Characters that a tokenizer learns from."""


def _beginnings(texts: Iterable[str]) -> Iterator[str]:
    left = _LEARNED_OF_ALL
    for text in texts:
        if left <= 0:
            return
        yield readable(text[:_LEARNED_OF_A_TEXT])
        left -= min(len(text), _LEARNED_OF_A_TEXT)


def train_tokenizer(texts: Iterable[str], vocabulary: int, split_words: bool) -> Any:
    """Train a byte-pair tokenizer on the spot; every text survives a round trip.

    Args:
        texts: what to learn the merges from: of each the beginning, as merging takes more than its share of time in
            texts without end, and of all no more than a few books.
        vocabulary: the most tokens.
        split_words: merge within words only, as GPT-2 does. False merges across words too, so that a frequent
            question becomes a few tokens, which suits very small models.

    Returns:
        A Hugging Face fast tokenizer with the end-of-sequence token ``<|endoftext|>``.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(
        add_prefix_space=False, use_regex=split_words
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_beginnings(texts), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<|endoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        clean_up_tokenization_spaces=False,
    )
