"""Tensors on disk without pickle: a module's own, by name, as safetensors."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from archer_agent.networks.parts import own_part


def save_module(module: nn.Module, path: Path) -> None:
    """Write the tensors of one module as safetensors."""
    save_tensors(module_tensors(module), path)


def load_module(module: nn.Module, path: Path) -> None:
    """Fill a module from what `save_module` wrote.

    Raises:
        ValueError: the file is missing or damaged, or of another module.
    """
    fill_module(module, load_tensors(path), path.name)


def module_tensors(module: nn.Module) -> dict[str, Tensor]:
    """Return parameters and persistent buffers by name, tied ones under their first name alone.

    Of a sharded module each process gets its own part.
    """
    # Not by state_dict(), for which sharded weights that are whole part again.
    fleeting = {
        f"{path}.{name}".lstrip(".")
        for path, part in module.named_modules()
        for name in part._non_persistent_buffers_set
    }
    everything = chain(module.named_parameters(), module.named_buffers())
    return {name: own_part(each.detach()) for name, each in everything if name not in fleeting}


def fill_module(module: nn.Module, saved: Mapping[str, Tensor], name: str) -> None:
    """Fill a module from its tensors, in place.

    Args:
        module: as `module_tensors` found it.
        saved: its tensors by name.
        name: of the module, for the message.

    Raises:
        ValueError: they are another module's; the message names a tensor.
    """
    own = module_tensors(module)
    if own.keys() != saved.keys():
        different = min(own.keys() ^ saved.keys())
        where = "the model" if different in own else "the checkpoint"
        raise ValueError(f"only {where} of {name!r} has a tensor {different}")
    for key, tensor in own.items():
        if (tensor.shape, tensor.dtype) != (saved[key].shape, saved[key].dtype):
            raise ValueError(
                f"{key} of {name!r} is {_describe(saved[key])} in the checkpoint, "
                f"{_describe(tensor)} in the model"
            )
    for key, tensor in own.items():
        tensor.copy_(saved[key])


def check_finite(module: nn.Module, name: str) -> None:
    """Refuse weights that are no numbers: nothing can be played with them, and nothing learned.

    Raises:
        ValueError: there are some; the message names a tensor.
    """
    for key, tensor in module_tensors(module).items():
        if tensor.is_floating_point() and not tensor.isfinite().all():
            raise ValueError(f"{key} of {name} holds weights that are not finite numbers")


def _describe(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')}{list(tensor.shape)}"


def save_tensors(tensors: Mapping[str, Tensor], path: Path) -> None:
    """Write tensors by name as safetensors.

    Raises:
        OSError: they cannot be written.
    """
    try:
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)
    except SafetensorError as error:
        raise OSError(f"cannot write {path}: {error}") from error


def load_tensors(path: Path) -> dict[str, Tensor]:
    """Read what `save_tensors` wrote.

    Raises:
        ValueError: the file is missing or damaged.
    """
    try:
        return load_file(path)
    except OSError as error:
        raise ValueError(f"{path.name} is missing") from error
    except SafetensorError as error:
        raise ValueError(f"{path.name} is damaged ({error})") from error
