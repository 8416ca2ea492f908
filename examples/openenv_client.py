"""A game at an OpenEnv server, through Gymnasium.

    pip install openenv
    llm-gym serve-env llm_gym/TwentyQuestionsSubset-v0 --port 8000
    python examples/openenv_client.py http://127.0.0.1:8000

It prints the transcript, at best ending in "Yes.".
"""

import sys

import gymnasium

import llm_gym.bridges.openenv  # noqa: F401  (registers the client)


def main(url: str = "http://127.0.0.1:8000") -> str:
    """Play one game with the environment's own scripted player; return the transcript."""
    env = gymnasium.make("llm_gym/OpenEnv-v0", url=url)
    player = gymnasium.make("llm_gym/TwentyQuestionsSubset-v0").unwrapped.scripted_player(seed=1)
    (observation, _), over = env.reset(seed=1), False
    while not over:
        observation, _, terminated, truncated, _ = env.step(player(observation))
        over = terminated or truncated
    env.close()
    print(observation)
    return observation


if __name__ == "__main__":
    main(*sys.argv[1:])
