"""A scripted player that knows the way through Detective, with as much noise as one likes."""

from __future__ import annotations

import functools
import itertools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from llm_gym.games.detective.story import PROBES
from llm_gym.games.fiction import actions_shown
from llm_gym.games.interactive_fiction.emulator import Emulator, Story
from llm_gym.games.interactive_fiction.valid_actions import valid_actions


@dataclass(frozen=True, slots=True)
class View:
    """What a player sees at one moment.

    Attributes:
        surroundings: what ``look`` says.
        inventory: what ``inventory`` says.
        reply: the answer to the last action; empty at the beginning, whose text is another.
    """

    surroundings: str
    inventory: str
    reply: str


Moment: TypeAlias = tuple[View, str]
"""What is seen, and what to do then."""

_OBSERVATION = re.compile(
    r"(?P<surroundings>.*?)(?P<inventory>\nYou are carrying(?: nothing\.\n|:\n(?: [^\n]*\n)+))"
    r"(?P<reply>.*)\[[^\n]*",
    re.DOTALL,
)


def read(observation: str) -> View:
    """Return the parts of an observation of Detective; all empty where there is none to see."""
    found = _OBSERVATION.fullmatch(observation)
    if found is None:
        return View("", "", "")
    opening = "Release 1 / Serial number" in found["reply"]
    return View(found["surroundings"], found["inventory"], "" if opening else found["reply"])


class WalkthroughPlayer:
    """Follows the walkthrough; now and then it does something else, and then looks for its way.

    It has no memory: what it does depends on what it sees, so any number of games can be played
    with one of it, and a player without a memory can imitate it. Where two moments of the
    walkthrough look alike and ask for different actions, the route leaves an object behind on the
    way, which then tells them apart.

    Args:
        story: Detective.
        seed: seed of its own choices.
        skill: from 0.0 (any valid action, all equally likely) to 1.0 (never leaves the route).

    Raises:
        ValueError: ``skill`` is not between 0 and 1.
    """

    def __init__(self, story: Story, seed: int, skill: float = 1.0) -> None:
        if not 0.0 <= skill <= 1.0:
            raise ValueError(f"skill lies between 0 and 1, not {skill}")
        self._random = random.Random(seed)
        self._skill = skill
        self._exact: dict[View, list[str]] = {}
        self._here: dict[tuple[str, str], list[str]] = {}
        self._room: dict[str, list[str]] = {}
        for view, action in route(story):
            self._exact.setdefault(view, []).append(action)
            self._here.setdefault((view.surroundings, view.inventory), []).append(action)
            self._room.setdefault(view.surroundings, []).append(action)

    def __call__(self, observation: str) -> str:
        """Return the next command."""
        valid = actions_shown(observation)
        if self._random.random() >= self._skill:
            return self._random.choice(valid)
        view = read(observation)
        known = (
            self._exact.get(view)
            or self._here.get((view.surroundings, view.inventory))
            or [action for action in self._room.get(view.surroundings, []) if action in valid]
        )
        return self._random.choice(known or valid)


@functools.cache
def route(story: Story) -> tuple[Moment, ...]:
    """Return a way to every point of the story: what is seen and what to do, move by move.

    Made of the walkthrough that Jericho knows: commands that it can do without are left out, the
    others are worded as the list of valid actions words them, and where the way crosses itself an
    object is left behind. Takes about a second, once per process.
    """
    emulator = Emulator(story)
    try:
        commands = emulator.walkthrough()
        _, best = _play(emulator, commands)
        i = 0
        while i < len(commands):
            shorter = commands[:i] + commands[i + 1 :]
            if _play(emulator, shorter)[1] == best:
                commands = shorter
            else:
                i += 1
        moments, _ = _play(emulator, _as_listed(emulator, commands))
        while crossings := _crossings(moments):
            moments = _with_marker(emulator, moments, crossings, best)
        return tuple(moments)
    finally:
        emulator.close()


def _play(emulator: Emulator, commands: Sequence[str]) -> tuple[list[Moment], tuple[int, bool]]:
    """Play ``commands``; return each moment, and the score with whether the story was won."""
    emulator.begin()
    moments = []
    reply = ""
    for command in commands:
        if emulator.over:
            break
        surroundings, inventory = emulator.glimpse("look", "inventory")
        moments.append((View(surroundings, inventory, reply), command))
        reply = emulator.command(command)
    return moments, (emulator.score, emulator.won)


def _as_listed(emulator: Emulator, commands: Sequence[str]) -> list[str]:
    """Return ``commands``, each in the words of the list of valid actions."""
    emulator.begin()
    listed = []
    for command in commands:
        groups = emulator.effects((*PROBES.commands, command))
        listed.append(next(group[0] for group in groups if command in group))
        emulator.command(command)
    return listed


def _crossings(moments: Sequence[Moment]) -> list[tuple[int, int]]:
    """Return the pairs of moments that look alike and ask for different actions."""
    return [
        (i, j)
        for (i, (view, action)), (j, (later, other)) in itertools.combinations(
            enumerate(moments), 2
        )
        if view == later and action != other
    ]


def _with_marker(
    emulator: Emulator,
    moments: Sequence[Moment],
    crossings: Sequence[tuple[int, int]],
    best: tuple[int, bool],
) -> list[Moment]:
    """Return ``moments`` with one more action, after which fewer moments look alike."""
    commands = [action for _, action in moments]
    start, end = crossings[0]
    for k in range(start + 1, end + 1):
        _play(emulator, commands[:k])
        for marker in valid_actions(emulator, PROBES):
            marked, result = _play(emulator, [*commands[:k], marker, *commands[k:]])
            if result == best and len(_crossings(marked)) < len(crossings):
                return marked
    raise RuntimeError("the walkthrough crosses itself where nothing can be left behind")
