"""What a run's settings would do beyond computing: a folder may be a stranger's, and is only data until somebody says more.

Code that settings name (``module:Class``), packages that would be imported for an environment, addresses that would be
spoken to and files outside are used when the command line names them too, or says that the folder is trusted. Models
that would be fetched, and trackers, go by the same rule, but for runs of one's own (`archer_agent.runs.own`).
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from archer_agent.settings.files import to_dict
from archer_agent.settings.redaction import redacted, redacted_text
from archer_agent.settings.run import TrainConfig
from packaged_models import MODELS, is_shipped

OURS = "llm_gym"
"""The package of environments that comes with this one."""
_SERVICES = ("openai", "server")
"""What speaks to somebody else by its name alone, with the keys of whoever plays, or at an address that is no URL."""
_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def check_trust(
    config: TrainConfig,
    where: str,
    *,
    env: str | None = None,
    env_options: Mapping[str, Any] | None = None,
) -> None:
    """Refuse settings that would run code or reach out, where nobody but the folder asks for it.

    Args:
        config: from a run's folder.
        where: it is from, for the message.
        env: the environment, where it was named by hand.
        env_options: its keyword arguments, where they were given by hand.

    Raises:
        ValueError: something needs trust; the message names it.
    """
    found = []
    if env != config.env and (package := _imported_for(config.env)) is not None:
        found.append(f"the environment {config.env!r}, whose package {package!r} would be imported")
    options = json.loads(config.env_options)
    for name, value in options.items():
        if env_options is not None and env_options.get(name, ...) == value:
            continue
        found += [f"{reason} in --env-options {name}" for reason in _reaching_out(value)]
    if found:
        raise ValueError(
            f"{where} names {' and '.join(found)}; what a folder names is used only where you say so: give the "
            "same --env and --env-options, or --trust-code if you trust whoever made it"
        )


def check_trust_of_beginning(config: TrainConfig, where: str, given: Collection[str]) -> None:
    """Refuse files outside that a run would begin from, where nobody but the folder names them.

    Args:
        config: from the folder of a run that is to begin anew.
        where: it is from, for the message.
        given: the flags that were given by hand.

    Raises:
        ValueError: one needs trust; the message names it.
    """
    warm = config.warm_start
    for flag, path in (
        ("--warm-start.demonstrations", warm.demonstrations),
        ("--warm-start.shared", warm.shared),
    ):
        if path is not None and flag not in given and _is_outside(str(path)):
            raise ValueError(
                f"{where} names {str(path)!r} as {flag}, outside of it; what a folder names is used only "
                f"where you say so: give the same {flag}, or --trust-code if you trust whoever made it"
            )


def played_with(config: TrainConfig) -> list[str]:
    """Return which models that a run's folder names are loaded to play with what was trained, beside its weights."""
    return ["adapters", *(["critic"] if config.algo == "chai" else [])]


def models_of(options: Any) -> Iterator[str]:
    """Yield the models that keyword arguments of an environment name, such as those of its oracle."""
    if isinstance(options, Mapping):
        for key, each in options.items():
            if key == "model" and isinstance(each, str):
                yield each
            yield from models_of(each)
    elif isinstance(options, list):
        for each in options:
            yield from models_of(each)


def is_at_hand(model: str) -> bool:
    """Tell whether a model is made here, or one that an installed package ships, or lies where a folder may point to."""
    if model in ("small", *MODELS) or is_shipped(model):
        return True
    return not _is_outside(model) and os.path.exists(model)


def _imported_for(env: str) -> str | None:
    """Return the package that an environment's id would have imported; None for what is registered, or comes with this."""
    import gymnasium

    module, _, name = env.rpartition(":")
    if name in gymnasium.registry:
        return None
    package = module or (name.split("/")[0] if "/" in name else "")
    return package if package not in ("", OURS) else None


def _reaching_out(value: Any) -> Iterator[str]:
    """Yield what is code, an address, or a file outside, in a value of JSON."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _reaching_out(key)
            yield from _reaching_out(each)
    elif isinstance(value, list):
        for each in value:
            yield from _reaching_out(each)
    elif isinstance(value, str):
        text = value.strip()
        if text.lower() in _SERVICES:
            yield f"the service {text!r}"
        elif _NAME.fullmatch(text) and _is_importable(text.partition(".")[0].partition(":")[0]):
            yield f"the code {text!r}"
        elif "://" in text:
            yield f"the address {redacted_text(text)!r}"
        elif _is_outside(text):
            yield f"the file {text!r}"


def _is_importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return True


def _is_outside(text: str) -> bool:
    for kind in (PurePosixPath, PureWindowsPath):
        path = kind(text)
        if path.is_absolute() or ".." in path.parts or text.startswith("~"):
            return True
    return False


def recorded(config: TrainConfig) -> dict[str, Any]:
    """Return settings as a run keeps them: as JSON values, without secrets."""
    settings: dict[str, Any] = redacted(to_dict(config))
    return settings
