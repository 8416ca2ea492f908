"""The equations, against numbers worked out by hand."""

import math

import pytest
import torch
from torch import Tensor

from archer_agent import losses


def close(actual: Tensor, expected: object) -> None:
    torch.testing.assert_close(actual, torch.tensor(expected), rtol=1e-5, atol=1e-6)


def test_td_target_bootstraps_each_head_unless_the_game_terminated():
    next_value = torch.tensor([[2.0, 5.0], [4.0, 7.0]], requires_grad=True)
    target = losses.td_target(
        torch.tensor([-1.0, 3.0]), torch.tensor([0.0, 1.0]), next_value, gamma=0.5
    )
    close(target, [[0.0, 3.0], [1.0, 3.0]])
    assert not target.requires_grad


def test_head_loss_sums_the_squares_of_the_heads():
    prediction = torch.tensor([[1.0, 2.0], [3.0, 0.0]], requires_grad=True)
    target = torch.tensor([[0.0, 2.0], [1.0, -3.0]], requires_grad=True)
    loss = losses.head_loss(prediction, target)
    close(loss, [1.0 + 4.0, 0.0 + 9.0])
    close(losses.head_loss(prediction, torch.tensor([1.0, 2.0])), [0.0 + 4.0, 0.0 + 4.0])
    loss.sum().backward()
    assert prediction.grad is not None
    close(prediction.grad, [[2.0, 0.0], [4.0, 6.0]])
    assert target.grad is None


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [
        ([1.0, 2.0, 3.0], 1.0),
        ([11.0, 12.0, 13.0], 1.0),  # a constant offset is no variance
        ([7.0, 7.0, 7.0], 0.0),
        ([2.0, 2.0, 4.0], 1.0 - (2 / 9) / (2 / 3)),  # residuals -1, 0, -1
        ([3.0, 2.0, 1.0], -3.0),  # residuals -2, 0, 2
    ],
)
def test_explained_variance(prediction: list[float], expected: float):
    target = torch.tensor([1.0, 2.0, 3.0])
    close(losses.explained_variance(torch.tensor(prediction), target), expected)


@pytest.mark.parametrize("prediction", [[0.0, 1.0, 2.0], [0.1, 0.1, 0.1]])
@pytest.mark.parametrize("constant", [0.0, 0.1])
def test_of_a_constant_nothing_is_explained(prediction: list[float], constant: float):
    close(losses.explained_variance(torch.tensor(prediction), torch.full((3,), constant)), 0.0)


@pytest.mark.parametrize("point", [1e-6, 1e6])
def test_explained_variance_is_the_same_whatever_a_point_is_worth(point: float):
    target = point * torch.tensor([1.0, 2.0, 3.0])
    close(losses.explained_variance(torch.zeros(3), target), 0.0)
    close(losses.explained_variance(point * torch.tensor([2.0, 2.0, 4.0]), target), 2 / 3)


Q = torch.tensor([[[1.0, 5.0, 3.0]], [[2.0, 4.0, 6.0]]])  # (2, 1, 3), minimum 1, 4, 3


def test_advantage_over_value_takes_the_lesser_head_of_each():
    close(losses.advantage_over_value(Q, torch.tensor([[2.5], [2.0]])), [[-1.0, 2.0, 1.0]])


def test_advantage_over_candidates_leaves_the_candidate_itself_out():
    close(losses.advantage_over_candidates(Q), [[1.0 - 7.0 / 2, 4.0 - 4.0 / 2, 3.0 - 5.0 / 2]])


def test_advantage_over_others_takes_their_mean_off():
    others = torch.tensor([[[9.0, 4.0]], [[2.0, 9.0]]])  # minimum 2, 4
    close(losses.advantage_over_others(Q, others), [[1.0 - 3, 4.0 - 3, 3.0 - 3]])


def test_scale_advantage_has_a_floor():
    # The spread of -1, 1 is 1; the floor adds 1.
    apart = torch.tensor([-1.0, 1.0])
    close(losses.scale_advantage(apart, apart, floor=1.0, clip=9.0), [-0.5, 0.5])
    close(losses.scale_advantage(apart[:1], apart, floor=1.0, clip=9.0), [-0.5])
    noise = torch.tensor([-1e-6, 1e-6])
    assert losses.scale_advantage(noise, noise, floor=0.1, clip=9.0).abs().max() < 1e-4
    alike = torch.zeros(2)
    close(losses.scale_advantage(alike, alike, floor=0.1, clip=9.0), [0.0, 0.0])


