"""From the words of a text to its sentences, freed of politeness, hedges and nonsense."""

from __future__ import annotations

import re
from itertools import (
    pairwise,
)

from llm_gym.oracles.knowledge.twenty_questions.language import (
    VERBS,
    lemma,
    vocabulary,
)
from llm_gym.oracles.knowledge.twenty_questions.sheets import (
    FUNCTION_WORDS,
)
from llm_gym.oracles.knowledge.twenty_questions.words import (
    AUXILIARIES,
    PREFIX_WORDS,
    PREPOSITIONS,
    Words,
)

EMBEDDED = re.compile(
    r"^(?:please )?(?:(?:can|could|would|will) you (?:please )?(?:tell|confirm|say)(?: me)?|"
    r"tell me|"
    r"do you know|i wonder|i am (?:just )?wondering|i was (?:just )?wondering|i am curious|"
    r"i would like to know|i want to know|"
    r"let me know|may i ask|can i ask|could i ask|"
    r"is it (?:true|correct|right|(?:fair|right|safe|accurate) to say|the case|a fact)|"
    r"would (?:it|you) be (?:true|correct|fair|right|accurate|reasonable|safe|okay)(?: to (?:say|assume|call it|think|"
    r"believe))?|"
    r"(?:would|could|can|might) (?:you|one|people|we|i) (?:say|call(?= (?:it|this|that|them)\b)|think|argue|consider)|"
    r"do (?:you|people|we) (?:think|believe|reckon|suppose|consider|say(?= (?:that )?(?:it|this|they|these)\b))|"
    r"am i (?:right|correct)(?: in (?:thinking|saying|assuming|guessing))?|"
    r"(?:before i (?:\w+ ){1,4}(?:, )?)?i (?:would like to|want to|have to|must|wish to|need to|am trying to) "
    r"(?:ask(?: you)?|find out|figure out|learn|check|see)|"
    r"i (?:think|guess|believe|suppose|bet|suspect|would say|say|would guess|would bet|assume|imagine|take it)|"
    r"(?:my (?:final |best )?(?:guess|hunch) (?:is|would be)|so|"
    r"i am (?:thinking|guessing|assuming|betting|leaning towards?|(?:pretty|fairly|quite) sure|sure|convinced)|"
    r"i have (?:got )?a (?:feeling|hunch)|are you (?:really |quite |absolutely )?(?:sure|certain|positive)|(?:it|this) "
    r"(?:seems|sounds|looks)(?: to me)? like(?= it\b| this\b| you\b)|"
    r"it (?:seems|appears)(?: to me)?(?= (?:that )?(?:it|this|you)\b))|"
    r"is (?:the|your) (?:answer|object|word|item|thing) (?:that|such that)|"
    r"(?:is|would) the answer(?: be)?)"
    r"(?: ,)?(?: (?:if|whether|that))?(?: or not)?(?: ,)? "
)


INTERJECTIONS = frozenset(
    "um umm uh uhh hmm hm er erm yeah yep yup nah gotcha huh eh lol haha welp dude bro man yo lemme".split()
)

FILLER = re.compile(
    r"(?:^| )(?:, )?(?:like|you know|ya know|i mean|um+|uh+|hmm+|er+m?|sort of|kind of|basically|literally|i guess|"
    r"i suppose|say) ,"
    r"|(?:^| )(?:um+|uh+|hmm+|er+m?) "
    r"|(?<=is it)(?: like)(?= (?:bigger|smaller|larger|heavier|lighter|made|used|found|alive|really|very|a kind))"
)
"""Words that a speaker puts in while thinking."""

SPOKEN = re.compile(
    r"(?:^| )(?:, )?(?:i dunno|i do not know|dunno|lemme (?:see|guess|think)|let me (?:see|guess|think))(?: ,)?(?= )"
    r"|(?<=[a-z]) (?:kinda|sorta|super|totally|hella|freaking|seriously)(?= [a-z])"
)
"""Words of speech that say nothing, between others."""

