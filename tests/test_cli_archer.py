"""The learner's commands: what they pass on, and what they refuse in one line."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import archer_agent
from archer_agent import cli
from archer_agent.agents.agent import FunctionAgent, OwnAgent
from archer_agent.agents.random_agent import RandomAgent
from archer_agent.settings import TrainConfig, to_dict

ENV = "text_games:text_games/Echo-v0"
TESTS = Path(__file__).parent


def process(
    command: str, *arguments: str, prelude: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path[:0] = {[str(TESTS.parent), str(TESTS)]!r}\n{prelude}\n"
    code += f"from archer_agent.cli import {command}; raise SystemExit({command}())"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=cwd,
    )


@pytest.mark.parametrize("command", ["train", "evaluate", "report", "bench", "data"])
def test_every_command_has_a_version_and_completion(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run = getattr(cli, command)
    assert run(["--version"]) == 0
    name, _, version = capsys.readouterr().out.strip().partition(" ")
    assert name.startswith("archer-") and version == archer_agent.__version__
    script = tmp_path / "completion"
    with pytest.raises(SystemExit) as end:
        run(["--tyro-write-completion", "bash", str(script)])
    assert not end.value.code and name in script.read_text()


@dataclass
class Calls:
    """What the commands asked of the modules that do the work."""

    train: list[tuple[TrainConfig, Path | None]] = field(default_factory=list)
    evaluate: list[Any] = field(default_factory=list)
    raises: BaseException | None = None


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Replace training, evaluation and report by stand-ins that note what they were asked."""
    made = Calls()
    result = {
        **{"return_mean": -5.125, "interval": [-5.5, -4.75], "success": 0.875},
        **{"games": 16, "seconds": 1.25, "usage": {"completion_tokens": 1234}},
    }

    def train(
        config: TrainConfig, resume: Path | None, write_report: Callable[[Path], Path]
    ) -> Path:
        made.train.append((config, resume))
        if made.raises is not None:
            raise made.raises
        assert config.run is not None
        return config.run

    def evaluate(*arguments: Any, **keywords: Any) -> dict[str, Any]:
        made.evaluate.append((*arguments, *keywords.values()))
        return result

    modules: dict[str, dict[str, Callable[..., Any]]] = {
        "runs.training": {"train": train},
        "runs.evaluation": {"evaluate_run": evaluate, "evaluate_agent": evaluate},
        "reports.report": {"write_report": lambda run: run / "report.html"},
    }
    for name, functions in modules.items():
        module = ModuleType(f"archer_agent.{name}")
        vars(module).update(functions)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return made


def test_train_passes_the_settings_on(calls: Calls, tmp_path: Path):
    run = tmp_path / "run"
    arguments = ["--env", ENV, "--seed", "3", "--run", str(run), "--loop.iterations", "2"]
    assert cli.train([*arguments, "--env-options", '{"split": "test"}']) == 0
    ((config, resume),) = calls.train
    assert (config.env, config.seed, config.run, resume) == (ENV, 3, run, None)
    assert config.loop.iterations == 2 and config.env_options == '{"split": "test"}'
    assert not run.exists()


def test_train_resumes_with_the_settings_of_the_run(calls: Calls, tmp_path: Path):
    (tmp_path / "checkpoints" / "5").mkdir(parents=True)
    settings = to_dict(TrainConfig(env=ENV, seed=9))
    (tmp_path / "config.json").write_text(json.dumps(settings))
    more = ["--loop.iterations", "7", "--trust-code"]
    assert cli.train(["--resume", str(tmp_path), *more]) == 0
    ((config, resume),) = calls.train
    assert resume == tmp_path == config.run
    assert (config.env, config.seed, config.loop.iterations) == (ENV, 9, 7)


def test_print_config_starts_nothing(calls: Calls, capsys: pytest.CaptureFixture[str]):
    assert cli.train(["--env", "no/Such-v0", "--print-config", "--archer.kl", "0.5"]) == 0
    printed = tomllib.loads(capsys.readouterr().out)
    assert printed["archer"]["kl"] == 0.5 and printed["env"] == "no/Such-v0"
    assert not calls.train


