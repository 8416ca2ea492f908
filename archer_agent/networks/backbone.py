"""How a transformer is run here: in which number format, with which adapter, keeping which activations.

Several networks may share one transformer: with low-rank adapters (LoRA, Hu et al. 2021, arXiv 2106.09685) its weights
are frozen, and actor, critic, target and reference are an adapter each.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint
from transformers.cache_utils import Cache, DynamicLayer
from transformers.modeling_layers import GradientCheckpointingLayer

from archer_agent.networks.attention import additive, chunks, shared_opening
from archer_agent.networks.frozen import FrozenLayers
from archer_agent.networks.parts import even, is_sharded

ADAPTER_FILE = "adapter_model.safetensors"
"""The weights of a saved adapter, as peft names and reads them; ``adapter_config.json`` lies beside it."""

SHORTEST = 16
"""The fewest tokens of an opening that is read once for all rows."""
LEAST = 512
"""The fewest tokens that this has to save, for it takes a second pass."""


@dataclass(frozen=True, slots=True)
class Lora:
    """The shape of an adapter.

    Attributes:
        rank: of the product of two matrices that is added to each weight.
        alpha: the product counts alpha / rank times.
        targets: the matrices that get one: their names, separated by commas, or "all-linear".
        layers: how many layers, from the top, get one; None for all. What the others make of a text is then the same
            for every network that shares the model, at any time, and is kept.
    """

    rank: int
    alpha: int
    targets: str = "all-linear"
    layers: int | None = None


class Network(nn.Module):
    """A network that runs a transformer which is its own, or which it shares by an adapter.

    Its parameters are what it trains: with an adapter these are the adapter's, and the frozen transformer
    counts neither among them nor in what is saved.

    Args:
        adapter: None where the transformer is the network's own.
        dtype: the number format of matrix products. Weights that are trained are float32 in any case, for small
            steps are lost in a shorter format.

    Attributes:
        begins_passes: the methods, beside ``forward``, that a pass can begin with.
    """

    begins_passes: Sequence[str] = ("run",)

    def __init__(self, adapter: Adapter | None, dtype: torch.dtype) -> None:
        super().__init__()
        self.adapter = adapter
        self.dtype = dtype

    def hold(self, name: str, transformer: Any) -> None:
        """Make the transformer an attribute; part of this module only where no adapter shares it."""
        if self.adapter is None:
            self.add_module(name, transformer)
        else:
            self.__dict__[name] = transformer
        self.__dict__["_held"] = transformer.eval()

    def train(self, mode: bool = True) -> Self:
        """Stay in evaluation mode: dropout would part what is sampled from what is trained, and blur values."""
        return super().train(False)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        device: torch.device = next(self.__dict__["_held"].parameters()).device
        return device

    def batches(self, lengths: Sequence[int], budget: int) -> list[list[int]]:
        """Split rows as `chunks` does; processes among which the network is sharded into equally many batches.

        Args:
            lengths: tokens of each row.
            budget: rows x longest row of a batch.
        """
        batches = list(chunks(lengths, budget))
        return even(batches) if is_sharded(self) else batches

    def in_format(self) -> AbstractContextManager[Any]:
        """Return a context in which products of matrices have the network's number format.

        What passes within it need of trained weights in that format is made once, so that none may change meanwhile.
        """
        return torch.autocast(self.device.type, self.dtype, enabled=self.dtype != torch.float32)

    def run(self, transformer: Any, opening: int = 0, **inputs: Any) -> Tensor:
        """Return the last hidden states (B, L, width) of a transformer without head.

        Args:
            transformer: without head.
            opening: how many columns all rows begin with alike; they are read once.
            inputs: of the transformer, a row of each for every row of states.
        """
        if self.adapter is not None:
            self.adapter.activate()
        with self.in_format():
            if opening:
                return _read_once(transformer, opening, **inputs)
            hidden: Tensor = transformer(**inputs).last_hidden_state
        return hidden

    def read(
        self, transformer: Any, ids: Tensor, positions: Tensor, visible: Tensor, cache: Any = None
    ) -> Tensor:
        """Run a decoder with explicit positions and mask; with a cache its keys come before the new ones.

        Args:
            transformer: without head.
            ids: (B, L).
            positions: (B, L).
            visible: (B, L, keys), True where a query may see a key.
            cache: of earlier passes; the new keys are added to it.

        Returns:
            The last hidden states (B, L, width).
        """
        mask = additive(visible, self.dtype)
        opening = self._opening(transformer, ids, positions, visible)
        frozen = None if self.adapter is None else self.adapter.frozen
        if frozen is not None and cache is None:
            states = frozen.states(
                ids, positions, visible, mask, partial(self.run, opening=opening)
            )
            return self.run(
                frozen.above,
                opening,
                inputs_embeds=states,
                position_ids=positions,
                attention_mask=mask,
            )
        return self.run(
            transformer,
            opening,
            input_ids=ids,
            position_ids=positions,
            attention_mask=mask,
            past_key_values=cache,
            use_cache=cache is not None,
        )

    def _opening(self, transformer: Any, ids: Tensor, positions: Tensor, visible: Tensor) -> int:
        """Return how many columns are to be read once for all rows; 0 where that does not pay, or cannot be.

        Shards have to run equally often everywhere, and checkpointed layers cannot be repeated behind a cache.
        """
        rows, length = ids.shape
        if (rows - 1) * length < LEAST or visible.shape[-1] > length or is_sharded(self):
            return 0
        shared = shared_opening(ids, positions, visible)
        if shared < SHORTEST or (rows - 1) * shared < LEAST:
            return 0
        again = torch.is_grad_enabled() and any(
            layer.gradient_checkpointing for layer in _checkpointing_layers(transformer)
        )
        return 0 if again else shared


def _read_once(transformer: Any, opening: int, **inputs: Any) -> Tensor:
    """Return the last hidden states (B, L, width) of rows that begin alike, their first columns read in one row.

    Args:
        transformer: without head.
        opening: the number of these columns, fewer than all.
        inputs: of the transformer; its cache, if there is one, is empty.
    """
    mask = inputs.pop("attention_mask")
    cache = inputs.pop("past_key_values", None)
    cache = Cache(layer_class_to_replicate=DynamicLayer) if cache is None else cache
    inputs.pop("use_cache", None)
    begun: Tensor = transformer(
        **{name: each[:1, :opening] for name, each in inputs.items()},
        attention_mask=mask[:1, :, :opening, :opening],
        past_key_values=cache,
        use_cache=True,
    ).last_hidden_state
    cache.batch_repeat_interleave(len(mask))
    rest: Tensor = transformer(
        **{name: each[:, opening:] for name, each in inputs.items()},
        attention_mask=mask[:, :, opening:],
        past_key_values=cache,
        use_cache=True,
    ).last_hidden_state
    return torch.cat([begun.expand(len(mask), -1, -1), rest], 1)


def window(config: Any) -> int:
    """Return how many tokens a decoder reads, and turns in the same way in whatever passes they come.

    Beyond their original length "longrope" positions turn by other frequencies: all rows of a batch where one is longer,
    and none of the keys that a cache has kept.

    Args:
        config: of a Hugging Face decoder.
    """
    settings = config.to_dict()
    most: int = settings.get("max_position_embeddings") or settings["n_positions"]
    rope = settings.get("rope_parameters") or {}
    if rope.get("rope_type") != "longrope":
        return most
    original: int = rope["original_max_position_embeddings"]
    return min(most, original)


class Adapter(nn.Module):
    """One of the adapters of a frozen transformer, or, without weights, the transformer as it is.

    Args:
        switch: of the transformer.
        name: of the adapter; None for none.
    """

    def __init__(self, switch: _Switch, name: str | None) -> None:
        super().__init__()
        self._switch = switch
        self._name = name
        self._layers = {} if name is None else switch.layers_of(name)
        self.weights = nn.ModuleDict(self._layers)

    def _apply(self, fn: Any, recurse: bool = True) -> Adapter:
        # `to(device)` takes the shared transformer along, which is no part of this module.
        self._switch.model._apply(fn)
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        return self

    def tensors(self) -> dict[str, Tensor]:
        """Return the weights by the path of their layer, ``.../A`` and ``.../B``."""
        return {path: layer.weight for path, layer in self._layers.items()}

    @property
    def frozen(self) -> FrozenLayers | None:
        """The layers below all adapters, where there are some."""
        return self._switch.frozen

    def activate(self) -> None:
        """Make the transformer run with this adapter from now on."""
        self._switch.to(self._name)

    def recompute(self) -> tuple[AbstractContextManager[None], AbstractContextManager[None]]:
        """Return contexts for a pass and for its repetition, which may come when another adapter is on."""
        return self._switch.recompute()

    def twin(self) -> Adapter:
        """Return a new adapter of the same transformer with the same weights."""
        twin = self._switch.add(self._switch.config)
        twin.load_state_dict(self.state_dict())
        return twin

    def reference(self, to_be_filled: bool = False) -> Adapter:
        """Return a frozen adapter that runs as this one does now.

        Args:
            to_be_filled: other weights will be loaded into it. Otherwise it has none where this one changes nothing yet.
        """
        idle = not any(w.any() for path, w in self.tensors().items() if path.endswith("/B"))
        without = idle and not to_be_filled
        return (Adapter(self._switch, None) if without else self.twin()).requires_grad_(False)


class _Switch:
    """Which adapter of a transformer is on; shared by all of them.

    Args:
        model: a Hugging Face model, frozen from now on.
        config: peft's configuration of its adapters.
    """

    def __init__(self, model: Any, config: Any) -> None:
        self.model = model.requires_grad_(False)
        self.config = config
        first = min(config.layers_to_transform or [0])
        self.frozen = FrozenLayers(model.base_model, first) if first else None
        self._count = 0
        self._on: str | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> _Switch:
        raise TypeError("an adapted network is copied by Adapter.twin, not by copy.deepcopy")

    def add(self, config: Any) -> Adapter:
        """Add an adapter, its weights in float32."""
        name = f"adapter{self._count}"
        self._count += 1
        with torch.random.fork_rng(devices=[]), self._flags_kept(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Already found a `peft_config`")
            self.model.add_adapter(config, name)
            for _, layer in self._layers():
                layer.enable_adapters(True)  # where all are off, peft leaves a new one off
        self._on = name
        adapter = Adapter(self, name)
        for weight in adapter.parameters():
            weight.data = weight.data.float()
        return adapter.requires_grad_(True)

    def layers_of(self, name: str) -> dict[str, nn.Linear]:
        """Return the two small layers of each adapted one, by path; no path has a dot."""
        found: dict[str, nn.Linear] = {}
        for path, layer in self._layers():
            for side, modules in (("A", layer.lora_A), ("B", layer.lora_B)):
                found[f"{path}.{side}".replace(".", "/")] = modules[name]
        return found

    def to(self, name: str | None) -> None:
        """Turn an adapter on, and the others off; None turns all off."""
        if name == self._on:
            return
        with self._flags_kept():
            for _, layer in self._layers():
                if name is not None:
                    layer.set_adapter(name)
                layer.enable_adapters(name is not None)
        self._on = name

    def recompute(self) -> tuple[AbstractContextManager[None], AbstractContextManager[None]]:
        """Return contexts for a pass and for its repetition, which may come when another adapter is on."""
        return nullcontext(), self._with(self._on)

    @contextmanager
    def _with(self, name: str | None) -> Iterator[None]:
        before = self._on
        self.to(name)
        try:
            yield
        finally:
            self.to(before)

    @contextmanager
    def _flags_kept(self) -> Iterator[None]:
        """Undo what peft does to ``requires_grad``: to it, an adapter that is off is not trained."""
        flags = [(parameter, parameter.requires_grad) for parameter in self.model.parameters()]
        yield
        for parameter, flag in flags:
            parameter.requires_grad_(flag)

    def _layers(self) -> Iterator[tuple[str, Any]]:
        from peft.tuners.lora import LoraLayer

        for path, module in self.model.named_modules():
            if isinstance(module, LoraLayer):
                yield path, module


def add_lora(model: Any, lora: Lora, seed: int) -> Adapter:
    """Freeze a model and give it a new adapter, which changes nothing until it is trained.

    Args:
        model: a Hugging Face model.
        lora: the adapter's shape.
        seed: of its weights; the global generator is left as it was.

    Raises:
        ValueError: the model has no such linear layers, or not as many.
    """
    from peft import LoraConfig
    from transformers.pytorch_utils import Conv1D

    targets = [name.strip() for name in lora.targets.split(",")]
    adapted = None
    if lora.layers is not None:
        count: int = model.config.num_hidden_layers
        if lora.layers > count:
            raise ValueError(f"a model of {count} layers has no {lora.layers} to adapt")
        adapted = list(range(count - lora.layers, count))
        if targets == ["all-linear"]:  # which peft does not take together with layers
            linear = [path for path, m in model.base_model.named_modules() if type(m) is nn.Linear]
            targets = sorted({path.rpartition(".")[2] for path in linear})
    config = LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        target_modules=lora.targets if targets == ["all-linear"] else targets,
        layers_to_transform=adapted,
        fan_in_fan_out=any(isinstance(layer, Conv1D) for layer in model.modules()),
        task_type="CAUSAL_LM",
    )
    names = {
        path.rpartition(".")[2]
        for path, layer in model.named_modules()
        if isinstance(layer, (nn.Linear, Conv1D))
    }
    unknown = sorted(set(targets) - names - {"all-linear"})
    if unknown:
        raise ValueError(
            f"a {type(model).__name__} has no linear layers {unknown[0]!r} to adapt; name others, or all-linear"
        )
    switch = _Switch(model, config)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return switch.add(config)


def load_adapter(model: Any, folder: Path) -> Adapter:
    """Freeze a model and give it a saved adapter.

    Args:
        model: the Hugging Face model that it was made for.
        folder: as peft writes it.

    Raises:
        ValueError: the files are damaged, or of another model.
    """
    from peft import LoraConfig

    config = LoraConfig.from_pretrained(str(folder))
    adapter = _Switch(model, config).add(config)
    # peft names the tensors from the model that it would have wrapped.
    prefix = "base_model.model."
    saved = {
        name.removeprefix(prefix)
        .replace(".lora_", ".")
        .replace(".", "/")
        .replace("/weight", ""): value
        for name, value in load_file(folder / ADAPTER_FILE).items()
    }
    own = adapter.tensors()
    if {path: value.shape for path, value in saved.items()} != {p: w.shape for p, w in own.items()}:
        raise ValueError(f"the adapter in {folder} does not fit a {type(model).__name__}")
    with torch.no_grad():
        for path, weight in own.items():
            weight.copy_(saved[path])
    return adapter


def checkpoint_layers(model: Any, adapter: Adapter | None) -> None:
    """Keep no more than the input of each layer for the backward pass, which computes the rest again.

    Args:
        model: a Hugging Face model; changed in place.
        adapter: any of its adapters, if it has some.

    Raises:
        ValueError: its layers do not offer it.
    """
    layers = _checkpointing_layers(model)
    if not layers:
        raise ValueError(f"a {type(model).__name__} does not offer gradient checkpointing")
    options: dict[str, Any] = {} if adapter is None else {"context_fn": adapter.recompute}
    # Nothing here is random, so there is no generator to set back.
    function = partial(checkpoint, use_reentrant=False, preserve_rng_state=False, **options)
    for layer in layers:
        layer.gradient_checkpointing = True
        layer._gradient_checkpointing_func = function
    model.base_model.register_forward_pre_hook(_prepare_checkpoints, with_kwargs=True)


def _checkpointing_layers(model: nn.Module) -> list[Any]:
    return [module for module in model.modules() if isinstance(module, GradientCheckpointingLayer)]


def _prepare_checkpoints(model: nn.Module, args: Any, inputs: dict[str, Any]) -> None:
    """Have layers checkpoint themselves where there is a gradient to come and no cache to fill.

    They do so in training mode. It is their own flag alone: their dropouts stay off.
    """
    wanted = torch.is_grad_enabled() and inputs.get("past_key_values") is None
    for layer in _checkpointing_layers(model):
        layer.training = wanted
