"""Limits of many proportions at once: what `intervals` gives for one, and what the rates are built from.

Arrays of any shape that fit each other; shares in 0..1, counts as floats, `level` in 0..1.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta, norm, t

Floats = NDArray[np.float64]

#: From so many labels on Jeffreys' limits cover between 94 and 97 % also at a rate of 2 %; below, Wilson's do
#: (by enumeration; `tests/calibration/statistics/test_intervals.py`).
JEFFREYS_FROM = 200


class Limits(NamedTuple):
    """Estimates with the lower and upper limits of their intervals."""

    value: Floats
    low: Floats
    high: Floats


def quantile_of(level: float, degrees: ArrayLike | None = None) -> Floats:
    """Half the width of a two-sided interval in standard errors; Student's where there are few clusters."""
    tail = 0.5 + level / 2
    return np.asarray(norm.ppf(tail) if degrees is None else t.ppf(tail, degrees), dtype=np.float64)


def score_limits(share: ArrayLike, trials: ArrayLike, quantile: ArrayLike) -> Limits:
    """Wilson (1927): those shares from which the observed one is `quantile` standard errors away. `trials` may be
    an effective number (Korn and Graubard 1998)."""
    p, n, z = (np.asarray(each, dtype=np.float64) for each in (share, trials, quantile))
    inside = np.clip(p, 0.0, 1.0)
    scale = 1 + z * z / n
    centre = (inside + z * z / (2 * n)) / scale
    half = z * np.sqrt(inside * (1 - inside) / n + z * z / (4 * n * n)) / scale
    low = np.where(inside <= 0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(inside >= 1, 1.0, np.minimum(centre + half, 1.0))
    return Limits(p, low, high)


def jeffreys_limits(successes: ArrayLike, trials: ArrayLike, level: float) -> Limits:
    """Equal tails of Beta(x + ½, n − x + ½), open to 0 and 1 where all cases agree (Brown, Cai, DasGupta 2001).
    Without trials everything is possible."""
    x, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    tail = (1 - level) / 2
    low = np.where(x <= 0, 0.0, beta.ppf(tail, x + 0.5, n - x + 0.5))
    high = np.where(x >= n, 1.0, beta.ppf(1 - tail, x + 0.5, n - x + 0.5))
    return Limits(np.where(n > 0, x / np.maximum(n, 1.0), 0.5), low, high)


def proportion_limits(successes: ArrayLike, trials: ArrayLike, level: float) -> Limits:
    """Wilson's limits for few trials, Jeffreys' from `JEFFREYS_FROM` on."""
    x, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    few = score_limits(x / np.maximum(n, 1.0), np.maximum(n, 1.0), quantile_of(level))
    many = jeffreys_limits(x, n, level)
    return Limits(
        many.value, *(np.where(n < JEFFREYS_FROM, a, b) for a, b in zip(few[1:], many[1:], strict=True))
    )


def effective_trials(limits: Limits, level: float) -> Floats:
    """Trials whose Wilson interval, at the same share, would be as wide."""
    inside = np.clip(limits.value, 1e-6, 1 - 1e-6)
    squared = quantile_of(level) ** 2
    half = np.maximum((limits.high - limits.low) / 2, 1e-12) ** 2
    # Wilson's half width solved for n: h²(n + z²)² = z²(p(1 − p)n + z²/4).
    linear = 2 * half * squared - squared * inside * (1 - inside)
    rest = half * squared**2 - squared**2 / 4
    root = np.sqrt(np.maximum(linear**2 - 4 * half * rest, 0.0))
    return np.asarray((-linear + root) / (2 * half), dtype=np.float64)
