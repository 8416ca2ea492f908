"""Settings: from presets, files and flags, one set of rules for all."""

import ast
import itertools
import json
import math
import subprocess
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import pytest

from archer_agent import settings
from archer_agent.settings import (
    Algo,
    ArcherConfig,
    TrainConfig,
    flags,
    given_flags,
    json_object,
    parse_train_arguments,
    preset_names,
    read_config,
    read_preset,
    to_dict,
    to_toml,
    unheeded,
    with_run_folder,
)
from archer_agent.settings.ranges import check_ranges, numbers

ENV = ["--env", "space/Game-v0"]


def parse(*arguments: str) -> TrainConfig:
    return parse_train_arguments([*ENV, *arguments]).config


def test_flags_win_over_the_preset_and_the_preset_over_defaults():
    paper = parse("--preset", "paper")
    assert paper.preset == "paper" and paper.env == "space/Game-v0"
    assert (paper.model.policy, paper.model.critic) == ("gpt2", "roberta-base")
    assert paper.archer.whiten is False and ArcherConfig().whiten is True
    changed = parse("--preset=paper", "--archer.whiten", "--loop.minutes", "3", "--policy", "small")
    assert changed.archer.whiten is True and changed.loop.minutes == 3.0
    assert changed.model.policy == "small" and changed.model.critic == "roberta-base"


def test_every_preset_fits():
    assert preset_names() == ["llm", "original", "paper", "small-llm", "tiny"]
    for name in preset_names():
        assert parse("--preset", name).preset == name
    assert parse() == parse("--preset", "tiny")
    assert parse("--preset", "original").loop.buffer_games == 100_000
    assert parse("--preset", "paper").loop.buffer_games == 10_000


def test_nested_values_become_flags():
    settings = {"a_b": 1, "c": {"d_e": "-x y", "f": {"on": True, "is_off": False}}, "g": None}
    assert flags(settings) == ["--a-b=1", "--c.d-e=-x y", "--c.f.on", "--c.f.no-is-off", "--g=None"]


