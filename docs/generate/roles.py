"""Docstrings name things as Sphinx does, such as :class:`Game`; the site wants links in Markdown."""

import re
from typing import Any

import griffe


class Roles(griffe.Extension):
    """Turns roles into links to what they name, and the colons before an indented block into one."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of whatever has been read."""
        _rewrite(obj)

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Rewrite the docstring of the package itself, which is no object to griffe."""
        _rewrite(pkg)


def _rewrite(obj: griffe.Object) -> None:
    if obj.docstring is not None:
        text = re.sub(
            r":[a-z]+:`~?([\w.]+)`", lambda role: _link(obj, role[1]), obj.docstring.value
        )
        obj.docstring.value = re.sub(r"(?m)::$", ":", text)


def _link(scope: griffe.Object, name: str) -> str:
    """Return a link to what a name means there, or the name alone where that is not documented."""
    short = name.rpartition(".")[2]
    try:
        path = name if "." in name else scope.resolve(name)
    except griffe.NameResolutionError:
        return f"`{short}`"
    return f"`{short}`" if "._" in path else f"[`{short}`][{path}]"
