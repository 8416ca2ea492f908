"""Which settings mean something to a run, and which may be others when it goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from archer_agent.settings.files import read_config
from archer_agent.settings.run import Algo, TrainConfig
from archer_agent.settings.trust import recorded

_NAMES_ALONE = ("run", "preset")
"""Where the run is and what its settings were taken from; neither is a setting of what it does."""
_FIXED = ("env", "seed", "algo", "warm_start")
"""What the run is of, and what was done before its first iteration."""
_FIXED_OF_METHODS = (
    *("credit", "token_baseline", "offline_iterations", "recorded_steps"),
    *("critic_loss", "value_low", "value_high", "bins", "bin_sigma"),
)
"""What a method's networks are made of, or what it began with."""
_FREE_OF_MODELS = ("gradient_checkpointing",)


def used_tables(config: TrainConfig) -> set[str]:
    """Return the tables of methods that a run heeds."""
    with_recorded = config.algo == "archer" and config.archer.offline_iterations > 0
    return {config.algo, *(["offline_archer"] if with_recorded else [])}


def allowed_changes(run: Path, config: TrainConfig) -> dict[str, list[Any]]:
    """Compare the settings of a run's folder with those that it shall go on with.

    Args:
        run: the folder.
        config: what shall hold from now on.

    Returns:
        By flag, what was and what shall be.

    Raises:
        ValueError: something differs that cannot; the message names the flag.
    """
    before = read_config(run)
    tables, changes = used_tables(before), {}
    for keys, old, new in _differing(recorded(before), recorded(config)):
        if keys[0] in _NAMES_ALONE:
            continue
        flag = flag_of(keys)
        if keys[0] in get_args(Algo) and keys[0] not in tables:
            raise ValueError(f"{flag} is of another method than {before.algo}: leave it out")
        fixed = (
            keys[0] in _FIXED
            or keys == ("distributed", "shard")
            or (keys[0] == "model" and keys[1] not in _FREE_OF_MODELS)
        )
        # The policy that a KL term holds to is a network of its own where recorded games came first.
        reference = keys == ("archer", "kl") and before.archer.offline_iterations > 0
        fixed = fixed or (reference and 0 in (old, new))
        if fixed or (keys[0] in tables and keys[1] in _FIXED_OF_METHODS):
            raise ValueError(
                f"{flag} of {run} is {old!r}, and a run that has begun cannot change it to {new!r}: "
                "leave it out, or begin another run"
            )
        changes[flag] = [old, new]
    return changes


_INDIFFERENT = ("run", "preset", "checkpoint_every", "track", "threads", "device")
_INDIFFERENT_OF_TABLES = ("shared", "demonstrations", "iterations", "minutes")
"""What has no bearing on what a run comes to until it ends."""


def deciding(config: TrainConfig) -> dict[str, Any]:
    """Return the settings that decide what comes of a run, by flag, as JSON values."""
    tables = {*used_tables(config), "model", "warm_start", "loop", "evaluation"}
    found = {}
    for key, value in recorded(config).items():
        if not isinstance(value, dict):
            if key not in _INDIFFERENT:
                found[flag_of([key])] = value
        elif key in tables:
            for name, each in value.items():
                if name not in _INDIFFERENT_OF_TABLES:
                    found[flag_of([key, name])] = each
    return found


def _differing(
    old: dict[str, Any], new: dict[str, Any], prefix: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    for key, value in old.items():
        if isinstance(value, dict):
            yield from _differing(value, new[key], (*prefix, key))
        elif value != new[key]:
            yield (*prefix, key), value, new[key]


def flag_of(keys: Sequence[str]) -> str:
    """Return the flag of a setting from its keys: ``("loop", "buffer_games")`` is ``--loop.buffer-games``."""
    return f"--{'.'.join(keys)}".replace("_", "-")


def unheeded(config: TrainConfig, given: Sequence[str]) -> list[str]:
    """Look at settings that were given by hand: does the run heed them?

    Args:
        config: the resolved settings.
        given: the flags, such as ``--ppo.gamma``.

    Returns:
        Those that mean nothing beside others, or for this method, each with the reason.
    """
    tables = used_tables(config)
    notes = []
    for flag in given:
        table, _, name = flag.removeprefix("--").replace("-", "_").partition(".")
        if table in get_args(Algo) and table not in tables:
            notes.append(
                f"{flag} changes nothing: it is of --algo {table}, and this run is of {config.algo}"
            )
            continue
        name = name.removeprefix("no_")
        idle = _idle if table in tables else _idle_of_all
        if reason := idle(config, table, name):
            notes.append(f"{flag} changes nothing: it is for {reason}")
    return notes


_BINS = ("value_low", "value_high", "bins", "bin_sigma")
_IDLE_WITH_CREDIT_BOTH = (
    *("actor_games", "actor_states", "tau", "beta", "weight_clip"),
    *("token_baseline_lr", "token_baseline_epochs"),
)
"""Settings of ArCHer that mean nothing there, beside those that are refused with it (`archer_agent.settings.run`)."""
_OF_CRITICS = (
    *("warm_start.critic_games", "warm_start.critic_steps", "warm_start.critic_passes"),
    *("warm_start.normalize_returns", "loop.warmup_iterations"),
)
_OF_PLAY = (
    *("loop.games_per_iteration", "loop.growth", "loop.first_games"),
    "loop.buffer_games",
)
_WITHOUT_CRITIC = ("grpo", "filtered_bc", "bc")
_WITHOUT_PLAY = ("offline_archer", "bc")


def _idle_of_all(config: TrainConfig, table: str, name: str) -> str | None:
    """Say for what a setting that all methods share would be; None for one that has its effect."""
    path = f"{table}.{name}"
    if path in _OF_CRITICS and config.algo in _WITHOUT_CRITIC:
        return f"methods with a critic, and {config.algo} has none"
    if path == "warm_start.critic_games" and "offline_archer" in used_tables(config):
        return "a calibration by games of its own, and recorded games come first"
    if path == "loop.first_games" and not config.loop.growth:
        return "--loop.growth above 0"
    if path in _OF_PLAY and config.algo in _WITHOUT_PLAY:
        return f"methods that play to learn, and {config.algo} learns from demonstrations"
    return None


def _idle(config: TrainConfig, table: str, name: str) -> str | None:
    """Say for what a method's setting would be that others leave without effect; None for one that has its effect."""
    if name in _BINS and getattr(config, table).critic_loss != "hl_gauss":
        return f"--{table}.critic-loss hl_gauss".replace("_archer", "-archer")
    if table != "archer":
        return None
    archer = config.archer
    if name == "recorded_steps" and not archer.offline_iterations:
        return "--archer.offline-iterations above 0"
    if archer.credit == "both":
        return "--archer.credit critic" if name in _IDLE_WITH_CREDIT_BOTH else None
    if name in ("beta", "weight_clip") and archer.actor_loss != "awr":
        return "--archer.actor-loss awr"
    if name in ("clip_ratio", "target_kl") and archer.actor_loss != "ppo":
        return "--archer.actor-loss ppo"
    if name in ("token_baseline_lr", "token_baseline_epochs") and not archer.token_baseline:
        return "--archer.token-baseline"
    return None
