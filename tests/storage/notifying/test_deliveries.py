"""Alerts on their way out of the service: told once, tried until they arrive, reminded of if nobody looks."""

from datetime import timedelta
from typing import Any

import pytest

from storage import alerts
from storage.alerts import NewAlert
from storage.db import Database
from storage.notifying import deliveries, routes
from storage.notifying.deliveries import MOST_ATTEMPTS
from storage.notifying.routes import Route, RouteChoice
from tests.storage.building import NOON

pytestmark = pytest.mark.anyio
LATER, LEASE = NOON + timedelta(minutes=10), timedelta(minutes=1)


async def a_route(database: Database, **fields: Any) -> Route:
    choice = RouteChoice(**({"title": "质检群", "channel": "webhook"} | fields))
    async with database.transaction() as db:
        return await routes.add(db, choice, url="https://example.org/hook", actor="lead", now=NOON)


async def alert(database: Database, name: str, **fields: Any) -> None:
    given: dict[str, Any] = {
        "kind": "hit",
        "level": "high",
        "mode": "automatic",
        "text": f"违禁词 {name}",
    } | fields
    at = given.pop("at", NOON + timedelta(minutes=1))
    async with database.transaction() as db:
        await alerts.raise_alerts(db, [NewAlert(dedupe=name, **given)], now=at)


async def act(database: Database, action: alerts.Action) -> None:
    async with database.transaction() as db:
        for each in await alerts.inbox(db):
            await alerts.act(db, each.alert_id, action, actor="lead", now=NOON + timedelta(minutes=2))


async def go(database: Database, now: Any = LATER, error: str | None = None, **fields: Any) -> list[str]:
    """A round of the worker: what it tried."""
    async with database.transaction() as db:
        known = [each for each in await routes.listed(db) if each.choice.enabled]
        await deliveries.plan(db, known, now)
        claimed = await deliveries.claim(db, known, now, LEASE)
        await deliveries.settle(db, claimed, error, now=now, **fields)
    return [f"{each.text} {each.kind}" for each in claimed]


async def states(database: Database) -> list[str]:
    async with database.reading() as db:
        return [each.state for each in await deliveries.recent(db)]


async def test_an_alert_is_told_once(database: Database) -> None:
    await a_route(database)
    await alert(database, "a")
    assert await go(database) == ["违禁词 a first"]
    assert await go(database, LATER + timedelta(days=1)) == []
    assert await states(database) == ["delivered"]


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"levels": ("high",)}, ["a"]), ({"levels": ("low",)}, ["b"]), ({"shops": ("s-1",)}, ["a"]),
        ({"kinds": ("drift",)}, ["b"]), ({"shops": ("s-2",)}, []), ({"enabled": False}, []),
    ],
)  # fmt: skip
async def test_a_route_tells_what_it_was_made_for(
    database: Database, choice: dict[str, Any], told: list[str]
) -> None:
    await a_route(database, **choice)
    await alert(database, "a", shop="s-1")
    await alert(database, "b", level="low", kind="drift")
    assert [each.split()[1] for each in await go(database)] == told


async def test_what_came_before_the_route_or_long_ago_is_not_told(database: Database) -> None:
    await alert(database, "before", at=NOON - timedelta(minutes=1))
    await a_route(database)
    await alert(database, "a")
    assert await go(database, NOON + timedelta(days=8)) == []
    assert await go(database) == ["违禁词 a first"]


async def test_what_is_held_is_told_when_somebody_sends_it(database: Database) -> None:
    await alert(database, "held", mode="manual", at=NOON - timedelta(hours=1))
    await a_route(database)
    assert await go(database) == []
    await act(database, "sent")
    assert await go(database) == ["违禁词 held first"]


async def test_what_was_dismissed_is_not_told(database: Database) -> None:
    await a_route(database)
    await alert(database, "a", mode="manual")
    await act(database, "dismissed")
    assert await go(database) == []


async def test_what_nobody_acknowledges_is_told_once_more(database: Database) -> None:
    await a_route(database, remind_minutes=30)
    await alert(database, "a")
    assert await go(database) == ["违禁词 a first"]
    assert await go(database, NOON + timedelta(minutes=20)) == []
    assert await go(database, NOON + timedelta(minutes=32)) == ["违禁词 a reminder"]
    assert await go(database, NOON + timedelta(minutes=90)) == []


async def test_what_was_acknowledged_is_not(database: Database) -> None:
    await a_route(database, remind_minutes=30)
    await alert(database, "a")
    await go(database)
    await act(database, "acknowledged")
    assert await go(database, NOON + timedelta(hours=2)) == []


async def test_what_fails_is_tried_later_and_later_and_then_given_up(database: Database) -> None:
    await a_route(database)
    await alert(database, "a")
    now, tried = LATER, 0
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert await go(database, now, "503") == ["违禁词 a first"]
        tried += 1
        assert await go(database, now + deliveries.pause(attempt) - timedelta(seconds=1), "503") == []
        now += deliveries.pause(attempt)
    assert (tried, await states(database)) == (MOST_ATTEMPTS, ["failed"])
    assert timedelta(hours=12) < now - LATER < timedelta(days=2)
    async with database.reading() as db:
        assert [each.error for each in await deliveries.recent(db)] == ["503"]


async def test_what_can_never_arrive_is_given_up_at_once(database: Database) -> None:
    await a_route(database)
    await alert(database, "a")
    await go(database, error="404", final=True)
    assert await states(database) == ["failed"]


async def test_a_worker_that_died_while_sending_is_followed_by_another(database: Database) -> None:
    route = await a_route(database)
    await alert(database, "a")
    async with database.transaction() as db:
        await deliveries.plan(db, [route], LATER)
        [mine] = await deliveries.claim(db, [route], LATER, LEASE)
    async with database.transaction() as db:
        assert await deliveries.claim(db, [route], LATER + LEASE / 2, LEASE) == []
        [again] = await deliveries.claim(db, [route], LATER + LEASE, LEASE)
    assert (mine.delivery_id, mine.attempts, again.attempts) == (again.delivery_id, 1, 2)


async def test_what_waits_for_a_route_that_is_gone_is_dropped(database: Database) -> None:
    route = await a_route(database)
    await alert(database, "a")
    await go(database, error="503")
    async with database.transaction() as db:
        await routes.remove(db, route.route_id, actor="lead")
    assert await go(database, LATER + timedelta(hours=1)) == []
    assert await states(database) == ["dropped"]
    async with database.reading() as db:
        assert await deliveries.counts(db) == {route.route_id: {"dropped": 1}}
