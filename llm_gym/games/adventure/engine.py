"""The world engine: what a command does to a state, what one sees in it, and which commands count.

A :class:`World` is a compiled :class:`~llm_gym.games.adventure.model.Plot`; it never changes. A
:class:`State` is three small immutable values, so it is its own copy, its own hash and its own save
game. There is no clock and no chance: the state and the command decide everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from llm_gym.games.adventure.model import NOWHERE, YOU, Exit, Plot, Reaction
from llm_gym.games.adventure.parser import (
    DIRECTIONS,
    META,
    PERSONAL,
    PRONOUNS,
    VERBS,
    Command,
    parse,
)

_DIRECTIONS = frozenset(DIRECTIONS.values())
_PREPOSITION = {
    "give": "to", "show": "to", "tie": "to", "put": "in", "pour": "in", "ask": "about",
    "unlock": "with", "cut": "with", "open": "with", "fill": "from",
}  # fmt: skip
_NOWHERE, _YOU = 0, 1
_REMEMBERED = 8192
"""How many local views a world keeps; when there are more it forgets them all."""

_REFUSALS = {
    "wait": "Time passes. It does that here.",
    "push": "You push. It stays.",
    "pull": "You pull. It stays.",
    "turn": "It does not turn.",
    "wind": "There is nothing to wind there.",
    "ring": "That does not ring.",
    "blow": "You blow. Nothing comes of it.",
    "cut": "That needs no cutting, or a better blade.",
    "tie": "You can find nothing useful to tie there.",
    "pour": "Better not here.",
    "fill": "It needs no filling.",
    "drink": "You are not that thirsty.",
    "eat": "You are not that hungry.",
    "buy": "That is not for sale.",
    "attack": "Violence is for people without imagination.",
    "swim": "There is no water here to swim in.",
    "jump": "You jump. You land. You feel observed.",
    "climb": "You can't climb that.",
    "pray": "You pray for a hint. None comes.",
    "listen": "You hear nothing out of the ordinary.",
    "smell": "It smells much as you would expect.",
    "sing": "You sing. Somewhere a dog leaves.",
    "kiss": "Let us keep this professional.",
    "touch": "It feels as it looks.",
    "wear": "It would not suit you.",
    "dig": "You have no spade, and no reason.",
    "put": "It does not fit there.",
    "give": "That would not be welcome.",
    "show": "That makes no impression.",
    "lock": "It can stay as it is.",
    "use": "Say what you want to do with it: open it, give it, tie it to something?",
    "hello": "Hello yourself.",
    "say": "You say it. To talk with somebody, talk to them.",
    "think": "You think. It does not show.",
    "dance": "You do. The fog looks the other way.",
    "xyzzy": "Nothing happens, slowly.",
    "knock": "Nobody answers.",
    "throw": "You might want it back.",
    "again": "You have done nothing yet that could be done again.",
    "curse": "Quite so.",
    "talk": "There is no answer.",
    "ask": "There is no answer.",
    "read": "There is nothing written on it.",
    "light": "That is not something to light.",
    "extinguish": "It is not alight.",
    "enter": "You can't go in there.",
    "go": "Go where? Say a direction: north, south, east, west, up, down, in, out.",
    "meta": META,
    "help": "Say what you do in a few plain words: go north, take the rope, open the chest, "
    "give the coin to the sailor, look, inventory. Examine things and talk to people.",
}  # fmt: skip
_ALONE = frozenset(
    "wait swim jump pray listen smell sing dig hello say think dance xyzzy knock again help curse go "
    "inventory score meta".split()
)
"""Verbs that need no thing; what they are given is not looked at."""
_ONE_THING = frozenset("take drop examine read talk ask".split())
"""Verbs that go with one thing; what follows a preposition is not looked at."""


class State(NamedTuple):
    """Everything that can change.

    Attributes:
        room: the number of the room the player is in.
        flags: one bit per flag.
        places: one byte per thing: where it is.
        score: the points so far.
    """

    room: int
    flags: int
    places: bytes
    score: int


class Outcome(NamedTuple):
    """What a command did.

    Attributes:
        state: the state after it.
        reply: what is said, without a line end.
        moved: the player has come into another room (or has asked to look around).
        ending: the id of the ending; empty while the story goes on.
        understood: the command was one, and was possible.
    """

    state: State
    reply: str
    moved: bool = False
    ending: str = ""
    understood: bool = True


class View(NamedTuple):
    """What a state shows: the parts of an observation that do not depend on how one got there."""

    surroundings: str
    belongings: str
    actions: tuple[str, ...]


class _Condition(NamedTuple):
    on: int
    off: int
    places: tuple[tuple[int, int, bool], ...]

    def holds(self, state: State) -> bool:
        flags = state.flags
        if flags & self.on != self.on or flags & self.off:
            return False
        return all((state.places[i] == place) is at for i, place, at in self.places)


class _Effect(NamedTuple):
    on: int
    off: int
    moves: tuple[tuple[int, int], ...]
    room: int  # -1: the player stays
    ending: str


class _Rule(NamedTuple):
    needs: _Condition
    effect: _Effect
    reply: str
    room: int  # -1: anywhere
    scored: int
    points: int
    phrase: str
    nouns: tuple[int, ...]


class _Way(NamedTuple):
    to: int
    door: int  # -1: none
    needs: _Condition
    exit: Exit


class World:
    """A compiled world.

    Args:
        plot: the world as it is written.

    Raises:
        ValueError: it names a room, thing, flag, ending or verb that is not there.

    Attributes:
        plot: as given.
        start: the first state.
        total: all points there are.
    """

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self._rooms = {room.id: i for i, room in enumerate(plot.rooms)}
        self._things = {thing.id: i for i, thing in enumerate(plot.things)}
        self._flags: dict[str, int] = {}
        self._set_somewhere: set[str] = set()
        first = 2 + len(plot.rooms)
        holders = [thing.id for thing in plot.things if thing.opens]
        self._places = {NOWHERE: _NOWHERE, YOU: _YOU}
        self._places |= {room: 2 + i for room, i in self._rooms.items()}
        self._places |= {holder: first + i for i, holder in enumerate(holders)}
        self._holders = {first + i: self._things[holder] for i, holder in enumerate(holders)}
        self._inside = {thing: place for place, thing in self._holders.items()}
        for room in plot.rooms:
            self._given(f"{room.id}.seen")
        for thing in plot.things:
            for suffix in ("open", "unlocked", "lit", "taken"):
                self._given(f"{thing.id}.{suffix}")
        self._seen = [self._flag(f"{room.id}.seen") for room in plot.rooms]
        self._open, self._unlocked, self._lit, self._taken = (
            [self._flag(f"{thing.id}.{suffix}") for thing in plot.things]
            for suffix in ("open", "unlocked", "lit", "taken")
        )
        self._dark = [room.dark for room in plot.rooms]
        self._light = [i for i, thing in enumerate(plot.things) if thing.light]
        self._fire = [i for i, thing in enumerate(plot.things) if thing.fire]
        self._points = {i: thing.points for i, thing in enumerate(plot.things) if thing.points}
        self._ways = [self._compile_exits(room.exits) for room in plot.rooms]
        self._notes = [
            [(self._condition((c,)), text) for c, text in room.notes] for room in plot.rooms
        ]
        self._rules: dict[tuple[str, int, int], list[_Rule]] = {}
        self._rules_at: list[list[_Rule]] = [[] for _ in plot.rooms]
        self._inferable: dict[tuple[str, int], list[tuple[int, _Rule]]] = {}
        self.total = sum(room.points for room in plot.rooms)
        self.total += sum(thing.points for thing in plot.things)
        for number, reaction in enumerate(plot.reactions):
            self._add_rule(number, reaction)
        for name in self._flags:
            if name not in self._set_somewhere:
                raise ValueError(f"nothing in {plot.id!r} ever sets the flag {name!r}")
        self._doors_at = [
            frozenset(way.door for way in ways.values() if way.door >= 0) for ways in self._ways
        ]
        self._vocabulary: dict[str, set[int]] = {}
        for i, thing in enumerate(plot.things):
            for word in {*thing.id.split(), *" ".join(thing.words).split(), *_nouns(thing.name)}:
                self._vocabulary.setdefault(word, set()).add(i)
        self._phrases: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._initial = bytes(self._place(thing.where) for thing in plot.things)
        self._remarkable = [
            i
            for i, thing in enumerate(plot.things)
            if thing.opens
            or thing.light
            or self._initial[i] in self._holders
            or ("take", i, -1) in self._rules
        ]
        self._masks, self._tables = self._local()
        self._views: dict[tuple[int, int, bytes], View] = {}
        self.start = State(0, self._seen[0], self._initial, plot.rooms[0].points)

    # ------------------------------------------------------------------ what players use

    def act(self, state: State, command: Command | str) -> Outcome:
        """Return what a command does in a state.

        Args:
            state: a state in which the story goes on.
            command: a line of text, or what the parser made of it.
        """
        if isinstance(command, str):
            command = parse(command)
        verb, noun, second, complaint = command
        if complaint:
            return Outcome(state, complaint, understood=False)
        if verb in _DIRECTIONS:
            return self._go(state, verb)
        if verb == "look":
            if not noun:
                return Outcome(state, "You look around.", moved=True)
            verb = "examine"
        if verb == "take" and noun in (("all",), ("everything",)):
            return self._take_all(state)
        if verb == "go" and noun:
            found = self._go_to(state, noun)
            return found or Outcome(state, _REFUSALS["go"], understood=False)
        if not noun or verb in _ALONE:
            return self._act_alone(state, verb)
        return self._act_on_things(state, verb, noun, second)

    def _act_alone(self, state: State, verb: str) -> Outcome:
        """Do what needs no thing, or ask for the thing."""
        rule = self._first((verb, -1, -1), state)
        if rule:
            return self._apply(rule, state)
        if verb == "inventory":
            return Outcome(state, self.belongings(state))
        if verb == "score":
            return Outcome(state, f"You have {state.score} of {self.total} points.")
        if verb == "talk":
            return self._talk_to_anyone(state)
        if verb in _ALONE:
            return Outcome(state, _REFUSALS[verb], understood=False)
        return Outcome(state, f"What do you want to {verb}?", understood=False)

    def _act_on_things(
        self, state: State, verb: str, phrase: tuple[str, ...], other: tuple[str, ...]
    ) -> Outcome:
        """Find the things that the phrases name, and do it to them."""
        if phrase in (("me",), ("myself",)):
            return Outcome(state, "You are in one piece, and mean to stay so.")
        if verb in ("enter", "climb"):
            named = self._visible_named(state, phrase)
            if not any((verb, i, -1) in self._rules for i in named):
                found = self._go_to(state, phrase)
                if found:
                    return found
        noun = self._resolve(state, phrase)
        if isinstance(noun, str):
            if verb in ("give", "show") and not other:
                swapped = self._swap(state, phrase)  # "give goat letter"
                if swapped:
                    return self._do(state, verb, *swapped)
            return Outcome(state, noun, understood=False)
        second = -1
        if other and verb not in _ONE_THING:
            found_second = self._resolve(state, other)
            if isinstance(found_second, str):
                return Outcome(state, found_second, understood=False)
            second = found_second
        return self._do(state, verb, noun, second)

    def view(self, state: State) -> View:
        """Return what a state shows; remembered, since little of a state matters to one place."""
        key = (
            state.room,
            state.flags & self._masks[state.room],
            state.places.translate(self._tables[state.room]),
        )
        view = self._views.get(key)
        if view is None:
            if len(self._views) >= _REMEMBERED:
                self._views.clear()
            view = View(self.surroundings(state), self.belongings(state), self.actions(state))
            self._views[key] = view
        return view

    def surroundings(self, state: State) -> str:
        """Return what one sees: heading, description, things, ways out; ends without a line end."""
        room = self.plot.rooms[state.room]
        if self.is_dark(state):
            return "Darkness\nIt is pitch dark. Another step in the dark could be your last."
        parts = [room.text]
        parts += [text for needs, text in self._notes[state.room] if needs.holds(state)]
        here = 2 + state.room
        plain: list[str] = []
        for i, thing in enumerate(self.plot.things):
            if state.places[i] != here or thing.scenery:
                continue
            if thing.there and self._initial[i] == here:
                parts.append(thing.there)
            else:
                plain.append(self._name(i, state))
        if plain:
            parts.append(f"You see {_listed(plain)} here.")
        for place, holder in self._holders.items():
            if self._is_visible(holder, state) and state.flags & self._open[holder]:
                inside = [
                    self._name(i, state) for i, where in enumerate(state.places) if where == place
                ]
                if inside:
                    parts.append(f"In the {self.plot.things[holder].id}: {_listed(inside)}.")
        ways = [
            name
            for name, way in self._ways[state.room].items()
            if not way.exit.hidden or (way.exit.needs and way.needs.holds(state))
        ]
        return f"{room.title}\n{' '.join(parts)}\nWays out: {', '.join(ways)}."

    def belongings(self, state: State) -> str:
        """Return what one carries, in a sentence."""
        held = [self._name(i, state) for i, place in enumerate(state.places) if place == _YOU]
        return f"You carry {_listed(held)}." if held else "You carry nothing."

    def actions(self, state: State) -> tuple[str, ...]:
        """Return the commands that change something here, sorted: one for each effect."""
        effects: dict[tuple[State, str], str] = {}
        for line in self._candidates(state):
            outcome = self.act(state, line)
            if outcome.ending or outcome.state != state:
                effects.setdefault((outcome.state, outcome.ending), line)
        return tuple(sorted([*effects.values(), *self._handled(state)]))

    def is_dark(self, state: State, room: int | None = None) -> bool:
        """Return whether one sees nothing in ``room`` (default: here) with what one has."""
        room = state.room if room is None else room
        if not self._dark[room]:
            return False
        return not any(
            state.flags & self._lit[i] and state.places[i] in (_YOU, 2 + room) for i in self._light
        )

    def ways(self, state: State) -> dict[str, int]:
        """Return direction -> number of the room, for the ways open in a state; no endings."""
        return {
            name: way.to
            for name, way in self._ways[state.room].items()
            if way.to >= 0
            and way.needs.holds(state)
            and (way.door < 0 or state.flags & self._open[way.door])
        }

    # ------------------------------------------------------------------ commands

    def _go(self, state: State, direction: str) -> Outcome:
        way = self._ways[state.room].get(direction)
        if way is None:
            return Outcome(state, "You can't go that way.", understood=False)
        if not way.needs.holds(state):
            return Outcome(state, way.exit.refusal, understood=False)
        if way.door >= 0 and not state.flags & self._open[way.door]:
            door = self.plot.things[way.door].id
            return Outcome(state, f"The {door} is closed.", understood=False)
        if way.exit.ending:
            return Outcome(state, way.exit.reply, ending=way.exit.ending)
        if self.is_dark(state) and self.is_dark(state, way.to):
            return Outcome(state, "You feel your way forward.", ending="dark")
        reply = way.exit.reply or f"You go {direction}."
        return self._arrive(state, way.to, reply)

    def _go_to(self, state: State, phrase: tuple[str, ...]) -> Outcome | None:
        """Go to a neighbouring room by its name; None where no way that one knows of leads there."""
        for direction, way in self._ways[state.room].items():
            known = not way.exit.hidden or (way.exit.needs and way.needs.holds(state))
            if known and way.to >= 0 and self._is_title(phrase, way.to):
                return self._go(state, direction)
        return None

    def _is_title(self, phrase: tuple[str, ...], room: int) -> bool:
        """Return whether a phrase names a room by words of its title."""
        title = self.plot.rooms[room].title.lower()
        return {*phrase} <= {*title.replace("'s", "").split(), *title.split()}

    def _arrive(self, state: State, room: int, reply: str) -> Outcome:
        score = state.score
        if not state.flags & self._seen[room]:
            score += self.plot.rooms[room].points
        after = State(room, state.flags | self._seen[room], state.places, score)
        return Outcome(after, reply, moved=True)

    def _do(self, state: State, verb: str, noun: int, second: int) -> Outcome:
        """Do something to a thing: the world's own reactions first, then what holds everywhere."""
        if verb == "light" and second in self._fire:
            second = -1  # "with a match" goes without saying
        for key in ((verb, noun, second), (verb, second, noun)):
            rule = self._first(key, state) if key[1] >= 0 else None
            if rule:
                return self._apply(rule, state)
        if second < 0:
            for other, rule in self._inferable.get((verb, noun), ()):
                if self._is_visible(other, state) and self._may(rule, state):
                    outcome = self._apply(rule, state)
                    with_it = f"(the {self.plot.things[other].id})"
                    return outcome._replace(reply=f"{with_it} {outcome.reply}")
        if verb == "use":
            return self._use(state, noun, second)
        handler = _HANDLERS.get(verb)
        if handler:
            return handler(self, state, noun, second)
        return Outcome(state, _REFUSALS.get(verb, "Nothing comes of it."), understood=False)

    def _use(self, state: State, noun: int, second: int) -> Outcome:
        """Find out what a use of a thing could be; the first that changes something is done."""
        for verb in (
            "put",
            "tie",
            "cut",
            "give",
            "unlock",
            "pour",
            "ring",
            "blow",
            "wind",
            "light",
        ):
            pairs = ((noun, second), (second, noun)) if second >= 0 else ((noun, -1),)
            for one, other in pairs:
                outcome = self._do(state, verb, one, other)
                if outcome.ending or outcome.state != state:
                    return outcome
        return Outcome(state, _REFUSALS["use"], understood=False)

    def _take(self, state: State, noun: int, second: int) -> Outcome:
        thing = self.plot.things[noun]
        if state.places[noun] == _YOU:
            return Outcome(state, "You have it already.", understood=False)
        if not thing.portable:
            reply = thing.heavy or (
                "That is a person, not luggage." if thing.person else "That stays where it is."
            )
            return Outcome(state, reply, understood=False)
        return Outcome(self._taken_up(state, noun), "Taken.")

    def _taken_up(self, state: State, noun: int) -> State:
        score = state.score
        if not state.flags & self._taken[noun]:
            score += self._points.get(noun, 0)
        return State(
            state.room, state.flags | self._taken[noun], _moved(state.places, noun, _YOU), score
        )

    def _take_all(self, state: State) -> Outcome:
        taken = self._loose(state)
        for i in taken:
            state = self._taken_up(state, i)
        if not taken:
            return Outcome(state, "There is nothing here to take.", understood=False)
        return Outcome(state, f"You take {_listed([self._name(i, state) for i in taken])}.")

    def _loose(self, state: State) -> list[int]:
        """Return the things within reach that can be taken by hand alone."""
        return [
            i
            for i, thing in enumerate(self.plot.things)
            if thing.portable
            and state.places[i] != _YOU
            and self._is_visible(i, state)
            and not self._rules.get(("take", i, -1))
        ]

    def _drop(self, state: State, noun: int, second: int) -> Outcome:
        if state.places[noun] != _YOU:
            return Outcome(state, "You are not holding that.", understood=False)
        if self.is_dark(state):
            return Outcome(state, "You would never find it again in the dark.", understood=False)
        places = _moved(state.places, noun, 2 + state.room)
        return Outcome(state._replace(places=places), "Dropped.")

    def _examine(self, state: State, noun: int, second: int) -> Outcome:
        thing = self.plot.things[noun]
        text = thing.text or f"There is nothing special about the {thing.id}."
        if thing.opens:
            is_open = state.flags & self._open[noun]
            text += f" It is {'open' if is_open else 'closed'}."
        if thing.writing:
            text += " There is something written on it."
        return Outcome(state, text)

    def _read(self, state: State, noun: int, second: int) -> Outcome:
        writing = self.plot.things[noun].writing
        return Outcome(state, writing or _REFUSALS["read"], understood=bool(writing))

    def _open_it(self, state: State, noun: int, second: int) -> Outcome:
        thing = self.plot.things[noun]
        if not thing.opens:
            return Outcome(state, "That does not open.", understood=False)
        if state.flags & self._open[noun]:
            return Outcome(state, "It is open already.", understood=False)
        if thing.key and not state.flags & self._unlocked[noun]:
            if state.places[self._things[thing.key]] != _YOU:
                return Outcome(state, f"The {thing.id} is locked.", understood=False)
            return self._unlock(state, noun, second)
        return Outcome(self._opened(state, noun), self._opening(state, noun))

    def _opened(self, state: State, noun: int) -> State:
        return state._replace(flags=state.flags | self._open[noun])

    def _opening(self, state: State, noun: int) -> str:
        inside = [
            self._name(i, state)
            for i, place in enumerate(state.places)
            if place == self._inside[noun]
        ]
        found = f" Inside: {_listed(inside)}." if inside else ""
        return f"You open the {self.plot.things[noun].id}.{found}"

    def _close(self, state: State, noun: int, second: int) -> Outcome:
        thing = self.plot.things[noun]
        if not thing.opens or not state.flags & self._open[noun]:
            return Outcome(state, "It is not open.", understood=False)
        after = state._replace(flags=state.flags & ~self._open[noun])
        return Outcome(after, f"You close the {thing.id}.")

    def _unlock(self, state: State, noun: int, second: int) -> Outcome:
        """Unlock a thing, and open it: nobody unlocks a door in order to look at it."""
        thing = self.plot.things[noun]
        if not thing.key:
            return Outcome(state, "It has no lock.", understood=False)
        if state.flags & self._unlocked[noun]:
            return Outcome(state, "It is unlocked already.", understood=False)
        key = self._things[thing.key]
        if state.places[key] != _YOU:
            return Outcome(state, "You do not have the key for that.", understood=False)
        if second not in (-1, key):
            return Outcome(state, "That is not its key.", understood=False)
        after = self._opened(state, noun)
        after = after._replace(
            flags=after.flags | self._unlocked[noun],
            score=after.score + self._points.get(noun, 0),
        )
        reply = f"The {thing.key} turns. {self._opening(state, noun)}"
        return Outcome(after, reply)

    def _put(self, state: State, noun: int, second: int) -> Outcome:
        """Put a thing back into the container it came from; nothing else fits anywhere."""
        if second < 0:
            return Outcome(state, "Where do you want to put it?", understood=False)
        if state.places[noun] != _YOU:
            return Outcome(state, "You are not holding that.", understood=False)
        if second not in self._inside or self._initial[noun] != self._inside[second]:
            return Outcome(state, _REFUSALS["put"], understood=False)
        if not state.flags & self._open[second]:
            return Outcome(state, f"The {self.plot.things[second].id} is closed.", understood=False)
        places = _moved(state.places, noun, self._inside[second])
        return Outcome(state._replace(places=places), "Done.")

    def _light_it(self, state: State, noun: int, second: int) -> Outcome:
        thing = self.plot.things[noun]
        if not thing.light:
            return Outcome(state, _REFUSALS["light"], understood=False)
        if state.flags & self._lit[noun]:
            return Outcome(state, "It is alight already.", understood=False)
        if self._fire and not any(state.places[i] == _YOU for i in self._fire):
            return Outcome(state, "You have nothing to light it with.", understood=False)
        after = state._replace(flags=state.flags | self._lit[noun])
        return Outcome(after, f"The {thing.id} gives a good steady light.")

    def _extinguish(self, state: State, noun: int, second: int) -> Outcome:
        if not state.flags & self._lit[noun]:
            return Outcome(state, _REFUSALS["extinguish"], understood=False)
        if state.places[noun] != _YOU:  # else it could be lost in the dark for good
            return Outcome(state, "Pick it up first.", understood=False)
        after = state._replace(flags=state.flags & ~self._lit[noun])
        return Outcome(after, f"You put out the {self.plot.things[noun].id}.")

    def _talk(self, state: State, noun: int, second: int) -> Outcome:
        if not self.plot.things[noun].person:
            return Outcome(state, "It has no conversation.", understood=False)
        return Outcome(state, "You get no more than a nod.")

    def _ask(self, state: State, noun: int, second: int) -> Outcome:
        return self._do(state, "talk", noun, -1)

    def _talk_to_anyone(self, state: State) -> Outcome:
        people = self._people_here(state)
        if len(people) == 1:
            return self._do(state, "talk", people[0], -1)
        reply = "To whom?" if people else "There is nobody here to talk to."
        return Outcome(state, reply, understood=False)

    def _people_here(self, state: State) -> list[int]:
        return [
            i
            for i, thing in enumerate(self.plot.things)
            if thing.person and self._is_visible(i, state)
        ]

    # ------------------------------------------------------------------ reactions

    def _may(self, rule: _Rule, state: State) -> bool:
        return rule.room in (-1, state.room) and rule.needs.holds(state)

    def _first(self, key: tuple[str, int, int], state: State) -> _Rule | None:
        for rule in self._rules.get(key, ()):
            if self._may(rule, state):
                return rule
        return None

    def _apply(self, rule: _Rule, state: State) -> Outcome:
        effect = rule.effect
        places = state.places
        if effect.moves:
            changed = bytearray(places)
            for thing, place in effect.moves:
                changed[thing] = place
            places = bytes(changed)
        flags, score = state.flags & ~effect.off | effect.on, state.score
        if rule.points and not flags & rule.scored:
            flags, score = flags | rule.scored, score + rule.points
        after = State(state.room, flags, places, score)
        if effect.room >= 0:
            return self._arrive(after, effect.room, rule.reply)._replace(ending=effect.ending)
        return Outcome(after, rule.reply, ending=effect.ending)

    # ------------------------------------------------------------------ words and things

    def _resolve(self, state: State, phrase: tuple[str, ...]) -> int | str:
        """Return the thing a phrase names here, or a sentence that says why there is none."""
        if phrase in (("all",), ("everything",)):
            return "One thing at a time, please."
        if len(phrase) == 1 and phrase[0] in PERSONAL:
            people = self._people_here(state)
            if len(people) == 1:
                return people[0]
        if len(phrase) == 1 and phrase[0] in PRONOUNS | PERSONAL:
            return f'Say what you mean by "{phrase[0]}".'
        named = self._visible_named(state, phrase)
        if len(named) > 1:  # "key" is the iron key if one holds it and only sees the other
            held = [i for i in named if state.places[i] == _YOU]
            named = held if len(held) == 1 else named
        if len(named) == 1:
            return named[0]
        if named:
            names = [f"the {self.plot.things[i].id}" for i in named[:4]]
            return f"Which one: {_listed(names, 'or')}?"
        if self.is_dark(state):
            return "It is too dark to see any such thing."
        if self._is_title(phrase, state.room):
            return "That is where you are."
        for direction, room in self.ways(state).items():
            if self._is_title(phrase, room):
                return f"You would have to go {direction} for that."
        for word in phrase:
            if word not in self._vocabulary and word not in VERBS:
                return f'You see no "{word[:20]}" here.'
        return "You see no such thing here."

    def _visible_named(self, state: State, phrase: tuple[str, ...]) -> list[int]:
        known = self._phrases.get(phrase)
        if known is None:
            sets = [self._vocabulary.get(word, set()) for word in phrase]
            matches = sorted(set.intersection(*sets)) if sets else []
            known = tuple(matches)
            if known and len(self._phrases) < _REMEMBERED:
                self._phrases[phrase] = known
        seen = [i for i in known if self._is_visible(i, state)]
        if len(seen) > 1:  # "lamp" is the lamp, not the hand lamp beside it
            exact = [i for i in seen if self.plot.things[i].id == " ".join(phrase)]
            return exact or seen
        return seen

    def _swap(self, state: State, phrase: tuple[str, ...]) -> tuple[int, int] | None:
        """Read "goat letter" as the letter, to the goat."""
        for cut in range(1, len(phrase)):
            person = self._resolve(state, phrase[:cut])
            thing = self._resolve(state, phrase[cut:])
            if isinstance(person, int) and isinstance(thing, int):
                return thing, person
        return None

    def _is_visible(self, thing: int, state: State) -> bool:
        place = state.places[thing]
        if place == _YOU:
            return True
        if self._dark[state.room] and self.is_dark(state):
            return False
        if place == 2 + state.room or thing in self._doors_at[state.room]:
            return True
        holder = self._holders.get(place)
        return (
            holder is not None
            and bool(state.flags & self._open[holder])
            and self._is_visible(holder, state)
        )

    def _name(self, thing: int, state: State) -> str:
        burning = " (alight)" if state.flags & self._lit[thing] else ""
        return f"{self.plot.things[thing].name}{burning}"

    def _handled(self, state: State) -> Iterable[str]:
        """Yield the takes and drops that nothing stands in the way of; each has its own effect."""
        dark = self.is_dark(state)
        for i, thing in enumerate(self.plot.things):
            if not thing.portable:
                continue
            if state.places[i] == _YOU:
                if not dark:
                    yield f"drop {thing.id}"
            elif i not in self._remarkable and self._is_visible(i, state):
                yield f"take {thing.id}"

    def _candidates(self, state: State) -> Iterable[str]:
        """Yield every other command that might change something here, the plainest first."""
        yield from self._ways[state.room]
        for i in self._remarkable:
            thing = self.plot.things[i]
            if not self._is_visible(i, state):
                continue
            home = self._holders.get(self._initial[i])
            if state.places[i] != _YOU:
                yield f"take {thing.id}"
            elif home is not None:
                yield f"put {thing.id} in {self.plot.things[home].id}"
            if thing.opens:
                locked = thing.key and not state.flags & self._unlocked[i]
                is_open = state.flags & self._open[i]
                yield f"{'close' if is_open else 'unlock' if locked else 'open'} {thing.id}"
            if thing.light:
                yield f"{'extinguish' if state.flags & self._lit[i] else 'light'} {thing.id}"
        for rule in self._rules_at[state.room]:
            if rule.needs.holds(state) and all(self._is_visible(i, state) for i in rule.nouns):
                yield rule.phrase
        if len(self._loose(state)) > 1:
            yield "take all"

    # ------------------------------------------------------------------ compiling

    def _given(self, flag: str) -> None:
        self._flag(flag)
        self._set_somewhere.add(flag)

    def _flag(self, name: str) -> int:
        return self._flags.setdefault(name, 1 << len(self._flags))

    def _place(self, name: str) -> int:
        if name not in self._places:
            raise ValueError(f"{self.plot.id!r} has no place {name!r}")
        return self._places[name]

    def _thing(self, name: str) -> int:
        if name not in self._things:
            raise ValueError(f"{self.plot.id!r} has no thing {name!r}")
        return self._things[name]

    def _condition(self, texts: Iterable[str]) -> _Condition:
        on = off = 0
        places: list[tuple[int, int, bool]] = []
        for text in texts:
            positive = not text.startswith("!")
            body = text.removeprefix("!")
            if body.startswith("has "):
                places.append((self._thing(body[4:]), _YOU, positive))
            elif " at " in body:
                thing, _, place = body.partition(" at ")
                places.append((self._thing(thing), self._place(place), positive))
            elif positive:
                on |= self._flag(body)
            else:
                off |= self._flag(body)
        return _Condition(on, off, tuple(places))

    def _effect(self, texts: Iterable[str]) -> _Effect:
        on = off = 0
        moves: list[tuple[int, int]] = []
        room, ending = -1, ""
        for text in texts:
            if text.startswith("+"):
                self._given(text[1:])
                on |= self._flag(text[1:])
            elif text.startswith("-"):
                off |= self._flag(text[1:])
            elif text.startswith("end "):
                ending = self._ending(text[4:])
            elif text.startswith("you > "):
                room = self._place(text[6:]) - 2
            elif " > " in text:
                thing, _, place = text.partition(" > ")
                moves.append((self._thing(thing), self._place(place)))
            else:
                raise ValueError(f"{self.plot.id!r} has an effect that nobody knows: {text!r}")
        return _Effect(on, off, tuple(moves), room, ending)

    def _ending(self, name: str) -> str:
        if name not in self.plot.endings:
            raise ValueError(f"{self.plot.id!r} has no ending {name!r}")
        return name

    def _compile_exits(self, exits: Mapping[str, str | Exit]) -> dict[str, _Way]:
        ways = {}
        for direction, target in exits.items():
            if direction not in _DIRECTIONS:
                raise ValueError(f"{self.plot.id!r} has an exit {direction!r}")
            way = Exit(target) if isinstance(target, str) else target
            to = -1 if way.ending and self._ending(way.ending) else self._place(way.to) - 2
            door = self._thing(way.door) if way.door else -1
            ways[direction] = _Way(to, door, self._condition(way.needs), way)
        return ways

    def _add_rule(self, number: int, reaction: Reaction) -> None:
        if reaction.verb not in VERBS:
            raise ValueError(f"{self.plot.id!r} reacts to an unknown verb {reaction.verb!r}")
        noun = self._thing(reaction.noun) if reaction.noun else -1
        second = self._thing(reaction.second) if reaction.second else -1
        room = self._place(reaction.room) - 2 if reaction.room else -1
        scored = 0
        if reaction.points:
            event = f"{reaction.event or number}.scored"
            if event not in self._flags:
                self.total += reaction.points
            self._given(event)
            scored = self._flag(event)
        phrase = " ".join(filter(None, (reaction.verb, reaction.noun)))
        if second >= 0:
            phrase += f" {_PREPOSITION.get(reaction.verb, 'with')} {reaction.second}"
        rule = _Rule(
            self._condition(reaction.needs),
            self._effect(reaction.effects),
            reaction.reply,
            room,
            scored,
            reaction.points,
            phrase,
            tuple(i for i in (noun, second) if i >= 0),
        )
        self._rules.setdefault((reaction.verb, noun, second), []).append(rule)
        if second >= 0:
            self._inferable.setdefault((reaction.verb, noun), []).append((second, rule))
        if reaction.effects or reaction.points:
            for place in range(len(self._rules_at)) if room < 0 else (room,):
                self._rules_at[place].append(rule)

    def _local(self) -> tuple[list[int], list[bytes]]:
        """Return, for each room, the flags that matter to a view there, and how to map places.

        Two states that are equal after this mapping show the same: that is what makes views worth
        remembering.
        """
        custom = 0
        for name, bit in self._flags.items():
            if not name.endswith((".open", ".unlocked", ".lit")):
                custom |= bit
        masks, tables = [], []
        for room, ways in enumerate(self._ways):
            conditions = [way.needs for way in ways.values()]
            conditions += [needs for needs, _ in self._notes[room]]
            mask = ~custom
            for rule in self._rules_at[room]:
                conditions.append(rule.needs)
                mask |= rule.scored | rule.effect.on | rule.effect.off
            for rules in self._rules.values():
                conditions += [rule.needs for rule in rules if rule.room in (-1, room)]
            kept = {_NOWHERE, _YOU, 2 + room, *self._holders}
            for condition in conditions:
                mask |= condition.on | condition.off
                kept |= {place for _, place, _ in condition.places}
            masks.append(mask)
            tables.append(bytes(place if place in kept else 255 for place in range(256)))
        return masks, tables


def _moved(places: bytes, thing: int, place: int) -> bytes:
    return b"%b%c%b" % (places[:thing], place, places[thing + 1 :])


def _nouns(name: str) -> list[str]:
    return [word for word in name.lower().split() if word not in ("a", "an", "the", "of", "some")]


def _listed(names: list[str], word: str = "and") -> str:
    """Return "a, b and c"."""
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


_HANDLERS: dict[str, Callable[[World, State, int, int], Outcome]] = {
    "take": World._take,
    "drop": World._drop,
    "examine": World._examine,
    "read": World._read,
    "open": World._open_it,
    "close": World._close,
    "unlock": World._unlock,
    "put": World._put,
    "light": World._light_it,
    "extinguish": World._extinguish,
    "talk": World._talk,
    "ask": World._ask,
}
