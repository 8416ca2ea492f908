"""The dialogue under every bridge: what it says, what it counts, what it charges."""

import dataclasses
import json

import gymnasium
import pytest
from text_games import EchoGame

from llm_gym import TextEnv, Turn
from llm_gym.bridges.dialogue import GAME_OVER, Dialogue, read_action, schema, task_rows
from llm_gym.core.game import Game

SUBSET = "llm_gym/TwentyQuestionsSubset-v0"
WORLDS = "llm_gym/AdventureWorlds-v0"
SHOP = "llm_gym/WebShop-v0"


def index_of(name: str, env_id: str = SUBSET) -> int:
    tasks = Dialogue(env_id).env.game.tasks.select()
    return next(i for i, task in enumerate(tasks) if task.id == name)


def test_a_game_is_won_by_calls():
    game = Dialogue(SUBSET)
    assert game.begin(index=index_of("piano")) == "Questions:\n"
    assert game.call("ask", {"question": "Is it alive?"}) == "No."
    assert game.call("guess", {"name": "piano"}) == f"Yes.\n{GAME_OVER}"
    assert game.outcome.as_dict() == {
        "return": -1.0,
        "success": True,
        "turns": 2,
        "ending": "terminated",
        "invalid_actions": 0,
        "unparsable": 0,
    }
    assert game.call("ask", {"question": "Is it big?"}) == GAME_OVER and game.outcome.turns == 2


@pytest.mark.parametrize("max_turns", [None, 3])
def test_what_turns_bring_adds_up_to_the_return(max_turns: int | None):
    game = Dialogue(SUBSET, max_turns=max_turns)
    game.begin(index=index_of("piano"))
    brought = [game.so_far]
    for _ in range(22):
        game.say("Is it a dog?")
        brought.append(game.so_far)
    assert brought[0] == 0 and brought[1] == -1
    assert brought[-1] == game.outcome.total == -20


def test_every_way_not_to_play_costs_as_much_as_to_lose():
    def total(play: object, **options: int) -> tuple[float, str]:
        game = Dialogue(SUBSET, **options)
        game.begin(index=index_of("piano"))
        play(game)  # type: ignore[operator]
        return game.outcome.total, game.outcome.ending

    def lose(game: Dialogue) -> None:
        while not game.over:
            game.say("Is it a dog?")

    assert total(lose) == (-20, "terminated")
    assert total(lose, max_turns=3) == (-20, "truncated")
    assert total(lambda game: None) == (-20, "quit")
    assert total(lambda game: game.say("Is it a dog?")) == (-20, "quit")
    assert total(lambda game: (game.say("Is it a dog?"), game.cut_off())) == (-20, "truncated")
    assert total(lambda game: [game.call("sing", {}) for _ in range(20)]) == (-20, "terminated")


class Breaks(EchoGame):
    """Breaks off in its second turn: what it runs on has failed."""

    turn_cost = 1.0

    def answer(self, reply: str | None) -> Turn:
        turn = super().answer(reply)
        return dataclasses.replace(turn, truncated=self.turns == 2)


class BreaksEnv(TextEnv):
    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(Breaks(), "text_games:EchoOracle", render_mode=render_mode)


def test_a_game_that_breaks_off_by_itself_is_truncated():
    gymnasium.register("text_games/Breaks-v0", entry_point=BreaksEnv)
    game = Dialogue("text_games/Breaks-v0")
    game.begin(index=0)
    game.say("one")
    assert game.say("two").endswith(GAME_OVER)
    assert (game.outcome.ending, game.outcome.total) == ("truncated", 3 / 4 + 3 / 4 - 1)
    assert game.say("three") == GAME_OVER and game.outcome.turns == 2


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("sing", {"song": "la"}, "There is no tool 'sing'."),
        ("ask", {"query": "Is it alive?"}, "ask takes one text, 'question'."),
        ("ask", {"question": 3}, "ask takes one text"),
        ("ask", {"question": "Is it alive?", "loudly": "yes"}, "ask takes one text"),
        ("ask", "Is it alive?", "ask takes one text"),
        ("ask", None, "ask takes one text"),
    ],
)
def test_a_call_that_is_none_costs_a_turn(name: str, arguments: object, said: str):
    game = Dialogue(SUBSET)
    game.begin(seed=0)
    assert game.call(name, arguments).startswith(said)
    assert (game.outcome.unparsable, game.outcome.invalid_actions, game.outcome.turns) == (1, 1, 1)