def test_scale_advantage_clips_both_signs():
    # Mean 0, variance 2 (9 + 9) / 8 ... = 4.5 exactly: spread sqrt(4.5) = 2.1213.
    advantage = torch.tensor([3.0, -3.0, 3.0, -3.0, 0.0, 0.0, 0.0, 0.0])
    scaled = losses.scale_advantage(advantage, advantage, floor=0.0, clip=1.2)
    close(scaled, [1.2, -1.2, 1.2, -1.2, 0.0, 0.0, 0.0, 0.0])
    unclipped = losses.scale_advantage(advantage, advantage, floor=0.0, clip=2.0)
    close(unclipped[0], 3.0 / math.sqrt(4.5))


def policy_gradient(ratio: float, advantage: float) -> tuple[float, float]:
    """Return loss and d loss / d logprob of one utterance, clipped at 0.8 and 1.2."""
    logprob = torch.tensor([-2.0 + math.log(ratio)], requires_grad=True)
    loss = losses.policy_loss(
        logprob, torch.tensor([-2.0]), torch.tensor([advantage]), clip_ratio=0.2
    )
    loss.backward()
    assert logprob.grad is not None
    return loss.item(), logprob.grad.item()


def test_policy_gradient_where_it_was_sampled_is_reinforce():
    logprob = torch.tensor([-1.0, -5.0, -0.1], requires_grad=True)
    advantage = torch.tensor([2.0, -3.0, 0.5], requires_grad=True)
    loss = losses.reinforce_loss(logprob, advantage)
    close(loss, [2.0, -15.0, 0.05])
    loss.sum().backward()
    assert logprob.grad is not None and advantage.grad is None
    close(logprob.grad, [-2.0, 3.0, -0.5])
    logprob.grad = None
    losses.policy_loss(logprob, logprob.detach(), advantage, clip_ratio=0.2).sum().backward()
    close(logprob.grad, [-2.0, 3.0, -0.5])


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss", "gradient"),
    [
        (1.1, 2.0, -2.2, -2.2),  # within the clip: -rho A
        (1.5, 2.0, -2.4, 0.0),  # likelier already: no further
        (0.5, 2.0, -1.0, -1.0),  # became unlikelier though good: brought back
        (0.5, -2.0, 1.6, 0.0),  # unlikelier already: no further
        (1.5, -2.0, 3.0, 3.0),  # became likelier though bad: brought back
    ],
)
def test_policy_loss_clips_at_both_signs(
    ratio: float, advantage: float, loss: float, gradient: float
):
    assert policy_gradient(ratio, advantage) == pytest.approx((loss, gradient), abs=1e-5)


def test_policy_loss_survives_a_runaway_ratio():
    loss = losses.policy_loss(
        torch.tensor([0.0]), torch.tensor([-1000.0]), torch.tensor([-1.0]), clip_ratio=0.2
    )
    assert loss.isfinite()


def test_token_kl():
    # Distributions (1/2, 1/2) and (1/4, 3/4).
    half = torch.tensor([[0.5, 0.5]]).log()
    quarter = torch.tensor([[0.25, 0.75]]).log()
    close(losses.token_kl(half, quarter), [0.5 * math.log(2.0) + 0.5 * math.log(2 / 3)])
    close(losses.token_kl(quarter, half), [0.25 * math.log(0.5) + 0.75 * math.log(1.5)])
    close(losses.token_kl(quarter, quarter), [0.0])


def test_token_entropy():
    logits = torch.tensor([[0.0, 0.0, 0.0], [100.0, 0.0, 0.0], [math.log(2.0), 0.0, 0.0]])
    close(losses.token_entropy(logits.log_softmax(-1)), [math.log(3.0), 0.0, 1.5 * math.log(2.0)])


def test_approximate_kl():
    old = torch.tensor([-1.0, -1.0])
    close(losses.approximate_kl(old, old), 0.0)
    # rho = 2 and 1/2: (1 - log 2 - 1/2 + log 2) / 2.
    new = old + torch.tensor([math.log(2.0), -math.log(2.0)])
    close(losses.approximate_kl(new, old), 0.25)


def test_clip_fraction():
    ratio = torch.tensor([1.0, 1.1, 1.3, 0.7])
    close(losses.clip_fraction(ratio.log(), torch.zeros(4), 0.2), 0.5)


def test_sum_by():
    close(losses.sum_by(torch.tensor([1.0, 2.0, 4.0]), torch.tensor([0, 2, 0]), 3), [5.0, 0.0, 2.0])


def test_best_candidate_is_chosen_by_the_lesser_head():
    close(losses.best_candidate(Q), [[5.0], [4.0]])


