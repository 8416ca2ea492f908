"""Adventure: the engine, the parser, the story, the generated worlds, the players."""

from __future__ import annotations

import copy
import itertools
import json
import random
import re
from collections.abc import Iterator

import gymnasium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_gym.games.adventure.compiled import AT_YOU
from llm_gym.games.adventure.engine import World
from llm_gym.games.adventure.env import AdventureEnv
from llm_gym.games.adventure.game import OUT_OF_MOVES, SPLITS, Adventure, adventure_tasks
from llm_gym.games.adventure.generator import generate
from llm_gym.games.adventure.model import Ending, Exit, Plot, Reaction, Room, Thing
from llm_gym.games.adventure.parser import DIRECTIONS, VERBS, _parse, parse
from llm_gym.games.adventure.search import solve
from llm_gym.games.adventure.state import State
from llm_gym.games.adventure.story import WALKTHROUGH, story


def after(*lines: str, world: World | None = None) -> State:
    """Return the state of the story (or of another world) after some commands."""
    world = world or story()
    state = world.start
    for line in lines:
        state = world.act(state, line).state
    return state


def along(world: World, lines: tuple[str, ...]) -> Iterator[State]:
    """Yield the states in which the story goes on, from the start along some commands."""
    state = world.start
    for line in lines:
        yield state
        state = world.act(state, line).state


def wander(world: World, seed: int, moves: int) -> Iterator[State]:
    """Yield states of a random walk over valid actions that starts anew when the story ends."""
    rng = random.Random(seed)
    state = world.start
    for _ in range(moves):
        yield state
        outcome = world.act(state, rng.choice(world.view(state).actions))
        state = world.start if outcome.ending else outcome.state


# ---------------------------------------------------------------------------- the story


def test_the_walkthrough_earns_every_point_with_valid_actions_alone():
    env = AdventureEnv()
    _, info = env.reset()
    rewards = []
    for line in WALKTHROUGH:
        assert line in info["valid_actions"]
        _, reward, terminated, _, info = env.step(line)
        rewards.append(reward)
        assert not info["invalid_action"]
    assert len(WALKTHROUGH) <= 60
    assert sum(rewards) == info["score"] == story().total == 200
    assert sum(reward > 0 for reward in rewards) >= 20
    assert (terminated, info["success"], info["valid_actions"]) == (True, True, [])


def test_the_size_of_the_story():
    plot = story().plot
    assert len(plot.rooms) == 26
    events = [room for room in plot.rooms if room.points]
    events += [thing for thing in plot.things if thing.points]
    reactions = {r.event or number for number, r in enumerate(plot.reactions) if r.points}
    assert len(events) + len(reactions) == 22
    assert len(plot.endings) == 8


def test_search_solves_the_story_too():
    solution = solve(story())
    assert solution is not None
    state = after(*solution[:-1])
    outcome = story().act(state, solution[-1])
    assert story().plot.endings[outcome.ending].success


def test_there_is_a_way_without_the_rope():
    # Down the crypt, through the tunnel: the same keeper, the same stair.
    lines = WALKTHROUGH[: WALKTHROUGH.index("light lantern") + 1]
    lines += ("east", "south", "south", "west", "down", "east", "south", "cut ropes", "up", "up")
    assert story().plot.rooms[after(*lines).room].id == "hall"


@pytest.mark.parametrize(
    ("lines", "ending"),
    [
        (("enter boat", "get in the boat"), "leave"),
        (("n", "n", "n", "n", "e", "e"), "fall"),
        (("n", "n", "n", "n", "e", "jump"), "fall"),
        (("n", "n", "n", "n", "n", "w", "take oil", "drink the oil"), "oil"),
        (("n", "n", "n", "w", "d", "e"), "dark"),
        (("n", "w", "take rope", "e", "n", "n", "n", "e", "tie rope to post", "d", "swim"), "drown"),
        (tuple(line for line in WALKTHROUGH if "clockwork" not in line), "steady"),
        (tuple("take handle" if i == 39 else x for i, x in enumerate(WALKTHROUGH)), "light"),
        (WALKTHROUGH, "honours"),
    ],
)  # fmt: skip
def test_every_ending(lines: tuple[str, ...], ending: str):
    env = AdventureEnv()
    env.reset()
    for line in lines:
        observation, _, terminated, _, info = env.step(line)
    assert terminated
    assert story().plot.endings[ending].text in observation
    assert info["success"] == story().plot.endings[ending].success
    assert info["ending"] == ("victory" if info["success"] else "defeat")
    assert info["valid_actions"] == []


def test_out_of_moves_is_an_end_without_success():
    env = AdventureEnv(turn_limit=3)
    env.reset()
    results = [env.step("wait") for _ in range(3)]
    assert [terminated for _, _, terminated, _, _ in results] == [False, False, True]
    assert OUT_OF_MOVES in results[-1][0]
    assert [result[4]["ending"] for result in results] == ["", "", "out of moves"]
    assert not results[-1][4]["success"]
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step("wait")


# ---------------------------------------------------------------------------- the observation


def test_the_layout_is_detectives():
    env = AdventureEnv()
    observation, info = env.reset()
    game = env.game
    assert isinstance(game, Adventure)
    view = game.world.view(game.state)
    assert observation == (
        f"{view.surroundings}\n\nYou carry a letter of appointment. You have 0 of 200 points.\n\n"
        f"{story().plot.opening}\n\n{info['valid_actions']}"
    )
    observation, _, _, _, info = env.step("take penny")
    assert observation.endswith(f"\n\nTaken. [5 points]\n\n{info['valid_actions']}")
    assert info["delta"] == "Taken. [5 points]\n\n"
    _, _, _, _, info = env.step("north")
    assert info["delta"].startswith("You go north.\n\nHarbour Street\n")


def test_no_observation_exceeds_its_space():
    longest = 0
    for worlds, seed in itertools.product(("story", "generated"), range(3)):
        env = AdventureEnv(worlds)
        observation, info = env.reset(seed=seed)
        rng = random.Random(seed)
        terminated = False
        while not terminated:
            longest = max(longest, len(observation))
            action = rng.choice(info["valid_actions"])
            observation, _, terminated, _, info = env.step(action)
            assert observation in env.observation_space
    assert longest > 500
    # All that can be in one place, said at once.
    plot = story().plot
    room = max(len(room.text) + sum(len(text) for _, text in room.notes) for room in plot.rooms)
    things = sum(2 * len(thing.name) + len(thing.there) + 40 for thing in plot.things)
    reply = max(len(r.reply) for r in plot.reactions)
    reply += max(len(ending.text) for ending in plot.endings.values())
    assert room + things + reply + len(plot.opening) < Adventure.observation_limit


