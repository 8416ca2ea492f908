"""One whole iteration of ArCHer, here and as one would plainly write it: how many times faster?

    python benchmarks/iteration.py [--critic causal encoder] [--critic-epochs 50] [--threads 2] [--json]
    python benchmarks/iteration.py --preset [--long] [--games 256] [--new 32]

An iteration is that of the paper's guessing games: 128 games; 50 critic steps of 256 turns out of a buffer that holds
ten earlier iterations; 3 actor steps of 256 states. Both sides have the same policy (cloned just long enough that
utterances have their usual length), a critic of the same width and depth, the same environment, and take the same
number of gradient steps. Times include everything from the first action of the games to the last step.

The plain side re-enacts the released code (`benchmarks/plain.py` says what of it). The other side is `Archer` with the
paper's settings: one candidate a state, drawn once for all steps, V as the baseline; batches are whole games of as
many turns. Its critic is `causal`, which reads a game in one pass, or `encoder`, which reads each state on its own
like the plain one.

`--critic-epochs` takes fewer critic steps on both sides, which changes the ratio: games and actor weigh more then.

With `--preset` it is instead an iteration as the preset `tiny` has it, of ArCHer and of PPO, without play: `--new` of the
games (an eighth without it) are new to both, the others are those that ArCHer revisits. Seconds are the processor's.
`--long` is the study's longer language, whose tokenizer keeps words apart.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from plain import Plain
from timing import Stopwatch, forget_peak
from transformers import RobertaConfig, RobertaModel

from archer_agent.agents.agent import FunctionAgent, LanguageAgent
from archer_agent.agents.environments import make_envs
from archer_agent.agents.rollout import play
from archer_agent.algorithms.archer import Archer
from archer_agent.algorithms.bc import clone
from archer_agent.algorithms.ppo import PPO
from archer_agent.algorithms.td import Prepared
from archer_agent.algorithms.two_sources import TwoSources
from archer_agent.episodes.replay import Episode, ReplayBuffer
from archer_agent.networks import loading as models
from archer_agent.networks.critic import Critic, EncoderCritic
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import train_tokenizer
from archer_agent.runs.warm_start import scripted_player
from archer_agent.settings import ArcherConfig, parse_train_arguments

MAX_NEW_TOKENS = 32


@dataclass(frozen=True)
class Size:
    """How much both sides do.

    Attributes:
        games: of an iteration.
        earlier: iterations in the buffer already; by default the paper's warm-up on the subset.
        batch: turns of a gradient step.
        critic_steps: of the critic.
        actor_steps: of the actor.
        demonstrations: games that the policy imitates beforehand.
    """

    games: int = 128
    earlier: int = 10
    batch: int = 256
    critic_steps: int = 50
    actor_steps: int = 3
    demonstrations: int = 1500


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


def demonstrate(env: str, count: int, preset: str = "tiny") -> list[Episode]:
    """Return games of the scripted player, as good as the preset has it."""
    config = parse_train_arguments(["--env", env, "--preset", preset]).config
    envs = make_envs(env, min(count, 128))
    player = FunctionAgent(scripted_player(config, 0, config.warm_start.skill))
    games = play(envs, player, range(count))
    envs.close()
    return games


def texts(games: Sequence[Episode]) -> list[str]:
    """Return all that was said in games."""
    return [text for game in games for text, _ in game.pieces()]


def imitate(
    policy: LanguagePolicy, env: str, games: Sequence[Episode], rate: float, token_budget: int
) -> None:
    """Clone games for a moment, as the preset does but for the learning rate and what is read at once."""
    warm = parse_train_arguments([f"--env={env}"]).config.warm_start
    clone(
        policy,
        games,
        epochs=2,
        batch_size=warm.batch_size,
        learning_rate=rate,
        grad_clip=warm.grad_clip,
        token_budget=token_budget,
        rng=np.random.default_rng(0),
    )


def cloned_policy(
    env: str, width: int, layers: int, demonstrations: int, options: Sequence[str] = ()
) -> LanguagePolicy:
    """Return a small policy that has imitated the scripted player of the preset, with options, for a moment."""
    config = parse_train_arguments([f"--env={env}", *options]).config
    model, warm = config.model, config.warm_start
    games = demonstrate(env, demonstrations)
    policy = models.small_policy(
        train_tokenizer(texts(games), model.vocabulary, model.split_words),
        width=width,
        layers=layers,
        heads=model.heads,
        context=model.context,
        max_new_tokens=MAX_NEW_TOKENS,
        seed=0,
    )
    imitate(policy, env, games, warm.learning_rate, warm.token_budget)
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


def settings(critic_steps: int, actor_steps: int, games: int) -> ArcherConfig:
    """Return the paper's settings, a batch being as many whole games."""
    return ArcherConfig(
        gamma=0.95,
        tau=0.1,
        candidates=1,
        states_per_game=20,
        critic_steps=critic_steps,
        critic_batch=games,
        actor_games=actor_steps * games,
        actor_batch=games,
        actor_epochs=1,
        actor_states="replay",
        baseline="value",
        whiten=False,
        actor_loss="reinforce",
        token_budget=4096,
    )


