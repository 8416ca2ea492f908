"""The world engine: what a command does to a state, and which commands count.

A :class:`World` is a compiled :class:`~llm_gym.games.adventure.model.Plot`; it never changes. A
:class:`State` is three small immutable values, so it is its own copy, its own hash and its own save
game. There is no clock and no chance: the state and the command decide everything.
"""

from __future__ import annotations

import itertools

from llm_gym.games.adventure.candidates import candidates, handled
from llm_gym.games.adventure.compiled import AT_YOU, CompiledPlot, Rule
from llm_gym.games.adventure.model import Plot
from llm_gym.games.adventure.naming import HERE, Names
from llm_gym.games.adventure.parser import (
    ALL,
    DIRECTIONS,
    ONE_AT_A_TIME,
    Command,
    parse,
)
from llm_gym.games.adventure.rewording import AND, BUT, each_of
from llm_gym.games.adventure.sight import (
    belongings,
    capital,
    definite,
    is_dark,
    is_visible,
    keeper_of,
    listed,
    open_ways,
    people_here,
    surroundings,
)
from llm_gym.games.adventure.state import Outcome, State, View
from llm_gym.games.adventure.verbs import (
    HANDLERS,
    REFUSALS,
    TOO_DARK,
    carried,
    drop_several,
    loose,
    take_several,
)

