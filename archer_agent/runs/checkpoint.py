"""Exact state on disk without pickle: tensors as safetensors, everything else as JSON.

A checkpoint is a folder:

- ``checkpoint.json``: what is no tensor: the caller's state, optimizers' settings, NumPy states;
- ``module-NAME.safetensors``: parameters and persistent buffers, tied ones once;
- ``optimizer-NAME.safetensors``: the tensors of an optimizer's state;
- ``generators.safetensors``: the states of torch generators;
- folders of the caller's, such as the best policy so far;
- ``checksums.json``: of all of these (`archer_agent.runs.seal`).

Of sharded networks and their optimizers each process writes, and reads, its own part of every tensor.

It is written into a folder ``tmp-...`` beside its place and then renamed, so that a kill at any
moment leaves the checkpoints before it whole and never half of a new one. In a folder of
checkpoints each is named by a number (of the iteration after which it was written), which orders
them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from archer_agent.networks.parts import as_part_of, own_part, part_again
from archer_agent.networks.storage import fill_module, load_tensors, module_tensors, save_tensors
from archer_agent.runs.seal import check_seal, link_folder, seal, sync

JSON: TypeAlias = "Mapping[str, JSON] | list[JSON] | str | int | float | bool | None"
"""What `json` writes and reads back unchanged."""

FORMAT = 2
"""Version of the layout, written into every checkpoint."""


def save_checkpoint(
    folder: Path,
    *,
    modules: Mapping[str, nn.Module],
    optimizers: Mapping[str, torch.optim.Optimizer],
    generators: Mapping[str, torch.Generator | np.random.Generator],
    state: Mapping[str, JSON],
    folders: Mapping[str, Path] | None = None,
) -> None:
    """Write a checkpoint, all of it or nothing.

    Args:
        folder: its place, which must not exist yet; parents are made.
        modules: by name; names become parts of file names.
        optimizers: by name.
        generators: by name.
        state: whatever else must survive, as JSON values.
        folders: sealed ones that must survive too, by the name they get in it.

    Raises:
        ValueError: the folder exists already, or the state is not JSON.
    """
    if folder.exists():
        raise ValueError(f"{folder} exists already; a checkpoint is never written over")
    scalars: dict[str, Any] = {}
    tensors: dict[str, dict[str, Tensor]] = {}
    for name, optimizer in optimizers.items():
        scalars[name], tensors[name] = _split_optimizer(optimizer)
    numpy_states = {
        name: generator.bit_generator.state
        for name, generator in generators.items()
        if isinstance(generator, np.random.Generator)
    }
    torch_states = {
        name: generator.get_state()
        for name, generator in generators.items()
        if isinstance(generator, torch.Generator)
    }
    record = {
        "format": FORMAT,
        "state": state,
        "modules": list(modules),
        "optimizers": scalars,
        "generators": numpy_states,
    }
    try:
        # Some bit generators (MT19937, Philox) keep arrays, which they take back as lists.
        text = json.dumps(record, allow_nan=False, indent=1, default=np.ndarray.tolist)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the state of a checkpoint must be JSON values: {error}") from error

    partial = folder.with_name(f"tmp-{folder.name}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name, module in modules.items():
        part_again(module)
        save_tensors(module_tensors(module), partial / f"module-{name}.safetensors")
    for name in optimizers:
        save_tensors(tensors[name], partial / f"optimizer-{name}.safetensors")
    save_tensors(torch_states, partial / "generators.safetensors")
    (partial / "checkpoint.json").write_text(text, encoding="utf-8")
    for name, source in (folders or {}).items():
        link_folder(source, partial / name)
    # The rename must not reach the disk before what it names.
    seal(partial)
    partial.rename(folder)
    sync(folder.parent)


def load_checkpoint(
    folder: Path,
    *,
    modules: Mapping[str, nn.Module],
    optimizers: Mapping[str, torch.optim.Optimizer],
    generators: Mapping[str, torch.Generator | np.random.Generator],
) -> dict[str, Any]:
    """Restore what is given, in place, on the device where it is.

    A checkpoint may hold more than is asked for: a policy alone can be read from it.

    Args:
        folder: from `save_checkpoint`.
        modules: to be filled, by the names they were saved under.
        optimizers: likewise.
        generators: likewise.

    Returns:
        The ``state`` that was saved.

    Raises:
        ValueError: there is no checkpoint, it is damaged, or it is of something else.
    """
    record = _read_record(folder)
    try:
        for name, module in modules.items():
            part_again(module)
            fill_module(module, load_tensors(folder / f"module-{name}.safetensors"), name)
        for name, optimizer in optimizers.items():
            path = folder / f"optimizer-{name}.safetensors"
            _join_optimizer(optimizer, record["optimizers"][name], load_tensors(path))
        torch_states = load_tensors(folder / "generators.safetensors")
        for name, generator in generators.items():
            if isinstance(generator, torch.Generator):
                generator.set_state(torch_states[name])
            else:
                generator.bit_generator.state = record["generators"][name]
    except KeyError as error:
        raise ValueError(f"{folder} holds no {error}") from error
    except (ValueError, TypeError, RuntimeError) as error:
        raise ValueError(f"{folder} does not fit: {error}") from error
    state: dict[str, Any] = record["state"]
    return state


def read_state(folder: Path) -> dict[str, Any]:
    """Return the ``state`` of a checkpoint, all of whose files are looked at.

    Raises:
        ValueError: there is no checkpoint, or it is damaged.
    """
    check_seal(folder)
    state: dict[str, Any] = _read_record(folder)["state"]
    return state


def _read_record(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads((folder / "checkpoint.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(
            f"{folder} is not a checkpoint: it has no readable checkpoint.json"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{folder}: checkpoint.json is damaged ({error})") from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise ValueError(f"{folder}: checkpoint.json is not of format {FORMAT}")
    for key in ("state", "optimizers", "generators"):
        if not isinstance(record.get(key), dict):
            raise ValueError(f"{folder}: {key} in checkpoint.json is no JSON object")
    return record


def prune_checkpoints(folder: Path, keep: int) -> None:
    """Delete all checkpoints but the ``keep`` latest, and what interrupted saves left.

    Raises:
        ValueError: ``keep`` is less than 1.
    """
    if keep < 1:
        raise ValueError(f"at least one checkpoint must be kept, not {keep}")
    remove_checkpoints(folder, sorted(checkpoints_in(folder), key=_number)[:-keep])


def remove_checkpoints(folder: Path, checkpoints: Iterable[Path]) -> None:
    """Delete some of a folder's checkpoints, and what interrupted saves left."""
    for path in checkpoints:
        # Renamed first, so that a kill in the middle leaves no half of it under its name.
        gone = path.with_name(f"tmp-{path.name}")
        if gone.exists():
            shutil.rmtree(gone)
        path.rename(gone)
    for path in folder.glob("tmp-*"):
        shutil.rmtree(path)


