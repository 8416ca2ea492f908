"""Everything that can be set in a training run: typed, documented, from files and flags.

A preset is a TOML file of the fields below; nested tables are nested dataclasses. Its values become
command-line flags placed before the user's own, so that both are checked by the same rules, the
user's win, and an unknown key or a wrong type in a file is told like a mistyped flag. This module
imports neither torch nor transformers: `--help` must be quick.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import tyro

Algo = Literal["archer", "ppo", "turn_ppo", "grpo", "filtered_bc", "bc", "chai", "offline_archer"]
"""The methods, each a file of `archer_agent.algorithms`."""


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
    beside the game and the policy never sees. For archer, turn_ppo and offline_archer."""
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
    dtype: Literal["float32", "bfloat16"] = "float32"
    """Number format in which models loaded by name compute, and keep weights that LoRA freezes;
    weights that are trained are float32."""
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
    """The layers that get adapters: names separated by commas, such as q_proj,v_proj, or
    all-linear."""
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
    learning_rate: float = 5e-3
    """Learning rate of Adam at the start; it falls to zero along a half cosine."""
    reply_weight: float = 1.0
    """Weight of predicting the environment's replies too, beside the utterances: what the policy
    learns about them its copy, the critic, knows from the start. 0 imitates utterances alone."""
    critic_games: int = 4096
    """Games that the policy then plays, from whose returns the critic learns before anything else;
    they count as training games and open the replay buffer."""
    critic_steps: int = 500
    """Gradient steps of the critic on those Monte-Carlo returns, before its temporal differences; 0
    for none, and no such games."""
    grad_clip: float = 1.0
    """Largest norm of the imitation's gradient."""
    token_budget: int = 16384
    """The most padded tokens in one forward pass of the imitation; memory, not mathematics."""


@dataclass(frozen=True)
class ActorConfig:
    """Steps of a policy gradient, the same for every method that takes them."""

    actor_epochs: int = 1
    """Passes of the actor over an iteration's games."""
    actor_batch: int = 32
    """Games per actor step."""
    actor_lr: float = 1e-6
    """Learning rate of the actor's Adam (released files of the ArCHer paper: 1e-6 to 1e-5)."""
    actor_grad_clip: float = 1.0
    """Largest norm of the actor's gradient."""
    clip_ratio: float = 0.2
    """Clip of the probability ratio when more than one step is taken on the same games."""
    target_kl: float = 0.05
    """Stop the actor's steps of an iteration when the mean KL (nats per utterance) to where they
    began exceeds this."""
    kl: float = 0.0
    """Coefficient of the KL to the warm-started policy (nats per utterance)."""
    entropy: float = 0.0
    """Coefficient of the entropy bonus (nats per utterance)."""
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
    huber: float | None = None
    """Error (in units of return) beyond which the squared loss goes on as a straight line; the
    paper has none."""
    min_target: bool = False
    """Regress both heads on the lesser target. Without, each head has its own (paper)."""
    candidates: int = 4
    """K, utterances drawn at a state. ArCHer's paper draws one; CHAI plays the best of them."""
    states_per_game: int = 8
    """At how many states of a game, drawn at random, candidates are drawn; its other states train Q
    alone."""
    cache_candidates: bool = False
    """Draw a game's candidates once, when it has been played, and keep them with it for as long as it
    is in the replay buffer; ArCHer's actor then draws one utterance anew at each of these states.
    Without, all candidates are drawn anew in each iteration, as the policy is then (paper)."""
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
    """K, utterances drawn at a state, of which one is said (ArCHer's paper: 5)."""
    q_temperature: float = 0.0
    """0 says the utterance of the greatest Q (ArCHer's paper); above, one is drawn with a
    probability proportional to exp(Q / q_temperature)."""


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


