"""Chat models as agents: nobody trained them, they are told what the game is, turn by turn.

An agent is a `ChatModel` (behind an endpoint, or in this process) and a `Prompt`: how it is asked, and how its replies
are read. Two prompts are known: the plain one wants the action alone, the one of ReAct (Yao et al. 2023, arXiv
2210.03629) a thought before it.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypedDict

from archer_agent.agents.agent import View
from archer_agent.errors import AgentError

GENERIC_INSTRUCTIONS = (
    "You act in an environment of text, one action at a time. "
    "Find out from what it says what is wanted, and do it."
)
"""For environments that do not say what they are."""

_ECHO = 32
"""Characters with which an observation may frame the action that it repeats, such as "Action:" before it."""


class Message(TypedDict):
    """One message of a conversation, as chat templates and endpoints take it."""

    role: str
    content: str


class ChatModel(Protocol):
    """A language model that goes on with conversations."""

    def reply(self, conversations: Sequence[Sequence[Message]]) -> list[str]:
        """Return what it says next in each conversation; the last message of each is the user's.

        Raises:
            AgentError: it cannot.
        """
        ...

    @property
    def usage(self) -> Mapping[str, float]:
        """Totals since it was made, ``prompt_tokens`` and ``completion_tokens`` among them."""
        ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """How a model is asked, and how it is understood.

    Attributes:
        request: how it is to reply; stands behind the instructions.
        max_new_tokens: room for a reply, in tokens.
        read: from a reply to the part of it that is kept in the conversation, and the action; None for the action
            where the reply is not as requested.
    """

    request: str
    max_new_tokens: int
    read: Callable[[str], tuple[str, str | None]]


def read_plain(reply: str) -> tuple[str, str | None]:
    """Take the first line that says something, without a label or quotes around it."""
    lines = [line.strip() for line in reply.splitlines() if line.strip()]
    if not lines:
        return "", None
    action = re.sub(r"^(?:action|question)\s*:\s*", "", lines[0], flags=re.IGNORECASE)
    if len(action) > 1 and action[0] == action[-1] and action[0] in "\"'`":
        action = action[1:-1].strip()
    return action, action or None


def read_react(reply: str) -> tuple[str, str | None]:
    """Take the line of the first ``Action:``; what a model imagines after it never happened."""
    found = re.search(r"^\W*action[\W\d]*?:[ \t*]*\n?(.*)$", reply, re.IGNORECASE | re.MULTILINE)
    if found is None:
        return reply.strip(), None
    _, action = read_plain(found[1])
    return reply[: found.end()].strip(), action


PROMPTS: Mapping[str, Prompt] = {
    "plain": Prompt(
        "Each time, reply with your next action alone: one line, no quotes, no explanation.",
        64,
        read_plain,
    ),
    "react": Prompt(
        'Each time, reply in two lines. The first begins with "Thought:" and says what you conclude from what you '
        'have seen so far and what to try next. The second begins with "Action:" and is your next action, exactly '
        "as it shall be carried out.",
        256,
        read_react,
    ),
}
"""The prompts by name."""


class PromptedAgent:
    """A chat model that plays a wave of games, a conversation each.

    The first message says what the game is, how to reply, and what is seen; every later one what has happened since.
    What a model that thinks puts between ``<think>`` and ``</think>`` is neither read nor kept.

    Args:
        model: who replies.
        prompt: how it is asked and read.
        instructions: what the game is.
        history: the most turns that the model is shown, besides the first observation; None for all.
    """

    def __init__(
        self, model: ChatModel, prompt: Prompt, instructions: str, history: int | None = None
    ) -> None:
        self._model = model
        self._prompt = prompt
        self._instructions = instructions
        self._history = history
        self._talks: list[list[Message]] = []
        self._seen: dict[int, tuple[str, str]] = {}
        self._unread = 0

    @property
    def usage(self) -> Mapping[str, float]:
        """What the model has used, and ``unread_replies``: how many replies were not as requested."""
        return {**self._model.usage, "unread_replies": self._unread}

    def begin(self, games: int) -> None:
        """Open a conversation for each game."""
        self._talks = [[] for _ in range(games)]
        self._seen = {}

    def act(self, views: Sequence[View]) -> list[str]:
        """Tell the model what has happened in each game, and read its action.

        Of a reply that is not as requested the last line is done.

        Raises:
            AgentError: the model cannot reply.
        """
        for view in views:
            self._tell(view)
        replies = self._model.reply([self._recent(self._talks[view.game]) for view in views])
        if len(replies) != len(views):
            raise AgentError(
                f"the model gave {len(replies)} replies to {len(views)} conversations; it must give one to each"
            )
        actions = []
        for view, reply in zip(views, replies, strict=True):
            said = re.sub(r"<think>.*?(?:</think>|\Z)", "", reply, flags=re.DOTALL)
            kept, action = self._prompt.read(said)
            if action is None:
                self._unread += 1
                action = kept.rpartition("\n")[2].strip()
            # Some templates refuse an empty message.
            self._talks[view.game].append({"role": "assistant", "content": kept or "..."})
            self._seen[view.game] = (view.observation, action)
            actions.append(action)
        return actions

    def _tell(self, view: View) -> None:
        if view.game in self._seen:
            text = what_has_happened(*self._seen[view.game], view).strip() or "..."
        else:
            text = f"{self._instructions}\n\n{self._prompt.request}\n\n{view.observation.strip()}"
        self._talks[view.game].append({"role": "user", "content": text})

    def _recent(self, talk: list[Message]) -> list[Message]:
        """Return the first message and the last turns: user and assistant still take turns."""
        if self._history is None or len(talk) <= 1 + 2 * self._history:
            return talk
        return [talk[0], *talk[len(talk) - 2 * self._history :]]


def what_has_happened(before: str, action: str, view: View) -> str:
    """Return the part of an observation that a conversation does not hold yet.

    Of a transcript that is what is new and anything behind it. An observation that was laid out anew (the room, what
    one carries, what can be done) is shown whole: all of it may matter.

    Args:
        before: the observation before.
        action: what was done then.
        view: what is seen now.
    """
    observation = view.observation
    at = observation.rfind(view.new)
    known = len(os.path.commonprefix([before, observation]))  # noqa: RUF071  of texts, not of paths
    if at < 0 or at - known > len(action) + _ECHO:
        return observation
    return observation[at:]
