"""One wording for many: turns of phrase that ask the same become the plainest of them.

Every rule is a pattern of words and what stands for it; the plain wordings are those that the
predicates read best. A rule must hold of every object: it changes words, never what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from llm_gym.oracles.knowledge.twenty_questions.comparisons import COMPARATIVES
from llm_gym.oracles.knowledge.twenty_questions.language import (
    VERBS,
    lemma,
    lexicon,
    read_sections,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import users
from llm_gym.oracles.knowledge.twenty_questions.words import ERGATIVE

_IT = r"(?:it|this|that|they|these|those|them)"
_IS = r"(?:is|are|was|were|would|could|can|might|may)"
_PEOPLE = r"(?:people|humans|human beings|man|men|mankind|humanity|humankind|a human|a person|someone|somebody|us)"
_YOU = r"(?:you|one|people|humans|someone|somebody|anyone|i|we|they)"
_CAN = r"(?:can|could|do|does|would|will|might|may|should|did)"
_POSSESSIVE = r"(?:your|the|our|one s|people s|someone s|my)"
_POWER = r"(?:electricity|electric power|electrical power|power|electric current)"
_ONE = rf"(?:one|a pair|{_IT})"
_GIVES = r"(?:have|release|emit|give off|give out|produce|let out|make|leave(?: behind)?|spread)"
_SOMEBODY = (
    r"(?!you\b|one\b|i\b|we\b|they\b|it\b|this\b|that\b|people\b|some|any|the (?:object|item|thing))"
    r"((?:an?|the|most|some) (?:\w+ ){0,2}?\w+|(?:\w+ )?\w+s)"
)
"""A user of a certain kind: "a plumber", "doctors"."""
_HUE = r"(white|gr[ae]y|black|brown|green|red|yellow|orange|blue|pink|purple)"
_SELDOM = r"(?: (?:usually|typically|normally|often|generally|commonly|mostly|mainly|primarily))?"


def _useful_to(found: re.Match[str]) -> str:
    """Reword "is it useful to a cook" as "would a cook use it"."""
    user = found[1]
    if user.endswith("ing"):
        return found[0]
    return (
        f"do {user.removeprefix('a ').removeprefix('an ')} use it"
        if user.endswith("s")
        else f"would {user} use it"
    )


_OPPOSITE = {
    word: next(
        o for o, (same, other) in COMPARATIVES.items() if (same, other) == (dimension, -sign)
    )
    for word, (dimension, sign) in COMPARATIVES.items()
} | {"more": "less", "less": "more"}


def _turned(found: re.Match[str]) -> str:
    """Reword "is a car smaller than it" as "is it bigger than a car"."""
    return f"is it {_OPPOSITE[found[2]]}{found[3]} than {found[1]}"


def _hue(word: str) -> str:
    return word.replace("grey", "gray")


def _as_user(found: re.Match[str]) -> str:
    """Reword "would a plumber bring one to a job" as "would a plumber use it"; what animals and parts have stays."""
    who = re.sub("^(?:an?|the) ", "", found[1])
    if lexicon().concept(who.split()[-1]) not in users():
        return found[0]
    return f"do {who} use it" if who.endswith("s") else f"would a {who} use it"


def _able(found: re.Match[str]) -> str:
    """Reword "is it a good swimmer" as "can it swim"; "a good driver" stays."""
    verb = _verb_of(found[1])
    return f"can it {verb}" if verb else found[0]


_DEEDS = frozenset("pray worship learn study borrow meet celebrate marry recover shop".split())
"""What people go somewhere for, beside the verbs of the facts."""


def _fond(whom: str) -> str:
    """Reword "are rabbits known for liking it" as "do rabbits eat it"; what people are fond of they like."""
    lex = lexicon()
    animal = "animal" in lex.closure(lex.concept(whom.split()[-1])) or whom in _EATERS
    return f"do {whom} {'eat' if animal else 'like'} it"


_EATERS = frozenset(
    "rabbits monkeys mice dogs cats bears pandas cows horses ducks squirrels elephants crows birds goats pigs "
    "koalas giraffes sharks bees sheep deer mosquitoes frogs beavers seagulls rats".split()
)


def _verb_of(agent: str) -> str | None:
    """Return what a swimmer does."""
    verb = re.sub(r"([bgmnpt])\1$", r"\1", agent[:-2])
    return verb if verb in VERBS else None


def _passive(found: re.Match[str]) -> str:
    """Reword "does it get thrown" as "is it thrown"; "does it get hot" stays."""
    verb = found[1]
    plain = lemma(verb)
    passive = plain in VERBS - ERGATIVE and (
        plain != verb or verb in ("cut", "hit", "put", "shut", "hurt")
    )
    return f"is it {verb}" if passive and not verb.endswith(("ing", "er")) else found[0]


def _participle_of(verb: str) -> str:
    """Return how it is used by people: "wear" -> "worn"."""
    return {
        "wear": "worn",
        "eat": "eaten",
        "drink": "drunk",
        "sit in": "used",
        "ride": "ridden",
        "like": "liked",
    }.get(verb, "used")


_MEASURED_BY = {
    "long": "length", "big": "size length", "tall": "height", "wide": "width", "high": "height", "deep": "depth",
    "far": "distance", "hot": "temperature", "warm": "temperature", "cold": "temperature", "heavy": "weight",
     "fast": "speed",
    "loud": "sound",
}  # fmt: skip
"""What a thing tells that shows how long, how hot or how heavy something is."""

_SHAPES = {
    "cylinder": "cylindrical", "rectangle": "rectangular", "square": "square", "circle": "round", "triangle": "triangular",
    "sphere": "spherical", "tube": "cylindrical", "oval": "oval",
}  # fmt: skip


def _bare(pattern: str) -> str:
    """Return a pattern with a blank for every group, class and escape, and for what may be left out."""
    bare = re.sub(r"(?:\\.|\[[^\]]*\])(?:[?*+]\??|\{[\d,]+\}\??)?", "_", pattern)
    group = r"\([^()]*\)(?:[?*+]\??|\{[\d,]+\}\??)?"
    while (inner := re.sub(group, "_", bare)) != bare:
        bare = inner
    return re.sub(r"[a-z ][?*]", "_", bare)


def begins(pattern: str) -> bool:
    """Whether the pattern can match at the beginning only: each of its alternatives is anchored there."""
    return all(each.startswith("^") for each in _bare(pattern).split("|"))


def _literal(pattern: str) -> str:
    """Return the longest piece that is in every text that the pattern matches: looked for first, it saves the match."""
    bare = _bare(pattern)
    return "" if "|" in bare else max(re.split(r"[^a-z ]+", bare), key=len)


_Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str], bool, str]


def _compiled(
    rules: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...],
) -> tuple[_Rule, ...]:
    return tuple(
        (re.compile(pattern), plain, begins(pattern), _literal(pattern)) for pattern, plain in rules
    )


_FIRST = _compiled(
    (
        (r"^((?:does|do|has|have|can|could|would|will|did) .+?),? (?:usually|typically|normally|generally|ordinarily|"
         r"of course|in general|as a rule)$", r"\1"),
        # Some kinds of it stand for it.
        (r"^(?:are|is) (?:there )?(?:some|certain|many|most|a few|several|any|different|other|all) (?:\w+ )?(?:kinds?|"
         r"types?|"
         r"species|breeds?|varieties|sorts?|versions|models|specimens) of (?:it|them|these|this)(?: that (?:are|"
         r"is))?\b", "is it"),
        (r"^(do|can|could|would|will|have|did) (?:some|certain|many|most|a few|several|any|different|other|all) (?:\w+ )?"
         r"(?:kinds|types|species|breeds|varieties|sorts|versions|models|specimens) of (?:it|them|these|this)\b",
         lambda found: f"{'does' if found[1] == 'do' else 'has' if found[1] == 'have' else found[1]} it"),
        (r"^((?:do|does|can|could|would|must|should|will) )(?:the |its |some |most |all |any )?(?:passengers?|riders?|"
         r"occupants?) "
         r"((?:usually |normally |have to |need to )?)(sit|stand|sleep|lie|ride)\b(.*)$",
         lambda found: f"{found[1].replace('does', 'do')}people {found[2]}{found[3]}{found[4] or ' in it'}"),
        # Who goes there to do something does it there.
        (r"^((?:do|does|would|can|could|might|will) .+?) (?:go|come)(?: (?:there|to it))(?: (?:on|in|at|every|during|each) "
         r"(?:an? |the )?\w+)? (?:and|to) (?!it\b)(\w+)\b(?! (?:in|at) it\b)(.*)$",
         lambda found: f"{found[1]} {found[2]}{found[3]} in it" if found[2] in VERBS | _DEEDS else found[0]),
        (r"^(?:is|are) (.+?s|mice|geese|sheep|fish|deer) (?:well |really |very )?(?:(?:known|famous|said|supposed|"
         r"reputed) (?:for|to) "
         r"(?:be )?(?:liking|loving|eating|enjoying|like|love|eat|enjoy|fond of)|fond of|crazy about) (?:to eat "
         r")?(?:it|them)$",
         lambda found: _fond(found[1])),
        (r"^(?:do|does) (.+?s|mice|geese|sheep|fish|deer) (?:really |often |usually )?(?:like|love|enjoy) (?:to eat |"
         r"eating )?(?:it|them)$",
         lambda found: _fond(found[1])),
        (r"\bpropelled by\b", "powered by"),
        # The males are of its kind, and one side of it is a part.
        (r"^(do|does|can|are|is) (?:the )?(?:adult )?(?:males|females)(?: of (?:it|them|the species))? (?=\w)",
         lambda found: f"{'does' if found[1] == 'do' else 'is' if found[1] == 'are' else found[1]} it "),
        (r"^(?:is|are) (?:one|a|some|the other|at least one) (side|end|part|edge)s? of it (\w+)$", r"does it have a "
         r"\2 part"),
        (r"^(?:is|are) (?:your|the owner s|someone s|a person s) (\w+(?: \w+)?) (?:(?:printed|written|shown) )?(?:in|"
         r"on|inside) it$",
         r"does it have \1"),
        (r"^(is|are) (?:most|much|the bulk|the majority|the biggest part) of it (?=(?:under|below|above|hidden|in|"
         r"on)\b)", r"\1 it "),
        (r"\b(?:early|primitive|prehistoric|stone age) (?:people|humans|man|men)\b(?= (?:live|hunt|use|make|draw|"
         r"sleep|wear|paint)\b)",
         "cavemen"),
        (r"\b(?:first|originally) (?=(?:made|invented|designed|created|developed|intended|meant|worn|used) (?:for|by) "
         r"(?!the\b)\w+s$)", ""),
        (r"^(is it .+?) and (?=(?:used|found|kept|worn|eaten|seen|sold|played|driven|ridden) (?:in|on|at|by|for|to|"
         r"with|from)\b)",
         r"\1 and is "),
        (r"^(are there .+?) (?:painted|drawn|written|printed|marked|carved) (?=(?:on|in|inside) it$)", r"\1 "),
        (r"\ba (?:whole )?dozen of (?:them|these)\b", "it"),
        (r"\b(in|from|out of|inside) (?:an? |the )?(?:(?:tin|metal|aluminum) )?cans?$", r"\1 a tin"),
        (r"^(is it (?:shaped|formed) like an? \w+) (?:from|if|when) .*$", r"\1"),
        (r"\bdifferent shades$", "different colors"),
        (r"^(?:does|can|will|would|could) it (?:turn|make|dye|colou?r) your (?:fingers|hands|tongue|lips|mouth|teeth) "
         r"(?:red|blue|purple|black|brown|yellow|green|orange)(?: .*)?$", "does it leave a stain"),
        (r"^(?:are|is) (?:the )?(\w+s|mice) (?:its|their) (?:\w+ )?(?:enem(?:y|ies)|predators?)$", r"do \1 eat it"),
        (r"\b(?:too|so) much of it\b", "it"), (r" (?:for|given|considering|relative to|compared to) its (?:size|"
         r"weight|age|price)$", ""),
        (r"\bthe (\w+est) (?:member|species|kind|type) of (?:the )?(\w+)(?: family)?$", r"the \1 \2"),
        (r"^(did .+? (?:live|fight|rule|reign|work|wear|ride|carry|hide|die)\b.*?),? (?:long ago|a long time ago|in "
         r"the old days|"
         r"in the olden days|back in the day|back then)$", r"\1"),
        (r"^((?:do|would|can|must|should) you (?!use\b)\w+ it) to (?!use\b)\w+ it(?: (?:in|on|up|off|down|out|"
         r"together))?$", r"\1"),
        (r"\b(found|seen|kept|growing|formed|hidden|living|live|grow) inside (?:of )?(?=an? (?!house|home|room|"
         r"building))", r"\1 in "),
        (r"^does (noise|sound|music|light|heat) come (?:out of|from) it$", r"does it give off \1"),
        (r"^(?:do|would) (?:2|two|severalpeople) (?:people |players )?play it(?: together| against each other)?$",
         "does it need two players"),
        (r"^(?:do|would|must|should) you (?:usually |normally |have to |need to )*(?:buy|pay for|get|need|show) "
         r"(?:an? |your )?tickets? "
         r"(?:to|for|before|at)\b.*$", "does it need a ticket"),
        (r"^is it (?:legal|lawful|allowed|okay|ok|permitted) for (?:kids|children|minors|a (?:child|kid|minor)) to "
         r"(?:buy|own|have|use|drink|smoke|get|purchase|carry) (?:it|one)$", "is it not forbidden to children"),
        (r"^are there (?:literally )?(?:many )?(?:millions|billions|trillions|thousands|zillions) (?:and \w+ )?of "
         r"(?:it|them|these)"
         r"(?: (?:in|on|around) .*)?$", "is it widespread or mass_produced"),
        (r"^(?:is it different|are no two(?: of (?:it|them|these))? (?:alike|the same|identical))$", "is it unique"),
        (r"\b(?:copy|repeat|imitate|mimic) (?:what (?:people|you|humans|others) say|(?:human |people s |your "
         r")?(?:speech|voices?|words))$", "talk"),
        (r"^(would|does|will|can) it (?:really )?hurt (?:you |me )?(?:badly |a lot )?(?:if|when) (?:it|one) (?:stung|"
         r"stings)(?: you| me)?$",
         r"is it able_to_sting"),
        (rf"^is it something (?:that )?(?!{_YOU}\b)(\w+s) (\w+)( (?:in|on|with|under|from|at|for))?$",
         lambda found: f"do {found[1]} {found[2]}{found[3] or ''} it" if found[2] in VERBS else found[0]),
        (r"^is it (?:marked|labell?ed) (?:in|off in) ", "does it have "),
        (r"^is it (?:\w+ly )?(?:attached|hooked(?: up)?|joined|wired|linked up) to (?=an? |the |your |\w+s\b)",
         "is it connected to "),
        (r"^(is|are|was) (it|they) (?:printed|marked|inscribed|decorated|stamped|engraved|filled|labelled|labeled) with ",
         r"does it have "),
        (r"^is it (?:all |completely )?(?:covered|coated) (?:with|in|by) (?=(?:\w+ )?(?:spines|prickles|spikes|thorns|"
         r"quills|"
         r"needles|scales|hair|fur|feathers|wool|sprinkles|frosting|icing|glaze)$)", "does it have "),
        # What a speaker hangs on belongs before what he says.
        (r"^((?:is|are) it) (?!(?:mostly|mainly|usually|typically)\b)(.+?),? (mostly|mainly|usually|typically|"
         r"primarily|normally)$", r"\1 \3 \2"),
        (r"^is it (?:an? |the |some |one of (?:those|the) )(?:\w+ of )?(?:things?|items?|objects?|products?|stuff) "
         r"(?:that |which )?(?:it )?"
         rf"(?={_YOU}\b)", "is it something "),
        (r"^is it (?:something|an? (?:thing|item|object)) (?:that|which) is (?=(?:usually|normally|typically|often|"
         r"mostly|mainly|"
         r"commonly|generally|found|used|made|kept|worn|eaten|sold|seen|stored)\b)", "is it "),
        (r"\byour (?=(?:us|hold|wear|eat|driv|rid|play|look|handl)\w*ing\b)", "you are "), (r"\b(in|on) \1\b", r"\1"),
        (r"\bmiles? (?:per|an|a) hour\b", "mph"), (r"\b(?:kilomet(?:er|re)s?|km|kph) (?:per|an) hour\b", "kmh"),
        (r"\b(?:boot|trunk) of (?:an?|the|your|my) car\b", "trunk"),
        (r"^do (?:old|older|elderly|young|ordinary|regular|normal|rich|poor) people (?=(?:use|own|have|need|buy)\b)",
         "do people "),
        (r"^is it (?:\w+ )?(?:popular|common|a hit) (?:with|among|amongst) (\w+(?: \w+)?)$", r"would \1 use it"),
        (r"\btake a bath\b", "bathe"), (r"\btake a (shower|swim)\b", r"\1"),
        (r"\bnon ?(toxic|poisonous|dangerous|metallic|electric|electronic|flammable|human|venomous|magnetic)\b", r"not \1"),
        (r"^.*\b(less|more) than the (?:price|cost) of (an? .+)$",
         lambda found: f"is it {'cheaper' if found[1] == 'less' else 'more expensive'} than {found[2]}"),
        (r"^((?:is|does|can|do|has) it) then ", r"\1 "), (r"\bnaturally (?:occurring|found|made|formed)\b", "natural"),
        (r"\b(turn|switch|power|flip)(ed|s)? (?:on (?:and|or) off|off (?:and|or) on)\b", r"\1\2 on"), (r"(?<=\w) ish\b", ""),
        (r"^is it (?:about |roughly )?the size of (an? (?:\w+ )?\w+) or (smaller|less|bigger|larger|more)$",
         lambda found: f"is it not {'bigger' if found[2] in ('smaller', 'less') else 'smaller'} than {found[1]}"),
        (rf"^is it something (?:that )?{_YOU} (?:would |can |could |normally |usually )*put on(?: (?:before|when|if|"
         rf"to)\b.*)?$",
         "can you wear it"),
        (r"^(?:have|had) (?:people|humans|we) (?:been using|used|known|had) it (?:since )?", "was it around "),
        (r"^(?:have |did |do )?(?:you )?ever (?:seen?|saw|find|found|noticed?) (?=it\b|one\b)", "would you find "),
        (r"^(?:it|this) is (?=\w)", "is it "), (r"^is it (?:\w+ )?(\w+) related$", r"does it have to do with \1"),
        (r"^we are (not )?(?:talking|speaking|thinking|dealing) (?:about|of|with) (?:something (?:that is )?)?(?=\w)",
         lambda found: f"is it {found[1] or ''}"),
        (r"\b(made |composed |consists? )?(of|from) (?:an? |some )?(?:\w+ )?(?:materials?|stuff|something) (?:such as|"
         r"like) ",
         r"\1\2 "),
        (rf"^is {_IT} (?:mostly |mainly |usually |typically |generally |primarily )?(black|brown|gray|grey) or "
         rf"dark(?: in colou?r| "
         r"colou?red)?$", r"is it mostly \1"),
        (r",? (?:like|maybe|say|as in) (?=(?:under|over|less than|more than|below|above|around|about|cheaper than) "
         r"(?:\$|\d|a |an |one |"
         r"ten |twenty |fifty |hundred |thousand ))", " "),
        (r"^is it (?:pretty |very |really |quite |kinda |kind of )?(?:cheap|expensive|heavy|light|old|tall|big|small|"
         r"long),? "
         r"(?=(?:under|over|less than|more than|below|above|cheaper than) )", "is it "),
        (r"\b(?:,? ?without|with no) (?:any |any kind of |some |somebody s |someone s |another person s )?(?:assistance|"
         r"help|aid)(?: (?:of|from) (?:anyone|others|another person|other people|somebody|someone|a machine|machines|"
         r"tools))?(?: at all)?$", ""),
        (r"^is it something (?:that is )?(?:you )?(?:to do|having to do) with ", "does it have to do with "),
        (r"^is it not (an? (?:\w+ )?\w+) ,? ?but (?:rather |instead )?(an? (?:\w+ )?\w+)$", r"is it \2"),
        (r"\b(buttons|keys|knobs|switches|pedals) (?:that |which )?(?:you |one |people )?(?:have to |need to |can |"
         r"must |are |is |to )*(?:press|push|hit|turn|be pressed|pressed|pushed)$", r"\1"),
        (r"^is it so (?:big|large|wide|huge) that (?:you|it|one|i|we|people) (?:could|can|would|will) not (?:get it|fit|go|"
         r"bring it|carry it|move it|push it|pass|get|squeeze it) (?:in ?)?through (an? |the )?(?:\w+ ){0,2}(door|"
         r"doorway|window)$",
         r"does it not fit through \1\2"),
    )
)  # fmt: skip
"""How the object is spoken of, and where in the sentence its words stand."""

_RULES = _compiled(
    (
        # What a list over all objects tells: what it would be to say more than its words.
        (r"\b(?:come across|stumble (?:up)?on|stumble across|chance upon|bump into|lay eyes on) (?=it\b|one\b|them\b|"
         r"this\b|these\b)", "find "),
        (rf"^{_CAN} (?:an? |the |most |your |any |some )?(?:local |typical )?(pharmac|drugstore|supermarket|grocery store|"
         r"hardware store|baker|bookstore|toy store|gas station|pet store|department store|clothing store|furniture store|"
         rf"music store)(s|y|ies)? (?:usually |normally |often )?(?:sell|stock|carry|have|offer) {_ONE}$",
         lambda found: f"can you buy it at a {found[1]}{'y' if found[1] in ('pharmac', 'baker') else ''}"),
        (rf"^(?:is {_IT} (?:designed|made|meant|used|intended|supposed|built)|do {_YOU} use {_IT}) (?:to|for) (?:produce|"
         r"producing|give off|giving off|give|giving|make|making|create|creating|provide|providing|generate|generating) "
         r"(?:any |some )?(heat|light)(?: (?:or|and) (heat|light))?$",
         lambda found: f"is it made_for_{found[1]}" + (f" or made_for_{found[2]}" if found[2] else "")),
        (rf"^(?:does|can|do|will) {_IT} (?:{_GIVES}|generate|provide) (?:any |some |a lot of |much )?(heat|light)$",
         r"is it \1_giving"),
        (rf"^{_CAN} {_IT} (?:ever |usually )?(?:make|produce|give off|emit|create) (?:any |an? |some |a lot of |much )?"
         r"(?:noise|sound)s?( unaided)?$", lambda found: f"is it {'noisy_unaided' if found[1] else 'noise_making'}"),
        (rf"^{_CAN} {_IT} (?:ever )?(bite|sting)(?: or (bite|sting))?(?: {_YOU}| me| us| your \w+)?$",
         lambda found: f"is it able_to_{found[1]}" + (f" or able_to_{found[2]}" if found[2] else "")),
        (rf"^(?:is {_IT} (?:often |usually )?(?:found|seen)|(?:does|can) {_IT} (?:live|exist|grow|survive|occur)|{_CAN} "
         rf"{_YOU} (?:find|see|meet) {_ONE}|would {_IT} be found) (?:living |growing )?(?:out )?in (the wild|the "
         r"wilderness|nature)$",
         lambda found: "is it wild_living" + (" or natural" if found[1] == "nature" else "")),
        (rf"^(?:(?:do|does|is|are|would|can) {_IT} (?:usually |often |normally |typically )?(?:be )?(?:sold|come|bought|"
         rf"packed|packaged)|do {_YOU} (?:usually |normally )?buy {_IT}) (?:in|by) (?:an? |the )?(pack|packet|package|"
         r"multipack|box)(?:s|es)?(?: of .*)?$", lambda found: f"is it sold_in_{'boxes' if found[1] == 'box' else 'packs'}"),
        (rf"^(?:is|are|do {_YOU}) (?:{_IT} )?(?:usually |normally |always |often )?(?:used?|worn|wear|sold|buy|bought|need) "
         rf"(?:{_IT} )?in pairs$", "does it come in pairs"),
        (r"\bnear (?:an? |the )?(?:river|lake|pond|sea|ocean|stream|coast|shore)\b", "near water"),
        (r"\b(?:made|created|produced|formed) by nature$", "natural"),
        (rf"^is {_IT} (?:an |a kind of )?(outdoor|indoor) (?:thing|item|object)$", r"is it mainly_\1s"),
        (rf"^{_CAN} (?:an? )?(vegetarian|vegan)s? eat {_IT}$|^is {_IT} (vegan)$",
         lambda found: f"is it {found[1] or found[2]}_food"),
        (r"\b(?:in|during) class(?:es)?$", "in a classroom"), (r"\bhospital rooms?\b", "hospital"),
        (r"^(?:is|are) there (?:usually |often |normally |typically |probably |always |generally )*(?:one|any|some|a few)"
         r"(?: of (?:them|these|those|it))? (?=(?:in|on|at|near|inside|under)\b(?! it\b))", "is it found "),
        (rf"^is {_IT} something (?:that )?(?:some |many |most |lots of |a lot of |small |little )?\w+ (?:are|is|get|might "
         r"be) (?:often |usually |really )?(?:afraid|scared|frightened|terrified) of$", "are people scared of it"),
        (rf"^(?:is {_IT}|do {_YOU}) (?:usually |normally |typically |generally |often )?(?:eaten|served|eat it|serve it|"
         r"drunk|consumed) (?:usually |normally )?(hot|warm|cold|chilled)$",
         lambda found: f"is it served_{'hot' if found[1] in ('hot', 'warm') else 'cold'}"),
        (rf"^{_CAN} {_YOU} (?:usually |actually )?smell {_IT}(?: (?:when|if|up close|nearby|close up|at close).*)?$|"
         rf"^(?:does|do) {_IT} have (?:an? |any )?(?:smell|odou?r|scent|aroma)$", "does it smell"),
        (rf"^(?:is|are) (?:{_IT}|its colou?r) (?:mostly|mainly|primarily|usually|typically|generally|predominantly|normally|"
         rf"largely) {_HUE}(?: or {_HUE})?(?: in colou?r| colou?red)?$",
         lambda found: f"is it mainly_{_hue(found[1])}" + (f" or mainly_{_hue(found[2])}" if found[2] else "")),
        # Sayings.
        (r"\ba (?:piece of cake|breeze|cinch|doddle|snap|walk in the park) to (?=\w)", "easy to "),
        (r"\ba (?:pain(?: in the (?:neck|ass|butt|backside))?|hassle|nightmare|struggle|chore) to (?=\w)", "hard to "),
        (r"\b(easy|simple|hard|difficult|light enough|small enough|convenient) to (?:carry|lug|haul|take|bring|"
         r"tote)(?: \w+)?? (?:around|about|along|with you|with me)(?: .*)?$", r"\1 to carry"),
        (r"\b(?:as )?light as a feather$", "lighter than a coin"),
        (r"\b(?:as )?heavy as (?:lead|an? (?:elephant|rock|ton of bricks))$", "heavier than a television"),
        (r"\b(?:as )?hard as (?:a rock|nails|stone|iron|steel)$", "hard"),
        (r"\b(?:as )?cold as ice$", "cold"), (r"\b(?:as )?(?:old as (?:time|the hills))$", "older than 3000 years"),
        (r"\bweighs? (?:(?:about|over|more than|like) )?(?:a ton|tons)$", "heavier than a couch"),
        (rf"^(?:is {_IT}|would {_IT} be) (?:sized )?(?:some ?where )?(?:in )?between (?:the size of )?(an? (?:\w+ "
         r")?\w+) and (an? (?:\w+ )?\w+?)(?: in size| size wise)?$", r"is it bigger than \1 and smaller than \2"),
        (r"\bmad (?=(?:up |out )?(?:of|from)\b)", "made "),
        (rf"^would {_YOU} (?:sooner |rather )(\w+) {_IT} than .+$", r"do you \1 it"),
        (r"^(?:does|do|can|could|will) (?:it|they|these) (?:also |ever |usually )?(?:come|be bought|be had|be gotten) "
         r"in (?:red|blue|green|pink|purple|yellow|orange|black|white|brown|gr[ae]y|colou?rs?)$",
         "does it come in different colors"),
        (r"\bpretty$", "beautiful"),
        (r"^(?:is|are) (?:it|they|these) (?:usually |often |ever |something )?worn(?: by (?:people|humans))?$",
         "can you wear it"),
        (r"^is it (?:found )?on wheels$", "does it have wheels"),
        (rf"^is {_IT} (?:something )?(wear|drink|eat|ride|rid)able$",
         lambda found: f"can you {'ride' if found[1] == 'rid' else found[1]} it"),
        (r"\b(turn|switch|flip|put) (it|them|this) (?:on (?:and|or) off|off (?:and|or) on)\b", r"\1 \2 on"),
        (rf"^({_CAN} {_YOU}) (?:take|pull|slip|peel) {_IT} off\b(?!.*\b(?:shelf|wall|rack|tree|table|ground)\b).*$",
         r"\1 wear it"),
        (r"\b(?:look|be|seem|feel) (?:totally |completely |very |really |a bit )?out of place (in|at|on|inside) ",
         r"not be found \1 "),
        (rf"^is {_IT} more (?:like |of )?(an? [\w ]+?) than (?:like |of )?(?:an? [\w ]+)$", r"is it \1"),
        (r"\bcollect (it |them )?as a hobby$", r"collect \1"), (r"\bcollected as a hobby$", "collected"),
        (r"^(?:do|does|would|could|might|can|will) (an? (?:\w+ )?\w+|\w+s|the (?:president|king|queen|pope)) (?:ever |"
         r"usually |often |typically |probably |likely |normally )?(?:bring|carry|have|own|need|hold|rely on|work with|"
         r"require|want|reach for|pack|possess|count on|depend on|keep) (?:it|one|this|them|these)(?: (?:with|on|"
         r"around|to|at|for|in|along) (?:(?:an?|the|his|her|their|him|them) ?)?(?:job|work|person|office|site|toolbox|"
         r"tool box|kit|bag|every day|daily|hand)?(?: site)?| around| along| daily| every day)?$", _as_user),
        (r"^(?=.*\b(?:find|found|have|own|see|kept)\b)(?!.*\bnot\b).*\b(?:in|at) (?:almost |nearly |just about |"
         r"practically |virtually )?(?:any|every|most|all|the average|a typical|the typical|an average|each|everyone s|"
         r"everybody s) (?:\w+ )?(?:household|home|house)s?(?: (?:in|across|around) (?:the )?\w+)?$", "is it in_most_homes"),
        # What one does with it, where the words alone belong to more.
        (r"\b(?:use|used|operate|operated|control|work|play|played|move|push|pushed|ride) (?:it )?with (?:your|the|one "
         r"s|their|his|just your) (?:feet|foot|toes|legs)$", "foot_operated"),
        (r"^(do|can|would|could) (?:you|people|one|i|they) (\w+_operated)$|^is it (\w+_operated)$",
         lambda found: f"is it {found[2] or found[3]}"),
        (r"^is it (sharp|pointy|loud|noisy|hot|cold|bright|smelly) enough to .*$", r"is it \1"),
        (rf"^(?:is|would) {_IT}(?: be)? (?:very |pretty |quite )?(?:common|commonly found|commonly used|commonly seen|"
         r"found|popular|widespread|available|easy to find|used|known|sold) (?:in|across|throughout|around) (?:the "
         r")?(?:united states(?: of america)?|us|usa|america|north america|europe|most countries|western countries|"
         r"england|uk|britain|modern society|western world|everyday life|most places|most of the world)$",
         "is it widespread"),
        (rf"^(?:is|do|does|would|can) (?:{_IT}|{_YOU}|it be) (?:mostly |mainly |usually |typically |normally |only |"
         r"probably )?(?:see|seen|use|used|wear|worn|find|found|need|needed|associated|eat|eaten|enjoy|buy|want|come "
         rf"out|seasonal|linked)(?: {_ONE})?(?: (?:more|mostly|mainly|only|usually|often|especially|more often|the most|"
         r"most))* (?:in|during|for|with|when it is|at) (?:the )?(winter|wintertime|cold weather|cold season|cold "
         r"months|winter months|cold|summer|summertime|hot weather|warm weather|summer months|warm months|hot|"
         r"january|february|july|august)(?: than (?:in )?\w+)?$",
         lambda found: "is it wintry" if re.search("winter|cold|uary", found[1]) else "is it summery"),
        (rf"^(is|are|was) (?:some|part|parts|any|any part|most) of {_IT} (?=made\b)", r"\1 it "),
        (r"^is it nothing (?:that )?(you|people|one|i) ", r"is it not something \1 "),
        (r"\bmore of an? (outdoor|indoor)s? (?:thing|item|object|activity)$", r"mainly_\1s"),
        (r"^(?:when|while|if) (?:i am|you are|someone is|people are|one is) (\w+ing\b.*?),? (?:am|are|is|do|would|will|"
         r"does) (?:i|you|they|people|one) (?:be |usually |normally )*(?:using|use|need|hold|holding|needing) (?:it|"
         r"one|this)$",
         r"is it used for \1"),
        (rf"^(?:is|are) {_IT} (?:mostly|mainly|usually|primarily|typically|more often|more|generally|normally|only) "
         r"(?:used|worn|owned|bought|played|driven|liked) (?:more )?(?:often )?by (men|boys|guys|males|women|girls|"
         rf"females|ladies)$|^(?:do|would) (men|boys|guys|women|girls|ladies) (?:use|wear|own|buy|like|play|carry|"
         rf"have|drive|ride|need|collect) {_IT} "
         r"more(?: often)? than (?:men|boys|guys|women|girls|ladies)(?: do)?$",
         lambda found: "is it masculine"
         if (found[1] or found[2]) in ("men", "boys", "guys", "males") else "is it feminine"),
        (r"\b(?:help|helps|let|lets|allow|allows|make|makes) (?:you|people|us|one|me|someone)(?: to)? see (?:better|"
         r"more clearly|clearly|things|far|farther|further|well|in the dark|small things|at night)$", "sight_improving"),
        (r"^(is it (?:white|yellow|pink|blue|green|gr[ae]y|brown|beige)) or (?:at least )?(?:very |really |quite |"
         r"pretty )?light$",
         r"\1"),
        (r"^(?:is|are) there (?:usually |often |normally |typically |probably )?(?:more than one|several|many|lots|a "
         r"few|a couple) of (?:them|it|these|those) in (?:a|an|the|most|every|one) (?:\w+ )?(?:house|home|household|"
         r"family)s?$",
         "is it in_most_homes"),
        (r"\bsave (?:up )?(?:for )?(?:months|years|ages|a (?:long time|while)|weeks) (?:to|before you|for).*$", "save "
         "up for it"),
        # The place, the piece and the circumstance, in a roundabout way.
        (r"^is it where ((?:\w+ ){1,3})comes? from$", r"do \1come from it"),
        (rf"^is {_IT} (?:somewhere|some place|someplace|anywhere|(?:a|the|some) (?:kind of )?(?:place|spot|location)|where) "
         rf"(?:where |that |in which )?{_YOU} (?:(?:would|can|could|might|will|may|usually|normally|often|typically|like|"
         r"to) )*(\w+)((?: (?!there\b|in$|on$|to$|at$)\w+)*)(?: (?:there|in|on|to|at))?$",
         lambda found: f"do you {found[1]}"
         + (f" to it{found[2]}" if found[1] in ("go", "travel", "come") else f"{found[2]} in it")),
        (r"^(?:could|can|would|might) (?!it\b|you\b|this\b|that\b|they\b)(.+?) be (?:considered )?((?:an? (?:\w+ )?|"
         r"one )(?:example )?of (?:it|these|this|them|those)|one|an? (?:\w+ )?example)$", r"is \1 \2"),
        (rf"^(?:could|might|may|would|can) {_IT} have been (?=\w)", "was it "),
        (rf"^(?:would|could|might) {_IT} be (?:sitting|lying|laying|standing|resting|parked|placed|lying around|left) "
         r"(?=on|in|at|near|by|under|next|beside|inside)", "would it be found "),
        (r"\b(on|around|over) (your|their) (\w+) (?:when|if) it is (?:\w+ )?(?:freezing|chilly|cold|snowing)(?: out| "
         r"outside)?$",
         r"\1 \2 \3"),
        (r"\b(?<=it is )(?:freezing|chilly|below zero|super cold|really cold|cold)(?: (?:out|outside|outdoors|cold|out "
         r"there))?$",
         "cold"),
        (r"\b(?<=it is )(?:boiling|scorching|sweltering|super hot|really hot|hot)(?: (?:out|outside|outdoors|hot))?$",
         "hot"),
        (r"\b(?:when|while|if) it (?:is snowing|snows)$", "in the snow"), (r"\b(?<=it is )sunny (?:out|outside)$", "sunny"),
        (rf"\bwant {_IT} on\b(?! (?:the|a|an|your|my|top)\b)", "wear it"),
        (r"\binside (?:of )?(?=(?:your|my|a person s|people s|someone s)\b)", "in "),
        (rf"\b((?:need|use|want|have|light|grab) {_ONE}) (?:when|if|while|after|during|in) (?:the |a |there is a "
         rf")?(?:(?:power|"
         r"lights?|electricity) (?:goes|is|go|went|gets|are) (?:out|off|down|cut)|(?:power|electricity) (?:outage|cut|"
         r"failure)|blackout)\b", r"\1 in a blackout"),
        (r"\bget(?:s|ting)? rid of\b", "remove"),
        (r"\b(under|beneath|below) (?:the )?(?:water|sea|ocean|waves)\b", "underwater"),
        (r"\b(dishwasher|microwave|oven|freezer) safe\b", r"\1_safe"),
        (rf"^(?:is {_IT} (?:safe|okay|ok|fine) (?:to (?:put|go|use|wash) (?:it )?)?|(?:can|could|may|would|should|do) "
         rf"(?:{_IT}|you) (?:safely )?(?:put|go|be put|be washed|wash|be cleaned|be used|clean|be placed|be heated|heat|"
         rf"warm)"
         r"(?: (?:it|this|them))?(?: up)? )in (?:the |an? )?(dishwasher|microwave|oven)$", r"is it \1_safe"),
        (r"^(?:can|could) it (?:be )?(?:carried|lifted|moved|picked up|held) by (?:just |only )?(?:one|a single|a|an "
         r"average|"
         r"an) (?:\w+ )?(?:person|adult|man|human|individual)(?: alone| easily)?$", "can you lift it"),
        (r"^is it a place where (.+) (?:is|are|gets?|can be) (\w+(?:ed|wn|ld|ght|pt))$", r"is \1 \2 in it"),
        (rf"^(?:is|are|was|were) {_IT} (?:\w+ly )?(?:derived|obtained|extracted|sourced|gotten|harvested|descended)(?: by "
         r"\w+ing)? from (?:the )?", "does it come from "),
        (rf"^is {_IT} a (?:common|familiar|usual|regular|typical|frequent) (?:sight|fixture|feature|staple|presence|find|"
         rf"thing) "
         r"(?=in|on|at|near|around)", "is it found "),
        (r"\b(?:perform|carry out|do) (?=(?:addition|subtraction|multiplication|division|calculations?|sums|math)\b)", ""),
        (rf"^is {_IT} (?:\w+ly )?(?:required|mandatory|compulsory|necessary) (?=on|in|at|during|by)", "is it used "),
        (r"^(is|are) there (?:a lot of|lots of|plenty of|a bunch of|tons of|loads of|much|many) (?!(?:them|it|these|"
         r"people)\b)",
         r"\1 there "),
        (r"\b(have|has|with) (?:an?|any|its) number\b(?! of)", r"\1 numbers"),
        (r"\bon an? (?:really |very )?(?:hot|warm|sunny|summer) (?:summer )?(?:day|night|afternoon|evening)$", "in summer"),
        (r"\bon an? (?:really |very )?(?:cold|freezing|snowy|winter|chilly) (?:winter )?(?:day|night|morning|evening)$",
         "in winter"),
        (r"\b((?:associated|linked|connected|related|come|found|grown|common|popular|made|famous|known) (?:with|to|from|"
         r"in|for) )the "
         r"(?:state|country|city|island|nation|land|continent|region) of ", r"\1"),
        (r"\boriginat(?:e|es|ed|ing) (?:in|from|on)\b", "come from"),
        (r"\boriginat(?:e|es|ed|ing) (?=beyond|outside)", "come from "),
        (r"\b(?:from )(?:beyond|outside(?: of)?|off) (?:the |planet |our )*(?:earth|planet|world|solar system)\b", "from "
         "space"),
        (r"\b(?:beyond|outside(?: of)?) (?:the |planet |our )*(?:earth|planet|atmosphere)(?: s atmosphere)?\b", "in space"),
        (r"\b((?:associated|linked|connected|related|tied|featured|mentioned|known|appear) (?:with|to|in|from) "
         r")(?:(?:the|an?) )?"
         r"(?:(?:famous|popular|fictional|cartoon|movie|film|comic|comic book|disney|tv|television|animated|old|well known|"
         r"classic) )*(?:character|superhero|hero|mascot|movie|film|song|saying|phrase|expression|proverb|idiom|nursery "
         r"rhyme|story|fairy tale|tale|legend|myth|fable|brand|company|inventor|scientist|painter)s? (?:of |about |called |"
         r"named |that says )?(?=\w)(?!theater|or\b|and\b|star\b|industry|in\b|on\b)", r"\1"),
        (r"\b(?:depicted|shown|portrayed|pictured|illustrated|drawn) (?:as )?being (?=\w+(?:ed|en|wn|rn)\b)", ""),
        (rf"^((?:is|are|was) {_IT} (?:\w+ )?\w+) in (?:shape|size|colou?r|texture|appearance|form|length|height)$", r"\1"),
        (rf"\b((?:knit|make|bake|sew|build|cook|draw|paint|write|buy|get) {_IT}) for (?:you|me|someone|us|their \w+|your "
         rf"\w+)"
         r"(?: for (?:christmas|(?:your|their|a|the) birthday|dinner|breakfast|lunch))?$", r"\1"),
        (r"\b(go|goes|says?|makes?) (\w+) \2\b", r"\1 \2"),
        (rf"^(do|does|can|will|would) {_IT} (?:keep|scare|chase|drive|ward) (?:off )?((?:\w+ ){{1,2}})(?:away|off|out)$",
         r"\1 it repel \2"),
        # Of what.
        (r"\b(?:the )?(?:skin|hide) of (?:an? )?(?:dead )?(?:animals?|cows?)\b|\b(?:animal|cow) (?:skins?|hides)\b",
         "leather"),
        (rf"^(?:is|are|was) {_IT}(?: be)? (?:made |built |constructed )?(?:up )?(?:mostly|mainly|primarily|largely|"
         r"chiefly|predominantly|almost entirely|almost all|entirely|completely|totally|all|principally) (?:made |"
         r"built |composed |constructed )?(?:up )?(?:(?:out )?of |from )?(metal|wood|plastic|fabric|glass|leather|"
         r"paper|stone|water)$",
         r"is it mostly_\1"),
        (rf"^(?:is|are) {_IT} (?:made|built|composed|constructed) (?:mostly|mainly|primarily|largely|chiefly|entirely|"
         r"completely|almost entirely) (?:up )?(?:out )?(?:of|from) (metal|wood|plastic|fabric|glass|leather|paper|"
         r"stone|water)$", r"is it mostly_\1"),
        (rf"^is (?:its |the )?(?:main|primary|chief) (?:material|ingredient|component)(?: of {_IT})? (metal|wood|"
         r"plastic|fabric|glass|leather|paper|stone|water)$|^is (metal|wood|plastic|fabric|glass|leather|paper|stone) "
         rf"(?:its|the) (?:main|primary|chief) material(?: (?:of|in) {_IT})?$",
         lambda found: f"is it mostly_{found[1] or found[2]}"),
        (r"^(?:is|are) there (?:any |some )?(metal|plastic|wood|glass|paper|leather|cotton|rubber|fabric|wool|iron|"
         rf"steel|gold|stone) (?:\w+ )?(?:in|on|inside|to) {_IT}(?: at all| anywhere)?$", r"is it made partly of \1"),
        (rf"^do(?:es)? {_IT} (?:contain|involve|include|have|use|incorporate) (?:any |some |a bit of |a lot "
         r"of )?(metal|plastic|wood|glass|leather|cotton|rubber|fabric|wool|steel)(?: in it| parts?| "
         r"components?)?(?: at all)?$", r"is it made partly of \1"),
        (rf"^is {_IT} (?:partly|partially|in part) made (?:out )?(?:of|from) ", "is it made partly of "),
        # Who has one.
        (r"^(?:do|does|would|will) (?:the )?(?:(?:most|many|almost every|nearly every|every|each|average|typical|a "
         r"typical|almost all|nearly all|all|ordinary|regular) )+(?:modern )?(?:american )?(?:household|home|famil(?:y|"
         rf"ie)|house|people|person)s? (?:have|own|got|keep|possess|contain) (?:at least )?{_ONE}(?: (?:at|in) (?:their "
         r")?(?:home|house)s?)?$", "is it in_most_homes"),
        (rf"^(?:is {_IT}|would {_YOU} find {_IT}|can {_YOU} find {_IT}|is {_IT} (?:usually |normally |commonly )?found) "
         r"in (?:(?:most|every|almost every|nearly every|a typical|an average|the average|your average) )(?:\w+ "
         r")?(?:household|home|house)s?$", "is it in_most_homes"),
        (rf"^(is {_IT}|would {_IT} be) (?:about|almost|roughly|nearly|around|just|approximately) as (?=\w+ as )",
         r"\1 as "),
        (rf"^((?:do|does|can|could|would|will|has|have) (?:some of )?{_IT}(?: ever)?) (?:sell|sold|go|be "
         rf"sold|auctioned) for "
         r"(?=(?:millions|thousands|hundreds|\$?\d|an? (?:million|thousand|hundred)))",
         lambda found: "can it cost " if "some of" in found[0] else f"{found[1]} cost "),
        (r"\b(cost \w+(?: of (?:dollars|euros|pounds|bucks))?) to (?:build|make|buy|produce|own|get|construct|purchase)$",
         r"\1"),
        (r"\b(would|could|might|may|will) be ((?:hav|us|mak|eat|wear|drink|play|see|driv|rid|hold|look|liv|find|hear|carry|"
         r"do|keep|buy|read|sit|cook|cut|work|swim|fly)(?:t|n)?ing)\b", lambda found: f"{found[1]} {lemma(found[2])}"),
        (r"\b(play|hum|whistle|sing) (a|any|some) tunes?\b", r"\1 \2 song"),
        (r"\bthe ((?:ancient "
         r")?(?:egyptians|romans|greeks|vikings|aztecs|mayans|incas|chinese|persians|pharaohs|pilgrims))\b",
         r"\1"),
        (rf"^(?:do|does|can|would|might|will|is) (?:people|someone|somebody|a person|men|women|those|persons) (?:who|that) "
         rf"((?:\w+ ){{1,6}}?)(use|need|wear|want|buy|like|have|own|eat|drink|sit in|ride) {_ONE}$",
         lambda found: f"is it {_participle_of(found[2])} by people who {found[1].strip()}"),
        (r"\b(?:who|that) (?:have|has) (?:no|lost (?:their|his|her)) hair\b", "bald"),
        # Said of several, of nobody, of a person's full name.
        (r"^are we (?:talking|speaking|thinking) (?:about|of) (?:an? )?(\w+)$", r"is it a \1"),
        (r"^are we (?:talking|speaking|thinking) (?:about|of) ", "is it "),
        (rf"^(?:does |do |would |will |can |could )?(?:no one|nobody|hardly anyone|hardly anybody|no person)(?: "
         rf"ever| really| usually|"
         rf" normally)? (?!of\b|one\b)(\w+)(?= {_ONE}\b)", lambda found: f"do people not {lemma(found[1])}"),
        (r"\b(?:isaac|thomas|albert|michael|george|john|paul|james|robert|william|david|charles|henry|edward|"
         r"alexander|benjamin|"
         r"abraham|leonardo|vincent|pablo|ludwig|wolfgang|johann|nikola|steve|elon|neil|louis|galileo|walt|stephen|"
         r"harrison|elvis|"
         r"freddie|jimi|eric|roger|rafael|serena|lionel|cristiano|lebron|theodore|winston|christopher|ernest|andy|"
         r"claude|salvador) "
         r"(?!(?:is|was|would|could|did|does|do|had|has|have|use|used|wear|wore|make|made|play|played|own|owned|and|"
         r"or|in|on)\b)"
         r"(?=[a-z]{4,})", ""),
        (rf"^(do|does|did|would|can|could) (.+?) (?:earn|make) (?:their|his|her|a) (?:living|money) (?:with|from|"
         rf"off|by|using|on) {_ONE}$", r"\1 \2 use it"),
        (rf"^(?:are|do {_YOU} need|is) (?:two|both|a pair) of {_IT} (?:needed|required|necessary|used|to)\b.*$|"
         rf"^do {_YOU} need (?:two|both|a pair) of {_IT}(?: .*)?$", "does it come in pairs"),
        (r"\b(have|has) (\w+ \w+) (?:and )?(?:no|not|not any) more$", r"\1 exactly \2"),
        (rf"^(?:is|are) (.+?) (?:often |usually |closely |commonly |normally |frequently )?(?:associated|linked|"
         rf"connected|identified) "
         rf"(?:with|to) {_ONE}$", r"is it associated with \1"),
        (r"\b(?:right |just |directly )?(?:next|close|near) to (?=an? |the |your |my |his |her |their )|\b(?:beside|"
         r"alongside) (?=\w)",
         "near "),
        (r"\b(keep|kept|have|own|live with) (it |them )?as (?:an? )?(?:\w+ )?companions?\b", r"\1 \2as a pet"),
        (r"\b(have|has|with|got) an? (?:row|series|set|line|number|bunch|cluster|layer|coat|pair)s? of (?=\w)", r"\1 "),
        # What comes of it, how it spends its time, how it smells.
        (rf"^(?:do|can|could|would) {_YOU} (?:get|obtain|extract|press|squeeze|make) ((?:\w+ )?\w+) (?:out of|from) {_IT}"
         r"(?: (?:by|after|when|if|once|with) .*)?$", r"is \1 made from it"),
        (rf"^(?:does|do|would) {_IT} spend (?:most of |much of |all |a lot of |all of )?(?:its|the|their) (?:whole "
         rf")?(?:days?|time|"
         rf"life|lives|nights?|summers?|winters?) (?:in the )?(\w+ing)\b",
         lambda found: f"does it {lemma(found[1])}"),
        (rf"^does {_IT} {_GIVES} an? (?:very |really )?(?:pleasant|nice|good|lovely|wonderful|great|agreeable|sweet) "
         r"(smell|scent|odor|fragrance|aroma|taste)$",
         lambda found: f"does it {'taste' if found[1] == 'taste' else 'smell'} good"),
        (r"\bto (?:see|check|find out|know|tell) (?:if|whether) (?:you|someone|somebody|a person|they|we|people|the "
         r"patient) (?:have|has|had|got) (?:a |an )?", "to check for "),
        (rf"^(did|do|does|would|can|has|have) (.+?) (build|built|make|made|paint|painted|write|own|owned|drive|"
         rf"collect|invent|wear|"
         rf"buy)s? (?:some|many|several)(?: \w+){{0,3}} (?:ones|of {_IT})$",
         lambda found: f"{found[1]} {found[2]} {lemma(found[3])} it"),
        (rf"^({_CAN}) (?:a dozen|two|three|four|five|six|ten|several|many|lots|a few|a couple|a lot) of {_IT} "
         rf"(?=fit\b|go\b)",
         r"\1 it "),
        (r"\bold fashioned (?=\w)", "old "),
        # Any one of it.
        (r"^((?:is|are|was|does|do|did|can|could|would|will|has|have|might) )(?:each|every|every single|any|a single|an "
         r"individual|just one|each single) (?:one|piece|specimen)(?: of (?:them|these|it))?\b", r"\1it"),
        (r"\b(go|travel|come|head|drive|walk|fly|sail|live|stay|work|sleep|eat) there\b", r"\1 to it"),
        (r"^(?:is|are|was|were) there (?:any |some |many )?(?:very )?(?:famous|well known|big|large|important) (?:ones|"
         r"examples(?: of (?:it|them|this))?) (in|on|at|near) ", r"would you find it \1 "),
        (r"^(?:does|did|do|would) (.+) (?:belong to|fall into|count among|count as|fall under) (?:this|the same|that|its) "
         r"(?:class|category|kind|type|group|sort)(?: of (?:things?|objects?))?$", r"is \1 an example of it"),
        (rf"\b(?:throw|toss|chuck) {_ONE} (?:away|out)\b", "discard it"),
        (r"\b(?:thrown|tossed|chucked) (?:away|out)\b", "discarded"),
        # Who makes it and where it is at home.
        (rf"^(?:is|are|was|were) (?!{_IT}\b)((?:\w+ ){{1,4}})(?:really |very |well |world |also )?(?:famous|known|"
         rf"renowned|noted|"
         rf"celebrated|famed) (?:for|because of) (?:(?:making|producing|growing|having|exporting|selling|its|their|"
         rf"eating|brewing) )?{_ONE}$", r"is it associated with \1"),
        (rf"^(?:is|are|was|were) (?!{_IT}\b)((?:\w+ ){{1,4}})(?:the |an? )?(?:main |biggest |largest |leading |"
         rf"major |top |chief |"
         rf"important |big |well known |famous )*(?:producers?|makers?|manufacturers?|growers?|exporters?|brands?)(?: of "
         r"(?:it|them|these|this))?$", r"is it associated with \1"),
        (rf"^(is|are|was|were) {_IT} (?:a )?(?:native|indigenous|endemic)(?: species| animal| plant)?(?: to| of| in) (.+)$",
         r"does it come from \2"),
        (r"\b(?:burn|burns|guzzle|guzzles) (?=(?:diesel|gas|gasoline|petrol|fuel|coal|oil|kerosene|wood)\b)", "need "),
        (r"\bpainted (?=(?:red|blue|green|yellow|white|black|orange|brown|gr[ae]y|pink|purple)$)", ""),
        (rf"^(?:are|is) ((?:\w+ ){{1,3}})(?:needed|required|necessary|essential) (?:for (?:using |making |playing "
         rf")?|to (?:play|use|operate|make|build|fly|drive) ){_ONE}$", r"does it need \1"),
        (r"\b(?:consumed|eaten|ingested|used) as (?:a )?(?:food|meal|food (?:or|and) (?:a )?(?:drink|beverage))"
         r"(?: or (?:a )?(?:drink|beverage))?(?: by \w+)?$", "eaten"),
        # What it is for, said by what one wants to know.
        (r"\b(?:find out|know|see|tell(?: you)?|show(?: you)?|check|learn|determine) how "
         r"(long|big|tall|wide|high|deep|far|hot|"
         r"warm|cold|heavy|fast|loud)\b.*$", lambda found: f"measure {_MEASURED_BY[found[1]]}"),
        (r"\b(?:find out|know|see|check|learn) (?:what time it is|what the time is|how late it is|the time)\b", "tell "
         "the time"),
        (r"\b(?:get|climb|make it|go|walk|hike) (?:up )?(?:to|on|onto) the (?:very )?top of (?=it\b|this\b)", "climb "),
        (r"\breach the (?:top|summit|peak) of (?=it\b|this\b)", "climb "),
        (r"\b(when|if) it (?:pours|is pouring|drizzles|starts raining|starts to rain|begins to rain)\b", r"\1 it rains"),
        (rf"^is {_IT} (?:what|something|a thing|food|the food)(?: that| which)? (\w+s) "
         rf"(?:live|feed|survive|dine|snack|nibble) "
         r"on$", r"do \1 eat it"),
        (rf"^(do|does|would|can) ((?:an? |the )?(?:\w+ )?\w+) (?:feed|snack|nibble|munch|dine|chew) on {_IT}$",
         lambda found: found[0] if found[2] in ("you", "people", "they", "we", "i", "it") else f"{found[1]} "
         f"{found[2]} eat it"),
        (rf"\b(?:run|pull|drag|draw|pass|slide) {_IT} (?:through|over|across|along) (your|the|his|her|their) (\w+)$",
         r"use it on \1 \2"),
        (rf"^(?:would|could|might|can|will|may) (an? (?:\w+ ){{1,3}}|(?!{_IT})(?:\w+ ){{1,2}})be (?:standing |lying "
         rf"|sitting |kept |placed |found |put |seen )?(on|in|inside|under) {_IT}$", r"do you put \1\2 it"),
        (rf"^(?:do|does|would|will|can) (?!{_IT}\b|{_YOU}\b)((?:\w+ )?\w+) (?:follow|accompany|come "
         rf"(?:after|before|with)|go "
         rf"(?:together )?with|pair (?:well )?with) {_IT}$", r"is it associated with \1"),
        (rf"^(?:do|does|can|would) (?!{_IT}\b|{_YOU}\b)(\w+s) (?:grow|hang) (?:on|from) {_IT}$", r"does it have \1"),
        (rf"^does {_IT} (?:go|travel|revolve|move|fly|circle|spin|turn)s? ?(?:around|round)? (?:the|an?|our) "
         rf"(earth|sun|planet|star)$", "does it orbit the sun or the earth or a planet"),
        (rf"^(do|would|can|could|might|will) (\w+s) and \w+s (?=\w+ (?:\w+ ){{0,3}}?{_IT}$)", r"\1 \2 "),
        (r"\blooks? like it (?:is|has)(?: got| wearing)? ", "look like "),
        (rf"^is {_IT} (?:something|a thing|an object|one) (?:that|which) (can|could|would|will|does)\b", r"\1 it"),
        (r"^(?:it|they) (can|could|will|would|does|did|might)\b(?= (?!not$)\w)", r"\1 it"),
        (rf"^is (an? .+?|the .+?) (?:an? |the )?(?:place|spot|location|room) (?:where|in which|that) {_YOU} "
         rf"(?:would |can |could |"
         rf"might |may |will |usually |normally |often )*(?:find|see|keep|use|store|spot|meet|have) {_ONE}(?: in)?$",
         r"would you find it in \1"),
        (rf"^(?:is|are|was|would) {_IT} (?:be )?(not |un(?=able)|in(?=cap))?(?:able to|capable of) (\w+)",
         lambda found: f"can it {'not ' if found[1] else ''}{lemma(found[2])}"),
        # Money without a sum.
        (rf"^(?:would|do|does|could|can|will|might) {_YOU} (?:have to )?(?:pay|spend|shell out) (thousands|"
         rf"millions|hundreds)"
         r"(?: of (?:dollars|euros|pounds))? (?:for|on) (?:it|one|this)$", r"does it cost \1"),
        (r"\b(?:with|for) (?:your |some |a little )?(?:pocket|loose|spare|small) change$", "cheaply"),
        (r"\b(?:in danger of|close to|threatened (?:by|with)|facing) (?:dying out|extinction|"
         r"becoming extinct)\b", "endangered"),
        (r"\b(?:take|have) an? (?:short |quick )?nap\b|\bspend the night\b", "sleep"),
        (r"\b(?:do|doing) (?:sums|maths?|arithmetic|calculations)\b", "calculating"),
        (r"^(?:do |would |are )?you (?:supposed to )?(?:wear|use|need|have|own|put on) (?:two|a pair) of (?:them|"
         r"these)$", "does it come in pairs"),
        # "So heavy that you need four men to lift it", "the vegetable from which chips are made".
        (r"\bso (\w+) that (?:it|they|you|we|one|some\w+|people|an?|the|most|nobody|no one|almost|even)\b.*$", r"\1"),
        (r"\b(from|of|with|in|on|out of) which (.+?) (is|are|was|were) (\w+)$", r"that \2 \3 \4 \1"),
        (r"\b(?:is|are) (?:well |best |widely )?(?:known|famous|noted|renowned) for having\b", "has"),
        (r"(?<=s) (?:are|is) (?:well |widely )?(?:known|famous|said|believed|reputed) (?:to|for) (?:being )?(?:be )?"
         r"(?:fond of|liking|loving|to like|like)\b", " like"),
        (r"^(it|they) (?:happens?|turns? out) to be\b", "is it"),
        (rf"^(?:is|would) there (?:be )?a (?:good |high |decent |fair |real )?(?:chance|possibility|likelihood)(?: that)?"
         rf" {_YOU}(?: would| could| might| will)? ", "would you "),
        (rf"^(?:would|does|could|will|can) {_IT} come in handy (?:for|when)\b", "is it useful for"),
        (r"\b(?:dirt|really|very|quite|so) cheap\b", "cheap"),
        (r"^do they (\w+) it\b", r"do people \1 it"),
        (rf"^is {_IT} an? (?:very |really |quite |pretty )?(?:good|great|skilled|excellent|strong|bad|poor) "
         r"(\w+er)$", _able),
        (r"\b(but|and|that|which) is (?:also )?an? (?:very |really )?(?:good|great|excellent|strong) (\w+er)$",
         lambda found: f"{found[1]} can {_verb_of(found[2])}" if _verb_of(found[2]) else found[0]),
        # Some of its kind stand for it.
        (r"(?<=\w )(?<!is it )an? (?:white|black|red|blue|green|brown|big|small|large|tiny|little|huge|new|old) "
         r"one\b", "it"),
        (r"\b(?:some|many|most|any|all|lots) of (?:them|these|those)\b", "it"),
        (r"\bswitch (it |this )?(on|off)\b( it\b)?", r"turn \1\2\3"),
        (rf"\bpour ((?:\w+ ){{1,2}})into {_IT}$", r"put \1in it"),
        (r"^(is it(?: very| quite)?) (light|heavy|small|big|large|cheap|fast|slow|tall|short|long|loud|quiet|old|"
         r"soft|hard) (?:compared|in comparison) (?:with|to) ",
         lambda found: f"is it {found[2]}{'r' if found[2].endswith('e') else 'ger' if found[2] == 'big' else 'er'} than "),
        # Auxiliaries that a speaker got wrong.
        (rf"^(?:does|do|did) {_IT} (?:got|gots|has|haves|had)\b", "does it have"),
        (r"^is (?:it|this|that) (has|have|got|need|needs|require|requires|contain|contains|lives?|grows?|fly|flies|"
         r"swims?|"
         r"eats?|costs?|weighs?|looks?|tastes?|smells?|makes?|works?|belongs?|comes?|moves?|runs?|produces?)\b(?! of\b)",
         lambda found: f"does it {'have' if found[1] == 'got' else lemma(found[1])}"),
        (rf"^(?:is|does|do|are) {_IT} (?:can|able) (?:to )?", "can it "),
        (rf"^(?:does|do|did) {_IT} (?:is|are|be) ", "is it "),
        (rf"^{_IT} (?:got|has got|gots)\b", "does it have"),
        (rf"^(?:has|have) {_IT} (?!been\b|ever\b|got\b|always\b|become\b|\w+ed\b)", "does it have "),
        (rf"^{_CAN} {_IT} (?:ever )?get (\w+)\b", _passive),
        (rf"^(?:does|can|will|would|did) {_IT} (?:move|go|travel|run|work|walk) (?:very |really |so |quite )?"
         r"(fast|quickly|rapidly|slowly|slow)$",
         lambda found: "is it slow" if found[1].startswith("slow") else "is it fast"),
        (rf"^was {_IT} (?:once |originally |previously |formerly )?(an? .+?) (?:before|at first|in the past|once|"
         r"(?:earlier|early)(?: (?:on|in (?:its )?life))?|in its (?:youth|early life|childhood)|as a (?:baby|"
         r"youngster)|at an earlier stage|originally|previously|when (?:it was )?young(?:er)?)$", r"does it come from \1"),
        (rf"^was {_IT} (?:once|originally|previously|formerly) (an? .+)$|^(?:did|does) {_IT} (?:used? to be|start(?: out"
         rf"| off| life)? as|begin(?: life)? as) (an? .+)$",
         lambda found: f"does it come from {found[1] or found[2]}"),
        (rf"^(can|could|does|will) {_IT} (?:be (?:taught|trained)|learn)(?: how)? to ", r"\1 it "),
        (r"\b(?:float|drift) (?:away|off)\b", "float in the air"),
        (r"\b(?:eat|swallow) (it|this|them) (?:whole|in (?:one|a single) (?:bite|go|gulp|mouthful|swallow))$",
         r"fit \1 in your mouth"),
        (r"\b(an?|any|some) (?:\w+ )?part of (?:your|the|a|our|one s|someone s)(?: human)? body\b", r"\1 body_part"),
        (r"\bnew york city\b", "new york"),
        (rf"^(is {_IT} \w+) in it$", r"\1"),
        # Who would want it, uses it.
        (r"^((?:would|does|do|might|could|will|can|is|was) (?:used by )?(?:an? |the |most |some )?)(?:professional|"
         r"amateur|experienced|"
         r"skilled|trained|qualified|good) (?=\w{3,}(?: \w+)* (?:it|one|this|that|"
         r"them)\b)", r"\1"),
        (r"\b(own|use|have|buy|wear|need|see|find|get|want|hold|eat|carry|play|drive|ride|with|in|on|without|touch|"
         r"keep) one of (?:these|those|them)\b(?! \w+s\b)", r"\1 it"),
        (r"\b(at|in|from|to|into) (an? |the |any |most |your )?((?:(?:toy|grocery|clothes|clothing|shoe|book|music|"
         r"pet|sports|furniture|"
         r"hardware|jewelry|food|department|convenience) )?)shops?\b(?! class)", r"\1 \2\3store"),
        (rf"^(would|does|do|might|could|will|can) {_SOMEBODY} (?:usually |often |probably |ever |want to )?(?:bring|carry"
         rf"|take|want|own|be interested in|be familiar with|know how to use|have (?:a|some|any) use for|"
         rf"find a use for|reach for|work with|rely on|be in charge of|operate|be in command of|"
         rf"depend on|care about|benefit from) {_ONE}(?: (?:along|around|with (?:him|her|them)|to work|at "
         r"(?:work|hand)|on the job|(?:at|in|for|on) (?:his|her|their|the) (?:job|work|trade)))*$", r"\1 \2 use it"),
        (rf"^(?:does|do|did|would|has|have) (?!it\b|this\b|that\b|they\b|you\b)((?:\w+ ){{1,4}})(?:have|had) "
         rf"(?:something|anything|a lot|much) to do with {_IT}$", r"is it associated with \1"),
        (r"^(do|would|can|could|might) (?:both )?(?:men and women|women and men|boys and girls|girls and boys) ",
         r"\1 men "),
        (rf"^(?:do|does|would|will|might) {_SOMEBODY} (?:tell|advise|recommend|urge|want|encourage|remind) (?:you|"
         rf"people|us|everyone|patients|kids) to (?:use|wear|have|own|buy) {_ONE}(?: .*)?$", r"is it associated with \1"),
        (r"\b(with|in|on|into|from|for|to|without|at|inside) them$", r"\1 it"),
        (r"\bthe (british|french|english|dutch|irish|chinese|japanese|spanish|swiss|scottish|welsh|vietnamese|portuguese) "
         r"(?=\w+ )", r"\1 people "),
        (r"\b(drink|eat|use|buy|make|need|wear|play) (?:a lot|lots|plenty|a bunch|much) of (it|this|these|"
         r"them)\b", r"\1 it"),
        (r"\bconnected (?:with|by|to|via|through) (?:an? |the )?(?:\w+ )?(cable|cord|wire)s?\b", r"with a \1"),
        (r"\bkeep ((?:\w+ ){1,2})together\b", r"hold \1together"),
        (r"^(does it) (?:like|love|enjoy) ((?!to\b|being\b|it\b|\w+ing\b)\w+)$", r"\1 like \2 or eat \2"),
        # What it does to people, and what they do with it.
        (r"\b(bad|harmful|terrible|dangerous) for (?:your |the |one s )?(?:heart|health)$", "unhealthy"),
        (r"\b(bad|harmful|terrible) for (?:the |one s )?teeth$", "bad for your teeth"),
        (rf"^(?:do|would|must) {_YOU} (?:have to |need to )?(?:need|buy|get) (?:a new one|it) (?:every|each) (?:year|"
         rf"month|week|season|few \w+)$",
         "does it need to be replaced"),
        (r"\b(?:when|if|during|while|after) (?:the |there is |there was |a |you have )?(?:no )?(?:power|"
         r"electricity)(?: is| goes| went| was| has"
         r" been)?(?: (?:out|off|cut(?: off)?|outage|blackout|failure|gone))?$", "without electricity"),
        (r"\b(need|use|wear|want|take|bring) (it|this|one) (?:when|if) (?:it is |it s |it )?(?:snows?|"
         r"snowing)(?: (?:a lot|heavily|outside))?$",
         r"use \2 in the snow"),
        (r"\b(need|use|wear|want|take|bring) (it|this|one) (?:when|if) (?:it is |it s |it )?(?:rains?|"
         r"raining)(?: (?:a lot|heavily|outside))?$",
         r"use \2 in the rain"),
        (rf"^{_CAN} {_YOU} (?:buy {_IT} once and )?(?:keep|have|use|own) {_IT} for (?:many |several |some |a lot of |"
         rf"lots of )?"
         r"years$", "does it last for many years"),
        (r"\b(?:bought|priced) by the (kilo|kg|kilogram|pound|weight|gram|ounce)$", r"sold by the \1"),
        (rf"^is {_IT} (?:shaped like |in the shape of |like )?an? (cylinder|rectangle|square|circle|triangle|sphere|"
         rf"tube|oval)$",
         lambda found: f"is it {_SHAPES[found[1]]}"),
        (rf"^is {_IT} (?:shaped like|in the shape of) an? (cylindrical|rectangular|round|square|"
         rf"triangular)\b.*$", r"is it \1"),
        # A place for it, and what is found on it.
        (rf"^(?:is|would|are) (an? .+?|the .+?)(?: be)? (?:a |the )?(?:good|typical|usual|likely|common|normal|natural|"
         rf"right|best|obvious) (?:place|spot|location|room)s? (?:for {_ONE}|to (?:keep|find|leave|see|put|store|"
         rf"spot|look for) {_ONE})(?: \w+)?$", r"would you find it in \1"),
        (rf"^(?:is|are) (?!{_IT}\b)(.+?) (?:something|things|a thing|what) (?:that )?{_YOU}(?: would| will|"
         rf" can)? (?:find|see|"
         rf"have) (?:on|in|inside) {_IT}$", r"does it have \1"),
        (rf"^(?:is|are) there (.+?) (?:that|which) (?:goes|go|comes|come|belongs|belong) (?:with|to) {_IT}$",
         r"does it have \1"),
        # "One" is the thing itself where nothing else is.
        (r"^(did|does|can|could|has|was|is|will|would) one (?!of\b|find\b|see\b|use\b|say\b)(?!.*\b(?:it|this|that|"
         r"them|these|one)\b)(?=\w+ \w+)", r"\1 it "),
        # What goes in or on it is put there.
        (rf"^(?:does|do|would|can|could) (?!it\b|this\b|that\b|they\b|you\b|one\b|people\b|[a-z ]*(?:children|"
         rf"kids|students|pupils|teachers|doctors|nurses|patients|tourists|men|women|workers|passengers)\b)"
         rf"((?:\w+ ){{1,3}})(?:go|"
         rf"get put|belong) (in|into|inside|on|onto) {_IT}$", r"do you put \1\2 it"),
        (rf"^(?:would|is|are|does|will) (an? .+?|\w+s) (?:be |become )?(?:useless|worthless|incomplete|pointless|"
         rf"no use|lost|stuck|helpless|nothing|die|starve|fail|be dead|go hungry) without {_IT}$",
         r"is it associated with \1"),
        (rf"^(?:would|is|are|can|could) (an? \w+|\w+s)(?: be)? an? (?:threat|danger|risk|predator|enemy) (?:to|of|"
         rf"for) {_IT}$",
         r"is it hunted by \1"),
        (r"^(?:do|can|will|are) (?:the )?(?:fe)?males(?: of (?:the|this|its) (?:species|kind))? ", "does it "),
        (r"\b(need|have) to take (?:the|its) (?:peel|skin|rind|shell) off(?: first)?\b", r"\1 to peel it"),
        (rf"^(?:does|can|could|would) {_IT} (?:carry|hold|fit|transport|"
         rf"contain) more (?:\w+ )?than\b(?! (?:\d+|\w+) (?:people|persons|passengers))", "is it bigger than"),
        # What it hurts to touch.
        (rf"^((?:does|can|will|would|could|is|do|might) .*\b(?:hurt|bleed|painful|burn|ouch|injured|pain|"
         rf"dangerous)\b.*?) "
         rf"(?:if|when|to) (?:{_YOU} )?(?:grab|grabbed|touch|touched|hold|held|handle|handled|grasp|squeeze|squeezed|hug|"
         rf"pick up) {_ONE}(?: (?:with|in) .*)?$", r"does it hurt you when touched"),
        (r"^.*\b(?:in|of|to) (?:the|an?) (woodwind|brass|string|percussion|wind) section"
         r"(?: of (?:an?|the) (?:\w+ )?(?:orchestra|band))?$",
         r"is it a \1 instrument"),
        (rf"^is {_IT} (?:often |usually |normally |typically )?(?:found|bought|worn|used|seen|had) in (?:a pair|pairs|twos)$"
         r"|^(?:is|are) there (?:usually |always |normally )?one for the (?:left|right)\b.*$", "does it come in pairs"),
        (rf"^is {_IT} (?:most )?famous for (?=\w+ing\b)", "is it known for "),
        (r"\bon an? (camping|hiking|fishing|skiing|hunting|sailing|shopping) trip\b", r"when \1"),
        # Where it comes from.
        (rf"^(?:is|was|are) {_IT} of (\w+) (?:origin|descent)$", r"is it \1"),
        (rf"^(?:does|did|do) {_IT} (?:originally come from|originate (?:in|from)|stem from|hail from|"
         rf"have its (?:origins?|"
         r"roots) in) (\w+(?: \w+)?)$", r"does it come from \1"),
        (rf"^is (\w+(?: \w+)?) (?:where|the (?:country|place|land) (?:where|that)) {_IT} (?:comes|came|originated|"
         r"originates|was invented|is)(?: from| in)?$", r"does it come from \1"),
        # What would be hard without it.
        (rf"^(?:would|is|will) it(?: be)? (?:hard|difficult|tough|impossible|tricky) (?:for {_YOU} )?to (\w+.*) without "
         rf"{_ONE}$", r"is it used to \1"),
        (rf"^is {_IT} (?:what|the thing|the one|how|the place where|where) (?=(?:an?|{_YOU}|most|\w+s) )",
         "is it something that "),
        (r"^is (an? (?:\w+ )?\w+) (?:recommended|required|needed|necessary|advisable|mandatory|compulsory|obligatory)"
         r"(?: (?:when|while|for|to|in order to|if|by) .*)?$", r"do you need \1 to use it"),
        (rf"^is {_IT} (?:usual|typical|common|normal) (?:for {_YOU} )?to (?:own|have|possess) {_ONE}$",
         "is it widespread"),
        (rf"^is {_IT} (?:really |very |any )?(good|bad|healthy|unhealthy|harmful) for (?:you|people|us|{_POSSESSIVE} "
         r"(?:health|body)|human health)$",
         lambda found: "is it healthy" if found[1] in ("good", "healthy") else "is it unhealthy"),
        (r"\butili[sz](?:e|ing)\b", "use"), (r"\butili[sz]ed\b", "used"),
        (r"^not (an? \w.*?)(?: ,? is it)?$", r"is it not \1"),
        (r"^((?:\w+ )?\w+) (makes|produces|sells|uses|eats|plays|wears|make|produce|sell|use|eat|play|wear) (it|them|"
         r"these)(?: ,? right)?$", lambda found: found[0] if found[1] in (
         "you", "people", "they", "we", "i", "does it", "do you")
         or found[1].split()[0] in ("do", "does", "can", "is", "did", "would", "could", "will", "are")
         else f"does {found[1]} {lemma(found[2])} it"),
        (rf" (?:when|if) (?:{_IT} |{_YOU} )?(?:fell|falls|fall|drop|dropped|drops|gets? dropped|is dropped|was "
         rf"dropped|were dropped|threw|throw|is thrown|was thrown|slammed)"
         r"(?: it| them| this)?(?: (?:on|onto|to|from|off|at|against) (?:\w+ ?){1,4})?$", " when dropped"),
        (r"\bfewer than (?=\d|one|two|three|four|five|six|seven|eight|nine|ten)", "less than "),
        (r"\b(?:the|an?|your|my) (?:average|typical|normal|ordinary|regular|usual) (?:joe|person|family|household|"
         r"guy|man|woman|citizen|american|individual|human|human being)\b(?! (?:item|object|thing|good|product)s?\b)",
         "people"),
        (r"^(?:do|does|would|could) (?:a lot of|lots of|many|most|some|a few|plenty of) ", "do "),
        (r"\bby (?:a lot of|lots of|many|most|some|plenty of) ", "by "),
        # What runs across the kinds.
        (rf"^is {_IT} (?:an? )?(?:very |pretty |really |fairly |quite |extremely )?(?:common|popular|commonplace|"
         rf"ordinary|everyday|run of the mill|"
         r"well known)(?: (?:thing|object|item|sight|one|household item))?$", "is it widespread"),
        (rf"^is {_IT} (?:something )?(?:most people|most households|most homes|everyone|everybody|most families|"
         rf"almost everyone|nearly everyone) "
         r"(?:has|have|owns?|would have)(?: (?:one|it|at home|in their home|in their house))*$"
         r"|^do (?:most people|most households|most homes|most families|people) (?:have|own) (?:one|it)(?: at home| "
         r"in their homes?| in their house)?$",
         "is it widespread"),
        (r"\b(?:at|from|on|in|off) (?:walmart|target|costco|a big box store|a superstore)$", "at walmart"),
        (r"\b(?:online|on amazon|off amazon|from amazon|on ebay|on the internet|over the internet)$", "on amazon"),
        (rf"^(?:is|are) {_IT} (?:available|sold|for sale) (at walmart|on amazon)$", r"can you buy it \1"),
        (r"\b(?:on a daily basis|daily|each day|day to day|day in day out)$", "every day"),
        (rf"^is {_IT} (?:something (?:that )?)?(?:an? )?(?:every day|everyday|daily) use (?:item|object|thing)$",
         "do you use it every day"),
        (r" (?:more likely|more often|rather|sooner) than (?:in|on|at|inside|with|by|under) .*$", ""),
        (r" (?:afterwards?|after use|after using it|after each use|every time|each time|before use|beforehand)$", ""),
        (rf"^is {_IT} (?:usually |often |normally )?made (?:out )?(?:of|from) (?:something|a material|material|"
         rf"stuff)(?: that is)? (?:very |really )?(\w+)$",
         r"is it \1"),
        (rf"^is {_IT} (?:well |best |mostly |widely |also )?(?:known|famous|notorious|renowned|recognized) for "
         rf"(?:being|its being) ", "is it "),
        (rf"^is {_IT} (?:often |sometimes |widely |commonly )?(?:said|believed|thought|rumou?red|reputed|claimed|"
         rf"known|supposed) to be ", "is it "),
        (rf"^(?:is|was) {_IT} (?:often |sometimes |widely )?(?:said|believed|thought|rumou?red|reputed|claimed) to ",
         "does it "),
        (r"\b(?:an? |most |many )?(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[2-9]|1[0-2]) years? "
         r"olds?(?: (?:kid|child|boy|girl))?\b",
         "child"),
        (r" using (it|this|one)$", r" with \1"),
        (r"^(?:would|could|can|might) (?!it\b|this\b|that\b|they\b|you\b|there\b|one\b)((?:\w+ ){1,4})(?:be|count "
         r"as) (?:one|an example)$", r"is \1one"),
        (r"\b(own|have|use|carry|keep|buy|wear) (?:several|some|many|a few|multiple|a lot|lots|more than one|two|a "
         r"couple)(?: of (?:them|these))?$",
         r"\1 one"),
        (r"^(?:is|would) the (?:answer|word)(?: be)? (?!(?:that|yes|no|such|if|of|in|a word|an?)\b)(?=\w+(?: \w+)?$)",
         "is it "),
        (rf"^is there (?:any |a |some )?(?:way|chance|possibility)(?: that| for)? {_YOU}(?: to| could| can| might| "
         rf"would)? (\w+)", r"can you \1"),
        (r"\b(?:rely|relies|depend|depends) (?:up)?on (it|this|one)\b", r"use \1"),
        (r"\b(queen|king|president|prince|princess|pope|emperor) of (?:the )?\w+\b", r"\1"),
        (rf"^is {_IT} more (useful|suited|important|valuable|helpful|handy|interesting) (to|for|in|with) (.+?) than "
         rf"(?:to|for|in|with|it is) .+$",
         r"is it \1 \2 \3"),
        (rf"^is {_IT} (?:useful|helpful|handy|important|of (?:any |some )?use|any use) (?:to|for) (an? \w+(?: \w+)?|"
         rf"\w+s)$",
         _useful_to),
        (r"^(?:does|do|would|could) (?!it\b|you\b|they\b)((?:\w+ ){1,4})(?:count as|qualify as|be considered) (?:one|"
         r"an example)(?: of (?:it|these|those|them))?$", r"is \1one"),
        (r"(?<=\w) using (?=(?:an?|the|your|my|their) )", " with "),
        (r"\bthanks to (it|this)$|\bbecause of (it|this)$", "from it"),
        (r"\b(?:about|around|roughly|approximately|nearly|almost|basically) the (?:same )?size (?:of|as)\b",
         "the size of"),
        (r"(?<=\w) (?:rather than|instead of|as opposed to|and not) (?:in |on |at |by |for |with )?(?:an? |the "
         r")?\w+(?: \w+)?$", ""),
        # Where it mostly is, where it may be elsewhere as well.
        (rf"^(?:is {_IT}|do {_YOU}|would {_YOU}) (?:usually|typically|normally|mostly|mainly|generally|primarily|"
         rf"most often|always|most commonly|"
         r"usually only|only) (?:(?:be )?(?:found|find|kept|keep|used|use|seen|see|located|stored|store)(?: it)? "
         r")?(?:an? )?(out|in)(?:doors|side|door)"
         r"(?: (?:item|object|thing))?$", r"is it mainly_\1doors"),
        (rf"^(?:is {_IT} (?:found|kept|used|seen|stored|located)|(?:do|would|will) {_YOU} (?:find|keep|use|see|store) "
         rf"{_IT}) (?:mostly |mainly |usually |only )?(out|in)(?:doors|side) (?:(?:most|all|much) of the time|mostly|"
         r"usually|mainly|primarily|as a rule)$", r"is it mainly_\1doors"),
        (r"\b(float|sink) (?:in|on) (?:an? |the |your )?(?:(?:swimming )?pool|bathtub|bath|lake|sea|ocean|river|sink|"
         r"bucket(?: of water)?|tub)$", r"\1"),
        # What would be strange is not done.
        (rf"^(?:is|would) {_IT}(?: be)? (?:very |really |pretty |quite |kind of )?(?:strange|weird|odd|unusual|silly|"
         rf"crazy|"
         rf"stupid|uncommon|absurd|ridiculous|unheard of|a bad idea|unwise|foolish) "
         rf"(?:(?:for {_YOU} )?to|if {_YOU}) (\w+)", lambda found: f"can you not {lemma(found[1])}"),
        (rf"^(?:is|would) {_IT}(?: be)? (?:normal|usual|typical|reasonable|natural) (?:for {_YOU} )?to (?!(?:say|"
         rf"think|assume|believe)\b)(\w+) "
         rf"{_IT}\b",
         r"do you \1 it"),
        # Places.
        (r"\b(?:under|below|beneath|underneath|in) the (?:ground|earth|soil|surface of the earth)\b", "underground"),
        (r"\b(?:beneath|underneath)\b", "under"),
        (r"\b(?:in (?:the )?(?:places|areas|regions|countries)|somewhere) where it is (?:very |really |always |"
         r"usually |so )?"
         r"(cold|hot|warm|dry|wet|sunny|dark)$|\bwhere it is (?:very |really |always |usually |so )?(cold|hot|warm|"
         r"dry|wet|sunny|dark)$",
         lambda found: f"in a {found[1] or found[2]} place"),
        (r"^(?:is|are|would|might|could|can|will) there (?:be |likely be |usually be |often be )?(?:one|any|some|it|"
         r"one of (?:them|these))(?: of (?:it|them|these))? "
         r"(?=in|on|at|near|inside|under|by)", "would you find it "),
        (r"^(?:would|could|can|might) (?:i|you|one|someone) be likely to (?:see|find|spot) (?:one|it|this)\b",
         "would you find it"),
        (r"\b(?:goes?|going|gone|went|turns?|turned) (?:bad|off|rotten|moldy)\b(?! to)", "spoil"),
        (r" in (?:one|the same|a single) (?:spot|place)$", ""),
        (r" as it (?!is\b)\w+s$", ""),
        (r" (?:for|by|to) (?:most|many|normal|ordinary|average) (?:people|folks|persons|humans)$", ""),
        # The object in the plural is the object.
        (r"^(are|were) (they|these|those)\b", r"is it"),
        (r"^do (they|these|those)\b(?! \w+ (?:it|them)\b)", "does it"),
        (r"\b(?<=you )(\w+) them$", r"\1 it"),
        (rf"^{_IT} (?:has|have)(?: got)? (?!been\b)", "does it have "),
        (rf"^is {_IT}(?: at all)? (?:possible|feasible|ok|okay) (?:for {_YOU} )?to (\w+) {_IT}\b", r"can you \1 it"),
        (rf"^(?:are|would) {_YOU}(?: be)? able to (\w+) {_IT}$", r"can you \1 it"),
        # What one would call it is what it is.
        (rf"^(?:would|could|can|do) (?:{_YOU}|most people) (?:call|consider|describe|classify|regard|label|"
         rf"categorize|think of|refer to) {_IT}(?: to be| as)?\b", "is it"),
        (rf"^(?:would|could|can|do) (?:{_YOU}|most people) count {_IT} (?:as|among)\b", "is it"),
        (rf"^(?:{_IS} {_IT}(?: be)?|does {_IT} get)(?: best)? (?:called|considered|described|classified|regarded|"
         r"labell?ed|categorized|counted|thought of|seen|known)(?: to be| as| like)? (?=an? |some )", "is it "),
        (rf"^does {_IT} (?:count|qualify|classify) as\b", "is it"),
        (rf"^does {_IT} (?:belong to|fall under|fall into) the (?:category|class|group|family) of (\w+)$",
         r"is it \1"),
        (r"^(would|could|can|might|may) (it|this|that) be (?=an? |some |the )", "is it "),
        (rf"^is {_IT} (?:something|a thing) (?:that|which) (?:is|would be) (?=an? )", "is it "),
        (rf"^is {_IT} (?:something|anything|a thing) other than (?=an? )", "is it not "),
        (rf"^is {_IT} anything but (?=an? )", "is it not "),
        (rf"^is {_IT} (?:just |simply )?(?:some )?(?:kind|sort|type|form)s? of (?=\w+$)", "is it a "),
        # Alive or not.
        (r"\bnon ?living\b|\blifeless\b|\binanimate\b", "not alive"),
        (r"\bis it (?:a |an )not alive(?: (?:thing|object|item|one))?\b", "is it not alive"),
        (r"\bnon (edible)\b", r"not \1"),
        (r"\bnon (\w+)\b", r"non\1"),
        # What occurs in nature is natural, wherever else it is found.
        (rf"^(?:is|are|can|could|would|do|does|might) (?:you )?{_IT}?{_SELDOM}(?: be)? ?(?:find|found|seen|occur|exist|"
         rf"occurring|grow) ?(?:it )?(?:naturally|(?:out )?in (?:the )?nature)$|^does {_IT} naturally (?:occur|exist)$",
         "is it natural"),
        # Made by people.
        (r"\bman made (?:thing|object|item)\b", "manmade object"),
        # Who does it, where anybody may.
        (rf"(?<=[a-z](?:ed|en|wn|ad|it)) by (?:{_PEOPLE}|you)$", ""),
        # Of what.
        (rf"^{_CAN} {_YOU} make {_IT} (?:out of|from|of|with|using)\b", "is it made of"),
        (r"\b(consists?|made|composed|built|constructed|comprised|formed) (?:mostly|mainly|primarily|largely|entirely|"
         r"chiefly|only|just|predominantly|usually|typically|generally) (?=of\b|up of\b)", r"\1 "),
        (rf"^does {_IT}{_SELDOM} consist of\b|^is {_IT}{_SELDOM} (?:composed|comprised) of\b", "is it made up of"),
        (rf"^is (\w+) the (?:main |primary |usual )?(?:material|stuff) (?:that |which )?{_IT} is "
         r"(?:made|built) (?:of|from)$", r"is it made of \1"),
        (rf"^is (\w+) (?:used|needed) (?:to make|for making|in making|in the making of) {_IT}$", r"is it made of \1"),
        (rf"^(?:is|are|can|could|would) {_IT}(?: be)?{_SELDOM} (?:built|constructed|composed|manufactured|fabricated|"
         r"formed|comprised|crafted|put together) (?:out of|from|of|with)\b", "is it made of"),
        # Electricity.
        (rf"^is {_POWER} (?:needed|required|necessary)\b.*$", "does it need electricity"),
        (rf"^(?:do|does|would|must) (?:you|one|{_IT}) (?:have to )?(?:need|require|use|take) {_POWER}"
         rf"(?: (?:to|for|in order to) (?:\w+ ?)+)?$", "does it need electricity"),
        (rf"^(?:does|do|can|is) {_IT} (?:run|operate|work|function|run off|powered) (?:on|with|by|using|via|off) "
         rf"{_POWER}$",
         "does it need electricity"),
        (rf"^is {_IT} (?:something (?:that|which) (?:needs|requires|uses|runs on)) {_POWER}$",
         "does it need electricity"),
        (rf"^(?:does|can|will|would) {_IT} (?:run|operate|work|function|be used) without {_POWER}$",
         "does it not need electricity"),
        (rf"^is {_IT} (?:electrical|electric|electrically powered|electricity powered|run on electricity)$",
         "does it need electricity"),
        (rf"^does {_IT} need to be charged(?: .*)?$", "does it need electricity"),
        # Weight and price without a number.
        (r"\bweighty\b", "heavy"),
        (r"\b(?:high|highly) priced\b|\bpricey\b|\bcostly\b|\bpricy\b", "expensive"),
        (r"\blow priced\b|\bbudget friendly\b|\binexpensive\b", "cheap"),
        (rf"\b(expensive|cheap) (?:to|for {_YOU} to) (?:buy|purchase|get|obtain|own)$", r"\1"),
        (r"^(?:can|could) (?:the |an )?(?:average |ordinary |normal |regular |most )?(?:person|people|family|anyone|"
         rf"you|i) (?:easily )?(?:afford|buy) {_ONE}(?: easily)?$", "does it cost less than 100000 dollars"),
        # Shape and colour.
        (rf"^(?:is {_IT}|would it be) (round|square|flat|oval|circular|cylindrical|spherical|long|triangular|"
         rf"rectangular) "
         r"(?:in|of) shape$", r"is it \1"),
        (rf"^does {_IT} have an? (round|square|flat|oval|circular|cylindrical|spherical|triangular|rectangular) "
         r"(?:shape|form)$", r"is it \1"),
        (rf"^is (?:its|the|their) shape(?: of {_IT})? (\w+)$", r"is it \1"),
        (rf"^is (?:its|the|their) colou?r(?: of {_IT})?{_SELDOM} (\w+)$", r"is it \1"),
        (rf"^is {_IT}{_SELDOM} colou?red (\w+)$|^is {_IT}{_SELDOM} (\w+) (?:in|of) colou?r$", r"is it \1\2"),
        (rf"^(?:does|do) {_IT}{_SELDOM} have an? (\w+) colou?r$", r"is it \1"),
        (rf"^(?:is {_IT}|would {_IT} be) (big|large|small|tiny|huge|little) (?:in|of) size$", r"is it \1"),
        (rf"^(?:does|would|do) {_IT} feel (soft|hard|smooth|rough|cold|hot|warm|heavy|light)(?: to touch)?$",
         r"is it \1"),
        # What one can lift, in the passive.
        (rf"^(?:can|could|may|might|is|are) {_IT}(?: be)? (?:easily )?(held|lifted|carried|picked up|grabbed)"
         r"(?= (?:in|with|by|up|easily|using)\b|$)", r"can you \1 it"),
        (r"^can you held it", "can you hold it"), (r"^can you lifted it", "can you lift it"),
        (r"^can you carried it", "can you carry it"), (r"^can you picked up it", "can you pick it up"),
        (r"^can you grabbed it", "can you grab it"),
        # What it has.
        (rf"^is {_IT}{_SELDOM} (?:equipped|fitted|provided|supplied|endowed) with\b", "does it have"),
        (rf"^does {_IT} (?:possess|feature|come with|sport|include)\b", "does it have"),
        (rf"^(?:has|have) {_IT} got\b", "does it have"),
        (rf"^is {_IT} (?:something |a thing |an object |one )?(?:that |which )?(?:has|having|with)\b", "does it have"),
        (rf"^is {_IT} (?:something |a thing |an object )?(?:without|lacking|missing|that lacks)\b", "does it not have"),
        (rf"^does {_IT} lack\b", "does it not have"),
        # What one does with it.
        (rf"^is {_IT} (?:something )?(?:that |which )?(?:to be|can be|could be|may be) (\w+(?:ed|en|wn))$",
         r"can it be \1"),
        (rf"^is {_IT} (?:something |a thing )?to (\w+)$", r"is it something you can \1"),
        (r"\bto be found\b", "found"),
        (rf"^(?:is|was) (?:its|the|their) (?:main |primary |only |sole )?(?:purpose|function|use|job)(?: of {_IT})? to\b",
         "is it used to"),
        (rf"^(?:does|do|can|would) {_IT} help (?:{_YOU}|us|people|me)(?: to)?\b", "is it used to"),
        (rf"^(?:do|does|can|could|would) {_YOU} (clean|cut|dig|write|draw|cook|paint|eat|drink|clean things|"
         rf"cut things|open \w+) (?:with|using) {_IT}$", r"is it used to \1"),
        (rf"^is {_IT} (?:fit|suitable|safe|good|okay|ok|fine) (?:for (?:human |people's )?(?:consumption|eating)|to "
         rf"eat)$",
         "is it edible"),
        (rf"^is {_IT} (?:consumable|a food item|something edible|an edible thing|something to eat|for eating)$",
         "is it edible"),
        (rf"^is {_IT} (?:something |a thing )?{_YOU} (?:can not|would not|do not|could not) (\w+)$",
         r"is it not something you \1"),
        (rf"^is {_IT} impossible to (\w+) {_IT}$", r"can you not \1 it"),
        # What another thing is beside it.
        (r"^(?:is|are|was|were) (?!the (?:object|item|thing)\b)((?:an?|the|most|my|your) (?:\w+ ){0,2}?\w+|(?:\w+ )?\w+s) "
         rf"(?:much |even |any )?({'|'.join(_OPPOSITE)})((?: \w+)?) than {_IT}$", _turned),
    )
)  # fmt: skip


_CLASSES = {
    "it": _IT, "one": _ONE, "you": _YOU, "can": _CAN, "people": _PEOPLE, "gives": _GIVES, "power": _POWER, "seldom": _SELDOM,
    "somebody": _SOMEBODY,
    "often": r"(?:(?:usually|typically|normally|often|generally|commonly|mostly|mainly|ever|sometimes|regularly) )?",
    "who": r"(?:(?:your|my|his|her|a|an|the|most) )?(?:grandma|grandmother|granny|grandpa|grandfather|grandparents?|mom|mum|"
    r"mother|dad|father|parents|uncle|aunt|neighbou?rs?|friends?|wife|husband|roommate|boss|"
    r"average (?:joe|family|guy|person)|(?:single )?(?:person|student|couple|family|man|woman)(?: (?:living|who lives|"
    r"that lives) .+?)?)",
}  # fmt: skip
"""What stands between angle brackets in ``data/wordings.txt``."""


@cache
def _listed() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the patterns of ``data/wordings.txt``, each with the plain question that it asks."""
    return tuple(
        (re.compile(re.sub("<(\\w+)>", lambda found: _CLASSES[found[1]], line)), plain)
        for plain, lines in read_sections("wordings.txt").items()
        for line in lines
    )


