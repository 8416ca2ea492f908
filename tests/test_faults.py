"""What goes wrong is told in one line, and what was done until then is kept."""

import json
import math
import os
import queue
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file
from small_runs import train, trained

from archer_agent import cli
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.runs.watch import watched


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr().err
    assert said.startswith("archer-") and said.count("\n") == 1, said
    return said


# ---------------------------------------------------------------- environments


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("raises", "the environment failed in step: ZeroDivisionError: a fault of two lines ("),
        ("exits", "the environment failed in step: SystemExit: 7 ("),
        ("says no actions", "info['valid_actions'] does not say what can be done"),
        ("exits at once", "cannot make Faulty-v0: SystemExit: 7 ("),
        ("none", "observation is None, a NoneType, not a text"),
        ("bytes", "observation is b'ant:', a bytes, not a text"),
        ("number", "observation is 3, a int, not a text"),
        ("nan", "reward is nan, not a finite number"),
        ("infinite", "reward is inf, not a finite number"),
        ("huge", "reward is 1e+308, not a finite number of single precision"),
        ("no reward", "reward"),
        ("never ends", "has not ended after 2,000 turns"),
    ],
)
def test_an_environment_at_fault_is_named_and_leaves_no_folder(
    fault: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    options = ["--env-options", json.dumps({"fault": fault}), "--warm-start.games", "8"]
    assert trained(tmp_path / "run", *options, env="Faulty-v0") == 2
    assert message in one_line(capsys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("env", "options", "message"),
    [
        ("Identity-v0", {"colour": "red"}, "it takes no option 'colour'"),
        ("Faulty-v0", {"fault": "exits at once"}, "cannot make Faulty-v0: SystemExit: 7 ("),
    ],
)
def test_an_environment_that_cannot_be_made_is_told_by_whoever_asks_it(
    env: str,
    options: dict[str, str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    assert trained(tmp_path / "run", env=env) == 0
    capsys.readouterr()
    given = ["--tasks", "all", "--env-options", json.dumps(options)]
    assert cli.evaluate([str(tmp_path / "run"), *given]) == 2
    assert message in one_line(capsys)


def test_one_that_fails_to_close_takes_nothing_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    options = ["--env-options", json.dumps({"fault": "does not close"})]
    assert trained(tmp_path / "run", *options, env="Faulty-v0") == 0
    assert (tmp_path / "run" / "summary.json").exists()
    assert "the environment failed in close: RuntimeError: open still" in capsys.readouterr().err
    assert cli.evaluate([str(tmp_path / "run"), "--episodes", "2"]) == 0
    assert "mean return" in capsys.readouterr().out


def test_half_a_character_is_no_obstacle(tmp_path: Path):
    """Half a surrogate pair comes through JSON from whoever cuts text anywhere, and no tokenizer takes it."""
    run = tmp_path / "run"
    options = ["--env-options", '{"fault": "half a character"}', "--loop.iterations", "1"]
    archer = "--algo archer --archer.offline-iterations 0 --archer.critic-steps 1 --archer.critic-batch 4"
    assert trained(run, *options, *archer.split(), env="Faulty-v0") == 0
    (game,) = json.loads((run / "samples.json").read_text())[:1]
    assert "\ud800" in game["turns"][0]["reply"]
    assert cli.evaluate([str(run), "--episodes", "1"]) == 0


def test_a_word_of_a_megabyte_is_no_obstacle():
    tokenizer = train_tokenizer(["a" * 2**20, "b" * 2**20, "is it big?"] * 3, 300, False)
    assert tokenizer.decode(tokenizer.encode("is it big?")) == "is it big?"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reward": math.nan}, "turns[0].reward must be a finite number, not nan"),
        ({"reward": 1e308}, "turns[0].reward, 1e+308, is past single precision"),
        ({"action": None}, "turns[0].action must be a text, not None"),
        ({"reply": 3}, "turns[0].reply must be a text, not 3"),
        ({"reward": None}, "turns[0].reward must be a finite number, not None"),
        ({"token_ids": "12"}, "turns[0].token_ids must be a list, not '12'"),
    ],
)
def test_demonstrations_are_looked_at(
    change: dict[str, Any], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    turn = {"action": "ant", "reply": "\n", "reward": 1.0, **change}
    good = {"observation": "ant:", "turns": [{"action": "ant", "reply": "\n", "reward": 1.0}]}
    file = tmp_path / "games.jsonl"
    lines = [good, {**good, "turns": [turn]}]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert trained(tmp_path / "run", "--warm-start.demonstrations", str(file)) == 2
    said = one_line(capsys)
    assert f"{file}, line 2" in said and message in said
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(("name", "flag"), [("seed", "--seed"), ("skill", "--warm-start.skill")])
def test_what_a_player_is_told_elsewhere_is_no_option(
    name: str, flag: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    options = json.dumps({name: 0})
    assert trained(tmp_path / "run", "--warm-start.player-options", options) == 2
    assert f"--warm-start.player-options: leave {name} to {flag}\n" in one_line(capsys)


def test_what_seems_to_hang_is_told_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("archer_agent.runs.watch.SECONDS", 0.01)
    notes: queue.Queue[str] = queue.Queue()
    with watched(notes.put):
        assert "the environment or its oracle may hang" in notes.get(timeout=60)
    assert notes.empty()
    monkeypatch.setattr("archer_agent.runs.watch.SECONDS", 3600.0)
    with watched(notes.put) as alive:
        alive()
    assert notes.empty()


# ---------------------------------------------------------------- files of a run


def test_a_group_may_read_what_the_umask_lets_it(tmp_path: Path):
    before = os.umask(0o027)
    try:
        assert trained(tmp_path / "run", "--loop.iterations", "1") == 0
    finally:
        os.umask(before)
    modes = {
        path.relative_to(tmp_path).as_posix(): path.stat().st_mode & 0o777
        for path in tmp_path.rglob("*")
        if path.name != ".lock"
    }
    assert "run/policy/model.safetensors" in modes
    assert "run/checkpoints/000001/module-policy.safetensors" in modes
    folders = {name for name in modes if (tmp_path / name).is_dir()}
    assert modes == {name: 0o750 if name in folders else 0o640 for name in modes}


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)


def with_nan(path: Path) -> None:
    tensors = load_file(path)
    tensors["model.embed_tokens.weight"][0, 0] = math.nan
    save_file(tensors, path, metadata={"format": "pt"})


def nothing_sealed(run: Path) -> None:
    (run / "policy" / "checksums.json").unlink()
    with_nan(run / "policy" / "model.safetensors")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda run: flip(run / "policy" / "model.safetensors"), "is not as it was written"),
        (lambda run: (run / "policy" / "tokenizer.json").unlink(), "tokenizer.json is missing"),
        (nothing_sealed, "holds weights that are not finite numbers"),
        (lambda run: shutil.rmtree(run / "policy"), "holds no policy yet"),
        (lambda run: (run / "config.json").write_text("[1]"), "is not a JSON object"),
        (lambda run: (run / "config.json").write_text('{"env": 1, "loop": []}'), "does not fit"),
    ],
)
def test_weights_that_are_not_what_was_written_do_not_play(
    damage: Callable[[Path], None], message: str, run: Path, capsys: pytest.CaptureFixture[str]
):
    damage(run)
    assert cli.evaluate([str(run), "--episodes", "2"]) == 2
    assert message in one_line(capsys)


