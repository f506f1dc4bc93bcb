"""The page of a case: the chat, what is asked of it and, unless the case is blind, what was judged."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

from api.console.desk.chat import Aside, Bubble, chat_of
from api.console.desk.findings import Finding, findings_of, keyed
from api.console.desk.listing import address_of
from api.console.desk.marking import citations_of
from api.console.language import Translator, msg
from api.console.review.answers import Answer, answers_of
from api.console.words import clock, gaps_of, moment, names_in, numbered, title_of, why_of
from evaluators.grammar.kinds import Rule
from evaluators.types import ChatSession
from storage.appeals import Appeal
from storage.appeals.records import Action
from storage.review.desk import CaseView
from storage.review.queue import Workload

KINDS = {
    "random": msg("随机抽检"), "flagged": msg("命中复核"), "undetermined": msg("待定项"), "appeal": msg("申诉"),
    "planned": msg("指定复核"), "below_threshold": msg("未达证书门槛"),
}  # fmt: skip


_STEPS: dict[Action, str] = {
    "filed": msg("客服的申诉理由"), "escalated": msg("客服二次申诉的理由"), "rejected": msg("首次驳回的理由"),
    "upheld": msg("申诉成立"),
}  # fmt: skip


class Question(NamedTuple):
    """What is asked: the rule in its own words. Of a whole session there is no rule."""

    number: str
    title: str
    why: str
    gaps: tuple[str, ...]
    red_line: bool


class Check(NamedTuple):
    """A rule of a whole session that a reviewer may tick: a hit as misjudged, anything else as missed."""

    rule_id: str
    title: str


class CasePage(NamedTuple):
    """Everything on the page. `finding`: what was judged, None of a blind case and of a whole session.

    `others`: further hits of the session, for a whole session all of them. `objections`: why the agent appeals, and
    why that was rejected at the first level; who said so is not told.
    `names`: of agents. `seconds`: for how long it is reserved. `unsure`: how certain the judge was, and how certain it
    would have had to be; empty where that is not why.
    """

    case_id: str
    round: int
    kind: str
    blind: bool
    whole: bool
    session_id: str
    href: str
    question: Question
    names: Mapping[str, str]
    chat: tuple[Bubble | Aside, ...]
    finding: Finding | None
    others: tuple[Finding, ...]
    hits: tuple[Check, ...]
    misses: tuple[Check, ...]
    objections: tuple[tuple[str, str], ...]
    unsure: str
    answers: tuple[Answer, ...]
    reserved: str
    seconds: int
    due: str
    late: bool
    waiting: int
    decided: int


class Opened(NamedTuple):
    """A case as it was read: with the session, the appeal it is about (if any), and what else waits."""

    view: CaseView
    session: ChatSession
    appeal: Appeal | None
    workload: Workload


def case_page(
    opened: Opened, rules: Mapping[str, Rule], zone: tzinfo, t: Translator, now: datetime
) -> CasePage:
    """`zone`: of the shop."""
    view, case = opened.view, opened.view.case
    whole = case.rule_id is None
    hits = [each for each in view.others if each.verdict == "hit"]
    found = keyed([*(each for each in (view.outcome,) if each), *hits])
    own, others = (found[:1], found[1:]) if view.outcome else ([], found)
    shown = [each for group in findings_of(own, rules, t) for each in group]
    rest = [each for each in view.others if whole and each.verdict != "hit"]
    return CasePage(
        case_id=case.case_id,
        round=case.round,
        kind=t(KINDS[case.kind]),
        blind=case.blind,
        whole=whole,
        session_id=case.session_id,
        href="" if case.blind else address_of(case.session_id),
        question=_question(case.rule_id, rules, t),
        names=names_in(opened.session),
        chat=chat_of(opened.session, citations_of(found), zone, t),
        finding=shown[0] if shown else None,
        others=tuple(each for group in findings_of(others, rules, t) for each in group),
        hits=tuple(_check(each.rule_id, rules, t) for each in hits if whole),
        misses=tuple(_check(each.rule_id, rules, t) for each in rest),
        objections=_objections(opened.appeal, t),
        unsure=_unsure(view, t),
        answers=answers_of(case, t),
        reserved="" if case.lease_until is None else clock(case.lease_until, zone)[:5],
        seconds=0 if case.lease_until is None else max(int((case.lease_until - now).total_seconds()), 0),
        due=moment(case.due_at, zone),
        late=case.due_at < now,
        waiting=opened.workload.waiting,
        decided=opened.workload.decided,
    )


def _question(rule_id: str | None, rules: Mapping[str, Rule], t: Translator) -> Question:
    if rule_id is None:
        return Question("", t("整段会话"), t("命中都对，就确认；不对的勾为误判，漏掉的勾为漏判。"), (), False)
    rule = rules.get(rule_id)
    title = title_of(rule, rule_id, t)
    if rule is None:
        return Question("", title, t("这条规则已不在规则库里。"), (), False)
    return Question(rule.number or "", title, why_of(rule, t), gaps_of(rule, t), rule.red_line)


def _check(rule_id: str, rules: Mapping[str, Rule], t: Translator) -> Check:
    return Check(rule_id, numbered(rules.get(rule_id), rule_id, t))


def _unsure(view: CaseView, t: Translator) -> str:
    if view.case.kind != "below_threshold" or view.outcome is None:
        return ""
    told = view.outcome.confidence
    sure = "—" if told is None else f"{told:.2f}"
    if view.threshold is None:
        return t("判断器的把握 {sure}，没有对它有效的证书，先由人看。", sure=sure)
    return t(
        "判断器的把握 {sure}，证书要求至少 {least}，先由人看。", sure=sure, least=f"{view.threshold:.2f}"
    )


def _objections(appeal: Appeal | None, t: Translator) -> tuple[tuple[str, str], ...]:
    if appeal is None:
        return ()
    return tuple((t(_STEPS[step.action]), step.reason) for step in appeal.steps)
