"""The contract of every registered environment, and TextEnv itself on a small game."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import gymnasium
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import ClosedEnvironmentError, ResetNeeded
from text_games import EXOTIC, EchoEnv, EchoGame, NameOracle

import llm_gym
from llm_gym import checks, oracles
from llm_gym.core.env import TextEnv
from llm_gym.core.game import Turn
from llm_gym.registration import ENVIRONMENTS, Environment, register_all

ON_INSTALL = [environment for environment in ENVIRONMENTS if not environment.needs]
IDS = [environment.id for environment in ON_INSTALL]


@pytest.mark.parametrize("check", checks.ALL)
@pytest.mark.parametrize("env_id", [*IDS, "text_games/Echo-v0"])
def test_the_contract(env_id: str, check: Any):
    check(env_id)


@pytest.mark.parametrize("environment", ON_INSTALL, ids=IDS)
def test_the_table_tells_the_truth(environment: Environment):
    env = gymnasium.make(environment.id).unwrapped
    assert isinstance(env, TextEnv)
    tasks = env.game.tasks
    assert {split: len(tasks.select(split)) for split in tasks.names} == environment.splits
    assert env.game.turn_limit == environment.turn_limit
    assert env.spec is not None and env.spec.max_episode_steps is None
    assert EnvSpec.from_json(env.spec.to_json()).make().unwrapped.spec == env.spec


def test_registering_again_changes_nothing(recwarn: pytest.WarningsRecorder):
    before = dict(gymnasium.registry)
    register_all()
    assert dict(gymnasium.registry) == before and not recwarn.list


def test_importing_is_light():
    heavy = "torch transformers selenium jericho openai rich tyro"
    code = f"import sys, llm_gym; print(*set({heavy.split()}) & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == ""


def test_has_a_version():
    assert llm_gym.__version__[0].isdigit()


def test_options_choose_the_task():
    env = EchoEnv()
    _, info = env.reset(options={"split": "test", "index": 2})
    assert (info["split"], info["task_id"]) == ("test", "test 2")
    assert {env.reset(options={"split": "test"})[1]["split"] for _ in range(9)} == {"test"}
    assert {env.reset(seed=seed)[1]["split"] for seed in range(30)} == {"train", "test"}
    # A default split is for those who do not choose; None chooses all tasks together.
    env = EchoEnv(split="test")
    assert {env.reset()[1]["split"] for _ in range(9)} == {"test"}
    assert env.reset(options={"split": None, "index": 0})[1]["split"] == "train"
    assert env.reset()[1]["split"] == "test"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"spilt": "train"}, "unknown reset option 'spilt'; did you mean 'split'?"),
        ({"word": "piano"}, "unknown reset option 'word'; the options are 'split' and 'index'"),
        ({"split": "exam"}, "unknown split 'exam'; choose one of train, test"),
        ({"split": "test", "index": 3}, "index 3 is out of range: split 'test' holds 3 tasks"),
        ({"index": -1}, "index -1 is out of range: all splits together holds 8 tasks"),
        ({"index": "0"}, "the task index must be an integer, not '0'"),
    ],
)
def test_bad_options_are_explained(options: dict[str, Any], message: str):
    with pytest.raises(ValueError) as caught:
        EchoEnv().reset(options=options)
    assert str(caught.value) == message


def test_misuse_is_named():
    env = EchoEnv()
    with pytest.raises(ResetNeeded, match="has not begun"):
        env.step("a")
    env.reset()
    with pytest.raises(TypeError, match="an action is a str, not int"):
        env.step(3)  # type: ignore[arg-type]
    assert env.step("stop")[2]
    with pytest.raises(ResetNeeded, match="is over"):
        env.step("a")
    with pytest.raises(ValueError, match="render mode 'rgb_array'"):
        EchoEnv(render_mode="rgb_array")
    with pytest.raises(ValueError, match="unknown split"):
        EchoEnv(split="exam")
    env = TextEnv(EchoGame())
    env.reset()
    with pytest.raises(RuntimeError, match="made without one"):
        env.step("who answers?")


def test_closing_ends_the_episode_and_reset_opens_again():
    env = EchoEnv()
    env.close()
    with pytest.raises(ClosedEnvironmentError, match=r"closed: call reset\(\)"):
        env.step("a")
    first = env.reset(seed=1)
    env.close()
    env.close()
    with pytest.raises(ClosedEnvironmentError):
        env.step("a")
    assert env.reset(seed=1) == first
    assert env.step("a")[4]["turn"] == 1


def test_a_turn_that_the_game_cannot_finish_leaves_it_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
):
    env, other = EchoEnv(), EchoEnv()
    for each in (env, other):
        each.reset(seed=1)
        each.step("a")
    answer = EchoGame.answer

    def fails(game: EchoGame, reply: str | None) -> Turn:
        if game is env.game and game.said == "b":
            answer(game, reply)
            raise OSError("half a turn")
        return answer(game, reply)

    with monkeypatch.context() as patch:
        patch.setattr(EchoGame, "answer", fails)
        with pytest.raises(OSError, match="half a turn"):
            env.step("b")
    assert env.step("b") == other.step("b")
    assert env.step("c") == other.step("c")


def test_white_space_around_an_action_is_checked(monkeypatch: pytest.MonkeyPatch):
    assert "with and without white space" in checks.check_white_space("text_games/Echo-v0")
    answer = EchoGame.answer

    def strict(game: EchoGame, reply: str | None) -> Turn:
        turn = answer(game, reply)
        turn.invalid_action = game.said != game.said.strip()
        return turn

    monkeypatch.setattr(EchoGame, "answer", strict)
    with pytest.raises(AssertionError, match="with white space around it no more"):
        checks.check_white_space("text_games/Echo-v0")


def test_nothing_of_an_episode_leaks_into_the_next():
    env, fresh = EchoEnv(), EchoEnv()
    for _ in range(3):
        env.reset(seed=1)
        env.step("something")
    assert env.reset(seed=2) == fresh.reset(seed=2)
    assert env.step("b") == fresh.step("b")


def test_stats_count_outside_of_info():
    env = EchoEnv()
    for _ in range(2):
        env.reset()
        env.step("a")
        env.step("")
    stats = env.stats
    assert (stats.episodes, stats.turns, stats.oracle_calls, stats.oracle_questions) == (2, 4, 2, 2)
    assert stats.oracle_seconds > 0


def test_rendering(capsys: pytest.CaptureFixture[str]):
    env = EchoEnv(render_mode="ansi")
    env.reset(seed=0)
    observation, *_ = env.step("hello")
    assert env.render() == observation
    env = EchoEnv(render_mode="human")
    env.reset(options={"split": "test", "index": 1})
    env.step("[bold]hello")
    printed = capsys.readouterr().out
    assert env.render() is None
    assert "test 1" in printed and "[bold]hello" in printed


def test_oracles_are_shared_and_named():
    first = oracles.make("text_games:NameOracle", game="one")
    assert isinstance(first, NameOracle)
    assert oracles.make({"kind": "text_games:NameOracle"}, game="one") is first
    assert oracles.make("text_games:NameOracle", game="other") is not first
    with pytest.raises(ValueError, match="unknown oracle kind 'knowlege'; choose one of knowledge"):
        oracles.make("knowlege", game="twenty_questions")
    with pytest.raises(ValueError, match="knows twenty_questions, guess_my_city, not 'chess'"):
        oracles.make("knowledge", game="chess")
    with pytest.raises(ValueError, match="'text_games:Nobody' cannot be imported: module"):
        oracles.make("text_games:Nobody", game="one")
    with pytest.raises(ValueError, match="named by a string or by"):
        oracles.make({"model": "some"}, game="twenty_questions")


def test_an_oracle_of_ones_own_in_process():
    class Parrot:
        def __init__(self, game: str, word: str = "hm") -> None:
            self.reply = f"{game} {word}"

        def answer(self, subjects: list[str], questions: list[str]) -> list[str]:
            return [self.reply for _ in questions]

    with oracles.use("parrot", Parrot):
        spec = {"kind": "parrot", "word": "yes"}
        env = gymnasium.make("llm_gym/TwentyQuestions-v0", oracle=spec)
        env.reset(seed=0)
        assert env.step("Are you a parrot?")[0] == "Questions:\nAre you a parrot? Yes.\n"
        assert json.loads(env.spec.to_json())["kwargs"]["oracle"] == spec
        with pytest.raises(ValueError, match="exists already"), oracles.use("parrot", Parrot):
            pass
    with pytest.raises(ValueError, match="unknown oracle kind 'parrot'"):
        oracles.make("parrot", game="twenty_questions")


def test_unicode_survives(env_id: str = "text_games/Echo-v0"):
    env = gymnasium.make(env_id)
    env.reset(seed=0)
    assert EXOTIC in env.step(EXOTIC)[0]


def test_the_example_in_the_documentation_keeps_the_contract():
    page = (Path(__file__).parents[1] / "docs" / "environments.md").read_text(encoding="utf-8")
    code = (
        page.partition("## An environment of your own")[2].split("```python\n")[1].split("```")[0]
    )
    exec(code, {"__name__": "documentation"})
    for check in checks.ALL:
        check("mine/HigherOrLower-v0")
    env = gymnasium.make("mine/HigherOrLower-v0")
    env.reset(options={"split": "train", "index": 29})
    assert [env.step(guess)[4]["delta"] for guess in ("50", "x", "30")] == [
        " lower\n",
        " what?\n",
        " yes\n",
    ]
