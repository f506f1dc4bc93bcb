"""Confidence intervals for proportions. Every interval names its method; none is ±1.96 standard errors."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from msgspec import Struct
from scipy.stats import beta, norm

from calibration.statistics.limits import jeffreys_limits, quantile_of, score_limits


class Interval(Struct, frozen=True):
    """A confidence interval of a proportion. `level` in 0..1; `method` as the literature calls it."""

    low: float
    high: float
    level: float
    method: str


def wilson(successes: int, trials: int, level: float = 0.95) -> Interval | None:
    """Wilson's score interval (Wilson 1927); None without trials, where nothing is known."""
    if trials == 0:
        return None
    _check(successes, trials, level)
    quantile = float(norm.ppf(0.5 + level / 2))
    share, squared = successes / trials, quantile * quantile
    centre = (share + squared / (2 * trials)) / (1 + squared / trials)
    half = (
        quantile
        * sqrt(share * (1 - share) / trials + squared / (4 * trials * trials))
        / (1 + squared / trials)
    )
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return Interval(low, high, level, "Wilson")


def clopper_pearson(successes: int, trials: int, level: float = 0.95) -> Interval | None:
    """The exact interval of Clopper and Pearson (1934): never covers less than `level`, usually more."""
    if trials == 0:
        return None
    _check(successes, trials, level)
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else float(beta.ppf(tail, successes, trials - successes + 1))
    high = 1.0 if successes == trials else float(beta.ppf(1 - tail, successes + 1, trials - successes))
    return Interval(low, high, level, "Clopper-Pearson")


def jeffreys(successes: int, trials: int, level: float = 0.95) -> Interval | None:
    """Equal tails of the Beta posterior under Jeffreys' prior (Brown, Cai, DasGupta 2001): covers `level` on average."""
    if trials == 0:
        return None
    _check(successes, trials, level)
    limits = jeffreys_limits(successes, trials, level)
    return Interval(float(limits.low), float(limits.high), level, "Jeffreys")


def clustered_wilson(successes: Sequence[int], trials: Sequence[int], level: float = 0.95) -> Interval | None:
    """For cases that resemble each other within an agent or session: counts per cluster.

    Wilson's interval on the effective number of trials, the ratio estimator's variance over clusters (Liang and Zeger
    1986), Student's quantile. None below two clusters, where nothing is known of their differences.
    """
    x, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    x, n = x[n > 0], n[n > 0]
    if len(n) < 2:
        return None
    _check(int(x.sum()), int(n.sum()), level)
    share, clusters = x.sum() / n.sum(), len(n)
    variance = (((x - share * n) / n.sum()) ** 2).sum() * clusters / (clusters - 1)
    # Without a spread (no success at all) the clusters cannot be told apart: each counts as one trial.
    effective = min(share * (1 - share) / variance, n.sum()) if variance > 0 else clusters
    limits = score_limits(share, effective, quantile_of(level, clusters - 1))
    return Interval(float(limits.low), float(limits.high), level, "clustered Wilson")


def f1_interval(hits: int, errors: int, level: float = 0.95) -> Interval | None:
    """For F1 with `hits` true positives and `errors` false positives plus false negatives.

    F1 is 2p / (1 + p) of the share p = TP / (TP + FP + FN), which is a proportion; the mapping is monotone, so
    Wilson's limits of p map to limits of F1.
    """
    share = wilson(hits, hits + errors, level)
    if share is None:
        return None
    return Interval(_f1_of_share(share.low), _f1_of_share(share.high), level, "Wilson on TP/(TP+FP+FN)")


def _f1_of_share(share: float) -> float:
    return 2 * share / (1 + share)


def _check(successes: int, trials: int, level: float) -> None:
    if not 0 <= successes <= trials or not 0 < level < 1:
        raise ValueError(
            f"expected 0 ≤ successes ≤ trials and 0 < level < 1, got {successes}, {trials}, {level}"
        )
