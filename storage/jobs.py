"""Jobs as seen from outside: how far they are and what failed. Work itself is in `storage.processing`."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Row, and_, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import audit
from storage.errors import JobNotFound
from storage.instants import utc_now
from storage.job_store import JobStore as JobStore
from storage.job_store import Task as Task
from storage.leases import in_lane
from storage.processing import Handler as Handler
from storage.processing import process_next as process_next
from storage.sql_job_store import SqlJobStore as SqlJobStore
from storage.tables.control import JobRow, TaskRow
from storage.tables.sessions import table_of

_jobs, _tasks = table_of(JobRow), table_of(TaskRow)


class JobProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a job is. `total = waiting + running + done + failed + superseded`.

    `superseded`: newer content arrived before that revision was inspected, so only the newer one is.
    `status`: `failed` means finished with at least one failure. A job over no session is done.
    """

    job_id: str
    kind: str
    status: Literal["queued", "running", "done", "failed"]
    created_at: datetime
    finished_at: datetime | None
    total: int
    waiting: int
    running: int
    done: int
    failed: int
    superseded: int


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions of all jobs that are not finished. `waiting` includes those put back after a failed attempt."""

    waiting: int
    running: int


class FailedTask(msgspec.Struct, frozen=True, kw_only=True):
    """A dead letter: a session revision given up after its last attempt, with the last error."""

    session_id: str
    revision: int
    attempts: int
    error_kind: str
    error: str
    failed_at: datetime


async def progress(db: AsyncSession, job_id: str, *, now: datetime | None = None) -> JobProgress:
    """Raises `JobNotFound`."""
    found = await _progress(db, _jobs.c.job_id == job_id, 1, now or utc_now())
    if not found:
        raise JobNotFound(f"there is no job {job_id!r}")
    return found[0]


async def recent(
    db: AsyncSession,
    *,
    kind: str | None = None,
    failed: bool = False,
    limit: int = 50,
    now: datetime | None = None,
) -> tuple[JobProgress, ...]:
    """The newest jobs first; of one kind, or of all. `failed`: only those that gave up on something."""
    which = _jobs.c.job_id.is_not(None) if kind is None else _jobs.c.kind == kind
    if failed:
        which &= _jobs.c.job_id.in_(select(_tasks.c.job_id).where(_tasks.c.state == "failed"))
    return await _progress(db, which, limit, now or utc_now())


async def _progress(
    db: AsyncSession, which: ColumnElement[bool], limit: int, now: datetime
) -> tuple[JobProgress, ...]:
    newest = (
        select(_jobs).where(which).order_by(_jobs.c.created_at.desc(), _jobs.c.job_id.desc()).limit(limit)
    )
    jobs = (await db.execute(newest)).all()
    shown = (
        select(
            _tasks.c.job_id,
            _tasks.c.finished_at,
            case((_running(now), "running"), else_=_tasks.c.state).label("state"),
        )
        .where(_tasks.c.job_id.in_([job.job_id for job in jobs]))
        .subquery()
    )
    counts = select(shown.c.job_id, shown.c.state, func.count(), func.max(shown.c.finished_at))
    counts = counts.group_by(shown.c.job_id, shown.c.state)
    found: dict[str, dict[str, tuple[int, datetime | None]]] = {}
    for job_id, name, number, finished in (await db.execute(counts)).all():
        found.setdefault(job_id, {})[name] = number, finished
    return tuple(_job_progress(job, found.get(job.job_id, {})) for job in jobs)


def _job_progress(job: Row[Any], found: dict[str, tuple[int, datetime | None]]) -> JobProgress:
    numbers = {state: number for state, (number, _) in found.items()}
    waiting, running = numbers.get("open", 0), numbers.get("running", 0)
    total = sum(numbers.values())
    status: Literal["queued", "running", "done", "failed"] = "failed" if numbers.get("failed") else "done"
    if waiting + running:
        status = "queued" if waiting == total else "running"
    finished = [instant for _, instant in found.values() if instant is not None]
    return JobProgress(
        job_id=job.job_id,
        kind=job.kind,
        status=status,
        created_at=job.created_at,
        finished_at=None if waiting + running else max(finished, default=job.created_at),
        total=total,
        waiting=waiting,
        running=running,
        done=numbers.get("done", 0),
        failed=numbers.get("failed", 0),
        superseded=numbers.get("superseded", 0),
    )


async def backlog(db: AsyncSession, *, now: datetime | None = None) -> Backlog:
    """How much work lies there."""
    running = func.count(case((_running(now or utc_now()), 1)))
    query = (
        select(func.count(), running).select_from(_tasks).where(_tasks.c.state == "open", in_lane("sessions"))
    )
    total, held = (await db.execute(query)).one()
    return Backlog(waiting=total - held, running=held)


def _running(now: datetime) -> ColumnElement[bool]:
    return and_(_tasks.c.state == "open", _tasks.c.worker.is_not(None), _tasks.c.visible_at > now)


async def failures(db: AsyncSession, job_id: str, *, limit: int = 100) -> tuple[FailedTask, ...]:
    """The dead letters of a job in its order. Raises `JobNotFound`."""
    await _known(db, job_id)
    columns = (
        _tasks.c.session_id,
        _tasks.c.revision,
        _tasks.c.attempts,
        _tasks.c.error_kind,
        _tasks.c.error,
        _tasks.c.finished_at.label("failed_at"),
    )
    query = select(*columns).where(_failed(job_id)).order_by(_tasks.c.position).limit(limit)
    return tuple(FailedTask(**row) for row in (await db.execute(query)).mappings())


async def retry_failed(db: AsyncSession, job_id: str, *, actor: str, now: datetime | None = None) -> int:
    """Queues the dead letters of a job again, with all their attempts; how many. Audited. Raises `JobNotFound`."""
    await _known(db, job_id)
    now = now or utc_now()
    again = {"state": "open", "visible_at": now, "attempts": 0, "finished_at": None}
    connection = await db.connection()
    queued = (await connection.execute(update(_tasks).where(_failed(job_id)).values(again))).rowcount
    if queued:
        await audit.record(
            db, actor=actor, action="job.retry", subject=f"job:{job_id}", details={"queued": queued}, now=now
        )
    return queued


def _failed(job_id: str) -> ColumnElement[bool]:
    return (_tasks.c.job_id == job_id) & (_tasks.c.state == "failed")


async def _known(db: AsyncSession, job_id: str) -> None:
    if (await db.execute(select(_jobs.c.job_id).where(_jobs.c.job_id == job_id))).first() is None:
        raise JobNotFound(f"there is no job {job_id!r}")
