"""Late messages, events and ratings."""

import asyncio
from typing import Any

import msgspec
import pytest

from evaluators.errors import SessionInvalid
from storage import jobs, sessions
from storage.db import Database
from storage.errors import MessageConflict, SessionNotFound
from tests.storage.building import a_document, a_message, at

pytestmark = pytest.mark.anyio
RATING = {"type": "rating", "at": at(30), "level": 4, "agent_id": "a-1", "source": "sms"}


@pytest.fixture
async def submitted(database: Database) -> Database:
    async with database.transaction() as db:
        await sessions.submit(db, [a_document(crm="kept")])
    return database


async def _append(database: Database, session_id: str = "s-1", **late: Any) -> sessions.Submission:
    async with database.transaction() as db:
        return await sessions.append(db, session_id, **late)


async def _document(database: Database) -> Any:
    async with database.reading() as db:
        return msgspec.json.decode((await sessions.get(db, "s-1")).document)


async def test_nothing_can_be_added_to_an_unknown_session(submitted: Database) -> None:
    with pytest.raises(SessionNotFound):
        await _append(submitted, "nobody", events=[RATING])


BAD: list[tuple[dict[str, Any], str]] = [
    ({"messages": [{"sender": "customer", "text": "x"}]}, "messages[0].message_id"),
    ({"messages": [a_message("m3"), a_message("m3", 5)]}, "messages[1].message_id"),
    ({"messages": [a_message("m3", sender="robot")]}, "messages[0].sender"),
    ({"messages": [a_message("m3", sent_at="2026-11-01T10:00:00")]}, "messages[0].sent_at"),
    ({"messages": ["text"]}, "messages[0]"),
    ({"events": [{"type": "rating", "at": at(), "level": 6}]}, "events[0].level"),
    ({"changes": {"session_id": "other"}}, "session_id"),
    ({"changes": {"messages": []}}, "messages"),
    ({"changes": {"ended_at": "soon"}}, "ended_at"),
]


async def test_bad_parts_are_refused_with_their_place(submitted: Database) -> None:
    before = await _document(submitted)
    for late, field in BAD:
        with pytest.raises(SessionInvalid) as refused:
            await _append(submitted, **late)
        assert refused.value.field == field
    assert await _document(submitted) == before


async def test_a_known_message_with_other_content_is_a_conflict(submitted: Database) -> None:
    before = await _document(submitted)
    with pytest.raises(MessageConflict, match="'m1' of session 's-1'"):
        await _append(submitted, messages=[a_message("m3"), a_message("m1", text="another text")])
    assert await _document(submitted) == before


async def test_known_messages_and_events_are_ignored(submitted: Database) -> None:
    await _append(submitted, events=[RATING])
    same_instant = a_message("m1", sent_at="2026-11-01T20:00:00+08:00")
    again = await _append(submitted, messages=[same_instant], events=[RATING])
    assert (again.job_id, again.records[0].status, again.records[0].revision) == (None, "unchanged", 2)


async def test_what_is_late_makes_a_revision_and_a_job(submitted: Database) -> None:
    late = await _append(submitted, messages=[a_message("m3", 5, mood="angry")], events=[RATING])
    assert (late.records[0].status, late.records[0].revision) == ("revised", 2)
    document = await _document(submitted)
    assert [message["message_id"] for message in document["messages"]] == ["m1", "m2", "m3"]
    assert (document["messages"][2]["mood"], document["events"], document["crm"]) == (
        "angry",
        [RATING],
        "kept",
    )
    async with submitted.reading() as db:
        assert (await jobs.progress(db, str(late.job_id))).total == 1
        found = (await sessions.search(db, sessions.SessionFilters(satisfaction=4, text="在吗"))).items
    assert [(each.revision, each.message_count) for each in found] == [(2, 3)]


async def test_a_message_may_be_recalled_later(submitted: Database) -> None:
    recalled = a_message("m1", recalled_at=at(2))
    assert (await _append(submitted, messages=[recalled])).records[0].status == "revised"
    assert (await _document(submitted))["messages"][0]["recalled_at"] == at(2)
    assert (await _append(submitted, messages=[a_message("m1")])).records[0].status == "unchanged"


async def test_other_fields_change_and_may_be_taken_back(submitted: Database) -> None:
    await _append(submitted, changes={"ended_at": at(20), "agents": [{"agent_id": "a-9"}]})
    async with submitted.reading() as db:
        stored = await sessions.get(db, "s-1")
        assert (await sessions.search(db, sessions.SessionFilters(agent="a-9"))).items
    assert stored.session.ended_at is not None
    await _append(submitted, changes={"ended_at": None})
    async with submitted.reading() as db:
        assert (await sessions.get(db, "s-1")).session.ended_at is None


async def test_the_record_is_complete_at_least_until_its_late_parts(submitted: Database) -> None:
    await _append(submitted, changes={"observed_until": at(3)})
    await _append(submitted, messages=[a_message("m3", 2)])
    assert (await _document(submitted))["observed_until"] == at(3)
    await _append(submitted, events=[RATING])
    assert (await _document(submitted))["observed_until"] == at(3), "a rating days later tells nothing"
    await _append(submitted, messages=[a_message("m4", 4)])
    assert (await _document(submitted))["observed_until"] == at(4)


async def test_a_repeated_submission_does_not_undo_an_append(submitted: Database) -> None:
    await _append(submitted, events=[RATING])
    async with submitted.transaction() as db:
        again = await sessions.submit(db, [a_document(crm="kept")])
    assert (again.records[0].status, again.records[0].revision) == ("unchanged", 2)


async def test_messages_appended_from_several_sides_all_arrive(submitted: Database) -> None:
    await asyncio.gather(*(_append(submitted, messages=[a_message(f"x{n}", n)]) for n in range(8)))
    document = await _document(submitted)
    assert {message["message_id"] for message in document["messages"]} == {"m1", "m2"} | {
        f"x{n}" for n in range(8)
    }


async def test_a_live_session_leaves_one_task_waiting(submitted: Database) -> None:
    for number in range(4):
        await _append(submitted, messages=[a_message(f"x{number}", number)])
    async with submitted.reading() as db:
        found = await jobs.recent(db)
    assert [(job.waiting, job.superseded, job.status) for job in found] == [(1, 0, "queued")] + [
        (0, 1, "done")
    ] * 4
