"""What a corrected rate is made of, and what it says."""

from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from calibration.statistics.intervals import Interval
from calibration.statistics.limits import Floats
from calibration.statistics.metrics import Matrix


class Counts(NamedTuple):
    """Labelled cases by label and verdict, and the judged cases nobody labelled with the hits among them.

    Numbers, or arrays of one shape (one element per rule, slice or repetition).
    """

    tp: Floats
    fp: Floats
    fn: Floats
    tn: Floats
    pool: Floats
    pool_hits: Floats

    @property
    def n(self) -> Floats:
        """Labelled cases."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def hits(self) -> Floats:
        """Labelled cases that labels call a hit."""
        return self.tp + self.fn

    @property
    def errors(self) -> Floats:
        """Labelled cases in which the judge disagrees with the label."""
        return self.fp + self.fn

    @property
    def flagged_share(self) -> Floats:
        """The raw rate: share of hits among all judged cases, labelled or not."""
        return self.flagged / np.maximum(self.n + self.pool, 1)

    @property
    def flagged(self) -> Floats:
        """Hits of the judge among all judged cases."""
        return self.tp + self.fp + self.pool_hits

    @property
    def unflagged(self) -> Floats:
        """All other judged cases."""
        return self.n + self.pool - self.flagged

    @property
    def lacks_a_stratum(self) -> NDArray[np.bool_]:
        """Whether flagged or unflagged cases exist of which none is labelled."""
        flagged = (self.flagged > 0) & (self.tp + self.fp < 1)
        unflagged = (self.unflagged > 0) & (self.fn + self.tn < 1)
        return np.asarray(flagged | unflagged)


def counts_of(matrix: Matrix, pool: int, pool_hits: int) -> Counts:
    """Counts of one rule. `pool`: judged cases without a label, `pool_hits` of them hits."""
    if not 0 <= pool_hits <= pool:
        raise ValueError(f"expected 0 ≤ pool_hits ≤ pool, got {pool_hits}, {pool}")
    numbers = (matrix.tp, matrix.fp, matrix.fn, matrix.tn, pool, pool_hits)
    return Counts(*(np.asarray(each, dtype=np.float64) for each in numbers))


class Rate(Struct, frozen=True, kw_only=True):
    """A rate of one rule. `raw`: what the judge says; `value` and `interval`: what is known after correction.

    `reason` says why this estimator; `labels_needed`: where `interval` is None or only conservative (it covers at
    least `level`, mostly more), so many labels in all would serve. `effective_labels`: random labels that alone
    would be as precise.
    """

    estimator: str
    reason: str
    value: float | None
    interval: Interval | None
    raw: float | None
    labels: int
    judged: int
    effective_labels: float | None = None
    labels_needed: int | None = None
