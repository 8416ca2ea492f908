"""Agents that no run of this package has trained, by name: what `archer-eval --agent` takes.

Torch, transformers and openai are imported where they are needed: `--help` must be quick.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from archer_agent.errors import AgentError, failure
from archer_agent.settings import json_object

if TYPE_CHECKING:
    from archer_agent.agents.agent import Agent
    from archer_agent.agents.prompting import ChatModel


@dataclass(frozen=True)
class AgentConfig:
    """Settings of an agent that is no run's."""

    model: str | None = None
    """openai: the model's name at the endpoint. chat: a chat model by its id on the Hugging Face hub
    or its folder."""
    base_url: str | None = None
    """openai: the endpoint, such as http://localhost:8000/v1; OPENAI_BASE_URL, else OpenAI's, without
    it. The key is taken from the environment variable OPENAI_API_KEY, and from nowhere else."""
    prompt: Literal["plain", "react"] = "plain"
    """openai, chat: whether the model replies with its action alone, or thinks aloud first (ReAct)."""
    instructions: str | None = None
    """openai, chat: what the model is told the game is, as text or as a file; what the environment
    says of itself without it."""
    history: int | None = None
    """openai, chat: the most turns of a game that the model is shown, besides the first observation;
    all without it."""
    max_new_tokens: int | None = None
    """openai, chat: the most tokens of a reply; 64, or 256 with --prompt react."""
    request: str = "{}"
    """openai: further fields of each request, as a JSON object, or other values for temperature (0;
    1 with --sample) and max_tokens; null leaves one out."""
    concurrency: int = 16
    """openai: the most requests at once."""
    retries: int = 6
    """openai: how often a request is sent again that failed for a reason that may pass."""
    timeout: float = 60.0
    """openai: seconds to wait for one reply."""
    batch_size: int = 32
    """chat: the most conversations that go through the model at once."""
    device: str | None = None
    """chat: cpu, cuda, ...; the GPU where there is one."""
    skill: float = 1.0
    """scripted: how well the environment's own player plays, from 0, at random, to 1, as well as it can."""
    utterances: Path | None = None
    """random: a file with an utterance on each line, for an environment that does not say what can be
    done."""


_PROMPTED = {"model", "prompt", "instructions", "history", "max_new_tokens"}
_SETTINGS = {
    "random": {"utterances"},
    "scripted": {"skill"},
    "openai": _PROMPTED | {"base_url", "request", "concurrency", "retries", "timeout"},
    "chat": _PROMPTED | {"batch_size", "device"},
}
"""The names that are no MODULE:NAME, and the settings that each takes."""


def make_agent(
    name: str,
    config: AgentConfig,
    env: str,
    env_options: Mapping[str, Any],
    *,
    seed: int = 0,
    sample: bool = False,
) -> Agent:
    """Make an agent by its name.

    Args:
        name: random, scripted, openai, chat, or MODULE:NAME of a class without arguments that follows `archer_agent.Agent`
            or of a function from observation to action.
        config: settings; those of other agents must be as they were.
        env: the environment's id: prompts say what it is.
        env_options: its keyword arguments.
        seed: of what is drawn.
        sample: whether a language model draws its replies; without, it says what is likeliest.

    Raises:
        ValueError: there is no such agent, or it cannot be made with these settings.
        ModuleNotFoundError: it needs a package that is not installed.
    """
    _check_settings(name, config)
    if name == "random":
        from archer_agent.agents.random_agent import RandomAgent

        lines = [] if config.utterances is None else _read(config.utterances).splitlines()
        return RandomAgent(seed, [line.strip() for line in lines if line.strip()])
    if name == "scripted":
        return _scripted(env, env_options, seed, config.skill)
    if name not in _SETTINGS:
        return import_agent(name)
    from archer_agent.agents.prompting import PROMPTS, PromptedAgent

    if config.history is not None and config.history < 1:
        raise ValueError(f"--history must be at least 1, not {config.history}")
    prompt = PROMPTS[config.prompt]
    tokens = prompt.max_new_tokens if config.max_new_tokens is None else config.max_new_tokens
    if tokens < 1:
        raise ValueError(f"--max-new-tokens must be at least 1, not {tokens}")
    model = _chat_model(name, config, tokens, seed, sample)
    return PromptedAgent(
        model, prompt, _instructions(config.instructions, env, env_options), config.history
    )


