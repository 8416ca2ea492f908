"""ArCHer with credit from both sources: what Q says, what came of it, and recorded games first."""

import copy
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from archer_agent import cli
from archer_agent.algorithms.policy_gradient import PolicyGradient, Weighed
from archer_agent.algorithms.td import Prepared
from archer_agent.algorithms.two_sources import Judged, TwoSources
from archer_agent.episodes.replay import Candidate, Episode, ReplayBuffer, Turn, read_episodes
from archer_agent.networks.attention import Branch
from archer_agent.networks.loading import small_critic, small_policy
from archer_agent.networks.tokens import Segment, Span, train_tokenizer
from archer_agent.runs.records import read_metrics
from archer_agent.settings import ArcherConfig, OfflineArcherConfig

OFFLINE = OfflineArcherConfig(critic_steps=2, actor_steps=2, critic_batch=4, actor_batch=4)


def learner(
    games: int = 0, recorded: OfflineArcherConfig | None = None, **options: Any
) -> TwoSources:
    tokenizer = train_tokenizer(["saxb"], 257, split_words=False)
    policy = small_policy(tokenizer, width=16, heads=2, layers=1, context=64, max_new_tokens=3)
    config = ArcherConfig(
        **{"credit": "both", "candidates": 2, "critic_steps": 3, "critic_batch": 4, **options}
    )
    return TwoSources(
        policy,
        small_critic(policy),
        config,
        torch.Generator().manual_seed(0),
        np.random.default_rng(0),
        games,
        recorded=recorded,
    )


def played(archer: TwoSources, count: int) -> list[Episode]:
    """Games of two turns, which cost a point for each token."""
    policy, codec = archer.policy, archer.policy.codec
    session = policy.session(torch.Generator().manual_seed(1))
    session.append([(codec.bos_id, *codec.observation("s", True))] * count)
    games = [Episode("s", terminated=True) for _ in range(count)]
    for _ in range(2):
        for game, ids, logprobs in zip(games, *session.speak(), strict=True):
            text = codec.decode_action(ids)
            game.turns.append(Turn(text, "x", -float(len(ids)), ids, logprobs))
        session.append([codec.observation("x", False)] * count)
    return games


def judged_as(q: list[float], outcome: list[float], candidates: list[float]) -> Judged:
    """What a critic might say of a game, of candidates in its first turn alone."""
    q_candidates = {0: torch.tensor(candidates)}
    v = torch.zeros(len(q))
    return Judged(v, torch.tensor(q), v, torch.tensor(outcome), q_candidates)


def test_credit_of_candidates_and_of_what_was_said():
    archer = learner()
    segment = Segment([0, 5, 6, 7, 8], [Span(0, 1, 3), Span(1, 4, 5)])
    turns = [Turn("u", "", 0.0, [5, 6], [-1.0, -2.0]), Turn("v", "", 0.0, [8], [-0.5])]
    drawn = [Candidate([9], -3.0, "p"), Candidate([10, 11], -4.0, "r")]
    game = Prepared(Episode("s", turns, True), [segment], [drawn, []])
    weighed = archer._weighed(
        game,
        judged_as(q=[3.0, 100.0], outcome=[6.0, -1.0], candidates=[4.0, 2.0]),
        trust=0.25,
        mean=1.0,
        ratio=torch.tensor([1.0, 0.5]),
        share=0.75,
    )
    # Candidates: 0.25 (4 - 2) / 2 and its opposite. Said: 5 - 0.25 (3 - 3); where nothing was drawn, half of -2.
    assert weighed.advantage.tolist() == pytest.approx([0.75 * 5.0, 0.75 * -1.0, 0.25, -0.25])
    assert weighed.old_logprob.tolist() == pytest.approx([-3.0, -0.5 + math.log(0.5), -3.0, -4.0])
    assert weighed.segments == [segment]
    assert weighed.branches == [Branch(0, 0, [9]), Branch(0, 0, [10, 11])]


