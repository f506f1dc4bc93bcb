"""Examples of notification routes."""

from typing import Any

_AT = "2026-11-28T10:00:00Z"
_CHOICE: dict[str, Any] = {
    "title": "质检告警群",
    "channel": "dingtalk",
    "levels": ["high"],
    "shops": ["shop-a"],
    "kinds": [],
    "mentions": ["13800000000"],
    "remind_minutes": 30,
    "enabled": True,
}
CHANGE = {
    "choice": _CHOICE, "url": "https://oapi.dingtalk.com/robot/send?access_token=…", "secret": "SEC…",
    "reason": "上线告警",
}  # fmt: skip
WEBHOOK = {
    "choice": {"title": "工单系统", "channel": "webhook"},
    "url": "https://tickets.example.com/mingjian",
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "reason": "",
}
ROUTE = {
    "route_id": "route_065f35c4cdf0",
    "created_at": _AT,
    "changed_at": _AT,
    "host": "oapi.dingtalk.com",
    "signed": True,
    "choice": _CHOICE,
    "deliveries": {"delivered": 12, "waiting": 1},
}
DELIVERED = {
    "alert_id": "alert_065f35c4cdf0", "route_id": "route_065f35c4cdf0", "kind": "first", "state": "waiting",
    "attempts": 2, "changed_at": _AT, "due_at": _AT, "error": "answered 503", "text": "客服骂人 “你有病吧”",
}  # fmt: skip
