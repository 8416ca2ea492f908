"""What all games of a batch begin with is read once, and nothing else changes by it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from test_models import DECODERS, awake, logprobs_of, save_model, stopping_often

from archer_agent.networks import backbone
from archer_agent.networks.attention import Branch, build_tree, shared_opening
from archer_agent.networks.backbone import Lora
from archer_agent.networks.loading import load_policy, small_critic
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import Segment, Span

RULES = list(range(40, 70))
"""An opening of 30 tokens."""


@pytest.fixture(params=[*DECODERS, "adapters on upper layers"])
def policy(request: pytest.FixtureRequest, tmp_path: Path) -> LanguagePolicy:
    upper = request.param not in DECODERS
    name = save_model("llama" if upper else request.param, tmp_path)
    lora = Lora(rank=4, alpha=8, layers=1) if upper else None
    return stopping_often(load_policy(name, max_new_tokens=6, lora=lora))


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Games of tests are few and short."""
    monkeypatch.setattr(backbone, "LEAST", 16)


def games() -> list[Segment]:
    """Four games that begin alike, of uneven lengths."""
    rest = [[*range(71 + row, 78 + 2 * row)] for row in range(4)]
    return [
        Segment([*RULES, *more], [Span(0, len(RULES), len(RULES) + 3), Span(1, 35, 37)])
        for more in rest
    ]


@contextmanager
def tokens_read(policy: LanguagePolicy) -> Iterator[list[int]]:
    """Count the tokens that the model embeds, padding included, pass by pass."""
    seen: list[int] = []

    def count(module: Any, inputs: Any, output: Any) -> None:
        seen.append(inputs[0].numel())

    handle = policy.model.get_input_embeddings().register_forward_hook(count)
    yield seen
    handle.remove()


def once(segments: list[Segment]) -> list[int]:
    longest = max(len(segment.ids) for segment in segments)
    return [len(RULES), len(segments) * (longest - len(RULES))]


def test_an_opening_is_what_all_rows_begin_with_and_see_alike():
    def of(trunks: list[list[int]], branches: list[Branch] | tuple[()] = ()) -> int:
        tree = build_tree(trunks, branches, torch.device("cpu"))
        return shared_opening(tree.ids, tree.positions, tree.visible)

    assert of([[5, 6, 7, 8], [5, 6, 7, 9], [5, 6, 7]]) == 3
    assert of([[5, 6, 0, 0], [5, 6]]) == 2  # padding is no token, whatever its id
    assert of([[5, 6, 7], [5, 6, 7]]) == 2  # something is left to be read
    assert of([[4, 6], [5, 6]]) == 0
    assert of([[5, 6], [5, 6]], [Branch(0, 0, [7, 8]), Branch(1, 1, [7, 8])]) == 2


def test_games_read_as_if_alone(policy: LanguagePolicy):
    segments = games()
    with tokens_read(policy) as read:
        together = logprobs_of(policy, segments)
    assert read == once(segments)
    alone = torch.cat([logprobs_of(policy, [segment]) for segment in segments])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)
    trunks = [Segment(segment.ids) for segment in segments]
    branches = [Branch(row, parent, [3, 9, 4]) for row in range(4) for parent in (3, 29, 33)]
    torch.testing.assert_close(
        logprobs_of(policy, trunks, branches),
        torch.cat(
            [logprobs_of(policy, [trunks[b.row]], [Branch(0, b.parent, b.ids)]) for b in branches]
        ),
        atol=1e-5,
        rtol=0,
    )


def test_the_gradient_is_the_same(policy: LanguagePolicy, monkeypatch: pytest.MonkeyPatch):
    if policy.adapter is not None:
        with torch.no_grad():
            for weight in policy.parameters():
                weight.normal_(std=0.1)
    critic = awake(small_critic(policy))
    segments = games()
    tree = build_tree([segment.ids for segment in segments], (), torch.device("cpu"))

    def gradient() -> list[torch.Tensor]:
        trained = [p for net in (policy, critic) for p in net.parameters() if p.requires_grad]
        for parameter in trained:
            parameter.grad = None
        hidden = critic.read(critic.backbone, tree.ids, tree.positions, tree.visible)
        (logprobs_of(policy, segments).sum() + hidden.square().mean()).backward()
        found = [parameter.grad for parameter in trained]
        return [grad for grad in found if grad is not None]

    shared = gradient()
    monkeypatch.setattr(backbone, "LEAST", 10**9)
    plain = gradient()
    assert len(shared) == len(plain) >= 4
    assert all(grad.any() for grad in plain)
    for one, other in zip(shared, plain, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


def test_play_and_candidates_say_what_is_recomputed(policy: LanguagePolicy):
    segments = games()
    session = policy.session(torch.Generator().manual_seed(0))
    with torch.no_grad(), tokens_read(policy) as read:
        session.append([segment.ids[:33] for segment in segments])
        ids, sampled = session.speak()
    assert read[:2] == [30, 4 * 3]
    said = [
        Segment([*segment.ids[:33], *spoken], [Span(0, 33, 33 + len(spoken))])
        for segment, spoken in zip(segments, ids, strict=True)
    ]
    flat = torch.tensor([value for row in sampled for value in row])
    torch.testing.assert_close(logprobs_of(policy, said), flat, atol=1e-5, rtol=0)

    contexts = [(segment.ids, [31, 29]) for segment in segments]
    with tokens_read(policy) as read:
        drawn = policy.sample_branches(contexts, 2, torch.Generator().manual_seed(1))
    assert read[:2] == once(segments)
    for row, states in enumerate(drawn):
        for parent, candidates in zip((31, 29), states, strict=True):
            for spoken, logprob in candidates:
                trunk = Segment(segments[row].ids)
                again = logprobs_of(policy, [trunk], [Branch(0, parent, spoken)]).sum()
                assert again.item() == pytest.approx(logprob, abs=1e-4)


def test_layers_that_are_checkpointed_read_every_row(tmp_path: Path):
    name = save_model("llama", tmp_path)
    policy = stopping_often(load_policy(name, max_new_tokens=6, gradient_checkpointing=True))
    segments = games()
    with tokens_read(policy) as read:
        logprobs_of(policy, segments).sum().backward()
        with torch.no_grad():
            logprobs_of(policy, segments)
    assert read == [4 * max(len(segment.ids) for segment in segments), *once(segments)]


def test_positions_turn_alike_within_the_window(tmp_path: Path):
    name = save_model("llama", tmp_path)
    path = tmp_path / "config.json"
    rope = {"rope_type": "longrope", "rope_theta": 1e4, "factor": 2.0}
    rope |= {"short_factor": [1.0] * 3, "long_factor": [4.0] * 3}
    rope["original_max_position_embeddings"] = 40
    config = json.loads(path.read_text()) | {"rope_parameters": rope}
    path.write_text(json.dumps(config))
    policy = load_policy(name)
    assert policy.window == small_critic(policy).window == 40
    segments = [Segment([*RULES, *range(71 + row, 81)], [Span(0, 30, 36)]) for row in range(4)]
    with tokens_read(policy) as read:
        together = logprobs_of(policy, segments)
    assert read == once(segments)
    alone = torch.cat([logprobs_of(policy, [segment]) for segment in segments])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)