# ---------------------------------------------------------------------------- valid actions


def every_command(world: World) -> list[str]:
    """Return every verb alone, with every thing, and with every two things."""
    things = [thing.id for thing in world.plot.things]
    verbs = [verb for verb in sorted(set(VERBS.values())) if verb != "meta"]
    lines = [*verbs, *DIRECTIONS, "take all"]
    lines += [f"{verb} {thing}" for verb in verbs for thing in things]
    pairs = itertools.permutations(things, 2)
    return lines + [f"{v} {a} with {b}" for a, b in pairs for v in ("put", "give", "use", "cut")]


@pytest.mark.parametrize("seed", [None, 3, 11])
def test_valid_actions_are_exact(seed: int | None):
    world = story() if seed is None else generate(seed)
    lines = [parse(line) for line in every_command(world)]
    solution = world.plot.walkthrough or solve(world)
    assert solution
    states = [*list(along(world, solution))[::9], *list(wander(world, 1, 200))[::40]]
    for state in states:
        listed = world.actions(state)
        assert list(listed) == sorted(set(listed))
        outcomes = [world.act(state, line) for line in listed]
        effects = [(outcome.state, outcome.ending) for outcome in outcomes]
        assert len(set(effects)) == len(effects), "two of them do the same"
        assert all(one != state or ending for one, ending in effects), "one does nothing"
        for line in lines:
            outcome = world.act(state, line)
            if outcome.ending or outcome.state != state:
                assert (outcome.state, outcome.ending) in effects, line


@pytest.mark.parametrize("seed", [None, 0, 1, 2])
def test_a_remembered_view_is_what_a_fresh_one_would_be(seed: int | None):
    world = story() if seed is None else generate(seed)
    for state in wander(world, 5, 1500):
        remembered = world.view(state)
        assert remembered.surroundings == world.surroundings(state)
        assert remembered.belongings == world.belongings(state)
        assert remembered.actions == world.actions(state)
    for state in along(world, world.plot.walkthrough):
        assert world.view(state).actions == world.actions(state)


# ---------------------------------------------------------------------------- the parser


