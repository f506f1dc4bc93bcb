"""Sessions that say nearly the same: the overlap of what is said, whatever punctuation and width it is written in."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from evaluators.phrases.text import bare, fold
from evaluators.types import ChatSession

#: Characters in a row that are compared.
SHINGLE = 3
#: From this overlap (Jaccard) on, whoever has seen one session has seen the other.
SAME = 0.8
_ROWS = 500


class NearDuplicates(NamedTuple):
    """Two sessions by their places, `first` < `second`; `overlap` in `SAME`..1."""

    first: int
    second: int
    overlap: float


def find_near_duplicates(sessions: Sequence[ChatSession], least: float = SAME) -> Iterator[NearDuplicates]:
    """Every pair with at least that overlap. Exact: all pairs are compared, some hundred rows at a time."""
    shingles = [shingles_of(session) for session in sessions]
    matrix = _matrix(shingles)
    sizes = np.array([len(each) for each in shingles], dtype=float)
    for begin in range(0, len(sessions), _ROWS):
        common = (matrix[begin : begin + _ROWS] @ matrix.T).tocoo()
        for row, second, shared in zip(common.row, common.col, common.data, strict=True):
            first = begin + int(row)
            overlap = float(shared / (sizes[first] + sizes[second] - shared))
            if first < second and overlap >= least:
                yield NearDuplicates(first, int(second), overlap)


def shingles_of(session: ChatSession) -> set[str]:
    """What is said in the session, cut into overlapping pieces. Never empty, unless nothing is said."""
    said = "\n".join(bare(fold(message.text)) for message in session.messages)
    return {said[at : at + SHINGLE] for at in range(max(len(said) - SHINGLE + 1, min(len(said), 1)))}


def _matrix(shingles: Sequence[set[str]]) -> csr_matrix:
    places: dict[str, int] = {}
    columns = [[places.setdefault(each, len(places)) for each in sorted(found)] for found in shingles]
    starts = np.cumsum([0, *map(len, columns)])
    flat = np.array([column for each in columns for column in each], dtype=np.int64)
    shape = (len(shingles), max(len(places), 1))
    return csr_matrix((np.ones(len(flat), dtype=np.int32), flat, starts), shape=shape)
