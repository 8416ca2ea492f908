"""Which thing a phrase names."""

from __future__ import annotations

from collections.abc import Container, Sequence

from llm_gym.games.adventure.compiled import AT_YOU, CompiledPlot
from llm_gym.games.adventure.parser import (
    ALL,
    DIRECTIONS,
    ONE_AT_A_TIME,
    PERSONAL,
    PRONOUNS,
    VERBS,
    near_words,
)
from llm_gym.games.adventure.rewording import AND, BUT
from llm_gym.games.adventure.sight import (
    definite,
    is_dark,
    is_visible,
    listed,
    open_ways,
    people_here,
    told_of,
)
from llm_gym.games.adventure.state import State

_REMEMBERED = 8192
"""How many phrases are remembered."""
HERE = "That is right where you are."
SCENERY = "It is there to be looked at, and no more."
_LOCKS = frozenset({"lock", "keyhole"})
_SAID_OF = {"him": {"he", "his"}, "her": {"she", "her"}}
"""Word for somebody -> the words of a description that tell who goes by it, where there are several."""
_DOORS = frozenset({"door", "doorway", "entrance"})
"""What a place has that one goes to: "the kitchen door" leads to the kitchen."""
_PARTS = _LOCKS | {"door", "lid"}
"""What things that open have, whether or not a world says so."""


