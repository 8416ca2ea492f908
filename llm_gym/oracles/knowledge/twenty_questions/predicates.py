"""What a question says about its subject: "is ...", "has ...", "does ...", "people ... it".

The forms may contain each other ("is it something that has ..."), so they stand together: each
function reads one form and hands what remains to the next.
"""

from __future__ import annotations

import re
from collections.abc import (
    Callable,
)

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AROUND,
    COLOURS,
    PROPERTIES,
    AllOf,
    Always,
    AnyOf,
    Claim,
    Count,
    Fact,
    Guess,
    IsA,
    Not,
    Property,
    Somewhere,
)
from llm_gym.oracles.knowledge.twenty_questions.comparisons import (
    COMPARATIVES,
    read_comparison,
)
from llm_gym.oracles.knowledge.twenty_questions.events import (
    read_event,
)
from llm_gym.oracles.knowledge.twenty_questions.fitting import (
    judge_fit,
    judge_hold,
)
from llm_gym.oracles.knowledge.twenty_questions.guesses import (
    names_of_objects,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    lemma,
    lexicon,
)
from llm_gym.oracles.knowledge.twenty_questions.parts import (
    read_about_part,
    read_described_part,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    chunks_of,
    content_bag,
    either_of,
    head_and_modifiers,
    is_adverb,
    number_of,
    skip_adverbs,
)
from llm_gym.oracles.knowledge.twenty_questions.properties import (
    read_adjectives,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    FUNCTION_WORDS,
    Bag,
)
from llm_gym.oracles.knowledge.twenty_questions.subjects import (
    THE_OBJECT,
    Subject,
    ends_with_it,
    read_subject,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    ADVERBS,
    AGENTS,
    AUXILIARIES,
    DETERMINERS,
    ENDS_NOUN_PHRASE,
    ERGATIVE,
    GENERIC_AGENTS,
    IT,
    LIGHT_VERBS,
    OBJECT_NOUNS,
    PARTITIVES,
    PREPOSITIONS,
    PUTS,
    SPEECH,
    Words,
    any_of,
)


def read_predicate(aux: str, subject: Subject, rest: Words) -> Claim:
    """Read the predicate after auxiliary and subject, with its negations."""
    rest = skip_adverbs(rest)
    flip = False
    while rest and rest[0] in ("not", "never", "hardly", "rarely", "seldom"):
        flip = not flip
        rest = skip_adverbs(rest[1:])
    if not rest:
        raise NotAQuestion
    claim = _affirmative(aux, subject, rest)
    return Not(claim) if flip else claim


def _affirmative(aux: str, subject: Subject, rest: Words) -> Claim:
    being = aux in ("is", "are", "was", "were", "am")
    if aux == "am":
        raise NotAQuestion
    if not being and rest[0] in ("be", "been"):
        being, rest = True, skip_adverbs(rest[1:])
        if rest and rest[0] in ("not", "never"):
            return Not(_affirmative("is", subject, rest[1:]))
    if aux in ("has", "have", "had") and not being:
        if rest[0] in ("got", "had"):
            rest = rest[1:]
        if subject.role == "it" and lemma(rest[0]) == rest[0]:
            return read_having(rest)
    if not rest:
        raise NotAQuestion
    if subject.role == "it":
        return read_being(rest) if being else _doing(rest)
    if subject.role == "part":
        return read_about_part(subject.bag, rest)
    if being and not (set(rest) & IT):
        raise NotAQuestion
    if being and subject.bag and ends_with_it(rest):
        return _related_to_it(subject.bag, rest[0])
    return read_acting(subject.bag, rest)


def _related_to_it(thing: Bag, participle: str) -> Claim:
    """Read what is done to another thing: "(is ketchup) made of it", "(are sticks) used with it"."""
    verb = lexicon().concept(participle)
    doing = Fact(thing | {verb}, ("use", "done", "does"))
    return AnyOf((doing, Fact(thing, ("with", "part", "needs"))))


