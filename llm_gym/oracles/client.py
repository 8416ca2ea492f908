"""The client of the oracle server: ``{"kind": "server", "socket": PATH}``, or ``"address"``."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import socket as sockets
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from io import BufferedIOBase
from typing import Any

PROTOCOL = 1
TOKEN_ENV = "LLM_GYM_ORACLE_TOKEN"
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
        address: instead of it, ``"HOST:PORT"`` of a server on the network.
        token_env: the environment variable with the token that such a server asks for. The token
            itself is never sent, nor is it an option, since options are saved.

    Raises:
        ValueError: not exactly one place was given, or the server answers for another game.
        ServerError: no oracle server is there, or it refuses the token.
    """

    def __init__(
        self,
        game: str,
        socket: str | None = None,
        address: str | None = None,
        token_env: str = TOKEN_ENV,
    ) -> None:
        places = [place for place in (socket, address) if place is not None]
        if len(places) != 1 or not isinstance(places[0], str) or not places[0]:
            raise ValueError(
                'the oracle kind "server" needs the path of its socket or its address: '
                '{"kind": "server", "socket": PATH} or {"kind": "server", "address": "HOST:PORT"}'
            )
        self._game = game
        self._place: str | tuple[str, int]
        if address is not None:
            self._place, self._name = read_address(address), address
        else:
            self._place = self._name = os.path.abspath(places[0])
        self._token_env = token_env
        self._lock = threading.Lock()
        self._stream: BufferedIOBase | None = None
        self._process: int | None = None
        self._used: Counter[str] = Counter()
        with self._lock:
            self._connect()

    @property
    def usage(self) -> Mapping[str, float]:
        """This client's share of what the oracle behind the server has used, as far as it counts."""
        return dict(self._used)

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
                        f"the oracle server at {self._name} has gone; start it again with "
                        f"`llm-gym serve-oracle` and repeat the step"
                    ) from error
                raise
        self._used.update(reply.get("usage", {}))
        if "error" in reply:
            raise RuntimeError(f"the oracle server at {self._name}: {reply['error']}")
        answers: list[str] = reply["answers"]
        return answers

    def _connect(self) -> None:
        self._stream = None
        family = sockets.AF_UNIX if isinstance(self._place, str) else sockets.AF_INET
        with sockets.socket(family) as line:  # its stream keeps it open
            line.settimeout(_GREETING_SECONDS)
            try:
                line.connect(self._place)
            except OSError as error:
                where = "--socket" if isinstance(self._place, str) else "--address"
                raise ServerError(
                    f"no oracle server at {self._name} ({error.strerror or error}); start one with "
                    f"`llm-gym serve-oracle --oracle SPEC --game {self._game} {where} {self._name}`"
                ) from error
            if family == sockets.AF_INET:
                line.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
            stream: BufferedIOBase = line.makefile("rwb")
            try:
                greeting = self._read(stream)
                if "challenge" in greeting:
                    greeting = self._prove(stream, str(greeting["challenge"]))
            except (OSError, ValueError, RecursionError) as error:
                raise ServerError(f"what answers at {self._name} is no oracle server") from error
            if "error" in greeting:
                raise ServerError(
                    f"the oracle server at {self._name} refuses: {greeting['error']}; the token is "
                    f"read from the environment variable {self._token_env}"
                )
            if greeting.get("oracle_server") != PROTOCOL:
                raise ServerError(f"the oracle server at {self._name} is of another version")
            if greeting.get("game") != self._game:
                raise ValueError(
                    f"the oracle server at {self._name} answers for the game "
                    f"{greeting.get('game')!r}, not {self._game!r}"
                )
            line.settimeout(None)
            self._stream, self._process = stream, os.getpid()

    def _prove(self, stream: BufferedIOBase, challenge: str) -> dict[str, Any]:
        """Show that the token is known; return what the server says to it."""
        proof = proof_of(os.environ.get(self._token_env, ""), challenge)
        stream.write(json.dumps({"proof": proof}).encode("ascii") + b"\n")
        stream.flush()
        return self._read(stream)

    @staticmethod
    def _read(stream: BufferedIOBase) -> dict[str, Any]:
        line = stream.readline()
        if not line.endswith(b"\n"):
            raise ConnectionResetError("the server closed the connection")
        message = json.loads(line)
        if not isinstance(message, dict):
            raise ValueError("not a JSON object")
        return message


def read_address(text: str) -> tuple[str, int]:
    """Return host and port of ``"HOST:PORT"``.

    Raises:
        ValueError: it is not one.
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"an address is written HOST:PORT, such as 127.0.0.1:7000, not {text!r}")
    return host, int(port)


def proof_of(token: str, challenge: str) -> str:
    """Return what shows that one knows the token, for this challenge only."""
    return hmac.new(token.encode(), challenge.encode(), hashlib.sha256).hexdigest()
