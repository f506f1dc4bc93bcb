"""One step of a worker: what is kept when the handler, the lease or the worker itself gives way."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from storage import inspections, jobs, sessions
from storage.db import Database
from storage.errors import InspectionNotFound
from storage.inspections import Inspection, Saved
from storage.instants import utc_now
from storage.jobs import SqlJobStore, Task, process_next
from storage.sessions import StoredSession
from tests.storage.building import a_document, an_inspection, an_outcome, inspect

pytestmark = pytest.mark.anyio
NO_WAIT = SqlJobStore(max_attempts=2, backoff=timedelta(0))


@pytest.fixture
async def submitted(database: Database) -> Database:
    async with database.transaction() as db:
        await sessions.submit(db, [a_document("s-1"), a_document("s-2"), a_document("s-3")])
    return database


async def _job(database: Database) -> jobs.JobProgress:
    async with database.reading() as db:
        return (await jobs.recent(db))[0]


async def test_nothing_to_do_is_zero(database: Database) -> None:
    assert await process_next(database, inspect, worker="w") == 0


async def test_a_batch_is_inspected_and_finished(submitted: Database) -> None:
    assert await process_next(submitted, inspect, worker="w", limit=2) == 2
    assert await process_next(submitted, inspect, worker="w", limit=2) == 1
    assert await process_next(submitted, inspect, worker="w", limit=2) == 0
    job = await _job(submitted)
    assert (job.status, job.done, job.total) == ("done", 3, 3)
    async with submitted.reading() as db:
        assert (await inspections.latest(db, "s-3")).inspection.outcomes == (an_outcome(),)


@pytest.mark.parametrize("at_once", [1, 2])
async def test_no_more_are_inspected_at_the_same_time_than_asked_for(
    submitted: Database, at_once: int
) -> None:
    under_way, most = 0, 0

    async def handler(stored: StoredSession, task: Task) -> Inspection:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return await inspect(stored, task)

    assert await process_next(submitted, handler, worker="w", limit=3, at_once=at_once) == 3
    assert most == at_once


async def test_the_handler_sees_the_revision_of_the_task(submitted: Database) -> None:
    seen: list[tuple[str, int, str | None]] = []

    async def handler(stored: StoredSession, task: Task) -> Inspection:
        seen.append((stored.session.session_id, stored.revision, stored.session.group))
        return await inspect(stored, task)

    async with submitted.transaction() as db:
        await sessions.submit(db, [a_document("s-1", group="new")])
    while await process_next(submitted, handler, worker="w"):
        pass
    assert sorted(seen) == [("s-1", 2, "new"), ("s-2", 1, None), ("s-3", 1, None)]


async def test_one_failing_session_does_not_hold_up_the_others(submitted: Database) -> None:
    async def handler(stored: StoredSession, task: Task) -> Inspection:
        if task.session_id == "s-2":
            raise ZeroDivisionError("no such luck")
        return await inspect(stored, task)

    with capture_logs() as logs:
        while await process_next(submitted, handler, worker="w", limit=3, jobs=NO_WAIT):
            pass
    job = await _job(submitted)
    assert (job.status, job.done, job.failed) == ("failed", 2, 1)
    async with submitted.reading() as db:
        (dead,) = await jobs.failures(db, job.job_id)
        with pytest.raises(InspectionNotFound):
            await inspections.latest(db, "s-2")
    assert (dead.session_id, dead.error_kind, dead.error, dead.attempts) == (
        "s-2",
        "ZeroDivisionError",
        "no such luck",
        2,
    )
    assert [each["event"] for each in logs] == ["inspection_failed"] * 2


async def test_a_result_that_cannot_be_kept_is_a_failure_of_its_own_session(submitted: Database) -> None:
    async def handler(stored: StoredSession, task: Task) -> Inspection:
        revision = 7 if task.session_id == "s-2" else 1
        return an_inspection(task.session_id, revision, outcomes=(an_outcome(),))

    with capture_logs():
        while await process_next(submitted, handler, worker="w", limit=3, jobs=NO_WAIT):
            pass
    job = await _job(submitted)
    assert (job.done, job.failed) == (2, 1)
    async with submitted.reading() as db:
        assert (await jobs.failures(db, job.job_id))[0].error_kind == "SessionNotFound"


async def test_what_was_inspected_before_is_not_inspected_again(submitted: Database) -> None:
    async with submitted.transaction() as db:
        known = await inspections.save(db, an_inspection("s-1"))

    async def handler(stored: StoredSession, task: Task) -> Inspection | Saved:
        return known if task.session_id == "s-1" else await inspect(stored, task)

    assert await process_next(submitted, handler, worker="w", limit=3) == 3
    assert (await _job(submitted)).done == 3
    async with submitted.reading() as db:
        assert len(await inspections.history(db, "s-1")) == 1


class CountingStore(SqlJobStore):
    """Lets a test wait for heartbeats instead of for a time by the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.beats = asyncio.Semaphore(0)

    async def heartbeat(self, *given: Any, **options: Any) -> list[Task]:
        """One more."""
        held = await super().heartbeat(*given, **options)
        self.beats.release()
        return held


async def test_a_long_inspection_keeps_its_lease(submitted: Database) -> None:
    """Three beats fit into a lease: after the fourth the first lease would be over."""
    store, others = CountingStore(), []

    async def slow(stored: StoredSession, task: Task) -> Inspection:
        for _ in range(4):
            await store.beats.acquire()
        others.append(await process_next(submitted, inspect, worker="eager", limit=9))
        return await inspect(stored, task)

    lease = timedelta(seconds=2.4)
    assert await process_next(submitted, slow, worker="slow", lease=lease, jobs=store) == 1
    assert others == [2]
    assert (await _job(submitted)).done == 3


async def test_two_who_inspect_the_same_session_keep_one_result(submitted: Database) -> None:
    """The first worker stops beating (its clock stands still) and comes back after the second one is done."""
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def stalled(stored: StoredSession, task: Task) -> Inspection:
        arrived.set()
        await go_on.wait()
        return an_inspection(task.session_id, 1, outcomes=(an_outcome("r", "hit"),))

    async def quick(stored: StoredSession, task: Task) -> Inspection:
        return an_inspection(task.session_id, 1, outcomes=(an_outcome("r", "no_hit"),))

    late = asyncio.create_task(process_next(submitted, stalled, worker="late"))
    await arrived.wait()
    async with submitted.transaction() as db:
        tomorrow = utc_now() + timedelta(days=1)
        (taken,) = await NO_WAIT.claim(db, "quick", limit=1, lease=timedelta(0), now=tomorrow)
        saved = await inspections.save(db, await quick(await sessions.get(db, taken.session_id), taken))
        assert await NO_WAIT.finish(db, [(taken, saved.inspection_id)]) == [taken]
    go_on.set()
    with capture_logs() as logs:
        await late
    async with submitted.reading() as db:
        (kept,) = await inspections.history(db, taken.session_id)
    assert kept.inspection_id == saved.inspection_id
    assert [each["event"] for each in logs] == ["lease_lost"]


async def test_a_worker_that_is_asked_to_stop_gives_its_tasks_back(submitted: Database) -> None:
    started = asyncio.Event()

    async def endless(stored: StoredSession, task: Task) -> Inspection:
        started.set()
        await asyncio.sleep(3600)
        return await inspect(stored, task)

    work = asyncio.create_task(process_next(submitted, endless, worker="w", limit=2))
    await started.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert (await _job(submitted)).waiting == 3
    assert await process_next(submitted, inspect, worker="next", limit=9) == 3
