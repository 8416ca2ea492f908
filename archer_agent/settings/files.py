"""Settings from files and flags: presets, the configuration of a run, and the command line."""

from __future__ import annotations

import difflib
import json
import os
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass, replace
from importlib import resources
from pathlib import Path
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import tyro

from archer_agent.settings.gone import without_gone
from archer_agent.settings.redaction import redacted_arguments
from archer_agent.settings.run import TrainConfig

T = TypeVar("T")

CONFIG_FILE = "config.json"
"""The resolved configuration in a run's folder."""


def preset_names() -> list[str]:
    """Return the names of the presets that come with the package."""
    files = resources.files("archer_agent.settings").joinpath("presets").iterdir()
    return sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))


def read_preset(name: str) -> dict[str, Any]:
    """Read a preset by its name, or a TOML file of the user's own by its path.

    Raises:
        ValueError: there is no such preset or file, or it is not TOML.
    """
    try:
        if name.endswith(".toml") or "/" in name:
            text = Path(name).read_text(encoding="utf-8")
        elif name in preset_names():
            file = resources.files("archer_agent.settings").joinpath("presets", f"{name}.toml")
            text = file.read_text(encoding="utf-8")
        else:
            known = preset_names()
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise ValueError(
                f"there is no preset {name!r}; {hint}There are {', '.join(known)}, "
                "or name a file that ends in .toml"
            )
        return without_gone(tomllib.loads(text), f"the preset {name}")
    except OSError as error:
        raise ValueError(f"cannot read the preset {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"the preset {name} is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"the preset {name} is not TOML: {error}") from error


