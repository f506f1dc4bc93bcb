"""What is kept of a session: the document as it came, completed only where nothing else could be read later.

A missing message id is filled in and a time without an offset gets the one of the given zone; everything
else, unknown fields included, stays as it was.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from evaluators.errors import SessionInvalid
from evaluators.sessions import convert_session
from evaluators.types import ChatSession, RatingEvent

_TIMES = ("started_at", "ended_at", "observed_until")


#: The zone given to times without an offset: one for all, or found out per document (a shop's own).
Timezone = tzinfo | Callable[[dict[str, Any]], tzinfo | None] | None


class Draft(msgspec.Struct, frozen=True):
    """A valid session about to be kept. `content_hash` does not depend on the order of keys."""

    session: ChatSession
    document: dict[str, Any]
    content_hash: str

    @property
    def json(self) -> str:
        return msgspec.json.encode(self.document).decode()


def draft(document: object, timezone: Timezone = None) -> Draft:
    """Raises `SessionInvalid`."""
    if not isinstance(document, dict):
        raise SessionInvalid("", "expected an object")
    if timezone is not None and not isinstance(timezone, tzinfo):
        timezone = timezone(document)
    session = convert_session(document, timezone)
    for field, name in _names(session):
        if name is not None and "\0" in name:
            raise SessionInvalid(field, "expected text without NUL characters")
    filled = _filled(document, session, timezone)
    try:
        canonical = msgspec.json.encode(filled, order="deterministic")
    except (UnicodeEncodeError, TypeError, OverflowError) as error:
        raise SessionInvalid("", f"cannot be written as JSON: {error}") from error
    return Draft(session, filled, f"sha256:{hashlib.sha256(canonical).hexdigest()}")


def _names(session: ChatSession) -> Iterator[tuple[str, str | None]]:
    """Every text that becomes a database column of its own."""
    for field in ("session_id", "platform", "shop", "group", "customer_id"):
        yield field, getattr(session, field)
    for index, agent in enumerate(session.agents):
        yield f"agents[{index}].agent_id", agent.agent_id
        yield f"agents[{index}].name", agent.name
        yield f"agents[{index}].group", agent.group
    for index, message in enumerate(session.messages):
        yield f"messages[{index}].sender_id", message.sender_id
    for index, event in enumerate(session.events):
        for field in ("from_agent", "to_agent", "agent_id"):
            yield f"events[{index}].{field}", getattr(event, field, None)


def _filled(document: dict[str, Any], session: ChatSession, timezone: tzinfo | None) -> dict[str, Any]:
    raw_messages = document["messages"]
    needs_ids = any(message.get("message_id") is None for message in raw_messages)
    if timezone is None and not needs_ids:
        return document
    messages = [
        _with_offsets({**raw, "message_id": message.message_id}, message, ("sent_at", "recalled_at"))
        for raw, message in zip(raw_messages, session.messages, strict=True)
    ]
    filled = _with_offsets({**document, "messages": messages}, session, _TIMES)
    if document.get("events"):
        pairs = zip(document["events"], session.events, strict=True)
        filled["events"] = [_with_offsets(dict(raw), event, ("at",)) for raw, event in pairs]
    return filled


def _with_offsets(raw: dict[str, Any], value: object, names: tuple[str, ...]) -> dict[str, Any]:
    for name in names:
        written = raw.get(name)
        if isinstance(written, str) and msgspec.convert(written, datetime).tzinfo is None:
            raw[name] = getattr(value, name).isoformat()
    return raw


def late_part(
    session_id: str,
    messages: Sequence[object],
    events: Sequence[object],
    changes: Mapping[str, Any],
    timezone: Timezone,
) -> Draft:
    """What arrives late, as a session of its own. Raises `SessionInvalid` with the place in what arrived."""
    for name in ("session_id", "messages", "events"):
        if name in changes:
            raise SessionInvalid(name, "cannot be changed: messages and events are added, the id stays")
    for index, message in enumerate(messages):
        if isinstance(message, dict) and message.get("message_id") is None:
            # Without an id a repeated request would add the message once more.
            raise SessionInvalid(f"messages[{index}].message_id", "required for a late message, but missing")
    late = {**changes, "session_id": session_id, "messages": list(messages), "events": list(events)}
    return draft(late, timezone)


class Conflict(msgspec.Struct, frozen=True):
    """A late message differs from the stored one of its id."""

    message_id: str


def merged(stored: Draft, late: Draft) -> Draft | Conflict | None:
    """The stored session with late messages, events and changed fields; None if there is nothing new.

    A message that is stored already may only gain `recalled_at`.
    """
    changes = {name: late.document[name] for name in late.document.keys() - {"messages", "events"}}
    known = {message.message_id: place for place, message in enumerate(stored.session.messages)}
    messages = list(stored.document["messages"])
    for raw, message in zip(late.document["messages"], late.session.messages, strict=True):
        place = known.get(message.message_id)
        if place is None:
            messages.append(raw)
            continue
        before = stored.session.messages[place]
        if msgspec.structs.replace(message, recalled_at=before.recalled_at) != before:
            return Conflict(str(message.message_id))
        if before.recalled_at is None and message.recalled_at is not None:
            messages[place] = {**messages[place], "recalled_at": raw["recalled_at"]}
    raw_events = zip(late.document.get("events") or (), late.session.events, strict=True)
    new_events = [raw for raw, event in raw_events if event not in stored.session.events]
    document = {**stored.document, **changes, "messages": messages}
    if new_events:
        document["events"] = [*(stored.document.get("events") or ()), *new_events]
    if "observed_until" not in changes:
        _observe_later(document, stored.session, late.session)
    result = draft(document)
    return None if result.content_hash == stored.content_hash else result


def _observe_later(document: dict[str, Any], stored: ChatSession, late: ChatSession) -> None:
    """A record that says until when it is complete is complete at least until its late parts.

    Not a rating: the customer may rate days later.
    """
    times = [message.sent_at for message in late.messages]
    times += [event.at for event in late.events if not isinstance(event, RatingEvent)]
    instants = [time for time in times if isinstance(time, datetime)]
    until = stored.observed_until
    if isinstance(until, datetime) and instants and max(instants) > until:
        document["observed_until"] = max(instants).isoformat()
