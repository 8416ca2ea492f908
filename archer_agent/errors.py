"""What can go wrong without being a bug, and what helps.

Imports next to nothing, so that commands can catch it before anything is loaded.
"""

from collections.abc import Iterator
from contextlib import contextmanager


class AgentError(Exception):
    """An agent cannot act; the message says why in one sentence."""


class EnvironmentFailure(Exception):
    """An environment has failed, or has returned what no text game can; the message says how in one sentence."""


def failure(error: BaseException) -> str:
    """Say of somebody else's exception what it is and where it comes from, in one line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        where = f" ({trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno})"
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:500]}{where}"


@contextmanager
def told_as(kind: type[Exception], what: str) -> Iterator[None]:
    """Say in one sentence what goes wrong in somebody else's code.

    Args:
        kind: of the error that is raised instead; one of this kind has its sentence and passes.
        what: the beginning of the sentence, before the failure.
    """
    try:
        yield
    except kind:
        raise
    except (Exception, SystemExit) as error:
        raise kind(f"{what}: {failure(error)}") from error


def install_hint(extra: str) -> str:
    """Return how to install an extra, to follow "is not installed:" in a message.

    The package is on no index, so it is installed from a checkout, with the versions that were tested.

    Args:
        extra: its name in ``pyproject.toml``.
    """
    return f"pip install -e '.[{extra}]' -c constraints.txt (in the project's folder)"
