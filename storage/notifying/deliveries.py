"""What goes along the routes: planned once per alert and route, tried until it arrives, and kept either way.

At least once: a worker that dies between sending and noting it sends again. Each delivery has an id of its own, so that
the other side can tell.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.notifying.due import due
from storage.notifying.routes import Route
from storage.tables.notifying import DeliveryRow
from storage.tables.sessions import insert_into, table_of
from storage.tables.trust import AlertRow

Kind = Literal["first", "reminder"]
State = Literal["waiting", "delivered", "failed", "dropped"]
#: How often a delivery is tried; with the pauses between, about a day.
MOST_ATTEMPTS = 12
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=4)
#: In one round.
_AT_ONCE = 200
_deliveries, _alerts = table_of(DeliveryRow), table_of(AlertRow)
_TOLD: tuple[ColumnElement[Any], ...] = (
    *_deliveries.c["alert_id", "route_id", "kind", "attempts"],
    *_alerts.c["at", "level", "text", "shop", "session_id", "rule_id", "agent_id"],
    _alerts.c.kind.label("alert_kind"),
)


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """An alert on its way, with what the message needs."""

    alert_id: str
    route_id: str
    kind: Kind
    attempts: int
    at: datetime
    level: str
    alert_kind: str
    text: str
    shop: str | None
    session_id: str | None
    rule_id: str | None
    agent_id: str | None

    @property
    def delivery_id(self) -> str:
        """The same at every attempt."""
        return f"{self.alert_id}.{self.route_id}.{self.kind}"


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """How a delivery stands. `error`: of the last attempt that failed."""

    alert_id: str
    route_id: str
    kind: Kind
    state: State
    attempts: int
    changed_at: datetime
    due_at: datetime
    error: str
    text: str


async def plan(db: AsyncSession, routes: Sequence[Route], now: datetime) -> int:
    """Notes what each route has to tell by now and has not yet; how many that are. Does not commit."""
    made = 0
    for route in routes:
        for kind in ("first", "reminder"):
            ids = (await db.execute(due(route, kind, now, _AT_ONCE))).scalars().all()
            rows = [
                {
                    "alert_id": each, "route_id": route.route_id, "kind": kind, "state": "waiting", "attempts": 0,
                    "due_at": now, "changed_at": now, "error": "",
                }
                for each in ids
            ]  # fmt: skip
            if rows:
                statement = insert_into(db, DeliveryRow).on_conflict_do_nothing()
                await (await db.connection()).execute(statement, rows)
            made += len(rows)
    return made


async def claim(db: AsyncSession, routes: Sequence[Route], now: datetime, lease: timedelta) -> list[Delivery]:
    """What is to be tried now, oldest first; nobody else gets it before the lease is over. Does not commit."""
    known = [route.route_id for route in routes]
    query = (
        select(*_TOLD)
        .join(_alerts, _alerts.c.alert_id == _deliveries.c.alert_id)
        .where(
            _deliveries.c.state == "waiting", _deliveries.c.due_at <= now, _deliveries.c.route_id.in_(known)
        )
        .order_by(_deliveries.c.due_at, _deliveries.c.alert_id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True, of=_deliveries)
    )
    found = [Delivery(**row) for row in (await db.execute(query)).mappings()]
    for each in found:
        await _note(db, each, {"attempts": each.attempts + 1, "due_at": now + lease})
    return [msgspec.structs.replace(each, attempts=each.attempts + 1) for each in found]


async def settle(
    db: AsyncSession, tried: Sequence[Delivery], error: str | None, *, now: datetime, final: bool = False
) -> None:
    """They arrived (`error` None), or are tried again later, or not any more (`final`, or tried often enough).

    Does not commit.
    """
    for each in tried:
        values: dict[str, object]
        if error is None:
            values = {"state": "delivered", "error": ""}
        elif final or each.attempts >= MOST_ATTEMPTS:
            values = {"state": "failed", "error": error}
        else:
            values = {"state": "waiting", "error": error, "due_at": now + pause(each.attempts)}
        await _note(db, each, values | {"changed_at": now})


async def release(db: AsyncSession, untried: Sequence[Delivery], now: datetime) -> None:
    """What there was no room for goes next; it was not tried. Does not commit."""
    for each in untried:
        await _note(db, each, {"attempts": each.attempts - 1, "due_at": now})


def pause(attempts: int) -> timedelta:
    """Before the next attempt; doubles up to the longest."""
    return min(_FIRST_PAUSE * (1 << min(attempts - 1, 16)), _LONGEST_PAUSE)


async def recent(db: AsyncSession, limit: int = 50) -> tuple[Delivered, ...]:
    """The newest first."""
    query = (
        select(_deliveries, _alerts.c.text)
        .join(_alerts, _alerts.c.alert_id == _deliveries.c.alert_id)
        .order_by(_deliveries.c.changed_at.desc(), _deliveries.c.alert_id.desc())
        .limit(limit)
    )
    return tuple(Delivered(**row) for row in (await db.execute(query)).mappings())


async def counts(db: AsyncSession) -> dict[str, dict[State, int]]:
    """By route id: how many are in each state."""
    query = select(_deliveries.c.route_id, _deliveries.c.state, func.count()).group_by(
        _deliveries.c.route_id, _deliveries.c.state
    )
    found: dict[str, dict[State, int]] = {}
    for route_id, state, count in await db.execute(query):
        found.setdefault(route_id, {})[state] = count
    return found


async def _note(db: AsyncSession, each: Delivery, values: dict[str, object]) -> None:
    key = and_(
        _deliveries.c.alert_id == each.alert_id,
        _deliveries.c.route_id == each.route_id,
        _deliveries.c.kind == each.kind,
    )
    await db.execute(update(_deliveries).where(key).values(**values))
