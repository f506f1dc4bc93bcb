"""The page of one rule: where it stands, what is measured, what people said, and what was decided."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from api.console.calibration.figures import PURPOSES, SOURCES, STAGES, Measure, estimate_of, measure_of
from api.console.constructed import SetOfRule
from api.console.language import Translator, msg
from api.console.words import moment
from api.reporting.wording import count
from calibration.certifying import Decided
from calibration.runs import RunReport
from calibration.statistics.certification import Threshold
from calibration.trust import Measured
from storage.labels import JudgedCase
from storage.trust.stages import RuleStage


class Labels(NamedTuple):
    """`sources`: name and number. `left_out`: why a label is in no figure, and how many."""

    total: int
    sources: list[tuple[str, str]]
    left_out: list[tuple[str, str]]


class StageLine(NamedTuple):
    """A stage from a moment on, and what was measured then."""

    at: str
    purpose: str
    stage: str
    actor: str
    reason: str
    measured: str


class Constructed(NamedTuple):
    """How the rule, or an act it asks about, does on constructed cases."""

    title: str
    subject: str
    cases: int
    hits: int
    precision: Measure
    recall: Measure
    undetermined: int
    judge: str


def labels_of(cases: Sequence[JudgedCase], found: Measured | None, t: Translator) -> Labels:
    """`found`: measured on these cases. A case counts once per source of its labels."""
    sources = Counter(source for case in cases for source in case.sources)
    left: Iterable[tuple[str, int]] = ()
    if found is not None:
        unsure = sum(_all_unsure(case) for case in cases)
        left = (
            (t("不是随机抽的"), found.undrawn), (t("判断待定"), found.undetermined), (t("标注者不确定"), unsure),
            (t("标注者不一致"), found.disputed - unsure),
        )  # fmt: skip
    return Labels(
        len(cases),
        [
            (t(SOURCES[name]) if name in SOURCES else name, count(number))
            for name, number in sources.most_common()
        ],
        [(name, count(number)) for name, number in left if number],
    )


def _all_unsure(case: JudgedCase) -> bool:
    return case.expected is None and set(case.said.values()) == {"unsure"}


def stage_lines(found: Sequence[RuleStage], zone: tzinfo, t: Translator) -> list[StageLine]:
    """Newest first."""
    return [
        StageLine(
            moment(each.at, zone), t(PURPOSES[each.purpose]), t(STAGES[each.stage]), each.actor, each.reason,
            _measured_then(each),
        )
        for each in found
    ]  # fmt: skip


def _measured_then(stage: RuleStage) -> str:
    precision = (stage.measured or {}).get("precision") or {}
    value, interval = precision.get("value"), precision.get("interval")
    if value is None or interval is None:
        return ""
    low, high = (interval["low"], interval["high"]) if isinstance(interval, dict) else interval
    return f"{value:.1%} [{low:.1%}, {high:.1%}]"


#: What stands beyond a threshold, by verdict.
_STANDING: dict[Decided, str] = {"hit": msg("命中|结论"), "no_hit": msg("未命中")}


def coverage_lines(found: Mapping[Decided, Threshold], level: float, t: Translator) -> list[str]:
    """What the labels there are would let stand without a person, per verdict."""
    if not found:
        return [t("随机抽样的标注里没有带概率的判断，谈不上覆盖率。")]
    return [_coverage(t(_STANDING[verdict]), each, level, t) for verdict, each in found.items()]


def _coverage(name: str, found: Threshold, level: float, t: Translator) -> str:
    wanted = f"{level:.0%}"
    if found.confidence is None:
        return t(
            "{name}：现有标注还证明不了 {level} 的一致率，至少要 {count} 个都一致的标注。",
            name=name, level=wanted, count=found.needed,
        )  # fmt: skip
    return t(
        "{name}：把握 ≥ {confidence} 的与标注一致率至少 {level}，占 {coverage}（{agreed} / {n}）。",
        name=name, confidence=f"{found.confidence:.2f}", level=wanted, coverage=f"{found.coverage:.0%}",
        agreed=found.agreed, n=found.n,
    )  # fmt: skip


def constructed_of(one: SetOfRule, report: RunReport, t: Translator) -> Constructed:
    """The figures of the rule or act in that set."""
    [figures] = report.rules
    return Constructed(
        title=t.pick(one.title, one.title_en), subject=one.subject, cases=figures.labelled,
        hits=figures.expected_hits, precision=estimate_of(figures.precision, t), recall=estimate_of(figures.recall, t),
        undetermined=sum(figures.undetermined.values()),
        judge=report.judges[0].name if report.judges else t("规则直接判定"),
    )  # fmt: skip


def recall_of(found: Measured | None, t: Translator) -> Measure:
    """Weighted like precision."""
    return measure_of(found.recall if found else None, t)
