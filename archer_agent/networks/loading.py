"""Making, loading and saving networks: a policy and a critic by name, or small ones on the spot."""

from __future__ import annotations

import copy
import inspect
import json
import os
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import torch
from transformers import (
    MODEL_FOR_CAUSAL_LM_MAPPING,
    MODEL_FOR_MASKED_LM_MAPPING,
    MODEL_MAPPING,
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    AutoTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
)
from transformers.utils import logging

from archer_agent.networks.backbone import (
    ADAPTER_FILE,
    Adapter,
    Lora,
    add_lora,
    checkpoint_layers,
    load_adapter,
)
from archer_agent.networks.critic import CausalCritic, Critic, EncoderCritic
from archer_agent.networks.number_format import number_format
from archer_agent.networks.parts import is_sharded
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.storage import module_tensors
from archer_agent.networks.tokens import Codec
from archer_agent.settings import PromptStyle, TrainConfig
from packaged_models import load_weights, locate

T = TypeVar("T")


def load_policy(
    name: str,
    *,
    max_new_tokens: int = 32,
    temperature: float = 1.0,
    dtype: torch.dtype = torch.float32,
    lora: Lora | None = None,
    gradient_checkpointing: bool = False,
    prompt_style: PromptStyle = "auto",
    instruction: str = "",
    seed: int = 0,
) -> LanguagePolicy:
    """Load a causal language model as a policy.

    Args:
        name: a folder as `save_policy` or transformers write it, an id on the Hugging Face hub, or what
            `packaged_models.locate` finds. A folder of an adapter names the model that it was made for.
        max_new_tokens: the most tokens of an utterance, terminator included.
        temperature: divides the logits, in sampling and in training.
        dtype: of matrix products, and of weights that an adapter freezes.
        lora: train an adapter of this shape; one that is loaded keeps its own.
        gradient_checkpointing: spend time instead of memory on the backward pass.
        prompt_style: a game as plain text, in the tokenizer's chat template, or "auto", the latter where it has one.
        instruction: text that is put before the first observation of every game.
        seed: of a new adapter's weights.

    Raises:
        ValueError: there is no such model within reach, files are missing or damaged, it is no
            causal language model with full attention, or its tokenizer does not go with it.
    """
    check_policy(name)
    model, adapter = _adapted(name, AutoModelForCausalLM, dtype, lora, seed)
    if gradient_checkpointing:
        checkpoint_layers(model, adapter)
    codec = _codec(name, model, prompt_style, instruction)
    return LanguagePolicy(model, codec, max_new_tokens, temperature, adapter, dtype)


def configured_policy(name: str, config: TrainConfig) -> LanguagePolicy:
    """Load a policy with the settings of a run, onto the run's device.

    Args:
        name: the model to start from, or a folder that `save_policy` wrote in the run.
        config: the run's. What it says of models loaded by name is not for a small policy.

    Raises:
        ValueError: as in `load_policy`.
    """
    model = config.model
    return load_policy(
        name,
        max_new_tokens=model.max_new_tokens,
        temperature=model.temperature,
        instruction=model.instruction,
        **({} if model.policy == "small" else loading_options(config)),
    ).to(torch.device(config.device))


def loading_options(config: TrainConfig) -> dict[str, Any]:
    """Return the settings of a run that are the same for every model loaded by name."""
    model = config.model
    lora = Lora(model.lora_rank, model.lora_alpha, model.lora_targets, model.lora_layers)
    return {
        "dtype": number_format(model.dtype, torch.device(config.device)),
        "lora": lora if model.lora_rank else None,
        "gradient_checkpointing": model.gradient_checkpointing,
        "prompt_style": model.prompt_style,
        "seed": config.seed,
    }


def load_critic(
    name: str,
    *,
    max_action_tokens: int = 64,
    dtype: torch.dtype = torch.float32,
    lora: Lora | None = None,
    gradient_checkpointing: bool = False,
    prompt_style: PromptStyle = "auto",
    seed: int = 0,
) -> Critic:
    """Load a model as the backbone of a critic, with new heads.

    The layout follows from the configuration's type: a model for which transformers has a
    masked-language-model head, and which is not configured as a decoder (``is_decoder``), is a
    bidirectional encoder and becomes an `EncoderCritic` (BERT-, RoBERTa-like); any other model that
    has a causal-language-model head becomes a `CausalCritic` (GPT-2-, Llama-, Qwen-like). The width
    comes from the configuration, and no pooler is made: it would be an untrained layer.

    Args:
        name: a folder as transformers writes it, or an id on the Hugging Face hub.
        max_action_tokens: the most tokens of an utterance that a `CausalCritic` reads.
        dtype: of matrix products, and of weights that an adapter freezes.
        lora: train an adapter of this shape; the target critic is then another one of the same backbone.
        gradient_checkpointing: spend time instead of memory on the backward pass.
        prompt_style: how a `CausalCritic` reads a game, as in `load_policy`.
        seed: of a new adapter's weights.

    Raises:
        ValueError: as in `load_policy`, or the model is of neither kind.
    """
    config = _config(name)
    options = {}
    if is_encoder(config):
        model_class: Any = MODEL_MAPPING[type(config)]
        if "add_pooling_layer" in inspect.signature(model_class).parameters:
            options["add_pooling_layer"] = False
    else:
        _check_decoder(name, config)
    backbone, adapter = _adapted(name, AutoModel, dtype, lora, seed, **options)
    if gradient_checkpointing:
        checkpoint_layers(backbone, adapter)
    if is_encoder(config):
        return EncoderCritic(backbone, _tokenizer(name, backbone), None, adapter, dtype)
    codec = _codec(name, backbone, prompt_style)
    return CausalCritic(backbone, codec, max_action_tokens, adapter, dtype)


