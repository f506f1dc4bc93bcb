"""What charts are drawn from: reliability, precision against recall, agreement against coverage. Points, no pictures."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from msgspec import Struct
from sklearn.metrics import precision_recall_curve

from calibration.statistics.intervals import Interval, wilson

#: Points of a curve at most: more are no longer seen.
MOST_POINTS = 200

_Point = TypeVar("_Point")


class Told(NamedTuple):
    """A probability (0..1) and whether what it was told of is so."""

    probability: float
    true: bool


class ReliabilityBin(Struct, frozen=True):
    """Probabilities from `low` (included) to `high`: `n` of them, their mean, and the share that was true. Mean, share and
    interval are None in an empty bin."""

    low: float
    high: float
    n: int
    mean: float | None
    share: float | None
    interval: Interval | None


class CurvePoint(Struct, frozen=True):
    """Precision and recall if everything with at least this probability of a hit is called one."""

    threshold: float
    precision: float
    recall: float


class CoveragePoint(Struct, frozen=True):
    """If verdicts with at least this confidence stand without a person: their share of all, and how many of them
    agree with reviewers."""

    confidence: float
    coverage: float
    n: int
    agreement: float
    interval: Interval | None


def reliability(told: Sequence[Told], bins: int = 10, level: float = 0.95) -> list[ReliabilityBin]:
    """The calibration curve in bins of equal width, Wilson's interval in each."""
    groups: list[list[Told]] = [[] for _ in range(bins)]
    for each in told:
        groups[min(int(each.probability * bins), bins - 1)].append(each)
    found = []
    for place, group in enumerate(groups):
        n, true = len(group), sum(each.true for each in group)
        mean = sum(each.probability for each in group) / n if n else None
        share = true / n if n else None
        found.append(ReliabilityBin(place / bins, (place + 1) / bins, n, mean, share, wilson(true, n, level)))
    return found


def brier_score(told: Sequence[Told]) -> float | None:
    """Mean squared gap between probability and truth (Brier 1950): 0 is perfect, .25 is a coin. None without cases."""
    if not told:
        return None
    return sum((each.probability - each.true) ** 2 for each in told) / len(told)


def precision_recall(told: Sequence[Told]) -> list[CurvePoint]:
    """Points by rising threshold, thinned to `MOST_POINTS`; none without a hit. `told`: probability of a hit."""
    if not any(each.true for each in told):
        return []
    precision, recall, thresholds = precision_recall_curve(
        [each.true for each in told], [each.probability for each in told]
    )
    columns = (thresholds.tolist(), precision[:-1].tolist(), recall[:-1].tolist())
    return _thinned([CurvePoint(*each) for each in zip(*columns, strict=True)])


def agreement_by_coverage(told: Sequence[Told], level: float = 0.95) -> list[CoveragePoint]:
    """Points by falling confidence. `told`: confidence of the verdict, and whether reviewers agree with it."""
    falling = sorted(told, key=lambda each: -each.probability)
    found, agreed = [], 0
    for number, each in enumerate(falling, 1):
        agreed += each.true
        if number == len(falling) or falling[number].probability < each.probability:
            interval = wilson(agreed, number, level)
            share = agreed / number
            found.append(CoveragePoint(each.probability, number / len(falling), number, share, interval))
    return _thinned(found)


def _thinned(points: list[_Point]) -> list[_Point]:
    if len(points) <= MOST_POINTS:
        return points
    return [points[place] for place in np.linspace(0, len(points) - 1, MOST_POINTS).astype(int).tolist()]
