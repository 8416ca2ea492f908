"""The rules around a story: observation, reward, the end, and what a player may type."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from gymnasium.error import ClosedEnvironmentError

from llm_gym.core.game import Game, Query, Turn, at_least_one, true_or_false
from llm_gym.core.tasks import Task, TaskSet
from llm_gym.games.fiction import COMMAND, HOW_TO_PLAY, lay_out
from llm_gym.games.interactive_fiction.commands import LENGTH_LIMIT, Command, Guard
from llm_gym.games.interactive_fiction.emulator import (
    TEXT_LIMIT,
    Emulator,
    EmulatorFailure,
    Story,
    sentences,
)
from llm_gym.games.interactive_fiction.isolation import AnyEmulator, IsolatedEmulator
from llm_gym.games.interactive_fiction.valid_actions import (
    FALLBACK,
    SEARCH_BUDGET,
    Finder,
    Found,
    Search,
    valid_actions,
)

_NONSENSE = "qzxvw"
"""No story knows this word."""

_NUMBER, _ARTICLE = "37", "the"
"""Two lines without a verb."""

_HALF_UNDERSTOOD = "understood you as far as wanting to"
"""What stories made with Inform's library say of a line whose end they cannot read; nothing has happened then."""

_WORD = r"[a-z][a-z0-9'-]*"
_ABOUT_WORDS = re.compile(
    r"""\b(?:understand|sentence|verbs?|nouns?|express that|reword)\b|["']\*["']""", re.IGNORECASE
)
"""What stories say of words; the last alternative is a word of the command that a reply quotes."""


def guard_of(emulator: AnyEmulator, *, plain: bool = False) -> Guard:
    """Return the guard that suits the dictionary of the emulator's story; see :class:`Guard`."""
    words = emulator.dictionary()
    return Guard(
        meta=[entry.word for entry in words if entry.about_the_game],
        verbs=[entry.word for entry in words if entry.begins],
        nouns=[entry.word for entry in words if entry.names],
        word_length=emulator.story.word_length,
        alike=[said for said, alone in sentences(emulator.story) if alone],
        quotes_part=any(entry.word == '"' for entry in words),
        plain=plain,
    )


