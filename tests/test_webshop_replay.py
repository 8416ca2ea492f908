"""People's games of WebShop, of three kinds of files, played again as recorded games."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gymnasium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_webshop import FILES, GOAL, ROUND, SmallCatalog, cases, product, recorded

from archer_agent.episodes.datasets import read_dataset
from archer_agent.episodes.replay import Episode
from llm_gym import cli
from llm_gym.core.tasks import Task
from llm_gym.games.webshop.game import WebShop
from llm_gym.games.webshop.goals import Goal
from llm_gym.games.webshop.player import ShopPlayer
from llm_gym.games.webshop.recorded import Click, Recording, Search, read_recordings
from llm_gym.games.webshop.replay import Goals, UnplayableError, record
from llm_gym.games.webshop.tasks import World, make_tasks, open_world

WORLD = open_world(None, None, None, None, None, "paper")
SITE = "http://localhost:3000"


def shopped(task: Task, detours: bool = True) -> list[str]:
    """What a shopper does, who also turns a page and reads about a product if ``detours``."""
    game = WebShop(WORLD, "paper", "text", "closed-class")
    player = ShopPlayer(0, patience=3 if detours else 0)
    turn, actions = game.begin(task), []
    while not turn.terminated:
        now = [player(turn.observation)]
        if detours and "Total results: 50" in turn.observation:
            now = ["click[Next >]", "click[< Prev]", *now]
        if detours and now == ["click[Buy Now]"]:
            now = ["click[Features]", "click[< Prev]", *now]
        for action in now:
            game.ask(action)
            turn = game.answer(None)
        actions += now
    return actions


def trajectory(task: Task, actions: Sequence[str]) -> dict[str, Any]:
    """As the original's baselines keep it: no rewards, and no page after the purchase."""
    game = record(WebShop(WORLD, "paper", "text_rich", "closed-class"), task, actions)
    states = [game["observation"], *(turn["observation"] for turn in game["turns"])][:-1]
    states[0] = states[0].replace("WebShop", "Amazon Shopping Game")
    return {
        "states": states,
        "actions": [action.lower() for action in actions],
        "available_actions": [[]] * len(states),
        "action_idxs": [-1] * len(states),
        "images": [0] * len(states),
    }


def page(task: Task, name: str, *address: str, **content: Any) -> dict[str, Any]:
    """As the original's site logs it."""
    shown = {"page": name, "goal": task.payload.goal.to_json(), "content": content}
    shown["url"] = "/".join([SITE, *([] if name == "index" else [name]), "s", *address])
    if name == "index":
        del shown["content"]
    return shown


def logged(task: Task, actions: Sequence[str]) -> list[dict[str, Any]]:
    """The pages that the original's site shows and logs."""
    game = WebShop(WORLD, "paper", "text", "closed-class")
    game.begin(task)
    lines = [page(task, "index")]
    for action in actions:
        game.ask(action)
        turn = game.answer(None)
        assert game.shop.purchase is None or turn.terminated
        state = game.shop.session()
        found = {"keywords": state["keywords"], "page": state["page"]}
        item = {"keywords": str(state["keywords"]), "page": str(state["page"])}
        item |= {"asin": state["asin"], "options": state["options"]}
        name = game.shop.page.name  # type: ignore[union-attr]
        if name == "search_results":
            lines.append(page(task, name, **found, search_result_asins=[]))
        elif name == "item_page":
            lines.append(page(task, name, **item))
        elif name == "item_sub_page":
            address = (item["asin"], item["keywords"].replace(" ", "%20"), "1", "Features", "{}")
            lines.append(page(task, name, *address, **item))
        else:
            bought = {key: item[key] for key in ("asin", "options")}
            lines.append({**page(task, name, **bought), "reward": turn.reward, "reward_info": {}})
    return lines


def write(path: Path, *lines: Any) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def play(source: Path, **arguments: str) -> tuple[int, Path]:
    target = source.parent / "games.jsonl"
    target.unlink(missing_ok=True)
    flags = [word for name, value in arguments.items() for word in (f"--{name}", value)]
    status = cli.main(
        ["replay", "webshop", str(source), str(target), "--tagger", "closed-class", *flags]
    )
    return status, target


def check_by_playing(games: Sequence[Episode], **options: Any) -> None:
    """Every game is what the environment shows and gives, but for the price that people were told."""
    env = gymnasium.make("llm_gym/WebShop-v0", tagger="closed-class", **options).unwrapped
    ids = [task.id for task in env.game.tasks.select()]  # type: ignore[attr-defined]
    for game in games:
        observation, _ = env.reset(options={"index": ids.index(game.task_id)})
        shown, terminated, info = [observation], False, {}
        for turn in game.turns:
            observation, reward, terminated, _, info = env.step(turn.action)
            shown.append(observation)
            assert reward == turn.reward and not info["invalid_action"]
        assert terminated and info["success"] == game.success
        assert [*map(without_price, shown)] == [*map(without_price, game.observations())]


