"""WebShop: reward, pages and rules against the original's recorded behaviour, and the sound rules."""

import json
import random
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import gymnasium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_gym import checks
from llm_gym.games.webshop import baselines, pages, score_purchase
from llm_gym.games.webshop.env import WebShopEnv
from llm_gym.games.webshop.game import WebShop
from llm_gym.games.webshop.goals import Goal
from llm_gym.games.webshop.nouns import closed_class_nouns, make_tagger
from llm_gym.games.webshop.products import Product
from llm_gym.games.webshop.shop import Shop
from llm_gym.games.webshop.tasks import GoalSet, World, make_tasks

DATA = Path(__file__).parents[2] / "shared" / "data" / "webshop"
recorded = pytest.mark.skipif(
    not DATA.is_dir(), reason="the recorded cases of the original are not beside this checkout"
)
FILES = {
    "items": str(DATA / "items_shuffle_1000.json"),
    "attributes": str(DATA / "items_ins_v2_1000.json"),
    "human_instructions": str(DATA / "items_human_ins_13.json"),
    "prices": str(DATA / "product_prices.seed0.json"),
    "tagger": "closed-class",  # the tagger of the recordings
}
VIEWS = ("text", "text_rich", "menu", "html", "archer")


def cases(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def make(**kwargs: Any) -> WebShopEnv:
    env = gymnasium.make("llm_gym/WebShop-v0", **(FILES | kwargs)).unwrapped
    assert isinstance(env, WebShopEnv)
    return env


# ---------------------------------------------------------------- a shop of three products


def product(asin: str, title: str, options: dict[str, list[str]], **fields: Any) -> Product:
    known: dict[str, Any] = {
        "description": f"All about {title}.",
        "bullet_points": ("easy to clean", "made of cotton"),
        "category": "garden",
        "query": "cushions",
        "product_category": "Home › Cushions",  # noqa: RUF001
        "pricing": (12.5,),
        "price": "$12.5",
        "option_to_image": {},
        "attributes": ("machine washable",),
        "main_image": "",
    }
    return Product(asin=asin, title=title, options=options, **(known | fields))


class SmallCatalog:
    """Finds every product whose title has a word of the query, in the order of the asins."""

    def __init__(self, *products: Product) -> None:
        self.products = {product.asin: product for product in products}
        self.asins = list(self.products)
        self.product = self.products.__getitem__

    def search(self, query: str, k: int = 50) -> list[tuple[str, float]]:
        words = set(query.lower().split())
        hits = (a for a in self.asins if words & set(self.products[a].title.lower().split()))
        return [(asin, 1.0) for asin in hits][:k]

    def with_category(self, category: str) -> list[str]:
        return [asin for asin in self.asins if self.products[asin].category == category]


ROUND = product(
    "B000000001",
    "round cushion",
    {"color": ["red & white", "red", "buy now"], "trim": ["red", "description", "tan"]},
)
GOAL = Goal(
    asin=ROUND.asin,
    category="garden",
    query="cushions",
    name=ROUND.title,
    product_category=ROUND.product_category,
    instruction_text="Find me a <round> cushion, and price lower than 20.00 dollars",
    attributes=["machine washable"],
    price_upper=20.0,
    goal_options={"color": "red", "trim": "tan"},
)


def small_world(*more: Product) -> tuple[Any, dict[str, float], GoalSet]:
    others = [product(f"B1{i:08}", f"square cushion {i}", {}) for i in range(14)]
    catalog = SmallCatalog(ROUND, *others, *more)
    return catalog, dict.fromkeys(catalog.asins, 12.5), make_tasks([GOAL], "strict")


def small_shop(rules: Any) -> Shop:
    catalog, prices, _ = small_world()
    shop = Shop(catalog, prices, rules, "closed-class")
    shop.open(GOAL, "7")
    return shop


# ---------------------------------------------------------------- reward


@recorded
def test_every_recorded_reward():
    for case in cases("reward_cases.jsonl"):
        expected = case["expected"]
        arguments = (case["purchased"], case["goal"], case["price"], case["options"])
        if "error" in expected:
            with pytest.raises({"TypeError": TypeError}[expected["error"]]):
                score_purchase(*arguments, nouns=case["nouns"])
            continue
        found = score_purchase(*arguments, nouns=case["nouns"])
        assert found.reward == pytest.approx(expected["reward"], abs=1e-9), case["id"]
        assert found.verbose_info() == pytest.approx(expected["info"], abs=1e-9), case["id"]
        assert found.num_attr_matches == expected["num_attr_matches"]
        assert found.num_option_matches == expected["num_option_matches"]


def test_the_reward_by_hand():
    # Nouns of "round cushion": both words. One attribute of one, one option of two, price in bound.
    found = score_purchase(ROUND, GOAL, 12.5, {"color": "red"}, tagger="closed-class")
    assert (found.r_type, found.r_att, found.r_option, found.r_price) == (1.0, 1.0, 0.5, True)
    assert found.reward == 3 / 4 and not found.success and found.tagger == "closed-class"
    dear = score_purchase(ROUND, GOAL, 20.01, {"color": "red", "trim": "tan"}, rules="strict")
    assert dear.reward == 3 / 4 and dear.r_price is False
    all_of_it = score_purchase(ROUND, GOAL, 20.0, {"color": "red", "trim": "tan"}, rules="strict")
    assert all_of_it.reward == 1.0 and all_of_it.success


def test_strict_rules_take_no_wrong_option():
    wrong = {"color": "red & white", "trim": "tan"}  # "red" is all that the original looks at
    assert score_purchase(ROUND, GOAL, 12.5, wrong, rules="paper").r_option == 1.0
    assert score_purchase(ROUND, GOAL, 12.5, wrong, rules="strict").r_option == 0.5
    swapped = {"color": "tan", "trim": "red"}
    assert score_purchase(ROUND, GOAL, 12.5, swapped, rules="strict").r_option == 0.0
    # Another product may call the same colour otherwise.
    other = product("B000000002", "round cushion", {"color": ["bright red"]})
    assert score_purchase(other, GOAL, 9, {"color": "bright red"}, rules="strict").r_option == 0.5


@recorded
@pytest.mark.parametrize("kind", ["human", "synthetic"])
def test_every_goal_can_be_reached_under_strict_rules(kind: str):
    world = make(goals=kind).game.world
    for task in world.tasks.select():
        goal = task.payload.goal
        wanted = world.catalog.product(goal.asin)
        options = goal.goal_options
        if not isinstance(options, dict):
            offered = wanted.options.items()
            options = {name: v for v in options for name, values in offered if v in values}
        price = world.prices[goal.asin]
        found = score_purchase(wanted, goal, price, options, rules="strict", tagger="closed-class")
        assert found.success, (task.id, found)


def test_taggers():
    assert closed_class_nouns("The Kid\u2019s Chair, 2.5 in with a Cup & Café") == (
        ("kid\u2019s", "chair", "cup", "caf", "é")  # letters beyond ASCII stand alone
    )
    assert make_tagger("closed-class")[0] == "closed-class"
    name, tagger = make_tagger("llm_gym.games.webshop.nouns:closed_class_nouns")
    assert tagger is closed_class_nouns and name.endswith(":closed_class_nouns")
    for bad in ("klosed", "no_such_module:f", "spacy:no_such_model"):
        with pytest.raises(ValueError, match="tagger"):
            make_tagger(bad)


# ---------------------------------------------------------------- paper rules


@recorded
@pytest.mark.parametrize("view", ["text", "text_rich", "url"])
def test_every_recorded_episode_step_for_step(view: Any):
    envs = {kind: make(rules="paper", view=view, goals=kind) for kind in ("synthetic", "human")}
    for trace in cases("env_traces.jsonl"):
        env = envs[trace["goalset"]]
        observation, info = env.reset(options={"index": trace["session"]})
        assert env.task is not None and env.task.payload.goal.to_json() == trace["goal"]
        assert observation == trace["initial"][view]
        for step in trace["steps"]:
            where = (trace["name"], trace["session"], step["action"])
            if "exception" in step:
                with pytest.raises(IndexError):
                    env.step(step["action"])
                break
            observation, reward, terminated, _, info = env.step(step["action"])
            assert observation == step[view], where
            assert (reward, terminated) == (step["reward"], step["done"]), where
            actions = {"has_search_bar": step["has_search_bar"], "clickables": step["clickables"]}
            assert info["available_actions"] == actions, where
            assert env.session == step["session"], where
        if trace["steps"][-1].get("done"):
            parts = {key: info[key] for key in trace["verbose_info"]}
            assert parts == pytest.approx(trace["verbose_info"]) and info["score"] == reward


@recorded
def test_every_recorded_transcript_of_archers_client():
    env = make(rules="paper", view="archer", goals="human")
    for trace in cases("archer_traces.jsonl"):
        index = int(trace["session"].removeprefix("fixed_"))
        observation, _ = env.reset(options={"index": index})
        assert observation == trace["initial"]
        for step in trace["steps"]:
            if step["result"] is None:  # after the purchase
                break
            observation, reward, terminated, *_ = env.step(step["action"])
            result = step["result"]
            assert observation == result["obs"], (trace["session"], step["action"])
            assert (reward, terminated) == (result["reward"], result["done"])


def test_quirks_of_the_original():
    shop = small_shop("paper")
    for action in ("search[]", "click[]", "Search[red]", "search[a [b]]", "click[search]", "buy"):
        assert not shop.act(action)
    assert shop.page.name == "index"
    assert shop.act("search[CUSHION] because I say so")
    assert len([node for node in shop.page.nodes if node.kind == "product"]) == 10
    for _ in range(3):  # no upper bound
        assert shop.act("click[next >]")
    assert shop.page.url.endswith("/search_results/7/cushion/4")
    assert "Total results: 15" in pages.as_text(shop.page, False)
    assert shop.act("search[round]") and shop.act("click[b000000001]")
    assert shop.act("click[red]") and shop.state.options == {"trim": "red"}  # the later name's
    assert "clicked" not in pages.as_text(shop.page, show_chosen=False)
    assert shop.act("click[< prev]") and shop.state.options == {}
    # Words of the query in the address confuse the original about the page it is on.
    assert shop.act("search[round search_results]") and shop.act("click[b000000001]")
    assert shop.act("click[< prev]") and shop.page.url.endswith("/0")
    with pytest.raises(IndexError):
        shop.act("search[<c>]")
    assert shop.act("search[<c> garden]") and shop.act("click[next >]")
    assert "Page 2 (Total results: 15)" in pages.as_text(shop.page, False)
    assert not shop.act("click[buy now]")


# ---------------------------------------------------------------- strict rules


def test_strict_rules_mend_the_defects():
    shop = small_shop("strict")
    assert shop.act("search[<c> [round] search_results/../?#%]") is True
    assert shop.page.name == "search_results" and not shop.page.has_search_bar
    assert not shop.act("search[again]") and not shop.act("click[next >]")
    assert shop.act("click[back to search]") and shop.act("Search[ round ]")
    assert shop.act("click[B000000001]") and shop.page.name == "item_page"
    for label in ("color: red", "trim: tan", "color: buy now", "trim: description"):
        assert shop.act(f"click[{label}]") == (label != "trim: tan")  # "tan" needs no name
    assert shop.page.name == "item_page" and shop.purchase is None
    assert shop.act("click[color: red]") and shop.act("click[tan]")
    text = pages.as_text(shop.page, show_chosen=True)
    assert text.startswith("You have clicked color: red. [SEP] You have clicked tan. [SEP] ")
    assert "  [clicked button] tan [clicked button_]\n" in pages.as_rich_text(shop.page)
    assert shop.act("click[Features]") and shop.act("click[< prev]")
    assert shop.state.options == {"color": "red", "trim": "tan"}
    assert shop.act("click[buy now]") and shop.purchase is not None and shop.purchase.success
    bought = shop.purchase
    assert not shop.act("click[buy now]") and not shop.act("search[round]")
    assert shop.purchase is bought


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        (["buy it"], "an action is search[words] or click[label]."),
        (["click[Search]"], "to search, write the words: search[words]."),
        (["search[round]", "search[again]"], "there is no search bar here; click[Back to Search]"),
        (["search[round]", "click[next >]"], 'there is no "next >" to click here.'),
        (["search[round]", "click[1]", "click[Color]"], '"color" is the name of an option; click'),
        (["click[a\x1bb" + "c" * 999 + "]"], 'there is no "ab' + "c" * 58 + '" to click here.'),
    ],
)
@pytest.mark.parametrize("view", ["text", "text_rich", "menu", "html"])
def test_strict_rules_say_why_nothing_happened(view: Any, actions: list[str], told: str):
    world = World(*small_world())
    game = WebShop(world, "strict", view, "closed-class", "number")
    seen = game.begin(world.tasks.select()[0]).observation
    for action in actions:
        before = seen
        game.ask(action)
        turn = game.answer(None)
        seen = turn.observation
    assert turn.invalid_action and seen == turn.delta != before
    told = f"Invalid action: {told}"
    assert (escape(told) in seen) if view == "html" else seen.startswith(told)
    game.ask("click[Back to Search]" if len(actions) > 1 else "search[round]")
    assert "Invalid action" not in game.answer(None).observation


