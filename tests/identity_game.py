"""The smallest text game: say the word that is shown. Two words a game, one point for each that is right."""

import math
import random
import string
import sys
from collections.abc import Callable
from typing import Any

import gymnasium
from gymnasium.spaces import Text

WORDS = ("ant", "bee")
SPLITS = {"train": WORDS, "test": ("cat", "dog")}


class Identity(gymnasium.Env[str, str]):
    observation_space = Text(200, min_length=0, charset=string.printable)
    action_space = Text(50, min_length=0, charset=string.printable)
    shown: tuple[str, ...] = WORDS

    def __init__(self, split: str = "train") -> None:
        self.shown = SPLITS[split]

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        super().reset(seed=seed)
        self.words = [str(word) for word in self.np_random.choice(self.shown, size=2)]
        self.right: list[bool] = []
        self.text = f"{self.words[0]}:"
        return self.text, {"success": False, "delta": self.text}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        self.right.append(action == self.words[len(self.right)])
        over = len(self.right) == 2
        delta = "\n" if over else f"\n{self.words[1]}:"
        # A model that has learned nothing yet says bytes that are no text.
        self.text += (action if action in self.shown else "?") + delta
        info = {"success": over and all(self.right), "delta": delta}
        return self.text, float(self.right[-1]), over, False, info

    def scripted_player(self, seed: int, skill: float = 1.0) -> Callable[[str], str]:
        """Right with probability `skill`, else any word."""
        rng = random.Random(seed)

        def player(observation: str) -> str:
            shown = observation.splitlines()[-1].removesuffix(":")
            return shown if rng.random() < skill else rng.choice(WORDS)

        return player


class Brief(Identity):
    """Two words a game, and a reward that a model which knows nothing can raise: to be brief."""

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        text, _, *rest = super().step(action)
        return text, -len(action) / 10, *rest


class Faulty(Identity):
    """The identity game, and what it can do wrong from its first step on."""

    observation_space = Text(2_000_000, min_length=0)

    def __init__(self, fault: str = "", api_key: str = "", headers: Any = None) -> None:
        self.fault = fault
        self.told = f"no access with {api_key} and {(headers or {}).get('cookie')}"
        if fault == "exits at once":
            sys.exit(7)

    def step(self, action: str) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        text, reward, over, cut, info = super().step(action)
        if self.fault == "raises":
            raise ZeroDivisionError("a fault\nof two lines")
        if self.fault == "tells":
            raise PermissionError(self.told)
        if self.fault == "exits":
            sys.exit(7)
        if self.fault == "never ends":
            self.right.clear()
            return text[-50:], reward, False, False, {"success": False}
        if self.fault == "says no actions":
            info["valid_actions"] = 5
        if self.fault == "half a character":
            return text + "\ud800", reward, over, cut, {"success": False}
        wrong = {"none": None, "bytes": b"ant:", "number": 3}
        if self.fault in wrong:
            return wrong[self.fault], reward, over, cut, {"success": False}
        rewards = {"nan": math.nan, "infinite": math.inf, "huge": 1e308, "no reward": None}
        return text, rewards.get(self.fault, reward), over, cut, info

    def scripted_player(
        self, seed: int, skill: float = 1.0, api_key: str = ""
    ) -> Callable[[str], str]:
        return super().scripted_player(seed, skill)

    def close(self) -> None:
        if self.fault == "does not close":
            raise RuntimeError("open still")


if "Identity-v0" not in gymnasium.registry:
    gymnasium.register("Identity-v0", entry_point="identity_game:Identity")
if "Brief-v0" not in gymnasium.registry:
    gymnasium.register("Brief-v0", entry_point="identity_game:Brief")
if "Faulty-v0" not in gymnasium.registry:
    gymnasium.register("Faulty-v0", entry_point="identity_game:Faulty")
