"""What a run keeps to go on from, and how it goes on from there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from archer_agent.algorithms import make_learner
from archer_agent.episodes.replay import Episode, read_episodes
from archer_agent.networks import distributed, loading
from archer_agent.networks.number_format import number_format
from archer_agent.networks.storage import check_finite
from archer_agent.runs.checkpoint import (
    checkpoints_in,
    load_checkpoint,
    prune_checkpoints,
    remove_checkpoints,
    save_checkpoint,
)
from archer_agent.runs.folder import (
    DEMONSTRATIONS,
    STAGES,
    check_lines,
    cut_to_lines,
    first_folder,
    sum_of_recorded,
    write_json,
)
from archer_agent.runs.records import read_events, read_run_state
from archer_agent.runs.run import Run
from archer_agent.runs.seal import SEAL, check_weights, link_folder, replace_folder
from archer_agent.runs.stages import Stage
from archer_agent.settings import CONFIG_FILE, deciding, recorded

_BEST = "best"
"""The best policy so far, in a checkpoint."""


# ---------------------------------------------------------------- what is kept


def keep(run: Run) -> None:
    """Write a checkpoint of the iteration under way, unless there is one; the two latest are kept."""
    checkpoints = run.folder / "checkpoints"
    folder = checkpoints / f"{run.journal.iteration:06d}"
    if folder.exists():
        return
    save_checkpoint(folder, **parts(run), state=_state(run), folders=best_policy(run))
    prune_checkpoints(checkpoints, keep=2)
    run.journal.table.write()


def keep_calibrated(run: Run) -> None:
    """Write the checkpoint of what has been calibrated since; one of before the calibration makes room for it."""
    place = run.folder / "checkpoints"
    remove_checkpoints(place, checkpoints_in(place))
    keep(run)


def stage(run: Run, name: str) -> Stage:
    """Return a phase of gradient steps before the loop, which has checkpoints of its own."""
    return Stage(name, run.folder / "checkpoints", run.interruption, partial(_state, run))


def parts(run: Run) -> dict[str, Any]:
    """Return what is not JSON and must survive."""
    return {
        "modules": run.learner.modules,
        "optimizers": run.learner.optimizers,
        "generators": {"torch": run.generator, "numpy": run.rng},
    }


def best_policy(run: Run) -> dict[str, Path]:
    """Return the folder of the best policy so far, which one process keeps for all."""
    return {} if distributed.rank() else {_BEST: run.folder / "policy"}


def _number_format(run: Run) -> str:
    return str(number_format(run.config.model.dtype, run.device)).removeprefix("torch.")


def _state(run: Run) -> dict[str, Any]:
    """Return the rest of what must survive; `RUN_STATE` is its shape."""
    lines, sums = run.growth.measure()
    if run.sum_of_recorded is not None:
        sums[DEMONSTRATIONS] = run.sum_of_recorded
    return {
        "iteration": run.journal.iteration,
        "processes": distributed.world_size(),
        "device": run.device.type,
        "number_format": _number_format(run),
        "seconds": run.journal.seconds(),
        "counters": asdict(run.journal.counters),
        "best": list(run.best),
        "lines": lines,
        "sums": sums,
        "settings": deciding(run.config),
        "recorded": len(run.recorded),
        "uncalibrated": run.uncalibrated,
    }


# ---------------------------------------------------------------- going on


def latest(run: Run, checkpoints: Path) -> Path | None:
    """Return the latest checkpoint that every process has whole, with the records that go with it.

    None also where some have written their first one and others were killed before: what came before it is still there.

    Args:
        run: that goes on.
        checkpoints: the folder where this process has them.

    Raises:
        ValueError: there are some, and none of them is whole, or they have none in common.
    """
    numbers = {int(path.name): path for path in checkpoints_in(checkpoints)}
    exist = distributed.total(len(numbers)) > 0
    only_first = distributed.total(any(number > 0 for number in numbers)) == 0
    trouble = ""
    while (number := distributed.greatest_common(numbers)) is not None:
        path = numbers.pop(number)
        try:
            state = read_run_state(path)
            check_lines(run.folder, state["lines"], state.get("sums", {}))
            problem = ""
        except ValueError as error:
            problem = str(error)
        if not distributed.total(bool(problem)):
            return path
        trouble = trouble or problem or f"another process lacks {path.name}"
        run.display.note(f"{trouble}: going back to the checkpoint before")
    if exist and checkpoints.name not in STAGES and (trouble or not only_first):
        trouble = trouble or "the processes have no checkpoint in common"
        raise ValueError(f"{trouble}; there is no other checkpoint of {run.folder} to go on from")
    return None


def restore(run: Run, checkpoint: Path) -> tuple[dict[str, Any], list[Episode]]:
    """Bring everything back to a checkpoint, the files included; return its state, and the games played until then.

    Everything is read before anything is changed.

    Raises:
        ValueError: the checkpoint, or what goes with it, is damaged or of another run.
    """
    warm = first_folder(run.folder) / "warm_start"
    check_weights(warm)
    policy = loading.configured_policy(str(warm), run.config)
    learner = run.learner = make_learner(run.config, policy, run.generator, run.rng)
    made = {
        name: [{**group, "params": []} for group in optimizer.param_groups]
        for name, optimizer in learner.optimizers.items()
    }
    state = read_run_state(checkpoint)
    kept = parts(run)
    if state["device"] != run.device.type:
        run.display.note(f"its draws go on otherwise on {run.device} than on {state['device']}")
        del kept["generators"]["torch"]
    before, now = state.get("number_format"), _number_format(run)
    if before not in (None, now):  # model.dtype auto, on another machine
        run.display.note(f"it goes on in {now}, where it has computed in {before}")
    load_checkpoint(checkpoint, **kept)
    # The optimizers have brought along the rates of their time, and lack what earlier versions did not have.
    for name, optimizer in learner.optimizers.items():
        for group, new in zip(optimizer.param_groups, made[name], strict=True):
            group.update({k: v for k, v in new.items() if k == "lr" or k not in group})
    for name, module in learner.modules.items():
        check_finite(module, f"the {name} in {checkpoint}")
    processes, before = distributed.world_size(), state["processes"]
    if processes != before:
        raise ValueError(f"{run.folder} is a run of {before} processes, not of {processes}")
    run.best = (state["best"][0], state["best"][1])
    if run.keeps_recorded():
        path = run.folder / DEMONSTRATIONS
        recorded_games = [game for _, game in read_episodes(path)]
        if len(recorded_games) != state.get("recorded", len(recorded_games)):
            raise ValueError(
                f"{path} holds {len(recorded_games)} games, not the {state['recorded']} that this run learns from"
            )
        run.sum_of_recorded = sum_of_recorded(run.folder)
        if run.sum_of_recorded != state.get("sums", {}).get(DEMONSTRATIONS, run.sum_of_recorded):
            raise ValueError(f"{path} is damaged: its games are not as they were written")
        run.keep_recorded(recorded_games)
    lines = state["lines"]
    games = read_episodes(run.folder / "episodes.jsonl", lines["episodes.jsonl"])
    read_events(run.folder / "metrics.jsonl", lines["metrics.jsonl"])
    _forget(run, checkpoint, lines)
    _record_changes(run, state)
    run.journal.resume(state["iteration"], state["seconds"], state["counters"])
    run.track(state["iteration"])
    played = [episode for _, episode in games]
    run.buffer.extend(played)
    return state, played


def _forget(run: Run, checkpoint: Path, lines: Mapping[str, int]) -> None:
    """Remove what came after a checkpoint: later ones, lines, a better policy, the end of the run."""
    folder = checkpoint.parent
    later = [each for each in checkpoints_in(folder) if int(each.name) > int(checkpoint.name)]
    remove_checkpoints(folder, later)
    for name in ("summary.json", "samples.json", SEAL):
        (run.folder / name).unlink(missing_ok=True)
    cut_to_lines(run.folder, lines)
    if not distributed.rank():
        beside = run.folder / ".policy.new"
        link_folder(checkpoint / _BEST, beside)
        replace_folder(beside, run.folder / "policy")


def _record_changes(run: Run, state: Mapping[str, Any]) -> None:
    """Write down which settings are others from here on, be it by flags or because the file of settings has changed."""
    changes = dict(run.changes)
    before, now = state.get("settings", {}), deciding(run.config)
    for flag, value in before.items():
        if flag in now and now[flag] != value and flag not in changes:
            changes[flag] = [value, now[flag]]
            run.display.note(
                f"{run.folder / CONFIG_FILE} says {flag} {now[flag]!r}, where the run had {value!r}"
            )
    if not changes:
        return
    path = run.folder / "changes.jsonl"
    line = json.dumps({"iteration": state["iteration"], "changed": changes}) + "\n"
    # A run that is killed before its next checkpoint goes on from here once more.
    if not path.exists() or not path.read_text(encoding="utf-8").endswith(line):
        with path.open("a", encoding="utf-8") as file:
            file.write(line)
    write_json(run.folder / CONFIG_FILE, recorded(run.config))