_COMPASS = frozenset(DIRECTIONS.values())
_REMEMBERED = 8192
"""How many local views a world keeps; when there are more it forgets them all."""
_ALONE = frozenset(
    "wait swim jump pray listen smell sing dig hello say think dance hide xyzzy knock again help curse "
    "go back inventory score meta".split()
)
"""Verbs that need no thing; what they are given is not looked at."""
_AROUND = frozenset("surroundings surrounding area room place location environment here".split())
"""What is looked at by looking around."""
_MANY = frozenset({*ALL, AND, BUT})
"""Words of a phrase that names several things."""
_DONE = frozenset(
    "wait jump pray listen smell sing hello say think dance hide xyzzy knock help curse".split()
)
"""Verbs of these that are done as they are said, to no effect."""
_YOU = frozenset("me myself self yourself body".split())
"""What the player goes by."""
_DOOR = frozenset("door doorway exit".split())
"""What one goes through, seen or not."""
_STAIRS = frozenset("stair stairs step steps staircase stairway ladder rungs".split())
"""What one climbs, named or not."""
_FLOOR = frozenset({"floor", "ground"})
"""Where things are put that are put down, in every place."""
_ALSO = {
    "put": ("tie", "give"), "blow": ("ring",), "throw": ("give", "pull"), "push": ("pull",),
    "turn": ("pull",), "open": ("pull",),
}  # fmt: skip
"""Verb -> what else a player may mean by it: to put a rope on a post, to sound a bell, to throw a bone,
to work a lever any way."""
_HANDLING = frozenset(
    "push pull turn wind ring blow cut tie pour fill open close unlock lock light extinguish touch wear "
    "climb enter put buy use".split()
)
"""Verbs that do not go with people."""
_OF_SOMETHING = frozenset({"take", "drop", "give"})
"""Verbs whose thing does not go without saying."""
_WHERE_IT_IS = frozenset("push pull turn open close wind touch".split())
"""Verbs after whose thing a place may be told."""
_ONE_THING = frozenset("take drop examine read talk ask ring blow climb enter".split())
"""Verbs that go with one thing; what follows a preposition is not looked at."""


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
        self._compiled = CompiledPlot(plot)
        self._names = Names(self._compiled)
        self._views: dict[tuple[int, int, bytes], View] = {}
        self.start = self._compiled.start
        self.total = self._compiled.total

    def act(self, state: State, command: Command | str) -> Outcome:
        """Return what a command does in a state.

        Args:
            state: a state in which the story goes on.
            command: a line of text, or what the parser made of it.
        """
        if isinstance(command, str):
            command = parse(command)
        verb, noun, second, complaint, _ = command
        if complaint:
            return Outcome(state, complaint, understood=False)
        if verb in _COMPASS:
            return self._go(state, verb)
        if verb == "look":
            if not noun:
                return Outcome(state, "You look around.", moved=True)
            verb = "examine"
            command = command._replace(verb=verb)
        if verb == "examine" and (_AROUND.issuperset(noun) or self._is_here(state, noun)):
            return Outcome(state, "You look around.", moved=True)
        if verb == "leave":
            return self._leave(state, command)
        if verb == "enter" and not noun:
            return self._go(state, "in")
        if verb == "put" and (_FLOOR.issuperset(second) or self._is_here(state, second)) and second:
            return self.act(state, command._replace(verb="drop", second=()))
        if verb in ("take", "drop") and (not _MANY.isdisjoint(noun) or self._names.is_plural(noun)):
            return self._do_to_many(state, command)
        if verb in ("hello", "say"):
            return self._speak(state, command)
        if verb == "go" and noun:
            return self._go_to_phrase(state, command)
        if verb == "jump" and noun:  # into the well
            leads = self._compiled.leads[state.room]
            named = [i for i in self._names.visible_named(state, noun) if i in leads]
            if len(named) == 1 and not self._first((verb, -1, -1), state):
                return self._go(state, leads[named[0]][0])
        if not noun or verb in _ALONE:
            return self._act_alone(state, verb)
        return self._act_on_things(state, command)

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
            return Outcome(state, REFUSALS[verb], understood=verb in _DONE)
        meant = None if verb in _OF_SOMETHING else self._only_one(state, verb)
        return meant or Outcome(state, f"What do you want to {verb}?", understood=False)

    def _only_one(self, state: State, verb: str) -> Outcome | None:
        """Do to the only thing in sight to which it can be done what no thing is named for."""
        found = {}
        for i in range(len(self._compiled.things)):
            if is_visible(self._compiled, state, i):
                outcome = self._do(state, verb, i, -1)
                if self.is_fatal(outcome):
                    return None
                if outcome.ending or outcome.state != state:
                    found[outcome.state] = i, outcome
        if len(found) != 1:
            return None
        ((thing, outcome),) = found.values()
        return outcome._replace(reply=f"({definite(self._compiled.things[thing])}) {outcome.reply}")

    def _do_to_many(self, state: State, command: Command) -> Outcome:
        """Take or drop several things in one move: all that are named, or none."""
        taking, phrase = command.verb == "take", command.noun
        excepted: tuple[str, ...] = ()
        possible = loose(self._compiled, state) if taking else carried(state)
        if taking and command.second:  # "all from the chest"
            holder = self._names.resolve(state, command.second)
            if isinstance(holder, int) and holder in self._compiled.inside:
                inside = self._compiled.inside[holder]
                box = self._compiled.things[holder]
                if box.opens and not state.flags & self._compiled.open[holder]:
                    closed = f"The {box.id} is closed."
                    return Outcome(state, closed, understood=False)
                possible = [i for i in possible if state.places[i] == inside]
        if BUT in phrase:
            cut = phrase.index(BUT)
            phrase, excepted = phrase[:cut], phrase[cut + 1 :]
        things = possible if phrase == ALL else self._each(state, phrase, possible, not taking)
        kept = self._each(state, excepted, possible, not taking)
        if isinstance(things, str) or isinstance(kept, str):
            reason = things if isinstance(things, str) else str(kept)
            return Outcome(state, reason, understood=False)
        meant = [i for i in things if i not in kept]
        if not meant:
            refusal = f"There is nothing {'here to take' if taking else 'to drop'}."
            dark = taking and self.is_dark(state)
            return Outcome(state, TOO_DARK if dark else refusal, understood=False)
        for thing in meant:
            if thing not in possible:
                alone = self._do(state, command.verb, thing, -1)
                reply = alone.reply if alone.state == state else ONE_AT_A_TIME
                named = definite(self._compiled.things[thing])
                return Outcome(state, f"({named}) {reply}", understood=False)
        return (take_several if taking else drop_several)(self._compiled, state, meant)

    def _each(
        self, state: State, phrase: tuple[str, ...], possible: list[int], held: bool
    ) -> list[int] | str:
        """Return the things that a phrase names one after another, or why one of them is none."""
        found: list[int] = []
        for name in each_of(phrase):
            kind = self._names.kind(name)
            named = self._names.visible_named(state, kind or name)
            meant = [i for i in named if i in possible] or (named if kind else [])
            if not meant or (len(meant) > 1 and not kind):
                thing = self._names.resolve(state, kind or name, held)
                if isinstance(thing, str):
                    return thing
                meant = [thing]
            found += [i for i in meant if i not in found]
        return found

    def _speak(self, state: State, command: Command) -> Outcome:
        """Talk to somebody who is named, whatever is said; else say it to nobody."""
        for phrase in (command.noun, command.second):
            people = [
                i
                for i in self._names.visible_named(state, phrase)
                if self._compiled.things[i].person or ("talk", i, -1) in self._compiled.rules
            ]
            if len(people) == 1:
                return self._do(state, "talk", people[0], -1)
        people = people_here(self._compiled, state)
        if command.verb == "hello" and not command.noun and len(people) == 1:
            return self._do(state, "talk", people[0], -1)
        return self._act_alone(state, command.verb)

    def _act_on_things(self, state: State, command: Command) -> Outcome:
        """Find the things that the phrases name, and do it to them."""
        verb, phrase, other, _, _ = command
        if _YOU.issuperset(phrase):
            return Outcome(state, "You are in one piece, and mean to stay so.")
        if verb in ("enter", "climb"):
            named = self._names.visible_named(state, phrase)
            if not any((verb, i, -1) in self._compiled.rules for i in named):
                found = self._walk(state, command)
                if not found and command.way and not named and _STAIRS.issuperset(phrase):
                    found = self._go(state, command.way)  # seen from below alone
                if found:
                    return found
        # "the book on the table" is not the one in one's hands.
        held = verb not in ("take", "buy") and not (other and verb in _ONE_THING)
        noun = self._names.resolve(state, phrase, held)
        pair = bool(other) and verb not in _ONE_THING and not self._is_here(state, other)
        if isinstance(noun, str):
            if verb in ("examine", "read") and not self._names.visible_named(state, phrase):
                seen = self._names.told(state, phrase)
                if seen:
                    return Outcome(state, seen)
            if verb in ("give", "show") and not other:
                swapped = self._names.swap(state, phrase)  # "give goat letter"
                if swapped:
                    return self._do(state, verb, *swapped)
            if verb in ("ask", "talk"):
                person = self._names.addressed(state, phrase)
                if person is not None:
                    return self._do(state, verb, person, -1)
            if not self._names.visible_named(state, phrase):
                return Outcome(state, noun, understood=False)
        second = self._names.resolve(state, other) if pair else -1
        if verb in _WHERE_IT_IS and isinstance(second, str) and self._names.told(state, other):
            second = -1  # "the lever on the wall"
        if verb == "buy" and isinstance(noun, int):
            keeper = keeper_of(self._compiled, state, noun)
            if keeper is not None and isinstance(second, int) and second not in (-1, keeper):
                return self._do(state, "give", second, keeper)
            second = -1  # from whom, for what: that is known
        if isinstance(noun, int) and isinstance(second, int):
            return self._do(state, verb, noun, second)
        refusal = noun if isinstance(noun, str) else str(second)
        meant = self._possible(state, command, pair)
        return meant or Outcome(state, refusal, understood=False)

    def _possible(self, state: State, command: Command, pair: bool) -> Outcome | None:
        """Do a command to the only one of several things that it can be done to; None where there is none."""
        verb, phrase, other, _, _ = command
        nouns = self._names.visible_named(state, phrase)
        seconds = self._names.visible_named(state, other) if pair else [-1]
        found = []
        for noun, second in itertools.product(nouns, seconds):
            outcome = self._do(state, verb, noun, second)
            if outcome.ending or outcome.state != state:
                found.append((noun if len(nouns) > 1 else second, outcome))
        if len(found) != 1:
            return None
        thing, outcome = found[0]
        return outcome._replace(reply=f"({definite(self._compiled.things[thing])}) {outcome.reply}")

    def view(self, state: State) -> View:
        """Return what a state shows; remembered, since little of a state matters to one place."""
        key = (
            state.room,
            state.flags & self._compiled.masks[state.room],
            state.places.translate(self._compiled.tables[state.room]),
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
        return surroundings(self._compiled, state)

    def belongings(self, state: State) -> str:
        """Return what one carries, in a sentence."""
        return belongings(self._compiled, state)

    def actions(self, state: State) -> tuple[str, ...]:
        """Return the commands that change something here, sorted: one for each effect."""
        effects: dict[tuple[State, str], str] = {}
        for line in candidates(self._compiled, state):
            outcome = self.act(state, line)
            if outcome.ending or outcome.state != state:
                effects.setdefault((outcome.state, outcome.ending), line)
        return tuple(sorted([*effects.values(), *handled(self._compiled, state)]))

    def is_dark(self, state: State, room: int | None = None) -> bool:
        """Return whether one sees nothing in ``room`` (default: here) with what one has."""
        return is_dark(self._compiled, state, room)

    def is_fatal(self, outcome: Outcome) -> bool:
        """Return whether the story has come to a bad end with it."""
        return bool(outcome.ending) and not self.plot.endings[outcome.ending].success

    def knows(self, state: State, phrase: tuple[str, ...]) -> bool:
        """Return whether a phrase names a thing of this world, misspelt too where it is in sight."""
        return self._names.exists(phrase) or bool(self._names.visible_named(state, phrase))

    def found(self, before: State, after: State) -> tuple[tuple[str, ...], ...]:
        """Return the names of what has come into one's hands or into sight."""
        return tuple(
            tuple(thing.id.split())
            for i, thing in enumerate(self._compiled.things)
            if (after.places[i] == AT_YOU != before.places[i])
            or (is_visible(self._compiled, after, i) and not is_visible(self._compiled, before, i))
        )

    def moved(self, before: State, after: State) -> tuple[str, ...]:
        """Return a phrase that names what has changed its place."""
        pairs = enumerate(zip(before.places, after.places, strict=True))
        names = [self._compiled.things[i].id for i, (one, other) in pairs if one != other]
        return tuple(f" {AND} ".join(names).split())

    def ways(self, state: State) -> dict[str, int]:
        """Return direction -> number of the room, for the ways open in a state; no endings."""
        return open_ways(self._compiled, state)

    def _go(self, state: State, direction: str) -> Outcome:
        way = self._compiled.ways[state.room].get(direction)
        if way is None and direction == "out":  # by the only way that there is
            ways = self.ways(state)
            if len({*ways.values()}) == 1:
                return self._go(state, next(iter(ways)))
        if way is None and direction == "in":  # by the only door, gate, cave mouth, ...
            leads = self._compiled.leads[state.room].values()
            doors = {name for names in leads for name in names if name not in ("up", "down", "out")}
            if len(doors) == 1:
                return self._go(state, doors.pop())
            if doors:
                return Outcome(
                    state, f"{listed(sorted(doors), 'or').capitalize()}?", understood=False
                )
        if way is None:
            return Outcome(state, "You can't go that way.", understood=False)
        if not way.needs.holds(state):
            return Outcome(state, way.exit.refusal, understood=False)
        if way.door >= 0 and not state.flags & self._compiled.open[way.door]:
            door = self._compiled.things[way.door].id
            return Outcome(state, f"The {door} is closed.", understood=False)
        if way.exit.ending:
            return Outcome(state, way.exit.reply, ending=way.exit.ending)
        if self.is_dark(state) and self.is_dark(state, way.to):
            return Outcome(state, "You feel your way forward.", ending="dark")
        reply = way.exit.reply or f"You go {direction}."
        return self._arrive(state, way.to, reply)

    def _leave(self, state: State, command: Command) -> Outcome:
        """Leave the place, or through the door that is named; any other thing is left behind."""
        here = _AROUND.issuperset(command.noun)
        if here or self._names.is_title(command.noun, state.room):
            return self._go(state, "out")
        way = self._walk(state, command)
        return way or self.act(state, command._replace(verb="drop"))

    def _go_to_phrase(self, state: State, command: Command) -> Outcome:
        """Go where a phrase says, or say why that is no way to go."""
        phrase = command.noun
        named = self._names.visible_named(state, phrase)
        if len(named) == 1 and self._compiled.things[named[0]].person:
            reply = f"{capital(definite(self._compiled.things[named[0]]))} is right here."
            return Outcome(state, reply, understood=False)
        found = self._walk(state, command)
        if found:
            return found
        if not named and _DOOR.issuperset(phrase):
            return self._go(state, "out")
        near = bool(named or self._names.told(state, phrase))
        near = near or self._names.is_title(phrase, state.room)
        return Outcome(state, HERE if near else REFUSALS["go"], understood=False)

    def _walk(self, state: State, command: Command) -> Outcome | None:
        """Go where a phrase says, to a room or by the stairs, ...; None where it says neither."""
        verb, phrase, other, _, way = command
        if not way and (there := self._way_to(state, other)) in ("up", "down"):
            way = there  # "the steps into the tower"
        by = None
        if verb == "climb" or not self._names.is_title(phrase, state.room):
            by = self._go_by_any(state, self._names.visible_named(state, phrase), way)
        to = self._go_to(state, phrase)
        return by or to if verb == "climb" or way else to or by

    def _go_to(self, state: State, phrase: tuple[str, ...]) -> Outcome | None:
        """Go to a neighbouring room by its name; None where no way that one knows of leads there."""
        direction = self._way_to(state, phrase)
        return self._go(state, direction) if direction else None

    def _way_to(self, state: State, phrase: tuple[str, ...]) -> str:
        """Return the direction of a neighbouring room; empty where no way that one knows of leads there."""
        for direction, exit in self._compiled.ways[state.room].items():
            known = not exit.exit.hidden or (exit.exit.needs and exit.needs.holds(state))
            if known and exit.to >= 0 and phrase and self._names.is_title(phrase, exit.to):
                return direction
        return ""

    def _go_by_any(self, state: State, things: list[int], way: str) -> Outcome | None:
        """Go by the only one of some things that lets one through; None where they lead nowhere."""
        tried = [(i, outcome) for i in things if (outcome := self._go_by(state, i, way))]
        through = {each.state: i for i, each in tried if each.ending or each.state != state}
        if len(through) > 1:
            which = self._names.which([*through.values()])
            return Outcome(state, which, understood=False)
        best = [outcome for i, outcome in tried if not through or i in through.values()]
        return best[0] if best else None

    def _go_by(self, state: State, thing: int, way: str = "") -> Outcome | None:
        """Go up or down the stairs, through the door, ...; None where the thing leads nowhere."""
        leads = self._compiled.leads[state.room].get(thing, ())
        if not leads:
            return None
        if not way and len(leads) > 1:
            return Outcome(state, f"{listed([*leads], 'or').capitalize()}?", understood=False)
        return self._go(state, way or leads[0])

    def _arrive(self, state: State, room: int, reply: str) -> Outcome:
        score = state.score
        if not state.flags & self._compiled.seen[room]:
            score += self._compiled.rooms[room].points
        after = State(room, state.flags | self._compiled.seen[room], state.places, score)
        return Outcome(after, reply, moved=True)

    def _do(self, state: State, verb: str, noun: int, second: int) -> Outcome:
        """Do something to a thing: the world's own reactions first, then what holds everywhere."""
        verb, noun, second = self._plainly(state, verb, noun, second)
        keys = [(verb, noun, second), (verb, second, noun)]
        for also in _ALSO.get(verb, ()):
            keys += [(also, noun, second), (also, second, noun)]
        keys = [key for key in keys if key[1] >= 0]
        for key in keys:
            rule = self._first(key, state)
            if rule:
                return self._apply(rule, state)
        if second < 0:
            for other, rule in self._compiled.inferable.get((verb, noun), ()):
                if is_visible(self._compiled, state, other) and rule.applies(state):
                    outcome = self._apply(rule, state)
                    with_it = definite(self._compiled.things[other])
                    return outcome._replace(reply=f"({with_it}) {outcome.reply}")
        if verb in ("give", "show") and second < 0 and self._compiled.things[noun].person:
            for thing, rule in self._compiled.wanted.get(noun, ()):
                seen = is_visible(self._compiled, state, thing)
                if verb == "give" and seen and rule.applies(state):  # "feed the goat"
                    outcome = self._apply(rule, state)
                    with_it = definite(self._compiled.things[thing])
                    return outcome._replace(reply=f"({with_it}) {outcome.reply}")
            keys += [("give", thing, noun) for thing, _ in self._compiled.wanted.get(noun, ())]
            ask = f"{verb.capitalize()} what? Say: {verb} the rope to somebody."
            return self._not_in_hand(state, keys) or Outcome(state, ask, understood=False)
        if second < 0:
            keys += [
                (verb, noun, other) for other, _ in self._compiled.inferable.get((verb, noun), ())
            ]
        not_in_hand = self._not_in_hand(state, keys)
        if not_in_hand:
            return not_in_hand
        if verb in ("give", "show"):
            return self._offer(state, verb, noun, second)
        if verb in _HANDLING and self._compiled.things[noun].person:
            somebody = capital(definite(self._compiled.things[noun]))
            reply = f"{somebody} would rather be talked to, or given something."
            return Outcome(state, reply, understood=False)
        if verb == "use":
            return self._use(state, noun, second)
        if verb == "ask":
            return self._do(state, "talk", noun, -1)
        keeper = keeper_of(self._compiled, state, noun)
        if keeper is not None and verb != "examine":  # who wants it is told what it costs
            return self._do(state, "talk", keeper, -1)
        handler = HANDLERS.get(verb)
        if handler:
            return handler(self._compiled, state, noun, second)
        return Outcome(state, REFUSALS.get(verb, "Nothing comes of it."), understood=False)

    def _plainly(self, state: State, verb: str, noun: int, second: int) -> tuple[str, int, int]:
        """Return what is meant: a key that is turned unlocks, what a switch is pressed on is lit."""
        things = self._compiled.things
        if verb == "light" and second >= 0:
            if second in self._compiled.fires or state.flags & self._compiled.lit[second]:
                second = -1  # "with a match" goes without saying
        if verb in ("put", "turn", "use") and second >= 0:
            for lock, key in ((noun, second), (second, noun)):
                if things[lock].key == things[key].id:
                    return "unlock", lock, key
        if verb in ("turn", "use", "unlock", "open") and second < 0:
            locks = [i for i, thing in enumerate(things) if thing.key == things[noun].id]
            locks = [i for i in locks if is_visible(self._compiled, state, i)]
            if len(locks) == 1:
                return "unlock", locks[0], noun
        readable = self._is_readable(noun)
        if (
            verb in ("open", "talk")
            and readable
            and not (things[noun].opens or things[noun].person)
        ):
            verb = "read"  # to open a letter, to consult a map
        if verb == "give" and second >= 0 and not things[second].person:
            if things[second].opens or ("put", noun, second) in self._compiled.rules:
                verb = "put"  # to return a thing to its place
        if verb == "read" and not readable:
            verb = "examine"  # what it says is part of its looks
        if verb in ("push", "pull", "turn") and things[noun].light and not self._compiled.fires:
            verb = "extinguish" if state.flags & self._compiled.lit[noun] else "light"
        return verb, noun, second

    def _offer(self, state: State, verb: str, thing: int, person: int) -> Outcome:
        """Say what becomes of a thing that is shown to somebody, or that nobody takes."""
        if state.places[thing] != AT_YOU:
            portable = self._compiled.things[thing].portable
            reply = "You are not holding that." if portable else REFUSALS[verb]
            return Outcome(state, reply, understood=False)
        people = people_here(self._compiled, state)
        if person < 0 and len(people) != 1:
            reply = "To whom?" if people else f"There is nobody here to {verb} it to."
            return Outcome(state, reply, understood=False)
        wanted = self._compiled.wanted.get(person if person >= 0 else people[0], ())
        if verb == "show" and any(i == thing and rule.applies(state) for i, rule in wanted):
            somebody = capital(
                definite(self._compiled.things[person if person >= 0 else people[0]])
            )
            return Outcome(state, f"{somebody} would take that.")
        return Outcome(state, REFUSALS[verb], understood=False)

    def _is_readable(self, noun: int) -> bool:
        return (
            bool(self._compiled.things[noun].writing) or ("read", noun, -1) in self._compiled.rules
        )

    def _use(self, state: State, noun: int, second: int) -> Outcome:
        """Find out what a use of a thing could be: the first that changes something, or else that makes sense."""
        sensible = None
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
            "pull",
            "light",
        ):
            alone = second < 0 or verb in _ONE_THING
            pairs = ((noun, -1),) if alone else ((noun, second), (second, noun))
            for one, other in pairs:
                outcome = self._do(state, verb, one, other)
                if verb == "put" and outcome.state.places[one] == self._compiled.initial[one]:
                    continue  # back where it was: that is no use
                if outcome.ending or outcome.state != state:
                    return outcome
                if outcome.understood and sensible is None:
                    sensible = outcome
        refusal = Outcome(state, REFUSALS["use"], understood=False)
        return sensible or self._go_by(state, noun) or refusal

    def _is_here(self, state: State, phrase: tuple[str, ...]) -> bool:
        """Return whether a phrase names the place where one is, and nothing that is seen there."""
        return (
            bool(phrase)
            and self._names.is_place(state, phrase)
            and not self._names.visible_named(state, phrase)
        )

    def _talk_to_anyone(self, state: State) -> Outcome:
        people = people_here(self._compiled, state) or [
            i
            for i in range(len(self._compiled.things))
            if ("talk", i, -1) in self._compiled.rules and is_visible(self._compiled, state, i)
        ]
        if len(people) == 1:
            return self._do(state, "talk", people[0], -1)
        reply = "To whom?" if people else "There is nobody here to talk to."
        return Outcome(state, reply, understood=False)

    def _not_in_hand(self, state: State, keys: list[tuple[str, int, int]]) -> Outcome | None:
        """Say what would have to be taken first, where a rule lacks nothing else."""
        for rule in itertools.chain.from_iterable(
            self._compiled.rules.get(key, ()) for key in keys
        ):
            missing = [
                thing
                for thing, place, there in rule.needs.places
                if there and place == AT_YOU != state.places[thing]
            ]
            if missing and all(is_visible(self._compiled, state, thing) for thing in missing):
                places = bytes(AT_YOU if i in missing else at for i, at in enumerate(state.places))
                if rule.applies(state._replace(places=places)):
                    first = definite(self._compiled.things[missing[0]])
                    reply = f"You would have to take {first} first."
                    return Outcome(state, reply, understood=False)
        return None

    def _first(self, key: tuple[str, int, int], state: State) -> Rule | None:
        return next((r for r in self._compiled.rules.get(key, ()) if r.applies(state)), None)

    def _apply(self, rule: Rule, state: State) -> Outcome:
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
