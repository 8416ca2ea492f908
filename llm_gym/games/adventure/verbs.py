"""The verbs that work on any thing: take, open, light, ...; and what is said where one does nothing."""

from __future__ import annotations

from collections.abc import Callable

from llm_gym.games.adventure.compiled import AT_ROOM, AT_YOU, CompiledPlot
from llm_gym.games.adventure.parser import META
from llm_gym.games.adventure.sight import (
    definite,
    is_dark,
    is_visible,
    keeper_of,
    listed,
    name_of,
)
from llm_gym.games.adventure.state import Outcome, State

TOO_DARK = "It is too dark to see any such thing."
LOST = "You would never find it again in the dark."

REFUSALS = {
    "wait": "Time passes. It does that here.",
    "push": "You push. It stays.",
    "pull": "You pull. It stays.",
    "turn": "You can't turn that.",
    "wind": "There is nothing to wind there.",
    "ring": "That does not ring.",
    "blow": "Not a note comes of it.",
    "cut": "There is nothing to cut or to untie there.",
    "tie": "You can find nothing useful to tie there.",
    "pour": "Better not here.",
    "fill": "It needs no filling.",
    "drink": "You are not that thirsty.",
    "eat": "You are not that hungry.",
    "buy": "That is not for sale.",
    "attack": "Violence is for people without imagination.",
    "swim": "You are not dressed for it.",
    "jump": "You jump. You land. You feel observed.",
    "climb": "You can't climb that.",
    "pray": "You pray for a hint. None comes.",
    "listen": "You hear nothing out of the ordinary.",
    "smell": "It smells much as you would expect.",
    "sing": "You make yourself heard. Somewhere a dog leaves.",
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
    "dance": "You do. Nobody joins in.",
    "hide": "You hide. Nobody seeks.",
    "xyzzy": "Nothing happens, slowly.",
    "knock": "Nobody answers.",
    "throw": "You might want it back.",
    "again": "You have done nothing yet that could be done again.",
    "curse": "Quite so.",
    "talk": "There is no answer.",
    "ask": "There is no answer.",
    "light": "That is not something to light.",
    "extinguish": "It is not alight.",
    "enter": "You can't go in there.",
    "go": "Go where? Say a direction: north, south, east, west, up, down, in, out.",
    "back": "You can't go back from here.",
    "meta": META,
    "help": "Say what you do in a few plain words: go north, take the rope, open the chest, "
    "give the coin to the sailor, look, inventory. Examine things and talk to people.",
}  # fmt: skip
"""Verb -> what is said where it does nothing."""


def take_several(plot: CompiledPlot, state: State, things: list[int]) -> Outcome:
    """Take things that can be taken by hand alone."""
    for i in things:
        state = _taken_up(plot, state, i)
    return Outcome(state, f"You take {listed([name_of(plot, state, i) for i in things])}.")


def drop_several(plot: CompiledPlot, state: State, things: list[int]) -> Outcome:
    """Drop things that are carried."""
    if is_dark(plot, state):
        return Outcome(state, LOST, understood=False)
    names = [name_of(plot, state, i) for i in things]
    places = state.places
    for i in things:
        places = _moved(places, i, AT_ROOM + state.room)
    return Outcome(state._replace(places=places), f"You drop {listed(names)}.")


def carried(state: State) -> list[int]:
    """Return the things that are carried."""
    return [i for i, place in enumerate(state.places) if place == AT_YOU]


def loose(plot: CompiledPlot, state: State) -> list[int]:
    """Return the things within reach that can be taken by hand alone."""
    return [
        i
        for i, thing in enumerate(plot.things)
        if thing.portable
        and state.places[i] != AT_YOU
        and is_visible(plot, state, i)
        and keeper_of(plot, state, i) is None
        and not any(rule.applies(state) for rule in plot.rules.get(("take", i, -1), ()))
    ]


