"""WebShop as a web site: the same pages as in process, and nothing but what the rules allow."""

import re
import signal
import subprocess
import sys
import threading
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import gymnasium
import pytest

pytest.importorskip("flask", reason="the extra 'webshop' is not installed")

from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_webshop import GOAL, ROUND, SmallCatalog, product, small_shop

from archer_agent.episodes.datasets import read_dataset
from llm_gym.cli import main
from llm_gym.core.tasks import Task
from llm_gym.games.webshop import pages
from llm_gym.games.webshop.pages import Node
from llm_gym.games.webshop.player import ShopPlayer
from llm_gym.games.webshop.shop import Shop
from llm_gym.games.webshop.site.app import make_app
from llm_gym.games.webshop.site.log import GameLog
from llm_gym.games.webshop.site.server import SiteServer
from llm_gym.games.webshop.site.visits import PAGES, Visit, Visits
from llm_gym.games.webshop.tasks import World, make_tasks, open_world

TAGS = frozenset(
    "html head meta title link body header div a img main section h1 p form button details summary "
    "label select option input span nav ol li svg rect circle g path q article ul table tr th td "
    "meter pre".split()
)


class Reader(HTMLParser):
    """Reads from the site's HTML what a browser would: nodes by number, tags, links, forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: dict[int, str] = {}
        self.addresses: list[str] = []
        self._nodes: dict[int, Node] = {}
        self._open: list[tuple[str, int | None]] = []
        self.page = ""
        self.feed(html)
        self.close()
        self.nodes = tuple(self._nodes[number] for number in sorted(self._nodes))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.addresses += [given[name] for name in ("href", "src", "action") if name in given]
        self.page = given.get("data-page", self.page)
        number = int(given["data-node"]) if "data-node" in given else None
        if number is not None:
            assert number not in self._nodes
            kind: Any = given["data-kind"]
            option = given.get("data-name", ""), given.get("data-value", "")
            self._nodes[number] = Node(kind, "", "data-marked" in given, *option)
            self.links[number] = given.get("href", "")
        if tag not in ("meta", "link", "img", "input", "rect", "circle", "path"):
            self._open.append((tag, number))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "circle", "path"):
            assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, number in self._open:
            if number is not None:
                node = self._nodes[number]
                self._nodes[number] = node._replace(text=node.text + data)


def small_world() -> World:
    others = [product(f"B1{i:08}", f"square cushion {i}", {}) for i in range(14)]
    catalog: Any = SmallCatalog(ROUND, *others)
    catalog.__class__.__len__ = lambda self: len(self.asins)
    return World(catalog, dict.fromkeys(catalog.asins, 12.5), make_tasks([GOAL] * 3, "strict"))


class Person:
    """Somebody with a browser of their own, on the site of the small shop."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.see(client.post("/start", follow_redirects=True))

    def see(self, response: Any) -> Any:
        self.status, self.html = response.status_code, response.text
        self.reader = Reader(self.html)
        if self.status == 200:
            self.here = response.request.path
        return self

    def ask(self, **query: str) -> Any:
        return self.see(self.client.get(self.here, query_string=query, follow_redirects=True))

    def buy(self, address: str = "") -> Any:
        address = f"{address or self.here}/buy"
        return self.see(self.client.post(address, follow_redirects=True))

    @property
    def score(self) -> str:
        assert self.reader.page == "done"
        return self.reader.nodes[-1].text


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return make_app(small_world(), tagger="closed-class").test_client()


@pytest.fixture
def person(client: FlaskClient) -> Person:
    return Person(client)


def play_both(world: World, task: Task, client: FlaskClient, player: Any, rules: Any) -> float:
    """Play an episode by the links and forms of the site, and compare every page with the shop's."""
    shop = Shop(world.catalog, world.prices, rules, "closed-class")
    shop.open(task.payload.goal, str(task.payload.number))
    number = world.tasks.select(task.split).index(task)
    start = client.post(
        "/start", data={"split": task.split, "number": number}, follow_redirects=True
    )
    shown, here = start.text, start.request.path
    for _ in range(30):
        reader = Reader(shown)
        assert (reader.page, reader.nodes) == (shop.page.name, shop.page.nodes)
        if shop.purchase is not None:
            assert f'<pre data-node="{len(reader.nodes) - 1 - 2 * (rules == "paper")}"' in shown
            return shop.purchase.reward
        action = player(pages.as_text(shop.page, show_chosen=True))
        node = shop._find(action[len("click[") : -1].lower())
        assert shop.act(action)
        if action.startswith("search["):
            address = f"{here}?search={urllib.request.quote(action[7:-1])}"
            response = client.get(address, follow_redirects=True)
        elif node is not None and node.text == "Buy Now":
            response = client.post(f"{here}/buy", follow_redirects=True)
        else:
            address = reader.links[reader.nodes.index(node)]
            response = client.get(address, follow_redirects=True)
        shown, here = response.text, response.request.path
    return 0.0


