"""The oracle kind ``transformers``: a language model in this process, by hub id or folder."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llm_gym.extras import install_hint
from llm_gym.oracles.prompts import Prompt, choose
from llm_gym.oracles.usage import Meter
from packaged_models import load_weights, locate
from packaged_models.special_tokens import special_tokens

if TYPE_CHECKING:
    from torch import Tensor

DTYPES = ("float32", "bfloat16", "float16")


def make(
    game: str,
    model: str,
    template: str | None = None,
    weights: str | None = None,
    device: str | None = None,
    dtype: str = "float32",
    batch_size: int = 64,
    max_new_tokens: int | None = None,
    revision: str = "main",
    generation: Mapping[str, Any] | None = None,
) -> LocalModel:
    """Return an oracle that asks a local model; equal models share one copy of the weights.

    Args:
        game: the game's name (``"twenty_questions"``).
        model: hub id or folder of a seq2seq model (``"google/flan-t5-small"``) or of a causal one,
            or what ``packaged_models.locate`` finds (``"smollm2"``); a causal one is asked through
            its chat template if it has one. Weights are read from safetensors alone.
        template: see :func:`llm_gym.oracles.prompts.choose`; None for ``"archer"`` with a seq2seq
            model, ``"instruct"`` with a causal one.
        weights: path of a fine-tuned state dict for the model, in safetensors (docs/oracles.md
            converts the files that ArCHer publishes). None for the model's own weights.
        device: ``"cpu"``, ``"cuda"``, ``"cuda:1"``, ...; None for the GPU where there is one.
        dtype: one of :data:`DTYPES`.
        batch_size: the most questions that go through the model at once.
        max_new_tokens: the longest answer, in tokens; None for the template's.
        revision: branch, tag or commit on the hub.
        generation: settings for ``generate`` beyond greedy decoding, such as ``{"num_beams": 4}``
            or ``{"do_sample": True, "temperature": 0.7}``; sampling draws from torch's global
            generator.

    Raises:
        ImportError: torch or transformers are not installed.
        ValueError: an option is out of range, there is no such model, or the weights do not fit it.
    """
    if dtype not in DTYPES:
        raise ValueError(f"dtype must be one of {', '.join(DTYPES)}, not {dtype!r}")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")
    tokenizer, network = load(model, revision, weights, device, dtype)
    seq2seq = network.config.is_encoder_decoder
    prompt = choose(template or ("archer" if seq2seq else "instruct"), game)
    if max_new_tokens is not None:
        prompt = replace(prompt, max_tokens=max_new_tokens)
    return LocalModel(tokenizer, network, prompt, batch_size, generation or {})


class LocalModel:
    """A language model of the transformers library as an oracle; see :func:`make`.

    Args:
        tokenizer: the model's tokenizer.
        network: the model, in evaluation mode.
        prompt: how it is asked.
        batch_size: the most questions that go through the model at once.
        generation: settings beyond greedy decoding.
    """

    def __init__(
        self,
        tokenizer: Any,
        network: Any,
        prompt: Prompt,
        batch_size: int,
        generation: Mapping[str, Any],
    ) -> None:
        self._tokenizer, self._network, self._prompt = tokenizer, network, prompt
        self._batch_size = batch_size
        settings: dict[str, Any] = {"do_sample": False, "num_beams": 1, "max_length": None}
        settings |= {"max_new_tokens": prompt.max_tokens, "pad_token_id": tokenizer.pad_token_id}
        # The model's own settings for sampling would only draw warnings under greedy decoding.
        settings |= dict.fromkeys(("temperature", "top_p", "top_k", "min_p"))
        self._settings = settings | dict(generation)
        self._meter = Meter()
        self._special = special_tokens(tokenizer)

    @property
    def usage(self) -> Mapping[str, float]:
        """Totals since it was made; padding is not counted, and nothing costs money."""
        return self._meter.totals()

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        """Answer every question about the subject at the same position, in batches."""
        prompts = [
            self._wrap(text) for text in self._prompt.fill(subjects, questions, self._special)
        ]
        # Prompts of like length go together, so that little is computed for padding.
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        answers = [""] * len(prompts)
        for start in range(0, len(order), self._batch_size):
            chunk = order[start : start + self._batch_size]
            texts = self._complete([prompts[i] for i in chunk])
            for i, text in zip(chunk, texts, strict=True):
                answers[i] = text
        return answers

    def _wrap(self, text: str) -> str:
        """Put a prompt into the model's chat template, if it has one."""
        if self._tokenizer.chat_template is None:
            return text
        messages = [{"role": "user", "content": text}]
        wrapped: str = self._tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        return wrapped

    def _complete(self, prompts: list[str]) -> list[str]:
        import torch

        chat = self._tokenizer.chat_template is not None
        inputs = self._tokenizer(
            prompts, return_tensors="pt", padding=True, add_special_tokens=not chat
        ).to(self._network.device)
        # Some tokenizers return more (token_type_ids) than their models take.
        ids, mask = inputs["input_ids"], inputs["attention_mask"]
        with torch.inference_mode():
            output = self._network.generate(input_ids=ids, attention_mask=mask, **self._settings)
        seq2seq = self._network.config.is_encoder_decoder
        written = output[:, 1 if seq2seq else ids.shape[1] :]
        texts = self._tokenizer.batch_decode(written, skip_special_tokens=True)
        if not seq2seq and not chat:  # a plain language model goes on to the next question
            texts = [text.strip().partition("\n")[0] for text in texts]
        number = int((written != self._tokenizer.pad_token_id).sum())
        self._meter.add(int(mask.sum()), number)
        return [text.strip() for text in texts]


