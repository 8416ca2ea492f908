"""What kind of thing an open question asks for, and which fields of the record are of that kind.

"How big is the stadium?" wants a measure and "Who built the stadium?" somebody: its name answers neither. Every rule
has a pattern of the question, from its question word on, the fields that answer it, and what their sentence must say.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from llm_gym.oracles.knowledge.guess_my_city.text import ANY_MONTH

_FIGURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|dozens?|hundreds?|"
    r"thousands?|millions?)\b"
)
_DATE = re.compile(
    rf"\d|\b(?:{ANY_MONTH}|winters?|springs?|"
    r"summers?|autumns?|century|antiquity|ancient|monday|tuesday|wednesday|thursday|friday|saturday|sunday|all year)\b",
    re.I,
)
_ANYTHING = re.compile("")
NAMED = re.compile(
    r"(?<=[\w,:] )[A-Z]\w|\b(?:people|king|queen|emperor|sultan|president|prime minister|they|who|called)\b"
)
"""What answers who it was, or what something is called: a name, or somebody."""
DENIAL = re.compile(r"\b(?:is not|no|none|did not|had not|not known)\b")
"""What answers "There is no harbour" to how large it is."""

_WEATHER = "weather temperatures extreme climate rain snow daylight sun seasons"
_DISTANCES = "sea coast nearest_sea capital_distance near_cities borders neighbours latitude"

# In order; of "how" what no rule names is told by no record.
_RULES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (r"how (?:many|much) (?:\w+ ){0,2}?(?:people|folks?|persons?|residents?|inhabitants?|citizens?|souls?|humans?|"
     r"population)",
     "density population country_size lore:metro", _FIGURE),
    (r"how many (?:\w+ ){0,2}?(?:countr|nations?\b|states?\b|neighbou?r|borders?\b|provinces|regions|counties|departments|"
     r"prefectures|cantons|districts|languages|religions|unions)",
     "zones districts neighbours borders speakers divisions official_languages all_religions unions", _ANYTHING),
    (r"how many (?:hours?|hrs?|minutes?|mins?)\b|how far (?:ahead|behind)\b", "timezone daylight coast sea", _FIGURE),
    (r"how many (?:met(?:re|er)s|feet|kilomet\w+|km|miles)", "sea altitude peak longest_river sight:tallest " + _DISTANCES,
     _ANYTHING),
    (r"how many (?:degrees|volts?|world cups?|times)", "weather temperatures extreme latitude voltage "
     "world_cup", _ANYTHING),
    (r"how much (?:rain|snow|daylight|sun|of the)", _WEATHER, _ANYTHING),
    (r"how (?:high|low) (?:is|are) (?:the |your )?(?:\w+ )?(?:crime|prices?|rents?|cost|taxes|wages|salaries)",
     "crime safety prices income",
     _ANYTHING),
    (r"how low\b.*\btemperatures?", _WEATHER, _ANYTHING),
    (r"how (?:many|much)\b|(?:what|which) (?:number|percentage|percent|share|proportion|fraction|length|height|width)\b",
     "calling_code emergency population altitude country_size area density zones airports districts sea airport", _FIGURE),
    (r"how (?:far up|thin)\b", "altitude", _ANYTHING),
    (r"how fars?\b|how (?:close|near)\b", _DISTANCES, _ANYTHING),
    (r"how long\b", "daylight founded longest_river chronicle history sight:founder timezone seasons "
     + _DISTANCES, _ANYTHING),
    (r"how (?:old|ancient)\b", "founded school drinking_age chronicle history sight:founder sight:oldest", _FIGURE),
    (r"how (?:big|large|small|tiny|huge|populous|populated|crowded|dense\w*)\b",
     "density area population country_size rank lore:metro", _ANYTHING),
    (r"how (?:tall|high|low|deep)\b|(?:at )?what (?:altitude|elevation|height)\b",
     "altitude peak terrain sight:tallest near_cities", _FIGURE),
    (r"how (?:expensive|cheap|pric[ey]+|costly|affordable|dear)\b", "prices", _ANYTHING),
    (r"how (?:diverse|multicultural|cosmopolitan|mixed)\b", "lore peoples", _ANYTHING),
    (r"how (?:flat|hilly|mountainous|steep)\b", "terrain", _ANYTHING),
    (r"how (?:safe|dangerous|polluted|dirty|clean)\b|how bad\b", "crime safety air problems jams troubles hazards "
     "tap_water " + _WEATHER,
     _ANYTHING),
    (r"how (?:hot|cold|warm|cool|chilly|freezing|humid|rainy|wet|dry|sunny|dark|windy|snowy|often|frequent\w*|harsh|mild|"
     r"strong|bad|nice|pleasant|early|late)\b", _WEATHER, _ANYTHING),
    (r"how (?:do|does|did|can|would|should)\b.*\b(?:speak|talk|communicate|converse)\b", "languages hello", _ANYTHING),
    (r"how (?!(?:would|do|could|can) you (?:describe|characteri|call))(?:do|does|did|can|could|would|should|will|to|"
     r"has|have|had|might|may|must)\b",
     "hello greeting snow transport industries currency new_year driving dress system divisions houses history chronicle "
     "independence rulers script leisure climate weather tips papers timezone sight:evening sight:founder calling_code "
     "emergency world_war military founded head_of_state festivals clubs rank school universities lore", _ANYTHING),
    (r"how (?!(?:is|are|was|were|about|come|would|do|could|can|s)\b)(?!\w+(?:ly|wise)\b)", "latitude", _ANYTHING),
    (r"why\b", "lore landmarks history chronicle industries sight:worship altitude climate", _ANYTHING),
    (r"who(?:se|m)?\b.*\b(?:buried|tomb|grave|statues?|monuments?|mausoleum)\b", "sight:statue landmarks people hero "
     "chronicle history", _ANYTHING),
    (r"who\b.*\b(?:king|queen|president|emperor)\b", "system head_of_state", _ANYTHING),
    (r"who(?:se|m)?\b",
     "born nobel dynasty leader people calling hero sight:founder rulers peoples head_of_state chronicle history "
     "sight:rival "
     "speakers independence "
     "religions clubs companies sight:companies car_makers borders border neighbours near_cities unions world_war "
     "military teams football "
     "flag currency emergency lore", NAMED),
    (r"when\b|what time\b|(?:what|which) (?:year|date|day|days|month|months|century|season|decade)\b|since when\b",
     "cup_games games expo summer_time founded sight:founder chronicle history independence national_day new_year "
     "festivals weekend timezone school "
     "world_war world_cup sports sight:oldest lore " + _WEATHER, _DATE),
    (r"where\b",
     "rank sea location whereabouts country province continent hemisphere waters river lake lakes nature mountains terrain "
     "near sight house "
     "landmarks airport port universities capital capital_name largest_city island two_continents leisure nightlife "
     "speakers peak longest_river largest_lake equator_or_pole government peoples rulers border has industries "
     "products lore " + _DISTANCES,
     _ANYTHING),
    (r"(?:what|which) colou?rs?\b", "flag sight:taxis", _ANYTHING),
)  # fmt: skip


class Fitting(NamedTuple):
    """What answers a question of one kind.

    Attributes:
        fields: the fields of that kind, without what follows the colon unless it is part of one.
        said: what their sentence must say.
    """

    fields: frozenset[str]
    said: re.Pattern[str]

    def admits(self, field: str, sentence: str) -> bool:
        """Return whether the sentence told of a field is of the kind."""
        named = field in self.fields or field.partition(":")[0] in self.fields
        return (named and self.said.search(sentence) is not None) or DENIAL.search(
            sentence
        ) is not None


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], Fitting], ...]:
    return tuple((re.compile(p), Fitting(frozenset(f.split()), said)) for p, f, said in _RULES)


# A clause before the question, and what may stand before its question word.
_CLAUSE = re.compile(r"^(?:if|when|where|while|since|as|after|before|once|because)\b[^,?]*, (?=.)")
_WORD = re.compile(r"\b(?:how|why|who|whose|whom|when|where|what|which)\b")
_BEFORE = re.compile(
    r"^(?:.*(?:[,;:-]|\b(?:tell|say|know|idea|wonder|wondering|curious|ask|guess|explain|remember)(?: (?:me|us|of|"
    r"about))?) ?|"
    r"(?:(?:so|and|but|ok|okay|well|hey|hi|hello|then|from|to|since|until|till|at|in|on|by|with|for|of|about|roughly|"
    r"exactly|under|during|near|around) )*)$"
)


def fitting(text: str) -> Fitting | None:
    """Return what answers an open question, None where its wording leaves that open.

    Args:
        text: the question in small letters.
    """
    text = _CLAUSE.sub("", text)
    word = _WORD.search(text)
    # "The people who live there" asks for nobody.
    if word is None or _BEFORE.match(text[: word.start()]) is None:
        return None
    asked = text[word.start() :]
    return next((fits for pattern, fits in _compiled() if pattern.match(asked)), None)
