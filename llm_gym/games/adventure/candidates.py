"""Which commands are worth trying in a state; the engine tells which of them change something."""

from __future__ import annotations

from collections.abc import Iterable

from llm_gym.games.adventure.compiled import AT_YOU, CompiledPlot
from llm_gym.games.adventure.sight import is_dark, is_visible
from llm_gym.games.adventure.state import State
from llm_gym.games.adventure.verbs import loose


def candidates(plot: CompiledPlot, state: State) -> Iterable[str]:
    """Yield every command that might change something here but those :func:`handled` is sure of.

    The plainest come first.
    """
    yield from plot.ways[state.room]
    for i in plot.remarkable:
        thing = plot.things[i]
        if not is_visible(plot, state, i):
            continue
        home = plot.holder_of.get(plot.initial[i])
        if state.places[i] != AT_YOU:
            yield f"take {thing.id}"
        elif home is not None and is_visible(plot, state, home):
            yield f"put {thing.id} in {plot.things[home].id}"
        if thing.opens:
            locked = thing.key and not state.flags & plot.unlocked[i]
            is_open = state.flags & plot.open[i]
            yield f"{'close' if is_open else 'unlock' if locked else 'open'} {thing.id}"
        if thing.light:
            yield f"{'extinguish' if state.flags & plot.lit[i] else 'light'} {thing.id}"
    for rule in plot.rules_at[state.room]:
        if rule.needs.holds(state) and all(is_visible(plot, state, i) for i in rule.nouns):
            yield rule.phrase
    if len(loose(plot, state)) > 1:
        yield "take all"
    if state.places.count(AT_YOU) > 1 and not is_dark(plot, state):
        yield "drop all"


def handled(plot: CompiledPlot, state: State) -> Iterable[str]:
    """Yield the takes and drops that nothing stands in the way of; each has its own effect."""
    dark = is_dark(plot, state)
    for i, thing in enumerate(plot.things):
        if not thing.portable:
            continue
        if state.places[i] == AT_YOU:
            if not dark:
                yield f"drop {thing.id}"
        elif i not in plot.remarkable and is_visible(plot, state, i):
            yield f"take {thing.id}"
