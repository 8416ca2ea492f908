"""From a freely worded English question to a :class:`Claim`; None where it asks something else.

The parser walks through a question as a reader would: leave out politeness, find the auxiliary
and the subject, then read the predicate. Each predicate form ("is a ...", "has ...", "is used to
...", "can you ... it", "is bigger than ...") has a function of its own; content words that no
special form claims become a :class:`Fact` that the sheet must cover.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

from llm_gym.games.twenty_questions.objects import OBJECTS
from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AROUND,
    COLOURS,
    PROPERTIES,
    AllOf,
    Always,
    AnyOf,
    Claim,
    Compare,
    Count,
    Fact,
    Fits,
    Guess,
    IsA,
    Liftable,
    Not,
    Property,
    Somewhere,
)
from llm_gym.oracles.knowledge.twenty_questions.language import (
    VERBS,
    lemma,
    lexicon,
    tokens,
    vocabulary,
)
from llm_gym.oracles.knowledge.twenty_questions.measures import Measures, everyday, read_measures
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    FUNCTION_WORDS,
    Bag,
    object_names,
    part_nouns,
    sheet_of,
)

Words = list[str]

MAX_CHARACTERS = 400
# Every alternative is read with what it may share with the others, which multiplies.
MAX_CONJUNCTIONS = 3

AUXILIARIES = frozenset(
    """is are am was were be do does did can could will would shall should may might must has have
    had""".split()
)
WH_WORDS = frozenset("what which who whom whose when where why how whats whos".split())
IT = frozenset("it this that they these those them".split())
OBJECT_NOUNS = frozenset("object item thing word answer product noun secret subject".split())
DETERMINERS = frozenset("a an the some any one its their your my our this that these those".split())
GENERIC_AGENTS = frozenset(
    """you people someone somebody anyone anybody i we one person persons human humans everyone
    everybody folks he she others user users many most them""".split()
)
PREPOSITIONS = frozenset(
    """in on at with by for from into onto under near around during inside outside within through
    over
    across above below behind beside between against along upon off out up down about of to after
    before
    next underneath beneath among towards toward per via as like while when if where because until
    since alongside""".split()
)
CLAUSE_WORDS = frozenset("while when if because after before until where once so".split())
LIGHT_VERBS = frozenset(
    """find use see keep put place locate get have own buy spot encounter belong leave stay
    serve happen obtain work purchase""".split()
)
SPEECH = frozenset(
    """tell say repeat give explain describe spell show hint clue guess think know reveal answer
    understand ask talk chat help marry stop start quit hear remember speak name list believe
    promise want skip elaborate rephrase confirm""".split()
)
GAME_WORDS = frozenset(
    "hint clue guess question turn round score win lose rule secret cheat".split()
)
ADVERBS = frozenset(
    """usually often typically normally commonly generally mostly mainly primarily sometimes ever
    frequently also just really actually very quite especially specifically particularly
    occasionally
    traditionally basically currently already definitely likely probably possibly perhaps maybe
    rather pretty still always strictly only even regularly largely naturally-x essentially
    ordinarily
    technically literally truly necessarily originally widely so too-x perchance by-x easily simply
    exclusively solely most""".split()
)
SOFT = frozenset(
    """small big tiny large long good bad new old nice special great certain private favorite real
    everyday beautiful high low clean main full huge same delicious fancy fresh large single loose
    tasty
    heavy quickly easily better safely properly together directly often fast comfortably own basic
    extra
    entire short little daily simple most carefully across through down together around beside next
    past right end top bottom side sheet lot bunch mouthful couple dozen
    away tiny busy typical proper whole nearby actual local plain quick careful hot-x""".split()
)
PREFIX_WORDS = frozenset(
    """okay ok k so hmm hm hmmm um uh umm well alright right now then great thanks thank you
    please yes no
    oh ah cool nice next question and but also good got it i see let me ask hey hi hello sure
    interesting
    again first second third finally lastly maybe perhaps wait aha fine another one my is""".split()
)
_EMBEDDED = re.compile(
    r"^(?:please )?(?:(?:can|could|would|will) you (?:please )?(?:tell|confirm|say)(?: me)?|"
    r"tell me|"
    r"do you know|i wonder|i am wondering|i was wondering|i would like to know|i want to know|"
    r"let me know|may i ask|can i ask|could i ask|"
    r"is it (?:true|correct|right|(?:fair|right|safe|accurate) to say|the case|a fact)|"
    r"would (?:it|you) be (?:true|correct|fair|right|accurate)(?: to say)?|"
    r"(?:would|could|can|might) (?:you|one|people|we|i) (?:say|call|think|argue|consider)|"
    r"do (?:you|people|we) (?:think|say|believe|consider)|"
    r"am i (?:right|correct)(?: in (?:thinking|saying))?|"
    r"i (?:think|guess|believe|suppose|bet|suspect|would say|say)|my (?:final )?guess is|so|"
    r"is (?:the|your) (?:answer|object|word|item|thing) (?:that|such that)|"
    r"(?:is|would) the answer(?: be)?)"
    r"(?: ,)?(?: (?:if|whether|that))?(?: or not)?(?: ,)? "
)
_SIZE_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "hundred": 100,
    "single": 1,
}
COMPARATIVES = {
    "bigger": ("size", 1),
    "larger": ("size", 1),
    "greater": ("size", 1),
    "smaller": ("size", -1),
    "tinier": ("size", -1),
    "littler": ("size", -1),
    "heavier": ("weight", 1),
    "lighter": ("weight", -1),
    "longer": ("length", 1),
    "shorter": ("length", -1),
    "taller": ("height", 1),
    "higher": ("height", 1),
    "lower": ("height", -1),
    "wider": ("width", 1),
    "broader": ("width", 1),
    "narrower": ("width", -1),
    "thicker": ("thick", 1),
    "thinner": ("thick", -1),
    "faster": ("speed", 1),
    "quicker": ("speed", 1),
    "slower": ("speed", -1),
    "cheaper": ("price", -1),
    "pricier": ("price", 1),
    "costlier": ("price", 1),
    "harder": ("hard", 1),
    "softer": ("hard", -1),
    "tougher": ("hard", 1),
    "louder": ("loud", 1),
    "quieter": ("loud", -1),
    "noisier": ("loud", 1),
    "hotter": ("hot", 1),
    "warmer": ("hot", 1),
    "colder": ("hot", -1),
    "cooler": ("hot", -1),
    "older": ("since", -1),
    "newer": ("since", 1),
    "younger": ("since", 1),
    "deeper": ("height", 1),
    "stronger": ("weight", 1),
    "weaker": ("weight", -1),
}
_COMPARED_ADJECTIVES = {
    "big": "size",
    "large": "size",
    "small": "size",
    "heavy": "weight",
    "light": "weight",
    "long": "length",
    "tall": "height",
    "high": "height",
    "wide": "width",
    "thick": "thick",
    "fast": "speed",
    "expensive": "price",
    "costly": "price",
    "valuable": "price",
    "hard": "hard",
    "loud": "loud",
    "hot": "hot",
    "short": "length",
    "soft": "hard",
    "thin": "thick",
    "size": "size",
    "weight": "weight",
    "length": "length",
    "height": "height",
}
_UNIT_CM = {
    "inch": 2.54,
    "foot": 30.48,
    "yard": 91.44,
    "meter": 100.0,
    "metre": 100.0,
    "centimeter": 1.0,
    "cm": 1.0,
    "mile": 160934.0,
    "kilometer": 1e5,
    "m": 100.0,
    "millimeter": 0.1,
    "ft": 30.48,
    "km": 1e5,
    "mm": 0.1,
}
_UNIT_KG = {
    "pound": 0.4536,
    "lb": 0.4536,
    "kilogram": 1.0,
    "kg": 1.0,
    "kilo": 1.0,
    "gram": 0.001,
    "ounce": 0.02835,
    "oz": 0.02835,
    "ton": 1000.0,
    "tonne": 1000.0,
    "g": 0.001,
}
_UNIT_KMH = {"mph": 1.609, "kmh": 1.0}
_MONEY = frozenset("dollar buck usd cent euro".split())
_ERGATIVE = frozenset(
    """open close fold bounce break grow burn melt spin float sink cook sharpen stretch bend tear
    roll shatter rust dry freeze adjust recline lock rip move wash turn play inflate zip""".split()
)
_PARTITIVES = frozenset(
    "kind type sort form piece article item pair set member example bit variety brand".split()
)
_CONTAINERS = {
    "pocket": "18x10x3.5cm",
    "hand": "26x16x8cm",
    "palm": "12x9x6cm",
    "backpack": "48x32x20cm",
    "bag": "48x35x25cm",
    "purse": "30x22x11cm",
    "handbag": "32x24x13cm",
    "suitcase": "72x48x28cm",
    "shoebox": "34x21x13cm",
    "box": "60x45x45cm",
    "breadbox": "40x25x20cm",
    "drawer": "55x42x15cm",
    "mouth": "6x5x4cm",
    "car": "170x120x90cm",
    "trunk": "110x95x50cm",
    "room": "400x400x230cm",
    "house": "900x800x240cm",
    "garage": "620x560x230cm",
    "door": "250x200x80cm",
    "doorway": "250x200x80cm",
    "elevator": "210x160x140cm",
    "bathtub": "150x65x45cm",
    "lunchbox": "25x18x10cm",
    "wallet": "11x9x1cm",
    "toolbox": "55x25x25cm",
    "finger": "9x6x3cm",
    "cup": "9x8x8cm",
    "desk": "140x70x60cm",
    "table": "150x90x60cm",
    "envelope": "24x16x1cm",
    "fist": "9x8x7cm",
    "microwave": "33x33x20cm",
    "refrigerator": "80x60x60cm",
    "bed": "200x150x100cm",
    "matchbox": "5x3.5x1.5cm",
    "bottle": "20x7x2.5cm",
    "basket": "45x35x30cm",
    "truck": "600x240x240cm",
    "closet": "240x150x60cm",
    "oven": "50x40x35cm",
    "locker": "150x30x30cm",
    "bucket": "28x28x28cm",
    "case": "60x40x20cm",
    "van": "300x170x140cm",
    "cabinet": "80x60x40cm",
    "jar": "15x9x9cm",
    "bowl": "22x18x10cm",
    "mailbox": "45x20x18cm",
    "building": "5000x3000x1000cm",
}


@cache
def _any_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


class NotAQuestion(Exception):
    """The text asks nothing that yes or no could answer about the object."""


def parse(text: str) -> Claim | None:
    """Return what the question claims about the object.

    Or None if it is not a question about it.
    """
    if len(text) > MAX_CHARACTERS:
        return None
    sentences = _sentences(tokens(text))
    claims: list[Claim] = []
    for number, words in enumerate(sentences):
        try:
            claims.append(_sentence(words))
        except NotAQuestion:
            lead_in = number < len(sentences) - 1
            tag = claims and len(words) <= 3
            if not lead_in and not tag:
                return None
    return claims[0] if len(claims) == 1 else None


def _sentences(words: Words) -> list[Words]:
    sentences: list[Words] = [[]]
    for word in words:
        if word[0] in ".?!":
            sentences.append([])
        else:
            sentences[-1].append(word)
    return [sentence for sentence in sentences if sentence]


_ABOUT_THE_WORD = re.compile(
    r"\bwhere you (?:are|live)\b|"
    r"\b(?:rhymes?|spelled|spelt|syllables?|vowels?|consonants?)\b"
    r"|\b(?:start|begin|end)s?(?:ing)? (?:with|in) (?:the |a |an )?(?:letter\b|[a-z]$)"
)
_TYPICAL_ONE = re.compile(
    r"\bthe (?:(?:male|female|average|typical|adult|standard|real|classic|usual|normal|common|"
    r"ordinary|traditional|original)(?: (?:one|version|kind|type|model))?|whole thing|ones?|"
    r"(?:whole|entire) (?:one|object|item))(?= (?!of)[a-z]+)"
)


_HEDGE = re.compile(
    r" (?:(?:a lot|most|much|some|all) of the time|at times|from time to time|(?:these|nowa)days|"
    r"in general|as a rule|for the most part|on occasion|every now and then|now and then|"
    r"every once in a while|once in a while|more often than not|in real life|in everyday life|"
    r"to the touch|at least|in one sitting|day to day|"
    r"so (?:that )?(?:it|they|you|the|your) (?:does|do|can|will|would|is|are|stay|stays)\b.*$|"
    r"after all|at all|in some way|in any way|in most cases|in many cases|"
    r"expect(?:ed)? to(?= (?:see|find|spot|hear|meet|come))|(?:seem|tend|happen|bother|manage) to|"
    r"likely to(?= (?:see|find|spot|have|be))|end up(?= \w+ing))\b"
)
_IMPLIED_PLACE = re.compile(r"(?<=\w) (?:(?:in )?there|inside)$")
_THINKING_OF = re.compile(r"^are you thinking (?:of|about) (?=(?:a|an|the|some)\b)")


def _sentence(words: Words) -> Claim:
    text = " ".join(words)
    text = (
        re.sub(
            r" ,? ?(?:(?:is|does|do|are|can|was) (?:not )?(?:it|they|you)(?: not)?|"
            r"right|correct|yes|no|"
            r"or not|please|or something(?: else)?|by any chance|maybe|perhaps|or what|true)$",
            "",
            text,
        )
        if len(words) > 4
        else text
    )
    text = re.sub(r"\b(?:would|do) you say\b ?,? ?(?=it|they|this|the)", "would you say ", text)
    text = re.sub(r" in place\b(?! of)", "", text).replace("on top of ", "on ")
    text = _HEDGE.sub("", text)
    text = _IMPLIED_PLACE.sub(" inside it", text)
    text = _THINKING_OF.sub("is it ", text)
    text = _TYPICAL_ONE.sub("it", text)
    text = re.sub(
        r"\b(?:a (?:little )?bit|a lot|kind of|sort of|somewhat|a little) (?=like\b)", "", text
    )
    for _ in range(4):
        shorter = _EMBEDDED.sub("", text, count=1)
        if shorter == text or not shorter:
            break
        text = shorter
    words = lexicon().join_phrases(text.split())
    words = _strip_prefix(words)
    if not words or words[0] in WH_WORDS or words[-1] in WH_WORDS:
        raise NotAQuestion
    if not _plausible(words) or _nonsense(words) or _ABOUT_THE_WORD.search(text):
        raise NotAQuestion
    if words.count("or") > MAX_CONJUNCTIONS or words.count("and") > MAX_CONJUNCTIONS:
        raise NotAQuestion
    words = [word for word in words if word not in (";", ":")]
    if not words:
        raise NotAQuestion
    if words[0] in AUXILIARIES:
        return _question(words[0], [w for w in words[1:]])
    return _declarative(words)


def _strip_prefix(words: Words) -> Words:
    """Drop interjections before the question: up to a comma, or one by one."""
    start = 0
    for i, word in enumerate(words[:8]):
        if word == "," and all(w in PREFIX_WORDS or w == "," for w in words[:i]):
            start = i + 1
    while start < len(words) and (
        words[start] == "," or (words[start] in PREFIX_WORDS - {"is", "it", "you", "i", "one"})
    ):
        start += 1
    return words[start:]


def _plausible(words: Words) -> bool:
    """Whether the words can be a sentence: no word thrice, no bare repetition.

    Something to ask about.
    """
    content = [w for w in words if w[0].isalnum()]
    if any(content.count(w) > 2 and w not in DETERMINERS and len(w) > 2 for w in set(content)):
        return False
    for first, second in pairwise(content):
        if first == second:
            return False
        if first in ("is", "are", "does", "do") and second in ("is", "are", "does", "do"):
            return False
        if first in ("the", "a", "an") and second in AUXILIARIES | {"the", "a", "an", "it"} - {
            "can"
        }:
            return False
    return not content or content[-1] not in ("the", "a", "an", "and", "or")


def _nonsense(words: Words) -> bool:
    """Whether several words carry the content and none of them is a word known to the data."""
    content = [w for w in words if w[0].isalpha() and len(w) > 2 and w not in FUNCTION_WORDS]
    content = [w for w in content if w not in AUXILIARIES and w not in PREPOSITIONS]
    return len(content) > 1 and all(lemma(w) not in vocabulary() for w in content)


def _question(aux: str, rest: Words) -> Claim:
    """Read a question that begins with an auxiliary."""
    if rest and rest[0] == "not":
        rest = rest[1:]
    rest = _skip_adverbs(rest)
    if not rest:
        raise NotAQuestion
    dealing = _dealing_with_it(rest) or _material_for_it(rest)
    if dealing is not None:
        return dealing
    if rest[0] == "there":
        return _existence(rest[1:])
    subject, rest = _subject(rest)
    return _predicate(aux, subject, rest)


def _dealing_with_it(words: Words) -> Claim | None:
    """Read "(does) chopping it make you cry": what comes of what people do to the object."""
    if not (words[0].endswith("ing") and lemma(words[0]) != words[0]):
        return None
    at = next((i for i, word in enumerate(words[1:5], 1) if word in IT or word == "one"), None)
    if at is None or len(words) < at + 2:
        return None
    rest = words[at + 1 :]
    flip = rest[0] in ("not", "never")
    bag = _bag([*words[:at], *(w for w in rest if w not in _any_of("not never require need"))])
    if not bag:
        raise NotAQuestion
    claim = Fact(bag, ("done", "use", "does", "is", "needs"))
    return Not(claim) if flip else claim


def _material_for_it(words: Words) -> Claim | None:
    """Read "(is) leather a common material for it"."""
    if "material" not in words[1:6] or set(words[:1]) & (IT | DETERMINERS) or words[-1] not in IT:
        return None
    return _made(words[: words.index("material")])


_LY_ADJECTIVES = frozenset(
    """friendly lovely curly early family smelly woolly prickly bubbly ugly elderly silly deadly
    jelly belly
    monopoly assembly supply costly scaly oily daily weekly monthly yearly lonely lively holy
    butterfly
    ally bully fly july italy reply apply rely imply multiply wooly hilly chilly pearly cuddly
    wobbly
    crumbly wrinkly bristly sparkly squiggly wiggly jolly dolly trolley kingly likely only homely
    slimly manly girly timely orderly unfriendly""".split()
)


def _is_adverb(word: str) -> bool:
    return word in ADVERBS or (len(word) > 4 and word.endswith("ly") and word not in _LY_ADJECTIVES)


def _skip_adverbs(words: Words) -> Words:
    start = 0
    while start < len(words) and (_is_adverb(words[start]) or words[start] == ","):
        start += 1
    return words[start:]


class Subject:
    """Who or what the predicate is about: the object, a part of it, or somebody who deals with it.

    Attributes:
        role: ``"it"``, ``"part"`` or ``"agent"``.
        bag: the concepts of the part or of the agent; empty for the object and for people in
        general.
    """

    def __init__(self, role: str, bag: Bag = frozenset()) -> None:
        self.role = role
        self.bag = bag


_IT_SUBJECT = Subject("it")


def _subject(words: Words) -> tuple[Subject, Words]:
    first = words[0]
    if first in IT and not (
        first in ("this", "that", "these", "those") and len(words) > 1 and words[1] in OBJECT_NOUNS
    ):
        if len(words) > 1 and words[1] in ("game", "question", "sentence"):
            raise NotAQuestion
        return _IT_SUBJECT, words[1:]
    if first == "one" and len(words) > 3 and words[1] == "of" and words[2] in IT:
        return _IT_SUBJECT, words[3:]
    if first in DETERMINERS:
        i = 1
        while i < len(words) - 1 and words[i] in _any_of("hidden secret mystery mysterious given"):
            i += 1
        if i < len(words) and lemma(words[i]) in OBJECT_NOUNS:
            end = i + 1
            if words[end : end + 3] in (["you", "are", "thinking"], ["i", "am", "guessing"]):
                end += 4
            elif words[end : end + 2] == ["in", "question"]:
                end += 2
            return _IT_SUBJECT, words[end:]
    if first in GENERIC_AGENTS and not (first == "one" and len(words) > 1 and words[1] == "person"):
        end = 1
        if first in ("most", "many") and len(words) > 1:
            return _noun_subject(words[1:])
        if first == "you" and len(words) > 1 and words[1] == "guys":
            raise NotAQuestion
        return Subject("agent"), words[end:]
    return _noun_subject(words)


# Users of whom no fact needs to speak.
_ANYBODY = frozenset(
    """adult average normal grown grandma grandmother granny grandpa grandfather mom mother mum dad
    father wife husband girlfriend boyfriend uncle aunt neighbor neighbour friend guy owner rider
    wearer typical regular ordinary someone teenager teen roommate youngster grownup""".split()
)
_PLURALS = GENERIC_AGENTS | {"children", "men", "women", "police", "mice", "food", "water"}


def _verb_position(words: Words) -> int:
    """Guess where the verb stands after a singular subject: just before "it" or a preposition."""
    for i, word in enumerate(words):
        if i > 1 and (word in IT or word in PREPOSITIONS or word == "its"):
            return i - 1
        if i > 1 and word in VERBS and lemma(word) == word:
            return i
    return 2


_PART_VERBS = frozenset(
    "feel look taste smell have contain need grow come make hang open go".split()
)


def _continues_part(word: str, rest: Words) -> bool:
    """Whether the word after a part noun still names the part ("its steering wheel round")."""
    concept = lexicon().concept(word) if word else ""
    return (
        bool(rest)
        and concept in part_nouns()
        and concept not in PROPERTIES
        and concept not in COLOURS
        and word not in _PART_VERBS
    )


_VERB_STARTS = AUXILIARIES | ADVERBS | {"not"}


def _noun_subject(words: Words) -> tuple[Subject, Words]:
    """Read a subject noun phrase: a part of the object ("its leaves"), or an agent ("artists")."""
    lex = lexicon()
    own = words[0] in ("its", "their")
    definite = words[0] in ("the", "its", "their")
    start = 1 if words[0] in DETERMINERS else 0
    end = start
    parts = part_nouns()
    while end < len(words) and end - start < 3:
        word = words[end]
        if end > start and (word in _VERB_STARTS or word in PREPOSITIONS or word in DETERMINERS):
            break
        end += 1
        following = words[end] if end < len(words) else ""
        if definite:
            if not _continues_part(following, words[end + 1 :]):
                break
        elif start == 0 and (
            (following in VERBS and lemma(following) == following)
            or words[end + 1 : end + 2] in (["it"], ["them"], ["one"])
        ):
            break
        elif word in _PLURALS or (word.endswith("s") and not word.endswith("ss")):
            break
        elif start == 1 and end >= _verb_position(words):
            break
    bag = frozenset(lex.concept(w) for w in words[start:end] if w not in FUNCTION_WORDS)
    rest = words[end:]
    if rest[:1] == ["of"] and len(rest) > 1 and rest[1] in (IT | {"the"}):
        own = True
        rest = rest[2:] if rest[1] in IT else rest[3:]
    if definite:
        if not own and not bag & parts:
            raise NotAQuestion
        return Subject("part", bag), rest
    if words[start:end] and all(
        w in GENERIC_AGENTS or lemma(w) in _ANYBODY
        for w in words[start:end]
    ):
        bag = frozenset()
    return Subject("agent", bag), rest


def _predicate(aux: str, subject: Subject, rest: Words) -> Claim:
    """Read the predicate after auxiliary and subject, with its negations."""
    rest = _skip_adverbs(rest)
    flip = False
    while rest and rest[0] in ("not", "never", "hardly", "rarely", "seldom"):
        flip = not flip
        rest = _skip_adverbs(rest[1:])
    if not rest:
        raise NotAQuestion
    claim = _affirmative(aux, subject, rest)
    return Not(claim) if flip else claim


def _affirmative(aux: str, subject: Subject, rest: Words) -> Claim:
    being = aux in ("is", "are", "was", "were", "am")
    if aux == "am":
        raise NotAQuestion
    if not being and rest[0] in ("be", "been"):
        being, rest = True, _skip_adverbs(rest[1:])
        if rest and rest[0] in ("not", "never"):
            return Not(_affirmative("is", subject, rest[1:]))
    if aux in ("has", "have", "had") and not being:
        if rest[0] in ("got", "had"):
            rest = rest[1:]
        if subject.role == "it" and lemma(rest[0]) == rest[0]:
            return _having(rest)
    if not rest:
        raise NotAQuestion
    if subject.role == "it":
        return _being(rest) if being else _doing(rest)
    if subject.role == "part":
        return _about_part(subject.bag, rest)
    if being and not (set(rest) & IT):
        raise NotAQuestion
    return _acting(subject.bag, rest)


def _existence(rest: Words) -> Claim:
    """Read "is there ...": a part of the object, or somewhere it is found."""
    rest = _skip_adverbs(rest)
    for i, word in enumerate(rest):
        if (
            i
            and word in ("in", "on", "inside", "to", "with", "of")
            and (set(rest[i:]) & IT or _names_object(rest[i:]))
        ):
            return _having(rest[:i])
    raise NotAQuestion


def _names_object(words: Words) -> bool:
    return any(w in OBJECT_NOUNS for w in words)


# ----------------------------------------------------------------------------------------------
# words


def _bag(words: Words, soft: bool = True) -> Bag:
    """Return the content concepts of some words; soft words only where nothing else is left."""
    lex = lexicon()
    concepts = [
        lex.concept(w) for w in words if w[0].isalnum() and w not in FUNCTION_WORDS and w not in IT
    ]
    if soft:
        hard = [c for c in concepts if c not in SOFT]
        concepts = hard or concepts
    return frozenset(concepts)


def _alternatives(words: Words) -> list[Words]:
    """Split at "or": each alternative with what the others share with it.

    "cut or slice food" gives "cut", "slice food", "cut food"; "eat food or drinks" also "eat
    drinks".
    """
    if "or" not in words:
        return [words]
    at = words.index("or")
    left, right = words[:at], words[at + 1 :]
    if not right or not left:
        return [left or right]
    found: list[Words] = []
    left = left[1:] if left[0] == "either" else left
    for rest in _alternatives(right):
        found.append(rest)
        found.append(left[:-1] + rest)
        found.append(left + rest[1:])
        if len(left) > 1:
            found.append(left[:1] + rest)
    found.append(left)
    if "," in left:
        pieces = " ".join(left).split(" , ")
        found.extend(piece.split() for piece in pieces)
        found.extend(pieces[0].split()[:-1] + piece.split() for piece in pieces[1:])
    return [words for words in found if words]


def _either(words: Words, read: Callable[[Words], Claim]) -> Claim:
    """Read each alternative of an "or" on its own; one that makes no sense counts as false."""
    claims: list[Claim] = []
    for alternative in _alternatives(words):
        try:
            claims.append(read(alternative))
        except NotAQuestion:
            continue
    if not claims:
        raise NotAQuestion
    return claims[0] if len(claims) == 1 else AnyOf(tuple(claims))


def _chunks(words: Words) -> list[Words]:
    """Split a verb phrase before its prepositional phrases and subordinate clauses."""
    chunks: list[Words] = [[]]
    for i, word in enumerate(words):
        starts = word in PREPOSITIONS and word not in ("of", "as")
        if starts and i and chunks[-1]:
            chunks.append([])
        chunks[-1].append(word)
    return [chunk for chunk in chunks if chunk]


def _event(words: Words, slots: tuple[str, ...], agent: Bag = frozenset()) -> Claim:
    """Read a verb phrase as a fact about the object.

    Core (verb and its object) and circumstances.
    """
    return _either(words, lambda part: _plain_event(part, slots, agent))


def _plain_event(words: Words, slots: tuple[str, ...], agent: Bag) -> Claim:
    words = [w for w in words if not _is_adverb(w)]
    if "without" in words:
        at = words.index("without")
        missing = _bag(words[at + 1 :])
        if at == 0 or words[0] in _any_of("work function operate run used be use play"):
            return Not(Fact(missing, ("needs", "with")))
        return AllOf(
            (_plain_event(words[:at], slots, agent), Not(Fact(missing, ("needs", "part"))))
        )
    if words.count("and") and _verbal_and(words):
        at = words.index("and")
        both = AllOf(
            (_plain_event(words[:at], slots, agent), _plain_event(words[at + 1 :], slots, agent))
        )
        return AnyOf((both, _chunked(words, slots, agent)))
    return _chunked(words, slots, agent)


def _verbal_and(words: Words) -> bool:
    at = words.index("and")
    return 0 < at < len(words) - 1


def _chunked(words: Words, slots: tuple[str, ...], agent: Bag) -> Claim:
    chunks = _chunks(words)
    core = _bag(chunks[0]) if chunks else frozenset()
    around = tuple((bag, _circumstance(chunk)) for chunk in chunks[1:] if (bag := _bag(chunk)))
    verb = lemma(chunks[0][0]) if chunks else ""
    agents = ((agent, ("by",)),) if agent else ()
    gender = _excluded(agent.union(*(bag for bag, _ in around)))
    if gender:
        claim = _covered(verb, core, around, agent, agents, slots)
        return AllOf((claim, Not(Fact(gender, ("by",)))))
    return _covered(verb, core, around, agent, agents, slots)


def _excluded(bag: Bag) -> Bag:
    """Return the users that a question about women rules out ("worn by women".

    Not by men as well).
    """
    woman, man = bool(bag & {"woman", "girl", "female"}), bool(bag & {"man", "boy", "male"})
    return frozenset(("man",)) if woman and not man else frozenset()


def _covered(
    verb: str,
    core: Bag,
    around: tuple[tuple[Bag, tuple[str, ...]], ...],
    agent: Bag,
    agents: tuple[tuple[Bag, tuple[str, ...]], ...],
    slots: tuple[str, ...],
) -> Claim:
    if verb in LIGHT_VERBS:
        rest = core - {lexicon().concept(verb)}
        wide = _light_slots(verb, slots)
        pieces = [
            *((rest,) if rest else ()),
            *(bag for bag, _ in around),
            *((agent,) if agent else ()),
        ]
        if not pieces:
            return Fact(core, slots)
        if not rest and not around:
            return Fact(agent, ("by", "use", "done", "at"))
        whole = Fact(core, slots, (*around, *agents))
        if verb == "use" and rest:
            return AnyOf((whole, AllOf(tuple(Fact(bag, wide) for bag in pieces))))
        places: list[Claim] = [Fact(bag, wide) for bag in pieces]
        joined = Fact(frozenset().union(*pieces), wide)
        return AnyOf((whole, joined, AllOf(tuple(places))))
    around = (*around, *agents)
    if not core and not around:
        raise NotAQuestion
    if not core:
        return AllOf(tuple(Fact(bag, (*slots, "at")) for bag, _ in around))
    return Fact(core, slots, around)


_CIRCUMSTANCES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "in",
            "on",
            "at",
            "inside",
            "outside",
            "near",
            "around",
            "under",
            "during",
            "next",
            "beside",
            "above",
            "below",
            "underneath",
            "behind",
            "indoors",
            "outdoors",
            "across",
            "down",
            "along",
            "through",
            "up",
            "over",
            "past",
            "onto",
            "into",
            "between",
            "among",
        ),
        ("at",),
    ),
    **dict.fromkeys(("with", "using", "alongside"), ("with", "use", "part", "needs")),
    "by": ("by",),
    "to": ("use", "does"),
    "for": ("by", "use", "at"),
    **dict.fromkeys(
        ("when", "while", "if", "after", "before", "as"), ("at", "done", "use", "does", "is")
    ),
}


def _circumstance(chunk: Words) -> tuple[str, ...]:
    """Return the slots that may say separately what a phrase opening with this word adds.

    None: must be joint.
    """
    if chunk[0] == "by" and len(chunk) > 1 and chunk[1].endswith("ing"):
        return ("done", "use", "does")
    return _CIRCUMSTANCES.get(chunk[0], ())


def _light_slots(verb: str, slots: tuple[str, ...]) -> tuple[str, ...]:
    if verb in ("use", "serve", "work"):
        return ("use", "at", "by", "with")
    if verb == "have":
        return ("at", "by", "part", "done")
    return ("at",)


def _number(word: str) -> int | None:
    if word.isdigit():
        return int(word)
    return _SIZE_WORDS.get(word)


# ------------------------------------------------------------------------------------------
# predicates


def _being(words: Words) -> Claim:
    """Read what follows "is it"."""
    words = _skip_adverbs(words)
    if not words:
        raise NotAQuestion
    if words[0] in ("not", "never"):
        return Not(_being(words[1:]))
    if words[0] == "either":
        words = words[1:]
    special = _dummy_it(words)
    if special is not None:
        return special
    compared = _comparison(words)
    if compared is not None:
        return compared
    first = words[0]
    if first == "too" and "to" in words[1:]:
        return Not(_possibility(words[words.index("to") + 1 :]))
    if "enough" in words[:3]:
        if "to" in words:
            return _possibility(words[words.index("to") + 1 :])
        return _adjectives([w for w in words[: words.index("enough")]])
    if (
        first
        in _any_of(
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
        return Not(AnyOf((_having(words[2:]), _made(words[2:]))))
    if first == "unable":
        return Not(_aimed(["able", *words[1:]]))
    if first == "impossible":
        return Not(_possibility(words[2:]))
    if (
        first
        in _any_of(
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
            return Fact(_bag(words[2:]), ("needs",))
    if first in ("used", "utilized", "useful"):
        return _used(words[1:])
    if first in ("shaped", "formed"):
        return Fact(_bag(words[1:]), ("is",))
    if first == "in" and words[1:3] == ["the", "shape"]:
        return Fact(_bag(words[3:]), ("is",))
    if (
        first in ("composed", "constructed", "crafted", "manufactured")
        and words[1:2]
        and words[1] in ("of", "from", "with", "out")
    ):
        return _made(words[1:])
    if (
        first
        in _any_of(
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
            return AnyOf((_being(rest), Fact(_bag(rest), ("is", "isa", "does", "done"))))
    if first in ("associated", "related", "connected", "linked", "involved", "relevant", "about"):
        return Somewhere(_bag(words[1:]))
    if (
        first in ("powered", "operated", "run", "driven", "fueled")
        and words[1:2]
        and words[1] in ("by", "with", "on", "using", "from")
    ):
        return Fact(_bag(words[2:]), ("needs", "by"))
    if first in _any_of("found located kept stored seen situated sold bought placed"):
        return _event(words, ("at", "done", "does"))
    if first in ("something", "anything", "things", "everything", "one", "someone") or (
        first in ("a", "an", "the", "some")
        and len(words) > 1
        and lemma(words[1]) in OBJECT_NOUNS
        and words[2:3] != ["of"]
    ):
        return _generic_noun(words)
    if first == "other" or words[:2] == ["anything", "but"]:
        return Not(_being(words[2:]))
    if first == "part" and words[1:2] == ["of"]:
        return Fact(_bag(words), ("isa", "is", "does"))
    if first in DETERMINERS:
        return _noun_phrases(words)
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
        return AnyOf((_having(words[2:]), _qualities(words)))
    if first == "worth":
        return Fact(_bag(words[1:]), ("is", "does"))
    return _qualities(words)


def _dummy_it(words: Words) -> Claim | None:
    """Refuse questions where "it" is not the object: the weather, the time, the game."""
    lead = [w for w in words if w not in DETERMINERS and w not in ADVERBS]
    if not lead:
        raise NotAQuestion
    if lead[0] in _any_of(
        "raining snowing sunny monday tuesday wednesday thursday friday "
        "saturday sunday today late early cloudy windy time weekend lunchtime "
        "midnight noon over okay ok"
    ) and (len(lead) < 4 and not (lead[0] == "early" or (lead[0] == "time" and len(lead) > 2))):
        raise NotAQuestion
    if set(words) & {"today", "tomorrow", "tonight", "weather"} and not set(words) & {
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
    if first in ("made", "built") and rest[0] in _any_of(
        "of from out up with using entirely partly completely"
    ):
        return _made(rest)
    if rest[0] == "to":
        rest = _skip_adverbs(rest[1:])
        if not rest:
            raise NotAQuestion
        if rest[0] == "be":
            return _being(rest[1:])
        if first in ("able", "likely", "going", "known", "supposed", "expected"):
            return _doing(rest)
        return AnyOf((_purpose(rest), _doing(rest)))
    if rest[0] in ("for", "at", "of") and first != "made":
        return _for(rest[1:])
    if first in ("known", "best") and rest[0] in ("as",):
        return _being(rest[1:])
    if rest[0] in ("into",):
        return _event(["make", *rest[1:]], ("use", "done"))
    if rest[0] in ("in", "by", "on"):
        return _event(words, ("done", "at", "does", "by"))
    return _qualities(words)


def _for(words: Words) -> Claim:
    """Read what follows "for": an activity, a user or a place."""
    if not words:
        raise NotAQuestion
    if words[0].endswith("ing"):
        return _purpose(words)
    return AnyOf((_event(words, ("use", "by", "at", "with", "isa", "does")), _purpose(words)))


def _ease(quality: str, words: Words) -> Claim:
    if quality in ("possible", "common", "okay", "ok", "normal", "easily", "legal"):
        return _possibility(words)
    bag = _bag(words) | {lexicon().concept(quality)}
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
    words = _skip_adverbs(words)
    if not words:
        raise NotAQuestion
    if lemma(words[0]) == "fit":
        return _doing(words)
    if words[0] == "be":
        return _being(words[1:])
    return _acting(frozenset(), words if set(words) & IT else _insert_it(words))


def _used(words: Words) -> Claim:
    """Read what follows "used": to, for, in, by, as, with ..."""
    words = _skip_adverbs(words)
    if not words:
        return Always()
    first, rest = words[0], words[1:]
    if first == "to" or (first == "in" and rest and rest[0] == "order"):
        return _purpose(rest if first == "to" else rest[2:])
    if first in ("for", "when", "while", "during") and rest:
        return AnyOf((_purpose(rest), _event(rest, ("at", "by", "with"))))
    if first == "as" and rest:
        return AnyOf((_noun_phrases(rest), Fact(_bag(rest), ("use", "isa", "done"))))
    if first == "without":
        return Not(Fact(_bag(rest), ("needs",)))
    if first == "in" and rest and rest[0].endswith("ing") and rest[0] not in ("evening", "morning"):
        return _purpose(rest)
    return _event(["use", *words], ("use", "at", "done", "by", "with", "isa"))


def _purpose(words: Words) -> Claim:
    """Read a purpose: "cut paper", "cooking", "children"."""
    words = _skip_adverbs(words)
    if not words:
        raise NotAQuestion
    if words[0] == "be":
        return _being(words[1:])
    return _event(words, ("use", "does"))


def _made(words: Words) -> Claim:
    """Read what follows "made": a material; after "made up of" a part as well."""
    slots = ("made", "part") if words[0] == "up" else ("made",)
    words = [
        w
        for w in words
        if w not in _any_of("out up of from with using entirely partly completely mostly partially")
    ]

    def material(part: Words) -> Claim:
        bag = _bag(part, soft=False)
        if not bag:
            raise NotAQuestion
        if "and" in part:
            at = part.index("and")
            return AllOf((material(part[:at]), material(part[at + 1 :])))
        return Fact(bag, slots)

    return _either(words, material)


def _generic_noun(words: Words) -> Claim:
    """Read "something (that) ...", "an object used for ...", "something other than ..."."""
    start = 1 if words[0] not in DETERMINERS or words[0] == "one" else 2
    rest = _skip_adverbs(words[start:])
    if not rest:
        return Always()
    if rest[0] in ("other", "besides", "but", "except"):
        rest = rest[1:] if rest[0] != "other" else rest[2:]
        return Not(_being(rest))
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
        return _being(words)
    if first in ("with", "having", "containing"):
        return _having(rest)
    if first == "without":
        return Not(_having(rest))
    if first == "for":
        return _for(rest)
    if first == "to":
        return AnyOf((_purpose(rest), _possibility(rest)))
    if first == "like":
        return _being(rest)
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
        return _being(words)
    return _qualities(words)


def _relative(words: Words) -> Claim:
    """Read a relative clause: "flies", "is not alive", "you wear on your feet".

    "a pitcher would throw".
    """
    words = _skip_adverbs(words)
    if not words:
        raise NotAQuestion
    first = words[0]
    if first == "not":
        return Not(_relative(words[1:]))
    if first in AUXILIARIES:
        if first in ("has", "have", "had"):
            rest = _skip_adverbs(words[1:])
            return _not_aware(rest, _having)
        rest = _skip_adverbs(words[1:])
        if first in _any_of("can could will would may might must should do does did"):
            return _not_aware(rest, lambda w: _affirmative(first, _IT_SUBJECT, w))
        return _not_aware(rest, _being)
    if first in GENERIC_AGENTS | DETERMINERS | {"its"} or _is_plural_agent(words):
        subject, rest = _subject(words)
        rest = _skip_adverbs(rest)
        flip = False
        while rest and (rest[0] in AUXILIARIES - {"be", "have"} or rest[0] in ("not", "never")):
            flip ^= rest[0] in ("not", "never")
            rest = _skip_adverbs(rest[1:])
        if not rest:
            raise NotAQuestion
        if subject.role == "part":
            claim: Claim = _about_part(subject.bag, rest)
        else:
            claim = _acting(subject.bag, rest if set(rest) & IT else _insert_it(rest))
        return Not(claim) if flip else claim
    return _doing(words)


def _is_plural_agent(words: Words) -> bool:
    if len(words) < 2 or not words[0].endswith("s") or words[0].endswith("ss"):
        return False
    following = words[1]
    return following in AUXILIARIES | ADVERBS or (
        lexicon().concept(words[0]) in _AGENTS and following not in PREPOSITIONS
    )


_AGENTS = frozenset(
    """person artist child musician athlete student teacher chef cook carpenter farmer gardener
    woman man
    girl boy player doctor worker baby adult kid mechanic writer painter animal pirate cowboy king
    queen
    ship soldier pilot driver sailor cat dog rabbit bird mouse bear monkey""".split()
)


def _not_aware(words: Words, read: Callable[[Words], Claim]) -> Claim:
    if words and words[0] in ("not", "never", "no"):
        return Not(read(_skip_adverbs(words[1:])))
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


_ENDS_NOUN_PHRASE = frozenset(
    """that which who used made worn found with without for in on at from to you people we i kept
    eaten
    played designed meant having containing where located under by often usually commonly typically
    primarily mainly seen associated and kids children someone related known small-x inside outside
    like than , powered driven not other , filled covered worn grown ridden whose between
    around""".split()
)


def _noun_phrases(words: Words) -> Claim:
    return _either(words, _noun_phrase)


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
    if start + 1 < len(words) and lemma(words[start]) in _PARTITIVES and words[start + 1] == "of":
        start += 2
        while start < len(words) and words[start] in DETERMINERS:
            start += 1
    elif (
        start + 2 < len(words)
        and lemma(words[start + 1]) in _PARTITIVES
        and words[start + 2] == "of"
    ):
        words = words[: start + 1] + words[start + 3 :]
    if words[start : start + 1] and words[start] in ("non", "not"):
        return Not(_being(words[start + 1 :]))
    end = start
    while end < len(words) and not (end > start and words[end] in _ENDS_NOUN_PHRASE):
        end += 1
    phrase = words[start:end]
    rest = words[end:]
    named = _object_variants().get(tuple(lexicon().concept(w) for w in phrase))
    if named and not rest:
        return Guess(named)
    if "of" in phrase:
        at = phrase.index("of")
        phrase = phrase[at + 1 :] + phrase[:at]
    if not phrase:
        raise NotAQuestion
    if phrase[-1] == "source":
        bag = _bag(phrase[:-1])
        return AnyOf((Fact(bag, ("part", "does")), Fact(bag | {"source"}, ("isa",))))
    if rest and rest[0] == "and" and len(rest) > 1:
        return AllOf((_noun_phrase(phrase), _being(rest[1:])))
    claims: list[Claim] = []
    lex = lexicon()
    if len(phrase) > 2 and _number(phrase[0]) is not None and phrase[1].endswith("ed"):
        claims.append(Count(lex.concept(_unlegged(phrase[1])), "=", _number(phrase[0]) or 0))
        phrase = phrase[2:]
    if lemma(phrase[-1]) in OBJECT_NOUNS | {"something"} and lemma(phrase[-1]) != "toy":
        phrase = phrase[:-1]
        if phrase:
            claims.append(_adjectives(phrase))
    else:
        concepts = [lex.concept(w) for w in phrase if w not in FUNCTION_WORDS] or [
            lex.concept(w) for w in phrase
        ]
        claims.append(IsA(concepts[-1], frozenset(concepts[:-1])))
    if rest and rest[0] == "other":
        return Not(_being(rest[2:]))
    if rest and rest != [","]:
        claims.append(_modifier(rest))
    if not claims:
        return Always()
    claim: Claim = claims[0] if len(claims) == 1 else AllOf(tuple(claims))
    return Not(claim) if flip else claim


@cache
def _object_variants() -> dict[tuple[str, ...], frozenset[str]]:
    """Return the names of all objects as concepts: to which objects each belongs."""
    lex = lexicon()
    found: dict[tuple[str, ...], set[str]] = {}
    for item in OBJECTS:
        for variant in item.variants:
            words = lex.join_phrases(variant.split())
            if words[0] in ("pair", "piece"):
                words = words[2:]
            found.setdefault(tuple(lex.concept(w) for w in words), set()).add(item.name)
    return {key: frozenset(names) for key, names in found.items()}


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
        return _being(rest)
    if first == "with":
        return _having(rest)
    if first == "of":
        return _adjectives(rest)
    if first in ("inside", "outside") and len(words) == 1:
        return Fact(_bag(words), ("at",))
    return _event(["find", *words], ("at", "done", "does", "use", "is"))


def _qualities(words: Words) -> Claim:
    """Read adjectives, participles or a bare noun after "is it"."""
    return _either(words, _plain_qualities)


def _plain_qualities(words: Words) -> Claim:
    words = [w for w in words if not _is_adverb(w)] or words
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
                (AllOf((_plain_qualities(words[:at]), _being(words[at + 1 :]))), _participle(words))
            )
        except NotAQuestion:
            return _participle(words)
    if len(words) > 1 and words[1] in _any_of(
        "to for when in on with without by from around than at like over into "
        "through if while during under after inside"
    ):
        if lemma(first) == first and lexicon().concept(first) in PROPERTIES | dict.fromkeys(
            COLOURS
        ):
            return AnyOf(
                (
                    Fact(_bag(words, soft=False), ("is", "does", "colour")),
                    _adjectives([first])
                    if words[1] in ("when", "if", "in", "for", "at")
                    else _participle(words),
                )
            )
        if words[1] == "without":
            return Fact(_bag(words[2:]), ("needs",)) if first == "useless" else _participle(words)
        return _participle(words)
    if all(lexicon().concept(w) in PROPERTIES or lexicon().concept(w) in COLOURS for w in words):
        return _adjectives(words)
    if lemma(first) != first and not first.endswith("s") and len(words) > 1:
        return AnyOf((_participle(words), _adjectives(words)))
    if len(words) == 1 and lemma(first) == first:
        return _adjectives(words)
    return AnyOf((_adjectives(words), _participle(words)))


def _participle(words: Words) -> Claim:
    described = ("part",) if words[0].endswith("ed") else ()
    return _event(words, ("done", "is", "at", *described, "needs"))


def _adjectives(words: Words) -> Claim:
    """Each word is a property, or together they are a kind."""
    lex = lexicon()
    concepts = [lex.concept(w) for w in words if w[0].isalnum() and w not in FUNCTION_WORDS]
    if not concepts:
        concepts = [
            lex.concept(w) for w in words if w[0].isalnum() and w not in ("and", "or", "colored")
        ]
    if not concepts:
        raise NotAQuestion
    concepts = [
        c for c in concepts if c not in ("color", "colour", "shape", "size", "feel")
    ] or concepts
    each = AllOf(tuple(_property(c) for c in concepts))
    kind = IsA(concepts[-1], frozenset(concepts[:-1]))
    if len(concepts) == 1:
        return AnyOf((each, kind))
    return AnyOf((each, kind, Fact(frozenset(concepts), ("is", "colour"))))


_OPPOSITE_PREFIX = re.compile(r"^(?:un|non|in)(?=[a-z]{4})")
_KEPT_PREFIX = frozenset(
    "unique uniform inflatable insulated industrial indoor interesting international "
    "underwater underground understand inexpensive indoors invented".split()
)


def _property(concept: str) -> Claim:
    if concept in ("inanimate", "lifeless", "nonliving"):
        return Not(Property("alive"))
    if concept in ("inedible",):
        return Not(Property("edible"))
    if _OPPOSITE_PREFIX.match(concept) and concept not in _KEPT_PREFIX:
        bare = _OPPOSITE_PREFIX.sub("", concept)
        return AnyOf(
            (
                Property(concept),
                *(
                    (Not(Property(lexicon().concept(bare))),)
                    if bare in ("natural", "edible", "common", "healthy", "safe")
                    else ()
                ),
            )
        )
    return Property(concept)


# -------------------------------------------------------------------------------------------- do,
# can


def _doing(words: Words) -> Claim:
    """Read what follows "does it" or "can it"."""
    words = _skip_adverbs(words)
    if not words:
        raise NotAQuestion
    verb, rest = lemma(words[0]), words[1:]
    if words[0] in ("not", "never"):
        return Not(_doing(rest))
    if verb == "be":
        return _being(rest)
    compared = _comparison(words)
    if compared is not None:
        return compared
    if verb in ("have", "contain", "include", "possess", "feature") and rest:
        return _having(rest)
    if verb in ("need", "require", "use", "consume", "take", "rely", "depend", "involve") and rest:
        return _needing(verb, rest)
    if verb == "run" and rest[:1] and rest[0] in ("on", "with", "off"):
        return (
            Fact(_bag(rest[1:]), ("needs",))
            if "or" not in rest
            else _either(rest[1:], lambda w: Fact(_bag(w), ("needs",)))
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
        return _event(rest, ("does",))
    if verb == "lack" and rest:
        return Not(_having(rest))
    if verb == "fit" and rest:
        fitted = _fit(rest)
        if fitted is not None:
            return fitted
    if verb in ("look", "taste", "feel", "smell", "sound", "seem", "appear", "appeal") and rest:
        if rest[0] == "like" or verb == "smell" or verb == "taste":
            return AnyOf((_event(words, ("is", "does", "done", "isa")), _sensation(verb, rest)))
        return _sensation(verb, rest)
    if verb in ("count", "qualify", "act", "function") and rest[:1] == ["as"]:
        return AnyOf((_noun_phrases(rest[1:]), _event(rest[1:], ("use", "isa"))))
    if verb == "belong" and rest[:1] == ["to"]:
        return AnyOf((Somewhere(_bag(rest[1:])), IsA(*_head(rest[1:]))))
    if verb == "cost" or verb == "weigh":
        return _event(words, ("does", "is"))
    if verb == "come" and rest[:1] == ["with"]:
        return _having(rest[1:])
    if verb == "relate":
        return Somewhere(_bag(rest))
    slots: tuple[str, ...] = ("does", "use") if len(_bag(words)) > 1 else ("does",)
    if verb in _ERGATIVE:
        slots = ("does", "done")
    if verb in _any_of("live grow sit stand hang belong go come stay lie rest"):
        event = _event(words, ("does", "done"))
        place = _bag(rest)
        if rest and rest[0] in PREPOSITIONS and place:
            alive = {"live": "alive", "grow": "alive"}.get(verb)
            located: Claim = _either(rest, lambda w: Fact(_bag(w), ("at",)))
            if verb not in ("come", "grow"):
                located = AllOf((Property(alive), located)) if alive else located
                return AnyOf((event, located))
        return event
    return _event(words, slots)


def _head(words: Words) -> tuple[str, Bag]:
    lex = lexicon()
    concepts = [lex.concept(w) for w in words if w not in FUNCTION_WORDS] or ["nothing"]
    return concepts[-1], frozenset(concepts[:-1])


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
    rest = _skip_adverbs(rest)
    if rest and rest[0] in ("not", "no"):
        return Not(_needing(verb, rest[1:]))
    if rest and rest[0] in ("on", "upon", "up"):
        rest = rest[1:]
    if rest[:2] == ["to", "be"]:
        return _event(rest[2:], ("needs", "done"))
    if verb == "take" and not {"battery", "batteries", "skill", "practice", "electricity"} & set(
        rest
    ):
        return _event(["take", *rest], ("does", "done", "needs"))
    if rest and rest[0] == "to":
        rest = rest[1:]

    def need(part: Words) -> Claim:
        bag = _bag(part)
        if not bag:
            raise NotAQuestion
        chunks = [_bag(chunk) for chunk in _chunks(part)]
        if not chunks[0]:
            return Fact(bag, ("needs",))
        slots = ("needs", "does") if verb != "use" else ("needs", "does", "part")
        wide = ("at", "use", "does", "done")
        return Fact(chunks[0], slots, tuple((c, wide) for c in chunks[1:] if c))

    return _either(rest, need)


def _having(words: Words) -> Claim:
    """Read what the object has: "four legs", "a hard shell", "more than two wheels".

    "no wheels".
    """
    return _either(words, _plain_having)


_TO_DO_WITH = re.compile(r"^(?:anything|something|a lot|much|nothing|to)? ?to do with ")


def _plain_having(words: Words) -> Claim:
    words = _skip_adverbs(words)
    text = " ".join(words)
    if found := _TO_DO_WITH.match(text):
        claim: Claim = Somewhere(_bag(text[found.end() :].split()))
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
    number = _number(words[0])
    if number is not None and len(words) > 1 and "and" not in words:
        part = lexicon().concept(
            [w for w in words[1:] if w not in PREPOSITIONS and w not in IT][
                0 if len(words) == 2 else -1
            ]
        )
        nouns = [lexicon().concept(w) for w in _chunks(words[1:])[0]]
        part = nouns[-1]
        counted = Count(part, relation, number)
        stated = Fact(_bag(words, soft=False), ("part", "does"))
        return AnyOf((counted, stated)) if relation == "=" else counted
    if "and" in words[1:-1]:
        at = words.index("and")
        return AnyOf(
            (
                Fact(_bag(words), ("part",)),
                AllOf((_plain_having(words[:at]), _plain_having(words[at + 1 :]))),
            )
        )
    for i, word in enumerate(words):
        if i and word in ("that", "which", "to", "for", "when", "where", "you"):
            tail = _bag(words[i:])
            head = _bag(words[:i])
            return AnyOf(
                (
                    Fact(head | tail, ("part", "does", "use")),
                    Fact(head, ("part",), ((tail, AROUND),) if tail else ()),
                )
            )
    words = [w for w in words if w not in IT]
    chunks = [_bag(chunk, soft=True) for chunk in _chunks(words)]
    chunks = [chunk for chunk in chunks if chunk]
    if not chunks:
        raise NotAQuestion
    core, around = chunks[0], tuple((chunk, ("part", "at")) for chunk in chunks[1:])
    everything = frozenset().union(*chunks)
    whole = Fact(everything, ("part", "is", "does") if len(everything) > 1 else ("part",))
    described = _described_part(words)
    return AnyOf((whole, Fact(core, ("part",), around), *described))


def _described_part(words: Words) -> tuple[Claim, ...]:
    """Read a part whose colour is the whole object's ("a yellow peel" of a yellow fruit)."""
    lex = lexicon()
    concepts = [lex.concept(w) for w in _chunks(words)[0] if w not in FUNCTION_WORDS]
    if len(concepts) < 2:
        return ()
    head, modifiers = concepts[-1], [c for c in concepts[:-1] if c not in SOFT]
    if modifiers and all(c in COLOURS for c in modifiers):
        return (
            AllOf(
                (
                    Fact(frozenset((head,)), ("part",)),
                    *(Fact(frozenset((c,)), ("colour",)) for c in modifiers),
                )
            ),
        )
    return ()


