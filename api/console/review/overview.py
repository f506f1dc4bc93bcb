"""What waits for a reviewer; for leads also the samples that were drawn and how far reviewers agree."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from api.console.language import Translator, msg
from api.console.review.case_page import KINDS
from api.console.words import moment, numbered
from calibration.reviewers import RuleAgreement
from evaluators.grammar.kinds import Rule
from storage.review.cases import Case
from storage.review.plans import DrawnPlan
from storage.review.queue import Workload

WHATS = {
    "random": msg("随机抽检"), "flagged": msg("命中复核"), "undetermined": msg("待定项"), "planned": msg("指定复核"),
}  # fmt: skip
STRATA = {
    "all": msg("全部"), "agent": msg("每位客服"), "group": msg("每个分组"), "shop": msg("每家店铺"),
    "verdict": msg("每种结论"),
}  # fmt: skip


class Quota(NamedTuple):
    """How much of a plan a reviewer has decided today, of what they may."""

    title: str
    decided: int
    quota: int


class Waiting(NamedTuple):
    """An open case. Nothing here says what was judged."""

    kind: str
    question: str
    due: str
    late: bool
    blind: bool
    holder: str


class PlanRow(NamedTuple):
    """A sample and how far it is. `how`: blind, how many reviewers."""

    title: str
    what: str
    how: str
    done: int
    cases: int
    due: str
    drawn: str
    author: str


class AgreementRow(NamedTuple):
    """How far reviewers of the same cases agree on a rule."""

    title: str
    cases: int
    share: str
    interval: str
    kappa: str
    ac1: str


def quotas_of(workload: Workload, plans: Sequence[DrawnPlan]) -> tuple[Quota, ...]:
    """Of plans that still have open cases."""
    titles = {each.plan_id: each.plan.title for each in plans}
    return tuple(Quota(titles.get(plan, plan), *numbers) for plan, numbers in workload.quotas.items())


def waiting_row(
    case: Case, reviewer: str, rules: Mapping[str, Rule], zone: tzinfo, t: Translator, now: datetime
) -> Waiting:
    """`reviewer`: who is looking at the list."""
    case = case.unrevealed()
    held = case.holder is not None and case.lease_until is not None and case.lease_until > now
    return Waiting(
        kind=t(KINDS[case.kind]),
        question=_title(case.rule_id, rules, t),
        due=moment(case.due_at, zone),
        late=case.due_at < now,
        blind=case.blind,
        holder="" if not held else t("您正在看") if case.holder == reviewer else t("有人在看"),
    )


def plan_row(drawn: DrawnPlan, done: int, zone: tzinfo, t: Translator, *, leads: bool) -> PlanRow:
    """`done`: how many of its cases are. From what a blind sample was drawn is for leads: it may tell the verdict."""
    plan = drawn.plan
    how = [t("盲审")] if plan.blind else []
    if plan.reviewers > 1:
        how.append(t("{count} 人各看一遍", count=plan.reviewers))
    return PlanRow(
        title=plan.title,
        what=t(WHATS[plan.what]) if leads or not plan.blind else "",
        how=t("、").join(how),
        done=done,
        cases=drawn.cases,
        due=t("{hours} 小时内", hours=f"{plan.due_hours:g}"),
        drawn=moment(drawn.created_at, zone),
        author=drawn.author,
    )


def agreement_row(found: RuleAgreement, rules: Mapping[str, Rule], t: Translator) -> AgreementRow:
    """The share with its numerator, denominator and interval."""
    share, interval = found.share, found.share.interval
    return AgreementRow(
        title=_title(found.rule_id, rules, t),
        cases=found.cases,
        share="—" if share.value is None else f"{share.value:.0%} ({share.numerator}/{share.denominator})",
        interval="—" if interval is None else f"{interval.low:.0%} – {interval.high:.0%}",
        kappa=_number(found.kappa),
        ac1=_number(found.ac1),
    )


def _title(rule_id: str | None, rules: Mapping[str, Rule], t: Translator) -> str:
    if rule_id is None:
        return t("整段会话")
    return numbered(rules.get(rule_id), rule_id, t)


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"
