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
    inside = [each for each in _walk(module) if each.path.rpartition(".")[0] == module.path]
    if inside:
        text += "\n## Modules\n\n| module | |\n|---|---|\n"
        for each in inside:
            file = f"{each.name}/index.md" if each.is_init_module else f"{each.name}.md"
            text += f"| [`{each.name}`]({file}) | {_first_line(each)} |\n"
    return ModulePage(module.path, f"reference/api/{place}.md", text, module.is_init_module)


def _first_line(module: griffe.Module) -> str:
    text = module.docstring.value.strip() if module.docstring else ""
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
