"""What is going on now: sessions that nobody ended, open windows, and whether anything changed."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import jobs
from storage.review import blinding
from storage.tables.control import AuditRow, JobRow
from storage.tables.sessions import InspectionRow, OutcomeRow, SessionRow
from storage.tables.trust import AlertRow


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A session with something open, its newest revision; `inspection_id` of its latest inspection."""

    session_id: str
    revision: int
    group: str | None
    inspection_id: str | None


async def still_open(
    db: AsyncSession,
    ended_from: datetime,
    *,
    limit: int,
    shop: str | None = None,
    group: str | None = None,
    blind_for: str | None = None,
) -> tuple[Open, ...]:
    """Sessions that nobody ended, whenever they began, and those ended since with an open window.

    The last heard of first. Those that `blind_for` is still to judge blind have no inspection.
    """
    row = SessionRow
    window = exists().where(col(OutcomeRow.inspection_id) == col(row.inspection_id))
    window = window.where(col(OutcomeRow.reason_code) == "window_open")
    columns: list[Any] = [row.session_id, row.revision, row.group_name, row.inspection_id, row.received_at]
    heard = (col(row.received_at).desc(), col(row.session_id).desc())
    given = ((row.shop, shop), (row.group_name, group))
    newest = select(*columns).where(*(col(name) == value for name, value in given if value is not None))
    newest = newest.order_by(*heard).limit(limit)
    unended = newest.where(col(row.ended_at).is_(None))
    waiting = newest.where(col(row.ended_at) >= ended_from, window)
    # Two queries, each of which reads its end of one index: `OR` would read every session there is.
    found = [each for query in (unended, waiting) for each in await db.execute(query)]
    found.sort(key=lambda each: (each.received_at, each.session_id), reverse=True)
    hidden = await blinding.withheld_of(db, (each.session_id for each in found[:limit]), blind_for)
    return tuple(
        Open(
            session_id=session_id, revision=revision, group=group,
            inspection_id=None if session_id in hidden else inspection_id,
        )
        for session_id, revision, group, inspection_id, _ in found[:limit]
    )  # fmt: skip


async def mark(db: AsyncSession) -> str:
    """Another one once something was handed in, inspected, told or decided: cheap, it reads the ends of indexes.

    Ids sort by creation on one machine's clock. A writer whose clock is behind changes the mark with the queue.
    """
    columns = (JobRow.job_id, InspectionRow.inspection_id, AlertRow.alert_id, AuditRow.entry_id)
    newest = [(await db.execute(select(func.max(col(column))))).scalar_one() for column in columns]
    backlog = await jobs.backlog(db)
    return f"{'/'.join(str(each or 0) for each in newest)}/{backlog.waiting}/{backlog.running}"
