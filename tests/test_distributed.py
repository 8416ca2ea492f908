"""Two processes that talk through gloo: the gradients of one, and a run that is one run."""

import os
import shutil
import socket
import subprocess
import sys
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import torch
from gradients import gradients
from learners import METHODS, learned
from safetensors.torch import load_file

from archer_agent import cli
from archer_agent.episodes.replay import read_episodes
from archer_agent.networks import distributed, parts
from archer_agent.runs.records import read_metrics

ROOT = Path(__file__).parent.parent


def two_processes(*arguments: str) -> list[str]:
    """Run a command as torchrun would, in two processes; return what each said, once both have ended well."""
    started = start_two(*arguments)
    try:
        said = [process.communicate(timeout=600)[0] for process in started]
    finally:
        for process in started:
            process.kill()
    assert [process.returncode for process in started] == [0, 0], "\n".join(said)
    return said


def start_two(*arguments: str) -> list[subprocess.Popen[str]]:
    """Begin a command as torchrun would, in two processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    shared = {
        "WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": port,
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
    }
    return [
        subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, **shared, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
        )
        for rank in range(2)
    ]


def test_uneven_rows_on_two_processes_give_the_gradient_of_one(tmp_path: Path):
    expected = gradients(1)
    two_processes(str(ROOT / "tests" / "gradients.py"), str(tmp_path / "two.safetensors"))
    found = load_file(tmp_path / "two.safetensors")
    assert found.keys() == expected.keys() and len(found) > 40
    for name, value in expected.items():
        assert value.abs().max() > 0 or name == "actor/kl_step", name
        torch.testing.assert_close(
            found[name], value, atol=1e-5, rtol=1e-4, msg=lambda m, n=name: f"{n}: {m}"
        )


@pytest.mark.parametrize(
    ("batches", "their_batches", "their_rows", "count"),
    [
        ([[0, 1, 2], [3], [4]], 5, 9, 5),  # one row each
        ([[0, 1, 2, 3], [4]], 3, 9, 3),
        ([[0, 1], [2], [3]], 2, 2, 2),  # the other process cannot have as many
        ([[0, 1], [2]], 2, 3, 2),
    ],
)
def test_batches_are_split_or_joined_until_every_process_has_as_many(
    batches: list[list[int]],
    their_batches: int,
    their_rows: int,
    count: int,
    monkeypatch: pytest.MonkeyPatch,
):
    theirs = iter([-their_batches, their_rows])
    monkeypatch.setattr(parts, "least", lambda own: min(own, next(theirs)))
    found = parts.even(batches)
    assert len(found) == count and all(found)
    assert sorted(chain(*found)) == list(range(sum(map(len, batches))))


def test_a_process_without_rows_is_told_of(monkeypatch: pytest.MonkeyPatch):
    theirs = iter([-2, 0])
    monkeypatch.setattr(parts, "least", lambda own: min(own, next(theirs)))
    with pytest.raises(ValueError, match="has nothing to learn from"):
        parts.even([[0], [1]])


SMALL = """
    --env identity_game:Brief-v0 --threads 1 --model.width 16 --model.heads 2 --model.layers 1 --model.context 128
    --warm-start.games 64 --warm-start.epochs 1 --warm-start.critic-games 8 --warm-start.critic-steps 2
    --archer.critic-steps 2 --archer.critic-batch 4 --archer.actor-games 8 --archer.actor-batch 4
    --archer.actor-lr 1e-3 --archer.kl 0.1 --archer.offline-iterations 0
    --loop.games-per-iteration 8 --loop.warmup-iterations 0 --loop.iterations 2
    --evaluation.games 4 --evaluation.every 1 --checkpoint-every 1
