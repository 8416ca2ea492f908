"""WebShop in a real browser: the same episodes as in process, and no process left behind."""

import contextlib
import copy
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence

from llm_gym import checks
from llm_gym.cli import main
from llm_gym.games.webshop.env import WebShopEnv
from llm_gym.registration import ENVIRONMENTS

pytest.importorskip("selenium", reason="the extra 'browser' is not installed")

from llm_gym.games.webshop.browser.chromium import BrowserError, find_programs
from llm_gym.games.webshop.browser.env import WebShopBrowserEnv

try:
    find_programs()
    missing = ""
except BrowserError as error:
    missing = str(error)
browser = pytest.mark.skipif(bool(missing), reason=missing or "-")

QUERY = "machine washable mattress topper size california king 12 inch style "
ASIN = "click[S0PFLCZ861]"  # among the first ten hits
ID, IN_PROCESS = "llm_gym/WebShopBrowser-v0", "llm_gym/WebShop-v0"


def make(env_id: str = ID, **kwargs: Any) -> Any:
    return gymnasium.make(env_id, tagger="closed-class", **kwargs).unwrapped


@pytest.fixture(scope="module")
def shop() -> Iterator[WebShopBrowserEnv]:
    env = make(render_mode="rgb_array")
    yield env
    env.close()


def play_both(one: Any, other: Any, player: Any, **reset: Any) -> float:
    """Play an episode in both environments with the same actions; everything must be the same."""
    found, expected = one.reset(**reset), other.reset(**reset)
    while True:
        assert data_equivalence(found, expected, exact=True), (found, expected)
        if len(found) == 5 and found[2]:
            return float(found[1])
        action = player(found[0])
        found, expected = one.step(action), other.step(action)


def bid(observation: str, role: str, name: str = "") -> str:
    """The id of the first element of a role whose name begins so."""
    found = re.search(rf"\[(\d+)\] {role} '{re.escape(name)}", observation)
    assert found is not None, observation
    return found[1]


def script(*actions: str) -> Any:
    steps = iter(actions)
    return lambda observation: next(steps)


@browser
def test_whole_episodes_are_those_in_process(shop: WebShopBrowserEnv):
    other = make(IN_PROCESS)
    rewards = [
        play_both(shop, other, WebShopEnv.scripted_player(other, seed, skill), seed=seed)
        for seed, skill in enumerate((1.0, 1.0, 0.3))
    ]
    assert max(rewards) > 0.5


@browser
def test_whatever_is_typed(shop: WebShopBrowserEnv):
    play_both(
        shop,
        make(IN_PROCESS),
        script(
            "hello",
            "click[buy now]",
            "search[]",
            "search[</title><script>document.body.innerHTML = ''</script> \" ' %00 & + # ? / .. \\]",
            "click[back to search]",
            "search[★ 漢字 \U0001f600 \u202e \ufeff \x00 \ue007 [x] é]",
            "click[Back to Search]",
            f"search[{QUERY * 20}]",
            "click[next >]",
            "click[ <  Prev ]",
            ASIN,
            "search[another]",
            "CLICK[California King] please",
            "click[8 inch]",
            "click[Reviews]",
            "click[< Prev]",
            "click[8 inch]",
            "click[Buy Now]",
        ),
        seed=3,
    )


@browser
def test_paper_rules_and_rich_text():
    one, other = (make(each, rules="paper", view="text_rich") for each in (ID, IN_PROCESS))
    with_dangers = script(
        "search[search_results item_page]",
        "click[next >]",
        f"search[{QUERY}]",  # from a page without a search bar
        ASIN,
        "click[queen]",
        "click[Features]",
        "click[back to search]",
        f"search[{QUERY}]",
        ASIN,
        "click[buy now]",
    )
    try:
        play_both(one, other, with_dangers, options={"split": "train", "index": 2})
        one.reset()
        with pytest.raises(BrowserError, match="fails at this query"):
            one.step("search[<c>]")
        one.reset()  # the browser is still there
    finally:
        one.close()


