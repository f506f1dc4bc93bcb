"""Statements on the task table: who holds which task, and for how long."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, and_, bindparam, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.batches import batches
from storage.job_store import Lane, Task
from storage.tables.control import JobRow, TaskRow
from storage.tables.sessions import SessionRow, table_of

_jobs, _tasks, _sessions = table_of(JobRow), table_of(TaskRow), table_of(SessionRow)
_OPEN = _tasks.c.state == "open"
#: A lane is a stretch of ranks, so that the one index of the queue serves them all. Priorities stay below half of it.
_STRETCH = 1_000_000
LANES: dict[Lane, int] = {"sessions": 0, "studies": _STRETCH}


def in_lane(lane: Lane) -> ColumnElement[bool]:
    """Tasks of that lane."""
    return _tasks.c.queue_rank.between(LANES[lane] - _STRETCH // 2, LANES[lane] + _STRETCH // 2 - 1)


def held(task: Task) -> ColumnElement[bool]:
    """The row is still that of this very attempt."""
    return and_(
        _tasks.c.job_id == task.job_id,
        _tasks.c.position == task.position,
        _OPEN,
        _tasks.c.worker == task.worker,
        _tasks.c.attempts == task.attempt,
    )


async def lock_held(db: AsyncSession, tasks: Sequence[Task]) -> list[Task]:
    """Those of the tasks whose lease was not lost. They stay so until the transaction ends."""
    found: set[tuple[Any, ...]] = set()
    attempt = (_tasks.c.job_id, _tasks.c.position, _tasks.c.worker, _tasks.c.attempts)
    for some in batches([_attempt(task) for task in tasks]):
        query = select(*attempt).where(_OPEN, tuple_(*attempt).in_(some)).with_for_update()
        found.update(tuple(row) for row in await db.execute(query))
    return [task for task in tasks if _attempt(task) in found]


def _attempt(task: Task) -> tuple[str, int, str, int]:
    return task.job_id, task.position, task.worker, task.attempt


async def prolong(db: AsyncSession, tasks: Sequence[Task], until: datetime) -> None:
    """Moves the end of leases that are held."""
    for some in batches([(task.job_id, task.position) for task in tasks]):
        await update_tasks(db, tuple_(_tasks.c.job_id, _tasks.c.position).in_(some), visible_at=until)


async def mark_done(db: AsyncSession, done: Sequence[tuple[Task, str]], now: datetime) -> None:
    """Ends tasks that are held, each with the inspection it led to."""
    rows = [
        {"job": task.job_id, "place": task.position, "inspection": inspection_id}
        for task, inspection_id in done
    ]
    statement = (
        update(_tasks)
        .where(_tasks.c.job_id == bindparam("job"), _tasks.c.position == bindparam("place"))
        .values(inspection_id=bindparam("inspection"), state="done", finished_at=now)
        .values(worker=None, error_kind=None, error=None)
    )
    if rows:
        await (await db.connection()).execute(statement, rows)


async def update_tasks(db: AsyncSession, which: ColumnElement[bool], **values: Any) -> bool:
    return bool((await (await db.connection()).execute(update(_tasks).where(which).values(values))).rowcount)


async def take(
    db: AsyncSession, worker: str, lane: Lane, limit: int, now: datetime, until: datetime
) -> Sequence[Row[Any]]:
    """Leases the first free tasks of the lane. On PostgreSQL rows another worker is just taking are passed
    over.
    """
    free = (
        select(_tasks.c.job_id, _tasks.c.position)
        .where(_OPEN, _tasks.c.visible_at <= now, in_lane(lane))
        .order_by(_tasks.c.queue_rank, _tasks.c.job_id, _tasks.c.position)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("free")
    )
    taken = (
        update(_tasks)
        .where(_tasks.c.job_id == free.c.job_id, _tasks.c.position == free.c.position)
        .values(worker=worker, visible_at=until, attempts=_tasks.c.attempts + 1)
        .returning(*_tasks.c)
    )
    return (await (await db.connection()).execute(taken)).all()


async def options_of(db: AsyncSession, job_ids: set[str]) -> dict[str, dict[str, Any]]:
    query = select(_jobs.c.job_id, _jobs.c.document).where(_jobs.c.job_id.in_(sorted(job_ids)))
    return {job_id: msgspec.json.decode(document) for job_id, document in await db.execute(query)}


def to_task(row: Row[Any], worker: str, until: datetime, options: dict[str, Any]) -> Task:
    return Task(
        job_id=row.job_id,
        position=row.position,
        session_id=row.session_id,
        revision=row.revision,
        attempt=row.attempts,
        worker=worker,
        lease_until=until,
        options=options,
    )


async def withdraw(db: AsyncSession, job_id: str, now: datetime) -> int:
    """Ends every task of the job that is not finished, whoever holds it; how many."""
    which = and_(_tasks.c.job_id == job_id, _OPEN)
    ended = update(_tasks).where(which).values(state="superseded", worker=None, finished_at=now)
    return (await (await db.connection()).execute(ended)).rowcount


async def supersede(db: AsyncSession, session_ids: Sequence[str], now: datetime) -> None:
    """Nobody needs the inspection of a content that was replaced before a worker came to it."""
    newest = (
        select(_sessions.c.revision).where(_sessions.c.session_id == _tasks.c.session_id).scalar_subquery()
    )
    older = and_(
        _tasks.c.session_id.in_(session_ids), _OPEN, _tasks.c.worker.is_(None), _tasks.c.revision < newest
    )
    await update_tasks(db, older, state="superseded", finished_at=now)
