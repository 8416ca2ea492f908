"""The oracle kind ``openai``: a language model behind any OpenAI-compatible endpoint."""

from __future__ import annotations

import contextlib
import functools
import os
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from llm_gym.extras import install_hint
from llm_gym.oracles.prompts import Prompt, choose
from llm_gym.oracles.usage import Meter, OracleError

if TYPE_CHECKING:
    from openai import OpenAI

_LONGEST_PAUSE = 60.0
"""Seconds; no pause between two tries is longer, whatever the server asks for."""


def make(
    game: str,
    model: str,
    base_url: str | None = None,
    template: str = "instruct",
    api_key_env: str = "OPENAI_API_KEY",
    concurrency: int = 16,
    retries: int = 6,
    backoff: float = 0.5,
    timeout: float = 30.0,
    prices: Mapping[str, float] | None = None,
    request: Mapping[str, Any] | None = None,
) -> Endpoint:
    """Return an oracle that asks a model over the network with the ``openai`` client.

    The key comes from the environment alone: it is no option, since options are saved with the
    environment's specification, and it stands in no message.

    Args:
        game: the game's name (``"twenty_questions"``).
        model: the model's name at the endpoint.
        base_url: where the endpoint is (``"http://localhost:8000/v1"``); None for
            ``OPENAI_BASE_URL``, else OpenAI's own.
        template: see :func:`llm_gym.oracles.prompts.choose`; the text goes as one user message.
        api_key_env: the environment variable that holds the key. It may be unset for a
            ``base_url`` that asks for no key.
        concurrency: the most requests that run at once.
        retries: how often one question is sent again after status 408, 409, 429 or 5xx, a timeout,
            a dropped connection, or a reply without an answer in it.
        backoff: seconds before the first of these; doubled each time, plus chance, a minute at
            most. Where the server names a time (``Retry-After``), that counts.
        timeout: seconds that one request may take from beginning to end.
        prices: ``{"input": x, "output": y}``, money per million tokens, for the accounting.
        request: more fields of the request, or other values for its own: ``{"max_tokens": 500}``,
            ``{"reasoning_effort": "low"}``; None leaves a field out (``{"temperature": None}``).

    Raises:
        ImportError: the openai client is not installed.
        ValueError: an option is out of range, there is no such template, or no key.
    """
    if concurrency < 1 or retries < 0 or backoff < 0 or timeout <= 0:
        raise ValueError("concurrency and timeout must be positive, retries and backoff at least 0")
    if prices is not None and set(prices) != {"input", "output"}:
        raise ValueError(
            'prices are {"input": x, "output": y}, money per million tokens, '
            f"not {dict(prices)!r}"
        )
    prompt = choose(template, game)
    try:
        from openai import OpenAI
    except ImportError as error:
        raise ImportError(
            f"the oracle kind 'openai' needs the openai client: {install_hint('openai')}"
        ) from error
    base_url = base_url or os.environ.get("OPENAI_BASE_URL")
    if base_url and "@" in urlsplit(base_url).netloc:
        raise ValueError(
            "the base_url holds a name or a password, which would be saved with the environment's "
            f"specification; put the key into the environment variable {api_key_env} instead"
        )
    if not os.environ.get(api_key_env) and base_url is None:
        raise ValueError(
            f"the oracle kind 'openai' needs a key: set the environment variable {api_key_env}, "
            "or give the base_url of a server that asks for none"
        )
    # The client reads the key for each request and keeps none; it wants one even where the server
    # does not.
    key = functools.partial(_read_key, api_key_env)
    connect = functools.partial(
        OpenAI, api_key=key, base_url=base_url, max_retries=0, timeout=timeout
    )
    fields: dict[str, Any] = {"temperature": 0.0, "max_tokens": prompt.max_tokens}
    fields |= dict(request or {})
    fields = {name: value for name, value in fields.items() if value is not None}
    return Endpoint(
        connect, key, model, prompt, fields, concurrency, retries, backoff, timeout, Meter(prices)
    )


def _read_key(variable: str) -> str:
    return os.environ.get(variable) or "no-key"


