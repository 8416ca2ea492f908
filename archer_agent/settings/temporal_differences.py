"""Methods whose critic of utterances learns by temporal differences: ArCHer, CHAI and offline ArCHer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from archer_agent.settings.shared import ActorConfig, UtteranceCriticConfig


@dataclass(frozen=True)
class TDConfig(UtteranceCriticConfig):
    """The utterance-level critic that learns by temporal differences from the replay buffer."""

    gamma: float = 0.95
    """Discount per turn (paper: 0.95 for the guessing games)."""
    tau: float = 0.1
    """Polyak coefficient of the target critic, per critic step (paper: 0.1)."""
    td_lambda: float = 0.0
    """Of Q's target: 0 for one-step temporal differences (paper), 1 for Monte-Carlo returns, which
    are quick to learn but are those of the policies that played."""
    expectile: float = 0.5
    """Of V's loss: 0.5 for the mean of Q over the policy's utterances (paper), towards 1 for the
    better of them (online IQL)."""
    candidates: int = 4
    """K, utterances drawn at a state. ArCHer's paper draws one; CHAI plays the best of them."""
    states_per_game: int = 8
    """At how many states of a game, drawn at random, candidates are drawn, anew in each iteration; its
    other states train Q alone. ArCHer with credit both draws them at a share of these states, rounded up:
    as far as Q is trusted. It learns without any at 0: from what was said, and what came of it."""
    critic_steps: int = 50
    """Gradient steps of the critic per iteration (paper: 50)."""
    critic_batch: int = 32
    """Games per critic step. The paper draws 256 single turns."""
    critic_lr: float = 2e-5
    """Learning rate of the critic's Adam (paper's released files: 2e-5)."""
    critic_grad_clip: float = 1.0
    """Largest norm of the critic's gradient, its own apart from the actor's."""
    token_budget: int = 16384
    """The most padded tokens in one forward pass; memory, not mathematics."""


@dataclass(frozen=True)
class ArcherConfig(TDConfig, ActorConfig):
    """Settings of ArCHer's update; the paper's names and values where it has them."""

    credit: Literal["critic", "both"] = "critic"
    """Where the actor's advantages come from: the critic alone (paper), or both the critic's Q of
    candidates and what came of the utterances that were said. With both, `kl` counts when play
    begins, and grows as the spread of advantages shrinks."""
    offline_iterations: int = 0
    """With credit both: iterations at the start that learn from the demonstrations or recorded games
    alone, before the first game is played; the table offline_archer has their settings."""
    recorded_steps: int = 0
    """After each iteration of play that follows `offline_iterations`: the actor's steps on recorded
    games, as these weighed them last, with the batch and learning rate of the table offline_archer
    (the latter less as iterations grow beyond 16 games); against a policy that unlearns from few games
    what many have taught it."""
    actor_loss: Literal["reinforce", "ppo", "awr"] = "ppo"
    """Of the actor: reinforce, on utterances drawn anew before each step (paper); ppo, several clipped
    steps on utterances drawn once per iteration; awr, cloning of what was said in the games, weighted
    by exp(beta A). `clip_ratio` and `target_kl` are ppo's, `beta` and `weight_clip` are awr's."""
    beta: float = 1.0
    """Inverse temperature of the weights exp(beta A)."""
    weight_clip: float = 20.0
    """Largest such weight."""
    actor_games: int = 128
    """Games per iteration at whose states the actor learns."""
    actor_states: Literal["fresh", "replay"] = "replay"
    """Where those games come from: this iteration's, or the replay buffer (paper: replay)."""
    baseline: Literal["candidates", "value"] = "candidates"
    """What is subtracted from min Q: its mean over the candidates of the state (other than the one in
    question), or min V (paper)."""
    token_baseline: bool = False
    """Subtract from an utterance's advantage, for each of its tokens, what a value function over
    tokens expects of it given how it began (the paper's "ArCHer with baseline", for long and varied
    utterances); one more model. Not for awr."""
    token_baseline_lr: float = 1e-5
    """Learning rate of that value function's Adam."""
    token_baseline_epochs: int = 1
    """Its passes over the utterances that the actor is about to learn from."""
    whiten: bool = True
    """Divide advantages by their spread plus `advantage_floor`; the paper does not."""
    advantage_floor: float = 0.1
    """Added to the spread, so that a critic's noise is never scaled up to unit variance."""
    advantage_clip: float = 3.0
    """Largest absolute whitened advantage."""


@dataclass(frozen=True)
class ChaiConfig(TDConfig):
    """Settings of CHAI: the policy stays, and plays what its critic likes best."""

    candidates: int = 5
    """K, utterances drawn at a state, of which that of the greatest Q is said (ArCHer's paper: 5)."""


@dataclass(frozen=True)
class OfflineArcherConfig(UtteranceCriticConfig):
    """Settings of offline ArCHer, IQL and AWR on recorded games; values of its released scripts."""

    gamma: float = 0.99
    """Discount per turn (released: 0.99)."""
    tau: float = 0.05
    """Polyak coefficient of the target critic, per critic step (released: 0.05)."""
    expectile: float = 0.9
    """Of V's loss: 0.5 values the recorded behaviour, towards 1 its better utterances (released:
    0.9)."""
    critic_steps: int = 50
    """Gradient steps of the critic per iteration."""
    critic_batch: int = 32
    """Games per critic step."""
    critic_lr: float = 1e-5
    """Learning rate of the critic's Adam (released: 1e-5)."""
    critic_grad_clip: float = 1.0
    """Largest norm of the critic's gradient."""
    beta: float = 1.0
    """Inverse temperature of the weights exp(beta A) (released: 1)."""
    weight_clip: float = 20.0
    """Largest weight of an utterance; the released code has no limit."""
    actor_steps: int = 12
    """Gradient steps of the actor per iteration."""
    actor_batch: int = 32
    """Games per actor step."""
    actor_lr: float = 1e-4
    """Learning rate of the actor's Adam (released: 1e-4)."""
    actor_grad_clip: float = 1.0
    """Largest norm of the actor's gradient."""
    token_budget: int = 16384
    """The most padded tokens in one forward pass; memory, not mathematics."""
