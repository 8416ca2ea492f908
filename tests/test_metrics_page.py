"""The page about metrics has every key that a run writes."""

import ast
import re
from pathlib import Path

import archer_agent
from archer_agent.episodes.replay import Episode, Turn
from archer_agent.runs.journal import game_statistics

PACKAGE = Path(archer_agent.__file__).parent
PAGE = (PACKAGE.parent / "docs" / "metrics.md").read_text(encoding="utf-8")
KEY = re.compile(r"(collect|cloning|calibration|critic|actor|credit|imitation|evaluation)/[a-z_]+")


def test_every_metric_is_explained():
    keys = {
        node.value
        for room in ("algorithms", "runs")
        for path in (PACKAGE / room).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if KEY.fullmatch(node.value)
    }
    games = game_statistics([Episode("", [Turn("a", "b", 1.0)])])
    keys |= {f"{phase}/{name}" for phase in ("collect", "evaluation") for name in games}
    assert len(keys) > 30
    assert sorted(key for key in keys if f"`{key}`" not in PAGE) == []
