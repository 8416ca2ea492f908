"""The equations, each once: pure functions of tensors, with their source and shapes.

Dimension names: H heads of the critic (two), N turns of a batch, C of them with K candidate utterances each,
M utterances (or tokens, where a method weighs these), A action tokens. Sources: "paper" is Zhou et al. 2024,
arXiv 2402.19446.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


def td_target(reward: Tensor, terminated: Tensor, next_value: Tensor, gamma: float) -> Tensor:
    """Return the one-step target of Q: ``r + gamma (1 - terminated) Vbar(s')`` (paper, section 3.2).

    Args:
        reward: (N,).
        terminated: (N,), 1 where the game ended by its rules with this turn.
        next_value: (H, N), the target critic's V of the next state, each head its own.
        gamma: the discount per turn.

    Returns:
        (H, N), without gradient.
    """
    return (reward + gamma * (1.0 - terminated) * next_value).detach()


def head_loss(prediction: Tensor, target: Tensor, expectile: float = 0.5) -> Tensor:
    """Return the squared errors of a pair of heads, each against its own target, summed.

    Equations 2 and 3 of the paper: Q_i regresses on its TD target, V_i on Qbar_i of the policy's own utterances. With
    ``u = target - prediction`` an error costs ``2 |expectile - 1[u < 0]| u^2``: at 0.5 that is the square; towards 1
    the prediction follows the greater targets, so that V values the better utterances of a state (IQL, Kostrikov
    et al. 2022, arXiv 2110.06169, equation 5).

    Args:
        prediction: (H, ...).
        target: (H, ...), or without H for all heads.
        expectile: from 0 to 1.

    Returns:
        (...), for the caller to average over its whole batch.
    """
    error = target.detach() - prediction
    weight = torch.where(error < 0, 2.0 * (1.0 - expectile), 2.0 * expectile)
    return (weight * error.square()).sum(0)


@dataclass(frozen=True, slots=True)
class Bins:
    """Where a critic that classifies has its classes: a range of returns, cut into bins.

    Attributes:
        low: the least return.
        high: the greatest return.
        edges: (B + 1,), ascending; the first and the last lie beyond low and high.
        sigma: width of a target's distribution, in units of return.
    """

    low: float
    high: float
    edges: Tensor
    sigma: float

    @property
    def centres(self) -> Tensor:
        """The middle of each bin: (B,)."""
        return (self.edges[1:] + self.edges[:-1]) / 2.0

    def to(self, device: torch.device) -> Bins:
        """Return the same on another device."""
        return Bins(self.low, self.high, self.edges.to(device), self.sigma)


def make_bins(low: float, high: float, count: int, sigma: float) -> Bins:
    """Cut a range of returns into bins of one width.

    The bins go on for three sigma beyond both ends: a target at an end keeps its bell whole, and its mean.

    Args:
        low: the least return.
        high: the greatest return.
        count: how many bins; more than six sigma.
        sigma: width of a target's distribution, in bins (Farebrother et al. 2024: 0.75).
    """
    width = (high - low) / (count - 6.0 * sigma)
    margin = 3.0 * sigma * width
    return Bins(low, high, torch.linspace(low - margin, high + margin, count + 1), sigma * width)


def hl_gauss_target(target: Tensor, bins: Bins) -> Tensor:
    """Return how likely each bin is under a normal distribution around the target, cut to the bins' range.

    HL-Gauss (Imani & White 2018; Farebrother et al. 2024, arXiv 2403.03950, section 3.1).

    Args:
        target: (...), in units of return; what lies beyond the range counts as its end.
        bins: B of them.

    Returns:
        (..., B), without gradient; sums to 1.
    """
    z = (bins.edges - target.detach().clamp(bins.low, bins.high)[..., None]) / bins.sigma
    below = torch.special.ndtr(z)
    probability: Tensor = below.diff(dim=-1) / (below[..., -1:] - below[..., :1])
    return probability


def bins_value(logits: Tensor, bins: Bins) -> Tensor:
    """Return the mean return under the distribution over bins: (..., B) -> (...)."""
    value: Tensor = logits.softmax(-1) @ bins.centres
    return value


def hl_gauss_loss(logits: Tensor, target: Tensor, bins: Bins, expectile: float = 0.5) -> Tensor:
    """Return the cross-entropies of a pair of heads, each against its own target's distribution, summed.

    The counterpart of `head_loss` for a critic that classifies. Cross-entropies are weighted as squares are there:
    where their weighted sum has no gradient, the predicted mean is the targets' expectile.

    Args:
        logits: (H, ..., B).
        target: (H, ...), or without H for all heads.
        bins: B of them.
        expectile: from 0 to 1.

    Returns:
        (...), for the caller to average over its whole batch.
    """
    loss = -(hl_gauss_target(target, bins) * logits.log_softmax(-1)).sum(-1)
    below = target.detach() < bins_value(logits.detach(), bins)
    return (torch.where(below, 2.0 * (1.0 - expectile), 2.0 * expectile) * loss).sum(0)


def lambda_target(
    reward: Tensor,
    terminated: Tensor,
    value: Tensor,
    next_value: Tensor,
    gamma: float,
    decay: float,
    last: Tensor,
) -> Tensor:
    """Return the lambda-return as a target of Q: ``G_n = r_n + gamma ((1 - lambda) Vbar(s_{n+1}) + lambda G_{n+1})``.

    At 0 it is `td_target`, at 1 the Monte-Carlo return (Sutton & Barto 2018, section 12.1). What was said after the
    next turn came from an older policy; nothing corrects for that.

    Args:
        reward: (N,), the turns of all games in a row.
        terminated: (N,), 1 where the game ended by its rules with this turn.
        value: (H, N), the target critic's V of the state of each turn.
        next_value: (H, N), of the state after it.
        gamma: the discount per turn.
        decay: lambda.
        last: (N,), True at the last turn of each game.

    Returns:
        (H, N), without gradient.
    """
    discount = torch.full_like(reward, gamma)
    following = torch.where(terminated > 0, 0.0, next_value)
    return torch.stack(
        [
            gae(reward, v, v_next, discount, decay, last) + v.detach()
            for v, v_next in zip(value, following, strict=True)
        ]
    )


def awr_loss(logprob: Tensor, advantage: Tensor, beta: float, weight_clip: float) -> Tensor:
    """Return the loss of advantage-weighted cloning: ``-min(exp(beta A), clip) log pi(a|s)``.

    AWR (Peng et al. 2019, arXiv 1910.00177); the clip keeps one utterance from outweighing all others.

    Args:
        logprob: (M,), of recorded utterances: the sum over their tokens, terminator included.
        advantage: (M,).
        beta: inverse temperature.
        weight_clip: the largest weight.

    Returns:
        (M,).
    """
    # The minimum is taken before exp, which could overflow.
    weight = (beta * advantage).clamp(max=math.log(weight_clip)).exp()
    return -weight.detach() * logprob


def weight_clipped(advantage: Tensor, beta: float, weight_clip: float) -> Tensor:
    """Return the share of the weights of `awr_loss` that are clipped: (M,) -> a scalar."""
    return (beta * advantage > math.log(weight_clip)).float().mean()


def explained_variance(prediction: Tensor, target: Tensor) -> Tensor:
    """Return ``1 - Var(target - prediction) / Var(target)``: 1 is perfect, 0 no better than a constant.

    Of targets that are all alike nothing can be explained: it is 0 then, whatever was predicted.
    """
    variance = target.var(correction=0)
    alike = variance <= 1e-12 * target.square().mean()  # but for rounding
    explained = 1.0 - (target - prediction).var(correction=0) / torch.where(alike, 1.0, variance)
    return torch.where(alike, 0.0, explained)


def advantage_over_value(q: Tensor, v: Tensor) -> Tensor:
    """Return the paper's advantage ``min_i Q_i(s, a) - min_i V_i(s)`` (section 3.3).

    Args:
        q: (H, C, K), Q of the candidates of C states.
        v: (H, C), V of their states.

    Returns:
        (C, K).
    """
    return q.amin(0) - v.amin(0)[:, None]


def advantage_over_candidates(q: Tensor) -> Tensor:
    """Return ``min_i Q_i(s, a_k)`` less its mean over the other candidates of the same state.

    The leave-one-out mean is a baseline that does not depend on the candidate itself, so the policy
    gradient stays unbiased (Kool et al. 2019, RLOO), and V's error is no part of the advantage.

    Args:
        q: (H, C, K), K at least 2.

    Returns:
        (C, K).
    """
    q_min = q.amin(0)
    count = q_min.shape[-1]
    return (q_min - q_min.mean(-1, keepdim=True)) * (count / (count - 1))


def advantage_over_others(q: Tensor, others: Tensor) -> Tensor:
    """Return ``min_i Q_i(s, a)`` less its mean over other utterances of the same state.

    Args:
        q: (H, C, U), of the utterances in question.
        others: (H, C, K), of utterances that were drawn apart from them.

    Returns:
        (C, U).
    """
    return q.amin(0) - others.amin(0).mean(-1, keepdim=True)


def scale_advantage(advantage: Tensor, among: Tensor, floor: float, clip: float) -> Tensor:
    """Divide by ``std + floor`` and clip to ``[-clip, clip]``.

    The floor keeps a critic that sees no difference between utterances from having its noise blown up to
    unit variance, which is what destroys policies early in training.

    Args:
        advantage: (M,).
        among: (N,), those whose spread counts.
        floor: added to it.
        clip: the largest that is returned.
    """
    return (advantage / (among.std(correction=0) + floor)).clamp(-clip, clip)


def reinforce_loss(logprob: Tensor, advantage: Tensor) -> Tensor:
    """Return the paper's loss of the actor: ``-A log pi(a|s)``, the logarithm summed over tokens (section 3.3).

    Its gradient is that of the return only where the utterances were drawn from pi as it is.

    Args:
        logprob: (M,), of utterances, terminator included; or of tokens, where each has an advantage of its own.
        advantage: (M,).

    Returns:
        (M,).
    """
    return -advantage.detach() * logprob


def policy_loss(
    logprob: Tensor, old_logprob: Tensor, advantage: Tensor, clip_ratio: float
) -> Tensor:
    """Return the clipped policy-gradient loss.

    With ``rho = pi(a|s) / pi_old(a|s)`` for whole utterances, or for single tokens in token-level PPO:
    ``-min(rho A, clip(rho, 1 -+ c) A)``. At ``rho = 1`` (the first step after sampling) its gradient is that of
    `reinforce_loss`; the clip (Schulman et al. 2017) makes a few more steps on the same utterances safe.

    Args:
        logprob: (M,), of tokens, or of utterances: the sum over their tokens, terminator included.
        old_logprob: (M,), the same when it was sampled.
        advantage: (M,).
        clip_ratio: c.

    Returns:
        (M,).
    """
    # exp of a runaway difference would overflow before the clip could act.
    ratio = (logprob - old_logprob).clamp(-20.0, 20.0).exp()
    clipped = ratio.clamp(1.0 - clip_ratio, 1.0 + clip_ratio)
    return -torch.minimum(ratio * advantage, clipped * advantage)


def token_logprob(log_p: Tensor, tokens: Tensor) -> Tensor:
    """Return the log-probability of each token in its distribution: (..., vocabulary), (...) -> (...)."""
    return log_p.gather(-1, tokens[..., None])[..., 0]


def token_kl(log_p: Tensor, reference_log_p: Tensor) -> Tensor:
    """Return the exact KL(pi || reference) of each next-token distribution.

    Args:
        log_p: (A, vocabulary), log-probabilities.
        reference_log_p: (A, vocabulary), without gradient.

    Returns:
        (A,), in nats. Summed over an utterance and averaged over sampled utterances it estimates the KL of the
        utterance distributions.
    """
    return (log_p.exp() * (log_p - reference_log_p)).sum(-1)


def token_entropy(log_p: Tensor) -> Tensor:
    """Return the entropy of each next-token distribution from its logarithm: (A, vocabulary) -> (A,), in nats."""
    # Makes no product as wide as the vocabulary.
    entropy: Tensor = -torch.linalg.vecdot(log_p.exp(), log_p)
    return entropy


def approximate_kl(logprob: Tensor, old_logprob: Tensor) -> Tensor:
    """Estimate KL(pi_old || pi) from utterances sampled under pi_old: mean of ``(rho - 1) - log rho``."""
    log_ratio = (logprob - old_logprob).clamp(-20.0, 20.0)
    return (log_ratio.exp() - 1.0 - log_ratio).mean()


def clip_fraction(logprob: Tensor, old_logprob: Tensor, clip_ratio: float) -> Tensor:
    """Return the share of probability ratios outside ``1 -+ clip_ratio``: (M,), (M,) -> a scalar."""
    ratio = (logprob - old_logprob).clamp(-20.0, 20.0).exp()
    return ((ratio - 1.0).abs() > clip_ratio).float().mean()


def sum_by(values: Tensor, owner: Tensor, count: int) -> Tensor:
    """Sum (A,) into (count,): entry m is the sum of the values whose owner is m."""
    return torch.zeros(count, device=values.device).index_add(0, owner, values)


def best_candidate(q: Tensor) -> Tensor:
    """Return each head's Q of the candidate whose lesser head is greatest (CHAI; paper, section 5).

    Args:
        q: (H, C, K), of the candidates of C states.

    Returns:
        (H, C).
    """
    best = q.amin(0).argmax(-1)
    return q.gather(-1, best.expand(q.shape[0], -1)[..., None])[..., 0]


def gae(
    reward: Tensor, value: Tensor, next_value: Tensor, discount: Tensor, decay: float, last: Tensor
) -> Tensor:
    """Return generalized advantage estimates (Schulman et al. 2016, arXiv 1506.02438, equation 16).

    ``delta_n = r_n + g_n V(s_{n+1}) - V(s_n)`` and ``A_n = delta_n + g_n lambda A_{n+1}``, with no ``A_{n+1}`` at the end
    of a game. A step is a turn, or an action token; tokens of observations are no steps, so nothing decays
    across them.

    Args:
        reward: (N,), of each step of all games in a row.
        value: (N,), V of the state before it.
        next_value: (N,), V of the state after it; 0 where the game terminated there.
        discount: (N,), g: gamma where the step ends a turn, 1 within an utterance.
        decay: lambda.
        last: (N,), True at the last step of each game.

    Returns:
        (N,), without gradient. Adding V gives the lambda-return, the target of the value function.
    """
    delta = (reward + discount * next_value - value).tolist()
    carried = torch.where(last, 0.0, discount * decay).tolist()
    advantage = [0.0] * len(delta)
    following = 0.0
    for n in reversed(range(len(delta))):
        following = advantage[n] = delta[n] + carried[n] * following
    return torch.tensor(advantage, device=value.device)


def v_trace(
    reward: Tensor,
    value: Tensor,
    next_value: Tensor,
    ratio: Tensor,
    gamma: float,
    decay: float,
    last: Tensor,
) -> tuple[Tensor, Tensor]:
    """Return targets of V and Q from games of older policies (V-trace; Espeholt et al. 2018, arXiv 1802.01561, section 4.1).

    With ``rho_n = min(1, pi(a_n|s_n) / mu(a_n|s_n))`` and ``delta_n = rho_n (r_n + gamma V(s_{n+1}) - V(s_n))``:
    ``v_n = V(s_n) + delta_n + gamma lambda rho_n (v_{n+1} - V(s_{n+1}))``, and
    ``q_n = r_n + gamma (V(s_{n+1}) + lambda (v_{n+1} - V(s_{n+1})))``. Where pi is mu these are lambda-returns; where an
    utterance has become unlikely, what followed it tells nothing of pi, and what is left is V of the state.

    Args:
        reward: (N,), the turns of all games in a row.
        value: (N,), V of the state of each turn.
        next_value: (N,), of the state after it; 0 where the game terminated there.
        ratio: (N,), pi / mu of each utterance.
        gamma: the discount per turn.
        decay: lambda.
        last: (N,), True at the last turn of each game.

    Returns:
        (N,) and (N,), without gradient.
    """
    rho = ratio.clamp(max=1.0)
    delta = (rho * (reward + gamma * next_value - value)).tolist()
    carried = (gamma * decay * rho).tolist()
    ends = last.tolist()
    correction = [0.0] * len(delta)
    following = [0.0] * len(delta)
    for n in reversed(range(len(delta))):
        following[n] = 0.0 if ends[n] else correction[n + 1]
        correction[n] = delta[n] + carried[n] * following[n]
    v = value + torch.tensor(correction, device=value.device)
    q = reward + gamma * (next_value + decay * torch.tensor(following, device=value.device))
    return v.detach(), q.detach()


def regression(foreseen: Tensor, outcome: Tensor) -> tuple[Tensor, Tensor]:
    """Return the slope of the outcomes on what was foreseen, and the correlation of both.

    A slope of 1: the differences that were foreseen came true in full, on average, however noisy each outcome. The
    slope is also the weight at which ``foreseen`` as a control variate leaves the least variance in ``outcome``.

    Args:
        foreseen: (N,).
        outcome: (N,).

    Returns:
        Two scalars; 0 where nothing was told apart.
    """
    x, y = foreseen - foreseen.mean(), outcome - outcome.mean()
    covariance = (x * y).mean()
    spread = x.square().mean()
    slope = covariance / spread.clamp_min(1e-8)
    return slope, covariance / (spread * y.square().mean()).sqrt().clamp_min(1e-8)


def whiten(advantage: Tensor, among: Tensor) -> Tensor:
    """Shift and scale as gives all of some advantages mean 0 and spread 1: PPO, over all games of an iteration.

    Args:
        advantage: (M,).
        among: (N,), all of them.

    Returns:
        (M,).
    """
    return (advantage - among.mean()) / (among.std(correction=0) + 1e-8)


def group_advantage(returns: Tensor) -> Tensor:
    """Return ``(R - mean) / (std + 1e-4)`` within groups of games that began alike.

    GRPO (Shao et al. 2024, arXiv 2402.03300, section 4.1.2). In a group whose games all end alike it is 0.

    Args:
        returns: (G, n), of n games in each of G groups.

    Returns:
        (G, n).
    """
    centred = returns - returns.mean(-1, keepdim=True)
    return centred / (returns.std(-1, keepdim=True) + 1e-4)
