"""Sessions to hand in."""

from typing import Any

START = "2026-11-01T10:00:00+08:00"


def said(message_id: str, clock: str, text: str, sender: str = "customer", **fields: Any) -> dict[str, Any]:
    """A message sent on 1 November 2026 at HH:MM:SS in Shanghai."""
    sender_id = {"customer": "c-1", "agent": "a-1", "bot": "bot-1"}.get(sender)
    given = {"message_id": message_id, "sent_at": f"2026-11-01T{clock}+08:00", "sender": sender, "text": text}
    return given | {"sender_id": sender_id} | fields


def a_session(session_id: str = "s-1", *messages: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """An ended session. Without messages: a greeting in time, then a late reply that does not apologise."""
    given = messages or (
        said("m1", "10:00:00", "在吗,这款羽绒服还有优惠吗"),
        said("m2", "10:00:05", "您好,欢迎光临", "agent"),
        said("m3", "10:01:00", "什么时候发货"),
        said("m4", "10:05:00", "今天发", "agent"),
    )
    session = {"session_id": session_id, "shop": "shop-a", "group": "presale", "customer_id": "c-1"}
    times = {"started_at": START, "ended_at": "2026-11-01T10:21:10+08:00"}
    return session | times | {"messages": list(given), "orders_known": True} | fields


def verdicts(inspection: dict[str, Any]) -> dict[str, str]:
    """Verdict by rule id."""
    return {outcome["rule_id"]: outcome["verdict"] for outcome in inspection["outcomes"]}
