"""verifiers: its own command evaluates a scripted server, and what it wrote down is the game's."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from scripted_server import OBJECTS, Reply, said_so_far, serving

from llm_gym.bridges.dialogue import Dialogue

ROOT = Path(__file__).parents[2]
ENV = "llm_gym/TwentyQuestionsSubset-v0"
SECRETS = "task_id", "oracle_raw"


def evaluate(reply: Any, folder: Path, *more: str) -> list[dict[str, Any]]:
    """Run ``vf-eval`` on the example; return what it recorded of each game, in the tasks' order."""
    scripts = Path(sys.executable).parent
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'examples'}", "PATH": f"{scripts}:{os.environ['PATH']}"}
    with serving(reply) as server:
        command = [str(scripts / "vf-eval"), "verifiers_eval", "-m", "scripted", "--no-push"]
        command += ["--client.base-url", server.url, "--client.api-key-var", "OPENAI_API_KEY"]
        command += ["--env.taskset.env-id", ENV, "--output-dir", str(folder), *more]
        finished = subprocess.run(
            command,
            env={**os.environ, **paths, "OPENAI_API_KEY": "none"},
            capture_output=True,
            text=True,
            timeout=1800,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        assert server.requests and not any(name in str(server.requests) for name in SECRETS)
    (written,) = folder.glob("*/traces.jsonl")
    episodes = [json.loads(line) for line in written.read_text(encoding="utf-8").splitlines()]
    assert all(episode["ok"] for episode in episodes)
    episodes.sort(key=lambda episode: episode["task"]["data"]["idx"])
    traces = [trace for episode in episodes for trace in episode["traces"]]
    return [{**trace["metrics"], "return": trace["rewards"]["return"]["score"]} for trace in traces]


def test_games_are_won_by_text(tmp_path: Path):
    def guess(body: dict[str, Any]) -> Reply:
        return f"<think>It may be a zebra.</think>Is it a {OBJECTS[said_so_far(body)]}?"

    played = evaluate(guess, tmp_path, "-n", "2")
    tasks = Dialogue(ENV).env.game.tasks.select("test")[:2]
    assert [game["return"] for game in played] == [-OBJECTS.index(task.id) for task in tasks]
    assert all(game["success"] == game["terminated"] == 1 for game in played)


def test_who_says_nothing_is_cut_off_and_charged(tmp_path: Path):
    limit = ["--env.taskset.max-turns", "2"]
    (game,) = evaluate(lambda body: None, tmp_path, "-n", "1", *limit)
    assert (game["return"], game["truncated"], game["terminated"]) == (-20, 1, 0)
    assert (game["turns"], game["unparsable"], game["success"]) == (2, 2, 0)


def test_a_limit_of_its_own_cuts_a_game_off(tmp_path: Path):
    limit = ["--env.player.max-turns", "3"]
    (game,) = evaluate(lambda body: "Is it a zebra?", tmp_path, "-n", "1", *limit)
    assert (game["return"], game["truncated"], game["quit"], game["turns"]) == (-20, 1, 0, 3)
