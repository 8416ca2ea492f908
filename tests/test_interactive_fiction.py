"""Stories other than Detective: what they need, what they may not do, how they end.

Detective's own file stands for any story in what needs no other. The walkthroughs and the brute
force run on the stories in the folder that LLM_GYM_STORIES names, which are no part of the project.
"""

import contextlib
import copy
import multiprocessing
import os
import pickle
import signal
import tempfile
from pathlib import Path
from typing import Any

import gymnasium
import pytest
from gymnasium.error import ResetNeeded

import llm_gym  # noqa: F401  registers the environments
from llm_gym import checks
from llm_gym.games.interactive_fiction.commands import Command, Guard
from llm_gym.games.interactive_fiction.emulator import Emulator, EmulatorFailure, open_story
from llm_gym.games.interactive_fiction.game import guard_of
from llm_gym.games.interactive_fiction.isolation import IsolatedEmulator
from llm_gym.games.interactive_fiction.valid_actions import KEYS, Search

pytest.importorskip("jericho", reason="the extra 'detective' is not installed")
from jericho.defines import BINDINGS_DICT

DETECTIVE = Path(__file__).parents[2] / "shared" / "data" / "detective" / "detective.z5"
FOLDER = os.environ.get("LLM_GYM_STORIES")
STORIES = sorted(path for path in Path(FOLDER).iterdir()) if FOLDER else []
ID = "llm_gym/InteractiveFiction-v0"

needs_detective = pytest.mark.skipif(not DETECTIVE.exists(), reason="detective.z5 is not at hand")
each_story = pytest.mark.parametrize(
    "path",
    STORIES
    or [pytest.param(None, marks=pytest.mark.skip(reason="LLM_GYM_STORIES names no stories"))],
    ids=lambda path: path.name if path else "none",
)


def make(path: Path = DETECTIVE, **options: Any) -> Any:
    return gymnasium.make(ID, story_file=str(path), **options)


# What a player may type

GUARD = Guard(
    meta=["score", "frotzmeta"],
    verbs=["take", "drop", "light", "brush", "go", "north", "east", "press", "say", "wait"],
    nouns=["lamp", "key", "brush", "light", "manual", "floyd", "save", "score"],
    word_length=9,
)


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        # Answers, repetition, numbers: what a story asks for.
        *(("yes", 1), ("No", 1), ("y", 1), ("again", 1), ("g", 1), ("3", 1), ("help floyd", 1)),
        # Lists are one command, with a verb for a name too.
        *(("take lamp, key and brush", 1), ("drop key and brush", 1), ("take all except key", 1)),
        # Somebody is spoken to.
        *(("floyd, go north", 1), ("floyd, take lamp and key", 1), ("mouse, east", 1)),
        # Speech.
        *(('say "float"', 1), ('say to twin "the combination is 639"', 1)),
        # Several commands in one line cost as many moves.
        *(("ask floyd about score", 1), ("say light", 1), ("give $603 to floyd", 1)),
        *(("take lamp. north. east", 3), ("take lamp then go north", 2), ("north.", 1)),
        *(("wait! wait", 2), ("floyd, wait? north", 2), ("where is the key?", 1)),
        *(("take lamp and light lamp", 2), ("take lamp, north", 2), ("drop key and go east", 2)),
        *(("floyd, east and north", 2), ("floyd, press light then go east", 2)),
        # What stands behind a whole command is another, though it is the name of a thing too.
        *(
            ("north, north", 2),
            ("wait, brush", 2),
            ("go east, light, north", 3),
            ("floyd, wait, north", 2),
            # Inform's compass: some of its words are marked as names alone.
            ("ceiling, wait", 2),
            ("floor, wait and wait", 3),
            ("sky, ground", 2),
        ),
    ],
)
def test_what_the_game_needs_goes_through(text: str, moves: int):
    command = GUARD.check(f" {text}\nand so on")
    assert (command.refusal, command.text, command.moves) == (None, text.lower(), moves)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "save",
            "the save",
            "please restore",
            "restart",
            "quit",
            "q",
            "undo",
            "oops goto",
            "score",
        ),
        *("script", "recordings on", "saven", "pause", "suspend", "resume", "hint", "clues"),
        *(
            "wait, save",
            "north,save",
            "go east, save",
            "floyd, save",
            "wait and save",
            "floyd, wait, save",
            "floyd, again",
            "wait. again",
            "wait, g",
        ),
        *("look! hint", "look?score"),
        *("take lamp. save", "north then restore", "floyd, restore", 'say "restore"', "n and quit"),
        # Older parsers look for a command behind words that begin none.
        *(
            "here save",
            "yes, so quit",
            "lamp restart",
            "go script",
            "take key and save",
            "floyd, except q",
        ),
        *("here #reco", "wait. $mo", "the $de", "take *it", "look @x"),
        # Some parsers take what is said for what is to be done.
        *(
            "tell me to transcript",
            "ask me to script",
            "say transcript",
            "floyd, tell me to score",
            "tell me to die",
        ),
        *("#reco", "$ve", "*comment", "take \\x", "\\x", "save/tmp/x", "/tmp/x", "<x"),
        *("", "  ", ".", "\0", "take \ud800", "na\u00efve", "n" * 101, 'say "hello'),
    ],
)
def test_what_is_dangerous_is_refused(text: str):
    command = GUARD.check(text)
    assert command.refusal and command.text == ""


