"""Measure Detective: what players of known strength return, how fast it steps, what it leaves behind.

python benchmarks/detective.py --story-file detective.z5
"""

from __future__ import annotations

import os
import random
import resource
import time
from collections import Counter
from collections.abc import Callable
from statistics import mean, stdev
from typing import Any

import gymnasium
import tyro

import llm_gym  # noqa: F401  registers the environments
from llm_gym.games.fiction import actions_shown

ID = "llm_gym/Detective-v0"
Player = Callable[[str], str]


def games(env: Any, player: Player, number: int) -> tuple[list[float], Counter[str], int]:
    """Play ``number`` games; return their returns, how they ended, and the steps of all."""
    returns, endings, steps = [], Counter[str](), 0
    for seed in range(number):
        observation, info = env.reset(seed=seed)
        total, ended = 0.0, False
        while not ended:
            observation, reward, ended, _, info = env.step(player(observation))
            total += reward
            steps += 1
        returns.append(total)
        endings[info["ending"]] += 1
    return returns, endings, steps


def show(name: str, returns: list[float], endings: Counter[str]) -> None:
    spread = stdev(returns) if len(returns) > 1 else 0.0
    ends = ", ".join(f"{number} {ending}" for ending, number in sorted(endings.items()))
    print(
        f"{name}: {len(returns)} games, mean {mean(returns):.1f}, sd {spread:.1f}, "
        f"{min(returns):g} to {max(returns):g}; {ends}"
    )


def random_player(seed: int) -> Player:
    choose = random.Random(seed).choice
    return lambda observation: choose(actions_shown(observation))


def speed(env: Any, number: int) -> None:
    """Time games whose states the cache has seen, without the player's own time."""
    script = []
    for seed in range(number):
        player, actions, ended = random_player(seed), [], False
        observation, _ = env.reset()
        while not ended:
            actions.append(player(observation))
            observation, _, ended, _, _ = env.step(actions[-1])
        script.append(actions)
    wall, cpu = time.perf_counter(), time.process_time()
    for actions in script:
        env.reset()
        for action in actions:
            env.step(action)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    steps = sum(map(len, script))
    print(
        f"warm cache, resets included: {steps} steps, {steps / cpu:.0f} per second of CPU, "
        f"{steps / wall:.0f} per second of wall clock"
    )


def open_and_close(times: int, **options: Any) -> None:
    def files() -> int:
        return len(os.listdir("/proc/self/fd"))

    def use() -> None:
        env = gymnasium.make(ID, **options)
        env.reset()
        env.step("north")
        env.close()

    for _ in range(20):
        use()
    memory, before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, files()
    for _ in range(times):
        use()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    print(
        f"opened and closed {times} times: peak memory +{memory / 1024:.1f} MB, "
        f"open files +{files() - before}"
    )


def main(story_file: str | None = None, episodes: int = 1000, opened: int = 1000) -> None:
    """Print every figure.

    Args:
        story_file: The story file; without it the one that is found without being named.
        episodes: Games of the random player; the others play a tenth.
        opened: How often an environment is opened and closed.
    """
    options = {"story_file": story_file}
    open_and_close(opened, **options)
    env: Any = gymnasium.make(ID, **options).unwrapped
    returns, endings, _ = games(env, random_player(0), episodes)
    show("random over valid actions", returns, endings)
    for skill in (1.0, 0.98, 0.95, 0.9, 0.8, 0.5):
        player = env.scripted_player(0, skill)
        show(f"walkthrough, skill {skill}", *games(env, player, max(episodes // 10, 1))[:2])
    for skill in (1.0, 0.5):
        player = env.scripted_player(0, skill, style="explorer")
        show(f"explorer, skill {skill}", *games(env, player, max(episodes // 10, 1))[:2])
    speed(env, 100)


if __name__ == "__main__":
    tyro.cli(main)
