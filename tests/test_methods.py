"""Every method: it learns, it resumes, and what it learns from is what was said."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from archer_agent import cli, configure
from archer_agent.agents.agent import View
from archer_agent.agents.environments import make_envs
from archer_agent.agents.rollout import play
from archer_agent.algorithms import make_learner
from archer_agent.algorithms.bc import clone
from archer_agent.algorithms.chai import Chai, ChaiAgent
from archer_agent.algorithms.filtered_bc import best_games
from archer_agent.algorithms.grpo import GRPO
from archer_agent.algorithms.learner import Learner, all_returns
from archer_agent.algorithms.offline_archer import OfflineArcher
from archer_agent.algorithms.policy_gradient import Weighed
from archer_agent.algorithms.ppo import PPO, token_steps
from archer_agent.algorithms.td import TDCritic
from archer_agent.algorithms.turn_ppo import TurnPPO
from archer_agent.episodes.replay import Episode, ReplayBuffer, Turn, read_episodes
from archer_agent.networks.loading import small_policy
from archer_agent.networks.optimization import NonFiniteGradient
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.scale import Scale
from archer_agent.networks.token_critic import TokenCritic
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.runs import resuming
from archer_agent.runs.evaluation import evaluate_run
from archer_agent.runs.records import read_metrics
from archer_agent.runs.warm_start import calibration_steps
from archer_agent.settings import Algo, GRPOConfig, TrainConfig, flags

ENV = "identity_game:Identity-v0"
ALGOS = get_args(Algo)
SMALL = f"""
    --env {ENV} --model.width 32 --model.layers 1 --model.heads 2 --model.context 64
    --model.max-new-tokens 4
    --warm-start.games 512 --warm-start.epochs 4 --warm-start.batch-size 16
    --warm-start.optimizer adam --warm-start.learning-rate 0.01
    --warm-start.skill 0 --warm-start.reply-weight 0 --warm-start.player-options {{}}
    --warm-start.critic-games 256 --warm-start.critic-steps 60 --warm-start.critic-passes 15
    --archer.offline-iterations 0
    --loop.games-per-iteration 64 --loop.growth 0 --loop.warmup-iterations 1 --loop.buffer-games 256
    --evaluation.games 32 --evaluation.every 100 --checkpoint-every 100