class Names:
    """The words of a world, and what they name in a state.

    Args:
        plot: the world.
    """

    def __init__(self, plot: CompiledPlot) -> None:
        self._plot = plot
        self._vocabulary: dict[str, set[int]] = {}
        for i, thing in enumerate(plot.things):
            for word in {*thing.id.split(), *" ".join(thing.words).split(), *_nouns(thing.name)}:
                self._vocabulary.setdefault(word, set()).add(i)
            if thing.light:
                self._vocabulary.setdefault("light", set()).add(i)
        self._ends: dict[str, set[int]] = {}  # what the end of a longer word may mean
        for i, thing in enumerate(plot.things):
            for word in thing.id.split():
                for cut in range(3, len(word) - 2):
                    self._ends.setdefault(word[cut:], set()).add(i)
        self._titles = [_words_of(room.title) | {*room.words} for room in plot.rooms]
        self._words = {*self._vocabulary, *set().union(*self._titles)}
        self._phrases: dict[tuple[str, ...], tuple[int, ...]] = {}

    def resolve(self, state: State, phrase: tuple[str, ...], held: bool = True) -> int | str:
        """Return the thing a phrase names here, or a sentence that says why there is none.

        Args:
            state: what is seen, and carried.
            phrase: the words.
            held: of two things that they may mean, the one that is carried; else the other.
        """
        if phrase == ALL or AND in phrase or BUT in phrase:
            return ONE_AT_A_TIME
        if len(phrase) == 1 and phrase[0] in PERSONAL:
            people = people_here(self._plot, state)
            if len(people) > 1:
                said = _SAID_OF[phrase[0]]
                people = [i for i in people if said & {*self._plot.things[i].text.lower().split()}]
            if len(people) == 1:
                return people[0]
        if len(phrase) == 1 and phrase[0] in PRONOUNS | PERSONAL:
            return f'Say what you mean by "{phrase[0]}".'
        named = self.visible_named(state, phrase)
        if len(named) > 1:  # "key" is the iron key if one holds it and only sees the other
            likely = [i for i in named if (state.places[i] == AT_YOU) == held]
            named = likely if len(likely) == 1 else named
        if len(named) == 1:
            return named[0]
        if named:
            return self.which(named)
        if is_dark(self._plot, state):
            return "It is too dark to see any such thing."
        if not any(self._plot.things[i].portable for i in self._named(phrase)):
            if self.is_place(state, phrase):
                return HERE
            for direction, room in open_ways(self._plot, state).items():
                if self.is_title(phrase, room):
                    return f"You would have to go {direction} for that."
        if any(self._plot.things[i].person for i in self._named(phrase)):
            return "There is nobody of that name here."
        if self.told(state, phrase):
            return SCENERY
        for word in phrase:
            if word not in self._vocabulary and word not in VERBS and word not in PERSONAL:
                return f'You see no "{word[:20]}" here.'
        return "You see no such thing here."

    def told(self, state: State, phrase: tuple[str, ...]) -> str:
        """Return the sentence in sight that speaks of a phrase that names nothing here, or nothing at all."""
        return told_of(self._plot, state, phrase, of_things=not self._named(phrase))

    def which(self, things: Sequence[int]) -> str:
        """Ask which one of several things is meant."""
        names = [definite(self._plot.things[i]) for i in things[:4]]
        return f"Which one: {listed(names, 'or')}?"

    def visible_named(self, state: State, phrase: tuple[str, ...]) -> list[int]:
        """Return the things in sight that a phrase may mean."""
        known = self._named(phrase)
        if not known and not self.told(state, phrase):
            known = self._common(phrase, near=True)
        seen = [i for i in known if is_visible(self._plot, state, i)]
        if not known and len(phrase) > 1:
            seen = self._by_last_word(state, phrase)
        if not seen and len(phrase) == 1 and phrase[0] in self._ends:  # an axe is a pickaxe
            ends = [i for i in self._ends[phrase[0]] if is_visible(self._plot, state, i)]
            seen = [] if ends and self.told(state, phrase) else ends
        if len(seen) > 1:  # "the east door"
            ways = {DIRECTIONS[word] for word in phrase if word in DIRECTIONS}
            leads = self._plot.leads[state.room]
            seen = [i for i in seen if not ways.isdisjoint(leads.get(i, ()))] or seen
        if len(seen) > 1:  # "lamp" is the lamp, not the hand lamp beside it
            name = " ".join(_told(phrase, self._vocabulary))
            exact = [i for i in seen if self._plot.things[i].id == name]
            return exact or seen
        return seen

    def exists(self, phrase: tuple[str, ...]) -> bool:
        """Return whether a phrase names a thing, wherever it is."""
        return bool(self._named(phrase))

    def _by_last_word(self, state: State, phrase: tuple[str, ...]) -> list[int]:
        """Return the thing that the last word names, where it is the only one in the world.

        "Lighthouse keeper" is the keeper unless a lighthouse is in sight.
        """
        named = self._vocabulary.get(phrase[-1], set())
        before = set().union(*(self._vocabulary.get(word, set()) for word in phrase[:-1]))
        if len(named) != 1 or any(is_visible(self._plot, state, i) for i in before):
            return []
        return [i for i in named if is_visible(self._plot, state, i)]

    def _named(self, phrase: tuple[str, ...]) -> tuple[int, ...]:
        """Return the things that a phrase may mean, wherever they are."""
        known = self._phrases.get(phrase)
        if known is None:
            known = (
                self._common(phrase)
                or self._opening(phrase)
                # "the keeper's ropes": whose they are need not be known.
                or self._common([w for w in phrase if w[-2:] != "'s"])
                or self._common(_owned(phrase))
                or self._common(_joined(phrase, self._vocabulary))
                or self._common(" ".join(phrase).replace("-", " ").split())
                or self._common(_told(phrase, self._vocabulary))
                # "the coat's pockets": whose they are will do.
                or self._common([w[:-2] for w in phrase if w[-2:] == "'s"])
            )
            if known and len(self._phrases) < _REMEMBERED:
                self._phrases[phrase] = known
        return known

    def _opening(self, phrase: tuple[str, ...]) -> tuple[int, ...]:
        """Return what has the door, the lid or the lock that a phrase speaks of."""
        things = self._plot.things
        words = [word.removesuffix("'s") for word in phrase if word not in _PARTS]
        if not words and not _LOCKS.isdisjoint(phrase):
            return tuple(i for i, thing in enumerate(things) if thing.key)
        if not words or len(words) == len(phrase):
            return ()
        return tuple(i for i in self._common(words) if things[i].opens)

    def _common(self, words: Sequence[str], near: bool = False) -> tuple[int, ...]:
        """Return the things that go by all of some words, or by ones that are a slip away."""
        sets = [self._vocabulary.get(word, set()) for word in words]
        if near:
            sets = [
                found
                or set().union(*(self._vocabulary[w] for w in near_words(word, self._vocabulary)))
                for word, found in zip(words, sets, strict=True)
            ]
        return tuple(sorted(set.intersection(*sets))) if sets else ()

    def is_plural(self, phrase: tuple[str, ...]) -> bool:
        """Return whether a phrase names several things of a kind: "keys", where each is a key."""
        word = phrase[-1] if phrase else ""
        known = word in self._vocabulary or word[:-1] not in self._vocabulary
        return word.endswith("s") and not known

    def kind(self, phrase: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words for one of the things that "keys" or "all keys" name; none for other phrases."""
        words = phrase[1:] if phrase[:1] == ALL else phrase
        if self.is_plural(words):
            return *words[:-1], words[-1][:-1]
        return words if words != phrase else ()

    def swap(self, state: State, phrase: tuple[str, ...]) -> tuple[int, int] | None:
        """Read "goat letter" as the letter, to the goat."""
        for cut in range(1, len(phrase)):
            person = self.resolve(state, phrase[:cut])
            thing = self.resolve(state, phrase[cut:])
            if isinstance(person, int) and isinstance(thing, int):
                return thing, person
        return None

    def addressed(self, state: State, phrase: tuple[str, ...]) -> int | None:
        """Read "bram the whole story" as Bram, whatever he is told."""
        for cut in range(1, len(phrase)):
            named = self.visible_named(state, phrase[:-cut])
            if len(named) == 1 and self._plot.things[named[0]].person:
                return named[0]
        return None

    def is_place(self, state: State, phrase: tuple[str, ...]) -> bool:
        """Return whether a phrase names the place where one is, and not what is told of in it.

        In a rose garden a garden is the place, a rose is a flower.
        """
        room = self._plot.rooms[state.room]
        head = {*room.title.lower().split()[-1:], *room.words}
        titled = self.is_title(phrase, state.room)
        return titled and (phrase[-1] in head or not self.told(state, phrase))

    def is_title(self, phrase: tuple[str, ...], room: int) -> bool:
        """Return whether a phrase names a room by words of its title, or other words for it."""
        words = {*_told(tuple(_joined(phrase, self._words)), self._words)}
        return (words - _DOORS or words) <= self._titles[room]


def _joined(phrase: tuple[str, ...], known: Container[str]) -> list[str]:
    """Write what is one word here as one word: "trap door"."""
    words = list(phrase)
    for i in reversed(range(len(words) - 1)):
        if words[i] + words[i + 1] in known:
            words[i : i + 2] = [words[i] + words[i + 1]]
    return words


def _owned(phrase: tuple[str, ...]) -> tuple[str, ...]:
    """Return what stands behind somebody's name: "Mrs. Tansy's knitting"."""
    owners = [i for i, word in enumerate(phrase) if word.endswith("'s")]
    return phrase[owners[-1] + 1 :] if owners else ()


def _told(phrase: tuple[str, ...], words: Container[str]) -> tuple[str, ...]:
    """Leave out what a thing is said to be like in words that nothing here goes by: "shiny penny"."""
    if not phrase or phrase[-1] not in words:
        return phrase
    return tuple(word for word in phrase if word in words)


def _words_of(title: str) -> set[str]:
    return {*title.lower().replace("'s", "").split(), *title.lower().split()}


def _nouns(name: str) -> list[str]:
    return [word for word in name.lower().split() if word not in ("a", "an", "the", "of", "some")]
