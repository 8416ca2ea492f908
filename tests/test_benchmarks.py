"""The benchmark for GPUs: every part of it at a tiny size on the processor, and how it keeps to its time."""

import json
import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
ROOT = Path(__file__).parent.parent


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import gpu

    yield gpu


def test_a_dry_run_measures_everything():
    command = [sys.executable, "benchmarks/gpu.py", "--dry", "--json", "--seconds", "3000"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    rows = json.loads(ended.stdout)
    assert not [row for row in rows if "note" in row], ended.stderr
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        found.setdefault(row["part"], {})[row["what"]] = row["value"]
    for size in ("gpt2", "1.5b"):
        phases, iteration = found[f"{size} phases"], found[f"{size} iteration"]
        rates = [
            row for row in rows if row["part"] == f"{size} phases" and row["unit"] == "tokens/s"
        ]
        assert len(rates) == 8 and all(row["value"] > 0 for row in rates)
        assert phases["peak memory of all networks"] > 0.1
        # In bfloat16, but of the same text: far less than what one token says about another.
        off = "log-probability of a token, recomputed - sampled: mean"
        assert 0 < phases[off] <= phases["the same, at most"] < 0.1
        ways = [iteration[f"{way}: whole iteration"] for way in ("plain", "here")]
        assert iteration["plain : here"] == pytest.approx(
            ways[0] / ways[1], abs=0.1 + 0.1 * ways[0]
        )
    run = found["small-llm run"]
    assert run["final: after games"] >= 2 and -20 <= run["final: mean return"] <= 0


def test_a_part_is_stopped_in_time_and_its_figures_count(gpu: Any):
    def slow(options: Namespace, tell: Any) -> None:
        tell("first", 1.0, "s")
        time.sleep(60)
        tell("second", 2.0, "s")

    def broken(options: Namespace, tell: Any) -> None:
        tell("first", 1.0, "s")
        raise ValueError("there is no such model")

    first = {"what": "first", "value": 1.0, "unit": "s"}
    options = Namespace(device="cpu", limit=5.0)
    assert [*gpu.measured(slow, options)] == [
        first,
        {"note": "stopped after 5 s, its share of the time"},
    ]
    assert [*gpu.measured(broken, options)] == [first, {"note": "there is no such model"}]


def test_what_there_is_no_time_for_is_said(
    gpu: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "argv", ["gpu.py", "--dry", "--json", "--seconds", "4"])
    gpu.main()
    rows = json.loads(capsys.readouterr().out)
    skipped = [row["part"] for row in rows if "skipped" in row.get("note", "")]
    assert skipped == [*gpu.parts(True)]


def test_without_a_gpu_it_says_so(gpu: Any, monkeypatch: pytest.MonkeyPatch):
    if gpu.torch.cuda.is_available():
        pytest.skip("there is a GPU")
    monkeypatch.setattr(sys, "argv", ["gpu.py"])
    with pytest.raises(SystemExit, match="no CUDA device here; --dry"):
        gpu.main()
