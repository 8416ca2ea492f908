"""Checkpoints: exact, whole or absent, without pickle."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from archer_agent.runs import checkpoint
from archer_agent.runs.checkpoint import (
    checkpoints_in,
    load_checkpoint,
    prune_checkpoints,
    save_checkpoint,
)


class Tied(nn.Module):
    """Weights shared between two layers, a persistent buffer, and one that is not."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.embedding = nn.Embedding(5, width)
        self.out = nn.Linear(width, 5, bias=False)
        self.out.weight = self.embedding.weight
        self.register_buffer("count", torch.zeros(1))
        self.register_buffer("scratch", torch.ones(3), persistent=False)

    def forward(self, ids: Tensor) -> Tensor:
        self.count += 1
        return self.out(self.embedding(ids))


class Run:
    """A tiny training run with every kind of state."""

    def __init__(self, seed: int, width: int = 4) -> None:
        torch.manual_seed(seed)
        model = Tied(width)
        self.modules: dict[str, nn.Module] = {"policy": model, "target": copy.deepcopy(model)}
        self.optimizers: dict[str, torch.optim.Optimizer] = {
            "adam": torch.optim.Adam(model.parameters(), lr=0.01)
        }
        self.generators: dict[str, torch.Generator | np.random.Generator] = {
            "torch": torch.Generator().manual_seed(seed),
            "numpy": np.random.default_rng(seed),
            "legacy": np.random.Generator(np.random.MT19937(seed)),
        }

    def parts(self) -> dict[str, Any]:
        return {
            "modules": self.modules,
            "optimizers": self.optimizers,
            "generators": self.generators,
        }

    def save(self, folder: Path, **state: Any) -> None:
        save_checkpoint(folder, **self.parts(), state=state)

    def steps(self, count: int) -> list[float]:
        losses = []
        model, optimizer = self.modules["policy"], self.optimizers["adam"]
        for _ in range(count):
            ids = torch.randint(5, (8,), generator=self.generators["torch"])
            target = torch.from_numpy(self.generators["numpy"].integers(5, size=8))
            noise = self.generators["legacy"].standard_normal()
            loss = nn.functional.cross_entropy(model(ids), target) * (1 + 0.1 * noise)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses


def test_a_resumed_run_continues_bit_by_bit(tmp_path: Path):
    run = Run(0)
    run.steps(7)
    run.save(tmp_path / "7", iteration=7, best=-3.1000000000000001, note="é")
    expected = run.steps(20)

    resumed = Run(1)
    resumed.steps(3)
    state = load_checkpoint(tmp_path / "7", **resumed.parts())
    assert state == {"iteration": 7, "best": -3.1000000000000001, "note": "é"}
    assert resumed.steps(20) == expected
    for name, module in run.modules.items():
        own = resumed.modules[name].state_dict()
        assert all(torch.equal(own[key], value) for key, value in module.state_dict().items())
    model = resumed.modules["policy"]
    assert model.out.weight is model.embedding.weight


def test_nothing_but_safetensors_and_json(tmp_path: Path):
    run = Run(0)
    run.steps(1)
    run.save(tmp_path / "a" / "1")
    files = [path for path in (tmp_path / "a" / "1").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".safetensors", ".json"}
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["1"]
    json.loads((tmp_path / "a" / "1" / "checkpoint.json").read_text())


def test_a_part_of_a_checkpoint_may_be_loaded(tmp_path: Path):
    run = Run(0)
    run.steps(2)
    run.save(tmp_path / "2", turn=2)
    other = Run(1).modules["policy"]
    state = load_checkpoint(tmp_path / "2", modules={"policy": other}, optimizers={}, generators={})
    assert state == {"turn": 2}
    assert torch.equal(other.embedding.weight, run.modules["policy"].embedding.weight)