def test_what_can_be_done_is_in_the_observation():
    shop = small_shop("strict")
    assert shop.page.actions == ["search[words]"]
    assert shop.act("search[round]")
    assert shop.page.actions == ["click[B000000001]", "click[Back to Search]"]
    assert shop.act("click[b000000001]")
    values = ["red & white", "color: red", "color: buy now", "trim: red", "trim: description"]
    buttons = ["Back to Search", "< Prev", "Description", "Features", "Reviews", "Buy Now"]
    expected = [f"click[{label}]" for label in (*values, "tan", *buttons)]
    assert shop.page.actions == expected
    for action in expected:
        assert shop.copy().act(action)
    game = WebShop(World(*small_world()), "strict", "text", "closed-class")
    end = game.begin(game.tasks.select()[0]).observation.rpartition(" [SEP] ")[2]
    assert end == "Available actions: search[words]"
    for action in ("search[round]", "click[b000000001]"):
        game.ask(action)
        parts = game.answer(None).observation.split(" [SEP] ")
    assert parts[-1] == f"Available actions: {', '.join(expected)}"
    assert parts[4:6] + parts[8:9] == ["color:", "red & white", "trim:"]


def test_a_search_page_may_suggest_queries():
    options = {"view": "menu", "suggestions": True}
    env = gymnasium.make("llm_gym/WebShop-v0", **options).unwrapped
    observation, info = env.reset(seed=3)
    words = "machine washable mattress topper size california king 12 inch style"
    assert observation.endswith(
        f"\n  click[1] {words}\n  click[2] machine washable mattress topper size\n"
        "  click[3] machine washable mattress\nsearch[words]\n"
    )
    assert info["available_actions"]["clickables"] == ["search", "1", "2", "3"]
    assert env.candidates() == ["click[1]", "click[2]", "click[3]"]  # a query has one name
    shown = env.step("click[2]")[0]
    assert env.session["keywords"] == ["machine", "washable", "mattress", "topper", "size"]
    env.step("click[Back to Search]")
    assert env.step("search[machine washable mattress topper size]")[0] == shown
    assert env.step("click[Back to Search]")[0] == observation
    assert env.step("click[4]")[4]["invalid_action"]
    assert env.scripted_player(0)(observation) == "click[1]"
    for view, rules in (("text", "strict"), ("menu", "paper")):
        with pytest.raises(ValueError, match="need view='menu' and rules='strict'"):
            WebShopEnv(rules=rules, view=view, suggestions=True)


