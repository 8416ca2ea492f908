"""One transformer for many networks: adapters that know nothing of each other, number formats, checkpointed layers."""

import copy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
from test_models import (
    DECODERS,
    awake,
    candidates_of,
    dialogues,
    game,
    logprobs_of,
    save_model,
    stopping_often,
)
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from archer_agent.networks.backbone import Adapter, Lora
from archer_agent.networks.critic import polyak, target_copy
from archer_agent.networks.loading import load_critic, load_policy, save_policy, small_critic
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.token_critic import TokenCritic
from archer_agent.runs.checkpoint import load_checkpoint, save_checkpoint

LORA = Lora(rank=4, alpha=8)


def adapted(name: str, **options: Any) -> LanguagePolicy:
    policy = load_policy(name, max_new_tokens=6, temperature=1.3, lora=LORA, **options)
    return stopping_often(policy)


def stir(adapter: Adapter | None, seed: int) -> None:
    """Make an adapter do something; a new one does nothing."""
    assert adapter is not None
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in adapter.parameters():
            weight.copy_(0.3 * torch.randn(weight.shape, generator=generator))


def snapshot(module: nn.Module) -> dict[str, torch.Tensor]:
    return copy.deepcopy(module.state_dict())


def same(module: nn.Module, before: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


@pytest.fixture(params=DECODERS)
def name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return save_model(request.param, tmp_path / request.param)


@pytest.fixture
def qwen(tmp_path: Path) -> str:
    return save_model("qwen2", tmp_path / "qwen2")


def test_a_new_adapter_changes_nothing_and_is_all_that_is_trained(name: str):
    plain, policy = (
        stopping_often(load_policy(name, max_new_tokens=6, temperature=1.3)),
        adapted(name),
    )
    segments, _ = dialogues(plain, games=3, turns=2)
    torch.testing.assert_close(logprobs_of(policy, segments), logprobs_of(plain, segments))
    before = snapshot(policy.model)
    optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
    for _ in range(2):  # the first step moves one of the two factors, which is zero, alone
        optimizer.zero_grad()
        logprobs_of(policy, segments).sum().backward()
        optimizer.step()
    moved = {
        key for key, value in policy.model.state_dict().items() if not value.equal(before[key])
    }
    assert moved and all(".lora_" in key for key in moved)
    assert len(moved) == len(list(policy.parameters()))
    count = sum(p.numel() for p in policy.parameters())
    assert count < sum(p.numel() for p in policy.model.parameters()) / 2


def test_an_adapter_samples_what_it_trains_in_any_batch(name: str):
    policy = adapted(name)
    stir(policy.adapter, 0)
    segments, sampled = dialogues(policy, games=8, turns=3)
    together = logprobs_of(policy, segments)
    flat = torch.tensor([x for game in sampled for turn in game for x in turn])
    torch.testing.assert_close(together, flat, atol=1e-4, rtol=0)
    alone = torch.cat([logprobs_of(policy, [segment]) for segment in segments])
    torch.testing.assert_close(alone, together, atol=1e-4, rtol=0)


def test_actor_critic_target_and_reference_do_not_disturb_each_other(name: str):
    policy = adapted(name)
    stir(policy.adapter, 0)
    segments, _ = dialogues(policy, games=3, turns=2)
    expected = logprobs_of(policy, segments).detach()
    reference, critic = policy.reference(), awake(small_critic(policy))
    target = target_copy(critic)
    assert (
        critic.backbone is target.backbone is policy.model.base_model is reference.model.base_model
    )
    episodes = [game(3, True), game(2, False)]
    values = critic(episodes, candidates_of(episodes)).q.detach()
    torch.testing.assert_close(target(episodes).q, values, atol=1e-5, rtol=1e-5)
    # Steps of the critic.
    before = snapshot(target)
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-2)
    critic(episodes).q.sum().backward()
    optimizer.step()
    assert not any(p.grad is not None for p in (*policy.parameters(), *target.parameters()))
    torch.testing.assert_close(logprobs_of(policy, segments), expected, atol=0, rtol=0)
    assert same(target, before) and not torch.allclose(critic(episodes).q, values)
    polyak(target, critic, 0.25)
    online = critic.state_dict()
    for key, value in target.state_dict().items():
        torch.testing.assert_close(value, 0.75 * before[key] + 0.25 * online[key])
    # Steps of the actor, the reference read between its pass and its gradient.
    before = snapshot(critic)
    actor = torch.optim.Adam(policy.parameters(), lr=1e-2)
    loss = logprobs_of(policy, segments).sum()
    with torch.no_grad():
        logprobs_of(reference, segments)
    loss.backward()
    actor.step()
    assert same(critic, before)
    assert not torch.allclose(logprobs_of(policy, segments), expected)
    torch.testing.assert_close(logprobs_of(reference, segments), expected, atol=1e-5, rtol=0)


