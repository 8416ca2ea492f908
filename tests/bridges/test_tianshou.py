"""Tianshou: games collected side by side, and a floor of what is learned."""

import tianshou_dqn
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.highlevel.env import EnvFactoryRegistered  # noqa: F401  (the whole package imports)


def test_collecting():
    env = DummyVectorEnv([tianshou_dqn.make] * 3)
    assert Collector and VectorReplayBuffer
    observations, infos = env.reset(seed=0)
    assert observations.shape == (3, 512) and {tuple(sorted(info)) for info in infos}


def test_twenty_questions_is_learned():
    assert tianshou_dqn.main(epochs=4) >= -12
