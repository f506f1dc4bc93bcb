"""How well verdicts agree with labels: pure functions of counts.

The positive class is `hit`: for a deduction a false positive is a false accusation, a false negative a missed
fault. What could not be decided is neither; it is counted apart, by cause, beside every number.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec import Struct

from calibration.statistics.intervals import Interval, f1_interval, wilson


class Pair(Struct, frozen=True):
    """One case: the label's verdict and the judged one; `reason` when that one is undetermined."""

    expected: str
    judged: str
    reason: str | None = None


class Matrix(Struct, frozen=True):
    """Counts of cases: true and false positives and negatives, and the undetermined by cause."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    tn: int = 0
    undetermined: Mapping[str, int] = {}

    @property
    def n(self) -> int:
        """Cases that were decided."""
        return self.tp + self.fp + self.fn + self.tn


class Table(Protocol):
    """Verdicts against labels: counts of cases, or sums of what each case stands for."""

    @property
    def tp(self) -> float: ...
    @property
    def fp(self) -> float: ...
    @property
    def fn(self) -> float: ...
    @property
    def tn(self) -> float: ...
    @property
    def n(self) -> float: ...


class Estimate(Struct, frozen=True):
    """A proportion with the counts it is made of. `value` and `interval` are None when the denominator is 0."""

    value: float | None
    numerator: int
    denominator: int
    interval: Interval | None


def matrix_of(pairs: Iterable[Pair]) -> Matrix:
    """Counts of labelled cases."""
    counts: Counter[tuple[bool, bool]] = Counter()
    undetermined: Counter[str] = Counter()
    for pair in pairs:
        if pair.judged == "undetermined":
            undetermined[pair.reason or "unknown"] += 1
        else:
            counts[pair.expected == "hit", pair.judged == "hit"] += 1
    return Matrix(
        tp=counts[True, True], fp=counts[False, True], fn=counts[True, False], tn=counts[False, False],
        undetermined=dict(undetermined),
    )  # fmt: skip


def precision(matrix: Matrix) -> Estimate:
    """Of the hits, the share that labels confirm."""
    return _proportion(matrix.tp, matrix.tp + matrix.fp)


def recall(matrix: Matrix) -> Estimate:
    """Of what labels call a hit and was decided, the share that was found."""
    return _proportion(matrix.tp, matrix.tp + matrix.fn)


def specificity(matrix: Matrix) -> Estimate:
    """Of what labels call no hit and was decided, the share that was left alone."""
    return _proportion(matrix.tn, matrix.tn + matrix.fp)


def f1(matrix: Matrix) -> Estimate:
    """Harmonic mean of precision and recall."""
    errors = matrix.fp + matrix.fn
    denominator = 2 * matrix.tp + errors
    value = 2 * matrix.tp / denominator if denominator else None
    return Estimate(value, 2 * matrix.tp, denominator, f1_interval(matrix.tp, errors))


def cohen_kappa(matrix: Table) -> float | None:
    """Agreement beyond chance (Cohen 1960), chance from both margins; None where it is not defined."""
    n = matrix.n
    if n == 0:
        return None
    observed = (matrix.tp + matrix.tn) / n
    expected_hit, judged_hit = (matrix.tp + matrix.fn) / n, (matrix.tp + matrix.fp) / n
    chance = expected_hit * judged_hit + (1 - expected_hit) * (1 - judged_hit)
    return None if chance == 1 else (observed - chance) / (1 - chance)


def gwet_ac1(matrix: Table) -> float | None:
    """Agreement beyond chance (Gwet 2008), which does not collapse when hits are rare."""
    n = matrix.n
    if n == 0:
        return None
    observed = (matrix.tp + matrix.tn) / n
    mean_hit = ((matrix.tp + matrix.fn) / n + (matrix.tp + matrix.fp) / n) / 2
    chance = 2 * mean_hit * (1 - mean_hit)
    return (observed - chance) / (1 - chance)


def expected_calibration_error(told: Iterable[tuple[float, bool]], bins: int = 10) -> float | None:
    """Mean gap between told probability and observed share over bins of equal width, weighted by their counts
    (Naeini et al. 2015). `told`: probability of the verdict that was given, and whether labels confirm it."""
    grouped: dict[int, list[tuple[float, bool]]] = {}
    for probability, right in told:
        grouped.setdefault(min(int(probability * bins), bins - 1), []).append((probability, right))
    total = sum(map(len, grouped.values()))
    if not total:
        return None
    gaps = (abs(sum(p for p, _ in each) - sum(right for _, right in each)) for each in grouped.values())
    return sum(gaps) / total


def _proportion(numerator: int, denominator: int) -> Estimate:
    value = numerator / denominator if denominator else None
    return Estimate(value, numerator, denominator, wilson(numerator, denominator))
