"""What a question says about its subject: "is ...", "has ...", "does ...", "people ... it".

A module for each form, each above those that it uses: ``having``, ``nouns``, ``uses``, ``acting``,
``doing``, ``possibility``, ``being``, ``predicate``. A form reads its words and hands what remains to the
next; where that is one further up ("something that has ..."), it goes by way of ``forward``.
"""

from llm_gym.oracles.knowledge.twenty_questions.predicates.acting import read_acting
from llm_gym.oracles.knowledge.twenty_questions.predicates.being import read_being
from llm_gym.oracles.knowledge.twenty_questions.predicates.having import read_having, read_made
from llm_gym.oracles.knowledge.twenty_questions.predicates.nouns import read_noun_phrases
from llm_gym.oracles.knowledge.twenty_questions.predicates.predicate import read_predicate

__all__ = [
    "read_acting",
    "read_being",
    "read_having",
    "read_made",
    "read_noun_phrases",
    "read_predicate",
]
