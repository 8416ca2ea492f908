"""One oracle for many processes: a server on a Unix socket or a TCP port that answers in batches.

The protocol is one line of JSON (ASCII) each way, any number of times per connection. At first the
server says who it is, ``{"oracle_server": 1, "game": "twenty_questions"}``; then every request
``{"subjects": [...], "questions": [...]}`` is replied to with ``{"answers": [...]}``, plus
``"usage"``, the request's share of what the oracle counts, or with ``{"error": "..."}``.

On a TCP port everything begins with ``{"challenge": "..."}``, to which the client replies
``{"proof": "..."}``, the HMAC-SHA256 of the challenge under the token that both know: the token itself
does not travel. What follows travels in the clear.
"""

from __future__ import annotations

import asyncio
import errno
import hmac
import json
import os
import secrets
import signal
import socket
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from llm_gym.oracles.client import PROTOCOL, proof_of
from llm_gym.oracles.protocol import AccountsForUsage, Oracle, ask

LINE_LIMIT = 2**26
"""The longest line, in bytes."""

PROOF_SECONDS = 10.0
"""How long a client on a TCP port may take to show that it knows the token."""

GATHER_SECONDS = 0.002
"""How long the server waits for the clients that have asked before, once one of them asks."""


@dataclass(slots=True)
class Served:
    """What a server has done.

    Attributes:
        questions: questions answered.
        requests: requests answered, each with one question or more.
        batches: calls of the oracle.
    """

    questions: int = 0
    requests: int = 0
    batches: int = 0


