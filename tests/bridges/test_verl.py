"""verl's agent loop, its tokens and masks, with a server of tokens that plays by a script."""

import asyncio
from collections.abc import Callable
from typing import Any

from omegaconf import OmegaConf
from scripted_server import OBJECTS
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from transformers import PreTrainedTokenizerFast
from verl.experimental.agent_loop.agent_loop import AgentLoopOutput, DictConfigWrap
from verl.utils.dataset.rl_dataset import RLHFDataset
from verl.workers.rollout.replica import TokenOutput

from llm_gym.bridges.dialogue import Dialogue
from llm_gym.bridges.verl import GameLoop

ENV = "llm_gym/TwentyQuestionsSubset-v0"
TASKS = Dialogue(ENV).env.game.tasks.select("train")
TEMPLATE = """{% for m in messages %}<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""


def byte_tokenizer() -> PreTrainedTokenizerFast:
    words = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(BPE({word: i for i, word in enumerate(words)}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.add_special_tokens(["<|im_start|>", "<|im_end|>", "<pad>"])
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="<|im_end|>", pad_token="<pad>", chat_template=TEMPLATE
    )


class Server:
    """Says what ``reply`` says to the text so far, token by token."""

    def __init__(self, tokenizer: Any, reply: Callable[[str], str]) -> None:
        self.tokenizer, self.reply = tokenizer, reply

    async def generate(self, request_id: str, prompt_ids: list[int], **_: Any) -> TokenOutput:
        said = self.reply(self.tokenizer.decode(prompt_ids)) + "<|im_end|>"
        ids = self.tokenizer(said, add_special_tokens=False)["input_ids"]
        return TokenOutput(token_ids=ids, log_probs=[-0.5] * len(ids))


def play(reply: Callable[[str], str], length: int = 4000, **options: Any) -> tuple[Any, Any]:
    tokenizer = byte_tokenizer()
    rollout = {"prompt_length": 4000, "response_length": length}
    config = OmegaConf.create({"actor_rollout_ref": {"rollout": rollout}, "data": {}})

    async def run() -> AgentLoopOutput:
        loop = GameLoop(
            trainer_config=DictConfigWrap(config),
            server_manager=Server(tokenizer, reply),
            tokenizer=tokenizer,
            processor=None,
            dataset_cls=RLHFDataset,
            data_config=DictConfigWrap(config.data),
            env_id=ENV,
            **options,
        )
        row = {"split": "train", "index": 0}
        return await loop.run({}, raw_prompt=[], extra_info=row)

    return asyncio.run(run()), tokenizer


def guess(text: str) -> str:
    return f"Is it a {OBJECTS[text.count('<|im_start|>assistant') - 1]}?"


def test_a_game_is_won_and_only_what_the_model_said_is_trained():
    played, tokenizer = play(guess)
    place = OBJECTS.index(TASKS[0].id)
    assert played.reward_score == -place and played.extra_fields["success"]
    assert len(played.response_ids) == len(played.response_mask) == len(played.response_logprobs)
    said = [i for i, mine in zip(played.response_ids, played.response_mask, strict=True) if mine]
    wanted = "".join(f"Is it a {name}?<|im_end|>" for name in OBJECTS[: place + 1])
    assert tokenizer.decode(said) == wanted
    assert "Twenty Questions" in tokenizer.decode(played.prompt_ids)
    assert tokenizer.decode(played.response_ids).count("No.") == place


def test_endings_are_told_apart_and_not_to_play_is_worth_no_more():
    silent, _ = play(lambda text: "")
    cut, _ = play(lambda text: "Is it a zebra?", max_turns=2)
    short, _ = play(lambda text: "Is it a zebra?", length=60)
    assert {each.reward_score for each in (silent, cut, short)} == {-20}
    assert (silent.extra_fields["ending"], silent.extra_fields["unparsable"]) == ("terminated", 20)
    assert cut.extra_fields["ending"] == short.extra_fields["ending"] == "truncated"
    assert len(short.response_ids) == len(short.response_mask) <= 60
