"""Kill runs at any moment, in every way, and see whether they come back to the same bits.

A run is started in a process of its own and ended there: by SIGKILL at one of its file operations or after any time, or
by a signal that a terminal or a scheduler sends. It may be ended several times, with other periods of checkpoints each
time, and is then brought to its end. All that it leaves (records, games, weights, states) must be that of the run
that nobody has touched; only times may differ.

    python tests/kills.py --kills 1000 --seed 0

prints one line for each scenario, and every difference. Processes are forked from one that has loaded the libraries,
which is what makes a thousand kills affordable.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import torch

import archer_agent.algorithms
from archer_agent.networks import distributed, loading
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.runs import stages
from archer_agent.runs.records import is_finished
from archer_agent.runs.training import train
from archer_agent.settings import parse_train_arguments

COMMON = """
    --env identity_game:Brief-v0 --threads 1 --model.width 8 --model.heads 2 --model.layers 1 --model.context 64
    --model.max-new-tokens 4 --warm-start.games 32 --warm-start.epochs 2 --warm-start.batch-size 8
    --warm-start.player-options {} --warm-start.critic-games 8 --warm-start.critic-steps 4
    --loop.games-per-iteration 8 --loop.iterations 4 --loop.buffer-games 24 --evaluation.games 4
""".split()


@dataclass(frozen=True)
class Scenario:
    """A run that is to be killed.

    Attributes:
        name: for people.
        arguments: of ``archer-train``, beside the common ones.
        processes: how many train together.
        shares: what is cloned lies in a folder beside the run.
    """

    name: str
    arguments: str
    processes: int = 1
    shares: bool = False


# With so narrow a trust region the actor's learning rate falls and rises, and is part of what must survive.
_SMALL = {
    "archer": "--archer.critic-steps 2 --archer.critic-batch 4 --archer.actor-batch 4 --archer.kl 0.1 "
    "--archer.target-kl 7e-4",
    "ppo": "--ppo.actor-batch 4 --ppo.critic-batch 4 --ppo.target-kl 7e-4",
    "turn_ppo": "--turn-ppo.actor-batch 4 --turn-ppo.critic-batch 4",
    "grpo": "--grpo.group 2 --grpo.actor-batch 4",
    "filtered_bc": "--filtered-bc.steps 2 --filtered-bc.batch 4",
    "bc": "--bc.steps 2 --bc.batch 4",
    "chai": "--chai.critic-steps 2 --chai.critic-batch 4 --chai.candidates 2",
    "offline_archer": "--offline-archer.critic-steps 2 --offline-archer.actor-steps 2",
}
_METHODS = {algo: f"--algo {algo} {small}" for algo, small in _SMALL.items()}
_METHODS["archer"] += " --archer.offline-iterations 0"
SCENARIOS = [
    *(
        Scenario(algo, f"{text} --loop.warmup-iterations 0 --evaluation.every 1")
        for algo, text in _METHODS.items()
    ),
    Scenario(
        "archer, recorded games first",
        f"--algo archer {_SMALL['archer']} --archer.offline-iterations 2 --offline-archer.critic-steps 2 "
        "--offline-archer.actor-steps 2 --evaluation.every 3",
    ),
    Scenario(
        "archer of the paper",
        f"--algo archer {_SMALL['archer']} --archer.credit critic --archer.offline-iterations 0 "
        "--archer.actor-games 4 --archer.token-baseline "
        "--loop.warmup-iterations 1 --evaluation.every 2",
    ),
    Scenario("ppo, rare evaluations", f"{_METHODS['ppo']} --evaluation.every 3"),
    Scenario("chai, rare evaluations", f"{_METHODS['chai']} --evaluation.every 3"),
    Scenario("ppo, a shared clone", f"{_METHODS['ppo']} --evaluation.every 2", shares=True),
    Scenario("bc, rare evaluations", f"{_METHODS['bc']} --evaluation.every 20"),
    Scenario("archer, two processes", f"{_METHODS['archer']} --evaluation.every 2", processes=2),
]

_FILE_OPERATIONS = {
    *("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "os.chmod"),
    *("os.listdir", "os.scandir", "shutil.rmtree", "open"),
}
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


# ---------------------------------------------------------------- processes


def _session(arguments: Sequence[str], resume: bool, killed_at: int, often: bool) -> int:
    """Train in this process, which is killed at a file operation; return its exit status.

    Args:
        arguments: of ``archer-train``.
        resume: whether they resume a run.
        killed_at: the number of the operation; 0 for none.
        often: keep phases before the loop at every step.
    """
    count = 0

    def on_event(event: str, details: tuple[object, ...]) -> None:
        nonlocal count
        if event in _FILE_OPERATIONS:
            count += 1
            if count == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)

    # Where one of two was killed before they met the other is not waited for in vain.
    distributed.MEETING = timedelta(seconds=15)
    if often:
        stages._SECONDS = stages._SHARE = 0.0
    parsed = parse_train_arguments(arguments)
    assert (parsed.resume is not None) == resume
    sys.addaudithook(on_event)
    try:
        train(parsed.config, parsed.resume)
    finally:
        if path := os.environ.get("COUNT_OPERATIONS"):
            Path(path).write_text(str(count))
    return 0


@contextlib.contextmanager
def _started(
    arguments: Sequence[str], processes: int, log: Path, killed_at: int, often: bool
) -> Iterator[list[int]]:
    """Fork processes that train; those that are left at the end are killed."""
    resume = "--resume" in arguments
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    children = []
    for rank in range(processes):
        # A signal may come before there is anything to say or to keep: not before the child can tell.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        child = os.fork()
        if not child:
            try:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
                os.setsid()
                out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
                os.dup2(out, 1)
                os.dup2(out, 2)
                if processes > 1:
                    os.environ |= {
                        **{"WORLD_SIZE": str(processes), "RANK": str(rank)},
                        **{"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port},
                    }
                status = _session(arguments, resume, killed_at, often)
                sys.stdout.flush()
            except KeyboardInterrupt:
                status = 130
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
                status = 3
            os._exit(status)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        children.append(child)
    try:
        yield children
    finally:
        for child in children:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)


def _wait(child: int) -> int:
    """Return the exit status of a process; negative for a signal."""
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


# ---------------------------------------------------------------- what is left of a run


def fingerprint(run: Path) -> dict[str, str]:
    """Return a digest of everything that a finished run leaves and that no clock has touched."""
    digests = {}
    for path in sorted(run.rglob("*")):
        name = path.relative_to(run).as_posix()
        number = next((each for each in path.parent.parts[::-1] if each.isdecimal()), None)
        if not path.is_file() or path.name in _TIMED:
            continue
        if "checkpoints/" in name and number != _latest(run / "checkpoints"):
            continue  # which of the earlier ones are left depends on the period
        content = path.read_bytes()
        if path.suffix == ".jsonl" or path.name in ("summary.json", "checkpoint.json"):
            content = _without_times(content, path.suffix == ".jsonl")
        digests[name] = hashlib.sha256(content).hexdigest()[:16]
    return digests


_TIMED = ("config.json", ".lock", "checksums.json", "changes.jsonl", "metrics.csv")


def _latest(checkpoints: Path) -> str:
    return max(path.name for path in checkpoints.iterdir() if path.name.isdecimal())


def _without_times(content: bytes, lines: bool) -> bytes:
    def clean(value: object) -> object:
        if isinstance(value, dict):
            return {key: clean(each) for key, each in value.items() if key != "seconds"}
        return value

    records = content.splitlines() if lines else [content]
    return json.dumps([clean(json.loads(record)) for record in records]).encode()


# ---------------------------------------------------------------- killing


@dataclass
class Reference:
    """The run that nobody touches: what it leaves, how long it takes, and how many file operations."""

    digests: dict[str, str]
    seconds: float
    operations: int


@dataclass
class Tally:
    """What came of killing a scenario's runs."""

    kills: int = 0
    runs: int = 0
    ways: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)


