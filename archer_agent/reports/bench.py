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

In place of `algos`, or beside it, `variants` names methods with settings of their own on top of those of every run::

    against = "ppo"                                 # whose trajectories the others' are compared with

    [variants.ppo]
    algo = "ppo"
    [variants."archer, gamma 1"]
    algo = "archer"
    archer.gamma = 1.0

With a table ``held_out`` the best policy of each run plays games of other kinds when the run has ended, by options of its
environment: ``test = {split = "test"}`` tells what transfers from what is memory where ``settings.env_options`` train on
another split alone.

A run is a folder RUNS/ENV/METHOD/SEED; RUNS is OUT if not given, and files that share it share the runs which they both
name. What runs of one seed imitate at their beginning is the same; it is cloned once, in RUNS/clones. Called again, finished
runs are left alone, interrupted ones go on from their latest checkpoint, and the others begin. Each run is an `archer-train`
in a process of its own, its output in SEED.log beside the folder.
"""

from __future__ import annotations

import json
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
from types import MappingProxyType
from typing import Any, get_args

from archer_agent.reports.held_out import check_held_out, has_played, play_held_out
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
    without_gone,
)


@dataclass(frozen=True)
class BenchConfig:
    """What a file asks for.

    Attributes:
        out: folder of the table and the plot.
        envs: ids of environments.
        seeds: of the runs.
        algos: methods.
        variants: settings of methods under names of their own, each with its algo; nested as in a preset.
        runs: folder of the runs; out if not given.
        thresholds: returns; what it takes to reach each is counted.
        against: the method or variant that the others' trajectories are compared with, if any.
        held_out: what the best policies play in the end, by its name: options of the environments that are others than in
            the runs.
        processes: how many runs go side by side.
        settings: of every run, nested as in a preset.
    """

    out: Path
    envs: list[str]
    seeds: list[int]
    algos: list[str] = field(default_factory=list)
    variants: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: Path | None = None
    thresholds: list[float] = field(default_factory=list)
    against: str | None = None
    held_out: dict[str, dict[str, Any]] = field(default_factory=dict)
    processes: int = 1
    settings: dict[str, Any] = field(default_factory=dict)

    def methods(self) -> dict[str, dict[str, Any]]:
        """Return the settings of each method and variant, by its name."""
        plain: dict[str, dict[str, Any]] = {algo: {"algo": algo} for algo in self.algos}
        return {**plain, **self.variants}


@dataclass(frozen=True)
class Job:
    """One run.

    Attributes:
        env: id of its environment.
        method: its name in the comparison: that of a method or of a variant.
        seed: its seed.
        folder: where it is, or will be.
        config: its settings.
    """

    env: str
    method: str
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
    for key in ("out", "envs", "seeds"):
        if not record.get(key):
            raise ValueError(f"{path}: {key} is missing or empty")
    for key in ("out", "runs", "against"):
        if not isinstance(record.get(key, ""), str):
            raise ValueError(f"{path}: {key} must be a text, not {record[key]!r}")
    for key in ("variants", "held_out", "settings"):
        if not isinstance(record.get(key, {}), dict):
            raise ValueError(f"{path}: {key} must be a table, not {record[key]!r}")
    for name, options in record.get("held_out", {}).items():
        if not name.strip() or not name.isprintable() or "|" in name:
            raise ValueError(f"{path}: {name!r} in held_out heads no column of a table")
        if not isinstance(options, dict):
            raise ValueError(
                f'{path}: held_out.{name} must be options such as {{split = "test"}}, not {options!r}'
            )
        try:
            json.dumps(options, allow_nan=False)
        except (TypeError, ValueError) as error:  # TOML knows dates and nan
            raise ValueError(
                f"{path}: held_out.{name} holds what no option can be: {error}"
            ) from error
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
    processes = record.get("processes", 1)
    if not isinstance(processes, int) or processes < 1:
        raise ValueError(f"{path}: processes must be a whole number of at least 1")
    for key in {"out", "runs"} & record.keys():
        record[key] = Path(record[key])
    bench = BenchConfig(**record)
    _check_methods(bench, path)
    return bench


def _check_methods(bench: BenchConfig, path: Path) -> None:
    """Refuse methods, variants and settings that cannot be."""
    for variant, settings in bench.variants.items():
        if not variant or set(variant) & set("/\\|\n\0") or variant in (".", "..", "clones"):
            raise ValueError(
                f"{path}: {variant!r} cannot be the name of a variant: it is a folder's"
            )
        if not isinstance(settings, dict) or "algo" not in settings:
            raise ValueError(f"{path}: variants.{variant} needs its algo")
        if variant in bench.algos:
            raise ValueError(f"{path}: {variant} is a method and a variant; give it one name")
    methods = bench.methods()
    if not methods:
        raise ValueError(f"{path}: algos or variants must name a method")
    for method in methods.values():
        if method["algo"] not in get_args(Algo):
            raise ValueError(
                f"{path}: there is no method {method['algo']!r}; there are {', '.join(get_args(Algo))}"
            )
    if bench.against is not None and bench.against not in methods:
        raise ValueError(f"{path}: against names {bench.against!r}; there are {', '.join(methods)}")
    if "algo" in bench.settings:
        raise ValueError(f"{path}: settings.algo is set by the comparison itself")
    for name, settings in (("settings", bench.settings), *bench.variants.items()):
        for key in ("env", "seed", "run"):
            if key in settings:
                raise ValueError(f"{path}: {name}.{key} is set by the comparison itself")


def jobs_of(bench: BenchConfig) -> list[Job]:
    """Return all runs, seed by seed, so that an early look compares whole seeds.

    Raises:
        ValueError: a setting is out of its range.
        SystemExit: a setting is unknown or of the wrong type; what is wrong has been printed.
    """
    jobs = []
    runs = bench.runs or bench.out
    shared = without_gone(bench.settings, "the table settings")
    methods = {
        name: without_gone(own, f"the variant {name}") for name, own in bench.methods().items()
    }
    for seed in bench.seeds:
        for env in bench.envs:
            for method, settings in methods.items():
                name = env.rpartition(":")[2].replace("/", ".")
                folder = runs / name / method / f"seed-{seed}"
                # As everywhere: of what is given twice the last holds.
                given = [
                    *flags({"warm_start": {"shared": str(runs / "clones")}}),
                    *flags(shared),
                    *flags(settings),
                    *flags({"env": env, "seed": seed}),
                ]
                config = parse_train_arguments([*given, f"--run={folder}"]).config
                jobs.append(Job(env, method, seed, folder, config))
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


def run_all(
    jobs: Sequence[Job],
    processes: int,
    say: Callable[[str], None],
    held_out: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> None:
    """Bring every run to its end.

    Args:
        jobs: the runs.
        processes: how many at once; unless OMP_NUM_THREADS says otherwise they share the processor's cores.
        say: told of every run that begins or ends.
        held_out: what the best policies play then.

    Raises:
        ValueError: a folder holds something else, or runs failed; the others have gone to their end then.
        KeyboardInterrupt: after Ctrl-C, on which the runs under way write a checkpoint and end.
    """
    for job in jobs:
        check_folder(job)
    waiting = [
        job for job in jobs if not (is_finished(job.folder) and has_played(job.folder, held_out))
    ]
    # Methods and seeds have the same games.
    for env, options in {(job.env, job.config.env_options) for job in waiting}:
        for name, others in held_out.items():
            check_held_out(name, env, {**json.loads(options), **others})
    say(f"{len(jobs) - len(waiting)} of {len(jobs)} runs are finished")
    threads = max(1, (os.cpu_count() or 1) // processes)
    environment = {"OMP_NUM_THREADS": str(threads), **os.environ}
    failed: list[Job] = []
    began = time.monotonic()
    with ThreadPoolExecutor(processes) as pool:
        running = {pool.submit(_run, job, environment, say, held_out): job for job in waiting}
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


def _run(
    job: Job,
    environment: Mapping[str, str],
    say: Callable[[str], None],
    held_out: Mapping[str, Mapping[str, Any]],
) -> int:
    """Bring a run to its end and let its best policy play what is held out; return the exit status."""
    # A comparison that was killed leaves runs that are about to end.
    wait_until_free(job.folder)
    if not is_finished(job.folder) and (status := _train(job, environment, say)) != 0:
        return status
    wrong = play_held_out(job.folder, held_out, environment)
    if wrong is not None:
        with _log_of(job).open("a", encoding="utf-8") as log:
            log.write(f"{wrong}\n")
    return 0 if wrong is None else 2


def _train(job: Job, environment: Mapping[str, str], say: Callable[[str], None]) -> int:
    """Begin a run, or go on with it; return its exit status."""
    folder, name = job.folder, f"{job.env} {job.method} seed {job.seed}"
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