def test_turns_may_be_few():
    env = gymnasium.make("llm_gym/WebShop-v0", view="menu", turn_limit=2)
    env.reset(seed=0)
    assert env.step("search[sofa]")[2:4] == (False, False)
    assert env.step("click[1]")[1:4] == (0.0, True, False)
    for options, why in (
        ({"turn_limit": 0}, "turn limit must be at least 1"),
        ({"turn_limit": 5, "view": "archer"}, "'archer' has 10 turns"),
    ):
        with pytest.raises(ValueError, match=why):
            gymnasium.make("llm_gym/WebShop-v0", **options)


def test_a_menu_of_numbers():
    game = WebShop(World(*small_world()), "strict", "menu", "closed-class")
    begin = game.begin(game.tasks.select()[0]).observation
    goal = f"Instruction: {GOAL.instruction_text}\n"
    assert begin == f"WebShop\n{goal}search[words]\n"
    for action in ("search[round]", "click[1]", "click[6]", "click[COLOR: RED]"):
        game.ask(action)
        turn = game.answer(None)
        assert not turn.invalid_action
    assert turn.observation == (
        f"{goal}round cushion\nPrice: $12.5\nRating: N.A.\ncolor:\n  click[1] red & white\n"
        "  click[2] color: red (chosen)\n  click[3] color: buy now\ntrim:\n  click[4] trim: red\n"
        "  click[5] trim: description\n  click[6] tan (chosen)\nclick[Back to Search]\n"
        "click[< Prev]\nclick[Description]\nclick[Features]\nclick[Reviews]\nclick[Buy Now]\n"
    )
    assert turn.info["available_actions"]["clickables"][-6:] == ["1", "2", "3", "4", "5", "6"]
    sizes = product("B000000009", "round boots", {"size": ["9", "2", "1"]})
    game = WebShop(World(*small_world(sizes)), "strict", "menu", "closed-class")
    game.begin(game.tasks.select()[0])
    for action, valid in (("search[boots]", True), ("click[1]", True), ("click[9]", False)):
        game.ask(action)
        assert game.answer(None).invalid_action != valid
    game.ask("click[2]")  # a number is a place, not a size
    assert "  click[2] 2 (chosen)\n" in game.answer(None).observation
    original = WebShop(World(*small_world()), "paper", "menu", "closed-class")
    original.begin(original.tasks.select()[0])
    original.ask("search[round]")
    assert "\nclick[B000000001] round cushion $12.5\n" in original.answer(None).observation


