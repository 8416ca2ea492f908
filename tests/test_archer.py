"""The learner, on a decision problem whose values are known.

A chain of three turns. Each turn the agent says "a" or "b"; "a" earns 1, "b" nothing, and with the third turn the game
terminates. Under the policy that always says "a", with a discount of 0.9:

    V = 2.71, 1.9, 1 at turns 0, 1, 2;  Q(s, "a") = V(s);  Q(s, "b") = V(s) - 1

whatever was said before. Games that say "b" return less than that, so regression on returns would be far off.
"""

import copy
import itertools
import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from archer_agent.algorithms.archer import Archer, Proposal
from archer_agent.algorithms.bc import clone
from archer_agent.algorithms.policy_gradient import Weighed
from archer_agent.algorithms.td import last_turns
from archer_agent.algorithms.token_baseline import TokenBaseline, per_token
from archer_agent.episodes.replay import CutOff, Episode, ReplayBuffer, Turn
from archer_agent.networks.attention import Branch
from archer_agent.networks.loading import small_critic, small_policy
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import Segment, train_tokenizer
from archer_agent.settings import ArcherConfig

VALUES = [2.71, 1.9, 1.0]


def chain(said: str, terminated: bool = True) -> Episode:
    return Episode("s", [Turn(word, "x", float(word == "a")) for word in said], terminated)


GAMES = [
    *(chain("".join(said)) for said in itertools.product("ab", repeat=3)),
    # Cut off after two turns: the third state's value is bootstrapped from.
    *(chain("".join(said), terminated=False) for said in itertools.product("ab", repeat=2)),
]


def untrained(temperature: float = 1.0) -> LanguagePolicy:
    tokenizer = train_tokenizer(["saxb"], 257, split_words=False)
    return small_policy(
        tokenizer, width=32, heads=2, context=48, max_new_tokens=4, temperature=temperature
    )


@pytest.fixture(scope="module")
def cloned() -> LanguagePolicy:
    """A policy that says "a" after every history."""
    policy = untrained(temperature=0.5)
    always = Episode("s", [Turn("a", "x", 1.0)] * 3)
    after = [Episode(f"{said}x", [Turn("a", "x", 1.0)]) for said in "ab"]
    clone(
        policy,
        [always, *after],
        epochs=200,
        batch_size=3,
        learning_rate=1e-2,
        grad_clip=1.0,
        token_budget=4096,
        rng=np.random.default_rng(0),
    )
    return policy


def learner(policy: LanguagePolicy, **options: Any) -> Archer:
    config = ArcherConfig(gamma=0.9, **options)
    generator = torch.Generator().manual_seed(0)
    return Archer(policy, small_critic(policy), config, generator, np.random.default_rng(0))


def weights(module: nn.Module) -> dict[str, torch.Tensor]:
    return copy.deepcopy(module.state_dict())