@pytest.mark.parametrize(
    ("where", "line", "same_as"),
    [
        ((), "GO NORTH!", "n"),
        ((), "please walk to the north", "north"),
        ((), "go to harbour street", "north"),
        ((), "pick up the penny", "take penny"),
        ((), "pick the coin up", "get penny"),
        ((), "grab my shiny  PENNY.", "get penny"),
        ((), "take the penny sideways", "wibble"),
        ((), "put the letter down", "drop letter"),
        ((), "look at the boat", "x boat"),
        ((), "take everything", "take all"),
        (("n", "w", "take all", "e", "e", "w"), "discard the gutting knife", "drop knife"),
        (("take penny", "n", "e"), "buy matches", "give penny to pike"),
        (("take penny", "n", "e"), "pay Mrs Pike with the penny", "give penny to pike"),
        (("take penny", "n", "e"), "give mrs pike the penny", "give penny to pike"),
        (("take penny", "n", "e"), "hand the penny over to the landlady", "give penny to pike"),
        (("n",), "enter the inn", "east"),
        (("n", "n", "n", "n", "n"), "go into the lighthouse", "north"),
        (WALKTHROUGH[:35], "climb down the cliff", "down"),
        (WALKTHROUGH[:36], "climb the cliff", "up"),
        (("n", "n", "w"), "look in the desk", "x desk"),
        (("n", "n", "w"), "open drawer", "open desk"),
        (("n", "n", "n", "n", "w"), "feed goat with letter", "give letter to goat"),
        (("n", "n", "n", "n", "w"), "feed the letter of appointment to Bishop", "give letter to goat"),
        (("n", "n", "n", "n", "w"), "use letter on goat", "give letter to goat"),
        (("n", "w", "take rope", "e", "n", "n", "n", "e"), "tie rope", "tie rope to post"),
        (("n", "w", "take rope", "e", "n", "n", "n", "e"), "fasten the coil of rope onto the iron "
         "post", "tie rope to post"),
        (("n", "n", "n", "n", "w"), "take key", "wibble"),
        (WALKTHROUGH[:35], "climb down the rope", "down"),
        (WALKTHROUGH[:36], "climb the rope", "up"),
        (WALKTHROUGH[:35], "take rope", "wibble"),
        (WALKTHROUGH[:37], "free the keeper", "cut ropes with knife"),
        (WALKTHROUGH[:37], "cut the keeper free with the knife", "cut ropes with knife"),
        (WALKTHROUGH[:46], "insert crank into hole", "put handle in clockwork"),
        (WALKTHROUGH[:46], "wind up the clockwork", "put handle in clockwork"),
        (WALKTHROUGH[:47], "open the hatch with the iron key", "unlock hatch"),
        (WALKTHROUGH[:53], "fill the great lamp with oil", "pour oil in lamp"),
        (WALKTHROUGH[:53], "pour the oil into the lamp", "pour oil in lamp"),
        (WALKTHROUGH[:54], "set the lamp alight", "light lamp"),
        (WALKTHROUGH[:54], "light the great lamp with a match", "light lamp"),
        # What leads somewhere is climbed, entered, gone through, or used.
        *((("n",), line, "west") for line in ("climb the stairs", "walk up the ladder", "up the ladder",
                                             "use ladder", "climb to the loft")),
        (("n", "n", "n", "w"), "climb the steps up", "up"),
        (("n", "n", "n", "w"), "go down the steps", "down"),
        (("n", "n", "n", "w"), "descend", "down"),
        (("n", "e"), "climb down the trapdoor", "down"),
        (("n", "n", "n", "n"), "go through the gate", "west"),
        (WALKTHROUGH[:40], "climb the steps", "up"),
        (WALKTHROUGH[:41], "ascend the stairs", "up"),
        (WALKTHROUGH[:48], "go through the hatch", "up"),
        (WALKTHROUGH[:49], "go through the small door", "out"),
        (WALKTHROUGH[:50], "go through the small door", "in"),
        # Whose it is, what it is like, to whom.
        (WALKTHROUGH[:37], "cut the keeper's wet ropes", "cut ropes with knife"),
        (("take penny", "n", "e"), "offer the penny to mrs.pike", "give penny to pike"),
        (("take penny", "n", "e"), "buy matches from Mrs. Pike", "give penny to pike"),
        (WALKTHROUGH[:23], "return the spectacles to Mrs. Tansy", "give spectacles to widow"),
        (WALKTHROUGH[:15], "ring the bell at the jackdaw", "ring bell"),
        (WALKTHROUGH[:34], "put the rope on the post", "tie rope to post"),
        (WALKTHROUGH[:44], "open the log", "read log"),
        (WALKTHROUGH[:46], "turn the handle", "put handle in clockwork"),
        (("take penny",), "throw everything away", "drop all"),
        (("take penny",), "drop all my things", "drop all"),
        (("drop letter",), "take the lot", "take all"),
        (("n", "w"), "go back to the loft", "wibble"),
        # A trade by what is wanted, what for, and what with.
        *((("take penny", "n", "e"), line, "give penny to pike") for line in (
            "trade penny for matches", "exchange the penny for the box of matches", "pay for matches",
            "barter penny with mrs pike for matches", "pay mrs. pike a penny for the matches",
            "use penny to buy matches", "spend penny on matches", "give penny for matches",
            "i want to buy the matches", "try to buy matches with the penny")),
        (WALKTHROUGH[:30], "use the matches to light the lantern", "light lantern"),
        (WALKTHROUGH[:37], "use knife to cut the ropes", "cut ropes with knife"),
        (WALKTHROUGH[:37], "cut the ropes binding the keeper", "cut ropes with knife"),
        (WALKTHROUGH[:37], "help the keeper", "cut ropes with knife"),
        (WALKTHROUGH[:37], "release the keeper", "cut ropes with knife"),
        (WALKTHROUGH[:47], "use the key to unlock the hatch", "unlock hatch"),
        (WALKTHROUGH[:34], "tie one end of the rope to the post", "tie rope to post"),
        (WALKTHROUGH[:52], "put the brand new wick into the great lamp", "put wick in lamp"),
        (WALKTHROUGH[:53], "refuel the lamp with oil", "pour oil in lamp"),
        (WALKTHROUGH[:21], "give mrs. tansy back her glasses", "give spectacles to widow"),
        (WALKTHROUGH[:25], "distract goat with letter", "give letter to goat"),
        (WALKTHROUGH[:39], "take both", "take all"),
        (("n", "n", "w", "open desk"), "take the contents of the desk", "take all"),
        (("n", "w"), "pull the knife out of the post", "take knife"),
        (("n", "w"), "take the coil of rope by the door", "take rope"),
        (("n", "w"), "ask old bram if i can take the rope", "talk to bram"),
        # Where to, and out of where.
        *((("n", "e"), line, "west") for line in ("leave", "leave the inn", "exit the inn",
                                                  "go outside", "get out of the inn")),
        *((("n", "w"), line, "east") for line in ("exit the loft", "climb back down the ladder",
                                                  "go back down")),
        *(((), line, "north") for line in ("head north to the village", "continue north", "i go north",
                                           "try going north", "visit harbour street")),
        ((), "leave the letter", "drop letter"),
        ((), "examine my surroundings", "look"),
        ((), "look for the penny", "x penny"),
        ((), "look penny", "x penny"),
        *(((), line, "inventory") for line in ("check my inventory", "what am i carrying",
                                               "what am I holding?", "search my pockets")),
        # What a command stands in, and what it is asked for with.
        *(((), line, "take penny") for line in (
            '"take penny"', "> take penny", "Action: take penny", "1. take the penny", "`take penny`",
            "could you take the penny", "I'd like to take the penny", "First, take the penny, please.",
            "bend down and take the penny", "take the penny first", "take the penny that shines")),
        # A slip of one letter, in a verb, a direction, a name; not if it might be something else.
        *(((), line, "take penny") for line in ("take the peny", "tkae penny", "take pennny")),
        ((), "go nroth", "north"),
        ((), "take pony", "wibble"),
        *((WALKTHROUGH[:50], line, "wibble") for line in ("lean on the railing", "hope", "lead me")),
        # Several things, as all of them.
        *((("n", "w"), line, "take all") for line in ("take rope and knife", "take the rope, the knife",
                                                      "take both the rope and the gutting knife")),
        (("n", "w"), "take all but the knife", "take rope"),
        (("n", "w"), "take everything except the rope and the knife", "wibble"),
        (("n", "w"), "take rope and bram", "wibble"),
        (("n", "w"), "take rope and climb", "wibble"),
        (("take penny",), "drop everything but the letter", "drop penny"),
        (("n", "n", "w", "open desk"), "take all from the desk", "take bell"),
        (WALKTHROUGH[:39], "loot the chest", "take all"),
        (WALKTHROUGH[:39], "empty the chest", "take all"),
        (WALKTHROUGH[:38], "loot the chest", "wibble"),
        # Somebody is fed, paid or traded with what he takes.
        (("n", "n", "n", "n", "w"), "feed the goat", "give letter to goat"),
        (("n", "n", "n", "n", "w"), "let the goat eat the letter", "give letter to goat"),
        (("n", "n", "n", "n", "w"), "throw the letter to the goat", "give letter to goat"),
        (("n", "n", "n", "n", "w", "drop letter", "e"), "feed the goat", "wibble"),
        (("take penny", "n", "e"), "pay her", "give penny to pike"),
        # Somebody is spoken to.
        *((("n", "w"), line, "talk to bram") for line in (
            "Bram, where is the key?", "hello, old man", "thank bram", 'say "good day" to bram',
            "ask bram: what happened?", "ask bram about the key and the goat")),
        (("n", "e"), "tell her about the letter", "talk to pike"),
        # Words for what is there, and its parts.
        ((), "go to the village", "north"),
        ((), "walk along the jetty to the north", "north"),
        ((), "look north", "look"),
        ((), "what is the penny?", "x penny"),
        ((), "what does the letter say", "read letter"),
        (("n", "e"), "x trap door", "x trapdoor"),
        (("n", "n", "w"), "pull the drawer open", "open desk"),
        (WALKTHROUGH[:12], "put the bell back in the desk", "put bell in desk"),
        (WALKTHROUGH[:16], "scare the jackdaw with the bell", "ring bell"),
        (WALKTHROUGH[:16], "use bell on jackdaw", "ring bell"),
        (WALKTHROUGH[:16], "sound the bell loudly", "ring bell"),
        (WALKTHROUGH[:29], "take the can of lamp oil", "take oil"),
        (WALKTHROUGH[:31], "put out the light", "extinguish lantern"),
        (WALKTHROUGH[:37], "release the keeper from his ropes", "cut ropes with knife"),
        (WALKTHROUGH[:43], "take the book on the table", "wibble"),
        (WALKTHROUGH[:47], "turn the key in the lock", "unlock hatch"),
        (WALKTHROUGH[:50], "blow the foghorn three times", "blow horn"),
        # Which way, where two words could say it, and in or out of what is no room.
        *(((), line, "north") for line in ("go up north to the village", "walk to the north end",
                                           "take the north exit", "leave by the northern way")),
        (WALKTHROUGH[:42], "follow the stair up", "up"),
        (WALKTHROUGH[:42], "follow the stair down", "down"),
        (WALKTHROUGH[:49], "go back down through the hatch", "down"),
        (WALKTHROUGH[:36], "go in", "west"),
        (WALKTHROUGH[:36], "go into the dark cave with the lantern", "west"),
        (("n", "n", "n"), "go to the house with yellow curtains", "east"),
        # A particle between two phrases, what something is like or does, where it belongs.
        (WALKTHROUGH[:16], "scare the jackdaw away with the bell", "ring bell"),
        (WALKTHROUGH[:25], "hold the letter out to the goat", "give letter to goat"),
        (WALKTHROUGH[:16], "frighten the bird using the school bell", "ring bell"),
        (WALKTHROUGH[:46], "put the brass handle back where it belongs", "put handle in clockwork"),
        (WALKTHROUGH[:53], "pour the oil into the big lamp", "pour oil in lamp"),
        (WALKTHROUGH[:37], "cut the wet ropes that bind the keeper", "cut ropes with knife"),
        (WALKTHROUGH[:37], "release the prisoner", "cut ropes with knife"),
        (("n", "w"), "yank the knife free", "take knife"),
        *((WALKTHROUGH[:34], line, "tie rope to post") for line in (
            "hang the rope from the post", "loop the rope round the post", "lower the rope over the edge")),
        # Hesitation, reasons, a way to begin, a second attempt, where a thing is from here.
        *(((), line, "take penny") for line in (
            "Pick up that shiny penny, would you?", "hmm, take the penny I guess", "no, take the penny",
            "begin by taking the penny", "since it shines, take the penny", "borrow the penny",
            "help yourself to the penny")),
        *(((), line, "north") for line in ("perhaps go north", "Continue on my way north", "turn north")),
        (WALKTHROUGH[:46], "reattach the handle to the clockwork", "put handle in clockwork"),
        (WALKTHROUGH[:47], "unlock the hatch above me", "unlock hatch"),
        (WALKTHROUGH[:23], "place the glasses in her hands", "give spectacles to widow"),
        (("n", "n", "w"), "pull open the desk", "open desk"),
        (("take penny", "n", "e"), "give one penny to the landlady in exchange for matches", "give penny to pike"),
        (WALKTHROUGH[:37], "slice the ropes off the keeper", "cut ropes with knife"),
        (WALKTHROUGH[:34], "lash the rope to the post with a good knot", "tie rope to post"),
        (("n", "n", "w"), "lift the desk's lid", "open desk"),
        (("n", "n", "n", "w"), "climb to the top", "up"),
        (WALKTHROUGH[:16], "shoo the bird away", "attack jackdaw"),
        # By steps, doors and ladders to where one says.
        *((WALKTHROUGH[:14], line, "up") for line in (
            "climb the steps into the tower", "take the stairs leading up", "climb to the bell tower by the steps")),
        (WALKTHROUGH[:14], "go down all the way", "down"),
        (WALKTHROUGH[:17], "climb back down the steps", "down"),
        (("n",), "take the eastern door into the inn", "east"),
        (("n",), "ascend the ladder leading to the loft", "climb ladder"),
        (("n", "w"), "get down from the loft", "down"),
        (WALKTHROUGH[:42], "go through the kitchen door", "east"),
        (WALKTHROUGH[:48], "head outside onto the balcony", "out"),
        (WALKTHROUGH[:49], "return inside to the lamp", "in"),
        # Whose a thing is, where it is, and where it goes back to.
        *((WALKTHROUGH[:37], line, "cut ropes with knife") for line in (
            "free the lighthouse keeper", "cut the lighthouse keeper's ropes", "loosen the ropes")),
        (WALKTHROUGH[:23], "put the spectacles on Mrs. Tansy's nose", "give spectacles to widow"),
        (("take penny", "n", "e"), "slide the penny across the bar", "give penny to pike"),
        (WALKTHROUGH[:11], "return the bell to the desk", "put bell in desk"),
        *((("take penny",), line, "drop penny") for line in ("put the penny back where it was", "put the coin back")),
        ((), "retrieve the penny wedged between the planks", "take penny"),
        ((), "stick the penny in my pocket", "take penny"),
        (WALKTHROUGH[:53], "pour oil from the can into the tank", "pour oil in lamp"),
        (WALKTHROUGH[:14], "go upstairs to the bell tower", "up"),
        (WALKTHROUGH[:50], "blow the horn as a warning to the ship", "blow horn"),
        # What is done with it, and to whom.
        (WALKTHROUGH[:25], "lure the goat away with my letter", "give letter to goat"),
        (WALKTHROUGH[:25], "wave the letter in front of the goat", "show letter to goat"),
        *((WALKTHROUGH[:15], line, "ring bell") for line in (
            "make a loud noise with the bell", "ring the bell as loudly as I can")),
        *((WALKTHROUGH[:43], line, "read log") for line in ("consult the keeper's log", "leaf through the log")),
        (("n", "w"), "what do you know about the light, Bram?", "talk to bram"),
        (("n", "e"), "get Mrs. Pike to step aside", "talk to pike"),
        # Names, labels and marks around a command or a word of it.
        *(((), line, "take penny") for line in (
            "Step 1: take penny", "My next action: take penny", "<action>take penny</action>",
            'take the "penny"', "Take the **penny**.")),
    ],
)  # fmt: skip
def test_what_players_type(where: tuple[str, ...], line: str, same_as: str):
    state = after(*where)
    one, other = story().act(state, line), story().act(state, same_as)
    assert (one.state, one.ending, one.understood) == (other.state, other.ending, other.understood)


