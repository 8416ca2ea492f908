"""The rules of Adventure: one world, one player, a number of moves."""

from __future__ import annotations

import functools
from typing import Any, ClassVar, Literal, TypeAlias, get_args

from llm_gym.core.game import Game, Query, Turn, at_least_one
from llm_gym.core.tasks import Task, TaskSet
from llm_gym.games.adventure.engine import World
from llm_gym.games.adventure.generator import generate
from llm_gym.games.adventure.parser import ALL, PERSONAL, PRONOUNS, Command, parse
from llm_gym.games.adventure.rewording import AND, BUT, each_of
from llm_gym.games.adventure.state import Outcome, State, View
from llm_gym.games.adventure.story import story
from llm_gym.games.fiction import COMMAND, HOW_TO_PLAY, lay_out

Worlds: TypeAlias = Literal["story", "generated"]

SPLITS = {"train": 256, "valid": 32, "test": 32}
"""How many generated worlds each split has."""
OUT_OF_MOVES = "*** You are out of moves ***"
_NO_NAMES = PRONOUNS | PERSONAL
"""Words that "it" cannot refer to."""
_IT = frozenset((word,) for word in PRONOUNS)
_SEVERAL = frozenset({*ALL, AND, BUT})
"""Words of a phrase that "them" refers to."""


@functools.cache
def adventure_tasks(worlds: Worlds) -> TaskSet:
    """Return the tasks: the story alone, or the generated worlds.

    The payload of a generated world is its seed: seeds count up through the splits, so no seed is in
    two of them, and the seed is part of the id ("world-17").
    """
    if worlds == "story":
        return TaskSet({"train": [Task(story().plot.id, "train", None)]})
    splits, first = {}, 0
    for split, size in SPLITS.items():
        seeds = range(first, first + size)
        splits[split] = [Task(f"world-{seed}", split, seed) for seed in seeds]
        first += size
    return TaskSet(splits)


def world_of(task: Task) -> World:
    """Return the compiled world of a task."""
    return story() if task.payload is None else generate(task.payload)