def moved(module: nn.Module, before: dict[str, torch.Tensor]) -> bool:
    return any(not torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_the_critic_reaches_the_values_of_a_known_problem(cloned: LanguagePolicy):
    archer = learner(cloned, critic_grad_clip=10.0, tau=0.2)
    games = archer.prepare(GAMES, states=3)
    assert {text for game in games for turn in game.texts for text in turn} == {"a"}
    for rate, steps in ((1e-3, 300), (1e-4, 250)):  # at a constant rate values keep swinging
        archer.critic_optimizer.param_groups[0]["lr"] = rate
        for _ in range(steps):
            metrics = archer.critic_step(games)
    with torch.no_grad():
        values = archer.critic(GAMES, [[["a", "b"]] * len(game.turns) for game in GAMES])
    turns = [(number, turn) for game in GAMES for number, turn in enumerate(game.turns)]
    v = torch.tensor([VALUES[number] for number, _ in turns])
    q = v - torch.tensor([float(turn.action == "b") for _, turn in turns])
    close = {"rtol": 0.0, "atol": 0.1}
    for head in range(2):
        torch.testing.assert_close(values.q[head], q, **close)
        torch.testing.assert_close(values.v_of_turns[head], v, **close)
        torch.testing.assert_close(
            values.q_candidates[head], torch.stack([v, v - 1.0], -1), **close
        )
    cut_off = values.v[:, values.next_state[-1]]  # the last game's last state
    torch.testing.assert_close(cut_off, torch.full((2,), VALUES[2]), **close)
    assert metrics["critic/q_explained_variance"] > 0.95


def test_the_target_moves_by_tau_alone(cloned: LanguagePolicy):
    archer = learner(cloned, critic_lr=1e-2, tau=0.25)
    before = weights(archer.target)
    archer.critic_step(archer.prepare(GAMES, states=3))
    online = weights(archer.critic)
    for name, value in archer.target.state_dict().items():
        torch.testing.assert_close(value, 0.75 * before[name] + 0.25 * online[name])
    assert moved(archer.critic, before)
    archer.critic.train()
    archer.target.train()
    assert not archer.critic.backbone.training
    assert not archer.target.backbone.training
    assert not any(p.requires_grad or p.grad is not None for p in archer.target.parameters())


@pytest.mark.parametrize("states", [1, 3])
def test_candidates_carry_the_probability_they_were_drawn_with(states: int):
    policy = untrained()
    archer = learner(policy, candidates=3)
    prepared = archer.prepare(GAMES, states)
    assert [game.episode for game in prepared] == GAMES
    for game in prepared:
        assert sum(len(turn) > 0 for turn in game.candidates) == min(states, len(game.candidates))
        (segment,) = game.segments
        for span in segment.spans:
            drawn = game.candidates[span.turn]
            assert len(drawn) in (0, 3)
            prefix = Segment(segment.ids[: span.start])
            for candidate in drawn:
                branch = Branch(0, span.start - 1, candidate.ids)
                with torch.no_grad():
                    logits, tokens, _ = policy.action_logits([prefix], [branch])
                logprob = logits.log_softmax(-1).gather(-1, tokens[:, None]).sum()
                assert candidate.logprob == pytest.approx(logprob.item(), abs=1e-4)
                assert candidate.text == policy.codec.decode_action(candidate.ids)


def test_games_longer_than_the_window_are_prepared_whole():
    archer = learner(untrained(), candidates=2)
    long = chain("ab" * 20)  # three tokens a turn
    (game,) = archer.prepare([long], states=100)
    assert len(game.segments) > 1
    assert [len(turn) for turn in game.candidates] == [2] * 40
    assert all(math.isfinite(value) for value in archer.critic_step([game]).values())


SMALL = {"critic_steps": 2, "critic_batch": 4, "actor_games": 6, "actor_batch": 3}


def updated(archer: Archer, train_actor: bool) -> tuple[dict[str, float], bool, bool]:
    """Do one update; return its metrics, and whether policy and critic moved."""
    buffer = ReplayBuffer(100)
    buffer.extend(GAMES)
    policy, critic = weights(archer.policy), weights(archer.critic)
    metrics = archer.update(buffer, GAMES[:2], train_actor)
    assert all(math.isfinite(value) for value in metrics.values())
    return metrics, moved(archer.policy, policy), moved(archer.critic, critic)


def test_while_the_critic_warms_up_the_policy_stays():
    metrics, policy, critic = updated(learner(untrained(), **SMALL), train_actor=False)
    assert (policy, critic) == (False, True)
    assert metrics["gradient_steps"] == 2
    assert not any(name.startswith("actor/") for name in metrics)


ACTORS: list[dict[str, Any]] = [
    {},
    {"baseline": "value"},
    {"token_baseline": True},
    {"actor_loss": "reinforce", "baseline": "value", "candidates": 1},
    {"actor_loss": "reinforce", "token_baseline": True},
    {"actor_loss": "awr"},
    {"actor_loss": "awr", "baseline": "value"},
]


@pytest.mark.parametrize("source", ["fresh", "replay"])
@pytest.mark.parametrize("actor", ACTORS, ids=str)
def test_then_both_learn(actor: dict[str, Any], source: str):
    options = {**SMALL, **actor, "actor_states": source}
    archer = learner(untrained(), actor_lr=1e-4, critic_lr=1e-3, target_kl=1e9, **options)
    metrics, policy, critic = updated(archer, train_actor=True)
    assert (policy, critic) == (True, True)
    steps = metrics["actor/steps"]
    assert steps == (1 if source == "fresh" else 2)
    assert metrics["gradient_steps"] == 2 + steps * (1 + ("token_baseline" in actor))


def test_actor_steps_raise_the_mean_of_advantage_times_log_probability():
    policy = untrained()
    archer = learner(policy, actor_lr=1e-3, actor_epochs=8, target_kl=10.0)
    for seed, head in enumerate(archer.critic.q_heads):  # a new head sees no advantage anywhere
        nn.init.normal_(head[-1].weight, generator=torch.Generator().manual_seed(seed))
    proposals = archer.propose(GAMES)
    archer.propose = lambda episodes: proposals  # type: ignore[method-assign]
    advantages = torch.cat([part.flatten() for part in archer.advantages(proposals)])
    before = logprobs(policy, proposals)
    archer.train_actor(GAMES)
    gain = logprobs(policy, proposals) - before
    assert torch.corrcoef(torch.stack([gain, advantages]))[0, 1] > 0.3


def logprobs(policy: LanguagePolicy, proposals: list[Proposal]) -> torch.Tensor:
    """Return the log-probability of every proposed utterance, in order."""
    result = []
    for proposal in proposals:
        (segment,) = proposal.game.segments
        for span in segment.spans:
            branches = [Branch(0, span.start - 1, c.ids) for c in proposal.utterances[span.turn]]
            with torch.no_grad():
                logits, tokens, owner = policy.action_logits([Segment(segment.ids)], branches)
            each = logits.log_softmax(-1).gather(-1, tokens[:, None])[:, 0]
            result += [each[owner == number].sum() for number in range(len(branches))]
    return torch.stack(result)


def test_a_kl_term_needs_a_reference():
    with pytest.raises(ValueError, match="needs a reference policy"):
        learner(untrained(), kl=0.1)


def critic_targets(**options: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Return Q's targets for all games, and one step's loss, of a target critic that is not constant."""
    archer = learner(untrained(), **options)
    for seed, head in enumerate((*archer.target.q_heads, *archer.target.v_heads)):
        nn.init.normal_(head[-1].weight, generator=torch.Generator().manual_seed(seed))
    games = archer.prepare(GAMES, states=3)
    with torch.no_grad():
        values = archer.target(GAMES, [game.texts for game in games])
    return archer.q_target(values, last_turns(GAMES)), torch.tensor(
        archer.critic_step(games)["critic/loss"]
    )


def test_options_of_the_critic_do_what_they_say():
    q, loss = critic_targets()
    monte_carlo, _ = critic_targets(td_lambda=1.0)
    returns = [value for game in GAMES[:8] for value in game.discounted_returns(0.9)]
    for head in monte_carlo:  # the games that terminated
        torch.testing.assert_close(head[: len(returns)], torch.tensor(returns))
    assert not torch.equal(q[0], q[1])  # each head has its own target
    assert critic_targets(expectile=0.9)[1] != loss


# ---------------------------------------------------------------- the actor's options


def opinionated(policy: LanguagePolicy, **options: Any) -> Archer:
    """A learner whose critic sees differences between utterances, which a new head does not."""
    archer = learner(policy, actor_grad_clip=1e9, **options)
    for seed, head in enumerate((*archer.critic.q_heads, *archer.critic.v_heads)):
        nn.init.normal_(head[-1].weight, generator=torch.Generator().manual_seed(seed))
    return archer


def plain_logprob(policy: LanguagePolicy, context: list[int], ids: list[int]) -> torch.Tensor:
    """The log-probability of an utterance by nothing but the model's own forward."""
    logits = policy.model(torch.tensor([[*context, *ids]])).logits[0].float() / policy.temperature
    predicted = logits[len(context) - 1 : -1].log_softmax(-1)
    return predicted[torch.arange(len(ids)), torch.tensor(ids)].sum()


def as_turn(said: str) -> Turn:
    return Turn(str(said), "", 0.0, cut_off=isinstance(said, CutOff))


def plain_advantage(archer: Archer, game: Episode, turn: int, text: str) -> float:
    """Of the paper: min Q - min V, of a game that is cut after the utterance in question."""
    said = Episode(game.observation, [*game.turns[:turn], as_turn(text)], terminated=True)
    with torch.no_grad():
        values = archer.critic([said])
    return float(values.q[:, -1].min() - values.v_of_turns[:, -1].min())


@pytest.mark.parametrize("actor_loss", ["reinforce", "awr"])
def test_gradient_of_the_actor_is_the_published_one(actor_loss: str):
    """REINFORCE on utterances drawn anew, and AWR on what was said, against the equations taken literally."""
    options = {"actor_loss": actor_loss, "baseline": "value", "whiten": False, "candidates": 1}
    archer = opinionated(untrained(), states_per_game=2, beta=0.3, weight_clip=0.4, **options)
    policy = archer.policy
    games = GAMES[:3]
    proposals = archer.propose(games)
    expected, weights_clipped = torch.zeros(()), []
    count = 0
    for proposal, game in zip(proposals, games, strict=True):
        states = [turn for turn in proposal.utterances if turn]
        assert len(states) == (2 if actor_loss == "reinforce" else 3)
        (segment,) = proposal.game.segments
        for span in segment.spans:
            for utterance in proposal.utterances[span.turn]:
                a = plain_advantage(archer, game, span.turn, utterance.said)
                logprob = plain_logprob(policy, segment.ids[: span.start], list(utterance.ids))
                if actor_loss == "awr":
                    assert utterance.text == game.turns[span.turn].action
                    weights_clipped.append(math.exp(0.3 * a) > 0.4)
                    a = min(math.exp(0.3 * a), 0.4)
                expected = expected - a * logprob
                count += 1
    gradient = torch.autograd.grad(expected / count, list(policy.parameters()))
    weighed, metrics = archer.weigh(proposals)
    archer.actor.step(weighed)
    actual = [parameter.grad for parameter in policy.parameters()]
    assert max(each.abs().max() for each in gradient) > 1e-3
    torch.testing.assert_close(actual, list(gradient), rtol=1e-3, atol=1e-5)
    if actor_loss == "awr":
        assert metrics["actor/weight_clipped"] == pytest.approx(np.mean(weights_clipped))


@pytest.mark.parametrize("actor_loss", ["reinforce", "ppo", "awr"])
def test_which_utterances_each_actor_learns_from(actor_loss: str):
    """How the probability recorded with them compares with the policy's when a step is taken."""
    policy = untrained()
    archer = opinionated(policy, actor_loss=actor_loss, **SMALL, actor_lr=3e-2, target_kl=1e9)
    ratios: list[float] = []
    take = archer.actor.gradient

    def gradient(games: Any, kl: float) -> dict[str, float]:
        for game in games:
            with torch.no_grad():
                logits, tokens, owner = policy.action_logits(game.segments, game.branches)
            each = logits.log_softmax(-1).gather(-1, tokens[:, None])[:, 0]
            now = torch.zeros(len(game.branches)).index_add(0, owner, each)
            ratios.append(float((now - game.old_logprob).abs().max()))
        return take(games, kl)

    archer.actor.gradient = gradient  # type: ignore[method-assign,assignment]
    metrics = archer.train_actor(GAMES[:6])
    assert metrics["actor/steps"] == 2 and len(ratios) == 6
    if actor_loss == "reinforce":  # always its own
        assert max(ratios) < 1e-4
    if actor_loss == "ppo":  # its own at first
        assert max(ratios[:3]) < 1e-4 < max(ratios[3:])
    assert ("actor/kl_step" in metrics) == (actor_loss == "ppo")
    assert ("actor/weight_clipped" in metrics) == (actor_loss == "awr")


def plain_q(archer: Archer, game: Episode, turn: int, texts: list[str]) -> torch.Tensor:
    """The lesser Q of some utterances at a turn of a game, each read on its own."""
    result = []
    for text in texts:
        said = Episode(game.observation, [*game.turns[:turn], as_turn(text)], terminated=True)
        with torch.no_grad():
            result.append(archer.critic([said]).q[:, -1].min())
    return torch.stack(result)


def test_what_was_said_is_compared_with_candidates_of_its_state():
    archer = opinionated(untrained(), actor_loss="awr", states_per_game=2, candidates=3)
    game = GAMES[0]
    (proposal,) = archer.propose([game])
    at = [i for i, drawn in enumerate(proposal.game.candidates) if drawn]
    assert len(at) == 2
    said = torch.stack([plain_q(archer, game, i, [game.turns[i].said]) for i in at])
    others = torch.stack([plain_q(archer, game, i, proposal.game.texts[i]) for i in at])
    (advantage,) = archer.advantages([proposal])
    expected = said - others.mean(-1, keepdim=True)
    torch.testing.assert_close(advantage, expected, rtol=0.0, atol=1e-4)


def plain_token_values(archer: Archer, context: list[int], ids: list[int]) -> torch.Tensor:
    """V before each token of an utterance, by the token critic's own forward on a plain row."""
    assert archer.token_baseline is not None
    critic = archer.token_baseline.critic
    with torch.no_grad():
        hidden = critic.backbone(torch.tensor([[*context, *ids]])).last_hidden_state[0]
        return critic.head(hidden)[len(context) - 1 : -1, 0]


@pytest.mark.parametrize("actor_loss", ["reinforce", "ppo"])
def test_gradient_with_a_token_baseline(actor_loss: str):
    """Each token is weighed by A less what was expected before it; averaged over utterances."""
    options = {"actor_loss": actor_loss, "baseline": "value", "whiten": False}
    archer = opinionated(untrained(), token_baseline=True, candidates=2, **options)
    policy = archer.policy
    assert archer.token_baseline is not None
    nn.init.normal_(archer.token_baseline.critic.head.weight, generator=torch.Generator())
    expected, count = torch.zeros(()), 0
    proposals = archer.propose(GAMES[:3])
    for proposal, game in zip(proposals, GAMES[:3], strict=True):
        (segment,) = proposal.game.segments
        for span in segment.spans:
            for utterance in proposal.utterances[span.turn]:
                context, ids = segment.ids[: span.start], list(utterance.ids)
                a = plain_advantage(archer, game, span.turn, utterance.said)
                residual = a - plain_token_values(archer, context, ids)
                logits = policy.model(torch.tensor([[*context, *ids]])).logits[0].float()
                predicted = logits[len(context) - 1 : -1].log_softmax(-1)
                expected = expected - (residual * predicted[range(len(ids)), ids]).sum()
                count += 1
    gradient = torch.autograd.grad(expected / count, list(policy.parameters()))
    before = weights(archer.token_baseline.critic)
    weighed, _ = archer.weigh(proposals)
    assert moved(archer.token_baseline.critic, before)
    metrics = archer.actor.step(weighed)
    assert metrics.get("actor/kl_step", 0.0) == pytest.approx(0.0, abs=1e-5)
    actual = [parameter.grad for parameter in policy.parameters()]
    torch.testing.assert_close(actual, list(gradient), rtol=1e-3, atol=1e-4)


def test_the_token_baseline_learns_what_an_utterance_will_be_worth():
    baseline = TokenBaseline(untrained(), lr=3e-3, grad_clip=1.0, token_budget=4096)
    # At one state, "sa", "sb" are worth 1 and 3; before the second token either may come.
    branches = [Branch(0, 1, ids) for ids in ([5, 6, 0], [5, 7, 0])]
    game = Weighed([Segment([0, 8])], branches, torch.zeros(2), torch.tensor([1.0, 3.0]))
    targets = per_token([game])
    assert targets[0].tolist() == [1.0, 1.0, 1.0, 3.0, 3.0, 3.0]
    for _ in range(150):
        baseline.step([game], targets)
    (values,) = baseline.values([game])
    torch.testing.assert_close(
        values, torch.tensor([2.0, 2.0, 1.0, 2.0, 2.0, 3.0]), rtol=0.0, atol=0.1
    )
    assert baseline.take_steps() == 150 and baseline.take_steps() == 0
