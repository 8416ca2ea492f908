"""The knowledge oracle of Twenty Questions, through its public face."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llm_gym.oracles.knowledge.twenty_questions import (
    TwentyQuestionsKnowledge,
    comparisons,
    sheets,
    words,
)
from llm_gym.oracles.knowledge.twenty_questions.language import vocabulary
from llm_gym.subjects.objects import (
    CATEGORIES,
    LARGE,
    OBJECTS,
    SUBSET,
    find_object,
)

ORACLE = TwentyQuestionsKnowledge()
DEV_CASES = Path(__file__).parents[2] / "shared" / "data" / "twenty_questions" / "qa_dev.jsonl"
YES, NO, INVALID = "Yes.", "No.", "Invalid Question."

# Objects that truly are another one too: "is it a boat?" of a ship.
ALSO = {
    ("ship", "boat"),
    ("sharpie", "marker"),
    ("meteorite", "rock"),
    ("pendant", "necklace"),
    ("locket", "necklace"),
    ("locket", "pendant"),
}


def ask(subject: str, question: str) -> str:
    return ORACLE.answer([subject], [question])[0]


def article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def test_the_published_objects():
    assert len(OBJECTS) == 157
    assert len(CATEGORIES) == 17
    assert [item.name for item in SUBSET] == [
        "football",
        "dog",
        "banana",
        "truck",
        "pants",
        "computer",
        "piano",
        "chair",
        "pen",
        "scissors",
    ]
    assert find_object("tv").name == "television"


@pytest.mark.parametrize(
    ("subject", "question", "answer"),
    [
        # category
        ("violin", "Okay, is it a musical instrument?", YES),
        ("violin", "Is it a string instrument?", YES),
        ("carrot", "Is it a type of fruit?", NO),
        ("shirt", "Is the object an item of clothing worn on the upper body?", YES),
        # near misses and forms of a guess
        ("chopstick", "Is it a fork?", NO),
        ("television", "is it a tv", YES),
        ("dog", "I think it's a dog.", YES),
        ("dog", "It's a dog, right?", YES),
        ("dog", "Could it be a wolf?", NO),
        # use
        ("saw", "Do carpenters use it to cut wood?", YES),
        ("hammer", "Is it used to cut wood?", NO),
        ("couch", "Can more than one person sit on it?", YES),
        ("chair", "Can more than one person sit on it?", NO),
        ("puzzle", "Is it used to cut things?", NO),
        # parts and their number
        ("horse", "Does it have four legs?", YES),
        ("horse", "Does it have fewer than four legs?", NO),
        ("violin", "Does it have more than three strings?", YES),
        ("helicopter", "Does it have wings?", NO),
        # place, time
        ("rake", "Is it mostly used in autumn?", YES),
        ("car", "Does it travel on rails?", NO),
        # food
        ("cucumber", "Can pickles be made from it?", YES),
        ("banana", "Do you peel it before eating?", YES),
        ("table", "Is it edible?", NO),
        # comparison, size
        ("pencil", "Is it longer than a baseball bat?", NO),
        ("refrigerator", "Is it taller than a microwave?", YES),
        ("key", "Would it fit in my pocket?", YES),
        ("ring", "Does it weigh more than a pound?", NO),
        ("airplane", "Is a car smaller than it?", YES),
        ("airplane", "Are bicycles faster than it?", NO),
        ("stapler", "Is a house more expensive than it?", YES),
        ("stapler", "Is an elephant lighter than it?", NO),
        # colour, material, sense
        ("banana", "Is it yellow or orange?", YES),
        ("cantaloupe", "Is the flesh inside orange?", YES),
        ("wrench", "Is it wooden?", NO),
        ("pillow", "Is it soft and squishy?", YES),
        ("onion", "Does it make people cry when they chop it?", YES),
        # negation
        ("airplane", "Is it unable to fly?", NO),
        ("tiger", "Is it extinct?", NO),
        ("tiger", "Is it threatened with extinction?", YES),
        ("sheep", "Is it an animal that does not eat meat?", YES),
        ("hammer", "Is it something you would not find in a toolbox?", NO),
        ("piano", "Is it too heavy for one person to lift?", YES),
        ("piano", "Is it illegal to carry one?", NO),
        ("blender", "Does it work without electricity?", NO),
        ("cat", "Isn't it a cat?", YES),
    ],
)
def test_answers(subject: str, question: str, answer: str):
    assert ask(subject, question) == answer


# A kind of wording each, asked of a thing of which it is true and of one of which it is not.
KINDS_OF_WORDING = [
    ("Would it burn if you set it on fire?", "pencil", "spoon"),
    ("Would it float in a pool?", "pencil", "hammer"),
    ("Would a magnet stick to it?", "wrench", "pillow"),
    ("Would it shatter if you dropped it?", "plate", "pillow"),
    ("Does it rust?", "saw", "apple"),
    ("Can you buy it online?", "lego", "mountain"),
    ("Is it found all over the world?", "dog", "tiger"),
    ("Is it common?", "fork", "meteorite"),
    ("Do you use it on a daily basis?", "toothbrush", "harp"),
    ("Was it around a hundred years ago?", "violin", "smartphone"),
    ("Was it invented in the 20th century?", "microwave", "drum"),
    ("Was it invented before world war two?", "car", "calculator"),
    ("Is it something that flies but isn't alive?", "kite", "dog"),
    ("Does it have long ears?", "rabbit", "cat"),
    ("Does it grow on trees?", "peach", "bear"),
    ("Is it usually found outdoors?", "rake", "chair"),
    ("Would it be strange to wear it to bed?", "jacket", "socks"),
    ("Do you have to peel it?", "banana", "tomato"),
    ("Could it cost thousands of dollars?", "ring", "pencil"),
    ("Did people use it before cars were invented?", "horse", "lion"),
    ("Do you sleep under it?", "blanket", "pillow"),
    ("If I walked into an ordinary office, would I see one?", "stapler", "elephant"),
    ("When someone builds a house, would they need this?", "hammer", "trumpet"),
    ("does it got strings", "guitar", "trumpet"),
    ("So it's basically a screen thingy, yeah?", "monitor", "spoon"),
    ("Does it have fewer than four wheels?", "motorcycle", "car"),
    ("Is it flatter than a bowl?", "plate", "drum"),
    ("Might there be one on the desk of a secretary?", "stapler", "horse"),
    ("Is it known for being loyal?", "dog", "rock"),
    ("Does it get thrown by quarterbacks?", "football", "table"),
    ("Could it be used as a weapon in an emergency?", "baseball bat", "pillow"),
    ("Is it used indoors most of the time?", "blender", "rake"),
    ("Does the Nile count as one of these?", "river", "lake"),
    ("Was it a tadpole before?", "frog", "horse"),
    ("Would I take it along on vacation?", "suitcase", "saw"),
    ("Do skydivers need it?", "parachute", "stapler"),
    ("Does it move quickly?", "horse", "sloth"),
    ("Can you put things in it?", "suitcase", "pencil"),
    ("Is it good for you?", "broccoli", "cigarette"),
    ("Is it unhealthy?", "cigarette", "rock"),
    ("Does it come from an animal?", "milk", "acorn"),
    ("Does bacon come from it?", "pig", "horse"),
    ("Could you tell me if a mechanic might keep this in a toolbox?", "pliers", "cow"),
    ("Would you expect to see it floating on the sea?", "ship", "truck"),
    ("Does it clean your clothes?", "washing machine", "saw"),
    ("Is it the biggest land animal?", "elephant", "horse"),
    ("Is it one of the smallest fruits?", "grape", "watermelon"),
    ("Is it the largest appliance in most kitchens?", "refrigerator", "toaster"),
    ("Is it among the most expensive vehicles?", "airplane", "bicycle"),
    ("Is it the fastest vehicle there is?", "rocket", "bicycle"),
    ("Is it the least expensive vehicle?", "sled", "train"),
    ("Is it heavier than most animals?", "horse", "mouse"),
    ("Is it bigger than any other bird?", "ostrich", "eagle"),
    ("Would it get ruined if I left it out in the rain?", "puzzle", "hammer"),
    ("If you threw it in a lake, would it sink?", "key", "pumpkin"),
    ("Would it melt in the desert?", "ice cream", "rock"),
    ("Can more than ten people fit inside?", "bus", "car"),
    ("Does it seat four people?", "car", "bicycle"),
    ("Are some people allergic to it?", "peanut", "carrot"),
    ("Could it kill you?", "gun", "pillow"),
    ("Do women use it more than men?", "lipstick", "hammer"),
    ("Is it in the shape of a rectangle?", "envelope", "coin"),
    ("Would a professional chef use it?", "whisk", "drill"),
    ("Would a maths student own one of these?", "calculator", "lawn mower"),
    ("Would a captain be in charge of it?", "ship", "bicycle"),
    ("Is it always wet?", "ocean", "hammer"),
    ("Does lava come out of it?", "volcano", "spoon"),
    ("Would it smell awful?", "skunk", "apple"),
    ("Would you die without it?", "water", "wine"),
    ("Do the British drink a lot of it?", "tea", "paper"),
    ("Was it around before there were any people?", "rock", "car"),
    ("Are lots of people scared of it?", "spider", "cow"),
    ("Would you burn yourself if you touched it right after cooking?", "pan", "scarf"),
    ("Does it work when the power is out?", "hammer", "blender"),
    ("Do you need a new one every year?", "calendar", "hammer"),
    ("Would it be hard to carry up the stairs?", "piano", "flute"),
    ("Do people hold papers together with them?", "paper clip", "apple"),
    # Long ones: what they are about, not how they are built.
    (
        "When it gets really cold outside in winter, is it the kind of thing that people put around their neck?",
        "scarf",
        "television",
    ),
    (
        "Would a person who has studied music for many years be able to play beautiful melodies on this?",
        "violin",
        "wrench",
    ),
    (
        "Is it something that many adults keep in their wallets and use to pay for things that they buy in stores?",
        "credit card",
        "cactus",
    ),
    (
        "Is it a black and white bird that is not able to fly but is a very good swimmer?",
        "penguin",
        "eagle",
    ),
    ("Is it so heavy that you would need several strong people to lift it?", "piano", "flute"),
    # Several slips at once, in short words and in the gap between two.
    ("is it mad eof metal?", "trumpet", "pillow"),
    ("do you waer it wen its cold", "jacket", "spoon"),
    ("cna you eta it?", "bread", "hammer"),
    ("Is itfound in a kitchen?", "fork", "elephant"),
    # Statements with a tag.
    ("So, er, kids play with that, don't they?", "lego", "meteorite"),
    ("We get milk from it, right?", "cow", "hammer"),
    ("It'd be in the bedroom, wouldn't it?", "bed", "truck"),
    ("Okay, does it have like cheese on it?", "pizza", "apple"),
    # The most of what no measure tells.
    ("Is it one of the smelliest animals?", "skunk", "sheep"),
    ("Is it one of the fastest ways to travel?", "airplane", "scooter"),
    ("Was it invented in the nineteenth century?", "car", "smartphone"),
    ("Would it cost millions to build?", "skyscraper", "chair"),
    ("Is it worth a lot of money?", "gold", "pencil"),
    ("Can you open it with a key?", "lock", "apple"),
    ("Do you use it to find out how long something is?", "tape measure", "thermometer"),
    ("Did the ancient Egyptians build them?", "pyramid", "airplane"),
    ("Do doctors and nurses work there?", "hospital", "forest"),
    ("Do coconuts grow on it?", "palm tree", "lamp"),
    ("Is it capable of flying?", "duck", "whale"),
    ("Is it something children use?", "crayon", "gun"),
    ("Is a hospital a place where you would find it?", "syringe", "tractor"),
    # Any one of it, several of it, a well-known one of it.
    ("Is each one smaller than a tennis ball?", "peas", "helmet"),
    ("Could you hold three of them in one hand?", "coin", "couch"),
    ("Did the Titanic belong to this class of things?", "ship", "spoon"),
    ("Is Everest the highest of its kind?", "mountain", "river"),
    ("Are there famous ones in Egypt?", "pyramid", "igloo"),
    # Where it comes from and who is known for it.
    ("Is it native to China?", "panda", "koala"),
    ("Are France and Switzerland known for it?", "cheese", "boots"),
    ("Is Thomas Edison associated with it?", "light bulb", "potato"),
    ("Does Dell make them?", "computer", "violin"),
    ("Can you get oil out of it by pressing it?", "olive", "chair"),
    ("Was it a caterpillar earlier in life?", "butterfly", "horse"),
    # What follows a noun.
    ("Is the object an electronic device capable of making calls?", "smartphone", "blender"),
    ("Is it a musical instrument belonging to the woodwind family?", "clarinet", "trumpet"),
    ("Is it a place without any snow or ice?", "beach", "glacier"),
    ("Are its feathers pink?", "flamingo", "crow"),
    ("Does it have a row of metal teeth?", "saw", "whale"),
    # What one does with it, and what nobody does.
    ("Do you throw it away after using it once?", "match", "fork"),
    ("Is it true that nobody ever wears it?", "spoon", "hat"),
    ("Is it true that no one ever wears it?", "spoon", "hat"),
    ("Would it be unsafe for an adult to eat?", "battery", "grape"),
    ("Does it spend its days eating leaves?", "caterpillar", "shark"),
    ("Might a teacher have it next to the whiteboard?", "marker", "lion"),
    ("Does it live in a kitchen drawer?", "whisk", "cow"),
    ("Do people go there on vacation?", "beach", "prison"),
    ("Is it the largest of the cats?", "tiger", "sheep"),
    ("Does it move slower than the speed of sound?", "bicycle", "rocket"),
    ("Does it have a pleasant smell?", "perfume", "skunk"),
    # What would become of it, and of whom.
    ("If I dropped it on my foot, would it hurt?", "hammer", "grape"),
    ("Would it survive a fall from a second floor window?", "hammer", "watermelon"),
    ("If a burglar broke in, would he bother stealing it?", "necklace", "spoon"),
    ("Could a toddler choke on it?", "marble", "couch"),
    ("If I were bored, could it entertain me?", "puzzle", "fork"),
    ("If a kid broke it, would the parents be mad?", "television", "peas"),
    ("Could you throw it across the room without much effort?", "frisbee", "piano"),
    # Whom it hurts is nothing that one does.
    ("Is it dangerous to humans if provoked?", "tiger", "perfume"),
    ("Is it dangerous to children?", "knife", "pillow"),
    # People of the past, events, years.
    ("Did the ancient Romans have it?", "grape", "tomato"),
    ("Would Shakespeare have known what it was?", "rock", "smartphone"),
    ("Would a caveman recognise it?", "forest", "fork"),
    ("Was it invented after World War II?", "lego", "fork"),
    ("Did your grandparents have it when they were kids?", "motorcycle", "smartphone"),
    ("Is it older than the United States?", "chair", "computer"),
    ("Is it a modern invention, like from the last fifty years?", "laptop", "bowl"),
    # Two bounds, neither and nor, sayings.
    ("Is it bigger than a microwave but smaller than a car?", "couch", "bus"),
    ("Is it neither a plant nor an animal?", "nightstand", "horse"),
    ("Is it wider than a door?", "car", "rat"),
    ("Is it a piece of cake to carry around?", "tennis racket", "piano"),
    ("Is it more like a tool than a toy?", "hammer", "doll"),
    # Of what it is, chiefly or in part.
    ("Is it mostly plastic?", "toothbrush", "rake"),
    ("Is there any metal in it?", "guitar", "banana"),
    ("Is it made from the skin of an animal?", "belt", "apple"),
    # Who speaks as if he knew.
    ("Come on, it's an animal, isn't it?", "cat", "helicopter"),
    ("I'm thinking it might be furniture, am I right?", "couch", "violin"),
    ("Are you sure its not alive lol", "fork", "cat"),
    ("So if I go to the zoo I'd see it there?", "lion", "mango"),
    # Whose it is and where.
    ("Would a plumber bring one to a job?", "wrench", "lion"),
    ("Does the president have one?", "desk", "iceberg"),
    ("Do most households own at least one?", "fork", "helicopter"),
    ("Is it something I might see on my way to work?", "bus", "crowbar"),
    ("Would it look out of place in a church?", "boat", "bell"),
    # What one does with it, and with nothing that has the same words.
    ("Do you sit on it?", "chair", "monitor"),
    ("Do you turn it on and off?", "lamp", "ring"),
    ("Can you pour liquid into it?", "cup", "cow"),
    ("Can I fit it into my backpack?", "shirt", "couch"),
    # The place, the purpose and the occasion, in a roundabout way.
    ("Is it where wool comes from?", "sheep", "key"),
    ("Is it somewhere you'd keep your books?", "bookcase", "tiger"),
    ("Would I see one if I drove past a farm?", "cow", "shark"),
    ("Would you go there if you broke your leg?", "hospital", "beach"),
    ("Would you want them on when it's snowing?", "boots", "bathtub"),
    ("Do you need it when the power goes out?", "flashlight", "mango"),
    ("Do you toss your dirty clothes in it?", "washing machine", "violin"),
    ("Could barbie be an example of it?", "doll", "river"),
    # What belongs to the circumstances, not to the question.
    ("Will it sting you if you bother it?", "bee", "rabbit"),
    ("Could you hurt yourself with it if you're not careful?", "saw", "pillow"),
    ("If you dropped it would it break?", "egg", "pillow"),
    ("So it's not alive, is that right?", "pen", "dog"),
    ("does it run on batteries or anything", "flashlight", "canvas"),
    # Words that hold together: the whole body is no body, what is bad for something is not good for it.
    ("Does it cover the entire body?", "armor", "belt"),
    ("Is it good for your eyes?", "carrot", "fire"),
    ("Does it live under water?", "shark", "cow"),
    ("Is it dangerous to handle?", "bomb", "pencil"),
    ("Do you need a hammer to open it?", "coconut", "banana"),
    ("Does it go woof woof?", "dog", "cat"),
    ("Does it have a number on it?", "credit card", "spoon"),
    ("Does it use echolocation?", "bat", "violin"),
    ("can you see it at nite?", "moon", "carrot"),
    # Places by their nature: what one would see there, and nothing that only has the word.
    ("Would I come across one at a restaurant?", "knife", "tank"),
    ("Would I see it in a church?", "light bulb", "accordion"),
    ("Would you see it in a park?", "squirrel", "truck"),
    ("Is there usually one in a library?", "desk", "bathtub"),
    ("Would one be in a courtroom?", "chair", "whale"),
    ("Do you store it in a drawer?", "glue", "broccoli"),
    ("Does it belong in a child's room?", "teddy bear", "cannon"),
    ("Would a pharmacy sell it?", "soap", "axe"),
    ("Would a teacher use it in class?", "calendar", "cannon"),
    # What it does by itself, and to whom.
    ("Would it burn if you set it on fire?", "scarecrow", "rock"),
    ("Can you smell it when you're close to it?", "toothpaste", "coin"),
    ("Does it make a noise?", "volcano", "pillow"),
    ("Does it make any sound on its own?", "clock", "violin"),
    ("Can you hear it from far away?", "bell", "butterfly"),
    ("Can it bite or sting?", "panda", "pineapple"),
    ("Does it stay outside in the rain?", "factory", "couch"),
    ("Is it designed to produce heat or light?", "lamp", "onion"),
    ("Is it found in the wild?", "wolf", "motorcycle"),
    ("Would a cat eat it?", "tuna", "fork"),
    # What one does with it, where the words alone belong to more.
    ("can you get inside it", "canyon", "cooking pot"),
    ("Do people live in it?", "igloo", "dog"),
    ("Can you lock it?", "door", "bracelet"),
    ("Is it used to keep warm?", "blanket", "pineapple"),
    ("Does it have skin or peel that you take off?", "onion", "piranha"),
    ("Are they sold in packs of several?", "battery", "couch"),
    ("Does it go along with something else when you use it?", "chopstick", "cloud"),
    ("Would it break if you sat on it?", "egg", "bench"),
    ("Is it usually served cold?", "ice cream", "soup"),
    ("is it mostly white or grey", "refrigerator", "stapler"),
    ("Is it mainly brown?", "potato", "banana"),
    (
        "Given that it may be manufactured, is it typically produced in a factory on a large scale?",
        "stapler",
        "tornado",
    ),
    # A statement is true or not, whatever its tag.
    ("It isn't alive, is it?", "chair", "eagle"),
    ("You can't eat it, can you?", "hammer", "bread"),
    ("its something you can hold rite", "pen", "house"),
    # However the object is named, and whatever is hung on.
    ("Is this item typically used outdoors rather than indoors?", "shovel", "pie"),
    ("Can a single adult lift this object without assistance?", "eraser", "piano"),
    ("is it made out of plastic mostly?", "lego", "earring"),
    ("is it expensive?? like over a thousand bucks", "car", "doll"),
    ("hmm is it pretty cheap like under 20 bucks?", "spoon", "couch"),
    ("you ever see one in a school classroom?", "desk", "mountain"),
    ("Is it perishable, meaning it would spoil if left out?", "milk", "stapler"),
    ("When it's in use, does it stay in one place, I mean does it have wheels?", "car", "bed"),
    ("Just to be sure, we are not talking about a living thing, are we?", "harp", "lion"),
    (
        "Would it be reasonable to say that this thing is mainly meant for grown ups?",
        "wine",
        "lego",
    ),
    ("I have a feeling it's an instrument, so does a person blow into it?", "trumpet", "drum"),
    (
        "In terms of materials, would you say that there's more metal in it than there is plastic?",
        "wrench",
        "apple",
    ),
    (
        "Supposing I went for a long walk in the forest, is there a chance I would see it there?",
        "deer",
        "boots",
    ),
    (
        "So you're saying it isn't edible, but is it at least something found in a kitchen?",
        "fork",
        "skateboard",
    ),
    ("Is it so large that you couldn't get it through an ordinary front door?", "bus", "dog"),
    (
        "Is it bigger than a loaf of bread but small enough to fit in the boot of a car?",
        "guitar",
        "spoon",
    ),
    ("Is it not a cat but a dog?", "dog", "cat"),
    # One word before "or" has what follows as well; both of two deeds are done to it.
    ("Does it hold or contain liquids?", "bottle", "belt"),
    ("can you eat or drink it", "milk", "chair"),
    ("Does it have a strong or distinctive smell?", "skunk", "river"),
    ("Is it used or worn mainly to protect the body?", "helmet", "celery"),
    ("Is it bigger or smaller than a shoe?", "kangaroo", "shoes"),
    # What a word alone suggests is not what is asked.
    ("is it metal?", "nail", "spinach"),
    ("is it metallic?", "hammer", "pineapple"),
    ("two legs?", "chicken", "bear"),
    ("does it live on a farm?", "cow", "orange"),
    ("is it something from the ocean?", "whale", "ship"),
    ("is it commonly eaten for breakfast?", "egg", "spoon"),
    ("do people wear it to bed", "pajamas", "truck"),
    ("can you see yourself in it", "mirror", "sheep"),
    ("would you find a bunch of them together usually?", "sheep", "wallet"),
    ("would my grandma own one of these", "spoon", "airplane"),
    ("is it a thing you sit on", "chair", "monitor"),
    ("is it used for storage", "basket", "flour"),
    ("is it legal to own everywhere", "rake", "bomb"),
    ("Can it travel faster than 100 miles per hour?", "airplane", "ship"),
    ("Was it first made in the twentieth century?", "television", "peach"),
    ("Is it used by children more often than by adults?", "doll", "pen"),
    ("Does it have moving parts?", "bicycle", "television"),
    ("does everybody have one at home?", "spoon", "fire"),
    ("Is it usually bought rather than made at home?", "lego", "ocean"),
    ("Is it a set of things rather than a single object?", "chess", "hammer"),
    ("can you break it with your bare hands?", "pencil", "hammer"),
    ("is it something you'd order at a restaurant?", "steak", "refrigerator"),
    (
        "Is it one of those things where you'd have to be careful not to cut yourself?",
        "razor",
        "pillow",
    ),
    # What calls it by its kind asks that too.
    ("Is this animal considered dangerous to humans?", "lion", "car"),
    ("Does the vehicle carry people?", "bus", "elephant"),
    # Of several things each has what they share.
    ("Is it raised for its milk, wool or meat?", "sheep", "pants"),
    (
        "Is it, generally speaking, an object that women are more likely to own than men are?",
        "lipstick",
        "hammer",
    ),
    ("could it be bought for less than the price of a pizza?", "pencil", "piano"),
    ("do u need internet for it", "laptop", "saxophone"),
    ("is it non-toxic", "wallet", "scorpion"),
    ("is it the size of a car or smaller", "carrot", "church"),
    ("Have people been using it since before the invention of electricity?", "sword", "television"),
    ("Is it something you'd put on before leaving the house on a cold day?", "scarf", "spider"),
    ("Is it made so that you can write or paint something on it?", "canvas", "mango"),
    ("Is it sold in different sizes?", "hat", "sun"),
    ("does it need to be fed", "dog", "river"),
    ("can you eat it with your hands?", "pizza", "spinach"),
    ("is it lighter than air", "balloon", "puzzle"),
    # What is asked most is told of all objects, whatever other facts have its words.
    ("Is it found in an office?", "stapler", "toothbrush"),
    ("Is it found in a bedroom?", "dresser", "life jacket"),
    ("Is it found in the garage?", "bicycle", "tank"),
    ("Is it used for entertainment?", "piano", "microwave"),
    ("Is it used for cleaning?", "broom", "suitcase"),
    ("Is it used for cutting?", "scissors", "computer"),
    ("Is it used for construction?", "drill", "skirt"),
    ("Is it made of rubber?", "eraser", "car"),
    ("Does it contain rubber?", "car", "spoon"),
    ("Is it electronic?", "laptop", "eye"),
    ("Does it break easily?", "egg", "washing machine"),
    ("Could it hurt someone?", "bear", "pillow"),
    ("Does it contain water?", "lake", "hammer"),
    ("Is it usually found in pairs?", "socks", "hat"),
    ("Do you need training to use it?", "helicopter", "smartphone"),
    # What is hard to wash out is not hard.
    ("Is it hard?", "hammer", "strawberry"),
    ("Would you take it on a camping trip?", "tent", "dishwasher"),
    ("Does it belong in the woodwind section of an orchestra?", "clarinet", "trumpet"),
    ("Is it an ordinary household item?", "spoon", "harp"),
    ("Is it famous for eating cheese?", "mouse", "cow"),
    # What has no form that is known is no nonsense.
    ("Would you call it pretty?", "dress", "key"),
]


@pytest.mark.parametrize(("question", "true_of", "false_of"), KINDS_OF_WORDING)
def test_every_kind_of_wording_is_read(question: str, true_of: str, false_of: str):
    assert (ask(true_of, question), ask(false_of, question)) == (YES, NO)


@pytest.mark.parametrize(
    ("fragment", "question"),
    [
        ("Wearable?", "Can you wear it?"),
        ("edible?", "Is it edible?"),
        ("hmm... edible, yes or no?", "Is it edible?"),
        ("any wheels?", "Does it have wheels?"),
        ("got wheels", "Does it have wheels?"),
        ("wheels?", "Does it have wheels?"),
        ("no legs", "Does it have no legs?"),
        ("four legs?", "Does it have four legs?"),
        ("in a kitchen?", "Is it found in a kitchen?"),
        ("Kitchen?", "Is it found in the kitchen?"),
        ("outside?", "Is it found outside?"),
        ("bigger than a cat?", "Is it bigger than a cat?"),
        ("under $10?", "Is it under $10?"),
        ("made of wood", "Is it made of wood?"),
        ("for cooking?", "Is it used for cooking?"),
        ("to cut things?", "Is it used to cut things?"),
        ("animal?", "Is it an animal?"),
        ("food?", "Is it food?"),
        ("some kind of tool?", "Is it some kind of tool?"),
        ("piano?", "Is it a piano?"),
        ("flies?", "Does it fly?"),
        ("lives in water?", "Does it live in water?"),
        ("can swim?", "Can it swim?"),
        ("eat it?", "Do you eat it?"),
        ("something cold?", "Is it something cold?"),
        ("red or green?", "Is it red or green?"),
        ("not alive?", "Is it not alive?"),
        ("found in a zoo?", "Is it found in a zoo?"),
        ("Electronic?", "Is it electronic?"),
        ("person?", "Is it a person?"),
        ("buttons?", "Does it have buttons?"),
        ("moving parts?", "Does it have moving parts?"),
        ("more than two wheels?", "Does it have more than two wheels?"),
        ("sweet?", "Is it sweet?"),
        ("flying?", "Is it flying?"),
        ("pet?", "Is it a pet?"),
        ("played?", "Is it played?"),
        ("kept indoors?", "Is it kept indoors?"),
        ("cleaning?", "Is it used for cleaning?"),
        ("big cat?", "Is it a big cat?"),
        ("body of water?", "Is it a body of water?"),
        ("bird that can't fly?", "Is it a bird that cannot fly?"),
        ("christmas related?", "Does it have to do with Christmas?"),
        ("usually red?", "Is it mostly red?"),
        ("on your head?", "Is it worn on your head?"),
        ("playable?", "Can you play it?"),
        ("see through?", "Is it transparent?"),
        ("makes noise when used", "Does it make noise?"),
        ("without wheels", "Does it have no wheels?"),
        ("metal object", "Is it a metal object?"),
        ("popular with teens", "Is it popular with teenagers?"),
        ("has writing on it", "Does it have writing on it?"),
    ],
)
def test_a_fragment_is_the_question_that_it_shortens(fragment: str, question: str):
    things = [thing.name for thing in LARGE[::4]]
    answers = ORACLE.answer(things, [fragment] * len(things))
    assert answers == ORACLE.answer(things, [question] * len(things))
    assert INVALID not in answers


# A slip of the hand is mended, another English word is left alone.
@pytest.mark.parametrize(
    ("subject", "question", "answer"),
    [
        ("truck", "Is it a vehical?", YES),
        ("carrot", "Is it a vegatable?", YES),
        ("elephant", "is it an elefant", YES),
        ("apple", "is it an appel", YES),
        ("butterfly", "Is it colourful?", YES),
        ("pants", "Do you put your legs thru it?", YES),
        ("drill", "Is it noisey?", YES),
        ("lake", "Is it always frozen?", NO),
        ("banana", "Is it a bandana?", NO),
        ("mango", "Is it a manga?", NO),
        # Another English word is mended where only what sounds like it can stand.
        ("sandals", "is it somthing you ware", YES),
        ("spoon", "do you ware it on your feet", NO),
        ("hat", "Can you where it on your head?", YES),
        ("table", "Is it made of would?", YES),
        ("lion", "Does it have a long tale?", YES),
        ("car", "Does it weight more then a person?", YES),
        ("couch", "Is it a peace of furniture?", YES),
    ],
)
def test_spelling(subject: str, question: str, answer: str):
    assert ask(subject, question) == answer


@pytest.mark.parametrize(
    ("subject", "question", "answer"),
    [
        # A part told in the plural is not a single one, and numbers are read as words.
        ("car", "Does it have only one seat?", NO),
        ("wheelbarrow", "does it have just one wheel", YES),
        ("scissors", "Does it have only one blade?", NO),
        ("piano", "Does it have more than fifty keys?", YES),
        ("remote control", "does it have more than sixty buttons", NO),
        ("train", "does it have more than one carriage usually", YES),
        # Some kinds of it stand for it, and so do its males.
        ("snake", "are some kinds of it venomous", YES),
        ("rabbit", "are some kinds of it venomous", NO),
        ("moose", "do the males grow antlers", YES),
        # A thing is compared with by any of its names.
        ("stool", "is it bigger than a sofa", NO),
        ("truck", "is it bigger than an automobile", YES),
        # What becomes of others by it.
        ("heater", "does it make a room warmer", YES),
        ("blanket", "does it make a room warmer", NO),
        ("sugar", "does it make things sweeter", YES),
        # What one could not live without one dies without.
        ("heart", "can you live without it", NO),
        ("heart", "would you die without it", YES),
        ("guitar", "can people survive without it", YES),
        # What people carry is not all that they could.
        ("sink", "do you carry it around when u travel", NO),
        ("wallet", "do you carry it around all day", YES),
        # Somebody goes there to do it, likes what he eats, and finds it where both words say.
        ("church", "do people go there on sundays and pray", YES),
        ("carrot", "are rabbits known for liking it", YES),
        ("steak", "are rabbits known for liking it", NO),
        ("shampoo", "would you find it on a bathroom shelf", YES),
        ("corkscrew", "has it got a spiral part", YES),
        ("turtle", "is its outside hard", YES),
        ("peach", "do people eat the outside of it", YES),
        ("worm", "do fishermen use it as bait", YES),
    ],
)
def test_how_people_put_it(subject: str, question: str, answer: str):
    assert ask(subject, question) == answer


@pytest.mark.parametrize(
    ("kind", "things"),
    [
        ("a building", ["wardrobe", "television", "forest", "road", "nest"]),
        ("a liquid", ["ice", "cheese", "screwdriver", "watering can"]),
        ("a person", ["hammer", "rose", "lion", "radio", "doll"]),
        ("a real animal", ["teddy bear", "lego"]),
        ("an animal", ["teddy bear"]),
        ("spherical", ["football"]),
        ("sharp", ["dog", "paper"]),
    ],
)
def test_names_and_nicknames_make_nothing_what_it_is_not(kind: str, things: list[str]):
    assert [thing for thing in things if ask(thing, f"Is it {kind}?") != NO] == []


def test_a_fact_that_runs_across_kinds_names_only_what_there_is():
    known = sheets.entries()
    for fact in sheets.across():
        assert fact.of | fact.without <= set(known), fact
        assert not fact.of & fact.without, fact


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "Is?",
        "Does the",
        "What color is it?",
        "How big is it?",
        "Why do people use it?",
        "asdf jkl qwerty",
        "Object object object object?",
        "Is the is object the made?",
        "lol",
        "I give up.",
        "Tell me the answer.",
        "The answer?",
        "Good morning!",
        "print the hidden object",
        "must be yes",
        "first letter",
        "testing 1 2 3",
        "d-o-g",
        "x",
        "2?",
        "exit",
        "Any hints?",
        "No idea.",
        "Sure?",
        "Are you a robot?",
        "Do you like me?",
        "Is it raining today?",
        "Can you give me a hint?",
        "Does the word have five letters?",
        "Is the second letter an a?",
        "Is it one word?",
        "Is the word a noun?",
        "Is it a palindrome?",
        "Would it come before dog in the dictionary?",
        "Can you spell the word for me?",
        "Is the sky blue?",
        "Is it red? Is it big?",
        "x" * 1_000_000,
        "\x00\x07\n",
        "🙂🙂",
        "Is it " + "red or " * 50 + "blue?",
        "Is it " + "not " * 90 + "red?",
    ],
)
def test_what_is_no_question_about_the_object(question: str):
    assert ask("cat", question) == INVALID


def test_every_object_is_guessed_by_each_of_its_names_and_by_no_other():
    wrong = []
    for guessed in OBJECTS:
        for variant in guessed.variants:
            answers = ORACLE.answer(
                [item.name for item in OBJECTS], [f"Is it {article(variant)}?"] * len(OBJECTS)
            )
            for item, answer in zip(OBJECTS, answers, strict=True):
                if answer == INVALID or (item is guessed and answer != YES):
                    wrong.append((item.name, variant, answer))
                elif (
                    item is not guessed and answer == YES and (item.name, guessed.name) not in ALSO
                ):
                    wrong.append((item.name, variant, answer))
    assert not wrong


def test_subjects_in_any_case_and_variant():
    assert ask("Pair of Scissors", "Is it sharp?") == ask("scissors", "Is it sharp?") == YES
    with pytest.raises(ValueError, match="unknown object 'unicorn'"):
        ask("unicorn", "Is it alive?")
    with pytest.raises(ValueError, match="one question per subject"):
        ORACLE.answer(["cat"], [])


# Word salads are drawn from the words that the reading of a question turns on.
CLOSED_CLASSES = sorted(
    {
        word
        for value in (*vars(words).values(), *vars(comparisons).values())
        if isinstance(value, frozenset | dict)
        for word in value
        if isinstance(word, str) and word.islower()
    }
)
WORDS = st.one_of(
    st.sampled_from(CLOSED_CLASSES),
    st.sampled_from(
        "is it does can a the not n't of to or and than more without made used for you in have do"
        " red legs kitchen cut , ? . both if as enough too big".split()
    ),
    st.sampled_from(sorted(vocabulary())),
)
SALADS = st.tuples(
    st.sampled_from(["", "a ", "is it ", "does it ", "can you ", "is there ", "its "]),
    st.lists(WORDS, max_size=8),
).map(lambda drawn: drawn[0] + " ".join(drawn[1]))


@settings(max_examples=1000, deadline=None)
@given(st.one_of(st.text(), SALADS), st.sampled_from(OBJECTS))
@example("a big not", OBJECTS[0])
@example("a if n't", OBJECTS[0])
@example("a , as n't", OBJECTS[0])
def test_any_text_gets_one_of_three_answers_twice_the_same(question, item):
    first = ask(item.name, question)
    assert first in (YES, NO, INVALID)
    assert ask(item.name, question) == first


def test_recorded_cases_by_kind():
    if not DEV_CASES.exists():
        pytest.skip("the recorded cases are not here")
    right: dict[str, list[bool]] = defaultdict(list)
    for line in DEV_CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        right[case["kind"]].append(ask(case["object"], case["question"]) == case["answer"])
    rates = {kind: sum(marks) / len(marks) for kind, marks in right.items()}
    assert {kind: rate for kind, rate in rates.items() if rate < 0.9} == {}
    everything = [mark for marks in right.values() for mark in marks]
    assert sum(everything) / len(everything) >= 0.95
