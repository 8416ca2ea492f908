"""The gradients of a step of each kind, on a share of the rows that depends on the process: for test_distributed.py."""

import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from archer_agent.algorithms.archer import Archer, Proposal
from archer_agent.algorithms.bc import clone_step
from archer_agent.algorithms.policy_gradient import spoken_segments
from archer_agent.algorithms.ppo import PPO
from archer_agent.episodes.replay import Episode, ReplayBuffer, Turn
from archer_agent.networks import distributed
from archer_agent.networks.loading import small_critic, small_policy
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.settings import ArcherConfig, PPOConfig

WORDS = ["dog", "a cat", "is it a house?", ""]
LENGTHS = [1, 4, 2, 3, 1, 2, 5, 3]


def games() -> list[Episode]:
    made = [
        Episode(
            "Go:", [Turn(WORDS[(i + t) % 4], "No.\n", -1.0 - t) for t in range(turns)], i % 3 > 0
        )
        for i, turns in enumerate(LENGTHS)
    ]
    return made


def gradients(ranks: int) -> dict[str, torch.Tensor]:
    """Return every gradient, the eight games split as three and five where there are two processes."""
    mine = slice(None) if ranks == 1 else (slice(0, 3), slice(3, 8))[distributed.rank()]
    tokenizer = train_tokenizer(["Go: dog a cat is it a house? No.\n"], 280, True)
    policy = small_policy(tokenizer, width=16, heads=2, layers=1, context=96, max_new_tokens=8)
    critic = small_critic(policy)
    for seed, head in enumerate([*critic.q_heads, *critic.v_heads]):
        nn.init.normal_(head[-1].weight, generator=torch.Generator().manual_seed(seed))
    options = {"kl": 0.1, "entropy": 0.05, "whiten": False, "token_budget": 150}
    unclipped = {"actor_grad_clip": 1e9, "critic_grad_clip": 1e9}
    # Every step starts from the same weights: their rates are zero.
    archer = Archer(
        policy,
        critic,
        ArcherConfig(candidates=2, actor_lr=0.0, critic_lr=0.0, **options, **unclipped),
        torch.Generator().manual_seed(0),
        np.random.default_rng(0),
        small_policy(tokenizer, width=16, heads=2, layers=1, context=96, max_new_tokens=8, seed=1),
    )
    # Some games have candidates at fewer states than they have turns.
    prepared = archer.prepare(games(), states=2)
    found: dict[str, torch.Tensor] = {}

    def take(kind: str, module: nn.Module) -> None:
        for name, parameter in module.named_parameters():
            assert parameter.grad is not None
            found[f"{kind}/{name}"] = parameter.grad.clone()
        module.zero_grad()

    metrics = archer.critic_step(prepared[mine])
    take("critic", critic)
    proposals = [Proposal(archer.bare(game.episode), game.candidates) for game in prepared[mine]]
    weighed, _ = archer.weigh(proposals)
    metrics |= archer.actor.train(weighed)
    take("actor", policy)
    segments = [segment for game in games() for segment in spoken_segments(policy, game)]
    nothing = torch.optim.Adam(policy.parameters(), lr=0.0)
    metrics["cloning/loss"] = clone_step(policy, segments[mine], nothing, 1e9, 150, 0.5)
    take("cloning", policy)
    config = PPOConfig(critic_epochs=1, critic_lr=0.0, token_budget=150, **unclipped)
    ppo = PPO(policy, config, np.random.default_rng(0))
    nn.init.normal_(ppo.critic.head.weight, generator=torch.Generator().manual_seed(9))
    played = games()
    for game in played:
        for turn in game.turns:
            turn.token_ids = list(policy.codec.encode_action(turn.action, 8))
            turn.logprobs = [0.0] * len(turn.token_ids)
    metrics |= ppo.update(ReplayBuffer(1), played[mine], train_actor=False)
    take("value", ppo.critic)
    exact = ("critic/loss", "actor/loss", "actor/entropy", "actor/kl_step", "cloning/loss")
    averaged = distributed.average_metrics({name: metrics[name] for name in exact})
    return {**found, **{name: torch.tensor([value]) for name, value in averaged.items()}}


if __name__ == "__main__":
    torch.set_num_threads(1)
    with distributed.process_group():
        result = gradients(distributed.world_size())
        if distributed.rank() == 0:
            save_file(result, Path(sys.argv[1]))