def test_what_q_foresaw_is_taken_off_what_came_out():
    archer = learner()
    segment = Segment([0, 5], [Span(0, 1, 2)])
    episode = Episode("s", [Turn("u", "", 0.0, [5], [-1.0])], True)
    game = Prepared(episode, [segment], [[Candidate([9], -3.0, "p"), Candidate([7], -4.0, "r")]])
    weighed = archer._weighed(
        game,
        judged_as(q=[6.0], outcome=[5.0], candidates=[4.0, 2.0]),
        trust=1.0,
        mean=0.0,
        ratio=torch.tensor([3.0]),
        share=1.0,
    )
    # What has become likelier counts no more than once.
    assert weighed.advantage.tolist() == pytest.approx([5.0 - (6.0 - 3.0), 1.0, -1.0])


def test_a_value_that_lags_behind_favours_nothing_that_was_said():
    archer = learner(td_lambda=1.0, gamma=1.0)
    games = played(archer, 6)
    first, scale, before = archer.weigh(games, 0.0)
    floor = archer.config.advantage_floor * archer.critic.scale.unit.item()
    assert scale == pytest.approx(before["actor/advantage_spread"] + floor)
    for game in games:
        game.turns[-1].reward += 50.0
    second, _, metrics = archer.weigh(games, 0.0)
    credit = torch.cat([each.advantage for each in first])
    assert credit.abs().max() > 0.1
    assert credit.mean().item() == pytest.approx(0.0, abs=1e-5)
    torch.testing.assert_close(
        torch.cat([each.advantage for each in second]), credit, atol=1e-3, rtol=0
    )
    assert metrics["actor/advantage_mean"] > 25


def test_the_kl_term_grows_as_advantages_shrink(monkeypatch: pytest.MonkeyPatch):
    archer = learner()
    config = replace(archer.config, kl=0.5)
    reference = archer.policy.reference()
    actor = PolicyGradient(archer.policy, config, "utterance", np.random.default_rng(0), reference)
    used: list[float] = []
    take = actor.gradient
    monkeypatch.setattr(actor, "gradient", lambda games, kl: used.append(kl) or take(games, kl))
    games, _, _ = archer.weigh(played(archer, 3), 0.0)
    for scale in (4.0, 2.0, 1.0, 8.0, None):
        actor.train(games, scale)
    assert used == [0.5, 1.0, 2.0, 0.25, 0.5]
    # It is part of a checkpoint, with the optimizer.
    assert actor.optimizer.state_dict()["param_groups"][0]["first_scale"] == 4.0


def test_older_games_count_as_far_as_they_would_be_played_again(monkeypatch: pytest.MonkeyPatch):
    archer = learner(states_per_game=1, td_lambda=1.0, gamma=1.0, advantage_clip=1e6)
    games = played(archer, 4)
    unsaid = copy.deepcopy(games[3])
    for turn in unsaid.turns:
        turn.token_ids, turn.logprobs = [], []
    weighed, _, _ = archer.weigh(games[:1], 1.0, [*games[1:3], unsaid])
    # Two candidates at one state and both utterances of each game; of the recorded one nothing.
    assert [len(game.branches) for game in weighed] == [2, 2, 2]
    assert [len(game.advantage) for game in weighed] == [4, 4, 4]
    # Where Q is believed in full what was said in older games adds nothing to its candidates.
    for game in weighed[1:]:
        assert game.advantage.abs().sum().item() == pytest.approx(
            2 * game.advantage.max().item(), abs=1e-6
        )
    # An older game that would be played again just so counts as one just played does.
    (first, older), _, _ = archer.weigh(games[:1], 0.0, games[1:2])
    bare = [archer.bare(game) for game in games[:2]]
    now, before = archer.read(bare, [torch.ones(2)] * 2)
    came, then, value_then = now.advantage, before.advantage, before.v
    scale = came.std(correction=0) + archer.config.advantage_floor * archer.critic.scale.unit
    for weighed_game, outcome in ((first, came), (older, then)):
        wanted = (outcome - came.mean()) / scale
        torch.testing.assert_close(weighed_game.advantage, wanted, atol=1e-3, rtol=1e-3)
    # Where the second utterance is half as likely as it was, it counts half, and so does what the first knows of it.
    monkeypatch.setattr(archer, "ratios", lambda _: [torch.tensor([1.0, 0.5])])
    (_, unlikely), _, _ = archer.weigh(games[:1], 0.0, games[1:2])
    one, two = (turn.reward for turn in games[1].turns)
    second = two - value_then[1]
    wanted = (
        torch.stack(
            [
                one + value_then[1] + 0.5 * second - value_then[0] - came.mean(),
                0.5 * (second - came.mean()),
            ]
        )
        / scale
    )
    torch.testing.assert_close(unlikely.advantage, wanted, atol=1e-3, rtol=1e-3)