""".split()
"""The warm start says any of the words, whatever is shown."""


def settings(algo: str, **options: Any) -> list[str]:
    return flags({algo: options})


ACTOR = {"actor_lr": 3e-3, "actor_batch": 32, "target_kl": 0.1}
TD = {"critic_lr": 3e-3, "critic_steps": 12, "critic_batch": 64, "gamma": 0.5}
SOLVES: dict[str, list[str]] = {
    "archer": settings("archer", **{**ACTOR, "actor_batch": 16}, **TD, advantage_floor=0.02),
    "ppo": settings("ppo", **ACTOR, critic_lr=3e-3, gamma=0.5),
    "turn_ppo": settings(
        "turn_ppo", **ACTOR, critic_lr=3e-3, critic_batch=16, gamma=0.5, actor_epochs=4
    ),
    "grpo": settings("grpo", **ACTOR, actor_epochs=4),
    "filtered_bc": settings("filtered_bc", lr=3e-3, steps=8, fraction=0.3),
    "bc": [*settings("bc", lr=3e-3, steps=30), "--warm-start.skill", "1"],
    # Its games are those of a player that says anything.
    "offline_archer": settings(
        "offline_archer", critic_lr=3e-3, critic_batch=64, gamma=0.5, beta=8.0, actor_lr=3e-3
    ),
    "chai": settings("chai", **TD, candidates=6, states_per_game=1),
}


PUBLISHED = settings(
    "archer", credit="critic", actor_games=64, actor_batch=32, td_lambda=0.0, tau=0.05
)
ARCHER_VARIANTS: dict[str, dict[str, Any]] = {
    "clipped": {},
    # Held by no trust region: it needs a critic that is sure, and a clone to hold to.
    "reinforce": {"actor_loss": "reinforce", "critic_steps": 36, "kl": 0.05},
    "awr": {
        "actor_loss": "awr",
        "whiten": False,
        "kl": 0.01,
        "beta": 4.0,
        "critic_loss": "hl_gauss",
        "value_low": 0.0,
        "value_high": 2.0,
    },
}


KEEPS_MORE = {
    "credit": "critic",
    "token_baseline": True,
    "token_baseline_lr": 3e-3,
}
"""Options with further state: one more model."""


def method(variant: str) -> tuple[str, list[str]]:
    """Return a method, and the arguments with which it (or ArCHer with other options) solves the game."""
    if variant in ALGOS:
        return variant, SOLVES[variant]
    options = settings("archer", **ARCHER_VARIANTS[variant])
    return "archer", [*SOLVES["archer"], *PUBLISHED, *options]


def trained(algo: str, run: Path, *arguments: str) -> list[dict[str, Any]]:
    assert cli.train([*SMALL, "--algo", algo, *arguments, "--run", str(run)]) == 0
    return read_metrics(run / "metrics.jsonl")


@pytest.mark.parametrize("variant", [*ALGOS, *ARCHER_VARIANTS])
def test_every_method_solves_the_identity_game(variant: str, tmp_path: Path):
    algo, arguments = method(variant)
    iterations = {"bc": 4, "chai": 8, "offline_archer": 6}.get(algo, 16)
    seeds = [1]  # on which all learn early
    if variant in ("clipped", "awr"):
        # With a critic alone ArCHer solves it with every other seed, and which ones depends on the machine's rounding.
        iterations, seeds = 24, list(range(8))
        arguments += ["--warm-start.critic-steps=200", "--warm-start.critic-passes=50"]
    for seed in seeds:
        run = tmp_path / str(seed)
        records = trained(
            algo, run, *arguments, f"--loop.iterations={iterations}", f"--seed={seed}"
        )
        (before,) = (r for r in records if r.get("evaluation/stage") == "warm start")
        (final,) = (r for r in records if r.get("evaluation/stage") == "final")
        assert before["evaluation/return_mean"] < 1.6 or algo == "bc"
        if final["evaluation/return_mean"] > 1.8:
            return
    pytest.fail(f"no seed of {seeds} solved it")


TINY = ["--model.width=16", "--warm-start.games=64", "--warm-start.epochs=1"]
BRIEF = [*TINY, "--warm-start.critic-games=64", "--warm-start.critic-steps=2"]


@pytest.mark.parametrize(
    ("algo", "options"), [*((algo, {}) for algo in ALGOS), ("archer", KEEPS_MORE)]
)
def test_a_resumed_run_goes_on_exactly(algo: str, options: dict[str, Any], tmp_path: Path):
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    arguments = [*SOLVES[algo], *settings(algo, **options)]
    # Of this seed Q is believed, and candidates are drawn.
    often = [*arguments, *BRIEF, "--seed=2", "--checkpoint-every=1", "--evaluation.every=1"]
    records = trained(algo, whole, *often, "--loop.iterations=3")
    trained(algo, parted, *often, "--loop.iterations=2")
    assert cli.train(["--resume", str(parted), "--loop.iterations=3"]) == 0
    resumed = read_metrics(parted / "metrics.jsonl")
    for record in (*records, *resumed):
        record.pop("seconds")
    assert resumed == records
    weights = "policy/model.safetensors"
    assert (parted / weights).read_bytes() == (whole / weights).read_bytes()
    # Everything that was drawn is counted, said or not.
    last = records[-1]
    assert (last["generated_tokens"] > last["tokens"]) == (algo in ("archer", "chai"))
    assert evaluate_run(whole, 8, seed=0, greedy=True)["games"] == 8


def test_a_run_that_goes_on_in_another_number_format_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    trained("bc", tmp_path / "run", *SOLVES["bc"], *TINY, "--loop.iterations=1")
    monkeypatch.setattr(resuming, "number_format", lambda *_: torch.bfloat16)
    assert cli.train(["--resume", str(tmp_path / "run"), "--loop.iterations=2"]) == 0
    output = capsys.readouterr()
    note = "it goes on in bfloat16, where it has computed in float32"
    assert note in " ".join((output.out + output.err).split())


# ---------------------------------------------------------------- what each learns from


@pytest.fixture(scope="module")
def policy() -> LanguagePolicy:
    """Says one of the words, as a rule."""
    tokenizer = train_tokenizer(["ant: bee:\n"], 300, split_words=True)
    policy = small_policy(tokenizer, width=16, heads=2, context=64, max_new_tokens=4, seed=1)
    games = [Episode("ant:", [Turn(word, "", 0.0)]) for word in ("ant", "bee")]
    clone(
        policy,
        games,
        epochs=20,
        batch_size=2,
        learning_rate=1e-2,
        grad_clip=1.0,
        token_budget=1024,
        rng=np.random.default_rng(0),
    )
    return policy


@pytest.mark.parametrize(
    ("action", "cut_off", "needed"),
    [("xyzw", True, None), ("xyzw", False, 5), ("xyzwv", True, 5), ("xyz", False, None)],
)
def test_an_utterance_that_was_cut_off_needs_no_room_for_its_end(
    action: str, cut_off: bool, needed: int | None, policy: LanguagePolicy
):
    """The policy says four tokens at most; each of these letters is one."""
    demonstrations = [Episode("ant:", [Turn(action, "", 0.0, cut_off=cut_off)])]
    settings = {"epochs": 1, "batch_size": 1, "learning_rate": 1e-3, "grad_clip": 1.0}
    losses: list[float] = []

    def on_step(step: int, steps: int, loss: float) -> bool:
        losses.append(loss)
        return False

    def imitate() -> None:
        rng = np.random.default_rng(0)
        student = copy.deepcopy(policy)
        clone(student, demonstrations, **settings, token_budget=64, rng=rng, on_step=on_step)

    if needed is None:
        imitate()
        assert len(losses) == 1
    else:
        with pytest.raises(ValueError, match=f"raise --model.max-new-tokens to at least {needed}"):
            imitate()


def played(learner: Learner, games: int) -> list[Episode]:
    envs = make_envs(ENV, games)
    seeds = [seed for seed in range(games // learner.group) for _ in range(learner.group)]
    return play(envs, learner.agent(torch.Generator().manual_seed(0)), seeds)


def learner_of(algo: str, policy: LanguagePolicy, **options: Any) -> Learner:
    config = TrainConfig(env=ENV, algo=cast(Algo, algo), grpo=GRPOConfig(group=4))
    config = replace(config, **{algo: replace(vars(config)[algo], **options)})
    generator = torch.Generator().manual_seed(0)
    return make_learner(config, copy.deepcopy(policy), generator, np.random.default_rng(0))


def test_a_scale_counts_from_the_mean_in_units_of_the_spread():
    scale = Scale()
    value = torch.tensor([0.0, 2.0])
    torch.testing.assert_close(scale.value(value), value)
    scale.adopt([1.0, 5.0, 3.0, 3.0])  # the mean is 3, the variance (4 + 4 + 0 + 0) / 4
    torch.testing.assert_close(scale.value(value), 3.0 + 2.0**0.5 * value)
    torch.testing.assert_close(scale.normal(scale.value(value)), value)
    scale.adopt([7.0, 7.0])
    torch.testing.assert_close(scale.value(value), 7.0 + value)


def test_few_games_calibrate_a_critic_in_few_steps():
    def taken(games: int, algo: str, **warm_start: Any) -> int:
        config = configure(
            "llm_gym/TwentyQuestionsSubset-v0", "tiny", algo=algo, warm_start=warm_start
        )
        return calibration_steps(config, games)

    # The preset's 100 steps are of 32 games, or with ppo of 8.
    assert [taken(games, "archer") for games in (1, 8, 64, 100, 12_000)] == [12, 12, 24, 38, 100]
    assert taken(64, "ppo") == 96
    assert taken(64, "archer", critic_passes=1000) == 100
    assert taken(64, "archer", critic_steps=0) == 0


@pytest.mark.parametrize(
    ("algo", "options"),
    [
        ("archer", ["--archer.offline-iterations=0"]),
        ("archer", ["--archer.offline-iterations=1"]),
        ("ppo", []),
        ("offline_archer", []),
    ],
)
def test_units_without_a_calibration_are_those_of_the_first_games(
    algo: str, options: list[str], tmp_path: Path
):
    run = tmp_path / "run"
    options = [*options, "--warm-start.critic-steps=0", "--warm-start.normalize-returns"]
    options += ["--env=identity_game:Brief-v0", "--loop.warmup-iterations=0"]
    trained(algo, run, *BRIEF, *options, "--loop.iterations=1")
    own = algo == "ppo" or "--archer.offline-iterations=0" in options
    games = [
        game
        for _, game in read_episodes(run / ("episodes.jsonl" if own else "demonstrations.jsonl"))
    ]
    gamma = json.loads((run / "config.json").read_text())
    gamma = gamma[algo if own else "offline_archer"]["gamma"]
    returns = torch.tensor(all_returns(games, gamma), dtype=torch.float64)
    for name in ("critic",) if algo == "ppo" else ("critic", "target"):
        weights = load_file(run / "checkpoints" / "000001" / f"module-{name}.safetensors")
        assert weights["scale.zero"].item() == pytest.approx(returns.mean().item(), rel=1e-5)
        unit = returns.std(correction=0).item()
        assert weights["scale.unit"].item() == pytest.approx(unit, rel=1e-5) and unit != 1.0


def test_a_target_counts_as_its_critic_does(policy: LanguagePolicy):
    for algo in ("archer", "chai", "offline_archer"):
        learner = learner_of(algo, policy)
        learner.adopt_scale([Episode("s", [Turn("a", "", 4.0)], True)])
        assert learner.modules["target"].state_dict()["scale.zero"].item() == 4.0


def test_the_actor_waits_until_its_critic_has_warmed_up(tmp_path: Path):
    """The calibration's games teach the critic alone where it shall warm up."""
    for warmup, steps in ((0, [True, True, True]), (1, [False, False, True])):
        records = trained(
            "ppo",
            tmp_path / str(warmup),
            *(*BRIEF, "--loop.iterations=2", f"--loop.warmup-iterations={warmup}"),
        )
        updates = [record for record in records if record["phase"] == "update"]
        assert ["actor/steps" in record for record in updates] == steps