@pytest.mark.parametrize("rules", ["strict", "paper"])
def test_the_site_is_the_shop_page_by_page(rules: Any):
    world = open_world(None, None, None, None, None, rules)
    client = make_app(world, rules, "closed-class").test_client()
    tasks = world.tasks.select("test")[:8]
    scores = [
        play_both(world, task, client, ShopPlayer(seed, skill=(1.0, 0.3)[seed % 2]), rules)
        for seed, task in enumerate(tasks)
    ]
    assert max(scores) > 0.5


def test_every_kind_of_page_shows_every_node_and_nothing_from_elsewhere(person: Person):
    shop = small_shop("strict")
    steps = [
        ("search", "round"),
        ("click", ROUND.asin),
        ("click", "Red & White"),
        ("click", "trim: red"),
        ("click", "color: buy now"),
        ("click", "trim: description"),
        ("click", "Features"),
        ("click", "< Prev"),
        ("click", "Reviews"),
        ("click", "Back to Search"),
        ("search", "cushion"),
        ("click", "Next >"),
        ("click", "< Prev"),
        ("click", "B100000003"),
        ("click", "< Prev"),
    ]
    for name, argument in steps:
        assert person.reader.nodes == shop.page.nodes and person.reader.page == shop.page.name
        assert person.reader.tags <= TAGS  # no script, no style, no frame
        assert all(re.match(r"/(?!/)", address) for address in person.reader.addresses)
        assert shop.act(f"{name}[{argument}]")
        person.ask(**{name: argument})
    assert person.reader.nodes == shop.page.nodes
    assert "<round>" not in person.html and "&lt;round&gt;" in person.html


def test_a_game_is_logged_as_the_environment_plays_it(tmp_path: Path):
    """With the way that led to the purchase, not what was looked at beside it."""
    world = open_world(None, None, None, None, None, "strict")
    file = tmp_path / "games.jsonl"
    client = make_app(world, "strict", "closed-class", log=GameLog(file)).test_client()
    player, task = ShopPlayer(0, skill=1.0), world.tasks.select("test")[0]
    score = play_both(world, task, client, player, "strict")
    address = "/shop/" + client.post("/start", follow_redirects=True).request.path.split("/")[2]
    client.get(f"{address}/0?search=cushion")  # a visit without a purchase is no game
    assert client.post(f"{address}/0/buy").status_code == 409
    (episode,) = read_dataset(file)
    env = gymnasium.make("llm_gym/WebShop-v0", split="test", tagger="closed-class").unwrapped
    shown = [env.reset(options={"index": 0})[0]]
    for turn in episode.turns:
        observation, reward, terminated, _, info = env.step(turn.action)
        shown.append(observation)
        assert reward == turn.reward
    assert terminated and episode.terminated and episode.success == info["success"]
    assert episode.observations() == shown and episode.task_id == info["task_id"]
    assert episode.total_reward == score > 0


def test_a_game_that_cannot_be_written_is_the_shopper_s_no_concern(tmp_path: Path):
    log = GameLog(tmp_path / "games.jsonl")
    (tmp_path / "games.jsonl").unlink()
    (tmp_path / "games.jsonl").mkdir()
    person = Person(make_app(small_world(), tagger="closed-class", log=log).test_client())
    person.ask(search="cushion").ask(click=ROUND.asin).ask(click="trim: red")
    assert person.buy().score == "0.5"


def test_going_back_as_browsers_do(person: Person):
    results = person.ask(search="round").here
    item = person.ask(click=ROUND.asin).here
    chosen = person.ask(click="tan").here
    person.here = item  # the back button: nothing is chosen there
    assert [node.text for node in person.ask().reader.nodes if node.marked] == []
    person.here = chosen
    assert [node.text for node in person.ask().reader.nodes if node.marked] == ["tan"]
    person.here = results
    assert person.ask().reader.page == "search_results"
    assert person.ask(search="").here == results  # nothing to look for


def test_a_purchase_cannot_be_forged_or_repeated(client: FlaskClient, person: Person):
    assert person.buy().status == 409  # from the search page
    results = person.ask(search="cushion").here
    assert person.buy().status == 409
    assert person.ask(click="B000000009").status == 409  # no such product here
    item = person.ask(click=ROUND.asin).here
    assert person.ask(click="golden").status == 409  # the product has no such option
    assert person.ask(click="Attributes").status == 409
    person.here = item
    assert person.ask(click="Buy Now").status == 409  # a link is no purchase
    assert client.get(f"{item}/buy").status_code == 405
    key = item.split("/")[2]
    for forged in (f"/shop/{key[:-1]}/2", f"/shop/{key}/3", f"/shop/{key}/-1", f"/done/{key}"):
        assert person.buy(forged).status == 404
    person.here = item
    person.ask(click="trim: red")
    first = person.buy().score
    receipt = person.here
    assert first == "0.5"  # attribute and price of four parts
    for address in (item, results, receipt):
        person.here = address
        assert person.buy().score == first
        person.here = address
        assert person.ask(click="tan").score == first
        person.here = address
        assert person.ask(search="round").here == receipt
    assert "machine washable" not in person.html  # the page does not say what was wanted


