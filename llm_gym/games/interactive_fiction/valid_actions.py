"""Which commands would change something here: tried out in the emulator, remembered per process.

Jericho's own search needs a language model for nouns that is downloaded when first used, forks a
pool of processes per environment, takes a third of a second and lists its findings in an order that
changes from run to run. Both finders here need none of it and return sorted lists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from llm_gym.games.interactive_fiction.commands import Guard
from llm_gym.games.interactive_fiction.emulator import Emulator

FALLBACK: tuple[str, ...] = ("look", "wait")
"""What is offered where no known command changes anything: a player always has something to say."""

_CACHE_LIMIT = 100_000
_LIST_LIMIT = 8000


class Finder(Protocol):
    """A way to find valid actions.

    Attributes:
        counters: see :meth:`~llm_gym.games.interactive_fiction.emulator.Emulator.fingerprint`.
    """

    counters: Sequence[int] | None

    def find(self, emulator: Emulator) -> tuple[str, ...]:
        """Return the valid actions in the emulator's present state, sorted, perhaps none."""
        ...


class Probes:
    """Tries a fixed list of commands; for a story whose effective commands are known.

    Args:
        commands: what to try. Of several with one effect the first is named.
        counters: see :meth:`~llm_gym.games.interactive_fiction.emulator.Emulator.fingerprint`.
    """

    def __init__(self, commands: Sequence[str], counters: Sequence[int]) -> None:
        self.commands = tuple(commands)
        self.counters: Sequence[int] | None = tuple(counters)

    def find(self, emulator: Emulator) -> tuple[str, ...]:
        """See :class:`Finder`."""
        return tuple(sorted(group[0] for group in emulator.effects(self.commands)))


class Search:
    """Fills the story's sentence patterns with the names of what is here; for any story.

    Names are the words of ``look`` and ``inventory`` and of the objects around the player that the
    dictionary knows; those that examine alike are one thing. A search takes some tenths of a
    second, and since the whole memory is its key the cache helps only where a game repeats itself.

    Args:
        guard: commands it would refuse are not tried.
    """

    counters: Sequence[int] | None = None

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._words: frozenset[str] = frozenset()

    def find(self, emulator: Emulator) -> tuple[str, ...]:
        """See :class:`Finder`."""
        from jericho.util import verb_usage_count

        patterns = emulator.frotz.act_gen.generate_actions([*self._names(emulator), "all"])
        # Patterns without a name to fill in come as plain strings.
        texts = {p if isinstance(p, str) else str(p.action) for p in patterns}
        commands = sorted(text.lower() for text in texts)
        commands = [text for text in commands if self._guard.check(text).text == text]
        found = sorted(
            min(group, key=lambda text: ("all" in text, -verb_usage_count(text), len(text), text))
            for group in emulator.effects(commands)
        )
        return _fitting(found)

    def _names(self, emulator: Emulator) -> list[str]:
        """Return one name for each thing here."""
        from jericho.util import clean, get_subtree, recognized

        length = emulator.story.word_length
        if not self._words:
            self._words = frozenset(entry.word for entry in emulator.dictionary())
        text = " ".join(emulator.glimpse("look", "inventory"))
        place = emulator.frotz.get_player_location()
        if place is not None:
            around = get_subtree(place.child, emulator.frotz.get_world_objects())
            text += " " + " ".join(thing.name for thing in around)
        words = set(re.findall(r"[a-z][a-z'-]+", text.lower()))
        known = sorted(word for word in words if word[:length] in self._words)
        name_of: dict[str, str] = {}
        for word, seen in zip(
            known, emulator.glimpse(*(f"examine {word}" for word in known)), strict=True
        ):
            if recognized(clean(seen)):
                name_of.setdefault(seen, word)
        return sorted(name_of.values())


def _fitting(actions: Sequence[str]) -> tuple[str, ...]:
    """Return the first of ``actions`` whose printed list is short enough for an observation."""
    length, fitting = 0, []
    for action in actions:
        length += len(action) + len("'', ")
        if length > _LIST_LIMIT:
            break
        fitting.append(action)
    return tuple(fitting)


_cache: dict[tuple[str, str, bytes], tuple[str, ...]] = {}


def valid_actions(emulator: Emulator, finder: Finder) -> tuple[str, ...]:
    """Return the valid actions in the present state: sorted, never empty.

    All emulators of a process share what they found; the cache is emptied when it holds 100,000
    states (some tens of megabytes).
    """
    state = emulator.fingerprint(finder.counters)
    key = (emulator.story.digest, type(finder).__name__, state)
    actions = _cache.get(key)
    if actions is None:
        actions = finder.find(emulator) or FALLBACK
        if len(_cache) >= _CACHE_LIMIT:
            _cache.clear()
        _cache[key] = actions
    return actions
