"""Which verdicts may stand without a person: the lowest confidence at which agreement with reviewers is proven.

Thresholds are tried from the highest confidence down until one is not proven any more (fixed-sequence testing:
Angelopoulos et al. 2021, "Learn then Test"; for judges Jung, Brahman, Choi 2025, "Trust or Escalate"). Each test is
exact (binomial), so with probability 1 − δ the certified agreement is kept, however few the labels are.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.stats import binom

#: Thresholds that are tried at most. More would find a little more coverage and cost nothing but time.
_STEPS = 100
#: Walks that are begun at most.
_STARTS = 4


class Reviewed(NamedTuple):
    """A judged case a reviewer has seen: the judge's probability of its verdict (0..1), and whether they agree."""

    confidence: float
    agrees: bool


class Threshold(Struct, frozen=True):
    """Verdicts with at least `confidence` agree with reviewers at `level` or more, with probability 1 − `delta`.

    `n` labelled cases lie above it, `agreed` of them agree; `coverage`: their share of all labelled cases, the rest
    goes to people. `confidence` is None where nothing is proven; `needed`: cases that could prove it if all agreed.
    """

    confidence: float | None
    level: float
    delta: float
    n: int
    agreed: int
    coverage: float
    needed: int


def certify_threshold(cases: Sequence[Reviewed], level: float, delta: float = 0.05) -> Threshold:
    """The lowest proven threshold. `cases` are drawn at random from what the judge will be asked, not chosen by people.

    Where to begin and where to stop next is decided by the confidences alone, never by the agreement: at as many cases
    as could prove the level if all agreed, and again at twice, four and eight times as many, since a start from few
    cases fails at the first disagreement. The starts share δ (Bonferroni); from each the walk goes on while it is proven.
    """
    if not 0 < level < 1 or not 0 < delta < 1:
        raise ValueError(f"expected 0 < level < 1 and 0 < delta < 1, got {level}, {delta}")
    confidences = np.asarray([case.confidence for case in cases], dtype=np.float64)
    order = np.argsort(-confidences, kind="stable")
    falling = confidences[order]
    agreed = np.cumsum(np.asarray([case.agrees for case in cases], dtype=np.int64)[order])
    shares = _starts(len(cases), level, delta)
    ends = _ends(falling, shares[0] if shares else len(cases) + 1)
    proven = binom.sf(agreed[ends] - 1, ends + 1, level) <= delta / max(len(shares), 1)
    walks = [_walk(proven, int(np.searchsorted(ends + 1, start))) for start in shares]
    last = max((ends[reached] for reached in walks if reached is not None), default=None)
    if last is None:
        return Threshold(None, level, delta, 0, 0, 0.0, cases_needed(level, delta))
    number = int(last) + 1
    return Threshold(
        float(falling[last]), level, delta, number, int(agreed[last]), number / len(cases),
        cases_needed(level, delta),
    )  # fmt: skip


def cases_needed(level: float, delta: float) -> int:
    """Cases that prove the level if all of them agree: level^n ≤ δ."""
    return int(np.ceil(np.log(delta) / np.log(level)))


def _starts(cases: int, level: float, delta: float) -> list[int]:
    """Numbers of cases at which a walk begins: as many starts, up to four, as the cases have room for."""
    for starts in range(_STARTS, 0, -1):
        first = cases_needed(level, delta / starts)
        if first * 2 ** (starts - 1) <= cases:
            return [first * 2**each for each in range(starts)]
    return []


def _ends(falling: NDArray[np.float64], fewest: int) -> NDArray[np.intp]:
    """Places at which a threshold is tried: the last of each run of equal confidences, from `fewest` cases on."""
    if not len(falling):
        return np.empty(0, dtype=np.intp)
    ends = np.append(np.flatnonzero(np.diff(falling)), len(falling) - 1)
    ends = ends[ends >= fewest - 1]
    return ends if len(ends) <= _STEPS else ends[np.linspace(0, len(ends) - 1, _STEPS).astype(np.intp)]


def _walk(proven: NDArray[np.bool_], start: int) -> int | None:
    """The last place of the unbroken run of proven ones that begins at `start`; None where it is not proven."""
    failed = np.flatnonzero(~proven[start:])
    end = start + (int(failed[0]) if len(failed) else len(proven) - start)
    return end - 1 if end > start else None
