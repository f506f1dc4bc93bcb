"""A draft against the eval set: the matrix, the shares with intervals, and what it says otherwise than what is published."""

from typing import NamedTuple

from api.console.author.trying import verdict_words
from api.console.calibration.figures import Measure, estimate_of
from api.console.constructed import SetOfRule, judge_set
from api.console.language import Translator, msg
from calibration.comparison import Comparison, compare_runs
from calibration.comparison.comparing import FlippedCase, Kind
from calibration.drafts import Standard
from calibration.runs import RuleFigures, RunReport

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


async def evaluate(one: SetOfRule, now: Standard, draft: Standard, t: Translator) -> Evaluated:
    """Judges the set twice and compares case by case."""
    before, after = await judge_set(one, now), await judge_set(one, draft)
    return evaluated(one, before, after, t)


def evaluated(one: SetOfRule, before: RunReport, after: RunReport, t: Translator) -> Evaluated:
    """What two runs over one set say."""
    found = compare_runs([before], [after])
    return Evaluated(
        title=t.pick(one.title, one.title_en), subject=one.subject, cases=found.total.n,
        sides=(_side(t("已发布"), before.rules[0], t), _side(t("草稿"), after.rules[0], t)),
        flips=tuple(_flip(each, t) for each in found.cases), floor=_floor(found, t),
        passes=found.verdict == "pass", gate=found.total.gate.reason,
    )  # fmt: skip


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