def without_price(text: str) -> str:
    return re.sub(r"price lower than [\d.]+", "price lower than ...", text)


@pytest.mark.parametrize(
    ("view", "rules"),
    [("text", "strict"), ("menu", "strict"), ("text_rich", "paper"), ("archer", "strict")],
)
def test_all_kinds_become_what_the_environment_plays(tmp_path: Path, view: str, rules: str):
    tasks = WORLD.tasks.select("test")[:6]
    ways = [shopped(task, detours=view != "archer") for task in tasks]
    games = zip(tasks, ways, strict=True)
    own = [record(WebShop(WORLD, "paper", "text", "closed-class"), *each) for each in games]
    log = tmp_path / "mturk"
    log.mkdir()
    for number, (task, way) in enumerate(zip(tasks, ways, strict=True)):
        write(log / f"{number}.jsonl", *logged(task, way))
    sources = write(tmp_path / "own.jsonl", *own), log
    trajectories = write(tmp_path / "il.jsonl", *map(trajectory, tasks, ways))
    read = []
    for source in (*sources, trajectories):
        status, target = play(source, view=view, rules=rules)
        assert status == 0
        read.append(read_dataset(target))
    assert read[0] == read[1] == read[2] and len(read[0]) == len(tasks)
    check_by_playing(read[0], view=view, rules=rules)


def test_a_log_is_read_without_what_the_way_back_undid(tmp_path: Path):
    task = WORLD.tasks.select("test")[0]
    found = {"keywords": ["fitness", "watch"], "page": 1}
    item = {"keywords": "['fitness', 'watch']", "page": "1", "asin": "S1"}
    results = page(task, "search_results", **found)
    opened = page(task, "item_page", **item, options={})
    red, blue = (page(task, "item_page", **item, options={"color": c}) for c in ("red", "blue"))
    small = page(task, "item_page", **item, options={"color": "blue", "size": "s"})
    about = page(
        task,
        "item_sub_page",
        "S1",
        "[]",
        "1",
        "Description",
        "{}",
        **item,
        options={"color": "blue"},
    )
    done = {**page(task, "done", asin="S1", options={"color": "blue", "size": "s"}), "reward": 0.5}
    other = page(task, "item_page", **{**item, "asin": "S2"}, options={})
    index = page(task, "index")
    way = [index, results, results, other, opened, red, blue, about, small, done, index]
    (game,) = read_recordings(write(tmp_path / "a.jsonl", *way))
    assert game.moves == (
        Search("fitness watch"),
        Click("S1"),
        Click("red", "color"),
        Click("blue", "color"),
        Click("s", "size"),
        Click("Buy Now"),
    )
    assert (game.fault, game.reward, game.asin) == ("", 0.5, task.payload.goal.asin)
    assert game.instruction == task.payload.goal.instruction_text
    abandoned, astray = index, [index, small, done]
    (game,) = read_recordings(write(tmp_path / "b.jsonl", abandoned))
    assert game.fault == "end without a purchase"
    (game,) = read_recordings(write(tmp_path / "c.jsonl", *astray))
    assert game.fault.startswith("jump")


def small_world(rules: Any, *goals: Goal) -> World:
    catalog: Any = SmallCatalog(ROUND, product("B000000002", "another cushion", {}))
    tasks = make_tasks(goals or [GOAL], rules)
    return World(catalog, dict.fromkeys(catalog.asins, 12.5), tasks)


def test_a_value_of_two_options_is_the_one_that_was_chosen():
    def played(rules: Any, option: str) -> str:
        world = small_world(rules)
        moves = [
            Search("cushion"),
            Click(ROUND.asin.lower()),
            Click("red", option),
            Click("Buy Now"),
        ]
        game = record(WebShop(world, rules, tagger="closed-class"), *world.tasks.select(), moves)
        return str(game["turns"][2]["action"])

    assert played("strict", "color") == "click[color: red]"
    assert played("strict", "trim") == played("strict", "") == "click[trim: red]"
    assert played("paper", "trim") == "click[red]"
    with pytest.raises(UnplayableError, match="rules do not allow"):  # there "red" is the trim's
        played("paper", "color")


def test_goals_of_the_same_words_are_told_apart_by_the_product():
    world = small_world("paper", GOAL, replace(GOAL, asin="B000000002"))
    goals = Goals(world)
    words = "FIND me 'a' <round> cushion., and price lower than 12.50 dollars"
    for asin, found in ((GOAL.asin, GOAL.asin), ("B000000002", "B000000002"), ("", GOAL.asin)):
        task = goals.find(Recording("", words, (), asin))
        assert (task.payload.goal.asin, task.payload.goal.price_upper) == (found, 12.5)
        assert task.payload.goal.instruction_text == words
    with pytest.raises(UnplayableError, match="none of this shop's goals"):
        goals.find(Recording("", "a square cushion", ()))


