"""The knowledge oracle of Twenty Questions: it knows the 157 objects and understands questions.

``parser`` turns a question into a claim, with a module for each form that it reads
(``sentences``, ``subjects``, ``predicates``, ``events``, ``comparisons``, ...); ``claims`` checks
the claim against an object's sheet, ``sheets`` compiles the facts in ``data/``, ``language``,
``words`` and ``measures`` hold words and sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from llm_gym.oracles.knowledge.twenty_questions.claims import Claim
from llm_gym.oracles.knowledge.twenty_questions.parser import MAX_CHARACTERS, parse
from llm_gym.oracles.knowledge.twenty_questions.sheets import sheet_of
from llm_gym.oracles.yes_no import INVALID, NO, YES
from llm_gym.subjects.objects import find_object


# A kilobyte each.
@lru_cache(maxsize=8_192)
def _parsed(question: str) -> Claim | None:
    return parse(question)


@lru_cache(maxsize=1_000)
def _object_name(subject: str) -> str:
    return find_object(subject).name


class TwentyQuestionsKnowledge:
    """Answers yes/no questions about the objects, always the same way.

    What its sheets do not say is answered with no; what is not a yes/no question about the object
    is answered with ``"Invalid Question."``.
    """

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        """Answer ``questions[i]`` about the object ``subjects[i]``.

        Args:
            subjects: names of objects, in any case and any of their variants.
            questions: as many questions, any text at all.

        Returns:
            ``"Yes."``, ``"No."`` or ``"Invalid Question."`` for each.

        Raises:
            ValueError: a subject is not one of the 157 objects, or the lengths differ.
        """
        if len(subjects) != len(questions):
            raise ValueError(
                f"{len(subjects)} subjects but {len(questions)} questions; "
                "give one question per subject"
            )
        return [
            self._answer(_object_name(subject), question)
            for subject, question in zip(subjects, questions, strict=True)
        ]

    def _answer(self, name: str, question: str) -> str:
        claim = _parsed(question) if len(question) <= MAX_CHARACTERS else None
        if claim is None:
            return INVALID
        return YES if claim.holds(sheet_of(name)) else NO


__all__ = ["TwentyQuestionsKnowledge"]
