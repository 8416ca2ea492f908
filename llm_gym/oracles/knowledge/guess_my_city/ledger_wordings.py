"""Wordings that ask for what ``data/ledger.toml`` has of all cities: pattern and fields, before those of ``wordings``."""

from __future__ import annotations

from llm_gym.oracles.knowledge.guess_my_city.text import ANY_MONTH

_LAND = r"(?:country|nation|homeland)"
_GAME = r"(?:football|soccer|rugby|cricket|baseball|basketball|hockey|tennis)"
_HOME = r"(?:city|town|place|home ?town|there|here)"
_PERSON = r"(?:people|persons?|folks?|celebrit\w+|ones?|somebody|someone|anybody|anyone|famous|who|man|woman|star)"

LEDGER: tuple[tuple[str, str], ...] = (
    (r"^(?!.*\b(?:exhibits?|animals?|national)\b).*\bzoos?\b", "zoo"),
    (rf"^(?!.*\b{_LAND}\b)(?:.*\b(?:surface|total|land|approximate|the|your \w+s?) area (?:of|does|is|in)\b.*|"
     rf"(?:what is the |total |surface )*area)\W*$|^(?!.*\b{_LAND}\b).*\bsquare (?:km|kilomet\w+|miles)\b", "area"),
    (r"\b(?:how far|distance|how many (?:km|kilomet\w+|miles))\b.*\b(?:sea|ocean|coast|shore|seaside)\b", "sea|coast"),
    (r"^(?:where is|wheres) (?:the )?(?:nearest|closest) (?:beach|sea|coast)", "sight:beach|sea"),
    (r"\bhow many (?:\w+ ){0,2}?airports\b", "airports|airport"),
    (r"\bhow many (?:\w+ ){0,2}?(?:districts?|boroughs?|wards|arrondissements|municipalities|communes)\b"
     rf"(?!.*\b{_LAND}\b)", "districts"),
    (r"^(?!.*\b(?:stadiums?|ground|play|plays|match\w*)\b).*\b(football|soccer|basketball|ice hockey|hockey|baseball|rugby|"
     r"cricket|american football)\b.*\b(?:teams?|clubs?|sides?)\b", r"team:\1"),
    (r"\b(?:royal )?dynast(?:y|ies)\b|\broyal house\b", "dynasty"),
    (r"^(?!.*\b(?:what|which) (?!is\b|are\b|was\b|makes?\b|made\b|does\b|do\b|things?\b|else\b)\w+)"
     r".*\b(?:most|best|really|mainly|internationally) (?:famous|known)\b.*\b(?:for|world\w*)\b(?!.*\b(?:dish|food|song|"
     r"person|"
     r"company|product)\b)|\b(?:claim to fame|known for worldwide|famous (?:for )?(?:worldwide|around the world|"
     r"internationally|abroad))\b|^what (?:makes|made) (?:it|your \w+|the (?:city|"
     r"town)) (?:so )?famous\b", "fame|landmarks"),
    (r"\b(?:one|single) (?:thing|place|sight)\b.*\b(?:miss|see|visit|do)\b|\bfavou?rite (?:thing|place|spot|part)\b|"
     r"\b(?:must (?:not|nt)|shouldn'?t|can'?t|dont|don'?t) (?:i )?miss\b|\bthe one thing\b", "one_sight"),
    (r"\b(?:weird|odd|strange|unusual|surprising|curious|quirky|fun|cool|random|interesting) (?:facts?|stor(?:y|ies))\b|"
     r"\bonly (?:a )?locals? (?:would |will )?know|\binsider (?:tip|knowledge)\b|\bsecrets? of (?:the|your) (?:city|"
     r"town)\b",
     "lore:lore"),
    (rf"^(?!.*\b(?:buildings?|dish\w*|writers?|painters?|composers?|musicians?|singers?|actors?|athletes?|scientists?)\b)"
     rf"(?=.*\b{_PERSON}\b).*\b(?:born|birthplace|native)\b", "born|people"),
    (r"\b(?:gdp|income (?:level|class|per)|per capita|gross domestic)\b", "income"),
    (r"^(?!.*\b(?:than|tallest|highest|called|name\w*)\b).*\b(?:skyline|skyscrapers?|high ?rises?)\b", "skyline"),
    (r"\b(?:modern|new|contemporary)\b.*\bor\b.*\b(?:old\b|older|historic\w*|ancient|traditional|old school)|"
     r"\b(?:old|historic\w*|ancient|traditional)\b.*\bor\b.*\b(?:modern|new|contemporary)\b", "age_class"),
    (r"^(?!.*\b(?:weather|hot|cold|warm|temperature|wear|rain\w*|snow\w*|degrees|daylight|sun\w*|dark)\b).*\bdecember\b.*\b(?:celebrat\w+|do|"
     r"happen\w*|holiday|on)\b|^(?!.*\b(?:weather|hot|cold|warm|temperature|wear|rain\w*|snow\w*|"
     r"degrees|daylight|sun\w*|dark)\b).*\b(?:celebrat\w+|"
     r"do|happen\w*|holidays?)\b.*\b(?:december|christmas)\b", "december"),
    (r"\b(?:daylight savings?|summer ?time|clocks? (?:go|change)|change (?:the|your) clocks?)\b", "summer_time"),
    (r"\b(?:fast|high speed|bullet|express) (?:trains?|rail\w*)\b", "fast_trains"),
    (r"^(?!.*\b(?:won|win|winner|country|women)\b).*\bworld cups?\b", "cup_games"),
    (r"^(?!.*\b(?:athletes?|champions?|medals?|won|win|country)\b).*\b(?:host\w*|held|hold|staged?|when|which|what)\b.*"
     r"\bolympics?\b", "games"),
    (r"\b(?:world )?expos?\b|\bworlds? fairs?\b", "expo"),
    (r"\b(?:which|what) (?:bit|bits|part|corner|end|side|half|region|area)s?\b.*\b(?:country|nation|land)\b", "location"),
    (r"\b(?:immigrants?|migrants?|expats?|foreigners)\b.*\b(?:come|came|coming|from)\b", "lore:folk"),
    (r"\bjobs? (?:for|as)\b|\bwork as\b|\bteach english\b", ""),
    (r"\bdensit(?:y|ies)\b|\bpeople (?:per|for each) (?:square )?(?:km|kilomet\w+)\b|\bdensely populated\b", "density|"
     "population"),
    (r"\bhow many time ?zones\b", "zones"),
    (r"\bsecond (?:most )?(?:\w+ )?language\b", "other_languages"),
    (r"\bforeign (?:food|cuisine|dish\w*)\b|\bwear\b.*\b(?:weddings?|work|office|funerals?)\b", ""),
    (r"\bemployers?\b", "sight:companies"),
    (rf"\b{_GAME}\b.*\bor\b.*\b{_GAME}\b.*\b(?:more|better|rather|prefer\w*)\b|\b(?:prefer|"
     rf"rather)\b.*\b{_GAME}\b.*\bor\b", "sports"),
    (r"\btypical (?:house|home)s?\b|\bhouses like\b", "houses|architecture"),
    (r"\bwho (?:was|is|were) (?:the |your |its )?founders?\b", "sight:founder"),
    (rf"^(?:what|whats)(?: is)? (?:your|the|ur) {_LAND} (?:\w+ )?(?:famous|known) for\b", ""),
    (r"^(?:how|what|whats)\b(?!.*\b(?:or|around|about|names?|called)\b).*\b(?:metro|subway|tube)\b(?! (?:area|station|"
     r"line))", "metro"),
    (r"\b(?:big|large|huge)\b.*\bor (?:is it |more |rather |just |quite |a |an |of |like |kind of )*(?:small|little|"
     r"tiny|village|"
     r"town)\b|\b(?:small|little|tiny|village|town)\b.*\bor\b.*\b(?:big|large|huge)\b", "population"),
    (r"\b(?:official|full|formal) name of (?:your|the|ur) (?:country|nation|state)\b", ""),
    (r"\b(?:invaded|bombed|besieged|sacked|attacked|conquered|plundered)\b", 
     "chronicle:invad bomb sieg besieg sack attack conquer plunder occup|lore:ordeal"),
    (r"\bwhat (?:kind|sort|type) of (?:natural )?landscape\b|\blandscape\b.*\b(?:surround|around)\w*\b", "terrain|nature"),
    (r"\b(?:modern|contemporary) (?:architecture|buildings?)\b", 
     "landmarks:modern niemeyer guggenheim gehry calatrava hadid skyscraper"),
    (r"\b(?:book|novel)s?\b.*\b(?:set|about|read|takes? place)\b", ""),
    (r"^(?:how|what)\b.*\b(?:metro|subway|tube|underground|trams?|streetcars?)\b.*\b(?:or|like|have)\b", "transport"),
    (r"\bget (?:around|about)\b", "transport"),
    (r"\bnobel\b", "nobel|landmarks:nobel|festivals:nobel|people:nobel|chronicle:nobel"),
    (r"\b(?:hip|trendy|cool|young) (?:\w+ )?(?:area|quarter|district|neighbou?rhood|part)s?\b", "sight:evening"),
)  # fmt: skip
"""What open questions ask for, before ``wordings.CUSTOMS``."""

