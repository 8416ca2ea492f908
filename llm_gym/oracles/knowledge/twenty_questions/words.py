"""Closed word classes of English that the reading of a question turns on."""

from __future__ import annotations

from functools import (
    cache,
)

Words = list[str]


AUXILIARIES = frozenset(
    """is are am was were be do does did can could will would shall should may might must has have
    had""".split()
)


WH_WORDS = frozenset("what which who whom whose when where why how whats whos".split())


IT = frozenset("it this that they these those them".split())


OBJECT_NOUNS = frozenset(
    "object entity item thing thingy word answer product noun secret subject".split()
)


DETERMINERS = frozenset("a an the some any one its their your my our this that these those".split())


GENERIC_AGENTS = frozenset(
    """you people someone somebody anyone anybody i we one person persons human humans everyone
    everybody folks he she others user users many most them""".split()
)


PREPOSITIONS = frozenset(
    """in on at with by for from into onto under near around during inside outside within through
    over
    across above below behind beside between against along upon off out up down about of to after
    before
    next underneath beneath among towards toward per via as like while when if where because until
    since alongside""".split()
)


PLACES = frozenset("underwater underground outside inside outdoors indoors".split())
"""Where something is, without a preposition."""


CLAUSE_WORDS = frozenset("while when if because after before until where once so".split())


LIGHT_VERBS = frozenset(
    """find use see keep store put place locate get have own buy spot encounter belong leave stay
    serve happen obtain work purchase""".split()
)


SPEECH = frozenset(
    """tell say repeat give explain describe spell show hint clue guess think know reveal answer
    understand ask talk chat help marry stop start quit hear remember speak name list believe
    promise want skip elaborate rephrase confirm""".split()
)


GAME_WORDS = frozenset(
    "hint clue guess question turn round score win lose rule secret cheat".split()
)


ADVERBS = frozenset(
    """usually often typically normally commonly generally mostly mainly primarily sometimes ever
    frequently also just really actually very quite especially specifically particularly
    occasionally
    traditionally basically currently already definitely likely probably possibly perhaps maybe
    rather pretty still always strictly only even regularly largely naturally-x essentially
    ordinarily
    super totally hella technically literally truly necessarily originally widely so too-x perchance by-x easily simply
    exclusively solely most almost nearly""".split()
)


SOFT = frozenset(
    """small big tiny large long good bad new old nice special great certain private favorite real
    everyday beautiful high low clean main full huge same delicious fancy fresh large single loose
    tasty
    heavy far quickly easily better safely properly together directly often fast comfortably own basic
    extra
    entire short little daily simple most carefully across through down together around beside next
    past right end top bottom side sheet lot bunch mouthful couple dozen
    away tiny busy typical proper early whole nearby actual local plain quick careful hot-x""".split()
)


PREFIX_WORDS = frozenset(
    """okay ok k so hmm hm hmmm um uh umm well alright right now then great thanks thank you
    please yes no
    oh ah cool nice next question and but also good got it i see let me ask hey hi hello sure
    interesting
    again first second third finally lastly maybe perhaps wait aha fine another one my is""".split()
)


SIZE_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "eighty": 80,
    "hundred": 100,
    "single": 1,
}


ERGATIVE = frozenset(
    """open close fold bounce break grow burn melt spin float sink cook sharpen stretch bend tear
    roll shatter stick rust dry freeze adjust recline lock rip move wash turn play inflate zip""".split()
)


PARTITIVES = frozenset(
    "kind type sort form piece article item pair set member example bit variety brand".split()
)


@cache
def any_of(words: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(words.split())


LY_ADJECTIVES = frozenset(
    """friendly lovely curly early family smelly woolly prickly bubbly ugly elderly silly deadly
    jelly belly
    monopoly assembly supply costly scaly oily daily weekly monthly yearly lonely lively holy
    butterfly
    ally bully fly july italy reply apply rely imply multiply wooly hilly chilly pearly cuddly
    wobbly
    crumbly wrinkly bristly sparkly squiggly wiggly jolly dolly trolley kingly likely only homely
    slimly manly girly timely orderly unfriendly""".split()
)


# Users of whom no fact needs to speak.
ANYBODY = frozenset(
    """adult average normal grown grandma grandmother granny grandpa grandfather mom mother mum dad
    father wife husband girlfriend boyfriend uncle aunt neighbor neighbour friend owner rider
    wearer typical regular ordinary someone teenager teen roommate youngster grownup""".split()
)


PLURALS = GENERIC_AGENTS | {"children", "men", "women", "police", "mice", "food", "water"}


PART_VERBS = frozenset(
    "feel look taste smell have contain need grow come make hang open go".split()
)


VERB_STARTS = AUXILIARIES | ADVERBS | {"not"}


AGENTS = frozenset(
    """person artist child musician athlete student teacher chef cook carpenter farmer gardener
    woman man
    girl boy player doctor worker baby adult kid mechanic writer painter animal pirate cowboy king
    queen
    ship soldier pilot driver sailor cat dog rabbit bird mouse bear monkey""".split()
)


ENDS_NOUN_PHRASE = frozenset(
    """that which who used made worn found with without for in on at from to you people we i kept
    eaten
    played designed meant having containing where located under by often usually commonly typically
    primarily mainly seen associated and kids children someone related known small-x inside outside
    like than , powered driven not other , filled covered worn grown ridden whose between
    around capable able suitable intended valued belonging""".split()
)


PUTS = frozenset("fit put place store keep slip stick tuck stuff shove squeeze drop slide".split())


DUTIES = any_of(
    "cook peel boil wash iron sharpen charge plug refrigerate feed water clean replace refuel assemble tune inflate "
    "freeze shell"
)
"""What has to be done with some things, and may be done with many more."""
