"""The examples of the OpenAPI document: one session and what becomes of it. A test decodes and checks each."""

from typing import Any

_START = "2026-11-01T10:00:00+08:00"
CUSTOMER_MESSAGE = {
    "message_id": "m1",
    "sent_at": _START,
    "sender": "customer",
    "sender_id": "c-77",
    "content_type": "text",
    "text": "在吗,这款羽绒服还有优惠吗",
}
LATE_REPLY = {
    "message_id": "m2",
    "sent_at": "2026-11-01T10:04:00+08:00",
    "sender": "agent",
    "sender_id": "a-1",
    "text": "亲,这款有货的",
}
LATE_MESSAGE = {
    "message_id": "m3",
    "sent_at": "2026-11-01T10:05:00+08:00",
    "sender": "customer",
    "sender_id": "c-77",
    "text": "好的,谢谢",
}
RATING = {"type": "rating", "at": "2026-11-01T10:30:00+08:00", "level": 4, "agent_id": "a-1"}
END = {"type": "end", "at": "2026-11-01T10:21:10+08:00"}
SESSION: dict[str, Any] = {
    "session_id": "s-1001",
    "platform": "taobao",
    "shop": "shop-a",
    "group": "presale",
    "customer_id": "c-77",
    "started_at": _START,
    "ended_at": "2026-11-01T10:21:10+08:00",
    "agents": [{"agent_id": "a-1", "kind": "human", "name": "小A", "group": "presale", "tier": "junior"}],
    "messages": [CUSTOMER_MESSAGE, LATE_REPLY],
    "events": [
        {"type": "order", "at": _START, "order_id": "o-1", "state": "created_unpaid", "amount": "199.00"}
    ],
    "orders_known": True,
    "tags": {"campaign": "double11"},
}
VERSION = "sha256:4f1c6f0c0d7a"
OUTCOME = {
    "session_id": "s-1001",
    "rule_id": "late_reply_without_apology",
    "rule_version": VERSION,
    "verdict": "hit",
    "reason_code": None,
    "explanation": "此后 5 条消息内没有说:抱歉、久等",
    "confidence": None,
    "agent_id": "a-1",
    "score": -10,
    "evidence": [{"message_id": "m2", "quote": "亲,这款有货的", "start": 0, "end": 7}],
    "decides_at": None,
    "judge": None,
}
_SUMS = {"raw_total": 90, "score": 90, "red_line": False, "bonus": 0, "deductions": -10, "undetermined": 0}
SCORECARD = {"session_id": "s-1001", **_SUMS, "agents": {"a-1": _SUMS}}
ARITHMETIC = [
    {
        "kind": "base",
        "points": 100,
        "title": "基础分",
        "rule_id": None,
        "number": None,
        "agent_id": None,
        "note": "",
    },
    {
        "kind": "deduction",
        "points": -10,
        "title": "长时间等待客服未致歉",
        "rule_id": "late_reply_without_apology",
        "number": "R05",
        "agent_id": "a-1",
        "note": OUTCOME["explanation"],
    },
]
JOB = "j-01jd8m2k"
SUBMISSION = {
    "job_id": JOB,
    "accepted": 1,
    "unchanged": 0,
    "rejected": 1,
    "records": [
        {"index": 0, "line": 1, "session_id": "s-1001", "status": "accepted", "revision": 1, "error": None},
        {
            "index": 1,
            "line": 2,
            "session_id": None,
            "status": "rejected",
            "revision": None,
            "error": {
                "field": "messages[0].sender",
                "message": "required, but missing",
                "index": 1,
                "line": 2,
            },
        },
    ],
}