def test_gae_by_hand():
    # Two games: one of two turns (two tokens, one token) that terminated, one turn cut off before V = 8.
    # gamma 1/2 at the ends of turns, lambda 1/2.
    advantage = losses.gae(
        reward=torch.tensor([0.0, 1.0, 2.0, 3.0]),
        value=torch.tensor([1.0, 2.0, 4.0, 5.0]),
        next_value=torch.tensor([2.0, 4.0, 0.0, 8.0]),
        discount=torch.tensor([1.0, 0.5, 0.5, 0.5]),
        decay=0.5,
        last=torch.tensor([False, False, True, True]),
    )
    # delta: 0 + 2 - 1, 1 + 2 - 2, 2 + 0 - 4, 3 + 4 - 5.
    # A_2 = -2; A_1 = 1 + 1/4 * -2; A_0 = 1 + 1/2 * 0.5.
    close(advantage, [1.25, 0.5, -2.0, 2.0])


def test_gae_at_the_ends_of_lambda():
    reward, value = torch.tensor([1.0, 2.0]), torch.tensor([5.0, 7.0])
    following, gamma = torch.tensor([7.0, 0.0]), torch.tensor([0.9, 0.9])
    last = torch.tensor([False, True])
    close(losses.gae(reward, value, following, gamma, 0.0, last), [1 + 0.9 * 7 - 5, 2.0 - 7])
    close(losses.gae(reward, value, following, gamma, 1.0, last), [1 + 0.9 * 2 - 5, 2.0 - 7])


def test_whiten():
    apart, alike = torch.tensor([1.0, 3.0]), torch.full((3,), 4.0)
    close(losses.whiten(apart, apart), [-1.0, 1.0])
    close(losses.whiten(apart[1:], apart), [1.0])
    close(losses.whiten(alike, alike), [0.0, 0.0, 0.0])


def test_group_advantage():
    # Mean 2, spread sqrt(2) with n - 1; a group of equals teaches nothing.
    advantage = losses.group_advantage(torch.tensor([[1.0, 3.0], [5.0, 5.0]]))
    torch.testing.assert_close(
        advantage, torch.tensor([[-(0.5**0.5), 0.5**0.5], [0.0, 0.0]]), rtol=0.0, atol=1e-3
    )


def test_head_loss_with_an_expectile():
    # u = 2 and -1 in one head, 0 and 1 in the other; an error costs 2 * 0.9 or 2 * 0.1 of its square.
    prediction = torch.tensor([[1.0, 3.0], [5.0, 1.0]], requires_grad=True)
    target = torch.tensor([[3.0, 2.0], [5.0, 2.0]], requires_grad=True)
    loss = losses.head_loss(prediction, target, expectile=0.9)
    close(loss, [1.8 * 4.0, 0.2 * 1.0 + 1.8 * 1.0])
    loss.sum().backward()
    assert prediction.grad is not None and target.grad is None
    close(prediction.grad, [[-2 * 1.8 * 2.0, 2 * 0.2], [0.0, -2 * 1.8]])


def test_lambda_target_by_hand():
    reward, terminated = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0.0, 1.0, 0.0])
    value = torch.tensor([[9.0, 4.0, 9.0], [9.0, 6.0, 9.0]])
    next_value = torch.tensor([[4.0, 9.0, 8.0], [6.0, 9.0, 2.0]])
    last = torch.tensor([False, True, True])

    def target(decay: float) -> Tensor:
        return losses.lambda_target(reward, terminated, value, next_value, 0.5, decay, last)

    # The first game returns 2, then 1 + 1/2 * 2; the second is cut off before V.
    torch.testing.assert_close(target(0.0), losses.td_target(reward, terminated, next_value, 0.5))
    close(target(0.0), [[3.0, 2.0, 7.0], [4.0, 2.0, 4.0]])
    close(target(1.0), [[2.0, 2.0, 7.0], [2.0, 2.0, 4.0]])
    close(target(0.25), [[0.75 * 3 + 0.25 * 2, 2.0, 7.0], [0.75 * 4 + 0.25 * 2, 2.0, 4.0]])


def test_awr_weights_are_clipped():
    logprob = torch.tensor([-1.0, -2.0, -3.0], requires_grad=True)
    advantage = torch.tensor([math.log(2.0) / 2, -1000.0, 1000.0], requires_grad=True)
    loss = losses.awr_loss(logprob, advantage, beta=2.0, weight_clip=20.0)
    close(loss, [2.0, 0.0, 60.0])
    loss.sum().backward()
    assert logprob.grad is not None and advantage.grad is None
    close(logprob.grad, [-2.0, 0.0, -20.0])
    close(losses.weight_clipped(advantage, beta=2.0, weight_clip=20.0), 1 / 3)


BINS = losses.make_bins(low=-1.0, high=1.0, count=8, sigma=1.0)


def test_bins_reach_three_sigma_beyond_the_range():
    # Two bins of width 1 for the range, and three more on either side.
    close(BINS.edges, [-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0])
    close(BINS.centres, [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5])
    assert BINS.sigma == pytest.approx(1.0)


