"""Text as a picture of constant size, for recorders and viewers that know nothing but pixels."""

from __future__ import annotations

import functools
import math
from bisect import bisect
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from llm_gym.core.text import printable

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 640, 480
_MARGIN, _LINE, _SIZE = 16, 20, 15  # pixels
_MOST = 256  # no line holds so many characters, however narrow
_PAPER, _INK = (250, 250, 247), (30, 30, 40)


def draw(text: str) -> NDArray[np.uint8]:
    """Return the end of ``text``, as many lines as fit, as an RGB picture.

    The end is where what is new stands. Lines are broken at spaces; characters that the font lacks
    are boxes. The same text gives the same pixels.

    Returns:
        An array of shape (480, 640, 3).
    """
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(picture)
    font = _font()
    for number, line in enumerate(_last_lines(printable(text), (HEIGHT - 2 * _MARGIN) // _LINE)):
        pen.text((_MARGIN, _MARGIN + number * _LINE), line, fill=_INK, font=font)
    return np.array(picture, dtype=np.uint8)


@functools.cache
def _font() -> FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.load_default(_SIZE)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _last_lines(text: str, count: int) -> list[str]:
    """Return the last ``count`` lines of ``text`` broken to the picture's width."""
    lines: list[str] = []
    for paragraph in reversed(text.rstrip("\n").split("\n")):
        # What stands farther back than the picture can show is not looked at.
        lines[:0] = _broken(paragraph[-count * _MOST :])
        if len(lines) >= count:
            break
    return lines[-count:]


def _broken(paragraph: str) -> list[str]:
    font, room = _font(), WIDTH - 2 * _MARGIN
    lines = [""]
    for word in paragraph.expandtabs(4).split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if font.getlength(longer) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        while font.getlength(word) > room:  # a word that no line holds
            counts = range(1, min(len(word), _MOST) + 1)
            fits = bisect(counts, room, key=lambda n: math.ceil(font.getlength(word[:n])))
            lines[-1] = word[:fits]
            lines.append("")
            word = word[fits:]
        lines[-1] = word
    return lines
