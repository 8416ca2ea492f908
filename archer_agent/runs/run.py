"""One process of a run: what it holds from its first game to its last, and what every phase does with it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gymnasium.vector import VectorEnv
from rich.console import Console

from archer_agent.agents.agent import Agent
from archer_agent.agents.rollout import play
from archer_agent.algorithms.learner import Learner
from archer_agent.episodes.replay import Episode, ReplayBuffer, append_episodes
from archer_agent.networks import distributed
from archer_agent.runs.budget import Budget, Interruption
from archer_agent.runs.display import Display
from archer_agent.runs.folder import Growth
from archer_agent.runs.journal import Journal, game_statistics
from archer_agent.runs.seal import publish
from archer_agent.runs.trackers import OnRecord, Trackers
from archer_agent.runs.watch import watched
from archer_agent.seeding import TRAINING_GAMES, VALIDATION_GAMES, game_seeds
from archer_agent.settings import TrainConfig


class Run:
    """One process of a run: who learns, from what, by which randomness, and how far it has come.

    Its methods are what phases of more than one kind ask for: what the iteration under way consists of, playing, learning,
    evaluating. How a run begins, what of it is kept and how it ends are functions of `archer_agent.runs.beginning`,
    `archer_agent.runs.resuming` and `archer_agent.runs.ending`, which take it.

    Args:
        config: the settings.
        folder: where this process keeps its records.
        envs: where it plays.
        changes: settings that are others since the run was resumed.
        on_record: called with each record, by one process.

    Attributes:
        config: as given.
        folder: as given.
        envs: as given.
        changes: as given.
        device: where networks and `generator` are.
        generator: draws utterances and batches on the device; each process has its own.
        rng: draws batches and orders; the same in all processes until they have cloned.
        learner: who learns; there once the run has begun.
        buffer: the latest training games.
        growth: how far its records have come.
        recorded: what is learned from beyond the warm start; empty for methods that learn from their own games alone.
        sum_of_recorded: the checksum of these on disk; None where there are none.
        uncalibrated: the minutes were spent before its critic could learn returns.
        best: the score of the best policy so far, and the iteration that it came from.
        budget: when the run ends.
        interruption: whether it was asked to end before.
        stopped: whether it has ended so, with something left of its budget.
        display: what a person sees of it.
        journal: its records, its counters, and the iteration under way.
    """

    learner: Learner
    uncalibrated = False
    stopped = False
    sum_of_recorded: str | None = None

    def __init__(
        self,
        config: TrainConfig,
        folder: Path,
        envs: VectorEnv,
        changes: Mapping[str, Any],
        on_record: OnRecord | None,
    ) -> None:
        self.config = config
        self.folder = folder
        self.envs = envs
        self.changes = changes
        self._on_record = on_record
        self.device = torch.device(config.device)
        self.generator = torch.Generator(self.device).manual_seed(distributed.own_seed(config.seed))
        # Every process clones the same batches; from then on each draws its own.
        self.rng = np.random.default_rng(config.seed)
        self.best = (-sys.float_info.max, 0)  # JSON has no infinity
        self.buffer = ReplayBuffer(config.loop.buffer_games)
        self.growth = Growth(folder)
        self.recorded = ReplayBuffer(0)
        self.budget = Budget.of(config.loop)
        self.interruption = Interruption()
        self.display = Display(
            config.env,
            f"{config.algo} · preset {config.preset} · seed {config.seed} · {folder}",
            self.budget,
            Console(quiet=True) if distributed.rank() else None,
        )
        self.journal = Journal(folder, self.display, config.evaluation.games)

    def track(self, step: int) -> None:
        """Tell others of the run from here on, by one process."""
        if not distributed.rank():
            note = self.display.note
            self.journal.trackers = Trackers(self.config, self.folder, step, note, self._on_record)

    def keep_recorded(self, demonstrations: Sequence[Episode]) -> None:
        """Keep demonstrations whole, to learn from.

        Where play follows, without the text for the critic alone: weights exp(beta A) by a critic that knows the hidden
        word make lucky guesses likelier, not good questions.
        """
        if self.learner.collects:
            demonstrations = [replace(game, privileged="") for game in demonstrations]
        self.recorded = ReplayBuffer(len(demonstrations))
        self.recorded.extend(demonstrations)

    # ---------------------------------------------------------------- the iteration under way

    def is_spent(self) -> bool:
        """Whether nothing is left of the budget."""
        return self.budget.is_spent(self.journal.iteration, self.journal.seconds())

    def is_over(self) -> bool:
        """Whether the budget is spent or the run is asked to end, in any of its processes."""
        # Processes stop together, or the others would wait for one that has.
        return distributed.total(self.interruption.happened or self.is_spent()) > 0

    def keeps_recorded(self) -> bool:
        """Whether the method learns from demonstrations beyond the warm start."""
        return not self.learner.collects or self.learner.offline_iterations > 0

    def offline_iterations(self) -> int:
        """How many iterations learn from recorded games before the first game is played; none without such games."""
        return self.learner.offline_iterations if self.recorded else 0

    def plays(self) -> bool:
        """Whether the iteration under way learns from games of its own."""
        return self.learner.collects and self.journal.iteration > self.offline_iterations()

    def warms_up(self) -> bool:
        """Whether the critic alone learns in the iteration under way."""
        return (
            self.learner.has_critic and self.journal.iteration <= self.config.loop.warmup_iterations
        )

    def evaluates(self) -> bool:
        """Whether the iteration under way ends with an evaluation, whatever comes after it."""
        return self.journal.iteration % self.config.evaluation.every == 0 and not self.warms_up()

    # ---------------------------------------------------------------- what phases do

    def play(
        self,
        agent: Agent,
        seeds: Sequence[int],
        on_progress: Callable[[int], None] | None = None,
    ) -> list[Episode]:
        """Play games; an environment that does not answer is told of.

        Args:
            agent: plays all of them.
            seeds: one for each game.
            on_progress: told how many games have ended.
        """
        with watched(self.display.note) as alive:

            def progress(ended: int) -> None:
                alive()
                if on_progress is not None:
                    on_progress(ended)

            return play(self.envs, agent, seeds, progress, self.config.model.privileged_info)

    def collect(self, count: int) -> list[Episode]:
        """Play training games with the agent as it is now; put them into the buffer and on record.

        Args:
            count: how many this process plays.
        """
        config, learner, journal = self.config, self.learner, self.journal
        self.display.phase("collect", count)
        group = learner.group
        drawn = game_seeds(config.seed, TRAINING_GAMES, count // group, journal.iteration)
        distinct = drawn[distributed.rank() :: distributed.world_size()]
        seeds = [seed for seed in distinct for _ in range(group)]
        with learner.ready_to_play():
            fresh = self.play(learner.agent(self.generator), seeds, self.display.advance)
        self.buffer.extend(fresh)
        append_episodes(self.folder / "episodes.jsonl", fresh, iteration=journal.iteration)
        journal.counters.count_games(fresh)
        journal.counters.count_drawn(learner.unsaid_tokens())
        self.display.sample(fresh[0])
        statistics = distributed.average_metrics(game_statistics(fresh))
        journal.log("collect", {f"collect/{key}": value for key, value in statistics.items()})
        return fresh

    def update(self, fresh: Sequence[Episode], train_actor: bool) -> None:
        """Let the method learn for one iteration.

        Args:
            fresh: the games of this iteration.
            train_actor: whether the policy learns too, and not the critic alone.
        """
        learner, warm = self.learner, self.config.warm_start
        self.display.phase("update")
        if self.journal.iteration == 1 and learner.has_critic and not warm.critic_steps:
            # Where nothing was calibrated these are the first games that the critic learns from.
            if warm.normalize_returns:
                learner.adopt_scale(fresh or [*self.recorded])
        if learner.collects and not self.plays() and self.journal.iteration:
            update = learner.update_offline(self.recorded, train_actor)
        else:
            games = self.buffer if learner.collects else self.recorded
            update = learner.update(games, fresh, train_actor)
            if self.recorded and self.plays() and train_actor:
                played = int(distributed.total(len(fresh)))
                rehearsed = learner.rehearse(self.recorded, played)
                update["gradient_steps"] += rehearsed.pop("gradient_steps", 0.0)
                update |= rehearsed
        self.journal.counters.gradient_steps += int(update.pop("gradient_steps"))
        self.journal.counters.count_drawn(update.pop("generated_tokens", 0))
        self.journal.log("update", distributed.average_metrics(update))

    def evaluate(self, stage: str) -> None:
        """Play games on validation seeds; remember the best agent so far. One process does it for all.

        Args:
            stage: what the evaluation is called in the records.
        """
        with self.learner.ready_to_play():
            if distributed.rank():
                return
            games = self.play_apart(VALIDATION_GAMES, self.learner.agent, stage)
            score = float(np.mean([game.total_reward for game in games]))
            if score > self.best[0]:
                self.best = (score, self.journal.iteration)
                publish(self.folder / "policy", self.learner.save_agent)

    def play_apart(
        self, purpose: int, agent_with: Callable[[torch.Generator, bool], Agent], stage: str
    ) -> list[Episode]:
        """Play games that nothing is learned from, with a generator of their own; training's stays where it is.

        All validations draw the same, so that they can be compared. The final games draw anew: the luck by which a
        policy was chosen would come back in an environment where every game begins alike.

        Args:
            purpose: of the games, as `archer_agent.seeding` numbers them.
            agent_with: makes the agent from a generator, and from whether it is greedy.
            stage: what the evaluation is called in the records.
        """
        seed, settings = self.config.seed, self.config.evaluation
        generator = torch.Generator(self.device).manual_seed(game_seeds(seed, purpose, 1)[0])
        agent = agent_with(generator, settings.greedy)
        self.display.phase("evaluation", settings.games)
        games = self.play(agent, game_seeds(seed, purpose, settings.games), self.display.advance)
        self.learner.unsaid_tokens()  # what is drawn for these games counts for nothing
        self.journal.log_evaluation(stage, games)
        return games
