"""What an oracle is, and what else it may offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np


class Oracle(Protocol):
    """Whoever answers the players' questions: embedded knowledge, a language model, a person."""

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        """Answer every question about the subject at the same position.

        Args:
            subjects: what each question is about (``"piano"``, ``"Lima, Peru"``).
            questions: the players' questions, as many.

        Returns:
            The answers, in the same order.
        """
        ...


def ask(oracle: Oracle, subjects: Sequence[str], questions: Sequence[str]) -> Sequence[str]:
    """Have an oracle, which may be anybody's, answer in one call; return as many answers as there are questions.

    Raises:
        RuntimeError: it gave too many answers or too few, or what is no answer.
    """
    answers: Any = oracle.answer(subjects, questions)
    if isinstance(answers, np.ndarray):
        answers = answers.tolist()
    # Of a set or a mapping nobody knows which answer is to which question.
    if isinstance(answers, str | bytes) or not isinstance(answers, Sequence):
        raise RuntimeError(
            f"the oracle gave {answers!r}, a {type(answers).__name__}, not a list of answers"
        )
    if len(answers) != len(questions):
        raise RuntimeError(
            f"the oracle gave {len(answers)} answers to {len(questions)} questions; it must give one to each"
        )
    for answer in answers:
        if not isinstance(answer, str):
            raise RuntimeError(
                f"the oracle answered {answer!r}, a {type(answer).__name__}, not a text"
            )
    return answers


@runtime_checkable
class AccountsForUsage(Protocol):
    """An oracle that counts what its answers cost; an optional capability."""

    @property
    def usage(self) -> Mapping[str, float]:
        """Totals since it was made: ``prompt_tokens``, ``completion_tokens``, ``cost`` (dollars)."""
        ...


OracleSpec: TypeAlias = str | Mapping[str, Any]
"""Which oracle: its kind (``"knowledge"``), or a mapping with the ``kind`` and its options, fit to be written as JSON."""
OracleFactory: TypeAlias = "Callable[..., Oracle]"
"""What makes an oracle of one kind; called with the game's name and the options of the specification."""
