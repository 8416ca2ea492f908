"""The regular expressions by which questions are taken apart."""

from __future__ import annotations

import re

from llm_gym.oracles.knowledge.guess_my_city.text import stem

CONTROL = re.compile(
    r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ud800-\udfff\ufeff]"
)
"""Control and format characters and lone surrogates; the line break is none."""

_HOME = (
    r"(?:your|ur|the|this|that) "
    r"(?:home ?town|home city|native city|city|town|place|hometown city)"
)
HOME_FULL = (
    rf"{_HOME}(?: (?:that |where |which )?"
    r"(?:you(?:'re| are| come| r|r)|u r) ?(?:from|of|thinking of|living in|in)?)?"
)
"""A way to speak of the hidden city: "your hometown", "the city you are from"."""

_AUXILIARY = (
    r"(?:(?:is|are|was|were|does|do|did|has|have|had|can|could|would|will|am)(?:n't)?|should)"
)
POLAR = re.compile(rf"^{_AUXILIARY}\b", re.I)
"""The beginning of a yes/no question."""

_SET_ASIDE = (
    r"(?:foods?|cuisine|tourism|tourists?|sports?|football|landmarks|sights|weather|history)"
)
HASTY = (
    (re.compile(r"^(?:(?:have )?(?:you|u) )?got (?=an?\b|any\b)", re.I), "Is there "),
    (re.compile(r"^ever (?=\w+(?:ed|n|t|d|en)\b)", re.I), "Has it ever "),
    (re.compile(r"^(?=anything on\b)", re.I), "Is there "),
    (re.compile(r"^big (?=[\w ]+ scene\W*$)", re.I), "Is there a big "),
    (re.compile(r"(?<=\b(?:in|to) )the states\b(?! of)", re.I), "the United States"),
    (
        re.compile(
            rf"^(?:besides|apart from|other than|aside from|except(?: for)?|not counting) (?:the |its |your )?"
            rf"{_SET_ASIDE},? (?=wh\w+ (?:else )?(?:is|are)\b.*\b(?:known|famous|special))",
            re.I,
        ),
        "",
    ),
)
"""What is said short ("got a zoo", "ever been bombed", "in the states"), or set aside ("besides food")."""

LABEL = re.compile(
    r"^(?:\W*(?:(?:my |the )?(?:next |final |first |last )?(?:question|guess)"
    r"(?: (?:\d+|will be|would be|is|now))*|\d{1,2}|q\d*)\s*[:.)\-]+\s*)+",
    re.I,
)
"""A label before a question: "Question 3:", "4.", "My next question is:"."""

PREFACE = re.compile(
    r"^.{0,200}?\b(?:ask|question|be|guess|following|information|answer|city|hometown)\b"
    r"[^?]{0,80}?(?:[:.]|,(?! (?:which|who|where|when|how)\b))[\s\"']+"
    r"(?=(?:what|which|who|where|when|how|why|are there|tell|describe|can you|could you|if you|"
    rf"{_AUXILIARY} (?:your|the|it|there|this|you|people))\b)",
    re.I | re.S,
)
"""What is said before a question: "Based on the information provided, I would like to ask: "."""

ASIDE = re.compile(
    r"(\b(?:located|situated)\b[^,?]{0,60}\b(?:in|near|on|of|to)\b[^,?]{0,40}[A-Z][\w-]+),? "
    r"(?:which (?:is|are|was)"
    r"|(?<=, )(?:the (?!\w+ (?:part|region|side)\b)|known for|famous for|home to))"
    r"\b[^?]*"
)
"""A remark on a place that was named: "near Surabaya, which is the second largest city"."""

COURTESY = re.compile(
    r"^(?:(?:great|thank you|thanks|okay|ok|well|so+|interesting|alright|all right|right|oh|oo+h|ah|aha|wow|nice|cool|"
    r"sure|got it|i see|hey|hi|hello|wait|now|then|also|anyway|haha|lol|hm+|um+|uh|and|but|just checking|sorry|"
    r"quick question|(?:(?:this|that) (?:is|may be|might be) )?(?:\w+ )?(?:a )?\w+ question(?: maybe| probably| "
    r"perhaps)?)\b[,!. :;-]+(?:but )?)+(?=\w)",
    re.I,
)
"""Words of courtesy before a question: "ok so", "hmm, and"."""

