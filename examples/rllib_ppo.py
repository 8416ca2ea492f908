"""PPO of RLlib on Twenty Questions: a list of questions and guesses by number.

    pip install "ray[rllib]"
    python examples/rllib_ppo.py [iterations]

It prints the mean return of the last 100 games per iteration, from -20 (never found) to 0; with 10 of them:

    iteration 1: mean return -11.17
    iteration 4: mean return -9.36
    iteration 7: mean return -10.56
    iteration 10: mean return -8.85

Ray takes three quarters of a minute to start.
"""

import sys
from typing import Any

import gymnasium
from ray.rllib.algorithms.ppo import PPOConfig
from ray.tune import register_env
from sayings import SAYINGS

import llm_gym  # noqa: F401  (registers the environments)
from llm_gym.wrappers import DiscreteActions, HashedText, PlainInfo


def make(_: Any = None) -> gymnasium.Env:
    """Make the game of ten objects with numbers for actions."""
    env = gymnasium.make("llm_gym/TwentyQuestionsSubset-v0")
    return HashedText(DiscreteActions(PlainInfo(env, texts=False), SAYINGS), size=256)


def main(iterations: int = 5) -> list[float]:
    """Train; return the mean return of every iteration."""
    register_env("twenty-questions", make)
    config = (
        PPOConfig()
        .environment("twenty-questions")
        .env_runners(num_env_runners=0, num_envs_per_env_runner=4)
        .training(
            train_batch_size_per_learner=1000, minibatch_size=128, num_epochs=4, lr=1e-3, gamma=0.95
        )
        .debugging(seed=0)
    )
    algorithm, curve = config.build_algo(), []
    for iteration in range(iterations):
        curve.append(algorithm.train()["env_runners"]["episode_return_mean"])
        print(f"iteration {iteration + 1}: mean return {curve[-1]:.2f}")
    algorithm.stop()
    return curve


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
