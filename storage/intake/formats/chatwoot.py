"""Chatwoot: conversations with their messages, pages of `conversations/{id}/messages`, webhook events."""

from collections.abc import Iterator

from evaluators.errors import SessionInvalid
from storage.intake.records import Draft, Node, drafts

_TYPES = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}
_MEDIA = {"image": "image", "video": "video", "audio": "voice", "file": "file", "location": "link"}
_KINDS = {
    "sticker": "emoji", "article": "link", "input_csat": "rating_invite", "integrations": "link",
    "voice_call": "voice",
}  # fmt: skip
_BOTS = frozenset({"agentbot", "agent_bot", "captain::assistant", "captain_assistant"})
_DELETED = "[已撤回]"


def recognises(record: Node) -> bool:
    return any(isinstance(message, dict) and "message_type" in message for message in _some_messages(record))


def sessions(record: Node) -> Iterator[Draft | SessionInvalid]:
    """Parts: pages and events of one conversation are put together; a later state of a message counts."""
    data = record.child("data") if isinstance(record.raw("data"), dict) else record
    holder = data or record
    entries = holder.children("payload") if "payload" in holder.fields else [holder]
    return drafts(entries, _part, _known_id)


def _some_messages(record: Node) -> list[object]:
    data = record.raw("data")
    holder = data if isinstance(data, dict) else record.fields
    entries = holder.get("payload", [holder])
    found: list[object] = []
    for entry in entries if isinstance(entries, list) else []:
        inner = entry.get("messages") if isinstance(entry, dict) else None
        found += inner if isinstance(inner, list) else [entry]
    return found


def _part(entry: Node) -> Draft | None:
    if "messages" in entry.fields:
        return _conversation(entry) | _messages(entry.children("messages"))
    if "message_type" not in entry.fields:
        return None
    return {"session_id": _id_of(entry), "platform": "chatwoot"} | _messages([entry])


def _id_of(entry: Node) -> str:
    """Of a conversation its own id, of a message or an event that of its conversation."""
    if "messages" in entry.fields:
        return entry.text("id") or entry.required("display_id")
    conversation = entry.child("conversation")
    inner = (conversation.text("id") or conversation.text("display_id")) if conversation else None
    session_id = entry.text("conversation_id") or inner
    if session_id is None:
        raise entry.wrong("conversation_id", "required, but missing")
    return session_id


def _known_id(entry: Node) -> str | None:
    try:
        return _id_of(entry)
    except SessionInvalid:
        return None


def _conversation(conversation: Node) -> Draft:
    meta = conversation.child("meta")
    contact = meta.child("sender") if meta else None
    ended = conversation.raw("status") == "resolved"
    return {
        "session_id": _id_of(conversation),
        "platform": "chatwoot",
        "group": conversation.text("inbox_id"),
        "customer_id": contact.text("id") if contact else None,
        "started_at": conversation.instant("created_at"),
        "ended_at": conversation.instant("last_activity_at") or conversation.instant("updated_at")
        if ended
        else None,
    }


def _messages(messages: list[Node]) -> Draft:
    seen = [message for message in messages if not message.flag("private") and _type(message) != "activity"]
    return {
        "messages": [draft for message in seen if (draft := _message(message))],
        "events": [event for message in seen if (event := _rating(message))],
    }


def _type(message: Node) -> str:
    raw = message.raw("message_type")
    name = _TYPES.get(raw) if isinstance(raw, int) else raw
    if name not in _TYPES.values():
        raise message.wrong(
            "message_type", f"expected one of {', '.join(_TYPES.values())} or 0 to 3, got {raw!r}"
        )
    return str(name)


def _message(message: Node) -> Draft | None:
    sent_at = message.instant("created_at")
    attributes = message.child("content_attributes")
    deleted = attributes is not None and attributes.flag("deleted")
    text, kind = _content(message)
    if deleted:
        text = text or _DELETED
    if not text and kind == "text":
        return None
    author = message.child("sender")
    return {
        "message_id": message.text("id"),
        "sent_at": sent_at,
        "sender": _sender(message, author, attributes),
        "sender_id": message.text("sender_id") or (author.text("id") if author else None),
        "text": text,
        "content_type": kind,
        "recalled_at": (message.instant("updated_at") or sent_at) if deleted else None,
    }


def _sender(message: Node, author: Node | None, attributes: Node | None) -> str:
    kind = _type(message)
    if kind == "incoming":
        return "customer"
    name = (message.text("sender_type") or (author.text("type") if author else None) or "").casefold()
    if name in _BOTS:
        return "bot"
    ruled = attributes is not None and attributes.raw("automation_rule_id") is not None
    return "auto_reply" if kind == "template" or ruled or (author is None and not name) else "agent"


def _content(message: Node) -> tuple[str, str]:
    text = message.text("content") or ""
    kind = _KINDS.get(message.text("content_type") or "", "text")
    attachments = message.children("attachments")
    if text or kind != "text" or not attachments:
        return text, kind
    return "", _MEDIA.get(attachments[0].text("file_type") or "", "file")


def _rating(message: Node) -> Draft | None:
    attributes = message.child("content_attributes")
    values = attributes.raw("submitted_values") if attributes else None
    if attributes is None or not isinstance(values, dict):
        return None
    response = Node(values, attributes.place("submitted_values")).child("csat_survey_response")
    at = message.instant("updated_at") or message.instant("created_at")
    if response is None or response.raw("rating") is None or at is None:
        return None
    return {"type": "rating", "at": at, "level": response.raw("rating")}
