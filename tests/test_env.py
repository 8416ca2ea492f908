"""The contract of every registered environment, and TextEnv itself on a small game."""

import copy
import importlib
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import ClosedEnvironmentError, ResetNeeded
from gymnasium.utils.env_checker import data_equivalence
from text_games import EXOTIC, EchoEnv, EchoGame, NameOracle

import llm_gym
from llm_gym import TextEnv, checks, core, oracles
from llm_gym.core.game import Turn
from llm_gym.core.picture import draw
from llm_gym.registration import ENVIRONMENTS, FORMER_IDS, Environment, register_all

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


def test_make_puts_nothing_around_what_keeps_the_order_of_calls_itself():
    for env in (gymnasium.make(IDS[0], render_mode="ansi"), EchoEnv(render_mode="ansi")):
        assert isinstance(env, TextEnv)
        with pytest.raises(ResetNeeded, match="reset"):
            env.step("a")
        with pytest.raises(ResetNeeded, match="reset"):
            env.render()
        first, _ = env.reset(seed=0)
        assert env.render() == first
    assert isinstance(gymnasium.make(IDS[0], max_episode_steps=2), gymnasium.wrappers.TimeLimit)


@pytest.mark.parametrize(
    ("env_id", "kwargs"),
    [
        ("llm_gym/TwentyQuestions-v0", {}),
        ("llm_gym/GuessMyCity-v0", {}),
        ("llm_gym/AdventureWorlds-v0", {}),
        ("llm_gym/WebShop-v0", {}),
        ("llm_gym/WebShopNatural-v0", {"view": "archer", "rules": "paper"}),
    ],
)
def test_branching(env_id: str, kwargs: dict[str, Any]):
    env, other = (gymnasium.make(env_id, **kwargs).unwrapped for _ in range(2))
    assert isinstance(env, TextEnv) and isinstance(other, TextEnv)
    player = env.scripted_player(0)
    before, (observation, _) = [], env.reset(seed=3)
    for _ in range(3):
        before.append(env.snapshot())
        observation, *_ = env.step(player(observation))
    start = env.snapshot()
    actions, turns = [], []
    while not (turns and turns[-1][2]):
        actions.append(player(observation))
        turns.append(env.step(actions[-1]))
        observation = turns[-1][0]
    for _ in range(2):
        env.restore(before[0])
        env.step("anything else")
        for each in (env, other):
            each.reset(seed=4)
            shown = each.restore(start)
            assert each.task is not None and each.task.id == turns[0][4]["task_id"]
            assert data_equivalence([each.step(action) for action in actions], turns, exact=True)
            with pytest.raises(ResetNeeded):
                each.step("anything")
    assert shown != turns[0][0] or env_id.startswith("llm_gym/Adventure")


def test_what_cannot_be_branched_says_so():
    env = EchoEnv()
    env.reset()
    with pytest.raises(NotImplementedError, match="no snapshots"):
        env.snapshot()


def test_registering_again_changes_nothing(recwarn: pytest.WarningsRecorder):
    before = dict(gymnasium.registry)
    register_all()
    assert dict(gymnasium.registry) == before and not recwarn.list


def test_no_id_is_called_out_of_date():
    # In a process of its own: pytest keeps such warnings to itself.
    code = (
        "import gymnasium, llm_gym, llm_gym.registration as r, warnings; warnings.simplefilter('error')\n"
        "for each in [e.id for e in r.ENVIRONMENTS if not e.needs] + [*r.FORMER_IDS]:\n"
        "    print(gymnasium.make(each).spec.id)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stderr == "" and result.stdout.split() == [*IDS, *FORMER_IDS.values()]


def test_importing_is_light():
    heavy = "torch transformers selenium jericho openai rich tyro llm_gym.core llm_gym.oracles"
    code = f"import sys, llm_gym; print(*set({heavy.split()}) & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == ""


def test_the_front_door_leads_to_every_name():
    entered: dict[str, object] = {}
    exec("from llm_gym import *", entered)
    assert entered.keys() - {"__builtins__"} == set(llm_gym.__all__) == set(dir(llm_gym))
    assert entered["make_oracle"] is oracles.make and entered["use_oracle"] is oracles.use
    assert entered["Game"] is core.Game and entered["TextVectorEnv"] is core.TextVectorEnv
    with pytest.raises(AttributeError, match="'llm_gym' has no attribute 'Gane'"):
        _ = llm_gym.Gane


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
        ({"split": ["test"]}, "unknown split ['test']; choose one of train, test"),
        ({"index": "0"}, "the task index must be an integer, not '0'"),
    ],
)
def test_bad_options_are_explained(options: dict[str, Any], message: str):
    with pytest.raises(ValueError) as caught:
        EchoEnv().reset(options=options)
    assert str(caught.value) == message


