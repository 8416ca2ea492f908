"""A page as browser agents see it: every element has an id; the accessibility tree as text, the document as HTML.

The form is that of BrowserGym (``browsergym.utils.obs.flatten_axtree_to_str``): a node a line, ``[12] button
'Search'``, its children below it behind a tab.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from selenium.webdriver.remote.webdriver import WebDriver

from llm_gym.games.webshop.browser.chromium import command

# Ids count the elements of the document; what was typed is made visible in the document.
_MARK = """
[...document.querySelectorAll('*')].forEach((each, number) => each.setAttribute('bid', number));
for (const each of document.querySelectorAll('input')) each.setAttribute('value', each.value);
return document.body.outerHTML;
"""
_IGNORED = {"editable", "readonly", "level", "settable", "multiline", "invalid", "focusable", "url"}
_LAID_OUT = {"LineBreak", "InlineTextBox"}  # roles of how a text is laid out
_NAMED_ONLY = {
    "required",
    "focused",
    "atomic",
}  # properties that are told by their name, when they hold


class Marked(NamedTuple):
    """A page whose elements have ids.

    Attributes:
        tree: the accessibility tree.
        html: the document's body, with ids as the attribute ``bid``.
    """

    tree: str
    html: str


def mark(driver: WebDriver) -> Marked:
    """Give every element of the page its id, and return the page."""
    html = str(driver.execute_script(_MARK))
    document = command(driver, "DOM.getDocument", depth=-1)["root"]
    ids: dict[int, str] = {}
    _collect(document, ids)
    nodes = command(driver, "Accessibility.getFullAXTree")["nodes"]
    return Marked(_flatten(nodes, ids), html)


def _collect(node: Mapping[str, Any], ids: dict[int, str]) -> None:
    """Note the ids of an element and of all below it, by the browser's own numbers."""
    attributes = node.get("attributes", [])
    named = dict(zip(attributes[::2], attributes[1::2], strict=True))
    if "bid" in named:
        ids[node["backendNodeId"]] = named["bid"]
    for child in node.get("children", []):
        _collect(child, ids)


def _flatten(nodes: list[Mapping[str, Any]], ids: Mapping[int, str]) -> str:
    by_id = {node["nodeId"]: node for node in nodes}
    lines: list[str] = []

    def show(node: Mapping[str, Any], depth: int, above: str) -> None:
        name = str(node.get("name", {}).get("value", ""))
        line = _line(node, name, above, ids)
        if line:
            lines.append("\t" * depth + line)
        for child in node.get("childIds", []):
            if child in by_id:
                show(by_id[child], depth + bool(line), name)

    show(nodes[0], 0, "")
    return "\n".join(lines)


def _line(node: Mapping[str, Any], name: str, above: str, ids: Mapping[int, str]) -> str:
    """Return what is told of a node; empty where it says nothing of its own."""
    role = node["role"]["value"]
    attributes = [
        each["name"]
        if each["name"] in _NAMED_ONLY
        else f"{each['name']}={each['value']['value']!r}"
        for each in node.get("properties", [])
        if each["name"] not in _IGNORED
        and "value" in each["value"]
        and (each["value"]["value"] or each["name"] not in _NAMED_ONLY)
    ]
    if "name" not in node or role in _LAID_OUT or (role == "generic" and not attributes):
        return ""
    if role == "StaticText" and (name in above or not name.strip()):
        return ""
    said = role if role == "generic" and not name else f"{role} {name.strip()!r}"
    bid = ids.get(node.get("backendDOMNodeId", 0))
    shown = said if bid is None else f"[{bid}] {said}"
    if "value" in node.get("value", {}):
        shown += f" value={node['value']['value']!r}"
    return ", ".join([shown, *attributes])
