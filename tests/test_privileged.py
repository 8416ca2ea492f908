"""A critic that reads what the policy never sees."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from test_methods import BRIEF, SMALL, trained
from torch import nn
from transformers import BertConfig, BertModel

from archer_agent import cli
from archer_agent.agents.environments import make_envs
from archer_agent.algorithms.ppo import PPO, token_steps
from archer_agent.algorithms.td import fit_critic
from archer_agent.episodes.replay import Episode, Turn, read_episodes
from archer_agent.networks.critic import Critic, EncoderCritic
from archer_agent.networks.loading import small_critic, small_policy
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.runs.warm_start import with_offered_privileged_info
from archer_agent.settings import Algo, ModelConfig, PPOConfig, TrainConfig, WarmStartConfig


@pytest.fixture(params=["causal", "encoder"])
def critic(request: pytest.FixtureRequest) -> Critic:
    tokenizer = train_tokenizer(["sab\n"], 259, split_words=False)
    if request.param == "causal":
        return small_critic(
            small_policy(tokenizer, width=32, heads=2, context=48, max_new_tokens=4)
        )
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=50,
    )
    return EncoderCritic(BertModel(config, add_pooling_layer=False), tokenizer)


def test_the_critic_learns_what_only_the_privileged_text_tells(critic: Critic):
    """One point for saying the hidden letter, which nothing else shows."""
    games = [
        Episode("s", [Turn(said, "", float(said == hidden))], True, privileged=hidden)
        for said in "ab"
        for hidden in "ab"
    ]
    optimizer = torch.optim.Adam(critic.parameters(), lr=3e-3)
    rng = np.random.default_rng(0)
    settings = {"gamma": 1.0, "batch": 4, "grad_clip": 1.0, "token_budget": 4096}
    fit_critic(critic, optimizer, games, 120, rng, **settings)
    with torch.no_grad():
        values = critic(games, [[["a", "b"]] for _ in games])
    rewards = torch.tensor([game.total_reward for game in games])
    torch.testing.assert_close(values.q, rewards.expand(2, -1), rtol=0.0, atol=0.2)
    # The hidden letters in turn: a, b, a, b.
    expected = torch.eye(2).repeat(2, 1).expand(2, -1, -1)
    torch.testing.assert_close(values.q_candidates, expected, rtol=0.0, atol=0.2)


def test_a_game_longer_than_the_window_keeps_the_privileged_text(critic: Critic):
    for head in (*critic.q_heads, *critic.v_heads):
        nn.init.normal_(head[-1].weight)

    def long(privileged: str) -> Episode:
        turns = [Turn("ab", "ba", 0.0) for _ in range(30)]
        return Episode("s", turns, terminated=False, privileged=privileged)

    with torch.no_grad():
        with_a, with_b, again, without = (critic([long(text)]) for text in ("a", "b", "a", ""))
    torch.testing.assert_close(with_a.q, again.q)
    for other in (with_b, without):
        assert (with_a.q - other.q).abs().amin() > 1e-6
        assert (with_a.v - other.v).abs().amin() > 1e-6


def test_the_value_function_of_ppo_reads_it_too_where_it_has_room():
    tokenizer = train_tokenizer(["sab\n"], 259, split_words=False)
    policy = small_policy(tokenizer, width=32, heads=2, context=20, max_new_tokens=4)
    ppo = PPO(policy, PPOConfig(critic_lr=1e-2, critic_batch=4), np.random.default_rng(0))
    # One point for saying the hidden letter; before it is said both are as likely.
    games = [
        Episode("s", [Turn(said, "", float(said == hidden))], True, privileged=hidden)
        for said in "ab"
        for hidden in "aab"
    ]
    for game in games:
        game.turns[0].token_ids = list(policy.codec.encode_action(game.turns[0].action, 4))
        game.turns[0].logprobs = [0.0] * len(game.turns[0].token_ids)
    ppo.fit_returns(games, 150)
    values, _ = ppo.advantages([token_steps(policy, game, 1.0) for game in games])
    before_the_end = torch.stack([value[1] for value in values])
    rewards = torch.tensor([game.total_reward for game in games])
    torch.testing.assert_close(before_the_end, rewards, rtol=0.0, atol=0.2)
    said = list(policy.codec.encode_action("aaa", 4))
    long = Episode("s" * 15, [Turn("aaa", "", 0.0, said, [0.0] * 4)], True, privileged="a")
    steps = token_steps(policy, long, 1.0)
    assert [segment.ids for segment in steps.read] == [segment.ids for segment in steps.segments]


@pytest.mark.parametrize(
    ("env", "algo", "key"),
    [
        ("llm_gym/TwentyQuestionsSubset-v0", "archer", "task_id"),
        ("llm_gym/GuessMyCity-v0", "ppo", "task_id"),
        ("llm_gym/TwentyQuestionsSubset-v0", "chai", None),  # its critic plays
        *(("llm_gym/GuessMyCity-v0", algo, None) for algo in ("grpo", "filtered_bc", "bc")),
        ("llm_gym/Adventure-v0", "archer", None),  # nothing is hidden
        ("identity_game:Identity-v0", "archer", None),  # says nothing of it
    ],
)
def test_what_the_environment_offers(env: str, algo: Algo, key: str | None):
    envs = make_envs(env, 1)
    asked = TrainConfig(env=env, algo=algo, model=ModelConfig(privileged_info="auto"))
    assert with_offered_privileged_info(asked, envs).model.privileged_info == key
    recorded = replace(asked, warm_start=WarmStartConfig(demonstrations=Path("x.jsonl")))
    assert with_offered_privileged_info(recorded, envs).model.privileged_info is None
    named = replace(asked, algo="archer", model=ModelConfig(privileged_info="delta"))
    assert with_offered_privileged_info(named, envs) is named
    envs.close()


def test_a_run_keeps_the_text_for_its_critic_and_from_its_policy(tmp_path: Path):
    """The identity game's delta at reset is its first word, here in the role of a secret."""
    run = tmp_path / "run"
    key = ["--model.privileged-info=delta"]
    trained("archer", run, *BRIEF, *key, "--loop.iterations=2", "--checkpoint-every=1")
    assert cli.train(["--resume", str(run), "--loop.iterations=3"]) == 0
    games = [game for _, game in read_episodes(run / "episodes.jsonl")]
    assert all(game.privileged == game.observation for game in games)
    policy_text = json.dumps([text for game in games for text, _ in game.pieces()])
    assert "\\n\\n" not in policy_text  # the critic's line break after it is nowhere in the game
    offline = [
        "--warm-start.demonstrations",
        str(run / "episodes.jsonl"),
        "--model.max-new-tokens=8",
    ]
    trained("offline_archer", tmp_path / "offline", *BRIEF, *key, *offline, "--loop.iterations=1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--algo=archer", "--model.privileged-info=secret"], "info holds no 'secret' at reset"),
        (["--algo=chai", "--model.privileged-info=delta"], "chai plays by its critic"),
        (["--algo=grpo", "--model.privileged-info=delta"], "grpo has no critic that reads games"),
    ],
)
def test_what_is_refused(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run = tmp_path / "run"
    assert cli.train([*SMALL, *arguments, "--run", str(run)]) == 2
    assert message in capsys.readouterr().err
    assert not run.exists()
