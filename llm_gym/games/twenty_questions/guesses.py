"""Which object a question guesses, if it is a guess at all.

A guess is a whole question of the form "is it NAME": a way to speak of the hidden object, a verb,
an article perhaps, and a name to which nothing is added. "Is it a piano?", "Could the object be a
pair of scissors?", "I think it's the piano.", "Piano?" are guesses. "Is it played like a piano?",
"Is it a piano or a flute?", "Is it a grand piano stool?" are not: what stands where the name should
is no object's name.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

# The parts of the pattern below; verbose regular expressions, spaces written as "\ ".
_THINKING = r"(?:thinking\ of|thinking\ about|looking\ for|hiding)"
_IN_MIND = rf"(?:(?:that\ |which\ )?you(?:\ are|'re)\ {_THINKING}|you\ (?:have|had)\ in\ mind)"
_THING = r"""(?:the|your|this|that|my)
    \ (?:(?:hidden|secret|mystery|unknown|correct)\ )?(?:object|item|thing|word|answer|one)s?"""
_IT = rf"(?:it|this|that|they|these|those|what\ you(?:\ are|'re)\ {_THINKING}"
_IT += rf"|{_THING}(?:\ {_IN_MIND})?)"
_ADVERB = r"""(?:\ (?:just|simply|maybe|perhaps|possibly|actually|really|definitely|probably|likely
    |by\ any\ chance|then|called|named))*"""
_MODAL = r"(?:could|can|might|may|would|must|should|will)"
_BE = r"(?:is|are|was|were|isn't|aren't)"
_ASKING = rf"""(?:
    {_BE}\ {_IT}{_ADVERB}                                                      # is it ...
    |{_MODAL}\ {_IT}{_ADVERB}\ be{_ADVERB}                                     # could it be ...
)"""
_STATING = rf"""(?:
    {_IT}(?:'s|'re|\ is|\ are|\ was|\ {_MODAL}\ be|\ has\ to\ be){_ADVERB}     # it is ...
    |are\ you{_ADVERB}\ {_THINKING}                                            # are you thinking of
    |(?:did|do)\ you\ (?:mean|choose|pick)
    |(?:what|how)\ about
)"""
_SAYING = r"""(?:
    (?:i|we)(?:'d|\ would|\ will|'ll)?\ (?:think|guess|believe|say|bet|suspect)(?:\ that|:|,)?
    |(?:my|the)\ (?:(?:final|next|last|first)\ )?(?:guess|answer)(?:\ is|\ would\ be|:)(?:\ that|:)?
    |(?:final\ )?(?:guess|answer):
)"""
_OPENING = r"""(?:(?:so|ok|okay|well|then|hmm+|ah|oh|aha|alright|now|maybe|perhaps|and)
    [,:.!]*\ )*"""
_ARTICLE = r"(?:(?:a|an|the|some|one|any|your)\ )?(?:(?:pair|set|piece|sheet|bunch)\ of\ )?"
_NAME = r"[\"'(]*(?P<name>[^\W_][\w\ '&-]*?)[\"')]*"
_CLOSING = rf"""(?:,?\ (?:then|right|correct|please|maybe|perhaps|by\ any\ chance|or\ not|no
    |{_IN_MIND}|{_BE}\ it))*[\ ?.!\"']*"""
_GUESS = re.compile(
    rf"""{_OPENING}(?:(?P<asked>{_ASKING}\ )|(?:{_SAYING}\ )?(?:{_STATING}\ )?)
    {_ARTICLE}{_NAME}{_CLOSING}""",
    re.VERBOSE,
)


class Guess(NamedTuple):
    """What a question guesses.

    Attributes:
        name: the guessed thing in the player's words, in lower case, without article.
        key: the name's letters and digits, see :func:`name_key`.
        question: the guess as a yes/no question: the player's own where it is one ("Could it be a
            dog?"), else one made of it ("dog!" -> "Is it a dog?").
    """

    name: str
    key: str
    question: str


def name_key(name: str) -> str:
    """Return the letters and digits of ``name`` in lower case: "Tennis-ball" -> "tennisball"."""
    return "".join(c for c in name.lower() if c.isalnum())


@functools.lru_cache(maxsize=512)  # a turn asks twice: what to put to the oracle, what has won
def read_guess(question: str) -> Guess | None:
    """Return what ``question`` guesses, or None if it is not a guess.

    The name need not be a known object's: "Is it heavy?" has the form of a guess and names "heavy".
    The caller compares the key, whole, with those of the objects.
    """
    match = _GUESS.fullmatch(" ".join(question.lower().replace("\u2019", "'").split()))
    if match is None:
        return None
    name = match["name"]
    if match["asked"] is None:
        question = f"Is it {'an' if name[0] in 'aeiou' else 'a'} {name}?"
    return Guess(name, name_key(name), question)
