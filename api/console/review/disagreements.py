"""Where people and judge differ, as a lead decides it: the judge was wrong, the label, or the rule is unclear."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from api.console.calibration.figures import BOTTLENECKS
from api.console.desk.listing import address_of
from api.console.language import Translator, msg
from api.console.review.answers import VERDICTS
from api.console.words import moment, numbered
from api.schemas.trust import WrongSplit
from evaluators.grammar.kinds import Rule
from storage.trust.adjudication import Disagreement

CAUSES = {
    "judge_wrong": msg("机器判错"), "label_wrong": msg("标注有误"), "rule_unclear": msg("规则不清"),
}  # fmt: skip


class Cause(NamedTuple):
    """A button: who was wrong. `current`: what was said last."""

    value: str
    text: str
    current: bool


class Row(NamedTuple):
    """One disagreement. `said`: by each person."""

    inspection_id: str
    rule_id: str
    title: str
    session_id: str
    href: str
    judged: str
    said: tuple[tuple[str, str], ...]
    among_people: bool
    labelled: str
    causes: tuple[Cause, ...]
    decided: str
    reason: str


class Counts(NamedTuple):
    """Of one rule: who was wrong how often, and what that asks for where it is clear."""

    title: str
    judge_wrong: int
    label_wrong: int
    rule_unclear: int
    waiting: int
    bottleneck: str


def row_of(found: Disagreement, rules: Mapping[str, Rule], zone: tzinfo, t: Translator) -> Row:
    """`zone`: of the shop."""
    case, made = found.case, found.adjudication
    return Row(
        inspection_id=case.inspection_id,
        rule_id=case.rule_id,
        title=numbered(rules.get(case.rule_id), case.rule_id, t),
        session_id=case.session_id,
        href=address_of(case.session_id),
        judged=t(VERDICTS[case.judged]),
        said=tuple((who, t(VERDICTS[verdict])) for who, verdict in sorted(case.said.items())),
        among_people=found.between == "labellers",
        labelled=moment(case.labelled_at, zone),
        causes=tuple(
            Cause(value, t(words), made is not None and made.cause == value)
            for value, words in CAUSES.items()
        ),
        decided="" if made is None else f"{made.actor} {moment(made.at, zone)}",
        reason="" if made is None else made.reason,
    )


def counts_of(counts: Sequence[WrongSplit], rules: Mapping[str, Rule], t: Translator) -> tuple[Counts, ...]:
    """A line per rule, those with most disagreements first."""
    lines = [
        Counts(
            numbered(rules.get(each.rule_id), each.rule_id, t),
            each.judge_wrong,
            each.label_wrong,
            each.rule_unclear,
            each.waiting,
            "" if each.bottleneck is None else t(BOTTLENECKS[each.bottleneck]),
        )
        for each in counts
    ]
    return tuple(sorted(lines, key=lambda each: -sum(each[1:-1])))
