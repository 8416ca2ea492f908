"""The outer loop: begin, then collect, update, evaluate, keep, until the budget is spent, and finish.

`archer_agent.runs.run` has what these do in an iteration, `archer_agent.runs.folder` lists what a run leaves on disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import torch

from archer_agent.agents.environments import close, make_envs
from archer_agent.agents.rollout import check_privileged_info
from archer_agent.networks import distributed, loading
from archer_agent.networks.number_format import processor_is_quicker_in_bfloat16
from archer_agent.networks.optimization import NonFiniteGradient
from archer_agent.runs import resuming, warm_start
from archer_agent.runs.beginning import begin
from archer_agent.runs.budget import spent_budget
from archer_agent.runs.checkpoint import checkpoints_in
from archer_agent.runs.ending import WriteReport, finish, write_missing_report
from archer_agent.runs.folder import check_links, give_up, locked, open_folder
from archer_agent.runs.pace import games_to_play, own_games
from archer_agent.runs.run import Run
from archer_agent.runs.trackers import OnRecord, check_trackers
from archer_agent.settings import TrainConfig, allowed_changes, check_secrets

_BUDGET = ("--loop.iterations", "--loop.minutes")


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
        TimeoutError: another process does not answer.
        KeyboardInterrupt: after Ctrl-C.
    """
    patience = timedelta(minutes=config.distributed.timeout_minutes)
    with distributed.process_group(config.device, patience), loading.quiet():
        if distributed.world_size() > 1:
            processor_is_quicker_in_bfloat16()  # later they would not ask at the same time
        return _train(config, resume, write_report, on_record)


def _train(
    config: TrainConfig,
    resume: Path | None,
    write_report: WriteReport | None,
    on_record: OnRecord | None,
) -> Path:
    if resume is not None:
        check_links(resume)  # before anything in it is opened
    changes = {} if resume is None else allowed_changes(resume, config)
    check_secrets(config.env_options, "--env-options", f"{resume}")
    if resume is not None and _is_finished(config, resume, changes):
        write_missing_report(resume, write_report)
        return resume
    # Looked at before anything is written, so that a bad setting leaves nothing behind.
    folder = open_folder(config, resume)
    warm_start.check_device(config.device)
    if resume is None or not checkpoints_in(folder / "checkpoints"):
        # Beyond its beginning a run has weights of its own.
        warm_start.check_models(config.model)
        player_options = config.warm_start.player_options
        check_secrets(player_options, "--warm-start.player-options", f"{resume}")
    check_trackers(config)
    envs = make_envs(config.env, own_games(config), json.loads(config.env_options))
    threads = torch.get_num_threads()
    torch.set_num_threads(config.threads or threads)
    try:
        config = warm_start.with_offered_privileged_info(config, envs)
        if config.model.privileged_info is not None:
            check_privileged_info(envs, config.model.privileged_info)
        with locked(folder):
            try:
                open_folder(config, resume)  # nobody has written there in the meantime
                run = Run(config, folder, envs, changes, on_record)
                with run.display, run.interruption.awaited(run.display.note):
                    begin(run)
                    _loop(run)
                    finish(run, write_report)
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
        close(envs)
    if run.stopped:
        raise KeyboardInterrupt
    return folder


def _is_finished(config: TrainConfig, resume: Path, changes: Iterable[str]) -> bool:
    """Tell whether nothing is left to do for a run, and what to say to go on with it.

    Raises:
        ValueError: something other than its budget was changed.
    """
    done = spent_budget(config.loop, resume)
    if done is None:
        return False
    if others := [flag for flag in changes if flag not in _BUDGET]:
        raise ValueError(f"{resume} is finished, so {', '.join(others)} changes nothing: {done}")
    if not distributed.rank():
        print(f"{resume} is finished: {done}")
    return True


def _loop(run: Run) -> None:
    """Iterate until the budget is spent or the run is asked to end."""
    config, journal = run.config, run.journal
    while not run.is_over():
        journal.iteration += 1
        offline = run.offline_iterations()
        if offline and journal.iteration == offline + 1:
            run.learner.begin_play()
        multiple = run.learner.group * distributed.world_size()
        count = games_to_play(config.loop, journal.counters.games, multiple)
        fresh = run.collect(count) if run.plays() else []
        run.update(fresh, train_actor=not run.warms_up())
        if run.evaluates():
            run.evaluate(f"iteration {journal.iteration}")
        if journal.iteration % config.checkpoint_every == 0:
            resuming.keep(run)
    # What comes after this is made of it, and made again when the run goes on.
    resuming.keep(run)
    # Ctrl-C in the last iteration has stopped nothing.
    run.stopped = run.interruption.happened and not run.is_spent()