class InteractiveFiction(Game):
    """A story for one player; see ``InteractiveFictionEnv`` for the rules in words.

    The emulator starts with the first episode, not with the object: an environment that is made in
    one process and played in another never carries one across.

    Args:
        story: what is played.
        turn_limit: the number of commands after which the game ends, refused ones included.
        finder: how valid actions are found, for a story that is known well enough to need no
            search, no answers and no process of its own; None for any other.
        isolate: run the emulator in a process of its own.
        search: look for valid actions; without, there is no list.
        search_budget: how many commands a search tries.
        dice: what the story's dice are seeded with; None for the seed with which its walkthrough
            works.

    Raises:
        ValueError: the turn limit, the budget or the seed is not positive, or a switch is neither on nor off.
    """

    name: ClassVar[str] = "interactive_fiction"
    instructions = HOW_TO_PLAY
    tools = (COMMAND,)
    action_limit = LENGTH_LIMIT
    observation_limit = 4 * TEXT_LIMIT  # three texts of the emulator, and the list

    def __init__(
        self,
        story: Story,
        turn_limit: int,
        finder: Finder | None = None,
        *,
        isolate: bool = False,
        search: bool = True,
        search_budget: int = SEARCH_BUDGET,
        dice: int | None = None,
    ) -> None:
        self.story = story
        self.turn_limit = at_least_one("turn_limit", turn_limit)
        self.tasks = TaskSet({"train": [Task(story.name, "train", story)]})
        self._known = finder
        self._finder = finder
        self._isolate = true_or_false("isolate", isolate)
        self._search = true_or_false("valid_actions", search)
        self._search_budget = at_least_one("search_budget", search_budget)
        self._dice = None if dice is None else at_least_one("dice", dice)
        self._emulator: AnyEmulator | None = None
        self._command = Command("")
        self._turns = 0

    def begin(self, task: Task) -> Turn:
        """Start the story.

        Raises:
            EmulatorFailure: the emulator cannot even begin.
        """
        if self._emulator is None:
            kind = IsolatedEmulator if self._isolate else Emulator
            self._emulator = kind(self.story, self._dice)
            self._guard = guard_of(self._emulator, plain=self._known is not None)
            if self._known is None:
                self._finder = Search(self._guard, self._search_budget)
                self._words = {entry.word for entry in self._emulator.dictionary()}
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
        self._command = self._guard.check(action, key=self._emulator.waits_for_key)
        left = self.turn_limit - self._turns
        if self._command.moves > left:
            self._command = Command("", f"There are moves left for {left} of these commands.")
        return None

    def answer(self, reply: str | None) -> Turn:
        """Give the command to the story, unless it was refused: then nothing happens in it."""
        assert self._emulator is not None
        self._turns += self._command.moves
        if self._command.refusal is not None:
            return self._refuse(self._command.refusal)
        before = self._emulator.score
        try:
            at_key = self._emulator.waits_for_key
            said = self._emulator.command(self._command.text)
            if self._emulator.waits_for_key and not at_key and not self._emulator.over:
                if self._emulator.trapped():
                    self._emulator.take_back()
                    return self._refuse(f'"{self._command.text}" leads out of the game.')
            understood = at_key or self._understood(said)
            if self._emulator.over:
                self._show_nothing()
            else:
                self._look_around()
        except EmulatorFailure as failure:
            self._show_nothing()
            score = self._emulator.score - before
            return self._turn(f"\n[{failure}.]\n", reward=float(score), failed=True)
        return self._turn(
            said,
            reward=float(self._emulator.score - before),
            invalid_action=not understood,
        )

    def candidates(self) -> list[str]:
        """Return the valid actions."""
        return list(self._actions)

    def close(self) -> None:
        """Free the emulator; ``begin`` starts another."""
        if self._emulator is not None:
            self._emulator.close()
            self._emulator = None

    def _understood(self, said: str) -> bool:
        """Return whether the story's parser has made sense of the command to which it ``said`` this.

        Stories refuse in their own words. Where nothing has changed, the words are those with which
        they refuse a word that no story knows, a thing that is not there, or a line without a verb;
        or, where they speak of the player's words, a line that does not hang together.
        """
        from jericho.util import recognized

        assert self._emulator is not None
        reply = " ".join(said.split())
        if not recognized(reply) or _HALF_UNDERSTOOD in reply:
            return False
        if self._known is not None or self._emulator.changed or self._emulator.over:
            return True
        text = self._command.text
        words = re.findall(_WORD, text)
        heard = _without(text, said)
        # A number is an answer where one is asked for: there, an article is none.
        nonsense = [_NONSENSE, f"take {_NONSENSE}", _NUMBER if words else _ARTICLE]
        if words and _ABOUT_WORDS.search(heard):
            nonsense += [f"{words[0]} {words[0]}", f"{words[0]} from"]
        for word in words:
            if word[: self.story.word_length] not in self._words:
                nonsense.append(re.sub(rf"\b{re.escape(word)}\b", _NONSENSE, text))
        replies = self._emulator.instead(*nonsense)
        return all(
            heard != _without(other, answer)
            for other, answer in zip(nonsense, replies, strict=True)
        )

    def _look_around(self) -> None:
        """See what the player sees now, without a move passing."""
        assert self._emulator is not None and self._finder is not None
        self._surroundings, self._inventory = "", ""
        if not self._emulator.waits_for_key:
            self._surroundings, self._inventory = self._emulator.glimpse("look", "inventory")
        self._actions = (
            valid_actions(self._emulator, self._finder) if self._search else Found((), cut=True)
        )

    def _show_nothing(self) -> None:
        self._surroundings, self._inventory = "", ""
        self._actions = FALLBACK if self._search else Found((), cut=True)

    def _refuse(self, reason: str) -> Turn:
        return self._turn(f"\n{reason}\n", invalid_action=True)

    def _turn(
        self,
        said: str,
        reward: float = 0.0,
        invalid_action: bool = False,
        failed: bool = False,
    ) -> Turn:
        assert self._emulator is not None
        ending = ""
        if failed:
            ending = "emulator failed"
        elif self._emulator.over:
            ending = "victory" if self._emulator.won else "defeat"
        elif self._turns >= self.turn_limit:
            ending = "out of moves"
        info: dict[str, Any] = {
            "valid_actions": list(self._actions),
            "score": self._emulator.score,
            "ending": ending,
        }
        if self._known is None:
            info["valid_actions_cut"] = self._actions.cut
        actions = self._actions if self._search else None
        return Turn(
            delta=said,
            observation=lay_out(self._surroundings, self._inventory, said, actions),
            reward=reward,
            terminated=bool(ending) and not failed,
            truncated=failed,
            success=self._emulator.won and not failed,
            invalid_action=invalid_action,
            info=info,
        )


def _without(command: str, reply: str) -> str:
    """Return ``reply`` without the words of ``command`` that it repeats."""
    for word in re.findall(_WORD, command):
        reply = re.sub(rf"\b{re.escape(word)}\b", "*", reply, flags=re.IGNORECASE)
    return reply
