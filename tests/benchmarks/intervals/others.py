"""What is printed beside ours: the raw rate, and judgy's published formula written anew from its description.

judgy (its `estimate_success_rate`): Rogan and Gladen's point, limited to 0..1, with a percentile bootstrap that draws
the labelled cases again and again but takes the judge's rate among the unlabelled ones as known without error.
"""

import numpy as np

from calibration.statistics.limits import Limits, quantile_of, score_limits
from calibration.statistics.rates.counts import Counts
from calibration.statistics.rates.prediction_powered import ClusterSums, tuned
from calibration.statistics.rates.rogan_gladen import published

RESAMPLES = 200


def raw(counts: Counts, level: float) -> Limits:
    """The judge's own rate among all judged sessions, Wilson."""
    return score_limits(counts.flagged_share, counts.n + counts.pool, quantile_of(level))


def judgy(counts: Counts, level: float, rng: np.random.Generator) -> Limits:
    """NaN where the formula raises an error: no labelled hit, or a judge no better than chance."""
    cells = np.stack([counts.tp, counts.fp, counts.fn, counts.tn], -1)
    drawn = rng.multinomial(
        counts.n.astype(int)[:, None], (cells / counts.n[:, None])[:, None, :], (len(cells), RESAMPLES)
    ).astype(float)
    told = counts.pool_hits / counts.pool
    again = Counts(*np.moveaxis(drawn, -1, 0), counts.pool[:, None], counts.pool_hits[:, None])
    values = published(told[:, None], again)
    usable = ~np.isnan(values).all(-1)
    low, high = np.full(len(cells), np.nan), np.full(len(cells), np.nan)
    tail = (1 - level) / 2
    low[usable], high[usable] = np.nanquantile(values[usable], [tail, 1 - tail], axis=-1)
    return Limits(published(told, counts), low, high)


def normal_ppi(counts: Counts) -> Limits:
    """PPI++ with the normal limits of its paper."""
    estimate = tuned(counts)
    half = 1.96 * np.sqrt(estimate.variance)
    return Limits(estimate.value, estimate.value - half, estimate.value + half)


def normal_stratified(counts: Counts) -> Limits:
    """The stratified mean with the normal limits of textbooks."""
    share, n1, n0 = (
        counts.flagged_share,
        np.maximum(counts.tp + counts.fp, 2),
        np.maximum(counts.fn + counts.tn, 2),
    )
    p1, p0 = counts.tp / n1, counts.fn / n0
    variance = share**2 * p1 * (1 - p1) / (n1 - 1) + (1 - share) ** 2 * p0 * (1 - p0) / (n0 - 1)
    variance = variance + (p1 - p0) ** 2 * share * (1 - share) / (counts.n + counts.pool)
    value, half = share * p1 + (1 - share) * p0, 1.96 * np.sqrt(variance)
    return Limits(value, value - half, value + half)


def without_clusters(sums: ClusterSums) -> Counts:
    """The same cases as if they were independent."""
    labelled, hits, found, errors, pool, pool_hits = (each.sum(-1) for each in sums)
    tp = (hits + found - errors) / 2
    return Counts(tp, found - tp, hits - tp, labelled - hits - found + tp, pool, pool_hits)
