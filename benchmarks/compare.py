"""What got slower: runs benchmarks and sets them beside those that this machine did before.

    python benchmarks/compare.py                          # compare with benchmarks/baselines/MACHINE.json
    python benchmarks/compare.py --write --note "quiet"   # measure that file
    python benchmarks/compare.py "environments.py --repeats 5" learner.py

A benchmark is a command line in this folder that takes ``--json``; it is compared with what was measured by the same one.
A machine is never as busy twice, so what is compared are ratios within one run: of each way to the first one of its
comparison, and of that one to a yardstick, a loop of plain Python timed before and after. What waits for something keeps
to no yardstick: a first way is slower only where its figure has fallen, too. Where a first way got faster, the others have
"slowed" beside it.

Ends with 0 where nothing is slower by more than the tolerance, 1 where something is, 2 where nothing could be compared.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
QUICK = (
    "environments.py",
    "oracles.py",
    "oracle_cache.py",
    "learner.py",
    "iteration.py --critic causal --critic-epochs 5 --threads 1",
)
"""Those that take a minute or two each: what ``--write`` measures where nothing is named."""
LIBRARIES = ("gymnasium", "torch", "transformers")

Measured = dict[str, Any]
"""``{"yardstick": loops a second, "software": versions, "figures": [{"what", "way", "per second"}, ...]}``"""


def processor() -> str:
    """Return what the processor is called, and how many cores there are."""
    name = platform.processor() or platform.machine()
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    except OSError:
        found = None
    return f"{found[1].strip() if found else name}, {os.cpu_count()} cores"


def slug(name: str) -> str:
    """Return a name as that of a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def yardstick() -> float:
    """Return how often a second this processor adds up a thousand numbers in plain Python: the fastest of many tries."""
    times = []
    for _ in range(200):
        began = time.process_time()
        for _ in range(10):
            sum([number * number for number in range(1000)])
        times.append(time.process_time() - began)
    return 10 / min(times)


