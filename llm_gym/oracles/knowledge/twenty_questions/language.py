"""English, as far as questions about things need it: tokens, lemmas, synonyms, broader terms.

Facts and questions pass through the same functions, so a fact and a question meet when they use the
same words, words of one synonym group, or a question word that is broader than the fact's
("cut vegetables" answers a question about cutting food).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from llm_gym.subjects.objects import LARGE

_IRREGULAR = dict(
    pair.split(":")
    for pair in """
    worn:wear wore:wear feet:foot teeth:tooth mice:mouse geese:goose men:man women:woman lice:louse
    children:child people:person persons:person folks:person leaves:leaf knives:knife wolves:wolf
    lives:live halves:half shelves:shelf loaves:loaf hooves:hoof scarves:scarf thieves:thief elves:elf wives:wife made:make
    held:hold kept:keep found:find ate:eat eaten:eat drank:drink drunk:drink drove:drive
    driven:drive
    rode:ride ridden:ride flew:fly flown:fly threw:throw thrown:throw grew:grow grown:grow
    wrote:write
    written:write blew:blow blown:blow drew:draw drawn:draw hung:hang sat:sit laid:lie lay:lie
    lying:lie laying:lie slept:sleep stood:stand seen:see heard:hear told:tell bought:buy sold:sell
    built:build sent:send bent:bend lit:light shot:shoot swam:swim swum:swim sang:sing sung:sing
    spun:spin stuck:stick struck:strike won:win broke:break broken:break took:take taken:take
    gave:give given:give froze:freeze frozen:freeze bit:bite bitten:bite hidden:hide fed:feed
    led:lead
    shook:shake shaken:shake tore:tear torn:tear woven:weave sewn:sew knitted:knit dug:dig felt:feel
    caught:catch taught:teach fought:fight brought:bring burnt:burn beaten:beat chosen:choose
    fallen:fall fell:fall stolen:steal stole:steal ran:run went:go gone:go goes:go goods:goods
    calories:calorie selfies:selfie hoodies:hoodie brownies:brownie
    zombies:zombie canoes:canoe hoes:hoe oboes:oboe came:come got:get gotten:get sank:sink sunk:sink
    rang:ring rung:ring swung:swing slid:slide wound:wound wounds:wound wounded:wound better:good best:good does:do did:do
    done:do doing:do has:have had:have having:have is:be are:be was:be were:be been:be being:be
    am:be
    said:say says:say paid:pay shown:show tied:tie tying:tie dying:die died:die dyed:dye
    thought:thought
    thoughts:thought strung:string glasses:glasses clothes:clothing woods:woods drinks:beverage
    beverages:beverage cloths:cloth pants:pants scissors:scissors
    pliers:pliers jeans:jeans shorts:shorts headphones:headphone news:news lens:lens lenses:lens
    gas:gas bus:bus buses:bus series:series species:species canvas:canvas canvases:canvas
    cactus:cactus cacti:cactus cactuses:cactus chess:chess grass:grass glass:glass brass:brass
    tennis:tennis mattress:mattress always:always christmas:christmas iris:iris plus:plus
    potatoes:potato tomatoes:tomato mangoes:mango mangos:mango heroes:hero pianos:piano
    movies:movie cookies:cookie pies:pie ties:tie dies:die lies:lie shoes:shoe toes:toe ashes:ash
    axes:axe boxes:box oxen:ox fishes:fish during:during morning:morning evening:evening
    ceiling:ceiling string:string spring:spring king:king ring:ring wing:wing thing:thing sing:sing
    bring:bring swing:swing sting:sting earring:earring clothing:clothing building:building
    nothing:nothing painting:painting bedding:bedding bed:bed red:red seed:seed weed:weed need:need
    feed:feed speed:speed reed:reed breed:breed sled:sled shed:shed wedding:wedding
    lightning:lightning
    bleed:bleed indeed:indeed hundred:hundred sacred:sacred naked:naked
    plumbing:plumbing stuffing:stuffing wing:wing dressing:dressing frosting:frosting icing:icing
    pudding:pudding viking:viking skiing:ski kiwi:kiwi taxi:taxi saw:saw saws:saw left:left
    leather:leather lower:lower upper:upper hers:hers his:his its:its this:this us:us
    canoeing:canoe glue:glue glued:glue gluing:glue shoeing:shoe dye:dye lemon:lemon
    sunglasses:sunglasses
    eyeglasses:glasses binoculars:binoculars mathematics:math maths:math arithmetic:math
    dangling:dangle gambling:gamble juggling:juggle wrestling:wrestle bowling:bowling rolled:roll
    rolling:roll filled:fill filling:fill pulled:pull pulling:pull called:call calling:call
    spelled:spell spelling:spell drilled:drill drilling:drill grilled:grill grilling:grill
    polled:poll smelled:smell smelling:smell peeled:peel selling:sell telling:tell yelling:yell
    falling:fall rolls:roll skiing:ski dressed:dress pressed:press pressing:press passing:pass
    passed:pass crossing:cross crossed:cross kissing:kiss missing:miss messing:mess fizzing:fizz
    buzzing:buzz buzzed:buzz stuffed:stuff fluffed:fluff puffed:puff sniffing:sniff adding:add
    added:add riding:ride
    """.split()
)

# Verbs whose -ing and -ed forms drop a final "e".
_E_VERBS = frozenset(
    """make write bake advise adore confiscate use ride drive carve slice dice shave chase bite hide close open-e bounce
    dance
    shape store measure leave live love like move remove smoke breathe bathe write wave save serve
    solve slide smile taste trade type unite wipe wire arrange balance bite brace browse capture
    care celebrate change charge recharge chase combine communicate compete compose connect-e create
    cube calculate compute damage decorate define describe device dine dissolve divide dive
    educate engage encourage erase escape examine excite exercise explore fade fire force frame
    gamble gaze generate glaze glide grate graze handle illustrate imagine improve inflate
    deflate insulate joke juice lace locate lubricate manage massage navigate notice nurse operate
    organize organise paste pierce place please poke police practice prepare produce promote
    protect-e provide prune puree purchase race raise rake receive recycle refuse release
    relate relieve replace reserve resemble rotate rinse rise rule save scare score scramble
    scrape separate settle shade share shine shake skate sneeze snore snuggle-e soothe stare
    state stripe stroke style surprise survive take tape tease tie tickle tile time tolerate trace
    tune type use vibrate vote wake waste weave whistle wrestle wrinkle amplify-e separate
    activate advertise age amuse announce appreciate assemble associate attribute bubble bundle
    buckle cable candle cause centre circle chuckle clothe code complete cradle curve cycle
    drizzle dribble drape dredge ease emerge freeze fuse give goggle have hire hope juggle
    jingle judge kettle knife-e lease line lose mine mingle mobile nibble note nudge page pace
    paddle phone pickle pile pole pose puzzle range ripple rope saddle saute scale scribble
    secure sense shuffle sizzle sparkle splice sprinkle squeeze stable staple stifle straddle
    struggle
    tackle toggle tremble trouble twinkle tumble wiggle wobble weigh-e write bruise cruise merge
    migrate mate milk-e hibernate pollinate irrigate cultivate fertilize germinate refrigerate
    marinate saute puree caramelize bristle preserve observe tire retire admire require acquire
    inspire style rescue argue value continue clue queue submerge enlarge charge emerge plunge
    lounge hinge fringe sponge range change exchange arrange challenge pledge wedge edge bridge
    judge dodge trudge cage engage stage image package manage damage carriage bandage tattle
    participate meditate illuminate ventilate evaporate concentrate vaccinate rate create skate
    oxidate deteriorate educate perforate aerate dehydrate hydrate operate""".split()
)

# Other verbs that facts list one after the other ("cut trim snip paper").
VERBS = (
    _E_VERBS
    | {base.split(":")[1] for base in "worn:wear".split()}
    | frozenset(
        """cut trim snip chop mince slit hit strike beat bang pound smash punch tap eat chew
        swallow bite drink sip
        sit lie sleep rest nap relax lounge stand hang walk run jog hike climb ski swim fish bathe
        dive surf
        sail row float drive steer ride fly pilot travel transport carry haul tow pull push lift
        pick hold
        grip grab grasp keep put contain cook heat boil fry roast toast steam warm melt cool chill
        grill
        stir mix blend beat whip mash crush grind toss throw catch kick roll spin turn twist
        rotate wind open
        shut lock unlock fold bend tear rip break crack smash wear don tie zip button buckle
        fasten attach
        join stick bind pin clip connect wash clean scrub rinse dry wipe brush sweep mop dust draw
        paint
        sketch color mark sign label record read look watch view see hear listen talk call text
        sing perform
        play practice learn teach study think count add subtract multiply divide compute print
        copy scan type
        buy sell own lend rent give lend borrow steal lose find hunt trap kill shoot fight attack
        protect
        guard cover shield block plant grow pick dig water harvest trim mow build construct
        assemble fix
        repair mend tighten loosen drill screw nail hammer saw sand polish sharpen erase correct
        rub remove
        collect gather rake pile organize store display show exhibit decorate adorn accessorize
        express
        entertain exercise train pet stroke hug cuddle feed milk shear herd breed bark meow roar
        growl moo neigh
        purr howl gallop trot hop jump crawl eat graze sleep hibernate breathe smell taste feel
        touch pour
        fill empty spill drip leak squeeze squirt spray sprinkle peel pit core shuck husk shell
        pickle can freeze
        thaw spread dip press click plug switch turn charge power start stop fit go come get stay
        wait
        sharpen dull rust rot spoil ripen bloom burn catch explode crash sink swing pluck strum
        bow blow buzz
        tune hunt visit explore camp cross travel follow enter float hover soar land""".split()
    )
)

_DOUBLED = re.compile(r"([bdgklmnprtv])\1$")


@lru_cache(maxsize=16_384)
def lemma(word: str) -> str:
    """Return the base form of a lower-case English word (``"slicing"`` -> ``"slice"``)."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    size = len(word)
    if size > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if size > 4 and word.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return word[:-2]
    if size > 5 and word.endswith("men"):
        return word[:-3] + "man"
    if size > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return _verb_base(word[:-1])
    return _verb_base(word)


