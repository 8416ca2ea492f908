"""Comparisons: many runs from one file, taken up again where they stopped, and what is made of them."""

import json
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archer_agent import cli
from archer_agent.reports.bench import jobs_of, read_bench
from archer_agent.reports.comparison import band, tables
from archer_agent.reports.results import USES, Result, read_results
from archer_agent.runs.folder import locked, wait_until_free
from archer_agent.settings import TrainConfig
from archer_agent.statistics import interquartile_interval, ratio_interval

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
    assert row.split(" | ")[1] == "2" and row.split(" | ")[6] == "32"
    curves = (out / "curves.svg").read_text()
    assert "filtered_bc" in curves and (out / "curves.png").stat().st_size > 0

    # Tables and plot are made again of what is small enough to be published, without the runs.
    published = (out / "results.json").replace(tmp_path / "published.json")
    elsewhere = edited(file, str(out), str(tmp_path / "elsewhere"))
    assert cli.bench([*elsewhere, "--results", str(published)]) == 0
    assert capsys.readouterr().out.startswith(text)
    assert (tmp_path / "elsewhere" / "table.md").read_text() == text

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


def test_what_is_memory_and_what_transfers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PYTHONPATH", f"{TESTS}:{TESTS.parent}")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    file = tmp_path / "toy.toml"
    text = FILE.format(out=tmp_path / "out").replace("seeds = [0, 1]", "seeds = [0]")
    text = text.replace(
        'algos = ["filtered_bc", "bc"]',
        'algos = ["bc"]\nheld_out = {train = {split = "train"}, test = {split = "test"}}',
    )
    for old, new in (("width = 16", "width = 32"), ("games = 64", "games = 256\nskill = 1.0")):
        text = text.replace(old, new)
    file.write_text(text.replace("epochs = 1", "epochs = 4"))
    assert cli.bench([str(file)]) == 0
    said = capsys.readouterr().out
    table = said[said.index("| method | seeds | train | test |") :]
    row = next(line for line in table.splitlines() if line.startswith("| bc | 1 |"))
    known, unknown = (float(cell) for cell in row.strip("| ").split(" | ")[2:])
    assert known > 0.3 and unknown == 0.0
    # Who has played a split does not play it again, and what cannot be played is told.
    assert cli.bench([str(file)]) == 0
    assert "1 of 1 runs are finished" in capsys.readouterr().out
    assert cli.bench(edited(file, 'split = "test"', 'split = "none"')) == 2
    assert "held_out.test cannot be played: cannot make" in capsys.readouterr().err
    (held_out,) = (tmp_path / "out").glob("*/bc/seed-0.held_out.json")
    held_out.write_text("[")
    assert cli.bench([str(file)]) == 2
    assert "holds no returns of held-out games: delete it" in capsys.readouterr().err


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
        ("processes = 2", 'held_out = ["test"]', "held_out must be a table"),
        ("processes = 2", 'held_out = {test = "test"}', 'options such as {split = "test"}'),
        ("processes = 2", "held_out = {day = {split = 2026-01-01}}", "what no option can be"),
        ("processes = 2", "held_out = {day = {split = nan}}", "what no option can be"),
        ("processes = 2", 'held_out = {"a|b" = {split = "test"}}', "heads no column"),
        ("processes = 2", "held_out = {far = {no_such = 1}}", "held_out.far cannot be played"),
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


VARIANTS = """
against = "low"
[variants.low]
algo = "archer"
archer.gamma = 0.5
warm_start.epochs = 3
[variants."high, few games"]
algo = "archer"
archer.gamma = 0.9
"""


def test_variants_are_methods_with_settings_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "toy.toml"
    text = FILE.format(out=tmp_path / "out").replace('algos = ["filtered_bc", "bc"]', "")
    file.write_text(
        text + VARIANTS.replace("against", f'against = "low"\nruns = "{tmp_path}/runs"\n#')
    )
    # What comes before the first table of TOML belongs to none.
    lines = file.read_text().splitlines()
    top = [line for line in lines if line.startswith(("against", "runs"))]
    file.write_text("\n".join([*top, *(line for line in lines if line not in top)]))
    jobs = jobs_of(read_bench(file))
    assert [(job.method, job.seed) for job in jobs] == [
        *(("low", 0), ("high, few games", 0), ("low", 1), ("high, few games", 1)),
    ]
    assert [(job.config.archer.gamma, job.config.warm_start.epochs) for job in jobs[:2]] == [
        *((0.5, 3), (0.9, 1)),
    ]
    # What there is no more is left out where it said what is so, and told of where it did not.
    content = file.read_text()
    file.write_text(
        content.replace("archer.gamma = 0.5", "archer.gamma = 0.5\narcher.huber = 'None'")
    )
    assert jobs_of(read_bench(file)) == jobs
    file.write_text(content.replace("archer.gamma = 0.5", "archer.huber = 2.0"))
    with pytest.raises(
        ValueError, match=r"^the variant low sets archer\.huber to 2\.0, and there is"
    ):
        jobs_of(read_bench(file))
    file.write_text(content)
    folder = tmp_path / "runs" / "Identity-v0" / "high, few games" / "seed-1"
    assert jobs[3].folder == folder
    assert {job.config.warm_start.shared for job in jobs} == {tmp_path / "runs" / "clones"}
    for old, new, message in (
        ('against = "low"', 'against = "lower"', "against names 'lower'; there are low, high"),
        ('algo = "archer"\narcher.gamma = 0.5', "", "variants.low needs its algo"),
        ("variants.low]", 'variants."a/b"]', "'a/b' cannot be the name of a variant"),
        ("archer.gamma = 0.5", "seed = 1", "low.seed is set by the comparison itself"),
    ):
        assert cli.bench(edited(file, old, new)) == 2
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{}", "[1]", '[{"env": "E"}]', "no JSON"])
def test_what_is_no_file_of_results(text: str, tmp_path: Path):
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="holds no results of archer-bench"):
        read_results(path)
    with pytest.raises(ValueError, match="cannot read"):
        read_results(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"curve": [{"games": 0}]}, "return is missing"),
        ({"curve": []}, "does not begin before the first game"),
        ({"interval": [1.0]}, "has not two ends"),
        ({"env": 3}, "env must be a text, not 3"),
        ({"held_out": None}, "held_out must be an object"),
        ({"held_out": {"test": "good"}}, "must be a finite number, not 'good'"),
        ({"luck": 1}, "luck"),
    ],
)
def test_results_of_another_shape(change: dict[str, Any], message: str, tmp_path: Path):
    path = tmp_path / "results.json"
    record = asdict(result(0, [0, 8], [-1.0, -0.5], -0.4))
    path.write_text(json.dumps([record]))
    assert [asdict(each) for each in read_results(path)] == [record]
    path.write_text(json.dumps([{**record, **change}]))
    with pytest.raises(ValueError, match="holds no results of archer-bench") as caught:
        read_results(path)
    assert message in str(caught.value)


