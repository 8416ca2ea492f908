"""FreeText: membership, samples, equality, and shared memory with any text."""

import copy
import functools
import json
import multiprocessing
import pickle
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.spaces.utils import flatten, flatten_space, unflatten
from gymnasium.vector import AsyncVectorEnv, SyncVectorEnv
from gymnasium.vector.utils import (
    batch_space,
    create_shared_memory,
    read_from_shared_memory,
    write_to_shared_memory,
)
from gymnasium.wrappers import TransformAction
from hypothesis import given
from hypothesis import strategies as st
from text_games import EXOTIC

from llm_gym import FreeText

# Any code point at all, surrogates included (hypothesis leaves them out by default).
ANY_TEXT = st.text(st.characters(codec=None, categories=None), max_size=30)


def test_contains_any_text_of_a_permitted_length():
    space = FreeText(5, min_length=1)
    for text in ("a", "🦜" * 5, "\n\0", "\ud800"):
        assert text in space
    for other in ("", "abcdef", 3, None, b"abc", ["a"]):
        assert other not in space
    assert "" in FreeText(5)


def test_samples_are_printable_members_and_seeded():
    space, twin = FreeText(300, seed=3), FreeText(300, seed=3)
    samples = [space.sample() for _ in range(20)]
    assert samples == [twin.sample() for _ in range(20)]
    assert all(text in space and (text.isprintable()) for text in samples)
    assert len({len(text) for text in samples}) > 10


def test_equality_and_repr():
    assert FreeText(10) == FreeText(10, seed=4)
    assert FreeText(10) != FreeText(11)
    assert FreeText(10) != FreeText(10, min_length=1)
    stock = spaces.Text(10, min_length=0, charset=frozenset("ab"))
    assert FreeText(10) != stock and stock != FreeText(10)
    assert repr(FreeText(10)) == "FreeText(10)"
    assert repr(FreeText(10, min_length=2)) == "FreeText(10, min_length=2)"


def test_copies_pickles_and_json_samples():
    space = FreeText(300)
    assert len(pickle.dumps(space)) < 10_000
    for twin in (pickle.loads(pickle.dumps(space)), copy.deepcopy(space)):
        assert type(twin) is FreeText and twin == space
    samples = ["é", "🦜", ""]
    assert space.from_jsonable(json.loads(json.dumps(space.to_jsonable(samples)))) == samples


def test_refuses_impossible_bounds():
    with pytest.raises(ValueError, match="min_length 4 is not between 0 and 3"):
        FreeText(3, min_length=4)


def shared(space: spaces.Space[Any], n: int) -> tuple[Any, Any]:
    memory = create_shared_memory(space, n=n, ctx=multiprocessing)
    return memory, read_from_shared_memory(space, memory, n=n)


@given(st.lists(st.tuples(st.integers(0, 2), ANY_TEXT), max_size=8))
def test_shared_memory_holds_what_was_written(writes: list[tuple[int, str]]):
    space = FreeText(30)
    memory, live = shared(space, 3)
    expected = ["", "", ""]
    for index, text in writes:
        before = copy.deepcopy(live)
        write_to_shared_memory(space, index, text, memory)
        assert before == tuple(expected), "a copy taken earlier must not change"
        expected[index] = text
        assert copy.deepcopy(live) == tuple(expected)
    assert live in batch_space(space, 3)


def test_live_view_decodes_at_every_look():
    space = FreeText(8)
    memory, live = shared(space, 2)
    for texts in (("a", "🦜"), ("\ud800é", ""), ("12345678", "🦜" * 8)):
        for index, text in enumerate(texts):
            write_to_shared_memory(space, index, text, memory)
        assert live == texts and texts == live and not live != texts
        assert (live[0], live[-1], live[:1]) == (texts[0], texts[1], texts[:1])
        assert (tuple(live), list(live), [*live]) == (texts, list(texts), list(texts))
        first, second = live
        assert (first, second) == texts
        assert texts[1] in live and live.index(texts[1]) == 1 and live.count(texts[0]) == 1
        assert repr(live) == repr(texts) and hash(live) == hash(texts)
        assert live + texts == (*texts, *texts)
        assert np.array(live, dtype=object).tolist() == list(texts)
        for plain in (copy.copy(live), copy.deepcopy(live), pickle.loads(pickle.dumps(live))):
            assert type(plain) is tuple and plain == texts
    with pytest.raises(TypeError, match="no order"):
        _ = live < ("a", "b")


def test_a_text_that_does_not_fit_is_refused_and_harms_no_neighbour():
    space = FreeText(4)
    memory, live = shared(space, 2)
    write_to_shared_memory(space, 1, "next", memory)
    with pytest.raises(ValueError, match=r"5 characters is not in FreeText\(4\)"):
        write_to_shared_memory(space, 0, "12345", memory)
    assert live == ("", "next")