class VisibleText(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())


@pytest.mark.parametrize("rules", ["paper", "strict"])
def test_html_shows_the_same_texts(rules: Any):
    shop = small_shop(rules)
    actions = ["search[round]", "click[b000000001]", "click[tan]", "click[description]"]
    actions += ["click[< prev]", "click[buy now]"]
    for action in [None, *actions]:
        assert action is None or shop.act(action)
        texts = VisibleText(pages.as_html(shop.page)).texts
        assert texts == pages.as_text(shop.page, show_chosen=False).split(" [SEP] ")


@given(
    st.lists(
        st.text(st.characters(exclude_categories=()), max_size=30)
        | st.sampled_from(["search", "click[", "]", "< prev", "red"])
    )
)
def test_no_action_breaks_the_strict_shop(pieces: list[str]):
    shop = small_shop("strict")
    for action in ("".join(pieces), f"search[{''.join(pieces)}]", f"click[{''.join(pieces)}]"):
        before = shop.page
        if not shop.act(action):
            assert shop.page is before
        for show in (pages.as_rich_text, pages.as_menu, pages.as_html):
            assert show(shop.page)
        assert shop.page.url.isascii()


# ---------------------------------------------------------------- the environment


@recorded
@pytest.mark.parametrize("rules", ["paper", "strict"])
@pytest.mark.parametrize("view", VIEWS)
def test_the_contract_in_every_view(rules: str, view: str):
    for check in checks.ALL[:3]:
        check("llm_gym/WebShop-v0", rules=rules, view=view, goals="synthetic", **FILES)


