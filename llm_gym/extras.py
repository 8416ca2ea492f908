"""What the package can do without, and how to install it."""


def install_hint(extra: str) -> str:
    """Return how to install an extra, to follow "needs ...:" in a message.

    The package is on no index, so it is installed from a checkout, with the versions that were tested.

    Args:
        extra: its name in ``pyproject.toml``.
    """
    return f"pip install -e '.[{extra}]' -c constraints.txt (in the project's folder)"
