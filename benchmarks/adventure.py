"""Speed of Adventure: steps per second of one environment in one process, by what is played.

    python benchmarks/adventure.py [--steps 20000]

Cold: the first steps of a process, when no view of a room is remembered yet. Warm: the same once
more, the player's own time left out. Every environment is made by ``gymnasium.make`` and stepped
through its wrappers.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from typing import Any

import gymnasium

import llm_gym  # noqa: F401
from llm_gym.games.adventure.generator import generate
from llm_gym.games.adventure.story import WALKTHROUGH, story

Player = Callable[[int, dict[str, Any]], str]


def speeds(env: gymnasium.Env[str, str], player: Player, steps: int) -> tuple[float, float]:
    """Return steps per second of processor time, resets included: when first played, and played again."""
    _, info = env.reset(seed=0)
    script: list[tuple[str, bool]] = []
    seconds = 0.0
    for _ in range(steps):
        action = player(info["turn"], info)
        start = time.process_time()
        _, _, terminated, _, info = env.step(action)
        if terminated:
            _, info = env.reset()
        seconds += time.process_time() - start
        script.append((action, terminated))
    cold = steps / seconds
    env.reset(seed=0)
    start = time.process_time()
    for action, terminated in script:
        env.step(action)
        if terminated:
            env.reset()
    return cold, steps / (time.process_time() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=20_000)
    steps = parser.parse_args().steps
    rng = random.Random(0)
    players: dict[str, Player] = {
        "walkthrough": lambda turn, info: WALKTHROUGH[turn],
        "random valid actions": lambda turn, info: rng.choice(info["valid_actions"]),
        "nonsense": lambda turn, info: "wibble the flange, then run",
    }
    for name, player in players.items():
        env = gymnasium.make("llm_gym/Adventure-v0")
        story.cache_clear()
        cold, warm = speeds(env, player, steps)
        print(f"story, {name}: {cold:,.0f} cold, {warm:,.0f} warm")
    env = gymnasium.make("llm_gym/AdventureWorlds-v0")
    cold, warm = speeds(env, players["random valid actions"], steps)
    print(f"generated worlds, random valid actions: {cold:,.0f} cold, {warm:,.0f} warm")
    generate.cache_clear()
    start = time.process_time()
    for seed in range(50):
        generate(seed)
    print(f"making and proving a world: {(time.process_time() - start) / 50 * 1000:.1f} ms")


if __name__ == "__main__":
    main()
