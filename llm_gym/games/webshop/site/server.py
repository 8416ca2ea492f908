"""The site behind a port: in the foreground for people, in a thread for a browser."""

from __future__ import annotations

import os
import socket
import threading
import weakref
from collections.abc import Callable
from types import TracebackType

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    timeout = 60  # seconds that a connection may be silent

    def log(self, type: str, message: str, *args: object) -> None:
        """Write nothing; an address is the key to its session."""


class SiteServer:
    """Serves an application from a thread until it is closed, or this object is freed.

    Args:
        app: the site.
        host: the address to listen at.
        port: the port; 0 for any that is free.

    Raises:
        OSError: the port cannot be had.

    Attributes:
        url: where the site is, without a slash at the end.
        close: stops serving and frees the port; called again it does nothing.
    """

    def __init__(self, app: Flask, host: str = "127.0.0.1", port: int = 0) -> None:
        server = _bind(app, host, port)
        self.url = f"http://{host}:{server.port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.close = weakref.finalize(self, _close, os.getpid(), server, thread)

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


def _close(owner: int, server: BaseWSGIServer, thread: threading.Thread) -> None:
    if os.getpid() != owner:
        return  # a fork's copy: there is no such thread
    server.shutdown()
    thread.join()
    server.server_close()


def _bind(app: Flask, host: str, port: int) -> BaseWSGIServer:
    # Bound here: where a port cannot be had, the server's own binding ends the program.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=128) as listening:
        return make_server(
            host, port, app, threaded=True, request_handler=_Quiet, fd=listening.fileno()
        )
