"""One story in Jericho's emulator, used in the one order that is safe."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.error import DependencyNotInstalled

from llm_gym.extras import install_hint

INSTALL = (
    f"{install_hint('detective')}, "
    "or, much smaller: pip install --no-deps jericho -c constraints.txt"
)

TEXT_LIMIT = 8192
"""No text of the emulator is longer than this, in characters: its buffer holds no more."""

_STATUS_LINE = re.compile(r"(?<=>>)\s*Score: *-?\d+ *Moves: *\d+")

# Jericho looks for one exact text per story, and for some stories for a wrong one.
_WON = re.compile(r"\*{3,}\s*you have won\b[^*\n]*\*{3,}", re.IGNORECASE)
_OVER = re.compile(
    r"would you like to restart|[(\[](please )?type restart, restore,? or quit", re.IGNORECASE
)
_LAST_WORDS = 800  # characters: an end is announced at the end

_KEY = 246
"""The instruction that reads a single key; the emulator stops there or at the one for a line."""

_PLAIN_KEYS = (" ", "", "y", "n")
_KEYS_TRIED = 24


class EmulatorFailure(RuntimeError):
    """The emulator can not go on with this game: it crashed, hung or halted."""


def import_jericho() -> Any:
    """Return the module ``jericho``.

    Raises:
        DependencyNotInstalled: it is not installed.
    """
    try:
        import jericho
    except ImportError as error:
        raise DependencyNotInstalled(f"this story needs jericho: {INSTALL}") from error
    return jericho


@dataclass(frozen=True, slots=True)
class Story:
    """A story file that Jericho knows.

    Attributes:
        path: where it lies.
        digest: md5 of its bytes, by which Jericho knows it.
        name: Jericho's name for it (``"detective"``).
        seed: what the story's dice are seeded with where nobody says otherwise.
        word_length: how many letters of a word its parser reads.
        marked: what Jericho says of the kinds of its words is so.
    """

    path: Path
    digest: str
    name: str
    seed: int
    word_length: int
    marked: bool


def open_story(path: Path) -> Story:
    """Return the story in the file ``path``, without starting an emulator.

    Raises:
        DependencyNotInstalled: Jericho is not installed.
        OSError: the file cannot be read.
        ValueError: Jericho does not know these bytes. It could neither tell the score nor the end,
            and an arbitrary file can bring the emulator and with it the process down.
    """
    import_jericho()
    from jericho.defines import BINDINGS_DICT

    data = path.read_bytes()
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    bindings = BINDINGS_DICT.get(digest)
    if bindings is None:
        raise ValueError(f"{path} is no story that Jericho supports (its md5 is {digest})")
    return Story(
        path,
        digest,
        bindings["name"],
        int(bindings["seed"]),
        int(bindings["max_word_length"]),
        _marks_words(data),
    )


def sentences(story: Story) -> list[tuple[frozenset[str], bool]]:
    """Return what a story's sentence patterns begin with, and whether nothing follows it.

    Words that begin the same pattern, cut to what the parser reads, say the same.
    """
    from jericho.defines import BINDINGS_DICT

    patterns = [pattern.split() for pattern in BINDINGS_DICT[story.digest]["grammar"].split(";")]
    return [
        (
            frozenset(word.lower()[: story.word_length] for word in pattern[0].split("/")),
            len(pattern) == 1,
        )
        for pattern in patterns
        if pattern
    ]


def _marks_words(data: bytes) -> bool:
    """Return whether Jericho can tell the kinds of the words in a story file.

    It keeps the memory below the high one. Where the dictionary lies further up, it takes for the marks
    whatever happens to lie behind what it keeps, another in each process.
    """
    high, dictionary = (int.from_bytes(data[at : at + 2], "big") for at in (4, 8))
    start = dictionary + 1 + data[dictionary]  # behind the separators
    length, count = data[start], int.from_bytes(data[start + 1 : start + 3], "big")
    return start + 3 + length * count <= high


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a story knows, and what its dictionary says of it.

    Attributes:
        word: the word, cut to what the parser reads.
        about_the_game: it begins a command about the game itself, such as "save".
        begins: it begins a command otherwise, or is a direction.
        names: it names a thing.
    """

    word: str
    about_the_game: bool
    begins: bool
    names: bool


