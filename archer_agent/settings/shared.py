"""What all methods have in common: networks, warm start, loop, evaluation, and parts that several build on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

AUTO_PRIVILEGED = "auto"
"""As `ModelConfig.privileged_info`: what the environment offers."""

PromptStyle = Literal["auto", "plain", "chat"]
"""How a game is told to a model."""


@dataclass(frozen=True)
class ModelConfig:
    """The networks."""

    policy: Annotated[str, tyro.conf.arg(aliases=["--policy"])] = "small"
    """The actor: "small" for a little decoder made on the spot, or a causal language model of
    transformers, by its id on the Hugging Face hub or its folder."""
    critic: Annotated[str, tyro.conf.arg(aliases=["--critic"])] = "small"
    """The critic's backbone: "small" for a copy of the warm-started policy's, or a decoder or an
    encoder of transformers, by its id or its folder."""
    privileged_info: str | None = None
    """Key of the environment's info whose text at reset, such as the hidden word, the critic reads
    beside the game and the policy never sees; "auto" is the one that the environment offers as
    metadata["privileged_info"], if any, for games of one's own or its scripted player's. For archer,
    ppo, turn_ppo and offline_archer."""
    width: int = 64
    """Channels of the small policy."""
    layers: int = 2
    """Layers of the small policy."""
    heads: int = 4
    """Attention heads of the small policy."""
    context: int = 512
    """The most tokens that the small policy reads at once."""
    vocabulary: int = 700
    """The most tokens of the small policy's tokenizer, which is trained on the demonstrations."""
    split_words: bool = False
    """Keep that tokenizer's tokens within words. Without, a frequent question is a few tokens."""
    max_new_tokens: int = 24
    """The most tokens of an utterance, its end included; a longer one is cut off."""
    temperature: float = 1.0
    """Divides the policy's logits, in sampling and in training alike."""
    dtype: Literal["auto", "float32", "bfloat16"] = "float32"
    """Number format in which models loaded by name compute, and keep weights that LoRA freezes;
    weights that are trained are float32. "auto" is bfloat16 where the device is quicker in it, which a
    processor is timed for, else float32."""
    prompt_style: PromptStyle = "auto"
    """How a game is told to models loaded by name: "plain" joins the texts, "chat" makes what the
    environment says the user's messages and utterances the assistant's, in the tokenizer's chat
    template; "auto" is chat where there is a template."""
    instruction: str = ""
    """Text that is put before the first observation of every game, for a policy that does not know
    the game from demonstrations."""
    lora_rank: int = 0
    """Rank of the adapters (LoRA) by which models loaded by name are trained; 0 trains all weights.
    A critic that is "small", or the same model as the policy, is then an adapter on the policy's own
    weights, as is its target, and the reference of a KL term costs no second model."""
    lora_alpha: int = 32
    """The adapters count lora_alpha / lora_rank times."""
    lora_targets: str = "all-linear"
    """The matrices that get adapters: names separated by commas, such as q_proj,v_proj, or
    all-linear."""
    lora_layers: int | None = None
    """How many layers, from the top, get adapters; all if not given. What the layers below make of a
    text is computed once and kept, for all networks. For models laid out as Llama is."""
    gradient_checkpointing: bool = False
    """Compute a layer's activations again in the backward pass instead of keeping them: less memory,
    a third more time. For models loaded by name."""


@dataclass(frozen=True)
class WarmStartConfig:
    """Before any reinforcement: the policy imitates demonstrations, the critic learns returns."""

    games: int = 12000
    """Games that the environment's scripted player demonstrates; 0 for none."""
    skill: float = 0.3
    """Skill of that player, from 0 (poor) to 1 (as good as the script gets)."""
    player_options: str = "{}"
    """Further keyword arguments of that player, as a JSON object."""
    demonstrations: Path | None = None
    """Games to imitate instead of a scripted player's: JSON lines as a run writes them, the JSON arrays
    of LMRL-Gym (Twenty Questions) and ArCHer (Guess My City), a Minari folder, or minari:ID."""
    epochs: int = 3
    """Passes over the demonstrations; 0 for no imitation."""
    batch_size: int = 16
    """Games per gradient step."""
    optimizer: Literal["adam", "muon"] = "adam"
    """What takes the steps: Adam, or Muon for the matrices within the network and Adam for the rest,
    which needs less than half of the steps from random weights."""
    learning_rate: float = 5e-3
    """Learning rate at the start; it falls to zero along a half cosine."""
    reply_weight: float = 1.0
    """Weight of predicting the environment's replies too, beside the utterances: what the policy
    learns about them its copy, the critic, knows from the start. 0 imitates utterances alone."""
    critic_games: int = 4096
    """Games that the policy then plays, from whose returns the critic learns before anything else;
    they count as training games and open the replay buffer."""
    critic_steps: int = 500
    """Gradient steps of the critic on those Monte-Carlo returns, before its temporal differences; 0
    for none, and no such games."""
    critic_passes: int = 12
    """The most passes over those games: of few the steps are fewer. A critic that knows games by heart
    leaves nothing in them for the policy to learn, and its Q looks right where it is not."""
    normalize_returns: bool = False
    """Let the critic count from the mean of the returns that it learns from first (those of its
    calibration, where there is one), in units of their spread: learning rates, `advantage_floor` and
    `beta` then mean the same whatever points a game has. The paper's critics count in points."""
    grad_clip: float = 1.0
    """Largest norm of the imitation's gradient."""
    token_budget: int = 16384
    """The most padded tokens in one forward pass of the imitation; memory, not mathematics."""
    shared: Path | None = None
    """Folder in which runs leave what they cloned, for others whose seed, environment, model and
    demonstrations are the same: these begin with the same policy without cloning it again. The time
    that it took counts for each."""