_SOUNDS_ALIKE = tuple(
    (re.compile(pattern), meant)
    for pattern, meant in (
        (r"\b(\w+er|more|less) then (?=an? |the |my |your )", r"\1 than "),
        (
            r"\b(you|people|someone|to|women|men|kids) (?:were|where) (?=it\b|them\b|this\b|one\b|on\b)",
            r"\1 wear ",
        ),
        (
            r"\b(it|they|this) (?:weight|way) (?=more|less|over|under|about|a\b|as\b|\d)",
            r"\1 weigh ",
        ),
        (r"\b(you|people|i|to) by (?=it\b|them\b|this\b|one\b)", r"\1 buy "),
        (r"\b(you|people|i|to) (?:here|hare) (?=it\b|them\b|this\b|one\b)", r"\1 hear "),
        (r"\b(you|people|i|to) sea (?=it\b|them\b|this\b|one\b)", r"\1 see "),
        (r"\b(you|people|i|to) loose (?=it\b|them\b|this\b|one\b)", r"\1 lose "),
        (r"\b(you|people|i|to) right (?=with\b|on\b|down\b)", r"\1 write "),
        (r"\b(made (?:out )?(?:of|from)) would\b", r"\1 wood"),
        (r"\b(eats?|of|from) meet\b", r"\1 meat"),
        (r"\b(have|has|got|with) (a|any|long|short) (long |short |big )?tale\b", r"\1 \2 \3tail"),
        (
            r"\bpeace of (?=furniture|clothing|paper|wood|art|food|jewelry|equipment|cloth|fruit)",
            "piece of ",
        ),
    )
)
"""Words that sound like the one that was meant, where only that one can stand."""

_KIND_OF = re.compile(r"(?<=^is it )(?:kind|sort) of (?!an?\b|the\b)(?=\w+$)")
"""Not "a kind of", but rather: "is it kind of bitter"."""

_TWICE = re.compile(r"\b(great|very|really|so|super|big|many|far|much|long) (?:\1 )+")
"""Words that are said again for stress: "very very", "great great grandmother"."""

_ISH = re.compile(
    r"\b(red|blue|green|yellow|brown|black|white|gr[ae]y|pink|purple|orange|round|small|big|tall|flat)d?ish\b"
)

_LIKE = re.compile(r"\b(it|people|they|you|we) like (\w+)\b")
_LIKE_WHAT = re.compile(
    r"\b(have|has|got|of|for|with|from|into|made|be|get)(?: ,)? like(?: ,)? (?!to\b|this\b|that\b|it\b)(?=\w)"
)
_BEFORE_WHAT = frozenset(
    "for in on under with have super kinda sorta pretty totally big small hot cold soft hard used made found alive "
    "hurt".split()
)
_LIKED = frozenset("water fish milk drink sun light color record people".split())
"""What a thing may truly like, though the words are verbs as well."""


def unspoken(text: str) -> str:
    """Return ``text`` without what a speaker puts in: "do people like put it on, i dunno, their heads"."""
    text = _KIND_OF.sub("", text)
    text = SPOKEN.sub("", FILLER.sub(" ", _TWICE.sub(r"\1 ", text)))
    text = _ISH.sub(r"\1", text)
    text = _LIKE_WHAT.sub(r"\1 ", _LIKE.sub(_without_like, text))
    text = re.sub(
        r"\bem\b",
        "them",
        re.sub(
            r"(?:^|(?<=that )|(?<=sure )|(?<=, ))its (?=not |an? |the |some |something )",
            "it is ",
            text.strip(),
        ),
    )
    for pattern, meant in _SOUNDS_ALIKE:
        text = pattern.sub(meant, text)
    return text


def _without_like(found: re.Match[str]) -> str:
    word = found[2]
    idle = word in _BEFORE_WHAT or (word in VERBS and word not in _LIKED)
    return f"{found[1]} {word}" if idle else found[0]


CLOSING = re.compile(
    r"(?: ,)? (?:is (?:that|this) (?:right|correct|so|true|it|accurate)|and such|and stuff|and so on|supposedly|"
    r"allegedly|apparently|famously|kinda|sorta|at least|"
    r"a (?:little )?bit|and things like that|"
    r"or (?:something|anything|things|stuff|whatever|one of those)(?: (?:like that|like this|similar|of the sort))?|"
    r"(?:just )?like (?:usually|normally|mostly|always|typically|generally)|or the like|etc|"
    r"and all that|or so|i guess|i think|i wonder|i suppose|yeah|yep|huh|eh|lol|haha|or no|or nah|or not|"
    r"(?<!and "
    r")then|though|"
    r"in a manner of speaking|so to speak|in a way|if you will|in a sense|maybe|right|correct|please|at all|somehow|"
    r"you think|would you say|do you think|if you know what i mean)$"
)
"""Words that a speaker hangs on."""

