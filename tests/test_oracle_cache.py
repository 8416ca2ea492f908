"""Answers kept in a file: recorded once, replayed without the oracle, shared by many processes."""

import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import gymnasium
import pytest
from gymnasium.utils.env_checker import data_equivalence
from hypothesis import given, settings
from hypothesis import strategies as st
from text_games import EXOTIC

import llm_gym  # noqa: F401
from llm_gym import oracles
from llm_gym.oracles.cache import CachedOracle, CacheError, ReplayMiss

GAME = "twenty_questions"
COUNTING = "test_oracle_cache:CountingOracle"
NOWHERE = "no_such_module:NoOracle"


class CountingOracle:
    """Numbers its answers, so that an answer tells which oracle gave it, and when."""

    def __init__(self, game: str, name: str = "", **options: Any) -> None:
        self.name = name
        self.asked: list[tuple[str, str]] = []
        self.usage = {"prompt_tokens": 0}

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        answers = []
        for pair in zip(subjects, questions, strict=True):
            self.asked.append(pair)
            self.usage["prompt_tokens"] += 10
            answers.append(f"{self.name} {len(self.asked)}")
        return answers


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "answers.sqlite"


def spec(path: Path, kind: str = COUNTING, **options: Any) -> dict[str, Any]:
    return {"kind": kind, "cache": str(path), **options}


def fresh(path: Path, name: str = "", identity: str = "x") -> tuple[CachedOracle, CountingOracle]:
    behind = CountingOracle(GAME, name)
    return CachedOracle(str(path), identity, GAME, behind), behind


def test_what_was_asked_before_is_not_asked_again(path: Path):
    oracle, behind = fresh(path)
    first = oracle.answer(["dog", "dog", "cat", "dog"], ["a", "b", "a", "a"])
    assert first == [" 1", " 2", " 3", " 1"]  # one call, each question once
    assert oracle.answer(["cat", "dog", "cow"], ["a", "b", "a"]) == [" 3", " 2", " 4"]
    assert behind.asked == [("dog", "a"), ("dog", "b"), ("cat", "a"), ("cow", "a")]
    assert oracle.usage == {"prompt_tokens": 40, "cache_hits": 3}
    assert oracle.answer([], []) == []


def test_an_oracle_that_answers_too_few_stores_nothing(path: Path):
    class Silent:
        def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
            return ["Yes."]

    oracle = CachedOracle(str(path), "x", GAME, Silent())
    with pytest.raises(RuntimeError, match="1 answers to 2 questions"):
        oracle.answer(["a", "b"], ["q", "q"])
    assert fresh(path)[0].answer(["a"], ["q"]) == [" 1"]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, pairs: Any):
    path = tmp_path_factory.mktemp("any") / f"{EXOTIC[:2]} ?#%.sqlite"
    pairs = [*pairs, ("a\0b", EXOTIC), ("", '"')]
    subjects, questions = zip(*pairs, strict=True)

    class Repeats:
        def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
            return [f"={s}{q}" for s, q in zip(subjects, questions, strict=True)]

    expected = [f"={s}{q}" for s, q in pairs]
    assert CachedOracle(str(path), "x", GAME, Repeats()).answer(subjects, questions) == expected
    assert CachedOracle(str(path), "x", GAME, None).answer(subjects, questions) == expected


def test_what_changes_the_answer_is_in_the_key_and_nothing_else(path: Path):
    def ask(game: str = GAME, **options: Any) -> str:
        return oracles.make(spec(path, **options), game).answer(["dog"], ["a"])[0]

    assert ask(name="one") == "one 1"
    assert ask(name="two") == "two 1"
    assert ask(name="one", template="t") == "one 1"
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (3,)
        ask(game="another", name="one")
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (4,)
        ask(name="one", base_url="http://elsewhere", timeout=3, batch_size=7, mode="record")
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (4,)


