"""Inspect AI evaluates a model on the test split of Twenty Questions.

    pip install inspect-ai openai
    python examples/inspect_eval.py openai/gpt-4o-mini

It prints the mean return (from -20 to 0), the share of games that were solved, and how games ended.
"""

import sys

from inspect_ai import eval as evaluate

from llm_gym.bridges.inspect import game


def main(model: str, limit: int = 17) -> dict[str, float]:
    """Evaluate; return the mean of each score."""
    (log,) = evaluate(game("llm_gym/TwentyQuestions-v0", split="test", limit=limit), model=model)
    means = {score.name: score.metrics["mean"].value for score in log.results.scores}
    for name, mean in means.items():
        print(f"{name:<16} {mean:8.2f}")
    return means


if __name__ == "__main__":
    main(sys.argv[1])
