"""Codec, stream and the tokenizer that is trained on the spot."""

import copy
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archer_agent.episodes.replay import CutOff, Episode, Turn
from archer_agent.networks.tokens import Codec, Stream, episode_stream, train_tokenizer

TEXTS = ["Is it big? Yes.\n", "Is it alive?\nNo.\n", "é 漢字"] * 3
TOKENIZERS = {split: train_tokenizer(TEXTS, 320, split_words=split) for split in (True, False)}


@pytest.fixture(params=[True, False], ids=["words", "phrases"])
def codec(request: pytest.FixtureRequest) -> Codec:
    return Codec(TOKENIZERS[request.param])


@pytest.mark.parametrize("split", [True, False])
@given(text=st.text(st.characters(codec="utf-8")))
def test_any_text_survives_a_round_trip(split: bool, text: str):
    tokenizer = TOKENIZERS[split]
    ids = tokenizer.encode(text, add_special_tokens=False)
    assert tokenizer.decode(ids) == text


def test_tokens_that_hold_a_line_break_end_an_utterance(codec: Codec):
    texts = {i: codec.tokenizer.decode([i]) for i in range(len(codec.tokenizer))}
    expected = {i for i, text in texts.items() if "\n" in text} | {codec.eos_id}
    assert codec.stop_ids == expected
    assert len(codec.encode("\n")) == 1
    assert codec.encode("\n")[0] in codec.stop_ids


def test_merges_across_words_may_hold_a_line_break_among_other_text():
    codec = Codec(TOKENIZERS[False])
    stops = [codec.tokenizer.decode([i], skip_special_tokens=True) for i in codec.stop_ids]
    assert any("\n" in text and text.strip() for text in stops)


def test_an_action_ends_with_its_terminator_and_is_cut_to_the_limit(codec: Codec):
    whole = codec.encode_action("Is it big?", 64)
    assert whole[-1] == codec.eos_id
    assert codec.decode_action(whole) == "Is it big?"
    long = codec.encode_action("x" * 50, 5)
    assert len(long) == 5
    assert long[-1] == codec.eos_id
    assert codec.decode_action(codec.encode_action(" \n Is it? \n", 64)) == "Is it?"


def test_what_was_cut_off_is_read_without_an_end(codec: Codec):
    sampled = list(codec.encode("Is it bi"))
    cut = codec.decode_action(sampled)
    assert cut == "Is it bi" and isinstance(cut, CutOff)
    assert codec.encode_action(cut, 64) == tuple(sampled)
    assert codec.encode_action(str(cut), 64) == (*sampled, codec.eos_id)
    assert not isinstance(codec.decode_action([*sampled, codec.eos_id]), CutOff)
    turns = [Turn("Is it bi", " No.", 0.0, cut_off=True), Turn("Is it bi", " No.", 0.0)]
    (segment,) = episode_stream(Episode("Go.", turns), codec, 100, 20, canonical=True).segments
    assert [span.end - span.start for span in segment.spans] == [len(sampled), len(sampled) + 1]
    assert codec.encode_action(CutOff(""), 64) == (codec.eos_id,)  # of nothing at all, an end


def test_a_tokenizer_needs_an_end():
    class Endless:
        eos_token_id = None

    with pytest.raises(ValueError, match="no end-of-sequence token"):
        Codec(Endless())


def test_a_stream_begins_a_new_segment_where_the_window_is_full():
    stream = Stream(bos_id=0, window=10, reserve=3)
    assert not stream.observe([1, 2])
    stream.act([3, 4])
    assert not stream.observe([5, 6])  # 7 tokens and room for 3 fill the window
    stream.act([7, 8])
    assert stream.observe([9])
    stream.act([10])
    first, second = stream.segments
    assert first.ids == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert second.ids == [0, 5, 6, 7, 8, 9, 10]
    spans = [(s.turn, s.start, s.end) for segment in stream.segments for s in segment.spans]
    assert spans == [(0, 3, 5), (1, 7, 9), (2, 6, 7)]
    assert stream.context is second.ids


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 4)), max_size=12))
def test_no_segment_outgrows_the_window(turns: list[tuple[int, int]]):
    stream = Stream(bos_id=0, window=12, reserve=4)
    token = iter(range(1, 1000))
    said = []
    for reply, action in turns:
        stream.observe([next(token) for _ in range(reply)])
        said.append([next(token) for _ in range(action)])
        stream.act(said[-1])
    assert all(len(segment.ids) <= 12 for segment in stream.segments)
    assert [
        segment.ids[s.start : s.end] for segment in stream.segments for s in segment.spans
    ] == said


def test_a_window_must_hold_more_than_an_utterance():
    with pytest.raises(ValueError, match="a context of 9 tokens is too small for utterances of 4"):
        Stream(bos_id=0, window=9, reserve=4)


def test_an_episode_keeps_the_tokens_it_was_sampled_as(codec: Codec):
    # "big" spelt out in bytes: not the tokens that its text would get.
    sampled = [*(codec.encode(letter)[0] for letter in "big"), codec.eos_id]
    episode = Episode("Go.", [Turn("big", " Yes.\n", 0.0, sampled), Turn("small", " No.\n", 0.0)])

    def said(**options: Any) -> list[list[int]]:
        (segment,) = episode_stream(episode, codec, 100, 20, **options).segments
        return [segment.ids[s.start : s.end] for s in segment.spans]

    small = list(codec.encode_action("small", 20))
    assert said() == [sampled, small]
    assert said(canonical=True) == [list(codec.encode_action("big", 20)), small]
    assert codec.encode("big") != tuple(sampled[:-1])


def test_the_last_reply_may_be_left_out(codec: Codec):
    episode = Episode("Go.", [Turn("a", " Yes.", 0.0), Turn("b", " No.", 0.0)])
    whole = episode_stream(episode, codec, 100, 20).context
    cut = episode_stream(episode, codec, 100, 20, keep_last_reply=False).context
    assert whole == [*cut, *codec.encode(" No.")]


def test_what_is_known_of_texts_is_bounded_by_its_size(
    codec: Codec, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("archer_agent.networks.tokens._CACHE", 500_000)

    def traced_after(count: int) -> int:
        for number in range(count):
            codec.encode(f"{number} of {count}: " + "is it big? yes.\n" * 20)
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        first = traced_after(400)
        assert traced_after(1600) < first + 50_000 < 1_000_000
    finally:
        tracemalloc.stop()
    text = "is it big?"
    assert codec.encode(text) is codec.encode(text) and copy.deepcopy(codec) is codec
    assert list(codec.encode(text)) == codec.tokenizer.encode(text, add_special_tokens=False)
