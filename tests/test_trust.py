"""A run's folder is only data: what its settings name beyond that is used when the command line says so."""

import json
import os
import shlex
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from small_runs import train, trained

from archer_agent import cli
from archer_agent.runs.checkpoint import load_checkpoint
from archer_agent.runs.evaluation import load_agent
from archer_agent.runs.own import check_trust_of_models, remember_models
from archer_agent.settings import TrainConfig, check_trust, read_config, redacted, redacted_text
from archer_agent.settings.redaction import HIDDEN

CODE = "this:zen"  # a module that speaks when it is imported


def rewrite(path: Path, **values: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


@pytest.mark.parametrize(
    ("env", "options", "named"),
    [
        ("this:Game-v0", {}, "'this'"),
        ("antigravity/Game-v0", {}, "'antigravity'"),
        ("llm_gym/TwentyQuestions-v0", {"oracle": CODE}, "the code 'this:zen'"),
        ("llm_gym/TwentyQuestions-v0", {"oracle": {"kind": CODE}}, "the code 'this:zen'"),
        ("llm_gym/TwentyQuestions-v0", {"a": [{"b": {"os.path:join": 1}}]}, "os.path:join"),
        (
            "llm_gym/TwentyQuestions-v0",
            {"oracle": {"kind": "openai", "base_url": "http://evil.example/v1"}},
            "the address 'http://evil.example/v1'",
        ),
        (
            "llm_gym/TwentyQuestions-v0",
            {"oracle": {"kind": "knowledge", "cache": "../../victim.sqlite"}},
            "the file '../../victim.sqlite'",
        ),
        ("llm_gym/TwentyQuestions-v0", {"objects": "/etc/passwd"}, "the file '/etc/passwd'"),
        ("llm_gym/TwentyQuestions-v0", {"oracle": {"kind": "openai"}}, "the service 'openai'"),
        (
            "llm_gym/TwentyQuestions-v0",
            {"oracle": {"kind": "server", "address": "evil.example:80"}},
            "the service 'server'",
        ),
        (
            "llm_gym/TwentyQuestions-v0",
            {"oracle": {"kind": "noisy", "of": {"kind": "transformers", "model": "evil/model"}}},
            "the model 'evil/model' in --env-options",
        ),
    ],
)
def test_what_a_folder_names_is_not_used(
    env: str,
    options: dict[str, Any],
    named: str,
    run: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    rewrite(run / "config.json", env=env, env_options=json.dumps(options))
    monkeypatch.setattr("importlib.import_module", lambda *names: pytest.fail(f"imports {names}"))
    for command, arguments in (
        (cli.evaluate, [str(run), "--episodes", "1"]),
        (cli.train, ["--resume", str(run), "--loop.iterations", "9"]),
        (cli.data, [str(run / "episodes.jsonl"), "minari:stolen/games-v0"]),
    ):
        assert command(arguments) == 2
        captured = capsys.readouterr()
        assert named in captured.err and "--trust-code" in captured.err and not captured.out
        assert captured.err.count("\n") == 1


def test_the_same_names_given_by_hand_are_trust_enough():
    config = TrainConfig(env="this:Game-v0", env_options='{"oracle": "this:zen"}')
    check_trust(config, "x", env="this:Game-v0", env_options={"oracle": "this:zen"})
    for given in ({"env": "this:Game-v0"}, {"env_options": {"oracle": "this:zen"}}):
        with pytest.raises(ValueError, match="trust-code"):
            check_trust(config, "x", **given)
    harmless = {"oracle": {"kind": "transformers", "model": "smollm2"}, "split": "0-99"}
    check_trust(TrainConfig(env="llm_gym/A-v0", env_options=json.dumps(harmless)), "x")


def test_trackers_of_a_strangers_run_are_told_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from archer_agent.runs import trackers

    begun: list[str] = []

    class Tracker:
        def __init__(self, *details: Any) -> None:
            begun.append("wandb")

        def __getattr__(self, name: str) -> Callable[..., None]:
            return lambda *details: None

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setitem(trackers._MAKERS, "wandb", Tracker)
    monkeypatch.setattr("archer_agent.runs.training.check_trackers", lambda config: None)
    run = tmp_path / "run"
    assert trained(run, "--track", "wandb") == 0
    assert (
        train("--resume", str(run), "--loop.iterations", "3") == 0
    )  # one's own goes on as it began
    assert begun == ["wandb"] * 2
    key = tmp_path / "state" / "archer_agent" / "key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.unlink()  # as on another machine
    again = ["--resume", str(run), "--loop.iterations", "4"]
    assert train(*again) == 2
    said = capsys.readouterr().err
    assert "would report to wandb" in said and "--trust-code" in said and said.count("\n") == 1
    for damaged in ("[", "{}", "[1]"):
        (run / "own.json").write_text(damaged)
        assert train(*again) == 2 and "own.json is damaged" in capsys.readouterr().err
    (run / "own.json").unlink()
    assert train(*again) == 2 and begun == ["wandb"] * 2
    capsys.readouterr()
    assert train(*again, "--track") == 0 and begun == ["wandb"] * 2
    rewrite(run / "config.json", track=["wandb"])
    assert train("--resume", str(run), "--loop.iterations", "5", "--track", "wandb") == 0
    assert begun == ["wandb"] * 3


@pytest.fixture
def nothing_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    from archer_agent.networks import loading

    monkeypatch.setattr(loading, "_load", lambda *names, **options: pytest.fail(f"loads {names}"))


@pytest.mark.parametrize("model", ["evil/model", "/etc/model", "evil_package:model.gguf"])
def test_models_that_a_strangers_folder_names_are_not_fetched(
    model: str, run: Path, nothing_fetched: None, capsys: pytest.CaptureFixture[str]
):
    def refused(place: str, *commands: Callable[[], int]) -> None:
        for command in commands:
            assert command() == 2
            said = capsys.readouterr()
            assert f"names the model {model!r} {place}, and was begun elsewhere" in said.err
            assert said.err.count("\n") == 1 and not said.out

    def resume() -> int:
        return train("--resume", str(run), "--loop.iterations", "9")

    def evaluate() -> int:
        return cli.evaluate([str(run), "--episodes", "1"])

    config = json.loads((run / "config.json").read_text())
    rewrite(run / "config.json", model={**config["model"], "critic": model})
    refused("as --model.critic", resume)
    rewrite(run / "config.json", algo="chai")
    refused("as --model.critic", evaluate)
    (run / "config.json").write_text(json.dumps(config))
    adapter = run / "policy" / "adapter_config.json"
    adapter.write_text(json.dumps({"base_model_name_or_path": model}))
    refused("in policy/adapter_config.json", resume, evaluate)
    with pytest.raises(ValueError, match="names the model"):
        load_agent(run)
    adapter.unlink()
    # Where it would begin anew, its policy too.
    rewrite(run / "config.json", model={**config["model"], "policy": model})
    for left in ("metrics.jsonl", "summary.json"):
        (run / left).unlink()
    shutil.rmtree(run / "checkpoints")
    refused("as --model.policy", resume)


def test_models_of_ones_own_run_go_on(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    options = json.dumps({"oracle": {"model": "mine/oracle"}})
    rewrite(run / "config.json", env_options=options)
    model = {**json.loads((run / "config.json").read_text())["model"], "critic": "mine/critic"}
    rewrite(run / "config.json", model=model)
    config = read_config(run)
    for known in ("oracle", "critic"):
        with pytest.raises(ValueError, match=f"mine/{'critic' if known == 'oracle' else 'oracle'}"):
            check_trust_of_models(run, config, ["critic"], [f"mine/{known}"])
    check_trust_of_models(run, config, ["critic"], ["mine/critic", "mine/oracle"])
    remember_models(run, config)
    check_trust_of_models(run, config, ["policy", "critic", "adapters"])
    adapter = {"base_model_name_or_path": "evil/model"}  # put there by somebody else
    (run / "policy" / "adapter_config.json").write_text(json.dumps(adapter))
    check_trust_of_models(run, config, ["critic"])
    with pytest.raises(ValueError, match="evil/model"):
        check_trust_of_models(run, config, ["adapters"])


@pytest.mark.parametrize("name", ["shared", "demonstrations"])
def test_a_run_that_begins_anew_stays_in_its_folder(
    name: str, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    config = json.loads((run / "config.json").read_text())
    config["warm_start"][name] = str(tmp_path / "victim")
    (run / "config.json").write_text(json.dumps(config))
    for left in ("metrics.jsonl", "summary.json"):
        (run / left).unlink()
    shutil.rmtree(run / "checkpoints")
    assert train("--resume", str(run)) == 2
    said = capsys.readouterr().err
    assert f"as --warm-start.{name}, outside" in said and "--trust-code" in said
    assert not (tmp_path / "victim").exists()


def test_code_beside_weights_is_not_run(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    policy = run / "policy"
    (policy / "checksums.json").unlink()
    (policy / "evil.py").write_text(f"open({str(tmp_path / 'victim')!r}, 'w')\nclass E: ...\n")
    rewrite(policy / "config.json", model_type="evil", auto_map={"AutoConfig": "evil.E"})
    assert cli.evaluate([str(run), "--episodes", "1"]) == 2
    captured = capsys.readouterr()
    assert "contains custom code" in captured.err and not captured.out
    assert not (tmp_path / "victim").exists()


def test_the_command_on_a_page_is_no_other(run: Path):
    page = commands(run, instruction="[it's]; touch /tmp/x", track=["; touch /tmp/y;"])
    (run / "changes.jsonl").write_text(
        json.dumps({"iteration": 1, "changed": {"; touch /tmp/z #": [1, 2]}}) + "\n"
    )
    for line in (*page, *commands(run)):
        if not line.startswith("#"):
            lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
            assert ";" not in list(lexer) and line.split()[0].startswith("archer-")


def commands(run: Path, track: Sequence[str] = (), **model: str) -> list[str]:
    config = json.loads((run / "config.json").read_text())
    rewrite(run / "config.json", track=list(track), model={**config["model"], **model})
    from archer_agent.reports.report import _page

    result: list[str] = _page(run)["commands"]
    return result


def test_names_in_a_checkpoint_lead_nowhere(run: Path, tmp_path: Path):
    victim = tmp_path / "victim.txt"
    victim.write_text("precious\n" * 9)
    path = run / "checkpoints" / "000002" / "checkpoint.json"
    record = json.loads(path.read_text())
    record["state"]["lines"] |= {"../victim.txt": 0, str(victim): 0}
    path.write_text(json.dumps(record))
    (path.parent / "checksums.json").write_text(
        json.dumps(json.loads((path.parent / "checksums.json").read_text()) | sealed(path))
    )
    assert train("--resume", str(run), "--loop.iterations", "3") == 0
    assert victim.read_text() == "precious\n" * 9
    with pytest.raises(ValueError):
        load_checkpoint(run / "..", modules={}, optimizers={}, generators={})


def sealed(path: Path) -> dict[str, str]:
    from zlib import crc32

    return {path.name: f"{crc32(path.read_bytes()):08x}"}


@pytest.mark.parametrize(
    "name",
    ["metrics.jsonl", "policy", "checkpoints", ".config.json.tmp", "wandb", "checkpoints/wandb"],
)
def test_links_are_refused(
    name: str, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    outside = tmp_path / "outside"
    if (run / name).exists():
        (run / name).rename(outside)
    else:
        outside.write_text("precious")
    (run / name).symlink_to(outside)
    for command, arguments in (
        (cli.train, ["--resume", str(run), "--loop.iterations", "3"]),
        (cli.report, [str(run)]),
        (cli.report, [str(run), str(run), "--out", str(tmp_path / "runs.html")]),
        (cli.evaluate, [str(run), "--episodes", "1"]),
        (cli.data, [str(run / "episodes.jsonl"), str(tmp_path / "games.jsonl")]),
        (cli.data, [str(run), str(tmp_path / "games.jsonl")]),
    ):
        assert command(arguments) == 2
        assert "is a symbolic link" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.html")) and not list(tmp_path.glob("*.jsonl"))


def test_a_pipe_is_not_waited_for(run: Path, capsys: pytest.CaptureFixture[str]):
    for name, told in (
        ("summary.json", "summary.json is no ordinary file"),
        ("config.json", "has no config.json"),
    ):
        (run / name).unlink()
        os.mkfifo(run / name)
        for command, arguments in ((cli.evaluate, [str(run)]), (cli.train, ["--resume", str(run)])):
            assert command(arguments) == 2
            assert told in capsys.readouterr().err


def test_secrets_are_neither_kept_nor_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    options = {"api_key": "sk-12", "nested": {"url": "https://me:word@host/x?a=1"}, "keys": "4"}
    assert redacted(options) == {
        "api_key": "(not kept)",
        "nested": {"url": "https://(not kept)@host/x?a=1"},
        "keys": "4",
    }
    assert redacted_text("no http://a:b@c, no user@host") == "no http://(not kept)@c, no user@host"
    for url in (
        "https://me:a@b@host/x",
        "https://host/x?api_key=a@b&n=1",
        "http://h?x=1&token=a@b",
    ):
        assert "a@b" not in redacted_text(url) and "(not kept)" in redacted_text(url)
    assert "n=1" in redacted_text("https://host/x?api_key=ab&n=1#token=1")
    kept = redacted({"X-API-Key": "a", "hf_token": "b", "monkey": "c", "tokens": "d"})
    assert list(kept.values()) == ["(not kept)", "(not kept)", "c", "d"]
    given = json.dumps({**options, "fault": ""})
    assert trained(tmp_path / "run", "--env-options", given, env="Faulty-v0") == 2
    said = capsys.readouterr().err
    assert "sk-12" not in said and "word" not in said


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"accessToken": "x", "dbPassword": 8273}, {"accessToken": HIDDEN, "dbPassword": HIDDEN}),
        ({"api_keys": ["x", "y"], "auth": ["me", "x"]}, {"api_keys": HIDDEN, "auth": HIDDEN}),
        ({"credentials": {"value": "x"}, "Cookie": "x"}, {"credentials": HIDDEN, "Cookie": HIDDEN}),
        ({"eos_token": 2, "max_tokens": 9, "sort_key": {"a": 1}}, ...),
        ({"password": "", "token": None, "auth": False, "monkey": "x", "tokens": "x"}, ...),
        (
            {"options": '{"api_key": "x", "n": 1}'},
            {"options": f'{{"api_key": "{HIDDEN}", "n": 1}}'},
        ),
        ({"options": '{"n":1}', "instruction": "{no JSON"}, ...),
        ("no cache /a/postgres:/me:x@h/y", f"no cache /a/postgres:/{HIDDEN}@h/y"),
        ("https://h/x?accessToken=x&n=1", f"https://h/x?accessToken={HIDDEN}&n=1"),
    ],
)
def test_what_is_a_secret(value: Any, kept: Any):
    assert redacted(value) == (value if kept is ... else kept)


def test_a_secret_in_what_an_environment_says_is_not_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    options = json.dumps({"fault": "tells", "api_key": "sk-1234", "headers": {"cookie": "c00kie"}})
    for given in (["--env-options", options], [f"--env-options={options}"]):
        assert trained(tmp_path / "run", *given, env="Faulty-v0") == 2
        said = capsys.readouterr().err
        assert f"no access with {HIDDEN} and {HIDDEN}" in said and said.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "mistake"),
    [(cli.train, "--env-option"), (cli.evaluate, "--env-option"), (cli.train, "--loop.minuts")],
)
def test_a_mistyped_flag_repeats_no_secret(
    command: Callable[[list[str]], int], mistake: str, capsys: pytest.CaptureFixture[str]
):
    secret = '{"api_key": "sk-1234", "n": 1}'
    for given in ([mistake, secret], [f"{mistake}={secret}"]):
        with pytest.raises(SystemExit, match="2"):
            command(["--env", "Faulty-v0", *given])
        said = capsys.readouterr()
        assert mistake in said.err and "sk-1234" not in said.err + said.out


def test_options_of_a_player_are_kept_without_secrets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run = tmp_path / "run"
    given = ["--warm-start.player-options", '{"api_key": "sk-1234"}']
    assert trained(run, *given, "--loop.iterations", "1", env="Faulty-v0") == 0
    for path in run.rglob("*.json*"):
        assert "sk-1234" not in path.read_text()
    # With weights of its own it asks for nothing; where it begins anew it does.
    assert train("--resume", str(run), "--loop.iterations", "2") == 0
    for left in ("metrics.jsonl", "summary.json"):
        (run / left).unlink()
    shutil.rmtree(run / "checkpoints")
    capsys.readouterr()
    assert train("--resume", str(run)) == 2
    said = capsys.readouterr().err
    assert "does not keep the secrets in --warm-start.player-options" in said
    assert train("--resume", str(run), *given) == 0
