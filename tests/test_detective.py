"""Detective and other stories through Jericho; the story file is not part of the project."""

import functools
import multiprocessing
import os
import random
import subprocess
import sys
from pathlib import Path
from statistics import mean
from typing import Any

import gymnasium
import pytest
from gymnasium.error import ClosedEnvironmentError, DependencyNotInstalled, ResetNeeded
from hypothesis import given, settings
from hypothesis import strategies as st

import llm_gym  # noqa: F401  registers the environments
from llm_gym import checks
from llm_gym.games.detective.player import WalkthroughPlayer, route
from llm_gym.games.detective.story import PROBES, find
from llm_gym.games.fiction import actions_shown
from llm_gym.games.interactive_fiction.emulator import Emulator
from llm_gym.games.interactive_fiction.game import guard_of
from llm_gym.games.interactive_fiction.valid_actions import FALLBACK, Search

jericho = pytest.importorskip("jericho", reason="the extra 'detective' is not installed")

STORY = Path(__file__).parents[2] / "shared" / "data" / "detective" / "detective.z5"
pytestmark = pytest.mark.skipif(not STORY.exists(), reason="the story file is not at hand")
ID = "llm_gym/Detective-v0"


def make(**options: Any) -> Any:
    return gymnasium.make(ID, story_file=str(STORY), **options)


