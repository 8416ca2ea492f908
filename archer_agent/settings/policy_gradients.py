"""Methods that learn from the games just played alone: PPO over tokens and over utterances, GRPO."""

from __future__ import annotations

from dataclasses import dataclass

from archer_agent.settings.shared import ActorConfig, UtteranceCriticConfig


@dataclass(frozen=True)
class ValueConfig:
    """A value function that is learned from the games just played, and advantages by GAE."""

    gamma: float = 1.0
    """Discount per turn; within an utterance there is none."""
    gae_lambda: float = 0.95
    """Decay of GAE, per action token for ppo, per turn for turn_ppo."""
    critic_epochs: int = 4
    """Passes of the value function over an iteration's games."""
    critic_batch: int = 32
    """Games per step of the value function."""
    critic_lr: float = 1e-5
    """Learning rate of the value function's Adam."""
    critic_grad_clip: float = 1.0
    """Largest norm of the value function's gradient."""


@dataclass(frozen=True)
class PPOConfig(ValueConfig, ActorConfig):
    """Settings of token-level PPO; the values of LMRL-Gym where it has them."""

    actor_epochs: int = 4
    """Passes of the actor over an iteration's games."""


@dataclass(frozen=True)
class TurnPPOConfig(ValueConfig, ActorConfig, UtteranceCriticConfig):
    """Settings of PPO over utterances (Turn-PPO, arXiv 2512.17008)."""

    gamma: float = 0.99
    """Discount per turn."""
    gae_lambda: float = 0.9
    """Decay of GAE per turn."""
    actor_epochs: int = 4
    """Passes of the actor over an iteration's games."""


@dataclass(frozen=True)
class GRPOConfig(ActorConfig):
    """Settings of GRPO: no critic, each game against others of the same seed."""

    group: int = 8
    """Games played with the same seed; `loop.games_per_iteration` must be a multiple of it."""
