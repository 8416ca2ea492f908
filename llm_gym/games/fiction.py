"""What interactive fiction shows its player: the one layout that all of these games share."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from llm_gym.core.game import Tool

HOW_TO_PLAY = (
    "You play a text adventure: find out what is to be done, and score as many points as possible. "
    "An action is a short command, such as: open door. After each you are told what happens; what "
    "can be done now stands in the list at the end."
)
"""The games' `instructions`."""
COMMAND = Tool(
    "command",
    "Give a command in the text adventure.",
    "command",
    "A short command, such as: open door",
)
"""The games' only tool."""


def lay_out(
    surroundings: str, inventory: str, reply: str, valid_actions: Sequence[str] | None
) -> str:
    """Return the observation of a text adventure, laid out as in the paper.

    The four parts follow each other with nothing between them, so that each of the first three
    brings its own line ends; the list is printed as Python prints a list of strings. The player
    sees the present state alone, no history (ArCHer, ``archer/environment/adventure_env.py``,
    ``get_observation``).

    Args:
        surroundings: what ``look`` answers here, with its line end.
        inventory: what ``inventory`` answers now, with its line end.
        reply: the game's answer to the last action, or its opening text, with its line end.
        valid_actions: the actions that change something here, in the order they are shown; None
            where nobody has looked for them.

    Returns:
        The observation; it ends in the printed list, for example ``['north', 'take all']``.
    """
    shown = "" if valid_actions is None else str(list(valid_actions))
    return f"{surroundings}{inventory}{reply}{shown}"


def actions_shown(observation: str) -> list[str]:
    """Return the valid actions that an observation of :func:`lay_out` ends in.

    Raises:
        ValueError: the text is no such observation.
    """
    start = max(observation.rfind("['"), observation.rfind('["'))
    try:
        actions = ast.literal_eval(observation[start:] if start >= 0 else "")
    except SyntaxError:
        raise ValueError("the observation does not end in a list of valid actions") from None
    return [str(action) for action in actions]
