"""How many steps a second WebShop makes in process, with a scripted shopper.

    python benchmarks/webshop.py
    python benchmarks/webshop.py --items items_shuffle_1000.json --attributes items_ins_v2_1000.json

Prints steps per second of one core (of its processor time, so that a busy machine changes little),
of the environment alone: the player's decisions are left out. For one environment and for a vector
environment of 32, in each view.
"""

from __future__ import annotations

import argparse
import resource
import time
from typing import Any

import gymnasium

import llm_gym  # noqa: F401  (registers the environments)

ID = "llm_gym/WebShop-v0"
VIEWS = ("text", "text_rich", "html", "archer")


def measure(num_envs: int, steps: int, **kwargs: Any) -> float:
    """Return steps per second of all games together, resets included, players excluded."""
    env = gymnasium.make(ID, **kwargs).unwrapped
    players = [env.scripted_player(seed) for seed in range(num_envs)]
    vector = gymnasium.make_vec(
        ID,
        num_envs,
        vectorization_mode="vector_entry_point",
        autoreset_mode="SameStep",
        **kwargs,
    )
    observations, _ = vector.reset(seed=0)
    taken, seconds = 0, 0.0
    while taken < steps:
        actions = [play(text) for play, text in zip(players, observations, strict=True)]
        start = time.process_time()
        observations, *_ = vector.step(actions)
        seconds += time.process_time() - start
        taken += num_envs
    vector.close()
    return taken / seconds


def measure_single(steps: int, **kwargs: Any) -> float:
    """Return steps per second of one environment, resets included, the player excluded."""
    env = gymnasium.make(ID, **kwargs)
    player = env.unwrapped.scripted_player(0)
    observation, _ = env.reset(seed=0)
    seconds = 0.0
    for _ in range(steps):
        action = player(observation)
        start = time.process_time()
        observation, _, terminated, _, _ = env.step(action)
        if terminated:
            observation, _ = env.reset()
        seconds += time.process_time() - start
    return steps / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    for name in ("items", "attributes", "human-instructions"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--steps", type=int, default=20_000)
    arguments = parser.parse_args()
    files = {
        name: value
        for name in ("items", "attributes", "human_instructions")
        if (value := getattr(arguments, name))
    }
    start = time.perf_counter()
    env = gymnasium.make(ID, **files)
    opened = time.perf_counter() - start
    catalog, tasks = env.unwrapped.catalog, env.unwrapped.game.tasks
    print(f"{len(catalog)} products, {len(tasks.select())} goals, opened in {opened:.2f} s")
    for rules in ("strict", "paper"):
        for view in VIEWS:
            kwargs = {"rules": rules, "view": view, **files}
            single = measure_single(arguments.steps, **kwargs)
            many = measure(32, arguments.steps, **kwargs)
            print(
                f"{rules:6} {view:9}  1 env {single:8,.0f} steps/s   32 envs {many:8,.0f} steps/s"
            )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {memory:.0f} MB")


if __name__ == "__main__":
    main()
