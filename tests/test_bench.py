"""Comparisons: many runs from one file, taken up again where they stopped, and what is made of them."""

import json
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archer_agent import cli
from archer_agent.reports.comparison import Result, band, table
from archer_agent.runs.folder import locked, wait_until_free
from archer_agent.statistics import interquartile_interval

TESTS = Path(__file__).parent
FILE = """
out = "{out}"
envs = ["identity_game:Identity-v0"]
algos = ["filtered_bc", "bc"]
seeds = [0, 1]
thresholds = [1.0]
processes = 2

[settings.model]
width = 16
layers = 1
heads = 2
context = 64
max_new_tokens = 4

[settings.warm_start]
games = 64
epochs = 1
player_options = "{{}}"

[settings.loop]
iterations = 2
games_per_iteration = 16

[settings.evaluation]
games = 16
every = 1
greedy = false
"""


def edited(path: Path, old: str, new: str) -> list[str]:
    copy = path.with_name("edited.toml")
    copy.write_text(path.read_text().replace(old, new))
    return [str(copy)]


def test_a_comparison_from_beginning_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PYTHONPATH", f"{TESTS}:{TESTS.parent}")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    out, file = tmp_path / "out", tmp_path / "toy.toml"
    file.write_text(FILE.format(out=out))
    assert cli.bench([str(file)]) == 0
    runs = sorted(out.glob("*/*/seed-?"))
    assert [str(run.relative_to(out / "Identity-v0")) for run in runs] == [
        *("bc/seed-0", "bc/seed-1", "filtered_bc/seed-0", "filtered_bc/seed-1"),
    ]
    text = (out / "table.md").read_text()
    said = capsys.readouterr().out
    assert text in said and said.count("runs to go, about ") == 3
    row, *runs_of_it = (line for line in text.splitlines() if line.startswith("| filtered_bc |"))
    assert [run.split(" | ")[1] for run in runs_of_it] == ["0", "1"]
    assert row.split(" | ")[1] == "2" and row.split(" | ")[5] == "32"
    assert (out / "curves.svg").stat().st_size > 0 < (out / "curves.png").stat().st_size

    # One run is cut short after its first iteration, another one is gone: both come back the same.
    summaries = {run: json.loads((run / "summary.json").read_text()) for run in runs}
    (runs[2] / "summary.json").unlink()
    shutil.rmtree(runs[3])
    before = (runs[0] / "summary.json").stat().st_mtime_ns
    assert cli.bench([str(file)]) == 0
    said = capsys.readouterr().out
    assert "2 of 4 runs are finished" in said
    assert "filtered_bc seed 0: goes on" in said and "filtered_bc seed 1: begins" in said
    assert (runs[0] / "summary.json").stat().st_mtime_ns == before
    for run, summary in summaries.items():
        again = json.loads((run / "summary.json").read_text())
        assert {**again, "seconds": 0} == {**summary, "seconds": 0}

    assert cli.bench(edited(file, "iterations = 2", "iterations = 3")) == 2
    assert "holds a run with another loop" in capsys.readouterr().err


