"""What the learner offers at its top: names and settings, none of which needs torch to be found."""

import subprocess
import sys
from pathlib import Path

import pytest

import archer_agent
from archer_agent import configure
from archer_agent.settings import TrainConfig, parse_train_arguments

ENV = "llm_gym/TwentyQuestionsSubset-v0"


def test_importing_it_needs_nothing_heavy():
    code = (
        "import sys, archer_agent;"
        "assert {*archer_agent.__all__} == {*dir(archer_agent)};"
        "archer_agent.AgentError;"
        "heavy = {'torch', 'transformers', 'gymnasium', 'numpy', 'tyro'} & {*sys.modules};"
        "assert not heavy, heavy;"
        "archer_agent.configure('any');"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_every_name_is_there():
    for name in archer_agent.__all__:
        assert getattr(archer_agent, name).__doc__, name
    with pytest.raises(AttributeError, match="has no attribute 'Agents'"):
        archer_agent.Agents  # type: ignore[attr-defined]  # noqa: B018


def test_settings_from_python_are_those_of_the_command_line(tmp_path: Path):
    given = ["--env", ENV, "--algo", "ppo", "--run", str(tmp_path / "run"), "--loop.minutes", "3"]
    given += ["--model.split-words", "--env-options", '{"split": "test"}']
    config = configure(
        ENV,
        env_options={"split": "test"},
        algo="ppo",
        run=str(tmp_path / "run"),
        loop={"minutes": 3},
        model={"split_words": True},
    )
    assert config == parse_train_arguments(given).config
    assert config != TrainConfig(ENV)
    assert configure(ENV, "paper", threads=None).threads is None
    assert configure(ENV, "paper").archer != config.archer


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loop": {"iteration": 3}}, "no setting loop.iteration; did you mean iterations"),
        ({"zzz": 3}, "no setting zzz; there are env, "),
        ({"loop": 3}, "loop is a table: give a dictionary, not 3"),
        ({"loop": {"iterations": "many"}}, "loop.iterations must be int or None, not 'many'"),
        ({"loop": {"iterations": True}}, "loop.iterations must be int or None, not True"),
        ({"threads": 1.5}, "threads must be int or None, not 1.5"),
        ({"algo": "pp"}, "algo must be 'archer' or 'ppo' or "),
        ({"loop": {"iterations": 0}}, "iterations must be more than 0, not 0"),
        ({"preset": "tini"}, "no preset 'tini'; did you mean tiny"),
    ],
)
def test_settings_from_python_that_cannot_be(settings: dict[str, object], message: str):
    with pytest.raises(ValueError, match=message):
        configure(ENV, **settings)  # type: ignore[arg-type]
