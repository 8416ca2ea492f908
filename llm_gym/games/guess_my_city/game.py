"""The rules of Guess My City, strict and as in the original."""

from __future__ import annotations

import functools
import re
from typing import ClassVar, Literal, TypeAlias, get_args

from llm_gym.core.game import Tool
from llm_gym.core.tasks import Task, TaskSet, assign_splits
from llm_gym.core.text import single_line
from llm_gym.games.dressing import main_sentence, undress
from llm_gym.games.guess_my_city.player import POOL
from llm_gym.games.questions import OPENING, QuestionGame, Rules, Verdict
from llm_gym.oracles.knowledge.guess_my_city.facts import City, atlas
from llm_gym.oracles.knowledge.guess_my_city.questions import cities_named, parse
from llm_gym.oracles.thoughts import final_words
from llm_gym.subjects.cities import CITIES, LARGE

Cities: TypeAlias = Literal["all", "large"]

REFUSAL = "I can't answer that question."
GUESS = Tool(
    "guess",
    "Guess the hometown.",
    "city",
    "The city's name, such as: Lima",
    "Is your hometown {}?",
)


@functools.cache
def city_tasks(cities: Cities = "all") -> TaskSet:
    """Return the tasks: one city each, ``"Lima, Peru"`` as the id; 71 train, 10 valid, 10 test.

    The hash of the id decides the split, see ``assign_splits``. Of the large list a tenth each of the further
    cities are for validation and for the test; the published ones stay where they are.
    """
    split_of = assign_splits(CITIES, valid=10, test=10)
    further = LARGE[len(CITIES) :] if cities == "large" else ()
    split_of |= assign_splits(further, valid=len(further) // 10, test=len(further) // 10)
    return TaskSet(
        {
            split: [Task(city, split, city) for city in split_of if split_of[city] == split]
            for split in ("train", "valid", "test")
        }
    )


@functools.cache
def repertoire(cities: Cities) -> tuple[str, ...]:
    """Return the questions and guesses that make sense in the game."""
    names = (task.id.partition(",")[0] for task in city_tasks(cities).select())
    return (*(wordings[0] for wordings in POOL), *map(GUESS.action, names))


class GuessMyCity(QuestionGame):
    """Guess My City for one player; see ``GuessMyCityEnv`` for the rules in words.

    Args:
        rules: ``"strict"`` or ``"paper"``.
        cities: ``"all"`` (the 91 published ones) or ``"large"`` (300).
        opening: the text that the transcript begins with.

    Raises:
        ValueError: another value for one of them, or a blank opening.
    """

    name: ClassVar[str] = "guess_my_city"
    instructions = (
        "You play Guess My City: find out somebody's hometown. Each action is one question of any "
        "kind, which is answered in a sentence. The question that names the city wins. Each question "
        "costs one point but the one that wins, and there are twenty."
    )
    tools = (
        Tool(
            "ask",
            "Ask a question of any kind about the hometown.",
            "question",
            "The question, such as: Is it in Asia?",
        ),
        GUESS,
    )
    action_limit = 512
    answer_limit = 512
    _city: str

    def __init__(
        self, rules: Rules = "strict", cities: Cities = "all", opening: str = OPENING
    ) -> None:
        if cities not in get_args(Cities):
            raise ValueError(f"cities must be one of {', '.join(get_args(Cities))}, not {cities!r}")
        super().__init__(city_tasks(cities), rules, opening)
        self._cities = cities

    @property
    def repertoire(self) -> tuple[str, ...]:
        """The questions of the scripted player, and a guess of each city."""
        return repertoire(self._cities)

    def hide(self, task: Task) -> str:
        """Hide the task's city."""
        self._city = task.payload
        return self._city

    def clean(self, action: str) -> str:
        """Return the question in one line, all lines of it."""
        joined = " ".join(action[: 16 * self.action_limit].split())
        return single_line(joined, self.action_limit)

    def put(self, question: str) -> str:
        """Return the question; under strict rules a guess that is none ("Lima!") as a question."""
        if self.rules == "paper":
            return question
        guess = guessed(question)
        plain = parse(question).guess == guess and question.endswith("?")
        return question if guess is None or plain else f"Is your hometown {guess.title()}?"

    def judge(self, question: str, reply: str) -> Verdict:
        """See whether the question names the city, and hide the city's name in the reply."""
        reply = final_words(reply) if self.rules == "strict" else reply
        said = single_line(" ".join(reply.split()), self.answer_limit) or REFUSAL
        if self.rules == "paper":
            success = names_as_the_paper(self._city, question)
            told = REFUSAL if published_name(self._city) in said.lower() else said
        else:
            city = atlas().subject(self._city)
            success = polarity(said) == "Yes" and guesses(city, question)
            told = discreet(city, said)
        return Verdict(told, success, invalid=not question)


def guesses(city: City, question: str) -> bool:
    """Return whether ``question`` guesses ``city`` and names no other city."""
    said = _IN_PASSING.sub(" ", final_words(question) or question)
    return guessed(question) in city.name_keys and cities_named(said) <= city.name_keys


@functools.lru_cache(maxsize=512)  # a turn asks twice: what to put to the oracle, what has won
def guessed(question: str) -> str | None:
    """Return the key of the city that ``question`` guesses, however it is dressed, or None.

    Of several sentences the one question counts, else the last; of that one what follows a comma
    as well ("Since it is in Peru, is it Lima?").
    """
    question = final_words(question) or question
    guess = parse(question).guess
    if guess is not None:
        return guess
    sentences, at = main_sentence(undress(question))
    if not sentences:
        return None
    asked = _TAG.sub("?", sentences[at])
    starts = (0, *(found.end() for found in _BEGINNINGS.finditer(asked)))
    parts = (part for i in starts for part in (asked[i:], _APPOSITION.sub("?", asked[i:])))
    return next((g for part in parts if (g := parse(part).guess)), None)


_BEGINNINGS = re.compile(r", (?=\S+ \S)|\bthat (?=it\b|you\b)")
_TAG = re.compile(r", (?:is|are|was|do|does)n't (?:it|you|that)\??$")
_APPOSITION = re.compile(r"(?:, (?:an?|the|which|that) |\s*\(|\s[-\u2013\u2014]+\s).*$")
"""Where something is added to the name: "Lima, the capital of Peru"."""
_IN_PASSING = re.compile(r"(?:\b(?:not|neither|nor)|n't)(?: (?:in|from))? [A-Z]\w+", re.ASCII)
"""A city that is ruled out: "It isn't Quito, so is it Lima?"."""


def polarity(answer: str) -> str | None:
    """Return "Yes" or "No" where the answer begins with it, else None."""
    match = re.match(r"\W*(yes|no)\b", answer, re.IGNORECASE)
    return match[1].capitalize() if match else None


def discreet(city: City, answer: str) -> str:
    """Return ``answer``, or what is left of it where it gives a name of the city away."""
    if not city.secrecy.betrayed_by(answer) and not city.secrecy.disguised_in(answer):
        return answer
    word = polarity(answer)
    return f"{word}." if word else REFUSAL


def published_name(subject: str) -> str:
    """Return the city's name in lower case as the original compares it."""
    return subject.partition(",")[0].lower()


def names_as_the_paper(subject: str, question: str) -> bool:
    """Return whether the original takes ``question`` for a win: the name is anywhere in it.

    What follows the last letter does not count, so a question without a letter never wins.
    """
    letters = re.sub(r"[\W\d_]+$", "", question)
    return published_name(subject) in letters.lower()
