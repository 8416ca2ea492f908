"""How a language model is asked: named prompt templates, the originals' among them.

A template is text with the fields ``{subject}`` and ``{question}``. The originals' are kept to the
letter, the missing space before the question included: models fine-tuned on them expect it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from packaged_models import special_tokens

_CONTROL = re.compile(r"<(?=[^<>\s]{1,60}>)|\[(?=/?[A-Z_]{2,20}\])")


def as_text(text: str, tokens: Iterable[str] = ()) -> str:
    """Return ``text`` with every control token broken by a space: "<|im_start|>" -> "< |im_start|>".

    What a player writes must not act on the model that reads it: neither as a tokenizer's special
    token nor as a part of a chat template, whatever server puts it into one.

    Args:
        text: what a player wrote.
        tokens: special tokens beyond the usual forms in angle and square brackets.
    """
    return special_tokens.as_text(_CONTROL.sub(r"\g<0> ", text), tokens)


@dataclass(frozen=True, slots=True)
class Prompt:
    """How one game's questions are put to a language model.

    Attributes:
        template: text with the fields ``{subject}`` and ``{question}``.
        max_tokens: the longest answer, in tokens of the model.
    """

    template: str
    max_tokens: int

    def fill(
        self, subjects: Sequence[str], questions: Sequence[str], tokens: Iterable[str] = ()
    ) -> list[str]:
        """Return one prompt for every subject and the question at the same position.

        Args:
            subjects: what the questions are about.
            questions: the players' words, which go in as text, see :func:`as_text`.
            tokens: the model's special tokens, where they are known.
        """
        return [
            self.template.format(
                subject=as_text(subject, tokens), question=as_text(question, tokens)
            )
            for subject, question in zip(subjects, questions, strict=True)
        ]


TEMPLATES: Mapping[str, Mapping[str, Prompt]] = {
    # This project's own, for models that follow instructions.
    "instruct": {
        "twenty_questions": Prompt(
            "In a game of twenty questions the hidden object is: {subject}.\n"
            "Answer the player's question about it truthfully with one word, Yes or No. "
            "Only where neither can be said, answer: Invalid question.\n\n"
            "Question: {question}\nAnswer:",
            max_tokens=64,
        ),
        "guess_my_city": Prompt(
            "You play a person whose hometown is {subject}; a player has to find out which city "
            "it is.\nAnswer the player's question truthfully in one short sentence that names "
            "neither the city nor any form of its name. Begin the answer to a yes/no question "
            "with Yes or No.\n\nQuestion: {question}\nAnswer:",
            max_tokens=64,
        ),
    },
    # ArCHer, archer/environment/twenty_questions.py and guess_my_city.py, generate_answers: the
    # input of the fine-tuned flan-t5-small.
    "archer": {
        "twenty_questions": Prompt("The object is {subject}.{question}", max_tokens=16),
        "guess_my_city": Prompt("Your home town is {subject}.{question}", max_tokens=64),
    },
    # ArCHer, llm_twenty_questions_subset.py, generate_answers: for Mistral-7B.
    "archer-subset": {
        "twenty_questions": Prompt("The object is {subject}.{question}Yes or No", max_tokens=16),
    },
    # ArCHer, twenty_questions.py, PROMPT_TEMPLATE: for a chat model.
    "archer-chat": {
        "twenty_questions": Prompt(
            "You are playing a game called twenty questions with me. The rule of twenty question "
            "is that you are given a hidden word, and I am guessing what the word is within "
            "twenty questions. For every question, if it is an invalid question, you should "
            'answer "Invalid Question.". For any valid question, you should answer either "Yes." '
            'or "No.". Now the hidden word given to you is "{subject}", and the question for the '
            'current round is "{question}". Your response is:',
            max_tokens=16,
        ),
    },
    # LMRL-Gym, llm_rl_scripts/{twenty_questions,guess_city}/env/oracle.py, get_t5_oracle_prompt:
    # for the fine-tuned flan-t5-xl.
    "lmrl": {
        "twenty_questions": Prompt(
            "Answer the question about the object truthfully.\nobject: {subject}\n"
            "question: {question}\nanswer (yes or no): ",
            max_tokens=4,
        ),
        "guess_my_city": Prompt(
            "Answer the question about the city truthfully.\n    object: {subject}\n"
            "    question: {question}\n    answer: ",
            max_tokens=4,
        ),
    },
}
"""Template name -> game -> prompt."""

# Games whose questions are asked like another game's.
_ASKED_LIKE = {"twenty_questions_open": "twenty_questions"}


def choose(template: str, game: str) -> Prompt:
    """Return the prompt of that name for ``game``, or one made of a template of one's own.

    Args:
        template: a name in :data:`TEMPLATES`, or text that contains ``{question}`` (and
            ``{subject}``); its answers may be 64 tokens long.
        game: the game's name (``"twenty_questions"``).

    Raises:
        ValueError: there is no such template, or none for the game, or it has other fields.
    """
    if template in TEMPLATES:
        prompts = TEMPLATES[template]
        known = _ASKED_LIKE.get(game, game)
        if known not in prompts:
            raise ValueError(
                f"the template {template!r} is for {', '.join(prompts)}, not for {game!r}; "
                "give a text of your own with {subject} and {question}"
            )
        return prompts[known]
    try:
        fields = {field for _, field, _, _ in string.Formatter().parse(template)} - {None}
    except ValueError as error:
        raise ValueError(f"the template {template!r} cannot be read: {error}") from error
    if "question" not in fields or not fields <= {"subject", "question"}:
        raise ValueError(
            f"unknown template {template!r}; choose one of {', '.join(TEMPLATES)}, "
            "or give a text with the fields {subject} and {question}, and no others"
        )
    return Prompt(template, max_tokens=64)