def read_being(words: Words) -> Claim:
    """Read what follows "is it"."""
    words = skip_adverbs(words)
    if not words:
        raise NotAQuestion
    if words[0] in ("not", "never"):
        return Not(read_being(words[1:]))
    if words[0] == "either":
        words = words[1:]
    special = _dummy_it(words)
    if special is not None:
        return special
    compared = read_comparison(words)
    if compared is not None:
        return compared
    first = words[0]
    if first == "too" and "to" in words[1:]:
        return Not(_possibility(words[words.index("to") + 1 :]))
    if "enough" in words[:3]:
        if "to" in words:
            return _possibility(words[words.index("to") + 1 :])
        return read_adjectives([w for w in words[: words.index("enough")]])
    if (
        first
        in any_of(
            "able capable known supposed meant designed intended going likely built "
            "best mostly good useful great suitable ideal necessary needed required "
            "helpful made expected"
        )
        and len(words) > 1
    ):
        return _aimed(words)
    if first in COMPARATIVES and len(words) == 1:
        raise NotAQuestion
    if first == "free" and words[1:2] == ["of"]:
        return Not(AnyOf((read_having(words[2:]), read_made(words[2:]))))
    if first == "unable":
        return Not(_aimed(["able", *words[1:]]))
    if first == "impossible":
        return Not(_possibility(words[2:]))
    if (
        first
        in any_of(
            "possible easy hard difficult safe dangerous fun common okay ok legal "
            "nice comfortable healthy simple normal easily useless"
        )
        and len(words) > 2
    ):
        if words[1] == "for" and "to" in words:
            possible = _possibility(words[words.index("to") + 1 :])
            if first in ("hard", "difficult", "dangerous"):
                return Not(possible)
            return AllOf((Not(Property("dangerous")), possible)) if first == "safe" else possible
        if words[1] == "to":
            return _ease(first, words[2:])
        if words[1] == "without":
            return Fact(content_bag(words[2:]), ("needs",))
    if first in ("used", "utilized", "useful"):
        return _used(words[1:])
    if first in ("shaped", "formed"):
        return Fact(content_bag(words[1:]), ("is",))
    if first == "in" and words[1:3] == ["the", "shape"]:
        return Fact(content_bag(words[3:]), ("is",))
    if (
        first in ("composed", "constructed", "crafted", "manufactured")
        and words[1:2]
        and words[1] in ("of", "from", "with", "out")
    ):
        return read_made(words[1:])
    if (
        first
        in any_of(
            "considered called classified regarded described labeled thought categorized seen"
        )
        and len(words) > 1
    ):
        rest = words[1:]
        while rest and rest[0] in ("to", "be", "as", "of"):
            rest = rest[1:]
        if rest and (
            rest[0] in DETERMINERS or first in ("considered", "classified", "categorized")
        ):
            return AnyOf((read_being(rest), Fact(content_bag(rest), ("is", "isa", "does", "done"))))
    if first in ("associated", "related", "connected", "linked", "involved", "relevant", "about"):
        return Somewhere(content_bag(words[1:]))
    if (
        first in ("powered", "operated", "run", "driven", "fueled")
        and words[1:2]
        and words[1] in ("by", "with", "on", "using", "from")
    ):
        return Fact(content_bag(words[2:]), ("needs", "by"))
    if first in any_of("found located kept stored seen situated sold bought placed"):
        return read_event(words, ("at", "done", "does"))
    if first in ("something", "anything", "things", "everything", "one", "someone") or (
        first in ("a", "an", "the", "some")
        and len(words) > 1
        and lemma(words[1]) in OBJECT_NOUNS
        and words[2:3] != ["of"]
    ):
        return _generic_noun(words)
    if first == "other" or words[:2] == ["anything", "but"]:
        return Not(read_being(words[2:]))
    if first == "part" and words[1:2] == ["of"]:
        return Fact(content_bag(words), ("isa", "is", "does"))
    if first in DETERMINERS:
        return read_noun_phrases(words)
    if first in PREPOSITIONS:
        return _place(words)
    if (
        first in ("high", "rich", "full", "covered", "filled")
        and words[1:2]
        and words[1]
        in (
            "in",
            "of",
            "with",
        )
    ):
        return AnyOf((read_having(words[2:]), _qualities(words)))
    if first == "worth":
        return Fact(content_bag(words[1:]), ("is", "does"))
    return _qualities(words)


def _dummy_it(words: Words) -> Claim | None:
    """Refuse questions where "it" is not the object: the weather, the time, the game."""
    lead = [w for w in words if w not in DETERMINERS and w not in ADVERBS]
    if not lead:
        raise NotAQuestion
    if lead[0] in any_of(
        "raining snowing sunny monday tuesday wednesday thursday friday "
        "saturday sunday today late early cloudy windy time weekend lunchtime "
        "midnight noon over okay ok"
    ) and (len(lead) < 4 and not (lead[0] == "early" or (lead[0] == "time" and len(lead) > 2))):
        raise NotAQuestion
    about_now = {"today", "tomorrow", "tonight"} & set(words) or "weather" in lead[:2]
    if about_now and not set(words) & {
        "used",
        "people",
        "common",
        "popular",
        "use",
        "still",
    }:
        raise NotAQuestion
    if words[0] in ("my", "your", "our") and len(words) <= 3:
        raise NotAQuestion
    return None