def here(
    policy: LanguagePolicy, critic: Critic, env: str, earlier: Sequence[Episode], size: Size
) -> dict[str, float]:
    """Do the iteration with this package; return the seconds of each phase."""
    watch = Stopwatch()
    generator = torch.Generator(policy.device).manual_seed(0)
    turns = sum(len(game.turns) for game in earlier) / len(earlier)
    config = settings(size.critic_steps, size.actor_steps, math.ceil(size.batch / turns))
    learner = TimedArcher(policy, critic, config, generator, np.random.default_rng(0))
    learner.watch = watch
    buffer = ReplayBuffer(len(earlier) + size.games)
    buffer.extend(earlier)
    envs = make_envs(env, size.games)
    agent = LanguageAgent(policy, generator)
    fresh = watch.time("games", lambda: play(envs, agent, range(1, size.games + 1)))
    envs.close()
    buffer.extend(fresh)
    metrics = learner.update(buffer, fresh, train_actor=True)
    assert metrics["gradient_steps"] == size.critic_steps + size.actor_steps
    return dict(watch.seconds)


def plainly(
    policy: LanguagePolicy, backbone: Any, env: str, earlier: Sequence[Episode], size: Size
) -> dict[str, float]:
    """Do the iteration plainly; return the seconds of each phase."""
    watch = Stopwatch()
    plain = Plain(policy, backbone, size.batch)
    plain.remember(earlier)
    envs = make_envs(env, min(plain.rollout_batch, size.games))
    half = policy.dtype != torch.float32
    # Weights that were cast once would stay as they were before the first step.
    with torch.autocast(policy.device.type, policy.dtype, enabled=half, cache_enabled=False):
        fresh = watch.time("games", lambda: play(envs, plain.agent(), range(1, size.games + 1)))
        envs.close()
        plain.remember(fresh)
        watch.time("critic", lambda: plain.train_critic(size.critic_steps))
        watch.time("actor", lambda: plain.train_actor(size.actor_steps))
    return dict(watch.seconds)


def compare(
    policy: LanguagePolicy, backbone: Any, env: str, critics: Sequence[str], size: Size
) -> Iterator[dict[str, Any]]:
    """Run the iteration each way on the policy's device, and say of each what it took; the first is the plain one.

    Args:
        policy: both begin with; moved to the processor, so that one side's networks alone are on the device.
        backbone: of encoders, on the processor.
        env: environment id.
        critics: this package's, `causal` or `encoder`.
        size: how much is done.
    """
    torch.manual_seed(0)  # `generate` draws from the global generator
    device = policy.device
    envs = make_envs(env, size.games)
    agent = LanguageAgent(policy, torch.Generator(device).manual_seed(1))
    earlier = play(envs, agent, range(1000, 1000 + size.earlier * size.games))
    envs.close()
    policy.to("cpu")

    def encoder_critic(own: LanguagePolicy) -> Critic:
        encoder = copy.deepcopy(backbone)
        critic = EncoderCritic(encoder, own.codec.tokenizer, dtype=own.dtype)
        return critic.to(device)

    def ours(kind: str) -> dict[str, float]:
        # Each side trains a policy of its own, so that all begin alike.
        own = copy.deepcopy(policy).to(device)
        critic = models.small_critic(own, seed=0) if kind == "causal" else encoder_critic(own)
        return here(own, critic, env, earlier, size)

    def theirs() -> dict[str, float]:
        own = copy.deepcopy(policy).to(device)
        return plainly(own, copy.deepcopy(backbone).to(device), env, earlier, size)

    ways = {"plain": theirs, **{f"{kind} critic": partial(ours, kind) for kind in critics}}
    first = None
    for way, run in ways.items():
        forget_peak()
        seconds = run()
        total = sum(seconds.values())
        phases = {phase: round(taken, 2) for phase, taken in seconds.items()}
        ratio = None if first is None else round(first / total, 1)
        first = first or total
        yield {"way": way, "seconds": round(total, 2), "ratio": ratio, "phases": phases}