def test_what_cannot_be_played_again_is_left_out_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    train, test = WORLD.tasks.select("train")[0], WORLD.tasks.select("test")[0]
    games = [trajectory(task, shopped(task)) for task in (train, test)]
    elsewhere = json.loads(json.dumps(games[0]))
    elsewhere["states"][0] = elsewhere["states"][0].replace("i ", "we ")
    without_end = games[0] | {"actions": games[0]["actions"][:-1]}
    astray = games[0] | {"actions": ["search[x]", "click[b000000000]"]}
    thinking = games[0] | {"actions": ["think[x]"]}
    lines = [*games, elsewhere, without_end, astray, thinking]
    source = write(tmp_path / "il.jsonl", *lines)
    status, target = play(source, rules="paper", split="train")
    told = " ".join(capsys.readouterr().out.split())
    (game,) = read_dataset(target)
    assert status == 0 and game.task_id == train.id
    assert json.loads(target.read_text(encoding="utf-8"))["split"] == "train"
    for reason in (
        "1 are not of the split train",
        "1 have an instruction that is none of this shop's goals",
        "1 end without a purchase",
        "1 click what is not on the page here",
        "1 hold an action that is neither",
    ):
        assert reason in told


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("not json\n", "line 1: not JSON"),
        ('{"states": ["x"]}\n', "line 1: not a game of WebShop's"),
        ('{"page": "done", "url": "/done/s", "goal": {}}\n', "line 1: not a page of a log"),
        ("[]\n", "line 1: not a game of WebShop's"),
        ("", "no game can be played again"),
    ],
)
def test_bad_files_are_told_and_leave_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: str, message: str
):
    source = tmp_path / "a.jsonl"
    source.write_text(lines, encoding="utf-8")
    status, _ = play(source)
    assert status == 2 and message in " ".join(capsys.readouterr().err.split())
    assert [*tmp_path.iterdir()] == [source]


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.just("['a']"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
KEYS = ("states", "actions", "observation", "turns", "page", "url", "goal", "content", "reward")
PAGES = st.sampled_from(["index", "search_results", "item_page", "item_sub_page", "done"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries({}, optional={key: VALUES for key in KEYS} | {"page": VALUES | PAGES}))
def test_whatever_a_line_holds_it_is_read_or_told(tmp_path: Path, record: dict[str, Any]):
    goal = {"instruction_text": "x", "asin": "y"}
    content = {"keywords": ["a"], "page": 1, "asin": "B", "options": {}}
    for line in (record, {"goal": goal, "url": f"{SITE}/s", "content": content} | record):
        source = write(tmp_path / "a.jsonl", line)
        try:
            games = list(read_recordings(source))
        except ValueError as error:
            assert "line 1: not" in str(error)
        else:
            assert len(games) == 1


def test_no_file_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source = write(tmp_path / "a.jsonl")
    assert cli.main(["replay", "webshop", str(source), str(source)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert cli.main(["replay", "webshop", str(tmp_path / "b"), str(tmp_path / "c")]) == 2


def test_learners_say_what_webshop_s_own_files_need(tmp_path: Path):
    task = WORLD.tasks.select("test")[0]
    actions = shopped(task)
    for lines in ([trajectory(task, actions)], logged(task, actions)):
        with pytest.raises(ValueError, match="llm-gym replay webshop"):
            read_dataset(write(tmp_path / "a.jsonl", *lines))


@recorded
@pytest.mark.parametrize("goals", ["human", "synthetic"])
def test_recorded_trajectories_are_played_again_page_by_page(tmp_path: Path, goals: str):
    """What the original's environment has shown, as its baselines keep it."""
    lines, rewards = [], []
    for case in cases("env_traces.jsonl"):
        steps = case["steps"]
        if case["goalset"] == goals and steps and steps[-1].get("done"):
            shown = [case["initial"], *steps[:-1]]
            states = [each["text_rich"] for each in shown]
            lines.append({"states": states, "actions": [step["action"] for step in steps]})
            rewards.append([step["reward"] for step in steps])
    source = write(tmp_path / "il.jsonl", *lines)
    files = {name: FILES[name] for name in ("items", "attributes", "prices")}
    if goals == "human":
        files["human-instructions"] = FILES["human_instructions"]
    status, target = play(source, view="text_rich", rules="paper", **files)
    games = read_dataset(target)
    assert status == 0 and len(games) == len(lines) > 5
    assert [game.observations()[:-1] for game in games] == [line["states"] for line in lines]
    assert [[turn.reward for turn in game.turns] for game in games] == rewards