def frotz(env: Any) -> Any:
    """Return Jericho's own object inside ``env``."""
    return env.unwrapped.game._emulator.frotz


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An environment in a working directory of its own, in which it writes nothing."""
    monkeypatch.chdir(tmp_path)
    env = make()
    env.reset()
    yield env
    env.close()
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def walkthrough() -> list[str]:
    return list(jericho.FrotzEnv(str(STORY)).get_walkthrough())


def random_game(env: Any, seed: int) -> list[tuple[Any, ...]]:
    choose = random.Random(seed).choice
    return checks.play_through(env, lambda text: choose(actions_shown(text)), seed)


# The game


@pytest.mark.parametrize("check", checks.ALL)
def test_the_contract(check: Any):
    check(ID, story_file=str(STORY))


def test_the_walkthrough_returns_350(env: Any, walkthrough: list[str]):
    played = [env.step(command) for command in walkthrough[:50]]
    rewards = "0 10 0 0 0 0 10 0 0 10 10 0 10 0 0 10 0 0 10 0 0 0 0 10 0 10 0 10 0 0 10 0 10 10 10"
    rewards += " 10 10 10 10 0 10 0 10 0 10 10 10 0 10 10 100"
    found = [reward for _, reward, *_ in played]
    assert sum(found) == 350 and found == [float(reward) for reward in rewards.split()[1:51]]
    assert [step[2] for step in played] == [False] * 49 + [True]
    info = played[-1][4]
    assert (info["score"], info["ending"], info["success"]) == (360, "out of moves", False)


def test_one_move_more_and_it_is_won(walkthrough: list[str]):
    env = make(turn_limit=60)
    env.reset()
    *_, (_, reward, terminated, truncated, info) = [env.step(command) for command in walkthrough]
    assert (reward, terminated, truncated) == (0.0, True, False)
    assert (info["ending"], info["success"], info["turn"]) == ("victory", True, 51)
    with pytest.raises(ResetNeeded, match="is over"):
        env.step("look")


def test_death_ends_the_game(env: Any):
    ends = set()
    for seed in range(20):
        *_, (observation, reward, terminated, _, info) = random_game(env, seed)
        ends.add(info["ending"])
        assert terminated and not info["success"]
        if info["ending"] == "defeat":
            assert "*** You have died ***" in observation and reward == 0.0
            assert info["valid_actions"] == list(FALLBACK)
    assert ends == {"defeat", "out of moves"}


def test_the_observation_is_the_papers(env: Any):
    original = jericho.FrotzEnv(str(STORY), seed=1)
    reply, _ = original.reset()
    observation, info = env.reset()
    for action in ["take paper", "west", "take pistol", "flurble", "east", ""]:
        state = original.get_state()
        parts = []
        for command in ("look", "inventory"):
            parts.append(original.step(command)[0])
            original.set_state(state)
        assert observation == "".join(parts) + reply + str(info["valid_actions"])
        assert info["valid_actions"] == sorted(info["valid_actions"])
        if action:
            reply = original.step(action)[0]
            observation, *_, info = env.step(action)
            assert info["delta"] == reply


def test_random_play_returns_what_it_did_elsewhere(env: Any):
    """1,000 games gave 37.0 with a standard deviation of 21.5; here 60 in three standard errors."""
    returns = [sum(step[1] for step in random_game(env, seed)[1:]) for seed in range(60)]
    assert abs(mean(returns) - 37.0) < 3 * 21.5 / 60**0.5


# Valid actions


def groups(emulator: Emulator, *lists: Any) -> list[list[str]]:
    return emulator.effects([command for commands in lists for command in commands])


def test_the_probes_find_what_a_search_finds(walkthrough: list[str]):
    """On states of the walkthrough and on states of random play that no table was made from."""
    emulator = Emulator(find(str(STORY)))
    search = Search(guard_of(emulator))
    plays = [walkthrough[:length] for length in (0, 3, 11, 17, 29, 40)]
    for seed in (1001, 1002, 1003, 1004):
        emulator.begin()
        choose, said = random.Random(seed), []
        for _ in range(9):
            said.append(choose.choice(PROBES.find(emulator) or FALLBACK))
            emulator.command(said[-1])
            if emulator.over:
                said.pop()
                break
        plays.append(said)
    for commands in plays:
        emulator.begin()
        for command in commands:
            emulator.command(command)
        probed, searched = PROBES.find(emulator), search.find(emulator)
        together = groups(emulator, PROBES.commands, searched)
        assert len(together) == len(probed) == len({group[0] for group in together})
        assert {group[0] for group in together} == set(probed)
    emulator.close()


def test_the_cache_changes_nothing(env: Any, walkthrough: list[str]):
    """Lists from the shared cache equal lists found anew, in the trap with its countdown too."""
    to_the_music_store = walkthrough[: walkthrough.index("TAKE HAMBURGER") + 5]
    unarmed = [command for command in to_the_music_store if not command.startswith("TAKE")]
    trap = [*unarmed, "west", *["wait"] * 6]
    fresh = Emulator(find(str(STORY)))
    empty = 0
    for commands in [trap, trap, None, None]:
        choose = random.Random(7)
        fresh.begin()
        _, info = env.reset()
        for turn in range(50):
            anew = PROBES.find(fresh)
            empty += not anew
            assert info["valid_actions"] == list(anew or FALLBACK)
            if commands is not None and turn == len(commands):
                break
            command = commands[turn] if commands else choose.choice(info["valid_actions"])
            fresh.command(command.lower())
            _, _, terminated, _, info = env.step(command)
            if terminated:
                break
        assert commands is None or info["ending"] == "defeat"
    assert empty > 0
    fresh.close()


def test_the_lists_do_not_depend_on_the_hash_seed():
    code = (
        "import gymnasium, llm_gym, random, sys\n"
        "from llm_gym import checks\n"
        "from llm_gym.games.fiction import actions_shown\n"
        "env = gymnasium.make(sys.argv[1], story_file=sys.argv[2])\n"
        "choose = random.Random(0).choice\n"
        "print(checks.play_through(env, lambda text: choose(actions_shown(text)), 0))\n"
    )
    shown = {
        subprocess.run(
            [sys.executable, "-c", code, ID, str(STORY)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(shown) == 1 and "valid_actions" in shown.pop()


# What players may type

HOSTILE = [
    *("\0", "north\0", "take \ud800", "na\u00efve", "\x1b[2J", "look\x0bsave", "\r\x07", "look\rn"),
    *("", "   ", "\n\n", "n" * 101, "take paper" + " x" * 100_000),
    *("take gun.e.n", "take paper then w", "n,w", "n;w", 'say "save', "l." * 40, "look. script"),
    *("n and go west", "take paper and look"),
    *("showverb eight", "goto 88", "goto 89", "gonear man", "purloin gun", "abstract gun to me"),
    *(
        "tree",
        "scope",
        "showobj 5",
        "actions",
        "trace",
        "trace 5",
        "routines",
        "timers",
        "messages",
    ),
    *(
        "changes",
        "daemons",
        "random",
        "save",
        "restore",
        "SAVE",
        "  save game",
        "script",
        "unscript",
    ),
    *("transcript", "transcripting", "recording on", "recordingzz", "replay", "noscript"),
    *("help", "about", "info", "information", "restart", "quit", "q", "die", "again", "g", "oops"),
    *("oops goto", "undo", "y", "yes", "no", "score", "fullscore", "notify on", "verbose", "brief"),
    *("superbrief", "long", "short", "normal", "version", "verify", "pronouns", "nouns", "places"),
    *("objects", "footnote 1", "manual", "amusing", "#random 1", "*comment", "$ve"),
    *("the save", "please restart", "save!", "save-game"),
    # How the emulator writes keys: return, function keys, escape.
    *(
        r"look\_save",
        r"look\_script",
        r"west\_west",
        r"look \1",
        "look\\[",
        "look\\",
        "look /x",
        "look > x",
    ),
]
ORDINARY = [
    *("look", "l", "inventory", "i", "wait", "z", "x man", "examine paper", "read note"),
    *("take paper from man", "put wood on man", "drop all", "take paper and pistol", "kiss chief"),
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_hostile_text_is_refused_and_costs_a_move(env: Any, text: str):
    before, start = frotz(env).get_state(), env.reset()[0]
    observation, reward, terminated, _, info = env.step(text)
    assert info["invalid_action"] and info["turn"] == 1 and reward == 0.0 and not terminated
    assert info["delta"].strip() and info["delta"] in observation
    assert observation.partition("carrying")[0] == start.partition("carrying")[0]
    after = frotz(env).get_state()
    assert all((one == other).all() for one, other in zip(before[:2], after[:2], strict=True))
    env.step("take paper")
    assert env.step("inventory")[4]["score"] == 20


def test_ordinary_commands_pass(env: Any, walkthrough: list[str]):
    guard = env.unwrapped.game._guard
    for command in [*walkthrough, *PROBES.commands, *ORDINARY]:
        assert guard.check(command).refusal is None
    assert guard.check(" Take \t PAPER \n and so on").text == "take paper"


def test_what_the_parser_does_not_understand_is_invalid_too(env: Any):
    assert env.step("flurble")[4]["invalid_action"]
    assert not env.step("take paper\n")[4]["invalid_action"]


@functools.cache
def one_env() -> Any:
    """Return one emulator for all examples of a test."""
    return make()


@settings(max_examples=150)
@given(st.lists(st.text(max_size=120), max_size=4))
def test_no_text_breaks_it(texts: list[str]):
    env = one_env()
    env.reset()
    for text in texts:
        observation, reward, terminated, _, info = env.step(text)
        assert env.observation_space.contains(observation) and reward in (0.0, 10.0)
        assert info["valid_actions"] == actions_shown(observation)
        if terminated:
            break


def brute_force(folder: str) -> None:
    """Try every word of the dictionary with every ending; exit status 1 where one does harm."""
    os.chdir(folder)
    env = make()
    env.reset()
    words = sorted({entry.word for entry in frotz(env).get_dictionary()})
    start = [env.unwrapped.game._emulator.fingerprint(None)]
    reachable = set()
    for direction in PROBES.commands[:10]:
        env.reset()
        env.step(direction)
        reachable.add(frotz(env).get_player_location().num)
    accepted = 0
    for word in words:
        for ending in ("", " paper", " me", " 88", " north"):
            env.reset()
            command = word + ending
            moves = frotz(env).get_moves()
            _, reward, terminated, _, info = env.step(command)
            if info["invalid_action"]:
                continue
            accepted += 1
            # The only points here are for the paper, which some verbs pick up by the way.
            carried = env.unwrapped.game._inventory
            assert reward == 0 or (reward == 10 and "paper" in carried), command
            assert not terminated and 0 <= frotz(env).get_moves() - moves <= 1, command
            assert frotz(env).get_player_location().num in reachable, command
            assert env.step("look")[4]["delta"].startswith("\n\n<<"), command
    assert accepted > 300
    env.reset()
    assert [env.unwrapped.game._emulator.fingerprint(None)] == start
    assert not os.listdir(".")


def test_no_word_of_the_dictionary_does_harm(tmp_path: Path):
    """In a process of its own, since a hang would be the emulator's and could not be interrupted."""
    process = multiprocessing.get_context("spawn").Process(
        target=brute_force, args=(str(tmp_path),)
    )
    process.start()
    process.join(timeout=240)
    hung = process.is_alive()
    process.kill()
    process.join()
    assert not hung and process.exitcode == 0