@pytest.mark.parametrize("worth", [64.0, 2.0**-20])
@pytest.mark.parametrize(
    ("algo", "chosen"),
    [
        *((algo, {}) for algo in ("archer", "ppo", "turn_ppo", "offline_archer", "chai")),
        ("archer", {"credit": "both"}),
    ],
)
def test_what_a_point_is_worth_changes_nothing(
    algo: str, chosen: dict[str, Any], worth: float, policy: LanguagePolicy
):
    """With a critic that counts in units of the spread, games of other points teach the same."""
    options: dict[str, Any] = {"critic_lr": 3e-3, **chosen}
    if algo not in ("chai", "offline_archer"):
        options |= {"actor_lr": 1e-3, "actor_batch": 8}
    if algo not in ("ppo", "turn_ppo"):
        options |= {"critic_steps": 3, "critic_batch": 8}
    changes, trusts = [], []
    for points in (1.0, worth):
        learner = learner_of(algo, policy, **options)
        fresh = played(learner_of(algo, policy, **options), 16)
        for number, game in enumerate(fresh):
            for turn in game.turns:
                turn.reward = points * (number % 3)
        learner.adopt_scale(fresh)
        learner.fit_returns(fresh, 3)
        buffer = ReplayBuffer(16)
        buffer.extend(fresh)
        metrics = learner.update(buffer, fresh, train_actor=True)
        trusts.append(
            {key: metrics[key] for key in metrics if key in ("credit/slope", "credit/correlation")}
        )
        changes.append(
            {
                f"{name}.{key}": value
                for name, module in learner.modules.items()
                for key, value in module.state_dict().items()
                if not key.startswith("scale.")
            }
        )
    torch.testing.assert_close(changes[0], changes[1])
    assert trusts[0] == pytest.approx(trusts[1], rel=1e-3)
    assert ("credit/slope" in trusts[0]) == (chosen != {})
    unchanged = policy.state_dict()
    moved = any(
        not torch.equal(value, unchanged[key.removeprefix("policy.")])
        for key, value in changes[0].items()
        if key.startswith("policy.")
    )
    assert moved == (algo != "chai")


