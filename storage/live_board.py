"""What is going on now: recent sessions that nobody ended, open windows, and whether anything changed."""

from datetime import datetime

import msgspec
from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import jobs
from storage.tables.control import AuditRow, JobRow
from storage.tables.sessions import InspectionRow, OutcomeRow, SessionRow
from storage.tables.trust import AlertRow


class Recent(msgspec.Struct, frozen=True, kw_only=True):
    """A session that began lately, its newest revision; `inspection_id` of its latest inspection."""

    session_id: str
    revision: int
    group: str | None
    inspection_id: str | None


async def recent(db: AsyncSession, started_from: datetime, *, limit: int) -> tuple[Recent, ...]:
    """Sessions that have no end or have an open window, the last begun first."""
    row = SessionRow
    window = exists().where(col(OutcomeRow.inspection_id) == col(row.inspection_id))
    window = window.where(col(OutcomeRow.reason_code) == "window_open")
    query = select(col(row.session_id), col(row.revision), col(row.group_name), col(row.inspection_id))
    query = query.where(col(row.started_at) >= started_from, or_(col(row.ended_at).is_(None), window))
    query = query.order_by(col(row.started_at).desc(), col(row.session_id).desc()).limit(limit)
    return tuple(
        Recent(session_id=session_id, revision=revision, group=group, inspection_id=inspection_id)
        for session_id, revision, group, inspection_id in await db.execute(query)
    )


async def mark(db: AsyncSession) -> str:
    """Another one once something was handed in, inspected, told or decided: cheap, it reads the ends of indexes.

    Ids sort by creation on one machine's clock. A writer whose clock is behind changes the mark with the queue.
    """
    columns = (JobRow.job_id, InspectionRow.inspection_id, AlertRow.alert_id, AuditRow.entry_id)
    newest = [(await db.execute(select(func.max(col(column))))).scalar_one() for column in columns]
    backlog = await jobs.backlog(db)
    return f"{'/'.join(str(each or 0) for each in newest)}/{backlog.waiting}/{backlog.running}"
