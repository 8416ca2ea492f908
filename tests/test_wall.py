"""The wall between the packages, and the learner on an environment that only this file knows."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Text

ROOT = Path(__file__).parent.parent
COLOURS = ("red", "blue", "green", "black")


class Echo(gymnasium.Env[str, str]):
    """Say the colour that was shown, three times; each right word is worth 1."""

    observation_space = Text(400, min_length=0, charset="abcdefghijklmnopqrstuvwxyz \n")
    action_space = Text(100, min_length=0, charset="abcdefghijklmnopqrstuvwxyz ")

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        super().reset(seed=seed)
        self.left = 3
        self.colour = str(self.np_random.choice(COLOURS))
        return f"say {self.colour}\n", {}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        right = float(action == self.colour)
        self.left -= 1
        self.colour = str(self.np_random.choice(COLOURS))
        return f"say {self.colour}\n", right, self.left == 0, False, {}

    def scripted_player(self, seed: int, skill: float) -> Any:
        rng = np.random.default_rng(seed)

        def player(observation: str) -> str:
            colour = observation.split()[1]
            return colour if rng.random() < skill else str(rng.choice(COLOURS))

        return player


@pytest.mark.parametrize(
    ("package", "other"),
    [
        *(("llm_gym", "archer_agent"), ("archer_agent", "llm_gym")),
        *(("packaged_models", "llm_gym"), ("packaged_models", "archer_agent")),
    ],
)
def test_neither_package_imports_the_other(package: str, other: str) -> None:
    imported = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                imported.add(node.module.split(".")[0])
    assert imported & {"numpy", "filelock"}
    assert other not in imported


def test_archer_solves_an_environment_of_the_tests_own(tmp_path: Path) -> None:
    """From a player that is mostly wrong to one that is always right, in seconds."""
    import torch

    from archer_agent import train
    from archer_agent.runs.evaluation import evaluate_run
    from archer_agent.runs.records import read_metrics
    from archer_agent.settings import (
        ArcherConfig,
        EvaluationConfig,
        LoopConfig,
        ModelConfig,
        TrainConfig,
        WarmStartConfig,
    )

    torch.set_num_threads(1)
    gymnasium.register("Echo-v0", entry_point=Echo)
    try:
        config = TrainConfig(
            env="Echo-v0",
            run=tmp_path / "run",
            model=ModelConfig(
                width=32, layers=2, heads=2, context=128, vocabulary=300, max_new_tokens=6
            ),
            warm_start=WarmStartConfig(
                games=600, skill=0.3, epochs=3, critic_games=256, critic_steps=50
            ),
            archer=ArcherConfig(
                critic_steps=15,
                critic_lr=2e-3,
                tau=0.1,
                actor_lr=1e-3,
                actor_states="fresh",
                actor_epochs=2,
            ),
            loop=LoopConfig(games_per_iteration=64, warmup_iterations=1, iterations=32),
            evaluation=EvaluationConfig(games=64, every=6),
        )
        run = train(config)
        sampled = [
            r["collect/return_mean"]
            for r in read_metrics(run / "metrics.jsonl")
            if r["phase"] == "collect"
        ]
        assert sampled[0] < 1.6
        assert max(sampled[-4:]) > sampled[0] + 0.5
        assert evaluate_run(run, episodes=50, seed=1, greedy=True)["return_mean"] > 2.8
        assert (run / "report.html").stat().st_size > 10_000
    finally:
        del gymnasium.registry["Echo-v0"]