def flags(settings: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Flatten nested settings into command-line flags.

    ``{"model": {"max_new_tokens": 8, "split_words": False}}`` becomes
    ``["--model.max-new-tokens=8", "--model.no-split-words"]``.
    """
    result: list[str] = []
    for key, value in settings.items():
        name = key.replace("_", "-")
        if isinstance(value, Mapping):
            result += flags(value, f"{prefix}{name}.")
        elif isinstance(value, bool):
            result.append(f"--{prefix}{name}" if value else f"--{prefix}no-{name}")
        elif isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
            result += [f"--{prefix}{name}", *value]
        else:
            # With the equals sign, so that a text may begin with a hyphen.
            result.append(f"--{prefix}{name}={value}")
    return result


def configure(
    env: str,
    preset: str = "tiny",
    *,
    env_options: Mapping[str, Any] | None = None,
    **settings: Any,
) -> TrainConfig:
    """Return the settings of a run from Python: those of a preset, and one's own over them.

    ``configure("llm_gym/TwentyQuestionsSubset-v0", seed=1, loop={"iterations": 20})`` is
    ``archer-train --env llm_gym/TwentyQuestionsSubset-v0 --seed 1 --loop.iterations 20``. A `TrainConfig` that is made
    without this has the defaults of its classes and the values of no preset.

    Args:
        env: the environment, an id for `gymnasium.make`.
        preset: the name of a preset, or a TOML file.
        env_options: keyword arguments of the environment.
        settings: fields of `TrainConfig`, tables as dictionaries.

    Raises:
        ValueError: there is no such preset or setting, or it does not take such a value.
    """
    try:
        arguments = [*flags(read_preset(preset)), f"--env={env}", f"--preset={preset}"]
        config = tyro.cli(TrainConfig, args=arguments, console_outputs=False)
    except SystemExit as error:
        raise ValueError(f"the preset {preset} holds a setting that does not fit") from error
    if env_options is not None:
        settings["env_options"] = json.dumps(env_options)
    result: TrainConfig = _with_settings(config, settings)
    return result


def _with_settings(table: Any, settings: Mapping[str, Any], prefix: str = "") -> Any:
    """Return a table of settings with some of them changed, in nested tables too.

    Raises:
        ValueError: there is no such setting, or it does not take such a value.
    """
    types = get_type_hints(type(table))
    changed = {}
    for key, value in settings.items():
        if key not in types:
            near = difflib.get_close_matches(key, types, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(types)}"
            raise ValueError(f"there is no setting {prefix}{key}{hint}")
        before = getattr(table, key)
        if not is_dataclass(before):
            changed[key] = _taken(value, types[key], f"{prefix}{key}")
        elif isinstance(value, Mapping):
            changed[key] = _with_settings(before, value, f"{prefix}{key}.")
        else:
            raise ValueError(f"{prefix}{key} is a table: give a dictionary, not {value!r}")
    return replace(table, **changed)


def _taken(value: Any, kind: Any, name: str) -> Any:
    """Return a value as a setting of this type takes it: a whole number for a float, a text for a path."""
    kinds = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    for each in kinds:
        if get_origin(each) is Literal:
            if value in get_args(each):
                return value
        elif isinstance(value, bool) != (each is bool):
            continue  # to Python truth values are whole numbers
        elif each is float and isinstance(value, int):
            return float(value)
        elif each is Path and isinstance(value, str):
            return Path(value)
        elif get_origin(each) is tuple:
            (choices, _) = get_args(each)
            if isinstance(value, list | tuple) and set(value) <= set(get_args(choices)):
                return tuple(value)
        elif isinstance(value, each):
            return value
    wanted = " or ".join(
        " or ".join(map(repr, get_args(each)))
        if get_origin(each) is Literal
        else each.__name__.removesuffix("Type")
        for each in kinds
    )
    raise ValueError(f"{name} must be {wanted}, not {value!r}")


def to_dict(config: TrainConfig) -> dict[str, Any]:
    """Return the configuration as JSON values; paths become text."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items()}
        if isinstance(value, tuple):
            return list(value)
        return str(value) if isinstance(value, Path) else value

    result: dict[str, Any] = plain(asdict(config))
    return result


def to_toml(config: TrainConfig) -> str:
    """Return the configuration, all of it, as TOML that `--preset FILE` takes."""
    lines: list[str] = []
    tables: list[str] = []
    for key, value in to_dict(config).items():
        if isinstance(value, dict):
            body = [_toml_line(name, each) for name, each in value.items()]
            tables += ["", f"[{key}]", *body]
        elif key != "preset" and (key, value) != ("run", None):
            lines.append(_toml_line(key, value))
    return "\n".join([*lines, *tables]) + "\n"


def _toml_line(key: str, value: str | bool | int | float | list[str] | None) -> str:
    if value is None:
        value = "None"  # which TOML has no word for, and the command line has
    # TOML writes texts, numbers, truth values and lists as JSON does, but for DEL, which it must escape.
    return f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")


def read_config(run: Path) -> TrainConfig:
    """Read the configuration of a run's folder, checked as if it were typed.

    Raises:
        ValueError: the folder holds no configuration, or one that does not fit this version.
    """
    try:
        return tyro.cli(TrainConfig, args=flags(_read_record(run)), console_outputs=False)
    except SystemExit as error:
        raise ValueError(f"{run / CONFIG_FILE} does not fit this version") from error


def _read_record(run: Path) -> dict[str, Any]:
    path = run / CONFIG_FILE
    if not run.is_dir():
        raise ValueError(f"there is no run folder {run}")
    if not path.is_file():  # a pipe would be waited for
        raise ValueError(f"{run} is not the folder of a run: it has no {CONFIG_FILE}")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise ValueError(f"{path} is not a JSON object")
    return without_gone(record, str(path))


@dataclass(frozen=True)
class TrainArguments:
    """What `archer-train` is told."""

    config: Annotated[TrainConfig, tyro.conf.arg(name="")]
    """The run."""
    resume: Path | None = None
    """Continue the run in this folder, with its settings; flags change what a run that has begun can
    change."""
    trust_code: bool = False
    """Of a run that is resumed: use what its folder names beyond data, such as an environment or an
    oracle of one's own, without naming it again."""
    print_config: bool = False
    """Print the resolved settings as a TOML file that --preset takes, and stop."""


def parse_train_arguments(argv: Sequence[str]) -> TrainArguments:
    """Read a command line over the preset that it names, or over the settings of a resumed run.

    Args:
        argv: what follows the command's name.

    Raises:
        ValueError: the file cannot be read, or a value is out of its range.
        SystemExit: from tyro, with its own message: help, unknown flags, wrong types.
    """
    preset, resume = _value_of("--preset", argv), _value_of("--resume", argv)
    # Completion for the shell is written for a flag that stands first, whatever the settings are.
    if " ".join(argv).startswith("--tyro-"):
        return _parsed(argv)
    if resume is not None:
        if preset is not None or _value_of("--run", argv) is not None:
            raise ValueError(
                "a resumed run keeps its preset and folder; leave --preset and --run out"
            )
        # The folder may have been moved since.
        return _parsed(argv, replace(read_config(Path(resume)), run=Path(resume)))
    source = preset or TrainConfig.preset
    record = read_preset(source)
    try:
        start = _checked(record, source)
    except ValueError:
        # Values that go together only with what is given: there is nothing whole to show in the help.
        return _parsed([*flags(record), *argv])
    if "env" not in record:
        start = replace(start, env=tyro.MISSING)
    return _parsed(argv, start)


def _parsed(argv: Sequence[str], start: TrainConfig | None = None) -> TrainArguments:
    """Read a command line over some settings, which its help shows."""
    description = (
        "Train a language-model agent on a text environment, with ArCHer or another method.\n\n"
        "archer-train --version prints the version."
    )
    options: dict[str, Any] = {} if start is None else {"default": TrainArguments(start)}
    return parsed(TrainArguments, argv, prog="archer-train", description=description, **options)


def parsed(kind: type[T], argv: Sequence[str], **options: Any) -> T:
    """Read a command line as `tyro.cli` does, whose complaints repeat what was typed; here they repeat no secrets."""
    shown = redacted_arguments(argv)
    quiet = shown != list(argv)
    try:
        result: T = tyro.cli(kind, args=argv, console_outputs=not quiet, **options)
    except SystemExit:
        if quiet:
            tyro.cli(kind, args=shown, **options)  # says the same of it, or shows the help
        raise
    return result


def _checked(record: Mapping[str, Any], source: str) -> TrainConfig:
    """Return settings from a file, whose mistakes are told like mistyped flags.

    Raises:
        ValueError: they do not go together.
        SystemExit: from tyro, which has said what does not fit.
    """
    arguments = ["--env=any", *flags(record)]
    try:
        return tyro.cli(TrainConfig, args=arguments, console_outputs=False)
    except SystemExit:
        print(f"archer-train: {source} holds a setting that does not fit", file=sys.stderr)
        return tyro.cli(TrainConfig, args=arguments, prog="archer-train")


def given_flags(argv: Sequence[str]) -> list[str]:
    """Return the flags of a command line without their values."""
    return [each.partition("=")[0].replace("_", "-") for each in argv if each.startswith("--")]


def _value_of(flag: str, argv: Sequence[str]) -> str | None:
    """Return the last value that a command line gives to a flag."""
    value = None
    for index, argument in enumerate(argv):
        if argument.startswith(f"{flag}="):
            value = argument.removeprefix(f"{flag}=")
        elif argument == flag and index + 1 < len(argv):
            value = argv[index + 1]
    return value


def with_run_folder(config: TrainConfig) -> TrainConfig:
    """Return the configuration of a new run with its folder named; nothing is created, and none is looked at.

    Raises:
        ValueError: several processes would each name another one.
    """
    if config.run is not None:
        return config
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise ValueError("several processes need a folder to agree on; name it with --run")
    name = config.env.replace("/", ":").rpartition(":")[2]
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return replace(config, run=Path("runs") / f"{name}-{config.seed}-{stamp}")