def _aimed(words: Words) -> Claim:
    """Read "able to ...", "designed for ...", "known for ...", "made of ...", "meant to be ..."."""
    first, rest = words[0], words[1:]
    while rest and rest[0] in ADVERBS | {"specifically", "especially"}:
        rest = rest[1:]
    if not rest:
        return _qualities(words)
    if first in ("made", "built") and rest[0] in any_of(
        "of from out up with using entirely partly completely"
    ):
        return read_made(rest)
    if rest[0] == "to":
        rest = skip_adverbs(rest[1:])
        if not rest:
            raise NotAQuestion
        if rest[0] == "be":
            return read_being(rest[1:])
        if first in ("able", "likely", "going", "known", "supposed", "expected"):
            return _doing(rest)
        return AnyOf((_purpose(rest), _doing(rest)))
    if rest[0] in ("for", "at", "of") and first != "made":
        return _for(rest[1:])
    if first in ("known", "best") and rest[0] in ("as",):
        return read_being(rest[1:])
    if rest[0] in ("into",):
        return read_event(["make", *rest[1:]], ("use", "done"))
    if rest[0] in ("in", "by", "on"):
        return read_event(words, ("done", "at", "does", "by"))
    return _qualities(words)


def _for(words: Words) -> Claim:
    """Read what follows "for": an activity, a user or a place."""
    if not words:
        raise NotAQuestion
    if words[0].endswith("ing"):
        return _purpose(words)
    return AnyOf((read_event(words, ("use", "by", "at", "with", "isa", "does")), _purpose(words)))


def _ease(quality: str, words: Words) -> Claim:
    if quality in ("possible", "common", "okay", "ok", "normal", "easily", "legal"):
        return _possibility(words)
    bag = content_bag(words) | {lexicon().concept(quality)}
    listed = Fact(bag, ("is", "does", "done", "use"))
    if quality in ("easy", "simple", "safe", "healthy", "comfortable", "nice", "fun"):
        try:
            return AnyOf(
                (listed, AllOf((Property(lexicon().concept(quality)), _possibility(words))))
            )
        except NotAQuestion:
            return listed
    return listed


def _possibility(words: Words) -> Claim:
    """Read an infinitive whose object is the hidden thing: "(too heavy for one person to) lift"."""
    words = skip_adverbs(words)
    if not words:
        raise NotAQuestion
    if lemma(words[0]) == "fit":
        return _doing(words)
    if words[0] == "be":
        return read_being(words[1:])
    return read_acting(frozenset(), words if set(words) & IT else _insert_it(words))


def _used(words: Words) -> Claim:
    """Read what follows "used": to, for, in, by, as, with ..."""
    words = skip_adverbs(words)
    if not words:
        return Always()
    first, rest = words[0], words[1:]
    if first == "to" or (first == "in" and rest and rest[0] == "order"):
        return _purpose(rest if first == "to" else rest[2:])
    if first in ("for", "when", "while", "during") and rest:
        return AnyOf((_purpose(rest), read_event(rest, ("at", "by", "with"))))
    if first == "as" and rest:
        return AnyOf((read_noun_phrases(rest), Fact(content_bag(rest), ("use", "isa", "done"))))
    if first == "without":
        return Not(Fact(content_bag(rest), ("needs",)))
    if first == "in" and rest and rest[0].endswith("ing") and rest[0] not in ("evening", "morning"):
        return _purpose(rest)
    return read_event(["use", *words], ("use", "at", "done", "by", "with", "isa"))


def _purpose(words: Words) -> Claim:
    """Read a purpose: "cut paper", "cooking", "children"."""
    words = skip_adverbs(words)
    if not words:
        raise NotAQuestion
    if words[0] == "be":
        return read_being(words[1:])
    return read_event(words, ("use", "does"))


def read_made(words: Words) -> Claim:
    """Read what follows "made": a material; after "made up of" a part as well."""
    slots = ("made", "part") if words[0] == "up" else ("made",)
    words = [
        w
        for w in words
        if w not in any_of("out up of from with using entirely partly completely mostly partially")
    ]

    def material(part: Words) -> Claim:
        bag = content_bag(part, soft=False)
        if not bag:
            raise NotAQuestion
        if "and" in part:
            at = part.index("and")
            return AllOf((material(part[:at]), material(part[at + 1 :])))
        return Fact(bag, slots)

    return either_of(words, material)


