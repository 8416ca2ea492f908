"""The presets of published settings: each starts, and does an iteration, on a model as small as its kind can be."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import identity_game  # noqa: F401  (registers Brief-v0)
import pytest
import torch
from safetensors.torch import load_file
from test_chat import CHATML, chat_tokenizer
from test_models import save_model

from archer_agent import cli
from archer_agent.runs.records import read_metrics
from archer_agent.settings import read_preset

SMALL = """
    --warm-start.games 8 --loop.games-per-iteration 6 --loop.warmup-iterations 0 --loop.buffer-games 50
    --archer.critic-steps 2 --archer.critic-batch 4 --archer.actor-games 4 --archer.actor-batch 4
    --evaluation.games 4 --evaluation.every 1 --threads 1 --checkpoint-every 1
""".split()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("models")
    made = {kind: save_model(kind, folder / kind) for kind in ("gpt2", "roberta")}
    chat = save_model("qwen2", folder / "chat", window=320, tokenizer=chat_tokenizer(CHATML))
    return {**made, "chat": chat}


def train(run: Path, iterations: int, *arguments: str) -> None:
    base = [
        "--env",
        "Brief-v0",
        *SMALL,
        "--loop.iterations",
        str(iterations),
    ]
    assert cli.train([*base, "--run", str(run), *arguments]) == 0


def without_times(run: Path) -> list[dict[str, Any]]:
    records = read_metrics(run / "metrics.jsonl")
    return [{k: v for k, v in record.items() if k != "seconds"} for record in records]


@pytest.mark.parametrize("preset", ["paper", "original"])
def test_a_published_preset_starts(preset: str, models: dict[str, str], tmp_path: Path):
    run = tmp_path / "run"
    chosen = ["--policy", models["gpt2"], "--critic", models["roberta"]]
    train(run, 1, "--preset", preset, *chosen)
    phases = [record["phase"] for record in read_metrics(run / "metrics.jsonl")]
    assert phases.count("update") == 1 and phases.count("cloning") == 1
    assert (run / "policy" / "model.safetensors").exists() and (run / "report.html").exists()


LLM = ["--preset", "llm", "--archer.kl", "0.1", "--model.max-new-tokens", "8"]


def test_the_preset_of_language_models_starts_and_resumes_exactly(
    models: dict[str, str], tmp_path: Path
):
    chosen = [*LLM, "--policy", models["chat"], "--archer.actor-lr", "1e-3"]
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    train(whole, 2, *chosen)
    train(parts, 1, *chosen)
    assert cli.train(["--resume", str(parts), "--loop.iterations", "2"]) == 0
    assert without_times(parts) == without_times(whole)
    for name in ("policy/adapter_model.safetensors", "episodes.jsonl"):
        assert (parts / name).read_bytes() == (whole / name).read_bytes()
    before, after = (whole / "checkpoints" / f"00000{number}" for number in (1, 2))
    for name in ("policy", "critic", "target"):
        file = f"module-{name}.safetensors"
        saved = load_file(after / file)
        assert {value.dtype for value in saved.values()} == {torch.float32}
        assert all(any(part in key for part in ("adapter", "heads", "scale")) for key in saved)
        assert (after / file).read_bytes() != (before / file).read_bytes()
        assert (after / file).read_bytes() == (
            parts / "checkpoints" / after.name / file
        ).read_bytes()
    assert cli.evaluate([str(whole), "--episodes", "4"]) == 0


def tables(settings: dict[str, Any], prefix: str = "") -> Sequence[str]:
    return [f"{prefix}{key}" for key, value in settings.items() if not isinstance(value, dict)] + [
        name
        for key, value in settings.items()
        if isinstance(value, dict)
        for name in tables(value, f"{key}.")
    ]


@pytest.mark.parametrize("preset", ["paper", "original", "llm"])
def test_each_published_value_says_where_it_is_from(preset: str):
    from importlib import resources

    text = (
        resources.files("archer_agent.settings").joinpath("presets", f"{preset}.toml").read_text()
    )
    lines = [line for line in text.splitlines() if " = " in line and not line.startswith("#")]
    assert len(lines) == len(tables(read_preset(preset)))
    for line in lines:
        source = line.partition("#")[2]
        assert any(word in source for word in ("paper", "released", "LMRL-Gym", "here:")), line
