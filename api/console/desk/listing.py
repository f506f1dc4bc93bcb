"""The list of sessions as it is shown: a row per session."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import NamedTuple
from urllib.parse import quote

from fastapi import Request

from api.console.language import Translator
from api.console.words import ORDERS, RATINGS, Pill, hit_pill, moment, points
from evaluators.grammar.kinds import Rule
from storage.sessions import SessionSummary


class Row(NamedTuple):
    """A session in the list. Texts are ready to be shown; an empty one shows nothing."""

    session_id: str
    href: str
    started: str
    shop: str
    group: str
    agents: tuple[str, ...]
    messages: int
    order: str
    satisfaction: str
    score: str
    red_line: bool
    hits: tuple[Pill, ...]
    undetermined: int
    waiting: str


def row_of(
    summary: SessionSummary, hits: tuple[str, ...], rules: Mapping[str, Rule], zone: tzinfo, t: Translator
) -> Row:
    """A line of the list. `hits`: ids of the rules that hit; `zone`: of the shop."""
    return Row(
        session_id=summary.session_id,
        href=address_of(summary.session_id),
        started=moment(summary.started_at, zone),
        shop=summary.shop or "",
        group=summary.group or "",
        agents=summary.agents,
        messages=summary.message_count,
        order=t(ORDERS[summary.order_state]) if summary.order_state else "",
        satisfaction=t(RATINGS[summary.satisfaction]) if summary.satisfaction else "",
        score=points(summary.score),
        red_line=bool(summary.red_line),
        hits=tuple(hit_pill(rules.get(rule_id), rule_id, t) for rule_id in hits),
        undetermined=summary.undetermined or 0,
        waiting=_waiting(summary, t),
    )


def address_of(session_id: str) -> str:
    """Of the page of a session."""
    return f"/desk/sessions/{quote(session_id, safe='')}"


def list_before(request: Request) -> str:
    """The list of sessions as the reader left it, filters and all; else the list of all."""
    before = request.headers.get("referer", "").partition("://")[2]
    here, asked, query = before.partition("/desk?")
    return f"/desk?{query}" if asked and here == request.headers.get("host") else "/desk"


def number_of(number: int, most: int, t: Translator) -> str:
    """How many sessions a list has; from `most` on that it has that many or more."""
    if number >= most:
        return t("{count} 个以上", count=f"{most:,}")
    return t("共 {count} 个", count=number)


def _waiting(summary: SessionSummary, t: Translator) -> str:
    if summary.withheld:
        return t("待您盲审")
    if summary.inspected_revision is None:
        return t("等待质检")
    return t("有新内容待质检") if summary.inspected_revision < summary.revision else ""
