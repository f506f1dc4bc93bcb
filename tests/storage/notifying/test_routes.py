"""Notification routes: kept, changed, removed; secrets never in the audit trail."""

import pytest

from storage import audit
from storage.db import Database
from storage.errors import NotificationRouteConflict, NotificationRouteNotFound
from storage.notifying import routes
from storage.notifying.routes import RouteChoice
from tests.storage.building import NOON

pytestmark = pytest.mark.anyio
CHOICE = RouteChoice(title="质检群", channel="dingtalk", levels=("high",), mentions=("13800000000",))


async def test_a_route_is_added_changed_and_removed(database: Database) -> None:
    async with database.transaction() as db:
        made = await routes.add(
            db, CHOICE, url="https://example.org/?token=t", secret="s", actor="lead", now=NOON
        )
        other = RouteChoice(title="值班群", channel="dingtalk", enabled=False)
        changed = await routes.change(db, made.route_id, other, actor="lead", reason="换群")
        assert (changed.choice, changed.url, changed.secret) == (other, made.url, made.secret)
        with pytest.raises(NotificationRouteConflict):
            await routes.change(db, made.route_id, CHOICE, seen=made.changed_at, actor="lead")
        moved = await routes.change(
            db, made.route_id, other, url="https://example.org/2", secret="", seen=changed.changed_at, actor="lead"
        )  # fmt: skip
        assert (moved.url, moved.secret, await routes.listed(db)) == ("https://example.org/2", "", (moved,))
        await routes.remove(db, made.route_id, actor="lead", reason="解散")
        assert await routes.listed(db) == ()
        for call in (routes.get(db, made.route_id), routes.remove(db, made.route_id, actor="lead")):
            with pytest.raises(NotificationRouteNotFound, match="there is no notification route"):
                await call
        told = await audit.entries(db)
    assert [each.action for each in told][::-1] == [
        f"notification_route.{each}" for each in ("add", "change", "change", "remove")
    ]
    assert "token" not in str(told)
