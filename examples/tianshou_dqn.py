"""DQN of Tianshou on Twenty Questions.

    pip install tianshou
    python examples/tianshou_dqn.py [epochs] [seed] 2>/dev/null    # where it draws a bar for every update

It prints the mean return of the best of its tests, one of 100 games after each epoch: -5.2, -4.7 and -5.7 (seeds 0 to 2),
where who says anything from the list at random makes about -13, and never to find the object is -20.
"""

import sys

import gymnasium
import torch
from sayings import SAYINGS
from tianshou.algorithm import DQN
from tianshou.algorithm.modelfree.dqn import DiscreteQLearningPolicy
from tianshou.algorithm.optim import AdamOptimizerFactory
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.trainer import OffPolicyTrainerParams
from tianshou.utils.net.common import Net

import llm_gym  # noqa: F401  (registers the environments)
from llm_gym.wrappers import DiscreteActions, HashedText, PlainInfo


def make() -> gymnasium.Env:
    """Make the game of ten objects with numbers for actions; infos of constant shape."""
    env = gymnasium.make("llm_gym/TwentyQuestionsSubset-v0")
    return HashedText(DiscreteActions(PlainInfo(env, texts=False), SAYINGS), size=512)


def main(epochs: int = 4, seed: int = 0) -> float:
    """Train, and return the mean return of the last test."""
    torch.manual_seed(seed)
    env = make()
    net = Net(
        state_shape=env.observation_space.shape, action_shape=len(SAYINGS), hidden_sizes=[64, 64]
    )
    policy = DiscreteQLearningPolicy(
        model=net, action_space=env.action_space, eps_training=0.15, eps_inference=0.02
    )
    adam = AdamOptimizerFactory(lr=1e-3)
    dqn = DQN(
        policy=policy, optim=adam, gamma=0.95, n_step_return_horizon=3, target_update_freq=200
    )
    games, tests = DummyVectorEnv([make] * 8), DummyVectorEnv([make] * 8)
    games.seed(seed)
    tests.seed(seed + 1000)
    result = dqn.run_training(
        OffPolicyTrainerParams(
            training_collector=Collector(
                dqn, games, VectorReplayBuffer(20_000, 8), exploration_noise=True
            ),
            test_collector=Collector(dqn, tests),
            max_epochs=epochs,
            epoch_num_steps=5_000,
            collection_step_num_env_steps=80,
            test_step_num_episodes=100,
            update_step_num_gradient_steps_per_sample=0.25,
            batch_size=64,
            show_progress=False,
            verbose=False,
        )
    )
    print(f"DQN, seed {seed}: mean return {result.best_reward:.2f} in the best of {epochs} tests")
    return result.best_reward


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
