"""Where the time of a pretrained language model goes: tokens a second by phase, and the memory of all networks.

    python benchmarks/language_model.py [--policy smollm2] [--layers 6] [--games 16] [--threads 1] [--json]

Demonstrated games of the ten objects are read, continued, cloned and valued; figures are tokens of games (of
utterances, where it says so) per second of processor time, which a busy machine blurs less than the clock's. Adapters
are on the upper layers, or on all of them. The memory is that of actor, critic, target and reference on one copy of the
weights, with the activations of a step.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from iteration import demonstrate
from timing import peak_gib, seconds

from archer_agent.agents.agent import LanguageAgent
from archer_agent.agents.environments import make_envs
from archer_agent.agents.rollout import play
from archer_agent.algorithms.bc import clone_step
from archer_agent.algorithms.policy_gradient import PolicyGradient, Weighed, spoken_segments
from archer_agent.episodes.replay import Episode
from archer_agent.networks.backbone import Lora
from archer_agent.networks.critic import target_copy
from archer_agent.networks.loading import load_policy, quiet, small_critic
from archer_agent.networks.number_format import number_format
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import episode_stream
from archer_agent.settings import ActorConfig

ENV = "llm_gym/TwentyQuestionsSubset-v0"
TOKEN_BUDGET = 4096


def phases(policy: LanguagePolicy, shown: Sequence[Episode]) -> Iterator[tuple[str, float]]:
    """Yield phases and their tokens a second; where it is over, all networks of ArCHer with a KL term have been at work.

    Args:
        policy: of any model; it is trained a little.
        shown: games, as many as are played side by side.
    """
    limit = policy.max_new_tokens
    streams = [
        episode_stream(game, policy.codec, policy.window, limit).segments[0] for game in shown
    ]
    tokens = sum(len(stream.ids) for stream in streams)
    spoken = sum(span.end - span.start for stream in streams for span in stream.spans)

    def read() -> None:
        with torch.no_grad():
            policy.session().append([stream.ids for stream in streams])

    read()
    yield "read games (prefill)", tokens / seconds(read)
    played: list[Episode] = []
    envs = make_envs(ENV, len(shown))
    agent = LanguageAgent(policy, torch.Generator(policy.device).manual_seed(0))
    spent = seconds(lambda: played.extend(play(envs, agent, range(len(shown)))))
    said = sum(len(turn.token_ids) for game in played for turn in game.turns)
    yield f"play {len(shown)} games side by side, utterance tokens", said / spent
    config = ActorConfig(actor_lr=1e-4, token_budget=TOKEN_BUDGET)
    actor = PolicyGradient(policy, config, "token", np.random.default_rng(0))

    def clone() -> None:
        clone_step(policy, streams, actor.optimizer, 1.0, TOKEN_BUDGET)

    yield "clone, first pass over a game", tokens / seconds(clone)
    yield "clone, later passes", tokens / seconds(clone)

    def logits() -> None:
        with torch.no_grad():
            policy.action_logits(streams)

    yield "log-probabilities of utterances, later passes", tokens / seconds(logits)
    with torch.no_grad():
        states = torch.randn(spoken, policy.model.config.hidden_size, device=policy.device)
        yield (
            "of that the head alone, utterance tokens",
            spoken / seconds(lambda: policy.logits(states)),
        )
    weighed = [as_trained(policy, game) for game in played]

    def act() -> None:
        actor.step(weighed)

    act()
    yield "actor step, later passes", sum(game.size for game in weighed) / seconds(act)
    critic = small_critic(policy)

    def value() -> None:
        critic(shown).q.sum().backward()

    value()
    yield "critic step, later passes", tokens / seconds(value)
    # All that ArCHer with a KL term holds at once, on one copy of the weights where they are adapters.
    target, reference = target_copy(critic), policy.reference()
    with torch.no_grad():
        target(shown)
        reference.action_logits(streams)
    clone()


def as_trained(policy: LanguagePolicy, game: Episode) -> Weighed:
    """Return a game that the policy has played as the actor's steps take it, each token as good as any other."""
    old = torch.tensor([value for turn in game.turns for value in turn.logprobs])
    return Weighed(spoken_segments(policy, game), [], old, torch.ones_like(old))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policy", default="smollm2")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--games", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    dtype = number_format("auto", torch.device("cpu"))
    shown = demonstrate(ENV, arguments.games, "small-llm")
    results: dict[str, dict[str, float]] = {}
    for title, layers in ((f"upper {arguments.layers}", arguments.layers), ("all layers", None)):
        with quiet():
            policy = load_policy(
                arguments.policy,
                max_new_tokens=10,
                dtype=dtype,
                lora=Lora(16, 32, layers=layers),
                prompt_style="plain",
            )
        for phase, rate in phases(policy, shown):
            results.setdefault(phase, {})[title] = rate
            if not arguments.json:
                print(f"{title:12} {phase:48} {rate:8.0f}", flush=True)
    memory = peak_gib()
    if arguments.json:
        print(json.dumps({"format": str(dtype), "tokens_a_second": results, "peak_gib": memory}))
    else:
        print(f"{dtype}, {memory:.1f} GiB at most")


if __name__ == "__main__":
    main()
