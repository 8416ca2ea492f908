"""What every method makes of two updates, on a share of the games that depends on the process: for test_distributed.py."""

import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from transformers import BertConfig, BertModel

from archer_agent.algorithms import make_learner
from archer_agent.episodes.replay import Episode, ReplayBuffer, Turn
from archer_agent.networks import distributed
from archer_agent.networks.backbone import Lora, add_lora, checkpoint_layers
from archer_agent.networks.critic import Critic, EncoderCritic
from archer_agent.networks.loading import small_critic, small_policy
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.sharding import whole
from archer_agent.networks.storage import module_tensors
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.settings import DistributedConfig, ModelConfig, TrainConfig, WarmStartConfig

WORDS = ["dog", "a cat", "is it a house?", ""]
LENGTHS = [1, 4, 2, 3, 1, 2, 5, 3]
MANY = 99
_ACTOR = {
    **{"actor_lr": 0.02, "actor_batch": MANY, "actor_epochs": 2, "kl": 0.1},
    **{"target_kl": 1e9, "token_budget": 150},
}
_CRITIC = {"critic_lr": 0.02, "critic_batch": MANY}
_ARCHER = {**_ACTOR, **_CRITIC, "critic_steps": 2, "actor_games": MANY, "states_per_game": MANY}
_ON_POLICY = {**_ACTOR, **_CRITIC, "critic_epochs": 2}
_CLONING = {"lr": 0.02, "batch": MANY, "steps": 2, "token_budget": 150}
METHODS: dict[str, tuple[str, dict[str, Any]]] = {
    "archer": ("archer", {**_ARCHER}),
    "archer, tokens": (
        "archer",
        {**_ARCHER, "actor_loss": "ppo", "token_baseline": True, "token_baseline_lr": 0.02},
    ),
    "archer, awr": (
        "archer",
        {**_ARCHER, "actor_loss": "awr", "baseline": "value"},
    ),
    "archer, encoder": ("archer", {**_ARCHER, "actor_loss": "reinforce"}),
    "archer, both": ("archer", {**_ARCHER, "credit": "both", "offline_iterations": 0}),
    "ppo": ("ppo", _ON_POLICY),
    "ppo, recomputed": ("ppo", _ON_POLICY),
    "ppo, held": ("ppo", {**_ON_POLICY, "actor_lr": 5.0, "target_kl": 0.13}),
    # By its own games alone, one of two processes would go faster again, and the other would not.
    "ppo, still held": ("ppo", {**_ON_POLICY, "actor_lr": 3.0, "target_kl": 0.6}),
    "turn_ppo": ("turn_ppo", _ON_POLICY),
    "grpo": ("grpo", {**_ACTOR, "group": 2}),
    "grpo, lora": ("grpo", {**_ACTOR, "group": 2}),
    "filtered_bc": ("filtered_bc", {**_CLONING, "fraction": 0.75}),
    "bc": ("bc", _CLONING),
    "chai": (
        "chai",
        {**_CRITIC, "critic_steps": 2, "states_per_game": MANY, "token_budget": 150},
    ),
    "offline_archer": (
        "offline_archer",
        {
            **{**_CRITIC, "critic_steps": 2, "actor_steps": 2, "actor_lr": 0.02},
            **{"actor_batch": MANY, "token_budget": 150},
        },
    ),
}
"""Whatever is drawn of games or states is all of them: only tokens are drawn, and these by `_sample`."""


def _games(policy: LanguagePolicy) -> list[Episode]:
    """Return games as the policy might have played them, no two with the same return."""
    games = []
    for i, turns in enumerate(LENGTHS):
        said = [WORDS[(i + t) % 4] for t in range(turns)]
        ids = [list(policy.codec.encode_action(text, 8)) for text in said]
        logprobs = [[_logprob(policy)] * len(each) for each in ids]
        games.append(
            Episode(
                "Go:",
                [
                    Turn(text, "No.\n", -1.0 - 0.1 * i - t, each, logprob)
                    for t, (text, each, logprob) in enumerate(zip(said, ids, logprobs, strict=True))
                ],
                i % 3 > 0,
            )
        )
    return games


def _logprob(policy: LanguagePolicy) -> float:
    """Return roughly that of every token, by untrained weights."""
    return -math.log(len(policy.codec.tokenizer))


