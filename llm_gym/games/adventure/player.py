"""Scripted players of Adventure: one that knows the way, and one that explores."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from llm_gym.core.tasks import Task
from llm_gym.games.adventure.engine import World
from llm_gym.games.adventure.game import Adventure
from llm_gym.games.adventure.parser import DIRECTIONS
from llm_gym.games.adventure.search import WASTEFUL, solve
from llm_gym.games.adventure.state import State
from llm_gym.games.fiction import actions_shown

Style: TypeAlias = Literal["walkthrough", "explorer"]

_MOST_NOISE = 0.6
"""How often a walkthrough player of skill 0 does something else."""
_UNWISE = ("swim", "jump", "drink ", "enter ")
_REMEMBERED = 200_000
_CANDIDATES = 4
"""How many places that look alike are kept apart."""

_Place: TypeAlias = tuple[World, State]


class GreedyExplorer:
    """Does what looks useful: uses things, else takes them, else goes somewhere.

    It has no memory and knows no world: it reads the list of valid actions, and chooses at random among
    the best kind of them.

    Args:
        seed: of its own choices.
        skill: the probability that it is choosy; otherwise any valid action will do.

    Raises:
        ValueError: ``skill`` is not between 0 and 1.
    """

    def __init__(self, seed: int, skill: float = 1.0) -> None:
        _check(skill)
        self._random = random.Random(seed)
        self._skill = skill

    def __call__(self, observation: str) -> str:
        """Return one of the actions that the observation lists."""
        if observation.endswith("[]"):
            return "look"  # the story is over
        actions = actions_shown(observation)
        if self._random.random() < self._skill:
            best = min(_kind(action) for action in actions)
            actions = [action for action in actions if _kind(action) == best]
        return self._random.choice(actions)


def _kind(action: str) -> int:
    """Return how useful an action looks: 0 using, 1 taking, 2 going, 3 what one had better not do."""
    if action.startswith((*WASTEFUL, *_UNWISE)):
        return 3
    if action in DIRECTIONS:
        return 2
    return 1 if action.startswith("take ") else 0


@dataclass(frozen=True, slots=True)
class _Step:
    """One command of a walkthrough that does more than walk: where, and which flags tell it is done."""

    room: int
    command: str
    flags: int


class WalkthroughPlayer:
    """Follows the walkthrough; now and then it does something else, and then finds its way back.

    It knows the worlds by heart, but not which one it is in, nor what has happened: that it reads off
    the observation. It recognises the observations that its own commands lead to, and so can play any
    number of games at once; where it does not know what it sees it explores.

    Noise is a random valid action, fatal ones included, that undoes nothing (nothing is dropped,
    closed or put out).

    Args:
        tasks: the worlds that it knows.
        seed: of its noise.
        skill: at 1 it makes no noise, at 0 six times in ten.

    Raises:
        ValueError: ``skill`` is not between 0 and 1.
    """

    def __init__(self, tasks: Sequence[Task], seed: int, skill: float = 1.0) -> None:
        _check(skill)
        self._tasks = tasks
        self._random = random.Random(seed)
        self._noise = _MOST_NOISE * (1.0 - skill)
        self._explorer = GreedyExplorer(seed)
        self._game = Adventure("story" if tasks[0].payload is None else "generated")
        self._first: dict[str, tuple[_Place, ...]] = {}
        self._seen: dict[str, tuple[_Place, ...]] = {}
        self._plans: dict[str, list[_Step]] = {}
        self._next: dict[tuple[str, State], str | None] = {}

    def __call__(self, observation: str) -> str:
        """Return the next command."""
        if not self._first:
            for task in self._tasks:
                turn = self._game.begin(task)
                place = (self._game.world, self._game.state)
                self._first[turn.observation] = (*self._first.get(turn.observation, ()), place)
        places = self._first.get(observation) or self._seen.get(observation, ())
        command = self._noisy(observation)
        if command is None and places:
            command = self._planned(*places[-1])
        if command is None:
            command = self._explorer(observation)
        for world, state in places:
            self._foresee(world, state, command)
        return command

    def _foresee(self, world: World, state: State, command: str) -> None:
        """Remember what a command leads to, to recognise it when it is shown."""
        self._game.resume(world, state)
        self._game.ask(command)
        turn = self._game.answer(None)
        place = (world, self._game.state)
        known = self._seen.get(turn.observation, ())
        if turn.terminated or place in known:
            return
        if len(self._seen) >= _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._seen[turn.observation] = (*known[-_CANDIDATES + 1 :], place)

    def _noisy(self, observation: str) -> str | None:
        if self._random.random() >= self._noise or observation.endswith("[]"):
            return None
        actions = [a for a in actions_shown(observation) if not a.startswith(WASTEFUL)]
        return self._random.choice(actions) if actions else None

    def _planned(self, world: World, state: State) -> str | None:
        key = (world.plot.id, state)
        if key not in self._next:
            if len(self._next) >= _REMEMBERED:
                self._next.clear()
            self._next[key] = self._think(world, state)
        return self._next[key]

    def _think(self, world: World, state: State) -> str | None:
        """Return the walkthrough's next command in this state, or None where it does not apply."""
        for step in self._plan(world):
            if state.flags & step.flags == step.flags:
                continue
            command = step.command
            if step.room != state.room and command not in world.view(state).actions:
                way = _direction(world, state, step.room)
                if way is None:
                    return None
                command = way
            outcome = world.act(state, command)
            return command if outcome.ending or outcome.state != state else None
        return None

    def _plan(self, world: World) -> list[_Step]:
        plan = self._plans.get(world.plot.id)
        if plan is None:
            plan = self._plans[world.plot.id] = _steps(world)
        return plan


def _steps(world: World) -> list[_Step]:
    """Return the commands of the walkthrough (or of the search) that do more than walk."""
    state, steps = world.start, list[_Step]()
    for line in world.plot.walkthrough or solve(world) or ():
        outcome = world.act(state, line)
        gained = outcome.state.flags & ~state.flags
        if line not in DIRECTIONS:
            # An ending sets no flag and is never done: every bit of -1 is a flag that is missing.
            steps.append(_Step(state.room, line, -1 if outcome.ending else gained))
        state = outcome.state
    return steps


def _direction(world: World, state: State, goal: int) -> str | None:
    """Return the first step of the shortest safe way to a room, or None where there is none."""
    queue = deque([(state.room, "")])
    seen = {state.room}
    while queue:
        room, first = queue.popleft()
        here = state._replace(room=room)
        for name, target in world.ways(here).items():
            if target in seen or (world.is_dark(here) and world.is_dark(here, target)):
                continue
            if target == goal:
                return first or name
            seen.add(target)
            queue.append((target, first or name))
    return None


def _check(skill: float) -> None:
    if not 0.0 <= skill <= 1.0:
        raise ValueError(f"skill lies between 0 and 1, not {skill}")
