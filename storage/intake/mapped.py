"""A mapping applied: a record or a row of somebody else's shape becomes a draft of a session."""

from collections.abc import Iterator
from typing import Any

import msgspec

from evaluators.errors import SessionInvalid
from storage.errors import IntakeError
from storage.intake.cells import to_flag, to_id, to_sense, to_text, to_time
from storage.intake.mapping import Mapping, MessageFields, Names, SessionFields
from storage.intake.records import Draft, Node
from storage.intake.words import sense

#: Of each field that is there: how the file calls it, and its value.
Given = dict[str, tuple[str, Any]]
SESSION_FIELDS = tuple(name for name in SessionFields.__struct_fields__ if name != "messages")
MESSAGE_FIELDS = MessageFields.__struct_fields__
TAG = "tags."
_TIMES = frozenset({"started_at", "ended_at", "observed_until", "rated_at"})


def session_draft(given: Given, mapping: Mapping) -> Draft:
    """Everything of a session but its messages."""
    draft: Draft = {}
    for name, (place, value) in given.items():
        if name.startswith(TAG):
            draft.setdefault("tags", {})[name.removeprefix(TAG)] = value
        elif name == "rating":
            draft[name] = to_sense(place, value, mapping.ratings, "[ratings]")
        elif name in _TIMES:
            draft[name] = to_time(place, value, mapping.time_format)
        else:
            draft[name] = to_id(place, value)
    if not draft.get("session_id"):
        place = given["session_id"][0] if "session_id" in given else "session_id"
        raise SessionInvalid(place, "required, but missing or empty")
    return draft


def message_draft(given: Given, session: Draft, mapping: Mapping) -> Draft:
    """One message. A sender that is no known word may still be the customer's or the agent's own id."""
    agent = to_id(*given["agent_id"]) if "agent_id" in given else None
    sender = _sender(given, session.get("customer_id"), agent, mapping)
    draft: Draft = {"sender": sender, "text": to_text(*given["text"]) if "text" in given else ""}
    if "content_type" in given:
        place, word = given["content_type"]
        draft["content_type"] = to_sense(place, word, mapping.content_types, "[content_types]")
    elif not draft["text"] and mapping.empty_text is not None:
        draft["content_type"] = mapping.empty_text
    if not draft["text"] and draft.get("content_type", "text") == "text":
        raise SessionInvalid("text", "expected a non-empty string for content_type text")
    if "message_id" in given:
        draft["message_id"] = to_id(*given["message_id"])
    draft["sender_id"] = _sender_id(given, session, sender, agent)
    for name in ("sent_at", "recalled_at"):
        if name in given:
            draft[name] = to_time(*given[name], mapping.time_format)
    if "recalled" in given and "recalled_at" not in given and to_flag(*given["recalled"]):
        draft["recalled_at"] = draft.get("sent_at")
    return draft


def sessions(record: Node, mapping: Mapping) -> Iterator[Draft]:
    """The session a JSON record holds, or the part of one when each record is a message."""
    draft = session_draft(_given(mapping.session, SESSION_FIELDS, record) | _tags(record, mapping), mapping)
    if mapping.records == "messages":
        messages = [record]
    else:
        holder, name = _holder(record, mapping.session.messages or "messages")
        if holder.raw(name) is None:
            raise holder.wrong(name, "required, but missing")
        messages = holder.children(name)
    draft["messages"] = [_placed_message(message, record, draft, mapping) for message in messages]
    yield draft


def require_paths(mapping: Mapping, path: str) -> None:
    """A mapping for JSON has no usual names to fall back upon. Raises `IntakeError`."""
    needed = {
        "session.session_id": mapping.session.session_id,
        "message.sender": mapping.message.sender,
        "message.text": mapping.message.text,
    }
    if mapping.records == "sessions":
        needed["session.messages"] = mapping.session.messages
    for key, names in needed.items():
        if not names:
            raise IntakeError("required to read JSON, but missing", path=path, field=key)


def choices(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names or ()


def _sender(given: Given, customer: str | None, agent: str | None, mapping: Mapping) -> Any:
    if "sender" not in given:
        raise SessionInvalid("sender", "required, but missing or empty")
    place, word = given["sender"]
    other = mapping.senders.get("*")
    meaning = sense(mapping.senders, to_text(place, word))
    if meaning != other:
        return meaning
    if own := to_id(place, word):
        if own == agent:
            return "agent"
        if own == customer:
            return "customer"
    return to_sense(place, word, mapping.senders, "[senders]")


def _sender_id(given: Given, session: Draft, sender: str, agent: str | None) -> str | None:
    if "sender_id" in given:
        return to_id(*given["sender_id"])
    if sender == "customer":
        return session.get("customer_id")
    return agent if sender in ("agent", "bot", "auto_reply") else None


def _placed_message(message: Node, record: Node, session: Draft, mapping: Mapping) -> Draft:
    """The agent may be named once, in the record around the messages."""
    given = _given(mapping.message, ("agent_id",), record) | _given(mapping.message, MESSAGE_FIELDS, message)
    try:
        return message_draft(given, session, mapping)
    except SessionInvalid as error:
        if error.field in MESSAGE_FIELDS:
            names = choices(getattr(mapping.message, error.field))
            raise SessionInvalid(message.place(names[0]), error.expected) from error
        raise


def _given(fields: msgspec.Struct, wanted: tuple[str, ...], node: Node) -> Given:
    return {field: found for field in wanted if (found := _find(node, getattr(fields, field)))}


def _tags(record: Node, mapping: Mapping) -> Given:
    return {TAG + tag: found for tag, names in mapping.tags.items() if (found := _find(record, names))}


def _find(node: Node, names: Names) -> tuple[str, Any] | None:
    """What stands at the first of these dotted paths that leads to anything."""
    for path in choices(names):
        holder, name = _holder(node, path) if "." in path else (node, path)
        value = holder.raw(name)
        if value is not None and value != "":
            return holder.place(name), value
    return None


def _holder(node: Node, path: str) -> tuple[Node, str]:
    """The object that should have the last name of a dotted path."""
    *outer, last = path.split(".")
    for name in outer:
        node = node.child(name) or Node({}, node.place(name))
    return node, last
