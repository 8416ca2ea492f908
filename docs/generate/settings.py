"""Every setting of a training run, with its value in each preset, as the code has them."""

import dataclasses
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import source

from archer_agent.settings import TrainConfig, parse_train_arguments, preset_names


def reference() -> str:
    """Return a table for each table of settings, Markdown, the common ones first."""
    default = TrainConfig.preset
    names = [default, *(name for name in preset_names() if name != default)]
    configs = {name: _preset(name) for name in names}
    text = _table(TrainConfig, configs, "")
    for field in dataclasses.fields(TrainConfig):
        if dataclasses.is_dataclass(getattr(configs[default], field.name)):
            cls = type(getattr(configs[default], field.name))
            inner = {name: getattr(config, field.name) for name, config in configs.items()}
            text += f"\n## {field.name}\n\n{_first_paragraph(cls)}\n\n"
            text += _table(cls, inner, f"{field.name.replace('_', '-')}.")
    return text


def _preset(name: str) -> TrainConfig:
    return parse_train_arguments(["--env=any", f"--preset={name}"]).config


def _table(cls: type, configs: dict[str, Any], prefix: str) -> str:
    """Return the fields of a dataclass that are no tables themselves."""
    hints = get_type_hints(cls, include_extras=True)
    lines = [f"| setting | {' | '.join(configs)} |", f"|---|{'---|' * len(configs)}"]
    for field in dataclasses.fields(cls):
        values = [getattr(config, field.name) for config in configs.values()]
        if any(dataclasses.is_dataclass(value) for value in values):
            continue
        flag = f"--{prefix}{field.name.replace('_', '-')}"
        told = _docstring(cls, field.name).replace("\n", " ").replace("|", "\\|")
        names = " ".join(f"`{name}`" for name in (flag, *_aliases(hints[field.name])))
        cell = f"{names} *{_type(hints[field.name])}*<br>{told}"
        shown = [_value(value) for value in values]
        if not prefix and field.name == "env":
            shown = ["yours" for _ in values]  # the one that has no default
        lines.append(f"| {cell} | {' | '.join(shown)} |")
    return "\n".join(lines) + "\n"


def _docstring(cls: type, name: str) -> str:
    """Return what is written under a field, in the class that has it or the nearest that it inherits."""
    for each in cls.__mro__:
        if name in vars(each).get("__annotations__", {}):
            member = source.find(f"{each.__module__}.{each.__qualname__}").members[name]
            assert member.docstring is not None, f"{member.path} has no docstring"
            return member.docstring.value
    raise KeyError(f"{cls.__name__} has no field {name}")


def _first_paragraph(cls: type) -> str:
    return (cls.__doc__ or "").partition("\n\n")[0]


def _aliases(hint: Any) -> tuple[str, ...]:
    for extra in getattr(hint, "__metadata__", ()):
        return tuple(extra.aliases or ())
    return ()


def _type(hint: Any) -> str:
    """Return a type as one would say it: its choices, or its name."""
    if get_origin(hint) is Annotated:
        return _type(get_args(hint)[0])
    if get_origin(hint) is Literal:
        return ", ".join(str(choice) for choice in get_args(hint))
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(_type(each) for each in get_args(hint))
    return {NoneType: "nothing", bool: "yes or no"}.get(hint, hint.__name__)


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"`{value}`" if value != "" else "empty"
