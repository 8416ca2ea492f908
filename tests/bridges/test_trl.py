"""TRL's GRPOTrainer plays and trains: by tool calls, and by text."""

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
import trl_grpo
from tiny_model import make
from transformers.utils import get_json_schema
from trl import GRPOConfig, GRPOTrainer, chat_template_utils

from archer_agent.episodes.replay import Episode, Turn
from archer_agent.networks.tokens import Codec, episode_stream
from llm_gym.bridges.dialogue import Dialogue
from llm_gym.bridges.trl import environment_class, game_return, prompts, text_rollouts

ENV = "llm_gym/TwentyQuestionsSubset-v0"
NAMES = [task.id for task in Dialogue(ENV).env.game.tasks.select()]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def one_step(**options: Any) -> GRPOConfig:
    """Return settings of one step on the processor, of which nothing is kept."""
    return GRPOConfig(
        output_dir="run",
        max_steps=1,
        num_generations=4,
        report_to="none",
        use_cpu=True,
        save_strategy="no",
        **options,
    )


def test_tools_are_called_and_rewards_differ():
    (line,) = trl_grpo.main(steps=1)
    assert line["tools/call_frequency"] > 1 and line["tools/failure_frequency"] == 0
    assert line["reward_std"] > 0 and -20 <= line["reward"] < 0


def test_the_tools_have_the_schemas_of_the_game():
    made = environment_class(ENV)
    public = {name for name, _ in inspect.getmembers(made, inspect.isfunction) if name[0] != "_"}
    assert public == {"reset", "get_reward", "ask", "guess"}
    described = get_json_schema(made().guess)["function"]
    assert described["name"] == "guess" and list(described["parameters"]["properties"]) == ["name"]


def test_never_to_play_is_worst():
    game: Any = environment_class(ENV)()
    game.reset(split="train", index=0, prompt="the other columns of the row")
    assert game.get_reward() == -20
    assert game.outcome.ending == "quit"
    won = game.guess(name=Dialogue(ENV).env.game.tasks.select("train")[0].id)
    assert "over" in won and game.get_reward() == 0 and game.outcome.ending == "terminated"


def test_a_reward_function_sees_how_games_ended():
    seen: list[str] = []

    def note(environments: list[Any], **_: Any) -> list[float]:
        seen.extend(environment.outcome.ending for environment in environments)
        return [0.0] * len(environments)

    model, tokenizer = make(trl_grpo.CALLS)
    games = environment_class(ENV, max_turns=2)
    GRPOTrainer(
        model,
        note,
        one_step(per_device_train_batch_size=4, max_completion_length=300),
        prompts(ENV, "train", limit=1),
        processing_class=tokenizer,
        environment_factory=games,
    ).train()
    assert len(seen) == 4 and "truncated" in seen


def rollout(
    model: Any, tokenizer: Any, template: dict[str, Any] | None = None, **options: Any
) -> tuple[GRPOTrainer, dict[str, Any]]:
    """Let the trainer take a step that changes nothing; return it, and what was played."""
    play = text_rollouts(ENV, **options)
    seen: dict[str, Any] = {}

    def noted(rows: list[Any], trainer: Any) -> dict[str, Any]:
        seen.update(rows=rows, **play(rows, trainer))
        return {key: seen[key] for key in seen if key != "rows"}

    settings = one_step(
        per_device_train_batch_size=8,
        max_completion_length=400,
        beta=0.0,
        learning_rate=0.0,
        logging_steps=1,
        bf16=False,
        chat_template_kwargs=template,
    )
    data = prompts(ENV, "train", how="Say a question and nothing else.")
    trainer = GRPOTrainer(
        model, game_return, settings, data, processing_class=tokenizer, rollout_func=noted
    )
    trainer.train()
    return trainer, seen


def check_logprobs(trainer: GRPOTrainer, seen: dict[str, Any]) -> None:
    """What was sampled is what the model says with the whole game before it."""
    for i in range(8):
        ids = torch.tensor([seen["prompt_ids"][i] + seen["completion_ids"][i]])
        start = len(seen["prompt_ids"][i])
        mask = torch.tensor(seen["env_mask"][i], dtype=torch.bool)
        with torch.no_grad():
            logits = trainer.model(ids).logits[0, start - 1 : -1].log_softmax(-1)
        logprobs = logits.gather(-1, ids[0, start:, None])[:, 0]
        sampled = torch.tensor(seen["logprobs"][i])
        torch.testing.assert_close(logprobs[mask], sampled[mask], atol=1e-3, rtol=0)


def test_text_is_sampled_and_trained_token_for_token():
    model, tokenizer = make([f"Is it {name}?" for name in NAMES])
    trainer, seen = rollout(model, tokenizer, max_turns=4, turn_tokens=3)
    (line,) = [line for line in trainer.state.log_history if "reward" in line]
    assert line["reward_std"] > 0 and line["reward"] == pytest.approx(sum(seen["game_return"]) / 8)
    # TRL repeats a row for its group: the group plays one task.
    tasks = [(row[-1]["split"], row[-1]["index"]) for row in seen["rows"]]
    assert len(set(tasks[:4])) == len(set(tasks[4:])) == 1
    assert set(seen["game_ending"]) <= {"terminated", "truncated"}
    check_logprobs(trainer, seen)
    for ids, success in zip(seen["completion_ids"], seen["game_success"], strict=True):
        text = tokenizer.decode(ids)
        assert text.startswith("Is it") and ("No." in text or success)


