"""Print what the embedded oracle of Guess My City answers to open questions, to be read by a person.

Usage: python benchmarks/open_city_questions.py [FILE]

The file has a line "City, Country|question" each; without one it is ``open_city_questions.txt`` beside this
script. The last line counts the answers that say that it is not known.
"""

from __future__ import annotations

import sys
from pathlib import Path

from llm_gym.oracles.knowledge.guess_my_city import GuessMyCityKnowledge
from llm_gym.oracles.knowledge.guess_my_city.replies import UNKNOWN


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("|", 1) for line in lines if "|" in line]
    answers = GuessMyCityKnowledge().answer(*map(list, zip(*pairs, strict=True)))
    for (city, question), answer in zip(pairs, answers, strict=True):
        print(f"{city}: {question} -> {answer}")
    print(f"{answers.count(UNKNOWN)} of {len(answers)} not known")


if __name__ == "__main__":
    main()
