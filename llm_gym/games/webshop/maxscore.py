"""Which documents can be among the best of a query, told by sums of small integers (MaxScore).

A posting's ceiling is what it adds to a score at the most, in 255ths of its term's weight: one byte,
read and added up several times as fast as a score is computed. Lists are walked from the shortest to
the longest; once few documents can still get in, the other lists are only looked into for these.

Documents that are alike have numbers close to one another, so a query's rare terms occur in few parts of
the numbers, and the part that promises most sets a bar which other parts cannot reach: they are left out.
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

# Before a list is walked that is longer than this and one for each _SUMS sums, it is worth a look
# which documents can still get in.
_LONG = 1 << 14
_SUMS = 8
# Where it has more postings than this for each group of them, they are looked up one by one.
_SPARSE = 50
_GROUPS = 1 << 12  # of documents, at the least
_ROWS = 72  # of the sums, at the most: of so many parts of the numbers some can be left out
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
    those of a few long rows, and the best documents of a query hardly ever share one. A row holds
    documents that follow on one another.

    Args:
        documents: How many there are.
    """

    def __init__(self, documents: int):
        self._documents = documents
        groups = max(1, min(documents, _GROUPS), -(-documents // _ROWS))
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
    flat, width = table.reshape(-1), table.shape[1]
    edges = np.arange(len(table) + 1, dtype=np.int32) * np.int32(width)
    # (lists, rows + 1) Where in a list each row's documents begin, and where those of the last end.
    cuts = np.array([postings.documents.searchsorted(edges) for postings in lists])
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
    rows = np.arange(len(table))  # those that may hold one of the best
    promised = np.diff(cuts).astype(bool).T @ mosts  # (rows,) no document of a row scores more
    first = int(promised.argmax())
    # Where most rows promise little, the best row is likely to leave them out.
    if 2 * np.count_nonzero(2 * promised < promised[first]) > len(rows):
        for postings, step, row in zip(lists, steps, cuts[:, first : first + 2], strict=True):
            _add(flat, postings, step, *row.tolist())
        sure = max(sure, _reached(table[first], k) - slack[-1])
        rows = np.flatnonzero(promised >= sure)
        table[first] = 0  # it is walked anew with the others
    spans = _spans(rows)
    for done in range(len(lists) + 1):
        ended = done == len(lists)
        parts = [] if ended else cuts[done][spans].tolist()
        length = sum(end - start for start, end in parts)
        long = length > _LONG + len(rows) * width // _SUMS
        if ended or (long and max(hoped, sure) > still[done]):
            left = table if len(rows) == len(table) else table[rows]
            highest = left.max(axis=0)
            hoped = _reached(highest, k)  # as far as the best k matter
            sure = max(sure, hoped - slack[done])
            least = ceil(sure - still[done])
            groups = np.flatnonzero(highest >= max(least, 1))
            if ended or (least > 0 and len(groups) * _SPARSE < length):
                break
        for start, end in parts:
            _add(flat, lists[done], steps[done], start, end)
        hoped += mosts[done]

    members = left.take(groups, axis=1)
    high = np.flatnonzero(members >= max(least, 1))
    places, columns = np.divmod(high, len(groups))
    documents: NDArray[np.int32] = (rows[places] * width + groups[columns]).astype(np.int32)
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


def _spans(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """(spans, 2) The first of rows that follow on one another, and the first after them."""
    starts = np.flatnonzero(np.diff(rows, prepend=-2) > 1)
    lasts = np.append(starts[1:], len(rows)) - 1
    return np.stack([rows[starts], rows[lasts] + 1], axis=1)


def _add(sums: NDArray[Any], postings: Postings, step: float, start: int, end: int) -> None:
    """Walk a part of a list."""
    for at in range(start, end, _PIECE):
        piece = slice(at, min(at + _PIECE, end))
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