def _about_part(part: Bag, rest: Words) -> Claim:
    """Read a predicate about a part: "(its leaves) green", "(the outside) feel smooth"."""

    def read(words: Words) -> Claim:
        if words and words[0] in ("not", "never"):
            return Not(read(words[1:]))
        bag = _bag(
            [
                w
                for w in words
                if w not in _any_of("feel look taste have contain be made be smell used")
            ],
            soft=False,
        )
        if not bag:
            raise NotAQuestion
        if words[0] in ("used", "eaten", "drunk", "worn", "turned"):
            return AnyOf((Fact(bag | part, ("use", "done", "does")), Fact(bag, ("use", "done"))))
        aliases = part | (
            frozenset(("outside",)) if part & {"skin", "peel", "surface", "rind"} else frozenset()
        )
        whole = Fact(bag | part, ("part", "is", "does", "colour", "done", "use"))
        if aliases - part and not bag <= aliases:
            return AnyOf((whole, Fact(bag | frozenset(("outside",)), ("part",))))
        return whole

    return _either(rest, read)


_PUTS = frozenset("fit put place store keep slip stick tuck stuff shove squeeze drop slide".split())


def _acting(agent: Bag, words: Words) -> Claim:
    """Read what people do: "sit on it", "use it to cut", "find it in a kitchen".

    "need water to use it".
    """
    words = _skip_adverbs(words)
    if not words:
        raise NotAQuestion
    if words[0] in ("not", "never"):
        return Not(_acting(agent, words[1:]))
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
        verb in _any_of("want like choose try enjoy have love able go learn be get start")
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
            return _event([w for w in words[2:] if w not in IT], ("needs", "done", "use"), agent)
        core = words[1:]
        for i, word in enumerate(core):
            if word in ("to", "for", "with", "in", "when"):
                core = core[:i]
                break
        needed = _needing("need", core)
        return AnyOf((needed, Fact(frozenset(), (), ((_bag(core), ("done", "use")),))))
    if verb in ("hold", "pick", "lift", "carry", "grab", "grasp") and direct:
        held = _hold(verb, rest[1:])
        if held is not None:
            return held
    if verb in _PUTS and direct and tail:
        fitted = _fit(tail) if verb in ("fit",) else None
        if fitted is not None:
            return fitted
        if verb not in ("place", "store", "keep") and {
            *("pocket", "backpack", "purse", "mouth", "handbag", "bag", "suitcase", "wallet")
        } & set(tail):
            listed = _event(rest, ("done", "use", "at"), agent)
            fits = _fit(["in", *tail])
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
        return _being(tail)
    if verb in ("call", "consider", "describe", "classify") and direct and tail:
        return _being(tail[1:] if tail[0] == "as" else tail)
    if verb == "see_through" or (verb == "see" and "through" in words):
        return Property("transparent")
    if (
        verb in ("see", "hear", "smell", "touch", "feel")
        and direct
        and (not tail or tail[0] not in PREPOSITIONS)
    ):
        return AnyOf(
            (
                _event(rest, ("done", "does")),
                *(() if verb not in ("see", "touch") else (Property("tangible"),)),
            )
        )
    if direct and not (tail and tail[-1] in PREPOSITIONS):
        slots: tuple[str, ...] = ("done", "at") if verb in LIGHT_VERBS else ("done",)
        if len(_bag(rest)) > 1:
            slots = ("done", "at", "use") if verb in LIGHT_VERBS else ("done", "use")
        return _event(rest, slots, agent)
    if verb in _any_of("hurt cut injure kill harm burn"):
        return _event(rest, ("does", "use", "done"), agent)
    return _event(
        [w for w in rest if w != "its"],
        ("use", "done", "does") if agent else ("use", "done"),
        agent,
    )


