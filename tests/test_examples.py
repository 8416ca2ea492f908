"""The examples run as their documentation shows them."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from model_servers import KEY, Script

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
DOCUMENTATION = "".join(
    (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    for name in ("agents", "tutorials/agent", "tutorials/environment")
)
COMMANDS = {"archer-eval": "evaluate", "archer-train": "train"}


def run(command: str, *more: str, folder: Path = EXAMPLES) -> str:
    """Run a command of the documentation, with more arguments behind it."""
    assert command in DOCUMENTATION
    name, *arguments = shlex.split(command)
    # As a console script: the working directory is not where modules are looked for.
    code = f"import sys; sys.path.pop(0); from archer_agent.cli import {COMMANDS[name]} as run; sys.exit(run())"
    return process("-c", code, *arguments, *more, folder=folder)


def process(*arguments: str, folder: Path = EXAMPLES) -> str:
    more = {"PYTHONPATH": str(ROOT), "OPENAI_API_KEY": KEY, "OMP_NUM_THREADS": "1"}
    finished = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=folder,
        env={**os.environ, **more},
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.mark.parametrize("script", ["own_agent.py", "play_in_five_lines.py"])
def test_scripts(script: str):
    said = process(str(EXAMPLES / script), folder=ROOT)
    assert ("Questions:" if script == "play_in_five_lines.py" else "mean return") in said


def test_a_foreign_agent_in_an_environment_of_this_project():
    said = run(
        "archer-eval --agent own_agent:ListAgent --env llm_gym/TwentyQuestionsSubset-v0", "--json"
    )
    result = json.loads(said)
    # Eight of the ten objects, in turn.
    assert 0.6 < result["success"] < 1.0 and result["games"] == 256


def test_a_foreign_agent_in_a_foreign_environment():
    said = run("archer-eval --agent own_agent:halve --env own_environment:NumberHunt-v0", "--json")
    result = json.loads(said)
    assert result["success"] == 1.0
    # One number takes one guess, two take two, four take three and one takes four; the last guess is free.
    assert -1.9 < result["return_mean"] < -1.35


def test_a_language_model_in_a_foreign_environment(script: Script):
    script.reply = lambda message: "4"
    said = run(
        "archer-eval --agent openai --model gpt-4o-mini --env own_environment:NumberHunt-v0",
        *("--base-url", script.url, "--episodes", "8", "--json"),
    )
    assert json.loads(said)["usage"]["requests"] == len(script.requests)
    assert script.requests[0]["messages"][0]["content"].startswith("Find the hidden number")


def test_archer_in_a_foreign_environment(tmp_path: Path):
    small = """
        --loop.iterations 1 --loop.games-per-iteration 8 --loop.warmup-iterations 0 --warm-start.games 32
        --warm-start.epochs 1 --warm-start.critic-games 8 --warm-start.critic-steps 1 --model.width 16
        --model.layers 1 --archer.critic-steps 1 --archer.offline-iterations 0 --evaluation.games 8
    """
    run(
        "archer-train --env own_environment:NumberHunt-v0 --warm-start.games 500 --warm-start.skill 0.5 "
        "--loop.iterations 20",
        *(*small.split(), "--run", str(tmp_path / "run")),
    )
    assert (tmp_path / "run" / "report.html").exists()


def test_a_run_from_python(tmp_path: Path):
    small = f"""
import train_from_python
train_from_python.main(
    run={str(tmp_path / "run")!r},
    model={{"width": 16, "layers": 1, "max_new_tokens": 4}},
    warm_start={{"games": 64, "epochs": 1, "critic_games": 8, "critic_steps": 1}},
    archer={{"critic_steps": 1, "actor_games": 8}},
    loop={{"games_per_iteration": 8, "warmup_iterations": 0, "iterations": 1}},
    evaluation={{"games": 8}},
)
"""
    said = process("-c", small)
    # A game may be won by luck, with nothing lost.
    assert len(re.findall(r"^It was .+: return -?\d", said, re.M)) == 2 and "the report is" in said
    assert "mean return -" in said.splitlines()[-1]
