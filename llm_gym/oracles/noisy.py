"""An oracle that errs now and then, as a language model does: some of another's answers turned round."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from llm_gym.oracles.protocol import AccountsForUsage, Oracle, OracleSpec, ask
from llm_gym.oracles.specs import make as make_oracle
from llm_gym.oracles.yes_no import NO, YES

_ANSWER = re.compile(r"\W*(?:(?P<yes>yes)|no)\b", re.IGNORECASE)


class NoisyOracle:
    """Turns a share of the answers that begin with yes or no round; every other answer stays.

    An error belongs to the question: asked again about the same thing, in the same words, the oracle errs again, in
    whatever order and company it is asked. So does a model that is wrong.

    Args:
        oracle: answers.
        rate: the share of questions that are answered wrong, from 0 to 1.
        seed: chooses them.

    Raises:
        ValueError: the rate is no share.
    """

    def __init__(self, oracle: Oracle, rate: float, seed: int) -> None:
        if not 0 <= rate <= 1:
            raise ValueError(f"the oracle's rate of errors must be from 0 to 1, not {rate!r}")
        self._oracle = oracle
        self._rate = rate
        self._seed = seed

    @property
    def usage(self) -> Mapping[str, float]:
        """What the oracle behind has used; nothing where it does not say."""
        return self._oracle.usage if isinstance(self._oracle, AccountsForUsage) else {}

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        """Answer as the oracle behind does, or the opposite."""
        replies = ask(self._oracle, subjects, questions)
        return [
            _turned(reply) if self._errs(subject, question) else reply
            for subject, question, reply in zip(subjects, questions, replies, strict=True)
        ]

    def _errs(self, subject: str, question: str) -> bool:
        text = f"{self._seed}\0{subject}\0{question}".encode(errors="surrogatepass")
        drawn = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())
        return drawn < self._rate * 2**64


def _turned(reply: str) -> str:
    answer = _ANSWER.match(reply)
    return reply if answer is None else NO if answer["yes"] else YES


def make(
    game: str, *, oracle: OracleSpec = "knowledge", rate: float = 0.1, seed: int = 0
) -> NoisyOracle:
    """Return a noisy oracle for a game.

    Args:
        game: the game's name.
        oracle: whose answers are turned round, by its spec.
        rate: the share of questions that are answered wrong, from 0 to 1.
        seed: chooses them.

    Raises:
        ValueError: there is no such oracle, or the rate is no share.
    """
    return NoisyOracle(make_oracle(oracle, game), rate, seed)
