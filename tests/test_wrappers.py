"""Views for other learners: what each shows, and that many games show what single ones do."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env, data_equivalence
from gymnasium.vector import VectorEnv
from gymnasium.wrappers import TimeLimit
from hypothesis import given
from hypothesis import strategies as st
from text_games import EXOTIC, EchoVectorEnv

from llm_gym import wrappers
from llm_gym.core.text import what_is_new
from llm_gym.wrappers import vector
from llm_gym.wrappers.discrete import Slots
from llm_gym.wrappers.encoded import Ids, WordHashes

SUBSET = "llm_gym/TwentyQuestionsSubset-v0"
WORLDS = "llm_gym/AdventureWorlds-v0"
SHOP = "llm_gym/WebShop-v0"
CITY = "llm_gym/GuessMyCity-v0"


@pytest.mark.parametrize("env_id", [SUBSET, CITY, WORLDS, SHOP])
def test_any_game_is_played_by_numbers(env_id: str):
    env = wrappers.DiscreteActions(gymnasium.make(env_id))
    env.reset(seed=1)
    rng, ended = np.random.default_rng(1), False
    for _ in range(30):
        mask = env.action_masks()
        said = [text for text in env.texts if text is not None]
        assert sorted(said) == sorted(env.unwrapped.candidates()) and len(said) == mask.sum() > 0
        _, _, ended, _, info = env.step(int(rng.choice(np.flatnonzero(mask))))
        assert not info["invalid_action"]
        if ended:
            break
    if ended:  # nothing makes sense after the end, so everything may be chosen
        assert env.unwrapped.candidates() == [] and env.action_masks().all()


def test_a_fixed_list_means_the_same_always():
    actions = ["Is it alive?", "Is it a dog?", "Is it a piano?"]
    env = wrappers.DiscreteActions(gymnasium.make(SUBSET), actions)
    env.reset(options={"split": None, "index": _place("piano")})
    observation, *_ = env.step(1)
    assert observation.endswith("Is it a dog? No.\n") and env.action_masks().all()
    assert env.step(np.int64(2))[4]["success"]
    small = wrappers.HashedText(wrappers.DiscreteActions(gymnasium.make(SUBSET), actions), 64)
    with pytest.warns(UserWarning, match="different from the unwrapped version"):
        check_env(small)
    for wrong, error in (([], ValueError), (["a", "a"], ValueError), ("ask", TypeError)):
        with pytest.raises(error):
            wrappers.DiscreteActions(gymnasium.make(SUBSET), wrong)
    with pytest.raises(IndexError, match="action 3 is not in"):
        env.step(3)


def _place(name: str) -> int:
    tasks = gymnasium.make(SUBSET).unwrapped.game.tasks.select()
    return next(i for i, task in enumerate(tasks) if task.id == name)


def test_too_few_slots_are_named():
    env = wrappers.DiscreteActions(gymnasium.make(SUBSET), slots=100)
    with pytest.raises(ValueError, match="166 actions make sense now, but there are 100 slots"):
        env.reset(seed=0)
    with pytest.raises(TypeError, match="does not offer candidates"):
        wrappers.DiscreteActions(gymnasium.make("CartPole-v1"))


@given(st.lists(st.sets(st.sampled_from([f"go {n}" for n in range(12)]), max_size=8), max_size=9))
def test_slots_hold_what_is_shown_and_move_nothing(shows: list[set[str]]):
    slots, seen = Slots(8), dict[str, int]()
    for texts in shows:
        slots.show(sorted(texts))
        assert {text for text in slots.texts if text is not None} == texts
        now = {text: place for place, text in enumerate(slots.texts) if text is not None}
        if len(seen.keys() | now.keys()) <= 8:
            assert all(now[text] == seen[text] for text in now if text in seen)
            seen |= now
        else:
            seen = now


@pytest.mark.parametrize("text", EXOTIC)
def test_encodings_take_any_text(text: str):
    ids = Ids(40, None, None, 0)(text)
    written = bytes(int(each) - 1 for each in ids if each)
    assert text.encode("utf-8", "surrogatepass").endswith(written)
    assert WordHashes(16)(text) in WordHashes(16).space


def test_hashed_words_tell_answers_apart():
    encode = WordHashes(4096)
    one = encode("Questions:\nIs it alive? Yes.\nIs it big? No.\n")
    other = encode("Questions:\nIs it alive? No.\nIs it big? Yes.\n")
    assert (one != other).any() and one.sum() == other.sum()
    assert (encode("Is it big? No.\nQuestions:\nIs it alive? Yes.") == one).all()


def test_token_ids_of_a_tokenizer():
    env = gymnasium.make(SUBSET)
    made = wrappers.TokenIds(env, 4, lambda text: [len(word) for word in text.split()], 50, 49)
    assert made.reset(seed=0)[0].tolist() == [10, 49, 49, 49]
    assert made.step("Is it alive?")[0].tolist()[:3] == [2, 2, 6]
    with pytest.raises(ValueError, match="belong together"):
        wrappers.TokenIds(env, 4, str.split)  # type: ignore[arg-type]
    for wrong in (-1, 257):
        with pytest.raises(ValueError, match=f"padding {wrong} is none of the ids from 0 to 256"):
            wrappers.TokenIds(env, 4, padding=wrong)
    with pytest.raises(ValueError, match="made the id 70: give a vocabulary above it, not 50"):
        Ids(4, lambda text: [1, 70], 50, 0)("any")


def test_a_tokenizer_meets_no_lone_surrogate():
    assert Ids(4, lambda text: list(text.encode()), 256, 0)("a\ud800b").tolist() == [*b"a?b", 0]


def test_embeddings_are_those_of_a_function():
    def embed(text: str) -> Any:
        text.encode()  # as tokenizers of models do, which know no lone surrogates
        return [len(text), text.count("?")]

    env = wrappers.EmbeddedText(gymnasium.make(SUBSET), embed, 2)
    assert env.reset(seed=0)[0].tolist() == [11.0, 0.0]
    observation = env.step("Is it \ud800 alive?")[0]
    assert observation in env.observation_space and observation[1] >= 1
    twin = vector.EmbeddedText(gymnasium.make_vec(SUBSET, 2), embed, 2)
    assert twin.reset(seed=0)[0].tolist() == [[11.0, 0.0]] * 2
    with pytest.raises(ValueError, match="belong together"):
        wrappers.EmbeddedText(gymnasium.make(SUBSET), embed)


@pytest.mark.parametrize(
    ("number", "error"), [(-1, IndexError), (3, IndexError), (1.7, TypeError), ("1", TypeError)]
)
def test_a_number_that_is_none_is_refused(number: Any, error: type[Exception]):
    single = wrappers.DiscreteActions(gymnasium.make(SUBSET), ["a", "b", "c"])
    many = vector.DiscreteActions(gymnasium.make_vec(SUBSET, 2), ["a", "b", "c"])
    for env, action in ((single, number), (many, [0, number])):
        env.reset(seed=0)
        with pytest.raises(error, match=f"action {number} is not in|interpreted as an integer"):
            env.step(action)


def test_the_mask_stands_beside_the_observation():
    env = wrappers.HashedText(wrappers.DiscreteActions(gymnasium.make(WORLDS)), 32)
    env = wrappers.MaskInObservation(env, "obs", "mask")
    observation, _ = env.reset(seed=2)
    assert observation in env.observation_space
    assert observation["mask"].sum() == len(env.unwrapped.candidates())
    with pytest.raises(TypeError, match="DiscreteActions first"):
        wrappers.MaskInObservation(gymnasium.make(WORLDS))
    with pytest.raises(ValueError, match="a key each, not both 'x'"):
        wrappers.MaskInObservation(env.env, "x", "x")


def test_a_chat_of_a_game_that_grows_and_of_one_that_does_not():
    env = wrappers.ChatMessages(gymnasium.make(SUBSET))
    env.reset(options={"index": _place("piano")})
    chat, *_ = env.step("Is it alive?")
    assert chat in env.observation_space
    assert [message["role"] for message in chat] == ["system", "user", "assistant", "user"]
    assert [message["content"] for message in chat[1:]] == [
        "Questions:\n",
        "Is it alive?",
        " No.\n",
    ]
    env = wrappers.ChatMessages(gymnasium.make(WORLDS))
    env.reset(seed=0)
    chat, *_ = env.step("north")
    assert chat[-1]["content"].endswith("]") and chat[-1]["content"] != chat[1]["content"]


UNCLEAN = [" Is it alive?", "is it  a zebra", "Is it a cat?\nIs it a dog?"]


@pytest.mark.parametrize("mode", ["NextStep", "SameStep", "Disabled"])
def test_a_chat_repeats_no_action_that_was_cleaned_up(mode: str):
    def answers(chat: Any) -> list[str]:
        return [message["content"] for message in chat if message["role"] == "user"][1:]

    single = wrappers.ChatMessages(gymnasium.make(SUBSET))
    single.reset(options={"index": _place("piano")})
    many = gymnasium.make_vec(SUBSET, 2, autoreset_mode=mode, max_episode_steps=3)
    many = vector.ChatMessages(many)
    many.reset(options={"index": _place("piano")})
    for action in UNCLEAN:
        chat = single.step(action)[0]
        chats, *_, infos = many.step([action] * 2)
    assert answers(chat) == [" No.\n"] * 3
    last = infos["final_obs"] if mode == "SameStep" else chats
    assert [answers(each) for each in last] == [[" No.\n"] * 3] * 2


def test_what_is_new():
    assert what_is_new("a\n", "b", "a\nb c\n") == " c\n"
    assert what_is_new("a\n", "b", "a\n[b] c\n") == "[b] c\n"
    assert what_is_new("a\n", "b", "d") == "d"
    assert what_is_new("a page", "b", "a page") == "a page"
    assert what_is_new("", "b", "b d") == "b d"
    assert what_is_new("a\n", " b", "a\nb c\n", " c\n") == " c\n"
    assert what_is_new("a\n", "b", "a\nb c\n", "another") == " c\n"
    assert what_is_new("a c", "b", "a c!", "a c!") == "!"


@pytest.mark.parametrize("env_id", [SHOP, WORLDS, SUBSET])
def test_plain_info_has_one_shape_and_no_secret(env_id: str):
    env = wrappers.PlainInfo(wrappers.DiscreteActions(gymnasium.make(env_id)))
    _, info = env.reset(seed=0)
    schema = {key: type(value) for key, value in info.items()}
    assert not schema.keys() & {"task_id", "oracle_raw"}
    assert set(schema.values()) <= {bool, int, float, str}
    for _ in range(4):
        mask = env.get_wrapper_attr("action_masks")()
        _, _, _, _, info = env.step(int(np.flatnonzero(mask)[0]))
        assert {key: type(value) for key, value in info.items()} == schema
    if env_id == WORLDS:
        assert json.loads(info["valid_actions"]) == env.unwrapped.candidates()
    numbers = wrappers.PlainInfo(gymnasium.make(env_id), texts=False).reset(seed=0)[1]
    assert set(map(type, numbers.values())) <= {bool, int, float} and "turn" in numbers


def test_plain_infos_of_wrappers_that_add_mappings():
    """Gymnasium's own marks who has one, and not who has each of its entries."""
    games = gymnasium.make_vec(SUBSET, 2, max_episode_steps=2)
    env = vector.PlainInfo(gymnasium.wrappers.vector.RecordEpisodeStatistics(games))
    env.reset(seed=0)
    env.step(["Is it a zebra?"] * 2)
    infos = env.step(["Is it a zebra?"] * 2)[4]
    assert [json.loads(row)["r"] for row in infos["episode"]] == [-2.0, -2.0]
    assert wrappers.info.plain({"scores": [np.float32(0.5), np.arange(2)]}) == {
        "scores": "[0.5, [0, 1]]"
    }


