"""JSON to `ChatSession`: the one place where the shape of contract section 1 is enforced."""

import re
from datetime import UTC, datetime, tzinfo
from typing import Any, get_args

import msgspec

from evaluators.errors import SessionInvalid
from evaluators.types import ChatSession, ContentType, Message, OrderState, Sender

_decoder = msgspec.json.Decoder(ChatSession)
_PLACE = re.compile(r"^(?P<expected>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
#: What msgspec says of a value that is none of those allowed, and what is allowed in the fields of that name.
_WRONG_CHOICE = re.compile(r"Invalid (?:enum )?value (.+)")
_CHOICES: dict[str, tuple[object, ...]] = {
    "sender": get_args(Sender),
    "content_type": get_args(ContentType),
    "state": get_args(OrderState),
    "type": ("order", "transfer", "rating", "end"),
    "kind": ("human", "bot"),
    "level": (1, 2, 3, 4, 5),
}


def decode_session(data: bytes | str, timezone: tzinfo | None = None) -> ChatSession:
    """One JSON object to a session. `timezone` is given to times that carry no offset.

    Raises `SessionInvalid` with the path of the field and what was expected there.
    """
    try:
        session = _decoder.decode(data)
    except msgspec.ValidationError as error:
        raise _translated(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SessionInvalid("", f"not valid JSON: {error}") from error
    except RecursionError as error:
        raise SessionInvalid("", "not a session: nested too deeply") from error
    return completed(session, timezone)


def convert_session(record: Any, timezone: tzinfo | None = None) -> ChatSession:
    """Like `decode_session`, from a `dict` that is already decoded."""
    try:
        session = msgspec.convert(record, ChatSession)
    except msgspec.ValidationError as error:
        raise _translated(error) from error
    return completed(session, timezone)


def completed(session: ChatSession, timezone: tzinfo | None = None) -> ChatSession:
    """The session with every default of the contract that does not depend on a rule filled in.

    Checks what types cannot say: ids present and unique, text present, every time with an offset.
    """
    if not session.session_id:
        raise SessionInvalid("session_id", "expected a non-empty string")
    messages = session.messages
    if not _are_complete(messages):
        messages = _completed(messages, timezone)
    return _with_instants(session, messages, timezone)


def _are_complete(messages: tuple[Message, ...]) -> bool:
    """Each has a text if it must, an id of its own and an aware time, and none was recalled: nearly always so."""
    try:
        ids = {
            message.message_id
            for message in messages
            if message.sent_at.tzinfo is not None  # type: ignore[union-attr]
            and message.recalled_at is None
            and (message.text or message.content_type != "text")
        }
    except AttributeError:  # a time that is a number, or missing
        return False
    return len(ids) == len(messages) and None not in ids


def _completed(messages: tuple[Message, ...], timezone: tzinfo | None) -> tuple[Message, ...]:
    found: list[Message] = []
    ids: set[str] = set()
    for index, message in enumerate(messages):
        if message.content_type == "text" and not message.text:
            raise SessionInvalid(
                f"messages[{index}].text", "expected a non-empty string for content_type text"
            )
        message_id = f"m{index + 1}" if message.message_id is None else message.message_id
        if message_id in ids:
            raise SessionInvalid(
                f"messages[{index}].message_id",
                f"expected an id unique in the session, got {message_id!r} again",
            )
        ids.add(message_id)
        sent_at = _instant(message.sent_at, timezone, "messages[%d].sent_at", index)
        recalled_at = _instant(message.recalled_at, timezone, "messages[%d].recalled_at", index)
        if (
            message.message_id is None
            or sent_at is not message.sent_at
            or recalled_at is not message.recalled_at
        ):
            message = msgspec.structs.replace(
                message, message_id=message_id, sent_at=sent_at, recalled_at=recalled_at
            )
        found.append(message)
    return tuple(found)


def _with_instants(
    session: ChatSession, messages: tuple[Message, ...], timezone: tzinfo | None
) -> ChatSession:
    changes: dict[str, Any] = {} if messages is session.messages else {"messages": messages}
    for name in ("started_at", "ended_at", "observed_until"):
        value = getattr(session, name)
        instant = None if value is None else _instant(value, timezone, name)
        if instant is not value:
            changes[name] = instant
    for index, event in enumerate(session.events):
        at = event.at
        if type(at) is not datetime or at.tzinfo is None:
            changes.setdefault("events", list(session.events))[index] = msgspec.structs.replace(
                event, at=_instant(at, timezone, "events[%d].at", index)
            )
    if "events" in changes:
        changes["events"] = tuple(changes["events"])
    return msgspec.structs.replace(session, **changes) if changes else session


def _instant(
    value: datetime | int | None, timezone: tzinfo | None, field: str, index: int | None = None
) -> datetime | None:
    """An aware datetime; integers are Unix milliseconds."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return value
        if timezone is not None:
            return value.replace(tzinfo=timezone)
        place = field if index is None else field % index
        raise SessionInvalid(place, "expected a time with an offset (or give --timezone), got one without")
    if value is None:
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, ValueError, OSError) as error:
        place = field if index is None else field % index
        raise SessionInvalid(place, f"expected Unix milliseconds, got {value}") from error


def _translated(error: msgspec.ValidationError) -> SessionInvalid:
    match = _PLACE.match(str(error))
    assert match is not None, "the pattern matches any text"
    path = (match["path"] or "").removeprefix("$").removeprefix(".")
    expected = match["expected"]
    missing = re.fullmatch(r"Object missing required field `(.+)`", expected)
    if missing:
        return SessionInvalid(f"{path}.{missing[1]}".lstrip("."), "required, but missing")
    if expected == "Invalid RFC3339 encoded datetime":
        return SessionInvalid(
            path, "expected an RFC3339 time such as 2026-11-01T10:00:00+08:00, or Unix milliseconds"
        )
    wrong = _WRONG_CHOICE.fullmatch(expected)
    choices = _CHOICES.get(path.rpartition(".")[2])
    if wrong and choices:
        return SessionInvalid(path, f"expected one of {', '.join(map(str, choices))}, got {wrong[1]}")
    return SessionInvalid(path, expected[:1].lower() + expected[1:])
