"""Which estimator a rate gets, and why. The limits at which one gives way to another were found by simulation;
`./dev bench intervals` prints what each covers."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from calibration.statistics.limits import Floats, Limits, proportion_limits
from calibration.statistics.rates.counts import Counts
from calibration.statistics.rates.prediction_powered import (
    ClusterSums,
    prediction_powered,
    prediction_powered_in_clusters,
)
from calibration.statistics.rates.stratified import (
    Strata,
    counts_of_strata,
    stratified,
    stratified_in_clusters,
)

Design = Literal["random", "stratified"]

#: Labelled cases that PPI++ needs: from fewer its variance, which is estimated from them, is too often too small.
FEWEST_LABELS = 100
#: Labelled cases in which the judge errs that PPI++ needs: without errors it believes the judge to be perfect.
FEWEST_ERRORS = 5
#: Misses that must be expected among the unflagged labels if the judge finds `RECALL` of all hits.
FEWEST_MISSES, RECALL = 0.75, 0.85
#: Clusters that a clustered interval needs, and those it needs where the rate is below `RARE`.
FEWEST_CLUSTERS, FEWEST_CLUSTERS_OF_RARE, RARE = 20, 40, 0.05


class Chosen(NamedTuple):
    """Limits, which of them come from the first choice, and which are claimed to cover as often as asked."""

    limits: Limits
    first: NDArray[np.bool_]
    nominal: NDArray[np.bool_]


def choose_random(counts: Counts, level: float) -> Chosen:
    """PPI++; the labels alone where it would cover too little."""
    first = (counts.n >= FEWEST_LABELS) & (counts.errors >= FEWEST_ERRORS) & (counts.pool > 0)
    labels_only = proportion_limits(counts.hits, counts.n, level)
    limits = _either(first, prediction_powered(counts, level), labels_only)
    return Chosen(limits, first, np.ones_like(first))


def choose_stratified(counts: Counts, level: float) -> Chosen:
    """The stratified estimate; conservative where the unflagged labels are too few to hold a miss."""
    enough = expected_misses(counts) >= FEWEST_MISSES
    return Chosen(stratified(counts, level), np.ones_like(enough), enough)


def choose_random_in_clusters(sums: ClusterSums, level: float) -> Chosen:
    """PPI++ with the variance of clusters, or the labels alone; no claim where clusters are too few for so rare a
    rule."""
    labels, errors = sums.labelled.sum(-1), sums.errors.sum(-1)
    first = (labels >= FEWEST_LABELS) & (errors >= FEWEST_ERRORS) & (sums.pool.sum(-1) > 0)
    nothing = np.zeros_like(sums.pool)
    labels_only = prediction_powered_in_clusters(sums._replace(pool=nothing, pool_hits=nothing), level)
    limits = _either(first, prediction_powered_in_clusters(sums, level), labels_only)
    enough = (sums.labelled > 0).sum(-1) >= clusters_needed(limits.value)
    return Chosen(limits, first, enough)


def choose_stratified_in_clusters(strata: Strata, level: float) -> Chosen:
    """The stratified estimate, wider by its design effect; no claim where clusters or misses are too few."""
    limits = stratified_in_clusters(strata, level)
    labelled = (strata.flagged + strata.unflagged) > 0
    enough = labelled.sum(-1) >= clusters_needed(limits.value)
    return Chosen(
        limits, np.ones_like(enough), enough & (expected_misses(counts_of_strata(strata)) >= FEWEST_MISSES)
    )


def expected_misses(counts: Counts) -> Floats:
    """Misses among the unflagged labels if the judge found `RECALL` of all hits."""
    share = counts.flagged_share
    found = share * np.where(counts.tp + counts.fp > 0, counts.tp / np.maximum(counts.tp + counts.fp, 1), 0.5)
    rate = found * (1 / RECALL - 1) / np.where(share < 1, 1 - share, 1.0)
    return (counts.fn + counts.tn) * np.minimum(rate, 1.0)


def clusters_needed(rate: Floats) -> Floats:
    """Clusters that carry an interval for a rule of this rate."""
    rare = np.minimum(rate, 1 - rate) < RARE
    return np.where(rare, float(FEWEST_CLUSTERS_OF_RARE), float(FEWEST_CLUSTERS))


def _either(condition: NDArray[np.bool_], first: Limits, second: Limits) -> Limits:
    return Limits(*(np.where(condition, a, b) for a, b in zip(first, second, strict=True)))
