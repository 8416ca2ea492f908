"""The outer loop: warm start, then collect, update, evaluate, log, checkpoint, until the budget is spent.

`archer_agent.runs.folder` lists what a run leaves on disk.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gymnasium.vector import VectorEnv
from rich.console import Console

from archer_agent.agents.agent import Agent, LanguageAgent
from archer_agent.agents.rollout import check_privileged_info, make_envs, play, spent
from archer_agent.algorithms import load_agent, make_learner
from archer_agent.algorithms.learner import Learner
from archer_agent.algorithms.td import TDCritic
from archer_agent.episodes.replay import Episode, ReplayBuffer, append_episodes, read_episodes
from archer_agent.networks import distributed, loading
from archer_agent.networks.optimization import NonFiniteGradient
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.storage import check_finite
from archer_agent.runs import warm_start
from archer_agent.runs.budget import Budget, Interruption, spent_budget
from archer_agent.runs.checkpoint import (
    checkpoints_in,
    load_checkpoint,
    prune_checkpoints,
    remove_checkpoints,
    save_checkpoint,
)
from archer_agent.runs.credit import explain
from archer_agent.runs.display import Display
from archer_agent.runs.folder import (
    CONTINUED,
    DEMONSTRATIONS,
    STAGES,
    check_lines,
    clear,
    count_lines,
    cut_to_lines,
    first_folder,
    give_up,
    locked,
    open_folder,
    remove_leftovers,
    write_json,
)
from archer_agent.runs.journal import BEFORE, Journal, game_statistics
from archer_agent.runs.records import read_events, read_run_state, truncate, write_csv
from archer_agent.runs.seal import check_weights, link_folder, replace_folder, seal, sync
from archer_agent.runs.shared_clones import Clone, shared_clone
from archer_agent.runs.stages import Stage
from archer_agent.runs.trackers import OnRecord, Trackers, check_trackers
from archer_agent.runs.watch import watched
from archer_agent.seeding import TEST_GAMES, TRAINING_GAMES, VALIDATION_GAMES, game_seeds
from archer_agent.settings import (
    CONFIG_FILE,
    TrainConfig,
    allowed_changes,
    check_secrets,
    recorded,
)

_BUDGET = ("--loop.iterations", "--loop.minutes")
_BEST = "best"
"""The best policy so far, in a checkpoint."""

WriteReport = Callable[[Path], Path]
"""Writes the report of the run in a folder, and returns where it is."""


def train(
    config: TrainConfig,
    resume: Path | None = None,
    write_report: WriteReport | None = None,
    on_record: OnRecord | None = None,
) -> Path:
    """Train an agent; return the run's folder.

    Ctrl-C ends the run after the iteration under way, with a checkpoint and a report, and is then passed on; a second
    one ends it at once. A run whose budget is spent is left as it is; what to say to go on with it is printed.

    Args:
        config: the settings.
        resume: the folder of a run to go on with from its latest checkpoint; on one machine's CPU its numbers
            continue exactly as if it had never stopped.
        write_report: called once the run has ended or was stopped, by one process; its display then names the report.
        on_record: called with each record of `metrics.jsonl`, by one process.

    Raises:
        ValueError: something in the settings cannot be; the message says what and what to do.
        KeyboardInterrupt: after Ctrl-C.
    """
    with distributed.process_group(), loading.quiet():
        return _train(config, resume, write_report, on_record)


def _train(
    config: TrainConfig,
    resume: Path | None,
    write_report: WriteReport | None,
    on_record: OnRecord | None,
) -> Path:
    changes = {} if resume is None else allowed_changes(resume, config)
    check_secrets(config, f"{resume}")
    if resume is not None and (done := spent_budget(config.loop, resume)):
        if others := [flag for flag in changes if flag not in _BUDGET]:
            raise ValueError(
                f"{resume} is finished, so {', '.join(others)} changes nothing: {done}"
            )
        if not distributed.rank():
            print(f"{resume} is finished: {done}")
        return resume
    # Looked at before anything is written, so that a bad setting leaves nothing behind.
    folder = open_folder(config, resume)
    warm_start.check_device(config.device)
    warm_start.check_models(config.model)
    check_trackers(config)
    games = _share(config.loop.games_per_iteration, "--loop.games-per-iteration")
    _share(config.warm_start.critic_games, "--warm-start.critic-games")
    envs = make_envs(config.env, games, json.loads(config.env_options))
    threads = torch.get_num_threads()
    torch.set_num_threads(config.threads or threads)
    try:
        config = warm_start.with_offered_privileged_info(config, envs)
        if config.model.privileged_info is not None:
            check_privileged_info(envs, config.model.privileged_info)
        with locked(folder):
            try:
                open_folder(config, resume)  # nobody has written there in the meantime
                run = _Run(config, folder, envs, changes, on_record)
                with run.display, run.interruption.awaited(run.display.note):
                    run.begin()
                    run.loop()
                    run.finish(write_report)
            except NonFiniteGradient as error:
                error.save(folder / "diverged.json")
                raise ValueError(
                    f"{error} in iteration {run.journal.iteration}; the batch that it came from is in "
                    f"{folder / 'diverged.json'}. Lower the learning rates, or raise kl"
                ) from error
            except Exception:
                if resume is None:
                    give_up(folder)
                raise
    finally:
        torch.set_num_threads(threads)
        envs.close()
    if run.stopped:
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
    stopped = False

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
        self.on_record = on_record
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
        """Come to where the loop begins or goes on: from the beginning, or from the latest that was kept."""
        checkpoints = self.folder / "checkpoints"
        remove_leftovers(self.folder)
        if (latest := self._latest(checkpoints)) is not None:
            self._restore(latest)
            self.display.note(f"resumed after iteration {self.journal.iteration}")
        elif (latest := self._latest(checkpoints / "calibration")) is not None:
            state, played = self._restore(latest)
            self.display.note(f"resumed in the calibration, after {state['step']} steps")
            self._calibrate(state, played)
            self._checkpoint()
        else:
            self._warm_start(self._latest(checkpoints / "cloning"))
            self._checkpoint()
        for stage in STAGES:
            shutil.rmtree(checkpoints / stage, ignore_errors=True)

    def _latest(self, checkpoints: Path) -> Path | None:
        """Return the latest checkpoint that every process has whole, with the records that go with it.

        Raises:
            ValueError: there are some, and none of them is whole.
        """
        numbers = {int(path.name): path for path in checkpoints_in(checkpoints)}
        exist = distributed.total(len(numbers)) > 0
        trouble = ""
        while (number := distributed.greatest_common(numbers)) is not None:
            path = numbers.pop(number)
            try:
                check_lines(self.folder, read_run_state(path)["lines"])
                problem = ""
            except ValueError as error:
                problem = str(error)
            if not distributed.total(bool(problem)):
                return path
            trouble = trouble or problem or f"another process lacks {path.name}"
            self.display.note(f"{trouble}: going back to the checkpoint before")
        if exist and checkpoints.name not in STAGES:
            trouble = trouble or "the processes have no checkpoint in common"
            raise ValueError(
                f"{trouble}; there is no other checkpoint of {self.folder} to go on from"
            )
        return None

    def _warm_start(self, cloned: Path | None) -> None:
        """Warm-start a new run, or one that was stopped in its cloning."""
        config = self.config
        # Read before anything is written, as it may be anything.
        games = warm_start.recorded_games(config)
        if cloned is None:
            clear(self.folder)
        for name in CONTINUED:
            (self.folder / name).touch()
            truncate(self.folder / name, 0)
        write_json(self.folder / CONFIG_FILE, recorded(config))
        self.journal.open(0.0 if cloned is None else read_run_state(cloned)["seconds"])
        self._track(0)
        policy, demonstrations = self._clone(games, cloned)
        if distributed.rank():
            self.rng = np.random.default_rng(_own_seed(config.seed))
        else:
            self._publish("warm_start", lambda folder: loading.save_policy(policy, folder))
        self.learner = make_learner(config, policy, self.generator, self.rng)
        self._evaluate("warm start")
        if not self.learner.collects:
            warm_start.check_demonstrations(config, demonstrations)
        if not self.learner.collects or self.learner.offline_iterations:
            beside = self.folder / f".{DEMONSTRATIONS}.tmp"
            append_episodes(beside, demonstrations)
            sync(beside)
            beside.replace(self.folder / DEMONSTRATIONS)
            self._keep(demonstrations)
        if self._calibrates():
            self._calibrate(None, [])

    def _clone(
        self, read: list[Episode] | None, cloned: Path | None
    ) -> tuple[LanguagePolicy, list[Episode]]:
        """Return a policy that has imitated demonstrations, and these; one's own, or what another run has cloned.

        Args:
            read: the demonstrations, where they are not to be played.
            cloned: the checkpoint of a cloning that was stopped.
        """
        config, journal = self.config, self.journal

        def make() -> Clone:
            games = read
            if games is None:
                games = warm_start.demonstrate(config, self._demonstrate, journal)
            policy = warm_start.make_policy(config, games).to(self.device)
            check_finite(policy, config.model.policy)
            stage = self._stage("cloning")

            def on_begin(
                optimizer: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LRScheduler
            ) -> int:
                parts: dict[str, Any] = {
                    "modules": {"policy": policy},
                    "optimizers": {"cloning": optimizer},
                    "generators": {},
                }
                stage.holds(**parts, state=lambda: {"schedule": schedule.state_dict()})
                if cloned is not None:
                    state = load_checkpoint(cloned, **parts)
                    schedule.load_state_dict(state["schedule"])
                    stage.go_on(state)
                    self.display.note(f"resumed in the cloning, after {stage.step} steps")
                return stage.step

            loss = warm_start.imitate(config, policy, games, self.rng, journal, stage, on_begin)
            return Clone(policy, games, dict(self.rng.bit_generator.state), journal.seconds(), loss)

        clone = make() if config.warm_start.shared is None else shared_clone(config, make)
        self.rng.bit_generator.state = clone.generator
        journal.count_seconds(clone.seconds - journal.seconds())
        if clone.demonstrations:
            journal.log_evaluation("demonstrations", clone.demonstrations)
        if clone.loss is not None:
            journal.log("cloning", {"cloning/loss": clone.loss})
        return clone.policy, clone.demonstrations

    def _demonstrate(self, agent: Agent, seeds: Sequence[int]) -> list[Episode]:
        """Play demonstrations, which are soon played again where the run is stopped meanwhile."""
        with watched(self.display.note) as alive:

            def on_progress(ended: int) -> None:
                if self.interruption.happened:
                    raise KeyboardInterrupt
                alive()
                self.display.advance(ended)

            key = self.config.model.privileged_info
            return play(self.envs, agent, seeds, on_progress, key)

    def _restore(self, checkpoint: Path) -> tuple[dict[str, Any], list[Episode]]:
        """Bring everything back to a checkpoint, the files included; return its state, and the games played until then.

        Everything is read before anything is changed.
        """
        warm = first_folder(self.folder) / "warm_start"
        check_weights(warm)
        policy = loading.configured_policy(str(warm), self.config)
        learner = self.learner = make_learner(self.config, policy, self.generator, self.rng)
        rates = {
            name: [group["lr"] for group in optimizer.param_groups]
            for name, optimizer in learner.optimizers.items()
        }
        state = read_run_state(checkpoint)
        parts = self._parts()
        if state["device"] != self.device.type:
            self.display.note(
                f"its draws go on otherwise on {self.device} than on {state['device']}"
            )
            del parts["generators"]["torch"]
        load_checkpoint(checkpoint, **parts)
        # The optimizers have brought along the rates of their time.
        for name, optimizer in learner.optimizers.items():
            for group, rate in zip(optimizer.param_groups, rates[name], strict=True):
                group["lr"] = rate
        for name, module in learner.modules.items():
            check_finite(module, f"the {name} in {checkpoint}")
        processes, before = distributed.world_size(), state["processes"]
        if processes != before:
            raise ValueError(f"{self.folder} is a run of {before} processes, not of {processes}")
        self.best = (state["best"][0], state["best"][1])
        if (self.folder / DEMONSTRATIONS).exists():
            self._keep([game for _, game in read_episodes(self.folder / DEMONSTRATIONS)])
        lines = state["lines"]
        games = read_episodes(self.folder / "episodes.jsonl", lines["episodes.jsonl"])
        read_events(self.folder / "metrics.jsonl", lines["metrics.jsonl"])
        self._forget(checkpoint, lines)
        self._record_changes(state["iteration"])
        self.journal.resume(state["iteration"], state["seconds"], state["counters"])
        self._track(state["iteration"])
        played = [episode for _, episode in games]
        self.buffer.extend(played)
        return state, played

    def _forget(self, checkpoint: Path, lines: Mapping[str, int]) -> None:
        """Remove what came after a checkpoint: later ones, lines, a better policy, the end of the run."""
        folder = checkpoint.parent
        later = [each for each in checkpoints_in(folder) if int(each.name) > int(checkpoint.name)]
        remove_checkpoints(folder, later)
        for name in ("summary.json", "samples.json"):
            (self.folder / name).unlink(missing_ok=True)
        cut_to_lines(self.folder, lines)
        if not distributed.rank():
            beside = self.folder / ".policy.new"
            link_folder(checkpoint / _BEST, beside)
            replace_folder(beside, self.folder / "policy")

    def _track(self, step: int) -> None:
        """Tell others of the run from here on, by one process."""
        if not distributed.rank():
            note = self.display.note
            self.journal.trackers = Trackers(self.config, self.folder, step, note, self.on_record)

    def _record_changes(self, iteration: int) -> None:
        """Write down which settings are others from here on."""
        if not self.changes:
            return
        with (self.folder / "changes.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"iteration": iteration, "changed": self.changes}) + "\n")
        write_json(self.folder / CONFIG_FILE, recorded(self.config))

    def _keep(self, demonstrations: Sequence[Episode]) -> None:
        """Keep demonstrations whole, to learn from.

        Where play follows, without the text for the critic alone: weights exp(beta A) by a critic that knows the hidden
        word make lucky guesses likelier, not good questions.
        """
        if self.learner.collects:
            demonstrations = [replace(game, privileged="") for game in demonstrations]
        self.recorded = ReplayBuffer(len(demonstrations))
        self.recorded.extend(demonstrations)

    def _stage(self, name: str) -> Stage:
        return Stage(name, self.folder / "checkpoints", self.interruption, self._state)

    def _calibrates(self) -> bool:
        """Whether the critic learns returns before the loop, and there is time for it."""
        wanted = self.learner.has_critic and self.config.warm_start.critic_steps > 0
        return wanted and not self.journal.has_spent(self.budget.seconds)

    def _calibrate(self, stopped: Mapping[str, Any] | None, played: list[Episode]) -> None:
        """Let the critic learn returns: of recorded games where it begins with these, else of games played for it.

        Args:
            stopped: the state of a calibration that was stopped.
            played: the games that had been played for it.
        """
        config, journal, learner = self.config, self.journal, self.learner
        stage = self._stage("calibration")
        stage.holds(**self._parts(), folders=self._best_policy())
        if stopped is None:
            stage.keep()  # what was cloned is not lost by what goes wrong in playing
        else:
            stage.go_on(stopped)
            stage.behind = stage.step
        if self.recorded:
            warm_start.calibrate(config, learner, [*self.recorded], journal, stage)
            return
        # Where it was stopped the games have been played; the buffer need not hold them all.
        collected = played or self._collect(config.warm_start.critic_games)
        # The returns of greedy games are those of another policy.
        games = [game for game in collected if not game.greedy]
        if games:
            warm_start.calibrate(config, learner, games, journal, stage)
        # The fresh games of the first iteration, if there is still time to learn from them.
        if learner.learns_from_calibration and not journal.has_spent(self.budget.seconds):
            self._update(games, train_actor=True)

    # ---------------------------------------------------------------- the loop

    def loop(self) -> None:
        """Iterate until the budget is spent or the run is asked to end."""
        config, journal = self.config, self.journal
        while not self._is_over():
            journal.iteration += 1
            offline = self._offline_iterations()
            if offline and journal.iteration == offline + 1:
                self.learner.begin_play()
            fresh = self._collect(config.loop.games_per_iteration) if self._plays() else []
            self._update(fresh, train_actor=not self._warms_up())
            if self._evaluates():
                self._evaluate(f"iteration {journal.iteration}")
            if journal.iteration % config.checkpoint_every == 0:
                self._checkpoint()
        # What comes after this is made of it, and made again when the run goes on.
        self._checkpoint()
        # Ctrl-C in the last iteration has stopped nothing.
        self.stopped = self.interruption.happened and not self._is_spent()

    def _warms_up(self) -> bool:
        """Whether the critic alone learns in the iteration under way."""
        return (
            self.learner.has_critic and self.journal.iteration <= self.config.loop.warmup_iterations
        )

    def _evaluates(self) -> bool:
        """Whether the iteration under way ends with an evaluation, whatever comes after it."""
        return self.journal.iteration % self.config.evaluation.every == 0 and not self._warms_up()

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
        with watched(self.display.note) as alive:

            def on_progress(ended: int) -> None:
                alive()
                if not quiet:
                    self.display.advance(ended)

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
            self._publish("policy", self.learner.save_agent)

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
        self.learner.unsaid_tokens()  # what is drawn for these games counts for nothing
        self.journal.log_evaluation(stage, games)
        return games

    def _publish(self, name: str, save: Callable[[Path], None]) -> None:
        """Put weights into the folder, whole: sealed beside, and renamed."""
        beside = self.folder / f".{name}.new"
        shutil.rmtree(beside, ignore_errors=True)
        save(beside)
        seal(beside)
        replace_folder(beside, self.folder / name)

    # ---------------------------------------------------------------- end

    def finish(self, write_report: WriteReport | None) -> None:
        """Evaluate the last policy, then the best one on fresh games, explain some of them, have the report written."""
        if distributed.rank():
            return
        if self.journal.iteration and not self._evaluates():
            self._evaluate(f"iteration {self.journal.iteration}")

        def best(generator: torch.Generator, greedy: bool) -> Agent:
            return load_agent(self.config, self.folder / "policy", generator, greedy)

        if self.best[1]:
            # What came of the warm start is told from the same games.
            self._play_apart(TEST_GAMES, self._warm_agent, BEFORE)
        games = self._play_apart(TEST_GAMES, best, "final")
        if isinstance(self.learner, TDCritic):
            # One game of each task, so that a reader sees different ones.
            distinct = list({game.task_id or str(i): game for i, game in enumerate(games)}.values())
            write_json(self.folder / "samples.json", explain(self.learner, distinct[:4], "final"))
        write_csv(self.folder)
        write_json(self.folder / "summary.json", self._summary(games))
        if self.journal.trackers is not None:
            self.journal.trackers.close()
        if account := spent(self.envs):
            self.display.note(f"the environment: {account}")
        if write_report is not None:
            self.display.note(f"the report is {write_report(self.folder)}")

    def _warm_agent(self, generator: torch.Generator, greedy: bool) -> Agent:
        """Return the policy as it was cloned."""
        policy = loading.configured_policy(str(self.folder / "warm_start"), self.config)
        return LanguageAgent(policy, generator, greedy)

    def _summary(self, games: Sequence[Episode]) -> dict[str, Any]:
        return {
            "env": self.config.env,
            "algo": self.config.algo,
            "seed": self.config.seed,
            "final": game_statistics(games),
            "best_iteration": self.best[1],
            "iterations": self.journal.iteration,
            "seconds": self.journal.seconds(),
            "interrupted": self.stopped,
            **asdict(self.journal.counters),
        }

    def _checkpoint(self) -> None:
        checkpoints = self.folder / "checkpoints"
        folder = checkpoints / f"{self.journal.iteration:06d}"
        if folder.exists():
            return
        save_checkpoint(folder, **self._parts(), state=self._state(), folders=self._best_policy())
        prune_checkpoints(checkpoints, keep=2)
        write_csv(self.folder)

    def _parts(self) -> dict[str, Any]:
        """Return what is not JSON and must survive."""
        return {
            "modules": self.learner.modules,
            "optimizers": self.learner.optimizers,
            "generators": {"torch": self.generator, "numpy": self.rng},
        }

    def _state(self) -> dict[str, Any]:
        """Return the rest of what must survive; `RUN_STATE` is its shape."""
        return {
            "iteration": self.journal.iteration,
            "processes": distributed.world_size(),
            "device": self.device.type,
            "seconds": self.journal.seconds(),
            "counters": asdict(self.journal.counters),
            "best": list(self.best),
            "lines": count_lines(self.folder),
        }

    def _best_policy(self) -> dict[str, Path]:
        """Return the folder of the best policy so far, which one process keeps for all."""
        return {} if distributed.rank() else {_BEST: self.folder / "policy"}