def reference(scenario: Scenario, folder: Path) -> Reference:
    """Run a scenario to its end."""
    folder.mkdir(parents=True)
    counted = folder / "operations"
    os.environ["COUNT_OPERATIONS"] = str(counted)
    began = time.monotonic()
    arguments = [*_arguments(scenario, folder), "--checkpoint-every", "1"]
    with _started(arguments, scenario.processes, folder / "log", 0, True) as children:
        statuses = [_wait(child) for child in children]
    del os.environ["COUNT_OPERATIONS"]
    assert not any(statuses), (folder / "log").read_text()
    seconds = time.monotonic() - began
    return Reference(fingerprint(folder / "run"), seconds, int(counted.read_text()))


def _arguments(scenario: Scenario, folder: Path) -> list[str]:
    shared = ["--warm-start.shared", str(folder / "clones")] if scenario.shares else []
    return [*COMMON, *scenario.arguments.split(), *shared, "--run", str(folder / "run")]


def kill_a_run(
    scenario: Scenario, wanted: Reference, folder: Path, rng: random.Random, tally: Tally
) -> None:
    """Start a run, end it some times in some ways, bring it to its end and compare."""
    folder.mkdir()
    run, log = folder / "run", folder / "log"
    story = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        way = rng.choice(("operation", "operation", "time", *(each.name for each in SIGNALS)))
        every = rng.choice((1, 1, 2, 3, 20))
        often = rng.random() < 0.7
        killed_at = rng.randrange(1, wanted.operations) if way == "operation" else 0
        arguments = [*_next(scenario, folder), "--checkpoint-every", str(every)]
        begins = "--resume" not in arguments
        with _started(arguments, scenario.processes, log, killed_at, often) as children:
            if not killed_at:
                time.sleep(rng.random() * wanted.seconds)
                number = signal.SIGKILL if way == "time" else signal.Signals[way]
                for child in children if rng.random() < 0.8 else children[:1]:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(child, number)
                if way != "time" and rng.random() < 0.2:
                    time.sleep(rng.random() * wanted.seconds / 4)
                    for child in children:
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(child, number)
            # With one process of several gone the others fail; they are not waited for in vain.
            statuses = [_wait(child) for child in children]
        said = f"{way} {killed_at or ''}{' at the beginning' if begins else ''} every {every}: {statuses}"
        story.append(said)
        if any(statuses):
            tally.kills += 1
            tally.ways[way] += 1
        if not set(statuses) <= {0, 130, *(-number for number in (9, *SIGNALS))} and (
            scenario.processes == 1
        ):
            tally.troubles.append(f"{scenario.name}: {'; '.join(story)}\n{_tail(log)}")
            return
        # One that comes while the report is written, say, finds a run that is finished.
        if not any(statuses) or is_finished(run):
            break
    with _started(_next(scenario, folder), scenario.processes, log, 0, False) as children:
        statuses = [_wait(child) for child in children]
    tally.runs += 1
    found = fingerprint(run) if not any(statuses) else {}
    if found != wanted.digests:
        different = sorted(
            name
            for name in found.keys() | wanted.digests.keys()
            if found.get(name) != wanted.digests.get(name)
        )
        tally.troubles.append(
            f"{scenario.name}: {'; '.join(story)}; then {statuses}: {different}\n{_tail(log)}"
        )
        return
    shutil.rmtree(folder)