def test_a_game_that_was_cut_off_is_worth_what_its_critic_expects_beyond(policy: LanguagePolicy):
    (game,) = played(learner_of("ppo", policy), 1)
    cut_off = replace(game, terminated=False)
    turns = len(game.turns)
    for algo in ("ppo", "turn_ppo"):
        learner = learner_of(algo, policy, gamma=0.5)
        assert isinstance(learner, PPO | TurnPPO)
        if isinstance(learner, PPO):
            heads = [learner.critic.head]
            units = [i for i, turn in enumerate(game.turns) for _ in turn.token_ids]
        else:
            heads, units = [head[-1] for head in learner.critic.v_heads], [*range(turns)]
        for head in heads:  # V is 3 everywhere
            torch.nn.init.zeros_(head.weight)
            torch.nn.init.constant_(head.bias, 3.0)
        both: list[Any] = [learner.laid_out(game), learner.laid_out(cut_off)]
        ended, beyond = learner.returns(both)
        expected = torch.tensor([3.0 * 0.5 ** (turns - turn) for turn in units])
        torch.testing.assert_close(beyond - ended, expected)
        assert torch.equal(learner.returns(both[:1])[0], ended)

    def loss(algo: str, game: Episode) -> float:
        learner, found = learner_of(algo, policy), []
        assert isinstance(learner, TDCritic | OfflineArcher)
        for head in learner.critic.v_heads:
            torch.nn.init.constant_(head[-1].bias, 3.0)
        learner.fit_returns([game], 1, lambda *step: bool(found.append(step[2])))
        return float(found[0])

    # The critics of the others begin with such returns, too.
    for algo in ("archer", "offline_archer"):
        assert loss(algo, game) != loss(algo, cut_off)