def _generic_noun(words: Words) -> Claim:
    """Read "something (that) ...", "an object used for ...", "something other than ..."."""
    start = 1 if words[0] not in DETERMINERS or words[0] == "one" else 2
    rest = skip_adverbs(words[start:])
    if not rest:
        return Always()
    if rest[0] in ("other", "besides", "but", "except"):
        rest = rest[1:] if rest[0] != "other" else rest[2:]
        return Not(read_being(rest))
    return _modifier(rest)


def _modifier(words: Words) -> Claim:
    """Read what follows a noun: a relative clause, a participle, "with ...", "for ...".

    "in ...".
    """
    first, rest = words[0], words[1:]
    if first in ("that", "which", "who", ","):
        return _relative(rest)
    if first in AUXILIARIES:
        return _relative(words)
    if first in ("used", "made", "worn", "found"):
        return read_being(words)
    if first in ("with", "having", "containing"):
        return read_having(rest)
    if first == "without":
        return Not(read_having(rest))
    if first == "for":
        return _for(rest)
    if first == "to":
        return AnyOf((_purpose(rest), _possibility(rest)))
    if first == "like":
        return read_being(rest)
    if first in PREPOSITIONS:
        return _place(words)
    if (
        first in GENERIC_AGENTS
        or first in DETERMINERS
        or (len(words) > 1 and first.endswith("s") and lemma(first) != first)
        or (len(words) > 1 and words[1] in AUXILIARIES)
    ):
        return _relative(words)
    if first.endswith(("ed", "ing")) or lemma(first) != first:
        return read_being(words)
    return _qualities(words)


def _relative(words: Words) -> Claim:
    """Read a relative clause: "flies", "is not alive", "you wear on your feet".

    "a pitcher would throw".
    """
    words = skip_adverbs(words)
    if not words:
        raise NotAQuestion
    first = words[0]
    if first == "not":
        return Not(_relative(words[1:]))
    if first in AUXILIARIES:
        if first in ("has", "have", "had"):
            rest = skip_adverbs(words[1:])
            return _not_aware(rest, read_having)
        rest = skip_adverbs(words[1:])
        if first in any_of("can could will would may might must should do does did"):
            return _not_aware(rest, lambda w: _affirmative(first, THE_OBJECT, w))
        return _not_aware(rest, read_being)
    if first in GENERIC_AGENTS | DETERMINERS | {"its"} or _is_plural_agent(words):
        subject, rest = read_subject(words)
        rest = skip_adverbs(rest)
        flip = False
        while rest and (rest[0] in AUXILIARIES - {"be", "have"} or rest[0] in ("not", "never")):
            flip ^= rest[0] in ("not", "never")
            rest = skip_adverbs(rest[1:])
        if not rest:
            raise NotAQuestion
        if subject.role == "part":
            claim: Claim = read_about_part(subject.bag, rest)
        else:
            claim = read_acting(subject.bag, rest if set(rest) & IT else _insert_it(rest))
        return Not(claim) if flip else claim
    return _doing(words)


def _is_plural_agent(words: Words) -> bool:
    if len(words) < 2 or not words[0].endswith("s") or words[0].endswith("ss"):
        return False
    following = words[1]
    return following in AUXILIARIES | ADVERBS or (
        lexicon().concept(words[0]) in AGENTS and following not in PREPOSITIONS
    )


def _not_aware(words: Words, read: Callable[[Words], Claim]) -> Claim:
    if words and words[0] in ("not", "never", "no"):
        return Not(read(skip_adverbs(words[1:])))
    if not words:
        raise NotAQuestion
    return read(words)


def _insert_it(words: Words) -> Words:
    """Put "it" where a relative clause leaves its gap.

    "wear on your feet" -> "wear it on your feet".
    """
    if words[-1] in PREPOSITIONS and len(words) > 1:
        return [*words, "it"]
    if words[0] in ("use", "need") and "to" in words[2:-1]:
        return [*words, "it"]
    if words[0] == "go" and len(words) > 1 and words[1].endswith("ing"):
        return [*words[1:], "in", "it"]
    if words[0] in ("use", "need") and len(words) > 1 and words[1] in ("to", "for", "when", "in"):
        return [words[0], "it", *words[1:]]
    return [words[0], "it", *words[1:]]


def read_noun_phrases(words: Words) -> Claim:
    """Read one noun phrase, or several joined by "or"."""
    return either_of(words, _noun_phrase)


