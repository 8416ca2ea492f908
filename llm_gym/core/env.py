"""``TextEnv``: one game as a ``gymnasium.Env`` whose observations and actions are text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol, runtime_checkable

import gymnasium
import numpy as np
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

from llm_gym import oracles
from llm_gym.core.game import Game
from llm_gym.core.picture import draw
from llm_gym.core.session import OracleSeat, Session, Stats, consult, read_options, whole_seed
from llm_gym.core.spaces import FreeText
from llm_gym.core.tasks import Task
from llm_gym.core.text import printable


@runtime_checkable
class OffersScriptedPlayer(Protocol):
    """An environment that brings a scripted player along; an optional capability.

    Learners look for ``env.unwrapped.scripted_player`` and use it for demonstrations and as a
    yardstick.
    """

    def scripted_player(self, seed: int, skill: float = 1.0) -> Callable[[str], str]:
        """Return a player: observation text in, action text out.

        The player is a pure function of the observation and of its own generator: it knows nothing
        of the hidden task but what the observation says, and the same seed and observations give
        the same actions.

        Args:
            seed: seed of the player's own generator.
            skill: from 0.0 (poor) to 1.0 (as good as the script gets).
        """
        ...


class TextEnv(gymnasium.Env[str, str]):
    """One game under the Gymnasium API.

    Observations are what the game shows the player, actions what the player writes; both are
    :class:`~llm_gym.core.spaces.FreeText`. ``terminated`` says that the game ended by its own
    rules; ``truncated`` that it had to be broken off, where what it runs on has failed (a budget from
    outside is a wrapper's to set).

    ``info`` has the same keys and types at ``reset`` and at every ``step``: ``success`` (bool),
    ``invalid_action`` (bool), ``turn`` (int, 0 at reset), ``task_id`` (str), ``split`` (str, the
    split that the task belongs to), ``delta`` (str, what the environment has just written), then
    the game's own, and where an oracle answers ``oracle_raw`` (str, its reply word for word, "" at
    reset and where it was not asked; it may name the hidden thing: not for the player). Times,
    counts and costs are in :attr:`stats`.

    Args:
        game: the rules, an object of this environment's own.
        oracle: who answers, by name (see :mod:`llm_gym.oracles`); None for a game that asks nobody.
        split: the split that tasks are drawn from where ``reset`` names none; None for all
            together.
        render_mode: ``"ansi"`` (``render()`` returns the observation), ``"rgb_array"`` (a picture
            of its end, uint8 of shape (480, 640, 3)), ``"human"`` (printed as it happens) or None.

    Raises:
        ValueError: unknown oracle, split or render mode.

    Attributes:
        stats: counts and seconds since the environment was made.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012
        "render_modes": ["ansi", "rgb_array", "human"],
        "render_fps": 4,
    }
    info_keys: ClassVar[tuple[str, ...]] = (
        "success",
        "invalid_action",
        "turn",
        "task_id",
        "split",
        "delta",
    )

    def __init__(
        self,
        game: Game,
        oracle: oracles.OracleSpec | None = None,
        *,
        split: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            known = ", ".join(self.metadata["render_modes"])
            raise ValueError(f"unknown render mode {render_mode!r}; choose one of {known}, or None")
        game.tasks.select(split)
        self.game = game
        self.metadata = {**self.metadata, "privileged_info": game.privileged_info}
        self.render_mode = render_mode
        self._prints = render_mode == "human"
        self.observation_space = FreeText(game.observation_limit)
        self.action_space = FreeText(game.action_limit)
        self.stats = Stats()
        self._seat = OracleSeat(oracle, game.name)
        self._split = split
        self._session = Session(game, oracle=oracle is not None)
        self._observation = ""

    @property
    def task(self) -> Task | None:
        """The task of the present episode, not for the player; None before the first ``reset``."""
        return self._session.task

    @property
    def task_count(self) -> int:
        """How many tasks there are to draw from: ``reset(options={"index": k})`` takes 0 to one less."""
        return len(self.game.tasks.select(self._split))

    @property
    def instructions(self) -> str:
        """What the game is and what an action looks like, for a player who has never seen it."""
        return self.game.instructions

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Start an episode.

        Args:
            seed: seeds the generator that tasks are drawn with; it changes nothing else.
            options: ``"split"``: draw from this split (None: from all together); ``"index"``: play
                task number ``index`` of the split instead of a drawn one. They hold for this
                episode only.

        Returns:
            The first observation and ``info``.

        Raises:
            ValueError: unknown option, split or index.
            TypeError: the options are no mapping.
        """
        split, index = read_options(options, self._split)
        if options:  # what can be wrong is told before a seed is taken over
            self.game.tasks.check(split, index)
        super().reset(seed=whole_seed(seed))
        turn = self._session.begin(self.game.tasks.draw(self.np_random, split, index))
        self.stats.episodes += 1
        self._observation = turn.observation
        if self._prints:
            self._print(turn.delta, new_episode=True)
        return turn.observation, self._session.info(turn)

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Take one turn.

        Args:
            action: what the player writes. Any text: what is no legal move costs a turn and is
                marked in ``info``.

        Returns:
            Observation, reward, terminated, truncated and ``info``.

        Where the oracle or the game fails, nothing has happened: the same turn can be taken again.

        Raises:
            ClosedEnvironmentError: the environment has been closed.
            ResetNeeded: no episode is being played.
            TypeError: the action is not a ``str``.
        """
        session = self._session
        query = session.ask(action)
        reply = None
        if query is not None:
            (reply,) = consult(self._seat.oracle, (query,), self.stats)
        turn = session.answer(reply)
        self.stats.turns += 1
        observation = turn.observation
        if self._prints:
            self._print(observation.removeprefix(self._observation))
        self._observation = observation
        return observation, turn.reward, turn.terminated, turn.truncated, session.info(turn)

    def candidates(self) -> list[str]:
        """Return actions that make sense now, see :meth:`~llm_gym.core.game.Game.candidates`."""
        return [] if self._session.over else self.game.candidates()

    def snapshot(self) -> Any:
        """Return the state of the episode, for :meth:`restore`: to branch from it, as tree searches do.

        It is a value: what is played afterwards does not change it, and any environment of this
        process that was made with the same arguments can go on from it. It takes microseconds. The
        generator that tasks are drawn with is no part of it.

        Raises:
            NotImplementedError: the game's state cannot be copied: it is in an emulator or a browser.
        """
        return self._session.snapshot(), self._observation

    def restore(self, snapshot: Any) -> str:
        """Go back to a state that :meth:`snapshot` returned, any number of times.

        Returns:
            The observation of that state.
        """
        session, self._observation = snapshot
        self._session.restore(session)
        return self._observation

    def render(self) -> str | NDArray[np.uint8] | None:
        """Return the observation as text or picture; None in mode ``"human"``, which prints.

        Raises:
            ResetNeeded: no episode has begun.
        """
        if self._session.task is None:
            raise ResetNeeded("nothing has begun that could be rendered: call reset() first")
        if self.render_mode == "rgb_array":
            return draw(self._observation)
        return self._observation if self.render_mode == "ansi" else None

    def close(self) -> None:
        """End the episode and free what the game holds outside Python, an emulator for example."""
        self._session.close()

    def _print(self, text: str, *, new_episode: bool = False) -> None:
        from rich.console import Console
        from rich.text import Text

        console = Console()
        if new_episode:
            console.rule(style="dim")
        console.print(Text(printable(text.rstrip("\n"))))
