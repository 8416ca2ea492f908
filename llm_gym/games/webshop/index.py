"""An inverted index on disk and BM25 over it, equal to Lucene's to the last bit that orders hits.

The formula is that of Lucene's ``BM25Similarity`` (version 8 and later) with Anserini's
parameters. Lengths are rounded as Lucene stores them, in one byte; each term's score is a
float32, their sum is rounded to float32, and equal scores stand in an order that was given when
the index was written.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llm_gym.games.webshop.blocks import CheckedArray, damaged, memory_map, write_sums
from llm_gym.games.webshop.maxscore import FULL, Postings, Sums, look_up, promising

K1 = 0.9
B = 0.4
"""BM25's parameters, as Anserini sets them."""

LARGE = ("posting_documents.npy", "posting_counts.npy", "posting_ceilings.npy")
"""Files of an index that are checked block by block; their checksums stand beside them."""

_TERMS_KEPT = 1 << 14
# Of no more documents all are scored: sooner done than told which may be the best.
_SCORE_ALL = 1 << 12
_SCORED_AT_ONCE = 1 << 12  # documents: bounds the memory of a query that finds very many


class IndexBuilder:
    """Collects documents one by one and writes the index."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms = array("I")
        self._counts = array("I")
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
        self._counts.extend(counts.values())
        self._sizes.append(len(counts))
        self._lengths.append(len(terms))

    def write(self, folder: Path, order: NDArray[np.int64], ranks: NDArray[np.int64]) -> None:
        """Write the index.

        Args:
            folder: Where its files go.
            order: (documents,) The documents in the order in which they are numbered from here on.
                Any will do; a search is fast where those that share many terms stand together.
            ranks: (documents,) Of equal scores the document of the lower rank stands first.
        """
        encoded = sorted((_encode(term), number) for term, number in self._numbers.items())
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
        counts = np.frombuffer(self._counts, np.uint32)
        most = int(counts.max(initial=0))
        bits = most.bit_length()
        keys <<= bits
        keys |= counts
        keys.sort()
        counts = (keys & ((1 << bits) - 1)).astype(np.min_scalar_type(most))
        keys >>= bits
        posting_terms, posting_documents = np.divmod(keys, documents)
        del keys
        frequency = np.bincount(posting_terms, minlength=len(encoded))
        starts = np.concatenate([[0], np.cumsum(frequency)])
        np.save(folder / "posting_ends.npy", starts)
        np.save(folder / "posting_documents.npy", posting_documents.astype(np.int32))
        np.save(folder / "posting_counts.npy", counts)

        lengths = np.frombuffer(self._lengths, np.uint32)[order].astype(np.int64)
        norms = _length_norms(lengths)
        np.save(folder / "length_norms.npy", norms)
        np.save(folder / "ranks.npy", ranks[order].astype(np.int32))
        np.save(folder / "filled.npy", np.array(np.count_nonzero(lengths), np.int64))
        worth = _worth(np.float32(1), counts, norms[posting_documents])
        best = np.maximum.reduceat(worth, starts[:-1]) if len(counts) else worth
        np.save(folder / "term_best.npy", best)
        worth *= FULL
        worth += np.float32(1e-4)  # more than float32 can have rounded off
        ceilings = np.minimum(np.ceil(worth, out=worth), FULL, out=worth)
        np.save(folder / "posting_ceilings.npy", ceilings.astype(np.uint8))
        for name in LARGE:
            write_sums(folder / name)


def _encode(term: str) -> bytes:
    """A term's bytes. Half of a surrogate pair, as a text that was cut off can end in, is kept."""
    return term.encode("utf-8", "surrogatepass")


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


