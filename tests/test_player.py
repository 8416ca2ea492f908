"""The scripted player of Twenty Questions."""

from statistics import mean
from typing import Any

import gymnasium
import pytest

import llm_gym  # noqa: F401  registers the environments
from llm_gym.games.questions import telling_apart


@pytest.fixture(scope="module")
def env() -> Any:
    return gymnasium.make("llm_gym/TwentyQuestionsSubset-v0").unwrapped


def games(env: Any, count: int, **options: Any) -> list[tuple[float, str]]:
    """Return return and transcript of games with the seeds 0, 1, ..., all played by one player."""
    player = env.scripted_player(seed=5, **options)
    played = []
    for seed in range(count):
        observation, _ = env.reset(seed=seed)
        total, ended = 0.0, False
        while not ended:
            observation, reward, terminated, truncated, _ = env.step(player(observation))
            total += float(reward)
            ended = terminated or truncated
        played.append((total, observation))
    return played


def test_the_seed_decides_everything(env: Any):
    first = games(env, 4, skill=0.5)
    assert games(env, 4, skill=0.5) == first
    player, other = (env.scripted_player(seed=seed, skill=0.0) for seed in (5, 6))
    observation, _ = env.reset(seed=0)
    assert [player(observation) for _ in range(8)] != [other(observation) for _ in range(8)]


def test_skill_pays(env: Any):
    poor, fair = (mean(r for r, _ in games(env, 64, skill=skill)) for skill in (0.0, 0.5))
    best = mean(r for r, _ in games(env, 128, skill=1.0))
    assert poor < fair < best
    assert best >= -3.8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"skill": -0.1}, "skill lies between 0 and 1, not -0.1"),
        ({"skill": 1.5}, "skill lies between 0 and 1, not 1.5"),
        ({"skill": float("nan")}, "skill lies between 0 and 1, not nan"),
        ({"variety": 0}, "variety and repertoire are at least 1"),
        ({"repertoire": 0}, "variety and repertoire are at least 1"),
        ({"repertoire": "8"}, "whole numbers: repertoire is '8'"),
        ({"variety": 1.5}, "whole numbers: variety is 1.5"),
        ({"variety": True}, "whole numbers: variety is True"),
    ],
)
def test_arguments_out_of_range(env: Any, options: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        env.scripted_player(seed=0, **options)


def test_a_repertoire_is_of_the_questions_that_split_best():
    """Of four things a question about one alone leaves three together, an even one two and two."""
    answers = {
        "a?": ["y", "n", "n", "n"],
        "b?": ["n", "y", "n", "n"],
        "ab?": ["y", "y", "n", "n"],
        "ac?": ["y", "n", "y", "n"],
    }
    assert telling_apart(list(answers), answers.__getitem__, 3) == ["ab?", "ac?", "a?"]
    assert telling_apart(list(answers), answers.__getitem__, 9) == ["ab?", "ac?", "a?", "b?"]
