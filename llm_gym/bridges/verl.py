"""verl: games as an agent loop, the model's whole reply being the action.

In the file that ``actor_rollout_ref.rollout.agent.agent_loop_config_path`` names::

    - name: game
      _target_: llm_gym.bridges.verl.GameLoop
      env_id: llm_gym/TwentyQuestions-v0

Rows of the data name it as ``agent_name`` and their task in ``extra_info``: ``split`` and ``index``.
The reward is the game's return, in which turns that were not played cost what they cost in the game.
"""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

from verl.experimental.agent_loop.agent_loop import (
    AgentLoopBase,
    AgentLoopMetrics,
    AgentLoopOutput,
)

from llm_gym.bridges.dialogue import Dialogue


class GameLoop(AgentLoopBase):  # type: ignore[misc]
    """One game per run; what was sampled is never tokenised again.

    Args:
        args: verl's own.
        env_id: the environment.
        max_turns: cut a game off after so many turns; None for no limit but its own.
        env_options: the environment's arguments.
        kwargs: verl's own.
    """

    def __init__(
        self,
        *args: Any,
        env_id: str,
        max_turns: int | None = None,
        env_options: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._game = {"env_id": env_id, "max_turns": max_turns, **(env_options or {})}

    async def run(self, sampling_params: dict[str, Any], **kwargs: Any) -> AgentLoopOutput:
        """Play the game of a row; one without room for another reply counts as truncated."""
        row, limit = kwargs.get("extra_info") or {}, self.rollout_config.response_length
        dialogue = Dialogue(**self._game)
        first = dialogue.begin(row.get("split"), row.get("index"))
        opening = {"role": "user", "content": f"{dialogue.instructions}\n\n{first}"}
        chat = [*kwargs["raw_prompt"], opening]
        ids = await self.ct_build_initial_tokens(chat)
        mask: list[int] = []
        logprobs: list[float] | None = None
        request = uuid4().hex
        while not dialogue.over:
            made = await self.server_manager.generate(
                request_id=request, prompt_ids=ids, sampling_params=sampling_params
            )
            if made.log_probs and logprobs is None:
                logprobs = [0.0] * len(mask)
            merged, mask, logprobs = await self.ct_merge_assistant_token(
                ids, made.token_ids, mask, logprobs, assistant_logprobs=made.log_probs or None
            )
            ids = merged.token_ids
            if len(mask) > limit:
                dialogue.cut_off()
                break
            reply = self.tokenizer.decode(made.token_ids, skip_special_tokens=True)
            heard = await asyncio.to_thread(dialogue.hear, reply)
            if dialogue.over:
                break
            said = [*chat, {"role": "assistant", "content": reply}]
            chat = [*said, {"role": "user", "content": heard}]
            merged, mask, logprobs = await self.ct_merge_context_msg(
                said, chat, ids, mask, logprobs
            )
            ids = merged.token_ids
            if len(mask) >= limit:
                dialogue.cut_off()
        outcome = dialogue.outcome
        dialogue.close()
        start = len(ids) - len(mask)
        return AgentLoopOutput(
            prompt_ids=ids[:start],
            response_ids=ids[start:][:limit],
            response_mask=mask[:limit],
            response_logprobs=None if logprobs is None else logprobs[:limit],
            reward_score=outcome.total,
            num_turns=2 * outcome.turns,
            metrics=AgentLoopMetrics(),
            extra_fields={"turn_scores": [], "tool_rewards": [], **outcome.as_dict()},
        )