def test_the_reference_reads_a_game_once_for_all_passes(monkeypatch: pytest.MonkeyPatch):
    archer = learner(td_lambda=1.0)
    reference = archer.policy.reference()
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for weight in archer.policy.parameters():
            weight += 0.1 * torch.randn(weight.shape, generator=generator)
    games, _, _ = archer.weigh(played(archer, 5), 1.0)
    config = replace(archer.config, kl=0.5, actor_epochs=2, token_budget=40)
    actor = PolicyGradient(archer.policy, config, "utterance", np.random.default_rng(0), reference)

    def gradient(chosen: list[Weighed]) -> tuple[dict[str, float], list[Any]]:
        return actor.gradient(chosen, 0.5), [
            copy.deepcopy(p.grad) for p in archer.policy.parameters()
        ]

    anew, wanted = gradient(games)
    monkeypatch.setattr(reference, "action_states", None)
    kept, actual = gradient(games[::-1])
    assert anew["actor/kl_reference"] > 0.01
    assert kept == pytest.approx(anew, rel=1e-4, abs=1e-6)
    torch.testing.assert_close(actual, wanted, rtol=1e-3, atol=1e-6)


def test_ratios_are_one_where_nothing_has_changed_and_nothing_where_nobody_knows():
    archer = learner()
    games = played(archer, 2)
    recorded = copy.deepcopy(games[0])
    for turn in recorded.turns:
        turn.token_ids, turn.logprobs = [], []
    first, second, third = archer.ratios([*games, recorded])
    for ratio in (first, second):
        assert ratio.tolist() == pytest.approx([1.0, 1.0], abs=1e-4)
    assert third.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("train_actor", [False, True])
def test_an_iteration_moves_what_it_should(train_actor: bool):
    archer = learner(actor_lr=1e-3, critic_lr=1e-3)
    games = played(archer, 6)
    buffer = ReplayBuffer(10)
    buffer.extend(games)
    before = {name: copy.deepcopy(m.state_dict()) for name, m in archer.modules.items()}
    archer.fit_returns(games, 5)
    metrics = archer.update(buffer, games[3:], train_actor)
    moved = {
        name: any(not torch.equal(v, before[name][k]) for k, v in module.state_dict().items())
        for name, module in archer.modules.items()
    }
    assert moved == {"policy": train_actor, "critic": True, "target": True}
    assert all(np.isfinite(value) for value in metrics.values())
    assert metrics["gradient_steps"] == 3 + (metrics["actor/steps"] if train_actor else 0)
    assert 0.0 <= metrics["credit/ratio"] <= 1.0


@pytest.mark.parametrize("games", [0, 3, 5, 99])
def test_older_games_fill_an_iteration_of_few(games: int, monkeypatch: pytest.MonkeyPatch):
    """Of six games three are new: two older ones make five, three make all that there are."""
    archer = learner(games)
    older, fresh = played(archer, 3), played(archer, 3)
    buffer = ReplayBuffer(10)
    buffer.extend([*older, *fresh])
    seen: list[list[Episode]] = []
    weigh = archer.weigh

    def spy(new: Any, trust: float, old: Any) -> Any:
        seen.extend([[*new], [*old]])
        return weigh(new, trust, old)

    monkeypatch.setattr(archer, "weigh", spy)
    archer.update(buffer, fresh, train_actor=True)
    new, old = seen
    assert all(a is b for a, b in zip(new, fresh, strict=True))
    assert len(old) == {0: 0, 3: 0, 5: 2, 99: 3}[games]
    assert {id(game) for game in old} <= {id(game) for game in older}


@pytest.mark.parametrize("states", [4, 0])
def test_nothing_is_drawn_where_q_is_not_believed_or_not_asked(
    states: int, monkeypatch: pytest.MonkeyPatch
):
    archer = learner(states_per_game=states)
    wrong = {"credit/slope": -0.3 if states else 0.7}
    monkeypatch.setattr(archer, "measure", lambda *_: wrong.copy())
    trained: list[Any] = []
    monkeypatch.setattr(
        archer.actor, "train", lambda games, _: trained.extend(games) or {"actor/steps": 1.0}
    )
    games = played(archer, 3)
    buffer = ReplayBuffer(10)
    buffer.extend(games)
    metrics = archer.update(buffer, games, train_actor=True)
    assert metrics["credit/trust"] == 0.0
    assert metrics["generated_tokens"] == 0
    assert [len(game.branches) for game in trained] == [0, 0, 0]
    assert [len(game.advantage) for game in trained] == [2, 2, 2]  # what was said alone


