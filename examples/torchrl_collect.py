"""TorchRL collects games of Twenty Questions as tensors: hashed words, and numbers for actions.

    pip install torchrl
    python examples/torchrl_collect.py

It prints the shape of what was collected and the mean reward of random sayings, about -1 a turn.
"""

import gymnasium
from torchrl.collectors import Collector
from torchrl.data import LazyTensorStorage, ReplayBuffer
from torchrl.envs import GymWrapper

import llm_gym  # noqa: F401  (registers the environments)
from llm_gym.wrappers import DiscreteActions, HashedText, PlainInfo

ASK = ["Is it alive?", "Can you eat it?", "Is it a dog?", "Is it a piano?"]


def make() -> GymWrapper:
    """Make the game as an environment of TorchRL."""
    env = gymnasium.make("llm_gym/TwentyQuestionsSubset-v0")
    return GymWrapper(HashedText(DiscreteActions(PlainInfo(env, texts=False), ASK), size=256))


def main(frames: int = 400) -> ReplayBuffer:
    """Collect turns with a random policy into a buffer, and return it."""
    buffer = ReplayBuffer(storage=LazyTensorStorage(10_000), batch_size=64)
    for batch in Collector(make, None, frames_per_batch=200, total_frames=frames):
        buffer.extend(batch)
        print(
            tuple(batch["observation"].shape), f"reward {batch['next', 'reward'].mean():.2f} a turn"
        )
    return buffer


if __name__ == "__main__":
    main()