def _verb_base(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ied"):
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            stem = word[: -len(ending)]
            if stem + "e" in _E_VERBS or (stem not in _written() and stem + "e" in _written()):
                return stem + "e"
            if not re.search("[aeiouy]", stem):
                return word
            if _DOUBLED.search(stem):
                return stem if stem in VERBS else stem[:-1]
            return stem
    return word


_DATA = files(__package__) / "data"


def read_sections(name: str) -> dict[str, list[str]]:
    """Read a package data file of ``[section]`` headers and lines; ``#`` starts a comment line."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for raw in (_DATA / name).read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]").strip(), [])
        else:
            lines.append(line)
    return sections


def data_texts() -> list[str]:
    """Return the texts of all data files."""
    return [f.read_text(encoding="utf-8") for f in _DATA.iterdir() if f.name.endswith(".txt")]


@cache
def _written() -> frozenset[str]:
    """Return every word of the data files as it stands there, and the verbs."""
    return VERBS.union(*(re.findall(r"[a-z]+", text.lower()) for text in data_texts()))


@cache
def vocabulary() -> frozenset[str]:
    """Return every word of the data files as a lemma: what the oracle has heard of."""
    words: set[str] = set()
    for text in data_texts():
        words.update(re.findall(r"[a-z]+", text.lower()))
    for item in LARGE:
        words.update(word for name in item.variants for word in re.findall(r"[a-z]+", name))
    return frozenset(map(lemma, words)) | VERBS


class Lexicon:
    """Synonym groups, broader terms and multiword terms, read from ``data/lexicon.txt``.

    Attributes:
        phrases: first word -> multiword terms that begin with it, longest first.
    """

    def __init__(self) -> None:
        sections = read_sections("lexicon.txt")
        self.phrases: dict[str, list[tuple[str, ...]]] = {}
        for line in sections["phrases"]:
            for phrase in line.split(","):
                parts = tuple(phrase.split())
                self.phrases.setdefault(parts[0], []).append(parts)
        for group in self.phrases.values():
            group.sort(key=len, reverse=True)
        self._same: dict[str, str] = {}
        for line in sections["same"]:
            words = [lemma(word) for word in line.split()]
            for word in words:
                if self._same.setdefault(word, words[0]) != words[0]:
                    raise ValueError(f"lexicon: {word!r} stands in two synonym groups")
        self._broader: dict[str, set[str]] = {}
        for line in sections["broader"]:
            left, right = line.split(">")
            for word in left.split():
                key = self.concept(word)
                self._broader.setdefault(key, set()).update(self.concept(w) for w in right.split())
        self._closed: dict[str, frozenset[str]] = {}

    def concept(self, word: str) -> str:
        """Return the concept of a word: its lemma, or the head of the lemma's synonym group."""
        base = lemma(word)
        return self._same.get(base, base)

    def closure(self, concept: str) -> frozenset[str]:
        """Return a concept with everything broader than it."""
        known = self._closed.get(concept)
        if known is None:
            reached = {concept}
            frontier = [concept]
            while frontier:
                for wider in self._broader.get(frontier.pop(), ()):
                    if wider not in reached:
                        reached.add(wider)
                        frontier.append(wider)
            known = self._closed[concept] = frozenset(reached)
        return known

    def join_phrases(self, words: list[str]) -> list[str]:
        """Replace multiword terms by one word each (``living room`` -> ``living_room``)."""
        joined: list[str] = []
        i = 0
        while i < len(words):
            for phrase in self.phrases.get(words[i], ()):
                if tuple(words[i : i + len(phrase)]) == phrase:
                    joined.append("_".join(phrase))
                    i += len(phrase)
                    break
            else:
                last = lemma(words[i])
                for phrase in self.phrases.get(last, ()) if last != words[i] else ():
                    if tuple(words[i + 1 : i + len(phrase)]) == phrase[1:]:
                        joined.append("_".join(phrase))
                        i += len(phrase)
                        break
                else:
                    plural = self._plural_phrase(words, i)
                    joined.append("_".join(plural) if plural else words[i])
                    i += len(plural) if plural else 1
        return joined

    def _plural_phrase(self, words: list[str], start: int) -> tuple[str, ...] | None:
        for phrase in self.phrases.get(words[start], ()):
            end = start + len(phrase)
            if end <= len(words) and tuple(words[start : end - 1]) == phrase[:-1]:
                if lemma(words[end - 1]) == phrase[-1]:
                    return phrase
        return None


@cache
def lexicon() -> Lexicon:
    """Return the lexicon, read once per process."""
    return Lexicon()


_CONTRACTIONS = (
    (re.compile(r"\b(can)(not|'t)\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bshan't\b"), "shall not"),
    (re.compile(r"\bain't\b"), "is not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\b(it|that|this|he|she|there|here|what|who|where|how|when)'s\b"), r"\1 is"),
    (re.compile(r"\b(they|you|we|these|those)'re\b"), r"\1 are"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"\blet's\b"), "let us"),
    (re.compile(r"'(d|ll)\b"), " would"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'s\b|s'(?=\s)"), lambda found: "s" if found.group().startswith("s") else ""),
)
_UNAIDED = re.compile(
    r"\b(?:all )?(?:by itself|on its own|under its own power|by themselves|on their own)\b"
)
_SEVERAL_PEOPLE = re.compile(
    r"\b(?:more than (?:one|a single|two|1)|multiple|several|two or more|two|many|lots of|a lot of|"
    r"groups of|"
    r"a group of|large groups of|large numbers of|three|a few|dozens of|hundreds of|thousands of)"
    r" (?:people|persons|person|passengers|adults)\b"
)
_MANY_DO = re.compile(r"\b(do|are) (?:lots of|many|a lot of|a few|several|plenty of) people\b")
_WORD = re.compile(r"[a-z0-9_]+(?:\.[0-9]+)?|[,;:]|[.?!]+")


