"""Inspections: all outcomes of one session revision under one catalogue version. Append-only."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.batches import batches
from storage.errors import InspectionNotFound, SessionNotFound
from storage.ids import new_id
from storage.inspection_rows import Inspection as Inspection
from storage.inspection_rows import ReplyTimes as ReplyTimes
from storage.inspection_rows import StoredInspection as StoredInspection
from storage.inspection_rows import card_rows, from_row, outcome_rows, to_row
from storage.instants import utc_now
from storage.tables.sessions import (
    AgentCardRow,
    InspectionRow,
    OutcomeRow,
    SessionRevisionRow,
    SessionRow,
    insert_into,
    table_of,
)

_KEY = ("session_id", "revision", "catalogue_version", "profile_version", "judge_version", "attempt")
_NEWEST_FIRST = (col(InspectionRow.inspected_at).desc(), col(InspectionRow.inspection_id).desc())


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """`created` is False when the inspection of that key was there already: then nothing was written."""

    inspection_id: str
    created: bool


async def save(db: AsyncSession, inspection: Inspection, *, now: datetime | None = None) -> Saved:
    """Keeps an inspection and makes it the latest of its session unless a newer revision has one.

    Raises `SessionNotFound` (also for an unknown revision). Does not commit.
    """
    return (await save_many(db, [inspection], now=now))[0]


async def save_many(
    db: AsyncSession, inspections: Sequence[Inspection], *, now: datetime | None = None
) -> list[Saved]:
    """Like `save`, for many at a time: all are kept, or none. In the order given."""
    if not inspections:
        return []
    now = now or utc_now()
    await _require_revisions(db, inspections)
    ids = [new_id("insp", now) for _ in inspections]
    columns = table_of(InspectionRow).c
    statement = insert_into(db, InspectionRow).on_conflict_do_nothing(index_elements=_KEY)
    connection = await db.connection()
    rows = [to_row(inspection, key, now) for inspection, key in zip(inspections, ids, strict=True)]
    created = set((await connection.execute(statement.returning(columns.inspection_id), rows)).scalars())
    new = [(each, key) for each, key in zip(inspections, ids, strict=True) if key in created]
    for row, to_rows in ((OutcomeRow, outcome_rows), (AgentCardRow, card_rows)):
        parts = [part for inspection, key in new for part in to_rows(inspection, key)]
        if parts:
            await connection.execute(table_of(row).insert(), parts)
    await _make_latest(db, new)
    return [
        Saved(inspection_id=key, created=True) if key in created else await _known(db, inspection)
        for inspection, key in zip(inspections, ids, strict=True)
    ]


async def _require_revisions(db: AsyncSession, inspections: Sequence[Inspection]) -> None:
    columns = table_of(SessionRevisionRow).c
    wanted = sorted({(inspection.session_id, inspection.revision) for inspection in inspections})
    found: set[tuple[str, int]] = set()
    for some in batches(wanted):
        query = select(columns.session_id, columns.revision)
        query = query.where(tuple_(columns.session_id, columns.revision).in_(some))
        found.update((session_id, revision) for session_id, revision in await db.execute(query))
    for session_id, revision in wanted:
        if (session_id, revision) not in found:
            raise SessionNotFound(f"there is no revision {revision} of session {session_id!r}")


async def _known(db: AsyncSession, inspection: Inspection) -> Saved:
    """The inspection that stands under the same key."""
    columns = table_of(InspectionRow).c
    same = [columns[name] == getattr(inspection, name) for name in _KEY]
    found = (await db.execute(select(columns.inspection_id).where(*same))).scalar_one()
    return Saved(inspection_id=found, created=False)


async def _make_latest(db: AsyncSession, new: Sequence[tuple[Inspection, str]]) -> None:
    """Unless a newer revision has been inspected. In one order, so that two writers do not deadlock."""
    sessions = table_of(SessionRow)
    inspected = sessions.c.inspected_revision
    rows = [
        {"key": inspection.session_id, "number": inspection.revision, "latest": inspection_id}
        for inspection, inspection_id in sorted(new, key=lambda each: each[0].session_id)
        if inspection.official
    ]
    statement = (
        update(sessions)
        .where(sessions.c.session_id == bindparam("key"))
        .where(or_(inspected.is_(None), inspected <= bindparam("number")))
        .values(inspection_id=bindparam("latest"), inspected_revision=bindparam("number"))
    )
    if rows:
        await (await db.connection()).execute(statement, rows)


async def find(
    db: AsyncSession,
    session_id: str,
    revision: int,
    *,
    catalogue_version: str,
    profile_version: str = "",
    judge_version: str = "none",
    attempt: int = 1,
) -> str | None:
    """The id of the inspection of that key, if any: lets a worker skip the work before it asks a judge."""
    columns = table_of(InspectionRow).c
    key = (session_id, revision, catalogue_version, profile_version, judge_version, attempt)
    same = [columns[name] == value for name, value in zip(_KEY, key, strict=True)]
    return (await db.execute(select(columns.inspection_id).where(*same))).scalar_one_or_none()


async def get(db: AsyncSession, inspection_id: str) -> StoredInspection:
    """With outcomes, evidence and scorecards. Raises `InspectionNotFound`."""
    found = await get_many(db, [inspection_id])
    if inspection_id not in found:
        raise InspectionNotFound(f"there is no inspection {inspection_id!r}")
    return found[inspection_id]


async def get_many(db: AsyncSession, inspection_ids: Sequence[str]) -> dict[str, StoredInspection]:
    """By id; unknown ids are left out. For exports and lists."""
    found: dict[str, StoredInspection] = {}
    for some in batches(inspection_ids):
        query = select(InspectionRow).where(col(InspectionRow.inspection_id).in_(some))
        for row in (await db.execute(query)).scalars():
            found[row.inspection_id] = from_row(row)
    return found


async def latest(db: AsyncSession, session_id: str) -> StoredInspection:
    """The latest official inspection. Raises `SessionNotFound`, `InspectionNotFound`."""
    await _require_session(db, session_id)
    query = select(col(SessionRow.inspection_id)).where(col(SessionRow.session_id) == session_id)
    inspection_id = (await db.execute(query)).scalar_one()
    if inspection_id is None:
        raise InspectionNotFound(f"session {session_id!r} has not been inspected yet")
    return await get(db, inspection_id)


async def history(db: AsyncSession, session_id: str) -> tuple[StoredInspection, ...]:
    """All inspections of a session, newest first. Raises `SessionNotFound`."""
    await _require_session(db, session_id)
    query = select(col(InspectionRow.inspection_id)).where(col(InspectionRow.session_id) == session_id)
    ids = (await db.execute(query.order_by(*_NEWEST_FIRST))).scalars().all()
    found = await get_many(db, ids)
    return tuple(found[inspection_id] for inspection_id in ids)


async def _require_session(db: AsyncSession, session_id: str) -> None:
    query = select(col(SessionRow.session_id)).where(col(SessionRow.session_id) == session_id)
    if (await db.execute(query)).first() is None:
        raise SessionNotFound(f"there is no session {session_id!r}")
