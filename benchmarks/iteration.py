"""One whole iteration of ArCHer, here and as one would plainly write it: how many times faster?

    python benchmarks/iteration.py [--critic causal encoder] [--critic-epochs 50] [--threads 2] [--json]

An iteration is that of the paper's guessing games: 128 games; 50 critic steps of 256 turns out of a buffer that holds
ten earlier iterations; 3 actor steps of 256 states. Both sides have the same policy (cloned just long enough that
utterances have their usual length), a critic of the same width and depth, the same environment, and take the same
number of gradient steps. Times include everything from the first action of the games to the last step.

The plain side re-enacts the released code (`benchmarks/plain.py` says what of it). The other side is `Archer` with the
paper's settings: one candidate a state, drawn once for all steps, V as the baseline; batches are whole games of as
many turns. Its critic is `causal`, which reads a game in one pass, or `encoder`, which reads each state on its own
like the plain one.

`--critic-epochs` takes fewer critic steps on both sides, which changes the ratio: games and actor weigh more then.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import torch
from plain import Plain
from transformers import RobertaConfig, RobertaModel

from archer_agent.agents.agent import FunctionAgent, LanguageAgent
from archer_agent.agents.rollout import make_envs, play
from archer_agent.algorithms.archer import Archer
from archer_agent.algorithms.bc import clone
from archer_agent.algorithms.td import Prepared
from archer_agent.episodes.replay import Episode, ReplayBuffer
from archer_agent.networks import loading as models
from archer_agent.networks.critic import Critic, EncoderCritic
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.runs.warm_start import scripted_player
from archer_agent.settings import ArcherConfig, parse_train_arguments

GAMES = 128
EARLIER = 10
"""Iterations in the buffer already: the paper's warm-up on the subset."""
BATCH = 256
ACTOR_STEPS = 3
MAX_NEW_TOKENS = 32
DEMONSTRATIONS = 1500

T = TypeVar("T")


class Stopwatch:
    """Adds up the seconds of named phases; a phase within another one is not counted twice."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._within = 0.0

    def time(self, phase: str, work: Callable[[], T]) -> T:
        """Do some work, and add what it took to its phase."""
        before, self._within = self._within, 0.0
        start = time.perf_counter()
        try:
            return work()
        finally:
            taken = time.perf_counter() - start
            self.seconds[phase] += taken - self._within
            self._within = before + taken


class TimedArcher(Archer):
    """Archer with its phases timed."""

    watch: Stopwatch

    def prepare_all(self, draws: Sequence[Sequence[Episode]], states: int) -> list[list[Prepared]]:
        """Draw candidates."""
        return self.watch.time(
            "candidates", lambda: super(TimedArcher, self).prepare_all(draws, states)
        )

    def train_critic(self, draws: Sequence[Sequence[Prepared]]) -> dict[str, float]:
        """Take the critic's steps."""
        return self.watch.time("critic", lambda: super(TimedArcher, self).train_critic(draws))

    def train_actor(self, games: Any) -> dict[str, float]:
        """Take the actor's steps."""
        return self.watch.time("actor", lambda: super(TimedArcher, self).train_actor(games))


def cloned_policy(env: str, width: int, layers: int) -> LanguagePolicy:
    """Return a small policy that has imitated the scripted player of the preset for a moment."""
    config = parse_train_arguments([f"--env={env}"]).config
    model, warm = config.model, config.warm_start
    envs = make_envs(env, GAMES)
    player = FunctionAgent(scripted_player(config, 0, warm.skill))
    demonstrations = play(envs, player, range(DEMONSTRATIONS))
    envs.close()
    texts = [text for game in demonstrations for text, _ in game.pieces()]
    policy = models.small_policy(
        train_tokenizer(texts, model.vocabulary, model.split_words),
        width=width,
        layers=layers,
        heads=model.heads,
        context=model.context,
        max_new_tokens=MAX_NEW_TOKENS,
        seed=0,
    )
    clone(
        policy,
        demonstrations,
        epochs=2,
        batch_size=warm.batch_size,
        learning_rate=warm.learning_rate,
        grad_clip=warm.grad_clip,
        token_budget=warm.token_budget,
        rng=np.random.default_rng(0),
    )
    return policy


def encoder(policy: LanguagePolicy, width: int, layers: int) -> Any:
    """Return an encoder of RoBERTa's architecture and the policy's width, depth, heads and vocabulary."""
    config = RobertaConfig(
        vocab_size=len(policy.codec.tokenizer),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=policy.model.config.num_attention_heads,
        intermediate_size=4 * width,
        max_position_embeddings=514,
        type_vocab_size=2,
        pad_token_id=policy.codec.tokenizer.pad_token_id,
    )
    torch.manual_seed(0)
    return RobertaModel(config, add_pooling_layer=False).eval()


