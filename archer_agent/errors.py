"""What can go wrong without being a bug, and what helps.

Imports nothing, so that commands can catch it before anything is loaded.
"""


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


def install_hint(extra: str) -> str:
    """Return how to install an extra, to follow "is not installed:" in a message.

    The package is on no index, so it is installed from a checkout, with the versions that were tested.

    Args:
        extra: its name in ``pyproject.toml``.
    """
    return f"pip install -e '.[{extra}]' -c constraints.txt (in the project's folder)"
