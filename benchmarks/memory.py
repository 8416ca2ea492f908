"""Does a long run keep to its memory? Iterations of ArCHer one after the other, and the resident set after some.

    python benchmarks/memory.py [--iterations 200] [--every 20]

Small games and few steps, so that there are many iterations: what leaks, leaks once an iteration. The buffer fills
within the first tenth and then turns over. Linux only.
"""

from __future__ import annotations

import argparse
import gc
import os
from pathlib import Path

import numpy as np
import torch
from iteration import cloned_policy, settings

from archer_agent.agents.agent import LanguageAgent
from archer_agent.agents.environments import make_envs
from archer_agent.agents.rollout import play
from archer_agent.algorithms.archer import Archer
from archer_agent.episodes.replay import ReplayBuffer
from archer_agent.networks import loading as models

GAMES = 16


def resident() -> float:
    """Return the resident set of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the resident set over many iterations.")
    parser.add_argument("--env", default="llm_gym/TwentyQuestionsSubset-v0", help="environment id")
    parser.add_argument("--iterations", type=int, default=200)
    parser.add_argument("--every", type=int, default=20, help="print after every so many")
    options = parser.parse_args()
    torch.set_num_threads(1)
    policy = cloned_policy(options.env, width=32, layers=2, demonstrations=1500)
    generator, rng = torch.Generator().manual_seed(0), np.random.default_rng(0)
    critic = models.small_critic(policy, seed=0)
    learner = Archer(
        policy, critic, settings(critic_steps=4, actor_steps=3, games=8), generator, rng
    )
    buffer = ReplayBuffer(max(1, options.iterations // 10) * GAMES)
    envs = make_envs(options.env, GAMES)
    first = None
    for iteration in range(1, options.iterations + 1):
        seeds = range(iteration * GAMES, (iteration + 1) * GAMES)
        fresh = play(envs, LanguageAgent(policy, generator), seeds)
        buffer.extend(fresh)
        learner.update(buffer, fresh, train_actor=True)
        if iteration % options.every == 0:
            gc.collect()
            first = first or resident()
            print(
                f"{iteration:>6} iterations {resident():>8.1f} MiB {resident() - first:>+7.1f}",
                flush=True,
            )
    envs.close()


if __name__ == "__main__":
    main()
