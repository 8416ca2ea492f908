"""How a run ends: the final evaluation, the games that are explained, the summary, the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from archer_agent.agents.agent import Agent, LanguageAgent
from archer_agent.agents.environments import spent
from archer_agent.algorithms import load_agent
from archer_agent.algorithms.td import TDCritic
from archer_agent.episodes.replay import Episode
from archer_agent.networks import distributed, loading
from archer_agent.networks.sharding import whole
from archer_agent.runs.credit import explain
from archer_agent.runs.folder import seal_told, write_json
from archer_agent.runs.journal import BEFORE, game_statistics
from archer_agent.runs.run import Run
from archer_agent.seeding import TEST_GAMES

WriteReport = Callable[[Path], Path]
"""Writes the report of the run in a folder, and returns where it is."""


def finish(run: Run, write_report: WriteReport | None) -> None:
    """Evaluate the last policy, then the best one on fresh games, explain some of them, have the report written."""
    if run.journal.iteration and not run.evaluates():
        run.evaluate(f"iteration {run.journal.iteration}")
    # Processes let go of each other here: the first one needs whole weights alone.
    judged = run.learner.modules.values() if isinstance(run.learner, TDCritic) else ()
    with whole(*judged):
        if not distributed.rank():
            _finish(run, write_report)


def _finish(run: Run, write_report: WriteReport | None) -> None:

    def warm(generator: torch.Generator, greedy: bool) -> Agent:
        """Return the policy as it was cloned."""
        policy = loading.configured_policy(str(run.folder / "warm_start"), run.config)
        return LanguageAgent(policy, generator, greedy)

    def best(generator: torch.Generator, greedy: bool) -> Agent:
        return load_agent(run.config, run.folder / "policy", generator, greedy)

    if run.best[1]:
        # What came of the warm start is told from the same games.
        run.play_apart(TEST_GAMES, warm, BEFORE)
    games = run.play_apart(TEST_GAMES, best, "final")
    if isinstance(run.learner, TDCritic):
        # One game of each task, so that a reader sees different ones.
        distinct = list({game.task_id or str(i): game for i, game in enumerate(games)}.values())
        write_json(run.folder / "samples.json", explain(run.learner, distinct[:4], "final"))
    run.journal.table.write()
    if run.journal.trackers is not None:
        run.journal.trackers.close()
    # With this file the run is finished: what a kill must not leave out comes before it.
    write_json(run.folder / "summary.json", _summary(run, games))
    seal_told(run.folder)
    if account := spent(run.envs):
        run.display.note(f"the environment: {account}")
    if write_report is not None:
        run.display.note(f"the report is {write_report(run.folder)}")


def write_missing_report(folder: Path, write_report: WriteReport | None) -> None:
    """Have the report of a finished run written where a kill came between its figures and its page."""
    if write_report is None or distributed.rank():
        return
    page, summary = folder / "report.html", folder / "summary.json"
    if not page.exists() or page.stat().st_mtime_ns < summary.stat().st_mtime_ns:
        print(f"the report is {write_report(folder)}")


def _summary(run: Run, games: Sequence[Episode]) -> dict[str, Any]:
    return {
        "env": run.config.env,
        "algo": run.config.algo,
        "seed": run.config.seed,
        "final": game_statistics(games),
        "best_iteration": run.best[1],
        "iterations": run.journal.iteration,
        "seconds": run.journal.seconds(),
        "interrupted": run.stopped,
        **asdict(run.journal.counters),
    }
