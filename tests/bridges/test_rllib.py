"""RLlib: PPO trains, and what it plays gets better."""

import rllib_ppo


def test_ppo():
    curve = rllib_ppo.main(4)
    assert len(curve) == 4 and all(-20 <= mean <= 0 for mean in curve)
    assert curve[-1] > curve[0]
