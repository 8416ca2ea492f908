"""TextWorld: games that it makes here, played as a Gymnasium environment."""

from pathlib import Path
from typing import Any

import gymnasium
import pytest
import textworld
from gymnasium.utils.env_checker import check_env

import llm_gym.bridges.textworld  # noqa: F401  (registers the environment)
from llm_gym.wrappers import DiscreteActions, HashedText


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[str]]:
    """Make one game; return its file and the commands that win it."""
    options = textworld.GameOptions()
    options.seeds, options.nb_rooms, options.nb_objects = 3, 2, 4
    options.chaining.max_depth = 2
    options.path = str(tmp_path_factory.mktemp("games") / "one.z8")
    file, game = textworld.make(options)
    return file, game.metadata["walkthrough"]


@pytest.fixture
def env(made: tuple[str, list[str]]) -> Any:
    env = gymnasium.make("llm_gym/TextWorld-v0", games=[made[0]], max_episode_steps=20)
    yield env
    env.close()


def test_a_game_is_won_and_the_view_grows(env: Any, made: tuple[str, list[str]]):
    observation, info = env.reset(seed=0)
    assert "-=" in observation and observation.endswith("> ")
    total, terminated = 0.0, False
    for command in made[1]:
        assert command in info["valid_actions"] and not terminated
        after, reward, terminated, truncated, info = env.step(command)
        assert after == observation + command + info["delta"] and not truncated
        observation, total = after, total + reward
    assert terminated and info["success"] and total > 0 and info["valid_actions"] == []


@pytest.mark.parametrize(
    "action",
    ["", "save", "restart", "undo", "quit", "\\xgo", "go west \\<", "look. look", "é 🦜 \ud800"],
)
def test_what_is_no_command_of_the_world_changes_nothing(
    env: Any, action: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    first, before = env.reset(seed=0)
    text, reward, terminated, truncated, info = env.step(action)
    assert text.startswith(first) and (reward, terminated, truncated) == (0.0, False, False)
    assert info["invalid_action"] and info["valid_actions"] == before["valid_actions"]
    assert not list(tmp_path.iterdir())


def test_it_is_a_plain_environment(env: Any):
    check_env(env.unwrapped, skip_render_check=True)
    numbers = HashedText(DiscreteActions(env, slots=64), 64)
    numbers.reset(seed=0)
    assert numbers.get_wrapper_attr("action_masks")().sum() == len(env.unwrapped.candidates())
    with pytest.raises(ValueError, match="at least one file"):
        gymnasium.make("llm_gym/TextWorld-v0", games=[])
