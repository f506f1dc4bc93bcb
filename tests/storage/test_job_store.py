"""The contract of `JobStore`. An adapter passes when it is added to `STORES` and everything here holds."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from storage import jobs, sessions
from storage.db import Database, open_database
from storage.jobs import JobStore, SqlJobStore, Task
from tests.storage.building import NOON, a_document

pytestmark = pytest.mark.anyio
#: Adapters by name, each made with three attempts per task and five seconds before the second one.
STORES: dict[str, Callable[[], JobStore]] = {
    "sql": lambda: SqlJobStore(max_attempts=3, backoff=timedelta(seconds=5))
}
LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> JobStore:
    return STORES[request.param]()


@pytest.fixture
async def filled(database: Database, store: JobStore) -> Database:
    """Four sessions whose own jobs are done."""
    async with database.transaction() as db:
        await sessions.submit(db, [a_document(f"s-{n}") for n in range(4)], jobs=store, now=NOON)
        for task in await store.claim(db, "setup", limit=9, lease=LEASE, now=NOON):
            assert await store.finish(db, [(task, "insp_0")], now=NOON) == [task]
    return database


async def _enqueue(database: Database, store: JobStore, *session_ids: str, **options: Any) -> str:
    async with database.transaction() as db:
        revisions = [(session_id, 1) for session_id in session_ids]
        return await store.enqueue(db, revisions, **({"now": NOON} | options))


async def _claim(
    database: Database, store: JobStore, worker: str = "w", limit: int = 9, seconds: float = 0
) -> list[Task]:
    async with database.transaction() as db:
        return await store.claim(db, worker, limit=limit, lease=LEASE, now=NOON + seconds * SECOND)


def _ids(tasks: Sequence[Task]) -> list[str]:
    return [task.session_id for task in tasks]


async def _progress(database: Database, job_id: str, seconds: float = 0) -> jobs.JobProgress:
    async with database.reading() as db:
        return await jobs.progress(db, job_id, now=NOON + seconds * SECOND)


async def test_nothing_to_do(filled: Database, store: JobStore) -> None:
    assert await _claim(filled, store) == []
    empty = await _enqueue(filled, store)
    assert await _claim(filled, store) == []
    assert (await _progress(filled, empty)).status == "done"


async def test_a_task_tells_what_to_do(filled: Database, store: JobStore) -> None:
    job_id = await _enqueue(filled, store, "s-1", options={"as_of": "2026-11-01", "rules": ["R01"]})
    (task,) = await _claim(filled, store, "me")
    assert (task.job_id, task.session_id, task.revision, task.attempt) == (job_id, "s-1", 1, 1)
    assert (task.worker, task.lease_until) == ("me", NOON + LEASE)
    assert task.options == {"as_of": "2026-11-01", "rules": ["R01"]}


async def test_studies_and_sessions_wait_in_lanes_of_their_own(filled: Database, store: JobStore) -> None:
    study = await _enqueue(filled, store, "study_1", lane="studies", priority=9)
    await _enqueue(filled, store, "s-1", priority=-9)
    assert _ids(await _claim(filled, store)) == ["s-1"]
    async with filled.reading() as db:
        assert (await jobs.backlog(db, now=NOON)).running == 1
    async with filled.transaction() as db:
        taken = await store.claim(db, "w", limit=9, lease=LEASE, lane="studies", now=NOON)
    assert _ids(taken) == ["study_1"]
    assert (await _progress(filled, study)).running == 1


async def test_what_is_withdrawn_is_lost_to_whoever_holds_it(filled: Database, store: JobStore) -> None:
    job_id = await _enqueue(filled, store, "s-1", "s-2")
    (task,) = await _claim(filled, store, limit=1)
    async with filled.transaction() as db:
        assert await store.withdraw(db, job_id, now=NOON) == 2
        assert await store.withdraw(db, job_id, now=NOON) == 0
        assert await store.heartbeat(db, [task], lease=LEASE, now=NOON) == []
        assert await store.finish(db, [(task, "insp_1")], now=NOON) == []
    assert (await _progress(filled, job_id)).superseded == 2
    assert await _claim(filled, store, seconds=999) == []


async def test_higher_priority_first_then_first_come(filled: Database, store: JobStore) -> None:
    await _enqueue(filled, store, "s-1")
    await _enqueue(filled, store, "s-3", "s-2", priority=5, now=NOON + SECOND)
    await _enqueue(filled, store, "s-0", priority=-1, now=NOON - SECOND)
    assert _ids(await _claim(filled, store, limit=2, seconds=2)) == ["s-3", "s-2"]
    assert _ids(await _claim(filled, store, limit=1, seconds=2)) == ["s-1"]
    assert _ids(await _claim(filled, store, limit=5, seconds=2)) == ["s-0"]


async def test_what_is_held_is_not_given_out_until_the_lease_ends(filled: Database, store: JobStore) -> None:
    await _enqueue(filled, store, "s-1")
    (first,) = await _claim(filled, store, "one")
    assert await _claim(filled, store, "two", seconds=59.999) == []
    (second,) = await _claim(filled, store, "two", seconds=60)
    assert (second.session_id, second.worker, second.attempt) == ("s-1", "two", 2)
    assert first.attempt == 1


async def test_a_heartbeat_keeps_a_lease(filled: Database, store: JobStore) -> None:
    await _enqueue(filled, store, "s-1")
    tasks = await _claim(filled, store, "one")
    async with filled.transaction() as db:
        held = await store.heartbeat(db, tasks, lease=LEASE, now=NOON + 50 * SECOND)
    assert [task.lease_until for task in held] == [NOON + 110 * SECOND]
    assert await _claim(filled, store, "two", seconds=109) == []
    assert len(await _claim(filled, store, "two", seconds=110)) == 1


async def test_whoever_lost_the_lease_can_do_nothing_more(filled: Database, store: JobStore) -> None:
    job_id = await _enqueue(filled, store, "s-1")
    (lost,) = await _claim(filled, store, "one")
    (held,) = await _claim(filled, store, "two", seconds=60)
    async with filled.transaction() as db:
        assert await store.heartbeat(db, [lost], lease=LEASE, now=NOON) == []
        assert await store.finish(db, [(lost, "insp_1")], now=NOON) == []
        assert not await store.fail(db, lost, error_kind="Error", error="late", now=NOON)
        await store.release(db, [lost], now=NOON)
    assert (await _progress(filled, job_id, 61)).running == 1
    async with filled.transaction() as db:
        assert await store.finish(db, [(held, "insp_1")], now=NOON) == [held]
        assert await store.finish(db, [(held, "insp_1")], now=NOON) == []
    assert (await _progress(filled, job_id)).done == 1


async def test_two_workers_never_hold_the_same_task(filled: Database, store: JobStore, url: str) -> None:
    for turn in range(10):
        await _enqueue(filled, store, "s-0", "s-1", "s-2", "s-3", priority=turn % 3)
    databases = [open_database(url) for _ in range(4)]

    async def work(number: int) -> list[tuple[str, int]]:
        taken: list[tuple[str, int]] = []
        while tasks := await _claim(databases[number], store, f"w{number}", limit=3):
            taken += [(task.job_id, task.position) for task in tasks]
            await asyncio.sleep(0)
        return taken

    taken = await asyncio.gather(*(work(number) for number in range(4)))
    for each in databases:
        await each.close()
    together = [task for one in taken for task in one]
    assert len(together) == len(set(together)) == 40


async def test_a_failed_task_waits_longer_each_time_and_is_given_up_in_the_end(
    filled: Database, store: JobStore
) -> None:
    job_id = await _enqueue(filled, store, "s-1", "s-2")
    later = 0.0
    for attempt, wait in ((1, 5), (2, 10), (3, None)):
        task = (await _claim(filled, store, limit=1, seconds=later))[0]
        assert (task.session_id, task.attempt) == ("s-1", attempt)
        async with filled.transaction() as db:
            now = NOON + later * SECOND
            assert await store.fail(db, task, error_kind="JudgeDown", error=f"attempt {attempt}", now=now)
        if wait is not None:
            assert _ids(await _claim(filled, store, limit=1, seconds=later + wait - 0.001))[:1] != ["s-1"]
            later += wait
    async with filled.reading() as db:
        (dead,) = await jobs.failures(db, job_id)
    assert (dead.session_id, dead.attempts, dead.error_kind, dead.error) == (
        "s-1",
        3,
        "JudgeDown",
        "attempt 3",
    )
    assert dead.failed_at == NOON + 15 * SECOND


async def test_an_error_that_will_not_go_away_is_not_tried_again(filled: Database, store: JobStore) -> None:
    job_id = await _enqueue(filled, store, "s-1")
    (task,) = await _claim(filled, store)
    async with filled.transaction() as db:
        assert await store.fail(db, task, error_kind="Broken", error="nul \0 byte", retry=False, now=NOON)
    found = await _progress(filled, job_id)
    assert (found.status, found.failed, found.finished_at) == ("failed", 1, NOON)
    assert await _claim(filled, store, seconds=9999) == []


async def test_a_task_that_kills_its_workers_is_given_up(filled: Database, store: JobStore) -> None:
    job_id = await _enqueue(filled, store, "s-1")
    await _enqueue(filled, store, "s-2", now=NOON + SECOND)
    for turn in range(3):
        assert _ids(await _claim(filled, store, limit=1, seconds=61 * turn)) == ["s-1"]
    assert _ids(await _claim(filled, store, limit=1, seconds=200)) == ["s-2"], (
        "the next one, in the same call"
    )
    async with filled.reading() as db:
        (dead,) = await jobs.failures(db, job_id)
    assert (dead.error_kind, dead.attempts) == ("WorkerLost", 3)


async def test_what_a_worker_gives_back_costs_no_attempt(filled: Database, store: JobStore) -> None:
    await _enqueue(filled, store, "s-1")
    for _ in range(5):
        tasks = await _claim(filled, store)
        assert [task.attempt for task in tasks] == [1]
        async with filled.transaction() as db:
            await store.release(db, tasks, now=NOON)


async def test_newer_content_supersedes_what_waits_but_not_what_is_held(
    filled: Database, store: JobStore
) -> None:
    held = await _enqueue(filled, store, "s-1", priority=1)
    (task,) = await _claim(filled, store)
    waiting = await _enqueue(filled, store, "s-1", "s-2")
    async with filled.transaction() as db:
        newer = await sessions.submit(db, [a_document("s-1", group="new")], jobs=store, now=NOON + SECOND)
        assert await store.finish(db, [(task, "insp_1")], now=NOON) == [task]
    assert [(each.session_id, each.revision) for each in await _claim(filled, store, seconds=1)] == [
        ("s-2", 1),
        ("s-1", 2),
    ]
    assert (await _progress(filled, held)).done == 1
    found = await _progress(filled, waiting)
    assert (found.superseded, found.running, found.status) == (1, 1, "running")
    assert (await _progress(filled, str(newer.job_id))).total == 1


async def test_what_is_rolled_back_was_never_claimed_or_enqueued(filled: Database, store: JobStore) -> None:
    await _enqueue(filled, store, "s-1")
    async with filled.transaction() as db:
        await store.enqueue(db, [("s-2", 1)], now=NOON)
        assert len(await store.claim(db, "one", limit=9, lease=LEASE, now=NOON)) == 2
        await db.rollback()
    assert [(task.session_id, task.attempt) for task in await _claim(filled, store)] == [("s-1", 1)]
