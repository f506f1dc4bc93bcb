"""The board: one row per rule, what needs attention first."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.console.calibration.certified import Certified, certified_of
from api.console.calibration.figures import (
    STAGES,
    Measure,
    RateView,
    Split,
    ceiling_of,
    measure_of,
    rate_of,
    split_of,
)
from api.console.language import Translator
from api.reporting.wording import count
from api.schemas.trust import RuleTrust
from calibration.certifying import Decided
from calibration.statistics.certification import Threshold
from calibration.statistics.stages import STAGES as ORDER
from storage.trust.certificates import Certificate
from storage.trust.drift import DriftRun

#: A precision that is known no better than this calls for more labels.
WIDE = 20.0


class Row(NamedTuple):
    """A rule. `certificate`: what holds, or why none does any more; `coverage`: what could be certified at the agreement
    asked for; `drift`: flips since the run before.

    `known`: whether people have said anything about it, `measured`: by a random draw. `next`: what to do now, at `href`.
    """

    rule_id: str
    number: str
    title: str
    notification: str
    scoring: str
    precision: Measure
    ceiling: Measure
    rate: RateView | None
    certificate: Certified
    coverage: list[str]
    stale: int
    drift: str
    split: Split | None
    known: bool
    measured: bool
    next: str
    href: str


class Tally(NamedTuple):
    """How many rules there are, and of how many anything is known."""

    rules: int
    measured: int
    stale: int
    waiting: int


def rows_of(
    found: Sequence[RuleTrust],
    run: DriftRun | None,
    titles: Mapping[str, str],
    t: Translator,
    ended: Mapping[str, Certificate],
) -> list[Row]:
    """Measured ones first, then as in the catalogue. `run`: the last finished run over the anchors. `ended`: by rule,
    the last certificate that has ended."""
    rows = [_row(each, run, titles[each.rule_id], t, ended.get(each.rule_id)) for each in found]
    return sorted(rows, key=lambda row: not row.known)


def tally_of(rows: Sequence[Row]) -> Tally:
    """Over all rows."""
    return Tally(
        rules=len(rows),
        measured=sum(row.measured for row in rows),
        stale=sum(row.stale for row in rows),
        waiting=sum(row.split.waiting for row in rows if row.split),
    )


def _row(found: RuleTrust, run: DriftRun | None, title: str, t: Translator, ended: Certificate | None) -> Row:
    precision = measure_of(found.measured.precision if found.measured else None, t)
    rate = rate_of(found.rate, t)
    split = split_of(found.wrong, t)
    measured = bool(found.measured and found.measured.drawn)
    return Row(
        rule_id=found.rule_id,
        number=found.number or "",
        title=title,
        notification=t(STAGES[found.notification]),
        scoring=t(STAGES[found.scoring]),
        precision=precision,
        ceiling=ceiling_of(found.agreement, t),
        rate=rate,
        certificate=certified_of(found, ended, t),
        coverage=coverage_words(found.provable, t),
        stale=found.stale,
        drift=drift_words(found.rule_id, run, t),
        split=split,
        known=bool(measured or found.stale or split or found.certificate),
        measured=measured,
        next=next_step(precision, rate, found.stale, split, t) or promotion(found, t),
        href=_where(found, split),
    )


def _where(found: RuleTrust, split: Split | None) -> str:
    """The page on which the next step is done."""
    if not found.stale and split and split.waiting:
        return f"/review/disagreements?rule={found.rule_id}"
    return f"/calibration/{found.rule_id}#next"


def coverage_words(found: Mapping[Decided, Threshold], t: Translator) -> list[str]:
    """Of hits and of other verdicts, the share that could stand by itself; empty: no judge told a probability."""
    names: dict[Decided, str] = {"hit": t("命中|结论"), "no_hit": t("未命中")}
    return [
        t("{name} {coverage}", name=names[verdict], coverage=f"{each.coverage:.0%}")
        if each.confidence is not None
        else t("{name} 证明不了", name=names[verdict])
        for verdict, each in found.items()
    ]


def next_step(
    precision: Measure, rate: RateView | None, stale: int, split: Split | None, t: Translator
) -> str:
    """What to label or decide next; empty: nothing is due."""
    if stale:
        return t("{count} 个标注已过时，先看结论变了的会话", count=count(stale))
    if split and split.waiting:
        return t("{count} 处分歧待裁定", count=count(split.waiting))
    if rate is None:
        return t("抽样标注")
    if not precision.text:
        return t("抽样里没有命中，从命中里抽")
    if precision.high - precision.low > WIDE:
        return t("区间宽 {width} 个百分点，再抽一批", width=f"{precision.high - precision.low:.0f}")
    return rate.needed


def promotion(found: RuleTrust, t: Translator) -> str:
    """A stage that the rule has earned and not been given; empty: none."""
    if ORDER.index(found.earned) <= ORDER.index(found.notification):
        return ""
    return t("已挣得：通知可以改为{stage}", stage=t(STAGES[found.earned]))


def drift_words(rule_id: str, run: DriftRun | None, t: Translator) -> str:
    """Flips over compared anchors. Empty: nothing of the rule has been compared with a run before."""
    if run is None or run.report is None or run.report.rate is None:
        return ""
    counts = run.report.by_rule.get(rule_id)
    return "" if counts is None else f"{count(counts[1])} / {count(counts[0])}"