def test_a_word_for_saving_saves_no_game_but_somebody():
    guard = Guard([], ["rescue", "wait"], [], 6, alike=[frozenset({"rescue", "save"})])
    for line in ("rescue", "here rescue", "wait. rescue", "me, rescue please"):
        assert guard.check(line).refusal, line
    assert guard.check("rescue the captain").refusal is None


def test_what_is_shouted_is_said():
    assert GUARD.check("Take lamp!!").text == "take lamp"
    assert GUARD.check('say "float!"').text == 'say "float!"'


@needs_detective
@pytest.mark.parametrize("option", ["isolate", "valid_actions"])
def test_a_switch_is_on_or_off(option: str):
    with pytest.raises(
        ValueError, match=f"{option.replace('_', ' ')} must be true or false, not 'no'"
    ):
        make(**{option: "no"})


@pytest.mark.parametrize("plain", [False, True])
def test_no_escape_of_the_emulator_goes_through(plain: bool):
    guard = Guard(["score"], ["look", "save"], [], word_length=9, plain=plain)
    printable = [chr(code) for code in range(32, 127)]
    for escape in (f"\\{one}{other}" for one in printable for other in ("", *printable)):
        for line in (escape, f"look{escape}", f"look{escape}save"):
            for key in (False, True):
                command = guard.check(line, key=key)
                assert command.refusal or (key and command.text == "l"), (line, key)


@needs_detective
def test_no_comma_leads_out_of_the_story_or_to_a_free_move():
    """Its dictionary marks "restart", "purloin" and the like as names too, and directions as nothing."""
    env = make(turn_limit=5, valid_actions=False)
    env.reset()
    for line in ("look, restart", "west, quit", "look, purloin pistol", "chief, restore"):
        assert "does nothing in this game" in env.step(line)[4]["delta"]
    assert (
        env.step("west, east")[4]["delta"].strip()
        == "There are moves left for 1 of these commands."
    )
    env.close()
    env = make(turn_limit=2, valid_actions=False)
    env.reset()
    assert env.step("west, east")[4]["ending"] == "out of moves"
    env.close()


def test_a_comma_by_its_name_is_a_comma():
    command = GUARD.check("wait xcomma wait")
    assert (command.text, command.moves) == ("wait , wait", 2)
    assert GUARD.check("wait xcomma save").refusal


def test_what_is_said_costs_one_move_where_a_quotation_is_no_command():
    guard = Guard([], ["say", "wait", "take"], ["key"], 9, quotes_part=False)
    for line in ('say "wait"', 'tell floyd "take key"', 'say "please wait" to floyd', '"wait"'):
        assert guard.check(line).moves == 1, line
    assert GUARD.check('say "wait"').moves == 2
    assert guard.check('"wait", wait').moves == guard.check('say "no, wait"').moves == 2
    for line in ('say "restart"', '"score"', 'say "score"', 'wait, "score"', 'wait. "save"'):
        assert guard.check(line).refusal, line