WORDS = frozenset(
    re.findall(
        r"[a-z]{3,}",
        " ".join(
            [
                *(rule.pattern for rule, *_ in _FIRST + _RULES),
                *(rule.pattern for rule, _ in _listed()),
            ]
        ).replace(r"\b", " "),
    )
)
"""The words that the rules speak of, and parts of them."""

_USED_FOR = re.compile(
    rf"^((?:is|are|was) {_IT} (?:\w+ )?used|(?:can|could|would|might) {_IT} be used|"
    rf"(?:(?:do|would|can|could|might|will) )?{_YOU} use {_IT}) "
    r"for (\w+ing)\b(?! board| table)"
)


def _reworded(text: str, rules: tuple[_Rule, ...]) -> str:
    for pattern, plain, at_start, literal in rules:
        if literal not in text or (at_start and pattern.match(text) is None):
            continue  # found at once: a search tries every place
        text = pattern.sub(plain, text, count=1)
    return text


def _from_list(text: str) -> str:
    """Return the question that a list over all objects answers, where the text is a wording of one."""
    return next(
        (found.expand(plain) for rule, plain in _listed() if (found := rule.fullmatch(text))), text
    )


def plainly(text: str) -> str:
    """Return a question's words in the plainest wording that asks the same."""
    text = _reworded(_from_list(_reworded(text, _FIRST)), _RULES)
    return _USED_FOR.sub(lambda found: f"{found[1]} to {lemma(found[2])}", text)
