"""From records and lines to sessions: finished as they come, what is wrong yielded beside."""

from collections.abc import Iterable, Iterator

import msgspec

from evaluators.errors import SessionInvalid
from evaluators.types import ChatSession
from storage.intake.finishing import Finisher
from storage.intake.formats import RecordFormat
from storage.intake.records import BadRecord, Draft, Node, PartInvalid
from storage.intake.spool import Spool

Found = Iterator[ChatSession | BadRecord]
Placed = tuple[int, Draft | SessionInvalid]


def own_sessions(records: Iterable[tuple[int, bytes]], path: str, finisher: Finisher, hint: str) -> Found:
    """JSON in the project's own shape, from bytes to values. `hint`: added to the first complaint."""
    for line, data in records:
        try:
            yield finisher.decode(data)
        except SessionInvalid as error:
            yield BadRecord(path, line, error.field or None, error.expected + hint)
            hint = ""


def whole_sessions(drafts: Iterable[Placed], path: str, finisher: Finisher) -> Found:
    """Drafts of which each is a session."""
    for line, draft in drafts:
        try:
            if isinstance(draft, SessionInvalid):
                raise draft
            yield finisher.finish(draft)
        except SessionInvalid as error:
            yield BadRecord(path, line, error.field or None, error.expected)


def joined_sessions(drafts: Iterable[Placed], path: str, finisher: Finisher) -> Found:
    """Drafts that may be parts of sessions: put together first; a later state of a message counts."""
    with Spool(newest=True) as spool:
        for line, draft in drafts:
            if isinstance(draft, PartInvalid):
                spool.add_error(line, draft.session_id, draft)
            elif isinstance(draft, SessionInvalid):
                yield BadRecord(path, line, draft.field or None, draft.expected)
            else:
                spool.add(line, draft)
        yield from whole_sessions(((joined.line, joined.draft) for joined in spool.joined()), path, finisher)


def drafts_of(records: Iterable[tuple[int, bytes]], shape: RecordFormat) -> Iterator[Placed]:
    """What a format makes of each JSON record."""
    for line, data in records:
        try:
            fields = msgspec.json.decode(data)
            if not isinstance(fields, dict):
                raise SessionInvalid("", "expected an object")
            for draft in shape.sessions(Node(fields)):
                yield line, draft
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield line, SessionInvalid("", f"not valid JSON: {error}")
        except RecursionError:
            yield line, SessionInvalid("", "not valid JSON: nested too deeply")
        except SessionInvalid as error:
            yield line, error