def test_choosing_a_task(client: FlaskClient):
    def start(**form: str) -> Any:
        return client.post("/start", data=form, follow_redirects=True)

    assert start(split="test", number="0").status_code == 200
    for form in (
        {"split": "exam"},
        {"split": "test", "number": "999"},
        {"number": "-1"},
        {"number": "٣"},
        {"number": "1" * 99},
    ):
        assert start(**form).status_code == 400
    assert client.post("/start", data={"split": "x" * 99_999}).status_code == 413


hostile = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="<>&\"'/\\%?#[]{}.;:=\x00\r\n\u2028", max_size=40),
    st.sampled_from(["../" * 9, "%2e%2e%2f", "<r>", "<c>", "<a> x", "</title><script>", "{{7*7}}"]),
)


@pytest.mark.parametrize("rules", ["strict", "paper"])
def test_hostile_queries_and_ids(rules: Any):
    client = make_app(small_world(), rules, "closed-class").test_client()

    @settings(max_examples=40)
    @given(query=hostile, label=hostile, key=hostile, number=hostile)
    @example("<r>", "Buy Now", "..", "1e9")
    @example("a" * 5000, "search", "static", "9" * 99)
    def survive(query: str, label: str, key: str, number: str) -> None:
        person = Person(client)
        start = person.here
        path = f"/shop/{urllib.request.quote(key, safe='')}"
        responses = [
            client.get(start, query_string={"search": query}, follow_redirects=True),
            client.get(start, query_string={"click": label}, follow_redirects=True),
            client.get(start, query_string=query, follow_redirects=True),
            client.get(path, follow_redirects=True),
            client.get(f"{path}/{urllib.request.quote(number, safe='')}"),
            client.get(f"{start}/../{urllib.request.quote(number)}"),
            client.post(f"{path}/0/buy", data={"asin": label, "options": query}),
            client.post("/start", data={"split": key, "number": number}),
        ]
        for response in responses:
            assert response.status_code in (200, 303, 308, 400, 404, 405, 409)
            assert Reader(response.text).tags <= TAGS
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]

    survive()


@pytest.mark.parametrize("name", ["../app.py", "%2e%2e/app.py", "/etc/passwd", "..%2f..%2fshop.py"])
def test_only_the_site_s_own_files_are_served(client: FlaskClient, name: str):
    assert client.get(f"/static/{name}", follow_redirects=True).status_code == 404
    assert client.get("/static/shop.css").status_code == 200


def test_visits_are_bounded_and_expire():
    now = [0.0]
    visits = Visits(limit=3, lifetime=10.0, clock=lambda: now[0])
    first, second, third = (visits.enter(small_shop("strict")) for _ in range(3))
    assert visits.find(first) is not None  # used: the second is now the longest unused
    fourth = visits.enter(small_shop("strict"))
    assert visits.find(second) is None and len(visits) == 3
    now[0] = 9.0
    assert visits.find(third) is not None
    now[0] = 11.0
    assert visits.find(first) is None and visits.find(fourth) is None
    assert visits.find(third) is not None
    visits.leave(third)
    assert len(visits) == 0


def test_a_visit_keeps_so_many_pages():
    visit = Visit(small_shop("strict"))
    number = visit.act(0, "search[cushion]")
    for _ in range(PAGES):
        assert number is not None
        here, number = number, visit.act(number, "click[next >]" if number % 2 else "click[< prev]")
    assert visit.page(0) is None and visit.page(here) is not None
    assert visit.newest == PAGES + 1


def test_many_shoppers_at_once():
    with SiteServer(make_app(small_world(), tagger="closed-class")) as site:
        scores: list[str] = []

        def shop() -> None:
            with urllib.request.urlopen(f"{site.url}/start", data=b"") as start:
                address = start.url
            for query in ("search=round", f"click={ROUND.asin}", "click=tan"):
                with urllib.request.urlopen(f"{address}?{query}") as page:
                    address = page.url
            with urllib.request.urlopen(f"{address}/buy", data=b"") as page:
                scores.append(Reader(page.read().decode()).nodes[-1].text)

        threads = [threading.Thread(target=shop) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert scores == ["0.75"] * 8


def test_serve_opens_and_closes(capsys: pytest.CaptureFixture[str]):
    command = [sys.executable, "-m", "llm_gym.cli", "serve", "webshop", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
        assert found is not None
        with urllib.request.urlopen(found[0]) as page:
            assert "2,520 products" in page.read().decode()
        assert main(["serve", "webshop", "--port", found[1]]) == 2
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    message = capsys.readouterr().err
    assert message.startswith("llm-gym: cannot open the shop: ") and message.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "70000"], "port must be 0-65535"),
        (["--items", "none.json"], "items and attributes belong together"),
        (["--items", "none.json", "--attributes", "none.json"], "none.json"),
        (["--tagger", "best"], "best"),
        (["--log", "none/games.jsonl"], "none/games.jsonl"),
    ],
)
def test_serve_where_it_cannot(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["serve", "webshop", *arguments]) == 2
    shown = capsys.readouterr().err
    assert message in shown and shown.count("\n") == 1