def measure(command: str) -> Measured:
    """Run a benchmark.

    Raises:
        ValueError: there is none, it failed, or it did not print what is expected.
    """
    script, *options = shlex.split(command)
    if not (HERE / script).is_file():
        raise ValueError(f"there is no benchmark {script} in {HERE}")
    before = yardstick()
    ended = subprocess.run(
        [sys.executable, str(HERE / script), *options, "--json"],
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ValueError(f"{command} failed: {last}")
    try:
        rows = json.loads(ended.stdout)
        figures = [
            {
                "what": row.get("what", ""),
                "way": row["way"],
                "per second": row["per second"] if "per second" in row else 1 / row["seconds"],
            }
            for row in rows
        ]
    except (ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
        raise ValueError(
            f"{command} --json does not print ways and what each does a second"
        ) from error
    versions = {name: version(name) for name in LIBRARIES}
    return {
        "yardstick": max(before, yardstick()),
        "software": {"python": platform.python_version(), **versions},
        "figures": figures,
    }


def version(library: str) -> str:
    """Return a library's version; where it is not installed, that."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def read(path: Path) -> dict[str, Any]:
    """Return what a file of `write` holds.

    Raises:
        ValueError: it is damaged.
    """
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for measured in kept["benchmarks"].values():
            list(changes(measured, measured))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
        raise ValueError(
            f"{path} is not what --write makes ({error!r}); restore it, or delete it and measure anew"
        ) from error
    return kept


def write(path: Path, kept: dict[str, Any]) -> None:
    """Write beside and rename: what is interrupted leaves the old file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.tmp")
    beside.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(beside, path)


def relative(measured: Measured) -> dict[tuple[str, str], tuple[float, float, bool]]:
    """Return of each way, by what it does and its name: its figure, its ratio in the run, and whether it is the first."""
    firsts: dict[str, float] = {}
    found = {}
    for row in measured["figures"]:
        figure = float(row["per second"])
        is_first = row["what"] not in firsts
        first = firsts.setdefault(row["what"], figure)
        ratio = figure / (measured["yardstick"] if is_first else first)
        found[row["what"], row["way"]] = (figure, ratio, is_first)
    return found


def changes(before: Measured, now: Measured) -> Iterator[tuple[str, str, float, float, float]]:
    """Yield of each way that was measured both times: what, way, both figures, and how many times as fast it is now."""
    old = relative(before)
    for (what, way), (figure, ratio, is_first) in relative(now).items():
        if (what, way) in old:
            old_figure, old_ratio, _ = old[what, way]
            change = ratio / old_ratio
            yield (
                what,
                way,
                old_figure,
                figure,
                max(change, figure / old_figure) if is_first else change,
            )


def report(command: str, before: Measured, now: Measured, tolerance: float) -> int:
    """Print a benchmark's table; return how many of its ways are slower.

    Raises:
        ValueError: no way was measured both times.
    """
    if relative(before).keys().isdisjoint(relative(now)):
        raise ValueError(
            f"{command} measures nothing now that it did before; --write measures it anew"
        )
    print(f"\n{command}\n{'':<40} {'':<46} {'before, /s':>12} {'now, /s':>12} {'x as fast':>10}")
    slower = 0
    for what, way, old, new, change in changes(before, now):
        is_slower = change < 1 - tolerance
        slower += is_slower
        mark = "  slower" if is_slower else ""
        print(f"{what:<40} {way:<46} {old:>12,.4g} {new:>12,.4g} {change:>10.2f}{mark}")
    for what, way in relative(now).keys() ^ relative(before).keys():
        print(f"{what:<40} {way:<46} measured but once")
    for name in now["software"]:
        versions = [measured.get("software", {}).get(name) for measured in (before, now)]
        if versions[0] != versions[1]:
            print(f"{name} was {versions[0]}, is {versions[1]}")
    return slower


def run(commands: Sequence[str], path: Path, options: argparse.Namespace) -> int:
    """Measure and compare, or write; return the exit status.

    Raises:
        ValueError: a benchmark or the file is missing or broken.
    """
    kept = read(path) if path.exists() else {"machine": processor(), "note": "", "benchmarks": {}}
    if not options.write:
        commands = commands or [*kept["benchmarks"]]
        missing = [command for command in commands if command not in kept["benchmarks"]]
        if missing or not commands:
            what = repr(missing[0]) if missing else "benchmarks"
            raise ValueError(f"{path} has no {what}; --write measures it")
    slower = 0
    for command in commands or QUICK:
        print(f"running {command}", file=sys.stderr, flush=True)
        now = measure(command)
        if options.write:
            kept["benchmarks"][command] = now
        else:
            slower += report(command, kept["benchmarks"][command], now, options.tolerance)
            sys.stdout.flush()
    if options.write:
        kept["note"] = options.note or kept.get("note", "")
        write(path, kept)
        print(f"wrote {path}")
        return 0
    if kept.get("note"):
        print(f"\nmeasured before: {kept['note']}")
    print(f"\n{slower or 'nothing'} slower by more than {options.tolerance:.0%}")
    return 1 if slower else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Tell what got slower on this machine.")
    parser.add_argument(
        "commands",
        nargs="*",
        help="benchmarks, each in quotes; else those in the file, with --write those that take a minute or two",
    )
    parser.add_argument(
        "--write", action="store_true", help="keep what is measured, to compare with"
    )
    parser.add_argument("--name", help="of the machine; else its processor and cores")
    parser.add_argument("--note", help="with --write: what to know of the measurement")
    parser.add_argument(
        "--tolerance", type=float, default=0.3, help="the part of its speed that a way may lose"
    )
    parser.add_argument("--folder", type=Path, default=HERE / "baselines", help="of the files")
    options = parser.parse_args()
    path = options.folder / f"{slug(options.name or processor())}.json"
    try:
        return run(options.commands, path, options)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("error: interrupted; nothing was written", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
