"""Rogan and Gladen (1978) as a second opinion: the judge's rate, freed of its known false and missed hits.

θ = (p + q0 − 1) / (q0 + q1 − 1): p the judge's rate, q1 its sensitivity, q0 its specificity. The interval carries
both noises, that of the judged cases and that of the labels (Lang and Reiczigel 2014); p comes from the cases without a
label, so that the two are independent. Unlike PPI++ it assumes that sensitivity and specificity are the same among
labelled and other cases.
"""

import numpy as np

from calibration.statistics.limits import Floats, Limits, quantile_of
from calibration.statistics.rates.counts import Counts


def rogan_gladen(counts: Counts, level: float) -> Limits:
    """Limits in 0..1; the whole of 0..1 where the judge is not better than chance on the labels."""
    z = quantile_of(level)
    squared = z * z
    total = counts.pool + squared
    told = (counts.pool_hits + squared / 2) / total
    sensitivity, specificity = _shrunk(counts.tp, counts.hits), _shrunk(counts.tn, counts.n - counts.hits)
    youden = sensitivity + specificity - 1
    usable = (youden > 0) & (counts.pool > 0)
    scale = np.where(usable, youden, 1.0)
    rate = (told + specificity - 1) / scale
    by_sensitivity = rate**2 * sensitivity * (1 - sensitivity) / (counts.hits + 2)
    by_specificity = (1 - rate) ** 2 * specificity * (1 - specificity) / (counts.n - counts.hits + 2)
    variance = (told * (1 - told) / total + by_sensitivity + by_specificity) / scale**2
    shift = 2 * squared * ((1 - rate) * by_specificity - rate * by_sensitivity) / scale**2
    half = z * np.sqrt(variance)
    value = published(counts.pool_hits / np.maximum(counts.pool, 1), counts)
    low = np.where(usable, np.clip(rate + shift - half, 0.0, 1.0), 0.0)
    high = np.where(usable, np.clip(rate + shift + half, 0.0, 1.0), 1.0)
    return Limits(value, low, high)


def published(told: Floats, counts: Counts) -> Floats:
    """The published point in 0..1; NaN where it is not defined. `told`: the judge's rate."""
    with np.errstate(divide="ignore", invalid="ignore"):
        sensitivity, specificity = counts.tp / counts.hits, counts.tn / (counts.n - counts.hits)
        value = (told + specificity - 1) / (specificity + sensitivity - 1)
    return np.where(specificity + sensitivity > 1, np.clip(value, 0.0, 1.0), np.nan)


def _shrunk(successes: Floats, trials: Floats) -> Floats:
    return (successes + 1) / (trials + 2)