def test_the_reference_of_an_untrained_adapter_is_the_model_alone(qwen: str):
    policy = adapted(qwen)
    segments, _ = dialogues(policy, games=2, turns=2)
    reference = policy.reference()
    expected = logprobs_of(policy, segments).detach()
    assert not list(reference.parameters()) and reference.model is policy.model
    stir(policy.adapter, 1)
    assert not torch.allclose(logprobs_of(policy, segments), expected)
    torch.testing.assert_close(logprobs_of(reference, segments), expected)


def test_a_value_function_over_tokens_is_an_adapter_too(qwen: str):
    policy = adapted(qwen)
    critic = TokenCritic(policy)
    nn.init.normal_(critic.head.weight)
    assert critic.backbone is policy.model.base_model
    segments, _ = dialogues(policy, games=2, turns=2)
    before = snapshot(policy)
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-2)
    first, _ = critic([segments])
    first.sum().backward()
    optimizer.step()
    assert same(policy, before)
    assert not torch.allclose(critic([segments])[0], first)


@pytest.mark.parametrize("kind", ["roberta", "llama"])
def test_a_critic_on_another_model_shares_it_with_its_target(kind: str, tmp_path: Path):
    critic = awake(load_critic(save_model(kind, tmp_path), max_action_tokens=8, lora=LORA))
    target = target_copy(critic)
    assert target.backbone is critic.backbone
    episodes = [game(3, True), game(2, False)]
    before = critic(episodes).q.detach()
    torch.testing.assert_close(target(episodes).q, before)
    stir(critic.adapter, 2)
    assert not torch.allclose(critic(episodes).q, before)
    torch.testing.assert_close(target(episodes).q, before)


def test_only_adapters_and_heads_are_saved_and_all_come_back(name: str, tmp_path: Path):
    def networks(seed: int) -> dict[str, nn.Module]:
        policy = adapted(name)
        stir(policy.adapter, seed)
        critic = awake(small_critic(policy))
        stir(critic.adapter, seed + 1)
        return {"policy": policy, "critic": critic, "target": target_copy(critic)}

    made, others = networks(0), networks(5)
    save_checkpoint(tmp_path / "c", modules=made, optimizers={}, generators={}, state={})
    assert not same(others["critic"], made["critic"].state_dict())
    load_checkpoint(tmp_path / "c", modules=others, optimizers={}, generators={})
    assert all(same(others[key], made[key].state_dict()) for key in made)
    size = (tmp_path / "c" / "module-policy.safetensors").stat().st_size
    assert size < (Path(name) / "model.safetensors").stat().st_size / 2


def test_a_saved_adapter_is_an_ordinary_one(name: str, tmp_path: Path):
    from peft import AutoPeftModelForCausalLM

    policy = adapted(name)
    stir(policy.adapter, 3)
    critic = small_critic(policy)
    stir(critic.adapter, 4)
    critic([game(2, True)])  # its adapter is on when the policy is saved
    segments, _ = dialogues(policy, games=2, turns=2)
    critic([game(2, True)])
    folder = tmp_path / "saved"
    save_policy(policy, folder)
    assert {path.suffix for path in folder.iterdir()} <= {".safetensors", ".json", ".jinja", ".md"}
    assert not (folder / "model.safetensors").exists()
    again = load_policy(str(folder), max_new_tokens=6, temperature=1.3)
    expected = logprobs_of(policy, segments)
    torch.testing.assert_close(logprobs_of(again, segments), expected, atol=0, rtol=0)
    assert [p.requires_grad for p in again.parameters()] == [True] * len(list(policy.parameters()))
    ordinary = AutoPeftModelForCausalLM.from_pretrained(folder)
    ids = torch.tensor([segments[0].ids])
    with torch.no_grad():
        torch.testing.assert_close(ordinary(ids).logits, again.model(ids).logits)


def test_an_adapter_of_another_model_is_refused(tmp_path: Path):
    policy = adapted(save_model("qwen2", tmp_path / "one"))
    save_policy(policy, tmp_path / "adapter")
    config = tmp_path / "adapter" / "adapter_config.json"
    text = config.read_text()
    config.write_text(text.replace(str(tmp_path / "one"), str(tmp_path / "gone")))
    with pytest.raises(ValueError, match=r"there is no model folder .*gone"):
        load_policy(str(tmp_path / "adapter"))
    other = save_model("gpt2", tmp_path / "two")
    config.write_text(text.replace(str(tmp_path / "one"), other))
    with pytest.raises(ValueError, match="cannot load the adapter"):
        load_policy(str(tmp_path / "adapter"))
    with pytest.raises(ValueError, match="no linear layers 'q_prj' to adapt"):
        load_policy(other, lora=Lora(4, 8, "q_prj"))
    with pytest.raises(ValueError, match="no linear layers 'wte' to adapt"):
        load_policy(other, lora=Lora(4, 8, "c_attn, wte"))


