"""Solving worlds by search: the proof that they can be won."""

from __future__ import annotations

from collections import deque

from llm_gym.games.adventure.engine import World
from llm_gym.games.adventure.state import State

WASTEFUL = ("drop ", "close ", "extinguish ")
"""Commands that undo something: no solution needs one."""


def solve(world: World, limit: int = 20_000) -> tuple[str, ...] | None:
    """Return commands that win ``world`` with every point that the search finds on the way.

    Again and again the nearest state with a higher score is searched for, breadth first; when there
    is none any more, the nearest good ending. What is found is a proof, since playing it wins.
    Where nothing is found, that proves nothing: a world may punish who takes the nearest point.

    Args:
        world: any world.
        limit: the most states to look at for one point.

    Returns:
        The commands, or None where no way to win was found.
    """
    state, solution = world.start, list[str]()
    while True:
        found = _next_point(world, state, limit)
        if found is None:
            return None
        lines, after = found
        solution += lines
        if after is None:
            return tuple(solution)
        state = after


def _next_point(world: World, start: State, limit: int) -> tuple[list[str], State | None] | None:
    """Return the way to the nearest point, or (with None as the state) to the nearest good ending."""
    origin: dict[State, tuple[State, str] | None] = {start: None}
    queue = deque([start])
    win: tuple[State, str] | None = None
    while queue and len(origin) < limit:
        state = queue.popleft()
        for line in world.view(state).actions:
            if line.startswith(WASTEFUL):
                continue
            outcome = world.act(state, line)
            after = outcome.state
            if outcome.ending:
                if world.plot.endings[outcome.ending].success:
                    win = win or (state, line)
            elif after not in origin:
                origin[after] = (state, line)
                if after.score > start.score:
                    return _way_to(origin, after), after
                queue.append(after)
    if win is None:
        return None
    state, line = win
    return [*_way_to(origin, state), line], None


def _way_to(origin: dict[State, tuple[State, str] | None], state: State) -> list[str]:
    lines: list[str] = []
    while (step := origin[state]) is not None:
        state, line = step
        lines.append(line)
    return lines[::-1]
