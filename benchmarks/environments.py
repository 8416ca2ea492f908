"""Speed of the environments: steps per second, each way against the plain one in the same run.

    python benchmarks/environments.py [--repeats 20] [--json]

The questions cost the rules what real ones cost; what differs is the oracle: one that costs
nothing (the environment alone), one that takes 2 ms a call (a fast local model), the embedded
knowledge. The plain way is Gymnasium's own: single environments, or ``SyncVectorEnv`` over them.
Every figure is the fastest of many short runs taken in turn, by processor time where nothing waits:
other work on the machine disturbs those least.
"""

import argparse
import json
import string
import time
from collections.abc import Callable, Sequence

import gymnasium
from gymnasium.spaces import Text

from llm_gym import oracles
from llm_gym.core.spaces import FreeText

ID = "llm_gym/TwentyQuestions-v0"
QUESTIONS = (
    "Is it a living thing?",
    "Is it something that people use in the kitchen?",
    "Is it bigger than a car?",
    "Is it a piano?",
    "Does it need electricity?",
)


class Free:
    """Says no at once."""

    seconds = 0.0

    def __init__(self, game: str) -> None:
        pass

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        """Answer every question with no."""
        if self.seconds:
            time.sleep(self.seconds)
        return ["No."] * len(questions)


class Slow(Free):
    """Takes 2 ms a call, however many questions."""

    seconds = 0.002


def clock_of(oracle: str) -> Callable[[], float]:
    return time.perf_counter if oracle == "slow" else time.process_time


def single(oracle: str, steps: int) -> Callable[[], float]:
    clock = clock_of(oracle)
    env = gymnasium.make(ID, oracle=oracle)

    def run() -> float:
        env.reset(seed=0)
        start = clock()
        for i in range(steps):
            _, _, terminated, truncated, _ = env.step(QUESTIONS[i % len(QUESTIONS)])
            if terminated or truncated:
                env.reset()
        return steps / (clock() - start)

    return run


def vector(oracle: str, mode: str, num_envs: int, steps: int) -> Callable[[], float]:
    clock = clock_of(oracle)
    envs = gymnasium.make_vec(ID, num_envs, vectorization_mode=mode, oracle=oracle)

    def run() -> float:
        envs.reset(seed=0)
        start = clock()
        for i in range(steps // num_envs):
            envs.step([QUESTIONS[i % len(QUESTIONS)]] * num_envs)
        return steps / (clock() - start)

    return run


def answers(batch: int, number: int) -> Callable[[], float]:
    oracle = oracles.make("knowledge", game="twenty_questions")
    subjects = ["piano", "dog", "tennis ball", "paper"] * (number // 4)
    questions = [QUESTIONS[i % len(QUESTIONS)] for i in range(number)]

    def run() -> float:
        start = time.process_time()
        for i in range(0, number, batch):
            oracle.answer(subjects[i : i + batch], questions[i : i + batch])
        return number / (time.process_time() - start)

    return run


def membership(space: Text, number: int) -> Callable[[], float]:
    text = "Is it big? No.\n" * 300

    def run() -> float:
        start = time.process_time()
        for _ in range(number):
            space.contains(text)
        return number / (time.process_time() - start)

    return run


def compare(repeats: int) -> list[dict[str, object]]:
    """Run every comparison so many times; the first way of each is the plain one."""
    stock = Text(16384, min_length=0, charset=string.printable)
    comparisons: dict[str, dict[str, Callable[[], float]]] = {
        "steps/s, free oracle": {
            "single": single("free", 1_280),
            "SyncVectorEnv, 32 games": vector("free", "sync", 32, 1_280),
            "TextVectorEnv, 32 games": vector("free", "vector_entry_point", 32, 1_280),
        },
        "steps/s, 2 ms a call": {
            "single": single("slow", 32),
            "SyncVectorEnv, 32 games": vector("slow", "sync", 32, 64),
            "TextVectorEnv, 32 games": vector("slow", "vector_entry_point", 32, 640),
        },
        "steps/s, knowledge": {
            "single": single("knowledge", 1_280),
            "SyncVectorEnv, 32 games": vector("knowledge", "sync", 32, 1_280),
            "TextVectorEnv, 32 games": vector("knowledge", "vector_entry_point", 32, 1_280),
        },
        "answers/s, knowledge, repeated": {
            "one by one": answers(1, 4_000),
            "batches of 256": answers(256, 4_096),
        },
        "contains/s, 4,500 characters": {
            "gymnasium Text": membership(stock, 100),
            "FreeText": membership(FreeText(16384), 20_000),
        },
    }
    rows: list[dict[str, object]] = []
    for what, ways in comparisons.items():
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(repeats):
            for way, run in ways.items():
                taken[way].append(run())
        plain = max(next(iter(taken.values())))
        for way, figures in taken.items():
            figure = max(figures)
            rows.append(
                {
                    "what": what,
                    "way": way,
                    "per second": round(figure),
                    "ratio": round(figure / plain, 2),
                }
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the environments against plain ways.")
    parser.add_argument("--repeats", type=int, default=20, help="runs of each way, in turns")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with oracles.use("free", Free), oracles.use("slow", Slow):
        rows = compare(options.repeats)
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(f"{row['what']:<30} {row['way']:<24} {row['per second']:>12,} {row['ratio']:>8}x")


if __name__ == "__main__":
    main()
