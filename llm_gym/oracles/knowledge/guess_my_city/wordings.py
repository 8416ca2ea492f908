"""Wordings that ask for what stands where in a city and how its country lives: pattern and fields, as in ``aspects``."""

from __future__ import annotations

from llm_gym.oracles.knowledge.guess_my_city.text import ANY_MONTH

_LAND = r"(?:country|nation|homeland|land)"
# "What do people eat in the street?" has its subject before the place.
PLACE = (
    r"^(?!.*\b(?:eat\w*|ate|drink\w*|foods?|snacks?|dish\w*|wear\w*|languages?|hear|sounds?|smell\w*|buried|paintings?|who|"
    r"buy|bought|music|nois\w+|views?|dug|sells?|sold|learn\w*|safe|dangerous|how old|currenc\w*|money|pay\w*|cash|"
    r"costs?)\b)"
)
_NOT_NAMED = PLACE + r"(?!.*\b(?:unesco|world heritage|built|founded|opened|old|many)\b)"

# What is asked of the country is no matter of the city.
_HERE = rf"^(?!.*\b{_LAND}s?\b)"

CUSTOMS: tuple[tuple[str, str], ...] = (
    (rf"\b{_LAND}s? (?:\w+ )?(?:called|names?)\b.*\b(?:before|colonial|colony|once|earlier|formerly|past|ago|used to)\b|"
     rf"\b(?:old|former|colonial|earlier|previous) name of (?:your|the) {_LAND}\b|\b{_LAND} (?:change[ds]?|"
     rf"changing) (?:its )?name\b|"
     rf"\b(?:colonial|old|former|previous) name (?:did|of) your {_LAND}\b", "country_once"),
    (r"^(?:what|which) (?:sea|ocean)s?\b(?!.*\b(?:flow|empt|river)\w*)|\bwhich one is the sea\b", "nearest_sea"),
    (r"\b(?:what|which|name of the) (?:\w+ )?(?:state|province|region|prefecture)\b.*\b(?:your (?:city|town)|it) "
     r"(?:is )?the capital\b|\b(?:state|province|region|prefecture) (?:of which |that |where |"
     r"in which )(?:your (?:city|town)|it) is "
     r"the capital\b", "province"),
    (r"\b(?:people|locals|inhabitants|folks?|residents)\b.*\b(?:personality|character|temper\w*|mentality|humou?r|"
     r"stereotypes?|"
     r"reputation)\b|\b(?:personality|character|temperament|mentality|stereotypes?) of (?:the |your )?(?:people|"
     r"locals|inhabitants)\b|"
     r"^what are (?:the |your )?(?:people|locals|inhabitants|folks?) (?:\w+ )?like\b", ""),
    (rf"\b{_LAND}\b.*\b(?:so )?(?:rich|wealthy)\b|\b(?:make|makes|made) your {_LAND} (?:so )?(?:rich|wealthy)\b|"
     rf"\b(?:rich|wealth|wealthy)\b.*\b(?:from|come)\b.*\b{_LAND}\b", "resources|products"),
    (r"^which (?:country|state|empire|kingdom) (?:was|did) (?:it|your (?:city|town)) (?:part of|belong)", "rulers|history"),
    # How, why and on what something is done, of which no table tells: a sentence about the city may.
    (r"^how (?:is|are) (?:\w+ ){1,5}?(?:prepared|made|served|enjoyed|cooked|drunk|eaten|brewed)\b", ""),
    (r"^what (?:is|was|are) the (?:significance|meaning|importance|purpose) (?:of|behind) (?!your\b|it\b|"
     r"the (?:city|town)\b)", ""),
    (r"^(?:what|which) (?:\w+ )?(?:precious (?:stones?|metals?)|gems?|gemstones?|jewels?|jewell?e?ry|pearls?)\b", ""),
    (r"\bcolonial\b.*\b(?:buildings?|architecture|houses)\b", ""),
    (r"\b(?:pour|put|sprinkle|spread)\b.*\bon (?:their|the|your|it|everything)\b", ""),
    (r"\bgames?\b.*\b(?:start(?:ed)?|began|originat\w+)\b", ""),
    (r"(?<!economic )(?<!main )\bactivit(?:y|ies)\b", ""),
    (r"\bcall\w* the (?:film|movie|cinema) \w+", ""),
    (r"\b(?:king|queen|royal family|royals|emperor|sultan|emir)\b.*\blives?\b", "sight:palace|government"),
    (r"\bget to (?:work|school|the office)\b", "transport"),
    (r"\b(?:events?|part(?:y|ies)|celebrations?)\b.*\b(?:every|each) (?:year|january|february|march|april|may|june|"
     r"july|august|"
     r"september|october|november|december|spring|summer|autumn|winter)\b", "festivals"),
    (r"\bwaterfalls?\b", "landmarks:waterfall falls|waterfall"),
    (r"\b(?:coral )?reefs?\b", "landmarks:reef|reef"),
    (r"\b(?:form|kind|type|sort|system|what|which)s? (?:of )?(?:government|regime|political system)\b", "system"),
    (r"\b(?:just|right|directly) (?:over|across|beyond) (?:the|your) border\b", "at_border"),
    (r"\b(?:political|diplomatic|european|eu) (?:institutions?|bodies|organi[sz]ations?)\b", "lore:bodies|government"),
    # What the single city is known for.
    (r"\bmetro(?:politan)? (?:area|region)\b|\bgreater (?:metropolitan|city|urban)\b|\b(?:with|"
     r"including) (?:its |the |all )?"
     r"suburbs\b",
     "lore:metro"),
    (r"^(?!.*\bcountry (?:belong|member|part|join)).*\b(?:international|global|intergovernmental|un|world|famous|"
     r"financial|european|"
     r"eu) (?:\w+ )?(?:organi[sz]ations?|institutions?|bodies|agency|"
     r"agencies)\b|\binstitutions? of the (?:eu|european union|un|united nations)\b",
     "lore:bodies"),
    (r"\bin the news\b|\bheadlines?\b|\bnews\b.*\b(?:heard|about|recent\w*|years?)\b|\bheard?\b.*\bnews\b", "lore:news"),
    (r"\b(?:names? of|called|what|which|any|famous|well known|main|some)\b(?!.*\b(?:shop\w*|markets?|streets?|"
     r"capital)\b).*\b(?:boroughs|districts|neighbou?rhoods|arrondissements)\b",
     "lore:districts"),
    (_HERE + r"(?!.*\b(?:wear|food|eat|family|related)\b).*\b(?:dialects?|local (?:language|tongue|one|speech)|accents?)\b",
     "lore:tongue|languages"),
    (r"\b(?:speak|talk|language)\b.*\bat home\b", "languages"),
    (_HERE + r".*\b(?:ethnic\w*|ancestry|descent|(?:whats|what is|what are) their backgrounds?|backgrounds?|"
     r"minorit(?:y|ies)|"
     r"demographics?|multicultural|communities)\b",
     "lore:folk|peoples"),
    (_HERE + r"(?!.*\b(?:natural|nature|threaten\w*|prone|risks?|could)\b).*\b(?:tragic|traged(?:y|ies)|disasters?|"
     r"catastroph\w+|calamit\w+|devastated|destroyed|massacres?|genocide|atrocit\w+|terrorist\w*|bombings?|dark chapter)\b",
     "lore:ordeal|chronicle:fire earthquake destroy burn bomb massacre flood plague genocide siege"),
    (_HERE + r"(?!.*\b(?:instruments?|festivals?|hall)\b).*\b(?:(?:kind|style|type|genre|"
     r"sort)s? of (?:\w+ )?music|music(?:al)? "
     r"(?:styles?|genres?|scene|traditions?|heritage)|local (?:music|sound))\b",
     "lore:sound|music"),
    (_HERE + r"(?!.*\b(?:grow up|grew|fast|population|eat|drinks?|industr\w*|economy|dug)\b).*\b(?:fruits?|"
     r"crops?|farms?|farmers?|farming|"
     r"agricultur\w*|orchards?|plantations?|harvest\w*|grown?|grows)\b",
     "lore:grown|crops"),
    (_HERE + r"(?!.*\b(?:food|dish\w*|drinks?|beers?|wines?|films?|movies?|music|money|living|clothing|history|"
     r"happen\w*|should i|can i)\b)"
     r".*\b(?:manufactur\w*|factor(?:y|ies)|workshops?|goods|"
     r"(?:known|famous|renowned) (?:\w+ )?for (?:\w+ )?(?:weaving|making|producing|manufacturing|building)|products?)\b|"
     + _HERE + r"(?:and |so )?what (?:do|did) (?:they|people|you) (?:\w+ )?(?:make|build|produce|"
     r"manufacture)\b(?! (?:their )?(?:money|living))",
     "lore:made|industries"),
    (_HERE + r".*\b(?:handicrafts?|crafts?)\b.*\b(?:known|famous|renowned)\b|" + _HERE + r".*\b(?:known|famous|"
     r"renowned)\b.*\bcrafts?\b",
     "lore:made|crafts"),
    (_HERE + r"(?!.*\b(?:should i|can i|buy|bring|museum)\b).*\b(?:handicrafts?|crafts?|artisan\w*|"
     r"folk arts?)\b", "crafts|lore:made"),
    (r"\b(?:get|gets|getting|got|move|moving|travel|travell?ing) around\b|\bcommut\w+\b|\b(?:mode|means|form|way|kind|"
     r"type)s? of (?:public )?transport\w*\b|\bpublic transport\w*\b",
     "transport"),
    (r"\b(?:which|what) (?:\w+ ){0,2}?(?:state|province|region|county|prefecture|department|"
     r"canton)\b(?!.*\b(?:capital|border\w*|"
     r"languages?|known|famous|next)\b).*\b(?:belong\w*|part of|in|located|lie|lies)\b",
     "province"),
    (rf"^(?!.*\b{_LAND}\b).*\b(?:part of|belong\w* to)\b.*\b(?:past|history|before|formerly|once|used to)\b|"
     r"\b(?:owned|controlled|held|ran|occupied) (?:it|the (?:place|city|town)|your (?:city|town|"
     r"place))\b", "rulers|history"),
    # What a word names that is asked of something else.
    (r"(?<!ly )\bspeaking\b(?!.*\bcountr)|\bhear\b.*\bspeak\b", "languages"),
    (r"\bpart(?:y|ies|ys)\b.*\b(?:runs?|rules?|ruling|governs?|power)\b|\b(?:ruling|political|governing) part(?:y|ies)\b",
     "party"),
    (rf"\b(?:ruler|who) (?:\w+ )?(?:runs|rules|governs) (?:the|your) {_LAND}\b", "system"),
    (r"^(?!.*\b(?:birthplace|cradle|origin\w*|invent\w*|born)\b).*\bdemocrac(?:y|ies)\b|\bdemocratic\b(?! (?:republic|"
     r"people))|\b(?:free|fair) elections?\b|\bdictatorship\b",
     "elections"),
    (r"\bdeath (?:penalty|sentence)\b|\bcapital punishment\b", "death_penalty"),
    (r"\b(?:below|under) (?:zero|freezing)\b|\bfrosts?\b|\b(?:ever|it) freez(?:e|es|ing)\b", "frost"),
    (r"\bformula (?:1|one)\b|\bgrand prix\b|\b(?:world|european|international) championships?\b|\bmarathons?\b|"
     r"\bsport\w* events?\b",
     "sports:formula prix champion world olymp marathon race games cup tour|landmarks:race speedway"),
    (r"\b(?:customs?|habits?|taboos?|superstiti\w+|etiquette|manners)\b(?!.*\b(?:duty|officers?)\b)", ""),
    (r"\b(?:zoos?|aquariums?|safari)\b", "landmarks:zoo aquarium ocean safari animal"),
    (r"\b(?:theme|amusement|water) parks?\b|\broller ?coasters?\b|\bfunfair",
     "landmarks:disney universal amusement theme tivoli prater water everland lotte"),
    (r"\bnobel\b", "landmarks:nobel|festivals:nobel|people:nobel|chronicle:nobel"),
    (r"\bcold war\b", "chronicle:soviet communis divided airlift cold"),
    (r"\b(?:first world war|world war (?:one|1|i)|great war)\b", "chronicle:1914 1915 1916 1917 1918"),
    (r"\b(?:trade|trading|caravan|silk) (?:routes?|roads?|networks?)\b", "chronicle:trad silk caravan merchant route"),
    (r"\b(?:great|big|worst|terrible|famous|devastating|huge|major) (?:fires?|floods?|earthquakes?|plagues?|storms?)\b|"
     r"\b(?:fires?|floods?|earthquakes?|plagues?|disasters?)\b.*\b(?:remember\w*|history|past|destroyed)\b",
     "chronicle:fire flood earthquake burn destroy plague"),
    (r"^(?!.*\b(?:who|whose)\b).*\b(?:ruins?|archaeolog\w+|excavat\w+|unearth\w*|dig up|dug up under)\b",
     "landmarks:ruin ancient forum acropolis pyramid roman huaca agora temple of|chronicle:ruin"),
    (r"\bburr?ied\b|\bgraves?\b|\btombs?\b", "landmarks:tomb mausole grave cemetery shrine burial valley"),
    (r"\b(?:immigrants?|immigration|migrants?|diasporas?|expats?)\b", "peoples"),
    (r"\b(?:sea|water|ocean) temperatures?\b|\btemperatures? of the (?:sea|water|ocean)\b|\bsongs?\b.*\babout\b|"
     r"^(?!.*\b(?:what|which) rivers?\b)(?=.*\b(?:sea|ocean)s?\b).*\brivers?\b.*\b(?:flow|end|empt|lead|reach|follow)\w*\b|"
     r"^(?=.*\brivers?\b)(?=.*\b(?:sea|ocean)s?\b).*\bfollow", ""),
    (r"\b(?:phone|telephone|mobile|cell) numbers?\b|\b(?:dial|phone|telephone) prefix", "calling_code"),
    (r"\bflowers?\b.*\b(?:emblem|symbol\w*|represents?|stands for|national)\b|\b(?:emblem|symbol)\b.*\bflowers?\b",
     "flower"),
    (r"^(?!.*\b(?:national|represent\w*)\b).*\bbirds?\b(?!.*\b(?:symbol|emblem|represents?|coat)\b)", "animals"),
    (r"\b(?:religious|holy|sacred) (?:sites?|buildings?|places?|monuments?|landmarks?|structures?)\b|\bpilgrim\w*\b|"
     r"\b(?:places?|houses?) of worship\b|\bpray\b.*\bbuildings?\b", "sight:worship|religions"),
    (r"\bteams?\b.*\b(?:support\w*|cheer\w*|root)\b|\b(?:support|cheer for|root for)\b.*\bteams?\b", "clubs:"),
    (r"\bnew years?\b",
     "festivals:new year nowruz navruz norouz tet seollal chinese spring songkran thingyan sao hogmanay|new_year"),
    (r"^where\b.*\b(?:in nature|fresh air|stroll|among trees)\b", "sight:park|nature"),
    (r"^how (?:do|would|should) (?:\w+ ){1,3}?greet\W*$", "greeting|hello"),
    (r"^(?:what|which) (?:\w+ )?deserts?\b", "has:desert sahara gobi kyzylkum thar atacama"),
    (r"^(?!.*\b(?:language|say)\b).*\bgreet(?:ing)?s?\b.*\b(?:each other|one another|kiss\w*|hand\w*|bow\w*|friends|"
     r"strangers)\b|\b(?:handshakes?|shake "
     r"hands|kiss(?:es|ed)?|bow(?:ing|s)?|hugs?)\b", "greeting"),
    (r"^(?!.*\b(?:which|what) languages?\b).*\bgreet\w*\b|\bsay (?:hello|hi|good (?:morning|day))\b", "hello|greeting"),
    (r"^(?!.*\b(?:who|painted|banknotes?|coins?|hang\w*)\b).*\b(?:photograph\w*|photos?|pictures?|selfies?|"
     r"instagram\w*|postcards?|snapshot)\b", "landmarks"),
    (r"\b(?:fun|interesting|surprising|curious|little known|cool|random) (?:facts?|things?)\b|\btrivia\b|\banecdotes?\b",
     "history|nickname"),
    (r"\b(?:comes?|springs?) to mind\b|^what (?:do|does|would) \w+ associate\b|\bthink(?:s|ing)? of (?:first|when|"
     r"if)\b|\bfirst thing\b.*\bthink\b",
     "landmarks"),
    (r"\bdriver\b.*\b(?:side|sit|sits|seat)\b|\bside\b.*\bdriver\b|\bsteering wheel\b", "driving"),
    (r"\bcanals?\b", "landmarks:canal|lacks:canals"),
    (r"\b(?:made|makes|got) (?:your|the|this) (?:city|town|place|home ?town) (?:so )?(?:rich|wealthy|prosper\w*|big|"
     r"grow|important)\b|"
     r"\b(?:economic|key|main) sectors?\b", "industries"),
    (r"\banthem\b.*\babout\b", ""),
    (r"\b(?:visitors?|tourists?|foreigners?)\b.*\b(?:come|comes|are) (?:\w+ )?(?:most|from)\b|"
     r"\b(?:visitors?|tourists?|foreigners?) (?:\w+ )?(?:come|visit)\b.*\b(?:most often|mostly from|from)\b", ""),
    (r"\b(?:treat(?:y|ies)|conferences?|summits?|congress|agreements?|accords?)\b",
     "chronicle:treaty conference summit congress agreement accord peace signed"),
    (r"\b(?:president|king|queen|emperor|prime minister|royal family)s?\b.*\b(?:lives|resides|sits)\b",
     "government"),
    (r"\bwho\b.*\b(?:banknotes?|notes|bills|coins?)\b|\b(?:faces?|portraits?)\b.*\b(?:banknotes?|money|coins?)\b|"
     rf"\b{_LAND}\b.*\b(?:called|known as|name)\b.*\b(?:ago|before|once|earlier|formerly|past)\b", ""),
    (r"\b(?:munch|nibble|bite to eat|grab a bite|feast on|gobble)\b", "food"),
    (r"\b(?:order|ask for)\b.*\b(?:bar|pub|cafe|tavern|bartender|barman)\b", "drinks"),
    (r"\bclaims? to fame\b", "landmarks"),
    (r"\bwhere\b.*\b(?:i|we|you|plane|flight)\b.*\blands?\b|\b(?:fly|flies|flying) (?:in|into)\b", "airport"),
    (r"\b(?:end|turn) of the year\b", "new_year"),
    (r"\b(?:months?|season|time)\b.*\b(?:heat|hot)\b", "extreme:hottest"),
    (r"\b(?:months?|season|time)\b.*\b(?:freez\w+|frost|the cold)\b", "extreme:coldest"),
    (r"\b(?:match|game) ?days?\b|\b(?:football|soccer|sports?|baseball|cricket) fans?\b", "sight:stadium|clubs:"),
    (r"\b(?:founding|foundation) (?:legend|myth|story)\b|\b(?:legends?|myths?)\b.*\b(?:found\w*|began|origins?|"
     r"beginnings?)\b",
     "sight:founder|chronicle:legend tradition myth found"),
    (r"\bfirst (?:people|inhabitants|settlers|residents|humans|dwellers)\b|\boriginal (?:inhabitants|people)\b",
     "chronicle:settle tribe native aztec inca celt greek roman phoenic hittite village"),
    (r"\bhow long (?:have|has)\b.*\b(?:liv(?:e|ed|ing)|inhabited|settled)\b",
     "founded|sight:founder|chronicle:found settled old century years ancient antiquity"),
    (r"\b(?:super)?powers?\b.*\b(?:used to|once|boss\w*|over you)\b|\bboss(?:ed|ing)? (?:\w+ )?around\b", "rulers"),
    # Which countries, and whose it was.
    (r"^(?!.*\b(?:buildings?|architect\w*|food|dish\w*|cuisine|words?|next door|nearby|near|"
     r"neighbou?r\w*)\b).*\bcolon(?:y|ies|i[sz]\w+|ial (?:power|ruler|"
     r"master)s?)\b", "rulers|independence|history"),
    (r"\b(?:world cups?|world champions?)\b.*\b(?:won|win|winner)\b|\b(?:won|win)\b.*\bworld cups?\b", "world_cup"),
    (rf"\b(?:how is|is|how)\b.*\b{_LAND}\b.*\b(?:divided|split|organi[sz]ed)\b|"
     rf"\bhow many (?:states|provinces|regions|counties|departments|prefectures|cantons|districts)\b.*\b{_LAND}\b",
     "divisions"),
    (r"\bcoat of arms\b.*\b(?:city|town)\b|\b(?:city|town)s? (?:coat of arms|crest|seal|flag)\b", ""),
    (r"\banimals?\b.*\bcoat of arms\b", "arms|national_animal"),
    (r"\bcoat of arms\b|\bstate emblem\b|\bnational (?:emblem|crest|seal)\b", "arms"),
    (rf"\b(?:animals?|beasts?|birds?|creatures?)\b.*\b(?:symbols?|emblems?)\b.*\b{_LAND}\b", "national_animal"),
    (rf"\b(?:longest|biggest|largest|greatest|main|most important) rivers?\b.*\b(?:{_LAND}|nationwide)\b|"
     rf"\b{_LAND}s? (?:longest|biggest|largest) river\b|\blongest river\b(?!.*\b(?:near\w*|region|city|town|province)\b)",
     "longest_river"),
    (r"\b(?:biggest|largest|deepest) lakes?\b", "largest_lake"),
    (r"\b(?:natural|mineral) (?:resources?|wealth|riches)\b|\braw materials?\b|\b(?:under|beneath|in|"
     r"out of|from) the (?:ground|earth)\b", "resources"),
    (r"^(?!.*\bborn\b)(?:.*\bnational hero(?:es|ine)?\b|.*\bhero(?:es|ines?)?\b.*\b(?:country|nation|national|"
     r"independence|statues?)\b|"
     r".*\bfather of (?:the|your) (?:nation|country|independence)\b)", "hero"),
    (r"^(?!.*\b(?:who|he|she|drinks?|dish\w*|foods?|sports?|dances?|games?|music|here|city|town|telephone|"
     r"was the)\b).*\binvent(?:s|ed|ions?)\b",
     "inventions"),
    (r"^(?!.*\bafter\b).*\b(?:second world war|world war (?:two|2|ii)|ww ?(?:2|ii)|1940s)\b",
     "chronicle:wartime 1939 1940 1941 1942 1943 1944 1945 bomb siege holocaust|world_war"),
    (r"\b(?:army|military|conscription|drafted|soldiers?)\b.*\b(?:serve|service|compulsory|mandatory|join|draft)\b|"
     r"\b(?:military|national|army) service\b|\bserve in the (?:army|military)\b|\bconscript\w*\b", "military"),
    # How people live.
    (r"^(?!.*\b(?:calls?|how many|speak\w*|talk|languages?)\b)(?:.*\b(?:do|does) (?:most |the |ordinary |normal |"
     r"typical )?(?:people|"
     r"families|locals|folks?|residents|family) "
     r"(?:\w+ )?live in\b|.*\b(?:houses?|flats?|apartments?|homes?|housing|dwellings?)\b.*\b(?:people|families|locals|"
     r"family|residents|ordinary|typical|live)\b|.*\b(?:people|families|locals|family|residents)\b.*\b(?:houses?|flats?|"
     r"apartments?|homes?)\b(?!.*\b(?:leave|take|bring|from)\b)|.*\blive in (?:flats|apartments|houses)\b)", "houses"),
    (r"^(?!.*\b(?:law|medical|business|art|music|high|oldest|best|famous|go to|get to|walk) ?schools?\b)(?!.*\b(?:to|"
     r"from|after|finish|old|famous|best) school\b)(?!.*\b(?:learn|"
     r"languages?)\b).*\bschools?(?:ing)?\b(?!.*\b(?:called|name|famous|best)\b)|"
     r"\b(?:children|kids|pupils)\b.*\b(?:start|begin|go to|enter) school\b", "school"),
    (r"\bnewspapers?\b|\b(?:dail(?:y|ies)|press)\b.*\b(?:read|paper)\b|\bread (?:in )?the news\b", "papers"),
    (r"\btip(?:s|ping|ped)?\b(?!.*\b(?:visit\w*|travell?\w*|advice|for me)\b)|\bservice charge\b|\bgratuit\w+\b", "tips"),
    (r"\b(?:tap|drinking) water\b|\bwater from the tap\b|\b(?:drink|safe)\b.*\bwater\b|\bwater\b.*\b(?:drink\w*|safe)\b|"
     r"\btaps?\b", "tap_water"),
    (r"\b(?:days?|when)\b.*\bweekend\b|\bdays? (?:\w+ )?(?:off|of rest)\b|\bday of rest\b|\bweekend (?:days|fall)\b|"
     r"\bdays (?:\w+ )*?(?:not work|closed|free)\b", "weekend"),
    (r"\bemergenc(?:y|ies)\b|\b(?:number|dial|call)\b.*\b(?:police|ambulance|fire brigade|firefighters)\b", "emergency"),
    (r"\b(?:drinking|legal) age\b|\b(?:how old|what age|old enough)\b.*\b(?:drink|alcohol|beer|pub|bar)\b|"
     r"\bage\b.*\b(?:drink|alcohol|beer|wine)\b", "drinking_age"),
    (r"^(?!.*\b(?:music|carnival)\b).*\bdanc(?:e|es|ing)\b(?!.*\b(?:club|clubs|night|go out)\b)",
     "sight:dance|dance|music:danc"),
    (r"\binstruments?\b", "instrument|music"),
    (r"^(?!.*\b(?:eat\w*|drink\w*|dish\w*|cook\w*|foods?|sports?|wear|should i|can i|how many|"
     r"language\w*)\b)(?:.*\b(?:kids|children|families|family|teenagers?|youngsters?|little ones)\b.*\b(?:fun|"
     r"free time|spare time|play|"
     r"enjoy|entertain\w*|weekends?|sundays?|saturdays?|do|go|afternoons?|activities)\b|"
     r".*\b(?:typical|usual|normal|lazy|average) (?:sunday|weekend|saturday|day off)\b|"
     r".*\b(?:sundays?|weekends?) (?:\w+ ){0,3}?(?:look|like|spent|spend)\b|.*\bon (?:a )?(?:sundays?|weekends?)\b|"
     r".*\b(?:fun|free time|spare time|day off)\b.*\b(?:kids|children|families)\b)", "leisure|sports"),
    (r"\btaxi(?:s|cabs?)?\b.*\bcolou?rs?\b|\bcolou?rs?\b.*\b(?:taxis?|cabs?|taxicabs?)\b", "sight:taxis"),
    (r"^(?!.*\bnational\b).*\b(?:trees?|plants?|vegetation|flora)\b(?!.*\b(?:power|factor|car|nuclear|chemical|"
     r"steel)\b)", "trees"),
    # What stands where.
    (r"\bhow (?:long|far|many (?:minutes|hours))\b.*\b(?:beach|sea|seaside|ocean|coast)\b", "coast"),
    (r"\bcars?\b.*\b(?:makes?|makers?|brands?|manufacturers?|compan\w+|made|built|produced)\b", "car_makers"),
    (r"\b(?:films?|movies?|tv (?:shows?|series)|television (?:shows?|series)|cinema|on screen|on the screen|"
     r"filmed|series)\b(?!.*\b(?:festivals?|industry|business|makers?|directors?|stars?|actors?|actress\w*|famous people|"
     r"theatres?|houses?)\b)", "sight:films"),
    (r"\b(?:companies|company|firms?|corporations?|businesses|brands?)\b.*\b(?:headquarter\w*|based|seat|your (?:city|"
     r"town|hometown)|from (?:there|here|your (?:city|town))|employ\w*|here|there|home)\b|\bheadquarter\w*\b.*\b"
     r"(?:companies|company|firms?|corporations?)\b|\b(?:large|larg|big|bigg|main|major)(?:est)? employers?\b",
     "sight:companies|companies"),
    (r"\b(?:rival\w*|arch.?enem(?:y|ies))\b|\bmake fun of\b|\bcompet(?:e|es|ing|ition) with\b|\bjokes? about\b|"
     r"\b(?:which|what) (?:other )?cit(?:y|ies)\b.*\b(?:tease|dislike|hate|look down|mock|envy|jealous)\b",
     "sight:rival"),
    (r"\bwho (?:\w+ )?(?:founded|established|started|built|created|settled|planned) (?:it|(?:your|the|this) (?:city|town|"
     r"place|home ?town))\b|\b(?:founders?|founding father) of (?:it|(?:your|the|this) (?:city|town|place|home ?town))\b|"
     r"\b(?:city|town|place|it) (?:was )?(?:founded|established|built|planned|settled) by\b|\bfirst settlers?\b|"
     r"\bfounded by\b", "sight:founder|chronicle:found built planned landed made settled"),
    (r"\b(?:tallest|highest)\b.*\b(?:building|structure|tower|skyscraper|thing)s?\b|\b(?:building|structure|tower|"
     r"skyscraper)s?\b.*\b(?:tallest|highest)\b", "sight:tallest"),
    (r"^(?!.*\barena\b).*\boldest\b.*\b(?:buildings?|structures?|standing|church|mosque|temple|house|monument|thing|"
     r"part)\b", "sight:oldest"),
    (PLACE + r".*\b(?:night ?life|after (?:dark|sunset|sundown)|night ?clubs?|clubbing|bars|pubs|nights? out|"
     r"go out|going out|partying|"
     r"at night|sunset strip)\b(?!.*\b(?:safe|safety|dangerous|festivals?|sky|stars|political|ruling|market)\b)",
     "sight:evening|nightlife"),
    (PLACE + r".*\b(?:do|go|spend|out|people)\b.*\bevenings?\b|.*\b(?:evenings?|saturday night|"
     r"friday night)\b.*\b(?:go|do|spend|out|people|locals)\b|\bmeet for (?:a )?drinks?\b",
     "sight:evening"),
    (r"^(?!.*\b(?:oldest|ancient|roman|gladiators?|(?:which|what) (?:games?|sports?))\b)(?:.*\b(?:stadiums?|stadia|"
     r"football grounds?|arenas?|"
     r"ballparks?)\b|.*\bmatch(?:es)? (?:\w+ )?(?:take place|played|held)\b|"
     r".*\bwhere\b.*\b(?:team|club|match(?:es)?|games?)\b.*\bplay\w*\b)",
     "sight:stadium|landmarks:stadium arena coloss amphith"),
    (_NOT_NAMED + r".*\b(?:museums?|galler(?:y|ies))\b", "sight:museum"),
    (_NOT_NAMED + r".*\b(?:bridges?)\b", "sight:bridge"),
    (_NOT_NAMED + r"(?!.*\b(?:square (?:kilomet|mile|met|feet|foot)|town hall)).*\b(?:squares?|plazas?|piazzas?)\b",
     "sight:square|sight:street"),
    (_NOT_NAMED + r"(?!.*\b(?:national|theme|amusement|car|industrial|science) parks?\b)(?!.*\bpark(?:ing)?\b.*\bcar\b).*\b"
     r"(?:parks?|gardens?|green (?:space|area|lung)s?|picnics?|jog(?:ging)?|walk (?:the|my|a) dog)\b", "sight:park"),
    (_NOT_NAMED + r"(?!.*\b(?:floating|stock|labou?r|job|housing|christmas|property|black|"
     r"night) markets?\b).*\b(?:markets?|bazaars?|"
     r"souks?|shopping|malls?|shop for|go shop\w*)\b", "sight:market|sight:street"),
    (PLACE + r".*\b(?:night|christmas|flea) markets?\b", "sight:market"),
    (_NOT_NAMED + r".*\b(?:streets?|avenues?|boulevards?|promenades?)\b(?!.*\b(?:foods?|art|signs?|dogs?|stalls?|"
     r"vendors?|side|safe|drive|cars?|name|parties|once a year|language|paraded?|carnival)\b)(?<!side of the street)",
     "sight:street"),
    (_NOT_NAMED + r".*\b(church|mosque|temple|cathedral|synagogue|pagoda|shrine)(?:e?s)?\b", r"house:\1|sight:worship"),
    (_NOT_NAMED + r"(?!.*\b(?:how far|far|distance)\b).*\b(?:beach(?:es)?|sunbathe)\b(?!.*\b(?:how long|far|close|near)\b)",
     "sight:beach|coast"),
    (PLACE + r".*\bpalaces?\b", "sight:palace"),
    (PLACE + r"(?!.*\bwhich river\b).*\b(?:castles?|fort(?:s|ress|resses)?|citadels?)\b", "sight:castle"),
    (r"\b(?:closest|nearest|next|near)\b.*\b(?:sea|ocean|coast|saltwater|salt water)\b|\b(?:which|what) (?:sea|"
     r"ocean)\b.*\b(?:closest|nearest)\b|\b(?:sea|ocean)\b.*\b(?:closest|nearest)\b", "nearest_sea"),
    (PLACE + r".*\b(?:harbou?rs?|seaports?|docks?|ports?|shipped)\b(?!.*\b(?:called|name)\b)", "port"),
)  # fmt: skip
"""Rules that come before the general ones."""