def _hold(verb: str, tail: Words) -> Claim | None:
    """Judge "hold it in one hand", "lift it", "carry it easily" by weight and size."""
    words = [
        w
        for w in tail
        if w not in ADVERBS
        and w
        not in _any_of(
            "up around with by in your a the their my yourself alone easily person comfortably both"
        )
    ]
    if not words:
        return Liftable(2 if verb == "hold" else 0)
    if words in (
        ["hand"],
        ["one", "hand"],
        ["hands"],
        ["palm"],
        ["single", "hand"],
        ["two", "hands"],
        ["of", "hand"],
        ["palm", "of", "hand"],
    ):
        return Liftable(2 if words[0] in ("two", "hands") else 1)
    container = lemma(words[-1])
    if container in _CONTAINERS and container not in _any_of("bag case basket table bed cup bowl"):
        return _container(container)
    return None


def _container(name: str) -> Claim | None:
    text = _CONTAINERS.get(name)
    if text is None:
        return None
    fits = Fits(read_measures(text + " 0kg"))
    return AllOf((fits, Liftable(0))) if name in ("backpack", "bag", "pocket", "purse") else fits


def _fit(words: Words) -> Claim | None:
    """Read "(fit) in a pocket", "(fit) through a door": judged by edges."""
    words = [w for w in words if not _is_adverb(w)]
    for marker in ("in", "inside", "into", "on", "through", "within", "under"):
        if marker in words:
            noun = [
                lemma(w)
                for w in words[words.index(marker) + 1 :]
                if w not in DETERMINERS and w not in IT
            ]
            for word in ("palm" if "palm" in noun else "", *reversed(noun)):
                if word in _CONTAINERS:
                    return _container(word)
                known = everyday().get(word)
                if known is not None:
                    return Fits(known)
    return None


