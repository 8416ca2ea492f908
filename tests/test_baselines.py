"""What got slower: the command that measures, compares and says so, with a real benchmark."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SMALL = "environments.py --repeats 1"


def compare(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "benchmarks/compare.py",
        "--folder",
        str(folder),
        "--name",
        "This one",
    ]
    return subprocess.run(
        [*command, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


def slower(ended: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in ended.stdout.splitlines() if line.endswith("  slower")]


def test_what_got_slower_is_said(tmp_path: Path):
    ended = compare(tmp_path, SMALL, "--write", "--note", "a busy machine")
    assert ended.returncode == 0, ended.stderr
    path = tmp_path / "this-one.json"
    kept = json.loads(path.read_text())
    figures = kept["benchmarks"][SMALL]["figures"]
    assert [figure["way"] for figure in figures if "4,500" in figure["what"]] == [
        "gymnasium Text",
        "FreeText",
    ]
    assert all(figure["per second"] > 0 for figure in figures)

    def changed(times: dict[str, float]) -> None:
        """As if the machine had been so many times as fast before, in all or in some ways."""
        measured = json.loads(json.dumps(kept))
        benchmark = measured["benchmarks"][SMALL]
        benchmark["yardstick"] *= times.get("yardstick", 1)
        for figure in benchmark["figures"]:
            figure["per second"] *= times.get(figure["way"], times.get("others", 1))
        path.write_text(json.dumps(measured))

    # A thousandfold, beside which no other work on the machine counts: all was slower then, by the yardstick too.
    changed({"yardstick": 1e3, "others": 1e3})
    ended = compare(tmp_path, SMALL, "--tolerance", "0.99")
    assert ended.returncode == 0 and not slower(ended), ended.stdout + ended.stderr
    assert "a busy machine" in ended.stdout and "nothing slower by more than 99%" in ended.stdout
    # One way of a comparison beside its first way, and a first way beside the yardstick.
    changed({"FreeText": 1e3, "one by one": 1e3, "batches of 256": 1e3})
    ended = compare(tmp_path, SMALL, "--tolerance", "0.99")
    assert ended.returncode == 1
    assert [line.split("  ")[0] for line in slower(ended)] == [
        "answers/s, knowledge, repeated",
        "contains/s, 4,500 characters",
    ]
    assert "one by one" in slower(ended)[0] and "FreeText" in slower(ended)[1]
    # Another benchmark's figures, or those of ways that have other names now.
    path.write_text(path.read_text().replace('"way": "', '"way": "once '))
    ended = compare(tmp_path, SMALL)
    assert ended.returncode == 2 and "measures nothing now that it did before" in ended.stderr


def test_what_cannot_be_compared_is_said_in_a_line(tmp_path: Path):
    said = []
    said.append(compare(tmp_path, SMALL))
    said.append(compare(tmp_path, "none.py", "--write"))
    said.append(compare(tmp_path, f"{SMALL} --no-such-option", "--write"))
    for text in (
        "{",
        '{"benchmarks": {"environments.py": {"figures": [{"way": "single"}]}}}',
        "[]",
    ):
        (tmp_path / "this-one.json").write_text(text)
        said.append(compare(tmp_path, SMALL, "--write"))
    reasons = [
        "--write measures it",
        "there is no benchmark none.py",
        "unrecognized arguments: --no-such-option",
        *["is not what --write makes"] * 3,
    ]
    for ended, reason in zip(said, reasons, strict=True):
        errors = [line for line in ended.stderr.splitlines() if not line.startswith("running ")]
        assert ended.returncode == 2 and len(errors) == 1 and reason in errors[0], ended.stderr
    assert (tmp_path / "this-one.json").read_text() == "[]"
