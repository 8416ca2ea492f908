"""The llm-gym command, in process and as a process."""

import io
import subprocess
import sys
from dataclasses import replace

import pytest
from text_games import EchoGame

from llm_gym.cli import main
from llm_gym.core.game import Turn
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


def test_help_names_the_commands():
    result = run("--help")
    assert result.returncode == 0
    assert all(command in result.stdout for command in ("list", "play", "check"))


def test_a_piped_game_to_its_end():
    result = run(
        "play",
        ID,
        "--split",
        "train",
        "--index",
        "0",
        text="Is it big?\n\nIs it [b]x?\n" + "?\n" * 17,
    )
    assert result.returncode == 0 and result.stderr == ""
    assert "20 turns" in result.stdout and "Is it [b]x?" in result.stdout
    assert "Not solved after 20 turns: basketball. Return -20." in result.stdout


def test_input_that_is_no_text_costs_a_turn():
    command = [sys.executable, "-m", "llm_gym.cli", "play", ID]
    result = subprocess.run(command, input=b"\xff\xfe?\n", capture_output=True, timeout=60)
    assert result.returncode == 0 and b"Traceback" not in result.stderr


def test_winning(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr("sys.stdin", io.StringIO("Is it alive?\nIs it a basketball?\n"))
    assert main(["play", ID, "--split", "train", "--index", "0"]) == 0
    assert "Solved after 2 turns: basketball. Return -1." in capsys.readouterr().out


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
    assert shown.count("ok ") == 4 and "FAILED" not in shown


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
