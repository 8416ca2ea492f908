"""What every command takes: its own `--help`, laid out as tables."""

import contextlib
import importlib
import io
import os
import re
import tomllib
from unittest import mock

import source

SECTIONS = ("positional arguments", "options")
"""What is shown of a help text; the tables of settings have a page of their own."""


def scripts() -> dict[str, str]:
    """Return the commands that an installation has: name -> `"module:function"`."""
    text = (source.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["project"]["scripts"])


def reference() -> str:
    """Return all commands, each with its subcommands, Markdown."""
    return "\n".join(_command(name, entry) for name, entry in scripts().items())


def help_of(entry: str, *arguments: str) -> str:
    """Return what a command prints for `--help`, plain and in one column.

    Args:
        entry: `"module:function"`.
        arguments: what stands before `--help`, a subcommand.
    """
    module, _, function = entry.partition(":")
    said = io.StringIO()
    with (
        mock.patch.dict(os.environ, {"COLUMNS": "100"}),
        contextlib.redirect_stdout(said),
        contextlib.suppress(SystemExit),
    ):
        getattr(importlib.import_module(module), function)([*arguments, "--help"])
    return "\n".join(line.rstrip() for line in said.getvalue().splitlines())


def _command(name: str, entry: str) -> str:
    told = help_of(entry)
    text = f"## {name}\n\n{_page(told)}"
    subcommands = re.search(r"\{([\w,-]+)\}$", told.partition("\n\n")[0])
    for each in subcommands[1].split(",") if subcommands else ():
        text += f"\n### {name} {each}\n\n{_page(help_of(entry, each))}"
    return text


def _page(told: str) -> str:
    """Lay out one help text: usage, what the command does, its options."""
    head, *sections = re.split(r"\n (\w.*)\n -+\n", told)
    usage, _, description = head.partition("\n\n")
    text = f"```text\n{usage.removeprefix('usage: ')}\n```\n\n{description.strip()}\n"
    rows = [
        f"| `{flags.replace('{None}|', '').replace('{None,', '{')}` | {_told(what)} |"
        for title, body in zip(sections[::2], sections[1::2], strict=True)
        if title in SECTIONS
        for flags, *what in _rows(body)
        if not flags.startswith("-h")
    ]
    if rows:
        text += "\n".join(["", "| option | what |", "|---|---|", *rows, ""])
    return text


def _told(lines: list[str]) -> str:
    return " ".join(lines).removesuffix("(default: None)").replace("|", "\\|")


def _rows(section: str) -> list[list[str]]:
    """Read what is typed and, word by word or more, what it does."""
    rows: list[list[str]] = []
    for line in filter(None, section.splitlines()):
        if line.startswith("   "):
            rows[-1].append(line.strip())
        else:
            rows.append(re.split(r" {2,}", line.strip(), maxsplit=1))
    return rows
