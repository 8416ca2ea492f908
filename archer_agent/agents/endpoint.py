"""A chat model behind any OpenAI-compatible endpoint, through the `openai` client."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from archer_agent.agents.prompting import Message
from archer_agent.errors import AgentError

if TYPE_CHECKING:
    from openai import OpenAI

KEY = "OPENAI_API_KEY"
"""The environment variable that holds the key: the only place that it is read from, and it is written nowhere."""

_DAY = 86400
"""Seconds."""


def connect(
    model: str,
    base_url: str | None,
    *,
    fields: Mapping[str, Any],
    concurrency: int = 16,
    retries: int = 6,
    timeout: float = 60.0,
) -> Endpoint:
    """Return the model; nothing is sent yet.

    Args:
        model: its name at the endpoint.
        base_url: where the endpoint is (``"http://localhost:8000/v1"``); None for ``OPENAI_BASE_URL``, else OpenAI's.
        fields: further fields of every request, such as ``{"temperature": 0}``; those that are None are left out.
        concurrency: the most requests that run at once.
        retries: how often a request is sent again after a fault that may pass.
        timeout: seconds to wait for one reply.

    Raises:
        ModuleNotFoundError: the `openai` client is not installed.
        ValueError: there is no key, or a number is out of its range.
    """
    from openai import OpenAI

    if concurrency < 1 or retries < 0:
        raise ValueError("--concurrency must be more than 0, --retries must be at least 0")
    if not 0 < timeout <= _DAY:
        raise ValueError(f"--timeout must be more than 0 and at most a day, {_DAY}, not {timeout}")
    base_url = base_url or os.environ.get("OPENAI_BASE_URL")
    key = os.environ.get(KEY)
    if not key and not base_url:
        raise ValueError(
            f"--agent openai needs a key: set the environment variable {KEY}, "
            "or give the --base-url of a server that asks for none"
        )
    # The client wants a key even for servers that do not. Its retries wait longer each time, or as long as the
    # server says (Retry-After): after status 408, 409, 429 and 5xx, timeouts and dropped connections.
    client = OpenAI(
        api_key=key or "no-key", base_url=base_url, max_retries=retries, timeout=timeout
    )
    sent = {name: value for name, value in fields.items() if value is not None}
    return Endpoint(client, model, sent, concurrency, retries)


class Endpoint:
    """A `ChatModel` over the network; see `connect`.

    Args:
        client: repeats what fails on the way.
        model: the model's name at the endpoint.
        fields: further fields of every request.
        concurrency: the most requests that run at once.
        retries: how often a request is sent again whose reply holds no message.
    """

    def __init__(
        self,
        client: OpenAI,
        model: str,
        fields: Mapping[str, Any],
        concurrency: int,
        retries: int,
    ) -> None:
        self._client = client
        self._model = model
        self._fields = dict(fields)
        self._concurrency = concurrency
        self._retries = retries
        self._lock = threading.Lock()
        self._totals = {"prompt_tokens": 0, "completion_tokens": 0, "requests": 0, "retries": 0}

    @property
    def usage(self) -> Mapping[str, float]:
        """Tokens as the endpoint counts them, requests that were answered, and requests sent again for them."""
        with self._lock:
            return dict(self._totals)

    def reply(self, conversations: Sequence[Sequence[Message]]) -> list[str]:
        """Go on with all conversations side by side.

        Raises:
            AgentError: the endpoint refuses one, or has not answered after all tries.
        """
        with ThreadPoolExecutor(max(1, min(self._concurrency, len(conversations)))) as pool:
            futures = [pool.submit(self._ask, talk) for talk in conversations]
            try:
                for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                    future.result()  # raises what a failed one has raised
                return [future.result() for future in futures]
            finally:
                pool.shutdown(cancel_futures=True)

    def _ask(self, conversation: Sequence[Message]) -> str:
        import openai

        retries = 0
        while True:
            try:
                response = self._client.chat.completions.with_raw_response.create(
                    model=self._model,
                    messages=conversation,  # type: ignore[arg-type]  # plain dictionaries are taken too
                    extra_body=self._fields,
                )
                retries += response.retries_taken
                completion = response.parse()
                text = completion.choices[0].message.content or ""
            except openai.APIError as error:
                # Without the cause: a server may have written the key into it.
                raise AgentError(self._explain(error)) from None
            except (AttributeError, IndexError, TypeError, ValueError):
                # The client passes on whatever the server made of it.
                if retries >= self._retries:
                    raise AgentError(
                        self._explain("there is no chat completion in its reply")
                    ) from None
                retries += 1
                continue
            self._count(completion.usage, retries)
            return text

    def _count(self, usage: Any, retries: int) -> None:
        """Add a request up; some endpoints do not count tokens."""
        with self._lock:
            self._totals["requests"] += 1
            self._totals["retries"] += retries
            if usage is not None:
                self._totals["prompt_tokens"] += usage.prompt_tokens or 0
                self._totals["completion_tokens"] += usage.completion_tokens or 0

    def _explain(self, error: Exception | str) -> str:
        """Return in one line what went wrong, without the key whatever the server writes."""
        cause = error.__cause__ if isinstance(error, Exception) else None
        text = " ".join(f"{error}{f' ({cause})' if cause else ''}".split())
        text = text.replace(self._client.api_key, "***")[:300]
        return f"the model {self._model!r} at {self._client.base_url} gave no answer: {text}"
