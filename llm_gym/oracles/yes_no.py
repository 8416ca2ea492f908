"""The answers to a yes/no question, and how one is read in whatever an oracle says."""

from __future__ import annotations

import re

from llm_gym.oracles.thoughts import final_words

YES = "Yes."
NO = "No."
INVALID = "Invalid Question."
ANSWERS = (YES, NO, INVALID)

# "Is that a yes or no question?" says neither.
_NO_ANSWER = re.compile(
    r"\b(?:yes(?: or |\s*/\s*|-or-)no|no (?:idea|clue|information|data|answer|way (?:to|of)))\b"
)
_SAID = re.compile(r"(?<![^\W_])(?:(?P<yes>yes)|no)(?![^\W_])")
_YES = "yep|yeah|yea|yup|ya|aye|y|affirmative|correct|true|right|indeed|absolutely|definitely|certainly"
_YES = rf"(?:{_YES}|sure|of course)(?! not\b)"
_NO = (
    r"nope|nah|nay|n|negative|incorrect|false|wrong|untrue|never|i (?:don't|do not) think so"
    r"|not (?:at all|really|quite|true|correct|right|usually|typically|generally|normally|exactly|likely)"
    r"|(?:of course|certainly|definitely|absolutely|probably|surely|unfortunately|(?:most )?likely) not"
)
_BEGINNING = re.compile(
    r"(?:(?:the |my )?answer(?: is|:)? |(?:that|this|it)(?:'s| is) |well,? |oh,? )*"
    rf"(?:(?P<no>{_NO})|(?P<yes>{_YES}))(?![\w'])"
)
_STATEMENT = re.compile(
    r"(?:it|they|this|that|these|the (?:hidden |secret )?(?:object|item|thing|answer))"
    r"(?P<verb>'s|'re| \w+?)(?P<no>n't| not|not|n't)?(?: (?P<rest>.*?))?[.!]*"
)
_VERBS = frozenset(
    "is are was were can could does do did has have would will may might must 's 're ca wo".split()
)
_HEDGES = frozenset(
    "a an the very also indeed usually often typically generally definitely normally always quite "
    "commonly mostly sometimes really".split()
)
_UNSURE = frozenset(
    "known clear sure certain possible specified determined say tell answer question".split()
)


def read_strictly(reply: str, question: str = "") -> str:
    """Return "Yes.", "No." or "Invalid Question." as the oracle's reply means it.

    Thoughts before the answer do not count. The first of the words yes and no decides, wherever it
    stands; without them a word that means one of them at the beginning ("Yep", "Correct"), or a
    sentence that says of the object what the question asks, or says that it is not so ("It is not
    alive."). Nothing else an oracle says reaches the player.

    Args:
        reply: what the oracle said.
        question: what it was asked; a bare statement counts only beside its question.
    """
    text = " ".join(final_words(reply).lower().replace("\u2019", "'").split()).strip(" *_`'\"")
    text = _NO_ANSWER.sub(" ", text)
    said = _SAID.search(text) or _BEGINNING.match(text)
    if said is not None:
        return YES if said["yes"] else NO
    stated = _STATEMENT.fullmatch(text)
    if stated is None or stated["verb"].strip() not in _VERBS:
        return INVALID
    words = set(re.findall(r"\w+", stated["rest"] or ""))
    if stated["no"]:
        return INVALID if words & _UNSURE else NO
    told = words - _HEDGES - {"be"}
    if not told and stated["verb"] not in ("'s", "'re"):
        return YES
    return YES if told and told <= set(re.findall(r"\w+", question.lower())) else INVALID


def read_as_the_paper(reply: str) -> str:
    """Return the answer as the original reads it: "yes", else "no", also inside a word."""
    lower = reply.lower()
    return YES if "yes" in lower else NO if "no" in lower else INVALID
