"""Every tutorial runs from its first block to its last, with smaller numbers where its own take minutes."""

import re
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from model_servers import Script
from test_chat import CHATML, chat_tokenizer
from test_models import save_model

import archer_agent.cli
import llm_gym.cli

ROOT = Path(__file__).parents[1]
COMMANDS = {
    "archer-train": archer_agent.cli.train,
    "archer-eval": archer_agent.cli.evaluate,
    "archer-data": archer_agent.cli.data,
    "llm-gym": llm_gym.cli.main,
}
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)

SMALLER = {
    "archer-train": """
        --model.width 16 --model.layers 1 --model.max-new-tokens 40
        --warm-start.games 32 --warm-start.epochs 1 --warm-start.critic-games 8 --warm-start.critic-steps 1
        --loop.games-per-iteration 8 --loop.warmup-iterations 0 --loop.iterations 1 --evaluation.games 8
        --archer.critic-steps 1 --archer.offline-iterations 0 --ppo.actor-epochs 1 --ppo.critic-epochs 1 --bc.steps 1
        --offline-archer.critic-steps 1 --offline-archer.actor-steps 1
    """,
    "archer-eval": "--episodes 8",
}
"""What every command of a name is told after its own arguments; the last of two flags wins."""


Run = Callable[..., None]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a tutorial beside the examples.

    It takes the tutorial's name, pairs of what is run in place of what, and by ``smaller`` what each command of a
    name is told as well.
    """
    for example in (ROOT / "examples").glob("*.py"):
        shutil.copy(example, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return lambda name, *changes, smaller=SMALLER: _run(name, changes, smaller, capsys)


def _run(
    name: str,
    changes: Sequence[tuple[str, str]],
    smaller: Mapping[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = (ROOT / "docs" / "tutorials" / f"{name}.md").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in page, old
        page = page.replace(old, new)
    blocks = BLOCK.findall(page)
    assert blocks
    names: dict[str, object] = {"__name__": "tutorial"}
    for _, title, body in blocks:  # files first: a page may name a file before it shows it
        if title and title != "Output":
            Path(title).write_text(body, encoding="utf-8")
    said = ""
    for language, title, body in blocks:
        if title == "Output":
            assert said == body
        elif title:
            continue
        elif language == "python":
            capsys.readouterr()
            exec(compile(body, f"{name}.md", "exec"), names)
            said = capsys.readouterr().out
        else:
            assert language == "sh", f"a {language} block that nothing runs"
            for line in filter(None, body.replace("\\\n", " ").splitlines()):
                command(line, smaller)


def command(line: str, smaller: Mapping[str, str]) -> None:
    """Run one line of a shell."""
    word, *arguments = shlex.split(line, comments=True)
    if word == "export":
        return  # the test has a server, and a key for it, of its own
    more = "--loop.iterations 2" if "--resume" in arguments else smaller.get(word, "")
    assert COMMANDS[word]([*arguments, *more.split()]) == 0, line


def test_no_tutorial_is_left_out():
    pages = {path.stem for path in (ROOT / "docs" / "tutorials").glob("*.md")}
    assert {*re.findall(r'\brun\("(\w+)"', Path(__file__).read_text(encoding="utf-8"))} == pages


def test_train_on_the_subset(run: Run):
    small = """
        seed=2,
        model={"width": 16, "layers": 1, "max_new_tokens": 16},
        warm_start={"games": 32, "epochs": 1, "critic_games": 8, "critic_steps": 1},
        loop={"games_per_iteration": 8, "iterations": 1},
        archer={"critic_steps": 1, "offline_iterations": 0},
        evaluation={"games": 8},
    )"""
    run("train", ("seed=2)", small), ("episodes=256, seed=0", "episodes=8, seed=0"))
    assert Path("runs/first/report.html").exists() and Path("runs/worlds/summary.json").exists()


def test_your_own_environment(run: Run):
    run("environment")


def test_your_own_agent(run: Run):
    run("agent")


def test_a_local_language_model(run: Run, tmp_path: Path):
    tokenizer = chat_tokenizer(CHATML)
    model = save_model("qwen2", tmp_path / "model", window=1024, tokenizer=tokenizer)
    smaller = {
        "archer-train": SMALLER["archer-train"]
        + "--warm-start.games 0 --warm-start.epochs 0 --evaluation.games 2",
        "archer-eval": "--episodes 2 --max-new-tokens 4",
    }
    run("local_model", ("Qwen/Qwen2.5-0.5B-Instruct", model), smaller=smaller)
    assert Path("runs/llm/policy/adapter_model.safetensors").exists()


def test_a_paid_endpoint(run: Run, script: Script, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_BASE_URL", script.url)
    script.reply = lambda message: "Is it a piano?" if "one question" in message else "Yes."
    run("endpoint")


def test_a_recorded_data_set(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    pytest.importorskip("minari")
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path / "minari"))
    command("archer-train --env llm_gym/TwentyQuestionsSubset-v0 --run runs/first", SMALLER)
    # What one policy has said in forty tokens may be more in those of the next.
    longer = SMALLER["archer-train"].replace(
        "--model.max-new-tokens 40", "--model.max-new-tokens 90"
    )
    run("recorded", smaller={**SMALLER, "archer-train": longer})