@given(ANY_TEXT)
def test_flattening_knows_every_character(text: str):
    space = FreeText(30)
    flat = flatten(space, text)
    assert flat in flatten_space(space) and flat.dtype == np.int32
    assert unflatten(space, flat) == text
    assert space.from_jsonable(json.loads(json.dumps(space.to_jsonable([text])))) == [text]


def test_a_text_that_is_too_long_is_not_flattened():
    with pytest.raises(ValueError, match=r"a text of 4 characters is not in FreeText\(3\)"):
        flatten(FreeText(3), "abcd")


def test_what_others_write_down_holds_what_people_write():
    space = FreeText(300)
    stock = spaces.Text(300, min_length=0, charset=space.characters)
    assert "tab\t, line\n, é, ß, 漢字, Ж, “quoted” and 🦜" in stock


class SayingEnv(gymnasium.Env[dict[str, Any], str]):
    """Observations are a dictionary with a text and a number."""

    observation_space = spaces.Dict({"said": FreeText(40), "n": spaces.Discrete(9)})
    action_space = FreeText(40)

    def __init__(self) -> None:
        self.n = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.n = 0
        return {"said": EXOTIC, "n": 0}, {}

    def step(self, action: str) -> Any:
        self.n += 1
        return {"said": action + EXOTIC, "n": self.n}, 0.0, self.n == 2, False, {}


@pytest.mark.parametrize("shared_memory", [True, False])
def test_inside_a_dictionary_in_worker_processes(shared_memory: bool):
    sync = SyncVectorEnv([SayingEnv] * 2)
    asynchronous = AsyncVectorEnv([SayingEnv] * 2, shared_memory=shared_memory)
    try:
        both = [vector.reset(seed=1)[0] for vector in (sync, asynchronous)]
        for step in range(4):
            assert both[0]["said"] == both[1]["said"]
            assert np.array_equal(both[0]["n"], both[1]["n"])
            both = [vector.step([f"ö{step}", "🦜"])[0] for vector in (sync, asynchronous)]
    finally:
        asynchronous.close()


class SaysItsNumber(gymnasium.Env[str, str]):
    """Games of different limits: the text is as long as the space allows."""

    action_space = FreeText(5)

    def __init__(self, limit: int) -> None:
        self.observation_space = FreeText(limit)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[str, dict[str, Any]]:
        super().reset(seed=seed)
        return "🦜" * self.observation_space.max_length, {}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        return action, 0.0, False, False, {}


def test_games_of_different_limits_share_a_vector_environment():
    def made(*limits: int) -> list[Any]:
        return [lambda limit=limit: SaysItsNumber(limit) for limit in limits]

    for vector in (
        SyncVectorEnv(made(3, 9, 6), observation_mode="different"),
        AsyncVectorEnv(made(9, 3, 6), observation_mode="different"),
        AsyncVectorEnv(made(3, 9, 6), observation_mode="different", shared_memory=False),
        AsyncVectorEnv(made(3, 6), observation_mode=(batch_space(FreeText(9), 2), FreeText(9))),
    ):
        observations, _ = vector.reset(seed=0)
        assert observations in vector.observation_space
        assert sorted(map(len, observations)) in ([3, 6, 9], [3, 6])
        texts = tuple("abc"[: vector.num_envs])
        assert vector.step(texts)[0] == texts
        vector.close()


def test_different_games_share_a_vector_environment():
    def made(name: str) -> gymnasium.Env[str, str]:
        return TransformAction(gymnasium.make(f"llm_gym/{name}-v0"), str, FreeText(512))

    ids = ("GuessMyCity", "TwentyQuestions", "Adventure")
    vector = SyncVectorEnv(
        [functools.partial(made, name) for name in ids], observation_mode="different"
    )
    vector.reset(seed=0)
    observations, _, _, _, infos = vector.step(["Is it hot there?", "Is it alive?", "take penny"])
    assert observations in vector.observation_space
    assert not infos["invalid_action"].any() and infos["turn"].tolist() == [1, 1, 1]


def test_where_a_longer_text_comes_second_it_is_said_how_to_order_them():
    memory = create_shared_memory(FreeText(2), n=2)
    write_to_shared_memory(FreeText(9), 0, "ab", memory)
    with pytest.raises(ValueError, match="let the one with the longest observations come first"):
        write_to_shared_memory(FreeText(9), 1, "abc", memory)
    assert read_from_shared_memory(FreeText(2), memory, n=2) == ("ab", "")
