"""Environments through Gymnasium alone: found by their ids, made, asked what they spent, and closed."""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from numbers import Integral
from typing import Any, Protocol, runtime_checkable

import gymnasium
from gymnasium.spaces import Text
from gymnasium.vector import AutoresetMode, VectorEnv

from archer_agent.errors import EnvironmentFailure, failure, told_as
from archer_agent.settings import OURS, redacted


def make_envs(env_id: str, count: int, options: Mapping[str, Any] | None = None) -> VectorEnv:
    """Make a vector environment whose observations and actions are text.

    Args:
        env_id: an id for `gymnasium.make_vec`; ``"module:id"`` imports the module first, and an id whose namespace
            is an importable package ("llm_gym/...") imports that.
        count: how many games side by side.
        options: keyword arguments for the environment.

    Raises:
        ValueError: there is no such id (near ones are named), it cannot be made with these options, its
            spaces are not text, or the count is none.
        EnvironmentFailure: making it fails.
    """
    if isinstance(count, bool) or not isinstance(count, Integral) or count < 1:
        raise ValueError(
            f"the number of games must be at least 1 and a whole number, not {count!r}"
        )
    env_id = find_env(env_id)
    options = dict(options or {})
    with _complaining(env_id, options):
        envs = _make_vec(env_id, count, options)
    for name, space in (
        ("observations", envs.single_observation_space),
        ("actions", envs.single_action_space),
    ):
        if not isinstance(space, Text):
            envs.close()
            raise ValueError(
                f"{env_id}: its {name} are {type(space).__name__}, not text; "
                "wrap it so that both spaces are gymnasium.spaces.Text"
            )
    return envs


@contextmanager
def one_env(env_id: str, options: Mapping[str, Any]) -> Iterator[gymnasium.Env[Any, Any]]:
    """Make a single environment, to ask what it offers, and close it again.

    Args:
        env_id: as in `make_envs`.
        options: keyword arguments for the environment.

    Raises:
        ValueError: there is no such id, or it cannot be made with these options.
        EnvironmentFailure: making it fails.
    """
    env_id = find_env(env_id)
    with _complaining(env_id, options):
        env = gymnasium.make(env_id, **options)
    try:
        yield env
    finally:
        close(env)


@contextmanager
def _complaining(env_id: str, options: Mapping[str, Any]) -> Iterator[None]:
    """Say in one sentence why an environment cannot be made."""
    try:
        yield
    except (TypeError, ValueError, ImportError, gymnasium.error.Error) as error:
        shown = json.dumps(redacted(options))
        # Gymnasium adds the options as they are, secrets included.
        reason = str(error).partition(" was raised from the environment creator")[0]
        unknown = re.search(r"unexpected keyword argument '(\w+)'", reason)
        # What an oracle does not take is told by itself, with what it takes.
        if unknown and isinstance(error, TypeError):
            reason = f"it takes no option {unknown[1]!r}"
        raise ValueError(f"cannot make {env_id} with options {shown}: {reason}") from error
    except (Exception, SystemExit) as error:
        raise EnvironmentFailure(f"cannot make {env_id}: {failure(error)}") from error


def _make_vec(env_id: str, count: int, options: dict[str, Any]) -> VectorEnv:
    """Prefer an entry point of the environment's own, with ended games left out; else Gymnasium's loop."""
    if gymnasium.spec(env_id).vector_entry_point is not None:
        try:
            return gymnasium.make_vec(
                env_id,
                num_envs=count,
                vectorization_mode="vector_entry_point",
                autoreset_mode=AutoresetMode.DISABLED.value,
                **options,
            )
        except TypeError:  # it does not know autoreset modes
            pass
    return gymnasium.make_vec(env_id, num_envs=count, vectorization_mode="sync", **options)


def find_env(env_id: str) -> str:
    """Return the id as `gymnasium` knows it, importing the package that registers it where its name tells.

    Raises:
        ValueError: there is no such id; near ones are named.
    """
    import importlib

    module, _, name = env_id.rpartition(":")
    package = module or (name.split("/")[0] if "/" in name else "")
    if package and name not in gymnasium.registry:
        try:
            importlib.import_module(package)
        except (Exception, SystemExit) as error:
            # A namespace need not be a package, but where it is one this must not fail.
            if module or not (package.startswith(".") or _is_absent(package, error)):
                reason = error if isinstance(error, ImportError) else failure(error)
                raise ValueError(f"cannot import {package!r} to find {name!r}: {reason}") from error
    if name not in gymnasium.registry:
        near = _near(name)
        hint = (
            f"; did you mean {' or '.join(near)}?"
            if near
            else "; is the package that registers it installed?"
        )
        raise ValueError(f"no environment is registered as {name!r}{hint}")
    return name


def _is_absent(package: str, error: BaseException) -> bool:
    """Tell whether a package could not be imported because it is not there, and not for what is in it."""
    return isinstance(error, ModuleNotFoundError) and f"{package}.".startswith(f"{error.name}.")


def _near(name: str) -> list[str]:
    """Return ids that look like one that there is not, those of text environments first."""
    import importlib

    with suppress(ImportError):
        importlib.import_module(OURS)
    # Compared without the namespace too, so that "TwentyQuestion" finds its way.
    # An id that stands for another one is a former name, which nobody is to learn any more.
    present = [each for each, spec in gymnasium.registry.items() if spec.id == each]
    words = {each: each.rpartition("/")[2].lower() for each in present}
    wanted = name.rpartition("/")[2].lower()
    alike = {
        each: difflib.SequenceMatcher(None, wanted, word).ratio() for each, word in words.items()
    }
    spaces = (f"{OURS}/", f"{name.partition('/')[0]}/")
    ours = [each for each in alike if each.startswith(spaces)]
    ranked = sorted((each for each in alike if alike[each] >= 0.6), key=lambda each: -alike[each])
    first = [each for each in ranked if each in ours]
    return [*first, *(each for each in ranked if each not in first)][:3]


class Account(Protocol):
    """What an environment has done and spent."""

    def table(self) -> str:
        """Return one figure a line, its name before it."""
        ...


@runtime_checkable
class KeepsAccount(Protocol):
    """An environment that counts its games and what its oracle costs; an optional capability."""

    @property
    def stats(self) -> Account:
        """The counts since the environment was made."""
        ...


def spent(envs: VectorEnv) -> str:
    """Return what the environment has done and spent, in one line; empty where it does not say."""
    inner = envs.unwrapped
    if not isinstance(inner, KeepsAccount):
        return ""
    return ", ".join(" ".join(line.split()) for line in inner.stats.table().splitlines())


def close(envs: VectorEnv | gymnasium.Env[Any, Any]) -> None:
    """Close environments; those that fail at it are told of, and take nothing with them that was done."""
    try:
        with told_of("close"):
            envs.close()
    except EnvironmentFailure as error:
        print(error, file=sys.stderr)


def told_of(call: str) -> AbstractContextManager[None]:
    """Say in one sentence what goes wrong in an environment."""
    return told_as(EnvironmentFailure, f"the environment failed in {call}")