@pytest.mark.parametrize(
    ("reply", "action"),
    [
        ("Is it alive?", "Is it alive?"),
        (" Is it alive?\n", "Is it alive?"),
        ("<think>It may be a dog.</think>\nIs it alive?", "Is it alive?"),
        ("<think>It may be a dog.", None),
        ("I wonder.\nAction: Is it alive?", "Is it alive?"),
        ("**Action:** Is it alive?", "Is it alive?"),
        ("**Action: Is it alive?**", "Is it alive?"),
        ("`Action: look at *the* box`", "look at *the* box"),
        ("I wonder.\n\nAction:\nIs it alive?", "Is it alive?"),
        ("Action:\n\n`Is it alive?`\n", "Is it alive?"),
        ("Action: go north\nAction: go south", "go south"),
        ("  \n", None),
        ("", None),
        ("Action:", None),
        ("\n" * 100_000 + "Is it alive?", "Is it alive?"),
        ("*" * 100_000, "*" * 100_000),
        ("a" * 100_000, "a" * 100_000),
    ],
    ids=lambda text: repr(text)[:40],
)
def test_reading_a_reply(reply: str, action: str | None):
    assert read_action(reply) == action


def test_a_page_that_takes_the_place_of_the_last_is_told_whole():
    game = Dialogue(WORLDS)
    first = game.begin(index=0)
    assert game.say(game.env.candidates()[0]).endswith("]") and first.endswith("]")
    shop = Dialogue(SHOP)
    assert "Instruction:" in shop.begin(seed=0)
    assert shop.call("search", {"keywords": "red shoes"}).count("Instruction:") == 1


@pytest.mark.parametrize("env_id", [SUBSET, WORLDS, SHOP, "llm_gym/GuessMyCity-v0"])
def test_tools_of_every_game(env_id: str):
    game = Dialogue(env_id)
    game.begin(seed=0)
    for tool in game.tools.values():
        described = json.loads(json.dumps(schema(tool)))["function"]
        assert described["parameters"]["required"] == [tool.argument]
        assert tool.description.endswith(".")
        assert tool.action("{} and {}").count("{} and {}") == 1
    assert Game.turn_cost == 0.0 and game.instructions


def test_rows_name_no_secret():
    rows = task_rows(SUBSET, "train")
    assert rows[:2] == [{"split": "train", "index": 0}, {"split": "train", "index": 1}]
    assert len(rows) == 6 and len(task_rows(SUBSET)) == 10 and len(task_rows(SUBSET, limit=3)) == 3
    game = Dialogue(SUBSET)
    for row in rows:
        game.begin(**row)
        assert game.env.task is not None and game.env.task.split == "train"
    every = [game.begin(**row) and game.env.task for row in task_rows(SUBSET)]
    assert every == list(game.env.game.tasks.select())
    with pytest.raises(ValueError, match="unknown split 'exam'"):
        task_rows(SUBSET, "exam")


def test_only_games_of_this_kind():
    with pytest.raises(TypeError, match="not an llm_gym text environment"):
        Dialogue("CartPole-v1")
    with pytest.raises(ValueError, match="max_turns is at least 1"):
        Dialogue(SUBSET, max_turns=0)
    with pytest.raises(gymnasium.error.ResetNeeded):
        Dialogue(SUBSET).take("Is it alive?")
