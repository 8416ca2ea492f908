"""TRL's ``GRPOTrainer``: environments that are played by tool calls, and plain text rollouts.

    from llm_gym.bridges.trl import environment_class, prompts

    trainer = GRPOTrainer(
        model="...",
        train_dataset=prompts("llm_gym/TwentyQuestions-v0", "train"),
        environment_factory=environment_class("llm_gym/TwentyQuestions-v0"),
    )

The games own their reward, so no reward function is needed. The rows name the task by split and
index: TRL repeats a row for a group, so a group plays one task.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from llm_gym.bridges.dialogue import Dialogue, Outcome, task_rows
from llm_gym.core.game import Tool

if TYPE_CHECKING:
    from datasets import Dataset

_MARK = "\0"
"""Stands in a chat for what is not said yet."""
_HOW = "Play by calling the tools, one call at a time, until the game is over."


def prompts(
    env_id: str, split: str = "train", limit: int | None = None, how: str = _HOW, **kwargs: Any
) -> Dataset:
    """Return the tasks of a split as the data set that the trainer wants.

    Args:
        env_id: the environment.
        split: the split.
        limit: at most so many tasks, the first ones; None for all.
        how: how to play, behind the game's instructions.
        kwargs: the environment's arguments.

    Returns:
        A data set with ``prompt`` (the chat before the first turn), ``split`` and ``index``. The
        split and index stand in the prompt's message as well, where :func:`text_rollouts`, which is
        given nothing else, finds them; chat templates do not show them.

    Raises:
        ValueError: there is no such split.
    """
    from datasets import Dataset

    instructions = Dialogue(env_id, **kwargs).instructions
    content = f"{instructions} {how}\n\n".lstrip()
    return Dataset.from_list(
        [
            {"prompt": [{"role": "user", "content": content, **row}], **row}
            for row in task_rows(env_id, split, limit, **kwargs)
        ]
    )


def environment_class(env_id: str, *, max_turns: int | None = None, **kwargs: Any) -> type:
    """Return a class for ``environment_factory``: its tools are those of the game.

    The trainer makes every public method a tool, so the class has no other: ``reset`` and
    ``get_reward`` are the trainer's own. The reward is the game's return, in which turns that were
    never played cost what they cost in the game. What else a game came to, and how it ended, is the
    attribute ``outcome`` of each of the ``environments`` that a reward function is given.

    Args:
        env_id: the environment.
        max_turns: cut a game off after so many turns; None for no limit but its own.
        kwargs: the environment's arguments.
    """

    class Environment:
        """One game after another, for one place in the batch."""

        def __init__(self) -> None:
            self._dialogue = Dialogue(env_id, max_turns=max_turns, **kwargs)

        def reset(self, split: str | None = None, index: int | None = None, **_: Any) -> str | None:
            """Start the game of a row; return the text that ends the prompt."""
            return self._dialogue.begin(split or None, index)

        def get_reward(self) -> float:
            """Return the game's return."""
            return self._dialogue.outcome.total

        @property
        def outcome(self) -> Outcome:
            """What the game came to; no method, so no tool."""
            return self._dialogue.outcome

    for tool in Dialogue(env_id, max_turns=max_turns, **kwargs).tools.values():
        setattr(Environment, tool.name, _method(tool))
    return Environment


def _method(tool: Tool) -> Callable[..., str]:
    """Return a method that calls a tool, with the signature and docstring that TRL reads."""

    def method(self: Any, **arguments: Any) -> str:
        heard: str = self._dialogue.call(tool.name, arguments)
        return heard

    self = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    argument = inspect.Parameter(
        tool.argument, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=str
    )
    method.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [self, argument], return_annotation=str
    )
    method.__annotations__ = {tool.argument: str, "return": str}
    method.__name__ = method.__qualname__ = tool.name
    method.__doc__ = f"""{tool.description}

Args:
    {tool.argument}: {tool.meaning}

Returns:
    What it brought.
"""
    return method


def text_rollouts(
    env_id: str, *, max_turns: int | None = None, turn_tokens: int = 64, **kwargs: Any
) -> Callable[[list[Any], Any], dict[str, Any]]:
    """Return a ``rollout_func``: the model's whole reply is the action, no tool calls.

    For models too small to call tools. All games of a batch go on turn by turn together; a game ends
    by its rules, at ``max_turns``, or where the trainer's ``max_completion_length`` leaves no room
    for another turn (which counts as truncated). Give :func:`game_return` as the reward function.

    Args:
        env_id: the environment.
        max_turns: cut a game off after so many turns; None for no limit but its own.
        turn_tokens: the most tokens of one reply.
        kwargs: the environment's arguments.

    A model that thinks before it answers does so within ``turn_tokens``, unless its template is told
    otherwise by the trainer's ``chat_template_kwargs`` (``{"enable_thinking": False}`` for Qwen3).

    Raises:
        ValueError: as it plays, the chat template does not write every message once.
    """
    pool: list[Dialogue] = []

    def rollout(rows: list[Any], trainer: Any) -> dict[str, Any]:
        while len(pool) < len(rows):
            pool.append(Dialogue(env_id, max_turns=max_turns, **kwargs))
        games = [_Game(pool[i], row, trainer) for i, row in enumerate(rows)]
        while playing := [game for game in games if game.has_room(turn_tokens)]:
            replies = _generate(trainer, [game.ids for game in playing], turn_tokens)
            for game, (ids, logprobs) in zip(playing, replies, strict=True):
                game.take(ids, logprobs)
        return {
            "prompt_ids": [game.prompt_ids for game in games],
            "completion_ids": [game.ids[len(game.prompt_ids) :] for game in games],
            "logprobs": [game.logprobs for game in games],
            "env_mask": [game.mask for game in games],
            "game_return": [game.dialogue.outcome.total for game in games],
            "game_success": [game.dialogue.outcome.success for game in games],
            "game_ending": [game.dialogue.outcome.ending for game in games],
        }

    return rollout