def _noun_phrase(words: Words) -> Claim:
    """Read "a small kitchen tool used for cutting": head, modifiers and what follows."""
    flip = False
    words = [w for w in words if w != ","]
    start = 0
    while start < len(words) and (
        words[start] in DETERMINERS
        or words[start] in ADVERBS
        or words[start] in ("specific", "certain", "common", "popular")
    ):
        start += 1
    if start + 1 < len(words) and lemma(words[start]) in PARTITIVES and words[start + 1] == "of":
        start += 2
        while start < len(words) and words[start] in DETERMINERS:
            start += 1
    elif (
        start + 2 < len(words)
        and lemma(words[start + 1]) in PARTITIVES
        and words[start + 2] == "of"
    ):
        words = words[: start + 1] + words[start + 3 :]
    if words[start : start + 1] and words[start] in ("non", "not"):
        return Not(read_being(words[start + 1 :]))
    end = start
    while end < len(words) and not (end > start and words[end] in ENDS_NOUN_PHRASE):
        end += 1
    phrase = words[start:end]
    rest = words[end:]
    named = names_of_objects().get(tuple(lexicon().concept(w) for w in phrase))
    if named and not rest:
        return Guess(named)
    if "of" in phrase:
        at = phrase.index("of")
        phrase = phrase[at + 1 :] + phrase[:at]
    if not phrase:
        raise NotAQuestion
    if phrase[-1] == "source":
        bag = content_bag(phrase[:-1])
        return AnyOf((Fact(bag, ("part", "does")), Fact(bag | {"source"}, ("isa",))))
    if rest and rest[0] == "and" and len(rest) > 1:
        return AllOf((_noun_phrase(phrase), read_being(rest[1:])))
    claims: list[Claim] = []
    lex = lexicon()
    if len(phrase) > 2 and number_of(phrase[0]) is not None and phrase[1].endswith("ed"):
        claims.append(Count(lex.concept(_unlegged(phrase[1])), "=", number_of(phrase[0]) or 0))
        phrase = phrase[2:]
    if lemma(phrase[-1]) in OBJECT_NOUNS | {"something"} and lemma(phrase[-1]) != "toy":
        phrase = phrase[:-1]
        if phrase:
            claims.append(read_adjectives(phrase))
    else:
        concepts = [lex.concept(w) for w in phrase if w not in FUNCTION_WORDS] or [
            lex.concept(w) for w in phrase
        ]
        claims.append(IsA(concepts[-1], frozenset(concepts[:-1])))
    if rest and rest[0] == "other":
        return Not(read_being(rest[2:]))
    if rest and rest != [","]:
        claims.append(_modifier(rest))
    if not claims:
        return Always()
    claim: Claim = claims[0] if len(claims) == 1 else AllOf(tuple(claims))
    return Not(claim) if flip else claim


def _unlegged(word: str) -> str:
    """Return the noun of a bahuvrihi: "legged" -> "leg"."""
    return lemma(word)


def _place(words: Words) -> Claim:
    """Read a prepositional predicate: "in the kitchen", "from Asia", "for children".

    "like a ball".
    """
    first, rest = words[0], words[1:]
    if not rest:
        return _qualities(words)
    if first == "for":
        return _for(rest)
    if first == "like":
        return read_being(rest)
    if first == "with":
        return read_having(rest)
    if first == "of":
        return read_adjectives(rest)
    if first in ("inside", "outside") and len(words) == 1:
        return Fact(content_bag(words), ("at",))
    return read_event(["find", *words], ("at", "done", "does", "use", "is"))


def _qualities(words: Words) -> Claim:
    """Read adjectives, participles or a bare noun after "is it"."""
    return either_of(words, _plain_qualities)