@recorded
def test_vector_environments_play_the_same_episodes():
    checks.check_vector_parity("llm_gym/WebShop-v0", goals="synthetic", **FILES)


@recorded
def test_splits():
    tasks = make(rules="paper", goals="synthetic").game.tasks
    assert {name: len(tasks.select(name)) for name in tasks.names} == {
        "test": 500,
        "valid": 1000,
        "train": 5410,
    }
    assert [task.payload.number for task in tasks.select()] == list(range(6910))
    tasks = make(rules="strict", goals="synthetic").game.tasks
    asins = [{task.payload.goal.asin for task in tasks.select(name)} for name in tasks.names]
    assert not (asins[0] & asins[1] or asins[0] & asins[2] or asins[1] & asins[2])
    assert tasks.names == ("train", "valid", "test")
    # A goal keeps its id and its split whatever else changes: its bound, say.
    paper = make(rules="paper", goals="synthetic").game.tasks
    assert {task.id for task in paper.select()} == {task.id for task in tasks.select()}


@recorded
def test_panels(tmp_path: Path):
    """The papers' ranges and lists of goals, each goal once, wherever a split is named."""
    env = make(rules="paper", goals="synthetic", split="2000-2099")
    numbers = []
    for index in range(env.task_count):
        _, info = env.reset(options={"index": index})
        assert env.task is not None and info["split"] == "train"
        numbers.append(env.task.payload.number)
    assert numbers == list(range(2000, 2100))
    with pytest.raises(ValueError, match="index 100 is out of range"):
        env.reset(options={"index": 100})
    tasks = env.game.tasks
    assert tasks.select("dev") == tasks.select("valid") and tasks.select("0-499") == tasks.select(
        "test"
    )
    listed = tmp_path / "goals.txt"
    listed.write_text(f"314\n\n {tasks.select()[7].id}\n314\n")
    panel = tasks.select(f"@{listed}")
    assert [task.payload.number for task in panel] == [314, 7]
    envs = gymnasium.make_vec(
        "llm_gym/WebShop-v0",
        3,
        "vector_entry_point",
        **FILES,
        goals="synthetic",
        split=f"@{listed}",
    )
    assert envs.unwrapped.task_count == 2
    _, infos = envs.reset(options={"index": [0, 1, 0]})
    assert list(infos["task_id"]) == [panel[0].id, panel[1].id, panel[0].id]
    listed.write_text("6910\n")
    for name, message in (
        (f"@{tmp_path}/none", "cannot read the list of goals"),
        ("6900-7000", "there is no goal 6910 among the 6910"),
        ("7-3", "names no goal"),
        ("exam", "a range of goals such as '2000-2099'"),
    ):
        with pytest.raises(ValueError, match=message):
            tasks.select(name)