_SUM = re.compile(
    r"[$\u20ac\u00a3]\s?(\d[\d,]*(?:\.\d+)?)(k\b)?|(\d[\d,]*(?:\.\d+)?)(k?)\s?[$\u20ac\u00a3]"
    r"|(?<=\d),(?=\d{3}\b)"
)


def _say_dollars(found: re.Match[str]) -> str:
    number = (found[1] or found[3] or "").replace(",", "")
    return f"{number}{found[2] or found[4] or ''} dollars" if number else ""


def tokens(text: str) -> list[str]:
    """Split text into lower-case words and punctuation marks, with contractions written out."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("\u2019", "'"))
    plain = _SUM.sub(_say_dollars, plain)
    plain = plain.encode("ascii", "ignore").decode("ascii").replace("-", " ").replace("&", " and ")
    if "'" in plain or "cannot" in plain:
        for pattern, replacement in _CONTRACTIONS:
            plain = pattern.sub(replacement, plain)
    if "tsel" in plain or " own" in plain:
        plain = _UNAIDED.sub("unaided", plain)
    if "pe" in plain or "pa" in plain:
        plain = _MANY_DO.sub(r"\1 people", plain)
        plain = _SEVERAL_PEOPLE.sub("severalpeople", plain)
    return _WORD.findall(plain)
