"""A headless Chromium that does not outlive its owner."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.common.proxy import Proxy, ProxyType
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.webdriver import WebDriver
from urllib3.exceptions import HTTPError

Answer = TypeVar("Answer")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
DRIVERS = ("chromedriver",)
_DEADLINE = 20.0  # seconds that a page may take
_START_DEADLINE = 60.0  # seconds that driver and browser may take to start, and its first page
_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # Chromium's sandbox does not work in containers, nor for root
    "--disable-dev-shm-usage",  # containers give too little of it
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing but the site is reached
)
# Waits for the end of its input, which comes when the owner closes it or dies, however it dies.
_WATCHDOG = 'read -r _; kill -s KILL -- "-$1"; rm -rf -- "$2"'


class BrowserError(RuntimeError):
    """The browser cannot be started, or has stopped answering."""


class _DriverEndedError(OSError):
    pass


_watchdogs: weakref.WeakSet[subprocess.Popen[bytes]] = weakref.WeakSet()


def _let_go() -> None:
    """Close a fork's copies of the watchdogs' inputs, which would keep browsers from ending."""
    for watchdog in _watchdogs:
        assert watchdog.stdin is not None
        watchdog.stdin.close()


os.register_at_fork(after_in_child=_let_go)


def find_programs() -> tuple[str, str]:
    """Return the paths of the browser and of its driver.

    The environment variables ``LLM_GYM_CHROMIUM`` and ``LLM_GYM_CHROMEDRIVER`` name others than
    those on the search path.

    Raises:
        BrowserError: one of them is not installed.
    """
    found = []
    for variable, names in (("LLM_GYM_CHROMIUM", BROWSERS), ("LLM_GYM_CHROMEDRIVER", DRIVERS)):
        candidates = (os.environ[variable],) if variable in os.environ else names
        path = next(filter(None, map(shutil.which, candidates)), None)
        if path is None:
            raise BrowserError(
                f"there is no {' or '.join(candidates)} on this machine: install Chromium and its "
                "driver (on Debian: apt-get install chromium chromium-driver), or name them in "
                "LLM_GYM_CHROMIUM and LLM_GYM_CHROMEDRIVER"
            )
        found.append(path)
    return found[0], found[1]


def command(driver: WebDriver, name: str, **parameters: Any) -> Any:
    """Have the browser carry out a command of its DevTools protocol; return the result."""
    return driver.execute("executeCdpCommand", {"cmd": name, "params": parameters})["value"]


class Chromium:
    """One headless Chromium with one window; a new profile each time, nothing is kept.

    It is stopped by ``close``, when this object is freed, and when this process ends in whatever
    way: driver and browser are a process group of their own, which a watchdog ends as soon as this
    process lets go of the watchdog's input. Where either of them stands still, the group is ended too.

    Args:
        size: width and height of the window's inside, in pixels.

    Raises:
        BrowserError: browser or driver are not installed, or do not start.

    Attributes:
        driver: Selenium's driver.
        close: ends the browser and removes its profile; called again it does nothing.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        programs = find_programs()
        with _explained("the browser does not start"):
            try:
                self._start(*programs, size)
            except _DriverEndedError:
                # It takes a free port for IPv4, then the same for IPv6, which others may hold.
                self._start(*programs, size)

    def _start(self, browser: str, driver: str, size: tuple[int, int]) -> None:
        folder = tempfile.mkdtemp(prefix="llm_gym_browser_")
        log = Path(folder, "driver.log")
        try:
            with log.open("wb") as output:
                started = subprocess.Popen(
                    [driver, "--port=0"],
                    env={**os.environ, "TMPDIR": folder},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # a process group of its own
                )
        except OSError:
            shutil.rmtree(folder)
            raise
        watchdog = subprocess.Popen(
            ["/bin/sh", "-c", _WATCHDOG, "sh", str(started.pid), folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C is not for the watchdog
        )
        _watchdogs.add(watchdog)
        self._has_shown = False
        self._marks = 0
        self.close = weakref.finalize(self, _stop, os.getpid(), watchdog, started, folder)
        try:
            with self._ended_after(_START_DEADLINE):
                self.driver = _connect(_port(started, log), _options(browser, folder), size)
        except BaseException:
            self.close()
            raise

    @contextlib.contextmanager
    def _ended_after(self, seconds: float) -> Iterator[None]:
        """End browser and driver if what is done takes longer: waiting for them then fails at once."""
        timer = threading.Timer(seconds, self.close)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def go(self, act: Callable[[WebDriver], None], read: str) -> Any:
        """Do something that leads to another page, and read that page when it is complete.

        Args:
            act: what is done: an address opened, an element clicked.
            read: the body of a JavaScript function whose value is returned.

        Raises:
            BrowserError: there is no other page within 20 seconds (60 for the first one), or the
                browser has died or stands still.
        """
        deadline = _DEADLINE if self._has_shown else _START_DEADLINE
        with _explained("the browser has stopped answering"), self._ended_after(deadline):
            # A click returns before the next page is there: until it is, the mark is.
            here = self._mark()
            act(self.driver)
            found = self._read(f"{here} {read}", deadline)
            self._has_shown = True
            return found

    def do(self, act: Callable[[WebDriver], None], read: str) -> Any:
        """Do something that may lead to another page, and read what is then shown.

        Args:
            act: what is done; what it raises of its own comes through.
            read: as in `go`.

        Raises:
            BrowserError: as in `go`.
        """
        with _explained("the browser has stopped answering"), self._ended_after(_DEADLINE):
            here = self._mark()
            act(self.driver)
            return self._read(f"{here if self._leaves() else ''} {read}", _DEADLINE)

    def look(self, read: str) -> Any:
        """Read the page that is shown, when it is complete.

        Raises:
            BrowserError: as in `go`.
        """
        return self.ask(lambda _: self._read(read, _DEADLINE))

    def _mark(self) -> str:
        """Mark the page; return what reads nothing of it, but of any other, also one that is shown again."""
        self._marks += 1
        self.driver.execute_script(
            f"window.left = {self._marks};"
            "window.leaves = false; addEventListener('beforeunload', () => { window.leaves = true })"
        )
        return f"if (window.left === {self._marks}) return null;"

    def _leaves(self) -> bool:
        """Whether the page is being left; what it does at a click it has begun a moment later."""
        try:
            return bool(
                self.driver.execute_async_script(
                    "setTimeout(() => arguments[0](Boolean(window.leaves)), 50)"
                )
            )
        except WebDriverException:
            if not self._lives():
                raise
            return True

    def _read(self, read: str, deadline: float) -> Any:
        script = f"if (document.readyState !== 'complete') return null; {read}"
        end = time.monotonic() + deadline
        while time.monotonic() < end:
            try:
                found = self.driver.execute_script(script)
            except WebDriverException:
                if not self._lives():
                    raise
                found = None  # the pages are just being exchanged
            if found is not None:
                return found
            time.sleep(0.004)
        raise BrowserError(f"no page came within {deadline:.0f} seconds")

    def ask(self, question: Callable[[WebDriver], Answer]) -> Answer:
        """Return what the driver says of the page.

        Raises:
            BrowserError: the browser has died or stands still.
        """
        with _explained("the browser has stopped answering"), self._ended_after(_DEADLINE):
            return question(self.driver)

    def screenshot(self) -> bytes:
        """Return a picture of the window's inside, as PNG.

        Raises:
            BrowserError: the browser has died or stands still.
        """
        return self.ask(lambda driver: driver.get_screenshot_as_png())

    def _lives(self) -> bool:
        try:
            return bool(self.driver.window_handles)
        except WebDriverException:
            return False


def _port(driver: subprocess.Popen[bytes], log: Path) -> int:
    """Return the port that a driver has taken, which it says in one of its first lines."""
    end = time.monotonic() + _DEADLINE
    while time.monotonic() < end:
        ended = driver.poll() is not None
        said = log.read_text(errors="replace")
        match = re.search(r"started successfully on port (\d+)", said)
        if match is not None:
            return int(match[1])
        if ended:
            raise _DriverEndedError(f"its driver ended at once: {' '.join(said.split())[-200:]}")
        time.sleep(0.01)
    raise OSError(f"its driver said nothing for {_DEADLINE:.0f} seconds")


def _connect(port: int, options: Options, size: tuple[int, int]) -> WebDriver:
    url = f"http://127.0.0.1:{port}"
    # A proxy that the environment variables name is not for this machine.
    local = ClientConfig(url, proxy=Proxy({"proxyType": ProxyType.DIRECT}))
    driver = WebDriver(url, options=options, client_config=local)
    driver.set_page_load_timeout(_START_DEADLINE)
    metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    command(driver, "Emulation.setDeviceMetricsOverride", **metrics)
    return driver


def _options(browser: str, folder: str) -> Options:
    options = Options()
    options.binary_location = browser
    for flag in (*_FLAGS, f"--user-data-dir={folder}/profile"):
        options.add_argument(flag)
    return options


def _stop(
    owner: int, watchdog: subprocess.Popen[bytes], driver: subprocess.Popen[bytes], folder: str
) -> None:
    if os.getpid() != owner:
        return  # a fork's copy: the browser is not its own
    assert watchdog.stdin is not None
    watchdog.stdin.close()
    try:
        watchdog.wait(_DEADLINE)
    except subprocess.TimeoutExpired:  # it stands still itself
        watchdog.kill()
        watchdog.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(driver.pid, signal.SIGKILL)  # not waited for yet: the number is still its own
        shutil.rmtree(folder, ignore_errors=True)
    driver.wait()


@contextlib.contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except (WebDriverException, HTTPError, OSError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise BrowserError(f"{what}: {reason}") from error