# -----------------------------------------------------------------------------------------
# comparison


def reference(words: Words) -> Measures | None:
    """Return the measures of an everyday thing or of one of the objects, named by a noun phrase."""
    nouns = [w for w in words if w not in DETERMINERS and w not in ADVERBS and w not in IT]
    for i, word in enumerate(nouns):
        if i and word in ("in", "on", "is", "are", "when", "that", "or", "does", "can", "for"):
            nouns = nouns[:i]
            break
    if len(nouns) > 2 and "of" in nouns[:2]:
        nouns = (
            nouns[nouns.index("of") + 1 :] + nouns[: nouns.index("of")]
            if nouns[0] != "size"
            else nouns[2:]
        )
    bases = [lemma(w) for w in nouns]
    names = {name.replace("_", " "): name for name in object_names()}
    things = everyday()
    phrase = [part for base in bases for part in base.split("_")]
    for start in range(len(phrase)):
        for end in range(len(phrase), start, -1):
            name = " ".join(phrase[start:end])
            if name in things:
                return things[name]
            for known, original in names.items():
                if name == " ".join(lemma(w) for w in known.split()):
                    return sheet_of(original).measures
        if start == 0 and len(phrase) > 2:
            continue
    return None


def _amount(words: Words, dimension: str) -> tuple[str, Measures] | None:
    """Read a quantity: "100 pounds", "a foot", "6 feet tall", "20 dollars"."""
    number = 1.0
    for i, word in enumerate(words):
        try:
            number = float(word)
            continue
        except ValueError:
            pass
        if word in _SIZE_WORDS and word != "one":
            number = _SIZE_WORDS[word] * (number if word == "hundred" else 1)
            continue
        if word == "thousand":
            number *= 1000
            continue
        base = lemma(word)
        if base in _UNIT_CM and not (
            base == "foot"
            and number == 1.0
            and dimension not in ("length", "height", "size", "width")
        ):
            edge = number * _UNIT_CM[base]
            following = words[i + 1 : i + 2]
            if following in (["tall"], ["high"]):
                dimension = "height"
            elif dimension in ("size", "weight"):
                dimension = "length"
            return dimension, Measures(edge, edge, edge, 0.0)
        if base in _UNIT_KG:
            return "weight", Measures(1, 1, 1, number * _UNIT_KG[base])
        if base in _UNIT_KMH or base in ("mile",):
            return "speed", Measures(1, 1, 1, 1, speed=number * 1.6)
        if base in _MONEY:
            return "price", Measures(1, 1, 1, 1, price=number)
    return None