def _take(plot: CompiledPlot, state: State, noun: int, second: int) -> Outcome:
    thing = plot.things[noun]
    if state.places[noun] == AT_YOU:
        return Outcome(state, "You have it already.", understood=False)
    if not thing.portable:
        reply = thing.heavy or (
            "That is a person, not luggage." if thing.person else "That stays where it is."
        )
        return Outcome(state, reply, understood=False)
    return Outcome(_taken_up(plot, state, noun), "Taken.")


def _taken_up(plot: CompiledPlot, state: State, noun: int) -> State:
    score = state.score
    if not state.flags & plot.taken[noun]:
        score += plot.points.get(noun, 0)
    return State(
        state.room, state.flags | plot.taken[noun], _moved(state.places, noun, AT_YOU), score
    )


def _drop(plot: CompiledPlot, state: State, noun: int, second: int) -> Outcome:
    if state.places[noun] != AT_YOU:
        return Outcome(state, "You are not holding that.", understood=False)
    if is_dark(plot, state):
        return Outcome(state, LOST, understood=False)
    places = _moved(state.places, noun, AT_ROOM + state.room)
    return Outcome(state._replace(places=places), "Dropped.")


def _examine(plot: CompiledPlot, state: State, noun: int, second: int) -> Outcome:
    thing = plot.things[noun]
    text = thing.text or f"There is nothing special about the {thing.id}."
    if thing.opens:
        locked = thing.key and not state.flags & plot.unlocked[noun]
        is_open = state.flags & plot.open[noun]
        text += f" It is {'open' if is_open else 'locked' if locked else 'closed'}."
        text += _contents(plot, state, noun)
    if thing.writing:
        text += " There is something written on it."
    return Outcome(state, text)


def _read(plot: CompiledPlot, state: State, noun: int, second: int) -> Outcome:
    return Outcome(state, plot.things[noun].writing)


def _open(plot: CompiledPlot, state: State, noun: int, second: int) -> Outcome:
    thing = plot.things[noun]
    if not thing.opens:
        return Outcome(state, "That does not open.", understood=False)
    if state.flags & plot.open[noun]:
        return Outcome(state, "It is open already.", understood=False)
    if thing.key and not state.flags & plot.unlocked[noun]:
        if state.places[plot.thing_of[thing.key]] != AT_YOU:
            return Outcome(state, f"The {thing.id} is locked.", understood=False)
        return _unlock(plot, state, noun, second)
    return _opened(plot, state, noun)


def _opened(plot: CompiledPlot, state: State, noun: int) -> Outcome:
    after = state._replace(flags=state.flags | plot.open[noun])
    return Outcome(after, f"You open the {plot.things[noun].id}.{_contents(plot, after, noun)}")


def _contents(plot: CompiledPlot, state: State, noun: int) -> str:
    """Return a sentence on what is in something open; doors hold nothing."""
    if not state.flags & plot.open[noun] or any(noun in doors for doors in plot.doors_at):
        return ""
    places = enumerate(state.places)
    inside = [name_of(plot, state, i) for i, place in places if place == plot.inside[noun]]
    return f" Inside: {listed(inside)}." if inside else " It is empty."


def _close(plot: CompiledPlot, state: State, noun: int, second: int) -> Outcome:
    thing = plot.things[noun]
    if not thing.opens:
        return Outcome(state, "That does not close.", understood=False)
    if not state.flags & plot.open[noun]:
        return Outcome(state, "It is not open.", understood=False)
    after = state._replace(flags=state.flags & ~plot.open[noun])
    return Outcome(after, f"You close the {thing.id}.")


def _unlock(plot: CompiledPlot, state: State, noun: int, second: int) -> Outcome:
    """Unlock a thing, and open it: nobody unlocks a door in order to look at it."""
    thing = plot.things[noun]
    if not thing.key:
        return Outcome(state, "It has no lock.", understood=False)
    if state.flags & plot.unlocked[noun]:
        return Outcome(state, "It is unlocked already.", understood=False)
    key = plot.thing_of[thing.key]
    if state.places[key] != AT_YOU:
        return Outcome(state, "You do not have the key for that.", understood=False)
    if second not in (-1, key):
        return Outcome(state, "That is not its key.", understood=False)
    opened = _opened(plot, state, noun)
    after = opened.state._replace(
        flags=opened.state.flags | plot.unlocked[noun],
        score=state.score + plot.points.get(noun, 0),
    )
    return Outcome(after, f"The {thing.key} turns. {opened.reply}")