@browser
def test_the_screen(shop: WebShopBrowserEnv):
    shop.reset(seed=0)
    first = shop.render()
    assert isinstance(first, np.ndarray)
    assert first.shape == (960, 1280, 3) and first.dtype == np.uint8
    shop.step("search[watch]")
    second = shop.render()
    assert isinstance(second, np.ndarray) and (first != second).mean() > 0.01
    assert "search_results" in shop.driver.page_source


@browser
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_several_browsers(mode: str, place: Path):
    def record(env_id: str, mode: str) -> list[tuple[Any, ...]]:
        vector = gymnasium.make_vec(env_id, 2, vectorization_mode=mode, tagger="closed-class")
        players = [WebShopEnv.scripted_player(make(IN_PROCESS), seed) for seed in range(2)]
        try:
            return checks.rollout(vector, players, steps=6, seed=5)
        finally:
            vector.close()

    assert data_equivalence(record(ID, mode), record(IN_PROCESS, "sync"), exact=True)
    assert_ended(place)


@browser
def test_a_browser_has_no_copy(shop: WebShopBrowserEnv):
    for copied in (copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="neither copied nor pickled: make another"):
            copied(shop)


@browser
def test_the_contract():
    checks.check_api(ID)
    checks.check_info(ID)
    env = make()
    environment = next(each for each in ENVIRONMENTS if each.id == ID)
    tasks = env.game.tasks
    assert {split: len(tasks.select(split)) for split in tasks.names} == environment.splits
    assert env.game.turn_limit == environment.turn_limit