_ANYONE = r"(?:you|people|someone|somebody|one|i|we|they|a person|folks)"
_WOULD = r"(?:would|do|does|might|could|will|can|should)"
_GO = (
    r"(?:just )?(?:(?:went|go|am|was) (?:for|on) an? (?:\w+ )?(?:walk|hike|stroll|trip|drive|ride)|walk(?:ed)?|went|"
    r"go|look(?:ed)?|step(?:ped)?|drive|drove|ride|rode|hike|hiked|sail|sailed|fly|flew|"
    r"were|are|am|(?:were|happen(?:ed)?|go|went) to (?:visit|enter|walk|look|go|step|search)|enter(?:ed)?|came|come|"
    r"visit(?:ed)?|search(?:ed)?)"
)
_GOING = (
    r"(?:walking|driving|riding|hiking|sailing|going|looking|camping|visiting|traveling|on an? "
    r"(?:walk|hike|trip|visit|drive|tour|stroll))"
)
_WHERE = (
    r"(?: hiking| swimming| walking| camping| shopping)?(?: around| out)?"
    r"(?: (?:into|in|to|inside of|inside|through|at|on|past|by|near|along|across|over|around))?"
)
_FRONTED = (
    # "If I walked into an office, would I see one?"
    (
        re.compile(
            rf"^(?:.* )??(?:if|when|suppose|supposing|assuming|say|imagine|once|whenever) {_ANYONE} {_GO}{_WHERE} "
            rf"((?:\w+ ){{1,5}}?)(?:and (?:\w+ ){{1,6}}?)?,? ?({_WOULD} (?:{_ANYONE}|it|there) .+)$"
        ),
        r"\2 in \1",
    ),
    # "Would I see one if I drove past a farm?"
    (
        re.compile(
            rf"^({_WOULD} {_ANYONE} (?:\w+ )*?(?:see|find|spot|hear|meet|encounter|come across|run into|pass|notice) "
            rf"(?:\w+ )?(?:it|one|them|this)),? (?:(?:if|when|while) {_ANYONE} {_GO}|(?:if |when |while )?{_GOING}){_WHERE} "
            r"((?:\w+ ){0,4}\w+)$"
        ),
        r"\1 in \2",
    ),
    # "So if I go to the zoo, I'd see it there?"
    (
        re.compile(
            r"^(?:so |and |then )?(?:if|when) (?:i|you|we|someone) (?:go|went|goes|come|came|were|am|are|walked?|"
            r"visit(?:ed)?) (?:into |in |to |at )?((?:\w+ ){1,4}?),? ?(?:i|you|we|they) would (?:probably |likely )?"
            r"(?:see|find|spot|meet) (?:it|one|this|them)(?: there| in there)?$"
        ),
        r"would you find it in \1",
    ),
    # "I'm thinking of things in the produce aisle, would it be there?"
    (
        re.compile(
            rf"^(?:.* )??(?:thinking|talking|speaking|think) (?:of|about) (?:(?:things|stuff|items) )?"
            rf"(?:in |at |on )?((?:\w+ ){{1,5}}?),? ?({_WOULD} (?:{_ANYONE}|it) .+) there$"
        ),
        r"\2 in \1",
    ),
    # "When someone builds a house, would they need this?"
    (
        re.compile(
            rf"^(?:.* )??(?:if|when|while|whenever) {_ANYONE} (?:(?:is|are|am|were|was|want|wants|wanted|need|needs|"
            rf"needed|have|has|"
            rf"wish|wishes|like|likes|had|would|going|plan|planning|trying|try|to) )*(\w+ (?:\w+ ){{0,6}}?),? "
            rf"?{_WOULD} {_ANYONE} (?:(?:probably|likely|"
            r"usually|normally|be|often|definitely|have|need|want|to|likely) )*(?:need|want|use|reach for|require|"
            r"grab|pick up|take|utilize) "
            r"(?:to use )?(?:this|it|one|that|this thing|such a thing)$"
        ),
        r"is it used for \1",
    ),
)
"""A circumstance that a question begins with, and where it belongs."""