@pytest.mark.parametrize("options", [5, [1], "train", 0, [], ""])
def test_options_that_are_no_mapping(options: Any):
    with pytest.raises(TypeError, match="reset options are a mapping, such as"):
        EchoEnv().reset(options=options)


@pytest.mark.parametrize("env_id", ["llm_gym/TwentyQuestions-v0", "llm_gym/WebShop-v0"])
@pytest.mark.parametrize("options", [{"split": 3}, {"split": ["train"]}, {"index": -1}])
def test_bad_options_take_no_seed_over(env_id: str, options: dict[str, Any]):
    env, other = gymnasium.make(env_id), gymnasium.make(env_id)
    env.reset(seed=1)
    other.reset(seed=1)
    with pytest.raises(ValueError, match=r"unknown split|out of range"):
        env.reset(seed=2, options=options)
    assert env.reset()[1]["task_id"] == other.reset()[1]["task_id"]


def test_a_numpy_integer_is_a_seed():
    assert EchoEnv().reset(seed=np.int64(5)) == EchoEnv().reset(seed=5)  # type: ignore[arg-type]


def test_misuse_is_named():
    env = EchoEnv()
    with pytest.raises(ResetNeeded, match="has not begun"):
        env.step("a")
    with pytest.raises(ResetNeeded, match="nothing to come back to"):
        env.snapshot()
    env.reset()
    with pytest.raises(TypeError, match="an action is a str, not int"):
        env.step(3)  # type: ignore[arg-type]
    assert env.step("stop")[2]
    with pytest.raises(ResetNeeded, match="is over"):
        env.step("a")
    with pytest.raises(ValueError, match="render mode 'depth'"):
        EchoEnv(render_mode="depth")
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
    env = EchoEnv(render_mode="rgb_array")
    first = [env.reset(options={"index": 0}), env.render()][1]
    env.step("hello")
    assert first.shape == env.render().shape == (480, 640, 3) and first.dtype == np.uint8
    assert (first != env.render()).any() and (env.render() == env.render()).all()
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


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"kind": "transformers", "model": 5}, "option model must be str, not a int"),
        ({"kind": "transformers", "model": "m", "batch_size": "x"}, "batch_size must be int, not"),
        ({"kind": "transformers", "model": "m", "generation": 5}, "must be Mapping or None, not"),
        ({"kind": "openai", "model": "m", "timeout": "3"}, "timeout must be float, not a str"),
        ({"kind": "openai", "model": "m", "retries": True}, "retries must be int, not a bool"),
        ({"kind": "server", "socket": ["s"]}, "socket must be str or None, not a list"),
        ({"kind": "noisy", "rate": "a"}, "rate must be float, not a str"),
        ({"kind": "noisy", "rate": True}, "rate must be float, not a bool"),
        ({"kind": "noisy", "rate": None}, "rate must be float, not a NoneType"),
        ({"kind": "noisy", "oracle": 5}, "oracle must be str or Mapping, not a int"),
    ],
)
def test_an_option_of_another_type_is_refused_by_name(spec: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        oracles.make(spec, game="twenty_questions")


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


def test_the_example_of_a_game_keeps_the_contract(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "examples"))
    importlib.import_module("higher_or_lower")
    for check in checks.ALL:
        check("mine/HigherOrLower-v0")
    env = gymnasium.make("mine/HigherOrLower-v0")
    env.reset(options={"split": "train", "index": 29})
    assert [env.step(guess)[4]["delta"] for guess in ("50", "x", "30")] == [
        " lower\n",
        " what?\n",
        " yes\n",
    ]


def test_long_texts_are_drawn_to_their_end():
    end = "\n".join(f"line {n}" for n in range(30))
    assert (draw("word " * 5000 + "\n" + end) == draw(end)).all()
    assert (draw("x" * 5000) != draw("x" * 50)).any()
    assert draw("").shape == draw(EXOTIC).shape


@pytest.mark.parametrize("kind", ["single", "vector"])
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_copies_go_on_with_the_same_oracle(tmp_path: Path, kind: str, copied: Any):
    """An open database cannot be copied, and need not be: whoever names the same oracle shares it."""
    oracle = {"kind": "knowledge", "cache": str(tmp_path / "answers.sqlite")}
    env_id = "llm_gym/TwentyQuestionsSubset-v0"
    if kind == "single":
        env: Any = gymnasium.make(env_id, oracle=oracle)
        question: Any = "Is it alive?"
    else:
        env = gymnasium.make_vec(env_id, 2, oracle=oracle)
        question = ["Is it alive?"] * 2
    env.reset(seed=3)
    env.step(question)
    twin = copied(env)
    assert data_equivalence(twin.step(question), env.step(question))
    env.reset(seed=4)
    assert twin.unwrapped.stats.episodes == env.unwrapped.stats.episodes - (
        1 if kind == "single" else 2
    )