@pytest.mark.parametrize(
    ("line", "text", "moves"),
    [
        ("ask Mr. Smith about Dr.Watson", "ask mr smith about dr watson", 1),
        ("take bus No. 7", "take bus no 7", 1),
        ("wait. take St. George", "wait. take st george", 2),
        # Neither an answer nor a thing is a title.
        ("no. wait", "no. wait", 2),
        ("take first. wait", "take first. wait", 2),
    ],
)
def test_a_title_does_not_end_a_sentence(line: str, text: str, moves: int):
    assert GUARD.check(line) == Command(text, moves=moves)
    assert GUARD.check("wait. Mr. save").refusal and GUARD.check("mr. save").refusal


def test_a_thing_may_be_called_like_a_forbidden_word():
    for line in ("ask waiter for a short drink", "ask man for a hint", "tell me the full story"):
        assert GUARD.check(line).refusal is None, line
    assert GUARD.check("take key and score").refusal is None
    assert GUARD.check("score").refusal is not None


def test_where_a_key_is_awaited_one_key_goes_through():
    keys = [GUARD.check(text, key=True).text for text in ("", "   ", "yes", "3", "save")]
    assert keys == ["", "", "y", "3", "s"]
    assert GUARD.check("\\x", key=True).refusal


@needs_detective
def test_a_line_of_several_commands_costs_as_many_moves():
    env = make(turn_limit=4, valid_actions=False)
    env.reset()
    *_, info = env.step("take paper. west. east")
    assert info["score"] == 20 and info["ending"] == ""
    *_, terminated, _, info = env.step("w.e")
    assert info["invalid_action"] and "1 of these commands" in info["delta"] and terminated
    env.close()


@needs_detective
def test_a_menu_is_not_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    emulator = Emulator(open_story(DETECTIVE))
    emulator.begin()
    before = emulator.fingerprint(None)
    emulator.command("help")
    assert emulator.waits_for_key and emulator.trapped()
    assert KEYS.find(emulator) == ()
    emulator.take_back()
    assert emulator.fingerprint(None) == before and not emulator.waits_for_key
    assert emulator.command("take paper").startswith("\nTaken.")
    emulator.close()


@needs_detective
def test_refusals_in_a_storys_own_words_are_invalid():
    env = make(valid_actions=False)
    env.reset()
    invalid = ["flurble", "take flurble", "flurble the paper", "take take", "37", "the", "save"]
    invalid += ["look sideways", "wait 5"]
    assert all(env.step(text)[4]["invalid_action"] for text in invalid)
    ordinary = ["look", "examine paper", "wait", "jump", "sing", "take paper", "inventory", "north"]
    assert not any(env.step(text)[4]["invalid_action"] for text in ordinary)
    env.close()


# Valid actions


@needs_detective
def test_a_search_is_bounded_and_says_when_it_was_cut():
    whole, little = (make(search_budget=budget) for budget in (100_000, 2))
    found, info = whole.reset()[1], little.reset()[1]
    assert not found["valid_actions_cut"] and info["valid_actions_cut"]
    assert 0 < len(info["valid_actions"]) < len(found["valid_actions"])
    none = make(valid_actions=False)
    observation, info = none.reset()
    assert info["valid_actions"] == [] and info["valid_actions_cut"]
    assert not observation.endswith("]") and none.step("take paper")[1] == 10.0
    for env in (whole, little, none):
        env.close()


# Isolation


@needs_detective
def test_isolated_or_not_a_game_is_the_same():
    games = []
    for isolate in (True, False):
        env = make(isolate=isolate, turn_limit=12)
        player = env.unwrapped.scripted_player(seed=1)
        games.append([checks.play_through(env, player, seed=0) for _ in range(2)])
        env.close()
    assert games[0] == games[1]