def test_replay_repeats_without_making_the_oracle(path: Path):
    recorded = oracles.make(spec(path, "knowledge"), GAME).answer(["dog"], ["Is it alive?"])
    # The same file under a name whose oracle cannot even be imported.
    CachedOracle(str(path), f'{{"kind": "{NOWHERE}"}}', GAME, CountingOracle(GAME)).answer(
        ["dog"], ["Is it alive?"]
    )
    replayed = oracles.make(spec(path, NOWHERE, mode="replay"), GAME)
    assert replayed.answer(["dog"], ["Is it alive?"]) == [" 1"]
    known = oracles.make(spec(path, "knowledge", mode="replay"), GAME)
    assert known.answer(["dog"], ["Is it alive?"]) == recorded == ["Yes."]
    before = path.read_bytes()
    with pytest.raises(
        ReplayMiss, match=r"no answer of .*knowledge.* to 'Is it red\?' about 'dog'"
    ):
        known.answer(["dog", "dog"], ["Is it alive?", "Is it red?"])
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [None, "vector_entry_point", "async"])
def test_a_recorded_run_is_repeated_bit_for_bit(path: Path, mode: str | None):
    def run(**options: Any) -> list[Any]:
        oracle = spec(path, COUNTING, name="Yes", **options)
        questions = ["Is it alive?", "", "Is it big?", "Is it alive?"]
        name = "llm_gym/TwentyQuestionsSubset-v0"
        env: Any = (
            gymnasium.make_vec(name, 3, vectorization_mode=mode, oracle=oracle)
            if mode
            else gymnasium.make(name, oracle=oracle)
        )
        record = [env.reset(seed=3)]
        record += [env.step([text] * 3 if mode else text) for text in questions]
        env.close()
        return record

    assert data_equivalence(run(), run(mode="replay"), exact=True)


def write_together(path: Path, name: str, barrier: Any, results: Any) -> None:
    """Ask 40 questions, some the same in every process, in the same moment as the others."""
    barrier.wait()
    oracle, _ = fresh(path, name)
    answers = {}
    for number in range(20):
        subjects = ["all", name]
        pairs = [(subject, f"q{number}") for subject in subjects]
        answers |= dict(zip(pairs, oracle.answer(subjects, [f"q{number}"] * 2), strict=True))
    results.put(answers)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_many_processes_write_at_once(path: Path, method: str):
    context = multiprocessing.get_context(method)
    barrier, results = context.Barrier(6), context.Queue()
    workers = [
        context.Process(target=write_together, args=(path, f"p{i}", barrier, results))
        for i in range(6)
    ]
    for worker in workers:
        worker.start()
    seen = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    # The file alone gives everybody what everybody saw.
    copy = shutil.copy(path, path.with_name("copy.sqlite"))
    replay = CachedOracle(copy, "x", GAME, None)
    for answers in seen:
        subjects, questions = zip(*answers, strict=True)
        assert replay.answer(subjects, questions) == list(answers.values())


def test_a_connection_is_not_carried_over_a_fork(path: Path):
    oracle, _ = fresh(path, "parent")
    oracle.answer(["dog"], ["a"])
    context = multiprocessing.get_context("fork")
    results = context.Queue()

    def child() -> None:
        results.put(oracle.answer(["dog", "cat"], ["a", "a"]))

    worker = context.Process(target=child)
    worker.start()
    assert results.get(timeout=60) == ["parent 1", "parent 2"]
    worker.join(60)
    assert oracle.answer(["cat", "cow"], ["a", "a"]) == ["parent 2", "parent 2"]


def test_a_file_that_was_removed_is_made_anew(path: Path):
    oracle, _ = fresh(path)
    oracle.answer(["dog"], ["a"])
    for file in path.parent.iterdir():
        file.unlink()
    assert oracle.answer(["dog", "cat"], ["a", "a"]) == [" 2", " 3"]
    replay = CachedOracle(str(path), "x", GAME, None)
    assert replay.answer(["cat"], ["a"]) == [" 3"]
    path.unlink()
    with pytest.raises(CacheError, match="-wal is left of an answer cache that was removed"):
        oracle.answer(["cat"], ["a"])


