"""The parts that a world of the adventure is written in: rooms, exits, things, reactions, endings.

A world is data. What it can test is a *condition*, what it can change an *effect*, both short texts:

=====================  =======================================================================
condition              holds when
=====================  =======================================================================
``"fed"``              the flag ``fed`` is set
``"!fed"``             it is not
``"has rope"``         the player carries the thing ``rope``
``"!has rope"``        the player does not
``"rope at beach"``    the thing ``rope`` is in the room (or container) ``beach``
=====================  =======================================================================

=====================  =======================================================================
effect                 does
=====================  =======================================================================
``"+fed"``             set the flag ``fed``
``"-fed"``             clear it
``"rope > beach"``     move the thing to a room, a container, ``you`` or ``nowhere``
``"you > beach"``      move the player
``"end win"``          end the story with the ending ``win``
=====================  =======================================================================

Every thing that opens has the flag ``<id>.open``, every lock ``<id>.unlocked``, every light
``<id>.lit``, every room ``<id>.seen``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NOWHERE, YOU = "nowhere", "you"
"""Two places besides rooms and containers."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a room.

    Attributes:
        to: the id of the room it leads to; empty where it leads to an ending.
        door: the id of the thing that must be open.
        needs: conditions under which one gets through.
        refusal: what is said where they do not hold.
        reply: what is said on the way; empty for a plain sentence.
        ending: the id of the ending that this way is.
        hidden: not told among the ways out until its conditions hold; without any, never.
    """

    to: str = ""
    door: str = ""
    needs: tuple[str, ...] = ()
    refusal: str = "You can't go that way."
    reply: str = ""
    ending: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """A place.

    Attributes:
        id: one word, for exits and effects.
        title: the heading.
        text: the description.
        exits: direction -> the room's id or an :class:`Exit`.
        notes: (condition, sentence) pairs; sentences whose condition holds follow the description.
        dark: one sees nothing here without a light.
        points: for the first visit.
        words: further words that name it.
    """

    id: str
    title: str
    text: str
    exits: Mapping[str, str | Exit]
    notes: tuple[tuple[str, str], ...] = ()
    dark: bool = False
    points: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """Anything with a name: to carry, to open, to talk to, to look at.

    Attributes:
        id: its short name, which valid actions use ("rope", "red key").
        name: with its article, for lists ("a coil of rope").
        text: what one sees at a closer look.
        where: the room, container, ``you`` or ``nowhere`` at the start; or a person, who shows it and gives
            it away in a reaction alone.
        words: further words that name it.
        there: a sentence for it while it is where it was at the start; empty for a plain one.
        portable: can be taken.
        person: can be talked to and given things.
        scenery: part of the room's description, not listed by itself.
        opens: can be opened and closed. Things whose ``where`` is this thing are inside.
        key: the id of the thing that unlocks it; empty if it has no lock.
        light: can be lit, and then gives light.
        fire: lights other things.
        writing: what one reads on it.
        points: for taking it the first time; for a lock, for unlocking it.
        heavy: why it cannot be taken, where that deserves a sentence.
        leads: the directions of the ways that it stands for ("up" for a ladder): to climb, enter or go
            through it is to go there. A door leads where its exit does by itself.
    """

    id: str
    name: str
    text: str
    where: str
    words: tuple[str, ...] = ()
    there: str = ""
    portable: bool = False
    person: bool = False
    scenery: bool = False
    opens: bool = False
    key: str = ""
    light: bool = False
    fire: bool = False
    writing: str = ""
    points: int = 0
    heavy: str = ""
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reaction:
    """What happens when the player does something in particular; the first that applies counts.

    Attributes:
        verb: one of the parser's verbs.
        noun: the id of the thing it is done to; empty for a verb alone.
        second: the id of the other thing ("give NOUN to SECOND", "cut NOUN with SECOND").
        reply: what is said.
        room: only in this room; empty for anywhere.
        needs: conditions.
        effects: what changes. Without any, the reaction is talk.
        points: the first time.
        event: reactions of one event score once together; empty for one by itself.
    """

    verb: str
    noun: str
    second: str
    reply: str
    room: str = ""
    needs: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    points: int = 0
    event: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """A way for the story to end.

    Attributes:
        text: the last words.
        success: this is what the player was after.
    """

    text: str
    success: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A whole world as it is written, before it is compiled.

    Attributes:
        id: the task's id.
        opening: the first words.
        rooms: the first one is where the player starts.
        things: in the order in which they are listed.
        reactions: what happens in particular.
        endings: id -> ending. ``"dark"`` is what happens to who walks on in the dark.
        walkthrough: commands that win with every point; empty where a search finds them.
    """

    id: str
    opening: str
    rooms: tuple[Room, ...]
    things: tuple[Thing, ...]
    reactions: tuple[Reaction, ...]
    endings: Mapping[str, Ending]
    walkthrough: tuple[str, ...] = field(default=())
