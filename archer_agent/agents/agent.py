"""Who acts: the protocol that every agent follows, and the language-model agent.

Any object with these two methods can be evaluated, and can take the learner's place in a rollout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch

from archer_agent.agents.sampler import PolicySampler, Sampler
from archer_agent.episodes.replay import CutOff
from archer_agent.errors import AgentError, told_as
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import Stream


@dataclass(frozen=True, slots=True)
class View:
    """What an agent sees of one game when it must act.

    Attributes:
        game: the number of the game in its wave, stable until the game ends.
        observation: the environment's observation.
        new: what was added since this agent last acted in this game; the whole observation at first.
        actions: what can be done now, where the environment says it; one that ends in ``[]`` wants words between
            the brackets.
    """

    game: int
    observation: str
    new: str
    actions: tuple[str, ...] = ()


class Utterance(str):
    """An action that remembers the tokens it was sampled as; to everyone else a plain string.

    Attributes:
        token_ids: the sampled ids, terminator included.
        logprobs: the log-probability (nats) of each.
        cut_off: they hold no terminator.
    """

    token_ids: list[int]
    logprobs: list[float]
    cut_off: bool

    def __new__(cls, text: str, token_ids: list[int], logprobs: list[float]) -> Utterance:
        """Make the string and attach the tokens."""
        self = super().__new__(cls, text)
        self.token_ids = token_ids
        self.logprobs = logprobs
        self.cut_off = isinstance(text, CutOff)
        return self


class Agent(Protocol):
    """Plays many games at once."""

    def begin(self, games: int) -> None:
        """Forget everything: a new wave of ``games`` games starts."""

    def act(self, views: Sequence[View]) -> Sequence[str]:
        """Return one action for each view; games that have ended are no longer shown.

        Raises:
            AgentError: it cannot; commands end with the message.
        """


@runtime_checkable
class CountsUsage(Protocol):
    """An agent that counts what its actions cost; an optional capability."""

    @property
    def usage(self) -> Mapping[str, float]:
        """Totals since it was made: ``prompt_tokens``, ``completion_tokens`` and what else there is to count."""
        ...


class FunctionAgent:
    """An agent made of a function from an observation to an action.

    Args:
        function: called once for each game and turn.
    """

    def __init__(self, function: Callable[[str], str]) -> None:
        self._function = function

    def begin(self, games: int) -> None:
        """Nothing to forget: the function sees the observation alone."""

    def act(self, views: Sequence[View]) -> Sequence[str]:
        """Call the function on each observation."""
        with told_as(AgentError, "the player failed"):
            return [self._function(view.observation) for view in views]


class OwnAgent:
    """Somebody else's agent, of which it is said in one sentence what goes wrong.

    Args:
        agent: follows `Agent`.
    """

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    def begin(self, games: int) -> None:
        """Let it forget everything."""
        with told_as(AgentError, "the agent failed"):
            self._agent.begin(games)

    def act(self, views: Sequence[View]) -> Sequence[str]:
        """Let it act."""
        with told_as(AgentError, "the agent failed"):
            return [*self._agent.act(views)]

    @property
    def usage(self) -> Mapping[str, float]:
        """What it counts; nothing where it does not."""
        with told_as(AgentError, "the agent failed"):
            return dict(self._agent.usage) if isinstance(self._agent, CountsUsage) else {}


class LanguageAgent:
    """A language policy that plays a wave of games in one batch.

    Args:
        policy: the policy, which says how games are told to it and how much it reads and says.
        generator: the source of randomness; unused when greedy.
        greedy: always say what is likeliest.
        sampler: what speaks; the policy's own networks if not given.
    """

    def __init__(
        self,
        policy: LanguagePolicy,
        generator: torch.Generator | None = None,
        greedy: bool = False,
        sampler: Sampler | None = None,
    ) -> None:
        self._policy = policy
        self._sampler = PolicySampler(policy, generator) if sampler is None else sampler
        self._greedy = greedy
        self._streams: list[Stream] = []

    def begin(self, games: int) -> None:
        """Open a stream for each game."""
        policy = self._policy
        self._streams = [
            Stream(policy.codec.bos_id, policy.window, policy.max_new_tokens) for _ in range(games)
        ]
        self._sampler.forget()

    def act(self, views: Sequence[View]) -> Sequence[str]:
        """Read what is new in each game and say something; returns `Utterance` objects."""
        codec = self._policy.codec
        games = [view.game for view in views]
        streams = [self._streams[game] for game in games]
        for view, stream in zip(views, streams, strict=True):
            stream.observe(codec.observation(view.new, not stream.begun))
        contexts = [stream.context for stream in streams]
        ids, logprobs = self._sampler.generate(games, contexts, self._greedy)
        if not len(ids) == len(logprobs) == len(games):
            raise AgentError(
                f"the sampler gave {len(ids)} utterances and {len(logprobs)} lists of log-probabilities for "
                f"{len(games)} games; it must give one of both for each"
            )
        for stream, spoken in zip(streams, ids, strict=True):
            stream.act(spoken)
        return [Utterance(codec.decode_action(i), i, p) for i, p in zip(ids, logprobs, strict=True)]