@recorded
def test_the_first_products_of_a_file_alone():
    few = {"human_instructions": None, "goals": "synthetic", "num_products": 100}
    env = make(**few)
    assert list(env.catalog.asins) == list(make(**few | {"num_products": None}).catalog.asins)[:100]
    assert {task.payload.goal.asin for task in env.game.tasks.select()} <= set(env.catalog.asins)
    for bad in (0, -1, True, 2.0):
        with pytest.raises(ValueError, match="num_products must be a positive integer"):
            make(**few | {"num_products": bad})
    with pytest.raises(ValueError, match="num_products counts the records of items"):
        gymnasium.make("llm_gym/WebShop-v0", num_products=100)


@recorded
@pytest.mark.parametrize("view", VIEWS)
def test_the_papers_baselines(view: str):
    env = make(goals="synthetic", view=view)
    index, asked, first = next(
        (index, goal, env.catalog.product(asin))
        for index, goal in enumerate(task.payload.goal for task in env.game.tasks.select())
        if len(goal.goal_options) == 2
        and (asin := env.catalog.search(goal.instruction_text, k=1)[0][0]) == goal.asin
    )
    expected: dict[str, str] = {}
    for player in (baselines.RulePlayer(), baselines.RulePlayer(literal=True)):
        observation, _ = env.reset(options={"index": index})
        actions: list[str] = []
        terminated = False
        while not terminated:
            actions.append(player(observation))
            chosen = dict(env.session["options"])
            observation, _, terminated, _, info = env.step(actions[-1])
            assert not info["invalid_action"], actions
        assert actions[0] == f"search[{asked.instruction_text}]" and actions[-1] == "click[Buy Now]"
        assert env.session["asin"] == first.asin and chosen == expected
        assert len(actions) == 3 + len(chosen)
        expected = dict(asked.goal_options)


