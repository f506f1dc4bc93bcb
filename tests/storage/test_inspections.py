"""Inspections: kept exactly, once per key, the latest of a session."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import inspections, sessions
from storage.db import Database
from storage.errors import InspectionNotFound, SessionNotFound
from storage.inspections import ReplyTimes
from tests.storage.building import FULL_OUTCOME, NOON, a_document, an_inspection, an_outcome

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stored(database: Database) -> Database:
    """Session s-1 with two revisions."""
    async with database.transaction() as db:
        await sessions.submit(db, [a_document(), a_document(group="two"), a_document("s-2")])
    return database


async def _save(
    database: Database, inspection: inspections.Inspection, minutes: int = 0
) -> inspections.Saved:
    async with database.transaction() as db:
        return await inspections.save(db, inspection, now=NOON + timedelta(minutes=minutes))


@pytest.mark.parametrize(("session_id", "revision"), [("nobody", 1), ("s-1", 3), ("s-1", 0)])
async def test_nothing_is_kept_of_what_is_not_there(stored: Database, session_id: str, revision: int) -> None:
    with pytest.raises(SessionNotFound):
        await _save(stored, an_inspection(session_id, revision))


async def test_what_is_not_there_is_not_found(stored: Database) -> None:
    async with stored.reading() as db:
        with pytest.raises(InspectionNotFound, match="'insp_0'"):
            await inspections.get(db, "insp_0")
        with pytest.raises(InspectionNotFound, match="not been inspected yet"):
            await inspections.latest(db, "s-1")
        with pytest.raises(SessionNotFound):
            await inspections.latest(db, "nobody")
        with pytest.raises(SessionNotFound):
            await inspections.history(db, "nobody")
        assert await inspections.history(db, "s-1") == ()


@pytest.mark.parametrize("times", [None, ReplyTimes(first_reply=1.5, average_reply=60)])
async def test_an_inspection_comes_back_exactly(stored: Database, times: ReplyTimes | None) -> None:
    late = an_outcome("open", "undetermined", reason_code="window_open", decides_at="2026-11-01T12:00:00Z")
    inspection = an_inspection(revision=2, outcomes=(FULL_OUTCOME, late, an_outcome()), reply_times=times)
    saved = await _save(stored, inspection)
    async with stored.reading() as db:
        found = await inspections.get(db, saved.inspection_id)
        assert await inspections.latest(db, "s-1") == found
    assert saved.created
    assert (found.inspection, found.inspected_at) == (inspection, NOON)
    assert type(found.inspection.outcomes[2].score) is int


async def test_nothing_is_inspected_twice_under_one_key(stored: Database) -> None:
    first = await _save(stored, an_inspection(outcomes=(an_outcome("r", "hit"),)))
    again = await _save(stored, an_inspection(outcomes=(an_outcome("r", "no_hit"), an_outcome("q"))))
    assert (again.inspection_id, again.created) == (first.inspection_id, False)
    async with stored.reading() as db:
        assert [each.verdict for each in (await inspections.latest(db, "s-1")).inspection.outcomes] == ["hit"]


@pytest.mark.parametrize(
    "other",
    [
        {"revision": 2},
        {"catalogue_version": "sha256:c2"},
        {"profile_version": "default@2"},
        {"judge_version": "vllm"},
        {"attempt": 2},
    ],
)
async def test_every_part_of_the_key_counts(stored: Database, other: dict[str, object]) -> None:
    await _save(stored, an_inspection())
    assert (await _save(stored, an_inspection(**other), minutes=1)).created  # type: ignore[arg-type]
    async with stored.reading() as db:
        assert len(await inspections.history(db, "s-1")) == 2


async def test_one_of_many_who_save_at_once_wins(stored: Database) -> None:
    saved = await asyncio.gather(*(_save(stored, an_inspection(outcomes=(an_outcome(),))) for _ in range(6)))
    assert [each.created for each in saved].count(True) == 1
    assert len({each.inspection_id for each in saved}) == 1


async def test_find_tells_what_was_inspected_under_a_key(stored: Database) -> None:
    saved = await _save(stored, an_inspection(judge_version="vllm"))
    async with stored.reading() as db:
        key = {"catalogue_version": "sha256:c1", "judge_version": "vllm"}
        assert await inspections.find(db, "s-1", 1, **key) == saved.inspection_id
        assert await inspections.find(db, "s-1", 2, **key) is None
        assert await inspections.find(db, "s-1", 1, catalogue_version="sha256:c1") is None


async def test_the_latest_is_that_of_the_newest_content(stored: Database) -> None:
    newer = await _save(stored, an_inspection(revision=2), minutes=1)
    await _save(stored, an_inspection(revision=1), minutes=2)
    async with stored.reading() as db:
        assert (await inspections.latest(db, "s-1")).inspection_id == newer.inspection_id
    under_new_rules = await _save(stored, an_inspection(revision=2, catalogue_version="sha256:c2"), minutes=3)
    async with stored.reading() as db:
        assert (await inspections.latest(db, "s-1")).inspection_id == under_new_rules.inspection_id


async def test_a_trial_is_kept_but_is_not_the_latest(stored: Database) -> None:
    trial = await _save(stored, an_inspection(official=False))
    async with stored.reading() as db:
        with pytest.raises(InspectionNotFound):
            await inspections.latest(db, "s-1")
        assert [each.inspection_id for each in await inspections.history(db, "s-1")] == [trial.inspection_id]


async def test_several_come_back_at_once(stored: Database) -> None:
    one = await _save(stored, an_inspection(outcomes=(an_outcome("a"),)))
    two = await _save(stored, an_inspection("s-2"))
    async with stored.reading() as db:
        found = await inspections.get_many(db, [one.inspection_id, two.inspection_id, "insp_0"])
    assert {key: len(each.inspection.outcomes) for key, each in found.items()} == {
        one.inspection_id: 1,
        two.inspection_id: 0,
    }


@pytest.mark.parametrize("table", ["inspections", "outcomes", "agent_cards", "session_revisions"])
async def test_what_was_found_cannot_be_changed(stored: Database, table: str) -> None:
    await _save(stored, an_inspection(outcomes=(an_outcome(),)))

    async def change() -> None:
        key = "session_id" if table == "session_revisions" else "inspection_id"
        async with stored.transaction() as db:
            await db.execute(text(f"UPDATE {table} SET {key} = {key}"))

    with pytest.raises(DBAPIError, match=f"{table} is append-only"):
        await change()
