"""How jobs look from outside."""

from datetime import timedelta
from functools import partial

import pytest

from storage import audit, jobs, sessions
from storage.db import Database
from storage.errors import JobNotFound
from storage.jobs import SqlJobStore
from tests.storage.building import NOON, a_document

pytestmark = pytest.mark.anyio
LEASE = timedelta(seconds=60)


async def _submitted(database: Database, *session_ids: str, minutes: int = 0) -> str:
    async with database.transaction() as db:
        documents = [a_document(session_id) for session_id in session_ids]
        submission = await sessions.submit(db, documents, now=NOON + timedelta(minutes=minutes))
    return str(submission.job_id)


async def test_an_unknown_job_is_not_found(database: Database) -> None:
    async with database.transaction() as db:
        for ask in (jobs.progress, jobs.failures, partial(jobs.retry_failed, actor="li")):
            with pytest.raises(JobNotFound, match="'job_0'"):
                await ask(db, "job_0")  # type: ignore[operator]


async def test_progress_adds_up(database: Database) -> None:
    job_id = await _submitted(database, "a", "b", "c", "d")
    store = SqlJobStore()
    async with database.reading() as db:
        before = await jobs.progress(db, job_id, now=NOON)
    assert (before.status, before.waiting, before.total, before.finished_at) == ("queued", 4, 4, None)
    assert (before.kind, before.created_at) == ("inspect", NOON)
    async with database.transaction() as db:
        first, second, third = await store.claim(db, "w", limit=3, lease=LEASE, now=NOON)
        await store.finish(db, [(first, "insp_1")], now=NOON)
        await store.fail(db, second, error_kind="E", error="e", retry=False, now=NOON)
    async with database.reading() as db:
        found = await jobs.progress(db, job_id, now=NOON)
        expired = await jobs.progress(db, job_id, now=NOON + LEASE)
        backlog = await jobs.backlog(db, now=NOON)
    assert found.status == "running"
    assert (found.waiting, found.running, found.done, found.failed) == (1, 1, 1, 1)
    assert (expired.waiting, expired.running) == (2, 0)
    assert (backlog.waiting, backlog.running) == (1, 1)
    assert third.session_id == "c"


async def test_what_failed_can_be_tried_again(database: Database) -> None:
    job_id = await _submitted(database, "a", "b")
    store = SqlJobStore()
    async with database.transaction() as db:
        first, second = await store.claim(db, "w", limit=2, lease=LEASE, now=NOON)
        await store.fail(db, first, error_kind="E", error="e", retry=False, now=NOON)
        await store.finish(db, [(second, "insp_1")], now=NOON)
    async with database.transaction() as db:
        assert await jobs.retry_failed(db, job_id, actor="li", now=NOON) == 1
        assert await jobs.retry_failed(db, job_id, actor="li", now=NOON) == 0
        [told] = await audit.entries(db, kind="job")
        assert (told.actor, told.subject, told.details) == ("li", f"job:{job_id}", {"queued": 1})
        (again,) = await store.claim(db, "w", limit=2, lease=LEASE, now=NOON)
        assert (again.session_id, again.attempt) == ("a", 1)
        await store.finish(db, [(again, "insp_2")], now=NOON + LEASE)
    async with database.reading() as db:
        found = await jobs.progress(db, job_id)
        assert await jobs.failures(db, job_id) == ()
    assert (found.status, found.done, found.finished_at) == ("done", 2, NOON + LEASE)


async def test_jobs_with_failures_are_found_among_others(database: Database) -> None:
    job_id = await _submitted(database, "a")
    await _submitted(database, "b", minutes=1)
    store = SqlJobStore()
    async with database.transaction() as db:
        (first,) = await store.claim(db, "w", limit=1, lease=LEASE, now=NOON + LEASE)
        await store.fail(db, first, error_kind="E", error="e", retry=False, now=NOON + LEASE)
        assert [each.job_id for each in await jobs.recent(db, failed=True)] == [job_id]
        assert len(await jobs.recent(db)) == 2


async def test_the_newest_jobs_come_first(database: Database) -> None:
    made = [await _submitted(database, f"s-{n}", minutes=n) for n in range(3)]
    async with database.reading() as db:
        assert [job.job_id for job in await jobs.recent(db)] == made[::-1]
        assert [job.job_id for job in await jobs.recent(db, limit=1)] == made[2:]
