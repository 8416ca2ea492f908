"""Fragments: "Wearable?", "any wheels?", "in a kitchen?" as the questions that they shorten."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise

from llm_gym.oracles.knowledge.twenty_questions.claims import COLOURS, MATERIALS, PROPERTIES
from llm_gym.oracles.knowledge.twenty_questions.comparisons import COMPARATIVES
from llm_gym.oracles.knowledge.twenty_questions.guesses import names_of_objects
from llm_gym.oracles.knowledge.twenty_questions.language import (
    VERBS,
    lemma,
    lexicon,
    vocabulary,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import number_of, skip_adverbs
from llm_gym.oracles.knowledge.twenty_questions.sentences import INTERJECTIONS, strip_prefix
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    FUNCTION_WORDS,
    adjectives,
    concepts_of,
    entries,
    object_names,
    part_nouns,
    sheet_of,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    AUXILIARIES,
    DETERMINERS,
    GAME_WORDS,
    GENERIC_AGENTS,
    IT,
    OBJECT_NOUNS,
    PARTITIVES,
    PLACES,
    PREFIX_WORDS,
    PREPOSITIONS,
    SPEECH,
    WH_WORDS,
    Words,
    any_of,
)
from llm_gym.subjects.objects import OBJECTS

_LONGEST = 10
_HAS = any_of("has have having any got with no zero")
_THING = any_of("something anything somewhere")
_SMALL_TALK = any_of(
    "true close ready sorry sure correct forget mind bye idea luck fun help stuck let ignore rules thanks everything "
    "either print reveal act pretend answer reply respond output"
)
"""What is said about the game sooner than about the object."""
_NO_FRAGMENT = re.compile(
    r"(?:good|nice|great|well|happy) (?:morning|afternoon|evening|night|day|game|job|work|one|try|done|played|birthday)|"
    r"(?:the )?(?:first|last|second) letter|letter \w|(?:object|english|proper) (?:name|word)|"
    r"must be \w+|exit|quit|tests?|testing|begin|start|done|love"
)
"""Courtesies, commands, and what is asked about the word."""
_CLOSED = re.compile(
    r"(?: ,)? (?:yes or no|true or false|or not|or no|maybe|perhaps|right|correct|please|then|though|"
    r"or something|at all|by any chance|i guess|lol)$"
)
_ON_IT = re.compile(r"^((?:any|got|no|has|have) .+) (?:on|in|inside|to) it$")
_MOSTLY = any_of("usually mostly typically mainly normally generally")
_WORN_ON = any_of("on around over")
_BODY = any_of("head feet foot hand hands neck wrist finger fingers legs body waist ears eyes face")
"""Where something is worn: "on your head?"."""
_NOT_ASKED = WH_WORDS | GAME_WORDS - {"round"} | _SMALL_TALK

_LEADS = {
    "for": ("is", "it", "meant"), "to": ("is", "it", "used"), "not": ("is", "it"),
    "non": ("is", "it"), "used": ("is", "it"), "made": ("is", "it"), "without": ("does", "it", "work"),
}  # fmt: skip
"""What stands before a fragment that opens with the word."""
_BOUNDS = any_of("under over above below around about between")
_UNITS = any_of(
    "dollar dollars bucks cents euros pound pounds year years century inch inches foot feet meter meters metre "
    "metres kilo kilos kg gram grams cm tall long wide"
)
_STATES = any_of(
    "need require have contain make smell taste look feel cost weigh work belong come use produce give run"
)
"""Verbs beside those of deeds that a fragment opens with: "needs water"."""
_COUNTS = any_of("more fewer less")
_PLAIN = any_of("common popular typical usual normal")
_A_KIND = 5
"""A kind of so many objects is no part or place in a fragment: "food", "liquid"."""
_DEEDS = any_of("cut clean")
"""What "cutting" is for, sooner than it is so: "moving"."""
_PRONOUNS = any_of("i you we he she they someone anyone everyone many most user")


def completed(words: Words) -> Words:
    """Return the question that a fragment shortens; anything else as it is.

    A name is a guess, a kind a kind, a part is had, a place is where it is found, a comparison and
    a quality are what it is.
    """
    text = " ".join(words).replace("man made", "manmade").replace("hand held", "handheld")
    text = re.sub("^see through$", "transparent", text)
    if _NO_FRAGMENT.fullmatch(text):
        return words
    told = _ON_IT.sub(r"\1", _CLOSED.sub("", text)).split()
    none = told[:1] in (["no"], ["zero"]) and len(told) in (2, 3)
    if "got" in told[:2]:
        told = told[told.index("got") :]
    elif not none:
        told = skip_adverbs(strip_prefix(told))
    told = lexicon().join_phrases(told)
    asked = {*words[:1], *(set(words[1:]) - {"when", "where"})}
    if not told or len(told) > _LONGEST or asked & _NOT_ASKED:
        return words
    if (
        len(told) == 1
        and told[0].endswith("able")
        and not _is_known(told)
        and told[0][:-4] in VERBS
    ):
        return ["can", "you", told[0][:-4], "it"]
    if told[-1] == "related" and len(told) > 1:
        return ["does", "it", "have", "to", "do", "with", *told[:-1]]
    if told[-1] in COLOURS and words[0] in _MOSTLY:
        return ["is", "it", "mostly", *told]
    if told[0] in _WORN_ON and told[-1] in _BODY:
        return ["is", "it", "worn", *told]
    letters = sum(len(word) == 1 for word in told if word != "a")
    if letters > 1 or letters == len(told) or not any(word[0].isalpha() for word in told):
        return words  # a word spelled out; a number of nothing
    first, rest = told[0], told[1:]
    if first in SPEECH | _PRONOUNS or set(told) <= DETERMINERS | OBJECT_NOUNS:
        return words
    if first not in AUXILIARIES and any(
        pair[0] == "that" and pair[1] in AUXILIARIES for pair in pairwise(rest[:5])
    ):
        return [
            "is",
            "it",
            *([] if first in DETERMINERS else ["a"]),
            *told,
        ]  # "bird that can not fly"
    if rest and rest[0] in IT:
        return ["do", "you", *told] if first in VERBS - AUXILIARIES else words
    if first in _THING:
        return ["is", "it", *told]
    if first in AUXILIARIES - {"has", "have"}:
        unsaid = rest and rest[0] in VERBS | {"be", "not"} and not set(rest) & IT
        return [first, "it", *rest] if unsaid else words
    if rest and first.endswith("s") and lemma(first) in _STATES and not set(rest) & IT:
        return ["does", "it", lemma(first), *rest]  # "needs to be cooked"
    if set(rest) & (AUXILIARIES | IT) or not _is_known(told):
        return words
    return _asked(first, rest) or words


def _asked(first: str, rest: Words) -> Words | None:
    """Return the question of a fragment by its first word; None where it is none."""
    told = [first, *rest]
    if first == "no" and told[-1] in ("needed", "required", "necessary"):
        return ["does", "it", "not", "need", *rest[:-1]]
    if first in ("has", "have") and not (rest and _concept(rest[-1]) in part_nouns()):
        return None
    if first in _HAS:
        none = ["no"] if first in ("no", "zero") else []
        return ["does", "it", "have", *none, *rest] if rest else None
    if first == "like" and rest and rest[0] not in DETERMINERS:
        return _asked(rest[0], rest[1:])
    if (
        first == "without"
        and rest
        and _concept(rest[-1]) in part_nouns()
        and _roles(_concept(rest[-1]))["part"]
    ):
        return ["does", "it", "have", "no", *rest]
    if rest and (leads := _LEADS.get(first)):
        return (
            [*leads, *told]
            if first != "for" or rest[0][-3:] != "ing"
            else ["is", "it", "used", *told]
        )
    if first in PREPOSITIONS - {"like", "of", "about", "as"} and rest:
        measured = first in _BOUNDS and set(rest) & _UNITS
        return ["is", "it", *(() if measured else ("found",)), *told]
    if first in PLACES and not rest:
        return ["is", "it", "found", first]
    if first in _COUNTS and "than" in rest and _concept(rest[-1]) in part_nouns():
        return ["does", "it", "have", *told]
    if first in PREPOSITIONS or "than" in rest:
        return ["is", "it", *told] if rest else None
    return _described(told)


def _described(told: Words) -> Words | None:
    """Return the question of a fragment that opens with no word of a closed class."""
    first, rest = told[0], told[1:]
    if first in _PLAIN | {"living"} and (not rest or rest[0] in PREPOSITIONS):
        return ["is", "it", *told]
    last = _concept(told[-1])
    named = tuple(_concept(word) for word in told if word not in DETERMINERS)
    if _are_parts(told):
        return ["does", "it", "have", *told]
    if named in names_of_objects() and first not in ("flies", "flying"):
        if not rest and _is_quality(first):
            return ["is", "it", first]  # "sweet", which is a name as well
        return ["is", "it", *(() if first in DETERMINERS else ("a",)), *told]
    if (len(told) > 1 or "_" in first) and frozenset(concepts_of(" ".join(told))) in _phrases():
        return ["is", "it", *([] if first in DETERMINERS else ["a"]), *told]
    base = lemma(first)
    if first.endswith("s") and base != first and base in VERBS | _STATES:
        return ["does", "it", base, *rest]
    if base != first and not first.endswith("s") and rest and rest[0] in PREPOSITIONS | PLACES:
        return ["does", "it", base, *rest] if first.endswith("ing") else ["is", "it", *told]
    if first in DETERMINERS:
        return ["is", "it", *told]
    if number_of(first) is not None and last in part_nouns():
        return ["does", "it", "have", *told]
    if (
        first.endswith("ing")
        and not rest
        and base in VERBS
        and (base not in adjectives() or base in _DEEDS)
    ):
        return ["is", "it", "used", "for", first]
    if base != first and not first.endswith(("s", "ing")) and not rest and base in VERBS:
        return ["is", "it", first]
    if told[-1] in GENERIC_AGENTS or (rest and rest[0] == "of" and first in PARTITIVES):
        return ["is", "it", "a", *told]
    if first.endswith(("ic", "al", "ous", "y")) and not rest and last != base:
        return ["is", "it", first]  # "electric", which the lexicon has among the words for power
    role = _roles(last).most_common(1)
    if not role or (rest and _concept(first) in adjectives() and role[0][0] == "place"):
        plain = base != first or first.endswith(("able", "ible")) or _concept(first) in adjectives()
        return ["is", "it", *told] if plain else None
    asked = list(_ASKED_OF[role[0][0]])
    if asked[-1] == "a" and first[0] in "aeiou":
        asked[-1] = "an"
    return [*asked, *told]


_ASKED_OF = {
    "kind": ("is", "it", "a"), "part": ("does", "it", "have"), "place": ("is", "it", "found", "in", "the"),
    "quality": ("is", "it"),
}  # fmt: skip


def _is_quality(word: str) -> bool:
    """Whether a word says what many objects are like, sooner than what they are or have."""
    (role, count), *_ = _roles(word).most_common(1) or [("", 0)]
    return role == "quality" and count >= _A_KIND and word not in COLOURS | MATERIALS


def _are_parts(told: Words) -> bool:
    """Whether the words name several parts: "moving parts", "feathers"; "shoes" are an object."""
    last, concept = told[-1], _concept(told[-1])
    several = last == "teeth" or (last.endswith("s") and lemma(last) != last)
    acts = told[0].endswith("s") and lemma(told[0]) in (VERBS | _STATES) - {"button"}
    if not several or acts or set(told) & PREPOSITIONS or concept not in part_nouns():
        return False
    if " ".join(told) in _names():
        return False
    return _roles(concept)["kind"] < _A_KIND or (last == "parts" and len(told) > 1)


@cache
def _names() -> frozenset[str]:
    return frozenset(variant for item in OBJECTS for variant in item.variants)


@cache
def _phrases() -> frozenset[frozenset[str]]:
    """Return what kinds are said in several words: "big cat", "body of water"."""
    kinds = (
        text
        for _, lines in entries().values()
        for line in lines
        if line.startswith("isa:")
        for text in line[4:].split(";")
    )
    return frozenset(frozenset(concepts_of(text)) for text in kinds if len(text.split()) > 1)


@cache
def _roles(concept: str) -> Counter[str]:
    """Return of how many objects a concept is a kind, a place, a quality, or a part (that counts half)."""
    roles = Counter[str]()
    if concept in PROPERTIES or concept in COLOURS | MATERIALS:
        roles["quality"] = len(object_names())
    for sheet in map(sheet_of, object_names()):
        roles["kind"] += any(concept in kind.heads for kind in sheet.kinds)
        roles["quality"] += concept in sheet.adjectives
    if roles["kind"] < _A_KIND:
        sheets = [sheet_of(name) for name in object_names()]
        roles["place"] = sum(concept in sheet.leads["at"] for sheet in sheets)
        roles["part"] = sum(concept in sheet.leads["part"] for sheet in sheets) // 2
    return +roles


def asked_alone(sentences: list[Words]) -> list[Words]:
    """Complete a fragment that is the only sentence, whatever is called out before it."""
    spoken = [each for each in sentences if set(each) - PREFIX_WORDS - INTERJECTIONS]
    return [completed(spoken[0])] if len(spoken) == 1 else sentences


def _is_known(words: Words) -> bool:
    """Whether every word that says something is known to the data."""
    content = [w for w in words if w not in FUNCTION_WORDS | PREPOSITIONS and w.isalpha()]
    return all(
        {lemma(word), _concept(word)} & vocabulary() or word in COMPARATIVES for word in content
    )


def _concept(word: str) -> str:
    return lexicon().concept(word)


__all__ = ["asked_alone", "completed"]