def _put(plot: CompiledPlot, state: State, noun: int, second: int) -> Outcome:
    """Put a thing back into the container it came from; nothing else fits anywhere."""
    if second < 0:  # "back": where it was
        if plot.initial[noun] == AT_ROOM + state.room:
            return _drop(plot, state, noun, second)
        home = plot.holder_of.get(plot.initial[noun])
        if home is None or not is_visible(plot, state, home):
            return Outcome(state, "Where do you want to put it?", understood=False)
        second = home
    if state.places[noun] != AT_YOU:
        return Outcome(state, "You are not holding that.", understood=False)
    if not plot.things[second].opens or plot.initial[noun] != plot.inside[second]:
        return Outcome(state, REFUSALS["put"], understood=False)
    if not state.flags & plot.open[second]:
        return Outcome(state, f"The {plot.things[second].id} is closed.", understood=False)
    places = _moved(state.places, noun, plot.inside[second])
    return Outcome(state._replace(places=places), "Done.")


def _light(plot: CompiledPlot, state: State, noun: int, second: int) -> Outcome:
    thing = plot.things[noun]
    if noun in plot.fires:
        return _strike(plot, state, noun, second)
    if not thing.light:
        return Outcome(state, REFUSALS["light"], understood=False)
    if state.flags & plot.lit[noun]:
        return Outcome(state, "It is alight already.", understood=False)
    if plot.fires and not any(state.places[i] == AT_YOU for i in plot.fires):
        return Outcome(state, "You have nothing to light it with.", understood=False)
    after = state._replace(flags=state.flags | plot.lit[noun])
    return Outcome(after, f"The {thing.id} gives a good steady light.")


def _strike(plot: CompiledPlot, state: State, noun: int, second: int) -> Outcome:
    """Light something with a match, or waste it; there are always more of them."""
    if state.places[noun] != AT_YOU:
        return Outcome(state, "You are not holding that.", understood=False)
    wicks = [
        i
        for i in plot.lights
        if state.places[i] == AT_YOU and not state.flags & plot.lit[i] and i != noun
    ]
    if second < 0 and len(wicks) == 1:
        outcome = _light(plot, state, wicks[0], -1)
        return outcome._replace(reply=f"({definite(plot.things[wicks[0]])}) {outcome.reply}")
    if is_dark(plot, state):
        title = plot.rooms[state.room].title
        return Outcome(state, f"For as long as a match burns you see where you are: {title}.")
    return Outcome(state, "It burns down to your fingers, and is gone.")


def _extinguish(plot: CompiledPlot, state: State, noun: int, second: int) -> Outcome:
    if not state.flags & plot.lit[noun]:
        return Outcome(state, REFUSALS["extinguish"], understood=False)
    if state.places[noun] != AT_YOU:  # else it could be lost in the dark for good
        return Outcome(state, "Pick it up first.", understood=False)
    after = state._replace(flags=state.flags & ~plot.lit[noun])
    return Outcome(after, f"You put out the {plot.things[noun].id}.")


def _talk(plot: CompiledPlot, state: State, noun: int, second: int) -> Outcome:
    if not plot.things[noun].person:
        return Outcome(state, "It has no conversation.", understood=False)
    return Outcome(state, "You get no more than a nod.")


def _moved(places: bytes, thing: int, place: int) -> bytes:
    return b"%b%c%b" % (places[:thing], place, places[thing + 1 :])


HANDLERS: dict[str, Callable[[CompiledPlot, State, int, int], Outcome]] = {
    "take": _take,
    "drop": _drop,
    "examine": _examine,
    "read": _read,
    "open": _open,
    "close": _close,
    "unlock": _unlock,
    "put": _put,
    "light": _light,
    "extinguish": _extinguish,
    "talk": _talk,
}
"""Verb -> what it does to a thing (and a second one; -1 for none) where no rule of the world says."""
