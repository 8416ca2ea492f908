"""The rooms of both packages: each uses those below it, and nothing points back up."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import get_args

import pytest

from archer_agent.settings import Algo

ROOT = Path(__file__).parent.parent
ROOMS = {
    "archer_agent": "cli reports runs algorithms agents networks settings episodes".split(),
    "llm_gym": "cli panels terminal checks bridges wrappers games core oracles subjects".split(),
}
GROUND = {
    "archer_agent": "losses statistics seeding errors shapes".split(),
    "llm_gym": "registration download extras".split(),
}
"""What all of a package may use."""


def imported(path: Path) -> Iterator[str]:
    """Name everything that a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by dots"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", ROOMS)
def test_every_import_goes_down(package: str):
    rooms, ground = ROOMS[package], GROUND[package]
    height = {room: -rooms.index(room) for room in rooms} | dict.fromkeys(ground, -len(rooms))
    found = {path.stem for path in (ROOT / package).iterdir() if path.suffix in (".py", "")}
    assert found - {"__init__", "__pycache__"} == height.keys()
    edges = 0
    for path in (ROOT / package).rglob("*.py"):
        own = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
        below = {name.split(".")[1] for name in imported(path) if name.startswith(f"{package}.")}
        for room in below - {own, "__version__"} if own != "__init__" else ():
            assert height[room] < height[own], f"{path} imports {room}"
            edges += 1
    assert edges > 30


@pytest.mark.parametrize("package", ROOMS)
def test_no_modules_import_each_other(package: str):
    files = (ROOT / package).rglob("*.py")
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in files}
    modules = {name.removesuffix(".__init__"): path for name, path in paths.items()}
    graph = {
        module: {
            name if name in modules else name.rpartition(".")[0] for name in imported(path)
        } - {module}
        for module, path in modules.items()
    }  # fmt: skip
    assert set(TopologicalSorter(graph).static_order()) >= modules.keys()


@pytest.mark.parametrize("package", ROOMS)
def test_every_room_is_told_and_what_is_in_it(package: str):
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = page.partition(f"## The rooms of {package}\n")[2].partition("\n## ")[0]
    short = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for room in ROOMS[package] + GROUND[package]:
        folder = ROOT / package / room
        name = f"`{room}/`" if folder.is_dir() else f"`{room}.py`"
        assert name in told and name in short, name
        if room in ("bridges", "wrappers"):  # a module for each library, for each view
            continue
        for module in {path.stem for path in folder.glob("[!_]*.py")} - {*get_args(Algo)}:
            assert f"`{module}.py`" in told, f"{room}/{module}.py"