@pytest.mark.parametrize("algo", ["ppo", "turn_ppo"])
def test_steps_that_went_too_far_are_brought_back(algo: str, policy: LanguagePolicy):
    """What they did to the policy is a straight way, of which as much is kept as the KL allows."""
    options = {"actor_lr": 0.01, "actor_batch": 8, "actor_epochs": 8, "target_kl": 0.01}
    learner = learner_of(algo, policy, **options)
    assert isinstance(learner, PPO | TurnPPO)
    batches: list[list[Weighed]] = []
    ways: list[torch.Tensor] = []
    real = learner.actor.gradient

    def weights() -> torch.Tensor:
        return torch.cat([each.detach().flatten() for each in learner.policy.parameters()])

    def gradient(games: list[Weighed], kl: float) -> dict[str, float]:
        batches.append(games)
        ways.append(weights() - began)
        return real(games, kl)

    learner.actor.gradient = gradient  # type: ignore[method-assign,assignment]
    began = weights()
    fresh = played(learner, 16)
    for number, game in enumerate(fresh):
        for turn in game.turns:
            turn.reward = float(number % 2)
    metrics = learner.update(ReplayBuffer(16), fresh, train_actor=True)
    furthest = ways[-1]  # where the last gradient found that it had gone too far
    assert metrics["actor/steps"] == len(batches) - 1 >= 1
    assert 0.0 < metrics["actor/kept"] < 1.0
    torch.testing.assert_close(weights() - began, metrics["actor/kept"] * furthest)
    assert 0.0 < real(batches[-1], 0.0)["actor/kl_step"] <= 0.01

    def next_rate(target_kl: float) -> float:
        learner.actor.config = replace(learner.actor.config, target_kl=target_kl)
        return learner.update(ReplayBuffer(16), fresh, train_actor=True)["actor/lr"]

    assert metrics["actor/lr"] == 0.01
    assert next_rate(1e9) == 0.005  # half of it, since the iteration before went too far
    assert [next_rate(1e9) for _ in range(5)] == pytest.approx([0.006, 0.0072, 0.00864, 0.01, 0.01])


