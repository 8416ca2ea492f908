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
        (r"\b(?:former|old|earlier|previous|original|ancient|historic(?:al)?) names?\b|\b(?:was|used to be) "
         r"(?:\w+ )?(?:called|named|"
         r"known as)\b|\bcalled (?:\w+ )?(?:before|in the past|formerly|earlier|once)\b", "former_name"),
        (r"\btime ?zones?\b|\bwhat time is it\b|\btime difference\b|\bhours?\b.*\b(?:ahead|behind)\b|"
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
        (r"^(?:when|what year|in (?:what|which) year)\b.*\bolympics?\b", "sports:olympi"),
        (r"\b(?:up|stands?|is) on (?:the|a|that|top of the) hill\b", "landmarks:acropolis hill castle fort citadel"),
        (r"\bbaker(?:y|ies)\b", "food"),
        (r"\bwaterfront|\bpromenade|\bseafront", "landmarks:bund waterfront promenade quay corniche malecon embankment"),
        (r"\bships?\b.*\b(?:go|pass|sail|travel) through\b", "landmarks:canal strait"),
        (r"\bhow high\b(?!.*\b(?:tower|building|mountain|peak|hill))|\babove (?:the )?sea\b", "altitude"),
        (r"\brivers?\b.*\b(?:land|country)\b", "has:river tigris euphrates nile|river"),
        (r"^(?:what|which) (?:\w+ )?(?:religions|faiths)\b", "all_religions"),
        (r"\b(?:european union|the eu|nato|united nations|g20|opec|asean|brics)\b", ""),
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
        (r"\b(?:wear|pack|put on|clothes|coat)\b.*\b(?:january|february|march|april|may|june|july|august|september|"
         r"october|"
         r"november|december|winter|summer|spring|autumn|weather)\b|\bfalls? from the sky\b", "climate"),
        (r"\baccidents?\b", ""),
        (r"\b(?:ship(?:s|ped)?|goes?|sent|sells?|sold) (?:out|abroad|overseas)\b", "products|industries"),
        (r"^how many (?!.*\b(?:people|folks?|persons?|inhabitants|residents|citizens|souls|humans?|live|languages|"
         r"countries|"
         r"met(?:re|er)s|feet|kilomet\w+|km|hours)\b)", ""),
        (r"\bheart of\b|\b(?:middle|cent(?:er|re)) of (?:it|the city|town|your city)\b", "landmarks"),
        (r"^who (?:wrote|writes|painted|composed|sang|sings|acted|acts)\b", "people"),
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
        (r"^(?!.*\b(?:drink|eat|wear|ruling|political|government)\b).*\b(?:festivals?|carnivals?|part(?:y|ies)|"
         r"celebrat\w+|public holidays?|big events?|parades?)\b", "festivals"),
        (r"\bdo (?:\w+ )?(?:at night|after dark|in the evenings?)\b|\bnight ?life\b|\bgo out\b",
         "landmarks:casino nightlife bar club|festivals:night"),
        (r"\b(?:relax|unwind|have fun|free time|spare time|hobb(?:y|ies)|pastimes?)\b|\bfor fun\b",
         "landmarks:bath spa beach|sports|music"),
        (r"\b(?:film|movie) (?:industry|business)\b", "industries"),
        (r"^(?:what|which) (?:\w+ ){0,3}?(?:mountains?|mountain range|peaks?|hills?|volcano(?:es)?)\b",
         "nature|landmarks:hill mount"),
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
        (r"\b(?:landscape|terrain|geography|surroundings|topography|scenery|countryside)\b", "nature|river|altitude"),
        (r"\b(?:altitude|elevation|above sea level|how high (?:up )?(?:is|does|are)|height)\b", "altitude"),
        (r"\bhow far\b.*\b(?:sea|ocean|coast|beach)\b|\b(?:sea|ocean|coast)\b.*\bfar\b", "coast"),
        (r"\bwhere (?:in|within) (?:your|the|its) country\b|\b(?:which|what) (?:part|corner|side|area) of (?:the|"
         r"your|its) country\b", "location"),
        (r"\b(?:closest|nearest|near|close)\b.*\b(?:ocean|sea)\b|\b(?:ocean|sea)\b.*\b(?:closest|nearest|near|close)\b",
         "coast"),
        (r"\b(?:waterways?|canals?)\b", "landmarks:canal|river|waters"),
        (r"\bbod(?:y|ies) of water\b|\b(?:which|what) (?:ocean|sea|bay|gulf|coast|waters?)\b|\bon which (?:coast|sea|"
         r"ocean)\b", "waters"),
        (r"\b(?:role|importance|status)\b.*\bcountry\b", "capital"),
        (r"\b(?:which|what) rivers?\b(?! delta)", "river"),
        (r"\b(?:which|what) (?:\w+ )?lakes?\b", "lake|landmarks:lake|nature"),
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
        (r"\bwho (?:founded|built|established|created|started)\b(?! the\b(?! (?:city|town|place)))|\bhow old\b|"
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
        (r"\b(?:alphabet|script|writing(?: system)?|letters? (?:do|are)|characters?)\b", "script"),
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
        (r"\b(?:wear|clothes|clothing|dress(?:ed)?|costumes?|garments?|outfit)\b", "dress"),
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
         r"(?:populous|crowded|populated|big|large)\b|"
         r"\bpopulation\b|\bnumber of (?:people|residents|inhabitants)\b|\bsize of (?:your|the) (?:city|town|home "
         r"?town)\b", "population"),
        (r"\b(?:closest|nearest) (?:foreign |neighbou?ring |other )?countr", "borders"),
        (r"\b(?:ethnic|ethnicit|race|demograph|minorit|(?:which|what) (?:\w+ )?peoples|tribes?|ethnic "
         r"groups?)\w*\b(?!.*\blanguage)",
         "peoples"),
        (r"\b(?:immigrant|look like physically)\w*\b", ""),
        # Roundabout ways to ask for the same.
        (r"\b(?:menus?|restaurants?|chefs?|hungry|starving|tasty|delicious|spicy|vegetarian|for (?:lunch|dinner|"
         r"breakfast|supper)|"
         r"street stalls?|on (?:the|your) (?:plate|table)|feed|fed|stew|grill\w*|fry|fried|bake\w*|cheese|sausages?|"
         r"noodles?|"
         r"pickled|beef|fish|chicken|lamb|pork)\b(?! market)", "food"),
        (r"\b(?:thirsty|in (?:my|the|your) (?:glass|cup)|barrels?|brew(?:ed|ery)?|distill\w*|toast)\b", "drinks"),
        (r"\b(?:coat|shorts|umbrella|sunscreen|sunglasses|sweater|jumper|gloves|sweat\w*|freez\w*|thermometer|"
         r"air.?conditioning|"
         r"heating|suntan|tan)\b|\blike in (?:january|february|march|april|may|june|july|august|september|october|"
         r"november|"
         r"december|spring|autumn|fall)\b|\bwhen (?:should|would|could|can) (?:i|you|one|we) (?:come|visit|go|travel)\b",
         "climate"),
        (r"\b(?:thin|out of breath|breathless|oxygen|up in the (?:air|mountains)|high up|metres up|dizzy)\b", "altitude"),
        (r"\b(?:get|go|travel|ride|got) (?:to|from|between|across|about)\b.*\b(?:school|work|office|town|city|"
         r"cent(?:er|re)|"
         r"place|side|there|here)\b|\b(?:get about|take me (?:around|across)|without a car|hop on|on wheels|on rails)\b",
         "transport"),
        (r"^(?!where ).*\b(?:foreigners?|outsiders|invaders?|european powers?|foreign powers?|whose flag|which flag flew|"
         r"which country "
         r"(?:ran|owned|held|took)|run the place|in charge (?:before|earlier|once)|masters)\b", "rulers|history"),
        (r"\b(?:existed?|been around|ancients|left behind|leave behind|past|long ago|centuries ago|age|became famous|"
         r"turning "
         r"point|biggest moment|back in time|story|legend has|burn(?:ed|t)|siege|besieged|destroyed|rebuilt|"
         r"bombed|"
         r"attack(?:ed)?|revolt|uprising|independence war|treaty)\b", "history"),
        (r"\b(?:sons and daughters|sons|daughters|wrote|writes|painted|composed|celebs?|names that (?:i|one|you)|"
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
        (r"\b(?:studied|study|learn|students?|degree|professors?|campus)\b", "universities"),
        (r"\b(?:pray|worship|gods?|believ\w+|faithful|sacred|bless\w*|priests?|monks?)\b", "religions"),
        # What is to be seen.
        (r"^why (?:is|are) (?:\w+ ){1,3}?(?:so )?(?:well known|known|famous|important|popular)\b|\bwonders?\b|"
         r"\bsights?\b|\bpostcards?\b|\b(?:see|visit|miss|photograph) first\b|"
         r"\b(?:tourists?|visitors|sightseers|travell?ers|outsiders) (?:\w+ )?(?:come|go|visit|see|look|flock|like|"
         r"love)\b|"
         r"\bwhat (?:can|could|should|would|might|must) (?:i|you|one|we|tourists?|visitors?|"
         r"a visitor) (?:\w+ )?(?:do|see|"
         r"visit|look at)\b", "landmarks"),
        (r"^where (?:do|does|did|can|could|would|should|might|will|are the|is the)\b(?!.*\b(?:you live|you come|"
         r"(?:city|town|"
         r"place) (?:lie|located)|located|situated)\b)(?!.*\b(?:pray|worship|shop|study|museum|park|walk|"
         r"market)\w*)", ""),
        # What people do, of which no rule above speaks, is told by no record.
        (r"^(?:what|how|where|when|why|which|who)\b.*\b(?:do|does|did|can|would|will|should|are|"
         r"have) (?:\w+ )?(?:people|"
         r"locals|inhabitants|residents|folks|citizens)\b", ""),
    )
)  # fmt: skip

_SHORT = re.compile(r"\b(what|who|where|which|when|how)(?:'s|s)\b")

_NOT_HERE = re.compile(rf"\bname of {_HOME} (?:city|town|home ?town)\b")


def asked_for(line: str) -> tuple[str, ...] | None:
    """Return the fields that answer an open question, in order; None where its wording leaves that open.

    The empty tuple stands for what no record knows.
    """
    text = _SHORT.sub(r"\1 is", line.lower().replace("\u2019", "'"))
    if _NOT_HERE.search(text):
        return None
    return next((fields for pattern, fields in _RULES if pattern.search(text)), None)
