"""A training run: the method, the tables of all methods, and what no run can have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from archer_agent.settings.imitation import BCConfig, FilteredBCConfig
from archer_agent.settings.policy_gradients import GRPOConfig, PPOConfig, TurnPPOConfig
from archer_agent.settings.ranges import check_ranges
from archer_agent.settings.shared import (
    AUTO_PRIVILEGED,
    DistributedConfig,
    EvaluationConfig,
    LoopConfig,
    ModelConfig,
    WarmStartConfig,
)
from archer_agent.settings.temporal_differences import ArcherConfig, ChaiConfig, OfflineArcherConfig

Algo = Literal["archer", "ppo", "turn_ppo", "grpo", "filtered_bc", "bc", "chai", "offline_archer"]
"""The methods, each a file of `archer_agent.algorithms`."""
TrackerName = Literal["tensorboard", "wandb", "mlflow", "trackio"]
"""Where metrics can go besides the run's folder."""


@dataclass(frozen=True)
class TrainConfig:
    """A training run."""

    env: str
    """The environment: an id for gymnasium.make whose observations and actions are text;
    "module:id" imports the module first."""
    env_options: str = "{}"
    """Keyword arguments of the environment, as a JSON object."""
    preset: str = "tiny"
    """Settings to start from: the name of a preset (tiny, small-llm, paper, original, llm) or a TOML
    file. Flags win over it."""
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
    track: tuple[TrackerName, ...] = ()
    """Send metrics, evaluations with sample games, and the settings there too; each needs its extra. Where
    and under whose name is for their own environment variables to say."""
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
    distributed: DistributedConfig = field(default_factory=DistributedConfig)

    def __post_init__(self) -> None:
        """Refuse values that no run can have.

        Raises:
            ValueError: names the flag, and what it must be.
        """
        json_object(self.env_options, "--env-options")
        json_object(self.warm_start.player_options, "--warm-start.player-options")
        values = asdict(self)
        check_ranges(values)
        if self.warm_start.critic_steps and not self.warm_start.critic_games:
            raise ValueError(
                "--warm-start.critic-games must be more than 0, or --warm-start.critic-steps 0: a critic is "
                "calibrated on games"
            )
        if (
            self.model.privileged_info not in (None, AUTO_PRIVILEGED)
            and self.algo not in READS_BESIDE
        ):
            why = "plays by its critic" if self.algo == "chai" else "has no critic that reads games"
            raise ValueError(f"{self.algo} {why}: leave --model.privileged-info out")
        if self.model.lora_layers is not None and not self.model.lora_rank:
            raise ValueError(
                "--model.lora-layers says where adapters are: it needs --model.lora-rank"
            )
        if self.distributed.shard and self.model.lora_rank:
            raise ValueError(
                "--distributed.shard spreads weights that are trained, and adapters are small: leave it out with "
                "--model.lora-rank"
            )
        if self.distributed.shard and self.warm_start.optimizer == "muon":
            raise ValueError(
                "--warm-start.optimizer muon needs whole matrices: take adam with --distributed.shard"
            )
        if self.model.policy == "small":
            _check_small(self.model)
        for algo in ("archer", "chai", "turn_ppo", "offline_archer"):
            _check_bins(algo.replace("_", "-"), values[algo])
        if not self.chai.states_per_game:
            raise ValueError(f"--chai.{_NO_STATES}")
        _check_archer(self.archer)
        if self.algo == "grpo" and self.loop.games_per_iteration % self.grpo.group:
            raise ValueError(
                f"--loop.games-per-iteration must be a multiple of --grpo.group, {self.grpo.group}, "
                f"not {self.loop.games_per_iteration}"
            )


_NO_STATES = (
    "states-per-game must be more than 0: only --archer.credit both learns without candidates"
)


def _check_archer(archer: ArcherConfig) -> None:
    """Refuse settings of ArCHer that do not go together."""
    if archer.token_baseline and archer.actor_loss == "awr":
        raise ValueError(
            "--archer.token-baseline belongs to policy gradients: leave it out with awr"
        )
    if archer.credit == "both":
        values, usual = asdict(archer), asdict(ArcherConfig())
        for name in _CRITIC_ALONE:
            if values[name] != usual[name]:
                raise ValueError(
                    f"--archer.{name.replace('_', '-')} belongs to --archer.credit critic: leave it out"
                )
        if archer.candidates < 2:
            raise ValueError(
                "--archer.candidates must be at least 2 with --archer.credit both: they are "
                "compared with each other"
            )
        return
    if not archer.states_per_game:
        raise ValueError(f"--archer.{_NO_STATES}")
    if archer.offline_iterations:
        raise ValueError(
            "--archer.offline-iterations belongs to --archer.credit both; --algo offline_archer "
            "learns from recorded games alone"
        )
    # What awr weighs was said, and is compared with candidates that were drawn apart from it.
    alone = archer.candidates < 2 and archer.actor_loss != "awr"
    if archer.baseline == "candidates" and alone:
        raise ValueError(
            "--archer.candidates must be at least 2 with --archer.baseline candidates: they are compared with "
            "each other; or take --archer.baseline value"
        )


def _check_small(model: ModelConfig) -> None:
    """Refuse a small policy that cannot be made, or cannot speak."""
    if model.width % (2 * model.heads):
        raise ValueError(
            f"--model.width must be a multiple of {2 * model.heads}, not {model.width}: it is split into "
            f"{model.heads} heads of an even number of channels"
        )
    least = 2 * (model.max_new_tokens + 1)  # as `archer_agent.networks.tokens.Stream` needs it
    if model.context < least:
        raise ValueError(
            f"--model.context must be at least {least}, not {model.context}, for utterances of "
            f"--model.max-new-tokens {model.max_new_tokens}"
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
    if values["bins"] <= 6 * sigma:
        raise ValueError(
            f"--{table}.bins must be more than six times --{table}.bin-sigma, not {values['bins']} and {sigma}"
        )


_CRITIC_ALONE = ("actor_loss", "baseline", "token_baseline", "whiten", "expectile")
"""Settings of ArCHer whose actor learns from the critic alone."""

READS_BESIDE = ("archer", "ppo", "turn_ppo", "offline_archer")
"""The methods whose critic reads games and never speaks."""


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
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{flag} is not JSON ({error}): {text}") from error
    if not isinstance(value, dict):
        raise ValueError(f'{flag} must be a JSON object such as {{"key": "value"}}, not {text}')
    return value
