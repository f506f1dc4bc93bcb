"""A worker's one step: claim, inspect, and keep result and end of the task in one transaction.

Killed at any moment, nothing is lost: before the last commit the lease runs out and somebody else does the
work again; after it there is nothing left to do. The key of an inspection keeps a second result out.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inspections, sessions
from storage.db import Database
from storage.errors import StorageError
from storage.inspections import Inspection, Saved
from storage.job_store import JobStore, Task
from storage.sessions import StoredSession
from storage.sql_job_store import SqlJobStore

_log = structlog.get_logger(__name__)


class Inspected(msgspec.Struct, frozen=True):
    """An inspection to keep. `again_at`: when to look again, because something is still open until then."""

    inspection: Inspection
    again_at: datetime | None = None


#: Inspects one revision. `Saved` instead of an inspection: it was inspected already (see
#: `inspections.find`).
Handler = Callable[[StoredSession, Task], Awaitable[Inspection | Inspected | Saved]]
Result = Inspection | Inspected | Saved


async def keep(db: AsyncSession, inspected: Inspected, *, jobs: JobStore | None = None) -> Saved:
    """Keeps an inspection together with the job that looks again, if there is to be one. Does not commit.

    That job has the kind `recheck` and carries the next `attempt` in its options.
    """
    inspection = inspected.inspection
    saved = await inspections.save(db, inspection)
    if saved.created and inspected.again_at is not None:
        await (jobs or SqlJobStore()).enqueue(
            db,
            [(inspection.session_id, inspection.revision)],
            kind="recheck",
            options={"attempt": inspection.attempt + 1},
            run_at=inspected.again_at,
        )
    return saved


async def process_next(
    database: Database,
    handler: Handler,
    *,
    worker: str,
    limit: int = 1,
    lease: timedelta = timedelta(seconds=60),
    jobs: JobStore | None = None,
) -> int:
    """Claims up to `limit` tasks, has them inspected one after the other, keeps the results. How many were
    claimed.

    0: nothing to do, ask again later. The handler runs outside any transaction while a heartbeat keeps the
    lease. What it raises is kept with the task: another attempt later, a dead letter in the end. Cancelled,
    it gives its tasks back. `worker` must be unique among the running workers.
    """
    store = jobs or SqlJobStore()
    async with database.transaction() as db:
        tasks = await store.claim(db, worker, limit=limit, lease=lease)
    if not tasks:
        return 0
    try:
        async with _heartbeat(database, store, tasks, lease):
            results = [(task, await _result(database, handler, task)) for task in tasks]
    except asyncio.CancelledError:
        async with database.transaction() as db:
            await store.release(db, tasks)
        raise
    # One order for all workers, so that two of them never wait for each other's rows.
    results.sort(key=lambda each: each[0].session_id)
    async with database.transaction() as db:
        for task, result in results:
            await _settle(db, store, task, result)
    return len(tasks)


async def _result(database: Database, handler: Handler, task: Task) -> Result | Exception:
    try:
        async with database.reading() as db:
            stored = await sessions.get(db, task.session_id, task.revision)
        return await handler(stored, task)
    except Exception as error:
        return error


async def _settle(db: AsyncSession, store: JobStore, task: Task, result: Result | Exception) -> None:
    if not isinstance(result, Exception):
        try:
            async with db.begin_nested():
                saved = await _kept(db, store, result)
                held = await store.finish(db, task, inspection_id=saved.inspection_id)
        except Exception as error:
            result = error
        else:
            if not held:
                _log.warning("lease_lost", session_id=task.session_id, job_id=task.job_id, kept=saved.created)
            return
    _log.warning("inspection_failed", session_id=task.session_id, job_id=task.job_id, exc_info=result)
    await store.fail(db, task, error_kind=type(result).__name__, error=str(result))


async def _kept(db: AsyncSession, store: JobStore, result: Result) -> Saved:
    if isinstance(result, Saved):
        return result
    inspected = Inspected(result) if isinstance(result, Inspection) else result
    return await keep(db, inspected, jobs=store)


@asynccontextmanager
async def _heartbeat(
    database: Database, store: JobStore, tasks: Sequence[Task], lease: timedelta
) -> AsyncIterator[None]:
    beating = asyncio.create_task(_beat(database, store, tasks, lease))
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.wait([beating])
        if not beating.cancelled():
            beating.result()


async def _beat(database: Database, store: JobStore, tasks: Sequence[Task], lease: timedelta) -> None:
    while True:
        await asyncio.sleep(lease.total_seconds() / 3)
        try:
            async with database.transaction() as db:
                await store.heartbeat(db, tasks, lease=lease)
        except StorageError as error:
            # Two more beats fit into the lease; if none comes through, the next owner finds the work undone.
            _log.warning("heartbeat_failed", error=str(error))
