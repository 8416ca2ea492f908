"""Actions by id, as browser agents write them: ``click('12')``, ``fill('7', 'red shoes')``.

Names and arguments are those of BrowserGym's actions. What makes no sense in a shop of one tab is refused, with why.
"""

from __future__ import annotations

import ast
import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    InvalidElementStateException,
    MoveTargetOutOfBoundsException,
    NoSuchElementException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_actions import PointerActions
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

from llm_gym.games.webshop.browser.chromium import command


class CallError(Exception):
    """A call that cannot be made on this page; the message says why."""


class Call(NamedTuple):
    """A call as it was written.

    Attributes:
        name: the function.
        arguments: those by place.
        named: those by name.
    """

    name: str
    arguments: Sequence[Any]
    named: dict[str, Any]


def read_calls(action: str) -> list[Call] | None:
    """Return the calls that an action is, one after the other; None where it is none."""
    try:
        body = ast.parse(action.strip()).body
        return [_read_call(statement) for statement in body] or None
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        return None


def _read_call(statement: ast.stmt) -> Call:
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        raise ValueError("not a call")
    call = statement.value
    if not isinstance(call.func, ast.Name):
        raise ValueError("not a function by its name")
    arguments = [ast.literal_eval(each) for each in call.args]
    named = {each.arg: ast.literal_eval(each.value) for each in call.keywords if each.arg}
    if len(named) < len(call.keywords):
        raise ValueError("not arguments as they stand")
    return Call(call.func.id, arguments, named)


def make_call(driver: WebDriver, call: Call) -> None:
    """Do what a call says.

    Raises:
        CallError: there is no such function or element, the arguments are others, or the element does not take it.
    """
    if call.name in _REFUSED:
        raise CallError(_REFUSED[call.name])
    function = _FUNCTIONS.get(call.name)
    if function is None:
        raise CallError(f"there is no function {call.name!r}; there are {', '.join(_FUNCTIONS)}.")
    try:
        inspect.signature(function).bind(driver, *call.arguments, **call.named)
    except TypeError:
        raise CallError(f"it is {_signature(function)}.") from None
    try:
        function(driver, *call.arguments, **call.named)
    except ElementClickInterceptedException:
        raise CallError("something else lies over this element.") from None
    except InvalidElementStateException:  # also of what is not shown
        raise CallError(f"this element does not take {call.name}.") from None
    except MoveTargetOutOfBoundsException:
        raise CallError("this place is not within the window.") from None


def describe_calls() -> str:
    """Return all functions with their arguments, one a line."""
    return "\n".join(f"{_signature(each)}: {inspect.getdoc(each)}" for each in _FUNCTIONS.values())


def _signature(function: Callable[..., None]) -> str:
    """Write a function as it is called; arguments that can be left out are there for agents that know them."""
    _, *parameters = inspect.signature(function).parameters.values()
    needed = [each.name for each in parameters if each.default is each.empty]
    return f"{function.__name__}({', '.join(needed)})"


def _element(driver: WebDriver, bid: str | int) -> WebElement:
    try:
        if not str(bid).isdecimal():
            raise NoSuchElementException
        return driver.find_element(By.CSS_SELECTOR, f'[bid="{bid}"]')
    except NoSuchElementException:
        raise CallError(f"there is no element {str(bid)[:20]!r} on this page.") from None


def _text(value: Any) -> str:
    """Return a value as the text that a browser can be sent: without half characters."""
    return str(value).encode(errors="replace").decode()


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise CallError(f"{str(value)[:20]!r} is no number.")
    return max(-_FAR, min(_FAR, value))


_FAR = 1e6  # pixels, or milliseconds; beyond, a browser takes no number


def _check_plain(button: str, modifiers: Sequence[str] = ()) -> None:
    if button != "left" or modifiers:
        raise CallError("the shop takes clicks with the left button alone, and no keys with them.")


def click(driver: WebDriver, bid: str, button: str = "left", modifiers: Sequence[str] = ()) -> None:
    """Click an element."""
    _check_plain(button, modifiers)
    _element(driver, bid).click()


def dblclick(
    driver: WebDriver, bid: str, button: str = "left", modifiers: Sequence[str] = ()
) -> None:
    """Click an element twice."""
    _check_plain(button, modifiers)
    ActionChains(driver).double_click(_element(driver, bid)).perform()


def check(driver: WebDriver, bid: str) -> None:
    """Choose a value of an option."""
    element = _element(driver, bid)
    if element.get_attribute("role") != "radio":
        raise CallError("this element is no value that can be chosen.")
    element.click()


def select_option(driver: WebDriver, bid: str, options: str | Sequence[str]) -> None:
    """Choose a value, by its text, of the option that an element is."""
    group = _element(driver, bid)
    if group.get_attribute("role") != "radiogroup":
        raise CallError("this element is no option with values.")
    wanted = options if isinstance(options, list | tuple) else [options]
    values = {
        str(each.get_attribute("textContent")).strip(): each
        for each in group.find_elements(By.CSS_SELECTOR, "[role=radio]")
    }
    if len(wanted) != 1 or wanted[0] not in values:
        raise CallError(f"it takes one of {', '.join(map(repr, values))}.")
    values[wanted[0]].click()


def fill(driver: WebDriver, bid: str, value: str, enable_autocomplete_menu: bool = False) -> None:
    """Write a text into a form field, in place of what stands there."""
    done = driver.execute_script(_FILL, _element(driver, bid), _text(value))
    if not done:
        raise CallError("this element is no field that can be filled.")


