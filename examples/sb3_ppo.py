"""PPO and DQN of Stable-Baselines3 on Twenty Questions: a list of questions and guesses by number.

    pip install stable-baselines3
    python examples/sb3_ppo.py ppo [timesteps] [seed]
    python examples/sb3_ppo.py dqn [timesteps] [seed]

Who says anything from the list at random makes about -13; -20 is never to find the object, -4.5 to guess each once.
PPO makes -4.4 and -4.8 after 40,000 turns (seeds 0 and 1).
"""

import sys

import gymnasium
from sayings import SAYINGS
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

import llm_gym  # noqa: F401  (registers the environments)
from llm_gym.wrappers import DiscreteActions, HashedText, PlainInfo


def make() -> gymnasium.Env:
    """Make the game of ten objects with numbers for actions."""
    env = gymnasium.make("llm_gym/TwentyQuestionsSubset-v0")
    return HashedText(DiscreteActions(PlainInfo(env, texts=False), SAYINGS), size=512)


def main(method: str = "ppo", timesteps: int = 60_000, seed: int = 0) -> float:
    """Train, and return the mean return of 200 games."""
    common = {"seed": seed, "device": "cpu", "gamma": 0.95}
    if method == "ppo":
        games = make_vec_env(make, n_envs=8, seed=seed)
        model = PPO(
            "MlpPolicy",
            games,
            n_steps=64,
            batch_size=128,
            learning_rate=1e-3,
            ent_coef=0.02,
            **common,
        )
    else:
        games = make_vec_env(make, n_envs=1, seed=seed)
        explore = {
            "exploration_fraction": 0.5,
            "learning_starts": 500,
            "target_update_interval": 500,
        }
        model = DQN(
            "MlpPolicy", games, learning_rate=1e-3, batch_size=64, train_freq=2, **explore, **common
        )
    model.learn(timesteps)
    mean, _ = evaluate_policy(
        model, make_vec_env(make, seed=1000), 200, deterministic=method == "dqn"
    )
    print(f"{method}, seed {seed}: mean return {mean:.2f} after {timesteps} turns")
    return mean


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(int, sys.argv[2:]))
