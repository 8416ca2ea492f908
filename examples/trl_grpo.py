"""GRPO of TRL on Twenty Questions, played by tool calls; a tiny model made on the spot, or one of yours.

    pip install trl datasets
    python examples/trl_grpo.py                                  # the tiny one
    python examples/trl_grpo.py HuggingFaceTB/SmolLM2-135M-Instruct   # text instead of tools

The table it prints has the mean return per step, from -20 (never solved) to 0, and its spread within the groups.
"""

import sys

from tiny_model import call, make
from trl import GRPOConfig, GRPOTrainer

from llm_gym.bridges.trl import environment_class, game_return, prompts, text_rollouts

ENV = "llm_gym/TwentyQuestionsSubset-v0"
NAMES = (
    "football",
    "dog",
    "banana",
    "truck",
    "pants",
    "computer",
    "piano",
    "chair",
    "pen",
    "scissors",
)
CALLS = [call("ask", question="Is it alive?"), *(call("guess", name=name) for name in NAMES)]


def main(name: str = "", steps: int = 10) -> list[dict[str, float]]:
    """Train; return the log, one line per step."""
    settings = GRPOConfig(
        output_dir="runs/trl",
        max_steps=steps,
        per_device_train_batch_size=8,
        num_generations=4,
        max_completion_length=512,
        learning_rate=2e-3 if not name else 1e-6,
        beta=0.0,
        logging_steps=1,
        report_to="none",
        use_cpu=True,
        save_strategy="no",
    )
    if name:
        how = "Answer with the question alone."
        data = prompts(ENV, "train", how=how)
        rollouts = text_rollouts(ENV, turn_tokens=24)
        trainer = GRPOTrainer(name, game_return, settings, data, rollout_func=rollouts)
    else:
        model, tokenizer = make(CALLS)
        data, games = prompts(ENV, "train"), environment_class(ENV, max_turns=6)
        trainer = GRPOTrainer(
            model,
            args=settings,
            train_dataset=data,
            processing_class=tokenizer,
            environment_factory=games,
        )
    trainer.train()
    log = [line for line in trainer.state.log_history if "reward" in line]
    for line in log:
        print(
            f"step {line['step']:>3}  return {line['reward']:7.2f}  spread {line['reward_std']:.2f}"
        )
    return log


if __name__ == "__main__":
    main(*sys.argv[1:2])
