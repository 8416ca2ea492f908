"""What the critic makes of a game: Q, V and advantage of every utterance, beside what else might have been said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from archer_agent.algorithms.td import TDCritic
from archer_agent.episodes.replay import Episode


@torch.no_grad()
def explain(learner: TDCritic, episodes: Sequence[Episode], stage: str) -> list[dict[str, Any]]:
    """Value every utterance of some games, and the candidates that the policy would draw instead.

    Args:
        learner: whose critic judges and whose policy proposes.
        episodes: the games.
        stage: a name for when they were played, copied into the records.

    Returns:
        One JSON record per game, as `archer_agent.reports.report` shows them: Q and V are the smaller of the two heads,
        an advantage is Q - V.
    """
    longest = max(len(episode.turns) for episode in episodes)
    games = learner.prepare(episodes, longest)
    records = []
    for game in games:
        values = learner.critic([game.episode], [game.texts])
        q = values.q.amin(0).tolist()
        v = values.v_of_turns.amin(0).tolist()
        q_candidates = values.q_candidates.amin(0).tolist()
        turns = []
        for i, turn in enumerate(game.episode.turns):
            alternatives = {
                candidate.text: value
                for candidate, value in zip(game.candidates[i], q_candidates[i], strict=True)
                if candidate.text != turn.action
            }
            turns.append(
                {
                    "action": turn.action,
                    "reply": turn.reply.strip(),
                    "reward": turn.reward,
                    "q": q[i],
                    "v": v[i],
                    "advantage": q[i] - v[i],
                    "alternatives": [
                        {"text": text, "q": value, "advantage": value - v[i]}
                        for text, value in sorted(alternatives.items(), key=lambda pair: -pair[1])
                    ],
                }
            )
        records.append(
            {
                "stage": stage,
                "task_id": game.episode.task_id,
                "success": game.episode.success,
                "return": game.episode.total_reward,
                "turns": turns,
            }
        )
    return records
