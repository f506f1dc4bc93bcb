"""What the database holds, read as a report or an export needs it: session by session, with its inspection."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from evaluators.types import Scorecard
from storage import corrections, inspections, labels, sessions
from storage.db import Database
from storage.inspections import StoredInspection
from storage.labels import Label
from storage.sessions import SessionFilters, StoredSession

#: Sessions, and labels, read at a time.
_BATCH, _LABELS = 100, 500


class Kept(NamedTuple):
    """A session, its latest inspection (None: not inspected yet), and the card that counts: without what people
    have overturned.
    """

    stored: StoredSession
    inspection: StoredInspection | None
    card: Scorecard | None


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
            cards = await corrections.counting_cards(db, kept)
        for each, key in zip(page.items, revisions, strict=True):
            inspection_id = each.inspection_id or ""
            yield Kept(found[key], kept.get(inspection_id), cards.get(inspection_id))
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


async def read_labels(
    database: Database,
    filters: SessionFilters,
    *,
    rule_id: str | None = None,
    source: str | None = None,
    current: bool = True,
) -> AsyncIterator[Label]:
    """Labels on sessions that meet the conditions, in the order in which they were given. See `select_labels`."""
    after: str | None = None
    while True:
        async with database.reading() as db:
            some = await labels.select_labels(
                db,
                rule_id=rule_id,
                source=source,
                current=current,
                sessions=filters,
                after=after,
                limit=_LABELS,
            )
        for each in some:
            yield each
        if len(some) < _LABELS:
            return
        after = some[-1].label_id
