"""Networks by name: what loads, what is refused, and that what is sampled is what is trained."""

import copy
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, decoders, pre_tokenizers, processors, trainers
from tokenizers.models import BPE
from transformers import (
    AutoModel,
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    BertConfig,
    FalconH1Config,
    GPT2Config,
    JambaConfig,
    LlamaConfig,
    MistralConfig,
    PreTrainedTokenizerFast,
    Qwen2Config,
    RobertaConfig,
    T5Config,
)
from transformers.cache_utils import DynamicLayer
from transformers.integrations.sdpa_attention import sdpa_attention_forward

from archer_agent.episodes.replay import Episode, Turn
from archer_agent.networks.attention import Branch, build_tree
from archer_agent.networks.cache import GrowingLayer
from archer_agent.networks.critic import CausalCritic, Critic, EncoderCritic
from archer_agent.networks.grouped import grouped_attention
from archer_agent.networks.loading import (
    check_critic,
    load_critic,
    load_policy,
    save_policy,
    small_critic,
    small_policy,
)
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import Segment, Span, train_tokenizer

TEXTS = ["Is it big? Yes.\n", "Is it alive? No.\n", "Is it a dog? Could it be a piano? é\n"] * 3
DECODERS = ["gpt2", "llama", "qwen2"]
ENCODERS = ["bert", "roberta"]


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Models as small gain nothing from threads, and lose much where cores are busy."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


def small_config(kind: str, vocabulary: int, window: int) -> Any:
    shape = {
        "vocab_size": vocabulary,
        "hidden_size": 24,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "max_position_embeddings": window,
        "initializer_range": 0.3,
    }
    shared_keys = {"num_key_value_heads": 2}
    if kind == "gpt2":
        return GPT2Config(
            vocab_size=vocabulary,
            n_embd=24,
            n_layer=2,
            n_head=4,
            n_positions=window,
            initializer_range=0.3,
        )
    if kind == "llama":
        return LlamaConfig(**shape, **shared_keys)
    if kind == "qwen2":
        return Qwen2Config(**shape, **shared_keys, tie_word_embeddings=True)
    if kind == "mistral":
        return MistralConfig(**shape, **shared_keys, sliding_window=16)
    if kind == "bert":
        return BertConfig(**shape, pad_token_id=1)
    return RobertaConfig(**shape, pad_token_id=1)