def test_hl_gauss_target_is_a_bell_over_the_bins():
    # Standard normal: 0.34134 from 0 to 1, 0.13591, 0.02140 and 0.00132 from 3 to 4; the rest is cut off.
    half = torch.tensor([0.34134, 0.13591, 0.02140, 0.00132])
    expected = torch.cat([half.flip(0), half]) / (2 * half.sum())
    torch.testing.assert_close(
        losses.hl_gauss_target(torch.tensor(0.0), BINS), expected, rtol=0.0, atol=1e-4
    )


@pytest.mark.parametrize("value", [-1.0, -0.3, 0.0, 1.0])
def test_hl_gauss_target_keeps_the_mean(value: float):
    target = losses.hl_gauss_target(torch.tensor([value, 10 * value]), BINS)
    close(target.sum(-1), [1.0, 1.0])
    mean = target @ BINS.centres
    # What lies beyond the range counts as its end.
    expected = torch.tensor([value, min(max(10 * value, -1.0), 1.0)])
    torch.testing.assert_close(mean, expected, rtol=0.0, atol=0.01)


def test_hl_gauss_loss_by_hand():
    # Two bins, all of a target's bell in one of them: minus the logarithm of that bin's probability.
    bins = losses.Bins(0.5, 1.5, torch.tensor([0.0, 1.0, 2.0]), sigma=0.01)
    logits = torch.tensor([[[0.0, math.log(3.0)]], [[0.0, 0.0]]], requires_grad=True)
    target = torch.tensor([[1.5], [0.5]], requires_grad=True)
    close(losses.bins_value(logits, bins), [[0.25 * 0.5 + 0.75 * 1.5], [1.0]])
    loss = losses.hl_gauss_loss(logits, target, bins)
    close(loss, [math.log(4 / 3) + math.log(2.0)])
    loss.sum().backward()
    assert logits.grad is not None and target.grad is None
    close(logits.grad, [[[0.25, 0.75 - 1.0]], [[0.5 - 1.0, 0.5]]])
    # The first target is above its prediction of 1.25, the second below its of 1.
    skewed = losses.hl_gauss_loss(logits, target, bins, expectile=0.9)
    close(skewed, [1.8 * math.log(4 / 3) + 0.2 * math.log(2.0)])


def test_v_trace_goes_on_where_the_policy_still_speaks_so_and_stops_where_it_does_not():
    # Two games, of two turns and of one; the second one was cut off.
    reward = torch.tensor([1.0, 2.0, 4.0])
    value = torch.tensor([10.0, 20.0, 30.0])
    next_value = torch.tensor([20.0, 0.0, 6.0])
    last = torch.tensor([False, True, True])

    def targets(ratio: list[float], decay: float = 0.5) -> tuple[Tensor, Tensor]:
        return losses.v_trace(reward, value, next_value, torch.tensor(ratio), 0.5, decay, last)

    # deltas: 1 + 10 - 10 = 1; 2 - 20 = -18; 4 + 3 - 30 = -23
    v, q = targets([1.0, 3.0, 1.0])  # what is likelier now counts once all the same
    close(v, [10.0 + 1.0 + 0.25 * -18.0, 20.0 - 18.0, 30.0 - 23.0])
    close(q, [1.0 + 0.5 * (20.0 + 0.5 * -18.0), 2.0, 4.0 + 3.0])
    v, q = targets([0.5, 1.0, 0.0])
    close(v, [10.0 + 0.5 * 1.0 + 0.25 * 0.5 * -18.0, 2.0, 30.0])
    close(q, [1.0 + 0.5 * (20.0 + 0.5 * -18.0), 2.0, 7.0])
    v, q = targets([1.0, 0.0, 0.0])
    close(v, [11.0, 20.0, 30.0])
    close(q, [11.0, 2.0, 7.0])
    # On-policy it is the lambda-return, at 1 the Monte-Carlo return.
    v, q = targets([1.0, 1.0, 1.0], decay=1.0)
    close(v, [2.0, 2.0, 7.0])
    close(q, [2.0, 2.0, 7.0])


def test_regression_tells_how_far_what_was_foreseen_came_true():
    foreseen = torch.tensor([-1.0, 0.0, 1.0, 2.0])
    slope, correlation = losses.regression(foreseen, 0.5 * foreseen + 7.0)
    close(slope, 0.5)
    close(correlation, 1.0)
    # x - mean = (-1, 1); y - mean = (-3, 3) and (3, -3)
    for sign in (1.0, -1.0):
        slope, correlation = losses.regression(
            torch.tensor([0.0, 2.0]), torch.tensor([0.0, sign * 6.0])
        )
        close(slope, sign * 3.0)
        close(correlation, sign)
    for nothing in losses.regression(torch.zeros(3), torch.tensor([1.0, 2.0, 3.0])):
        close(nothing, 0.0)
