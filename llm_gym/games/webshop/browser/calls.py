"""Actions by id, as browser agents write them: ``click('12')``, ``fill('7', 'red shoes')``.

Names and arguments are those of BrowserGym's actions on elements and of its history.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    InvalidElementStateException,
    NoSuchElementException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement


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


def describe_calls() -> str:
    """Return all functions with their arguments, one a line."""
    return "\n".join(f"{_signature(each)}: {inspect.getdoc(each)}" for each in _FUNCTIONS.values())


def _signature(function: Callable[..., None]) -> str:
    _, *names = inspect.signature(function).parameters
    return f"{function.__name__}({', '.join(names)})"


def _element(driver: WebDriver, bid: str | int) -> WebElement:
    try:
        if not str(bid).isdecimal():
            raise NoSuchElementException
        return driver.find_element(By.CSS_SELECTOR, f'[bid="{bid}"]')
    except NoSuchElementException:
        raise CallError(f"there is no element {str(bid)[:20]!r} on this page.") from None


def click(driver: WebDriver, bid: str) -> None:
    """Click an element."""
    _element(driver, bid).click()


def fill(driver: WebDriver, bid: str, value: str) -> None:
    """Write a text into a form field, in place of what stands there."""
    done = driver.execute_script(_FILL, _element(driver, bid), str(value))
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
    *held, last = [_key(name) for name in str(key_comb).split("+")]
    focus(driver, bid)
    chain = ActionChains(driver)
    for key in held:
        chain.key_down(key)
    chain.send_keys(last)
    for key in reversed(held):
        chain.key_up(key)
    chain.perform()


def _key(name: str) -> str:
    if len(name) == 1:
        return name
    known = {key.replace("_", "").lower(): key for key in vars(Keys) if key.isupper()}
    found = known.get(name.lower())
    if found is None:
        raise CallError(f"there is no key {name[:20]!r}.")
    return str(getattr(Keys, found))


def focus(driver: WebDriver, bid: str) -> None:
    """Put the focus on an element."""
    driver.execute_script("arguments[0].focus()", _element(driver, bid))


def hover(driver: WebDriver, bid: str) -> None:
    """Move the pointer over an element."""
    ActionChains(driver).move_to_element(_element(driver, bid)).perform()


def scroll(driver: WebDriver, delta_x: float, delta_y: float) -> None:
    """Scroll the page, by pixels to the right and down."""
    driver.execute_script("window.scrollBy(arguments[0], arguments[1])", delta_x, delta_y)


def go_back(driver: WebDriver) -> None:
    """Go back to the page before, as browsers do."""
    driver.back()


def go_forward(driver: WebDriver) -> None:
    """Go forward again."""
    driver.forward()


def noop(driver: WebDriver, wait_ms: float = 0) -> None:
    """Do nothing."""


_FUNCTIONS: dict[str, Callable[..., None]] = {
    each.__name__: each
    for each in (click, fill, clear, press, focus, hover, scroll, go_back, go_forward, noop)
}