@pytest.mark.parametrize(("trust", "states"), [(0.0, 0), (0.01, 1), (0.5, 1), (0.51, 2), (1.0, 2)])
def test_candidates_are_drawn_at_a_share_of_states_as_q_is_trusted(trust: float, states: int):
    archer = learner(states_per_game=2)  # of games of two turns
    weighed, _, _ = archer.weigh(played(archer, 3), trust)
    drawn = archer.config.candidates * states
    assert [len(game.branches) for game in weighed] == [drawn] * 3


@pytest.mark.parametrize(("steps", "older"), [(8, 3), (5, 2), (4, 1), (3, 0), (1, 0)])
def test_a_critic_reads_no_more_older_games_than_it_reads_twice(
    steps: int, older: int, monkeypatch: pytest.MonkeyPatch
):
    archer = learner(critic_steps=steps, critic_batch=2)
    games = played(archer, 6)
    buffer = ReplayBuffer(10)
    buffer.extend(games)
    read: list[int] = []
    monkeypatch.setattr(
        archer, "train_on", lambda fresh, _, old: read.append(len(old)) or {"gradient_steps": 0.0}
    )
    archer.update(buffer, games[3:], train_actor=False)
    assert read == [older]


def test_a_calibration_on_games_that_were_cut_off_does_not_run_away():
    torch.manual_seed(0)
    archer = learner(gamma=1.0, critic_lr=3e-3)
    games = played(archer, 16)
    for game in games:
        game.terminated = False
        for turn in game.turns:
            turn.reward = -1.0
    with torch.no_grad():
        beyond = archer.critic(games).v_next.mean(0)[1::2].mean().item()
    archer.fit_returns(games, 200)
    with torch.no_grad():
        v = archer.critic(games).v_of_turns.mean(0)
    # What lies beyond is asked once, before the first step.
    assert v[::2].mean().item() == pytest.approx(-2.0 + beyond, abs=0.2)
    assert v[1::2].mean().item() == pytest.approx(-1.0 + beyond, abs=0.2)


def test_recorded_games_are_cloned_again_as_they_were_weighed_when_play_began():
    def rehearsed(moved: float, steps: int = 2, games: int = 16) -> dict[str, torch.Tensor]:
        archer = learner(recorded=OFFLINE, recorded_steps=steps, offline_iterations=1)
        recorded = ReplayBuffer(8)
        recorded.extend(played(archer, 8))
        archer.update_offline(recorded, train_actor=True)
        archer.begin_play()
        with torch.no_grad():  # what play has made of the critic since
            for parameter in archer.critic.parameters():
                parameter += moved * torch.randn(parameter.shape)
        metrics = archer.rehearse(recorded, games)
        assert metrics.get("gradient_steps", 0.0) == steps
        return archer.policy.state_dict()

    made = rehearsed(0.0)
    assert_equal(rehearsed(1.0), made)
    before = rehearsed(0.0, steps=0)
    assert any(not torch.equal(made[name], before[name]) for name in made)
    # Of an iteration of four times as many games, a step a quarter as long.
    one, quarter = rehearsed(0.0, steps=1), rehearsed(0.0, steps=1, games=64)
    for name, start in before.items():
        assert torch.allclose(quarter[name] - start, (one[name] - start) / 4, atol=1e-6)


SMALL = """
    --env identity_game:Identity-v0 --model.width 16 --model.heads 2 --model.layers 1 --model.context 128
    --warm-start.games 64 --warm-start.epochs 1 --warm-start.critic-games 16 --warm-start.critic-steps 2
    --archer.offline-iterations 2 --offline-archer.critic-steps 2 --offline-archer.actor-steps 2
    --archer.critic-steps 2 --archer.critic-batch 8 --archer.actor-batch 8 --archer.kl 0.1
    --loop.games-per-iteration 16 --loop.warmup-iterations 0
    --evaluation.games 8 --evaluation.every 1 --checkpoint-every 1 --seed 3
""".split()


