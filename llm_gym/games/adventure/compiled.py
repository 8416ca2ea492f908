"""From a plot as it is written to tables of numbers: names looked up, conditions made bits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from llm_gym.games.adventure.model import NOWHERE, YOU, Exit, Plot, Reaction
from llm_gym.games.adventure.parser import DIRECTIONS, VERBS
from llm_gym.games.adventure.sentences import sentences
from llm_gym.games.adventure.state import State

AT_NOWHERE, AT_YOU, AT_ROOM = 0, 1, 2
"""Places as numbers: nowhere, with the player, in room 0; the other rooms and the containers follow."""

_COMPASS = frozenset(DIRECTIONS.values())
_PREPOSITION = {
    "give": "to", "show": "to", "tie": "to", "put": "in", "pour": "in", "ask": "about",
    "unlock": "with", "cut": "with", "open": "with", "fill": "from",
}  # fmt: skip


class Condition(NamedTuple):
    """Some of a world's conditions at once.

    Attributes:
        on: the flags that must be set.
        off: the flags that must not.
        places: (thing, place, whether it must be there) triples.
    """

    on: int
    off: int
    places: tuple[tuple[int, int, bool], ...]

    def holds(self, state: State) -> bool:
        """Return whether all of them hold in a state."""
        flags = state.flags
        if flags & self.on != self.on or flags & self.off:
            return False
        return all((state.places[i] == place) is at for i, place, at in self.places)


class Effect(NamedTuple):
    """Some of a world's effects at once.

    Attributes:
        on: the flags that are set.
        off: the flags that are cleared.
        moves: (thing, place) pairs.
        room: where the player goes; -1: stays.
        ending: the id of an ending, or empty.
    """

    on: int
    off: int
    moves: tuple[tuple[int, int], ...]
    room: int
    ending: str


class Rule(NamedTuple):
    """A reaction.

    Attributes:
        needs: when it applies.
        effect: what changes.
        reply: what is said.
        room: where it applies; -1: anywhere.
        scored: the flag of its event, or 0.
        points: the points of its event.
        phrase: a command that brings it about.
        nouns: the things that the command names.
    """

    needs: Condition
    effect: Effect
    reply: str
    room: int
    scored: int
    points: int
    phrase: str
    nouns: tuple[int, ...]

    def applies(self, state: State) -> bool:
        """Return whether it does, here and now."""
        return self.room in (-1, state.room) and self.needs.holds(state)


class Way(NamedTuple):
    """A way out of a room.

    Attributes:
        to: the room; -1 for an ending.
        door: the thing that must be open; -1: none.
        needs: when one gets through.
        exit: as it is written.
    """

    to: int
    door: int
    needs: Condition
    exit: Exit


class CompiledPlot:
    """A plot in numbers: rooms and things by their position, places by number, flags by bit.

    It never changes. What depends on a state is asked of the functions that are given one.

    Args:
        plot: the world as it is written.

    Raises:
        ValueError: it names a room, thing, flag, ending or verb that is not there.

    Attributes:
        rooms: as written.
        things: as written.
        thing_of: id -> thing.
        holder_of: the place inside a container, or in somebody's hands -> the container, the person.
        inside: the container or the person -> that place.
        seen: the flag of each room: visited.
        open: the flag of each thing: open.
        unlocked: the flag of each thing: unlocked.
        lit: the flag of each thing: alight.
        taken: the flag of each thing: taken before.
        dark: of each room, whether it is dark.
        lights: the things that give light.
        fires: the things that light others.
        points: thing -> points for taking or unlocking it.
        ways: of each room, direction -> way.
        notes: of each room, (when it is said, sentence) pairs.
        rules: (verb, noun, second) -> rules; -1 for no thing.
        rules_at: of each room, the rules that change something there.
        inferable: (verb, noun) -> (second, rule) pairs of rules whose second thing goes without saying.
        wanted: person -> (thing, rule) pairs of what that person takes.
        doors_at: of each room, the doors of its ways.
        leads: of each room, the stairs, doors, ... -> the directions in which they lead.
        initial: where things are at the start, as in :class:`State`.
        remarkable: the things whose commands need trying: to open, to light, out of containers, with
            a rule for taking them.
        spoken: of each room, the words that its description may have.
        masks: of each room, the flags that matter to what is seen there.
        tables: of each room, how places are mapped for the same purpose, see :meth:`_local`.
        total: all points there are.
        start: the first state.
    """

    def __init__(self, plot: Plot) -> None:
        self._written = plot
        self.rooms, self.things = plot.rooms, plot.things
        self._room_of = {room.id: i for i, room in enumerate(plot.rooms)}
        self.thing_of = {thing.id: i for i, thing in enumerate(plot.things)}
        self._flags: dict[str, int] = {}
        self._set_somewhere: set[str] = set()
        first = AT_ROOM + len(plot.rooms)
        kept = {thing.where for thing in plot.things}
        holders = [t.id for t in plot.things if t.opens or (t.person and t.id in kept)]
        self._places = {NOWHERE: AT_NOWHERE, YOU: AT_YOU}
        self._places |= {room: AT_ROOM + i for room, i in self._room_of.items()}
        self._places |= {holder: first + i for i, holder in enumerate(holders)}
        self.holder_of = {first + i: self.thing_of[holder] for i, holder in enumerate(holders)}
        self.inside = {thing: place for place, thing in self.holder_of.items()}
        for room in plot.rooms:
            self._given(f"{room.id}.seen")
        for thing in plot.things:
            for suffix in ("open", "unlocked", "lit", "taken"):
                self._given(f"{thing.id}.{suffix}")
        self.seen = [self._flag(f"{room.id}.seen") for room in plot.rooms]
        self.open, self.unlocked, self.lit, self.taken = (
            [self._flag(f"{thing.id}.{suffix}") for thing in plot.things]
            for suffix in ("open", "unlocked", "lit", "taken")
        )
        self.dark = [room.dark for room in plot.rooms]
        self.lights = [i for i, thing in enumerate(plot.things) if thing.light]
        self.fires = [i for i, thing in enumerate(plot.things) if thing.fire]
        self.points = {i: thing.points for i, thing in enumerate(plot.things) if thing.points}
        self.ways = [self._compile_exits(room.exits) for room in plot.rooms]
        self.notes = [
            [(self._condition((c,)), text) for c, text in room.notes] for room in plot.rooms
        ]
        self.rules: dict[tuple[str, int, int], list[Rule]] = {}
        self.rules_at: list[list[Rule]] = [[] for _ in plot.rooms]
        self.inferable: dict[tuple[str, int], list[tuple[int, Rule]]] = {}
        self.wanted: dict[int, list[tuple[int, Rule]]] = {}
        self.total = sum(room.points for room in plot.rooms)
        self.total += sum(thing.points for thing in plot.things)
        for number, reaction in enumerate(plot.reactions):
            self._add_rule(number, reaction)
        for name in self._flags:
            if name not in self._set_somewhere:
                raise ValueError(f"nothing in {plot.id!r} ever sets the flag {name!r}")
        self.doors_at = [
            frozenset(way.door for way in ways.values() if way.door >= 0) for ways in self.ways
        ]
        self.leads = [
            {way.door: (direction,) for direction, way in ways.items() if way.door >= 0}
            | {i: thing.leads for i, thing in enumerate(plot.things) if {*thing.leads} & {*ways}}
            for ways in self.ways
        ]
        self.initial = bytes(self._place(thing.where) for thing in plot.things)
        self.remarkable = [
            i
            for i, thing in enumerate(plot.things)
            if thing.opens
            or thing.light
            or self.initial[i] in self.holder_of
            or ("take", i, -1) in self.rules
        ]
        self.spoken = self._spoken()
        self.masks, self.tables = self._local()
        self.start = State(0, self.seen[0], self.initial, plot.rooms[0].points)

    def _given(self, flag: str) -> None:
        self._flag(flag)
        self._set_somewhere.add(flag)

    def _flag(self, name: str) -> int:
        return self._flags.setdefault(name, 1 << len(self._flags))

    def _place(self, name: str) -> int:
        if name not in self._places:
            raise ValueError(f"{self._written.id!r} has no place {name!r}")
        return self._places[name]

    def _thing(self, name: str) -> int:
        if name not in self.thing_of:
            raise ValueError(f"{self._written.id!r} has no thing {name!r}")
        return self.thing_of[name]

    def _condition(self, texts: Iterable[str]) -> Condition:
        on = off = 0
        places: list[tuple[int, int, bool]] = []
        for text in texts:
            positive = not text.startswith("!")
            body = text.removeprefix("!")
            if body.startswith("has "):
                places.append((self._thing(body[4:]), AT_YOU, positive))
            elif " at " in body:
                thing, _, place = body.partition(" at ")
                places.append((self._thing(thing), self._place(place), positive))
            elif positive:
                on |= self._flag(body)
            else:
                off |= self._flag(body)
        return Condition(on, off, tuple(places))

    def _effect(self, texts: Iterable[str]) -> Effect:
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
                room = self._place(text[6:]) - AT_ROOM
            elif " > " in text:
                thing, _, place = text.partition(" > ")
                moves.append((self._thing(thing), self._place(place)))
            else:
                raise ValueError(f"{self._written.id!r} has an effect that nobody knows: {text!r}")
        return Effect(on, off, tuple(moves), room, ending)

    def _ending(self, name: str) -> str:
        if name not in self._written.endings:
            raise ValueError(f"{self._written.id!r} has no ending {name!r}")
        return name

    def _compile_exits(self, exits: Mapping[str, str | Exit]) -> dict[str, Way]:
        ways = {}
        for direction, target in exits.items():
            if direction not in _COMPASS:
                raise ValueError(f"{self._written.id!r} has an exit {direction!r}")
            way = Exit(target) if isinstance(target, str) else target
            to = -1 if way.ending and self._ending(way.ending) else self._place(way.to) - AT_ROOM
            door = self._thing(way.door) if way.door else -1
            ways[direction] = Way(to, door, self._condition(way.needs), way)
        return ways

    def _add_rule(self, number: int, reaction: Reaction) -> None:
        if reaction.verb not in VERBS:
            raise ValueError(f"{self._written.id!r} reacts to an unknown verb {reaction.verb!r}")
        noun = self._thing(reaction.noun) if reaction.noun else -1
        second = self._thing(reaction.second) if reaction.second else -1
        room = self._place(reaction.room) - AT_ROOM if reaction.room else -1
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
        rule = Rule(
            self._condition(reaction.needs),
            self._effect(reaction.effects),
            reaction.reply,
            room,
            scored,
            reaction.points,
            phrase,
            tuple(i for i in (noun, second) if i >= 0),
        )
        self.rules.setdefault((reaction.verb, noun, second), []).append(rule)
        if second >= 0:
            self.inferable.setdefault((reaction.verb, noun), []).append((second, rule))
        if reaction.effects and reaction.verb == "give":
            self.wanted.setdefault(second, []).append((noun, rule))
        if reaction.effects or reaction.points:
            for place in range(len(self.rules_at)) if room < 0 else (room,):
                self.rules_at[place].append(rule)

    def _spoken(self) -> list[frozenset[str]]:
        """Return, for each room, the words of its sentences and of all that tell where a thing is."""
        anywhere = [thing.there for thing in self.things]
        return [
            frozenset().union(
                *(
                    words
                    for text in (room.text, *(text for _, text in room.notes), *anywhere)
                    for _, words in sentences(text)
                )
            )
            for room in self.rooms
        ]

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
        for room, ways in enumerate(self.ways):
            conditions = [way.needs for way in ways.values()]
            conditions += [needs for needs, _ in self.notes[room]]
            mask = ~custom
            for rule in self.rules_at[room]:
                conditions.append(rule.needs)
                mask |= rule.scored | rule.effect.on | rule.effect.off
            for rules in self.rules.values():
                conditions += [rule.needs for rule in rules if rule.room in (-1, room)]
            kept = {AT_NOWHERE, AT_YOU, AT_ROOM + room, *self.holder_of}
            for condition in conditions:
                mask |= condition.on | condition.off
                kept |= {place for _, place, _ in condition.places}
            masks.append(mask)
            tables.append(bytes(place if place in kept else 255 for place in range(256)))
        return masks, tables