# Lifecycle


def test_closing(walkthrough: list[str]):
    env = make()
    env.close()  # before any reset
    first, _ = env.reset()
    env.close()
    env.close()
    with pytest.raises(ClosedEnvironmentError, match=r"call reset\(\)"):
        env.step("look")
    assert env.reset()[0] == first
    env.close()


def test_opened_and_closed_many_times_nothing_is_left():
    def use(times: int) -> tuple[int, int]:
        for _ in range(times):
            env = make()
            env.reset()
            env.step("north")
            env.close()
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return resident, len(os.listdir("/proc/self/fd"))

    if not Path("/proc/self/statm").exists():
        pytest.skip("memory is read from /proc")
    memory, files = use(30)
    later = use(150)  # one library each that is not unloaded would be 135 MB
    assert later[0] - memory < 8e6 and later[1] == files
    assert multiprocessing.active_children() == []


def test_32_at_once_play_as_one():
    number = 32
    vector = gymnasium.make_vec(
        ID, number, vectorization_mode="vector_entry_point", story_file=str(STORY)
    )
    choosers = [random.Random(seed) for seed in range(number)]
    observations, _ = vector.reset(seed=0)
    together: list[list[tuple[str, float]]] = [[] for _ in range(number)]
    playing = set(range(number))
    while playing:
        actions = [
            rng.choice(actions_shown(text))
            for rng, text in zip(choosers, observations, strict=True)
        ]
        observations, rewards, terminated, _, _ = vector.step(actions)
        for i in list(playing):
            together[i].append((observations[i], float(rewards[i])))
            if terminated[i]:
                playing.remove(i)
    vector.close()
    env = make()
    for seed in range(number):
        alone = [(step[0], step[1]) for step in random_game(env, seed)[1:]]
        assert alone == together[seed]
    env.close()


