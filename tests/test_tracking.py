"""The record of a run, and its display in and out of a terminal."""

import io
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from archer_agent.episodes.replay import Episode, Turn
from archer_agent.runs.budget import Budget
from archer_agent.runs.display import Display, duration, one_line, sparkline
from archer_agent.runs.records import MetricsLog, MetricsTable, read_metrics, truncate


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def _record(iteration: int, phase: str, seconds: float, **metrics: Any) -> dict[str, Any]:
    counts = {"games": 100 * iteration, "turns": 1500 * iteration, "tokens": 9000 * iteration}
    common = {"iteration": iteration, "phase": phase, "seconds": seconds}
    return {**common, **counts, "gradient_steps": 50 * iteration, **metrics}


def _collect(iteration: int, seconds: float, mean: float) -> dict[str, Any]:
    return _record(
        iteration,
        "collect",
        seconds,
        **{"collect/return_mean": mean, "collect/return_std": 4.5, "collect/success": 0.25},
    )


def _in_terminal(**options: Any) -> tuple[Display, Terminal]:
    stream = Terminal()
    console = Console(
        file=stream, force_terminal=True, width=110, height=40, _environ={"TERM": "xterm"}
    )
    return Display("llm_gym/Toy-v0", "preset tiny · seed 3", console=console, **options), stream


