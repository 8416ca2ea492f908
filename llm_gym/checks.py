"""Checks that hold for every environment of the suite: the contract, executed.

``llm-gym check ID`` and the tests run the same functions. They raise ``AssertionError`` (or what
the environment itself raises) and return a line that says what was found.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import gymnasium
from gymnasium.utils.env_checker import check_env, data_equivalence
from gymnasium.vector import VectorEnv

from llm_gym.core.env import OffersScriptedPlayer, TextEnv

Player = Callable[[str], str]
"""Observation text in, action text out."""


def check_api(env_id: str, **kwargs: Any) -> str:
    """Gymnasium's own checker passes, and warns of nothing."""
    env = gymnasium.make(env_id, **kwargs)  # warns where there is a newer version
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("error")
        check_env(env.unwrapped)
        env.close()
    return "gymnasium.utils.env_checker.check_env passes without a warning"


def check_info(env_id: str, **kwargs: Any) -> str:
    """``info`` has the contract's keys, the same keys and types at reset and at every step."""
    env = gymnasium.make(env_id, **kwargs)
    observation, info = env.reset(seed=0)
    schema = {key: type(value) for key, value in info.items()}
    common = dict(zip(TextEnv.info_keys, (bool, bool, int, str, str, str), strict=True))
    for key, kind in common.items():
        assert schema.get(key) is kind, f"info[{key!r}] must be {kind.__name__} at reset"
    player = _players(env_id, 1, **kwargs)[0]
    ended = False
    while not ended:
        observation, _, terminated, truncated, info = env.step(player(observation))
        found = {key: type(value) for key, value in info.items()}
        assert found == schema, f"info changed from {schema} to {found}"
        ended = terminated or truncated
    env.close()
    own = [f"{key} ({kind.__name__})" for key, kind in schema.items() if key not in common]
    return f"{info['turn']} turns, keys as in the contract; of its own: {', '.join(own) or 'none'}"


def check_seeding(env_id: str, **kwargs: Any) -> str:
    """The same seed gives the same episodes, ``split`` and ``index`` choose the task."""
    env = gymnasium.make(env_id, **kwargs)
    one, other = (play_through(env, _players(env_id, 1, **kwargs)[0], seed=7) for _ in range(2))
    assert data_equivalence(one, other, exact=True), "the same seed gave two different episodes"
    base = env.unwrapped
    assert isinstance(base, TextEnv)
    tasks = base.game.tasks
    for split in tasks.names:
        last = len(tasks.select(split)) - 1
        _, info = env.reset(options={"split": split, "index": last})
        assert (info["split"], info["task_id"]) == (split, tasks.select(split)[last].id)
    env.close()
    sizes = ", ".join(f"{split} {len(tasks.select(split))}" for split in tasks.names)
    return f"same seed, same episode; splits: {sizes}"


def check_vector_parity(env_id: str, num_envs: int = 3, **kwargs: Any) -> str:
    """Sync, async (shared memory or not) and the vector entry point play the same episodes."""
    ways: dict[str, dict[str, Any]] = {
        "sync": {"vectorization_mode": "sync"},
        "vector entry point": {"vectorization_mode": "vector_entry_point"},
        "async": {"vectorization_mode": "async"},
        "async without shared memory": {
            "vectorization_mode": "async",
            "vector_kwargs": {"shared_memory": False},
        },
    }
    spec = gymnasium.spec(env_id)
    if spec.vector_entry_point is None:
        del ways["vector entry point"]
    steps = 50
    expected = None
    for name, way in ways.items():
        vector = gymnasium.make_vec(env_id, num_envs, **way, **kwargs)
        found = rollout(vector, _players(env_id, num_envs, **kwargs), steps, seed=11)
        vector.close()
        expected = expected or found
        for step, (one, other) in enumerate(zip(expected, found, strict=True)):
            assert data_equivalence(one, other, exact=True), (
                f"{name} differs from sync at step {step}: {other!r} instead of {one!r}"
            )
    return f"{', '.join(ways)}: {num_envs} games, {steps} steps, all equal"


def check_white_space(env_id: str, **kwargs: Any) -> str:
    """White space around an action is no mistake: what is valid without is valid with it."""
    plain, spaced = (gymnasium.make(env_id, **kwargs) for _ in range(2))
    observation, _ = plain.reset(seed=5)
    spaced.reset(seed=5)
    player = _players(env_id, 1, **kwargs)[0]
    turns, ended = 0, False
    while not ended:
        action = player(observation)
        observation, _, *ends, info = plain.step(action)
        _, _, *other_ends, other = spaced.step(f"\t {action} \n")
        assert info["invalid_action"] or not other["invalid_action"], (
            f"{action!r} is a valid action, with white space around it no more"
        )
        turns, ended = turns + 1, any(ends) or any(other_ends)
    for env in (plain, spaced):
        env.close()
    return f"{turns} turns, each action with and without white space around it"


ALL: tuple[Callable[..., str], ...] = (
    check_api,
    check_info,
    check_seeding,
    check_white_space,
    check_vector_parity,
)
"""The checks in the order in which ``llm-gym check`` runs them."""


def play_through(env: gymnasium.Env[str, str], player: Player, seed: int) -> list[tuple[Any, ...]]:
    """Play one episode and return everything that ``reset`` and ``step`` returned."""
    record: list[tuple[Any, ...]] = [env.reset(seed=seed)]
    while True:
        record.append(env.step(player(record[-1][0])))
        if record[-1][2] or record[-1][3]:
            return record


def rollout(
    vector: VectorEnv[Any, Any, Any], players: Sequence[Player], steps: int, seed: int
) -> list[tuple[Any, ...]]:
    """Take ``steps`` steps after a seeded reset; return all that was returned."""
    record: list[tuple[Any, ...]] = [vector.reset(seed=seed)]
    for _ in range(steps):
        texts = record[-1][0]
        record.append(vector.step([play(text) for play, text in zip(players, texts, strict=True)]))
    return record


def _players(env_id: str, number: int, **kwargs: Any) -> list[Player]:
    """Return scripted players where the environment offers them, else players of random text."""
    env = gymnasium.make(env_id, **kwargs).unwrapped
    if isinstance(env, OffersScriptedPlayer):
        return [env.scripted_player(seed) for seed in range(number)]
    env.action_space.seed(0)
    return [lambda observation: env.action_space.sample() for _ in range(number)]
