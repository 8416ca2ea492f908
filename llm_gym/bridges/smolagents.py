"""smolagents: a game's actions as tools of an agent.

from llm_gym.bridges.dialogue import Dialogue
from llm_gym.bridges.smolagents import tools

game = Dialogue("llm_gym/TwentyQuestions-v0")
first = game.begin(seed=0)
ToolCallingAgent(tools=tools(game), model=model).run(f"{game.instructions} {first}")
print(game.outcome)

A ``CodeAgent`` takes them too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from smolagents import Tool
from smolagents.utils import AgentParsingError, AgentToolCallError, AgentToolExecutionError

from llm_gym.bridges.dialogue import Dialogue


def tools(game: Dialogue) -> list[Tool]:
    """Return the tools that play ``game``; each returns what its call brought.

    Args:
        game: a game that has begun; what it came to is its ``outcome``.
    """
    return [_make(game, name) for name in game.tools]


def _make(game: Dialogue, which: str) -> Tool:
    described = game.tools[which]

    class GameTool(Tool):  # type: ignore[misc]
        """One kind of action."""

        name = described.name
        description = described.description
        inputs = {described.argument: {"type": "string", "description": described.meaning}}  # noqa: RUF012
        output_type = "string"
        skip_forward_signature_validation = True

        def forward(self, *values: Any, **arguments: Any) -> str:
            # A CodeAgent's program may leave out the argument's name.
            named = dict(zip((described.argument, "more"), values, strict=False))
            return game.call(described.name, {**named, **arguments})

    return GameTool()


def unparsable_steps(game: Dialogue) -> Callable[..., None]:
    """Return a step callback, by which steps that held no call cost a turn and count as unparsable.

    smolagents refuses such steps itself, and the tools never hear of them::

        ToolCallingAgent(tools(game), model, step_callbacks=[unparsable_steps(game)])

    Args:
        game: the game that the agent's tools play.
    """

    def note(step: Any, agent: Any = None) -> None:
        error = step.error
        if isinstance(error, AgentParsingError | AgentToolCallError | AgentToolExecutionError):
            game.misunderstand(str(error))

    return note
