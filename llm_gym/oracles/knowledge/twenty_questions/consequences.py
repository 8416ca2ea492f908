"""What would become of it, of who drops or eats it, of who would steal it: answered by weight, hardness and kind."""

from __future__ import annotations

import re
from collections.abc import Callable

from llm_gym.oracles.knowledge.twenty_questions.claims import (
    AllOf,
    Always,
    AnyOf,
    Claim,
    Compare,
    Fact,
    IsA,
    Liftable,
    Not,
    Property,
)
from llm_gym.oracles.knowledge.twenty_questions.measures import Measures
from llm_gym.oracles.knowledge.twenty_questions.rewording import begins

_NO = frozenset[str]()


def _above(dimension: str, value: float) -> Claim:
    if dimension == "size":
        return Compare("size", 1, Measures(value, value, value, 0.0))
    sizes = {"length": 0.0, "width": 0.0, "height": 0.0, "weight": 0.0, **{dimension: value}}
    return Compare(dimension, 1, Measures(**sizes))


def _kinds(names: str) -> Claim:
    return AnyOf(tuple(IsA(name, _NO) for name in names.split()))


_BREAKABLE = AnyOf(
    (Property("fragile"), _kinds("electronics food fruit vegetable drink body_part"))
)
_HARD = _above("hard", 3.5)
_PAINFUL = AllOf(
    (
        AnyOf(
            (
                AllOf((AnyOf((Property("sharp"), _above("hard", 6))), _above("weight", 0.03))),
                AllOf((_HARD, _above("weight", 0.25))),
            )
        ),
        AnyOf((Not(Property("edible")), _above("hard", 5.5))),
    )
)
_PRICKLY = AnyOf((Property("sharp"), AllOf((_above("hard", 5.5), Not(_above("length", 25))))))
_THROWN = AllOf(
    (
        Liftable(1),
        Not(_above("weight", 2.5)),
        Not(_above("length", 130)),
        Not(_kinds("place animal")),
    )
)
_STOLEN = AnyOf(
    (
        Fact(frozenset(("steal", "criminal")), ("done",)),
        AllOf((_above("price", 150), Property("manmade"), Not(_kinds("furniture building")))),
    )
)

_CHOKED = Fact(frozenset(("choke",)), ("done", "isa"))
_DEAR = AnyOf((_STOLEN, _kinds("pet"), Property("in_every_pocket")))
_LIKED = Not(
    AnyOf(
        (_kinds("pest"), Property("fear_inspiring"), Property("foul_smelling"), Property("deadly"))
    )
)

_DROPS = (
    r"\b(?:drop|fell|fall|land|hit|threw|throw|toss|knock|chuck|smack|bonk|whack|swing|swung)\w*\b"
)
_HURTS = r"\b(?:hurt|injur|pain|bruis|sore|ouch|bump)\w*\b"
_SOMEBODY = r"\b(?:foot|feet|toes?|head|me|you|my|your|someone|somebody|him|her|face|hand)\b"
_BREAKS = r"\b(?:break|broke|broken|shatter|smash|crack|damage)\w*\b"
_SURVIVES = (
    r"\b(?:survive|intact|in one piece|undamaged|unharmed|unbroken|be (?:okay|ok|fine|alright))\b"
)
_EATS = r"\b(?:ate|eat|eats|eating|swallow\w*|bit|bite|bites|biting|chew\w*)\b"

_WANTS = r"\b(?:help|want|use|useful|need|good|entertain|reach|like|trick|glad|happy|come in handy|handy|eat|drink|have)\b"
_RELIEF = {
    "hungry|starving|peckish": Property("edible"),
    "thirsty": AnyOf((Property("drinkable"), Property("for_liquids"))),
    "cold|freezing|chilly": Property("against_cold"),
    "hot|sweating|overheated": Property("against_heat"),
    "bored": Property("against_boredom"),
    "tired|sleepy|exhausted": Property("sleepable"),
    "lost": Property("against_losing_way"),
    "(?:in the )?dark": Property("against_dark"),
    "(?:raining|caught in the rain|getting wet)": Property("against_rain"),
}
"""What a person feels, and what then helps."""