FILLER = re.compile(
    r"\b(?:u[mh]+|er+m?|h?mm+)\b,? ?|(?<=\w )(?:like|you know|i mean|actually|basically|honestly),\s+|\b(?:kinda|sorta) |"
    r"(?<=\byou) (?:guys|lot|folks|all)(?= )|\b(?:super|like) (?=(?:famous|known|big|huge|important|old|good|religious)\b)|"
    r"(?<=called) again(?=\W*$)",
    re.I,
)
"""What is said while one thinks: "is it like, somewhere in Asia?"."""

ASKS = (
    r"(?:(?:so|and|then|but|well|roughly|exactly|about|in|at|on) )?"
    r"(?:what|which|who|whose|where|when|how|why|is|are|do|does|did|was|were|can|could|has|have|will|would)\b"
)
"""The beginning of a clause that asks."""

CALLED = re.compile(
    r"^(?:(?:so|and|ok|then) )*(?:(?:there(?:'?s| is| are) |you have |i (?:heard|read) (?:of|about) )?"
    r"(?:that|the|this|those|a|an|some) (?P<told>[^?,]{3,80}?)(?:,? (?:i think|or what\w*(?: is it)?(?: now)?))*, "
    r"(?:and )?what(?:'?s| is| are) (?:it|that|this|they|the name(?: of it)?)(?: again)?(?: called)?(?: again)?"
    r"|what(?:'?s| is) (?:that|this|the) (?P<asked>(?!city|town|place|country)[^?,]{3,60}?) called(?: again)?)\W*$",
    re.I,
)
"""A question for what something is called: "That huge church, what's it called?"."""

LEAD = re.compile(rf"^[^?]*?(?:[,;:]|\s[-\u2013\u2014]+)\s*(?={ASKS}(?:\W+\w+){{3}})", re.I)
"""What is said before a question in the same sentence: "I land tomorrow, "."""

PRONOUN = re.compile(r"\b(?:it|that|this|they|them|those|one|yours)\b", re.I)
"""What stands for something said before."""

SUBORDINATE = re.compile(
    rf"^(?:if|when|since|while|because|after|before|once|as) [^,?]+, (?={ASKS})", re.I
)
"""A clause before a question: "When I look up, "."""

CONDITION = re.compile(
    r",? (?:if|when|while|because|since) (?:i|you|we|one|somebody|someone|my \w+)(?:'\w+)? .*$",
    re.I,
)
"""A clause after a question: "Which continent am I on if I stand in your main square?"."""

ENDING = re.compile(
    r"[,;:.\u2013\u2014-] (?:and |but |so )?(?:what|which|who|where|when|how)\b[^,;]*\?\W*$", re.I
)
"""A short question that ends a statement: "Every city has a nickname; what's yours?"."""

IF_SO = re.compile(
    r"^(?:is|are|was|were|does|do|did|has|have|had|can)\b[^?]*?(?:[,;.?-]* (?:and )?(?:if (?:so|yes|any|not)|which one|"
    r"and which)|[,;] and (?:what|when|where|whose|who|how))\b,?"
    r"[^?]*\?\W*$",
    re.I,
)
"""A yes/no question that wants more: "Was it a colony, and if so whose?"."""

TAG = re.compile(
    r"(?:,? (?:please|by any chance|haha|lol|tho|though|or (?:something|anything)(?: like that)?)|"
    r",(?: and)? (?:do you know|can you tell me|would you say|if any\w*|"
    r"if you (?:know|have (?:one|any))|if there(?:'?s| is| are) (?:one|any)|then|right|is it|or (?:not|no|nah)|"
    r"mate|dude))+(?=\W*$)",
    re.I,
)
"""What is hung on to the end of a question."""

