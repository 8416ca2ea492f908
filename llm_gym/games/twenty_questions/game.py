"""The rules of Twenty Questions, strict and as in the original."""

from __future__ import annotations

import functools
import re
from typing import ClassVar, Literal, TypeAlias, get_args

from llm_gym.core.game import Tool
from llm_gym.core.tasks import Task, TaskSet, assign_splits
from llm_gym.core.text import single_line
from llm_gym.games.questions import OPENING, QuestionGame, Rules, Verdict
from llm_gym.games.twenty_questions.guesses import Guess, bare_name, name_key, read_guess
from llm_gym.games.twenty_questions.player import with_article
from llm_gym.games.twenty_questions.questions import GUESSES, PROPERTIES
from llm_gym.oracles.thoughts import final_words
from llm_gym.oracles.yes_no import INVALID, YES, read_as_the_paper, read_strictly
from llm_gym.subjects.objects import (
    CATEGORIES,
    LARGE,
    OBJECTS,
    SUBSET,
    TIERS,
    HiddenObject,
)

Objects: TypeAlias = Literal["all", "subset", "large", "easy", "medium", "hard"]


def chosen_objects(objects: Objects) -> tuple[HiddenObject, ...]:
    """Return the objects that ``objects`` stands for, in their published order."""
    if objects == "subset":
        return SUBSET
    if objects == "all":
        return OBJECTS
    return tuple(thing for thing in LARGE if objects in ("large", thing.tier))


