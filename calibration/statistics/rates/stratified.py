"""Labels drawn separately among what the judge flagged and what it did not: prevalence, precision and recall.

The shares of the strata come from all judged cases, the hits within each from its labels. Intervals are put
together from Jeffreys' limits of each stratum by MOVER (Zou and Donner 2008): where the unflagged labels hold few
hits or none, ± standard errors covers too little (`./dev bench intervals`: `normal`).
"""

from typing import NamedTuple

import numpy as np

from calibration.statistics.limits import (
    Floats,
    Limits,
    jeffreys_limits,
    proportion_limits,
    quantile_of,
    score_limits,
)
from calibration.statistics.rates.counts import Counts


class Strata(NamedTuple):
    """Sums per cluster (agent) and stratum, the clusters along the last axis: labelled cases and the hits among
    them, and all judged cases."""

    flagged: Floats
    flagged_hits: Floats
    unflagged: Floats
    unflagged_hits: Floats
    judged_flagged: Floats
    judged_unflagged: Floats


def stratified(counts: Counts, level: float, widening: Floats | float = 1.0) -> Limits:
    """The rate among all judged cases, and of the process they came from. `widening`: factor on the distances of the
    limits, for clusters."""
    share, judged = counts.flagged_share, counts.n + counts.pool
    flagged = jeffreys_limits(counts.tp, counts.tp + counts.fp, level)
    rest = jeffreys_limits(counts.fn, counts.fn + counts.tn, level)
    value = share * flagged.value + (1 - share) * rest.value
    between = quantile_of(level) ** 2 * (flagged.value - rest.value) ** 2 * share * (1 - share) / judged
    below, above = (
        np.sqrt(share**2 * (flagged.value - a) ** 2 + (1 - share) ** 2 * (rest.value - b) ** 2 + between)
        for a, b in ((flagged.low, rest.low), (flagged.high, rest.high))
    )
    low, high = np.maximum(value - widening * below, 0.0), np.minimum(value + widening * above, 1.0)
    return Limits(value, low, high)


def stratified_precision(counts: Counts, level: float) -> Limits:
    """Of the flagged cases, the share that labels confirm: one stratum, no weights."""
    return proportion_limits(counts.tp, counts.tp + counts.fp, level)


def stratified_recall(counts: Counts, level: float) -> Limits:
    """Of all hits, the share that was flagged; Wilson's limits on the effective number of hits.

    Found and missed hits are estimated from different strata; the variance is that of the logarithm of their ratio,
    half a case added to each. It holds where some misses are to be expected (`choosing.expected_misses`).
    """
    share, total = counts.flagged_share, counts.n + counts.pool
    n1, n0 = np.maximum(counts.tp + counts.fp, 1), np.maximum(counts.fn + counts.tn, 1)
    p1, p0 = (counts.tp + 0.5) / (n1 + 1), (counts.fn + 0.5) / (n0 + 1)
    inside = np.clip(share, 1 / (2 * total), 1 - 1 / (2 * total))
    variance = (1 - p1) / (p1 * n1) + (1 - p0) / (p0 * n0) + 1 / (total * inside * (1 - inside))
    smoothed = inside * p1 / (inside * p1 + (1 - inside) * p0)
    found, missed = share * counts.tp / n1, (1 - share) * counts.fn / n0
    value = np.where(found + missed > 0, found / np.where(found + missed > 0, found + missed, 1.0), np.nan)
    limits = score_limits(
        np.nan_to_num(value, nan=0.5), 1 / (smoothed * (1 - smoothed) * variance), quantile_of(level)
    )
    return Limits(value, limits.low, limits.high)


def design_effect(strata: Strata) -> Floats:
    """Variance of the stratified rate with clusters, divided by that without; never below 1 (Kish 1965)."""
    n1, n0 = np.maximum(strata.flagged.sum(-1), 1), np.maximum(strata.unflagged.sum(-1), 1)
    p1, p0 = strata.flagged_hits.sum(-1) / n1, strata.unflagged_hits.sum(-1) / n0
    m1, m0 = strata.judged_flagged.sum(-1), strata.judged_unflagged.sum(-1)
    share, total = m1 / (m1 + m0), m1 + m0
    value = share * p1 + (1 - share) * p0
    weight1, weight0 = (share / n1)[..., None], ((1 - share) / n0)[..., None]
    own = weight1 * (strata.flagged_hits - p1[..., None] * strata.flagged)
    own = own + weight0 * (strata.unflagged_hits - p0[..., None] * strata.unflagged)
    own = own + (p1 - value)[..., None] * strata.judged_flagged / total[..., None]
    own = own + (p0 - value)[..., None] * strata.judged_unflagged / total[..., None]
    clusters = own.shape[-1]
    clustered = (own**2).sum(-1) * clusters / (clusters - 1)
    plain = share**2 * p1 * (1 - p1) / n1 + (1 - share) ** 2 * p0 * (1 - p0) / n0
    plain = plain + (p1 - p0) ** 2 * share * (1 - share) / total
    return np.maximum(np.where(plain > 0, clustered / np.where(plain > 0, plain, 1.0), 1.0), 1.0)


def stratified_in_clusters(strata: Strata, level: float) -> Limits:
    """The stratified rate where cases of a cluster resemble each other: wider by the design effect, and by Student's
    quantile with one degree of freedom less than there are clusters."""
    student = quantile_of(level, strata.flagged.shape[-1] - 1) / quantile_of(level)
    return stratified(counts_of_strata(strata), level, np.sqrt(design_effect(strata)) * student)


def counts_of_strata(strata: Strata) -> Counts:
    """The counts, clusters put together."""
    n1, hits1, n0, hits0, judged1, judged0 = (each.sum(-1) for each in strata)
    return Counts(hits1, n1 - hits1, hits0, n0 - hits0, judged1 + judged0 - n1 - n0, judged1 - n1)
