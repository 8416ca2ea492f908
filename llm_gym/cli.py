"""The ``llm-gym`` command: list environments, play or check one, download what it needs."""

from __future__ import annotations

import difflib
import importlib
import inspect
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import gymnasium
import tyro
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from llm_gym.core.text import printable
from llm_gym.registration import ENVIRONMENTS

_console = Console(highlight=False)
_errors = Console(stderr=True, highlight=False, soft_wrap=True)

Id = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="ID")]


class _UserError(Exception):
    """Something the user can put right; its text is one line."""


def list_environments() -> int:
    """Show every environment: its id, what it is about, its tasks per split, its turn limit."""
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("id", style="cyan", no_wrap=True)
    table.add_column("train/valid/test", justify="right")
    table.add_column("turns", justify="right")
    table.add_column("what one does")
    for environment in ENVIRONMENTS:
        sizes = "/".join(str(size) for size in environment.splits.values())
        table.add_row(environment.id, sizes, str(environment.turn_limit), environment.summary)
    _console.print(table)
    return 0


def play(
    env_id: Id,
    seed: int | None = None,
    split: str | None = None,
    index: int | None = None,
    rules: Literal["strict", "paper"] | None = None,
    story_file: str | None = None,
) -> int:
    """Play an environment in the terminal. Ctrl-D or Ctrl-C ends the game.

    Args:
        env_id: The environment, for example llm_gym/TwentyQuestions-v0.
        seed: Seed of the draw of the task; another task every time without it.
        split: Draw the task from this split: train, valid or test; from all together without it.
        index: Play this task of the split instead of a drawn one, counted from 0.
        rules: The rules, where the environment has several.
        story_file: The story file, where the environment plays one.
    """
    chosen = {"rules": rules, "story_file": story_file}
    env = _make(env_id, {name: value for name, value in chosen.items() if value is not None})
    options = {"split": split, "index": index}
    try:
        _, info = env.reset(seed=seed, options=options)
    except (ValueError, gymnasium.error.Error) as error:
        raise _UserError(str(error)) from error
    game = env.unwrapped.game  # type: ignore[attr-defined]
    number = len(game.tasks.select(split))
    _console.rule(Text(env_id, style="bold"))
    _console.print(Text((inspect.getdoc(env.unwrapped) or "").partition("\n")[0]))
    tasks = f"One of {number} tasks; " if number > 1 else ""
    _console.print(Text(f"{tasks}{game.turn_limit} turns.", style="dim"))
    _console.print(Text(printable(info["delta"].rstrip("\n"))))
    try:
        _converse(env, info)
    except (EOFError, KeyboardInterrupt):
        _console.print(Text("\nStopped.", style="dim"))
    return 0


def _converse(env: gymnasium.Env[str, str], info: dict[str, Any]) -> None:
    """Take turns with the person at the keyboard (or with what is piped in) until the end."""
    total, ended = 0.0, False
    while not ended:
        prompt = Text(f"{info['turn'] + 1:>2} ", style="dim") + Text("> ", style="bold cyan")
        action = _console.input(prompt)
        if not sys.stdin.isatty():
            _console.print(Text(printable(action)))
        _, reward, terminated, truncated, info = env.step(action)
        total += float(reward)
        ended = terminated or truncated
        style = "yellow" if info["invalid_action"] else "green" if info["success"] else ""
        reply = Text(printable(info["delta"].strip()), style=style)
        _console.print(Padding(reply, (0, 0, 0, 3), expand=False))
    verdict = "Solved" if info["success"] else "Not solved"
    style = "bold green" if info["success"] else "bold red"
    line = Text(f"{verdict} after {info['turn']} turns: {info['task_id']}.", style=style)
    _console.print(line + Text(f" Return {total:g}.", style="dim"))


def check(env_id: Id) -> int:
    """Check an environment: Gymnasium's rules, info, seeding, equal episodes in every vector mode.

    Args:
        env_id: The environment, for example llm_gym/TwentyQuestions-v0.
    """
    from llm_gym import checks

    _make(env_id, {}).close()
    name = env_id.rpartition(":")[2]  # the module before the colon is imported by now
    failures = 0
    for run in checks.ALL:
        title = run.__name__.removeprefix("check_").replace("_", " ")
        try:
            mark, style, found = "ok", "green", run(name)
        except Exception as error:  # whatever an environment raises is a finding
            mark, style, found = "FAILED", "bold red", f"{type(error).__name__}: {error}"
            failures += 1
        _console.print(Text(f"{mark:<7}", style=style) + Text(f"{title}: {found}", style="default"))
    return 1 if failures else 0


def download(
    what: Annotated[Literal["detective"], tyro.conf.Positional],
    url: tuple[str, ...] = (),
    to: Path | None = None,
) -> int:
    """Download a file that may not be part of the package; it is verified, and resumed if cut off.

    Args:
        what: Which file: detective, the story of llm_gym/Detective-v0.
        url: Addresses to try instead of the known ones, in this order.
        to: Where to put the file; without it, where the environment looks for it.
    """
    from llm_gym.download import DownloadError
    from llm_gym.games.detective import story

    try:
        path = story.fetch(url, to)
    except (DownloadError, OSError) as error:
        raise _UserError(str(error)) from error
    _console.print(Text(f"{what}: {path}"), soft_wrap=True)
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0, 1 (a check failed) or 2 (bad input)."""
    commands: dict[str, Callable[..., Any]] = {
        "list": list_environments,
        "play": play,
        "check": check,
        "download": download,
    }
    description = "Multi-turn text environments for language-model agents."
    try:
        status: int = tyro.extras.subcommand_cli_from_dict(
            commands, prog="llm-gym", description=description, args=argv
        )
    except _UserError as error:
        _errors.print(Text(f"llm-gym: {error}", style="red"))
        return 2
    return status


def _make(env_id: str, kwargs: dict[str, Any]) -> gymnasium.Env[str, str]:
    """Make an environment of the suite's kind, or say in one line why that cannot be."""
    from llm_gym.core.env import TextEnv

    module, _, name = env_id.rpartition(":")
    try:
        if module:
            importlib.import_module(module)
        if name not in gymnasium.registry:
            raise _UserError(_unknown(name))
        env = gymnasium.make(name, **kwargs)
    except (ImportError, OSError, TypeError, ValueError, gymnasium.error.Error) as error:
        raise _UserError(f"cannot make {env_id}: {error}".splitlines()[0]) from error
    if not isinstance(env.unwrapped, TextEnv):
        raise _UserError(f"{env_id} is not an llm_gym text environment")
    return env


def _unknown(name: str) -> str:
    known = [environment.id for environment in ENVIRONMENTS]
    # Compared without the namespace, so that "TwentyQuestion" finds its way too.
    short = {each.rpartition("/")[2].lower(): each for each in known}
    near = difflib.get_close_matches(name.rpartition("/")[2].lower(), short, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(short[each] for each in near)}?" if near else ""
    return f"unknown environment {name!r}; {hint or '`llm-gym list` shows all of them'}"


if __name__ == "__main__":
    raise SystemExit(main())
