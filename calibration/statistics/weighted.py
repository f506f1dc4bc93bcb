"""Shares from labels with known inclusion probabilities: each label stands for 1 / probability cases (Hájek 1971).

For any probabilities. Where they come from two strata, flagged and unflagged, `rates.stratified` covers better.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from calibration.statistics.intervals import Interval
from calibration.statistics.limits import Floats, quantile_of, score_limits


class WeightedLabel(NamedTuple):
    """A labelled, judged case with the probability with which it was drawn (only how it compares to those of the others
    counts), and its cluster if it has one."""

    hit: bool
    found: bool
    probability: float
    cluster: str = ""


class WeightedShare(Struct, frozen=True):
    """`value` and `interval` are None where no label is in the denominator; `effective_n` labels of equal weight would
    be as precise."""

    value: float | None
    interval: Interval | None
    labels: int
    effective_n: float


class WeightedTable(Struct, frozen=True):
    """Sums of 1 / probability: how many cases the labelled ones stand for, by label and verdict."""

    tp: float
    fp: float
    fn: float
    tn: float

    @property
    def n(self) -> float:
        """Cases that were decided, labelled or not."""
        return self.tp + self.fp + self.fn + self.tn


def weighted_prevalence(labels: Sequence[WeightedLabel], level: float = 0.95) -> WeightedShare:
    """Share of hits among all cases the labels were drawn from."""
    return _share(labels, _array(each.hit for each in labels), np.ones(len(labels), dtype=np.bool_), level)


def weighted_precision(labels: Sequence[WeightedLabel], level: float = 0.95) -> WeightedShare:
    """Share of hits among found cases."""
    found = _array(each.found for each in labels)
    return _share(labels, _array(each.hit for each in labels) & found, found, level)


def weighted_recall(labels: Sequence[WeightedLabel], level: float = 0.95) -> WeightedShare:
    """Share of found cases among hits."""
    hits = _array(each.hit for each in labels)
    return _share(labels, hits & _array(each.found for each in labels), hits, level)


def weighted_f1(labels: Sequence[WeightedLabel], level: float = 0.95) -> WeightedShare:
    """Harmonic mean of precision and recall: 2j / (1 + j) of the share j of cases that are hit and found among those
    that are either, and so are its limits."""
    hits, found = _array(each.hit for each in labels), _array(each.found for each in labels)
    share = _share(labels, hits & found, hits | found, level)
    if share.value is None or share.interval is None:
        return share
    low, value, high = (
        2 * each / (1 + each) for each in (share.interval.low, share.value, share.interval.high)
    )
    return WeightedShare(value, replace(share.interval, low=low, high=high), share.labels, share.effective_n)


def weighted_table(labels: Sequence[WeightedLabel]) -> WeightedTable:
    """What the cases stand for, by label and verdict."""
    sums: defaultdict[tuple[bool, bool], float] = defaultdict(float)
    for each in labels:
        sums[each.hit, each.found] += 1 / each.probability
    return WeightedTable(sums[True, True], sums[False, True], sums[True, False], sums[False, False])


def effective_size(probabilities: Sequence[float]) -> float:
    """(Σw)² / Σw² for weights w = 1 / probability (Kish 1965)."""
    weights = 1 / np.asarray(probabilities, dtype=np.float64)
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0


def _array(values: Iterable[bool]) -> NDArray[np.bool_]:
    return np.asarray(list(values), dtype=np.bool_)


def _share(
    labels: Sequence[WeightedLabel], above: NDArray[np.bool_], below: NDArray[np.bool_], level: float
) -> WeightedShare:
    inside = int(below.sum())
    if inside == 0:
        return WeightedShare(None, None, 0, 0.0)
    weights = 1 / np.asarray([each.probability for each in labels], dtype=np.float64)
    total = float((weights * below).sum())
    value = float((weights * above).sum()) / total
    names = [each.cluster or f"\0{place}" for place, each in enumerate(labels)]
    effective, clusters = _effective(weights * below * (above - value) / total, names, below, value)
    if effective is None:
        effective = effective_size(
            [each.probability for each, held in zip(labels, below, strict=True) if held]
        )
    limits = score_limits(value, effective, quantile_of(level, max(clusters - 1, 1)))
    interval = Interval(float(limits.low), float(limits.high), level, "Hájek, Wilson on effective labels")
    return WeightedShare(value, interval, inside, effective)


def _effective(
    own: Floats, names: Sequence[str], below: NDArray[np.bool_], value: float
) -> tuple[float | None, int]:
    """Effective labels by the linearised variance over clusters (None where all labels agree), and the clusters."""
    held = [name for name, held in zip(names, below, strict=True) if held]
    _, place = np.unique(held, return_inverse=True)
    sums = np.bincount(place, weights=own[below])
    clusters = len(sums)
    variance = float((sums**2).sum()) * clusters / max(clusters - 1, 1)
    spread = value * (1 - value)
    return (spread / variance if variance > 0 and spread > 0 else None), clusters
