"""Understanding: from the player's words to a question that can be answered for any city.

A question is parsed once, without knowing the city, and the result is cached; answering it for a
city is then a matter of a few look-ups.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from llm_gym.oracles.knowledge.guess_my_city import patterns
from llm_gym.oracles.knowledge.guess_my_city.aspects import (
    Asked,
    asked_for,
    claimed_by,
    decided_by,
    stated_column,
    written_out,
)
from llm_gym.oracles.knowledge.guess_my_city.dossier import kind_asked, kind_there
from llm_gym.oracles.knowledge.guess_my_city.kinds import Fitting, fitting
from llm_gym.oracles.knowledge.guess_my_city.lexicon import Place, Topic, lexicon
from llm_gym.oracles.knowledge.guess_my_city.spelling import spelt_out
from llm_gym.oracles.knowledge.guess_my_city.text import (
    ANY_MONTH,
    Span,
    Token,
    key,
    plain,
    tokenize,
)

MAX_LENGTH = 2000
"""Characters of a question that are read: of a longer one the last."""

MAX_WORDS = 200
"""Words of a question that are read: of a longer one the first."""

_DIRECTION = re.compile(
    r"^(north|south|east|west|centr|mid)(?:ern|al|er|dle)?(?:most)?$"
    r"|^(north|south)(east|west)(?:ern)?(?:most)?$"
)
_FILLER_NAME = frozenset(
    "international national festival city province region state department prefecture "
    "district river lake mountain mount temple palace tower bridge square park museum "
    "cathedral church mosque street market stadium university great grand royal old new "
    "statue monument world heritage site annual garden gate avenue beach castle fort center "
    "centre house hall building of the and de la el al i day war special administrative area "
    "metropolitan regency municipality island peninsula part ancient shrine empire dynasty "
    "emperor queen king republic class unesco peoples people country hotel hometown question "
    "based".split()
)

_HOME_WORDS = frozenset("your you city town hometown home place there it country region".split())
_NO_GUESS = frozenset({"known", "famous", "located", "have", "population"})
_AFTER_GUESS = frozenset(
    "in the city right then correct please maybe perhaps by any chance or not dont you am i capital of".split()
)
_BUILT = frozenset(
    "palace tower temple fort tomb square gate bridge market museum festival castle stadium "
    "cathedral church mosque dam monument".split()
)
_EMPTY_NAME = frozenset(
    "international national annual festival the of and in day de la city".split()
)


class Kind(Enum):
    """What sort of answer a question wants."""

    POLAR = "yes or no"
    OPEN = "a fact"
    CHOICE = "one of two"
    NAME = "the name itself"
    EMPTY = "no question"


class Located(NamedTuple):
    """A place in the question: how the city stands to it.

    Attributes:
        place: the place.
        relation: "in", "near", "on", "far", "beyond" (outside it, on the side of ``direction``) or
            "any".
        direction: sides of the place.
    """

    place: Place
    relation: str
    direction: frozenset[str]


class Question(NamedTuple):
    """A question as understood.

    Attributes:
        kind: what sort of answer it wants.
        guess: the city that is guessed, as a key, or None.
        places: the places it names and the relation asked about; of a guess, where the city is said to be.
        topics: what it is about.
        names: names it contains that are no known place, as sets of their distinctive words.
        direction: the directions asked about without a place ("the northern part of the country").
        capital: None, or of what the city is asked to be the capital: "" of the
            country, "*" of a province, "any" of either, else the key of a place.
        more_than: None, or the bound of a question about the number of inhabitants, in millions.
        less: whether the bound is an upper one.
        than: None, or what its size is compared with: the name of a city, "" for anything else.
        outdone: None, or by what other quality the city is compared with a place ("warm", "north"), "" for any.
        any_of: whether one of several things is enough ("beaches or mountains").
        about_country: whether the country is asked about ("a country that borders Brazil").
        location: whether it asks where the city lies.
        fields: None, or the fields of the record that an open question asks for, in order.
        heads: what is asked for by a word that is not known ("What liquid ...?"), which an answer has to say.
        head_fields: the fields that such a word asks for by itself: "Which river is your harbour on?" asks for the river.
        superlatives: what it wants to be the most so ("largest", "oldest").
        fits: None, or what answers an open question of its kind ("how many", "who").
        entry: None, or the kind of entry (``dossier.py``) that it asks for, or asks whether there is one.
        column: None, or the field of one value that a yes/no question is about.
        claim: None, or by what a claim of a yes/no question is decided (``claims.py``).
        tell: whether it is put as "Can you tell me about ...?", which is answered "Yes, ...".
        negated: whether it asks for the opposite of what it names ("outside Asia", "no beaches").
        famed: whether it asks what the city is known for.
        bare: whether it asks only whether there is something that is not known by name.
        there: whether it asks whether there is something.
        judged: whether it asks what something that is known is like.
        more: its words that ask more of what it is about than whether it is there ("big", "early").
        past: whether it asks for what happened.
        shortened: None, or the fields that a few words which claim something ask for by themselves ("Metro?").
        unread: the words that carry meaning and are not known.
        words: all its words, as compared.
        line: the question itself.
        text: all that was said.
    """

    kind: Kind
    guess: str | None = None
    places: tuple[Located, ...] = ()
    topics: tuple[Topic, ...] = ()
    names: tuple[frozenset[str], ...] = ()
    direction: frozenset[str] = frozenset()
    capital: str | None = None
    more_than: float | None = None
    less: bool = False
    than: str | None = None
    outdone: str | None = None
    any_of: bool = False
    about_country: bool = False
    location: bool = False
    fields: tuple[str, ...] | None = None
    heads: frozenset[str] = frozenset()
    head_fields: tuple[str, ...] = ()
    superlatives: frozenset[str] = frozenset()
    fits: Fitting | None = None
    entry: str | None = None
    column: str | None = None
    claim: str | None = None
    tell: bool = False
    negated: bool = False
    famed: bool = False
    bare: bool = False
    there: bool = False
    judged: bool = False
    more: frozenset[str] = frozenset()
    past: bool = False
    shortened: tuple[str, ...] | None = None
    unread: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    line: str = ""
    text: str = ""


def clause(text: str) -> str:
    """Return the question itself, without what was said before it and without labels."""
    text = patterns.CONTROL.sub(" ", text[-MAX_LENGTH:])
    if text.isupper() and " " in text.strip():
        text = text.lower()
    lines = [line.strip() for line in text.splitlines() if any(map(str.isalnum, line))]
    if not lines:
        return ""
    asked = [line for line in lines if "?" in line]
    line = plain((asked or lines)[-1]).strip(" \"'*-")
    previous = None
    while previous != line:
        previous = line
        line = patterns.LABEL.sub("", line).strip(" \"'*-")
        if not patterns.POLAR.match(line):
            line = patterns.PREFACE.sub("", line, count=1).strip(" \"'*-")
    sentences = [part for part in re.split(r"(?<=[.!?])\s+", line) if any(map(str.isalpha, part))]
    if len(sentences) > 1:
        asking = [part for part in sentences if part.rstrip("\"' ").endswith("?")]
        # "Can one ski there? Where?" is asked by its first words.
        chosen = next((part for part in reversed(asking) if " " in part), sentences[-1])
        # An abbreviation ("St. Petersburg", "U.S. state") is no end of a sentence.
        # "My son collects flags. Describe yours." has its subject in the first sentence.
        alone = patterns.PRONOUN.search(chosen) is None or asked_for(chosen) is not None
        whole = alone or asked_for(line) is None
        if whole and (
            patterns.POLAR.match(chosen)
            or patterns.OPEN.match(chosen)
            or patterns.TELL.match(chosen)
        ):
            line = chosen
    line = spelt_out(patterns.COURTESY.sub("", patterns.FILLER.sub("", line)))
    for hasty, written in patterns.HASTY:
        line = hasty.sub(written, line)
    line = _asked_last(patterns.CALLED.sub(_called, line))
    line = patterns.ASIDE.sub(r"\1", line)
    line = patterns.IS_THE_NAME.sub("Is it ", line)
    line = patterns.NOT_FAR.sub("near", line)
    line = patterns.TWO_SIDES.sub(r"\1 \3 or \2 \3", line)
    line = patterns.IN_NEITHER.sub(r"not in \1 or ", line)
    line = patterns.TURNED.sub(_turned, line)
    again = patterns.REPEATED.search(line)
    if again:
        rest = line[again.end() :]
        line = rest if rest.lower().startswith("is ") else f"Is it {rest.split('from ', 1)[1]}"
    return line.strip(" \"'*-")


def _called(found: re.Match[str]) -> str:
    """Return "which huge church is called so?" for "that huge church, what's it called?"."""
    return f"which {found['told'] or found['asked']} is called so?"


def _turned(found: re.Match[str]) -> str:
    """Return "Is it bigger than Quito?" for "Is Quito smaller than it?"."""
    opposite = patterns.OPPOSITES[found["how"].lower()]
    return f"Is it {found['before']}{opposite}{found['after']} {found['other']}?"


_SHORTEST = 4
"""Words that are left of a question when what is supposed at its end is cut off."""


def _unsupposed(line: str) -> str:
    """Return an open question without the answers that it supposes and the remarks at its end."""
    line = patterns.WISE.sub(r"what \g<of>\g<asked>", line)
    previous = ""
    while previous != line:
        previous = line
        cut = patterns.SUGGESTED.sub("", line)
        if cut != line and len(cut.split()) >= _SHORTEST and asked_for(cut) is not None:
            line = cut
    return line


_JOINED = re.compile(
    rf"[?.!;]+\s+|,\s+(?={patterns.ASKS})|\s+or\s+(?=(?:what|who|where|when|why|how)(?:'?s)?\b)",
    re.I,
)


def clauses(text: str) -> list[str]:
    """Return the questions of a text that asks several, in their order; none where it asks one."""
    parts = [part.strip() for part in _JOINED.split(text) if part and part.strip()]
    if len(parts) < 2:
        return []
    asking = (patterns.POLAR, patterns.OPEN, patterns.TELL)
    bare = [spelt_out(patterns.COURTESY.sub("", part)) for part in parts]
    return [part for part in bare if any(pattern.match(part) for pattern in asking)]


def _asked_last(line: str) -> str:
    """Return the question of a sentence without the clause before it and what is hung on to its end."""
    line = patterns.TAG.sub("", line)
    if patterns.OPEN.match(line) or patterns.TELL.match(line):
        line = _unsupposed(line)
    after = patterns.CONDITION.search(line)
    if after is not None and (asked := asked_for(line[: after.start()])) and asked.fields:
        whole = asked_for(line)
        line = line if whole and not whole.fields else line[: after.start()]
    before = patterns.SUBORDINATE.match(line)
    # "If I wanted to pray, where would I go?" has its subject in the first clause.
    if before is not None and patterns.POLAR.match(line[before.end() :]):
        return line[before.end() :]
    if before is not None and ((asked := asked_for(line[before.end() :])) and asked.fields):
        line = line[before.end() :]
    begun = (patterns.POLAR, patterns.OPEN, patterns.TELL, patterns.GUESS)
    if any(match is not None and match.end() for match in (each.match(line) for each in begun)):
        return line
    lead = patterns.LEAD.match(line)
    if lead is None:
        return line
    # "Your anthem, what is it called?" and "The food, what have you got?" have their subject in the first clause.
    rest = line[lead.end() :]
    pointing = patterns.PRONOUN.search(rest) is not None or asked_for(rest) is None
    return line if pointing and asked_for(lead[0]) is not None else rest


# Two kilobytes each.
@lru_cache(maxsize=8192)
def _parse(text: str) -> Question:
    line = clause(text)
    conditional = patterns.TELL_IF.match(line)
    if conditional:
        line = line[conditional.end() :]
    tokens = tokenize(line)[:MAX_WORDS]
    stems = frozenset(token.stem for token in tokens)
    if patterns.asks_for_name(line, stems):
        return Question(Kind.NAME)
    if not any(any(map(str.isalpha, token.word)) for token in tokens):
        return Question(Kind.EMPTY)
    asks = patterns.OPEN.match(line) is not None
    anything = patterns.ANYTHING.match(line) is not None and (asks or tokens[0].stem == "any")
    polar = conditional is not None or (patterns.POLAR.match(line) is not None and not anything)
    if (
        polar
        and patterns.IF_SO.match(line) is not None
        and (if_so := asked_for(line))
        and if_so.fields
    ):
        asks, polar, conditional = True, False, None
    tell = (patterns.TELL.match(line) is not None and conditional is None) or anything
    opened = tell or (asks and not polar)
    capital_named = patterns.CAPITAL_NAMED.match(line) is not None
    if not opened and not capital_named and _NO_GUESS.isdisjoint(stems) and not _of_month(stems):
        guess = _guess(line)
        if guess is not None:
            return Question(Kind.POLAR, guess=guess[0], places=guess[1])
    about_home = not _HOME_WORDS.isdisjoint(stems)
    shortened = None
    # "Hottest month?" asks as much as "Which is the hottest month?".
    if not (opened or polar):
        fragment = patterns.SUBJECT.match(line) is None or patterns.ENDING.search(line)
        # "NATO member?" claims what "Is it a NATO member?" does.
        if fragment and claimed_by(f"is it {line}") is not None:
            by_itself = asked_for(line)
            shortened = by_itself.fields if by_itself else None
            line, polar = f"is it {line}", True
            tokens = tokenize(line)[:MAX_WORDS]
            stems = frozenset(token.stem for token in tokens)
        opened = not polar and bool(fragment) and asked_for(line) is not None
    statement = not opened and not polar and "?" not in text
    if statement and not about_home:
        return Question(Kind.EMPTY)
    kind = Kind.OPEN if opened or statement else Kind.POLAR
    question = _read(kind, line, tokens, tell and polar)._replace(text=text, shortened=shortened)
    nothing = not (question.topics or question.places or question.names or about_home or opened)
    if nothing and polar and (question.unread or question.kind is Kind.POLAR):
        return question
    return Question(Kind.EMPTY) if nothing else question


_MONTHS = frozenset(ANY_MONTH.split("|")) - {"may"}


def _of_month(stems: frozenset[str]) -> bool:
    """Whether a month is named: "Is April wet?" is no guess."""
    return not _MONTHS.isdisjoint(stems)


def parse(text: str) -> Question:
    """Return ``text`` as understood; texts of any length and content are read without an error."""
    return _parse(text[-MAX_LENGTH:])


def _guess(line: str) -> tuple[str, tuple[Located, ...]] | None:
    """Return the key of the city that is guessed, and where it is said to be ("Paris, Texas"); None where none is."""
    yours = patterns.IS_YOURS.match(line)
    if yours is not None and line[yours.end() :].strip(" ?.!") == "":
        line = f"Is it {yours['name']}"
    match = patterns.GUESS.match(line)
    rest = line[match.end() :] if match else line
    rest = patterns.BEFORE_NAME.sub("", rest)
    rest = rest.strip(" .?!\"'")
    words = tokenize(rest)
    if not words or len(words) > 7:
        return None
    spans = lexicon().table.find(words)
    if spans and spans[0].start == 0 and isinstance(spans[0].value, Place) and spans[0].value.city:
        covered = {i for span in spans for i in range(span.start, span.end)}
        others = {word.stem for i, word in enumerate(words) if i not in covered}
        only = all(isinstance(s.value, Place) or s.value.id == "capital" for s in spans)
        if others <= _AFTER_GUESS and only:
            where = [s.value for s in spans[1:] if isinstance(s.value, Place) and not s.value.city]
            name = key(" ".join(word.word for word in words[: spans[0].end]))
            return name, tuple(Located(place, "in", frozenset()) for place in where)
    if patterns.RELATED.search(rest) or (match is None and len(words) > 4):
        return None
    if match and words[0].capital and words[0].stem not in _FILLER_NAME and not spans:
        return key(rest.split(",")[0]), ()
    return None


_ABOUT_COUNTRY = re.compile(
    r"\b(?:in a|of a|your) country\b|\bcountry (?:that|which|with|known|where)\b"
)
_PART = frozenset("part region side half area coast corner end tip section north south".split())
_LOCATING = re.compile(r"\b(?:locate|located|situated|lie|lies|in which|belong|part of|border)")
_OF_ITS_COUNTRY = re.compile(
    r"\b(?:north|south|east|west|centr|middle|mid)\w*(?: \w+)? (?:of|in) (?:the|its?|your|that) country\b"
)
_WEATHER = (
    r"(?:harsh|gentle|severe|bitter|hot|warm|cold|cool|dry|wet|rainy|sunny|mild|humid|snowy|chilly)"
)
_WEATHER_OR = re.compile(rf"\b{_WEATHER}\b(?: \w+){{0,3}} or (?:\w+ ){{0,3}}{_WEATHER}\b")
_SITUATED = re.compile(
    r"^(?:is|are) (?:it|you|there|this|that|(?:this|your) (?:home ?)?(?:town|city|place)|"
    r"the city(?: you(?:re| are)? from)?)\b"
    r".{0,40}\b(?:in|on|near|close to|from) "
)


def _read(kind: Kind, line: str, tokens: list[Token], polite: bool) -> Question:
    vocabulary = lexicon()
    spans = [s for s in vocabulary.table.find(tokens) if not _is_common_word(s, tokens)]
    stems = [token.stem for token in tokens]
    words = frozenset(stems)
    names, named = _unknown_names(tokens, spans)
    topics = [
        span.value
        for span in spans
        if isinstance(span.value, Topic) and not any(a <= span.start < b for a, b in named)
    ]
    for needed, topic in vocabulary.combined:
        if needed <= words:
            topics.insert(0, topic)
    folded = " ".join(stems)
    directions = _directions(stems, spans)
    places = []
    used: set[int] = set()
    for span in spans:
        if isinstance(span.value, Place):
            if any(a <= span.start < b for a, b in named):
                continue
            before = directions.get(span.start, frozenset())
            if before:
                used.add(span.start)
            place = _of_people(span.value, tokens, span.end)
            relation = "in" if place is not span.value else _relation(stems, span.start, place.city)
            side = _LINE_SIDES.get(stems[span.start - 1 - (stems[span.start - 1] == "the")])
            if side is not None and place.key in vocabulary.lines:
                relation, before = "beyond", frozenset({side})
            places.append(Located(place, relation, before))
    located = not _PART.isdisjoint(words) or bool(
        _LOCATING.search(folded) or _OF_ITS_COUNTRY.search(folded)
    )
    loose = frozenset().union(*(d for at, d in directions.items() if at not in used and located))
    capital = _capital(folded, places)
    if capital is None:
        topics = [topic for topic in topics if topic.id != "capital"]
    if any(topic.id == "landlocked" for topic in topics):
        # "Is it landlocked, with no sea at all?" names the sea to say what it means.
        topics = [topic for topic in topics if topic.id not in _BY_THE_SEA]
    if "island" in words and any(not located.place.city for located in places):
        # "The island of Java" is a place, not the question whether the city lies on an island.
        topics = [topic for topic in topics if topic.id not in ("island", "on an island")]
    bound, less = _bound(line, words)
    less = less or not words.isdisjoint({"smaller", "fewer", "lower"}) or "less popul" in folded
    location = bool(_LOCATING.search(folded)) or (bool(places) and bool(_SITUATED.search(folded)))
    about_country = "country" in words and bool(_ABOUT_COUNTRY.search(folded))
    any_of = (
        bool({"or", "such", "like", "including", "specifically", "particularly"} & words)
        or line.count(",") > 1
    )
    covered = {i for span in spans for i in range(span.start, span.end)}
    at_place = {i for s in spans if isinstance(s.value, Place) for i in range(s.start, s.end)}
    apart = " ".join("" if i in at_place else stem for i, stem in enumerate(stems))
    if kind is Kind.POLAR and _alternatives(apart) and "equator" not in words:
        kind = Kind.CHOICE
    asked = asked_for(line) if kind is Kind.OPEN else None
    if kind is Kind.POLAR and "or" in words:
        weather = _WEATHER_OR.search(folded) is not None
        decided = decided_by(line) or (("climate",) if weather else None)
        asked = None if decided is None else Asked(decided, frozenset())
        if "or what" in folded:  # "Do they drink wine, or what?"
            asked = asked_for(line)
        kind = Kind.POLAR if asked is None else Kind.OPEN
    far = _FAR.search(folded) is not None and any(t.id in _BY_THE_SEA for t in topics)
    if far:
        near = vocabulary.topics["near coast"]
        topics = [near if topic.id in _BY_THE_SEA else topic for topic in topics]
    unread = frozenset(stem for i, stem in enumerate(stems) if i not in covered and _tells(stem))
    topics = [topic for topic in topics if not _is_qualifier(topic, spans, stems, unread)]
    if kind is Kind.OPEN and asked is None:
        topics = _asked_of(topics, spans, stems)
    heads = _heads(stems, unread if asked is None else words, asked)
    of_head = asked_for(f"which {' '.join(sorted(heads))}") if heads and asked else None
    subject = None
    if kind is Kind.POLAR:
        subject = _subject(spans, stems, line)
        topics = [topic for topic in topics if topic is not subject]
    return Question(
        kind=kind,
        places=tuple(places),
        topics=tuple(dict.fromkeys(topics)),
        names=names,
        direction=loose,
        capital=capital,
        more_than=bound,
        less=less,
        than=_compared(folded, places) if bound is None else None,
        outdone=_outdone(folded) if places and bound is None else None,
        any_of=any_of,
        about_country=about_country,
        location=location,
        fields=None if asked is None else asked.fields,
        heads=frozenset() if asked and asked.fields[:1] in _ONE_VALUE else heads,
        head_fields=of_head.fields if of_head else (),
        superlatives=words & _SUPERLATIVES,
        fits=fitting(written_out(line)) if kind is Kind.OPEN else None,
        entry=kind_asked(line) if kind is Kind.OPEN else kind_there(line),
        column=stated_column(line) if kind is Kind.POLAR else None,
        claim=claimed_by(line) if kind is Kind.POLAR and not polite else None,
        tell=polite,
        negated=_negated(folded, places) != far,
        famed=_FAMED.search(line) is not None,
        there=_THERE.search(line) is not None,
        bare=_THERE.search(line) is not None and not (topics or places or names),
        judged=subject is not None,
        more=_more(line, stems, covered) if kind is Kind.POLAR else frozenset(),
        past=kind is Kind.POLAR and _PAST.search(line) is not None,
        line=line,
        unread=unread,
        words=words,
    )


def _is_common_word(span: Span[Place | Topic], tokens: list[Token]) -> bool:
    """Whether the name of a place is a word of every day here: "on the left side", "a nice town"."""
    word = tokens[span.start]
    alone = isinstance(span.value, Place) and span.end == span.start + 1
    return alone and not word.capital and word.stem in patterns.ORDINARY


def _unknown_names(
    tokens: list[Token], spans: list[Span[Place | Topic]]
) -> tuple[tuple[frozenset[str], ...], list[tuple[int, int]]]:
    """Return the runs of capitalised words that are no known phrase, and where they stand."""
    known = {i for span in spans for i in range(span.start, span.end)}
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for i, token in enumerate([*tokens[1:], Token("end", "end")], start=1):
        joins = start is not None and token.stem in {"of", "the", "de", "la", "al", "el", "da"}
        if token.capital and token.word != "I":
            start = i if start is None else start
        elif start is not None and not joins:
            end = i
            while not tokens[end - 1].capital:
                end -= 1
            runs.append((start, end))
            start = None
    at_place = {i for s in spans if isinstance(s.value, Place) for i in range(s.start, s.end)}
    names, named = [], []
    for a, b in runs:
        unknown = [
            i for i in range(a, b)
            if i not in known and tokens[i].capital and tokens[i].stem not in _FILLER_NAME
            and not _DIRECTION.match(tokens[i].stem)
        ]  # fmt: skip
        whole = {tokens[i].stem for i in range(a, b)}
        built = whole & _BUILT and at_place & set(range(a, b))
        if unknown or built:
            names.append(frozenset(whole - (_EMPTY_NAME if built else _FILLER_NAME)))
            named.append((a, b))
    return tuple(names), named


def _directions(stems: list[str], spans: list[Span[Place | Topic]]) -> dict[int, frozenset[str]]:
    """Return the directions asked about: the start of the place they belong to -> directions."""
    covered = {i for span in spans for i in range(span.start, span.end)}
    found: dict[int, set[str]] = {}
    starts = [span.start for span in spans if isinstance(span.value, Place)]
    for i, word in enumerate(stems):
        match = _DIRECTION.match(word)
        if match is None or i in covered:
            continue
        parts = {part for part in match.groups() if part}
        parts = {"central" if part in ("centr", "mid") else part for part in parts}
        owner = next((start for start in starts if start > i), -1)
        found.setdefault(owner, set()).update(parts)
    return {owner: frozenset(parts) for owner, parts in found.items()}


_LINE_SIDES = {"below": "south", "under": "south", "beneath": "south", "above": "north"}
_FAR = re.compile(r"\b(?:far|away|distant|remote|distance|long way)\b.*\bfrom\b")
_BY_THE_SEA = frozenset({"coastal", "near coast", "beaches", "port", "water", "large water"})
_ANOTHER = r"\b(?:some other|another|a different) (?:city|town)\b"
# Not "isn't it in Asia?", which asks whether it is.
_NEGATION = re.compile(
    r"^(?:is|are|does|do|was|has|have) (?:it|you|your \w+|the \w+(?: \w+){0,3}?|there) (?:not|no|never|lack)\b"
    rf"|{_ANOTHER}.*\bcapital\b|\bcapital\b(?!.*\bnot\b).*{_ANOTHER}"
    r"|^is (?:it|rain|snow|heat|frost|sunshine) (?:rare|unusual|uncommon)\b"
    r"|\b(?:without(?! (?:leav|go|driv|travel|a car|any))|lack|have no|has no|there no|never)\b"
)


def _negated(folded: str, places: list[Located]) -> bool:
    # "Outside Paris" is near it, "outside Europe" is not in it.
    outside = "outside" in folded and any(not located.place.city for located in places)
    return outside or _NEGATION.search(folded) is not None


_CITY_NOUN = frozenset("city town capital metropolis hometown place village country nation".split())
_KIND_OF_CITY = frozenset("capital port coastal major large big island small".split())


def _of_people(place: Place, tokens: list[Token], end: int) -> Place:
    """Return the place itself where an adjective speaks of the city ("a European city?")."""
    after = [token.stem for token in tokens[end : end + 2]]
    tongue = any(token.stem in ("language", "tongue") for token in tokens)
    predicate = not (after or tongue) and tokens[0].stem in {"is", "are"} and end <= 5
    # "African nations" are not where the city lies.
    several = end < len(tokens) and tokens[end].word.lower() in ("nations", "countries")
    noun = (
        bool(after)
        and not several
        and (after[0] in _CITY_NOUN or (after[0] in _KIND_OF_CITY and after[-1] in _CITY_NOUN))
    )
    if place.people and (noun or predicate):
        return Place(place.key, _place_name(place.key))
    return place


def _place_name(of: str) -> str:
    """Return the name of the place with this key as it is written."""
    return lexicon().written.get(of, of.title())


def _tells(stem: str) -> bool:
    """Whether an unknown word carries meaning: ordinary ones, adverbs and participles do not."""
    return (
        len(stem) > 2
        and not stem[0].isdigit()
        and not stem.endswith(("ly", "ed", "ing", "able", "ible"))
        and stem not in patterns.ORDINARY
        and not _DIRECTION.match(stem)
    )


_PROMINENT = re.compile(
    r"\b(?:popular|important|famous|common|commonly|known (?:for|as)|thing|big|prominent\w*|strong|significant|major|"
    r"available|exist\w*|"
    r"main|widespread|renowned|played|eaten|served|worn|celebrated|practi[cs]ed|there)\b"
)
_THERE = re.compile(
    r"^(?:is|are|was|were) there\b|^(?:do|does|did) (?:you|they|it|your \w+|"
    r"the (?:city|town|place)(?: you'?re from| you are from)?) have\b|^has (?:it|your \w+) got\b",
    re.I,
)
_FAMED = re.compile(
    r"\b(?:known|famous|renowned|noted|recogni[sz]ed|home to|located|features?|possess|boast|contain)\b"
)
_PAST = re.compile(
    r"^(?:did(?:n't)?|was there|were there|(?:has|have) (?!you\b|.*\b(?:got|host\w*)\b)|(?:was|were) the \w+s ever)\b",
    re.I,
)
# What one thinks of something is on no record.
_OPINION = re.compile(
    r"\b(?:any good|good|nice|great|bad|decent|worth\w*|reliable|comfortable|boring|fun|ugly|better|worse|nightmare|"
    r"terrible|"
    r"fresh|clean|dirty|healthy|easy|hard|difficult|big|busy|modern|early|late|loud|quiet|strict|crowded)\W*(?:there|"
    r"here|in your \w+)?\W*$"
)
_DETERMINERS = frozenset("the your its their most many local".split())


def _subject(spans: list[Span[Place | Topic]], stems: list[str], line: str) -> Topic | None:
    """Return the quality of every large city of which a yes/no question asks more than whether it is there.

    "Is the population shrinking?" is no question for a population, "Is tourism important?" is one for tourism.
    """
    first = next((span for span in spans if isinstance(span.value, Topic)), None)
    if first is None or not isinstance(first.value, Topic) or first.end == len(stems):
        return None
    alone = _DETERMINERS.issuperset(stems[1 : first.start])
    more = first.value.default and _PROMINENT.search(line) is None
    return first.value if alone and (more or _OPINION.search(line)) else None


def _more(line: str, stems: list[str], covered: set[int]) -> frozenset[str]:
    """Return the words that ask more of what a yes/no question names than whether it is there.

    "Is the airport big?" asks more than "Is there a big airport?", which whatever is known for its airport has.
    """
    neutral = patterns.BEING | patterns.SIZEABLE if _THERE.search(line) else patterns.BEING
    rest = (stem for i, stem in enumerate(stems) if i not in covered)
    return frozenset(s for s in rest if s not in neutral and len(s) > 2 and not s.endswith("ly"))


_SUPERLATIVES = frozenset(
    "biggest largest smallest oldest newest longest tallest highest deepest busiest fastest richest poorest "
    "cheapest youngest "
    "shortest widest second third".split()
)
# What is told of these is all there is of them, whatever words ask for it.
_ONE_VALUE = frozenset({("timezone",), ("flag",)})
# What ends the words for the thing that "what" or "which" asks for.
_AFTER_HEAD = frozenset(
    "is are was were do does did can could would should will has have had might may must in on from that to for at by "
    "with your you your the it there i we they people local and or landmark monument structure building attraction "
    "happen happened appear appears sit stand stood "
    "lie roll rolled go come came keep hang take took occur occurred".split()
)


def _heads(stems: list[str], unknown: frozenset[str], asked: Asked | None) -> frozenset[str]:
    """Return the words for the thing that an open question asks for, where none of them is known."""
    start = next((i for i, stem in enumerate(stems) if stem in ("what", "which")), None)
    if start is None:
        return frozenset()
    heads: set[str] = set()
    for stem in stems[start + 1 : start + 5]:
        if stem in _AFTER_HEAD:
            break
        if stem not in patterns.ORDINARY and stem not in ("of", "so") and not stem.endswith("ly"):
            led = asked is not None and (stem[:3] in asked.cues or not asked.cues)
            if led or stem not in unknown:
                return frozenset()
            heads.add(stem)
    return frozenset(heads)


def _asked_of(
    topics: list[Topic], spans: list[Span[Place | Topic]], stems: list[str]
) -> list[Topic]:
    """Return the topics of the thing that "what" or "which" asks for, all where it is none.

    "Which fountain in the lake ...?" is no question about the lake.
    """
    start = next((i for i, stem in enumerate(stems) if stem in ("what", "which")), len(stems))
    end = next((i for i in range(start + 1, len(stems)) if stems[i] in _AFTER_HEAD), start)
    inside = [span.value for span in spans if start < span.start < end]
    return [topic for topic in inside[-1:] if topic in topics] or topics


def _is_qualifier(
    topic: Topic, spans: list[Span[Place | Topic]], stems: list[str], unread: frozenset[str]
) -> bool:
    """Whether a topic only qualifies an unknown noun: "snow" in "snow leopards"."""
    ends = [span.end for span in spans if span.value is topic]
    return bool(ends) and all(end < len(stems) and stems[end] in unread for end in ends)


_NEAR_WORDS = frozenset(
    "near close nearby border proximity vicinity along bank by next bordering adjacent "
    "between overlooking coast shore side surrounding surrounded around foot edge".split()
)
_IN_WORDS = frozenset("in within from locate located situated at".split())


def _relation(stems: list[str], start: int, city: bool) -> str:
    before = stems[max(0, start - 6) : start]
    near = [word for word in before if word != "the"]
    if near[-1:] == ["of"] and len(near) > 1 and _DIRECTION.match(near[-2]):
        at = len(before) - 1 - before[::-1].index(near[-2])
        if before[at - 1 : at] != ["the"] or before[at - 2 : at - 1] == ["to"]:
            return "beyond"
    if "from" in before[-3:] and {"far", "away", "distant", "remote"} & set(before):
        return "far"
    for word in reversed(before):
        if word in _NEAR_WORDS:
            return "near"
        if word == "outside":
            return "in" if not city else "near"
        if word in _IN_WORDS:
            return "in"
    return "on" if "on" in before[-2:] else "any"


_CAPITAL = re.compile(
    r"\b(?:(\w+) )?capital\b"
    r"(?! (?:region|district|area|of (?:fashion|culture|industry|music|the world)))(.*)"
)
_NO_SEAT = frozenset(
    "financial cultural culinary economic former fashion ancient commercial business "
    "industrial imperial gastronomic entertainment industry once old legislative tourist "
    "summer world entertainment tech technology music film textile pharma religious spiritual art "
    "automotive sports manufacturing trade".split()
)
_ELSEWHERE = re.compile(
    r"\b(?:near|nearby|close|far|proximity|vicinity|border|than|used to|once|ever|former|formerly"
    r"|ancient)\b"
)


_OF_A_PROVINCE = re.compile(
    r"\bof it|of (?:the|an?) (?:state|province|department|region|country|prefecture)\b(?! of)"
)


def _capital(folded: str, places: list[Located]) -> str | None:
    match = _CAPITAL.search(folded) if "capital" in folded else None
    if match is None or match.group(1) in _NO_SEAT or _ELSEWHERE.search(folded):
        return None
    if match.group(1) in {"state", "provincial", "regional"}:
        return "*"
    if match.group(1) == "a" and places:
        return "any"
    if places and not _OF_A_PROVINCE.search(folded):
        return "" if places[0].place.people else places[0].place.key
    if re.search(r"\b(?:state|province|department|region|prefecture|territory)\b", match.group(2)):
        return "*"
    return ""


_SIZES = re.compile(
    r"\b(?:bigger|larger|greater|smaller|(?:more|fewer|less) (?:people|inhabitant|resident|populous"
    r"|populated)|(?:higher|lower|larger|smaller) population)\b.* than\b"
)


def _compared(folded: str, places: list[Located]) -> str | None:
    size = _SIZES.search(folded)
    cities = [located.place.name for located in places if located.place.city]
    return next(iter(cities), "") if size else None


_OUTDONE = re.compile(
    r"\b(?:(?:further|farther|more) )?(?!other|rather|far)(\w{2,}er|north|south|east|west)(?:n|ly)?\b(?: \w+){0,3}? than\b"
    r"|\b(?:more|less) \w+ than\b"
)
_ALIKE = re.compile(
    r"^(?:is|are|does|do|would) (?:it|there|you|your \w+|the \w+|this \w+|i) (?:\w+ ){0,2}?(?:like|similar|"
    r"resembl\w+|remind\w*)\b"
    r"|\bas \w+ as\b"
)
_DEGREES = {
    "hotter": "warm",
    "warmer": "warm",
    "colder": "cold",
    "cooler": "cold",
    "higher": "high",
    "lower": "low",
}


def _outdone(folded: str) -> str | None:
    """Return by what the city is compared with another place: "warm", "north", "" for what is not reckoned."""
    match = _OUTDONE.search(folded)
    if match is None:
        return "" if _ALIKE.search(folded) else None
    by = match[1] or ""
    return by if by in ("north", "south", "east", "west") else _DEGREES.get(by, "")


def _bound(line: str, words: frozenset[str]) -> tuple[float | None, bool]:
    if not words & {"population", "people", "inhabitant", "resident", "million", "populous"}:
        return None, False
    match = patterns.BOUND.search(line)
    if match is None:
        return None, False
    digits = match.group(2).replace(",", "").rstrip(".").lower()
    try:
        number = float(patterns.WORD_NUMBER.get(digits) or digits)
    except ValueError:
        return None, False
    unit = (match.group(3) or "").lower()
    scale = {"million": 1.0, "m": 1.0, "thousand": 1e-3, "k": 1e-3, "billion": 1e3}.get(unit, 1e-6)
    return number * scale, match.group(1).lower() in {"less", "fewer", "under", "below", "smaller"}


def _alternatives(folded: str) -> bool:
    """Whether two things that exclude each other are offered: "on the coast or inland"."""
    left, joined, right = folded.partition(" or ")
    if not joined:
        return False
    sides = (r"\bnorth", r"\bsouth"), (r"\beast", r"\bwest")
    for one, other in sides:
        if (re.search(one, left) and re.search(other, right)) or (
            re.search(other, left) and re.search(one, right)
        ):
            return True
    sea, land = (
        r"\b(?:coast|island|coastline|coastal)",
        r"\b(?:inland|mainland|landlocked|landmass)",
    )
    return bool(re.search(sea, folded) and re.search(land, folded))


def cities_named(text: str) -> frozenset[str]:
    """Return the keys of all cities that ``text`` names, anywhere and in any role."""
    tokens = tokenize(text)
    return frozenset(
        key(" ".join(token.word for token in tokens[span.start : span.end]))
        for span in lexicon().table.find(tokens)
        if isinstance(span.value, Place) and span.value.city
    )
