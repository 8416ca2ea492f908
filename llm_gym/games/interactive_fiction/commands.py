"""What of a player's text reaches the story: one plain command, or nothing.

A story file trusts whoever types. Some inputs crash or hang the emulator, others win by debugging
verbs, write files, load another game's save or take several moves at once. What is let through here
is one command of the game's own world.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

LENGTH_LIMIT = 100
"""The longest command, in characters. The emulator cuts beyond 198 bytes."""

_OUT_OF_WORLD = frozenset(
    # Stories of other makes do not mark these words in their dictionaries, so they are named here.
    """
    again g oops o undo y yes no amusing
    save restore restart quit q die script unscript noscript transcript recording record unrecord
    replay command commands verify version score fullscore full notify verbose brief superbrief long short
    normal pronouns nouns places objects footnote footnotes manual help about info information hint
    hints clue menu
    abstract actions changes daemons gonear goto messages purloin random routines scope showobj
    showverb timers trace tree warp debug
    """.split()
)


@dataclass(frozen=True, slots=True)
class Command:
    """A player's text after the guard.

    Attributes:
        text: the command to give to the story, empty when it is refused.
        refusal: what the player is told instead, None when the command goes through.
    """

    text: str
    refusal: str | None = None


class Guard:
    """Lets plain commands through and refuses everything else.

    Args:
        meta: words that the story's dictionary marks as commands about the game itself.
        verbs: its other words that can begin a command and name no thing.
        word_length: the parser reads this many letters of a word and ignores the rest, so words
            are compared after the same cut.
    """

    def __init__(self, meta: Iterable[str], verbs: Iterable[str], word_length: int) -> None:
        self._cut = word_length
        self._blocked = frozenset(word[:word_length] for word in {*_OUT_OF_WORLD, *meta})
        self._verbs = frozenset(word[:word_length] for word in verbs)

    def check(self, action: str) -> Command:
        """Return the command in ``action``, or why it is refused; the story is not asked.

        Only the first line counts, as in the paper's code: models like to go on talking. It is
        lower-cased and its blanks are collapsed.
        """
        line = action.strip(" \t\r\n").partition("\n")[0].rstrip(" \t\r")
        text = re.sub(r"[ \t]+", " ", line).lower()
        if not text:
            return Command("", "Say what you do.")
        if len(text) > LENGTH_LIMIT:
            return Command("", f"A command has at most {LENGTH_LIMIT} characters.")
        if not (text.isascii() and text.isprintable()):
            return Command("", "A command is made of plain letters.")
        words = text.split(" ")
        if re.search(r'[.,;:!?"]', text) or "then" in words or self._goes_on(words):
            return Command("", "One command at a time, without punctuation.")
        first = re.match(r"[a-z]+", text)
        if first is None or first[0][: self._cut] in self._blocked:
            return Command("", f'"{words[0]}" does nothing in this game.')
        return Command(text)

    def _goes_on(self, words: Sequence[str]) -> bool:
        """Return whether a second command follows an "and", as older parsers allow."""
        return any(
            one == "and" and other[: self._cut] in self._verbs for one, other in pairwise(words)
        )
