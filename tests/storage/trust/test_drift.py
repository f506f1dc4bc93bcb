"""Anchors are judged again and compared; a killed worker loses none of it."""

from datetime import timedelta

import pytest

from evaluators.types import Verdict
from storage import inspections, sessions
from storage.db import Database
from storage.errors import NoAnchors
from storage.inspections import Inspection
from storage.job_store import Task
from storage.jobs import SqlJobStore, process_next
from storage.sessions import StoredSession
from storage.trust import drift
from storage.trust.drift import DriftRun
from storage.trust.flips import Flip, Flips
from tests.storage.building import a_document, an_inspection
from tests.storage.reviewing import RULE, found, judged

pytestmark = pytest.mark.anyio
STORE = SqlJobStore()


async def _start(database: Database, identity: str = "c1 vllm") -> DriftRun:
    async with database.transaction() as db:
        return await drift.start(db, STORE, cause="asked", identity=identity, actor="lead")


async def _work(database: Database, verdicts: dict[str, Verdict], worker: str = "w-1") -> int:
    """Judges whatever is queued as anchors."""

    async def handler(stored: StoredSession, task: Task) -> Inspection:
        outcome = found(task.session_id, verdicts[task.session_id])
        options = task.options
        return an_inspection(
            task.session_id,
            task.revision,
            outcomes=(outcome,),
            attempt=options["attempt"],
            official=options["official"],
        )

    return await process_next(database, handler, worker=worker, limit=10, jobs=STORE)


async def _finish(database: Database) -> tuple[DriftRun, ...]:
    async with database.transaction() as db:
        return await drift.finish(db)


@pytest.fixture
async def anchored(database: Database) -> Database:
    await judged(database, "s-1", "s-2", "s-3")
    async with database.transaction() as db:
        for session_id in ("s-1", "s-2", "s-3"):
            first = await drift.pin(db, session_id, actor="lead")
            assert await drift.pin(db, session_id, actor="somebody else") == first
        # What was queued when they were handed in is not what is looked at here.
        tasks = await STORE.claim(db, "w-0", limit=10, lease=timedelta(minutes=1))
        await STORE.finish(db, [(task, "none") for task in tasks])
    return database


async def test_a_run_is_compared_with_the_one_before(anchored: Database) -> None:
    await _start(anchored)
    assert await _finish(anchored) == (), "not judged yet"
    await _work(anchored, {"s-1": "hit", "s-2": "no_hit", "s-3": "hit"})
    [first] = await _finish(anchored)
    assert first.report == Flips(compared=0, flips=0, undecided=0, rate=None, by_rule={}, flipped=())
    second = await _start(anchored, "c1 vllm-0.33")
    await _work(anchored, {"s-1": "hit", "s-2": "hit", "s-3": "undetermined"})
    [done] = await _finish(anchored)
    assert (done.number, done.identity) == (second.number, "c1 vllm-0.33")
    assert done.report is not None
    assert (done.report.compared, done.report.flips, done.report.undecided) == (3, 1, 1)
    assert done.report.rate == pytest.approx(1 / 3)
    assert done.report.flipped == (Flip(session_id="s-2", rule_id=RULE, before="no_hit", after="hit"),)
    untold = drift.without_flips_of(done, {"s-2"}).report
    assert untold is not None
    assert (untold.flips, untold.flipped) == (1, ()), "counted, not named"
    assert await _finish(anchored) == (), "reported once"
    async with anchored.reading() as db:
        assert await drift.last_identity(db) == ("c1 vllm-0.33", second.started_at)


async def test_anchors_never_become_the_latest_inspection(anchored: Database) -> None:
    async with anchored.reading() as db:
        before = (await inspections.latest(db, "s-1")).inspection_id
    await _start(anchored)
    await _work(anchored, {"s-1": "no_hit", "s-2": "hit", "s-3": "hit"})
    async with anchored.reading() as db:
        assert (await inspections.latest(db, "s-1")).inspection_id == before
        assert len(await inspections.history(db, "s-1")) == 2


async def test_a_worker_that_dies_with_anchors_leaves_them_to_the_next(anchored: Database) -> None:
    await _start(anchored)
    async with anchored.transaction() as db:
        taken = await STORE.claim(db, "dead", limit=2, lease=timedelta(seconds=-1))
    assert len(taken) == 2
    await _work(anchored, {"s-1": "hit", "s-2": "hit", "s-3": "hit"}, worker="alive")
    [done] = await _finish(anchored)
    assert done.report is not None
    async with anchored.reading() as db:
        attempts = [each.inspection.attempt for each in await inspections.history(db, "s-1")]
    assert attempts.count(drift.FIRST_ATTEMPT + done.number) == 1


async def test_an_anchor_stays_what_it_was_when_newer_content_comes(anchored: Database) -> None:
    async with anchored.transaction() as db:
        await sessions.submit(db, [a_document("s-1", group="new")])
    async with anchored.reading() as db:
        pinned = await drift.anchors(db)
        assert (pinned[0].session_id, pinned[0].revision) == ("s-1", 1)
    async with anchored.transaction() as db:
        assert await drift.unpin(db, "s-1", actor="lead")
        assert not await drift.unpin(db, "s-1", actor="lead")
        assert len(await drift.anchors(db)) == 2


async def test_without_anchors_there_is_nothing_to_judge(database: Database) -> None:
    with pytest.raises(NoAnchors):
        await _start(database)
