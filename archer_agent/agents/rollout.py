"""Vector environments x agent -> episodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv

from archer_agent.agents.agent import Agent, Utterance, View
from archer_agent.agents.environments import told_of
from archer_agent.episodes.replay import GREATEST_REWARD, Episode, Turn, what_is_new
from archer_agent.errors import EnvironmentFailure

MOST_TURNS = 2000
"""A game that has not ended by then never will."""


def play(
    envs: VectorEnv,
    agent: Agent,
    seeds: Sequence[int],
    on_progress: Callable[[int], None] | None = None,
    privileged_info: str | None = None,
    on_wave: Callable[[list[Episode]], None] | None = None,
    tasks: Sequence[int] | None = None,
) -> list[Episode]:
    """Play one game per seed and return the episodes in the order of the seeds.

    Games are played in waves as wide as the vector environment. A game that has ended waits for its wave: where
    autoreset is disabled its action is None, a hole; elsewhere it is empty, and what comes of it is not looked at.

    Args:
        envs: from `archer_agent.agents.environments.make_envs`.
        agent: who plays.
        seeds: one for each game; the same seed gives the same game.
        on_progress: called with the number of games that have ended so far, after each turn.
        privileged_info: the key of ``info`` whose text at reset is kept as `Episode.privileged`; the agent never
            sees it.
        on_wave: called with the games of each wave when they have all ended.
        tasks: the number of each game's task, for ``reset``'s option ``index``; drawn by the seeds without.

    Raises:
        ValueError: ``info`` has no such key, the agent says what is no text, or there are not as many tasks as seeds.
        EnvironmentFailure: the environment fails, returns what is no text or no number, or never ends a game.
    """
    if tasks is not None and len(tasks) != len(seeds):
        raise ValueError(f"{len(tasks)} tasks are named for {len(seeds)} games")
    episodes: list[Episode] = []
    for first in range(0, len(seeds), envs.num_envs):
        wave = seeds[first : first + envs.num_envs]
        done = len(episodes)
        notify = None if on_progress is None else (lambda n, done=done: on_progress(done + n))
        numbers = None if tasks is None else tasks[first : first + envs.num_envs]
        ended = _play_wave(envs, agent, wave, notify, privileged_info, numbers)
        if on_wave is not None:
            on_wave(ended)
        episodes += ended
    return episodes


def _play_wave(
    envs: VectorEnv,
    agent: Agent,
    seeds: Sequence[int],
    on_progress: Callable[[int], None] | None,
    privileged_info: str | None,
    tasks: Sequence[int] | None,
) -> list[Episode]:
    width = envs.num_envs
    hole = None if envs.metadata.get("autoreset_mode") is AutoresetMode.DISABLED else ""
    # What a game is told that nobody plays (a last wave may be narrower) or that has ended.
    idle: list[str | None] = [""] * width
    episodes: list[Episode] = []
    views: dict[int, View] = {}
    for i, (observation, infos) in enumerate(_begin(envs, seeds, tasks)):
        task_id = str(infos["task_id"][i]) if "task_id" in infos else ""
        episode = Episode(observation, seed=int(seeds[i]), task_id=task_id)
        if privileged_info is not None:
            episode.privileged = _texts(infos, privileged_info)[i]
        episodes.append(episode)
        views[i] = View(i, observation, observation, _possible_actions(infos, i))
    agent.begin(len(seeds))
    while views:
        said = agent.act(list(views.values()))
        if isinstance(said, np.ndarray):
            said = said.tolist()
        # Of a set or a mapping nobody knows which action is whose.
        if isinstance(said, str | bytes) or not isinstance(said, Sequence):
            raise ValueError(
                f"the agent returned {said!r}, a {type(said).__name__}, not one action for each game"
            )
        if len(said) != len(views):
            raise ValueError(f"the agent returned {len(said)} actions for {len(views)} games")
        spoken = dict(zip(views, said, strict=True))
        for action in said:
            if not isinstance(action, str):
                raise ValueError(
                    f"the agent said {action!r}, a {type(action).__name__}, not a text"
                )
        actions = [str(spoken[i]) if i in spoken else idle[i] for i in range(width)]
        with told_of("step"):
            observations, rewards, terminated, truncated, infos = envs.step(actions)
        idle = [hole if end else "" for end in terminated | truncated]
        following: dict[int, View] = {}
        for i, view in views.items():
            observation = _text(observations[i])
            action = spoken[i]
            reward = _number(rewards[i])
            delta = _delta(infos, i)
            reply = what_is_new(view.observation, str(action), observation, delta)
            invalid = bool(infos["invalid_action"][i]) if "invalid_action" in infos else False
            turn = Turn(str(action), reply, reward, invalid=invalid)
            if isinstance(action, Utterance):
                turn.token_ids, turn.logprobs = action.token_ids, action.logprobs
                turn.cut_off = action.cut_off
            if observation != view.observation + str(action) + reply:
                turn.observation = observation
            episodes[i].turns.append(turn)
            if terminated[i] or truncated[i]:
                episodes[i].terminated = bool(terminated[i])
                episodes[i].success = bool(infos["success"][i]) if "success" in infos else False
            elif len(episodes[i].turns) >= MOST_TURNS:
                raise EnvironmentFailure(
                    f"a game has not ended after {MOST_TURNS:,} turns; where the environment has no end of "
                    "its own, set one: --env-options '{\"max_episode_steps\": 100}'"
                )
            else:
                following[i] = View(i, observation, reply, _possible_actions(infos, i))
        views = following
        if on_progress is not None:
            on_progress(len(seeds) - len(views))
    return episodes


def _begin(
    envs: VectorEnv, seeds: Sequence[int], tasks: Sequence[int] | None
) -> list[tuple[str, Mapping[str, Any]]]:
    """Start a game per seed; return what is seen in each, and infos that hold its own."""
    # Gymnasium's vector environments take a seed per game; its base class only declares one.
    every_seed: Any = [*seeds, *[0] * (envs.num_envs - len(seeds))]
    with told_of("reset"):
        observations, infos = envs.reset(seed=every_seed)
    if tasks is None:
        return [(_text(observations[i]), infos) for i in range(len(seeds))]
    begun: list[tuple[str, Mapping[str, Any]]] = []
    for i, task in enumerate(tasks):
        # Gymnasium gives one set of options to all games that a mask names: so they begin one by one.
        mask = np.arange(envs.num_envs) == i
        with told_of("reset"):
            observations, infos = envs.reset(options={"reset_mask": mask, "index": int(task)})
        begun.append((_text(observations[i]), infos))
    return begun


def _text(observation: Any) -> str:
    if not isinstance(observation, str):
        shown = repr(observation)[:60]
        raise EnvironmentFailure(
            f"the environment's observation is {shown}, a {type(observation).__name__}, not a text"
        )
    return str(observation)


def _number(reward: Any) -> float:
    try:
        number = float(reward)
    except (TypeError, ValueError):
        shown = repr(reward)[:60]
        raise EnvironmentFailure(f"the environment's reward is {shown}, not a number") from None
    if not abs(number) <= GREATEST_REWARD:
        raise EnvironmentFailure(
            f"the environment's reward is {number}, not a finite number of single precision"
        )
    return number


def _delta(infos: Mapping[str, Any], game: int) -> str | None:
    """Return the environment's own word for what is new; None where it has none."""
    value = infos["delta"][game] if "delta" in infos else None
    return str(value) if isinstance(value, str) else None