_CHANCE = re.compile(
    rf"\b(?:is|would) there (?:be )?(?:a|any) (?:\w+ )?(?:chance|possibility)(?: that)? ({_ANYONE}) (?:would|could|"
    rf"might|will|may|can) "
)


def unfronted(text: str) -> str:
    """Return ``text`` with a circumstance that it begins with where the reader looks for it, or what it comes to."""
    text = _CHANCE.sub(r"would \1 ", text)
    for pattern, plain in _HYPOTHETICAL:
        if found := pattern.match(text):
            return found.expand(plain)
    for pattern, plain in _FRONTED:
        found = pattern.match(text)
        if found is None:
            continue
        if plain.startswith("is it"):
            verb, _, rest = found[1].strip().partition(" ")
            return f"is it used to {lemma(verb)} {rest}".strip()
        return found.expand(plain).replace(" there in ", " in ").strip()
    return text


_WATER = r"(?:rain|wet|water|shower|puddle|bathtub|pool|lake|sea|river|ocean|pond|sink|storm|snow)"
_HYPOTHETICAL = (
    # "Would it get ruined if I left it out in the rain?"
    (
        re.compile(
            rf"^(?:would|will|does|can|could|might|is) (?:it|this|that|they) (?:be |get )?(?:ruin(?:ed)?|damaged?|"
            rf"destroy(?:ed)?|"
            rf"spoil(?:ed|t)?|break|broken|stop working|be no good)(?: (?:if|when|by|in|from)\b.*)? (?:\w+ )?{_WATER}$"
            rf"|^(?:would|will|does|can|could|might) (?:the )?(?:rain|water)(?: \w+)?? (?:ruin|damage|destroy|harm|"
            rf"hurt|spoil) "
            r"(?:it|this|them)$"
        ),
        "is it ruined by water",
    ),
    # "Would it sink if you threw it in a lake?"
    (
        re.compile(
            rf"^(?:would|will|does|can|could|might) (?:it|this|that|they) (sink|float)(?: to the bottom| on "
            rf"top)?,? (?:if|when) .*"
            rf"\b{_WATER}$"
        ),
        r"does it \1",
    ),
    # "If you threw it in a lake, would it sink?"
    (
        re.compile(
            rf"^(?:if|when|suppose|say) .*\b{_WATER},? (?:would|will|does|can|could|might) (?:it|this|that) (sink|float)$"
        ),
        r"does it \1",
    ),
    # "If I threw it at a window, would the window break?"
    (
        re.compile(
            r"^(?:.*\b(?:threw|throw|hit|hits|toss(?:ed)?|swung|swing)\b.*\b(?:window|glass)\b.*\b(?:break|smash|"
            r"shatter|crack)\b.*|"
            r".*\bit (?:break|smash|shatter) (?:a|the|my|your) (?:window|glass)\b.*)$"
        ),
        "can you break a window with it",
    ),
    # "Would it melt in the desert?"
    (
        re.compile(
            r"^(?:would|will|does|can|could|might) (?:it|this|that|they) melt (?:away )?(?:in|if|when|on|under) "
            r".*\b(?:sun|sunlight|"
            r"desert|heat|hot|warm|summer|oven|microwave|fire|car|stove|sunshine)(?: (?:day|place|water|weather))?$"
        ),
        "does it melt",
    ),
)
"""What would become of it, and what that says of it."""


ITS = re.compile(
    r"\bits (?=(?:made|used|found|worn|eaten|a|an|the|not|more|bigger|smaller|something|usually|mostly|alive|edible)\b)"
)
"""A slip for "it is"."""


KIND_AS_SUBJECT = re.compile(
    r"^(is|does|can|do|has|could|would|will|was|did|are) (?:the|this|that|your) (animal|creature|bird|insect|instrument|"
    r"vehicle|tool|food|device|machine|garment|fruit|vegetable|plant) (?!(?:of|that|which|you|s|part|kingdom)\b)(?=\w+ ?\w*)"
)
"""What calls the object by its kind: "does the animal live in herds"."""