@dataclass(slots=True)
class _Request:
    subjects: list[str]
    questions: list[str]
    reply: asyncio.Future[dict[str, Any]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


Place: TypeAlias = "Path | tuple[str, int]"
"""The path of a Unix socket, or host and port."""


def serve(
    oracle: Oracle,
    game: str,
    place: Place,
    ready: Callable[[str], None] = lambda place: None,
    token: str | None = None,
) -> Served:
    """Serve ``oracle`` at ``place`` until SIGINT (Ctrl-C) or SIGTERM.

    To be called in the main thread, where signals arrive.
    Requests that arrive while the oracle is answering go together into its next call. A Unix socket
    is this user's alone; on a TCP port only who knows the token is answered. At the first signal the
    batch in the air is finished and its answers are delivered; a second signal ends the process at
    once. Either way the socket is removed.

    Args:
        oracle: who answers; called from one thread at a time.
        game: the name of the game it answers for.
        place: the path where the socket shall be (one that a dead server left behind is replaced),
            or host and port; port 0 takes a free one.
        ready: called with the place in words when clients can connect.
        token: what clients on a TCP port must know.

    Returns:
        The counts.

    Raises:
        ValueError: the socket cannot be made there, or a TCP port has no token.
    """
    if isinstance(place, tuple) and not token:
        raise ValueError("a server on a TCP port needs a token, or anybody could ask it")
    listener = _listen(place) if isinstance(place, Path) else _listen_on_port(*place)
    path = place if isinstance(place, Path) else None
    host, port = ("", 0) if path else listener.getsockname()[:2]
    name = str(path) if path else f"{host}:{port}"
    try:
        server = _Server(oracle, game, path, token if path is None else None)
        return asyncio.run(server.run(listener, lambda: ready(name)))
    finally:
        if path is not None:
            path.unlink(missing_ok=True)


class _Server:
    def __init__(self, oracle: Oracle, game: str, path: Path | None, token: str | None) -> None:
        self._oracle = oracle
        self._path, self._token = path, token
        self._greeting = {"oracle_server": PROTOCOL, "game": game}
        self._served = Served()
        self._stopping = False
        self._arrived = asyncio.Event()
        self._waiting: list[_Request] = []
        self._askers: set[asyncio.StreamWriter] = set()
        self._connections: dict[asyncio.StreamWriter, asyncio.Task[Any]] = {}

    async def run(self, listener: socket.socket, ready: Callable[[], None]) -> Served:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        start = asyncio.start_server if self._path is None else asyncio.start_unix_server
        server = await start(self._converse, sock=listener, limit=LINE_LIMIT)
        ready()
        while not self._stopping:
            await self._gather()
            batch, self._waiting = self._waiting, []
            if batch:
                await self._answer(batch)
        server.close()
        for request in self._waiting:
            request.reply.set_result({"error": "the server is stopping"})
        await asyncio.sleep(0)  # the replies are written before the connections end
        for writer in self._connections:
            writer.close()
        if self._connections:
            await asyncio.wait(self._connections.values(), timeout=1)
        return self._served

    def _stop(self) -> None:
        if self._stopping:
            if self._path is not None:
                self._path.unlink(missing_ok=True)
            os._exit(130)  # the thread that is waiting for the oracle cannot be ended otherwise
        self._stopping = True
        self._arrived.set()

    async def _gather(self) -> None:
        """Wait for a request, then a moment for those that usually come with it.

        Workers that step together ask together: without the moment their first question would go
        alone, and every step would cost two calls of the oracle.
        """
        if not self._waiting:
            await self._next_arrival()
        with suppress(TimeoutError):
            async with asyncio.timeout(GATHER_SECONDS):
                while len(self._waiting) < len(self._askers) and not self._stopping:
                    await self._next_arrival()

    async def _next_arrival(self) -> None:
        await self._arrived.wait()
        if not self._stopping:
            self._arrived.clear()

    async def _answer(self, batch: list[_Request]) -> None:
        subjects = [subject for request in batch for subject in request.subjects]
        questions = [question for request in batch for question in request.questions]
        before = self._usage()
        try:
            answers = await asyncio.to_thread(ask, self._oracle, subjects, questions)
        except Exception as error:  # whatever an oracle raises, the server goes on
            text = " ".join(f"{type(error).__name__}: {error}".split())
            for request, used in zip(batch, self._shares(batch, before), strict=True):
                request.reply.set_result({"error": text, "usage": used})
            return
        rest = iter(answers)
        for request, used in zip(batch, self._shares(batch, before), strict=True):
            said = [next(rest) for _ in request.questions]
            request.reply.set_result({"answers": said, "usage": used})
        self._served.batches += 1
        self._served.requests += len(batch)
        self._served.questions += len(questions)

    def _usage(self) -> dict[str, float]:
        # A copy: an oracle may hand out the mapping that it goes on counting in.
        return dict(self._oracle.usage) if isinstance(self._oracle, AccountsForUsage) else {}

    def _shares(self, batch: list[_Request], before: Mapping[str, float]) -> list[dict[str, float]]:
        """Return what the batch has used, dealt to its requests by their numbers of questions.

        Counts are dealt whole: the shares add up to what was used.
        """
        used = {name: total - before.get(name, 0) for name, total in self._usage().items()}
        shares: list[dict[str, float]] = []
        ahead = sum(len(request.questions) for request in batch)
        for request in batch:
            part = len(request.questions) / max(ahead, 1)
            ahead -= len(request.questions)
            share = {
                name: round(left * part) if isinstance(left, int) else left * part
                for name, left in used.items()
            }
            used = {name: left - share[name] for name, left in used.items()}
            shares.append(share)
        return shares

    async def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Return whether the client knows the token."""
        assert self._token is not None
        challenge = secrets.token_hex(32)
        writer.write(_line({"challenge": challenge}))
        try:
            async with asyncio.timeout(PROOF_SECONDS):
                message = json.loads(await reader.readline())
            proof = message["proof"]
        except (TimeoutError, ValueError, RecursionError, KeyError, TypeError):
            proof = ""
        expected = proof_of(self._token, challenge)
        if isinstance(proof, str) and hmac.compare_digest(proof.encode(), expected.encode()):
            return True
        writer.write(_line({"error": "the token is missing or wrong"}))
        return False

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections[writer] = task
        try:
            if self._token is not None and not await self._admit(reader, writer):
                return
            writer.write(_line(self._greeting))
            while line := await reader.readline():
                writer.write(_line(await self._reply(line, writer)))
                await writer.drain()
        except ValueError:  # a line beyond the limit: what follows cannot be read
            writer.write(_line({"error": f"a line has more than {LINE_LIMIT} bytes"}))
        except ConnectionError:  # the client has gone
            pass
        finally:
            self._askers.discard(writer)
            del self._connections[writer]
            writer.close()

    async def _reply(self, line: bytes, writer: asyncio.StreamWriter) -> dict[str, Any]:
        request = _read_request(line)
        if request is None:
            return {"error": "a request is {'subjects': [text, ...], 'questions': [text, ...]}"}
        if self._stopping:
            return {"error": "the server is stopping"}
        self._askers.add(writer)
        self._waiting.append(request)
        self._arrived.set()
        return await request.reply


def _read_request(line: bytes) -> _Request | None:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.keys() != {"subjects", "questions"}:
        return None
    subjects, questions = message["subjects"], message["questions"]
    if not (isinstance(subjects, list) and isinstance(questions, list)):
        return None
    if len(subjects) != len(questions) or not all(
        isinstance(text, str) for text in subjects + questions
    ):
        return None
    return _Request(subjects, questions)


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode("ascii") + b"\n"


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    try:
        try:
            listener.bind(str(path))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            _remove_dead_socket(path)
            listener.bind(str(path))
        path.chmod(0o600)  # before anybody can connect
        listener.listen()
    except OSError as error:
        listener.close()
        raise ValueError(f"cannot make the socket {path}: {error.strerror or error}") from error
    except ValueError:
        listener.close()
        raise
    return listener


def _listen_on_port(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise ValueError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error


def _remove_dead_socket(path: Path) -> None:
    if not stat.S_ISSOCK(path.lstat().st_mode):
        raise ValueError(f"{path} exists and is not a socket; name another path")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        else:
            raise ValueError(f"a server answers at {path} already; stop it or name another path")
