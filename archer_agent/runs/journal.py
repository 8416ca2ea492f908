"""What a run counts as it goes, and the one way by which anything gets into its records and onto its display."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from archer_agent.algorithms.learner import OnStep
from archer_agent.episodes.replay import Episode, append_episodes
from archer_agent.networks import distributed
from archer_agent.runs.display import Display
from archer_agent.runs.records import MetricsLog, MetricsTable, read_metrics
from archer_agent.runs.stages import Stage
from archer_agent.runs.trackers import Trackers

BEFORE = "before"
"""The evaluation of the warm start on the games of the final one."""


@dataclass(slots=True)
class Counters:
    """What the reinforcement-learning phase has used so far; every comparison counts all of these.

    Attributes:
        games: training games played.
        turns: utterances said in them.
        tokens: tokens of those utterances.
        generated_tokens: all tokens drawn from the policy: those, and candidates that were never said.
        gradient_steps: of any network.
    """

    games: int = 0
    turns: int = 0
    tokens: int = 0
    generated_tokens: int = 0
    gradient_steps: int = 0

    def count_games(self, episodes: Sequence[Episode]) -> None:
        """Add games and what was said in them, those of all processes."""
        self.games += int(distributed.total(len(episodes)))
        self.turns += int(distributed.total(sum(len(episode.turns) for episode in episodes)))
        said = sum(len(turn.token_ids) for episode in episodes for turn in episode.turns)
        self.tokens += int(distributed.total(said))
        self.generated_tokens += int(distributed.total(said))

    def count_drawn(self, tokens: float) -> None:
        """Add tokens that were drawn and not said, those of all processes."""
        self.generated_tokens += int(distributed.total(tokens))


class Journal:
    """Counts, records and shows a run.

    Args:
        folder: where the records are.
        display: shows every record.
        sample_games: how many games of an evaluation are kept.

    Attributes:
        iteration: the one under way; 0 before reinforcement learning begins.
        counters: what has been used so far.
        display: as given.
        table: the records for other programs.
        trackers: who else is told of every record, if anybody.
    """

    def __init__(self, folder: Path, display: Display, sample_games: int) -> None:
        self.iteration = 0
        self.counters = Counters()
        self.display = display
        self._folder = folder
        self._sample_games = sample_games
        self._earlier_seconds = 0.0
        self._began = time.monotonic()
        self._metrics: MetricsLog
        self.table = MetricsTable(folder)
        self.trackers: Trackers | None = None

    def open(self, seconds: float = 0.0) -> None:
        """Begin the records of a new run, of which so many seconds are behind it."""
        self._earlier_seconds = seconds
        self._metrics = MetricsLog(self._folder / "metrics.jsonl")

    def resume(self, iteration: int, seconds: float, counters: Mapping[str, int]) -> None:
        """Go on with records that were brought back to a checkpoint, and with what had been counted by then."""
        self.iteration = iteration
        self.counters = Counters(**counters)
        self.open(seconds)
        self.display.resume(read_metrics(self._folder / "metrics.jsonl"))

    def seconds(self) -> float:
        """Return the wall-clock seconds of the run so far, without those between a stop and a resumption."""
        return self._earlier_seconds + time.monotonic() - self._began

    def count_seconds(self, seconds: float) -> None:
        """Count seconds that another run has spent for this one, or, negative, take off what waiting for it took."""
        self._earlier_seconds += seconds

    def log(self, phase: str, values: Mapping[str, Any]) -> None:
        """Record and show what was measured.

        Raises:
            ValueError: something is not finite.
        """
        record = {
            "iteration": self.iteration,
            "phase": phase,
            "seconds": round(self.seconds(), 3),
            **asdict(self.counters),
            **values,
        }
        self._metrics.write(record)
        self.table.add(record)
        self.display.update(record)
        if self.trackers is not None:
            self.trackers.record(record)

    def log_evaluation(self, stage: str, games: Sequence[Episode]) -> None:
        """Record games that nothing is learned from, and what they came to."""
        # Demonstrations are many, and a sample of them shows what they are.
        append_episodes(
            self._folder / "evaluations.jsonl", games[: self._sample_games], stage=stage
        )
        if self.trackers is not None:
            self.trackers.evaluation(stage, games, self.iteration)
        values = {f"evaluation/{key}": value for key, value in game_statistics(games).items()}
        self.log(
            "evaluation", {**values, "evaluation/games": len(games), "evaluation/stage": stage}
        )

    def follow(self, stage: Stage, seconds: float | None) -> OnStep:
        """Return a callback that shows a phase of gradient steps, and keeps how far it has come.

        Args:
            stage: the phase.
            seconds: it ends where so many seconds of the run are spent; None for no limit.
        """
        shown = False

        def on_step(step: int, steps: int, loss: float) -> bool:
            nonlocal shown
            step, steps = stage.behind + step, stage.behind + steps
            if not shown:
                self.display.phase(stage.name, steps)
                shown = True
            self.display.advance(step)
            stage.take(step, loss)
            ends = step < steps and self.has_spent(seconds)
            if ends:
                self.display.note(
                    f"the minutes are spent: {stage.name} ends at step {step} of {steps}"
                )
            return ends

        return on_step

    def has_spent(self, seconds: float | None) -> bool:
        """Whether the run has lasted so long in any of its processes, which stop together; None for no limit."""
        return seconds is not None and distributed.total(self.seconds() >= seconds) > 0


def game_statistics(episodes: Sequence[Episode]) -> dict[str, float]:
    """Return the mean and spread of returns, the success rate, the share of invalid and of distinct utterances."""
    returns = [episode.total_reward for episode in episodes]
    turns = [turn for episode in episodes for turn in episode.turns]
    return {
        "return_mean": float(np.mean(returns)),
        "return_std": float(np.std(returns)),
        "success": float(np.mean([episode.success for episode in episodes])),
        "turns_mean": len(turns) / len(episodes),
        "invalid": float(np.mean([turn.invalid for turn in turns])),
        "distinct": len({turn.action for turn in turns}) / len(turns),
    }