def test_turns_that_were_never_taken_cost():
    def play(limit: int) -> float:
        env = wrappers.TurnCost(TimeLimit(gymnasium.make(SUBSET).unwrapped, limit))
        env.reset(options={"index": _place("piano")})
        total, ended = 0.0, False
        while not ended:
            _, reward, terminated, truncated, _ = env.step("Is it alive?")
            total, ended = total + reward, terminated or truncated
        return total

    assert play(5) == play(20) == play(100) == -20
    with pytest.raises(TypeError, match="give cost and turn_limit"):
        wrappers.TurnCost(gymnasium.make("CartPole-v1"))


def test_each_game_has_its_own_limit_and_cost():
    env = EchoVectorEnv(2, max_episode_steps=1)
    for game, limit, cost in zip(env.call("game"), (3, 4), (1.0, 0.5), strict=True):
        game.turn_limit, game.turn_cost = limit, cost
    charged = vector.TurnCost(env)
    charged.reset(seed=0)
    assert charged.step(["", ""])[1].tolist() == [-2.0, -1.5]
    given = vector.TurnCost(env, cost=2.0)
    given.reset(seed=0)
    assert given.step(["", ""])[1].tolist() == [-4.0, -6.0]


ASK = ["Is it alive?", "Is it a dog?", "Is it a piano?", "Is it a pen?", ""]
SHOPPING = ["search[red shoes]", "click[buy now]"]
VIEWS: dict[str, tuple[str, Callable[[Any], Any], Callable[[Any], Any], Any]] = {
    "numbers": (
        SUBSET,
        lambda env: wrappers.HashedText(wrappers.DiscreteActions(env, ASK), 64),
        lambda env: vector.HashedText(vector.DiscreteActions(env, ASK), 64),
        lambda rng, n: rng.integers(5, size=n),
    ),
    "masks": (
        WORLDS,
        lambda env: wrappers.MaskInObservation(
            wrappers.TokenIds(wrappers.DiscreteActions(env, slots=64), 50)
        ),
        lambda env: vector.MaskInObservation(
            vector.TokenIds(vector.DiscreteActions(env, slots=64), 50)
        ),
        lambda rng, n: rng.integers(64, size=n),
    ),
    "chats": (
        SUBSET,
        lambda env: wrappers.TurnCost(wrappers.ChatMessages(env)),
        lambda env: vector.TurnCost(vector.ChatMessages(env)),
        lambda rng, n: [ASK[k] for k in rng.integers(5, size=n)],
    ),
    "infos": (
        SHOP,
        wrappers.PlainInfo,
        vector.PlainInfo,
        lambda rng, n: [SHOPPING[k] for k in rng.integers(2, size=n)],
    ),
}


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
@pytest.mark.parametrize("view", VIEWS)
def test_many_games_show_what_single_ones_do(view: str, mode: str):
    """Gymnasium's vector environment over wrapped games is what ours under the twin must equal."""
    env_id, single, twin, choose = VIEWS[view]
    options: dict[str, Any] = {} if view == "infos" else {"max_episode_steps": 7}
    expected = gymnasium.vector.SyncVectorEnv(
        [partial(lambda: single(gymnasium.make(env_id, **options)))] * 3, autoreset_mode=mode
    )
    ours = twin(
        gymnasium.make_vec(
            env_id, 3, vectorization_mode="vector_entry_point", autoreset_mode=mode, **options
        )
    )
    gymnasiums = twin(
        gymnasium.vector.SyncVectorEnv(
            [lambda: gymnasium.make(env_id, **options)] * 3, autoreset_mode=mode
        )
    )
    assert ours.single_observation_space == expected.single_observation_space
    assert ours.single_action_space == expected.single_action_space
    records = [_record(env, choose) for env in (expected, ours, gymnasiums)]
    for other in records[1:]:
        for step, (one, two) in enumerate(zip(records[0], other, strict=True)):
            assert data_equivalence(one, two), f"step {step}: {one}\n{two}"