_THAN = (
    r"(?:\w+ )??(?:(?:a )?(?:lot|bit|little|much|far|way|even|any|slightly|considerably) )?"
    r"(\w+)(?: in (?:size|weight|length|height))? "
    r"(?:than|in comparison to|compared to|compared with) (.+)"
)
_AMOUNT = (
    r"(weigh|cost|worth|measure|stand|be)?s? ?"
    r"(more|less|over|under|at least|at most|up to|about) (?:than )?(.+)"
)
_ALIKE = (
    r"(?:weigh |cost )?(?:about |almost |roughly |just |approximately |around |nearly )?"
    r"(?:as|the same|similar in|the|close in|close to the) (\w+)(?: or \w+)? (?:as|to|of) (.+)"
)


_DEGREE = re.compile(r"(?:(more|less) (\w+)|(?:\w+ )?(\w+?)(i?)er) than (.+)")


def _by_degree(text: str) -> Claim | None:
    """Read a comparison that no measure decides by its adjective: "sweeter than a lemon"."""
    found = _DEGREE.match(text)
    if found is None:
        return None
    if found[3]:
        stem = found[3] + ("y" if found[4] else "")
        forms = (stem, stem + "e", stem[:-1])
    else:
        forms = (found[2],)
    concepts = [lexicon().concept(form) for form in forms if form in vocabulary()]
    if not concepts:
        return None
    claim = Property(concepts[0])
    return Not(claim) if found[1] == "less" else claim


