"""The answers to a yes/no question, and how one is read in whatever an oracle says."""

from __future__ import annotations

import re

YES = "Yes."
NO = "No."
INVALID = "Invalid Question."
ANSWERS = (YES, NO, INVALID)


def read_strictly(reply: str) -> str:
    """Return "Yes." or "No.", whichever word comes first in the oracle's reply.

    A reply with neither is "Invalid Question."; nothing else an oracle says reaches the player.
    """
    found = re.search(r"\b(yes|no)\b", reply.lower())
    return INVALID if found is None else f"{found[1].capitalize()}."


def read_as_the_paper(reply: str) -> str:
    """Return the answer as the original reads it: "yes", else "no", also inside a word."""
    lower = reply.lower()
    return YES if "yes" in lower else NO if "no" in lower else INVALID
