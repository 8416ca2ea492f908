"""The oracle of Guess My City: facts about a hundred cities, asked in free English.

``facts`` holds what is known, ``lexicon`` the words for it; ``questions`` understands, with the rules
of ``aspects``, ``wordings`` and ``ledger_wordings``; ``replies``, ``telling``, ``almanac``, ``customs``,
``ledger`` and ``dossier`` answer, and ``secrecy`` keeps the city's name out of every answer. No model and no network;
the same question about the same city always gets the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from llm_gym.oracles.knowledge.guess_my_city.facts import atlas
from llm_gym.oracles.knowledge.guess_my_city.questions import parse
from llm_gym.oracles.knowledge.guess_my_city.replies import reply

__all__ = ["GuessMyCityKnowledge"]


class GuessMyCityKnowledge:
    """Answers questions addressed to a person who lives in the hidden city.

    The records are read at the first answer.
    """

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        """Answer each question about the subject at the same position.

        Args:
            subjects: cities such as ``"Lima, Peru"``; case, accents, old and foreign names do not
                matter.
            questions: English questions of any wording, length and content.

        Returns:
            One sentence or two for each question, beginning with "Yes" or "No" to a yes/no
            question.

        Raises:
            ValueError: the lists differ in length, or a subject is unknown.
        """
        if len(subjects) != len(questions):
            raise ValueError(
                f"the oracle needs one question for each subject, not {len(questions)} questions "
                f"for {len(subjects)} subjects"
            )
        return [_answer(*pair) for pair in zip(subjects, questions, strict=True)]


def _answer(subject: str, text: str) -> str:
    city = atlas().subject(subject)
    return city.secrecy.guard(reply(parse(text), city))