def _shown(stream: Terminal) -> str:
    """All that was drawn, without colours and movements of the cursor."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())


# ---------------------------------------------------------------- metrics.jsonl


def test_records_are_read_as_written_and_each_is_on_disk_at_once(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    records = [_collect(1, 2.5, -12.0), _record(1, "evaluation", 3.0, **{"evaluation/stage": "é"})]
    with MetricsLog(path) as log:
        for count, record in enumerate(records, 1):
            log.write(record)
            assert read_metrics(path) == records[:count]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_metric_that_is_not_finite_is_refused_by_name(tmp_path: Path, value: float) -> None:
    path = tmp_path / "metrics.jsonl"
    with MetricsLog(path) as log, pytest.raises(ValueError, match="'critic/loss'"):
        log.write(_record(1, "update", 1.0, **{"critic/loss": value}))
    assert read_metrics(path) == []


def test_a_torn_last_line_is_left_out_and_written_over(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    with MetricsLog(path) as log:
        log.write({"iteration": 1})
    with path.open("ab") as file:
        file.write('{"iteration": 2, "note": "é'.encode()[:-1])
    assert read_metrics(path) == [{"iteration": 1}]
    with MetricsLog(path) as log:
        log.write({"iteration": 3})
    assert read_metrics(path) == [{"iteration": 1}, {"iteration": 3}]


def test_a_damaged_line_within_is_named(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"iteration": 1}\n{"itera\n{"iteration": 3}\n')
    with pytest.raises(ValueError, match="line 2"):
        read_metrics(path)
    path.write_text("[1]\n")
    with pytest.raises(ValueError, match="line 1"):
        read_metrics(path)


def test_the_table_grows_by_what_is_new_alone(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"

    def go_on(table: MetricsTable, *records: dict[str, Any]) -> list[str]:
        with MetricsLog(tmp_path / "metrics.jsonl") as log:
            for record in records:
                log.write(record)
                table.add(record)
        table.write()
        return path.read_text().splitlines()

    table = MetricsTable(tmp_path)
    assert go_on(table, {"a": 1}, {"a": 2, "b": "x,y"}) == ["a,b", "1,", '2,"x,y"']
    file = path.stat().st_ino
    assert go_on(table, {"b": 3}) == ["a,b", "1,", '2,"x,y"', ",3"]
    assert path.stat().st_ino == file
    assert go_on(table, {"c": 4}) == ["a,b,c", "1,,", '2,"x,y",', ",3,", ",,4"]
    assert path.stat().st_ino != file
    with path.open("a") as cut_off:
        cut_off.write("5,6")
    resumed = MetricsTable(tmp_path)
    assert go_on(resumed) == ["a,b,c", "1,,", '2,"x,y",', ",3,", ",,4"]
    assert go_on(resumed, {"a": 7}) == ["a,b,c", "1,,", '2,"x,y",', ",3,", ",,4", "7,,"]


def test_truncate_keeps_the_first_lines(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"a": 1}\n{"a": 2}\n{"a": 3}')
    with pytest.raises(ValueError, match="2 whole lines"):
        truncate(path, 3)
    assert path.read_text().endswith('{"a": 3}'), "a refusal changes nothing"
    assert read_metrics(path) == [{"a": 1}, {"a": 2}]
    truncate(path, 1)
    assert path.read_text() == '{"a": 1}\n'
    truncate(path, 0)
    assert path.read_text() == ""
    assert [entry.name for entry in tmp_path.iterdir()] == ["metrics.jsonl"]


# ---------------------------------------------------------------- the plain log


def test_outside_a_terminal_each_event_is_one_plain_line() -> None:
    clock, stream = Clock(), io.StringIO()
    with Display("llm_gym/Toy-v0", "seed 3", console=Console(file=stream), clock=clock) as display:
        display.phase("cloning", total=400)
        clock.now += 10
        display.advance(100)
        clock.now += 50
        display.advance(200)
        for iteration in (1, 2):
            display.phase("collect", total=128)
            display.update(_collect(iteration, 60.0 * iteration, -11.5))
        display.note("the critic\nis \x1b[31mcold")
        evaluation = {"return_mean": -7.25, "return_std": 3.0, "success": 0.5, "games": 256}
        metrics = {f"evaluation/{key}": value for key, value in evaluation.items()}
        display.update(_record(2, "evaluation", 130.0, **metrics, **{"evaluation/stage": "final"}))
    assert stream.getvalue().splitlines() == [
        "[    0 s] llm_gym/Toy-v0 · seed 3",
        "[    0 s] cloning demonstrations: 0/400",
        "[   1:00] cloning demonstrations: 200/400",
        "[   1:00] playing games: 0/128",
        "[   1:00] iteration 1 collect  return_mean -11.5  return_std 4.5  success 0.25",
        "[   2:00] iteration 2 collect  return_mean -11.5  return_std 4.5  success 0.25",
        "[   2:00] note: the critic is \ufffd[31mcold",
        "[   2:10] evaluation of final: return -7.25 ± 3.00, solved 50%, 256 games",
    ]


def test_a_stream_that_knows_ascii_alone_is_no_error() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    with Display("Zürich · ± →", console=Console(file=stream)) as display:
        display.note("東京")
    assert raw.getvalue().decode("ascii").count("?") >= 5


# ---------------------------------------------------------------- the live display


def test_the_live_display_shows_where_the_run_stands() -> None:
    clock = Clock()
    display, stream = _in_terminal(budget=Budget(iterations=10), clock=clock)
    with display:
        for iteration, mean in enumerate((-15.0, -9.0, -11.0), 1):
            display.phase("collect", total=128)
            display.update(_collect(iteration, 10.0 * iteration, mean))
        display.phase("update", total=50)
        display.advance(20)
        display.sample(Episode("", [Turn("Is it alive?", "No.", -1.0)], True, False, "Pen"))
    shown = _shown(stream)
    for expected in (
        "llm_gym/Toy-v0",
        "preset tiny · seed 3",
        "iteration 3/10 · updating critic and actor",
        "20/50",
        # 10 s an iteration, seven and the update of the third to come.
        "30 s · 1:20 left",
        "-11.00 ± 4.50   best -9.00 in iteration 2",
        "▁█▆",
        "10.0 games/s · 900 tokens/s",
        "latest game: Pen, not solved, return -1.0",
        "Is it alive?",
    ):
        assert expected in shown


def test_the_time_left_is_no_more_than_the_budget_of_seconds() -> None:
    display, stream = _in_terminal(budget=Budget(iterations=1000, seconds=120.0), clock=Clock())
    with display:
        for iteration in (1, 2):
            display.update(_collect(iteration, 10.0 * iteration, -5.0))
    assert "20 s · 1:40 left" in _shown(stream)


def test_a_resumed_run_keeps_its_curve_but_measures_its_own_speed() -> None:
    display, stream = _in_terminal(budget=Budget(iterations=10), clock=Clock())
    earlier = [_collect(iteration, 100.0 * iteration, -4.0) for iteration in (1, 2)]
    with display:
        display.resume(earlier)
        for iteration in (3, 4):
            display.update(_collect(iteration, 200.0 + 10.0 * iteration, -15.0))
        display.phase("collect")
    shown = _shown(stream)
    assert "iteration 5/10 · playing games" in shown
    assert "best -4.00 in iteration 1" in shown
    assert "██▁▁" in shown
    assert "4:00 · 1:10 left" in shown


@given(text=st.text(st.characters(codec=None), max_size=200))
def test_no_text_breaks_the_display(text: str) -> None:
    game = Episode(text, [Turn(text, text, -1.0)], True, False, text)
    for console in (
        Console(file=Terminal(), force_terminal=True, width=60, height=30),
        Console(file=io.TextIOWrapper(io.BytesIO(), encoding="utf-8")),
    ):
        with Display(text, text, console=console) as display:
            display.phase(text, total=3)
            display.note(text)
            display.sample(game)


def test_markup_and_control_characters_of_a_game_are_shown_as_text() -> None:
    display, stream = _in_terminal()
    with display:
        display.sample(Episode("", [Turn("[bold red]loud[/]", "[/x] \x1b[2J\x07gone", -1.0)], True))
    shown = _shown(stream)
    assert "[bold red]loud[/]" in shown
    assert "[/x] \ufffd[2J\ufffdgone" in shown


# ---------------------------------------------------------------- small things


def test_small_things_read_well() -> None:
    assert [duration(s) for s in (0.4, 59.9, 60, 187, 3765)] == [
        *("0 s", "59 s", "1:00", "3:07", "1:02:45")
    ]
    assert sparkline([], 10) == ""
    assert sparkline([2.0, 2.0], 10) == "▁▁"
    assert sparkline([0, 1, 2, 3], 2) == "▁█"
    assert len(sparkline(list(range(100)), 48)) == 48
    assert one_line(" a\t b\u2028c\ud800 ") == "a b c\ufffd"
    assert json.dumps(one_line("Zürich 東京")) == json.dumps("Zürich 東京")
