"""Answers kept in an SQLite file: a cache while recording, a cassette in replay.

One file holds the answers of any number of oracles and games, and any number of processes may use
it at once. It is made whole or not at all, and every batch of answers is one transaction: whatever
is killed and whenever, what was stored stays and nothing is half written.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias

from llm_gym.oracles.protocol import AccountsForUsage, Oracle, ask

Mode: TypeAlias = Literal["record", "replay"]
Key: TypeAlias = "tuple[str, str]"
"""A subject and a question about it."""

# Options that say where and how fast an oracle answers, not what: the same answers are found
# whatever their values.
OPERATIONAL = frozenset(
    {
        "api_key_env",
        "backoff",
        "base_url",
        "batch_size",
        "concurrency",
        "device",
        "prices",
        "retries",
        "timeout",
    }
)

_MAGIC = b"SQLite format 3\0"
_APPLICATION_ID = 0x6C676163  # the letters "lgac" in the file's header say whose it is
_VERSION = 1
_WAIT_SECONDS = 60.0  # for other processes to finish their writing; one write takes milliseconds
_SCHEMA = f"""
    PRAGMA journal_mode = WAL;
    PRAGMA application_id = {_APPLICATION_ID};
    PRAGMA user_version = {_VERSION};
    CREATE TABLE oracles (
        id INTEGER PRIMARY KEY,
        game TEXT NOT NULL,
        oracle TEXT NOT NULL,
        UNIQUE (game, oracle)
    );
    CREATE TABLE answers (
        oracle INTEGER NOT NULL REFERENCES oracles (id),
        subject TEXT NOT NULL,
        question TEXT NOT NULL,
        answer TEXT NOT NULL,
        PRIMARY KEY (oracle, subject, question)
    ) WITHOUT ROWID;
