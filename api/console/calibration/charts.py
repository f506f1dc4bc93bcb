"""The charts of a rule out of its stored labels: the same as in the report of a run."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup
from msgspec.structs import replace

from api.console.calibration.figures import week_of
from api.console.language import Translator, msg
from api.reporting.evals.charts import Chart, Point, Series, svg
from api.reporting.evals.curves import agreement_chart, precision_recall_chart, reliability_chart
from calibration.runs import Judged
from calibration.runs.figures import hits_told
from calibration.statistics.curves import brier_score
from calibration.trust import SliceRate
from storage.labels import JudgedCase


class Picture(NamedTuple):
    """A chart as it is drawn. `keys`: colour and name of each line there is, where there could be several."""

    title: str
    svg: Markup
    keys: tuple[tuple[int, str], ...]
    note: str


def as_judged(cases: Sequence[JudgedCase]) -> list[Judged]:
    """Cases with a majority label, as the figures of a run take them."""
    return [
        Judged(
            case_id=case.session_id, rule_id=case.rule_id, expected=case.expected, verdict=case.judged,
            reason_code=case.reason_code, confidence=_confidence(case),
        )
        for case in cases
        if case.expected is not None
    ]  # fmt: skip


def _confidence(case: JudgedCase) -> float | None:
    if case.probability is None:
        return None
    return case.probability if case.judged == "hit" else 1 - case.probability


#: Axes and note in one language, by the English title: the charts of a report say them in both.
_TEXTS = {
    "Reliability": (
        msg("判断器说的概率"), msg("标注认可的比例"),
        msg("在虚线上：说多少就对多少。竖线：95% 区间；圆点大小：会话数。"),
    ),
    "Precision and recall": (msg("召回率"), msg("精确率"), msg("线上每点是一个命中概率的门槛，圆点是现在的判断。")),
    "Agreement against coverage": (msg("覆盖率"), msg("与标注一致"), msg("只信最有把握的判断：少覆盖一些，一致率高一些。")),
}  # fmt: skip


def pictures_of(cases: Sequence[JudgedCase], weekly: Sequence[SliceRate], t: Translator) -> list[Picture]:
    """Those that have something to show. Only what a judge told with a probability has a reliability."""
    judged = as_judged(cases)
    charts = (
        reliability_chart(judged), precision_recall_chart(judged), agreement_chart(judged), weekly_chart(weekly, t),
    )  # fmt: skip
    return [_picture(chart, judged, t) for chart in charts if not chart.is_empty]


def _picture(chart: Chart, judged: Sequence[Judged], t: Translator) -> Picture:
    x, y, note = (t(each) for each in _TEXTS.get(chart.english, ("", "", "")))
    if note:
        chart = replace(chart, x=x, y=y, note=note + (_scores(judged, t) if chart.diagonal else ""))
    named = [(colour, each.name) for colour, each in enumerate(chart.series) if each.points]
    keys = tuple(named) if len(chart.series) > 1 else ()
    return Picture(t.pick(chart.title, chart.english), Markup(svg(chart)), keys, chart.note)


def _scores(judged: Sequence[Judged], t: Translator) -> str:
    """How good the probabilities are, beside what always telling the share of hits would get."""
    told = hits_told(judged)
    brier = brier_score(told)
    if brier is None:
        return ""
    share = sum(each.true for each in told) / len(told)
    return t(
        "Brier 分 {brier}（0 最好；总报平均值得 {constant}），{count} 个会话。",
        brier=f"{brier:.3f}", constant=f"{share * (1 - share):.3f}", count=len(told),
    )  # fmt: skip


def weekly_chart(weekly: Sequence[SliceRate], t: Translator) -> Chart:
    """The corrected rate of each week with its interval, the judge's raw rate beside it."""
    raw, corrected = [], []
    for place, each in enumerate(weekly):
        rate = each.rate
        if rate.raw is not None:
            raw.append(Point(place - 0.05, rate.raw, note=f"{each.week}: {rate.raw:.1%}"))
        if rate.value is not None and rate.interval is not None:
            note = f"{each.week}: {rate.value:.1%}"
            corrected.append(
                Point(place + 0.05, rate.value, rate.interval.low, rate.interval.high, note=note)
            )
    highest = max((point.high or point.y for point in (*raw, *corrected)), default=1.0)
    return Chart(
        title=t("每周的发生率"), english=t("每周的发生率"), x=t("周"), y=t("发生率"),
        series=(
            Series(name=t("校正后"), points=tuple(corrected), dots=True),
            Series(name=t("判断器所说"), points=tuple(raw), dots=True),
        ),
        x_range=(-0.4, max(len(weekly) - 0.6, 0.6)), y_range=(0.0, min(1.0, max(highest, 0.05))),
        ticks=tuple(week_of(each.week).partition(" ")[0] for each in weekly if each.week),
        note=t("竖线：95% 区间。") if corrected else t("随机标注还不够校正。"),
    )  # fmt: skip