def test_weights_that_are_not_what_was_written_are_no_beginning(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    policy = run / "policy"
    flip(policy / "model.safetensors")
    chat = ["--agent", "chat", "--model", str(policy), "--env", "Identity-v0", "--episodes", "1"]
    for command in (
        lambda: trained(tmp_path / "next", "--policy", str(policy)),
        lambda: trained(tmp_path / "next", "--critic", str(policy)),
        lambda: cli.evaluate(chat),
    ):
        assert command() == 2
        assert "model.safetensors is not as it was written" in one_line(capsys)
    assert not (tmp_path / "next").exists()
    flip(run / "warm_start" / "model.safetensors")
    assert train("--resume", str(run), "--loop.iterations", "3") == 2
    said = capsys.readouterr().err
    assert "warm_start is damaged: model.safetensors" in said and said.count("\n") == 1


@pytest.mark.parametrize(
    ("damage", "note"),
    [
        (lambda run: flip(run / "checkpoints/000002/module-policy.safetensors"), "is damaged"),
        (lambda run: flip(run / "checkpoints/000002/best/model.safetensors"), "is damaged"),
        (lambda run: flip(run / "checkpoints/000002/checkpoint.json"), "is damaged"),
        (lambda run: (run / "checkpoints/000002/checksums.json").write_text("[]"), "is damaged"),
        (lambda run: cut(run / "metrics.jsonl", 2), "fewer than the"),
        (lambda run: cut(run / "episodes.jsonl", 1), "fewer than the"),
        (lambda run: misread(run / "episodes.jsonl", "reward"), "not as they were written"),
        (
            lambda run: misread(run / "metrics.jsonl", "evaluation/return_mean"),
            "not as they were written",
        ),
        (
            lambda run: misread(run / "evaluations.jsonl", "reward"),
            "not as they were written",
        ),
    ],
)
def test_a_damaged_end_falls_back_to_the_checkpoint_before(
    damage: Callable[[Path], None],
    note: str,
    run: Path,
    finished: Path,
    capsys: pytest.CaptureFixture[str],
):
    (run / "summary.json").unlink()
    # What the end has written after the last checkpoint is no part of it.
    for name in ("metrics.jsonl", "evaluations.jsonl"):
        state = json.loads((run / "checkpoints/000002/checkpoint.json").read_text())["state"]
        lines = (run / name).read_text().splitlines(keepends=True)
        (run / name).write_text("".join(lines[: state["lines"][name]]))
    damage(run)
    assert train("--resume", str(run)) == 0
    said = capsys.readouterr().out
    assert note in said and "going back to the checkpoint before" in said
    assert "resumed after iteration 1" in said
    for name in ("policy/model.safetensors", "episodes.jsonl"):
        assert (run / name).read_bytes() == (finished / name).read_bytes()
    assert sorted(each.name for each in (run / "checkpoints").iterdir()) == ["000001", "000002"]


def misread(path: Path, key: str) -> None:
    """Flip a bit in the last number of a name: another digit, and still a record."""
    content = bytearray(path.read_bytes())
    place = content.rindex(f'"{key}": '.encode()) + len(key) + 4
    content[place + (content[place] == ord("-"))] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("algo", ["filtered_bc", "bc"])
def test_games_of_which_a_bit_has_flipped_teach_nothing(
    algo: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run = tmp_path / "run"
    assert trained(run, "--algo", algo) == 0
    file = run / ("demonstrations.jsonl" if algo == "bc" else "episodes.jsonl")
    lines = file.read_text().splitlines(keepends=True)
    file.write_text(lines[0])
    misread(file, "reward")
    file.write_text(file.read_text() + "".join(lines[1:]))  # in the first line, which all need
    capsys.readouterr()
    assert train("--resume", str(run), "--loop.iterations", "3") == 2
    said = capsys.readouterr().err
    assert f"{file} is damaged" in said and said.count("\n") == 1


def test_settings_of_which_a_bit_has_flipped_are_told(
    run: Path, capsys: pytest.CaptureFixture[str]
):
    config = json.loads((run / "config.json").read_text())
    config["filtered_bc"]["fraction"], config["ppo"]["gamma"] = (
        0.9,
        0.5,
    )  # the latter is of no use here
    config["loop"]["iterations"] = 3
    (run / "config.json").write_text(json.dumps(config))
    assert train("--resume", str(run)) == 0
    said = capsys.readouterr().out
    assert said.count("where the run had") == 1
    assert "config.json says --filtered-bc.fraction 0.9, where the run had 0.1" in said
    (line,) = (run / "changes.jsonl").read_text().splitlines()
    assert json.loads(line)["changed"] == {"--filtered-bc.fraction": [0.1, 0.9]}


def cut(path: Path, lines: int) -> None:
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-lines]))