@pytest.mark.parametrize(
    ("where", "line", "same_as"),
    [
        *(((), line, "inventory") for line in ("what do I have on me?", "what have I got with me")),
        *(((), line, "score") for line in ("what's my score?", "show the score", "how many points do I have")),
        *(((), line, "look") for line in (
            "look around me carefully", "which way to the lighthouse?", "search for clues",
            "is anybody there?", "look at everything")),
        (("n", "n", "n", "n", "n", "w"), "search the shed", "look"),
        *(((), line, "x penny") for line in ("is the penny shiny?", "get a closer look at the penny")),
        (("n", "w"), "check what Bram is doing", "x bram"),
        (("n", "n", "w"), "is the desk locked?", "x desk"),
        (("n", "n", "w"), "read what is written on the blackboard", "read blackboard"),
        (("n", "n"), "peer through the shutters", "x shutters"),
        (WALKTHROUGH[:21], "examine Mrs. Tansy's knitting", "x knitting"),
        (("n", "w"), "what is Bram holding?", "x bram"),
        (WALKTHROUGH[:13], "reach into the nest", "x nest"),
        (WALKTHROUGH[:37], "look at the man sitting against the wall", "x keeper"),
        *((("n", "w"), line, "talk to bram") for line in (
            "who are you?", "tell him I lost my key", "tell bram the whole story", "ask about the goat",
            "ask Bram, please, about the light", "have a chat with bram", "ask how much a rope costs",
            'call out "bram!" to bram')),
    ],
)  # fmt: skip
def test_what_players_ask(where: tuple[str, ...], line: str, same_as: str):
    assert story().act(after(*where), line) == story().act(after(*where), same_as)


