"""The reference of the packages: a page for each module, found by reading the source, which is not run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import griffe
import source


@dataclass(frozen=True)
class ModulePage:
    """A module and its page.

    Attributes:
        name: the dotted path of the module.
        uri: where the page is, from the documentation's folder.
        text: the page, Markdown.
        is_package: whether the module holds others.
    """

    name: str
    uri: str
    text: str
    is_package: bool


def modules(package: str, folder: Path = source.ROOT) -> tuple[list[ModulePage], list[str]]:
    """Read a package of this project.

    Args:
        package: its name.
        folder: where it is.

    Returns:
        The pages of its public modules, each package before what it holds, and a line for each public
        module, class, function, attribute of a class that has no docstring.
    """
    loaded = source.load(package, folder)
    found = list(_walk(loaded))
    complaints = [line for module in found for line in _without_docstring(module)]
    return [_page(module) for module in found], complaints


def navigation(pages: Sequence[ModulePage]) -> list[dict[str, object] | str]:
    """Return the pages as a tree for MkDocs' navigation, the first of them its index."""
    root = pages[0]
    children = [page for page in pages if page.name.rpartition(".")[0] == root.name]
    tree: list[dict[str, object] | str] = [root.uri]
    for child in children:
        inner = [page for page in pages if f"{page.name}.".startswith(f"{child.name}.")]
        tree.append(
            {child.name.rpartition(".")[2]: navigation(inner) if child.is_package else child.uri}
        )
    return tree


def _walk(module: griffe.Module) -> Iterator[griffe.Module]:
    yield module
    for name, member in sorted(module.modules.items()):
        if not name.startswith("_") and not member.is_alias:
            yield from _walk(member)


def _page(module: griffe.Module) -> ModulePage:
    parts = module.path.split(".")
    place = "/".join([*parts, "index"] if module.is_init_module else parts)
    text = f"---\ntitle: {parts[-1]}\n---\n\n::: {module.path}\n"
    if module.is_init_module:
        text += _packages_parts(module)
    return ModulePage(module.path, f"reference/api/{place}.md", text, module.is_init_module)


def _packages_parts(package: griffe.Module) -> str:
    """Return what a package's page shows: what is its own, then links to what it passes on and to its modules."""
    own = [
        name
        for name, member in package.members.items()
        if _is_public(member) and not member.is_alias and not member.is_module
    ]
    text = f"    options:\n      members: {own}\n"
    passed_on = {name: package.members[name] for name in sorted(package.exports or ())}
    rows = [
        f"| [`{name}`][{member.target_path}] | {_first_line(member)} |"
        for name, member in passed_on.items()
        if member.is_alias
    ]
    if rows:
        text += "\n".join(["", "## To import from here", "", "| name | |", "|---|---|", *rows, ""])
    modules = [each for each in _walk(package) if each.path.rpartition(".")[0] == package.path]
    rows = [
        f"| [`{each.name}`]({each.name}{'/index' if each.is_init_module else ''}.md) | {_first_line(each)} |"
        for each in modules
    ]
    if rows:
        text += "\n".join(["", "## Modules", "", "| module | |", "|---|---|", *rows, ""])
    return text


def _first_line(member: griffe.Object | griffe.Alias) -> str:
    text = member.docstring.value.strip() if member.docstring else ""
    return text.partition("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def _without_docstring(module: griffe.Module) -> Iterator[str]:
    if module.docstring is None:
        yield f"{module.path} has no docstring"
    for member in module.members.values():
        if not member.is_alias and not member.is_module and _is_public(member):
            yield from _check(member)


def _check(member: griffe.Object) -> Iterator[str]:
    if member.docstring is None and not (member.is_attribute and member.parent.is_module):
        yield f"{member.path} has no docstring"
    if member.is_class:
        for inner in member.members.values():
            if not inner.is_alias and _is_public(inner) and not inner.is_attribute:
                yield from _check(inner)


def _is_public(member: griffe.Object) -> bool:
    return not member.name.startswith("_")
