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
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
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
        options = {"pre_observation_delay": 0.0}
        env = gymnasium.make("llm_gym/BrowserGym-v0", game="browsergym/push", options=options)
        yield env
        env.close()


def button(text: str, name: str) -> str:
    found = re.search(rf"\[(\w+)\] button '{name}'", text)
    assert found, text
    return f"click('{found[1]}')"


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