SUGGESTED = re.compile(
    r"(?:,? or (?:so(?:me)?thing|smth|sth|anything|whatever|what|whatnot)(?: (?:else|was it|like that))*|"
    r",? (?:and|or) (?:stuff|things|so on|such|that|all)(?: like that)?|"
    r"(?:,|\?| -) (?:like|such as|say|as in),? (?!what|which|who|where|when|how|why|\w+[ -]wise\b)"
    r"(?=[^?]*(?:,|\bor\b|\.\.))(?![^?]*, (?:is|are|was|were|do|does|did|can|has|have)\b)[^?]*|"
    r"[,.?] (?:it'?s|i|im|i'm|isn'?t|wasn'?t|didn'?t|was|my \w+|not sure|no idea|just|sorry) (?!there)[^?]*)\W*$",
    re.I,
)
"""What one who asks supposes the answer to be, or says of the question: "..., like cars or clothes?", "..., i think"."""

WISE = re.compile(r"\bwhat\b(?P<asked>.*?),? (?:(?:like|i mean),? )?(?P<of>\w+)[ -]wise\b", re.I)
"""What tells at the end of what it asks: "What would I do there, sports-wise?"."""

SUBJECT = re.compile(
    r"^(?:it|you|there|this|that|they|we|i|(?:your|the|this) (?:home ?town|city|town|place|country))"
    r"(?:'s|'re|'m|'d| is| are| has| have| was| lies| \w+s?)\b|.*\bI (?:believe|think|guess)\b",
    re.I,
)
"""The beginning of a statement: "It is ...", "Your city has ..."."""

NOT_FAR = re.compile(
    r"\b(?:not|n't)(?: \w+)? far (?:away )?from\b|\ba short (?:way|distance) from\b", re.I
)
"""A way to say "near"."""

_SIDE = r"(?:north|south|east|west|central|latin)(?:east|west)?(?:ern)?"
TWO_SIDES = re.compile(
    rf"\b({_SIDE})\s*(?:or|/)\s*({_SIDE}) (america|asia|europe|africa|korea)\b", re.I
)
"""Two places that share a word: "North or South America"."""

IN_NEITHER = re.compile(r"\b(?:in neither|neither in) (.+?) nor (?:in )?", re.I)
"""A place denied of two: "in neither Asia nor Europe"."""

OPPOSITES = {
    one: other
    for pair in (
        "bigger smaller", "larger smaller", "greater smaller", "more fewer", "more less", "hotter colder", "warmer colder",
        "warmer cooler", "higher lower", "north south", "northern southern", "east west", "eastern western",
        "above below",
    )
    for one, other in (pair.split(), pair.split()[::-1])
}  # fmt: skip
"""By a comparative or a side what the other of two places is."""

_HERE = rf"(?:it|you|yours?|there|{HOME_FULL})"
TURNED = re.compile(
    rf"^(?:is|are|lies) (?!(?:it|you|there|your|this|that|one)\b|the (?!equator\b|(?-i:[A-Z])))(?P<other>[^,?]+?) "
    rf"(?P<before>(?:(?:further|farther|to the|more to the|located|situated) )*)"
    rf"(?P<how>{'|'.join(OPPOSITES)})(?P<after>(?: populous| populated)?(?: than| of)?) {_HERE}(?: is| are)?\W*$",
    re.I,
)
"""A comparison that begins with the other place: "Is Quito smaller than your city?"."""

REPEATED = re.compile(rf"^is {HOME_FULL} (?=is (?:it|{_HOME})|you(?:'re| are) from )", re.I)
"""The beginning of a question that begins twice: "Is the city you are from Is the city Lima?"."""

TELL_IF = re.compile(
    r"^(?:can|could|would|will) you (?:please )?"
    r"(?:tell me|confirm|say|let me know) (?:if|whether|that) ",
    re.I,
)
"""A yes/no question put politely."""

