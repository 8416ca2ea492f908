"""Before any reinforcement: demonstrations, a policy that imitates them, a critic that has seen its returns."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gymnasium.vector import VectorEnv

from archer_agent.agents.agent import Agent, FunctionAgent
from archer_agent.agents.environments import one_env, told_of
from archer_agent.algorithms.bc import OnBegin, clone
from archer_agent.algorithms.learner import Learner
from archer_agent.episodes.datasets import read_dataset
from archer_agent.episodes.replay import Episode
from archer_agent.networks import distributed, loading
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.runs.budget import Budget
from archer_agent.runs.journal import Journal
from archer_agent.runs.seal import check_weights
from archer_agent.runs.stages import Stage
from archer_agent.seeding import DEMONSTRATION_GAMES, game_seeds
from archer_agent.settings import (
    AUTO_PRIVILEGED,
    READS_BESIDE,
    ModelConfig,
    TrainConfig,
    preset_names,
    read_preset,
)


def check_models(model: ModelConfig) -> None:
    """Look at models by name, without loading them; at all of those that a run has written.

    Raises:
        ValueError: there is no such model, or it cannot be what it shall be, or it is not as it was written.
        ModuleNotFoundError: what adapters need is not installed.
    """
    if model.lora_rank:
        import peft  # noqa: F401
    for name in {model.policy, model.critic}:
        check_weights(Path(name).expanduser())
    if model.policy != "small":
        loading.check_policy(model.policy)
    if model.critic != "small":
        loading.check_critic(model.critic)


def with_offered_privileged_info(config: TrainConfig, envs: VectorEnv) -> TrainConfig:
    """Put the key that the environment offers to critics in the place of "auto"; none where nothing can be read by it.

    A critic that plays sees what the player sees, methods without a critic read nothing, and recorded games need not
    hold the text.
    """
    if config.model.privileged_info != AUTO_PRIVILEGED:
        return config
    readable = config.algo in READS_BESIDE and config.warm_start.demonstrations is None
    key = envs.metadata.get("privileged_info") if readable else None
    return replace(config, model=replace(config.model, privileged_info=key))


def check_device(name: str) -> None:
    """Look whether a device is there.

    Raises:
        ValueError: it is not, or there is none of that name.
    """
    try:
        device = torch.device(name)
        if device.type != "cpu":
            torch.ones(1, device=device).item()  # some take numbers and give none back
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"--device {name} cannot be used ({reason}); cpu always can") from error


def recorded_games(config: TrainConfig) -> list[Episode] | None:
    """Read the demonstrations that the settings name; None where they name none.

    Raises:
        ValueError: they cannot be read.
    """
    source = config.warm_start.demonstrations
    return None if source is None else read_dataset(source, config.model.privileged_info)


def demonstrate(
    config: TrainConfig, play: Callable[[Agent, Sequence[int]], list[Episode]], journal: Journal
) -> list[Episode]:
    """Let the environment's scripted player demonstrate; no games where there is none, or none are asked for."""
    warm = config.warm_start
    player = scripted_player(config, config.seed, warm.skill) if warm.games > 0 else None
    if player is None:
        return []
    journal.display.phase("demonstrations", warm.games)
    return play(FunctionAgent(player), game_seeds(config.seed, DEMONSTRATION_GAMES, warm.games))


def scripted_player(config: TrainConfig, seed: int, skill: float) -> Any:
    """Return the environment's own scripted player, or None where it offers none.

    An environment offers one by a method ``scripted_player(seed, skill, **options)`` of ``env.unwrapped`` that
    returns a function from the observation to an action. Options of a preset that it does not know are left out: a
    preset serves many environments.

    Raises:
        ValueError: it does not know an option of the user's own.
    """
    with one_env(config.env, json.loads(config.env_options)) as env:
        try:
            offer = env.get_wrapper_attr("scripted_player")
        except AttributeError:
            return None
        wanted = json.loads(config.warm_start.player_options)
        for name, flag in (("seed", "--seed"), ("skill", "--warm-start.skill")):
            if name in wanted:
                raise ValueError(f"--warm-start.player-options: leave {name} to {flag}")
        with told_of("offering its scripted player"):
            known = inspect.signature(offer).parameters
        takes_any = any(each.kind is each.VAR_KEYWORD for each in known.values())
        options = {name: value for name, value in wanted.items() if takes_any or name in known}
        if options != wanted and config.warm_start.player_options not in _options_of_presets():
            unknown = next(name for name in wanted if name not in options)
            takes = [name for name in known if name not in ("seed", "skill")]
            raise ValueError(
                f"--warm-start.player-options: the player of {config.env} takes no {unknown!r}; "
                f"it takes {', '.join(takes) or 'none'}"
            )
        with told_of("making its scripted player"):
            return offer(seed=seed, skill=skill, **options)


