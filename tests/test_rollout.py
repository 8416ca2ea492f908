"""Games played through Gymnasium."""

import string
from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium.spaces import Text

from archer_agent.agents.agent import FunctionAgent, LanguageAgent, View
from archer_agent.agents.environments import find_env, make_envs, spent
from archer_agent.agents.rollout import play
from archer_agent.episodes.replay import Episode, what_is_new
from archer_agent.networks.loading import small_policy
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.runs.evaluation import evaluate_agent

QUESTIONS = "llm_gym/TwentyQuestionsSubset-v0"


class Countdown(gymnasium.Env[str, str]):
    """Shows how many turns are left, drawn from the seed; tells nothing in its infos."""

    observation_space = Text(1000, min_length=0, charset=string.printable)
    action_space = Text(100, min_length=0, charset=string.printable)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        super().reset(seed=seed, options=options)
        self.left = int(self.np_random.integers(1, 6))
        self.text = f"{self.left}:"
        return self.text, {}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        self.left -= 1
        self.text += f"{action}/{self.left}:"
        return self.text, float(self.left), self.left == 0, False, {}


if "Countdown-v0" not in gymnasium.registry:
    gymnasium.register("Countdown-v0", entry_point=Countdown)
if "Endless-v0" not in gymnasium.registry:
    gymnasium.register("Endless-v0", entry_point=Countdown, max_episode_steps=1)


def ask(observation: str) -> str:
    """A different question each turn, some of which are no question."""
    return ["Is it alive?", "Is it a dog?", "what", "Is it big?"][len(observation) % 4]


def played(env_id: str, width: int, seeds: list[int], **options: Any) -> list[Episode]:
    envs = make_envs(env_id, width, options)
    try:
        return play(envs, FunctionAgent(ask), seeds)
    finally:
        envs.close()


def one_by_one(env_id: str, seed: int) -> tuple[str, float, int]:
    """Play a game without this package: final observation, return, turns."""
    env = gymnasium.make(env_id)
    observation, _ = env.reset(seed=seed)
    total, turns, ended = 0.0, 0, False
    while not ended:
        observation, reward, terminated, truncated, _ = env.step(ask(observation))
        total, turns, ended = total + float(reward), turns + 1, terminated or truncated
    return observation, total, turns


@pytest.mark.parametrize("env_id", [QUESTIONS, "Countdown-v0"])
def test_same_seeds_same_games_in_their_order_however_wide_the_wave(env_id: str):
    seeds = [3, 1, 4, 1, 5, 9, 2]
    games = played(env_id, 3, seeds)
    assert [game.seed for game in games] == seeds
    assert games[1] == games[3]
    assert games == played(env_id, 1, seeds) == played(env_id, 10, seeds)
    for game in games:
        text = "".join(piece for piece, _ in game.pieces())
        assert (text, game.total_reward, len(game.turns)) == one_by_one(env_id, game.seed)
        assert game.terminated
    assert len({game.observation + str(len(game.turns)) + game.task_id for game in games}) > 1


def test_what_the_environment_tells_besides_is_kept():
    (game,) = played(QUESTIONS, 1, [0])
    assert game.task_id
    assert [turn.invalid for turn in game.turns] == [turn.action == "what" for turn in game.turns]
    (won,) = play(make_envs(QUESTIONS, 1), FunctionAgent(lambda _: f"Is it {game.task_id}?"), [0])
    assert won.success
    assert len(won.turns) == 1
    assert not game.success


def test_an_utterance_without_an_end_is_marked():
    tokenizer = train_tokenizer(["Is it?"], 300, split_words=False)
    policy = small_policy(tokenizer, width=16, heads=2, layers=1, context=512, max_new_tokens=12)
    envs = make_envs("llm_gym/TwentyQuestionsSubset-v0", 2)
    games = play(envs, LanguageAgent(policy, torch.Generator().manual_seed(0)), [1, 2])
    turns = [turn for game in games for turn in game.turns]
    marks = {(turn.token_ids[-1] in policy.codec.stop_ids, turn.cut_off) for turn in turns}
    assert marks == {(False, True), (True, False)}
    assert all(turn.cut_off is False or len(turn.token_ids) == 12 for turn in turns)
    envs.close()


def test_a_game_cut_off_from_outside_did_not_terminate():
    games = played("Endless-v0", 2, list(range(12)))
    assert {len(game.turns) for game in games} == {1}
    first_turn_was_last = [game.observation == "1:" for game in games]
    assert [game.terminated for game in games] == first_turn_was_last
    assert {True, False} == set(first_turn_was_last)


def test_an_environment_that_counts_says_what_it_spent():
    envs = make_envs("llm_gym/TwentyQuestionsSubset-v0", 2)
    games = play(envs, FunctionAgent(lambda observation: "Is it alive?"), [1, 2])
    turns = sum(len(game.turns) for game in games)
    assert spent(envs).startswith(f"episodes 2, turns {turns}, oracle calls ")
    assert spent(make_envs("text_games:text_games/Echo-v0", 1)) == ""


