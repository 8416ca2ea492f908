"""The same views of vector environments: one step of all games stays one step, one oracle call.

They work on this suite's own vector environments and on Gymnasium's over single ones, in every
autoreset mode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium.spaces import Discrete
from gymnasium.vector import AutoresetMode, VectorEnv, VectorWrapper
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from llm_gym.wrappers.chat import Conversation, Message, chat_space
from llm_gym.wrappers.discrete import Slots, check_actions, masked_space, text_of
from llm_gym.wrappers.encoded import Embedder, Embedding, Ids, Tokenizer, WordHashes
from llm_gym.wrappers.info import HIDDEN, as_plain

Array = NDArray[Any]
Step = tuple[Any, Array, Array, Array, dict[str, Any]]
Wrapper = VectorWrapper[Any, Any, Any, Any, Array]


def ask_games(env: VectorEnv[Any, Any, Any], name: str) -> Sequence[Any]:
    """Return what the games' method or attribute ``name`` says, one value per game.

    Raises:
        TypeError: the vector environment can ask its games nothing.
        AttributeError: a game does not have it.
    """
    base: Any = env.unwrapped
    if not hasattr(base, "call"):
        raise TypeError(f"{env} cannot ask its games for {name}")
    return base.call(name)  # type: ignore[no-any-return]


class _Ends(VectorWrapper[Any, Any, Any, Any, Array]):
    """Knows which games ended with the last step, hence which begin anew with the next.

    Attributes:
        ended: games that have ended and not begun anew, shape ``(num_envs,)``.
    """

    def __init__(self, env: VectorEnv[Any, Any, Any]) -> None:
        super().__init__(env)
        self.ended = np.zeros(env.num_envs, dtype=np.bool_)

    @property
    def mode(self) -> AutoresetMode | None:
        """The autoreset mode; None where the environment does not say."""
        return self.metadata.get("autoreset_mode")

    def reset(
        self, *, seed: Any = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode in every game, or in those of ``options["reset_mask"]``."""
        mask = (options or {}).get("reset_mask")
        begun = np.ones(self.num_envs, dtype=np.bool_) if mask is None else np.array(mask)
        observations, infos = self.env.reset(seed=seed, options=options)
        self.ended &= ~begun
        return self.began(observations, begun), infos

    def step(self, actions: Any) -> Step:
        """Take one turn in every game."""
        observations, rewards, terminated, truncated, infos = self.env.step(self.said(actions))
        before, self.ended = self.ended, np.asarray(terminated | truncated, dtype=np.bool_)
        begun = before if self.mode == AutoresetMode.NEXT_STEP else np.zeros_like(before)
        if self.mode == AutoresetMode.SAME_STEP:
            begun, self.ended = self.ended, np.zeros_like(before)
            if begun.any():
                final = self.finished(infos["final_obs"], actions, begun, infos["final_info"])
                infos = {**infos, "final_obs": final}
        rewards = self.rewarded(rewards, terminated, truncated, ~before)
        observations = self.went_on(observations, actions, begun, infos)
        return observations, rewards, terminated, truncated, infos

    def said(self, actions: Any) -> Any:
        """Return the actions for the environment below."""
        return actions

    def began(self, observations: Any, begun: NDArray[np.bool_]) -> Any:
        """Return the observations of a reset, of which ``begun`` games are at their start."""
        return observations

    def went_on(
        self, observations: Any, actions: Any, begun: NDArray[np.bool_], infos: Mapping[str, Any]
    ) -> Any:
        """Return the observations of a step, of which ``begun`` games are at their start."""
        return self.began(observations, begun)

    def finished(
        self, final: Any, actions: Any, ended: NDArray[np.bool_], infos: Mapping[str, Any]
    ) -> Any:
        """Return the last observations of ``ended`` games that began anew in the same step.

        Args:
            final: what they are below.
            actions: those of the step.
            ended: which games, shape ``(num_envs,)``.
            infos: the last ones of those games.
        """
        return final

    def rewarded(
        self, rewards: Array, terminated: Array, truncated: Array, acted: NDArray[np.bool_]
    ) -> Array:
        """Return the rewards of a step, in which ``acted`` games took a turn."""
        return rewards


