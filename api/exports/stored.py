"""What the database holds, read as a report or an export needs it: session by session, with its inspection."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from evaluators.types import Scorecard
from storage import corrections, inspections, labels, sessions
from storage.corrections import Correction, Override
from storage.db import Database
from storage.inspections import StoredInspection
from storage.labels import Label
from storage.sessions import SessionFilters, StoredSession

#: Sessions, and labels, read at a time.
_BATCH, _LABELS = 100, 500


class Kept(NamedTuple):
    """A session, its latest inspection (None: not inspected yet), and the card that counts: without what people
    have overturned. `correction`: what does not count; `overrides`: what of it people took off, by rule.
    """

    stored: StoredSession
    inspection: StoredInspection | None
    card: Scorecard | None
    correction: Correction | None
    overrides: Mapping[str, Override]


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
            pairs = [
                (found[key], kept.get(each.inspection_id or ""))
                for each, key in zip(page.items, revisions, strict=True)
            ]
            complete = await with_corrections(db, pairs)
        for whole in complete:
            yield whole
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


async def with_corrections(
    db: AsyncSession, found: Sequence[tuple[StoredSession, StoredInspection | None]]
) -> list[Kept]:
    """Sessions with their inspections, as people have corrected them."""
    corrected = await corrections.of_inspections(db, [kept.inspection_id for _, kept in found if kept])
    sessions_off = {
        stored.session.session_id for stored, kept in found if kept and kept.inspection_id in corrected
    }
    overrides = await corrections.in_force(db, sorted(sessions_off))
    return [_kept(stored, kept, corrected, overrides) for stored, kept in found]


def _kept(
    stored: StoredSession, kept: StoredInspection | None, corrected: Mapping[str, Correction],
    overrides: Mapping[tuple[str, int], Mapping[str, Override]],
) -> Kept:  # fmt: skip
    if kept is None:
        return Kept(stored, None, None, None, {})
    correction = corrected.get(kept.inspection_id)
    own = overrides.get((kept.inspection.session_id, kept.inspection.revision), {})
    return Kept(stored, kept, corrections.counting_card(kept, correction), correction, own)


async def read_labels(
    database: Database,
    filters: SessionFilters,
    *,
    rule_id: str | None = None,
    source: str | None = None,
    current: bool = True,
    blind_for: str | None = None,
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
                blind_for=blind_for,
                limit=_LABELS,
            )
        for each in some:
            yield each
        if len(some) < _LABELS:
            return
        after = some[-1].label_id
