"""TextVectorEnv: the same episodes as Gymnasium's own vector environments, and what it adds."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.error import ClosedEnvironmentError, ResetNeeded
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import VectorEnv
from text_games import EXOTIC, EchoGame

from llm_gym import FreeText, TextVectorEnv, oracles
from llm_gym.core.game import Turn

ID = "text_games/Echo-v0"
MODES = ("NextStep", "SameStep", "Disabled")
# Games of different lengths; an empty action asks the oracle nothing.
ACTIONS = [
    ("a", "stop", ""),
    ("", "b", "🦜é"),
    ("c", "stop", EXOTIC),
    ("stop", "d", "e"),
    ("f",) * 3,
]


def make(num_envs: int = 3, **kwargs: Any) -> TextVectorEnv:
    vector = gymnasium.make_vec(ID, num_envs, **kwargs)
    assert isinstance(vector, TextVectorEnv)
    return vector


def play(vector: VectorEnv[Any, Any, Any], disabled: bool) -> list[Any]:
    """Take ten steps after a seeded reset, resetting ended games by mask where autoreset is off."""
    record: list[Any] = [vector.reset(seed=5, options={"split": "train"})]
    for step in range(10):
        record.append(vector.step(ACTIONS[step % len(ACTIONS)]))
        ended = record[-1][2] | record[-1][3]
        if disabled and ended.any():
            record.append(vector.reset(options={"reset_mask": ended}))
    vector.close()
    return record


@pytest.mark.parametrize("limit", [None, 2])
@pytest.mark.parametrize("mode", MODES)
def test_same_episodes_as_the_vector_environments_of_gymnasium(mode: str, limit: int | None):
    ours = play(make(autoreset_mode=mode, max_episode_steps=limit), mode == "Disabled")
    for way, extra in (("sync", {}), ("async", {}), ("async", {"shared_memory": False})):
        vector = gymnasium.make_vec(
            ID,
            3,
            vectorization_mode=way,
            vector_kwargs={"autoreset_mode": mode, **extra},
            max_episode_steps=limit,
        )
        theirs = play(vector, mode == "Disabled")
        for step, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            assert data_equivalence(one, other, exact=True), f"{way} {extra}, step {step}"


def test_is_a_proper_vector_environment():
    vector = make(autoreset_mode="SameStep")
    observations, _ = vector.reset(seed=0)
    assert observations in vector.observation_space
    assert vector.action_space.sample() in vector.action_space
    assert vector.metadata["autoreset_mode"].value == "SameStep"
    assert vector.spec is not None and vector.num_envs == 3
    wrapped = gymnasium.wrappers.vector.DictInfoToList(vector)
    *_, infos = wrapped.step(["a"] * 3)
    assert [info["turn"] for info in infos] == [1, 1, 1]


def test_one_oracle_call_per_step():
    vector = make()
    oracle = oracles.make("text_games:EchoOracle", "echo")
    oracle.calls.clear()  # type: ignore[attr-defined]
    vector.reset(seed=0)
    vector.step(["a", "b", "c"])
    vector.step(["a", "", "stop"])
    vector.step(["", "", "ignored: this game has ended"])
    assert oracle.calls == [3, 2]  # type: ignore[attr-defined]
    stats = vector.stats
    assert (stats.oracle_calls, stats.oracle_questions) == (2, 5)
    assert (stats.episodes, stats.turns) == (4, 8)


def test_seeds():
    vector = make()
    tasks = list(vector.reset(seed=3)[1]["task_id"])
    assert vector.np_random_seed == (3, 4, 5)
    assert list(make().reset(seed=np.int64(3))[1]["task_id"]) == tasks  # type: ignore[arg-type]
    assert list(make().reset(seed=[3, 4, 5])[1]["task_id"]) == tasks
    assert (
        list(vector.reset(seed=[9, 9, 9])[1]["task_id"])
        == [vector.reset(seed=9)[1]["task_id"][0]] * 3
    )
    # A group with one seed stays on the same tasks through autoreset.
    vector.reset(seed=[9, 9, 9])
    for _ in range(8):
        *_, infos = vector.step(["stop"] * 3)
        assert len(set(infos["task_id"])) == 1
    with pytest.raises(ValueError, match="2 seeds for 3 games"):
        vector.reset(seed=[1, 2])


def test_split_and_index():
    vector = make(split="test")
    assert set(vector.reset(seed=0)[1]["split"]) == {"test"}
    options = {"split": "train", "index": [4, 0, 2]}
    assert [task[:7] for task in vector.reset(options=options)[1]["task_id"]] == [
        "train 4",
        "train 0",
        "train 2",
    ]
    assert set(vector.reset(options={"index": 1})[1]["task_id"]) == {"test 1"}
    assert options == {"split": "train", "index": [4, 0, 2]}, (
        "the caller's options stay as they were"
    )
    with pytest.raises(ValueError, match="did you mean 'split'"):
        vector.reset(options={"spilt": "train"})
    with pytest.raises(ValueError, match="unknown split 'exam'"):
        make(split="exam")


def test_splits_per_game():
    vector = make()
    splits = ["train", "test", None]
    infos = vector.reset(seed=0, options={"split": splits})[1]
    assert list(infos["split"][:2]) == splits[:2]
    infos = vector.reset(options={"split": splits, "index": [1, 2, 7]})[1]
    assert [task[:7] for task in infos["task_id"]] == ["train 1", "test 2", "test 2"]
    vector = make(split=["test", "train", "test"])
    vector.reset(seed=0)
    *_, infos = vector.step(["stop"] * 3)
    *_, infos = vector.step([None] * 3)
    assert list(infos["split"]) == ["test", "train", "test"]
    with pytest.raises(ValueError, match="2 splits for 3 games"):
        vector.reset(options={"split": ["test", "train"]})
    with pytest.raises(ValueError, match="unknown split 'exam'"):
        make(split=["test", "train", "exam"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": 1, "options": {"index": [0, 1, 99]}}, "index 99 is out of range"),
        ({"seed": 1, "options": {"index": [0, 1, -1]}}, "index -1 is out of range"),
        ({"seed": 1, "options": {"split": ["test", "test", "exam"]}}, "unknown split 'exam'"),
        ({"seed": [1, 2, -3]}, "greater or equal to zero"),
        ({"seed": [1, 2, 2.5]}, "Seed must be a python integer"),
        ({"seed": 2.5}, "Seed must be a python integer"),
        ({"seed": 1, "options": {"split": ["test", ["test"], "test"]}}, "unknown split"),
        ({"seed": 1, "options": [0, 1, 2]}, "reset options are a mapping"),
    ],
)
def test_one_bad_argument_resets_nobody(arguments: dict[str, Any], message: str):
    vector, other = make(), make()
    for each in (vector, other):
        each.reset(seed=3)
        each.step(["a", "b", "c"])
    with pytest.raises((ValueError, TypeError, gymnasium.error.Error), match=message):
        vector.reset(**arguments)
    for actions in (["stop"] * 3, [None] * 3, ["f"] * 3):
        # As if nothing had been asked for, the generators' next draws included.
        one, two = vector.step(actions), other.step(actions)
        assert data_equivalence(one, two, exact=True)


def test_seeds_may_be_an_array():
    for seeds in (np.array([3, 4, 5]), range(3, 6), (3, None, 5), np.array(3), [np.int64(3), 0, 5]):
        found = make().reset(seed=seeds)[1]["task_id"]
        wanted = make().reset(seed=3)[1]["task_id"]
        assert (found[0], found[2]) == (wanted[0], wanted[2])


def test_games_of_different_limits():
    class Wordy(EchoGame):
        action_limit = 30
        observation_limit = 999

    vector = TextVectorEnv([EchoGame(), Wordy()], "text_games:EchoOracle")
    observations, _ = vector.reset(seed=0)
    assert observations in vector.observation_space
    assert vector.single_observation_space == FreeText(999)
    assert vector.single_action_space == FreeText(30)
    assert vector.call("observation_limit") == (200, 999)


def test_what_the_games_say_of_themselves():
    vector = make()
    vector.reset(options={"index": [0, 1, 2]})
    assert vector.instructions == EchoGame.instructions
    assert vector.call("turn_limit") == vector.get_attr("turn_limit") == (3, 3, 3)
    assert [task.payload for task in vector.call("task")] == [0, 1, 2]
    assert vector.call("task_count") == (8, 8, 8) and vector.call("candidates") == ([], [], [])
    assert vector.call("action_space") == (vector.single_action_space,) * 3
    assert all(isinstance(game, EchoGame) for game in vector.get_attr("game"))
    with pytest.raises(AttributeError, match="nonsense"):
        vector.call("nonsense")


def test_ended_games_are_left_out_while_the_others_play_on():
    vector = make(autoreset_mode="Disabled")
    vector.reset(seed=0)
    vector.step(["stop", "a", "b"])
    observations, rewards, terminated, truncated, infos = vector.step([None, "stop", "c"])
    assert terminated.tolist() == [True, True, False] and not truncated.any()
    assert rewards.tolist() == [0.0, 1.0, 0.25]
    assert observations[0].endswith(f"stop pots{EXOTIC[-3:]}\n"), (
        "an ended game keeps its last view"
    )
    assert infos["_turn"].tolist() == [False, True, True], "and says nothing in infos"
    with pytest.raises(ResetNeeded, match="game 1 has ended"):
        vector.step([None, "again", "d"])
    vector.step([None, None, "d"])
    *_, infos = vector.step([None] * 3)
    assert infos == {}
    mask = np.array([False, True, False])
    observations, infos = vector.reset(seed=1, options={"reset_mask": mask})
    assert infos["_turn"].tolist() == mask.tolist()
    _, _, terminated, _, infos = vector.step([None, "e", None])
    assert terminated.tolist() == [True, False, True]
    assert infos["turn"].tolist() == [0, 1, 0]


def test_the_step_after_an_end_needs_no_action():
    vector = make(num_envs=2)
    vector.reset(seed=0)
    vector.step(["stop", "a"])
    _, rewards, terminated, _, infos = vector.step([None, "b"])
    assert (infos["turn"].tolist(), rewards[0], terminated[0]) == ([0, 2], 0.0, False)


def test_misuse_is_named():
    vector = make()
    with pytest.raises(ResetNeeded, match="has not begun"):
        vector.step(["a"] * 3)
    vector.reset(seed=0)
    with pytest.raises(TypeError, match="not NoneType"):
        vector.step(["a", None, "b"])
    with pytest.raises(ValueError, match="2 actions for 3 games"):
        vector.step(["a", "b"])
    with pytest.raises(TypeError, match="one per game, not one text"):
        vector.step("abc")
    for actions in (None, 5, {0: "a"}, iter("abc")):
        with pytest.raises(TypeError, match=f"one per game, not {type(actions).__name__}"):
            vector.step(actions)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one game"):
        vector.reset(options={"reset_mask": np.zeros(3, dtype=np.bool_)})
    with pytest.raises(ValueError, match="shape"):
        vector.reset(options={"reset_mask": np.ones(2, dtype=np.bool_)})
    with pytest.raises(TypeError, match="dtype bool"):
        vector.reset(options={"reset_mask": [True, False, False]})
    with pytest.raises(ValueError, match="render mode"):
        make(render_mode="human")
    pictures = make(render_mode="rgb_array")
    pictures.reset(seed=0)
    assert np.stack(pictures.render()).shape == (3, 480, 640, 3)
    with pytest.raises(ValueError, match="max episode steps must be at least 1"):
        make(max_episode_steps=2.5)
    with pytest.raises(ValueError, match="at least one game"):
        TextVectorEnv([])
    for name in ("TwentyQuestions", "TwentyQuestionsOpen", "GuessMyCity", "Adventure", "WebShop"):
        options = {"oracle": "text_games:EchoOracle", "objects": ["a"]} if "Open" in name else {}
        for count in (2.5, 0, "2"):
            with pytest.raises(ValueError, match="number of games must be at least 1 and a whole"):
                gymnasium.make_vec(f"llm_gym/{name}-v0", count, "vector_entry_point", **options)
    with pytest.raises(ValueError, match="an object of its own"):
        TextVectorEnv([EchoGame()] * 2)


def test_a_step_after_close_is_an_error():
    vector = make()
    vector.reset()
    vector.close()
    for use in (lambda: vector.step(["a"] * 3), vector.reset):
        with pytest.raises(ClosedEnvironmentError, match="the environment is closed"):
            use()


def break_down(
    patch: pytest.MonkeyPatch, vector: TextVectorEnv, number: int, method: str, why: str
) -> None:
    """Let a method fail in one of the games."""
    works = getattr(EchoGame, method)

    def fails(game: EchoGame, argument: Any) -> Turn:
        if game is vector._sessions[number].game:
            raise OSError(why)
        turn: Turn = works(game, argument)
        return turn

    patch.setattr(EchoGame, method, fails)


@pytest.mark.parametrize("failure", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("mode", MODES)
def test_a_failing_game_leaves_every_game_where_it_was(
    mode: str, failure: type[BaseException], monkeypatch: pytest.MonkeyPatch
):
    """In its turn, and in the beginning of the next episode."""
    vector, other = make(autoreset_mode=mode), make(autoreset_mode=mode)
    for each in (vector, other):
        each.reset(seed=2)
        each.step(["stop", "a", "b"])
    answer = EchoGame.answer

    def fails(game: EchoGame, reply: str | None) -> Turn:
        if game is vector._sessions[2].game and game.said == "last":
            game.text += "half a turn"
            raise failure("the world is gone")
        return answer(game, reply)

    first = "c" if mode == "SameStep" else None
    with monkeypatch.context() as patch:
        patch.setattr(EchoGame, "answer", fails)
        with pytest.raises(failure, match="is gone"):
            vector.step([first, "stop", "last"])
    if mode == "NextStep":
        with monkeypatch.context() as patch:
            break_down(patch, vector, 0, "begin", "no world to be had")
            with pytest.raises(OSError, match="no world"):
                vector.step([first, "stop", "d"])
    for actions in ([first, "d", "last"], [None, "e", "f"] if mode == "Disabled" else ["e"] * 3):
        one, two = vector.step(actions), other.step(actions)
        assert data_equivalence(one, two, exact=True)


def test_what_goes_on_failing_loses_no_game(monkeypatch: pytest.MonkeyPatch):
    """The game that fails cannot be played again up to where it was either; nor can another."""
    vector, other = make(), make()
    for each in (vector, other):
        each.reset(seed=2)
        each.step(["a", "b", "c"])
    with monkeypatch.context() as patch:
        break_down(patch, vector, 1, "answer", "the world is gone")
        break_down(patch, vector, 0, "begin", "no world to be had")
        with pytest.raises(OSError, match="is gone"):
            vector.step(["d", "e", "f"])
        with pytest.raises(OSError, match="no world"):
            vector.step(["d", "e", "f"])
    for actions in (["d", "e", "f"], ["g", "h", "i"]):
        assert data_equivalence(vector.step(actions), other.step(actions), exact=True)


def test_a_failing_oracle_leaves_the_games_as_they_were(monkeypatch: pytest.MonkeyPatch):
    vector = make(num_envs=2)
    vector.reset(seed=0)
    vector.step(["stop", "a"])
    oracle = oracles.make("text_games:EchoOracle", "echo")

    def fail(subjects: list[str], questions: list[str]) -> list[str]:
        raise ConnectionError("no network")

    with monkeypatch.context() as patch:
        patch.setattr(oracle, "answer", fail)
        with pytest.raises(ConnectionError):
            vector.step([None, "b"])
        patch.setattr(oracle, "answer", lambda subjects, questions: ["one", "too many"])
        with pytest.raises(RuntimeError, match="2 answers to 1 questions"):
            vector.step([None, "b"])
    *_, infos = vector.step([None, "b"])
    assert infos["turn"].tolist() == [0, 2]
