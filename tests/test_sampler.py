"""What an agent says its tokens by: the policy's own networks, and transformers' `generate` in their place."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import AutoModelForCausalLM

from archer_agent.agents.agent import LanguageAgent
from archer_agent.agents.environments import make_envs
from archer_agent.agents.rollout import play
from archer_agent.agents.sampler import PolicySampler
from archer_agent.errors import AgentError
from archer_agent.networks.loading import save_policy, small_policy
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import train_tokenizer

ENV = "llm_gym/TwentyQuestionsSubset-v0"
TURNS = 6


def policy_of(seed: int) -> LanguagePolicy:
    tokenizer = train_tokenizer(["Is it a dog? No.\nIs it alive? Yes.\n"], 300, split_words=False)
    # Some games outgrow the window, and go on with the end of what was said.
    policy = small_policy(
        tokenizer, width=32, heads=2, layers=2, context=64, max_new_tokens=8, seed=seed
    )
    policy.codec.stop_ids = frozenset(
        {policy.codec.eos_id, *range(2, len(policy.codec.tokenizer), 5)}
    )
    return policy


class Generate:
    """Another engine: transformers' `generate`, each context read from its beginning."""

    def __init__(self, policy: LanguagePolicy, folder: Path) -> None:
        self.model = AutoModelForCausalLM.from_pretrained(folder)
        self.stops = sorted(policy.codec.stop_ids)
        self.limit = policy.max_new_tokens

    def forget(self) -> None:
        """Nothing is kept."""

    def generate(
        self, games: Sequence[int], contexts: Sequence[Sequence[int]], greedy: bool = False
    ) -> tuple[list[list[int]], list[list[float]]]:
        assert greedy
        said = []
        for context in contexts:
            ids = torch.tensor([[*context]])
            found = self.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=self.limit,
                do_sample=False,
                eos_token_id=self.stops,
            )
            said.append(found[0, len(context) :].tolist())
        return said, self.logprobs(contexts, said)

    def logprobs(
        self, contexts: Sequence[Sequence[int]], utterances: Sequence[Sequence[int]]
    ) -> list[list[float]]:
        found = []
        for context, said in zip(contexts, utterances, strict=True):
            ids = torch.tensor([[*context, *said]])
            with torch.no_grad():
                logits = self.model(ids).logits[0, len(context) - 1 : -1]
            found.append(logits.log_softmax(-1)[range(len(said)), said].tolist())
        return found

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        self.model.load_state_dict(weights)


def test_another_engine_plays_the_same_games(tmp_path: Path):
    policy, other = policy_of(0), policy_of(1)
    save_policy(policy, tmp_path)
    engine = Generate(policy, tmp_path)
    envs = make_envs(ENV, 3, {"max_episode_steps": TURNS})

    def games(player: LanguagePolicy, **sampler: Generate) -> list[list[list[int]]]:
        played = play(envs, LanguageAgent(player, greedy=True, **sampler), range(5))
        return [[turn.token_ids for turn in game.turns] for game in played]

    own = games(policy)
    assert max(len(ids) for game in own for ids in game) > 1
    assert games(policy, sampler=engine) == own
    # Weights that have learned are given to it.
    others = games(other)
    assert others != own and games(other, sampler=engine) == own
    engine.load_weights(other.model.state_dict())
    assert games(other, sampler=engine) == others
    envs.close()


def test_nothing_is_said_in_no_game_and_an_engine_must_speak_in_each():
    policy = policy_of(0)
    sampler = PolicySampler(policy)
    assert sampler.generate([], []) == ([], []) and sampler.logprobs([], []) == []

    class Terse(PolicySampler):
        def generate(
            self, games: Sequence[int], contexts: Sequence[Sequence[int]], greedy: bool = False
        ) -> tuple[list[list[int]], list[list[float]]]:
            ids, logprobs = super().generate(games, contexts, greedy)
            return ids[1:], logprobs

    envs = make_envs(ENV, 2)
    with pytest.raises(AgentError, match="1 utterances and 2 lists of log-probabilities for 2"):
        play(envs, LanguageAgent(policy, greedy=True, sampler=Terse(policy)), range(2))
    envs.close()


def test_what_was_said_is_as_likely_as_it_is_told_to_be(tmp_path: Path):
    policy, other = policy_of(0), policy_of(1)
    save_policy(policy, tmp_path)
    engine = Generate(policy, tmp_path)
    sampler = PolicySampler(policy, torch.Generator().manual_seed(0))
    contexts = [[policy.codec.bos_id, 7, 8, 9], [policy.codec.bos_id, 5]]
    said, told = sampler.generate([0, 1], contexts)
    # The second game is over; the first goes on, then begins anew, as where its window is full.
    longer = [*contexts[0], *said[0], 11, 12]
    for context in (longer, longer[:1] + longer[-3:]):
        ids, logprobs = sampler.generate([0], [context])
        said, told, contexts = [*said, *ids], [*told, *logprobs], [*contexts, context]
        if context is longer:
            longer = [*longer, *ids[0]]
    for found in (sampler.logprobs(contexts, said), engine.logprobs(contexts, said)):
        for row, expected in zip(found, told, strict=True):
            assert row == pytest.approx(expected, abs=1e-4)
    # What says nothing has no tokens, and moves none of the others'.
    silent = sampler.logprobs([contexts[0], *contexts], [[], *said])
    assert silent[0] == [] and silent[1] == pytest.approx(told[0], abs=1e-4)
    sampler.load_weights(other.model.state_dict())
    assert sampler.logprobs(contexts, said)[0] != pytest.approx(told[0], abs=1e-2)


def test_a_game_that_goes_on_is_read_on_whatever_its_context_is_held_in(
    monkeypatch: pytest.MonkeyPatch,
):
    policy = policy_of(0)
    sampler = PolicySampler(policy, torch.Generator().manual_seed(0))
    context = (policy.codec.bos_id, 7, 8)
    said, _ = sampler.generate([0], [context])
    monkeypatch.setattr(policy, "session", None)  # nothing begins anew
    sampler.generate([0], [(*context, *said[0], 9)])
