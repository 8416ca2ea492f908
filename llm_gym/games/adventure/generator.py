"""New worlds from seeds: a map in zones, a gate before each zone, what opens it in an earlier one.

A world asks for one treasure, to be brought back to whoever asked for it at the start. The zones lie
behind each other: the way into each is barred by a locked door, by darkness, by a portcullis or by
somebody who wants something, and what gets one through lies in an earlier zone: in the open, in
something closed, or with somebody who gives it for something else. So every world can be won by
construction; that it can is proven by search all the same before anybody gets to see it.
"""

from __future__ import annotations

import functools
import random
import re
from typing import Any, TypeAlias

from llm_gym.games.adventure.engine import World
from llm_gym.games.adventure.model import Ending, Exit, Plot, Reaction, Room, Thing
from llm_gym.games.adventure.search import solve
from llm_gym.games.adventure.sight import capital
from llm_gym.games.adventure.themes import THEMES

Words: TypeAlias = tuple[str, ...]

_COLOURS = ("red", "blue", "green", "yellow", "white", "black")
_SIDES = {"north": (0, 1), "south": (0, -1), "east": (1, 0), "west": (-1, 0)}
_OPPOSITE = {"north": "south", "south": "north", "east": "west", "west": "east"}
_TOTAL = 100
_GATE, _FIND, _TREASURE = 10, 5, 15
"""Points for passing a gate, for a thing that is needed, for the treasure. Bringing it back is worth
what is left of the total."""
_ATTEMPTS = 20
ROOMS = (6, 14)
"""The fewest and the most rooms of a world; gates and growth never make more."""


@functools.lru_cache(maxsize=512)
def generate(seed: int) -> World:
    """Return the world of a seed: the same one always, and one that can be won.

    Args:
        seed: any integer.

    Raises:
        RuntimeError: no attempt could be solved.
    """
    for attempt in range(_ATTEMPTS):
        plot = _Builder(f"world-{seed}", random.Random(f"adventure {seed} {attempt}")).build()
        if len(plot.rooms) < ROOMS[0]:
            continue
        world = World(plot)
        if solve(world) is not None:
            return world
    raise RuntimeError(f"no world of seed {seed} could be solved in {_ATTEMPTS} attempts")


