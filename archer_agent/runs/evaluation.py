"""Evaluation: fresh games, any agent, one account of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from numbers import Integral
from pathlib import Path
from typing import Any

import torch

from archer_agent import algorithms
from archer_agent.agents.agent import Agent, CountsUsage
from archer_agent.agents.environments import close, make_envs
from archer_agent.agents.rollout import play
from archer_agent.agents.tasks import panel_fingerprint
from archer_agent.episodes.replay import Episode, append_episodes, read_episodes
from archer_agent.runs.folder import check_links
from archer_agent.runs.own import check_trust_of_models
from archer_agent.runs.records import drop_torn_line
from archer_agent.runs.seal import check_weights, fingerprint
from archer_agent.runs.warm_start import check_device
from archer_agent.seeding import EVALUATION_GAMES, game_seeds
from archer_agent.settings import (
    CONFIG_FILE,
    TrainConfig,
    check_secrets,
    check_trust,
    models_of,
    played_with,
    read_config,
    redacted,
    redacted_text,
)
from archer_agent.statistics import mean_interval

_WIDTH = 128
"""Games side by side; more would not be faster on small machines."""


def evaluate_agent(
    env_id: str,
    options: Mapping[str, Any],
    agent: Agent,
    episodes: int | Sequence[int],
    seed: int,
    record: Path | None = None,
    resume: bool = False,
    on_progress: Callable[[int], None] | None = None,
    name: str = "",
) -> dict[str, Any]:
    """Let an agent play fresh games.

    Args:
        env_id: the environment's id.
        options: keyword arguments of the environment.
        agent: who plays.
        episodes: how many games; or the numbers of the tasks, each to be played once.
        seed: decides the games, where tasks are not named; the same seed gives the same games to every agent.
        record: a file of JSON lines to which the games are appended, in the form of demonstrations, as soon as those
            that were played side by side have ended.
        resume: count the games that the record already holds, and play the others. The ``seconds`` are those of the
            others, and so is what the agent counts.
        on_progress: called with the number of games that have ended, after each turn.
        name: who the agent is, for the record: games of another one are not taken for its own.

    Returns:
        ``return_mean``, ``interval`` (95 %, bootstrap), ``success`` (share), ``games``, ``turns_mean``, ``seconds``,
        and ``usage``: what the agent has counted of tokens and requests, empty where it counts nothing. Where tasks
        are named, ``tasks`` is their `archer_agent.agents.tasks.panel_fingerprint`.

    Raises:
        ValueError: there are no such games; the record holds something else than games, or, where it is to be gone on
            with, games of another environment, agent or seed.
    """
    _check_games(episodes, seed)
    # A game of a named task is known by the task's number wherever a drawn one is by its seed.
    if isinstance(episodes, Sequence):
        numbers = seeds = [int(number) for number in episodes]
    else:
        numbers = None
        seeds = game_seeds(seed, EVALUATION_GAMES, episodes)
    played_by = {
        "env": env_id,
        "env_options": redacted(dict(options)),
        "agent": redacted_text(name or type(agent).__name__),
        "seed": seed if numbers is None else None,
    }
    games: list[Episode] = []
    if record is not None:
        record.touch()  # what cannot be written is told before the games, not after
        _check_record(record)
        drop_torn_line(record)
        if resume:
            played = _recorded(record, played_by)
            games = [played[each] for each in seeds if each in played]
            seeds = [each for each in seeds if each not in played]
    before = len(games)
    notify = None if on_progress is None else (lambda ended: on_progress(before + ended))
    keep = (
        None
        if record is None
        else (lambda wave: append_episodes(record, wave, played_by=played_by))
    )
    began = time.monotonic()
    envs = make_envs(env_id, max(1, min(len(seeds), _WIDTH)), options)
    try:
        games += play(
            envs, agent, seeds, notify, on_wave=keep, tasks=None if numbers is None else seeds
        )
    finally:
        close(envs)
    seconds = round(time.monotonic() - began, 3)
    result = {**_summarize(games), "seconds": seconds, "usage": _usage(agent, games)}
    if numbers is not None:
        task_ids = {game.seed: game.task_id for game in games}
        result["tasks"] = panel_fingerprint(task_ids[number] for number in numbers)
    return result


def _check_games(episodes: Any, seed: Any) -> None:
    """Refuse what names no games.

    Raises:
        ValueError: it does not.
    """
    named = isinstance(episodes, Sequence) and not isinstance(episodes, str | bytes)
    known = all(map(_is_count, episodes)) if named else True
    count = len(episodes) if named else episodes
    if not (known and _is_count(count) and count):
        raise ValueError(
            f"episodes must be how many games, at least 1, or the numbers of tasks, not {episodes!r}"
        )
    if not _is_count(seed):
        raise ValueError(f"the seed must be a whole number of 0 or more, not {seed!r}")


def _is_count(value: Any) -> bool:
    """Tell whether a value is a whole number of 0 or more; to Python truth values are, too."""
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 0


_BEGINNING = b'{"played_by": '
"""Of every line that is written here."""


def _check_record(record: Path) -> None:
    """Look whether a file that games are to be appended to holds games; one may have named another file by mistake.

    Raises:
        ValueError: its first line is none, nor the beginning of one that was cut off.
    """
    if not record.is_file():
        raise ValueError(f"{record} is no file that games can be kept in; name another one")
    with record.open("rb") as file:
        first = file.readline()
    if first.endswith(b"\n"):
        try:
            game = json.loads(first)
            fits = isinstance(game, dict) and "turns" in game
        except (ValueError, RecursionError):
            fits = False
    else:
        fits = first.startswith(_BEGINNING) or _BEGINNING.startswith(first)
    if not fits:
        raise ValueError(f"{record} is there already and holds no games; name another file")


def _recorded(record: Path, played_by: Mapping[str, Any]) -> dict[int, Episode]:
    """Return the games of a record by their seeds, or by the numbers of their tasks.

    Raises:
        ValueError: some are not of this evaluation.
    """
    games = {}
    for number, (line, game) in enumerate(read_episodes(record), 1):
        noted = line.get("played_by")
        found = noted if isinstance(noted, dict) else {}
        other = [key for key in played_by if found.get(key, ...) != played_by[key]]
        if other:
            what = other[0]
            raise ValueError(
                f"{record}, line {number}: a game with another {what.replace('_', ' ')}, "
                f"{found.get(what)!r} and not {played_by[what]!r}; name another file with --record"
            )
        games[game.seed] = game
    return games


def evaluate_run(
    run: Path,
    episodes: int | Sequence[int],
    seed: int,
    greedy: bool,
    record: Path | None = None,
    resume: bool = False,
    on_progress: Callable[[int], None] | None = None,
    env_options: Mapping[str, Any] | None = None,
    device: str | None = None,
    trust_code: bool = False,
) -> dict[str, Any]:
    """Let the best agent of a run play fresh games of the environment that it was trained on.

    Args:
        run: the run's folder.
        episodes: as in `evaluate_agent`.
        seed: decides the games, and the sampling unless greedy.
        greedy: always say what is likeliest.
        record: as in `evaluate_agent`.
        resume: as in `evaluate_agent`.
        on_progress: as in `evaluate_agent`.
        env_options: keyword arguments of the environment; the run's without it.
        device: where the networks shall be; where they were trained without it.
        trust_code: use what the folder names beyond data: an environment or an oracle of somebody's own.

    Returns:
        As `evaluate_agent`.

    Raises:
        ValueError: the folder holds no run, or no policy yet; or it names what only a trusted one may.
    """
    config = read_config(run)
    if not trust_code:
        check_trust(config, str(run / CONFIG_FILE), env_options=env_options)
        check_trust_of_models(run, config, played_with(config), [*models_of(env_options)])
    if env_options is None:
        check_secrets(config.env_options, "--env-options", str(run / CONFIG_FILE))
        env_options = json.loads(config.env_options)
    agent = _agent_of(run, config, seed, greedy, device)
    manner = "greedy" if greedy else "sampled"
    return evaluate_agent(
        config.env,
        env_options,
        agent,
        episodes,
        seed,
        record,
        resume,
        on_progress,
        name=f"run of seed {config.seed}, weights {fingerprint(run / 'policy')}, {manner}",
    )


def load_agent(
    run: str | Path,
    *,
    seed: int = 0,
    greedy: bool = True,
    device: str | None = None,
    trust_code: bool = False,
) -> Agent:
    """Load the best agent of a run.

    Args:
        run: the run's folder.
        seed: of the sampling.
        greedy: always say what is likeliest.
        device: where its networks shall be; where they were trained without it.
        trust_code: load what the folder names beyond its own weights: the model that an adapter is of.

    Raises:
        ValueError: the folder holds no run, or no policy yet, or a damaged one; or it names what only a trusted one may.
    """
    config = read_config(Path(run))
    if not trust_code:
        check_trust_of_models(Path(run), config, played_with(config))
    return _agent_of(Path(run), config, seed, greedy, device)


def _agent_of(run: Path, config: TrainConfig, seed: int, greedy: bool, device: str | None) -> Agent:
    check_links(run)
    folder = run / "policy"
    if not folder.is_dir():
        raise ValueError(f"{run} holds no policy yet; let it train beyond its warm start")
    config = config if device is None else replace(config, device=device)
    check_device(config.device)
    check_weights(folder)
    generator = torch.Generator(config.device).manual_seed(seed)
    return algorithms.load_agent(config, folder, generator, greedy)


def _usage(agent: Agent, games: Sequence[Episode]) -> dict[str, float]:
    """Return what the agent has counted; of one that counts nothing, the tokens of what it said if they are known."""
    if isinstance(agent, CountsUsage):
        return dict(agent.usage)
    tokens = sum(len(turn.token_ids) for game in games for turn in game.turns)
    return {"completion_tokens": tokens} if tokens else {}


def _summarize(games: Sequence[Episode]) -> dict[str, Any]:
    mean, low, high = mean_interval([game.total_reward for game in games])
    return {
        "return_mean": mean,
        "interval": [low, high],
        "success": sum(game.success for game in games) / len(games),
        "games": len(games),
        "turns_mean": sum(len(game.turns) for game in games) / len(games),
    }