def test_a_run_ends_with_the_comparison_that_has_begun_it():
    program = (
        "import time; from archer_agent.reports.bench import end_with_parent; end_with_parent(); "
        "print('begun', flush=True); time.sleep(600)"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with run:
        assert run.stdin is not None and run.stdout is not None
        assert run.stdout.readline() == "begun\n"
        run.stdin.close()  # as the kernel does where the comparison is killed
        assert run.wait(60) == -signal.SIGTERM


def test_a_run_that_is_about_to_end_is_waited_for(tmp_path: Path):
    waiting = threading.Thread(target=wait_until_free, args=(tmp_path,))
    with locked(tmp_path):
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
    waiting.join(60)
    assert not waiting.is_alive()


def test_a_run_that_fails_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PYTHONPATH", f"{TESTS}:{TESTS.parent}")
    file = tmp_path / "toy.toml"
    # The small policy's tokenizer is made from demonstrations.
    text = FILE.format(out=tmp_path / "out").replace("games = 64", "games = 0")
    file.write_text(text.replace("seeds = [0, 1]", "seeds = [0]").replace('"filtered_bc", ', ""))
    assert cli.bench([str(file)]) == 2
    captured = capsys.readouterr()
    assert "1 of 1 runs failed; the first says why in" in captured.err
    log = tmp_path / "out" / "Identity-v0" / "bc" / "seed-0.log"
    assert str(log) in captured.err and "demonstrations" in log.read_text()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"bc"]', '"bd"]', "there is no method 'bd'"),
        ("seeds", "seed", "there is no setting 'seed'"),
        ("[0, 1]", "[]", "seeds is missing or empty"),
        ("[0, 1]", '["a"]', "seeds must be a list of whole numbers"),
        ("[0, 1]", "[1, 1]", "seeds names something twice"),
        ("processes = 2", "processes = 0", "at least 1"),
        ("[settings.model]", "[settings]\nseed = 1\n[settings.model]", "settings.seed is set"),
        ("iterations = 2", "iterations = 0", "--loop.iterations must be more than 0"),
        ('out = "', "out = ", "is not TOML"),
    ],
)
def test_what_is_refused(
    old: str, new: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "toy.toml"
    file.write_text(FILE.format(out=tmp_path / "out"))
    assert cli.bench(edited(file, old, new)) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def result(seed: int, games: list[int], returns: list[float], final: float) -> Result:
    curve = [
        {"games": float(g), "generated_tokens": 0.0, "minutes": g / 10, "return": r}
        for g, r in zip(games, returns, strict=True)
    ]
    totals = dict.fromkeys(("games", "generated_tokens", "gradient_steps", "minutes"), 10.0)
    return Result("E", "m", seed, curve, -9.0, final, (0.0, 6.0), 0.5, 4, totals)


RUNS = [
    result(0, [0, 10, 20], [0.0, 1.0, 2.0], 1.0),
    result(1, [0, 10, 30], [0.0, 3.0, 3.0], 3.0),
    result(2, [0, 20, 40], [2.0, 2.0, 2.0], 5.0),
]


def test_trajectories_to_a_threshold():
    assert [run.games_to(2.0) for run in RUNS] == [20.0, 10.0, 0.0]
    assert [run.games_to(2.5) for run in RUNS] == [float("inf"), 10.0, float("inf")]
    lines = table(RUNS[::-1], [2.0, 2.5]).splitlines()
    cells = lines[4].strip("| ").split(" | ")
    assert cells[:3] == ["m", "3", "3.00"] and cells[-2:] == ["10 (3/3)", "- (1/3)"]
    assert lines[8] == "| m | 0 | -9.00 | 0.00 | 1.00 | 0.00 to 6.00 | 4 | 10 | 10.0 |"


def test_a_band_is_the_interquartile_mean_of_straight_lines():
    x, y = band(RUNS, "games", points=5)
    assert x.tolist() == [0.0, 10.0, 20.0, 30.0, 40.0]
    assert y[:, 0] == pytest.approx([2 / 3, 2.0, 7 / 3, 7 / 3, 7 / 3])
    assert (y[:, 1] <= y[:, 0]).all() and (y[:, 0] <= y[:, 2]).all()
    level: tuple[Any, Any] = band(RUNS, "generated_tokens")
    assert level[0].tolist() == [0.0] and level[1][0, 0] == pytest.approx(7 / 3)


def test_interquartile_interval():
    values = [0.0, 1.0, 2.0, 3.0, 100.0]
    middle, low, high = interquartile_interval(values)
    assert middle == 2.0 and 0.0 <= low < 2.0 < high
    assert interquartile_interval([4.0]) == (4.0, 4.0, 4.0)


@pytest.mark.parametrize("axis", ["games", "generated_tokens"])
def test_runs_of_one_seed_are_no_two_seeds(axis: str):
    """Three runs of one seed and one of another: two outcomes, the first of which is the mean of three."""
    again = [
        result(0, [0, 10, 20], [shift, 1.0 + shift, 2.0 + shift], 1.0) for shift in (-1.0, 0.0, 1.0)
    ]
    several, single = band([*again, RUNS[1]], axis, 5), band([RUNS[0], RUNS[1]], axis, 5)
    for found, wanted in zip(several, single, strict=True):
        np.testing.assert_allclose(found, wanted)
    _, alone = band(again, axis, 5)
    np.testing.assert_allclose(alone[:, 1], alone[:, 2])  # one seed has no spread