@dataclass(frozen=True)
class ImitationConfig:
    """Steps that raise the likelihood of what was said in some games."""

    steps: int = 3
    """Gradient steps per iteration (Filtered BC of ArCHer's paper: 3)."""
    batch: int = 32
    """Games per gradient step."""
    lr: float = 1e-5
    """Learning rate of Adam."""
    grad_clip: float = 1.0
    """Largest norm of the gradient."""
    token_budget: int = 16384
    """The most padded tokens in one forward pass; memory, not mathematics."""


@dataclass(frozen=True)
class FilteredBCConfig(ImitationConfig):
    """Settings of Filtered BC: imitate the best games of the replay buffer."""

    fraction: float = 0.1
    """Share of the buffer's games, by return, that are imitated (paper: 0.1)."""


@dataclass(frozen=True)
class BCConfig(ImitationConfig):
    """Settings of BC beyond the warm start: more steps on the same demonstrations."""


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


@dataclass(frozen=True)
class LoopConfig:
    """The outer loop: play, learn, repeat."""

    games_per_iteration: int = 256
    """Games played with the current policy in each iteration (paper: 128)."""
    greedy_share: float = 0.0
    """Share of these games that is played greedily, for methods that learn from others' games too: a
    greedy policy repeats itself where a sampled one gets out, and the critic has to see that."""
    warmup_iterations: int = 2
    """Iterations at the start in which the critic alone learns (paper: 10 or 20)."""
    buffer_games: int = 2560
    """Capacity of the replay buffer (paper: 10,000)."""
    iterations: int = 100
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
class TrainConfig:
    """A training run."""

    env: str
    """The environment: an id for gymnasium.make whose observations and actions are text;
    "module:id" imports the module first."""
    env_options: str = "{}"
    """Keyword arguments of the environment, as a JSON object."""
    preset: str = "tiny"
    """Settings to start from: the name of a preset (tiny, paper, original, llm) or a TOML file. Flags
    win over it."""
    algo: Algo = "archer"
    """The method; its settings are the table of the same name."""
    seed: int = 0
    """Seed of the whole run: games, weights, sampling."""
    run: Path | None = None
    """Folder of the run, new or empty; runs/ENV-SEED-TIME without it."""
    device: str = "cpu"
    """Where the networks are: cpu, cuda, cuda:1, mps."""
    threads: int | None = None
    """CPU threads that torch may use; as many as it likes if not given."""
    checkpoint_every: int = 5
    """Write a checkpoint after every so many iterations, besides after the last."""
    model: ModelConfig = field(default_factory=ModelConfig)
    warm_start: WarmStartConfig = field(default_factory=WarmStartConfig)
    archer: ArcherConfig = field(default_factory=ArcherConfig)
    ppo: PPOConfig = field(default_factory=PPOConfig)
    turn_ppo: TurnPPOConfig = field(default_factory=TurnPPOConfig)
    grpo: GRPOConfig = field(default_factory=GRPOConfig)
    filtered_bc: FilteredBCConfig = field(default_factory=FilteredBCConfig)
    bc: BCConfig = field(default_factory=BCConfig)
    chai: ChaiConfig = field(default_factory=ChaiConfig)
    offline_archer: OfflineArcherConfig = field(default_factory=OfflineArcherConfig)
    loop: LoopConfig = field(default_factory=LoopConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)

    def __post_init__(self) -> None:
        """Refuse values that no run can have.

        Raises:
            ValueError: names the flag, and what it must be.
        """
        json_object(self.env_options, "--env-options")
        json_object(self.warm_start.player_options, "--warm-start.player-options")
        values = asdict(self)
        for flag in _POSITIVE:
            value = _value_at(values, flag)
            if value is not None and value <= 0:
                raise ValueError(f"--{flag} must be more than 0, not {value}")
        for flag in (
            "seed",
            "warm-start.games",
            "warm-start.epochs",
            "warm-start.critic-steps",
            "model.lora-rank",
        ):
            if _value_at(values, flag) < 0:
                raise ValueError(f"--{flag} must be at least 0, not {_value_at(values, flag)}")
        for flag in _SHARES:
            share = _value_at(values, flag)
            if not 0 <= share <= 1:
                raise ValueError(f"--{flag} must be from 0 to 1, not {share}")
        if self.model.privileged_info is not None and self.algo not in _READS_BESIDE:
            why = "plays by its critic" if self.algo == "chai" else "has no critic that reads games"
            raise ValueError(f"{self.algo} {why}: leave --model.privileged-info out")
        if self.archer.token_baseline and self.archer.actor_loss == "awr":
            raise ValueError(
                "--archer.token-baseline belongs to policy gradients: leave it out with awr"
            )
        for algo in ("archer", "chai", "turn_ppo", "offline_archer"):
            _check_bins(algo.replace("_", "-"), values[algo])
        if self.loop.greedy_share > 0 and self.algo in ("ppo", "turn_ppo", "grpo"):
            raise ValueError(
                f"{self.algo} learns from what its policy samples alone: --loop.greedy-share must be 0"
            )
        if self.algo == "grpo" and self.loop.games_per_iteration % self.grpo.group:
            raise ValueError(
                f"--loop.games-per-iteration must be a multiple of --grpo.group, {self.grpo.group}, "
                f"not {self.loop.games_per_iteration}"
            )