def _plain_qualities(words: Words) -> Claim:
    words = [w for w in words if not is_adverb(w)] or words
    if words[:1] == ["both"]:
        words = words[1:]
    if not words:
        raise NotAQuestion
    if words[0] in ("not", "never"):
        return Not(_plain_qualities(words[1:]))
    if words[0] in DETERMINERS:
        return _noun_phrase(words)
    first = words[0]
    if "and" in words[1:-1]:
        at = words.index("and")
        try:
            return AnyOf(
                (
                    AllOf((_plain_qualities(words[:at]), read_being(words[at + 1 :]))),
                    _participle(words),
                )
            )
        except NotAQuestion:
            return _participle(words)
    if len(words) > 1 and words[1] in any_of(
        "to for when in on with without by from around than at like over into "
        "through if while during under after inside"
    ):
        if lemma(first) == first and lexicon().concept(first) in PROPERTIES | dict.fromkeys(
            COLOURS
        ):
            return AnyOf(
                (
                    Fact(content_bag(words, soft=False), ("is", "does", "colour")),
                    read_adjectives([first])
                    if words[1] in ("when", "if", "in", "for", "at")
                    else _participle(words),
                )
            )
        if words[1] == "without":
            return (
                Fact(content_bag(words[2:]), ("needs",))
                if first == "useless"
                else _participle(words)
            )
        return _participle(words)
    if all(lexicon().concept(w) in PROPERTIES or lexicon().concept(w) in COLOURS for w in words):
        return read_adjectives(words)
    if lemma(first) != first and not first.endswith("s") and len(words) > 1:
        return AnyOf((_participle(words), read_adjectives(words)))
    if len(words) == 1 and lemma(first) == first:
        return read_adjectives(words)
    return AnyOf((read_adjectives(words), _participle(words)))


def _participle(words: Words) -> Claim:
    described = ("part",) if words[0].endswith("ed") else ()
    return read_event(words, ("done", "is", "at", *described, "needs"))


def _doing(words: Words) -> Claim:
    """Read what follows "does it" or "can it"."""
    words = skip_adverbs(words)
    if not words:
        raise NotAQuestion
    verb, rest = lemma(words[0]), words[1:]
    if words[0] in ("not", "never"):
        return Not(_doing(rest))
    if verb == "be":
        return read_being(rest)
    compared = read_comparison(words)
    if compared is not None:
        return compared
    if verb in ("have", "contain", "include", "possess", "feature") and rest:
        return read_having(rest)
    if verb in ("need", "require", "use", "consume", "take", "rely", "depend", "involve") and rest:
        return _needing(verb, rest)
    if verb == "run" and rest[:1] and rest[0] in ("on", "with", "off"):
        return (
            Fact(content_bag(rest[1:]), ("needs",))
            if "or" not in rest
            else either_of(rest[1:], lambda w: Fact(content_bag(w), ("needs",)))
        )
    if verb in ("rain", "snow", "hail") and set(rest) <= {
        "today",
        "tomorrow",
        "tonight",
        "now",
        "outside",
    }:
        raise NotAQuestion
    if verb in ("say", "go") and len(rest) == 1:
        return read_event(rest, ("does",))
    if verb == "lack" and rest:
        return Not(read_having(rest))
    if verb == "fit" and rest:
        fitted = judge_fit(rest)
        if fitted is not None:
            return fitted
    if verb in ("look", "taste", "feel", "smell", "sound", "seem", "appear", "appeal") and rest:
        if rest[0] == "like" or verb == "smell" or verb == "taste":
            return AnyOf((read_event(words, ("is", "does", "done", "isa")), _sensation(verb, rest)))
        return _sensation(verb, rest)
    if verb in ("count", "qualify", "act", "function") and rest[:1] == ["as"]:
        return AnyOf((read_noun_phrases(rest[1:]), read_event(rest[1:], ("use", "isa"))))
    if verb == "belong" and rest[:1] == ["to"]:
        return AnyOf((Somewhere(content_bag(rest[1:])), IsA(*head_and_modifiers(rest[1:]))))
    if verb == "cost" or verb == "weigh":
        return read_event(words, ("does", "is"))
    if verb == "come" and rest[:1] == ["with"]:
        return read_having(rest[1:])
    if verb == "relate":
        return Somewhere(content_bag(rest))
    slots: tuple[str, ...] = ("does", "use") if len(content_bag(words)) > 1 else ("does",)
    if verb in ERGATIVE:
        slots = ("does", "done")
    if verb in any_of("live grow sit stand hang belong go come stay lie rest"):
        event = read_event(words, ("does", "done"))
        place = content_bag(rest)
        if rest and rest[0] in PREPOSITIONS and place:
            alive = {"live": "alive", "grow": "alive"}.get(verb)
            located: Claim = either_of(rest, lambda w: Fact(content_bag(w), ("at",)))
            if verb not in ("come", "grow"):
                located = AllOf((Property(alive), located)) if alive else located
                return AnyOf((event, located))
        return event
    return read_event(words, slots)


def _sensation(verb: str, rest: Words) -> Claim:
    if rest[0] == "like":
        rest = rest[1:]
    rest = [w for w in rest if w not in ("to",) and lemma(w) not in ("touch",)]
    for i, word in enumerate(rest):
        if i and word in ("when", "if", "on", "in", "while"):
            rest = rest[:i]
            break
    if not rest:
        raise NotAQuestion
    return _qualities(rest)