class Framed(Countdown):
    """Puts what was said into a frame, as platforms of several players do."""

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        before = self.text
        _, *rest = super().step(action)
        self.text = f"{before}\n[player] {action}\n[game] {self.left}"
        return self.text, *rest


if "Framed-v0" not in gymnasium.registry:
    gymnasium.register("Framed-v0", entry_point=Framed)


def test_of_a_text_that_grows_only_what_is_new_is_a_reply():
    (game,) = played("Framed-v0", 1, [3])
    assert len(game.turns) > 1
    shown = game.observations()
    for turn, before, after in zip(game.turns, shown, shown[1:], strict=False):
        assert turn.reply == f"\n[player] {turn.action}\n[game] {int(turn.reward)}"
        assert after == before + turn.reply  # as it was shown: the action once, in its frame


def test_a_page_that_is_shown_twice_is_read_twice():
    assert what_is_new("say red\n", "red", "say red\n", None) == "say red\n"
    assert what_is_new("say red\n", "red", "say red\nred well\n", None) == " well\n"


def test_observations_are_kept_as_they_were():
    (game,) = played("llm_gym/AdventureWorlds-v0", 1, [5])
    env = gymnasium.make("llm_gym/AdventureWorlds-v0")
    shown = [env.reset(seed=5)[0]]
    shown += [env.step(turn.action)[0] for turn in game.turns]
    assert game.observations() == shown
    (transcript,) = played(QUESTIONS, 1, [5])
    assert (
        sum(turn.observation is not None for turn in transcript.turns) <= len(transcript.turns) // 2
    )


def test_progress_counts_games_that_have_ended():
    counts: list[int] = []
    play(make_envs("Countdown-v0", 2), FunctionAgent(ask), [0, 1, 2], counts.append)
    assert counts == sorted(counts)
    assert counts[-1] == 3


@pytest.mark.parametrize(
    ("env_id", "options", "message"),
    [
        ("llm_gym/TwentyQuestion-v0", {}, "did you mean .*llm_gym/TwentyQuestions-v0"),
        ("qqqqqqqqqq", {}, "is the package that registers it installed"),
        ("no_such_module_here:Game-v0", {}, "cannot import 'no_such_module_here'"),
        ("CartPole-v1", {}, "CartPole-v1: its observations are Box, not text"),
        (QUESTIONS, {"colour": "red"}, "cannot make .* with options .*colour"),
        (QUESTIONS, {"rules": "none"}, "cannot make .*rules"),
    ],
)
def test_what_cannot_be_made_is_explained(env_id: str, options: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        make_envs(env_id, 2, options)


class Mumbling:
    """An agent that returns whatever it was made with."""

    def __init__(self, said: Any) -> None:
        self.said = said

    def begin(self, games: int) -> None:
        """Nothing to forget."""

    def act(self, views: Sequence[View]) -> Any:
        return self.said


@pytest.mark.parametrize("count", [0, -1, 2.5, "2", True, None])
def test_a_number_of_games_that_is_none_is_told_whatever_the_environment(count: Any):
    with pytest.raises(ValueError, match=r"^the number of games must be at least 1 and a whole"):
        make_envs("Countdown-v0", count)


@pytest.mark.parametrize(
    "said",
    [None, 5, "ab", b"ab", (text for text in "ab"), {"a", "b"}, {"a": 0, "b": 1}, np.array("a")],
)
def test_an_agent_returns_one_action_for_each_game(said: Any):
    with pytest.raises(ValueError, match=r"^the agent returned .*, not one action for each game$"):
        play(make_envs("Countdown-v0", 2), Mumbling(said), [0, 1])


def test_what_names_no_games_is_refused():
    agent = FunctionAgent(ask)
    for episodes in (0, -1, 2.5, "3", b"3", True, [], [-1], [1.5], ["a"], [None], [True]):
        with pytest.raises(ValueError, match="episodes must be how many games, at least 1"):
            evaluate_agent("Countdown-v0", {}, agent, episodes, seed=0)  # type: ignore[arg-type]
    for seed in (-1, 1.5, "a", True):
        with pytest.raises(ValueError, match="the seed must be a whole number of 0 or more"):
            evaluate_agent("Countdown-v0", {}, agent, 1, seed)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="1 tasks are named for 2 games"):
        play(make_envs("Countdown-v0", 2), agent, [0, 1], tasks=[0])


def test_no_former_name_is_suggested():
    for mistyped in ("llm_gym/WebShop-v2", "WebShop-v1"):
        with pytest.raises(ValueError, match="did you mean llm_gym/WebShop-v0 or ") as caught:
            make_envs(mistyped, 1, {})
        assert "WebShop-v1?" not in str(caught.value) and "WebShop-v1 or" not in str(caught.value)
    assert find_env("llm_gym/WebShop-v1") == "llm_gym/WebShop-v1"  # it is still one
