"""Handing in sessions: what is kept, what is refused, what a repeated request does."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from storage import jobs, sessions
from storage.db import Database
from storage.errors import SessionNotFound
from tests.storage.building import NOON, a_document, a_message, at

pytestmark = pytest.mark.anyio


async def _submit(database: Database, *documents: object, **options: Any) -> sessions.Submission:
    async with database.transaction() as db:
        return await sessions.submit(db, documents, **options)


async def _get(database: Database, session_id: str, revision: int | None = None) -> sessions.StoredSession:
    async with database.reading() as db:
        return await sessions.get(db, session_id, revision)


BAD: list[tuple[object, str, str]] = [
    (17, "", "object"),
    ([], "", "object"),
    ({}, "session_id", "missing"),
    (a_document(""), "session_id", "non-empty"),
    (a_document("a\0b"), "session_id", "NUL"),
    (a_document(shop="a\0b"), "shop", "NUL"),
    (a_document(agents=[{"agent_id": "\0"}]), "agents[0].agent_id", "NUL"),
    (a_document(agents=[{"agent_id": "a", "name": "\0"}]), "agents[0].name", "NUL"),
    (a_document(events=[{"type": "transfer", "at": 0, "to_agent": "\0"}]), "events[0].to_agent", "NUL"),
    (a_document(messages=[a_message("m", sender_id="\0")]), "messages[0].sender_id", "NUL"),
    (
        a_document(messages=[a_message("m", sent_at="2026-11-01T10:00:00")]),
        "messages[0].sent_at",
        "offset",
    ),
    (a_document(messages=[a_message("m", text="\ud800")]), "", "JSON"),
    (a_document(messages=[a_message("m", sender="robot")]), "messages[0].sender", "robot"),
]


async def test_bad_documents_are_reported_and_the_others_are_kept(database: Database) -> None:
    submission = await _submit(database, *(document for document, _, _ in BAD), a_document("good"))
    *bad, good = submission.records
    assert [(each.status, each.index, each.field) for each in bad] == [
        ("invalid", index, field) for index, (_, field, _) in enumerate(BAD)
    ]
    for each, (_, _, expected) in zip(bad, BAD, strict=True):
        assert expected in str(each.expected)
    assert (good.status, good.revision) == ("created", 1)
    async with database.reading() as db:
        assert (await jobs.progress(db, str(submission.job_id))).total == 1


async def test_only_bad_documents_make_no_job(database: Database) -> None:
    assert (await _submit(database, {}, 1)).job_id is None
    assert (await _submit(database)).job_id is None


async def test_what_was_not_committed_is_not_there(database: Database) -> None:
    async with database.transaction() as db:
        submission = await sessions.submit(db, [a_document()])
        await db.rollback()
    async with database.reading() as db:
        with pytest.raises(SessionNotFound):
            await sessions.get(db, "s-1")
        with pytest.raises(jobs.JobNotFound):
            await jobs.progress(db, str(submission.job_id))


async def test_an_unknown_session_or_revision_is_not_found(database: Database) -> None:
    await _submit(database, a_document())
    with pytest.raises(SessionNotFound, match="'nobody'"):
        await _get(database, "nobody")
    with pytest.raises(SessionNotFound, match="revision 2 of session 's-1'"):
        await _get(database, "s-1", 2)


async def test_the_document_is_kept_with_its_unknown_fields_and_odd_text(database: Database) -> None:
    message = a_message("m1", text="零\0宽\u200b 😀 \u2028", mood={"level": 3}, sent_at=1793534400000)
    document = a_document(messages=[message], crm={"vip": True, "n": [1.5, None]}, tags={"a": 1})
    await _submit(database, document)
    stored = await _get(database, "s-1")
    assert msgspec.json.decode(stored.document) == document
    assert stored.session.messages[0].sent_at == datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert stored.session.messages[0].text == "零\0宽\u200b 😀 \u2028"


async def test_ids_and_offsets_that_were_missing_are_filled_in(database: Database) -> None:
    bare = {"sender": "customer", "text": "hi"}
    document = a_document(
        messages=[bare | {"sent_at": "2026-11-01T10:00:00"}, bare | {"sent_at": "2026-11-01T10:00:01Z"}],
        events=[{"type": "end", "at": "2026-11-01T10:05:00", "by": "clock"}],
        started_at="2026-11-01T09:59:00",
    )
    await _submit(database, document, timezone=ZoneInfo("Asia/Shanghai"))
    kept = msgspec.json.decode((await _get(database, "s-1")).document)
    assert [message["message_id"] for message in kept["messages"]] == ["m1", "m2"]
    assert [message["sent_at"] for message in kept["messages"]] == [
        "2026-11-01T10:00:00+08:00",
        "2026-11-01T10:00:01Z",
    ]
    assert kept["events"] == [{"type": "end", "at": "2026-11-01T10:05:00+08:00", "by": "clock"}]
    assert kept["started_at"] == "2026-11-01T09:59:00+08:00"
    assert "message_id" not in document["messages"][0], "the caller's own document stays as it was"


async def test_each_document_may_have_a_zone_of_its_own(database: Database) -> None:
    zones = {"east": timezone(timedelta(hours=8)), "west": timezone(timedelta(hours=-5))}
    naive = [a_message("m", sent_at="2026-11-01T10:00:00")]
    await _submit(
        database,
        *(a_document(shop, shop=shop, messages=naive) for shop in zones),
        timezone=lambda document: zones[document["shop"]],
    )
    east, west = (await _get(database, "east")).session, (await _get(database, "west")).session
    assert west.messages[0].sent_at - east.messages[0].sent_at == timedelta(hours=13)  # type: ignore[operator]


async def test_instants_are_exact_to_the_microsecond(database: Database) -> None:
    started = "2026-11-01T10:00:00.123457+08:00"
    received = datetime(2026, 11, 2, 0, 0, 0, 999_999, tzinfo=UTC)
    await _submit(database, a_document(started_at=started), now=received)
    async with database.reading() as db:
        found = (await sessions.search(db, sessions.SessionFilters())).items[0]
    assert found.started_at == datetime(2026, 11, 1, 2, 0, 0, 123_457, tzinfo=UTC)
    assert found.received_at == received


async def test_the_same_content_again_changes_nothing(database: Database) -> None:
    await _submit(database, a_document(tags={"a": 1, "b": 2}))
    again = await _submit(database, a_document(tags={"b": 2, "a": 1}))
    assert again.job_id is None
    assert [(record.status, record.revision) for record in again.records] == [("unchanged", 1)]


async def test_new_content_is_a_revision_and_the_old_one_stays(database: Database) -> None:
    await _submit(database, a_document(group="one"))
    second = await _submit(database, a_document(group="two"))
    assert (second.records[0].status, second.records[0].revision) == ("revised", 2)
    assert (await _get(database, "s-1")).session.group == "two"
    assert (await _get(database, "s-1", 1)).session.group == "one"


async def test_a_repeated_request_does_not_undo_a_later_one_but_put_does(database: Database) -> None:
    await _submit(database, a_document(group="one"))
    await _submit(database, a_document(group="two"))
    repeated = await _submit(database, a_document(group="one"))
    assert (repeated.records[0].status, repeated.records[0].revision) == ("unchanged", 2)
    put = await _submit(database, a_document(group="one"), replace=True)
    assert (put.records[0].status, put.records[0].revision) == ("revised", 3)
    assert (await _submit(database, a_document(group="one"), replace=True)).job_id is None


async def test_one_session_twice_in_one_submission(database: Database) -> None:
    submission = await _submit(
        database, a_document(group="one"), a_document(group="two"), a_document(group="one")
    )
    assert [(record.status, record.revision) for record in submission.records] == [
        ("created", 1),
        ("revised", 2),
        ("unchanged", 2),
    ]
    async with database.reading() as db:
        assert (await jobs.progress(db, str(submission.job_id))).total == 1
        assert (await jobs.recent(db))[0].job_id == submission.job_id


async def test_many_sessions_are_one_job(database: Database) -> None:
    documents = [a_document(f"s-{number}") for number in range(1_200)]
    submission = await _submit(database, *documents)
    async with database.reading() as db:
        assert (await jobs.progress(db, str(submission.job_id))).total == 1_200
    again = await _submit(database, *documents[::-1], a_document("one more"))
    assert [record.status for record in again.records[-2:]] == ["unchanged", "created"]
    async with database.reading() as db:
        assert (await jobs.progress(db, str(again.job_id))).total == 1


async def test_the_same_sessions_from_several_sides_at_once(database: Database) -> None:
    async def one_side(side: int) -> list[sessions.Submission]:
        order = [3, 1, 2] if side % 2 else [2, 3, 1]
        return [
            await _submit(database, *(a_document(f"s-{number}", group=f"{turn}") for number in order))
            for turn in range(5)
        ]

    found = await asyncio.gather(*(one_side(side) for side in range(4)))
    records = [record for side in found for submission in side for record in submission.records]
    assert sorted(str(record.status) for record in records if record.status != "unchanged") == (
        ["created"] * 3 + ["revised"] * 12
    )
    assert (await _get(database, "s-1")).revision == 5


async def test_a_session_without_times_is_filed_under_its_arrival(database: Database) -> None:
    messages = [{"sender": "customer", "text": "hi"}]
    await _submit(database, a_document(messages=messages), now=NOON)
    async with database.reading() as db:
        assert (await sessions.search(db, sessions.SessionFilters())).items[0].started_at == NOON


@pytest.mark.parametrize(
    ("events", "known", "state", "level"),
    [
        ([], None, None, None),
        ([], True, "none", None),
        ([], False, None, None),
        ([("order", 3, "paid"), ("order", 1, "created_unpaid")], None, "paid", None),
        ([("order", 1, "paid"), ("order", 1, "shipped")], None, "shipped", None),
        ([("rating", 9, 2), ("rating", 5, 5)], None, None, 2),
    ],
)
async def test_order_state_and_satisfaction_are_those_of_the_latest_event(
    database: Database,
    events: list[tuple[str, int, Any]],
    known: bool | None,
    state: str | None,
    level: int | None,
) -> None:
    named = {"order": "state", "rating": "level"}
    written = [{"type": kind, "at": at(minute), named[kind]: value} for kind, minute, value in events]
    await _submit(database, a_document(events=written, orders_known=known))
    async with database.reading() as db:
        found = (await sessions.search(db, sessions.SessionFilters())).items[0]
    assert (found.order_state, found.satisfaction) == (state, level)
