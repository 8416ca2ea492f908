"""What follows "is it": the form that leads to all others."""

from __future__ import annotations

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AllOf,
    AnyOf,
    Claim,
    Fact,
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
from llm_gym.oracles.knowledge.twenty_questions.language import (
    lemma,
)
from llm_gym.oracles.knowledge.twenty_questions.phrases import (
    NotAQuestion,
    content_bag,
    skip_adverbs,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates import forward
from llm_gym.oracles.knowledge.twenty_questions.predicates.doing import (
    read_doing,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.having import (
    read_having,
    read_made,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.nouns import (
    read_generic_noun,
    read_noun_phrases,
    read_qualities,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.possibility import (
    read_ease,
    read_possibility,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.superlatives import (
    read_superlative,
)
from llm_gym.oracles.knowledge.twenty_questions.predicates.uses import (
    read_for,
    read_place,
    read_purpose,
    read_used,
)
from llm_gym.oracles.knowledge.twenty_questions.properties import (
    read_adjectives,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    ADVERBS,
    DETERMINERS,
    ERGATIVE,
    OBJECT_NOUNS,
    PREPOSITIONS,
    Words,
    any_of,
)


@forward.being.define
def read_being(words: Words) -> Claim:
    """Read what follows "is it"."""
    words = skip_adverbs(words)
    if not words:
        raise NotAQuestion
    if words[0] in ("not", "never"):
        return Not(read_being(words[1:]))
    if words[0] == "either":
        words = words[1:]
    if words[0] == "neither" and "nor" in words[2:]:
        at = words.index("nor")
        return AllOf((Not(read_being(words[1:at])), Not(read_being(words[at + 1 :]))))
    both = _two_bounds(words)
    if both is not None:
        return both
    special = _dummy_it(words)
    if special is not None:
        return special
    extreme = read_superlative(words)
    if extreme is not None:
        return extreme
    compared = read_comparison(words)
    if compared is not None:
        return compared
    first = words[0]
    if first == "too" and "to" in words[1:]:
        return Not(read_possibility(words[words.index("to") + 1 :]))
    if "enough" in words[:3]:
        if "to" in words:
            return read_possibility(words[words.index("to") + 1 :])
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
        return Not(read_possibility(words[2:]))
    if (
        first
        in any_of(
            "possible easy hard difficult safe dangerous bad wrong harmful unsafe risky rude illegal fun common okay "
            "ok legal "
            "nice comfortable healthy simple normal easily useless"
        )
        and len(words) > 2
    ):
        if words[1] == "for" and "to" in words:
            possible = read_possibility(words[words.index("to") + 1 :])
            if first in any_of(
                "hard difficult dangerous unsafe bad wrong harmful risky rude illegal"
            ):
                return Not(possible)
            return AllOf((Not(Property("dangerous")), possible)) if first == "safe" else possible
        if words[1] == "to":
            return read_ease(first, words[2:])
        if words[1] == "without":
            return Fact(content_bag(words[2:]), ("needs",))
    if first in ("used", "utilized", "useful"):
        return read_used(words[1:])
    if first in ("shaped", "formed"):
        said = Fact(content_bag(words[1:]), ("is",))
        if words[1:2] != ["like"]:
            return said
        return AnyOf((said, Fact(content_bag(words[2:]) | {"shape"}, ("is",))))
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
            if len(rest) == 1:
                return read_being(rest)
            return AnyOf((read_being(rest), Fact(content_bag(rest), ("is", "isa", "does", "done"))))
    if first in ("associated", "related", "connected", "linked", "involved", "relevant", "about"):
        named = [Somewhere(content_bag(each)) for each in _joined(words[1:])]
        together = AnyOf((Somewhere(content_bag(words[1:])), AllOf(tuple(named))))
        if first != "connected":
            return together
        return AnyOf((together, Fact(content_bag(words[1:]), ("part", "needs", "done"))))
    if (
        first in ("powered", "operated", "run", "driven", "fueled")
        and words[1:2]
        and words[1] in ("by", "with", "on", "using", "from")
    ):
        return AnyOf(
            (
                Fact(content_bag(words[2:]), ("needs", "by")),
                read_event(words, ("done", "does")),
            )
        )
    if first in any_of("found located kept stored seen situated sold bought placed"):
        return read_event(words, ("at", "done", "does"))
    if first in ("something", "anything", "things", "everything", "one", "someone") or (
        first in ("a", "an", "the", "some")
        and len(words) > 1
        and lemma(words[1]) in OBJECT_NOUNS
        and words[2:3] != ["of"]
    ):
        return read_generic_noun(words)
    if first == "other" or words[:2] == ["anything", "but"]:
        return Not(read_being(words[2:]))
    if first == "part" and words[1:2] == ["of"]:
        return Fact(content_bag(words), ("isa", "is", "does"))
    if first in DETERMINERS:
        return read_noun_phrases(words)
    if first in PREPOSITIONS:
        return read_place(words)
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
        return AnyOf((read_having(words[2:]), read_qualities(words)))
    if first == "worth":
        return Fact(content_bag(words[1:]), ("is", "does"))
    return read_qualities(words)


def _two_bounds(words: Words) -> Claim | None:
    """Read "bigger than a cat but smaller than a car": two comparisons of one thing."""
    if "than" not in words[1:4]:
        return None
    if words[1] == "or" and {words[0], words[2]} <= COMPARATIVES.keys():
        # "Bigger or smaller than a shoe".
        return AnyOf((read_being([words[0], *words[3:]]), read_being(words[2:])))
    for at, word in enumerate(words[3:-3], start=3):
        if word in ("but", "and", "yet") and "than" in words[at + 2 : at + 5]:
            rest = words[at + 1 :]
            while rest[0] in ("also", "still", "yet", "at", "is", "it"):
                rest = rest[1:]
            first = [each for each in words[:at] if each != ","]
            return AllOf((read_being(first), read_being(rest)))
        if word == "but" and words[at + 2 : at + 3] == ["enough"]:
            return AllOf((read_being(words[:at]), read_being(words[at + 1 :])))
    return None


def _joined(words: Words) -> list[Words]:
    """Split at "and": France and Switzerland are two."""
    at = words.index("and") if "and" in words[1:-1] else len(words)
    return [words[:at], *([words[at + 1 :]] if words[at + 1 :] else [])]


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
    about_now = {"today", "tomorrow", "tonight"} & set(words) or (
        "weather" in lead[:2] and words[0] not in ("a", "an", "some")
    )
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
        return read_qualities(words)
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
            return read_doing(rest)
        if rest[0] in ERGATIVE:
            return read_purpose(rest)
        # What nobody made is meant for nothing.
        return AnyOf((read_purpose(rest), AllOf((Property("manmade"), read_doing(rest)))))
    if rest[0] == "of" and first in ("able", "capable") and rest[1:]:
        return read_doing(rest[1:])
    if rest[0] == "for" or (rest[0] in ("at", "of") and first != "made"):
        bad = Fact(content_bag(rest[1:]) | {"bad"}, ("is",))
        meant = read_for(rest[1:])
        if first == "known" and rest[1:]:
            # It is known for what it does, alive or not.
            return AnyOf((meant, read_event(rest[1:], ("does",))))
        return AllOf((meant, Not(bad))) if first in ("good", "great") else meant
    if first in ("known", "best") and rest[0] in ("as",):
        return read_being(rest[1:])
    if rest[0] in ("into",):
        return read_event(["make", *rest[1:]], ("use", "done"))
    if rest[0] in ("in", "by", "on"):
        return read_event(words, ("done", "at", "does", "by"))
    return read_qualities(words)