FILES = {
    "metrics.jsonl": ['{"iteration": 1}', '{"iteration": "x", "phase": []}', "[1]", "null"],
    "summary.json": ["[]", "{}", '{"interrupted": "no"}', "{"],
    "episodes.jsonl": ['{"turns": 3}', "[]", '{"observation": "a", "turns": [{"action": 1}]}'],
    "samples.json": ["{}", '[{"turns": [1]}]', "3"],
    "evaluations.jsonl": ['{"stage": 1}', "[]"],
    "changes.jsonl": ['{"iteration": 1}', "3"],
    "config.json": ['{"a": [1]}', '{"env": 3}', '{"env": "x", "preset": []}'],
}
FILES["metrics.jsonl"].append('{"iteration": 1%s}' % ("0" * 400))


@pytest.mark.parametrize(
    ("name", "content"), [(name, content) for name, each in FILES.items() for content in each]
)
def test_json_of_another_shape_is_named(
    name: str, content: str, run: Path, capsys: pytest.CaptureFixture[str]
):
    (run / name).write_text(content + "\n")
    if name == "episodes.jsonl":
        (run / "samples.json").unlink(missing_ok=True)
    if name != "summary.json" or content != "{}":
        assert cli.report([str(run)]) == 2
        assert name in one_line(capsys)
    if name in ("metrics.jsonl", "summary.json", "episodes.jsonl"):
        assert train("--resume", str(run), "--loop.iterations", "3") == 2
        assert name in capsys.readouterr().err


