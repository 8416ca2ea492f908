"""What was cloned once, for every run that would clone the same: methods are compared from one beginning."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from archer_agent.episodes.replay import Episode, append_episodes, read_episodes
from archer_agent.networks import distributed, loading
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.runs.seal import check_seal, fingerprint, seal, sync
from archer_agent.settings import TrainConfig, to_dict

_CRITIC = ("critic_games", "critic_steps", "critic_passes", "normalize_returns", "shared")
"""Settings of the warm start that come after the cloning, or say nothing of it."""


@dataclass(frozen=True)
class Clone:
    """A policy that has imitated.

    Attributes:
        policy: on the CPU, or where it was trained.
        demonstrations: what it has imitated; none where it has not.
        generator: the state of the generator that ordered them, afterwards.
        seconds: of wall clock that it took.
        loss: at the end, nats per token of utterances; None where nothing was imitated.
    """

    policy: LanguagePolicy
    demonstrations: list[Episode]
    generator: dict[str, Any]
    seconds: float
    loss: float | None


def shared_clone(
    config: TrainConfig, make: Callable[[], Clone], on_wait: Callable[[], None]
) -> Clone:
    """Return what another run has cloned with the same settings, or make it and leave it for others.

    Processes of one run clone together; the first of them speaks for all with other runs.

    Args:
        config: of the run; `warm_start.shared` names the folder.
        make: clones.
        on_wait: called every second while another run clones.

    Raises:
        ValueError: what lies there is damaged.
    """
    root = config.warm_start.shared
    assert root is not None
    place = root / _key(config)
    first = not distributed.rank()
    # Runs that begin side by side wait for the one that clones.
    with _locked(root / f"{place.name}.lock", on_wait) if first else nullcontext():
        if distributed.total(first and place.is_dir()):
            return _read(place, config)
        clone = make()
        if first:
            _write(place, clone)
        return clone


@contextmanager
def _locked(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    while not lock.is_locked:
        try:
            lock.acquire(timeout=1)
        except Timeout:
            on_wait()
    try:
        yield
    finally:
        lock.release()


def _key(config: TrainConfig) -> str:
    """Name what a clone depends on."""
    settings = to_dict(config)
    warm = {name: each for name, each in settings["warm_start"].items() if name not in _CRITIC}
    model = {name: each for name, each in settings["model"].items() if name != "critic"}
    source = config.warm_start.demonstrations
    if source is not None and source.is_file():
        warm["demonstrations"] = hashlib.sha256(source.read_bytes()).hexdigest()
    elif source is not None and source.is_dir():
        warm["demonstrations"] = fingerprint(source)
    if Path(config.model.policy).is_dir():
        model["policy"] = fingerprint(Path(config.model.policy))
    named = [settings[name] for name in ("env", "env_options", "seed", "device")]
    named.append(settings["loop"]["minutes"])  # which can cut the cloning short
    text = json.dumps([*named, warm, model], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _write(place: Path, clone: Clone) -> None:
    """Write beside and rename: a kill leaves nothing that looks whole."""
    beside = place.with_name(f"{place.name}.tmp")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    loading.save_policy(clone.policy, beside / "policy")
    append_episodes(beside / "demonstrations.jsonl", clone.demonstrations)
    record = {"generator": clone.generator, "seconds": clone.seconds, "loss": clone.loss}
    (beside / "clone.json").write_text(json.dumps(record), encoding="utf-8")
    seal(beside)
    beside.rename(place)
    sync(place.parent)


def _read(place: Path, config: TrainConfig) -> Clone:
    try:
        check_seal(place)
        record = json.loads((place / "clone.json").read_text(encoding="utf-8"))
        games = [episode for _, episode in read_episodes(place / "demonstrations.jsonl")]
        policy = loading.configured_policy(str(place / "policy"), config)
        return Clone(policy, games, record["generator"], record["seconds"], record["loss"])
    except (OSError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(
            f"{place} is damaged ({error}); remove that folder, and it will be cloned anew"
        ) from error
