"""A plan of labels, as tables."""

from collections.abc import Iterator

from api.reporting.section import Section, heads
from calibration.planning import NextLabels, NextSessions, Stratum
from calibration.statistics.planning import HalfWidths

_STRATA = heads(
    "层 stratum | 会话 sessions > | 已标 labelled > | 再标 to label > | 抽样概率 inclusion probability >"
)
_WIDTHS = heads("指标 figure | 想要 wanted > | 现在 now > | 标完 expected >")
_TOGETHER = heads("规则 rules > | 标注 labels > | 会话 sessions to read >")
_NAMES = (
    ("precision", "精确率 precision"),
    ("recall", "召回率 recall"),
    ("prevalence", "真实占比 prevalence"),
)


def plan_sections(wanted: HalfWidths, found: NextSessions) -> list[Section]:
    """What to label, and what it buys; for several rules also how many sessions that comes to."""
    sections = [section for each in found.rules.items() for section in _of_rule(*each, wanted)]
    if len(found.rules) > 1:
        labels = sum(len(own.drawn) for own in found.rules.values())
        rows = ((str(len(found.rules)), str(labels), str(found.sessions)),)
        note = "一个会话给几条规则一起标 a session is labelled for several rules at once"
        sections.append(
            Section(title="合计", english="Together", columns=_TOGETHER, rows=rows, notes=(note,))
        )
    return sections


def _of_rule(rule_id: str, found: NextLabels, wanted: HalfWidths) -> list[Section]:
    plan = found.plan
    return [
        Section(
            title=f"标注计划 {rule_id}", english="Label plan", columns=_STRATA,
            rows=(
                _stratum("判为命中 flagged", found.flagged, plan.flagged),
                _stratum("判为未命中 unflagged", found.unflagged, plan.unflagged),
            ),
            notes=tuple(_notes(found)),
        ),
        Section(
            title=f"买到什么 {rule_id}", english="What it buys: 95 % intervals, ±", columns=_WIDTHS,
            rows=tuple(
                (title, *(_points(getattr(each, name)) for each in (wanted, plan.now, plan.expected)))
                for name, title in _NAMES
            ),
        ),
    ]  # fmt: skip


def _stratum(name: str, stratum: Stratum, more: int) -> tuple[str, ...]:
    share = (stratum.labelled + more) / stratum.sessions if stratum.sessions else 0.0
    return name, str(stratum.sessions), str(stratum.labelled), str(more), f"{share:.3f}" if more else "–"


def _notes(found: NextLabels) -> Iterator[str]:
    plan, rate = found.plan, found.rate
    if plan.enough:
        yield "标注够了,不用再标 enough labels: nothing more is needed"
    elif not plan.reached:
        yield "会话或预算不够:这是能做到的最好 sessions or budget run out: the best that can be had"
    if found.undecided:
        yield f"{found.undecided} 个会话判断器没有定论,不在其中 sessions the judge left undecided are not among them"
    raw = "–" if rate.raw is None else f"{rate.raw:.1%}"
    if rate.value is None or rate.interval is None:
        yield f"判断器说的占比 raw rate: {raw};校正占比 corrected: – ({rate.reason})"
    else:
        interval = f"[{rate.interval.low:.1%}, {rate.interval.high:.1%}]"
        yield f"判断器说的占比 raw rate: {raw};校正占比 corrected: {rate.value:.1%} {interval}, {rate.estimator}"


def _points(width: float | None) -> str:
    return "–" if width is None else f"±{width:.1%}"
