"""Chat templates, append-only: what the environment says is the user's, what the policy says the assistant's.

A template renders a whole dialogue, and some render its past anew each time. Here every piece is rendered once, when it
comes, from a short dialogue that ends with it; the sampled tokens between the pieces are never touched. What this
takes for granted is checked once for each template.

An utterance is what the environment hears. Of a model that thinks before it answers, thinking is switched off where its
template can (``enable_thinking``): it then writes empty thoughts before the answer, and leaves them out of the past. Here
they stay, as they were read. Where a template leaves to the model what it writes itself before an answer that is past (the
channel of gpt-oss, GLM's line break behind empty thoughts), it is written here, and the model goes on with its answer.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

from packaged_models.special_tokens import as_text, special_tokens

_SAID = ("question", "answer", "further question", "further answer", "last question")
_ANEW = "writes the past anew when something is added"

_HALVES = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    """Return text as a tokenizer takes it: U+FFFD stands for halves of surrogate pairs, which JSON lets through."""
    return _HALVES.sub("\ufffd", text)


class ChatTemplate:
    """The pieces of a tokenizer's chat template.

    Args:
        tokenizer: a Hugging Face tokenizer with a chat template.

    Raises:
        ValueError: it has none, or one whose past changes as the dialogue goes on, or whose assistant's turn does
            not end with a special token.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        if tokenizer.chat_template is None:
            raise ValueError(
                "the tokenizer has no chat template; use --model.prompt-style plain, or a model with one"
            )
        self._special = special_tokens(tokenizer)
        self._lead = ""
        opening, said = self._render(_SAID[:1]), self._render(_SAID[:3])
        self._past = os.path.commonprefix([opening, said])  # noqa: RUF071  texts, not paths
        thoughts = opening[len(self._past) :]
        if thoughts and self._render(_SAID[:1], thinks=True).endswith(thoughts):
            # Not thoughts that were left out, but some that are begun in any case.
            raise self._refusal(_ANEW)
        if not thoughts:
            self._lead = said[len(opening) :].partition(_SAID[1])[0]
            self._past += self._lead
        rest = [self._after(said) for said in (_SAID[2], _SAID[4])]
        told = self._past + _SAID[1] + rest[0].removesuffix(thoughts) + _SAID[3] + rest[1]
        if self._render(_SAID) != told:
            raise self._refusal("writes later turns otherwise than the first ones")
        self.terminator: int = self._encode(rest[0])[0]
        if self.terminator not in tokenizer.all_special_ids:
            raise self._refusal("does not end the assistant's turn with a special token")

    def opening(self, text: str) -> list[int]:
        """Return the ids up to the first utterance, the text being the user's first message."""
        return self._encode(self._render([as_text(text, self._special)]))

    def reply(self, text: str) -> list[int]:
        """Return the ids from after the terminator of one utterance up to the next."""
        return self._encode(self._after(as_text(text, self._special)))[1:]

    def _after(self, reply: str) -> str:
        """Render a reply to an utterance: the end of the one and all that stands before the next."""
        head = self._past + _SAID[1]
        whole = self._render([_SAID[0], _SAID[1], reply])
        if not whole.startswith(head):
            raise self._refusal(_ANEW)
        return whole[len(head) :]

    def _render(self, said: Sequence[str], thinks: bool = False) -> str:
        """Render a dialogue that begins and ends with the user, up to where the assistant's answer begins."""
        from jinja2 import TemplateError

        messages = [
            {"role": "assistant" if number % 2 else "user", "content": text}
            for number, text in enumerate(said)
        ]
        try:
            text: str = self._tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=True, enable_thinking=thinks
            )
        except TemplateError as error:
            raise self._refusal(f"does not take a plain dialogue ({error})") from error
        return text + self._lead

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(readable(text), add_special_tokens=False)
        return ids

    def _refusal(self, reason: str) -> ValueError:
        return ValueError(f"the tokenizer's chat template {reason}; use --model.prompt-style plain")