class Emulator:
    """Plays one story.

    The library behind it crashes when it is used after its end, reports the end of a story only
    once, and leaves half a move behind when probing fails. So: :meth:`begin` first; once the story
    is over or the emulator closed, commands are a Python error; whatever only looks restores the
    state it found.

    Each emulator loads a copy of the library of its own: many of them live side by side, in threads
    too, as long as no two threads share one. It can neither be pickled nor carried across a fork.

    Args:
        story: what to play.
        seed: what the story's dice are seeded with, 1 or more; None for ``story.seed``.

    Attributes:
        score: the story's own count of points.
        over: the story has ended, or has not begun.
        won: it has ended well, by its own account.
        waits_for_key: it reads a single key next, no line.
        changed: the last command has changed something that Jericho watches.
    """

    def __init__(self, story: Story, seed: int | None = None) -> None:
        jericho = import_jericho()
        self.story = story
        self.score = 0
        self.over = True
        self.won = False
        self.waits_for_key = False
        self.changed = False
        self._dictionary: list[Word] | None = None
        self._before: Any = None  # the state before the last command
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", jericho.jericho.UnsupportedGameWarning)
            self._frotz = jericho.FrotzEnv(str(story.path), seed=seed or story.seed)
        if not self._frotz.is_fully_supported:
            raise ValueError(f"Jericho can tell neither score nor end of {story.path}")

    def __getstate__(self) -> Any:
        raise TypeError("an emulator can be neither copied nor pickled: make another environment")

    def begin(self) -> str:
        """Start the story from its beginning and return its opening text."""
        # A full reset, not a saved state: only this clears an emulator that was halted.
        text, info = self._frotz.reset()
        self.score, self.over, self.won = int(info["score"]), False, False
        self.waits_for_key, self.changed, self._before = self._at_key(), False, None
        return _tidy(text)

    def command(self, text: str) -> str:
        """Take one move and return the reply; the attributes tell the rest.

        Args:
            text: the command; where the story waits for a key, that key, "" for the return key.

        Raises:
            EmulatorFailure: the emulator has halted.
            RuntimeError: the story is over or has not begun.
        """
        self._check()
        self._before = self._frotz.get_state()
        reply, _, ended, info = self._give(text)
        # All of this is read off the last reply, hence before anything else is asked.
        last_words = reply[-_LAST_WORDS:]
        self.score = int(info["score"])
        self.changed = bool(self._frotz._world_changed())
        self.won = bool(self._frotz.victory()) or _WON.search(last_words) is not None
        halted = bool(self._frotz._emulator_halted())
        self.over = bool(ended) or self.won or halted or _OVER.search(last_words) is not None
        self.waits_for_key = self._at_key()
        if halted:
            raise EmulatorFailure("the story has halted the emulator")
        return _tidy(reply)

    def take_back(self) -> None:
        """Undo the last command, once."""
        self._frotz.set_state(self._before)
        self.score, self.over, self.won = int(self._frotz.get_score()), False, False
        self.waits_for_key, self.changed = self._at_key(), False

    def glimpse(self, *commands: str) -> list[str]:
        """Return the replies to ``commands``, each given to the present state, which stays."""
        self._check()
        with self._kept() as state:
            return [self._try(state, command) for command in commands]

    def instead(self, *commands: str) -> list[str]:
        """Return what each of ``commands`` would have brought in place of the last command."""
        self._check()
        with self._kept():
            return [self._try(self._before, command) for command in commands]

    def trapped(self) -> bool:
        """Return whether the keys that one presses to read on do not lead back to the game.

        So it is in menus, which show their text where nobody sees it.
        """
        self._check()
        with self._kept():
            for number in range(_KEYS_TRIED):
                _, _, ended, _ = self._give(_PLAIN_KEYS[number % len(_PLAIN_KEYS)])
                if ended or not self._at_key():
                    return False
            return True

    def effects(self, commands: Sequence[str]) -> list[list[str]]:
        """Return those of ``commands`` that change the world here, grouped by what they change.

        Groups and their members keep the order of ``commands``. The present state stays. A command
        that halts the emulator has no effect.
        """
        self._check()
        found: dict[Any, list[str]] = {}
        score = self._frotz.get_score()
        with self._kept() as state:
            for command in commands:
                self._restore(state)
                reply, _, ended, info = self._give(command)
                changed = info["score"] != score or ended or self._frotz._world_changed()
                # What is taken only to carry out another command is no effect of that command.
                if changed and "(Taken)" not in reply and not self._frotz._emulator_halted():
                    found.setdefault(self._difference(), []).append(command)
        return list(found.values())

    def fingerprint(self, counters: Sequence[int] | None) -> bytes:
        """Return a digest of the state that decides which commands have an effect.

        Args:
            counters: the RAM addresses outside the object tree that matter; with them the digest
                covers the object tree and these bytes. None: memory, registers and dice,
                which is always right but seldom the same twice.
        """
        if counters is None:
            # The stack below its top is left over from whatever was called before.
            ram, _, *registers, _ = self._frotz.get_state()
            digest = hashlib.md5(ram.tobytes(), usedforsecurity=False)
            digest.update(repr(registers).encode())
            return digest.digest()
        ram = self._frotz._get_ram()
        objects = bytes(self._frotz.get_world_objects(clean=True))
        digest = hashlib.md5(objects, usedforsecurity=False)
        digest.update(bytes(int(ram[address]) for address in counters))
        return digest.digest()

    def dictionary(self) -> list[Word]:
        """Return the story's words."""
        if self._dictionary is None:
            marked = self.story.marked
            # The dictionaries of some stories mark no verbs.
            verbs = {word for words, _ in sentences(self.story) for word in words}
            # Once: in some stories the second look never returns.
            self._dictionary = [
                Word(
                    entry.word,
                    marked and bool(entry.is_meta),
                    (marked and bool(entry.is_verb or entry.is_dir)) or entry.word in verbs,
                    marked and bool(entry.is_noun),
                )
                for entry in self._frotz.get_dictionary()
            ]
        return self._dictionary

    def names_around(self) -> list[str]:
        """Return the names of the objects where the player is, the player's own among them."""
        from jericho.util import get_subtree

        place = self._frotz.get_player_location()
        if place is None:
            return []
        return [thing.name for thing in get_subtree(place.child, self._frotz.get_world_objects())]

    def walkthrough(self) -> list[str]:
        """Return the commands with which Jericho solves the story, in lower case."""
        return [command.lower() for command in self._frotz.get_walkthrough()]

    @property
    def frotz(self) -> Any:
        """Jericho's own object; not for playing."""
        return self._frotz

    def close(self) -> None:
        """Free the emulator; every later call is a Python error."""
        self.over = True
        if self._frotz is not None:
            self._frotz.close()
            self._frotz = None

    def _check(self) -> None:
        if self.over:
            raise RuntimeError("the story is over: begin() again")

    def _at_key(self) -> bool:
        return bool(self._frotz.frotz_lib.get_opcode() == _KEY)

    def _difference(self) -> bytes:
        """Return what the last command has changed of the world, as Jericho notes it down."""
        # Jericho's own reading of these notes leaves out whatever has become a nought.
        objects, values = np.zeros(64, np.uint16), np.zeros(64, np.uint16)
        self._frotz.frotz_lib.get_cleaned_world_diff(
            np.ctypeslib.as_ctypes(objects), np.ctypeslib.as_ctypes(values)
        )
        return objects.tobytes() + values.tobytes()

    def _try(self, state: Any, command: str) -> str:
        self._restore(state)
        return _tidy(self._give(command)[0])

    def _give(self, text: str) -> Any:
        # Further letters would wait in the emulator, outside its state, for the next key to be read.
        return self._frotz.step(text[:1] if self._at_key() else text)

    def _restore(self, state: Any) -> None:
        if self._frotz._emulator_halted():
            self._frotz.reset()
        self._frotz.set_state(state)

    @contextmanager
    def _kept(self) -> Iterator[Any]:
        """Restore the present state at the end, whatever happens."""
        state = self._frotz.get_state()
        try:
            yield state
        finally:
            self._restore(state)


def _tidy(text: str) -> str:
    """Return ``text`` without the status line that some prompts carry, and ended by a newline."""
    text = _STATUS_LINE.sub("", text).replace("\0", "")[: TEXT_LIMIT - 1]
    return text if text.endswith("\n") else f"{text}\n"