def add_up(watch: Stopwatch, what: object, **phases: str) -> None:
    """Have methods of an object add what they take to phases of a stopwatch."""
    for name, phase in phases.items():
        method = getattr(what, name)

        def timed(*args: Any, method: Any = method, phase: str = phase) -> Any:
            return watch.time(phase, lambda: method(*args))

        setattr(what, name, timed)


def _trusting(weigh: Any, fresh: Sequence[Episode], trust: float, older: Sequence[Episode]) -> Any:
    return weigh(fresh, 0.5, older)


def as_the_preset(
    env: str, long: bool, games: int, new: int, demonstrations: int
) -> Iterator[dict[str, Any]]:
    """Do an iteration of ArCHer and of PPO as the preset `tiny` has them; say of each what it took.

    Args:
        env: environment id.
        long: the tokenizer keeps words apart.
        games: that ArCHer's actor learns from.
        new: those of them that have just been played, from which alone PPO learns.
        demonstrations: games that the policy imitates beforehand.
    """
    config = parse_train_arguments([f"--env={env}"]).config
    width, layers = config.model.width, config.model.layers
    options = ["--model.split-words", "--model.vocabulary=200"] if long else []
    policy = cloned_policy(env, width, layers, demonstrations, options)
    envs = make_envs(env, min(games, 128))
    agent = LanguageAgent(policy, torch.Generator().manual_seed(1))
    played = play(envs, agent, range(2 * games))
    envs.close()
    fresh = played[-new:]
    buffer = ReplayBuffer(len(played))
    buffer.extend(played)
    first = None
    for algo in ("archer", "ppo"):
        own = copy.deepcopy(policy)
        rng = np.random.default_rng(0)
        watch = Stopwatch(time.process_time)
        learner: TwoSources | PPO
        if algo == "archer":
            critic = models.small_critic(own, seed=0)
            generator = torch.Generator().manual_seed(0)
            reference = own.reference()
            learner = TwoSources(own, critic, config.archer, generator, rng, games, reference)
            add_up(watch, learner, prepare="candidates", read="read", ratios="read")
            add_up(watch, learner, critic_step_on="critic")
            # A critic that has learned nothing would not be asked.
            learner.weigh = partial(_trusting, learner.weigh)
        else:
            learner = PPO(own, config.ppo, rng, own.reference())
            add_up(watch, learner, advantages="read", critic_step="critic")
        add_up(watch, learner.actor, train="actor")
        learner.adopt_scale(played)
        update = partial(learner.update, buffer, fresh, train_actor=True)
        watch.time("rest", update)
        phases = {phase: round(taken, 2) for phase, taken in watch.seconds.items()}
        total = sum(watch.seconds.values())
        first = first or total
        ratio = round(first / total, 1)
        yield {"way": algo, "seconds": round(total, 2), "ratio": ratio, "phases": phases}


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
    parser.add_argument(
        "--preset", action="store_true", help="ArCHer beside PPO, as `tiny` has them"
    )
    parser.add_argument("--long", action="store_true", help="with --preset: words are kept apart")
    parser.add_argument("--games", type=int, default=256, help="with --preset: of an iteration")
    parser.add_argument("--new", type=int, help="with --preset: of these, as have just been played")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    size = Size(critic_steps=options.critic_epochs)
    if options.preset:
        games, new = options.games, options.new or max(1, options.games // 8)
        rows = list(as_the_preset(options.env, options.long, games, new, size.demonstrations))
    else:
        policy = cloned_policy(options.env, options.width, options.layers, size.demonstrations)
        backbone = encoder(policy, options.width, options.layers)
        rows = list(compare(policy, backbone, options.env, options.critic, size))
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.1f}x"
        phases = ", ".join(f"{phase} {seconds:g}" for phase, seconds in row["phases"].items())
        print(f"{row['way']:<16} {row['seconds']:>9.2f} s {ratio:>7}   ({phases})")


if __name__ == "__main__":
    main()
