"""The smallest run there is: two iterations, in a second."""

from pathlib import Path

import identity_game  # noqa: F401  (registers its environments)
import pytest

from archer_agent import cli

SMALL = """
    --threads 1 --model.width 8 --model.heads 2 --model.layers 1 --model.context 64 --model.max-new-tokens 4
    --warm-start.games 16 --warm-start.epochs 1 --warm-start.player-options {} --algo filtered_bc
    --filtered-bc.steps 1 --loop.games-per-iteration 8 --loop.iterations 2 --evaluation.games 4
    --evaluation.every 1 --checkpoint-every 1
""".split()


def train(*arguments: str) -> int:
    """Call the command, without the page, which takes longer than the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archer_agent.reports.report.write_report", lambda run: run / "report.html")
        return cli.train(arguments)


def trained(folder: Path, *arguments: str, env: str = "Identity-v0") -> int:
    return train("--env", env, *SMALL, "--run", str(folder), *arguments)