class DiscreteActions(_Ends):
    """Choose actions by their numbers, see :class:`llm_gym.wrappers.DiscreteActions`.

    Where autoreset is disabled, a game that has ended gets no action, whatever its number.

    Args:
        env: a vector environment whose actions are texts; without ``actions`` its games offer
            ``candidates()``.
        actions: the fixed list.
        slots: how many slots there are without a list.

    Raises:
        TypeError, ValueError: as in the single one.

    Attributes:
        texts: per game, what each number says now; None where it says nothing.
    """

    def __init__(
        self,
        env: VectorEnv[Any, Any, Any],
        actions: Sequence[str] | None = None,
        slots: int = 1024,
    ) -> None:
        super().__init__(env)
        self._actions = check_actions(actions)
        self._slots = [Slots(slots) for _ in range(env.num_envs)]
        self.single_action_space = Discrete(slots if self._actions is None else len(self._actions))
        self.action_space = batch_space(self.single_action_space, env.num_envs)

    @property
    def texts(self) -> list[Sequence[str | None]]:
        """Per game, what each number says now; None where it says nothing."""
        if self._actions is not None:
            return [self._actions] * self.num_envs
        return [slots.texts for slots in self._slots]

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which numbers are allowed now, shape ``(num_envs, n)``."""
        if self._actions is not None:
            return np.ones((self.num_envs, len(self._actions)), dtype=np.bool_)
        return np.stack([slots.mask() for slots in self._slots])

    def said(self, actions: Any) -> Any:
        """Return the texts of the numbers.

        Raises:
            IndexError: there is no such number.
            TypeError: it is no whole number.
        """
        said = [text_of(texts, number) for texts, number in zip(self.texts, actions, strict=True)]
        if self.mode != AutoresetMode.DISABLED:
            return tuple(said)
        return tuple(None if ended else text for text, ended in zip(said, self.ended, strict=True))

    def began(self, observations: Any, begun: NDArray[np.bool_]) -> Any:
        """Number what makes sense now."""
        if self._actions is None:
            candidates = ask_games(self.env, "candidates")
            for slots, texts, anew in zip(self._slots, candidates, begun, strict=True):
                if anew:
                    slots.clear()
                slots.show(texts)
        return observations


class MaskInObservation(_Ends):
    """Put the masks beside the observations, see :class:`llm_gym.wrappers.MaskInObservation`.

    The last observations of games that began anew in the same step (``infos["final_obs"]``) have a
    mask of ones: nothing is chosen there.

    Args:
        env: a vector environment with ``action_masks()``: a :class:`DiscreteActions` right below,
            or below wrappers of its observations.
        observation_key: where the observations go.
        mask_key: where the masks go, int8 of shape ``(num_envs, n)``.

    Raises:
        TypeError: there is no ``DiscreteActions`` below.
        ValueError: both keys are the same.
    """

    def __init__(
        self,
        env: VectorEnv[Any, Any, Any],
        observation_key: str = "observations",
        mask_key: str = "action_mask",
    ) -> None:
        super().__init__(env)
        below: Any = env
        while isinstance(below, VectorWrapper) and not isinstance(below, DiscreteActions):
            below = below.env
        if not isinstance(below, DiscreteActions):
            raise TypeError(f"{env} has no action_masks(): wrap it in DiscreteActions first")
        self._discrete = below
        self._keys = observation_key, mask_key
        space = masked_space(
            env.single_observation_space, self._discrete.action_masks().shape[1:], *self._keys
        )
        self.single_observation_space = space
        self.observation_space = batch_space(space, env.num_envs)

    def began(self, observations: Any, begun: NDArray[np.bool_]) -> Any:
        """Return the observations with their masks."""
        masks = self._discrete.action_masks().astype(np.int8)
        return dict(zip(self._keys, (observations, masks), strict=True))

    def finished(
        self, final: Any, actions: Any, ended: NDArray[np.bool_], infos: Mapping[str, Any]
    ) -> Any:
        """Return the last observations, each with a mask of ones."""
        ones = np.ones(self._discrete.action_masks().shape[1:], dtype=np.int8)
        made = np.full(self.num_envs, None, dtype=object)
        for i in np.flatnonzero(ended):
            made[i] = dict(zip(self._keys, (final[i], ones), strict=True))
        return made


class _Encoded(_Ends):
    """Every observation as an array."""

    _encode: Any

    def __init__(self, env: VectorEnv[Any, Any, Any], encode: WordHashes | Ids | Embedding) -> None:
        super().__init__(env)
        self._encode = encode
        self.single_observation_space = encode.space
        self.observation_space = batch_space(encode.space, env.num_envs)

    def began(self, observations: Any, begun: NDArray[np.bool_]) -> Any:
        return np.stack([self._encode(text) for text in observations])

    def finished(
        self, final: Any, actions: Any, ended: NDArray[np.bool_], infos: Mapping[str, Any]
    ) -> Any:
        made = np.full(self.num_envs, None, dtype=object)
        for i in np.flatnonzero(ended):
            made[i] = self._encode(final[i])
        return made


class HashedText(_Encoded):
    """Observations as bags of hashed words, float32 of shape ``(num_envs, size)``.

    Args:
        env: a vector environment whose observations are texts.
        size: as in :class:`llm_gym.wrappers.HashedText`.

    Raises:
        ValueError: ``size`` is below 1.
    """

    def __init__(self, env: VectorEnv[Any, Any, Any], size: int = 1024) -> None:
        super().__init__(env, WordHashes(size))


class TokenIds(_Encoded):
    """Observations as token ids, int64 of shape ``(num_envs, length)``.

    Args:
        env: a vector environment whose observations are texts.
        length: as in :class:`llm_gym.wrappers.TokenIds`.
        tokenizer: as in :class:`llm_gym.wrappers.TokenIds`.
        vocabulary: as in :class:`llm_gym.wrappers.TokenIds`.
        padding: as in :class:`llm_gym.wrappers.TokenIds`.

    Raises:
        ValueError: as in the single one.
    """

    def __init__(
        self,
        env: VectorEnv[Any, Any, Any],
        length: int = 1024,
        tokenizer: Tokenizer | None = None,
        vocabulary: int | None = None,
        padding: int = 0,
    ) -> None:
        super().__init__(env, Ids(length, tokenizer, vocabulary, padding))


class EmbeddedText(_Encoded):
    """Observations as embeddings, float32 of shape ``(num_envs, size)``.

    Args:
        env: a vector environment whose observations are texts.
        embed: as in :class:`llm_gym.wrappers.EmbeddedText`.
        size: as in :class:`llm_gym.wrappers.EmbeddedText`.

    Raises:
        ValueError, ImportError: as in the single one.
    """

    def __init__(
        self,
        env: VectorEnv[Any, Any, Any],
        embed: Embedder | None = None,
        size: int | None = None,
    ) -> None:
        super().__init__(env, Embedding(embed, size))


class ChatMessages(_Ends):
    """Observations as chats, one per game, see :class:`llm_gym.wrappers.ChatMessages`.

    Args:
        env: a vector environment whose observations and actions are texts.
    """

    def __init__(self, env: VectorEnv[Any, Any, Any]) -> None:
        super().__init__(env)
        try:
            instructions = ask_games(env, "instructions")
        except (AttributeError, TypeError):
            instructions = [""] * env.num_envs
        self._conversations = [Conversation(each) for each in instructions]
        self._chats: list[tuple[Message, ...]] = [()] * env.num_envs
        self.single_observation_space = chat_space()
        self.observation_space = batch_space(self.single_observation_space, env.num_envs)

    def began(self, observations: Any, begun: NDArray[np.bool_]) -> Any:
        """Start the chats of the games that begin."""
        for i in np.flatnonzero(begun):
            self._chats[i] = self._conversations[i].begin(observations[i])
        return tuple(self._chats)

    def went_on(
        self, observations: Any, actions: Any, begun: NDArray[np.bool_], infos: Mapping[str, Any]
    ) -> Any:
        """Add to the chats of the others what was said and heard."""
        for i in np.flatnonzero(~begun):
            if actions[i] is not None:
                self._chats[i] = self._go_on(i, actions, observations, infos)
        return self.began(observations, begun)

    def finished(
        self, final: Any, actions: Any, ended: NDArray[np.bool_], infos: Mapping[str, Any]
    ) -> Any:
        """Return the whole chats of the games that have just ended."""
        made = np.full(self.num_envs, None, dtype=object)
        for i in np.flatnonzero(ended):
            made[i] = self._go_on(i, actions, final, infos)
        return made

    def _go_on(
        self, i: np.intp, actions: Any, observations: Any, infos: Any
    ) -> tuple[Message, ...]:
        delta = infos["delta"][i] if "delta" in infos else ""
        return self._conversations[i].go_on(actions[i], observations[i], delta or "")


class PlainInfo(Wrapper):
    """Make ``infos`` hold no lists and nothing hidden, see :class:`llm_gym.wrappers.PlainInfo`.

    Args:
        env: a vector environment whose infos hold JSON values.
        texts: keep texts; without them there are numbers and truth values alone.
    """

    def __init__(self, env: VectorEnv[Any, Any, Any], texts: bool = True) -> None:
        super().__init__(env)
        self._texts = texts

    def reset(
        self, *, seed: Any = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode in every game, or in those of a mask."""
        observations, infos = self.env.reset(seed=seed, options=options)
        return observations, self._plain(infos)

    def step(self, actions: Any) -> Step:
        """Take one turn in every game."""
        *rest, infos = self.env.step(actions)
        return *rest, self._plain(infos)

    def _plain(self, infos: Mapping[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in infos.items():
            if key.removeprefix("_") in HIDDEN:
                continue
            if key == "final_info":
                made[key] = self._plain(value)
            elif isinstance(value, Mapping):
                has = infos.get(f"_{key}", [True] * self.num_envs)
                rows = [_row(value, i) if has[i] else None for i in range(self.num_envs)]
                made[key] = np.array([as_plain(row) if row else None for row in rows], dtype=object)
            elif value.dtype == object and key != "final_obs":
                made[key] = np.array([as_plain(each) for each in value], dtype=object)
            else:
                made[key] = value
        if self._texts:
            return made
        texts = {key for key, value in made.items() if key not in ("final_obs", "final_info")}
        texts = {key for key in texts if made[key].dtype == object}
        texts |= {f"_{key}" for key in texts}
        return {key: value for key, value in made.items() if key not in texts}


def _row(infos: Mapping[str, Any], i: int) -> dict[str, Any]:
    """Return game ``i``'s mapping out of a batched one, empty where it has none.

    Wrappers of vector environments leave out who has an entry where all of one mapping have it.
    """
    return {
        key: _row(value, i) if isinstance(value, Mapping) else value[i]
        for key, value in infos.items()
        if not key.startswith("_") and infos.get(f"_{key}", {i: True})[i]
    }


class TurnCost(_Ends):
    """Charge truncated episodes for the turns that were left, see :class:`llm_gym.wrappers.TurnCost`.

    Args:
        env: a vector environment, what cuts its episodes off below.
        cost: of one turn; None for each game's own.
        turn_limit: after how many turns the games end by their own rules; None for each game's own.

    Raises:
        TypeError, AttributeError: a value is missing, and the games are none of this suite.
    """

    def __init__(
        self,
        env: VectorEnv[Any, Any, Any],
        cost: float | None = None,
        turn_limit: int | None = None,
    ) -> None:
        super().__init__(env)
        if cost is None or turn_limit is None:
            games = ask_games(env, "game")
            costs = [game.turn_cost if cost is None else cost for game in games]
            limits = [game.turn_limit if turn_limit is None else turn_limit for game in games]
        else:
            costs, limits = [cost] * env.num_envs, [turn_limit] * env.num_envs
        self._costs, self._turn_limits = np.array(costs, dtype=np.float64), np.array(limits)
        self._turns = np.zeros(env.num_envs, dtype=np.int64)

    def began(self, observations: Any, begun: NDArray[np.bool_]) -> Any:
        """Count from the start again."""
        self._turns[begun] = 0
        return observations

    def rewarded(
        self, rewards: Array, terminated: Array, truncated: Array, acted: NDArray[np.bool_]
    ) -> Array:
        """Take what was not played from the last rewards of truncated episodes."""
        self._turns += acted
        left = np.maximum(0, self._turn_limits - self._turns)
        return rewards - self._costs * np.where(truncated & ~terminated & acted, left, 0)


__all__ = [
    "ChatMessages",
    "DiscreteActions",
    "EmbeddedText",
    "HashedText",
    "MaskInObservation",
    "PlainInfo",
    "TokenIds",
    "TurnCost",
]
