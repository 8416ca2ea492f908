"""What sharding saves: the memory of each of several processes while PPO learns, and while it plays.

    MALLOC_MMAP_THRESHOLD_=262144 torchrun --nproc-per-node 2 benchmarks/sharding.py [--shard] [--device cuda]

Policy and value function are Llama's layout with random weights, 97 million each with the usual width and layers; the
games are made up. Two updates of one actor step and one critic step each: from the first on Adam has its states. What is
told is the most that was held beyond what the libraries take, by the process on a processor (Linux only), by tensors on
a GPU. The variable has glibc give back what a tensor no longer needs, which it otherwise keeps for the next one.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from timing import forget_peak, peak_gib

from archer_agent.algorithms import make_learner
from archer_agent.episodes.replay import Episode, ReplayBuffer, Turn
from archer_agent.networks import distributed
from archer_agent.networks.loading import small_policy
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.settings import DistributedConfig, PPOConfig, TrainConfig, WarmStartConfig

QUESTIONS = ["is it a dog?", "is it a cat?", "is it a house?"]


def forget() -> None:
    """Begin to count the memory anew, that of the process too."""
    forget_peak()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_mib() -> float:
    """Return the most memory that was held since `forget`."""
    if torch.cuda.is_initialized():
        return peak_gib() * 2**10
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 2**10


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the memory of each process.")
    parser.add_argument("--shard", action="store_true", help="spread the networks")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--width", type=int, default=896)
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--games", type=int, default=2, help="of each process")
    options = parser.parse_args()
    with distributed.process_group(options.device):
        device = torch.device(options.device)
        if device.type == "cpu":
            torch.set_num_threads(max(1, (os.cpu_count() or 1) // distributed.world_size()))
        forget()
        libraries = peak_mib()
        tokenizer = train_tokenizer([f"Go: {q} No.\n" for q in QUESTIONS], 300, False)
        shape = {"width": options.width, "layers": options.layers, "heads": options.width // 64}
        policy = small_policy(tokenizer, context=128, max_new_tokens=8, **shape).to(device)
        weights = sum(weight.numel() for weight in policy.parameters())
        config = replace(
            TrainConfig("any", algo="ppo", warm_start=WarmStartConfig(optimizer="adam")),
            ppo=PPOConfig(actor_epochs=1, critic_epochs=1),
            distributed=DistributedConfig(shard=options.shard),
        )
        generator = torch.Generator(device).manual_seed(0)
        learner = make_learner(config, policy, generator, np.random.default_rng(0))
        found: dict[str, float] = {}
        games = [game(policy) for _ in range(options.games)]
        began = time.monotonic()
        for _ in range(2):
            forget()
            learner.update(ReplayBuffer(1), games, train_actor=True)
            found["learning"] = round(peak_mib() - libraries)
        found["seconds"] = round(time.monotonic() - began, 1)
        forget()
        with learner.ready_to_play():
            session = policy.session(generator)
            session.append([policy.codec.encode("Go: ")] * options.games)
            session.speak()
        found["playing"] = round(peak_mib() - libraries)
        whole = distributed.records_from_all([found])
        if distributed.rank() == 0:
            told = {"million weights": round(weights / 1e6, 1), "sharded": options.shard}
            print(json.dumps({**told, "MiB of each process": [each for (each,) in whole]}))


def game(policy: LanguagePolicy) -> Episode:
    """Return a made-up game of three questions."""
    turns = []
    for question in QUESTIONS:
        ids = list(policy.codec.encode_action(question, 8))
        turns.append(Turn(question, "No.\n", -1.0, ids, [-5.0] * len(ids)))
    return Episode("Go: ", turns, terminated=True)


if __name__ == "__main__":
    main()
