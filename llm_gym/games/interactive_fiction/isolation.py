"""An emulator in a process of its own, whose death is an exception here and not the end of everything.

Stories can bring the emulator down or keep it busy for ever, and some write files when told to. The
process works in a folder that no longer exists, so that there is nowhere to write to, can put
nothing into any file elsewhere, and ends itself when a call takes too long.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any, TypeAlias

from llm_gym.games.interactive_fiction.emulator import (
    Emulator,
    EmulatorFailure,
    Story,
    Word,
    open_story,
)

TIME_LIMIT = 60
"""Seconds that one call may take before the emulator is given up."""

_SERVE = f"from {__name__} import serve; serve()"
_STATE = ("score", "over", "won", "waits_for_key", "changed")


class IsolatedEmulator:
    """Plays one story in a child process; the methods and attributes of :class:`Emulator`.

    Where the child dies of a command, the game cannot go on: :class:`EmulatorFailure`. Where it dies
    of a look at the present state, which no player has asked for, the game is played again up to
    here in a new child, and that look shows nothing.

    Args:
        story: what to play.
        seed: as in :class:`Emulator`.
        time_limit: seconds that one call may take.
    """

    score: int
    over: bool
    won: bool
    waits_for_key: bool
    changed: bool

    def __init__(
        self, story: Story, seed: int | None = None, *, time_limit: int = TIME_LIMIT
    ) -> None:
        self.story = story
        self._seed = seed
        self._time_limit = time_limit
        self._played: list[str] = []
        self._dictionary: list[Word] | None = None
        self._child: subprocess.Popen[str] | None = None
        self._start()

    def __getstate__(self) -> Any:
        raise TypeError("an emulator can be neither copied nor pickled: make another environment")

    def begin(self) -> str:
        """See :class:`Emulator`."""
        self._played.clear()
        if self._child is not None:
            with contextlib.suppress(EmulatorFailure):  # it may have died since the last game
                return str(self._call("begin"))
        self._start()
        return str(self._call("begin"))

    def command(self, text: str) -> str:
        """See :class:`Emulator`."""
        reply = str(self._call("command", text))
        self._played.append(text)
        return reply

    def take_back(self) -> None:
        """See :class:`Emulator`."""
        self._call("take_back")
        self._played.pop()

    def glimpse(self, *commands: str) -> list[str]:
        """See :class:`Emulator`; a newline each where looking kills the emulator."""
        return list(self._look("glimpse", *commands, otherwise=["\n"] * len(commands)))

    def instead(self, *commands: str) -> list[str]:
        """See :class:`Emulator`."""
        return list(self._look("instead", *commands, otherwise=["\n"] * len(commands)))

    def trapped(self) -> bool:
        """See :class:`Emulator`."""
        return bool(self._look("trapped", otherwise=True))

    def effects(self, commands: Sequence[str]) -> list[list[str]]:
        """See :class:`Emulator`; none where trying kills the emulator."""
        return list(self._look("effects", list(commands), otherwise=[]))

    def fingerprint(self, counters: Sequence[int] | None) -> bytes:
        """See :class:`Emulator`."""
        return bytes.fromhex(self._call("fingerprint", counters and list(counters)))

    def dictionary(self) -> list[Word]:
        """See :class:`Emulator`."""
        if self._dictionary is None:
            self._dictionary = [Word(*entry) for entry in self._call("dictionary")]
        return self._dictionary

    def names_around(self) -> list[str]:
        """See :class:`Emulator`."""
        return list(self._look("names_around", otherwise=[]))

    def walkthrough(self) -> list[str]:
        """See :class:`Emulator`."""
        return list(self._call("walkthrough"))

    def close(self) -> None:
        """See :class:`Emulator`."""
        self.over = True
        self._end()

    def _start(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-c", _SERVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
            text=True,
            encoding="utf-8",
            errors="surrogatepass",
        )
        options = {"seed": self._seed, "time_limit": self._time_limit}
        self._call(str(self.story.path.absolute()), options)

    def _end(self) -> None:
        """Stop the child, if there is one."""
        if self._child is None:
            return
        child, self._child = self._child, None
        child.kill()
        assert child.stdin is not None and child.stdout is not None
        for pipe in (child.stdin, child.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                pass  # of what it never read
        child.wait()

    def _call(self, *message: Any) -> Any:
        """Have the child do something; take over its state and return its answer."""
        if self._child is None:
            raise RuntimeError("the story is over: begin() again")
        assert self._child.stdin is not None and self._child.stdout is not None
        try:
            self._child.stdin.write(json.dumps(message) + "\n")
            self._child.stdin.flush()
            line = self._child.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            # Its own end says more than the kill that follows.
            status = self._child.wait()
            self._end()
            self.over = True
            raise EmulatorFailure(_cause(status, self._time_limit))
        answer = json.loads(line)
        for name in _STATE:
            setattr(self, name, answer["state"][name])
        if "failure" in answer:
            raise EmulatorFailure(answer["failure"])
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def _look(self, *message: Any, otherwise: Any) -> Any:
        """Do what does not change the state; where the child dies of it, go on without."""
        try:
            return self._call(*message)
        except EmulatorFailure:
            self._start()
            self._call("begin")
            for command in self._played:
                self._call("command", command)
            return otherwise


AnyEmulator: TypeAlias = Emulator | IsolatedEmulator


def _cause(status: int, time_limit: int) -> str:
    """Return why a child has ended, in words."""
    if status == -signal.SIGALRM:
        return f"the emulator did not answer within {time_limit} seconds"
    if status < 0:
        return f"the emulator has crashed ({signal.Signals(-status).name})"
    return f"the emulator has ended with status {status}"


def serve() -> None:
    """Be the child: do what the lines of the standard input say, until there are no more."""
    # The library prints where it likes; the answers go where nobody else writes.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogatepass")
    path, options = json.loads(sys.stdin.readline())
    emulator = Emulator(open_story(Path(path)), options["seed"])
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a path may begin with a slash
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
    _answer(answers, emulator, value=None)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        # Nobody handles the signal: the emulator's loop in C would never let a handler run.
        signal.setitimer(signal.ITIMER_REAL, options["time_limit"])
        try:
            value = getattr(emulator, name)(*arguments)
        except EmulatorFailure as failure:
            _answer(answers, emulator, failure=str(failure))
        except RuntimeError as error:
            _answer(answers, emulator, error=str(error))
        else:
            _answer(answers, emulator, value=value)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(answers: Any, emulator: Emulator, **outcome: Any) -> None:
    state = {name: getattr(emulator, name) for name in _STATE}
    answers.write(json.dumps({"state": state, **outcome}, default=_plain) + "\n")
    answers.flush()


def _plain(value: bytes | Word) -> Any:
    """Return what JSON has no form for in one that it has."""
    return value.hex() if isinstance(value, bytes) else astuple(value)
