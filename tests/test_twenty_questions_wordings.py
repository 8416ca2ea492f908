"""The knowledge oracle of Twenty Questions does not contradict itself by wording."""

from collections import Counter
from itertools import pairwise

import pytest
from wordings import properties

from llm_gym.oracles.knowledge.twenty_questions import TwentyQuestionsKnowledge
from llm_gym.oracles.knowledge.twenty_questions.comparisons import COMPARATIVES
from llm_gym.oracles.knowledge.twenty_questions.sheets import sheet_of
from llm_gym.subjects.objects import LARGE, OBJECTS

ORACLE = TwentyQuestionsKnowledge()
# The published objects, and of the further ones every twelfth: as many as the time of a test suite allows.
NAMES = [thing.name for thing in (*OBJECTS, *LARGE[len(OBJECTS) :: 12])]


def ask(question: str) -> list[str]:
    return ORACLE.answer(NAMES, [question] * len(NAMES))


def says(name: str, question: str) -> str:
    return ORACLE.answer([name], [question])[0]


def test_every_property_is_answered_as_its_sheets_say_in_all_its_wordings():
    """At most 0.5 % of the answers contradict the sheets, and no wording goes astray on many."""
    wrong, asked = Counter[str](), 0
    for name, claim, wordings in properties():
        assert len(wordings) >= 8, name
        truth = [claim.holds(sheet_of(each)) for each in NAMES]
        for wording in wordings:
            negated = wording.startswith("!")
            answers = ask(wording.removeprefix("!"))
            expected = ["No." if held is negated else "Yes." for held in truth]
            asked += len(answers)
            wrong[wording] += sum(a != b for a, b in zip(answers, expected, strict=True))
    assert asked > 300_000
    assert wrong.total() <= 0.005 * asked, wrong.most_common(20)
    assert max(wrong.values()) <= 0.1 * len(NAMES), wrong.most_common(5)


DIMENSIONS = [
    ("bigger", "smaller"), ("larger", "smaller"), ("heavier", "lighter"), ("longer", "shorter"),
    ("taller", "lower"), ("wider", "narrower"), ("faster", "slower"), ("pricier", "cheaper"),
    ("harder", "softer"), ("louder", "quieter"), ("hotter", "colder"), ("older", "newer"),
]  # fmt: skip


@pytest.mark.parametrize(
    "than", ["a car", "a person", "a brick", "a shoebox", "a house", "a spoon"]
)
def test_two_comparisons_of_one_thing_never_contradict(than: str):
    for more, less in DIMENSIONS:
        assert COMPARATIVES[more][0] == COMPARATIVES[less][0]
        up, down = ask(f"Is it {more} than {than}?"), ask(f"Is it {less} than {than}?")
        both = [n for n, a, b in zip(NAMES, up, down, strict=True) if a == b == "Yes."]
        assert not both, (more, less, than, both)


def test_two_objects_compare_alike_from_both_sides():
    """What is bigger than a thing is a thing that is smaller than it."""
    things = [thing for thing in NAMES if not thing.endswith("s")][::8]
    for more, less in DIMENSIONS:
        for one, other in pairwise(things):
            up = says(one, f"Is it {more} than a {other}?")
            assert up == says(other, f"Is it {less} than a {one}?"), (one, more, other)
            assert up != "Invalid Question."


def test_bounds_on_the_price_are_in_order():
    bounds = (1, 5, 10, 20, 50, 100, 500, 1000, 10_000)
    over = [ask(f"Does it cost more than ${bound:,}?") for bound in bounds]
    under = [ask(f"Is it under ${bound}?") for bound in bounds]
    for i, name in enumerate(NAMES):
        ups = [answers[i] == "Yes." for answers in over]
        downs = [answers[i] == "Yes." for answers in under]
        assert ups == sorted(ups, reverse=True) and downs == sorted(downs), name
        assert not any(a and b for a, b in zip(ups, downs, strict=True)), name