def settings(critic_steps: int, games: int) -> ArcherConfig:
    """Return the paper's settings, a batch being as many whole games."""
    return ArcherConfig(
        gamma=0.95,
        tau=0.1,
        candidates=1,
        states_per_game=20,
        critic_steps=critic_steps,
        critic_batch=games,
        actor_games=ACTOR_STEPS * games,
        actor_batch=games,
        actor_epochs=1,
        actor_states="replay",
        baseline="value",
        whiten=False,
        actor_loss="reinforce",
        token_budget=4096,
    )


def here(
    policy: LanguagePolicy,
    critic: Critic,
    env: str,
    earlier: Sequence[Episode],
    config: ArcherConfig,
) -> dict[str, float]:
    """Do the iteration with this package; return the seconds of each phase."""
    watch = Stopwatch()
    generator = torch.Generator().manual_seed(0)
    learner = TimedArcher(policy, critic, config, generator, np.random.default_rng(0))
    learner.watch = watch
    buffer = ReplayBuffer(len(earlier) + GAMES)
    buffer.extend(earlier)
    envs = make_envs(env, GAMES)
    fresh = watch.time(
        "games", lambda: play(envs, LanguageAgent(policy, generator), range(1, GAMES + 1))
    )
    envs.close()
    buffer.extend(fresh)
    metrics = learner.update(buffer, fresh, train_actor=True)
    assert metrics["gradient_steps"] == config.critic_steps + ACTOR_STEPS
    return dict(watch.seconds)


def plainly(
    policy: LanguagePolicy, backbone: Any, env: str, earlier: Sequence[Episode], critic_steps: int
) -> dict[str, float]:
    """Do the iteration plainly; return the seconds of each phase."""
    watch = Stopwatch()
    plain = Plain(policy, backbone, BATCH)
    plain.remember(earlier)
    envs = make_envs(env, plain.rollout_batch)
    fresh = watch.time("games", lambda: play(envs, plain.agent(), range(1, GAMES + 1)))
    envs.close()
    plain.remember(fresh)
    watch.time("critic", lambda: plain.train_critic(critic_steps))
    watch.time("actor", lambda: plain.train_actor(ACTOR_STEPS))
    return dict(watch.seconds)


def compare(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Run the iteration each way; the first is the plain one."""
    torch.manual_seed(0)  # `generate` draws from the global generator
    policy = cloned_policy(options.env, options.width, options.layers)
    backbone = encoder(policy, options.width, options.layers)
    envs = make_envs(options.env, GAMES)
    agent = LanguageAgent(policy, torch.Generator().manual_seed(1))
    earlier = play(envs, agent, range(1000, 1000 + EARLIER * GAMES))
    envs.close()
    turns = sum(len(game.turns) for game in earlier) / len(earlier)
    config = settings(options.critic_epochs, math.ceil(BATCH / turns))
    rows: list[dict[str, Any]] = []

    def add(way: str, seconds: dict[str, float]) -> None:
        total = sum(seconds.values())
        phases = {phase: round(taken, 2) for phase, taken in seconds.items()}
        ratio = round(rows[0]["seconds"] / total, 1) if rows else None
        rows.append({"way": way, "seconds": round(total, 2), "ratio": ratio, "phases": phases})

    # Each side trains a policy of its own, so that all begin alike.
    own = copy.deepcopy(policy)
    add("plain", plainly(own, copy.deepcopy(backbone), options.env, earlier, options.critic_epochs))
    for kind in options.critic:
        own = copy.deepcopy(policy)
        critic: Critic = models.small_critic(own, seed=0)
        if kind == "encoder":
            critic = EncoderCritic(copy.deepcopy(backbone), policy.codec.tokenizer)
        add(f"{kind} critic", here(own, critic, options.env, earlier, config))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Time one iteration of ArCHer, plainly and here.")
    parser.add_argument("--env", default="llm_gym/TwentyQuestionsSubset-v0", help="environment id")
    parser.add_argument(
        "--critic", nargs="+", choices=["causal", "encoder"], default=["causal", "encoder"]
    )
    parser.add_argument(
        "--critic-epochs", type=int, default=50, help="critic steps, of both sides (paper: 50)"
    )
    parser.add_argument("--width", type=int, default=64, help="channels of policy and critic")
    parser.add_argument("--layers", type=int, default=3, help="layers of policy and critic")
    parser.add_argument("--threads", type=int, default=2, help="threads of torch")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    rows = compare(options)
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.1f}x"
        phases = ", ".join(f"{phase} {seconds:g}" for phase, seconds in row["phases"].items())
        print(f"{row['way']:<16} {row['seconds']:>9.2f} s {ratio:>7}   ({phases})")


if __name__ == "__main__":
    main()