@needs_detective
@pytest.mark.parametrize("isolate", [True, False])
def test_an_emulator_has_no_copy(isolate: bool):
    env = make(isolate=isolate)
    env.reset(seed=0)
    for copied in (copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="neither copied nor pickled: make another"):
            copied(env)
    env.close()


HANGS = "showverb eight"


@needs_detective
def test_what_hangs_the_emulator_is_an_error():
    emulator = IsolatedEmulator(open_story(DETECTIVE), time_limit=2)
    opening = emulator.begin()
    with pytest.raises(EmulatorFailure, match="did not answer within 2 seconds"):
        emulator.command(HANGS)
    assert emulator.over
    assert emulator.begin() == opening
    emulator.close()


@needs_detective
def test_there_is_nowhere_to_write_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    emulator = IsolatedEmulator(open_story(DETECTIVE))
    emulator.begin()
    for text in ("save", "script", "recording on", "transcript"):
        emulator.command(text)
    assert "Ok" not in emulator.command("restore")
    emulator.close()
    assert list(tmp_path.iterdir()) == []


@needs_detective
def test_nothing_is_put_into_a_file_that_a_path_leads_to():
    emulator = IsolatedEmulator(open_story(DETECTIVE))
    # It may not write into the file, and about once in some hundred times that brings it down.
    for _ in range(5):
        emulator.begin()
        # A story reads no longer line than some eighty characters: pytest's own folders can be longer.
        with tempfile.TemporaryDirectory() as folder:
            # A guard lets no such line through; the library behind it opens what it is told to.
            with contextlib.suppress(EmulatorFailure):
                for text in (r"look\_script", f"{folder}/transcript", *["look"] * 40):
                    emulator.command(text)
            sizes = [path.stat().st_size for path in Path(folder).iterdir()]
        if not emulator.over:
            break
    emulator.close()
    assert sizes == [0]


def kill(env: Any) -> None:
    child = env.unwrapped.game._emulator._child
    os.kill(child.pid, signal.SIGKILL)
    child.wait()


@needs_detective
def test_the_emulators_death_breaks_the_game_off_and_nothing_else():
    env = make(valid_actions=False)
    first, _ = env.reset()
    env.step("take paper")
    kill(env)
    observation, reward, terminated, truncated, info = env.step("west")
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert (info["ending"], info["success"]) == ("emulator failed", False)
    assert "the emulator has crashed (SIGKILL)" in observation == info["delta"]
    with pytest.raises(ResetNeeded, match="is over"):
        env.step("west")
    assert env.reset()[0] == first and env.step("take paper")[1] == 10.0
    kill(env)
    assert env.reset()[0] == first, "a process that died between games is replaced"
    env.close()


@needs_detective
def test_the_emulators_death_ends_one_game_of_many():
    vector = gymnasium.make_vec(
        ID,
        2,
        vectorization_mode="vector_entry_point",
        story_file=str(DETECTIVE),
        valid_actions=False,
        autoreset_mode="Disabled",
    )
    vector.reset()
    child = vector.unwrapped._sessions[0].game._emulator._child  # type: ignore[attr-defined]
    os.kill(child.pid, signal.SIGKILL)
    _, rewards, terminated, truncated, _ = vector.step(["take paper"] * 2)
    assert rewards.tolist() == [0.0, 10.0]
    assert terminated.tolist() == [False, False] and truncated.tolist() == [True, False]
    vector.close()


@needs_detective
def test_a_look_that_kills_the_emulator_shows_nothing_and_the_game_goes_on():
    emulator = IsolatedEmulator(open_story(DETECTIVE), time_limit=2)
    emulator.begin()
    emulator.command("take paper")
    before = emulator.fingerprint(None)
    assert emulator.glimpse("look", HANGS) == ["\n", "\n"]
    assert emulator.fingerprint(None) == before and emulator.score == 20
    assert "Chief" in emulator.glimpse("look")[0]
    emulator.close()


@needs_detective
def test_dice():
    with pytest.raises(ValueError, match="the dice must be at least 1 and a whole number, not 0"):
        make(dice=0)
    with pytest.raises(ValueError, match=r"the turn limit must be at least 1 .*, not 2\.5"):
        make(turn_limit=2.5)
    env = make(dice=7)
    assert env.reset()[1]["score"] == 10
    env.close()


