"""What a run's probabilities say, as points to draw: precision and recall, reliability, agreement and coverage."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from calibration.runs.judged import Judged
from calibration.statistics.intervals import Interval, wilson


class Threshold(NamedTuple):
    """What is found and what is right if a hit is called from this probability on."""

    probability: float
    precision: float
    recall: float


class Bin(NamedTuple):
    """Verdicts told with about the same probability. `told`: its mean; `right`: the share that labels confirm."""

    told: float
    right: float
    n: int
    interval: Interval


class Cut(NamedTuple):
    """The verdicts told with at least this probability: which share of all decided they are, how many are right."""

    probability: float
    coverage: float
    agreement: float


def thresholds_of(cases: Iterable[Judged]) -> list[Threshold]:
    """From the strictest threshold to the laxest; empty where no case is a hit or no judge told a probability."""
    told = sorted(
        (
            (each.hit_probability, each.expected == "hit")
            for each in cases
            if each.hit_probability is not None
        ),
        reverse=True,
    )
    hits = sum(is_hit for _, is_hit in told)
    if not hits:
        return []
    points, found, called = [], 0, 0
    for probability, group in groupby(told, key=lambda each: each[0]):
        same = [is_hit for _, is_hit in group]
        called, found = called + len(same), found + sum(same)
        points.append(Threshold(probability, found / called, found / hits))
    return points


def bins_of(told: Sequence[tuple[float, bool]], bins: int = 10) -> list[Bin]:
    """Bins of equal width that hold a verdict. `told`: probability of the verdict, and whether it is right."""
    found = []
    for number in range(bins):
        own = [each for each in told if min(int(each[0] * bins), bins - 1) == number]
        interval = wilson(sum(right for _, right in own), len(own))
        if interval is not None:
            mean = sum(probability for probability, _ in own) / len(own)
            found.append(Bin(mean, sum(right for _, right in own) / len(own), len(own), interval))
    return found


def cuts_of(told: Sequence[tuple[float, bool]]) -> list[Cut]:
    """From the surest verdicts to all of them."""
    points, called, right = [], 0, 0
    for probability, group in groupby(sorted(told, reverse=True), key=lambda each: each[0]):
        same = [is_right for _, is_right in group]
        called, right = called + len(same), right + sum(same)
        points.append(Cut(probability, called / len(told), right / called))
    return points
