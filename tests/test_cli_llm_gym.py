"""The llm-gym command, in process and as a process."""

import io
import json
import os
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from text_games import EchoGame

from llm_gym import Turn, __version__
from llm_gym.cli import main
from llm_gym.registration import ENVIRONMENTS

ID = "llm_gym/TwentyQuestions-v0"


def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "llm_gym.cli", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)


def test_list_shows_every_environment(capsys: pytest.CaptureFixture[str]):
    assert main(["list"]) == 0
    shown = capsys.readouterr().out
    for environment in ENVIRONMENTS:
        assert environment.id in shown
        assert "/".join(str(size) for size in environment.splits.values()) in shown


def test_list_as_json(capsys: pytest.CaptureFixture[str]):
    assert main(["list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in listed] == [each.id for each in ENVIRONMENTS]
    worlds = next(each for each in listed if each["id"] == "llm_gym/AdventureWorlds-v0")
    assert worlds["splits"] == {"train": 256, "valid": 32, "test": 32}
    assert worlds["turn_limit"] == 80 and worlds["kwargs"] == {"worlds": "generated"}
    words = next(each for each in listed if each["id"] == "llm_gym/TwentyQuestionsOpen-v0")
    assert words["needs"] == ["objects", "oracle"] and words["splits"] == {}


def test_the_version():
    result = run("--version")
    assert (result.returncode, result.stdout) == (0, f"llm-gym {__version__}\n")


def test_the_shell_completes_commands_and_options(tmp_path: Path):
    script = tmp_path / "llm-gym"
    script.write_text(run("--tyro-print-completion", "bash").stdout, encoding="utf-8")
    cases = {"li": "list", "play --spl": "--split", "play ID --rules s": "strict"}
    for line, wanted in cases.items():
        place = f"COMP_WORDS=(llm-gym {line}); COMP_CWORD={len(line.split())}"
        code = f"source {script}; {place}; _tyro_llm_gym"
        shell = ["bash", "-c", f'{code}; echo "${{COMPREPLY[@]}}"']
        assert subprocess.run(shell, capture_output=True, text=True).stdout.strip() == wanted


def test_a_completion_script_without_a_place_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    script = tmp_path / "none" / "llm-gym"
    assert main(["--tyro-write-completion", "bash", str(script)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("llm-gym: [Errno 2] No such file or directory")


def test_modules_of_the_working_directory_are_found(tmp_path: Path):
    (tmp_path / "own_game.py").write_text("import text_games\n")
    tests = Path(__file__).parent
    # As a console script: the working directory is not on the path.
    code = "import sys; sys.path.pop(0); from llm_gym.cli import main; main()"
    found = subprocess.run(
        [sys.executable, "-c", code, "play", "own_game:text_games/Echo-v0"],
        input="stop\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tests.parent}:{tests}"},
        timeout=60,
    )
    assert "Solved after 1 turns" in found.stdout, found.stderr


def test_help_names_the_commands():
    result = run("--help")
    assert result.returncode == 0
    commands = ("list", "play", "check", "serve", "serve-oracle", "oracle-eval")
    assert all(command in result.stdout for command in commands)


def test_a_piped_game_to_its_end():
    result = run(
        "play",
        ID,
        "--split",
        "train",
        "--index",
        "0",
        text="Is it big?\n\n  \nIs it [b]x?\n" + "?\n" * 18,
    )
    assert result.returncode == 0 and result.stderr == ""
    assert "20 turns" in result.stdout and "Is it [b]x?" in result.stdout
    assert "Not solved after 20 turns: basketball. Return -20." in result.stdout


@pytest.mark.parametrize("name", ["TwentyQuestions", "TwentyQuestionsSubset", "GuessMyCity"])
def test_play_tells_the_rules_of_a_question_game_and_how_to_leave(name: str):
    result = run("play", f"llm_gym/{name}-v0", text="\n \nIs it blue?\n")
    shown = " ".join(result.stdout.split())
    assert "Each question costs one point but the one that wins" in shown
    assert "Ctrl-D leaves" in shown and " 1 > Is it blue?" in shown
    if name == "TwentyQuestionsSubset":
        assert "banana, chair, computer, dog, football, pants, pen, piano, scissors, truck" in shown


def test_input_that_is_no_text_costs_a_turn():
    command = [sys.executable, "-m", "llm_gym.cli", "play", ID]
    result = subprocess.run(command, input=b"\xff\xfe?\n", capture_output=True, timeout=60)
    assert result.returncode == 0 and b"Traceback" not in result.stderr


def test_winning(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr("sys.stdin", io.StringIO("Is it alive?\nIs it a basketball?\n"))
    assert main(["play", ID, "--split", "train", "--index", "0"]) == 0
    assert "Solved after 2 turns: basketball. Return -1." in capsys.readouterr().out


def test_a_shorter_adventure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr("sys.stdin", io.StringIO("take penny\nn\n"))
    assert main(["play", "llm_gym/Adventure-v0", "--turn-limit", "2"]) == 0
    shown = capsys.readouterr().out
    assert "2 turns." in shown and "Harbour Street" in shown and "out of moves" in shown
    assert "Not solved after 2 turns: duchess. Return 5." in shown


def test_a_shop_explains_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.stdin", io.StringIO("search[tea bags]\nclick[2]\nclick[Buy Now]\n"))
    assert main(["play", "llm_gym/WebShop-v0", "--seed", "1"]) == 0
    before, *pages = capsys.readouterr().out.split("> ")
    assert "You shop in" in before.partition("Instruction:")[0]
    assert "click[1] " in pages[0] and "flavor name:" in pages[1] and "Your score" in pages[2]


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_leaving_early_is_no_failure(
    end: type[BaseException], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def leave(prompt: str = "") -> str:
        raise end

    monkeypatch.setattr("builtins.input", leave)
    assert main(["play", ID, "--seed", "1"]) == 0
    assert "Stopped" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["play", "llm_gym/TwentyQuestion-v0"], f"did you mean {ID}"),
        (["check", "twentyquestions"], f"did you mean {ID}"),
        (["play", "Chess-v9"], "`llm-gym list` shows all of them"),
        (["play", "CartPole-v1"], "CartPole-v1 is not an llm_gym text environment"),
        (["play", "no_such_module:Env-v0"], "No module named 'no_such_module'"),
        (["play", ID, "--split", "exam"], "unknown split 'exam'; choose one of train, valid, test"),
        (["play", ID, "--index", "157"], "index 157 is out of range"),
        (["play", ID, "--seed", "-1"], "greater or equal to zero"),
    ],
)
def test_bad_input_gets_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err and captured.err.count("\n") == 1 and captured.out == ""


def test_an_unknown_option_is_refused():
    result = run("play", ID, "--sed", "1")
    assert result.returncode == 2 and "--seed" in result.stdout + result.stderr


def test_check_passes(capsys: pytest.CaptureFixture[str]):
    assert main(["check", "llm_gym/TwentyQuestionsSubset-v0"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("ok ") == 5 and "FAILED" not in shown


def test_check_finds_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    answer = EchoGame.answer

    def one_key_more(game: EchoGame, reply: str | None) -> Turn:
        turn = answer(game, reply)
        return replace(turn, info={**turn.info, "now and then": 1})

    monkeypatch.setattr(EchoGame, "answer", one_key_more)
    assert main(["check", "text_games/Echo-v0"]) == 1
    assert "FAILED info: AssertionError: info changed" in capsys.readouterr().out


CASES = [
    ("dog", "Is it alive?", "Yes.", "living"),
    ("dog", "Is it a dog?", "Yes.", "guess"),
    ("piano", "Is it alive?", "No.", "living"),
    ("piano", "[b]Is it?", "Invalid Question.", "invalid"),
    ("piano", "Is it a piano?", "Yes.", "naming"),
]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    fields = ("object", "question", "answer", "kind")
    lines = [json.dumps(dict(zip(fields, case, strict=True))) for case in CASES]
    path.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    return path


class TokenOracle:
    """Says yes where the question names the subject, counts tokens, and cannot say no."""

    def __init__(self, game: str, fail: bool = False) -> None:
        self.usage = {"prompt_tokens": 1000, "completion_tokens": 0, "cost": 0.0}
        self.fail = fail

    def answer(self, subjects: list[str], questions: list[str]) -> list[str]:
        if self.fail:
            raise ConnectionError("the line\nis dead")
        self.usage["prompt_tokens"] += 10 * len(questions)
        self.usage["completion_tokens"] += len(questions)
        self.usage["cost"] += 0.25 * len(questions)
        return [
            "well, YES: [b]" if subject in question else "I cannot know"
            for subject, question in zip(subjects, questions, strict=True)
        ]


TOKEN_ORACLE = "test_cli_llm_gym:TokenOracle"


def test_oracle_eval_gives_accuracy_per_kind(questions: Path, capsys: pytest.CaptureFixture[str]):
    arguments = ["oracle-eval", "--oracle", TOKEN_ORACLE, "--questions", str(questions)]
    assert main([*arguments, "--batch-size", "2", "--failures"]) == 0
    shown = capsys.readouterr().out
    rows = [line.split() for line in shown.splitlines()[1:6]]
    assert rows == [
        ["guess", "1", "1", "100.0%"],
        ["invalid", "1", "1", "100.0%"],
        ["living", "2", "0", "0.0%"],
        ["naming", "1", "1", "100.0%"],
        ["all", "5", "3", "60.0%"],
    ]
    assert "batches of 2" in shown
    assert "prompt_tokens 50, completion_tokens 5, cost 1.25" in shown
    assert shown.count("Not: I cannot know") == 2
    assert "living: dog: Is it alive? Yes. Not: I cannot know" in shown


def test_oracle_eval_as_json(questions: Path, capsys: pytest.CaptureFixture[str]):
    spec = json.dumps({"kind": TOKEN_ORACLE, "fail": False})
    arguments = ["oracle-eval", "--oracle", spec, "--questions", str(questions), "--json"]
    assert main([*arguments, "--failures", "--batch-size", "3"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["oracle"] == json.loads(spec) and report["game"] == "twenty_questions"
    assert (report["cases"], report["right"], report["accuracy"]) == (5, 3, 0.6)
    assert report["kinds"]["living"] == {"cases": 2, "right": 0, "accuracy": 0.0}
    assert report["calls"] == 2 and report["answers_per_second"] > 0
    assert 0 < report["latency_ms"]["p50"] <= report["latency_ms"]["p95"]
    assert report["usage"] == {"prompt_tokens": 50, "completion_tokens": 5, "cost": 1.25}
    assert [case["object"] for case in report["failures"]] == ["dog", "piano"]
    assert report["failures"][0]["reply"] == "I cannot know"


def test_a_reader_who_has_enough_is_no_fault(questions: Path):
    arguments = ["oracle-eval", "--oracle", "knowledge", "--questions", str(questions), "--json"]
    # Buffered, as it is in a shell: what is printed meets the closed pipe when it is flushed.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w") as output:
        result = subprocess.run(
            [sys.executable, "-m", "llm_gym.cli", *arguments],
            stdout=output,
            stderr=subprocess.PIPE,
            env=env,
            text=True,
            timeout=60,
        )
    assert (result.returncode, result.stderr) == (141, "")


def test_oracle_eval_of_the_knowledge_oracle_from_a_replay(
    questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def run(**options: str) -> str:
        spec = json.dumps({"kind": "knowledge", "cache": str(tmp_path / "c.sqlite"), **options})
        main(["oracle-eval", "--oracle", spec, "--questions", str(questions)])
        return capsys.readouterr().out

    def table(shown: str) -> list[str]:
        return shown.splitlines()[:6]

    recorded, replayed = run(), run(mode="replay")
    assert table(recorded)[-1].split() == ["all", "5", "5", "100.0%"]
    assert table(replayed) == table(recorded)
    assert "Used: cache_hits 0." in recorded and "Used: cache_hits 5." in replayed


def test_an_interrupt_has_no_traceback(
    questions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def leave(*_: object) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(TokenOracle, "answer", leave)
    assert main(["oracle-eval", "--oracle", TOKEN_ORACLE, "--questions", str(questions)]) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("oracle", "content", "message"),
    [
        ("knowledge", None, "cannot read"),
        ("knowledge", b"\xff\xfe", "cannot read"),
        ("knowledge", b"\n", "holds no cases"),
        ("knowledge", b"{}\n", "line 1 is not a case"),
        ("knowledge", b"\n[1]\n", "line 2 is not a case"),
        (
            "knowledge",
            b'{"object": "dog", "question": "?", "answer": "Maybe.", "kind": "x"}\n',
            "line 1 is not a case",
        ),
        ("knowledg", b"", "unknown oracle kind 'knowledg'"),
        ('{"kind": ', b"", "the oracle is not valid JSON"),
        ('{"knd": "knowledge"}', b"", "an oracle is named by"),
        ('{"kind": "knowledge", "model": "x"}', b"", "unexpected keyword argument 'model'"),
        ('{"kind": "knowledge", "cache": "."}', b"", "cannot read the answer cache"),
        ('{"kind": "server", "socket": "none.sock"}', b"", "no oracle server at"),
        (json.dumps({"kind": TOKEN_ORACLE, "fail": True}), b"", "the line is dead"),
    ],
)
def test_oracle_eval_of_bad_input_gets_one_line(
    oracle: str,
    content: bytes | None,
    message: str,
    questions: Path,
    capsys: pytest.CaptureFixture[str],
):
    if content is None:
        questions.unlink()
    elif content:
        questions.write_bytes(content)
    assert main(["oracle-eval", "--oracle", oracle, "--questions", str(questions)]) == 2
    captured = capsys.readouterr()
    assert message in captured.err and captured.err.count("\n") == 1 and captured.out == ""


def test_serve_oracle_where_it_cannot(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def refused(path: Path, oracle: str = "knowledge") -> str:
        arguments = ["--oracle", oracle, "--game", "twenty_questions", "--socket", str(path)]
        assert main(["serve-oracle", *arguments]) == 2
        captured = capsys.readouterr()
        assert captured.err.count("\n") == 1 and captured.out == ""
        return captured.err

    file = tmp_path / "notes.txt"
    file.write_text("notes")
    assert "exists and is not a socket" in refused(file) and file.read_text() == "notes"
    assert "cannot make the socket" in refused(tmp_path / "no" / "oracle.sock")
    assert "too long" in refused(tmp_path / ("long" * 40))
    assert "unknown oracle kind" in refused(tmp_path / "oracle.sock", "nobody")
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(tmp_path / "taken.sock"))
        listener.listen()
        assert "a server answers" in refused(tmp_path / "taken.sock")
    assert not (tmp_path / "oracle.sock").exists()
