"""``TextVectorEnv``: many games side by side, with one batched oracle call per step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from llm_gym import oracles
from llm_gym.core.game import Game
from llm_gym.core.session import Session, Stats, consult, read_options
from llm_gym.core.spaces import FreeText

Texts: TypeAlias = "tuple[str, ...]"
Array: TypeAlias = "NDArray[Any]"


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
        games: the rules, one object per game, over the same tasks and limits.
        oracle: who answers, by name (see :mod:`llm_gym.oracles`); None for a game that asks nobody.
        split: the split that tasks are drawn from where ``reset`` names none; None for all
            together.
        autoreset_mode: see above.
        max_episode_steps: truncate episodes after this many turns; None for no limit but the
            game's own.
        render_mode: ``"ansi"`` (``render()`` returns the N observations) or None.

    Raises:
        ValueError: unknown oracle, split, mode, or no games.

    Attributes:
        stats: counts and seconds since the environment was made, of all games together.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"], "render_fps": 4}  # noqa: RUF012

    def __init__(
        self,
        games: Sequence[Game],
        oracle: oracles.OracleSpec | None = None,
        *,
        split: str | None = None,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        if not games:
            raise ValueError("a vector environment needs at least one game")
        if len({id(game) for game in games}) != len(games):
            raise ValueError("every game of a vector environment must be an object of its own")
        if render_mode not in (None, "ansi"):
            raise ValueError(
                f"unknown render mode {render_mode!r} of many games together; choose 'ansi' or None"
            )
        game = games[0]
        game.tasks.select(split)
        self.num_envs = len(games)
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {**self.metadata, "autoreset_mode": self.autoreset_mode}
        self.render_mode = render_mode
        self.single_observation_space = FreeText(game.observation_limit)
        self.single_action_space = FreeText(game.action_limit)
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self.stats = Stats()
        self._oracle = None if oracle is None else oracles.make(oracle, game.name)
        self._split = split
        self._max_episode_steps = max_episode_steps
        self._sessions = [Session(each, oracle=oracle is not None) for each in games]
        self._generators: list[np.random.Generator | None] = [None] * self.num_envs
        self._seeds: list[int] = [-1] * self.num_envs
        self._observations = [""] * self.num_envs
        self._terminated = np.zeros(self.num_envs, dtype=np.bool_)
        self._truncated = np.zeros(self.num_envs, dtype=np.bool_)
        self._waiting = np.zeros(self.num_envs, dtype=np.bool_)  # ended, and not begun anew

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
        seed: int | Sequence[int | None] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> tuple[Texts, dict[str, Any]]:
        """Start an episode in every game, or in those that a mask names.

        Args:
            seed: ``s`` seeds game ``i`` with ``s + i``; a sequence holds one seed (or None) per
                game, so that ``[k] * n`` gives every game the same tasks; None draws on.
            options: ``"split"`` and ``"index"`` as in the single environment, the same for all
                games; ``"index"`` may also be a sequence with one index per game.
                ``"reset_mask"``: a boolean array of shape ``(num_envs,)``, at least one True; the
                other games stay as they are.

        Returns:
            The observations of all games, and ``infos`` of those that were reset.

        Raises:
            ValueError: unknown option, split or index; wrong number of seeds, indices or mask
                entries.
        """
        if isinstance(seed, int | np.integer):
            seed = [int(seed) + i for i in range(self.num_envs)]
        seeds = self._per_game("seeds", seed)
        rest = dict(options or {})
        mask = self._read_mask(rest.pop("reset_mask", None))
        split, index = read_options(rest, self._split)
        indices = self._per_game("indices", index)
        infos: dict[str, Any] = {}
        for i in map(int, np.flatnonzero(mask)):
            if seeds[i] is not None:
                self._generators[i], self._seeds[i] = seeding.np_random(seeds[i])
            self._terminated[i] = self._truncated[i] = False
            infos = self._add_info(infos, self._begin(i, split, indices[i]), i)
        return tuple(self._observations), infos

    def step(
        self, actions: Sequence[str | None]
    ) -> tuple[Texts, Array, Array, Array, dict[str, Any]]:
        """Take one turn in every game that is being played, with one call of the oracle.

        Where the oracle fails, nothing has happened: the same step can be taken again.

        Args:
            actions: N texts (list, tuple or object array; a fixed-width string array would cut
                them); None for a game that has ended.

        Returns:
            Observations (N strings), rewards (float64), terminated, truncated (bool), each of shape
            ``(num_envs,)``, and ``infos``.

        Raises:
            ResetNeeded: a game has not begun, or text for an ended game with autoreset disabled.
            TypeError: an action is not a ``str``.
            ValueError: the number of actions is not ``num_envs``.
        """
        if isinstance(actions, str):
            raise TypeError("actions are a sequence of texts, one per game, not one text")
        if len(actions) != self.num_envs:
            raise ValueError(f"{len(actions)} actions for {self.num_envs} games")
        playing = [i for i in range(self.num_envs) if not self._waiting[i]]
        if self.autoreset_mode == AutoresetMode.DISABLED:
            for i in range(self.num_envs):
                if self._waiting[i] and actions[i] is not None:
                    raise ResetNeeded(
                        f"game {i} has ended: give None as its action, "
                        "or start it anew with reset(options={'reset_mask': ...})"
                    )
        # A None for a game that is being played is the session's TypeError.
        queries = [self._sessions[i].ask(actions[i]) for i in playing]  # type: ignore[arg-type]
        replies = dict(zip(playing, consult(self._oracle, queries, self.stats), strict=True))

        rewards = np.zeros(self.num_envs, dtype=np.float64)
        infos: dict[str, Any] = {}
        for i in range(self.num_envs):
            if i in replies:
                rewards[i], info = self._finish_turn(i, replies[i])
                if self._waiting[i] and self.autoreset_mode == AutoresetMode.SAME_STEP:
                    last = {"final_obs": self._observations[i], "final_info": info}
                    infos = self._add_info(infos, last, i)
                    info = self._begin(i, self._split)
            elif self.autoreset_mode == AutoresetMode.NEXT_STEP:
                self._terminated[i] = self._truncated[i] = False
                info = self._begin(i, self._split)
            else:
                continue
            infos = self._add_info(infos, info, i)
        flags = self._terminated.copy(), self._truncated.copy()
        return tuple(self._observations), rewards, *flags, infos

    def render(self) -> Texts | None:
        """Return the observations of all games in mode ``"ansi"``, else None."""
        return tuple(self._observations) if self.render_mode == "ansi" else None

    def close_extras(self, **kwargs: Any) -> None:
        """Free what the games hold outside Python; called by ``close``."""
        for session in self._sessions:
            session.game.close()

    def _begin(self, i: int, split: str | None, index: int | None = None) -> dict[str, Any]:
        session = self._sessions[i]
        turn, info = session.begin(session.game.tasks.draw(self._generator(i), split, index))
        self._observations[i] = turn.observation
        self._waiting[i] = False
        self.stats.episodes += 1
        return info

    def _finish_turn(self, i: int, reply: str | None) -> tuple[float, dict[str, Any]]:
        session = self._sessions[i]
        turn, info = session.answer(reply)
        self._observations[i] = turn.observation
        self._terminated[i] = turn.terminated
        self._truncated[i] = turn.truncated or (
            self._max_episode_steps is not None and session.turns >= self._max_episode_steps
        )
        self._waiting[i] = self._terminated[i] or self._truncated[i]
        self.stats.turns += 1
        return turn.reward, info

    def _generator(self, i: int) -> np.random.Generator:
        generator = self._generators[i]
        if generator is None:
            generator, self._seeds[i] = seeding.np_random()
            self._generators[i] = generator
        return generator

    def _per_game(self, what: str, value: Any) -> list[Any]:
        """Return one value per game: ``value`` itself where it is a sequence, else repeated."""
        if not isinstance(value, list | tuple | np.ndarray):
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
