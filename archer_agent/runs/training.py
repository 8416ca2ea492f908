"""The outer loop: warm start, then collect, update, evaluate, log, checkpoint, until the budget is spent.

`archer_agent.runs.folder` lists what a run leaves on disk.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gymnasium.vector import VectorEnv
from rich.console import Console

from archer_agent.agents.agent import Agent
from archer_agent.agents.rollout import check_privileged_info, make_envs, play, spent
from archer_agent.algorithms import load_agent, make_learner
from archer_agent.algorithms.learner import Learner
from archer_agent.algorithms.td import TDCritic
from archer_agent.episodes.replay import Episode, ReplayBuffer, append_episodes, read_episodes
from archer_agent.networks import distributed, loading
from archer_agent.networks.optimization import NonFiniteGradient
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.runs import warm_start
from archer_agent.runs.budget import Budget, Interruption, spent_budget
from archer_agent.runs.checkpoint import (
    latest_checkpoint,
    load_checkpoint,
    prune_checkpoints,
    save_checkpoint,
)
from archer_agent.runs.credit import explain
from archer_agent.runs.display import Display
from archer_agent.runs.folder import (
    count_lines,
    cut_to_lines,
    first_folder,
    open_folder,
    write_json,
)
from archer_agent.runs.journal import Journal, game_statistics
from archer_agent.runs.shared_clones import Clone, shared_clone
from archer_agent.seeding import TEST_GAMES, TRAINING_GAMES, VALIDATION_GAMES, game_seeds
from archer_agent.settings import CONFIG_FILE, TrainConfig, to_dict

DEMONSTRATIONS = "demonstrations.jsonl"
"""Where a run keeps the recorded games that a method learns from beyond the warm start."""

WriteReport = Callable[[Path], Path]
"""Writes the report of the run in a folder, and returns where it is."""


def train(
    config: TrainConfig, resume: Path | None = None, write_report: WriteReport | None = None
) -> Path:
    """Train an agent; return the run's folder.

    Ctrl-C ends the run after the iteration under way, with a checkpoint and a report, and is then passed on; a second
    one ends it at once. A run whose budget is spent is left as it is; what to say to go on with it is printed.

    Args:
        config: the settings.
        resume: the folder of a run to go on with from its latest checkpoint; on one machine's CPU its numbers
            continue exactly as if it had never stopped.
        write_report: called once the run has ended or was stopped, by one process; its display then names the report.

    Raises:
        ValueError: something in the settings cannot be; the message says what and what to do.
        KeyboardInterrupt: after Ctrl-C.
    """
    with distributed.process_group(), loading.quiet():
        return _train(config, resume, write_report)


def _train(config: TrainConfig, resume: Path | None, write_report: WriteReport | None) -> Path:
    folder = open_folder(config, resume)
    if resume is not None and (done := spent_budget(config.loop, resume)):
        if not distributed.rank():
            print(f"{resume} is finished: {done}")
        return folder
    # Looked at before anything is written, so that a bad setting leaves nothing behind.
    warm_start.check_models(config.model)
    games = _share(config.loop.games_per_iteration, "--loop.games-per-iteration")
    _share(config.warm_start.critic_games, "--warm-start.critic-games")
    envs = make_envs(config.env, games, json.loads(config.env_options))
    threads = torch.get_num_threads()
    torch.set_num_threads(config.threads or threads)
    try:
        config = warm_start.with_offered_privileged_info(config, envs)
        if config.model.privileged_info is not None:
            check_privileged_info(envs, config.model.privileged_info)
        run = _Run(config, folder, envs)
        with run.display:
            if resume is None:
                run.begin()
            else:
                run.resume()
            run.loop()
            run.finish(write_report)
    except NonFiniteGradient as error:
        error.save(folder / "diverged.json")
        raise ValueError(
            f"{error} in iteration {run.journal.iteration}; the batch that it came from is in "
            f"{folder / 'diverged.json'}. Lower the learning rates, or raise kl"
        ) from error
    finally:
        torch.set_num_threads(threads)
        envs.close()
    if run.interruption.happened:
        raise KeyboardInterrupt
    return folder


def _share(count: int, flag: str) -> int:
    """Return how many of some games each process plays."""
    share, rest = divmod(count, distributed.world_size())
    if rest:
        raise ValueError(
            f"{flag} is {count}, which {distributed.world_size()} processes cannot share equally"
        )
    return share


def _own_seed(seed: int) -> int:
    """Return a seed for what each process draws by itself."""
    rank = distributed.rank()
    return int(np.random.SeedSequence([seed, rank]).generate_state(1)[0]) if rank else seed


class _Run:
    """One process of a run: who learns, from what, by which randomness, and the phases in order."""

    learner: Learner

    def __init__(self, config: TrainConfig, folder: Path, envs: VectorEnv) -> None:
        self.config = config
        self.folder = folder
        self.envs = envs
        self.device = torch.device(config.device)
        self.generator = torch.Generator(self.device).manual_seed(_own_seed(config.seed))
        # Every process clones the same batches; from then on each draws its own.
        self.rng = np.random.default_rng(config.seed)
        self.best = (-sys.float_info.max, 0)  # JSON has no infinity
        self.buffer = ReplayBuffer(config.loop.buffer_games)
        # What is learned from beyond the warm start; empty for methods that learn from their own games alone.
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

    # ---------------------------------------------------------------- beginning

    def begin(self) -> None:
        """Warm-start a new run."""
        config = self.config
        # Read before anything is written, as it may be anything.
        recorded = warm_start.recorded_games(config)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_json(self.folder / CONFIG_FILE, to_dict(config))
        self.journal.open()
        (self.folder / "episodes.jsonl").touch()
        policy, demonstrations = self._clone(recorded)
        if distributed.rank():
            self.rng = np.random.default_rng(_own_seed(config.seed))
        else:
            loading.save_policy(policy, self.folder / "warm_start")
        self.learner = make_learner(config, policy, self.generator, self.rng)
        self._evaluate("warm start")
        if not self.learner.collects:
            warm_start.check_demonstrations(config, demonstrations)
        if not self.learner.collects or self.learner.offline_iterations:
            append_episodes(self.folder / DEMONSTRATIONS, demonstrations)
            self._keep(demonstrations)
        calibrates = self.learner.has_critic and config.warm_start.critic_steps > 0
        if calibrates and not self.journal.has_spent(self.budget.seconds):
            self._calibrate()
        self._checkpoint()

    def _clone(self, recorded: list[Episode] | None) -> tuple[LanguagePolicy, list[Episode]]:
        """Return a policy that has imitated demonstrations, and these; one's own, or what another run has cloned."""
        config, journal = self.config, self.journal

        def make() -> Clone:
            began = journal.seconds()
            games = recorded
            if games is None:
                games = warm_start.demonstrate(config, self._play, journal)
            policy = warm_start.make_policy(config, games).to(self.device)
            loss = warm_start.imitate(config, policy, games, self.rng, journal)
            state = self.rng.bit_generator.state
            return Clone(policy, games, dict(state), journal.seconds() - began, loss)

        before = journal.seconds()
        clone = make() if config.warm_start.shared is None else shared_clone(config, make)
        self.rng.bit_generator.state = clone.generator
        journal.count_seconds(clone.seconds - (journal.seconds() - before))
        if clone.demonstrations:
            journal.log_evaluation("demonstrations", clone.demonstrations)
        if clone.loss is not None:
            journal.log("cloning", {"cloning/loss": clone.loss})
        return clone.policy, clone.demonstrations

    def resume(self) -> None:
        """Bring everything back to the latest checkpoint, the files included."""
        warm = first_folder(self.folder) / "warm_start"
        policy = loading.configured_policy(str(warm), self.config)
        learner = self.learner = make_learner(self.config, policy, self.generator, self.rng)
        latest = latest_checkpoint(self.folder / "checkpoints")
        assert latest is not None  # open_folder has looked
        # A kill may have come when only some processes had written theirs.
        state = load_checkpoint(
            latest.with_name(f"{distributed.least(int(latest.name)):06d}"),
            modules=learner.modules,
            optimizers=learner.optimizers,
            generators={"torch": self.generator, "numpy": self.rng},
        )
        processes, before = distributed.world_size(), state.get("processes", 1)
        if processes != before:
            raise ValueError(f"{self.folder} is a run of {before} processes, not of {processes}")
        self.best = (state["best"][0], state["best"][1])
        cut_to_lines(self.folder, state["lines"])
        self.journal.resume(state["iteration"], state["seconds"], state["counters"])
        if (self.folder / DEMONSTRATIONS).exists():
            self._keep([game for _, game in read_episodes(self.folder / DEMONSTRATIONS)])
        played = read_episodes(self.folder / "episodes.jsonl")
        self.buffer.extend(episode for _, episode in played)
        self.display.note(f"resumed after iteration {self.journal.iteration}")

    def _keep(self, demonstrations: Sequence[Episode]) -> None:
        """Keep demonstrations whole, to learn from."""
        self.recorded = ReplayBuffer(len(demonstrations))
        self.recorded.extend(demonstrations)

    def _calibrate(self) -> None:
        """Let the critic learn returns: of recorded games where it begins with these, else of games played for it."""
        config, journal = self.config, self.journal
        if self.recorded:
            warm_start.calibrate(config, self.learner, [*self.recorded], journal)
            return
        collected = self._collect(config.warm_start.critic_games)
        # The returns of greedy games are those of another policy.
        games = [game for game in collected if not game.greedy]
        if games:
            warm_start.calibrate(config, self.learner, games, journal)
        # The fresh games of the first iteration, if there is still time to learn from them.
        if self.learner.learns_from_calibration and not journal.has_spent(self.budget.seconds):
            self._update(games, train_actor=True)

    # ---------------------------------------------------------------- the loop

    def loop(self) -> None:
        """Iterate until the budget is spent or Ctrl-C is pressed."""
        config, journal = self.config, self.journal
        with self.interruption.awaited(self.display.note):
            while not self._is_over():
                journal.iteration += 1
                offline = self._offline_iterations()
                if offline and journal.iteration == offline + 1:
                    self.learner.begin_play()
                fresh = self._collect(config.loop.games_per_iteration) if self._plays() else []
                warming_up = (
                    self.learner.has_critic and journal.iteration <= config.loop.warmup_iterations
                )
                self._update(fresh, train_actor=not warming_up)
                if journal.iteration % config.evaluation.every == 0 and not warming_up:
                    self._evaluate(f"iteration {journal.iteration}")
                if journal.iteration % config.checkpoint_every == 0:
                    self._checkpoint()
        # Ctrl-C in the last iteration has stopped nothing.
        self.interruption.happened = self.interruption.happened and not self._is_spent()

    def _plays(self) -> bool:
        """Whether the iteration under way learns from games of its own."""
        return self.learner.collects and self.journal.iteration > self._offline_iterations()

    def _offline_iterations(self) -> int:
        """How many iterations learn from recorded games before the first game is played; none without such games."""
        return self.learner.offline_iterations if self.recorded else 0

    def _is_over(self) -> bool:
        # Processes stop together, or the others would wait for one that has.
        return distributed.total(self.interruption.happened or self._is_spent()) > 0

    def _is_spent(self) -> bool:
        return self.budget.is_spent(self.journal.iteration, self.journal.seconds())

    def _collect(self, count: int) -> list[Episode]:
        """Play training games with the agent as it is now; put them into the buffer and on record.

        What is logged of them are the statistics of the sampled ones.
        """
        config, learner, journal = self.config, self.learner, self.journal
        self.display.phase("collect", count)
        group = learner.group
        _share(count // group, "the number of different games")
        drawn = game_seeds(config.seed, TRAINING_GAMES, count // group, journal.iteration)
        distinct = drawn[distributed.rank() :: distributed.world_size()]
        seeds = [seed for seed in distinct for _ in range(group)]
        first = round(len(seeds) * config.loop.greedy_share)
        fresh = sampled = self._play(learner.agent(self.generator), seeds[first:])
        if first:
            greedy = self._play(learner.agent(self.generator, True), seeds[:first], quiet=True)
            for game in greedy:
                game.greedy = True
            mixed = [*greedy, *sampled]
            fresh = [mixed[i] for i in self.rng.permutation(len(mixed))]
        learner.on_collected(fresh)
        self.buffer.extend(fresh)
        append_episodes(self.folder / "episodes.jsonl", fresh, iteration=journal.iteration)
        journal.counters.count_games(fresh)
        journal.counters.count_drawn(learner.unsaid_tokens())
        self.display.sample(fresh[0])
        statistics = distributed.average_metrics(game_statistics(sampled or fresh))
        journal.log("collect", {f"collect/{key}": value for key, value in statistics.items()})
        return fresh

    def _play(self, agent: Agent, seeds: Sequence[int], quiet: bool = False) -> list[Episode]:
        on_progress = None if quiet else self.display.advance
        return play(self.envs, agent, seeds, on_progress, self.config.model.privileged_info)

    def _update(self, fresh: Sequence[Episode], train_actor: bool) -> None:
        """Let the method learn for one iteration."""
        learner = self.learner
        self.display.phase("update")
        if learner.collects and not self._plays() and self.journal.iteration:
            update = learner.update_offline(self.recorded, train_actor)
        else:
            games = self.buffer if learner.collects else self.recorded
            update = learner.update(games, fresh, train_actor)
        self.journal.counters.gradient_steps += int(update.pop("gradient_steps"))
        self.journal.counters.count_drawn(update.pop("generated_tokens", 0))
        self.journal.log("update", distributed.average_metrics(update))

    def _evaluate(self, stage: str) -> None:
        """Play games on validation seeds; remember the best agent so far. One process does it for all."""
        if distributed.rank():
            return
        games = self._play_apart(VALIDATION_GAMES, self.learner.agent, stage)
        score = float(np.mean([game.total_reward for game in games]))
        if score > self.best[0]:
            self.best = (score, self.journal.iteration)
            self.learner.save_agent(self.folder / "policy")

    def _play_apart(
        self, purpose: int, agent_with: Callable[[torch.Generator, bool], Agent], stage: str
    ) -> list[Episode]:
        """Play games that nothing is learned from, with a generator of their own; training's stays where it is.

        All validations draw the same, so that they can be compared. The final games draw anew: the luck by which a
        policy was chosen would come back in an environment where every game begins alike.
        """
        seed, settings = self.config.seed, self.config.evaluation
        generator = torch.Generator(self.device).manual_seed(game_seeds(seed, purpose, 1)[0])
        agent = agent_with(generator, settings.greedy)
        self.display.phase("evaluation", settings.games)
        games = self._play(agent, game_seeds(seed, purpose, settings.games))
        self.journal.log_evaluation(stage, games)
        return games

    # ---------------------------------------------------------------- end

    def finish(self, write_report: WriteReport | None) -> None:
        """Checkpoint, evaluate the best policy on fresh games, explain some of them, have the report written."""
        if self.journal.iteration % self.config.evaluation.every:
            self._evaluate(f"iteration {self.journal.iteration}")
        self._checkpoint()
        if distributed.rank():
            return

        def best(generator: torch.Generator, greedy: bool) -> Agent:
            return load_agent(self.config, self.folder / "policy", generator, greedy)

        games = self._play_apart(TEST_GAMES, best, "final")
        if isinstance(self.learner, TDCritic):
            # One game of each task, so that a reader sees different ones.
            distinct = list({game.task_id or str(i): game for i, game in enumerate(games)}.values())
            write_json(self.folder / "samples.json", explain(self.learner, distinct[:4], "final"))
        write_json(self.folder / "summary.json", self._summary(games))
        if account := spent(self.envs):
            self.display.note(f"the environment: {account}")
        if write_report is not None:
            self.display.note(f"the report is {write_report(self.folder)}")

    def _summary(self, games: Sequence[Episode]) -> dict[str, Any]:
        return {
            "env": self.config.env,
            "algo": self.config.algo,
            "seed": self.config.seed,
            "final": game_statistics(games),
            "best_iteration": self.best[1],
            "iterations": self.journal.iteration,
            "seconds": self.journal.seconds(),
            "interrupted": self.interruption.happened,
            **asdict(self.journal.counters),
        }

    def _checkpoint(self) -> None:
        learner, journal = self.learner, self.journal
        folder = self.folder / "checkpoints" / f"{journal.iteration:06d}"
        if folder.exists():
            return
        save_checkpoint(
            folder,
            modules=learner.modules,
            optimizers=learner.optimizers,
            generators={"torch": self.generator, "numpy": self.rng},
            state={
                "iteration": journal.iteration,
                "processes": distributed.world_size(),
                "seconds": journal.seconds(),
                "counters": asdict(journal.counters),
                "best": list(self.best),
                "lines": count_lines(self.folder),
            },
        )
        prune_checkpoints(self.folder / "checkpoints", keep=2)
