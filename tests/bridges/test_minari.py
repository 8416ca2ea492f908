"""Minari's collector records games, and what it wrote down plays again."""

from pathlib import Path
from typing import Any

import gymnasium
import minari
import numpy as np
import pytest
from minari_record_replay import DATA, record, replay

from llm_gym.core import FreeText
from llm_gym.wrappers import DiscreteActions, PlainInfo


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path))


def test_a_recorded_game_replays():
    record(4)
    assert replay()
    data = minari.load_dataset(DATA)
    assert data.total_episodes == 4 and data.spec.env_spec is not None
    for episode in data.iterate_episodes():
        assert "success" in episode.infos and "task_id" not in episode.infos
        assert all(text in data.observation_space for text in episode.observations)
        assert all(text in data.action_space for text in episode.actions)
        assert bool(episode.infos["success"][-1]) == (episode.rewards[-1] == 0)


@pytest.mark.parametrize("env_id", ["llm_gym/AdventureWorlds-v0", "llm_gym/WebShop-v0"])
def test_games_whose_lists_change_their_length(env_id: str):
    """Valid actions are now five, now nine: the collector wants a constant shape."""
    env = minari.DataCollector(PlainInfo(gymnasium.make(env_id)), record_infos=True)
    env.reset(seed=0)
    for _ in range(3):
        env.step(env.get_wrapper_attr("candidates")()[0])
    env.reset(seed=1)
    data = env.create_dataset("games/any-v0")
    (episode,) = data.iterate_episodes()
    assert len(episode.observations) == 4


def test_any_text_comes_back():
    words = ["Is it alive?", "¿Está vivo? é", "生きている?", "🦜", "“quoted” — text"]
    env: Any = minari.DataCollector(PlainInfo(gymnasium.make("llm_gym/TwentyQuestions-v0")))
    env.reset(seed=0)
    for word in words:
        env.step(word)
    env.reset(seed=1)
    data = env.create_dataset("games/words-v0")
    (episode,) = data.iterate_episodes()
    assert list(map(str, episode.actions)) == words
    assert all(text in data.observation_space for text in episode.observations)
    assert not isinstance(data.observation_space, FreeText)  # Minari reads its own stock space


def test_numbers_record_too():
    env: Any = minari.DataCollector(
        PlainInfo(DiscreteActions(gymnasium.make("llm_gym/Adventure-v0"), slots=64), texts=False),
        record_infos=True,
    )
    env.reset(seed=0)
    for _ in range(3):
        env.step(int(np.flatnonzero(env.get_wrapper_attr("action_masks")())[0]))
    env.reset(seed=1)
    (episode,) = env.create_dataset("games/numbers-v0").iterate_episodes()
    assert episode.actions.shape == (3,)