def test_figures_that_were_changed_afterwards_are_told(
    run: Path, finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def told(command: Callable[[list[str]], int], *arguments: str) -> str:
        capsys.readouterr()
        assert command([*arguments]) == 0
        return capsys.readouterr().err

    def report() -> str:
        told_of = told(cli.report, str(run))
        page = (run / "report.html").read_text()
        assert ("not all as the run has left it" in page) == bool(told_of)
        return told_of

    evaluation = [str(run), "--episodes", "2"]
    assert not told(cli.evaluate, *evaluation) and not report()
    for name in ("metrics.jsonl", "evaluations.jsonl"):
        misread(run / name, "evaluation/return_mean" if name == "metrics.jsonl" else "reward")
    config = json.loads((run / "config.json").read_text())
    config["model"]["temperature"] = 9.0
    (run / "config.json").write_text(json.dumps(config))
    assert "config.json changed since it ended" in told(cli.evaluate, *evaluation)
    assert "config.json, evaluations.jsonl, metrics.jsonl changed since it ended" in report()
    page = ["--out", str(tmp_path / "runs.html")]
    said = told(cli.report, str(run), str(finished), *page)
    assert f"{run} is not all as" in said and said.count("\n") == 1
    (run / "checksums.json").write_text("[")
    assert "checksums.json changed since it ended" in report()
    # One that goes on is not at its end.
    shutil.copy(finished / "checksums.json", run)
    for name in ("metrics.jsonl", "evaluations.jsonl", "config.json"):
        shutil.copy(finished / name, run)
    assert train("--resume", str(run), "--loop.iterations", "3") == 0
    assert not told(cli.evaluate, *evaluation) and not report()


def test_demonstrations_that_a_run_learns_from_must_be_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run = tmp_path / "run"
    assert trained(run, "--algo", "bc", "--bc.steps", "1") == 0
    file = run / "demonstrations.jsonl"
    for damage, message in (
        (lambda: cut(file, 1), "holds 15 games, not the 16 that this run learns from"),
        (file.unlink, "No such file"),
    ):
        damage()
        capsys.readouterr()
        assert train("--resume", str(run), "--loop.iterations", "3") == 2
        said = capsys.readouterr().err
        assert str(file) in said and message in said and said.count("\n") == 1


def test_a_report_that_a_kill_left_out_is_written(
    run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    page = run / "report.html"
    page.unlink(missing_ok=True)
    monkeypatch.setattr(
        "archer_agent.reports.report.write_report", lambda run: (page.write_text("new"), page)[1]
    )
    assert cli.train(["--resume", str(run)]) == 0
    assert page.read_text() == "new" and f"the report is {page}" in capsys.readouterr().out
    page.write_text("this one is right")
    assert cli.train(["--resume", str(run)]) == 0 and page.read_text() == "this one is right"
    os.utime(page, (0, 0))  # from before the end
    assert cli.train(["--resume", str(run)]) == 0 and page.read_text() == "new"


def test_a_policy_of_another_shape_is_no_beginning(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (run / "policy" / "checksums.json").unlink()
    for name in ("config.json", "tokenizer.json"):
        for content in ("[]", "{}", "3", '{"model_type": []}'):
            before = (run / "policy" / name).read_text()
            (run / "policy" / name).write_text(content)
            assert cli.evaluate([str(run), "--episodes", "2"]) == 2, (name, content)
            one_line(capsys)
            (run / "policy" / name).write_text(before)


# ---------------------------------------------------------------- disks


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting needs root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_told_and_the_run_goes_on_with_room(
    tiny_disk: Path, tmp_path: Path, finished: Path, capfd: pytest.CaptureFixture[str]
):
    run = tiny_disk / "run"
    longer = ["--loop.iterations", "2000", "--evaluation.every", "2000"]
    assert trained(run, *longer, "--checkpoint-every", "1") == 2
    said = capfd.readouterr().err
    assert "No space left on device" in said and said.count("\n") == 1
    kept = max(int(each.name) for each in (run / "checkpoints").iterdir() if each.name.isdecimal())
    assert kept >= 1
    roomy = Path(shutil.copytree(run, tmp_path / "roomy"))
    more = ["--loop.iterations", str(kept + 1)]
    assert train("--resume", str(roomy), *more) == 0
    assert "resumed after iteration" in capfd.readouterr().out


@pytest.mark.parametrize("kilobytes", [24, 72])
def test_a_disk_that_is_full_before_there_is_anything(
    kilobytes: int, tiny_disk: Path, capfd: pytest.CaptureFixture[str]
):
    resize = ["mount", "-o", f"remount,size={kilobytes}k", str(tiny_disk)]
    subprocess.run(resize, check=True)
    assert trained(tiny_disk / "run") == 2
    said = capfd.readouterr().err
    assert "No space left on device" in said and said.count("\n") == 1
    assert list(tiny_disk.iterdir()) == []


def test_a_folder_that_may_not_be_written_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").write_text("")
    assert trained(tmp_path / "file" / "run") == 2
    assert "Not a directory" in one_line(capsys)
    assert trained(Path("/proc/run")) == 2
    assert "/proc/run" in one_line(capsys)
