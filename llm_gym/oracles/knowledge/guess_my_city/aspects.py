"""What an open question asks for, where its wording tells more than the things it names.

"Which countries border yours?" wants the neighbours, though its topic is the country; "What is the national
flower?" is not about flowers. Every rule is a pattern of the question and the fields of the record that answer it,
in order; with no field the records do not know it, and the oracle says so.
"""

from __future__ import annotations

import re

_HOME = r"(?:it|your|the|this|that|you|there)"

_RULES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), tuple(fields.split("|")) if fields else ())
    for pattern, fields in (
        (r"\bnick ?names?\b", "nickname"),
        (r"^what (?:are|is) (?:the )?(?:people|locals|inhabitants|residents|men|women)\b.*\blike\b", ""),
        (r"^(?:what|which) (?!(?:kinds?|types?|sorts?)\b)(?:\w+ ){0,3}?(?:brands?|companies|company|firms?|"
         r"car ?makers?|corporations?|makers?|manufacturers?)\b", ""),
        (r"\bfilm industry\b|\bmovie industry\b", "industries"),
        (r"^(?:what|which) (?:\w+ ){0,3}?(?:mountains?|mountain range|peaks?|hills?|volcano(?:es)?)\b",
         "nature|landmarks:hill mount"),
        (r"^(?!.*\b(?:tallest|highest|biggest|largest|oldest|newest|longest)\b)(?:what|which) (?:\w+ ){0,2}?"
         r"(?:structures?|monuments?)\b", "landmarks"),
        # What no record says, though it comes with words that some records know.
        (r"\bhow (?:long|big|large|wide|old|rich) is (?:your|the|that) (?:country|nation)\b|\b(?:size|area|"
         r"population) of (?:your|the) (?:country|nation)\b|"
         r"\bhow many people live in your (?:country|nation)\b", ""),
        (r"^(?:at )?(?:what time|when) do(?:es)? (?!your country)(?:people|you|locals|most|shops|the|everyone)\b|"
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
        (r"\bneighbou?ring (?:cities|city|towns?|states?|provinces?|regions?|districts?)|\b(?:cities|towns|places) "
         r"(?:are |lie )?(?:there )?"
         r"(?:near(?:by|est)?|close|closest|next|around|in the (?:vicinity|area))|\bclosest (?:big |major |other |"
         r"large )?(?:city|town)|"
         r"\bnearest (?:big |major |other |large )?(?:city|town)|\bday trip|\bexcursion", "near"),
        (r"\b(?:area|surface)\b.*\b(?:square|km|size|cover|big|large)|\bsquare (?:kilomet|mile)|\b(?:how big|how "
         r"large|what) is the (?:surface )?area\b|"
         r"\bhow much (?:land|area)\b", ""),
        (r"\b(?:latitude|longitude|coordinates)\b", "latitude"),
        (r"\b(?:landscape|terrain|geography|surroundings|topography|scenery|countryside)\b", "nature|river|coast"),
        (r"\b(?:altitude|elevation|above sea level|how high (?:up )?(?:is|does|are)|height)\b", "altitude"),
        (r"\bhow far\b.*\b(?:sea|ocean|coast|beach)\b|\b(?:sea|ocean|coast)\b.*\bfar\b", "coast"),
        (r"\bwhere (?:in|within) (?:your|the|its) country\b|\b(?:which|what) (?:part|corner|side|area) of (?:the|"
         r"your|its) country\b", "location"),
        (r"\b(?:closest|nearest|near|close)\b.*\b(?:ocean|sea)\b|\b(?:ocean|sea)\b.*\b(?:closest|nearest|near|close)\b",
         "coast"),
        (r"\bbod(?:y|ies) of water\b|\b(?:which|what) (?:ocean|sea|bay|gulf|coast|waters?)\b|\bon which (?:coast|sea|"
         r"ocean)\b", "waters"),
        (r"\b(?:role|importance|status)\b.*\bcountry\b", "capital"),
        (r"\b(?:which|what) rivers?\b(?! delta)", "river"),
        (r"\bsports?\b(?!.*\b(?:hall|stadium|museum))", "sports"),
        (r"\b(?:earthquakes?|floods?|cyclones?|hurricanes?|typhoons?|tsunamis?|eruptions?)\b", "hazards|national_hazards"),
        (r"\bwhen was the (?!city|town|place|capital)\w+(?: \w+)? (?:built|made|finished|opened|erected)", ""),
        (r"\bempires?\b", "rulers|history"),
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
         "other_languages"),
        (r"^(?!.*\b(?:museums?|galler|theat|monuments?|streets?|airports?|statues?|house|tomb))(?=.*\b(?:composers?|"
         r"writers?|painters?|poets?|singers?|actors?|actress\w*|scientists?|philosophers?|artists?|authors?|"
         r"inventors?|musicians?|"
         r"celebrit\w+|athletes?|presidents? (?:comes?|came|was born|lived)|criminals?|gangsters?|nuns?|saints?|"
         r"explorers?|footballers?|(?:famous|well "
         r"known|notable|important) "
         r"(?:people|persons?|men|man|women|woman|residents?|citizens?|natives?|names?)|figures?|hero(?:es)?|"
         r"(?!dance)\b\w+ (?:was|were) born (?:there|here|in)|who (?:lived|was born|painted|wrote|came|comes|grew "
         r"up))\b)",
         "people"),
        # History and rule.
        (r"\b(?:used to |once |formerly |had |has )?(?:rul(?:e|ed|es)|coloni[sz]ed?|colony|colonial power|occupied|"
         r"conquered|governed|belong\w*)\b", "rulers|history"),
        (r"\b(?:become|became|gain(?:ed)?|get|got|declare|declared|win|won)\b.*\bindependen|\bindependence\b",
         "independence|rulers"),
        (r"\bwho (?:founded|built|established|created|started)\b(?! the\b(?! (?:city|town|place)))|\bhow old\b|"
         r"\bwhen (?:was|were|did)\b|\bwhy was it (?:built|founded|created|moved)|\bwho (?:designed|planned)\b|"
         r"\barchitect (?:of|who)\b|\bhistor|\bhappened\b|\bcentury\b|"
         r"\bfounded\b|\bfounder\b|\bwars?\b|\bbattles?\b|\brevolution\b|\bin the past\b|\bpast events?\b|\borigins?\b",
         "history"),
        (r"\b(?:form|kind|type|sort|system) of (?:government|rule|state)|\bpolitical system|\bgovern(?:ed|ment "
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
        (r"\b(?:alphabet|script|writing(?: system)?|letters? (?:do|are)|characters?)\b", "script"),
        (r"\b(?:side of the (?:road|street)|drive on|driv(?:e|ing) side)\b", "driving"),
        (r"\b(?:calling|dial(?:l?ing)?|phone|telephone|country|area) (?:code|prefix)\b", "calling_code"),
        (r"\b(?:post(?:al)? ?code|zip ?code|license plates?|internet domain|domain)\b", ""),
        (r"\bnational (?:flower|plant|blossom)\b", "flower"),
        (r"\b(?:national|typical|native|wild|local|common|famous|exotic) (?:animals?|birds?|wildlife|fauna)\b|"
         r"\b(?:wildlife|fauna)\b|\banimals?\b(?!.*\bzoo)", "animals"),
        (r"\bnational (?:anthem|tree|gem|poet|hero|bird)\b", ""),
        (r"\bnational dish\b", "food"),
        (r"\bnational sport\b", "sports"),
        (r"\b(?:greet|say hello|hello|thank you|cheers|etiquette|polite|manners|tip(?:ping)?|slang|dialect)\b", ""),
        (r"\b(?:safe|safety|crime|dangerous|pickpocket|poor|poverty|homeless|unemploy\w*|problems?|challenges?|"
         r"corruption|slums?)\b", "troubles"),
        (r"\b(?:pollut\w*|smog|air quality|dirty air)\b", "troubles"),
        (r"\b(?:cost|price|expensive|cheap|rent|salary|wage|income|pay for|how much)\b(?!.*\bcurrency)", ""),
        (r"\b(?:souvenirs?|bring (?:home|back)|buy as a (?:gift|present)|typical (?:gift|present)|take home)\b",
         "crafts|products"),
        (r"\b(?:export|grow|grown|produce|agricultur|crops?|manufactur|made there)\w*\b", "products|industries"),
        (r"\b(?:econom|industr|main business|make (?:a |their )?(?:living|money)|jobs?|work in|employ|companies|"
         r"company|earn)\w*\b", "industries"),
        (r"\b(?:for fun|free time|spare time|leisure|hobb(?:y|ies)|weekends?|evenings?|pastimes?)\b", "sports|music"),
        (r"\b(?:wear|clothes|clothing|dress(?:ed)?|costumes?|garments?|outfit)\b", "dress"),
        (r"\b(?:drinks?|beverages?|beer|wine|liquor|spirits|alcohol|tea|coffee)\b(?! shop)", "drinks"),
        (r"\b(?:lunch|dinner|breakfast|speciali?t(?:y|ies)|cakes?|pastr(?:y|ies)|desserts?|soups?|bread|snacks?|"
         r"sweets?|dish(?:es)?|eat|eaten|eating|"
         r"foods?|cuisine|meals?|pizza|seafood|meat|delicac(?:y|ies)|recipes?|restaurants? serve|cook(?:ed)?|taste|"
         r"kitchen|hungry)\b", "food"),
        # Buildings.
        (r"\b(?:tallest|highest) (?:building|structure|tower|skyscraper)",
         "landmarks:tower skyscraper burj trade center centre"),
        (r"\b(?:oldest|newest|second|third|longest|biggest|largest|smallest|busiest|richest|poorest|cheapest) "
         r"(?!city|cities|town|in )(?:\w+ )?"
         r"(?:building|house|street|bridge|park|church|university|school|restaurant|hotel|part|district|company|"
         r"statue|square|hospital|mosque|temple)", ""),
        (r"\b(?:halves|districts?|neighbou?rhoods?|quarters?|boroughs?|suburbs?)\b.*\b(?:called|named|names?)\b|"
         r"\bnames? of the (?:halves|districts?|neighbou?rhoods?|quarters?)", ""),
        (r"^(?!.*\b(?:temples?|church|parks?|museums?|squares?)\b).*\b(?:statues?|sculptures?)\b",
         "landmarks:statue sculpture monument column memorial"),
        (r"\b(?:prison|jail|hospital|hotel|restaurant|school|newspaper|radio|tv channel|television|supermarket|"
         r"bank)s?\b", ""),
        # People.
        (r"\bhow (?:many|much) (?:folks?|people|persons?|residents?|inhabitants?|citizens?|souls?|humans?)\b|\bhow "
         r"(?:populous|crowded|populated|big|large)\b|"
         r"\bpopulation\b|\bnumber of (?:people|residents|inhabitants)\b|\bsize of (?:your|the) (?:city|town|home "
         r"?town)\b", "population"),
        (r"\b(?:ethnic|ethnicit|race|demograph|minorit|immigrant|look like physically)\w*\b", ""),
    )
)  # fmt: skip

_NOT_HERE = re.compile(rf"\bname of {_HOME} (?:city|town|home ?town)\b")


def asked_for(line: str) -> tuple[str, ...] | None:
    """Return the fields that answer an open question, in order; None where its wording leaves that open.

    The empty tuple stands for what no record knows.
    """
    text = line.lower()
    if _NOT_HERE.search(text):
        return None
    return next((fields for pattern, fields in _RULES if pattern.search(text)), None)
