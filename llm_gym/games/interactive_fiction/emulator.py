"""One story in Jericho's emulator, used in the one order that is safe."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gymnasium.error import DependencyNotInstalled

from llm_gym.extras import install_hint

INSTALL = (
    f"{install_hint('detective')}, "
    "or, much smaller: pip install --no-deps jericho -c constraints.txt"
)

TEXT_LIMIT = 8192
"""No text of the emulator is longer than this, in characters: its buffer holds no more."""

_STATUS_LINE = re.compile(r"(?<=>>)\s*Score: *-?\d+ *Moves: *\d+")


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
        seed: what the story's own dice are seeded with.
        word_length: how many letters of a word its parser reads.
    """

    path: Path
    digest: str
    name: str
    seed: int
    word_length: int


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

    digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    bindings = BINDINGS_DICT.get(digest)
    if bindings is None:
        raise ValueError(f"{path} is no story that Jericho supports (its md5 is {digest})")
    return Story(
        path, digest, bindings["name"], int(bindings["seed"]), int(bindings["max_word_length"])
    )


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

    Attributes:
        score: the story's own count of points.
        over: the story has ended, or has not begun.
        won: it has ended well.
    """

    def __init__(self, story: Story) -> None:
        jericho = import_jericho()
        self.story = story
        self.score = 0
        self.over = True
        self.won = False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", jericho.jericho.UnsupportedGameWarning)
            self._frotz = jericho.FrotzEnv(str(story.path), seed=story.seed)
        if not self._frotz.is_fully_supported:
            raise ValueError(f"Jericho can tell neither score nor end of {story.path}")

    def begin(self) -> str:
        """Start the story from its beginning and return its opening text."""
        # A full reset, not a saved state: only this clears an emulator that was halted.
        text, info = self._frotz.reset()
        self.score, self.over, self.won = int(info["score"]), False, False
        return _tidy(text)

    def command(self, text: str) -> str:
        """Take one move and return the reply; ``score``, ``over`` and ``won`` tell the rest.

        Raises:
            RuntimeError: the story is over or has not begun.
        """
        if self.over:
            raise RuntimeError("the story is over: begin() again")
        reply, _, ended, info = self._frotz.step(text)
        # All of this is read off the last reply, hence before anything else is asked.
        self.score = int(info["score"])
        self.won = bool(self._frotz.victory())
        self.over = bool(ended) or bool(self._frotz._emulator_halted())
        return _tidy(reply)

    def glimpse(self, *commands: str) -> list[str]:
        """Return the replies to ``commands``, each given to the present state, which stays."""
        if self.over:
            raise RuntimeError("the story is over: begin() again")
        state = self._frotz.get_state()
        replies = []
        try:
            for command in commands:
                replies.append(_tidy(self._frotz.step(command)[0]))
                self._frotz.set_state(state)
        finally:
            self._frotz.set_state(state)
        return replies

    def effects(self, commands: Sequence[str]) -> list[list[str]]:
        """Return those of ``commands`` that change the world here, grouped by what they change.

        Groups and their members keep the order of ``commands``. The present state stays.
        """
        if self.over:
            raise RuntimeError("the story is over: begin() again")
        state = self._frotz.get_state()
        try:
            found = self._frotz._filter_candidate_actions(
                list(commands), use_ctypes=True, use_parallel=False
            )
        finally:
            self._frotz.set_state(state)
        return [list(group) for group in found.values()]

    def fingerprint(self, counters: Sequence[int] | None) -> bytes:
        """Return a digest of the state that decides which commands have an effect.

        Args:
            counters: the RAM addresses outside the object tree that matter; with them the digest
                covers the object tree and these bytes. None: all of the RAM, which is always right
                but seldom the same twice.
        """
        ram = self._frotz._get_ram()
        if counters is None:
            return hashlib.md5(ram.tobytes(), usedforsecurity=False).digest()
        objects = bytes(self._frotz.get_world_objects(clean=True))
        digest = hashlib.md5(objects, usedforsecurity=False)
        digest.update(bytes(int(ram[address]) for address in counters))
        return digest.digest()

    def dictionary(self) -> list[Any]:
        """Return the story's words as ``jericho.DictionaryWord``."""
        return list(self._frotz.get_dictionary())

    def walkthrough(self) -> list[str]:
        """Return the commands with which Jericho solves the story, in lower case."""
        return [command.lower() for command in self._frotz.get_walkthrough()]

    @property
    def frotz(self) -> Any:
        """Jericho's own object, for looking up names in the object tree; not for playing."""
        return self._frotz

    def close(self) -> None:
        """Free the emulator; every later call is a Python error."""
        self.over = True
        if self._frotz is not None:
            self._frotz.close()
            self._frotz = None


def _tidy(text: str) -> str:
    """Return ``text`` without the status line that some prompts carry, and ended by a newline."""
    text = _STATUS_LINE.sub("", text).replace("\0", "")[: TEXT_LIMIT - 1]
    return text if text.endswith("\n") else f"{text}\n"