def _record(env: VectorEnv[Any, Any, Any], choose: Any) -> list[Any]:
    rng = np.random.default_rng(5)
    observations, infos = env.reset(seed=5)
    record: list[Any] = [(_plain(observations), _plain(infos))]
    for _ in range(16):
        observations, rewards, *ends, infos = env.step(choose(rng, 3))
        for last in infos.get("final_obs", ()):
            if isinstance(last, dict):
                last.pop("action_mask")  # where a game went on at once, nobody knows it any more
        record.append((_plain(observations), rewards.tolist(), _plain(ends), _plain(infos)))
    return record


def _plain(value: Any) -> Any:
    """Return arrays as lists, so that arrays of objects compare too."""
    if isinstance(value, np.ndarray):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.item() if isinstance(value, np.generic) else value


def test_ended_games_wait_where_nothing_begins_by_itself():
    env = gymnasium.make_vec(SUBSET, 2, autoreset_mode="Disabled", max_episode_steps=2)
    env = vector.TurnCost(vector.DiscreteActions(env, ASK))
    env.reset(seed=0)
    env.step([0, 0])
    rewards = env.step([0, 0])[1]
    assert rewards.tolist() == [-19.0, -19.0]
    assert env.step([0, 0])[1].tolist() == [0.0, 0.0]
    observations, _ = env.reset(options={"reset_mask": np.array([True, False])})
    assert [len(text.splitlines()) for text in observations] == [1, 3]
    assert env.step([0, 0])[1].tolist() == [-1.0, 0.0]