class _Builder:
    """Builds one plot; all choices come from its generator."""

    def __init__(self, id: str, rng: random.Random) -> None:
        self._id = id
        self._rng = rng
        self._theme = rng.choice(THEMES)
        titles = list(self._theme.rooms[1:])
        rng.shuffle(titles)
        self._titles = [self._theme.rooms[0], *titles]
        self._cells: dict[tuple[int, int], int] = {}
        self._zone: list[int] = []
        self._exits: list[dict[str, str | Exit]] = []
        self._notes: list[list[tuple[str, str]]] = []
        self._dark: set[int] = set()
        self._things: list[Thing] = []
        self._reactions: list[Reaction] = []
        self._people = self._shuffled(self._theme.people)
        self._goods = self._shuffled(self._theme.goods)
        self._chests = self._shuffled(self._theme.chests)
        self._colours = self._shuffled(_COLOURS)
        self._treasure = rng.choice(self._theme.treasures)
        self._warnings: dict[int, str] = {}
        self._points = 0

    def build(self) -> Plot:
        """Return the plot."""
        rng = self._rng
        self._settle(0, (0, 0))
        self._grow(0, rng.randint(1, 3))
        gates = ["door", "lever", "toll", "door", "dark"]
        rng.shuffle(gates)
        for zone, gate in enumerate(gates[: rng.randint(2, 4)], start=1):
            self._add_gate(zone, gate)
            self._grow(zone, rng.randint(0, 2))
        last = max(self._zone)
        self._hide_treasure(last)
        self._scatter()
        self._dig_pit()
        return self._plot()

    # ------------------------------------------------------------------ the map

    def _settle(self, zone: int, cell: tuple[int, int]) -> int:
        room = len(self._zone)
        self._cells[cell] = room
        self._zone.append(zone)
        self._exits.append({})
        self._notes.append([])
        return room

    def _free(self, zones: set[int]) -> list[tuple[int, str, tuple[int, int]]]:
        """Return (room, direction, cell) for the free cells beside rooms of some zones."""
        return [
            (room, side, (x + dx, y + dy))
            for (x, y), room in self._cells.items()
            if self._zone[room] in zones
            for side, (dx, dy) in _SIDES.items()
            if (x + dx, y + dy) not in self._cells
        ]

    def _grow(self, zone: int, count: int) -> None:
        for _ in range(count):
            room, side, cell = self._rng.choice(self._free({zone}))
            new = self._settle(zone, cell)
            self._exits[room][side] = f"r{new}"
            self._exits[new][_OPPOSITE[side]] = f"r{room}"
            if zone and room in self._dark:
                self._dark.add(new)

    # ------------------------------------------------------------------ the gates

    def _add_gate(self, zone: int, gate: str) -> None:
        """Begin a zone behind a gate of one kind, and put what opens it into an earlier one."""
        room, side, cell = self._rng.choice(self._free(set(range(zone))))
        new = self._settle(zone, cell)
        back = _OPPOSITE[side]
        self._exits[room][side] = f"r{new}"
        self._exits[new][back] = f"r{room}"
        if gate == "dark":
            self._dark.add(new)
            self._place(
                zone,
                "lantern",
                "a lantern",
                "It has a switch.",
                light=True,
                words=("lamp", "switch"),
            )
        elif gate == "door":
            colour = self._colours.pop()
            door = f"{colour} door"
            self._things.append(
                Thing(door, f"a {colour} door", f"A heavy door, painted {colour}.", f"r{room}",
                      opens=True, key=f"{colour} key", points=self._score(_GATE), scenery=True)
            )  # fmt: skip
            for place, way in ((room, side), (new, back)):
                self._notes[place] += [
                    (f"!{door}.open", f"A {colour} door closes the way {way}."),
                    (f"{door}.open", f"The {colour} door to the {way} is open."),
                ]
            self._exits[room][side] = Exit(f"r{new}", door=door)
            self._exits[new][back] = Exit(f"r{room}", door=door)
            self._place(zone, f"{colour} key", f"a {colour} key", f"It is painted {colour}.")
        elif gate == "lever":
            self._exits[room][side] = Exit(
                f"r{new}", needs=("raised",), refusal="A portcullis bars the way."
            )
            self._notes[room] += [
                ("!raised", f"A portcullis bars the way {side}."),
                ("raised", f"The portcullis to the {side} is up."),
            ]
            self._things.append(
                Thing("portcullis", "the portcullis", "Iron bars, as thick as your wrist.", f"r{room}",
                      words=("bars", "gate"), scenery=True, leads=(side,))
            )  # fmt: skip
            self._reactions += [
                Reaction("open", "portcullis", "", "It is too heavy for two hands. Something else must "
                         "raise it.", needs=("!raised",)),
                Reaction("open", "portcullis", "", "It is up already.", needs=("raised",)),
            ]  # fmt: skip
            lever = self._somewhere(zone)
            self._things.append(
                Thing("lever", "a lever", "PULL, it says.", f"r{lever}",
                      there="A lever sticks out of the wall.")
            )  # fmt: skip
            self._reactions += [
                Reaction("pull", "lever", "", "Far away something heavy rattles upwards.",
                         needs=("!raised",), effects=("+raised",), points=self._score(_GATE)),
                Reaction("pull", "lever", "", "It is down already.", needs=("raised",)),
            ]  # fmt: skip
        else:
            self._add_toll(zone, room, side, new)

    def _add_toll(self, zone: int, room: int, side: str, new: int) -> None:
        who, name, text = self._people.pop()
        wanted, wanted_name = self._goods.pop()
        said = f'"Nobody passes," says the {who}, "who has not brought me {wanted_name}."'
        self._things.append(
            Thing(who, name, text, f"r{room}", person=True, scenery=True, words=_kind(text),
                  leads=(side,))
        )  # fmt: skip
        self._notes[room] += [
            ("!paid", f"{capital(name)} stands in the way {side}."),
            ("paid", f"{capital(name)} stands beside the way {side}."),
        ]
        self._exits[room][side] = Exit(f"r{new}", needs=("paid",), refusal=said)
        self._reactions += [
            Reaction("talk", who, "", said, needs=("!paid",)),
            Reaction("talk", who, "", f'"You may pass," says the {who}.', needs=("paid",)),
            Reaction("give", wanted, who, f'"That will do," says the {who}, and steps aside.',
                     needs=(f"has {wanted}",), effects=("+paid", f"{wanted} > nowhere"),
                     points=self._score(_GATE)),
        ]  # fmt: skip
        self._place(zone, wanted, wanted_name, "Somebody may want it.")

    def _place(
        self, zone: int, id: str, name: str, text: str, *, light: bool = False, words: Words = ()
    ) -> None:
        """Put something that is needed into an earlier zone: openly, closed in, or for a trade."""
        room = self._somewhere(zone)
        where = f"r{room}"
        how = self._rng.choice(("open", "open", "closed", "trade"))
        points = self._score(_FIND)
        if how == "closed" and self._chests:
            chest, chest_name = self._chests.pop()
            self._things.append(
                Thing(chest, chest_name, "It has no lock.", where, opens=True,
                      there=f"{capital(chest_name)} stands here.")
            )  # fmt: skip
            where = chest
        elif how == "trade" and len(self._people) > 1 and len(self._goods) > 3:
            who, who_name, who_text = self._people.pop()
            wanted, wanted_name = self._goods.pop()
            self._things.append(
                Thing(
                    who, who_name, who_text, where, person=True, scenery=True, words=_kind(who_text)
                )
            )
            self._notes[room] += [
                (f"!{who} content", f"{capital(who_name)} is here, with {name}."),
                (f"{who} content", f"{capital(who_name)} is here."),
            ]
            said = f'"You can have {name}," says the {who}, "for {wanted_name}."'
            self._reactions += [
                Reaction("talk", who, "", said, needs=(f"!{who} content",)),
                Reaction("give", wanted, who, f'"A pleasure," says the {who}. You have {name}.',
                         needs=(f"has {wanted}",), points=points,
                         effects=(f"+{who} content", f"{wanted} > nowhere", f"{id} > you")),
            ]  # fmt: skip
            self._things.append(Thing(id, name, text, who, portable=True, light=light, words=words))
            spot = f"r{self._somewhere(zone)}"
            self._things.append(
                Thing(wanted, wanted_name, "Somebody may want it.", spot, portable=True,
                      points=self._score(_FIND))
            )  # fmt: skip
            return
        self._things.append(
            Thing(id, name, text, where, portable=True, light=light, words=words, points=points)
        )

    # ------------------------------------------------------------------ the rest

    def _hide_treasure(self, zone: int) -> None:
        treasure, name = self._treasure
        rooms = [room for room, of in enumerate(self._zone) if of == zone]
        self._things.append(
            Thing(treasure, name, "This is what you came for.", f"r{self._rng.choice(rooms)}",
                  portable=True, points=self._score(_TREASURE))
        )  # fmt: skip
        who, who_name, who_text = self._theme.client
        self._things.append(
            Thing(who, who_name, who_text, "r0", person=True, words=_kind(who_text),
                  there=f"{capital(who_name)} waits here.")
        )  # fmt: skip
        self._reactions += [
            Reaction("talk", who, "", f'"Is that {name}? Give it to me," says {who_name}.',
                     needs=(f"has {treasure}",)),
            Reaction("talk", who, "", f'"Bring me {name}," says {who_name}.'),
            Reaction("give", treasure, who, f"You hand over {name}.", needs=(f"has {treasure}",),
                     effects=("end win",), points=_TOTAL - self._points),
        ]  # fmt: skip

    def _scatter(self) -> None:
        """Leave a thing or two lying about that nobody needs."""
        for _ in range(self._rng.randint(0, 2)):
            good, name = self._goods.pop()
            room = self._rng.randrange(len(self._zone))
            self._things.append(Thing(good, name, "Nobody has asked for it.", f"r{room}",
                                      portable=True))  # fmt: skip

    def _dig_pit(self) -> None:
        warning, _, id, words = self._theme.pit
        room = self._rng.randrange(1, len(self._zone))
        self._exits[room]["down"] = Exit(ending="pit", reply="You climb down.", hidden=True)
        self._things.append(
            Thing(id, f"the {id}", "It goes down, and does not say how far.", f"r{room}",
                  words=words, scenery=True, leads=("down",))
        )  # fmt: skip
        self._warnings[room] = f" {warning}"

    def _somewhere(self, zone: int) -> int:
        """Return a room of an earlier zone; one that is lit, so that nothing needs itself."""
        rooms = [room for room, of in enumerate(self._zone) if of < zone and room not in self._dark]
        return self._rng.choice(rooms)

    def _score(self, points: int) -> int:
        self._points += points
        return points

    def _shuffled(self, values: tuple[Any, ...]) -> list[Any]:
        return self._rng.sample(values, len(values))

    def _plot(self) -> Plot:
        name = self._treasure[1]
        who = self._theme.client[1]
        rooms = tuple(
            Room(
                f"r{i}",
                title,
                text + self._warnings.get(i, ""),
                self._exits[i],
                tuple(self._notes[i]),
                i in self._dark,
            )
            for i, (title, text) in enumerate(self._titles[: len(self._zone)])
        )
        opening = (
            f"You are in {self._theme.title}. {capital(who)} wants {name}. "
            "Find it, and bring it back here."
        )
        endings = {
            "win": Ending(f"{capital(who)} smiles, for the first time in years.\n*** You have won ***",
                          success=True),
            "pit": Ending(f"{self._theme.pit[1]}\n*** You have died ***"),
            "dark": Ending("Something in the dark was nearer than you thought.\n"
                           "*** You have died ***"),
        }  # fmt: skip
        return Plot(self._id, opening, rooms, tuple(self._things), tuple(self._reactions), endings)


def _kind(text: str) -> Words:
    """Return the word for somebody whom a description calls he or she."""
    words = {*re.findall(r"\w+", text.lower())}
    return ("man",) if "he" in words else ("woman", "lady") if words & {"she", "her"} else ()
