"""Arrays for observations: hashed words, token ids, or an embedding."""

from __future__ import annotations

import functools
import itertools
import re
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box
from gymnasium.utils import RecordConstructorArgs
from numpy.typing import NDArray

from llm_gym.core.text import printable

_WORD = re.compile(r"\w+")

Tokenizer = Callable[[str], Sequence[int]]
Embedder = Callable[[str], NDArray[np.floating[Any]]]


class WordHashes:
    """Which words, neighbouring words and whole lines a text has, as zeros and ones.

    Every feature falls on one of ``size`` places by its hash (the hashing trick, Weinberger et al.,
    ICML 2009), the same in every process: nothing has to be learned or kept. Neighbours are within
    a line, so that in a transcript a question and its answer go together.

    Args:
        size: how many places there are.

    Raises:
        ValueError: there is not one.
    """

    def __init__(self, size: int) -> None:
        if size < 1:
            raise ValueError(f"size is at least 1, not {size}")
        self.space = Box(0.0, 1.0, (size,), np.float32)

    def __call__(self, text: str) -> NDArray[np.float32]:
        """Return the features of ``text``, float32 of shape ``(size,)``."""
        features = np.zeros(self.space.shape, dtype=np.float32)
        for line in text.splitlines():
            features[_hashes(line) % len(features)] = 1.0
        return features


@functools.lru_cache(maxsize=1 << 14)
def _hashes(line: str) -> NDArray[np.uint32]:
    """Return the hashes of a line's words, pairs of words, and of the line itself."""
    words = _WORD.findall(line.lower())
    pairs = (f"{one} {two}" for one, two in itertools.pairwise(words))
    features = (*words, *pairs, " ".join(("line", *words)))
    codes = [zlib.crc32(feature.encode("utf-8", "surrogatepass")) for feature in features]
    return np.array(codes, dtype=np.uint32)


_BYTE_IDS = 257


def utf8_bytes(text: str) -> list[int]:
    """Return the bytes of ``text``, each plus 1: ids from 1 to 256."""
    return [byte + 1 for byte in text.encode("utf-8", "surrogatepass")]


class Ids:
    """Token ids of the end of a text, in an array of constant length.

    Args:
        length: how many ids there are; what stands before the last ``length`` is left out, and a
            shorter text is filled up with ``padding`` at its end.
        tokenizer: from a text to ids, ``tokenizer.encode`` of Hugging Face for example; None for
            UTF-8 bytes, ids from 1 to 256.
        vocabulary: the number of ids; None for that of the bytes.
        padding: the id that fills up.

    Raises:
        ValueError: there is no place; a tokenizer without the size of its vocabulary; no such id as
            ``padding``.
    """

    def __init__(
        self, length: int, tokenizer: Tokenizer | None, vocabulary: int | None, padding: int
    ) -> None:
        if length < 1:
            raise ValueError(f"length is at least 1, not {length}")
        if (tokenizer is None) != (vocabulary is None):
            raise ValueError("tokenizer and vocabulary belong together: give both, or neither")
        count = _BYTE_IDS if vocabulary is None else vocabulary
        if not 0 <= padding < count:
            raise ValueError(f"padding {padding} is none of the ids from 0 to {count - 1}")
        self._tokenizer = tokenizer
        self._padding = padding
        self.space = Box(0, count - 1, (length,), np.int64)

    def __call__(self, text: str) -> NDArray[np.int64]:
        """Return the ids of ``text``, int64 of shape ``(length,)``.

        Raises:
            ValueError: the tokenizer made an id that is not in its vocabulary.
        """
        (length,) = self.space.shape
        ids = np.full(length, self._padding, dtype=np.int64)
        # Tokenizers of models know no lone surrogates.
        made = utf8_bytes(text) if self._tokenizer is None else self._tokenizer(printable(text))
        end = list(made)[-length:]
        ids[: len(end)] = end
        if ids not in self.space:
            count = int(self.space.high[0]) + 1
            raise ValueError(
                f"the tokenizer made the id {max(end)}: give a vocabulary above it, not {count}"
            )
        return ids


