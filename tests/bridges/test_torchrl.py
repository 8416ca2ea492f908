"""TorchRL: raw text specs, rollouts, a collector and its buffer."""

import gymnasium
import torchrl_collect
from torchrl.envs import GymWrapper
from torchrl.envs.utils import check_env_specs

import llm_gym  # noqa: F401  (registers the environments)


def test_collecting():
    buffer = torchrl_collect.main(400)
    assert len(buffer) == 400
    batch = buffer.sample(64)
    assert batch["observation"].shape == (64, 256) and -1 <= batch["next", "reward"].mean() <= 0


def test_the_specs_hold():
    check_env_specs(torchrl_collect.make())


def test_raw_text():
    env = GymWrapper(gymnasium.make("llm_gym/TwentyQuestionsSubset-v0"))
    data = env.reset()
    data["action"] = "Is it alive?"
    text = env.step(data)["next", "observation"]
    assert text.startswith("Questions:\nIs it alive? ")