TOPIC = re.compile(
    r"^(?:(?:just )?(?:in terms of|as for|regarding|concerning|speaking of|when it comes to|with regards? to|thinking "
    r"(?:only )?(?:of|about)|considering|judging by|as far as) (?:\w+ ){1,5}, |only )"
    r"|(?<=\w) , (?:(?:generally|broadly|roughly|strictly|technically|practically) speaking|as far as you know|in "
    r"your (?:opinion|view|experience)|by any "
    r"chance|"
    r"in general|if anything|for the most part|at least) ,"
)
"""What a speaker names before asking about it: "in terms of materials, ..."."""


THE_OBJECT = re.compile(
    r"\b(?:the|your) (?:thing|object|item|one|word|answer|secret)(?: that| which)? (?:you|i) "
    r"(?:have in mind|had in mind|are thinking(?: of| about)?|are holding|chose|picked|have chosen|have picked|"
    r"selected|have selected|are hiding|have hidden|got in mind|thought of)\b"
    r"|\bwhat you (?:are thinking(?: of| about)?|have in mind|had in mind|picked|chose|have chosen)\b"
    r"|\b(?:the|this|that|your|these|those)(?: (?:secret|hidden|mystery|mysterious|unknown|chosen|same|actual|whole))? "
    r"(?:objects?|items?|things?|thingy|entity)\b(?: in question| itself)?"
    r"(?! (?:of|that|which|you|i|we|people|to|with which|where|s|in|on|for|your|my|one|called|like)\b)"
)
"""How the object is spoken of: "this item", "what you have in mind"; "the thing that you eat" stays."""


LEAD_IN = re.compile(
    r"^(?:.* [,:;] (?:(?:so|and|but|then|well|now) )*|(?:so |and )?(?:if|when) (?:\w+ ){2,10}?|just to (?:be sure|"
    r"check|narrow (?:things|it) down(?: a "
    r"(?:little|bit))?) )"
    r"(?=(?!(?:do|would) you (?:think|say|agree)(?: so)?$|(?:is|would|was) (?:that|this|it) (?:be )?(?:right|correct|so|"
    r"true|fair|accurate|it)$)"
    r"(?:is|are|was|were|does|do|did|has|have|can|could|would|will|might|may|should|must) "
    r"(?:it|this|that|they|these|those|you|one|i|we|people|someone|somebody|(?:a|the average|an average) person|most "
    r"people|the (?:object|item|thing)|your|there)"
    r" (?!say\b|not$)\w|it (?:is|has|can|would|might|could|does|must) \w|we are (?:not )?(?:talking|speaking|dealing) \w)"
)
"""What is said before the question itself begins."""


TAKEN_AS_GIVEN = re.compile(r"^(?:given|granted|assuming|supposing|provided|seeing) that [^,]*, ")
"""What a question supposes before it is asked, which says nothing of the object."""


def split_sentences(words: Words) -> list[Words]:
    """Split at full stops, question marks and exclamation marks; empty sentences are left out."""
    sentences: list[Words] = [[]]
    for word in words:
        if word[0] in ".?!":
            sentences.append([])
        else:
            sentences[-1].append(word)
    return [sentence for sentence in sentences if sentence]


ABOUT_THE_WORD = re.compile(
    r"\bletters? (?:called )?[b-z]\b|\bletter a\b|\b(?:its|the) (?:object s )?name(?: of (?:it|the (?:object|thing|item)))? "
    r"(?:\w+ )?(?:contains?|have|has|consists?|start|begin|end|composed|made|long|longer|short|shorter|include)\b|"
    r"\bwhere you (?:are|live)\b|"
    r"(?<!nursery )\brhymes?\b|\b(?:spelled|spelt|syllables?|vowels?|consonants?)\b"
    r"|\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) letters?\b(?! (?:on|printed))"
    r"|\b(?:first|second|third|fourth|fifth|last|final|double|repeated|silent) letters?\b"
    r"|\b(?:noun|verb|adjective|palindrome|anagram|acronym|compound word|(?:the|its) (?:word|name) (?:long|short))\b"
    r"|\b(?:before|after) .*\b(?:in (?:the|a) dictionary|alphabetically|in (?:the )?alphabet(?:ical order)?)$"
    r"|^is (?:it|this|that) (?:(?:just |only )?(?:one|two|three|a single|more than one) words?|plural|singular)\b"
    r"|\b(?:start|begin|end)s?(?:ing)? (?:with|in) (?:the |a |an )?(?:letter\b|[a-z]$)"
)