def _options_of_presets() -> set[str]:
    """Return what the presets say to whatever player there may be."""
    tables = (read_preset(name).get("warm_start", {}) for name in preset_names())
    return {table["player_options"] for table in tables if "player_options" in table}


def make_policy(config: TrainConfig, demonstrations: Sequence[Episode]) -> LanguagePolicy:
    """Make the small policy, its tokenizer from demonstrations, or load the one that is named.

    Raises:
        ValueError: the small policy has no demonstrations, or the other cannot be loaded.
    """
    model = config.model
    if model.policy != "small":
        return loading.configured_policy(model.policy, config)
    if not demonstrations:
        if config.warm_start.games == 0:
            why = "--warm-start.games is 0"
        else:
            why = f"{config.env} offers no scripted player"
        raise ValueError(
            f"{why}, and the small policy's tokenizer is made from demonstrations; let it play some, name a "
            "file with --warm-start.demonstrations, or a model with --policy"
        )
    texts = [text for game in demonstrations[:2000] for text, _ in game.pieces()]
    return loading.small_policy(
        train_tokenizer(texts, model.vocabulary, model.split_words),
        width=model.width,
        layers=model.layers,
        heads=model.heads,
        context=model.context,
        max_new_tokens=model.max_new_tokens,
        temperature=model.temperature,
        instruction=model.instruction,
        seed=config.seed,
    )


def imitate(
    config: TrainConfig,
    policy: LanguagePolicy,
    demonstrations: Sequence[Episode],
    rng: np.random.Generator,
    journal: Journal,
    stage: Stage,
    on_begin: OnBegin,
) -> float | None:
    """Let the policy imitate demonstrations; return the loss at the end, None where it imitates nothing."""
    warm = config.warm_start
    if not demonstrations or warm.epochs == 0:
        return None
    clone(
        policy,
        demonstrations,
        epochs=warm.epochs,
        batch_size=warm.batch_size,
        learning_rate=warm.learning_rate,
        grad_clip=warm.grad_clip,
        token_budget=warm.token_budget,
        rng=rng,
        reply_weight=warm.reply_weight,
        optimizer_name=warm.optimizer,
        on_step=journal.follow(stage, Budget.of(config.loop).seconds),
        on_begin=on_begin,
    )
    return stage.loss


def check_demonstrations(config: TrainConfig, demonstrations: Sequence[Episode]) -> None:
    """Look whether a method that collects no games can learn from these.

    Raises:
        ValueError: there are none, or the critic lacks what it shall read beside them.
    """
    if not demonstrations:
        raise ValueError(
            f"--algo {config.algo} learns from demonstrations, and there are none: "
            "name a file with --warm-start.demonstrations"
        )
    key = config.model.privileged_info
    if key is not None and not all(game.privileged for game in demonstrations):
        raise ValueError(
            f"the demonstrations do not all hold the text of info[{key!r}] for the critic to read; "
            "record them with --model.privileged-info, or leave it out"
        )


def calibration_steps(config: TrainConfig, games: int) -> int:
    """Return how many gradient steps a critic takes on the returns of so many games, the same in all processes."""
    mean = distributed.average(games)
    # A step of fewer games than a batch holds is a pass over them.
    batch: float = min(getattr(config, config.algo).critic_batch, mean)
    passes = math.ceil(config.warm_start.critic_passes * mean / batch)
    return min(config.warm_start.critic_steps, passes)


def calibrate(
    config: TrainConfig,
    learner: Learner,
    games: Sequence[Episode],
    journal: Journal,
    stage: Stage,
) -> None:
    """Let the critic learn the returns of games before it bootstraps.

    Its first advantages must mean something, about this policy: a demonstrator errs elsewhere. Where nothing
    is collected the demonstrations must do.
    """
    if config.warm_start.normalize_returns and not stage.step:
        learner.adopt_scale(games)
    on_step = journal.follow(stage, Budget.of(config.loop).seconds)
    learner.fit_returns(games, calibration_steps(config, len(games)) - stage.step, on_step)
    journal.log("calibration", {"calibration/loss": distributed.average(stage.loss)})
