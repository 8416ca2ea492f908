"""Adapters of the upper layers alone: what the lower ones make of a text is computed once, and changes nothing."""

from pathlib import Path
from typing import Any

import pytest
import torch
from test_backbone import stir
from test_models import candidates_of, dialogues, game, logprobs_of, save_model, stopping_often

from archer_agent.networks.attention import Branch
from archer_agent.networks.backbone import Lora
from archer_agent.networks.frozen import FrozenLayers
from archer_agent.networks.loading import (
    load_policy,
    save_policy,
    small_critic,
)
from archer_agent.networks.number_format import number_format, processor_is_quicker_in_bfloat16
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import Segment
from archer_agent.settings import parse_train_arguments

UPPER = Lora(rank=4, alpha=8, layers=1)


@pytest.fixture
def policy(tmp_path: Path) -> LanguagePolicy:
    name = save_model("qwen2", tmp_path / "qwen2")
    policy = stopping_often(load_policy(name, max_new_tokens=6, temperature=1.3, lora=UPPER))
    stir(policy.adapter, 0)
    return policy


class Counted:
    """Counts the tokens that the lower layers read."""

    def __init__(self, frozen: Any) -> None:
        self.tokens = 0
        self._below = frozen._below
        frozen._below.register_forward_pre_hook(self._count, with_kwargs=True)

    def _count(self, model: Any, args: Any, inputs: dict[str, Any]) -> None:
        if model is self._below:  # hooks are shared by all parts of a model
            self.tokens += inputs["input_ids"].numel()


def whole(policy: LanguagePolicy) -> Any:
    """Undo the split for a while."""

    class Whole:
        def __enter__(self) -> None:
            self.frozen = policy.adapter._switch.frozen
            policy.adapter._switch.frozen = None

        def __exit__(self, *error: object) -> None:
            policy.adapter._switch.frozen = self.frozen

    return Whole()


def test_only_upper_layers_are_adapted(policy: LanguagePolicy):
    layers = {path.split("/layers/")[1].split("/")[0] for path in policy.adapter.tensors()}
    kinds = {path.split("/")[-2] for path in policy.adapter.tensors()}
    assert layers == {"1"}
    assert kinds == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}


def test_games_and_branches_read_alike_with_lower_layers_read_once(policy: LanguagePolicy):
    counted = Counted(policy.adapter.frozen)
    segments, sampled = dialogues(
        policy, games=8, turns=3
    )  # what a cache is filled with is not kept
    flat = torch.tensor([x for each in sampled for turn in each for x in turn])
    together = logprobs_of(policy, segments)
    torch.testing.assert_close(together, flat, atol=1e-4, rtol=0)
    read = counted.tokens
    assert read == 8 * max(len(segment.ids) for segment in segments)
    alone = torch.cat([logprobs_of(policy, [segment]) for segment in segments])
    torch.testing.assert_close(alone, together, atol=1e-4, rtol=0)
    assert counted.tokens == read
    branches = [
        Branch(row, parent, ids)
        for row in (0, 3)
        for parent in (2, 4)
        for ids in ((5, 6, 7), (5, 9))
    ]
    trunks = [Segment(segment.ids) for segment in segments]
    hung = logprobs_of(policy, trunks, branches)
    assert counted.tokens > read  # the rows with branches
    read = counted.tokens
    torch.testing.assert_close(logprobs_of(policy, trunks[:4], branches), hung)
    assert counted.tokens == read
    with whole(policy):
        torch.testing.assert_close(logprobs_of(policy, trunks, branches), hung)
        torch.testing.assert_close(logprobs_of(policy, segments), together)


def test_gradients_are_those_of_the_whole_model(policy: LanguagePolicy):
    segments, _ = dialogues(policy, games=3, turns=2)

    def gradients() -> list[torch.Tensor]:
        policy.zero_grad()
        logprobs_of(policy, segments).sum().backward()
        return [p.grad.clone() for p in policy.parameters()]

    first, second = gradients(), gradients()
    with whole(policy):
        expected = gradients()
    torch.testing.assert_close(first, expected)
    torch.testing.assert_close(second, expected)


