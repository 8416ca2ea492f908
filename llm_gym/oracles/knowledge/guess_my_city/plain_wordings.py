"""Wordings that leave no doubt what of a city is asked for, before all others: pattern and fields, as in ``aspects``."""

from __future__ import annotations

from llm_gym.oracles.knowledge.guess_my_city.wordings import PLACE

_LAND = r"(?:country|nation|homeland)"
_TOWN = r"(?:city|town|home ?town|place)"
_NATIONAL = rf"(?!.*\b{_LAND}s?\b)"

# What is asked of a thing that is none of its name: its age, its builder, its size.
_NAMED = PLACE + r"(?!.*\b(?:how many|how (?:big|tall|high|long|much|old)|built|opened|when)\b)"

PLAIN: tuple[tuple[str, str], ...] = (
    # Where it lies.
    (r"\bwhere ?abouts? (?:in|on) (?:the|this) (?:world|globe|earth|planet|map)\b|\bwhere (?:in|on) (?:the|this|what) "
     r"(?:world|globe|earth|planet|map|part of the world)\b|\bwhere (?:on )?earth (?:are|is)\b|\b(?:which|what) "
     r"(?:part|corner|region|area|side|end) of (?:the|this) (?:world|globe|earth|planet)\b"
     r"(?!.*\b(?:people|immigrants|tourists|come|from)\b)", "whereabouts"),
    (r"\bwhereabouts\b|^(?!.*\b(?:percent\w*|share|population|from)\b).*\b(?:which|what) part of (?:your|the|its) "
     r"(?:country|nation)\b", "location"),
    (rf"\b(?:provinces?|states?|regions?|prefectures?|counties|county)\b(?!.*\bcapital\b).*\b{_TOWN} "
     r"(?:belongs?|is (?:located|situated|found))\b", "province"),
    (r"\bsub ?regions?\b|\bpart of (?:the |your )?continent\b|\bregion of the (?:world|globe|continent)\b",
     "subregion|continent"),
    (r"\bside of the (?:road|street)\b.*\bdriv\w+|\bdriv\w+\b.*\bside\b", "driving"),
    (rf"^(?!.*\b(?:metropolitan|urban area|{_LAND}|rural|dessert)\b)(?:.*\b(?:by|in|terms of|land|surface|total) area\b|"
     r".*\bkm ?[2\u00b2]|.*\bsq(?:uare)?\.? (?:km|kilomet\w+|miles|mi)\b|.*\bhow much (?:ground|land|space)\b.*\bcover)",
     "area"),
    (r"\b(?:utc|gmt) offset\b|\boffset\b.*\b(?:utc|gmt)\b", "timezone"),
    (r"\bnext (?:big |large |major )?(?:city|town)\b|\b(?:city|town) (?:lies|is|are) (?:closest|nearest|next)\b|"
     r"\b(?:towns?|cit(?:y|ies)) (?:lies? |is |are )?(?:near|close|next)(?:by|st)?\b(?!.*\b(?:sea|coast|ocean|mountains?|"
     r"rivers?|lakes?|borders?)\b)(?=.*\bwhat is the next\b)", "near_cities"),
    (r"\bhow (?:many (?:km|kilomet\w+|miles)|close|near|far)\b.*\bbeach(?:es)?\b", "sea"),
    (r"^(?!.*\b(?:tallest|highest|called)\b).*\bhow old (?:is|are) (?:the |most |your )*(?:\w+ )?(?:buildings?|houses|"
     r"architecture)\b", "sight:oldest"),
    # Nature.
    (r"^(?!.*\b(?:country|longest|flow|sea|boat|swim|eat)\b).*\brivers?\b.*\bcalled\b|\bany rivers?\b", "river"),
    (r"\b(?:highest|tallest)\b.*\b(?:mountains?|peaks?|hills?)\b.*\b(?:near|around|close)\b", "sight:hills|mountains"),
    (r"\bnatural (?:features?|landmarks?|attractions?|scenery|sights?)\b|\blandscapes?\b", "nature|sight:hills|terrain"),
    (_NATIONAL + r"(?!.*\b(?:salt|drains?|flows?|empt\w+|boat|swim\w*|fish\w*|eat|largest|deepest|biggest lake of)\b)"
     r"(?:.*)\b(?:what|which|names?|called|any|are there|famous|main|describe)\b.*\blakes?\b|^(?!.*\bcountry).*\blakes?\b.*"
     r"\bcalled\b", "lake|sight:lake|lakes"),
    (_NATIONAL + r"(?!.*\b(?:climb\w*|ski\w*|hike|hiking|highest|tallest|biggest|largest|views?|lookout|best|"
     r"restaurant|food|eat|"
     r"trip|how (?:high|tall|far|many))\b).*\b(?:what|which|names?|called|any|famous|main|"
     r"describe)\b.*\b(?:mountains?|hills|peaks?|"
     r"mountain ranges?)\b", "sight:hills|mountains|nature"),
    (_NATIONAL + r".*\b(?:smog|air (?:quality|pollution)|(?:how|quality) \w* ?(?:clean|dirty|"
     r"polluted)? ?(?:is )?the air|how bad is "
     r"the (?:pollution|air|smog))\b", "air|problems"),
    (r"^(?!.*\bindustr\w*\b).*\benvironment(?:al)? (?:problems?|issues?|challenges?|concerns?)\b", "environment|air"),
    (rf"^(?!.*\b(?:health|school|homework|solve\w*|{_LAND}|language|say)\b).*\b(?:problems?|challenges?|"
     rf"(?:environmental|social|"
     r"urban|biggest|main|major) issues?|complain\w*|gripes?|downsides?|drawbacks?|bad about|wrong with|"
     r"worst (?:thing|part)|"
     r"annoy\w* (?:about|thing))\b", "problems|troubles"),
    (r"\b(?:prone|vulnerable|exposed) to\b|\b(?:what|which|any) (?:\w+ )?(?:natural )?(?:disasters|"
     r"hazards)\b(?!.*\b(?:struck|hit|"
     r"history|past|befell|happened)\b)|\bextreme weather\b", "national_hazards|hazards"),
    (r"\bdescribe\b.*\b(winter|summer|spring|autumn|fall)s?\b", r"weather:\1"),
    (r"\bhow low\b.*\btemperatures?\b|\btemperatures? (?:\w+ )?(?:fall|drop|get|go)\b.*\bwinters?\b", "weather:winter"),
    (r"\bhow many seasons\b|\bdistinct seasons\b|\bseasons\b.*\bwhat are they\b", "matter:four_seasons|seasons"),
    (r"\b(?:what|which) season\b.*\b(?:best|visit|come|recommend)\b", "matter:best_months"),
    # What stands where.
    (r"^(?!.*\b(?:unesco|heritage|museums?|ancient)\b).*\b(?:historical|historic) (?:monuments?|buildings?|"
     r"landmarks?|places?)\b",
     "landmarks"),
    (r"\bwhere (?:would|should|will|could) (?:you|i|we) (?:take|go|bring)\b(?=.*\b(?:first|visit\w*|came|come)\b)",
     "one_sight|landmarks"),
    (r"\b(?:zoos?|aquariums?)\b.*\bor\b|\baquariums?\b", "zoo|landmarks:zoo aquarium ocean safari botan|"
     "matter:theme_park|sight:park"),
    (r"\bhotels?\b", "landmarks:hotel"),
    (r"^(?!.*\b(?:metro|subway|tube|underground|tv|television|radio|police|fire|bus|gas|petrol|power|space|ski|research|"
     r"fast|high speed)\b).*\b(?:(?:train|railway|rail|main|central) stations?|stations?\b.*\btrains?|trains? (?:leave|"
     r"arrive|depart|stop))\b", "sight:station"),
    (_NAMED + r"(?!.*\b(?:films?|movies?|roman|ancient|puppets?|plays? about)\b).*\b(?:opera houses?|concert halls?|"
     r"performing arts (?:venues?|cent(?:er|re)s?)|(?:to|for) (?:a |the )?(?:concert|opera|ballet)s?)\b",
     "matter:opera_house|sight:theatre"),
    (_NAMED + r"(?!.*\b(?:films?|movies?|roman|ancient|traditional|puppets?|operating|known for|"
     r"dance)\b).*\btheat(?:re|er)s?\b",
     "sight:theatre|matter:opera_house"),
    (_NAMED + r"(?!.*\b(?:museums?|temples?|church\w*|parks?|squares?|buil[td]\w*|historical|historic|ancient|natural|"
     r"unesco|famous monuments?|oldest)\b).*\b(?:statues?|sculptures?|memorials?|monuments? (?:stands?|is in the|"
     r"in the cent))\b",
     "sight:statue|landmarks:statue sculpture monument column memorial"),
    (_NAMED + r"(?!.*\b(?:castles?|forts?|museums?|parliament|government|president\w*)\b).*\b(?:palaces?|"
     r"royal residences?)\b|"
     r"\b(?:rulers?|kings?|queens?|emperors?|sultans?|royals?) (?:\w+ )?(?:live|lived|reside|resided)\b", "sight:palace"),
    (_NAMED + r"(?=.*\bor\b).*\b(?:castles?|fortress(?:es)?|forts?|citadels?|palaces?)\b",
     "matter:castle|sight:palace|sight:castle"),
    (_NAMED + r"(?!.*\b(?:shopping|business|financial|commercial|red light|party|night\w*|cool|hip|trendy|safe\w*|"
     r"avoid|rich\w*|"
     r"poor\w*|student|jewish|chinese|live|called the|wine|film|movie|lake|how|county|province|state|(?:is|"
     r"are) (?:it|you) in)\b)(?!.*\bor market\b).*\b(?:districts?|"
     r"neighbou?rhoods?|boroughs?|(?:old|historic) (?:quarter|town))\b", "lore:districts|sight:district"),
    (_NAMED + r"(?!.*\b(?:food|shopping|science|industrial|car|national|theme|amusement|water|business|how|jurassic)\b).*\b"
     r"(?:(?:largest|biggest|main|central) park|go (?:for|on) (?:a )?(?:walk|stroll|jog|run))\b", "sight:park|sight:street"),
    (r"\bmain drag\b", "sight:street|matter:main_square"),
    (r"\bheart of (?:the|your) (?:city|town)\b", "sight:square|sight:street"),
    (r"^(?!.*\bmuseums?\b).*\b(?:ruins?|archaeolog\w+|ancient (?:sites?|monuments?|remains|places))\b",
     "sight:ruins|landmarks:ruin ancient forum acropolis pyramid roman huaca agora|chronicle:ruin"),
    (r"\bancient (?:civili[sz]ations?|cultures?|peoples?)\b", "sight:ruins|chronicle:ancient antiquity kingdom "
     "civilization"),
    (r"^(?!.*\b(?:books? (?:a|the|my)|who (?:wrote|writes)|festivals?|shops?|stores?|fairs?|temple|prize|"
     r"library)\b).*\b(?:books?|"
     r"novels?)\b.*\b(?:films?|movies?)\b", "sight:book|sight:films"),
    (r"^(?!.*\b(?:books? (?:a|the|my)|who (?:wrote|writes)|festivals?|shops?|stores?|fairs?|temple|prize|"
     r"library)\b).*\b(?:books?|novels?|literary works?)\b", "sight:book"),
    (r"^(?!.*\b(?:festivals?|temple|prize)\b).*\bliterature\b", "matter:writer|sight:book"),
    (r"\barchitectur\w*\b.*\bstyles?\b|\bstyles?\b.*\b(?:architectur\w*|built)\b", "architecture"),
    (r"\bwhere (?:do|does|can|could|should|would) (?:\w+ )*(?:shop|buy (?:fresh )?(?:food|groceries|clothes))\b",
     "sight:market|sight:street"),
    (r"\bparty (?:district|area|quarter|street|scene|zone)\b|\bwhere\b.*\bpart(?:y|ies)\b(?!.*\b(?:political|ruling)\b)|"
     r"\bgo (?:out )?danc(?:e|ing)\b", "sight:evening|nightlife"),
    (r"\b(?:name of|names?|called)\b.*\b(?:sea ?)?(?:ports?|harbou?rs?)\b|\b(?:what|which) (?:sea ?)?(?:ports?|"
     r"harbou?rs?)\b|"
     r"\b(?:sea ?)?(?:ports?|harbou?rs?)\b.*\bcalled\b", "port_name"),
    (r"^(?!.*\bbridges?\b).*\b(?:famous|name of the|which|what|any|known) towers?\b(?!.*\b(?:blocks?|tallest|highest|"
     r"how tall)\b)",
     "landmarks:tower minaret|sight:tallest"),
    # Who and what it is known for.
    (r"\bsomething (?:weird|strange|odd|unusual|surprising|interesting|funny|curious|special)\b|"
     r"\b(?:fun|weird|interesting|surprising|strange|unusual|odd|curious|little known) (?:facts?|things?)\b",
     "matter:hint|lore:lore"),
    (r"\b(?:love|like|enjoy) (?:the )?(?:most|best) about\b|\b(?:favou?rite|best) (?:thing|part) about\b|\bproud of\b",
     "fame|landmarks"),
    (rf"^why is (?:it|(?:your|the) {_TOWN}) (?:so )?(?:famous|known|well known|special)\b", "fame|landmarks"),
    (r"\b(?:only|have|got|with|in|for) (?:\w+ )?(?:one|single|1|24|48|two|few) (?:days?|hours?|afternoon)\b", "landmarks"),
    (r"^why would (?:anyone|anybody|somebody|someone|people|i|you|one)\b.*\b(?:move|live|come|go|visit)\b",
     "fame|landmarks"),
    (r"\b(?:what|which) (?:\w+ )?(?:city|town) is (?:it|yours) (?:most |the most |quite )?(?:like|similar)",
     "matter:likened"),
    (r"\btaxis?\b.*\blook\b", "sight:taxis"),
    (r"\broles?\b.*\bhistory\b|\b(?:hundred|thousand|fifty|many|\d+) years ago\b", "history"),
    (r"\bday trips?\b|\bexcursions?\b", "near|nature"),
    (r"\bsmell(?:s|ed)?\b", ""),
    (r"\b(?:kings?|queens?|emperors?|sultans?|monarchs?)\b.*\b(?:associated|linked|connected)\b",
     "calling:rulers|dynasty|history"),
    (r"\b(?:explorers?|conquerors?|conquistadors?)\b", "chronicle:conquer explor discover captur|sight:founder"),
    (r"\b(?:academically|scientifically|academic|scientific)\b.*\bknown\b|\bknown\b.*\b(?:academically|scientifically)\b",
     "matter:scientist|universities"),
    (r"\b(?:important|significant|major|notable|key|famous|big)? ?(?:historical|historic) events?\b|\bevents? (?:in|"
     r"of) (?:the |its |your )?(?:\w+ )?history\b", "history"),
    (r"^(?!.*\b(?:flowers?|animals?|birds?|coat|arms|trees?|flags?|national|country|money|"
     r"currency)\b).*\b(?:symbols?|emblem)\b.*"
     r"\b(?:city|town|home ?town)\b", "fame|nickname"),
    (r"^(?!.*\b(?:born|lives?|lived|grew)\b).*\b(?:anyone|anybody|someone|somebody) (?:\w+ )?(?:famous|well known)\b",
     "people"),
    (r"^(?!.*\b(?:music\w*|martial|street)\b).*\b(?:best known|famous|which|what|known|"
     r"any) artists?\b(?!.*\b(?:perform|sing|album)\w*)",
     "matter:painter|calling:painters"),
    (r"\bmusical artists?\b|\bmusic artists?\b", "matter:musician|calling:musicians"),
    (r"\bliterary (?:figures?|persons?|people|names?)\b", "matter:writer|calling:writers"),
    (r"\barts? scene\b", "sight:theatre|sight:museum"),
    (r"^(?!.*\bmuseums?\b).*\b(?:art forms?|artisans?|handicrafts?|crafts?)\b(?!.*\bbeer)", "crafts|handicrafts|souvenirs"),
    (rf"\bwhat makes (?:it|(?:your|the|this) {_TOWN})\b.*\b(?:special|unique|different|interesting|stand out)\b|\bspecial "
     r"(?:there|about)\b|\b(?:coolest|best|greatest|most interesting) thing about\b|\b(?:unique|great|remarkable) about\b",
     "fame|landmarks"),
    (r"\b(?:atmosphere|mood|vibes?|ambian?ce|pace of life|(?:daily|everyday|day to day) life|life (?:is )?like|feel of)\b|"
     rf"\bdescribe (?:it|(?:your|the) {_TOWN})(?: (?:in|to|for|as)\b.*|\W*)$|\bwhat kind of (?:a )?{_TOWN}\b|"
     rf"^what is it like "
     r"(?:over )?there\W*$", "portrait"),
    (r"(?:)\b(?:what|anything) is there to (?:do|see)\b|^what (?:can|could|should) (?:i|you|we|one) do (?:over )?"
     r"(?:there|here)\b", "landmarks"),
    (r"\b(?:things|something|stuff) to do\b|\btourist attractions?\b|\b(?:main|top|biggest|largest) attractions?\b|"
     r"\b(?:activit(?:y|ies)|attractions?|draws?|"
     r"magnets?)\b.*\b(?:visitors?|tourists?)\b|"
     r"\b(?:tourists?|visitors?|tourism) (?:\w+ )?(?:draws?|magnets?)\b", "landmarks"),
    (r"\btake (?:the|your|my) (?:kids|children|family)\b", "leisure|matter:theme_park|landmarks"),
    (r"\bpostcards?\b", "landmarks"),
    (r"\b(?:title|epithet|moniker|sobriquet)s?\b.*\b(?:city|town|have|known)\b", "nickname"),
    (r"^(?!.*\b(?:football|soccer|basketball|baseball|hockey|cricket|rugby|volleyball)\b)(?:.*\b(?:sports?|local|"
     r"home|big|professional|main) (?:\w+ )?(?:teams?|clubs?)\b(?!.*\bplay\b)|.*\broot for\b)",
     "teams|clubs:|football"),
    (r"\b(?:football|soccer) clubs\b|\b(?:football|soccer) clubs?\b.*\bplays?\b", "team:football"),
    (r"\b(?:sports?|sporting) (?:\w+ )?events?\b", "sports:olymp world cup games prix champion marathon race grand|games"),
    (r"\b(?:international|major|big|world famous|important) (?:\w+ )?events?\b(?!.*\b(?:histor\w*|"
     r"happened|took place|occurr\w*|shaped|past)\b)|\bevents?\b.*\bhost\w*",
     "sports:olymp world cup games prix champion marathon race grand|festivals"),
    # How it lives.
    (r"^(?!.*\b(?:buildings?|houses?|homes?|walls?|roofs?|town)\b).*\bmade (?:of|from|out of)\b|"
     r"\b(?:flowers?|trees?|animals?|birds?)\b.*\b(?:emblem|symbol) of (?:your|the) (?:city|town|home ?town)\b", ""),
    (r"^what (?:do|can|could|should) (?:the )?(?:students|people|you|i|one) study\b|"
     r"\benglish\b.*\b(?:widely|commonly|well) (?:spoken|understood)\b|\bhow (?:widely|commonly|well|much)\b.*\benglish\b",
     ""),
    (r"\b(?:public|national|bank) holidays?\b.*\bcountry\b", "national_day|festivals"),
    (r"\b(?:soups?|broths?)\b", "food:soup borscht pho laksa ramen chowder goulash broth sopa ajiaco harira sancocho shchi"),
    (r"^(?!.*\b(?:market|eat no|vegetarian)\b)(?:which|what|whats) (?:kinds? of |types? of |sort of )?meats?\b",
     "food:beef lamb pork mutton kebab steak asado goat duck"),
    (r"\blanguages?\b.*\b(?:besides|other than|apart from|in addition to)\b", "other_languages|languages"),
    (r"\bhow (?:diverse|multicultural|cosmopolitan|mixed)\b", "lore:folk|peoples"),
    (r"\bwhat does (?:your|the) (?:city|town|hometown|place) (?:make|produce|build|manufacture)\b", "lore:made|industries"),
    (r"\bseafood\b", "food:fish salmon herring crab prawn shrimp squid octopus oyster mussel clam lobster cod eel "
     "sardine tuna "
     "ceviche sushi seafood carp anchov mackerel"),
    (r"\bgreet\w*\b.*\blanguage\b|\blanguage\b.*\bgreet\w*\b", "hello|greeting"),
    (r"\bsnow(?:s|ing|fall)?\b(?=.*\b(?:when|how|much|often|months?)\b)|\b(?:when|how much|how often)\b.*\bsnow", "snow"),
    (_NAMED + r"(?!.*\b(?:oldest|first|best known for|study|studied|professors?|foreign|tuition|cost|film|"
     r"schools? or)\b).*\b(?:universit(?:y|ies)|"
     r"colleges?|uni)\b", "universities"),
    (r"\blocal tipple\b|\btipples?\b", "drinks"),
    (r"^(?!.*\b(?:hotel|included|in bed|pastr\w+|bread|cereals?|drinks?|soup)\b).*\bbreakfasts?\b|"
     r"\bserved in the morning\b", "breakfast"),
    (r"\bdrives? (?:your|the) (?:\w+ )?econom\w+|\beconom\w+ (?:\w+ )?(?:driven|based|depend)|\bearn (?:their|a|"
     r"your) living\b",
     "industries"),
    (r"\bcultivated\b", "lore:grown|crops"),
    (r"\b(?:minerals?|ores?|metals?)\b.*\bmin(?:ed|ing)\b|\bresources\b.*\brich in\b|\brich in\b.*\bresources\b",
     "resources"),
    (rf"^(?!.*\b(?:kings?|queens?|presidents?|monarch|emperor)\b)who (?:is )?(?:\w+ )?(?:runs?|rules?|governs?|"
     rf"leads?|heads?|in charge|in power|the (?:boss|ruler|leader))\b.*\b{_LAND}\b|"
     rf"\bwho (?:leads|heads|runs) (?:your|the) government\b|^who is the (?:\w+ )?leader of (?:your|the) {_LAND}\b",
     "leader"),
    (r"\bgovernment (?:institutions?|buildings?|bodies|offices?)\b|\b(?:parliaments?|ministr(?:y|"
     r"ies))\b(?=.*\b(?:city|town|there|"
     r"located)\b)|\b(?:seat of|where does the) (?:the )?government\b", "government"),
    (r"\b(?:security|safety) situation\b|\bareas? (?:should|to) (?:\w+ )?avoid\b|\bbe careful\b", "matter:safe_city|safety"),
    (r"\bstandards? of living\b|\bquality of life\b|\bliving standards?\b", "standard"),
    (r"\b(?:how much|what) does? (?:\w+ ){0,2}(?:stuff|things|everything|an apartment|a flat|rent|life) cost\b", 
     "matter:dear|prices"),
    (r"\bkinds? of people\b.*\blive\b", "lore:folk|peoples"),
    (r"\bvehicles?\b.*\b(?:streets?|roads?)\b", "transport"),
    (r"\bword in your language\b|\bsay when you meet\b", "hello"),
    (r"\bhow is your language written\b|\bletters\b.*\bwrite with\b", "script"),
    (r"\b(?:what|which) papers? (?:do|does)\b.*\bread\b", "papers"),
    (r"\b(?:customs?|manners)\b(?!.*\b(?:officers?|duty|house)\b)", "greeting|festivals"),
    (r"\b(?:by whom|which (?:ruler|king|people|tribe|emperor))\b.*\b(?:founded|established|built|started)\b|"
     r"^who set up\b", "sight:founder|history"),
    (r"^(?!.*\b(?:world war|cold war|star wars?|civil war|war memorial|museum|country)\b)(?:.*\b(?:which|what|any|"
     r"was there)\b.*"
     r"\bwars?\b.*\b(?:affect\w*|hit|touched|there|city|town)\b)", "matter:battle|lore:ordeal|history"),
    (r"\bpartner(?:ed|s)?\b(?=.*\bcit(?:y|ies)\b)", "matter:sister_cities"),
)  # fmt: skip
"""What open questions ask for, before the matters and ``ledger_wordings.LEDGER``."""
