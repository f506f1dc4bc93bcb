"""What the database holds, read as a report or an export needs it: session by session, with its inspection."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from storage import inspections, sessions
from storage.db import Database
from storage.inspections import StoredInspection
from storage.sessions import SessionFilters, StoredSession

#: Sessions read at a time.
_BATCH = 100


class Kept(NamedTuple):
    """A session and its latest inspection (None: not inspected yet)."""

    stored: StoredSession
    inspection: StoredInspection | None


async def read_stored(database: Database, filters: SessionFilters) -> AsyncIterator[Kept]:
    """Every session that meets the conditions, newest start first."""
    cursor: str | None = None
    while True:
        async with database.reading() as db:
            page = await sessions.search(db, filters, cursor=cursor, limit=_BATCH)
            # Newer content may wait to be inspected: an inspection stands beside what it is about.
            revisions = [(each.session_id, each.inspected_revision or each.revision) for each in page.items]
            found = await sessions.get_many(db, revisions)
            ids = [each.inspection_id for each in page.items if each.inspection_id]
            kept = await inspections.get_many(db, ids)
        for each, key in zip(page.items, revisions, strict=True):
            yield Kept(found[key], kept[each.inspection_id] if each.inspection_id else None)
        if page.next_cursor is None:
            return
        cursor = page.next_cursor
