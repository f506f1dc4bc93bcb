"""Alibaba Cloud SCA (智能对话分析), text for inspection: `UploadData`, `UploadDataV4`."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from evaluators.errors import SessionInvalid
from storage.intake.records import Draft, Node, drafts

_SENDERS = {"客服": "agent", "坐席": "agent", "客户": "customer", "系统": "system", "机器人": "bot"}


def recognises(record: Node) -> bool:
    tickets = record.raw("tickets")
    if isinstance(tickets, list):
        return any(isinstance(ticket, dict) and "dialogue" in ticket for ticket in tickets)
    return isinstance(record.raw("dialogue"), list)


def sessions(record: Node) -> Iterator[Draft | SessionInvalid]:
    """Each ticket is documented to be a whole conversation, so it is over with its last sentence."""
    tickets = record.children("tickets") if "tickets" in record.fields else [record]
    tags = {name: record.raw(name) for name in ("business", "workplace") if record.raw(name)}
    return drafts(tickets, lambda ticket: _session(ticket, tags))


def _session(ticket: Node, tags: Draft) -> Draft:
    if ticket.raw("dialogue") is None:
        raise ticket.wrong("dialogue", "required, but missing")
    sentences = ticket.children("dialogue")
    zero = _zero(sentences)
    messages = [_message(sentence, zero) for sentence in sentences]
    ends = [end for sentence in sentences if (end := _instant(sentence, "end", zero))]
    customers = (message.get("sender_id") for message in messages if message["sender"] == "customer")
    agent = ticket.text("customerServiceId")
    return {
        "session_id": ticket.text("tid") or _id_of(ticket),
        "group": ticket.text("skillGroupName") or ticket.text("skillGroupId"),
        "customer_id": next(customers, None),
        "ended_at": max(ends, default=None),
        "agents": [{"agent_id": agent, "name": ticket.text("customerServiceName")}] if agent else [],
        "messages": [_served_by(message, agent) for message in messages],
        "tags": tags,
    }


def _message(sentence: Node, zero: datetime | None) -> Draft:
    role = sentence.required("role")
    if role not in _SENDERS:
        raise sentence.wrong("role", f"expected one of {', '.join(_SENDERS)}, got {role!r}")
    return {
        "sender": _SENDERS[role],
        "sender_id": sentence.text("identity"),
        "text": sentence.required("words"),
        "sent_at": sentence.instant("beginTime") or _instant(sentence, "begin", zero),
    }


def _served_by(message: Draft, agent: str | None) -> Draft:
    if message["sender"] == "agent" and message["sender_id"] is None:
        message["sender_id"] = agent
    return message


def _zero(sentences: list[Node]) -> datetime | None:
    """The instant from which `begin` and `end` are counted: known from any sentence that has both times."""
    for sentence in sentences:
        at, offset = sentence.instant("beginTime"), sentence.offset("begin")
        if at is not None and offset is not None:
            return _moved(sentence, "begin", at, -offset)
    return None


def _instant(sentence: Node, name: str, zero: datetime | None) -> datetime | None:
    offset = sentence.offset(name)
    return None if offset is None or zero is None else _moved(sentence, name, zero, offset)


def _moved(sentence: Node, name: str, at: datetime, offset: timedelta) -> datetime:
    try:
        return at + offset
    except OverflowError as error:
        raise sentence.wrong(name, f"expected milliseconds, got {sentence.raw(name)!r}") from error


def _id_of(ticket: Node) -> str:
    """`tid` is optional there: the same ticket gets the same id here."""
    return "sca-" + sha256(msgspec.json.encode(ticket.fields, order="deterministic")).hexdigest()[:16]
