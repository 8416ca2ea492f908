"""OpenEnv: a real server in a process of its own, its client as a Gymnasium environment."""

import copy
import json
import pickle
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import gymnasium
import numpy as np
import openenv_client
import pytest
from gymnasium.utils.env_checker import data_equivalence
from openenv.core import GenericEnvClient

from llm_gym.bridges.openenv import make_app  # registers the client, too
from llm_gym.cli import main

ENV = "llm_gym/TwentyQuestionsSubset-v0"
CLIENT = "llm_gym/OpenEnv-v0"


COMMAND = [sys.executable, "-c", "import sys; from llm_gym.cli import main; sys.exit(main())"]


@contextmanager
def served(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve an environment while the context lasts; its process and address."""
    command = [*COMMAND, "serve-env", *arguments, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://[\d.]+:\d+", line)
            assert found, line
            yield process, found[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(ENV, "--max-turns", "6") as (_, address):
        yield address


def play(env: gymnasium.Env[str, str], index: int) -> list[tuple[object, ...]]:
    """Play a task with the scripted player of the environment; return what was seen."""
    player = gymnasium.make(ENV).unwrapped.scripted_player(seed=index)
    observation, _ = env.reset(options={"split": "train", "index": index})
    record: list[tuple[object, ...]] = [(observation,)]
    ended = False
    while not ended:
        observation, reward, terminated, truncated, info = env.step(player(observation))
        ended = terminated or truncated
        said = {key: info[key] for key in ("success", "invalid_action", "turn", "delta")}
        # Gymnasium's TimeLimit calls a game that was won in its last turn cut off, too.
        record.append((observation, reward, terminated, truncated and not terminated, said))
    return record


def test_sessions_equal_the_environment_itself(url: str):
    """Sixteen sessions, each between the turns of the others."""
    direct = gymnasium.make(ENV, max_episode_steps=6)
    sessions = [gymnasium.make(CLIENT, url=url) for _ in range(16)]
    for index, session in enumerate(sessions):
        assert data_equivalence(play(session, index % 6), play(direct, index % 6))
    first = [session.reset(options={"split": "train", "index": 0})[0] for session in sessions]
    assert set(first) == {"Questions:\n"}
    answers = {session.step("Is it alive?")[0] for session in sessions}
    assert len(answers) == 1
    for session in sessions:
        session.close()


def test_a_game_that_is_cut_off_is_no_termination_and_charged(url: str):
    env = gymnasium.make(CLIENT, url=url)
    _, info = env.reset(options={"split": "train", "index": 0})
    assert info["total"] == -20  # as much as if nothing were played
    for _ in range(6):
        _, reward, terminated, truncated, info = env.step("Is it a zebra?")
    assert (terminated, truncated, info["success"]) == (False, True, False)
    assert info["total"] == -20 and reward == -1


def test_the_example(url: str):
    said = openenv_client.main(url)
    assert said.startswith("Questions:\n") and said.count("?") > 1


def test_seeds_hold_and_options_are_checked(url: str):
    env = gymnasium.make(CLIENT, url=url)
    env.reset(seed=4)
    one = [env.step(f"Is it {name}?")[0] for name in ("a dog", "a pen", "a piano")]
    env.reset(seed=4)
    assert [env.step(f"Is it {name}?")[0] for name in ("a dog", "a pen", "a piano")] == one
    with pytest.raises(ValueError, match="did you mean 'split'"):
        env.reset(options={"spilt": "train"})
    assert "Twenty Questions" in env.unwrapped.instructions
    numbers = env.reset(seed=np.int64(4), options={"split": "train", "index": np.int64(0)})
    assert numbers[0] == "Questions:\n"


def test_a_copy_is_another_session(url: str):
    env = gymnasium.make(CLIENT, url=url)
    env.reset(options={"split": "train", "index": 0})
    for copied in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        copied.reset(options={"split": "train", "index": 1})
        copied.step("Is it a zebra?")
        copied.close()
    assert env.step("Is it a zebra?")[0].count("zebra") == 1


@pytest.mark.parametrize("wrong", [{"max_turns": 0}, {"sessions": 0}])
def test_what_cannot_be_served_is_said_before_it_is(wrong: dict[str, int]):
    with pytest.raises(ValueError, match="at least 1"):
        make_app(ENV, **wrong)


def test_no_other_task_is_played_where_a_name_is_misspelt(url: str):
    with GenericEnvClient(base_url=url).sync() as client:
        with pytest.raises(RuntimeError, match="did you mean 'split'"):
            client.reset(spilt="test")
        assert client.reset(split="test").observation["turn"] == 0


def test_what_no_task_has_is_the_clients_mistake(url: str):
    """Of HTTP's routes too: the server says in one sentence what was wrong, and serves on."""
    for path, body, said in (
        ("tasks", {"split": "exam"}, "unknown split 'exam'"),
        ("num_tasks", {"split": "exam"}, "unknown split 'exam'"),
        ("task", {"split": "test", "index": 99}, "Invalid task index"),
    ):
        request = urllib.request.Request(
            f"{url}/TwentyQuestionsSubset-v0/{path}",
            json.dumps(body).encode(),
            {"content-type": "application/json"},
        )
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(request)
        assert error.value.code == 400 and said in error.value.read().decode()
    env = gymnasium.make(CLIENT, url=url)
    env.reset(seed=0)
    for action in (5, None):
        with pytest.raises(RuntimeError, match="Invalid message"):
            env.unwrapped.step(action)
    assert env.step("\ud800 é 🦜")[4]["turn"] == 1


def test_ctrl_c_does_not_wait_for_open_sessions_and_more_than_there_may_be_are_refused():
    with served(ENV, "--sessions", "2") as (process, url):
        sessions = [gymnasium.make(CLIENT, url=url) for _ in range(3)]
        for session in sessions[:2]:
            session.reset(seed=0)
        with pytest.raises(RuntimeError, match="2/2 sessions active"):
            sessions[2].reset(seed=0)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
        with pytest.raises(ConnectionError):
            sessions[0].reset(seed=0)


def test_any_environment_is_served_with_its_arguments(capsys: pytest.CaptureFixture[str]):
    options = ["--env-options", '{"objects": "subset"}']
    with served("llm_gym/TwentyQuestions-v0", *options) as (_, url):
        assert "banana" in gymnasium.make(CLIENT, url=url).unwrapped.instructions
    for wrong in ("[1]", "{", "[" * 100_000, '{"colour": 1}'):
        assert main(["serve-env", ENV, "--env-options", wrong]) == 2
        assert ("--env-options" if wrong[1:2] != '"' else "colour") in capsys.readouterr().err


def test_tasks_are_numbers(url: str):
    def get(path: str) -> str:
        with urllib.request.urlopen(f"{url}/{path}") as answer:
            return str(answer.read().decode())

    routes = json.loads(get("openapi.json"))["paths"]
    splits = next(
        path for path in routes if path.endswith("/list_splits") or path.endswith("splits")
    )
    text = get(splits.format(env_name="TwentyQuestionsSubset-v0").lstrip("/"))
    assert {"train", "valid", "test"} <= set(re.findall(r"\w+", text))
    assert "piano" not in get("openapi.json") + text