def _needing(verb: str, rest: Words) -> Claim:
    rest = skip_adverbs(rest)
    if rest and rest[0] in ("not", "no"):
        return Not(_needing(verb, rest[1:]))
    if rest and rest[0] in ("on", "upon", "up"):
        rest = rest[1:]
    if rest[:2] == ["to", "be"]:
        return read_event(rest[2:], ("needs", "done"))
    if verb == "take" and not {"battery", "batteries", "skill", "practice", "electricity"} & set(
        rest
    ):
        return read_event(["take", *rest], ("does", "done", "needs"))
    if rest and rest[0] == "to":
        rest = rest[1:]

    def need(part: Words) -> Claim:
        bag = content_bag(part)
        if not bag:
            raise NotAQuestion
        chunks = [content_bag(chunk) for chunk in chunks_of(part)]
        if not chunks[0]:
            return Fact(bag, ("needs",))
        slots = ("needs", "does") if verb != "use" else ("needs", "does", "part")
        wide = ("at", "use", "does", "done")
        return Fact(chunks[0], slots, tuple((c, wide) for c in chunks[1:] if c))

    return either_of(rest, need)


def read_having(words: Words) -> Claim:
    """Read what the object has: "four legs", "a hard shell", "more than two wheels".

    "no wheels".
    """
    return either_of(words, _plain_having)


_TO_DO_WITH = re.compile(r"^(?:anything|something|a lot|much|nothing|to)? ?to do with ")


def _plain_having(words: Words) -> Claim:
    words = skip_adverbs(words)
    text = " ".join(words)
    if found := _TO_DO_WITH.match(text):
        claim: Claim = Somewhere(content_bag(text[found.end() :].split()))
        return Not(claim) if words[0] == "nothing" else claim
    if words and words[0] in ("no", "not", "zero", "neither"):
        return Not(_plain_having(words[1:]))
    relation = "="
    for lead, sign in (
        (["more", "than"], ">"),
        (["less", "than"], "<"),
        (["fewer", "than"], "<"),
        (["at", "least"], ">="),
        (["at", "most"], "<="),
        (["exactly"], "="),
        (["over"], ">"),
        (["only"], "="),
        (["up", "to"], "<="),
    ):
        if words[: len(lead)] == lead:
            relation = sign
            words = words[len(lead) :]
            break
    while words and words[0] in DETERMINERS - {"one"} | {
        "many",
        "several",
        "lots",
        "lot",
        "of",
        "multiple",
    }:
        words = words[1:]
    if not words:
        raise NotAQuestion
    number = number_of(words[0])
    if number is not None and len(words) > 1 and "and" not in words:
        part = lexicon().concept(
            [w for w in words[1:] if w not in PREPOSITIONS and w not in IT][
                0 if len(words) == 2 else -1
            ]
        )
        nouns = [lexicon().concept(w) for w in chunks_of(words[1:])[0]]
        part = nouns[-1]
        counted = Count(part, relation, number)
        stated = Fact(content_bag(words, soft=False), ("part", "does"))
        return AnyOf((counted, stated)) if relation == "=" else counted
    if "and" in words[1:-1]:
        at = words.index("and")
        return AnyOf(
            (
                Fact(content_bag(words), ("part",)),
                AllOf((_plain_having(words[:at]), _plain_having(words[at + 1 :]))),
            )
        )
    for i, word in enumerate(words):
        if i and word in ("that", "which", "to", "for", "when", "where", "you"):
            tail = content_bag(words[i:])
            head = content_bag(words[:i])
            return AnyOf(
                (
                    Fact(head | tail, ("part", "does", "use")),
                    Fact(head, ("part",), ((tail, AROUND),) if tail else ()),
                )
            )
    words = [w for w in words if w not in IT]
    chunks = [content_bag(chunk, soft=True) for chunk in chunks_of(words)]
    chunks = [chunk for chunk in chunks if chunk]
    if not chunks:
        raise NotAQuestion
    core, around = chunks[0], tuple((chunk, ("part", "at")) for chunk in chunks[1:])
    everything = frozenset().union(*chunks)
    whole = Fact(everything, ("part", "is", "does") if len(everything) > 1 else ("part",))
    described = read_described_part(words)
    return AnyOf((whole, Fact(core, ("part",), around), *described))


