"""What of a player's text reaches the story: commands of its own world, and answers to what it asks.

A story file trusts whoever types. Some inputs crash or hang the emulator, others win by debugging
verbs, write files, load another game's save or take several moves at once. What is let through here
is said in the game's own world, and every command of it costs a move.
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
    o oops undo
    save saven savend restore restart quit q die suspend pause resume
    script unscript noscript transcript recording unrecord replay
    version verify score fullscore full notify verbose brief superbrief super long short normal
    pronouns nouns places objects hint hints clue clues walkthru walkthrough
    abstract gonear purloin showheap showme showobj showverb
    """.split()
)

_NOWHERE = frozenset(
    "save saven savend restore restart quit q undo script unscript pause suspend resume".split()
)
"""Words of these that are refused wherever they stand: older parsers look for a command behind words that
begin none ("here save", "yes, so quit"), and no story has a thing by that name."""

_OUT_OF_A_PLAIN_WORLD = frozenset(
    # What a story asks or repeats is no part of one that can do without.
    """
    again g y yes no amusing
    record command commands footnote footnotes manual help about info information menu
    actions changes daemons goto messages random routines scope timers trace tree warp debug
    """.split()
)

_WAYS = frozenset(
    """
    n s e w ne nw se sw u d north south east west northeast northwest southeast southwest
    up down in out inside outside on off over around across away back through
    above below upstairs downstairs ceiling sky floor ground
    """.split()
)
"""Where one goes, looks or turns, which is no thing; stories do not mark all of it. Parsers made with
Inform take the ceiling for "up", and "floor, wait" for two commands."""

_COMMA = "xcomma"
"""The word that Inform's library writes for a comma, and reads as one."""

_SPEAKING = frozenset("ask tell order command instruct say shout yell whisper".split())
"""Verbs behind which some parsers read another command: "tell me to script", "say script"."""

_ABBREVIATED = re.compile(r"\b(mr|mrs|ms|dr|prof|st|no(?=\. ?\d))\.(?= ?[a-z0-9])")
"""What is cut short before a name or a number: its full stop would end the sentence."""

_NO_WORDS = re.compile(r"[\\/^{}<~|`#*@]|\$(?!\d)")
"""What begins testers' commands in older stories ("#record", "$debug"; "$603" is money), is read by the
emulator itself, or leads to a file."""

_FILLERS = frozenset("a an the is of to and please".split())
"""Words that older parsers skip, so that "the save" saves."""

_NAMING = frozenset("a an the for my your his her their".split())
"""What stands before a thing and before no command: "ask waiter for the menu", "tell me the full story"."""

_SIX_LETTERS = 6
"""The word length of the parsers for which "record" is a word of the story's world."""


@dataclass(frozen=True, slots=True)
class Command:
    """A player's text after the guard.

    Attributes:
        text: what to give to the story, empty when it is refused or where a key is awaited.
        refusal: what the player is told instead, None when the text goes through.
        moves: how many commands the text holds; each costs a move.
    """

    text: str
    refusal: str | None = None
    moves: int = 1


