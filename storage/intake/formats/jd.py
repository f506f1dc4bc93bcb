"""JD 咚咚 chat logs: `im.pop.chatlog.get`, `dongdong-sessions/{sid}/chat-logs`, `dongdong-chat-details`."""

from collections.abc import Iterator
from html import unescape

from evaluators.errors import SessionInvalid
from storage.intake.records import Draft, Node, drafts

_KINDS = {
    "image": "image", "img": "image", "picture": "image", "video": "video", "voice": "voice",
    "audio": "voice", "file": "file", "emoji": "emoji", "link": "link", "sku": "product_card", "product": "product_card",
    "order": "order_card", "coupon": "coupon_card",
}  # fmt: skip
_LISTS = ("chatLogList", "dongdongChatLogList", "chatLogs", "data")
_WRAPPERS = ("jingdong_im_pop_chatlog_get_responce", "ChatLogPage", "chatLogPage")
_RECALLED = "[已撤回]"


def recognises(record: Node) -> bool:
    return any("waiterSend" in log.fields or "dongdongSession" in log.fields for log in _entries(record))


def sessions(record: Node) -> Iterator[Draft | SessionInvalid]:
    """Parts: the messages of one `sid` may be spread over pages and lines."""
    return drafts(_entries(record), _part, _session_id)


def _entries(record: Node) -> list[Node]:
    """Chat logs, or sessions with theirs, out of whatever response they came in."""
    for name in _WRAPPERS:
        if inner := record.child(name):
            record = inner
    if "dongdongSession" in record.fields:
        return [record]
    for name in _LISTS:
        if isinstance(record.raw(name), list):
            return record.children(name)
        if isinstance(record.raw(name), dict):
            return [inner] if (inner := record.child(name)) else []
    return [record]


def _session_id(entry: Node) -> str | None:
    holder = entry.raw("dongdongSession") or entry.fields
    session_id = holder.get("sid") if isinstance(holder, dict) else None
    return session_id if isinstance(session_id, str) else None


def _part(entry: Node) -> Draft:
    session = entry.child("dongdongSession")
    if session is None:
        return {
            "session_id": entry.required("sid"),
            "platform": "jd",
            "customer_id": entry.text("customer"),
            "messages": [_message(entry, by_bot=False)],
        }
    return {
        "session_id": session.required("sid"),
        "platform": "jd",
        "customer_id": session.text("customer"),
        "group": session.text("groupId"),
        "started_at": session.instant("createdTime", "ms"),
        "ended_at": session.instant("closeTime", "ms"),
        "messages": [_message(log, _is_bot(session)) for log in entry.children("dongdongChatLogList")],
        "events": _transfer(session),
    }


def _is_bot(session: Node) -> bool:
    """A robot's session names the robot; the human one after it names the robot's session."""
    return session.text("robotCode") is not None and session.text("fromRobotSid") is None


def _message(log: Node, by_bot: bool) -> Draft:
    if log.raw("waiterSend") is None:
        raise log.wrong("waiterSend", "required, but missing")
    from_waiter = log.flag("waiterSend")
    sent_at = log.instant("createdTime", "ms") or log.instant("time", "ms")
    recalled_at = (log.instant("revokeTime", "ms") or sent_at) if log.flag("revokeFlag") else None
    text = unescape(log.text("content") or "")
    kind = _kind(log, text)
    if not text and recalled_at and kind == "text":
        text = _RECALLED
    if not text and kind == "text":
        raise log.wrong("content", "expected a non-empty string")
    return {
        "message_id": log.text("uuid"),
        "sender": ("bot" if by_bot else "agent") if from_waiter else "customer",
        "sender_id": log.text("waiter" if from_waiter else "customer"),
        "sent_at": sent_at,
        "text": text,
        "content_type": kind,
        "recalled_at": recalled_at,
    }


def _kind(log: Node, text: str) -> str:
    kind = _KINDS.get((log.text("contentType") or "").casefold())
    if kind is None and not text and log.text("imgUrl"):
        return "image"
    return kind or "text"


def _transfer(session: Node) -> list[Draft]:
    at, target = session.instant("transferTime", "ms"), session.text("toWaiter")
    if at is None or target is None:
        return []
    return [{"type": "transfer", "at": at, "from_agent": session.text("waiter"), "to_agent": target}]
