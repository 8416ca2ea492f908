"""A local OpenAI-compatible server that plays by a script: tool calls or text."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = str | tuple[str, dict[str, str]] | None
"""A text, a call of a tool (name and arguments), or nothing at all."""


class ScriptedServer:
    """Answers chat completions.

    Attributes:
        reply: from a request's body to the reply.
        requests: the bodies of all requests.
    """

    def __init__(self, reply: Callable[[dict[str, Any]], Reply]) -> None:
        self.reply = reply
        self.requests: list[dict[str, Any]] = []
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                scripted.requests.append(body)
                made, kind = scripted.completion(body), "application/json"
                data = json.dumps(made).encode()
                if body.get("stream"):
                    data, kind = as_stream(made), "text/event-stream"
                self.send_response(200)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def completion(self, body: dict[str, Any]) -> dict[str, Any]:
        said = self.reply(body)
        message: dict[str, Any] = {"role": "assistant", "content": said}
        if isinstance(said, tuple):
            call = {"name": said[0], "arguments": json.dumps(said[1])}
            number = f"call_{len(self.requests)}"
            message |= {
                "content": None,
                "tool_calls": [{"id": number, "type": "function", "function": call}],
            }
        elif said is None:
            message["content"] = ""
        return {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "scripted",
            "choices": [
                {
                    "index": 0,
                    "message": message,
                    "finish_reason": "tool_calls" if isinstance(said, tuple) else "stop",
                }
            ],
            "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
        }


def as_stream(completion: dict[str, Any]) -> bytes:
    """Return a completion as the events of a stream: the whole reply in one, then what it took."""
    (choice,) = completion["choices"]
    delta = {"index": 0, "delta": choice["message"], "finish_reason": choice["finish_reason"]}
    chunk = completion | {"object": "chat.completion.chunk"}
    chunks = [chunk | {"choices": [delta], "usage": None}, chunk | {"choices": []}]
    events = [*map(json.dumps, chunks), "[DONE]"]
    return "".join(f"data: {event}\n\n" for event in events).encode()


@contextmanager
def serving(reply: Callable[[dict[str, Any]], Reply]) -> Iterator[ScriptedServer]:
    """Serve while the context lasts."""
    server = ScriptedServer(reply)
    thread = threading.Thread(target=server._server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server._server.shutdown()
        server._server.server_close()


def said_so_far(body: dict[str, Any]) -> int:
    """Return how many replies of the model a request holds."""
    return sum(message["role"] == "assistant" for message in body["messages"])


OBJECTS = (
    "football",
    "dog",
    "banana",
    "truck",
    "pants",
    "computer",
    "piano",
    "chair",
    "pen",
    "scissors",
)


def guess_all(body: dict[str, Any]) -> Reply:
    """Guess one object after another: wins every game of the subset, the k-th object for -(k - 1)."""
    return "guess", {"name": OBJECTS[said_so_far(body) % len(OBJECTS)]}
