"""Which environments there are: one table, registered when ``llm_gym`` is imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import gymnasium


@dataclass(frozen=True, slots=True)
class Environment:
    """One line of the table.

    Attributes:
        id: the id for ``gymnasium.make``.
        entry_point: ``"module:class"`` of the single environment; imported when it is made.
        vector_entry_point: ``"module:class"`` of the vector environment; None where single ones stand side by side.
        kwargs: fixed constructor arguments, JSON values only.
        splits: split -> number of tasks.
        turn_limit: the number of turns after which an episode ends by the game's rules.
        summary: what one does in it, in a few words.
        needs: what ``gymnasium.make`` cannot do without, unless downloaded or installed: arguments, programs;
            empty for an environment that works on install.
        played_with: constructor arguments that suit a person at a terminal; ``llm-gym play`` passes them.
    """

    id: str
    entry_point: str
    vector_entry_point: str | None
    splits: Mapping[str, int]
    turn_limit: int
    summary: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    played_with: Mapping[str, Any] = field(default_factory=dict)


_TWENTY_QUESTIONS = "llm_gym.games.twenty_questions.env:TwentyQuestions"
_GUESS_MY_CITY = "llm_gym.games.guess_my_city.env:GuessMyCity"
_ADVENTURE = "llm_gym.games.adventure.env:Adventure"
_DETECTIVE = "llm_gym.games.detective.env:Detective"
_INTERACTIVE_FICTION = "llm_gym.games.interactive_fiction.env:InteractiveFiction"
_WEBSHOP = "llm_gym.games.webshop.env:WebShop"

ENVIRONMENTS: tuple[Environment, ...] = (
    Environment(
        id="llm_gym/TwentyQuestions-v0",
        entry_point=f"{_TWENTY_QUESTIONS}Env",
        vector_entry_point=f"{_TWENTY_QUESTIONS}VectorEnv",
        splits={"train": 123, "valid": 17, "test": 17},
        turn_limit=20,
        summary="find one of 157 hidden objects with yes/no questions",
    ),
    Environment(
        id="llm_gym/TwentyQuestionsSubset-v0",
        entry_point=f"{_TWENTY_QUESTIONS}Env",
        vector_entry_point=f"{_TWENTY_QUESTIONS}VectorEnv",
        kwargs={"objects": "subset"},
        splits={"train": 6, "valid": 2, "test": 2},
        turn_limit=20,
        summary="find one of the paper's ten objects with yes/no questions",
    ),
    Environment(
        id="llm_gym/TwentyQuestionsLarge-v0",
        entry_point=f"{_TWENTY_QUESTIONS}Env",
        vector_entry_point=f"{_TWENTY_QUESTIONS}VectorEnv",
        kwargs={"objects": "large"},
        splits={"train": 517, "valid": 64, "test": 64},
        turn_limit=20,
        summary="find one of 645 hidden objects, easy to hard, with yes/no questions",
    ),
    Environment(
        id="llm_gym/TwentyQuestionsOpen-v0",
        entry_point="llm_gym.games.twenty_questions.open:TwentyQuestionsOpenEnv",
        vector_entry_point="llm_gym.games.twenty_questions.open:TwentyQuestionsOpenVectorEnv",
        splits={},
        turn_limit=20,
        summary="find one of the words that you name, with a language model to answer",
        needs=("objects", "oracle"),
    ),
    Environment(
        id="llm_gym/GuessMyCity-v0",
        entry_point=f"{_GUESS_MY_CITY}Env",
        vector_entry_point=f"{_GUESS_MY_CITY}VectorEnv",
        splits={"train": 71, "valid": 10, "test": 10},
        turn_limit=20,
        summary="find out somebody's hometown, one of 91 cities, with questions of any kind",
    ),
    Environment(
        id="llm_gym/GuessMyCityLarge-v0",
        entry_point=f"{_GUESS_MY_CITY}Env",
        vector_entry_point=f"{_GUESS_MY_CITY}VectorEnv",
        kwargs={"cities": "large"},
        splits={"train": 240, "valid": 30, "test": 30},
        turn_limit=20,
        summary="the same with 300 cities",
    ),
    Environment(
        id="llm_gym/WebShop-v0",
        entry_point=f"{_WEBSHOP}Env",
        vector_entry_point=f"{_WEBSHOP}VectorEnv",
        splits={"train": 5167, "valid": 632, "test": 501},
        turn_limit=100,
        summary="find in a shop what an instruction asks for, and buy it",
        played_with={"view": "menu"},
    ),
    Environment(
        id="llm_gym/WebShopNatural-v0",
        entry_point=f"{_WEBSHOP}Env",
        vector_entry_point=f"{_WEBSHOP}VectorEnv",
        kwargs={"shop": "natural"},
        splits={"train": 5169, "valid": 631, "test": 500},
        turn_limit=100,
        summary="the same in a shop whose listings and requests are as hard as real ones",
        played_with={"view": "menu"},
    ),
    Environment(
        id="llm_gym/WebShopBrowser-v0",
        entry_point="llm_gym.games.webshop.browser.env:WebShopBrowserEnv",
        vector_entry_point=None,
        splits={"train": 5167, "valid": 632, "test": 501},
        turn_limit=100,
        summary="the same shop as a web site in headless Chromium (extra: browser)",
        needs=("chromium", "chromedriver"),
    ),
    Environment(
        id="llm_gym/Adventure-v0",
        entry_point=f"{_ADVENTURE}Env",
        vector_entry_point=f"{_ADVENTURE}VectorEnv",
        splits={"train": 1},
        turn_limit=80,
        summary="light a dark lighthouse before the ferry comes: a text adventure",
    ),
    Environment(
        id="llm_gym/AdventureWorlds-v0",
        entry_point=f"{_ADVENTURE}Env",
        vector_entry_point=f"{_ADVENTURE}VectorEnv",
        kwargs={"worlds": "generated"},
        splits={"train": 256, "valid": 32, "test": 32},
        turn_limit=80,
        summary="text adventures in 320 small worlds made from seeds",
    ),
    Environment(
        id="llm_gym/Detective-v0",
        entry_point=f"{_DETECTIVE}Env",
        vector_entry_point=f"{_DETECTIVE}VectorEnv",
        splits={"train": 1},
        turn_limit=50,
        summary="find the mayor's murderer, the paper's text adventure (extra: detective)",
        needs=("story_file",),
    ),
    Environment(
        id="llm_gym/InteractiveFiction-v0",
        entry_point=f"{_INTERACTIVE_FICTION}Env",
        vector_entry_point=f"{_INTERACTIVE_FICTION}VectorEnv",
        splits={"train": 1},
        turn_limit=100,
        summary="play any story that Jericho supports, by file (extra: detective)",
        needs=("story_file",),
    ),
)


FORMER_IDS = {"llm_gym/WebShop-v1": "llm_gym/WebShopNatural-v0"}
"""Ids of before, which make the same: as a version of WebShop, Gymnasium called v0 out of date."""


def register_all() -> None:
    """Register every environment of the table that is not registered yet.

    The turn limit is a rule of the game, not a ``TimeLimit``: ``max_episode_steps`` stays None. ``make`` adds no
    wrappers: every environment keeps the order of calls itself, and ``llm-gym check`` is what checks it.
    """
    for environment in ENVIRONMENTS:
        if environment.id not in gymnasium.registry:
            gymnasium.register(
                environment.id,
                entry_point=environment.entry_point,
                vector_entry_point=environment.vector_entry_point,
                order_enforce=False,
                disable_env_checker=True,
                kwargs=dict(environment.kwargs),
            )
    for former, present in FORMER_IDS.items():
        gymnasium.registry.setdefault(former, gymnasium.registry[present])
