"""Clean-up of text: what players write, and what terminals show."""

from __future__ import annotations


def single_line(text: str, limit: int) -> str:
    """Return ``text`` as one clean line of at most ``limit`` characters.

    The first line that is not blank is kept, whatever ends it (newline, carriage return, form
    feed, the unicode separators); white space becomes single spaces, with none at the ends;
    control and format characters, lone surrogates and unassigned code points are dropped. So a
    player can neither add lines to a transcript nor hide characters in it. A line that is clean
    already comes back as it is. Of an enormous text only the beginning is looked at.
    """
    text = text[: 16 * limit]
    if not text.isprintable():
        text = next((line for line in text.splitlines() if line.strip()), "")
        text = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text)
    return " ".join(text.split())[:limit].rstrip()


def printable(text: str) -> str:
    """Return ``text`` with lone surrogates replaced by "?", so that any stream can write it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def what_is_new(before: str, action: str, after: str, delta: str = "") -> str:
    """Return what the observation ``after`` tells that ``before`` and the action did not.

    An observation that extends the one before is new where it goes on, and if that begins with the
    action, behind it. Any other is new as a whole: also the same again, as a page that is shown twice.

    Args:
        before: the observation that the action was an answer to.
        action: the action.
        after: the observation that followed.
        delta: what the environment itself says it has just written, "" where it says nothing. It
            knows also where it cleaned up or framed the action.
    """
    if not before or after == before or not after.startswith(before):
        return after
    if delta and after.endswith(delta, len(before)):
        return delta
    return after[len(before) :].removeprefix(action)
