"""How many games an iteration plays."""

from typing import Any

import pytest

from archer_agent.networks import distributed
from archer_agent.runs.pace import games_to_play, own_games
from archer_agent.settings import LoopConfig, configure


def test_always_as_many_without_growth():
    loop = LoopConfig(games_per_iteration=24)
    assert [games_to_play(loop, played, 8) for played in (0, 1000)] == [24, 24]


@pytest.mark.parametrize(
    ("played", "multiple", "games"),
    [
        (0, 1, 16),
        (64, 1, 16),
        (128, 1, 16),
        (129, 1, 17),  # an eighth, rounded up
        (1000, 1, 125),
        (1000, 8, 128),  # groups of eight
        (0, 6, 18),
        (2048, 1, 256),
        (100_000, 8, 256),
    ],
)
def test_a_share_of_what_has_been_played(played: int, multiple: int, games: int):
    loop = LoopConfig(games_per_iteration=256, growth=0.125)
    assert games_to_play(loop, played, multiple) == games


def test_few_are_enough_where_few_are_wanted():
    assert games_to_play(LoopConfig(games_per_iteration=8, growth=0.5), 1000) == 8


def test_a_harder_game_begins_with_more():
    loop = LoopConfig(growth=0.0625, first_games=64)
    assert [games_to_play(loop, played) for played in (0, 1024, 1600)] == [64, 64, 100]


@pytest.mark.parametrize(
    ("games", "settings", "message"),
    [
        (25, {}, "--loop.games-per-iteration is 25, which 2"),
        (24, {"algo": "grpo"}, "over --grpo.group is 3, which 2"),  # groups of eight
        (24, {"warm_start": {"critic_games": 7}}, "--warm-start.critic-games is 7, which 2"),
    ],
)
def test_processes_have_equal_shares_and_whole_groups(
    games: int, settings: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(distributed, "world_size", lambda: 2)
    loop = {"games_per_iteration": games}
    with pytest.raises(ValueError, match=message):
        own_games(configure("any", loop=loop, **settings))
    assert own_games(configure("any", loop={"games_per_iteration": 32}, algo="grpo")) == 16