# Players


def test_the_walkthrough_player_needs_no_memory():
    """Two games with one player, move about, are won with every point."""
    envs = [make(), make()]
    player = envs[0].unwrapped.scripted_player(seed=0)
    texts = [env.reset()[0] for env in envs]
    returns = [0.0, 0.0]
    for _ in range(len(route(find(str(STORY))))):
        for i, env in enumerate(envs):
            texts[i], reward, terminated, _, info = env.step(player(texts[i]))
            returns[i] += reward
    assert returns == [350.0, 350.0] and terminated and info["success"]


def test_skill_pays_and_the_seed_decides(env: Any):
    def returns(seed: int, games: int, **options: Any) -> list[float]:
        player = env.unwrapped.scripted_player(seed, **options)
        return [
            sum(step[1] for step in checks.play_through(env, player, 0)[1:]) for _ in range(games)
        ]

    assert returns(3, 2, skill=0.9) == returns(3, 2, skill=0.9)
    poor, fair, good = (mean(returns(0, 10, skill=skill)) for skill in (0.0, 0.8, 0.98))
    assert poor < fair < good
    assert mean(returns(0, 20, style="explorer")) > poor
    for options in ({"skill": 1.5}, {"skill": -1, "style": "explorer"}, {"style": "thief"}):
        with pytest.raises(ValueError, match=r"between 0 and 1|walkthrough, explorer"):
            env.unwrapped.scripted_player(0, **options)
    with pytest.raises(ValueError, match="does not end in a list"):
        WalkthroughPlayer(find(str(STORY)), 0)("no observation")


# Files


def test_where_the_story_file_is_looked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("LLM_GYM_DETECTIVE", raising=False)
    monkeypatch.setenv("LLM_GYM_CACHE", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"llm-gym download detective.*pip install"):
        gymnasium.make(ID)
    monkeypatch.setenv("LLM_GYM_DETECTIVE", str(tmp_path / "gone.z5"))
    with pytest.raises(FileNotFoundError, match=r"no story file .*gone\.z5"):
        gymnasium.make(ID)
    monkeypatch.setenv("LLM_GYM_DETECTIVE", str(STORY))
    assert gymnasium.make(ID).reset()[1]["score"] == 10
    other = tmp_path / "other.z5"
    other.write_bytes(STORY.read_bytes()[:-1])
    with pytest.raises(ValueError, match="its sha256 is"):
        gymnasium.make(ID, story_file=str(other))
    with pytest.raises(ValueError, match="no story that Jericho supports"):
        gymnasium.make("llm_gym/InteractiveFiction-v0", story_file=str(other))
    with pytest.raises(ValueError, match="name the story to play"):
        gymnasium.make("llm_gym/InteractiveFiction-v0")


def test_without_jericho_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "jericho", None)
    with pytest.raises(DependencyNotInstalled, match=r"\[detective\].*--no-deps"):
        make()


def test_any_story_has_the_same_guards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    checks.check_api("llm_gym/InteractiveFiction-v0", story_file=str(STORY))
    env = gymnasium.make("llm_gym/InteractiveFiction-v0", story_file=str(STORY), turn_limit=4)
    _, info = env.reset()
    assert {"north", "west", "take paper"} <= set(info["valid_actions"])
    assert info["valid_actions"] == sorted(info["valid_actions"])
    assert env.step("save")[4]["invalid_action"] and env.step("goto 89")[4]["invalid_action"]
    assert env.step("take paper")[1] == 10.0
    assert env.step("w")[4]["ending"] == "out of moves"
    assert list(tmp_path.iterdir()) == []
