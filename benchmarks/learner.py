"""Speed of the learner: each way of the tiny preset against the plain one, in the same run.

    python benchmarks/learner.py [--json] [--threads 1]

The networks are those of the preset `tiny`, cloned from demonstrations just long enough that
utterances have their usual length. The plain ways are what one would write with transformers
alone: `generate` on small batches with every history encoded anew, and a critic that reads each
history on its own. Both ways draw from the same distribution, and the two critics' features are
compared before they are timed. Every figure is the median of three runs taken in turn; it
includes all that the way needs, in whole games also the environment.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from archer_agent.agents.agent import Agent, FunctionAgent, LanguageAgent, Utterance, View
from archer_agent.agents.environments import make_envs
from archer_agent.agents.rollout import play
from archer_agent.algorithms.archer import Archer
from archer_agent.algorithms.bc import clone
from archer_agent.episodes.replay import Episode
from archer_agent.networks import loading as models
from archer_agent.networks.attention import additive, build_tree
from archer_agent.networks.critic import CausalCritic
from archer_agent.networks.policy import LanguagePolicy
from archer_agent.networks.tokens import episode_stream, train_tokenizer
from archer_agent.runs.warm_start import scripted_player
from archer_agent.settings import TrainConfig, parse_train_arguments

ENV = "llm_gym/TwentyQuestionsSubset-v0"
REPEATS = 3
DEMONSTRATIONS = 1500
GAMES = 64
SMALL_BATCH = 8


class GenerateAgent:
    """The plain way to play: each turn the model reads every history anew, in small batches."""

    def __init__(self, policy: LanguagePolicy) -> None:
        self._policy = policy

    def begin(self, games: int) -> None:
        """Start the token histories: the same ids as in training, so the same distribution."""
        self._histories = [[self._policy.codec.bos_id] for _ in range(games)]

    def act(self, views: Sequence[View]) -> list[Utterance]:
        """Say something in every game."""
        codec = self._policy.codec
        histories = [self._histories[view.game] for view in views]
        for history, view in zip(histories, views, strict=True):
            history.extend(codec.encode(view.new))
        drawn = [ids for (ids,) in generate(self._policy, histories, 1)]
        for history, ids in zip(histories, drawn, strict=True):
            history.extend(ids)
        # Nobody looks at these log-probabilities.
        return [Utterance(codec.decode_action(ids), ids, [0.0] * len(ids)) for ids in drawn]


def generate(
    policy: LanguagePolicy, histories: Sequence[Sequence[int]], count: int
) -> list[list[list[int]]]:
    """Draw ``count`` utterances after each history with transformers' `generate`."""
    result = []
    room = policy.window - policy.max_new_tokens
    for start in range(0, len(histories), SMALL_BATCH):
        batch = [history[-room:] for history in histories[start : start + SMALL_BATCH]]
        width = max(len(history) for history in batch)
        # Padded on the left, as `generate` wants it.
        ids = torch.tensor([[0] * (width - len(history)) + [*history] for history in batch])
        mask = torch.tensor([[0] * (width - len(h)) + [1] * len(h) for h in batch])
        with torch.no_grad():
            output = policy.model.generate(
                input_ids=ids,
                attention_mask=mask,
                do_sample=True,
                top_k=0,
                temperature=policy.temperature,
                max_new_tokens=policy.max_new_tokens,
                num_return_sequences=count,
                eos_token_id=sorted(policy.codec.stop_ids),
                pad_token_id=policy.codec.eos_id,
            )
        drawn = [_until_stop(row, policy.codec.stop_ids) for row in output[:, width:].tolist()]
        result += [drawn[i : i + count] for i in range(0, len(drawn), count)]
    return result


def _until_stop(ids: list[int], stop_ids: frozenset[int]) -> list[int]:
    for number, token in enumerate(ids, 1):
        if token in stop_ids:
            return ids[:number]
    return ids


def make_learner(config: TrainConfig) -> tuple[Archer, list[Episode]]:
    """Return a briefly warm-started learner of the preset's shape, and games of its policy."""
    model, warm = config.model, config.warm_start
    rng = np.random.default_rng(0)
    envs = make_envs(ENV, GAMES)
    player = FunctionAgent(scripted_player(config, 0, warm.skill))
    demonstrations = play(envs, player, range(DEMONSTRATIONS))
    texts = [text for game in demonstrations for text, _ in game.pieces()]
    policy = models.small_policy(
        train_tokenizer(texts, model.vocabulary, model.split_words),
        width=model.width,
        layers=model.layers,
        heads=model.heads,
        context=model.context,
        max_new_tokens=model.max_new_tokens,
        temperature=model.temperature,
        seed=0,
    )
    clone(
        policy,
        demonstrations,
        epochs=2,
        batch_size=warm.batch_size,
        learning_rate=warm.learning_rate,
        grad_clip=config.warm_start.grad_clip,
        token_budget=warm.token_budget,
        rng=rng,
    )
    generator = torch.Generator().manual_seed(0)
    # One pass over one batch: an update is then exactly one actor step.
    settings = replace(config.archer, actor_epochs=1, actor_batch=GAMES)
    critic = models.small_critic(policy, seed=0)
    learner = Archer(policy, critic, settings, generator, rng, policy.reference())
    episodes = play(envs, LanguageAgent(policy, generator), range(GAMES))
    envs.close()
    return learner, episodes


