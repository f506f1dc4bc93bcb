"""Which labels to buy next and what they will be worth: so many flagged and unflagged cases for so narrow an interval.

The widths are those of the very intervals that will be reported (`rates.stratified`), at the counts to be expected;
so the plan needs no rule of thumb. Among all ways to reach what is wanted the cheapest is taken.
"""

from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from calibration.statistics.limits import Floats, Limits
from calibration.statistics.rates.choosing import FEWEST_MISSES, RECALL, expected_misses
from calibration.statistics.rates.counts import Counts
from calibration.statistics.rates.stratified import stratified, stratified_precision, stratified_recall

#: Splits that are tried per stratum and round; three rounds find the cheapest to the label.
_TRIED, _ROUNDS = 41, 3


class HalfWidths(Struct, frozen=True, kw_only=True):
    """Half the width of each interval, 0..1; wanted: None where it does not matter. Measured or expected: None where
    there is no interval."""

    precision: float | None = None
    recall: float | None = None
    prevalence: float | None = None


class LabelPlan(Struct, frozen=True):
    """Labels to add in each stratum, and the half widths to be expected then (`now`: with the labels there are).

    `enough`: nothing more is needed. `reached`: the plan gets all that was wanted; else the cases or the budget ran out
    and the plan is the best use of them for all targets together. One that cannot be had at all (precision or recall of a
    rule that flagged nothing) takes nothing from the others.
    """

    flagged: int
    unflagged: int
    now: HalfWidths
    expected: HalfWidths
    enough: bool
    reached: bool


class _Strata(NamedTuple):
    """What the labels may be drawn from, and the shares of hits to be expected in it."""

    counts: Counts
    size1: int
    size0: int
    share1: float
    share0: float


def plan_labels(
    counts: Counts,
    wanted: HalfWidths,
    *,
    budget: int | None = None,
    level: float = 0.95,
    design_effect: float = 1.0,
) -> LabelPlan:
    """The fewest labels for what is wanted. `counts`: the labels of one rule so far and the judged cases beside them;
    `budget`: most labels to add; `design_effect`: variance of clustered labels over that of independent ones."""
    strata = _strata(counts)
    old1, old0 = int(counts.tp + counts.fp), int(counts.fn + counts.tn)
    widening = float(np.sqrt(design_effect))
    now = half_widths(counts, level, design_effect)
    if _shortfall(now, wanted) <= 1:
        return LabelPlan(0, 0, now, now, True, True)
    n1, n0 = _cheapest(strata, wanted, (old1, old0), budget, level, widening)
    there = _expected(strata, np.asarray(float(n1)), np.asarray(float(n0)))
    expected = half_widths(there, level, design_effect)
    return LabelPlan(n1 - old1, n0 - old0, now, expected, False, _shortfall(expected, wanted) <= 1)


def half_widths(counts: Counts, level: float = 0.95, design_effect: float = 1.0) -> HalfWidths:
    """Of the intervals that these counts have. None for a stratum without labels, and for recall while the unflagged
    labels are too few to hold a miss."""
    has1, has0 = float(counts.tp + counts.fp) > 0, float(counts.fn + counts.tn) > 0
    widths = _widths(counts, level, float(np.sqrt(design_effect)))
    sees_misses = has1 and has0 and float(expected_misses(counts)) >= FEWEST_MISSES
    return HalfWidths(
        precision=float(widths[0]) if has1 else None,
        recall=float(widths[1]) if sees_misses else None,
        prevalence=None if counts.lacks_a_stratum or counts.n == 0 else float(widths[2]),
    )


def _strata(counts: Counts) -> _Strata:
    """Shares from the labels, half a case added; without unflagged labels as if the judge found `RECALL` of all."""
    size1, size0 = int(counts.flagged), int(counts.unflagged)
    n1, n0 = float(counts.tp + counts.fp), float(counts.fn + counts.tn)
    share1 = (float(counts.tp) + 0.5) / (n1 + 1)
    missed = min(size1 * share1 * (1 / RECALL - 1) / max(size0, 1), 0.5)
    share0 = (float(counts.fn) + 0.5) / (n0 + 1) if n0 >= 1 / max(missed, 1e-9) else missed
    return _Strata(counts, size1, size0, share1, share0)