def checkpoints_in(folder: Path) -> list[Path]:
    """Return the checkpoints in a folder, in no order."""
    return [path for path in folder.glob("*/") if path.name.isdecimal()]


def _number(path: Path) -> int:
    return int(path.name)


def _split_optimizer(optimizer: torch.optim.Optimizer) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Part an optimizer's state into JSON values and tensors named PARAMETER.KEY."""
    packed = optimizer.state_dict()
    scalars: dict[str, dict[str, Any]] = {}
    tensors: dict[str, Tensor] = {}
    for parameter, values in packed["state"].items():
        scalars[str(parameter)] = {}
        for key, value in values.items():
            if isinstance(value, Tensor):
                tensors[f"{parameter}.{key}"] = own_part(value)
            else:
                scalars[str(parameter)][key] = value
    return {"state": scalars, "param_groups": packed["param_groups"]}, tensors


def _join_optimizer(
    optimizer: torch.optim.Optimizer, record: Mapping[str, Any], tensors: Mapping[str, Tensor]
) -> None:
    state: dict[int, dict[str, Any]] = {
        int(parameter): dict(values) for parameter, values in record["state"].items()
    }
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    for name, tensor in tensors.items():
        parameter, _, key = name.partition(".")
        weight = weights[int(parameter)]
        state[int(parameter)][key] = as_part_of(weight, tensor) if tensor.ndim else tensor
    optimizer.load_state_dict({"state": state, "param_groups": record["param_groups"]})
