"""smolagents: a game's actions as tools of an agent.

from llm_gym.bridges.dialogue import Dialogue
from llm_gym.bridges.smolagents import tools

game = Dialogue("llm_gym/TwentyQuestions-v0")
first = game.begin(seed=0)
ToolCallingAgent(tools=tools(game), model=model).run(f"{game.instructions} {first}")
print(game.outcome)
"""

from __future__ import annotations

from typing import Any

from smolagents import Tool

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

        def forward(self, **arguments: Any) -> str:
            return game.call(described.name, arguments)

    return GameTool()