_NUMBER = r"(\d[\d,]*|(?:a|one) thousand|(?:a|one) hundred|a)"
_WHEN = f"({ANY_MONTH}|winter|spring|summer|autumn)"
_BORN = r"\b(?:from|born|lived?|comes?|came|grow up|grew up|hails?|native)\b"

CLAIMS: tuple[tuple[str, str], ...] = (
    (r"^(?=.*\b(?:time|clocks?|hours?|gmt|utc|greenwich|zone|(?:ahead|behind) of|ahead|behind)\b).*\b(ahead|behind)"
     r"(?: of)? (?:the )?([a-z. ]+?)(?:'?s)?(?:'s)?(?: (?:time|clocks?))?\W*$", r"clock:\1:\2"),
    (r"^(?!.*\b(?:buildings?|university|church|mosque|temple|bridge|tower|people|average|cathedral|capital)\b)"
     r"(?=.*\b(?:old|older|younger|age|exist\w*|history|founded|inhabited|been around)\b).*"
     r"\b(more|over|older|least|above|less|under|younger|fewer)(?: than)? (?:about )?" + _NUMBER +
     r" (years|centur(?:y|ies)|millenni(?:um|a))\b", r"age:\1:\2:\3"),
    (r"^(?=.*\b(?:city|town|place|it|home ?town)\b).*\b(?:founded|established|built|settled|exist|created)\b.*\b(before|"
     r"after|"
     r"prior) (?:to )?(?:the year )?(\d{3,4})()\b", r"age:\1:\2:year"),
    (r"^(?!.*\b(?:buildings?|towers?|mountains?|peaks?|skyscrapers?|volcano|tallest|highest)\b)"
     r"(?=.*\b(?:sea|altitude|elevation|elevated|high|higher)\b).*\b(more|over|above|least|higher|less|under|below|lower)"
     r"(?: than)? " + _NUMBER + r" (m|met(?:re|er)s?|feet|ft|km|kilomet(?:re|er)s?)\b", r"height:\1:\2:\3"),
    (rf"^(?=.*\b{_LAND}s?\b)(?!.*\b(?:city|town|hometown|place)\b)(?=.*\b(?:population|people|inhabitants|citizens|"
     rf"populated)\b)"
     r".*\b(?:million|billion|\d{6,}|\d+,\d{3},)", "people"),
    (rf"^(?=.*\b{_LAND}\b)(?!.*\b(?:city|town|hometown|place)\b).*\blandlocked\b", "shore:landlocked"),
    (rf"^(?=.*\b{_LAND}\b)(?!.*\b(?:city|town|hometown|place|which|long)\b).*\b(?:a|any|have|has) (?:sea "
     rf"?)?(?:coast(?:line)?|shores?)\W*$|"
     rf"\b{_LAND}\b.*\b(?:access to|touch(?:es)?|border(?:s)? on|border|reach(?:es)?) (?:the |an? )?(?:sea|ocean|"
     rf"coast)\W*$", "shore"),
    (rf"\b{_LAND}\b.*\b(?:coast(?:line)?|shores?) (?:on|along|with) (?:the |an? |any )?(?:sea|ocean)\W*$", "shore"),
    (r"^(?=.*\bwar\b)(?!.*\b(?:world|civil|cold)\b).*\b(?:going on|at war|right now|these days|currently|nowadays|ongoing|"
     r"rn)\b", "at_war"),
    (r"\bsomething (?:\w+ )?(?:terrible|awful|bad|horrible|tragic|dreadful|sad)\b.*\bhappen|"
     r"\bhappen\w*\b.*\b(?:terrible|awful|horrible|tragic)\b", "told:lore:ordeal"),
    (r"\b(?:use|uses|using|pay|pays|accept|adopt\w*|spend|join\w*|has|have|is)\b.*\b(?:us |american )?(dollar|euro|"
     r"pound|yen|rupee|"
     r"franc|peso|rouble|ruble|lira|dinar|krone|krona|zloty|forint|baht|yuan|rand|"
     r"shilling)s?\b(?!.*\bworth\b)", r"money:\1"),
    (r"\b(?:oldest|first) universit(?:y|ies)\b", "old_university"),
    (r"\b(?:cooler|colder|fresher)\b.*\b(?:mountains?|hills?|altitude|elevation|high|up there)\b|"
     r"\bhigher (?:altitude|elevation|up)\b(?!.*\bthan \d)|^is it (?:pretty |quite |really |"
     r"rather )?high up\W*$", "elevated"),
    (r"^(?!.*\b(?:more|than|known|famous)\b)(?:.*\b(?:rain(?:s|y|ing|fall)?|wet|monsoons?|downpours?)\b.*\b" + _WHEN +
     r"s?\b|.*\b" + _WHEN + r"s?\b.*\b(?:rain(?:s|y|ing|fall)?|wet|monsoons?|downpours?)\b)", r"rainy:\1\2"),
    (r"\bseat of (?:the )?(?:national |federal |central )?(?:government|parliament|power)\b|"
     r"\b(?:national |federal )?(?:government|parliament) (?:is |be )?(?:sits?|meets?|based|located|seated|housed|"
     r"headquartered|resides?)\b|"
     r"\b(?:head of government|president|prime minister|head of state)\b.*\b(?:lives?|resides?|based)\b", "seat"),
    (r"\b(president|prime minister|chancellor)\b.*\b(?:run|runs|lead|leads|govern|governs|in charge|head of|power|rule|"
     r"rules)\b|"
     r"\b(?:run|led|governed|headed|ruled) by (?:a |the )?(president|prime minister|chancellor)\b", r"leader:\1\2"),
    (r"\bworld cup\b.*\b(?:won|win|winners?)\b|\b(?:won|win|winners? of)\b.*\bworld cups?\b", "cup_won"),
    (rf"^(?=.*\b{_LAND}\b)(?!.*\b(?:rugby|cricket|women\w*|ski)\b).*\b(?:host\w*|stage[ds]?|held|"
     rf"organi[sz]ed)\b.*\bworld cups?\b", "cup_host"),
    (r"^(?!.*\b(?:rugby|cricket|women\w*|ski|known|famous)\b)(?:.*\bworld cups?\b.*\b(?:match\w*|games?|finals?)\b|"
     r".*\bhost\w*\b.*\bworld cups?\b)",
     "ledger:cup"),
    (r"\b(?:alcohol\w*|beer|wine|liquor)\b.*\b(?:legal|legally|illegal|allowed|banned|forbidden|prohibited|permitted|"
     r"outlawed)\b|"
     r"\b(?:legal|legally|illegal|allowed|banned|bans?|forbidden|prohibited|permitted|outlawed)\b.*\b(?:alcohol\w*|beer|"
     r"wine|liquor)\b|"
     r"^can (?:i|you|one|we|people|tourists) (?:\w+ )?(?:buy|drink|get|order|purchase) (?:an? )?(?:alcohol\w*|beer|"
     r"wine)\b", "alcohol"),
    (r"\b(?:same sex|gay|homosexual) (?:\w+ )?(?:marriages?|couples?|weddings?|people)\b.*\b(?:legal|allowed|marry|"
     r"married|recogni[sz]ed|permitted)\b|"
     r"\b(?:legal|allow\w*|recogni[sz]e\w*|permit\w*|have)\b.*\b(?:same sex|gay) marriages?\b|\bgays? marry\b", "marriage"),
    (r"\bnuclear (?:weapons?|power\W*$|armed|bombs?|arsenal|missiles?|warheads?|state)|\batomic (?:bombs?|"
     r"weapons?)\W*$", "nuclear"),
    (rf"^(?=.*\b{_LAND}\b)(?!.*\b(?:olive|palm|known|famous)\b).*\b(?:oil|petroleum)\b", "oil"),
    (r"\b(?:alphabet|script|writing(?: system)?|letters)\b.*\b(?:different|other than|unlike|foreign|not latin|non latin|"
     r"unusual|exotic)\b|\b(?:different|another|non latin|foreign|exotic) (?:alphabet|script|writing system)\b", "unlatin"),
    (r"^(?!.*\bknown\b).*\bcommunis[tm]\b(?!.*\b(?:buildings?|architecture|monuments?)\b)", "communist"),
    (rf"^did\b.*\b{_LAND}\b.*\b(?:fight|struggle|war)\b.*\bindependence\b", "told:independence"),
    (rf"\b(?:bigger|larger|more populous) (?:city|cities|towns?)\b.*\b{_LAND}\b|\b(?:any|other) cit(?:y|ies) (?:\w+ "
     rf")?(?:bigger|larger)\b",
     "outsized"),
    (r"^(?=.*\b(?:time|clocks?|zone)\b).*\b(?:close to|near|same as|equal to|similar to)\b.*\b(?:gmt|utc|greenwich)\b",
     "greenwich"),
    (r"^(?:does|do|has|have|is there)\b.*\brival(?:s|ry|ries)?\b", "rivals"),
    (r"^(?!.*\b(?:water|drink|eat|animals?|road|cars?|swim\w*|known)\b)(?:is|are|would|do|does|can)\b.*\b(safe|"
     r"dangerous|crime|criminals?|murders?|"
     r"violent|violence|muggings?|unsafe)\b", r"safe:\1"),
    (r"^(?=.*\b(?:country|nation|land border)\b)(?:does|is|do)\b.*\b(?:borders?|bordering|neighbou?r(?:s|"
     r"ing)?)\b(?!.*\b(?:more|many|than|city|town)\b)",
     "touches"),
    (r"\b(?:ten|10) (?:largest|biggest)\b.*|\btop (?:ten|10)\b.*\b(?:area|size|largest|biggest)\b", "vast"),
    (rf"^(?=.*\b{_LAND}\b).*\bvolcano(?:es|s)?\b", "volcanoes"),
    (rf"\b{_LAND}\b (?:is )?(?:considered|regarded as|seen as|thought of as|called)? ?(?:an? )?(?:very |quite |rather |"
     rf"economically )?"
     r"(rich|wealthy|prosperous|affluent|developed|poor|developing)(?: (?:one|nation|country))?\W*$", r"wealth:\1"),
    (r"\b(?:more than one|two|both|several|multiple) continents\b", "continents"),
    (r"^(?:does|has|do)\b.*\b(?:have|got|has|maintain|keep) (?:an?|its own|any) (?:\w+ )?(?:army|armed forces|"
     r"military)\W*$", "army"),
    (r"\btricolou?r\b", "tricolour"),
    (r"\b(?:the|its|your) (?!city|town|place|country|home)\w+ (?:one )?(?:among|of) the (?:\w+ )?\w+est\b", "told:"),
    (r"^(?!.*\b(?:known|histor\w*|significan\w*|or)\b)(?:was|did|were|has)\b.*\b(?:second world war|world war (?:two|2|"
     r"ii)|ww ?(?:2|ii))\b",
     "wartime"),
    (r"^(?!.*\b(?:province|state|region|culture|fashion|cultural|financial|known)\b)(?=.*\b(?:ever|once|formerly|former|"
     r"used to|previously|past)\b)"
     r".*\bcapital\b", "old_capital"),
    (rf"^(?!.*\b(?:known for|or)\b).*\b(?:writers?|authors?)\b.*{_BORN}", "calling:writers"),
    (rf"^(?!.*\b(?:martial|known for|or)\b).*\b(?:painters?|artists?)\b.*{_BORN}", "calling:painters"),
    (rf"^(?!.*\b(?:known for|or)\b).*\b(?:musicians?|music stars?)\b.*{_BORN}", "calling:musicians"),
    (rf"^(?!.*\b(?:known for|or)\b).*\b(?:athletes?|sports? (?:stars?|person|legends?|hero(?:es)?))\b.*{_BORN}",
     "calling:athletes"),
    (r"^(?:is|are|do|does)\b.*\b(?:close|near|next|right) (?:to|at|on|by)? ?(?:an?|the|any|its|your) (?:international |"
     r"national |country )?border\W*$|"
     r"\bnear (?:an?|the|any) (?:international |national |country )?border\W*$|\b(?:a|an) (?:international )?border "
     r"(?:city|town)\b", "at_border"),
    (r"\b(?:more|over|at least|fewer|less)\b.*\b(?:neighbou?rs|neighbou?ring countries)\b|"
     rf"^(?=.*\b{_LAND}\b).*\bborders?\b.*\b(?:more|over|at least|fewer|less) than\b", "neighbours"),
    (r"\b(?:more than one|several|multiple|two|two or more|many) (?:\w+ )?airports\b|\bmore than one (?:\w+ "
     r")?airport\b", "airports"),
    (rf"^(?=.*\b{_LAND}\b).*\b(?:exports?|exporting|produces?|exporter of|producer of|grows?) (?:\w+ )?([a-z]+)\W*$|"
     rf"^(?:is|are) (?:\w+ )?([a-z]+) (?:grown|mined|found|produced|exported)\b.*\b{_LAND}\b", r"yields:\1\2"),
    (r"\b(?:renamed|different name|another name|other names?|name changed|called (?:something else|something different|"
     r"differently))\b.*|"
     r"\b(?:change[ds]?|changing) (?:its|the|your) (?:city )?name\b|\bhad a different name\b", "renamed"),
    (r"^is (?:it|this|that|(?:your|the|this) (?:city|town|place|home ?town)) (?:a |an )?(?:very |really |quite |fairly "
     r")?(old|ancient)"
     r"(?: (?:city|town|place|one))?\W*$", r"aged:\1"),
)  # fmt: skip
"""Wordings of yes/no questions that figures and whole lists decide, and by which (``claims.py``)."""

SAID_PLAINLY = frozenset(
    ("tips", "tap_water", "military", "elections", "death_penalty", "frost", "leftward", "flat")
)
"""The fields among them that say a plain yes or no."""
