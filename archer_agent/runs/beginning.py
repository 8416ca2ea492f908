"""How a run comes to where its loop begins or goes on: the warm start of a new one, or the latest that was kept."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from archer_agent.agents.agent import Agent
from archer_agent.algorithms import make_learner
from archer_agent.episodes.replay import Episode, append_episodes
from archer_agent.networks import distributed, loading
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.sharding import fill_whole, shard
from archer_agent.networks.storage import check_finite
from archer_agent.runs import resuming, warm_start
from archer_agent.runs.checkpoint import load_checkpoint
from archer_agent.runs.folder import (
    CONTINUED,
    DEMONSTRATIONS,
    STAGES,
    clear,
    remove_leftovers,
    sum_of_recorded,
    write_json,
)
from archer_agent.runs.own import remember_models
from archer_agent.runs.records import read_run_state, truncate
from archer_agent.runs.run import Run
from archer_agent.runs.seal import publish, sync
from archer_agent.runs.shared_clones import Clone, shared_clone
from archer_agent.settings import CONFIG_FILE, recorded


def begin(run: Run) -> None:
    """Come to where the loop begins or goes on: from the beginning, or from the latest that was kept."""
    checkpoints = run.folder / "checkpoints"
    remove_leftovers(run.folder)
    begun = resuming.latest(run, checkpoints)
    # Of two processes one may have come further before a kill.
    uncalibrated = distributed.total(
        begun is not None and read_run_state(begun).get("uncalibrated", False)
    )
    if begun is not None and not uncalibrated:
        resuming.restore(run, begun)
        run.display.note(f"resumed after iteration {run.journal.iteration}")
    elif (latest := resuming.latest(run, checkpoints / "calibration")) is not None:
        state, played = resuming.restore(run, latest)
        run.display.note(f"resumed in the calibration, after {state['step']} steps")
        _calibrate(run, state, played)
        resuming.keep_calibrated(run)
    elif begun is not None:
        resuming.restore(run, begun)
        run.display.note("resumed before the calibration")
        _calibrate_in_time(run)
        resuming.keep_calibrated(run)
    else:
        _warm_start(run, resuming.latest(run, checkpoints / "cloning"))
        resuming.keep(run)
    distributed.wait_for_all()  # what one has kept is worth nothing while another has not
    for stage in STAGES:
        shutil.rmtree(checkpoints / stage, ignore_errors=True)


def _warm_start(run: Run, cloned: Path | None) -> None:
    """Warm-start a new run, or one that was stopped in its cloning."""
    config = run.config
    # Read before anything is written, as it may be anything.
    games = warm_start.recorded_games(config)
    if cloned is None:
        clear(run.folder)
    if not distributed.rank():
        remember_models(run.folder, config)
    # The settings come before all that makes a folder look used: by them it is known as a run that came to nothing.
    write_json(run.folder / CONFIG_FILE, recorded(config))
    for name in CONTINUED:
        (run.folder / name).touch()
        truncate(run.folder / name, 0)
    run.journal.open(0.0 if cloned is None else read_run_state(cloned)["seconds"])
    run.track(0)
    policy, demonstrations = _clone(run, games, cloned)
    if distributed.rank():
        run.rng = np.random.default_rng(distributed.own_seed(config.seed))
    else:
        publish(run.folder / "warm_start", partial(loading.save_policy, policy))
        # An adapter has said by now of which model it is.
        remember_models(run.folder, config)
    run.learner = make_learner(config, policy, run.generator, run.rng)
    run.evaluate("warm start")
    if not run.learner.collects:
        warm_start.check_demonstrations(config, demonstrations)
    if run.keeps_recorded():
        beside = run.folder / f".{DEMONSTRATIONS}.tmp"
        append_episodes(beside, demonstrations)
        sync(beside)
        beside.replace(run.folder / DEMONSTRATIONS)
        run.sum_of_recorded = sum_of_recorded(run.folder)
        run.keep_recorded(demonstrations)
    _calibrate_in_time(run)


def _clone(
    run: Run, read: list[Episode] | None, cloned: Path | None
) -> tuple[LanguagePolicy, list[Episode]]:
    """Return a policy that has imitated demonstrations, and these; one's own, or what another run has cloned.

    Args:
        run: that begins.
        read: the demonstrations, where they are not to be played.
        cloned: the checkpoint of a cloning that was stopped.
    """
    config, journal = run.config, run.journal

    def make() -> Clone:
        games = read
        if games is None:
            games = warm_start.demonstrate(config, partial(_demonstrate, run), journal)
        policy = warm_start.make_policy(config, games).to(run.device)
        check_finite(policy, config.model.policy)
        if config.distributed.shard:
            shard([policy], run.device)
        stage = resuming.stage(run, "cloning")

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
                run.display.note(f"resumed in the cloning, after {stage.step} steps")
            return stage.step

        loss = warm_start.imitate(config, policy, games, run.rng, journal, stage, on_begin)
        if config.distributed.shard:
            spread, policy = policy, warm_start.make_policy(config, games).to(run.device)
            fill_whole(policy, spread)
        return Clone(policy, games, dict(run.rng.bit_generator.state), journal.seconds(), loss)

    def stop() -> None:
        if run.interruption.happened:
            raise KeyboardInterrupt

    shares = config.warm_start.shared is not None
    clone = shared_clone(config, make, stop) if shares else make()
    run.rng.bit_generator.state = clone.generator
    journal.count_seconds(clone.seconds - journal.seconds())
    if clone.demonstrations:
        journal.log_evaluation("demonstrations", clone.demonstrations)
    if clone.loss is not None:
        journal.log("cloning", {"cloning/loss": clone.loss})
    return clone.policy, clone.demonstrations


def _demonstrate(run: Run, agent: Agent, seeds: Sequence[int]) -> list[Episode]:
    """Play demonstrations, which are soon played again where the run is stopped meanwhile."""

    def on_progress(ended: int) -> None:
        if run.interruption.happened:
            raise KeyboardInterrupt
        run.display.advance(ended)

    return run.play(agent, seeds, on_progress)


def _calibrate_in_time(run: Run) -> None:
    """Let the critic learn returns before the loop, if it shall and there is time; else when the run goes on."""
    if run.learner.has_critic and run.config.warm_start.critic_steps > 0:
        run.uncalibrated = run.journal.has_spent(run.budget.seconds)
        if not run.uncalibrated:
            _calibrate(run, None, [])


def _calibrate(run: Run, stopped: Mapping[str, Any] | None, played: list[Episode]) -> None:
    """Let the critic learn returns: of recorded games where it begins with these, else of games played for it.

    Args:
        run: that begins.
        stopped: the state of a calibration that was stopped.
        played: the games that had been played for it.
    """
    config, journal, learner = run.config, run.journal, run.learner
    stage = resuming.stage(run, "calibration")
    stage.holds(**resuming.parts(run), folders=resuming.best_policy(run))
    if stopped is None:
        stage.keep()  # what was cloned is not lost by what goes wrong in playing
    else:
        stage.go_on(stopped)
        stage.behind = stage.step
    if run.recorded:
        warm_start.calibrate(config, learner, [*run.recorded], journal, stage)
        return
    # Where it was stopped the games have been played; the buffer need not hold them all.
    games = played or run.collect(config.warm_start.critic_games)
    warm_start.calibrate(config, learner, games, journal, stage)
    # The fresh games of the first iteration, if there is still time to learn from them.
    if learner.learns_from_calibration and not journal.has_spent(run.budget.seconds):
        run.update(games, train_actor=run.config.loop.warmup_iterations == 0)