KITCHEN = ("pull lever", "take cheese", "n", "take green key", "unlock green door", "e")
"""World 5: the way to a groom who has a key, and would part with it for the cheese."""
LANTERN = ("open locker", "take lantern")
"""World 1."""
GALLERY = ("s", "take red key")
"""World 203: the way to a key and to the red door."""
TWO_KEYS = (*GALLERY, "unlock red door", "e", "take yellow key")
LUTE = ("n", "take lute", "s")
"""World 92: the way back to a page who wants it, between two doors."""
THRONE = (*LUTE, "give lute to page")


@pytest.mark.parametrize(
    ("seed", "where", "line", "same_as"),
    [
        # However one works a lever, a switch, a key; one door of two, one key of two.
        *((5, (), line, "pull lever") for line in (
            "push the lever", "throw the lever", "turn lever", "raise the lever", "switch lever")),
        *((1, LANTERN, line, "light lantern") for line in ("press the switch", "flip switch")),
        (1, (*LANTERN, "light lantern"), "flip the switch", "extinguish lantern"),
        *((5, KITCHEN[:4], line, "unlock green door") for line in (
            "turn the key", "use key", "unlock with the green key", "use door with key")),
        (5, KITCHEN, "close the door", "close green door"),
        (5, KITCHEN, "go through the door", "west"),
        (5, (*KITCHEN, "give cheese to groom"), "open the white door with the key", "open white door"),
        (5, (*KITCHEN, "give cheese to groom"), "unlock door", "unlock white door"),
        # Down, past somebody, onto the floor.
        (0, ("pull lever",), "put it here", "wibble"),
        (0, ("open barrel", "take yellow key"), "put the key on the floor", "drop yellow key"),
        (0, ("open barrel", "take yellow key"), "leave the key here", "drop yellow key"),
        (0, ("open barrel",), "take the key here", "take yellow key"),
        (0, ("open barrel", "take yellow key"), "put the key back", "put yellow key in barrel"),
        # "Round" is what a cheese is.
        (5, KITCHEN, "drop the green key and the round cheese", "drop all"),
        # Who is he, where there is a queen too.
        (300, ("take cheese",), "give the cheese to him", "give cheese to cook"),
        (300, (), "talk to her", "talk to queen"),
        (5, (), "north door", "north"),
        (5, ("n",), "out of here", "leave"),
        # A door by where it is, several things by their kind, a thing by the end of its name.
        *((92, THRONE, line, "open green door") for line in (
            "open the south door", "unlock the door to the south", "open the southern door with the key")),
        (203, TWO_KEYS[:4], "take the keys", "take yellow key"),
        *((203, TWO_KEYS, line, "drop all") for line in (
            "drop keys", "drop all the keys", "drop both of the keys", "put every key down")),
        (17, ("open locker",), "take axe", "take pickaxe"),
        # Courtesies, notes, roles, proposals.
        *((5, (), line, "pull lever") for line in (
            "pls pull lever", "pull the lever, thank you", "excuse me, pull the lever for me",
            "pull lever (to open the gate)", "pull the lever - it may open something", "pull lever # the gate",
            "*pulls the lever*", "I want you to pull the lever", "I think I'll pull the lever",
            "how about pulling the lever?", "shall we pull the lever?", "pull the lever on the wall",
            "walk over to the lever and pull it")),
        (5, ("pull lever",), "gimme the cheese", "take cheese"),
        (5, ("pull lever",), "tell me about the cheese", "x cheese"),
        (5, ("pull lever",), "how big is the cheese?", "x cheese"),
        (5, ("pull lever",), "have I got a cheese?", "inventory"),
        (300, (), "tell the queen I'm here to help", "talk to queen"),
        # What can be done to one thing alone goes without saying; no key is put back by who wants to use it.
        *((203, GALLERY, line, "unlock red door") for line in ("unlock", "insert the key", "open dor")),
        *((1, LANTERN, line, "light lantern") for line in ("light", "lamp on", "light the lamp")),
        # Whoever has what he wants buys with it; one brings it to him, because of this or that.
        *((92, LUTE, line, "give lute to page") for line in (
            "buy the key with the lute", "take the lute to the page", "bring him the lute",
            "bring the page the lute", "give the lute to the page because he wants it",
            "[give lute to page]", "Answer: give lute to page", "My action is: giv lute to page;")),
        *((92, (), line, "north") for line in ("to the rose garden", "into the garden", "goto garden")),
        (300, (), "what does she want?", "talk to queen"),
    ],
)  # fmt: skip
def test_what_players_type_in_generated_worlds(
    seed: int, where: tuple[str, ...], line: str, same_as: str
):
    world = generate(seed)
    state = after(*where, world=world)
    one, other = world.act(state, line), world.act(state, same_as)
    assert (one.state, one.ending, one.understood) == (other.state, other.ending, other.understood)
    assert one.understood or same_as in ("wibble", "leave")


