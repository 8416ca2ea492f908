"""What stands around a question: labels, marks of emphasis, "Yes or no?", other sentences."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(
    r"<think>.*?</think>|</?\w+>|<\|\w+\|>|(?<!\w)\#+|[*_`~>|\"\u201c\u201d\[\]{}]+"
)
_LABEL = re.compile(
    r"""\s*(?:[-\u2013\u2014\u2022]\ +
    |\(?\d{1,3}\s*[.):]\s+
    |(?:turn|question|q)\ ?\d{1,3}\ (?=\w)
    |[(\[]?\d{1,3}\s*(?:/|of)\s*\d{1,3}[)\].:]*\s+
    |(?:(?:my|the|your|next|final|last|first)\ )*
        (?:question|guess|q|turn|answer|action|player|user|assistant|output|response)
        (?:\ ?(?:number|no\.?|\#)?\ ?\d{1,3})?(?:\ (?:is|would\ be|will\ be))?
        \s*(?::|\.\ |\)|[-\u2013\u2014]\ )\s*
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_TAIL = re.compile(
    r"""[\s,(]*(?:
    (?:please\ )?(?:(?:just\ )?(?:answer|reply|respond)(?:\ me)?(?:\ with)?(?:\ only|\ just)?\s*)?
        (?:yes|true|y)\s*(?:or|/|,)\s*(?:no|false|n)
    |am\ i\ right|(?:is|was)\ (?:that|this)\ (?:it|right|correct|so|my\ guess)|did\ i\ (?:get\ it|guess)
        (?:\ right|\ correctly)?
    |thanks?(?:\ you)?|final\ (?:answer|guess)
    )[\s?.!)]*$""",
    re.VERBOSE | re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"^\W*(?:(?:can|may|could) i (?:guess|make a guess|try|take a guess)(?: now)?|ready|you know what|one (?:more|"
    r"last) (?:question|guess)"
    r"|shall i guess|do i have it|guess what)\s*\?\s+(?=\w)",
    re.IGNORECASE,
)
"""A question that only says that a guess is coming."""
_SENTENCES = re.compile(r"(?<=[.!?:])\s+")


def undress(text: str) -> str:
    """Return ``text`` without marks of emphasis, labels before it and courtesies behind it."""
    text = " ".join(_MARKS.sub(" ", text).split())
    text = "".join(char for char in text if unicodedata.category(char) not in ("So", "Mn")).strip()
    text = _ANNOUNCED.sub("", text)
    before = None
    while before != text:
        before = text
        label = _LABEL.match(text)
        text = _TAIL.sub("", text[label.end() :] if label else text)
    return text


def main_sentence(text: str) -> tuple[list[str], int]:
    """Return the sentences of ``text`` and which one matters: the one question, else the last.

    No sentences where several of them ask something.
    """
    sentences = _SENTENCES.split(text)
    asking = [i for i, sentence in enumerate(sentences) if "?" in sentence]
    if len(asking) > 1:
        return [], 0
    return sentences, asking[0] if asking else len(sentences) - 1