def test_what_a_killed_process_stored_is_there(path: Path):
    program = (
        "import sys, time\n"
        "from test_oracle_cache import *\n"
        "oracle, _ = fresh(Path(sys.argv[1]), 'killed')\n"
        "oracle.answer(['dog'] * 50, [str(i) for i in range(50)])\n"
        "print('stored', flush=True)\n"
        "time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None and process.stdout.readline() == b"stored\n"
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    replay = CachedOracle(str(path), "x", GAME, None)
    assert replay.answer(["dog"], ["49"]) == ["killed 50"]


def damaged(path: Path) -> None:
    made = path.with_name("made.sqlite")
    fresh(made)[0].answer(["dog"] * 500, [str(i) for i in range(500)])
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(made.read_bytes())
    content[4096 * 3 : 4096 * 5] = b"\xab" * 4096 * 2
    path.write_bytes(content)


def another_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE answers (oracle, subject, question, answer)")


def newer(path: Path) -> None:
    made = path.with_name("made.sqlite")
    fresh(made)
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(made, path)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (damaged, "cannot be used"),
        (another_database, "is not an answer cache"),
        (newer, "has version 99"),
        (lambda path: path.write_text("Dear diary,\n" * 200), "is not an answer cache"),
        (lambda path: path.write_bytes(b""), "is not an answer cache"),
        (lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(84)), "is not an answer cache"),
    ],
)
@pytest.mark.parametrize("mode", ["record", "replay"])
def test_a_file_that_is_no_cache_is_left_alone(
    path: Path, spoil: Callable[[Path], object], message: str, mode: str
):
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(CacheError, match=message) as raised:
        oracles.make(spec(path, "knowledge", mode=mode), GAME)
    assert "\n" not in str(raised.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cache": ""}, "named by the path of a file"),
        ({"cache": 3}, "named by the path of a file"),
        ({"mode": "replay"}, "needs a cache"),
        ({"cache": "{path}", "mode": "rewind"}, "'record' or 'replay', not 'rewind'"),
        ({"cache": "{path}", "mode": "replay"}, "there is no answer cache .*; record it first"),
        ({"cache": "{path}/deeper/answers.sqlite"}, "cannot make the answer cache"),
        ({"kind": "server", "socket": "s", "cache": "{path}"}, "cache the oracle where it is"),
    ],
)
def test_bad_options_get_one_line(path: Path, options: dict[str, Any], message: str):
    filled = {
        name: value.format(path=path) if isinstance(value, str) else value
        for name, value in options.items()
    }
    with pytest.raises(ValueError, match=message) as raised:
        oracles.make({"kind": "knowledge", **filled}, GAME)
    assert "\n" not in str(raised.value)
    assert list(path.parent.iterdir()) == []


def test_replay_of_another_oracle_says_what_the_file_holds(path: Path):
    fresh(path, identity="that one")[0].answer(["dog"], ["a"])
    with pytest.raises(CacheError, match=r"holds no answers of .*; it holds those of that one in"):
        oracles.make(spec(path, "knowledge", mode="replay"), GAME)


def test_a_cassette_can_be_read_where_nothing_can_be_written(path: Path):
    """As another user, since the tests may run as root, who may write anywhere."""
    record = "from test_oracle_cache import *; fresh(Path(sys.argv[1]))[0].answer(['dog'], ['a'])"
    replay = (
        "from test_oracle_cache import *\n"
        "os.geteuid() or os.setuid(65534)\n"
        "assert not os.access(sys.argv[1], os.W_OK)\n"
        "print(CachedOracle(sys.argv[1], 'x', GAME, None).answer(['dog'], ['a']))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", record, str(path)], check=True, env=environment)
    path.chmod(0o444)
    path.parent.chmod(0o555)
    for folder in path.parent.parents:
        if folder == Path(tempfile.gettempdir()):
            break
        folder.chmod(0o755)
    try:
        result = subprocess.run(
            [sys.executable, "-c", replay, str(path)],
            capture_output=True,
            text=True,
            env=environment,
        )
    finally:
        path.parent.chmod(0o755)
    assert result.stdout == "[' 1']\n", result.stderr


def test_a_cache_in_use_can_be_read_and_written(path: Path):
    """A reader in the middle of a read keeps nobody from writing."""
    oracle, _ = fresh(path)
    oracle.answer(["dog"], ["a"])
    with sqlite3.connect(path) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM answers").fetchone() == (1,)
        start = time.monotonic()
        oracle.answer(["cat"], ["a"])
        assert reader.execute("SELECT count(*) FROM answers").fetchone() == (1,)
        assert time.monotonic() - start < 30