def game_return(game_return: list[float], **_: Any) -> list[float]:
    """The reward function beside :func:`text_rollouts`: each game's return."""
    return game_return


class _Game:
    """One game of a batch as one growing row of tokens: what was sampled is never re-tokenised."""

    def __init__(self, dialogue: Dialogue, prompt: Any, trainer: Any) -> None:
        self.dialogue = dialogue
        self._tokenizer = trainer.processing_class
        self._template = trainer.args.chat_template_kwargs or {}
        self._length = trainer.args.max_completion_length
        last = prompt[-1]
        first = dialogue.begin(last.get("split") or None, last.get("index"))
        chat = [{"role": each["role"], "content": each["content"]} for each in prompt]
        chat[-1]["content"] += first
        self.prompt_ids = self._tokenizer(self._text(chat), add_special_tokens=False)["input_ids"]
        # What stands between a reply and the next: the template's words around a user's message. They
        # are cut out of one text, since templates write a reply otherwise while it is the last.
        spoken = [{"role": role, "content": _MARK} for role in ("assistant", "user")]
        around = self._text([*chat, *spoken]).split(_MARK)
        if len(around) != 3:
            raise ValueError(
                "the tokenizer's chat template does not write every message once, so that nothing tells what"
                " stands between two: give the trainer's tokenizer another one (`chat_template`)"
            )
        _, self._before, self._behind = around
        self.ids = list(self.prompt_ids)
        self.logprobs: list[float] = []
        self.mask: list[int] = []

    def has_room(self, turn_tokens: int) -> bool:
        """Return whether the game goes on; one without room for another reply is cut off."""
        if not self.dialogue.over and len(self.mask) + turn_tokens > self._length:
            self.dialogue.cut_off()
        return not self.dialogue.over

    def take(self, ids: list[int], logprobs: list[float]) -> None:
        """Take a reply, and write what it brought behind it, masked."""
        self._add(ids, logprobs, 1)
        heard = self.dialogue.hear(self._tokenizer.decode(ids, skip_special_tokens=True))
        if self.dialogue.over:
            return
        ended = bool(ids) and ids[-1] == self._tokenizer.eos_token_id
        before = self._before
        if ended and self._tokenizer.eos_token:
            before = before.removeprefix(self._tokenizer.eos_token)
        new = self._tokenizer(f"{before}{heard}{self._behind}", add_special_tokens=False)
        room = self._length - len(self.mask)
        self._add(new["input_ids"][:room], [0.0] * min(room, len(new["input_ids"])), 0)

    def _add(self, ids: list[int], logprobs: list[float], by_model: int) -> None:
        self.ids += ids
        self.logprobs += logprobs
        self.mask += [by_model] * len(ids)

    def _text(self, chat: list[dict[str, str]]) -> str:
        text: str = self._tokenizer.apply_chat_template(
            chat, tokenize=False, add_generation_prompt=True, **self._template
        )
        return text


def _generate(
    trainer: Any, rows: list[list[int]], turn_tokens: int
) -> list[tuple[list[int], list[float]]]:
    """Sample one reply to each row at the trainer's temperature, with its log-probabilities."""
    import torch
    from trl.models import unwrap_model_for_generation

    tokenizer, device = trainer.processing_class, trainer.accelerator.device
    width = max(map(len, rows))
    pad = tokenizer.pad_token_id
    ids = torch.tensor([[pad] * (width - len(row)) + row for row in rows], device=device)
    seen = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows], device=device)
    # With gradient checkpointing, which the trainer has on, a model keeps no keys and values.
    unwrapped = unwrap_model_for_generation(
        trainer.model_wrapped,
        trainer.accelerator,
        gradient_checkpointing_kwargs=trainer.args.gradient_checkpointing_kwargs,
    )
    with unwrapped as model, torch.no_grad():
        made = model.generate(
            input_ids=ids,
            attention_mask=seen,
            max_new_tokens=turn_tokens,
            do_sample=True,
            temperature=trainer.args.temperature,
            top_k=0,
            top_p=1.0,
            pad_token_id=pad,
            eos_token_id=tokenizer.eos_token_id,
            return_dict_in_generate=True,
            output_logits=True,
        )
    logits = torch.stack(made.logits, dim=1).float() / trainer.args.temperature
    sampled = made.sequences[:, width:]
    chosen = logits.log_softmax(-1).gather(-1, sampled[..., None])[..., 0]
    replies = []
    for tokens, logprobs in zip(sampled.tolist(), chosen.tolist(), strict=True):
        end = tokens.index(tokenizer.eos_token_id) + 1 if tokenizer.eos_token_id in tokens else None
        replies.append((tokens[:end], logprobs[:end]))
    return replies
