"""Agreement of several labellers beyond chance: Krippendorff's alpha, Fleiss' kappa, Gwet's AC1 and AC2.

All take counts: one row per case, one column per category, how many labellers chose it. Cases may have different
numbers of labels; those with fewer than two say nothing of agreement. Values are at most 1, 0 is chance; None where
they are not defined.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from calibration.statistics.intervals import Interval
from calibration.statistics.limits import Floats

Scale = Literal["nominal", "ordinal", "interval"]
Weights = Literal["identity", "linear", "quadratic"]
Coefficient = Callable[[Floats], float | None]


def category_counts(ratings: Sequence[Sequence[Hashable]], categories: Sequence[Hashable]) -> Floats:
    """Counts of each case's labels, in the order of `categories`. A label that is none of them is a `KeyError`."""
    places = {category: place for place, category in enumerate(categories)}
    counts = np.zeros((len(ratings), len(categories)))
    for row, labels in enumerate(ratings):
        for label in labels:
            counts[row, places[label]] += 1
    return counts


def krippendorff_alpha(
    counts: Floats, scale: Scale = "nominal", values: Sequence[float] | None = None
) -> float | None:
    """Krippendorff (2011). `values`: of the categories, for the interval scale (default 0, 1, 2 …); for the ordinal one
    only their order counts."""
    pairable = counts[counts.sum(1) >= 2]
    total = pairable.sum()
    if total < 2:
        return None
    of_category = pairable.sum(0)
    distance = _distances(of_category, scale, values)
    labels = pairable.sum(1)
    observed = (np.einsum("ic,ck,ik->i", pairable, distance, pairable) / (labels - 1)).sum() / total
    expected = of_category @ distance @ of_category / (total * (total - 1))
    return None if expected == 0 else float(1 - observed / expected)


def fleiss_kappa(counts: Floats) -> float | None:
    """Fleiss (1971), as Gwet (2014) extends it to cases with different numbers of labels."""
    return _beyond_chance(counts, np.eye(counts.shape[1]), lambda shares: float((shares**2).sum()))


def gwet_ac(counts: Floats, weights: Weights = "identity") -> float | None:
    """Gwet (2008): AC1 with `identity`, else AC2, where near categories agree in part. Does not collapse when one
    category is rare, as kappa does."""
    q = counts.shape[1]
    if q < 2:
        return None
    weight = _agreement_weights(q, weights)
    scale = float(weight.sum()) / (q * (q - 1))
    return _beyond_chance(counts, weight, lambda shares: scale * float((shares * (1 - shares)).sum()))


def bootstrap_interval(
    counts: Floats, coefficient: Coefficient, *, level: float = 0.95, resamples: int = 500, seed: int = 0
) -> Interval | None:
    """Percentiles of the coefficient over cases drawn again with replacement; None where it is not defined."""
    if coefficient(counts) is None:
        return None
    rng = np.random.default_rng(seed)
    drawn = (coefficient(counts[rng.integers(0, len(counts), len(counts))]) for _ in range(resamples))
    known = [value for value in drawn if value is not None]
    tail = (1 - level) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return Interval(float(low), float(high), level, "bootstrap over cases")


def _beyond_chance(counts: Floats, weight: Floats, chance_of: Callable[[Floats], float]) -> float | None:
    labels = counts.sum(1)
    rated = labels > 0
    several = labels >= 2
    if not several.any():
        return None
    own, number = counts[several], labels[several]
    agreeing = (own * (own @ weight.T - 1)).sum(1)
    observed = float((agreeing / (number * (number - 1))).mean())
    chance = chance_of((counts[rated] / labels[rated][:, None]).mean(0))
    return None if chance == 1 else (observed - chance) / (1 - chance)


def _distances(of_category: Floats, scale: Scale, values: Sequence[float] | None) -> Floats:
    """Squared distances between categories."""
    q = len(of_category)
    if scale == "nominal":
        return 1 - np.eye(q)
    if scale == "interval":
        places = np.arange(q, dtype=np.float64) if values is None else np.asarray(values, dtype=np.float64)
        return np.asarray((places[:, None] - places[None, :]) ** 2)
    ends = np.cumsum(of_category)
    middles: NDArray[np.float64] = ends - of_category / 2
    return np.asarray((middles[:, None] - middles[None, :]) ** 2)


def _agreement_weights(q: int, weights: Weights) -> Floats:
    if weights == "identity":
        return np.eye(q)
    apart = np.abs(np.subtract.outer(np.arange(q), np.arange(q))) / (q - 1)
    return np.asarray(1 - (apart if weights == "linear" else apart**2))