def _check_settings(name: str, config: AgentConfig) -> None:
    """Refuse a setting that the agent would not heed."""
    takes = _SETTINGS.get(name, set())
    for setting in fields(AgentConfig):
        if setting.name not in takes and getattr(config, setting.name) != setting.default:
            raise ValueError(f"--agent {name} takes no --{setting.name.replace('_', '-')}")


def _scripted(env: str, env_options: Mapping[str, Any], seed: int, skill: float) -> Agent:
    """Return the player that an environment brings along (``unwrapped.scripted_player``)."""
    from archer_agent.agents.agent import FunctionAgent
    from archer_agent.agents.environments import one_env, told_of

    if not 0 <= skill <= 1:
        raise ValueError(f"--skill must be from 0 to 1, not {skill}")
    with one_env(env, env_options) as made:
        if not made.has_wrapper_attr("scripted_player"):
            raise ValueError(f"{env} brings no scripted player along")
        with told_of("making its scripted player"):
            return FunctionAgent(made.get_wrapper_attr("scripted_player")(seed, skill))


def _chat_model(
    name: str, config: AgentConfig, max_new_tokens: int, seed: int, sample: bool
) -> ChatModel:
    if config.model is None:
        raise ValueError(f"--agent {name} needs the name of a model: --model")
    if name == "chat":
        from archer_agent.agents.chat_model import load_chat_model

        return load_chat_model(
            config.model,
            max_new_tokens=max_new_tokens,
            batch_size=config.batch_size,
            device=config.device,
            sample=sample,
            seed=seed,
        )
    from archer_agent.agents.endpoint import connect

    return connect(
        config.model,
        config.base_url,
        fields={
            **{"max_tokens": max_new_tokens, "temperature": float(sample)},
            **json_object(config.request, "--request"),
        },
        concurrency=config.concurrency,
        retries=config.retries,
        timeout=config.timeout,
    )


def _instructions(given: str | None, env: str, env_options: Mapping[str, Any]) -> str:
    """Return what the user says of the environment, else what it says of itself (``unwrapped.instructions``)."""
    if given is not None:
        return _read(Path(given)) if os.path.isfile(given) else given
    from archer_agent.agents.environments import one_env
    from archer_agent.agents.prompting import GENERIC_INSTRUCTIONS

    with one_env(env, env_options) as made:
        try:
            return str(made.get_wrapper_attr("instructions")) or GENERIC_INSTRUCTIONS
        except AttributeError:
            return GENERIC_INSTRUCTIONS


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text") from error


def import_agent(name: str) -> Agent:
    """Import MODULE:NAME, also from the working directory, and make an agent of it.

    Raises:
        ValueError: it cannot be imported, or it is no agent.
        AgentError: its class fails.
    """
    from archer_agent.agents.agent import FunctionAgent, OwnAgent

    module_name, colon, attribute = name.partition(":")
    if not (module_name and colon and attribute):
        near = difflib.get_close_matches(name, list(_SETTINGS), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(
            f"--agent must be random, scripted, openai, chat or MODULE:NAME, not {name!r}{hint}"
        )
    search_working_directory()
    try:
        found = getattr(importlib.import_module(module_name), attribute)
    except (Exception, SystemExit) as error:
        reason = error if isinstance(error, ImportError | AttributeError) else failure(error)
        raise ValueError(f"cannot import the agent {name!r}: {reason}") from error
    if not callable(found):
        raise ValueError(f"{name!r} is a {type(found).__name__}, neither a class nor a function")
    if not isinstance(found, type):
        return FunctionAgent(found)
    try:
        agent = found()
    except TypeError as error:
        raise ValueError(f"the class {name!r} must take no arguments: {error}") from error
    except (Exception, SystemExit) as error:
        raise AgentError(f"the agent {name!r} cannot be made: {failure(error)}") from error
    if not (hasattr(agent, "begin") and hasattr(agent, "act")):
        raise ValueError(f"{name!r} lacks the methods of archer_agent.Agent, begin and act")
    return OwnAgent(agent)


def search_working_directory() -> None:
    """Let modules of the working directory be imported, where no installed one has their name."""
    with suppress(FileNotFoundError):  # somebody has removed it
        if os.getcwd() not in sys.path:
            sys.path.append(os.getcwd())