def timed(work: Callable[[], int]) -> float:
    """Return how much of what `work` counts it does in a second."""
    start = time.perf_counter()
    count = work()
    return count / (time.perf_counter() - start)


def whole_games(agent: Agent) -> Callable[[], int]:
    envs = make_envs(ENV, GAMES)

    def run() -> int:
        games = play(envs, agent, range(GAMES))
        return sum(len(turn.token_ids) for game in games for turn in game.turns)

    return run


def plain_features(critic: CausalCritic, episodes: Sequence[Episode]) -> Tensor:
    """Return what the Q heads read, (turns, width), from a row of its own for each utterance."""
    histories = [
        segment.ids[: span.end]
        for episode in episodes
        for segment in episode_stream(
            episode, critic.codec, critic.window, critic.max_action_tokens, canonical=True
        ).segments
        for span in segment.spans
    ]
    tree = build_tree(histories, (), critic.device)
    hidden: Tensor = critic.backbone(
        input_ids=tree.ids,
        position_ids=tree.positions,
        attention_mask=additive(tree.visible, critic.backbone.dtype),
        use_cache=False,
    ).last_hidden_state
    return hidden[torch.arange(len(histories)), torch.tensor([len(h) - 1 for h in histories])]


def critic_pass(
    features: Callable[[Sequence[Episode]], Tensor], episodes: Sequence[Episode]
) -> Callable[[], int]:
    """Read games eight at a time, forward and backward; count turns."""

    def run() -> int:
        for start in range(0, len(episodes), SMALL_BATCH):
            features(episodes[start : start + SMALL_BATCH]).sum().backward()
        return sum(len(episode.turns) for episode in episodes)

    return run


def candidates_as_tree(learner: Archer, contexts: Sequence[Any]) -> Callable[[], int]:
    config = learner.config
    generator = torch.Generator().manual_seed(0)

    def run() -> int:
        drawn = learner.policy.sample_branches(
            contexts, config.candidates, generator, config.token_budget
        )
        return sum(len(state) for game in drawn for state in game)

    return run


def candidates_one_by_one(learner: Archer, contexts: Sequence[Any]) -> Callable[[], int]:
    histories = [ids[: parent + 1] for ids, parents in contexts for parent in parents]

    def run() -> int:
        drawn = generate(learner.policy, histories, learner.config.candidates)
        return sum(len(state) for state in drawn)

    return run


def compare() -> list[dict[str, object]]:
    """Run every comparison; the first way of each is the plain one."""
    torch.manual_seed(0)  # `generate` draws from the global generator
    config = parse_train_arguments([f"--env={ENV}"]).config
    learner, episodes = make_learner(config)
    policy, critic = learner.policy, learner.critic
    assert isinstance(critic, CausalCritic)

    def whole(games: Sequence[Episode]) -> Tensor:
        return critic.features(games, None)[0]

    def plain(games: Sequence[Episode]) -> Tensor:
        return plain_features(critic, games)

    with torch.no_grad():
        torch.testing.assert_close(whole(episodes[:4]), plain(episodes[:4]), atol=1e-4, rtol=1e-4)
    prepared = learner.prepare(episodes, learner.config.states_per_game)
    contexts = [
        (segment.ids[: segment.spans[-1].start], [span.start - 1 for span in segment.spans])
        for game in prepared[: GAMES // 4]
        for segment in game.segments
    ]

    def critic_step() -> int:
        learner.critic_step(prepared)
        return 1

    def actor_step() -> int:
        return int(learner.train_actor(episodes)["actor/steps"])

    comparisons: dict[str, dict[str, Callable[[], int]]] = {
        f"whole games: tokens/s, {GAMES} games": {
            f"generate, batches of {SMALL_BATCH}, histories anew": whole_games(
                GenerateAgent(policy)
            ),
            "one batch, keys and values kept": whole_games(
                LanguageAgent(policy, torch.Generator().manual_seed(0))
            ),
        },
        "critic: turns/s, forward and backward": {
            "a row for each history": critic_pass(plain, episodes),
            "a row for each game": critic_pass(whole, episodes),
        },
        f"candidates/s, {learner.config.candidates} at every state": {
            f"generate, batches of {SMALL_BATCH} states": candidates_one_by_one(learner, contexts),
            "branches of a tree": candidates_as_tree(learner, contexts),
        },
        f"critic steps/s, {GAMES} games": {"candidates drawn before": critic_step},
        f"actor steps/s, {GAMES} games": {"with its advantages": actor_step},
    }
    rows: list[dict[str, object]] = []
    for what, ways in comparisons.items():
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(REPEATS):
            for way, work in ways.items():
                taken[way].append(timed(work))
        first = statistics.median(next(iter(taken.values())))
        for way, figures in taken.items():
            figure = statistics.median(figures)
            rows.append(
                {
                    "what": what,
                    "way": way,
                    "per second": float(f"{figure:.3g}"),
                    "ratio": round(figure / first, 2) if len(ways) > 1 else None,
                }
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the learner against the plain ways.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--threads", type=int, default=1, help="threads of torch")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    rows = compare()
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:>7}x"
        print(f"{row['what']:<40} {row['way']:<40} {row['per second']:>10,g} {ratio}")


if __name__ == "__main__":
    main()
