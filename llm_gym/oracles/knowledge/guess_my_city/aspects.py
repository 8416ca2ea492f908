"""What an open question asks for, where its wording tells more than the things it names.

"Which countries border yours?" wants the neighbours, though its topic is the country; "What is the national
flower?" is not about flowers. Every rule is a pattern of the question and the fields of the record that answer it,
in order; with no field the records do not know it, and the oracle says so.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from llm_gym.oracles.knowledge.guess_my_city import matters
from llm_gym.oracles.knowledge.guess_my_city.ledger_wordings import LEDGER, LEDGER_CLAIMS
from llm_gym.oracles.knowledge.guess_my_city.plain_wordings import PLAIN
from llm_gym.oracles.knowledge.guess_my_city.text import ANY_MONTH
from llm_gym.oracles.knowledge.guess_my_city.wordings import CLAIMS, CUSTOMS, SAID_PLAINLY

_HOME = r"(?:it|your|the|this|that|you|there)"

_MONTH = f"({ANY_MONTH})"
_SEASON = r"(winter|spring|summer|autumn|fall)"
_WEATHER = (
    r"(?:weather|climate|temperatures?|degrees|harsh|gentle|severe|bitter|pleasant|hot|cold|warm|cool|chilly|"
    r"freez\w+|heat|mild|sunny|wear|pack|clothes|coat|"
    r"jacket|"
    r"umbrella|like|celsius|fahrenheit|dress)"
)
_LAND = r"(?:country|nation|homeland)"
_HOMETOWN = r"(?:it|(?:your|the|this|that) (?:city|town|place|home ?town|home city))"
# Houses of art and graves are named after such people, and are no people.
_PEOPLE = (
    r"^(?=.*\b(?:{})\b)"
    r"(?!.*\b(?:museums?|galler\w*|theat\w+|monuments?|streets?|airports?|statues?|house|tombs?|buried)\b)"
)
_CALLINGS = (
    (
        "writers",
        r"writers?|authors?|poets?|novelists?|playwrights?|storytellers?|(?:who|man|woman) (?:wrote|writes)|literary \w+",
    ),
    (
        "musicians",
        r"musicians?|singers?|composers?|pianists?|rappers?|pop stars?|rock stars?|music(?:al)? (?:stars?|artists?|"
        r"acts?)|"
        r"who (?:composed|sang|sings)|famous (?:bands?|pop groups?|rock groups?)",
    ),
    ("painters", r"painters?|sculptors?|(?<!music )(?<!musical )artists?|who (?:painted|paints)"),
    (
        "athletes",
        r"athletes?|footballers?|sports? ?(?:men|man|women|woman|person|people|stars?|hero(?:es)?|legends?|idols?)|"
        r"(?:football|soccer|baseball|basketball|tennis|cricket|hockey|rugby) (?:players?|stars?|legends?)|boxers?|"
        r"cricketers?|"
        r"swimmers?|runners?|olympians?",
    ),
    ("actors", r"actors?|actress\w*|(?:film|movie) ?(?:stars?|makers?|directors?)|comedians?"),
    (
        "scientists",
        r"scientists?|inventors?|mathematicians?|physicists?|philosophers?|thinkers?|engineers?|scholars?",
    ),
    ("rulers", r"politicians?|statesm[ae]n|political (?:figures?|leaders?)|revolutionar(?:y|ies)"),
    ("tycoons", r"business ?(?:men|man|women|woman|people)|entrepreneurs?|tycoons?|billionaires?"),
    ("architects", r"(?:famous|well known|great|known|notable|which|what) architects?"),
)

_Rule = tuple[re.Pattern[str], tuple[str, ...], frozenset[str]]


class Asked(NamedTuple):
    """What the wording of an open question asks for.

    Attributes:
        fields: the fields that answer it, in order; none for what no record knows. A field may carry a word of the
            question: "weather:january".
        cues: the beginnings of the words that led there.
    """

    fields: tuple[str, ...]
    cues: frozenset[str]


_STOP = frozenset(
    "the is are was were do does did what which who whose where when how why your you it its of in on at "
    "to for with by and or a an there this that my i we they can could would should will have has had any "
    "some be been from so not no".split()
)


def beginnings(text: str) -> frozenset[str]:
    """Return the first three letters of each word that tells something."""
    return frozenset(word[:3] for word in re.findall(r"[a-z]+", text) if word not in _STOP)


def _wanted(pattern: str) -> str:
    """Return a pattern without its negative lookaheads: their words lead to no question."""
    while (start := pattern.find("(?!")) >= 0:
        depth, end = 1, start + 3
        while depth:
            depth += {"(": 1, ")": -1}.get(pattern[end], 0)
            end += 1
        pattern = pattern[:start] + pattern[end:]
    return pattern


def _ruled(pattern: str, fields: str) -> _Rule:
    """Return a rule and the beginnings of the words of which a question that follows it has one.

    Every alternative of a pattern has a word that tells something, so that most rules are passed over at a glance;
    a pattern that begins with "(?:)" has none of these words at times.
    """
    loose = pattern.startswith("(?:)")
    cues = frozenset[str]() if loose else beginnings(re.sub(r"\\[a-z]", " ", _wanted(pattern)))
    return re.compile(pattern), tuple(fields.split("|")) if fields else (), cues


# Rules that speak of one thing; a few of them decide yes/no questions as well.
_SPECIAL: tuple[tuple[str, str], ...] = (
    (r"\bcountr(?:y|ies)\b.*\b(?:drive|ride|walk|cycle) to\b", "borders"),
    (r"\bon (?:your|the) (?:\w+ )?(?:banknotes?|notes|bills|coins?|money)\b|\b(?:pegged|tied|exchange rate)\b|"
     r"\bever (?:recorded|measured)\b|\brecord (?:high|low|temperature)|\bcount (?:to|from)\b", ""),
    (r"\b(?:slavic|germanic|romance|semitic|turkic|bantu|baltic|dravidian|austronesian|uralic|indo european|iranian) "
     r"(?:language|tongue|one)", "language_family"),
    (r"\bright to left\b", "leftward"),
    (r"^(?:is|are)\b.*(?<!a )(?<!the )\bflat\b", "flat"),
    (r"\b(?:majority|most (?:people|locals|inhabitants|of)|mostly|mainly|predominantly)\b.*\b(?:catholics?|muslims?|"
     r"christians?|"
     r"buddhists?|hindus?|orthodox|jewish|jews|protestants?)\b", "religions"),
    (r"^(?=.*\b(?:christmas|easter|ramadan|eid|weddings?|birthdays?|match|funerals?)\b).*"
     r"\b(?:eats?|eaten|foods?|dish\w*|meals?|"
     r"drinks?|cooked|served)\b", ""),
    (r"\bhow much\b.*\bcosts?\b|\bprice of\b|^when did\b.*\b(?:join|enter|leave)\b", ""),
    (r"\b(?:known|famous|renowned) for (?:making|producing|manufactur\w+|building)\b|"
     r"\bcountr(?:y|ies)s? (?:main |biggest |largest )?exports?\b", "products|industries"),
    (r"^(?!.*\bsecond\b).*\blanguages?\b.*\b(?:learn|study|taught|teach)\b.*\bschools?\b", ""),
    # Facts of one value: what they are called leaves no doubt.
    (r"\bparliaments?\b", ""),
    (r"\bnational\b.*\bflower\b", "flower"),
    (r"\b(?:local|native|mother|main) tongues?\b", "languages"),
    (r"^how (?:do|can|would|should|could) (?:i|you|one|we|people|locals) pay\b", "currency"),
    (r"\bby (?:the )?clocks?\b", "timezone"),
    (r"^(?:what|which)\b.*\b(?:second|third|2nd|3rd|next)[ -](?:largest|biggest) cit(?:y|ies)\b", ""),
    (rf"\b(?:largest|biggest) city\b.*\b{_LAND}\b|\b{_LAND}s? (?:largest|biggest) city\b", "largest_city"),
    (r"\bbec[ao]me\b.*\bcapital\b|\bcapital since\b|\bsince when\b.*\bcapital\b", "chronicle:capital|capital"),
    (r"\b(?:countr\w+|nations?|where else)\b.*\b(?:speaks?|spoken|same language|your language)\b", "speakers|languages"),
    (r"\bcars? (?:makes?|brands?|makers?|manufacturers?|compan\w+)\b|\bcars\b.*\b(?:made|come|built|"
     r"produced)\b", "companies"),
    (r"\b(?:saints?|gods?|goddess|deit(?:y|ies))\b.*\b(?:honou?r\w*|worship\w*|pray\w*|believe)\b", "religions"),
    (r"^(?!.*\b(?:national|nations?|emblem|arms)\b).*\bbeasts?\b", "animals"),
    (r"\b(?:greenwich|gmt|utc)\b", "timezone"),
    (r"^(?:what|which) (?:\w+ ){0,3}?products?\b", "products|industries"),
    (r"\b(?:wars?|battles?|sieges?)\b.*\b(?:fought|happen\w*|took place|history|there|here|city|town)\b|"
     r"^(?:what|which|any|(?:is|are|was|were) there (?:any|a)) (?:\w+ )?(?:wars?|battles?)\b", "chronicle:war "
     "battle siege bomb uprising occupation massacre destroy invad conquer occupied fought"),
    (r"\b(?:across|over|beyond) the (?:\w+ )?borders?\b", "borders"),
    (r"\bpolitically\b|\b(?:republic|kingdom|monarchy)\b.*\bor\b", "system"),
    (r"\bpeople\b.*\b(?:made|make)\b.*\b(?:famous|known|proud)\b", "people"),
    (r"\bnational colou?rs?\b|\bflags?\b(?! carrier)", "flag"),
    (r"\bnational (?:animal|beast|mammal|bird)\b|\b(?:animal|beast|bird)\b.*\b(?:emblem|coat of arms|national symbol)\b|"
     r"\b(?:symbol|emblem)\b.*\banimal\b|\b(?:animal|beast|bird) (?:\w+ )?(?:represents?|stands for|symboli[sz]es)\b",
     "national_animal"),
    (r"\banthem\b", "anthem"),
    (r"\b(?:internet|web|online|top level)\b.*\b(?:domain|ending|suffix|address\w*|code|extension)\b|\bdomain\b|"
     r"\burls?\b",
     "domain"),
    (r"\b(?:volts?|voltage|sockets?|power outlets?|electric\w* plugs?|plugs?)\b", "voltage"),
    (rf"\b(?:national|independence|republic) (?:day|holiday)\b|\bbirthday of (?:your|the) {_LAND}\b|"
     rf"\b{_LAND} (?:celebrate|have) (?:its|a) birthday\b", "national_day"),
    (rf"^(?!.*\b(?:far|distance|long|many)\b)(?:.*\bcapital(?: city)? of (?:your|the|that|its) {_LAND}\b|"
     rf".*\b{_LAND}s? capital\b|"
     r".*\bnational capital\b(?! (?:region|territory|district))|(?:what|which)(?: city| town)? is (?:the|"
     r"your) capital\W*$)", "capital_name"),
    (r"\b(?:monarchy|republic|kingdom|democracy|dictatorship)\b.*\bor\b.*\b(?:monarchy|republic|kingdom|democracy|"
     r"dictatorship)\b",
     "system"),
    (r"\b(?:highest|tallest)\b.*\b(?:point|hill|spot|place)\b.*\b(?:city|town)\b", ""),
    (r"\b(?:highest|tallest|biggest|largest) (?:mountain|peak|point|summit|elevation)\b", "peak"),
    (r"\b(?:sign|symbol|abbreviation|short form)\b.*\b(?:money|currency|cash)\b|\b(?:money|currency)\b.*\b(?:sign|"
     r"symbol)\b",
     "money_sign"),
    (r"\b(?:dollars?|euros?|pesos?|pounds?|rupees?|yen)\b.*\bor\b", "currency"),
    (r"\bcurrenc(?:y|ies)\b|\b(?:coins?|bank ?notes?)\b(?!.*\bfountain)(?<!throw coins)|\b(?:what|which|"
     r"whose) (?:(?:kind|sort|type)s? of )?(?:money|cash)\b|"
     r"\bpay (?:\w+ ){0,3}?(?:with|in)\b(?! (?:a|the)\b)|\byour money\b|\bmoney (?:is called|called|do you use)\b|"
     r"\bmoney (?:\w+ ){0,3}?(?:change|exchange|use|carry)\b|\b(?:change|exchange|use|carry) (?:\w+ ){0,3}?money\b|"
     r"\bin (?:my|your|the) wallets?\b", "currency"),
    (r"\bcolou?r(?:s|ed)?\b", ""),
    (r"\b(?:head of state|royal family|monarchs?)\b|\b(?:king|queen|monarch|emperor|president)\b.*\bor (?:a |an |"
     r"the |is it )?"
     r"(?:king|queen|monarch|emperor|president|republic|sultan)\b|\b(?:have|has|got) (?:a|an|any) (?:king|queen|"
     r"monarch|emperor|"
     r"president|sultan|emir)\b", "head_of_state"),
    (r"^(?!.*\b(?:empires?|did|host\w*|summits?|headquarter\w*|seats?|home to|offices?|"
     r"institutions?)\b).*\b(?:european union|the eu|"
     r"nato|united nations|g ?20|g ?7|opec|asean|brics|un (?:member|state)|member of the un|in the un|commonwealth|"
     r"mercosur|arab league|african union)\b|"
     rf"\b(?:alliances?|unions?|blocs?|treaty|pacts?)\b.*\b(?:member|belong|part|join\w*|in|{_LAND})\b|"
     r"\b(?:which|what) (?:\w+ ){0,2}?(?:organi[sz]ations?|clubs?)\b.*\b(?:country|nation)\b.*\b(?:member|belong|"
     r"part|join\w*|in)\b|"
     r"\bmember of (?:any|which|what)\b", "unions"),
    (rf"\bhow many official\b|\b(?:official|national) (?:languages?|tongues?)\b.*\b{_LAND}\b|\b{_LAND}s? (?:official|"
     rf"national) (?:languages?|tongues?)\b",
     "official_languages"),
    (r"\blanguage family\b|\bfamily of languages\b|\blanguages?\b.*\b(?:related|relatives?|belongs? to)\b|"
     r"\b(?:related|similar) "
     r"languages?\b", "language_family"),
    (r"\b(?:second|other|foreign|besides|apart from|minority)\b.*\blanguages?\b|\blanguages? (?:besides|apart)\b",
     "other_languages"),
    (r"\blanguages?\b.*\b(?:close|closest|akin|like)\b", "language_family"),
    (rf"\b(?:people|citizens?|inhabitants?|person|somebody|someone|nationals?|you) (?:\w+ )?(?:called|"
     rf"call(?:ed)? yourselves)\b.*\b{_LAND}\b|"
     rf"\bcall(?:s|ed)? (?:the )?(?:people|citizens?|inhabitants?|somebody|someone|a person)\b.*\b{_LAND}\b|"
     rf"\bnationalit(?:y|ies)\b|"
     r"\bdemonym\b", "nationality"),
    (r"\bsmell\w*\b|\bscents?\b|\bstink\w*\b|\bsounds?\b|\bnois(?:e|es|y)\b", ""),
    (r"\b(?:alphabet|script|writing(?: system)?|letters? (?:do|are)|characters?|cyrillic|hangul|kanji|"
     r"hiragana)\b", "script"),
    # What is eaten and drunk.
    (r"^(?!.*\b(?:noodles?|pastr\w+|dishes)).*\bbreakfast\b|\b(?:eat|eaten|have)\b.*\bin the morning\b|"
     r"\bmorning meal\b", "breakfast"),
    (r"\b(?:desserts?|sweets?|cakes?|pastr(?:y|ies)|sweet tooth|cand(?:y|ies)|puddings?|sugary|sweet (?:things?|"
     r"treats?|dish\w*|"
     r"snacks?))\b", "sweets"),
    (r"^(?!.*\b(?:speciali?t\w+|dish\w*|made of|restaurants?)\b)(?:.*\bstaples?\b|.*\b(?:fish|meat|rice|bread|"
     r"potatoes|noodles|pasta|wheat)\b.*\bor\b.*\b(?:fish|meat|rice|bread|"
     r"potatoes|noodles|"
     r"pasta|wheat)\b)", "staple"),
    (r"\bcoffee\b.*\bor\b.*\btea\b|\btea\b.*\bor\b.*\bcoffee\b", "hot_drink"),
    (r"^(?:do|does|is|are)\b.*\bdrink\w*\b.*\b(?:coffee|tea)\b|^(?:do|does|is|are)\b.*\b(?:coffee|tea) drinkers\b",
     "hot_drink"),
    (r"\b(?:main|predominant|dominant|major|primary|official|biggest|largest|most common) (?:religion|faith)\b|"
     r"\b(?:religion|faith) of (?:most|the majority)\b", "religions"),
    (r"\b(?:cups?|kettle|brew(?:ing|s)?)\b.*\b(?:morning|cups?)\b", "hot_drink|drinks"),
    (r"\bsomething (?:strong|stronger|hard)\b|\b(?:alcohol\w*|booze|liquor|spirits?|beers?|wines?|get drunk|"
     r"cocktails?|hard drinks?|strong drinks?)\b(?!.*\b(?:museum|"
     r"festival|called|named)\b)", "alcohol"),
    (r"\bvegetarians?\b|\bvegans?\b", ""),
    (r"\bspices?\b", "products:saffron pepper cinnamon clove nutmeg cumin paprika vanilla cardamom chil spice turmeric|"
     "food:saffron curry paprika"),
    (r"^(?!.*\bfood\b).*\bfruits?\b", "products:fruit banana mango apple orange date grape pineapple citrus "
     "melon apricot pomegranate lychee durian|"
     "food:fruit mango durian|crops:fruit banana mango apple orange date grape pineapple citrus melon apricot"),
    # Weather by month, by season, at its extremes.
    (rf"\b(?:daylight|sunlight|hours of sun)\b.*\b(?:in|at|during) (?:\w+ )?(?:{_MONTH}|{_SEASON})\b", r"daylight:\1\2"),
    (rf"^(?=.*\bhow (?:long|short)\b).*\b(?:days?|nights?)\b.*\b(?:{_MONTH}|{_SEASON})\b", r"daylight:\1\2"),
    (r"\b(?:daylight|sunlight|hours of sun)\b|\bhow long are the (?:days|nights)\b|\b(?:get|gets|is it) light\b",
     "daylight:"),
    (rf"^(?=.*\b(?:when|what time|what hour|how (?:early|late))\b).*\bsun ?(?:rise|set|go down|go up|come up)\w*\b"
     rf".*\b(?:{_MONTH}|{_SEASON})\b", r"sun:\1\2"),
    (r"^(?!.*\b(?:looks?|beautiful|like when)\b).*\bsun ?(?:rise|set)\w*\b(?!.*\b(?:view|watch|see|best)\b)|"
     r"\bsun (?:go|come)\w* (?:up|down)\b|\bwhen (?:does|do|will) (?:it|the day) (?:\w+ )?(?:get|grow|become) dark\b|"
     r"\b(?:get|gets|is it) dark\b", "sun:"),
    (r"^(?=.*\bhow (?:long|short)\b).*\b(?:days?|nights?)\b", "daylight:"),
    (r"\b(coldest|hottest|warmest|wettest|rainiest)\b.*\b(?:months?|time|season|part of the year|days?|weather|period)\b|"
     r"\b(?:month|time of (?:the )?year|season) (?:\w+ ){0,2}?(coldest|hottest|warmest|wettest|"
     r"rainiest)\b", r"extreme:\1\2"),
    (r"\bsnow(?:s|y|ed|ing|fall)?\b(?!.*\b(?:leopards?|monkeys?)\b)", "snow"),
    (r"\b(?:rainy|wet|dry|monsoon) (?:season|months?|times?|period)\b|\bmonsoons?\b|\bwhen (?:does|do|is|"
     r"will) (?:\w+ ){0,2}?"
     r"rain\w*\b|\brain(?:s|fall)? (?:the )?most\b|\bhow (?:much|often) (?:\w+ ){0,2}?rain\w*\b|"
     r"\bmost (?:of the )?rain\b", "rain"),
    (rf"^(?=.*\b{_WEATHER}\b)(?!.*\b(?:festivals?|celebrat\w*|holidays?|happen\w*|do for fun)\b).*\b(?:{_MONTH}(?!\w)|"
     rf"(?:in|for|during|of|at|your|the|to|can|do|are|does|will) (?:the |your )?{_SEASON}s?)\b", r"weather:\1\2"),
    (r"\b(?:hottest|coldest|warmest)\b|\btemperatures?\b|\bdegrees (?:celsius|fahrenheit)\b|\bhow (?:many degrees|"
     r"hot|cold|warm)\b|\bcelsius\b|"
     r"\bfahrenheit\b|"
     r"\bthermometer\b", "temperatures"),
    # Neighbours, places near by, how large it is beside others.
    (r"^(?!.*\b(?:part|side|half|region|corner|coast|end|far)\b)(?=.*\b(?:countr\w+|nations?|neighbou?rs?|borders?)\b)"
     r".*\b(north|south|east|west)(?:ern)?\b", r"border:\1"),
    (r"^how many (?:\w+ ){0,2}?(?:neighbou?rs|borders)\b|^how many (?:\w+ ){0,2}?countries\b.*\b(?:border|"
     r"neighbou?r|next|around|"
     r"touch|surround)|^how many (?:neighbou?ring|bordering|adjacent|surrounding)\b", "neighbours"),
    (r"\b(?:other|another|big|large|major|next|closest|nearest|neighbou?ring) (?:(?:big|large|major|larger|bigger|"
     r"sized) )*(?:city|"
     r"cities|towns?)\b.*\b(?:near\w*|close\w*|around|next|neighbou?r\w*|by)\b|\b(?:nearest|closest|"
     r"neighbou?ring) (?:(?:big|large|major|"
     r"other) )*(?:city|cities|towns?)\b|\bcities (?:are )?(?:near\w*|close\w*|around|next)\b", "near_cities"),
    (r"\b(?:big|large|size|populous|populated)\b.*\b(?:compared?|relative) (?:with|to)\b|\brank(?:s|ed|"
     r"ing)?\b.*\b(?:city|cities|towns?|"
     r"country|population|size)\b|\bhow (?:big|"
     r"large|populous)\b"
     r".*\b(?:among|compared|other cities)\b|\b(?:largest|biggest|second|third|number one)\b.*\b(?:or|second|bigger|"
     r"larger) (?:are|is|third|ones?|the|only|a)\b|"
     r"\bnumber one in size\b|\b(?:bigger|larger) (?:cities|ones)\b", "rank"),
    (r"\b(?:terrain|topography|relief|lie of the land)\b|\b(?:flat|level|plain)\b.*\bor\b.*\b(?:hill|mountain)|"
     r"\b(?:hill|mountain)\w*\b.*\bor\b.*\b(?:flat|level|plain)\b|"
     r"\bhow (?:flat|hilly|mountainous)\b",
     "terrain"),
    (r"^(?:which|what) (?:ocean|sea|gulf|bay)\b|\b(?:ocean|sea)s? or (?:ocean|sea|bay|gulf)s?\b|\bon (?:which|"
     r"what) (?:sea|ocean)\b",
     "coast"),
    (r"\b(?:equator|poles?)\b.*\bor\b.*\b(?:poles?|equator)\b", "equator_or_pole"),
    (r"\b(?:north|south|above|below)\b.*\bor\b.*\b(?:north|south|above|below)\b.*\bequator\b", "hemisphere"),
    (r"\b(?:president|prime minister|chancellor)\b.*\bor\b.*\b(?:president|prime minister|chancellor)\b", "leader"),
    (r"^(?=.*\b(?:religions?|faiths?)\b).*\bsecond\b", "all_religions"),
    # Where it comes from.
    (rf"\bhow old (?:is|are|was) {_HOMETOWN}(?! (?:university|airport|church|cathedral|metro|stadium|club))\b|"
     rf"\bwhen (?:was|is|did) {_HOMETOWN} (?:\w+ )?(?:founded|built|established|settled|created|start\w*|beg[ia]n|"
     rf"found|born|come)\b|"
     rf"\bage of {_HOMETOWN}\b|\bdates? (?:back|from)\b|\b(?:year|date|century)\b.*\b(?:founded|founding|"
     rf"established|settled|built)\b|"
     r"\b(?:founded|founding)\b.*\b(?:year|date|century)\b|\bhow long has\b.*\b(?:existed|been (?:around|there|here))\b",
     "founded|chronicle:found grew village settled old century years ancient antiquity"),
    (r"\bhow old\b(?! are you)", ""),
    (r"\bwho (?:\w+ )?(?:founded|established|started)\b|\bfounders? of (?:it|your|the)\b|"
     r"\bfounding father", "chronicle:found built "
     "planned landed made settled"),
    (r"^(?!.*\bafter\b).*\b(?:second world war|world wars?|ww ?(?:2|ii)|"
     r"wwii)\b", "chronicle:world wartime 1939 1940 1941 1942 1943 1944 1945 bomb"),
    (r"\b(?:disasters?|catastrophes?|tragedy|calamity)\b.*\b(?:struck|hit|happened|history|past|strike|befell|"
     r"suffered)\b",
     "chronicle:fire earthquake destroy burn bomb massacre flood plague|hazards|national_hazards"),
    (r"^(?!.*\b(?:hero|before))(?:.*\b(?:become|became|gain(?:ed)?|get|got|declared?|win|won)\b.*\bindependen|"
     r".*\bindependence\b(?!.*\b(?:day|hero|leader)\b)|"
     r".*\b(?:break|broke|broken|set|become|became|get|got) free\b|.*\bfreedom from\b)",
     "independence"),
    # People by what they did.
    *((_PEOPLE.format(words), f"calling:{calling}") for calling, words in _CALLINGS),
    (r"\bpatron saints?\b", ""),
    (r"\b(?:oldest|newest) (?:thing|building|structure|house|part|street|church|monument)\b", ""),
    (r"\b(?:fanciest|poshest|richest|poorest|trendiest|coolest) (?:district|part|area|quarter|neighbou?rhood|street)\b|"
     r"\b(?:district|part|area|quarter|neighbou?rhood|street) is (?:the )?(?:fanciest|poshest|richest|poorest|"
     r"trendiest|coolest)\b", ""),
    (r"\b(?:pray|worship)\b.*\b(?:buildings?|places?|where|find|go)\b|\bwhere\b.*\b(?:pray|worship)\b",
     "landmarks:mosque temple church cathedral shrine pagoda basilica abbey monastery synagogue minster|religions"),
    (r"\b(?:left|right)\b.*\bdriv(?:e|es|ing)\b|\bdriv(?:e|es|ing)\b.*\b(?:left|right)\b|\bside of the (?:road|"
     r"street)\b", "driving"),
    (rf"\bhow (?:many|much) (?:\w+ )?(?:people|folks?|inhabitants|citizens|souls)\b.*\b(?:whole|entire|your|the|"
     rf"its) (?:\w+ )?{_LAND}\b|"
     rf"\bpopulation of (?:your|the|its) (?:\w+ )?{_LAND}\b", "country_size"),
    # What is to be seen and done.
    (r"(?:)^(?!.*\b(?:night|evening|dark|winter|living|work|fun|earn)\b).*\bwhat (?:can|could|should|would|must|"
     r"do) (?:i|you|one|we|"
     r"tourists?|visitors?|people) "
     r"(?:\w+ )?(?:do|see|visit)\b.*\b(?:there|weekend|days?|hours?|visit\w*|tourists?|first|city|town)\b", "landmarks"),
    (r"\b(?:safe|safety|crime|dangerous|pickpockets?|thieves)\b", "crime|safety"),
    (r"\bnight ?life\b|\b(?:at night|after dark)\b", "nightlife|landmarks:casino nightlife bar club"),
    (r"^(?:what|which|any|how many|name) (?:\w+ ){0,3}?(?:unesco|world heritage)\b", "landmarks:unesco|lacks:unesco"),
    (r"^(?!.*\b(?:landmarks?|structures?|figures?|people|monuments?|events?|wonders?|sites?|districts?|names?|"
     r"famous)\b).*"
     r"\barchitect(?:ure|ural)\b|\b(?:buildings|houses|homes)\b.*\b(?:look|looks|style|styles|like|built)\b|"
     r"\b(?:typical|normal|ordinary|average) (?:house|home|building)\b|"
     r"\b(?:what|which) style\b.*\b(?:buildings?|houses?|built)\b|\bdescribe\b.*\bbuildings\b|"
     r"\bstyles? of (?:\w+ )?(?:buildings?|"
     r"houses?)\b", "architecture"),
    (r"\bsouvenirs?\b|\b(?:tourists?|visitors?|travell?ers?) (?:\w+ )?buy\b|\b(?:bring|take) (?:\w+ )?(?:home|"
     r"back)\b|\b(?:gifts?|presents?)\b", "souvenirs"),
    (r"\b(?:train|railway|rail|bus|metro) stations?\b", "landmarks:station terminus"),
    (r"\b(?:airport|iata) codes?\b", ""),
    (r"\bairlines?\b|\bcarriers?\b|\bfly with\b", "airline"),
    (r"\bhow\b.*\b(?:from|to) (?:the |your )?airport\b", "transport"),
    (r"\bairports?\b", "airport"),
    (r"\b(?:metro|subway|underground|trams?)\b.*\b(?:lines?|stops?|stations?|ticket|called|named)\b", "lacks:metro"),
    (r"\b(?:traffic|congestion|rush hour|jams)\b", "jams"),
    (r"\bpatron\b|\btaxis? (?:colou?r|cost)", ""),
    # Sport.
    (r"\bolympics?\b", "sports:olympi|lacks:olympics"),
    (r"\b(?:stadiums?|sports grounds?|arenas?)\b", "landmarks:stadium arena coloss amphith|sports:stadium arena"),
    (r"\b(football|soccer|basketball|baseball|cricket|hockey|rugby)\b.*\b(?:clubs?|teams?|sides?|franchises?)\b|"
     r"\b(?:clubs?|teams?)\b.*\b(football|soccer|basketball|baseball|cricket|hockey|rugby)\b", r"clubs:\1\2"),
    (r"\b(?:sports?|local|famous|big|home|your|which|what) (?:clubs?|teams?)\b", "clubs:"),
    (r"\btrees?\b", ""),
    (r"^(?!.*\bdug\b).*\b(?:farms?|farmers?|fields?|crops?|grow(?:s|n|ing)?|agricultur\w*|plantations?|harvest\w*|"
     r"orchards?)\b(?!.*\b(?:up|fast)\b)",
     "crops"),
    # What it costs, and whether it is safe.
    (r"\bcost of living\b|\b(?:life|living)\b.*\bcosts?\b|\bcosts? a lot\b|\b(?:life|living|it|city|town|place|"
     r"there|things|everything)\b.*\b(?:expensive|cheap|pricey|costly|affordable)\b|\b(?:good|bad) on the wallet\b|"
     r"\bhow (?:expensive|cheap|pricey|costly|affordable)\b|\b(?:expensive|cheap|pricey|costly|affordable)\b"
     r"(?:.*\bor\b.*\b(?:expensive|cheap)\b|.*\b(?:city|town|place|life|live|living|there|it)\b)|\bprices\b", "prices"),
    (r"\bhow much (?:does|do|is|are|would|will|did)\b", ""),
    (r"\b(?:new year\w*)\b", 
     "festivals:new year nowruz navruz norouz tet seollal chinese spring songkran thingyan sao hogmanay"),
)  # fmt: skip

_GENERAL: tuple[tuple[str, str], ...] = (
    (r"\bnick ?names?\b|\bcall(?:ed|s)?\b.*\b(?:informally|affectionately|colloquially|fondly|lovingly)\b", "nickname"),
    (r"\b(?:former|old|earlier|previous|original|ancient|historic(?:al)?) names?\b|\b(?:was|used to be) "
     r"(?:\w+ )?(?:called|named|"
     r"known as)\b|\bcalled (?:\w+ )?(?:before|in the past|formerly|earlier|once)\b", "former_name"),
    (r"\btime ?zones?\b|\bwhat time is it\b|\btime difference\b|\b(?:hours?|hrs?)\b.*\b(?:ahead|behind)\b|"
     r"\bclocks?\b.*\b(?:show|set)\b",
     "timezone"),
    (r"\b(?:how far|distance|how (?:long|many hours|many (?:km|kilomet\w+|miles)))\b.*\bcapital\b", "capital_distance"),
    (r"\b(?:two|both|which|what) continents\b", "two_continents"),
    (r"^when (?:is|does|do|are) (?:it |your |the |you have )?(?:summers?|winters?)\b", "seasons"),
    (r"\b(?:buried|mausole\w+)\b", "landmarks:tomb mausole grave cemetery shrine"),
    (r"\bpart of (?:until|till|before|in the past)\b", "independence|rulers|history"),
    (r"\bancestors?\b|\bdescen(?:t|dants?|ded)\b", "peoples"),
    (r"\bsmok(?:e|ing)\b", "products:cigar tobacco"),
    (r"\b(?:mines?|mined|mining|minerals?|ores?)\b", "industries:coal iron gold copper min|products:coal "
     r"iron gold copper "
     "diamond tin silver phosphate"),
    (r"\b(?:break|broke|split|separated?) (?:away|off|from)\b", "independence|rulers"),
    (r"\b(?:arenas?|amphitheat\w+)\b", "landmarks:coloss arena amphith"),
    (r"\b(?:up|stands?|is) on (?:the|a|that|top of the) hill\b", "landmarks:acropolis hill castle fort citadel"),
    (r"\bbaker(?:y|ies)\b", "food"),
    (r"\bwaterfront|\bpromenade|\bseafront", "landmarks:bund waterfront promenade quay corniche malecon embankment"),
    (r"\bships?\b.*\b(?:go|pass|sail|travel) through\b", "landmarks:canal strait"),
    (r"\bhow high\b(?!.*\b(?:tower|building|mountain|peak|hill))|\babove (?:the )?sea\b", "altitude"),
    (r"\brivers?\b.*\b(?:land|country)\b", "has:river tigris euphrates nile|river"),
    (r"^(?:what|which) (?:\w+ )?(?:religions|faiths)\b", "all_religions"),
    (r"^(?:what|which) (?:\w+ ){0,2}?islands\b(?!.*\b(?:city|town|off|near|close)\b)", "has:island isla gal archipel"),
    (r"^(?:what|which) (?:\w+ ){0,2}?spices?\b", "products:saffron pepper cinnamon clove nutmeg cumin paprika vanilla "
     "cardamom chil spice turmeric|food:saffron curry paprika"),
    (r"\b(?:metro|subway|underground|train|tram|bus|airport|station|airline|street|beer|newspaper)\b.*\b(?:called|"
     r"named|name)\b",
     ""),
    (r"\b(?:night sky|northern lights|stars)\b|\b(?:animals?|colou?rs?) (?:is|are) (?:the )?symbols?\b|\b(?:ski|"
     r"skiing)\b|"
     r"\bdo\b.*\bin (?:the )?winter\b", "sports:ski winter snow|landmarks:ski snow ice"),
    (r"\b(?:notorious|infamous|worst) (?:person|criminal|man|woman|people)\b", "people"),
    (r"\bspecial about (?:it|you|there|(?:your|the|this) (?:city|town|place|home ?town))\b|\bso special\b|"
     r"\bspecial (?:thing|feature)", "landmarks"),
    (r"\b(?:what|which) (?!(?:european|colonial|minority|second|other|foreign)\b)(?:\w+ )?(?:languages?|"
     r"tongues?)\b(?!.*\b(?:second|other|foreign|besides|apart|widely)\b)",
     "languages"),
    (r"^who (?:runs|rules|leads|governs|heads)(?: (?:it|there|(?:the|your|this) (?:country|nation|place)))?\W*$|"
     r"^who (?:runs|rules|leads|governs|heads) (?:the|your|this) (?:country|nation)\b", "system"),
    (rf"\b(?:wear|pack|put on|clothes|coat)\b.*\b(?:{ANY_MONTH}|winter|summer|spring|autumn|weather)\b|"
     r"\bfalls? from the sky\b", "climate"),
    (r"\baccidents?\b", ""),
    (r"\b(?:ship(?:s|ped)?|goes?|sent|sells?|sold) (?:out|abroad|overseas)\b", "products|industries"),
    (r"^how many (?!.*\b(?:people|folks?|persons?|inhabitants|residents|citizens|souls|humans?|live|languages|"
     r"countries|"
     r"met(?:re|er)s|feet|kilomet\w+|km|hours)\b)", ""),
    (r"\bheart of\b|\b(?:middle|cent(?:er|re)) of (?:it|the city|town|your city)\b", "landmarks"),
    (r"\btrees?\b|\b(?:houses?|homes?|flats?) like\b|\bmix of people\b|\bpeople of what\b", ""),
    (r"\bgovernment like\b|\bpolitics\b|\bhow (?:is|are) \w+ (?:ruled|governed)\b", "system"),
    (r"\bislands?\b.*\b(?:off|near|close|faces?|facing|opposite)\b", ""),
    (r"\bhow far (?:north|south)\b(?! of\b)", "latitude"),
    (r"^what (?:kind|sort|type)s? of (?:cars?|vehicles|houses?|homes|shops?|trees|people|phones?)\b", ""),
    (r"^what (?:are|is) (?:the )?(?:people|locals|inhabitants|residents|men|women)\b.*\blike\b", ""),
    (r"^(?:what|which) (?!(?:kinds?|types?|sorts?)\b)(?:\w+ ){0,3}?(?:brands?|companies|company|firms?|"
     r"car ?makers?|corporations?|makers?|manufacturers?)\b", "companies"),
    (r"^(?:what|which) (?:\w+ ){0,3}?chains?\b", ""),
    (r"^(?:what|which) (?:\w+ ){0,2}?(?:bands?|pop groups?|rock groups?)\b", "bands"),
    # What people do: their work, their evenings.
    (r"\b(?:made|makes|got) (?:it|the (?:city|place|town)|you|them) (?:so )?(?:rich|wealthy|grow|big|prosper\w*|"
     r"important)\b|\bwealth come|\bdo for (?:a living|work)\b|\bput food on the table\b|\bpays? the bills\b",
     "industries"),
    (r"\b(?:hear|listen to|playing|played|on) (?:\w+ )?(?:the |a )?radio\b|\blisten(?:ing)? to\b", "music"),
    (r"^(?!.*\b(?:drink|eat|wear|ruling|political|government)\b)(?!.*\bmusic\b.*\bpart(?:y|ies)\b).*\b(?:festivals?|"
     r"carnivals?|part(?:y|ies)|"
     r"celebrat\w+|public holidays?|big events?|parades?)\b", "festivals"),
    (r"\bdo (?:\w+ )?(?:at night|after dark|in the evenings?)\b|\bnight ?life\b|\bgo out\b",
     "landmarks:casino nightlife bar club|festivals:night"),
    (r"\b(?:relax|unwind|have fun|free time|spare time|hobb(?:y|ies)|pastimes?)\b|\bfor fun\b",
     "landmarks:bath spa beach|sports|music"),
    (r"\b(?:film|movie) (?:industry|business)\b", "industries"),
    (r"^(?:what|which) (?:\w+ ){0,3}?(?:mountains?|mountain range|peaks?|hills?|volcano(?:es)?)\b",
     "mountains|landmarks:hill mount"),
    (r"^(?!.*\b(?:tallest|highest|biggest|largest|oldest|newest|longest)\b)(?:what|which) (?:\w+ ){0,2}?"
     r"(?:structures?|monuments?)\b", "landmarks"),
    # What no record says, though it comes with words that some records know.
    (r"\bhow (?:big|large) is (?:your|the|that|its) (?:country|nation)\b|\b(?:size|area|population) of (?:your|the|its) "
     r"(?:country|nation)\b|\bhow many (?:people|inhabitants)\b.*\b(?:your|the|its) (?:\w+ )?(?:country|nation)\b",
     "country_size"),
    (r"\bhow (?:long|wide|old|rich) is (?:your|the|that) (?:country|nation)\b", ""),
    (r"\bbefore (?:the )?(?:europeans?|white (?:men|people|settlers)|settlers|colonists|columbus|conquest|"
     r"city (?:was|existed))"
     r"\b|\bdid (?:it|your (?:city|town|home ?town)|the (?:city|place)) used? to be\b|\b(?:was it|was (?:the|"
     r"your) (?:city|"
     r"town|place)) (?:before|in the past|like before|once|originally|formerly)\b|\bterrible thing\b|"
     r"\bdisaster happened\b",
     "history"),
    (r"(?:)^(?:at )?(?:what time|when) do(?:es)? (?!your country)(?:people|you|locals|most|shops|the|everyone)\b|"
     r"\b(?:dictators?|overthr\w+|coup)\b|"
     r"\b(?:enem(?:y|ies)|rivals?|all(?:y|ies)|twin (?:city|town)|sister (?:city|town)|former (?:colony|capital)|"
     r"old capital)\b|"
     r"\bwho (?:lives|is buried|works|owns|sleeps)\b|\bbefore the (?:dutch|british|french|spanish|portuguese|"
     r"germans?|russians?|japanese|romans?)\b", ""),
    # Land and neighbours.
    (r"\b(?:countries|nations|country|neighbou?rs)\b.*\b(?:border|neighbou?r|next to|adjacent|surround|touch)|"
     r"\bborder(?:s|ing)? (?:your|the|which|what)\b.*\bcountr|\bneighbou?ring (?:countries|nations|country)|"
     r"\b(?:what|which) (?:countries|nations) (?:are|lie) (?:near|close|around|next)|\bshares? (?:a |its |land "
     r")?borders?\b", "borders"),
    (r"\bneighbou?ring (?:cities|city|towns?|states?|provinces?|regions?|districts?)|\b(?:cities|towns|places|"
     r"(?:ancient|big|other|large|old|nice) (?:city|town|place)) "
     r"(?:is |are |lies? )?(?:there )?"
     r"(?:near(?:by|est)?|close|closest|next|around|in the (?:vicinity|area))|\b(?:closest|nearest) (?:(?:big|"
     r"major|other|large) )*"
     r"(?:city|town)|\bday trip|\bexcursion", "near"),
    (r"\b(?:area|surface)\b.*\b(?:square|km|size|cover|big|large)|\bsquare (?:kilomet|mile)|\b(?:how big|how "
     r"large|what) is the (?:surface )?area\b|"
     r"\bhow much (?:land|area)\b", ""),
    (r"\b(?:latitude|longitude|coordinates)\b", "latitude"),
    (r"\b(?:landscape|terrain|geography|surroundings|topography|scenery|countryside)\b", "nature|terrain"),
    (r"\b(?:altitude|elevation|above sea level|how high (?:up )?(?:is|does|are)|height)\b", "altitude"),
    (r"\bhow far\b.*\b(?:sea|ocean|coast|beach)\b|\b(?:sea|ocean|coast)\b.*\bfar\b", "coast"),
    (r"\bwhere (?:in|within) (?:your|the|its) country\b|\b(?:which|what) (?:part|corner|side|area) of (?:the|"
     r"your|its) country\b", "location"),
    (r"\b(?:closest|nearest|near|close)\b.*\b(?:ocean|sea)\b|\b(?:ocean|sea)\b.*\b(?:closest|nearest|near|close)\b",
     "coast"),
    (r"\b(?:rivers?|lakes?|seas?|oceans?),? (?:or )?(?:the )?(?:rivers?|lakes?|seas?|oceans?)\b", "waters"),
    (r"\b(?:waterways?|canals?)\b", "landmarks:canal|river|waters"),
    (r"\bbod(?:y|ies) of water\b|\b(?:which|what) (?:ocean|sea|bay|gulf|coast|waters?)\b|\bon which (?:coast|sea|"
     r"ocean)\b", "waters"),
    (r"\b(?:role|importance|status)\b.*\bcountry\b", "capital"),
    (r"\b(?:which|what) rivers?\b(?! delta)", "river"),
    (r"\b(?:which|what) (?:\w+ )?lakes?\b", "lake|landmarks:lake|lakes"),
    (r"\bsports?\b(?!.*\b(?:hall|stadium|museum))", "sports"),
    (r"\b(?:earthquakes?|floods?|cyclones?|hurricanes?|typhoons?|tsunamis?|eruptions?)\b", "hazards|"
     r"national_hazards"),
    (r"\bwhen was the (?!city|town|place|capital)\w+(?: \w+)? (?:built|made|finished|opened|erected)", ""),
    (r"\bempires?\b", "rulers|history"),
    (r"\b(?:civili[sz]ations?|dynast(?:y|ies)|kingdoms?|tribes?)\b", "history|rulers"),
    # Weather.
    (r"\b(?:temperature|degrees|weather|climate|humid|how (?:hot|cold|warm|rainy|wet|dry|sunny)|rainfall|rainy "
     r"season|seasons?|winters?|summers?|snow|rain|monsoon|chilly|frost\w*|mild|sunny|cloudy|fog|how (?:chilly|"
     r"mild|foggy|windy))\b|"
     r"\bbest (?:time|month|season|period)\b", "climate"),
    (r"\b(?:natural )?(?:disasters?|hazards?|catastrophes?|dangers? of nature|natural (?:threats?|dangers?|"
     r"risks?))\b", "hazards|national_hazards"),
    # Names other than the one that is secret.
    (r"\bname of (?:the|your|its|a) (?:main |local |nearest |international )?(?:airport|airline|mayor|president|"
     r"metro|newspaper|club|team|radio|"
     r"street|road|hotel|restaurant|school|hospital|stadium|anthem|football club|shop|brand)\b", ""),
    (r"\b(?:mayor|president|prime minister|governor|head of state|king|queen|leader|ruling party|political party|"
     r"in charge|chancellor)\b"
     r"(?!.*\b(?:palace|tomb|statue|buried|lived))", ""),
    (r"\b(?:headquarters?|organi[sz]ations?|institutions?)\b|\b(?:films?|movies?|novels?|books?|tv shows?|series|"
     r"songs? about)\b", ""),
    (r"\b(?:second|other|foreign|european|minority|besides|colonial)\b.*\blanguages?\b|"
     r"\blanguages?\b.*\b(?:besides|apart from|other than|as a second)\b",
     "other_languages|languages"),
    (r"^(?!.*\b(?:museums?|galler|theat|monuments?|streets?|airports?|statues?|house|tomb))(?=.*\b(?:composers?|"
     r"writers?|painters?|poets?|singers?|actors?|actress\w*|scientists?|philosophers?|artists?|authors?|"
     r"inventors?|musicians?|architects?(?! (?:of|who))|legends?|emperors?|queens?|"
     r"celebrit\w+|athletes?|presidents? (?:comes?|came|was born|lived)|criminals?|gangsters?|nuns?|saints?|"
     r"explorers?|footballers?|(?:famous|well "
     r"known|notable|important) "
     r"(?:people|persons?|men|man|women|woman|residents?|citizens?|natives?|names?)|figures?|hero(?:es)?|"
     r"(?!dance)\b\w+ (?:was|were) born (?:there|here|in)|who (?:lived|was born|painted|wrote|came|comes|grew "
     r"up))\b)",
     "people"),
    # History and rule.
    (r"\b(?:used to |once |formerly |had |has )?(?:rul(?:e|ed|es)|coloni[sz](?:ed?|ers?)|colony|colonial power|"
     r"occupied|"
     r"conquered|governed|belong\w*)\b", "rulers|history"),
    (r"\b(?:become|became|gain(?:ed)?|get|got|declare|declared|win|won)\b.*\bindependen|\bindependence\b",
     "independence|rulers"),
    (r"(?:)\bwho (?:founded|built|established|created|started)\b(?! the\b(?! (?:city|town|place)))|\bhow old\b|"
     r"\bwhen (?:was|were|did)\b|\bwhy was it (?:built|founded|created|moved)|\bwho (?:designed|planned)\b|"
     r"\barchitect (?:of|who)\b|\bhistor|\bhappened\b|\bcentury\b|"
     r"\bfounded\b|\bfounder\b|\bwars?\b|\bbattles?\b|\brevolution\b|\bin the past\b|\bpast events?\b|\borigins?\b",
     "history"),
    (r"\b(?:form|kind|type|sort|system) of (?:government|rule|state)|\bpolitical (?:system|set ?up|order|"
     r"structure)|\bgovern(?:ed|ment "
     r"system)\b|\b(?:monarchy|republic)\b", "system"),
    (r"\b(?:religious|holy|sacred) (?:site|building|place|monument|landmark|structure)|\bplaces? of worship\b|"
     r"\bwhere do people (?:pray|worship)\b",
     "landmarks:mosque temple church cathedral shrine pagoda basilica abbey monastery synagogue minster|religions"),
    # Daily life.
    (r"\b(?:commut\w+|public transport\w*|get around|gets around|go to work|travel around|trains?|trams?|metro|"
     r"subway|bus(?:es)?|taxis?|"
     r"go up the hills|move around|getting around|how do (?:\w+ ){1,3}(?:travel|move|go))\b", "transport"),
    (r"\breligi(?:on|ons|ous)\b(?! (?:site|building|place|monument|landmark|structure|festival))|\bfaiths?\b|"
     r"\bbelieve in\b|\bworship\b(?! place)", "religions"),
    (r"^(?!.*\b(?:museum|festival|hall)).*\b(?:music|songs?|bands?|melod\w+|dances?|dancing)\b", "music"),
    (r"\blibrar(?:y|ies)\b", "landmarks:library biblioth"),
    (r"\b(?:side of the (?:road|street)|drive on|driv(?:e|ing) side)\b", "driving"),
    (r"\b(?:calling|dial(?:l?ing)?|phone|telephone|country|area) (?:code|prefix)\b", "calling_code"),
    (r"\b(?:post(?:al)? ?code|zip ?code|license plates?|internet domain|domain)\b", ""),
    (r"\bnational (?:flower|plant|blossom)\b", "flower"),
    (r"\b(?:national|typical|native|wild|local|common|famous|exotic) (?:animals?|birds?|wildlife|fauna)\b|"
     r"\b(?:wildlife|fauna|creatures?)\b|\banimals?\b(?!.*\bzoo)", "animals"),
    (r"\bnational (?:anthem|tree|gem|poet|hero|bird)\b", ""),
    (r"\bnational dish\b", "food"),
    (r"\bnational sport\b", "sports"),
    (r"\b(?:greet|greetings?|say (?:hello|hi|good (?:morning|day)|thanks|thank you)|hello|thank you)\b", "hello"),
    (r"\b(?:cheers|etiquette|polite|manners|tip(?:ping)?|slang|dialect)\b", ""),
    (r"\b(?:safe|safety|crime|dangerous|pickpocket|poor|poverty|homeless|unemploy\w*|problems?|challenges?|"
     r"corruption|slums?)\b", "troubles"),
    (r"\b(?:pollut\w*|smog|air quality|dirty air|(?<!thin is )the air)\b", "troubles"),
    (r"\b(?:bathe|swim|swimming|take a dip|sunbathe)\b", "landmarks:beach bath ghat|coast|river"),
    (r"\b(?:traffic|congestion|rush hour|jams)\b", "jams|transport"),
    (r"\b(?:cost|price|expensive|cheap|rent|salary|wage|income|pay for|how much)\b(?!.*\bcurrency)", ""),
    (r"\bspeak\b|\bspoken\b", "languages"),
    (r"\b(?:can|could|would|should|do|might) (?:i|you|one|people|tourists|visitors) buy\b", "crafts|products|"
     r"landmarks:market"),
    (r"\b(?:souvenirs?|bring (?:home|back)|buy as a (?:gift|present)|typical (?:gift|present)|take home)\b",
     "crafts|products"),
    (r"\b(?:export|grow|grown|produce|agricultur|crops?|manufactur|made there)\w*\b", "products|industries"),
    (r"\b(?:econom|industr|main business|make (?:a |their )?(?:living|money)|jobs?|work in|employ|companies|"
     r"company|earn)\w*\b", "industries"),
    (r"\b(?:for fun|free time|spare time|leisure|hobb(?:y|ies)|weekends?|evenings?|pastimes?)\b", "sports|music"),
    (r"\b(?:wear|worn|clothes|clothing|dress(?:ed)?|costumes?|garments?|outfit)\b", "dress"),
    (r"\b(?:drinks?|beverages?|beer|wine|liquor|spirits?|alcohol|tea|coffee)\b(?! shop)", "drinks"),
    (r"\b(?:lunch|dinner|breakfast|speciali?t(?:y|ies)|cakes?|pastr(?:y|ies)|desserts?|soups?|bread|snacks?|"
     r"sweets?|dish(?:es)?|eat|eaten|eating|"
     r"foods?|cuisine|meals?|pizza|seafood|meat|delicac(?:y|ies)|recipes?|restaurants? serve|cook(?:ed)?|taste|"
     r"kitchen|hungry)\b", "food"),
    # Buildings.
    (r"\b(?:tallest|highest) (?:building|structure|tower|skyscraper|thing|point of the skyline)",
     "landmarks:tower skyscraper burj trade center centre"),
    (r"\b(?:oldest|newest|second|third|longest|biggest|largest|smallest|busiest|richest|poorest|cheapest) "
     r"(?!city|cities|town|in )(?:\w+ )?"
     r"(?:building|house|street|bridge|park|church|university|school|restaurant|hotel|part|district|company|"
     r"statue|square|hospital|mosque|temple)", ""),
    (r"\b(?:halves|districts?|neighbou?rhoods?|quarters?|boroughs?|suburbs?)\b.*\b(?:called|named|names?)\b|"
     r"\bnames? of the (?:halves|districts?|neighbou?rhoods?|quarters?)", ""),
    (r"^(?!.*\b(?:temples?|church|parks?|museums?|squares?)\b).*\b(?:statues?|sculptures?)\b",
     "landmarks:statue sculpture monument column memorial"),
    (r"^(?:what|which|where) (?:\w+ ){0,3}?(?:prison|jail|hospital|hotel|restaurant|school|newspaper|radio|"
     r"tv channel|television|supermarket|"
     r"bank)s?\b", ""),
    # People.
    (r"\bhow (?:many|much) (?:folks?|people|persons?|residents?|inhabitants?|citizens?|souls?|humans?)\b|\bhow "
     r"(?:populous|crowded|populated|(?:big|large)(?! (?:is|are) (?:(?:the|an?|your|their) )?"
     r"(?!it\b|city|town|place|home|population|capital|hometown)\w+))\b|"
     r"\bpopulation\b|\bnumber of (?:people|residents|inhabitants)\b|\bsize of (?:your|the) (?:city|town|home "
     r"?town)\b", "population"),
    (r"\b(?:closest|nearest) (?:foreign |neighbou?ring |other )?countr", "borders"),
    (r"\b(?:ethnic|ethnicit|(?:what|which) race|races of|demograph|minorit|(?:which|what) (?:\w+ )?peoples|tribes?|ethnic "
     r"groups?)\w*\b(?!.*\blanguage)",
     "peoples"),
    (r"\b(?:immigrant|look like physically)\w*\b", ""),
    # Roundabout ways to ask for the same.
    (r"\b(?:menus?|restaurants?|chefs?|hungry|starving|tasty|delicious|spicy|vegetarian|for (?:lunch|dinner|"
     r"breakfast|supper)|"
     r"street stalls?|on (?:the|your) (?:plate|table)|feed|fed|stew|grill\w*|fry|fried|bake\w*|"
     r"noodles?|"
     r"pickled|beef|fish|chicken|lamb|pork)\b(?! market)", "food"),
    (r"\b(?:thirsty|in (?:my|the|your) (?:glass|cup)|barrels?|brew(?:ed|ery)?|distill\w*|toast)\b", "drinks"),
    (r"\b(?:coat|shorts|umbrella|sunscreen|sunglasses|sweater|jumper|gloves|sweat\w*|freez\w*|thermometer|"
     r"air.?conditioning|"
     rf"heating|suntan|tan)\b|\blike in (?:{ANY_MONTH}|spring|autumn|fall)\b|"
     r"\bwhen (?:should|would|could|can) (?:i|you|one|we) (?:come|visit|go|travel)\b",
     "climate"),
    (r"\b(?:thin|out of breath|breathless|oxygen|up in the (?:air|mountains)|high up|metres up|dizzy)\b", "altitude"),
    (r"\b(?:get|go|travel|ride|got) (?:to|from|between|across|about)\b.*\b(?:school|work|office|town|city|"
     r"cent(?:er|re)|"
     r"place|side|there|here)\b|\b(?:get about|take me (?:around|across)|without a car|hop on|on wheels|on rails)\b",
     "transport"),
    (r"^(?!where ).*\b(?:(?:foreigners?|outsiders|invaders?)\b.*\b(?:ran|run|ruled?|owned|own|governed|conquer\w*|came|come|"
     r"occup\w+|held|hold|took|took over|sacked|attack\w*)|european powers?|foreign powers?|whose flag|which flag flew|"
     r"which country "
     r"(?:ran|owned|held|took)|run the place|in charge (?:before|earlier|once)|masters)\b", "rulers|history"),
    (r"\b(?:existed?|been around|ancients|left behind|leave behind|past|long ago|centuries ago|age|became famous|"
     r"turning "
     r"point|biggest moment|back in time|story|legend has|burn(?:ed|t)|siege|besieged|destroyed|rebuilt|"
     r"bombed|"
     r"attack(?:ed)?|revolt|uprising|independence war|treaty)\b", "history"),
    (r"\b(?:sons and daughters|sons|daughters|celebs?|names that (?:i|one|you)|"
     r"household "
     r"names?|(?:famous|well known|great|notable) (?:folks?|sons?|locals?|minds?|children|ones?)|grew up there|"
     r"painters|thinkers?|leaders?)\b", "people"),
    (r"\b(?:lent|easter|christmas|new year\w*|national day|holidays?|fireworks|costumes?|crowds? (?:gather|come)|"
     r"in the "
     r"streets once a year|once a year|every year|yearly)\b", "festivals"),
    (r"^(?!.*\b(?:role|part)\b).*\b(?:games?|play(?:ed|s)?|cheer(?:ed|s)? for|stadiums?|matches|tournaments?|"
     r"leagues?|athletes?|olympics?|"
     r"compete)\b",
     "sports"),
    (r"\b(?:coming out of|from) (?:the |a )?(?:bars?|clubs?|windows?|speakers?)\b|\b(?:sing|sung|tunes?|"
     r"concerts?|instruments?|"
     r"dance to)\b", "music"),
    (r"\bshak\w+\b|\btrembl\w+\b|\bstorms?\b|\bnature (?:threaten|bring)\w*\b", "hazards|national_hazards"),
    (r"\b(?:worr(?:y|ies)|complain\w*|annoy\w*|bother\w*|suffer\w*|gripe|downsides?|bad (?:things?|sides?)|dislike|"
     r"drawbacks?)\b", "troubles"),
    (r"\b(?:climb|hik(?:e|ing)|walk up|on the horizon|out(?:side)? of (?:the )?(?:city|town)|land around|"
     r"around the (?:city|"
     r"town)|beyond the (?:city|town)|views?)\b", "nature|river|coast"),
    (r"\bhal(?:f|ves) of the (?:globe|world|earth|planet)\b|\bhemisphere\b", "hemisphere"),
    (r"\bneighbou?rs?\b|\bacross the border\b|\bnext door\b|\bborders?\b", "borders"),
    (r"\b(?:farmers?|farms?|fields?|orchards?|plantations?|harvest\w*|comes? from the (?:land|soil|ground)|"
     r"mine[ds]?|dug)\b",
     "products|industries"),
    (r"\b(?:business(?:es)?|trades?(?! routes?)|factor(?:y|ies)|workshops?|assembly|sectors?|money come|"
     r"livelihood|salar(?:y|"
     r"ies)|"
     r"labou?r|employer|employers)\b", "industries"),
    (r"\b(?:reputation|symbol|emblem|landmark|icon|trademark|pride|proud|famous for|known for|worth a|must see|"
     r"unmissable|"
     r"highlights?|photos?|pictures?)\b", "landmarks"),
    (r"\b(?:tombs?|mausole\w+|graves?|cemeter\w+)\b", "landmarks:tomb mausoleum valley grave cemetery shrine"),
    (r"\b(?:studied|study|students?|degree|professors?|campus)\b", "universities"),
    (r"\b(?:pray|worship|gods?|believ\w+|faithful|sacred|bless\w*|priests?|monks?)\b", "religions"),
    # What is to be seen.
    (r"(?:)^why (?:is|are) (?:\w+ ){1,3}?(?:so )?(?:well known|known|famous|important|popular)\b|\bwonders?\b|"
     r"\bsights?\b|\bpostcards?\b|\b(?:see|visit|miss|photograph) first\b|"
     r"\b(?:tourists?|visitors|sightseers|travell?ers|outsiders) (?:\w+ )?(?:come|go|visit|see|look|flock|like|"
     r"love)\b|"
     r"\bwhat (?:can|could|should|would|might|must) (?:i|you|one|we|tourists?|visitors?|"
     r"a visitor) (?:\w+ )?(?:do|see|"
     r"visit|look at)\b", "landmarks"),
    (r"(?:)^where (?:do|does|did|can|could|would|should|might|will|are the|is the)\b(?!.*\b(?:you live|you come|"
     r"(?:city|town|"
     r"place) (?:lie|located)|located|situated)\b)(?!.*\b(?:pray|worship|shop|study|museum|park|walk|"
     r"market)\w*)", ""),
    # What people do, of which no rule above speaks, is told by no record.
    (r"^(?:what|how|where|when|why|which|who)\b.*\b(?:do|does|did|can|would|will|should|are|"
     r"have) (?:\w+ )?(?:people|"
     r"locals|inhabitants|residents|folks|citizens)\b", ""),
)  # fmt: skip

_LEDGER_RULES = tuple(_ruled(*rule) for rule in (*PLAIN, *matters.wordings(), *LEDGER))
_CUSTOMS_RULES = _LEDGER_RULES + tuple(_ruled(*rule) for rule in CUSTOMS)
_SPECIAL_RULES = tuple(_ruled(*rule) for rule in _SPECIAL)
RULES = _CUSTOMS_RULES + _SPECIAL_RULES + tuple(_ruled(*rule) for rule in _GENERAL)
"""All rules in order: patterns, fields, and the beginnings of words without which a question follows none."""


class _Rulebook:
    """Rules in order, found by the beginnings of words that lead to them."""

    def __init__(self, rules: tuple[_Rule, ...]) -> None:
        self._rules = rules
        self._loose = {i for i, (_, _, cues) in enumerate(rules) if not cues}
        self._led: dict[str, list[int]] = {}
        for i, (_, _, cues) in enumerate(rules):
            for cue in cues:
                self._led.setdefault(cue, []).append(i)

    def first(self, text: str) -> Asked | None:
        """Return what the first rule that a question follows says."""
        led = self._loose.union(*(self._led.get(cue, ()) for cue in beginnings(text)))
        for i in sorted(led):
            pattern, fields, cues = self._rules[i]
            match = pattern.search(text)
            if match is not None:
                return Asked(tuple(_filled(each, match) for each in fields), cues)
        return None


_SHORT = re.compile(r"\b(what|who|where|which|when|how)(?:'s|s)\b")

# Of rules of customs a plain yes or no is told of some.
_PLAIN = _Rulebook(tuple(r for r in _CUSTOMS_RULES if r[1] and SAID_PLAINLY.issuperset(r[1])))
_DECIDING = _Rulebook(_SPECIAL_RULES)
_CHOOSING = _Rulebook(
    tuple(r for r in _LEDGER_RULES if r[1] in (("age_class",), ("population",), ("sports",)))
    + _SPECIAL_RULES
)
_ALL = _Rulebook(RULES)
_CLAIMED = _Rulebook(tuple(_ruled(*rule) for rule in (*matters.claims(), *LEDGER_CLAIMS, *CLAIMS)))

_GROUP = re.compile(r"\\(\d)")
_NOT_HERE = re.compile(rf"^(?!.*\bhear\b).*\bname of {_HOME} (?:city|town|home ?town)\b")


# The fields that have one value, so that a yes/no question about them is decided by what they tell, and a word without
# which no question is about one of them.
_SINGLE = SAID_PLAINLY | frozenset(
    "national_animal anthem domain voltage national_day capital_name peak money_sign head_of_state "
    "prices weather unions currency religions airport hot_drink script staple language_family driving".split()
)
_MARKS = re.compile(
    r"\b(?:capital|currenc|airport|religion|faith|drink|european union|eu\b|nato\b|asean|brics|opec|g ?20|g ?7|"
    r"tips?\b|tipping|tap\b|water|army|military|soldier|conscript|commonwealth|mercosur|african union|arab league|"
    r"united nations|un\b|animal|beast|bird|mammal|anthem|domain|"
    r"address|volt|national|independence|republic day|highest|"
    r"tallest|biggest m|"
    r"largest m|signs?\b|king\b|queen|emperor|monarch|president|head of state|expensive|cheap|pric|cost\b|pricey|"
    r"affordable|democra|dictator|election|death|punish|below|under|frost|freez|alphabet|slavic|germanic|romance|"
    r"semitic|turkic|bantu|baltic|dravid|austrones|uralic|indo|iranian|"
    r"right to|flat|driv|catholic|muslim|christian|buddhist|hindu|orthodox|jew|protestant|banknote|notes|bills|"
    r"coins?|pegged|tied|exchange|recorded|measured|record|"
    r"script|letters|characters|staple)|"
    r"\b(?:hot|warm|mild|cool|cold|freezing|weather|climate)\b.*\b" + _MONTH + r"|"
    r"^(?:is|are|do|does)\b.*\b" + _SEASON + r"s?\b.*\b(?:hot|heat|warm|mild|cool|cold|freezing)\b|"
    r"^(?:is|are|does)\b.*\b(?:hot|warm|mild|cool|cold|freezing)\b.*\bin (?:the )?" + _SEASON
)
# What a question offers two of, so that "yes" would not say which.
_DECIDED = frozenset(
    "head_of_state prices weather currency hot_drink staple terrain rank equator_or_pole driving "
    "system climate temperatures timezone hemisphere leader age_class population sports".split()
)


# "A king or a queen" are not told apart, nor are the things that a city may be known for.
_EITHER = re.compile(
    r"\b(?:have|has|got|there) (?:a|an|any) (?:king|queen|emperor|monarch)\b|"
    r"\b(?:known|famous|renowned|noted|recogni[sz]ed|located)\b"
)


_KNOWN_FOR = re.compile(r"\b(?:known|famous|renowned|noted|recogni[sz]ed) (?:for|as)\b")


def stated_column(line: str) -> str | None:
    """Return the field of one value that a yes/no question is about, "" for what is not known, None for other questions."""
    if _MARKS.search(line.lower()) is None or _KNOWN_FOR.search(line) is not None:
        return None
    text = written_out(line)
    asked = _PLAIN.first(text) or _DECIDING.first(text)
    if asked is None or not asked.fields:
        return None if asked is None else ""
    return asked.fields[0] if asked.fields[0].partition(":")[0] in _SINGLE else None


def claimed_by(line: str) -> str | None:
    """Return by what the claim of a yes/no question is decided (``claims.py``), None where its wording leaves that open."""
    asked = _CLAIMED.first(written_out(line))
    return None if asked is None else asked.fields[0]


def decided_by(line: str) -> tuple[str, ...] | None:
    """Return the fields that decide between the two things that a question offers, None where none does."""
    fields, _ = _CHOOSING.first(written_out(line)) or ((), None)
    either = _EITHER.search(line.lower()) is not None
    return fields if fields and not either and fields[0].partition(":")[0] in _DECIDED else None


@lru_cache(maxsize=8192)
def asked_for(line: str) -> Asked | None:
    """Return what an open question asks for, None where its wording leaves that open."""
    text = written_out(line)
    if _NOT_HERE.search(text):
        return None
    return _ALL.first(text)


def _filled(field: str, match: re.Match[str]) -> str:
    """Return a field with the words of the question that it refers to."""
    return _GROUP.sub(lambda at: match[int(at[1])] or "", field) if "\\" in field else field


def written_out(line: str) -> str:
    """Return a question as the rules are matched with it: in small letters, "what is" for "what's"."""
    text = _SHORT.sub(r"\1 is", line.lower().replace("\u2019", "'")).replace("'s ", "s ")
    return text.replace("-", " ")
