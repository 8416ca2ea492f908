"""Every option of the utterance-level critic, on a decision problem whose values are known by hand.

A chain of three turns. Each turn the agent says "a", which earns 1, or "b", which earns nothing. Games of all kinds are
replayed; at every state the candidates are given, so that V's targets are known. The critic is a table of
histories: what it converges to is the fixed point of the equations and nothing else.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from archer_agent.algorithms.archer import Archer
from archer_agent.algorithms.chai import Chai
from archer_agent.algorithms.offline_archer import OfflineArcher
from archer_agent.algorithms.td import Prepared, TDCritic
from archer_agent.episodes.replay import Candidate, Episode, Turn
from archer_agent.losses import make_bins
from archer_agent.networks.critic import Candidates, Critic
from archer_agent.networks.loading import small_policy
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.settings import ArcherConfig, ChaiConfig, OfflineArcherConfig

GAMMA = 0.9
GAMES = [
    Episode("", [Turn(word, "", float(word == "a")) for word in said], terminated=True)
    for said in itertools.product("ab", repeat=3)
]


class Table(Critic):
    """One free number (or distribution) for each head and history."""

    def __init__(self) -> None:
        words = [word for n in range(5) for word in itertools.product("ab", repeat=n)]
        super().__init__(nn.Linear(1, 1), None, len(words), None, torch.float32)
        self.row = {"".join(word): i for i, word in enumerate(words)}
        for heads in (self.q_heads, self.v_heads):
            for i in range(len(heads)):
                heads[i] = nn.Sequential(nn.Linear(len(words), 1, bias=False))
                nn.init.zeros_(heads[i][0].weight)

    def features(
        self, episodes: Sequence[Episode], candidates: Candidates | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        said, states, proposed = [], [], []
        for number, episode in enumerate(episodes):
            history = ""
            for i, turn in enumerate(episode.turns):
                states.append(history)
                if candidates is not None:
                    proposed += [history + text for text in candidates[number][i]]
                history += turn.action
                said.append(history)
        return self._rows(said), self._rows(states), self._rows(proposed)

    def _rows(self, histories: Sequence[str]) -> Tensor:
        rows = torch.tensor([self.row[history] for history in histories], dtype=torch.long)
        return nn.functional.one_hot(rows, len(self.row)).float()


@pytest.fixture(scope="module")
def policy() -> LanguagePolicy:
    tokenizer = train_tokenizer(["ab"], 257, split_words=False)
    return small_policy(tokenizer, width=16, heads=2, context=16, max_new_tokens=4)


def expected(v_over_b: float, decay: float) -> tuple[list[float], list[float]]:
    """Return V and Q of "b" at each turn by going backwards; Q of "a" is 1 more than that of "b".

    Args:
        v_over_b: how much V is above Q of "b": what the candidates and V's loss make of 0 and 1.
        decay: lambda; the games say "a" half of the time.
    """
    v, q_b = [0.0] * 4, [0.0] * 4
    lambda_return = 0.0
    for t in reversed(range(3)):
        following = (1.0 - decay) * v[t + 1] + decay * lambda_return
        q_b[t] = GAMMA * following
        v[t] = q_b[t] + v_over_b
        lambda_return = q_b[t] + 0.5
    return v[:3], q_b[:3]


def learn(learner: TDCritic | OfflineArcher, candidates: str, classify: bool) -> Critic:
    """Take critic steps until nothing moves."""
    critic, target = learner.critic, learner.target
    games = [
        Prepared(game, [], [[Candidate([0], 0.0, text) for text in candidates] for _ in game.turns])
        for game in GAMES
    ]
    steps = ((0.3, 120), (0.03, 120)) if classify else ((0.1, 120), (0.01, 120))
    for rate, count in steps:
        learner.critic_optimizer.param_groups[0]["lr"] = rate
        for _ in range(count):
            if isinstance(learner, OfflineArcher):
                learner.critic_step(GAMES)
            else:
                learner.critic_step(games)
    assert (critic.bins is None) == (target.bins is None)
    return critic


@pytest.mark.parametrize(
    ("algo", "options", "candidates", "v_over_b"),
    [
        ("archer", {}, "a", 1.0),
        ("archer", {}, "ab", 0.5),
        ("archer", {"expectile": 0.9}, "ab", 0.9),  # 0.9 (1 - m) = 0.1 m
        ("archer", {"td_lambda": 0.5}, "ab", 0.5),
        ("archer", {"td_lambda": 1.0}, "a", 1.0),
        ("archer", {"critic_loss": "hl_gauss"}, "aab", 2 / 3),
        ("archer", {"critic_loss": "hl_gauss", "expectile": 0.9}, "ab", 0.9),
        ("archer", {"critic_loss": "hl_gauss", "td_lambda": 0.5}, "ab", 0.5),
        ("chai", {}, "ab", 1.0),  # plays the best
        ("chai", {"critic_loss": "hl_gauss"}, "ab", 1.0),
        ("offline_archer", {"expectile": 0.9}, "", 0.9),  # of what was said, half of it "a"
        ("offline_archer", {"critic_loss": "hl_gauss", "expectile": 0.5}, "", 0.5),
    ],
)
def test_the_critic_reaches_the_known_values(
    policy: LanguagePolicy, algo: str, options: dict[str, Any], candidates: str, v_over_b: float
):
    rng, generator = np.random.default_rng(0), torch.Generator()
    table = Table()
    classify = "critic_loss" in options
    if classify:
        table.use_bins(make_bins(-0.5, 4.0, 41, 0.75))
    fixed = {"gamma": GAMMA, "tau": 0.5, "critic_grad_clip": 1e9, **options}
    learner: TDCritic | OfflineArcher
    if algo == "archer":
        learner = Archer(policy, table, ArcherConfig(**fixed), generator, rng)
    elif algo == "chai":
        learner = Chai(policy, table, ChaiConfig(**fixed), generator, rng)
    else:
        learner = OfflineArcher(policy, table, OfflineArcherConfig(**fixed), rng)
    critic = learn(learner, candidates, classify)
    with torch.no_grad():
        values = critic(GAMES)
    v, q_b = expected(v_over_b, options.get("td_lambda", 0.0))
    turns = [(t, turn.reward) for game in GAMES for t, turn in enumerate(game.turns)]
    for head in range(2):
        close = {"rtol": 0.0, "atol": 0.02}
        torch.testing.assert_close(
            values.v_of_turns[head], torch.tensor([v[t] for t, _ in turns]), **close
        )
        torch.testing.assert_close(
            values.q[head], torch.tensor([q_b[t] + reward for t, reward in turns]), **close
        )


def test_a_critic_that_classifies_begins_near_the_middle_and_tells_targets_beyond_its_range(
    policy: LanguagePolicy,
):
    table = Table()
    table.use_bins(make_bins(0.0, 1.0, 21, 0.75))
    with torch.no_grad():
        values = table(GAMES)
    torch.testing.assert_close(values.q, torch.full_like(values.q, 0.5), rtol=0.0, atol=0.1)
    settings = OfflineArcherConfig(gamma=1.0, critic_loss="hl_gauss")
    learner = OfflineArcher(policy, table, settings, np.random.default_rng(0))
    # r + V' is near 1.5 where "a" is said before the last turn, else near 0.5, or 1 or 0.
    assert learner.critic_step(GAMES)["critic/target_outside"] == pytest.approx(1 / 3)
