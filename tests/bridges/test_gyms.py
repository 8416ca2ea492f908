"""TextArena, GEM and SkyRL-gym: their games here, ours there."""

import random

import gem
import gymnasium
import pytest
import skyrl_gym

import llm_gym.bridges.gem
import llm_gym.bridges.textarena
from llm_gym.bridges.dialogue import Dialogue

ENV = "llm_gym/TwentyQuestionsSubset-v0"
FIRST = Dialogue(ENV).env.game.tasks.select("train")[0].id


def hunt(env: gymnasium.Env[str, str], form: str, seed: int) -> list[tuple[str, float, bool]]:
    """Guess one number after another; return what was seen."""
    record = [(env.reset(seed=seed)[0], 0.0, False)]
    for number in range(1, 21):
        text, reward, terminated, truncated, info = env.step(form.format(number))
        record.append((text, reward, info["success"]))
        if terminated or truncated:
            break
    return record


@pytest.mark.parametrize(
    ("env_id", "form", "game"),
    [
        ("llm_gym/TextArena-v0", "[{}]", "GuessTheNumber-v0"),
        ("llm_gym/Gem-v0", "\\boxed{{{}}}", "game:GuessTheNumber-v0-easy"),
    ],
)
def test_their_games_here(env_id: str, form: str, game: str):
    env = gymnasium.make(env_id, game=game)
    one, other = hunt(env, form, 3), hunt(env, form, 3)
    assert one == other and len(one) > 1
    assert {len(hunt(env, form, seed)) for seed in range(8)} != {len(one)}


def test_textarena_tells_what_is_new_and_leaves_the_global_generator_alone():
    env = gymnasium.make("llm_gym/TextArena-v0")
    random.seed(1)
    expected = random.random()
    random.seed(1)
    first, _ = env.reset(seed=0)
    text, _, terminated, _, info = env.step("[20]")
    assert random.random() == expected
    assert terminated or (text.startswith(first) and len(info["delta"]) < len(text) / 4)
    assert env.reset(seed=0)[0] == first  # nothing of the last game is left in it


def test_gem_plays_our_game():
    env = llm_gym.bridges.gem.GameEnv(ENV)
    assert isinstance(env, gem.Env)
    text, _ = env.reset(split="train", index=0)
    assert text.endswith("Questions:\n")
    assert env.step(env.sample_random_action())[2:4] in ((False, False), (True, False))
    env.reset(split="train", index=0)
    *_, terminated, truncated, info = env.step(f"Is it a {FIRST}?")
    assert (terminated, truncated, info["success"], info["return"]) == (True, False, True, 0.0)
    short = env.spawn(max_turns=2)
    short.reset(seed=0)
    rewards = [short.step("")[1], short.step("Is it a zebra?")[1]]
    assert rewards == [-1.0, -19.0]
    assert short.step("Is it a zebra?")[1:4] == (0.0, False, True)  # nothing is charged twice


def test_skyrl_plays_our_game():
    skyrl_gym.register(id="game", entry_point="llm_gym.bridges.skyrl:GameEnv")
    row = {"env_id": ENV, "split": "train", "index": 0, "max_turns": 3}
    env = skyrl_gym.make("game", extras=row)
    chat, _ = env.init([])
    assert chat[-1]["content"].endswith("Questions:\n")
    made = [env.step(text) for text in ("Is it a zebra?", "<think>hm", "Is it a zebra?")]
    assert [step["reward"] for step in made] == [-1, -1, -18]
    assert made[-1]["done"] and made[-1]["metadata"]["ending"] == "truncated"
    assert env.step("Is it a zebra?")["reward"] == 0
    assert env.get_metrics()["unparsable"] == 1 and made[0]["observations"][0]["role"] == "user"
    won = skyrl_gym.make("game", extras=row)
    won.init([])
    step = won.step(f"Is it a {FIRST}?")
    assert step["done"] and step["reward"] == 0 and step["observations"] == []
