"""Agents of one's own, in the two forms that are taken: a class that plays many games at once, and a function.

    cd examples
    archer-eval --agent own_agent:ListAgent --env llm_gym/TwentyQuestionsSubset-v0
    archer-eval --agent own_agent:halve --env own_environment:NumberHunt-v0

`python examples/own_agent.py` does the first from Python.
"""

from collections.abc import Sequence

from archer_agent import View, evaluate_agent

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


def halve(observation: str) -> str:
    """Guess the middle of what is left in a hunt for a number from 1 to 8."""
    low, high = 1, 8
    for line in observation.splitlines()[1:]:
        guess, reply = line.split()
        if reply == "higher":
            low = int(guess) + 1
        else:
            high = int(guess) - 1
    return str((low + high) // 2)


if __name__ == "__main__":
    result = evaluate_agent("llm_gym/TwentyQuestionsSubset-v0", {}, ListAgent(), 256, seed=0)
    low, high = result["interval"]
    print(f"mean return {result['return_mean']:.2f} ({low:.2f} to {high:.2f})", end=", ")
    print(f"solved {result['success']:.0%} of {result['games']} games")
