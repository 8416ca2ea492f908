"""OpenEnv: a real server in a process of its own, its client as a Gymnasium environment."""

import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import gymnasium
import openenv_client
import pytest
from gymnasium.utils.env_checker import data_equivalence

import llm_gym.bridges.openenv  # noqa: F401  (registers the client)

ENV = "llm_gym/TwentyQuestionsSubset-v0"
CLIENT = "llm_gym/OpenEnv-v0"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    command = "import sys; from llm_gym.cli import main; sys.exit(main())"
    arguments = ["serve-env", ENV, "--port", "0", "--max-turns", "6"]
    process = subprocess.Popen(
        [sys.executable, "-c", command, *arguments], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://[\d.]+:\d+", line)
        assert found, line
        yield found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


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
        record.append((observation, reward, terminated, truncated, said))
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
