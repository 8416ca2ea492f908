"""What can go wrong without being a bug, and what helps.

Imports nothing, so that commands can catch it before anything is loaded.
"""


class AgentError(Exception):
    """An agent cannot act; the message says why in one sentence."""


def install_hint(extra: str) -> str:
    """Return how to install an extra, to follow "is not installed:" in a message.

    The package is on no index, so it is installed from a checkout, with the versions that were tested.

    Args:
        extra: its name in ``pyproject.toml``.
    """
    return f"pip install -e '.[{extra}]' -c constraints.txt (in the project's folder)"