@pytest.mark.parametrize(
    ("seed", "where", "line", "reply"),
    [
        (0, (), "look in the barrel", "It has no lock. It is closed."),
        (0, ("open barrel",), "look in the barrel", "It has no lock. It is open. Inside: a yellow key."),
        (0, ("open barrel", "take key"), "x barrel", "It has no lock. It is open. It is empty."),
        (5, (), "read the lever", "PULL, it says."),
        (5, ("n",), "is the green door locked?", "A heavy door, painted green. It is locked."),
        (5, KITCHEN, "x soup", "A soup has been simmering here since the last reign."),
        (5, KITCHEN, "eat soup", "It is there to be looked at, and no more."),
        (5, KITCHEN, "x white key", "It is painted white."),
        *((5, KITCHEN, line, '"You can have a white key," says the groom, "for a round cheese."') for line in (
            "take the white key", "buy key", "steal key from groom", "what does the groom want?",
            "talk to the man", "persuade groom", "hello", "give me the white key")),
        (5, KITCHEN, "x the groom's saddle", "He brushes a saddle that has no horse."),
        (5, KITCHEN, "show him the cheese", "The groom would take that."),
        (5, (*KITCHEN, "drop cheese"), "give cheese to groom", "You would have to take the cheese first."),
        (5, KITCHEN, "push the groom", "The groom would rather be talked to, or given something."),
        (5, KITCHEN, "follow the groom", "The groom is right here."),
        (3, ("s",), "in", "East or south?"),
        (92, ("n",), "pick a rose", "It is there to be looked at, and no more."),
        (5, KITCHEN, "take lute and cheese", "(the cheese) You have it already."),
        (5, KITCHEN, "n n", "One thing at a time, please."),
        (5, KITCHEN, "...", "Pardon? Say it in a few plain words, such as: take the rope."),
        (5, ("n", "take green key"), "give green key", "There is nobody here to give it to."),
        (5, ("n",), "close the lever", 'You see no such thing here.'),
        (5, (), "close the lever", "That does not close."),
    ],
)  # fmt: skip
def test_what_a_generated_world_says(seed: int, where: tuple[str, ...], line: str, reply: str):
    world = generate(seed)
    state = after(*where, world=world)
    outcome = world.act(state, line)
    assert (outcome.reply, outcome.state) == (reply, state)


def test_what_is_seen_is_what_has_become_of_it():
    world = generate(5)
    state = after(*KITCHEN, world=world)
    assert "A groom is here, with a white key." in world.surroundings(state)
    state = world.act(state, "give cheese to groom").state
    assert "A groom is here." in world.surroundings(state)
    lines = ("take lute", "unlock white door", "n", "give lute to cook", "s", "e")
    for line in lines:
        state = world.act(state, line).state
    assert "A white door" not in world.surroundings(state)
    assert "The white door to the west is open." in world.surroundings(state)
    assert "The royal nurse stands in the way north." in world.surroundings(state)
    assert '"Nobody passes,"' in world.act(state, "sneak past the nurse").reply
    state = world.act(state, "give goblet to nurse").state
    assert "The royal nurse stands beside the way north." in world.surroundings(state)
    assert world.act(state, "go past the nurse") == world.act(state, "north")


def test_generated_worlds_speak_of_nothing_that_cannot_be_looked_at():
    for seed in (0, 2, 5):  # one of each theme
        world = generate(seed)
        for state in along(world, solve(world) or ()):
            for word in set(
                re.findall("[a-z]{5,}", world.surroundings(state).split("\n")[1].lower())
            ):
                outcome = world.act(state, f"x {word}")
                if word not in ("which", "there", "their", "where", "other", "since"):
                    assert "You see no" not in outcome.reply, (seed, word)


def test_all_is_what_can_be_taken_now():
    assert "spectacles" in story().act(after(*WALKTHROUGH[:17]), "take all").reply
    assert not story().act(after(*WALKTHROUGH[:16]), "take all").understood


def test_in_the_story_too_nothing_is_said_that_is_not_so():
    for where, line, reply in [
        (WALKTHROUGH[:25], "read collar", "Brass, and it says BISHOP. A key hangs from it."),
        (WALKTHROUGH[:25], "show letter to the goat", "The goat would take that."),
        (WALKTHROUGH[:25], "push goat", "The goat would rather be talked to, or given something."),
        ((), "x seal", "Thick cream paper, four stamps, a ribbon and a seal."),
        (
            WALKTHROUGH[:12],
            "x desk",
            "Oak, carved by generations of the bored. It is open. It is empty.",
        ),
        ((*WALKTHROUGH[:16], "drop bell"), "ring bell", "You would have to take the bell first."),
        ((*WALKTHROUGH[:34], "drop rope"), "tie rope", "You would have to take the rope first."),
        (WALKTHROUGH[:34], "tie rope to goat", "There is nobody of that name here."),
        ((), "wait", "Time passes. It does that here."),
    ]:
        assert story().act(after(*where), line).reply == reply
    assert story().act(story().start, "wait").understood


def test_the_goat_has_the_key_until_he_is_fed():
    assert "used to" not in story().act(after("n", "n", "n", "n", "w"), "x key").reply
    assert "used to" in story().act(after(*WALKTHROUGH[:26]), "x collar").reply


def test_it_is_what_was_named_last():
    env = AdventureEnv()
    env.reset()
    env.step("examine penny")
    *_, info = env.step("take it")
    assert info["score"] == 5
    for line in ("north", "east", "give it to her"):
        *_, info = env.step(line)
    assert info["score"] == 15
    env.step("west")
    env.step("take all")
    *_, info = env.step("drop it")
    assert "all" not in info["delta"], "that is no name"


def test_it_is_what_was_found_where_what_was_named_makes_no_sense():
    env = gymnasium.make("llm_gym/AdventureWorlds-v0")
    env.reset(options={"index": 288})
    said = []
    for line in ("open barrel", "take it", "light it", "take pie and boot", "drop them", "take both",
                 "s", "west", "x goddess", "give pie to engineer", "x it"):  # fmt: skip
        *_, info = env.step(line)
        said.append(info["delta"].strip())
    assert said[1:3] == ["Taken. [5 points]", "The lantern gives a good steady light."]
    assert said[4:6] == [
        "You drop a cold pie and a left boot.",
        "You take a cold pie and a left boot.",
    ]
    assert said[-1] == "It is painted white.", "the key that he gives for the pie"


def test_again_is_what_was_done_last():
    env = AdventureEnv()
    env.reset()
    assert env.step("again")[4]["invalid_action"]
    env.step("enter boat")
    env.step("wibble")
    assert env.step("g")[2], "who gets into the boat twice goes home"
    env.reset()
    assert env.step("g")[4]["invalid_action"], "the last game is forgotten"


