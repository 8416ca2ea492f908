"""The rooms of the learner: each uses those below it, and nothing points back up."""

import ast
from collections.abc import Iterator
from pathlib import Path

import archer_agent

PACKAGE = Path(archer_agent.__file__).parent
ROOMS = ["cli", "reports", "runs", "algorithms", "agents", "networks", "settings", "episodes"]
GROUND = ["losses", "statistics", "seeding", "errors"]
"""What all may use."""


def imported_rooms(path: Path) -> Iterator[str]:
    """Name the room of everything that a file imports from the package, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by dots"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("archer_agent."))


def test_every_import_goes_down():
    height = {room: -ROOMS.index(room) for room in ROOMS} | dict.fromkeys(GROUND, -len(ROOMS))
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert rooms - {"__init__", "__pycache__"} == height.keys()
    edges = 0
    for path in PACKAGE.rglob("*.py"):
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for room in imported_rooms(path) if own != "__init__" else ():
            assert room == own or height[room] < height[own], f"{path} imports {room}"
            edges += room != own
    assert edges > 100