@functools.cache
def tasks_of(objects: Objects) -> TaskSet:
    """Return the tasks: one hidden object each, its name as the id.

    All 157: one object of every category is for validation, one for the test, the others for
    training. The large list and its tiers: so are those, and a tenth each of the further objects of
    every tier. The ten: two for validation, two for the test. The hash of the name decides, see
    ``assign_splits``.
    """
    chosen = chosen_objects(objects)
    if objects == "subset":
        split_of = assign_splits([thing.name for thing in chosen], valid=2, test=2)
    else:
        split_of = {}
        for category in CATEGORIES:
            names = [thing.name for thing in OBJECTS if thing.category == category]
            split_of |= assign_splits(names, valid=1, test=1)
        for tier in TIERS:
            names = [thing.name for thing in LARGE[len(OBJECTS) :] if thing.tier == tier]
            split_of |= assign_splits(names, valid=len(names) // 10, test=len(names) // 10)
    return TaskSet(
        {
            split: [
                Task(thing.name, split, thing) for thing in chosen if split_of[thing.name] == split
            ]
            for split in ("train", "valid", "test")
        }
    )


class ObjectGame(QuestionGame):
    """Yes/no questions about a hidden object, won by the one that names it.

    Args:
        tasks: the objects, each the payload of its task.
        guessable: the keys of all that counts as naming an object, see :func:`winning_keys`.
        rules: ``"strict"`` or ``"paper"``.
        opening: the text that the transcript begins with.
    """

    instructions = (
        "You play Twenty Questions: find the hidden object. Each action is one question that can be "
        "answered with yes or no, such as: Is it alive? A question that names the object, such as "
        "Is it a kite?, wins when it is right. Each question costs one point but the one that wins, "
        "and there are twenty."
    )
    tools = (
        Tool(
            "ask",
            "Ask a question that can be answered with yes or no.",
            "question",
            "The question, such as: Is it alive?",
        ),
        Tool("guess", "Guess the hidden object.", "name", "Its name, such as: kite", "Is it a {}?"),
    )
    action_limit = 256
    answer_limit = len(INVALID)
    _hidden: HiddenObject

    def __init__(
        self, tasks: TaskSet, guessable: frozenset[str], rules: Rules, opening: str
    ) -> None:
        super().__init__(tasks, rules, opening)
        self._guessable = guessable
        self._names = tuple(task.payload.name for task in tasks.select())

    @property
    def repertoire(self) -> tuple[str, ...]:
        """A question for each property that the scripted player knows, and a guess of each object."""
        return repertoire(self._names)

    def hide(self, task: Task) -> str:
        """Hide the task's object."""
        self._hidden = task.payload
        return self._hidden.name

    def clean(self, action: str) -> str:
        """Return the line that asks: under strict rules what a model says before it does not count.

        That is the first line with a question mark, else the first that guesses, else the first.
        """
        if self.rules == "strict":
            text = action[: 16 * self.action_limit]
            lines = [line for line in (final_words(text) or text).splitlines() if line.strip()]
            asking = (line for line in lines if "?" in line)
            guessing = (line for line in lines if self._guess(single_line(line, self.action_limit)))
            action = next(asking, None) or next(guessing, None) or next(iter(lines), "")
        return super().clean(action)

    def put(self, question: str) -> str:
        """Return the question; under strict rules a guess that is none ("piano!") as a question."""
        guess = self._guess(question) if self.rules == "strict" else None
        return question if guess is None else guess.question

    def judge(self, question: str, reply: str) -> Verdict:
        """Read yes, no or neither in the reply; a yes to the object's name wins."""
        strict = self.rules == "strict"
        told = read_strictly(reply, question) if strict else read_as_the_paper(reply)
        success = told == YES and self._names_the_object(question)
        return Verdict(told, success, invalid=told == INVALID)

    def _names_the_object(self, question: str) -> bool:
        if self.rules == "paper":
            return last_word(question) in self._hidden.variants
        guess = self._guess(question)
        return guess is not None and guess.key in self.winners(self._hidden)

    def winners(self, thing: HiddenObject) -> frozenset[str]:
        """Return the keys of all guesses that are right for ``thing``."""
        return winning_keys(thing)

    def _guess(self, question: str) -> Guess | None:
        return read_guess(question, self._guessable)


class TwentyQuestions(ObjectGame):
    """Twenty Questions for one player; see ``TwentyQuestionsEnv`` for the rules in words.

    Args:
        objects: ``"all"`` (157), ``"subset"`` (the paper's ten), ``"large"`` (645), or of these one
            tier: ``"easy"``, ``"medium"``, ``"hard"``.
        rules: ``"strict"`` or ``"paper"``.
        opening: the text that the transcript begins with.

    Raises:
        ValueError: another value for one of them, or a blank opening.
    """

    name: ClassVar[str] = "twenty_questions"

    def __init__(
        self, objects: Objects = "all", rules: Rules = "strict", opening: str = OPENING
    ) -> None:
        if objects not in get_args(Objects):
            known = ", ".join(get_args(Objects))
            raise ValueError(f"objects must be one of {known}, not {objects!r}")
        super().__init__(
            tasks_of(objects), known_keys(objects not in ("all", "subset")), rules, opening
        )
        if objects == "subset":
            # The paper tells its language model the ten words, too.
            names = sorted(task.payload.name for task in self.tasks.select())
            self.instructions += f" The object is one of these: {', '.join(names)}."


@functools.cache
def repertoire(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the questions and guesses for a game in which one of ``names`` is hidden."""
    return (
        *(wordings[0] for wordings in PROPERTIES),
        *(GUESSES[0].format(with_article(name)) for name in names),
    )


@functools.cache
def winning_keys(thing: HiddenObject) -> frozenset[str]:
    """Return the keys of all that names ``thing``: its variants, each in singular and plural."""
    keys: set[str] = set()
    for key in {name_key(form) for name in thing.variants for form in (name, bare_name(name))}:
        keys |= {key, f"{key}s", f"{key}es", f"{key[:-1]}ies" if key.endswith("y") else key}
        keys |= {re.sub("fe?$", "ves", key), re.sub("(?<!s)s$", "", key)}
    return frozenset(keys)


@functools.cache
def known_keys(large: bool = False) -> frozenset[str]:
    """Return the keys of all that names one of the 157 objects, or of the large list."""
    return frozenset[str]().union(*map(winning_keys, LARGE if large else OBJECTS))


def last_word(question: str) -> str:
    """Return the last word as the original takes it: after the last space, to the last letter."""
    while question and not question[-1].isalpha():
        question = question[:-1]
    return question.split(" ")[-1].lower()
