"""Measure the embedded oracle of Guess My City against a file of recorded dialogues.

Usage: python benchmarks/city_agreement.py FILE [--half even|odd|all] [--fifth 0-4]
                                            [--show 40] [--open 40]

The file is a JSON list of {"conversation": ["Question? Answer", ...], "word": "city,country"}.
Printed are the agreement in polarity with the recorded yes/no answers where the oracle says yes or
no, how often it says that it does not know, the share of the open
questions that get something else than a refusal, the number of answers that contain a name of their
city, and the answers per second of processor time over the file, with no question parsed yet and
once more.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

from llm_gym.oracles.knowledge.guess_my_city import GuessMyCityKnowledge
from llm_gym.oracles.knowledge.guess_my_city.facts import atlas
from llm_gym.oracles.knowledge.guess_my_city.replies import NO_QUESTION, REFUSAL, UNKNOWN
from llm_gym.oracles.knowledge.guess_my_city.secrecy import DISCREET

UNHELPFUL = (NO_QUESTION, REFUSAL, DISCREET, UNKNOWN)


def polarity(answer: str) -> str | None:
    match = re.match(r"\W*(yes|no)\b", answer.lower())
    return match.group(1) if match else None


def turns(path: Path, half: str, fifth: int | None) -> Iterator[tuple[str, str, str]]:
    """Yield city, question and recorded answer of every turn."""
    for index, dialogue in enumerate(json.loads(path.read_text(encoding="utf-8"))):
        if half != "all" and index % 2 != ("even", "odd").index(half):
            continue
        if fifth is not None and index % 5 != fifth:
            continue
        for line in dialogue["conversation"]:
            question, mark, answer = line.partition("? ")
            yield dialogue["word"], question + mark.strip(), answer


def percent(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.1f} % ({part} of {whole})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--half", choices=("even", "odd", "all"), default="all")
    parser.add_argument("--fifth", type=int, choices=range(5), help="index modulo 5")
    parser.add_argument("--show", type=int, default=0, help="disagreements to print")
    parser.add_argument("--open", type=int, default=0, help="open answers to print")
    options = parser.parse_args()
    records = list(turns(options.path, options.half, options.fifth))
    subjects = [subject for subject, _, _ in records]
    questions = [question for _, question, _ in records]
    oracle = GuessMyCityKnowledge()
    oracle.answer(subjects[:1], questions[:1])
    speeds = []
    for _ in range(2):
        start = time.process_time()
        answers = oracle.answer(subjects, questions)
        speeds.append(len(answers) / (time.process_time() - start))
    counts = {"yes": [0, 0], "no": [0, 0]}
    useful = opened = leaks = unknown = 0
    differing = []
    for (subject, question, recorded), answer in zip(records, answers, strict=True):
        leaks += atlas().subject(subject).secrecy.betrayed_by(answer)
        expected = polarity(recorded)
        if expected is None:
            opened += 1
            useful += answer not in UNHELPFUL
            continue
        if answer == UNKNOWN:
            unknown += 1
            continue
        counts[expected][1] += 1
        agrees = polarity(answer) == expected
        counts[expected][0] += agrees
        if not agrees:
            differing.append((subject, question, recorded, answer))
    agreed = counts["yes"][0] + counts["no"][0]
    print(f"yes/no questions, agreement: {percent(agreed, counts['yes'][1] + counts['no'][1])}")
    print(f"  recorded answer Yes: {percent(*counts['yes'])}")
    print(f"  recorded answer No:  {percent(*counts['no'])}")
    print(f"  not known: {unknown}")
    print(f"open questions, useful answers: {percent(useful, opened)}")
    print(f"answers that contain a name of the city: {leaks}")
    first, cached = speeds
    print(f"answers per second of processor time: {first:,.0f} at first, {cached:,.0f} cached")
    for subject, question, recorded, answer in differing[
        :: max(1, len(differing) // max(1, options.show))
    ][: options.show]:
        print(
            f"[{polarity(recorded)}] {subject.split(',')[0]} | {question[-150:]} -> {answer[:80]}"
        )
    opens = [
        (s, q, a) for (s, q, r), a in zip(records, answers, strict=True) if polarity(r) is None
    ]
    for subject, question, answer in opens[:: max(1, len(opens) // max(1, options.open))][
        : options.open
    ]:
        print(f"{subject.split(',')[0]} | {question[-120:]} -> {answer}")


if __name__ == "__main__":
    main()