def test_a_file_of_the_users_own(tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text('env = "a/B-v1"\nseed = 3\n[archer]\ngamma = 0.5\nbaseline = "value"\n')
    config = parse_train_arguments(["--preset", str(path), "--seed", "4"]).config
    assert (config.env, config.seed) == ("a/B-v1", 4)
    assert (config.archer.gamma, config.archer.baseline) == (0.5, "value")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[archer]\ngama = 0.5\n", "--archer.gama"),
        ("[archer]\ngamma = true\n", "--archer.gamma"),
        ('seed = "many"\n', "invalid literal for int() with base 10: 'many'"),
        ("seed = [1, 2]\n", "--seed"),
        ('[archer]\nbaseline = "mean"\n', "--archer.baseline"),
        ('[model]\nsplit_words = "yes"\n', "Unrecognized options: yes"),
        ("archer = 1\n", "--archer"),
    ],
)
def test_a_file_is_checked_like_flags(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(SystemExit) as caught:
        parse("--preset", str(path))
    shown = capsys.readouterr().err
    assert caught.value.code == 2
    assert f"archer-train: {path} holds a setting that does not fit" in shown
    assert message in " ".join(shown.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset", "papr"], "no preset 'papr'; did you mean paper"),
        (["--preset", "no/such.toml"], r"cannot read the preset no/such\.toml: No such file"),
        (["--env-options", "{rules: paper}"], "--env-options is not JSON"),
        (["--env-options", "[1]"], "--env-options must be a JSON object"),
        (["--warm-start.player-options", "1"], "--warm-start.player-options must be a JSON object"),
        (["--archer.gamma", "1.5"], r"--archer\.gamma must be from 0 to 1, not 1\.5"),
        (["--loop.games-per-iteration", "0"], "games-per-iteration must be more than 0, not 0"),
        (["--algo", "grpo", "--grpo.group", "7"], "must be a multiple of --grpo.group, 7, not 256"),
        (["--distributed.shard", "--model.lora-rank", "4"], "leave it out with --model.lora-rank"),
        (["--distributed.shard"], "take adam with --distributed.shard"),
        (["--distributed.timeout-minutes", "0"], "must be more than 0, not 0"),
        (
            ["--archer.critic-loss=hl_gauss", "--archer.value-low=1"],
            "--archer.value-low must be less than --archer.value-high, not 1.0 and 0.0",
        ),
        (
            ["--chai.critic-loss=hl_gauss", "--chai.bins=4"],
            "--chai.bins must be more than six times --chai.bin-sigma",
        ),
        (
            ["--archer.actor-loss=awr", "--archer.token-baseline"],
            "--archer.token-baseline belongs to policy gradients",
        ),
        (
            ["--preset=paper", "--archer.baseline=candidates"],
            "--archer.candidates must be at least 2 with --archer.baseline candidates",
        ),
        (["--model.width", "60"], "--model.width must be a multiple of 8, not 60"),
        (["--model.context", "81"], "--model.context must be at least 82, not 81"),
        (["--ppo.gae-lambda", "2"], r"--ppo\.gae-lambda must be from 0 to 1, not 2"),
        (["--seed", "-1"], "--seed must be at least 0, not -1"),
        (["--loop.minutes", "-1"], "--loop.minutes must be more than 0"),
        (["--resume", "no/such"], "there is no run folder no/such"),
        (["--resume", "x", "--preset", "tiny"], "leave --preset and --run out"),
        (["--resume", "x", "--run", "y"], "leave --preset and --run out"),
    ],
)
def test_what_is_refused(arguments: list[str], message: str):
    with pytest.raises(ValueError, match=message) as caught:
        parse(*arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("preset", preset_names())
def test_every_number_has_a_range(preset: str):
    settings = to_dict(parse("--preset", preset))
    flags_of = dict(numbers(settings))
    assert {"archer.target_kl", "offline_archer.beta", "loop.buffer_games"} < set(flags_of)
    for path in flags_of:
        for value in (math.nan, math.inf):
            with pytest.raises(ValueError, match=f"^--{path.replace('_', '-')} must be "):
                check_ranges({path: value})


@pytest.mark.parametrize(
    ("flag", "value", "message"),
    [
        ("archer.target-kl", "0", "must be more than 0, not 0.0"),
        ("ppo.target-kl", "-1", "must be more than 0, not -1.0"),
        ("grpo.clip-ratio", "-0.2", "must be more than 0, not -0.2"),
        ("turn-ppo.actor-lr", "-1e-3", "must be at least 0, not -0.001"),
        ("archer.kl", "-0.1", "must be at least 0, not -0.1"),
        ("ppo.entropy", "-1", "must be at least 0, not -1.0"),
        ("archer.actor-grad-clip", "0", "must be more than 0, not 0.0"),
        ("archer.advantage-floor", "-1", "must be at least 0, not -1.0"),
        ("offline-archer.beta", "-3", "must be at least 0, not -3.0"),
        ("grpo.group", "1", "must be at least 2, not 1"),
        ("loop.warmup-iterations", "-1", "must be at least 0, not -1"),
        ("warm-start.critic-games", "-8", "must be at least 0, not -8"),
        ("loop.minutes", "nan", "must be a finite number"),
        ("seed", str(2**63), "must be less than 2^63"),
        ("archer.target-kl", "inf", "a large one, such as 1e9, stands for no limit"),
        ("distributed.timeout-minutes", "1e300", "must be at most 1e+12"),
        ("warm-start.learning-rate", "1e40", "must be at most 1e+12"),
        ("warm-start.games", "1" + 30 * "0", "must be at most 1e+12"),
        ("archer.value-low", "-1e40", "must be at most 1e+12"),
        ("threads", "10000000000", "must be at most 4096"),
    ],
)
def test_numbers_that_mean_nothing(flag: str, value: str, message: str):
    with pytest.raises(ValueError, match=f"^--{flag} ") as caught:
        parse(f"--{flag}={value}")
    assert message in str(caught.value)


def test_nothing_may_be_played_for_a_critic_that_is_not_calibrated_alone():
    with pytest.raises(ValueError, match=r"^--warm-start\.critic-games must be more than 0"):
        parse("--warm-start.critic-games=0")
    parse("--warm-start.critic-games=0", "--warm-start.critic-steps=0")


def test_a_file_that_is_not_toml(tmp_path: Path):
    path = tmp_path / "mine.toml"
    for content, message in ((b"seed = = 1", "is not TOML"), (b"\xff", "is not UTF-8")):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=message):
            read_preset(str(path))