# What is known for something is a matter of topics.
_NOT_KNOWN_FOR = r"^(?!.*\b(?:known|famous|renowned|noted)\b)"
_FAITH = r"(catholic\w*|islam\w*|muslims?|buddhis\w+|hindu\w*|orthodox\w*|protestan\w+|judaism|jewish|christian\w*)"
_LEADING = r"(?:leading|majority|main|dominant|predominant|biggest|largest|prevailing|chief|primary|most common|state)"

_UNION = (
    r"(eu|european union|nato|asean|(?:the )?commonwealth|schengen|g ?20|g ?7|brics|opec|arab league|african union|mercosur|"
    r"united nations|un)"
)

LEDGER_CLAIMS: tuple[tuple[str, str], ...] = (
    (r"^is it right hand (?:traffic|drive|driving)\b|^is it left hand (?:traffic|drive|driving)\b", "told:driving"),
    (rf"^is it {_UNION}\W*$", r"member:\1"),
    (rf"^(?:is|are)\b.*\b(?:part|member|member state|in|belong\w*)\b(?: of| to| state)*(?: the)? {_UNION}"
     rf"(?: (?:member|area|zone|country|state|nation))?\W*$|^(?:is|are)\b.*\b{_UNION} (?:member|country|state|nation)"
     rf"(?: state)?\W*$", r"member:\1\2"),
    (_NOT_KNOWN_FOR + r"(?!.*\bor\b).*\bzoos?\b", "ledger:zoo"),
    (_NOT_KNOWN_FOR + r".*\b(?:world )?expos?\b|\bworlds? fairs?\b", "ledger:expo"),
    (_NOT_KNOWN_FOR + r"(?!.*\b(?:stadium|athletes?|champions?|gold|medals?|won|win|country|bid|or)\b).*\b(?:host\w*|"
     r"held|staged?)"
     r"\b(?:.*\b(summer|winter))?.*\bolympics?\b", r"games:\1"),
    (_NOT_KNOWN_FOR + r"(?!.*\b(?:won|win|winner|country|women\w*|rugby|cricket|ski)\b).*\bworld cups?\b", "ledger:cup"),
    (rf"^(?!.*\bor\b).*\b(?:your|the|ur|its) {_LAND}\b.*\blandlocked\b|\blandlocked {_LAND}\b", "shore:landlocked"),
    (r"\b(?:daylight savings?|clocks? (?:go|change|forward|back)|change (?:the|your|ur) clocks?)\b|"
     r"\b(?:observe|use|have|on) summer ?time\b", "ledger:summer_time"),
    (rf"\b{_FAITH}\b.*\b{_LEADING} (?:religion|faith|denomination|church|belief)\b|\b{_LEADING} (?:religion|faith|"
     rf"denomination)\b"
     rf".*\b{_FAITH}\b", r"faith:\1\2"),
    (r"\b(?:between|within|inside) the tropics?\b|\bin the tropics\b|\btropical (?:zone|belt|latitudes)\b|"
     r"\btropics? of cancer and (?:the )?(?:tropic of )?capricorn\b", "ledger:tropics"),
    (r"^(?!.*\b(?:known|foot|near|surround\w*|seven|mountains?)\b)(?:is|are|does) .*\b(?:hilly|(?:any|some|many|"
     r"lots of) hills|"
     r"hills (?:in|within|inside))\b", "ledger:hills"),
    (r"\b(?:rail\w*|train) (?:hub|cent(?:er|re)|junction|node|crossroads)\b", "ledger:railways"),
    (_NOT_KNOWN_FOR + r".*\b(?:important|major|big|global|international|leading|world) (?:\w+ )?(?:financ\w+|banking) "
     r"(?:cent(?:er|re)|hub|capital|place)\b", "ledger:finance"),
    (r"\b(?:medieval|hanseatic|merchant) (?:league|union)\b|\bhans(?:e|a)\b|"
     r"\bcity.state\b(?!.*\btoday\b)", "ledger:medieval"),
    (r"\boldest (?:\w+ )?(?:continuously )?(?:inhabited|settled)\b|\bcontinuously inhabited\b", "ledger:continuous"),
    (_NOT_KNOWN_FOR + r".*\b(?:fast|high speed|bullet) (?:trains?|rail\w*)\b", "ledger:fast_trains"),
    (_NOT_KNOWN_FOR + r"(?!.*\b(?:or|lines?|stations?|near)\b)(?:is|are|does|do|has|have)\b.*\b(?:metro(?! ?politan)|"
     r"subway|tube)\b"
     r"(?: (?:system|network))?\W*(?:there|here)?\W*$", "ledger:metro"),
    (_NOT_KNOWN_FOR + r"(?!.*\bor\b)(?:is|are|does|do|has|have)\b.*\b(?:trams?|streetcars?|tramway)"
     r"(?: (?:system|network|lines?))?\W*(?:there|here)?\W*$", "ledger:trams"),
    (r"\b(nba|nhl|nfl|mlb) (?:team|franchise|club)\b", r"ledger:\1"),
    (_NOT_KNOWN_FOR + r"(?!.*\bor\b).*\b(basketball|ice hockey|hockey|baseball|football|soccer|rugby|cricket|"
     r"american football) "
     r"(?:team|club|side)s?\b", r"team:\1"),
    (r"^(?!.*\b(?:known|famous|or|tallest|highest|mix|than)\b).*\b(?:skyscrapers?|high ?rises?)\b", "ledger:skyscrapers"),
    (r"\b(?:lgbt\w*|gay|queer|homosexual\w*)\b.*\b(?:friendly|safe|ok|okay|accepted|welcom\w*|rights|toleran\w*|legal|"
     r"allowed)\b"
     r"(?<!marriage legal)(?!.*\bmarr)", "ledger:love"),
    (r"\bdark (?:\w+ )?early\b|\bearly (?:\w+ )?dark\b|\b(?:days|"
     r"daylight) (?:\w+ )?short in (?:the )?winter\b", "ledger:dark"),
    (r"\bseat of (?:a|the|its|your) (?:state|provinc\w+|regional|region|prefecture|department)\b",
     "ledger:province"),
    (_NOT_KNOWN_FOR + r".*\bcent(?:er|re)s? (?:of|for) (?:higher )?(?:education|learning|research|study)\b|"
     r"" + _NOT_KNOWN_FOR + r".*\b(?:major|important|big) (?:higher )?"
     r"(?:education\w*|academic|research) (?:cent(?:er|re)|hub)\b", "ledger:college"),
    (_NOT_KNOWN_FOR + r".*\bcelebrat\w+ christmas\b|\bchristmas\b.*\b(?:celebrated|kept|holiday)\b", "ledger:christmas"),
    (r"\beat\w* pork\b|\bpork (?:is )?eaten\b", "ledger:pork"),
    (r"\b(?:damaged|destroyed|bombed|hit|flattened|devastated)\b.*\b(?:second world war|world war (?:two|2|ii)|"
     r"ww ?(?:2|ii))\b",
     "ledger:damage"),
    (r"^(?!.*\bknown\b).*\b(?:old town|old quarter|historic (?:cent(?:er|re)|core|old town))\b", "ledger:quarter"),
    (rf"\b{_LAND}\b.*\b(bigger|larger|greater|smaller)\b(?: (?:in|by) (?:area|size))? than (?:the )?([a-z ]+?)"
     r"(?: (?:in|by) (?:area|size))?\W*$", r"land_size:\1:\2"),
    (r"\bwithin (\d[\d,]*) ?(km|kilomet\w+|miles) (?:of|from) (?:the |a )?(?:sea|coast|ocean)\b", r"near_sea:\1:\2"),
    (r"^(?!.*\b(?:building|university|church|mosque)\b)(?:is|was)\b.*\bolder than ([a-z ]+?)\W*$", r"older_than:\1"),
    (r"^(?:was|were|has|have|did|is)\b(?!.*\b(?:world war|ww2|known|movie|film|"
     r"at war)\b)(?!.*\bcountry\b).*\b(?:invaded|bombed|"
     r"besieged|sacked|plundered|attacked|siege)\b", "strife:invad bomb sieg besieg sack attack plunder occup"),
    (rf"^(?:was there|were there)\b(?:.* )?(?:a |any )?wars?\b.*\b{_HOME}\W*$", 
     "strife:war battle sieg besieg bomb invad"),
    (_NOT_KNOWN_FOR + r".*\b(?:films?|movies?|tv shows?|series|novels?|books?)\b.*\b(?:set (?:in|there|here)|setting|"
     r"filmed|shot|"
     r"takes? place)\b|" + _NOT_KNOWN_FOR + r".*\b(?:setting|backdrop)\b.*\b(?:films?|movies?|novels?)\b", "screened"),
    (_NOT_KNOWN_FOR + r".*\b(?:expat\w*|immigrants?|migrants?|foreigners)\b", "ledger:immigrants"),
    (_NOT_KNOWN_FOR + r".*\b(pollution|smog|traffic|crime|poverty|congestion)\b.*\b(?:problems?|issues?|serious|"
     r"notable|bad|"
     r"terrible|awful|heavy)\b|" + _NOT_KNOWN_FOR + r".*\b(?:bad|heavy|much|lots? of|terrible) (traffic|pollution|smog)\b|"
     r"^(?:is|does) .*\b(polluted)\b|^is the (air) (?:clean|dirty|bad|polluted|good)\b|" + _NOT_KNOWN_FOR +
     r"(?!.*\bor\b).*\b(slums)\b", r"trouble:\1\2\3\4\5"),
    (_NOT_KNOWN_FOR + r".*\bnobel\b", "ledger:nobel"),
    (r"\b(?:un|united nations|international|intergovernmental|global) (?:agenc(?:y|ies)|organi[sz]ations?|bod(?:y|ies)|"
     r"institutions?)\b", "institutions"),
    (rf"^(?!.*\b{_LAND}\b).*\b(?:largest|biggest|most populous|most populated|megacit\w+) cities (?:in|of|on) (?:the |"
     rf"this )?"
     r"(?:world|earth|planet)\b|\bmegacity\b", "ledger:world_rank"),
    (_NOT_KNOWN_FOR + r".*\b(?:roman empire|roman (?:city|town|settlement|colony|times)|(?:the|"
     r"ancient) romans)\b(?!.*\b(?:ruins?|remains|"
     r"baths|theatre|bridge|wall|temple)\b)", "ledger:roman"),
    (r"\b(?:weed|cannabis|marijuana|hemp|pot)\b.*\b(?:legal\w*|allowed|illegal)\b|\b(?:smoke|buy) (?:weed|cannabis|"
     r"marijuana|pot)\b",
     "ledger:hemp"),
    (r"^(?:is|are|do|does|got|have|has)\b.*\b(?:mcdonald'?s|mcdonalds|maccas|mcdonald)\b", "ledger:arches"),
    (r"\b(north|south) of (?:the )?(\d+)(?:st|nd|rd|th)? (?:parallel|degrees?|latitude)\b", r"parallel:\1:\2"),
    (r"\b(far|close|near) (?:away )?(?:from|to) (?:the|your|ur|its) (?:national )?capital\W*$", r"to_capital:\1"),
    (r"\b(?:income|wages?|salar(?:y|ies))\b.*\b(?:high|low)\b|\b(?:high|low) (?:income|wages?|salar(?:y|ies))\b", "earns"),
    (r"^(?!.*\b(?:known|famous|or)\b)(?:is|does) .*\b(sunny|cloudy|windy|dry|rainy)(?: (?:there|city|place|town|a lot|"
     r"often))*\W*$",
     r"skies:\1"),
    (rf"\b(?:coat|jacket|sweater|jumper|gloves|warm clothes|sweatshirt)\b.*\b({ANY_MONTH}|winter|summer|spring|autumn)\b",
     r"coat:\1"),
    (rf"\b(?:your|the|ur) {_LAND} (?:an island|a group of islands|an archipelago|on an island)\b", "island_country"),
    (rf"^(?:do|does)\b.*\b{_LAND}\b.*\b(?:grow|grows|cultivate) (?:\w+ )?([a-z]+)\W*$", r"grows:\1"),
    (_NOT_KNOWN_FOR + r"(?!.*\b(?:olympics?|world cups?|expo)\b).*\b(?:host\w*|held|staged?)\b(?: the| a|"
     r" an)? ([a-z ]*?(?:games|"
     r"championships?|tournament|summit))\b", r"hosted:\1"),
    (r"\bbombed\b.*\bwar\b|\bwar\b.*\bbombed\b", "ledger:damage"),
    (_NOT_KNOWN_FOR + r"(?!.*\band\b).*\b(tropical|subtropical|continental|oceanic|mediterranean|desert|arid|"
     r"equatorial|polar) climate\b", r"climate:\1"),
    (r"\bwinters? (?:\w+ )?mild\b|\bmild winters?\b", "mild_winter"),
    (rf"\b{_LAND}\b.*\b(?:in|at|fighting) (?:a )?war\W*$", "at_war"),
    # What is narrower than any topic, and on no record.
    (r"\b(?:big|large|busy|huge) airport\b|\bairport (?:big|large|small|busy|good|modern)\b|\bbars? (?:\w+ )?close\b|"
     r"\bpeople (?:\w+ )?religious\b|"
     r"\b(?:us|american|nato|foreign) (?:military|army|naval|air) base\b|\bghettos?\b|\bmilitary base\b|"
     r"\b(?:good|fluent) english\b|\benglish (?:well|fluently)\b", "unknown"),
    (r"\boldest (?:city|town)\b.*\b(?:country|nation)\b", "unknown"),
)  # fmt: skip
"""Wordings of yes/no questions that it decides, before ``wordings.CLAIMS``."""
