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
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, Literal, TypeAlias

from llm_gym.oracles import AccountsForUsage, Oracle

Mode: TypeAlias = Literal["record", "replay"]
Key: TypeAlias = "tuple[str, str]"
"""A subject and a question about it."""

# Options that say where and how fast an oracle answers, not what: the same answers are found
# whatever their values.
OPERATIONAL = frozenset(
    {"base_url", "batch_size", "concurrency", "device", "prices", "retries", "timeout"}
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

    Attributes:
        hits: questions answered from the file since this object was made.
        misses: questions that the oracle behind had to answer.
    """

    def __init__(self, path: str, identity: str, game: str, oracle: Oracle | None) -> None:
        self._oracle = oracle
        self._name = f"the oracle {identity} in {game}"
        self._file = _AnswerFile(Path(path).absolute(), identity, game, replay=oracle is None)
        self.hits = 0
        self.misses = 0

    @property
    def usage(self) -> Mapping[str, float]:
        """What the oracle behind has used (tokens, money); empty where it does not say."""
        return self._oracle.usage if isinstance(self._oracle, AccountsForUsage) else {}

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        """Answer from the file; what it lacks is asked in one call, each thing once, and stored.

        Raises:
            ReplayMiss: in replay, for a question without an answer in the file.
            CacheError: the file cannot be read or written.
            RuntimeError: the oracle behind gave too many answers or too few.
        """
        keys = list(zip(subjects, questions, strict=True))
        known = self._file.find(keys)
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            if self._oracle is None:
                subject, question = missing[0]
                raise ReplayMiss(
                    f"replay: {self._file.path} holds no answer of {self._name} to {question!r} "
                    f"about {subject!r}; record it with mode 'record'"
                )
            answers = self._oracle.answer(
                [subject for subject, _ in missing], [question for _, question in missing]
            )
            if len(answers) != len(missing):
                raise RuntimeError(
                    f"the oracle gave {len(answers)} answers to {len(missing)} questions"
                )
            known |= self._file.add(zip(missing, answers, strict=True))
        self.hits += len(keys) - len(missing)
        self.misses += len(missing)
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


# SQLite's locks and its view of the file do not survive a fork. Every connection is therefore
# closed before one and opened again, on both sides, at the next question. One lock for all files of
# the process keeps a fork from happening in the middle of a statement of another thread.
_lock = threading.Lock()
_files: weakref.WeakSet[_AnswerFile] = weakref.WeakSet()
_closing_process: int | None = None


class _AnswerFile:
    """The file, seen by one oracle in one game; usable from any thread, across forks."""

    def __init__(self, path: Path, identity: str, game: str, *, replay: bool) -> None:
        self.path = path
        self._identity = identity
        self._game = game
        self._replay = replay
        self._connection: sqlite3.Connection | None = None
        self._id: int | None = None  # this oracle's row; None until something of it is stored
        _files.add(self)
        if not replay and not path.exists():
            self._create()
        with self._statements() as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise sqlite3.DatabaseError(" ".join(str(verdict).split()))
            if replay and self._id is None:
                rows = connection.execute("SELECT oracle, game FROM oracles ORDER BY id LIMIT 5")
                held = "; ".join(f"{oracle} in {game}" for oracle, game in rows)
                raise CacheError(
                    f"replay: {path} holds no answers of the oracle {identity} in {game}"
                    + (f"; it holds those of {held}" if held else "; it is empty")
                )

    def find(self, keys: Iterable[Key]) -> dict[Key, str]:
        """Return the answers that the file holds."""
        with self._statements() as connection:
            return {} if self._id is None else self._select(connection, keys)

    def add(self, answers: Iterable[tuple[Key, str]]) -> dict[Key, str]:
        """Store answers, unless others were quicker; return what the file now holds for them."""
        new = dict(answers)
        with self._statements() as connection:
            connection.execute("BEGIN IMMEDIATE")
            if self._id is None:
                name = (self._game, self._identity)
                connection.execute(
                    "INSERT INTO oracles (game, oracle) VALUES (?, ?) ON CONFLICT DO NOTHING", name
                )
                self._id = self._find_id(connection)
            rows = [
                (self._id, *map(json.dumps, (subject, question, answer)))
                for (subject, question), answer in new.items()
            ]
            connection.executemany(
                "INSERT INTO answers VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", rows
            )
            held = self._select(connection, new)
            connection.execute("COMMIT")
            return held

    def close(self) -> None:
        """Close the connection, if there is one; the caller holds the lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _select(self, connection: sqlite3.Connection, keys: Iterable[Key]) -> dict[Key, str]:
        # Texts are stored as JSON: it is ASCII, so that a lone surrogate can be stored as well.
        held = {}
        for subject, question in keys:
            row = connection.execute(
                "SELECT answer FROM answers WHERE oracle = ? AND subject = ? AND question = ?",
                (self._id, json.dumps(subject), json.dumps(question)),
            ).fetchone()
            if row is not None:
                held[subject, question] = json.loads(row[0])
        return held

    def _find_id(self, connection: sqlite3.Connection) -> int | None:
        row = connection.execute(
            "SELECT id FROM oracles WHERE game = ? AND oracle = ?", (self._game, self._identity)
        ).fetchone()
        return None if row is None else int(row[0])

    @contextmanager
    def _statements(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection; what SQLite raises becomes one clear line, what was begun undone."""
        with _lock:
            try:
                if self._connection is None:
                    self._open()
                assert self._connection is not None
                if self._id is None:
                    self._id = self._find_id(self._connection)
                yield self._connection
            except BaseException as error:
                self._id = None
                self.close()  # rolls back
                if isinstance(error, sqlite3.Error):
                    raise CacheError(
                        f"the answer cache {self.path} cannot be used ({error}); "
                        "nothing was written to it"
                    ) from error
                raise

    def _open(self) -> None:
        self._check_owner()
        uri = f"{self.path.as_uri()}?mode=rw"
        if self._replay and not (
            os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)
        ):
            # Even readers of a database in WAL mode need files beside it. Nobody can write here, so
            # SQLite may take the file for unchanging and do without.
            uri = f"{self.path.as_uri()}?immutable=1"
        self._connection = sqlite3.connect(
            uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        if self._replay:
            self._connection.execute("PRAGMA query_only = ON")
        else:
            # In WAL mode enough for any kill; only a power failure may cost the last answers.
            self._connection.execute("PRAGMA synchronous = NORMAL")
        _close_at_exit()

    def _check_owner(self) -> None:
        """Read the header without SQLite, which might change a file that is not ours.

        Raises:
            CacheError: the file is missing, unreadable, or not an answer cache of this version.
        """
        try:
            with self.path.open("rb") as file:
                header = file.read(100)
        except FileNotFoundError as error:
            hint = "; record it first, with mode 'record'" if self._replay else ""
            raise CacheError(f"there is no answer cache {self.path}{hint}") from error
        except OSError as error:
            raise CacheError(f"cannot read the answer cache {self.path}: {error}") from error
        owner, version = (int.from_bytes(header[at : at + 4], "big") for at in (68, 60))
        if not header.startswith(_MAGIC) or owner != _APPLICATION_ID:
            raise CacheError(
                f"{self.path} is not an answer cache; it was left as it is: name another file"
            )
        if version != _VERSION:
            raise CacheError(
                f"the answer cache {self.path} has version {version}, this program reads {_VERSION}"
            )

    def _create(self) -> None:
        """Make an empty cache in one step, so that nobody ever sees half of one."""
        whole = self.path.with_name(f"{self.path.name}.{uuid.uuid4().hex}.tmp")
        try:
            with closing(sqlite3.connect(whole)) as connection:
                connection.executescript(_SCHEMA)
            with suppress(FileExistsError):  # another process was quicker: its file will do
                os.link(whole, self.path)
        except (sqlite3.Error, OSError) as error:
            raise CacheError(f"cannot make the answer cache {self.path}: {error}") from error
        finally:
            whole.unlink(missing_ok=True)


def _close_at_exit() -> None:
    """See to it that this process closes its files when it ends.

    The last one to close folds the journal into the file: then a cassette is one file. A finalizer
    of multiprocessing, because its worker processes run no atexit functions.
    """
    global _closing_process
    if _closing_process != os.getpid():
        Finalize(None, _close_all, exitpriority=0)
        _closing_process = os.getpid()


def _close_all() -> None:
    with _lock:
        for file in list(_files):
            file.close()


def _before_fork() -> None:
    _lock.acquire()
    for file in list(_files):
        file.close()


if sys.platform != "win32":
    os.register_at_fork(
        before=_before_fork, after_in_parent=_lock.release, after_in_child=_lock.release
    )