@pytest.mark.parametrize(
    ("algo", "options"),
    [("archer", {"credit": "both"}), ("archer", {}), ("ppo", {}), ("turn_ppo", {})],
)
def test_a_single_game_of_a_single_turn_has_finite_metrics(
    algo: str, options: dict[str, Any], policy: LanguagePolicy
):
    learner = learner_of(algo, policy, **options)
    (game,) = played(learner, 1)
    game.turns, game.terminated = game.turns[:1], True
    buffer = ReplayBuffer(4)
    buffer.extend([game])
    metrics = learner.update(buffer, [game], train_actor=True)
    assert np.isfinite(list(metrics.values())).all()


@pytest.mark.parametrize("algo", ["ppo", "turn_ppo", "grpo"])
def test_the_first_step_has_ratio_one_and_trains_the_terminator(algo: str, policy: LanguagePolicy):
    learner = learner_of(algo, policy)
    assert isinstance(learner, PPO | TurnPPO | GRPO)
    seen: list[Weighed] = []

    def gradient(games: list[Weighed], kl: float) -> dict[str, float]:
        seen.extend(games)
        return real(games, kl)

    fresh = played(learner, 8)
    real, learner.actor.gradient = learner.actor.gradient, gradient  # type: ignore[method-assign,assignment]
    before = copy.deepcopy(learner.policy.state_dict())
    learner.update(ReplayBuffer(8), fresh, train_actor=True)
    games = seen[:8]
    learner.policy.load_state_dict(before)
    metrics = real(games, 0.0)
    assert metrics["actor/kl_step"] == pytest.approx(0.0, abs=1e-5)
    assert metrics["actor/clip_fraction"] == 0.0
    # Each id that was sampled is trained, the terminator included: nothing is left out or added.
    trained_ids = sorted(
        id_
        for game in games
        for segment in game.segments
        for span in segment.spans
        for id_ in segment.ids[span.start : span.end]
    )
    said = [turn.token_ids for episode in fresh for turn in episode.turns]
    assert trained_ids == sorted(id_ for ids in said for id_ in ids)
    assert any(ids[-1] in policy.codec.stop_ids for ids in said)
    units = sum(len(game.advantage) for game in games)
    assert units == (len(said) if algo == "turn_ppo" else len(trained_ids))


ONE_STEP = {
    "ppo": {"actor_epochs": 1, "critic_epochs": 1},
    "turn_ppo": {"actor_epochs": 1, "critic_epochs": 1},
    "grpo": {},
    "filtered_bc": {"steps": 1, "fraction": 1.0},
    "bc": {"steps": 1},
    "offline_archer": {"critic_steps": 1, "actor_steps": 1},
}


