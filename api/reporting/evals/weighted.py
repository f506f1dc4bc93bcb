"""Figures of cases that were drawn with known probabilities; each names its estimator."""

from collections.abc import Iterator, Sequence

from api.reporting.section import Section, heads
from calibration.runs import Figures, RunReport
from calibration.runs.weighted import WeightedFigure, WeightedFigures
from calibration.statistics.metrics import Estimate

_WEIGHTED = heads(
    "规则 rule | 标注 labels > | 代表会话 sessions they stand for > | 判断器占比 as judged | 真实占比 prevalence | "
    "精确率 precision | 召回率 recall | F1 F1 | kappa kappa | AC1 AC1"
)
_WEIGHTED_NOTE = (
    "抽样概率不等时,以这些数字为准;每个数字写明估计方法 where cases were drawn with unequal probabilities these figures count; "
    "each names its estimator (Hájek: a case stands for 1 / its probability)"
)


def weighted_section(reports: Sequence[RunReport]) -> Iterator[Section]:
    """Nothing where no case was drawn with a known probability."""
    rows = tuple(
        (each.rule_id, str(own.labels), f"{own.table.n:.0f}", *map(weighted_cell, _shares(own)))
        for report in reports
        for each in report.rules
        if (own := each.weighted) is not None
    )
    if rows:
        yield Section(
            title="按抽样加权", english="Weighted", columns=_WEIGHTED, rows=rows, notes=(_WEIGHTED_NOTE,)
        )


def _shares(own: WeightedFigures) -> tuple[WeightedFigure, ...]:
    return own.judged_rate, own.prevalence, own.precision, own.recall, own.f1, own.kappa, own.ac1


def weighted_cell(figure: WeightedFigure) -> str:
    """`0.920 [0.850, 0.960] Hájek`: always with the name of its estimator."""
    if figure.value is None:
        return f"– {figure.estimator}"
    spread = figure.interval
    shown = "" if spread is None else f" [{spread.low:.3f}, {spread.high:.3f}]"
    return f"{figure.value:.3f}{shown} {figure.estimator}"


def unequal(figures: Figures) -> WeightedFigures | None:
    """The figures that count: where some cases were likelier to be drawn than others, counting each once misleads."""
    own = figures.weighted
    return None if own is None or own.drawing == "alike" or own.labels < figures.n else own


def weighted_share(figure: WeightedFigure, raw: Estimate) -> str:
    """`0.92 [0.85, 0.96] 55/60 Hájek`: the counts are those of the cases themselves."""
    counts = f"{raw.numerator}/{raw.denominator}"
    if figure.value is None:
        return f"– {counts} {figure.estimator}"
    spread = figure.interval
    shown = "" if spread is None else f" [{spread.low:.2f}, {spread.high:.2f}]"
    return f"{figure.value:.2f}{shown} {counts} {figure.estimator}"
