"""The page about several runs, and that of one which goes on."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from archer_agent import cli
from archer_agent.reports.several import write_overview


def copies(finished: Path, folder: Path, **settings: list[Any]) -> list[Path]:
    """Return copies of a run that say they were made with these settings."""
    runs = []
    for number, values in enumerate(zip(*settings.values(), strict=True)):
        run = Path(shutil.copytree(finished, folder / f"run-{number}"))
        config = json.loads((run / "config.json").read_text())
        config |= dict(zip(settings, values, strict=True))
        (run / "config.json").write_text(json.dumps(config))
        runs.append(run)
    return runs


def test_seeds_are_one_curve_and_what_differs_is_another(finished: Path, tmp_path: Path):
    options = ["{}", "{}", '{"hint": "<b>$x^{$</b>' + "y" * 200 + '"}']
    runs = copies(finished, tmp_path, seed=[0, 1, 2], env_options=options)
    page = write_overview(runs, tmp_path / "runs.html").read_text()
    assert "<b>$" not in page and "&lt;b&gt;$x^{$&lt;/b&gt;" + "y" * 200 in page  # in the table
    drawn = page.partition("</svg>")[0]
    assert drawn.count("env_options {}") == 1 and "y" * 100 not in drawn and "…" in drawn
    alike = write_overview(runs[:2], tmp_path / "runs.html").read_text()
    assert "In none but the seed." in alike


def test_runs_that_are_not_finished_have_no_place_there(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    runs = copies(finished, tmp_path, seed=[0, 1])
    (runs[1] / "summary.json").unlink()
    assert cli.report([*map(str, runs), "--out", str(tmp_path / "runs.html")]) == 2
    said = capsys.readouterr().err
    assert "run-1 is not finished" in said and said.count("\n") == 1
    assert not (tmp_path / "runs.html").exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("metrics.jsonl", "", "metrics.jsonl has lost the evaluations"),
        ("metrics.jsonl", "[" * 9, "metrics.jsonl has lost the evaluations"),
        ("metrics.jsonl", '{"iteration": 0, "phase": "evaluation"}\n', "metrics.jsonl, line 1"),
        ("evaluations.jsonl", "", "evaluations.jsonl has lost the games"),
    ],
)
def test_a_run_that_has_lost_its_course_is_named(
    name: str, content: str, message: str, run: Path, capsys: pytest.CaptureFixture[str]
):
    (run / name).write_text(content)
    assert cli.report([str(run), str(run), "--out", str(run.parent / "runs.html")]) == 2
    assert message in capsys.readouterr().err


def test_a_page_follows_a_run_until_it_ends(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    page, metrics, summary = (run / n for n in ("report.html", "metrics.jsonl", "summary.json"))
    ended = summary.read_text()
    summary.unlink()
    page.unlink(missing_ok=True)
    lines = metrics.read_text().splitlines(keepends=True)
    second = [i for i, line in enumerate(lines) if '"phase": "evaluation"' in line][1]
    metrics.write_text("".join(lines[:second]) + lines[second][:9])  # being written
    pages: list[str] = []

    def happens(seconds: float) -> None:
        pages.append(page.read_text())
        page.unlink()  # so that it is seen whether it is written again
        if len(pages) == 1:
            metrics.write_text("".join(lines))
        else:
            summary.write_text(ended)

    monkeypatch.setattr("archer_agent.cli.time.sleep", happens)
    assert cli.report([str(run), "--watch"]) == 0
    pages.append(page.read_text())
    assert ['http-equiv="refresh"' in each for each in pages] == [True, True, False]
    count = sum('"phase": "evaluation"' in line for line in lines)
    said = [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()]
    assert said == ["1 evaluations", f"{count} evaluations", "the run has ended"]
