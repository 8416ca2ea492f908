"""Does playing keep to its memory? The resident set after so many utterances of which hardly two are the same.

    python benchmarks/playing_memory.py --env llm_gym/GuessMyCity-v0 --utterances 30000

Half of the words are made up, as an untrained policy makes them up: what an oracle remembers of questions grows as fast as
it can. Linux only.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import string
from pathlib import Path

import gymnasium

import llm_gym  # noqa: F401  (registers its environments)

GAMES = 16
WORDS = (
    "animal tool river mountain food water metal wood house kitchen port beach language spanish capital temperature "
    "weather red sharp large heavy museum currency famous old"
).split()
FORMS = (
    "Is it a {}?",
    "Is it used for {} {}?",
    "Does it have a {} or {}?",
    "Can you find it in a {} near the {}?",
    "Is it {}?",
    "What is the {} of your {}?",
    "Are you near the {} {}?",
    "Do people {} there in {}?",
    "Is your city known for its {} {}?",
)


def resident() -> float:
    """Return the resident set of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def made_up(rng: random.Random) -> str:
    """Return a question that nobody has asked before, as a rule."""
    form = rng.choice(FORMS)

    def word() -> str:
        letters = rng.choices(string.ascii_lowercase, k=rng.randrange(3, 9))
        return rng.choice(WORDS) if rng.random() < 0.5 else "".join(letters)

    return form.format(*(word() for _ in range(form.count("{}"))))


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the resident set while games are played.")
    parser.add_argument("--env", default="llm_gym/TwentyQuestions-v0", help="environment id")
    parser.add_argument("--utterances", type=int, default=30_000)
    options = parser.parse_args()
    rng = random.Random(0)
    envs = gymnasium.make_vec(options.env, GAMES, "vector_entry_point")
    envs.reset(seed=0)
    said = shown = 0
    while said < options.utterances:
        envs.step([made_up(rng) for _ in range(GAMES)])
        said += GAMES
        if said * 8 // options.utterances > shown:
            shown = said * 8 // options.utterances
            gc.collect()
            print(f"{said:>8} utterances {resident():>8.1f} MiB", flush=True)
    envs.close()


if __name__ == "__main__":
    main()
