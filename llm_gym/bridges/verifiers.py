"""verifiers (the interface ``verifiers.v1``): games as a taskset and its environment.

The player's whole reply is the action; the game answers as the user. ``vf-eval`` finds a taskset by
the name of a top-level module, such as `examples/verifiers_eval.py`, which needs two lines:

    from llm_gym.bridges.verifiers import GameEnv, GameTaskset
    __all__ = ["GameEnv", "GameTaskset"]
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import verifiers.v1 as vf

from llm_gym.bridges.dialogue import Dialogue, task_rows

_HOW = "Reply with your next action alone."


class GameConfig(vf.TasksetConfig):  # type: ignore[misc]
    """Which games.

    Attributes:
        env_id: the environment.
        split: the split of its tasks.
        max_turns: cut a game off after so many turns; None for no limit but its own.
        env_options: the environment's arguments.
    """

    env_id: str = "llm_gym/TwentyQuestions-v0"
    split: str = "test"
    max_turns: int | None = None
    env_options: dict[str, Any] = {}  # noqa: RUF012  (pydantic copies it)


class GameData(vf.TaskData):  # type: ignore[misc]
    """One game.

    Attributes:
        game: what :class:`Dialogue` is made with.
        split: the split of the task.
        index: its number there.
    """

    game: dict[str, Any]
    split: str
    index: int


class GameTask(vf.Task[GameData, vf.State, vf.TaskConfig]):  # type: ignore[misc]
    """One game to play; its reward is the environment's."""


class GameTaskset(vf.Taskset[GameTask, GameConfig]):  # type: ignore[misc]
    """The tasks of a split, each with the game's first text as its prompt."""

    def load(self) -> Iterator[GameTask]:
        """Yield the tasks."""
        config = self.config
        game = {"env_id": config.env_id, "max_turns": config.max_turns, **config.env_options}
        dialogue = Dialogue(**game)
        for row in task_rows(config.env_id, config.split, **config.env_options):
            data = GameData(
                name=f"{row['split']}-{row['index']}",
                prompt=dialogue.begin(**row),
                system_prompt=f"{dialogue.instructions} {_HOW}",
                game=game,
                **row,
            )
            yield GameTask(data, config.task)


class GameEnvConfig(vf.EnvConfig):  # type: ignore[misc]
    """Who plays.

    Attributes:
        player: the agent; as it is, a plain chat of its model, on this machine.
    """

    player: vf.AgentConfig = vf.AgentConfig(harness={"id": "null"}, runtime=vf.SubprocessConfig())


class GameEnv(vf.Env[GameEnvConfig]):  # type: ignore[misc]
    """A player and a game in turn."""

    async def run(self, task: GameTask, agents: Any) -> None:
        """Play one game; record its return as the reward, and what it came to as metrics.

        A game that runs into one of the player's limits (turns, tokens, time) counts as truncated.
        """
        dialogue = Dialogue(**task.data.game)
        dialogue.begin(task.data.split, task.data.index)
        async with agents.player.interaction(task) as interaction:
            segment = await interaction.turn()
            while not segment.terminated:
                heard = await asyncio.to_thread(dialogue.hear, segment.last_reply or "")
                if dialogue.over:
                    break
                segment = await interaction.turn(heard)
        trace = interaction.trace
        if trace.is_truncated or (trace.stop_condition or "").endswith("_timeout"):
            dialogue.cut_off()
        outcome = dialogue.outcome
        dialogue.close()
        trace.record_reward("return", outcome.total, 1.0)
        for name in ("success", "turns", "invalid_actions", "unparsable"):
            trace.record_metric(name, float(getattr(outcome, name)))
        for ending in ("terminated", "truncated", "quit"):
            trace.record_metric(ending, float(ending == outcome.ending))


__all__ = ["GameEnv", "GameTaskset"]
