"""One oracle for many processes: a real server process, its clients, and what goes wrong."""

import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import gymnasium
import pytest
from gymnasium.utils.env_checker import data_equivalence
from text_games import EXOTIC

import llm_gym  # noqa: F401
from llm_gym import oracles
from llm_gym.oracles.client import ServedOracle, ServerError

GAME = "twenty_questions"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


class SlowEcho:
    """Repeats what it is asked and how many were asked with it, after a while; may fail."""

    def __init__(self, game: str, seconds: float = 0.0, few: bool = False) -> None:
        self.seconds = seconds
        self.few = few
        self.usage: dict[str, float] = {"prompt_tokens": 0, "cost": 0.0}

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        time.sleep(self.seconds)
        self.usage["prompt_tokens"] += 10 * len(questions)
        self.usage["cost"] += 0.5 * len(questions)
        if "fail" in questions:
            raise OSError("the model\nis ill")
        pairs = zip(subjects, questions, strict=True)
        answers = [f"{subject} {question} {len(questions)}" for subject, question in pairs]
        return answers[self.few :]


class Server(subprocess.Popen[str]):
    """A server process; ``place`` is where it says that it serves."""

    place = ""


@contextmanager
def serving(
    path: Path | None, oracle: str = "knowledge", game: str = GAME, **environment: str
) -> Iterator[Server]:
    """Run ``llm-gym serve-oracle`` until the end of the context; without a path on a free port."""
    where = ("--address", "127.0.0.1:0") if path is None else ("--socket", str(path))
    process = Server(
        [
            *(sys.executable, "-m", "llm_gym.cli", "serve-oracle"),
            *("--oracle", oracle, "--game", game, *where),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=ENVIRONMENT | environment,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert said.startswith("Serving ")
        process.place = said.partition(" at ")[2].partition(". Ctrl-C")[0]
        yield process
    finally:
        process.kill()
        process.wait(60)
        process.stdout.close()


def interrupt(server: Server, how: signal.Signals = signal.SIGINT) -> str:
    """Stop the server; return what it said in the end."""
    server.send_signal(how)
    said, _ = server.communicate(timeout=60)
    assert server.returncode == 0
    return said


def slow_echo(**options: Any) -> str:
    return json.dumps({"kind": "test_oracle_server:SlowEcho", **options})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "oracle.sock"


def test_answers_in_order_whatever_is_in_them(path: Path):
    with serving(path, slow_echo()) as server:
        oracle = ServedOracle(GAME, str(path))
        assert oracle.answer(["a", EXOTIC], ["x\ny", "\0"]) == ["a x\ny 2", f"{EXOTIC} \0 2"]
        assert oracle.answer([], []) == []
        long = "long " * 100_000
        assert oracle.answer(["a"], [long]) == [f"a {long} 1"]
        assert path.stat().st_mode & 0o777 == 0o600
        assert "3 questions in 3 requests" in interrupt(server)
    assert not path.exists()


@pytest.mark.parametrize("shared_memory", [True, False])
def test_workers_of_a_vector_environment_share_it(path: Path, shared_memory: bool):
    """The same episodes as with an oracle in every worker."""

    def play(oracle: Any) -> list[Any]:
        vector = gymnasium.make_vec(
            "llm_gym/TwentyQuestions-v0",
            4,
            vectorization_mode="async",
            vector_kwargs={"shared_memory": shared_memory},
            oracle=oracle,
        )
        record: list[Any] = [vector.reset(seed=2)]
        for question in ("Is it alive?", "", "Is it big?", "Is it a dog?"):
            record.append(vector.step([question, "Is it red?", question, "Can it fly?"]))
        vector.close()
        return record

    with serving(path) as server:
        shared = play({"kind": "server", "socket": str(path)})
        said = interrupt(server)
    assert data_equivalence(shared, play("knowledge"), exact=True)
    assert "14 questions in 14 requests" in said


def test_requests_that_arrive_together_are_answered_together(path: Path):
    with serving(path, slow_echo(seconds=1.0)):
        oracle = {i: ServedOracle(GAME, str(path)) for i in range(6)}
        said: dict[int, str] = {}

        def ask(i: int) -> None:
            (said[i],) = oracle[i].answer([str(i)], ["q"])

        first = threading.Thread(target=ask, args=(0,))
        first.start()
        time.sleep(0.2)  # the first batch is in the air by now
        rest = [threading.Thread(target=ask, args=(i,)) for i in range(1, 6)]
        for thread in rest:
            thread.start()
        for thread in (first, *rest):
            thread.join(60)
    assert said == {0: "0 q 1"} | {i: f"{i} q 5" for i in range(1, 6)}


def test_clients_are_told_what_they_have_spent(path: Path):
    with serving(path, slow_echo()):
        one, other = (ServedOracle(GAME, str(path)) for _ in range(2))
        assert one.usage == {}
        one.answer(["a", "b"], ["q", "q"])
        other.answer(["a"], ["q"])
        with pytest.raises(RuntimeError):
            other.answer(["a"], ["fail"])
        assert one.usage == {"prompt_tokens": 20, "cost": 1.0}
        assert other.usage == {"prompt_tokens": 20, "cost": 1.0}
        env = gymnasium.make(
            "llm_gym/TwentyQuestions-v0", oracle={"kind": "server", "socket": str(path)}
        )
        env.reset(seed=0)
        env.step("Is it alive?")
        assert env.unwrapped.stats.oracle_prompt_tokens == 10
        assert env.unwrapped.stats.oracle_cost == 0.5


def test_a_port_is_open_to_those_who_know_the_token(monkeypatch: pytest.MonkeyPatch):
    token = "the secret of the port"
    with serving(None, slow_echo(), LLM_GYM_ORACLE_TOKEN=token) as server:
        spec = {"kind": "server", "address": server.place}
        for wrong in (None, "a guess"):
            if wrong is not None:
                monkeypatch.setenv("LLM_GYM_ORACLE_TOKEN", wrong)
            with pytest.raises(ServerError, match="the token is missing or wrong") as error:
                oracles.make(spec, GAME)
            assert "a guess" not in str(error.value)
        monkeypatch.setenv("LLM_GYM_ORACLE_TOKEN", token)
        oracle = oracles.make(spec, GAME)
        assert oracle.answer(["a"], [EXOTIC]) == [f"a {EXOTIC} 1"]
        host, _, port = server.place.rpartition(":")
        with closing(socket.create_connection((host, int(port)))) as raw:
            stream = raw.makefile("rwb")
            assert token not in str(json.loads(stream.readline()))
            stream.write(b'{"subjects": ["a"], "questions": ["q"]}\n')
            stream.flush()
            assert "token" in json.loads(stream.readline())["error"]
            assert stream.readline() == b""
        assert token not in repr(vars(oracle))


def test_a_port_without_a_token_is_refused():
    for arguments, message in (
        (["--address", "127.0.0.1:0"], "needs a token"),
        (["--address", "nowhere"], "HOST:PORT"),
        ([], "name one place"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "llm_gym.cli", "serve-oracle", "--oracle", "knowledge", "--game",
             GAME, *arguments],
            capture_output=True, text=True, timeout=120,
            env=ENVIRONMENT | ({"LLM_GYM_ORACLE_TOKEN": "x"} if "nowhere" in arguments else {}),
        )  # fmt: skip
        assert done.returncode != 0 and message in done.stdout + done.stderr


def test_a_failing_oracle_fails_its_batch_alone(path: Path):
    with serving(path, slow_echo()):
        oracle = ServedOracle(GAME, str(path))
        with pytest.raises(RuntimeError, match="OSError: the model is ill"):
            oracle.answer(["a"], ["fail"])
        assert oracle.answer(["a"], ["q"]) == ["a q 1"]


def test_an_oracle_that_answers_too_few_is_an_error(path: Path):
    with serving(path, slow_echo(few=True)):
        with pytest.raises(RuntimeError, match="gave 1 answers to 2 questions"):
            ServedOracle(GAME, str(path)).answer(["a", "b"], ["q", "q"])


def test_a_server_that_goes_and_comes_back(path: Path):
    with serving(path) as server:
        oracle = oracles.make({"kind": "server", "socket": str(path)}, GAME)
        assert oracle.answer(["dog"], ["Is it alive?"]) == ["Yes."]
        server.kill()
        server.wait(60)
        for message in ("has gone; start it again", "no oracle server at .*; start one with"):
            with pytest.raises(ServerError, match=message):
                oracle.answer(["dog"], ["Is it alive?"])
    with serving(path):  # in place of the socket that the dead one left
        assert oracle.answer(["dog"], ["Is it alive?"]) == ["Yes."]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_batch_in_the_air_is_delivered_before_the_end(path: Path, how: signal.Signals):
    with serving(path, slow_echo(seconds=1.5)) as server:
        oracles_ = [ServedOracle(GAME, str(path)) for _ in range(3)]
        said: list[Any] = [None, None, None]

        def ask(i: int) -> None:
            try:
                said[i] = oracles_[i].answer(["a"], ["q"])
            except RuntimeError as error:
                said[i] = str(error)

        threads = [threading.Thread(target=ask, args=(i,)) for i in range(2)]
        threads[0].start()
        time.sleep(0.3)
        threads[1].start()
        time.sleep(0.3)
        assert "1 questions in 1 requests, answered in 1 calls" in interrupt(server, how)
        for thread in threads:
            thread.join(60)
        assert said[0] == ["a q 1"]
        assert "the server is stopping" in said[1]
        with pytest.raises(ServerError):
            oracles_[2].answer(["a"], ["q"])
    assert not path.exists()


def test_a_second_interrupt_ends_it_at_once(path: Path):
    with serving(path, slow_echo(seconds=50)) as server:
        oracle = ServedOracle(GAME, str(path))
        failed: list[Exception] = []

        def ask() -> None:
            try:
                oracle.answer(["a"], ["q"])
            except ServerError as error:
                failed.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.3)
        server.send_signal(signal.SIGINT)
        time.sleep(0.3)
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 130
        thread.join(30)
        assert len(failed) == 1 and not path.exists()


def test_a_forked_process_has_a_line_of_its_own(path: Path):
    context = multiprocessing.get_context("fork")
    with serving(path, slow_echo()):
        oracle = ServedOracle(GAME, str(path))
        results = context.Queue()

        def ask_often(name: str) -> bool:
            return all(
                oracle.answer([name], [str(i)])[0].startswith(f"{name} {i} ") for i in range(100)
            )

        worker = context.Process(target=lambda: results.put(ask_often("child")))
        worker.start()
        assert ask_often("parent")
        assert results.get(timeout=60)
        worker.join(60)


def test_a_line_that_is_no_request_is_refused_and_the_server_goes_on(path: Path):
    with serving(path, slow_echo()):
        for line in (
            b"hello",
            b"[]",
            b'{"subjects": ["a"]}',
            b'{"subjects": ["a"], "questions": []}',
            b'{"subjects": ["a"], "questions": [1]}',
            b"[" * 100_000,
        ):
            with closing(socket.socket(socket.AF_UNIX)) as raw:
                raw.connect(str(path))
                stream = raw.makefile("rwb")
                assert json.loads(stream.readline())["game"] == GAME
                stream.write(line + b"\n")
                stream.flush()
                assert "a request is" in json.loads(stream.readline())["error"]
                stream.write(b'{"subjects": ["a"], "questions": ["half')  # and goes away
                stream.close()
        assert ServedOracle(GAME, str(path)).answer(["a"], ["q"]) == ["a q 1"]


def no_file(path: Path) -> None:
    pass


def dead_socket(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(path))


@pytest.mark.parametrize("prepare", [no_file, dead_socket, Path.touch, Path.mkdir])
def test_no_server_is_one_clear_line(path: Path, prepare: Callable[[Path], None]):
    prepare(path)
    with pytest.raises(ServerError, match=r"no oracle server at .* `llm-gym serve-oracle ") as e:
        oracles.make({"kind": "server", "socket": str(path)}, GAME)
    assert "\n" not in str(e.value)


def test_the_client_finds_out_who_answers(path: Path):
    with pytest.raises(ValueError, match="needs the path of its socket or its address"):
        oracles.make("server", GAME)
    with serving(path):
        with pytest.raises(ValueError, match="answers for the game 'twenty_questions', not 'guess"):
            oracles.make({"kind": "server", "socket": str(path)}, "guess_my_city")
    path.unlink()
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(path))
        listener.listen()

        def speak() -> None:
            line, _ = listener.accept()
            line.sendall(b"220 mail.example.org ESMTP\r\n")
            line.close()

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(ServerError, match="is no oracle server"):
            oracles.make({"kind": "server", "socket": str(path)}, GAME)
        thread.join(30)