def test_a_printed_configuration_is_a_preset(tmp_path: Path):
    config = parse(
        *("--preset", "paper", "--loop.minutes", "0.5", "--run", str(tmp_path / "a b")),
        *(
            "--env-options",
            '{"rules": "paper", "note": "\\u007f \\\\ é"}',
            "--archer.critic-lr",
            "1e-7",
        ),
    )
    path = tmp_path / "printed.toml"
    path.write_text(to_toml(config), encoding="utf-8")
    again = parse_train_arguments(["--preset", str(path)]).config
    before, after = to_dict(config), to_dict(again)
    for other in set(get_args(Algo)) - {"archer"}:
        del before[other], after[other]
    assert after == {**before, "preset": str(path)}


def test_every_setting_is_printed_and_comes_back():
    config = parse("--algo", "turn_ppo", "--turn-ppo.gamma", "0.5", "--loop.iterations", "None")
    printed = tomllib.loads(to_toml(config))
    assert printed["algo"] == "turn_ppo" and printed["turn_ppo"]["gamma"] == 0.5
    assert set(get_args(Algo)) < set(printed) and printed["model"]["layers"] == 3
    expected = {
        key: value for key, value in to_dict(config).items() if key not in ("preset", "run")
    }
    assert printed.keys() == expected.keys()
    for name, table in expected.items():
        if isinstance(table, dict):
            assert printed[name].keys() == table.keys()
    assert printed["loop"]["iterations"] == "None" == printed["loop"]["minutes"]


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (
            ["--ppo.gamma", "0.5"],
            ["--ppo.gamma changes nothing: it is of --algo ppo, and this run is of archer"],
        ),
        (
            ["--algo", "ppo", "--archer.tau", "0.2"],
            ["--archer.tau changes nothing: it is of --algo archer, and this run is of ppo"],
        ),
        (["--offline-archer.beta", "1"], []),
        (
            ["--archer.offline-iterations", "0", "--offline-archer.beta", "1"],
            [
                "--offline-archer.beta changes nothing: it is of --algo offline_archer, and this run is "
                "of archer"
            ],
        ),
        (
            ["--archer.bins", "31"],
            ["--archer.bins changes nothing: it is for --archer.critic-loss hl_gauss"],
        ),
        (
            ["--archer.tau", "0.1"],
            ["--archer.tau changes nothing: it is for --archer.credit critic"],
        ),
        (
            ["--warm-start.critic-games", "64"],
            [
                "--warm-start.critic-games changes nothing: it is for a calibration by games of its own, and "
                "recorded games come first"
            ],
        ),
        (["--warm-start.critic-games", "64", "--archer.offline-iterations", "0"], []),
        (["--archer.recorded-steps", "3"], []),
        (
            ["--archer.recorded-steps", "3", "--archer.offline-iterations", "0"],
            [
                "--archer.recorded-steps changes nothing: it is for --archer.offline-iterations above 0"
            ],
        ),
        (
            ["--archer.beta", "3"],
            ["--archer.beta changes nothing: it is for --archer.credit critic"],
        ),
        (
            ["--algo", "grpo", "--warm-start.normalize-returns"],
            [
                "--warm-start.normalize-returns changes nothing: it is for methods with a critic, and grpo has "
                "none"
            ],
        ),
        (
            ["--algo", "bc", "--loop.games-per-iteration", "8"],
            [
                "--loop.games-per-iteration changes nothing: it is for methods that play to learn, and bc learns "
                "from demonstrations"
            ],
        ),
    ],
)
def test_settings_that_mean_nothing_are_told(given: list[str], outcome: list[str]):
    assert unheeded(parse(*given), given_flags(given)) == outcome


def test_help_shows_the_values_of_the_preset(capsys: pytest.CaptureFixture[str]):
    for preset, layers in (("tiny", 3), ("paper", 2)):
        with pytest.raises(SystemExit):
            parse_train_arguments(["--preset", preset, "--help"])
        shown = " ".join(capsys.readouterr().out.replace("│", " ").split())
        assert f"--model.layers INT Layers of the small policy. (default: {layers})" in shown