class Endpoint:
    """A model behind an OpenAI-compatible endpoint as an oracle; see :func:`make`.

    Args:
        connect: makes a client, without retries of its own.
        key: returns the key, which stands in no message.
        model: the model's name at the endpoint.
        prompt: how it is asked.
        fields: further fields of every request.
        concurrency: the most requests that run at once.
        retries: how often one question is sent again.
        backoff: seconds before the first repetition.
        timeout: seconds that one request may take.
        meter: counts what requests take.
    """

    def __init__(
        self,
        connect: Callable[[], OpenAI],
        key: Callable[[], str],
        model: str,
        prompt: Prompt,
        fields: Mapping[str, Any],
        concurrency: int,
        retries: int,
        backoff: float,
        timeout: float,
        meter: Meter,
    ) -> None:
        self._connect, self._model, self._prompt, self._fields = connect, model, prompt, fields
        self._key, self._timeout = key, timeout
        self._concurrency, self._retries, self._backoff = concurrency, retries, backoff
        self._meter = meter
        self._kept: dict[str, str] = {}
        # Clients that no request is using; each request has one of its own.
        self._idle, self._process = [connect()], os.getpid()
        self._address = str(self._idle[0].base_url)

    @property
    def usage(self) -> Mapping[str, float]:
        """Totals since it was made, failed calls included, as far as the endpoint counts tokens."""
        return self._meter.totals()

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        """Answer every question about the subject at the same position, side by side.

        What was answered before another question of the call failed is kept for the next call: a
        step that is taken again does not pay for it again.

        Raises:
            OracleError: the endpoint refuses, or has not answered after all tries.
        """
        if os.getpid() != self._process:  # forked: connections cannot be shared with the parent
            self._idle, self._process = [], os.getpid()
        prompts = self._prompt.fill(subjects, questions)
        kept, self._kept = self._kept, {}
        stopped = threading.Event()
        with ThreadPoolExecutor(max(1, min(self._concurrency, len(prompts)))) as pool:
            futures = {
                i: pool.submit(self._ask, prompt, stopped)
                for i, prompt in enumerate(prompts)
                if prompt not in kept
            }
            try:
                wait(futures.values(), return_when=FIRST_EXCEPTION)
                for future in futures.values():
                    if future.done():
                        future.result()  # raises what a failed one has raised
                return [
                    futures[i].result() if i in futures else kept[prompt]
                    for i, prompt in enumerate(prompts)
                ]
            except BaseException:
                stopped.set()
                pool.shutdown(cancel_futures=True)
                for i, future in futures.items():
                    if not future.cancelled() and not future.exception():
                        kept[prompts[i]] = future.result()
                self._kept = kept
                raise

    def _ask(self, prompt: str, stopped: threading.Event) -> str:
        """Send one prompt until it is answered or the tries are spent."""
        import openai

        for attempt in range(self._retries + 1):
            try:
                completion = self._send(prompt)
                self._count(completion)
                return _read(completion).replace(self._key(), "***")
            except (openai.APIError, _MalformedReply, ValueError) as error:
                # The error itself is not kept: a server may have written the key into it, and its
                # request holds it anyway.
                reason, final = self._explain(error), not _passing(error)
                pause = self._pause(attempt, error)
            if final or attempt == self._retries or stopped.wait(pause):
                break
            self._meter.add(retries=1)
        tries = "1 try" if attempt == 0 else f"{attempt + 1} tries"
        raise OracleError(
            f"the model {self._model!r} at {self._address} gave no answer after {tries}: {reason}"
        )

    def _send(self, prompt: str) -> Any:
        """Send one request; all of it has to be over within the timeout.

        The client's own timeout is one of silence: a server that sends a byte now and then would
        hold it for ever. So the request has a thread of its own, which ends with its connection.
        """
        try:
            client = self._idle.pop()
        except IndexError:
            client = self._connect()
        outcome: Future[Any] = Future()

        def work() -> None:
            try:
                outcome.set_result(
                    client.chat.completions.create(
                        model=self._model,
                        messages=[{"role": "user", "content": prompt}],
                        extra_body=dict(self._fields),
                    )
                )
            except BaseException as error:
                outcome.set_exception(error)

        threading.Thread(target=work, daemon=True).start()
        if not wait([outcome], self._timeout).done:
            client.close()
            raise _MalformedReply(f"the request was not over after {self._timeout:g} s")
        self._idle.append(client)
        return outcome.result()

    def _count(self, completion: Any) -> None:
        """Count the tokens that the endpoint says a request took; some say nothing, or nonsense."""
        import openai

        if not isinstance(completion, openai.types.chat.ChatCompletion):
            return
        if isinstance(completion.usage, openai.types.CompletionUsage):
            used = completion.usage.model_dump(warnings=False)
            read, written = used.get("prompt_tokens"), used.get("completion_tokens")
            self._meter.add(_number(read), _number(written))

    def _pause(self, attempt: int, error: Exception) -> float:
        """Return the seconds to wait before the next try."""
        import openai

        # Chance spreads the tries of questions that failed together; it decides nothing in a game.
        pause = self._backoff * 2.0**attempt * random.uniform(1.0, 1.25)
        if isinstance(error, openai.APIStatusError) and "retry-after" in error.response.headers:
            with contextlib.suppress(ValueError):  # a date
                pause = float(error.response.headers["retry-after"])
        return max(0.0, min(pause, _LONGEST_PAUSE))

    def _explain(self, error: Exception) -> str:
        """Return the error in one line, without the key whatever the server writes."""
        cause = f" ({error.__cause__})" if error.__cause__ else ""
        text = " ".join(f"{error}{cause}".split()).replace(self._key(), "***")
        return f"{type(error).__name__.strip('_')}: {text[:300]}"


class _MalformedReply(Exception):
    """The endpoint replied, but there is no answer in it, or not all of it."""


def _number(value: object) -> int:
    """Return a count of tokens; 0 for what is none."""
    return value if type(value) is int and value > 0 else 0


def _read(completion: Any) -> str:
    """Return the answer in a reply; the client passes on whatever the server made of it."""
    try:
        choice = completion.choices[0]
        text, finish = choice.message.content, choice.finish_reason
    except (AttributeError, IndexError, TypeError) as error:
        raise _MalformedReply("there is no chat completion in the reply") from error
    if finish == "length":
        raise _MalformedReply(
            'the answer was cut off: allow it more tokens with "request": {"max_tokens": ...}'
        )
    if not isinstance(text, str) or not text.strip():
        raise _MalformedReply("the answer is empty")
    return text.strip()


def _passing(error: Exception) -> bool:
    """Return whether the same request may succeed when it is sent again."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return error.status_code in (408, 409, 429) or error.status_code >= 500
    return True
