"""The agent that knows nothing: the floor under every comparison."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from archer_agent.agents.agent import View
from archer_agent.errors import AgentError

_QUERY_WORDS = 3
"""Words that go between empty brackets."""


class RandomAgent:
    """Does anything that can be done, each with the same probability.

    What can be done is what the environment says (`View.actions`); brackets that want words get some of the
    observation's. Where the environment does not say, it is one of the given utterances.

    Args:
        seed: game n after this agent was made is played by a generator of its own, whatever else is played beside it.
        utterances: what to say where the environment does not say what can be done.
    """

    def __init__(self, seed: int, utterances: Sequence[str] = ()) -> None:
        self._seed = seed
        self._utterances = tuple(utterances)
        self._generators: list[random.Random] = []
        self._begun = 0

    def begin(self, games: int) -> None:
        """Make the generators of the next games."""
        numbers = range(self._begun, self._begun + games)
        self._generators = [random.Random(f"{self._seed} {number}") for number in numbers]
        self._begun += games

    def act(self, views: Sequence[View]) -> list[str]:
        """Draw an action for each game.

        Raises:
            AgentError: there is nothing to draw from.
        """
        return [self._draw(view) for view in views]

    def _draw(self, view: View) -> str:
        choices = view.actions or self._utterances
        if not choices:
            raise AgentError(
                "the random agent has nothing to choose from: the environment does not say what can be done; "
                "name a file with an utterance on each line with --utterances"
            )
        generator = self._generators[view.game]
        action = generator.choice(choices)
        if not action.endswith("[]"):
            return action
        words = sorted(set(re.findall(r"\w+", view.observation)))
        query = generator.sample(words, min(_QUERY_WORDS, len(words)))
        return f"{action.removesuffix(']')}{' '.join(query)}]"