def test_an_adapter_that_is_added_while_all_are_off_is_on(qwen: str):
    policy = adapted(qwen)
    bare = policy.reference()
    stir(policy.adapter, 0)
    segments, _ = dialogues(policy, games=2, turns=2)
    expected = logprobs_of(policy, segments)
    assert not torch.allclose(logprobs_of(bare, segments), expected, atol=1e-3)
    kept = policy.reference()
    torch.testing.assert_close(logprobs_of(kept, segments), expected, atol=0, rtol=0)


def test_targets_choose_the_layers(qwen: str):
    policy = load_policy(qwen, lora=Lora(4, 8, "q_proj, v_proj"))
    assert policy.adapter is not None
    adapted_layers = {path.split("/")[-2] for path in policy.adapter.tensors()}
    assert adapted_layers == {"q_proj", "v_proj"}


# ---------------------------------------------------------------- number formats


@pytest.mark.parametrize("lora", [None, LORA], ids=["all weights", "lora"])
def test_bfloat16_samples_what_it_trains(lora: Lora | None, name: str):
    options: dict[str, Any] = {"max_new_tokens": 6, "temperature": 1.3, "lora": lora}
    exact = stopping_often(load_policy(name, **options))
    policy = stopping_often(load_policy(name, dtype=torch.bfloat16, **options))
    if lora:
        stir(policy.adapter, 0)
        stir(exact.adapter, 0)
    assert {p.dtype for p in policy.parameters()} == {torch.float32}
    kept = {p.dtype for p in policy.model.parameters() if not p.requires_grad}
    assert kept == ({torch.bfloat16} if lora else set())
    segments, sampled = dialogues(policy, games=8, turns=3)
    flat = torch.tensor([x for game in sampled for turn in game for x in turn])
    difference = (logprobs_of(policy, segments) - flat).abs()
    assert difference.mean() < 0.006 and difference.max() < 0.1
    # It is another format indeed, and not a bad one.
    away = (logprobs_of(exact, segments) - flat).abs()
    assert 1e-4 < away.mean() < 0.1


class Casts(TorchDispatchMode):
    """Counts how often each weight is copied into another format."""

    def __init__(self) -> None:
        super().__init__()
        self.of: Counter[int] = Counter()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.ops.aten._to_copy.default and isinstance(args[0], nn.Parameter):
            self.of[id(args[0])] += 1
        return func(*args, **(kwargs or {}))


def test_weights_are_cast_once_for_all_tokens_of_an_utterance(name: str):
    policy = load_policy(name, max_new_tokens=6, dtype=torch.bfloat16)
    policy.codec.stop_ids = set()
    session = policy.session(torch.Generator().manual_seed(0))
    session.append([[1, 2, 3], [4]])
    with Casts() as said:
        ids, _ = session.speak()
    with Casts() as drawn:
        policy.sample_branches([([1, 2, 3], [0, 2])], 2)
    assert len(ids[0]) == 6
    for casts in (said, drawn):
        assert casts.of and set(casts.of.values()) == {1}


# ---------------------------------------------------------------- gradient checkpointing


def kept_bytes(make: Any) -> tuple[int, Any]:
    """Run a function; return how much it keeps for the backward pass, and its result."""
    seen: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        if not isinstance(tensor, nn.Parameter):
            seen[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        result = make()
    return sum(seen.values()), result


@pytest.mark.parametrize("lora", [None, LORA], ids=["all weights", "lora"])
def test_checkpointed_layers_keep_less_and_give_the_same_gradient(lora: Lora | None, name: str):
    def gradient(checkpointing: bool) -> tuple[int, list[torch.Tensor]]:
        policy = stopping_often(
            load_policy(name, max_new_tokens=6, lora=lora, gradient_checkpointing=checkpointing)
        )
        critic = awake(small_critic(policy))
        if lora:
            stir(policy.adapter, 0)
            stir(critic.adapter, 1)
        segments, _ = dialogues(policy, games=4, turns=4)
        size, loss = kept_bytes(lambda: logprobs_of(policy, segments).sum())
        values = critic([game(3, True)]).q.sum()
        policy_again = logprobs_of(policy, segments[:1]).sum()
        # Another adapter was on since each of these was computed.
        (loss + values + policy_again).backward()
        return size, [
            p.grad for p in (*policy.parameters(), *critic.parameters()) if p.grad is not None
        ]

    size, plain = gradient(False)
    smaller, checkpointed = gradient(True)
    assert smaller < 0.7 * size
    assert len(plain) == len(checkpointed) > 10
    for one, two in zip(plain, checkpointed, strict=True):
        torch.testing.assert_close(one, two, atol=1e-5, rtol=1e-4)
