"""PPI++: the labels' rate, moved by how much the judge's rate among all judged differs from that among the labelled.

Angelopoulos, Duchi, Zrnic 2023 ("PPI++", arXiv 2311.01453), with the tuned λ. Valid whatever the judge's errors.
The interval is Wilson's on the effective number of labels (Korn and Graubard 1998) instead of ± standard errors,
which cover too little when hits are rare (`./dev bench intervals`: `normal`).
"""

from typing import NamedTuple

import numpy as np

from calibration.statistics.limits import Floats, Limits, quantile_of, score_limits
from calibration.statistics.rates.counts import Counts

_NONE = 1e-12
#: A rate at or below zero is taken as this one when its effective number of labels is asked for.
_SMALLEST = 1e-6


class Tuned(NamedTuple):
    """An estimate with its variance, and the λ that was used (0: labels only)."""

    value: Floats
    variance: Floats
    weight: Floats


class ClusterSums(NamedTuple):
    """Sums per cluster (agent), the clusters along the last axis. A cluster may hold only labelled or only other
    cases. `labelled`: labelled cases, `hits` by label, `found` by the judge, `errors` where the two disagree; `pool`:
    others, `pool_hits` found."""

    labelled: Floats
    hits: Floats
    found: Floats
    errors: Floats
    pool: Floats
    pool_hits: Floats


def tuned(counts: Counts) -> Tuned:
    """The estimate from labels drawn at random, independent of each other."""
    n, pool = counts.n, np.maximum(counts.pool, _NONE)
    rate, found, told = counts.hits / n, (counts.tp + counts.fp) / n, counts.pool_hits / pool
    together = counts.tp / n - rate * found
    spread = counts.flagged_share * (1 - counts.flagged_share)
    best = together / np.maximum(spread, _NONE) / (1 + n / pool)
    weight = np.where(counts.pool > 0, np.clip(best, 0.0, 1.0), 0.0)
    rectified = rate * (1 - rate) - 2 * weight * together + weight**2 * found * (1 - found)
    variance = rectified / np.maximum(n - 1, 1) + weight**2 * told * (1 - told) / pool
    return Tuned(rate + weight * (told - found), variance, weight)


def tuned_in_clusters(sums: ClusterSums) -> Tuned:
    """The estimate from labels drawn at random where cases of a cluster resemble each other.

    Each cluster's share in the estimate, labelled and other cases together, is one observation; the variance is
    that of their sum (Liang and Zeger 1986), λ makes it smallest.
    """
    n, pool = sums.labelled.sum(-1), np.maximum(sums.pool.sum(-1), _NONE)
    rate, found, told = sums.hits.sum(-1) / n, sums.found.sum(-1) / n, sums.pool_hits.sum(-1) / pool
    by_labels = (sums.hits - rate[..., None] * sums.labelled) / n[..., None]
    by_judge = (sums.found - found[..., None] * sums.labelled) / n[..., None]
    by_judge = by_judge - (sums.pool_hits - told[..., None] * sums.pool) / pool[..., None]
    best = (by_labels * by_judge).sum(-1) / np.maximum((by_judge**2).sum(-1), _NONE)
    weight = np.where(sums.pool.sum(-1) > 0, np.clip(best, 0.0, 1.0), 0.0)
    clusters = np.maximum((sums.labelled > 0).sum(-1), 3)
    # Two numbers were fitted to the clusters: the rate and λ.
    variance = ((by_labels - weight[..., None] * by_judge) ** 2).sum(-1) * clusters / (clusters - 2)
    return Tuned(rate + weight * (told - found), variance, weight)


def effective_labels(estimate: Tuned, fewest: Floats, most: Floats) -> Floats:
    """Random labels that alone would have this variance, at least `fewest`, at most `most`."""
    inside = np.clip(estimate.value, _SMALLEST, 1 - _SMALLEST)
    number = inside * (1 - inside) / np.maximum(estimate.variance, _NONE)
    return np.clip(np.where(estimate.variance > _NONE, number, fewest), fewest, most)


def prediction_powered(counts: Counts, level: float) -> Limits:
    """PPI++ for independent labels drawn at random from the judged cases."""
    estimate = tuned(counts)
    number = effective_labels(estimate, counts.n, counts.n + counts.pool)
    return score_limits(estimate.value, number, quantile_of(level))


def prediction_powered_in_clusters(sums: ClusterSums, level: float) -> Limits:
    """PPI++ for labels drawn at random, clustered. Student's quantile with one degree of freedom less than there are
    clusters with labels."""
    estimate = tuned_in_clusters(sums)
    clusters = (sums.labelled > 0).sum(-1)
    total = (sums.labelled + sums.pool).sum(-1)
    number = effective_labels(estimate, np.ones_like(total), total)
    return score_limits(estimate.value, number, quantile_of(level, np.maximum(clusters - 1, 1)))