def _sample(
    policy: LanguagePolicy,
    contexts: Sequence[tuple[Sequence[int], Sequence[int]]],
    count: int,
    *_: Any,
) -> list[list[list[tuple[list[int], float]]]]:
    """Draw, as `LanguagePolicy.sample_branches` does, what depends on nothing but the state."""
    words = [list(policy.codec.encode_action(word, 8)) for word in WORDS]
    drawn = [(ids, _logprob(policy) * len(ids)) for ids in words]
    return [
        [[drawn[(parent + k) % 4] for k in range(count)] for parent in parents]
        for _, parents in contexts
    ]


def learned(method: str, mine: slice, shard: bool, updates: int = 2) -> dict[str, torch.Tensor]:
    """Return the weights of all networks of a method, and how fast they go on, after updates on a share of the games."""
    algo, settings = METHODS[method]
    tokenizer = train_tokenizer(["Go: dog a cat is it a house? No.\n"], 280, True)
    policy = small_policy(tokenizer, width=16, heads=2, layers=2, context=96, max_new_tokens=8)
    if "lora" in method:
        adapter = add_lora(policy.model, Lora(rank=4, alpha=8), seed=0)
        policy = LanguagePolicy(policy.model, policy.codec, 8, adapter=adapter)
    if "recomputed" in method:
        checkpoint_layers(policy.model, None)
    usual: Any = TrainConfig("any")
    config = replace(
        usual,
        algo=algo,
        warm_start=WarmStartConfig(optimizer="adam"),
        distributed=DistributedConfig(shard=shard),
        model=ModelConfig(critic="encoder" if "encoder" in method else "small"),
        **{algo: replace(getattr(usual, algo), **settings)},
    )
    generator, rng = torch.Generator().manual_seed(0), np.random.default_rng(0)
    with pytest.MonkeyPatch.context() as patch:
        # An untrained critic's heads are zero, and nothing would be learned of what is below them.
        patch.setattr("archer_agent.algorithms.make_critic", _critic_with_opinions)
        patch.setattr(LanguagePolicy, "sample_branches", _sample)
        learner = make_learner(config, policy, generator, rng)
        for optimizer in learner.optimizers.values():
            for group in optimizer.param_groups:
                group["eps"] = (
                    1.0  # where a gradient is zero Adam would make a step of its rounding
                )
        for _ in range(updates):
            games = _games(policy)
            # Half of them were just played.
            older, fresh = games[0::2][mine], games[1::2][mine]
            if algo != "archer":
                older, fresh = (
                    [],
                    [game for pair in zip(older, fresh, strict=True) for game in pair],
                )
            buffer = ReplayBuffer(MANY)
            buffer.extend([*older, *fresh])
            learner.update(buffer, fresh, train_actor=True)
    found = {
        f"{method}/{name}/share": torch.tensor(group["share"])
        for name, optimizer in learner.optimizers.items()
        for group in optimizer.param_groups
        if "share" in group
    }
    for name, module in learner.modules.items():
        with whole(module):
            tensors = module_tensors(module)
            found |= {f"{method}/{name}/{key}": each.clone() for key, each in tensors.items()}
    return found


def _critic_with_opinions(config: TrainConfig, policy: LanguagePolicy, _: Any) -> Critic:
    critic: Critic = small_critic(policy)
    if config.model.critic == "encoder":
        tokenizer = policy.codec.tokenizer
        shape = BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=50,
        )
        torch.manual_seed(0)
        critic = EncoderCritic(BertModel(shape, add_pooling_layer=False), tokenizer)
    for seed, head in enumerate([*critic.q_heads, *critic.v_heads]):
        nn.init.normal_(head[-1].weight, generator=torch.Generator().manual_seed(seed))
    return critic


if __name__ == "__main__":
    torch.set_num_threads(1)
    with distributed.process_group():
        # Two of the eight games, and six.
        share = (slice(0, 1), slice(1, 4))[distributed.rank()]
        for kind in ("whole", "sharded"):
            result: dict[str, torch.Tensor] = {}
            for each in METHODS:
                # Adapters are not sharded.
                result |= learned(each, share, kind == "sharded" and "lora" not in each)
            if distributed.rank() == 0:
                save_file(result, Path(sys.argv[1]) / f"{kind}.safetensors")
