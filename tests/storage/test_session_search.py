"""The session list: every filter with what it must leave out, text, pages."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from evaluators.types import Scorecard
from storage import inspections, sessions
from storage.db import Database
from storage.errors import CursorInvalid
from storage.sessions import SessionFilters
from tests.storage.building import NOON, a_card, a_document, a_message, an_inspection, an_outcome, at

pytestmark = pytest.mark.anyio


def _inspected(session_id: str, score: float, *verdicts: str, **sums: Any) -> inspections.Inspection:
    outcomes = tuple(
        an_outcome(f"rule_{n}", verdict, reason_code="orders_unknown" if verdict == "undetermined" else None)
        for n, verdict in enumerate(verdicts)
    )
    card = Scorecard(session_id=session_id, **a_card(score, **sums))
    return an_inspection(session_id, outcomes=outcomes, scorecard=card)


@pytest.fixture
async def listed(database: Database) -> Database:
    """Five sessions: `plain` was never inspected, `stale` has newer content than its inspection."""
    human = [{"agent_id": "a-7", "group": "presale"}]
    documents = [
        a_document("plain", started_at=at(0), shop=None),
        a_document("good", started_at=at(10), group="presale", agents=human, orders_known=True),
        a_document(
            "bad", started_at=at(20), shop="shop-b", events=[{"type": "rating", "at": at(25), "level": 1}]
        ),
        a_document("stale", started_at=at(30), events=[{"type": "order", "at": at(31), "state": "paid"}]),
        a_document("grouped", started_at=at(40), agents=human),
    ]
    async with database.transaction() as db:
        await sessions.submit(db, documents, now=NOON)
        await inspections.save(db, _inspected("good", 100, "no_hit", "not_applicable"))
        await inspections.save(db, _inspected("bad", 0, "hit", "undetermined", red_line=True, undetermined=1))
        await inspections.save(db, _inspected("stale", 60.5, "no_hit", "hit"))
        await sessions.append(db, "stale", messages=[a_message("m3", text="100%_退款/ＡＢＣ\u200b好")])
    return database


async def _found(database: Database, **filters: Any) -> list[str]:
    async with database.reading() as db:
        page = await sessions.search(db, SessionFilters(**filters))
    return [each.session_id for each in page.items]


CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["grouped", "stale", "bad", "good", "plain"]),
    ({"shop": "nowhere"}, []),
    ({"shop": "shop-b"}, ["bad"]),
    ({"group": "presale"}, ["grouped", "good"]),
    ({"agent": "a-7"}, ["grouped", "good"]),
    ({"agent": "a-1", "shop": "shop-b"}, ["bad"]),
    ({"started_from": NOON + timedelta(minutes=20)}, ["grouped", "stale", "bad"]),
    ({"started_to": NOON + timedelta(minutes=20)}, ["good", "plain"]),
    ({"started_from": NOON + timedelta(minutes=20, microseconds=1)}, ["grouped", "stale"]),
    ({"order_state": "paid"}, ["stale"]),
    ({"order_state": "none"}, ["good"]),
    ({"satisfaction": 1}, ["bad"]),
    ({"satisfaction": 5}, []),
    ({"rule_hit": "rule_0"}, ["bad"]),
    ({"rule_hit": "rule_1"}, ["stale"]),
    ({"score_min": 60.5}, ["stale", "good"]),
    ({"score_max": 60.5}, ["stale", "bad"]),
    ({"score_min": 60.6, "score_max": 99}, []),
    ({"red_line": True}, ["bad"]),
    ({"red_line": False}, ["stale", "good"]),
    ({"undetermined": True}, ["bad"]),
    ({"undetermined": False}, ["stale", "good"]),
    ({"inspected": True}, ["bad", "good"]),
    ({"inspected": False}, ["grouped", "stale", "plain"]),
    ({"text": "退款"}, ["stale"]),
    ({"text": "abc好"}, ["stale"]),
    ({"text": "100%_退"}, ["stale"]),
    ({"text": "1_0"}, []),
    ({"text": "%"}, ["stale"]),
    ({"text": "/"}, ["stale"]),
    ({"text": "\\"}, []),
    ({"text": "在吗您好"}, []),
    ({"text": "在吗\n您好"}, []),
    ({"text": "\0"}, []),
]


async def test_filters(listed: Database) -> None:
    found = [(filters, await _found(listed, **filters)) for filters, _ in CASES]
    assert found == CASES


async def test_as_many_are_counted_as_are_found(listed: Database) -> None:
    async with listed.reading() as db:
        counted = [await sessions.count(db, SessionFilters(**filters), most=99) for filters, _ in CASES]
        assert counted == [len(found) for _, found in CASES]
        assert await sessions.count(db, SessionFilters(), most=3) == 3


async def test_a_line_tells_what_the_list_shows(listed: Database) -> None:
    async with listed.reading() as db:
        lines = {each.session_id: each for each in (await sessions.search(db, SessionFilters())).items}
    plain, bad, stale = lines["plain"], lines["bad"], lines["stale"]
    assert (plain.score, plain.inspection_id, plain.red_line, plain.shop) == (None, None, None, None)
    assert (bad.score, bad.red_line, bad.hits, bad.undetermined, bad.satisfaction) == (0, True, 1, 1, 1)
    assert (stale.revision, stale.inspected_revision, stale.score, stale.message_count) == (2, 1, 60.5, 3)
    assert lines["good"].agents == ("a-1", "a-7")


async def test_pages_hold_every_session_once_even_with_equal_starts(database: Database) -> None:
    async with database.transaction() as db:
        await sessions.submit(db, [a_document(f"s-{n:02}", started_at=at(n // 5)) for n in range(23)])
    seen: list[str] = []
    cursor, pages = None, 0
    while True:
        async with database.reading() as db:
            page = await sessions.search(db, SessionFilters(shop="shop-a"), cursor=cursor, limit=4)
        seen += [each.session_id for each in page.items]
        cursor, pages = page.next_cursor, pages + 1
        if cursor is None:
            break
    assert seen == [f"s-{n:02}" for n in reversed(range(23))]
    assert pages == 6


async def test_a_full_last_page_has_no_next_one(listed: Database) -> None:
    async with listed.reading() as db:
        assert (await sessions.search(db, SessionFilters(), limit=5)).next_cursor is None
        assert (await sessions.search(db, SessionFilters(), limit=4)).next_cursor is not None


async def test_sessions_that_arrive_while_paging_push_nothing_out(listed: Database) -> None:
    async with listed.reading() as db:
        first = await sessions.search(db, SessionFilters(), limit=2)
    async with listed.transaction() as db:
        await sessions.submit(db, [a_document("newest", started_at=at(99))])
    async with listed.reading() as db:
        rest = await sessions.search(db, SessionFilters(), cursor=first.next_cursor)
    assert [each.session_id for each in rest.items] == ["bad", "good", "plain"]


def _encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode()


NO_CURSORS = [
    "",
    "x",
    "äöü",
    "AAAA",
    _encoded(b'["now","s","f"]'),
    _encoded(b'[99999999999999999999,"s","f"]'),
]


async def test_a_cursor_that_is_none_is_refused(database: Database) -> None:
    async with database.reading() as db:
        for cursor in NO_CURSORS:
            with pytest.raises(CursorInvalid):
                await sessions.search(db, SessionFilters(), cursor=cursor)


async def test_a_cursor_of_other_filters_is_refused(listed: Database) -> None:
    async with listed.reading() as db:
        cursor = (await sessions.search(db, SessionFilters(), limit=1)).next_cursor
        with pytest.raises(CursorInvalid, match="other filters"):
            await sessions.search(db, SessionFilters(shop="shop-b"), cursor=cursor)


@pytest.mark.parametrize("limit", [0, -1, 501])
async def test_the_size_of_a_page_is_bounded(database: Database, limit: int) -> None:
    async with database.reading() as db:
        with pytest.raises(ValueError, match="limit"):
            await sessions.search(db, SessionFilters(), limit=limit)