TELL = re.compile(
    r"^(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:tell me|describe|share|explain|give me|mention|provide|name|elaborate|talk|recommend|suggest)\b",
    re.I,
)
"""An open question put as a request."""

_THERE = r"(?:(?:is|are|was|were) there|(?:do you |have you |you )?(?:have|got)|do you know)"
ANYTHING = re.compile(rf"^(?:{_THERE} )?any", re.I)
"""The beginning of a question for whatever there is: "Do you have any festivals?"."""

OPEN = re.compile(
    r"^(?:so |and |in |at |on |for |from |to |if |with |by |of |during )?(?:\w+ ){0,2}?"
    r"(?:what|which|who|whom|whose|where|when|how|why|what's|whats|who's|where's)\b"
    rf"|^(?:{_THERE} )?any(?:thing|one|"
    r"body)?\b(?!.* or ).*\b(?:famous|well known|known|special|notorious|"
    r"typical|local|green|fun|worth|nice|good|cool|recommend\w*|try|see|visit|remarkable|know|interesting|tips?|advice)\b"
    r"|^(?:(?:the|your|its|main|local|official|national|typical|biggest|most \w+) )*(?:continent|country|climate|weather|"
    r"population|languages?|currency|religions?|foods?|dish(?:es)?|cuisine|hemisphere|time ?zone|landmarks?|nickname|"
    r"altitude|elevation|history|industr(?:y|ies)|transport|festivals?|neighbou?rs|flag|economy|drinks?|sports?)\W*$",
    re.I,
)
"""The beginning of an open question, or one put in a few words: "Any famous food?", "Climate?"."""

NAME = re.compile(
    rf"\bname\b(?: of)? (?:of )?{_HOME}(?!'s|\s+(?:river|wall|cent))"
    rf"|\bwhat(?:'s| is) {HOME_FULL}(?: called| name)?\s*(?:\?|$|that is)"
    r"|\b(?:what|which) (?:city|town)\b.{0,30}\b(?:you|it|live|is)\b"
    r"(?!.*\b(?:near|close|border|rival|partner|twin|sister|most like|similar|compar|get along|compet))"
    r"|\b(?:starts?|begins?|ends?|starting|beginning) with\b"
    r".{0,20}\b(?:letter|[\"']?\w[\"']?\W*$)"
    r"|\b(?:letters?|spell|anagram|rhymes?|syllab|vowel|consonant|initials?|acronym)\b"
    r"|\bspelled|\bspelling|\bsyllables?|\bvowels|\bconsonants|\babbreviat|\btranslat"
    r"|\b(?:reveal|disclose|give up|secret (?:city|town|name|identity|home ?town|place)|tell me the (?:answer|name|city))\b"
    r"|\b(?:old|older|former|previous|original|ancient|earlier|historic(?:al)?|colonial) names?\b"
    r"(?! (?:of|did|has) (?:your|the) (?:country|nation))"
    r"|\bnames? (?:before|earlier|in the past|previously|originally)|\bused to be (?:called|named)"
    r"|\bformerly (?:called|named|known)"
    rf"|\b(?:it|{HOME_FULL}) (?:called|named|known as) (?:in (?:ancient|old|former|colonial|roman|earlier|the old|the past)|"
    r"before|under|during|when it was|back then|originally)\b|\bnames? did (?:it|your (?:city|town)) have\b"
    r"|\bignore (?:all|your|previous)"
    r"|\bname (?:that |which )?(?:start|begin|contain|has|have)"
    rf"|\b(?:get|got|gets|come by|came by|receive[ds]?|given|earn(?:ed)?) (?:its|the|that|such a) (?:\w+ )?name\b"
    rf"|\b(?:the|your|its) (?:\w+ ){{0,2}}?names? (?:\w+ )?(?:comes?|came|means?|derived?|derives|origin\w*|stands? for)\b"
    rf"|\b(?:origin|meaning|etymology|story) (?:of|behind) (?:your|the|its) (?:city's |town's )?(?:\w+ )?name\b"
    rf"|\bwhy (?:is|was) (?:it|{HOME_FULL}) (?:called|named)\b|\b(?:it|{_HOME}) (?:is |was )?named (?:after|for)\b"
    rf"|\bwho (?:\w+ )?(?:is|was) {HOME_FULL} named\b|\bwho (?:named|gave) {HOME_FULL}\b"
    rf"|\b(?:people|inhabitants|residents|citizens|locals|natives|somebody|someone|a person) (?:\w+ )?(?:from|of|"
    rf"in) {HOME_FULL} "
    r"(?:\w+ )?(?:called|call)|\b(?:call|name for|word for) (?:the )?(?:people|inhabitants|residents|citizens|"
    r"locals|natives|"
    rf"somebody|someone|a person) (?:\w+ )?(?:from|of|in) {HOME_FULL}",
    re.I,
)
"""A request for the name itself or for its letters."""

