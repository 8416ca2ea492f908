"""What sharing an oracle brings: the time of a cache hit, and a server's answers per second.

    python benchmarks/oracle_cache.py [--json]

The cache: one answer, and 32 in one call, from a file of 100,000 answers; the plain way is the
knowledge oracle itself, which has read the questions before. The server: an oracle that takes 20 ms
a call, however many questions; the plain way is one client that asks one question after another.
Beside it stand 16 clients in threads of their own, 16 workers of ``AsyncVectorEnv``, and one client
that asks 16 questions in a request. Every figure is the median of five runs taken in turn.
"""

import json
import multiprocessing
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import gymnasium

import llm_gym  # noqa: F401
from llm_gym import oracles
from llm_gym.oracles.cache import CachedOracle
from llm_gym.oracles.client import ServedOracle
from llm_gym.oracles.server import serve

ID = "llm_gym/TwentyQuestions-v0"
GAME = "twenty_questions"
QUESTION = "Is it something that people use in the kitchen?"
STORED = 100_000
CLIENTS = 16
REPEATS = 5

Run = Callable[[], float]
"""Does some work and returns how many answers it got per second."""


class Slow:
    """Takes 20 ms a call, however many questions."""

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        """Answer every question with no."""
        time.sleep(0.02)
        return ["No."] * len(questions)


def one_client(oracle: oracles.Oracle, calls: int, batch: int = 1) -> Run:
    subjects = ["piano"] * batch
    questions = [QUESTION.replace("?", f" {i}?") for i in range(batch)]
    oracle.answer(subjects, questions)

    def run() -> float:
        start = time.perf_counter()
        for _ in range(calls):
            oracle.answer(subjects, questions)
        return calls * batch / (time.perf_counter() - start)

    return run


def threads(path: str, calls: int) -> Run:
    runs = [one_client(ServedOracle(GAME, path), calls) for _ in range(CLIENTS)]

    def run() -> float:
        together = [threading.Thread(target=one) for one in runs]
        start = time.perf_counter()
        for thread in together:
            thread.start()
        for thread in together:
            thread.join()
        return calls * CLIENTS / (time.perf_counter() - start)

    return run


def workers(path: str, steps: int) -> Run:
    oracle = {"kind": "server", "socket": path}
    vector = gymnasium.make_vec(ID, CLIENTS, vectorization_mode="async", oracle=oracle)

    def run() -> float:
        vector.reset(seed=0)
        start = time.perf_counter()
        for _ in range(steps):
            vector.step([QUESTION] * CLIENTS)
        return steps * CLIENTS / (time.perf_counter() - start)

    return run


def filled_cache(folder: Path) -> CachedOracle:
    """Return an oracle with a cache of many answers, those that ``one_client`` asks among them."""
    cache = CachedOracle(str(folder / "answers.sqlite"), "x", GAME, Slow())
    cache.answer(["piano"] * STORED, [QUESTION.replace("?", f" {i}?") for i in range(STORED)])
    return cache


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Run a server with the slow oracle in another process."""
    path = folder / "oracle.sock"
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(Slow(), GAME, path))
    process.start()
    while not path.exists():
        time.sleep(0.01)
    time.sleep(0.1)
    try:
        yield str(path)
    finally:
        process.terminate()
        process.join()


def compare(cache: oracles.Oracle, path: str) -> Iterator[dict[str, object]]:
    """Run every comparison; the first way of each is the plain one."""
    knowledge = oracles.make("knowledge", GAME)
    comparisons: dict[str, dict[str, Run]] = {
        "answers/s, known": {
            "knowledge oracle, one by one": one_client(knowledge, 5_000),
            "cache hit, one by one": one_client(cache, 5_000),
            "cache hit, 32 in a call": one_client(cache, 300, batch=32),
        },
        "answers/s, server, 20 ms": {
            "one client, one by one": one_client(ServedOracle(GAME, path), 25),
            f"{CLIENTS} clients, one by one": threads(path, 25),
            f"AsyncVectorEnv, {CLIENTS} workers": workers(path, 25),
            f"one client, {CLIENTS} in a request": one_client(
                ServedOracle(GAME, path), 25, CLIENTS
            ),
        },
    }
    for what, ways in comparisons.items():
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(REPEATS):
            for way, run in ways.items():
                taken[way].append(run())
        plain = statistics.median(next(iter(taken.values())))
        for way, figures in taken.items():
            figure = statistics.median(figures)
            yield {
                "what": what,
                "way": way,
                "per second": round(figure),
                "microseconds each": round(1e6 / figure, 1),
                "ratio": round(figure / plain, 2),
            }


def main() -> None:
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as path:
        rows = list(compare(filled_cache(Path(name)), path))
    if "--json" in sys.argv[1:]:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(
            f"{row['what']:<26} {row['way']:<30} {row['per second']:>9,} "
            f"{row['microseconds each']:>10,} µs {row['ratio']:>7}x"
        )


if __name__ == "__main__":
    main()