def test_a_run_keeps_its_configuration(tmp_path: Path):
    config = parse("--run", "elsewhere", "--seed", "5", "--env-options", '{"a": -1}')
    (tmp_path / "config.json").write_text(json.dumps(to_dict(config)))
    assert read_config(tmp_path) == config

    arguments = parse_train_arguments(["--resume", str(tmp_path), "--loop.minutes", "9"])
    assert arguments.resume == tmp_path and arguments.config.run == tmp_path
    assert arguments.config.loop.minutes == 9.0 and arguments.config.seed == 5

    (tmp_path / "config.json").write_text(json.dumps({**to_dict(config), "speed": 1}))
    with pytest.raises(ValueError, match="does not fit this version"):
        read_config(tmp_path)
    for content, message in (("{", "is not JSON"), ("[]", "is not a JSON object")):
        (tmp_path / "config.json").write_text(content)
        with pytest.raises(ValueError, match=message):
            read_config(tmp_path)
    (tmp_path / "config.json").unlink()
    with pytest.raises(ValueError, match="is not the folder of a run"):
        read_config(tmp_path)


def test_settings_that_are_gone_are_read_where_they_said_what_is_so(tmp_path: Path):
    config = parse()
    before = to_dict(config)
    before["archer"] |= {"min_target": False, "huber": None, "cache_candidates": False}
    before["chai"]["q_temperature"] = 0.0
    before["loop"]["greedy_share"] = 0.0
    (tmp_path / "config.json").write_text(json.dumps(before))
    assert read_config(tmp_path) == config
    before["archer"]["min_target"] = True
    (tmp_path / "config.json").write_text(json.dumps(before))
    with pytest.raises(
        ValueError, match=r"config\.json sets archer\.min_target to True, and there"
    ):
        read_config(tmp_path)
    # A file may write names as the command line does.
    (tmp_path / "mine.toml").write_text(
        "[archer]\nmin-target = false\n[loop]\ngreedy-share = 0.0\n"
    )
    assert (
        parse("--preset", str(tmp_path / "mine.toml"), "--loop.iterations", "3").loop.iterations
        == 3
    )
    (tmp_path / "mine.toml").write_text("[archer]\nmin-target = true\n")
    with pytest.raises(ValueError, match=r"mine\.toml sets archer\.min_target to True"):
        parse("--preset", str(tmp_path / "mine.toml"))


def test_where_a_run_goes(tmp_path: Path):
    named = with_run_folder(parse("--seed", "7")).run
    assert (
        named is not None and named.parent == Path("runs") and named.name.startswith("Game-v0-7-")
    )
    config = parse("--run", str(tmp_path / "new"))
    assert with_run_folder(config) == config
    assert not (tmp_path / "new").exists()


def test_options_are_no_mine_of_brackets():
    with pytest.raises(ValueError, match="--env-options is not JSON"):
        json_object("[" * 100_000, "--env-options")


def test_options_are_json_objects():
    assert json_object('{"a": [1, null]}', "--x") == {"a": [1, None]}


def test_every_setting_is_in_the_help_with_a_docstring(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as caught:
        parse("--help")
    assert caught.value.code == 0
    shown = capsys.readouterr().out
    texts = [
        path.read_text(encoding="utf-8") for path in Path(settings.__file__).parent.glob("*.py")
    ]
    nodes = [node for text in texts for node in ast.parse(text).body]
    for part in (node for node in nodes if isinstance(node, ast.ClassDef)):
        for line, following in itertools.pairwise([*part.body, ast.Pass()]):
            if isinstance(line, ast.AnnAssign):
                name = ast.unparse(line.target)
                is_group = line.value is not None and "default_factory" in ast.unparse(line.value)
                if not is_group and name != "config":
                    assert isinstance(following, ast.Expr), name
                    assert f"{name.replace('_', '-')} " in shown, name


def test_the_update_takes_these_settings():
    from archer_agent.algorithms import archer

    assert asdict(archer.ArcherConfig()) == asdict(ArcherConfig())


def test_settings_do_not_need_torch():
    code = (
        "import sys; import archer_agent.settings, archer_agent.cli;"
        "assert not {'torch', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
