"""Routes: which alerts go to which chat group or address outside the service."""

from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.alerts import Level
from storage.errors import NotificationRouteConflict, NotificationRouteNotFound
from storage.ids import new_id
from storage.instants import utc_now
from storage.tables.notifying import DeliveryRow, NotificationRouteRow
from storage.tables.sessions import table_of

Channel = Literal["webhook", "dingtalk", "feishu", "wecom"]
Kind = Literal["hit", "drift", "certificate"]
_deliveries = table_of(DeliveryRow)
LEVELS: tuple[Level, ...] = ("low", "medium", "high")


class RouteChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a route is. Empty `shops`, `kinds`: all of them. `mentions`: whom a chat group's message is addressed to:
    mobile numbers (dingtalk, wecom) or open ids (feishu); ten at most.

    `remind_minutes`: an alert that nobody has acknowledged by then is told once more; None: only once.
    """

    title: str
    channel: Channel
    levels: tuple[Level, ...] = LEVELS
    shops: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    mentions: tuple[str, ...] = ()
    remind_minutes: int | None = None
    enabled: bool = True


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A route as kept. `url` and `secret` are for sending only: whoever has them can write there."""

    route_id: str
    created_at: datetime
    changed_at: datetime
    url: str
    secret: str
    choice: RouteChoice


async def add(
    db: AsyncSession,
    choice: RouteChoice,
    *,
    url: str,
    secret: str = "",
    actor: str,
    reason: str = "",
    now: datetime | None = None,
) -> Route:
    """A new route; it tells of what happens from now on. Audited. Does not commit."""
    now = now or utc_now()
    row = NotificationRouteRow(
        route_id=new_id("route", now), created_at=now, changed_at=now, removed_at=None, url=url,
        secret=secret, document=msgspec.json.encode(choice).decode(),
    )  # fmt: skip
    db.add(row)
    await _record(db, row, "add", actor, reason, now)
    return _route(row)


async def change(
    db: AsyncSession,
    route_id: str,
    choice: RouteChoice,
    *,
    url: str | None = None,
    secret: str | None = None,
    seen: datetime | None = None,
    actor: str,
    reason: str = "",
    now: datetime | None = None,
) -> Route:
    """Another choice; `url`, `secret` None: as they are. Disabled, it drops what waits. Audited. Does not commit.

    `seen`: when it had been changed last as its author saw it. Raises `NotificationRouteNotFound`, and
    `NotificationRouteConflict` where somebody has changed it since.
    """
    now, row = now or utc_now(), await _row(db, route_id)
    if seen is not None and seen != row.changed_at:
        raise NotificationRouteConflict
    row.document, row.changed_at = msgspec.json.encode(choice).decode(), now
    row.url = row.url if url is None else url
    row.secret = row.secret if secret is None else secret
    if not choice.enabled:
        await _drop_waiting(db, route_id, now)
    await _record(db, row, "change", actor, reason, now)
    return _route(row)


async def remove(
    db: AsyncSession, route_id: str, *, actor: str, reason: str = "", now: datetime | None = None
) -> None:
    """Nothing goes along it any more, what waits is dropped, what went stays known. Audited. Does not commit.

    Raises `NotificationRouteNotFound`.
    """
    now, row = now or utc_now(), await _row(db, route_id)
    await _drop_waiting(db, route_id, now)
    row.removed_at, row.url, row.secret = now, "", ""
    await _record(db, row, "remove", actor, reason, now)


async def get(db: AsyncSession, route_id: str) -> Route:
    """Raises `NotificationRouteNotFound`."""
    return _route(await _row(db, route_id))


async def listed(db: AsyncSession) -> tuple[Route, ...]:
    """All that are not removed, oldest first."""
    row = NotificationRouteRow
    query = select(row).where(col(row.removed_at).is_(None)).order_by(col(row.route_id))
    return tuple(map(_route, (await db.execute(query)).scalars()))


async def _row(db: AsyncSession, route_id: str) -> NotificationRouteRow:
    row = await db.get(NotificationRouteRow, route_id)
    if row is None or row.removed_at is not None:
        raise NotificationRouteNotFound(f"there is no notification route {route_id!r}")
    return row


async def _drop_waiting(db: AsyncSession, route_id: str, now: datetime) -> None:
    waiting = (_deliveries.c.route_id == route_id) & (_deliveries.c.state == "waiting")
    await db.execute(update(_deliveries).where(waiting).values(state="dropped", changed_at=now))


async def _record(
    db: AsyncSession, row: NotificationRouteRow, action: str, actor: str, reason: str, now: datetime
) -> None:
    await db.flush()
    await audit.record(
        db, actor=actor, action=f"notification_route.{action}", subject=f"notification_route:{row.route_id}",
        reason=reason, details=msgspec.json.decode(row.document), now=now,
    )  # fmt: skip


def _route(row: NotificationRouteRow) -> Route:
    return Route(
        route_id=row.route_id, created_at=row.created_at, changed_at=row.changed_at, url=row.url,
        secret=row.secret, choice=msgspec.json.decode(row.document, type=RouteChoice),
    )  # fmt: skip