_NAME_WORDS = frozenset(
    "name what which start begin end starting beginning letter spell spelled spelling anagram "
    "rhyme syllable vowel consonant initial acronym abbreviate abbreviation abbreviated translate "
    "translation call called named word known old former "
    "previous original ancient reveal disclose give secret tell ignore".split()
)

_NAME_HEARD = re.compile(r"\b(?:hear|hears|hearing|heard|mention\w*)\b.{0,20}\bnames?\b", re.I)

NAME_PART = re.compile(
    r"\bname of (?!(?:the|your) (?:city|town|home ?town|place)\b)(?:the|your|a|any|one)\b.{0,60}\b(?:in|at|near|through)\b"
    r"|^(?!.*\b(?:names?|city|town|spell\w*|called|begins?|starts?)\b).*\b(?:write|writing|written|alphabet|script|"
    r"street signs?|read)\b.*\bletters\b|^(?!.*\b(?:names?|city|town|spell\w*|called|begins?|starts?)\b).*\bletters\b.*"
    r"\b(?:write|writing|written|alphabet|script|read|use|used)\b",
    re.I,
)
"""A request for the name of something in the city, or for the letters in which people write."""

GUESS = re.compile(
    r"^(?:(?:so|then|ok|well|please tell me|tell me)\b,? )*(?:"
    r"(?:could|might) you be from\b\s*|"
    rf"(?:isn't|wasn't|is|was|could|would|can|might)\b(?: (?:it|this|that|the answer)\b)?(?: (?:possibly|perhaps|maybe|"
    rf"actually|really))?(?: be\b)?(?: {HOME_FULL}\b(?!'s))?"
    rf"(?: {_HOME}'s name| the name of {HOME_FULL})?"
    r"(?: (?:called|named|be|the city of|the town of)\b)?\s*"
    r"|(?:are you (?:\w+ )?from|(?:do|did) you (?:live in|come from)|did you grow up in|(?:were|are) you born in)\b\s*"
    r"|(?:i|let me|let's)(?:'m|'ll|'d| am| will| would| want to)?(?: like to)?(?: going to)?"
    r" (?:think|guess|believe|say|bet|go with|wonder if|ask if)\b(?: that)?:?\s*"
    r"|(?:do|would|can|could) you (?:think|say|tell me|confirm)\b(?: that| if| whether)?\s*"
    r"|(?:it is|it's|it must be|that's|you(?:'re| are) from|you live in|you were born in"
    r"|(?:the answer|the city|the hometown|your (?:home ?town|city)) is:?)\b\s*"
    r"|my (?:final )?guess(?: is)?\b:?\s*|final answer\b:?\s*)+",
    re.I,
)
"""What stands before the name in a guess."""

BEFORE_NAME = re.compile(
    r"^(?:indeed|actually|possibly|perhaps|maybe|probably|likely|by (?:any )?chance|happen to be|possible that (?:it "
    r"is|it's)|the (?:capital )?city(?: of)?|of|in|from|(?:the \w+|\w+'s) capital(?: city)?(?: of)?,?) ",
    re.I,
)
"""What may stand between the beginning of a guess and the name."""