def test_the_descriptions_speak_of_nothing_that_cannot_be_looked_at():
    """Rooms and doors by their names, things by theirs; the others are words of each description."""
    for lines, nouns in [
        ((), "planks crack sea boat boatman jetty"),
        (("n",), "ladder window sign inn"),
        (("n", "e"), "fire bar boards trapdoor pike street"),
        (("n", "n", "w"), "benches map blackboard desk"),
        (("n", "n", "n", "n", "w"), "stones collar key goat path"),
        (WALKTHROUGH[:35], "cliff rope post fog"),
        (WALKTHROUGH[:36], "cliff rope pebbles cave"),
    ]:
        state = after(*lines)
        for noun in nouns.split():
            reply = story().act(state, f"x {noun}").reply
            assert "You see no" not in reply and "cannot" not in reply, (noun, reply)


@pytest.mark.parametrize(
    "line",
    [
        "", " ", "\n", "\0", "take penny\nnorth", "north\0", "n. n. n", "take penny, north",
        "take penny then north", "take penny and north", "north;north", "x" * 1000, "north " * 30,
        "p\u00e9nny", "\u5317", "take \U0001f4b0", "\ud800", "\x1b[2Jnorth", "restart", "restore", "save",
        "undo", "again", "quit", "goto cave", "gonear lamp", "purloin oil", "tree", "take", "take take",
        "take the the", "give penny to", "flurble", "'", "-", "['north', 'look']",
    ],
)  # fmt: skip
def test_hostile_input_gets_a_reply_costs_a_move_and_changes_nothing(line: str):
    env = AdventureEnv()
    env.reset()
    game = env.game
    assert isinstance(game, Adventure)
    observation, reward, terminated, _, info = env.step(line)
    assert (reward, terminated, info["invalid_action"], info["turn"]) == (0.0, False, True, 1)
    assert game.state == story().start
    assert len(info["delta"].strip()) > 10
    assert "\0" not in observation
    assert observation.isascii()


def replies(*lines: str) -> list[tuple[str, bool]]:
    """Return what each line brings in one game, and whether it was understood."""
    env = AdventureEnv(turn_limit=100)
    env.reset()
    infos = [env.step(line)[4] for line in lines]
    return [(info["delta"], not info["invalid_action"]) for info in infos]


@pytest.mark.parametrize(
    "line",
    ["take penny\n", "\ttake penny", "take \t penny", " \r\n take penny", "take\u00a0penny\u2028"],
)
def test_white_space_is_no_mistake(line: str):
    assert replies(line) == [("Taken. [5 points]\n\n", True)]


def test_what_players_say_without_thinking_of_the_parser():
    place = "Net Loft"
    for way in ("up", "climb ladder", "climb up", "go up", "w", "go to the net loft"):
        assert place in replies("n", way)[-1][0], way
    for way in ("down", "climb down", "climb the ladder", "go back", "return", "back",
                "go back the way I came", "retrace my steps"):  # fmt: skip
        assert "Harbour Street" in replies("n", "w", way)[-1][0], way
    assert "Net Loft" in replies("n", "n", "s", "go back to the loft")[-1][0]
    assert not replies("go back")[0][1]
    assert replies("n", "go back", "g")[-1] == replies("s")[-1], "what was done is to go south"
    assert replies("n", "n", "n", "w", "climb steps")[-1] == ("Up or down?\n\n", False)
    # Titles have full stops.
    assert "[10 points]" in replies("take penny", "n", "e", "give the penny to Mrs. Pike")[-1][0]
    # All of it.
    said = replies("take penny", "drop all", "take all")
    assert said[1] == ("You drop a letter of appointment and a penny.\n\n", True)
    assert said[2][0].startswith("You take")
    assert replies("take penny", "n", "e", "give penny")[-1][0].startswith("(Mrs. Pike) ")
    assert replies("n", "e", "pay Mrs. Pike")[-1][0].startswith("Give what?")
    # What was done last was no "undo".
    assert replies("look", "undo", "g")[-1] == replies("look")[-1]
    assert replies("n", "talk to keeper")[-1] == ("There is nobody of that name here.\n\n", False)


@pytest.mark.parametrize(
    ("where", "line", "same_as"),
    [
        *(((), line, "x me") for line in ("examine self", "look at yourself", "x my body")),
        *(((), line, "score") for line in ("count points", "how is my score", "count my points")),
        *(((), line, "wait") for line in ("pass", "pass the time", "pass my turn")),
        *(((), line, "hello") for line in ("wave", "wave hello", "wave my hand")),
        *(((), line, "go") for line in ("continue", "proceed", "go on", "keep going")),
        *((("n", "w"), line, "out") for line in ("go through the door", "go through the exit")),
        *(((), line, "hide") for line in ("hide behind the boat", "take cover")),
        ((), "map", "look"),
        (("n", "n", "w"), "look at the map", "x map"),
    ],
)
def test_what_stands_alone_or_speaks_of_oneself(where: tuple[str, ...], line: str, same_as: str):
    assert replies(*where, line)[-1] == replies(*where, same_as)[-1]


def test_a_match_shows_where_one_is_and_lights_the_lantern():
    world = story()
    lit = after(*WALKTHROUGH[: WALKTHROUGH.index("light lantern") + 1])
    unlit = after(*WALKTHROUGH[: WALKTHROUGH.index("light lantern")])
    assert world.act(unlit, "light match").state == world.act(unlit, "light lantern").state == lit
    cellar = next(i for i, room in enumerate(world.plot.rooms) if room.id == "cellar")
    dark = unlit._replace(room=cellar)
    assert world.is_dark(dark)
    without = world.act(world.act(unlit, "drop lantern").state._replace(room=cellar), "light match")
    assert "Inn Cellar" in without.reply and without.understood


def test_long_lines_are_not_remembered():
    parse("x" * 1_000_000)
    before = _parse.cache_info().currsize
    parse("y" * 1_000_000)
    assert _parse.cache_info().currsize == before


@given(st.text(max_size=150))
def test_any_text_is_answered(line: str):
    outcome = story().act(story().start, line)
    assert outcome.reply.isascii()
    assert "\n" not in outcome.reply
    assert len(outcome.reply) < 600


@given(st.lists(st.sampled_from([*VERBS, *DIRECTIONS, "all", "it", "to", "with", "in", "the", "and",
                                 ",", "but", "take", "drop", "penny", "letter", "lamp", "rope", "boat"]),
                max_size=7))  # fmt: skip