class Index:
    """A written index, memory-mapped: opening it reads next to nothing.

    Raises:
        CatalogError: a file is not as long as it was written, or a large one is not what was
            written, at opening or when it is read.
    """

    def __init__(self, folder: Path):
        self._terms = memory_map(folder / "terms.bin")
        self._term_ends = memory_map(folder / "term_ends.npy")
        if len(self._terms) != self._term_ends[-1]:  # no header says how long this file is
            raise damaged(folder / "terms.bin")
        self._posting_ends = memory_map(folder / "posting_ends.npy")
        self._documents, self._counts, self._ceilings = (
            CheckedArray(folder / name) for name in LARGE
        )
        self._norms = memory_map(folder / "length_norms.npy")
        self._ranks = memory_map(folder / "ranks.npy")
        self._best = memory_map(folder / "term_best.npy")
        self._found: dict[str, int | None] = {}
        self._filled = int(memory_map(folder / "filled.npy"))
        self._sums = Sums(len(self._norms))

    def _find(self, term: str) -> int | None:
        """The number of a term; None if no document has it."""
        if term not in self._found:
            if len(self._found) >= _TERMS_KEPT:
                self._found.clear()
            self._found[term] = self._look_up(term)
        return self._found[term]

    def _look_up(self, term: str) -> int | None:
        """Find a term by binary search."""
        wanted = _encode(term)
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

    def search(self, terms: Iterable[str], k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The best documents for a bag of terms.

        Args:
            terms: The query's terms; a repeated term counts as often.
            k: The most documents to return.

        Returns:
            Document numbers and scores, best first, equal scores by rank.

        Raises:
            ValueError: if `k` is less than 0.
        """
        if k < 0:
            raise ValueError(f"k, the most documents to return, must be at least 0, not {k}")
        lists = sorted(self._lists(terms), key=lambda postings: len(postings.documents))
        if len(self._norms) <= _SCORE_ALL:
            return self._top(*_all_scores(lists, self._norms), k)
        documents = promising(lists, k, self._sums)
        # Of very many terms hardly a document is left out, and to look each up in every list takes longer.
        if len(documents) * len(lists) > sum(len(postings.documents) for postings in lists):
            return self._top(*_all_scores(lists, self._norms), k)
        scores = np.empty(len(documents), np.float32)
        for start in range(0, len(documents), _SCORED_AT_ONCE):
            some = slice(start, start + _SCORED_AT_ONCE)
            scores[some] = _scores(lists, documents[some], self._norms)
        return self._top(documents, scores, k)

    def _top(
        self, documents: NDArray[np.int32], scores: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The `k` highest scores, equal ones by rank."""
        if len(scores) > k:
            kept = scores >= np.partition(scores, -k)[-k]
            documents, scores = documents[kept], scores[kept]
        order = np.lexsort((self._ranks[documents], -scores))[:k]
        return documents[order], scores[order]

    def _lists(self, terms: Iterable[str]) -> Iterable[Postings]:
        for term, times in Counter(terms).items():
            number = self._find(term)
            if number is None:
                continue
            start, end = self._posting_ends[number : number + 2].tolist()
            frequency = end - start
            rarity = log(1 + (self._filled - frequency + 0.5) / (frequency + 0.5))
            weight = np.float32(times) * np.float32(rarity)
            yield Postings(
                self._documents.slice(start, end),
                self._counts.slice(start, end),
                self._ceilings.slice(start, end),
                weight,
                float(weight) * float(self._best[number]),
            )


def _worth(
    weight: NDArray[np.float32] | np.float32, counts: NDArray[Any], norms: NDArray[np.float32]
) -> NDArray[np.float32]:
    """A term's BM25 scores, rounded where Lucene rounds; 0 where the count is."""
    one = np.float32(1)
    return np.asarray(weight - weight / (one + counts.astype(np.float32) * norms))


def _all_scores(
    lists: Sequence[Postings], norms: NDArray[np.float32]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The documents that have a term, ascending, and their scores."""
    totals = np.zeros(len(norms))
    for documents, counts, _, weight, _ in lists:
        totals[documents] += _worth(weight, counts, norms[documents])
    found = np.flatnonzero(totals)
    return found.astype(np.int32), totals[found].astype(np.float32)


def _scores(
    lists: Sequence[Postings], documents: NDArray[np.int32], norms: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The scores of some documents, ascending."""
    weights = np.array([postings.weight for postings in lists], np.float32)[:, None]
    counts = np.empty((len(lists), len(documents)), np.float32)
    for row, postings in zip(counts, lists, strict=True):
        places, found = look_up(postings.documents, documents)
        np.multiply(postings.counts[places], found, out=row)
    totals = np.sum(_worth(weights, counts, norms[documents]), axis=0, dtype=np.float64)
    return np.asarray(totals, np.float32)
