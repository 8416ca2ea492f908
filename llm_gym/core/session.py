"""What single environments, vector environments and adapters do alike around a game."""

from __future__ import annotations

import contextlib
import difflib
import functools
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias, cast

import numpy as np
from gymnasium.error import ClosedEnvironmentError, ResetNeeded

from llm_gym import oracles
from llm_gym.core.game import Game, Query, Turn
from llm_gym.core.tasks import Task

_OPTIONS = ("split", "index")

Played: TypeAlias = "list[tuple[str, str | None]]"
"""The turns of an episode: actions, and the replies to them."""


def as_options(options: Any) -> Mapping[str, Any]:
    """Return ``reset``'s options, empty for None.

    Raises:
        TypeError: they are no mapping.
    """
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise TypeError(f"reset options are a mapping, such as {{'index': 3}}, not {options!r}")
    return options


def whole_seed(seed: Any) -> Any:
    """Return a seed (or an index), a numpy integer as ``int``; anything else as it is."""
    return int(seed) if isinstance(seed, np.integer) else seed


def read_options(options: Mapping[str, Any] | None, split: str | None) -> tuple[str | None, Any]:
    """Return the split and the index that ``reset``'s options choose.

    Args:
        options: ``{"split": name or None, "index": k or None}``, both optional; None for no
            options.
        split: the split where the options name none.

    Raises:
        TypeError: the options are no mapping.
        ValueError: an option has another name.
    """
    options = as_options(options)
    for key in options:
        if key not in _OPTIONS:
            near = difflib.get_close_matches(str(key), _OPTIONS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "the options are 'split' and 'index'"
            raise ValueError(f"unknown reset option {key!r}; {hint}")
    return options.get("split", split), options.get("index")


class Session:
    """One player's episodes of one game, in the order begin, ask, answer, ask, answer, ...

    A turn that the game cannot finish leaves it where it was: the episode is played again up to
    there, since task, actions and replies decide everything.

    Args:
        game: the rules.
        oracle: somebody answers in this game; ``info["oracle_raw"]`` then holds the last reply.

    Attributes:
        game: the rules.
        task: the task of the present episode; None before the first.
        over: the game has ended, or has not begun.
    """

    def __init__(self, game: Game, *, oracle: bool = False) -> None:
        self.game = game
        self.task: Task | None = None
        self.over = True
        self._oracle = oracle
        self._played: Played = []
        self._action = ""
        self._closed = False
        self._astray = False  # the game is not where the episode is
        self._constant_info: dict[str, Any] = {}
        self._before: tuple[Task | None, Played] = None, self._played  # the last begin

    @property
    def turns(self) -> int:
        """How many turns of the episode have been taken."""
        return len(self._played)

    def begin(self, task: Task) -> Turn:
        """Start an episode; return the first view.

        Where the game cannot begin, there is no episode to go on with.
        """
        self._before = self.task, self._played
        self.over = True
        turn = self.game.begin(task)
        self._take_up(task, [])
        self.over = self._closed = self._astray = False
        return turn

    def ask(self, action: str) -> Query | None:
        """Take the player's action; return what the oracle must answer, or None.

        Raises:
            ClosedEnvironmentError: the game has been closed.
            ResetNeeded: no episode is being played, and the game does not go on after its end.
            TypeError: the action is not text.
        """
        if self._astray and not self._closed:
            self._play_again()
        if self.over:
            self._check_going_on()
        if not isinstance(action, str):
            raise TypeError(f"an action is a str, not {type(action).__name__}: {action!r}")
        self._action = action
        return self.game.ask(action)

    def answer(self, reply: str | None) -> Turn:
        """Finish the turn with the oracle's reply; return what it brought."""
        try:
            turn = self.game.answer(reply)
        except BaseException:  # an interruption too
            self._return_to(self.task, self._played)
            raise
        self._played.append((self._action, reply))
        self.over = turn.terminated or turn.truncated
        return turn

    def info(self, turn: Turn) -> dict[str, Any]:
        """Return the ``info`` of ``turn``, the one that was taken, or begun with, last."""
        # To copy a dict and change it takes less than to write it out.
        info = self._constant_info.copy()
        info["turn"] = len(self._played)
        info["delta"] = turn.delta
        if turn.success:
            info["success"] = True
        if turn.invalid_action:
            info["invalid_action"] = True
        if turn.info:
            info.update(turn.info)
        if self._oracle:
            info["oracle_raw"] = self._reply()
        return info

    @staticmethod
    def infos(sessions: Sequence[Session], turns: Sequence[Turn]) -> dict[str, list[Any]] | None:
        """Return what :meth:`info` says of one or several games, key by key, but the task and its split.

        None where their keys differ.
        """
        columns: dict[str, list[Any]] = {
            "success": [turn.success for turn in turns],
            "invalid_action": [turn.invalid_action for turn in turns],
            "turn": [len(session._played) for session in sessions],
            "delta": [turn.delta for turn in turns],
        }
        own = [turn.info for turn in turns if turn.info]
        if own:
            if len(own) < len(turns) or len(set(map(len, own))) > 1:
                return None
            try:
                columns.update({key: [info[key] for info in own] for key in own[0]})
            except KeyError:
                return None
        if sessions[0]._oracle:
            columns["oracle_raw"] = [session._reply() for session in sessions]
        return columns

    def snapshot(self) -> tuple[dict[str, Any], Any]:
        """Return where the episode is, for :meth:`restore`.

        Raises:
            ResetNeeded: none has begun.
        """
        if self.task is None:
            raise ResetNeeded("there is nothing to come back to yet: call reset() first")
        # All of a session but its game is values, and lists of values.
        own = {
            name: list(value) if isinstance(value, list) else value
            for name, value in vars(self).items()
            if value is not self.game
        }
        return own, self.game.snapshot()

    def restore(self, snapshot: tuple[dict[str, Any], Any]) -> None:
        """Go back to where an episode was."""
        own, game = snapshot
        self.game.restore(game)
        for name, value in own.items():
            setattr(self, name, list(value) if isinstance(value, list) else value)

    def undo_turn(self) -> None:
        """Put the game back to where it was before its last turn."""
        self._return_to(self.task, self._played[:-1])

    def undo_begin(self) -> None:
        """Put the game back to where it was before the last ``begin``, also before a failed one."""
        self._return_to(*self._before)

    def _return_to(self, task: Task | None, played: Played) -> None:
        """Go back to where an episode was; where what failed still fails, the next turn does so."""
        self.task, self._played, self.over = task, played, True
        self._astray = task is not None
        with contextlib.suppress(Exception):
            self._play_again()

    def _play_again(self) -> None:
        """Play the turns of the episode again."""
        if self.task is None:
            return
        turn = self.game.begin(self.task)
        self._take_up(self.task, self._played)
        for action, reply in self._played:
            self.game.ask(action)
            turn = self.game.answer(reply)
        self.over = turn.terminated or turn.truncated
        self._astray = False

    def _take_up(self, task: Task, played: Played) -> None:
        self.task, self._played = task, played
        self._constant_info = {
            "success": False,
            "invalid_action": False,
            "turn": 0,
            "task_id": task.id,
            "split": task.split,
            "delta": "",
        }

    def _reply(self) -> str:
        return (self._played[-1][1] if self._played else None) or ""

    def _check_going_on(self) -> None:
        if self._closed:
            raise ClosedEnvironmentError("the environment is closed: call reset() to open it again")
        if self.task is None or not self.game.goes_on():
            state = "has not begun" if self.task is None else "is over"
            raise ResetNeeded(f"the episode {state}: call reset() before the next step()")

    def close(self) -> None:
        """Free what the game holds outside Python; ``begin`` acquires it again."""
        self.over = self._closed = True
        self.game.close()


@dataclass(slots=True)
class Stats:
    """What an environment has done and spent since it was made; never part of ``info``.

    Attributes:
        episodes: episodes begun.
        turns: turns finished.
        oracle_calls: calls of the oracle; a vector environment asks for all its games in one call.
        oracle_questions: questions answered by the oracle.
        oracle_seconds: seconds spent waiting for it.
        oracle_prompt_tokens: tokens that the oracle's model read; 0 for an oracle without tokens.
        oracle_completion_tokens: tokens that it wrote.
        oracle_retries: requests that had to be sent again.
        oracle_cost: what the answers cost, in the currency of the oracle's prices; 0.0 without.
    """

    episodes: int = 0
    turns: int = 0
    oracle_calls: int = 0
    oracle_questions: int = 0
    oracle_seconds: float = 0.0
    oracle_prompt_tokens: int = 0
    oracle_completion_tokens: int = 0
    oracle_retries: int = 0
    oracle_cost: float = 0.0

    def spend(self, before: Mapping[str, float], after: Mapping[str, float]) -> None:
        """Count what an oracle has used between two readings of its ``usage``."""
        used = {name: total - before.get(name, 0) for name, total in after.items()}
        self.oracle_prompt_tokens += int(used.get("prompt_tokens", 0))
        self.oracle_completion_tokens += int(used.get("completion_tokens", 0))
        self.oracle_retries += int(used.get("retries", 0))
        self.oracle_cost += used.get("cost", 0.0)

    def table(self) -> str:
        """Return the counts as lines of text, for the end of a run; without those that are zero."""
        lines = []
        for name, value in asdict(self).items():
            if value:
                figure = f"{value:,.4f}" if isinstance(value, float) else f"{value:,}"
                lines.append(f"{name.replace('_', ' '):<24} {figure:>16}")
        return "\n".join(lines)


@functools.cache
def _accounts_for_usage(kind: type) -> bool:
    # The same as isinstance with the protocol, which takes as long as a whole step of a game.
    return hasattr(kind, "usage")


def _usage(oracle: oracles.Oracle) -> Mapping[str, float]:
    """Return what the oracle has used since it was made; nothing where it does not say."""
    if not _accounts_for_usage(type(oracle)):
        return {}
    # A copy: an oracle may hand out the mapping that it goes on counting in.
    return dict(cast("oracles.AccountsForUsage", oracle).usage)


class OracleSeat:
    """An environment's oracle by its name, so that the environment can be copied and pickled.

    A live oracle (a model, a connection, a lock) cannot be. A copy of the seat is the seat; a pickle
    holds the name alone, and the oracle is found or made anew where it is read.

    Args:
        spec: who answers (see :mod:`llm_gym.oracles`); None for a game that asks nobody.
        game: the game's name.

    Raises:
        ValueError: there is no such oracle.

    Attributes:
        oracle: the live oracle, shared by all of this process who name the same; None for none.
    """

    def __init__(self, spec: oracles.OracleSpec | None, game: str) -> None:
        self._spec = spec
        self._game = game
        self.oracle = None if spec is None else oracles.make(spec, game)

    def __deepcopy__(self, memo: dict[int, Any]) -> OracleSeat:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return OracleSeat, (self._spec, self._game)


def consult(
    oracle: oracles.Oracle | None, queries: Sequence[Query | None], stats: Stats
) -> Sequence[str | None]:
    """Have all ``queries`` answered in one call of the oracle, and count it; None for no query.

    Raises:
        RuntimeError: the game asks but there is no oracle, or the oracle answers too many or too
            few.
    """
    open_queries = [query for query in queries if query is not None]
    if not open_queries:
        return [None] * len(queries)
    if oracle is None:
        raise RuntimeError("the game asks an oracle, but the environment was made without one")
    before = _usage(oracle)
    start = time.perf_counter()
    try:
        answers = oracles.ask(
            oracle,
            [query.subject for query in open_queries],
            [query.question for query in open_queries],
        )
    finally:
        stats.oracle_seconds += time.perf_counter() - start
        stats.oracle_calls += 1
        stats.spend(before, _usage(oracle))
    stats.oracle_questions += len(open_queries)
    if len(answers) == len(queries):
        return answers
    remaining = iter(answers)
    return [None if query is None else next(remaining) for query in queries]
