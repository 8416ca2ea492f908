"""Numbers for actions: a fixed list of texts, or what makes sense now, with a mask."""

from __future__ import annotations

import operator
import zlib
from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, Space
from gymnasium.utils import RecordConstructorArgs
from numpy.typing import NDArray


class Slots:
    """Numbered places for texts that come and go.

    A text's place follows from its hash, so that it is the same in every process and every episode;
    where another text stands there already it takes the next free place, and keeps it until
    :meth:`clear`.

    Args:
        count: how many places there are.

    Raises:
        ValueError: there is not one.

    Attributes:
        texts: the text on each place; None on those that are free now.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"slots is at least 1, not {count}")
        self.texts: list[str | None] = [None] * count
        self._places: dict[str, int] = {}

    def clear(self) -> None:
        """Forget all texts."""
        self.texts = [None] * len(self.texts)
        self._places = {}

    def show(self, texts: Sequence[str]) -> None:
        """Put ``texts`` on their places, and nothing else.

        Raises:
            ValueError: there are more texts than places.
        """
        count = len(self.texts)
        if len(texts) > count:
            raise ValueError(
                f"{len(texts)} actions make sense now, but there are {count} slots: give more"
            )
        if len(self._places.keys() | set(texts)) > count:
            self._places = {text: self._places[text] for text in texts if text in self._places}
        taken = set(self._places.values())
        self.texts = [None] * count
        for text in texts:
            if text not in self._places:
                place = zlib.crc32(text.encode("utf-8", "surrogatepass")) % count
                while place in taken:
                    place = (place + 1) % count
                self._places[text] = place
                taken.add(place)
            self.texts[self._places[text]] = text

    def mask(self) -> NDArray[np.bool_]:
        """Return where a text stands, shape ``(count,)``; True everywhere where there is none."""
        mask = np.array([text is not None for text in self.texts], dtype=np.bool_)
        return mask if mask.any() else ~mask


def check_actions(actions: Sequence[str] | None) -> tuple[str, ...] | None:
    """Return a fixed list of actions as a tuple; None where there is none.

    Raises:
        ValueError: it is empty or holds something twice.
        TypeError: it is one text, or holds something else than texts.
    """
    if actions is None:
        return None
    if isinstance(actions, str) or not all(isinstance(action, str) for action in actions):
        raise TypeError("actions is a list of texts")
    if not actions or len(set(actions)) != len(actions):
        raise ValueError("actions holds at least one text, and none twice")
    return tuple(actions)


def text_of(texts: Sequence[str | None], action: Any) -> str:
    """Return what number ``action`` says; "" where it says nothing.

    Raises:
        IndexError: there is no such number; a negative one would count from the end.
        TypeError: it is no whole number.
    """
    number = operator.index(action)
    if not 0 <= number < len(texts):
        raise IndexError(f"action {number} is not in Discrete({len(texts)})")
    return texts[number] or ""


class DiscreteActions(gymnasium.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Choose an action by its number: ``Discrete`` in place of text.

    With a list of ``actions`` number k says ``actions[k]``, and all of them are allowed at any time.
    Without one the numbers are slots for what makes sense now, ``env.unwrapped.candidates()``: each
    text has a slot of its own, the same in every process (two texts whose hashes meet are moved
    apart for the episode); :meth:`action_masks` says where there is one. A slot without a text says
    nothing, which costs a turn in this suite's games.

    Args:
        env: an environment whose actions are text; without ``actions`` it offers ``candidates()``.
        actions: the fixed list.
        slots: how many slots there are without a list: at least as many as there are candidates at
            once, better some times as many.

    Raises:
        TypeError: ``actions`` is no list of texts; without one, the environment names no candidates.
        ValueError: ``actions`` is empty or holds something twice; there is no slot.

    Attributes:
        texts: what each number says now; None where it says nothing.
    """

    def __init__(
        self,
        env: gymnasium.Env[Any, str],
        actions: Sequence[str] | None = None,
        slots: int = 1024,
    ) -> None:
        RecordConstructorArgs.__init__(self, actions=actions, slots=slots)
        gymnasium.Wrapper.__init__(self, env)
        self._actions = check_actions(actions)
        if self._actions is None and not env.has_wrapper_attr("candidates"):
            raise TypeError(f"{env} does not offer candidates(): give a list of actions")
        self._slots = Slots(slots)
        count = slots if self._actions is None else len(self._actions)
        self.action_space = Discrete(count)

    @property
    def texts(self) -> Sequence[str | None]:
        """What each number says now; None where it says nothing."""
        return self._slots.texts if self._actions is None else self._actions

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which numbers are allowed now, shape ``(n,)``; all of them after the end."""
        if self._actions is not None:
            return np.ones(len(self._actions), dtype=np.bool_)
        return self._slots.mask()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode, and number its first candidates."""
        result = self.env.reset(seed=seed, options=options)
        self._slots.clear()
        self._renew()
        return result

    def step(self, action: int) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Say the text of number ``action``.

        Raises:
            IndexError: there is no such number.
            TypeError: it is no whole number.
        """
        result = self.env.step(text_of(self.texts, action))
        self._renew()
        return result

    def _renew(self) -> None:
        if self._actions is None:
            self._slots.show(self.env.get_wrapper_attr("candidates")())


def masked_space(
    observation: Space[Any], shape: tuple[int, ...], observation_key: str, mask_key: str
) -> Dict:
    """Return the space of an observation with its mask.

    Raises:
        ValueError: both go under the same key.
    """
    if observation_key == mask_key:
        raise ValueError(f"the observation and its mask need a key each, not both {mask_key!r}")
    return Dict({observation_key: observation, mask_key: Box(0, 1, shape, np.int8)})


class MaskInObservation(gymnasium.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Put the mask of actions beside the observation, for learners that look for it there.

    Args:
        env: an environment with ``action_masks()``: a :class:`DiscreteActions` below.
        observation_key: where the observation goes: ``"observations"`` for RLlib, ``"obs"`` for
            Tianshou.
        mask_key: where the mask goes (int8 of zeros and ones): ``"action_mask"`` for RLlib,
            ``"mask"`` for Tianshou.

    Raises:
        TypeError: there is no ``DiscreteActions`` below.
        ValueError: both keys are the same.
    """

    def __init__(
        self,
        env: gymnasium.Env[Any, int],
        observation_key: str = "observations",
        mask_key: str = "action_mask",
    ) -> None:
        RecordConstructorArgs.__init__(self, observation_key=observation_key, mask_key=mask_key)
        gymnasium.Wrapper.__init__(self, env)
        if not isinstance(env.action_space, Discrete) or not env.has_wrapper_attr("action_masks"):
            raise TypeError(f"{env} has no action_masks(): wrap it in DiscreteActions first")
        self._keys = observation_key, mask_key
        count = int(env.action_space.n)
        self.observation_space = masked_space(env.observation_space, (count,), *self._keys)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Start an episode."""
        observation, info = self.env.reset(seed=seed, options=options)
        return self._with_mask(observation), info

    def step(self, action: int) -> tuple[dict[str, Any], Any, bool, bool, dict[str, Any]]:
        """Take one turn."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        return self._with_mask(observation), reward, terminated, truncated, info

    def _with_mask(self, observation: Any) -> dict[str, Any]:
        mask = self.env.get_wrapper_attr("action_masks")()
        return dict(zip(self._keys, (observation, mask.astype(np.int8)), strict=True))