class Embedding:
    """What a text is about, as a model of embeddings puts it.

    Args:
        embed: from a text to its embedding; None for the model that the package ``wordllama`` brings
            along (256 numbers, no download).
        size: how many numbers; None for those of that model.

    Raises:
        ValueError: a function without its size, or the other way round.
        ImportError: ``wordllama`` is not installed.
    """

    def __init__(self, embed: Embedder | None, size: int | None) -> None:
        if (embed is None) != (size is None):
            raise ValueError("embed and size belong together: give both, or neither")
        if embed is None:
            _packaged_model()  # now, where it is not installed, and not in the middle of a game
        self._embed = embed or packaged_embedding
        self.space = Box(-np.inf, np.inf, (size or _PACKAGED_SIZE,), np.float32)

    def __call__(self, text: str) -> NDArray[np.float32]:
        """Return the embedding of ``text``, float32 of shape ``(size,)``."""
        # Tokenizers of models know no lone surrogates.
        return np.asarray(self._embed(printable(text)), dtype=np.float32).reshape(self.space.shape)


_PACKAGED_SIZE = 256


@functools.cache
def _packaged_model() -> Any:
    """Return the model of the package ``wordllama`` (16 MB), loaded once per process.

    Raises:
        ImportError: the package is not installed.
    """
    try:
        import wordllama
    except ImportError as error:
        raise ImportError(f"{error}: pip install wordllama, or give embed and size") from error
    # Named as its cache, its own folder is found to hold everything: nothing is downloaded.
    folder = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=folder, disable_download=True)


def packaged_embedding(text: str) -> NDArray[np.float32]:
    """Return the embedding of ``text`` by the model of the package ``wordllama``, shape ``(256,)``."""
    made: NDArray[np.float32] = _packaged_model().embed(text or " ")[0]
    return made


class HashedText(gymnasium.ObservationWrapper[Any, Any, str], RecordConstructorArgs):
    """Observations as a bag of hashed words, pairs of words and lines: for small networks.

    Args:
        env: an environment whose observations are text.
        size: the length of the observation, float32 of zeros and ones.

    Raises:
        ValueError: ``size`` is below 1.
    """

    def __init__(self, env: gymnasium.Env[str, Any], size: int = 1024) -> None:
        RecordConstructorArgs.__init__(self, size=size)
        gymnasium.ObservationWrapper.__init__(self, env)
        self._encode = WordHashes(size)
        self.observation_space = self._encode.space

    def observation(self, observation: str) -> NDArray[np.float32]:
        """Return the features of one observation."""
        return self._encode(observation)


class TokenIds(gymnasium.ObservationWrapper[Any, Any, str], RecordConstructorArgs):
    """Observations as token ids: int64 of constant length, the end of the text.

    Args:
        env: an environment whose observations are text.
        length: how many ids; a shorter text is filled up at its end.
        tokenizer: from a text to ids; None for UTF-8 bytes, ids from 1 to 256.
        vocabulary: the number of ids that the tokenizer has.
        padding: the id that fills up.

    Raises:
        ValueError: ``length`` is below 1; tokenizer without vocabulary, or the other way round; no
            such id as ``padding``.
    """

    def __init__(
        self,
        env: gymnasium.Env[str, Any],
        length: int = 1024,
        tokenizer: Tokenizer | None = None,
        vocabulary: int | None = None,
        padding: int = 0,
    ) -> None:
        RecordConstructorArgs.__init__(
            self, length=length, tokenizer=tokenizer, vocabulary=vocabulary, padding=padding
        )
        gymnasium.ObservationWrapper.__init__(self, env)
        self._encode = Ids(length, tokenizer, vocabulary, padding)
        self.observation_space = self._encode.space

    def observation(self, observation: str) -> NDArray[np.int64]:
        """Return the ids of one observation."""
        return self._encode(observation)


class EmbeddedText(gymnasium.ObservationWrapper[Any, Any, str], RecordConstructorArgs):
    """Observations as an embedding: texts that mean the same are near to each other.

    It says what a page is about, not in which order things are said: where answers count, as in a
    transcript, take :class:`HashedText`.

    Args:
        env: an environment whose observations are text.
        embed: from a text to its embedding, of any model; None for the small one that the package
            ``wordllama`` brings along.
        size: how many numbers ``embed`` returns.

    Raises:
        ValueError: ``embed`` without ``size``, or the other way round.
        ImportError: without ``embed``: ``wordllama`` is not installed.
    """

    def __init__(
        self, env: gymnasium.Env[str, Any], embed: Embedder | None = None, size: int | None = None
    ) -> None:
        RecordConstructorArgs.__init__(self, embed=embed, size=size)
        gymnasium.ObservationWrapper.__init__(self, env)
        self._encode = Embedding(embed, size)
        self.observation_space = self._encode.space

    def observation(self, observation: str) -> NDArray[np.float32]:
        """Return the embedding of one observation."""
        return self._encode(observation)