# ---------------------------------------------------------------- processes


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the browsers of this test have their folders; nothing may be left in it."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def living(place: Path) -> list[int]:
    """Return the processes of browsers that have their folders in ``place``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            dead = (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:  # it has just ended, or is another user's
            continue
        if f"TMPDIR={place}/llm_gym_browser_".encode() in environment and not dead:
            found.append(int(process.name))
    return found


def folders(place: Path) -> set[Path]:
    return set(place.glob("llm_gym_browser_*"))


def assert_ended(place: Path, among: tuple[set[int], set[Path]] | None = None) -> None:
    """No process and no folder is left: of those that were there then, or at all."""
    for _ in range(200):
        processes, kept = set(living(place)), folders(place)
        if among is not None:
            processes, kept = processes & among[0], kept & among[1]
        if not processes and not kept:
            return
        time.sleep(0.05)
    raise AssertionError(f"left: {processes}, {kept}")


@browser
def test_closing_leaves_nothing_and_can_be_taken_back(place: Path):
    env = make()
    env.reset(seed=0)
    assert len(living(place)) > 2
    env.close()
    assert_ended(place)
    env.close()
    env.reset(seed=0)
    assert living(place)
    del env  # nobody has closed it
    assert_ended(place)


OWNER = """
import time
import gymnasium, llm_gym
env = gymnasium.make("llm_gym/WebShopBrowser-v0")
env.reset(seed=0)
print("ready", flush=True)
time.sleep(60)
"""


@browser
@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_process_that_dies_takes_its_browser_along(place: Path, way: signal.Signals):
    command = [sys.executable, "-c", OWNER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as owner:
        assert owner.stdout is not None and owner.stdout.readline() == b"ready\n"
        assert living(place)
        owner.send_signal(way)
    assert_ended(place)


@browser
def test_a_browser_that_dies_is_named_and_replaced(place: Path):
    env = make()
    env.reset(seed=0)
    before = set(living(place)), folders(place)
    os.kill(env.driver.capabilities["goog:processID"], signal.SIGKILL)
    with pytest.raises(BrowserError, match=r"\Athe browser has stopped answering: .+\Z"):
        env.step("search[watch]")
    assert_ended(place, before)
    # Another browser stands where the game was.
    assert env.step("search[watch]")[4]["invalid_action"] is False
    env.close()
    assert_ended(place)


@browser
@pytest.mark.parametrize("frozen", ["browser", "driver", "watchdog and browser"])
def test_what_stands_still_is_ended(frozen: str, place: Path, monkeypatch: pytest.MonkeyPatch):
    env = make()
    env.reset(seed=0)
    before = set(living(place)), folders(place)
    names = {pid: Path(f"/proc/{pid}/comm").read_text().strip() for pid in living(place)}
    (driver,) = (pid for pid, name in names.items() if name == "chromedriver")
    group = [pid for pid in names if pid != driver and os.getpgid(pid) == driver]
    for pid in [driver] if frozen == "driver" else group:
        os.kill(pid, signal.SIGSTOP)
    if "watchdog" in frozen:
        for child in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                line = (child / "cmdline").read_bytes().split(b"\0")
                if line[0] == b"/bin/sh" and str(driver).encode() in line:
                    os.kill(int(child.name), signal.SIGSTOP)
    monkeypatch.setattr("llm_gym.games.webshop.browser.chromium._DEADLINE", 2.0)
    with pytest.raises(BrowserError, match=r"\Athe browser has stopped answering: .+\Z"):
        env.step("search[watch]")
    assert_ended(place, before)
    # Another browser stands where the game was.
    assert env.step("search[watch]")[4]["invalid_action"] is False
    env.close()
    assert_ended(place)


FORKED = OWNER.replace("print(", "import os\nif os.fork() == 0: time.sleep(60)\nprint(")


@browser
def test_a_fork_keeps_no_browser_alive(place: Path):
    command = [sys.executable, "-c", FORKED]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as owner:
        assert owner.stdout is not None and owner.stdout.readline() == b"ready\n"
        assert living(place)
        owner.kill()  # and not its child
        try:
            assert_ended(place)
        finally:
            os.killpg(owner.pid, signal.SIGKILL)


@browser
def test_a_browser_that_does_not_start(monkeypatch: pytest.MonkeyPatch, place: Path):
    false = shutil.which("false")
    assert false is not None
    for name in ("LLM_GYM_CHROMIUM", "LLM_GYM_CHROMEDRIVER"):
        with monkeypatch.context() as patch:
            patch.setenv(name, false)
            env = make()
            with pytest.raises(BrowserError, match=r"\Athe browser does not start: .+\Z"):
                env.reset()
            env.close()
    assert_ended(place)


def test_no_browser_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("LLM_GYM_CHROMIUM", raising=False)
    with pytest.raises(BrowserError, match=r"there is no chromium or .* on this machine: install"):
        gymnasium.make(ID)
    monkeypatch.setenv("LLM_GYM_CHROMIUM", sys.executable)
    monkeypatch.setenv("LLM_GYM_CHROMEDRIVER", "/nowhere/driver")
    assert main(["play", ID]) == 2
    shown = capsys.readouterr().err
    assert "there is no /nowhere/driver on this machine" in shown and shown.count("\n") == 1


def test_misuse_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LLM_GYM_CHROMIUM", sys.executable)
    monkeypatch.setenv("LLM_GYM_CHROMEDRIVER", sys.executable)
    with pytest.raises(ValueError, match=r"view must be one of 'text', .*, not 'archer'"):
        make(view="archer")
    env = make(render_mode="rgb_array")
    for use in (env.render, lambda: env.driver):
        with pytest.raises(RuntimeError, match="reset"):
            use()


# ---------------------------------------------------------------- as browser agents see it


@pytest.fixture(scope="module")
def tree() -> Iterator[Any]:
    env = make(view="axtree", render_mode="rgb_array")
    yield env
    env.close()


@browser
def test_an_episode_by_ids_is_worth_what_it_is_in_process(tree: Any):
    shown, _ = tree.reset(seed=3)
    other = make(IN_PROCESS)
    other.reset(seed=3)
    typed = tree.step(f"fill('{bid(shown, 'textbox')}', '{QUERY}')")
    assert (
        f"textbox 'Search the shop' value='{QUERY}'" in typed[0] and not typed[4]["invalid_action"]
    )
    results = tree.step(f"press('{bid(typed[0], 'textbox')}', key_comb='Enter')")
    expected = other.step(f"search[{QUERY}]")
    assert results[4]["available_actions"] == expected[4]["available_actions"]
    product = ASIN.removeprefix("click[").removesuffix("]")
    item = tree.step(f"click({bid(results[0], 'link', product)})")
    choice = bid(item[0], "radio")
    assert f"[{choice}] radio" in item[0] and "checked='true'" not in item[0]
    chosen = tree.step(f"click('{choice}')")
    assert re.search(rf"\[{choice}\] radio .*checked='true'", chosen[0])
    label = re.search(rf"\[{choice}\] radio '(.*?)'", item[0])
    assert label is not None
    bought = tree.step(f"click('{bid(chosen[0], 'button', 'Buy Now')}')")
    for action in (ASIN, f"click[{label[1]}]", "click[Buy Now]"):
        expected = other.step(action)
    assert bought[1:3] == expected[1:3] and bought[2] and bought[1] > 0
    assert bought[4]["score"] == expected[4]["score"]


@browser
def test_calls_that_cannot_be_made_say_why(tree: Any):
    before, _ = tree.reset(seed=0)
    for action, message in (
        ("click('4711')", "there is no element '4711' on this page."),
        ("click('1] *')", "there is no element"),
        ("fly(3)", "there is no function 'fly'"),
        ("click()", "it is click(bid)."),
        ("fill('0', 'x')", "this element is no field that can be filled."),
        ("press('1', 'Nokey')", "there is no key 'Nokey'."),
        ("hello", "an action is search[words] or click[label]."),
        ("click(bid)", "an action is"),
        ("click('0', button='right')", "the shop takes clicks with the left button alone"),
        ("check('0')", "this element is no value that can be chosen."),
        ("select_option('0', 'red')", "this element is no option with values."),
        ("scroll(1e999, 0)", "'inf' is no number."),
        ("scroll({1}, 2j)", "'{1}' is no number."),
        ("mouse_click(5000, 4)", "this place is not within the window."),
        ("press('0', '')", "there is no key ''."),
        ("go_back()", "there is no page before this one."),
        ("go_forward()", "there is no page after this one."),
        ("goto('http://127.0.0.1:1/')", "no address outside the shop is opened"),
        ("goto('file:///etc/passwd')", "no address outside the shop is opened"),
        ("goto('http://[')", "no address outside the shop is opened"),
        ("new_tab()", "the shop is played in one tab."),
        ("tab_focus(0)", "the shop is played in one tab."),
        ("send_msg_to_user('hi')", "nobody reads messages here; what is bought is the answer."),
        ("report_infeasible('why')", "a task cannot be given back; buy what fits best."),
        ("upload_file('0', 'x')", "the shop takes no files."),
        ("drag_and_drop('0', '1')", "nothing in the shop is dragged or held down"),
    ):
        shown, reward, over, _, info = tree.step(action)
        assert shown.startswith(f"Invalid action: {message}") and shown.endswith(before)
        assert info["invalid_action"] and not over and reward == 0.0


@browser
def test_an_episode_by_the_pointer_the_keys_and_addresses(tree: Any):
    shown, _ = tree.reset(seed=3)
    box = tree.driver.find_element("css selector", f"[bid='{bid(shown, 'textbox')}']").rect
    tree.step(f"mouse_click({box['x'] + 5}, {box['y'] + 5})")
    typed, *_ = tree.step(f"keyboard_type('{QUERY}\\ud800')")  # half a character
    assert f"textbox 'Search the shop' value='{QUERY}?'" in typed
    tree.step(f"fill('{bid(shown, 'textbox')}', '{QUERY}', True)")
    shown, *_ = tree.step("keyboard_press('Enter')")
    product = ASIN.removeprefix("click[").removesuffix("]")
    tree.step(f"hover('{bid(shown, 'link', product)}')")
    shown, *_ = tree.step(f"click('{bid(shown, 'link', product)}', 'left', modifiers=[])")
    group, value = bid(shown, "radiogroup"), re.search(r"radio '(.*?)'", shown)
    assert value is not None
    error, *_ = tree.step(f"select_option('{group}', 'none of them')")
    assert error.startswith(f"Invalid action: it takes one of '{value[1]}', ")
    shown, *_ = tree.step(f"select_option('{group}', ['{value[1]}'])")
    assert f"radio '{value[1]}', checked='true'" in shown
    other = re.findall(r"\[(\d+)\] radio '.*', checked='false'", shown)[-1]
    shown, *_ = tree.step(f"check('{other}')")
    assert re.search(rf"\[{other}\] radio '.*', checked='true'", shown)
    shown, _, _, _, info = tree.step("goto('/nowhere')")
    assert "Not Found" in shown and not info["invalid_action"]
    home, *_ = tree.step("goto('/')")
    assert "Buy Now" in home
    _, reward, over, *_ = tree.step(f"dblclick('{bid(home, 'button', 'Buy Now')}')")
    assert over and reward > 0
    tree.reset(seed=3)  # no way leads back into the episode before
    assert tree.step("go_back()")[4]["invalid_action"]


@browser
def test_what_is_done_by_hand_is_seen(tree: Any):
    shown, _ = tree.reset(seed=3)
    shown, *_ = tree.step(f"search[{QUERY}]")  # the actions of before go beside
    shown, *_ = tree.step(ASIN)
    tree.driver.find_element("css selector", f"[bid='{bid(shown, 'link', 'Features')}']").click()
    shown, _, _, _, info = tree.step("noop()")
    assert (
        "Invalid" not in shown
        and "radio" not in shown
        and len(info["available_actions"]["clickables"]) == 2
    )
    shown, *_ = tree.step("go_back()")
    assert "radio" in shown
    tree.driver.get(tree.driver.current_url.partition("/shop")[0] + "/elsewhere")
    shown, _, _, _, info = tree.step("noop()")
    assert "Not Found" in shown and not info["invalid_action"]
    shown, *_ = tree.step("click[< Prev]")  # leads back to the shop
    assert "Back to Search" in shown
    shown, *_ = tree.step(
        f"click('{bid(shown, 'link', 'WebShop')}')"
    )  # home is where the session is
    shown, *_ = tree.step(ASIN)
    tree.driver.find_element("css selector", f"[bid='{bid(shown, 'button', 'Buy Now')}']").click()
    shown, reward, over, _, info = tree.step("noop()")
    assert over and reward == info["score"] > 0 and "Thank you" in shown


@browser
def test_html_with_ids_and_the_screen_as_observations():
    env = make(view="html", size=(640, 480), render_mode="rgb_array")
    both = gymnasium.wrappers.AddRenderObservation(
        env, render_only=False, render_key="screenshot", obs_key="html"
    )
    try:
        seen, _ = both.reset(seed=0)
        assert seen["screenshot"].shape == (480, 640, 3)
        box = re.search(r'<input [^>]*bid="(\d+)"', seen["html"])
        assert box is not None
        seen, *_ = both.step(f"fill('{box[1]}', 'a \"b\" <c>')")
        assert 'value="a &quot;b&quot; &lt;c&gt;"' in seen["html"]
        assert "fill(bid, value)" in env.game.instructions
        with pytest.raises(ValueError, match="scripted shopper reads"):
            env.scripted_player(0)
    finally:
        both.close()
