"""A language model made on the spot: no download, and small enough for a laptop's processor.

Its vocabulary has some whole sayings (calls of tools, or questions) as single words beside the bytes, and a few steps
teach it to say any of them in its turn. Which one to say when is left to reinforcement learning.
"""

import json
from collections.abc import Sequence

import torch
from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl.chat_template_utils import qwen2_5_chat_template

START, END = "<|im_start|>", "<|im_end|>"


def call(tool: str, /, **arguments: str) -> str:
    """Return the saying that calls a tool, in the form of Qwen 2.5."""
    return f"<tool_call>\n{json.dumps({'name': tool, 'arguments': arguments})}\n</tool_call>"


def make(sayings: Sequence[str]) -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    """Return a model that says one of `sayings` at random, and its tokenizer."""
    words = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(BPE({word: i for i, word in enumerate(words)}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.add_special_tokens([START, END, "<pad>"])
    inner.add_tokens([AddedToken(each, normalized=False) for each in sayings])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner,
        eos_token=END,
        pad_token="<pad>",
        chat_template=qwen2_5_chat_template,
    )
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=4096,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    adam = torch.optim.Adam(model.parameters(), lr=1e-2)
    head = tokenizer(f"{START}assistant\n", return_tensors="pt")["input_ids"][0]
    rows = [[tokenizer.convert_tokens_to_ids(each), tokenizer.eos_token_id] for each in sayings]
    batch = torch.tensor([[*head.tolist(), *row] for row in rows])
    for _ in range(60):
        logits = model(batch).logits[:, len(head) - 1 : -1].flatten(0, 1)
        loss = torch.nn.functional.cross_entropy(logits, batch[:, len(head) :].flatten())
        adam.zero_grad()
        loss.backward()
        adam.step()
    return model, tokenizer
