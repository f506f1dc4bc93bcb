"""What is going on, who is there, and whether anything changed, on both databases."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from storage import alerts, audit, inspections, live_board, sessions, staff
from storage.alerts import NewAlert, State
from storage.db import Database
from storage.errors import AlertNotFound
from tests.storage.building import NOON, a_document, an_inspection, an_outcome, at

pytestmark = pytest.mark.anyio


async def test_what_nobody_ended_is_open_however_long_ago_it_began(database: Database) -> None:
    waits = an_inspection(
        "ended-waits", outcomes=(an_outcome("r", "undetermined", reason_code="window_open"),)
    )
    handed_in = [
        a_document("open", started_at=at(1), group="presale"),
        a_document("ended", started_at=at(2), ended_at=at(9)),
        a_document("ended-by-event", started_at=at(2), events=[{"type": "end", "at": at(9)}]),
        a_document("ended-waits", started_at=at(3), ended_at=at(9)),
        a_document("ended-long-ago", started_at=at(-90), ended_at=at(-60)),
        a_document("three-days", started_at=at(-3 * 24 * 60)),
    ]
    async with database.transaction() as db:
        for minute, document in enumerate(handed_in):
            await sessions.submit(db, [document], now=NOON + timedelta(minutes=10 + minute))
        await inspections.save(db, waits)
        await inspections.save(db, an_inspection("ended-long-ago", outcomes=waits.outcomes))
    async with database.reading() as db:
        found = await live_board.still_open(db, NOON, limit=10)
        first = await live_board.still_open(db, NOON, limit=1)
    assert [(each.session_id, each.group) for each in found] == [
        ("three-days", None), ("ended-waits", None), ("open", "presale"),
    ]  # fmt: skip
    assert found[1].inspection_id is not None
    assert first == found[:1]


async def test_the_mark_changes_with_every_kind_of_news_and_only_then(database: Database) -> None:
    marks = []

    async def look() -> None:
        async with database.reading() as db:
            marks.append(await live_board.mark(db))
            assert await live_board.mark(db) == marks[-1]

    await look()
    async with database.transaction() as db:
        await sessions.submit(db, [a_document("s-1")])
    await look()
    async with database.transaction() as db:
        await inspections.save(db, an_inspection("s-1"))
    await look()
    async with database.transaction() as db:
        new = NewAlert(kind="drift", level="high", mode="manual", dedupe="x", text="x")
        await alerts.raise_alerts(db, [new])
    await look()
    async with database.transaction() as db:
        await audit.record(db, actor="a", action="b", subject="c")
    await look()
    assert len(set(marks)) == 5


async def test_everyone_stands_where_they_served_with_their_last_session(database: Database) -> None:
    def served(session_id: str, minutes: int, agent: str, **fields: object) -> dict[str, object]:
        return a_document(session_id, started_at=at(minutes), agents=[{"agent_id": agent}], **fields)

    async with database.transaction() as db:
        await sessions.submit(
            db,
            [
                served("1", 1, "a-1", group="presale"),
                served("2", 2, "a-1", group="presale"),
                served("3", 3, "a-1", group="after_sales"),
                served("4", -5, "a-1", group="presale"),
            ],
        )
    async with database.reading() as db:
        found = await staff.members(db, NOON, limit=10)
    assert [(each.group, each.agent_id, each.sessions, each.session_id) for each in found] == [
        ("after_sales", "a-1", 1, "3"), ("presale", "a-1", 2, "2"),
    ]  # fmt: skip
    assert found[1].last_at == NOON + timedelta(minutes=2)


async def test_alerts_that_wait_are_counted_by_state(database: Database) -> None:
    def new(dedupe: str, mode: str) -> NewAlert:
        return NewAlert(kind="drift", level="low", mode=mode, dedupe=dedupe, text="x")  # type: ignore[arg-type]

    async with database.transaction() as db:
        await alerts.raise_alerts(db, [new("old", "manual")], now=NOON - timedelta(minutes=1))
        some = [new("a", "automatic"), new("b", "manual"), new("c", "manual")]
        await alerts.raise_alerts(db, some, now=NOON)
        held = await alerts.inbox(db, state="held", limit=1)
        await alerts.act(db, held[0].alert_id, "sent", actor="li")
    async with database.reading() as db:
        assert await alerts.waiting(db, NOON) == {"held": 1, "new": 2}
        assert await alerts.waiting(db, NOON - timedelta(minutes=1)) == {"held": 2, "new": 2}


async def test_paging_misses_none_of_those_that_are_as_old_as_each_other(database: Database) -> None:
    def new(number: int) -> NewAlert:
        return NewAlert(kind="drift", level="low", mode="manual", dedupe=str(number), text="x")

    async with database.transaction() as db:
        for minute in range(2):
            some = [new(minute * 10 + each) for each in range(5)]
            await alerts.raise_alerts(db, some, now=NOON + timedelta(minutes=minute))
    seen: list[str] = []
    async with database.reading() as db:
        every = [each.alert_id for each in await alerts.inbox(db)]
        while page := await alerts.inbox(db, before_id=seen[-1] if seen else None, limit=3):
            seen += [each.alert_id for each in page]
        with pytest.raises(AlertNotFound):
            await alerts.inbox(db, before_id="gone")
    assert (len(every), seen) == (10, every)


@pytest.mark.parametrize("mode", ["manual", "automatic"])
@pytest.mark.parametrize(
    "done",
    [(), ("sent",), ("dismissed",), ("acknowledged",), ("dismissed", "sent"), ("sent", "acknowledged")],
)
async def test_the_list_of_a_state_has_what_is_in_it(
    database: Database, mode: Any, done: tuple[Any, ...]
) -> None:
    async with database.transaction() as db:
        new = NewAlert(kind="drift", level="low", mode=mode, dedupe="x", text="x")
        await alerts.raise_alerts(db, [new])
        [alert] = await alerts.inbox(db)
        for action in done:
            alert = await alerts.act(db, alert.alert_id, action, actor="li")
        found = {state: len(await alerts.inbox(db, state=state)) for state in get_args(State)}
    assert found == {state: int(state == alert.state) for state in get_args(State)}


async def test_names_are_offered_once_each_in_order(database: Database) -> None:
    async with database.transaction() as db:
        documents = [
            a_document("s-1", shop="b", group="post"), a_document("s-2", shop="a", group="pre"),
            a_document("s-3", shop="a"),
        ]  # fmt: skip
        await sessions.submit(db, documents)
    async with database.reading() as db:
        found = await staff.names(db, limit=10)
        first = await staff.names(db, limit=1)
    assert (found.shops, found.groups, found.agents) == (("a", "b"), ("post", "pre"), ("a-1",))
    assert first.shops == ("a",)
