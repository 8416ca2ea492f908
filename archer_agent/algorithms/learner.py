"""What the outer loop asks of every method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import torch

from archer_agent.agents.agent import Agent, LanguageAgent
from archer_agent.episodes.replay import Episode, ReplayBuffer
from archer_agent.networks import loading
from archer_agent.networks.backbone import Network
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.sharding import whole

OnStep = Callable[[int, int, float], bool]
"""Called with (step, steps, loss) after each gradient step; True ends the phase there."""


class Learner(ABC):
    """A method: how it plays, what it learns from an iteration's games, what must survive a kill.

    Attributes:
        policy: the language model it trains, or plays with.
        modules: what it is made of, by name, for the checkpoint.
        optimizers: by name, for the checkpoint.
        has_critic: it has one, which is calibrated on the policy's games and warms up before the actor moves.
        collects: it learns from games of its own; False where the demonstrations are all there is.
        group: how many games of an iteration have the same seed.
        learns_from_calibration: the games on which the critic is calibrated are an iteration's games too.
        offline_iterations: at the start, which learn from the demonstrations alone.
        speaks_by: those of its modules that it plays with, by name.
    """

    policy: LanguagePolicy
    modules: dict[str, Network]
    optimizers: dict[str, torch.optim.Optimizer]
    has_critic: bool = True
    collects: bool = True
    group: int = 1
    learns_from_calibration: bool = False
    offline_iterations: int = 0
    speaks_by: Sequence[str] = ("policy",)

    def agent(self, generator: torch.Generator, greedy: bool = False) -> Agent:
        """Return who plays: by default the policy alone.

        Args:
            generator: the source of randomness.
            greedy: say what is thought best instead of exploring.
        """
        return LanguageAgent(self.policy, generator, greedy)

    def ready_to_play(self) -> AbstractContextManager[None]:
        """Return a context in which `agent` may play and `save_agent` may be called; processes enter it together."""
        return whole(*(self.modules[name] for name in self.speaks_by))

    def begin_play(self) -> None:  # noqa: B027  most begin with it
        """Take note that from now on games are played, after `offline_iterations` on recorded ones."""

    def unsaid_tokens(self) -> int:
        """Return how many tokens were drawn in collecting games but not said, since it was last asked."""
        return 0

    def save_agent(self, folder: Path) -> None:
        """Write what `agent` plays with, when it is `ready_to_play`; `archer_agent.algorithms.load_agent` reads it."""
        loading.save_policy(self.policy, folder)

    @abstractmethod
    def update(
        self, buffer: ReplayBuffer, fresh: Sequence[Episode], train_actor: bool
    ) -> dict[str, float]:
        """Learn for one iteration.

        Args:
            buffer: the replay buffer, the fresh games included; the demonstrations where nothing is collected.
            fresh: the games of this iteration.
            train_actor: False while a critic warms up.

        Returns:
            Metrics by name, finite; ``gradient_steps`` and ``generated_tokens`` are added to the run's counters,
            the latter being tokens drawn during the update.
        """

    def update_offline(self, recorded: ReplayBuffer, train_actor: bool) -> dict[str, float]:
        """Learn for one of the `offline_iterations`.

        Args:
            recorded: the demonstrations.
            train_actor: False while a critic warms up.

        Returns:
            Metrics, as `update` does.
        """
        raise NotImplementedError(f"{type(self).__name__} has no iterations on recorded games")

    def rehearse(self, recorded: ReplayBuffer, played: int) -> dict[str, float]:
        """Learn a little from recorded games again, after an iteration of play; most do not.

        Args:
            recorded: what the `offline_iterations` learned from.
            played: how many games the iteration was of, in all processes.

        Returns:
            Metrics, as `update` does.
        """
        return {}

    def adopt_scale(self, episodes: Sequence[Episode]) -> None:
        """Let the critic, where there is one, count in units of the spread of these games' returns.

        Args:
            episodes: those that it learns from first.
        """
        raise NotImplementedError(f"{type(self).__name__} has no critic")

    def fit_returns(
        self, episodes: Sequence[Episode], steps: int, on_step: OnStep | None = None
    ) -> None:
        """Calibrate the critic, where there is one, on the Monte-Carlo returns of games.

        An uncalibrated critic is what ruins a policy; on games of the warm-started policy itself the Monte-Carlo
        return is an unbiased target that needs no bootstrap but where a game was cut off.

        Args:
            episodes: games of the policy.
            steps: gradient steps.
            on_step: told of each; True ends it there.
        """
        raise NotImplementedError(f"{type(self).__name__} has no critic")


def mean_metrics(history: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Average the metrics of several steps, name by name."""
    return {key: sum(step[key] for step in history) / len(history) for key in history[0]}


def shuffled_batches(
    rng: np.random.Generator, count: int, batch: int, epochs: int
) -> Iterator[Sequence[int]]:
    """Yield the rows of each gradient step: passes over ``count`` rows, each shuffled when it begins.

    Args:
        rng: shuffles.
        count: how many rows there are.
        batch: rows of a step; the last of a pass may have fewer.
        epochs: passes.
    """
    for _ in range(epochs):
        order = rng.permutation(count).tolist()
        for start in range(0, count, batch):
            yield order[start : start + batch]


def fit(
    step: Callable[[Sequence[int]], float],
    rng: np.random.Generator,
    count: int,
    batch: int,
    steps: int,
    on_step: OnStep | None,
) -> None:
    """Take gradient steps, each on rows that are drawn for it alone, as `Learner.fit_returns` does.

    Args:
        step: takes one on these rows, and returns its loss.
        rng: draws the rows.
        count: how many rows there are.
        batch: rows of a step; all of them where there are fewer.
        steps: how many steps.
        on_step: told of each; True ends it there.
    """
    for number in range(1, steps + 1):
        loss = step(rng.permutation(count)[:batch].tolist())
        if on_step is not None and on_step(number, steps, loss):
            return


def all_returns(episodes: Sequence[Episode], gamma: float) -> list[float]:
    """Return the discounted return from each turn of each game on."""
    return [value for episode in episodes for value in episode.discounted_returns(gamma)]


def text_size(episode: Episode) -> int:
    """A stand-in for the number of tokens where only text is at hand: one in four characters."""
    return sum(len(text) for text, _ in episode.pieces()) // 4 + 1
