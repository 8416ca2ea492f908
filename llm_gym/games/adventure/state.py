"""The state of a world, what a command makes of it, and what it shows."""

from __future__ import annotations

from typing import NamedTuple


class State(NamedTuple):
    """Everything that can change.

    Attributes:
        room: the number of the room the player is in.
        flags: one bit per flag.
        places: one byte per thing: where it is.
        score: the points so far.
    """

    room: int
    flags: int
    places: bytes
    score: int


class Outcome(NamedTuple):
    """What a command did.

    Attributes:
        state: the state after it.
        reply: what is said, without a line end.
        moved: the player has come into another room (or has asked to look around).
        ending: the id of the ending; empty while the story goes on.
        understood: the command was one, and was possible.
    """

    state: State
    reply: str
    moved: bool = False
    ending: str = ""
    understood: bool = True


class View(NamedTuple):
    """What a state shows: the parts of an observation that do not depend on how one got there."""

    surroundings: str
    belongings: str
    actions: tuple[str, ...]