@recorded
def test_after_the_end_paper_rules_let_one_go_on():
    env = make(rules="paper", goals="human")
    env.reset(options={"index": 0})
    for action in ("search[tongue cleaners]", "click[b09mw563kn]", "click[buy now]"):
        observation, first, terminated, *_ = env.step(action)
    assert terminated and first > 0
    again, reward, terminated, _, info = env.step("click[buy now]")
    assert (again, reward, terminated) == (observation, 0.0, False) and info["invalid_action"]
    for action in ("search[tongue cleaners]", "click[b09mw563kn]", "click[buy now]"):
        _, reward, terminated, *_ = env.step(action)
    assert (reward, terminated) == (first, True)
    env = make(rules="strict", goals="human")
    env.reset(options={"index": 0})
    for action in ("search[tongue cleaners]", "click[b09mw563kn]", "click[buy now]"):
        env.step(action)
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step("search[tongue cleaners]")


def test_a_query_that_the_original_fails_at_ends_its_own_game_alone():
    make_shops: Any = gymnasium.make_vec
    envs = make_shops("llm_gym/WebShop-v0", 3, "vector_entry_point", rules="paper")
    envs.reset(seed=0)
    actions = ["search[chips]", "search[<c>]", "search[<a> gluten free]"]
    seen, rewards, terminated, _, infos = envs.step(actions)
    assert "Total results" in seen[0] and seen[1] == "IndexError: list index out of range"
    assert seen[2].startswith("TypeError: ") and list(terminated) == [False, True, True]
    assert list(rewards) == [0, 0, 0] and list(infos["invalid_action"]) == [False, True, True]
    again, *_ = envs.step(["click[next >]", None, None])
    assert "Page 2" in again[0] and again[1].startswith("WebShop [SEP] ")
    alone = gymnasium.make("llm_gym/WebShop-v0", rules="paper")
    alone.reset(seed=0)
    with pytest.raises(IndexError):
        alone.step("search[<c>]")


@recorded
def test_archers_horizon():
    for rules, last in (("strict", 10), ("paper", 11)):
        env = make(rules=rules, view="archer", goals="human")
        env.reset(options={"index": 0})
        for turn in range(1, last + 1):
            observation, reward, terminated, *_ = env.step("think[hm]")
            assert (reward, terminated) == (0.0, turn == last)
        assert ("\nInstruction:\n" in observation) == (rules == "strict")
        if rules == "paper":
            assert env.step("click[x]")[:3] == (observation, 0.0, True)


@recorded
@pytest.mark.parametrize("query", ["a/b", "why?", "#1 mug", "[", "..", ""])
def test_queries_that_break_archers_client(query: str):
    env = make(rules="paper", view="archer", goals="human")
    env.reset(options={"index": 0})
    *_, info = env.step(f"search[{query}]")
    assert info["delta"] == "\nObservation:\n" and not info["invalid_action"]
    assert env.step("click[B09MW563KN]")[4]["invalid_action"]
    assert "[Search]" in env.step("click[Back to Search]")[4]["delta"]
    env = make(rules="strict", view="archer", goals="human")
    env.reset(options={"index": 0})
    assert "Total results" in env.step(f"search[{query}]")[4]["delta"]


@recorded
def test_what_archers_client_refuses():
    env = make(rules="paper", view="archer", goals="human")
    env.reset(options={"index": 0})
    refused = ["click[Back to Search]", "click[Buy Now]", "", "reset", "buy", "Search[x]"]
    assert all(env.step(action)[4]["invalid_action"] for action in refused)
    env.reset(options={"index": 0})
    env.step("search[tongue cleaners]")
    for action in ("click[Next >]", "click[< Prev]", "click[b09mw563kn]", "search[again]"):
        assert env.step(action)[4]["delta"] == "\nObservation:\nInvalid action!"
    env.step("click[B09MW563KN]\n")
    assert "oral care" in env.step("click[Attributes]")[4]["delta"]


