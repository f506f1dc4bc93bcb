"""Intercom conversations: `source` and `conversation_parts`, bodies in HTML, times in seconds."""

from collections.abc import Iterator
from datetime import datetime

from evaluators.errors import SessionInvalid
from storage.intake.markup import visible_text
from storage.intake.records import Draft, Node, drafts

_SENDERS = {
    "user": "customer", "lead": "customer", "contact": "customer", "visitor": "customer",
    "admin": "agent", "team": "auto_reply", "bot": "bot",
}  # fmt: skip
#: What the customer sees when it has a body. Notes and changes of state or attributes are not messages.
_SEEN = frozenset({"comment", "quick_reply", "assignment", "default_assignment", "open", "close"})
#: How a first message comes about without a person writing it.
_AUTOMATIC = {"automated": "auto_reply", "campaigns_initiated": "auto_reply", "operator_initiated": "bot"}
_MEDIA = {"image": "image", "video": "video", "audio": "voice"}
_REDACTED = "[已撤回]"


def recognises(record: Node) -> bool:
    if record.raw("type") == "conversation.list":
        return True
    return "conversation_parts" in record.fields or (
        record.raw("type") == "conversation" and isinstance(record.raw("source"), dict)
    )


def sessions(record: Node) -> Iterator[Draft | SessionInvalid]:
    listed = "conversations" in record.fields
    return drafts(record.children("conversations") if listed else [record], _session)


def _session(conversation: Node) -> Draft:
    source, listed = conversation.child("source"), conversation.child("conversation_parts")
    parts = listed.children("conversation_parts") if listed else []
    contacts = conversation.child("contacts")
    people = contacts.children("contacts") if contacts else []
    messages = [_first(source, conversation)] if source else []
    messages += [_message(part) for part in parts if part.text("part_type") in _SEEN]
    return {
        "session_id": conversation.required("id"),
        "platform": "intercom",
        "group": conversation.text("team_assignee_id"),
        "customer_id": people[0].text("id") if people else None,
        "started_at": conversation.instant("created_at", "s"),
        "ended_at": _ended_at(conversation, parts),
        "messages": [message for message in messages if message],
        "events": [*_transfers(parts), *_rating(conversation)],
    }


def _first(source: Node, conversation: Node) -> Draft | None:
    message = _message(source)
    if message is not None:
        sender = _AUTOMATIC.get(source.text("delivered_as") or "")
        message["sender"] = sender or message["sender"]
        message["sent_at"] = message["sent_at"] or conversation.instant("created_at", "s")
    return message


def _message(part: Node) -> Draft | None:
    """None: there is nothing to see in it."""
    text, kind = _content(part)
    redacted_at = None
    if part.flag("redacted"):
        redacted_at = part.instant("updated_at", "s") or part.instant("created_at", "s")
        text = text or _REDACTED
    if not text and kind == "text":
        return None
    author = part.child("author")
    if author is None:
        raise part.wrong("author", "required, but missing")
    role = author.required("type")
    if role not in _SENDERS:
        raise author.wrong("type", f"expected one of {', '.join(_SENDERS)}, got {role!r}")
    return {
        "message_id": part.text("id"),
        "sent_at": part.instant("created_at", "s"),
        "sender": _SENDERS[role],
        "sender_id": author.text("id"),
        "text": text,
        "content_type": kind,
        "recalled_at": redacted_at,
    }


def _content(part: Node) -> tuple[str, str]:
    text, images = visible_text(part.text("body") or "")
    attachments = part.children("attachments")
    if text or not (images or attachments):
        return text, "text"
    if not attachments:
        return "", "image"
    media = (attachments[0].text("content_type") or "").partition("/")[0]
    return attachments[0].text("name") or "", _MEDIA.get(media, "file")


def _ended_at(conversation: Node, parts: list[Node]) -> datetime | None:
    if conversation.raw("state") != "closed":
        return None
    closed = [part.instant("created_at", "s") for part in parts if part.raw("part_type") == "close"]
    statistics = conversation.child("statistics")
    last = statistics.instant("last_close_at", "s") if statistics else None
    return (closed[-1] if closed else None) or last or conversation.instant("updated_at", "s")


def _transfers(parts: list[Node]) -> list[Draft]:
    """An assignment is a transfer once somebody had the conversation before."""
    events: list[Draft] = []
    holder: str | None = None
    for part in parts:
        target = part.child("assigned_to")
        if target is None or target.raw("type") not in ("admin", "bot"):
            continue
        agent = target.text("id")
        if holder is not None and agent != holder:
            at = part.instant("created_at", "s")
            events.append({"type": "transfer", "at": at, "from_agent": holder, "to_agent": agent})
        holder = agent
    return events


def _rating(conversation: Node) -> list[Draft]:
    rating = conversation.child("conversation_rating")
    if rating is None or rating.raw("rating") is None:
        return []
    at = rating.instant("updated_at", "s") or rating.instant("created_at", "s")
    teammate = rating.child("teammate")
    agent = teammate.text("id") if teammate else None
    return [{"type": "rating", "at": at, "level": rating.raw("rating"), "agent_id": agent}] if at else []
