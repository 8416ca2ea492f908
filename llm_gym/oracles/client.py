"""The client of the oracle server: ``{"kind": "server", "socket": PATH}``."""

from __future__ import annotations

import json
import os
import socket as sockets
import threading
from collections.abc import Sequence
from io import BufferedIOBase
from typing import Any

PROTOCOL = 1
_GREETING_SECONDS = 30.0


class ServerError(ConnectionError):
    """The oracle server is not there, has gone, or is none; the text is one line."""


class ServedOracle:
    """An oracle in another process; may be used from any thread, and in forked processes.

    Where the server has gone, the next question tries to reach it anew: a step that failed can be
    taken again once the server is back.

    Args:
        game: the game's name.
        socket: the path of the server's Unix socket.

    Raises:
        ValueError: no path was given, or the server answers for another game.
        ServerError: no oracle server is there.
    """

    def __init__(self, game: str, socket: str | None = None) -> None:
        if not isinstance(socket, str) or not socket:
            raise ValueError(
                'the oracle kind "server" needs the path of its socket: '
                '{"kind": "server", "socket": PATH}'
            )
        self._game = game
        self._path = os.path.abspath(socket)
        self._lock = threading.Lock()
        self._stream: BufferedIOBase | None = None
        self._process: int | None = None
        with self._lock:
            self._connect()

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        """Have the server answer; blocks until it does.

        Raises:
            ServerError: the server has gone or cannot be reached.
            RuntimeError: the oracle behind the server failed; the text says how.
        """
        request = {"subjects": list(subjects), "questions": list(questions)}
        with self._lock:
            # A forked process must not talk on its parent's line.
            if self._stream is None or self._process != os.getpid():
                self._connect()
            assert self._stream is not None
            try:
                self._stream.write(json.dumps(request).encode("ascii") + b"\n")
                self._stream.flush()
                reply = self._read(self._stream)
            except BaseException as error:
                # A reply that nobody has waited for would be taken for the next one's.
                self._stream = None
                if isinstance(error, OSError):
                    raise ServerError(
                        f"the oracle server at {self._path} has gone; start it again with "
                        f"`llm-gym serve-oracle` and repeat the step"
                    ) from error
                raise
        if "error" in reply:
            raise RuntimeError(f"the oracle server at {self._path}: {reply['error']}")
        answers: list[str] = reply["answers"]
        return answers

    def _connect(self) -> None:
        self._stream = None
        with sockets.socket(sockets.AF_UNIX) as line:  # its stream keeps it open
            line.settimeout(_GREETING_SECONDS)
            try:
                line.connect(self._path)
            except OSError as error:
                raise ServerError(
                    f"no oracle server at {self._path} ({error.strerror or error}); start one with "
                    f"`llm-gym serve-oracle --oracle SPEC --game {self._game} "
                    f"--socket {self._path}`"
                ) from error
            stream: BufferedIOBase = line.makefile("rwb")
            try:
                greeting = self._read(stream)
            except (OSError, ValueError) as error:
                raise ServerError(f"what answers at {self._path} is no oracle server") from error
            if greeting.get("oracle_server") != PROTOCOL:
                raise ServerError(f"the oracle server at {self._path} is of another version")
            if greeting.get("game") != self._game:
                raise ValueError(
                    f"the oracle server at {self._path} answers for the game "
                    f"{greeting.get('game')!r}, not {self._game!r}"
                )
            line.settimeout(None)
            self._stream, self._process = stream, os.getpid()

    @staticmethod
    def _read(stream: BufferedIOBase) -> dict[str, Any]:
        line = stream.readline()
        if not line.endswith(b"\n"):
            raise ConnectionResetError("the server closed the connection")
        message = json.loads(line)
        if not isinstance(message, dict):
            raise ValueError("not a JSON object")
        return message
