"""Confidence intervals for proportions. Every interval names its method; none is ±1.96 standard errors."""

from math import sqrt

from msgspec import Struct
from scipy.stats import beta, norm


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
