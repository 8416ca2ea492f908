"""An inverted index on disk and BM25 over it, equal to Lucene's to the last bit that orders hits.

The formula is that of Lucene's ``BM25Similarity`` (version 8 and later) with Anserini's
parameters. Lengths are rounded as Lucene stores them, in one byte; each term's score is a
float32, their sum is rounded to float32, and equal scores stand in the order of the asins.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from llm_gym.games.webshop.blocks import CheckedArray, memory_map

K1 = 0.9
B = 0.4
"""BM25's parameters, as Anserini sets them."""

# A query whose terms have fewer postings in all than this is scored in full; beyond, terms are
# taken rarest first and the common ones only scored where a document can still get in.
_SCORE_ALL = 1 << 15
_TERMS_KEPT = 1 << 14
# Where a term has more postings than this for each document that can still get in, these are
# looked up one by one.
_SPARSE = 8
_SLACK = 1e-6  # relative; bounds are float64 where scores are float32


class IndexBuilder:
    """Collects documents one by one and writes the index."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms = array("I")
        self._counts = array("H")
        self._sizes = array("I")
        self._lengths = array("I")

    def add(self, terms: Sequence[str], tags: Iterable[str] = ()) -> None:
        """Add a document.

        Args:
            terms: What it can be found by, repeats included.
            tags: Further terms that do not count towards its length (see `Index.tagged`).
        """
        counts: Mapping[str, int] = Counter(terms)
        counts = {**counts, **dict.fromkeys((_tag(tag) for tag in tags), 1)}
        numbers = self._numbers
        self._terms.extend(numbers.setdefault(term, len(numbers)) for term in counts)
        self._counts.extend(min(count, 0xFFFF) for count in counts.values())
        self._sizes.append(len(counts))
        self._lengths.append(len(terms))

    def write(self, folder: Path, order: NDArray[np.int64]) -> None:
        """Write the index.

        Args:
            folder: Where its files go.
            order: (documents,) The documents in the order that breaks ties; documents are
                numbered by it from here on.
        """
        encoded = sorted((term.encode(), number) for term, number in self._numbers.items())
        rank = np.empty(len(encoded), np.int64)
        rank[[number for _, number in encoded]] = np.arange(len(encoded))
        (folder / "terms.bin").write_bytes(b"".join(term for term, _ in encoded))
        ends = np.cumsum([0] + [len(term) for term, _ in encoded], dtype=np.int64)
        np.save(folder / "term_ends.npy", ends)

        documents = len(order)
        place = np.empty(documents, np.int64)
        place[order] = np.arange(documents)
        # One sort of (term, document, count) packed into an integer groups the postings.
        keys = rank[np.frombuffer(self._terms, np.uint32)]
        keys *= documents
        keys += np.repeat(place, np.frombuffer(self._sizes, np.uint32))
        keys <<= 16
        keys |= np.frombuffer(self._counts, np.uint16)
        keys.sort()
        counts = (keys & 0xFFFF).astype(np.uint16)
        keys >>= 16
        posting_terms, posting_documents = np.divmod(keys, documents)
        del keys
        frequency = np.bincount(posting_terms, minlength=len(encoded))
        starts = np.concatenate([[0], np.cumsum(frequency)])
        np.save(folder / "posting_ends.npy", starts)
        np.save(folder / "posting_documents.npy", posting_documents.astype(np.int32))
        narrow = np.uint8 if not len(counts) or counts.max() <= 0xFF else np.uint16
        np.save(folder / "posting_counts.npy", counts.astype(narrow))

        lengths = np.frombuffer(self._lengths, np.uint32)[order].astype(np.int64)
        norms = _length_norms(lengths)
        np.save(folder / "length_norms.npy", norms)
        np.save(folder / "filled.npy", np.array(np.count_nonzero(lengths), np.int64))
        best = np.zeros(len(encoded), np.float32)
        if len(counts):
            worth = 1 - 1 / (1 + counts * norms[posting_documents])
            best = np.maximum.reduceat(worth, starts[:-1]).astype(np.float32)
        np.save(folder / "term_best.npy", best)


def _tag(tag: str) -> str:
    """The term of a tag; no word begins with this character."""
    return "\0" + tag


def _length_norms(lengths: NDArray[np.int64]) -> NDArray[np.float32]:
    """1 / (k1 ((1 - b) + b length / mean length)) with lengths as Lucene's one byte keeps them.

    Up to 39 they are exact; above, the length less 24 keeps its four leading bits
    (``SmallFloat.intToByte4``).
    """
    filled = np.count_nonzero(lengths)
    mean = np.float32(lengths.sum() / max(filled, 1)) or np.float32(1)
    above = np.maximum(lengths - 24, 0)
    shift = np.maximum(np.frexp(above.astype(np.float64))[1] - 4, 0)
    kept = np.where(lengths < 24, lengths, 24 + ((above >> shift) << shift)).astype(np.float32)
    k1, b, one = np.float32(K1), np.float32(B), np.float32(1)
    return np.asarray(one / (k1 * ((one - b) + b * kept / mean)), np.float32)


class _Part(NamedTuple):
    """What one query term adds: to which postings, by which weight, and how much at the most."""

    start: int
    end: int
    weight: np.float32
    most: float


class Index:
    """A written index, memory-mapped: opening it reads next to nothing."""

    def __init__(self, folder: Path):
        self._terms = memory_map(folder / "terms.bin")
        self._term_ends = memory_map(folder / "term_ends.npy")
        self._posting_ends = memory_map(folder / "posting_ends.npy")
        self._documents = CheckedArray(folder / "posting_documents.npy")
        self._counts = CheckedArray(folder / "posting_counts.npy")
        self._norms = memory_map(folder / "length_norms.npy")
        self._best = memory_map(folder / "term_best.npy")
        self._found: dict[str, int | None] = {}
        self._filled = int(np.load(folder / "filled.npy"))

    def _find(self, term: str) -> int | None:
        """The number of a term; None if no document has it."""
        if term not in self._found:
            if len(self._found) >= _TERMS_KEPT:
                self._found.clear()
            self._found[term] = self._look_up(term)
        return self._found[term]

    def _look_up(self, term: str) -> int | None:
        """Find a term by binary search."""
        wanted = term.encode("utf-8", "surrogatepass")
        ends, terms = self._term_ends, self._terms
        low, high = 0, len(ends) - 1
        while low < high:
            middle = (low + high) // 2
            found = terms[ends[middle] : ends[middle + 1]].tobytes()
            if found == wanted:
                return middle
            if found < wanted:
                low = middle + 1
            else:
                high = middle
        return None

    def tagged(self, tag: str) -> NDArray[np.int32]:
        """Numbers of the documents that were added with a tag, ascending."""
        number = self._find(_tag(tag))
        if number is None:
            return np.empty(0, np.int32)
        return self._documents.slice(*self._posting_ends[number : number + 2].tolist())

    def search(self, terms: Iterable[str], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The best documents for a bag of terms.

        Args:
            terms: The query's terms; a repeated term counts as often.
            k: The most documents to return.

        Returns:
            Document numbers and scores, best first, equal scores by number.
        """
        parts = sorted(self._parts(terms), key=lambda part: part.end - part.start)
        if sum(part.end - part.start for part in parts) > _SCORE_ALL:
            return _best(*self._score_rarest_first(parts, k), k)
        scores = np.zeros(len(self._norms))
        for part in parts:
            documents, worth = self._score(part)
            scores[documents] += worth
        candidates = np.flatnonzero(scores > 0)
        return _best(candidates, scores[candidates], k)

    def _parts(self, terms: Iterable[str]) -> Iterable[_Part]:
        for term, times in Counter(terms).items():
            number = self._find(term)
            if number is None:
                continue
            start, end = self._posting_ends[number : number + 2].tolist()
            frequency = end - start
            rarity = log(1 + (self._filled - frequency + 0.5) / (frequency + 0.5))
            weight = np.float32(times) * np.float32(rarity)
            yield _Part(start, end, weight, float(weight) * float(self._best[number]))

    def _score(self, part: _Part) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """All documents of a term and what it adds to each."""
        documents = self._documents.slice(part.start, part.end)
        counts = self._counts.slice(part.start, part.end)
        return documents, _worth(part.weight, counts, self._norms[documents])

    def _score_rarest_first(
        self, parts: Sequence[_Part], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Add up scores, leaving out documents that cannot be among the best `k` (MaxScore).

        Args:
            parts: The query's terms, rarest first.
            k: How many documents are wanted.

        Returns:
            The documents that may be among the best, ascending, and their scores.
        """
        scores = np.zeros(len(self._norms))
        still = np.cumsum([part.most for part in reversed(parts)])[::-1] * (1 + _SLACK)
        bar = 0.0  # at least k documents reach this
        done = 0
        while done < len(parts) and still[done] >= bar * (1 - _SLACK):
            documents, worth = self._score(parts[done])
            scores[documents] += worth
            bar = _raised(bar, scores[documents], k)
            done += 1
        # A comparison of all documents is quicker than a list of those that have a score.
        least = bar * (1 - _SLACK) - (still[done] if done < len(parts) else 0.0)
        candidates = np.flatnonzero(scores >= least if least > 0 else scores > 0)
        reached = scores[candidates]
        for position in range(done, len(parts)):
            bar = _raised(bar, reached, k)
            kept = reached + still[position] >= bar * (1 - _SLACK)
            candidates, reached = candidates[kept], reached[kept]
            part = parts[position]
            if len(candidates) * _SPARSE > part.end - part.start:
                scores[candidates] = reached
                documents, worth = self._score(part)
                scores[documents] += worth
                reached = scores[candidates]
            else:
                self._score_some(part, candidates, reached)
        return candidates, reached

    def _score_some(
        self, part: _Part, candidates: NDArray[Any], reached: NDArray[np.float64]
    ) -> None:
        """Add a term's scores to what the candidates, ascending, have reached."""
        documents = self._documents.slice(part.start, part.end)
        places = np.searchsorted(documents, candidates.astype(np.int32))
        places[places == len(documents)] = 0
        have = np.flatnonzero(documents[places] == candidates)
        counts = self._counts.slice(part.start, part.end)[places[have]]
        reached[have] += _worth(part.weight, counts, self._norms[candidates[have]])


def _worth(
    weight: np.float32, counts: NDArray[Any], norms: NDArray[np.float32]
) -> NDArray[np.float32]:
    """A term's BM25 scores, rounded where Lucene rounds."""
    one = np.float32(1)
    return np.asarray(weight - weight / (one + counts.astype(np.float32) * norms))


def _raised(bar: float, scores: NDArray[np.float64], k: int) -> float:
    """What at least `k` documents reach, where some have these scores and `k` reach `bar`."""
    above = scores[scores > bar]
    return float(np.partition(above, -k)[-k]) if len(above) >= k else bar


def _best(
    documents: NDArray[np.int64], totals: NDArray[np.float64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The `k` highest scores, rounded as Lucene rounds sums, equal ones by document number."""
    scores = totals.astype(np.float32)
    if len(scores) > k:
        kept = scores >= np.partition(scores, -k)[-k]
        documents, scores = documents[kept], scores[kept]
    order = np.lexsort((documents, -scores))[:k]
    return documents[order], scores[order]