CASES = """
dog | Is it made by humans? | No.
ship | Can it be held in one hand? | No.
ocean | Is it inside a house? | No.
computer | Does the object require electricity to function? | Yes.
apple | Is it consumable? | Yes.
apple | Is it under $20? | Yes.
car | Is it more than $100? | Yes.
elephant | Does it weigh a lot? | Yes.
wrench | Is it an animal? | No.
cup | Is it a vehicle? | No.
bed | Can you eat it? | No.
plate | Can you eat it? | No.
plate | Can you eat from it? | Yes.
spoon | Can you drink it? | No.
onion | Can you wear it? | No.
motorcycle | Do people wear it? | No.
tiger | Is it clothing? | No.
ship | Is it living? | No.
plate | Is it spherical? | No.
plate | Is it round? | Yes.
nightstand | Is it a night stand? | Yes.
trombone | Is it used in sports? | No.
television | Is it a home? | No.
cow | Can you eat it? | Yes.
cow | Is it edible? | Yes.
fork | so would I, like, find it in a kitchen? | Yes.
fork | hmm ok so is it like a kitchen thing | Yes.
dog | wait is it an animal or no | Yes.
truck | and it's used outside, i guess? | Yes.
doll | It can't be eaten, can it? | Yes.
watch | can ya wear it | Yes.
violin | Is the thing you have in mind something that a musician would play in an orchestra? | Yes.
tiger | Just to narrow things down a little, is the thing you are thinking of alive? | Yes.
shovel | Is it usd for digging? | Yes.
microwave | Does it use electrcity? | Yes.
chair | Is it a peice of furniture? | Yes.
car | Is it worth more than five thousand dollars? | Yes.
banana | Could I buy it for less than a dollar or two? | Yes.
couch | Does it cost between $100 and $5,000? | Yes.
ring | Does it cost a lot of money? | Yes.
lion | Would I be scared if I met one in the wild? | Yes.
spoon | Would I be scared if I met one in the wild? | No.
scissors | Should small children be careful with it? | Yes.
computer | Would my great-great-grandmother have owned one in 1890? | No.
television | Was it invented before the 20th century? | No.
piano | Was it invented before the 20th century? | Yes.
couch | Can several people sit on it side by side? | Yes.
puzzle | Does it consist of many pieces? | Yes.
sea | Is it composed mostly of water? | Yes.
watch | Does it have hands but no arms? | Yes.
doll | Does it have hands but no arms? | No.
pan | Does it get hot when in use? | Yes.
pillow | Does it get hot when in use? | No.
helicopter | Would an ordinary person be able to afford it? | No.
toothbrush | Would an ordinary person be able to afford it? | Yes.
painting | Could it be worth millions? | Yes.
whisk | Could it be worth millions? | No.
dress | Do guys usually wear this? | No.
pants | Do guys usually wear this? | Yes.
wrench | Would a plumber bring one along? | Yes.
trumpet | Would a plumber bring one along? | No.
meteorite | Is it common to own one? | No.
bicycle | Do you have to pedal? | Yes.
train | Do you have to pedal? | No.
coffee | Does it keep people awake? | Yes.
toaster | Does bread go into it? | Yes.
light bulb | Did Edison have something to do with it? | Yes.
pizza | Is it of Italian origin? | Yes.
mirror | Can I see myself in it? | Yes.
platypus | Does it lay eggs even though it's a mammal? | Yes.
bread | Is it manufactured? | Yes.
bread | Is it made in a factory? | Yes.
castle | Is it made in a factory? | No.
honey | Is it manufactured? | No.
elephant | Does it have a good memory, so they say? | Yes.
dog | Does it have goods? | No.
car | Is a garage a good spot to leave it overnight? | Yes.
computer keyboard | Is QWERTY something you'd find on it? | Yes.
television | Is there a remote that goes with it? | Yes.
apple | Did one supposedly fall on Newton's head? | Yes.
nightstand | Is an alarm clock often put on top of it? | Yes.
cat | Does it always land on its feet, as the saying goes? | Yes.
celery | Is it low in calories? | Yes.
dice | Would a gambler be familiar with it? | Yes.
spoon | Would a gambler be familiar with it? | No.
train | Do lots of people commute on it? | Yes.
guitar | Do lots of people commute on it? | No.
fox | Is it reddish? | Yes.
fox | Is it greenish? | No.
mirror | Is it breakable? | Yes.
hammer | Is it breakable? | No.
motorcycle | Is it dangerous in the rain? | Yes.
pillow | Is it dangerous in the rain? | No.
battery | Would a flashlight be useless without it? | Yes.
lion | Do males of the species have a mane? | Yes.
horse | Do males of the species have antlers? | No.
orange | Do I need to take the peel off first? | Yes.
strawberry | Is it red on the outside and the inside? | Yes.
van | Can it carry more cargo than a bike? | Yes.
rabbit | Would a fox be a threat to it? | Yes.
toaster | Does it pop up when ready? | Yes.
puzzle | Does it take patience? | Yes.
mushroom | Can some of them be poisonous? | Yes.
carrot | Can some of them be poisonous? | No.
gun | Do the police carry it? | Yes.
umbrella | Does it fold up? | Yes.
coffee | Is it brewed from beans? | Yes.
telescope | Can you see the stars through it? | Yes.
hammer | Can you see the stars through it? | No.
volleyball | Is it light compared with a bowling ball? | Yes.
coconut | Would it hurt if it fell on your head? | Yes.
feather | Would it hurt if it fell on your head? | No.
bowl | Do you pour soup into it? | Yes.
stapler | Does it taste good? | No.
grape | Does it taste good? | Yes.
cat | Is it a good climber? | Yes.
truck | Is it a good climber? | No.
rabbit | Is it afraid of humans? | Yes.
banana | Does it rot after a couple of weeks? | Yes.
football | Do they throw it in the NFL? | Yes.
key | Do people lose it all the time? | Yes.
hand | Does it have five fingers? | Yes.
watermelon | I'm thinking of things in the produce aisle, would it be there? | Yes.
mountain | Has it been around for longer than humanity? | Yes.
car | Has it been around for longer than humanity? | No.
"""


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_kinds_of_wordings(case: str):
    name, question, answer = case.split(" | ")
    assert says(name, question) == answer


def test_words_that_are_known_or_short_are_not_taken_for_others():
    assert says("boat", "Is it a goat?") == "No."
    assert says("piano", "Is it a florp that grunkles the wibble?") == "Invalid Question."