def read_acting(agent: Bag, words: Words) -> Claim:
    """Read what people do: "sit on it", "use it to cut", "find it in a kitchen".

    "need water to use it".
    """
    words = skip_adverbs(words)
    if not words:
        raise NotAQuestion
    if words[0] in ("not", "never"):
        return Not(read_acting(agent, words[1:]))
    verb = lemma(words[0])
    refers = [
        i
        for i, w in enumerate(words)
        if w in IT or w == "one" or w in ("its", "object", "item", "thing")
    ]
    if not refers and not agent:
        raise NotAQuestion
    if not refers:
        raise NotAQuestion
    if (
        verb in SPEECH
        and not agent
        and (
            {"me", "us", "my", "hint", "clue", "word", "answer"} & set(words)
            or verb
            in ("spell", "describe", "guess", "reveal", "repeat", "explain", "answer", "rephrase")
        )
    ):
        raise NotAQuestion
    if verb in ("like", "love", "hate", "want", "enjoy", "prefer") and not agent and len(words) < 3:
        raise NotAQuestion
    while (
        verb in any_of("want like choose try enjoy have love able go learn be get start")
        and len(words) > 2
        and (words[1] == "to" or words[1].endswith("ing") or (verb == "be" and words[1] == "able"))
    ):
        words = words[3:] if words[1] == "able" else words[2:] if words[1] == "to" else words[1:]
        if not words:
            raise NotAQuestion
        verb = lemma(words[0])
    at = next(
        (i for i, w in enumerate(words) if w in IT or w in ("one", "its") or w in OBJECT_NOUNS),
        len(words),
    )
    direct = at == 1 or (at == 2 and (words[1] in DETERMINERS or words[1] in ("up", "out", "away")))
    rest = [
        w
        for i, w in enumerate(words)
        if not (w in IT or (w == "one" and i == at) or (i == at and w in OBJECT_NOUNS))
    ]
    tail = words[at + 1 :]
    if verb in ("use", "utilize") and direct:
        if not tail:
            return Fact(agent, ("by",)) if agent else Always()
        used = _used(tail)
        return AllOf((used, Fact(agent, ("by", "use", "done")))) if agent else used
    if verb in ("need", "require", "use") and not direct:
        if words[1:2] == ["to"]:
            return read_event(
                [w for w in words[2:] if w not in IT], ("needs", "done", "use"), agent
            )
        core = words[1:]
        for i, word in enumerate(core):
            if word in ("to", "for", "with", "in", "when"):
                core = core[:i]
                break
        needed = _needing("need", core)
        return AnyOf((needed, Fact(frozenset(), (), ((content_bag(core), ("done", "use")),))))
    if verb in ("hold", "pick", "lift", "carry", "grab", "grasp") and direct:
        held = judge_hold(verb, rest[1:])
        if held is not None:
            return held
    if verb in PUTS and direct and tail:
        fitted = judge_fit(tail) if verb in ("fit",) else None
        if fitted is not None:
            return fitted
        if verb not in ("place", "store", "keep") and {
            *("pocket", "backpack", "purse", "mouth", "handbag", "bag", "suitcase", "wallet")
        } & set(tail):
            listed = read_event(rest, ("done", "use", "at"), agent)
            fits = judge_fit(["in", *tail])
            return (
                AnyOf((listed, fits)) if fits is not None and not {"mouth"} & set(tail) else listed
            )
    if (
        verb == "find"
        and direct
        and tail
        and lexicon().concept(tail[0]) not in FUNCTION_WORDS
        and tail[0] not in PREPOSITIONS
    ):
        return read_being(tail)
    if verb in ("call", "consider", "describe", "classify") and direct and tail:
        return read_being(tail[1:] if tail[0] == "as" else tail)
    if verb == "see_through" or (verb == "see" and "through" in words):
        return Property("transparent")
    if (
        verb in ("see", "hear", "smell", "touch", "feel")
        and direct
        and (not tail or tail[0] not in PREPOSITIONS)
    ):
        return AnyOf(
            (
                read_event(rest, ("done", "does")),
                *(() if verb not in ("see", "touch") else (Property("tangible"),)),
            )
        )
    if direct and not (tail and tail[-1] in PREPOSITIONS):
        slots: tuple[str, ...] = ("done", "at") if verb in LIGHT_VERBS else ("done",)
        if len(content_bag(rest)) > 1:
            slots = ("done", "at", "use") if verb in LIGHT_VERBS else ("done", "use")
        return read_event(rest, slots, agent)
    if verb in any_of("hurt cut injure kill harm burn"):
        return read_event(rest, ("does", "use", "done"), agent)
    return read_event(
        [w for w in rest if w != "its"],
        ("use", "done", "does") if agent else ("use", "done"),
        agent,
    )
