"""A game of Twenty Questions, played by the environment's own scripted player.

python examples/play_in_five_lines.py
"""

import gymnasium

import llm_gym  # noqa: F401  (registers the environments)

env = gymnasium.make("llm_gym/TwentyQuestions-v0")
player = env.get_wrapper_attr("scripted_player")(seed=1)
(observation, info), over = env.reset(seed=1), False
while not over:
    observation, reward, over, truncated, info = env.step(player(observation))
print(observation, f"It was: {info['task_id']}.", sep="")
