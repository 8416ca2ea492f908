"""What the players that come with the environments make of the published panels, each task once.

    python benchmarks/panels.py                  # random where it can be, scripted, the shop's baselines
    python benchmarks/panels.py runs/first ...   # and trained agents, on the panels of their own environments, five draws

Prints a table in Markdown: mean return with its 95 % interval over the tasks, and how many were solved; of trained agents,
which sample, means of five times each task, and the lowest and the highest mean of the five.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PANELS = {
    "llm_gym/TwentyQuestions-v0@test": ["scripted"],
    "llm_gym/TwentyQuestionsSubset-v0@all": ["scripted"],
    "llm_gym/TwentyQuestionsLarge-v0@test": ["scripted"],
    "llm_gym/GuessMyCity-v0@test": ["scripted"],
    "llm_gym/GuessMyCityLarge-v0@test": ["scripted"],
    "llm_gym/WebShop-v0@test": ["random", "rule", "literal", "scripted"],
    "llm_gym/WebShopNatural-v0@test": ["random", "rule", "literal", "scripted"],
    "llm_gym/Adventure-v0@all": ["random", "scripted"],
    "llm_gym/AdventureWorlds-v0@test": ["random", "scripted"],
}
BASELINES = {name: f"llm_gym.games.webshop.baselines:{name}" for name in ("rule", "literal")}


DRAWS = range(1, 6)
"""Seeds with which trained agents play a panel."""


def play(*arguments: str) -> tuple[float, float, float, float]:
    """Return what `archer-eval` says of some games: mean return, the ends of its interval, the share that was solved."""
    command = [
        sys.executable,
        "-c",
        "from archer_agent.cli import evaluate; raise SystemExit(evaluate())",
    ]
    done = subprocess.run(
        [*command, *arguments, "--json"], capture_output=True, text=True, check=True
    )
    result = json.loads(done.stdout)
    return result["return_mean"], *result["interval"], result["success"]


def row(panel: str, player: str, mean: float, low: float, high: float, solved: float) -> None:
    """Print a row of the table."""
    print(
        f"| `{panel}` | {player} | {mean:.2f} | {low:.2f} to {high:.2f} | {solved:.1%} |",
        flush=True,
    )


def main(runs: list[str]) -> None:
    """Print the table row by row."""
    print("| panel | player | mean return | 95 % interval | solved |")
    print("|---|---|---:|:---:|---:|")
    for panel, players in PANELS.items():
        for player in players:
            row(panel, player, *play("--agent", BASELINES.get(player, player), "--panel", panel))
    for run in runs:
        env = json.loads((Path(run) / "config.json").read_text(encoding="utf-8"))["env"]
        for panel in (panel for panel in PANELS if panel.startswith(f"{env}@")):
            draws = [play(run, "--panel", panel, "--sample", "--seed", str(seed)) for seed in DRAWS]
            means = [mean for mean, *_ in draws]
            solved = sum(draw[-1] for draw in draws) / len(draws)
            row(panel, run, sum(means) / len(means), min(means), max(means), solved)


if __name__ == "__main__":
    main(sys.argv[1:])