TYPICAL_ONE = re.compile(
    r"\bthe (?:(?:male|female|average|typical|adult|standard|real|classic|usual|normal|common|"
    r"ordinary|traditional|original)(?: (?:one|version|kind|type|model))?|whole thing|ones?|"
    r"(?:whole|entire) (?:one|object|item))(?= (?!of)[a-z]+)"
)


HEDGE = re.compile(
    r" (?:at some (?:point|time)|at (?:normal )?room temperature|(?<!doors )(?:a lot|most|much|some|all) of the time|"
    r"at times|from time to time|these days|nowadays|"
    r"\w+ speaking|in general|as a rule|for the most part|on occasion|every now and then|now and then|"
    r"alike$|at first$|on (?:one|both|each|either) sides?|every once in a while|once in a while|more often than not|in "
    r"real life|in everyday life|"
    r"to the touch|at least(?! (?:\d|a |an |one |two |three |five |ten |twenty |fifty |several ))|in one sitting|day "
    r"to day|"
    r"in (?:the (?:good )?old(?:en)? (?:days|times)|former times|times gone by)|back in the (?:day|old days)|"
    r"in (?:great|large|huge) (?:numbers|quantities|amounts)|on a (?:large|massive|huge) scale|"
    r"(?<!made )so (?:that )?(?:it|they|you|the|your) (?:does|do|can|will|would|is|are|stay|stays)\b.*$|"
    r"in (?:an emergency|a pinch|case of emergency)|if (?:necessary|needed|need be)|side by side|(?:right )?next to each "
    r"other|at the same time|(?:while|when) (?:in|during) (?:use|operation)|(?:while|when) (?:being )?used|during use|"
    r"(?<!live )(?<!last )(?<!keep )(?<!stay )for (?:a (?:very )?long (?:time|while)|ages|days|weeks|months)(?: on end)?|"
    r"after a (?:long|hard|hot) day|after (?:a |some |several )?(?:couple of |few )?(?:days?|weeks?|months?|time|while)|"
    r"all the time|in (?:some|certain|many) (?:countries|cultures|places)|"
    r"when (?:it is )?(?:ready|done|finished)|on the outside and (?:on )?(?:the )?inside|"
    r"according to (?:the )?(?:\w+ )?(?:legends?|folklore|myths?|tradition|lore|superstition|stories|proverb|saying)|"
    r"as the saying goes|so (?:they|people) say|as (?:they|people) say|in (?:children s|childrens|many|old|some) stories|"
    r"(?:alive|living|existing|available) today|most likely|as you know|"
    r"(?:, )?(?:just )?(?:like |at least )?in (?:the )?(?:cartoons|movies|films|stories|fairy tales|jokes|pictures|"
    r"comics)|by (?:any )?chance|after all|at all|in "
    r"some way|in any way|in most cases|in many cases|"
    r"expect(?:ed)? to(?= (?:see|find|spot|hear|meet|come))|(?:seem|tend|happen|bother|manage)s? to|"
    r"(?:be )?likely to(?= (?:see|find|spot|have|be))|end up(?= \w+ing))\b"
)


