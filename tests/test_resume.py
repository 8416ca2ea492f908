"""A run that was stopped, by Ctrl-C or by kill -9, goes on as if it never had been."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_runs import train, trained

from archer_agent import cli
from archer_agent.runs.display import Display
from archer_agent.runs.folder import clear, is_beginning
from archer_agent.runs.journal import Journal
from archer_agent.runs.records import read_metrics

ITERATIONS = 4
SMALL = """
    --env llm_gym/TwentyQuestionsSubset-v0 --model.width 16 --model.heads 2 --model.layers 1
    --warm-start.games 64 --warm-start.epochs 1 --warm-start.critic-games 16 --warm-start.critic-steps 2
    --archer.critic-steps 2 --archer.critic-batch 8 --archer.actor-games 16 --archer.actor-batch 8
    --archer.offline-iterations 0 --loop.games-per-iteration 16 --loop.warmup-iterations 1
    --evaluation.games 8 --evaluation.every 1 --checkpoint-every 1
""".split()


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("uninterrupted") / "run"
    assert cli.train([*SMALL, "--loop.iterations", str(ITERATIONS), "--run", str(run)]) == 0
    return run


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The same training in a process of its own, with no end in sight, its second iteration done."""
    run = tmp_path / "run"
    started = subprocess.Popen(
        [
            *(
                sys.executable,
                "-c",
                "import sys; from archer_agent.cli import train; sys.exit(train())",
            ),
            *(*SMALL, "--loop.iterations", "100000", "--run", str(run)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        cwd=Path(__file__).parent.parent,
    )
    try:
        while not list((run / "checkpoints").glob("*2")):
            assert started.poll() is None, started.stderr and started.stderr.read()
            time.sleep(0.02)
        yield started
    finally:
        started.kill()
        started.communicate()


def without_times(run: Path) -> list[dict[str, Any]]:
    """Everything that was measured up to the last iteration but how long it took."""
    return [
        {key: value for key, value in record.items() if key != "seconds"}
        for record in read_metrics(run / "metrics.jsonl")
    ]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_run_goes_on_exactly(
    how: signal.Signals,
    process: subprocess.Popen[str],
    tmp_path: Path,
    uninterrupted: Path,
    capsys: pytest.CaptureFixture[str],
):
    run = tmp_path / "run"
    process.send_signal(signal.SIGSTOP)  # it keeps its lock, and its iterations are few
    for command in (["--resume", str(run)], [*SMALL, "--run", str(run)]):
        assert cli.train(command) == 2  # two processes write into no folder
    process.send_signal(signal.SIGCONT)
    said = capsys.readouterr().err
    assert "is being trained by another process" in said and "is in use" in said
    process.send_signal(how)
    _, said = process.communicate(timeout=120)
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert f"go on with --resume {run}" in said
        assert json.loads((run / "summary.json").read_text())["interrupted"]
    done = max(
        int(folder.name) for folder in (run / "checkpoints").iterdir() if folder.name.isdigit()
    )
    # It may have done more by now than the other was asked for; then that one is the shorter.
    end = max(done + 1, ITERATIONS)
    assert cli.train(["--resume", str(run), "--loop.iterations", str(end)]) == 0
    if end > ITERATIONS:
        assert cli.train(["--resume", str(uninterrupted), "--loop.iterations", str(end)]) == 0
    assert without_times(run) == without_times(uninterrupted)
    for name in ("policy/model.safetensors", "episodes.jsonl"):
        assert (run / name).read_bytes() == (uninterrupted / name).read_bytes()


METHODS = {
    "archer": "--archer.offline-iterations 0 --archer.critic-steps 2 --archer.critic-batch 4 "
    "--archer.actor-batch 4 --archer.target-kl 7e-4",
    "ppo": "--ppo.actor-batch 4 --ppo.critic-batch 4 --ppo.target-kl 7e-4",
}


def begin(algo: str, run: Path, *more: str) -> int:
    """Begin a small run with a calibration."""
    calibrates = ["--warm-start.critic-games", "8", "--warm-start.critic-steps", "3"]
    arguments = [*calibrates, "--algo", algo, *METHODS[algo].split(), *more]
    return trained(run, *arguments, env="Brief-v0")


def left(run: Path) -> list[Any]:
    """Return what must be the same wherever a run was stopped."""
    names = ("policy/model.safetensors", "warm_start/model.safetensors", "episodes.jsonl")
    return [without_times(run), *((run / name).read_bytes() for name in names)]


@pytest.fixture(scope="module", params=METHODS)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody has touched, in a folder by the name of its method."""
    run = tmp_path_factory.mktemp("whole") / str(request.param)
    assert begin(run.name, run) == 0
    return run


@pytest.mark.parametrize(
    ("phase", "number", "note"),
    [
        ("demonstrations", signal.SIGINT, ""),
        ("cloning", signal.SIGTERM, "resumed in the cloning, after 1 steps"),
        ("evaluation", signal.SIGHUP, "resumed in the calibration, after 1 steps"),
        ("calibration", signal.SIGHUP, "resumed in the calibration, after 1 steps"),
    ],
)
def test_a_signal_in_the_warm_start_loses_nothing(
    phase: str,
    number: signal.Signals,
    note: str,
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    sent: list[str] = []
    show = Display.phase

    def send(self: Display, name: str, *details: Any) -> None:
        show(self, name, *details)
        if name == phase and not sent:
            sent.append(name)
            os.kill(os.getpid(), number)

    run = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(Display, "phase", send)
        assert begin(whole.name, run) == 130
    assert sent and f"go on with --resume {run}" in capsys.readouterr().err
    assert train("--resume", str(run)) == 0
    assert note in capsys.readouterr().out
    assert left(run) == left(whole)


def test_a_learning_rate_that_fell_goes_on_from_there(whole: Path, tmp_path: Path):
    rates = [each["actor/lr"] for each in without_times(whole) if "actor/lr" in each]
    assert rates[0] == 1e-3 and rates[1] == 5e-4
    run = tmp_path / "run"
    assert begin(whole.name, run, "--loop.iterations", "1") == 0
    lowered = shutil.copytree(run, tmp_path / "lowered")
    assert train("--resume", str(run), "--loop.iterations", "2") == 0
    assert left(run) == left(whole)
    # What is given is the largest: the share of it that was left stays.
    given = [f"--{whole.name}.actor-lr", "1e-4"]
    assert train("--resume", str(lowered), "--loop.iterations", "2", *given) == 0
    found = [each["actor/lr"] for each in without_times(lowered) if "actor/lr" in each]
    assert found == pytest.approx([*rates[:-1], rates[-1] / 10])


def test_a_finished_run_is_left_alone(uninterrupted: Path, capsys: pytest.CaptureFixture[str]):
    before = {path: path.stat().st_mtime_ns for path in uninterrupted.rglob("*")}
    done = json.loads((uninterrupted / "summary.json").read_text())["iterations"]
    assert cli.train(["--resume", str(uninterrupted), "--loop.iterations", str(done)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{uninterrupted} is finished: {done} iterations are done; for more, ")
    assert f"--resume {uninterrupted} --loop.iterations {2 * done}\n" in said
    assert cli.train(["--resume", str(uninterrupted), "--loop.minutes", "0.0001"]) == 0
    assert {path: path.stat().st_mtime_ns for path in uninterrupted.rglob("*")} == before


@pytest.mark.parametrize(
    ("phase", "endless"),
    [
        ("cloning", ("--warm-start.epochs", "1000000")),
        (
            "calibration",
            ("--warm-start.critic-steps", "1000000", "--warm-start.critic-passes", "1000000"),
        ),
    ],
)
def test_the_minutes_bind_the_warm_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: str, endless: tuple[str, str]
):
    """A phase that would take days ends at the step at which the minutes are spent, and the run is whole."""
    begun: set[str] = set()
    show = Display.phase

    def note(self: Display, name: str, *details: Any) -> None:
        begun.add(name)
        show(self, name, *details)

    monkeypatch.setattr(Display, "phase", note)
    monkeypatch.setattr(Journal, "seconds", lambda self: 1e6 if phase in begun else 0.0)
    run = tmp_path / "run"
    assert cli.train([*SMALL, *endless, "--loop.minutes", "1", "--run", str(run)]) == 0
    records = read_metrics(run / "metrics.jsonl")
    phases = [record["phase"] for record in records]
    assert phase in phases and "update" not in phases
    assert ("calibration" in phases) == (phase == "calibration")
    assert json.loads((run / "summary.json").read_text())["iterations"] == 0
    assert (run / "checkpoints" / "000000").is_dir()

    # With more of them the critic learns returns first, where it has not.
    monkeypatch.setattr(Journal, "seconds", lambda self: 0.0)
    more = ["--loop.minutes", "99999", "--loop.iterations", "1"]
    assert cli.train(["--resume", str(run), *more]) == 0
    phases = [record["phase"] for record in read_metrics(run / "metrics.jsonl")]
    assert phases.count("calibration") == 1
    assert phases.index("calibration") < phases.index("update")
    assert not (run / "checkpoints" / "calibration").exists()


def test_a_kill_among_the_first_files_leaves_nothing_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run = tmp_path / "run"

    def killed(*details: Any) -> None:
        raise Killed

    for function in ("remember_models", "write_json", "truncate"):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(f"archer_agent.runs.beginning.{function}", killed)
            patch.setattr("archer_agent.runs.training.give_up", lambda folder: None)
            trained(run, env="Brief-v0")
        assert is_beginning(run), function
    assert trained(run, "--loop.iterations", "1", env="Brief-v0") == 0


def test_a_kill_while_such_a_run_is_cleared_away_leaves_nothing_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    names = ("config.json", "metrics.jsonl", "episodes.jsonl", "own.json")
    for count in range(1, len(names) + 1):
        for name in names:
            (tmp_path / name).touch()
        gone: list[Path] = []

        def unlink(path: Path, gone: list[Path] = gone, count: int = count) -> None:
            os.remove(path)
            gone.append(path)
            if len(gone) == count:
                raise Killed

        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(Path, "unlink", unlink)
            clear(tmp_path)
        assert is_beginning(tmp_path), gone


class Killed(BaseException):
    """Nothing is done any more."""
