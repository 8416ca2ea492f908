"""A chat model in this process: any causal language model of transformers that has a chat template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from archer_agent.agents.prompting import Message
from archer_agent.errors import AgentError
from archer_agent.networks.chat import readable
from packaged_models import load_weights, locate
from packaged_models.special_tokens import as_text, special_tokens


def load_chat_model(
    name: str,
    *,
    max_new_tokens: int,
    batch_size: int = 32,
    device: str | None = None,
    sample: bool = False,
    seed: int = 0,
) -> LocalChatModel:
    """Load a chat model; its weights are read from safetensors alone.

    Args:
        name: its id on the Hugging Face hub, its folder, or what `packaged_models.locate` finds.
        max_new_tokens: room for a reply.
        batch_size: the most conversations that go through the model at once.
        device: ``"cpu"``, ``"cuda"``, ...; None for the GPU where there is one.
        sample: draw replies as the model's own settings say, instead of the likeliest.
        seed: of that.

    Raises:
        ValueError: there is no such model or device, it has no chat template, or a number is out of its range.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    if batch_size < 1:
        raise ValueError(f"--batch-size must be at least 1, not {batch_size}")
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    # Processors are slow at half precision.
    dtype = torch.float32 if device == "cpu" else "auto"
    place = locate(name)
    try:
        tokenizer = AutoTokenizer.from_pretrained(place, trust_remote_code=False)
        network = load_weights(AutoModelForCausalLM, place, dtype=dtype)
    except Exception as error:  # files of any shape bring libraries to any exception
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(
            f"no chat model can be loaded from {name!r}, neither as a folder nor as an id on the hub: {reason}"
        ) from error
    if tokenizer.chat_template is None:
        raise ValueError(
            f"{name!r} has no chat template: it was not made to be talked to; take a chat model, "
            "or train this one with archer-train --policy"
        )
    try:
        network.to(device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"the model cannot be put on device {device!r}: {reason}") from error
    torch.manual_seed(seed)  # `generate` draws from the global generator
    return LocalChatModel(tokenizer, network.eval(), max_new_tokens, batch_size, sample)


class LocalChatModel:
    """A `ChatModel` of the transformers library; see `load_chat_model`.

    Args:
        tokenizer: the model's, with a chat template.
        network: the model, in evaluation mode.
        max_new_tokens: room for a reply.
        batch_size: the most conversations that go through the model at once.
        sample: draw replies instead of taking the likeliest.
    """

    def __init__(
        self, tokenizer: Any, network: Any, max_new_tokens: int, batch_size: int, sample: bool
    ) -> None:
        self._tokenizer = tokenizer
        self._network = network
        self._batch_size = batch_size
        settings = network.config.to_dict()
        context = settings.get("max_position_embeddings") or settings.get("n_positions")
        self._room = None if context is None else context - max_new_tokens
        self._pad = (
            tokenizer.eos_token_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id
        )
        self._settings: dict[str, Any] = {
            **{"do_sample": sample, "max_length": None, "max_new_tokens": max_new_tokens},
            "pad_token_id": self._pad,
        }
        if not sample:
            # The model's own settings for sampling would only draw warnings.
            self._settings |= dict.fromkeys(("temperature", "top_p", "top_k", "min_p"))
        self._special = special_tokens(tokenizer)
        self._totals = {"prompt_tokens": 0, "completion_tokens": 0}

    @property
    def usage(self) -> Mapping[str, float]:
        """Tokens read and written; padding is not counted."""
        return dict(self._totals)

    def reply(self, conversations: Sequence[Sequence[Message]]) -> list[str]:
        """Go on with all conversations, in batches of similar length.

        A conversation that has outgrown the model's context loses its oldest turns, but never its first message.

        Raises:
            AgentError: a single message is too long.
        """
        prompts = [self._encode(talk) for talk in conversations]
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        replies = [""] * len(prompts)
        for start in range(0, len(order), self._batch_size):
            chunk = order[start : start + self._batch_size]
            texts = self._complete([prompts[i] for i in chunk])
            for i, text in zip(chunk, texts, strict=True):
                replies[i] = text
        return replies

    def _encode(self, conversation: Sequence[Message]) -> list[int]:
        talk: list[Message] = [
            {"role": each["role"], "content": as_text(each["content"], self._special)}
            for each in conversation
        ]
        while True:
            text = self._tokenizer.apply_chat_template(
                talk, tokenize=False, add_generation_prompt=True, enable_thinking=False
            )
            ids: list[int] = self._tokenizer.encode(readable(text), add_special_tokens=False)
            if self._room is None or len(ids) <= self._room:
                return ids
            if len(talk) == 1:
                raise AgentError(
                    f"{len(ids)} tokens of instructions and observation do not fit into the context of "
                    f"{self._room} that the model has besides its reply; take a model with a longer one"
                )
            del talk[1:3]

    @torch.inference_mode()
    def _complete(self, prompts: Sequence[list[int]]) -> list[str]:
        width = max(len(ids) for ids in prompts)
        device = self._network.device
        # On the left, where `generate` wants the padding.
        padded = [[self._pad] * (width - len(ids)) + ids for ids in prompts]
        mask = [[0] * (width - len(ids)) + [1] * len(ids) for ids in prompts]
        output = self._network.generate(
            input_ids=torch.tensor(padded, device=device),
            attention_mask=torch.tensor(mask, device=device),
            **self._settings,
        )
        written = output[:, width:]
        self._totals["prompt_tokens"] += sum(len(ids) for ids in prompts)
        self._totals["completion_tokens"] += int((written != self._pad).sum())
        texts: list[str] = self._tokenizer.batch_decode(written, skip_special_tokens=True)
        return texts