@functools.cache
def load(
    model: str, revision: str, weights: str | None, device: str | None, dtype: str
) -> tuple[Any, Any]:
    """Return tokenizer and model, loaded once per process.

    Args:
        model: hub id, folder, or what ``packaged_models.locate`` finds.
        revision: branch, tag or commit on the hub.
        weights: path of a state dict to load into it, or None.
        device: torch's name of a device; None for the GPU where there is one.
        dtype: one of :data:`DTYPES`.

    Raises:
        ImportError: torch or transformers are not installed.
        ValueError: there is no such model or device, or the weights do not fit it.
    """
    try:
        import torch
        from transformers import (
            AutoConfig,
            AutoModelForCausalLM,
            AutoModelForSeq2SeqLM,
            AutoTokenizer,
        )
    except ImportError as error:
        raise ImportError(
            f"the oracle kind 'transformers' needs torch and transformers: {install_hint('train')}"
        ) from error
    place = locate(model)
    try:
        config = AutoConfig.from_pretrained(place, revision=revision, trust_remote_code=False)
        kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
        tokenizer = AutoTokenizer.from_pretrained(
            place,
            revision=revision,
            trust_remote_code=False,
            padding_side="right" if config.is_encoder_decoder else "left",
        )
        network = load_weights(kind, place, revision=revision, dtype=getattr(torch, dtype))
    except Exception as error:  # files of any shape bring libraries to any exception
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(
            f"no language model can be loaded from {model!r}, "
            f"neither as a folder nor as an id on the hub: {reason}"
        ) from error
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    if weights is not None:
        _load_weights(network, model, Path(weights))
    try:
        network.to(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    except (RuntimeError, AssertionError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"the model cannot be put on device {device!r}: {reason}") from error
    return tokenizer, network.eval()


def read_weights(path: Path) -> dict[str, Tensor]:
    """Return the state dict in a file of safetensors.

    Raises:
        ValueError: there is no such file, or it is of another format.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if not path.is_file():
        raise ValueError(f"the weights {str(path)!r} cannot be read: No such file")
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise ValueError(
            f"{str(path)!r} is no file of safetensors; one of torch.save is a pickle, which is never "
            "read here: docs/oracles.md has the command that converts it"
        ) from error


def _load_weights(network: Any, model: str, path: Path) -> None:
    """Load the state dict in ``path``; all of the model's weights must be in it, and no others."""
    state = read_weights(path)
    try:
        missing, surplus = network.load_state_dict(state, strict=False)
    except RuntimeError as error:
        raise ValueError(
            f"the weights {str(path)!r} do not fit {model!r}: tensors of other shapes"
        ) from error
    # A tied weight may be saved under one of its names only.
    own = network.state_dict()
    loaded = {own[name].data_ptr() for name in state if name in own}
    missing = [name for name in missing if own[name].data_ptr() not in loaded]
    if missing or surplus:
        example = (missing or surplus)[0]
        raise ValueError(
            f"the weights {str(path)!r} do not fit {model!r}: {len(missing)} tensors are missing "
            f"and {len(surplus)} belong to another model, {example!r} for one"
        )