def test_every_token_is_sampled_after_all_that_came_before_it():
    # The sayings of the model above are one word each, whatever came before; this one babbles.
    model, tokenizer = make(NAMES)
    torch.manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    check_logprobs(*rollout(model, tokenizer, max_turns=2, turn_tokens=4))


@pytest.mark.parametrize("thinks", [None, False])
def test_between_two_replies_stands_what_a_template_that_thinks_writes(thinks: bool | None):
    model, tokenizer = make([f"Is it {name}?" for name in NAMES])
    # Writes empty thoughts into a reply that is the last of a chat, and leaves them out of older ones.
    tokenizer.chat_template = chat_template_utils.qwen3_chat_template
    template = {} if thinks is None else {"enable_thinking": thinks}
    trainer, seen = rollout(model, tokenizer, template, max_turns=2, turn_tokens=3)
    check_logprobs(trainer, seen)
    begin = "<|im_start|>assistant\n" + ("" if thinks is None else "<think>\n\n</think>\n\n")
    between = rf"<\|im_end\|>\n<\|im_start\|>user\n[^<]+<\|im_end\|>\n{re.escape(begin)}"
    for prompt, ids, mask in zip(
        seen["prompt_ids"], seen["completion_ids"], seen["env_mask"], strict=True
    ):
        assert tokenizer.decode(prompt).endswith(begin)
        sampled = [i for i, by_model in enumerate(mask) if by_model]
        first = next(i for i, by_model in enumerate(mask) if not by_model)
        last = next(i for i in sampled if i > first)
        end = first - 1 if ids[first - 1] == tokenizer.eos_token_id else first
        assert re.fullmatch(between, tokenizer.decode(ids[end:last]))


@pytest.mark.parametrize(
    "family",
    "qwen2_5 qwen3 qwen3_5_think qwen3_8 llama3_2 gemma3 gemma4 phi3_5 lfm2 cohere2 nemotron_3_nano glm4moe gptoss".split(),
)
def test_the_templates_of_the_field_are_followed_token_for_token(family: str):
    """Real templates, which this package's own learners play in too."""
    _, tokenizer = make(NAMES[:1])
    template = getattr(chat_template_utils, f"{family}_chat_template")
    marks = set(re.findall(r"<\|?[\w/]+\|?>", template)) - {"<think>", "</think>"}
    tokenizer.add_special_tokens({"additional_special_tokens": sorted(marks)})
    tokenizer.chat_template, tokenizer.bos_token = template, "<|im_start|>"
    codec = Codec(tokenizer, chat=True)
    said = [("Is it big?", "No."), ("dog", "No.")]
    game = Episode("Begin.", [Turn(action, reply, 0.0) for action, reply in said])
    (segment,) = episode_stream(game, codec, 4096, 24).segments
    for span, (action, _) in zip(segment.spans, said, strict=True):
        assert codec.decode_action(segment.ids[span.start : span.end]) == action
    messages: list[dict[str, str]] = [{"role": "user", "content": "Begin."}]
    for action, reply in said:
        messages += [
            {"role": "assistant", "content": action},
            {"role": "user", "content": reply},
        ]
    written = tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
    )
    thoughts = r"<think>\s*</think>\s*"  # stay in the stream, and are left out of what is past
    stream = re.sub(thoughts, "", tokenizer.decode(segment.ids))
    assert stream.startswith(re.sub(thoughts, "", written))


def test_a_template_that_hides_messages_is_refused():
    model, tokenizer = make(NAMES)
    tokenizer.chat_template = "{{ messages[-1].content }}"
    with pytest.raises(ValueError, match="does not write every message once"):
        rollout(model, tokenizer, max_turns=2, turn_tokens=3)


def test_the_benchmark_has_both_sides_do_the_same():
    root = Path(__file__).parents[2]
    size = "--games 4 --group 2 --turns 2 --turn-tokens 3".split()
    ended = subprocess.run(
        [sys.executable, str(root / "benchmarks" / "grpo.py"), "--model", "tiny", *size, "--json"],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    result = json.loads(ended.stdout)
    (theirs,), (own,) = result["runs"]["TRL"], result["runs"]["here"]
    for what in ("games", "turns", "prompt_tokens"):
        assert theirs[what] == own[what] > 0
    assert own["turns"] == 8
    for run in (theirs, own):
        assert 8 <= run["sampled_tokens"] == run["trained_tokens"] <= 24 < run["read_tokens"]
        assert min(run["play"], run["train"], run["peak_gib"]) > 0
    assert result["ratios"]["seconds a game"] > 0
