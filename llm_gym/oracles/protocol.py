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
