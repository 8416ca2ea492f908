"""Stable-Baselines3: its own checker, its raw vector environments, and floors of what is learned."""

import gymnasium
import numpy as np
import pytest
import sb3_maskable_ppo
import sb3_ppo
from sb3_contrib.common.maskable.utils import get_action_masks
from stable_baselines3.common.env_checker import check_env
from stable_baselines3.common.env_util import make_vec_env

import llm_gym  # noqa: F401  (registers the environments)
from llm_gym.wrappers import DiscreteActions, HashedText, MaskInObservation, PlainInfo, TokenIds

ENVS = "llm_gym/TwentyQuestionsSubset-v0", "llm_gym/AdventureWorlds-v0", "llm_gym/WebShop-v0"


@pytest.mark.parametrize("env_id", ENVS)
def test_the_checker_passes(env_id: str):
    for view in (lambda env: HashedText(env, 64), lambda env: TokenIds(env, 64)):
        env = gymnasium.make(env_id)
        check_env(view(DiscreteActions(PlainInfo(env, texts=False))), warn=False)
    check_env(
        MaskInObservation(HashedText(DiscreteActions(gymnasium.make(env_id)), 64)), warn=False
    )


def test_its_vector_environments_ask_for_pictures_first():
    """They make every environment with render_mode="rgb_array" where it can be."""
    env = make_vec_env(lambda: HashedText(DiscreteActions(gymnasium.make(ENVS[0]))), n_envs=2)
    observations = env.reset()
    masks = get_action_masks(env)
    assert (
        observations.shape == (2, 1024) and masks.shape == (2, 1024) and (masks.sum(1) == 166).all()
    )
    env.step(masks.argmax(1))
    assert (get_action_masks(env).sum(1) == 165).all()
    raw = make_vec_env(
        ENVS[0], n_envs=1, wrapper_class=lambda env: HashedText(DiscreteActions(env))
    )
    raw.reset()
    assert raw.render("rgb_array").shape == (480, 640, 3)


def test_a_truncated_game_is_told_from_a_terminated_one():
    def make() -> gymnasium.Env:
        env = gymnasium.make(ENVS[0], max_episode_steps=3)
        return HashedText(DiscreteActions(PlainInfo(env, texts=False), ["Is it a zebra?"]), 64)

    env = make_vec_env(make, n_envs=1)
    env.reset()
    infos = [env.step(np.array([0]))[3][0] for _ in range(3)]
    assert infos[-1]["TimeLimit.truncated"] and "terminal_observation" in infos[-1]


@pytest.mark.parametrize(
    ("method", "timesteps", "floor"), [("ppo", 40_000, -6), ("dqn", 20_000, -12)]
)
def test_twenty_questions_is_learned(method: str, timesteps: int, floor: float):
    assert sb3_ppo.main(method, timesteps) >= floor


def test_the_adventure_is_learned_with_masks():
    # At random 16 points; of seeds some stay for long at 45, the others are beyond 50.
    assert sb3_maskable_ppo.main() >= 40