@pytest.mark.parametrize("algo", ONE_STEP)
def test_splitting_a_batch_for_memory_does_not_change_its_gradient(
    algo: str, policy: LanguagePolicy
):
    fresh = played(learner_of("ppo", policy), 8)
    for number, turn in enumerate(turn for episode in fresh for turn in episode.turns):
        turn.reward = float(number * number % 5)
    gradients = []
    for token_budget in (16384, 24):
        learner = learner_of(algo, policy, **ONE_STEP[algo], token_budget=token_budget)
        learner.update(_buffer(fresh), fresh, train_actor=True)
        gradients.append(
            [
                parameter.grad
                for module in learner.modules.values()
                for parameter in module.parameters()
                if parameter.grad is not None
            ]
        )
    assert gradients[0] and any(gradient.abs().max() > 1e-3 for gradient in gradients[0])
    torch.testing.assert_close(gradients[0], gradients[1], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("algo", [*ONE_STEP, "archer", "chai"])
def test_a_gradient_that_is_not_finite_is_not_taken(algo: str, policy: LanguagePolicy):
    fresh = played(learner_of("ppo", policy), 8)
    fresh[0].turns[0].reward = float("inf")
    learner = learner_of(algo, policy)
    if algo in ("filtered_bc", "bc"):  # rewards are no part of what they learn
        next(learner.policy.parameters()).data[:, 0] = float("nan")
    before = copy.deepcopy([module.state_dict() for module in learner.modules.values()])
    with pytest.raises(NonFiniteGradient) as caught:
        learner.update(_buffer(fresh), fresh, train_actor=True)
    assert json.dumps(caught.value.batch)
    after = [module.state_dict() for module in learner.modules.values()]
    torch.testing.assert_close(after, before, rtol=0.0, atol=0.0, equal_nan=True)


def test_a_diverged_run_keeps_the_batch(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    run = tmp_path / "run"
    huge = ["--ppo.actor-lr=1e12", "--loop.iterations=3", "--run", str(run)]
    assert cli.train([*SMALL, *BRIEF, "--algo=ppo", "--loop.warmup-iterations=0", *huge]) == 2
    assert "the run has diverged" in capsys.readouterr().err
    assert json.loads((run / "diverged.json").read_text())


def test_ppo_rewards_the_last_token_of_a_turn(policy: LanguagePolicy):
    turns = [
        Turn("a", "x", 1.0, [5, 6, 0], [-1.0, -2.0, -3.0]),
        Turn("b", "y", 4.0, [7, 0], [0.0, 0.0]),
    ]
    steps = token_steps(policy, Episode("s", turns, terminated=True), gamma=0.5)
    assert steps.reward.tolist() == [0.0, 0.0, 1.0, 0.0, 4.0]
    assert steps.discount.tolist() == [1.0, 1.0, 0.5, 1.0, 0.5]
    assert steps.logprob.tolist() == [-1.0, -2.0, -3.0, 0.0, 0.0]
    assert steps.returns(0.0).tolist() == [3.0, 3.0, 3.0, 4.0, 4.0]


def test_token_values_do_not_depend_on_the_company(policy: LanguagePolicy):
    critic = TokenCritic(policy)
    torch.nn.init.normal_(critic.head.weight)
    games = [
        token_steps(policy, episode, 1.0).segments
        for episode in played(learner_of("ppo", policy), 4)
    ]
    with torch.no_grad():
        together, final = critic(games)
        alone = [critic([game]) for game in games]
    torch.testing.assert_close(together, torch.cat([values for values, _ in alone]))
    torch.testing.assert_close(final, torch.cat([last for _, last in alone]))


def test_grpo_plays_groups_of_one_seed(tmp_path: Path):
    run = tmp_path / "run"
    trained("grpo", run, *BRIEF, "--grpo.group=16", "--loop.iterations=1")
    seeds = [episode.seed for _, episode in read_episodes(run / "episodes.jsonl")]
    assert len(seeds) == 64 and [len(set(seeds[i : i + 16])) for i in range(0, 64, 16)] == [1] * 4
    assert len(set(seeds)) == 4


def test_filtered_bc_ranks_and_then_cuts():
    games = [Episode(str(i), [Turn("", "", reward)]) for i, reward in enumerate([1, 0, 1, 1, 0])]
    assert [game.observation for game in best_games(games, 0.4)] == ["3", "2"]
    assert [game.observation for game in best_games(games, 0.01)] == ["3"]


def test_chai_says_what_its_critic_likes(policy: LanguagePolicy):
    learner = learner_of("chai", policy)
    assert isinstance(learner, Chai)
    before = copy.deepcopy(policy.state_dict())
    for head in learner.target.q_heads:
        torch.nn.init.normal_(head[-1].weight, generator=torch.Generator().manual_seed(0))
    agent = ChaiAgent(learner.policy, learner.target, candidates=16, generator=torch.Generator())
    agent.begin(1)
    (said,) = agent.act([View(0, "ant:", "ant:")])
    state = [policy.codec.bos_id, *policy.codec.encode("ant:")]
    ((proposed,),) = policy.sample_branches([(state, [len(state) - 1])], 16, torch.Generator())
    texts = [policy.codec.decode_action(ids) for ids, _ in proposed]
    game = Episode("ant:", [Turn("", "", 0.0)], terminated=True)
    with torch.no_grad():
        q = learner.target([game], [[texts]]).q_candidates.amin(0)[0]
    assert said == texts[int(q.argmax())] and len(set(texts)) > 1
    learner.update(_buffer(played(learner, 8)), [], train_actor=True)
    assert all(
        torch.equal(value, before[name]) for name, value in learner.policy.state_dict().items()
    )


def _buffer(episodes: list[Episode]) -> ReplayBuffer:
    buffer = ReplayBuffer(len(episodes))
    buffer.extend(episodes)
    return buffer
