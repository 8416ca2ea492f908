"""From a freely worded English question to a :class:`Claim`; None where it asks something else.

The parser walks through a question as a reader would: leave out politeness, find the auxiliary
and the subject, then read the predicate. Each predicate form ("is a ...", "has ...", "is used to
...", "can you ... it", "is bigger than ...") has a function of its own; content words that no
special form claims become a :class:`Fact` that the sheet must cover.
"""

from __future__ import annotations

import re

from llm_gym.oracles.knowledge.twenty_questions.ages import read_age
from llm_gym.oracles.knowledge.twenty_questions.capacity import read_capacity
from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AROUND,
    DETAILED,
    AllOf,
    AnyOf,
    Claim,
    Fact,
    IsA,
    Not,
    Steady,
)
from llm_gym.oracles.knowledge.twenty_questions.consequences import read_consequence
from llm_gym.oracles.knowledge.twenty_questions.fragments import asked_alone, completed
from llm_gym.oracles.knowledge.twenty_questions.gist import read_gist
from llm_gym.oracles.knowledge.twenty_questions.language import (
    VERBS,
    lemma,
    lexicon,
    tokens,
    vocabulary,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    content_bag,
    skip_adverbs,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates import (
    read_being,
    read_having,
    read_made,
    read_noun_phrases,
    read_predicate,
)
from llm_gym.oracles.knowledge.twenty_questions.prices import read_price
from llm_gym.oracles.knowledge.twenty_questions.rewording import plainly
from llm_gym.oracles.knowledge.twenty_questions.sentences import (
    ABOUT_THE_WORD,
    ASIDE,
    BECAUSE,
    CLOSING,
    EMBEDDED,
    HEDGE,
    IMPLIED_PLACE,
    ITS,
    KIND_AS_SUBJECT,
    LEAD_IN,
    TAKEN_AS_GIVEN,
    THE_OBJECT,
    THINKING_OF,
    TOPIC,
    TYPICAL_ONE,
    is_nonsense,
    is_plausible,
    split_sentences,
    strip_prefix,
    unfronted,
    unspoken,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import kind_nouns, part_nouns
from llm_gym.oracles.knowledge.twenty_questions.spelling import correct
from llm_gym.oracles.knowledge.twenty_questions.subjects import (
    names_object,
    read_subject,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    AUXILIARIES,
    DETERMINERS,
    GAME_WORDS,
    GENERIC_AGENTS,
    IT,
    OBJECT_NOUNS,
    SPEECH,
    WH_WORDS,
    Words,
    any_of,
)

MAX_CHARACTERS = 400

CORRECTED = re.compile(
    r"^.+?,? (?:i mean|or rather|no wait|i meant) ,? ?(?=(?:is|are|does|do|can|could|would|has) )"
)
"""A first try that the speaker takes back: "does it stay in one place, I mean, does it move"."""

INSTANCE = re.compile(
    r" (?:one|one of (?:them|these)|(?:(?:an?|the) (?:\w+ ){0,2})?(?:example|one)s?(?: of (?:it|one|this|them|these))?|"
    r"(?:(?:an?|the) (?:\w+ ){1,2})?(?:of (?:its|this|their) (?:kind|type|sort|class)))$"
)
"""What follows the name of a well-known one: "(is the Nile) one"."""

ELABORATES = frozenset("like meaning say maybe".split())
"""Opens what only says more exactly what was asked: "Is it expensive? Like over a thousand dollars?"."""

IDLE_PARTICLE = re.compile(r"(?<=\blie) down\b|(?<=\bsit) down\b|(?<=\bjazz) music\b| at once\b")
"""Words that add nothing: "lie down", "many at once"."""


_ASKS = re.compile(
    r"(?:\w+ ){1,2}(?:it|you|one|someone|people|i|we|they|this|that|\w+s) (?!(?:before|until|when|if|"
    r"find|see)\b)\w+"
)

# Every alternative is read with what it may share with the others, which multiplies.
MAX_CONJUNCTIONS = 3


def parse(text: str) -> Claim | None:
    """Return what the question claims about the object.

    Or None if it is not a question about it.
    """
    if len(text) > MAX_CHARACTERS:
        return None
    sentences = asked_alone(split_sentences(correct(tokens(text))))
    claims: list[Claim] = []
    for number, words in enumerate(sentences):
        if claims and words[0] in ELABORATES and len(words) > 1:
            words, told = completed(words[1:]), claims.pop()
            claims.append(_attempt(words) or told)
            continue
        try:
            claims.append(_long_or_short(words))
        except NotAQuestion:
            lead_in = number < len(sentences) - 1
            tag = claims and len(words) <= 3
            if not lead_in and not tag:
                return None
    return claims[0] if len(claims) == 1 else None


def _attempt(words: Words) -> Claim | None:
    """Read a sentence; None where it asks nothing."""
    try:
        return _long_or_short(words)
    except NotAQuestion:
        return None


def _long_or_short(words: Words) -> Claim:
    """Read a sentence by its form; a long one holds by what it is about as well."""
    gist = read_gist(TAKEN_AS_GIVEN.sub("", " ".join(words)).split())
    try:
        claim = _sentence(words)
    except NotAQuestion:
        if gist is None or not _asks(words):
            raise
        return gist
    return AnyOf((claim, gist)) if gist is not None and _is_detailed(claim) else claim


def _is_detailed(claim: Claim) -> bool:
    """Whether some fact of the claim has so many words that no sheet may have them all."""
    match claim:
        case AllOf(claims) | AnyOf(claims):
            return any(map(_is_detailed, claims))
        case Not(inner):
            return _is_detailed(inner)
        case Fact(core, _, around):
            return len(core.union(*(bag for bag, _ in around))) >= DETAILED
    return False


def _asks(words: Words) -> bool:
    """Whether a question begins at the first word or behind a comma."""
    return any(
        word in AUXILIARIES and (not i or words[i - 1] == ",") for i, word in enumerate(words)
    )


def _sentence(words: Words) -> Claim:
    text = " ".join(words)
    # Here too, for what is set aside below may be what says so ("before banana in the dictionary").
    if ABOUT_THE_WORD.search(text):
        raise NotAQuestion
    text = ITS.sub("it is ", THE_OBJECT.sub("it", text))
    if named := KIND_AS_SUBJECT.match(text):
        # "Is the animal dangerous" is no question about a boat.
        kind = IsA(lexicon().concept(named[2]), frozenset())
        return AllOf((kind, _sentence(f"{named[1]} it {text[named.end() :]}".split())))
    imagined = read_consequence(text)
    if imagined is not None:
        return imagined
    text = unspoken(CORRECTED.sub("", text))
    text = " ".join(strip_prefix(LEAD_IN.sub("", unfronted(TOPIC.sub("", text)), count=1).split()))
    if len(text.split()) > 4:
        text = CLOSING.sub("", text)
    text = (
        re.sub(
            r" , (?:are|was|were|did|would|could|will|should|has|have|is|does|do|can) "
            r"(?:not )?(?:it|they|you|we|i)(?: not)?$|"
            r" ,? ?(?:(?:is|does|do|are|can|was) (?:not )?(?:it|they|you)(?: not)?|"
            r"right|correct|yes|no|am i (?:right|correct|wrong|close)(?: (?:about|in|with) (?:that|this|it))?|"
            r"(?:do|would) you (?:not )?(?:agree|think so|think)|you agree|agreed|is not that so|yes or no|true or false|"
            r"or not|please|or something(?: else)?|by any chance|maybe|perhaps|or what|true)$",
            "",
            text,
        )
        if len(words) > 4
        else text
    )
    text = re.sub(r"\b(?:would|do) you say\b ?,? ?(?=it|they|this|the)", "would you say ", text)
    text = re.sub(r" in place\b(?! of)", "", text).replace("on top of ", "on ")
    text = HEDGE.sub("", text)
    text = IDLE_PARTICLE.sub("", text)
    text = IMPLIED_PLACE.sub(" in it", text)
    if _ASKS.match(text):
        text = ASIDE.sub("", BECAUSE.sub("", text))
    text = THINKING_OF.sub("is it ", text)
    text = TYPICAL_ONE.sub("it", text)
    text = re.sub(
        r"\b(?:a (?:little )?bit|a lot|kind of|sort of|somewhat|a little) (?=like\b)", "", text
    )
    text = plainly(text)
    for _ in range(4):
        shorter = EMBEDDED.sub("", text, count=1)
        if shorter == text or not shorter:
            break
        text = shorter
    text = plainly(" ".join(strip_prefix(text.split())))
    words = lexicon().join_phrases(text.split())
    words = strip_prefix(words)
    if not words or words[0] in WH_WORDS or words[-1] in WH_WORDS:
        raise NotAQuestion
    if not is_plausible(words) or is_nonsense(words) or ABOUT_THE_WORD.search(text):
        raise NotAQuestion
    if words.count("or") > MAX_CONJUNCTIONS or words.count("and") > MAX_CONJUNCTIONS:
        raise NotAQuestion
    price = read_price(text)
    if price is not None:
        return price
    age = read_age(text)
    if age is not None:
        return age
    room = read_capacity(text)
    if room is not None:
        return room
    words = [word for word in words if word not in (";", ":")]
    if not words:
        raise NotAQuestion
    if words[0] in AUXILIARIES:
        try:
            return _question(words[0], words[1:])
        except NotAQuestion:
            return _about_it(words)
    return _declarative(words)


def _about_it(words: Words) -> Claim:
    """Read what has no form that is known but asks about the object by its words alone."""
    told = set(words)
    asks = (
        words[0] not in ("is", "are", "was", "were")
        or words[1:2] == ["there"]
        or "used" in words
        or len(words) >= 8
    )
    if not asks or not told & (IT | {"one"}) or told & (SPEECH | GAME_WORDS):
        raise NotAQuestion
    bag = content_bag(words[1:])
    if len(bag) < 2 or not bag & vocabulary():
        raise NotAQuestion
    return Fact(bag, AROUND)


def _question(aux: str, rest: Words) -> Claim:
    """Read a question that begins with an auxiliary."""
    if rest and rest[0] == "not":
        rest = rest[1:]
    rest = skip_adverbs(rest)
    if not rest:
        raise NotAQuestion
    dealing = _dealing_with_it(rest) or _material_for_it(rest)
    if dealing is None and aux in ("is", "are", "was", "were"):
        dealing = _instance_of_it(rest)
    if dealing is not None:
        return dealing
    if rest[0] == "there":
        return _existence(rest[1:])
    subject, rest = read_subject(rest)
    if subject.role == "it" and aux in ("is", "are") and rest[:1] == ["always"] and len(rest) == 2:
        return Steady(lexicon().concept(rest[1]))
    if subject.role == "it" and aux in ("is", "are") and 0 < len(rest) < 3:
        rest = _one_of(rest)
    return read_predicate(aux, subject, rest)


def _one_of(words: Words) -> Words:
    """Return "a vehicle" for "vehicles": the object is one of its kind, however it is spoken of."""
    last = words[-1]
    plural = last.endswith("s") and lemma(last) != last and not last.endswith("doors")
    if (
        plural
        and lemma(words[0]) in (words[0], lemma(last))
        and lexicon().concept(last) in kind_nouns()
    ):
        return ["a", *words[:-1], lemma(last)]
    return words


def _dealing_with_it(words: Words) -> Claim | None:
    """Read "(does) chopping it make you cry": what comes of what people do to the object."""
    if not (words[0].endswith("ing") and lemma(words[0]) != words[0]):
        return None
    at = next((i for i, word in enumerate(words[1:5], 1) if word in IT or word == "one"), None)
    if at is None or len(words) < at + 2:
        return None
    rest = words[at + 1 :]
    flip = rest[0] in ("not", "never")
    bag = content_bag(
        [*words[:at], *(w for w in rest if w not in any_of("not never require need"))]
    )
    if not bag:
        raise NotAQuestion
    claim = Fact(bag, ("done", "use", "does", "is", "needs"))
    return Not(claim) if flip else claim


def _material_for_it(words: Words) -> Claim | None:
    """Read "(is) leather a common material for it"."""
    if "material" not in words[1:6] or set(words[:1]) & (IT | DETERMINERS) or words[-1] not in IT:
        return None
    return read_made(words[: words.index("material")])


def _instance_of_it(words: Words) -> Claim | None:
    """Read "(is) the Nile one", "(are) jeans an example of it": a well-known one of its kind."""
    text = " ".join(words)
    match = INSTANCE.search(text)
    if match is None or words[0] in IT or set(words) & any_of("my your this that game question"):
        return None
    named = content_bag(text[: match.start()].split())
    return Fact(named, ("with", "isa", "by")) if named else None


def _existence(rest: Words) -> Claim:
    """Read "is there ...": a part of the object, or somewhere it is found."""
    rest = skip_adverbs(rest)
    for i, word in enumerate(rest):
        if (
            i
            and word in ("in", "on", "inside", "to", "with", "of")
            and (set(rest[i:]) & IT or names_object(rest[i:]))
        ):
            there = rest[:i]
            moving = len(there) > 1 and there[-1].endswith("ing") and lemma(there[-1]) in VERBS
            return read_having(there[:-1] if moving else there)
    if content_bag(rest) & part_nouns() and not set(rest) & GAME_WORDS:
        return read_having(rest)
    raise NotAQuestion


def _declarative(words: Words) -> Claim:
    """Read "it is a dog", "people eat it", "a dog" as the question it stands for.

    Refuse other statements.
    """
    if "," in words:
        after = words[words.index(",") + 1 :]
        if after and after[0] in AUXILIARIES:
            return _question(after[0], after[1:])
    for i, word in enumerate(words[1:6], start=1):
        if (
            word in AUXILIARIES
            and words[i + 1 : i + 2]
            and words[i + 1] in IT
            and i <= 4
            and words[i - 1] in (",", "then", "and", "question", "but", "that", "case")
        ):
            return _question(word, words[i + 1 :])
    first = words[0]
    if first in IT or (
        first in ("the", "this", "your") and len(words) > 2 and words[1] in OBJECT_NOUNS
    ):
        subject, rest = read_subject(words)
        rest = skip_adverbs(rest)
        if not rest:
            raise NotAQuestion
        if rest[0] in AUXILIARIES:
            return read_predicate(rest[0], subject, rest[1:])
        if lemma(rest[0]) != rest[0] and rest[0].endswith("s"):
            return read_predicate("does", subject, rest)
        if rest[0] in ("a", "an"):
            return read_noun_phrases(rest)
        if first in ("they", "these", "those") and rest[0] in VERBS:
            return read_predicate("do", subject, rest)
        raise NotAQuestion
    for i, word in enumerate(words[1:5], start=1):
        if word in AUXILIARIES and i + 2 < len(words) and set(words[i + 1 :]) & IT:
            # "(Tell me if) a mechanic might keep it in a toolbox".
            return _question(word, words[:i] + words[i + 1 :])
    if first in ("a", "an") and len(words) <= 4:
        return read_noun_phrases(words)
    if first not in SPEECH and set(words[1:]) & (IT | {"one"}):
        # "Kids play with it", "we get milk from it".
        subject, rest = read_subject(words)
        if subject.role == "agent" and rest and (first in GENERIC_AGENTS or first.endswith("s")):
            aux = rest[0] if rest[0] in AUXILIARIES else "do"
            return read_predicate(aux, subject, rest[1:] if rest[0] in AUXILIARIES else rest)
    if first in ("used", "made", "worn") and len(words) > 2:
        return read_being(words)
    raise NotAQuestion
