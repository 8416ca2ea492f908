"""Which object a question guesses, if it is a guess at all.

A guess is a whole question of the form "is it NAME": a way to speak of the hidden object, a verb,
an article perhaps, and a name to which nothing is added. "Is it a piano?", "Could the object be a
pair of scissors?", "I think it's the piano.", "Piano?" are guesses. "Is it played like a piano?",
"Is it a piano or a flute?", "Is it a grand piano stool?" are not: what stands where the name should
is no object's name. A guess may be dressed up: "Q3: Is it **a piano**? Yes or no?", "It has keys, so is it a
piano?".
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Set
from typing import NamedTuple

from llm_gym.games.dressing import main_sentence, undress

# The parts of the pattern below; verbose regular expressions, spaces written as "\ ".
_THINKING = r"(?:thinking\ of|thinking\ about|looking\ for|hiding)"
_IN_MIND = rf"(?:(?:that\ |which\ )?you(?:\ are|'re)\ {_THINKING}|you\ (?:have|had)\ in\ mind)"
_THING = r"""(?:the|your|this|that|my)
    \ (?:(?:hidden|secret|mystery|unknown|correct)\ )?(?:object|item|thing|word|answer|one)s?"""
_OF_ITS_KIND = r"""the\ (?:(?:musical\ )?instrument|animal|creature|fruit|vegetable|food|vehicle|tool|toy|device
    |machine|place)s?"""
# Longer ways to speak of it come first: what follows may be any name.
_IT = rf"(?:{_THING}(?:\ {_IN_MIND})?|what\ you(?:\ are|'re)\ {_THINKING}|(?:this|that)\ thing"
_IT += rf"|{_OF_ITS_KIND}|it|this|that|they|these|those|you(?!\ {_THINKING}))"
_ADVERB = r"""(?:\ (?:just|simply|specifically|in\ fact|maybe|perhaps|possibly|actually|really|definitely|probably|likely
    |by\ (?:any\ )?chance|then|called|named))*"""
_MODAL = r"(?:could|can|might|may|would|must|should|will)"
_BE = r"(?:is|are|was|were|isn't|aren't)"
_ASKING = rf"""(?:
    {_BE}\ {_IT}{_ADVERB}                                                      # is it ...
    |{_MODAL}\ {_IT}{_ADVERB}(?:\ happen\ to)?\ be{_ADVERB}                      # could it be ...
    |(?:does|do)\ {_IT}{_ADVERB}\ happen\ to\ be{_ADVERB}                      # does it happen to be ...
)"""
_STATING = rf"""(?:
    {_IT}(?:(?:'s)?\ (?:(?:has|got)\ to|gotta|ought\ to|{_MODAL})\ be
        |'?s|'re|\ is|\ are|\ was){_ADVERB}                                      # it is ...
    |are\ you{_ADVERB}\ {_THINKING}                                            # are you thinking of
    |(?:did|do)\ you\ (?:mean|choose|pick)
    |(?:what|how)\ about
    |(?:going|i'm\ going)\ with|probably|likely|possibly|surely|definitely
)"""
_SAYING = r"""(?:
    (?:i|we|let\ me|let's)(?:'d|\ would|\ will|'ll|'m|\ am|\ want\ to|\ have\ to)?
        (?:\ (?:like|love)\ to)?(?:\ going\ to|\ gonna|\ ready\ to)?
        (?:\ (?:pretty\ |quite\ )?(?:sure|confident|certain))?(?:\ now)?
        (?:\ (?:think|thinking|guess|guessing|believe|say|bet|suspect|ask|wonder|try))?
        (?:\ (?:go|going)\ with)?(?:\ (?:that|if|whether)|:|,)?
    |(?:do|would|could|can)\ you\ (?:think|say|tell\ me|confirm)(?:\ (?:that|if|whether))?
    |(?:my|the)\ (?:(?:final|next|last|first)\ )?(?:guess|answer)(?:\ is|\ would\ be|:)(?:\ that|:)?
    |(?:final\ )?(?:guess|answer):?
    |(?:can|may|could)\ i\ guess|am\ i\ (?:right|correct)(?:\ (?:in|to))?(?:\ (?:think|thinking|say|saying|guess
        |guessing|assume|assuming))?
)(?:\ (?:that|if|whether))?"""
_OPENING = r"""(?:(?:so|ok|okay|well|then|hmm+|ah|oh|aha|alright|all\ right|now|maybe|perhaps|and|but|great
    |sure|thanks|thank\ you|got\ it|i\ see|interesting|finally|let\ me\ (?:think|see|guess)|tell\ me)
    [,:.!]*\ )*"""
_COUNTED = r"(?:(?:pair|set|piece|sheet|bunch|bottle|glass|can)\ of\ )"
_KNOWN_AS = r"(?:(?:an?|the|some)\ (?:[\w-]+\ ){1,4}?(?:called|named|known\ as)\ )"
_ARTICLE = rf"{_KNOWN_AS}?(?:(?:a|an|the|some|one|any|your)\ )?{_COUNTED}?"
_NAME = r"[\"'(]*(?P<name>[^\W_].*?)[\"')]*"
_TAG = r"(?:is|are|was|were|isn't|aren't|wasn't|doesn't|does|do|don't|must|mustn't|can|can't|won't|wouldn't|could)"
_CLOSING = rf"""(?:,?\ (?:then|right|correct|please|maybe|perhaps|by\ any\ chance|or\ not|no|instead
    |here|i\ (?:think|guess|believe)|{_IN_MIND}|{_TAG}\ (?:it|they|that)))*[\ ?.!\"']*"""
_CALLED_BY_KIND = re.compile(rf"^\S+\ {_OF_ITS_KIND}\b", re.VERBOSE)
_GUESS = re.compile(
    rf"""{_OPENING}(?:(?P<asked>{_ASKING}\ )|(?:{_SAYING}\ )?(?:{_STATING}\ )?)
    {_ARTICLE}{_NAME}{_CLOSING}""",
    re.VERBOSE,
)


_BEGINNINGS = re.compile(r"[.!?:;,]\s+|\s[-\u2013\u2014]+\s+|\b(?:if|whether|ask|that|say)\s+")
_MENTIONING = re.compile(
    r"(?:^|[,;/:.!?]|\b(?:or|and|either|(?:is|be|are|was)(?: it| that| this| they)?|it's|of|among|these|guess"
    r"|think|say|but|so|ok|okay|well|then|now|maybe|perhaps))\s*(?:an?\ |the\ |some\ )?$|\ban?\ $"
)
_IN_PASSING = re.compile(r"(?:\bnot|n't|\bthan|\blike|\bneither|\bnor|\bno) (?:an? |the )?$")


_APPOSITION = re.compile(
    r"\s*(?:,\s+(?=an?\ |the\ |like\ |which\ |that\ )|\(|\s[-\u2013\u2014]+\s)"
)
"""Where something is added to the name: "a piano, the large instrument with keys"."""


class Guess(NamedTuple):
    """What a question guesses.

    Attributes:
        name: the guessed thing in the player's words, in lower case, without article.
        key: what the name is compared by, see :func:`name_key`.
        question: the guess as a yes/no question: the player's own where it is one ("Could it be a
            dog?"), else one made of it ("dog!" -> "Is it a dog?").
    """

    name: str
    key: str
    question: str


def name_key(name: str) -> str:
    """Return what names are compared by: letters without accents, digits, "+", "#" and "%".

    "Tennis-ball" and "tennis ball", "S\u00e3o Paulo" and "Sao Paulo" are one name, "C" and "C++" are two.
    """
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in bare if c.isalnum() or c in "+#%")


def bare_name(name: str) -> str:
    """Return ``name`` without an article or counting word before it: "a pair of scissors"."""
    return re.sub(rf"^{_ARTICLE}", "", name.lower(), flags=re.VERBOSE)


@functools.lru_cache(maxsize=512)  # a turn asks twice: what to put to the oracle, what has won
def read_guess(question: str, guessable: Set[str]) -> Guess | None:
    """Return what ``question`` guesses, or None if it is not a guess.

    A guess may be dressed: a label ("Q3:"), marks of emphasis, a sentence before it or behind it,
    "Yes or no?". What stands around it may not name another guessable thing, nor ask anything: one
    question guesses one thing.

    Args:
        question: the question, one line.
        guessable: the keys of all names that can be guessed, see :func:`name_key`.
    """
    text = " ".join(question.lower().replace("\u2019", "'").split())
    guess = _read(text, guessable)
    if guess is not None:
        asked = _GUESS.fullmatch(text)
        plain = asked is not None and asked["asked"] and not _CALLED_BY_KIND.search(text)
        return guess._replace(question=question) if plain else guess
    text = undress(text)
    return _read(text, guessable) or _read_among(text, guessable)


def _read(text: str, guessable: Set[str]) -> Guess | None:
    """Read a text that is a guess and nothing else."""
    match = _GUESS.fullmatch(text)
    if match is None:
        return None
    name = match["name"]
    for key in (name_key(name), name_key(bare_name(name))):
        if key in guessable:
            return Guess(name, key, f"Is it {'an' if name[0] in 'aeiou' else 'a'} {name}?")
    return None


def _read_among(text: str, guessable: Set[str]) -> Guess | None:
    """Read the guess among sentences: in the one question there is, else in the last."""
    sentences, at = main_sentence(text)
    if not sentences:
        return None
    asked = sentences[at]
    for start in (0, *(found.end() for found in _BEGINNINGS.finditer(asked))):
        guess, added = _read(asked[start:], guessable), ""
        if guess is None and (apposition := _APPOSITION.search(asked, start)):
            added = asked[apposition.end() :]
            guess = _read(asked[start : apposition.start()], guessable)
        if guess is None:
            continue
        # A bare name behind others is an item of a list.
        listed = (start > 0 or bool(added)) and name_key(asked[start:]) in guessable
        others = guessable - {guess.key}
        around = [*sentences[:at], asked[:start], added, *sentences[at + 1 :]]
        return None if listed or any(_mentions(part, others) for part in around) else guess
    return None


def _mentions(text: str, guessable: Set[str]) -> bool:
    """Whether ``text`` names a guessable thing, not merely in passing ("it has keys")."""
    words = list(re.finditer(r"[^\W_][\w'-]*", text))
    for start, first in enumerate(words):
        before = text[: first.start()]
        if _MENTIONING.search(before) and not _IN_PASSING.search(before):
            for last in words[start : start + 4]:
                if name_key(text[first.start() : last.end()]) in guessable:
                    return True
    return False