def test_any_heap_of_known_words_is_answered_by_at_most_one_move(words: list[str]):
    world = story()
    state = after("n", "w", "take all", "e", "s")
    outcome = world.act(state, " ".join(words))
    assert outcome.reply
    listed = [world.act(state, line) for line in world.actions(state)]
    effects = {(each.state, each.ending) for each in listed}
    if (outcome.state, outcome.ending) not in {(state, ""), *effects}:
        # Several things taken or several dropped, each as by itself.
        pairs = zip(state.places, outcome.state.places, strict=True)
        moved = [i for i, (before, now) in enumerate(pairs) if before != now]
        verbs = {"take" if outcome.state.places[i] == AT_YOU else "drop" for i in moved}
        assert len(verbs) == 1
        one_by_one = state
        for i in moved:
            one_by_one = world.act(one_by_one, f"{min(verbs)} {world.plot.things[i].id}").state
        assert (outcome.state, outcome.ending) == (one_by_one, "")


# ---------------------------------------------------------------------------- generated worlds


def test_every_generated_world_is_won_by_playing_what_the_search_found():
    tasks = adventure_tasks("generated")
    assert {split: len(tasks.select(split)) for split in tasks.names} == SPLITS
    game = Adventure("generated")
    views, lengths = set(), []
    for task in tasks.select():
        game.begin(task)
        solution = solve(game.world)
        assert solution is not None
        assert game.world.total == 100
        for line in solution:
            game.ask(line)
            turn = game.answer(None)
        assert turn.success
        assert turn.info["score"] == 100
        lengths.append(len(solution))
        assert 6 <= len(game.world.plot.rooms) <= 14
        views.add(repr(game.world.plot))
    assert len(views) == len(lengths) == sum(SPLITS.values())
    assert max(lengths) < game.turn_limit


def test_a_world_is_a_function_of_its_seed():
    assert generate.__wrapped__(7).plot == generate.__wrapped__(7).plot
    assert generate(7).plot.rooms != generate(8).plot.rooms


def test_a_plot_with_a_mistake_is_refused_with_its_name():
    room = Room("a", "A", "A room.", {})
    cases = [
        (Room("a", "A", "A.", {"north": "b"}), (), "no place 'b'"),
        (Room("a", "A", "A.", {"upwards": "a"}), (), "exit 'upwards'"),
        (Room("a", "A", "A.", {"up": Exit(ending="end")}), (), "no ending 'end'"),
        (room, (Reaction("fly", "", "", "No."),), "unknown verb 'fly'"),
        (room, (Reaction("wait", "cat", "", "No."),), "no thing 'cat'"),
        (room, (Reaction("wait", "", "", "No.", needs=("rain",)),), "sets the flag 'rain'"),
        (room, (Reaction("wait", "", "", "No.", effects=("rain",)),), "nobody knows: 'rain'"),
    ]  # fmt: skip
    for first, reactions, message in cases:
        with pytest.raises(ValueError, match=message):
            World(Plot("p", "Hello.", (first,), (), reactions, {}))


def test_search_says_so_where_there_is_no_way():
    rooms = (Room("a", "A", "A.", {"north": Exit("b", door="door")}), Room("b", "B", "B.", {}))
    things = (
        Thing("door", "a door", "", "a", opens=True, key="key"),
        Thing("key", "a key", "", "b", portable=True),
    )
    reactions = (Reaction("wait", "", "", "Yes.", room="b", effects=("end win",)),)
    endings = {"win": Ending("Won.", success=True)}
    assert solve(World(Plot("p", "Hello.", rooms, things, reactions, endings))) is None
    at_hand = (things[0], Thing("key", "a key", "", "a", portable=True))
    world = World(Plot("p", "Hello.", rooms, at_hand, reactions, endings))
    assert solve(world) == ("take key", "unlock door", "north", "wait")


# ---------------------------------------------------------------------------- players, state


def play(worlds: str, style: str, skill: float, games: int) -> float:
    """Return the mean return of a scripted player."""
    env = gymnasium.make("llm_gym/Adventure-v0", worlds=worlds)
    player = env.get_wrapper_attr("scripted_player")(0, skill, style=style)
    total = 0.0
    for game in range(games):
        observation, _ = env.reset(seed=game)
        terminated = False
        while not terminated:
            observation, reward, terminated, _, _ = env.step(player(observation))
            total += reward
    return total / games


def test_the_players_are_as_good_as_they_say():
    assert play("story", "walkthrough", 1.0, 2) == 200
    assert play("generated", "walkthrough", 1.0, 20) == 100
    skills = [play("story", "walkthrough", skill, 30) for skill in (0.9, 0.5, 0.0)]
    assert skills == sorted(skills, reverse=True)
    assert skills[0] > 2 * skills[-1]
    assert play("story", "explorer", 1.0, 20) > play("story", "explorer", 0.0, 20)


def test_one_player_can_play_many_games_at_once():
    envs = [AdventureEnv() for _ in range(3)]
    player = envs[0].scripted_player(1, skill=0.8)
    observations = [env.reset()[0] for env in envs]
    live = set(range(3))
    while live:
        for i in sorted(live):
            observations[i], _, terminated, _, info = envs[i].step(player(observations[i]))
            assert not info["invalid_action"]
            if terminated:
                live.remove(i)


@pytest.mark.parametrize("skill", [-0.1, 1.5])
def test_a_player_of_impossible_skill_is_refused(skill: float):
    for style in ("walkthrough", "explorer"):
        with pytest.raises(ValueError, match="skill lies between 0 and 1"):
            AdventureEnv().scripted_player(0, skill, style=style)  # type: ignore[arg-type]


def test_bad_arguments_are_told_in_a_sentence():
    with pytest.raises(ValueError, match="worlds must be one of story, generated, not 'moon'"):
        AdventureEnv("moon")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="turn limit must be at least 1"):
        AdventureEnv(turn_limit=0)
    with pytest.raises(ValueError, match="walkthrough or explorer"):
        AdventureEnv().scripted_player(0, style="cheat")  # type: ignore[arg-type]


def test_a_game_is_its_own_save_game():
    game = Adventure()
    game.begin(game.tasks.select()[0])
    for line in WALKTHROUGH[:20]:
        game.ask(line)
        game.answer(None)
    kept = game.state
    other = Adventure()
    written = json.dumps([kept.room, kept.flags, kept.places.hex(), kept.score])
    room, flags, places, score = json.loads(written)
    other.resume(story(), State(room, flags, bytes.fromhex(places), score))
    twin = copy.deepcopy(game)
    for each in (game, other, twin):
        each.ask("east")
    assert game.answer(None).observation == other.answer(None).observation
    assert twin.answer(None).observation.startswith("Yellow Cottage")
