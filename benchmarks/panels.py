"""What the players that come with the environments make of the published panels, each task once.

    python benchmarks/panels.py                  # random where it can be, scripted, the shop's baselines
    python benchmarks/panels.py runs/first ...   # and trained agents, on the panels of their own environments, sampled

Prints a table in Markdown: mean return with its 95 % interval over the tasks, and how many were solved.
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


def play(*arguments: str) -> str:
    """Return what `archer-eval` says of some games, as the end of a row."""
    command = [
        sys.executable,
        "-c",
        "from archer_agent.cli import evaluate; raise SystemExit(evaluate())",
    ]
    done = subprocess.run(
        [*command, *arguments, "--json"], capture_output=True, text=True, check=True
    )
    result = json.loads(done.stdout)
    low, high = result["interval"]
    return f"{result['return_mean']:.2f} | {low:.2f} to {high:.2f} | {result['success']:.1%} |"


def main(runs: list[str]) -> None:
    """Print the table row by row."""
    print("| panel | player | mean return | 95 % interval | solved |")
    print("|---|---|---:|:---:|---:|")
    for panel, players in PANELS.items():
        for player in players:
            result = play("--agent", BASELINES.get(player, player), "--panel", panel)
            print(f"| `{panel}` | {player} | {result}", flush=True)
    for run in runs:
        env = json.loads((Path(run) / "config.json").read_text(encoding="utf-8"))["env"]
        for panel in (panel for panel in PANELS if panel.startswith(f"{env}@")):
            print(f"| `{panel}` | {run} | {play(run, '--panel', panel, '--sample')}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