class Guard:
    """Lets through what belongs to the story's world and refuses everything else.

    Args:
        meta: words that the story's dictionary marks as commands about the game itself.
        verbs: its other words that can begin a command, directions among them.
        nouns: its words that name things.
        word_length: the parser reads this many letters of a word and ignores the rest, so words
            are compared after the same cut.
        alike: sets of words that say the same where no thing follows ("rescue" for "save").
        quotes_part: a quotation is a command of its own, wherever it stands. So it is for parsers that
            have the quotation mark in their dictionary; for others it is as good as a blank.
        plain: let through single commands alone, without punctuation, and no answers: for a story
            that asks nothing.
    """

    def __init__(
        self,
        meta: Iterable[str],
        verbs: Iterable[str],
        nouns: Iterable[str],
        word_length: int,
        *,
        alike: Iterable[frozenset[str]] = (),
        quotes_part: bool = True,
        plain: bool = False,
    ) -> None:
        self._cut = word_length
        self._plain = plain
        self._parting = re.compile('[,"]' if quotes_part else ",")
        named = _OUT_OF_WORLD | _OUT_OF_A_PLAIN_WORLD if plain else _OUT_OF_WORLD
        if word_length <= _SIX_LETTERS:
            named -= {"recording"}
        self._blocked = frozenset(word[:word_length] for word in {*named, *meta})
        self._nowhere = frozenset(word[:word_length] for word in _NOWHERE)
        self._alone = frozenset(
            word for same in alike if not same.isdisjoint(self._nowhere) for word in same
        )
        self._named = frozenset(word[:word_length] for word in named)
        self._speaking = frozenset(word[:word_length] for word in _SPEAKING)
        self._verbs = frozenset(word[:word_length] for word in {*verbs, *_WAYS})
        self._nouns = frozenset(word[:word_length] for word in nouns)

    def check(self, action: str, *, key: bool = False) -> Command:
        """Return the command in ``action``, or why it is refused; the story is not asked.

        Only the first line counts, as in the paper's code: models like to go on talking. It is
        lower-cased and its blanks are collapsed.

        Args:
            action: what the player wrote.
            key: the story waits for a key and not for a line: the first character is that key,
                empty text the return key.
        """
        line = action.strip(" \t\r\n").partition("\n")[0].rstrip(" \t\r")
        text = re.sub(r"[ \t]+", " ", line).lower()
        if not text:
            return Command("") if key else Command("", "Say what you do.")
        if len(text) > LENGTH_LIMIT:
            return Command("", f"A command has at most {LENGTH_LIMIT} characters.")
        if not (text.isascii() and text.isprintable()):
            return Command("", "A command is made of plain letters.")
        if key and text[0] != "\\":
            return Command(text[0])
        return self._one_command(text) if self._plain else self._commands(text)

    def _one_command(self, text: str) -> Command:
        words = text.split(" ")
        goes_on = any(
            one == "and" and self._is(other, self._verbs) and not self._is(other, self._nouns)
            for one, other in pairwise(words)
        )
        # Not only what ends a sentence: the emulator ends a line at "\_" and plays on with the rest.
        if re.fullmatch(r"[a-z0-9' -]+", text) is None or "then" in words or goes_on:
            return Command("", "One command at a time, without punctuation.")
        leading = _leading(words)
        letters = re.match(r"[a-z]+", leading)
        if letters is None or self._is(letters[0], self._blocked):
            return Command("", f'"{leading}" does nothing in this game.')
        return Command(text)

    def _commands(self, text: str) -> Command:
        # Where "!" begins words of its own, a story knows none that ends in it.
        text = re.sub(rf"\b{_COMMA}\b", ",", text.rstrip("! ") or text)
        text = re.sub(" +", " ", _ABBREVIATED.sub(r"\1 ", text))
        if re.match(r'[a-z0-9"]', text) is None or _NO_WORDS.search(text):
            return Command("", "A command is made of plain words.")
        if text.count('"') % 2:
            return Command("", "A quotation that begins has to end.")
        for word in re.findall(r"[a-z]+", text):
            if self._is(word, self._nowhere):
                return Command("", f'"{word}" does nothing in this game.')
        moves = 0
        # Few stories end a sentence at "!" or "?" too, and those would give its second one for nothing.
        for sentence in re.split(r"[.!?]|\bthen\b", text):
            # Numbers are answers to menus, or names.
            parts = [re.findall(r"[a-z0-9'-]+", part) for part in self._parting.split(sentence)]
            parts = [words for words in parts if words]
            spoken_to = len(parts) > 1 and not self._is(_leading(parts[0]), self._verbs)
            command = parts[spoken_to:]  # what follows a name is one command with it
            listing = bool(command) and self._is_done_to_things(command[0])
            for number, words in enumerate([*parts[:spoken_to], *command], start=-spoken_to):
                for which, phrase in enumerate(_split_at(words, "and")):
                    leading = _leading(phrase)
                    word = re.split(r"['-]", leading)[0]
                    first = number <= 0 and which == 0
                    thing = not first and listing and self._is(word, self._nouns)
                    # Some parsers never come back from "me, again" or "wait. again".
                    behind = moves > 0 or which > 0 or (spoken_to and number >= 0)
                    lost = behind and word in ("again", "g") and not thing
                    if lost or (self._leads_out(phrase) and not thing):
                        return Command("", f'"{" ".join(phrase)}" does nothing in this game.')
                    if number >= 0:
                        moves += first or self._begins_anew(phrase, listing=listing)
        if not moves:
            return Command("", "Say what you do.")
        return Command(text, moves=moves)

    def _leads_out(self, phrase: Sequence[str]) -> bool:
        """Return whether ``phrase`` is about the game, or has a parser do what is."""
        word = re.split(r"['-]", _leading(phrase))[0]
        said = _said(phrase) if self._is(word, self._speaking) else []
        last = _leading(phrase[::-1])  # "here rescue"
        noun = len(phrase) > 1 and self._is(last, self._nouns)
        return (
            self._is(word, self._blocked)
            or any(self._is(each, self._named) for each in said)
            or (self._is(last, self._alone) and not noun)
        )

    def _is_done_to_things(self, words: Sequence[str]) -> bool:
        """Return whether more things may follow behind a comma or an "and", as in "take lamp, key".

        What follows "look" or "go west" is another command, whatever else its words may name.
        """
        head = _split_at(words, "and")
        if not head or not self._is(_leading(head[0]), self._verbs):
            return False
        rest = {*head[0]} - _FILLERS - _WAYS - {_leading(head[0])}
        return any(not word.isdigit() for word in rest)

    def _begins_anew(self, phrase: Sequence[str], *, listing: bool) -> bool:
        """Return whether ``phrase``, behind a comma or an "and", is a command of its own."""
        if not self._is(phrase[0], self._verbs):
            return False
        # "drop key and brush" goes on with a thing, "take lamp and light it" with a verb.
        return len(phrase) > 1 or not listing or not self._is(phrase[0], self._nouns)

    def _is(self, word: str, among: frozenset[str]) -> bool:
        return word[: self._cut] in among


def _leading(words: Sequence[str]) -> str:
    """Return the word that a parser takes for the first."""
    return next((word for word in words if word not in _FILLERS), words[0])


def _said(phrase: Sequence[str]) -> Sequence[str]:
    """Return what is said, and to whom, but no thing that is spoken about or asked for."""
    said = phrase[: phrase.index("about")] if "about" in phrase else phrase
    return [word for before, word in pairwise(said) if before not in _NAMING]


def _split_at(words: Sequence[str], separator: str) -> list[list[str]]:
    """Return the runs of ``words`` between separators, without empty ones."""
    runs: list[list[str]] = [[]]
    for word in words:
        if word == separator:
            runs.append([])
        else:
            runs[-1].append(word)
    return [run for run in runs if run]