"""


class CacheError(ValueError):
    """The cache file cannot be used; the text is one line and says why."""


class ReplayMiss(CacheError):
    """In replay, a question was asked that the file holds no answer to."""


class CachedOracle:
    """An oracle that remembers: what was asked before is answered from the file.

    Every question reaches the oracle behind it once. Where several processes ask the same thing at
    the same moment, the first answer stored is the answer of all, so that a replay repeats what
    every one of them saw.

    Args:
        path: the file; made when it does not exist, except in replay.
        identity: the oracle's name and options, see :func:`identity_of`.
        game: the game's name.
        oracle: who answers what the file does not know; None for strict replay.

    Raises:
        CacheError: the file cannot be used, or (in replay) holds nothing of this oracle.
    """

    def __init__(self, path: str, identity: str, game: str, oracle: Oracle | None) -> None:
        self._oracle = oracle
        self._name = f"the oracle {identity} in {game}"
        self._path = Path(path).absolute()
        self._answers = _Answers(self._path, identity, game, replay=oracle is None)
        self._hits = 0

    @property
    def usage(self) -> Mapping[str, float]:
        """What the oracle behind has used, if it says so, and ``cache_hits``.

        The hits are the questions that did not reach the oracle behind since this object was made.
        """
        behind: Mapping[str, float] = {}
        if isinstance(self._oracle, AccountsForUsage):
            behind = self._oracle.usage
        return {**behind, "cache_hits": self._hits}

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        """Answer from the file; what it lacks is asked in one call, each thing once, and stored.

        Raises:
            ReplayMiss: in replay, for a question without an answer in the file.
            CacheError: the file cannot be read or written.
            RuntimeError: the oracle behind gave too many answers or too few.
        """
        keys = list(zip(subjects, questions, strict=True))
        known = self._answers.find(keys)
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            if self._oracle is None:
                subject, question = missing[0]
                raise ReplayMiss(
                    f"replay: {self._path} holds no answer of {self._name} to {question!r} "
                    f"about {subject!r}; record it with mode 'record'"
                )
            answers = ask(
                self._oracle,
                [subject for subject, _ in missing],
                [question for _, question in missing],
            )
            new = dict(zip(missing, answers, strict=True))
            # What is no answer is not kept: the next time may bring one.
            known |= new | self._answers.add(
                {key: said for key, said in new.items() if said.strip()}
            )
        self._hits += len(keys) - len(missing)
        return [known[key] for key in keys]


def make(
    kind: str, game: str, options: Mapping[str, Any], cache: object, mode: object, oracle: Any
) -> CachedOracle:
    """Return the cached oracle that a spec with ``"cache"`` names.

    Args:
        kind: the kind of the oracle behind.
        game: the game's name.
        options: the spec's other options.
        cache: the path of the file.
        mode: ``"record"`` or ``"replay"``.
        oracle: called without arguments, makes the oracle behind; never called in replay.

    Raises:
        ValueError: a value is not one of those, or the file cannot be used.
    """
    if not isinstance(cache, str) or not cache:
        raise ValueError(f"an oracle's cache is named by the path of a file, not by {cache!r}")
    if mode not in ("record", "replay"):
        raise ValueError(f"an oracle's mode is 'record' or 'replay', not {mode!r}")
    if kind == "server":
        raise ValueError(
            "cache the oracle where it is served: give the cache to `llm-gym serve-oracle --oracle`"
        )
    behind = None if mode == "replay" else oracle()
    return CachedOracle(cache, identity_of(kind, options), game, behind)


def identity_of(kind: str, options: Mapping[str, Any]) -> str:
    """Return what tells an oracle's answers from another's: kind and options, as JSON."""
    telling = {name: value for name, value in options.items() if name not in OPERATIONAL}
    return json.dumps({"kind": kind, **telling}, sort_keys=True)


class _Answers:
    """The answers of one oracle in one game, in a file that holds others' as well."""

    def __init__(self, path: Path, identity: str, game: str, *, replay: bool) -> None:
        self._file = _File.at(path)
        self._identity = identity
        self._game = game
        self._replay = replay
        with self._statements() as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise sqlite3.DatabaseError(" ".join(str(verdict).split()))
            if replay and self._id(connection) is None:
                rows = connection.execute("SELECT oracle, game FROM oracles ORDER BY id LIMIT 5")
                held = "; ".join(f"{oracle} in {game}" for oracle, game in rows)
                raise CacheError(
                    f"replay: {path} holds no answers of the oracle {identity} in {game}"
                    + (f"; it holds those of {held}" if held else "; it is empty")
                )

    def find(self, keys: Iterable[Key]) -> dict[Key, str]:
        """Return the answers that the file holds."""
        with self._statements() as connection:
            return self._select(connection, keys)

    def add(self, new: Mapping[Key, str]) -> dict[Key, str]:
        """Store answers, unless others were quicker; return what the file now holds for them."""
        with self._statements() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO oracles (game, oracle) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (self._game, self._identity),
            )
            number = self._id(connection)
            rows = [
                (number, *map(json.dumps, (subject, question, answer)))
                for (subject, question), answer in new.items()
            ]
            connection.executemany(
                "INSERT INTO answers VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
                "SET answer = excluded.answer WHERE trim(answer, '\" ') = ''",
                rows,
            )
            held = self._select(connection, new)
            connection.execute("COMMIT")
            return held

    def _statements(self) -> AbstractContextManager[sqlite3.Connection]:
        return self._file.statements(create=not self._replay)

    def _select(self, connection: sqlite3.Connection, keys: Iterable[Key]) -> dict[Key, str]:
        # Texts are stored as JSON: it is ASCII, so that a lone surrogate can be stored as well.
        number = self._id(connection)
        held = {}
        for subject, question in keys:
            row = connection.execute(
                "SELECT answer FROM answers WHERE oracle = ? AND subject = ? AND question = ?",
                (number, json.dumps(subject), json.dumps(question)),
            ).fetchone()
            # Files of older versions may hold answers without a word in them.
            if row is not None and (answer := json.loads(row[0])).strip():
                held[subject, question] = answer
        return held

    def _id(self, connection: sqlite3.Connection) -> int | None:
        row = connection.execute(
            "SELECT id FROM oracles WHERE game = ? AND oracle = ?", (self._game, self._identity)
        ).fetchone()
        return None if row is None else int(row[0])


