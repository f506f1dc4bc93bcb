"""The page of a session: facts, chat, findings, and the score line by line."""

from datetime import datetime, tzinfo
from typing import NamedTuple
from urllib.parse import urlencode

from api.console.desk.chat import Aside, Bubble, chat_of
from api.console.desk.findings import Findings, causes_of, findings_of, keyed
from api.console.desk.listing import address_of
from api.console.desk.loading import Seen
from api.console.desk.marking import citations_of
from api.console.desk.sums import Sum, sum_of
from api.console.language import Translator
from api.console.words import ORDERS, RATINGS, called, moment, names_in, points, span
from evaluators.types import ChatSession, Scorecard
from storage.session_rows import order_state, satisfaction, started_at

Facts = tuple[tuple[str, str], ...]


class Whose(NamedTuple):
    """A card of the session: its own, or that of an agent. `current`: the one shown."""

    name: str
    score: str
    href: str
    current: bool


class SessionPage(NamedTuple):
    """Everything on the page. Without an inspection `findings` and `sum` are None.

    `before`: the score of the inspection, where people took hits off it; empty: it stands.
    """

    session_id: str
    facts: Facts
    chat: tuple[Bubble | Aside, ...]
    findings: Findings | None
    causes: str
    sum: Sum | None
    cards: tuple[Whose, ...]
    versions: Facts
    newer: bool
    blind: bool
    before: str


def session_page(seen: Seen, agent_id: str | None, zone: tzinfo, t: Translator) -> SessionPage:
    """`agent_id`: whose arithmetic is shown; None: the session's."""
    session, kept = seen.stored.session, seen.kept
    outcomes = kept.inspection.outcomes if kept else ()
    found = keyed(outcomes)
    keys = {outcome.rule_id: key for key, outcome in found}
    card, off = _counting(seen), seen.correction.not_counted if seen.correction else ()
    hits = [(key, outcome) for key, outcome in found if outcome.evidence]
    return SessionPage(
        session_id=session.session_id,
        facts=_facts(session, zone, t),
        chat=chat_of(session, citations_of(hits), zone, t),
        findings=findings_of(found, seen.rules, t, off, seen.measured, seen.standings) if kept else None,
        causes=causes_of(outcomes, t),
        sum=sum_of(seen, kept.inspection.scorecard, agent_id, keys, zone, t) if kept else None,
        cards=_cards(session, card, agent_id, t) if card else (),
        versions=_versions(seen, zone, t),
        blind=seen.blind,
        before=points(kept.inspection.scorecard.score) if kept and off else "",
        newer=kept is not None and seen.newest_revision > kept.inspection.revision,
    )


def _counting(seen: Seen) -> Scorecard | None:
    """The card as it counts: the corrected one where people took hits off."""
    if seen.kept is None:
        return None
    corrected = seen.correction.scorecard if seen.correction else None
    return corrected or seen.kept.inspection.scorecard


def _facts(session: ChatSession, zone: tzinfo, t: Translator) -> Facts:
    begun, ended = started_at(session), _instant(session.ended_at)
    state, level = order_state(session), satisfaction(session)
    names = names_in(session)
    agents = [called(each.agent_id, names) for each in session.agents]
    facts = (
        (t("开始"), "" if begun is None else moment(begun, zone)),
        (t("时长"), span((ended - begun).total_seconds(), t) if begun and ended else t("尚未结束")),
        (t("店铺"), session.shop or ""),
        (t("分组"), session.group or ""),
        (t("客服"), t("、").join(agents)),
        (t("顾客"), session.customer_id or ""),
        (t("订单"), t(ORDERS[state]) if state else t("未知")),
        (t("满意度"), t(RATINGS[level]) if level else t("未评价")),
        (t("平台"), session.platform or ""),
    )
    return tuple((name, value) for name, value in facts if value)


def _instant(at: datetime | int | None) -> datetime | None:
    return at if isinstance(at, datetime) else None


def _cards(session: ChatSession, card: Scorecard, agent_id: str | None, t: Translator) -> tuple[Whose, ...]:
    here, names = address_of(session.session_id), names_in(session)
    own = Whose(t("会话"), points(card.score), here, agent_id is None)
    return (
        own,
        *(
            Whose(
                called(each, names),
                points(sums.score),
                f"{here}?{urlencode({'agent': each})}",
                each == agent_id,
            )
            for each, sums in sorted(card.agents.items())
        ),
    )


def _versions(seen: Seen, zone: tzinfo, t: Translator) -> Facts:
    if seen.kept is None:
        return ()
    found = seen.kept.inspection
    return (
        (t("质检时间"), moment(seen.kept.inspected_at, zone)),
        (t("质检编号"), seen.kept.inspection_id),
        (t("会话版本"), str(found.revision)),
        (t("规则库"), found.catalogue_version),
        (t("方案"), found.profile_version),
        (t("判断器"), found.judge_version),
    )
