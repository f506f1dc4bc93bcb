"""A draft against the eval set: the matrix, the shares with intervals, and what it says otherwise than what is published."""

from typing import NamedTuple

from msgspec.structs import replace

from api.console.author.trying import verdict_words
from api.console.calibration.figures import Measure, estimate_of
from api.console.language import Translator, msg
from api.studies.evaluation import Evaluated as StudyResult
from calibration.comparison import Comparison, compare_runs
from calibration.comparison.comparing import FlippedCase, Kind
from calibration.eval_sets import place_of
from calibration.eval_sets.files import load_info
from calibration.runs import RuleFigures, RunReport

#: Why the gate says what it says, by its English words.
GATES = {
    "the runs have no labelled case in common that both judged": msg("没有两边都判过的标注用例"),
    "in one of the runs nobody judged many of the cases": msg(
        "有一边很多用例没有人判，没法比：基线判断器不读措辞，改了提示词要用服务的模型判"
    ),
    "the loss is within the tolerance": msg("没有变差，或变差在容许之内"),
    "the loss is not significant": msg("变差不显著，可能只是偶然"),
    "the loss is significant, but the judge's self-flips are not known": msg(
        "显著变差，但不知道判断器自己有多不稳：勾选“量判断器自己的翻转”再跑一次"
    ),
    "the loss is no larger than what asking again would give": msg("变差不超过再问一次就会有的差别"),
    "the loss is above the tolerance, significant, and above the judge's own noise": msg(
        "变差超出容许，显著，且大于判断器自己的翻转"
    ),
}
KINDS: dict[Kind, str] = {"broken": msg("改坏"), "fixed": msg("改好"), "changed": msg("错得不同")}


class Side(NamedTuple):
    """One of both: published, or the draft."""

    name: str
    tp: int
    fp: int
    fn: int
    tn: int
    undetermined: int
    precision: Measure
    recall: Measure


class FlipRow(NamedTuple):
    """A case that is judged otherwise now. `kind` also names the style; `quotes` of the new side, of labels, of the old."""

    kind: str
    word: str
    case_id: str
    expected: str
    before: str
    after: str
    quotes: tuple[str, ...]
    marked: tuple[str, ...]


class Evaluated(NamedTuple):
    """One set under both. `floor`: the judge's own noise in words; `gate`: whether the change may pass, and why."""

    title: str
    subject: str
    cases: int
    sides: tuple[Side, Side]
    flips: tuple[FlipRow, ...]
    floor: str
    passes: bool
    gate: str


def evaluated(found: StudyResult, t: Translator) -> list[Evaluated]:
    """What an evaluation beside the published text says, set by set and rule by rule."""
    again = {each.eval_set: each for each in found.again}
    return [
        _compared(before, after, again.get(after.eval_set), figures.rule_id, t)
        for before, after in zip(found.before, found.after, strict=True)
        for figures in after.rules
    ]


def _compared(
    before: RunReport, after: RunReport, again: RunReport | None, rule_id: str, t: Translator
) -> Evaluated:
    old, new = _only(before, rule_id), _only(after, rule_id)
    found = compare_runs([old], [new], again=[] if again is None else [_only(again, rule_id)])
    info = load_info(place_of(after.eval_set))
    return Evaluated(
        title=t.pick(info.title, info.title_en), subject=rule_id, cases=found.total.n,
        sides=(_side(t("已发布"), old.rules[0], t), _side(t("草稿"), new.rules[0], t)),
        flips=tuple(_flip(each, t) for each in found.cases), floor=_floor(found, t),
        passes=found.verdict == "pass", gate=t(GATES[found.total.gate.reason]),
    )  # fmt: skip


def _only(report: RunReport, rule_id: str) -> RunReport:
    """What the report says of one rule."""
    rules = [each for each in report.rules if each.rule_id == rule_id]
    return replace(report, rules=rules, cases=[each for each in report.cases if each.rule_id == rule_id])


def _side(name: str, figures: RuleFigures, t: Translator) -> Side:
    matrix = figures.matrix
    return Side(
        name, matrix.tp, matrix.fp, matrix.fn, matrix.tn, sum(matrix.undetermined.values()),
        estimate_of(figures.precision, t), estimate_of(figures.recall, t),
    )  # fmt: skip


def _flip(case: FlippedCase, t: Translator) -> FlipRow:
    return FlipRow(
        kind=case.kind, word=t(KINDS[case.kind]), case_id=case.case_id, expected=verdict_words(case.expected, t),
        before=verdict_words(case.before, t), after=verdict_words(case.after, t),
        quotes=case.quotes_after or case.quotes_before, marked=case.label_quotes,
    )  # fmt: skip


def _floor(found: Comparison, t: Translator) -> str:
    own = found.total.own
    if own is None or own.rate is None:
        return t("没有测过判断器自己的翻转率")
    if own.rate == 0 and own.unstable == 0:
        return t("0：代码和基线判断器对同一个用例总说一样的话")
    return t("{rate}，{unstable} / {n} 个用例不稳", rate=f"{own.rate:.1%}", unstable=own.unstable, n=own.n)
