"""What a message says: what happened, where, and where to look."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any
from urllib.parse import quote

from storage.notifying.deliveries import Delivery

_LEVELS = {"high": "高级", "medium": "中级", "low": "初级"}
_KINDS = {"hit": "质检命中", "drift": "判断漂移", "certificate": "可信证书失效", "test": "测试"}


def line_of(it: Delivery, zone: tzinfo, public_url: str | None) -> str:
    """One alert in a chat group: `【高级】违禁词 “全网最” · 店铺 …`. In the zone of the shop."""
    places = [
        ("店铺", it.shop),
        ("客服", it.agent_id),
        ("会话", it.session_id),
    ]
    told = [f"{name} {value}" for name, value in places if value]
    head = f"【{_LEVELS[it.level]}·{_KINDS[it.alert_kind]}】{'（未确认，再次提醒）' if it.kind == 'reminder' else ''}{it.text}"
    where = link_of(it, public_url)
    lines = [
        head,
        " · ".join([*told, it.at.astimezone(zone).strftime("%m-%d %H:%M")]),
        *([where] if where else []),
    ]
    return "\n".join(lines)


def link_of(it: Delivery, public_url: str | None) -> str | None:
    """The page to look at; None while the service does not know its own address."""
    if public_url is None:
        return None
    path = f"/desk/sessions/{quote(it.session_id, safe='')}" if it.session_id else "/alerts"
    return public_url.rstrip("/") + path


def event_of(it: Delivery, public_url: str | None) -> Mapping[str, Any]:
    """The same for a program: the body of a webhook."""
    return {
        "type": "alert.reminder" if it.kind == "reminder" else "alert.raised",
        "timestamp": it.at.isoformat(),
        "data": {
            "alert_id": it.alert_id, "kind": it.alert_kind, "level": it.level, "text": it.text, "shop": it.shop,
            "session_id": it.session_id, "rule_id": it.rule_id, "agent_id": it.agent_id,
            "url": link_of(it, public_url),
        },
    }  # fmt: skip


def pages(lines: Sequence[str], most: int, size: Callable[[str], int]) -> list[int]:
    """How many lines go into each message, so that none is larger than `most`; a line too long stands alone."""
    counts, used = [], most + 1
    for line in lines:
        length = size(line) + 2
        if used + length > most:
            counts.append(0)
            used = 0
        counts[-1] += 1
        used += length
    return counts
