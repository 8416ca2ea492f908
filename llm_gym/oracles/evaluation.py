"""How well and how fast an oracle answers a file of yes/no questions whose answers are known."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from llm_gym.oracles.protocol import AccountsForUsage, Oracle, ask
from llm_gym.oracles.yes_no import ANSWERS, read_strictly


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its right answer.

    Attributes:
        object: what the question is about.
        question: the question.
        answer: ``"Yes."``, ``"No."`` or ``"Invalid Question."``.
        kind: what sort of question it is; accuracy is given for each.
    """

    object: str
    question: str
    answer: str
    kind: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases there were of a kind, and how many were answered rightly."""

    cases: int
    right: int

    @property
    def accuracy(self) -> float:
        """The share answered rightly, from 0 to 1."""
        return self.right / self.cases


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an oracle made of the cases.

    Attributes:
        cases: what was asked.
        replies: the oracle's words, one per case.
        seconds: the duration of each call of the oracle, in order.
        batch_size: how many questions went into a call (fewer into the last).
        usage: tokens and money spent on these cases, as the oracle counts them; empty where it
            does not.
    """

    cases: Sequence[Case]
    replies: Sequence[str]
    seconds: Sequence[float]
    batch_size: int
    usage: Mapping[str, float]

    @property
    def failures(self) -> list[tuple[Case, str]]:
        """The cases answered wrongly, with the oracle's reply."""
        pairs = zip(self.cases, self.replies, strict=True)
        return [
            (case, reply)
            for case, reply in pairs
            if read_strictly(reply, case.question) != case.answer
        ]

    @property
    def kinds(self) -> dict[str, Tally]:
        """The result for each kind, in alphabetical order."""
        wrong = [case.kind for case, _ in self.failures]
        every = [case.kind for case in self.cases]
        return {
            kind: Tally(every.count(kind), every.count(kind) - wrong.count(kind))
            for kind in sorted(set(every))
        }

    @property
    def total(self) -> Tally:
        """The result for all cases together."""
        return Tally(len(self.cases), len(self.cases) - len(self.failures))

    @property
    def answers_per_second(self) -> float:
        """Cases by the time spent in the oracle."""
        return len(self.cases) / sum(self.seconds)

    def latency(self, percentile: int) -> float:
        """Return the duration that this many percent of the calls did not exceed, in seconds."""
        ordered = sorted(self.seconds)
        return ordered[max(0, -(-len(ordered) * percentile // 100) - 1)]

    def as_json(self) -> dict[str, object]:
        """Return all figures as JSON values; durations in milliseconds."""

        def figures(tally: Tally) -> dict[str, float]:
            return {"cases": tally.cases, "right": tally.right, "accuracy": tally.accuracy}

        return {
            **figures(self.total),
            "kinds": {kind: figures(tally) for kind, tally in self.kinds.items()},
            "batch_size": self.batch_size,
            "calls": len(self.seconds),
            "answers_per_second": self.answers_per_second,
            "latency_ms": {
                "mean": statistics.fmean(self.seconds) * 1000,
                "p50": self.latency(50) * 1000,
                "p95": self.latency(95) * 1000,
            },
            "usage": dict(self.usage),
        }


def read_cases(path: Path) -> list[Case]:
    """Read a file with one case per line, a JSON object of object, question, answer and kind.

    Raises:
        ValueError: the file cannot be read, is empty, or a line is not a case; says which.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"cannot read {path}: {error}") from error
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = Case(**json.loads(line))
            fine = all(isinstance(value, str) for value in (case.object, case.question, case.kind))
        except (TypeError, ValueError, RecursionError):
            fine = False
        if not fine or case.answer not in ANSWERS:
            raise ValueError(
                f"{path}, line {number} is not a case: a JSON object with the texts object, "
                f"question, answer ({', '.join(map(repr, ANSWERS))}) and kind"
            )
        cases.append(case)
    if not cases:
        raise ValueError(f"{path} holds no cases")
    return cases


def evaluate(oracle: Oracle, cases: Sequence[Case], batch_size: int) -> Evaluation:
    """Ask every question once, ``batch_size`` in a call, and take the time.

    A reply is read as the game reads it: by the first of the words yes and no, or what means
    one of them; with neither it is "Invalid Question.".

    Args:
        oracle: who answers.
        cases: at least one.
        batch_size: the number of questions in a call.

    Raises:
        ValueError: the batch size is not positive.
        RuntimeError: the oracle gave too many answers or too few.
    """
    if batch_size < 1:
        raise ValueError(f"a batch holds at least one question, not {batch_size}")
    before = _usage(oracle)
    replies: list[str] = []
    seconds = []
    for batch in _batches(cases, batch_size):
        start = time.perf_counter()
        replies += ask(oracle, [case.object for case in batch], [case.question for case in batch])
        seconds.append(time.perf_counter() - start)
    usage = {name: value - before.get(name, 0) for name, value in _usage(oracle).items()}
    return Evaluation(cases, replies, seconds, batch_size, usage)


def _batches(cases: Sequence[Case], size: int) -> Iterable[Sequence[Case]]:
    return (cases[start : start + size] for start in range(0, len(cases), size))


def _usage(oracle: Oracle) -> dict[str, float]:
    return dict(oracle.usage) if isinstance(oracle, AccountsForUsage) else {}
