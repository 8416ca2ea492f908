"""The rules around a story: observation, reward, the end, and what a player may type."""

from __future__ import annotations

from typing import Any, ClassVar

from gymnasium.error import ClosedEnvironmentError

from llm_gym.core.game import Game, Query, Turn
from llm_gym.core.tasks import Task, TaskSet
from llm_gym.games.fiction import COMMAND, HOW_TO_PLAY, lay_out
from llm_gym.games.interactive_fiction.commands import LENGTH_LIMIT, Command, Guard
from llm_gym.games.interactive_fiction.emulator import TEXT_LIMIT, Emulator, Story
from llm_gym.games.interactive_fiction.valid_actions import FALLBACK, Finder, Search, valid_actions


def guard_of(emulator: Emulator) -> Guard:
    """Return the guard that suits the dictionary of the emulator's story."""
    words = emulator.dictionary()
    return Guard(
        meta=[entry.word for entry in words if entry.is_meta],
        verbs=[e.word for e in words if (e.is_verb or e.is_dir) and not e.is_noun],
        word_length=emulator.story.word_length,
    )


class InteractiveFiction(Game):
    """A story for one player; see ``InteractiveFictionEnv`` for the rules in words.

    The emulator starts with the first episode, not with the object: an environment that is made in
    one process and played in another never carries one across.

    Args:
        story: what is played.
        turn_limit: the number of commands after which the game ends, refused ones included.
        finder: how valid actions are found; None for a search that suits any story.

    Raises:
        ValueError: the turn limit is not positive.
    """

    name: ClassVar[str] = "interactive_fiction"
    instructions = HOW_TO_PLAY
    tools = (COMMAND,)
    action_limit = LENGTH_LIMIT
    observation_limit = 4 * TEXT_LIMIT  # three texts of the emulator, and the list

    def __init__(self, story: Story, turn_limit: int, finder: Finder | None = None) -> None:
        if turn_limit < 1:
            raise ValueError(f"turn_limit is at least 1, not {turn_limit}")
        self.story = story
        self.turn_limit = turn_limit
        self.tasks = TaskSet({"train": [Task(story.name, "train", story)]})
        self._finder = finder
        self._emulator: Emulator | None = None
        self._command = Command("")
        self._turns = 0

    def begin(self, task: Task) -> Turn:
        """Start the story."""
        if self._emulator is None:
            self._emulator = Emulator(self.story)
            self._guard = guard_of(self._emulator)
            if self._finder is None:
                self._finder = Search(self._guard)
        self._turns = 0
        opening = self._emulator.begin()
        self._look_around()
        return self._turn(opening)

    def ask(self, action: str) -> Query | None:
        """Read the command; no oracle is needed.

        Raises:
            ClosedEnvironmentError: the game has been closed.
        """
        if self._emulator is None:
            raise ClosedEnvironmentError("the story is closed: call reset() to open it again")
        self._command = self._guard.check(action)
        return None

    def answer(self, reply: str | None) -> Turn:
        """Give the command to the story, unless it was refused: then nothing happens in it."""
        assert self._emulator is not None
        from jericho.util import recognized

        self._turns += 1
        if self._command.refusal is not None:
            return self._turn(f"\n{self._command.refusal}\n", invalid_action=True)
        before = self._emulator.score
        said = self._emulator.command(self._command.text)
        if self._emulator.over:
            self._surroundings, self._inventory, self._actions = "", "", FALLBACK
        else:
            self._look_around()
        return self._turn(
            said,
            reward=float(self._emulator.score - before),
            invalid_action=not recognized(" ".join(said.split())),
        )

    def candidates(self) -> list[str]:
        """Return the valid actions."""
        return list(self._actions)

    def close(self) -> None:
        """Free the emulator; ``begin`` starts another."""
        if self._emulator is not None:
            self._emulator.close()
            self._emulator = None

    def _look_around(self) -> None:
        """See what the player sees now, without a move passing."""
        assert self._emulator is not None and self._finder is not None
        self._surroundings, self._inventory = self._emulator.glimpse("look", "inventory")
        self._actions = valid_actions(self._emulator, self._finder)

    def _turn(self, said: str, reward: float = 0.0, invalid_action: bool = False) -> Turn:
        assert self._emulator is not None
        ending = ""
        if self._emulator.over:
            ending = "victory" if self._emulator.won else "defeat"
        elif self._turns >= self.turn_limit:
            ending = "out of moves"
        info: dict[str, Any] = {
            "valid_actions": list(self._actions),
            "score": self._emulator.score,
            "ending": ending,
        }
        return Turn(
            delta=said,
            observation=lay_out(self._surroundings, self._inventory, said, self._actions),
            reward=reward,
            terminated=bool(ending),
            success=self._emulator.won,
            invalid_action=invalid_action,
            info=info,
        )