def _check_bins(table: str, values: Mapping[str, Any]) -> None:
    """Refuse bins that cannot be, where they are asked for."""
    if values["critic_loss"] != "hl_gauss":
        return
    low, high, sigma = values["value_low"], values["value_high"], values["bin_sigma"]
    if low >= high:
        raise ValueError(
            f"--{table}.value-low must be less than --{table}.value-high, not {low} and {high}"
        )
    if sigma <= 0 or values["bins"] <= 6 * sigma:
        raise ValueError(
            f"--{table}.bins must be more than six times --{table}.bin-sigma, which must be positive, "
            f"not {values['bins']} and {sigma}"
        )
    if values.get("huber") is not None:
        raise ValueError(f"--{table}.huber is of squared errors: leave it out with hl_gauss")


def _value_at(values: Mapping[str, Any], flag: str) -> Any:
    """Look a flag such as ``loop.buffer-games`` up in nested settings."""
    for key in flag.replace("-", "_").split("."):
        values = values[key]
    return values


_ACTOR = ("actor-epochs", "actor-batch", "token-budget")
_TD = (
    *("candidates", "states-per-game", "critic-steps", "critic-batch", "token-budget"),
    "huber",
)
_VALUE = ("critic-epochs", "critic-batch")
_IMITATION = ("steps", "batch", "token-budget")
_POSITIVE = (
    "threads",
    *("model.width", "model.layers", "model.heads", "model.context", "model.vocabulary"),
    *("model.max-new-tokens", "model.temperature", "model.lora-alpha"),
    *("warm-start.batch-size", "warm-start.learning-rate", "warm-start.token-budget"),
    *(f"archer.{name}" for name in (*_TD, *_ACTOR, "actor-games", "weight-clip")),
    "archer.token-baseline-epochs",
    *(f"{algo}.{name}" for algo in ("ppo", "turn-ppo") for name in (*_VALUE, *_ACTOR)),
    *(f"grpo.{name}" for name in (*_ACTOR, "group")),
    *(f"{algo}.{name}" for algo in ("filtered-bc", "bc") for name in _IMITATION),
    *(f"chai.{name}" for name in _TD),
    *(f"offline-archer.{name}" for name in ("critic-steps", "critic-batch", "weight-clip")),
    *(f"offline-archer.{name}" for name in ("actor-steps", "actor-batch", "token-budget")),
    *("loop.games-per-iteration", "loop.buffer-games", "loop.iterations", "loop.minutes"),
    *("evaluation.games", "evaluation.every", "checkpoint-every"),
)
_SHARES = (
    "loop.greedy-share",
    "warm-start.skill",
    *(f"{algo}.gamma" for algo in ("archer", "chai", "ppo", "turn-ppo", "offline-archer")),
    *(f"{algo}.tau" for algo in ("archer", "chai", "offline-archer")),
    *(f"{algo}.td-lambda" for algo in ("archer", "chai")),
    *(f"{algo}.expectile" for algo in ("archer", "chai", "offline-archer")),
    *(f"{algo}.gae-lambda" for algo in ("ppo", "turn-ppo")),
    "filtered-bc.fraction",
)

