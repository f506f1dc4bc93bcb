"""The live board as rows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from api.console.desk.listing import address_of
from api.console.language import Translator, msg
from api.console.live.loading import Progress, Window
from api.console.words import Pill, clock, hit_pill, title_of
from evaluators.grammar.kinds import Rule
from evaluators.types import Message

Rules = Mapping[str, Rule]
SENDERS = {
    "customer": msg("顾客"), "agent": msg("人工客服"), "bot": msg("机器人"), "auto_reply": msg("自动回复"),
    "system": msg("系统"),
}  # fmt: skip
#: Letters of the last message that are shown.
_LETTERS = 60


class Ticking(NamedTuple):
    """A time that is counted on in the browser from the instant `since`, or down to it. `text`: when this was made."""

    since: str
    text: str


class LiveRow(NamedTuple):
    """A session in progress."""

    session_id: str
    href: str
    shop: str
    group: str
    agent: str
    said: str
    sender: str
    last_at: str
    waiting: Ticking | None
    hits: tuple[Pill, ...]
    windows: int


class WindowRow(NamedTuple):
    """Windows of a session that close together. `left` None: they have, or time alone does not; `note` says which."""

    session_id: str
    href: str
    rules: str
    at: str
    left: Ticking | None
    note: str


class GroupRow(NamedTuple):
    """How busy a group is: sessions in progress, how many wait, the longest wait, and who serves. `href`: its board."""

    group: str
    href: str
    sessions: int
    waiting: int
    longest: Ticking | None
    agents: int
    per_agent: str


def counted(seconds: float) -> str:
    """`3:05`, `1:02:05`: as the browser counts it."""
    whole = max(int(seconds), 0)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _ticking(since: datetime, now: datetime) -> Ticking:
    return Ticking(
        since.astimezone(UTC).isoformat(timespec="seconds"), counted(abs((now - since).total_seconds()))
    )


def live_rows(
    found: Sequence[Progress], rules: Rules, zone: tzinfo, now: datetime, t: Translator
) -> list[LiveRow]:
    """Who waits longest stands on top; those who do not wait follow, the last heard of first."""
    return [_live_row(each, rules, zone, now, t) for each in sorted(found, key=_urgency)]


def _urgency(found: Progress) -> tuple[bool, float]:
    if found.waiting_since is not None:
        return False, found.waiting_since.timestamp()
    return True, -found.last_at.timestamp() if found.last_at else 0.0


def _live_row(found: Progress, rules: Rules, zone: tzinfo, now: datetime, t: Translator) -> LiveRow:
    session = found.stored.session
    hits = [each.rule_id for each in found.outcomes if each.verdict == "hit"]
    return LiveRow(
        session_id=session.session_id,
        href=address_of(session.session_id),
        shop=session.shop or "",
        group=found.group or "",
        agent=found.agent or "",
        said=_shortened(found.last),
        sender=t(SENDERS[found.last.sender]) if found.last else "",
        last_at=clock(found.last_at, zone) if found.last_at else "",
        waiting=_ticking(found.waiting_since, now) if found.waiting_since else None,
        hits=tuple(hit_pill(rules.get(rule_id), rule_id, t) for rule_id in hits),
        windows=sum(each.reason_code == "window_open" for each in found.outcomes),
    )


def _shortened(message: Message | None) -> str:
    text = " ".join(message.text.split()) if message else ""
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS]}…"


def window_rows(
    found: Sequence[Window], rules: Rules, zone: tzinfo, now: datetime, t: Translator
) -> list[WindowRow]:
    """In the order given: that in which they close, and by session."""
    together = groupby(found, key=lambda each: (each.decides_at, each.stored.session.session_id))
    rows = []
    for (at, session_id), some in together:
        ahead = at is not None and at > now
        names = [title_of(rules.get(each.rule_id), each.rule_id, t) for each in some]
        rows.append(
            WindowRow(
                session_id=session_id,
                href=address_of(session_id),
                rules=t("、").join(names),
                at=clock(at, zone) if at else "—",
                left=_ticking(at, now) if at and ahead else None,
                note="" if ahead else t("时限已到，正等复查") if at else t("等后续消息才能判定"),
            )
        )
    return rows


def group_rows(found: Sequence[Progress], now: datetime) -> list[GroupRow]:
    """The group with the most sessions in progress first; sessions without a group last."""
    groups: dict[str, list[Progress]] = {}
    for each in found:
        groups.setdefault(each.group or "", []).append(each)
    ordered = sorted(groups.items(), key=lambda pair: (not pair[0], -len(pair[1]), pair[0]))
    return [_group_row(name, some, now) for name, some in ordered]


def _group_row(name: str, found: Sequence[Progress], now: datetime) -> GroupRow:
    waits = [each.waiting_since for each in found if each.waiting_since is not None]
    agents = {each.agent for each in found if each.agent}
    return GroupRow(
        group=name,
        href=f"/live?{urlencode({'group': name})}" if name else "",
        sessions=len(found),
        waiting=len(waits),
        longest=_ticking(min(waits), now) if waits else None,
        agents=len(agents),
        per_agent=f"{len(found) / len(agents):.1f}" if agents else "—",
    )