def test_the_critic_and_the_reference_share_what_was_read(policy: LanguagePolicy):
    critic, reference = small_critic(policy), policy.reference()
    stir(critic.adapter, 1)
    episodes = [game(3, True), game(2, False)]
    values = critic(episodes, candidates_of(episodes))
    counted = Counted(policy.adapter.frozen)
    again = critic(episodes, candidates_of(episodes))
    segments, _ = dialogues(policy, games=2, turns=2)
    before = logprobs_of(reference, segments)
    read = counted.tokens
    stir(policy.adapter, 2)
    torch.testing.assert_close(logprobs_of(reference, segments), before)
    assert not torch.allclose(logprobs_of(policy, segments), before)
    assert counted.tokens == read
    torch.testing.assert_close((again.q, again.v), (values.q, values.v))
    with whole(policy):
        there = critic(episodes, candidates_of(episodes))
    torch.testing.assert_close((there.q, there.v), (values.q, values.v))


def test_what_is_full_is_forgotten_and_read_again(policy: LanguagePolicy):
    segments, _ = dialogues(policy, games=6, turns=2)
    expected = torch.cat([logprobs_of(policy, [segment]) for segment in segments])
    longest = max(len(segment.ids) for segment in segments)
    policy.adapter._switch.frozen = FrozenLayers(policy.model.base_model, 1, capacity=longest + 3)
    found = torch.cat([logprobs_of(policy, [segment]) for segment in segments])
    torch.testing.assert_close(found, expected)
    assert len(policy.adapter.frozen._number) <= longest + 3
    # A batch that is more than all that is kept.
    policy.adapter._switch.frozen = FrozenLayers(policy.model.base_model, 1, capacity=longest)
    torch.testing.assert_close(logprobs_of(policy, segments), expected)


def test_a_saved_adapter_of_upper_layers_comes_back(policy: LanguagePolicy, tmp_path: Path):
    segments, _ = dialogues(policy, games=2, turns=2)
    save_policy(policy, tmp_path / "saved")
    again = load_policy(str(tmp_path / "saved"), max_new_tokens=6, temperature=1.3)
    assert again.adapter.frozen is not None
    torch.testing.assert_close(logprobs_of(again, segments), logprobs_of(policy, segments))


def test_what_cannot_be_is_refused(tmp_path: Path):
    name = save_model("qwen2", tmp_path / "qwen2")
    with pytest.raises(ValueError, match="a model of 2 layers has no 3 to adapt"):
        load_policy(name, lora=Lora(4, 8, layers=3))
    other = save_model("gpt2", tmp_path / "gpt2")
    with pytest.raises(ValueError, match="cannot be split"):
        load_policy(other, lora=Lora(4, 8, layers=1))
    with pytest.raises(ValueError, match="it needs --model"):
        parse_train_arguments(["--env", "x", "--model.lora-layers", "2"])


@pytest.mark.parametrize(
    ("able", "seconds", "expected"),
    [
        (False, 0.5, torch.float32),
        (True, 0.5, torch.bfloat16),
        (True, 2.0, torch.float32),
    ],
)
def test_the_number_format_follows_the_processor(
    able: bool, seconds: float, expected: torch.dtype, monkeypatch: pytest.MonkeyPatch
):
    """Instructions for bfloat16 do not make it quick: what took less time is taken."""
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: able)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    times = {torch.bfloat16: seconds, torch.float32: 1.0}
    monkeypatch.setattr("archer_agent.networks.number_format.product_seconds", times.__getitem__)
    processor_is_quicker_in_bfloat16.cache_clear()
    assert number_format("auto", torch.device("cpu")) is expected
    # Another process of the run whose processor is not quicker in it.
    processor_is_quicker_in_bfloat16.cache_clear()
    monkeypatch.setattr("archer_agent.networks.number_format.least", lambda own: min(own, 0))
    assert number_format("auto", torch.device("cpu")) is torch.float32
    processor_is_quicker_in_bfloat16.cache_clear()
    assert number_format("float32", torch.device("cpu")) is torch.float32