ASIDE = re.compile(
    r"(?<=\w) (?:,? ?(?:before|until|till|even if|even though|although|because|since|unless) (?!the age|there were|"
    r"people|humans|jesus|christ|"
    r"columbus|electricity|before|the (?:invention|discovery)|shakespeare|computers|the (?:first|second|industrial|"
    r"civil|internet|\d|year|twentieth|"
    r"nineteenth|"
    r"eighteenth)|world war|\d)(?:\w+ "
    r"){0,5}\w+"
    r"|, (?:meaning|i mean|as in|that is|in other words|for (?:example|exemple|instance)|e g|which means) (?:\w+ ?)+"
    r"|, like (?:you|it|they|when|if|how|where|because|just|so|people) (?:\w+ )*\w+"
    r"|,? ?(?:if|when) (?:you|people|someone|one|i|we|they) (?:(?:get|go|got|come|came|went|mess|messed) (?:too )?(?:close "
    r"to|near|with|up to)|bother|annoy|scare|poke|tease|upset|anger|startle|disturb|threaten|provoke|corner|attack|pet|"
    r"step on|stepped on|touch|make|made)(?:e?d)? (?:it|them|one)(?: (?:mad|angry|wrong|wrongly))?"
    r"|,? ?(?:if|when) (?:(?:it|you|people|someone|one|they) (?:is|are|gets?|feels?|was|were) )?(?:provoked|threatened|"
    r"cornered|angered|disturbed|attacked|startled|"
    r"scared|misused|handled (?:badly|carelessly|wrongly|roughly)|used (?:wrongly|badly|improperly|carelessly)|careless|"
    r"(?:not|n t) (?:\w+ )?(?:careful|paying attention|cautious)|(?:well )?looked after|(?:properly )?cared for|treated "
    r"well|left (?:out|outside|alone|unattended|"
    r"behind)(?: (?:in|on|for) (?:\w+ ){0,3}\w+)?)"
    r"|,? ?(?:if|when) it (?:had|has|were|was|got|gets|have) (?:\w+ ){0,5}\w+"
    r"|,? ?(?:once|as soon as|after|when|if|whenever|in case|while) (?:it|you|one|someone|somebody|people|i|we|they) "
    r"(?:(?:is|are|was|were|has|have|had|do|does|did|would|will|can|could|just|get|gets) )*"
    r"(?:finish|finished|done|ready|use|used|want|need|left|leave|buy|bought|own|have|own|look|looked|look at|start|"
    r"started|work|play|"
    r"plant|planted|turn|turned|press|pressed|plug|plugged|see|saw|get|got|keep|kept|store|stored|think|thought|"
    r"think about|touch|"
    r"touched|"
    r"pick|picked|visit|visited|want to|bored|hungry|thirsty|tired|travel|traveling|away|gone|older|young)"
    r"(?: (?:it|one|them|that|with|on|up|out|in|at|about|about it|hard enough|closely))*(?: (?:for|over|after|in) (?:\w+ "
    r"){0,3}\w+)?)$"
)
"""A clause that the question takes for granted: "before cars were invented", "if I left it out for a month"."""


BECAUSE = re.compile(r"(?<=\w),? because (?!of\b).*$")
"""A reason that the question gives itself."""


IMPLIED_PLACE = re.compile(r"(?<=\w) (?:(?:in )?there|inside)$")


THINKING_OF = re.compile(r"^are you thinking (?:of|about) (?=(?:a|an|the|some)\b)")


def strip_prefix(words: Words) -> Words:
    """Drop interjections before the question: up to a comma, or one by one."""
    start = 0
    for i, word in enumerate(words[:8]):
        if word == "," and all(w in PREFIX_WORDS or w == "," for w in words[:i]):
            start = i + 1
    while start < len(words) and (
        words[start] == ","
        or (
            words[start] in (PREFIX_WORDS | INTERJECTIONS) - {"is", "it", "you", "i", "one"}
            and words[start : start + 2] != ["no", "one"]
        )
        or (
            words[start] == "like"
            and words[start + 1 : start + 2]
            and words[start + 1] in AUXILIARIES
        )
    ):
        start += 1
    return words[start:]


def is_plausible(words: Words) -> bool:
    """Whether the words can be a sentence: no word thrice, no bare repetition.

    Something to ask about.
    """
    content = [w for w in words if w[0].isalnum()]
    if any(content.count(w) > 2 and w not in FUNCTION_WORDS and len(w) > 2 for w in set(content)):
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


def is_nonsense(words: Words) -> bool:
    """Whether several words carry the content and none of them is a word known to the data."""
    content = [w for w in words if w[0].isalpha() and len(w) > 2 and w not in FUNCTION_WORDS]
    content = [w for w in content if w not in AUXILIARIES and w not in PREPOSITIONS]
    return len(content) > 1 and all("_" not in w and lemma(w) not in vocabulary() for w in content)
