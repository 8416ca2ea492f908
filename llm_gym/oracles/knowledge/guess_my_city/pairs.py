"""Questions that ask for two things at once: "What is the main river, and which sea is near?", "the food and drink"."""

from __future__ import annotations

import re
from functools import lru_cache

from llm_gym.oracles.knowledge.guess_my_city.text import plain

_WH = r"(?:what|which|who|whose|where|when|how|why|by whom|from whom|since when|at what|in which)"
_TWO_CLAUSES = re.compile(rf"(?i),?\s+and\s+(?={_WH}(?:'?s)?\b)")
# What the second clause says of the city, or of a thing that the first has named.
_POINTING = re.compile(r"(?i)\b(?:they|them|it)\b")
_ITS = re.compile(r"(?i)\b(?:its|their)\b")
_UNCLEAR = re.compile(
    r"(?i)\b(?:they|them|their|those|these|its|that|one|ones|yours)\b|\bit (?:look|mean|sound|made|used)"
)
_PEOPLE_DO = re.compile(r"(?i)\bthey (?=(?:eat|drink|speak|wear|pay|celebrate|live|play)\b)")
_ALONE = re.compile(rf"(?i)^{_WH}(?: far| long| often| many)?\W*$")
_FIRST_ASKS = re.compile(
    r"(?i)^(?:and |so )?(?:when|where|how far|how|why|who)(?:'?s)?\b (?P<rest>(?:is|was|are|were|did|does|do|has|have)\b.*)"
)
_WHO_DID = re.compile(r"(?i)^who (?P<verb>\w+ed|built|set up) (?P<thing>.+)")
_JOINING = "(?:in|of|at|on|for|with|from|to|by|between|that|which|and|or|is|are|do|does|it|like)"
_NOUNS = (
    rf"(?:(?!{_JOINING}\b)[\w-]+ ){{0,2}}(?!{_JOINING}\b)[\w-]+"
    r"(?: of (?:living|life|water|arms|state|government|birth))?"
)
_NAMED = re.compile(
    rf"(?i)^(?:what|which)(?:'?s| is| are| was| were) (?:the |your )?(?P<thing>{_NOUNS})(?: (?:in|of|like|there|near)\b.*)?$"
)
_TWO_THINGS = re.compile(
    r"(?i)^(?P<asks>(?:what|which)(?:(?:'?s| is| are| was| were) (?:the|your)"
    r"(?: (?:main|typical|local|national|most famous))?)?|(?:tell me about|describe) (?:the|your)) "
    rf"(?P<one>{_NOUNS}) and (?:the |your )?(?P<other>{_NOUNS})"
    r"(?P<end>(?: (?:of|in|at|for|like|there|here|near|around|are|do|does|should|would|could|can|is|will|you)\b.*)?)\W*$"
)


def _begun_alike(first: str, word: str) -> str:
    """Return what a question word alone asks after a clause, "by whom" after "When was it founded", else ""."""
    alike = _FIRST_ASKS.match(first)
    if alike is not None:
        return f"{word} {alike['rest']}"
    did = _WHO_DID.match(first)
    return f"{word} was {did['thing']} {did['verb']}" if did is not None else ""


@lru_cache(maxsize=8192)
def both(text: str) -> tuple[str, str] | None:
    """Return the two questions of a text that asks two things, None where it asks one, or one of them says nothing alone."""
    line = plain(text).strip().rstrip("?! .")
    if " and " not in line.lower():
        return None
    parts = _TWO_CLAUSES.split(line)
    if len(parts) == 2:
        first, second = parts
        if _ALONE.match(second):
            second = _begun_alike(first, second)
        second = _PEOPLE_DO.sub("people ", second)
        named = _NAMED.match(first)
        if named is not None:
            second = _ITS.sub("the", _POINTING.sub(f"the {named['thing']}", second))
        return (f"{first}?", f"{second}?") if second and _UNCLEAR.search(second) is None else None
    things = _TWO_THINGS.match(line)
    if things is None:
        return None
    asks, end = things["asks"], things["end"]
    return f"{asks} {things['one']}{end}?", f"{asks} {things['other']}{end}?"
