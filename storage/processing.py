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

from storage import corrections, inspections, sessions
from storage.alerts import NewAlert
from storage.automation import acting
from storage.automation.acting import New
from storage.corrections import Rescore
from storage.db import Database
from storage.errors import SessionNotFound, StorageError
from storage.inspections import Inspection, Saved
from storage.job_store import JobStore, Task
from storage.sessions import StoredSession
from storage.sql_job_store import SqlJobStore

_log = structlog.get_logger(__name__)


class Inspected(msgspec.Struct, frozen=True):
    """An inspection to keep. `again_at`: when to look again, because something is still open until then.

    `alerts`: of its hits, as their rules want it; stages and certificates decide what becomes of them. `over`: the
    session was inspected as a whole, not while it goes on.
    """

    inspection: Inspection
    again_at: datetime | None = None
    alerts: tuple[NewAlert, ...] = ()
    over: bool = True


#: Inspects one revision. `Saved` instead of an inspection: it was inspected already (see
#: `inspections.find`).
Handler = Callable[[StoredSession, Task], Awaitable[Inspection | Inspected | Saved]]
Result = Inspection | Inspected | Saved


async def keep(
    db: AsyncSession, inspected: Inspected, *, rescore: Rescore | None = None, jobs: JobStore | None = None
) -> Saved:
    """Keeps an inspection together with the job that looks again, if there is to be one. Does not commit.

    `rescore`: to leave out of its sums what people have overturned in this content before. The job has the kind
    `recheck` and carries the next `attempt` in its options.
    """
    return (await _keep_all(db, jobs or SqlJobStore(), [inspected], rescore))[0]


async def _keep_all(
    db: AsyncSession, store: JobStore, found: Sequence[Inspected], rescore: Rescore | None
) -> list[Saved]:
    saved = await inspections.save_many(db, [each.inspection for each in found])
    new = {one.inspection_id: each for each, one in zip(found, saved, strict=True) if one.created}
    if rescore is not None:
        await corrections.correct_new(db, {key: each.inspection for key, each in new.items()}, rescore)
    await acting.act(db, {key: New(each.inspection, each.alerts, each.over) for key, each in new.items()})
    for each, one in zip(found, saved, strict=True):
        if one.created and each.again_at is not None:
            await store.enqueue(
                db,
                [(each.inspection.session_id, each.inspection.revision)],
                kind="recheck",
                options={"attempt": each.inspection.attempt + 1},
                run_at=each.again_at,
            )
    return saved


async def process_next(
    database: Database,
    handler: Handler,
    *,
    worker: str,
    limit: int = 1,
    at_once: int = 1,
    lease: timedelta = timedelta(seconds=60),
    rescore: Rescore | None = None,
    jobs: JobStore | None = None,
) -> int:
    """Claims up to `limit` tasks, has `at_once` of them inspected at the same time, keeps the results. How many
    were claimed.

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
            results = await _results(database, handler, tasks, at_once)
    except asyncio.CancelledError:
        async with database.transaction() as db:
            await store.release(db, tasks)
        raise
    async with database.transaction() as db:
        await _settle(db, store, results, rescore)
    return len(tasks)


Results = list[tuple[Task, Result | Exception]]


async def _results(database: Database, handler: Handler, tasks: Sequence[Task], at_once: int) -> Results:
    async with database.reading() as db:
        stored = await sessions.get_many(db, [(task.session_id, task.revision) for task in tasks])
    slots = asyncio.Semaphore(at_once)

    async def result(task: Task) -> Result | Exception:
        async with slots:
            try:
                return await handler(_revision(stored, task), task)
            except Exception as error:
                return error

    return list(zip(tasks, await asyncio.gather(*map(result, tasks)), strict=True))


def _revision(stored: dict[tuple[str, int], StoredSession], task: Task) -> StoredSession:
    found = stored.get((task.session_id, task.revision))
    if found is None:
        raise SessionNotFound(f"revision {task.revision} of session {task.session_id!r} has been deleted")
    return found


async def _settle(db: AsyncSession, store: JobStore, results: Results, rescore: Rescore | None) -> None:
    """Keeps all results at once; if one of them cannot be kept, each on its own."""
    good = [(task, result) for task, result in results if not isinstance(result, Exception)]
    bad = [(task, result) for task, result in results if isinstance(result, Exception)]
    try:
        async with db.begin_nested():
            await _finish(db, store, good, rescore)
    except Exception as error:
        if len(good) == 1:
            bad.append((good[0][0], error))
        else:
            for one in good:
                await _settle(db, store, [one], rescore)
    for task, failure in bad:
        _log.warning("inspection_failed", session_id=task.session_id, job_id=task.job_id, exc_info=failure)
        await store.fail(db, task, error_kind=type(failure).__name__, error=str(failure))


async def _finish(
    db: AsyncSession, store: JobStore, good: Sequence[tuple[Task, Result]], rescore: Rescore | None
) -> None:
    inspected = [
        result if isinstance(result, Inspected) else Inspected(result)
        for _, result in good
        if not isinstance(result, Saved)
    ]
    kept = iter(await _keep_all(db, store, inspected, rescore))
    done = [(task, result if isinstance(result, Saved) else next(kept)) for task, result in good]
    held = await store.finish(db, [(task, saved.inspection_id) for task, saved in done])
    for task, saved in done:
        if task not in held:
            _log.warning("lease_lost", session_id=task.session_id, job_id=task.job_id, kept=saved.created)


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
