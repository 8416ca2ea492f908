"""The two forms that forms below them may contain, declared before they are defined.

A noun phrase may hold a whole predicate ("something that is ..."). So that no module imports one
above it, such a form is called by the name declared here and defined further up.
"""

from __future__ import annotations

from collections.abc import Callable

from llm_gym.oracles.knowledge.twenty_questions.claims import Claim
from llm_gym.oracles.knowledge.twenty_questions.words import Words


class Form:
    """A way to read words as a claim; :meth:`define` says which function does it."""

    _read: Callable[[Words], Claim]

    def define(self, read: Callable[[Words], Claim]) -> Callable[[Words], Claim]:
        """Let ``read`` read the form; returns it, so that it serves as a decorator."""
        self._read = read
        return read

    def __call__(self, words: Words) -> Claim:
        """Read the words."""
        return self._read(words)


being = Form()
"""What follows "is it"."""
modifier = Form()
"""What follows a noun: a relative clause, a participle, "with ...", "for ..."."""