IS_THE_NAME = re.compile(rf"^is the name of {HOME_FULL} (?=[A-Z]\w)", re.I)
"""The beginning of a guess that asks for the name's truth: "Is the name of your city Lima?"."""

CAPITAL_NAMED = re.compile(
    r"^(?:is|was) (?!(?:it|this|that|your|the city|the answer)\b)[^,]+? (?:the|your) (?:national )?capital(?: city)? of "
    r"(?:your|the|its|that) (?:country|nation)\b",
    re.I,
)
"""A question for the capital of the country that is no guess: "Is Lima the capital of your country?"."""

IS_YOURS = re.compile(
    r"^(?:is|was) (?P<name>[A-Z].{1,40}?) (?:your (?:home ?)?(?:town|city)|"
    r"the (?:city|answer)(?: you(?:'re| are) (?:from|thinking of))?|it)\b",
    re.I,
)
"""A guess that begins with the name: "Is Lima your hometown?"."""

RELATED = re.compile(
    r"\b(?:locat|situat|known|near|close|capital|famous|border|popul|coast|part|region|home to|"
    r"bigger|larger|smaller|north|south|east|west|lie|belong|vicinity|along|like|similar|has|have|"
    r"film(?:ed)?\b|shot\b|invent|held\b|built\b|written|speak|spoken|language|considered|recognized|renowned|large|"
    r"major|member)",
    re.I,
)
"""Words that no guess contains."""

WORD_NUMBER = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "half": 0.5, "a": 1,
}  # fmt: skip

BOUND = re.compile(
    r"\b(more|over|greater|larger|above|exceed\w*|at least|less|fewer|under|below|smaller)\b"
    rf".{{0,12}}?(\d[\d,.]*|\b(?:{'|'.join(WORD_NUMBER)})\b)"
    r"[\s-]*(million|thousand|billion|m|k)?\b",
    re.I,
)
"""A bound on the number of inhabitants: "more than 5 million"."""


def asks_for_name(line: str, stems: frozenset[str]) -> bool:
    """Return whether ``line``, with the compared words ``stems``, asks for the city's name."""
    if _NAME_WORDS.isdisjoint(stems) or _NAME_HEARD.search(line) is not None:
        return False
    return NAME.search(line) is not None and NAME_PART.search(line) is None


