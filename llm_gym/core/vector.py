"""``TextVectorEnv``: many games side by side, with one batched oracle call per step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from gymnasium.error import ClosedEnvironmentError, ResetNeeded
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from llm_gym import oracles
from llm_gym.core.game import Game, Turn, at_least_one
from llm_gym.core.picture import draw
from llm_gym.core.session import (
    OracleSeat,
    Session,
    Stats,
    as_options,
    consult,
    read_options,
    whole_seed,
)
from llm_gym.core.spaces import FreeText
from llm_gym.core.tasks import Task

Texts: TypeAlias = "tuple[str, ...]"
Array: TypeAlias = "NDArray[Any]"
Ends: TypeAlias = "tuple[bool, bool]"
"""Whether a game was terminated, whether it was truncated."""

_DTYPES: dict[type, type] = {bool: bool, int: int, float: float, str: object}
"""The values that are put into an array all at once, and the array's type."""


class TextVectorEnv(VectorEnv[Texts, "Sequence[str | None]", Array]):
    """N games under Gymnasium's vector API: N single environments whose questions go together.

    Everything is as in ``SyncVectorEnv`` over the single environments: game ``i`` is seeded with
    ``seed + i``, ``infos`` are batched in the same way, the three autoreset modes do the same.
    Observations are a tuple of N strings, actions any sequence of N strings. What differs: all
    questions of a step reach the oracle in one call, and games that have ended can be left out.

    Autoreset (``autoreset_mode``):

    - ``"NextStep"`` (default): the step after a game's end ignores its action (None will do) and
      returns the next episode's first observation with reward 0.
    - ``"SameStep"``: the last step of a game returns the next episode's first observation; the last
      observation and info are in ``infos["final_obs"]`` and ``infos["final_info"]``.
    - ``"Disabled"``: an ended game waits for ``reset(options={"reset_mask": mask})``. Until then
      its action must be None, a hole: nothing is generated or asked for it; its observation stays
      the last, its reward is 0, its ``terminated`` or ``truncated`` stays True and ``infos`` holds
      nothing of it. Text for an ended game is an error, as in Gymnasium. This is the mode for
      language models: no action is sampled in vain.

    Options of ``reset`` hold for the episodes it starts; episodes started by autoreset draw from
    ``split``.

    Args:
        games: the rules, one object per game, of one kind. Where their limits differ, observations are as
            long as the longest, and actions are taken whole up to the shortest.
        oracle: who answers, by name (see :mod:`llm_gym.oracles`); None for a game that asks nobody.
        split: the split that tasks are drawn from where ``reset`` names none; None for all
            together. A sequence holds one per game.
        autoreset_mode: see above.
        max_episode_steps: truncate episodes after this many turns; None for no limit but the
            game's own.
        render_mode: ``"ansi"`` (``render()`` returns the N observations), ``"rgb_array"`` (a
            picture of each, see :class:`~llm_gym.core.env.TextEnv`) or None.

    Raises:
        ValueError: unknown oracle, split, mode, or no games.

    Attributes:
        stats: counts and seconds since the environment was made, of all games together.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012
        "render_modes": ["ansi", "rgb_array"],
        "render_fps": 4,
    }

    def __init__(
        self,
        games: Sequence[Game],
        oracle: oracles.OracleSpec | None = None,
        *,
        split: str | Sequence[str | None] | None = None,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        if not games:
            raise ValueError("a vector environment needs at least one game")
        if len({id(game) for game in games}) != len(games):
            raise ValueError("every game of a vector environment must be an object of its own")
        if render_mode not in (None, *self.metadata["render_modes"]):
            raise ValueError(
                f"unknown render mode {render_mode!r} of many games together; "
                "choose 'ansi', 'rgb_array' or None"
            )
        game = games[0]
        self.num_envs = len(games)
        self._all = list(range(self.num_envs))
        self._splits = self._per_game("splits", split)
        for each, name in zip(games, self._splits, strict=True):
            each.tasks.select(name)
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {
            **self.metadata,
            "autoreset_mode": self.autoreset_mode,
            "privileged_info": game.privileged_info,
        }
        self.render_mode = render_mode
        self.single_observation_space = FreeText(max(each.observation_limit for each in games))
        self.single_action_space = FreeText(min(each.action_limit for each in games))
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self.stats = Stats()
        self._seat = OracleSeat(oracle, game.name)
        self._max_episode_steps = (
            None
            if max_episode_steps is None
            else at_least_one("max_episode_steps", max_episode_steps)
        )
        self._sessions = [Session(each, oracle=oracle is not None) for each in games]
        self._generators: list[np.random.Generator | None] = [None] * self.num_envs
        self._seeds: list[int] = [-1] * self.num_envs
        self._drawn: dict[int, Task] = {}  # tasks of episodes that begin in the present call
        self._observations = [""] * self.num_envs
        # What infos say of the tasks, which changes with the episode alone.
        self._task_ids, self._task_splits = np.full((2, self.num_envs), None, dtype=object)
        self._ended: dict[int, Ends] = {}  # games that have ended, and not begun anew

    def call(self, name: str, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """Return attribute ``name`` of each game, called with the arguments where it can be called.

        As ``SyncVectorEnv.call``, for what the games themselves have (``"instructions"``,
        ``"turn_limit"``, ``"tasks"``, ...), and for ``"game"``, ``"task"``, ``"task_count"``,
        ``"candidates"``, ``"observation_space"`` and ``"action_space"`` of a single environment.

        Raises:
            AttributeError: a game has no such attribute.
        """
        if name == "game":
            return tuple(session.game for session in self._sessions)
        if name == "task":
            return tuple(session.task for session in self._sessions)
        if name == "task_count":
            return tuple(map(len, self._tasks()))
        if name == "candidates":
            return self.candidates()
        if name in ("observation_space", "action_space"):
            return (getattr(self, f"single_{name}"),) * self.num_envs
        values = [getattr(session.game, name) for session in self._sessions]
        return tuple(value(*args, **kwargs) if callable(value) else value for value in values)

    def get_attr(self, name: str) -> tuple[Any, ...]:
        """Return attribute ``name`` of each game; see :meth:`call`."""
        return self.call(name)

    @property
    def task_count(self) -> int:
        """How many tasks there are to draw from: the option ``index`` takes 0 to one less.

        Where the games have splits of their own, those of the smallest: it holds for every game.
        """
        return min(map(len, self._tasks()))

    def _tasks(self) -> list[tuple[Task, ...]]:
        pairs = zip(self._sessions, self._splits, strict=True)
        return [session.game.tasks.select(split) for session, split in pairs]

    @property  # type: ignore[misc]
    def np_random(self) -> tuple[np.random.Generator, ...]:  # type: ignore[override]
        """The generators that tasks are drawn with, one per game."""
        return tuple(self._generator(i) for i in range(self.num_envs))

    @property
    def np_random_seed(self) -> tuple[int, ...]:  # type: ignore[override]
        """The seeds of the generators, one per game."""
        _ = self.np_random
        return tuple(self._seeds)

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | NDArray[np.integer[Any]] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> tuple[Texts, dict[str, Any]]:
        """Start an episode in every game, or in those that a mask names.

        Args:
            seed: ``s`` seeds game ``i`` with ``s + i``; a sequence or an array holds one seed (or None) per
                game, so that ``[k] * n`` gives every game the same tasks; None draws on.
            options: ``"split"`` and ``"index"`` as in the single environment, the same for all
                games or a sequence with one per game. ``"reset_mask"``: a boolean array of shape
                ``(num_envs,)``, at least one True; the other games stay as they are.

        Returns:
            The observations of all games, and ``infos`` of those that were reset.

        Raises:
            ValueError: unknown option, split or index; wrong number of seeds, splits, indices or
                mask entries. Then no game has been reset.
            TypeError: the options are no mapping.
            gymnasium.error.Error: a seed is no whole number of 0 or more.
        """
        self._check_open()
        if isinstance(seed, np.ndarray):
            seed = seed.tolist()
        if isinstance(seed, int | np.integer):
            seed = [int(seed) + i for i in range(self.num_envs)]
        seeds = [whole_seed(each) for each in self._per_game("seeds", seed)]
        rest = dict(as_options(options))
        chosen = [int(i) for i in np.flatnonzero(self._read_mask(rest.pop("reset_mask", None)))]
        split, index = read_options(rest, None)
        splits = self._per_game("splits", split) if "split" in rest else self._splits
        indices = self._per_game("indices", index)
        for i in chosen:
            self._sessions[i].game.tasks.check(splits[i], indices[i])
        seeded = {i: seeding.np_random(seeds[i]) for i in chosen if seeds[i] is not None}
        for i, (generator, number) in seeded.items():
            self._generators[i], self._seeds[i] = generator, number
        self._drawn.clear()
        begun: dict[int, Turn] = {}
        try:
            for i in chosen:
                begun[i] = self._begin(i, splits[i], indices[i])
        except BaseException:
            for i in self._drawn:
                self._sessions[i].undo_begin()
            raise
        self._drawn.clear()
        self._ended = {i: ends for i, ends in self._ended.items() if i not in begun}
        self.stats.episodes += len(begun)
        infos = self._show(begun, begun)  # before the observations are read
        return tuple(self._observations), infos

    def step(
        self, actions: Sequence[str | None]
    ) -> tuple[Texts, Array, Array, Array, dict[str, Any]]:
        """Take one turn in every game that is being played, with one call of the oracle.

        Where the oracle or a game fails, nothing has happened: the same step can be taken again.

        Args:
            actions: N texts (list, tuple or object array; a fixed-width string array would cut
                them); None for a game that has ended.

        Returns:
            Observations (N strings), rewards (float64), terminated, truncated (bool), each of shape
            ``(num_envs,)``, and ``infos``.

        Raises:
            ClosedEnvironmentError: the environment has been closed.
            ResetNeeded: a game has not begun, or text for an ended game with autoreset disabled.
            TypeError: an action is not a ``str``.
            ValueError: the number of actions is not ``num_envs``.
        """
        self._check_open()
        if isinstance(actions, str):
            raise TypeError("actions are a sequence of texts, one per game, not one text")
        if not isinstance(actions, Sequence | np.ndarray):
            raise TypeError(
                f"actions are a sequence of texts, one per game, not {type(actions).__name__}"
            )
        if len(actions) != self.num_envs:
            raise ValueError(f"{len(actions)} actions for {self.num_envs} games")
        sessions = self._sessions
        ended = self._ended
        playing = [i for i in self._all if i not in ended] if ended else self._all
        if self.autoreset_mode == AutoresetMode.DISABLED:
            for i in ended:
                if actions[i] is not None:
                    raise ResetNeeded(
                        f"game {i} has ended: give None as its action, "
                        "or start it anew with reset(options={'reset_mask': ...})"
                    )
        # A None for a game that is being played is the session's TypeError.
        queries = [sessions[i].ask(actions[i]) for i in playing]  # type: ignore[arg-type]
        replies = consult(self._seat.oracle, queries, self.stats)

        limit = self._max_episode_steps
        turns: dict[int, Turn] = {}
        begun: dict[int, Turn] = {}
        over: dict[int, Ends] = {}
        try:
            for i, reply in zip(playing, replies, strict=True):
                turn = turns[i] = sessions[i].answer(reply)
                cut = turn.truncated or (limit is not None and sessions[i].turns >= limit)
                if cut or turn.terminated:
                    over[i] = turn.terminated, cut
            begins: Iterable[int] = ()
            final: dict[int, dict[str, Any]] = {}
            if self.autoreset_mode == AutoresetMode.NEXT_STEP:
                begins = ended
            elif self.autoreset_mode == AutoresetMode.SAME_STEP:
                begins = over
                for i in over:
                    info = sessions[i].info(turns[i])
                    final[i] = {"final_obs": turns[i].observation, "final_info": info}
            for i in begins:
                begun[i] = self._begin(i, self._splits[i])
        except BaseException:
            for i in begun:
                sessions[i].undo_begin()
            for i in turns:
                sessions[i].undo_turn()
            raise
        self._drawn.clear()

        # Nothing can fail any more: what has happened is taken over.
        if self.autoreset_mode == AutoresetMode.DISABLED:
            over = {**ended, **over}
        self._ended = {i: ends for i, ends in over.items() if i not in begun}
        self.stats.turns += len(turns)
        self.stats.episodes += len(begun)
        rewards = self._column(turns, [turn.reward for turn in turns.values()], float)
        terminated, truncated = np.zeros((2, self.num_envs), dtype=np.bool_)
        for i, ends in over.items():
            terminated[i], truncated[i] = ends
        shown = {i: begun[i] if i in begun else turns[i] for i in self._all} if begun else turns
        infos = self._show(shown, begun)
        for i, last in final.items():
            infos = self._add_info(infos, last, i)
        return tuple(self._observations), rewards, terminated, truncated, infos

    @property
    def game(self) -> Game:
        """The first game: what it says of its rules holds for all."""
        return self._sessions[0].game

    @property
    def instructions(self) -> str:
        """What the game is and what an action looks like, for a player who has never seen it."""
        return self.game.instructions

    def candidates(self) -> tuple[list[str], ...]:
        """Return the actions that make sense now in each game; none in a game that has ended."""
        return tuple([] if each.over else each.game.candidates() for each in self._sessions)

    def render(self) -> Texts | tuple[NDArray[np.uint8], ...] | None:
        """Return the observations of all games as texts or as pictures; None without a mode."""
        if self.render_mode == "rgb_array":
            return tuple(map(draw, self._observations))
        return tuple(self._observations) if self.render_mode == "ansi" else None

    def close_extras(self, **kwargs: Any) -> None:
        """Free what the games hold outside Python; called by ``close``."""
        for session in self._sessions:
            session.close()

    def _begin(self, i: int, split: str | None, index: int | None = None) -> Turn:
        session = self._sessions[i]
        # A task that was drawn for a step that failed is still to be played.
        if i not in self._drawn:
            self._drawn[i] = session.game.tasks.draw(self._generator(i), split, index)
        return session.begin(self._drawn[i])

    def _show(self, turns: Mapping[int, Turn], begun: Collection[int]) -> dict[str, Any]:
        """Take over what these games show now; return what Gymnasium's ``_add_info`` makes of their infos.

        Args:
            turns: by game, in ascending order.
            begun: the games among them that have begun an episode.
        """
        if not turns:
            return {}
        for i, turn in turns.items():
            self._observations[i] = turn.observation
        for i in begun:
            task = self._sessions[i].task
            assert task is not None
            self._task_ids[i], self._task_splits[i] = task.id, task.split
        sessions = [self._sessions[i] for i in turns]
        columns = Session.infos(sessions, list(turns.values()))
        batched: dict[str, Any] = {}
        if columns is None:
            for i, turn in turns.items():
                batched = self._add_info(batched, self._sessions[i].info(turn), i)
            return batched
        has = self._column(turns, [True] * len(turns), bool)
        for key, column in (("task_id", self._task_ids), ("split", self._task_splits)):
            batched[key] = column.copy()
            if len(turns) < self.num_envs:
                batched[key][~has] = None
            batched[f"_{key}"] = has.copy()
        for key, values in columns.items():
            dtype = _DTYPES.get(type(values[0]))
            if dtype is None:
                for i, value in zip(turns, values, strict=True):
                    batched = self._add_info(batched, {key: value}, i)
            else:
                batched[key] = self._column(turns, values, dtype)
                batched[f"_{key}"] = has.copy()
        return batched

    def _column(self, games: Collection[int], values: Sequence[Any], dtype: type) -> Array:
        """Return an array with an entry per game: these values for ``games``, for the others zeros or None.

        The games are in ascending order.
        """
        if len(games) == self.num_envs:
            return np.array(values, dtype=dtype)
        column: Array = np.full(self.num_envs, None if dtype is object else 0, dtype=dtype)
        column[list(games)] = values
        return column

    def _check_open(self) -> None:
        if self.closed:
            raise ClosedEnvironmentError("the environment is closed: make another")

    def _generator(self, i: int) -> np.random.Generator:
        generator = self._generators[i]
        if generator is None:
            generator, self._seeds[i] = seeding.np_random()
            self._generators[i] = generator
        return generator

    def _per_game(self, what: str, value: Any) -> list[Any]:
        """Return one value per game: ``value`` itself where it is a sequence, else repeated."""
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if isinstance(value, str) or not isinstance(value, Sequence):
            return [value] * self.num_envs
        if len(value) != self.num_envs:
            raise ValueError(f"{len(value)} {what} for {self.num_envs} games")
        return list(value)

    def _read_mask(self, mask: Any) -> NDArray[np.bool_]:
        """Check a ``reset_mask`` as Gymnasium's vector environments do; None means every game."""
        if mask is None:
            return np.ones(self.num_envs, dtype=np.bool_)
        if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_:
            raise TypeError("options['reset_mask'] must be a numpy array of dtype bool")
        if mask.shape != (self.num_envs,):
            raise ValueError(
                f"options['reset_mask'] must have shape ({self.num_envs},), not {mask.shape}"
            )
        if not mask.any():
            raise ValueError("options['reset_mask'] must name at least one game")
        return mask
