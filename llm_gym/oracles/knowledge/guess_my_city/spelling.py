"""What was typed in haste: short forms, and misspelt words that questions turn on."""

from __future__ import annotations

import re
from functools import lru_cache

from llm_gym.oracles.knowledge.english import HASTE, english
from llm_gym.oracles.knowledge.guess_my_city.lexicon import lexicon
from llm_gym.oracles.knowledge.guess_my_city.patterns import ORDINARY
from llm_gym.oracles.knowledge.guess_my_city.text import stem

_SHORT = HASTE | {
    "yr": "year", "wats": "what is", "whats": "what is", "wheres": "where is", "whos": "who is", "hows": "how is",
    "whens": "when is", "folk": "people", "abt": "about", "bout": "about", "mtn": "mountain", "mtns": "mountains",
    "pls": "please", "plz": "please", "thx": "thanks", "ovr": "over", "nd": "and", "n": "and", "temp": "temperature",
    "temps": "temperatures", "govt": "government", "uni": "university", "unis": "universities", "jan": "january",
    "feb": "february", "apr": "april", "jun": "june", "jul": "july", "aug": "august", "sept": "september",
    "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't", "doesnt": "doesn't", "didnt": "didn't", "hasnt": "hasn't",
    "wouldnt": "wouldn't", "cant": "can't", "smth": "something", "sth": "something", "pic": "picture", "pics": "pictures",
    "offical": "official", "independance": "independence", "wanna": "want to", "gonna": "going to", "gotta": "have to",
    "lingo": "language", "shud": "should", "fave": "favourite", "footie": "football",
    "sep": "september", "oct": "october", "nov": "november", "dec": "december",
}  # fmt: skip

_TURNING = tuple(
    """
    what which where when whose there country capital population inhabitants people language languages religion
    religions currency money weather climate temperature temperatures winter summer spring autumn january february
    april june july august september october november december mountain mountains river rivers ocean beach coast
    island neighbour neighbours neighbor neighbors border borders continent hemisphere equator altitude elevation
    latitude history historical founded famous landmark landmarks monument museum museums festival festivals celebrate
    holiday music musician dance singer writer writers actor painter athlete scientist sport sports football cricket
    stadium olympics university universities school airport transport transportation metro subway traffic industry
    industries company companies product products export exports economy government president monarch king queen
    independence colony colonial empire food dish dishes cuisine breakfast lunch dinner dessert drink drinks coffee
    alcohol beer wine clothes clothing traditional dress architecture building buildings tower temple church mosque
    cathedral palace castle bridge market park animal animals flower flag anthem national symbol nickname timezone
    buried should would could people favourite favorite special occasions usually visit visitors driving drive local
    typical popular expensive cheap dangerous nightlife tourist tourists souvenir earthquake
    earthquakes criminal criminals volcano desert forest
    harbour harbor hometown located region province africa europe asia america""".split()
)
"""Words that questions turn on."""
_WORD = re.compile(r"(?<![\w'-])[a-z]+(?![\w'-])")
_LONG = 8  # letters from which two slips are forgiven


@lru_cache(maxsize=4096)
def _meant(word: str) -> str:
    if word in _SHORT:
        return _SHORT[word]
    if len(word) < 4 or stem(word) in ORDINARY or word in _TURNING or lexicon().table.knows(word):
        return word
    slips = 2 if len(word) >= _LONG else 1
    from rapidfuzz import process  # late: most games have no slip
    from rapidfuzz.distance import OSA

    near = process.extract(word, _TURNING, scorer=OSA.distance, score_cutoff=slips, limit=2)
    near = [found for found in near if found[0][0] == word[0] or found[1] == 1]
    one = len(near) == 1 or (len(near) > 1 and near[0][1] < near[1][1])
    return near[0][0] if one and word not in english() else word


def spelt_out(line: str) -> str:
    """Return a question with its short forms written out and its slips put right.

    Words with a capital are left alone, since they may be names; so is every English word, and what the records name.
    """
    return _WORD.sub(lambda found: _meant(found[0]), line)
