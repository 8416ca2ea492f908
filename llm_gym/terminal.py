"""A game at the terminal: a person, or what is piped in, says what is done."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

import gymnasium
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from llm_gym.core.text import printable


def converse(
    env: gymnasium.Env[str, str], info: dict[str, Any], console: Console, blanks: bool
) -> None:
    """Take turns with the person at the keyboard (or with what is piped in) until the end.

    Args:
        env: reset, with ``info`` as in :class:`~llm_gym.core.env.TextEnv`.
        info: what ``reset`` returned.
        console: where the game is shown.
        blanks: an empty line is an action as well; otherwise it costs nothing.

    Raises:
        EOFError: the input ended before the game.
        KeyboardInterrupt: Ctrl-C.
    """
    total, ended = 0.0, False
    while not ended:
        action = _read_line(info["turn"] + 1, console)
        if not sys.stdin.isatty():
            console.print(Text(printable(action)))
        if not blanks and not action.strip():
            continue
        _, reward, terminated, truncated, info = env.step(action)
        total += float(reward)
        ended = terminated or truncated
        style = "yellow" if info["invalid_action"] else "green" if info["success"] else ""
        reply = dressed(info["delta"].strip(), style)
        console.print(Padding(reply, (0, 0, 0, 3), expand=False))
    verdict = "Solved" if info["success"] else "Not solved"
    style = "bold green" if info["success"] else "bold red"
    task = printable(info["task_id"])
    line = Text(f"{verdict} after {info['turn']} turns: {task}.", style=style)
    console.print(line + Text(f" Return {total:g}.", style="dim"))


def _read_line(turn: int, console: Console) -> str:
    """Ask the person at the keyboard for an action; arrow keys edit the line and bring back earlier ones."""
    if not (sys.stdin.isatty() and console.is_terminal):
        return console.input(Text.assemble((f"{turn:>2} ", "dim"), ("> ", "bold cyan")))
    with contextlib.suppress(ImportError):  # Windows has none, and edits lines by itself
        import readline  # noqa: F401  from here on input() edits
    # Readline must write the prompt itself, and know which of its characters take no room.
    colours = ("", "", "") if console.no_color else ("2", "0;1;36", "0")
    dim, bright, plain = (f"\001\033[{code}m\002" if code else "" for code in colours)
    return input(f"{dim}{turn:>2} {bright}> {plain}")


def dressed(text: str, style: str = "") -> Text:
    """Return a text for the terminal: the heading of a paragraph and a story's last words stand out."""
    dressed = Text(printable(text), style=style)
    dressed.highlight_regex(r"(?:\A|\n\n)[^\n]{1,40}[^\n.!?:,](?=\n[^\n])", "bold")
    dressed.highlight_regex(r"(?m)^ *\*\*\* .* \*\*\*$", "bold")
    return dressed