def _cheapest(
    strata: _Strata,
    wanted: HalfWidths,
    old: tuple[int, int],
    budget: int | None,
    level: float,
    widening: float,
) -> tuple[int, int]:
    """Labels in each stratum, those there are included: the fewest that suffice, else the best that can be had."""
    most = sum(old) + budget if budget is not None else strata.size1 + strata.size0
    low, high = np.asarray(old), np.asarray([strata.size1, strata.size0])
    best = np.minimum(high, np.maximum(low, 1))
    for _ in range(_ROUNDS):
        tried1, tried0 = (_between(low[each], high[each]) for each in (0, 1))
        n1, n0 = np.meshgrid(tried1, tried0, indexing="ij")
        counts = _expected(strata, n1, n0)
        missing = _missing(counts, wanted, level, widening)
        # What is still missing counts first; of two that miss as much the cheaper is taken.
        price = np.where(n1 + n0 > most, np.inf, 1e9 * missing + n1 + n0)
        place1, place0 = np.unravel_index(np.argmin(price), price.shape)
        best = np.asarray([tried1[place1], tried0[place0]])
        places = ((tried1, int(place1)), (tried0, int(place0)))
        low = np.asarray([tried[max(place - 1, 0)] for tried, place in places])
        high = np.asarray([tried[min(place + 1, len(tried) - 1)] for tried, place in places])
    return int(best[0]), int(best[1])


def _between(low: float, high: float) -> Floats:
    """Whole numbers from low to high, closer together at the low end."""
    steps = low - 1 + np.geomspace(1, max(high - low, 0) + 1, _TRIED)
    return np.unique(np.round(steps)).astype(np.float64)


def _expected(strata: _Strata, n1: Floats, n0: Floats) -> Counts:
    """Counts to be expected with so many labels: those there are, the rest by the shares."""
    old = strata.counts
    tp = old.tp + (n1 - old.tp - old.fp) * strata.share1
    fn = old.fn + (n0 - old.fn - old.tn) * strata.share0
    return Counts(tp, n1 - tp, fn, n0 - fn, strata.size1 + strata.size0 - n1 - n0, strata.size1 - n1)


def _missing(counts: Counts, wanted: HalfWidths, level: float, widening: float) -> Floats:
    """By how much all wanted intervals together would be too wide: the sum of the logarithms of how many times; 0 where
    none is. One that cannot be had is as bad everywhere, and does not keep the others from being planned."""
    total: Floats = np.zeros(np.shape(counts.tp))
    empty1, empty0 = counts.tp + counts.fp < 1, counts.fn + counts.tn < 1
    unseen: NDArray[np.bool_] = empty1 | empty0 | (expected_misses(counts) < FEWEST_MISSES)
    missing = (empty1, unseen, counts.lacks_a_stratum | (counts.n < 1))
    asked = (wanted.precision, wanted.recall, wanted.prevalence)
    for width, none, wish in zip(_widths(counts, level, widening), missing, asked, strict=True):
        if wish is not None:
            total = total + np.log(np.maximum(np.where(none, 1e6, width / wish), 1.0))
    return total


def _shortfall(widths: HalfWidths, wanted: HalfWidths) -> float:
    pairs = (
        (widths.precision, wanted.precision),
        (widths.recall, wanted.recall),
        (widths.prevalence, wanted.prevalence),
    )
    return max(
        (float("inf") if width is None else width / wish for width, wish in pairs if wish is not None),
        default=0.0,
    )


def _widths(counts: Counts, level: float, widening: float) -> tuple[Floats, Floats, Floats]:
    """Half widths of precision, recall and prevalence."""
    safe = counts._replace(tn=np.maximum(counts.tn, 1 - counts.fn), fp=np.maximum(counts.fp, 1 - counts.tp))
    precision, recall = stratified_precision(safe, level), stratified_recall(safe, level)
    return (
        widening * _half(precision),
        widening * _half(recall),
        _half(stratified(safe, level, widening)),
    )


def _half(limits: Limits) -> Floats:
    return (limits.high - limits.low) / 2
