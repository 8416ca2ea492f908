"""Which documents can be among the best of a query, told by sums of small integers (MaxScore).

A posting's ceiling is what it adds to a score at the most, in 255ths of its term's weight: one byte,
read and added up several times as fast as a score is computed. Lists are walked from the shortest to
the longest; once few documents can still get in, the other lists are only looked into for these.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import accumulate
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

FULL = 255
"""The ceiling of a posting that adds all of its term's weight."""

# Before a list longer than this is walked, it is worth a look which documents can still get in.
_LONG = 1 << 17
# Where it has more postings than this for each group of them, they are looked up one by one.
_SPARSE = 50
_GROUPS = 1 << 14
_PIECE = 1 << 14  # postings: what is computed of so many stays near the processor
_MANY = 1000  # terms of a query; sums of more take wider integers


class Postings(NamedTuple):
    """The documents that have a query's term, and what it adds to their scores.

    Attributes:
        documents: (postings,) int32, ascending; at least one.
        counts: (postings,) how often the term is in each.
        ceilings: (postings,) uint8.
        weight: of the term in this query.
        most: the most that it adds to any score.
    """

    documents: NDArray[np.int32]
    counts: NDArray[Any]
    ceilings: NDArray[np.uint8]
    weight: np.float32
    most: float


class Sums(threading.local):
    """An integer for each document, kept from one query of a thread to its next.

    Document ``d`` is in group ``d % groups``, a column of the array: so the maxima of groups are
    those of a few long rows, and the best documents of a query hardly ever share one.

    Args:
        documents: How many there are.
    """

    def __init__(self, documents: int):
        self._documents = documents
        groups = max(1, min(documents, _GROUPS))
        self._kept = np.empty((-(-documents // groups), groups), np.uint16)

    def __reduce__(self) -> tuple[type[Sums], tuple[int]]:
        """A copy, in this process or another, has room of its own: nothing is kept between queries."""
        return Sums, (self._documents,)

    def zeros(self, terms: int) -> NDArray[Any]:
        """(rows, groups) zeros for a query of so many terms, its own until the next call."""
        if terms > _MANY:
            return np.zeros(self._kept.shape, np.uint32)
        self._kept.fill(0)
        return self._kept


def promising(lists: Sequence[Postings], k: int, sums: Sums) -> NDArray[np.int32]:
    """Find the documents that may be among the best `k`: all of these, few others.

    Args:
        lists: What the query's terms add, the shortest list first.
        k: How many documents are wanted.
        sums: Room for these lists' documents.

    Returns:
        The documents, ascending.
    """
    if not lists:
        return np.empty(0, np.int32)
    table = sums.zeros(len(lists))
    flat = table.reshape(-1)
    # Scores are counted in units, so small that the sums just fit into 16 bits; those of very many
    # terms have more room, but no more than float32 tells apart with ease.
    limit = 0xFFFF if len(lists) <= _MANY else 1 << 20
    unit = (limit - len(lists)) / sum(float(postings.weight) for postings in lists)
    steps = [float(postings.weight) * unit / FULL for postings in lists]
    mosts = [postings.most * unit for postings in lists]
    still = [*accumulate(reversed(mosts), initial=0.0)][::-1]  # what the lists from here on add
    # By so much can a sum exceed a score: for each list a step, a unit, and what float32 rounds off.
    slack = [*accumulate((step + 2 for step in steps), initial=0.0)]
    sure = 0.0  # at least k documents score this
    hoped = 0.0  # no document has a higher sum
    for done in range(len(lists) + 1):
        length = len(lists[done].documents) if done < len(lists) else 0
        if not length or (length > _LONG and hoped > still[done]):
            highest = table.max(axis=0)
            hoped = _reached(highest, k)  # as far as the best k matter
            sure = max(sure, hoped - slack[done])
            least = ceil(sure - still[done])
            groups = np.flatnonzero(highest >= max(least, 1))
            if not length or (least > 0 and len(groups) * _SPARSE < length):
                break
        _add(flat, lists[done], steps[done])
        hoped += mosts[done]

    members = table.take(groups, axis=1)
    high = np.flatnonzero(members >= max(least, 1))
    rows, columns = np.divmod(high, len(groups))
    documents: NDArray[np.int32] = (rows * table.shape[1] + groups[columns]).astype(np.int32)
    scores = members.reshape(-1)[high].astype(np.int64)
    for place in range(done, len(lists) + 1):
        sure = max(sure, _reached(scores, k) - slack[place])
        kept = scores >= sure - still[place]
        documents, scores = documents[kept], scores[kept]
        if place < len(lists):
            places, found = look_up(lists[place].documents, documents)
            scores += found * _units(lists[place].ceilings[places], steps[place], scores.dtype)
    return documents


def look_up(
    documents: NDArray[np.int32], wanted: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Find documents in a list, both ascending.

    Returns:
        The place of each, any place for one that is not there, and which are there.
    """
    places = np.searchsorted(documents, wanted)
    np.minimum(places, len(documents) - 1, out=places)
    return places, documents[places] == wanted


def _add(sums: NDArray[Any], postings: Postings, step: float) -> None:
    """Walk a list."""
    for start in range(0, len(postings.documents), _PIECE):
        piece = slice(start, start + _PIECE)
        units = _units(postings.ceilings[piece], step, sums.dtype)
        np.add.at(sums, postings.documents[piece].astype(np.intp), units)


def _units(ceilings: NDArray[np.uint8], step: float, kind: np.dtype[Any]) -> NDArray[Any]:
    """Ceilings in units, rounded up, so that none is nothing."""
    units = (ceilings.astype(np.float32) * np.float32(step)).astype(kind)
    units += kind.type(1)
    return units


def _reached(values: NDArray[Any], k: int) -> float:
    """The `k`-th highest of some values; 0 where they are fewer."""
    return float(np.partition(values, -k)[-k]) if 0 < k <= len(values) else 0.0
