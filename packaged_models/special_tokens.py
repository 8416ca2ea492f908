"""Special tokens of a tokenizer, and texts that spell them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def special_tokens(tokenizer: Any) -> list[str]:
    """Return the texts that a tokenizer reads as special tokens, such as ``<|im_end|>``."""
    return [added.content for added in tokenizer.added_tokens_decoder.values() if added.special]


def as_text(text: str, tokens: Iterable[str]) -> str:
    """Break what would be read as a special token by a space: ``<|im_end|>`` -> ``< |im_end|>``.

    What somebody says must not end a turn, nor begin one in another's name.

    Args:
        text: what is said.
        tokens: the `special_tokens`.
    """
    for token in tokens:
        text = text.replace(token, f"{token[0]} {token[1:]}")
    return text
