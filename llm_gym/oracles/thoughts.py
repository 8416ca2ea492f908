"""What a model wrote down before it answered."""

from __future__ import annotations

import re

_THOUGHTS = re.compile(
    r".*(?:</?(?:think|thinking|thought|reasoning|reflection)>|\[/?THINK\]|<\|channel\|>final(?:<\|message\|>)?)",
    re.DOTALL | re.IGNORECASE,
)


def final_words(reply: str) -> str:
    """Return a model's reply without the thoughts that it wrote down before it.

    Thoughts end at the last of the marks that models use; of thoughts that never end nothing is
    left to say.
    """
    found = _THOUGHTS.match(reply)
    if found is None:
        return reply
    rest = reply[found.end() :]
    unfinished = re.search(
        r"(?:<(?:think|thinking|thought|reasoning|reflection)>|\[THINK\])$", found[0], re.I
    )
    return "" if unfinished else rest.strip()