_FILL = """
const [field, value] = arguments;
if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return false;
if (field.readOnly || field.disabled) return false;
field.focus();
field.value = field.maxLength < 0 ? value : value.slice(0, field.maxLength);
field.dispatchEvent(new Event('input', {bubbles: true}));
return true;
"""


def clear(driver: WebDriver, bid: str) -> None:
    """Empty a form field."""
    fill(driver, bid, "")


def press(driver: WebDriver, bid: str, key_comb: str) -> None:
    """Press a key on an element, such as Enter, or several together, such as Control+a."""
    keys = _keys(key_comb)
    focus(driver, bid)
    _press(driver, keys)


def keyboard_press(driver: WebDriver, key: str) -> None:
    """Press a key, or several together, on the element that has the focus."""
    _press(driver, _keys(key))


def _press(driver: WebDriver, keys: Sequence[str]) -> None:
    chain = ActionChains(driver)
    for key in keys:
        chain.key_down(key)
    for key in reversed(keys):
        chain.key_up(key)
    chain.perform()


def _keys(combination: Any) -> list[str]:
    """Read the names of keys that plus signs join; a plus sign is a key too."""
    names = _text(combination)
    last = "+" if names.endswith("+") else names.rpartition("+")[2]
    held = names[: len(names) - len(last)].removesuffix("+")
    return [_key(name) for name in (*(held.split("+") if held else ()), last)]


def _key(name: str) -> str:
    if len(name) == 1:
        return name
    known = {key.replace("_", "").lower(): key for key in vars(Keys) if key.isupper()}
    found = known.get(name.lower())
    if found is None:
        raise CallError(f"there is no key {name[:20]!r}.")
    return str(getattr(Keys, found))


def keyboard_type(driver: WebDriver, text: str) -> None:
    """Type a text into the field that has the focus."""
    command(driver, "Input.insertText", text=_text(text))


def keyboard_insert_text(driver: WebDriver, text: str) -> None:
    """Do the same as keyboard_type."""
    keyboard_type(driver, text)


def focus(driver: WebDriver, bid: str) -> None:
    """Put the focus on an element."""
    driver.execute_script("arguments[0].focus()", _element(driver, bid))


def hover(driver: WebDriver, bid: str) -> None:
    """Move the pointer over an element."""
    ActionChains(driver).move_to_element(_element(driver, bid)).perform()


def mouse_click(driver: WebDriver, x: float, y: float, button: str = "left") -> None:
    """Click what is at a place of the screen, in pixels from its left upper corner."""
    _check_plain(button)
    _point(driver, x, y, lambda pointer: pointer.click())


def mouse_move(driver: WebDriver, x: float, y: float) -> None:
    """Move the pointer to a place of the screen."""
    _point(driver, x, y, lambda _: None)


def _point(driver: WebDriver, x: float, y: float, act: Callable[[PointerActions], object]) -> None:
    chain = ActionBuilder(driver)
    pointer: Any = chain.pointer_action  # Selenium's own has no types
    pointer.move_to_location(int(_number(x)), int(_number(y)))
    act(pointer)
    chain.perform()


def scroll(driver: WebDriver, delta_x: float, delta_y: float) -> None:
    """Scroll the page, by pixels to the right and down."""
    driver.execute_script(
        "window.scrollBy(arguments[0], arguments[1])", _number(delta_x), _number(delta_y)
    )


def goto(driver: WebDriver, url: str) -> None:
    """Open a page of the shop by its address; / is the session's own."""
    here = driver.current_url
    try:
        there = urljoin(here, _text(url))
        same = urlsplit(there)[:2] == urlsplit(here)[:2]
    except ValueError:
        same = False
    if not same:
        raise CallError("no address outside the shop is opened; those inside begin with /.")
    driver.get(there)


def go_back(driver: WebDriver) -> None:
    """Go back to the page before, as browsers do."""
    if command(driver, "Page.getNavigationHistory")["currentIndex"] == 0:
        raise CallError("there is no page before this one.")
    driver.back()


def go_forward(driver: WebDriver) -> None:
    """Go forward again."""
    history = command(driver, "Page.getNavigationHistory")
    if history["currentIndex"] + 1 == len(history["entries"]):
        raise CallError("there is no page after this one.")
    driver.forward()


def noop(driver: WebDriver, wait_ms: float = 1000) -> None:
    """Do nothing."""
    _number(wait_ms)  # nothing in the shop changes by waiting


_FUNCTIONS: dict[str, Callable[..., None]] = {
    each.__name__: each
    for each in (
        *(click, dblclick, check, select_option, fill, clear, press, focus, hover, scroll),
        *(mouse_click, mouse_move, keyboard_press, keyboard_type, keyboard_insert_text),
        *(goto, go_back, go_forward, noop),
    )
}
_ONE_TAB = "the shop is played in one tab."
_NO_FILES = "the shop takes no files."
_NO_HOLDING = "nothing in the shop is dragged or held down; click, and press."
_REFUSED = {
    "uncheck": "a value that is chosen stays so until another one of its option is.",
    "send_msg_to_user": "nobody reads messages here; what is bought is the answer.",
    "report_infeasible": "a task cannot be given back; buy what fits best.",
    **dict.fromkeys(("new_tab", "tab_close", "tab_focus"), _ONE_TAB),
    **dict.fromkeys(("upload_file", "mouse_upload_file"), _NO_FILES),
    **dict.fromkeys(("drag_and_drop", "mouse_drag_and_drop"), _NO_HOLDING),
    **dict.fromkeys(("mouse_down", "mouse_up", "keyboard_down", "keyboard_up"), _NO_HOLDING),
}
"""Why functions of BrowserGym are not there."""
