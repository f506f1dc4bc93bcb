"""The four charts of a report."""

from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

from api.reporting.evals.charts import COLOURS, Chart, Point, Series
from calibration.runs import Judged, RunReport, load_reports
from calibration.runs.figures import hits_told, pooled, told_by
from calibration.statistics.curves import agreement_by_coverage, precision_recall, reliability
from calibration.statistics.metrics import Estimate

#: With more rules than colours a line for each would be a tangle: then all cases are taken together.
MOST_LINES = COLOURS


class Past(NamedTuple):
    """A run of the same sets: its name and all its judged cases."""

    name: str
    cases: list[Judged]


def charts_of(reports: Sequence[RunReport], past: Sequence[Past]) -> list[Chart]:
    """Those that have something to show."""
    cases = [each for report in reports for each in report.cases]
    charts = (
        precision_recall_chart(cases),
        reliability_chart(cases),
        agreement_chart(cases),
        trend_chart(past),
    )
    return [chart for chart in charts if not chart.is_empty]


def precision_recall_chart(cases: Sequence[Judged]) -> Chart:
    """One line per rule; a dot of the same colour where its verdicts were."""
    lines, dots = [], []
    for name, own in _by_rule(cases):
        points = precision_recall(hits_told(own))
        line = tuple(Point(each.recall, each.precision, note=f"≥ {each.threshold:.2f}") for each in points)
        lines.append(Series(name=name, points=line))
        dots.append(Series(name="", points=_verdicts(own) if line else (), line=False, dots=True))
    return Chart(
        title="精确率与召回率", english="Precision and recall", x="召回率 recall", y="精确率 precision",
        series=tuple(lines), marks=tuple(dots),
        note="线上每点是一个命中概率阈值,圆点是现在的判断 each point of a line is a threshold on the probability of a "
        "hit; the dot is where the verdicts are",
    )  # fmt: skip


def _verdicts(cases: Sequence[Judged]) -> tuple[Point, ...]:
    figures = pooled(cases)
    right, found = figures.precision.value, figures.recall.value
    if right is None or found is None:
        return ()
    return (Point(found, right, note=f"P {right:.2f} R {found:.2f}", weight=0.6),)


def reliability_chart(cases: Sequence[Judged]) -> Chart:
    """All rules together: a bin of one rule alone holds too few verdicts to say much."""
    told = told_by(cases)
    points = tuple(
        Point(
            each.mean, each.share, each.interval.low, each.interval.high,
            note=f"{each.mean:.2f} → {each.share:.2f} (n={each.n})", weight=each.n / len(told),
        )
        for each in reliability(told)
        if each.mean is not None and each.share is not None and each.interval is not None
    )  # fmt: skip
    return Chart(
        title="可靠性", english="Reliability", x="判断器说的概率 probability told", y="标注认可的比例 share confirmed",
        series=(Series(name="全部规则 all rules", points=points, dots=True),), diagonal=True,
        note="在虚线上:说多少就对多少。竖线:95 % Wilson;圆点大小:用例数 on the dashed line the judge is as often right "
        "as it says; bars: 95 % Wilson; size of a dot: cases",
    )  # fmt: skip


def agreement_chart(cases: Sequence[Judged]) -> Chart:
    """How often the surest verdicts agree with labels, against how many of all they are."""
    series = tuple(
        Series(
            name=name,
            points=tuple(
                Point(each.coverage, each.agreement, note=f"≥ {each.confidence:.2f}")
                for each in agreement_by_coverage(told_by(own))
            ),
        )
        for name, own in _by_rule(cases)
    )
    lowest = min((point.y for each in series for point in each.points), default=0.0)
    return Chart(
        title="一致率与覆盖率", english="Agreement against coverage", x="覆盖率 coverage", y="与标注一致 agreement",
        series=series, y_range=(0.5 if lowest >= 0.5 else 0.0, 1.0),
        note="只信最有把握的判断:覆盖率换一致率 trusting only the surest verdicts buys agreement with coverage",
    )  # fmt: skip


def trend_chart(past: Sequence[Past]) -> Chart:
    """F1, precision and recall over runs of the same sets."""
    figures = [pooled(each.cases) for each in past]
    measures = (
        ("F1", [each.f1 for each in figures]),
        ("精确率 precision", [each.precision for each in figures]),
        ("召回率 recall", [each.recall for each in figures]),
    )
    series = tuple(
        Series(name=name, points=_over_time(past, estimates, (number - 1) * 0.03), dots=True)
        for number, (name, estimates) in enumerate(measures)
    )
    last = max(len(past) - 1, 1)
    return Chart(
        title="历次运行", english="Trend over runs", x="运行 run", y="F1 · 精确率 · 召回率",
        series=series if len(past) > 1 else (), x_range=(-0.2, last + 0.2),
        ticks=tuple(_when(each.name) for each in past),
        note="竖线:95 % 区间 bars: 95 % intervals",
    )  # fmt: skip


def _when(run: str) -> str:
    """`11-28 16:47` of `20261128T164747-9faf04da`."""
    return f"{run[4:6]}-{run[6:8]} {run[9:11]}:{run[11:13]}"


def _over_time(past: Sequence[Past], estimates: Sequence[Estimate], aside: float) -> tuple[Point, ...]:
    """`aside`: a little, so that the intervals of several measures do not cover each other."""
    return tuple(
        Point(place, each.value, each.interval.low, each.interval.high, note=f"{run.name}: {each.value:.2f}")
        for place, run, each in zip(count(aside), past, estimates)
        if each.value is not None and each.interval is not None
    )


def _by_rule(cases: Sequence[Judged]) -> Iterable[tuple[str, list[Judged]]]:
    rules = list(dict.fromkeys(each.rule_id for each in cases))
    if len(rules) > MOST_LINES:
        return [("全部规则 all rules", list(cases))]
    return [(rule, [each for each in cases if each.rule_id == rule]) for rule in rules]


def past_of(runs: Iterable[Path], reports: Sequence[RunReport], most: int = 12) -> list[Past]:
    """The latest runs over the same splits of the same sets, oldest first."""
    wanted = {(each.eval_set, each.split) for each in reports}
    found = []
    for place in runs:
        there = load_reports(place)
        if {(each.eval_set, each.split) for each in there} == wanted:
            found.append(Past(place.name, [case for each in there for case in each.cases]))
    return found[-most:]