def test_ctrl_c_tells_how_to_go_on(
    calls: Calls, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    calls.raises = KeyboardInterrupt()
    run = tmp_path / "run"
    assert cli.train(["--env", ENV, "--run", str(run)]) == 130
    assert "the same command begins again" in capsys.readouterr().err
    (run / "checkpoints" / "5").mkdir(parents=True)
    (run / "config.json").write_text(json.dumps(to_dict(TrainConfig(env=ENV))))
    assert cli.train(["--resume", str(run), "--env", ENV]) == 130
    assert capsys.readouterr().err == f"archer-train: stopped; go on with --resume {run}\n"


def test_a_failure_inside_a_library_is_not_passed_off_as_bad_input(calls: Calls, tmp_path: Path):
    calls.raises = ValueError("Expected a tensor of another shape")
    with pytest.raises(ValueError, match="another shape"):
        cli.train(["--env", ENV, "--run", str(tmp_path / "run")])
    calls.raises = ModuleNotFoundError("No module named 'mine'", name="mine")
    with pytest.raises(ModuleNotFoundError):
        cli.train(["--env", ENV, "--run", str(tmp_path / "run")])


def in_use(folder: Path) -> list[str]:
    (folder / "metrics.jsonl").write_text("{}")
    return ["--env", ENV, "--run", str(folder)]


def a_file(folder: Path) -> list[str]:
    (folder / "notes").write_text("mine")
    return ["--env", ENV, "--run", str(folder / "notes")]


def without_checkpoint(folder: Path) -> list[str]:
    (folder / "config.json").write_text(json.dumps(to_dict(TrainConfig(env=ENV))))
    (folder / "checkpoints" / "tmp-5").mkdir(parents=True)
    (folder / "metrics.jsonl").write_text('{"iteration": 3}\n')
    return ["--resume", str(folder), "--trust-code"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--env", "text_games:text_games/Eco-v0"], "did you mean text_games/Echo-v0"),
        (["--env", "no_such_module:Game-v0"], "cannot import 'no_such_module'"),
        (["--env", "CartPole-v1"], "its observations are Box, not text"),
        (["--env", ENV, "--env-options", '{"color": 1}'], 'with options {"color": 1}'),
        (["--env", ENV, "--env-options", "{"], "--env-options is not JSON"),
        (["--env", ENV, "--preset", "tny"], "did you mean tiny?"),
        (["--env", ENV, "--loop.minutes", "0"], "--loop.minutes must be more than 0"),
        (["--env", ENV, "--policy", "./absent"], "there is no model folder ./absent"),
        (["--env", ENV, "--critic", str(TESTS)], "cannot load the configuration of"),
        (["--resume", "no/such/run"], "there is no run folder no/such/run"),
        (in_use, "is in use"),
        (a_file, "is a file; name a folder"),
        (without_checkpoint, "has no checkpoint to go on from"),
    ],
)
def test_bad_input_gets_one_line(
    arguments: Sequence[str] | Callable[[Path], Sequence[str]],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    given = arguments(tmp_path) if callable(arguments) else arguments
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert cli.train(given) == 2
    assert sorted(tmp_path.rglob("*")) == before
    captured = capsys.readouterr()
    assert message in captured.err and captured.out == ""
    assert captured.err.startswith("archer-train: ") and captured.err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def f(:", "SyntaxError: invalid syntax (faulty_module.py, line 1)"),
        ("raise RuntimeError('no\\nway')", "RuntimeError: no way ("),
        ("import sys; sys.exit(0)", "SystemExit: 0 ("),
        ("import absent_package", "No module named 'absent_package'"),
    ],
)
@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        (cli.train, ["--env", "faulty_module:Game-v0"]),
        (cli.train, ["--env", "faulty_module/Game-v0"]),
        (cli.evaluate, ["--env", ENV, "--agent", "faulty_module:Player"]),
    ],
)
def test_a_module_that_fails_when_it_is_imported_is_told(
    command: Callable[[Sequence[str]], int],
    arguments: Sequence[str],
    text: str,
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    (tmp_path / "faulty_module.py").write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert command(arguments) == 2
    said = capsys.readouterr().err
    assert "cannot import" in said and reason in said and said.count("\n") == 1


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ("./game.py", "no environment is registered as './game.py'"),
        ("..:Game-v0", "cannot import '..' to find 'Game-v0'"),
        ("absent_package/Zqxjk-v0", "is the package that registers it installed?"),
    ],
)
def test_what_is_no_module_is_told(
    env: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert cli.train(["--env", env, "--run", str(tmp_path / "run")]) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1


@pytest.mark.parametrize(
    "error",
    [
        MemoryError("Unable to allocate 7. TiB"),
        RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB.\nSee the documentation"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."),
    ],
)
def test_memory_that_is_not_there_is_no_bug(
    error: Exception, calls: Calls, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    calls.raises = error
    assert cli.train(["--env", ENV, "--run", str(tmp_path / "run")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("archer-train: memory is full (") and said.count("\n") == 1
    assert str(error).splitlines()[0] in said and "smaller batches" in said
    calls.raises = RuntimeError("another one")
    with pytest.raises(RuntimeError, match="another one"):
        cli.train(["--env", ENV, "--run", str(tmp_path / "run")])


def test_bad_input_as_a_process(tmp_path: Path):
    result = process("train", "--env", "text_games:text_games/Eco-v0", cwd=tmp_path)
    assert result.returncode == 2 and result.stdout == ""
    assert "did you mean text_games/Echo-v0" in result.stderr
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


# As if the packages were not installed.
WITHOUT_EXTRA = """
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "transformers"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
"""


@pytest.mark.parametrize(
    ("command", "arguments"), [("train", []), ("evaluate", ["--agent", "random"])]
)
def test_a_missing_extra_is_named(command: str, arguments: list[str], tmp_path: Path):
    result = process(command, "--env", ENV, *arguments, prelude=WITHOUT_EXTRA, cwd=tmp_path)
    assert result.returncode == 2
    assert "torch is not installed: pip install -e '.[train]' -c constraints.txt" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "option"), [("train", "--resume"), ("evaluate", "--sample"), ("report", "FOLDER")]
)
def test_help_needs_no_torch(command: str, option: str):
    result = process(command, "--help", prelude=WITHOUT_EXTRA)
    assert result.returncode == 0 and option in result.stdout


def test_a_reader_who_has_enough_is_no_fault():
    reading, writing = os.pipe()
    os.close(reading)
    command = "import sys; from archer_agent.cli import train; sys.exit(train())"
    result = subprocess.run(
        [sys.executable, "-c", command, "--env", ENV, "--print-config"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    os.close(writing)
    assert (result.returncode, result.stderr) == (141, "")


def test_a_mistyped_flag_or_type_is_refused(capsys: pytest.CaptureFixture[str]):
    for arguments, message in (
        (["--env", ENV, "--sed", "1"], "--seed"),
        (["--env", ENV, "--loop.iterations", "many"], "'many'"),
        ([], "--env"),
    ):
        with pytest.raises(SystemExit) as caught:
            cli.train(arguments)
        assert caught.value.code == 2
        assert message in capsys.readouterr().err


# ---------------------------------------------------------------- archer-eval, archer-report


def test_evaluate_a_run(calls: Calls, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "config.json").write_text(json.dumps(to_dict(TrainConfig(env=ENV))))
    named = ["--env", ENV]
    assert cli.evaluate([str(tmp_path), *named, "--episodes", "16", "--seed", "4"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("mean return -5.12 (-5.50 to -4.75 with 95 % confidence), solved 87.5%")
    assert shown.endswith(" of 16 games in 1.2 s\n1,234 completion tokens\n")
    assert cli.evaluate([str(tmp_path), "--trust-code", "--sample", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["return_mean"] == -5.125
    given = [call[:6] for call in calls.evaluate]
    assert given == [(tmp_path, 16, 4, True, None, False), (tmp_path, 256, 0, False, None, False)]


def shout(observation: str) -> str:
    return observation.upper()


class Shouter(FunctionAgent):
    def __init__(self) -> None:
        super().__init__(shout)


class Mute:
    pass


def test_evaluate_another_agent(calls: Calls, capsys: pytest.CaptureFixture[str]):
    for agent in ("random", f"{__name__}:shout", f"{__name__}:Shouter"):
        assert cli.evaluate(["--agent", agent, "--env", ENV, "--episodes", "8"]) == 0
    for env, options, _, episodes, seed, record, *_ in calls.evaluate:
        assert (env, options, episodes, seed, record) == (ENV, {}, 8, 0, None)
    kinds = [type(agent) for _, _, agent, *_ in calls.evaluate]
    assert kinds == [RandomAgent, FunctionAgent, OwnAgent]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give the folder of a run, or --agent and --env"),
        (["--agent", "random"], "give the folder of a run, or --agent and --env"),
        (["x", "--agent", "random", "--env", ENV], "not both"),
        (["no/such/run"], "there is no run folder no/such/run"),
        (["no/such/run", "--model", "m"], "a run has its own settings"),
        (["no/such/run", "--episodes", "0"], "--episodes must be from 1 to"),
        (["no/such/run", "--seed", "-1"], "--seed must be at least 0"),
        (["no/such/run", "--resume"], "name it with --record"),
        (["--agent", "random", "--env", "CartPole-v1"], "not text"),
        (["--agent", "random", "--env", ENV, "--env-options", "1"], "must be a JSON object"),
        (["--agent", "chance", "--env", ENV], "openai, chat or MODULE:NAME, not 'chance'"),
        (["--agent", "no_such:Agent", "--env", ENV], "No module named 'no_such'"),
        (["--agent", f"{__name__}:Nobody", "--env", ENV], "has no attribute 'Nobody'"),
        (["--agent", f"{__name__}:ENV", "--env", ENV], "is a str, neither a class nor a function"),
        (["--agent", f"{__name__}:Mute", "--env", ENV], "lacks the methods"),
        (["--agent", f"{__name__}:Calls", "--env", ENV], "lacks the methods"),
        (["--agent", "pathlib:PurePath", "--env", ENV], "lacks the methods"),
        (["--agent", "types:MethodType", "--env", ENV], "must take no arguments"),
    ],
)
def test_bad_input_to_evaluate(
    arguments: list[str], message: str, calls: Calls, capsys: pytest.CaptureFixture[str]
):
    assert cli.evaluate(arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err and captured.out == ""
    assert captured.err.startswith("archer-eval: ") and captured.err.count("\n") == 1
    assert not calls.evaluate


def test_report(calls: Calls, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.report([str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'report.html'}\n"
    assert cli.report([str(tmp_path / "absent")]) == 2
    assert "there is no run folder" in capsys.readouterr().err
