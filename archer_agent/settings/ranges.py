"""Which numbers a setting may be: every one has a range, by its name, whatever table it stands in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

_POSITIVE = {
    *("width", "layers", "heads", "context", "vocabulary", "max_new_tokens", "temperature"),
    *("lora_alpha", "lora_layers", "threads", "checkpoint_every", "every", "iterations", "minutes"),
    "timeout_minutes",
    *("games", "games_per_iteration", "first_games", "buffer_games", "actor_games", "token_budget"),
    *("batch", "batch_size", "actor_batch", "critic_batch", "steps", "actor_steps", "critic_steps"),
    *("actor_epochs", "critic_epochs", "critic_passes", "token_baseline_epochs", "candidates"),
    *("learning_rate", "grad_clip", "actor_grad_clip", "critic_grad_clip", "clip_ratio"),
    *("target_kl", "weight_clip", "advantage_clip", "bins", "bin_sigma"),
}
_NOT_NEGATIVE = {
    *("seed", "epochs", "reply_weight", "lora_rank", "warmup_iterations", "offline_iterations"),
    "recorded_steps",
    *("critic_games", "lr", "actor_lr", "critic_lr", "token_baseline_lr", "kl", "entropy", "beta"),
    *("advantage_floor", "growth", "states_per_game"),
}
_SHARES = {
    *("skill", "fraction", "gamma", "tau", "expectile"),
    *("td_lambda", "gae_lambda"),
}
_AT_LEAST_TWO = {"group"}
_ANY = {"value_low", "value_high"}
_MOST = 1e12
"""More than any run has, and less than what libraries cannot count."""
_MOST_THREADS = 4096
_ALSO_NONE = {"warm_start.games", "warm_start.critic_steps"}
"""Of which 0 says that there is no such phase, though elsewhere there must be some of that name."""


def check_ranges(settings: Mapping[str, Any]) -> None:
    """Refuse numbers that mean nothing.

    Args:
        settings: nested tables of settings.

    Raises:
        ValueError: names the flag, and what it must be.
    """
    for path, value in numbers(settings):
        if wanted := _complaint(path, value):
            flag = path.replace("_", "-")
            raise ValueError(f"--{flag} must be {wanted}, not {value}")


def numbers(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, int | float]]:
    """Yield each number of nested settings with its path, such as ``loop.buffer_games``."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from numbers(value, f"{prefix}{key}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{prefix}{key}", value


def _complaint(path: str, value: int | float) -> str | None:
    """Say what a number must be where it is not; None where it may be."""
    name = path.rpartition(".")[2]
    if name in _SHARES:
        return None if 0 <= value <= 1 else "from 0 to 1"
    if name == "seed" and value >= 2**63:
        return "less than 2^63"
    if not math.isfinite(value):
        return "a finite number (a large one, such as 1e9, stands for no limit)"
    if name == "threads" and value > _MOST_THREADS:
        return f"at most {_MOST_THREADS}"
    if name != "seed" and abs(value) > _MOST:
        return f"at most {_MOST:g}, which stands for no limit"
    if name in _ANY:
        return None
    if name in _NOT_NEGATIVE or path in _ALSO_NONE:
        return None if value >= 0 else "at least 0"
    if name in _AT_LEAST_TWO:
        return None if value >= 2 else "at least 2"
    assert name in _POSITIVE, f"{path} has no range"
    return None if value > 0 else "more than 0"
