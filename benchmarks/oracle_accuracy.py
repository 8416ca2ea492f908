"""Measure the knowledge oracle on a JSONL file of cases, and its throughput.

A case has the fields object, question, answer and kind.

Usage: python benchmarks/oracle_accuracy.py CASES.jsonl [--failures] [--half 0|1]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import defaultdict
from pathlib import Path

from llm_gym.oracles.knowledge.twenty_questions import TwentyQuestionsKnowledge


def half_of(case: dict[str, str]) -> int:
    digest = hashlib.sha256(f"{case['question']}|{case['object']}".encode()).hexdigest()
    return int(digest, 16) % 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--failures", action="store_true", help="print every wrong answer")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only this half, split by hash")
    options = parser.parse_args()
    cases = [json.loads(line) for line in options.cases.read_text(encoding="utf-8").splitlines()]
    if options.half is not None:
        cases = [case for case in cases if half_of(case) == options.half]
    oracle = TwentyQuestionsKnowledge()
    subjects = [case["object"] for case in cases]
    questions = [case["question"] for case in cases]
    begin = time.perf_counter()
    answers = oracle.answer(subjects, questions)
    cold = time.perf_counter() - begin
    begin = time.perf_counter()
    for _ in range(10):
        oracle.answer(subjects, questions)
    warm = (time.perf_counter() - begin) / 10
    right: dict[str, list[bool]] = defaultdict(list)
    for case, answer in zip(cases, answers, strict=True):
        good = answer == case["answer"]
        right[case["kind"]].append(good)
        if options.failures and not good:
            print(f"{case['kind']:12}{case['object']:18}want {case['answer']:18}{case['question']}")
    print(f"{'kind':12}{'cases':>6}{'right':>8}")
    for kind, marks in sorted(right.items()):
        print(f"{kind:12}{len(marks):6}{sum(marks) / len(marks):8.1%}")
    everything = [mark for marks in right.values() for mark in marks]
    print(f"{'all':12}{len(everything):6}{sum(everything) / len(everything):8.1%}")
    print(
        f"{len(cases) / cold:,.0f} answers/s cold (data loaded, questions parsed), "
        f"{len(cases) / warm:,.0f} warm"
    )


if __name__ == "__main__":
    main()