def _possible_actions(infos: Mapping[str, Any], game: int) -> tuple[str, ...]:
    """Return what can be done in a game now, where the environment says it in one of two usual ways.

    ``valid_actions`` is a list of texts, as for Jericho's stories. WebShop's ``available_actions`` are a search bar and
    labels; they are written out as the actions that they stand for.

    Raises:
        EnvironmentFailure: it is said in neither.
    """
    actions: tuple[str, ...] = ()
    key = "valid_actions" if "valid_actions" in infos else "available_actions"
    if key not in infos:
        return actions
    try:
        if key == "valid_actions":
            actions = tuple(infos[key][game] or ())
        else:
            page = infos[key]
            search = ("search[]",) if page["has_search_bar"][game] else ()
            actions = (*search, *(f"click[{label}]" for label in page["clickables"][game] or ()))
        understood = all(isinstance(action, str) for action in actions)
    except (TypeError, KeyError, IndexError, ValueError):
        understood = False
    if not understood:
        raise EnvironmentFailure(f"the environment's info[{key!r}] does not say what can be done")
    return actions


def check_privileged_info(envs: VectorEnv, key: str) -> None:
    """Begin games, and look whether ``info`` has a key.

    Raises:
        ValueError: it has not; the message names those that there are.
    """
    with told_of("reset"):
        _, infos = envs.reset(seed=0)
    _texts(infos, key)


def _texts(infos: Mapping[str, Any], key: str) -> list[str]:
    """Return what ``info`` says under a key in each game."""
    if key not in infos:
        # Gymnasium marks who has a key under the key with an underscore before it.
        known = ", ".join(name for name in infos if not name.startswith("_")) or "nothing"
        raise ValueError(
            f"the environment's info holds no {key!r} at reset for the critic to read; it holds {known}"
        )
    return [str(value) for value in infos[key]]
