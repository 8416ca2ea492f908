"""Observations as the messages of a chat."""

from __future__ import annotations

from typing import Any

import gymnasium
from gymnasium.spaces import Dict, Sequence
from gymnasium.utils import RecordConstructorArgs

from llm_gym.core.spaces import FreeText
from llm_gym.core.text import what_is_new

Message = dict[str, str]

_CONTENT_LIMIT = 1 << 20


def chat_space() -> Sequence:
    """Return the space of a chat: a tuple of messages, each a role and its content."""
    return Sequence(Dict({"role": FreeText(16), "content": FreeText(_CONTENT_LIMIT)}))


class Conversation:
    """One episode as a chat: the instructions, then observations and actions in turn.

    Args:
        instructions: the system's message; none where empty.
    """

    def __init__(self, instructions: str) -> None:
        self._instructions = instructions
        self._messages: tuple[Message, ...] = ()
        self._seen = ""

    def begin(self, observation: str) -> tuple[Message, ...]:
        """Start anew with the first observation; return the messages."""
        self._messages = ()
        if self._instructions:
            self._messages += ({"role": "system", "content": self._instructions},)
        return self._hear(observation, observation)

    def go_on(self, action: str, observation: str, delta: str) -> tuple[Message, ...]:
        """Add an action, and of the observation that followed what is new in it.

        Args:
            action: the action.
            observation: the observation.
            delta: ``info["delta"]``; "" where there is none.
        """
        self._messages += ({"role": "assistant", "content": action},)
        return self._hear(what_is_new(self._seen, action, observation, delta), observation)

    def _hear(self, content: str, observation: str) -> tuple[Message, ...]:
        self._seen = observation
        self._messages += ({"role": "user", "content": content},)
        return self._messages


class ChatMessages(gymnasium.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Observations as a chat: instructions, then what is new and what was said, in turn.

    An observation that extends the one before counts only where it is new, as ``info["delta"]`` has
    it where there is one; any other is a message of its own as it is.

    Args:
        env: an environment whose observations and actions are text. Its ``instructions``, where it
            has them, are the system's message.
    """

    def __init__(self, env: gymnasium.Env[str, str]) -> None:
        RecordConstructorArgs.__init__(self)
        gymnasium.Wrapper.__init__(self, env)
        known = env.has_wrapper_attr("instructions")
        self._conversation = Conversation(env.get_wrapper_attr("instructions") if known else "")
        self.observation_space = chat_space()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[tuple[Message, ...], dict[str, Any]]:
        """Start an episode and its chat."""
        observation, info = self.env.reset(seed=seed, options=options)
        return self._conversation.begin(observation), info

    def step(self, action: str) -> tuple[tuple[Message, ...], Any, bool, bool, dict[str, Any]]:
        """Take one turn, and add it to the chat."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        chat = self._conversation.go_on(action, observation, info.get("delta", ""))
        return chat, reward, terminated, truncated, info