class _File:
    """A file and this process's only connection to it; usable from any thread and across forks.

    There is one because SQLite's locks are the operating system's: they belong to the process and
    are all gone as soon as it closes the file anywhere. For the same reason the file's header is
    read while the connection is closed, never beside it. SQLite's view of a file does not survive
    a fork either: connections are closed before one and opened again, on both sides, at the next
    question. One lock for all files keeps a fork from happening in the middle of a statement.
    """

    _all: ClassVar[dict[Path, _File]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()
    _closing_process: ClassVar[int | None] = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._inode: tuple[int, int] | None = None

    @classmethod
    def at(cls, path: Path) -> _File:
        """Return the object for the file at ``path``, whatever name it is reached by."""
        path = path.resolve()
        return cls._all.setdefault(path, cls(path))

    @contextmanager
    def statements(self, *, create: bool) -> Iterator[sqlite3.Connection]:
        """Lend the connection; what SQLite raises becomes one clear line, what was begun undone.

        Args:
            create: make the file if it does not exist.

        Raises:
            CacheError: the file cannot be used.
        """
        with self._lock:
            try:
                yield self._connected(create)
            except BaseException as error:
                self._close()  # which undoes an open transaction
                if isinstance(error, sqlite3.Error):
                    raise CacheError(
                        f"the answer cache {self._path} cannot be used ({error}); "
                        "nothing was written to it"
                    ) from error
                raise

    def _connected(self, create: bool) -> sqlite3.Connection:
        if self._connection is not None and self._inode != self._find_inode():
            self._close()  # removed or replaced since
        if self._connection is None:
            if create and not self._path.exists():
                self._create()
            self._check_owner()
            self._connection = self._open()
            self._inode = self._find_inode()
            self._close_at_exit()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        # Even readers of a database in WAL mode need files beside it. Where nobody can write, SQLite
        # may take the file for unchanging and do without.
        writable = os.access(self._path, os.W_OK) and os.access(self._path.parent, os.W_OK)
        connection = sqlite3.connect(
            f"{self._path.as_uri()}?{'mode=rw' if writable else 'immutable=1'}",
            uri=True,
            timeout=_WAIT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        # In WAL mode enough for any kill; only a power failure may cost the last answers.
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _find_inode(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _check_owner(self) -> None:
        """Read the header without SQLite, which might change a file that is not ours.

        Raises:
            CacheError: the file is missing, unreadable, or not an answer cache of this version.
        """
        try:
            with self._path.open("rb") as file:
                header = file.read(100)
        except FileNotFoundError as error:
            raise CacheError(
                f"there is no answer cache {self._path}; record it first, with mode 'record'"
            ) from error
        except OSError as error:
            raise CacheError(f"cannot read the answer cache {self._path}: {error}") from error
        owner, version = (int.from_bytes(header[at : at + 4], "big") for at in (68, 60))
        if not header.startswith(_MAGIC) or owner != _APPLICATION_ID:
            raise CacheError(
                f"{self._path} is not an answer cache; it was left as it is: name another file"
            )
        if version != _VERSION:
            raise CacheError(
                f"the answer cache {self._path} has version {version}, "
                f"this program reads {_VERSION}"
            )

    def _create(self) -> None:
        """Make an empty cache in one step, so that nobody ever sees half of one."""
        journal = self._path.with_name(f"{self._path.name}-wal")
        if journal.exists() and not self._path.exists():
            raise CacheError(
                f"{journal} is left of an answer cache that was removed; remove it as well"
            )
        whole = self._path.with_name(f"{self._path.name}.{uuid.uuid4().hex}.tmp")
        try:
            with closing(sqlite3.connect(whole)) as connection:
                connection.executescript(_SCHEMA)
            with suppress(FileExistsError):  # another process was quicker: its file will do
                os.link(whole, self._path)
        except (sqlite3.Error, OSError) as error:
            raise CacheError(f"cannot make the answer cache {self._path}: {error}") from error
        finally:
            whole.unlink(missing_ok=True)

    @classmethod
    def _close_at_exit(cls) -> None:
        """See to it that this process folds its journals into the files when it ends.

        Then a cassette is one file. Done by a finalizer of multiprocessing, because its worker
        processes run no atexit functions.
        """
        if cls._closing_process != os.getpid():
            Finalize(None, cls._fold, exitpriority=0)
            cls._closing_process = os.getpid()

    @classmethod
    def _fold(cls) -> None:
        with cls._lock:
            for file in cls._all.values():
                if file._connection is not None:
                    with suppress(sqlite3.Error):  # the journal stays and is read with the file
                        file._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    file._close()

    @classmethod
    def before_fork(cls) -> None:
        """Close all connections, and let nobody open one."""
        cls._lock.acquire()
        for file in cls._all.values():
            file._close()

    @classmethod
    def after_fork(cls) -> None:
        """Let connections be opened again."""
        cls._lock.release()


if sys.platform != "win32":
    os.register_at_fork(
        before=_File.before_fork,
        after_in_parent=_File.after_fork,
        after_in_child=_File.after_fork,
    )
