"""What an oracle is, and what else it may offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, runtime_checkable


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
        RuntimeError: it gave too many answers or too few.
    """
    answers = oracle.answer(subjects, questions)
    if len(answers) != len(questions):
        raise RuntimeError(
            f"the oracle gave {len(answers)} answers to {len(questions)} questions; it must give one to each"
        )
    return answers


@runtime_checkable
class AccountsForUsage(Protocol):
    """An oracle that counts what its answers cost; an optional capability."""

    @property
    def usage(self) -> Mapping[str, float]:
        """Totals since it was made: ``prompt_tokens``, ``completion_tokens``, ``cost`` (dollars)."""
        ...


OracleSpec: TypeAlias = "str | Mapping[str, Any]"
"""Which oracle: its kind (``"knowledge"``), or a mapping with the ``kind`` and its options, fit to be written as JSON."""
OracleFactory: TypeAlias = "Callable[..., Oracle]"
"""What makes an oracle of one kind; called with the game's name and the options of the specification."""