_ORDINARY = """
    able about access according across activity actually add after again all almost along also
    although always among amount and another any anything anyone area around art ask aspect
    associated association at atmosphere attract attraction available away back base based beautiful
    beauty because become been before being believe best better between big blend boast born both
    brand bring bustling but buy by bye call called can cannot case celebrated center central centre
    certain change character characterized characteristic chance charming city cityscape class clear
    close colorful colourful come common commonly community compared complex concentration condition
    connected connection considered contain contribute could country couple current currently daily
    day dedicated deep definitely delicious dense depend describe design designed destination detail
    develop developed development did different display distinct distinctive distinguished district
    diverse does doesnt done down draw due during each early easily east economy efficient either
    element else end enjoy enough era especially etc even event ever every everyone everywhere example exist
    experience extensive extremely famed famous fancy far feature featured featuring feel few field
    final find first flow flowing focus following for form former found frequent frequently friendly
    from full fully further general generally get give given global globally go good gathering got great
    greater green group grow guess had happen has have having heart heavily heavy held help her here high
    higher highly him his historical home hometown hosted hosting house how hub huge iconic idea
    identity impact important importance impressive include including increase indeed influence
    influenced information inhabitant interesting internationally into intricate involve involved
    isnt its itself just keep kind know known large largely larger largest last late least leading
    less let level life like likely line list little live lively living local locally located
    location long longer look lot lots love main mainly maintain major make making man many mark may
    maybe mean medium member memorable might mile mix modern month more most mostly much must name
    named narrow national nation native natural near nearby necessarily need network new next nice
    night non normally not notable note noted now number numerous occur off offer often old once one
    only open option order other our out outside over overall own part particular particularly past
    people perhaps period person phenomenon piece place play please point popular population
    possess possibly practice predominant predominantly prefer present presence preserved prestigious
    pretty previous primarily principal probably process produced producing production prominent
    proud provide provided proximity public quality question quite rate rather really reason
    recognized recognised recommend region regularly related relation relatively renowned reputation
    resemble resident rich right role run same say scale scene season sector see seem seen serve
    several share shape shaped she short should show showcase side significance significant similar
    similarly site situated size slightly small smaller some someone something sometimes somewhere
    special specific specifically spot spread started state still story strong structure stunning
    style such sure surround surrounded surrounding symbol system take tell than thank that the their
    them then there these they thing think this those though thousand thriving through throughout time today
    together too top total tourist toward town trip traditional traditionally true truly type typical
    typically under unique until upon use used usual usually variety various very vibrant vicinity
    view visit visited visitor want was way week weekend well went were west what when where whether
    which while who whole whose why wide widely will with within without wonderful word work world
    worldwide would year yearly yes yet you young your yours yourself youre
    annual annually architecturally blended both broad busy century closest combination condition
    congestion consumption courtyard cultural culturally elaborate elegant emphasis end exceptional fall
    exciting extensive fascinating feast finest festivity genre grand iconicity immense infrastructure
    ingredient lack lake layout legendary link lover massive mostly multiple notably ornate outstanding
    panoramic picturesque prevalent prominently rank ranked remarkable respective revered scenic
    several spectacular striking tall tiny tourism tourist vast venue winding worth
    are was has had have does did can not nor its yours theirs ours she they them
    made sold grown built done seen taken eaten spoken worn born bought found brewed
    design designed modern wonder date wooden luxury luxurious red blue green yellow white black
    golden colour color attendee route sphere territory background arrange arranged cross host
    team match professional contemporary folk sovereign independent message level
    never lie lies sit sits stand stands stood
    sort two three four five six ten first second
    dont im ive id ill youve whats were thats lets can't won't okay hello hey hmm well thanks
    guy stuff super proper bit wise load ton bunch crazy craziest everybody everyone ooh pic whatever dumb silly wanna gonna
    gotta cool huge insane weird random loud actual kinda sorta smth lol haha tho though folk mate dude buddy reckon
    wasnt isnt arent didnt hasnt wouldnt couldnt
    wonder curious grandpa grandma niece nephew mom dad forget mentioned heard hear read ago anyway stuffy nut hell heck
"""
ORDINARY = frozenset(map(stem, _ORDINARY.split()))
"""Words, as compared, that say too little for a question to hang on one of them."""

BEING = frozenset(
    map(
        stem,
        """
        good everywhere somewhere all is are am was were be been being do does did has have had got get gets can could
        would will may might should it its it's the a an this that these those there here where which what who you
        your yours we our they their them i me my one ones people person locals folks folk guys everybody everyone and
        or of in on at to for from by with near around nearby within into over along through about as than like such
        so city town hometown home place area region downtown center centre country ur u town's any some many much
        several lots lot plenty few bunch multiple various variety number known famous renowned noted considered
        associated related recognized recognised celebrated think say called important major significant main popular
        prominent notable common strong typical local traditional native regional capital often plate make made
        professional team club live venue natural different unique specific particular distinctive iconic special
        available present presence exist exists well thing things kind sort type find see hear seen found visit use
        used feature features featured featuring include including offer offers still also even ever really just very
        quite pretty actually today now currently days year annual annually world international national global hub
        scene site sites spot culture life system network industry sector activity tell ask know maybe perhaps please
        located situated lie lies based vibrant rich extensive large great beautiful colorful colourful thriving host
        hosting house destination experience experiences event throughout tie ties take takes landscape
        """.split(),
    )
)
"""Words, as compared, with which a question asks no more than whether there is something."""

SIZEABLE = frozenset(
    map(stem, "big huge good nice decent great real proper fine old new modern tall".split())
)
"""How what a city is known for may be said to be: one that is known for its university has a good one."""
