"""Methods x seeds x environments from one file: each a training run, and what came out side by side.

The file is TOML::

    out = "bench/subset"                            # folder of all runs; relative to where the command is given
    envs = ["llm_gym/TwentyQuestionsSubset-v0"]
    algos = ["archer", "ppo", "filtered_bc", "bc"]
    seeds = [0, 1, 2, 3, 4]
    thresholds = [-9, -8, -7]                       # returns whose first reaching is counted
    processes = 2                                   # runs side by side

    [settings]                                      # of every run, as in a preset
    preset = "tiny"
    [settings.loop]
    iterations = 30
    [settings.ppo]
    actor_lr = 1e-4

A run is a folder OUT/ENV/ALGO/SEED. What runs of one seed imitate at their beginning is the same; it is cloned once, in
OUT/clones. Called again, finished runs are left alone, interrupted ones go on from their latest
checkpoint, and the others begin. Each run is an `archer-train` in a process of its own, its output in SEED.log
beside the folder.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_args

from archer_agent.runs.display import duration
from archer_agent.runs.folder import wait_until_free
from archer_agent.runs.records import is_finished
from archer_agent.settings import (
    AUTO_PRIVILEGED,
    CONFIG_FILE,
    Algo,
    TrainConfig,
    flags,
    parse_train_arguments,
    read_config,
    recorded,
    to_dict,
    used_tables,
)


@dataclass(frozen=True)
class BenchConfig:
    """What a file asks for.

    Attributes:
        out: folder of all runs, of the table and of the plot.
        envs: ids of environments.
        algos: methods.
        seeds: of the runs.
        thresholds: returns; how many games it takes to reach each is counted.
        processes: how many runs go side by side.
        settings: of every run, nested as in a preset.
    """

    out: Path
    envs: list[str]
    algos: list[str]
    seeds: list[int]
    thresholds: list[float] = field(default_factory=list)
    processes: int = 1
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """One run.

    Attributes:
        env: id of its environment.
        algo: its method.
        seed: its seed.
        folder: where it is, or will be.
        config: its settings.
    """

    env: str
    algo: str
    seed: int
    folder: Path
    config: TrainConfig


def read_bench(path: Path) -> BenchConfig:
    """Read a file.

    Raises:
        ValueError: it cannot be read, or something in it cannot be; the message says what.
    """
    try:
        record = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not TOML: {error}") from error
    known = [each.name for each in fields(BenchConfig)]
    for key in record:
        if key not in known:
            raise ValueError(f"{path}: there is no setting {key!r}; there are {', '.join(known)}")
    for key in ("out", "envs", "algos", "seeds"):
        if not record.get(key):
            raise ValueError(f"{path}: {key} is missing or empty")
    for key, kind, what in (
        ("envs", str, "texts"),
        ("algos", str, "texts"),
        ("seeds", int, "whole numbers"),
        ("thresholds", int | float, "numbers"),
    ):
        values = record.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, kind) for value in values):
            raise ValueError(f"{path}: {key} must be a list of {what}, not {values!r}")
        if len(set(values)) < len(values):
            raise ValueError(f"{path}: {key} names something twice")
    for algo in record["algos"]:
        if algo not in get_args(Algo):
            raise ValueError(
                f"{path}: there is no method {algo!r}; there are {', '.join(get_args(Algo))}"
            )
    processes = record.get("processes", 1)
    if not isinstance(processes, int) or processes < 1:
        raise ValueError(f"{path}: processes must be a whole number of at least 1")
    for key in ("env", "algo", "seed", "run"):
        if key in record.get("settings", {}):
            raise ValueError(f"{path}: settings.{key} is set by the comparison itself")
    return BenchConfig(**{**record, "out": Path(record["out"])})


def jobs_of(bench: BenchConfig) -> list[Job]:
    """Return all runs, seed by seed, so that an early look compares whole seeds.

    Raises:
        ValueError: a setting is out of its range.
        SystemExit: a setting is unknown or of the wrong type; what is wrong has been printed.
    """
    jobs = []
    for seed in bench.seeds:
        for env in bench.envs:
            for algo in bench.algos:
                name = env.rpartition(":")[2].replace("/", ".")
                folder = bench.out / name / algo / f"seed-{seed}"
                given = {**bench.settings, "env": env, "algo": algo, "seed": seed}
                shared = {"shared": str(bench.out / "clones")}
                given["warm_start"] = {**shared, **given.get("warm_start", {})}
                config = parse_train_arguments([*flags(given), f"--run={folder}"]).config
                jobs.append(Job(env, algo, seed, folder, config))
    return jobs


def check_folder(job: Job) -> None:
    """Refuse a folder that holds a run with other settings.

    Raises:
        ValueError: it does.
    """
    if not (job.folder / CONFIG_FILE).exists():
        return
    found, wanted = _heeded(read_config(job.folder)), _heeded(job.config)
    if job.config.model.privileged_info == AUTO_PRIVILEGED:
        wanted["model"]["privileged_info"] = found["model"]["privileged_info"]
    for key in sorted(wanted):
        if key != "run" and found.get(key) != wanted[key]:
            raise ValueError(
                f"{job.folder} holds a run with another {key}; name another folder as out, "
                "or remove that one"
            )


def _heeded(config: TrainConfig) -> dict[str, Any]:
    """Return settings as a run keeps them, without the tables of methods that it does not heed."""
    idle = set(get_args(Algo)) - used_tables(config)
    return {key: value for key, value in recorded(config).items() if key not in idle}


def run_all(jobs: Sequence[Job], processes: int, say: Callable[[str], None]) -> None:
    """Bring every run to its end.

    Args:
        jobs: the runs.
        processes: how many at once; unless OMP_NUM_THREADS says otherwise they share the processor's cores.
        say: told of every run that begins or ends.

    Raises:
        ValueError: a folder holds something else, or runs failed; the others have gone to their end then.
        KeyboardInterrupt: after Ctrl-C, on which the runs under way write a checkpoint and end.
    """
    for job in jobs:
        check_folder(job)
    waiting = [job for job in jobs if not is_finished(job.folder)]
    say(f"{len(jobs) - len(waiting)} of {len(jobs)} runs are finished")
    threads = max(1, (os.cpu_count() or 1) // processes)
    environment = {"OMP_NUM_THREADS": str(threads), **os.environ}
    failed: list[Job] = []
    began = time.monotonic()
    with ThreadPoolExecutor(processes) as pool:
        running = {pool.submit(_run, job, environment, say): job for job in waiting}
        try:
            for done, future in enumerate(as_completed(running), 1):
                if future.result() != 0:
                    failed.append(running[future])
                if left := len(waiting) - done:
                    each = (time.monotonic() - began) / done
                    say(f"{left} runs to go, about {duration(each * left)} left")
        except KeyboardInterrupt:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    if failed:
        raise ValueError(
            f"{len(failed)} of {len(waiting)} runs failed; the first says why in "
            f"{_log_of(failed[0])}"
        )


_PROGRAM = """
import sys
from archer_agent.reports.bench import end_with_parent
end_with_parent()
from archer_agent.cli import train
sys.exit(train())
"""


def end_with_parent() -> None:
    """Let this process end as by SIGTERM, with a checkpoint, when the one that started it has died.

    Its standard input is a pipe that nothing is written into: it ends with the process that holds its other end.
    """

    def wait() -> None:
        os.read(0, 1)  # not by `sys.stdin`, whose lock a thread must not hold at the end
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def _run(job: Job, environment: Mapping[str, str], say: Callable[[str], None]) -> int:
    """Begin a run, or go on with it; return its exit status."""
    folder, name = job.folder, f"{job.env} {job.algo} seed {job.seed}"
    # A comparison that was killed leaves runs that are about to end.
    wait_until_free(folder)
    if is_finished(folder):
        return 0
    if (folder / CONFIG_FILE).exists():
        # Its settings are those of the file, as has been looked at: nobody else's code is in them.
        arguments = ["--resume", str(folder), "--trust-code"]
        say(f"{name}: goes on")
    else:
        heeded = _heeded(job.config).keys() - {"preset"}
        config = {key: value for key, value in to_dict(job.config).items() if key in heeded}
        # The preset is named for the record; its values are all given.
        arguments = [f"--preset={job.config.preset}", *flags(config)]
        say(f"{name}: begins")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _log_of(job).open("a", encoding="utf-8") as log:
        command = [sys.executable, "-c", _PROGRAM, *arguments]
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
        ) as process:
            status = process.wait()
    say(f"{name}: {'done' if status == 0 else f'status {status}'}")
    return status


def _log_of(job: Job) -> Path:
    """Beside the run's folder, which must be new when it begins."""
    return job.folder.with_name(f"{job.folder.name}.log")
