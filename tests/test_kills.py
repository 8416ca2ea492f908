"""A few dozen of the kills of `kills.py`, which can make a thousand."""

from pathlib import Path

import pytest
from kills import SCENARIOS, run_kills

FEW = ("archer, recorded games first", "ppo, rare evaluations", "chai, rare evaluations")


@pytest.mark.parametrize("name", FEW)
def test_killed_runs_come_back_to_the_same_bits(name: str, tmp_path: Path):
    scenarios = [each for each in SCENARIOS if each.name == name]
    tally = run_kills(scenarios, kills=8, seed=len(name), folder=tmp_path)[name]
    assert tally.kills >= 8 and tally.runs >= 3
    assert tally.troubles == []