def _comparison(words: Words) -> Claim | None:
    """Read a comparison, or None: "bigger than X", "as heavy as X", "weigh more than X".

    "the size of X".
    """
    text = " ".join(words)
    sign, dimension, tail = 0, "", ""
    if found := re.match(
        _THAN,
        text,
    ):
        word = found[1]
        if word in COMPARATIVES:
            dimension, sign = COMPARATIVES[word]
            tail = found[2]
    if not dimension and (found := re.match(r"(more|less) (\w+) than (.+)", text)):
        adjective = found[2]
        if adjective in _COMPARED_ADJECTIVES:
            dimension = _COMPARED_ADJECTIVES[adjective]
            sign = 1 if found[1] == "more" else -1
            tail = found[3]
    if not dimension and (
        found := re.match(
            _AMOUNT,
            text,
        )
    ):
        dimension = {"weigh": "weight", "cost": "price", "worth": "price"}.get(
            found[1] or "", "size"
        )
        sign = 1 if found[2] in ("more", "over", "at least") else 0 if found[2] == "about" else -1
        tail = found[3]
        amount = _amount(tail.split(), dimension)
        if amount is None and not found[1]:
            return None
    if not dimension and (
        found := re.match(
            _ALIKE,
            text,
        )
    ):
        if found[1] in _COMPARED_ADJECTIVES:
            dimension = _COMPARED_ADJECTIVES[found[1]]
            sign, tail = 0, found[2]
    if not dimension and (
        found := re.match(
            r"(\d+|one|two|three|four|five|six|ten) (\w+) (tall|long|high|wide|thick)", text
        )
    ):
        dimension, sign, tail = _COMPARED_ADJECTIVES.get(found[3], "length"), 0, text
    if not dimension:
        return _by_degree(text)
    alternatives = [t.split() for t in re.split(r" or ", tail)]
    claims: list[Claim] = []
    for option in alternatives:
        amount = _amount(option, dimension)
        if amount is not None:
            claims.append(Compare(amount[0], sign, amount[1]))
            continue
        other = reference(option)
        if other is not None:
            claims.append(Compare(dimension, sign, other))
    if not claims:
        return Not(Always())
    return claims[0] if len(claims) == 1 else AnyOf(tuple(claims))


# ----------------------------------------------------------------------------------------
# declaratives


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
        subject, rest = _subject(words)
        rest = _skip_adverbs(rest)
        if not rest:
            raise NotAQuestion
        if rest[0] in AUXILIARIES:
            return _predicate(rest[0], subject, rest[1:])
        if lemma(rest[0]) != rest[0] and rest[0].endswith("s"):
            return _predicate("does", subject, rest)
        if rest[0] in ("a", "an"):
            return _noun_phrases(rest)
        raise NotAQuestion
    if first in ("a", "an") and len(words) <= 4:
        return _noun_phrases(words)
    if first in ("you", "people") and set(words) & IT:
        rest = [w for w in words[1:]]
        if rest and rest[0] in AUXILIARIES:
            return _predicate("do", Subject("agent"), rest[1:])
        return _acting(frozenset(), rest)
    if first in ("used", "made", "worn") and len(words) > 2:
        return _being(words)
    raise NotAQuestion


__all__ = ["parse", "reference"]
