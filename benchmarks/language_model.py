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
import resource
import time
from collections.abc import Callable, Iterator

import torch

from archer_agent.agents.agent import FunctionAgent, LanguageAgent
from archer_agent.agents.rollout import make_envs, play
from archer_agent.algorithms.bc import clone_step
from archer_agent.networks.backbone import Lora
from archer_agent.networks.critic import target_copy
from archer_agent.networks.loading import load_policy, number_format, quiet, small_critic
from archer_agent.networks.tokens import episode_stream
from archer_agent.runs.warm_start import scripted_player
from archer_agent.settings import parse_train_arguments

ENV = "llm_gym/TwentyQuestionsSubset-v0"


def seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def measure(
    name: str, layers: int | None, games: int, dtype: torch.dtype
) -> Iterator[tuple[str, float]]:
    """Yield phases and their tokens a second."""
    config = parse_train_arguments(["--env", ENV, "--preset", "small-llm"]).config
    envs = make_envs(ENV, games)
    player = FunctionAgent(scripted_player(config, 0, config.warm_start.skill))
    shown = play(envs, player, range(games))
    with quiet():
        policy = load_policy(
            name,
            max_new_tokens=10,
            dtype=dtype,
            lora=Lora(16, 32, layers=layers),
            prompt_style="plain",
        )
    streams = [episode_stream(game, policy.codec, policy.window, 10).segments[0] for game in shown]
    tokens = sum(len(stream.ids) for stream in streams)
    spoken = sum(span.end - span.start for stream in streams for span in stream.spans)

    def read() -> None:
        with torch.no_grad():
            policy.session().append([stream.ids for stream in streams])

    read()
    yield "read games (prefill)", tokens / seconds(read)
    agent = LanguageAgent(policy, torch.Generator().manual_seed(0))
    played = []
    spent = seconds(lambda: played.extend(play(envs, agent, range(games))))
    said = sum(len(turn.token_ids) for game in played for turn in game.turns)
    yield f"play {games} games side by side, utterance tokens", said / spent
    optimizer = torch.optim.Adam(policy.parameters(), lr=1e-4)

    def clone() -> None:
        clone_step(policy, streams, optimizer, 1.0, 4096)

    yield "clone, first pass over a game", tokens / seconds(clone)
    yield "clone, later passes", tokens / seconds(clone)

    def logits() -> None:
        with torch.no_grad():
            policy.action_logits(streams)

    yield "log-probabilities of utterances, later passes", tokens / seconds(logits)
    with torch.no_grad():
        states = torch.randn(spoken, policy.model.config.hidden_size)
        yield (
            "of that the head alone, utterance tokens",
            spoken / seconds(lambda: policy.logits(states)),
        )
    critic = small_critic(policy)

    def value() -> None:
        critic(shown).q.sum().backward()

    value()
    yield "critic step, later passes", tokens / seconds(value)
    # All that ArCHer with a KL term holds at once, on one copy of the weights.
    target, reference = target_copy(critic), policy.reference()
    with torch.no_grad():
        target(shown)
        reference.action_logits(streams)
    clone()


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
    results: dict[str, dict[str, float]] = {}
    for title, layers in ((f"upper {arguments.layers}", arguments.layers), ("all layers", None)):
        for phase, rate in measure(arguments.policy, layers, arguments.games, dtype):
            results.setdefault(phase, {})[title] = rate
            if not arguments.json:
                print(f"{title:12} {phase:48} {rate:8.0f}", flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    if arguments.json:
        print(json.dumps({"format": str(dtype), "tokens_a_second": results, "peak_gib": memory}))
    else:
        print(f"{dtype}, {memory:.1f} GiB at most")


if __name__ == "__main__":
    main()
