"""The lines of the table: a measure each with its interval, what stayed open by cause, and what others reach."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import bootstrap, mannwhitneyu, spearmanr

from calibration.statistics.intervals import Interval, wilson
from calibration.statistics.metrics import Pair, f1, matrix_of, precision, recall

RANKS = ("precision", "recall", "F1")
HEADS = (
    "act",
    "data",
    "labels from",
    "n",
    "positives",
    *RANKS,
    "other",
    "undetermined",
    "compare",
    "intervals",
)
_RESAMPLES = 1000


class Value(NamedTuple):
    """A figure and its 95 % interval; without one `method` says why."""

    value: float | None
    low: float | None
    high: float | None
    method: str


class Line(NamedTuple):
    """One line of the table. `n`: what was decided, `positives` of them by the labels; `undetermined`: what was not, by
    cause, and is in no figure. `compare`: what the simplest answer, keywords or people reach."""

    act: str
    data: str
    labels: str
    n: int
    positives: int | None
    values: Mapping[str, Value]
    undetermined: Mapping[str, int] = {}
    compare: str = ""

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return self._asdict() | {"values": {name: each._asdict() for name, each in self.values.items()}}


class Case(NamedTuple):
    """Something labelled, and what a judge says of it. `cluster`: cases of one are not independent of each other."""

    expected: bool
    hit: bool
    cluster: str = ""


def share(numerator: int, denominator: int) -> Value:
    """A proportion."""
    return _value(numerator / denominator if denominator else None, wilson(numerator, denominator))


def mean(values: Sequence[float]) -> Value:
    """A mean over acts, with a bootstrap over acts."""
    if len(values) < 2:
        return Value(None, None, None, "too few decided")
    limits = bootstrap((np.array(values),), np.mean, method="percentile", rng=0).confidence_interval
    return Value(float(np.mean(values)), float(limits.low), float(limits.high), "bootstrap over acts")


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> Value:
    """Spearman."""
    if len(one) < 10:
        return Value(None, None, None, "too few decided")
    x, y = np.array(one), np.array(other)
    sampled = bootstrap(
        (x, y), lambda a, b: spearmanr(a, b).statistic, paired=True, vectorized=False, n_resamples=_RESAMPLES,
        method="percentile", rng=0,
    ).confidence_interval  # fmt: skip
    return Value(
        float(spearmanr(x, y).statistic), float(sampled.low), float(sampled.high), "paired bootstrap"
    )


def area(positives: Sequence[float], others: Sequence[float]) -> float:
    """Under the ROC curve."""
    return float(mannwhitneyu(positives, others).statistic) / (len(positives) * len(others))


def rates(cases: Sequence[Case]) -> dict[str, Value]:
    """Precision, recall and F1; with several cases to a cluster the intervals are a bootstrap over clusters."""
    matrix = matrix_of(Pair(_word(each.expected), _word(each.hit)) for each in cases)
    told = dict(zip(RANKS, (precision(matrix), recall(matrix), f1(matrix)), strict=True))
    found = {name: _value(each.value, each.interval) for name, each in told.items()}
    clusters = len({each.cluster for each in cases})
    if clusters in (1, len(cases)):
        return found
    return {name: _clustered(cases, at, found[name], clusters) for at, name in enumerate(RANKS)}


def _clustered(cases: Sequence[Case], at: int, found: Value, clusters: int) -> Value:
    if found.value is None:
        return found
    if clusters < 20:
        return Value(found.value, None, None, f"no interval: {clusters} sessions")
    counts: dict[str, list[int]] = {}
    for each in cases:
        tp_fp_fn = counts.setdefault(each.cluster, [0, 0, 0])
        place = (0 if each.expected else 1) if each.hit else (2 if each.expected else None)
        if place is not None:
            tp_fp_fn[place] += 1
    table = np.array(list(counts.values()))
    drawn = np.random.default_rng(0).integers(len(table), size=(_RESAMPLES, len(table)))
    tp, fp, fn = np.moveaxis(table[drawn].sum(axis=1), 1, 0)
    below = (tp + fp, tp + fn, tp + (fp + fn) / 2)[at]
    low, high = np.percentile(tp[below > 0] / below[below > 0], [2.5, 97.5])
    return Value(found.value, float(low), float(high), "bootstrap over sessions")


def classified(
    act: str,
    data: str,
    labels: str,
    cases: Sequence[Case],
    undetermined: Mapping[str, int],
    compare: str = "",
) -> Line:
    """Verdicts against labels, and what always saying hit would reach."""
    positives = sum(each.expected for each in cases)
    constant = f"always a hit: F1 {2 * positives / (len(cases) + positives):.2f}" if cases else ""
    told = "; ".join(filter(None, (constant, compare)))
    return Line(act, data, labels, len(cases), positives, rates(cases), undetermined, told)


def reached(name: str, cases: Sequence[Case]) -> str:
    """Precision, recall and F1 of something simpler, in short."""
    figures = rates([each._replace(cluster="") for each in cases])
    told = (f"{short} {figures[each].value:.2f}" if figures[each].value is not None else f"{short} –"
            for short, each in (("P", "precision"), ("R", "recall"), ("F1", "F1")))  # fmt: skip
    return f"{name}: {' '.join(told)}"


def counted(causes: Iterable[str | None]) -> dict[str, int]:
    """What stayed undetermined, by cause."""
    return dict(Counter(cause for cause in causes if cause is not None))


def _value(value: float | None, interval: Interval | None) -> Value:
    if value is None or interval is None:
        return Value(None, None, None, "nothing to divide by")
    return Value(value, interval.low, interval.high, interval.method)


def _word(hit: bool) -> str:
    return "hit" if hit else "no_hit"


def written(lines: Iterable[Line], *, markdown: bool = False) -> Iterable[str]:
    """The table, tab-separated or for a document."""
    rows = [HEADS, *map(_cells, lines)]
    if not markdown:
        yield from ("\t".join(row) for row in rows)
        return
    yield f"| {' | '.join(HEADS)} |"
    yield "|" + "---|" * len(HEADS)
    yield from (f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows[1:])


def _cells(line: Line) -> tuple[str, ...]:
    others = [f"{name} {_shown(each)}" for name, each in line.values.items() if name not in RANKS]
    methods = dict.fromkeys(each.method for each in line.values.values())
    open_ones = ", ".join(f"{cause} {count}" for cause, count in sorted(line.undetermined.items()))
    return (
        line.act, line.data, line.labels, str(line.n), "–" if line.positives is None else str(line.positives),
        *(_shown(line.values[name]) if name in line.values else "–" for name in RANKS),
        ", ".join(others) or "–", open_ones or "0", line.compare or "–", "; ".join(methods),
    )  # fmt: skip


def _shown(value: Value) -> str:
    if value.value is None:
        return "–"
    return f"{value.value:.3f}" + (f" [{value.low:.3f}, {value.high:.3f}]" if value.low is not None else "")
