"""The learning algorithms, each in a file that reads like its paper, behind one `Learner`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from archer_agent.agents.agent import Agent, LanguageAgent
from archer_agent.algorithms.archer import Archer
from archer_agent.algorithms.bc import BC
from archer_agent.algorithms.chai import Chai
from archer_agent.algorithms.filtered_bc import FilteredBC
from archer_agent.algorithms.grpo import GRPO
from archer_agent.algorithms.learner import Learner
from archer_agent.algorithms.offline_archer import OfflineArcher
from archer_agent.algorithms.ppo import PPO
from archer_agent.algorithms.turn_ppo import TurnPPO
from archer_agent.algorithms.two_sources import TwoSources
from archer_agent.losses import make_bins
from archer_agent.networks import distributed, loading
from archer_agent.networks.critic import Critic
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.sharding import shard
from archer_agent.networks.storage import check_finite
from archer_agent.settings import ActorConfig, TrainConfig, UtteranceCriticConfig


def make_learner(
    config: TrainConfig,
    policy: LanguagePolicy,
    generator: torch.Generator,
    rng: np.random.Generator,
) -> Learner:
    """Make the learner of the chosen method.

    Args:
        config: settings of the run.
        policy: warm-started, which makes it the reference of a KL term; trained in place.
        generator: draws tokens.
        rng: draws games.
    """
    reference = _reference(policy, config)
    learner = _learner(config, policy, reference, generator, rng)
    if config.distributed.shard:
        networks = [*learner.modules.values()]
        if reference is not None and reference not in networks:
            networks.append(reference)
        shard(networks, policy.device, learner.optimizers.values())
    return learner


def _learner(
    config: TrainConfig,
    policy: LanguagePolicy,
    reference: LanguagePolicy | None,
    generator: torch.Generator,
    rng: np.random.Generator,
) -> Learner:
    match config.algo:
        case "archer":
            critic = make_critic(config, policy, config.archer)
            if config.archer.credit == "both":
                recorded = config.offline_archer if _goes_offline(config) else None
                return TwoSources(
                    policy,
                    critic,
                    config.archer,
                    generator,
                    rng,
                    distributed.share(
                        config.loop.games_per_iteration, "--loop.games-per-iteration"
                    ),
                    reference,
                    recorded,
                )
            return Archer(policy, critic, config.archer, generator, rng, reference)
        case "ppo":
            return PPO(policy, config.ppo, rng, reference)
        case "turn_ppo":
            critic = make_critic(config, policy, config.turn_ppo)
            return TurnPPO(policy, critic, config.turn_ppo, rng, reference)
        case "grpo":
            return GRPO(policy, config.grpo, rng, reference)
        case "filtered_bc":
            return FilteredBC(policy, config.filtered_bc, rng)
        case "bc":
            return BC(policy, config.bc, rng)
        case "chai":
            critic = make_critic(config, policy, config.chai)
            return Chai(policy, critic, config.chai, generator, rng)
        case "offline_archer":
            critic = make_critic(config, policy, config.offline_archer)
            return OfflineArcher(policy, critic, config.offline_archer, rng)


def make_critic(
    config: TrainConfig, policy: LanguagePolicy, settings: UtteranceCriticConfig
) -> Critic:
    """Make the utterance-level critic that the settings name, on the policy's device.

    Args:
        config: settings of the run.
        policy: the small critic is a copy of its backbone.
        settings: of the method: what its critic's heads learn.
    """
    model = config.model
    if model.critic == "small" or (policy.adapter is not None and model.critic == model.policy):
        critic: Critic = loading.small_critic(policy, seed=config.seed)
    else:
        options = loading.loading_options(config)
        critic = loading.load_critic(
            model.critic, max_action_tokens=model.max_new_tokens, **options
        ).to(policy.device)
    if settings.critic_loss == "hl_gauss":
        low, high = settings.value_low, settings.value_high
        bins = make_bins(low, high, settings.bins, settings.bin_sigma)
        critic.use_bins(bins, seed=config.seed)
    return critic


def load_agent(
    config: TrainConfig, folder: Path, generator: torch.Generator, greedy: bool
) -> Agent:
    """Return the agent that `Learner.save_agent` wrote.

    Args:
        config: settings of its run.
        folder: where it is.
        generator: the source of randomness.
        greedy: say what is thought best.
    """
    policy = loading.configured_policy(str(folder), config)
    check_finite(policy, f"the policy in {folder}")
    if config.algo != "chai":
        return LanguageAgent(policy, generator, greedy)
    critic = make_critic(config, policy, config.chai)
    learner = Chai(policy, critic, config.chai, generator, np.random.default_rng())
    learner.load_agent(folder)
    return learner.agent(generator, greedy)


def _goes_offline(config: TrainConfig) -> bool:
    """Tell whether iterations on recorded games come before play."""
    return config.archer.credit == "both" and config.archer.offline_iterations > 0


def _reference(policy: LanguagePolicy, config: TrainConfig) -> LanguagePolicy | None:
    """Return the policy as it is now, frozen, where a KL term needs it."""
    match config.algo:
        case "archer" | "ppo" | "turn_ppo" | "grpo":
            settings: ActorConfig = getattr(config, config.algo)
            to_be_filled = config.algo == "archer" and _goes_offline(config)
            return None if settings.kl == 0 else policy.reference(to_be_filled)
    return None