def _relief(feeling: str) -> str:
    if_felt = rf"\b(?:if|when|whenever|in case) (?:i|you|someone|somebody|we|people|it) (?:\w+ )?(?:\w+ )?(?:{feeling})\b"
    return rf"{if_felt}.*{_WANTS}|{_WANTS}.*{if_felt}"


_RULES: tuple[tuple[Callable[[str], object], Claim], ...] = tuple(
    (re.compile(pattern).match if begins(pattern) else re.compile(pattern).search, claim)
    for pattern, claim in (
        *((_relief(feeling), claim) for feeling, claim in _RELIEF.items()),
        (r"\b(?:broke|break|breaks|ruin(?:ed)?|destroy(?:ed)?|lost|lose|scratched)\b.*\b(?:mad|angry|furious|in "
         r"trouble|pissed|annoyed)\b|\b(?:mad|angry|furious|in trouble|pissed|annoyed)\b.*\b(?:broke|break|ruin(?:ed)?|"
         r"lost|lose|scratched)\b",
         _above("price", 20)),
        (r"^(?:will|would|do you think|does|is) (?:people |it |we |they |that |anyone |everyone )*(?:probably |still |"
         r"likely |going to |be )*(?:use|used|need|needed|around|exist|have|buy|drive|wear|eat)\b.*\b(?:in|after|from) "
         r"(?:\d+|a hundred|fifty|ten|twenty|thirty|one hundred|the next) years?(?: time| from now)?$|^will (?:it|"
         r"they) still (?:exist|be (?:used|around|useful|popular|relevant))\b", Always()),
        (rf"{_EATS}.*\b(?:tooth|teeth)\b|\b(?:tooth|teeth)\b.*{_EATS}",
         AllOf((_above("hard", 4.5), Not(Property("edible"))))),
        (rf"\b(?:if|when)\b.*{_EATS}.*\b(?:sick|ill|die|poison\w*|hospital|unwell)\b|\b(?:sick|ill|die|poison\w*|"
         rf"hospital|unwell)\b.*\b(?:if|when|from|by)\b.*{_EATS}",
         Not(Property("edible"))),
        (rf"^(?=.*\b(?:step|stepp|stood|stand|tread|trod|walk)\w*\b)(?=.*{_HURTS}).*\b(?:on|over)\b", _PRICKLY),
        (rf"^(?=.*{_DROPS})(?=.*{_HURTS}).*{_SOMEBODY}", _PAINFUL),
        (rf"^(?=.*{_DROPS}).*{_SURVIVES}", Not(AnyOf((_BREAKABLE, Property("alive"))))),
        (rf"^(?=.*\b(?:drop|fell|fall|knock)\w*\b)(?=.*{_BREAKS})(?!.*\b(?:window|bone|toe|foot)\b)", _BREAKABLE),
        (r"\b(?:burglar|thief|thieves|robbers?|pickpocket)\b(?=.*\b(?:steal|take|grab|want|interested|after|"
         r"bother)\w*\b)|\b(?:worth|likely to be|likely to get|often|commonly|tempting to|bother) ?(?:stealing|stolen|"
         r"steal)\b", _STOLEN),
        (r"\b(?:lift|hold|carry|pick)\w*\b.*\b(?:pinky|little finger|one finger|single finger|fingertips?)\b",
         AllOf((Liftable(1), Not(_above("weight", 0.8))))),
        (r"\b(?:fire|flood|earthquake|burning (?:house|building))\b.*\b(?:grab|save|rescue|run back)\b|\b(?:grab|save|"
         r"rescue|run back)\b.*\b(?:fire|flood|burning (?:house|building))\b", AllOf((_DEAR, Liftable(2)))),
        (r"\b(?:went|go|goes|gone) missing\b.*\bpolice\b|\b(?:police|cops)\b.*\b(?:stole\w*|missing|lost)\b|"
         r"\b(?:stole\w*|lost|missing)\b.*\b(?:police|cops)\b", AnyOf((_STOLEN, _above("price", 300)))),
        (r"\b(?:upset|devastated|sad|heartbroken|cry|panic)\b.*\b(?:lost|lose|missing|stole\w*|died?)\b|\b(?:lost|lose|"
         r"missing|stole\w*|died?)\b.*\b(?:upset|devastated|sad|heartbroken|cry|panic)\b", _DEAR),
        (r"\bmicrowave\b.*\b(?:bad idea|spark\w*|explode|dangerous|catch fire|disaster|unwise)\b|\b(?:bad idea|"
         r"dangerous|unwise|risky)\b.*\bmicrowave\b",
         Not(AnyOf((Property("edible"), Property("drinkable"), _kinds("dish"))))),
        (r"\bwrap\w*\b.*\b(?:difficult|hard|tricky|tough|awkward)\b|\b(?:difficult|hard|tricky|tough|awkward) to "
         r"(?:gift )?wrap\b", AnyOf((_above("size", 42), Property("alive")))),
        (r"^do(?:es)? (?:most |many |almost all |the majority of )?(?:people|everyone|everybody|folks|humans) (?:tend "
         r"to |generally |usually |really )?(?:like|love|enjoy) (?:it|them|one|this)$|^is it (?:generally |widely |"
         r"well )?(?:liked|loved)(?: by (?:most|many|all)? ?people)?$", _LIKED),
        (r"^(?:does|has|would|will|do|is) (?:(?:almost|nearly|just about|practically) )?(?:everyone|everybody|every "
         r"person|anyone|anybody|most people|all people|an average person|the average person|a child|a kid|a small "
         r"child|kids|children) (?:(?:in the world|in america|on earth|alive) )?(?:(?:have|already|probably|even) "
         r")*(?:know|knows|heard|recogni[sz]e|familiar|aware|identify|name)\b|^is it (?:(?:widely|well|commonly|"
         r"universally) )(?:known|recognized)(?: (?:by|to|around|all over|in) .*)?$|^is it (?:common knowledge|a "
         r"household name)$", Always()),
        (r"^(?:is|would|could) it (?:be )?(?:dangerous|unsafe|hazardous|harmful|risky) (?:for|to|around|near) (?:an? |"
         r"the |your )?(?:small |little |young )?(?:child|children|kid|kids|toddlers?|baby|babies|infants?)$",
         AnyOf((Property("deadly"), Property("dangerous"), Property("sharp"), _CHOKED))),
        (r"\bchok(?:e|es|ing)\b(?! to)(?!.*\bto death\b)", _CHOKED),
        (r"\b(?:throw|toss|chuck|hurl) it (?:\w+ )*?(?:across|over|far|at)\b", _THROWN),
        (r"\b(?:severalpeople|(?:two|several|three|four|multiple|more than one|another) (?:people|persons|men|"
         r"adults))\b.*\b(?:lift|move|carry|pick)\b|\b(?:need|require|take)s? (?:a )?(?:help|crane|forklift|hand|"
         r"helper|friend) (?:in |with )?(?:to )?(?:lift|mov|carry)\w*\b", Not(Liftable(0))),
        (r"\b(?:can|could|would|is) (?:a |an |my |your )?(?:little |small |young |five year old |frail |old )*(?:child|"
         r"kid|toddler|kids|children|granny|grandma|grandmother|lady) (?:be able to |easily |able to )?(?:lift|carry|"
         r"pick up|pick it up|hold)\b", Not(_above("weight", 7))),
    )
)  # fmt: skip
_DENIED = re.compile(r"\b(?:not|never|unlikely)\b")


def read_consequence(text: str) -> Claim | None:
    """Return what a question that imagines something happening claims of the object, or None."""
    for found, claim in _RULES:
        if found(text):
            return Not(claim) if _DENIED.search(text) else claim
    return None