def result(
    seed: int, games: list[int], returns: list[float], final: float, method: str = "m"
) -> Result:
    curve = [
        {**dict.fromkeys(USES, 0.0), "games": float(g), "minutes": g / 10, "return": r}
        for g, r in zip(games, returns, strict=True)
    ]
    totals = {**dict.fromkeys(USES, 10.0), "games": games[-1]}
    return Result("E", method, seed, curve, -9.0, final, (0.0, 6.0), 0.5, 4, totals)


RUNS = [
    result(0, [0, 10, 20], [0.0, 1.0, 2.0], 1.0),
    result(1, [0, 10, 30], [0.0, 3.0, 3.0], 3.0),
    result(2, [0, 20, 40], [2.0, 2.0, 2.0], 5.0),
]


def cells(line: str) -> list[str]:
    return line.strip("| ").split(" | ")


def test_what_it_takes_to_reach_a_return():
    assert [run.uses_to(2.0)["games"] for run in RUNS] == [20.0, 10.0, 0.0]
    assert [run.uses_to(2.5)["minutes"] for run in RUNS] == [float("inf"), 1.0, float("inf")]
    found = tables(RUNS[::-1], [2.0, 2.5])
    assert cells(found["methods"].splitlines()[2])[:4] == ["m", "3", "0.67", "3.00"]
    _, _, first, second = map(cells, found["thresholds"].splitlines())
    assert first == ["2", "m", "3/3", "10", "0", "0", "0", "1.0"]
    assert second == ["2.5", "m", "1/3", *["-"] * 5]
    runs = found["runs"].splitlines()
    assert runs[2] == "| m | 0 | -9.00 | 0.00 | 1.00 | 0.00 to 6.00 | 4 | 20 | 10.0 |"
    assert found["ratios"] == ""


def test_how_many_times_fewer_trajectories():
    """A method that takes 10, 10 and 20 games, and a rival that takes 40, 30, and more than the 50 that it plays."""
    ours = [
        result(seed, [0, games], [0.0, 2.0], 2.0, "ours") for seed, games in enumerate([10, 10, 20])
    ]
    rival = [
        result(seed, [0, games], [0.0, reached], 2.0, "rival")
        for seed, games, reached in ((0, 40, 3.0), (1, 30, 3.0), (2, 50, 2.0))
    ]
    found = tables([*ours, *rival], [2.0, 3.0], "rival")["ratios"].splitlines()
    assert cells(found[0]) == ["method", "2", "3"]
    assert cells(found[2]) == ["ours", "4.0 (2.5 to 4.0)", "-"]
    again = tables([*ours, *rival], [2.0, 3.0], "ours")["ratios"].splitlines()
    assert cells(again[2]) == ["rival", "0.2 (0.2 to 0.4)", "-"]
    late = [
        result(seed, [0, 10], [0.0, 1.0], 2.0, "rival") if seed else rival[0] for seed in range(3)
    ]
    never = tables([*ours, *late], [2.0], "rival")["ratios"].splitlines()
    assert cells(never[2])[1].startswith("≥ 1.0 (")


def test_the_ratio_of_medians_draws_seeds():
    ratio, low, high = ratio_interval([40.0, 30.0, 50.0], [10.0, 10.0, 20.0])
    assert (ratio, low, high) == (4.0, 2.5, 4.0)
    assert ratio_interval([6.0], [3.0]) == (2.0, 2.0, 2.0)
    with pytest.raises(ValueError, match="each numerator needs its denominator"):
        ratio_interval([1.0], [])


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


def test_files_of_the_study_that_share_their_runs_mean_the_same_by_a_name():
    study = Path(__file__).parent.parent / "benchmarks" / "study"
    found: dict[Path, TrainConfig] = {}
    files = [replace(read_bench(path), seeds=[0]) for path in sorted(study.glob("*.toml"))]
    jobs = [job for each in files for job in jobs_of(each)]
    for job in jobs:
        assert found.setdefault(job.folder, job.config) == job.config, job.folder
    assert len(found) < len(jobs)
