"""The packages of this project as their source has them; nothing is run."""

from functools import cache
from pathlib import Path

import griffe

ROOT = Path(__file__).parents[2]


@cache
def load(package: str, folder: Path = ROOT) -> griffe.Module:
    """Read a package.

    Args:
        package: its name.
        folder: where it is.

    Returns:
        Its modules, classes, functions with their docstrings.
    """
    module = griffe.load(package, search_paths=[folder], docstring_parser="google")
    assert isinstance(module, griffe.Module)
    return module


def find(path: str) -> griffe.Object:
    """Return what a dotted path names, such as `llm_gym.core.env.TextEnv`.

    Raises:
        KeyError: there is nothing of that name.
    """
    package, _, rest = path.partition(".")
    found = load(package)[rest] if rest else load(package)
    return found.final_target if isinstance(found, griffe.Alias) else found