def _next(scenario: Scenario, folder: Path) -> list[str]:
    """Return how the run begins, or goes on: the same command until there are settings to go on from."""
    if (folder / "run" / "config.json").exists():
        return ["--resume", str(folder / "run")]
    return _arguments(scenario, folder)


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]


def run_kills(
    scenarios: Sequence[Scenario],
    kills: int,
    seed: int,
    folder: Path,
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, Tally]:
    """Kill runs of every scenario in turn until so many kills are done.

    Args:
        scenarios: of which runs.
        kills: how many.
        seed: of what is drawn.
        folder: for the runs; those that come back wrong are left in it.
        say: told after every run.

    Returns:
        By scenario, what came of it.
    """
    torch.set_num_threads(1)
    assert archer_agent.algorithms is not None  # loaded here once, for all processes
    sys.path.insert(0, str(Path(__file__).parent))
    import identity_game  # noqa: F401

    _warm_up(folder / "warm-up")
    rng = random.Random(seed)
    wanted: dict[str, Reference] = {}
    tallies = {scenario.name: Tally() for scenario in scenarios}
    number = 0
    while sum(tally.kills for tally in tallies.values()) < kills:
        scenario = scenarios[number % len(scenarios)]
        if scenario.name not in wanted:
            wanted[scenario.name] = reference(scenario, folder / f"reference-{number}")
        number += 1
        place = folder / f"run-{number}"
        tally = tallies[scenario.name]
        wrong = len(tally.troubles)
        kill_a_run(scenario, wanted[scenario.name], place, rng, tally)
        done = sum(each.kills for each in tallies.values())
        say(f"{done} kills: {scenario.name}{': WRONG' if len(tally.troubles) > wrong else ''}")
    return tallies


def _warm_up(place: Path) -> None:
    """Do here what libraries do once in a process, and all those forked from it need: half a second of each.

    Nothing is trained: after a backward pass torch refuses to take another one in a forked process.
    """
    parse_train_arguments([*COMMON, *SCENARIOS[0].arguments.split()])
    tokenizer = train_tokenizer(["ant: bee"], 300, False)
    with loading.quiet():
        loading.save_policy(loading.small_policy(tokenizer, width=8, layers=1, heads=2), place)
        loading.load_policy(str(place))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    """Kill, and say what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="scenarios whose name holds this")
    options = parser.parse_args()
    scenarios = [each for each in SCENARIOS if options.only in each.name]
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        tallies = run_kills(scenarios, options.kills, options.seed, Path(folder), _say)
    for name, tally in tallies.items():
        ways = ", ".join(f"{count} by {way}" for way, count in sorted(tally.ways.items()))
        print(f"{name}: {tally.kills} kills ({ways}) of {tally.runs} runs")
    troubles = [each for tally in tallies.values() for each in tally.troubles]
    print(f"{sum(tally.kills for tally in tallies.values())} kills, {len(troubles)} of them wrong")
    for trouble in troubles:
        print(f"\n{trouble}")
    return bool(troubles)


if __name__ == "__main__":
    sys.exit(main())
