"""ArCHer with credit from two sources: what Q says of utterances, and what came of those that were said.

ArCHer (Zhou et al. 2024, arXiv 2402.19446) learns from Q alone. Q tells utterances of a state apart long before returns
do, but where it is wrong it is wrong in every step. Returns of the games just played are right on average and noisy.
Here both stand in one gradient, as in Q-Prop and interpolated policy gradients (Gu et al. 2017, arXiv 1611.02247,
1706.00387). One iteration, on the games just played:

1. how right is Q? Before anything learns from these games, the advantages that came out (GAE over turns) are compared
   with those that Q foresaw; the slope c of the one on the other, from 0 to 1, is how far Q is trusted;
2. critic: V and Q regress on V-trace targets, on the new games and as many older ones (fewer where its steps would not
   read all of them twice), each weighed by how likely the policy is to speak as it did then; the log-probabilities on
   record say so;
3. actor: at some states of each game, the fewer the less Q is trusted, K candidates a_k are made likelier by
   ``c (Q(s, a_k) - mean of the others) / K``, what was said by ``A - c (Q(s, a) - mean_k Q(s, a_k))``: what came of it,
   less what Q has said already. A is less its mean over the games, since V lags behind a policy that improves.

At states of the new games the gradient is that of the returns, whatever Q may be, and Q lessens its noise: a control
variate, exactly so for a Q that has not seen these games, and nearly where they are many.

Where few games were just played, older ones are revisited, as many as are missing to a full iteration: for candidates,
which cost no games, and for what Q has left open there, which counts as far as the policy would still say what was said
(V-trace; Espeholt et al. 2018, arXiv 1802.01561) and as Q is not believed: times ``(1 - c) min(1, pi / mu)``. Where Q is
right what is left is luck, and many games' candidates lead; where it is not, what came of many games does.

Before its first game it can learn from recorded ones, as `archer_agent.algorithms.offline_archer` does; policy and critic
are then what play begins with, and the KL term holds to that policy. After each iteration of play a few steps clone
recorded games again, weighed by the critic that play began with.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from archer_agent import losses
from archer_agent.algorithms.learner import mean_metrics
from archer_agent.algorithms.offline_archer import OfflineArcher
from archer_agent.algorithms.policy_gradient import PolicyGradient, Weighed, spoken_segments
from archer_agent.algorithms.td import Prepared, TDCritic, last_turns, regress
from archer_agent.episodes.replay import Episode, ReplayBuffer
from archer_agent.networks.attention import Branch
from archer_agent.networks.critic import Critic, Values, target_copy
from archer_agent.networks.distributed import from_all
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.settings import ArcherConfig, OfflineArcherConfig

_FEW = 16
"""Games of an iteration up to which steps on recorded games are in full; more games can say more by themselves, and these
steps get shorter in proportion."""


@dataclass(slots=True)
class Judged:
    """What a critic says of a game.

    Attributes:
        v: (turns,), V of the state of each turn.
        q: (turns,), Q of what was said.
        v_target: (turns,), what V is to become.
        advantage: (turns,), that came of it: what Q is to become, less V.
        q_candidates: Q of what might have been said, by the turn: (K,).
    """

    v: Tensor
    q: Tensor
    v_target: Tensor
    advantage: Tensor
    q_candidates: dict[int, Tensor]


class TwoSources(TDCritic):
    """The learner: a policy, a critic with its target, and their optimizers.

    Args:
        policy: trained in place.
        critic: trained in place.
        config: settings; `candidates` is at least 2.
        generator: draws candidates.
        rng: draws games.
        games: from how many the actor learns in an update: from the new ones, then from older ones.
        reference: the frozen policy of the KL term; needed if `config.kl` is positive.
        recorded: settings of the iterations on recorded games, where there shall be some.

    Raises:
        ValueError: the reference is missing.
    """

    learns_from_calibration = True

    def __init__(
        self,
        policy: LanguagePolicy,
        critic: Critic,
        config: ArcherConfig,
        generator: torch.Generator,
        rng: np.random.Generator,
        games: int = 0,
        reference: LanguagePolicy | None = None,
        recorded: OfflineArcherConfig | None = None,
    ) -> None:
        super().__init__(policy, critic, config, generator, rng)
        self.config = config
        self._games = games
        self.actor = PolicyGradient(policy, config, "utterance", rng, reference)
        self.optimizers["actor"] = self.actor.optimizer
        self.offline: OfflineArcher | None = None
        if recorded is not None:
            self.offline_iterations = config.offline_iterations
            self.offline = OfflineArcher(policy, critic, recorded, rng, target=self.target)
            self.optimizers |= {
                f"offline_{name}": each for name, each in self.offline.optimizers.items()
            }
            if reference is not None:
                self.modules["reference"] = reference
            if config.recorded_steps:
                self.modules["judge"] = self._judge = target_copy(critic)

    # ---------------------------------------------------------------- an iteration

    def update(
        self, buffer: ReplayBuffer, fresh: Sequence[Episode], train_actor: bool
    ) -> dict[str, float]:
        """Learn from the games just played, and from older ones."""
        bare = [self.bare(episode) for episode in fresh]
        seen = self.read(bare, [torch.ones(len(episode.turns)) for episode in fresh])
        metrics = self.measure(fresh, seen)
        believed = self.config.states_per_game > 0  # nobody asks it otherwise
        trust = min(max(metrics["credit/slope"], 0.0), 1.0) if believed else 0.0
        count = len(fresh)
        older = list(buffer)[: max(0, len(buffer) - count)]
        metrics |= self.train_on(fresh, seen, self._some(older, self._replayed(count)))
        if train_actor:
            revisited = self._some(older, max(0, self._games - count))
            games, scale, spread = self.weigh(fresh, trust, revisited)
            metrics |= {**spread, **self.actor.train(games, scale)}
            metrics["gradient_steps"] += metrics["actor/steps"]
        metrics["generated_tokens"] = self.take_drawn()
        return metrics

    def _replayed(self, count: int) -> int:
        """Return how many older games the critic reads beside new ones: as many, while its steps read all of them twice."""
        twice = self.config.critic_steps * self.config.critic_batch // 2
        return min(count, max(0, twice - count))

    def _some(self, episodes: Sequence[Episode], count: int) -> list[Episode]:
        return [episodes[i] for i in self._rng.permutation(len(episodes))[:count]]

    def update_offline(self, recorded: ReplayBuffer, train_actor: bool) -> dict[str, float]:
        """Learn from recorded games alone: IQL, then advantage-weighted cloning."""
        assert self.offline is not None  # the loop asks for no such iterations otherwise
        return self.offline.update(recorded, [], train_actor)

    def begin_play(self) -> None:
        """Hold the policy to what it has become by recorded games, and keep the critic that judged these."""
        if self.actor.reference is not None:
            self.actor.reference.load_state_dict(self.policy.state_dict())
        if "judge" in self.modules:
            self._judge.load_state_dict(self.critic.state_dict())

    def rehearse(self, recorded: ReplayBuffer, played: int) -> dict[str, float]:
        """Clone recorded games again as they were weighed when play began: what many games taught, few unlearn."""
        if self.offline is None or "judge" not in self.modules:
            return {}
        steps = self.config.recorded_steps
        batch = self.offline.config.actor_batch
        (group,) = self.offline.actor_optimizer.param_groups
        group["lr"] = self.offline.config.actor_lr * min(1.0, _FEW / played)
        history = [
            self.offline.actor_step(recorded.sample(batch, self._rng), self._judge)
            for _ in range(steps)
        ]
        loss = mean_metrics(history)["actor/loss"]
        return {"recorded/loss": loss, "gradient_steps": float(steps)}

    # ---------------------------------------------------------------- how right Q is

    def measure(self, episodes: Sequence[Episode], seen: Sequence[Judged]) -> dict[str, float]:
        """Compare what Q foresaw of games, those of all processes, with what came of them."""
        value, q, outcome = (
            from_all(torch.cat(column))
            for column in zip(*((each.v, each.q, each.advantage) for each in seen), strict=True)
        )
        unit = self.critic.scale.unit
        slope, correlation = losses.regression((q - value) / unit, outcome / unit)
        returns = torch.tensor(
            [episode.discounted_returns(self.config.gamma)[0] for episode in episodes]
        )
        first = torch.stack([each.v[0] for each in seen])
        return {
            "credit/slope": slope.item(),
            "credit/correlation": correlation.item(),
            "credit/bias": (first.cpu() - returns).mean().item(),
            "credit/v_explained_variance": losses.explained_variance(value, value + outcome).item(),
        }

    @torch.no_grad()
    def read(self, games: Sequence[Prepared], ratios: Sequence[Tensor]) -> list[Judged]:
        """Return what the critic says of each game and its candidates, and the advantages that came out.

        V and Q are the means of both heads; the lesser one would be a bias, and nothing here maximizes. The advantages
        are GAE where all ratios are 1.

        Args:
            games: with their candidates, as far as there are some.
            ratios: of each game, how much likelier its utterances are now than when they were said: (turns,).
        """
        config = self.config
        result: dict[int, Judged] = {}
        for rows in self.critic.batches([game.size for game in games], config.token_budget):
            batch = [games[i].episode for i in rows]
            values = self.critic(batch, [games[i].texts for i in rows])
            v, q = values.v_of_turns.mean(0), values.q.mean(0)
            v_target, came = losses.v_trace(
                values.reward,
                v,
                torch.where(values.terminated > 0, 0.0, values.v_next.mean(0)),
                torch.cat([ratios[i] for i in rows]).to(v),
                config.gamma,
                config.td_lambda,
                last_turns(batch).to(v.device),
            )
            lengths = [len(episode.turns) for episode in batch]
            of_turns = [each.split(lengths) for each in (v, q, v_target, came - v)]
            of_candidates = iter(values.q_candidates.mean(0))
            for number, row in enumerate(rows):
                value, said, wanted, advantage = (each[number] for each in of_turns)
                drawn = enumerate(games[row].candidates)
                proposed = {turn: next(of_candidates) for turn, some in drawn if some}
                result[row] = Judged(value, said, wanted, advantage, proposed)
        return [result[row] for row in range(len(games))]

    # ---------------------------------------------------------------- critic

    def train_on(
        self, fresh: Sequence[Episode], seen: Sequence[Judged], older: Sequence[Episode]
    ) -> dict[str, float]:
        """Let V and Q regress on V-trace targets, as the critic is now, in passes over the games.

        Args:
            fresh: the games just played.
            seen: what the critic says of them.
            older: others.
        """
        config = self.config
        ratios = self.ratios(older)
        seen = [*seen, *self.read([self.bare(episode) for episode in older], ratios)]
        episodes = [*fresh, *older]
        weights = [torch.ones(len(episode.turns)) for episode in fresh]
        weights += [ratio.clamp(max=1.0) for ratio in ratios]
        # How much a turn counts for V is how likely it is by the policy as it is.
        targets = [
            (each.v_target, each.v + each.advantage, weight.to(each.v))
            for each, weight in zip(seen, weights, strict=True)
        ]
        history = [
            self.critic_step_on([episodes[i] for i in rows], [targets[i] for i in rows])
            for rows in self._minibatches(len(episodes))
        ]
        metrics = mean_metrics(history)
        if older:
            metrics["credit/ratio"] = torch.cat(weights[len(fresh) :]).mean().item()
        v_target, q_target, _ = (torch.cat(column) for column in zip(*targets, strict=True))
        metrics["critic/v_mean"] = v_target.mean().item()
        metrics["critic/q_mean"] = q_target.mean().item()
        return {**metrics, "gradient_steps": float(config.critic_steps)}

    def _minibatches(self, games: int) -> Iterator[Sequence[int]]:
        """Yield the games of each critic step; a pass is shuffled when it begins."""
        order: list[int] = []
        for _ in range(self.config.critic_steps):
            if not order:
                order = self._rng.permutation(games).tolist()
            yield order[: self.config.critic_batch]
            order = order[self.config.critic_batch :]

    @torch.no_grad()
    def ratios(self, episodes: Sequence[Episode]) -> list[Tensor]:
        """Return how much likelier each utterance of older games is now than when it was said: (turns,) for each.

        0 where nobody knows how likely it was: such a turn teaches Q alone, of its own next state.
        """
        policy, config = self.policy, self.config
        result = [torch.zeros(len(episode.turns)) for episode in episodes]
        known = [i for i, episode in enumerate(episodes) if all(t.logprobs for t in episode.turns)]
        streams = {i: spoken_segments(policy, episodes[i]) for i in known}
        sizes = [sum(len(segment.ids) for segment in streams[i]) for i in known]
        for rows in policy.batches(sizes, config.token_budget):
            batch = [known[row] for row in rows]
            lengths = [len(episodes[i].turns) for i in batch]
            logits, tokens, owner = policy.action_logits([s for i in batch for s in streams[i]])
            logprob = losses.token_logprob(logits.log_softmax(-1), tokens)
            now = losses.sum_by(logprob, owner, sum(lengths)).cpu()
            for i, part in zip(batch, now.split(lengths), strict=True):
                then = torch.tensor([sum(turn.logprobs) for turn in episodes[i].turns])
                result[i] = (part - then).clamp(-20.0, 20.0).exp()
        return result

    def critic_step_on(
        self, episodes: Sequence[Episode], targets: Sequence[tuple[Tensor, Tensor, Tensor]]
    ) -> dict[str, float]:
        """Take one gradient step of both heads of V and of Q towards the targets of some games."""
        explained = []

        def loss(values: Values, target: Tensor) -> Tensor:
            v_target, q_target, weight = target.unbind(-1)
            explained.append(
                (values.q[0].detach(), q_target, values.v_of_turns[0].detach(), v_target)
            )
            return self.critic.loss(values.q_out, q_target) + weight * self.critic.loss(
                values.v_out_of_turns, v_target
            )

        total, norm = regress(
            self.critic,
            self.critic_optimizer,
            episodes,
            [torch.stack(parts, -1) for parts in targets],
            loss,
            grad_clip=self.config.critic_grad_clip,
            token_budget=self.config.token_budget,
        )
        q, q_target, v, v_target = (torch.cat(column) for column in zip(*explained, strict=True))
        return {
            "critic/loss": total,
            "critic/grad_norm": norm,
            "critic/q_explained_variance": losses.explained_variance(q, q_target).item(),
            "critic/v_explained_variance": losses.explained_variance(v, v_target).item(),
        }

    # ---------------------------------------------------------------- actor

    def weigh(
        self, episodes: Sequence[Episode], trust: float, older: Sequence[Episode] = ()
    ) -> tuple[list[Weighed], float, dict[str, float]]:
        """Return games as the actor's steps take them: candidates by Q, what was said by what Q left open.

        Advantages are divided by their spread, and the KL coefficient by what this shrinks by: as a policy gets better
        what it can gain shrinks, and what a nat costs in returns stays. Were that to shrink too, nothing would hold a
        good policy, and its entropy would be gone before its last points are won.

        Args:
            episodes: games just played.
            trust: c, how far Q is believed, from 0 to 1. Candidates are drawn at that share of `states_per_game`, rounded
                up: their tokens are what an iteration costs, and the less Q is right the more they drown what came of
                what was said.
            older: games that are revisited; those that the policy did not play itself are left out.

        Returns:
            The games; what their advantages were divided by; metrics.
        """
        config = self.config
        own = [e for e in older if all(turn.logprobs for turn in e.turns)]
        ratios = [torch.ones(len(episode.turns)) for episode in episodes] + self.ratios(own)
        shares = [1.0] * len(episodes) + [1.0 - trust] * len(own)
        games = [*episodes, *own]
        states = math.ceil(trust * config.states_per_game)
        prepared = self.prepare(games, states) if states else [self.bare(e) for e in games]
        read = self.read(prepared, ratios)
        outcome = from_all(torch.cat([each.advantage for each in read[: len(episodes)]]))
        mean, spread = outcome.mean().item(), outcome.std(correction=0).item()
        result = [
            self._weighed(game, judged, trust, mean, ratio, share)
            for game, judged, ratio, share in zip(prepared, read, ratios, shares, strict=True)
        ]
        scale = spread + config.advantage_floor * self.critic.scale.unit.item()
        for each in result:
            each.advantage = (each.advantage / scale).clamp(
                -config.advantage_clip, config.advantage_clip
            )
        metrics = {
            "actor/advantage_mean": mean,
            "actor/advantage_spread": spread,
            "credit/trust": trust,
        }
        return result, scale, metrics

    def _weighed(
        self,
        game: Prepared,
        judged: Judged,
        trust: float,
        mean: float,
        ratio: Tensor,
        share: float,
    ) -> Weighed:
        """Hang candidates on a game's trunks, and give them and what was said their credit.

        Args:
            game: with its candidates.
            judged: what the critic says of it.
            trust: how far Q is believed.
            mean: of the advantages that came out.
            ratio: how much likelier it is now than when it was said: (turns,).
            share: how far what Q has left open counts.
        """
        count = self.config.candidates
        branches: list[Branch] = []
        old: list[float] = []
        credit: list[float] = []
        for row, segment in enumerate(game.segments):
            for span in segment.spans:
                turn = span.turn
                others = judged.q_candidates.get(turn)
                foreseen = 0.0 if others is None else (judged.q[turn] - others.mean()).item()
                left = judged.advantage[turn].item() - mean - trust * foreseen
                # As likely as it is now: the clip holds what these steps do, rho has what came before them.
                old.append(sum(game.episode.turns[turn].logprobs) + ratio[turn].log().item())
                credit.append(share * min(1.0, ratio[turn].item()) * left)
            for span in segment.spans:
                others = judged.q_candidates.get(span.turn)
                if others is None:
                    continue
                each = losses.advantage_over_candidates(others[None, None])[0]
                credit += (trust * each / count).tolist()
                for candidate in game.candidates[span.turn]:
                    branches.append(Branch(row, span.start - 1, candidate.ids))
                    old.append(candidate.logprob)
        return Weighed(game.segments, branches, torch.tensor(old), torch.tensor(credit))
