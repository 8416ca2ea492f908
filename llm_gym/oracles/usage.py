"""What an answer costs, and how an oracle says so: tokens, repeated requests, money."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """What answering took; usages add up with ``+``.

    Attributes:
        prompt_tokens: tokens read by the model.
        completion_tokens: tokens written by it.
        retries: requests that had to be sent again.
        cost: money, in the currency of the prices that the oracle was given; 0.0 without prices.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    retries: int = 0
    cost: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.retries + other.retries,
            self.cost + other.cost,
        )


class Answers(list[str]):
    """The answers of an oracle that knows what they cost: a list of texts, and ``usage``.

    An oracle that costs nothing returns a plain list. One that asks another oracle passes the
    other's usage on.

    Args:
        texts: the answers.
        usage: what all of them took together.
    """

    def __init__(self, texts: Iterable[str], usage: Usage) -> None:
        super().__init__(texts)
        self.usage = usage


class OracleError(RuntimeError):
    """An oracle could not answer; the message says why in one sentence.

    Attributes:
        usage: what the failed call took all the same.
    """

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage or Usage()
