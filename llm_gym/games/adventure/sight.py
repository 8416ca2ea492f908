"""What one sees of a world in a state: darkness, things, ways out, and the words for them."""

from __future__ import annotations

import itertools

from llm_gym.games.adventure.compiled import AT_ROOM, AT_YOU, CompiledPlot
from llm_gym.games.adventure.model import Thing
from llm_gym.games.adventure.sentences import sentences, stems
from llm_gym.games.adventure.state import State


def surroundings(plot: CompiledPlot, state: State) -> str:
    """Return what one sees: heading, description, things, ways out; ends without a line end."""
    room = plot.rooms[state.room]
    if is_dark(plot, state):
        return "Darkness\nIt is pitch dark. Another step in the dark could be your last."
    parts = [room.text]
    parts += [text for needs, text in plot.notes[state.room] if needs.holds(state)]
    here = AT_ROOM + state.room
    plain: list[str] = []
    for i, thing in enumerate(plot.things):
        if state.places[i] != here or thing.scenery:
            continue
        if thing.there and plot.initial[i] == here:
            parts.append(thing.there)
        else:
            plain.append(name_of(plot, state, i))
    if plain:
        parts.append(f"You see {listed(plain)} here.")
    for place, holder in plot.holder_of.items():
        if is_visible(plot, state, holder) and state.flags & plot.open[holder]:
            inside = [
                name_of(plot, state, i) for i, where in enumerate(state.places) if where == place
            ]
            if inside:
                parts.append(f"In the {plot.things[holder].id}: {listed(inside)}.")
    ways = [
        name
        for name, way in plot.ways[state.room].items()
        if not way.exit.hidden or (way.exit.needs and way.needs.holds(state))
    ]
    return f"{room.title}\n{' '.join(parts)}\nWays out: {', '.join(ways)}."


def belongings(plot: CompiledPlot, state: State) -> str:
    """Return what one carries, in a sentence."""
    held = [name_of(plot, state, i) for i, place in enumerate(state.places) if place == AT_YOU]
    return f"You carry {listed(held)}." if held else "You carry nothing."


def definite(thing: Thing) -> str:
    """Return a thing's name as one that is known: "the rope", but "Mrs. Pike"."""
    article = thing.name.split(maxsplit=1)[0]
    return f"the {thing.id}" if article in ("a", "an", "the", "some") else thing.name


def capital(text: str) -> str:
    """Return a text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def is_dark(plot: CompiledPlot, state: State, room: int | None = None) -> bool:
    """Return whether one sees nothing in ``room`` (default: here) with what one has."""
    room = state.room if room is None else room
    if not plot.dark[room]:
        return False
    return not any(
        state.flags & plot.lit[i] and state.places[i] in (AT_YOU, AT_ROOM + room)
        for i in plot.lights
    )


def open_ways(plot: CompiledPlot, state: State) -> dict[str, int]:
    """Return direction -> number of the room, for the ways open in a state; no endings."""
    return {
        name: way.to
        for name, way in plot.ways[state.room].items()
        if way.to >= 0
        and way.needs.holds(state)
        and (way.door < 0 or state.flags & plot.open[way.door])
    }


def is_visible(plot: CompiledPlot, state: State, thing: int) -> bool:
    """Return whether one sees a thing: here, carried, in the door, or in something open."""
    place = state.places[thing]
    if place == AT_YOU:
        return True
    if plot.dark[state.room] and is_dark(plot, state):
        return False
    if place == AT_ROOM + state.room or thing in plot.doors_at[state.room]:
        return True
    holder = plot.holder_of.get(place)
    return (
        holder is not None
        and (plot.things[holder].person or bool(state.flags & plot.open[holder]))
        and is_visible(plot, state, holder)
    )


def keeper_of(plot: CompiledPlot, state: State, thing: int) -> int | None:
    """Return the person who has a thing; None where nobody has it."""
    holder = plot.holder_of.get(state.places[thing])
    return holder if holder is not None and plot.things[holder].person else None


def told_of(plot: CompiledPlot, state: State, phrase: tuple[str, ...], of_things: bool) -> str:
    """Return the sentence on the place that speaks of a phrase; empty where none does.

    Args:
        plot: the world.
        state: what is seen.
        phrase: the words.
        of_things: a sentence on a thing in sight will do too.
    """
    words = stems(phrase)
    if not words or not (of_things or words <= plot.spoken[state.room]):
        return ""
    texts = [surroundings(plot, state).split("\n")[1]]
    if of_things:
        texts += [each.text for i, each in enumerate(plot.things) if is_visible(plot, state, i)]
    seen = itertools.chain.from_iterable(map(sentences, texts))
    return next((sentence for sentence, known in seen if known >= words), "")


def people_here(plot: CompiledPlot, state: State) -> list[int]:
    """Return the people that one sees."""
    return [i for i, thing in enumerate(plot.things) if thing.person and is_visible(plot, state, i)]


def name_of(plot: CompiledPlot, state: State, thing: int) -> str:
    """Return a thing's name with its article, and whether it is alight."""
    burning = " (alight)" if state.flags & plot.lit[thing] else ""
    return f"{plot.things[thing].name}{burning}"


def listed(names: list[str], word: str = "and") -> str:
    """Return "a, b and c"."""
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
