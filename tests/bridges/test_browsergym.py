"""BrowserGym: a task of its own kind, in a real browser, played as a text environment.

Its browser is Playwright's own; where that is not there, the system's Chromium takes its place.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium
import pytest
from browsergym.core.registration import register_task
from browsergym.core.task import AbstractBrowserTask
from browsergym.utils.obs import flatten_axtree_to_str
from playwright.sync_api import sync_playwright

import llm_gym.bridges.browsergym  # noqa: F401  (registers the environment)
from llm_gym.wrappers import DiscreteActions

PAGE = """<h1>Fruit</h1>
<button onclick="document.title = 'apple'">apple</button>
<button onclick="document.title = 'pear'">pear</button>"""


class Push(AbstractBrowserTask):
    """Push the button that the seed chooses; either ends the task."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.slow_mo = 0
        self.wanted = str(self.random.choice(["apple", "pear"]))

    def setup(self, page: Any) -> tuple[str, dict[str, Any]]:
        page.set_content(PAGE)
        return f"Push the {self.wanted}.", {}

    def validate(self, page: Any, chat_messages: Any) -> tuple[float, bool, str, dict[str, Any]]:
        return float(page.title() == self.wanted), bool(page.title()), "", {}


register_task("push", Push)


@pytest.fixture(scope="module")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        with sync_playwright() as playwright:
            own = Path(playwright.chromium.executable_path)
        system = shutil.which("chromium")
        if not own.exists() and system:
            folder = tmp_path_factory.mktemp("browsers")
            place = folder / Path(*own.parts[-3:])
            place.parent.mkdir(parents=True)
            place.symlink_to(system)
            patch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(folder))
        yield


@pytest.fixture(scope="module")
def env(browsers: None) -> Iterator[Any]:
    options = {"pre_observation_delay": 0.0}
    env = gymnasium.make("llm_gym/BrowserGym-v0", game="browsergym/push", options=options)
    yield env
    env.close()


def element(text: str, role: str, name: str) -> str:
    found = re.search(rf"\[(\w+)\] {role} '{name}", text)
    assert found, text
    return found[1]


def button(text: str, name: str) -> str:
    return f"click('{element(text, 'button', name)}')"


def test_the_wanted_button_wins_and_the_other_does_not(env: Any):
    text, info = env.reset(seed=1)
    assert text in env.observation_space and info["delta"] == text
    wanted = "apple" if "Push the apple." in text else "pear"
    assert info["valid_actions"] == [button(text, "apple"), button(text, "pear")]
    won = env.step(button(text, wanted))
    assert won[1:4] == (1.0, True, False) and won[4]["success"] and not won[4]["valid_actions"]
    again, _ = env.reset(seed=1)
    assert again == text
    lost = env.step(button(text, "pear" if wanted == "apple" else "apple"))
    assert lost[1:4] == (0.0, True, False) and not lost[4]["success"]


@pytest.mark.parametrize("action", ["", "I do not know", "click('99')", "__import__('os')", "é 🦜"])
def test_what_is_no_action_changes_nothing_and_says_why(env: Any, action: str):
    first, _ = env.reset(seed=0)
    text, reward, terminated, truncated, info = env.step(action)
    assert text.startswith(first) and "The last action failed: " in text
    assert info["invalid_action"] and (reward, terminated, truncated) == (0.0, False, False)


def test_numbers_click(env: Any):
    numbers = DiscreteActions(env, slots=16)
    numbers.reset(seed=0)
    assert numbers.action_masks().sum() == 2
    assert numbers.step(int(numbers.action_masks().argmax()))[2]


def test_its_agents_shop_in_webshop(browsers: None):
    """In BrowserGym's own observations and actions, to the reward of the shop in process."""
    chosen = {"split": "test", "index": 0}
    task = chosen | {"tagger": "closed-class"}
    env = gymnasium.make(
        "llm_gym.bridges.browsergym_webshop:browsergym/llm_gym.webshop",
        disable_env_checker=True,
        pre_observation_delay=0.0,
        task_kwargs=task,
    )
    shop = gymnasium.make("llm_gym/WebShop-v0", tagger="closed-class")
    try:
        page, _ = env.reset(seed=0)
        shop.reset(options=chosen)
        assert page["goal"] == shop.get_wrapper_attr("instruction_text")
        assert page["screenshot"].ndim == 3
        seen = flatten_axtree_to_str(page["axtree_object"])
        box = element(seen, "textbox", "")
        env.step(f"fill('{box}', 'flash drive rose gold')")
        page, *_ = env.step(f"press('{box}', 'Enter')")
        _, _, _, _, info = shop.step("search[flash drive rose gold]")
        asin = info["available_actions"]["clickables"][2].upper()
        seen = flatten_axtree_to_str(page["axtree_object"])
        page, reward, over, _, _ = env.step(f"click('{element(seen, 'link', asin)}')")
        assert (reward, over) == (0.0, False)
        seen = flatten_axtree_to_str(page["axtree_object"])
        *_, told = env.step(button(seen, "Buy Now"))
        shop.step(f"click[{asin}]")
        bought = shop.step("click[Buy Now]")
        assert told["task_info"]["success"] == bought[4]["success"]
        assert env.unwrapped.task.validate(None, [])[:2] == (bought[1], True)
    finally:
        env.close()