def check_policy(name: str) -> None:
    """Look at a model's configuration alone: is it there, and could `load_policy` take it?

    Args:
        name: a folder, or an id on the Hugging Face hub.

    Raises:
        ValueError: as in `load_policy`.
    """
    _check_decoder(name, _config(name))


def check_critic(name: str) -> None:
    """Look at a model's configuration alone: is it there, and could `load_critic` take it?

    Args:
        name: a folder, or an id on the Hugging Face hub.

    Raises:
        ValueError: as in `load_critic`.
    """
    config = _config(name)
    if not is_encoder(config):
        _check_decoder(name, config)


def is_encoder(config: Any) -> bool:
    """Tell bidirectional encoders from decoders by their configuration; see `load_critic`."""
    settings = config.to_dict()
    if settings.get("is_decoder") or settings.get("is_encoder_decoder"):
        return False
    return type(config) in MODEL_FOR_MASKED_LM_MAPPING


def small_policy(
    tokenizer: Any,
    *,
    width: int = 64,
    layers: int = 2,
    heads: int = 4,
    context: int = 512,
    max_new_tokens: int = 24,
    temperature: float = 1.0,
    instruction: str = "",
    seed: int = 0,
) -> LanguagePolicy:
    """Make a small untrained decoder: Llama's layout, with rotary positions and tied embeddings.

    Rotary positions learn relations between turns (which questions were asked) from far fewer games
    than learned absolute positions, and so do first weights wider than the usual 0.02.

    Args:
        tokenizer: its tokenizer.
        width: of the hidden states, a multiple of twice the heads.
        layers: number of layers.
        heads: of attention.
        context: the most tokens that it reads.
        max_new_tokens: the most tokens of an utterance, terminator included.
        temperature: divides the logits, in sampling and in training.
        instruction: text that is put before the first observation of every game.
        seed: of the weights; the global generator is left as it was.
    """
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        max_position_embeddings=context,
        initializer_range=0.1,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = _seeded(seed, lambda: LlamaForCausalLM(config))
    codec = Codec(tokenizer, instruction=instruction)
    return LanguagePolicy(model, codec, max_new_tokens, temperature)


def small_critic(policy: LanguagePolicy, *, seed: int = 0) -> CausalCritic:
    """Make a critic whose backbone is a copy of the policy's, or, with LoRA, another adapter of the same.

    After cloning the policy has learned what the answers mean, and the critic starts from there.

    Args:
        policy: left as it is.
        seed: of the heads' weights; the global generator is left as it was.
    """
    backbone, adapter = policy.model.base_model, policy.adapter
    if adapter is None:
        backbone = copy.deepcopy(backbone)
    else:
        adapter = adapter.twin()
    codec, limit = policy.codec, policy.max_new_tokens
    critic = _seeded(seed, lambda: CausalCritic(backbone, codec, limit, adapter, policy.dtype))
    return critic.to(policy.device)


def save_policy(policy: LanguagePolicy, folder: Path) -> None:
    """Write model and tokenizer as transformers reads them, safetensors and JSON; of LoRA the adapter alone.

    A sharded policy must be whole.

    Raises:
        OSError: they cannot be written, as on a full disk.
    """
    if policy.adapter is not None:
        policy.adapter.activate()
    try:
        # For state_dict() a sharded model would part again.
        tensors = module_tensors(policy.model) if is_sharded(policy) else None
        policy.model.save_pretrained(folder, state_dict=tensors)
        policy.codec.tokenizer.save_pretrained(folder)
    except OSError:
        raise
    except Exception as error:  # safetensors and tokenizers have exceptions of their own
        raise OSError(f"cannot write the policy into {folder}: {error}") from error
    if policy.adapter is not None:
        # What it says of its model: a name that other machines know, not a place in this one's cache.
        path = folder / "adapter_config.json"
        config = json.loads(path.read_text(encoding="utf-8"))
        config["base_model_name_or_path"] = policy.model.asked_for
        path.write_text(json.dumps(config, indent=2), encoding="utf-8")


