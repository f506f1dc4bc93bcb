"""The project's own shape: contract section 1."""

from collections.abc import Iterator

from storage.intake.records import Draft, Node


def recognises(record: Node) -> bool:
    """A session id, and messages that say who sent them."""
    messages = record.raw("messages")
    if not isinstance(messages, list) or not messages:
        return "session_id" in record.fields
    first = messages[0]
    return "session_id" in record.fields and (not isinstance(first, dict) or "sender" in first)


def sessions(record: Node) -> Iterator[Draft]:
    yield record.fields
