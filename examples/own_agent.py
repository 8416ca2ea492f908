"""An agent of one's own: two methods, and it plays a batch of games and can be evaluated.

    python examples/own_agent.py

`archer-eval --agent own_agent:ListAgent --env llm_gym/TwentyQuestionsSubset-v0`, called in this
folder, does the same from the command line.
"""

from collections.abc import Sequence

from archer_agent.agent import View
from archer_agent.evaluation import evaluate_agent

GUESSES = ("football", "dog", "banana", "truck", "computer", "piano", "chair", "pen")


class ListAgent:
    """Goes through a list of guesses, in every game from its start."""

    def begin(self, games: int) -> None:
        """Start as many games at once: nothing has been guessed in any."""
        self.said = [0] * games

    def act(self, views: Sequence[View]) -> list[str]:
        """Guess the next of the list in each game that is still going on."""
        actions = []
        for view in views:
            actions.append(f"Is it a {GUESSES[self.said[view.game] % len(GUESSES)]}?")
            self.said[view.game] += 1
        return actions


if __name__ == "__main__":
    result = evaluate_agent("llm_gym/TwentyQuestionsSubset-v0", {}, ListAgent(), 256, seed=0)
    low, high = result["interval"]
    print(f"mean return {result['return_mean']:.2f} ({low:.2f} to {high:.2f})", end=", ")
    print(f"solved {result['success']:.0%} of {result['games']} games")
