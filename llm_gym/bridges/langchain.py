"""LangChain: a game's actions as tools of an agent.

from llm_gym.bridges.dialogue import Dialogue
from llm_gym.bridges.langchain import tools

game = Dialogue("llm_gym/TwentyQuestions-v0")
first = game.begin(seed=0)
agent = create_agent(model, tools(game), system_prompt=game.instructions)
agent.invoke({"messages": [{"role": "user", "content": first}]})
print(game.outcome)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_core.tools import BaseTool, StructuredTool
from pydantic import Field, create_model

from llm_gym.bridges.dialogue import Dialogue


def tools(game: Dialogue) -> list[BaseTool]:
    """Return the tools that play ``game``; each returns what its call brought.

    A call with arguments that are none costs a turn and counts as unparsable. LangChain itself
    answers the call of a tool that there is not, without the game being told.

    Args:
        game: a game that has begun; what it came to is its ``outcome``.
    """
    made: list[BaseTool] = []
    for tool in game.tools.values():
        fields: dict[str, Any] = {tool.argument: (str, Field(description=tool.meaning))}
        made.append(
            StructuredTool.from_function(
                _function(game, tool.name),
                name=tool.name,
                description=tool.description,
                args_schema=create_model(tool.name, **fields),
                handle_validation_error=_refusal(game, tool.name),
            )
        )
    return made


def _function(game: Dialogue, name: str) -> Callable[..., str]:
    def call(**arguments: Any) -> str:
        return game.call(name, arguments)

    return call


def _refusal(game: Dialogue, name: str) -> Callable[[Any], str]:
    """Return what makes a call with other arguments an unparsable one, as it is for the game."""

    def refuse(error: Any) -> str:
        return game.call(name, None)

    return refuse