_READS_BESIDE = ("archer", "turn_ppo", "offline_archer")
"""The methods whose critic reads games as text and never speaks."""

CONFIG_FILE = "config.json"
"""The resolved configuration in a run's folder."""


# ---------------------------------------------------------------- files


def preset_names() -> list[str]:
    """Return the names of the presets that come with the package."""
    files = resources.files("archer_agent.settings").joinpath("presets").iterdir()
    return sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))


def read_preset(name: str) -> dict[str, Any]:
    """Read a preset by its name, or a TOML file of the user's own by its path.

    Raises:
        ValueError: there is no such preset or file, or it is not TOML.
    """
    try:
        if name.endswith(".toml") or "/" in name:
            text = Path(name).read_text(encoding="utf-8")
        elif name in preset_names():
            file = resources.files("archer_agent.settings").joinpath("presets", f"{name}.toml")
            text = file.read_text(encoding="utf-8")
        else:
            known = preset_names()
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise ValueError(
                f"there is no preset {name!r}; {hint}There are {', '.join(known)}, "
                "or name a file that ends in .toml"
            )
        return tomllib.loads(text)
    except OSError as error:
        raise ValueError(f"cannot read the preset {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"the preset {name} is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"the preset {name} is not TOML: {error}") from error


def flags(settings: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Flatten nested settings into command-line flags.

    ``{"model": {"max_new_tokens": 8, "split_words": False}}`` becomes
    ``["--model.max-new-tokens=8", "--model.no-split-words"]``.
    """
    result: list[str] = []
    for key, value in settings.items():
        name = key.replace("_", "-")
        if isinstance(value, Mapping):
            result += flags(value, f"{prefix}{name}.")
        elif isinstance(value, bool):
            result.append(f"--{prefix}{name}" if value else f"--{prefix}no-{name}")
        else:
            # With the equals sign, so that a text may begin with a hyphen.
            result.append(f"--{prefix}{name}={value}")
    return result


def to_dict(config: TrainConfig) -> dict[str, Any]:
    """Return the configuration as JSON values; paths become text."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items()}
        return str(value) if isinstance(value, Path) else value

    result: dict[str, Any] = plain(asdict(config))
    return result


def to_toml(config: TrainConfig) -> str:
    """Return the configuration as TOML that `--preset FILE` takes.

    What is None is left out, and so are the tables of the methods that were not chosen.
    """
    others = set(get_args(Algo)) - {config.algo}
    lines: list[str] = []
    tables: list[str] = []
    for key, value in to_dict(config).items():
        if key in others:
            continue
        if isinstance(value, dict):
            body = [_toml_line(name, each) for name, each in value.items() if each is not None]
            tables += ["", f"[{key}]", *body]
        elif value is not None and key != "preset":
            lines.append(_toml_line(key, value))
    return "\n".join([*lines, *tables]) + "\n"


def _toml_line(key: str, value: str | bool | int | float) -> str:
    # TOML writes texts, numbers and truth values as JSON does, but for DEL, which it must escape.
    return f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")


def read_config(run: Path) -> TrainConfig:
    """Read the configuration of a run's folder, checked as if it were typed.

    Raises:
        ValueError: the folder holds no configuration, or one that does not fit this version.
    """
    try:
        return tyro.cli(TrainConfig, args=flags(_read_record(run)), console_outputs=False)
    except SystemExit as error:
        raise ValueError(f"{run / CONFIG_FILE} does not fit this version") from error


def _read_record(run: Path) -> dict[str, Any]:
    path = run / CONFIG_FILE
    if not run.is_dir():
        raise ValueError(f"there is no run folder {run}")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{run} is not the folder of a run: it has no {CONFIG_FILE}") from error
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise ValueError(f"{path} is not a JSON object")
    return record


# ---------------------------------------------------------------- command line


@dataclass(frozen=True)
class TrainArguments:
    """What `archer-train` is told."""

    config: Annotated[TrainConfig, tyro.conf.arg(name="")]
    """The run."""
    resume: Path | None = None
    """Continue the run in this folder, with its settings; flags change them."""
    print_config: bool = False
    """Print the resolved settings as a TOML file that --preset takes, and stop."""


def parse_train_arguments(argv: Sequence[str]) -> TrainArguments:
    """Read a command line over the preset that it names, or over the settings of a resumed run.

    Args:
        argv: what follows the command's name.

    Raises:
        ValueError: the file cannot be read, or a value is out of its range.
        SystemExit: from tyro, with its own message: help, unknown flags, wrong types.
    """
    preset, resume = _value_of("--preset", argv), _value_of("--resume", argv)
    if resume is None:
        source = preset or TrainConfig.preset
        before, after = flags(read_preset(source)), []
    else:
        if preset is not None or _value_of("--run", argv) is not None:
            raise ValueError(
                "a resumed run keeps its preset and folder; leave --preset and --run out"
            )
        source = str(Path(resume) / CONFIG_FILE)
        # The folder may have been moved since.
        before, after = flags(_read_record(Path(resume))), [f"--run={resume}"]
    try:
        tyro.cli(TrainConfig, args=["--env=any", *before], console_outputs=False)
    except SystemExit:
        print(f"archer-train: {source} holds a setting that does not fit", file=sys.stderr)
    description = (
        "Train a language-model agent on a text environment, with ArCHer or another method."
    )
    arguments = [*before, *argv, *after]
    return tyro.cli(TrainArguments, args=arguments, prog="archer-train", description=description)


def _value_of(flag: str, argv: Sequence[str]) -> str | None:
    """Return the last value that a command line gives to a flag."""
    value = None
    for index, argument in enumerate(argv):
        if argument.startswith(f"{flag}="):
            value = argument.removeprefix(f"{flag}=")
        elif argument == flag and index + 1 < len(argv):
            value = argv[index + 1]
    return value


def json_object(text: str, flag: str) -> dict[str, Any]:
    """Read keyword arguments from a JSON object.

    Args:
        text: such as ``{"rules": "paper"}``.
        flag: where it was given, for the message.

    Raises:
        ValueError: it is not a JSON object.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{flag} is not JSON ({error}): {text}") from error
    if not isinstance(value, dict):
        raise ValueError(f'{flag} must be a JSON object such as {{"key": "value"}}, not {text}')
    return value


def with_run_folder(config: TrainConfig) -> TrainConfig:
    """Return the configuration of a new run with its folder resolved; nothing is created.

    Raises:
        ValueError: the folder is in use.
    """
    if config.run is None:
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            raise ValueError("several processes need a folder to agree on; name it with --run")
        name = config.env.replace("/", ":").rpartition(":")[2]
        stamp = time.strftime("%Y%m%d-%H%M%S")
        return replace(config, run=Path("runs") / f"{name}-{config.seed}-{stamp}")
    if int(os.environ.get("RANK", "0")) > 0:
        return config  # the first process looks; it may have begun to write
    if config.run.exists() and (not config.run.is_dir() or any(config.run.iterdir())):
        raise ValueError(
            f"{config.run} is in use; name another folder, or continue it: --resume {config.run}"
        )
    return config