""".split()
TRAIN = ["-c", "import sys; from archer_agent.cli import train; sys.exit(train())"]


def without_times(run: Path) -> list[dict[str, Any]]:
    records = read_metrics(run / "metrics.jsonl")
    return [{k: v for k, v in record.items() if k != "seconds"} for record in records]


@pytest.mark.parametrize(
    ("device", "message"),
    [
        ("mps", "can have --device cpu or cuda, not mps"),
        ("cuda:1", "cannot all have --device cuda:1"),
    ],
)
def test_processes_do_not_share_a_device(
    device: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    for name, value in {"WORLD_SIZE": "2", "RANK": "0", "LOCAL_WORLD_SIZE": "2"}.items():
        monkeypatch.setenv(name, value)
    assert cli.train([*SMALL, "--run", str(tmp_path / "run"), "--device", device]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("rank", ["0", "1"])
def test_a_process_that_is_left_alone_says_so(
    rank: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    shared = {"WORLD_SIZE": "2", "RANK": rank, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    for name, value in shared.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(distributed, "MEETING", timedelta(seconds=1))
    assert cli.train([*SMALL, "--run", str(tmp_path / "run")]) == 2
    assert "not all processes have come within 0:00:01" in capsys.readouterr().err


def test_a_run_of_two_processes_is_one_run_and_resumes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run = tmp_path / "run"
    other = run / "rank-1"
    shared = ["--warm-start.shared", str(tmp_path / "clones"), "--loop.minutes", "60"]
    first, second = two_processes(*TRAIN, *SMALL, *shared, "--run", str(run))
    assert "the report is" in first and not second.strip()
    games = [read_episodes(folder / "episodes.jsonl") for folder in (run, other)]
    seeds = [[episode.seed for _, episode in played] for played in games]
    assert [len(own) for own in seeds] == [4 + 2 * 4] * 2 and not set(seeds[0]) & set(seeds[1])
    records = without_times(run)
    assert records[-1]["games"] == 8 + 2 * 8

    def states(name: str) -> list[bytes]:
        return [(folder / "checkpoints" / "000002" / name).read_bytes() for folder in (run, other)]

    policies, critics = states("module-policy.safetensors"), states("module-critic.safetensors")
    assert policies[0] == policies[1] and critics[0] == critics[1]
    assert states("generators.safetensors")[0] != states("generators.safetensors")[1]
    # As if killed when one process had written its last state, and the other had not.
    shutil.rmtree(other / "checkpoints" / "000002")
    (run / "summary.json").unlink()
    two_processes(*TRAIN, "--resume", str(run), "--trust-code")
    assert states("module-policy.safetensors") == policies
    assert states("module-critic.safetensors") == critics
    assert without_times(run) == records
    (run / "summary.json").unlink()
    assert cli.train(["--resume", str(run), "--trust-code"]) == 2
    assert "is a run of 2 processes, not of 1" in capsys.readouterr().err
    # As if killed when one process had written its first state, and the other had not.
    begun = tmp_path / "begun"
    rarely = ["--checkpoint-every", "9", "--run", str(begun)]
    two_processes(*TRAIN, *SMALL, *shared, *rarely)
    shutil.rmtree(begun / "checkpoints" / "000002")
    shutil.rmtree(begun / "rank-1")
    (begun / "summary.json").unlink()
    two_processes(*TRAIN, "--resume", str(begun), "--trust-code")
    assert without_times(begun) == records
    for own in (begun, begun / "rank-1"):
        weights = own / "checkpoints" / "000002" / "module-policy.safetensors"
        assert weights.read_bytes() == policies[0]


def test_every_method_learns_on_two_processes_what_it_learns_on_one(tmp_path: Path):
    two_processes(str(ROOT / "tests" / "learners.py"), str(tmp_path))
    found = {kind: load_file(tmp_path / f"{kind}.safetensors") for kind in ("whole", "sharded")}
    for method in METHODS:
        everything = slice(None)
        begun = learned(method, everything, shard=False, updates=0)
        expected = learned(method, everything, shard=False)
        assert any((value - begun[name]).abs().max() > 1e-4 for name, value in expected.items())
        for name, value in expected.items():
            for kind, tensors in found.items():
                torch.testing.assert_close(
                    tensors[name],
                    value,
                    atol=1e-5,
                    rtol=0.0,
                    msg=lambda m, n=name, k=kind: f"{n}, {k}: {m}",
                )


def test_a_sharded_run_keeps_a_part_in_each_process_and_resumes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run = tmp_path / "run"
    sharded = ["--distributed.shard", "--warm-start.optimizer", "adam"]
    two_processes(*TRAIN, *SMALL, *sharded, "--run", str(run))
    records = without_times(run)

    def kept_parts(name: str) -> list[dict[str, torch.Tensor]]:
        folders = (run, run / "rank-1")
        return [load_file(each / "checkpoints" / "000002" / name) for each in folders]

    def names() -> list[str]:
        folder = run / "checkpoints" / "000002"
        return sorted(path.name for path in folder.glob("[mo]*-*.safetensors"))

    kept = {name: kept_parts(name) for name in names()}
    assert {name.partition("-")[0] for name in kept} == {"module", "optimizer"}
    embeddings = [
        part["model.model.embed_tokens.weight"] for part in kept["module-policy.safetensors"]
    ]
    cloned = load_file(run / "warm_start" / "model.safetensors")["model.embed_tokens.weight"]
    assert sum(map(len, embeddings)) == len(cloned) and len(embeddings[1]) == len(cloned) // 2
    # Actor steps of a small learning rate: still much like what was cloned.
    torch.testing.assert_close(torch.cat(embeddings), cloned, atol=0.1, rtol=0.0)
    shutil.rmtree(run / "rank-1" / "checkpoints" / "000002")
    (run / "summary.json").unlink()
    two_processes(*TRAIN, "--resume", str(run), "--trust-code")
    assert without_times(run) == records
    for name, before in kept.items():
        for old, new in zip(before, kept_parts(name), strict=True):
            assert old.keys() == new.keys() and all(torch.equal(old[k], new[k]) for k in old)
    arguments = ["--resume", str(run), "--trust-code", "--distributed.no-shard"]
    assert cli.train(arguments) == 2
    assert "--distributed.shard of" in capsys.readouterr().err


FREEZES = """
import os, signal, sys
from archer_agent.cli import train
from archer_agent.runs.run import Run
if os.environ["RANK"] == "1":
    Run.update = lambda *_, **__: os.kill(os.getpid(), signal.SIGSTOP)
sys.exit(train())
"""


def test_a_frozen_process_ends_the_run_with_a_sentence(tmp_path: Path):
    patience = ["--distributed.timeout-minutes", "0.1"]
    started = start_two("-c", FREEZES, *SMALL, *patience, "--run", str(tmp_path / "run"))
    try:
        said, _ = started[0].communicate(timeout=120)
    finally:
        for process in started:
            process.kill()
    assert started[0].returncode == 2
    assert "another process has ended, or has not answered for 0:00:06" in said
    assert "Traceback" not in said