@pytest.mark.parametrize("killed_in", ["_save", "rename", "fsync"])
def test_a_kill_while_saving_leaves_the_older_one(
    killed_in: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run = Run(0)
    run.save(tmp_path / "1", iteration=1)
    run.steps(1)

    def die(*arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if killed_in == "_save":
            patch.setattr(checkpoint, "save_tensors", die)
        elif killed_in == "rename":
            patch.setattr(Path, "rename", die)
        else:
            patch.setattr("os.fsync", die)
        with pytest.raises(KeyboardInterrupt):
            run.save(tmp_path / "2", iteration=2)
    assert (tmp_path / "tmp-2").is_dir()
    assert checkpoints_in(tmp_path) == [tmp_path / "1"]
    assert load_checkpoint(tmp_path / "1", **Run(1).parts()) == {"iteration": 1}
    # The next attempt is not troubled by what is left.
    run.save(tmp_path / "2", iteration=2)
    assert sorted(checkpoints_in(tmp_path)) == [tmp_path / "1", tmp_path / "2"]
    assert not (tmp_path / "tmp-2").exists()


def test_prune_orders_by_number(tmp_path: Path):
    assert checkpoints_in(tmp_path / "absent") == []
    for name in ("2", "10", "9"):
        Run(0).save(tmp_path / name)
    (tmp_path / "tmp-11").mkdir()
    (tmp_path / "best").mkdir()
    (tmp_path / "12").write_text("a file")
    assert {path.name for path in checkpoints_in(tmp_path)} == {"2", "9", "10"}
    prune_checkpoints(tmp_path, keep=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["10", "12", "9", "best"]
    with pytest.raises(ValueError, match="at least one"):
        prune_checkpoints(tmp_path, keep=0)


def test_a_kill_while_pruning_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    Run(0).save(tmp_path / "1")
    Run(0).save(tmp_path / "2")

    def die(*arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", die)
        with pytest.raises(KeyboardInterrupt):
            prune_checkpoints(tmp_path, keep=1)
    assert not (tmp_path / "1").exists()
    prune_checkpoints(tmp_path, keep=1)
    assert [path.name for path in tmp_path.iterdir()] == ["2"]


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "checkpoint.json").unlink(), "no readable checkpoint.json"),
        (lambda folder: truncate(folder / "checkpoint.json"), "checkpoint.json is damaged"),
        (lambda folder: (folder / "checkpoint.json").write_text("[]"), "not of format 2"),
        (lambda folder: truncate(folder / "module-policy.safetensors"), "safetensors is damaged"),
        (lambda folder: (folder / "optimizer-adam.safetensors").unlink(), "adam.* is missing"),
        (lambda folder: truncate(folder / "generators.safetensors"), "generators.* is damaged"),
    ],
)
def test_damage_is_told_in_one_line(damage: Any, message: str, tmp_path: Path):
    run = Run(0)
    run.steps(1)
    run.save(tmp_path / "1")
    damage(tmp_path / "1")
    with pytest.raises(ValueError, match=message) as caught:
        load_checkpoint(tmp_path / "1", **run.parts())
    assert "\n" not in str(caught.value)


def test_another_model_is_refused_untouched(tmp_path: Path):
    Run(0).save(tmp_path / "1")
    wider = Run(1, width=6)
    before = copy.deepcopy(wider.modules["policy"].state_dict())
    with pytest.raises(ValueError, match=r"embedding.weight of 'policy' is float32\[5, 4\]"):
        load_checkpoint(tmp_path / "1", **wider.parts())
    after = wider.modules["policy"].state_dict()
    assert all(torch.equal(after[key], value) for key, value in before.items())
    with pytest.raises(ValueError, match="only the model of 'policy' has a tensor bias"):
        parts = {"modules": {"policy": nn.Linear(1, 1)}, "optimizers": {}, "generators": {}}
        load_checkpoint(tmp_path / "1", **parts)
    with pytest.raises(ValueError, match=r"module-critic\.safetensors is missing"):
        parts = {"modules": {"critic": nn.Linear(1, 1)}, "optimizers": {}, "generators": {}}
        load_checkpoint(tmp_path / "1", **parts)
    with pytest.raises(ValueError, match="holds no 'another'"):
        generators = {"another": torch.Generator()}
        load_checkpoint(tmp_path / "1", modules={}, optimizers={}, generators=generators)


def test_what_cannot_be_saved_is_refused(tmp_path: Path):
    run = Run(0)
    with pytest.raises(ValueError, match="must be JSON"):
        run.save(tmp_path / "1", model=run)
    with pytest.raises(ValueError, match="must be JSON"):
        run.save(tmp_path / "1", best=float("nan"))
    assert list(tmp_path.iterdir()) == []
    run.save(tmp_path / "1")
    with pytest.raises(ValueError, match="exists already"):
        run.save(tmp_path / "1")
