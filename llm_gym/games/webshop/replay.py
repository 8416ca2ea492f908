"""Recorded games played again: as the pages of a view show them, under this shop's rules and rewards."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from llm_gym.core.tasks import Task
from llm_gym.games.webshop.archer import ArcherShop
from llm_gym.games.webshop.game import WebShop
from llm_gym.games.webshop.goals import NO_BOUND
from llm_gym.games.webshop.instruction import PRICE_CLAUSE
from llm_gym.games.webshop.pages import Node
from llm_gym.games.webshop.recorded import Click, Move, Recording, Search
from llm_gym.games.webshop.tasks import Session, World


class UnplayableError(ValueError):
    """A recorded game cannot be played again here; the message says why, of several games."""


def record(game: WebShop, task: Task, moves: Iterable[Move | str]) -> dict[str, Any]:
    """Play a game and return what happened as a recorded game.

    Args:
        game: what is played; its views call the same thing by different names.
        task: what it is about.
        moves: what is done; text is taken as an action of the game's own.

    Returns:
        JSON values: ``observation`` at the start, ``turns`` with ``action``, ``reply``, ``reward``, ``invalid`` and
        ``observation`` each, ``terminated``, ``success``, ``task_id``, ``split``.

    Raises:
        UnplayableError: a move is none that the page allows, or one follows the end of the game.
    """
    turn = game.begin(task)
    first, turns = turn.observation, []
    for move in moves:
        if turn.terminated:
            raise UnplayableError(f"go on after the end; {game.turn_limit} turns are the most here")
        action = move if isinstance(move, str) else _action(game, move)
        game.ask(action)
        turn = game.answer(None)
        if not isinstance(move, str) and (turn.invalid_action or not _is_chosen(game, move)):
            raise UnplayableError("do what the rules do not allow here")
        turns.append(
            {
                "action": action,
                "reply": turn.delta,
                "reward": turn.reward,
                "invalid": turn.invalid_action,
                "observation": turn.observation,
            }
        )
    return {
        "observation": first,
        "turns": turns,
        "terminated": turn.terminated,
        "success": turn.success,
        "task_id": task.id,
        "split": task.split,
    }


def _action(game: WebShop, move: Move) -> str:
    """Return what a move is called on the page that the game shows."""
    if isinstance(move, Search):
        return f"search[{move.words}]"
    shop = game.shop
    by_text = isinstance(shop, ArcherShop)
    nodes = shop.nodes if isinstance(shop, ArcherShop) else shop.page.nodes
    named = [node for node in nodes if node.clickable and _is_called(node, move)]
    if not named:
        raise UnplayableError("click what is not on the page here")
    # Of several the last value, else the last, as the original has it.
    node = [*(each for each in named if each.kind != "option"), *_options(named)][-1]
    return f"click[{node.text if by_text else node.label}]"


def _is_chosen(game: WebShop, move: Move) -> bool:
    """Whether a value of a named option is now chosen: paper rules know two of one text by one label."""
    if isinstance(move, Search) or not move.option:
        return True
    chosen = {_plain(name): _plain(value) for name, value in game.shop.state.options.items()}
    return chosen.get(_plain(move.option)) == _plain(move.label)


def _options(nodes: Iterable[Node]) -> list[Node]:
    return [node for node in nodes if node.kind == "option"]


def _is_called(node: Node, move: Click) -> bool:
    label = _plain(move.label)
    if move.option and (node.kind != "option" or _plain(node.name) != _plain(move.option)):
        return False
    return label in (_plain(node.value or node.text), _plain(node.text))


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()


class Goals:
    """The tasks of a shop by what the shopper is told."""

    def __init__(self, world: World) -> None:
        self._tasks: Mapping[str, list[Task]] = defaultdict(list)
        for task in world.tasks.select():
            self._tasks[_wanted(task.payload.goal.instruction_text)].append(task)
        for tasks in self._tasks.values():
            tasks.sort(key=lambda task: int(task.payload.number))

    def find(self, recording: Recording) -> Task:
        """Return the task of a recorded game, in its words and with its bound of the price.

        Where several goals are told in the same words, that of the recorded product, else the first.

        Raises:
            UnplayableError: there is no such goal in this shop.
        """
        tasks = self._tasks.get(_wanted(recording.instruction), [])
        same = [task for task in tasks if task.payload.goal.asin == recording.asin]
        if not tasks:
            raise UnplayableError("have an instruction that is none of this shop's goals")
        task = (same or tasks)[0]
        bound = PRICE_CLAUSE.search(recording.instruction)
        goal = replace(
            task.payload.goal,
            instruction_text=recording.instruction,
            price_upper=NO_BOUND if bound is None else float(bound[1]),
        )
        return replace(task, payload=Session(task.payload.number, goal))


def _wanted(instruction: str) -> str:
    """Return an instruction as the original compares them: without bound, quotes, upper case."""
    words = PRICE_CLAUSE.split(instruction)[0].translate({ord(quote): None for quote in "\"'"})
    return _plain(words).strip(".")


@dataclass(slots=True)
class Replayed:
    """What became of recorded games.

    Attributes:
        games: how many were played again.
        total: the sum of their returns.
        compared: how many of them have a recorded reward.
        agreeing: how many of those brought the same.
        left_out: why games were not played again -> how many.
    """

    games: int = 0
    total: float = 0.0
    compared: int = 0
    agreeing: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def replay(
    game: WebShop, recordings: Iterable[Recording], target: Path, split: str | None = None
) -> Replayed:
    """Play recorded games again and write them to a file, one a line.

    The file is written beside its place and renamed when it is whole.

    Args:
        game: what is played: its world, rules and view.
        recordings: the games.
        target: the file.
        split: take only games whose task is of this split, range or list; None for all.

    Raises:
        ValueError: a recording cannot be read, there is no such split, or no game can be played again.
        OSError: the file cannot be written.
    """
    goals = Goals(game.world)
    wanted = None if split is None else {task.id for task in game.tasks.select(split)}
    result = Replayed()
    beside = target.with_name(f".{target.name}.part")
    try:
        with beside.open("w", encoding="utf-8") as file:
            for recording in recordings:
                try:
                    if recording.fault:
                        raise UnplayableError(recording.fault)
                    task = goals.find(recording)
                    if wanted is not None and task.id not in wanted:
                        raise UnplayableError(f"are not of the split {split}")
                    played = record(game, task, recording.moves)
                    if game.shop.purchase is None:
                        raise UnplayableError("end without a purchase")
                except UnplayableError as error:
                    result.left_out[str(error)] += 1
                    continue
                file.write(json.dumps(played) + "\n")
                reward = sum(turn["reward"] for turn in played["turns"])
                result.games += 1
                result.total += reward
                if recording.reward is not None:
                    result.compared += 1
                    result.agreeing += abs(reward - recording.reward) < 1e-6
        if not result.games:
            raise ValueError(
                f"no game can be played again: {told(result.left_out) or 'there are none'}"
            )
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return result


def told(left_out: Counter[str]) -> str:
    """Say why games were left out: "12 end without a purchase, 3 ..."."""
    return ", ".join(f"{count:,} {why}" for why, count in left_out.most_common())