# The stories at hand


@each_story
def test_the_walkthrough_wins(path: Path):
    bindings = BINDINGS_DICT.get(open_story_or_skip(path).digest, {})
    if "walkthrough" not in bindings:
        pytest.skip("nobody has written how it is won")
    env = make(path, turn_limit=2000, valid_actions=False)
    env.reset()
    info: dict[str, Any] = {}
    for command in bindings["walkthrough"].split("/"):
        *_, terminated, truncated, info = env.step(command)
        if terminated or truncated:
            break
    env.close()
    assert info["ending"] == "victory" and info["success"]


@each_story
def test_nonsense_is_invalid_in_every_story(path: Path):
    open_story_or_skip(path)
    env = make(path, valid_actions=False)
    env.reset()
    emulator = env.unwrapped.game._emulator
    while emulator.waits_for_key:
        env.step("")
    env.step("look")  # a title page may eat the first line
    for text in ("flurble the lamp", "take flurble"):
        *_, info = env.step(text)
        assert info["invalid_action"], info["delta"]
    env.close()


@each_story
def test_every_story_tells_what_begins_a_command(path: Path):
    """Dictionaries that mark nothing, or that Jericho cannot read, would give moves for nothing."""
    emulator = Emulator(open_story_or_skip(path))
    guard = guard_of(emulator)
    for line in ("look, look", "look and look", "look. look"):
        assert guard.check(line).moves == 2, line
    # Old parsers have the quotation mark in their dictionary, and take what it holds for a command.
    parting = any(word.word == '"' for word in emulator.dictionary())
    for line in ('look "look"', '"look "" look"'):
        assert guard.check(line).moves == 1 + parting, line
    if not emulator.story.marked:
        assert not any(word.names or word.about_the_game for word in emulator.dictionary())
    emulator.close()


def open_story_or_skip(path: Path) -> Any:
    try:
        return open_story(path)
    except ValueError as unknown:
        pytest.skip(str(unknown))


def brute_force(folder: str, path: str) -> None:
    """Try every word of the dictionary, early and later on; exit status 1 where one does harm."""
    os.chdir(folder)
    emulator = Emulator(open_story(Path(path)))
    guard = guard_of(emulator)
    emulator.begin()
    while emulator.waits_for_key:
        emulator.command("")
    Search(guard).find(emulator)
    assert not os.listdir(".")
    walkthrough = emulator.walkthrough()
    ending = [
        "{}",
        "{} all",
        "wait. {}",
        "me, {}",
        "{} save",
        "here #{}",
        "tell me to {}",
        "say {}",
    ]
    for played, forms in (([], ending), (walkthrough[: len(walkthrough) // 3], ["{}"])):
        begin(emulator, played)
        for entry in emulator.dictionary():
            for text in (form.format(entry.word) for form in forms):
                if emulator.over:
                    begin(emulator, played)
                while emulator.waits_for_key and not emulator.over:
                    emulator.command("")
                command = guard.check(text)
                if command.refusal is None and not emulator.over:
                    try:
                        emulator.command(command.text)
                    except EmulatorFailure:
                        begin(emulator, played)
                    if not emulator.over and emulator.waits_for_key and emulator.trapped():
                        emulator.take_back()
                    assert not os.listdir("."), text


def begin(emulator: Emulator, commands: list[str]) -> None:
    emulator.begin()
    for command in commands:
        emulator.command(command)


@each_story
def test_no_word_of_any_dictionary_does_harm(path: Path, tmp_path: Path):
    """In a process of its own, and without the isolation that would hide what a word can do."""
    open_story_or_skip(path)
    process = multiprocessing.get_context("spawn").Process(
        target=brute_force, args=(str(tmp_path), str(path.absolute()))
    )
    process.start()
    process.join(timeout=600)
    hung = process.is_alive()
    process.kill()
    process.join()
    assert not hung and process.exitcode == 0
