"""Misspelt words: what a player meant by a word that nobody knows."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from llm_gym.oracles.knowledge.english import HASTE, english
from llm_gym.oracles.knowledge.twenty_questions.claims import COLOURS, MATERIALS, PROPERTIES
from llm_gym.oracles.knowledge.twenty_questions.comparisons import COMPARATIVES
from llm_gym.oracles.knowledge.twenty_questions.language import (
    VERBS,
    data_texts,
    lemma,
    lexicon,
    vocabulary,
)
from llm_gym.oracles.knowledge.twenty_questions.rewording import WORDS
from llm_gym.oracles.knowledge.twenty_questions.sentences import (
    CLOSING,
    EMBEDDED,
    FILLER,
    HEDGE,
    INTERJECTIONS,
    THINKING_OF,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import FUNCTION_WORDS
from llm_gym.oracles.knowledge.twenty_questions.words import (
    ADVERBS,
    AUXILIARIES,
    DETERMINERS,
    GAME_WORDS,
    GENERIC_AGENTS,
    IT,
    OBJECT_NOUNS,
    PREFIX_WORDS,
    PREPOSITIONS,
    SPEECH,
    WH_WORDS,
    Words,
)

# What is written for these in haste.
_SHORT = HASTE | {
    "des": "does", "dose": "does", "dos": "does",
    "iz": "is", "si": "is", "si it": "is it", "usd": "used", "cn": "can", "doe": "does", "hav": "have",
    "thier": "their", "izzit": "is it", "peple": "people", "smth": "something",
    "sth": "something", "w": "with", "tho": "though", "gonna": "going to",
    "thru": "through", "cuz": "because", "wanna": "want to", "gotta": "have to",
    "outta": "out of", "ti": "it", "ni": "in", "fo": "of", "yu": "you", "yuo": "you", "teh": "the", "adn": "and",
    "nite": "night", "tonite": "tonight", "prolly": "probably", "def": "definitely", "rly": "really", "pls": "please",
    "plz": "please", "coz": "because", "cos": "because", "bc": "because", "lil": "little", "bday": "birthday",
    "enuf": "enough", "bout": "about", "sumthing": "something", "sumthin": "something", "somethin": "something",
    "n": "and", "d": "the", "wen": "when", "feat": "feet", "bred": "bread", "hunny": "honey",
    "ware": "wear", "eet": "eat", "rite": "right",
}  # fmt: skip
_VOWELS = re.compile(r"[aeiouy]")
_DOUBLE = re.compile(r"(.)\1")
_WORD = re.compile(r"[a-z]{3,}")
_SPELLINGS = tuple(
    (re.compile(pattern), other)
    for pattern, other in (
        (r"(?<=\w)our", "or"), (r"(?<=[bt])re(s?)$", r"er\1"), (r"ence(s?)$", r"ense\1"), 
        (r"([iy])s(?=e|ing|ation)", r"\1z"),
        (r"ogue(s?)$", r"og\1"), (r"mme", "m"), (r"(?<=[vdw]e)ll(?=ers?$)", "l"), (r"(?<=[dp])ae", "e"), (r"mould", "mold"),
        (r"plough", "plow"), (r"tyre", "tire"), (r"nium", "num"),
    )
)  # fmt: skip
"""Spellings that differ by a rule, British ones mostly, and what the data have for them."""


@cache
def _closed() -> frozenset[str]:
    words = AUXILIARIES | DETERMINERS | GENERIC_AGENTS | IT | OBJECT_NOUNS | PREPOSITIONS | WH_WORDS
    turns = " ".join(turn.pattern for turn in (EMBEDDED, HEDGE, CLOSING, FILLER, THINKING_OF))
    words |= frozenset(_WORD.findall(turns.replace(r"\b", " "))) | SPEECH | GAME_WORDS
    return words | FUNCTION_WORDS | ADVERBS | PREFIX_WORDS | INTERJECTIONS


@cache
def _core() -> frozenset[str]:
    """The words that questions turn on most: qualities, colours, materials, comparisons."""
    kinds = frozenset(
        (
            "animal fruit plant metal sharp round alive edible mammal tool food "
            "found used house kitchen bedroom person people"
        ).split()
    )
    return COLOURS | MATERIALS | frozenset(PROPERTIES) | frozenset(COMPARATIVES) | kinds


@cache
def _counts() -> Counter[str]:
    """How often every word stands in the data; words that only questions use count once."""
    counts: Counter[str] = Counter()
    for text in data_texts():
        counts.update(_WORD.findall(text.lower()))
    for word in _core() | _closed():
        counts[word] += 1000 if word in AUXILIARIES | IT else 100
    return counts


@cache
def _by_length() -> dict[int, list[str]]:
    table: dict[int, list[str]] = {}
    for word in _counts():
        table.setdefault(len(word), []).append(word)
    return table


def correct(words: Words) -> Words:
    """Return the words with those that nobody knows replaced by what they were meant for.

    A known word is never touched, even if it stands for another by mistake, nor is any other English
    word ("bandana" is no "banana") unless it is so rare that the other is far likelier. In short words
    only letters that changed places are put right, or what leads to one of the words that questions turn on.
    """
    unknown = [w for w in words if w.isalpha() and not _known(w) and w not in _SHORT]
    content = sum(word.isalpha() and word not in _closed() for word in words)
    if len(unknown) > 1 and 2 * len(unknown) > content and any(_meant(w) == w for w in unknown):
        return words  # no misspelling: nonsense, or another language
    return [meant for word in _apart(words) for meant in _meant(word).split()]


def _apart(words: Words) -> Words:
    """Return the words with the gap between two of them where it belongs: "mad eof", "itfound"."""
    found: Words = []
    for word in words:
        before = found[-1] if found else ""
        if _known(word) or not word.isalpha() or _meant(word) != word:
            found.append(word)
        elif before and before + word[0] in _closed() and _known(word[1:]) and len(word) > 2:
            found[-1:] = [before + word[0], word[1:]]
        elif found and before[:-1] in _closed() and _known(before[-1] + word) and len(before) > 2:
            found[-1:] = [before[:-1], before[-1] + word]
        else:
            at = next((i for i in (2, 3, 4) if word[:i] in _GLUED and _known(word[i:])), 0)
            whole = at == 0 or len(word) - at < 3 or word in english()
            found += [word] if whole else [word[:at], word[at:]]
    return found


_GLUED = frozenset("is it to in on of the you can does for".split())


@lru_cache(maxsize=4_096)
def _meant(word: str) -> str:
    if word in _SHORT:
        return _SHORT[word]
    if len(word) < 3 or not word.isalpha() or _known(word) or _is_degree(word):
        return word
    if respelt := _respelt(word):
        return respelt
    near = _near(word, 1)
    if not near and len(word) > 6 and word not in english():
        near = [candidate for candidate in _near(word, 2) if _counts()[candidate] > 4]
    return max(
        near,
        key=lambda c: (
            _counts()[c] * (40 if _slip(word, c) else 1) * (5 if c[-1] == word[-1] else 1),
            c,
        ),
        default=word,
    )


def _near(word: str, slips: int) -> list[str]:
    """Return the words of the data that may have been meant, so many slips away."""
    return [
        candidate
        for length in range(len(word) - slips, len(word) + slips + 1)
        for candidate in _by_length().get(length, ())
        if OSA.distance(word, candidate, score_cutoff=slips) <= slips
        and _likely(word, candidate)
        and not _another_word(word, candidate)
    ]


def _slip(word: str, meant: str) -> bool:
    """Whether letters changed places, or one stands once for twice: the signs of a slip of the hand."""
    return sorted(word) == sorted(meant) or _DOUBLE.sub(r"\1", word) == _DOUBLE.sub(r"\1", meant)


def _another_word(word: str, meant: str) -> bool:
    """Whether the word is English itself and nothing says that the other one was meant."""
    if {word, meant} in (
        {word, word + "s"},
        {word, word + "d"},
        {word, meant + "s"},
        {word, meant + "d"},
    ):
        return False  # a form of the same word
    if len(word) < 4 and sorted(word) == sorted(meant) and meant in VERBS:
        return False  # "eta": what people do is asked for more often than any letter or acronym
    own = english().get(word, 0)
    return own * (50 if _slip(word, meant) else 2000) > english().get(meant, 0)


def _respelt(word: str) -> str | None:
    """Return the American spelling of a British word, where that is known; "elefant" likewise."""
    if word not in english():
        return word.replace("f", "ph") if _known(word.replace("f", "ph")) else None
    spellings = (pattern.sub(other, word) for pattern, other in _SPELLINGS)
    return next((each for each in spellings if each in _counts()), None)


def _is_degree(word: str) -> bool:
    """Whether a word is a known adjective with "er" or "est"."""
    found = _ADJECTIVE_OF.match(word)
    if found is None or any(OSA.distance(word, each, score_cutoff=1) == 1 for each in COMPARATIVES):
        return False
    stem = found[1]
    return any(_known(form) for form in (stem, stem + "e", stem[:-1] + "y", stem[:-1]))


_ADJECTIVE_OF = re.compile(r"(\w{3,})(?:er|est)$")


def _known(word: str) -> bool:
    base = lemma(word)
    return (
        word in _counts()
        or word in WORDS
        or base in vocabulary()
        or lexicon().concept(base) != base
    )


_TURNED = AUXILIARIES | DETERMINERS | IT | VERBS | {"use", "you", "for"}
"""What three letters that changed places may stand for."""


def _likely(word: str, meant: str) -> bool:
    swapped = len(word) == len(meant) and sorted(word) == sorted(meant)
    if swapped:
        return len(word) > 3 or meant in _TURNED
    if word[0] != meant[0]:
        return False
    if word + "e" == meant and (meant in VERBS or meant in _closed()):
        return True
    if len(word) > 3 and _DOUBLE.sub(r"\1", meant) == word:
        return True  # "swet", "teth"
    if len(word) > 4 and len(meant) > 3 and word not in english() and meant not in _closed():
        return True
    if len(word) == len(meant):
        if len(word) >= 5 and meant in _core():
            return True
        vowels = _VOWELS.sub("", word) == _VOWELS.sub("", meant)
        return len(word) >= 7 or (vowels and len(word) >= 5)
    return len(meant) >= 6 or (meant in _core() | AUXILIARIES and len(word) >= 4)
