"""A smolagents agent plays Twenty Questions by its tools.

    pip install "smolagents[openai]"
    OPENAI_API_KEY=... python examples/smolagents_player.py gpt-4o-mini

It prints what the game came to: return, success, turns, and how it ended.
"""

import sys

from smolagents import OpenAIModel, ToolCallingAgent

from llm_gym.bridges.dialogue import Dialogue, Outcome
from llm_gym.bridges.smolagents import tools


def main(name: str, **options: str) -> Outcome:
    """Play one game; return what it came to."""
    game = Dialogue("llm_gym/TwentyQuestionsSubset-v0")
    first = game.begin(seed=0)
    agent = ToolCallingAgent(
        tools(game), OpenAIModel(name, **options), max_steps=25, verbosity_level=0
    )
    agent.run(f"{game.instructions} Say your final answer when the game is over.\n\n{first}")
    print(game.outcome)
    return game.outcome


if __name__ == "__main__":
    main(sys.argv[1])
