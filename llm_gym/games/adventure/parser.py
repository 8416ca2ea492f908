"""From what players type to a verb and the phrases around it; knows words, but no world.

The parser never fails: what it cannot read becomes a :class:`Command` with a complaint as its reply.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rapidfuzz.distance import OSA

from llm_gym.games.adventure.rewording import AND, BUT, say_plainly

LIMIT = 100
"""The longest line that is read, in characters."""

DIRECTIONS: dict[str, str] = {
    word: name
    for name, words in {
        "north": "n northward northwards", "south": "s southward southwards",
        "east": "e eastward eastwards", "west": "w westward westwards", "northeast": "ne north-east",
        "northwest": "nw north-west", "southeast": "se south-east", "southwest": "sw south-west",
        "up": "u upstairs upward upwards", "down": "d downstairs downward downwards",
        "in": "inside inward", "out": "outside exit leave outward",
    }.items()
    for word in (name, *words.split())
}  # fmt: skip
"""Word -> direction."""

_SYNONYMS = {
    "look": "l;look around;look round;where am i;exits;ways out;directions",
    "again": "g;repeat;do it again;do that again;same again;once more",
    "inventory": "i;inv;items;take inventory;check inventory",
    "wait": "z;rest;sleep;stand;stay;linger;sit;sit down;lie;lie down;stand up;relax;pause;nothing;do nothing",
    "go": "walk;run;head;go to;walk to;run to;travel;proceed;go through;walk through;pass through;go toward;"
    "return to;go towards;step;follow;approach;visit;head for;head to;move to;move toward;move towards;"
    "move through;move along;wander;hike;hurry;rush;sneak;march;crawl;creep;squeeze;slip;"
    "stroll;amble;trudge;saunter;jog;dash;stride;tiptoe;make for;set off for;set out for;set off to",
    "back": "return;go back;walk back;turn back;head back;turn around;retreat;backtrack",
    "enter": "go in;go into;get in;get into;get on;walk into;climb in;climb into;board;go inside;move into;"
    "go aboard;get aboard;step aboard;climb aboard;hop aboard;hop in;hop into;duck in;duck into;step in;step into;step onto",
    "take": "get;grab;pick up;pickup;pick-up;pick;collect;carry;steal;fetch;acquire;snatch;hold;catch;remove;pull out;"
    "unhook;detach;unscrew;obtain;retrieve;recover;gather;reach for;grab hold of;take hold of;have;"
    "borrow;pocket;bring;extract;seize;pluck;scoop up;lift up;keep;claim;swipe;nab;pinch;snag",
    "drop": "put down;discard;throw away;leave behind;set down;let go of;lay down;dump;put away;get rid of",
    "leave": "exit;depart;get out;get out of;go out of;walk out;walk out of;step out of;climb out of",
    "put": "insert;place;stick;fit;attach;put in;install;mount;lay;fix;slot;stuff;set;add;thread;"
    "replace;stow;store;hang;hang up;suspend;dangle;drape;wrap;clip;hook;affix",
    "open": "unseal;unlatch;unblock;force;lift;raise;pry;prise;unbar;unfold;unroll;unwrap;uncover",
    "close": "shut;slam",
    "unlock": "unbolt",
    "lock": "bolt",
    "light": "ignite;kindle;burn;turn on;switch on;strike;lit;light up",
    "extinguish": "douse;snuff;turn off;switch off;blow out;put out",
    "examine": "x;look at;inspect;check;study;look in;look inside;look into;look under;look behind;"
    "look through;search;observe;watch;describe;see;view;count;look for;search for;find;look on;"
    "look over;look out;look beneath;look down;look between;explore;investigate;survey;scan;"
    "lean over;lean out;lean out of;reach in;reach into;reach inside;"
    "feel in;feel inside;rummage in;rummage through;rifle through",
    "read": "peruse;skim;flip through;leaf through;page through;thumb through",
    "give": "offer;hand;feed;pay;donate;bribe;sell;trade;exchange;swap;"
    "barter;distract;lure;tempt;coax;entice;give back;hand back;hand over;hold out;extend;present;deliver;pass;surrender",
    "show": "display",
    "talk": "talk to;talk with;speak;speak to;speak with;chat;chat with;greet;say hello to;question;"
    "wake;wake up;call;call to;call out to;shout to;shout at;yell at;interview;converse with;address;consult;thank;"
    "persuade;convince;threaten;beg;comfort;reassure",
    "ask": "ask about;inquire;tell",
    "say": "answer;yes;no;reply;whisper;mutter",
    "tie": "fasten;knot;secure;bind;hitch;loop;lower;anchor;moor;lash",
    "cut": "slice;saw;slash;free;untie;unbind;liberate;rescue;sever;untangle;release;loosen",
    "ring": "chime;shake;tinkle;jingle;toll;clang;wave;swing",
    "climb": "scale;climb up;climb down;climb on;go up;go down;walk up;walk down;run up;run down;head up;"
    "head down;move up;move down;descend;ascend;abseil;rappel;slide down;get down;shimmy up;shimmy down;"
    "clamber;clamber up;clamber down;scramble;scramble up;scramble down;shin up;shin down",
    "push": "press;shove;nudge;move;shift;slide",
    "pull": "tug;bend;drag;yank;flip;heave",
    "turn": "rotate;switch;toggle;crank;twist;spin",
    "wind": "wind up",
    "blow": "sound;toot;honk;play;blow into;blast",
    "pour": "empty;tip;spill;pour out",
    "fill": "refill;top up;top off;fuel;refuel;replenish",
    "drink": "sip;swallow;quaff;gulp;taste",
    "eat": "chew;devour;consume;bite;nibble",
    "buy": "purchase;order;pay for",
    "attack": "hit;kill;fight;punch;kick;strike at;stab;hurt;break;smash;slap;shoot;destroy;tear;rip;"
    "scare;frighten;startle;chase;shoo;scare away;scare off;frighten away;chase away;chase off;drive away",
    "throw": "hurl;toss;chuck;fling",
    "knock": "knock on;knock at",
    "swim": "dive;bathe;wade;paddle",
    "jump": "leap;hop;jump off;jump down",
    "pray": "kneel;worship",
    "listen": "hear;listen to",
    "smell": "sniff",
    "sing": "hum;whistle;shout;yell;scream;call out;call for",
    "kiss": "hug;embrace;cuddle;pet;stroke;pat;love",
    "touch": "feel;rub;poke;tap;clean;polish;tickle;milk;wipe;erase;wash;dust;scratch;scrape;warm",
    "wear": "put on;don",
    "dig": "excavate",
    "use": "apply;operate;work;pump;try;activate;employ;utilize;trigger;engage",
    "hello": "hi;hey;good morning;good evening;say hello;say hi;thanks;thank you;excuse me;goodbye;bye;wave to;wave at;bow;"
    "curtsy;nod;salute;signal;hail;warn;alert",
    "think": "ponder;remember;wonder",
    "dance": "laugh;smile;cry;weep;grin",
    "hide": "hide in;hide behind;hide under;take cover",
    "xyzzy": "plugh;abracadabra",
    "help": "hint;hints;info;about;information;commands;instructions;what;how;who;why;where;when;which;?",
    "score": "points;full;fullscore",
    "curse": "swear;damn;hell;shit;fuck;bugger",
}
_OUT_OF_WORLD = (
    "save restore restart quit q oops undo script unscript transcript recording replay "
    "verbose brief superbrief version verify random tree scope goto gonear purloin abstract showobj "
    "showverb actions trace routines timers daemons messages changes notify pronouns debug cheat"
)

VERBS: dict[str, str] = {name: name for name in _SYNONYMS}
for _name, _others in _SYNONYMS.items():
    VERBS |= {other: _name for other in _others.split(";") if other not in _SYNONYMS}
_FIRST_WORDS = {word: verb for word, verb in {**VERBS, **DIRECTIONS}.items() if word.isalpha()}
"""What a slip of the pen at the start of a line may have meant."""
VERBS |= dict.fromkeys(_OUT_OF_WORLD.split(), "meta")

_ALONE = {"pass": "wait", "wave": "hello"}
"""Verbs that mean something else where nothing follows them."""

_MOVES = frozenset(
    "go walk run move head climb get travel step proceed continue advance wander hike hurry rush sneak "
    "march crawl creep squeeze slip stroll amble trudge saunter jog dash stride tiptoe".split()
)
_WINDS = frozenset(name for name in DIRECTIONS.values() if name not in ("up", "down", "in", "out"))
_CLIMBING = {
    "up": "up",
    "ascend": "up",
    "down": "down",
    "descend": "down",
    "abseil": "down",
    "rappel": "down",
}
_PARTICLES = frozenset({"up", "down", "on", "off", "out", "in", "away"})
_MEANWHILE = frozenset({"up", "down", "off", "out", "over", "away"})
"""Particles that belong to the verb before a preposition too: "scare the bird away with the bell"."""
_ARTICLES = frozenset({"the", "a", "an", "some", "my"})
_FILLERS = frozenset(
    {"the", "a", "an", "my", "some", "your", "his", "her", "of", "free", "loose", "back"}
)
_POLITE = frozenset({"please", "pls", "plz", "kindly", "now", "just", "straight", "due"})
"""Words that change nothing; neither do adverbs, "carefully"."""
_LEADING = frozenset(
    "ok okay well so first next alright maybe perhaps hm hmm um uh er oh ah sorry and ,".split()
)
"""Words that say nothing where a line begins with them."""
_PREPOSITIONS = frozenset(
    "with using to in into inside on onto at from about under behind off through for against "
    "around round over toward towards out outside upstairs downstairs down up between by beside near beneath above behind "
    "along across".split()
)
_BEFORE_THINGS = [[word] for word in (AND, BUT, *sorted(_ARTICLES))]
"""What comes before things, where "round" is what a cheese is."""
PRONOUNS = frozenset({"it", "them", "that", "one"})
"""Words for the thing that was named last."""
PERSONAL = frozenset({"him", "her"})
"""Words for the person who is here."""
ALL = ("all",)
"""The phrase for everything there is."""

_ALL = frozenset({"all", "everything", "lot", "both"})
_EVERY = frozenset({"all", "both", "every", "each"})
_THINGS = (
    frozenset({"thing", "things", "item", "items", "object", "objects", "stuff", "here"}) | PRONOUNS
)

_FRAME = re.compile(
    r"^(?:[\s>\"'`*(\[/:$#-]|<\w+>|(?:(?:my|the|next|final|step|turn|action|command|move|answer|try|is) *)+\d*\s*:|\d+[.)]|"
    r"(?:since|because|now that|as) [^,]+, |(?:excuse|pardon) me, )+"
    r"|(?:[\s\"'`*.!?,;:/)\]]|</\w+>|\b(?:would|will|could|can) you\b|\bthank(?:s| you)\b|\bi (?:guess|think|suppose)\b)+$"
)
"""What a command stands in, and is none of it: a prompt, a number, marks, a tag, a reason, a "would you?"."""
_ASIDE = re.compile(r"(?<=\w) +(?:\(|#|//|--? ).*")
"""What somebody notes behind a command, in brackets or after a dash."""
_PLAIN = re.compile(r"[a-z0-9' ?,-]*")
_SAYS_ANYTHING = re.compile(r"[a-zA-Z0-9?]")
_SEVERAL = re.compile(r"[.;:\"|]|\bthen\b")
_QUOTED = re.compile(
    r"^(?!answer *:)((?:say|ask|tell|shout|answer|call|yell|whisper|scream|sing|write)\b[^\":]*)(?:\"[^\"]*\"|:.*)"
)
"""Speech in quotation marks, or after a colon: nothing that anybody does."""
_EMPHASIS = re.compile(r"(?<!\S)([\"*`_]+)([^\"*`_]+)\1(?![^\s.,!?])")
"""Words that are set off from the others: nothing else is meant."""
_LISTS = frozenset({"take", "drop"})
"""Verbs that are done to several things in one move, as to all of them."""
_SPEECH = frozenset({"ask", "talk", "say", "hello"})
"""Verbs that may be followed by any number of subjects."""
_TITLES = re.compile(r"\b(mrs?|ms|dr|st)\. *(?=[a-z])")

_INFLECTED = {
    form: verb
    for verb in (*VERBS, *_MOVES)
    if verb.isalpha() and len(verb) > 1
    for form in (
        *(f"{stem}ing" for stem in (verb, verb.removesuffix("e"), verb + verb[-1])),
        *(f"{verb}s", f"{verb}es", f"{verb[:-1]}ies"),
    )
}
"""What somebody is doing, or does -> the verb: "going", "goes" -> "go"."""
_TOOL_FIRST = re.compile(r"^use (.+?) to (\w+) (.+)")
_SUBJECTS = frozenset("i you he she we they".split())
_SELF, _IN_HAND = frozenset("i i'm am we you".split()), frozenset({"carrying", "holding"})
_TOWARD = frozenset("to into through onto toward towards across along past under".split())
"""Where a line begins with one of these, somebody goes."""
_QUESTIONS = frozenset(
    "what what's where where's who who's why how when do does did is are have has".split()
)
_INDIRECT = _SUBJECTS | frozenset(
    "i'm i'll i've you're if whether why how what where who when to".split()
)

PARDON = "Pardon? Say it in a few plain words, such as: take the rope."
ONE_AT_A_TIME = "One thing at a time, please."
TOO_LONG = "That is more than anybody could remember. Say it in a few words."
META = "This is a small world without buttons: nothing can be saved, undone or debugged here."


class Command(NamedTuple):
    """What a line asks for.

    Attributes:
        verb: one of the keys of the verbs, a direction's name for a move, or ``""`` with a
            complaint.
        noun: the words of the first phrase, without articles.
        second: the words of the phrase after the preposition.
        complaint: the answer to a line that asks for nothing; empty otherwise.
        way: "up" or "down" where somebody climbs that way; empty otherwise.
    """

    verb: str
    noun: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    complaint: str = ""
    way: str = ""


def parse(line: str) -> Command:
    """Read one line.

    Args:
        line: any text; white space around it and between its words does not matter. What is not one
            short line of plain letters gets a complaint.
    """
    line = line.strip()
    # Longer ones are not remembered: some are a megabyte.
    return Command("", complaint=TOO_LONG) if len(line) > LIMIT else _parse(line)


@functools.lru_cache(maxsize=16384)
def _parse(line: str) -> Command:
    if len(line.splitlines()) == 1:
        line = " ".join(line.split())
    if not line.isascii() or not line.isprintable() or not _SAYS_ANYTHING.search(line):
        return Command("", complaint=PARDON)
    text = _EMPHASIS.sub(r"\2", _QUOTED.sub(r"\1", line.lower()))
    text = _TITLES.sub(r"\1 ", _FRAME.sub("", _ASIDE.sub("", text))) or line
    if _SEVERAL.search(text):
        return Command("", complaint=ONE_AT_A_TIME)
    text = re.sub(r"[&+]", f" {AND} ", text)
    if not text or not _PLAIN.fullmatch(text):
        return Command("", complaint=PARDON)
    words = _plain_words(text)
    if not words:
        return Command("", complaint=PARDON)
    if _are_several(words):
        return Command("", complaint=ONE_AT_A_TIME)
    in_hand = not (
        _IN_HAND.isdisjoint(words) or _SELF.isdisjoint(words)
    )  # not "what is Bram holding"
    if "inventory" in words or in_hand:
        return Command("inventory")
    if len(words) > 1 and words[0] in DIRECTIONS and words[0] not in VERBS:
        if DIRECTIONS.keys() >= {*words}:  # "n n"
            return Command("", complaint=ONE_AT_A_TIME)
        leading = {
            "up": "go up",
            "down": "go down",
            "in": "enter",
            "out": "leave",
        }  # "up the stairs"
        way = DIRECTIONS[words[0]]
        words = [*leading.get(way, way).split(), *(word for word in words[1:] if word != "of")]
    toward = words
    if words[0] in _MOVES:
        words = [words[0], *(word for word in words[1:] if word != "back" or len(words) == 2)]
        toward = [word for word in words[1:] if word != "the"]
        toward = toward[1:] if toward[:1] == ["to"] else toward
        if len(toward) > 1 and DIRECTIONS.get(toward[1]) in _WINDS and toward[0] in _PREPOSITIONS:
            toward = toward[1:]  # "up north"
    if toward and toward[0] in DIRECTIONS:
        way = DIRECTIONS[toward[0]]
        if len(toward) == 1 or (way in _WINDS and (words is toward or toward[1] in _PREPOSITIONS)):
            return Command(way)  # the rest of "north to the green" is what lies there
    verb, rest = _verb(words)
    if not verb:
        return Command("", complaint=f'I don\'t know how to "{words[0][:20]}".')
    if verb == "back" and rest:  # "go back to the loft", "return the letter to the keeper"
        giving = words[0] == "return" and rest[0] not in DIRECTIONS
        return _parse(" ".join(["give" if giving else "go", *rest]))
    if verb in _SPEECH:
        rest = [word for word in rest if word != AND]
    elif AND in rest and verb not in _LISTS:
        return Command("", complaint=ONE_AT_A_TIME)
    if verb in ("give", "ask", "talk", "cut"):
        rest = _without_reasons(verb, rest)
    if verb in ("pull", "open") and not {"from", "out", "off"}.isdisjoint(rest):
        verb = "take"
    if verb in ("go", "enter", "climb") and rest and DIRECTIONS.get(rest[-1]) in _WINDS:
        return Command(DIRECTIONS[rest[-1]])  # "along the street to the north"
    noun, second = _phrases(rest)
    if verb == "put" and words[0] in ("insert", "fit") and not second:
        verb = "use"  # "put" without a place means where it was
    if verb in ("look", "examine") and noun and DIRECTIONS.keys() >= {*noun}:
        return Command("look")
    way = next((_CLIMBING[word] for word in words if word in _CLIMBING), "")
    if verb == "climb" and way and not noun:
        return Command(way)
    return Command(verb, noun, second, way=way if verb in ("climb", "enter", "go") else "")


def _plain_words(text: str) -> list[str]:
    """Return the words of a line, said plainly; "and" stands for whatever stands between two things."""
    words = [word for word in text.replace(",", " , ").split() if not _is_polite(word)]
    while words and (words[0] in _LEADING or (words[0] in ("no", "yes") and words[1:2] == [","])):
        del words[0]
    while words and words[-1] in (",", AND):
        del words[-1]
    if "," in words:  # "Bram, where is the key?"
        name = _reword(" ".join(words[: words.index(",")])).split()
        if not _verb(name)[0] and name[0] not in DIRECTIONS:
            return ["ask", *name]
        if words[0] in _QUESTIONS:  # "where is the key, Bram?"
            return ["ask", *words[len(words) - words[::-1].index(",") :]]
    words = [AND if word == "," else word for word in words]
    words = _reword(" ".join(words)).split()
    if words and not _verb(words)[0]:
        words[0] = _spelled(words[0], _FIRST_WORDS)
        if words[-1] in ("on", "off") and words[0] not in VERBS:  # "lamp on"
            words = ["turn", words[-1], *words[:-1]]
    if len(words) == 2 and words[0] in _MOVES:
        words[1] = _spelled(words[1], DIRECTIONS)
    return words


def _is_polite(word: str) -> bool:
    return word in _POLITE or (word.endswith("ly") and len(word) > 4 and word not in VERBS)


def _spelled(word: str, known: Mapping[str, str]) -> str:
    """Return the known word that one is a slip of the pen away from, if only one thing is meant.

    Letters that are left out, doubled or in another order, none for another: nobody who leans leaps.
    """
    near = [] if word in known else near_words(word, known)
    near = [each for each in near if len(each) > len(word) or {*each} == {*word}]
    return near[0] if len({known[each] for each in near}) == 1 else word


def near_words(word: str, known: Iterable[str]) -> list[str]:
    """Return the words that differ in one letter, or in the order of two.

    In words of three letters one may be left out or in another place, shorter ones are what they are.
    """
    if len(word) < 3:
        return []
    alike = (each for each in known if each[0] == word[0] and abs(len(each) - len(word)) < 2)
    if len(word) == 3:
        alike = (each for each in alike if len(each) > 3 or {*each} == {*word})
    return [each for each in alike if OSA.distance(each, word) == 1]


def _are_several(words: list[str]) -> bool:
    """Return whether a verb or a direction follows an "and", rather than a thing."""
    after = [words[i + 1] for i, word in enumerate(words[:-1]) if word == AND]
    return any(
        word in DIRECTIONS or (word in VERBS and word not in _PREPOSITIONS) for word in after
    )


def _reword(text: str) -> str:
    """Say a line as plainly as the rest of the parser reads it."""
    if text in VERBS:  # "do it again"
        return _ALONE.get(text, text)
    first, *rest = text.split(" ")
    if first in _TOWARD and rest:  # "to open it" says as much as "open it"
        text = " ".join(rest if first == "to" and rest[0] in VERBS else ["go", first, *rest])
    text = say_plainly(text)
    first, *rest = text.split(" ")
    if first not in VERBS and first in _INFLECTED:
        text = " ".join([_INFLECTED[first], *rest])
    tool = _TOOL_FIRST.match(text)
    if tool and tool[2] in VERBS:
        return f"{tool[2]} {tool[3]} with {tool[1]}"
    return text


def _without_reasons(verb: str, words: list[str]) -> list[str]:
    """Leave out what is wanted in return, what is asked, what somebody is freed from."""
    ends = {"give": {"for", "from"}, "cut": {"from", "off"}}.get(verb, _INDIRECT)
    end = next((i for i, word in enumerate(words) if i and word in ends), len(words))
    return words[:end]


def _verb(words: list[str]) -> tuple[str, list[str]]:
    """Return the verb and the words after it; an empty verb where there is none."""
    for length in (3, 2):
        verb = VERBS.get(" ".join(words[:length]))
        if verb and len(words) >= length:
            return verb, words[length:]
    if len(words) > 2 and words[-1] in _PARTICLES:  # "put the rope down", "turn the lamp on"
        verb = VERBS.get(f"{words[0]} {words[-1]}")
        if verb:
            return verb, words[1:-1]
    for i, (word, after) in enumerate(itertools.pairwise(words)):
        if i > 1 and word in _MEANWHILE and after in _PREPOSITIONS and words[0] != "get":
            alone = VERBS.get(words[0]) if word in ("away", "off") else None
            verb = VERBS.get(f"{words[0]} {word}", alone)
            if verb:
                return verb, words[1:i] + words[i + 1 :]
    away = len(words) > 2 and words[-1] in ("away", "off")  # "shoo the bird away"
    return VERBS.get(words[0], ""), words[1:-1] if away else words[1:]


def _phrases(words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split at the first preposition that stands between two phrases, and drop articles and the like."""
    first: list[str] = []
    second: list[str] = []
    target = first
    for i, word in enumerate(words):
        if word in _FILLERS and not (word in PERSONAL and _is_somebody(words[i + 1 :])):
            continue
        counted = words[i + 1 : i + 2] and words[i + 1] not in _PREPOSITIONS
        if word == "one" and (counted or target):
            continue  # "one penny", "the yellow one"
        if word in _PREPOSITIONS and words[i - 1 : i] not in _BEFORE_THINGS:
            if first:
                target = second
            continue
        if word == BUT:  # "all from the chest but the ledger"
            target = first
        target.append(word)
    return _of_all(first), _of_all(second)


def _is_somebody(after: list[str]) -> bool:
    """Return whether "her" before these words means somebody: not in "her spectacles"."""
    return not after or after[0] in _PREPOSITIONS | _ARTICLES | _SUBJECTS


def _of_all(phrase: list[str]) -> tuple[str, ...]:
    """Return :data:`ALL` for "all things" or "the lot", before a "but" too; "all", "keys" for "every key"."""
    if BUT in phrase:
        cut = phrase.index(BUT)
        return *_of_all(phrase[:cut]), *phrase[cut:]
    if not _ALL.isdisjoint(phrase) and _ALL | _THINGS >= set(phrase):
        return ALL
    if len(phrase) > 1 and phrase[0] in _EVERY:
        return *ALL, *phrase[1:]
    return tuple(phrase)
