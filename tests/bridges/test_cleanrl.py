"""PPO in the manner of CleanRL reaches its floor."""

import cleanrl_ppo


def test_twenty_questions_is_learned():
    assert cleanrl_ppo.main(50_000) >= -7