class Adventure(Game):
    """A text adventure for one player; see ``AdventureEnv`` for the rules in words.

    Args:
        worlds: ``"story"`` or ``"generated"``.
        turn_limit: the number of moves.

    Raises:
        ValueError: another value for ``worlds``, or no moves at all.
    """

    name: ClassVar[str] = "adventure"
    instructions = HOW_TO_PLAY
    tools = (COMMAND,)
    action_limit = 512
    observation_limit = 8192

    def __init__(self, worlds: Worlds = "story", turn_limit: int = 80) -> None:
        if worlds not in get_args(Worlds):
            raise ValueError(f"worlds must be one of {', '.join(get_args(Worlds))}, not {worlds!r}")
        self.tasks = adventure_tasks(worlds)
        self.turn_limit = at_least_one("turn_limit", turn_limit)
        self._world: World
        self._state: State
        self._action = ""
        self._last_noun: tuple[str, ...] = ()
        self._change: tuple[State, State] | None = None  # the last turn that brought something
        self._last_command: Command | None = None
        self._came_from = -1
        self._turns = 0

    @property
    def state(self) -> State:
        """The present state of the world: hidden, but a value to keep, compare and search from."""
        return self._state

    @property
    def world(self) -> World:
        """The world of the present episode."""
        return self._world

    def resume(self, world: World, state: State) -> None:
        """Go on from any state of any world, with all moves left."""
        self._world, self._state = world, state
        self._forget()

    def begin(self, task: Task) -> Turn:
        """Put the player at the start of the task's world."""
        self._world = world_of(task)
        self._state = self._world.start
        self._forget()
        opening = self._world.plot.opening
        view = self._world.view(self._state)
        delta = f"{opening}\n\n{view.surroundings}\n\n"
        return Turn(
            delta,
            self._observation(view, f"{opening}\n\n", view.actions),
            info=self._info(view.actions, ""),
        )

    def ask(self, action: str) -> Query | None:
        """Keep the action: the world knows all answers itself."""
        self._action = action
        return None

    def answer(self, reply: str | None) -> Turn:
        """Do what the action says, and show what it brought."""
        world, before = self._world, self._state
        outcome = self._act()
        self._state = state = outcome.state
        if state != before:
            self._change = before, state
        if state.room != before.room:
            self._came_from = before.room
        self._turns += 1
        gained = state.score - before.score
        said = outcome.reply
        if gained:
            said += f" [{gained} points]"
        view = world.view(state)
        actions = view.actions
        success, ending = False, ""
        if outcome.ending:
            last = world.plot.endings[outcome.ending]
            said, success, actions = f"{said}\n{last.text}", last.success, ()
            ending = "victory" if success else "defeat"
        elif self._turns >= self.turn_limit:
            said, ending = f"{said}\n{OUT_OF_MOVES}", "out of moves"
        said += "\n\n"
        delta = f"{said}{view.surroundings}\n\n" if outcome.moved and not outcome.ending else said
        return Turn(
            delta,
            self._observation(view, said, actions),
            float(gained),
            bool(ending),
            success,
            not outcome.understood,
            self._info(actions, ending),
        )

    def candidates(self) -> list[str]:
        """Return the valid actions."""
        return list(self._world.view(self._state).actions)

    def snapshot(self) -> dict[str, Any]:
        """Return the state of the episode: every attribute is a value, which nothing changes."""
        return dict(vars(self))

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go back to a state."""
        vars(self).update(snapshot)

    def _forget(self) -> None:
        """Forget what belongs to the player's last episode."""
        self._turns, self._last_noun, self._last_command, self._came_from = 0, (), None, -1
        self._change = None

    def _act(self) -> Outcome:
        """Do what the action says; "it" is what was named last, or where that makes no sense what was found."""
        world, state = self._world, self._state
        said = self._command()
        refers = said.noun in _IT or said.second in _IT
        meant = _with(said, self._last_noun) if refers and self._last_noun else said
        outcome = world.act(state, meant)
        if refers and not outcome.understood and outcome.state == state:
            found = world.found(*self._change) if self._change else ()
            things = dict.fromkeys((*each_of(self._last_noun), *found))
            tried = [(thing, world.act(state, _with(said, thing))) for thing in things]
            sensible = [
                each for each in tried if each[1].understood and not world.is_fatal(each[1])
            ]
            done = [each for each in sensible if each[1].ending or each[1].state != state]
            if len(done or sensible) == 1:
                self._last_noun, outcome = (done or sensible)[0]
                meant = _with(said, self._last_noun)
        elif not _SEVERAL.isdisjoint(meant.noun):
            self._last_noun = world.moved(state, outcome.state) or self._last_noun
        elif meant.noun and meant.noun[0] not in _NO_NAMES:
            if world.knows(state, meant.noun):
                self._last_noun = meant.noun
        if not meant.complaint and meant.verb not in ("again", "back", "meta"):
            self._last_command = meant
        return outcome

    def _command(self) -> Command:
        """Parse the action; "again" is what was done last, "back" where one was."""
        command = parse(self._action)
        if command.verb == "again" and self._last_command is not None:
            return self._last_command
        if command.verb == "back":
            ways = self._world.ways(self._state)
            found = [way for way, room in ways.items() if room == self._came_from]
            return Command(found[0]) if found else command
        return command

    def _observation(self, view: View, reply: str, actions: tuple[str, ...]) -> str:
        score = f"You have {self._state.score} of {self._world.total} points."
        return lay_out(f"{view.surroundings}\n\n", f"{view.belongings} {score}\n\n", reply, actions)

    def _info(self, actions: tuple[str, ...], ending: str) -> dict[str, Any]:
        return {"valid_actions": list(actions), "score": self._state.score, "ending": ending}


def _with(command: Command, thing: tuple[str, ...]) -> Command:
    """Return a command with a thing in the place of the pronouns for one."""
    noun, second = (thing if phrase in _IT else phrase for phrase in (command.noun, command.second))
    return command._replace(noun=noun, second=second)
