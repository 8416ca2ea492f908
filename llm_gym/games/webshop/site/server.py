"""The site behind a port: in the foreground for people, in a thread for a browser."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from types import TracebackType

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    timeout = 60  # seconds that a connection may be silent

    def log(self, type: str, message: str, *args: object) -> None:
        """Write nothing; an address is the key to its session."""


class SiteServer:
    """Serves an application from a thread until it is closed.

    Args:
        app: the site.
        host: the address to listen at.
        port: the port; 0 for any that is free.

    Raises:
        OSError: the port cannot be had.

    Attributes:
        url: where the site is, without a slash at the end.
    """

    def __init__(self, app: Flask, host: str = "127.0.0.1", port: int = 0) -> None:
        self._server = _bind(app, host, port)
        self.url = f"http://{host}:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving and free the port; closing again changes nothing."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> SiteServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def serve(app: Flask, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve a site until Ctrl-C.

    Args:
        app: the site.
        host: the address to listen at.
        port: the port; 0 for any that is free.
        ready: called with the site's address when it answers.

    Raises:
        OSError: the port cannot be had.
    """
    server = _bind(app, host, port)
    try:
        ready(f"http://{host}:{server.port}")
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


def _bind(app: Flask, host: str, port: int) -> BaseWSGIServer:
    # Bound here: where a port cannot be had, the server's own binding ends the program.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=128) as listening:
        return make_server(
            host, port, app, threaded=True, request_handler=_Quiet, fd=listening.fileno()
        )
