"""Where metrics go besides the run's folder: the real libraries, read back, where they are installed."""

import csv
import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_runs import SMALL, train, trained

import archer_agent
from archer_agent.runs.records import read_metrics
from archer_agent.settings import parse_train_arguments

RESUMED = ("--loop.iterations", "3")


def test_the_table_holds_what_the_records_hold(tmp_path: Path):
    run = tmp_path / "run"
    seen: list[dict[str, Any]] = []
    config = parse_train_arguments(["--env", "Identity-v0", *SMALL, "--run", str(run)]).config
    assert archer_agent.train(config, on_record=lambda record: seen.append(dict(record))) == run
    records = read_metrics(run / "metrics.jsonl")
    assert seen == records
    with (run / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        assert {key: value for key, value in row.items() if value} == {
            key: str(value) for key, value in record.items()
        }


def test_a_tracker_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(__import__("sys").modules, "wandb", None)
    assert trained(tmp_path / "run", "--track", "wandb") == 2
    said = capsys.readouterr().err
    assert "wandb" in said and "[wandb]" in said and not (tmp_path / "run").exists()


def test_tensorboard_reads_it_back(tmp_path: Path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = tmp_path / "run"
    assert trained(run, "--track", "tensorboard") == 0
    assert train("--resume", str(run), *RESUMED) == 0
    events = EventAccumulator(str(run / "tensorboard"))
    events.Reload()
    losses = {event.step: event.value for event in events.Scalars("imitation/loss")}
    wanted = {r["iteration"]: r["imitation/loss"] for r in records(run, "update")}
    assert losses.keys() == {1, 2, 3}
    assert losses == pytest.approx(wanted)
    returns = {event.step: event.value for event in events.Scalars("evaluation/return_mean")}
    assert returns.keys() == {1, 2, 3}
    assert events.Scalars("final/return_mean")
    (text,) = events.Tensors("settings/text_summary")[:1]
    assert b"filtered_bc" in text.tensor_proto.string_val[0]
    games = events.Tensors("games/iteration/text_summary")
    assert b"return" in games[0].tensor_proto.string_val[0]


def test_wandb_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_SILENT", "true")
    run = tmp_path / "run"
    assert trained(run, "--track", "wandb") == 0
    name = json.loads((run / "trackers.json").read_text())["wandb"]
    assert train("--resume", str(run), *RESUMED) == 0
    kept = list((run / "wandb").glob(f"offline-run-*-{name}/run-{name}.wandb"))
    assert kept and b"imitation/loss" in b"".join(path.read_bytes() for path in kept)


def test_mlflow_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"file:{tmp_path / 'mlruns'}")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    run = tmp_path / "run"
    assert trained(run, "--track", "mlflow") == 0
    assert train("--resume", str(run), *RESUMED) == 0
    client = mlflow.MlflowClient()
    name = json.loads((run / "trackers.json").read_text())["mlflow"]
    history = client.get_metric_history(name, "imitation/loss")
    assert sorted(each.step for each in history) == [1, 2, 3]
    kept = client.get_run(name)
    assert kept.data.params["algo"] == "filtered_bc" and kept.data.params["loop.iterations"] == "2"
    assert kept.data.tags["from 2: loop.iterations"] == "3"
    assert any("final" in each.path for each in client.list_artifacts(name, "games"))


def test_trackio_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # Where it keeps things it asks once, when it is imported.
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "trackio"))
    trackio = pytest.importorskip("trackio")
    run = tmp_path / "run"
    assert trained(run, "--track", "trackio") == 0
    assert train("--resume", str(run), *RESUMED) == 0
    assert trained(tmp_path / "other" / "run", "--track", "trackio") == 0  # of the same name
    name = json.loads((run / "trackers.json").read_text())["trackio"]
    kept = trackio.Api().runs("archer_agent")
    assert len(kept) == 2
    (config,) = [each.config for each in kept if each.name == name]
    assert config["algo"] == "filtered_bc"
    storage = importlib.import_module("trackio.sqlite_storage").SQLiteStorage
    logged = storage.get_logs("archer_agent", name)
    losses = {each["step"]: each["imitation/loss"] for each in logged if "imitation/loss" in each}
    wanted = {r["iteration"]: r["imitation/loss"] for r in records(run, "update")}
    assert losses.keys() == {1, 2, 3} and losses == pytest.approx(wanted)
    assert any("return" in each.get("games/final", "") for each in logged)


def test_one_that_fails_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from archer_agent.runs import trackers

    class Broken:
        def __init__(self, *details: Any) -> None:
            pass

        def __getattr__(self, name: str) -> Callable[..., None]:
            raise ConnectionError("nobody answers")

    monkeypatch.setitem(trackers._MAKERS, "tensorboard", Broken)
    monkeypatch.setattr(trackers, "check_trackers", lambda config: None)
    monkeypatch.setattr("archer_agent.runs.training.check_trackers", lambda config: None)
    assert trained(tmp_path / "run", "--track", "tensorboard") == 0
    said = capsys.readouterr().out
    assert said.count("tensorboard is told no more: ConnectionError: nobody answers") == 1


def records(run: Path, phase: str) -> list[dict[str, Any]]:
    return [each for each in read_metrics(run / "metrics.jsonl") if each["phase"] == phase]