def encoder_tokenizer() -> Any:
    """Byte pairs between the special tokens that RoBERTa and BERT read."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<s>", "<pad>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> $B:1 </s>:1",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
    )


def save_model(kind: str, folder: Path, window: int = 96, tokenizer: Any = None) -> str:
    torch.manual_seed(3)
    if tokenizer is None:
        encoder = kind in ENCODERS
        tokenizer = encoder_tokenizer() if encoder else train_tokenizer(TEXTS, 290, True)
    config = small_config(kind, len(tokenizer), window)
    auto = AutoModelForMaskedLM if kind in ENCODERS else AutoModelForCausalLM
    auto.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.fixture(params=[*DECODERS, "small"])
def policy(request: pytest.FixtureRequest, tmp_path: Path) -> LanguagePolicy:
    if request.param == "small":
        tokenizer = train_tokenizer(TEXTS, 300, False)
        made = small_policy(
            tokenizer, width=24, layers=2, heads=4, context=96, max_new_tokens=6, temperature=1.3
        )
    else:
        name = save_model(request.param, tmp_path)
        made = load_policy(name, max_new_tokens=6, temperature=1.3)
    # A terminator that comes up now and then, so that utterances have all lengths.
    assert made.dtype == torch.float32
    return stopping_often(made)


def stopping_often(policy: LanguagePolicy) -> LanguagePolicy:
    letters = range(2, len(policy.codec.tokenizer), 5)
    policy.codec.stop_ids = frozenset({policy.codec.eos_id, *letters})
    return policy


def dialogues(policy: LanguagePolicy, games: int, turns: int) -> tuple[list[Segment], list[Any]]:
    """Play with replies of uneven lengths, some games ending early, as the language agent does."""
    codec = policy.codec
    session = policy.session(torch.Generator().manual_seed(0))
    segments = [Segment([codec.bos_id]) for _ in range(games)]
    logprobs: list[list[list[float]]] = [[] for _ in range(games)]
    replies = ["Yes.\n", "No.\n", "", "It could well be alive.\n", "é"]
    pieces = [[codec.bos_id, *codec.encode("Is it?\n"[: 1 + i])] for i in range(games)]
    for i, piece in enumerate(pieces):
        segments[i].ids = list(piece)
    rows = list(range(games))
    with torch.no_grad():
        for turn in range(turns):
            session.append(pieces)
            ids, sampled = session.speak()
            for i, spoken, values in zip(rows, ids, sampled, strict=True):
                start = len(segments[i].ids)
                segments[i].ids += spoken
                segments[i].spans.append(Span(turn, start, start + len(spoken)))
                logprobs[i].append(values)
            kept = [row for row, i in enumerate(rows) if not (turn == 1 and i % 3 == 0)]
            if len(kept) < len(rows):
                session.keep(kept)
                rows = [rows[row] for row in kept]
            pieces = [list(codec.encode(replies[(i + turn) % len(replies)])) for i in rows]
            for i, piece in zip(rows, pieces, strict=True):
                segments[i].ids += piece
    return segments, logprobs


def logprobs_of(
    policy: LanguagePolicy, segments: list[Segment], branches: list[Branch] | tuple[()] = ()
) -> torch.Tensor:
    logits, tokens, _ = policy.action_logits(segments, branches)
    return logits.log_softmax(-1).gather(-1, tokens[:, None])[:, 0]


def test_sampled_equals_recomputed_in_any_batch(policy: LanguagePolicy):
    segments, sampled = dialogues(policy, games=8, turns=4)
    flat = torch.tensor([x for game in sampled for turn in game for x in turn])
    lengths = {len(turn) for game in sampled for turn in game}
    assert len(flat) > 50 and len(lengths) > 3
    together = logprobs_of(policy, segments)
    torch.testing.assert_close(together, flat, atol=1e-4, rtol=0)
    alone = torch.cat([logprobs_of(policy, [segment]) for segment in segments])
    torch.testing.assert_close(alone, together, atol=1e-4, rtol=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_cache_holds_what_transformers_own_would(dtype: torch.dtype):
    generator = torch.Generator().manual_seed(0)
    ours, theirs = GrowingLayer(dtype=dtype), DynamicLayer()
    places = set()
    for new in (5, 1, 1, 40, 30, 1):
        keys, values = (torch.randn(3, 2, new, 4, generator=generator) for _ in range(2))
        expected = theirs.update(keys, values)
        held = ours.update(keys, values)
        assert all(torch.equal(a, b.to(dtype)) for a, b in zip(held, expected, strict=True))
        places.add(held[0].data_ptr())
        if new == 40:
            for layer in (ours, theirs):
                layer.batch_select_indices(torch.tensor([2, 0, 1]))
    assert len(places) == 2  # it moved when rows did, and found room at all other times


@pytest.mark.parametrize("queries", [1, 7])
def test_heads_in_groups_attend_as_transformers_have_them(queries: int):
    generator = torch.Generator().manual_seed(0)
    sizes = ((2, 6, queries, 8), (2, 2, 9, 8), (2, 2, 9, 8))
    states = [torch.randn(size, generator=generator).requires_grad_() for size in sizes]
    mask = torch.zeros(2, 1, queries, 9).masked_fill(
        torch.rand(2, 1, queries, 9, generator=generator) < 0.4, torch.finfo(torch.float32).min
    )
    mask[..., 0] = 0.0  # something is seen
    layer = torch.nn.Module()
    layer.num_key_value_groups = 3  # type: ignore[assignment]
    found = []
    for attend in (grouped_attention, sdpa_attention_forward):
        out, _ = attend(layer, *states, mask, scaling=0.3)
        found.append([out, *torch.autograd.grad(out.square().sum(), states)])
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


def test_recomputed_equals_a_plain_forward_pass(policy: LanguagePolicy):
    segments, _ = dialogues(policy, games=3, turns=3)
    for segment in segments:
        ids = torch.tensor([segment.ids])
        logits = policy.model(input_ids=ids).logits[0] / policy.temperature
        logprobs = logits[:-1].log_softmax(-1).gather(-1, ids[0, 1:, None])[:, 0]
        plain = torch.cat([logprobs[span.start - 1 : span.end - 1] for span in segment.spans])
        torch.testing.assert_close(logprobs_of(policy, [segment]), plain, atol=1e-4, rtol=0)


def test_branches_equal_each_branch_alone(policy: LanguagePolicy):
    segments, _ = dialogues(policy, games=4, turns=3)
    said = [policy.codec.encode_action(text, 6) for text in ("Is it big?", "", "dog", "éé piano")]
    branches = [
        Branch(row, span.start - 1, list(said[(row + k) % 4]))
        for row, segment in enumerate(segments)
        for span in segment.spans
        for k in range(3)
    ]
    # Two that are one with the trunk: all that was said there, and the beginning of it.
    branches += [
        Branch(row, span.start - 1, segment.ids[span.start : end])
        for row, segment in enumerate(segments)
        for span in segment.spans
        for end in (span.end, span.start + 1)
    ]
    alone = []
    for row, segment in enumerate(segments):
        alone.append(logprobs_of(policy, [segment]))
        for branch in branches:
            if branch.row == row:
                prefix = segment.ids[: branch.parent + 1]
                span = Span(0, len(prefix), len(prefix) + len(branch.ids))
                alone.append(logprobs_of(policy, [Segment([*prefix, *branch.ids], [span])]))
    # What was said in a row stands before its branches, in whatever order rows come.
    by_row = sorted(branches, key=lambda branch: -branch.row)
    together = logprobs_of(policy, segments, by_row)
    torch.testing.assert_close(together, torch.cat(alone), atol=1e-4, rtol=0)


def test_what_is_said_alike_is_read_once():
    branches = [Branch(0, 1, [7, 8]), Branch(0, 1, [7, 9, 5]), Branch(0, 1, [7, 9, 6])]
    tree = build_tree([[5, 6, 7, 8], [5]], branches, torch.device("cpu"))
    assert tree.ids[0].tolist() == [5, 6, 7, 8, 9, 5, 6]
    assert tree.positions[0].tolist() == [0, 1, 2, 3, 3, 4, 4]
    assert tree.branch_columns == [[2, 3], [2, 4, 5], [2, 4, 6]]
    seen = [row.nonzero().flatten().tolist() for row in tree.visible[0]]
    assert seen[3:] == [[0, 1, 2, 3], [0, 1, 2, 4], [0, 1, 2, 4, 5], [0, 1, 2, 4, 6]]


def test_tokens_are_drawn_as_likely_as_they_are(policy: LanguagePolicy):
    generator = torch.Generator().manual_seed(0)
    likely = torch.tensor([0.0, 0.125, 0.375, 0.0, 0.5, 0.0])
    drawn, logprob = policy.draw(likely.log().expand(4, 10_000, -1), generator)
    assert drawn.shape == logprob.shape == (4, 10_000)
    share = drawn.flatten().bincount(minlength=6) / drawn.numel()
    torch.testing.assert_close(share, likely, atol=0.01, rtol=0)
    assert not share[likely == 0].any()
    torch.testing.assert_close(logprob.exp(), likely[drawn])
    # What is unlikely word for word is half of all: a sum must not lose it.
    wide = torch.full((10_000,), 0.5 / 9_999)
    wide[0] = 0.5
    drawn, _ = policy.draw(wide.log().expand(2_000, -1), generator)
    assert abs((drawn == 0).float().mean().item() - 0.5) < 0.04
    assert abs((drawn > 5_000).float().mean().item() - 0.25) < 0.04


def test_what_is_rarer_than_the_steps_of_float32_is_drawn_as_seldom_as_it_is(
    policy: LanguagePolicy, monkeypatch: pytest.MonkeyPatch
):
    # 5,000 words of probability 2^-28 each: the smallest number of float32 that is drawn is beyond 16 of them.
    rare = 5_000 * 2.0**-28
    logits = torch.full((5_001,), math.log(rare / 5_000))
    logits[-1] = math.log1p(-rare)
    uniform, drawn_before = torch.rand, []

    def among_the_rare(*shape: Any, **options: Any) -> torch.Tensor:
        number = uniform(*shape, **options)
        drawn_before.append(number)
        return number if len(drawn_before) > 1 else 1 - number * rare

    monkeypatch.setattr(torch, "rand", among_the_rare)
    generator = torch.Generator().manual_seed(0)
    drawn, _ = policy.draw(logits.expand(20_000, -1), generator)
    assert (drawn == 5_000).float().mean() < 0.05  # its block has some of the others, too
    assert len(drawn.unique()) > 4_700
    assert drawn[drawn < 5_000].bincount().max() < 25  # four are expected


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_draw_needs_no_more_than_a_word(policy: LanguagePolicy, dtype: torch.dtype):
    drawn, logprob = policy.draw(torch.full((3, 1), 7.0, dtype=dtype), None)
    assert drawn.tolist() == [0, 0, 0] and logprob.tolist() == [0, 0, 0]
    drawn, _ = policy.draw(torch.zeros(0, 5, dtype=dtype), None)
    assert drawn.shape == (0,)
    drawn, _ = policy.draw(torch.tensor([-math.inf, 0, -math.inf], dtype=dtype), None)
    assert drawn.item() == 1


@pytest.mark.parametrize("greedy", [False, True])
@pytest.mark.parametrize("bad", [[0, math.nan], [math.inf, 0], [-math.inf, -math.inf]])
def test_a_policy_that_has_diverged_says_so(policy: LanguagePolicy, bad: list[float], greedy: bool):
    with pytest.raises(ValueError, match="it has diverged; lower the learning rates"):
        policy.draw(torch.tensor([[0.0, 0.0], bad]), None, greedy)


def test_sampled_branches_equal_recomputed(policy: LanguagePolicy):
    segments, _ = dialogues(policy, games=5, turns=3)
    contexts = [
        (segment.ids[: segment.spans[-1].start], [span.start - 1 for span in segment.spans])
        for segment in segments
    ]
    generator = torch.Generator().manual_seed(1)
    drawn = policy.sample_branches(contexts, 3, generator, token_budget=200)
    branches, expected = [], []
    for row, ((_, parents), states) in enumerate(zip(contexts, drawn, strict=True)):
        for parent, state in zip(parents, states, strict=True):
            assert len(state) == 3
            for ids, logprob in state:
                ended = ids[-1] in policy.codec.stop_ids
                assert ended or len(ids) == policy.max_new_tokens
                assert not policy.codec.stop_ids.intersection(ids[:-1])
                branches.append(Branch(row, parent, ids))
                expected.append(logprob)
    trunks = [Segment(list(ids)) for ids, _ in contexts]
    with torch.no_grad():
        logits, tokens, owner = policy.action_logits(trunks, branches)
    each = logits.log_softmax(-1).gather(-1, tokens[:, None])[:, 0]
    total = torch.zeros(len(branches)).index_add(0, owner, each)
    torch.testing.assert_close(total, torch.tensor(expected), atol=2e-4, rtol=0)


def test_a_saved_policy_is_an_ordinary_model(policy: LanguagePolicy, tmp_path: Path):
    folder = tmp_path / "saved"
    save_policy(policy, folder)
    assert {path.suffix for path in folder.iterdir()} <= {".safetensors", ".json", ".jinja"}
    again = load_policy(str(folder), max_new_tokens=6, temperature=1.3)
    segments, _ = dialogues(policy, games=2, turns=2)
    with torch.no_grad():
        assert torch.equal(logprobs_of(again, segments), logprobs_of(policy, segments))
    for text in (*TEXTS, "  two  blanks, 漢字\n\n"):
        ids = again.codec.encode(text)
        assert ids == policy.codec.encode(text)
        assert again.codec.tokenizer.decode(list(ids)) == text


def test_a_small_policy_is_made_the_same_every_time():
    tokenizer = train_tokenizer(TEXTS, 290, True)
    torch.manual_seed(0)
    state = torch.get_rng_state()
    first, second = (small_policy(tokenizer, width=16, heads=2, layers=1) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), state)
    critic, again = small_critic(first), small_critic(second)
    assert torch.equal(torch.get_rng_state(), state)
    for one, two in ((first, second), (critic, again)):
        for a, b in zip(one.parameters(), two.parameters(), strict=True):
            assert torch.equal(a, b)
    other = small_policy(tokenizer, width=16, heads=2, layers=1, seed=1)
    assert not torch.equal(next(first.parameters()), next(other.parameters()))
    assert first.model.lm_head.weight is first.model.model.embed_tokens.weight


def test_a_small_critic_is_a_copy_of_the_policy():
    policy = small_policy(train_tokenizer(TEXTS, 290, True), width=16, heads=2, max_new_tokens=7)
    critic = small_critic(policy)
    assert critic.window == 512 and critic.max_action_tokens == 7
    own = critic.backbone.state_dict()
    model = policy.model.base_model.state_dict()
    assert all(torch.equal(own[name], value) for name, value in model.items())
    with torch.no_grad():
        next(critic.backbone.parameters()).add_(1)
    assert not torch.equal(next(critic.backbone.parameters()), next(policy.parameters()))


# ---------------------------------------------------------------- critics


def game(turns: int, terminated: bool, start: str = "Questions:\n") -> Episode:
    said = ["Is it big?", "", "Is it alive? Could it be a piano?", "é"]
    replies = [" Yes.\n", " No.\n", " It could well be.\n"]
    made = [Turn(said[i % 4], replies[i % 3], -1.0 - i) for i in range(turns)]
    return Episode(start, made, terminated)


@pytest.fixture(params=[*DECODERS, *ENCODERS])
def critic(request: pytest.FixtureRequest, tmp_path: Path) -> Critic:
    name = save_model(request.param, tmp_path)
    made = load_critic(name, max_action_tokens=8)
    assert isinstance(made, EncoderCritic if request.param in ENCODERS else CausalCritic)
    return awake(made)


def awake(critic: Critic) -> Critic:
    """Give the last layers of the heads, which start at zero, something to say."""
    torch.manual_seed(5)
    for head in [*critic.q_heads, *critic.v_heads]:
        torch.nn.init.normal_(head[-1].weight)
    return critic


def candidates_of(episodes: list[Episode]) -> list[list[list[str]]]:
    texts = ["Is it alive?", "dog", ""]
    return [
        [texts if (turn + row) % 2 else [] for turn in range(len(episode.turns))]
        for row, episode in enumerate(episodes)
    ]


def test_critic_values_have_their_shapes_and_order(critic: Critic):
    episodes = [game(3, True), game(1, False), game(2, True, "Hello, a longer beginning.\n")]
    values = critic(episodes)
    assert values.q.shape == (2, 6) and values.v.shape == (2, 7)
    assert values.state.tolist() == [0, 1, 2, 3, 5, 6]
    assert values.next_state.tolist() == [1, 2, 0, 4, 6, 0]
    assert values.terminated.tolist() == [0, 0, 1, 0, 0, 1]
    assert values.reward.tolist() == [-1, -2, -3, -1, -1, -2]
    assert values.q_candidates.numel() == 0 and values.candidate_turn.numel() == 0
    assert not torch.allclose(values.q[0], values.q[1])
    assert values.v.unique().numel() > 7

    proposed = critic(episodes, candidates_of(episodes))
    assert proposed.q_candidates.shape == (2, 3, 3)
    assert proposed.candidate_turn.tolist() == [1, 3, 5]
    torch.testing.assert_close(proposed.q, values.q, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(proposed.v, values.v, atol=1e-4, rtol=1e-4)


def test_critic_reads_each_game_as_if_alone(critic: Critic):
    episodes = [game(3, True), game(1, False), game(4, False)]
    together = critic(episodes, candidates_of(episodes))
    separate = [
        critic([episode], [proposed])
        for episode, proposed in zip(episodes, candidates_of(episodes), strict=True)
    ]
    for name in ("q", "v", "q_candidates"):
        parts = [getattr(values, name) for values in separate]
        parts = [part for part in parts if part.numel()]
        joined = torch.cat(parts, 1)
        torch.testing.assert_close(getattr(together, name), joined, atol=1e-4, rtol=1e-4)


def test_a_candidate_is_valued_as_if_it_had_been_said(critic: Critic):
    episode = game(3, True)
    proposed = critic([episode], [[[], ["Is it alive?", "dog"], []]]).q_candidates[:, 0]
    for index, text in enumerate(["Is it alive?", "dog"]):
        other = copy.deepcopy(episode)
        other.turns[1].action = text
        said = critic([other]).q[:, 1]
        torch.testing.assert_close(proposed[:, index], said, atol=1e-4, rtol=1e-4)


def test_critic_knows_what_was_said_but_not_what_comes(critic: Critic):
    episode = game(3, True)
    before = critic([episode])
    episode.turns[1].reply = " Never.\n"
    after = critic([episode])
    torch.testing.assert_close(after.q[:, :2], before.q[:, :2], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(after.v[:, :2], before.v[:, :2], atol=1e-4, rtol=1e-4)
    assert (after.q[:, 2] != before.q[:, 2]).all() and (after.v[:, 2] != before.v[:, 2]).all()


def test_critic_survives_games_longer_than_its_window(critic: Critic):
    episodes = [game(14, False), game(2, True), game(9, True, "A long beginning. " * 12)]
    values = critic(episodes, candidates_of(episodes))
    assert values.q.shape == (2, 25) and values.v.shape == (2, 26)
    assert values.q_candidates.shape[1] == len(values.candidate_turn) == 12
    assert values.q.isfinite().all() and values.q_candidates.isfinite().all()
    short = critic([episodes[1]])
    torch.testing.assert_close(values.q[:, 14:16], short.q, atol=1e-4, rtol=1e-4)
    values.q.sum().backward()
    gradients = [p.grad for p in critic.backbone.parameters() if p.grad is not None]
    assert gradients and all(math.isfinite(g.norm().item()) for g in gradients)


def test_an_encoder_has_no_pooler(tmp_path: Path):
    critic = load_critic(save_model("roberta", tmp_path))
    assert critic.backbone.pooler is None
    assert critic.q_heads[0][0].in_features == 24


def test_weights_in_half_precision(tmp_path: Path):
    decoder, encoder = tmp_path / "a", tmp_path / "b"
    save_model("llama", decoder)
    save_model("roberta", encoder)
    policy = load_policy(str(decoder), max_new_tokens=4, dtype=torch.bfloat16)
    assert {parameter.dtype for parameter in policy.parameters()} == {torch.float32}
    _, sampled = dialogues(policy, games=2, turns=2)
    assert all(math.isfinite(x) for row in sampled for turn in row for x in turn)
    for folder in (decoder, encoder):
        critic = load_critic(str(folder), max_action_tokens=8, dtype=torch.bfloat16)
        values = critic([game(2, False)], [[["dog"], ["Is it big?"]]])
        assert values.q.dtype == torch.float32 and values.v.isfinite().all()
    assert small_critic(policy)([game(2, False)]).q.isfinite().all()


# ---------------------------------------------------------------- what is refused


def test_a_tokenizer_without_padding_gets_some(tmp_path: Path):
    tokenizer = train_tokenizer(TEXTS, 290, True)
    tokenizer.pad_token = None
    name = save_model("gpt2", tmp_path, tokenizer=tokenizer)
    assert load_policy(name).codec.tokenizer.pad_token == "<|endoftext|>"


def refused(load: Any, name: str) -> str:
    with pytest.raises(ValueError) as caught:
        load(name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("load", [load_policy, load_critic])
def test_a_folder_that_lacks_something(load: Any, tmp_path: Path):
    assert "there is no model folder" in refused(load, str(tmp_path / "absent"))
    assert "model_type" in refused(load, str(tmp_path))
    save_model("gpt2", tmp_path)
    for name, damage, message in (
        ("model.safetensors", None, "no file named model.safetensors"),
        ("model.safetensors", b"xx", "header"),
        ("config.json", b"{", "not a valid JSON"),
        ("config.json", b'{"model_type": "no-such"}', "no-such"),
        ("tokenizer.json", None, "cannot load the tokenizer"),
    ):
        path = tmp_path / name
        whole = path.read_bytes()
        if damage is None:
            path.unlink()
        else:
            path.write_bytes(damage)
        assert message in refused(load, str(tmp_path))
        path.write_bytes(whole)
    load(str(tmp_path))
    (tmp_path / "tokenizer.json").unlink()
    (tmp_path / "tokenizer_config.json").unlink()
    assert "has no tokenizer; save one beside the model" in refused(load, str(tmp_path))


@pytest.mark.parametrize("name", ["no-such-model", "nobody/no-such-model"])
def test_an_unknown_id_without_a_network(name: str):
    assert f"of '{name}', which is no local folder" in refused(load_policy, name)
    assert f"of '{name}', which is no local folder" in refused(load_critic, name)


def test_a_tokenizer_of_another_model(tmp_path: Path):
    save_model("gpt2", tmp_path)
    train_tokenizer([f"{i} {TEXTS[0]}" for i in range(1000)], 400, True).save_pretrained(tmp_path)
    assert "400 tokens, its model knows" in refused(load_policy, str(tmp_path))


def test_a_model_of_another_kind(tmp_path: Path):
    encoder = save_model("roberta", tmp_path / "encoder")
    assert "(roberta) is no causal language model" in refused(load_policy, encoder)
    sliding = save_model("mistral", tmp_path / "sliding")
    assert "whole context" in refused(load_policy, sliding)
    assert "whole context" in refused(load_critic, sliding)
    assert "whole context" in refused(check_critic, sliding)
    check_critic(encoder)
    T5Config().save_pretrained(tmp_path / "t5")
    assert "(t5) is no causal language model" in refused(load_policy, str(tmp_path / "t5"))
    assert "(t5) is no causal language model" in refused(load_critic, str(tmp_path / "t5"))


@pytest.mark.parametrize("config", [FalconH1Config, JambaConfig])
def test_layers_of_mamba_are_told_whatever_their_name(config: Any, tmp_path: Path):
    config().save_pretrained(tmp_path)
    assert "whole context" in refused(check_critic, str(tmp_path))


def test_missing_weights_are_not_made_up(tmp_path: Path):
    name = save_model("llama", tmp_path)
    AutoModel.from_config(small_config("llama", 290, 96)).save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["tie_word_embeddings"] is False
    assert "lack lm_head.weight" in refused(load_policy, name)