def _seeded(seed: int, make: Callable[[], T]) -> T:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def _load(part: str, name: str, load: Callable[..., Any], **options: Any) -> Any:
    """Call a ``from_pretrained``, and turn what it may raise into one sentence; code beside weights is left alone."""
    name = locate(name)
    folder = Path(name).expanduser()
    is_path = name.startswith((".", "/", "~")) or name.count("/") > 1
    if not folder.is_dir() and (is_path or folder.exists()):
        raise ValueError(f"there is no model folder {name}")
    try:
        return load(str(folder) if folder.is_dir() else name, **options)
    except Exception as error:  # files of any shape bring libraries to any exception
        where = "" if folder.is_dir() else ", which is no local folder, from the Hugging Face hub"
        reason = textwrap.shorten(str(error), 300)
        raise ValueError(f"cannot load the {part} of {name!r}{where}: {reason}") from error


def _adapter_folder(name: str) -> Path | None:
    """Return the folder that a name stands for where an adapter is in it."""
    folder = os.path.expanduser(name)
    return Path(folder) if os.path.isfile(os.path.join(folder, ADAPTER_FILE)) else None


def _base_name(name: str) -> str:
    """Return the name of the model itself, where a folder holds but an adapter of it."""
    folder = _adapter_folder(name)
    if folder is None:
        return name
    try:
        base = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
        return str(base["base_model_name_or_path"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"the adapter in {name} does not say of which model it is") from error


def _adapted(
    name: str, auto_class: Any, dtype: torch.dtype, lora: Lora | None, seed: int, **options: Any
) -> tuple[Any, Adapter | None]:
    """Load weights, in float32 where they are to be trained, and the adapter that is."""
    folder = _adapter_folder(name)
    frozen = folder is not None or lora is not None
    stored = dtype if frozen else torch.float32
    model = _model(_base_name(name), auto_class, stored, **options)
    if folder is not None:
        return model, _load("adapter", name, lambda folder: load_adapter(model, Path(folder)))
    return model, None if lora is None else add_lora(model, lora, seed)


def _config(name: str) -> Any:
    return _load(
        "configuration", _base_name(name), AutoConfig.from_pretrained, trust_remote_code=False
    )


def _model(name: str, auto_class: Any, dtype: torch.dtype, **options: Any) -> Any:
    model = _load("weights", name, partial(load_weights, auto_class), dtype=dtype, **options)
    model.asked_for = name
    return model


def _codec(name: str, model: Any, style: PromptStyle, instruction: str = "") -> Codec:
    tokenizer = _tokenizer(name, model)
    has_template = tokenizer.chat_template is not None
    chat = style == "chat" or (style == "auto" and has_template)
    return Codec(tokenizer, chat, instruction)


def _tokenizer(name: str, model: Any) -> Any:
    tokenizer = _load("tokenizer", name, AutoTokenizer.from_pretrained, trust_remote_code=False)
    # Where there are no files transformers makes a tokenizer of special tokens alone.
    if set(tokenizer.get_vocab()) <= set(tokenizer.all_special_tokens):
        raise ValueError(f"{name!r} has no tokenizer; save one beside the model")
    for noted in ("is_local", "local_files_only"):
        # Where it was loaded from is none of what is saved: a resumed run shall write the same files.
        tokenizer.init_kwargs.pop(noted, None)
    rows = model.get_input_embeddings().num_embeddings
    if len(tokenizer) > rows:
        raise ValueError(
            f"the tokenizer of {name!r} has {len(tokenizer)} tokens, its model knows {rows}"
        )
    if tokenizer.pad_token is None:
        # Padding is masked out wherever it stands, so any token will do.
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def _check_decoder(name: str, config: Any) -> None:
    """Refuse what `LanguagePolicy` and `CausalCritic` would get wrong."""
    settings = config.to_dict()
    if (
        settings.get("is_encoder_decoder")
        or is_encoder(config)
        or type(config) not in MODEL_FOR_CAUSAL_LM_MAPPING
    ):
        raise ValueError(f"{name!r} ({config.model_type}) is no causal language model")
    if not (settings.get("max_position_embeddings") or settings.get("n_positions")):
        raise ValueError(f"{name!r} ({config.model_type}) does not tell how many tokens it reads")
    # Kinds of Mamba tell of their layers under names of their own, or make them up: not all of it is in the settings.
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    if kinds != {"full_attention"} or settings.get("sliding_window"):
        raise ValueError(
            f"{name!r} ({config.model_type}) does not attend to its whole context in every layer, "
            "which is not supported"
        )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers' progress bars and loading reports off the terminal."""
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
