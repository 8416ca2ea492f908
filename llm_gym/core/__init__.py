"""What every environment shares: spaces, the two-phase game, tasks, the environments themselves."""

from llm_gym.core.env import OffersScriptedPlayer, TextEnv
from llm_gym.core.game import Game, Query, Tool, Turn
from llm_gym.core.spaces import FreeText
from llm_gym.core.tasks import Task, TaskSet, assign_splits
from llm_gym.core.text import single_line
from llm_gym.core.vector import TextVectorEnv

__all__ = [
    "FreeText",
    "Game",
    "OffersScriptedPlayer",
    "Query",
    "Task",
    "TaskSet",
    "TextEnv",
    "TextVectorEnv",
    "Tool",
    "Turn",
    "assign_splits",
    "single_line",
]