@recorded
def test_the_scripted_shopper_gets_better_with_skill():
    env = make(goals="synthetic", view="text")
    means = []
    for skill in (0.0, 0.5, 1.0):
        player = env.scripted_player(0, skill)
        returns = [_play(env, player, seed) for seed in range(25)]
        means.append(sum(returns) / len(returns))
    assert means == sorted(means) and means[0] < 0.4 < 0.7 < means[2]
    with pytest.raises(ValueError, match="between 0 and 1"):
        env.scripted_player(0, 1.5)
    with pytest.raises(ValueError, match="does not show the instruction"):
        make(goals="synthetic", view="url").scripted_player(0)


@recorded
@pytest.mark.parametrize("view", VIEWS)
def test_products_may_be_called_by_their_place(view: str):
    env = make(goals="synthetic", view=view, product_labels="number")
    env.reset(seed=0)
    *_, info = env.step("search[cotton shirt]")
    asins = [asin for asin, _ in env.catalog.search("cotton shirt", k=10)]
    labels = [label for label in info["available_actions"]["clickables"] if label.isdigit()]
    assert labels == [str(place) for place in range(1, 11)]
    assert not any(asin in info["delta"] for asin in asins)
    assert env.step(f"click[{asins[1]}]")[4]["invalid_action"]
    assert not env.step("click[2]")[4]["invalid_action"] and env.session["asin"] == asins[1]
    assert _play(env, env.scripted_player(0), 0) > 0


def test_one_player_plays_many_games_in_turns():
    env = gymnasium.make("llm_gym/WebShop-v0", view="archer").unwrapped
    envs = gymnasium.make_vec(
        "llm_gym/WebShop-v0", 8, "vector_entry_point", view="archer", autoreset_mode="Disabled"
    )
    player = env.scripted_player(0)
    observations, _ = envs.reset(seed=0)
    returns, ended = 0.0, [False] * 8
    while not all(ended):
        actions = [None if e else player(o) for o, e in zip(observations, ended, strict=True)]
        observations, rewards, terminated, _, _ = envs.step(actions)
        returns += sum(r for r, e in zip(rewards, ended, strict=True) if not e)
        ended = [bool(end) for end in terminated]
    alone = [_play(env, env.scripted_player(0), seed) for seed in range(8)]
    assert returns == pytest.approx(sum(alone))


def _play(env: WebShopEnv, player: Any, seed: int) -> float:
    observation, _ = env.reset(seed=seed)
    while True:
        observation, reward, terminated, *_ = env.step(player(observation))
        if terminated:
            return reward


@recorded
@pytest.mark.parametrize("view", [*VIEWS, "url"])
def test_random_clicks_keep_every_view_within_its_space(view: str):
    env = make(goals="synthetic", view=view)
    rng = random.Random(0)
    for seed in range(5):
        observation, info = env.reset(seed=seed)
        terminated = False
        while not terminated:
            assert env.observation_space.contains(observation)
            actions = info["available_actions"]
            clicks = [f"click[{label}]" for label in actions["clickables"] if label != "search"]
            action = rng.choice(clicks) if clicks else "search[cotton shirt]"
            observation, _, terminated, _, info = env.step(action)
            assert not info["invalid_action"], action


@recorded
def test_a_file_that_has_changed_is_read_again(tmp_path: Path):
    prices = tmp_path / "prices.json"
    listed = json.loads(Path(FILES["prices"]).read_text())
    for price in (1.0, 99.0):
        prices.write_text(json.dumps(dict.fromkeys(listed, price)))
        assert make(prices=str(prices)).game.world.prices["B09MW563KN"] == price


@recorded
@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"rules": "loose"}, "rules must be one of"),
        ({"view": "pdf"}, "view must be one of"),
        ({"goals": "own"}, "goals must be 'human' or 'synthetic'"),
        ({"attributes": None}, "items and attributes belong together"),
        ({"prices": FILES["items"]}, "must be a JSON object of asin"),
        ({"prices": FILES["human_instructions"]}, "must be a JSON object of asin"),
        ({"human_instructions": None, "goals": "human"}, "has no human goals"),
        ({"split": "exam"}, "unknown split"),
        ({"product_labels": "name"}, "product_labels must be one of"),
        ({"product_labels": "number", "rules": "paper"}, "needs rules='strict'"),
    ],
)
def test_bad_arguments_are_explained(kwargs: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        make(**kwargs)