@dataclass(frozen=True)
class LoopConfig:
    """The outer loop: play, learn, repeat."""

    games_per_iteration: int = 256
    """Games played with the current policy in each iteration (paper: 128); the most of them, with growth."""
    growth: float = 0.0
    """Begin with few games an iteration: each plays this share of all games before it, at least first_games and at most
    games_per_iteration. 0: always as many."""
    first_games: int = 16
    """With growth, the fewest games of an iteration. Too few, and a critic leads that is wrong."""
    warmup_iterations: int = 2
    """Iterations at the start in which the critic alone learns (paper: 10 or 20)."""
    buffer_games: int = 2560
    """Capacity of the replay buffer (paper: 10,000)."""
    iterations: int | None = 100
    """Stop after this many iterations."""
    minutes: float | None = None
    """Stop after this many minutes of wall clock, warm start included, if that comes first."""


@dataclass(frozen=True)
class EvaluationConfig:
    """Games on the side, which nothing is learned from."""

    games: int = 256
    """Games per evaluation."""
    every: int = 5
    """Evaluate after every so many iterations, besides before the first and after the last."""
    greedy: bool = True
    """Always say what is likeliest. Without, utterances are sampled as in training."""


@dataclass(frozen=True)
class DistributedConfig:
    """Several processes, where a launcher has started them."""

    shard: bool = False
    """Spread weights, gradients and optimizer states over the processes (FSDP2), instead of keeping all of
    them in each; whole weights come together while games are played. Not with lora_rank, whose adapters
    are small, nor with the warm start's muon, which needs whole matrices."""
    timeout_minutes: float = 60.0
    """How long a process waits for the others before it ends with a sentence that one does not answer;
    more than the first one's evaluations take, for which the others wait."""


@dataclass(frozen=True)
class ActorConfig:
    """Steps of a policy gradient, the same for every method that takes them."""

    actor_epochs: int = 1
    """Passes of the actor over an iteration's games."""
    actor_batch: int = 32
    """Games per actor step."""
    actor_lr: float = 1e-6
    """Learning rate of the actor's Adam (released files of the ArCHer paper: 1e-6 to 1e-5). With a `target_kl` it is
    the largest: after an iteration that went too far it is half as large, and rises by a fifth after each that stays
    within half of `target_kl`."""
    actor_grad_clip: float = 1.0
    """Largest norm of the actor's gradient."""
    clip_ratio: float = 0.2
    """Clip of the probability ratio when more than one step is taken on the same games."""
    target_kl: float = 0.05
    """How far the actor's steps of an iteration may take the policy, as mean KL (nats per utterance) to
    where they began. Before every step but the first it is looked at how far those before it went; where
    they went further, the policy is brought back so far, and the iteration ends. The last step is free."""
    kl: float = 0.0
    """Coefficient of the KL (nats per utterance) to the policy with which play begins: the warm-started
    one, or what iterations on recorded games have made of it. Exact token by token along what was said;
    what a token does to the KL of those after it is no part of its gradient."""
    entropy: float = 0.0
    """Coefficient of the entropy bonus (nats per utterance); of its gradient the same is true."""
    token_budget: int = 16384
    """The most padded tokens in one forward pass; memory, not mathematics."""


@dataclass(frozen=True)
class UtteranceCriticConfig:
    """What the heads of an utterance-level critic learn: a number, or a distribution over bins."""

    critic_loss: Literal["mse", "hl_gauss"] = "mse"
    """Squared errors (paper), or cross-entropies of distributions over returns (HL-Gauss, arXiv
    2403.03950), which hold up better where targets are noisy or of very different sizes."""
    value_low: float = -20.0
    """Least discounted return that hl_gauss has a bin for; the guessing games' is -20."""
    value_high: float = 0.0
    """Greatest discounted return that hl_gauss has a bin for; the guessing games' is 0."""
    bins: int = 51
    """How many bins hl_gauss cuts that range into (C51, arXiv 1707.06887: 51)."""
    bin_sigma: float = 0.75
    """Width of hl_gauss's targets, in bins (arXiv 2403.03950: 0.75)."""