def measured(run: Path) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in record.items() if key != "seconds"}
        for record in read_metrics(run / "metrics.jsonl")
    ]


def weights(run: Path, module: str) -> dict[str, torch.Tensor]:
    newest = sorted((run / "checkpoints").iterdir())[-1]
    return load_file(next(newest.glob(f"*{module}*")))


def assert_equal(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> None:
    assert a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


def test_recorded_games_come_first_and_a_run_goes_on_from_either_phase(tmp_path: Path):
    whole = tmp_path / "whole"
    assert cli.train([*SMALL, "--loop.iterations", "4", "--run", str(whole)]) == 0
    updates = [record for record in measured(whole) if record["phase"] == "update"]
    assert [record["games"] for record in updates] == [0, 0, 16, 32]
    assert "credit/slope" not in updates[1] and "credit/slope" in updates[2]
    played = [record["iteration"] for record, _ in read_episodes(whole / "episodes.jsonl")]
    assert played == [3] * 16 + [4] * 16
    for end in (1, 2, 3):
        run = tmp_path / f"after-{end}"
        assert cli.train([*SMALL, "--loop.iterations", str(end), "--run", str(run)]) == 0
        made, judge = weights(run, "policy"), weights(run, "critic")
        assert cli.train(["--resume", str(run), "--loop.iterations", "4"]) == 0
        last = [record for record in measured(run) if record["iteration"] == 4]
        wanted = [record for record in measured(whole) if record["iteration"] == 4]
        assert [r for r in last if r.get("evaluation/stage") != "final"] == [
            r for r in wanted if r.get("evaluation/stage") != "final"
        ]
        for name in ("policy", "critic", "target", "reference", "judge"):
            assert_equal(weights(run, name), weights(whole, name))
        if (
            end == 2
        ):  # what the recorded games made is what the KL term holds to, and what weighs them from then on
            assert_equal(weights(whole, "reference"), made)
            assert_equal(weights(whole, "judge"), judge)


def test_without_recorded_games_the_calibration_is_the_first_iteration(tmp_path: Path):
    run = tmp_path / "run"
    options = ["--archer.offline-iterations", "0", "--loop.iterations", "1", "--run", str(run)]
    assert cli.train([*SMALL, *options]) == 0
    updates = [record for record in measured(run) if record["phase"] == "update"]
    assert [(record["iteration"], record["games"]) for record in updates] == [(0, 16), (1, 32)]
    assert updates[0]["actor/steps"] > 0


def test_runs_that_share_their_clone_begin_alike_and_as_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def run(name: str, *options: str) -> list[dict[str, Any]]:
        folder = tmp_path / name
        assert cli.train([*SMALL, "--loop.iterations", "3", "--run", str(folder), *options]) == 0
        return measured(folder)

    shared = ("--warm-start.shared", str(tmp_path / "clones"))
    alone = run("alone")
    assert run("first", *shared) == alone
    (place,) = (path for path in (tmp_path / "clones").iterdir() if path.is_dir())
    assert run("second", *shared) == alone
    # What comes after the cloning may differ; what it depends on may not.
    run("other-method", "--algo", "ppo", *shared)
    assert [path for path in (tmp_path / "clones").iterdir() if path.is_dir()] == [place]
    run("other-seed", *shared, "--seed", "4")
    assert len([path for path in (tmp_path / "clones").iterdir() if path.is_dir()]) == 2
    (place / "clone.json").write_text(json.dumps({}))
    assert cli.train([*SMALL, "--run", str(tmp_path / "damaged"), *shared]) != 0
    assert f"{place} is damaged" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--archer.actor-loss", "reinforce"], "--archer.actor-loss belongs to --archer.credit"),
        (["--archer.candidates", "1"], "--archer.candidates must be at least 2"),
        (["--archer.credit", "critic"], "--archer.offline-iterations belongs to --archer.credit"),
        (
            "--archer.credit critic --archer.offline-iterations 0 --archer.states-per-game 0".split(),
            "--archer.states-per-game must be more than 0: only --archer.credit both",
        ),
        (["--chai.states-per-game", "0"], "--chai.states-per-game must be more than 0"),
    ],
)
def test_settings_that_exclude_each_other(
    options: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert cli.train([*SMALL, *options, "--run", str(tmp_path / "run")]) != 0
    assert message in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
