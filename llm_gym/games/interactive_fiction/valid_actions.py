"""Which commands would change something here: tried out in the emulator, remembered per process.

Jericho's own search needs a language model for nouns that is downloaded when first used, forks a
pool of processes per environment, takes a third of a second and lists its findings in an order that
changes from run to run. Both finders here need none of it and return sorted lists.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from llm_gym.games.interactive_fiction.commands import Guard
from llm_gym.games.interactive_fiction.isolation import AnyEmulator

SEARCH_BUDGET = 4000
"""How many commands a search tries, unless told otherwise."""

_CACHE_LIMIT = 100_000
_LIST_LIMIT = 8000


class Finder(Protocol):
    """A way to find valid actions.

    Attributes:
        counters: see :meth:`~llm_gym.games.interactive_fiction.emulator.Emulator.fingerprint`.
    """

    counters: Sequence[int] | None

    @property
    def key(self) -> object:
        """What decides, with the state, what is found."""
        ...

    def find(self, emulator: AnyEmulator) -> Found:
        """Return the valid actions in the emulator's present state, sorted, perhaps none."""
        ...


class Found(tuple[str, ...]):
    """Valid actions.

    Attributes:
        cut: there may be others: not everything was tried, or not everything fits.
    """

    cut: bool

    def __new__(cls, actions: Sequence[str], *, cut: bool = False) -> Found:
        """Return ``actions`` as such a tuple."""
        self = super().__new__(cls, actions)
        self.cut = cut
        return self


FALLBACK = Found(("look", "wait"))
"""What is offered where no known command changes anything: a player always has something to say."""


class Probes:
    """Tries a fixed list of commands; for a story whose effective commands are known.

    Args:
        commands: what to try. Of several with one effect the first is named.
        counters: see :meth:`~llm_gym.games.interactive_fiction.emulator.Emulator.fingerprint`.
    """

    def __init__(self, commands: Sequence[str], counters: Sequence[int] | None) -> None:
        self.commands = tuple(commands)
        self.counters: Sequence[int] | None = None if counters is None else tuple(counters)

    @property
    def key(self) -> object:
        """See :class:`Finder`."""
        return self.commands

    def find(self, emulator: AnyEmulator) -> Found:
        """See :class:`Finder`."""
        return Found(sorted(group[0] for group in emulator.effects(self.commands)))


KEYS = Probes(("wait", "y", "n", *"123456789"), counters=None)
"""What is tried where the story waits for a key; only the first letter is pressed."""


class Search:
    """Fills the story's sentence patterns with the names of what is here; for any story.

    Names are the words of ``look`` and ``inventory`` and of the objects around the player that the
    dictionary knows; those that examine alike are one thing. Patterns with fewer names come first,
    then those with the usual verbs. A search takes tenths of a second, and since the whole state is
    its key the cache helps only where a game repeats itself.

    Args:
        guard: commands it would refuse are not tried.
        budget: how many commands are tried; what comes after them is left out.
    """

    counters: Sequence[int] | None = None

    def __init__(self, guard: Guard, budget: int = SEARCH_BUDGET) -> None:
        self._guard = guard
        self._budget = budget

    @property
    def key(self) -> object:
        """See :class:`Finder`."""
        return self._budget

    def find(self, emulator: AnyEmulator) -> Found:
        """See :class:`Finder`."""
        from jericho.util import verb_usage_count

        candidates = self._candidates(emulator)
        commands = list(itertools.islice(candidates, self._budget))
        cut = next(candidates, None) is not None
        actions = sorted(
            min(group, key=lambda text: ("all" in text, -verb_usage_count(text), len(text), text))
            for group in emulator.effects(commands)
        )
        fitting = _fitting(actions)
        return Found(fitting, cut=cut or len(fitting) < len(actions))

    def _candidates(self, emulator: AnyEmulator) -> Iterator[str]:
        names = [*self._names(emulator), "all"]
        seen = set()
        for pattern in _patterns(emulator.story.digest):
            first, *others = pattern.split("OBJ")
            for filling in itertools.permutations(names, len(others)):
                text = first + "".join(map("".join, zip(filling, others, strict=True)))
                if text not in seen:
                    seen.add(text)
                    command = self._guard.check(text)
                    if command.text == text and command.moves == 1:
                        yield text

    def _names(self, emulator: AnyEmulator) -> list[str]:
        """Return one name for each thing here."""
        from jericho.util import clean, recognized

        length = emulator.story.word_length
        dictionary = {entry.word for entry in emulator.dictionary()}
        text = " ".join([*emulator.glimpse("look", "inventory"), *emulator.names_around()])
        words = set(re.findall(r"[a-z][a-z'-]+", text.lower()))
        known = sorted(word for word in words if word[:length] in dictionary)
        name_of: dict[str, str] = {}
        for word, seen in zip(
            known, emulator.glimpse(*(f"examine {word}" for word in known)), strict=True
        ):
            if recognized(clean(seen)):
                name_of.setdefault(seen, word)
        return sorted(name_of.values())


@functools.cache
def _patterns(digest: str) -> tuple[str, ...]:
    """Return the story's sentence patterns, the most promising first; "OBJ" stands for a name."""
    from jericho.defines import BINDINGS_DICT
    from jericho.template_action_generator import TemplateActionGenerator
    from jericho.util import verb_usage_count

    templates = TemplateActionGenerator(BINDINGS_DICT[digest]).templates
    patterns = {"yes", "no"}
    for template in templates:
        words = template.split()
        patterns.add(" ".join(word if word == "OBJ" else word.lower() for word in words))
    return tuple(
        sorted(patterns, key=lambda text: (text.count("OBJ"), -verb_usage_count(text), text))
    )


def _fitting(actions: Sequence[str]) -> list[str]:
    """Return the first of ``actions`` whose printed list is short enough for an observation."""
    length, fitting = 0, []
    for action in actions:
        length += len(action) + len("'', ")
        if length > _LIST_LIMIT:
            break
        fitting.append(action)
    return fitting


_cache: dict[tuple[str, object, bytes], Found] = {}


def valid_actions(emulator: AnyEmulator, finder: Finder) -> Found:
    """Return the valid actions in the present state: sorted, never empty.

    All emulators of a process share what they found; the cache is emptied when it holds 100,000
    states (some tens of megabytes).
    """
    if emulator.waits_for_key:
        finder = KEYS
    key = (emulator.story.digest, finder.key, emulator.fingerprint(finder.counters))
    actions = _cache.get(key)
    if actions is None:
        actions = finder.find(emulator)
        if not actions:
            actions = Found(FALLBACK, cut=actions.cut)
        if len(_cache) >= _CACHE_LIMIT:
            _cache.clear()
        _cache[key] = actions
    return actions
