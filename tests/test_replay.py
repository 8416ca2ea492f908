"""Episodes in memory and on disk."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archer_agent.episodes.replay import (
    GREATEST_REWARD,
    Episode,
    ReplayBuffer,
    Turn,
    append_episodes,
    read_episodes,
)

# Files are UTF-8, which has no form for lone surrogates.
TEXT = st.text(st.characters(codec="utf-8"))
REWARD = st.floats(-GREATEST_REWARD, GREATEST_REWARD)
TURN = st.builds(
    Turn,
    TEXT,
    TEXT,
    REWARD,
    st.lists(st.integers(0, 2**20)),
    st.lists(REWARD),
    st.booleans(),
    cut_off=st.booleans(),
)
EPISODE = st.builds(
    Episode,
    TEXT,
    st.lists(TURN, max_size=3),
    st.booleans(),
    st.booleans(),
    TEXT,
    st.integers(0, 2**64 - 1),
)


def game(*rewards: float) -> Episode:
    return Episode("start", [Turn("a", " r", reward) for reward in rewards])


@given(st.lists(EPISODE, max_size=3), st.lists(EPISODE, max_size=3))
def test_what_is_appended_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, first: list[Episode], second: list[Episode]
):
    path = tmp_path_factory.mktemp("episodes") / "episodes.jsonl"
    append_episodes(path, first, iteration=1)
    append_episodes(path, second, iteration=2)
    pairs = read_episodes(path)
    assert [episode for _, episode in pairs] == first + second
    assert [record["iteration"] for record, _ in pairs] == [1] * len(first) + [2] * len(second)


def test_returns():
    episode = game(1.0, 2.0, -4.0)
    assert episode.total_reward == -1.0
    assert episode.discounted_returns(0.5) == [1.0, 0.0, -4.0]
    assert episode.to_json()["return"] == -1.0
    assert game().discounted_returns(0.5) == []


def test_pieces_are_the_text_in_order():
    assert list(game(0.0, 0.0).pieces()) == [
        ("start", False),
        *[("a", True), (" r", False)] * 2,
    ]


def test_a_buffer_keeps_the_most_recent():
    buffer = ReplayBuffer(capacity=3)
    buffer.extend(Episode("", seed=seed) for seed in range(5))
    assert len(buffer) == 3
    drawn = buffer.sample(10, np.random.default_rng(0))
    assert sorted(episode.seed for episode in drawn) == [2, 3, 4]


def test_a_buffer_draws_distinct_episodes_uniformly():
    buffer = ReplayBuffer(capacity=4)
    buffer.extend(Episode("", seed=seed) for seed in range(4))
    rng = np.random.default_rng(0)
    draws = [sorted(e.seed for e in buffer.sample(2, rng)) for _ in range(600)]
    assert all(a < b for a, b in draws)
    counts = np.bincount(np.ravel(draws), minlength=4)
    assert (abs(counts - 300) < 60).all()  # five standard deviations


@pytest.mark.parametrize(
    "line",
    [
        json.dumps(game(1.0).to_json())[:-9],  # torn
        '{"observation": "no turns"}',
        "[1, 2]",
        json.dumps({**game().to_json(), "turns": [{"said": "a"}]}),
        "",
    ],
)
def test_a_line_that_is_no_episode_is_named(tmp_path: Path, line: str):
    path = tmp_path / "episodes.jsonl"
    append_episodes(path, [game(1.0)])
    with path.open("a") as file:
        file.write(line + "\n")
    with pytest.raises(ValueError, match=r"episodes\.jsonl, line 2: not an episode"):
        read_episodes(path)


def test_a_file_holds_no_values_that_json_lacks(tmp_path: Path):
    with pytest.raises(ValueError, match="JSON"):
        append_episodes(tmp_path / "episodes.jsonl", [game(float("nan"))])
