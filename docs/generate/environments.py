"""The pages of the environments: what the table of registration and the classes themselves say."""

import inspect
from typing import Any

import gymnasium
import source

from llm_gym.registration import ENVIRONMENTS, Environment

_FOLDER = "environments"


def table() -> str:
    """Return all environments as a table, each with a link to its page."""
    lines = ["| id | what one does | train / valid / test | turns |", "|---|---|---|---|"]
    for each in ENVIRONMENTS:
        sizes = " / ".join(f"{size:,}" for size in each.splits.values()) or "yours"
        link = f"[`{_name(each)}`]({_FOLDER}/{_name(each)}.md)"
        lines.append(f"| {link} | {each.summary} | {sizes} | {each.turn_limit} |")
    return "\n".join(lines)


def page(env_id: str) -> str:
    """Return what is mechanical of an environment's page, and its docstring.

    Args:
        env_id: its id.
    """
    environment = next(each for each in ENVIRONMENTS if each.id == env_id)
    cls = source.find(environment.entry_point.replace(":", "."))
    assert cls.docstring is not None, f"{cls.path} has no docstring"
    summary, _, sections = inspect.cleandoc(cls.docstring.value).partition("\n")
    head, heading, rest = sections.partition("## Arguments\n")
    call = f"```python\n{_call(environment, cls)}\n```\n\n"
    return f"{summary}\n\n{_card(environment, cls)}\n{head}{heading}{call}{rest}"


def missing(pages: set[str]) -> dict[str, str]:
    """Return a page for each environment that has none written by hand.

    Args:
        pages: what there is, from the documentation's folder.
    """
    return {
        _uri(each): f"# {_name(each)}\n\n<!-- generated: environment {each.id} -->\n"
        for each in ENVIRONMENTS
        if _uri(each) not in pages
    }


def navigation() -> list[dict[str, str]]:
    """Return the pages for MkDocs' navigation, in the order of the table of registration."""
    return [{_name(each).removesuffix("-v0"): _uri(each)} for each in ENVIRONMENTS]


def _name(environment: Environment) -> str:
    return environment.id.rpartition("/")[2]


def _uri(environment: Environment) -> str:
    return f"{_FOLDER}/{_name(environment)}.md"


def _card(environment: Environment, cls: Any) -> str:
    rows = {"make": f'`gymnasium.make("{environment.id}")`'}
    if environment.needs:
        rows["needs"] = ", ".join(f"`{need}`" for need in environment.needs)
    else:
        env = gymnasium.make(environment.id)
        rows["action space"] = f"`{env.action_space}`"
        rows["observation space"] = f"`{env.observation_space}`"
        env.close()
    rows["tasks"] = (
        ", ".join(f"{size:,} {split}" for split, size in environment.splits.items())
        or "those that you name"
    )
    rows["turns"] = str(environment.turn_limit)
    if environment.kwargs:
        fixed = ", ".join(f"{name}={value!r}" for name, value in environment.kwargs.items())
        rows["is"] = f"`{cls.name}({fixed})`"
    rows["many at once"] = (
        "one vector environment" if environment.vector_entry_point else "single ones side by side"
    )
    rows["class"] = f"[`{cls.path}`][{cls.path}]"
    lines = [f"| {name} | {value} |" for name, value in rows.items()]
    return "\n".join(["| | |", "|---|---|", *lines, ""])


def _call(environment: Environment, cls: Any) -> str:
    """Return the call that makes it, with every argument and its default."""
    fixed = {name: repr(value) for name, value in environment.kwargs.items()}
    lines = [
        f"    {parameter.name}={fixed.get(parameter.name, parameter.default)},"
        for parameter in cls.members["__init__"].parameters
        if parameter.name != "self"
    ]
    return "\n".join(["gymnasium.make(", f'    "{environment.id}",', *lines, ")"])
