"""Inspect AI: games as an evaluation, with return, success, turns and how they ended as scores.

inspect eval llm_gym/bridges/inspect.py@game -T env_id=llm_gym/TwentyQuestions-v0 --model ...

eval(game("llm_gym/TwentyQuestions-v0", split="test"), model="openai/gpt-4o-mini")
"""

from __future__ import annotations

import asyncio
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    get_model,
)
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import ToolInfo, ToolParam, ToolParams
from inspect_ai.util import LimitExceededError

from llm_gym.bridges.dialogue import Dialogue, task_rows

_OUTCOME = "llm_gym_outcome"


@task  # type: ignore[untyped-decorator]
def game(
    env_id: str,
    split: str = "test",
    limit: int | None = None,
    max_turns: int | None = None,
    tools: bool = True,
    **kwargs: Any,
) -> Task:
    """Return the evaluation of a model on the tasks of a split.

    Args:
        env_id: the environment.
        split: the split.
        limit: at most so many tasks, the first ones; None for all.
        max_turns: cut a game off after so many turns; None for no limit but its own.
        tools: actions are calls of the game's tools; without, a reply's text is the action.
        kwargs: the environment's arguments.
    """
    rows = task_rows(env_id, split, limit, **kwargs)
    samples = [
        Sample(input="Play.", id=f"{row['split']}-{row['index']}", metadata=row) for row in rows
    ]
    return Task(
        dataset=MemoryDataset(samples, name=env_id),
        solver=play(env_id, max_turns, tools, **kwargs),
        scorer=outcome(),
    )


@solver  # type: ignore[untyped-decorator]
def play(env_id: str, max_turns: int | None = None, tools: bool = True, **kwargs: Any) -> Solver:
    """Return the solver: one game from its first text to its end.

    A reply without a call where calls are wanted, or without any text, costs a turn. A game that runs
    into one of Inspect's limits (messages, tokens, time) counts as truncated.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        dialogue = Dialogue(env_id, max_turns=max_turns, **kwargs)
        described = _described(dialogue) if tools else []
        first = dialogue.begin(state.metadata["split"], state.metadata["index"])
        state.messages = [
            ChatMessageSystem(content=dialogue.instructions),
            ChatMessageUser(content=first),
        ]
        model = get_model()
        try:
            while not dialogue.over:
                state.metadata[_OUTCOME] = dialogue.outcome.as_dict()  # as if it ended here
                state.output = await model.generate(state.messages, tools=described)
                state.messages.append(state.output.message)
                heard = await asyncio.to_thread(_hear, dialogue, state.output.message, tools)
                state.messages += heard
        except LimitExceededError:
            dialogue.cut_off()
            raise
        finally:
            state.metadata[_OUTCOME] = dialogue.outcome.as_dict()
            dialogue.close()
        state.completed = True
        return state

    return solve


def _described(dialogue: Dialogue) -> list[ToolInfo]:
    return [
        ToolInfo(
            name=tool.name,
            description=tool.description,
            parameters=ToolParams(
                properties={tool.argument: ToolParam(type="string", description=tool.meaning)},
                required=[tool.argument],
            ),
        )
        for tool in dialogue.tools.values()
    ]


def _hear(dialogue: Dialogue, message: Any, tools: bool) -> list[ChatMessage]:
    """Take the turns of a reply; return what they brought."""
    if not tools:
        return [ChatMessageUser(content=dialogue.hear(message.text))]
    if not message.tool_calls:
        names = " or ".join(dialogue.tools)
        return [ChatMessageUser(content=dialogue.misunderstand(f"Call {names}."))]
    return [
        ChatMessageTool(
            content=dialogue.call(call.function, call.arguments),
            tool_call_id=call.id,
            function=call.function,
        )
        for call in message.tool_calls
    ]


@scorer(metrics={"*": [mean(), stderr()]})  # type: ignore[untyped-decorator]
def outcome() -> Scorer:
    """Return the scorer: what the game came to, the ending as a share of each kind."""

    async def score(state: TaskState, target: Target) -> Score:
        found = dict(state.metadata[_OUTCOME])
        ending = found.pop("ending")
        value = {name: float(number) for name, number in found.items()}
        value |= {each: float(each == ending) for each in ("terminated", "truncated", "quit")}
        return Score(value=value, explanation=ending)

    return score
