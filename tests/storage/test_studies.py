"""Studies: how far they are, what ends them, what is kept of them."""

from datetime import timedelta
from typing import Any

import pytest

from storage import audit, studies
from storage.db import Database
from storage.errors import StudyConflict, StudyNotFound
from storage.job_store import Task
from storage.jobs import SqlJobStore
from storage.studies import Progress, Study
from tests.storage.building import NOON

pytestmark = pytest.mark.anyio
STORE = SqlJobStore()
LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


async def _start(database: Database, **options: Any) -> Study:
    given: dict[str, Any] = {"subject": "agent_abuse", "actor": "Ann", "now": NOON} | options
    async with database.transaction() as db:
        return await studies.start(db, STORE, "evaluation", {"rule": "agent_abuse"}, **given)


async def _claim(database: Database, seconds: float = 0) -> Task:
    async with database.transaction() as db:
        (task,) = await STORE.claim(
            db, "w", limit=1, lease=LEASE, lane="studies", now=NOON + seconds * SECOND
        )
    return task


async def _get(database: Database, study: Study, seconds: float = 0) -> Study:
    async with database.reading() as db:
        return await studies.get(db, study.study_id, now=NOON + seconds * SECOND)


async def test_a_study_tells_how_far_it_is_and_how_long_it_will_take(database: Database) -> None:
    study = await _start(database)
    assert (study.status, study.rate, study.remaining) == ("queued", None, None)
    task = await _claim(database)
    async with database.transaction() as db:
        first = Progress(done=0, total=50, reused=0)
        assert await studies.tell(db, STORE, task, first, lease=LEASE, first=True, now=NOON)
        later = Progress(done=30, total=50, reused=10, tokens=700)
        assert await studies.tell(db, STORE, task, later, lease=LEASE, now=NOON + 10 * SECOND)
    found = await _get(database, study, 10)
    assert (found.status, found.progress, found.seconds) == ("running", later, 10)
    assert (found.rate, found.remaining) == (2.0, 10.0)


async def test_what_was_found_is_kept_with_the_end(database: Database) -> None:
    study = await _start(database)
    task = await _claim(database)
    async with database.transaction() as db:
        assert await studies.result_of(db, study.study_id) is None
        assert await studies.finish(db, STORE, task, {"n": 1}, Progress(done=5, total=5), now=NOON + SECOND)
        assert not await studies.finish(db, STORE, task, {"n": 2}, Progress(done=5, total=5))
        assert await studies.result_of(db, study.study_id) == b'{"n":1}'
        assert await studies.request_of(db, study.study_id) == b'{"rule":"agent_abuse"}'
    found = await _get(database, study, 2)
    assert (found.status, found.finished_at, found.remaining) == ("done", NOON + SECOND, None)


async def test_a_cancelled_study_is_lost_to_its_worker_and_can_be_resumed(database: Database) -> None:
    study = await _start(database)
    task = await _claim(database)
    async with database.transaction() as db:
        cancelled = await studies.cancel(db, STORE, study.study_id, actor="Bob", now=NOON)
    assert cancelled.status == "cancelled"
    async with database.transaction() as db:
        assert not await studies.tell(db, STORE, task, Progress(done=1, total=2), lease=LEASE, now=NOON)
        with pytest.raises(StudyConflict, match="cancelled already"):
            await studies.cancel(db, STORE, study.study_id, actor="Bob", now=NOON)
        resumed = await studies.resume(db, STORE, study.study_id, actor="Bob", now=NOON)
        assert (resumed.status, resumed.study_id) == ("queued", study.study_id)
        with pytest.raises(StudyConflict, match="queued"):
            await studies.resume(db, STORE, study.study_id, actor="Bob", now=NOON)
        trail = [each.action for each in await audit.entries(db, subject="rule:agent_abuse")]
    assert trail == ["study.resume", "study.cancel", "study.evaluation"]
    assert (await _claim(database)).session_id == study.study_id


async def test_a_failed_study_says_why(database: Database) -> None:
    study = await _start(database)
    task = await _claim(database)
    async with database.transaction() as db:
        await STORE.fail(db, task, error_kind="JudgeUnusable", error="away", retry=False, now=NOON)
    found = await _get(database, study)
    assert (found.status, found.error) == ("failed", "JudgeUnusable: away")


async def test_studies_are_listed_by_rule_and_kind(database: Database) -> None:
    first, second = await _start(database), await _start(database, subject="", now=NOON + SECOND)
    async with database.reading() as db:
        assert [each.study_id for each in await studies.recent(db)] == [second.study_id, first.study_id]
        assert await studies.recent(db, subject="agent_abuse") == (first,)
        assert await studies.recent(db, kind="replay") == ()
        with pytest.raises(StudyNotFound):
            await studies.get(db, "none")


async def test_a_verdict_that_is_kept_stays(database: Database) -> None:
    async with database.transaction() as db:
        await studies.keep_verdicts(db, {"a": b"1", "b": b"2"})
        await studies.keep_verdicts(db, {"a": b"9"})
        await studies.keep_verdicts(db, {})
        assert await studies.known_verdicts(db, ["a", "b", "c"]) == {"a": b"1", "b": b"2"}
